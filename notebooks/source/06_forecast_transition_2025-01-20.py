# %% [markdown]
# # Forecast: will a day's trucks reach the target before the transition?
#
# Over a long window the counts alone cannot answer: what may change the policy is not in them. So the answer comes in two parts: what
# follows if things go on as they did, and what may come between.

# %% tags=["hide-input"]
import dataclasses

import numpy as np
import pandas as pd

from utils import DEADLINE, TRANSITION, list_vintages, load_daily, load_events
from utils.aid import interventions
from utils.aid.equations import COMING, NOTATION_AT
from utils.aid.guesses import SCORED, list_asked, list_known_facts
from utils.aid.known import describe_lists
from utils.aid.pages import (
    describe_announcement,
    describe_baselines,
    describe_calm,
    describe_coming,
    describe_effects,
    describe_placebos,
    describe_standing,
    open_case,
)
from utils.aid.references import BIBLIOGRAPHY
from utils.aid.scenarios import count_interventions, list_scenarios
from utils.aid.sources import BY_NAME, name_sources
from utils.aid.summary import summarise_headline
from utils.common.formatting import INTERVAL_RULE, day_in_words, format_some, percent
from utils.course.guess_panel import show_ask
from utils.figures.alts import (
    write_effect_paths_alt,
    write_effects_alt,
    write_fan_alt,
    write_hazard_alt,
    write_passage_alt,
    write_what_if_alt,
)
from utils.figures.forecast import plot_fan, plot_first_passage
from utils.figures.scenarios import plot_effect_paths, plot_effects, plot_hazard, plot_what_if
from utils.figures.style import show
from utils.forecasts.tables import tabulate_branches, tabulate_in_words, tabulate_scenarios
from utils.forecasts.what_if import describe_break_even, sweep_hazard
from utils.forecasts.what_if_grid import RATIOS, compute_grid
from utils.publishing.answer_grid import show_grid
from utils.publishing.equations import show_equations
from utils.publishing.panel import show_panel
from utils.publishing.prose import say, show_questions
from utils.publishing.tables import show_provenance, show_table
from utils.scenarios.interruptions import AFTER, tabulate_effects_in_words

# %% tags=["parameters"]
as_of = "2024-11-08"
threshold = TRANSITION.threshold
closes = f"{TRANSITION.closes}"
definition = "day"
n_paths = 10_000
seed = 0
guess = None  # your own probability, such as 0.3, before you read on

# %% tags=["hide-input"]
question = TRANSITION.vary(threshold=threshold, closes=closes, definition=definition)
beside = DEADLINE.vary(threshold=threshold, definition=definition)
both = question, beside
show_ask(list_asked(both, as_of=as_of), facts=list_known_facts(both, as_of=as_of), link=SCORED, guess=guess)
show_grid(summarise_headline(as_of=as_of, questions=both[::-1], n_paths=n_paths, seed=seed))

# %% tags=["hide-input"]
case = open_case(question, as_of=as_of, n_paths=n_paths, seed=seed)
plain = {source: case.ask(source) for source in BY_NAME}
mixed = {source: case.ask(source, shifts=True) for source in BY_NAME}
scenarios = {source: list_scenarios(source, as_of=case.asked) for source in BY_NAME}
cogat, unrwa = plain["cogat"], plain["unrwa"]

# %% tags=["hide-input"]
say(f"{describe_standing(case)} {describe_lists(as_of=as_of)} Nothing published later is used or shown.")

# %% [markdown]
# **You will** see the forecast if nothing shifts, measure what past interventions did, and let their like happen on the paths: a pause
# in the fighting, a crossing that opens, a road that closes. **You will learn** how little a short record can say about them, and
# how to ask what could happen without hiding it in a number. **You need** what
# [the forecast of the deadline](05_forecast_deadline_2024-11-13.ipynb) explains; about twelve minutes.
#
# Before: [Forecast the deadline](05_forecast_deadline_2024-11-13.ipynb) · Next: [Check our work](07_check_our_work.ipynb)

# %% [markdown]
# ## If nothing shifts
#
# The question, the pool, the definitions, the baselines and the track record are those of
# [the deadline](05_forecast_deadline_2024-11-13.ipynb), and so are the paths, carried on to the later date. What differs is the past: it holds
# few separate windows as long as this one.

# %% tags=["hide-input"]
ensemble = case.simulate("cogat")
show(
    plot_fan(ensemble, question),
    alt=write_fan_alt(ensemble, question),
    caption="COGAT's count: the past, the fan of simulated paths, and single paths, which show what the bands hide.",
)

# %% tags=["hide-input"]
show(
    plot_first_passage([cogat, unrwa]),
    alt=write_passage_alt([cogat, unrwa]),
    caption="Probability that the target has been reached by each day of the window, if nothing shifts.",
)

# %% tags=["hide-input"]
show_table(
    tabulate_in_words(case.ask_all()),
    caption=f"The answer by count and definition, if nothing shifts. {INTERVAL_RULE}",
    formats=dict.fromkeys(["probability", "base rate", "weekday bootstrap"], percent),
)

# %% tags=["hide-input"]
past = cogat.base_rate
say(
    f"{describe_baselines(cogat)} From so few windows the rate could as well be {percent(past.low)} or {percent(past.high)} (Jeffreys' "
    f"rule, 90 %), and that takes the windows to be alike. {' '.join(cogat.explain_record()[:1])}"
)

# %% [markdown]
# ## What past interventions did
#
# An *intervention* is a dated change in what is let through; the *shift* is what it does to the level. No model of past counts sees
# one coming, but the record holds some: a pause, openings, a pledge, closures. Nothing that the war left untouched stands beside it
# to compare with. So each is held against what the level was doing by itself: a level that wanders, a weekly beat, days that
# scatter, and a change that may begin some days after the date and grow to its full size.

# %% tags=["hide-input"]
effects = interventions.measure_interventions(as_of=case.asked, seed=seed)
placebos = interventions.load_placebos(as_of=case.asked)
foot = "Source: COGAT and UNRWA lists; drawn: days after a list's end, from both lists and the quotes."
show(
    plot_effects(effects, placebos, sources=BY_NAME, foot=foot),
    alt=write_effects_alt(effects, sources=BY_NAME),
    caption="What each intervention did to the daily flow, as known on the day, over a grey band of dates without one.",
)
say(describe_effects(effects))

# %% tags=["hide-input"]
show_table(
    name_sources(tabulate_effects_in_words(effects)),
    caption="Each intervention on each count. Before: trucks a day in the four weeks before. After: while it held, up to "
    f"{format_some(AFTER, 'day')}. Times the flow: at full effect, over the flow without it; the level moves in between, so it is no "
    "plain quotient of the two. Where no shift is found, the days to full effect mean little. Kerem Shalom's two rows are two steps "
    "of one opening within a week; no count can tell them apart, so each is measured as if it were all.",
    formats=dict.fromkeys(["before", "after"], "{:.0f}"),
    folded=True,
)

# %% tags=["hide-input"]
show(
    plot_effect_paths(effects, sources=BY_NAME, foot=foot),
    alt=write_effect_paths_alt(effects, sources=BY_NAME),
    caption="The days around each intervention, the fitted level, and what the level would have been without it.",
)

# %% [markdown]
# ### Checks that need no untouched series
#
# The same is measured on *placebo dates*, on which no intervention is known; with shorter and longer windows; and with each date
# pretended to lie some weeks earlier, on the days before the intervention alone. If the intervals hold what they should, a shift is
# found on one placebo date in ten.

# %% tags=["hide-input"]
say(describe_placebos(effects, as_of=case.asked))

# %% [markdown]
# The cases were chosen after the fact, because they were in the news, and their causes overlap. The two counts need not agree: one
# counts at the border, the other inside. Shutting works at once and can be measured. Opening and pledging work slowly, over weeks in
# which the level wanders anyway. The cases give an idea of how large and how fast a shift can be. They give neither the size
# of the next one nor the rate at which interventions come.

# %% [markdown]
# ## How often such interventions came
#
# The table of events marks when the fighting paused, a crossing or road opened, more aid was pledged, or a crossing, road or
# channel closed.

# %% tags=["hide-input"]
rates = {kind: count_interventions(kind, as_of=case.asked) for kind in interventions.INTERVENTION_KINDS}
ends = {kind: [1 - np.exp(-rate * case.ahead) for rate in one.interval] for kind, one in rates.items()}
show_table(
    pd.DataFrame(
        {"intervention": kind, "seen": f"{one.count} in {one.days} days", "probability": one.probability(case.ahead)}
        | dict(zip(("from", "to"), ends[kind], strict=True))
        for kind, one in rates.items()
    ),
    caption=f"Interventions before {day_in_words(case.asked)}, and the probability of one or more in the {format_some(case.ahead, 'day')} "
    "ahead, estimated by Jeffreys' rule, in which what was never seen is not impossible. From and to: 90 %.",
    formats=dict.fromkeys(["probability", "from", "to"], percent),
)

# %% [markdown]
# ## What openings had done
#
# The table holds all openings that are marked, with the flow in the four weeks before and after. Those are plain means, and other
# things happened too.

# %% tags=["hide-input"]
month, day = pd.Timedelta(days=28), pd.Timedelta(days=1)
openings = load_events(as_of=case.asked).query("intervention == 'opening'")[["date", "event", "url"]].reset_index(drop=True)
for source, counter in BY_NAME.items():
    trucks = load_daily(source, as_of=case.asked)
    openings[f"{counter.title} before"] = [trucks[at - month : at - day].mean() for at in openings["date"]]
    openings[f"{counter.title} after"] = [trucks[at : at + month - day].mean() for at in openings["date"]]
show_table(
    openings,
    caption="Openings known by then, and trucks a day in the four weeks before and after each, on both counts.",
    formats=dict.fromkeys([c for c in openings if c.endswith(("before", "after"))], "{:.0f}"),
    links={"event": "url"},
)
say(describe_announcement(effects, scenarios["cogat"]))

# %% [markdown]
# ## The answer as a sum over what may come
#
# A measured effect is the true one plus an error, and the true effects of one kind differ. So the effect of the next is drawn from a
# *predictive law*: errors of measurement are taken out, kinds with few cases are drawn towards no change, and what is not known of
# all that stays in the law. Each block of paths has one draw of how often a scenario comes and of its effect. Each path has a day on which the
# scenario comes, or none, and is shifted from that day on, but never above four times the highest day on record. So that nothing
# counts twice, these paths draw no innovation of the days that past interventions moved.

# %%
alone = {
    (source, name): case.ask(source, scenarios=[dataclasses.replace(one, excludes=())])
    for source, known in scenarios.items()
    for name, one in known.items()
}
show_table(
    tabulate_scenarios(scenarios, alone, plain=plain, mixed=mixed),
    caption="Nothing, each scenario by itself, and all together: the probability within the window, what it does to the flow (median "
    "and 90 %), and the answer with it.",
    formats=dict.fromkeys(["probability", "answer"], percent),
)

# %% tags=["hide-input"]
ways = pd.concat([tabulate_branches(one).assign(count=BY_NAME[source].title) for source, one in mixed.items()])
show_table(
    ways[["count", "what comes", "probability", "then reached", "adds"]],
    caption="All together: what may come by the end of the window, what follows then, and what each way adds to the answer. A closing "
    "excludes a pause.",
    formats=dict.fromkeys(["probability", "then reached", "adds"], percent),
    folded=True,
)

# %% tags=["hide-input"]
say(
    f"{describe_coming(mixed, plain)} {mixed['cogat'].explain_record()[0]} A scenario moves the answer by its median effect, and by "
    "how little is known of it: a wide law makes a high day more likely even where its median is next to no change."
)

# %% [markdown]
# ## The answer over the hazard of a pause
#
# The *hazard* of a pause is the probability a day that one begins, if none has begun. Nobody knows it. So here is the answer for
# all hazards up to one in three a day, with nothing else to come.

# %%
hazards = np.r_[0, np.geomspace(1 / 3000, 1 / 3, 30)]
calm = {source: case.simulate(source, set_aside=True) for source in BY_NAME}
curves = {
    source: sweep_hazard(one, question.vary(source=source), scenarios[source]["a pause"], hazards=hazards, seed=seed)
    for source, one in calm.items()
}

# %% tags=["hide-input"]
show(
    plot_hazard(curves, rates["pause"], question, intervention="a pause in the fighting", as_of=case.asked),
    alt=write_hazard_alt(curves, rates["pause"], sources=BY_NAME),
    caption="The answer on each count over the probability a day that a pause begins.",
)
titled = {BY_NAME[source].title: curve for source, curve in curves.items()}
say(f"{describe_break_even(titled, days=case.ahead)} {describe_calm(curves, plain)}")
low, high = 1 / 200, 1 / 20
named = case.ask("cogat", scenarios=[dataclasses.replace(scenarios["cogat"]["a pause"], hazard=(low, high))])
say(
    f"Whoever follows the talks would rather name a range. A hazard between one in {1 / low:.0f} and one in {1 / high:.0f} a day, all equally "
    f"likely on a log scale, implies a {percent(sum(way.probability for way in named.branches if way.names))} probability of a pause within "
    f"the window, and an answer of {percent(named.probability)} on COGAT's count."
)

# %% [markdown]
# ## What if: put in a view of your own
#
# Choose the count, the definition, the threshold, the closing day, and the probability, size and speed of one shift: the answer
# follows at once. On the page it is read off a grid that was computed on the paths of these curves; in JupyterLab, off the paths themselves.

# %%
labels = {source: f"{one.title}'s count, {one.rule.partition(', ')[2]}" for source, one in BY_NAME.items()}
views = {label: compute_grid(calm[source], question.vary(source=source), seed=seed) for source, label in labels.items()}
show_panel({label: calm[source] for source, label in labels.items()}, views, question, seed=seed)

# %% tags=["hide-input"]
shown = dict(probabilities=[0, 0.05, 0.1, 0.25, 0.5, 0.75, 1], ratios=RATIOS)
grids = {source: views[label].tabulate(**shown) for source, label in labels.items()}
show(
    plot_what_if(grids, question, days_to_full=7, as_of=case.asked),
    alt=write_what_if_alt(grids, sources=BY_NAME),
    caption="The answer by the probability that one shift comes and by what it does to the flow.",
)

# %% tags=["hide-input"]
show_equations(
    "In equations: what an intervention does, and what may come",
    COMING,
    bibliography=BIBLIOGRAPHY,
    notation=NOTATION_AT,
    folded=True,
)

# %% [markdown]
# ## Limits
#
# The paths show what follows if things go on as they did, and the scenarios what follows if one thing changes. Each scenario rests on
# one case or a few, chosen after the fact; the next pause may do more than the last one, or less. The plain paths have seen the
# interventions of the past as sudden rises and falls, and so foretell some without a name. Scenarios that nobody thought of are not in
# the sum. No score could tell two forecasters apart on so few cases. Whether a fall is a passing shock is what the members of the
# pool disagree about, and for the reader to judge.

# %% [markdown]
# ## Test yourself

# %% tags=["hide-input"]
show_questions({
    "A pause would let more trucks in. Why not simply add its probability to the answer?":
        "It may come too late or lift the flow too little, and the target may be reached without it. So each way that things may go is weighted "
        f"by its probability, and the products are summed. On COGAT's count that gives {percent(mixed['cogat'].probability)}, and {percent(cogat.probability)} if nothing shifts.",
    "The level rose after a crossing opened. Did the opening raise it?":
        "Perhaps. The level wanders by itself, and other things happened in the same weeks. That is what the placebo dates are for: where nothing "
        "happened, a shift is still found on about one date in ten.",
    "How well is the rate of pauses known?":
        f"Hardly. Pauses before: {rates['pause'].count}, in {rates['pause'].days} days. For one or more in the {format_some(case.ahead, 'day')} ahead "
        f"the 90 % interval of the probability runs from {percent(ends['pause'][0])} to {percent(ends['pause'][1])}.",
})  # fmt: skip

# %% [markdown]
# ### What would change your mind
#
# An agreed text, an announcement with a date, or a crossing that shuts. Each is a shift that you can put into the panel above, to see how far
# it moves the answer. If no probability that you would defend moves it, more news will not either.
#
# ### What to read next
#
# [Check our work](07_check_our_work.ipynb) settles both questions. Write your own probability down first. Three
# [exercises](exercises/06_forecast_transition.ipynb) read one pause in a year, double its rate, and build a hazard.

# %% [markdown]
# ## What this page was made with

# %% tags=["hide-input"]
show_provenance(list_vintages(as_of=as_of))
