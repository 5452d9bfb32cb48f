"""Scores of probability and path forecasts, their decomposition, calibration, and how far a mean of them can be trusted.

Lower is better in every score. The formulas are those of `scoringrules`; the checks, the units and the handling of "never"
are ours. Forecasts made every few days overlap and do not count as separate cases: every interval here is a block bootstrap
whose blocks are at least as long as the horizon, and `count_effective` says how many windows do not overlap.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ..common.checks import check_count
from ..common.errors import InputError
from ..questions.passage import NEVER


def score_brier(probability: ArrayLike, outcome: ArrayLike) -> np.ndarray:
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


def score_log(probability: ArrayLike, outcome: ArrayLike, *, floor: float) -> np.ndarray:
    """Score probabilities of an event by the logarithm of what was given to what came, in bits.

    Parameters
    ----------
    probability, outcome
        As for `score_brier`.
    floor : float
        Probabilities are kept within [floor, 1 - floor]. With n paths take 1 / n: from a finite sample nothing is impossible,
        and one event that was held impossible must not make a mean infinite.

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


def score_passage(first: ArrayLike, observed: ArrayLike, *, horizon: int) -> np.ndarray:
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


def score_crps(sample: ArrayLike, observed: ArrayLike) -> np.ndarray:
    """Score a sample of one number, such as the highest day of a window, by the continuous ranked probability score.

    Parameters
    ----------
    sample : array_like of shape (..., n_paths)
        Counts a day.
    observed : array_like of shape (...)
        Counts a day.

    Returns
    -------
    numpy.ndarray of shape (...)
        Counts a day; for a single sample value it is the absolute error.

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


def score_twcrps(sample: ArrayLike, observed: ArrayLike, *, threshold: float) -> np.ndarray:
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


def score_energy(paths: ArrayLike, observed: ArrayLike) -> float:
    """Score joint paths by the energy score, the CRPS of vectors, without the bias of a small sample.

    Parameters
    ----------
    paths : array_like of shape (n_paths, days)
        Counts a day; at least two paths.
    observed : array_like of shape (days,)
        Counts a day.

    References
    ----------
    .. [1] T. Gneiting and A. E. Raftery (2007), Strictly proper scoring rules, prediction, and estimation, JASA 102.

    Examples
    --------
    >>> score_energy([[1, 2], [1, 2]], [1, 2])
    0.0
    """
    from scoringrules import es_ensemble

    paths, observed = _check_paths(paths, observed)
    return float(es_ensemble(observed, paths, estimator="fair"))


def score_variogram(paths: ArrayLike, observed: ArrayLike, *, power: float = 0.5) -> float:
    """Score joint paths by how well they show the differences between days; a constant added to every path changes nothing.

    It is divided by the number of pairs of days, so that windows of different length compare. Parameters as for `score_energy`.

    References
    ----------
    .. [1] M. Scheuerer and T. M. Hamill (2015), Variogram-based proper scoring rules for probabilistic forecasts of
       multivariate quantities, Monthly Weather Review 143.

    Examples
    --------
    >>> score_variogram([[1, 2], [1, 2]], [11, 12])
    0.0
    """
    from scoringrules import vs_ensemble

    paths, observed = _check_paths(paths, observed)
    return float(vs_ensemble(observed, paths, p=power)) / len(observed) ** 2


def _check_events(probability: ArrayLike, outcome: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    probability, outcome = np.asarray(probability, float), np.asarray(outcome, float)
    if not ((probability >= 0) & (probability <= 1)).all():
        raise InputError("probability holds a value outside 0 .. 1; give shares, not percentages")
    if not np.isin(outcome, (0, 1)).all():
        raise InputError("outcome holds a value other than 0 and 1; leave out what did not resolve")
    return probability, outcome


def _check_sample(sample: ArrayLike, observed: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    sample, observed = np.asarray(sample, float), np.asarray(observed, float)
    if sample.ndim != observed.ndim + 1 or sample.shape[:-1] != observed.shape or not sample.size:
        raise InputError(f"sample has shape {sample.shape}, observed {observed.shape}; give the sample one axis more, of paths")
    if not (np.isfinite(sample).all() and np.isfinite(observed).all()):
        raise InputError("sample or observed holds a value that is not finite; leave out days that were not counted")
    return sample, observed


def _check_paths(paths: ArrayLike, observed: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    paths, observed = _check_sample(np.asarray(paths, float).T, observed)
    if paths.ndim != 2 or paths.shape[1] < 2:
        raise InputError(f"paths have shape {paths.T.shape}; give at least two paths by days")
    return paths.T, observed
