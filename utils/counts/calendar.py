"""Days of the calendar: weekdays by name, and how far apart the days of a series lie."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from ..common.checks import check_choice

#: Monday is 0, as in pandas.
WEEKDAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

#: Days from one date to the next, and what a series is called in which nearly all are so far apart.
_SPACINGS = {"weekly": (7, 7), "fortnightly": (14, 14), "monthly": (28, 31), "quarterly": (89, 92), "yearly": (365, 366)}
#: How many of the steps must be alike for a name: a weekly series may have moved a date for a holiday.
_NEARLY_ALL = 0.8


def parse_weekdays(names: Iterable[str]) -> tuple[int, ...]:
    """Read weekdays by their English names, Monday as 0.

    Raises
    ------
    InputError
        If one is no weekday.

    Examples
    --------
    >>> parse_weekdays(["Saturday", "sunday"])
    (5, 6)
    """
    given = [names] if isinstance(names, str) else names
    return tuple(sorted({WEEKDAY_NAMES.index(check_choice(str(name).lower(), WEEKDAY_NAMES, name="closed")) for name in given}))


def measure_spacing(days: pd.DatetimeIndex, *, shut_weekdays: Iterable[int] = ()) -> np.ndarray:
    """Measure how many days each day lies after the one before, not counting weekdays that are shut.

    Parameters
    ----------
    days : pandas.DatetimeIndex of shape (n,)
        In order of time.
    shut_weekdays : iterable of int

    Returns
    -------
    numpy.ndarray of int, shape (n - 1,)

    Examples
    --------
    >>> measure_spacing(pd.DatetimeIndex(["2024-03-01", "2024-03-04"]), shut_weekdays=(5, 6)).tolist()
    [1]
    """
    mask = [day not in set(shut_weekdays) for day in range(7)]
    if not any(mask):
        mask = [True] * 7
    dates = days.to_numpy().astype("datetime64[D]")
    return np.busday_count(dates[:-1], dates[1:], weekmask=mask)


def name_spacing(steps: np.ndarray) -> str:
    """Name a series that is not daily, by the steps between its days: "weekly", "monthly"; empty if it has no such name.

    Examples
    --------
    >>> name_spacing(np.array([31, 29, 31, 30]))
    'monthly'
    """
    for name, (least, most) in _SPACINGS.items():
        if len(steps) and ((steps >= least) & (steps <= most)).mean() >= _NEARLY_ALL:
            return name
    return ""
