"""Let scenarios come on simulated paths."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np
import pandas as pd
from statsmodels.stats.meta_analysis import combine_effects

from ..common.checks import check_day
from ..common.errors import InputError
from .hazards import Scenario
from .interruptions import Effect, build_ramp


@dataclass(frozen=True)
class Shifted:
    """Paths on which scenarios may have come.

    Attributes
    ----------
    paths : ndarray of shape (n_paths, len(days))
        Trucks/day: whole, never negative.
    arrivals : pandas.DataFrame of shape (n_paths, n_scenarios)
        Day on which each scenario comes on each path, NaT for not within the days.
    """

    paths: np.ndarray
    arrivals: pd.DataFrame


def apply_scenarios(
    paths: np.ndarray,
    days: pd.DatetimeIndex,
    scenarios: list[Scenario],
    *,
    as_of,
    seed: int = 0,
) -> Shifted:
    """Let scenarios come on simulated paths, and bend the paths from then on.

    Parameters
    ----------
    paths : ndarray of shape (n_paths, len(days))
        Trucks/day.
    days : pandas.DatetimeIndex
        The simulated days.
    scenarios : list of Scenario
        Each comes once at most. Of two that exclude each other only the earlier comes (on one day: the one listed first).
    as_of : day
        First day on which anything may come: what had come before is in the counts.
    seed : int
        Each scenario draws from a generator of its own, by its name: another scenario beside it changes nothing of its draws.

    Returns
    -------
    Shifted
    """
    as_of = check_day(as_of, name="as_of")
    names = [scenario.name for scenario in scenarios]
    if len(set(names)) < len(names):
        raise InputError(f"scenarios are named {names}; give each a name of its own")
    for scenario in scenarios:
        if unknown := set(scenario.excludes) - set(names):
            raise InputError(f"{scenario.name!r} excludes {sorted(unknown)}, no scenario here; add it or leave it out")
    ahead = days[days >= as_of]
    first, n_paths = len(days) - len(ahead), len(paths)
    generators = [np.random.default_rng([seed, 5, zlib.crc32(scenario.name.encode())]) for scenario in scenarios]
    comes = [scenario.draw_arrivals(ahead, n_paths, rng) for scenario, rng in zip(scenarios, generators, strict=True)]
    comes = _exclude(np.array(comes, int).reshape(len(scenarios), n_paths), scenarios, never=len(ahead))
    shifted = paths.copy()
    for scenario, rng, come in zip(scenarios, generators, comes, strict=True):
        mine = np.flatnonzero(come < len(ahead))
        if not len(mine):
            continue
        drawn = scenario.effect.iloc[rng.permutation(np.arange(n_paths) % len(scenario.effect))[mine]]
        log_ratio, delay, ramp = (drawn[name].to_numpy(float)[:, None] for name in ("log_ratio", "delay", "ramp"))
        age = np.arange(len(ahead)) - come[mine, None]
        share = build_ramp(age, delay=delay, ramp=ramp, duration=np.inf if scenario.duration is None else scenario.duration)
        shifted[mine, first:] *= np.exp(log_ratio * share)
    named = np.append(ahead.to_numpy(), np.datetime64("NaT"))
    return Shifted(np.rint(shifted, out=shifted), pd.DataFrame(named[comes].T, columns=names))


def _exclude(comes: np.ndarray, scenarios: list[Scenario], *, never: int) -> np.ndarray:
    """Strike what comes after something that excludes it; `comes` has shape (n_scenarios, n_paths)."""
    pairs = [
        (one, other)
        for one, a in enumerate(scenarios)
        for other, b in enumerate(scenarios)
        if one < other and (b.name in a.excludes or a.name in b.excludes)
    ]
    if not pairs:
        return comes
    kept = np.full_like(comes, never)
    order = np.argsort(comes, axis=0, kind="stable")
    paths = np.arange(comes.shape[1])
    for position in order:  # from the earliest to the latest on each path
        allowed = np.ones(comes.shape[1], bool)
        for one, other in pairs:
            allowed &= ~((position == one) & (kept[other] < never)) & ~((position == other) & (kept[one] < never))
        kept[position, paths] = np.where(allowed, comes[position, paths], never)
    return kept


def estimate_spread(effects: list[Effect]) -> float:
    """Estimate how far the true effects of shifts lie from no change: a standard deviation of the log ratio.

    The estimates of a handful of cases lie farther from no change than the effects themselves, since each has an error of its
    own. What is left when that is taken away is the variance between cases of a random-effects meta-analysis, by Paule and
    Mandel's method [1]_, about no change, because rises and falls are both among them.

    References
    ----------
    .. [1] R. C. Paule and J. Mandel (1982), Consensus values and weighting factors, Journal of Research of the National Bureau of
       Standards 87.
    """
    sizes = np.array([effect.draws["log_ratio"].mean() for effect in effects])
    errors = np.array([effect.draws["log_ratio"].var() for effect in effects])
    # each case and its mirror image have the same spread about no change, and a mean of nought
    both = combine_effects(np.concatenate([sizes, -sizes]), np.concatenate([errors, errors]), method_re="iterated")
    return float(np.sqrt(both.tau2))


def shrink_effect(draws: pd.DataFrame, spread: float, *, seed: int = 0) -> pd.DataFrame:
    """Draw an effect anew, as many times, with a size beyond what shifts have done at all taken as unlikely.

    Each draw is kept in proportion to its density under a normal law of the log ratio about no change with the standard deviation
    `spread`: what a measurement leaves open is not filled with doublings and redoublings that nobody has seen.
    """
    size = draws["log_ratio"].to_numpy()
    weight = np.exp(-0.5 * (size / spread) ** 2) if spread > 0 else (np.abs(size) == np.abs(size).min()).astype(float)
    chosen = np.random.default_rng([seed, 7]).choice(len(draws), len(draws), p=weight / weight.sum())
    return draws.iloc[chosen].reset_index(drop=True)
