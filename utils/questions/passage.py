"""When does a path of daily counts first reach a threshold? One rule, for simulated paths and for what was observed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from numbers import Real

import numpy as np

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
    def words(self) -> str:
        """The definition in words, to stand after "reach the threshold"."""
        return {
            "day": "on any one day",
            "mean": f"as the mean of {self.days} days",
            "run": f"on {self.days} days in a row",
            "window_mean": "as the mean of the whole window",
        }[self.kind]


def parse_definition(definition: str) -> Definition:
    """Read a definition: "day", "mean7" (any length), "run3" (any length; "run" is three), "window_mean"."""
    match = re.fullmatch(r"(day|window_mean)|(mean|run)([1-9]\d?)|(run)", str(definition))
    if match is None:
        raise InputError(
            f"definition {definition!r} is unknown; choose day, window_mean, mean and a number of days (mean7), "
            "or run and a number of days (run3)"
        )
    if match[1]:
        return Definition(match[1], 1 if match[1] == "day" else 0)
    return Definition("run", 3) if match[4] else Definition(match[2], int(match[3]))


def meets(paths, definition: str, threshold: float, *, tail=None) -> np.ndarray:
    """Tell for each path and day whether the definition is met on that day, with ``>=``.

    Parameters
    ----------
    paths : array_like of shape (n_paths, horizon)
        Counts per day, finite.
    definition : str
        See `parse_definition`. A mean or a run is met on its last day; the window's mean on the window's last day.
    threshold : float
        Trucks/day.
    tail : array_like of shape (m,) or (n_paths, m), optional
        Counts of the days just before the paths, oldest first. With them a mean or a run may begin before the first
        day; without them it must lie wholly within the paths. "day" and "window_mean" do not look at them.

    Returns
    -------
    numpy.ndarray of bool, shape (n_paths, horizon)

    Raises
    ------
    InputError
        If the shapes do not fit, or a value is not finite: an absent day needs a named policy before it comes here.
    """
    rule = parse_definition(definition)
    paths = _check_paths(paths, name="paths")
    if not isinstance(threshold, Real) or not np.isfinite(threshold):
        raise InputError(f"threshold {threshold!r} must be a finite number of trucks per day")
    n_paths, horizon = paths.shape
    if rule.kind == "day":
        return paths >= threshold
    if rule.kind == "window_mean":
        met = np.zeros((n_paths, horizon), bool)
        # A sum is compared, not a quotient: counts are whole, so a tie is met exactly.
        met[:, -1] = paths.sum(axis=1) >= threshold * horizon
        return met

    lookback = rule.days - 1
    before = np.empty((n_paths, 0))
    if tail is not None and np.size(tail) and lookback:
        before = np.atleast_2d(np.asarray(tail, float))[:, -lookback:]
        if before.shape[0] not in (1, n_paths):
            raise InputError(f"tail has {before.shape[0]} rows for {n_paths} paths; give one row, or one a path")
        before = np.broadcast_to(_check_paths(before, name="tail"), (n_paths, before.shape[1]))
    whole = np.concatenate([before, paths], axis=1)
    met = np.zeros((n_paths, horizon), bool)
    if whole.shape[1] < rule.days:
        return met
    what = whole if rule.kind == "mean" else (whole >= threshold).astype(float)
    total = np.cumsum(what, axis=1)
    total[:, rule.days :] -= total[:, : -rule.days].copy()
    full = total[:, rule.days - 1 :] >= (threshold if rule.kind == "mean" else 1) * rule.days
    met[:, -full.shape[1] :] = full[:, -horizon:]
    return met


def first_passage(paths, definition: str, threshold: float, *, tail=None) -> np.ndarray:
    """Find the first day on which each path meets the definition.

    Parameters
    ----------
    paths, definition, threshold, tail
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
    met = meets(paths, definition, threshold, tail=tail)
    return np.where(met.any(axis=1), met.argmax(axis=1), NEVER)


def _check_paths(paths, *, name: str) -> np.ndarray:
    paths = np.asarray(paths, float)
    if paths.ndim != 2 or not paths.size:
        raise InputError(f"{name} have shape {paths.shape}; give an array of paths by days, such as (10000, 74)")
    if not np.isfinite(paths).all():
        raise InputError(f"{name} hold a value that is not finite; an absent day must be filled by a named policy first")
    return paths
