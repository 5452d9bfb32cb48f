"""Scores of probability and path forecasts, their decomposition, calibration, and how far a mean of them can be trusted.

Lower is better in every score. The formulas are those of `scoringrules`; the checks, the units and the handling of "never"
are ours. Forecasts made every few days overlap and do not count as separate cases: every interval here is a block bootstrap
whose blocks are at least as long as the horizon, and `count_effective` says how many windows do not overlap.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from scipy.optimize import isotonic_regression

from .checks import check_count
from .errors import InputError
from .passage import NEVER

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
        Score of the overall frequency, said every time.
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
        Each probability that was said, in order, and the frequency that isotonic regression gives it.
    miscalibration, discrimination, uncertainty : float
    """

    forecast: np.ndarray
    recalibrated: np.ndarray
    miscalibration: float
    discrimination: float
    uncertainty: float


# ------------------------------------------------------------------------------------------------------------- events


def score_brier(probability, outcome) -> np.ndarray:
    """Score probabilities of an event by their squared error.

    Parameters
    ----------
    probability : array_like
        Between 0 and 1.
    outcome : array_like
        0 or 1, broadcast against `probability`.

    Raises
    ------
    InputError
        If a value does not fit.

    References
    ----------
    .. [1] G. W. Brier (1950), Verification of forecasts expressed in terms of probability, Monthly Weather Review 78.

    Examples
    --------
    >>> score_brier([0.2, 0.2], [1, 0]).round(2).tolist()
    [0.64, 0.04]
    """
    from scoringrules import brier_score

    return brier_score(*reversed(_check_events(probability, outcome)))


def score_log(probability, outcome, *, floor: float) -> np.ndarray:
    """Score probabilities of an event by their surprise, in bits.

    Parameters
    ----------
    probability, outcome
        As for `score_brier`.
    floor : float
        Probabilities are kept within [floor, 1 - floor]. With n paths take 1 / n: from a finite sample nothing is impossible,
        and one surprise must not make a mean infinite.

    References
    ----------
    .. [1] I. J. Good (1952), Rational decisions, Journal of the Royal Statistical Society B 14.

    Examples
    --------
    >>> score_log([0.5, 0.25, 0.0], [1, 1, 0], floor=0.001).round(3).tolist()
    [1.0, 2.0, 0.001]
    """
    from scoringrules import log_score

    probability, outcome = _check_events(probability, outcome)
    if not 0 < floor < 0.5:
        raise InputError(f"floor {floor!r} must lie between 0 and 0.5; take one over the number of paths")
    return log_score(outcome, np.clip(probability, floor, 1 - floor)) / np.log(2)


def score_passage(first, observed, *, horizon: int) -> np.ndarray:
    """Score the day of first passage by the ranked probability score, "never" being the last category.

    It is divided by the number of days, and is then the mean over the days of the Brier score of "reached by this day".

    Parameters
    ----------
    first : array_like of shape (..., n_paths)
        First day on each path, 0 for the first one, -1 for never (`utils.first_passage`).
    observed : array_like of shape (...)
        The same for what was observed.
    horizon : int
        Days of the window.

    References
    ----------
    .. [1] E. S. Epstein (1969), A scoring system for probability forecasts of ranked categories, J. of Applied Meteorology 8.

    Examples
    --------
    >>> float(score_passage([0, 1, -1, -1], 1, horizon=2).round(5))  # by day 1: 0.25 for no; by day 2: 0.5 for yes
    0.15625
    """
    from scoringrules import rps_score

    check_count(horizon, name="horizon")
    first, observed = np.asarray(first), np.asarray(observed)
    if first.ndim != observed.ndim + 1 or first.shape[:-1] != observed.shape or not first.shape[-1]:
        raise InputError(f"first has shape {first.shape}, observed {observed.shape}; give first one axis more, of paths")
    for name, days in (("first", first), ("observed", observed)):
        if ((days < NEVER) | (days >= horizon)).any():
            raise InputError(f"{name} holds a day outside -1 .. {horizon - 1}; give days of the window, or -1 for never")
    category = np.where(first == NEVER, horizon, first)
    shares = np.stack([(category == day).mean(axis=-1) for day in range(horizon + 1)], axis=-1)
    return rps_score(np.where(observed == NEVER, horizon, observed) + 1, shares) / horizon


# ------------------------------------------------------------------------------------------------------ numbers, paths


def score_crps(sample, observed) -> np.ndarray:
    """Score a sample of one number, such as the highest day of a window, by the continuous ranked probability score.

    Parameters
    ----------
    sample : array_like of shape (..., n_paths)
        Trucks/day.
    observed : array_like of shape (...)
        Trucks/day.

    Returns
    -------
    numpy.ndarray of shape (...)
        Trucks/day; for a single sample value it is the absolute error.

    References
    ----------
    .. [1] T. Gneiting and A. E. Raftery (2007), Strictly proper scoring rules, prediction, and estimation, JASA 102.

    Examples
    --------
    >>> float(score_crps([0, 4], 1))  # mean distance 2, less half the mean distance between the sample's own, 1
    1.0
    """
    from scoringrules import crps_ensemble

    return crps_ensemble(*reversed(_check_sample(sample, observed)))


def score_twcrps(sample, observed, *, threshold: float) -> np.ndarray:
    """Score as `score_crps` but only what lies above a threshold: all below it counts as the threshold itself.

    References
    ----------
    .. [1] T. Gneiting and R. Ranjan (2011), Comparing density forecasts using threshold- and quantile-weighted scoring
       rules, Journal of Business and Economic Statistics 29.

    Examples
    --------
    >>> float(score_twcrps([0, 4], 1, threshold=2))  # as if the sample were [2, 4] and 2 had come
    0.5
    """
    from scoringrules import twcrps_ensemble

    sample, observed = _check_sample(sample, observed)
    return twcrps_ensemble(observed, sample, a=float(threshold))


def score_energy(paths, observed) -> float:
    """Score joint paths by the energy score, the CRPS of vectors, without the bias of a small sample.

    Parameters
    ----------
    paths : array_like of shape (n_paths, days)
        Trucks/day; at least two paths.
    observed : array_like of shape (days,)
        Trucks/day.

    References
    ----------
    .. [1] T. Gneiting and A. E. Raftery (2007), Strictly proper scoring rules, prediction, and estimation, JASA 102.
    """
    from scoringrules import es_ensemble

    paths, observed = _check_paths(paths, observed)
    return float(es_ensemble(observed, paths, estimator="fair"))


def score_variogram(paths, observed, *, power: float = 0.5) -> float:
    """Score joint paths by how well they show the differences between days; a constant added to every path changes nothing.

    It is divided by the number of pairs of days, so that windows of different length compare. Parameters as for `score_energy`.

    References
    ----------
    .. [1] M. Scheuerer and T. M. Hamill (2015), Variogram-based proper scoring rules for probabilistic forecasts of
       multivariate quantities, Monthly Weather Review 143.
    """
    from scoringrules import vs_ensemble

    paths, observed = _check_paths(paths, observed)
    return float(vs_ensemble(observed, paths, p=power)) / len(observed) ** 2


# -------------------------------------------------------------------------------------------------------- calibration


def draw_pit(sample, observed, *, rng: np.random.Generator) -> np.ndarray:
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
    """
    sample, observed = _check_sample(sample, observed)
    below = (sample < observed[..., None]).sum(axis=-1)
    equal = (sample == observed[..., None]).sum(axis=-1)
    return (below + rng.random(observed.shape) * (equal + 1)) / (sample.shape[-1] + 1)


def check_inside(sample, observed, *, level: float) -> np.ndarray:
    """Tell whether an observation lies in the central interval of a sample, ends included; see `score_crps`."""
    sample, observed = _check_sample(sample, observed)
    if not 0 < level < 1:
        raise InputError(f"level {level!r} must lie between 0 and 1, such as 0.9")
    low, high = np.quantile(sample, [(1 - level) / 2, (1 + level) / 2], axis=-1)
    return (low <= observed) & (observed <= high)


def decompose_brier(probability, outcome, *, bins: int = 10) -> Murphy:
    """Split a mean Brier score into reliability, resolution and uncertainty over bins of equal width.

    References
    ----------
    .. [1] A. H. Murphy (1973), A new vector partition of the probability score, Journal of Applied Meteorology 12.
    .. [2] D. B. Stephenson, C. A. S. Coelho and I. T. Jolliffe (2008), Two extra components in the Brier score decomposition,
       Weather and Forecasting 23. Both extra components are in `within`.
    """
    p, y = (x.ravel() for x in np.broadcast_arrays(*_check_events(probability, outcome)))
    check_count(bins, name="bins")
    bin_of = np.minimum((p * bins).astype(int), bins - 1)
    n = np.bincount(bin_of, minlength=bins)
    used = n > 0
    share = n[used] / len(p)
    said = np.bincount(bin_of, p, bins)[used] / n[used]
    came = np.bincount(bin_of, y, bins)[used] / n[used]
    reliability = float(share @ (said - came) ** 2)
    resolution = float(share @ (came - y.mean()) ** 2)
    uncertainty = float(y.mean() * (1 - y.mean()))
    within = float(((p - y) ** 2).mean()) - (reliability - resolution + uncertainty)
    return Murphy(reliability, resolution, uncertainty, within)


def fit_corp(probability, outcome) -> Corp:
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
    p, y = (x.ravel() for x in np.broadcast_arrays(*_check_events(probability, outcome)))
    forecast, where, n = np.unique(p, return_inverse=True, return_counts=True)
    frequency = np.bincount(where, y) / n
    recalibrated = isotonic_regression(frequency, weights=n).x
    said, best, mean = (float(((x - y) ** 2).mean()) for x in (p, recalibrated[where], y.mean()))
    return Corp(forecast, recalibrated, said - best, mean - best, mean)


def band_corp(probability, outcome, *, at, block: int, level: float = 0.9, seed: int = 0) -> np.ndarray:
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
    """
    p, y = np.broadcast_arrays(*_check_events(probability, outcome))
    curves = []
    for rows in _draw_blocks(len(p), block=block, seed=seed, replications=200):
        corp = fit_corp(p[rows], y[rows])
        curves.append(np.interp(at, corp.forecast, corp.recalibrated))
    return np.quantile(curves, [(1 - level) / 2, (1 + level) / 2], axis=0)


# -------------------------------------------------------------------------------------------- how far to trust a mean


def count_effective(origins, *, horizon: int) -> int:
    """Count the most windows that do not overlap: the number of cases that a mean of scores really rests on.

    Parameters
    ----------
    origins : array_like of datetime
        Origins, in any order; a window is the `horizon` days after one.

    Examples
    --------
    >>> count_effective(pd.date_range("2024-01-01", periods=10), horizon=5)
    2
    """
    check_count(horizon, name="horizon")
    kept, last = 0, None
    for day in np.unique(pd.DatetimeIndex(origins).to_numpy()):
        if last is None or (day - last) / np.timedelta64(1, "D") >= horizon:
            kept, last = kept + 1, day
    return kept


def estimate_mean(values, origins, *, horizon: int, seed: int = 0) -> Interval:
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
    """
    return _estimate(values, None, origins, horizon=horizon, seed=seed)


def estimate_skill(values, reference, origins, *, horizon: int, seed: int = 0) -> Interval:
    """Estimate the skill, 1 - mean score / mean score of a reference on the same cases, with its interval; see `estimate_mean`.

    Skill is NaN where the reference's mean is 0: nothing can be better.
    """
    return _estimate(values, reference, origins, horizon=horizon, seed=seed)


def is_rankable(effective: int) -> bool:
    """Tell whether so many windows that do not overlap bear a ranking of forecasters."""
    return effective >= MIN_RANKED


def _estimate(values, reference, origins, *, horizon: int, seed: int) -> Interval:
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
        block = choose_block(differs, origins, horizon=horizon)
        low, high = np.nanquantile(summarise(_draw_blocks(len(own), block=block, seed=seed)), [0.05, 0.95])
    return Interval(mean, float(low), float(high), len(own), effective)


def choose_block(values, origins, *, horizon: int) -> int:
    """Choose how many neighbouring origins are drawn together: enough to span the horizon, and more where scores hang together.

    Windows that do not overlap can still be alike, since the level lasts. The length that suits the scores' own dependence [1]_
    is taken where it is the longer one, up to a quarter of the origins.

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


def _by_origin(values, origins: pd.DatetimeIndex) -> np.ndarray:
    values = np.asarray(values, float)
    if len(values) != len(origins) or not len(values) or not np.isfinite(values).all():
        raise InputError(f"scores of shape {values.shape} do not fit {len(origins)} origins; give one finite row an origin")
    return pd.Series(values.reshape(len(values), -1).mean(axis=1)).groupby(origins).mean().to_numpy()


@lru_cache(maxsize=64)  # a table of scores asks for the same blocks again and again
def _draw_blocks(n: int, *, block: int, seed: int, replications: int = REPLICATIONS) -> np.ndarray:
    """Draw the rows of each replication in circular blocks, shape (replications, n)."""
    from arch.bootstrap import CircularBlockBootstrap  # slow to import

    check_count(block, name="block")
    drawn = CircularBlockBootstrap(min(block, n), np.arange(n), seed=np.random.default_rng([seed, 5]))
    rows = np.array([data[0] for data, _ in drawn.bootstrap(replications)])
    rows.flags.writeable = False
    return rows


# ------------------------------------------------------------------------------------------------------------- checks


def _check_events(probability, outcome) -> tuple[np.ndarray, np.ndarray]:
    probability, outcome = np.asarray(probability, float), np.asarray(outcome, float)
    if not ((probability >= 0) & (probability <= 1)).all():
        raise InputError("probability holds a value outside 0 .. 1; give shares, not percentages")
    if not np.isin(outcome, (0, 1)).all():
        raise InputError("outcome holds a value other than 0 and 1; leave out what did not resolve")
    return probability, outcome


def _check_sample(sample, observed) -> tuple[np.ndarray, np.ndarray]:
    sample, observed = np.asarray(sample, float), np.asarray(observed, float)
    if sample.ndim != observed.ndim + 1 or sample.shape[:-1] != observed.shape or not sample.size:
        raise InputError(f"sample has shape {sample.shape}, observed {observed.shape}; give the sample one axis more, of paths")
    if not (np.isfinite(sample).all() and np.isfinite(observed).all()):
        raise InputError("sample or observed holds a value that is not finite; leave out days that were not counted")
    return sample, observed


def _check_paths(paths, observed) -> tuple[np.ndarray, np.ndarray]:
    paths, observed = _check_sample(np.asarray(paths, float).T, observed)
    if paths.ndim != 2 or paths.shape[1] < 2:
        raise InputError(f"paths have shape {paths.T.shape}; give at least two paths by days")
    return paths.T, observed
