"""What the line lists share: cells, columns, refusals, and the account of the rows."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from ...common.errors import InputError

NOT_GIVEN = "not given"
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


def refuse_cell(name: str, row: int, column: str, value: object, *, rule: str, mend: str) -> InputError:
    """Build the one-line error for a cell: file, row, column, value, rule, mend.

    >>> refuse_cell("list.csv", 3, "Route", "Tunnel", rule="it is Land or Sea", mend="correct it")
    InputError("list.csv, row 3: Route is 'Tunnel', but it is Land or Sea; correct it")
    """
    return InputError(f"{name}, row {row}: {column} is {value!r}, but {rule}; {mend}")


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
        If the file is not UTF-8 text or not CSV.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            return list(csv.reader(lines, strict=True))
    except (UnicodeDecodeError, csv.Error, OSError) as problem:
        reason = " ".join(str(problem).split())
        raise InputError(f"{path.name}: cannot be read as CSV in UTF-8 ({reason}); fetch it again") from None


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
    """
    columns = [read_text(cell) for cell in header]
    editions = [set(edition) for edition in known]
    if len(set(columns)) == len(columns) and set(columns) in editions:
        return {column: place for place, column in enumerate(columns)}
    nearest = min(editions, key=lambda edition: len(edition ^ set(columns)))
    new = sorted(set(columns) - nearest) or "none"
    missing = sorted(nearest - set(columns)) or "none"
    twice = sorted(column for column, n in Counter(columns).items() if n > 1) or "none"
    raise InputError(
        f"{name}, row 1: unknown column set (new: {new}, missing: {missing}, twice: {twice}), but a line list has exactly the "
        "columns of a known edition; take the file out of the folder, or describe the new edition in utils/aid/ingest"
    )


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
