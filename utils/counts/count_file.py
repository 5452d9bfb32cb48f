"""Read a file of daily counts into a snapshot: CSV, TSV, Excel or parquet, one row a day or one row a unit to be counted.

Nothing is guessed that could change a count. Where a file can be read in two ways, the error says which and asks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ..common.checks import check_choice
from ..common.errors import InputError
from .calendar import WEEKDAY_NAMES, measure_spacing, name_spacing, parse_weekdays
from .cells import Cells, open_cells
from .columns import choose_count, choose_date
from .count_text import SEPARATORS, explain_count, find_separator, write_number
from .day_text import MIDNIGHT, TIME, DayTexts, UnreadableDayError, read_days, split_time
from .snapshot import Snapshot, Source, take_snapshot

#: Days that must be counted before a file is of use to a forecaster.
MIN_COUNTED = 14
#: What a day without a row or a count can be taken for.
MISSING = ("unreported", "zero")

#: Rows that show which columns are which, and how days are written.
_SAMPLE = 1_000
#: Texts of days that are gone over. Each day of five centuries in two forms makes fewer.
_MAX_TEXTS = 500_000
#: What follows the day in a cell, in SQL. It is cut out only where it matters: to cut every cell costs as much as grouping.
_REST = "substr(cell, length(day) + 1)"


@dataclass(frozen=True, eq=False)
class CountFile:
    """A file of daily counts, and how it was read.

    Attributes
    ----------
    snapshot : Snapshot
    name : str
        Of the file.
    date, count : str
        The columns of days and of counts; `count` is empty where rows are counted.
    form : str
        How the days are written.
    n_rows : int
        Rows that hold something.
    notes : tuple of str
        What a reader may want to know of the reading: sentences.
    """

    snapshot: Snapshot
    name: str
    date: str
    count: str
    form: str
    n_rows: int
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _DayCut:
    """How a text is cut into a day and a time of the day.

    A regular expression that finds the place takes five times as long as a cut by words, so the sample settles it.

    Attributes
    ----------
    words : int
        Words that the day has; 0 for a day of ten characters, with which a time may be joined by a T.
    """

    words: int

    @classmethod
    def learn(cls, texts: Sequence[str]) -> _DayCut:
        """Learn it from a sample."""
        days = {split_time(text)[0] for text in texts if text}
        if all(len(day) == 10 and day[:4].isdigit() for day in days):
            return cls(0)
        return cls(max(day.count(" ") + 1 for day in days))

    def write_day(self) -> str:
        """Write in SQL the day of a `cell`."""
        parts = [f"split_part(cell, ' ', {word})" for word in range(1, self.words + 1)]
        return f"rtrim({' || chr(32) || '.join(parts)})" if parts else "left(cell, 10)"

    def write_fault(self) -> str:
        """Write in SQL whether the rest of a `cell` after its `day` is no time of the day.

        What duckdb cannot read at once, such as a time with am or pm, is held against the pattern, which is slow.
        """
        quick = f"TRY_CAST({_REST} AS TIME)" if self.words else "TRY_CAST(cell AS TIMESTAMP)"
        return (
            f"CASE WHEN length(cell) = length(day) OR {quick} IS NOT NULL THEN false "
            f"ELSE NOT regexp_full_match({_REST}, '{TIME}') END"
        )

    def cut(self, text: str) -> tuple[str, str]:
        """Cut a text."""
        day = " ".join(text.split(" ")[: self.words]).rstrip(" ") if self.words else text[:10]
        return day, text[len(day) :]


@dataclass(frozen=True, eq=False)
class _Tally:
    """What a file holds of each text that stands for a day: rows, rows with a count, their sum."""

    texts: tuple[str, ...]
    rows: np.ndarray
    counted: np.ndarray
    total: np.ndarray


def read_counts(
    path: Path | str,
    *,
    date: str | None = None,
    count: str | None = None,
    rows: bool = False,
    sum_rows: bool = False,
    missing: str = "unreported",
    day_first: bool | None = None,
    thousands: str | None = None,
    closed: Iterable[str] = (),
    sheet: str | None = None,
    as_of: object = None,
    source: Source | None = None,
) -> Snapshot:
    """Read a file of daily counts.

    Parameters
    ----------
    path : Path or str
        CSV, TSV (in UTF-8), Excel (.xlsx, .xls, .ods) or parquet, told apart by what they hold.
    date, count : str, optional
        The columns of days and of counts. Without them they are found if only one column can be each.
    rows : bool
        Whether each row is one unit to be counted, such as an admission, and its day, with or without a time, all that matters.
        No file is too large for that.
    sum_rows : bool
        Whether the counts of several rows of a day are added up. A day that lacks one of them is then missing.
    missing : {"unreported", "zero"}
        What a day without a row or without a count is: not known, or a counted zero.
    day_first : bool, optional
        Whether 03/04/2024 is the third of April. Asked for only where no row decides.
    thousands : {",", ".", " ", "'"}, optional
        What parts thousands. Asked for only where 1,234 could be a decimal number.
    closed : iterable of str
        Weekdays on which there is nothing to count, such as ["saturday"]. Without a count they are closed and not missing.
    sheet : str, optional
        Which sheet of a workbook.
    as_of : day, optional
        Keep only the days before this one.
    source : Source, optional
        Who counts, and what.

    Returns
    -------
    Snapshot
        From the first counted day to the last.

    Raises
    ------
    InputError
        If the file is not a daily count, or could be read in two ways. The message names file, place and mend.

    Notes
    -----
    A cell that is empty or holds NA, N/A, NaN or null is a missing count. A dash is refused, since some write it for nothing and
    some for not known.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder) / "cases.csv"
    ...     lines = [f"2024-03-{day:02},{day % 7}" for day in range(1, 20)]
    ...     _ = file.write_text("\\n".join(["day,cases", *lines]))
    ...     read_counts(file).days["count"].sum()
    np.float64(57.0)
    """
    return read_count_file(
        path,
        date=date,
        count=count,
        rows=rows,
        sum_rows=sum_rows,
        missing=missing,
        day_first=day_first,
        thousands=thousands,
        closed=closed,
        sheet=sheet,
        as_of=as_of,
        source=source,
    ).snapshot


def read_count_file(
    path: Path | str,
    *,
    date: str | None = None,
    count: str | None = None,
    rows: bool = False,
    sum_rows: bool = False,
    missing: str = "unreported",
    day_first: bool | None = None,
    thousands: str | None = None,
    closed: Iterable[str] = (),
    sheet: str | None = None,
    as_of: object = None,
    source: Source | None = None,
) -> CountFile:
    """Read a file of daily counts and tell how it was read; see `read_counts`.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder) / "cases.csv"
    ...     _ = file.write_text("\\n".join(["seen on,cases,beds", *(f"{day}/03/2024,{day % 7},40" for day in range(1, 20))]))
    ...     read = read_count_file(file, count="cases")
    >>> read.date, read.form, read.n_rows
    ('seen on', 'day, month, year', 19)
    """
    check_choice(missing, MISSING, name="missing")
    if thousands is not None:
        check_choice(thousands, SEPARATORS, name="thousands")
    if rows and (count is not None or sum_rows):
        raise InputError("rows are counted, or a column of counts is read; leave out rows, or count and sum_rows")
    shut = parse_weekdays(closed)
    if len(shut) == 7:
        raise InputError("closed names all seven weekdays; leave at least one on which there is something to count")
    with open_cells(path, sheet=sheet) as cells:
        name, sample = cells.path.name, cells.sample(_SAMPLE)
        if not sample:
            raise InputError(f"{name} has no rows below its header; give a file with a row a day")
        table = dict(zip(cells.names, zip(*sample, strict=True), strict=True))
        date = choose_date(name, table, date=date, count=count)
        count = None if rows else choose_count(name, table, date=date, count=count)
        cut = _DayCut.learn(table[date])
        tally = _tally(cells, date, count, cut, sum_rows=sum_rows, thousands=thousands)
        read = _read_days(cells, tally, date, cut, day_first=day_first)
        by_day = _gather(read, tally)
        if not (rows or sum_rows):
            _check_unique(cells, date, cut, read, by_day)
    counted = by_day.index if missing == "zero" else by_day.index[by_day["counted"] > 0]
    _check_spacing(name, counted, shut=shut, sparse=missing == "zero")
    days = _fill(name, by_day, missing=missing, shut=shut)
    who, scope = (Source(""), "") if source is None else (source, source.scopes[0][0])
    snapshot = Snapshot(days, source=who, scope=scope, shut_weekdays=shut)
    if as_of is not None:
        snapshot = take_snapshot(snapshot, as_of=as_of)
    check_length(snapshot, name=name)
    notes = _write_notes(by_day, snapshot.days, shut=shut, rows=rows, sum_rows=sum_rows, as_zero=missing == "zero")
    return CountFile(snapshot, name, date, count or "", read.form, int(tally.rows.sum()), notes)


def check_length(snapshot: Snapshot, *, name: str) -> None:
    """Raise `InputError` if fewer days are counted than a forecaster learns from.

    >>> counts = pd.Series(5.0, pd.date_range("2024-03-01", periods=10))
    >>> check_length(take_snapshot(counts), name="cases.csv")
    Traceback (most recent call last):
    ...
    utils.common.errors.InputError: cases.csv has 10 counted days before 2024-03-11; at least 14 are needed, so choose a later day
    """
    counted, today = int(snapshot.days["count"].count()), snapshot.as_of
    if counted < MIN_COUNTED:
        before, mend = ("", "give a longer count") if today is None else (f" before {today:%Y-%m-%d}", "choose a later day")
        raise InputError(f"{name} has {counted} counted days{before}; at least {MIN_COUNTED} are needed, so {mend}")


# ------------------------------------------------------------------------------------------------- rows and counts


def _tally(
    cells: Cells, date: str, count: str | None, cut: _DayCut, *, sum_rows: bool, thousands: str | None, trim: bool = False
) -> _Tally:
    """Count the rows of each day, or add up its counts, and check each cell on the way.

    Blanks around a day are taken away only where there are any: it costs a third of the time that grouping takes.
    """
    if count is None:
        number, no_count, held = "1", "false", "day <> ''" if len(cells.names) == 1 else "true"
    else:
        number, no_count = write_number("held", thousands=thousands)
        held = "(day <> '' OR held <> '')"
    late = "false" if count is None else f"length(cell) > length(day) AND NOT regexp_full_match({_REST}, '{MIDNIGHT}')"
    found = cells.fetch(
        f"SELECT day, count(*), count({number}), coalesce(sum({number}), 0), bool_or({no_count}), "
        f"bool_or({cut.write_fault()}), bool_or({late}) FROM "
        f"(SELECT *, {cut.write_day()} AS day FROM "
        f"(SELECT {cells.cell(date, trim=trim)} AS cell, {cells.cell(count or date)} AS held FROM {{table}})) "
        f"WHERE {held} GROUP BY day LIMIT {_MAX_TEXTS}"
    )
    if not found:
        raise InputError(f"{cells.path.name} has no rows below its header; give a file with a row a day")
    found.sort(key=lambda row: row[0])  # groups come in any order, and a message must name the same cell each time
    texts, rows, counted, total, no_counts, no_times, times = zip(*found, strict=True)
    if not trim and (any(no_times) or any(not text or text != text.strip() for text in texts)):
        return _tally(cells, date, count, cut, sum_rows=sum_rows, thousands=thousands, trim=True)
    if any(no_times):
        place, text = _find(cells, date, lambda text: not re.fullmatch(f"({TIME})?", cut.cut(text)[1]))
        raise InputError(f"{cells.path.name}, {place}: {text!r} is not a day; write it like 2024-03-04, or remove the row")
    if count is not None and any(no_counts):
        return _settle_counts(cells, date, count, cut, no_count, sum_rows=sum_rows, thousands=thousands)
    if any(times) and not sum_rows:
        place, text = _find(cells, date, lambda text: not re.fullmatch(f"({MIDNIGHT})?", cut.cut(text)[1]))
        raise InputError(
            f"{cells.path.name}, {place}: {text!r} is a time of the day, and a daily count has one row a day; add the rows of a "
            "day up with --sum, or count them with --rows"
        )
    return _Tally(texts, np.array(rows, float), np.array(counted, float), np.array(total, float))


def _settle_counts(
    cells: Cells, date: str, count: str, cut: _DayCut, no_count: str, *, sum_rows: bool, thousands: str | None
) -> _Tally:
    """Read counts whose thousands are parted beyond doubt, or name the first cell that is none."""
    texts = [
        text
        for (text,) in cells.fetch(
            f"SELECT DISTINCT held FROM (SELECT {cells.cell(count)} AS held FROM {{table}}) WHERE {no_count} LIMIT 10000"
        )
    ]
    separator = find_separator(texts) if thousands is None else None
    if separator is not None:
        return _tally(cells, date, count, cut, sum_rows=sum_rows, thousands=separator)
    place, text = _find(cells, count, lambda text: bool(explain_count(text, thousands=thousands)))
    raise InputError(f"{cells.path.name}, {place}, column {count}: {explain_count(text, thousands=thousands)}")


def _find(cells: Cells, column: str, test: Callable[[str], bool]) -> tuple[str, str]:
    """Find the first row whose cell passes a test: its place in words, and the cell."""
    number = cells.names.index(column)
    place, text = next((place, row[number]) for place, row in cells.walk() if test(row[number]))
    return f"{cells.place} {place}", text


# ------------------------------------------------------------------------------------------------- days


def _read_days(cells: Cells, tally: _Tally, date: str, cut: _DayCut, *, day_first: bool | None) -> DayTexts:
    try:
        return read_days(tally.texts, day_first=day_first)
    except UnreadableDayError as error:
        fault = error.text
        place, _ = _find(cells, date, lambda text: cut.cut(text)[0] == fault)
        raise InputError(f"{cells.path.name}, {place}, column {date}: {error}") from None


def _gather(read: DayTexts, tally: _Tally) -> pd.DataFrame:
    """Put rows, counted rows and their sum on the days, in order of time; a day may have been written in two ways."""
    days = pd.DatetimeIndex([read.days[text] for text in tally.texts]).as_unit("s")
    table = pd.DataFrame({"rows": tally.rows, "counted": tally.counted, "total": tally.total}, index=days)
    return table.groupby(level=0).sum()


def _check_unique(cells: Cells, date: str, cut: _DayCut, read: DayTexts, by_day: pd.DataFrame) -> None:
    """Raise `InputError` if a day has several rows, and name the first two of them."""
    twice = by_day.index[by_day["rows"] > 1]
    if not len(twice):
        return
    number, day = cells.names.index(date), twice[0].date()
    places = (place for place, row in cells.walk() if read.days.get(cut.cut(row[number])[0]) == day)
    more = f", and so have {len(twice) - 1} other days" if len(twice) > 1 else ""
    raise InputError(
        f"{cells.path.name}: {day} has {by_day['rows'].max():.0f} rows, first in {cells.place}s {next(places)} and {next(places)}"
        f"{more}; add them up with --sum, count rows with --rows, or keep one"
    )


def _check_spacing(name: str, days: pd.DatetimeIndex, *, shut: Sequence[int], sparse: bool) -> None:
    """Raise `InputError` if the days are those of a weekly, monthly ... series, or hardly ever follow each other."""
    steps = measure_spacing(days, shut_weekdays=shut)
    period = name_spacing(steps)
    if period:
        raise InputError(
            f"{name}: the days are {np.median(steps):.0f} apart, so this is a {period} series; give a count for each day"
        )
    if len(steps) and np.median(steps) >= 2 and not sparse:
        raise InputError(
            f"{name}: most days are {np.median(steps):.0f} or more apart, so this is no daily count; if a day without a row had "
            "none, say --missing zero"
        )


def _fill(name: str, by_day: pd.DataFrame, *, missing: str, shut: Sequence[int]) -> pd.DataFrame:
    """Put the counts on a gapless index, from the first counted day to the last, with the state of each day."""
    as_zero = missing == "zero"
    whole = by_day["counted"] == by_day["rows"]  # the sum of a day that lacks a part is not known
    counts = by_day["total"].where(whole | as_zero).dropna()
    if counts.empty:
        raise InputError(f"{name} has no counted day; at least {MIN_COUNTED} are needed")
    counts = counts.reindex(pd.date_range(counts.index[0], counts.index[-1], freq="D", name="date"))
    closed = counts.index.day_of_week.isin(shut)
    busy = counts[closed & (counts > 0)]
    if len(busy):
        weekday = WEEKDAY_NAMES[busy.index[0].day_of_week]
        raise InputError(
            f"{name} has a count of {busy.iloc[0]:.0f} on {busy.index[0]:%Y-%m-%d}, but --closed {weekday} says there is nothing "
            f"to count then; leave {weekday} out of --closed"
        )
    if as_zero:
        counts = counts.mask(counts.isna() & ~closed, 0.0)
    state = np.select([counts.notna(), closed], ["counted", "closed"], "unreported")
    return pd.DataFrame({"count": counts, "state": state})


def _write_notes(
    by_day: pd.DataFrame, days: pd.DataFrame, *, shut: Sequence[int], rows: bool, sum_rows: bool, as_zero: bool
) -> tuple[str, ...]:
    """Write what a reader should know of the reading."""
    notes = []
    counted = days.index[days["count"].notna()].day_of_week
    never = [WEEKDAY_NAMES[day].title() for day in range(7) if day not in counted and day not in shut]
    if never and len(days) >= 21:
        asked = " ".join(f"--closed {day.lower()}" for day in never)
        notes.append(f"No {' and no '.join(never)} is counted. If there is nothing to count on such days, say {asked}.")
    partly = int(((by_day["counted"] < by_day["rows"]) & (by_day["counted"] > 0)).sum())
    if sum_rows:
        least, most = int(by_day["rows"].min()), int(by_day["rows"].max())
        notes.append(f"The rows of each day were added up: {least}{f' to {most}' * (most > least)} a day.")
    if partly and not as_zero:
        notes.append(f"Days with a row that lacks its count, taken as not counted: {partly}.")
    if rows:
        notes.append("Each row was counted as one. The last day is taken as complete.")
    return tuple(notes)
