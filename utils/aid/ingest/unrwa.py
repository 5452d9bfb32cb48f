"""Read and count UNRWA's line list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

import python_calamine

from ...common.errors import InputError
from .line_list import NOT_GIVEN, Counted, check_columns, close_account, read_text, refuse_cell

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

#: The labels that the table keeps, in the order of its columns.
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


def parse_trucks(value: object) -> int | None:
    """Read a whole number of trucks of at least one; None if the cell holds no such number.

    >>> parse_trucks(3.0), parse_trucks(1.5), parse_trucks(0), parse_trucks("1"), parse_trucks(float("nan"))
    (3, None, None, None, None)
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return int(value) if value >= 1 and float(value).is_integer() else None


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
    columns, *body = rows or [()]
    place = check_columns(columns, name=name, known=(UNRWA_COLUMNS_UNTIL_NOVEMBER_2024, UNRWA_COLUMNS_SINCE_DECEMBER_2024))
    trucks_of: Counter[tuple[str, ...]] = Counter()
    set_aside: Counter[str] = Counter()
    remarks: Counter[str] = Counter()
    seen: dict[object, tuple[object, ...]] = {}
    edited: datetime | None = None
    for number, row in enumerate(body, start=2):
        if not any(read_text(cell) for cell in row):
            set_aside["blank row"] += 1
            continue
        identity = row[place["ID"]]
        if not read_text(identity):
            rule, mend = "each truck has one", "give the row its ID or take it out"
            raise refuse_cell(name, number, "ID", identity, rule=rule, mend=mend)
        if identity in seen:
            if seen[identity] != tuple(row):
                rule, mend = "an earlier row of other content has the same ID", "ask the publisher which of the two is right"
                raise refuse_cell(name, number, "ID", identity, rule=rule, mend=mend)
            set_aside["repeat of an earlier row"] += 1
            continue
        seen[identity] = tuple(row)
        key, trucks, row_remarks = _read_row(row, place=place, name=name, number=number)
        trucks_of[key] += trucks
        remarks.update(row_remarks)
        stamp = row[place["Last Edited Time"]]
        if isinstance(stamp, datetime):
            edited = stamp if edited is None else max(edited, stamp)
        elif read_text(stamp):
            rule, mend = "it is a date and time", "correct or empty the cell"
            raise refuse_cell(name, number, "Last Edited Time", stamp, rule=rule, mend=mend)
    return close_account(
        tuple((*key, str(trucks)) for key, trucks in sorted(trucks_of.items())),
        name=name,
        rows_read=len(body),
        rows_counted=len(seen),
        trucks=trucks_of.total(),
        set_aside=set_aside,
        remarks=remarks,
        edited=edited,
    )


def _read_row(
    row: Sequence[object], *, place: Mapping[str, int], name: str, number: int
) -> tuple[tuple[str, ...], int, list[str]]:
    """Read one row of the list: its key in the table, its trucks, and remarks."""
    cells = {column: row[at] for column, at in place.items()}
    remarks: list[str] = []
    received = cells["Received Date"]
    if isinstance(received, datetime) and received.time() == datetime.min.time():
        received = received.date()
    if isinstance(received, datetime) or not isinstance(received, date):
        rule, mend = "it is a cell of type date, without a time of day", "write the day as a date"
        raise refuse_cell(name, number, "Received Date", cells["Received Date"], rule=rule, mend=mend)
    status = read_text(cells["Status"])
    if status not in ("Received", ""):
        rule, mend = "the list is of trucks with status 'Received'", "take the row out or correct it"
        raise refuse_cell(name, number, "Status", status, rule=rule, mend=mend)
    if not status:
        remarks.append("Status not given, counted as received")
    labels: list[str] = []
    for column, known in UNRWA_LABELS.items():
        label = read_text(cells[column])
        if (column, label) in UNRWA_SPELLINGS:
            remarks.append(f"{column} {label!r} read as {UNRWA_SPELLINGS[column, label]!r}")
            label = UNRWA_SPELLINGS[column, label]
        if not label:
            remarks.append(f"{column} not given")
            label = NOT_GIVEN
        elif label not in known:
            rule = f"the known values are {', '.join(known)}"
            mend = "correct it, or add it to UNRWA_LABELS in utils/aid/ingest/unrwa.py"
            raise refuse_cell(name, number, column, label, rule=rule, mend=mend)
        labels.append(label)
    trucks = parse_trucks(cells.get("No. of Trucks", 1))  # an edition without the column has a row a truck
    if trucks is None:
        rule, mend = "it is a whole number of at least 1", "correct the cell; a missing count is not a zero"
        raise refuse_cell(name, number, "No. of Trucks", cells["No. of Trucks"], rule=rule, mend=mend)
    return (received.isoformat(), *labels), trucks, remarks


def read_workbook(path: Path) -> Sequence[Sequence[object]]:
    """Read the sheet of a workbook that holds a line list, row by row, the header first.

    Parameters
    ----------
    path : Path
        An ``.xlsx`` file.

    Returns
    -------
    sequence of sequence
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
    return next((rows for rows in sheets if rows and "ID" in map(read_text, rows[0])), sheets[0])


def find_unrwa_publication(counted: Counted, *, name: str) -> date:
    """Give the day from which an UNRWA file was public: that of the newest edit in it.

    Raises
    ------
    InputError
        If no row says when it was edited.
    """
    if counted.edited is None:
        raise InputError(
            f"{name}: no 'Last Edited Time' is filled, but the newest one gives the day from which the file was public; "
            "fetch it again"
        )
    return counted.edited.date()
