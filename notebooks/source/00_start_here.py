# %% [markdown]
# # Start here: will aid trucks reach the target?
#
# Two questions about one public count, answered with probabilities from what was known on the day.

# %% tags=["hide-input"]
import pandas as pd

from utils import DEADLINE, list_vintages, load_events, load_quotes, load_snapshot
from utils.aid.answers import answer_all
from utils.aid.nowcast.checks import select_level_quotes
from utils.aid.questions import load_facts
from utils.aid.summary import summarise_headline
from utils.common.formatting import INTERVAL_RULE, day_in_words, percent
from utils.figures.forecast import plot_probabilities
from utils.figures.record import plot_record
from utils.figures.style import show
from utils.forecasts.tables import tabulate_answers
from utils.publishing.answer_grid import show_grid
from utils.publishing.prose import say
from utils.publishing.tables import show_provenance, show_table

# %% tags=["parameters"]
as_of = "2024-11-08"
n_paths = 10_000

# %% tags=["long", "hide-input"]
show_grid(summarise_headline(as_of=as_of, n_paths=n_paths))

# %% tags=["hide-input"]
answers = answer_all(as_of=as_of, n_paths=n_paths)
headline = {(one.question.name, one.question.source): one for one in answers if one.question.definition == "day"}
deadline, transition = (headline[name, "cogat"] for name in ("deadline", "transition"))

# %% [markdown]
# **You will** meet the two questions, see the whole record at a glance, read the answers by every definition, and learn where
# each step is explained. **You will learn** why one question has many answers until source, definition and window are
# named. **You need** no statistics for this page, and about five minutes.
#
# Next: [Data and provenance](01_data_and_provenance.ipynb) ·
# [Explore the daily trucks](02_explore_daily_trucks.ipynb) ·
# [Two counts, one flow](03_two_counts_one_flow.ipynb) ·
# [Test the forecasters](04_models_and_backtest.ipynb) ·
# [Forecast the deadline](05_forecast_deadline_2024-11-13.ipynb) ·
# [Forecast the transition](06_forecast_transition_2025-01-20.ipynb) ·
# [Check our work](07_check_our_work.ipynb) ·
# [Ask your own question](08_ask_your_own_question.ipynb)

# %% [markdown]
# ## Where the questions come from
#
# A news report on a briefing of the American State Department gave a target, a count and two dates. These are all the facts
# that the project starts from; the sentences of the report are not reproduced.

# %% tags=["hide-input"]
facts = load_facts()
show_table(
    pd.DataFrame(
        [
            {"fact": fact["fact"], "value": str(fact["value"]), "unit": fact.get("unit", ""), "said by": fact["attribution"]}
            for name, fact in facts.items()
            if name in ("target", "observed", "letter", "deadline", "transition", "kissufim")
        ]
    ),
    caption="Facts that the questions are built from, with who says so.",
)

# %% [markdown]
# ## The record at a glance
#
# Two bodies count. COGAT, of Israel's Defense Ministry, lists loads as they cross the border. UNRWA, the UN's agency for
# Palestine refugees, lists loads as they are received on the other side. The picture shows all that either ever published as a
# list, which is more than anybody had on the day of the question.

# %% tags=["hide-input"]
lists = {source: load_snapshot(source) for source in ("cogat", "unrwa")}
events = {
    "2023-11-24": "pause in fighting",
    "2024-04-08": "northern crossing pledged",
    "2024-05-07": "Rafah route ends",
    "2024-10-13": "American letter",
    "2025-01-19": "ceasefire",
}
show(
    plot_record(list(lists.values()), threshold=DEADLINE.threshold, labels=events, events=load_events()),
    alt="Two panels of daily bars with a seven-day line, COGAT above and UNRWA below, and a dotted line at the target. COGAT's bars "
    "pass the line in spring and early summer of the war's first year and end in September; UNRWA's never pass it and fall in autumn.",
    caption="All that both sources published as lists, in hindsight. Numbers mark events; days without a count are ticks below zero.",
)

# %% tags=["hide-input"]
reached = {source: one.days["count"].ge(DEADLINE.threshold).sum() for source, one in lists.items()}
observed = facts["observed"]
same_day = lists["unrwa"].days.loc[str(observed["date"]), "count"]
say(
    f"COGAT's list shows {reached['cogat']} days at or over the target, UNRWA's {reached['unrwa'] or 'none'}. On one and the same day, "
    f"{day_in_words(observed['date'])}, the briefing spoke of **{observed['value']}** trucks, and UNRWA's list, published later, "
    f"holds **{same_day:.0f}**. Whose count decides is part of the question."
)

# %% [markdown]
# ## The answers
#
# "Reach" can mean one good day, a week's mean, several days in a row, or the mean over the whole window. Each definition is
# asked of each count. The interval is of the probability: it holds what is not known of the model and of the newest days. Two plain baselines stand
# beside it: the *base rate*, how often separate windows of that length met the definition in the past, and the *weekday
# bootstrap*, in which whole weeks of the last two months come again.

# %% tags=["hide-input"]
table = tabulate_answers(answers)
columns = ["question", "source", "words", "probability", "interval", "base_rate", "weekday_bootstrap"]
names = {"words": "reached", "interval": "90 % interval", "base_rate": "base rate", "weekday_bootstrap": "weekday bootstrap"}
probabilities = ("probability", "base rate", "weekday bootstrap")
show_table(
    table[columns].rename(columns=names),
    caption=f"Probability by question, source and definition, as of {day_in_words(deadline.as_of)}, and two baselines. "
    f"{INTERVAL_RULE}",
    formats=dict.fromkeys(probabilities, percent),
)

# %% tags=["hide-input"]
show(
    plot_probabilities([one for one in answers if one.question.name == "deadline"]),
    alt="Two panels, COGAT and UNRWA, with a dot and a bar for each of four definitions on a probability axis; one day at COGAT "
    "stands far to the right of all others.",
    caption="The same for the deadline: the definition and the count move the answer more than the model does.",
)

# %% [markdown]
# ## What was quoted after the lists end
#
# The lists were weeks old. After their last day there were only figures in the press. These tell the level of all trucks on
# the Israeli side's basis; with figures on the UN's basis and lower bounds they enter the forecast, in
# [Two counts, one flow](03_two_counts_one_flow.ipynb).

# %% tags=["hide-input"]
recent = select_level_quotes(load_quotes(as_of=as_of), after=deadline.last_counted)
show_table(
    recent[["date_start", "date_end", "daily", "scope", "publisher", "published"]],
    caption="Figures for all crossings on the Israeli or American side's basis that had been published by then, as trucks a day.",
    formats={"daily": "{:.0f}"},
)

# %% [markdown]
# ## How to read on
#
# - *Data and provenance* says who counted what, which day is missing and why, and how the past was rewritten.
# - *Explore the daily trucks* shows the record by weekday, crossing, cargo and donor.
# - *Two counts, one flow* reads both lists and the quotes as one daily flow, with its uncertainty.
# - *Test the forecasters* says what each model assumes, and how its probabilities scored on the past.
# - The two forecasts take one question each, from what was known to the answer, and say what could be wrong with it.
# - *Check our work* settles both questions, source by source, and scores the answers given on the day.
#
# ## Limits
#
# Counts of trucks stand for food, water and medicine for people, and say nothing of what reached whom. Neither list is
# complete. No model of past counts sees a ceasefire or a closure coming. For all these reasons this is a study of how a public
# count can be forecast and not a basis for operations.

# %% [markdown]
# ## What this page was made with

# %% tags=["hide-input"]
show_provenance(list_vintages())
