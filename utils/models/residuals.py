"""Whole weeks of residuals, drawn again, on a level that moves as it has moved: a member of the pool, and a model of its own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import toeplitz

from .history import WEEK, History
from .levels import DRIFTS, FLOOR, Grid, Levels, filter_levels
from .members import WARM_UP, Starts, draw_index, find_ceilings, find_runs, group_ends, weigh_days
from .scales import SPREAD, follow_spread, scale_innovations
from .weights import weigh_windows

LEVEL_GAINS = (0.02, 0.05, 0.15)  # part of an innovation that enters the level
#: The setting whose level is followed for the changes: the quickest gain, without drift.
MOVING = (len(LEVEL_GAINS) - 1) * len(DRIFTS) + list(DRIFTS).index("stays")
KEPT = 0.5  # of a weekly change of the level, in the long run: changes of the past contain noise that does not last


@dataclass(frozen=True)
class WeekResiduals:
    """Blocks of seven days of residuals from the level of their time, on a level that moves on by resampled weekly changes.

    The moving-block bootstrap [1]_ of residuals: within a block all dependence and the weekday's own spread are kept. Each
    residual is scaled to the spread of today (see `scales`). A day of a block that was not counted takes the residual of another
    past day of its weekday. The level drifts by one of the ways in `levels`, weighted by the means of past windows (see
    `weights`). Changes of it, in proportion, come on top; each loses a quarter in the week after it, an eighth in the next, until
    `KEPT` is left. What they would add to the mean of the level is taken out.

    It is bad at short histories, which hold few blocks.

    Parameters
    ----------
    half_life : float
        Days after which a past block is drawn half as often.
    narrow : float
        Factor on the residuals and on the changes.

    References
    ----------
    .. [1] H. R. Kuensch (1989), The jackknife and the bootstrap for general stationary observations, Annals of Statistics 17.
    """

    half_life: float
    narrow: float = SPREAD

    def fit(self, past: History) -> FittedResiduals:
        """Follow the level once for every drift; see `members.Member`."""
        counts, used = past.counts.to_numpy(), np.isfinite(past.counts.to_numpy())
        grid = Grid.combine(LEVEL_GAINS)
        levels = filter_levels(counts, past.days, past.nowcast, grid=grid, half_life=self.half_life)
        # the level before the day: a residual from a level that holds the day itself is too small
        before = np.concatenate([levels.level[:1], levels.level[:-1]])
        residual = np.where(used[:, None], np.nan_to_num(counts)[:, None] - before, 0.0)
        return FittedResiduals(
            half_life=self.half_life,
            narrow=self.narrow,
            counts=counts,
            used=used,
            drawn=past.choose_drawn(),
            residual=residual,
            spread=follow_spread(residual, used),
            levels=levels,
            gap=past.gap,
            ceiling=find_ceilings(counts),
        )


@dataclass(frozen=True)
class FittedResiduals:
    """The past, ready to be drawn from.

    Attributes
    ----------
    counts, used, drawn, ceiling : ndarray of shape (n_days,)
        Counts a day, whether counted, and drawn again, and the highest count allowed.
    residual, spread : ndarray of shape (n_days, n_settings)
        From the level, 0 where not counted; and its running root mean square after the day.
    levels : Levels
    gap : int
        Days that the nowcast draws.
    """

    half_life: float
    narrow: float
    counts: np.ndarray
    used: np.ndarray
    drawn: np.ndarray
    residual: np.ndarray
    spread: np.ndarray
    levels: Levels
    gap: int
    ceiling: np.ndarray

    def weigh_settings(self, end: int, horizon: int) -> np.ndarray:
        """Weigh drifts by the means of past windows; see `members.FittedMember`."""
        fit = weigh_windows(self.counts, self.levels, end=end, horizon=horizon)
        weights = np.exp(fit - fit.max())
        return weights / weights.sum()

    def simulate_from(self, starts: Starts, horizon: int, rng: np.random.Generator) -> np.ndarray:
        """Draw a path from each start; see `members.FittedMember`."""
        n_weeks = -(-horizon // WEEK)
        gap = 0 if starts.draw is None else self.gap
        states = self.levels.gather(starts.ends, starts.setting, starts.draw)
        level, kept, added = (state.astype(np.float32) for state in states[:3])
        weeks = np.empty((n_weeks, WEEK, len(starts.ends)), np.float32)
        for end, part in group_ends(starts.ends):
            change = self._draw_changes(end, (n_weeks, part.stop - part.start), rng)
            weeks[:, :, part] = np.exp(change)[:, None]
        paths = weeks.reshape(n_weeks * WEEK, -1)
        for moved in paths:  # a row a day: the recursion then runs along the memory
            moved *= level
            level = np.maximum(kept * level + added, FLOOR)
        for end, part in group_ends(starts.ends):
            paths[:, part] += self._draw_weeks(end, gap, starts.setting[part], n_weeks, rng)
        paths, ceiling = paths[:horizon], self.ceiling[starts.ends - 1].astype(np.float32)
        return np.minimum(np.maximum(paths, 0.0, out=paths), ceiling, out=paths).T

    def _draw_weeks(self, end: int, gap: int, setting: np.ndarray, n_weeks: int, rng: np.random.Generator) -> np.ndarray:
        """Draw weeks of residuals that begin on the weekday of the day `gap` days after `end`: (n_weeks * 7, n_paths)."""
        newest = end - WEEK - (-gap) % WEEK
        first = np.arange(newest, -1, -WEEK)[::-1]
        days = self._bar(weigh_days(end, self.half_life) * self.used[:end], np.arange(end), 1)
        pool = self._scale_residuals(end, days / days.sum()).astype(np.float32)
        blocks = self._bar(weigh_days(len(first), self.half_life / WEEK), first, WEEK)
        chosen = first[draw_index(blocks, (n_weeks, len(setting)), rng)]
        drawn = np.empty((n_weeks, WEEK, len(setting)), np.float32)
        for offset in range(WEEK):
            of_day = chosen + offset
            absent = ~self.used[of_day]
            if absent.any():
                same = days * ((np.arange(end) - newest - offset) % WEEK == 0)
                weights = same if same.any() else days
                of_day[absent] = draw_index(weights, int(absent.sum()), rng)
            for number, run in find_runs(setting):
                drawn[:, offset, run] = pool[:, int(number)].take(of_day[:, run])
        return drawn.reshape(n_weeks * WEEK, -1)

    def _bar(self, weights: np.ndarray, starts: np.ndarray, length: int) -> np.ndarray:
        """Weigh stretches of `length` days from `starts`, those that hold a day set aside with 0; as given if none is left."""
        n_barred = np.concatenate([[0], np.cumsum(self.used & ~self.drawn)])
        kept = weights * (n_barred[starts + length] == n_barred[starts])
        return kept if kept.any() else weights

    def _scale_residuals(self, end: int, weights: np.ndarray) -> np.ndarray:
        """Return the residuals to draw from with `end` days seen, shape (end, n_settings)."""
        none = np.repeat((self.used & (self.counts == 0.0))[:end, None], self.residual.shape[1], axis=1)
        return scale_innovations(
            self.residual[:end], self.spread[:end], weights, none=none, mean=self.levels.level[end - 1], narrow=self.narrow
        )

    def _draw_changes(self, end: int, shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
        """Draw the log of the level in each week to come over the level that only drifts, shape (n_weeks, n_paths)."""
        log_level = np.log(self.levels.level[WARM_UP:end, MOVING])
        change = self.narrow * (log_level[WEEK:] - log_level[:-WEEK]) if len(log_level) > WEEK else np.zeros(1)
        weights = weigh_days(len(change), self.half_life)
        if len(log_level) > WEEK:  # a change comes of the days after the one that it starts from
            weights = self._bar(weights, WARM_UP + 1 + np.arange(len(change)), WEEK)
        weights /= weights.sum()
        remains = KEPT + (1 - KEPT) * 0.5 ** np.arange(shape[0])
        growth = np.cumsum(np.log(weights @ np.exp(np.outer(change, remains))))  # of the mean, were it not taken out
        drawn = change[draw_index(weights, shape, rng)]
        return toeplitz(remains, np.zeros(shape[0])) @ drawn - growth[:, None]
