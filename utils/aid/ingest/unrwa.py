"""Read and count UNRWA's line list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from ...common.errors import InputError
from .labels import fold_known, match_label, suggest_labels
from .line_list import NOT_GIVEN, CellError, Counted, check_columns, close_account, join_faults, read_text, refuse_cell

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
_KNOWN = {
    column: fold_known(labels)
    | {key: label for (of, text), label in UNRWA_SPELLINGS.items() if of == column for key in fold_known([text])}
    for column, labels in UNRWA_LABELS.items()
}
_RECEIVED = fold_known(["Received"])

#: Every row so far is one truck; a row of many would be a convoy, and one of hundreds a slip.
MOST_TRUCKS = 50


def parse_trucks(value: object) -> int | None:
    """Read a whole number of trucks from one to `MOST_TRUCKS`; None if the cell holds no such number.

    >>> parse_trucks(3.0), parse_trucks(1.5), parse_trucks(0), parse_trucks("1"), parse_trucks(float("nan")), parse_trucks(2000.0)
    (3, None, None, None, None, None)
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return int(value) if 1 <= value <= MOST_TRUCKS and float(value).is_integer() else None


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
        whole or above `MOST_TRUCKS`, an ID that is no number or used for two different rows, or a list without rows.

    Notes
    -----
    Editions before December 2024 have no column "No. of Trucks": there a row is one truck, as every row of
    the later editions is. A blank label is counted as ``not given``; a blank status as received, since the
    list is by its title one of commodities received. Rows that are wholly blank, or repeat an earlier row in
    every cell, are set aside.

    Examples
    --------
    >>> columns = UNRWA_COLUMNS_SINCE_DECEMBER_2024
    >>> truck = {"ID": 1, "No. of Trucks": 2, "Received Date": date(2024, 9, 9), "Crossing": "KEREM SHALOM", "Data Source": "WFP"}
    >>> counted = count_unrwa([columns, [truck.get(column, "") for column in columns]], name="list.xlsx")
    >>> counted.table
    (('2024-09-09', 'Kerem Shalom', 'not given', 'not given', 'WFP', '2'),)
    """
    columns, *body = rows or [()]
    place = check_columns(columns, name=name, known=(UNRWA_COLUMNS_UNTIL_NOVEMBER_2024, UNRWA_COLUMNS_SINCE_DECEMBER_2024))
    trucks_of: Counter[tuple[str, ...]] = Counter()
    set_aside: Counter[str] = Counter()
    remarks: Counter[str] = Counter()
    seen: dict[int, int] = {}  # hash of the row by its ID: the rows themselves would fill the memory
    faults: list[CellError] = []
    edited: datetime | None = None
    for number, row in enumerate(body, start=2):
        if not any(read_text(cell) for cell in row):
            set_aside["blank row"] += 1
            continue
        try:
            identity = _read_identity(row[place["ID"]], name=name, number=number)
            if identity in seen:
                if seen[identity] != hash(tuple(map(str, row))):
                    rule, mend = "an earlier row of other content has the same ID", "ask the publisher which of the two is right"
                    raise refuse_cell(name, number, "ID", row[place["ID"]], rule=rule, mend=mend)
                set_aside["repeat of an earlier row"] += 1
                continue
            seen[identity] = hash(tuple(map(str, row)))
            key, trucks, row_remarks = _read_row(row, place=place, name=name, number=number)
            stamp = _read_edit(row[place["Last Edited Time"]], name=name, number=number)
        except CellError as fault:
            faults.append(fault)
            continue
        trucks_of[key] += trucks
        remarks.update(row_remarks)
        edited = max(filter(None, (edited, stamp)), default=None)
    if faults:
        raise join_faults(faults)
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


def _read_identity(value: object, *, name: str, number: int) -> int:
    """Read the ID of a row: a number, since a text "1.0" might be the number 1 or not."""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < 1e15 and float(value).is_integer():
        return int(value)
    mend = "give the row its ID or take it out"
    raise refuse_cell(name, number, "ID", value, rule="each truck has one, a whole number in a cell of type number", mend=mend)


def _read_edit(value: object, *, name: str, number: int) -> datetime | None:
    """Read when a row was last edited; None where that is left blank."""
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):  # midnight, as the reader gives it
        return datetime.combine(value, datetime.min.time())
    if read_text(value):
        rule, mend = "it is a date and time", "correct or empty the cell"
        raise refuse_cell(name, number, "Last Edited Time", value, rule=rule, mend=mend)
    return None


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
    if status and not match_label(status, _RECEIVED):
        rule, mend = "the list is of trucks with status 'Received'", "take the row out or correct it"
        raise refuse_cell(name, number, "Status", status, rule=rule, mend=mend)
    if not status:
        remarks.append("Status not given, counted as received")
    labels: list[str] = []
    for column, known in _KNOWN.items():
        text = read_text(cells[column])
        label = match_label(text, known) if text else NOT_GIVEN
        if label is None:
            rule = f"the known values are {', '.join(UNRWA_LABELS[column])}"
            mends = [suggest_labels(text, known), "correct it, or add it to UNRWA_LABELS in utils/aid/ingest/unrwa.py"]
            raise refuse_cell(name, number, column, cells[column], rule=rule, mend=", so ".join(filter(None, mends)))
        if not text:
            remarks.append(f"{column} not given")
        elif label != text:
            remarks.append(f"{column} {text[:40]!r} read as {label!r}")
        labels.append(label)
    trucks = parse_trucks(cells.get("No. of Trucks", 1))  # an edition without the column has a row a truck
    if trucks is None:
        rule = f"it is a whole number from 1 to {MOST_TRUCKS}"
        mend = "correct the cell; a missing count is not a zero"
        raise refuse_cell(name, number, "No. of Trucks", cells["No. of Trucks"], rule=rule, mend=mend)
    return (received.isoformat(), *labels), trucks, remarks


def find_unrwa_publication(counted: Counted, *, name: str) -> date:
    """Give the day from which an UNRWA file was public: that of the newest edit in it.

    Raises
    ------
    InputError
        If no row says when it was edited.

    Examples
    --------
    >>> numbers = {"rows_read": 1, "rows_counted": 1, "trucks": 1, "set_aside": {}, "remarks": {}}
    >>> counted = close_account((("2024-09-09", "1"),), name="list.xlsx", **numbers, edited=datetime(2024, 9, 11, 9, 47))
    >>> find_unrwa_publication(counted, name="list.xlsx")
    datetime.date(2024, 9, 11)
    """
    if counted.edited is None:
        raise InputError(
            f"{name}: no 'Last Edited Time' is filled, but the newest one gives the day from which the file was public; "
            "fetch it again"
        )
    return counted.edited.date()
