"""A level that follows the counts, and a weekday profile: the recursion under the members of the pool.

The mean of a day is level times weekday factor. After a counted day the level moves by a gain ``alpha`` times the innovation, and
the weekday's factor by a gain of its own. Overnight the level drifts, in one of four ways: it returns towards the mean of all
levels so far, stays, goes on along a line, or grows in proportion; the slope of the last two follows the innovations by a gain
far below the level's. A day that was not counted changes nothing but the drift. Gains start high, as in a running mean, and fall
to their value: the diffuse start of a Kalman filter in its simplest form.

Read as exponential smoothing this is the innovations form ETS(., N, A or M, M) [1]_; read as a count regression it is an
INGARCH(1, 1) mean with a slow intercept [2]_.

References
----------
.. [1] R. J. Hyndman, A. B. Koehler, J. K. Ord and R. D. Snyder (2008), Forecasting with Exponential Smoothing: The State Space
   Approach.
.. [2] R. Ferland, A. Latour and D. Oraichi (2006), Integer-valued GARCH process, Journal of Time Series Analysis 27.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from .history import WEEK

FLOOR = 0.1  # counts: a mean of which nearly every day is rounded to none, and by which one can divide
LOWEST_FACTOR = 0.02  # a weekday that is nearly closed
MOST_PASSED = (
    1.5  # an innovation on a nearly closed day says next to nothing of the level; divided by its factor it would be noise
)
FASTEST_GROWTH = 0.05  # a day, up or down: twice as many in a fortnight
#: Root of the slope's gain: its memory is near two months, since a slope of a few weeks is mostly noise that does not last.
SLOPE_ROOT = 0.05


class Drift(NamedTuple):
    """A way to drift overnight.

    Attributes
    ----------
    keep : float
        What is kept of the distance from the mean of all levels so far.
    sloped, grows : bool
        Whether there is a slope, and whether it is in proportion to the level.
    odds : float
        Before anything was seen. A slope has to earn its place: most counts have none that lasts.
    """

    keep: float
    sloped: bool
    grows: bool
    odds: float


#: Settings that differ in nothing but the drift lie side by side in a grid, in this order.
DRIFTS = {
    "returns": Drift(0.98, False, False, 10.0),
    "stays": Drift(1.0, False, False, 10.0),
    "line": Drift(1.0, True, False, 1.0),
    "grows": Drift(1.0, True, True, 1.0),
}


@dataclass(frozen=True)
class Grid:
    """Settings of the recursion, each of shape (n_settings,).

    Attributes
    ----------
    alpha, keep : ndarray
        Gain of the level, and part of its distance from the slow mean that is kept a day.
    slope_gain : ndarray
        Gain of the slope, 0 for none.
    grows : ndarray of bool
        Whether the slope is in proportion to the level.
    weekly : ndarray of bool
        Whether weekdays differ.
    odds : ndarray
        Before anything was seen.
    """

    alpha: np.ndarray
    keep: np.ndarray
    slope_gain: np.ndarray
    grows: np.ndarray
    weekly: np.ndarray
    odds: np.ndarray

    @property
    def steepest(self) -> np.ndarray:
        """Bound of the slope, either way."""
        return np.where(self.grows, FASTEST_GROWTH, np.inf)

    @classmethod
    def combine(cls, alphas: tuple[float, ...], *, weekly: tuple[bool, ...] = (True,)) -> Grid:
        """Cross gains with all `DRIFTS`, and with and without weekdays."""
        of_week, alpha, drifts = (
            np.array(column) for column in zip(*itertools.product(weekly, alphas, DRIFTS.values()), strict=True)
        )
        keep, sloped, grows, odds = drifts.T
        # half of alpha at most: a slope that is quicker than its level swings to and fro around a line (critical damping)
        slope_gain = sloped * np.minimum(SLOPE_ROOT, alpha / 2) ** 2
        return cls(alpha, keep, slope_gain, grows > 0, of_week, odds)

    @classmethod
    def without_slope(cls, alpha: np.ndarray, keep: np.ndarray) -> Grid:
        """Pair gains and what is kept, with weekdays."""
        none, ones = np.zeros(len(alpha)), np.ones(len(alpha))
        return cls(alpha, keep, none, none > 0, ones > 0, ones)


@dataclass
class _State:
    """Level, slow mean and slope, shape (..., n_settings), and profile, (..., n_settings, 7), with the days that made them."""

    level: np.ndarray
    slow: np.ndarray
    slope: np.ndarray
    profile: np.ndarray
    n_seen: int
    n_weekday: np.ndarray

    def update(self, count: ArrayLike, weekday: int, *, grid: Grid, weekday_gain: float) -> np.ndarray:
        """Take in a count, a number or of shape (..., 1); return the mean that was expected, shape (..., n_settings)."""
        factor = self.profile[..., weekday]
        expected = np.maximum(self.level * factor, FLOOR)
        self.n_seen += 1
        self.n_weekday[weekday] += 1
        innovation = count - expected
        passed = innovation * np.minimum(1.0 / factor, MOST_PASSED)
        slope = self.slope + grid.slope_gain * passed / np.where(grid.grows, self.level, 1.0)
        self.slope = np.minimum(np.maximum(slope, -grid.steepest), grid.steepest)  # np.clip takes three times as long
        # two counts of prior weight: without them one odd Saturday would set the factor of all Saturdays
        gain = grid.weekly * max(weekday_gain, 1.0 / (self.n_weekday[weekday] + 2))
        moved = np.maximum(factor + gain * innovation / self.level, LOWEST_FACTOR)
        scale = WEEK / (WEEK + moved - factor)  # factors sum to 7
        self.profile[..., weekday] = moved
        self.profile *= scale[..., None]
        self.level = np.maximum(self.level + passed * np.maximum(grid.alpha, 1.0 / (self.n_seen + 1)), FLOOR)
        self.slow = self.slow + (self.level - self.slow) / (self.n_seen + 1)
        return expected

    def predict(self, grid: Grid) -> None:
        """Let the level drift; see `_find_drift`."""
        step = self.slope * np.where(grid.grows, self.level, 1.0) + (1.0 - grid.keep) * (self.slow - self.level)
        self.level = np.maximum(self.level + step, FLOOR)


def _find_drift(keep: np.ndarray, grows: np.ndarray, slow: np.ndarray, slope: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return `kept` and `added`, with which the level of the next day is ``kept * level + added``, in the shape of `slow`."""
    return np.where(grows, 1.0 + slope, keep), np.where(grows, 0.0, (1.0 - keep) * slow + slope)


@dataclass(frozen=True)
class Levels:
    """Filtered states for each setting of a grid, on every day, and after draws of the days that follow.

    Attributes
    ----------
    grid : Grid
    mean : ndarray of shape (n_days, n_settings)
        Mean of each day as expected the day before; 1 where not counted.
    level, slow, slope, profile : ndarray of shape (n_days, n_settings), twice the same, and (n_days, n_settings, 7)
        States after each day.
    followed : tuple of ndarray
        Level, slow mean, slope and profile after each nowcast draw: shapes (n, n_settings), twice the same, (n, n_settings, 7).
    """

    grid: Grid
    mean: np.ndarray
    level: np.ndarray
    slow: np.ndarray
    slope: np.ndarray
    profile: np.ndarray
    followed: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]

    def gather(self, ends: np.ndarray, setting: np.ndarray, draw: np.ndarray | None) -> tuple[np.ndarray, ...]:
        """Return level, `kept`, `added` (see `_find_drift`) and profile of each path: shapes (n_paths,), ..., (n_paths, 7)."""
        states, at = ((self.level, self.slow, self.slope, self.profile), ends - 1) if draw is None else (self.followed, draw)
        level, slow, slope, profile = (state[at, setting] for state in states)
        kept, added = _find_drift(self.grid.keep[setting], self.grid.grows[setting], slow, slope)
        return level, kept, added, profile

    def expect(self, ends: np.ndarray, horizon: int) -> np.ndarray:
        """Return the mean expected of the days ahead, over all weekdays, from each of `ends`: shape (n_ends, n_settings)."""
        level, slow, slope = (state[ends - 1] for state in (self.level, self.slow, self.slope))
        kept, added = _find_drift(self.grid.keep, self.grid.grows, slow, slope)
        apart = kept - 1.0
        still = np.abs(apart) < 1e-6
        apart = np.where(still, 1.0, apart)
        # the mean over h of kept**h, and of the sum of kept**j over j < h
        of_level = np.where(still, 1.0, (kept**horizon - 1.0) / (horizon * apart))
        of_added = np.where(still, (horizon - 1) / 2, (of_level - 1.0) / apart)
        return np.maximum(of_level * level + of_added * added, 0.0)


def filter_levels(counts: np.ndarray, days: pd.DatetimeIndex, nowcast: np.ndarray, *, grid: Grid, half_life: float) -> Levels:
    """Run the recursion over a history, and on over draws of the days after it, for all settings at once.

    Parameters
    ----------
    counts : ndarray of shape (n_days,)
        Counts a day, NaN where not counted.
    days : DatetimeIndex of shape (n_days,)
    nowcast : ndarray of shape (n, days)
        Draws of the days after the history. A day that is NaN in all of them tells nothing.
    grid : Grid
    half_life : float
        Days after which a day counts half in the weekday profile.

    Examples
    --------
    Four weeks of 50 a day, then four of 20: where a slow and a quick level end.

    >>> days = pd.date_range("2024-01-01", periods=56)
    >>> counts, grid = np.repeat([50.0, 20.0], 28), Grid.without_slope(np.array([0.05, 0.4]), np.ones(2))
    >>> filter_levels(counts, days, np.empty((1, 0)), grid=grid, half_life=90).level[-1].round()
    array([27., 20.])
    """
    n_days, n_settings = len(counts), len(grid.alpha)
    weekdays = days.day_of_week.to_numpy()
    seen = np.isfinite(counts)
    # the first week's mean, or the first count: a longer start would look ahead of the first origins
    first = counts[:WEEK][seen[:WEEK]].mean() if seen[:WEEK].any() else counts[seen.argmax()]
    start = np.full(n_settings, max(first, FLOOR))
    state = _State(start, start, np.zeros(n_settings), np.ones((n_settings, WEEK)), 0, np.zeros(WEEK))
    # a weekday comes once a week, so that each of its days stands for seven
    weekday_gain = 1.0 - 0.5 ** (WEEK / half_life)
    mean = np.ones((n_days, n_settings))
    level, slow, slope = np.empty((3, n_days, n_settings))
    profile = np.empty((n_days, n_settings, WEEK))
    for t, (count, weekday) in enumerate(zip(counts.tolist(), weekdays.tolist(), strict=True)):
        if seen[t]:
            mean[t] = state.update(count, weekday, grid=grid, weekday_gain=weekday_gain)
        state.predict(grid)
        level[t], slow[t], slope[t], profile[t] = state.level, state.slow, state.slope, state.profile
    ones = np.ones((len(nowcast), 1))
    state.level, state.slow, state.slope = ones * state.level, ones * state.slow, ones * state.slope
    state.profile = ones[..., None] * state.profile
    for day, drawn in enumerate(nowcast.T, start=1):
        if not np.isnan(drawn[0]):
            state.update(drawn[:, None], int(weekdays[-1] + day) % WEEK, grid=grid, weekday_gain=weekday_gain)
        state.predict(grid)
    return Levels(grid, mean, level, slow, slope, profile, (state.level, state.slow, state.slope, state.profile))
