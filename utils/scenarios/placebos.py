"""Dates on which nothing happened: how often an effect is found there, and by how much intervals must widen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from ..common.errors import InputError
from ..counts.checks import check_daily
from .interruptions import AFTER, BEFORE, LEVEL, Effect, count_days, measure_effect

#: Placebo dates: days between them, least distance from a known shift, and days of record that each needs on either side.
EVERY, GAP, MARGIN = 5, 14, 28


def measure_placebos(
    series: pd.Series,
    *,
    avoid: Iterable[Any],
    every: int = EVERY,
    gap: int = GAP,
    duration: int | None = None,
    **settings: Any,
) -> pd.DataFrame:
    """Measure the same at dates of the record on which no shift is known.

    Parameters
    ----------
    series : pandas.Series
        Counts a day, as for `measure_effect`.
    avoid : iterable of days
        Dates and ends of known shifts. No placebo date is nearer than `gap` days to one; with fewer than `MARGIN` days of
        record on either side none is taken either.
    every, gap : int
        Days between placebo dates, and least distance from a known shift.
    duration : int, optional
        Days after which the pretended shift ends; by default it does not.
    **settings
        As for `measure_effect`, such as `others`, `closed` and `as_of`.

    Returns
    -------
    pandas.DataFrame
        A row a placebo date: date, estimate, low, high (ratio: median and central 90 %), excludes_one. Neighbouring rows share
        most of their days: `count_separate` tells how many stand apart.

    Examples
    --------
    An even count, on which nothing is found at three dates a fortnight apart:

    >>> noise = np.random.default_rng(0).integers(-9, 10, 98)
    >>> even = pd.Series(100.0 + noise, pd.date_range("2024-01-01", periods=98))
    >>> placebos = measure_placebos(even, avoid=[], every=14, n_draws=200)
    >>> len(placebos), int(placebos["excludes_one"].sum())
    (3, 0)
    """
    counts = check_daily(series, name="series", as_of=settings.get("as_of")).dropna()
    rows, margin = [], pd.Timedelta(days=MARGIN)
    known = pd.DatetimeIndex([pd.Timestamp(day) for day in avoid])
    first, last = (counts.index[0] + margin, counts.index[-1] - margin) if len(counts) else (pd.NaT, pd.NaT)
    for day in pd.date_range(first, last, freq=f"{every}D") if len(counts) and first <= last else ():
        if len(known) and abs(count_days(known, day)).min() < gap:
            continue
        until = None if duration is None else day + pd.Timedelta(days=duration)
        effect = measure_effect(counts, day, until=until, **settings)
        if effect.measured:
            low, middle, high = effect.ratio
            rows.append((day, middle, low, high, effect.excludes_one))
    return pd.DataFrame(rows, columns=["date", "estimate", "low", "high", "excludes_one"])


def count_separate(placebos: pd.DataFrame, *, days: int = AFTER) -> int:
    """Count placebo dates of one source that stand at least `days` apart, the most that can be chosen.

    Ten dates five days apart span 45 days:

    >>> placebos = pd.DataFrame({"date": pd.date_range("2024-01-01", periods=10, freq="5D")})
    >>> count_separate(placebos, days=20), count_separate(placebos, days=42)
    (3, 2)
    """
    count, last = 0, None
    for day in placebos["date"].sort_values():
        if last is None or (day - last).days >= days:
            count, last = count + 1, day
    return count


def find_calibration_factor(placebos: pd.DataFrame) -> float:
    """Find the factor, at least 1, by which intervals must widen for nine in ten placebos to hold no change.

    The nearer end of each placebo's interval must be carried to a ratio of 1, on the log scale and away from its median.

    An interval from 2 to 8 around 4 must be twice as wide on the log scale to reach 1:

    >>> round(find_calibration_factor(pd.DataFrame({"low": [2.0], "estimate": [4.0], "high": [8.0]})), 6)
    2.0
    """
    if placebos.empty:
        return 1.0
    return max(1.0, float(np.quantile(_needed(placebos), LEVEL)))


def _needed(placebos: pd.DataFrame) -> np.ndarray:
    """Factor that carries the nearer end of each interval to no change; above 1 where a shift was found."""
    logs = np.log(placebos[["low", "estimate", "high"]].to_numpy(float))
    near = np.where(logs[:, 1] > 0, logs[:, 1] - logs[:, 0], logs[:, 2] - logs[:, 1])
    return np.abs(logs[:, 1]) / near


def measure_exclusion(placebos: pd.DataFrame, *, days: int = BEFORE + AFTER) -> float:
    """Return the share of placebos found when each is widened by the factor of those at least `days` away from it.

    Two intervals need a factor of 2, the third one of 3, which the other two do not give it:

    >>> placebos = pd.DataFrame({"low": [2.0, 2.0, 4.0], "estimate": [4.0, 4.0, 8.0], "high": [8.0, 8.0, 16.0]})
    >>> placebos["date"] = pd.date_range("2023-01-01", periods=3, freq="100D")
    >>> round(measure_exclusion(placebos), 2)
    0.33
    """
    away = np.abs(np.subtract.outer(placebos["date"].to_numpy(), placebos["date"].to_numpy())) >= np.timedelta64(days, "D")
    needed = _needed(placebos)
    return float(np.mean([need > find_calibration_factor(placebos[others]) for need, others in zip(needed, away, strict=True)]))


def calibrate_effect(effect: Effect, factor: float) -> Effect:
    """Widen the draws of the log ratio around their median by a factor.

    >>> draws = pd.DataFrame({"log_ratio": [-1.2, -1.0, -0.8], "delay": 0, "ramp": 1})
    >>> effect = calibrate_effect(Effect("strike", "mill", pd.Timestamp("2024-03-01"), draws), 2.0)
    >>> effect.draws["log_ratio"].round(1).tolist(), effect.factor
    ([-1.4, -1.0, -0.6], 2.0)
    """
    if not factor >= 1:
        raise InputError(f"factor {factor} is below 1: a placebo may widen an interval and never narrows it")
    middle = effect.draws["log_ratio"].median()
    draws = effect.draws.assign(log_ratio=middle + factor * (effect.draws["log_ratio"] - middle))
    return replace(effect, draws=draws, factor=effect.factor * factor)
