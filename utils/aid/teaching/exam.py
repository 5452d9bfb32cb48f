"""The exam: ten questions over the five sessions. What is given and what is right is computed from the data."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from ...common.formatting import day_in_words, days_in_words, format_some, list_in_words, percent
from ...course.exam import Item
from ...questions.passage import first_passage
from ...verification.scores import score_brier
from ..daily import load_daily
from ..exercises.checks_04 import STATED, forecast_tomorrow
from ..exercises.checks_06 import HAZARD, RATIO, describe_pause, simulate_transition
from ..loaders import load_quotes
from ..questions import ASKED, DEADLINE, TRANSITION
from ..scenarios import count_interventions
from ..snapshots import load_snapshot
from .plan import COUNTS, MISSING, PATHS, SCORES, SETTLING

MONTH = "2024-07"
#: A single day that both lists count, and a quote that gives a total over days.
DAY, QUOTE = "2024-07-10", "20241209-20241215-cogat-1316-american-faith"
#: What a week's highest day is held against in the questions on scores, and how many weeks a forecaster there looks back.
LEVEL, LOOKBACK = 250, 8


def write_exam(*, seed: int = 0) -> list[Item]:
    """Write the exam.

    Parameters
    ----------
    seed : int
        Of the simulated paths that are given; another seed makes another paper of the same kind.

    Examples
    --------
    >>> items = write_exam()
    >>> len(items), len({item.session for item in items})
    (10, 5)
    """
    return [
        *_ask_of_counts(),
        *_ask_of_missing_days(),
        *_ask_of_paths(seed),
        *_ask_of_scores(),
        *_ask_of_settling(),
    ]


def _ask_of_counts() -> Iterator[Item]:
    then, last = (load_daily("unrwa", as_of=day)[MONTH].sum() for day in (ASKED, None))
    yield Item(
        COUNTS.title,
        4,
        f"In the file of UNRWA's that was public on {day_in_words(ASKED)}, {pd.Timestamp(MONTH):%B %Y} has {then:,.0f} "
        f"trucks. In the last file it has {last:,.0f}. Which part of the last number was missing on the day? A model is "
        "fitted to the last file and tested on that month. What is wrong?",
        f"1 − {then:,.0f} / {last:,.0f} = {percent(1 - then / last)} was missing (two marks). The model has been given what "
        "nobody knew on the day, so its score flatters it. It must be fitted to the file of the day (two marks).",
    )
    counted = {source: load_daily(source)[DAY] for source in ("cogat", "unrwa")}
    yield Item(
        COUNTS.title,
        3,
        f"On {day_in_words(pd.Timestamp(DAY))} COGAT counts {counted['cogat']:.0f} trucks and UNRWA {counted['unrwa']:.0f}. "
        "Give two reasons why neither number need be wrong, and say what follows for a question about “the trucks of a day”.",
        "Two of these: they count at other places and so on other days; one list has loads that the other lacks, such as "
        "fuel, gas and commerce; a reporter had not sent its figures (one mark each). A question must name its count (one "
        "mark).",
    )


def _ask_of_missing_days() -> Iterator[Item]:
    days = load_snapshot("unrwa").days
    at = pd.Timestamp(find_week(days))
    week = days[at : at + pd.Timedelta(days=6)]
    counts, states = week["count"], week["state"]
    table = pd.DataFrame(
        {"day": week.index, "trucks": ["" if np.isnan(one) else f"{one:.0f}" for one in counts], "state": states.to_numpy()}
    )
    known = counts.mask(states.eq("closed"), 0)
    yield Item(
        MISSING.title,
        4,
        "How many trucks a day did this week have in the mean, if a closed day counts as zero and a day that nobody reported "
        "is left out? How many, if every empty day is read as a zero? Which of the two would you use, and why?",
        f"{known.mean():.1f} and {counts.fillna(0).mean():.1f} (one mark each). The first: on a closed day nothing came, and "
        "that is known. Of an unreported day nothing is known, and a zero would say that somebody looked (two marks).",
        table=table,
        caption="A week of UNRWA's list.",
    )
    quote = load_quotes().set_index("id").loc[QUOTE]
    length = (quote["date_end"] - quote["date_start"]).days + 1
    yield Item(
        MISSING.title,
        4,
        f"A report gives {quote['trucks']:,.0f} trucks for {days_in_words(quote['date_start'], quote['date_end'])}, both days "
        "included. How many is that a day? Which numbers could a single one of these days have had? How does a model take in "
        "such a figure?",
        f"{quote['trucks']:,.0f} / {length} = {quote['trucks'] / length:.0f} a day (one mark). Any from none to all "
        f"{quote['trucks']:,.0f}: a total says nothing else of a single day (one mark). It conditions the days on their sum: "
        "what the total lacks or has over goes mostly to the days that are least known, and to those that move with them "
        "(two marks).",
    )


def find_week(days: pd.DataFrame) -> pd.Timestamp:
    """Find the first seven days, from a Sunday on, of which one is closed, one unreported, and all others are counted.

    Examples
    --------
    >>> f"{find_week(load_snapshot('unrwa').days):%A %Y-%m-%d}"
    'Sunday 2023-10-22'
    """
    states = days["state"]
    for at in states.index[states.index.day_of_week == 6]:
        held = states[at : at + pd.Timedelta(days=6)].value_counts()
        if held.get("closed") == 1 and held.get("unreported") == 1 and held.get("counted") == 5:
            return at
    raise LookupError("no week of this list has a closed and an unreported day")


def _ask_of_paths(seed: int) -> Iterator[Item]:
    rng = np.random.default_rng(seed)
    ensemble = simulate_transition()
    window = ensemble.index.get_indexer(TRANSITION.window[:5])
    paths = rng.permutation(ensemble.paths[:, window])[:6]
    highest_means = np.sort(np.lib.stride_tricks.sliding_window_view(paths, 3, axis=1).mean(axis=2).max(axis=1))
    level = np.floor(highest_means[-2] / 5) * 5  # two of the six meet the second definition
    hits = first_passage(paths, "day", level)
    means = first_passage(paths, "mean3", level) >= 0
    table = pd.DataFrame(paths.astype(int), columns=[f"day {day}" for day in range(1, 6)])
    table.insert(0, "path", [f"{place}" for place in range(1, 7)])
    curve = [f"{(np.sum((hits >= 0) & (hits <= day)))} of 6" for day in range(5)]
    yield Item(
        PATHS.title,
        4,
        "Six paths of five days are given, with no days before them. Write down the first-passage curve for “a day reaches "
        f"{level:.0f}”, and the answer. What is the answer for “the mean of three days in a row reaches {level:.0f}”?",
        f"The curve is {list_in_words(curve)}, so the answer is {curve[-1]} (two marks). For the mean of three days it is "
        f"{means.sum()} of 6 (two marks).",
        table=table,
        caption="Six simulated paths of COGAT's count, trucks a day.",
    )
    long = ensemble.paths[:, ensemble.index.get_indexer(TRANSITION.window)]
    alone = (long >= TRANSITION.threshold).mean(axis=0)
    joint = (first_passage(long, "day", TRANSITION.threshold) >= 0).mean()
    apart = 1 - np.prod(1 - alone)
    yield Item(
        PATHS.title,
        4,
        f"On a day of the window to the transition, {percent(alone.mean())} of the simulated paths have "
        f"{TRANSITION.threshold:.0f} trucks or more, in the mean of {len(alone)} days. If the days of a path had nothing to "
        "do with each other, which probability would that give for one or more such days? Read off whole paths it is "
        f"{percent(joint)}. Why the difference?",
        f"1 − (1 − {percent(alone.mean())})^{len(alone)} is about {percent(1 - (1 - alone.mean()) ** len(alone))}; day by day "
        f"it comes to {percent(apart)} (two marks). High days come together on the same paths: a path with one of them has "
        "many, and most paths have none (two marks).",
    )


def _ask_of_scores() -> Iterator[Item]:
    weekly = load_daily("cogat").resample("W-SAT").max().ge(LEVEL)
    said = weekly.astype(float).rolling(LOOKBACK).mean().shift(1).dropna()[::6][:6]
    came = weekly[said.index].astype(float)
    brier, half = (float(np.mean(score_brier(one.to_numpy(), came.to_numpy()))) for one in (said, said * 0 + 0.5))
    table = pd.DataFrame(
        {
            "week to": said.index,
            "probability": [f"{one:.3f}" for one in said],
            "what came": ["reached" if one else "not reached" for one in came],
        }
    )
    yield Item(
        SCORES.title,
        5,
        f"Somebody says of each week, how likely one of its days reaches {LEVEL} on COGAT's count: as often as in the "
        f"{LOOKBACK} weeks before. Work out the mean Brier score of the statements below, that of always saying a half, and "
        "the skill beside it. What do these numbers say of the forecaster?",
        f"{brier:.3f} and {half:.3f} (two marks); the skill is 1 − {brier:.3f} / {half:.3f} = {1 - brier / half:.2f} (one "
        f"mark). Little: {format_some(len(said), 'week')} are few, and a plain reference such as the base rate is harder to "
        "beat than a half (two marks).",
        table=table,
        caption="Statements, and what came.",
    )
    inside = forecast_tomorrow().between(0.05, 0.95).mean()
    yield Item(
        SCORES.title,
        3,
        f"A forecast of the next day states a standard deviation of {STATED:g} trucks. In the histogram of its PIT both ends "
        "are much higher than the middle. What is wrong, and is the part of days within its central 90 % more or less than "
        "90 %? What would you change?",
        f"The stated noise is too small (one mark), so fewer days lie inside: here {percent(inside)} (one mark). State a "
        "larger one, learnt from the errors of the past (one mark).",
    )


def _ask_of_settling() -> Iterator[Item]:
    question = DEADLINE.vary(source="cogat")
    held = load_snapshot("cogat").days
    last = held.index[held["state"].eq("counted")][-1]
    yield Item(
        SETTLING.title,
        4,
        f"COGAT's list ends on {day_in_words(last)}. The window runs from {day_in_words(question.opens)} to the day before "
        f"{day_in_words(question.closes)}. The list has no day of it. How does the question of the deadline come out on that "
        "list? Which evidence could settle it, and which could not?",
        f"{question.resolve(held).outcome.capitalize()}: not one of the {len(question.window)} days was counted, and missing "
        "is not zero (two marks). A later list of the same body, or a quoted figure for a day on the same basis, could; a "
        "figure on another basis settles another question (two marks).",
    )
    days = len(TRANSITION.window)
    rate = count_interventions("pause", as_of=ASKED)
    mixed, arrivals = simulate_transition().apply_scenarios([describe_pause(HAZARD, ratio=RATIO)], seed=0)
    window, _ = mixed.cut_window(TRANSITION)
    met = pd.Series(first_passage(window, "day", TRANSITION.threshold) >= 0)
    ways = met.groupby(arrivals.notna().any(axis=1).to_numpy()).mean()  # without a pause, and with one
    pause, expected = round(rate.probability(days), 2), rate.per_day * days
    often = "once" if rate.count == 1 else f"{rate.count} times"
    yield Item(
        SETTLING.title,
        5,
        f"In {format_some(rate.days, 'day')} the fighting had paused {often}; by Jeffreys' rule "
        f"half a pause is added. At that rate, how many pauses are expected in the {format_some(days, 'day')} of a window, "
        f"and how likely is one or more if the rate is taken as known? The pages say {percent(pause)}. Why less? Suppose the "
        f"answer is {percent(ways[False])} without a pause and {percent(ways[True])} with one. What is it in all?",
        f"({rate.count} + ½) / {rate.days} × {days} = {expected:.2f} expected, and 1 − e^−{expected:.2f} = "
        f"{percent(1 - np.exp(-expected))} (two marks). A rate that rests on so little may be much lower or higher, and "
        f"averaged over that, one or more is less likely (one mark). {percent(pause)} × {percent(ways[True])} + "
        f"{percent(1 - pause)} × {percent(ways[False])} = "
        f"{percent(pause * round(ways[True], 2) + (1 - pause) * round(ways[False], 2))} (two marks).",
    )
