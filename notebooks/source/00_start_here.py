# %% [markdown]
# # Start here: will aid trucks reach the target?
#
# Two questions about one public count, answered with probabilities from what was known on the day.
#
# To learn to forecast, [guess first](05_forecast_deadline_2024-11-13.ipynb#guess): the answers stand right below.

# %% tags=["hide-input"]
from utils import DEADLINE, TRANSITION, list_vintages, load_events, load_quotes, load_snapshot
from utils.aid.known import describe_lists
from utils.aid.nowcast.checks import select_level_quotes
from utils.aid.pages import describe_lists_apart, describe_spread, describe_standing, list_facts, open_case
from utils.aid.sources import BY_NAME
from utils.aid.summary import summarise_headline
from utils.common.formatting import INTERVAL_RULE, day_in_words, percent
from utils.figures.alts import write_probabilities_alt, write_record_alt
from utils.figures.forecast import plot_probabilities
from utils.figures.record import plot_record
from utils.figures.style import show
from utils.forecasts.tables import tabulate_in_words
from utils.publishing.answer_grid import show_grid
from utils.publishing.prose import say
from utils.publishing.tables import show_provenance, show_table

# %% tags=["parameters"]
as_of = "2024-11-08"
threshold = DEADLINE.threshold
deadline_closes = f"{DEADLINE.closes}"
transition_closes = f"{TRANSITION.closes}"
definition = "day"
n_paths = 10_000

# %% tags=["hide-input"]
asked = dict(threshold=threshold, definition=definition)
questions = DEADLINE.vary(closes=deadline_closes, **asked), TRANSITION.vary(closes=transition_closes, **asked)
show_grid(summarise_headline(as_of=as_of, questions=questions, n_paths=n_paths))

# %% tags=["hide-input"]
cases = [open_case(question, as_of=as_of, n_paths=n_paths) for question in questions]
still_open = [case for case in cases if not case.closed]
answers = [one for case in still_open for one in case.ask_all()]
first = [one for one in answers if one.question.name == answers[0].question.name]

# %% tags=["hide-input"]
say(" ".join(["*Deadline:*", describe_standing(cases[0]), "*Transition:*", describe_standing(cases[1])]))
say(f"{describe_lists(as_of=as_of)} Nothing published later is used or shown on this page.")

# %% [markdown]
# **You will** meet the two questions, see the record at a glance, read the answers by every definition, and learn where each step is
# explained. **You will learn** why one question has many answers until source, definition and window are named. **You need** no
# statistics for this page, and about five minutes.
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
# ## The answers
#
# "Reach" can mean one good day, a week's mean, several days in a row, or the mean over the whole window. Each definition is
# asked of each count. Two plain baselines stand beside the answer. The *base rate* is estimated from the separate windows of the past
# that are as long as the question's; half a window that met it and half a window that did not are added, so that a rate never seen
# is not zero. The *weekday bootstrap* lets whole weeks of the last two months come again.

# %% tags=["hide-input"]
table = tabulate_in_words(answers)
table.insert(0, "window", [one.question.end for one in answers])
show_table(
    table,
    caption=f"Probability by question, count and definition, as of {day_in_words(answers[0].as_of)}, if nothing shifts. {INTERVAL_RULE}",
    formats=dict.fromkeys(["probability", "base rate", "weekday bootstrap"], percent),
)

# %% tags=["hide-input"]
show(
    plot_probabilities(first),
    alt=write_probabilities_alt(first),
    caption=f"The same, {first[0].question.end}.",
)
say(describe_spread(first))

# %% [markdown]
# ## The record at a glance
#
# Two bodies count. COGAT, of Israel's Defense Ministry, lists loads as they cross the border. UNRWA, the UN's agency for
# Palestine refugees, lists loads as they are received on the other side. The picture shows the lists that were public on the day.

# %% tags=["hide-input"]
lists = {source: load_snapshot(source, as_of=as_of, init="list") for source in BY_NAME}
events = load_events(as_of=as_of).set_index("id")["date"]
names = {
    "2023-11-24-pause-starts": "pause in fighting",
    "2024-04-05-north-crossing-pledged": "northern crossing pledged",
    "2024-05-07-rafah-closes": "Rafah route ends",
    "2024-11-12-kissufim-opens": "Kissufim opens",
}

# %% tags=["hide-input"]
show(
    plot_record(
        list(lists.values()),
        threshold=threshold,
        labels={f"{events[name]:%Y-%m-%d}": text for name, text in names.items() if name in events},
    ),
    alt=write_record_alt(list(lists.values()), threshold=threshold),
    caption="Both lists as they were public. Numbers mark events; days without a count are ticks below zero.",
)
say(f"{describe_lists_apart(lists, threshold=threshold)} Whose count decides is part of the question.")

# %% [markdown]
# ## What was quoted after the lists end
#
# COGAT's list ended weeks before. After its last day there were only figures in the press. Those for all trucks on the Israeli side's
# basis tell the level; with figures on the UN's basis and lower bounds they enter the forecast, in
# [Two counts, one flow](03_two_counts_one_flow.ipynb).

# %% tags=["hide-input"]
recent = select_level_quotes(load_quotes(as_of=as_of), after=lists["cogat"].history.index[-1])
heads = {"date_start": "from", "date_end": "to", "daily": "trucks a day", "scope": "which trucks"}
show_table(
    recent[[*heads, "publisher", "published"]].rename(columns=heads),
    caption="Figures for all crossings on the Israeli or American side's basis that had been published by then.",
    formats={"trucks a day": "{:.0f}"},
)

# %% [markdown]
# ## Where the questions come from
#
# A news report on a briefing of the American State Department gave a target, a count and two dates. The project starts from these
# facts alone; the sentences of the report are not reproduced.

# %% tags=["hide-input"]
facts = list_facts(as_of=as_of)
if len(facts):
    show_table(facts, caption="Facts that the questions are built from, with who says so.", folded=True)
else:
    say("The report was not public yet on this page's day: it appeared on the first day of both windows.")

# %% [markdown]
# ## How to read on
#
# - *Data and provenance* says who counted what, which day is missing and why, and how the past was rewritten.
# - *Explore the daily trucks* shows the record by weekday, crossing, cargo and donor.
# - *Two counts, one flow* reads both lists and the quotes as one daily flow, with its uncertainty.
# - *Test the forecasters* says how each model's probabilities scored on the past, and what it assumes.
# - The two forecasts take one question each, from what was known to the answer, and say what could be wrong with it.
# - *Check our work* settles both questions, source by source, and scores the answers given on the day.
# - To run the pages yourself, or with a class on a hub, begin with the README of the project: it says what to type, and what a hub needs.
#
# ## Limits
#
# Counts of trucks stand for food, water and medicine for people, and say nothing of what reached whom. Neither list is
# complete. No model of past counts sees a pause in the fighting or a closure coming. So this is a study of how a public count can be forecast,
# and not a basis for operations.

# %% [markdown]
# ## What this page was made with

# %% tags=["hide-input"]
show_provenance(list_vintages(as_of=as_of))
