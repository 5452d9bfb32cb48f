"""Checks of the exercises to notebook 02, Explore the daily trucks."""

from __future__ import annotations

import pandas as pd

from ...common.formatting import percent
from ...counts.snapshot import settle_counts
from ...course.verdicts import Mistake, Verdict, check, compare
from ...questions.base_rate import estimate_base_rate
from ..daily import load_daily
from ..questions import DEADLINE
from ..snapshots import load_snapshot

#: The day on which the route through Rafah ended.
SPLIT = "2024-05-07"
SATURDAY, SUNDAY = 5, 6
#: Trucks a day below which the exercise calls a day quiet.
QUIET = 20


@check("a number of trucks")
def check_usual_saturday(answer: object) -> Verdict:
    """Judge the median Saturday of COGAT's count since the route through Rafah ended.

    >>> sundays = load_daily("cogat")[SPLIT:].asfreq("W-SUN")
    >>> check_usual_saturday(sundays.median())
    Not quite. This is a Sunday. pandas counts weekdays from Monday, which is 0.
    """
    counts = load_daily("cogat")
    late, other = counts[SPLIT:], load_daily("unrwa")[SPLIT:]
    right = late[late.index.day_of_week == SATURDAY].median()
    return compare(
        answer,
        right,
        praise="On Saturdays little but fuel and gas crosses. A forecast without weekdays would be wrong every week.",
        mistakes=[
            Mistake(
                late[late.index.day_of_week == SUNDAY].median(),
                "This is a Sunday. pandas counts weekdays from Monday, which is 0.",
            ),
            Mistake(
                late[late.index.day_of_week == SATURDAY].mean(),
                "This is the mean. A few high days lift it; the median is wanted.",
            ),
            Mistake(counts[counts.index.day_of_week == SATURDAY].median(), "This takes in the days before the split."),
            Mistake(other[other.index.day_of_week == SATURDAY].median(), "This is UNRWA's count; COGAT's is wanted."),
        ],
    )


@check("a probability from 0 to 1")
def check_filled_base_rate(answer: object) -> Verdict:
    """Judge the base rate of a quiet day once missing days are read as zeros.

    >>> honest = settle_counts(load_snapshot("unrwa").days)
    >>> question = DEADLINE.vary(source="unrwa", threshold=QUIET, below=True)
    >>> check_filled_base_rate(estimate_base_rate(honest, question).probability)
    Not quite. This is the rate before the change: days that could be anything are still left out.
    """
    days = load_snapshot("unrwa").days
    question = DEADLINE.vary(source="unrwa", threshold=QUIET, below=True)
    honest = estimate_base_rate(settle_counts(days), question).probability
    right = estimate_base_rate(settle_counts(days).fillna(0), question).probability
    return compare(
        answer,
        right,
        tolerance=1e-3,
        fraction=True,
        praise=f"From {percent(honest)} to {percent(right)}, and no truck was counted anew: the zeros made the quiet days.",
        mistakes=[
            Mistake(honest, "This is the rate before the change: days that could be anything are still left out."),
            Mistake(
                estimate_base_rate(settle_counts(days).ffill(), question).probability,
                "This fills a gap with the day before it. Fill it with zeros.",
            ),
            Mistake(
                estimate_base_rate(settle_counts(days).fillna(0), question.vary(below=False)).probability,
                "This asks how often a day reaches the number. Keep `below=True`.",
            ),
        ],
    )


@check("a pandas Series by month, labelled by the first of each month")
def check_monthly_ratio(answer: object) -> Verdict:
    """Judge COGAT's trucks for each of UNRWA's, by month, over the days that both counted.

    >>> sums = pd.DataFrame({source: load_daily(source) for source in ("cogat", "unrwa")}).dropna().resample("MS").sum()
    >>> check_monthly_ratio(sums["unrwa"] / sums["cogat"])
    Not quite. This is UNRWA's count over COGAT's; the other way about is wanted.
    """
    table = pd.DataFrame({source: load_daily(source) for source in ("cogat", "unrwa")})
    both = table.dropna()
    sums = both.resample("MS").sum()
    right = sums["cogat"] / sums["unrwa"]
    each = table[: both.index[-1]].resample("MS").sum()
    return compare(
        answer,
        right,
        praise=f"It goes from {right.min():.2f} to {right.max():.2f}. No constant turns one count into the other.",
        mistakes=[
            Mistake(1 / right, "This is UNRWA's count over COGAT's; the other way about is wanted."),
            Mistake(
                (both["cogat"] / both["unrwa"]).resample("MS").mean(),
                "This is the mean of daily ratios: a day with two trucks weighs as much as one with two hundred. Sum first.",
            ),
            Mistake(
                each["cogat"] / each["unrwa"],
                "These sums take in days that one of the two did not count. Drop the days that lack a count first.",
            ),
        ],
    )
