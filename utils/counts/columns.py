"""Find the column of days and the column of counts in a table of text; ask where more than one could be it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from ..common.errors import InputError
from .count_text import ABSENT, is_fraction, is_number
from .day_text import is_day, name_period

#: A column is what nine in ten of its cells are; the rest are then faults to be named.
_MOST = 0.9
#: Names of columns that number, place or date a row, or tell it apart, and do not count.
_NO_COUNT = re.compile(
    r"unnamed.*|__index.*|index|idx|row|year|month|week|day|weekday|hour|lat|lon|latitude|longitude|zip|fips"
    r"|(.*[_ ])?(id|code|key)",
    re.IGNORECASE,
)


def choose_date(name: str, table: Mapping[str, Sequence[str]], *, date: str | None, count: str | None) -> str:
    """Choose the column of days: the one that is named, or the only one whose cells are days.

    Parameters
    ----------
    name : str
        Of the file, for a message.
    table : mapping of str to sequence of str
        A sample of each column.
    date, count : str, optional
        As they were named.

    Raises
    ------
    InputError
        If there is none, or more than one.

    Examples
    --------
    >>> choose_date("a.csv", {"day": ["2024-03-04"], "cases": ["5"]}, date=None, count=None)
    'day'
    """
    for named in (date, count):
        if named is not None and named not in table:
            raise InputError(f"{name} has no column {named!r}; choose one of {_list_columns(table)}")
    asked = [date] if date is not None else [column for column in table if column != count]
    found = [column for column in asked if _mostly(table[column], is_day)]
    if len(found) == 1:
        return found[0]
    if found:
        raise InputError(f"{name} has {len(found)} columns of days, {', '.join(found)}; name one with --date")
    for column in asked:
        if _mostly(table[column], lambda text: bool(name_period(text))):
            text = next(text for text in table[column] if name_period(text))
            raise InputError(
                f"{name}, column {column}: {text!r} is not a single day, so this is a {name_period(text)} series; "
                "give a count for each day"
            )
    if date is not None:
        text = next((text for text in table[date] if not is_day(text)), "")
        raise InputError(f"{name}, column {date}: {text!r} is not a day; write days like 2024-03-04, or name another --date")
    raise InputError(
        f"{name} has no column of days among {_list_columns(table)}; name one with --date, and write days like 2024-03-04"
    )


def choose_count(name: str, table: Mapping[str, Sequence[str]], *, date: str, count: str | None) -> str:
    """Choose the column of counts: the one that is named, or the only one that can be; see `choose_date`.

    A column that numbers the rows, is named as an id, or holds fractions is passed over where another one can be the count.

    Examples
    --------
    >>> choose_count("a.csv", {"id": ["7", "9"], "day": ["2024-03-04"] * 2, "cases": ["5", "6"]}, date="day", count=None)
    'cases'
    """
    if count == date:
        raise InputError(f"{name}: column {date} cannot hold both days and counts; name another one with --count")
    if count is not None:
        return count
    numeric = [column for column, texts in table.items() if column != date and _mostly(texts, is_number)]
    found = [column for column in numeric if not _NO_COUNT.fullmatch(column)]
    tests: tuple[Callable[[Sequence[str]], bool], ...] = (_number_rows, lambda texts: any(map(is_fraction, texts)))
    for test in tests:
        if len(found) > 1:
            found = [column for column in found if not test(table[column])] or found
    if len(found) == 1:
        return found[0]
    if found:
        raise InputError(f"{name} has {len(found)} columns that could be the count, {', '.join(found)}; name one with --count")
    raise InputError(
        f"{name} has no column of counts beside the days in {date}; name one with --count, or, if each row is one unit to be "
        "counted, say --rows"
    )


def _list_columns(table: Mapping[str, Sequence[str]]) -> str:
    """List the columns of a table, the first few of many."""
    names = list(table)
    return ", ".join(names[:12]) + (f" and {len(names) - 12} more" if len(names) > 12 else "")


def _mostly(texts: Sequence[str], test: Callable[[str], bool]) -> bool:
    """Tell whether most of the cells that hold something pass a test."""
    held = [text for text in texts if text.lower() not in ABSENT]
    return bool(held) and sum(map(test, held)) >= _MOST * len(held)


def _number_rows(texts: Sequence[str]) -> bool:
    """Tell whether cells number the rows, from whatever number on."""
    numbers = sorted(int(text) for text in texts if text.isdecimal())
    return len(numbers) == len(texts) > 2 and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
