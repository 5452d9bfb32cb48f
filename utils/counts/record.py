"""A daily count as known at the end, and as it was known before: what a backtest reads."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from ..common.errors import InputError
from .snapshot import FINAL, NO_DAYS, Snapshot, settle_counts, usable_history


@dataclass(frozen=True, eq=False)
class Record:
    """A daily count: as known at the end, and as it was known before.

    Attributes
    ----------
    truth : pandas.Series
        Counts a day, freq D, NaN where not counted: what a forecaster may learn from.
    vintages : tuple of (pandas.Timestamp, pandas.Series)
        Day of publication, and the history that could be used from that day on, oldest first. Empty if there is only one.
    settled : pandas.Series
        What each day is known to have had, by which windows are resolved: as `truth`, and nothing where a day was closed. By
        default `truth`.
    closed : pandas.DatetimeIndex
        Days known beforehand on which nothing is counted or little; a regressor of some models.
    """

    truth: pd.Series
    vintages: tuple[tuple[pd.Timestamp, pd.Series], ...] = ()
    settled: pd.Series | None = None
    closed: pd.DatetimeIndex = field(default_factory=lambda: NO_DAYS)

    @classmethod
    def from_days(
        cls,
        days: pd.DataFrame,
        *,
        vintages: tuple[tuple[pd.Timestamp, pd.DataFrame], ...] = (),
        closed: pd.DatetimeIndex = NO_DAYS,
    ) -> Record:
        """Make a record of days with `count` and `state`, as known at the end and in each vintage."""
        known = tuple((published, usable_history(table)) for published, table in vintages)
        truth = usable_history(days)
        return cls(truth, known, settle_counts(days).loc[: truth.index[-1]], closed)

    @classmethod
    def from_snapshot(cls, snapshot: Snapshot) -> Record:
        """Make a record of one snapshot: a count that was never revised, as far as is known."""
        return cls.from_days(snapshot.days, closed=snapshot.closed)

    @property
    def resolving(self) -> pd.Series:
        """The series by which windows are resolved."""
        return self.truth if self.settled is None else self.settled

    def known(self, origin: pd.Timestamp, *, vintage: str) -> pd.Series:
        """Return a copy of what may be known at the end of `origin`, which shares no memory with the rest."""
        if vintage == FINAL:
            history = self.truth
        else:
            public = [history for published, history in self.vintages if published <= origin + pd.Timedelta(days=1)]
            if not public:
                raise InputError(f"origin {origin:%Y-%m-%d}: no vintage was public by then; begin later or cut at the origin")
            history = public[-1]
        history = history[:origin]
        return pd.Series(history.to_numpy().copy(), history.index, name="count")[: history.last_valid_index()]
