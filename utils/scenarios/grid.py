"""The grid behind a measured shift: when it shows, how it rises and how the level wanders, with all else integrated out.

See `utils.scenarios.interruptions` for the model. A point of the grid is a ramp (delay and length) and a ratio of the level's
noise to the day's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg.lapack import dpttrf as pttrf
from scipy.linalg.lapack import dpttrs as pttrs

#: The level's noise over the day's noise, both standard deviations.
WANDERS = (0.05, 0.08, 0.12, 0.17, 0.25, 0.37, 0.55, 0.8, 1.2)

#: Prior of the level's noise over the day's: log-normal, its median and the standard deviation of its log. A hundred days say
#: little of it, and a level taken for steadier than it is finds shifts everywhere.
WANDER_MEDIAN, WANDER_SD = 0.25, 0.6


@dataclass(frozen=True)
class Ramps:
    """The shift's regressors at the points of the grid, as `build_ramp` gives them, made of hinges.

    A ramp of r days is the difference of two lines that start r days apart, over r. There are far fewer such `hinges`, shape
    (hinges, n), than ramps; `starts` and `stops` are their places, and `lengths` the days of each ramp, all of shape (ramps,).
    """

    hinges: np.ndarray
    starts: np.ndarray
    stops: np.ndarray
    lengths: np.ndarray

    def combine(self, values: np.ndarray) -> np.ndarray:
        """Turn what is linear in the hinges, shape (..., hinges), into the same of the ramps, shape (..., ramps)."""
        return (values[..., self.starts] - values[..., self.stops]) / self.lengths

    def spread(self, shares: np.ndarray) -> np.ndarray:
        """Turn coefficients of the ramps, shape (rows, ramps), into those of the hinges, shape (rows, hinges)."""
        found = np.zeros((len(shares), len(self.hinges)))
        rows = np.arange(len(shares))[:, None]
        np.add.at(found, (rows, self.starts), shares / self.lengths)
        np.subtract.at(found, (rows, self.stops), shares / self.lengths)
        return found

    def square(self, products: np.ndarray) -> np.ndarray:
        """Turn products of the hinges, shape (..., hinges, hinges), into the squares of the ramps, shape (..., ramps)."""
        own = np.diagonal(products, axis1=-2, axis2=-1)
        return (own[..., self.starts] + own[..., self.stops] - 2.0 * products[..., self.starts, self.stops]) / self.lengths**2


def hinge_ramps(since: np.ndarray, *, delays: np.ndarray, ramps: np.ndarray, duration: float) -> Ramps:
    """Make the ramps of delays and lengths in days from the hinges at which they start and end; see `build_ramp`.

    >>> ramps = hinge_ramps(np.arange(-1, 4), delays=np.array([0, 1]), ramps=np.array([1, 2]), duration=3)
    >>> ramps.combine(ramps.hinges.T).T  # at once, and over two days from the second one on; gone after three
    array([[0. , 1. , 1. , 1. , 0. ],
           [0. , 0. , 0.5, 1. , 0. ]])
    """
    knots, places = np.unique(np.concatenate([delays, delays + ramps]), return_inverse=True)
    hinges = np.maximum(since - knots[:, None] + 1.0, 0.0) * (since < duration)
    starts, stops = places.reshape(2, -1)
    return Ramps(hinges, starts, stops, ramps)


@dataclass(frozen=True)
class Grid:
    """Posterior over the grid (wanders by shapes) at one linearisation.

    `weights` sum to one; `mean` and `spread` are the coefficient's, the latter as variance over the noise's; `squares` is the
    sum of squares of the noise's inverse gamma with `n` degrees of freedom; `noise`, shape (n,), is the mean of the inverse
    covariance times what the shift leaves, from which every part of the fit follows; `shift`, shape (n,), is the shift's part.
    """

    weights: np.ndarray
    mean: np.ndarray
    spread: np.ndarray
    squares: np.ndarray
    noise: np.ndarray
    shift: np.ndarray
    n: int


def solve_grid(
    response: np.ndarray,
    shape: np.ndarray,
    times: np.ndarray,
    fixed: np.ndarray,
    ramps: Ramps,
    log_prior: np.ndarray,
) -> Grid:
    """Integrate coefficients and noise out at every point of the grid.

    `fixed`, shape (n, regressors), holds those present at every point and `ramps` the shift's, all scaled so that each
    coefficient has variance one in units of the noise.

    Twenty days with a step in their midst, which is found there and not three days later:

    >>> since, response = np.arange(-10, 10), np.repeat([0.0, 1.0], 10) + np.tile([0.05, -0.05], 10)
    >>> ramps = hinge_ramps(since, delays=np.array([0, 3]), ramps=np.array([1, 1]), duration=np.inf)
    >>> found = solve_grid(response, np.ones(20), since + 11, np.full((20, 1), 50.0), ramps, np.zeros(2))
    >>> found.weights.sum(axis=0).round(2)
    array([1., 0.])
    """
    n, n_fixed = len(response), fixed.shape[1]
    # The inverse without the fixed regressors, which Woodbury's identity then brings in.
    solved, log_dets = _solve_levels(np.vstack([response, fixed.T, ramps.hinges]), shape, times)
    base, hinges = solved[:, : 1 + n_fixed], solved[:, 1 + n_fixed :]
    outer = solved @ fixed
    root = np.linalg.cholesky(np.eye(n_fixed) + outer[:, 1 : 1 + n_fixed])
    inverse = np.linalg.inv(root)
    whitened = (inverse @ outer[:, 0, :, None])[:, :, 0]
    whitened_ramps = ramps.combine(inverse @ np.swapaxes(outer[:, 1 + n_fixed :], 1, 2))
    cross = ramps.combine(hinges @ response) - (whitened[:, None] @ whitened_ramps)[:, 0]
    precision = 1.0 + ramps.square(hinges @ ramps.hinges.T) - (whitened_ramps**2).sum(axis=1)
    means = cross / precision
    squares = (base[:, 0] @ response - (whitened**2).sum(axis=1))[:, None] - means**2 * precision
    log_dets = log_dets + 2.0 * np.log(np.diagonal(root, axis1=1, axis2=2)).sum(axis=1)
    log_wanders = -0.5 * (np.log(np.array(WANDERS) / WANDER_MEDIAN) / WANDER_SD) ** 2
    logs = log_prior + (log_wanders - 0.5 * log_dets)[:, None] - 0.5 * (np.log(precision) + n * np.log(squares))
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    sums, shares = weights.sum(axis=1)[:, None], weights * means
    rest = whitened * sums - (whitened_ramps @ shares[:, :, None])[:, :, 0]  # what the shift leaves, weighed
    parts = np.concatenate([sums, -(rest[:, None] @ inverse)[:, 0], -ramps.spread(shares)], axis=1)
    noise = (parts[:, None] @ solved).sum(axis=0)[0]
    shift = ramps.spread(shares.sum(axis=0, keepdims=True))[0] @ ramps.hinges
    return Grid(weights, means, 1.0 / precision, squares, noise, shift, n)


def _solve_levels(rows: np.ndarray, shape: np.ndarray, times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Multiply rows by the inverse covariance of a level that starts at 0 plus noise, for each of `WANDERS`.

    Parameters
    ----------
    rows : ndarray, shape (m, n)
    shape : ndarray, shape (n,)
        Variance of a day's noise over that of an ordinary day.
    times : ndarray of int, shape (n,)
        Days since the one before the window's first.

    Returns
    -------
    ndarray, shape (wanders, m, n), and ndarray, shape (wanders,)
        The products, and the logs of the determinants, both in units of an ordinary day's noise.

    Notes
    -----
    With :math:`A = W^{-1} + K^{-1} / q^2`, which is tridiagonal, :math:`(W + q^2 K)^{-1} = W^{-1} - W^{-1} A^{-1} W^{-1}` and
    :math:`|W + q^2 K| = |W| |q^2 K| |A|`; a day's part of :math:`|K|` is the days since the one before it.
    """
    steps = np.diff(times, prepend=0).astype(float)
    ends = 1.0 / steps
    diagonal, off = ends + np.append(ends[1:], 0.0), -ends[1:]
    scaled = rows / shape
    solved, log_dets = np.empty((len(WANDERS), *rows.shape)), np.empty(len(WANDERS))
    for place, wander in enumerate(WANDERS):
        pivots, multipliers, _ = pttrf(1.0 / shape + diagonal / wander**2, off / wander**2)
        inner, _ = pttrs(pivots, multipliers, scaled.T)
        solved[place] = scaled - inner.T / shape
        log_dets[place] = np.log(pivots).sum() + np.log(wander**2 * steps).sum() + np.log(shape).sum()
    return solved, log_dets
