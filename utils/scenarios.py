"""What may shift the daily flow: what past shifts did, how often such came, and their mixture with simulated paths.

A scenario has a hazard, the chance a day that it comes, and an effect, draws of what it does to the flow when it has come. Each
path is given a day on which each scenario comes, or none, and an effect; from that day on the path is bent. The share of bent
paths that meet a question is the mixture

    P(reach) = sum over what may come of P(it comes by then) x P(reach | it comes),

with the sum and the product done by the paths themselves. Nothing of this is in the plain answer: without a scenario a path
stays what it was.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import gamma
from statsmodels.stats.meta_analysis import combine_effects

from .checks import check_choice, check_day
from .data import SOURCES, list_vintages, load_events, load_holidays
from .days import load_days, usable_history
from .errors import InputError
from .interruptions import (
    AFTER,
    BEFORE,
    N_DRAWS,
    OTHER_RAMP,
    Effect,
    build_ramp,
    calibrate_effect,
    find_inflation,
    measure_effect,
    measure_placebos,
    pool_effects,
)
from .project import DATA
from .questions import load_facts
from .reconciliation import Reconciled, reconcile_once

#: Kinds of shift that `events.csv` marks.
SHIFT_KINDS = ("pause", "opening", "pledge", "closing")

# --------------------------------------------------------------------------------------------- what past shifts did

#: Where a source's list ends less than so many days after a shift, the flow of both lists and the quotes goes on from its end.
MIN_LISTED = 14

#: Draws of that flow, each analysed by itself.
IMPUTATIONS = 20

#: Checks: other windows (days before, days after), and days by which a shift is pretended to have come earlier.
WINDOWS = ((28, 28), (BEFORE, AFTER), (84, 84))
EARLIER = 21


@dataclass(frozen=True)
class Shift:
    """A dated shift in what was let through.

    Attributes
    ----------
    name : str
    date : pandas.Timestamp
        First day that it may show on.
    kind : str
        One of `SHIFT_KINDS`.
    event, url : str
        The row of `data/events.csv` that it is dated by.
    dated : pandas.Timestamp
        Day of that row: the shift is known from the day after.
    ends : pandas.Timestamp, optional
        First day without it, for a shift that ended.
    """

    name: str
    date: pd.Timestamp
    kind: str
    event: str
    url: str
    dated: pd.Timestamp
    ends: pd.Timestamp | None = None

    @property
    def lasts(self) -> int | None:
        """Days that it held; None if it has no end."""
        return None if self.ends is None else (self.ends - self.date).days


def _find_event(events: pd.DataFrame, day: str, word: str) -> pd.Series:
    """Return the one event of a day that holds a word."""
    rows = events[events["date"].eq(pd.Timestamp(day)) & events["event"].str.contains(word, regex=False)]
    if len(rows) != 1:
        raise InputError(f"{len(rows)} events of {day} hold {word!r}; one is needed, so mend the day or the word")
    return rows.iloc[0]


def _load_shifts() -> tuple[Shift, ...]:
    events = load_events()

    def shift(name, kind, start, end=None, *, week_before=False):
        row = _find_event(events, *start)
        date = row["date"] - pd.Timedelta(days=7 * week_before)
        return Shift(
            name=name,
            date=date,
            kind=check_choice(kind, SHIFT_KINDS, name="kind"),
            event=row["event"],
            url=row["url"],
            dated=row["date"],
            ends=None if end is None else _find_event(events, *end)["date"],
        )

    return (
        shift("Humanitarian pause", "pause", ("2023-11-24", "pause starts"), ("2023-12-01", "Pause ends")),
        # Two steps of one opening, six days apart: no count can tell them apart, so each is measured as if it were all.
        shift("Kerem Shalom screens", "opening", ("2023-12-11", "Kerem Shalom")),
        shift("Kerem Shalom, direct entry", "opening", ("2023-12-17", "Kerem Shalom")),
        # The row reports an approval of the week before; which day, the delay has to find.
        shift("Pledge of early April", "pledge", ("2024-04-08", "cabinet approval"), week_before=True),
        # The days between are a shift of their own. Taken for the start of the next, they would read as a rise.
        shift("Crossings shut", "closing", ("2024-05-05", "Kerem Shalom closes"), ("2024-05-12", "Erez")),
        shift("Rafah ends, move north", "closing", ("2024-05-07", "Rafah")),
        # Aid groups date its first restrictions to 2 October, but wrote so after the questions had been asked.
        shift("Commercial channel stops", "closing", ("2024-10-11", "commercial channel stops")),
    )


#: The shifts that are measured, in order of time; dates and addresses from `data/events.csv`.
SHIFTS = _load_shifts()


def list_shifts(*, as_of) -> list[Shift]:
    """List the shifts as known on a day: those whose event is dated before it, without an end that was still to come."""
    as_of = check_day(as_of, name="as_of")
    known = [shift for shift in SHIFTS if shift.dated < as_of]
    return [shift if shift.ends is None or shift.ends < as_of else replace(shift, ends=None) for shift in known]


def measure_shifts(
    *, as_of, hindsight: bool = False, seed: int = 0, series: Mapping[str, pd.Series] | None = None
) -> list[Effect]:
    """Measure what each shift known by a day did to the daily flow, on both counts.

    Parameters
    ----------
    as_of : day
        The day of the knowledge: only vintages and quotes published by then are used, and the days before it.
    hindsight : bool
        Use the last vintages, cut at the origin, and all quotes of days up to it, in place of those of the day.
    seed : int
    series : dict of str to pandas.Series, optional
        Counts to use in place of the sources' lists, with the same guard; they are lists without quotes.

    Returns
    -------
    list of Effect
        A shift by both sources, in the order of `SHIFTS`; one that cannot be measured says why. Intervals are widened by the
        factor that placebo dates of both sources ask for, as known on the day; for a shift that ended, by pretended shifts as
        long as it.

    Raises
    ------
    PeekError
        If a day at hand is not before `as_of`.

    Notes
    -----
    Every other shift within the window is a term of its own, but for a lasting one that began within a week of it: the two
    cannot be told apart, and either is the effect of both. Where a list ends before `MIN_LISTED` days after the shift, the
    days from its end to the origin are drawn from both lists and the quotes read as one flow (`utils.reconcile`), on the
    source's own basis; each of `IMPUTATIONS` draws is analysed and their posteriors are pooled (Rubin 1987).
    """
    as_of = check_day(as_of, name="as_of")
    if series is None:
        return list(_measure_once(as_of, bool(hindsight), seed))
    for source in series:
        check_choice(source, SOURCES, name="source")
    series = dict(series)
    return _measure_series(series, as_of, seed, placebos=lru_cache(partial(_measure_all_placebos, series, as_of)))


def load_placebos(*, as_of, hindsight: bool = False, lasts: int | None = None) -> pd.DataFrame:
    """Measure placebo dates on both sources, as known on a day: the rows of `measure_placebos` and their `source`."""
    return _load_placebos(check_day(as_of, name="as_of"), bool(hindsight), lasts).copy()


@lru_cache(maxsize=8)
def _measure_once(as_of: pd.Timestamp, hindsight: bool, seed: int) -> tuple[Effect, ...]:
    return tuple(
        _measure_series(
            _load_series(as_of, hindsight),
            as_of,
            seed,
            placebos=partial(_load_placebos, as_of, hindsight),
            flow=partial(reconcile_once, as_of, hindsight),
        )
    )


@lru_cache(maxsize=16)
def _load_placebos(as_of: pd.Timestamp, hindsight: bool, lasts: int | None) -> pd.DataFrame:
    return _measure_all_placebos(_load_series(as_of, hindsight), as_of, lasts)


def _load_series(as_of: pd.Timestamp, hindsight: bool) -> dict[str, pd.Series]:
    """Load the counted days of each source that had a list by then."""
    published = None if hindsight else as_of
    frames = {source: load_days(source, as_of=published) for source in SOURCES if len(list_vintages(source, as_of=published)) > 0}
    return {source: usable_history(frame[frame.index < as_of]) for source, frame in frames.items()}


def _settings(as_of: pd.Timestamp, shift: Shift | None = None) -> dict:
    """What every measurement as of a day shares: the other shifts known by then, the holidays, the guard."""
    holidays = load_holidays()
    others = list_shifts(as_of=as_of)
    if shift is not None:
        others = [other for other in others if other.name != shift.name]
        others = [other for other in others if other.ends or abs((other.date - shift.date).days) >= OTHER_RAMP]
    return dict(
        others=[(other.date, other.ends) for other in others],
        shut=tuple(holidays.loc[holidays["closes"], "date"]),
        as_of=as_of,
    )


def _measure_all_placebos(series: dict[str, pd.Series], as_of: pd.Timestamp, lasts: int | None) -> pd.DataFrame:
    avoid = [day for shift in list_shifts(as_of=as_of) for day in (shift.date, shift.ends) if day is not None]
    tables = [
        measure_placebos(counts, avoid=avoid, lasts=lasts, **_settings(as_of)).assign(source=source)
        for source, counts in series.items()
    ]
    return pd.concat(tables, ignore_index=True)


def _measure_series(series, as_of, seed, *, placebos, flow=None) -> list[Effect]:
    """Measure every shift on every source, and widen it by the placebos that last as long (`placebos(days or None)`)."""
    effects = []
    for shift in list_shifts(as_of=as_of):
        inflation = find_inflation(placebos(shift.lasts))
        for source in SOURCES:
            effect = _measure_one(shift, source, series.get(source), as_of, seed, flow=flow)
            effects.append(calibrate_effect(effect, inflation) if effect.measured else effect)
    return effects


def _measure_one(shift: Shift, source: str, counts: pd.Series | None, as_of, seed, *, flow) -> Effect:
    """Measure one shift on one source; `flow` gives the reconciled flow where the list ends too soon."""
    told = dict(name=shift.name, source=source)
    if counts is None:
        return Effect(date=shift.date, note="no list had been published", **told)
    settings = dict(until=shift.ends, **_settings(as_of, shift), **told)
    listed = counts.last_valid_index()
    last = min(as_of, shift.date + pd.Timedelta(days=AFTER)) - pd.Timedelta(days=1)
    days = pd.date_range(listed, last, inclusive="right")
    enough = (listed - shift.date).days + 1 >= min(MIN_LISTED, shift.lasts or MIN_LISTED)
    if enough or days.empty or flow is None:  # a list that reaches the origin leaves no day to draw, however young the shift
        return measure_effect(counts, shift.date, seed=seed, **settings)
    effects = [
        measure_effect(pd.concat([counts.dropna(), draw]), shift.date, seed=seed, n_draws=N_DRAWS // IMPUTATIONS, **settings)
        for _, draw in _draw_flow(flow(), days, source, seed).iterrows()
    ]
    pooled = pool_effects(effects)
    note = f"its days from {days[0]:%Y-%m-%d} on are drawn" if pooled.measured else pooled.note
    return replace(pooled, basis="flow", note=note)


def _draw_flow(flow: Reconciled, days: pd.DatetimeIndex, source: str, seed: int) -> pd.DataFrame:
    return flow.draws(IMPUTATIONS, days=days, rng=np.random.default_rng([seed, 6]), basis=source)


def check_shifts(*, as_of, hindsight: bool = False) -> pd.DataFrame:
    """Check what needs no untouched series: other windows (`WINDOWS`), and a pretended date on the days before the shift.

    Parameters
    ----------
    as_of, hindsight
        As for `measure_shifts`. Only lists are read here.

    Returns
    -------
    pandas.DataFrame
        A row a shift, source and check: shift, source, check, ratio, low, high, found. Not widened by placebos; NaN where
        not measured. The pretended date lies `EARLIER` days before the shift, and only shifts before that are known to it.
    """
    as_of, rows = check_day(as_of, name="as_of"), []
    series = _load_series(as_of, hindsight)
    for shift in list_shifts(as_of=as_of):
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
                rows.append((shift.name, source, check, middle, low, high, effect.found))
    return pd.DataFrame(rows, columns=["shift", "source", "check", "ratio", "low", "high", "found"])


# --------------------------------------------------------------------------------------------------------- hazards


@dataclass(frozen=True)
class ShiftRate:
    """How often a kind of shift came in the past, by Jeffreys' rule for a Poisson rate.

    With k shifts in T days the rate a day is Gamma(k + 1/2, T) [1]_: never nought, and wide where little was seen.

    Attributes
    ----------
    kind : str
        One of `SHIFT_KINDS`.
    count, days : int
        k and T: shifts, and days in which they were counted.

    References
    ----------
    .. [1] H. Jeffreys (1961), Theory of Probability, 3rd edition, section 3.3.
    """

    kind: str
    count: int
    days: int

    @property
    def per_day(self) -> float:
        """Mean rate, shifts a day."""
        return (self.count + 0.5) / self.days

    @property
    def interval(self) -> tuple[float, float]:
        """Central 90 % of the rate, shifts a day."""
        low, high = gamma.ppf([0.05, 0.95], self.count + 0.5, scale=1 / self.days)
        return float(low), float(high)

    def chance(self, days: int) -> float:
        """Chance of one or more within the next `days` days, the rate being no better known than this."""
        return 1 - (self.days / (self.days + days)) ** (self.count + 0.5)


def count_shifts(kind: str, *, as_of, data: Path = DATA) -> ShiftRate:
    """Count the shifts of a kind from the first event in the table to the origin.

    Parameters
    ----------
    kind : {"pause", "opening", "pledge", "closing"}
        See the column `shift` of `utils.load_events`.
    as_of : day
        The day of the knowledge: events dated on it or later are not counted.
    data : pathlib.Path
        Folder of the data package.
    """
    check_choice(kind, SHIFT_KINDS, name="kind")
    as_of = check_day(as_of, name="as_of")
    events = load_events(as_of=as_of, data=data)
    begin = events.loc[events["kind"] != "holiday", "date"].min()
    if pd.isna(begin):
        raise InputError(f"as_of {as_of:%Y-%m-%d} lies before the first event of the table; choose a later day")
    return ShiftRate(kind, int(events["shift"].eq(kind).sum()), (as_of - begin).days)


# ------------------------------------------------------------------------------------------------------- scenarios


@dataclass(frozen=True)
class Scenario:
    """Something that may come and would shift the flow.

    Attributes
    ----------
    name : str
    hazard : float, (float, float), ShiftRate or pandas.Series
        The chance a day that it comes, if it has not come: a number from 0 to 1; a range (low, high), as elicited from a person,
        of which any value is as likely as any other on a log scale; a rate counted in the past, with its uncertainty; or, indexed
        by day, the probability that it comes on that day. What these leave to 1 is the chance that it does not come.
    effect : pandas.DataFrame
        Draws of what it does: `log_ratio`, the log of the flow at full effect over the flow without it; `delay`, days until the
        effect begins; `ramp`, days from there to full effect. See `utils.interruptions.Effect`.
    lasts : int, optional
        Days after which the effect ends at once; by default it lasts.
    excludes : tuple of str
        Names of scenarios that cannot come after this one, nor this one after them.
    """

    name: str
    hazard: float | tuple[float, float] | ShiftRate | pd.Series
    effect: pd.DataFrame
    lasts: int | None = None
    excludes: tuple[str, ...] = ()

    def __post_init__(self):
        missing = {"log_ratio", "delay", "ramp"} - set(self.effect.columns)
        if missing or self.effect.empty or not np.isfinite(self.effect[["log_ratio", "delay", "ramp"]].to_numpy(float)).all():
            raise InputError(f"effect of {self.name!r} needs finite draws of log_ratio, delay and ramp; see utils.interruptions")
        if self.lasts is not None and self.lasts < 1:
            raise InputError(f"lasts {self.lasts} of {self.name!r} must be 1 day or more; leave it out if the effect stays")
        if isinstance(self.hazard, pd.Series):
            values = self.hazard.to_numpy(float)
            if not (values >= 0).all() or values.sum() > 1 + 1e-9:
                raise InputError(
                    f"hazard of {self.name!r} by day sums to {values.sum():g}; give each day 0 or more, and 1 in all at most"
                )
        elif isinstance(self.hazard, tuple):
            if len(self.hazard) != 2 or not 0 < self.hazard[0] <= self.hazard[1] <= 1:
                raise InputError(f"hazard {self.hazard} of {self.name!r} must be a range with 0 < low <= high <= 1 a day")
        elif not isinstance(self.hazard, ShiftRate) and not 0 <= self.hazard <= 1:
            raise InputError(f"hazard {self.hazard!r} of {self.name!r} must be a chance a day from 0 to 1")

    def draw_arrivals(self, days: pd.DatetimeIndex, n_paths: int, rng: np.random.Generator) -> np.ndarray:
        """Draw on which of the days it comes, as if alone: an index into `days` for each path, len(days) for not within them.

        The draws are stratified: the share of paths on which it has come by a day is that of the hazard to within 1/n_paths. The
        same generator gives the same paths an earlier day under a higher hazard.
        """
        uniform = _stratify(n_paths, rng)
        if isinstance(self.hazard, pd.Series):
            by_day = self.hazard.copy()
            by_day.index = pd.DatetimeIndex(by_day.index)
            if len(by_day) and by_day.index.min() < days[0]:
                raise InputError(
                    f"hazard of {self.name!r} names {by_day.index.min():%Y-%m-%d}, before {days[0]:%Y-%m-%d}, the first day that "
                    "is still to come; leave out what has passed"
                )
            come_by = by_day.reindex(days).fillna(0.0).cumsum().to_numpy()
            return np.searchsorted(come_by, uniform, side="right")
        if isinstance(self.hazard, ShiftRate):
            rate = gamma.ppf(_stratify(n_paths, rng), self.hazard.count + 0.5, scale=1 / self.hazard.days)
            stays = -rate
        else:
            low, high = self.hazard if isinstance(self.hazard, tuple) else (self.hazard, self.hazard)
            hazard = low * (high / low) ** _stratify(n_paths, rng) if low < high else np.full(n_paths, float(low))
            with np.errstate(divide="ignore"):
                stays = np.log1p(-hazard)  # log of the chance that a day passes without it
        with np.errstate(divide="ignore", invalid="ignore"):
            waits = np.floor(np.log1p(-uniform) / stays)
        return np.where(stays == 0, len(days), np.minimum(waits, len(days))).astype(int)


def _stratify(n: int, rng: np.random.Generator) -> np.ndarray:
    """Draw n uniform numbers, one in each n-th of (0, 1), in random order."""
    return (rng.permutation(n) + rng.random(n)) / n


@dataclass(frozen=True)
class Shifted:
    """Paths on which scenarios may have come.

    Attributes
    ----------
    paths : ndarray of shape (n_paths, len(days))
        Trucks/day: whole, never negative.
    arrivals : pandas.DataFrame of shape (n_paths, n_scenarios)
        Day on which each scenario comes on each path, NaT for not within the days.
    """

    paths: np.ndarray
    arrivals: pd.DataFrame


def apply_scenarios(
    paths: np.ndarray,
    days: pd.DatetimeIndex,
    scenarios: list[Scenario],
    *,
    as_of,
    seed: int = 0,
) -> Shifted:
    """Let scenarios come on simulated paths, and bend the paths from then on.

    Parameters
    ----------
    paths : ndarray of shape (n_paths, len(days))
        Trucks/day.
    days : pandas.DatetimeIndex
        The simulated days.
    scenarios : list of Scenario
        Each comes once at most. Of two that exclude each other only the earlier comes (on one day: the one listed first).
    as_of : day
        First day on which anything may come: what had come before is in the counts.
    seed : int
        Each scenario draws from a generator of its own, by its name: another scenario beside it changes nothing of its draws.

    Returns
    -------
    Shifted
    """
    as_of = check_day(as_of, name="as_of")
    names = [scenario.name for scenario in scenarios]
    if len(set(names)) < len(names):
        raise InputError(f"scenarios are named {names}; give each a name of its own")
    for scenario in scenarios:
        if unknown := set(scenario.excludes) - set(names):
            raise InputError(f"{scenario.name!r} excludes {sorted(unknown)}, no scenario here; add it or leave it out")
    ahead = days[days >= as_of]
    first, n_paths = len(days) - len(ahead), len(paths)
    generators = [np.random.default_rng([seed, 5, zlib.crc32(scenario.name.encode())]) for scenario in scenarios]
    comes = [scenario.draw_arrivals(ahead, n_paths, rng) for scenario, rng in zip(scenarios, generators, strict=True)]
    comes = _exclude(np.array(comes, int).reshape(len(scenarios), n_paths), scenarios, never=len(ahead))
    bent = paths.copy()
    for scenario, rng, come in zip(scenarios, generators, comes, strict=True):
        mine = np.flatnonzero(come < len(ahead))
        if not len(mine):
            continue
        drawn = scenario.effect.iloc[rng.permutation(np.arange(n_paths) % len(scenario.effect))[mine]]
        log_ratio, delay, ramp = (drawn[name].to_numpy(float)[:, None] for name in ("log_ratio", "delay", "ramp"))
        age = np.arange(len(ahead)) - come[mine, None]
        share = build_ramp(age, delay=delay, ramp=ramp, lasts=np.inf if scenario.lasts is None else scenario.lasts)
        bent[mine, first:] *= np.exp(log_ratio * share)
    named = np.append(ahead.to_numpy(), np.datetime64("NaT"))
    return Shifted(np.rint(bent, out=bent), pd.DataFrame(named[comes].T, columns=names))


def _exclude(comes: np.ndarray, scenarios: list[Scenario], *, never: int) -> np.ndarray:
    """Strike what comes after something that excludes it; `comes` has shape (n_scenarios, n_paths)."""
    pairs = [
        (one, other)
        for one, a in enumerate(scenarios)
        for other, b in enumerate(scenarios)
        if one < other and (b.name in a.excludes or a.name in b.excludes)
    ]
    if not pairs:
        return comes
    kept = np.full_like(comes, never)
    order = np.argsort(comes, axis=0, kind="stable")
    paths = np.arange(comes.shape[1])
    for position in order:  # from the earliest to the latest on each path
        allowed = np.ones(comes.shape[1], bool)
        for one, other in pairs:
            allowed &= ~((position == one) & (kept[other] < never)) & ~((position == other) & (kept[one] < never))
        kept[position, paths] = np.where(allowed, comes[position, paths], never)
    return kept


# ----------------------------------------------------------------------------------------- the scenarios of this project

#: Days within which an announced crossing is expected, all alike, and the chance that it opens within them: a judgement.
ANNOUNCED_DAYS, ANNOUNCED_CHANCE = 14, 0.9

#: Measured shifts that a scenario's effect is drawn from, each as likely.
EFFECTS_OF = {
    "a pause": ("Humanitarian pause",),
    "Kissufim opens": ("Kerem Shalom screens", "Kerem Shalom, direct entry"),
    "a closing": ("Rafah ends, move north", "Commercial channel stops"),
}


def estimate_spread(effects: list[Effect]) -> float:
    """Estimate how far the true effects of shifts lie from no change: a standard deviation of the log ratio.

    The estimates of a handful of cases lie farther from no change than the effects themselves, since each has an error of its
    own. What is left when that is taken away is the variance between cases of a random-effects meta-analysis, by Paule and
    Mandel's method [1]_, about no change, because rises and falls are both among them.

    References
    ----------
    .. [1] R. C. Paule and J. Mandel (1982), Consensus values and weighting factors, Journal of Research of the National Bureau of
       Standards 87.
    """
    sizes = np.array([effect.draws["log_ratio"].mean() for effect in effects])
    errors = np.array([effect.draws["log_ratio"].var() for effect in effects])
    # each case and its mirror image have the same spread about no change, and a mean of nought
    both = combine_effects(np.concatenate([sizes, -sizes]), np.concatenate([errors, errors]), method_re="iterated")
    return float(np.sqrt(both.tau2))


def shrink_effect(draws: pd.DataFrame, spread: float, *, seed: int = 0) -> pd.DataFrame:
    """Draw an effect anew, as many times, with a size beyond what shifts have done at all taken as unlikely.

    Each draw is kept in proportion to its density under a normal law of the log ratio about no change with the standard deviation
    `spread`: what a measurement leaves open is not filled with doublings and redoublings that nobody has seen.
    """
    size = draws["log_ratio"].to_numpy()
    weight = np.exp(-0.5 * (size / spread) ** 2) if spread > 0 else (np.abs(size) == np.abs(size).min()).astype(float)
    chosen = np.random.default_rng([seed, 7]).choice(len(draws), len(draws), p=weight / weight.sum())
    return draws.iloc[chosen].reset_index(drop=True)


def list_scenarios(source: str, *, as_of, hindsight: bool = False) -> dict[str, Scenario]:
    """List the scenarios that the project considers, by name, as of a day.

    A pause in the fighting and the closing of a crossing, road or channel come as often as they came before, and do what was
    measured of their kind, drawn towards no change by how far all measured shifts lie from it (`shrink_effect`). Kissufim, once
    announced and until it is open, comes on one of the next 14 days with a chance of nine in ten, our reading of "in the coming
    days", and does what each step of the opening of Kerem Shalom did, the one as likely as the other. A closing excludes a
    pause. A scenario whose effect had not been measured by then, on days that the source had counted, is left out.

    Parameters
    ----------
    source : {"cogat", "unrwa"}
        On whose count the effects were measured.
    as_of : day
    hindsight : bool
        Whether effects are measured on the last vintages, cut at the origin; the hazards stay those of the day.
    """
    as_of = check_day(as_of, name="as_of")
    effects = [effect for effect in measure_shifts(as_of=as_of, hindsight=hindsight) if effect.source == source]
    # Drawn days run smoothly through whatever broke there: what is measured on them is no effect to foretell with.
    measured = [effect for effect in effects if effect.measured and effect.basis == "list"]
    if not measured:
        return {}
    spread = estimate_spread(measured)
    drawn = {effect.name: shrink_effect(effect.draws, spread) for effect in measured}
    effects = {
        name: pd.concat([drawn[shift] for shift in shifts if shift in drawn], ignore_index=True)
        for name, shifts in EFFECTS_OF.items()
        if set(shifts) & set(drawn)
    }
    hazards = {"a pause": count_shifts("pause", as_of=as_of), "a closing": count_shifts("closing", as_of=as_of)}
    opened = load_events(as_of=as_of)["event"].str.contains("Kissufim opens").any()
    if pd.Timestamp(load_facts()["kissufim"]["date"]) < as_of and not opened:
        days = pd.date_range(as_of, periods=ANNOUNCED_DAYS)
        hazards["Kissufim opens"] = pd.Series(ANNOUNCED_CHANCE / ANNOUNCED_DAYS, days)
    return {
        name: Scenario(
            name, hazards[name], effects[name], excludes=("a pause",) if name == "a closing" and "a pause" in effects else ()
        )
        for name in EFFECTS_OF
        if name in effects and name in hazards
    }
