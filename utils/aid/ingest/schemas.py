"""Schemas of the tables, and the check of a table against its schema."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from ...common.errors import InputError
from .cogat import COGAT_CLASSIFICATIONS, COGAT_ROUTES, DONOR_GROUPS
from .line_list import NOT_GIVEN, _refuse, read_csv
from .unrwa import UNRWA_LABELS

# Schemas: one description for the check made here and for datapackage.json


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
                "intervention",
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
