# %% [markdown]
# # Forecast: will a day's trucks reach the target before the deadline?
#
# One question, from what was known to the answer: its interval, its baselines, and how much it rests on days that no list covered.

# %% tags=["hide-input"]
import pandas as pd

from utils import DEADLINE, TRANSITION, list_vintages, load_quotes, reconcile
from utils.aid.guesses import SCORED, list_asked, list_known_facts
from utils.aid.known import describe_lists
from utils.aid.nowcast.checks import compare_with_later, compare_with_quotes
from utils.aid.pages import (
    describe_baselines,
    describe_coming,
    describe_later_figures,
    describe_quotes,
    describe_standing,
    open_case,
)
from utils.aid.questions import ASKED
from utils.aid.sources import BY_NAME
from utils.aid.summary import summarise_headline
from utils.common.formatting import INTERVAL_RULE, day_in_words, format_some, percent
from utils.course.guess_panel import show_ask
from utils.figures.alts import write_fan_alt, write_passage_alt, write_probabilities_alt
from utils.figures.forecast import plot_fan, plot_first_passage, plot_probabilities
from utils.figures.style import show
from utils.forecasts.tables import tabulate_in_words, tabulate_known, tabulate_records
from utils.publishing.answer_grid import show_grid
from utils.publishing.prose import say, show_questions
from utils.publishing.tables import show_provenance, show_table

# %% tags=["parameters"]
as_of = "2024-11-08"
threshold = DEADLINE.threshold
closes = f"{DEADLINE.closes}"
definition = "day"
n_paths = 10_000
seed = 0
guess = None  # your own probability, such as 0.3, before you read on

# %% tags=["hide-input"]
question = DEADLINE.vary(threshold=threshold, closes=closes, definition=definition)
beside = TRANSITION.vary(threshold=threshold, definition=definition)
both = question, beside
show_ask(list_asked(both, as_of=as_of), facts=list_known_facts(both, as_of=as_of), link=SCORED, guess=guess)
show_grid(summarise_headline(as_of=as_of, questions=both, n_paths=n_paths, seed=seed))

# %% tags=["hide-input"]
case = open_case(question, as_of=as_of, n_paths=n_paths, seed=seed)
answers = case.ask_all()
plain = {source: case.ask(source) for source in BY_NAME}
cogat, unrwa = plain["cogat"], plain["unrwa"]

# %% tags=["hide-input"]
say(f"{describe_standing(case)} {describe_lists(as_of=as_of)} Nothing published later is used or shown.")

# %% [markdown]
# **You will** read the question as an object that resolves, see what was known, simulate an *ensemble* of joint paths, and read
# the answer off it by four definitions. **You will learn** why the days before a window can matter more than the window, and why
# one word can have four answers. **You need** mean, median and the idea of an interval; about ten minutes.
#
# Before: [Test the forecasters](04_models_and_backtest.ipynb) · Next: [Forecast the transition](06_forecast_transition_2025-01-20.ipynb)

# %% [markdown]
# ## The question, so that it can resolve
#
# What would settle a question must be plain before it is asked: whose count, which trucks, which days, which definition of reaching, and
# what a missing day means. In the code all of this is one object. It reads the probability off the paths, and later it *resolves* the
# question: it says from the counts whether the target was reached, was not, or cannot be told.

# %% tags=["hide-input"]
show_table(
    pd.DataFrame(question.rules.items(), columns=["part", "rule"]),
    caption=f"The question that closes on {day_in_words(question.closes)}. It is also answered below for the other count and by other definitions.",
)

# %% [markdown]
# ## What was known
#
# The forecaster holds the newest list of each source that was public by then, and what had been quoted in the press since. The days from
# a list's end to the *origin*, the last day before the forecast, are neither zeros nor copies of the last value. They are drawn at
# random: days that fit both counts and the quotes, read as [one flow](03_two_counts_one_flow.ipynb), come up often, others seldom. Such an
# estimate of days that are over is a *nowcast*. Every path starts from a draw of its own, so that what is not known of these days is
# in the answer.

# %% tags=["hide-input"]
show_table(
    tabulate_known([cogat, unrwa]).drop(columns=["vintage", "starts from", "probability"]),
    caption="What was at hand, and in how many windows of this length, laid end to end over the past, the target was met.",
)

# %% [markdown]
# ## Simulate joint paths
#
# The forecaster is a *pool* of two models in equal shares. Both follow a *level*, the height around which the days lie, and the share of each
# weekday in it. What a day has beyond its expectation is its *innovation*. *Smoothing* draws innovations of single past days; *week residuals*
# draws those of whole past weeks, in their order. [Test the forecasters](04_models_and_backtest.ipynb) says how. A *path* is one whole future, a count for
# each day, and its days belong together: the answer is read off whole paths.

# %%
ensembles = {source: case.simulate(source) for source in BY_NAME}
fans = {source: plot_fan(ensembles[source], question.vary(source=source), back=60) for source in BY_NAME}

# %% tags=["hide-input"]
show(
    fans["cogat"],
    alt=write_fan_alt(ensembles["cogat"], question),
    caption="COGAT's count: the past, and the fan of simulated paths. On each day half of all paths lie in the dark band. Single paths show what the bands hide: high days belong to some futures and not to others.",
)

# %% tags=["hide-input"]
show(
    fans["unrwa"],
    alt=write_fan_alt(ensembles["unrwa"], question.vary(source="unrwa")),
    caption="The same for UNRWA's count.",
)

# %% [markdown]
# ## Read the answer off the paths
#
# Each path reaches the target on a first day within the window, its *first passage*, or never does. The *first-passage curve* is the
# fraction of paths that have reached it by each day. It ends at the answer; the rest of the paths never reach the target.

# %% tags=["hide-input"]
show(
    plot_first_passage([cogat, unrwa]),
    alt=write_passage_alt([cogat, unrwa]),
    caption="Probability that the target has been reached by each day of the window.",
)

# %% [markdown]
# ## Four definitions, two counts, plain baselines
#
# The same paths are read four times, by what "reach" may mean. A *baseline* is a forecast by a plain rule. *Always no* gives zero.
# *Climatology* draws windows from the whole past. The *weekday bootstrap* draws whole weeks of the last two months, with replacement, and
# lays them end to end. The *base rate* is the part of separate windows of the past, as long as the question's, that met the
# definition. Jeffreys' prior adds half a window that met it and half a window that did not, so that a rate that was never seen is
# not zero.

# %% tags=["hide-input"]
show(
    plot_probabilities(answers),
    alt=write_probabilities_alt(answers),
    caption="The answer by definition and count, each beside its baselines.",
)

# %% tags=["hide-input"]
baselines = ("base_rate", "climatology", "weekday_bootstrap")
shown = ("probability", "base rate", "climatology", "weekday bootstrap")
show_table(
    tabulate_in_words(answers, baselines=baselines),
    caption=f"The same as numbers. {INTERVAL_RULE}",
    formats=dict.fromkeys(shown, percent),
)

# %% tags=["hide-input"]
with_the_day = case.ask("cogat", vary=dict(inclusive=True))
say(
    f"{describe_baselines(cogat)} If the last date itself counted, the answer would "
    + (f"be {then}." if (then := percent(with_the_day.probability)) != percent(cogat.probability) else "still be so.")
)

# %% [markdown]
# ## What such statements were worth
#
# How often did this forecaster's statements come true? It is asked again at earlier days of both lists, as they were known on the
# day of the answer. *Such* statements gave a similar probability, were made when the level was as near the target, and are about a target
# that had been reached before if this one had. Windows overlap, so many statements rest on few *separate windows*. This *track record*
# stands beside the answer and does not move it.

# %% tags=["hide-input"]
show_table(
    tabulate_records(answers),
    caption="Each answer, and what came of such statements before.",
    formats=dict.fromkeys(["probability", "such statements averaged"], percent),
)

# %% tags=["hide-input"]
say(f"For the question itself, on COGAT's count: {' '.join(cogat.explain_record())}")

# %% [markdown]
# ## What the quotes add to the list
#
# Each list can also stand alone: the paths then start at its end and know nothing since. What the quotes add is the difference.

# %%
alone = {source: case.ask(source, init="list") for source in BY_NAME}
checked = compare_with_quotes(case.simulate("cogat", init="list"), load_quotes(as_of=case.asked))

# %% tags=["hide-input"]
say(describe_quotes(alone, plain, checked))

# %% tags=["hide-input"]
paths = ["paths, 5 %", "paths, middle", "paths, 95 %"]
if len(checked):
    show_table(
        checked,
        caption="Trucks a day as quoted for all crossings, and what paths from COGAT's list alone have on the same days. Single days "
        "are quoted because they stand out.",
        formats=dict.fromkeys(["quoted", *paths], "{:.0f}") | {"paths at or below": percent},
    )

# %% [markdown]
# ## What may come
#
# All of this holds if things go on as they did. What may come, how likely it is and what it would do is the matter of
# [the forecast of the transition](06_forecast_transition_2025-01-20.ipynb).

# %% tags=["hide-input"]
shifted = {source: case.ask(source, shifts=True) for source in BY_NAME}
say(describe_coming(shifted, plain))

# %% [markdown]
# ## Limits
#
# No time-series model knows of a letter, a threat or a crossing that opens. The interval leaves out the choice of this pool, and
# what a truck is. Windows of the past are only as good a guide as they are like the next one. The nowcast of the weeks before the
# window can be wrong, and no list of COGAT's checks it.

# %% tags=["hide-input"]
if pd.Timestamp(as_of) == pd.Timestamp(ASKED):
    later = compare_with_later(reconcile(as_of), reconcile(as_of, vintage="final"), load_quotes())
    say(f"{describe_later_figures(later)} [Two counts, one flow](03_two_counts_one_flow.ipynb) says why.")
else:
    say("How the nowcast met later figures stands in [Two counts, one flow](03_two_counts_one_flow.ipynb).")

# %% [markdown]
# ## Test yourself

# %% tags=["hide-input"]
on_cogat = [one.probability for one in answers if one.question.source == "cogat"]
show_questions({
    "Why does the answer depend on days before the window?":
        "Each path starts from a draw of the days up to the origin, and carries their level into the window. Started from the end of COGAT's list "
        f"alone, the answer is {percent(alone['cogat'].probability)}; started from what was known of the days since, it is {percent(cogat.probability)}.",
    "How can one set of paths give several answers to one question?":
        "The question's verb can be read as any one day, days in a row or a mean of days, and each reads the same paths by another "
        f"rule. On COGAT's count the answers run from {percent(min(on_cogat))} to {percent(max(on_cogat))}.",
    "No window of the past met an event. Why is its base rate not zero?":
        "What was never seen in a few windows can still come. By Jeffreys' prior half a window is added on each side. With "
        f"{format_some(cogat.base_rate.windows, 'window')} of the past, as here, an event never met would get {percent(0.5 / (cogat.base_rate.windows + 1))}.",
})  # fmt: skip

# %% [markdown]
# ### What would change your mind
#
# A list of COGAT's for the days since its last one ended, or a quoted week far from the flow: either moves the level that all paths start
# from. News of what may come is the matter of the next page. A different wish for the number is no reason.
#
# ### What to read next
#
# [Forecast the transition](06_forecast_transition_2025-01-20.ipynb) asks the same of a longer window, in which more can come. Three
# [exercises](exercises/05_forecast_deadline.ipynb) count the days that are left, lower the target, and build an interval.

# %% [markdown]
# ## What this page was made with

# %% tags=["hide-input"]
show_provenance(list_vintages(as_of=as_of))
