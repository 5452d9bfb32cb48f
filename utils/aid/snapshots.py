"""The case's counts as snapshots: each source's list as known on a day, with the nowcast of the days since it ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import pandas as pd

from ..common.checks import check_choice, check_day
from ..counts.snapshot import FINAL, REAL_TIME, VINTAGES, Snapshot, usable_history
from .daily import load_closed, load_days
from .nowcast.nowcast import Nowcast
from .nowcast.reconcile import reconcile_once
from .sources import BY_NAME

#: Where paths start: from both counts and the quotes read as one flow, or from the source's own list alone.
INITS = ("nowcast", "list")


@dataclass(frozen=True, eq=False)
class SourceNowcast:
    """The flow of both counts and the quotes, on the basis of one source; see `utils.counts.snapshot.Nowcast`."""

    flow: Nowcast
    source: str

    @property
    def vintages(self) -> Mapping[str, str]:
        """Newest vintage of each list in it."""
        return self.flow.sources

    @property
    def quotes(self) -> tuple[str, ...]:
        """Ids of the quotes in it."""
        return tuple(self.flow.used["id"])

    def draw(self, n: int, *, days: pd.DatetimeIndex, seed: int) -> np.ndarray:
        """Draw joint counts of the days, shape (n, len(days)), trucks/day; read-only."""
        return _draw_once(self.flow, self.source, n, days[0], days[-1], seed)


@lru_cache(maxsize=8)  # every model of an answer starts from the same draws
def _draw_once(flow: Nowcast, source: str, n: int, first: pd.Timestamp, last: pd.Timestamp, seed: int) -> np.ndarray:
    days, rng = pd.date_range(first, last), np.random.default_rng([seed, 4])
    drawn = flow.draws(n, days=days, rng=rng, basis=source).to_numpy()
    drawn.flags.writeable = False
    return drawn


def load_snapshot(
    source: str, *, as_of: object = None, scope: str = "all", vintage: str = REAL_TIME, init: str = "nowcast"
) -> Snapshot:
    """Load a source as known on a day, or all that it ever published.

    Parameters
    ----------
    source, scope : str
        See `utils.load_daily`.
    as_of : day, optional
        The day of the knowledge. Only what was published by then, and dated before it, is used. By default there is none: the
        list is the whole of the last vintages, without a nowcast.
    vintage : {"real-time", "final"}
        "final": the last vintages, cut at the origin, in place of those of the day: what better data would have shown.
    init : {"nowcast", "list"}
        The days between the end of the source's list and the origin: drawn from both counts and the quotes read as one flow
        (`utils.reconcile`), or simulated from the list alone. The flow is of all trucks, so another scope starts from its list.

    Returns
    -------
    Snapshot

    Examples
    --------
    >>> load_snapshot("unrwa", as_of="2024-11-08", init="list").history.index[-1].date().isoformat()
    '2024-09-30'
    """
    day = None if as_of is None else check_day(as_of, name="as_of")
    check_choice(vintage, VINTAGES, name="vintage")
    check_choice(init, INITS, name="init")
    found = _load_once(source, scope, day, vintage, init)
    return replace(found, days=found.days.copy())  # what one reader changes, the next does not see


@lru_cache(maxsize=16)  # every model and page of a day starts from the same lists
def _load_once(source: str, scope: str, day: pd.Timestamp | None, vintage: str, init: str) -> Snapshot:
    days = load_days(source, scope=scope, as_of=None if vintage == FINAL else day)
    nowcast = None
    if day is not None:
        days = days[days.index < day]
        reaches_origin = usable_history(days).index[-1] + pd.Timedelta(days=1) >= day
        if init == "nowcast" and scope == "all" and not reaches_origin:
            nowcast = SourceNowcast(reconcile_once(day, vintage), source)
    return Snapshot(
        days=days,
        source=BY_NAME[source],
        scope=scope,
        as_of=day,
        vintage=vintage,
        vintages=tuple(days.attrs["vintages"]),
        closed=load_closed(),
        nowcast=nowcast,
    )
