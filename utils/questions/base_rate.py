"""How often windows of the past met a definition: one base rate, published and scored alike."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import betaincinv

from ..common.checks import check_count
from .passage import compute_statistic, parse_definition
from .question import Question

#: A window is scored on its known days; one with a smaller fraction of them is left out.
MIN_KNOWN = 2 / 3


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


def find_window_extremes(counts: ArrayLike, definition: str, *, length: int, below: bool = False) -> np.ndarray:
    """Find what each disjoint window of the past reached, by a definition; one pass serves every threshold.

    Parameters
    ----------
    counts : array_like of shape (n_days,)
        Days that are known, counted or closed, oldest first; the others are left out, as if the known days followed each other.
    definition : str
        See `utils.questions.passage.parse_definition`. A mean or a run may begin before its window.
    length : int
        Days of a window. Windows are cut back from the last day.
    below : bool
        Whether the event is that the count falls below a threshold.

    Returns
    -------
    numpy.ndarray of float, shape (n_days // length,)
        The highest (`below`: lowest) that the definition reached in each window, oldest first: a window met a threshold
        if that is ``>= threshold`` (``< threshold``).

    Examples
    --------
    >>> find_window_extremes([9, 1, 2, 3, 4], "day", length=2).tolist()
    [2.0, 4.0]
    """
    values = np.asarray(counts, float)
    n_windows = len(values) // length
    if not n_windows:
        return np.empty(0)
    last = values[len(values) - n_windows * length :]
    if parse_definition(definition).kind == "window_mean":
        return last.reshape(n_windows, length).sum(axis=1) / length
    statistic = compute_statistic(values[None], definition, below=below)[0, len(values) - len(last) :]
    windows = statistic.reshape(n_windows, length)
    return windows.min(axis=1) if below else windows.max(axis=1)


def estimate_base_rate(settled: pd.Series, question: Question) -> BaseRate:
    """Count how many disjoint windows of the past, as long as the question's, met its definition.

    Jeffreys' prior Beta(1/2, 1/2) keeps a rate that was never seen from being zero [1]_.

    Parameters
    ----------
    settled : pandas.Series
        What each day is known to have had: its count, nothing where closed, NaN where it could be anything
        (`utils.counts.snapshot.settle_counts`). Days that could be anything are left out.
    question : Question

    References
    ----------
    .. [1] L. D. Brown, T. T. Cai and A. DasGupta (2001), Interval estimation for a binomial proportion, Statistical Science 16.

    Examples
    --------
    >>> days = pd.date_range("2024-01-01", periods=4)
    >>> question = Question(threshold=4, opens="2024-02-01", closes="2024-02-03")
    >>> estimate_base_rate(pd.Series([1, 2, 3, 4], days), question).probability
    0.5
    """
    extremes = find_window_extremes(
        settled.dropna().to_numpy(), question.definition, length=len(question.window), below=question.below
    )
    met = int((extremes < question.threshold).sum() if question.below else (extremes >= question.threshold).sum())
    a, b = met + 0.5, len(extremes) - met + 0.5
    low, high = betaincinv(a, b, [0.05, 0.95])
    return BaseRate(a / (a + b), float(low), float(high), met, len(extremes))


def count_effective(origins: pd.DatetimeIndex, *, horizon: int) -> int:
    """Count the most windows that do not overlap: the number of cases that a mean of scores really rests on.

    Parameters
    ----------
    origins : array_like of datetime
        Origins, in any order; a window is the `horizon` days after one.

    Examples
    --------
    >>> count_effective(pd.date_range("2024-01-01", periods=10), horizon=5)
    2
    """
    check_count(horizon, name="horizon")
    kept, last = 0, None
    for day in np.unique(pd.DatetimeIndex(origins).to_numpy()):
        if last is None or (day - last) / np.timedelta64(1, "D") >= horizon:
            kept, last = kept + 1, day
    return kept
