"""Read and count UNRWA's line list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

import python_calamine

from ...common.errors import InputError
from .line_list import NOT_GIVEN, Counted, _counted, _refuse, _text, check_columns

UNRWA_COLUMNS_UNTIL_NOVEMBER_2024 = (
    "ID", "Last Edited Time", "Received Date", "Data Source", "Manifest of", "Description of Cargo",
    "Cargo Category", "Status", "Time of Opening Gate", "Quantity", "Units", "Donating Country/ Organization",
    "Donation Type", "Crossing", "Destination Recipient/ Partner", "Data Period",
)  # fmt: skip
UNRWA_COLUMNS_SINCE_DECEMBER_2024 = (
    "ID", "No. of Trucks", "Received Date", "Data Source", "Manifest of", "Description of Cargo",
    "Cargo Category", "Status", "Quantity", "Units", "Donating Country/ Organization", "Donation Type",
    "Crossing", "Destination Recipient/ Partner", "Data Period", "Data Entry Type", "Last Edited Time",
)  # fmt: skip

UNRWA_LABELS: Mapping[str, tuple[str, ...]] = {
    "Crossing": ("Erez", "Gate 96", "JLOTS", "Kerem Shalom", "Kissufim", "Rafah Crossing", "Western Erez"),
    "Donation Type": (
        "Humanitarian - Donor", "Humanitarian - INGO", "Humanitarian - Other", "Humanitarian - PRCS",
        "Humanitarian - UN", "Private Sector",
    ),
    "Cargo Category": ("Food Items", "Medical Supplies", "Mixed Items", "Non-Food Items"),
    "Data Source": ("Private Sector", "UNICEF", "UNRWA", "WCK", "WFP", "WFP LC", "WHO"),
}  # fmt: skip
UNRWA_SPELLINGS = {("Cargo Category", "Medical Supply"): "Medical Supplies"}


def _trucks(value: object) -> int | None:
    """Give a whole number of trucks of at least one, or None if the cell holds none."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    if value < 1 or not float(value).is_integer():
        return None
    return int(value)


# Counting


def count_unrwa(rows: Sequence[Sequence[object]], *, name: str) -> Counted:
    """Count the trucks of an UNRWA line list by day and label.

    Parameters
    ----------
    rows : sequence of rows
        Header first, then a row a truck, as the workbook gives them: numbers, dates and text.
    name : str
        Name of the file, for errors.

    Returns
    -------
    Counted
        Table with the columns of ``SCHEMAS["unrwa"]``.

    Raises
    ------
    InputError
        On an unknown column set, label or status, a cell that is no day, a number of trucks that is not
        whole, an ID used for two different rows, or a list without rows.

    Notes
    -----
    Editions before December 2024 have no column "No. of Trucks": there a row is one truck, as every row of
    the later editions is. A blank label is counted as ``not given``; a blank status as received, since the
    list is by its title one of commodities received. Rows that are wholly blank, or repeat an earlier row in
    every cell, are set aside.
    """
    place = check_columns(
        rows[0] if rows else [],
        name=name,
        known=(UNRWA_COLUMNS_UNTIL_NOVEMBER_2024, UNRWA_COLUMNS_SINCE_DECEMBER_2024),
    )
    per_key: Counter[tuple[str, ...]] = Counter()
    aside: Counter[str] = Counter()
    remarks: Counter[str] = Counter()
    seen: dict[object, tuple[object, ...]] = {}
    edited: datetime | None = None
    for number, row in enumerate(rows[1:], start=2):
        if not any(_text(cell) for cell in row):
            aside["blank row"] += 1
            continue
        identity = row[place["ID"]]
        if not _text(identity):
            raise _refuse(name, number, "ID", identity, "each truck has one", "give the row its ID or take it out")
        if identity in seen:
            if seen[identity] != tuple(row):
                rule = "an earlier row of other content has the same ID"
                raise _refuse(name, number, "ID", identity, rule, "ask the publisher which of the two is right")
            aside["repeat of an earlier row"] += 1
            continue
        seen[identity] = tuple(row)
        key, trucks, notes = _read_unrwa_row(row, place=place, name=name, number=number)
        per_key[key] += trucks
        remarks.update(notes)
        stamp = row[place["Last Edited Time"]]
        if isinstance(stamp, datetime):
            edited = stamp if edited is None else max(edited, stamp)
        elif _text(stamp):
            raise _refuse(name, number, "Last Edited Time", stamp, "it is a date and time", "correct or empty the cell")
    table = tuple((*key, str(n)) for key, n in sorted(per_key.items()))
    return _counted(
        table,
        rows,
        aside=aside,
        remarks=remarks,
        edited=edited,
        name=name,
        rows_counted=len(seen),
        trucks=per_key.total(),
    )


def _read_unrwa_row(
    row: Sequence[object], *, place: Mapping[str, int], name: str, number: int
) -> tuple[tuple[str, ...], int, list[str]]:
    """Read one row of an UNRWA list: its key in the table, its trucks, and remarks."""
    remarks: list[str] = []
    received = row[place["Received Date"]]
    if isinstance(received, datetime) and received.time() == datetime.min.time():
        received = received.date()
    if isinstance(received, datetime) or not isinstance(received, date):
        rule, mend = "it is a cell of type date, without a time of day", "write the day as a date"
        raise _refuse(name, number, "Received Date", row[place["Received Date"]], rule, mend)
    status = _text(row[place["Status"]])
    if status not in ("Received", ""):
        rule, mend = "the list is of trucks with status 'Received'", "take the row out or correct it"
        raise _refuse(name, number, "Status", status, rule, mend)
    if not status:
        remarks.append("Status not given, counted as received")
    labels: dict[str, str] = {}
    for column, known in UNRWA_LABELS.items():
        value = _text(row[place[column]])
        if (column, value) in UNRWA_SPELLINGS:
            remarks.append(f"{column} {value!r} read as {UNRWA_SPELLINGS[column, value]!r}")
            value = UNRWA_SPELLINGS[column, value]
        if not value:
            remarks.append(f"{column} not given")
            value = NOT_GIVEN
        elif value not in known:
            rule = f"the known values are {', '.join(known)}"
            raise _refuse(name, number, column, value, rule, "correct it, or add it to UNRWA_LABELS in utils/ingest.py")
        labels[column] = value
    trucks: int | None = 1
    if "No. of Trucks" in place:
        trucks = _trucks(row[place["No. of Trucks"]])
        if trucks is None:
            rule, mend = (
                "it is a whole number of at least 1",
                "correct the cell; a missing count is not a zero",
            )
            raise _refuse(name, number, "No. of Trucks", row[place["No. of Trucks"]], rule, mend)
    key = (
        received.isoformat(), labels["Crossing"], labels["Donation Type"], labels["Cargo Category"],
        labels["Data Source"],
    )  # fmt: skip
    return key, trucks, remarks


# Reading files


def read_workbook(path: Path) -> list[list[object]]:
    """Read the sheet of a workbook that holds a line list, row by row, the header first.

    Parameters
    ----------
    path : Path
        An ``.xlsx`` file.

    Returns
    -------
    list of list
        Cells as numbers, dates, times and text; row 1 of the sheet is item 0.

    Raises
    ------
    InputError
        If the file is no workbook. The column check that follows speaks of its first sheet if none has a
        column ``ID``.
    """
    try:
        book = python_calamine.load_workbook(path)
        sheets = [book.get_sheet_by_index(n).to_python(skip_empty_area=False) for n in range(len(book.sheet_names))]
    except (python_calamine.CalamineError, OSError, ValueError) as problem:
        reason = " ".join(str(problem).split())
        raise InputError(f"{path.name}: cannot be read as a workbook ({reason}); fetch it again") from None
    if not sheets:
        raise InputError(f"{path.name}: has no sheet, but the line list is one; fetch it again")
    return next((rows for rows in sheets if rows and "ID" in map(_text, rows[0])), sheets[0])


def _published_unrwa(counted: Counted, *, name: str) -> date:
    """Give the day from which an UNRWA file was public: that of the newest edit in it."""
    if counted.edited is None:
        raise InputError(
            f"{name}: no 'Last Edited Time' is filled, but the newest one gives the day from which the file "
            "was public; fetch it again"
        )
    return counted.edited.date()
