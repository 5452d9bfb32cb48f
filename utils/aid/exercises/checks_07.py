"""Checks of the exercises to notebook 07, Check our work."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ...course.verdicts import MISTAKE, RIGHT, WRONG, Mistake, NotReadableError, Verdict, check, compare
from ..frozen import load_forecasts
from ..loaders import load_quotes
from ..questions import TRANSITION
from ..snapshots import load_snapshot


@check('one of "YES", "NO" and "UNRESOLVED"')
def check_outcome_on_list(answer: object) -> Verdict:
    """Judge how the transition's question came out on UNRWA's list.

    >>> check_outcome_on_list("YES")
    Not quite. That is how it came out on the count of the truce. UNRWA's list holds no such day.
    """
    resolution = TRANSITION.vary(source="unrwa").resolve(load_snapshot("unrwa").days)
    return compare(
        answer,
        resolution.outcome,
        praise=f"{len(resolution.missing)} days of the window were not fully counted, and any of them could have had the number.",
        mistakes=[
            Mistake(
                "NO", "No day of the list has the number. But the list ends before the window does, and missing is not zero."
            ),
            Mistake("YES", "That is how it came out on the count of the truce. UNRWA's list holds no such day."),
        ],
    )


def count_single_days(basis: str) -> pd.Series:
    """Return what quotes of one basis say of single days: the highest for each day, trucks.

    Parameters
    ----------
    basis : str
        Whose count, as in `load_quotes`.

    Examples
    --------
    >>> int(count_single_days("COGAT")["2024-12-15"])
    254
    """
    quotes = load_quotes()
    single = quotes[quotes["date_start"].eq(quotes["date_end"]) & quotes["basis"].eq(basis)]
    return single.groupby("date_start")["trucks"].max().astype(float).asfreq("D")


@check("a number of trucks")
def check_deciding_day(answer: object) -> Verdict:
    """Judge how many trucks decide the transition's question on the count of the truce.

    >>> check_deciding_day(count_single_days("GMO")[TRANSITION.window[-1]])
    Not quite. This is the count of Gaza's government. Choose the basis by its name.
    """
    truce = count_single_days("Israel and guarantors")
    eve = TRANSITION.window[-1]
    own = count_single_days("COGAT")[TRANSITION.window[0] : eve]
    return compare(
        answer,
        truce[eve],
        praise="On another count the same question has another answer. So a question names its count before anything is known.",
        mistakes=[
            Mistake(own.max(), "This is the highest day quoted of COGAT's own count. The count of the truce is wanted."),
            Mistake(truce[eve + pd.Timedelta(days=1)], "This is the day of the transition itself, which no longer counts."),
            Mistake(count_single_days("GMO")[eve], "This is the count of Gaza's government. Choose the basis by its name."),
            Mistake(count_single_days("ERCS")[eve], "These are the trucks that came from Egypt alone."),
        ],
    )


@check("a function of probability and outcome, that returns a number of bits")
def check_bits(answer: Any) -> Verdict:
    """Judge a function that computes the log score in bits.

    >>> check_bits(lambda probability, outcome: (probability - outcome) ** 2)
    Not quite. This is the Brier score.
    """
    if not callable(answer):
        raise NotReadableError("a function is wanted")
    came, not_came = float(answer(0.2, 1)), float(answer(0.2, 0))
    right = -np.log2(0.2), -np.log2(0.8)
    known = {
        (-np.log(0.2), -np.log(0.8)): "This is the natural logarithm. Bits count halvings: take the logarithm to base two.",
        (np.log2(0.2), np.log2(0.8)): "The sign is turned: a logarithm of a probability is below zero, a score is not.",
        (right[0], right[0]): "The outcome is not used. If the event did not come, score the probability that it would not.",
        (right[1], right[0]): "The two outcomes have changed places: 1 means that the event came.",
        (0.64, 0.04): "This is the Brier score.",
    }
    for values, words in known.items():
        if np.allclose((came, not_came), values):
            return Verdict(MISTAKE, words)
    if not np.allclose((came, not_came), right):
        return Verdict(WRONG, f"For a probability of 0.2 it gives {came:g} if the event came and {not_came:g} if not.")
    frozen = load_forecasts().probabilities.query("question == 'transition' and source == 'cogat' and model == 'pool'")
    pool = frozen.query("definition == 'day' and not inclusive")["probability"].item()
    words = (
        f"On the count of the truce the frozen pool scored {answer(pool, 1):.1f} bits for the transition; a half would score one."
    )
    return Verdict(RIGHT, words)
