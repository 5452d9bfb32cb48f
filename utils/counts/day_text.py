"""Read days from text: one form a column, and a question back where 03/04/2024 could be two days."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
#: Form of a day -> its pattern. Each names year, month and day, but for the numeric one, whose order is to be settled.
_FORMS = {
    "year first": re.compile(r"(?P<year>[0-9]{4})(?P<separator>[-/.])(?P<month>[0-9]{1,2})(?P=separator)(?P<day>[0-9]{1,2})"),
    "eight digits": re.compile(r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})(?P<separator>)"),
    "year last": re.compile(r"(?P<first>[0-9]{1,2})(?P<separator>[-/.])(?P<second>[0-9]{1,2})(?P=separator)(?P<year>[0-9]{4})"),
    "day and name of the month": re.compile(
        r"(?P<day>[0-9]{1,2})(?P<separator>[- .])(?P<month>[A-Za-z]{3,9})\.?(?P=separator)(?P<year>[0-9]{4})"
    ),
    "name of the month and day": re.compile(
        r"(?P<month>[A-Za-z]{3,9})(?P<separator>\.? )(?P<day>[0-9]{1,2}),? (?P<year>[0-9]{4})"
    ),
}
_SHORT_YEAR = re.compile(
    r"[0-9]{1,2}([-/.])[0-9]{1,2}\1[0-9]{2}"
    r"|[0-9]{1,2}[- .][A-Za-z]{3,9}\.?[- .][0-9]{2}"
    r"|[A-Za-z]{3,9}\.? [0-9]{1,2},? [0-9]{2}"
)
#: Periods that are longer than a day, by how a series of them is called.
_PERIODS = {
    "weekly": re.compile(r"[0-9]{4}[- ]?[Ww][0-9]{1,2}"),
    "monthly": re.compile(r"[0-9]{4}[-/.][0-9]{1,2}|[0-9]{1,2}[-/.][0-9]{4}|[A-Za-z]{3,9}[- ][0-9]{4}"),
    "quarterly": re.compile(r"[0-9]{4}[- ]?[Qq][1-4]|[Qq][1-4][- /]?[0-9]{4}"),
    "yearly": re.compile(r"(1[789]|20|21)[0-9]{2}"),
}
#: A time of the day as it follows a day, for Python and for duckdb; and one that is midnight.
ZONE = r"(?:Z| ?UTC| ?[+-][0-9][0-9](?::?[0-9][0-9])?)?"
TIME = rf"[T ] *(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.,][0-9]+)?)?(?: ?[AaPp]\.?[Mm]\.?)?{ZONE}"
MIDNIGHT = rf"[T ] *(?:0?0:00(?::00(?:[.,]0+)?)?|12:00(?::00)? ?[Aa]\.?[Mm]\.?){ZONE}"
_WITH_TIME = re.compile(rf"(?P<day>.+?)(?P<time>{TIME})?")
#: Years that a daily count can be of. What lies outside is a slip of the pen.
_YEARS = range(1700, 2200)


class UnreadableDayError(ValueError):
    """A text that is no day, or not one of the form of the others; `text` is the one to look for in the file."""

    def __init__(self, why: str, text: str) -> None:
        super().__init__(why)
        self.text = text


@dataclass(frozen=True)
class DayTexts:
    """Days read from one column.

    Attributes
    ----------
    days : dict of str to datetime.date
        By the text that stands for each.
    form : str
        How they were written, in words.
    """

    days: Mapping[str, dt.date]
    form: str


def split_time(text: str) -> tuple[str, str]:
    """Split a text into its day and the time of the day that follows it, which may be empty.

    >>> split_time("2024-03-04T10:30:00Z"), split_time("4 Mar 2024")
    (('2024-03-04', 'T10:30:00Z'), ('4 Mar 2024', ''))
    """
    match = _WITH_TIME.fullmatch(text)
    return (match["day"], match["time"] or "") if match else (text, "")


def is_day(text: str) -> bool:
    """Tell whether a text looks like a day, with a year of two digits too, whatever follows it.

    >>> is_day("2024-11-08"), is_day("8.11.24"), is_day("350")
    (True, True, False)
    """
    day = split_time(text)[0]
    if _SHORT_YEAR.fullmatch(day):
        return True
    match = _match(day)
    return match is not None and int(match[1]["year"]) in _YEARS and (match[0] != "eight digits" or _is_valid(match[1]))


def name_period(text: str) -> str:
    """Name the series that a text belongs to if it is a week, month, quarter or year: "monthly"; empty if it is none.

    >>> name_period("2024-03"), name_period("2024-W09"), name_period("2024-03-04")
    ('monthly', 'weekly', '')
    """
    for name, pattern in _PERIODS.items():
        if pattern.fullmatch(text) and (name != "monthly" or not text[:1].isalpha() or _find_month(re.split("[- ]", text)[0])):
            return name
    return ""


def read_days(texts: Sequence[str], *, day_first: bool | None = None) -> DayTexts:
    """Read days that are written in one form.

    Parameters
    ----------
    texts : sequence of str
        Days without times of the day.
    day_first : bool, optional
        Whether 03/04/2024 is the third of April, or the fourth of March. Without it a text that can be only one of them decides,
        such as 13/04/2024.

    Raises
    ------
    UnreadableDayError
        If a text is no day, the forms are mixed, a year has two digits, or the order of day and month stays open.

    Examples
    --------
    >>> read_days(["12/04/2024", "13/04/2024"]).days["12/04/2024"].isoformat()
    '2024-04-12'
    """
    matches: dict[str, re.Match[str]] = {}
    forms: dict[tuple[str, str], list[str]] = {}
    for text in texts:
        match = _match(text)
        if match is None:
            raise UnreadableDayError(_explain(text), text)
        matches[text] = match[1]
        forms.setdefault((match[0], match[1]["separator"].strip(".") or " "), []).append(text)
    if len(forms) > 1:
        [one, *_], *_, [other, *_] = sorted(forms.values(), key=len, reverse=True)
        raise UnreadableDayError(f"the column holds days in two forms, {one!r} and {other!r}; write all of them alike", other)
    form = next(iter(forms))[0] if forms else ""
    year, month, day = "year", "month", "day"
    if form == "year last":
        first = _settle_order(matches, day_first=day_first)
        day, month = ("first", "second") if first else ("second", "first")
        form = "day, month, year" if first else "month, day, year"
    return DayTexts({text: _make_day(text, match[year], match[month], match[day]) for text, match in matches.items()}, form)


def _match(text: str) -> tuple[str, re.Match[str]] | None:
    for form, pattern in _FORMS.items():
        match = pattern.fullmatch(text)
        if match and (not match.groupdict().get("month", "1").isalpha() or _find_month(match["month"])):
            return form, match
    return None


def _settle_order(matches: Mapping[str, re.Match[str]], *, day_first: bool | None) -> bool:
    """Settle whether the day comes before the month: as asked for, or by a text that can be read in one way only."""
    only_day = next((text for text, match in matches.items() if int(match["first"]) > 12), None)
    only_month = next((text for text, match in matches.items() if int(match["second"]) > 12), None)
    if only_day and only_month:
        raise UnreadableDayError(
            f"{only_day!r} begins with the day and {only_month!r} with the month; write all days alike", only_month
        )
    if day_first is None and not (only_day or only_month):
        text = next(iter(matches))
        raise UnreadableDayError(
            f"{text!r} can be two days, and no other row decides; say which comes first, --day-first or --month-first", text
        )
    against = only_month if day_first else only_day
    if day_first is not None and against:
        asked = "day-first" if day_first else "month-first"
        raise UnreadableDayError(f"{against!r} cannot be read {asked}; leave that out or correct the row", against)
    return bool(day_first) if day_first is not None else only_day is not None


def _explain(text: str) -> str:
    if not text:
        return "the day is empty; write it, or remove the row"
    if _SHORT_YEAR.fullmatch(text):
        return f"{text!r} has a year of two digits; write all four, best as 2024-03-04"
    period = name_period(text)
    if period:
        return f"{text!r} is not a single day: this is a {period} series, and a daily count is needed"
    return f"{text[:60]!r} is not a day; write it like 2024-03-04, or remove the row"


def _find_month(name: str) -> int:
    """Number of an English month by its name or its first three letters (or "sept"); 0 if it is none."""
    name = name.lower()
    return next((number for number, month in enumerate(_MONTHS, 1) if name in (month, month[:3], month[:4])), 0)


def _is_valid(match: re.Match[str]) -> bool:
    try:
        dt.date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        return False
    return True


def _make_day(text: str, year: str, month: str, day: str) -> dt.date:
    number = _find_month(month) if month.isalpha() else int(month)
    if int(year) not in _YEARS:
        raise UnreadableDayError(f"{text!r} lies outside of {_YEARS.start} to {_YEARS.stop - 1}; correct the year", text)
    try:
        return dt.date(int(year), number, int(day))
    except ValueError:
        raise UnreadableDayError(f"{text!r} is not in the calendar; correct it, like 2024-03-04", text) from None
