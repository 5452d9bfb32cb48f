"""A daily count as known at the end, and as it was known before: what a backtest reads."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from ..common.errors import InputError
from .checks import check_daily
from .snapshot import FINAL, NO_DAYS, Snapshot, settle_counts, take_snapshot, usable_history


@dataclass(frozen=True, eq=False)
class Record:
    """A daily count: as known at the end, and as it was known before.

    Attributes
    ----------
    days : pandas.DataFrame
        By day (freq D): `count`, NaN where not counted, and `state`, as known at the end.
    vintages : tuple of (pandas.Timestamp, pandas.DataFrame)
        Day of publication, and the days as known from that day on, oldest first. Empty if there is only one.
    closed : pandas.DatetimeIndex
        Days known beforehand as closed; a regressor of some models.
    shut_weekdays : tuple of int
        Weekdays (Monday is 0) on which there is never anything to count: paths have none there.
    """

    days: pd.DataFrame
    vintages: tuple[tuple[pd.Timestamp, pd.DataFrame], ...] = ()
    closed: pd.DatetimeIndex = field(default_factory=lambda: NO_DAYS)
    shut_weekdays: tuple[int, ...] = ()

    @property
    def truth(self) -> pd.Series:
        """Counted days up to the last one, as known at the end."""
        return usable_history(self.days)

    @property
    def settled(self) -> pd.Series:
        """What each day is known to have had, by which windows are resolved, up to the last counted day."""
        return settle_counts(self.days)[: self.truth.index[-1]]

    def known(self, origin: pd.Timestamp, *, vintage: str) -> pd.DataFrame:
        """Return a copy of the days as they may be known at the end of `origin`, which shares no memory with the rest."""
        days = self.days
        if vintage != FINAL:
            public = [table for published, table in self.vintages if published <= origin + pd.Timedelta(days=1)]
            if not public:
                raise InputError(f"origin {origin:%Y-%m-%d}: no vintage was public by then; begin later or cut at the origin")
            days = public[-1]
        return days.loc[:origin, ["count", "state"]].copy()


def make_record(counts: Record | Snapshot | pd.DataFrame | pd.Series) -> Record:
    """Make a record of a count that was never revised, as far as is known; a record is returned as it is.

    Parameters
    ----------
    counts : Record, Snapshot, pandas.DataFrame or pandas.Series
        A series of counts a day, NaN where not counted; days with `count` and `state`; or a snapshot.

    Examples
    --------
    >>> make_record(pd.Series([5.0, 7.0], pd.date_range("2024-01-01", periods=2))).vintages
    ()
    """
    if isinstance(counts, Record):
        return counts
    if isinstance(counts, Snapshot):
        return Record(counts.days, closed=counts.closed, shut_weekdays=counts.shut_weekdays)
    if isinstance(counts, pd.DataFrame):
        return Record(counts)
    return Record(take_snapshot(check_daily(counts, name="history")).days)
