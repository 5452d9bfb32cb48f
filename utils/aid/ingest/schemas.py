"""Schemas of the counted tables, and the check of any table against its schema.

A schema is a Frictionless Table Schema v1. Those of the two sources stand here, beside the labels that the lists are read with;
those of the tables kept by hand stand in `data/datapackage.json` alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from ...common.errors import InputError
from .cogat import COGAT_CLASSIFICATIONS, COGAT_ROUTES, DONOR_GROUPS
from .line_list import NOT_GIVEN, read_csv, refuse_cell
from .unrwa import UNRWA_LABELS


def _field(name: str, kind: str, description: str, *, required: bool = True, **constraints: object) -> dict[str, Any]:
    """Describe one column."""
    return {"name": name, "type": kind, "description": description, "constraints": {"required": required, **constraints}}


SCHEMAS: Mapping[str, dict[str, Any]] = {
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
}

# One spelling a value: Python itself would also read 1_000, " 5", NaN, or the day 2024-W45-5.
_FORMS: Mapping[str, str] = {
    "date": "[0-9]{4}-[0-9]{2}-[0-9]{2}",
    "integer": "-?[0-9]+",
    "number": r"-?[0-9]+(\.[0-9]+)?",
    "boolean": "true|false",
    "string": "(?s:.*)",
}


def list_columns(schema: Mapping[str, Any]) -> list[str]:
    """List the columns of a schema, in order.

    >>> list_columns(SCHEMAS["unrwa"])
    ['date', 'crossing', 'donation_type', 'cargo_category', 'data_source', 'trucks']
    """
    return [column["name"] for column in schema["fields"]]


def check_table(path: Path, schema: Mapping[str, Any]) -> int:
    """Check a CSV table against its schema, cell by cell.

    Parameters
    ----------
    path : Path
        The table.
    schema : Mapping
        In the terms of Frictionless Table Schema v1: types, required, enum, minimum, pattern and primary key.

    Returns
    -------
    int
        Number of rows.

    Raises
    ------
    InputError
        Names file, row, column, value, rule and mend.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> schema = {"fields": [{"name": "day", "type": "date", "constraints": {"required": True}}], "primaryKey": ["day"]}
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "days.csv"
    ...     _ = path.write_text("day\\n2024-04-09\\n2024-04-11\\n", encoding="utf-8")
    ...     check_table(path, schema)
    2
    """
    columns = list_columns(schema)
    for column in schema["fields"]:
        if column["type"] not in _FORMS:
            known = ", ".join(_FORMS)
            raise InputError(f"{path.name}: type {column['type']!r} of {column['name']} is unknown; choose one of {known}")
    header, *rows = read_csv(path) or [[]]
    if header != columns:
        raise InputError(f"{path.name}, row 1: header is {header!r}, but the schema has {columns!r}; restore the columns")
    key_places = [columns.index(column) for column in schema["primaryKey"]]
    keys: set[tuple[str, ...]] = set()
    good: list[set[str]] = [set() for _ in columns]  # a cell that was checked in its column is not checked again
    for number, row in enumerate(rows, start=2):
        if len(row) != len(columns):
            rule = "it differs from the header's"
            raise refuse_cell(path.name, number, "number of cells", len(row), rule=rule, mend="mend the row")
        for cell, column, checked in zip(row, schema["fields"], good, strict=True):
            if cell in checked:
                continue
            rule = _find_broken_rule(cell, kind=column["type"], limits=column["constraints"])
            if rule:
                raise refuse_cell(path.name, number, column["name"], cell, rule=rule, mend="correct the cell")
            checked.add(cell)
        key = tuple(row[at] for at in key_places)
        if key in keys:
            raise refuse_cell(
                path.name, number, "+".join(schema["primaryKey"]), key, rule="it names one row", mend="join the two"
            )
        keys.add(key)
    return len(rows)


def _find_broken_rule(cell: str, *, kind: str, limits: Mapping[str, Any]) -> str:
    """Give the rule of a column that a cell breaks, or an empty text."""
    if cell == "":
        return "it is required" if limits.get("required") else ""
    if not re.fullmatch(_FORMS[kind], cell) or (kind == "date" and not _is_day(cell)):
        return f"it is of type {kind}"
    if "enum" in limits and cell not in limits["enum"]:
        return f"the known values are {', '.join(limits['enum'])}"
    if "minimum" in limits and Decimal(cell) < limits["minimum"]:
        return f"it is at least {limits['minimum']}"
    if "pattern" in limits and not re.fullmatch(limits["pattern"], cell):
        return f"it matches {limits['pattern']}"
    return ""


def _is_day(text: str) -> bool:
    """Whether a text of digits is a day of the calendar."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


#: Days after its last day within which a figure was read from a count that was still being filled, and days of a window that is
#: announced as a whole. It is our choice: COGAT told its days and weeks within a week, and each of them stood in its later list.
STAGE_DAYS = 7


def tell_stage(start: str, end: str, published: str) -> str:
    """Tell how far a count had come when a figure of it was published, from its days alone: nothing learnt later enters.

    Returns
    -------
    str
        "settled": told more than `STAGE_DAYS` after its last day; "announced": told earlier, of at most `STAGE_DAYS` days;
        "running": told earlier, of more days. An undated figure counts as told at once.

    Examples
    --------
    >>> tell_stage("2024-10-01", "2024-10-16", "2024-10-17"), tell_stage("2024-10-01", "2024-10-31", "2024-11-12")
    ('running', 'settled')
    """
    first, last = date.fromisoformat(start), date.fromisoformat(end)
    week = timedelta(days=STAGE_DAYS)
    if published and date.fromisoformat(published) - last > week:
        return "settled"
    return "announced" if last - first < week else "running"


def check_events(path: Path) -> None:
    """Check what ties the days of an event together; `check_table` comes first.

    Raises
    ------
    InputError
        If the name of an event does not begin with its day, it was published before its day, or it states a precision of a day
        of publication that it does not give.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "events.csv"
    ...     row = "2024-05-07-rafah,2024-05-07,closure,2024-05-06,day\\n"
    ...     _ = path.write_text(f"id,date,kind,published,published_precision\\n{row}", encoding="utf-8")
    ...     check_events(path)
    Traceback (most recent call last):
        ...
    utils.aid.ingest.line_list.CellError: events.csv, row 2: published is '2024-05-06', but the event is of 2024-05-07; ...
    """
    columns, *rows = read_csv(path)
    for number, row in enumerate(rows, start=2):
        event = dict(zip(columns, row, strict=True))
        day, published, precision = event["date"], event["published"], event["published_precision"]
        if not event["id"].startswith(day):
            column, rule = "id", f"it begins with its day, {day}"
        elif (precision == "calendar") != (event["kind"] == "holiday"):
            column, rule = "published_precision", f"calendar is for holidays, and kind is {event['kind']!r}"
        elif (published == "") != (precision in ("unknown", "calendar")):
            column, rule = "published_precision", f"published is {published!r}"
        elif published and published < day:
            column, rule = "published", f"the event is of {day}"
        else:
            continue
        raise refuse_cell(path.name, number, column, event[column], rule=rule, mend="correct one of the two")


def check_quotes(path: Path) -> None:
    """Check what ties the days of a quote together; `check_table` comes first.

    Raises
    ------
    InputError
        If a quote ends before it begins, was published before its last day, states a precision of a day of publication that
        it does not give, or a stage that its days do not bear out (`tell_stage`).

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "quotes.csv"
    ...     header = "date_start,date_end,published,published_precision,stage\\n"
    ...     _ = path.write_text(f"{header}2024-10-01,2024-10-31,2024-10-30,day,running\\n", encoding="utf-8")
    ...     check_quotes(path)
    Traceback (most recent call last):
        ...
    utils.aid.ingest.line_list.CellError: quotes.csv, row 2: published is '2024-10-30', but the figure speaks of days up to ...
    """
    columns, *rows = read_csv(path)
    for number, row in enumerate(rows, start=2):
        quote = dict(zip(columns, row, strict=True))
        start, end, published = quote["date_start"], quote["date_end"], quote["published"]
        if end < start:
            column, rule = "date_end", f"it begins on {start}"
        elif (published == "") != (quote["published_precision"] == "unknown"):
            column, rule = "published_precision", f"published is {published!r}"
        elif published and published < end:
            column, rule = "published", f"the figure speaks of days up to {end}"
        elif quote["stage"] != (stage := tell_stage(start, end, published)):
            column, rule = "stage", f"its days and its day of publication make it {stage}"
        else:
            continue
        raise refuse_cell(path.name, number, column, quote[column], rule=rule, mend="correct one of the two")
