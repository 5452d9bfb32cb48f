# %% [markdown]
# # Forecast: will a day's trucks reach the target before the transition?
#
# A window of ten weeks: here the past holds almost no separate cases, and what may change the policy is not in the counts.

# %% tags=["hide-input"]
import pandas as pd

from utils import answer, questions
from utils.answers import answer_all, simulate_futures, tabulate_answers, tabulate_known
from utils.figures import plot_fan, plot_first_passage, plot_probabilities, show
from utils.passage import parse_definition
from utils.prose import say, show_answer, show_provenance, show_table
from utils.words import day_in_words, percent

# %% tags=["parameters"]
as_of = "2024-11-08"
n_paths = 10_000
seed = 0

# %% tags=["hide-input"]
question = questions.TRANSITION
answers = [said for said in answer_all(as_of=as_of, n_paths=n_paths, seed=seed) if said.question.name == question.name]
cogat, unrwa = (next(a for a in answers if (a.question.source, a.question.definition) == (s, "day")) for s in ("cogat", "unrwa"))
show_answer(
    question.words,
    f"As of {day_in_words(cogat.as_of)}: {percent(cogat.probability)}, and between {percent(cogat.low)} and {percent(cogat.high)} over the "
    f"members of the pool. On UNRWA's count: {percent(unrwa.probability)}.",
    notes=f"From both lists, COGAT's to {day_in_words(cogat.last_known)} and UNRWA's to {day_in_words(unrwa.last_known)}, and "
    f"{len(cogat.quotes)} quoted figures, read as one flow.",
)

# %% [markdown]
# **You will** read the question as an object that resolves, see what was known, simulate joint futures, and read the answer off
# them by four definitions. **You will learn** why a long window turns a few
# high days into a likely event, and how little a short record can say about it.
# **You need** what the forecast of the deadline explains; about ten minutes.
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
# ## Simulate joint futures
#
# The same pool and the same paths as for [the deadline](05_forecast_deadline_2024-11-13.ipynb), carried on to the later date. Over
# ten weeks its members part: one holds on to the newest level, one to that of the whole record, and the weekly beat is around both.

# %%
futures = {
    source: simulate_futures(source, as_of=as_of, n_paths=n_paths, seed=seed)
    for source in ("cogat", "unrwa")
}
{source: run.paths.shape for source, run in futures.items()}

# %% tags=["hide-input"]
show(
    plot_fan(futures["cogat"], question),
    alt="COGAT's counted days, then bands of simulated paths with a strong weekly beat through the unknown weeks and the shaded window; the "
    "target line runs through the upper part of the bands.",
    caption="COGAT's count: the past, the fan of simulated paths, and three single paths. The single paths show what the bands hide.",
)

# %% tags=["hide-input"]
show(
    plot_fan(futures["unrwa"], question.vary(source="unrwa")),
    alt="UNRWA's counted days, then bands of simulated paths that stay well below the target line through the shaded window.",
    caption="UNRWA's count: the same. Its level is lower and its weekly beat weaker.",
)

# %% [markdown]
# ## Read the answer off the paths
#
# Each path either reaches the target within the window, on a first day, or never does. The share of paths that have reached it
# by each day is the first-passage curve; where it ends is the answer, and what is missing to one is *never*.

# %% tags=["hide-input"]
show(
    plot_first_passage([cogat, unrwa]),
    alt=f"Two rising curves by day: COGAT's ends at {percent(cogat.probability)}, UNRWA's at {percent(unrwa.probability)}. Beside them fifty dots, "
    "filled for futures that reach the target on COGAT's count.",
    caption="Probability that a single day has reached the target by each day of the window.",
)

# %% [markdown]
# ## Four meanings of reaching, two counts, four plain rivals
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
highest = futures["cogat"].history[-60:].max()
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
    f"{percent(known[5].probability)}: its last list reaches the origin and shows how low the weeks before were on its own count."
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
# Over ten weeks the policy itself may shift: a ceasefire, a closure, a new crossing. No model of past counts sees that; the
# answer holds only as long as things go on as they did. The past has but a handful of separate windows of this length, so the
# base rate hardly knows anything, and no score could tell two forecasters apart on so few cases. Whether
# the fall since spring was a passing shock is what the members of the pool disagree about, and for the reader to judge.

# %% [markdown]
# ## What this page was made with

# %% tags=["hide-input"]
show_provenance()
