"""A daily count as known at the end, and as it was known before."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ..common.errors import InputError

REAL_TIME, CUT = "real-time", "cut-at-origin"


@dataclass(frozen=True)
class Record:
    """A daily count: as known at the end, and as it was known before.

    Attributes
    ----------
    truth : pandas.Series
        Trucks/day, freq D, NaN where not counted.
    vintages : tuple of (pandas.Timestamp, pandas.Series)
        Day of publication, and the history that could be used from that day on, oldest first. Empty if there is only one.
    """

    truth: pd.Series
    vintages: tuple[tuple[pd.Timestamp, pd.Series], ...] = ()

    def known(self, origin: pd.Timestamp, *, vintage: str) -> pd.Series:
        """Return a copy of what may be known at the end of `origin`, which shares no memory with the rest."""
        if vintage == CUT:
            history = self.truth
        else:
            public = [history for published, history in self.vintages if published <= origin + pd.Timedelta(days=1)]
            if not public:
                raise InputError(f"origin {origin:%Y-%m-%d}: no vintage was public by then; begin later or cut at the origin")
            history = public[-1]
        history = history[:origin]
        return pd.Series(history.to_numpy().copy(), history.index, name="trucks")[: history.last_valid_index()]
