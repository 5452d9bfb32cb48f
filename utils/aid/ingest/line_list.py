"""What the line lists share: cells, columns, refusals, and the account of the rows."""

from __future__ import annotations

import csv
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from ...common.errors import InputError

NOT_GIVEN = "not given"
#: Signs that are no text, some of which Python strips as blanks.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")  # a tab or the end of a line within a cell is a blank
#: Letters of a cell that a message shows.
_SHOWN = 120
#: Rules that a message names, each by its first cell.
_NAMED = 4
#: Five times the rows of the longest list so far.
MOST_ROWS = 250_000
#: The largest original so far has 4 MB.
MOST_BYTES = 100_000_000
WAR_BEGAN = date(2023, 10, 7)


@dataclass(frozen=True, kw_only=True)
class Counted:
    """The trucks of one line list, counted.

    Attributes
    ----------
    table : tuple of tuple of str
        Cells of the daily table, sorted, without the header.
    rows_read, rows_counted : int
        Rows below the header, and those whose trucks are in `table`.
    rows_set_aside : Mapping[str, int]
        Rows not counted, by reason. ``rows_read == rows_counted + sum(rows_set_aside.values())``.
    remarks : Mapping[str, int]
        What was read otherwise than written, by kind: rows concerned.
    trucks : int
        Sum over `table`, in trucks.
    first, last : date
        First and last day with a row.
    edited : datetime or None
        Newest edit time in the list, where it has one.
    """

    table: tuple[tuple[str, ...], ...]
    rows_read: int
    rows_counted: int
    rows_set_aside: Mapping[str, int]
    remarks: Mapping[str, int]
    trucks: int
    first: date
    last: date
    edited: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Vintage:
    """One original file and the daily table made from it.

    Attributes
    ----------
    source : str
        ``"unrwa"`` or ``"cogat"``.
    published : date
        Day from which the file was public: the vintage's id.
    original, sha256, bytes : str, str, int
        Name, checksum and size of the file that was read.
    counted : Counted
        The rows and what became of them.
    """

    source: str
    published: date
    original: str
    sha256: str
    bytes: int
    counted: Counted = field(repr=False)

    @property
    def name(self) -> str:
        """Name of the table, without its ending: ``unrwa_2024-10-27``."""
        return f"{self.source}_{self.published.isoformat()}"

    def __str__(self) -> str:
        """Give the account on one line."""
        counted = self.counted
        aside = ", ".join(f"{n:,} set aside ({reason})" for reason, n in counted.rows_set_aside.items()) or "none set aside"
        return (
            f"{self.name}: {counted.rows_read:,} rows of {self.original}, {aside}; "
            f"{counted.trucks:,} trucks from {counted.first} to {counted.last}"
        )


class CellError(InputError):
    """A cell that breaks a rule: the row, and the rule as one value with its column."""

    def __init__(self, message: str, *, row: int, rule: tuple[str, str]) -> None:
        super().__init__(message)
        self.row, self.rule = row, rule


def show_cell(value: object) -> str:
    """Show what a cell holds, of a long one its beginning.

    >>> show_cell("Tunnel"), len(show_cell("x" * 9999))
    ("'Tunnel'", 147)
    """
    text = repr(value[: _SHOWN + 1] if isinstance(value, str) else value)
    if len(text) <= _SHOWN + 2:
        return text
    return f"{text[:_SHOWN]}... (cut, {len(value):,} characters)" if isinstance(value, str) else f"{text[:_SHOWN]}... (cut)"


def refuse_cell(name: str, row: int, column: str, value: object, *, rule: str, mend: str) -> CellError:
    """Build the one-line error for a cell: file, row, column, value, rule, mend.

    >>> refuse_cell("list.csv", 3, "Route", "Tunnel", rule="it is Land or Sea", mend="correct it")
    CellError("list.csv, row 3: Route is 'Tunnel', but it is Land or Sea; correct it")
    """
    message = f"{name}, row {row}: {column} is {show_cell(value)}, but {rule}; {mend}"
    return CellError(message, row=row, rule=(column, rule))


def join_faults(faults: Sequence[CellError]) -> InputError:
    """Join the cells of a list that break a rule into one error: each rule by its first cell, the rest counted.

    Parameters
    ----------
    faults : sequence of CellError
        At least one, in the order of the rows.

    Examples
    --------
    >>> join_faults([refuse_cell("a.csv", row, "Route", "", rule="it is given", mend="fill it") for row in (3, 5, 9)])
    InputError("a.csv, row 3: Route is '', but it is given; fill it (so are 2 more rows: 5, 9)")
    """
    by_rule: dict[tuple[str, str], list[CellError]] = {}
    for fault in faults:
        by_rule.setdefault(fault.rule, []).append(fault)
    parts = []
    for first, *others in list(by_rule.values())[:_NAMED]:
        rows = ", ".join(str(other.row) for other in others[:5]) + ", ..." * (len(others) > 5)
        count = f"{len(others):,} more row{'s' * (len(others) > 1)}"
        parts.append(f"{first}{f' (so are {count}: {rows})' if others else ''}")
    unnamed = sum(len(cells) for cells in list(by_rule.values())[_NAMED:])
    if unnamed:
        parts.append(f"{unnamed:,} more rows break {len(by_rule) - _NAMED} other rules")
    return InputError("; and ".join(parts))


def check_size(path: Path) -> None:
    """Refuse a file that is too large to be a list.

    Raises
    ------
    InputError
        If it has more than `MOST_BYTES`.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "list.csv"
    ...     with path.open("wb") as file:
    ...         _ = file.truncate(MOST_BYTES + 1)
    ...     check_size(path)
    Traceback (most recent call last):
        ...
    utils.common.errors.InputError: list.csv: has 100,000,001 bytes, but a line list has at most 100,000,000; take the file out
    """
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise InputError(f"{path.name}: has {size:,} bytes, but a line list has at most {MOST_BYTES:,}; take the file out")


def read_text(value: object) -> str:
    """Give a cell as text without blanks around it; an empty cell gives ``""``.

    >>> read_text(" WFP "), read_text(None), read_text(3.0)
    ('WFP', '', '3.0')
    """
    return "" if value is None else str(value).strip()


def read_csv(path: Path) -> list[list[str]]:
    """Read a CSV file row by row, the header first.

    Raises
    ------
    InputError
        If the file is not UTF-8 text or not CSV, holds control characters, or is longer than a list can be (`MOST_BYTES`,
        `MOST_ROWS`).

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "list.csv"
    ...     _ = path.write_text('\\ufeffDate,Load\\n2024-04-09,"flour, oil"\\n', encoding="utf-8")
    ...     read_csv(path)
    [['Date', 'Load'], ['2024-04-09', 'flour, oil']]
    """
    try:
        check_size(path)
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(itertools.islice(csv.reader(lines, strict=True), MOST_ROWS + 1))
    except (UnicodeDecodeError, csv.Error, OSError) as problem:
        reason = " ".join(str(problem).split())
        raise InputError(f"{path.name}: cannot be read as CSV in UTF-8 ({reason}); fetch it again") from None
    if len(rows) > MOST_ROWS:
        raise InputError(f"{path.name}: has more than {MOST_ROWS:,} rows, but no line list has; take the file out")
    for number, row in enumerate(rows, start=1):
        if not "".join(row).isprintable() and (sign := _CONTROL.search("".join(row))):
            raise refuse_cell(path.name, number, "a character", sign[0], rule="a text holds no such signs", mend="fetch it again")
    return rows


def check_columns(header: Sequence[object], *, name: str, known: Iterable[Sequence[str]]) -> dict[str, int]:
    """Find each column's place, whatever the order, and refuse a set of columns that is not known.

    Parameters
    ----------
    header : sequence of cells
        First row of the list.
    name : str
        Name of the file, for the error.
    known : iterable of sequence of str
        The column sets that the project knows.

    Returns
    -------
    dict of str to int
        Place of each column.

    Raises
    ------
    InputError
        Names the columns that are new and those that are missing, against the nearest known set.

    Examples
    --------
    >>> check_columns(["Trucks ", "Day"], name="list.csv", known=[("Day", "Trucks")])
    {'Trucks': 0, 'Day': 1}
    """
    columns = [read_text(cell) for cell in header]
    editions = [set(edition) for edition in known]
    if len(set(columns)) == len(columns) and set(columns) in editions:
        return {column: place for place, column in enumerate(columns)}
    nearest = min(editions, key=lambda edition: len(edition ^ set(columns)))
    new = _show_names(set(columns) - nearest)
    missing = _show_names(nearest - set(columns))
    twice = _show_names({column for column, n in Counter(columns).items() if n > 1})
    raise InputError(
        f"{name}, row 1: unknown column set (new: {new}, missing: {missing}, twice: {twice}), but a line list has exactly the "
        "columns of a known edition; take the file out of the folder, or describe the new edition in utils/aid/ingest"
    )


def _show_names(names: Set[str]) -> str:
    """Show names of columns, of many the first."""
    first = ", ".join(show_cell(name) for name in sorted(names)[:_NAMED])
    return f"[{first}{f' and {len(names) - _NAMED:,} more' if len(names) > _NAMED else ''}]" if names else "none"


def close_account(
    table: tuple[tuple[str, ...], ...],
    *,
    name: str,
    rows_read: int,
    rows_counted: int,
    trucks: int,
    set_aside: Mapping[str, int],
    remarks: Mapping[str, int],
    edited: datetime | None = None,
) -> Counted:
    """Close the account of a list.

    Parameters
    ----------
    table : tuple of tuple of str
        Cells of the daily table, sorted by day first.
    name : str
        Name of the file, for the error.
    rows_read, rows_counted, trucks, set_aside, remarks, edited
        As in `Counted`.

    Raises
    ------
    InputError
        If the list holds no truck.

    Examples
    --------
    >>> table = (("2024-04-09", "Erez", "3"), ("2024-04-11", "Erez", "2"))
    >>> numbers = {"rows_read": 6, "rows_counted": 5, "trucks": 5, "set_aside": {"blank row": 1}, "remarks": {}}
    >>> counted = close_account(table, name="list.csv", **numbers)
    >>> f"{counted.trucks} trucks from {counted.first} to {counted.last}"
    '5 trucks from 2024-04-09 to 2024-04-11'
    """
    if not table:
        raise InputError(f"{name}: holds {rows_read} rows and no truck, but a line list has some; fetch it again")
    return Counted(
        table=table,
        rows_read=rows_read,
        rows_counted=rows_counted,
        rows_set_aside=dict(sorted(set_aside.items())),
        remarks=dict(sorted(remarks.items())),
        trucks=trucks,
        first=date.fromisoformat(table[0][0]),
        last=date.fromisoformat(table[-1][0]),
        edited=edited,
    )
