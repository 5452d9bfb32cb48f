"""Exponential smoothing in innovations form, with resampled innovations: a member of the pool, and a model of its own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .history import WEEK, History
from .levels import FLOOR, MOST_PASSED, Grid, Levels, filter_levels
from .members import RESOLUTION, WARM_UP, Starts, find_ceilings, find_runs, group_ends, tabulate, weigh_days
from .scales import SPREAD, follow_spread, scale_innovations
from .weights import weigh_windows

KAPPAS = (0.0, 0.5, 1.0)
#: Gains of the level, from next to none, for counts around one level, to all, for a random walk.
ALPHAS = (0.01, 0.05, 0.1, 0.2, 0.4, 1.0)
OPEN = 0.5  # a day of none on a weekday below this factor is the weekday's, and none of any other's


@dataclass(frozen=True)
class Smoothing:
    """Level, slope and weekday profile followed by exponential smoothing; a day is mean + mean**kappa * innovation.

    `kappa` 0 gives errors of one size, 0.5 errors as of counts, 1 errors in proportion to the mean. Innovations are drawn again
    from the past, the recent more often, each scaled to the spread of today (see `scales`): their skewness (many days far below,
    few far above) is what the highest day depends on, and what Gaussian noise on a transformed scale has not. All settings of
    the grid, with and without weekdays and by each drift of the level (see `levels`), are kept, weighted by quasi-likelihood: of
    the innovations, and of the means of past windows as long as the one to come (see `weights`).

    It is bad at jumps: a level shift is followed with a lag, and none is foretold. Days are independent given the level.

    Parameters
    ----------
    half_life : float
        Days after which a past day counts half: in the weights of the settings, the drawing and the weekday profile.
    alphas : tuple of float
        Gains of the level.
    narrow : float
        Factor on the innovations.
    """

    half_life: float
    alphas: tuple[float, ...] = ALPHAS
    narrow: float = SPREAD

    def fit(self, past: History) -> FittedSmoothing:
        """Filter the history once for every setting; see `members.Member`."""
        counts, days, n_days = past.counts.to_numpy(), past.days, len(past.counts)
        grid = Grid.combine(self.alphas, weekly=(False, True))
        levels = filter_levels(counts, days, past.nowcast, grid=grid, half_life=self.half_life)
        used = np.isfinite(counts) & (np.arange(n_days) >= WARM_UP)
        innovation = np.where(used[:, None], np.nan_to_num(counts)[:, None] - levels.mean, 0.0)
        innovations = np.concatenate([innovation / levels.mean**kappa for kappa in KAPPAS], axis=1)
        before = np.concatenate([np.ones((1, len(grid.alpha), WEEK)), levels.profile[:-1]])
        is_open = before[np.arange(n_days), :, days.day_of_week] >= OPEN
        return FittedSmoothing(
            half_life=self.half_life,
            narrow=self.narrow,
            counts=counts,
            levels=levels,
            next_weekday=(days.day_of_week.to_numpy() + 1 + past.gap) % WEEK,
            used=used,
            drawn=used & past.choose_drawn(),
            none=is_open & (used & (counts == 0.0))[:, None],
            log_mean=np.where(used[:, None], np.log(levels.mean), 0.0),
            innovations=innovations,
            spread=follow_spread(innovations, used),
            ceiling=find_ceilings(counts),
        )


@dataclass(frozen=True)
class FittedSmoothing:
    """Exponential smoothing with its states on every day of a history.

    Attributes
    ----------
    counts : ndarray of shape (n_days,)
    levels : Levels
        Of n_levels settings; the settings of the member are all of them with the first kappa, then with the next.
    next_weekday, used, drawn, ceiling : ndarray of shape (n_days,)
        Weekday of a path's first day, whether a day's innovation is used, and drawn again, highest count allowed.
    none : ndarray of bool, shape (n_days, n_levels)
        Days on which nothing came though the weekday is not a closed one.
    log_mean : ndarray of shape (n_days, n_levels)
    innovations, spread : ndarray of shape (n_days, n_settings)
        Over the mean to the power kappa, 0 where not used; and their running root mean square after the day.
    """

    half_life: float
    narrow: float
    counts: np.ndarray
    levels: Levels
    next_weekday: np.ndarray
    used: np.ndarray
    drawn: np.ndarray
    none: np.ndarray
    log_mean: np.ndarray
    innovations: np.ndarray
    spread: np.ndarray
    ceiling: np.ndarray

    def _weigh_days(self, end: int) -> tuple[np.ndarray, float]:
        """Return the weight of each day seen, summing to 1, and how many days they amount to."""
        days = weigh_days(end, self.half_life) * self.used[:end]
        return days / days.sum(), days.sum()

    def weigh_settings(self, end: int, horizon: int) -> np.ndarray:
        """Weigh settings by quasi-likelihood, recent days and windows counting more; see `members.FittedMember`."""
        days, size = self._weigh_days(end)
        variance = (days @ self.innovations[:end] ** 2).reshape(len(KAPPAS), -1)
        jacobian = np.outer(KAPPAS, days @ self.log_mean[:end])
        fit = size * (-0.5 * np.log(variance + 1e-9) - jacobian)
        fit += weigh_windows(self.counts, self.levels, end=end, horizon=horizon)
        weights = np.exp(fit - fit.max()).ravel()
        return weights / weights.sum()

    def simulate_from(self, starts: Starts, horizon: int, rng: np.random.Generator) -> np.ndarray:
        """Draw a path from each start; see `members.FittedMember`."""
        n_paths, n_levels = len(starts.ends), self.levels.level.shape[1]
        setting = starts.setting % n_levels
        states = self.levels.gather(starts.ends, setting, starts.draw)
        level, kept, added, profile = (state.astype(np.float32) for state in states)
        ahead = (self.next_weekday[starts.ends - 1] + np.arange(WEEK)[:, None]) % WEEK
        factor = profile[np.arange(n_paths), ahead]
        gain = self.levels.grid.alpha[setting].astype(np.float32) * np.minimum(1.0 / factor, MOST_PASSED)
        of_kappa = [(KAPPAS[int(number)], part) for number, part in find_runs(starts.setting // n_levels)]
        ceiling = self.ceiling[starts.ends - 1].astype(np.float32)
        paths = self._draw_innovations(starts, horizon, rng)
        for day, drawn in enumerate(paths):
            mean = np.maximum(level * factor[day % WEEK], FLOOR)
            for kappa, part in of_kappa:
                if kappa:
                    drawn[part] *= mean[part] if kappa == 1.0 else np.sqrt(mean[part])
            drawn += mean
            np.minimum(np.maximum(drawn, 0.0, out=drawn), ceiling, out=drawn)
            level = np.maximum(level + gain[day % WEEK] * (drawn - mean), FLOOR)
            level = np.maximum(kept * level + added, FLOOR)
        return paths.T

    def _draw_innovations(self, starts: Starts, horizon: int, rng: np.random.Generator) -> np.ndarray:
        """Draw innovations, shape (horizon, n_paths): a row a day, so that the recursion runs along the memory."""
        drawn = np.empty((horizon, len(starts.ends)), np.float32)
        for end, part in group_ends(starts.ends):
            days = weigh_days(end, self.half_life) * self.drawn[:end]
            days = days / days.sum() if days.any() else self._weigh_days(end)[0]
            table = tabulate(days)
            for setting, run in find_runs(starts.setting[part]):
                which, of_level = int(setting), int(setting) % self.none.shape[1]
                kappa = KAPPAS[which // self.none.shape[1]]
                scaled = scale_innovations(
                    self.innovations[:end, [which]],
                    self.spread[:end, [which]],
                    days,
                    none=self.none[:end, [of_level]],
                    mean=self.levels.level[end - 1, [of_level]] ** (1.0 - kappa),
                    narrow=self.narrow,
                )
                at = slice(part.start + run.start, part.start + run.stop)
                of_table = rng.integers(0, RESOLUTION, (horizon, run.stop - run.start), dtype=np.uint16)
                drawn[:, at] = scaled[table, 0].astype(np.float32).take(of_table)
        return drawn
