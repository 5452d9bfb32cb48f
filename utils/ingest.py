"""From the publishers' line lists to checked daily tables.

Two sources publish lists in which one row is one truck: UNRWA ("commodities received", a workbook) and COGAT
(a CSV file). Both are revised, so that only the files themselves are honest vintages. `ingest` reads each
file, accounts for every row, counts trucks by day and by the labels that the project uses, and writes one
table a vintage together with `datapackage.json`. The table is named after the day from which its file was
public.

Nothing is imputed here: a label that the publisher left blank becomes ``not given``, an unknown weight stays
unknown, and a day without rows is not in the table.
"""

import csv
import hashlib
import io
import json
import os
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path

import python_calamine
from tqdm import tqdm

from .errors import InputError
from .project import DATA

NOT_GIVEN = "not given"
WAR_BEGAN = date(2023, 10, 7)

# The vintages that the project rests on, by the day from which each was public.
PUBLISHED: Mapping[str, tuple[date, ...]] = {
    "unrwa": (date(2024, 9, 11), date(2024, 10, 27), date(2024, 12, 24), date(2025, 1, 19)),
    "cogat": (date(2024, 9, 24),),
}

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
COGAT_COLUMNS = ("Index", "Date", "Route", "Classification", "Donor", "Aid (tons)")

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
COGAT_ROUTES = ("Aerial Route", "Land Crossings", "Maritime Route (JLOTS)")
COGAT_CLASSIFICATIONS = (
    "Combined Aid", "Essential infrastructure equipment", "Food", "Fuel", "Gas", "Medical Supplies",
    "Shelter Equipment", "UN and NGO equipment", "Water",
)  # fmt: skip
DONOR_GROUPS = ("other", "private sector")

# COGAT writes "Sept"; a format string with %b reads "Sep" alone, and depends on the machine's language.
MONTHS = {
    "Jan": 1, "Feb": 2, "Mar": 3, "Apr": 4, "May": 5, "Jun": 6, "Jul": 7, "Aug": 8, "Sep": 9, "Sept": 9,
    "Oct": 10, "Nov": 11, "Dec": 12,
}  # fmt: skip

# The heaviest loads in the list are full fuel tankers of up to 58.89 t; no lorry that may use a road carries
# more than 60 t. A row of the aerial route stands for a day's drops of one donor, at some 20 t an aircraft:
# ten aircraft at most.
MOST_TONNES = {"Land Crossings": 60, "Maritime Route (JLOTS)": 60, "Aerial Route": 200}

UNRWA_TITLE = "UNRWA, Gaza supplies and dispatch tracking, through the Humanitarian Data Exchange"
UNRWA_URL = "https://data.humdata.org/dataset/state-of-palestine-gaza-aid-truck-data"
COGAT_TITLE = "Coordination of Government Activities in the Territories (COGAT), Gaza aid data"
COGAT_URL = "https://gaza-aid-data.gov.il/"
CC_BY = {
    "name": "cc-by",
    "title": "Creative Commons Attribution International (CC BY), as the dataset's page states it",
    "path": "https://opendefinition.org/licenses/cc-by/",
}
NOT_STATED = {
    "name": "notspecified",
    "title": "The publisher states no licence; daily counts made by this project",
}
OURS = {"name": "MIT", "title": "MIT License, as the project", "path": "https://opensource.org/license/mit"}


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
class Ingested:
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


# ------------------------------------------------------------------------------------------------------------
# Schemas: one description for the check made here and for datapackage.json
# ------------------------------------------------------------------------------------------------------------


def _field(name: str, kind: str, description: str, *, required: bool = True, **constraints: object) -> dict:
    """Describe one column in the terms of Frictionless Table Schema v1."""
    constraints = {"required": required, **constraints}
    return {"name": name, "type": kind, "description": description, "constraints": constraints}


SCHEMAS: Mapping[str, dict] = {
    "unrwa": {
        "fields": [
            _field("date", "date", "Day on which the truck was received (UNRWA: Received Date)."),
            _field(
                "crossing",
                "string",
                "Place of entry; JLOTS is the pier, which is not by land.",
                enum=[*UNRWA_LABELS["Crossing"], NOT_GIVEN],
            ),
            _field(
                "donation_type",
                "string",
                "Who gave the load, as published; Private Sector is commercial.",
                enum=[*UNRWA_LABELS["Donation Type"], NOT_GIVEN],
            ),
            _field(
                "cargo_category",
                "string",
                "Kind of load, as published.",
                enum=[*UNRWA_LABELS["Cargo Category"], NOT_GIVEN],
            ),
            _field(
                "data_source",
                "string",
                "Who reported the truck to UNRWA; WFP LC appears in the last vintage.",
                enum=[*UNRWA_LABELS["Data Source"], NOT_GIVEN],
            ),
            _field("trucks", "integer", "Trucks received.", minimum=1),
        ],
        "primaryKey": ["date", "crossing", "donation_type", "cargo_category", "data_source"],
    },
    "cogat": {
        "fields": [
            _field("date", "date", "Day of entry (COGAT: Date)."),
            _field("route", "string", "Way of entry; trucks by land are Land Crossings.", enum=list(COGAT_ROUTES)),
            _field("classification", "string", "Kind of load, as published.", enum=list(COGAT_CLASSIFICATIONS)),
            _field(
                "donor_group",
                "string",
                "Private sector (commercial) or any other donor.",
                enum=list(DONOR_GROUPS),
            ),
            _field(
                "trucks",
                "integer",
                "Rows of the list: trucks by land; elsewhere a consignment or a day's drops.",
                minimum=1,
            ),
            _field(
                "tonnes",
                "number",
                "Sum of the known weights in tonnes; empty where none is known.",
                required=False,
                minimum=0,
            ),
            _field("trucks_without_tonnes", "integer", "Rows whose weight is unknown or implausible.", minimum=0),
        ],
        "primaryKey": ["date", "route", "classification", "donor_group"],
    },
    "quotes": {
        "fields": [
            _field("id", "string", "Stable name of the quote.", pattern="[a-z0-9]+(-[a-z0-9]+)*"),
            _field("date_start", "date", "First day that the figure speaks of."),
            _field("date_end", "date", "Last day that the figure speaks of, itself included."),
            _field("trucks", "number", "The figure: trucks, or trucks a day.", minimum=0),
            _field("statistic", "string", "Sum over the days, or mean a day.", enum=["total", "daily_mean"]),
            _field(
                "bound",
                "string",
                "exact as published, lower: at least, or approximate: figure or days, as the note says.",
                enum=["exact", "lower", "approximate"],
            ),
            _field(
                "basis",
                "string",
                "Whose count it is.",
                enum=["COGAT", "UNRWA", "OCHA", "State Department", "ERCS", "GMO", "other"],
            ),
            _field("scope", "string", "Which trucks and which crossings are counted."),
            _field("publisher", "string", "Where the figure was read."),
            _field(
                "published",
                "date",
                "Day from which it was public; of a month, the last day. Empty: never known as of any day.",
                required=False,
            ),
            _field(
                "published_precision",
                "string",
                "How well that day is known.",
                enum=["day", "month", "unknown"],
            ),
            _field("url", "string", "Page of the publisher.", pattern="https?://.+"),
            _field("note", "string", "What a reader has to know to use the figure."),
            _field("confidence", "string", "Our trust in the reading.", enum=["high", "medium", "low"]),
        ],
        "primaryKey": ["id"],
    },
    "events": {
        "fields": [
            _field("date", "date", "Day of the event, or of its report where the text says so."),
            _field("event", "string", "What happened."),
            _field(
                "kind",
                "string",
                "Kind of event.",
                enum=["holiday", "military", "crossing", "ceasefire", "policy", "assessment", "methodology"],
            ),
            _field(
                "shift",
                "string",
                "How it may have moved the daily count: a pause in the fighting, the opening of a crossing or road, a pledge "
                "to let more in, or the closing of a crossing, road or channel. Empty: nothing lasting, or unknown.",
                required=False,
                enum=["pause", "opening", "pledge", "closing"],
            ),
            _field(
                "url",
                "string",
                "Page that reports it; empty where computed.",
                required=False,
                pattern="https?://.+",
            ),
            _field("publisher", "string", "Who reports it, or how it was computed."),
        ],
        "primaryKey": ["date", "event"],
    },
    "holidays": {
        "fields": [
            _field("date", "date", "Day of the holiday (it begins on the evening before)."),
            _field("name", "string", "Name of the holiday."),
            _field(
                "kind",
                "string",
                "Full holiday, its eve, or another day of note.",
                enum=["full", "eve", "other"],
            ),
            _field("closes", "boolean", "Whether the crossings are expected to be shut for the whole day."),
            _field("origin", "string", "Where the date comes from.", enum=["holidays 0.109", "events.csv"]),
        ],
        "primaryKey": ["date"],
    },
}

CURATED: Mapping[str, dict] = {
    "quotes": {
        "title": "Published figures of trucks, one row a figure",
        "description": "Counts that publishers gave for one day or several, with basis and scope.",
        "sources": [{"title": "The page named in each row (columns publisher and url)"}],
    },
    "events": {
        "title": "Events around the crossings",
        "description": "Openings, closures, decisions and changes of method, October 2023 to March 2025.",
        "sources": [{"title": "The page named in each row (columns publisher and url)"}],
    },
    "holidays": {
        "title": "Israeli holidays and whether the crossings are expected to be shut",
        "description": "2023-10-01 to 2025-02-28; from the library holidays, completed from events.csv.",
        "sources": [
            {"title": "holidays 0.109", "path": "https://pypi.org/project/holidays/0.109/"},
            {"title": "events.csv of this package"},
        ],
    },
}


# ------------------------------------------------------------------------------------------------------------
# Checks of single cells
# ------------------------------------------------------------------------------------------------------------


def _refuse(name: str, row: int, column: str, value: object, rule: str, mend: str) -> InputError:
    """Build the one-line error for a cell: file, row, value, rule, mend."""
    return InputError(f"{name}, row {row}: {column} is {value!r}, but {rule}; {mend}")


def _text(value: object) -> str:
    """Give a cell as text without blanks around it; an empty cell gives ``""``."""
    return "" if value is None else str(value).strip()


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
    columns = [_text(cell) for cell in header]
    known = [tuple(columns_known) for columns_known in known]
    if len(set(columns)) == len(columns) and any(set(columns) == set(candidate) for candidate in known):
        return {column: place for place, column in enumerate(columns)}
    nearest = min(known, key=lambda candidate: len(set(candidate) ^ set(columns)))
    new = sorted(set(columns) - set(nearest)) or "none"
    missing = sorted(set(nearest) - set(columns)) or "none"
    twice = sorted(column for column, n in Counter(columns).items() if n > 1) or "none"
    raise InputError(
        f"{name}, row 1: unknown column set (new: {new}, missing: {missing}, twice: {twice}), but a line "
        "list has exactly the columns of a known edition; take the file out of the folder, or describe the new "
        "edition in utils/ingest.py"
    )


def parse_cogat_date(text: str) -> date:
    """Read a day such as ``9 Apr 2024`` or ``2 Sept 2024``.

    Raises
    ------
    ValueError
        If the text has another form or names no day of the calendar.

    Examples
    --------
    >>> parse_cogat_date("2 Sept 2024")
    datetime.date(2024, 9, 2)
    """
    match = re.fullmatch(r"(\d{1,2}) ([A-Z][a-z]{2,3}) (\d{4})", text)
    if match is None or match[2] not in MONTHS:
        raise ValueError(text)
    return date(int(match[3]), MONTHS[match[2]], int(match[1]))


def parse_tonnes(text: str, *, route: str) -> tuple[Decimal | None, str | None]:
    """Read a weight; say why it is not known where it is not.

    Parameters
    ----------
    text : str
        The cell: a decimal number in tonnes, or ``-`` or nothing for unknown.
    route : str
        One of `COGAT_ROUTES`; a load above ``MOST_TONNES[route]`` or not above zero is implausible.

    Returns
    -------
    tonnes : Decimal or None
        The weight in tonnes.
    remark : str or None
        Why `tonnes` is None.

    Raises
    ------
    ValueError
        If the text is neither a number nor a sign for unknown.

    Examples
    --------
    >>> parse_tonnes("20", route="Land Crossings")
    (Decimal('20'), None)
    >>> parse_tonnes("-", route="Land Crossings")
    (None, 'weight unknown')
    """
    if text in ("-", ""):
        return None, "weight unknown"
    try:
        tonnes = Decimal(text)
    except InvalidOperation:
        raise ValueError(text) from None
    if not tonnes.is_finite():
        raise ValueError(text)
    if not 0 < tonnes <= MOST_TONNES[route]:
        return None, "weight implausible, taken as unknown"
    return tonnes, None


def _trucks(value: object) -> int | None:
    """Give a whole number of trucks of at least one, or None if the cell holds none."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    if value < 1 or not float(value).is_integer():
        return None
    return int(value)


# ------------------------------------------------------------------------------------------------------------
# Counting
# ------------------------------------------------------------------------------------------------------------


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


def count_cogat(rows: Sequence[Sequence[str]], *, name: str) -> Counted:
    """Count the rows of a COGAT line list by day, route, classification and donor group.

    Parameters
    ----------
    rows : sequence of rows of str
        Header first, then a row a truck, as the CSV file gives them.
    name : str
        Name of the file, for errors.

    Returns
    -------
    Counted
        Table with the columns of ``SCHEMAS["cogat"]``.

    Raises
    ------
    InputError
        On an unknown column set, route or classification, a day or weight of unknown form, a blank donor, a
        row of another length than the header's, or a list without rows.

    Notes
    -----
    Rows that are wholly blank, or repeat an earlier row in every cell, are set aside. The running number
    alone does not make a repeat: 51304 stands on two different rows of the list of September 2024, and both
    are counted.
    """
    place = check_columns(rows[0] if rows else [], name=name, known=(COGAT_COLUMNS,))
    trucks_of: Counter[tuple[str, ...]] = Counter()
    unknown_of: Counter[tuple[str, ...]] = Counter()
    tonnes_of: dict[tuple[str, ...], Decimal] = {}
    aside: Counter[str] = Counter()
    remarks: Counter[str] = Counter()
    seen: dict[str, set[tuple[str, ...]]] = {}
    for number, row in enumerate(rows[1:], start=2):
        if not any(_text(cell) for cell in row):
            aside["blank row"] += 1
            continue
        if len(row) != len(place):
            raise _refuse(name, number, "number of cells", len(row), f"the header has {len(place)}", "mend the row")
        index, earlier = row[place["Index"]], seen.setdefault(row[place["Index"]], set())
        if tuple(row) in earlier:
            aside["repeat of an earlier row"] += 1
            continue
        if earlier:
            remarks["Index used before by a different row"] += 1
        earlier.add(tuple(row))
        if not _text(index):
            raise _refuse(name, number, "Index", index, "each row has one", "give the row its Index or take it out")
        key, tonnes, notes = _read_cogat_row(row, place=place, name=name, number=number)
        trucks_of[key] += 1
        remarks.update(notes)
        if tonnes is None:
            unknown_of[key] += 1
        else:
            tonnes_of[key] = tonnes_of.get(key, Decimal(0)) + tonnes
    table = tuple((*key, str(n), _tonnes_cell(tonnes_of.get(key)), str(unknown_of[key])) for key, n in sorted(trucks_of.items()))
    return _counted(
        table,
        rows,
        aside=aside,
        remarks=remarks,
        edited=None,
        name=name,
        rows_counted=sum(map(len, seen.values())),
        trucks=trucks_of.total(),
    )


def _read_cogat_row(
    row: Sequence[str], *, place: Mapping[str, int], name: str, number: int
) -> tuple[tuple[str, ...], Decimal | None, list[str]]:
    """Read one row of a COGAT list: its key in the table, its weight in tonnes or None, and remarks."""
    cells = {column: _text(row[at]) for column, at in place.items()}
    remarks: list[str] = []
    try:
        day = parse_cogat_date(cells["Date"])
    except ValueError:
        rule, mend = "a day is written like '9 Apr 2024' or '2 Sept 2024'", "correct the cell"
        raise _refuse(name, number, "Date", cells["Date"], rule, mend) from None
    if " Sept " in cells["Date"]:
        remarks.append("month written 'Sept'")
    for column, known in (("Route", COGAT_ROUTES), ("Classification", COGAT_CLASSIFICATIONS)):
        if cells[column] not in known:
            rule = f"the known values are {', '.join(known)}"
            mend = f"correct it, or add it to COGAT_{column.upper()}S in utils/ingest.py"
            raise _refuse(name, number, column, cells[column], rule, mend)
    if not cells["Donor"]:
        rule = "without a donor the truck is neither private nor other"
        raise _refuse(name, number, "Donor", cells["Donor"], rule, "fill the cell")
    try:
        tonnes, unknown = parse_tonnes(cells["Aid (tons)"], route=cells["Route"])
    except ValueError:
        rule, mend = "a weight is a number of tonnes or '-'", "correct the cell"
        raise _refuse(name, number, "Aid (tons)", cells["Aid (tons)"], rule, mend) from None
    if unknown:
        remarks.append(unknown)
    group = "private sector" if cells["Donor"].casefold().startswith("private sector") else "other"
    return (day.isoformat(), cells["Route"], cells["Classification"], group), tonnes, remarks


def _tonnes_cell(tonnes: Decimal | None) -> str:
    """Write a sum of tonnes to the kilogram; an unknown one stays empty."""
    if tonnes is None:
        return ""
    text = f"{tonnes:.3f}".rstrip("0")
    return text + "0" if text.endswith(".") else text


def _counted(
    table: tuple[tuple[str, ...], ...],
    rows: Sequence[Sequence[object]],
    *,
    aside: Counter[str],
    remarks: Counter[str],
    edited: datetime | None,
    name: str,
    rows_counted: int,
    trucks: int,
) -> Counted:
    """Close the account of a list and refuse one that holds no truck."""
    if not table:
        raise InputError(f"{name}: holds {len(rows) - 1} rows and no truck, but a line list has some; fetch it again")
    return Counted(
        table=table,
        rows_read=len(rows) - 1,
        rows_counted=rows_counted,
        rows_set_aside=dict(sorted(aside.items())),
        remarks=dict(sorted(remarks.items())),
        trucks=trucks,
        first=date.fromisoformat(table[0][0]),
        last=date.fromisoformat(table[-1][0]),
        edited=edited,
    )


# ------------------------------------------------------------------------------------------------------------
# Reading files
# ------------------------------------------------------------------------------------------------------------


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


def _published_unrwa(counted: Counted, *, name: str) -> date:
    """Give the day from which an UNRWA file was public: that of the newest edit in it."""
    if counted.edited is None:
        raise InputError(
            f"{name}: no 'Last Edited Time' is filled, but the newest one gives the day from which the file "
            "was public; fetch it again"
        )
    return counted.edited.date()


def _published_cogat(counted: Counted, *, name: str) -> date:
    """Give the day from which a COGAT file was public: the one in its name, since the rows carry none."""
    days = re.findall(r"\d{4}-\d{2}-\d{2}", name)
    try:
        (day,) = (date.fromisoformat(text) for text in days)
    except ValueError:
        raise InputError(
            f"{name}: names {len(days)} days, but a COGAT file carries the one day from which it was public; "
            "rename it like cogat_aid_data_vintage_2024-09-24.csv"
        ) from None
    return day


def read_original(path: Path) -> Ingested:
    """Read and count one original, recognised by its kind of file and its columns.

    Parameters
    ----------
    path : Path
        An UNRWA workbook (``.xlsx``) or a COGAT list (``.csv``).

    Returns
    -------
    Ingested

    Raises
    ------
    InputError
        See `count_unrwa` and `count_cogat`; also if a day lies before the war or after the day of
        publication.
    """
    if path.suffix.lower() == ".xlsx":
        source, counted = "unrwa", count_unrwa(read_workbook(path), name=path.name)
        published = _published_unrwa(counted, name=path.name)
    else:
        source, counted = "cogat", count_cogat(read_csv(path), name=path.name)
        published = _published_cogat(counted, name=path.name)
    for day in (counted.first, counted.last):
        if not WAR_BEGAN <= day <= published:
            raise InputError(
                f"{path.name}: has trucks on {day}, but they lie from {WAR_BEGAN} to the day of publication, "
                f"{published}; correct the day or the file's day of publication"
            )
    content = path.read_bytes()
    return Ingested(
        source=source,
        published=published,
        original=path.name,
        sha256=hashlib.sha256(content).hexdigest(),
        bytes=len(content),
        counted=counted,
    )


def find_originals(folder: Path) -> list[Path]:
    """List the workbooks and CSV files of a folder by name, hidden and lock files left out.

    Raises
    ------
    InputError
        If the folder does not exist or holds none.
    """
    if not folder.is_dir():
        raise InputError(f"{folder}: is no folder, but the originals lie in one; give the folder that holds them")
    paths = sorted(
        path for path in folder.iterdir()
        if path.is_file()
        and path.suffix.lower() in (".xlsx", ".csv")
        and not path.name.startswith((".", "~$"))
    )  # fmt: skip
    if not paths:
        raise InputError(f"{folder}: holds no .xlsx and no .csv file, but the originals are such; give their folder")
    return paths


def _check_complete(found: Sequence[Ingested], *, vintages: Mapping[str, Sequence[date]], folder: Path) -> None:
    """Refuse a folder that lacks a known vintage, or has an unknown one or the same one twice."""
    first: dict[tuple[str, date], str] = {}
    for item in found:
        known = sorted(vintages.get(item.source, ()))
        if item.published not in known:
            raise InputError(
                f"{item.original}: was public from {item.published}, but the known {item.source} vintages "
                f"are {', '.join(map(str, known)) or 'none'}; take it out, or add the day to PUBLISHED in "
                "utils/ingest.py"
            )
        earlier = first.setdefault((item.source, item.published), item.original)
        if earlier != item.original:
            raise InputError(
                f"{item.original}: was public from {item.published} as {earlier} was, but a day has one "
                "vintage; take one of them out"
            )
    missing = [f"{source} of {day}" for source, days in vintages.items() for day in days if (source, day) not in first]
    if missing:
        raise InputError(f"{folder}: lacks {', '.join(missing)}, but all vintages are read together; put the missing files there")


# ------------------------------------------------------------------------------------------------------------
# Writing
# ------------------------------------------------------------------------------------------------------------


def _csv_bytes(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Write rows as CSV in UTF-8 with LF line ends."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()


def _columns(schema: Mapping) -> list[str]:
    return [column["name"] for column in schema["fields"]]


_READERS: Mapping[str, Callable[[str], object]] = {
    "date": date.fromisoformat,
    "integer": int,
    "number": Decimal,
    "string": str,
    "boolean": {"true": True, "false": False}.__getitem__,
}


def check_table(path: Path, schema: Mapping) -> int:
    """Check a CSV table against its schema, cell by cell.

    Parameters
    ----------
    path : Path
        The table.
    schema : Mapping
        One of `SCHEMAS`, in the terms of Frictionless Table Schema v1: types, required, enum, minimum,
        pattern and primary key.

    Returns
    -------
    int
        Number of rows.

    Raises
    ------
    InputError
        Names file, row, column, value and rule.
    """
    rows = read_csv(path)
    if not rows or rows[0] != _columns(schema):
        raise InputError(
            f"{path.name}, row 1: header is {rows[0] if rows else []!r}, but the schema has "
            f"{_columns(schema)!r}; restore the columns"
        )
    key_places = [_columns(schema).index(column) for column in schema["primaryKey"]]
    keys: set[tuple[str, ...]] = set()
    for number, row in enumerate(rows[1:], start=2):
        if len(row) != len(schema["fields"]):
            raise _refuse(path.name, number, "number of cells", len(row), "it differs from the header's", "mend the row")
        for cell, column in zip(row, schema["fields"], strict=True):
            broken = _broken_rule(cell, column)
            if broken:
                raise _refuse(path.name, number, column["name"], cell, broken, "correct the cell")
        key = tuple(row[at] for at in key_places)
        if key in keys:
            raise _refuse(path.name, number, "+".join(schema["primaryKey"]), key, "it names one row", "join the two")
        keys.add(key)
    return len(rows) - 1


def _broken_rule(cell: str, column: Mapping) -> str | None:
    """Give the rule of a column that a cell breaks, or None."""
    limits = column["constraints"]
    if cell == "":
        return "it is required" if limits.get("required") else None
    try:
        value = _READERS[column["type"]](cell)
    except (ValueError, KeyError, InvalidOperation):
        return f"it is of type {column['type']}"
    if "enum" in limits and cell not in limits["enum"]:
        return f"the known values are {', '.join(limits['enum'])}"
    if "minimum" in limits and not value >= limits["minimum"]:
        return f"it is at least {limits['minimum']}"
    if "pattern" in limits and not re.fullmatch(limits["pattern"], cell):
        return f"it matches {limits['pattern']}"
    return None


def check_quotes(path: Path) -> int:
    """Check the table of quotes: its schema, and what ties its days together.

    Raises
    ------
    InputError
        If a quote ends before it begins, was published before its last day, or states a precision of a day of
        publication that it does not give.
    """
    n = check_table(path, SCHEMAS["quotes"])
    columns, *rows = read_csv(path)
    for number, row in enumerate(rows, start=2):
        quote = dict(zip(columns, row, strict=True))
        if quote["date_end"] < quote["date_start"]:
            rule = f"it begins on {quote['date_start']}"
            raise _refuse(path.name, number, "date_end", quote["date_end"], rule, "correct one of the two")
        if (quote["published"] == "") != (quote["published_precision"] == "unknown"):
            rule = f"published is {quote['published']!r}"
            raise _refuse(
                path.name,
                number,
                "published_precision",
                quote["published_precision"],
                rule,
                "correct one of the two",
            )
        if quote["published"] and quote["published"] < quote["date_end"]:
            rule = f"the figure speaks of days up to {quote['date_end']}"
            raise _refuse(path.name, number, "published", quote["published"], rule, "correct one of the two")
    return n


def _check_curated(name: str, path: Path) -> None:
    if not path.is_file():
        raise InputError(f"{path}: is missing, but the package holds it; restore {path.name} from version control")
    if name == "quotes":
        check_quotes(path)
    else:
        check_table(path, SCHEMAS[name])


def _resource(name: str, schema_name: str, content: bytes, **properties: object) -> dict:
    """Describe one table of the package (Frictionless Tabular Data Resource v1)."""
    return {
        "name": name,
        "path": f"{name}.csv",
        "profile": "tabular-data-resource",
        **properties,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "schema": SCHEMAS[schema_name],
    }


def _vintage_resource(item: Ingested, content: bytes) -> dict:
    """Describe the table of one vintage, with its original and the account of its rows."""
    unrwa = item.source == "unrwa"
    counted = item.counted
    who = "UNRWA, trucks received" if unrwa else "COGAT, trucks entered"
    return _resource(
        item.name,
        item.source,
        content,
        title=f"{who}, by day, as public from {item.published}",
        description=(
            "Daily counts by crossing, donation type, cargo category and data source."
            if unrwa
            else "Daily counts by route, classification and donor group, with the known tonnes."
        ),
        licenses=[CC_BY if unrwa else NOT_STATED],
        sources=[{"title": UNRWA_TITLE, "path": UNRWA_URL} if unrwa else {"title": COGAT_TITLE, "path": COGAT_URL}],
        source=item.source,
        published=item.published.isoformat(),
        covers={"first": counted.first.isoformat(), "last": counted.last.isoformat()},
        original={
            "name": item.original,
            "sha256": item.sha256,
            "bytes": item.bytes,
            "rows_read": counted.rows_read,
            "rows_counted": counted.rows_counted,
            "trucks": counted.trucks,
            "rows_set_aside": dict(counted.rows_set_aside),
            "remarks": dict(counted.remarks),
        },
    )


def _curated_resource(name: str, content: bytes) -> dict:
    """Describe one of the tables that the project compiled itself."""
    return _resource(name, name, content, licenses=[OURS], **CURATED[name])


def _package(resources: Sequence[Mapping]) -> dict:
    """Describe the whole package (Frictionless Tabular Data Package v1), without a time of making."""
    return {
        "profile": "tabular-data-package",
        "name": "gaza-aid-trucks-daily",
        "title": "Aid trucks into Gaza, daily counts by two sources, October 2023 to January 2025",
        "description": (
            "Daily counts made from line lists of UNRWA and COGAT, one table a vintage, with published "
            "figures, events and holidays. README.md beside this file is the datasheet."
        ),
        "sources": [{"title": UNRWA_TITLE, "path": UNRWA_URL}, {"title": COGAT_TITLE, "path": COGAT_URL}],
        "resources": list(resources),
    }


def _json_bytes(value: object) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()


def _move_all(staged: Path, out: Path) -> None:
    """Move every staged file into `out`; on a failure put back what was there before."""
    kept = staged / "before"
    kept.mkdir()
    moved: list[str] = []
    try:
        for path in sorted(path for path in staged.iterdir() if path.is_file()):
            target = out / path.name
            if target.exists():
                shutil.copy2(target, kept / path.name)
            moved.append(path.name)
            os.replace(path, target)
    except BaseException:
        for name in moved:
            if (kept / name).exists():
                os.replace(kept / name, out / name)
            elif not (staged / name).exists():
                (out / name).unlink(missing_ok=True)
        raise


def _write_together(files: Mapping[str, bytes], *, out: Path, check: Callable[[Path], None]) -> None:
    """Write files to a temporary folder in `out`, check them there, then move them in place: all or none."""
    made = not out.exists()
    out.mkdir(parents=True, exist_ok=True)
    staged = Path(tempfile.mkdtemp(prefix=".ingest-", dir=out))
    try:
        for name, content in files.items():
            (staged / name).write_bytes(content)
        check(staged)
        _move_all(staged, out)
    except BaseException:
        shutil.rmtree(staged, ignore_errors=True)
        if made:
            shutil.rmtree(out, ignore_errors=True)
        raise
    shutil.rmtree(staged)


def _curated_bytes(out: Path) -> dict[str, bytes]:
    """Read the project's own tables, from `out` or else from the package, after a check of each."""
    contents = {}
    for name in CURATED:
        path = out / f"{name}.csv"
        path = path if path.is_file() else DATA / f"{name}.csv"
        _check_curated(name, path)
        contents[name] = path.read_bytes()
    return contents


def ingest(
    folder: str | Path,
    *,
    out: str | Path = DATA,
    progress: bool = True,
    vintages: Mapping[str, Sequence[date]] = PUBLISHED,
) -> list[Ingested]:
    """Read the originals of a folder and write the daily tables and `datapackage.json`.

    Parameters
    ----------
    folder : path
        Holds the UNRWA workbooks and the COGAT list, and no other ``.xlsx`` or ``.csv`` file.
    out : path
        Folder of the package. Its own quotes, events and holidays are checked and described, not remade;
        where it has none, the project's are copied.
    progress : bool
        Whether to show a progress bar on standard error.
    vintages : mapping of str to sequence of date
        The days of publication that must be found, no more and no fewer.

    Returns
    -------
    list of Ingested
        One a vintage, by source and day of publication: rows read = rows counted + rows set aside.

    Raises
    ------
    InputError
        If a file, row or cell breaks a rule. Nothing is written then.

    Notes
    -----
    A vintage's id is the day from which its file was public: for UNRWA that of the newest ``Last Edited
    Time`` in it, for COGAT the one in the file's name. The same originals give the same bytes.
    """
    folder, out = Path(folder), Path(out)
    paths = find_originals(folder)
    found: list[Ingested] = []
    with tqdm(total=sum(path.stat().st_size for path in paths), unit="B", unit_scale=True, disable=not progress) as bar:
        for path in paths:
            bar.set_description(path.name)
            found.append(read_original(path))
            bar.update(path.stat().st_size)
    found.sort(key=lambda item: (item.source, item.published))
    _check_complete(found, vintages=vintages, folder=folder)

    curated = _curated_bytes(out)
    files: dict[str, bytes] = {}
    resources: list[dict] = []
    for item in found:
        content = _csv_bytes(_columns(SCHEMAS[item.source]), item.counted.table)
        files[f"{item.name}.csv"] = content
        resources.append(_vintage_resource(item, content))
    for name, content in curated.items():
        files[f"{name}.csv"] = content
        resources.append(_curated_resource(name, content))
    files["datapackage.json"] = _json_bytes(_package(resources))

    def check(staged: Path) -> None:
        for item in found:
            check_table(staged / f"{item.name}.csv", SCHEMAS[item.source])

    _write_together(files, out=out, check=check)
    return found


def refresh_package(*, folder: str | Path = DATA) -> None:
    """Describe quotes, events and holidays anew after one of them was edited by hand.

    Parameters
    ----------
    folder : path
        Folder of the package.

    Raises
    ------
    InputError
        If a table breaks its schema, if there is no package, or if the table of a vintage is not the one that
        `ingest` wrote: those are made from the originals and not edited.
    """
    folder = Path(folder)
    path = folder / "datapackage.json"
    if not path.is_file():
        raise InputError(f"{path}: is missing, but there is nothing to refresh without it; run ingest first")
    resources = []
    for resource in json.loads(path.read_bytes())["resources"]:
        name = resource["name"]
        table = folder / f"{name}.csv"
        if name in CURATED:
            _check_curated(name, table)
            resource = _curated_resource(name, table.read_bytes())
        elif f"sha256:{hashlib.sha256(table.read_bytes()).hexdigest()}" != resource["hash"]:
            raise InputError(f"{table.name}: differs from its hash in {path.name}, but ingest alone writes it; run ingest")
        resources.append(resource)
    _write_together({path.name: _json_bytes(_package(resources))}, out=folder, check=lambda staged: None)


# ------------------------------------------------------------------------------------------------------------
# Holidays
# ------------------------------------------------------------------------------------------------------------

HOLIDAYS_VERSION = "0.109"
HOLIDAYS_FIRST, HOLIDAYS_LAST = date(2023, 10, 1), date(2025, 2, 28)
# The library's own names, spelled one way. Public holidays that it knows close the crossings.
_FULL_NAMES = {
    "Pesach": "Passover day 1",
    "Seventh day of Pesach": "Passover day 7",
    "Independence Day": "Independence Day",
    "Independence Day (observed)": "Independence Day (observed)",
    "Shavuot": "Shavuot",
    "Yom Kippur": "Yom Kippur",
    "Sukkot": "Sukkot day 1",
    "Simchat Torah / Shemini Atzeret": "Shemini Atzeret / Simchat Torah",
}
_OTHER_NAMES = ("Purim", "Hanukkah", "Tisha B'Av")


def list_holidays() -> list[tuple[str, ...]]:
    """List the holidays of the period: full days, their eves, and other days of note.

    Returns
    -------
    list of tuple of str
        Cells of ``holidays.csv``, by date.

    Raises
    ------
    InputError
        If another version of the library ``holidays`` is installed, or it gives a public holiday of unknown
        name.

    Notes
    -----
    The practice note in ``events.csv`` (3 October 2024) has the crossings shut on full holidays, with
    closures on their eves. COGAT's list bears out the first (no truck, or only the 7 and 8 of Passover) but
    not the second: trucks entered on the eves of 2024, so that an eve is no closed day here. Independence Day
    2024 saw 56 trucks: fewer, not none. Muslim holidays, which the library leaves out for Israel, come from
    ``events.csv`` and close nothing.
    """
    import holidays  # needed once, to freeze the table; reading it needs no library

    if holidays.__version__ != HOLIDAYS_VERSION:
        raise InputError(
            f"holidays {holidays.__version__}: is installed, but the table is frozen from {HOLIDAYS_VERSION}; "
            f"run pip install holidays=={HOLIDAYS_VERSION}"
        )
    origin = f"holidays {HOLIDAYS_VERSION}"
    years = range(HOLIDAYS_FIRST.year, HOLIDAYS_LAST.year + 1)
    full: dict[date, str] = {}
    for day, name in holidays.country_holidays("IL", years=years, language="en_US").items():
        if name == "Rosh Hashanah":
            name = f"Rosh Hashanah day {1 if day + timedelta(days=1) in holidays.IL(years=day.year) else 2}"
        elif name in _FULL_NAMES:
            name = _FULL_NAMES[name]
        else:
            raise InputError(f"holidays: gives {name!r} on {day}, but its rule is not known; add it to utils/ingest.py")
        full[day] = name
    rows = {day: (name, "full", "true", origin) for day, name in full.items()}
    for day, name in full.items():
        eve = day - timedelta(days=1)
        rows.setdefault(eve, (f"Eve of {re.sub(' day 1$', '', name)}", "eve", "false", origin))
    minor = holidays.country_holidays("IL", years=years, language="en_US", categories=("optional", "school"))
    for day, name in minor.items():
        if name in _OTHER_NAMES:
            rows.setdefault(day, (name, "other", "false", origin))
    columns, *events = read_csv(DATA / "events.csv")
    for event in (dict(zip(columns, cells, strict=True)) for cells in events):
        day = date.fromisoformat(event["date"])
        if event["kind"] == "holiday" and event["event"].startswith("Eid "):
            rows.setdefault(day, (event["event"], "other", "false", "events.csv"))
    return [(day.isoformat(), *cells) for day, cells in sorted(rows.items()) if HOLIDAYS_FIRST <= day <= HOLIDAYS_LAST]


def freeze_holidays(*, out: str | Path = DATA) -> Path:
    """Write ``holidays.csv`` anew. `refresh_package` then describes it.

    Parameters
    ----------
    out : path
        Folder to write to.

    Returns
    -------
    Path
        The table.

    Raises
    ------
    InputError
        See `list_holidays`.
    """
    out = Path(out)
    content = _csv_bytes(_columns(SCHEMAS["holidays"]), list_holidays())

    def check(staged: Path) -> None:
        check_table(staged / "holidays.csv", SCHEMAS["holidays"])

    _write_together({"holidays.csv": content}, out=out, check=check)
    return out / "holidays.csv"
