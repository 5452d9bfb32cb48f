"""What the members of a pool share: the protocol by which a pool fits, weighs and simulates them, and draws by weight.

A member is fitted once and can then simulate from *any* day of its history with nothing later than that day: what it would have
said at earlier origins takes no refit.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from .history import History

WARM_UP = 7  # days at the beginning of a history whose innovations are not trusted: the level is still being found
HEADROOM = 4.0  # no simulated day is more than this many times the highest day so far
RESOLUTION = 4096  # a weight is rounded to a multiple of its inverse where many are drawn


@dataclass(frozen=True)
class Starts:
    """Where paths start, an entry a path.

    Attributes
    ----------
    ends : ndarray of int, shape (n_paths,)
        Days of the history that have been seen; sorted.
    setting : ndarray of int, shape (n_paths,)
        Which of the member's settings.
    draw : ndarray of int, shape (n_paths,), or None
        Which nowcast draw comes between the end of the history and the path; None where there are none.
    """

    ends: np.ndarray
    setting: np.ndarray
    draw: np.ndarray | None = None


class FittedMember(Protocol):
    """A member with its state on every day of a history."""

    def weigh_settings(self, end: int, horizon: int) -> np.ndarray:
        """Return the weight of each setting for `horizon` days, `end` days seen: shape (n_settings,), summing to 1."""
        ...

    def simulate_from(self, starts: Starts, horizon: int, rng: np.random.Generator) -> np.ndarray:
        """Draw a path from each start, shape (n_paths, horizon), counts a day: finite, never negative, not yet rounded."""
        ...


class Member(Protocol):
    """The settings of a member."""

    def fit(self, past: History) -> FittedMember:
        """Fit to a history that begins on a counted day, and follow its nowcast draws."""
        ...


def weigh_days(n_days: int, half_life: float) -> np.ndarray:
    """Return the weight of each of `n_days` days, the last one having 1.

    >>> weigh_days(4, half_life=1.0)
    array([0.125, 0.25 , 0.5  , 1.   ])
    """
    return 0.5 ** (np.arange(n_days - 1, -1, -1.0) / half_life)


def group_ends(ends: np.ndarray) -> list[tuple[int, slice]]:
    """Split sorted `ends` into runs of the same value: days seen, and which paths.

    >>> group_ends(np.array([30, 30, 30, 37]))
    [(30, slice(0, 3, None)), (37, slice(3, 4, None))]
    """
    values, starts = np.unique(ends, return_index=True)
    stops = np.append(starts[1:], len(ends))
    return [(int(value), slice(int(a), int(b))) for value, a, b in zip(values, starts, stops, strict=True)]


def find_runs(values: np.ndarray) -> list[tuple[float, slice]]:
    """Split an array into runs of one value: the value, and where.

    >>> [(int(value), part) for value, part in find_runs(np.array([5, 5, 2, 5]))]
    [(5, slice(0, 2, None)), (2, slice(2, 3, None)), (5, slice(3, 4, None))]
    """
    cuts = np.concatenate([[0], np.flatnonzero(np.diff(values)) + 1, [len(values)]])
    return [(values[a], slice(int(a), int(b))) for a, b in itertools.pairwise(cuts) if b > a]


def tabulate(weights: np.ndarray) -> np.ndarray:
    """Return 4096 equally likely indices that stand for `weights`, which are rounded to multiples of 1/4096.

    >>> np.bincount(tabulate(np.array([1.0, 3.0])))
    array([1024, 3072])
    """
    cumulated = np.cumsum(weights) / weights.sum()
    return np.searchsorted(cumulated, (np.arange(RESOLUTION) + 0.5) / RESOLUTION, side="right")


def draw_index(weights: np.ndarray, size: int | tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """Draw indices in proportion to `weights`.

    Many are drawn from a table of equally likely indices, at a fraction of the time of a search for each, and at the price of
    weights that are multiples of 1/4096.

    >>> drawn = draw_index(np.array([1.0, 3.0]), 100_000, np.random.default_rng(0))
    >>> (np.bincount(drawn) / len(drawn)).round(2)
    array([0.25, 0.75])
    """
    cumulated = np.cumsum(weights) / weights.sum()
    if np.prod(size) > 4 * RESOLUTION:
        return tabulate(weights)[rng.integers(0, RESOLUTION, size, dtype=np.uint16)]
    return np.minimum(np.searchsorted(cumulated, rng.random(size), side="right"), len(weights) - 1)


def find_ceilings(counts: np.ndarray) -> np.ndarray:
    """Return the highest count that a path may hold when it starts after each day, shape (n_days,).

    Hardly ever met; without it one wild last day, resampled as a ratio, would run away over a long horizon.

    >>> find_ceilings(np.array([10.0, np.nan, 30.0, 5.0]))
    array([ 40.,  40., 120., 120.])
    """
    return HEADROOM * np.maximum(np.maximum.accumulate(np.nan_to_num(counts)), 1.0)


#: Half-lives, in days, of the members' memories: a season, half of it, and four.
QUICK, SEASON, STEADY = 45.0, 90.0, 360.0
