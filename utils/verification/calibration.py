"""Calibration: PIT, coverage, reliability, and the parts of a Brier score."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ..common.checks import check_count
from ..common.errors import InputError
from .resampling import _draw_blocks
from .scores import _check_events, _check_sample


@dataclass(frozen=True)
class Murphy:
    """Parts of a mean Brier score; brier = reliability - resolution + uncertainty + within.

    Attributes
    ----------
    reliability : float
        Mean squared distance between a bin's mean forecast and its frequency; 0 is best.
    resolution : float
        Mean squared distance between the bins' frequencies and the overall one; more is better.
    uncertainty : float
        Score of the overall frequency as the forecast every time.
    within : float
        What is left over because forecasts of one bin differ; 0 where they are equal.
    """

    reliability: float
    resolution: float
    uncertainty: float
    within: float


@dataclass(frozen=True)
class Corp:
    """Calibration by isotonic regression; brier = miscalibration - discrimination + uncertainty, exactly.

    Attributes
    ----------
    forecast, recalibrated : ndarray of shape (distinct forecasts,)
        Each forecast probability, in order, and the frequency that isotonic regression gives it.
    miscalibration, discrimination, uncertainty : float
    """

    forecast: np.ndarray
    recalibrated: np.ndarray
    miscalibration: float
    discrimination: float
    uncertainty: float


def draw_pit(sample: ArrayLike, observed: ArrayLike, *, rng: np.random.Generator) -> np.ndarray:
    """Draw the randomised probability integral transform: uniform if the forecasts are calibrated.

    Counts tie. The rank of the observation is drawn among the places it could take among its equals, and within its place.

    Parameters
    ----------
    sample, observed
        As for `score_crps`.
    rng : numpy.random.Generator

    References
    ----------
    .. [1] C. Czado, T. Gneiting and L. Held (2009), Predictive model assessment for count data, Biometrics 65.

    Examples
    --------
    Forecasts and counts from one law, and the quantiles of what is drawn:

    >>> rng = np.random.default_rng(0)
    >>> pit = draw_pit(rng.poisson(5, (2_000, 100)), rng.poisson(5, 2_000), rng=rng)
    >>> np.quantile(pit, [0.2, 0.5, 0.8]).round(1)
    array([0.2, 0.5, 0.8])
    """
    sample, observed = _check_sample(sample, observed)
    below = (sample < observed[..., None]).sum(axis=-1)
    equal = (sample == observed[..., None]).sum(axis=-1)
    return (below + rng.random(observed.shape) * (equal + 1)) / (sample.shape[-1] + 1)


def covers(sample: ArrayLike, observed: ArrayLike, *, level: float) -> np.ndarray:
    """Tell whether an observation lies in the central interval of a sample, ends included; see `score_crps`.

    >>> sample = np.tile(np.arange(101), (3, 1))
    >>> covers(sample, [3, 5, 50], level=0.9)
    array([False,  True,  True])
    """
    sample, observed = _check_sample(sample, observed)
    if not 0 < level < 1:
        raise InputError(f"level {level!r} must lie between 0 and 1, such as 0.9")
    low, high = np.quantile(sample, [(1 - level) / 2, (1 + level) / 2], axis=-1)
    return (low <= observed) & (observed <= high)


def decompose_brier(probability: ArrayLike, outcome: ArrayLike, *, bins: int = 10) -> Murphy:
    """Split a mean Brier score into reliability, resolution and uncertainty over bins of equal width.

    References
    ----------
    .. [1] A. H. Murphy (1973), A new vector partition of the probability score, Journal of Applied Meteorology 12.
    .. [2] D. B. Stephenson, C. A. S. Coelho and I. T. Jolliffe (2008), Two extra components in the Brier score decomposition,
       Weather and Forecasting 23. Both extra components are in `within`.

    Examples
    --------
    Forecasts on the right side each time, and too timid by 0.2:

    >>> parts = decompose_brier([0.2, 0.2, 0.8, 0.8], [0, 0, 1, 1])
    >>> round(parts.reliability, 2), round(parts.resolution, 2), round(parts.uncertainty, 2)
    (0.04, 0.25, 0.25)
    """
    p, y = (x.ravel() for x in np.broadcast_arrays(*_check_events(probability, outcome)))
    check_count(bins, name="bins")
    bin_of = np.minimum((p * bins).astype(int), bins - 1)
    n = np.bincount(bin_of, minlength=bins)
    used = n > 0
    share = n[used] / len(p)
    forecast = np.bincount(bin_of, p, bins)[used] / n[used]
    came = np.bincount(bin_of, y, bins)[used] / n[used]
    reliability = float(share @ (forecast - came) ** 2)
    resolution = float(share @ (came - y.mean()) ** 2)
    uncertainty = float(y.mean() * (1 - y.mean()))
    within = float(((p - y) ** 2).mean()) - (reliability - resolution + uncertainty)
    return Murphy(reliability, resolution, uncertainty, within)


def fit_corp(probability: ArrayLike, outcome: ArrayLike) -> Corp:
    """Recalibrate forecasts by isotonic regression, without bins to choose, and split their mean Brier score by it.

    References
    ----------
    .. [1] T. Dimitriadis, T. Gneiting and A. I. Jordan (2021), Stable reliability diagrams for probabilistic classifiers,
       PNAS 118.

    Examples
    --------
    >>> fit_corp([0.1, 0.2, 0.8], [0, 1, 0]).recalibrated.tolist()
    [0.0, 0.5, 0.5]
    """
    from scipy.optimize import isotonic_regression  # slow to import

    p, y = (x.ravel() for x in np.broadcast_arrays(*_check_events(probability, outcome)))
    forecast, where, n = np.unique(p, return_inverse=True, return_counts=True)
    frequency = np.bincount(where, y) / n
    recalibrated = isotonic_regression(frequency, weights=n).x
    own, best, mean = (float(((x - y) ** 2).mean()) for x in (p, recalibrated[where], y.mean()))
    return Corp(forecast, recalibrated, own - best, mean - best, mean)


def band_corp(
    probability: ArrayLike, outcome: ArrayLike, *, at: ArrayLike, block: int, level: float = 0.9, seed: int = 0
) -> np.ndarray:
    """Give the band of a reliability curve by block bootstrap of the cases, which respects windows that overlap.

    Parameters
    ----------
    probability, outcome : array_like of shape (origins,) or (origins, events)
        In order of time. Events of one origin, such as several thresholds, are drawn together.
    at : array_like of shape (m,)
        Probabilities at which the band is wanted.
    block : int
        Origins a block; the horizon over the step between origins, or more.

    Returns
    -------
    numpy.ndarray of shape (2, m)
        Lower and upper end.

    Examples
    --------
    Of 25 forecasts of 20 %, and as many of 80 %, each comes true with its own probability:

    >>> probability = np.tile([0.2, 0.8], 25)
    >>> outcome = np.random.default_rng(0).random(50) < probability
    >>> band_corp(probability, outcome, at=[0.2, 0.8], block=2).round(1)
    array([[0. , 0.6],
           [0.3, 0.9]])
    """
    p, y = np.broadcast_arrays(*_check_events(probability, outcome))
    curves = []
    for rows in _draw_blocks(len(p), block=block, seed=seed, replications=200):
        corp = fit_corp(p[rows], y[rows])
        curves.append(np.interp(np.asarray(at, float), corp.forecast, corp.recalibrated))
    return np.quantile(curves, [(1 - level) / 2, (1 + level) / 2], axis=0)
