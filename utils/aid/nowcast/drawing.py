"""Draw joint paths of the flow from a nowcast.

Names follow `utils.aid.nowcast`: draw `i` has a prior draw `m_i` and noisy observations `Q_i` of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from scipy.special import ndtr

from ...common.checks import check_choice
from ...common.errors import InputError
from .conditioning import PARTS, ROUNDS, Posterior, Window, bend_share, damp_step, observe, shift_irregular
from .quotes import locate_total, select_bounds
from .state_space import DF

if TYPE_CHECKING:
    from .nowcast import Nowcast

BASES = ("cogat", "unrwa")

#: A draw has settled when its whole step is no longer than this, on the scales of the parts.
SETTLED = 1e-6

#: Share of the draws asked for below which separate draws are few, so that four times as many are drawn to choose from; and the
#: share of all draws below which the bounds are refused.
FEW, TOO_FEW = 0.1, 0.005


class Sample(NamedTuple):
    """Draws of the window's parts.

    Attributes
    ----------
    parts : ndarray, shape (n, 5, n_days)
        By draw, part (`PARTS`) and day of the window.
    effective : float
        How many separate draws the lower bounds leave behind them.
    """

    parts: np.ndarray
    effective: float


def draw_window(window: Window, posterior: Posterior, *, n: int, rng: np.random.Generator) -> np.ndarray:
    """Draw the window's parts given all observations, by randomised maximum likelihood.

    Each draw starts at its own prior draw ``m_i ~ N(m, P)`` and moves to where ``x_i = m_i + K (Q_i - h(x_i) + H (x_i - m_i))``,
    with its own noisy observations ``Q_i ~ N(Q, R)``, and with the gain `K` and the slopes `H` of the mode.

    Returns
    -------
    ndarray, shape (n, 5 * n_days)
        Draws that did not settle are replaced by others that did.

    Raises
    ------
    InputError
        If fewer than half of the draws settle.
    """
    observations = posterior.observations
    prior = draw_prior(window, n=n, rng=rng)
    values = observations.values + observations.noise * rng.standard_normal((n, len(observations.values)))
    if not values.size:  # nothing to meet: a resample of the prior draws
        return prior[rng.choice(n, size=n)]
    x, unsettled = settle_draws(window, posterior, prior, values)
    settled = np.setdiff1d(np.arange(n), unsettled)
    if 2 * len(settled) < n:
        raise InputError(
            f"{len(observations.totals)} quotes: {len(unsettled)} of {n} draws found no flow that agrees with them; "
            "look for two quotes that contradict each other"
        )
    x[unsettled] = x[rng.choice(settled, size=len(unsettled))]
    return x


def settle_draws(window: Window, posterior: Posterior, prior: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Move each draw to where it agrees with its prior draw and its observations (see `draw_window`), in damped steps.

    Parameters
    ----------
    window, posterior
    prior : ndarray, shape (n, 5 * n_days)
        `m_i`.
    values : ndarray, shape (n, n_observations)
        `Q_i`.

    Returns
    -------
    x : ndarray, shape (n, 5 * n_days)
    unsettled : ndarray of int
        The draws that still moved after `ROUNDS`.
    """
    x, size, last = prior.copy(), np.ones(len(prior)), np.zeros_like(prior)
    moving = np.arange(len(prior))
    for _ in range(ROUNDS):
        m, here = prior[moving], x[moving]
        residual = values[moving] - observe(window, here, posterior.observations)  # Q_i - h(x_i)
        innovation = residual + (here - m) @ posterior.slopes.T  # + H (x_i - m_i)
        step = m + innovation @ posterior.gain.T - here
        damped, size[moving] = damp_step(step, last[moving], size[moving])
        x[moving], last[moving] = here + damped, step
        moving = moving[np.max(np.abs(step), axis=1) > SETTLED]
        if not len(moving):
            break
    return x, moving


def draw_prior(window: Window, *, n: int, rng: np.random.Generator) -> np.ndarray:
    """Draw ``m_i ~ N(m, P)``, shape (n, 5 * n_days)."""
    # The symmetric root, since eigenvectors alone have free signs: another machine would draw quite other paths from one seed.
    scale, vectors = np.linalg.eigh(window.cov)
    root = (vectors * np.sqrt(np.maximum(scale, 0.0))) @ vectors.T
    return window.mean + rng.standard_normal((n, len(scale))) @ root


def draw_parts(nowcast: Nowcast, *, n: int, rng: np.random.Generator) -> Sample:
    """Draw the window's parts given the observations and the lower bounds, by importance resampling.

    Raises
    ------
    InputError
        If hardly a draw meets the bounds.
    """
    if not len(nowcast.window.days):
        return Sample(np.zeros((n, len(PARTS), 0)), float(n))
    for tries in (n, 4 * n):
        parts = draw_window(nowcast.window, nowcast.posterior, n=tries, rng=rng).reshape(tries, len(PARTS), -1)
        weights = weigh_draws(nowcast, parts)
        effective = 1.0 / np.sum(weights**2) / tries
        if effective * tries > FEW * n:
            break
    if effective < TOO_FEW:
        raise InputError(
            f"{len(select_bounds(nowcast.quotes))} lower bounds: only {effective:.1%} of the draws meet them; "
            "look for a bound above what the totals allow"
        )
    # systematic resampling: each draw appears as often as its weight says, to within one
    picks = np.searchsorted(np.cumsum(weights), (np.arange(n) + rng.random()) / n).clip(max=tries - 1)
    return Sample(parts[rng.permutation(picks)], effective * tries)


def weigh_draws(nowcast: Nowcast, parts: np.ndarray) -> np.ndarray:
    """Weight draws, (n, 5, n_days), by the probability that each bound, with its noise, lies below their sum; shape (n,)."""
    flow, logs = expect_counts(parts, "flow"), np.zeros(len(parts))
    for bound in select_bounds(nowcast.quotes).itertuples():
        total = locate_total(nowcast.daily, bound)
        excess = np.sqrt(total.listed + flow[:, total.rows].sum(1)) - np.sqrt(bound.total)
        sd = max(0.5 * bound.noise * np.sqrt(bound.total), 1e-6)
        logs += np.log(np.maximum(ndtr(excess / sd), 1e-300))
    weights = np.exp(logs - logs.max())
    return weights / weights.sum()


def expect_counts(parts: np.ndarray, use: str) -> np.ndarray:
    """Return trucks a day, (n, n_days), of draws of the parts, (n, 5, n_days): the flow `y`, or what UNRWA counts in the mean."""
    if use == "flow":
        return (np.exp(parts[:, 0]) + parts[:, 1]) ** 2
    return np.exp(2 * parts[:, 2]) * (bend_share(parts[:, 3])[0] if use == "unrwa_humanitarian" else 1.0)


def lay_paths(nowcast: Nowcast, parts: np.ndarray, basis: str, *, rng: np.random.Generator) -> np.ndarray:
    """Lay draws of the window's parts, shape (n, 5, n_days), beside the days before it: trucks/day, shape (n, all days).

    Days that the source counted are what it counted. Days missing before the window are drawn one by one from their own smoothed
    distribution. UNRWA's noise `eta` is drawn here.
    """
    n, fit, daily, window = len(parts), nowcast.fit, nowcast.daily, nowcast.window
    if check_choice(basis, BASES, name="basis") == "cogat":
        counts, roots = daily.cogat, fit.smoothed
        inside = np.exp(parts[:, 0]) + parts[:, 1]
    else:
        counts, sd = daily.unrwa, fit.params.sd_unrwa * np.sqrt(DF / (DF - 2))
        roots = np.column_stack([np.exp(fit.path[:, 1]), np.full(len(fit.path), sd)])
        inside = np.exp(parts[:, 2]) + window.lag * shift_irregular(window, parts[:, 1])
        inside = np.maximum(inside + sd * rng.standard_normal(inside.shape), 0.0)
    mean, sd_before = roots[: daily.listed].T
    outside = mean + sd_before * rng.standard_normal((n, daily.listed))
    flow = np.concatenate([np.maximum(outside, 0.0), inside], axis=1) ** 2
    return np.where(np.isfinite(counts), counts, flow)


def draw_bases(
    nowcast: Nowcast,
    n: int,
    *,
    days: int | pd.DatetimeIndex,
    rng: np.random.Generator,
    bases: Sequence[str],
    whole: bool,
) -> dict[str, pd.DataFrame]:
    """Draw joint paths of the recent past on several bases. See `Nowcast.draw_bases`."""
    parts, effective = draw_parts(nowcast, n=n, rng=rng)
    frames = {}
    for basis in bases:
        flow = lay_paths(nowcast, parts, basis, rng=rng)
        if whole:
            flow = np.diff(np.rint(np.cumsum(flow, axis=1)), axis=1, prepend=0.0)
        frame = pd.DataFrame(flow, columns=nowcast.daily.days)
        frames[basis] = frame.iloc[:, -days:] if isinstance(days, int) else frame[days]
        frames[basis].attrs["effective"] = effective
    return frames
