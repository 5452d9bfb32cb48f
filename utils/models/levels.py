"""A level that follows the counts, and a weekday profile: the recursion under the members of the pool.

The mean of a day is level times weekday factor. After a counted day the level moves by a gain ``alpha`` times the innovation,
and the weekday's factor by a gain of its own; then the level returns towards the mean of all levels so far by the factor ``phi``
(1: not at all). A day that was not counted changes nothing but the return. Gains start high, as in a running mean, and fall to
their value: the diffuse start of a Kalman filter in its simplest form.

Read as exponential smoothing this is the innovations form ETS(., N or Ad, M) [1]_; read as a count regression it is an
INGARCH(1, 1) mean with a slow intercept [2]_.

References
----------
.. [1] R. J. Hyndman, A. B. Koehler, J. K. Ord and R. D. Snyder (2008), Forecasting with Exponential Smoothing: The State Space
   Approach.
.. [2] R. Ferland, A. Latour and D. Oraichi (2006), Integer-valued GARCH process, Journal of Time Series Analysis 27.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from .history import WEEK

FLOOR = 0.1  # counts: a mean of which nearly every day is rounded to none, and by which one can divide
LOWEST_FACTOR = 0.02  # a weekday that is nearly closed
MOST_PASSED = (
    1.5  # an innovation on a nearly closed day says next to nothing of the level; divided by its factor it would be noise
)


@dataclass
class _State:
    """Level, slow mean, shape (..., n_settings), and profile, (..., n_settings, 7), with the numbers of days that made them."""

    level: np.ndarray
    slow: np.ndarray
    profile: np.ndarray
    n_seen: int
    n_weekday: np.ndarray

    def update(self, count: ArrayLike, weekday: int, *, alpha: np.ndarray, weekday_gain: float) -> np.ndarray:
        """Take in a count, a number or of shape (..., 1); return the mean that was expected, shape (..., n_settings)."""
        factor = self.profile[..., weekday]
        expected = np.maximum(self.level * factor, FLOOR)
        self.n_seen += 1
        self.n_weekday[weekday] += 1
        innovation = count - expected
        moved = innovation * np.minimum(1.0 / factor, MOST_PASSED) * np.maximum(alpha, 1.0 / (self.n_seen + 1))
        # two counts of prior weight: without them one odd Saturday would set the factor of all Saturdays
        gain = max(weekday_gain, 1.0 / (self.n_weekday[weekday] + 2))
        profile = self.profile.copy()
        profile[..., weekday] += gain * innovation / self.level
        np.maximum(profile, LOWEST_FACTOR, out=profile)
        profile *= WEEK / np.add.reduce(profile, -1, keepdims=True)  # .mean() takes three times as long
        self.profile = profile
        self.level = np.maximum(self.level + moved, FLOOR)
        self.slow = self.slow + (self.level - self.slow) / (self.n_seen + 1)
        return expected

    def predict(self, phi: np.ndarray) -> None:
        """Let the level return."""
        self.level = self.slow + phi * (self.level - self.slow)


@dataclass(frozen=True)
class Levels:
    """Filtered states for each setting of a grid, on every day, and after draws of the days that follow.

    Attributes
    ----------
    mean : ndarray of shape (n_days, n_settings)
        Mean of each day as expected the day before; 1 where not counted.
    level, slow, profile : ndarray of shape (n_days, n_settings), the same, and (n_days, n_settings, 7)
        States after each day.
    followed : tuple of ndarray
        Level, slow mean and profile after each nowcast draw: shapes (n, n_settings), the same, (n, n_settings, 7).
    """

    mean: np.ndarray
    level: np.ndarray
    slow: np.ndarray
    profile: np.ndarray
    followed: tuple[np.ndarray, np.ndarray, np.ndarray]

    def gather(self, ends: np.ndarray, setting: np.ndarray, draw: np.ndarray | None) -> tuple[np.ndarray, ...]:
        """Return level, slow mean and profile of each path: shapes (n_paths,), (n_paths,), (n_paths, 7)."""
        states, at = ((self.level, self.slow, self.profile), ends - 1) if draw is None else (self.followed, draw)
        return tuple(state[at, setting] for state in states)


def filter_levels(
    counts: np.ndarray,
    days: pd.DatetimeIndex,
    nowcast: np.ndarray,
    *,
    alpha: np.ndarray,
    phi: np.ndarray,
    half_life: float,
) -> Levels:
    """Run the recursion over a history, and on over draws of the days after it, for all settings at once.

    Parameters
    ----------
    counts : ndarray of shape (n_days,)
        Counts a day, NaN where not counted.
    days : DatetimeIndex of shape (n_days,)
    nowcast : ndarray of shape (n, days)
        Draws of the days after the history. A day that is NaN in all of them tells nothing.
    alpha, phi : ndarray of shape (n_settings,)
        Gain of the level, and part of the distance from the slow mean that is kept a day.
    half_life : float
        Days after which a day counts half in the weekday profile.
    """
    n_days, n_settings = len(counts), len(alpha)
    weekdays = days.day_of_week.to_numpy()
    seen = np.isfinite(counts)
    # the first week's mean, or the first count: a longer start would look ahead of the first origins
    first = counts[:WEEK][seen[:WEEK]].mean() if seen[:WEEK].any() else counts[seen.argmax()]
    start = np.full(n_settings, max(first, FLOOR))
    state = _State(start, start, np.ones((n_settings, WEEK)), 0, np.zeros(WEEK))
    # a weekday comes once a week, so that each of its days stands for seven
    gains = dict(alpha=alpha, weekday_gain=1.0 - 0.5 ** (WEEK / half_life))
    mean = np.ones((n_days, n_settings))
    level, slow = np.empty((2, n_days, n_settings))
    profile = np.empty((n_days, n_settings, WEEK))
    for t, (count, weekday) in enumerate(zip(counts.tolist(), weekdays.tolist(), strict=True)):
        if seen[t]:
            mean[t] = state.update(count, weekday, **gains)
        state.predict(phi)
        level[t], slow[t], profile[t] = state.level, state.slow, state.profile
    ones = np.ones((len(nowcast), 1))
    state.level, state.slow, state.profile = ones * state.level, ones * state.slow, ones[..., None] * state.profile
    for day, drawn in enumerate(nowcast.T, start=1):
        if not np.isnan(drawn[0]):
            state.update(drawn[:, None], int(weekdays[-1] + day) % WEEK, **gains)
        state.predict(phi)
    return Levels(mean, level, slow, profile, (state.level, state.slow, state.profile))
