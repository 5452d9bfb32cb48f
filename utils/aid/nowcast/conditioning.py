"""Condition the days since COGAT's list ended on sums over them: observations, and the step to the mode.

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
from .inputs import Daily, ReadOnly
from .quotes import EXTRA, Total, locate_total, select_bounds, select_sums
from .state_space import Fit, Start
from .window import PARTS, Window

#: Longest step of Gauss-Newton in one round, on the scales of the parts, and rounds at the most.
MAX_STEP, ROUNDS = 2.0, 200

#: The mode is reached when a step is shorter than this, relative to its largest entry if that is above 1.
TOLERANCE = 1e-7

#: How sharply `bend_share` bends.
SHARPNESS = 10.0

#: Standard deviations above its sum at the mode from which on a lower bound binds.
FAR = 1.0


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

    Examples
    --------
    >>> from utils.aid.nowcast.example import carry_example
    >>> daily, fit, _ = carry_example()
    >>> none = pd.DataFrame(columns=["use", "binds"], dtype=bool)
    >>> build_observations(daily, fit, none).values.round(1).tolist()
    [10.0, 10.0, 10.0, 10.0, 10.0, 10.0, 10.0, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5]
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


def _split_parts(x: np.ndarray) -> np.ndarray:
    """Lay out points `x`, shape (..., 5 * n_days), by part first: shape (5, ..., n_days)."""
    return np.moveaxis(x.reshape(*x.shape[:-1], len(PARTS), x.shape[-1] // len(PARTS)), -2, 0)


def shift_irregular(window: Window, irregular: np.ndarray) -> np.ndarray:
    """Return each day's irregular part of the day before, shape (..., n_days) as `irregular`.

    >>> from utils.aid.nowcast.example import carry_example
    >>> daily, fit, window = carry_example()
    >>> shift_irregular(window, np.array([1.0, 2.0, 3.0]))[1:].tolist()
    [1.0, 2.0]
    """
    first = np.full((*irregular.shape[:-1], 1), window.before)
    return np.concatenate([first, irregular], axis=-1)[..., : irregular.shape[-1]]


def _evaluate(window: Window, x: np.ndarray) -> _Point:
    """Evaluate roots of the days at points `x`, shape (..., 5 * n_days), far from overflow."""
    a, irregular, b, share, _ = _split_parts(x)
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

    Examples
    --------
    >>> from utils.aid.nowcast.example import carry_example
    >>> daily, fit, window = carry_example()
    >>> at = np.repeat([np.log(10), 0.0, np.log(9), 0.5, np.log(10)], 7)
    >>> seen = Observations(np.array([1]), np.array([1]), (Total("flow", np.arange(3), 100.0),), np.zeros(3), np.zeros(3))
    >>> observe(window, at, seen).round(6).tolist()
    [9.0, 0.5, 20.0]
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

    Examples
    --------
    >>> from utils.aid.nowcast.example import carry_example
    >>> daily, fit, window = carry_example()
    >>> at = np.repeat([np.log(10), 0.0, np.log(9), 0.5, np.log(10)], 7)
    >>> seen = Observations(np.array([1]), np.array([1]), (Total("flow", np.arange(3), 100.0),), np.zeros(3), np.zeros(3))
    >>> shown, slopes = linearise(window, at, seen)
    >>> slopes[2, :5].round(6).tolist()
    [5.0, 5.0, 5.0, 0.0, 0.0]
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

    Examples
    --------
    >>> ahead, back = np.array([[0.5]]), np.array([[-0.5]])
    >>> damp_step(ahead, ahead, np.ones(1)), damp_step(ahead, back, np.ones(1))
    ((array([[0.5]]), array([1.])), (array([[0.3]]), array([0.6])))
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

    Examples
    --------
    >>> from utils.aid.nowcast.example import carry_example
    >>> daily, fit, window = carry_example()
    >>> none = pd.DataFrame(columns=["use", "binds"], dtype=bool)
    >>> seen = build_observations(daily, fit, none)
    >>> posterior = condition(window, seen)
    >>> [float(abs(observe(window, x, seen) - seen.values).max().round(2)) for x in (window.mean, posterior.mode)]
    [0.22, 0.13]
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
    """Return the function that multiplies by ``(H P H' + R)^-1``, from ``H P H'`` and the root of the diagonal of `R`.

    >>> solve = factor_inner(np.array([[3.0]]), np.array([1.0]))
    >>> solve(np.array([8.0])).round(6).tolist()
    [2.0]
    """
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

    Examples
    --------
    >>> from utils.aid.loaders import load_quotes
    >>> from utils.aid.nowcast.example import WEEK, carry_example
    >>> from utils.aid.nowcast.quotes import select_quotes
    >>> daily, fit, window = carry_example()
    >>> at_least = load_quotes().iloc[[0]].assign(**WEEK, trucks=3_000)
    >>> table, posterior = solve_quotes(daily, fit, window, select_quotes(at_least, daily))
    >>> table["binds"].tolist()
    [True]
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
