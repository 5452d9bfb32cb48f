"""Negative-binomial count regression with bounded dependence: a candidate for the pool, and a model of its own."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import gammaln

from .history import History
from .levels import FLOOR, MOST_PASSED, Grid, Levels, filter_levels
from .members import WARM_UP, Starts, find_ceilings, group_ends, weigh_days

#: A disrupted day: its mean over that of a usual one, and its size.
DISRUPTED, DISRUPTED_SIZE = 0.25, 2.0

#: Closed days that stand for an ordinary day in the factor of closed days, before any was counted.
PRIOR_CLOSED = 2


@dataclass(frozen=True)
class NegativeBinomial:
    """Counts are negative binomial around a mean that follows past counts, weekday by weekday, and returns to a slow mean.

    The mean is that of an INGARCH(1, 1) [1]_ with weekday factors (see `levels`), with negative-binomial counts [2]_. `phis`
    below 1 keep the dependence bounded: what a day adds to the level is gone by half after log(2) / (1 - phi) days, however long
    the horizon, and what remains is the mean of all levels so far. Some days are disrupted: a share of them has a quarter of a
    usual day's mean, so that low days do not widen the upper tail. A day known beforehand as closed has a factor of its own,
    learnt from those counted so far; it moves neither the level nor the weekday, and says nothing of the size. All
    settings of the grid are kept, weighted by their likelihood.

    It is bad at levels that last, since its level always returns, and at the highest day: its upper tail is that of a
    distribution, which is heavier than that of the counts.

    Parameters
    ----------
    half_life : float
        Days after which a past day counts half: in the likelihood and in the weekday profile.
    alphas, phis : tuple of float
        Gain of the mean, and what is kept a day of the mean's distance from the slow mean.
    sizes : tuple of float
        Of the negative binomial: the variance is mean + mean**2 / size.
    shares : tuple of float
        Of disrupted days.

    References
    ----------
    .. [1] R. Ferland, A. Latour and D. Oraichi (2006), Integer-valued GARCH process, Journal of Time Series Analysis 27.
    .. [2] F. Zhu (2011), A negative binomial integer-valued GARCH model, Journal of Time Series Analysis 32.
    """

    half_life: float
    alphas: tuple[float, ...] = (0.05, 0.1, 0.2, 0.4)
    phis: tuple[float, ...] = (0.95, 0.98, 0.99)
    sizes: tuple[float, ...] = (2.0, 4.0, 8.0, 16.0, 64.0)
    shares: tuple[float, ...] = (0.0, 0.1, 0.2)

    def fit(self, past: History) -> FittedNegativeBinomial:
        """Filter the history once for every pair of alpha and phi; see `members.Member`."""
        counts, days, nowcast = past.counts.to_numpy(), past.days, past.nowcast
        alpha, phi = np.array(list(itertools.product(self.alphas, self.phis))).T
        size, share = np.array(list(itertools.product(self.sizes, self.shares))).T
        n_days, gap = len(counts), past.gap
        closed = pd.date_range(days[0], periods=n_days + gap).isin(past.closed)
        plain, plainly = np.where(closed[:n_days], np.nan, counts), np.where(closed[n_days:], np.nan, nowcast)
        if not np.isfinite(plain).any():  # nothing but closed days was counted
            plain, plainly = counts, nowcast
        levels = filter_levels(plain, days, plainly, grid=Grid.without_slope(alpha, phi), half_life=self.half_life)
        used = np.isfinite(plain) & (np.arange(n_days) >= WARM_UP)
        density = np.zeros((n_days, len(alpha), len(size)))
        density[used] = _log_mixture(plain[used, None, None], levels.mean[used][..., None], size=size, share=share)
        return FittedNegativeBinomial(
            half_life=self.half_life,
            alpha=np.repeat(alpha, len(size)),
            size=np.tile(size, len(alpha)),
            share=np.tile(share, len(alpha)),
            levels=levels,
            days=days,
            gap=gap,
            closed_factor=_learn_factor(counts, closed[:n_days], levels, days),
            closed=past.closed,
            log_density=density.reshape(n_days, -1),
            ceiling=find_ceilings(counts),
        )


def _log_mixture(counts: Any, mean: Any, *, size: Any, share: Any) -> np.ndarray:
    """Return the log probability of counts of this mean under the mixture of usual and disrupted days; arguments broadcast."""
    usual = mean / (1 - share * (1 - DISRUPTED))
    whole = _log_negative_binomial(counts, usual, size)
    broken = _log_negative_binomial(counts, usual * DISRUPTED, DISRUPTED_SIZE)
    with np.errstate(divide="ignore"):  # a share of 0 has the log -inf, which logaddexp takes
        return np.logaddexp(np.log1p(-share) + whole, np.log(share) + broken)


def _log_negative_binomial(counts: Any, mean: Any, size: Any) -> np.ndarray:
    constant = gammaln(counts + size) - gammaln(size) - gammaln(counts + 1)
    return constant + size * np.log(size / (size + mean)) + counts * np.log(mean / (size + mean))


def _learn_factor(counts: np.ndarray, closed: np.ndarray, levels: Levels, days: pd.DatetimeIndex) -> np.ndarray:
    """Return the factor of a closed day as known after each day: counts on closed days over their means, drawn towards 1."""
    met = (closed & np.isfinite(counts))[:, None]
    before = np.maximum(np.arange(len(counts)) - 1, 0)
    mean = levels.level[before] * levels.profile[before, :, days.day_of_week]
    count = np.cumsum(np.where(met, np.nan_to_num(counts)[:, None], 0.0), axis=0)
    expected = np.maximum(np.cumsum(np.where(met, mean, 0.0), axis=0), FLOOR)
    n = np.cumsum(met, axis=0)
    return (n * count / expected + PRIOR_CLOSED) / (n + PRIOR_CLOSED)


@dataclass(frozen=True)
class FittedNegativeBinomial:
    """Negative-binomial regression with its states on every day of a history.

    Attributes
    ----------
    alpha, size, share : ndarray of shape (n_settings,)
    levels : Levels
        For each pair of alpha and phi; each pair of size and share follows each of them.
    days : DatetimeIndex of shape (n_days,)
    gap : int
        Days that the nowcast draws.
    closed_factor : ndarray of shape (n_days, n_settings of `levels`)
        As known after each day.
    closed : pandas.DatetimeIndex
        Closed days, past and to come.
    log_density : ndarray of shape (n_days, n_settings)
        Of each day's count, given the days before; 0 where none is used.
    ceiling : ndarray of shape (n_days,)
        Highest count allowed.
    """

    half_life: float
    alpha: np.ndarray
    size: np.ndarray
    share: np.ndarray
    levels: Levels
    days: pd.DatetimeIndex
    gap: int
    closed_factor: np.ndarray
    closed: pd.DatetimeIndex
    log_density: np.ndarray
    ceiling: np.ndarray

    def weigh_settings(self, end: int, horizon: int) -> np.ndarray:
        """Weigh settings by their likelihood, the recent days counting more; see `members.FittedMember`."""
        fit = weigh_days(end, self.half_life) @ self.log_density[:end]
        weights = np.exp(fit - fit.max())
        return weights / weights.sum()

    def simulate_from(self, starts: Starts, horizon: int, rng: np.random.Generator) -> np.ndarray:
        """Draw a path from each start; see `members.FittedMember`."""
        setting, n_paths = starts.setting, len(starts.ends)
        of_level = setting // (len(self.alpha) // self.levels.level.shape[1])
        level, kept, added, profile = self.levels.gather(starts.ends, of_level, starts.draw)
        factor, closed = np.empty((2, horizon, n_paths))  # a row a day: the recursion then runs along the memory
        gap = 0 if starts.draw is None else self.gap
        for end, part in group_ends(starts.ends):
            ahead = pd.date_range(self.days[end - 1], periods=gap + horizon + 1)[gap + 1 :]
            factor[:, part] = profile[part].T[ahead.day_of_week]
            shut = ahead.isin(self.closed)[:, None]
            closed[:, part] = np.where(shut, self.closed_factor[end - 1, of_level[part]], np.nan)
        ordinary = np.isnan(closed)
        gain = np.where(ordinary, self.alpha[setting] * np.minimum(1.0 / factor, MOST_PASSED), 0.0)
        factor *= np.where(ordinary, 1.0, closed)
        share, ceiling = self.share[setting], self.ceiling[starts.ends - 1]
        disrupted = rng.random((horizon, n_paths)) < share
        shape = np.where(disrupted, DISRUPTED_SIZE, self.size[setting])
        scale = np.where(disrupted, DISRUPTED, 1.0) / (1.0 - share * (1.0 - DISRUPTED))
        mixing = scale * rng.standard_gamma(shape) / shape
        paths = np.empty((horizon, n_paths))
        for day in range(horizon):
            # a level on the floor, which is there to divide by, stands for nothing at all
            mean = np.where(level > 1.001 * FLOOR, np.maximum(level * factor[day], FLOOR), 0.0)
            np.minimum(rng.poisson(mean * mixing[day]), ceiling, out=paths[day])
            level = np.minimum(np.maximum(level + gain[day] * (paths[day] - mean), FLOOR), ceiling)
            level = kept * level + added
        return paths.T
