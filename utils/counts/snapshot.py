"""One daily count as known on a day, with the state of each day: the value that joins a source to the engine.

A day is *counted*; *closed*, which by its state is a count of nothing; *unreported*; *not yet reported*, where a report may
still come; or *partial*, counted while late reports were still to come. A missing day is never a zero.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import pandas as pd

from ..common.checks import check_choice, check_columns, check_day
from ..common.errors import InputError, LookaheadError
from .checks import check_daily

STATES = ("counted", "closed", "unreported", "not_yet_reported", "partial")

#: Whether what is known is what had been published by the as-of day, or the last vintages, cut at the origin.
VINTAGES = REAL_TIME, FINAL = ("real-time", "final")

NO_DAYS = pd.DatetimeIndex([])


@dataclass(frozen=True)
class Source:
    """Who counts, what, and how it is written and drawn.

    Attributes
    ----------
    name : str
        Short name, as in tables and commands.
    label : str
        As readers know it; by default the name.
    unit : str
        What is counted, in the plural: "tests", "cases".
    counted : str
        What exactly is counted, to stand before "on ...'s count"; by default the unit.
    rule : str
        How this source counts, for the list of a question's rules.
    scopes : tuple of (str, str)
        Names of the parts of the count that can be asked for, and each in words; the first one is all of it.
    place : int
        Its place in the palette of the figures.
    """

    name: str
    label: str = ""
    unit: str = "counts"
    counted: str = ""
    rule: str = ""
    scopes: tuple[tuple[str, str], ...] = (("all", ""),)
    place: int = 0

    def describe(self, scope: str = "") -> str:
        """Say what is counted, in a scope, and on whose count.

        >>> Source("hospital", "the hospital", "cases").describe()
        "cases on the hospital's count"
        """
        counted = dict(self.scopes).get(scope) or self.counted or self.unit
        return f"{counted} on {self.title}'s count" if self.title else counted

    @property
    def title(self) -> str:
        """The label, or else the name."""
        return self.label or self.name


class Nowcast(Protocol):
    """What else tells of the days between the end of a list and the origin."""

    @property
    def vintages(self) -> Mapping[str, str]:
        """The newest vintage of each list in it, by name."""
        ...

    @property
    def quotes(self) -> tuple[str, ...]:
        """Ids of the quoted figures in it."""
        ...

    def draw(self, n: int, *, days: pd.DatetimeIndex, seed: int) -> np.ndarray:
        """Draw joint counts of the days, shape (n, len(days)): finite, not negative; the same for the same seed."""
        ...


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A daily count as known on a day.

    Attributes
    ----------
    days : pandas.DataFrame
        By day (freq D): `count`, NaN where not counted, and `state`, one of `STATES`.
    source : Source
    scope : str
        Which part of the source's count.
    as_of : pandas.Timestamp or None
        The day of the knowledge; None if all of a file is at hand.
    vintage : {"real-time", "final"}
        Whether the lists are those published by then, or the last ones, cut at the origin.
    vintages : tuple of str
        Days of publication of the lists in it.
    closed : pandas.DatetimeIndex
        Days known beforehand on which nothing is counted or little, also such as are still to come: a regressor of some models.
    shut_weekdays : tuple of int
        Weekdays (Monday is 0) on which there is never anything to count: paths have none there.
    nowcast : Nowcast or None
        What else tells of the days since the last one counted.

    Examples
    --------
    >>> days = pd.date_range("2024-01-01", periods=3)
    >>> counts = pd.DataFrame({"count": [5, np.nan, 7], "state": ["counted", "closed", "counted"]}, days)
    >>> snapshot = Snapshot(counts)
    >>> snapshot.settled.tolist(), snapshot.known("2024-01-03").history.tolist()
    ([5.0, 0.0, 7.0], [5.0])
    """

    days: pd.DataFrame
    source: Source = Source("")
    scope: str = ""
    as_of: pd.Timestamp | None = None
    vintage: str = REAL_TIME
    vintages: tuple[str, ...] = ()
    closed: pd.DatetimeIndex = field(default_factory=lambda: NO_DAYS)
    shut_weekdays: tuple[int, ...] = ()
    nowcast: Nowcast | None = None

    def __post_init__(self) -> None:
        check_choice(self.vintage, VINTAGES, name="vintage")
        unknown = set(self.days["state"]) - set(STATES)
        if unknown:
            raise InputError(f"state {sorted(unknown)[0]!r} of a day is unknown; choose one of {', '.join(STATES)}")
        if self.as_of is not None:
            check_origin(self.days, as_of=self.as_of)

    @property
    def history(self) -> pd.Series:
        """Counted days up to the last one known: what a forecaster may be fitted to."""
        return usable_history(self.days)

    @property
    def settled(self) -> pd.Series:
        """What each day is known to have had: its count, nothing where closed, NaN where it could be anything."""
        return settle_counts(self.days)

    def known(self, as_of: object) -> Snapshot:
        """Return what of this was known on a day: the days before it.

        Raises
        ------
        LookaheadError
            If it was taken on a later day, by vintages that had not been published by then.
        """
        day = check_day(as_of, name="as_of")
        if self.as_of == day:
            return self
        if self.vintages and self.vintage == REAL_TIME and self.vintages[-1] > f"{day:%Y-%m-%d}":
            raise LookaheadError(
                f"the count holds a list published {self.vintages[-1]}, after {day:%Y-%m-%d}; load it as of that day"
            )
        days = self.days[self.days.index < day]
        if days["count"].notna().sum() == 0:
            first = self.days["count"].first_valid_index()
            begin = "no day is counted" if first is None else f"the first counted day is {first:%Y-%m-%d}"
            raise InputError(f"as_of {day:%Y-%m-%d} leaves nothing to learn from: {begin}; choose a later day")
        return dataclasses.replace(self, days=days, as_of=day)


def take_snapshot(
    counts: Snapshot | pd.Series | pd.DataFrame, *, as_of: object = None, source: Source | None = None, scope: str = ""
) -> Snapshot:
    """Make a snapshot of a daily series, or cut one to what was known on a day.

    Parameters
    ----------
    counts : Snapshot, pandas.Series or pandas.DataFrame
        A series of counts a day, NaN where not counted, which are then taken as unreported; or days with `count` and `state`.
    as_of : day, optional
        The day of the knowledge; by default the day after the last one at hand.
    source : Source, optional
    scope : str

    Raises
    ------
    LookaheadError
        If a series or days hold a count of that day or later.
    InputError
        If the counts do not fit.

    Examples
    --------
    >>> days = pd.date_range("2024-01-01", periods=3)
    >>> take_snapshot(pd.Series([1, np.nan, 2], days)).days["state"].tolist()
    ['counted', 'unreported', 'counted']
    """
    if isinstance(counts, Snapshot):
        if as_of is not None:
            return counts.known(as_of)
        return counts if counts.as_of is not None else counts.known(counts.days.index[-1] + pd.Timedelta(days=1))
    if isinstance(counts, pd.DataFrame):
        days = check_columns(counts, ("count", "state"), name="counts")
    else:
        series = check_daily(counts, name="counts", as_of=as_of)
        days = pd.DataFrame({"count": series, "state": np.where(series.notna(), "counted", "unreported")})
    if days["count"].notna().sum() == 0:
        raise InputError("counts hold no counted day; give a series that begins before the day of the question")
    day = days.index[-1] + pd.Timedelta(days=1) if as_of is None else check_day(as_of, name="as_of")
    return Snapshot(days=days, source=source or Source(""), scope=scope, as_of=day)


def usable_history(days: pd.DataFrame) -> pd.Series:
    """Cut days down to what a model may be fitted to: counted days, the rest NaN, to the last one counted.

    Partial days are left out: their late reports were still to come, and would read as a collapse.

    >>> index = pd.date_range("2024-01-01", periods=3)
    >>> usable_history(pd.DataFrame({"count": [5.0, 6, 7], "state": ["counted", "partial", "unreported"]}, index)).tolist()
    [5.0]
    """
    history = days["count"].where(days["state"] == "counted")
    history.attrs = dict(days.attrs)
    return history[: history.last_valid_index()]


def settle_counts(days: pd.DataFrame) -> pd.Series:
    """Return what each day is known to have had: its count, nothing where it was closed, NaN where it could be anything.

    Examples
    --------
    >>> days = pd.date_range("2024-01-01", periods=3)
    >>> settle_counts(pd.DataFrame({"count": [5, np.nan, np.nan], "state": ["counted", "closed", "unreported"]}, days)).tolist()
    [5.0, 0.0, nan]
    """
    counted = days["count"].where(days["state"].eq("counted")).astype(float)
    return counted.mask(days["state"].eq("closed"), days["count"].fillna(0.0))


def check_origin(days: pd.DataFrame | pd.Series, *, as_of: object) -> None:
    """Raise `LookaheadError` if anything at hand is dated on or after the as-of day.

    >>> counts = pd.Series([5.0, 7.0], pd.date_range("2024-03-01", periods=2))
    >>> check_origin(counts, as_of="2024-03-03")  # says nothing: both days are over
    >>> check_origin(counts, as_of="2024-03-02")
    Traceback (most recent call last):
    ...
    utils.common.errors.LookaheadError: history holds 2024-03-02, which lies after the origin 2024-03-01; ...
    """
    day = check_day(as_of, name="as_of")
    last = days.dropna(how="all").index.max()
    if pd.isna(last):
        raise InputError(f"history as of {day:%Y-%m-%d} holds no day; give one that begins before it")
    if last >= day:
        raise LookaheadError(
            f"history holds {last:%Y-%m-%d}, which lies after the origin {day - pd.Timedelta(days=1):%Y-%m-%d}; "
            "cut it there, or ask as of a later day"
        )
