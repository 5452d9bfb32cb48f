# %% [markdown]
# # Find a source: methods, data and reports
#
# What the pages rest on, and where each work is used.

# %% tags=["hide-input"]
import pandas as pd

from utils import list_vintages, load_events, load_quotes
from utils.aid.glossary import GLOSSARY, TERMS
from utils.aid.references import BIBLIOGRAPHY, list_publishers
from utils.common.paths import ROOT
from utils.publishing.prose import show_answer
from utils.publishing.references import show_references
from utils.publishing.tables import show_provenance, show_table

# %% tags=["parameters"]
as_of = None  # None: all reports; a day: those that had been published by then

# %% tags=["hide-input"]
methods, publishers = BIBLIOGRAPHY.references, list_publishers()
quotes, events = load_quotes(as_of=as_of), load_events(as_of=as_of).dropna(subset=["url"])
reports = pd.concat(
    [
        quotes.assign(tells="trucks, " + quotes["date_start"].dt.strftime("%Y-%m-%d")),
        events.assign(tells=events["event"]),
    ]
)[["publisher", "published", "tells", "url"]].sort_values(["publisher", "published", "tells"], ignore_index=True)
show_answer(
    "Where do method, data and figures come from?",
    f"{len(methods)} works on method, {len(publishers)} publishers of data, and {reports['url'].nunique()} reports.",
    notes="A work is listed if code or a page cites it. Reports are listed with what was taken from them: figures and days, never their words.",
)

# %% [markdown]
# **You will** find each work that a method is taken from, who published the data, and each report that a figure or an event comes from.
# **You will learn** which file of the code rests on which work. **You need** nothing; about five minutes.
#
# Back: [Look up a word](90_glossary.ipynb) · [Start here](00_start_here.ipynb)

# %% [markdown]
# ## Methods
#
# Each work names the code that cites it, and the terms that it defines.

# %%
terms = [(key, f'<a href="{GLOSSARY.page}.ipynb#{term.id}">{term.name}</a>') for term in TERMS for key in term.after]
show_references(BIBLIOGRAPHY, folder=ROOT / "utils", also=terms)

# %% [markdown]
# ## Data
#
# The publishers' files are not part of this project. Its tables were made from them.

# %% tags=["hide-input"]
show_table(
    publishers,
    caption="Publishers of the data, and the tables made from theirs.",
    links={"publisher": "url"},
)

# %% [markdown]
# ## Reports
#
# Figures that were quoted, and events, with the page that each is taken from. Some pages have moved or gone since.

# %% tags=["hide-input"]
show_table(
    reports.rename(columns={"tells": "what it tells"}),
    caption="Reports behind the quoted figures and the events, by publisher.",
    links={"publisher": "url"},
    folded=True,
)

# %% [markdown]
# ## Limits
#
# A work is cited for its idea; where the code departs from it, the docstring says how. Figures and events were chosen by people from what
# they found: there were more reports than these.

# %% [markdown]
# ## What this page was made with

# %% tags=["hide-input"]
show_provenance(list_vintages(as_of=as_of))
