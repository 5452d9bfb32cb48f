# %% [markdown]
# # Forecast: will a day's trucks reach the target before the transition?
#
# A window of ten weeks: here the past holds almost no separate cases, and what may change the policy is not in the counts. So the
# answer comes in two parts: what the counts say if things go on as they did, and what may come between.

# %% tags=["hide-input"]
import dataclasses

import numpy as np
import pandas as pd

from utils import answer, load_daily, load_events
from utils.aid.answers import answer_all, simulate_ensemble
from utils.aid.questions import ALL, TRANSITION
from utils.aid.scenarios import ANNOUNCED_CHANCE, ANNOUNCED_DAYS, EFFECTS_OF, count_interventions, list_scenarios
from utils.aid.shifts import (
    EARLIER,
    INTERVENTION_KINDS,
    INTERVENTIONS,
    WINDOWS,
    check_interventions,
    load_placebos,
    measure_interventions,
)
from utils.common.formatting import day_in_words, percent
from utils.figures.forecast import plot_fan, plot_first_passage, plot_probabilities
from utils.figures.scenarios import plot_effect_paths, plot_effects, plot_hazard, plot_what_if
from utils.figures.style import LABEL, show
from utils.forecasts.tables import tabulate_answers, tabulate_branches, tabulate_known
from utils.forecasts.what_if import find_break_even, sweep_hazard, tabulate_what_if
from utils.publishing.panel import show_panel
from utils.publishing.prose import say, show_answer
from utils.publishing.tables import show_provenance, show_table
from utils.questions.passage import parse_definition
from utils.scenarios.interruptions import AFTER, LEVEL, tabulate_effects
from utils.scenarios.placebos import check_calibration_factor, count_separate

# %% tags=["parameters"]
as_of = "2024-11-08"
n_paths = 10_000
seed = 0

# %% tags=["long", "hide-input"]
question = TRANSITION
answers = [said for said in answer_all(as_of=as_of, n_paths=n_paths, seed=seed) if said.question.name == question.name]
cogat, unrwa = (next(a for a in answers if (a.question.source, a.question.definition) == (s, "day")) for s in ("cogat", "unrwa"))
asked = dict(as_of=as_of, n_paths=n_paths, seed=seed)
scenarios = {source: list_scenarios(source, as_of=as_of) for source in ("cogat", "unrwa")}
mixed = {source: answer(question.vary(source=source), scenarios=list(scenarios[source].values()), **asked) for source in scenarios}
show_answer(
    question.words,
    f"As of {day_in_words(cogat.as_of)}, if nothing shifts: {percent(cogat.probability)}, and between {percent(cogat.low)} and "
    f"{percent(cogat.high)} over the members of the pool. With what may come counted in: {percent(mixed['cogat'].probability)}. "
    f"On UNRWA's count: {percent(unrwa.probability)} and {percent(mixed['unrwa'].probability)}.",
    notes=f"From both lists, COGAT's to {day_in_words(cogat.last_known)} and UNRWA's to {day_in_words(unrwa.last_known)}, and "
    f"{len(cogat.quotes)} quoted figures, read as one flow. What may come: {', '.join(scenarios['cogat'])}.",
)

# %% [markdown]
# **You will** read the question as an object that resolves, simulate joint ensemble, read the answer off them, and then let things
# happen on them: a pause in the fighting, a crossing that opens, a road that closes. **You will learn** why a long window turns a few
# high days into a likely event, how little a short record can say about it, and how to ask what could happen without hiding it
# in a number. **You need** what the forecast of the deadline explains; about twenty minutes.
#
# Before: [Forecast the deadline](05_forecast_deadline_2024-11-13.ipynb) · Next: [Check our work](07_check_our_work.ipynb)

# %% [markdown]
# ## The question, so that it can resolve
#
# A question is settled before it is asked: whose count, which trucks, which days, what reaching means, what a missing day means.
# The same object that reads a probability off the paths will resolve the outcome.

# %% tags=["hide-input"]
show_table(
    pd.DataFrame(question.rules.items(), columns=["part", "rule"]),
    caption=f"The question before {day_in_words(question.closes)}. Below it is also answered for other counts and meanings of reaching.",
)

# %% [markdown]
# ## What was known
#
# The forecaster holds each source's newest list that was public by then, and what had been quoted since. The days between a list's
# end and the origin are not zeros and not the last value. They are drawn from both counts and the quotes read as one flow, as
# [Two counts, one flow](03_two_counts_one_flow.ipynb) explains, and every path starts from a draw of its own.

# %% tags=["hide-input"]
show_table(
    tabulate_known([cogat, unrwa]).drop(columns=["seen", "starts from", "probability"]),
    caption="What was at hand, and how many separate windows of this length the past holds.",
)

# %% [markdown]
# ## Simulate joint ensemble
#
# The same pool and the same paths as for [the deadline](05_forecast_deadline_2024-11-13.ipynb), carried on to the later date. Over
# ten weeks its members part: one holds on to the newest level, one to that of the whole record, and the weekly beat is around both.

# %%
ensemble = {
    source: simulate_ensemble(source, as_of=as_of, n_paths=n_paths, seed=seed)
    for source in ("cogat", "unrwa")
}
{source: run.paths.shape for source, run in ensemble.items()}

# %% tags=["hide-input"]
show(
    plot_fan(ensemble["cogat"], question),
    alt="COGAT's counted days, then bands of simulated paths with a strong weekly beat through the unknown weeks and the shaded window; the "
    "target line runs through the upper part of the bands.",
    caption="COGAT's count: the past, the fan of simulated paths, and three single paths. The single paths show what the bands hide.",
)

# %% tags=["hide-input"]
show(
    plot_fan(ensemble["unrwa"], question.vary(source="unrwa")),
    alt="UNRWA's counted days, then bands of simulated paths that stay well below the target line through the shaded window.",
    caption="UNRWA's count: the same. Its level is lower and its weekly beat weaker.",
)

# %% [markdown]
# ## Read the answer off the paths
#
# Each path either meets the target within the window, on a first day, or never does. The share of paths that have reached it
# by each day is the first-passage curve; where it ends is the answer, and what is missing to one is *never*.

# %% tags=["hide-input"]
show(
    plot_first_passage([cogat, unrwa]),
    alt=f"Two rising curves by day: COGAT's ends at {percent(cogat.probability)}, UNRWA's at {percent(unrwa.probability)}. Beside them fifty dots, "
    "filled for ensemble that reach the target on COGAT's count.",
    caption="Probability that a single day has reached the target by each day of the window.",
)

# %% [markdown]
# ## Four meanings of reaching, two counts, four plain baselines
#
# *Always no* says that it never happens. The *base rate* counts separate windows of the past. *Climatology* draws windows from
# the whole past, and *recent weeks* puts together whole weeks of the last two months.

# %% tags=["hide-input"]
show(
    plot_probabilities(answers),
    alt="Two panels, COGAT and UNRWA, with a dot and bar for each of four definitions, and small black marks for the baselines below.",
    caption="The answer by definition and count, each beside its baselines.",
)

# %% tags=["hide-input"]
columns = ["source", "words", "probability", "low", "high", "base_rate", "climatology", "weekday_bootstrap"]
names = {"words": "reached", "low": "from", "high": "to", "base_rate": "base rate", "weekday_bootstrap": "recent weeks"}
shares = ("probability", "from", "to", "base rate", "climatology", "recent weeks")
show_table(
    tabulate_answers(answers)[columns].rename(columns=names),
    caption="The same as numbers. From and to: 90 % over the members of the pool and their settings.",
    formats=dict.fromkeys(shares, percent),
)

# %% tags=["hide-input"]
with_the_day = answer(question.vary(inclusive=True), as_of=as_of, n_paths=n_paths, seed=seed)
highest = ensemble["cogat"].history[-60:].max()
say(
    f"If the last date itself counted, the answer on COGAT's count would be {percent(with_the_day.probability)} instead of "
    f"{percent(cogat.probability)}. The pool remembers the whole record, with its high spring; the last weeks of the list, in which no day had "
    f"more than {highest:.0f}, and the flow since, put together anew week by week, would say {percent(cogat.baselines['weekday_bootstrap'])}. The two differ by so much because the record holds "
    f"{cogat.base_rate.met} of {cogat.base_rate.windows} windows that met the target, all of them months back."
)

# %% [markdown]
# ## As known on the day, and in hindsight
#
# The same question from three states of knowledge: each list alone, as it lay public on the day; both lists and the quotes as one
# flow, on the day; and in hindsight, from the last vintages cut at the origin and every figure ever quoted of the days before it.

# %%
ways = [dict(start="list"), dict(), dict(hindsight=True)]
known = [
    answer(question.vary(source=source), as_of=as_of, n_paths=n_paths, seed=seed, **way) for source in ("cogat", "unrwa") for way in ways
]

# %% tags=["hide-input"]
columns = ["source", "starts from", "seen", "list published", "last counted day", "probability"]
show_table(
    tabulate_known(known)[columns],
    caption="One question, three states of knowledge, two counts.",
    formats={"probability": percent},
)

# %% tags=["hide-input"]
alone, flow, later = known[:3]
say(
    f"COGAT's list alone would say {percent(alone.probability)}: it ends where the level was still high. With the quotes the forecaster "
    f"starts lower and says {percent(flow.probability)}; in hindsight {percent(later.probability)}. Over so long a window the start "
    f"matters less than how far each member trusts the newest level. On UNRWA's count the three are {percent(known[3].probability)}, {percent(known[4].probability)} and "
    f"{percent(known[5].probability)}: its last list meets the origin and shows how low the weeks before were on its own count."
)

# %% [markdown]
# ## What past shifts did
#
# No model of past counts sees a shift of policy coming, but the record holds some that came: a pause, openings, a pledge, closures.
# How much did each change the daily flow, and how soon? Nothing that the war left untouched stands beside the
# record to compare with. So each shift is held against what the level was doing by itself: a level that wanders, a beat of the
# week, days that scatter, and a change that may begin some days after the date and grow to its full size. The two rows of
# Kerem Shalom are two steps of one opening within a week. No count can tell them apart, so each is measured as if it were all.

# %%
effects = measure_interventions(as_of=as_of, seed=seed)
placebos = load_placebos(as_of=as_of)

# %% tags=["hide-input"]
show(
    plot_effects(effects, placebos),
    alt="A row for each shift with two intervals, COGAT's and UNRWA's, on a scale of factors around a line at no change, over a grey band of "
    "dates without a shift. The week in which crossings were shut lies far to the left on both counts; most other intervals cross the line.",
    caption="What each shift did to the daily flow, as known on the day. Most intervals hold no change: the level moves as much without a shift.",
)

# %% tags=["hide-input"]
table = tabulate_effects(effects).assign(date=lambda t: t["date"].map(lambda day: day_in_words(day, short=True)))
ends = table[["ratio", "ratio, 5 %", "ratio, 95 %"]].itertuples(index=False)
table["ratio (90 %)"] = [f"{middle:.2f} ({low:.2f} to {high:.2f})" for middle, low, high in ends]
ends = table[["days to full", "days, 5 %", "days, 95 %"]].itertuples(index=False)
table["days to full (90 %)"] = [f"{middle:.0f} ({low:.0f} to {high:.0f})" for middle, low, high in ends]
show_table(
    table[["shift", "date", "source", "read from", "before", "after", "ratio (90 %)", "days to full (90 %)", "finding"]],
    caption=f"Before: trucks a day in the four weeks before. After: while the shift held, up to {AFTER} days. Ratio: flow at full effect over the flow without the "
    "shift. It is no plain quotient of the two, since the level moves in between. Where no shift is found the days to full effect say little.",
    formats=dict.fromkeys(["before", "after"], "{:.0f}"),
)

# %% tags=["hide-input"]
found = [effect for effect in effects if effect.excludes_one]
names = [effect.name for effect in found]
both = [name for name in dict.fromkeys(names) if names.count(name) == 2]
listed = "; ".join(f"{effect.name} on {LABEL[effect.source]}'s count, by a factor of {effect.ratio[1]:.2g}" for effect in found)
say(
    f"Of {len(effects)} measurements {len(found)} stand out: {listed or 'none'}. On both counts: "
    f"{', '.join(both) or 'none'}. By chance alone about {(1 - LEVEL) * len(effects):.1f} would. Where no shift is found, that does not say that nothing "
    "happened: the count moves as much on other dates too."
)

# %% tags=["hide-input"]
known = sorted((effect for effect in effects if effect.measured), key=lambda effect: effect.ratio[2] / effect.ratio[0])
first, last = next((effect for effect in known if effect.excludes_one), known[0]), known[-1]
say(
    f"Of what stands out, the best known is {first.name} on {LABEL[first.source]}'s count: between {first.ratio[0]:.2g} and {first.ratio[2]:.2g} times the flow "
    f"without it, in full on day {first.days_to_full[1]:.0f}, its date counted as the first. The least known of all is {last.name} on {LABEL[last.source]}'s count: between "
    f"{last.ratio[0]:.2g} and {last.ratio[2]:.2g} times"
    + (
        ", since its list ends before it and its days had to be drawn from both lists and the quotes."
        if last.basis == "flow"
        else "."
    )
)

# %% tags=["hide-input"]
show(
    plot_effect_paths(effects),
    alt="Small panels, a row a shift and a column a count: points for days, a line for the fitted level and a dotted line for the level without "
    "the shift. In the week in May the line falls to a fraction and comes back; in most other panels the two lines stay close or cross.",
    caption="The days around each shift, the fitted level, and what the level would have been without the shift.",
)

# %% [markdown]
# ### Checks that need no untouched series
#
# The same is measured on dates on which no shift is known. If the method says nine in ten, it may find one in ten of them. It is also
# measured with shorter and longer windows, and with each date pretended to lie some weeks earlier, on the days before the shift alone.

# %% tags=["hide-input"]
duration = next(shift.duration for shift in INTERVENTIONS if shift.ends is not None)
week = load_placebos(as_of=as_of, duration=duration)
apart = sum(count_separate(table) for _, table in placebos.groupby("source"))
say(
    f"Of {len(placebos)} such dates, of which at most {apart} stand apart from each other, {percent(placebos['found'].mean())} were found to have a lasting "
    f"shift. A pretended shift of {duration} days was found on {percent(week['found'].mean())}, where one in ten is right: the counts have wild weeks that "
    f"the model does not know. The intervals of shifts that ended are therefore made {max(effect.factor for effect in effects):.2f} times as wide as the model says; "
    f"with the factor taken each time from the dates far from the one at hand, {percent(check_calibration_factor(week))} are found."
)

# %% tags=["hide-input"]
checks = check_interventions(as_of=as_of)
pretended = checks["check"].str.startswith("pretended") & checks["ratio"].notna()
windows = checks[~checks["check"].str.startswith("pretended")].groupby(["shift", "source"])["excludes_one"].agg(["any", "all"])
say(
    f"Pretended {EARLIER} days earlier, {checks.loc[pretended, 'found'].sum()} of {pretended.sum()} that could be measured so are found. Among windows from {WINDOWS[0][0]} to "
    f"{WINDOWS[-1][0]} days on either side, and before any widening, {windows['any'].sum()} of {len(windows)} measurements on the lists find a shift in some window, "
    f"and {windows['all'].sum()} in every one: {'; '.join(f'{name} ({LABEL[source]})' for name, source in windows.index[windows['all']])}."
)

# %% [markdown]
# ### What so few cases can teach
#
# They were chosen after the fact, because they were in the news, and the causes overlap: a crossing opens in the week in which
# another rule changes. The two counts need not agree on a shift, since one counts at the border and the other inside. Shutting
# works at once and can be measured. Opening and pledging work slowly, over weeks in which the level wanders anyway, so that the
# same rise could have come without them. The cases give an idea of how large and how fast a shift can be. They do not give
# a rate at which shifts come, nor the size of the next one.

# %% [markdown]
# ## How often such shifts came
#
# What a shift would do is one half; how likely it is, the other. The table of events marks when the fighting paused, a crossing or
# road opened, more aid was pledged, or a crossing, road or channel closed. Only those before the day of the knowledge are counted.

# %% tags=["hide-input"]
rates = {kind: count_interventions(kind, as_of=as_of) for kind in INTERVENTION_KINDS}
ahead = len(question.window)
show_table(
    pd.DataFrame(
        [
            {"shift": kind, "times": rate.count, "in days": rate.days, "chance of one in the window": rate.chance(ahead)}
            | {"from": 1 - np.exp(-rate.interval[0] * ahead), "to": 1 - np.exp(-rate.interval[1] * ahead)}
            for kind, rate in rates.items()
        ]
    ),
    caption=f"Shifts before {day_in_words(cogat.as_of)}, and the chance of one or more in the {ahead} days of the window. From and to: 90 %, by Jeffreys' rule, in which what was never seen is not impossible.",
    formats=dict.fromkeys(["chance of one in the window", "from", "to"], percent),
)

# %% tags=["hide-input"]
pause = rates["pause"]
say(
    f"The fighting had paused {'once' if pause.count == 1 else f'{pause.count} times'} in {pause.days} days. From so little, the chance of a pause within the window could as well be "
    f"{percent(1 - np.exp(-pause.interval[0] * ahead))} as {percent(1 - np.exp(-pause.interval[1] * ahead))}; the middle of it is "
    f"{percent(pause.chance(ahead))}. Whoever knew of talks under way had reason to say more, and could not have read it off the counts."
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
steps = [effect for effect in effects if effect.name in EFFECTS_OF["Kissufim opens"]]
say(
    "Measured against what the level did by itself, the two steps of Kerem Shalom's opening multiplied the flow as follows. "
    + " ".join(
        f"{effect.name}, {LABEL[effect.source]}: by {effect.ratio[1]:.2g} ({effect.ratio[0]:.2g} to {effect.ratio[2]:.2g}), "
        f"in full on day {effect.days_to_full[1]:.0f}."
        for effect in steps
    )
    + " An opening can work within days, on one count; on the other it cannot be told from nothing."
)

# %% tags=["hide-input"]
say(
    f"As a scenario, Kissufim opens on any of the next {ANNOUNCED_DAYS} days alike, with a chance of {percent(ANNOUNCED_CHANCE)} in all: that is our reading of the news, and "
    "the panel below is for other readings. What it does is drawn from the two steps of Kerem Shalom, each as likely as the other."
)

# %%
asked_for = [q.vary(source=source) for q in ALL.values() for source in scenarios]
plain = [answer(q, **asked) for q in asked_for]
opened = [answer(q, scenarios=[scenarios[q.source]["Kissufim opens"]], **asked) for q in asked_for]

# %% tags=["hide-input"]
show_table(
    pd.DataFrame(
        {
            "question": [said.question.name for said in opened],
            "source": [said.question.source for said in opened],
            "if nothing shifts": [said.probability for said in plain],
            "with Kissufim": [said.probability for said in opened],
            "opens within the window": [1 - sum(b.share for b in said.branches if not b.names) for said in opened],
        }
    ),
    caption="What one more crossing does to both answers, if it does what the steps of Kerem Shalom's opening did.",
    formats=dict.fromkeys(["if nothing shifts", "with Kissufim", "opens within the window"], percent),
)

# %% [markdown]
# ## The answer as a sum over what may come
#
# Each simulated path is given a day on which each scenario comes, or none, and an effect drawn from those measured; from that day on
# the path is shifted. Effects that the record leaves wide open are drawn towards no change, by how far
# shifts have gone at all; those measured on drawn days only are not used. Then the
# answer is read off as before. The share of the paths on which something comes, times the share of those that reach the target,
# added up over all that may come, is the answer.

# %%
alone = {
    (source, name): answer(question.vary(source=source), scenarios=[dataclasses.replace(one, excludes=())], **asked)
    for source in scenarios
    for name, one in scenarios[source].items()
}

# %% tags=["hide-input"]
rows = []
for (source, name), said in alone.items():
    low, middle, high = np.exp(scenarios[source][name].effect["log_ratio"].quantile([0.05, 0.5, 0.95]))
    chance = 1 - sum(branch.share for branch in said.branches if not branch.names)
    rows.append((source, name, chance, f"{middle:.1f} ({low:.1f} to {high:.1f})", said.probability))
for source, said in mixed.items():
    rows.append((source, "all that may come", 1 - sum(b.share for b in said.branches if not b.names), "", said.probability))
show_table(
    pd.DataFrame(rows, columns=["source", "scenario", "chance", "times the flow", "answer"]).sort_values("source", kind="stable"),
    caption=f"Each scenario by itself: its chance within the window, what it does to the flow (middle and 90 %), and the answer with it. If nothing "
    f"shifts: {percent(cogat.probability)} on COGAT's count, {percent(unrwa.probability)} on UNRWA's.",
    formats=dict.fromkeys(["chance", "answer"], percent),
)

# %% tags=["hide-input"]
show_table(
    pd.concat([tabulate_branches(said).assign(source=source) for source, said in mixed.items()])[
        ["source", "what comes", "chance", "then reached", "adds"]
    ],
    caption="All together: what may come by the end of the window, what follows then, and what each way adds to the answer. A closing excludes a pause.",
    formats=dict.fromkeys(["chance", "then reached", "adds"], percent),
)

# %% tags=["hide-input"]
lifts = {source: max((n for s, n in alone if s == source), key=lambda n: alone[source, n].probability) for source in scenarios}
say(
    f"The last column adds up to the answer: {percent(mixed['cogat'].probability)} on COGAT's count, {percent(mixed['unrwa'].probability)} on UNRWA's, "
    f"where the plain paths say {percent(cogat.probability)} and {percent(unrwa.probability)}. By itself, what lifts it most is: "
    + "; ".join(f"{name}, on {LABEL[source]}'s count" for source, name in lifts.items())
    + f". A closing takes it to {percent(alone['cogat', 'a closing'].probability)} and {percent(alone['unrwa', 'a closing'].probability)}. "
    "How much of the rise to believe hangs on one earlier opening and one earlier pause. The opening came in the days after that pause "
    "had ended, so that a part of its rise may have been a return."
)

# %% [markdown]
# ## The answer over the hazard of a pause
#
# One chance of a pause is not *the* chance. So here is the answer for all of them, from one in thousands a day to one in three,
# with nothing else to come. The rate of the past is drawn in, and where the answer tips.

# %%
hazards = np.r_[0, np.geomspace(1 / 3000, 1 / 3, 30)]
curves = {
    source: sweep_hazard(question.vary(source=source), scenarios[source]["a pause"], hazards=hazards, **asked)
    for source in scenarios
}

# %% tags=["hide-input"]
show(
    plot_hazard(curves, pause, question, shift="a pause in the fighting", as_of=as_of),
    alt="Two curves rise from left to right with the chance a day of a pause, COGAT's above UNRWA's. A dashed line marks the rate of the past, within a "
    "wide shaded band.",
    caption="The answer on each count over the chance a day that a pause begins.",
)

# %% tags=["hide-input"]
tips = {source: find_break_even(curve) for source, curve in curves.items()}
at_rate = {source: float(np.interp(pause.per_day, curve.index, curve)) for source, curve in curves.items()}
say(
    f"At the rate of the past a pause lifts the answer from {percent(curves['cogat'].iloc[0])} to {percent(at_rate['cogat'])} on COGAT's count and from "
    f"{percent(curves['unrwa'].iloc[0])} to {percent(at_rate['unrwa'])} on UNRWA's. On UNRWA's the target becomes more likely than not once a pause "
    f"begins with a chance of one in {1 / tips['unrwa']:,.0f} a day, which is {percent(1 - (1 - tips['unrwa']) ** ahead)} within the window."
)

# %% [markdown]
# A person who follows the talks would rather name a range than a number. Then every chance within the range is as good as another.

# %%
low, high = 1 / 200, 1 / 20
elicited = dataclasses.replace(scenarios["cogat"]["a pause"], hazard=(low, high))
named = answer(question, scenarios=[elicited], **asked)

# %% tags=["hide-input"]
say(
    f"Whoever puts a pause between one in {1 / low:.0f} and one in {1 / high:.0f} a day says that one comes within the window with "
    f"{percent(sum(branch.share for branch in named.branches if branch.names))}, and gets {percent(named.probability)} on COGAT's count."
)

# %% [markdown]
# ## What if: put in a view of your own
#
# In JupyterLab the next cell shows a panel: choose the count, the meaning of reaching, and the chance, size and speed of one shift, and the answer
# follows at once, on the paths above. The grid holds some of its answers for the page.

# %%
show_panel(question, **asked)

# %%
chances, ratios = [0, 0.05, 0.1, 0.25, 0.5, 0.75, 1], [0.5, 1, 1.5, 2, 3, 4]
grids = {
    source: tabulate_what_if(question.vary(source=source), chances=chances, ratios=ratios, **asked) for source in ("cogat", "unrwa")
}

# %% tags=["hide-input"]
show(
    plot_what_if(grids, question, days_to_full=7, as_of=as_of),
    alt="Two grids of numbers, COGAT and UNRWA, darker where the target is unlikely: the numbers grow to the right with the chance of a rise and upwards with its size.",
    caption="The answer by the chance that one shift comes and by what it does to the flow.",
)

# %% [markdown]
# ## What a handful of windows can say
#
# The past holds so few separate windows of this length that their share hardly bounds the chance. The interval is that of the
# rate itself, by Jeffreys' rule, as if the windows were alike; they were not.

# %% tags=["hide-input"]
rates = pd.DataFrame(
    [
        {
            "source": said.question.source,
            "reached": parse_definition(said.question.definition).words,
            "windows": said.base_rate.windows,
            "met": said.base_rate.met,
            "base rate": said.base_rate.probability,
            "from": said.base_rate.low,
            "to": said.base_rate.high,
            "forecast": said.probability,
        }
        for said in answers
    ]
)

# %% tags=["hide-input"]
show_table(
    rates,
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
# The paths say what follows if things go on as they did, and the scenarios what follows if one thing changes. Each scenario rests on
# one case or a few, chosen after the fact; the next pause may do more than the last one, or less. The paths have seen
# the shifts of the past as sudden rises and falls, so that mixing scenarios in counts a part of them twice. Scenarios nobody
# thought of are not in the sum. The past has but a handful of separate windows of this length, so the base rate hardly knows anything,
# and no score could tell two forecasters apart on so few cases. Whether the fall since spring was a passing shock is what the members
# of the pool disagree about, and for the reader to judge.

# %% [markdown]
# ## What this page was made with

# %% tags=["hide-input"]
show_provenance()
