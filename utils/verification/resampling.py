"""How far a mean of scores can be trusted when windows overlap."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from ..common.checks import check_count
from ..common.errors import InputError
from ..questions.base_rate import count_effective

#: Fewer windows that do not overlap than this bear no ranking: a block bootstrap would draw from fewer blocks, and an event
#: that came in none of nine could still have a chance of 28 % (0.95 bound of its rate).
MIN_RANKED = 10

#: Fewer than this bear no interval either.
MIN_INTERVAL = 4

#: Replications of every bootstrap here.
REPLICATIONS = 1_000


@dataclass(frozen=True)
class Interval:
    """A mean, its central 90 % by block bootstrap, and how many cases stand behind it.

    Attributes
    ----------
    mean, low, high : float
        Of the scores, or of the skill; low and high are NaN where too few windows do not overlap.
    cases, effective : int
        Cases in all, and of them the most that do not overlap.
    """

    mean: float
    low: float
    high: float
    cases: int
    effective: int


def estimate_mean(values: ArrayLike, origins: pd.DatetimeIndex, *, horizon: int, seed: int = 0) -> Interval:
    """Estimate a mean score and its central 90 % by block bootstrap over the origins.

    Parameters
    ----------
    values : array_like of shape (n,) or (n, ...)
        Scores in order of their origins; those of one origin are averaged first.
    origins : array_like of shape (n,)
    horizon : int
        Days; a block spans at least so many.

    References
    ----------
    .. [1] D. N. Politis and J. P. Romano (1992), A circular block-resampling procedure for stationary data, in Exploring the
       Limits of Bootstrap.

    Examples
    --------
    >>> origins = pd.date_range("2023-01-01", periods=24, freq="15D")
    >>> found = estimate_mean([0.1, 0.3] * 12, origins, horizon=30)
    >>> round(found.mean, 2), found.cases, found.effective, found.low <= found.mean <= found.high
    (0.2, 24, 12, True)
    """
    return _estimate(values, None, origins, horizon=horizon, seed=seed)


def estimate_skill(
    values: ArrayLike, reference: ArrayLike | None, origins: pd.DatetimeIndex, *, horizon: int, seed: int = 0
) -> Interval:
    """Estimate the skill, 1 - mean score / mean score of a reference on the same cases, with its interval; see `estimate_mean`.

    Skill is NaN where the reference's mean is 0: nothing can be better.

    >>> origins = pd.date_range("2023-01-01", periods=12, freq="30D")
    >>> found = estimate_skill([0.05, 0.15] * 6, [0.1, 0.3] * 6, origins, horizon=30)  # half of the reference each time
    >>> round(found.mean, 2), round(found.low, 2), round(found.high, 2)
    (0.5, 0.5, 0.5)
    """
    return _estimate(values, reference, origins, horizon=horizon, seed=seed)


def is_rankable(effective: int) -> bool:
    """Tell whether so many windows that do not overlap bear a ranking of forecasters.

    >>> is_rankable(9), is_rankable(10)
    (False, True)
    """
    return effective >= MIN_RANKED


def _estimate(values: ArrayLike, reference: ArrayLike | None, origins: pd.DatetimeIndex, *, horizon: int, seed: int) -> Interval:
    origins = pd.DatetimeIndex(origins)
    own = _by_origin(values, origins)
    other = None if reference is None else _by_origin(reference, origins)

    def summarise(rows: np.ndarray) -> np.ndarray:
        mean = own[rows].mean(axis=-1)
        if other is None:
            return mean
        below = other[rows].mean(axis=-1)
        return 1 - np.divide(mean, below, out=np.full_like(mean, np.nan), where=below > 0)

    effective = count_effective(origins, horizon=horizon)
    mean, low, high = float(summarise(np.arange(len(own))[None])[0]), np.nan, np.nan
    if effective >= MIN_INTERVAL and np.isfinite(mean):
        differs = own if other is None else own - (1 - mean) * other  # what the skill's own errors are made of
        block = _choose_block(differs, origins, horizon=horizon)
        low, high = np.nanquantile(summarise(_draw_blocks(len(own), block=block, seed=seed)), [0.05, 0.95])
    return Interval(mean, float(low), float(high), len(own), effective)


def _choose_block(values: ArrayLike, origins: pd.DatetimeIndex, *, horizon: int) -> int:
    """Choose how many neighbouring origins are drawn together: enough to span the horizon, and more where scores hang together.

    Windows that do not overlap can still be alike, since the level persists. The length that suits the scores' own dependence
    [1]_ is taken where it is the longer one, up to a quarter of the origins.

    Parameters
    ----------
    values : array_like of shape (n,)
        One score an origin, in order of time.
    origins : array_like of datetime
    horizon : int
        Days.

    References
    ----------
    .. [1] A. Patton, D. N. Politis and H. White (2009), Correction to "Automatic block-length selection for the dependent
       bootstrap", Econometric Reviews 28.
    """
    from arch.bootstrap import optimal_block_length

    days = np.unique(pd.DatetimeIndex(origins).to_numpy())
    step = np.min(np.diff(days)) / np.timedelta64(1, "D") if len(days) > 1 else 1
    least = max(1, int(np.ceil(horizon / step)))
    values = np.asarray(values, float)
    if len(values) >= 12 and np.ptp(values) > 1e-12:
        least = max(least, min(int(np.ceil(optimal_block_length(values)["circular"].iloc[0])), len(values) // 4))
    return min(len(days), least)


def _by_origin(values: ArrayLike, origins: pd.DatetimeIndex) -> np.ndarray:
    values = np.asarray(values, float)
    if len(values) != len(origins) or not len(values) or not np.isfinite(values).all():
        raise InputError(f"scores of shape {values.shape} do not fit {len(origins)} origins; give one finite row an origin")
    return pd.Series(values.reshape(len(values), -1).mean(axis=1)).groupby(origins).mean().to_numpy()


@lru_cache(maxsize=64)  # a table of scores asks for the same blocks again and again
def _draw_blocks(n: int, *, block: int, seed: int, replications: int = REPLICATIONS) -> np.ndarray:
    """Draw the rows of each replication in circular blocks, shape (replications, n)."""
    from arch.bootstrap import CircularBlockBootstrap  # slow to import

    check_count(block, name="block")
    check_count(seed, name="seed", at_least=0)
    drawn = CircularBlockBootstrap(min(block, n), np.arange(n), seed=np.random.default_rng([seed, 5]))
    rows = np.array([data[0] for data, _ in drawn.bootstrap(replications)])
    rows.flags.writeable = False
    return rows
