"""What every forecaster shares: the protocol, the checks of what is handed in, scales, calendar, and how paths are laid out."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import pandas as pd

from ..aid.loaders import load_holidays
from ..common.errors import InputError

BLOCKS = 50
MIN_COUNTED = 14

#: Models that estimate a level for each weekday see each of them four times.
MIN_REGRESSED = 28
WEEK = 7
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class Fitted(Protocol):
    """A forecaster fitted to a history."""

    def simulate(self, horizon: int, n_paths: int, rng: np.random.Generator) -> np.ndarray:
        """Draw joint paths, shape (n_paths, horizon), trucks/day, for the days after the history."""
        ...


def check_history(history: pd.Series, *, at_least: int = MIN_COUNTED) -> pd.Series:
    """Check a daily history and put it on a gapless daily index, absent days as NaN.

    Parameters
    ----------
    history : pandas.Series
        Trucks/day, indexed by day.
    at_least : int
        Counted days that the model needs.

    Raises
    ------
    InputError
        If the index is not made of single days in order, a count is negative or infinite, or too few days are counted.
    """
    if not isinstance(history, pd.Series):
        raise InputError(f"history is a {type(history).__name__}; give a pandas Series of counts indexed by day")
    index = history.index
    if not isinstance(index, pd.DatetimeIndex) or index.tz is not None:
        raise InputError(f"history is indexed by {index.dtype}; index it by day, without a time zone (pandas.to_datetime)")
    if not pd.api.types.is_numeric_dtype(history):
        raise InputError(f"history holds values of type {history.dtype}; give numbers, NaN where a day was not counted")
    if not (index.is_monotonic_increasing and index.is_unique) or (index != index.normalize()).any():
        raise InputError("history must have one row a day in order of time; sort it and sum the rows of a day first")
    counted = history.dropna()
    if (counted < 0).any() or np.isinf(counted).any():
        bad = counted[(counted < 0) | np.isinf(counted)].index[0]
        raise InputError(f"history is {history[bad]:g} on {bad:%Y-%m-%d}; counts must be finite and not negative")
    if len(counted) < at_least:
        raise InputError(f"history has {len(counted)} counted days; at least {at_least} are needed to fit a week's pattern")
    return history.astype(float).asfreq("D")


def check_weekdays(history: pd.Series, *, model: str) -> None:
    """Raise `InputError` if a weekday was never counted, for models that estimate a level for each."""
    uncounted = sorted(set(range(WEEK)) - set(history.dropna().index.day_of_week))
    if uncounted:  # its level could not be learnt, and would stand at the start value: a forecast of no trucks
        raise InputError(
            f"history has no counted {WEEKDAYS[uncounted[0]]}; {model} learns a level a weekday and needs each counted "
            "once, so give a longer history or choose another model"
        )


def check_recent(recent: np.ndarray | None) -> np.ndarray:
    """Return draws of the recent days as an array of shape (n, days), with no column where there are none."""
    recent = np.empty((1, 0)) if recent is None else np.asarray(recent, float)
    if recent.ndim != 2 or not len(recent) or not (np.isfinite(recent) & (recent >= 0)).all():
        raise InputError(f"recent has shape {recent.shape}; give draws by days of finite counts that are not negative")
    return recent


def spread_out(recent: np.ndarray, n: int) -> np.ndarray:
    """Choose n whole draws whose totals lie evenly between low and high; one where there is nothing to choose from."""
    if not recent.size:
        return recent[:1]
    order = np.argsort(recent.sum(axis=1), kind="stable")
    return recent[order[((np.arange(n) + 0.5) / n * len(order)).astype(int)]]


def append_days(history: pd.Series, days: np.ndarray) -> pd.Series:
    index = pd.date_range(history.index[0], periods=len(history) + len(days), freq="D")
    return pd.Series(np.concatenate([history, days]), index)


def recycle(recent: np.ndarray, n_paths: int) -> np.ndarray:
    """Give every path a draw of the recent days; neighbouring paths get different ones."""
    return recent[np.arange(n_paths) % len(recent)]


def cut_blocks(n_paths: int, blocks: int) -> list[slice]:
    """Cut the paths into consecutive blocks whose sizes differ by one at most."""
    # Cut as numpy cuts, because `Question.answer` does: a block there must hold the paths of one draw and no other's.
    pieces = np.array_split(np.arange(n_paths), blocks)
    return [slice(int(piece[0]), int(piece[-1]) + 1) for piece in pieces if len(piece)]


def root_covariance(covariance: np.ndarray) -> np.ndarray:
    """Symmetric square root. Unlike eigenvectors alone it has no free signs: nearly equal input gives nearly equal draws."""
    values, vectors = np.linalg.eigh((covariance + covariance.T) / 2)
    return (vectors * np.sqrt(np.clip(values, 0, None))) @ vectors.T


def to_root(counts):
    return np.sqrt(counts + 0.375)


def to_counts(root: np.ndarray) -> np.ndarray:
    """Back from the square-root scale, in place: whole counts, never negative."""
    np.maximum(root, 0, out=root)
    np.square(root, out=root)
    root -= 0.375
    np.rint(root, out=root)
    np.maximum(root, 0, out=root)
    return root


def make_regressors(days: pd.DatetimeIndex, *, with_holidays: bool) -> pd.DataFrame:
    """Weekday indicators (a level each, no constant) and, where it could be learnt, one for holidays that shut the crossings."""
    table = pd.DataFrame(
        {name: (days.day_of_week == number).astype(float) for number, name in enumerate(WEEKDAYS)},
        index=days,
    )
    if with_holidays:
        table["holiday"] = is_holiday(days).astype(float)
    return table


def is_holiday(days: pd.DatetimeIndex) -> np.ndarray:
    """Say which days are holidays that shut the crossings."""
    holidays = load_holidays()
    return days.isin(holidays.loc[holidays["closes"], "date"])


def count_holidays(history: pd.Series) -> int:
    return int(is_holiday(history.dropna().index).sum())
