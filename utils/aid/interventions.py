"""The interventions of the case: dated shifts in what was let through, and what each did to the daily flow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any

import numpy as np
import pandas as pd

from ..common.checks import check_choice, check_day
from ..common.errors import InputError
from ..common.sharing import share
from ..counts.checks import check_daily
from ..counts.snapshot import FINAL, REAL_TIME, usable_history
from ..scenarios.interruptions import AFTER, BEFORE, N_DRAWS, OTHER_RAMP, Effect, measure_effect, pool_effects
from ..scenarios.placebos import calibrate_effect, find_calibration_factor, measure_placebos
from .daily import load_closed, load_days
from .loaders import SOURCES, list_vintages, load_events
from .nowcast.nowcast import Nowcast
from .nowcast.reconcile import reconcile_once

#: Kinds of intervention that `events.csv` marks.
INTERVENTION_KINDS = ("pause", "opening", "pledge", "closing")

#: Where a source's list ends less than so many days after a shift, the flow of both lists and the quotes goes on from its end.
MIN_LISTED = 14

#: Days from an intervention on within which most of what it does comes about: as long as a delay that is looked for.
MOVES = 14

#: Draws of that flow, each analysed by itself.
IMPUTATIONS = 20

#: Checks: other windows (days before, days after), and days by which a shift is pretended to have come earlier.
WINDOWS = ((28, 28), (BEFORE, AFTER), (84, 84))
EARLIER = 21


@dataclass(frozen=True)
class Intervention:
    """A dated shift in what was let through.

    Attributes
    ----------
    name : str
    date : pandas.Timestamp
        First day that it may show on.
    kind : str
        One of `INTERVENTION_KINDS`.
    event, url : str
        The row of `data/events.csv` that it is dated by: its id and page.
    published : pandas.Timestamp
        Day from which that page was public.
    ends : pandas.Timestamp, optional
        First day without it, for a shift that ended.
    """

    name: str
    date: pd.Timestamp
    kind: str
    event: str
    url: str
    published: pd.Timestamp
    ends: pd.Timestamp | None = None

    @property
    def duration(self) -> int | None:
        """Days that it held; None if it has no end."""
        return None if self.ends is None else (self.ends - self.date).days


#: The interventions that are measured, in order of time: name, kind, and the ids of the events that began and ended it.
MEASURED: tuple[tuple[str, str, str, str | None], ...] = (
    ("Humanitarian pause", "pause", "2023-11-24-pause-starts", "2023-12-01-pause-ends"),
    # Two steps of one opening, six days apart: no count can tell them apart, so each is measured as if it were all.
    ("Kerem Shalom screens", "opening", "2023-12-11-kerem-shalom-screens", None),
    ("Kerem Shalom, direct entry", "opening", "2023-12-17-kerem-shalom-direct-entry", None),
    ("Pledge of early April", "pledge", "2024-04-05-north-crossing-pledged", None),
    # The days between are a shift of their own. Taken for the start of the next, they would read as a rise.
    ("Crossings shut", "closing", "2024-05-05-kerem-shalom-closes", "2024-05-12-erez-west-opens"),
    ("Rafah ends, move north", "closing", "2024-05-07-rafah-closes", None),
    # Aid groups date its first restrictions to 2 October, but wrote so after the questions had been asked.
    ("Commercial channel stops", "closing", "2024-10-11-commercial-channel-stops", None),
)


def load_interventions() -> tuple[Intervention, ...]:
    """Load the interventions that are measured (`MEASURED`); days and addresses from `data/events.csv`.

    Raises
    ------
    InputError
        If the table lacks an event that begins or ends one.

    Examples
    --------
    >>> [(one.name, one.duration) for one in load_interventions()[:2]]
    [('Humanitarian pause', 7), ('Kerem Shalom screens', None)]
    """
    named = {event for _, _, *events in MEASURED for event in events if event is not None}
    if missing := sorted(named - set(load_events()["id"])):
        raise InputError(f"event {missing[0]!r} is not in data/events.csv, but an intervention is dated by it; restore it")
    return _date_interventions(None)


def list_interventions(*, as_of: object) -> list[Intervention]:
    """List the shifts as known on a day: those whose event `load_events` gives as of it, with an end if it gives that too.

    >>> [one.name for one in list_interventions(as_of="2023-12-12")]
    ['Humanitarian pause', 'Kerem Shalom screens']
    """
    return list(_date_interventions(check_day(as_of, name="as_of")))


def list_moved_days(*, as_of: object) -> pd.DatetimeIndex:
    """List the days that interventions known on a day moved: `MOVES` days from each on, and a week after one that ended.

    >>> days = list_moved_days(as_of="2023-12-05")
    >>> f"{days[0]:%Y-%m-%d} to {days[-1]:%Y-%m-%d}", len(days)
    ('2023-11-24 to 2023-12-07', 14)
    """
    spans = [pd.DatetimeIndex([])]
    for one in list_interventions(as_of=as_of):
        spans.append(pd.date_range(one.date, periods=MOVES))
        if one.ends is not None:
            spans.append(pd.date_range(one.ends, periods=OTHER_RAMP))
    return spans[0].append(spans[1:]).unique().sort_values()


@lru_cache(maxsize=64)
def _date_interventions(as_of: pd.Timestamp | None) -> tuple[Intervention, ...]:
    """Date the interventions by the events known on a day; those without one were not known."""
    events = load_events(as_of=as_of).set_index("id")
    return tuple(
        Intervention(
            name=name,
            date=events.at[start, "date"],
            kind=check_choice(kind, INTERVENTION_KINDS, name="kind"),
            event=start,
            url=events.at[start, "url"],
            published=events.at[start, "published"],
            ends=events.at[end, "date"] if end in events.index else None,
        )
        for name, kind, start, end in MEASURED
        if start in events.index
    )


def measure_interventions(
    *, as_of: object, vintage: str = REAL_TIME, seed: int = 0, series: Mapping[str, pd.Series] | None = None
) -> list[Effect]:
    """Measure what each shift known by a day did to the daily flow, on both counts.

    Parameters
    ----------
    as_of : day
        The day of the knowledge: only vintages and quotes published by then are used, and the days before it.
    vintage : {"real-time", "final"}
        "final": the last vintages, cut at the origin, and all quotes of days up to it, in place of those of the day.
    seed : int
    series : dict of str to pandas.Series, optional
        Counts to use in place of the sources' lists, with the same guard; they are lists without quotes.

    Returns
    -------
    list of Effect
        A shift by both sources, in the order of `load_interventions`; one that cannot be measured says why. Intervals are
        widened by the factor that placebo dates of both sources ask for, as known on the day; for a shift that ended, by
        pretended shifts as long as it.

    Raises
    ------
    LookaheadError
        If a day at hand is not before `as_of`.

    Notes
    -----
    Every other shift within the window is a term of its own, but for a lasting one that began within a week of it: the two
    cannot be told apart, and either is the effect of both. Where a list ends before `MIN_LISTED` days after the shift, the
    days from its end to the origin are drawn from both lists and the quotes read as one flow (`utils.reconcile`), on the
    source's own basis; each of `IMPUTATIONS` draws is analysed and their posteriors are pooled (Rubin 1987).

    Examples
    --------
    >>> from utils.aid.daily import load_daily
    >>> counts = load_daily("unrwa", as_of="2024-11-08")[:"2024-01-31"]
    >>> effects = measure_interventions(as_of="2024-02-01", series={"unrwa": counts})
    >>> [(one.name, one.excludes_one) for one in effects if one.measured]
    [('Humanitarian pause', True), ('Kerem Shalom screens', False), ('Kerem Shalom, direct entry', False)]
    """
    as_of = check_day(as_of, name="as_of")
    if series is None:
        return list(_measure_once(as_of, vintage, seed))
    for source in series:
        check_choice(source, SOURCES, name="source")
    series = dict(series)
    return _measure_series(series, as_of, seed, placebos=lru_cache(partial(_measure_all_placebos, series, as_of)))


def load_placebos(*, as_of: object, vintage: str = REAL_TIME, duration: int | None = None) -> pd.DataFrame:
    """Measure placebo dates on both sources, as known on a day: the rows of `measure_placebos` and their `source`.

    >>> load_placebos(as_of="2024-09-12")[["date", "source", "excludes_one"]].head(2)
            date source  excludes_one
    0 2024-01-02  unrwa         False
    1 2024-01-07  unrwa         False
    """
    return _load_placebos(check_day(as_of, name="as_of"), vintage, duration).copy()


@lru_cache(maxsize=8)
def _measure_once(as_of: pd.Timestamp, vintage: str, seed: int) -> tuple[Effect, ...]:
    def measure() -> tuple[Effect, ...]:
        series, flow = _load_series(as_of, vintage), partial(reconcile_once, as_of, vintage)
        return tuple(_measure_series(series, as_of, seed, placebos=partial(_load_placebos, as_of, vintage), flow=flow))

    return share("effects", (as_of, vintage, seed), measure)


@lru_cache(maxsize=16)
def _load_placebos(as_of: pd.Timestamp, vintage: str, duration: int | None) -> pd.DataFrame:
    return share(
        "placebos", (as_of, vintage, duration), lambda: _measure_all_placebos(_load_series(as_of, vintage), as_of, duration)
    )


def _load_series(as_of: pd.Timestamp, vintage: str) -> dict[str, pd.Series]:
    """Load the counted days of each source that had a list by then."""
    published = None if vintage == FINAL else as_of
    frames = {source: load_days(source, as_of=published) for source in SOURCES if len(list_vintages(source, as_of=published)) > 0}
    return {source: usable_history(frame[frame.index < as_of]) for source, frame in frames.items()}


def _settings(as_of: pd.Timestamp, shift: Intervention | None = None) -> dict[str, Any]:
    """What every measurement as of a day shares: the other shifts known by then, the holidays, the guard."""
    others = list_interventions(as_of=as_of)
    if shift is not None:
        others = [other for other in others if other.name != shift.name]
        others = [other for other in others if other.ends or abs((other.date - shift.date).days) >= OTHER_RAMP]
    return dict(
        others=[(other.date, other.ends) for other in others],
        closed=tuple(load_closed()),
        as_of=as_of,
    )


def _measure_all_placebos(series: dict[str, pd.Series], as_of: pd.Timestamp, duration: int | None) -> pd.DataFrame:
    avoid = [day for shift in list_interventions(as_of=as_of) for day in (shift.date, shift.ends) if day is not None]
    settings = _settings(as_of)
    tables = []
    for source, counts in series.items():
        daily = check_daily(counts, name="series", as_of=as_of)
        known = dict(avoid=tuple(avoid), others=tuple(settings["others"]), closed=settings["closed"], duration=duration)
        tables.append(_measure_placebos_once(daily.index[0], daily.to_numpy().tobytes(), **known).assign(source=source))
    return pd.concat(tables, ignore_index=True)


@lru_cache(maxsize=32)
def _measure_placebos_once(first: pd.Timestamp, counts: bytes, **known: Any) -> pd.DataFrame:
    """Measure the placebos of one record once for all days on which it and the shifts known are the same; kept by content."""
    values = np.frombuffer(counts)
    return measure_placebos(pd.Series(values, pd.date_range(first, periods=len(values))), **known)


def _measure_series(
    series: Mapping[str, pd.Series],
    as_of: object,
    seed: int,
    *,
    placebos: Callable[[int | None], pd.DataFrame],
    flow: Callable[[], Nowcast] | None = None,
) -> list[Effect]:
    """Measure every shift on every source, and widen it by the placebos that last as long (`placebos(days or None)`)."""
    effects = []
    for shift in list_interventions(as_of=as_of):
        factor = find_calibration_factor(placebos(shift.duration))
        for source in SOURCES:
            effect = _measure_one(shift, source, series.get(source), as_of, seed, flow=flow)
            effects.append(calibrate_effect(effect, factor) if effect.measured else effect)
    return effects


def _measure_one(
    shift: Intervention, source: str, counts: pd.Series | None, as_of: object, seed: int, *, flow: Callable[[], Nowcast] | None
) -> Effect:
    """Measure one shift on one source; `flow` gives the reconciled flow where the list ends too soon."""
    named: dict[str, Any] = dict(name=shift.name, source=source)
    if counts is None:
        return Effect(date=shift.date, note="no list had been published", **named)
    settings = dict(until=shift.ends, **_settings(as_of, shift), **named)
    listed = counts.last_valid_index()
    last = min(as_of, shift.date + pd.Timedelta(days=AFTER)) - pd.Timedelta(days=1)
    days = pd.date_range(listed, last, inclusive="right")
    enough = (listed - shift.date).days + 1 >= min(MIN_LISTED, shift.duration or MIN_LISTED)
    if enough or days.empty or flow is None:  # a list that meets the origin leaves no day to draw, however young the shift
        return measure_effect(counts, shift.date, seed=seed, **settings)
    effects = [
        measure_effect(pd.concat([counts.dropna(), draw]), shift.date, seed=seed, n_draws=N_DRAWS // IMPUTATIONS, **settings)
        for _, draw in _draw_flow(flow(), days, source, seed).iterrows()
    ]
    pooled = pool_effects(effects)
    note = f"its days from {days[0]:%Y-%m-%d} on are drawn" if pooled.measured else pooled.note
    return replace(pooled, basis="nowcast", note=note)


def _draw_flow(flow: Nowcast, days: pd.DatetimeIndex, source: str, seed: int) -> pd.DataFrame:
    return flow.draws(IMPUTATIONS, days=days, rng=np.random.default_rng([seed, 6]), basis=source)


def check_interventions(*, as_of: object, vintage: str = REAL_TIME) -> pd.DataFrame:
    """Check what needs no untouched series: other windows (`WINDOWS`), and a pretended date on the days before the shift.

    Parameters
    ----------
    as_of, vintage
        As for `measure_interventions`. Only lists are read here.

    Returns
    -------
    pandas.DataFrame
        A row a shift, source and check: shift, source, check, ratio, low, high, excludes_one. Not widened by placebos; NaN where
        not measured. The pretended date lies `EARLIER` days before the shift, and only shifts before that are known to it.

    Examples
    --------
    >>> checked = check_interventions(as_of="2024-09-12")
    >>> checked.loc[checked["shift"].eq("Humanitarian pause"), ["check", "excludes_one"]]
                           check  excludes_one
    0   28 days before, 28 after          True
    1   56 days before, 42 after          True
    2   84 days before, 84 after          True
    3  pretended 21 days earlier         False
    """
    as_of, rows = check_day(as_of, name="as_of"), []
    series = _load_series(as_of, vintage)
    for shift in list_interventions(as_of=as_of):
        for source, counts in series.items():
            runs = {
                f"{before} days before, {after} after": measure_effect(
                    counts, shift.date, until=shift.ends, before=before, after=after, **_settings(as_of, shift)
                )
                for before, after in WINDOWS
            }
            past = counts[counts.index < shift.date]
            pretended = shift.date - pd.Timedelta(days=EARLIER)
            runs[f"pretended {EARLIER} days earlier"] = measure_effect(past, pretended, **_settings(shift.date))
            for check, effect in runs.items():
                low, middle, high = effect.ratio
                rows.append((shift.name, source, check, middle, low, high, effect.excludes_one))
    return pd.DataFrame(rows, columns=["shift", "source", "check", "ratio", "low", "high", "excludes_one"])
