"""Read counts from text, in Python for a message and in SQL for a whole column, by the same rules."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

#: The highest count that is believed, and that floating-point numbers still add up exactly.
MAX_COUNT = 1e15
#: What stands for a count that is missing, whatever its case. A dash does not: some write it for nothing, some for not known.
ABSENT = ("", "na", "n/a", "nan", "null")
#: What can part thousands, as it is asked for, and the characters that it stands for.
SEPARATORS = {",": ",", ".": "[.]", " ": "[ \u00a0\u2009\u202f]", "'": "['\u2019]"}

_NUMBER = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[+-]?[iI]nf(?:inity)?"


def _group(separator: str, *, times: str = "+") -> str:
    """Write the pattern of a number in groups of three digits."""
    return rf"[+-]?[0-9]{{1,3}}(?:{SEPARATORS[separator]}[0-9]{{3}}){times}"


def _accept(thousands: str | None) -> str:
    """Write the pattern of what is taken for a number."""
    return _NUMBER if thousands is None else rf"[+-]?[0-9]+|{_group(thousands)}"


def is_number(text: str) -> bool:
    """Tell whether a text looks like a number, with or without groups of three digits.

    >>> is_number("1,234"), is_number("12.5"), is_number("many")
    (True, True, False)
    """
    return any(re.fullmatch(pattern, text) for pattern in (_NUMBER, *map(_group, SEPARATORS)))


def is_fraction(text: str) -> bool:
    """Tell whether a text is a number with decimals that are not all zero.

    >>> is_fraction("12.5"), is_fraction("12.0")
    (True, False)
    """
    return bool(re.fullmatch(r"[+-]?[0-9]*\.[0-9]*[1-9][0-9]*", text))


def write_number(cell: str, *, thousands: str | None) -> tuple[str, str]:
    """Write in SQL the number that a cell holds, NULL if none, and whether it is neither a count nor missing.

    Parameters
    ----------
    cell : str
        SQL of a text.
    thousands : str, optional
        One of `SEPARATORS`.

    Returns
    -------
    tuple of (str, str)
        SQL of a DOUBLE and of a BOOLEAN, which agrees with `explain_count`.

    Examples
    --------
    >>> import duckdb
    >>> number, is_fault = write_number("cell", thousands=",")
    >>> duckdb.sql(f"SELECT cell, {number}, {is_fault} FROM (VALUES ('1,234'), ('NA'), ('-3'), ('many')) AS t(cell)").fetchall()
    [('1,234', 1234.0, False), ('NA', None, False), ('-3', -3.0, True), ('many', None, True)]
    """
    digits = cell if thousands is None else f"regexp_replace({cell}, {_quote(SEPARATORS[thousands])}, '', 'g')"
    number = f"CASE WHEN regexp_full_match({cell}, {_quote(_accept(thousands))}) THEN TRY_CAST({digits} AS DOUBLE) END"
    absent = f"lower({cell}) IN ({', '.join(map(_quote, ABSENT))})"
    count = f"({number} BETWEEN 0 AND {MAX_COUNT:.0f} AND {number} = floor({number}))"
    return number, f"(NOT {absent} AND coalesce(NOT {count}, true))"


def _quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def explain_count(text: str, *, thousands: str | None) -> str:
    """Say why a text is neither a count nor missing, and what to do; empty if it is one of them.

    >>> explain_count("12", thousands=None), explain_count("-3", thousands=None)
    ('', "'-3' is negative; a count is 0 or more")
    """
    if text.lower() in ABSENT:
        return ""
    shown = repr(text[:40])
    if not re.fullmatch(_accept(thousands), text):
        for separator in SEPARATORS:
            if thousands is None and re.fullmatch(_group(separator), text):
                whole = re.sub(r"[^0-9]", "", text)
                return f"{shown} could be {whole} or have decimals; if it is {whole}, say --thousands '{separator}'"
        return f"{shown} is not a number; leave the cell empty if the day was not counted, and write 0 if there was none"
    number = float(text if thousands is None else re.sub(SEPARATORS[thousands], "", text))
    if math.isinf(number):
        return f"{shown} is not finite; write the count, or leave the cell empty"
    if number < 0:
        return f"{shown} is negative; a count is 0 or more"
    if number != math.floor(number):
        hint = f", or say --thousands '.' if it is {text.replace('.', '')}" if re.fullmatch(_group("."), text) else ""
        return f"{shown} is not whole; give counts and no rates or means{hint}"
    return f"{shown} is above 1e15; correct it, or name another column with --count" if number > MAX_COUNT else ""


def find_separator(texts: Sequence[str]) -> str | None:
    """Find what parts the thousands of all texts if no other reading is left; None if one is.

    A comma or a point can begin decimals too, unless a number has two of them.

    >>> find_separator(["1,234", "1,234,567"]), find_separator(["1,234"]), find_separator(["1 234"])
    (',', None, ' ')
    """
    for separator in SEPARATORS:
        if texts and all(re.fullmatch(_group(separator), text) for text in texts):
            sure = separator not in ",." or any(re.fullmatch(_group(separator, times="{2,}"), text) for text in texts)
            return separator if sure else None
    return None
