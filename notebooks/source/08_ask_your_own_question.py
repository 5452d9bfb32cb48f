# %% [markdown]
# # Ask your own question
#
# Another country, another count, another promise, and the same engine. First a case whose end is known, then a file of your own.

# %% tags=["hide-input"]
import dataclasses
import hashlib
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from utils import InputError, Question, answer, backtest, read_counts
from utils.aid.paths import DATA
from utils.aid.tables import read_table
from utils.common.checks import check_day
from utils.common.formatting import INTERVAL_RULE, day_in_words, format_some, list_in_words, percent, write_interval
from utils.counts.snapshot import Source, take_snapshot
from utils.figures.forecast import plot_fan, plot_first_passage
from utils.figures.record import plot_record
from utils.figures.style import show
from utils.forecasts.ensemble import simulate_ensemble
from utils.forecasts.tables import tabulate_answers
from utils.publishing.prose import say, show_answer, show_questions
from utils.publishing.tables import show_provenance, show_table
from utils.scenarios.hazards import Scenario
from utils.verification.summaries import summarise_scores

# %% tags=["parameters"]
earlier = "2020-04-20"
later = "2020-04-27"
push_probability = 0.5
push_ratios = [2, 3, 4, 5]
n_paths = 10_000
seed = 0

# %% tags=["hide-input"]
FILE = DATA / "examples" / "uk_covid_tests.csv"
table = read_table("examples/uk_covid_tests.csv").set_index("date")
quotes = read_table("examples/uk_covid_quotes.csv")
promise = quotes[quotes["measure"].eq("target")].iloc[0]
earlier, later = (f"{day:%Y-%m-%d}" for day in sorted(check_day(day, name="earlier and later") for day in (earlier, later)))
if pd.Timestamp(later) > promise["date"]:
    raise InputError(f"later {later}: the promise ended on {promise['date']:%Y-%m-%d}; choose that day or an earlier one")
first_tests = table["tests"].first_valid_index()
new_people = table["people_total"].diff().where(table.index < first_tests)
announced, people = (table[column].fillna(new_people).iloc[1:] for column in ("tests", "people_tested"))
kits = table["kits_sent"].fillna(0)  # given apart on the last days alone: before, all tests stand for an upper bound

# %% tags=["hide-input"]
titles = {"announced": "tests with kits sent out", "laboratory": "tests without kits sent out", "people": "people tested"}
health = Source(
    name="health", label="the health department", unit="tests", rule="the health department's, as published each day",
    scopes=tuple(titles.items()),
)  # fmt: skip
question = Question(
    threshold=float(promise["figure"]), opens=earlier, closes=promise["date"], inclusive=True,
    source="health", scope="announced", sources=(health,),
)  # fmt: skip

# %% tags=["hide-input"]
daily = {"announced": announced, "laboratory": announced - kits, "people": people}
counts = {}
for place, (scope, series) in enumerate(daily.items()):
    counter = dataclasses.replace(health, place=place, unit="people" if scope == "people" else "tests")
    counts[scope] = take_snapshot(series.dropna(), source=counter, scope=scope)
asked = {}
for day in (earlier, later):
    for scope, definition in (("announced", "day"), ("announced", "mean7"), ("people", "day"), ("people", "mean7")):
        form = question.vary(scope=scope, definition=definition)
        asked[day, scope, definition] = answer(form, as_of=day, counts=counts[scope], n_paths=n_paths, seed=seed)

# %% tags=["hide-input"]
first, second = (asked[day, "announced", "day"] for day in (earlier, later))
last = {scope: one.days["count"][promise["date"]] for scope, one in counts.items()}
words = {"YES": "reached", "NO": "not reached", "UNRESOLVED": "open"}
came = {scope: words[question.resolve(one.days).outcome] for scope, one in counts.items()}
show_answer(
    question.words,
    f"As of {day_in_words(first.as_of)}: {percent(first.probability)}. As of {day_in_words(second.as_of)}: {percent(second.probability)}. What came on "
    f"{day_in_words(promise['date'])}: {last['announced']:,.0f} tests as announced ({came['announced']}), {last['laboratory']:,.0f} without kits sent "
    f"out ({came['laboratory']}), {last['people']:,.0f} people tested ({came['people']}).",
    notes="The forecaster held the counts of the days before and nothing of the promise. The figures are of a later compilation, cut at each day. "
    "Below: what would have changed the answer, and how to ask a question of a file of your own.",
)

# %% [markdown]
# **You will** follow a promise from its wording to its outcome, put a judgement of your own beside a forecast, and ask a question of
# your own file. **You will learn** why a forecaster that knows only past counts misses a push towards a target, why one promise can
# resolve three ways, and what to settle before you ask. **You need** to know what a probability is; about twelve minutes.
#
# Before: [Check our work](07_check_our_work.ipynb) · The first case: [Start here](00_start_here.ipynb)

# %% [markdown]
# ## What was promised, and what was counted
#
# The promise names a number and a last day. It leaves open what a test is: a sample read in a laboratory, a kit put in the post, or a
# person tested. On the last day that made the difference.
#
# A day's figures came out on the day after. That is the engine's own rule: as of a day, the days before it are known. At first
# only the running total of people tested was published, and its differences are taken as the daily count. Once tests a day were
# published they are taken as announced, since the totals then took in late reports of weeks past.

# %% tags=["hide-input"]
say(f"The promise, as [{promise['publisher']}]({promise['url']}) reported it: {promise['note']}")
highest = {day: counts["announced"].known(day).days["count"].max() for day in (earlier, later)}
marks = {f"{first_tests:%Y-%m-%d}": "first figure of tests"} | {earlier: f"as of {day_in_words(first.as_of)}"}
show(
    plot_record([counts[scope].known(later) for scope in ("announced", "people")], threshold=question.threshold, labels=marks),
    alt=f"Two rows of daily bars up to {day_in_words(second.last_counted)}, tests and people. The highest day has {highest[later]:,.0f} tests, "
    f"{percent(highest[later] / question.threshold)} of the target.",
    caption="Both counts as known on the later day. Before the first figure of tests both rows show people tested.",
)

# %% [markdown]
# ## The question, so that it can resolve
#
# Whatever could be argued about afterwards is settled beforehand, in one object: who counts, what, from when to when, what reaching
# means, and what becomes of a day without a count. Every other reading is the same object with one field changed.

# %%
show_table(pd.DataFrame(question.rules.items(), columns=["part", "rule"]), caption="The rules of the question.", folded=True)
for reading in (question, question.vary(definition="mean7"), question.vary(scope="people")):
    say(f"- {reading.words}")

# %% [markdown]
# The figures of tests alone are the count that the promise was about. To learn a week's pattern the engine wants two weeks of them. It
# refuses less, in one line.

# %%
tests_alone = take_snapshot(table["tests"].dropna(), source=health, scope="announced")
for day in (earlier, later):
    try:
        alone = answer(question, as_of=day, counts=tests_alone, n_paths=n_paths, seed=seed)
        say(f"- as of {day}: {percent(alone.probability)}")
    except InputError as error:
        say(f"- as of {day}: refused, {error}")

# %% [markdown]
# So the longer series is used: people tested before, tests after. The join is a compromise. A person may be tested more than once, so
# the first weeks count somewhat less than the later ones.

# %% [markdown]
# ## The answer on both days
#
# The paths are those of [the pool](04_models_and_backtest.ipynb) that answers everywhere in this project. It was given the counts and
# nothing else.

# %% tags=["hide-input"]
named = {"words": "definition", "interval": "90 % interval", "base_rate": "base rate"}
given = tabulate_answers(list(asked.values())).drop(columns="definition").rename(columns=named)
given["as of"], given["count"] = ([key[place] for key in asked] for place in (0, 1))
given["count"] = given["count"].map({"announced": "tests", "people": "people"})
given["windows met"] = [f"{found.base_rate.met} of {found.base_rate.windows}" for found in asked.values()]
show_table(
    given[["as of", "count", "definition", "probability", "90 % interval", "windows met", "base rate"]],
    caption=f"Probability of {question.threshold:,.0f} a day {question.end}. {INTERVAL_RULE} Windows met: separate windows of the past, as long "
    "as this one, that had reached it. The base rate is an estimate made from them by Jeffreys' rule.",
    formats=dict.fromkeys(["probability", "base rate"], percent),
)
plain = given[["climatology", "weekday_bootstrap"]].max().max()
say(
    f"The other baselines: *always no* is 0 %; climatology and the weekday bootstrap are {percent(plain)}{' at most' if plain >= 0.005 else ''}."
)

# %% [markdown]
# Where no window met the target, the base rate is not zero: so few windows cannot rule it out.

# %%
ensembles, snapshot = {}, counts["announced"]
for day in (earlier, later):
    ensembles[day] = simulate_ensemble(snapshot.known(day), until=question.closes, n_paths=n_paths, seed=seed)

# %% tags=["hide-input"]
for day, run in ensembles.items():
    top = np.quantile(run.paths.max(axis=1), 0.95)
    show(
        plot_fan(run, question, back=35),
        alt=f"The daily count stands at {run.history.iloc[-1]:,.0f} on the last day. On 95 % of the paths after it no day has more than "
        f"{top:,.0f}; the target line is at {question.threshold:,.0f}.",
        caption=f"As of {day_in_words(pd.Timestamp(day))}: the last weeks and the fan of simulated paths.",
    )

# %% [markdown]
# ## Put the promise in
#
# No model of past counts knows of a promise. A reader does, and can put it in as a *scenario*: how likely a push is, when it begins, how
# far it would raise the count and how soon. None of this is measured. It is a judgement, written down so that others can see it.
#
# Suppose the push comes for certain, begins at once, and by the last day has multiplied what the paths would have had.

# %%
days_left = {day: max(1, (promise["date"] - pd.Timestamp(day)).days) for day in (earlier, later)}
pushed = {}
for ratio in (2, 3, 4, 5, 6, 8):
    for day, ramp in days_left.items():
        effect = pd.DataFrame({"log_ratio": [np.log(ratio)], "delay": 0, "ramp": ramp})
        push = Scenario("the push", hazard=pd.Series({pd.Timestamp(day): 1.0}), effect=effect, stated=True)
        shifted, _ = ensembles[day].apply_scenarios([push], seed=seed)
        pushed[ratio, day] = shifted.answer(question).probability
grid = pd.Series(pushed).unstack().rename(columns="as of {}".format, index="× {}".format)
caption = f"Probability of {question.threshold:,.0f} on any one day {question.end}, if a push of this size comes."
show_table(grid.reset_index(names="the push multiplies by"), caption=caption, formats=dict.fromkeys(grid, percent))

# %% [markdown]
# A view that is less sure is a scenario too. The parameters at the head of this page hold one: a probability, and a few sizes taken as
# equally likely.

# %%
view = Scenario(
    "the push",
    hazard=pd.Series({pd.Timestamp(later): push_probability}),
    effect=pd.DataFrame({"log_ratio": np.log(push_ratios), "delay": 0, "ramp": days_left[later]}),
    stated=True,  # taken at its word, however far above the record it leads
)
judged = answer(question, as_of=later, counts=counts["announced"], scenarios=[view], n_paths=n_paths, seed=seed)

# %% tags=["hide-input"]
show(
    plot_first_passage([judged, second], labels=["With the push", "Counts alone"]),
    alt=f"Two curves by day. With the push the probability ends at {percent(judged.probability)}, from the counts alone at "
    f"{percent(second.probability)}. Beside them fifty dots, {round(50 * judged.probability)} of them filled.",
    caption="Probability that a day has reached the target by each day, with a judgement put in and without.",
)
branches = [
    f"{percent(one.probability_if)} {'with ' + ' and '.join(one.names) if one.names else 'without'} ({100 * one.probability:g} %)"
    for one in judged.branches
]
sizes = list_in_words([f"× {ratio:g}" for ratio in push_ratios], last="or")
say(f"The {percent(judged.probability)} weighs two answers: {list_in_words(branches)}. The push is of {sizes}, equally likely.")

# %% [markdown]
# ## What such forecasts earned on this very series
#
# A *backtest* asks the same forecaster at earlier days of the same record. The target was never met in it, so the event here is
# an easier one: a day higher than nearly all of the days before it.

# %% tags=["hide-input"]
models = {"default": "the pool", "climatology": "climatology", "weekday_bootstrap": "weekday bootstrap"}
models["persistence"] = "as in the last window"
horizons = sorted({len(question.window[question.window >= day]) for day in (earlier, later)})
earned = backtest(
    counts["announced"].known(later), models=list(models), horizons=horizons, definitions=["day"], quantiles=[0.95],
    first=28, step=4, n_paths=500, seed=seed, n_jobs=1, cache=None, progress=False,
)  # fmt: skip
summary = summarise_scores(earned, score="brier", seed=seed)
met = earned[earned["score"].eq("outcome") & earned["model"].eq("default")].groupby("horizon")["value"].agg(["sum", "size"])
for days, rows in summary.groupby("horizon"):
    told = [f"{models[row.model]} {row.mean:.2f}" for row in rows.sort_values("mean").itertuples(name="Row")]
    say(
        f"Over {format_some(days, 'day')} the event came in {met['sum'][days]:.0f} of {met['size'][days]} windows, of which {rows['effective'].max()} do not "
        f"overlap. Mean Brier scores, zero being best: {list_in_words(told)}."
    )

# %% [markdown]
# So few separate windows say little. On a count that grows the event is an easy one: climatology looks back to smaller days, and
# whoever starts from the newest does better. Nearer to the question is how often the highest day of a window had outgrown all days
# before it as far as the target now asked for.

# %% tags=["hide-input"]
for day in (earlier, later):
    past = counts["announced"].known(day).days["count"]
    length, factor = len(question.window[question.window >= day]), question.threshold / past.max()
    ends = [end for end in range(len(past), length, -length) if end > length]
    highest_in = {end: past[end - length : end].max() for end in ends}
    grown = [highest_in[end] for end in ends if highest_in[end] >= factor * past[: end - length].max()]
    so_far = f", where the highest day had {max(grown):,.0f}" if grown else ""
    say(
        f"As of {day_in_words(pd.Timestamp(day))} the target was {factor:.1f} times the highest day. Of {len(ends)} separate windows as long as the "
        f"{format_some(length, 'day')} left, {len(grown)} had grown so far{so_far}."
    )

# %% [markdown]
# From a few dozen a day, a count grows manifold with a few dozen more. From tens of thousands it takes laboratories, machines and post.

# %% [markdown]
# ## What came, and why it resolves three ways
#
# The same object that gave the answers resolves them. On the last day the announced figure jumped, and a good part of it was kits in the
# post, counted when they left.

# %% tags=["hide-input"]
month = [dataclasses.replace(one, days=one.days[promise["date"] - pd.Timedelta(days=28) :]) for one in counts.values()]
reached = {scope: one.days["count"].ge(question.threshold).sum() for scope, one in counts.items()}
mark = {f"{promise['date']:%Y-%m-%d}": f"{day_in_words(promise['date'])}, the last day of the promise"}
show(
    plot_record(month, threshold=question.threshold, labels=mark),
    alt="Three rows of daily bars. Days at or above the target: "
    + "; ".join(f"{titles[scope]} {number}" for scope, number in reached.items())
    + f". On the last day of the promise: {'; '.join(f'{titles[scope]} {figure:,.0f}' for scope, figure in last.items())}.",
    caption="What came, by what is counted. Kits sent out were given apart only at the end of April. Until then the first two rows are the same.",
)

# %% tags=["hide-input"]
rows = []
for scope, definition in (("announced", "day"), ("announced", "mean7"), ("laboratory", "day"), ("people", "day")):
    form, figure = question.vary(scope=scope, definition=definition), counts[scope].days["count"]
    on_the_day = (figure.rolling(7).mean() if definition == "mean7" else figure)[promise["date"]]
    told = [asked[key].probability if (key := (day, scope, definition)) in asked else np.nan for day in (earlier, later)]
    resolution = form.resolve(counts[scope].days)
    meaning = "mean of seven days" if definition == "mean7" else "any one day"
    rows.append((titles[scope], meaning, on_the_day, words[resolution.outcome], *told))
columns = ["count", "definition", "on the last day", "outcome", f"as of {earlier}", f"as of {later}"]
show_table(
    pd.DataFrame(rows, columns=columns),
    caption=f"The promise of {question.threshold:,.0f} a day {question.end}, by what is counted, beside the answers that had been given.",
    formats={"on the last day": "{:,.0f}"} | dict.fromkeys(columns[-2:], percent),
)

# %% tags=["hide-input"]
share = (table["kits_sent"] / table["tests"])[promise["date"]]
factors = [f"{last['announced'] / np.median(run.paths[:, run.index == promise['date']]):.1f}" for run in ensembles.values()]
brier = [(second.probability - float(came[scope] == "reached")) ** 2 for scope in ("announced", "people")]
say(
    f"{percent(share)} of the tests announced for {day_in_words(promise['date'])} were kits sent out. All of them together were {' and '.join(factors)} times the "
    "median paths of the two days: that is the push one would have had to expect. "
    f"On tests as announced the later answer's Brier score is {brier[0]:.2f}, on people tested {brier[1]:.2f}. One is the worst score there is, and zero the best."
)
columns = {"date": "for", "measure": "what", "figure": "figure", "note": "what was reported", "publisher": "source", "url": "url"}
show_table(
    quotes[quotes["measure"].ne("target")][list(columns)].rename(columns=columns),
    caption="What the press reported of those days.", formats={"figure": "{:,}"}, links={"source": "url"}, folded=True,
)  # fmt: skip

# %% [markdown]
# ## What made it hard
#
# - **A short history.** Three months, most of them of another count, and nearly all of them growth.
# - **A trend is not a push.** Where windows of the past say so, as here, the pool's level grows in proportion. It goes on at its old
#   pace, and the promise asked for far more.
# - **A push towards a target with a date.** A promise moves people, laboratories and post. These are causes outside the count. They
#   belong in a scenario, with a probability that somebody stands for.
# - **A definition that moved.** Late in the month kits were counted when they were sent out. Only a question that says what is
#   counted can tell tests from kits.
#
# The remedy is not to bend the forecaster until this case fits. State the scenario beforehand, show the answer with it and without,
# and write down what resolves the question.

# %% [markdown]
# ## Now your own file
#
# Any file with a row a day will do: CSV, TSV, Excel or parquet. So will a file with a row for each thing that is counted, such as an
# admission or a call (`rows=True`). The file here is the table behind this page, read as if it were yours. `from utils import Question, answer,
# read_counts` is all that it takes.

# %%
my_counts = read_counts(FILE, date="date", count="tests")
my_question = Question(
    threshold=100_000,
    opens="2020-04-27",
    closes="2020-04-30",
    inclusive=True,  # the last day itself counts
    definition="day",  # or a mean of days (mean7), days in a row (run3), the window's mean (window_mean)
)
my_answer = answer(my_question, as_of="2020-04-27", counts=my_counts, n_paths=n_paths, seed=seed)
say(
    f"{my_question.words} {percent(my_answer.probability)}; 90 % interval of the probability: {write_interval(my_answer.low, my_answer.high)}. "
    f"What came: {my_question.resolve(my_counts.days).why}."
)

# %% [markdown]
# `as_of` cuts the file: a day's figure counts as known from the day after. If yours comes later than that, cut the file yourself, or the
# answer knows what nobody knew. To say who counts what, and have it in every title, give the file a `Source`, as this page does.

# %% [markdown]
# ## What a file must be
#
# A file is read as it stands or not at all. Days must be single days, written in one way, one row each unless you ask for their sum. Counts
# must be whole and not negative. A day without a row or a figure is missing, never zero, unless you say that it is. Whatever could be
# read in two ways is refused, in one line that says what to do.

# %%
with TemporaryDirectory() as folder:
    weekly = Path(folder) / "weekly.csv"
    my_counts.days["count"].resample("W").sum().to_csv(weekly)
    for file in (FILE, weekly):
        try:
            read_counts(file)
        except InputError as error:
            say(f"refused: {error}")

# %% [markdown]
# Three things no program can see in a file, and only you can know: whether the figures are a running total, whether a later correction has
# been written over what was first published, and whether the definition changed on the way.

# %% [markdown]
# ## The same on the command line
#
# ```
# python -m utils ask data/examples/uk_covid_tests.csv --date date --count tests \
#     --reach 100000 --by 2020-04-30 --inclusive --as-of 2020-04-27
# ```
#
# prints the answer in words, the curve over the days, the baselines, what such forecasts earned on this very series, and what was assumed.
# `python -m utils ask --help` lists the rest: `--below` for a fall, `--definition`, `--closed` for weekdays on which nothing is counted, `--json` for
# a program.

# %% [markdown]
# ## Limits
#
# This case was chosen because its end is known and instructive. It shows how the engine behaves where it is out of its depth, not how
# good it is. The longer series joins two counts. The table was compiled later: a figure that was corrected on the way stands as
# corrected, so as of a day means the days before it, not the edition of that day. The sizes and the probability of the push are a
# judgement by people who knew the outcome. The engine reads one count and nothing else.

# %% [markdown]
# ## Test yourself

# %% tags=["hide-input"]
show_questions({
    "Which words of the promise let it resolve three ways?":
        f"Those that say what is counted. On the last day there were {last['announced']:,.0f} tests with kits sent out, {last['laboratory']:,.0f} "
        f"without them, and {last['people']:,.0f} people tested. The threshold lay between.",
    "The counts alone gave a low probability, and the number was announced. Should the forecaster be changed?":
        f"Not for one case. It says what follows if counts go on as they did: {percent(second.probability)}. A push is news, and news "
        f"enters as a scenario that somebody stands for: here {percent(judged.probability)}. Only many promises can show whether pushes are foreseeable.",
    "In your file, corrections have replaced the first figures. What does a forecast as of a past day read from it?":
        "What nobody knew on that day. Keep each file as it came out, or ask as of today alone. A backtest on the corrected file flatters "
        "the forecaster by as much as the corrections told.",
})  # fmt: skip

# %% [markdown]
# ### What would change your mind
#
# Many promises, chosen before their ends were known, of which most were kept by a push in the last days. Then a push belongs in the
# forecaster, at a measured rate.
#
# ### What to read next
#
# Three [exercises](exercises/08_ask_your_own_question.ipynb) end with a file of your own. [The glossary](90_glossary.ipynb) explains the
# terms, and [the references](91_references.ipynb) name the works behind the methods.

# %% [markdown]
# ## A card to fill
#
# Before you ask, write these down. A line left open is where the argument will be.

# %% tags=["hide-input"]
rules = question.rules
card = [
    ("event", "What must happen, and does a tie count?", f"{question.event}; {rules['threshold'].partition('; ')[2]}"),
    ("unit", "What is one count? What could be taken for it?", f"{titles['announced']}; not {titles['laboratory']}, not {titles['people']}"),
    ("source", "Who publishes it, and how soon?", f"{rules['count']}; on the day after"),
    ("window", "First day, last day, and does the last one count?", f"{rules['window']}; the last date {rules['the last date itself']}"),
    ("missing days", "What is a day without a figure?", rules["a day not counted"]),
    ("baselines", "What would a plain rule give?", f"always no 0 %; base rate {percent(second.baselines['base_rate'])}; climatology; weekday bootstrap"),
    ("what may come", "What could move the count from outside, how likely, how far, how soon?",
     f"a push; {percent(push_probability)}; {sizes}; in {format_some(days_left[later], 'day')}"),
    ("your guess", "What would you say, before you read any answer?", "nobody's was written down, so nobody's can be scored"),
]  # fmt: skip
show_table(
    pd.DataFrame(card, columns=["part", "ask yourself", "on this page"]), caption="The card, filled for the promise of this page."
)

# %% [markdown]
# Yours, to fill: in JupyterLab by a double click on this cell, or on paper.
#
# | part | your question |
# |:--|:--|
# | event | |
# | unit | |
# | source | |
# | window | |
# | missing days | |
# | baselines | |
# | what may come | |
# | your guess | |

# %% [markdown]
# ## What this page was made with

# %% tags=["hide-input"]
edition = {"title": "health department, compiled", "published": table["published"].iloc[-1], "first": table.index[0]}
edition |= {"last": table.index[-1], "rows": len(table), "sha256": hashlib.sha256(FILE.read_bytes()).hexdigest()}
show_provenance(pd.DataFrame([edition]))
