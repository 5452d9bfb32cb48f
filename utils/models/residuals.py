"""Whole weeks of residuals, drawn again, on a level that moves as it has moved: a member of the pool, and a model of its own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .history import WEEK, History
from .levels import filter_levels
from .members import WARM_UP, Starts, draw_index, find_ceilings, group_ends, weigh_days

LEVEL_GAIN = 0.15  # part of an innovation that enters the level
KEPT = 0.5  # of a weekly change of the level, in the long run: changes of the past contain noise that does not last


@dataclass(frozen=True)
class WeekResiduals:
    """Blocks of seven days of residuals from the level of their time, on a level that moves on by resampled weekly changes.

    The moving-block bootstrap [1]_ of residuals: within a block all dependence and the weekday's own spread are kept. A day of a
    block that was not counted takes the residual of another past day of its weekday. Changes of the level, in proportion, come
    without trend; each loses a quarter in the week after it, an eighth in the next, until `KEPT` is left.

    It is bad at short histories, which hold few blocks, and at falling levels: residuals are in counts, not in proportion.

    Parameters
    ----------
    half_life : float
        Days after which a past block is drawn half as often.

    References
    ----------
    .. [1] H. R. Kuensch (1989), The jackknife and the bootstrap for general stationary observations, Annals of Statistics 17.
    """

    half_life: float

    def fit(self, past: History) -> FittedResiduals:
        """Follow the level once; see `members.Member`."""
        counts, days, nowcast = past.counts.to_numpy(), past.days, past.nowcast
        gain, stay = np.array([LEVEL_GAIN]), np.array([1.0])
        levels = filter_levels(counts, days, nowcast, alpha=gain, phi=stay, half_life=self.half_life)
        level = levels.level[:, 0]
        # the level before the day: a residual from a level that holds the day itself is too small
        before = np.concatenate([level[:1], level[:-1]])
        return FittedResiduals(
            half_life=self.half_life,
            residual=counts - before,
            level=level,
            followed=levels.followed[0][:, 0],
            gap=past.gap,
            ceiling=find_ceilings(counts),
        )


@dataclass(frozen=True)
class FittedResiduals:
    """The past, ready to be drawn from.

    Attributes
    ----------
    residual, level, ceiling : ndarray of shape (n_days,)
        Counts a day; residuals are NaN where not counted.
    followed : ndarray of shape (n,)
        Level after each nowcast draw.
    gap : int
        Days that the nowcast draws.
    """

    half_life: float
    residual: np.ndarray
    level: np.ndarray
    followed: np.ndarray
    gap: int
    ceiling: np.ndarray

    def weigh_settings(self, end: int) -> np.ndarray:
        """There is one setting; see `members.FittedMember`."""
        return np.ones(1)

    def simulate_from(self, starts: Starts, horizon: int, rng: np.random.Generator) -> np.ndarray:
        """Draw a path from each start; see `members.FittedMember`."""
        n_weeks = -(-horizon // WEEK)
        gap = 0 if starts.draw is None else self.gap
        level = self.level[starts.ends - 1] if starts.draw is None else self.followed[starts.draw]
        paths = np.empty((len(starts.ends), n_weeks * WEEK))
        for end, part in group_ends(starts.ends):
            shape = (part.stop - part.start, n_weeks)
            residual = self._draw_weeks(end, gap, shape, rng)
            change = self._draw_changes(end, shape, rng)
            moving = level[part, None] * np.exp(change)
            paths[part] = (moving[:, :, None] + residual).reshape(len(residual), -1)
        paths = np.minimum(paths[:, :horizon], self.ceiling[starts.ends - 1, None])
        return np.maximum(paths, 0.0)

    def _draw_weeks(self, end: int, gap: int, shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
        """Draw weeks of residuals that begin on the weekday of the day `gap` days after `end`: shape (*shape, 7)."""
        newest = end - WEEK - (-gap) % WEEK
        first = np.arange(newest, -1, -WEEK)[::-1]
        chosen = first[draw_index(weigh_days(len(first), self.half_life / WEEK), shape, rng)]
        drawn = self.residual[chosen[..., None] + np.arange(WEEK)]
        days = weigh_days(end, self.half_life) * np.isfinite(self.residual[:end])
        for offset in range(WEEK):
            absent = np.isnan(drawn[..., offset])
            if absent.any():
                same = days * ((np.arange(end) - newest - offset) % WEEK == 0)
                weights = same if same.any() else days
                drawn[absent, offset] = self.residual[draw_index(weights, int(absent.sum()), rng)]
        return drawn

    def _draw_changes(self, end: int, shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
        """Draw the log of the level in each week to come over the level now, shape `shape`."""
        log_level = np.log(self.level[WARM_UP:end])
        change = log_level[WEEK:] - log_level[:-WEEK] if len(log_level) > WEEK else np.zeros(1)
        change = change - change.mean()
        drawn = change[draw_index(weigh_days(len(change), self.half_life), shape, rng)]
        age = np.arange(shape[1])[None, :] - np.arange(shape[1])[:, None]
        remains = np.where(age >= 0, KEPT + (1 - KEPT) * 0.5 ** np.maximum(age, 0), 0.0)
        return drawn @ remains
