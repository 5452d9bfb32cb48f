"""What every forecaster is given: a checked daily history, draws of the days after it, and days known to be closed."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ..common.errors import InputError
from ..counts.checks import check_daily
from ..counts.snapshot import NO_DAYS

MIN_COUNTED = 14
#: Models that estimate a level for each weekday see each of them four times.
MIN_REGRESSED = 28
WEEK = 7
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, eq=False)
class History:
    """A daily history as a forecaster takes it; made by `prepare_history`.

    Attributes
    ----------
    counts : pandas.Series
        Counts a day, freq D, NaN where not counted.
    nowcast : ndarray of shape (n, days)
        Draws of the days right after it, with which paths begin; no column where there are none.
    closed : pandas.DatetimeIndex
        Days known beforehand as closed, past and to come.
    set_aside : pandas.DatetimeIndex
        Days whose innovations the pool does not draw again, since what moved them may come as a scenario; the level follows them.
    """

    counts: pd.Series
    nowcast: np.ndarray
    closed: pd.DatetimeIndex
    set_aside: pd.DatetimeIndex = field(default_factory=lambda: NO_DAYS)

    @property
    def days(self) -> pd.DatetimeIndex:
        """The days of the history."""
        return self.counts.index

    @property
    def gap(self) -> int:
        """Number of days that the nowcast draws."""
        return self.nowcast.shape[1]

    def cut(self) -> History:
        """Leave out days before the first one counted and, where no draws follow, after the last one."""
        known = self.counts[self.counts.first_valid_index() :]
        return dataclasses.replace(self, counts=known if self.nowcast.size else known[: known.last_valid_index()])

    def append(self, draw: np.ndarray) -> pd.Series:
        """Return the counts with one draw of the days after them."""
        index = pd.date_range(self.days[0], periods=len(self.counts) + len(draw), freq="D")
        return pd.Series(np.concatenate([self.counts, draw]), index)

    def choose_drawn(self) -> np.ndarray:
        """Choose the counted days that innovations may be drawn from, shape (n_days,): all where none would be left."""
        counted = self.counts.notna().to_numpy()
        free = counted & ~self.days.isin(self.set_aside)
        return free if free.sum() >= MIN_COUNTED else counted

    def choose_draws(self, n: int) -> np.ndarray:
        """Choose n whole draws whose totals lie evenly between low and high; one where there is nothing to choose from."""
        if not self.nowcast.size:
            return self.nowcast[:1]
        order = np.argsort(self.nowcast.sum(axis=1), kind="stable")
        return self.nowcast[order[((np.arange(n) + 0.5) / n * len(order)).astype(int)]]

    def check_weekdays(self, *, model: str) -> None:
        """Raise `InputError` if a weekday was never counted, for models that estimate a level for each."""
        uncounted = sorted(set(range(WEEK)) - set(self.counts.dropna().index.day_of_week))
        if uncounted:  # its level could not be learnt, and would stand at the start value: a forecast of nothing
            raise InputError(
                f"history has no counted {WEEKDAYS[uncounted[0]]}; {model} learns a level a weekday and needs each counted "
                "once, so give a longer history or choose another model"
            )


def prepare_history(
    counts: pd.Series | History,
    *,
    nowcast: np.ndarray | None = None,
    closed: pd.DatetimeIndex | Iterable[object] = NO_DAYS,
    set_aside: pd.DatetimeIndex = NO_DAYS,
    at_least: int = MIN_COUNTED,
) -> History:
    """Check a daily history and what comes with it.

    Parameters
    ----------
    counts : pandas.Series or History
        Counts a day, indexed by day; a history that was prepared is only checked for its length.
    nowcast : ndarray of shape (n, days), optional
        Draws of the days right after it, where something else tells of them.
    closed : pandas.DatetimeIndex or iterable of days
        Days known beforehand as closed.
    set_aside : pandas.DatetimeIndex
        See `History`.
    at_least : int
        Counted days that the model needs.

    Raises
    ------
    InputError
        If the series breaks a rule of `check_daily`, too few days are counted, or the draws do not fit.

    Examples
    --------
    >>> counts = pd.Series(50.0 + np.arange(30) % 7, pd.date_range("2024-01-01", periods=30))
    >>> prepare_history(counts, nowcast=np.full((4, 2), 50)).nowcast.shape  # four draws of the two days after
    (4, 2)
    """
    if isinstance(counts, History):
        history = counts
    else:
        draws = np.empty((1, 0)) if nowcast is None else np.asarray(nowcast, float)
        if draws.ndim != 2 or not len(draws) or not (np.isfinite(draws) & (draws >= 0)).all():
            raise InputError(f"nowcast has shape {draws.shape}; give draws by days of finite counts that are not negative")
        history = History(check_daily(counts), draws, pd.DatetimeIndex(closed), set_aside)
    counted = int(history.counts.count())
    if counted < at_least:
        raise InputError(f"history has {counted} counted days; at least {at_least} are needed to fit a week's pattern")
    return history
