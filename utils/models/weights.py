"""Weights of a pool, learnt from earlier origins of the history itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .members import SEASON, FittedMember, Starts, draw_index

FIRST_ORIGIN = 42  # days that must have been seen before a member is judged
N_ORIGINS, N_SAMPLED = 10, 50  # earlier origins, and paths of each member from each
RIDGE = 4.0  # pull to equal weights if there were but one window


@dataclass(frozen=True)
class BacktestSample:
    """Members' paths from earlier origins, and what came.

    Attributes
    ----------
    paths : ndarray of shape (n_origins, n_members, n_paths, horizon)
    truth : ndarray of shape (n_origins, horizon)
        NaN where not counted.
    weight : ndarray of shape (n_origins,)
        By recency, summing to 1.
    windows : float
        Effective number of windows that do not overlap.
    """

    paths: np.ndarray
    truth: np.ndarray
    weight: np.ndarray
    windows: float


def sample_backtest(members: list[FittedMember], counts: np.ndarray, *, horizon: int) -> BacktestSample | None:
    """Let each member forecast from earlier origins, each time from what lay before; None where the history is too short."""
    horizon = min(horizon, len(counts) // 4)
    last = len(counts) - horizon
    if last < FIRST_ORIGIN:
        return None
    ends = np.unique(np.linspace(FIRST_ORIGIN, last, N_ORIGINS).round().astype(int))
    truth = np.stack([counts[end : end + horizon] for end in ends])
    ends, truth = ends[np.isfinite(truth).any(1)], truth[np.isfinite(truth).any(1)]
    if not len(ends):
        return None
    # a seed of its own: weights belong to the history, not to the draw of the paths
    rng = np.random.default_rng(0)
    paths = []
    for member in members:
        setting = [draw_index(member.weigh_settings(end), N_SAMPLED, rng) for end in ends.tolist()]
        starts = Starts(np.repeat(ends, N_SAMPLED), np.concatenate(setting))
        paths.append(member.simulate_from(starts, horizon, rng).reshape(len(ends), N_SAMPLED, horizon))
    weight = 0.5 ** ((last - ends) / SEASON)
    spanned = (last - FIRST_ORIGIN + horizon) / horizon
    effective = weight.sum() ** 2 / (weight**2).sum() / len(ends)
    return BacktestSample(np.stack(paths, 1), truth, weight / weight.sum(), min(spanned * effective, len(ends)))


def score_mixtures(past: BacktestSample) -> tuple[np.ndarray, np.ndarray]:
    """Return the CRPS of any mixture of the members, as terms: with weights w it is ``w @ a - w @ b @ w / 2``.

    `a`, of shape (n_members,), holds each member's mean distance to the truth and `b`, (n_members, n_members), the mean distances
    between two members' draws [1]_, averaged over origins and over the highest day and the mean, each in units of the equal
    pool's CRPS.

    References
    ----------
    .. [1] T. Gneiting and A. E. Raftery (2007), Strictly proper scoring rules, prediction, and estimation, equation 21, Journal
       of the American Statistical Association 102.
    """
    seen = np.isfinite(past.truth)
    drawn = _highest_and_mean(past.paths, seen[:, None, None])  # (2, n_origins, n_members, n_paths)
    came = _highest_and_mean(np.nan_to_num(past.truth), seen)
    a = np.einsum("o,fom->fm", past.weight, np.abs(drawn - came[..., None, None]).mean(-1))
    apart = np.abs(drawn[..., :, None, :, None] - drawn[..., None, :, None, :]).mean((-1, -2))
    b = np.einsum("o,fomk->fmk", past.weight, apart)
    scale = np.maximum(a.mean(1) - b.mean((1, 2)) / 2, 1e-9)
    return (a / scale[:, None]).mean(0), (b / scale[:, None, None]).mean(0)


def _highest_and_mean(paths: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """Return the highest and the mean of the counted days of each path: shape (2, ...)."""
    return np.stack([np.where(seen, paths, -np.inf).max(-1), (paths * seen).sum(-1) / seen.sum(-1)])


def learn_weights(past: BacktestSample, *, ridge: float = RIDGE, steps: int = 60) -> np.ndarray:
    """Return the weights, shape (n_members,), of least CRPS at earlier origins, shrunk to equal.

    Minimises ``CRPS + ridge / windows * M * |w - 1/M|**2`` over weights that sum to 1, by exponentiated gradient [1]_.

    References
    ----------
    .. [1] J. Kivinen and M. K. Warmuth (1997), Exponentiated gradient versus gradient descent for linear predictors, Information
       and Computation 132.
    """
    a, b = score_mixtures(past)
    n_members = len(a)
    weights = np.full(n_members, 1.0 / n_members)
    pull = ridge / past.windows * n_members
    step = 0.5 / max(pull, 1.0)  # the pull bends the loss; longer steps would leap to and fro across its valley
    for _ in range(steps):
        gradient = a - b @ weights + 2 * pull * (weights - 1.0 / n_members)
        weights = weights * np.exp(-step * (gradient - gradient @ weights))
        weights /= weights.sum()
    return weights
