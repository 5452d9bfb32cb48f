"""Checks of the exercises to notebook 03, Read two counts as one flow."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...common.formatting import percent
from ...course.verdicts import Mistake, Verdict, check, compare
from ..daily import load_daily
from ..loaders import load_quotes

#: The quote of the first exercise: a total over days.
QUOTE = "20241001-20241030-ocha-836-voi"
#: Days of COGAT's list that the second hides, and days before them that its ratio may use.
HIDDEN, BEFORE = 28, 56


@check("a number of trucks a day")
def check_quote_a_day(answer: object) -> Verdict:
    """Judge how many trucks a day a total over days means.

    >>> check_quote_a_day(836)
    Not quite. This is the total. Divide it by its days.
    >>> check_quote_a_day(836 / 31)
    Not quite. This divides by the whole month. The quote ends before it.
    """
    quote = load_quotes().set_index("id").loc[QUOTE]
    total, between = quote["trucks"], (quote["date_end"] - quote["date_start"]).days
    return compare(
        answer,
        total / (between + 1),
        tolerance=1e-3,
        praise="A total binds the sum of its days. Of a single day it says only that it had no more than that.",
        mistakes=[
            Mistake(total / between, "The first and the last day both count: one more than the difference of the two dates."),
            Mistake(total / quote["date_end"].days_in_month, "This divides by the whole month. The quote ends before it."),
            Mistake(total, "This is the total. Divide it by its days."),
        ],
    )


@check("an error as a fraction, such as -0.1 where the reading is 10 % too low")
def check_recent_ratio(answer: object) -> Verdict:
    """Judge the error of hidden weeks that are read from the other count by the ratio of the weeks before.

    >>> check_recent_ratio(0)
    Not quite. No error at all: the hidden days were used to find themselves.
    """
    both = pd.DataFrame({source: load_daily(source) for source in ("cogat", "unrwa")}).dropna()
    hidden, known = both[-HIDDEN:].sum(), both[:-HIDDEN]

    def compute_error(days: pd.DataFrame) -> float:
        sums = days.sum()
        return float(sums["cogat"] / sums["unrwa"] * hidden["unrwa"] / hidden["cogat"] - 1)

    right = compute_error(known[-BEFORE:])
    return compare(
        answer,
        right,
        tolerance=1e-3,
        fraction=True,
        praise=f"{percent(-right)} too low, after {percent(-compute_error(known))} by all the days before. The ratio drifts, and "
        "no constant serves.",
        mistakes=[
            Mistake(compute_error(known), "This is still the ratio of the whole record. Take the last days of `known` alone."),
            Mistake(
                compute_error(both[-HIDDEN - BEFORE :]), "Hidden days are in this ratio. A forecaster would not have had them."
            ),
            Mistake(compute_error(both[-BEFORE:]), "Hidden days are in this ratio. Cut them off first, then take the last days."),
            Mistake(compute_error(both[-HIDDEN:]), "No error at all: the hidden days were used to find themselves."),
            Mistake(-right, "The sign is turned: a reading below the count has an error below zero."),
        ],
    )


@check("a pandas Series of trucks by day, labelled as `mean`")
def check_conditioned_days(answer: object) -> Verdict:
    """Judge the expected days of a joint normal distribution once their sum is known.

    >>> mean, cov, total = state_days()
    >>> check_conditioned_days(mean * total / mean.sum())
    Not quite. All days were multiplied alike. What was nearly certain should hardly move.
    """
    mean, cov, total = state_days()
    gain = cov.sum(axis=1) / cov.to_numpy().sum()
    gap = total - mean.sum()
    return compare(
        answer,
        mean + gain * gap,
        praise="The gap goes to the days least known, and to those that move with them. So the flow reads a total.",
        mistakes=[
            Mistake(
                mean + gap / len(mean), "Each day got the same share of the gap. What was nearly certain should hardly move."
            ),
            Mistake(mean * total / mean.sum(), "All days were multiplied alike. What was nearly certain should hardly move."),
            Mistake(
                mean + np.diag(cov) / np.diag(cov).sum() * gap,
                "The gap was shared by variance alone. Days that move together share it too: sum each row of `cov`.",
            ),
            Mistake(mean + gain * total, "The whole total was added. Share out what the sum of the means lacks of it."),
        ],
    )


def state_days() -> tuple[pd.Series, pd.DataFrame, float]:
    """Return what the third exercise knows of four days: mean, covariance, and the total that was published.

    Examples
    --------
    >>> mean, cov, total = state_days()
    >>> len(mean), cov.shape, bool(total > mean.sum())
    (4, (4, 4), True)
    """
    days = pd.Index(["Sunday", "Monday", "Tuesday", "Wednesday"], name="day")
    sd = np.array([5.0, 20.0, 40.0, 40.0])
    together = np.array([[1, 0, 0, 0], [0, 1, 0.2, 0], [0, 0.2, 1, 0.7], [0, 0, 0.7, 1]])
    return pd.Series([60.0, 80.0, 90.0, 100.0], days), pd.DataFrame(np.outer(sd, sd) * together, days, days), 420.0
