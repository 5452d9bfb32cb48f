"""Reconcile both counts and the quotes as they were known on a day. `utils.aid.nowcast` describes the method."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

import pandas as pd

from ...common.checks import check_choice, check_day
from ...common.sharing import share
from ...counts.snapshot import FINAL, REAL_TIME, VINTAGES, usable_history
from ..daily import load_days
from ..loaders import load_holidays, load_quotes
from ..reporting import measure_reporting
from .conditioning import solve_quotes
from .inputs import prepare_daily
from .late import estimate_late
from .nowcast import Nowcast
from .quotes import select_quotes
from .state_space import Params
from .window import carry_forward


def reconcile_series(
    cogat: pd.Series,
    unrwa: pd.Series,
    humanitarian: pd.Series,
    quotes: pd.DataFrame,
    *,
    as_of: object = None,
    origin: pd.Timestamp | None = None,
    shut: Iterable[pd.Timestamp] = (),
    params: Params | None = None,
    late: pd.DataFrame | None = None,
    sources: Mapping[str, str] | None = None,
) -> Nowcast:
    """Reconcile daily series and quotes that are at hand.

    Parameters
    ----------
    cogat, unrwa, humanitarian : pandas.Series
        trucks/day by day, NaN where not counted (see `prepare_daily`).
    quotes : pandas.DataFrame
        As `load_quotes` gives them; those published after `as_of` are not used.
    as_of : day, optional
    origin : day, optional
        Last day of the flow; the day before `as_of` by default.
    shut : iterable of days
        Holidays that shut the crossings.
    params : Params, optional
        Fixed parameters; by default they are estimated.
    late : pandas.DataFrame, optional
        UNRWA's days that its list had only in part, as `estimate_late` gives them.
    sources : mapping of str to str, optional
        Vintages, passed on.

    Raises
    ------
    InputError
        If a series is no daily count, COGAT's has too few days, or quotes are wrong or contradict one another.
    LookaheadError
        If a series has a count after the origin.

    Examples
    --------
    >>> counts = pd.Series(100.0, pd.date_range("2024-01-01", periods=70))
    >>> nowcast = reconcile_series(counts[:63], counts, 0.5 * counts, load_quotes()[:0], params=Params())
    >>> nowcast.flow["counted"].value_counts().to_dict()
    {True: 63, False: 7}
    """
    from .fitting import fit_daily  # slow to import, and not needed where another process left its nowcast

    known = None if as_of is None else check_day(as_of, name="as_of")
    if origin is None and known is not None:
        origin = known - pd.Timedelta(days=1)
    daily = prepare_daily(cogat, unrwa, humanitarian, origin=origin, shut=shut, late=late)
    fit = fit_daily(daily, params=params)
    window = carry_forward(daily, fit)
    table, posterior = solve_quotes(daily, fit, window, select_quotes(quotes, daily, as_of=known))
    return Nowcast(known, daily, fit, window, table, posterior, tuple((sources or {}).items()))


def reconcile(
    as_of: object = None,
    *,
    vintage: str = REAL_TIME,
    quotes: pd.DataFrame | None = None,
    hide_after: object = None,
    params: Params | None = None,
) -> Nowcast:
    """Reconcile both counts and the quotes as they were known on a day.

    Parameters
    ----------
    as_of : day, optional
        The day of the knowledge; the flow ends on the day before it. Without it everything ever published is used, to the last
        day of any list.
    vintage : {"real-time", "final"}
        Only lists and quotes published by that day; or the last lists, cut at that origin, and all quotes of days up to it,
        whenever they were published.
    quotes : pandas.DataFrame, optional
        Instead of the project's own; filtered by `as_of` as they are.
    hide_after : day, optional
        Hide COGAT's counts after this day, to see whether they are found again.
    params : Params, optional
        Fixed parameters; by default they are estimated.

    Raises
    ------
    InputError
        If `as_of` is no day, or a list had not been published by then.

    Notes
    -----
    A day that a list had only in part, since late reports were still to come, is no count. UNRWA's are seen as far as earlier
    lists tell how such days fill up (`estimate_late`).

    Examples
    --------
    >>> nowcast = reconcile("2024-11-08")
    >>> nowcast.draws(100, days=7, rng=0).shape
    (100, 7)
    """
    check_choice(vintage, VINTAGES, name="vintage")
    known = None if as_of is None else check_day(as_of, name="as_of")
    if quotes is None and hide_after is None and params is None:
        return share("nowcast", (known, vintage), lambda: _reconcile_known(known, vintage))
    return _reconcile_known(known, vintage, quotes=quotes, hide_after=hide_after, params=params)


def _reconcile_known(
    known: pd.Timestamp | None,
    vintage: str,
    *,
    quotes: pd.DataFrame | None = None,
    hide_after: object = None,
    params: Params | None = None,
) -> Nowcast:
    published = None if vintage == FINAL else known
    origin = None if known is None else known - pd.Timedelta(days=1)
    frames = [
        load_days(source, scope=scope, as_of=published)
        for source, scope in (("cogat", "all"), ("unrwa", "all"), ("unrwa", "humanitarian"))
    ]
    holidays = load_holidays()
    cogat, unrwa, humanitarian = (usable_history(frame[:origin]) for frame in frames)
    if hide_after is not None:
        cogat = cogat[: check_day(hide_after, name="hide_after")]
    return reconcile_series(
        cogat,
        unrwa,
        humanitarian,
        load_quotes(as_of=published) if quotes is None else quotes,
        as_of=published,
        origin=origin,
        shut=holidays.loc[holidays["closes"], "date"],
        params=params,
        late=estimate_late(frames[1][:origin], measure_reporting("unrwa", as_of=published)),
        sources={frame.attrs["source"]: frame.attrs["vintage"] for frame in frames},
    )


@lru_cache(maxsize=8)
def reconcile_once(as_of: pd.Timestamp, vintage: str) -> Nowcast:
    """Reconcile as of a day, and keep the result, which cannot be changed, for the next caller.

    >>> day = pd.Timestamp("2024-11-08")
    >>> reconcile_once(day, "real-time") is reconcile_once(day, "real-time")
    True
    """
    return reconcile(as_of, vintage=vintage)
