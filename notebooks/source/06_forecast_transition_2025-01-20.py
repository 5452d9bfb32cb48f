# %% [markdown]
# # Forecast: will a day's trucks reach the target before the transition?
#
# A window of ten weeks: here the past holds almost no separate cases, and what may change the policy is not in the counts. So the
# answer comes in two parts: what the counts say if things go on as they did, and what may come between.

# %% tags=["hide-input"]
import dataclasses

import numpy as np
import pandas as pd

# %% tags=["hide-input"]
from utils import DEADLINE, TRANSITION, answer, list_vintages, load_daily, load_events
from utils.aid import interventions
from utils.aid.answers import answer_all, simulate_source
from utils.aid.scenarios import ANNOUNCED_DAYS, ANNOUNCED_PROBABILITY, CASES, count_interventions, list_scenarios
from utils.aid.summary import summarise_headline
from utils.common.formatting import INTERVAL_RULE, day_in_words, percent
from utils.figures.forecast import plot_fan, plot_first_passage, plot_probabilities
from utils.figures.scenarios import plot_effect_paths, plot_effects, plot_hazard, plot_what_if
from utils.figures.style import show
from utils.forecasts.tables import tabulate_answers, tabulate_branches, tabulate_known, tabulate_records
from utils.forecasts.what_if import find_break_even, sweep_hazard
from utils.forecasts.what_if_grid import RATIOS, compute_grid
from utils.publishing.answer_grid import show_grid
from utils.publishing.panel import show_panel
from utils.publishing.prose import say
from utils.publishing.tables import show_provenance, show_table
from utils.scenarios.interruptions import AFTER, LEVEL, tabulate_effects
from utils.scenarios.placebos import check_calibration_factor, count_separate

# %% tags=["parameters"]
as_of = "2024-11-08"
n_paths = 10_000
seed = 0

# %% tags=["long", "hide-input"]
show_grid(summarise_headline(as_of=as_of, n_paths=n_paths, seed=seed))

# %% tags=["hide-input"]
question = TRANSITION
asked = dict(as_of=as_of, n_paths=n_paths, seed=seed)
answers = [one for one in answer_all(**asked) if one.question.name == question.name]
cogat, unrwa = (next(a for a in answers if (a.question.source, a.question.definition) == (s, "day")) for s in ("cogat", "unrwa"))
scenarios = {source: list_scenarios(source, as_of=as_of) for source in ("cogat", "unrwa")}
mixed = {source: answer(question.vary(source=source), shifts=True, **asked) for source in scenarios}

# %% [markdown]
# **You will** read the question as an object that resolves, simulate joint paths, read the answer off them, and then let things
# happen on them: a pause in the fighting, a crossing that opens, a road that closes. **You will learn** why a long window turns a few
# high days into a likely event, how little a short record can say about it, and how to ask what could happen without hiding it
# in a number. **You need** what the forecast of the deadline explains; about twenty minutes.
#
# Before: [Forecast the deadline](05_forecast_deadline_2024-11-13.ipynb) · Next: [Check our work](07_check_our_work.ipynb)

# %% [markdown]
# ## The question, so that it can resolve
#
# A question is settled before it is asked: whose count, which trucks, which days, by which definition, what a missing day means.
# The same object that reads a probability off the paths will resolve the outcome.

# %% tags=["hide-input"]
show_table(
    pd.DataFrame(question.rules.items(), columns=["part", "rule"]),
    caption=f"The question before {day_in_words(question.closes)}. Below it is also answered for the other count and by other definitions.",
)

# %% [markdown]
# ## What was known
#
# The forecaster holds each source's newest list that was public by then, and what had been quoted since. The days between a list's
# end and the origin are not zeros and not the last value. They are drawn from both counts and the quotes read as one flow, as
# [Two counts, one flow](03_two_counts_one_flow.ipynb) explains, and every path starts from a draw of its own.

# %% tags=["hide-input"]
show_table(
    tabulate_known([cogat, unrwa]).drop(columns=["vintage", "starts from", "probability"]),
    caption="What was at hand, and how many separate windows of this length the past holds.",
)

# %% [markdown]
# ## Simulate joint paths
#
# The same pool and the same paths as for [the deadline](05_forecast_deadline_2024-11-13.ipynb), carried on to the later date. Over
# ten weeks its settings part: some hold on to the newest level, some to that of the whole record, and the weekly beat is around all.

# %%
ensembles = {source: simulate_source(source, **asked) for source in scenarios}
{source: ensemble.paths.shape for source, ensemble in ensembles.items()}

# %% tags=["hide-input"]
show(
    plot_fan(ensembles["cogat"], question),
    alt="COGAT's counted days, then bands of simulated paths with a strong weekly beat through the unknown weeks and the shaded window; the "
    "target line runs through the upper part of the bands.",
    caption="COGAT's count: the past, the fan of simulated paths, and three single paths. The single paths show what the bands hide.",
)

# %% tags=["hide-input"]
show(
    plot_fan(ensembles["unrwa"], question.vary(source="unrwa")),
    alt="UNRWA's counted days, then bands of simulated paths that stay well below the target line through the shaded window.",
    caption="UNRWA's count: the same. Its level is lower and its weekly beat weaker.",
)

# %% [markdown]
# ## Read the answer off the paths
#
# Each path either reaches the target within the window, on a first day, or never does. The fraction of paths that have reached it
# by each day is the first-passage curve. It ends at the answer; the rest of the paths *never* reach the target.

# %% tags=["hide-input"]
show(
    plot_first_passage([cogat, unrwa]),
    alt=f"Two rising curves by day: COGAT's ends at {percent(cogat.probability)}, UNRWA's at {percent(unrwa.probability)}. Beside them fifty dots, "
    "filled for paths that reach the target on COGAT's count.",
    caption="Probability that a single day has reached the target by each day of the window.",
)

# %% [markdown]
# ## Four definitions, two counts, four plain baselines
#
# The definitions and the baselines are those of [the deadline](05_forecast_deadline_2024-11-13.ipynb).

# %% tags=["hide-input"]
show(
    plot_probabilities(answers),
    alt="Two panels, COGAT and UNRWA, with a dot and bar for each of four definitions, and small black marks for the baselines below.",
    caption="The answer by definition and count, each beside its baselines.",
)

# %% tags=["hide-input"]
columns = ["source", "words", "probability", "interval", "base_rate", "climatology", "weekday_bootstrap"]
names = {"words": "reached", "interval": "90 % interval", "base_rate": "base rate", "weekday_bootstrap": "weekday bootstrap"}
probabilities = ("probability", "base rate", "climatology", "weekday bootstrap")
show_table(
    tabulate_answers(answers)[columns].rename(columns=names),
    caption=f"The same as numbers. {INTERVAL_RULE}",
    formats=dict.fromkeys(probabilities, percent),
)

# %% tags=["hide-input"]
with_the_day = answer(question.vary(inclusive=True), **asked)
highest = ensembles["cogat"].history[-60:].max()
say(
    f"If the last date itself counted, the answer on COGAT's count would be {percent(with_the_day.probability)} instead of "
    f"{percent(cogat.probability)}. The pool remembers the whole record, with its high spring; the last weeks of the list, in which no day had "
    f"more than {highest:.0f}, and the nowcast since, put together anew week by week, give {percent(cogat.baselines['weekday_bootstrap'])}. The two differ by so much because the record holds "
    f"{cogat.base_rate.met} of {cogat.base_rate.windows} windows that met the target, all of them months back."
)

# %% [markdown]
# ## What such statements were worth
#
# How often did this forecaster's statements come true? It is asked again at earlier days of both lists, as they were known on the day
# of the answer, and nothing later. *Such* statements are those of like odds, made when the level was as near the target, about a target
# that had been reached before if this one had. Windows overlap, so that many statements rest on few *separate windows*. The record stands
# beside the answer; it does not move it.

# %% tags=["hide-input"]
show_table(
    tabulate_records(answers),
    caption="Each answer, and what came of such statements before.",
    formats=dict.fromkeys(["probability", "such statements averaged"], percent),
)

# %% tags=["hide-input"]
say(f"For a single day on COGAT's count: {' '.join(cogat.explain_record())}")

# %% [markdown]
# ## As known on the day, and in hindsight
#
# The same question from three states of knowledge: each list alone, as it lay public on the day; both lists and the quotes as one
# flow, on the day; and in hindsight, from the last vintages cut at the origin and every figure ever quoted of the days before it.

# %%
ways = [dict(init="list"), dict(), dict(vintage="final")]
known = [answer(question.vary(source=source), **asked, **way) for source in ensembles for way in ways]

# %% tags=["hide-input"]
columns = ["source", "starts from", "vintage", "list published", "last counted day", "probability"]
show_table(
    tabulate_known(known)[columns],
    caption="One question, three states of knowledge, two counts.",
    formats={"probability": percent},
)

# %% tags=["hide-input"]
alone, flow, later = known[:3]
say(
    f"COGAT's list alone gives {percent(alone.probability)}: it ends where the level was still high. With the quotes the forecaster "
    f"starts lower and gives {percent(flow.probability)}; in hindsight {percent(later.probability)}. Over so long a window the start "
    f"matters less than how far each member trusts the newest level. On UNRWA's count the three are {percent(known[3].probability)}, {percent(known[4].probability)} and "
    f"{percent(known[5].probability)}: its last list reaches the origin and shows how low the weeks before were on its own count."
)

# %% [markdown]
# ## What past interventions did
#
# An *intervention* is a dated change in what is let through; the *shift* is what it does to the level. No model of past counts sees
# one coming, but the record holds some that came: a pause, openings, a pledge, closures. How much did each change the daily flow,
# and how soon? Nothing that the war left untouched stands beside the record to compare with. So each is held against what the level
# was doing by itself: a level that wanders, a beat of the week, days that scatter, and a change that may begin some days after the
# date and grow to its full size. The two rows of
# Kerem Shalom are two steps of one opening within a week. No count can tell them apart, so each is measured as if it were all.

# %%
sources = {source.name: source for source in question.sources}
effects = interventions.measure_interventions(as_of=as_of, seed=seed)
placebos = interventions.load_placebos(as_of=as_of)
foot = "Source: COGAT and UNRWA lists; drawn: days after a list's end, from both lists and the quotes."

# %% tags=["hide-input"]
show(
    plot_effects(effects, placebos, sources=sources, foot=foot),
    alt="A row for each intervention with two intervals, COGAT's and UNRWA's, on a scale of factors around a line at no change, over a "
    "grey band of dates without one. The week in which crossings were shut lies far to the left on both counts; most other intervals cross the line.",
    caption="What each intervention did to the daily flow, as known on the day. Most intervals hold no change: the level moves as much "
    "without one.",
)

# %% tags=["hide-input"]
table = tabulate_effects(effects).assign(date=lambda t: t["date"].map(lambda day: day_in_words(day, short=True)))
ends = table[["ratio", "ratio, 5 %", "ratio, 95 %"]].itertuples(index=False)
table["ratio (90 %)"] = [f"{middle:.2f} ({low:.2f} to {high:.2f})" for middle, low, high in ends]
ends = table[["days to full", "days, 5 %", "days, 95 %"]].itertuples(index=False)
table["days to full (90 %)"] = [f"{middle:.0f} ({low:.0f} to {high:.0f})" for middle, low, high in ends]
table = table.rename(columns={"shift": "intervention"})
show_table(
    table[["intervention", "date", "source", "read from", "before", "after", "ratio (90 %)", "days to full (90 %)", "finding"]],
    caption=f"Before: trucks a day in the four weeks before. After: while the intervention held, up to {AFTER} days. Ratio: flow at full "
    "effect over the flow without the intervention. It is no plain quotient of the two, since the level moves in between. Where no "
    "shift is found the days to full effect mean little.",
    formats=dict.fromkeys(["before", "after"], "{:.0f}"),
)

# %% tags=["hide-input"]
found = [effect for effect in effects if effect.excludes_one]
names = [effect.name for effect in found]
both = [name for name in dict.fromkeys(names) if names.count(name) == 2]
listed = "; ".join(
    f"{effect.name} on {sources[effect.source].title}'s count, by a factor of {effect.ratio[1]:.2g}" for effect in found
)
say(
    f"Of {len(effects)} measurements {len(found)} stand out: {listed or 'none'}. On both counts: "
    f"{', '.join(both) or 'none'}. By chance alone about {(1 - LEVEL) * len(effects):.1f} would. Where no shift is found, something may still have "
    "happened: the count moves as much on other dates too."
)

# %% tags=["hide-input"]
known = sorted((effect for effect in effects if effect.measured), key=lambda effect: effect.ratio[2] / effect.ratio[0])
first, last = next((effect for effect in known if effect.excludes_one), known[0]), known[-1]
say(
    f"Of what stands out, the best known is {first.name} on {sources[first.source].title}'s count: between {first.ratio[0]:.2g} and {first.ratio[2]:.2g} times the flow "
    f"without it, in full on day {first.days_to_full[1]:.0f}, its date counted as the first. The least known of all is {last.name} on {sources[last.source].title}'s count: between "
    f"{last.ratio[0]:.2g} and {last.ratio[2]:.2g} times"
    + (
        ", since its list ends before it and its days had to be drawn from both lists and the quotes."
        if last.basis == "nowcast"
        else "."
    )
)

# %% tags=["hide-input"]
show(
    plot_effect_paths(effects, sources=sources, foot=foot),
    alt="Small panels, a row an intervention and a column a count: points for days, a line for the fitted level and a dotted line for "
    "the level without it. In the week in May the line falls to a fraction and comes back; in most other panels the two lines stay close or cross.",
    caption="The days around each intervention, the fitted level, and what the level would have been without it.",
)

# %% [markdown]
# ### Checks that need no untouched series
#
# The same is measured on *placebo dates*, on which no intervention is known. If the intervals hold what they should, a shift is
# found on one in ten of them. It is also measured with shorter and longer windows, and with each date pretended to lie some weeks
# earlier, on the days before the intervention alone.

# %% tags=["hide-input"]
duration = next(one.duration for one in interventions.load_interventions() if one.ends is not None)
week = interventions.load_placebos(as_of=as_of, duration=duration)
apart = sum(count_separate(table) for _, table in placebos.groupby("source"))
say(
    f"Of {len(placebos)} such dates, of which at most {apart} stand apart from each other, {percent(placebos['excludes_one'].mean())} show a lasting "
    f"shift. A pretended shift of {duration} days is found on {percent(week['excludes_one'].mean())}, where one in ten is right: the counts "
    f"have wild weeks that the model does not know. The intervals of interventions that ended are therefore made "
    f"{max(effect.factor for effect in effects):.2f} times as wide as the model's own; with this calibration factor taken each time from "
    f"the dates far from the one at hand, {percent(check_calibration_factor(week))} are found."
)

# %% tags=["hide-input"]
checks = interventions.check_interventions(as_of=as_of)
pretended = checks["check"].str.startswith("pretended") & checks["ratio"].notna()
windows = checks[~checks["check"].str.startswith("pretended")].groupby(["shift", "source"])["excludes_one"].agg(["any", "all"])
say(
    f"Pretended {interventions.EARLIER} days earlier, {checks.loc[pretended, 'excludes_one'].sum()} of {pretended.sum()} that could be measured so are found. Among windows from {interventions.WINDOWS[0][0]} to "
    f"{interventions.WINDOWS[-1][0]} days on either side, and before any widening, {windows['any'].sum()} of {len(windows)} measurements on the lists find a shift in some window, "
    f"and {windows['all'].sum()} in every one: {'; '.join(f'{name} ({sources[source].title})' for name, source in windows.index[windows['all']])}."
)

# %% [markdown]
# ### What so few cases can teach
#
# They were chosen after the fact, because they were in the news, and the causes overlap: a crossing opens in the week in which
# another rule changes. The two counts need not agree on an effect, since one counts at the border and the other inside. Shutting
# works at once and can be measured. Opening and pledging work slowly, over weeks in which the level wanders anyway, so that the
# same rise could have come without them. The cases give an idea of how large and how fast a shift can be. They do not give
# a rate at which interventions come, nor the size of the next one.

# %% [markdown]
# ## How often such interventions came
#
# What an intervention would do is one half; how likely it is, the other. The table of events marks when the fighting paused, a crossing or
# road opened, more aid was pledged, or a crossing, road or channel closed. Only those before the day of the knowledge are counted.

# %% tags=["hide-input"]
rates = {kind: count_interventions(kind, as_of=as_of) for kind in interventions.INTERVENTION_KINDS}
ahead = len(question.window)
show_table(
    pd.DataFrame(
        [
            {"intervention": kind, "times": rate.count, "in days": rate.days, "probability": rate.probability(ahead)}
            | {"from": 1 - np.exp(-rate.interval[0] * ahead), "to": 1 - np.exp(-rate.interval[1] * ahead)}
            for kind, rate in rates.items()
        ]
    ),
    caption=f"Interventions before {day_in_words(cogat.as_of)}, and the probability of one or more in the {ahead} days of the window. From and "
    "to: 90 %, by Jeffreys' rule, in which what was never seen is not impossible.",
    formats=dict.fromkeys(["probability", "from", "to"], percent),
)

# %% tags=["hide-input"]
pause = rates["pause"]
say(
    f"The fighting had paused {'once' if pause.count == 1 else f'{pause.count} times'} in {pause.days} days. From so little, the probability of a pause within the window could as well be "
    f"{percent(1 - np.exp(-pause.interval[0] * ahead))} as {percent(1 - np.exp(-pause.interval[1] * ahead))}; the mean of it is "
    f"{percent(pause.probability(ahead))}. Whoever knew of talks under way had reason to put it higher, and could not have read it off the counts."
)

# %% [markdown]
# ## Kissufim, the news of the day
#
# The news that asked the question brought a change of its own: a further crossing, to open in the coming days. What had openings
# done before? The table holds all that are marked, with the flow in the four weeks before and after. Those are plain means, and other
# things happened too: the last of these openings came when another crossing had just been lost.

# %% tags=["hide-input"]
flows = {source: load_daily(source, as_of=as_of) for source in scenarios}
month = pd.Timedelta(days=28)
openings = load_events(as_of=as_of).query("intervention == 'opening'")[["date", "event", "url"]].reset_index(drop=True)
for source, trucks in flows.items():
    openings[f"{source} before"] = [trucks[day - month : day - pd.Timedelta(days=1)].mean() for day in openings["date"]]
    openings[f"{source} after"] = [trucks[day : day + month - pd.Timedelta(days=1)].mean() for day in openings["date"]]
show_table(
    openings,
    caption="Openings before the day of the knowledge, and trucks a day in the four weeks before and after each, on both counts.",
    formats=dict.fromkeys([c for c in openings if c.startswith(("cogat", "unrwa"))], "{:.0f}"),
    links={"event": "url"},
)

# %% tags=["hide-input"]
steps = [effect for effect in effects if effect.name in CASES["opening"][0]]
say(
    "Measured against what the level did by itself, the two steps of Kerem Shalom's opening multiplied the flow as follows. "
    + " ".join(
        f"{effect.name}, {sources[effect.source].title}: by {effect.ratio[1]:.2g} ({effect.ratio[0]:.2g} to {effect.ratio[2]:.2g}), "
        f"in full on day {effect.days_to_full[1]:.0f}."
        for effect in steps
    )
    + " An opening can work within days, on one count; on the other it cannot be told from nothing."
)

# %% tags=["hide-input"]
say(
    f"As a scenario, Kissufim opens within the next {ANNOUNCED_DAYS} days with a probability of {percent(ANNOUNCED_PROBABILITY)}, all days being "
    "equally likely: that is our reading of the news, and the panel below is for other readings. What it does is what the next opening "
    "would do, by the law explained below: one case, and an uncertain one, says little of the next."
)

# %%
asked_for = [q.vary(source=source) for q in (DEADLINE, TRANSITION) for source in scenarios]
plain = [answer(q, **asked) for q in asked_for]
opened = [answer(q, scenarios=[scenarios[q.source]["Kissufim opens"]], **asked) for q in asked_for]

# %% tags=["hide-input"]
show_table(
    pd.DataFrame(
        {
            "question": [one.question.name for one in opened],
            "source": [one.question.source for one in opened],
            "if nothing shifts": [one.probability for one in plain],
            "with Kissufim": [one.probability for one in opened],
            "opens within the window": [1 - sum(way.probability for way in one.branches if not way.names) for one in opened],
        }
    ),
    caption="What one more crossing does to both answers, if it does what the next opening would.",
    formats=dict.fromkeys(["if nothing shifts", "with Kissufim", "opens within the window"], percent),
)

# %% [markdown]
# ## The answer as a sum over what may come
#
# What was measured is not what the next one does. A measured effect is the true one plus an error, and the true effects of one kind
# differ. So the effect of the next is drawn from a *predictive law*: the errors of measurement are taken out, kinds with few cases are
# drawn towards no change, and what is not known of all that stays in the law. Effects measured on drawn days only are not used. Each
# block of paths has one draw of the hazard and of the effect, each path a day on which the scenario comes, or none; from that day on
# the path is shifted, but never above four times the highest day on record. So that nothing counts twice, paths on which something may
# come draw no innovation of the days that past interventions moved: where nothing comes they are calmer than the plain ones. The answer is read off as before: the probability that
# something comes, times the probability that the target is then reached, added up over all that may come.

# %%
alone = {
    (source, name): answer(question.vary(source=source), scenarios=[dataclasses.replace(one, excludes=())], **asked)
    for source in scenarios
    for name, one in scenarios[source].items()
}

# %% tags=["hide-input"]
rows = []
for (source, name), one in alone.items():
    low, middle, high = np.exp(scenarios[source][name].effect["log_ratio"].quantile([0.05, 0.5, 0.95]))
    comes = 1 - sum(way.probability for way in one.branches if not way.names)
    rows.append((source, name, comes, f"{middle:.1f} ({low:.1f} to {high:.1f})", one.probability))
for source, one in mixed.items():
    comes = 1 - sum(way.probability for way in one.branches if not way.names)
    rows.append((source, "all that may come", comes, "", one.probability))
table = pd.DataFrame(rows, columns=["source", "scenario", "probability", "times the flow", "answer"])

# %% tags=["hide-input"]
show_table(
    table.sort_values("source", kind="stable"),
    caption=f"Each scenario by itself: its probability within the window, what it does to the flow (median and 90 %), and the answer with "
    f"it. If nothing shifts: {percent(cogat.probability)} on COGAT's count, {percent(unrwa.probability)} on UNRWA's.",
    formats=dict.fromkeys(["probability", "answer"], percent),
)

# %% tags=["hide-input"]
show_table(
    pd.concat([tabulate_branches(one).assign(source=source) for source, one in mixed.items()])[
        ["source", "what comes", "probability", "then reached", "adds"]
    ],
    caption="All together: what may come by the end of the window, what follows then, and what each way adds to the answer. A closing excludes a pause.",
    formats=dict.fromkeys(["probability", "then reached", "adds"], percent),
)

# %% tags=["hide-input"]
lifts = {source: max((n for s, n in alone if s == source), key=lambda n: alone[source, n].probability) for source in scenarios}
say(
    f"The last column adds up to the answer: {percent(mixed['cogat'].probability)} on COGAT's count, {percent(mixed['unrwa'].probability)} on UNRWA's, "
    f"where the plain paths give {percent(cogat.probability)} and {percent(unrwa.probability)}. By itself, what lifts it most is: "
    + "; ".join(f"{name}, on {sources[source].title}'s count" for source, name in lifts.items())
    + f". A closing takes it to {percent(alone['cogat', 'a closing'].probability)} and {percent(alone['unrwa', 'a closing'].probability)}. "
    "A scenario moves the answer by what it does in the middle, and by how little is known of it: a wide law makes a high day more likely even "
    "where its median is next to no change. How much of the rise to believe hangs on one earlier opening and one earlier pause. The opening "
    "came in the days after that pause had ended, so that a part of its rise may have been a return."
)

# %% tags=["hide-input"]
such, *_, differs = mixed["cogat"].explain_record()
say(f"What such statements as this answer on COGAT's count were worth: {such} {differs}")

# %% [markdown]
# ## The answer over the hazard of a pause
#
# The *hazard* of a pause is the probability a day that one begins, if none has begun. Nobody knows it. So here is the answer for all
# hazards from one in thousands a day to one in three, with nothing else to come. The rate of the past is drawn in, and where the
# answer tips.

# %%
hazards = np.r_[0, np.geomspace(1 / 3000, 1 / 3, 30)]
calm = {source: simulate_source(source, set_aside=True, **asked) for source in scenarios}
curves = {
    source: sweep_hazard(calm[source], question.vary(source=source), scenarios[source]["a pause"], hazards=hazards, seed=seed)
    for source in scenarios
}

# %% tags=["hide-input"]
show(
    plot_hazard(curves, pause, question, intervention="a pause in the fighting", as_of=as_of),
    alt="Two curves rise from left to right with the probability a day of a pause, COGAT's above UNRWA's. A dashed line marks the rate of the past, within a "
    "wide shaded band.",
    caption="The answer on each count over the probability a day that a pause begins.",
)

# %% tags=["hide-input"]
tips = {source: find_break_even(curve) for source, curve in curves.items()}
at_rate = {source: float(np.interp(pause.per_day, curve.index, curve)) for source, curve in curves.items()}
say(
    f"At the rate of the past a pause lifts the answer from {percent(curves['cogat'].iloc[0])} to {percent(at_rate['cogat'])} on COGAT's count and from "
    f"{percent(curves['unrwa'].iloc[0])} to {percent(at_rate['unrwa'])} on UNRWA's. "
    + " ".join(
        f"On {sources[source].title}'s count the target becomes more likely than not once a pause begins with a probability of one in {1 / tip:,.0f} "
        f"a day, which is {percent(1 - (1 - tip) ** ahead)} within the window."
        if tip > 0
        else f"On {sources[source].title}'s count no hazard makes the target more likely than not: what one pause did says too little of the next."
        for source, tip in tips.items()
    )
)

# %% [markdown]
# A person who follows the talks would rather name a range than a number. Then all hazards within the range are equally likely, on a
# log scale.

# %%
low, high = 1 / 200, 1 / 20
elicited = dataclasses.replace(scenarios["cogat"]["a pause"], hazard=(low, high))
named = answer(question, scenarios=[elicited], **asked)

# %% tags=["hide-input"]
say(
    f"A hazard between one in {1 / low:.0f} and one in {1 / high:.0f} a day implies a "
    f"{percent(sum(way.probability for way in named.branches if way.names))} probability of a pause within the window, and an answer of "
    f"{percent(named.probability)} on COGAT's count."
)

# %% [markdown]
# ## What if: put in a view of your own
#
# Choose the count, the definition, the threshold, the closing day, and the probability, size and speed of one shift: the answer
# follows at once. On the page it is read off a grid that was computed on the paths above; in JupyterLab, off the paths themselves.

# %%
labels = {"cogat": "COGAT's count, at the border", "unrwa": "UNRWA's count, at collection"}
views = {label: compute_grid(calm[source], question.vary(source=source), seed=seed) for source, label in labels.items()}
show_panel({label: calm[source] for source, label in labels.items()}, views, question, seed=seed)

# %%
shown = dict(probabilities=[0, 0.05, 0.1, 0.25, 0.5, 0.75, 1], ratios=RATIOS)
grids = {source: views[label].tabulate(**shown) for source, label in labels.items()}

# %% tags=["hide-input"]
show(
    plot_what_if(grids, question, days_to_full=7, as_of=as_of),
    alt="Two grids of numbers, COGAT and UNRWA, darker where the target is unlikely: the numbers grow to the right with the probability of a rise and "
    "upwards with its size.",
    caption="The answer by the probability that one shift comes and by what it does to the flow.",
)

# %% [markdown]
# ## What a handful of windows can say
#
# The past holds so few separate windows of this length that the base rate hardly bounds the probability. Its interval, from Jeffreys'
# prior, takes the windows to be alike; they were not.

# %% tags=["hide-input"]
table = tabulate_answers(answers)
past = pd.DataFrame([dataclasses.asdict(one.base_rate) for one in answers])
past = past.rename(columns={"probability": "base rate", "low": "from", "high": "to"})
past = past.assign(source=table["source"], reached=table["words"], forecast=table["probability"])

# %% tags=["hide-input"]
show_table(
    past[["source", "reached", "windows", "met", "base rate", "from", "to", "forecast"]],
    caption="How often separate windows of the past met each definition, with the rate's 90 % interval, beside the forecast.",
    formats=dict.fromkeys(["base rate", "from", "to", "forecast"], percent),
)

# %% tags=["hide-input"]
wide = cogat.base_rate
say(
    f"On COGAT's count {wide.met} of {wide.windows} windows had such a day: a rate of {percent(wide.probability)}, which could as well be "
    f"{percent(wide.low)} or {percent(wide.high)}. All of them lie before the fall of October, so even this is a rate of another time."
)

# %% [markdown]
# ## Limits
#
# The paths show what follows if things go on as they did, and the scenarios what follows if one thing changes. Each scenario rests on
# one case or a few, chosen after the fact; the next pause may do more than the last one, or less. The plain paths have seen
# the interventions of the past as sudden rises and falls, and so foretell some without a name. Scenarios nobody
# thought of are not in the sum. The past has but a handful of separate windows of this length, so the base rate hardly knows anything,
# and no score could tell two forecasters apart on so few cases. Whether the fall since spring was a passing shock is what the members
# of the pool disagree about, and for the reader to judge.

# %% [markdown]
# ## What this page was made with

# %% tags=["hide-input"]
show_provenance(list_vintages())
