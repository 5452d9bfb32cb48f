"""Exponential smoothing in innovations form, with resampled innovations: a member of the pool, and a model of its own."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from .history import WEEK, History
from .levels import FLOOR, MOST_PASSED, Levels, filter_levels
from .members import WARM_UP, Starts, draw_index, find_ceilings, group_ends, weigh_days

KAPPAS = (0.0, 0.5, 1.0)


@dataclass(frozen=True)
class Smoothing:
    """Level and weekday profile followed by exponential smoothing; a day is mean + mean**kappa * innovation.

    `kappa` 0 gives errors of one size, 0.5 errors as of counts, 1 errors in proportion to the mean. Innovations are drawn again
    from the past, the recent more often: their skewness (many days far below, few far above) is what the highest day depends on,
    and what Gaussian noise on a transformed scale has not. All settings of the grid are kept, weighted by quasi-likelihood.

    It is bad at jumps: a level shift is followed with a lag, and none is foretold. Days are independent given the level.

    Parameters
    ----------
    half_life : float
        Days after which a past day counts half: in the weights of the settings, the drawing and the weekday profile.
    alphas, phis : tuple of float
        The grid, beside `KAPPAS`: gain of the level, and what is kept a day of its distance from the
        mean of all levels so far.
    """

    half_life: float
    alphas: tuple[float, ...] = (0.02, 0.05, 0.1, 0.2, 0.4)
    phis: tuple[float, ...] = (0.98, 1.0)

    def fit(self, past: History) -> FittedSmoothing:
        """Filter the history once for every setting; see `members.Member`."""
        counts, days, nowcast = past.counts.to_numpy(), past.days, past.nowcast
        alpha, phi = np.array(list(itertools.product(self.alphas, self.phis))).T
        levels = filter_levels(counts, days, nowcast, alpha=alpha, phi=phi, half_life=self.half_life)
        used = np.isfinite(counts) & (np.arange(len(counts)) >= WARM_UP)
        innovation = np.where(used[:, None], np.nan_to_num(counts)[:, None] - levels.mean, 0.0)
        scaled = [innovation / levels.mean**kappa for kappa in KAPPAS]
        return FittedSmoothing(
            half_life=self.half_life,
            alpha=np.repeat(alpha, len(KAPPAS)),
            phi=np.repeat(phi, len(KAPPAS)),
            kappa=np.tile(KAPPAS, len(alpha)),
            levels=levels,
            next_weekday=(days.day_of_week.to_numpy() + 1 + past.gap) % WEEK,
            used=used,
            log_mean=np.where(used[:, None], np.log(levels.mean), 0.0),
            innovations=np.stack(scaled, 2).reshape(len(counts), -1),
            ceiling=find_ceilings(counts),
        )


@dataclass(frozen=True)
class FittedSmoothing:
    """Exponential smoothing with its states on every day of a history.

    Attributes
    ----------
    alpha, phi, kappa : ndarray of shape (n_settings,)
    levels : Levels
        For each pair of alpha and phi; `len(KAPPAS)` settings follow each of them.
    next_weekday, used, ceiling : ndarray of shape (n_days,)
        Weekday of a path's first day, whether a day's innovation is used, highest count allowed.
    log_mean : ndarray of shape (n_days, n_settings / len(KAPPAS))
    innovations : ndarray of shape (n_days, n_settings)
        Over the mean to the power kappa; 0 where not used.
    """

    half_life: float
    alpha: np.ndarray
    phi: np.ndarray
    kappa: np.ndarray
    levels: Levels
    next_weekday: np.ndarray
    used: np.ndarray
    log_mean: np.ndarray
    innovations: np.ndarray
    ceiling: np.ndarray

    def _weigh_days(self, end: int) -> tuple[np.ndarray, float]:
        """Return the weight of each day seen, summing to 1, and how many days they amount to."""
        days = weigh_days(end, self.half_life) * self.used[:end]
        return days / days.sum(), days.sum()

    def weigh_settings(self, end: int) -> np.ndarray:
        """Weigh settings by the quasi-likelihood of the innovations, recent ones counting more; see `members.FittedMember`."""
        days, size = self._weigh_days(end)
        variance = days @ self.innovations[:end] ** 2
        jacobian = size * np.repeat(days @ self.log_mean[:end], len(KAPPAS)) * self.kappa
        fit = -0.5 * size * np.log(variance + 1e-9) - jacobian
        weights = np.exp(fit - fit.max())
        return weights / weights.sum()

    def simulate_from(self, starts: Starts, horizon: int, rng: np.random.Generator) -> np.ndarray:
        """Draw a path from each start; see `members.FittedMember`."""
        n_paths, setting = len(starts.ends), starts.setting
        paths = np.empty((horizon, n_paths))  # a row a day: the recursion then runs along the memory
        for end, part in group_ends(starts.ends):
            days, _ = self._weigh_days(end)
            centred = self.innovations[:end] - days @ self.innovations[:end]
            past = draw_index(days, (horizon, part.stop - part.start), rng)
            paths[:, part] = centred.ravel().take(past * centred.shape[1] + setting[part])
        level, slow, profile = self.levels.gather(starts.ends, setting // len(KAPPAS), starts.draw)
        ahead = (self.next_weekday[starts.ends - 1] + np.arange(WEEK)[:, None]) % WEEK
        factor = profile[np.arange(n_paths), ahead]
        gain = self.alpha[setting] * np.minimum(1.0 / factor, MOST_PASSED)
        phi, kappa, ceiling = self.phi[setting], self.kappa[setting], self.ceiling[starts.ends - 1]
        of_counts, in_proportion = kappa == 0.5, kappa == 1.0
        for day in range(horizon):
            mean = np.maximum(level * factor[day % WEEK], FLOOR)
            scale = np.where(in_proportion, mean, np.where(of_counts, np.sqrt(mean), 1.0))
            innovation = np.minimum(np.maximum(scale * paths[day], -mean), ceiling - mean)
            np.add(mean, innovation, out=paths[day])
            level = np.minimum(np.maximum(level + gain[day % WEEK] * innovation, FLOOR), ceiling)
            level = slow + phi * (level - slow)
        return paths.T
