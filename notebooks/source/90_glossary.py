# %% [markdown]
# # Look up a word: the terms of these pages
#
# Each term in one sentence, with an example from this data.

# %% tags=["hide-input"]
from utils import list_vintages
from utils.aid.equations import NOTATION
from utils.aid.glossary import TERMS
from utils.aid.glossary_examples import Material, list_examples
from utils.aid.questions import ASKED
from utils.aid.references import BIBLIOGRAPHY
from utils.common.formatting import day_in_words
from utils.publishing.equations import show_notation
from utils.publishing.glossary import show_glossary
from utils.publishing.prose import show_answer
from utils.publishing.sources import find_sources
from utils.publishing.tables import show_provenance

# %% tags=["parameters"]
n_paths = 10_000
seed = 0

# %% tags=["hide-input"]
show_answer(
    "What do the words on these pages mean?",
    f"{len(TERMS)} terms, from {TERMS[0].name} to {TERMS[-1].name}, each with an example.",
    notes=f"Forecasts in the examples are as of {day_in_words(ASKED)}. Scores, lists and outcomes are told in hindsight.",
)

# %% [markdown]
# **You will** find each term that the pages take from forecasting, or from the bodies that count. **You will learn** what it means
# here, and what it comes to in numbers. **You need** nothing; about ten minutes if you read it all. In the report the first use
# of a term on a page leads here.
#
# Back: [Start here](00_start_here.ipynb) · Next: [Sources](91_references.ipynb)

# %% [markdown]
# ## The terms

# %%
examples = list_examples(Material(n_paths=n_paths, seed=seed))
show_glossary(TERMS, examples=examples, sources=find_sources(), bibliography=BIBLIOGRAPHY)

# %% [markdown]
# ## Notation
#
# The equations of the pages use one set of symbols.

# %% tags=["hide-input"]
show_notation(NOTATION, caption="Symbols of the equations. Logs and parts have no unit.")

# %% [markdown]
# ## Limits
#
# A sentence says what a term means on these pages. Elsewhere some are used more widely: a *scenario* need not have a hazard, and a
# *pool* can mix forecasts in other ways.

# %% [markdown]
# ## What this page was made with

# %% tags=["hide-input"]
show_provenance(list_vintages())
