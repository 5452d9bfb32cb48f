"""How a question comes out: one rule that resolves observed days, for a single question and for every window of a record."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..common.errors import InputError
from ..counts.snapshot import settle_counts
from .passage import NEVER, first_passage, parse_definition

YES, NO, UNRESOLVED = "YES", "NO", "UNRESOLVED"


@dataclass(frozen=True)
class Resolution:
    """How a question came out.

    Attributes
    ----------
    outcome : {"YES", "NO", "UNRESOLVED"}
    why : str
        One sentence with the day or the days that decide.
    day : pandas.Timestamp or None
        First day, if YES, by which what was counted meets the definition. With missing days before it, it may have been earlier.
    missing : tuple of pandas.Timestamp
        Days of the window, and of those before it that the definition needs, which were neither fully counted nor closed.
    """

    outcome: str
    why: str
    day: pd.Timestamp | None
    missing: tuple[pd.Timestamp, ...]


def resolve_windows(days: pd.DataFrame, definition: str, threshold: float, *, length: int, below: bool = False) -> pd.DataFrame:
    """Resolve the question of every window at once.

    A day that was counted or closed is known. Any other day could hold any number, but a partial day no less than was counted of
    it. The definition is therefore tried on the least and on the most that each day can have had: a window that meets it at both
    is YES, at neither NO, and otherwise UNRESOLVED. Where the count is to fall below the threshold the two change places.

    Parameters
    ----------
    days : pandas.DataFrame
        Days that follow each other, with `count` and `state`, as in a `Snapshot`.
    definition : str
        See `utils.questions.passage.parse_definition`. A mean or a run may begin before its window, on one of the days given.
    threshold : float
        Counts a day.
    length : int
        Days of a window.
    below : bool
        Whether the event is that the count falls below the threshold.

    Returns
    -------
    pandas.DataFrame
        A row a window, by its first day: `outcome`, and `first`, the place in the window (0 for its first day) of the day by
        which the definition is surely met, -1 where it is not.

    Raises
    ------
    InputError
        If the days are too few for one window and the days before it that the definition needs.

    Examples
    --------
    >>> days = pd.DataFrame({"count": [5, np.nan, 9]}, pd.date_range("2024-01-01", periods=3))
    >>> resolve_windows(days.assign(state=["counted", "unreported", "counted"]), "day", 9, length=2)["outcome"].tolist()
    ['UNRESOLVED', 'YES']
    """
    lookback = parse_definition(definition).lookback
    n_windows = len(days) - lookback - length + 1
    if length < 1 or n_windows < 1:
        raise InputError(
            f"length {length!r} does not fit {len(days)} days, of which the first {lookback} only precede a window; "
            "choose shorter windows"
        )
    least, most = _bound_counts(days, enough=threshold * (lookback + length))
    safest, likeliest = (most, least) if below else (least, most)
    surely, possibly = (
        first_passage(windows[:, lookback:], definition, threshold, tail=windows[:, :lookback], below=below)
        for windows in (np.lib.stride_tricks.sliding_window_view(series, lookback + length) for series in (safest, likeliest))
    )
    outcome = np.where(surely != NEVER, YES, np.where(possibly != NEVER, UNRESOLVED, NO))
    return pd.DataFrame({"outcome": outcome, "first": surely}, index=days.index[lookback : lookback + n_windows])


def _bound_counts(days: pd.DataFrame, *, enough: float) -> tuple[np.ndarray, np.ndarray]:
    """Bound each day's count: the least that it can have been, and the most, cut at a number that decides any definition.

    Parameters
    ----------
    days : pandas.DataFrame
        Days with `count` and `state`.
    enough : float
        What stands for any number: the threshold times the days, with which a single day meets the mean of them all.

    Returns
    -------
    tuple of numpy.ndarray of float, each of shape (n_days,)
        Both what is known of a day that was counted or closed. Of another day the least is what was counted of it, or nothing.
    """
    least = days["count"].fillna(0.0).to_numpy(float)
    return least, np.where(settle_counts(days).notna(), least, enough)
