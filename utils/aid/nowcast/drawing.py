"""Draw joint paths of the flow from a nowcast.

Names follow `utils.aid.nowcast`: draw `i` has a prior draw `m_i` and noisy observations `Q_i` of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from scipy.special import ndtr

from ...common.checks import check_choice
from ...common.errors import InputError
from .breaks import Broken, Evidence, draw_breaks, list_breaks
from .conditioning import (
    ROUNDS,
    Posterior,
    bend_share,
    build_observations,
    damp_step,
    factor_inner,
    observe,
    shift_irregular,
)
from .quotes import locate_total, select_bounds
from .state_space import DF, make_reversion
from .window import PARTS, Window, step_window

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
    member : ndarray of int, shape (n,)
        Which of the parameter vectors (`Fit.starts`) each draw has; they are mixed at random.
    effective : float
        How many separate draws the lower bounds leave behind them.
    """

    parts: np.ndarray
    member: np.ndarray
    effective: float


class Gain(NamedTuple):
    """The step from innovations to parts by one vector of parameters, with the breaks left open.

    With `G` the gain without breaks, `U` the steps and `S` the covariance of the innovations without breaks, a set of breaks with
    steps `U_b` has the gain ``K = G + (U - G H U)_b (I / variance + U_b' H' S^-1 H U_b)^-1 U_b' H' S^-1`` (Woodbury's identity).

    Attributes
    ----------
    plain : ndarray, shape (5 * n_days, n_observations)
        `G`.
    weighted : ndarray, shape (n_observations, n_steps)
        ``S^-1 H U``.
    lifted : ndarray, shape (5 * n_days, n_steps)
        ``U - G H U``.
    """

    plain: np.ndarray
    weighted: np.ndarray
    lifted: np.ndarray

    def apply(self, innovation: np.ndarray, broken: Broken) -> np.ndarray:
        """Multiply innovations, (n, n_observations), by the gain of each one's breaks: shape (n, 5 * n_days)."""
        weighted = innovation @ self.weighted
        sizes = np.zeros_like(weighted)
        chosen = np.take_along_axis(weighted, broken.steps, axis=1)
        np.put_along_axis(sizes, broken.steps, np.einsum("npq,nq->np", broken.inverse, chosen), axis=1)
        return innovation @ self.plain.T + sizes @ self.lifted.T


def _find_gains(windows: Sequence[Window], noises: Sequence[np.ndarray], posterior: Posterior) -> tuple[list[Gain], Evidence]:
    """Find the gain of each window, with its own noise and the slopes `H` of the mode, and the evidence of breaks."""
    slopes, observations, gains, evidence = posterior.slopes, posterior.observations, [], []
    for window, noise in zip(windows, noises, strict=True):
        law, moved = window.start.breaks, slopes @ window.steps
        spread = slopes @ (window.cov - window.added)
        solve = factor_inner(spread @ slopes.T, noise)
        plain, weighted = solve(spread).T, solve(moved)
        shown = observe(window, posterior.mode, observations)
        innovation = observations.values - shown + slopes @ (posterior.mode - window.mean)
        gains.append(Gain(plain, weighted, window.steps - plain @ moved))
        evidence.append((innovation @ weighted, moved.T @ weighted, law.rate, law.variance))
    return gains, Evidence(*(np.array(values) for values in zip(*evidence, strict=True)))


def _draw_window(nowcast: Nowcast, *, n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw the window's parts given all observations, by randomised maximum likelihood.

    Each draw has one of the parameter vectors, all equally often, and breaks of its own (`draw_breaks`). It starts at its own
    prior draw ``m_i ~ N(m, P)`` and moves to where ``x_i = m_i + K (Q_i - h(x_i) + H (x_i - m_i))``, with its own noisy
    observations ``Q_i ~ N(Q, R)``, with the gain `K` of its parameters and breaks, and with the slopes `H` of the mode.

    Returns
    -------
    x : ndarray, shape (n, 5 * n_days)
        Draws that did not settle are replaced by others that did.
    member : ndarray of int, shape (n,)
        Which parameter vector each draw has.

    Raises
    ------
    InputError
        If fewer than half of the draws settle.
    """
    windows, posterior = nowcast.windows, nowcast.posterior
    values, member = posterior.observations.values, rng.permutation(len(windows))[np.arange(n) % len(windows)]
    if not values.size:  # nothing to meet
        rates = np.array([window.start.breaks.rate for window in windows])[member]
        broken = rng.random((n, nowcast.window.steps.shape[1])) < rates[:, None]
        return _draw_prior(windows, member, broken, rng=rng), member
    noises = [build_observations(nowcast.daily, nowcast.fit, nowcast.quotes, window.start).noise for window in windows]
    gains, evidence = _find_gains(windows, noises, posterior)
    broken = draw_breaks(evidence, member, rng=rng)
    prior = _draw_prior(windows, member, broken, rng=rng)
    values = values + np.array(noises)[member] * rng.standard_normal((n, len(values)))
    x, unsettled = _settle_draws(nowcast, gains, member, list_breaks(broken, evidence, member), prior, values)
    settled = np.setdiff1d(np.arange(n), unsettled)
    if 2 * len(settled) < n:
        raise InputError(
            f"{len(posterior.observations.totals)} quotes: {len(unsettled)} of {n} draws found no flow that agrees with them; "
            "look for two quotes that contradict each other"
        )
    picks = rng.choice(settled, size=len(unsettled))
    x[unsettled], member[unsettled] = x[picks], member[picks]
    return x, member


def _settle_draws(
    nowcast: Nowcast, gains: Sequence[Gain], member: np.ndarray, broken: Broken, prior: np.ndarray, values: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Move each draw to where it agrees with its prior draw and its observations (see `_draw_window`), in damped steps.

    Parameters
    ----------
    nowcast : Nowcast
    gains : sequence of Gain
        By parameter vector.
    member : ndarray of int, shape (n,)
    broken : Broken
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
    posterior = nowcast.posterior
    x, size, last = prior.copy(), np.ones(len(prior)), np.zeros_like(prior)
    moving = np.arange(len(prior))
    for _ in range(ROUNDS):
        m, here = prior[moving], x[moving]
        residual = values[moving] - observe(_mix_windows(nowcast.windows, member[moving]), here, posterior.observations)
        innovation = residual + (here - m) @ posterior.slopes.T  # Q_i - h(x_i) + H (x_i - m_i)
        step = m - here
        for one in np.unique(member[moving]):
            rows = np.flatnonzero(member[moving] == one)
            step[rows] += gains[one].apply(innovation[rows], Broken(*(part[moving[rows]] for part in broken)))
        damped, size[moving] = damp_step(step, last[moving], size[moving])
        x[moving], last[moving] = here + damped, step
        moving = moving[np.max(np.abs(step), axis=1) > SETTLED]
        if not len(moving):
            break
    return x, moving


def _mix_windows(windows: Sequence[Window], member: np.ndarray) -> Window:
    """Return a window whose `lag` and `before` are those of each draw's parameter vector, shape (n, 1), for `observe`."""
    lag, before = np.array([(window.lag, window.before) for window in windows])[member].T[..., None]
    return replace(windows[0], lag=lag, before=before)


def _draw_prior(windows: Sequence[Window], member: np.ndarray, broken: np.ndarray, *, rng: np.random.Generator) -> np.ndarray:
    """Draw ``m_i``, shape (n, 5 * n_days), given the breaks, (n, n_steps): states are carried through the window day by day."""
    n_days, n_parts, _ = windows[0].maps.shape
    parts = np.empty((len(member), n_parts, n_days))
    for one, window in enumerate(windows):
        rows = np.flatnonzero(member == one)
        # The symmetric root, since eigenvectors have free signs: another machine would draw quite other paths from one seed.
        scale, vectors = np.linalg.eigh(window.start.cov)
        root = (vectors * np.sqrt(np.maximum(scale, 0.0))) @ vectors.T
        state = window.start.mean + rng.standard_normal((len(rows), len(scale))) @ root
        reversion = make_reversion(window.start.params)
        for day, maps in enumerate(window.maps):
            if day:
                matrix, variances = step_window(window.start, bool(window.partial[day - 1]))
                state = state @ matrix.T + reversion + np.sqrt(variances) * rng.standard_normal(state.shape)
            parts[rows, :, day] = state @ maps.T
    sizes = np.array([window.start.breaks.sd for window in windows])[member][:, None] * broken
    return parts.reshape(len(member), -1) + (sizes * rng.standard_normal(broken.shape)) @ windows[0].steps.T


def draw_parts(nowcast: Nowcast, *, n: int, rng: np.random.Generator) -> Sample:
    """Draw the window's parts given the observations and the lower bounds, by importance resampling.

    Raises
    ------
    InputError
        If hardly a draw meets the bounds.

    Examples
    --------
    >>> from utils.aid.nowcast.example import reconcile_example
    >>> nowcast = reconcile_example()
    >>> sample = draw_parts(nowcast, n=100, rng=np.random.default_rng(0))
    >>> sample.parts.shape, round(sample.effective)
    ((100, 5, 7), 100)
    """
    if not len(nowcast.window.days):
        return Sample(np.zeros((n, len(PARTS), 0)), np.arange(n) % len(nowcast.windows), float(n))
    for tries in (n, 4 * n):
        x, member = _draw_window(nowcast, n=tries, rng=rng)
        parts = x.reshape(tries, len(PARTS), -1)
        weights = _weigh_draws(nowcast, parts)
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
    picks = rng.permutation(picks)
    return Sample(parts[picks], member[picks], effective * tries)


def _weigh_draws(nowcast: Nowcast, parts: np.ndarray) -> np.ndarray:
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
    """Return trucks a day, (n, n_days), of draws of the parts, (n, 5, n_days): the flow `y`, or what UNRWA counts in the mean.

    >>> parts = np.array([[[np.log(10)], [1.0], [np.log(9)], [0.5], [np.log(10)]]])
    >>> [round(expect_counts(parts, use).item(), 1) for use in ("flow", "unrwa", "unrwa_humanitarian")]
    [121.0, 81.0, 40.5]
    """
    if use == "flow":
        return (np.exp(parts[:, 0]) + parts[:, 1]) ** 2
    return np.exp(2 * parts[:, 2]) * (bend_share(parts[:, 3])[0] if use == "unrwa_humanitarian" else 1.0)


def lay_paths(nowcast: Nowcast, sample: Sample, basis: str, *, rng: np.random.Generator) -> np.ndarray:
    """Lay draws of the window's parts beside the days before it: trucks/day, shape (n, all days).

    Days that the source counted are what it counted. Days missing before the window are drawn one by one from their own smoothed
    distribution. UNRWA's noise `eta` is drawn here.

    >>> from utils.aid.nowcast.example import reconcile_example
    >>> nowcast = reconcile_example()
    >>> paths = lay_paths(nowcast, nowcast.sample, "cogat", rng=np.random.default_rng(0))
    >>> paths.shape, int((paths == 100).all(axis=0).sum())
    ((2000, 70), 63)
    """
    parts, n, fit, daily = sample.parts, len(sample.parts), nowcast.fit, nowcast.daily
    if check_choice(basis, BASES, name="basis") == "cogat":
        counts, roots = daily.cogat, fit.smoothed
        inside = np.exp(parts[:, 0]) + parts[:, 1]
    else:
        counts, wide = daily.unrwa, np.sqrt(DF / (DF - 2))
        roots = np.column_stack([np.exp(fit.path[:, 1]), np.full(len(fit.path), wide * fit.params.sd_unrwa)])
        inside = np.exp(parts[:, 2])
        window = _mix_windows(nowcast.windows, sample.member)
        sd = wide * np.array([one.start.params.sd_unrwa for one in nowcast.windows])[sample.member, None]
        inside += window.lag * shift_irregular(window, parts[:, 1]) + sd * rng.standard_normal(inside.shape)
        inside = np.maximum(inside, 0.0)
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
    """Draw joint paths of the recent past on several bases. See `Nowcast.draw_bases`.

    >>> from utils.aid.nowcast.example import reconcile_example
    >>> nowcast = reconcile_example()
    >>> drawn = draw_bases(nowcast, 50, days=8, rng=np.random.default_rng(0), bases=("cogat", "unrwa"), whole=True)
    >>> [(table.std() > 0).tolist().count(True) for table in drawn.values()]
    [7, 0]
    """
    sample = draw_parts(nowcast, n=n, rng=rng)
    frames = {}
    for basis in bases:
        flow = lay_paths(nowcast, sample, basis, rng=rng)
        if whole:
            flow = np.diff(np.rint(np.cumsum(flow, axis=1)), axis=1, prepend=0.0)
        frame = pd.DataFrame(flow, columns=nowcast.daily.days)
        frames[basis] = frame.iloc[:, -days:] if isinstance(days, int) else frame[days]
        frames[basis].attrs |= {"effective": sample.effective, "parameters": tuple(sample.member.tolist())}
    return frames
