"""Daily inputs of the nowcast: both lists on one index of days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...common.errors import InputError, LookaheadError
from ...counts.checks import check_daily
from ..daily import UNRWA_DISCLAIMER

#: Counted days of COGAT's that a fit needs.
MIN_COUNTED = 60
#: Days after the last one that any list counts to which the flow may be carried.
MAX_UNLISTED = 180


class ReadOnly:
    """Base of the frozen values: their arrays cannot be changed, since a cached nowcast hands them to many callers."""

    def __post_init__(self) -> None:
        for value in vars(self).values():
            if isinstance(value, np.ndarray):
                value.flags.writeable = False

    def __setstate__(self, state: dict[str, object]) -> None:
        """Come back from a pickle as it went: without this, its arrays could be changed."""
        vars(self).update(state)
        self.__post_init__()


@dataclass(frozen=True, eq=False)
class Daily(ReadOnly):
    """Daily input, all on one index of days up to the origin.

    Attributes
    ----------
    days : pandas.DatetimeIndex
        freq D; the last one is the origin.
    cogat, unrwa, humanitarian : ndarray, shape (n_days,)
        trucks/day (`y`, `u`, `s u`); NaN where not counted. `humanitarian` is UNRWA's without the private sector.
    calendar : ndarray of bool, shape (n_days, 3)
        Friday, Saturday, shut.
    partial : ndarray of bool, shape (n_days,)
        Days on which UNRWA calls its list partial.
    late, late_noise : ndarray, shape (n_days,)
        Days that UNRWA's list had only in part: expected count, trucks/day, NaN elsewhere, and standard deviation of its root, 0
        elsewhere. `unrwa` has no such day.
    listed : int
        Number of days up to the last one that COGAT's list covers. The window begins there.
    """

    days: pd.DatetimeIndex
    cogat: np.ndarray
    unrwa: np.ndarray
    humanitarian: np.ndarray
    calendar: np.ndarray
    partial: np.ndarray
    late: np.ndarray
    late_noise: np.ndarray
    listed: int

    @property
    def observations(self) -> np.ndarray:
        """A new array of roots and share as `ReconcileModel` takes them, shape (n_days, 3): root of y, root of u, s."""
        some = np.where(self.unrwa > 0, self.unrwa, np.nan)
        unrwa = np.where(np.isnan(self.unrwa), self.late, self.unrwa)
        return np.column_stack([np.sqrt(self.cogat), np.sqrt(unrwa), self.humanitarian / some])


def prepare_daily(
    cogat: pd.Series,
    unrwa: pd.Series,
    humanitarian: pd.Series,
    *,
    origin: pd.Timestamp | None = None,
    shut: Iterable[pd.Timestamp] = (),
    partial_from: pd.Timestamp = UNRWA_DISCLAIMER,
    late: pd.DataFrame | None = None,
) -> Daily:
    """Lay the daily series on one index of days up to the origin.

    Parameters
    ----------
    cogat, unrwa, humanitarian : pandas.Series
        trucks/day by day; NaN or absent where not counted. None may hold a count after the origin.
    origin : day, optional
        Last day; the last day of any series by default.
    shut : iterable of days
        Holidays that shut the crossings, known beforehand.
    partial_from : day
        From when on UNRWA calls its list partial.
    late : pandas.DataFrame, optional
        As `estimate_late` gives it; none by default.

    Raises
    ------
    InputError
        A series that is no daily count (see `check_daily`), fewer than `MIN_COUNTED` counted days of COGAT's, or an origin more
        than `MAX_UNLISTED` days after the last one counted.
    LookaheadError
        A count after the origin.

    Examples
    --------
    >>> counts = pd.Series(100.0, pd.date_range("2024-01-01", periods=70))
    >>> daily = prepare_daily(counts[:63], counts, 0.5 * counts)
    >>> len(daily.days), daily.listed
    (70, 63)
    """
    as_of = None if origin is None else origin + pd.Timedelta(days=1)
    given = {"cogat": cogat, "unrwa": unrwa, "humanitarian": humanitarian}
    series = {name: check_daily(values, name=name, as_of=as_of) for name, values in given.items()}
    if (counted := series["cogat"].notna().sum()) < MIN_COUNTED:
        raise InputError(f"cogat has {counted} counted days: the model needs {MIN_COUNTED}; use a longer list")
    late = pd.DataFrame({"trucks": [], "noise": []}, pd.DatetimeIndex([])) if late is None else late
    if origin is not None and len(late) and late.index[-1] > origin:
        raise LookaheadError(f"late has {late.index[-1]:%Y-%m-%d}: after the origin {origin:%Y-%m-%d}; cut it there")
    last = max(values.index[-1] for values in series.values()) if origin is None else origin
    end = max(known for values in series.values() if (known := values.last_valid_index()) is not None)
    if (beyond := (last - end).days) > MAX_UNLISTED:
        raise InputError(
            f"origin {last:%Y-%m-%d} lies {beyond} days after {end:%Y-%m-%d}, the last day that any list counts: beyond "
            f"{MAX_UNLISTED} days the lists say nothing of the flow, and time and memory grow with their square; ask as of an "
            "earlier day"
        )
    days = pd.date_range(min(values.index[0] for values in series.values()), last, freq="D")
    columns = {name: values.reindex(days).to_numpy(float) for name, values in series.items()}
    calendar = np.column_stack([days.day_of_week == 4, days.day_of_week == 5, days.isin(pd.DatetimeIndex(list(shut)))])
    listed = int(np.flatnonzero(np.isfinite(columns["cogat"]))[-1]) + 1
    expected = late["trucks"].reindex(days).where(np.isnan(columns["unrwa"]))
    return Daily(
        days=days,
        calendar=calendar,
        partial=days >= partial_from,
        late=expected.to_numpy(float),
        late_noise=late["noise"].reindex(days).where(expected.notna(), 0.0).to_numpy(float),
        listed=listed,
        **columns,
    )
