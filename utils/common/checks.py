"""Checks of what a person hands in. Each message names the value, the rule and the mend, on one line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from numbers import Real

import pandas as pd

from .errors import InputError


def check_day(value: object, *, name: str) -> pd.Timestamp:
    """Return `value` as a midnight timestamp without time zone.

    Parameters
    ----------
    value : str, datetime.date or pandas.Timestamp
        A calendar day; text must be in ISO form, such as 2024-03-31.
    name : str
        What the day is, for the message.

    Raises
    ------
    InputError
        If `value` is no calendar day.
    """
    try:
        # date.fromisoformat alone decides on text: "2024-03-31x", "8/11/2024" and "now" are no days.
        # A number is none either, though pandas would read it as nanoseconds since 1970.
        value_read = dt.date.fromisoformat(value) if isinstance(value, str) else value
        day = pd.NaT if isinstance(value, Real) else pd.Timestamp(value_read)
    except (TypeError, ValueError):
        day = pd.NaT
    if pd.isna(day) or day != day.normalize() or day.tz is not None:
        raise InputError(f"{name} {value!r} is not a calendar day; write it like 2024-03-31")
    return day


def check_choice(value: object, choices: Iterable[str], *, name: str) -> str:
    """Return `value` if it is one of `choices`, else raise an `InputError` that lists them."""
    choices = list(choices)
    if value not in choices:
        raise InputError(f"{name} {value!r} is unknown; choose one of {', '.join(choices)}")
    return value


def check_count(value: object, *, name: str, at_least: int = 1) -> int:
    """Return `value` as an int if it is a whole number of at least `at_least`."""
    if isinstance(value, bool) or not hasattr(value, "__index__") or int(value) < at_least:
        raise InputError(f"{name} {value!r} must be a whole number of at least {at_least}")
    return int(value)
