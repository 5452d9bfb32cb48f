"""When does a path of daily counts first meet a threshold? One rule, for simulated paths and for what was observed."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ..common.checks import check_number, show_value
from ..common.errors import InputError

#: The four definitions of reaching, as they are reported. "run" alone means three days in a row.
DEFINITIONS = ("day", "mean7", "run3", "window_mean")
NEVER = -1


@dataclass(frozen=True)
class Definition:
    """What counts as reaching: the kind, and over how many days.

    Attributes
    ----------
    kind : {"day", "mean", "run", "window_mean"}
    days : int
        Length of the mean or of the run; 1 for "day", 0 for "window_mean", whose length is the window's.
    """

    kind: str
    days: int

    @property
    def lookback(self) -> int:
        """Days before a window that a mean or a run may need."""
        return max(self.days - 1, 0)

    @property
    def words(self) -> str:
        """The definition in words, to stand after "reach the threshold"."""
        return {
            "day": "on any one day",
            "mean": f"as the mean of {self.days} days",
            "run": f"on {self.days} days in a row",
            "window_mean": "as the mean of the whole window",
        }[self.kind]


def parse_definition(definition: str) -> Definition:
    """Read a definition: "day", "mean7" (any length), "run3" (any length; "run" is three), "window_mean".

    >>> parse_definition("mean7").words, parse_definition("run3").lookback
    ('as the mean of 7 days', 2)
    """
    match = re.fullmatch(r"(day|window_mean)|(mean|run)([1-9]\d?)|(run)", str(definition))
    if match is None:
        raise InputError(
            f"definition {definition!r} is unknown; choose day, window_mean, mean and a number of days (mean7), "
            "or run and a number of days (run3)"
        )
    if match[1]:
        return Definition(match[1], 1 if match[1] == "day" else 0)
    return Definition("run", 3) if match[4] else Definition(match[2], int(match[3]))


def compute_statistic(paths: ArrayLike, definition: str, *, tail: ArrayLike | None = None, below: bool = False) -> np.ndarray:
    """Compute for each path and day what a threshold is compared with, so that one pass serves every threshold.

    Parameters
    ----------
    paths : array_like of shape (n_paths, horizon)
        Counts a day, finite.
    definition : str
        See `parse_definition`. A mean or a run is complete on its last day; the window's mean on the window's last day.
    tail : array_like of shape (m,) or (n_paths, m), optional
        Counts of the days just before the paths, oldest first. With them a mean or a run may begin before the first
        day; without them it must lie wholly within the paths. "day" and "window_mean" do not look at them.
    below : bool
        Whether the event is that the count falls under the threshold.

    Returns
    -------
    numpy.ndarray of float, shape (n_paths, horizon)
        The day's count, the mean that ends on it, or the lowest (`below`: highest) count of the run that ends on it; minus
        (`below`: plus) infinity where no mean or run is complete, which meets no threshold.

    Raises
    ------
    InputError
        If the shapes do not fit, or a value is not finite: an absent day needs a named policy before it comes here.

    Examples
    --------
    >>> compute_statistic([[3, 5, 4]], "mean2").tolist()
    [[-inf, 4.0, 4.5]]
    """
    rule = parse_definition(definition)
    counts = check_paths(paths, name="paths")
    n_paths, horizon = counts.shape
    if rule.kind == "day":
        return counts
    statistic = np.full((n_paths, horizon), np.inf if below else -np.inf)
    if rule.kind == "window_mean":
        statistic[:, -1] = counts.sum(axis=1) / horizon
        return statistic
    lookback = rule.lookback
    if tail is not None and np.size(tail) and lookback:
        before = np.atleast_2d(np.asarray(tail, float))[:, -lookback:]
        if before.shape[0] not in (1, n_paths):
            raise InputError(f"tail has {before.shape[0]} rows for {n_paths} paths; give one row, or one a path")
        before = np.broadcast_to(check_paths(before, name="tail"), (n_paths, before.shape[1]))
        counts = np.concatenate([before, counts], axis=1)
    n_complete = counts.shape[1] - lookback
    if n_complete < 1:
        return statistic
    if rule.kind == "mean":
        # Whole counts add up exactly, and the quotient of an exact tie is exact, so that a tie is met.
        total = np.cumsum(counts, axis=1)
        total[:, rule.days :] -= total[:, : -rule.days].copy()
        complete = total[:, lookback:] / rule.days
    else:
        extreme = np.maximum if below else np.minimum
        complete = counts[:, :n_complete].copy()
        for day in range(1, rule.days):
            extreme(complete, counts[:, day : day + n_complete], out=complete)
    width = min(n_complete, horizon)
    statistic[:, horizon - width :] = complete[:, n_complete - width :]
    return statistic


def meets(
    paths: ArrayLike, definition: str, threshold: float, *, tail: ArrayLike | None = None, below: bool = False
) -> np.ndarray:
    """Tell for each path and day whether the definition is met on that day: ``>= threshold``, or ``< threshold`` if `below`.

    Parameters
    ----------
    paths, definition, tail, below
        As for `compute_statistic`.
    threshold : float
        Counts a day.

    Returns
    -------
    numpy.ndarray of bool, shape (n_paths, horizon)

    Examples
    --------
    >>> meets([[100, 400, 350], [349, 0, 0]], "day", 350).tolist()
    [[False, True, True], [False, False, False]]
    """
    check_number(threshold, name="threshold", rule="a finite number of counts a day")
    statistic = compute_statistic(paths, definition, tail=tail, below=below)
    return statistic < threshold if below else statistic >= threshold


def first_passage(
    paths: ArrayLike, definition: str, threshold: float, *, tail: ArrayLike | None = None, below: bool = False
) -> np.ndarray:
    """Find the first day on which each path meets the definition.

    Parameters
    ----------
    paths, definition, threshold, tail, below
        As for `meets`.

    Returns
    -------
    numpy.ndarray of int, shape (n_paths,)
        Index of the day, 0 for the first day of the paths, -1 for never.

    Examples
    --------
    >>> first_passage([[100, 350, 360], [100, 90, 80]], "day", 350).tolist()
    [1, -1]
    >>> first_passage([[350, 350]], "run3", 350, tail=[350]).tolist()
    [1]
    """
    met = meets(paths, definition, threshold, tail=tail, below=below)
    return np.where(met.any(axis=1), met.argmax(axis=1), NEVER)


def check_paths(paths: ArrayLike, *, name: str) -> np.ndarray:
    """Return paths as an array of finite floats, shape (n_paths, horizon), or raise an `InputError`.

    >>> check_paths([[1, 2]], name="paths").shape
    (1, 2)
    """
    try:
        counts = np.asarray(paths, float)
    except (TypeError, ValueError):  # text, rows of unequal length, a value that is absent
        raise InputError(f"{name} {show_value(paths)} are no numbers; give an array of paths by days") from None
    if counts.ndim != 2 or not counts.size:
        raise InputError(f"{name} have shape {counts.shape}; give an array of paths by days, such as (10000, 74)")
    if not np.isfinite(counts).all():
        raise InputError(f"{name} hold a value that is not finite; an absent day must be filled by a named policy first")
    return counts
