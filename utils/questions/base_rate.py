"""How often windows of the past met a definition: one base rate, published and scored alike."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from scipy.stats import beta

from ..counts.snapshot import usable_history
from .passage import NEVER, first_passage
from .question import Question


@dataclass(frozen=True)
class BaseRate:
    """How often windows of the past met a definition, with Jeffreys' interval.

    Attributes
    ----------
    probability, low, high : float
        Mean and central 90 % of the Beta(k + 1/2, n - k + 1/2) distribution.
    met, windows : int
        k and n: disjoint windows of the past, counted back from its end, that met the definition, and in all.
    """

    probability: float
    low: float
    high: float
    met: int
    windows: int


def estimate_base_rate(days: pd.DataFrame, question: Question) -> BaseRate:
    """Count how many disjoint windows of the past, as long as the question's, met its definition.

    Jeffreys' prior Beta(1/2, 1/2) keeps a rate that was never seen from being nought [1]_. Windows are cut back from the last
    counted day; an uncounted day gives no trucks, the least it can have been.

    References
    ----------
    .. [1] L. D. Brown, T. T. Cai and A. DasGupta (2001), Interval estimation for a binomial proportion, Statistical Science 16.
    """
    values = usable_history(days).fillna(0.0).to_numpy()
    length = len(question.window)
    starts = range(len(values) - length, -1, -length)
    met = sum(
        first_passage(
            values[None, start : start + length],
            question.definition,
            question.threshold,
            tail=values[max(0, start - question.lookback) : start] if start else None,
        )[0]
        != NEVER
        for start in starts
    )
    a, b = met + 0.5, len(starts) - met + 0.5
    low, high = beta.ppf([0.05, 0.95], a, b)
    return BaseRate(a / (a + b), float(low), float(high), int(met), len(starts))
