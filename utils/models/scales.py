"""Innovations brought to the spread of today: filtered historical simulation [1]_, and days of none.

References
----------
.. [1] G. Barone-Adesi, K. Giannopoulos and L. Vosper (1999), VaR without correlations for portfolios of derivative securities,
   Journal of Futures Markets 19.
"""

from __future__ import annotations

import numpy as np

HALF_LIFE = 30.0  # days after which a day counts half in the running spread
FIRST = 14  # days whose mean square the running spread starts from
#: By which an innovation is scaled. A storm stays a storm: however far the spread has fallen since, it keeps most of its size.
LEAST, MOST = 2 / 3, 3.0
#: Factor on innovations and on changes of the level. Below 1, because they are drawn from the past, and those of a filter that
#: was still learning are larger than those to come.
SPREAD = 0.95


def follow_spread(innovations: np.ndarray, used: np.ndarray) -> np.ndarray:
    """Return the running root mean square of innovations after each day, shape (n_days, n_settings).

    It holds the day itself: a storm out of the blue then counts as no more than the running spread lets it be, where by the
    spread of the days before it would be drawn as one many times as large.

    Parameters
    ----------
    innovations : ndarray of shape (n_days, n_settings)
    used : ndarray of bool, shape (n_days,)
        Other days are passed over.

    Examples
    --------
    A day ten times as far off as twenty others doubles the spread:

    >>> innovations = np.array([1.0, -1.0] * 10 + [10.0])[:, None]
    >>> follow_spread(innovations, np.ones(21, bool))[[0, 19, 20], 0].round(1)
    array([1., 1., 2.])
    """
    squares = innovations**2
    first = np.flatnonzero(used)[:FIRST]
    size = squares[first].mean(0) if len(first) else np.ones(innovations.shape[1])
    sizes, n_used = np.empty_like(squares), 0
    slowest = 1.0 - 0.5 ** (1.0 / HALF_LIFE)
    for day, is_used in enumerate(used.tolist()):
        if is_used:
            n_used += 1
            size = size + max(slowest, 1.0 / (n_used + FIRST - 1)) * (squares[day] - size)
        sizes[day] = size
    return np.sqrt(sizes) + 1e-9


def scale_innovations(
    innovations: np.ndarray, spread: np.ndarray, weights: np.ndarray, *, none: np.ndarray, mean: np.ndarray, narrow: float
) -> np.ndarray:
    """Return innovations to draw from by `weights`: over the spread of their day times that of the last one, with mean 0.

    A day on which nothing came though the weekday is not a closed one is drawn as a day on which nothing comes, whatever the mean
    is then: its innovation is minus infinity, and the others are raised so that the mean of a day is kept.

    Parameters
    ----------
    innovations, spread : ndarray of shape (n_days, n_settings)
        To the last day seen.
    weights : ndarray of shape (n_days,)
        Summing to 1, 0 for a day that is not used.
    none : ndarray of bool, shape (n_days, n_settings)
        Days of none.
    mean : ndarray of shape (n_settings,)
        What a day of none is below its mean, in the unit of the innovations.
    narrow : float
        Factor on the others.

    Examples
    --------
    Two days of the time when the spread was 1, and two of today's, when it is 2:

    >>> innovations, spread = np.array([[-1.0], [1.0], [-2.0], [2.0]]), np.array([[1.0], [1.0], [2.0], [2.0]])
    >>> weights, none = np.full(4, 0.25), np.zeros((4, 1), bool)
    >>> scale_innovations(innovations, spread, weights, none=none, mean=np.array([50.0]), narrow=1.0).ravel()
    array([-2.,  2., -2.,  2.])
    """
    scaled = narrow * innovations * np.clip(spread[-1] / spread, LEAST, MOST)
    scaled[none] = 0.0
    share = weights @ none
    shift = (share * mean - weights @ scaled) / np.maximum(1.0 - share, 1e-9)
    return np.where(none, -np.inf, scaled + shift)
