"""What every forecaster shares: the protocol, scales, regressors, and how paths are laid out."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import pandas as pd

from .history import WEEKDAYS, History

BLOCKS = 50
#: Paths that an answer takes at least.
MIN_PATHS = 50
#: Closed days that must have been counted before their effect is estimated.
MIN_CLOSED = 3


class Fitted(Protocol):
    """A forecaster fitted to a history."""

    def simulate(self, horizon: int, n_paths: int, rng: np.random.Generator) -> np.ndarray:
        """Draw joint paths, shape (n_paths, horizon), counts a day, for the days after the history."""
        ...


def recycle(nowcast: np.ndarray, n_paths: int) -> np.ndarray:
    """Give every path a nowcast draw, shape (n_paths, days); neighbouring paths get different ones."""
    return nowcast[np.arange(n_paths) % len(nowcast)]


def count_blocks(n_paths: int) -> int:
    """Return in how many consecutive blocks so many paths come."""
    return max(1, min(BLOCKS, n_paths // 10))


def cut_blocks(n_paths: int, blocks: int) -> list[slice]:
    """Cut the paths into consecutive blocks whose sizes differ by one at most."""
    # Cut as numpy cuts, because `Question.answer` does: a block there must hold the paths of one draw and no other's.
    pieces = np.array_split(np.arange(n_paths), blocks)
    return [slice(int(piece[0]), int(piece[-1]) + 1) for piece in pieces if len(piece)]


def root_covariance(covariance: np.ndarray) -> np.ndarray:
    """Symmetric square root. Unlike eigenvectors alone it has no free signs: nearly equal input gives nearly equal draws."""
    values, vectors = np.linalg.eigh((covariance + covariance.T) / 2)
    return (vectors * np.sqrt(np.clip(values, 0, None))) @ vectors.T


def to_root(counts: Any) -> Any:
    """Take counts to the square-root scale, on which their spread is nearly the same at every level."""
    return np.sqrt(counts + 0.375)


def to_counts(root: np.ndarray) -> np.ndarray:
    """Back from the square-root scale, in place: whole counts, never negative."""
    np.maximum(root, 0, out=root)
    np.square(root, out=root)
    root -= 0.375
    np.rint(root, out=root)
    np.maximum(root, 0, out=root)
    return root


def make_regressors(days: pd.DatetimeIndex, *, closed: pd.DatetimeIndex | None = None) -> pd.DataFrame:
    """Weekday indicators (a level each, no constant) and, where its effect could be learnt, one for closed days."""
    table = pd.DataFrame(
        {name: (days.day_of_week == number).astype(float) for number, name in enumerate(WEEKDAYS)},
        index=days,
    )
    if closed is not None:
        table["closed"] = days.isin(closed).astype(float)
    return table


def choose_closed(history: History, draw: np.ndarray) -> pd.DatetimeIndex | None:
    """Return the closed days of a history if three or more of them were counted, so that their effect can be learnt."""
    counted = history.append(draw).dropna().index
    return history.closed if counted.isin(history.closed).sum() >= MIN_CLOSED else None
