"""Let scenarios come on simulated paths: the mixture of what happens if they come, and if not.

A scenario has a hazard, the probability a day that it comes, and an effect, draws of what it does when it has come. Each block of
paths is given one draw of the hazard, where it is not known, and one of the effect; each path is given a day on which each
scenario comes, or none, and is shifted from that day on. The spread between blocks so holds what is not known of the scenarios.
The fraction of shifted paths that meet a question is the mixture

    P(event) = sum over what may come of P(it comes by then) x P(event | it comes),

with the sum and the product done by the paths themselves. Without a scenario a path stays what it was. No shift lifts a day above
the ceiling of the paths that it shifts.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..common.checks import check_count, check_day, check_type
from ..common.errors import InputError
from .hazards import Scenario, stratify
from .interruptions import build_ramp


@dataclass(frozen=True)
class Shifted:
    """Paths on which scenarios may have come.

    Attributes
    ----------
    paths : ndarray of shape (n_paths, len(days))
        Counts a day: whole, never negative.
    arrivals : pandas.DataFrame of shape (n_paths, n_scenarios)
        Day on which each scenario comes on each path, NaT for not within the days.
    """

    paths: np.ndarray
    arrivals: pd.DataFrame


def apply_scenarios(
    paths: np.ndarray,
    days: pd.DatetimeIndex,
    scenarios: Sequence[Scenario],
    *,
    as_of: object,
    blocks: int | None = None,
    ceiling: float = np.inf,
    seed: int = 0,
) -> Shifted:
    """Let scenarios come on simulated paths, and shift the paths from then on.

    Parameters
    ----------
    paths : ndarray of shape (n_paths, len(days))
        Counts a day.
    days : pandas.DatetimeIndex
        The simulated days.
    scenarios : sequence of Scenario
        Each comes once at most. Of two that exclude each other only the earlier comes (on one day: the one listed first).
    as_of : day
        First day on which anything may come: what had come before is in the counts.
    blocks : int, optional
        Number of equal consecutive blocks of paths, which have one draw each of every hazard that is not known and of every
        effect; by default every path has its own.
    ceiling : float
        Highest count that a shift may lead to, but for a stated one. A day that was higher without a shift stays.
    seed : int
        Each scenario draws from a generator of its own, by its name: another scenario beside it changes nothing of its draws.

    Returns
    -------
    Shifted

    Examples
    --------
    A count of 100 a day, and a halving that is sure to come on the third day:

    >>> days = pd.date_range("2024-03-01", periods=5)
    >>> halved = pd.DataFrame({"log_ratio": [np.log(0.5)], "delay": [0], "ramp": [1]})
    >>> strike = Scenario("strike", pd.Series([1.0], days[2:3]), halved)
    >>> shifted = apply_scenarios(np.full((50, 5), 100.0), days, [strike], as_of="2024-03-01")
    >>> shifted.paths[0], f"{shifted.arrivals['strike'][0]:%d %B}"
    (array([100., 100.,  50.,  50.,  50.]), '03 March')
    """
    today = check_day(as_of, name="as_of")
    check_count(seed, name="seed", at_least=0)
    for scenario in scenarios:
        check_type(scenario, Scenario, name="scenario", mend="see utils.scenarios.hazards")
    names = [scenario.name for scenario in scenarios]
    if len(set(names)) < len(names):
        raise InputError(f"scenarios are named {names}; give each a name of its own")
    for scenario in scenarios:
        if unknown := set(scenario.excludes) - set(names):
            raise InputError(f"{scenario.name!r} excludes {sorted(unknown)}, no scenario here; add it or leave it out")
    ahead = days[days >= today]
    first, n_paths = len(days) - len(ahead), len(paths)
    n_blocks = n_paths if blocks is None else min(check_count(blocks, name="blocks"), n_paths)
    block = np.repeat(np.arange(n_blocks), n_paths // n_blocks + (np.arange(n_blocks) < n_paths % n_blocks))
    generators = [np.random.default_rng([seed, 5, zlib.crc32(scenario.name.encode())]) for scenario in scenarios]
    alone = [scenario.draw_arrivals(ahead, block, rng) for scenario, rng in zip(scenarios, generators, strict=True)]
    comes = _exclude(np.array(alone, int).reshape(len(scenarios), n_paths), scenarios, never=len(ahead))
    shifted = paths.copy()
    for scenario, rng, come in zip(scenarios, generators, comes, strict=True):
        mine = np.flatnonzero(come < len(ahead))
        if not len(mine):
            continue
        drawn = scenario.effect.iloc[_deal_effects(scenario.effect, n_blocks, rng)[block[mine]]]
        log_ratio, delay, ramp = (drawn[name].to_numpy(float)[:, None] for name in ("log_ratio", "delay", "ramp"))
        age = np.arange(len(ahead)) - come[mine, None]
        share = build_ramp(age, delay=delay, ramp=ramp, duration=np.inf if scenario.duration is None else scenario.duration)
        before = shifted[mine, first:]
        most = np.inf if scenario.stated else np.maximum(before, ceiling)
        shifted[mine, first:] = np.minimum(before * np.exp(log_ratio * share), most)
    named = np.append(ahead.to_numpy(), np.datetime64("NaT"))
    return Shifted(np.rint(shifted, out=shifted), pd.DataFrame(named[comes].T, columns=names))


def _deal_effects(effect: pd.DataFrame, n_blocks: int, rng: np.random.Generator) -> np.ndarray:
    """Deal a row of the draws to each block, shape (n_blocks,): evenly from the lowest effect to the highest, in random order."""
    order = effect["log_ratio"].argsort(kind="stable").to_numpy()
    return order[(stratify(n_blocks, rng) * len(order)).astype(int)]


def _exclude(comes: np.ndarray, scenarios: Sequence[Scenario], *, never: int) -> np.ndarray:
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
