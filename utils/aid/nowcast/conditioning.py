"""Condition the days since COGAT's list ended on sums over them: prior, observations, and the step to the mode.

Names follow `utils.aid.nowcast`: the prior is `N(m, P)`, observations are `Q = h(x) + e` with `e ~ N(0, R)`, `H` are the slopes
of `h`, and `K` is the gain.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.linalg import cho_factor, cho_solve
from scipy.special import expit

from ...common.errors import InputError
from .breaks import LEFT
from .inputs import Daily, ReadOnly
from .quotes import EXTRA, Total, locate_total, select_bounds, select_sums
from .state_space import (
    DF,
    IRR,
    IRR1,
    LEVEL,
    SHARE,
    STATES,
    TRANSIENT,
    Fit,
    Start,
    make_reversion,
    make_transition,
    map_state,
)

#: What the window keeps of a day: log root mean on COGAT's basis, irregular part, log root mean on UNRWA's, humanitarian share,
#: and log root level of an ordinary weekday.
PARTS = ("a", "irregular", "b", "share", "level")

#: Longest step of Gauss-Newton in one round, on the scales of the parts, and rounds at the most.
MAX_STEP, ROUNDS = 2.0, 200

#: The mode is reached when a step is shorter than this, relative to its largest entry if that is above 1.
TOLERANCE = 1e-7

#: How sharply `bend_share` bends.
SHARPNESS = 10.0

#: Standard deviations above its sum at the mode from which on a lower bound binds.
FAR = 1.0


@dataclass(frozen=True, eq=False)
class Window(ReadOnly):
    """Joint prior of the days since COGAT's list ended, from the filter alone, by one vector of parameters.

    Attributes
    ----------
    days : pandas.DatetimeIndex
    start : Start
        State on the first day.
    maps : ndarray, shape (n_days, 5, 11)
        What makes the parts (`PARTS`) of the state of a day.
    partial : ndarray of bool, shape (n_days,)
        Days on which UNRWA calls its list partial.
    mean : ndarray, shape (5 * n_days,)
        `m`: by part (`PARTS`), then by day.
    cov : ndarray, shape (5 * n_days, 5 * n_days)
        `P`, with the variance that breaks add on average.
    steps : ndarray, shape (5 * n_days, n_days - 1)
        `U`: what a break into the second day or a later one adds to the parts.
    before : float
        Irregular part of the day before the window (known when COGAT counted that day).
    lag : float
        `theta`: what UNRWA's count of a day has of the irregular part of the day before.
    """

    days: pd.DatetimeIndex
    start: Start
    maps: np.ndarray
    partial: np.ndarray
    mean: np.ndarray
    cov: np.ndarray
    steps: np.ndarray
    before: float
    lag: float

    @property
    def added(self) -> np.ndarray:
        """What breaks add to `cov` on average, shape (5 * n_days, 5 * n_days)."""
        return self.start.breaks.rate * self.start.breaks.variance * self.steps @ self.steps.T


def map_parts(calendar: np.ndarray) -> np.ndarray:
    """Return what makes the five parts of the state, shape (n_days, 5, 11), from Friday, Saturday and shut, shape (n_days, 3)."""
    maps = np.zeros((len(calendar), len(PARTS), len(STATES)))
    maps[:, 0], maps[:, 2] = map_state(calendar)
    maps[:, 1, IRR] = maps[:, 3, SHARE] = maps[:, 4, LEVEL] = maps[:, 4, TRANSIENT] = 1.0
    return maps


def step_window(start: Start, partial: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return what moves the state of a day of the window to the next, as `make_transition`, with the variance of the t."""
    matrix, variances = make_transition(start.params, partial=partial)
    variances[IRR] *= DF / (DF - 2)
    return matrix, variances


def carry_forward(daily: Daily, fit: Fit, start: Start | None = None) -> Window:
    """Carry the state at the window's start forward: joint prior of five parts of each day of the window.

    For days ``s <= t`` the states have ``Cov(alpha_s, alpha_t) = V_s T'^(t-s)``, with ``V_s`` the variance carried to day s.

    Parameters
    ----------
    daily : Daily
    fit : Fit
    start : Start, optional
        One of `fit.starts`; by default that of maximum likelihood.
    """
    start = fit.start if start is None else start
    n_days, n_parts, n_states = len(daily.days) - daily.listed, len(PARTS), len(STATES)
    maps, partial = map_parts(daily.calendar[daily.listed :]), daily.partial[daily.listed :]
    mean, cov = np.zeros((n_parts, n_days)), np.zeros((n_parts, n_days, n_parts, n_days))
    state, spread = start.mean, start.cov
    past = np.zeros((0, n_states, n_states))  # covariance of each earlier day's state with the current one
    for day in range(n_days):
        if day:
            matrix, variances = step_window(start, bool(partial[day - 1]))
            state, past = matrix @ state + make_reversion(start.params), past @ matrix.T
            spread = matrix @ spread @ matrix.T + np.diag(variances)
        past = np.concatenate([past, spread[None]])
        mean[:, day] = maps[day] @ state
        block = maps[: day + 1] @ past @ maps[day].T
        cov[:, : day + 1, :, day] = block.transpose(1, 0, 2)
        cov[:, day, :, : day + 1] = block.transpose(2, 1, 0)
    size = n_parts * n_days
    age = np.subtract.outer(np.arange(n_days), np.arange(1, n_days))  # days since the step
    left = np.where(age >= 0, LEFT ** np.maximum(age, 0), 0.0)
    steps = (maps[:, :, LEVEL].T[:, :, None] * left).reshape(size, left.shape[1])
    law = start.breaks
    return Window(
        days=daily.days[daily.listed :],
        start=start,
        maps=maps,
        partial=partial,
        mean=mean.reshape(size),
        cov=cov.reshape(size, size) + law.rate * law.variance * steps @ steps.T,
        steps=steps,
        before=float(start.mean[IRR1]),
        lag=start.params.lag,
    )


@dataclass(frozen=True, eq=False)
class Observations(ReadOnly):
    """Observations of the window: roots of UNRWA's days, shares, then roots of sums over days.

    Attributes
    ----------
    unrwa_rows : ndarray of int
        Days of the window that UNRWA counted.
    share_rows : ndarray of int
        Days of the window on which the humanitarian share was observed.
    totals : tuple of Total
    values, noise : ndarray, shape (n_observations,)
        `Q` and the root of the diagonal of `R`, on the scale of roots (the share: as it is).
    """

    unrwa_rows: np.ndarray
    share_rows: np.ndarray
    totals: tuple[Total, ...]
    values: np.ndarray
    noise: np.ndarray

    @property
    def first_total(self) -> int:
        """Place of the first total among the observations."""
        return len(self.unrwa_rows) + len(self.share_rows)


def build_observations(daily: Daily, fit: Fit, table: pd.DataFrame, start: Start | None = None) -> Observations:
    """Turn UNRWA's days in the window, and the quotes that are observed, into observations.

    Parameters
    ----------
    daily : Daily
    fit : Fit
    table : pandas.DataFrame
        As `select_quotes` gives it, with `binds`.
    start : Start, optional
        One of `fit.starts`, whose parameters give the noise; by default that of maximum likelihood.
    """
    params = (fit.start if start is None else start).params
    inside = slice(daily.listed, None)
    seen = daily.observations[inside]
    unrwa_rows, share_rows = (np.flatnonzero(np.isfinite(seen[:, column])) for column in (1, 2))
    daily_noise = np.hypot(params.sd_unrwa / np.sqrt(fit.weights[inside, 1]), daily.late_noise[inside])
    quotes = list(select_sums(table).itertuples())
    # The root of a total q with standard deviation r q has r sqrt(q) / 2; a quoted zero gets half a truck a day.
    noise = [0.5 * q.noise * np.sqrt(q.total) if q.total else np.sqrt(0.5 * q.days) * (q.noise > 0) for q in quotes]
    return Observations(
        unrwa_rows=unrwa_rows,
        share_rows=share_rows,
        totals=tuple(locate_total(daily, quote) for quote in quotes),
        values=np.concatenate([seen[unrwa_rows, 1], seen[share_rows, 2], [np.sqrt(q.total) for q in quotes]]),
        noise=np.concatenate([daily_noise[unrwa_rows], np.full(len(share_rows), params.sd_share_seen), noise]),
    )


def bend_share(share: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Bend a share smoothly into 0 to 1; return it and the slope of the bend, each of the shape of `share`.

    Between 0.3 and 0.7 it changes by less than 0.005.

    Examples
    --------
    >>> bend_share(np.array([-1.0, 0.5, 1.2]))[0].round(3).tolist()
    [0.0, 0.5, 0.987]
    """
    over, under = SHARPNESS * (share - 1.0), -SHARPNESS * share
    bent = share + (np.logaddexp(0.0, under) - np.logaddexp(0.0, over)) / SHARPNESS
    return bent, 1.0 - expit(over) - expit(under)


class _Point(NamedTuple):
    """What `h` is made of at points `x`, each of shape (..., n_days): roots of means, of the flow and of UNRWA's count; share."""

    mean_a: np.ndarray
    root_flow: np.ndarray
    mean_b: np.ndarray
    root_unrwa: np.ndarray
    share: np.ndarray


def split_parts(x: np.ndarray) -> np.ndarray:
    """Lay out points `x`, shape (..., 5 * n_days), by part first: shape (5, ..., n_days)."""
    return np.moveaxis(x.reshape(*x.shape[:-1], len(PARTS), x.shape[-1] // len(PARTS)), -2, 0)


def shift_irregular(window: Window, irregular: np.ndarray) -> np.ndarray:
    """Return each day's irregular part of the day before, shape (..., n_days) as `irregular`."""
    first = np.full((*irregular.shape[:-1], 1), window.before)
    return np.concatenate([first, irregular], axis=-1)[..., : irregular.shape[-1]]


def _evaluate(window: Window, x: np.ndarray) -> _Point:
    """Evaluate roots of the days at points `x`, shape (..., 5 * n_days), far from overflow."""
    a, irregular, b, share, _ = split_parts(x)
    mean_a, mean_b = np.exp(np.minimum(a, 5.0)), np.exp(np.minimum(b, 5.0))
    return _Point(mean_a, mean_a + irregular, mean_b, mean_b + window.lag * shift_irregular(window, irregular), share)


def _count_days(point: _Point, total: Total) -> np.ndarray:
    """Return the trucks of each day that a total sums over, shape (..., number of its days)."""
    if total.use == "flow":
        return point.root_flow[..., total.rows] ** 2
    share = bend_share(point.share[..., total.rows])[0] if total.use == "unrwa_humanitarian" else 1.0
    return point.mean_b[..., total.rows] ** 2 * share


def observe(window: Window, x: np.ndarray, observations: Observations) -> np.ndarray:
    """Return `h(x)`: what the observations would be at `x` without noise.

    Parameters
    ----------
    window : Window
    x : ndarray, shape (..., 5 * n_days)
    observations : Observations

    Returns
    -------
    ndarray, shape (..., n_observations)
    """
    point = _evaluate(window, x)
    shown = [point.root_unrwa[..., observations.unrwa_rows], point.share[..., observations.share_rows]]
    for total in observations.totals:
        trucks = total.listed + _count_days(point, total).sum(-1)
        shown.append(np.sqrt(np.maximum(trucks, 1e-6))[..., None])
    return np.concatenate(shown, axis=-1)


def linearise(window: Window, x: np.ndarray, observations: Observations) -> tuple[np.ndarray, np.ndarray]:
    """Return `h` and its slopes `H` at one point.

    Parameters
    ----------
    window : Window
    x : ndarray, shape (5 * n_days,)
    observations : Observations

    Returns
    -------
    shown : ndarray, shape (n_observations,)
    slopes : ndarray, shape (n_observations, 5 * n_days)
    """
    point, shown = _evaluate(window, x), observe(window, x, observations)
    slopes = np.zeros((len(shown), len(PARTS), len(window.days)))
    _, irregular, b, share, _ = np.moveaxis(slopes, 1, 0)  # views: where the slopes by each part go
    for place, day in enumerate(observations.unrwa_rows):
        b[place, day] = point.mean_b[day]
        if day:
            irregular[place, day - 1] = window.lag
    share[np.arange(len(observations.unrwa_rows), observations.first_total), observations.share_rows] = 1.0
    for place, total in enumerate(observations.totals, observations.first_total):
        rows, norm = total.rows, shown[place]
        if total.use == "flow":
            slopes[place, 0, rows] = point.root_flow[rows] * point.mean_a[rows] / norm
            irregular[place, rows] = point.root_flow[rows] / norm
        else:
            b[place, rows] = _count_days(point, total) / norm
            if total.use == "unrwa_humanitarian":
                share[place, rows] = 0.5 * point.mean_b[rows] ** 2 * bend_share(point.share[rows])[1] / norm
    return shown, slopes.reshape(len(shown), len(x))


@dataclass(frozen=True, eq=False)
class Posterior(ReadOnly):
    """The window given all observations.

    Attributes
    ----------
    observations : Observations
    mode : ndarray, shape (5 * n_days,)
        The `x` at which the step rests.
    gain : ndarray, shape (5 * n_days, n_observations)
        `K` at the mode.
    slopes : ndarray, shape (n_observations, 5 * n_days)
        `H` at the mode.
    """

    observations: Observations
    mode: np.ndarray
    gain: np.ndarray
    slopes: np.ndarray


def damp_step(step: np.ndarray, last: np.ndarray, size: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Shorten the steps of searches that turn back on themselves, and lengthen the others up to whole ones.

    Parameters
    ----------
    step, last : ndarray, shape (n_searches, 5 * n_days)
        Whole steps of this round and of the one before.
    size : ndarray, shape (n_searches,)
        Step sizes of the round before.

    Returns
    -------
    damped : ndarray, shape (n_searches, 5 * n_days)
        Steps to take, none longer than `MAX_STEP`.
    size : ndarray, shape (n_searches,)
    """
    turned = np.einsum("ij,ij->i", last, step) < 0
    size = np.where(turned, np.maximum(0.6 * size, 0.05), np.minimum(1.5 * size, 1.0))
    longest = np.max(np.abs(step), axis=1, initial=1e-12)
    return step * np.minimum(size, MAX_STEP / longest)[:, None], size


def condition(window: Window, observations: Observations) -> Posterior:
    """Condition the window's joint normal on the observations: Gauss-Newton to the mode.

    Raises
    ------
    InputError
        If it does not settle: quotes that contradict one another.
    """
    x, size, last = window.mean, np.ones(1), np.zeros((1, len(window.mean)))
    for _ in range(ROUNDS):
        shown, slopes = linearise(window, x, observations)
        gain = _find_gain(window.cov, slopes, observations.noise)
        innovation = observations.values - shown + slopes @ (x - window.mean)  # Q - h(x) + H (x - m)
        step = window.mean + gain @ innovation - x
        if np.max(np.abs(step), initial=0.0) < TOLERANCE * np.max(np.abs(x), initial=1.0):
            return Posterior(observations, x, gain, slopes)
        damped, size = damp_step(step[None], last, size)
        x, last = x + damped[0], step[None]
    raise InputError(
        f"{len(observations.totals)} quotes: no flow agrees with them all after {ROUNDS} rounds; "
        "look for two that contradict each other"
    )


def _find_gain(cov: np.ndarray, slopes: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """Return ``K = P H' (H P H' + R)^-1``, shape (5 * n_days, n_observations)."""
    spread = slopes @ cov
    return factor_inner(spread @ slopes.T, noise)(spread).T if len(slopes) else np.zeros((len(cov), 0))


def factor_inner(inner: np.ndarray, noise: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """Return the function that multiplies by ``(H P H' + R)^-1``, from ``H P H'`` and the root of the diagonal of `R`."""
    inner = inner + np.diag(noise**2)
    inner[np.diag_indices_from(inner)] *= 1.0 + 1e-11  # one exact total given twice would make it singular
    factor = cho_factor(inner)
    return lambda right: cho_solve(factor, right)


def solve_quotes(daily: Daily, fit: Fit, window: Window, table: pd.DataFrame) -> tuple[pd.DataFrame, Posterior]:
    """Condition the window on the quotes, binding those lower bounds that hardly a draw would meet.

    A bound weights the draws, which needs some that meet it. One that lies more than `FAR` standard deviations above its sum at
    the mode binds instead: it becomes an observation of its own value with `EXTRA["binding"]` more noise ("more than 5,000"
    usually means a little more), as an active constraint does in the mode of a normal under ``sum >= bound``.

    Parameters
    ----------
    daily, fit, window
    table : pandas.DataFrame
        As `select_quotes` gives it.

    Returns
    -------
    table : pandas.DataFrame
        With the column `binds`.
    posterior : Posterior
    """
    table = table.assign(binds=False)
    while True:
        posterior = condition(window, build_observations(daily, fit, table))
        bounds = select_bounds(table)
        if bounds.empty:
            return table, posterior
        far = _measure_distance(daily, window, posterior, bounds)
        if far.max() < FAR:
            return table, posterior
        worst = bounds.index[far.argmax()]
        table.loc[worst, "binds"] = True
        table.loc[worst, "noise"] = np.hypot(table.loc[worst, "noise"], EXTRA["binding"])


def _measure_distance(daily: Daily, window: Window, posterior: Posterior, bounds: pd.DataFrame) -> np.ndarray:
    """Return how far each bound lies above its sum at the mode, in standard deviations of the root, shape (n_bounds,)."""
    none, roots = np.zeros(0, int), np.sqrt(bounds["total"].to_numpy())
    sums = Observations(none, none, tuple(locate_total(daily, row) for row in bounds.itertuples()), roots, none)
    shown, rows = linearise(window, posterior.mode, sums)
    spread = rows @ window.cov
    spread_given = spread - (rows @ posterior.gain) @ (posterior.slopes @ window.cov)  # of rows (P - K H P)
    variance = np.einsum("ij,ij->i", spread_given, rows)
    return (roots - shown) / np.sqrt(np.maximum(variance, 1e-6))
