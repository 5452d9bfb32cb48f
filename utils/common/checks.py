"""Checks of what a person hands in. Each message names the value, the rule and the mend, on one line."""

from __future__ import annotations

import datetime as dt
import math
import operator
import re
from collections.abc import Iterable
from numbers import Real
from typing import TypeVar

import numpy as np
import pandas as pd

from .errors import InputError

T = TypeVar("T")
ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


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

    Examples
    --------
    >>> check_day("2024-11-08", name="as_of")
    Timestamp('2024-11-08 00:00:00')
    """
    try:
        # One form of text alone is a day, wherever one is asked for: "2024-03-31x", "20240331", "8/11/2024" and "now" are none.
        # A number is none either, though pandas would read it as nanoseconds since 1970.
        if isinstance(value, str) and not ISO_DAY.fullmatch(value):
            raise ValueError
        value_read = dt.date.fromisoformat(value) if isinstance(value, str) else value
        day = pd.NaT if isinstance(value, Real) else pd.Timestamp(value_read)
    except (TypeError, ValueError, OverflowError):
        day = pd.NaT
    if pd.isna(day) or day != day.normalize() or day.tz is not None:
        raise InputError(f"{name} {show_value(value)} is not a calendar day; write it like 2024-03-31")
    return day


def check_choice(value: object, choices: Iterable[str], *, name: str) -> str:
    """Return `value` if it is one of `choices`, else raise an `InputError` that lists them.

    >>> check_choice("list", ["nowcast", "list"], name="init")
    'list'
    """
    choices = list(choices)
    if not isinstance(value, str) or value not in choices:
        raise InputError(f"{name} {show_value(value)} is unknown; choose one of {', '.join(choices)}")
    return value


def check_count(value: object, *, name: str, at_least: int = 1) -> int:
    """Return `value` as an int if it is a whole number of at least `at_least`.

    >>> check_count(50, name="n_paths")
    50
    """
    try:
        number = at_least - 1 if isinstance(value, bool | np.bool_) else operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        number = at_least - 1
    if number < at_least:
        raise InputError(f"{name} {show_value(value)} must be a whole number of at least {at_least}")
    return number


def check_generator(value: object, *, name: str) -> np.random.Generator:
    """Return `value` if it is a generator, one seeded with it if it is a whole number, or a new one for None.

    >>> int(check_generator(0, name="rng").integers(10)) == int(np.random.default_rng(0).integers(10))
    True
    """
    if value is None or isinstance(value, np.random.Generator):
        return np.random.default_rng(value)
    try:
        return np.random.default_rng(check_count(value, name=name, at_least=0))
    except InputError as error:
        raise InputError(f"{error}, or a numpy.random.Generator") from None


def check_number(
    value: object, *, name: str, rule: str, above: float = -math.inf, low: float = -math.inf, high: float = math.inf
) -> float:
    """Return `value` as a finite float within its bounds.

    Parameters
    ----------
    value : real number
        Not text, though it may read as a number, and not True or False.
    name, rule : str
        What the number is, and what it must be, to stand after "must be".
    above, low, high : float
        Bounds: greater than `above`, not less than `low`, not more than `high`.

    Raises
    ------
    InputError
        If it is no such number.

    Examples
    --------
    >>> check_number(0.25, name="probability", rule="from 0 to 1", low=0, high=1)
    0.25
    >>> check_number("0.25", name="probability", rule="from 0 to 1", low=0, high=1)
    Traceback (most recent call last):
    ...
    utils.common.errors.InputError: probability '0.25' must be from 0 to 1
    """
    if not is_number(value, above=above, low=low, high=high):
        raise InputError(f"{name} {show_value(value)} must be {rule}")
    return float(value)  # type: ignore[arg-type]


def is_number(value: object, *, above: float = -math.inf, low: float = -math.inf, high: float = math.inf) -> bool:
    """Tell whether `value` is a finite number within its bounds; see `check_number`.

    >>> is_number(0.5, low=0, high=1), is_number("0.5"), is_number(math.nan)
    (True, False, False)
    """
    try:
        number = float(value) if isinstance(value, Real) and not isinstance(value, bool | np.bool_) else math.nan
    except OverflowError:  # a whole number that no float holds
        return False
    return math.isfinite(number) and above < number and low <= number <= high


def check_flag(value: object, *, name: str) -> bool:
    """Return `value` if it is True or False: a text such as "no" would count as true.

    >>> check_flag(True, name="shifts")
    True
    >>> check_flag("no", name="shifts")
    Traceback (most recent call last):
    ...
    utils.common.errors.InputError: shifts 'no' must be True or False
    """
    if not isinstance(value, bool | np.bool_):
        raise InputError(f"{name} {show_value(value)} must be True or False")
    return bool(value)


def check_type(value: object, kind: type[T], *, name: str, mend: str) -> T:
    """Return `value` if it is of a kind, else raise an `InputError` that says what it is and how to mend it.

    >>> check_type("cases.csv", str, name="file", mend="give its path")
    'cases.csv'
    >>> check_type(["cases.csv"], str, name="file", mend="give its path")
    Traceback (most recent call last):
    ...
    utils.common.errors.InputError: file ['cases.csv'] is a list, not a str; give its path
    """
    if not isinstance(value, kind):
        raise InputError(f"{name} {show_value(value)} is a {type(value).__name__}, not a {kind.__name__}; {mend}")
    return value


def check_columns(table: object, needed: Iterable[str], *, name: str) -> pd.DataFrame:
    """Return `table` if it is a table with the columns needed.

    >>> list(check_columns(pd.DataFrame({"count": [1], "state": ["counted"]}), ["count"], name="days"))
    ['count', 'state']
    """
    if not isinstance(table, pd.DataFrame):
        raise InputError(f"{name} is a {type(table).__name__}; give a pandas DataFrame with the columns {', '.join(needed)}")
    missing = [column for column in needed if column not in table.columns]
    if missing:
        has = ", ".join(str(column) for column in table.columns[:12]) or "none"
        raise InputError(f"{name} lacks the column {missing[0]}; it has {has}")
    return table


def show_value(value: object) -> str:
    """Show a value in a message, on one line of 80 characters at most.

    >>> show_value("350"), show_value(None)
    ("'350'", 'None')
    >>> len(show_value(10**400)), show_value(10**5000)
    (80, 'a whole number of thousands of digits')
    """
    try:
        text = " ".join(repr(value).split())
    except ValueError:  # Python writes no whole number of more than 4,300 digits
        return "a whole number of thousands of digits"
    return text if len(text) <= 80 else f"{text[:79]}…"
