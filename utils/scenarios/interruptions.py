r"""Bayesian interrupted time series: what a dated shift did to a daily count, when nothing untreated is there to compare with.

The model
---------
Let :math:`y_t` be the count of day :math:`t`. The spread of the root is about the same at every
level, and means are multiplicative:

.. math::
    \sqrt{y_t} = e^{\eta_t} + \varepsilon_t, \qquad \eta_t = \mu_t + w_{d(t)} + \tfrac12\beta\,x_t(a, r) + \text{other shifts}

with :math:`\mu` a random walk (the local level of a state-space model), :math:`w` an effect of the weekday and
:math:`\varepsilon` a heavy-tailed noise. The shift is a ramp: :math:`x_t` is 0 until the day of the event and :math:`a` more days
(the *delay*) have passed, then rises along a line over :math:`r` days (the *ramp*) to 1. A shift that ended goes back to 0 at
once, and the days after it tell what the flow is without it. :math:`e^\beta` is the flow with the shift over the flow without it,
at full effect. A day without a count is left out and is never a zero.

How it is fitted
----------------
The exponential is linearised at the fitted path and the noise is Student-t through the usual scale-mixture weights, both renewed
a few times over, as in a smoother. What is then linear and Gaussian is a regression whose errors have the covariance
:math:`\sigma^2 (W + q^2 K)`, :math:`W` diagonal and :math:`K_{st} = \min(s, t)`. The inverse of :math:`K` is tridiagonal (the
steps of a walk are independent), so that a pass over the days gives the very likelihood that a Kalman filter gives of the local
level model, for all columns of the regression at once. Delay, ramp and :math:`q` (the level's noise over the
day's) run over a grid; coefficients and :math:`\sigma` are integrated out (normal-inverse-gamma). The result is the joint
posterior of size, delay and ramp, from which draws are taken.

The idea is that of Box and Tiao 1975 (*JASA* 70: interventions with their own dynamics) and of Brodersen et al. 2015 (*Ann. Appl.
Stat.* 9: a counterfactual from a state-space model), without the donor series that the latter asks for. Instead, dates at which
nothing is known to have happened show how often the method is fooled (`measure_placebos`), and the spread is widened until it is
fooled no more often than it says (`find_calibration_factor`, `calibrate_effect`; empirical calibration: Schuemie et al. 2014,
*Stat. Med.* 33).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from ..common.checks import check_count, check_day
from ..common.errors import InputError
from ..counts.checks import check_daily
from .grid import Grid, Ramps, hinge_ramps, solve_grid

WEEK = 7

#: Days of the window before the date, and from it on.
BEFORE, AFTER = 56, 42

#: The grid: delays and ramps in days. The level's noise over the day's runs over `WANDERS`.
DELAYS = tuple(range(15))
RAMPS = (1, 2, 3, 5, 7, 10, 14, 21, 28)

#: Prior of a delay: one more day of it is less likely by this factor, which halves it every three days. Ramps are equally likely.
DELAY_MEMORY = 0.8

#: Prior standard deviations of coefficients of half the log flow, in units of the day's noise, which makes them free of scale.
#: The noise is 0.1 to 0.2 of the root of these flows: a doubling lies well inside, and the level is as good as free.
EFFECT_SD, WEEKDAY_SD, LEVEL_SD = 5.0, 5.0, 50.0

#: Degrees of freedom of the daily noise, and passes of linearising and weighting.
DF, PASSES = 5.0, 6

#: Counted days that a measurement needs before the date, and while the shift held.
MIN_BEFORE, MIN_AFTER = 14, 4

#: Other shifts in the window rise over so many days, and those that ended fade over as many.
OTHER_RAMP = 7

#: Central share of every interval, and draws of a posterior.
LEVEL = 0.9
N_DRAWS = 1_000

_DRAWN = ("log_ratio", "delay", "ramp")


def _no_draws() -> pd.DataFrame:
    return pd.DataFrame(columns=list(_DRAWN), dtype=float)


@dataclass(frozen=True)
class Effect:
    """What a shift did to the daily count of one source.

    Attributes
    ----------
    name, source : str
    date : pandas.Timestamp
        Day of the shift.
    draws : pandas.DataFrame
        A row a draw of the posterior: `log_ratio` (natural log of the flow at full effect over the flow without the shift),
        `delay` (days from the date to the first day that it shows on) and `ramp` (days from then to full effect; 1 is at
        once). Empty where the effect could not be measured.
    before, after : float
        Counts a day: mean over the weekdays of their means, in the four weeks before the date and while the shift held.
        NaN where no day is counted.
    n_before, n_after : int
        Counted days before the date, and while the shift held.
    basis : {"list", "nowcast"}
        Whether the days are those of the source's list, or partly nowcast draws.
    note : str
        Why it could not be measured, or which days are drawn.
    factor : float
        Factor by which the spread of `log_ratio` was widened (see `calibrate_effect`).
    path : pandas.DataFrame
        By counted day: `count`, and the fitted flow of a mean week `with` and `without` the shift, counts a day.
    """

    name: str
    source: str
    date: pd.Timestamp
    draws: pd.DataFrame = field(default_factory=_no_draws)
    before: float = np.nan
    after: float = np.nan
    n_before: int = 0
    n_after: int = 0
    basis: str = "list"
    note: str = ""
    factor: float = 1.0
    path: pd.DataFrame = field(default_factory=pd.DataFrame)

    @property
    def measured(self) -> bool:
        """Whether there are draws."""
        return len(self.draws) > 0

    @property
    def excludes_one(self) -> bool:
        """Whether the central 90 % of the ratio leaves out no change; never so without a measurement."""
        low, _, high = self.ratio
        return bool(low > 1 or high < 1)

    @property
    def ratio(self) -> tuple[float, float, float]:
        """Flow with the shift over flow without it, at full effect: 5 %, 50 % and 95 % quantile."""
        low, middle, high = np.exp(_quantiles(self.draws["log_ratio"]))
        return float(low), float(middle), float(high)

    @property
    def days_to_full(self) -> tuple[float, float, float]:
        """Days to full effect, the date and the first full day both counted: 5 %, 50 % and 95 % quantile."""
        return _quantiles(self.draws["delay"] + self.draws["ramp"])


def _quantiles(values: pd.Series) -> tuple[float, float, float]:
    if not len(values):
        return np.nan, np.nan, np.nan
    low, middle, high = np.quantile(values, [(1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2])
    return float(low), float(middle), float(high)


def build_ramp(since: Any, *, delay: Any, ramp: Any, duration: float = np.inf) -> np.ndarray:
    """Return the share of a shift's effect that shows on each day.

    Parameters
    ----------
    since : ndarray
        Days since the date of the shift; negative before it.
    delay, ramp : int or ndarray
        Days without effect from the date on, and days over which it then rises to 1.
    duration : float
        Days that the shift held; from then on it is gone.

    Examples
    --------
    >>> build_ramp(np.arange(-1, 5), delay=1, ramp=2, duration=4)
    array([0. , 0. , 0.5, 1. , 1. , 0. ])
    """
    return np.clip((since - delay + 1) / ramp, 0.0, 1.0) * (since < duration)


def _build_other(index: pd.DatetimeIndex, start: Any, end: object = None) -> list[np.ndarray]:
    """Return the regressors of another shift: rising over a week for good, or while it held and the week in which it fades."""
    since = count_days(index, pd.Timestamp(start))
    if end is None:
        return [build_ramp(since, delay=0, ramp=OTHER_RAMP)]
    duration = (pd.Timestamp(end) - pd.Timestamp(start)).days
    fading = (since >= duration) * (1.0 - build_ramp(since, delay=duration, ramp=OTHER_RAMP))
    return [build_ramp(since, delay=0, ramp=1, duration=duration), fading]


def count_days(index: pd.DatetimeIndex, day: pd.Timestamp) -> np.ndarray:
    """Count the whole days from a day to each of an index; below zero before it.

    >>> count_days(pd.date_range("2024-01-01", periods=3), pd.Timestamp("2024-01-02")).tolist()
    [-1, 0, 1]
    """
    return (index.to_numpy() - day.to_datetime64()) // np.timedelta64(1, "D")


def _fit_grid(counts: pd.Series, ramps: Ramps, others: np.ndarray, log_prior: np.ndarray) -> tuple[Grid, pd.DataFrame]:
    """Linearise, weigh and solve, a few times over; return the last posterior and the path."""
    root, n = np.sqrt(counts.to_numpy()), len(counts)
    times = count_days(counts.index, counts.index[0]) + 1
    weekdays = WEEKDAY_SD * (counts.index.day_of_week.to_numpy()[:, None] == np.arange(WEEK))
    fixed = np.column_stack([np.full(n, LEVEL_SD), weekdays, EFFECT_SD * others])
    scaled = replace(ramps, hinges=EFFECT_SD * ramps.hinges)
    weights = np.ones(n)
    # Running means are rough, but on the right side of the exponential everywhere.
    smooth = pd.Series(root).rolling(9, center=True, min_periods=1).mean().to_numpy()
    path = np.log(np.maximum(smooth, 0.05 * root.mean()))
    for _ in range(PASSES):
        centre = path.mean()  # the level's prior is centred here, so that a count in other units gives the same answer
        shape = np.exp(2 * (centre - path)) / weights
        response = path - centre + root / np.exp(path) - 1.0
        found = solve_grid(response, shape, times, fixed, scaled, log_prior)
        path = path + np.clip(centre + response - shape * found.noise - path, -1.0, 1.0)
        variance = np.exp(2 * centre) * (found.weights * found.squares).sum() / n
        weights = (DF + 1.0) / (DF + (root - np.exp(path)) ** 2 / variance)
    effects = weekdays.T @ found.noise * WEEKDAY_SD  # mean of each weekday's effect on the log root
    level = np.exp(2 * (path - effects[counts.index.day_of_week])) * np.exp(2 * effects).mean()
    return found, pd.DataFrame({"count": counts, "with": level, "without": level * np.exp(-2 * found.shift)})


def measure_effect(
    series: pd.Series,
    day: object,
    *,
    name: str = "shift",
    source: str = "",
    until: object = None,
    others: Sequence[tuple[Any, Any]] = (),
    before: int = BEFORE,
    after: int = AFTER,
    closed: Iterable[Any] = (),
    as_of: object = None,
    n_draws: int = N_DRAWS,
    seed: int = 0,
) -> Effect:
    """Measure what a shift did to a daily count.

    Parameters
    ----------
    series : pandas.Series
        Counts a day, indexed by day; NaN or absent where not counted.
    day : day
        Date of the shift: the first day that it may show on.
    name, source : str
        For the table.
    until : day, optional
        Day on which the shift ended: from then on its effect is gone.
    others : sequence of (start, end or None)
        Other shifts, each a term of its own where it touches the window.
    before, after : int
        Length of the window on each side, days.
    closed : iterable of days
        Days to leave out, such as holidays on which nothing is counted.
    as_of : day, optional
        The day of the knowledge: nothing at hand may be dated then or later.
    n_draws, seed : int

    Returns
    -------
    Effect
        Without draws, and with a note that says why, where one side of the date has too few counted days.

    Raises
    ------
    LookaheadError
        If a day at hand is not before `as_of`.
    InputError
        If the input does not fit.

    Examples
    --------
    >>> days = pd.date_range("2024-01-01", periods=98)
    >>> counts = pd.Series(np.where(np.arange(98) < 56, 100, 50) + np.arange(98) % 5, days)
    >>> effect = measure_effect(counts, days[56])
    >>> effect.excludes_one, round(effect.ratio[1], 1)
    (True, 0.5)
    """
    day = check_day(day, name="day")
    for value, what in ((before, "before"), (after, "after"), (n_draws, "n_draws")):
        check_count(value, name=what)
    check_count(seed, name="seed", at_least=0)
    duration = np.inf if until is None else (check_day(until, name="until") - day).days
    if duration <= 0:
        raise InputError(f"until {until} is not after {day:%Y-%m-%d}, the day of the shift; give a later day")
    counts = check_daily(series, name="series", as_of=as_of).dropna()
    counts = counts[day - pd.Timedelta(days=before) : day + pd.Timedelta(days=after - 1)]
    counts = counts[~counts.index.isin(pd.DatetimeIndex(list(closed)))]
    since = count_days(counts.index, day)
    held = (since >= 0) & (since < duration)
    n_before, n_after = int((since < 0).sum()), int(held.sum())
    known: dict[str, Any] = dict(
        name=name,
        source=source,
        date=day,
        before=_mean_week(counts[(since < 0) & (since >= -4 * WEEK)]),
        after=_mean_week(counts[held]),
        n_before=n_before,
        n_after=n_after,
    )
    for n, least, where in ((n_before, MIN_BEFORE, "before it"), (n_after, MIN_AFTER, "while it held")):
        if n < least:
            return Effect(note=f"{n} counted days {where}, {least} are needed", **known)
    if not counts.any():
        return Effect(note="every counted day is zero", **known)
    delays, ramps = (grid.ravel() for grid in np.meshgrid(DELAYS, RAMPS, indexing="ij"))
    seen = delays + ramps <= since[held].max() + 1  # full effect is seen for a day at least, not extrapolated
    delays, ramps = delays[seen], ramps[seen]
    rising = [term for other in others for term in _build_other(counts.index, *other)]
    terms = np.column_stack([np.zeros(len(counts)), *(term for term in rising if np.ptp(term) > 0)])
    design = hinge_ramps(since, delays=delays, ramps=ramps, duration=duration)
    found, path = _fit_grid(counts, design, terms, delays * np.log(DELAY_MEMORY))
    draws = _draw_effects(found, delays, ramps, n=n_draws, rng=np.random.default_rng(seed))
    return Effect(draws=draws, path=path, **known)


def _draw_effects(found: Grid, delays: np.ndarray, ramps: np.ndarray, *, n: int, rng: np.random.Generator) -> pd.DataFrame:
    """Draw the grid's points, then the noise, then the coefficient; the log flow is twice the log root."""
    points = rng.choice(found.weights.size, size=n, p=found.weights.ravel() / found.weights.sum())
    at = np.unravel_index(points, found.weights.shape)
    variance = found.squares[at] / rng.chisquare(found.n, n)
    half = found.mean[at] + np.sqrt(variance * found.spread[at]) * rng.standard_normal(n)
    return pd.DataFrame(dict(zip(_DRAWN, (2 * EFFECT_SD * half, delays[at[1]], ramps[at[1]]), strict=True)))


def _mean_week(counts: pd.Series) -> float:
    """Mean over the weekdays of their means, so that days short of a Sunday are not lower for it."""
    weekdays = counts.index.day_of_week
    days = np.bincount(weekdays, minlength=WEEK)
    seen = days > 0
    if not seen.any():
        return np.nan
    return float((np.bincount(weekdays, counts.to_numpy(), minlength=WEEK)[seen] / days[seen]).mean())


def pool_effects(effects: Sequence[Effect]) -> Effect:
    """Pool one effect measured on several draws of the same days (multiple imputation): their posteriors put together.

    Raises
    ------
    InputError
        If there is none, or they are not of one shift and source.

    Examples
    --------
    >>> day = pd.Timestamp("2024-03-01")
    >>> low, high = (
    ...     Effect("strike", "mill", day, pd.DataFrame({"log_ratio": [log], "delay": [0], "ramp": [1]})) for log in (-0.5, -0.3)
    ... )
    >>> pool_effects([low, high]).draws["log_ratio"].tolist()
    [-0.5, -0.3]
    """
    if len({(effect.name, effect.source, effect.date) for effect in effects}) != 1:
        raise InputError(
            f"{len(effects)} effects of several shifts, or none, cannot be pooled; give those of one shift and source"
        )
    together = pd.concat([effect.path for effect in effects])
    return replace(
        effects[0],
        draws=pd.concat([effect.draws for effect in effects], ignore_index=True),
        before=float(np.mean([effect.before for effect in effects])),
        after=float(np.mean([effect.after for effect in effects])),
        path=together.groupby(level=0).mean(),
    )


def _tabulate_effects(effects: Sequence[Effect]) -> pd.DataFrame:
    """Lay effects out as a table, a row a shift and source; what could not be measured keeps its row, with the reason."""
    rows = []
    for effect in effects:
        low, middle, high = effect.ratio
        soon, full, late = effect.days_to_full
        finding = ("more" if middle > 1 else "less") if effect.excludes_one else "no shift found"
        rows.append(
            {
                "shift": effect.name,
                "date": effect.date,
                "source": effect.source,
                "read from": effect.basis,
                "before": effect.before,
                "after": effect.after,
                "ratio": middle,
                "ratio, 5 %": low,
                "ratio, 95 %": high,
                "days to full": full,
                "days, 5 %": soon,
                "days, 95 %": late,
                "finding": finding if effect.measured else f"not measured: {effect.note}",
            }
        )
    return pd.DataFrame(rows)


def tabulate_effects_in_words(effects: Sequence[Effect]) -> pd.DataFrame:
    """Lay effects out for a page, a row a shift and source, each estimate with its 90 % in one cell.

    >>> draws = pd.DataFrame({"log_ratio": np.log([0.4, 0.5, 0.6]), "delay": 0, "ramp": [1, 2, 3]})
    >>> effect = Effect("strike", "mill", pd.Timestamp("2024-03-01"), draws, before=100, after=50)
    >>> tabulate_effects_in_words([effect]).iloc[0, -3:].tolist()
    ['0.50 (0.41 to 0.59)', '2 (1 to 3)', 'less']
    """
    table = _tabulate_effects(effects)
    shown = table[["shift", "date", "source", "before", "after"]].rename(columns={"shift": "intervention"})
    for name, ends, form in (
        ("times the flow (90 %)", ("ratio", "ratio, 5 %", "ratio, 95 %"), "{:.2f} ({:.2f} to {:.2f})"),
        ("days to full (90 %)", ("days to full", "days, 5 %", "days, 95 %"), "{:.0f} ({:.0f} to {:.0f})"),
    ):
        cells = [form.format(*row) for row in table[list(ends)].itertuples(index=False)]
        shown[name] = [cell if effect.measured else "" for cell, effect in zip(cells, effects, strict=True)]
    drawn = [", partly drawn" if effect.basis == "nowcast" and effect.measured else "" for effect in effects]
    return shown.assign(finding=table["finding"] + drawn)
