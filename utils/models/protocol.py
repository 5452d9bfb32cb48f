"""What every forecaster shares: the protocol, scales, regressors, and how paths are laid out."""

from __future__ import annotations

import itertools
from typing import Any, Protocol

import numpy as np
import pandas as pd

from .history import WEEKDAYS, History

#: Paths come in so many blocks at most, and a block has so many paths at least. An interval over fewer blocks would hang on the
#: seed; with fewer paths in each, their noise would drown what the blocks differ by.
BLOCKS, PER_BLOCK = 2_000, 5
#: Paths that an answer takes at least.
MIN_PATHS = 50
#: Draws of the parameters of a model that is filtered anew for each.
PARAMETER_DRAWS = 50
#: Closed days that must have been counted before their effect is estimated.
MIN_CLOSED = 3


class Fitted(Protocol):
    """A forecaster fitted to a history."""

    def simulate(self, horizon: int, n_paths: int, rng: np.random.Generator) -> np.ndarray:
        """Draw joint paths, shape (n_paths, horizon), counts a day, for the days after the history."""
        ...


def count_blocks(n_paths: int) -> int:
    """Return in how many blocks so many paths come.

    >>> [count_blocks(n) for n in (50, 500, 10_000, 100_000)]
    [10, 100, 2000, 2000]
    """
    return max(1, min(BLOCKS, n_paths // PER_BLOCK))


def cut_evenly(n: int, parts: int) -> list[slice]:
    """Cut n things into consecutive parts whose sizes differ by one at most.

    >>> cut_evenly(7, 3)
    [slice(0, 3, None), slice(3, 5, None), slice(5, 7, None)]
    """
    # Cut as numpy cuts, because `Question.answer` does: a block there must hold the paths of one draw and no other's.
    size, more = divmod(n, parts)
    ends = [size * part + min(part, more) for part in range(parts + 1)]
    return [slice(start, stop) for start, stop in itertools.pairwise(ends) if stop > start]


def cut_blocks(n_paths: int) -> list[slice]:
    """Cut the paths into their blocks; those of one share a draw of what is not known.

    >>> cut_blocks(15)
    [slice(0, 5, None), slice(5, 10, None), slice(10, 15, None)]
    """
    return cut_evenly(n_paths, count_blocks(n_paths))


def cut_runs(n_paths: int, n_draws: int) -> list[tuple[int, slice]]:
    """Give each of n draws a run of whole blocks, or where there are fewer blocks, each block a draw from first to last.

    >>> cut_runs(20, n_draws=2), cut_runs(10, n_draws=4)
    ([(0, slice(0, 10, None)), (1, slice(10, 20, None))], [(0, slice(0, 5, None)), (2, slice(5, 10, None))])
    """
    blocks = cut_blocks(n_paths)
    runs = cut_evenly(len(blocks), n_draws)
    return [(k * n_draws // len(runs), slice(blocks[run.start].start, blocks[run.stop - 1].stop)) for k, run in enumerate(runs)]


def recycle(nowcast: np.ndarray, n_paths: int) -> np.ndarray:
    """Give every path a nowcast draw in whole counts, shape (n_paths, days): all of a block the same one, the next the next.

    Fifteen paths come in three blocks, and two draws have to do:

    >>> recycle(np.array([[7.0], [9.0]]), 15).ravel()
    array([7., 7., 7., 7., 7., 9., 9., 9., 9., 9., 7., 7., 7., 7., 7.])
    """
    blocks = cut_blocks(n_paths)
    return np.rint(nowcast)[np.repeat(np.arange(len(blocks)), [part.stop - part.start for part in blocks]) % len(nowcast)]


def root_covariance(covariance: np.ndarray) -> np.ndarray:
    """Symmetric square root. Unlike eigenvectors alone it has no free signs: nearly equal input gives nearly equal draws.

    >>> root_covariance(np.array([[4.0, 0.0], [0.0, 9.0]]))
    array([[2., 0.],
           [0., 3.]])
    """
    values, vectors = np.linalg.eigh((covariance + covariance.T) / 2)
    return (vectors * np.sqrt(np.clip(values, 0, None))) @ vectors.T


def to_root(counts: Any) -> Any:
    """Take counts to the square-root scale, on which their spread is nearly the same at every level.

    >>> few, many = (np.random.default_rng(0).poisson(mean, 10_000) for mean in (20, 500))
    >>> few.std().round(), many.std().round()
    (np.float64(4.0), np.float64(22.0))
    >>> to_root(few).std().round(1), to_root(many).std().round(1)
    (np.float64(0.5), np.float64(0.5))
    """
    return np.sqrt(counts + 0.375)


def to_counts(root: np.ndarray) -> np.ndarray:
    """Back from the square-root scale, in place: whole counts, never negative.

    >>> to_counts(to_root(np.array([0.0, 12.0, 350.0]))), to_counts(np.array([-1.0]))
    (array([  0.,  12., 350.]), array([0.]))
    """
    np.maximum(root, 0, out=root)
    np.square(root, out=root)
    root -= 0.375
    np.rint(root, out=root)
    np.maximum(root, 0, out=root)
    return root


def make_regressors(days: pd.DatetimeIndex, *, closed: pd.DatetimeIndex | None = None) -> pd.DataFrame:
    """Weekday indicators (a level each, no constant) and, where its effect could be learnt, one for closed days.

    >>> days = pd.date_range("2024-01-06", periods=2)
    >>> make_regressors(days, closed=days[:1])[["Sat", "Sun", "closed"]]
                Sat  Sun  closed
    2024-01-06  1.0  0.0     1.0
    2024-01-07  0.0  1.0     0.0
    """
    table = pd.DataFrame(
        {name: (days.day_of_week == number).astype(float) for number, name in enumerate(WEEKDAYS)},
        index=days,
    )
    if closed is not None:
        table["closed"] = days.isin(closed).astype(float)
    return table


def choose_closed(history: History, draw: np.ndarray) -> pd.DatetimeIndex | None:
    """Return the closed days of a history if three or more of them were counted, so that their effect can be learnt.

    >>> from utils.models.history import prepare_history
    >>> counts = pd.Series(50.0, pd.date_range("2024-01-01", periods=30))
    >>> three, two = (prepare_history(counts, closed=counts.index[:n]) for n in (3, 2))
    >>> choose_closed(three, np.empty(0)).day.tolist(), choose_closed(two, np.empty(0)) is None
    ([1, 2, 3], True)
    """
    counted = history.append(draw).dropna().index
    return history.closed if counted.isin(history.closed).sum() >= MIN_CLOSED else None
