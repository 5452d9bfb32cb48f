# %% [markdown]
# # Forecast: will a day's trucks reach the target before the deadline?
#
# A window of a few days, asked when the newest list was weeks old: the answer, its interval, and how it hangs on what was known.

# %% tags=["hide-input"]
import pandas as pd

from utils import DEADLINE, answer, list_vintages, load_quotes
from utils.aid.answers import answer_all, simulate_source
from utils.aid.nowcast.checks import compare_with_quotes
from utils.aid.summary import summarise_headline
from utils.common.formatting import INTERVAL_RULE, day_in_words, percent
from utils.figures.forecast import plot_fan, plot_first_passage, plot_probabilities
from utils.figures.style import show
from utils.forecasts.tables import tabulate_answers, tabulate_known, tabulate_records
from utils.publishing.answer_grid import show_grid
from utils.publishing.prose import say
from utils.publishing.tables import show_provenance, show_table

# %% tags=["parameters"]
as_of = "2024-11-08"
n_paths = 10_000
seed = 0

# %% tags=["long", "hide-input"]
show_grid(summarise_headline(as_of=as_of, n_paths=n_paths, seed=seed))

# %% tags=["hide-input"]
question = DEADLINE
asked = dict(as_of=as_of, n_paths=n_paths, seed=seed)
answers = [one for one in answer_all(**asked) if one.question.name == question.name]
cogat, unrwa = (next(a for a in answers if (a.question.source, a.question.definition) == (s, "day")) for s in ("cogat", "unrwa"))

# %% [markdown]
# **You will** read the question as an object that resolves, see what was known, simulate an *ensemble* of joint paths, and read
# the answer off it by four definitions. **You will learn** why the unknown weeks before the window matter more than the window,
# and why four definitions of one word give four answers. **You need** to know what a probability is; about ten minutes.
#
# Before: [Test the forecasters](04_models_and_backtest.ipynb) · Next: [Forecast the transition](06_forecast_transition_2025-01-20.ipynb)

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
# The forecaster is a pool of three. Two smooth the level, one quickly and one steadily, and draw the innovations to come, what a day
# has beyond its expectation, from those of the past; the third lays whole weeks of such innovations end to end. Their weights are
# learnt from earlier origins of the same history and stay near equal where there is little to learn from. Missing days change
# nothing but how far the level is known. A path is one whole future: its days belong together, and the answer is read off whole
# paths.

# %%
ensembles = {source: simulate_source(source, **asked) for source in ("cogat", "unrwa")}
{source: ensemble.paths.shape for source, ensemble in ensembles.items()}

# %% tags=["hide-input"]
show(
    plot_fan(ensembles["cogat"], question, back=60),
    alt="COGAT's counted days, then bands of simulated paths with a strong weekly beat through the unknown weeks and the shaded window; the "
    "target line runs through the upper part of the bands.",
    caption="COGAT's count: the past, the fan of simulated paths, and three single paths. The single paths show what the bands hide.",
)

# %% tags=["hide-input"]
show(
    plot_fan(ensembles["unrwa"], question.vary(source="unrwa"), back=60),
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
# *Always no* gives nought. *Climatology* draws windows from the whole past, and the *weekday bootstrap* puts together whole weeks of
# the last two months, weekday on weekday.
#
# The *base rate* is the fraction of windows of the past that met the definition. They are disjoint, as long as the question's, and
# cut back from the last counted day. Days that could be anything are left out; closed days count as nothing. Jeffreys' prior, half
# a window that met it and half a window that did not, keeps a rate that was never seen from being nought.

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
    f"starts lower and gives {percent(flow.probability)}; in hindsight {percent(later.probability)}. COGAT's public list never went "
    f"on, so even hindsight rests on quotes. On UNRWA's count the three are {percent(known[3].probability)}, {percent(known[4].probability)} and "
    f"{percent(known[5].probability)}: its last list reaches the origin and shows how low the weeks before were on its own count."
)

# %% [markdown]
# ## Why the list alone will not do
#
# On some of the days that the list did not cover, figures had been published. Here they are held against the paths that know
# the list alone.

# %% tags=["hide-input"]
checked = compare_with_quotes(simulate_source("cogat", init="list", **asked), load_quotes(as_of=as_of))
show_table(
    checked,
    caption="Trucks a day as quoted for all crossings, and what paths from the list alone have on the same days.",
    formats=dict.fromkeys(["quoted", "paths, 5 %", "paths, middle", "paths, 95 %"], "{:.0f}") | {"paths at or below": percent},
)

# %% tags=["hide-input"]
longest = checked.loc[(checked["to"] - checked["from"]).idxmax()]
single = checked[checked["from"].eq(checked["to"])]
say(
    f"Over {day_in_words(longest['from'])} to {day_in_words(longest['to'])} the figure was **{longest['quoted']:.0f} a day**, and "
    f"{percent(longest['paths at or below'])} of those paths are that low: the flow had fallen in a way that the list's own past does not "
    f"foretell. The {len(single)} single days later, {' and '.join(f'{value:.0f}' for value in single['quoted'])}, lie among the paths; but "
    "single days are quoted because they stand out."
)

# %% [markdown]
# ## What may come
#
# All of this holds if things go on as they did. In so few days an intervention has little room. What may come, how likely it is and
# what it would do is the matter of [the forecast of the transition](06_forecast_transition_2025-01-20.ipynb).

# %% tags=["hide-input"]
shifted = {source: answer(question.vary(source=source), shifts=True, **asked) for source in ensembles}
quiet = {source: sum(way.probability for way in one.branches if not way.names) for source, one in shifted.items()}
say(
    f"With a pause, a closing and the announced opening of Kissufim counted in, as they are there, the answer is {percent(shifted['cogat'].probability)} on COGAT's count "
    f"and {percent(shifted['unrwa'].probability)} on UNRWA's; the probability that nothing comes within the window is {percent(quiet['cogat'])}. One earlier "
    "opening says little of what the next would do, so that its law is wide; how scenarios were scored is on the page of the backtest."
)

# %% [markdown]
# ## Limits
#
# No time-series model knows of a letter, a threat or a crossing that opens. The interval holds what is not known of the model and of
# the days since the lists ended, not that of choosing this pool, and not that of what a truck is. With a window this short the past holds many
# windows, so a base rate means something here; that does not make the next one like the others.

# %% [markdown]
# ## What this page was made with

# %% tags=["hide-input"]
show_provenance(list_vintages())
