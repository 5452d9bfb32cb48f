"""The description of the data package, `datapackage.json` (Frictionless Data Package v1).

The tables of the vintages are described here, anew with every run. All else in the file is written by hand: the package itself
and the tables that the project keeps, each with its schema. Of those only size and checksum are filled in.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from ...common.checks import check_choice
from ...common.errors import InputError
from ...common.files import encode_json, write_files
from ..paths import DATA
from .line_list import Vintage, show_cell
from .schemas import SCHEMAS, check_events, check_quotes, check_table

PACKAGE = "datapackage.json"

#: What every resource has, and of which type.
_REQUIRED = {"name": str, "path": str, "schema": dict}

#: What ties the days of a row together, by table.
DAY_CHECKS: Mapping[str, Callable[[Path], None]] = {"quotes": check_quotes, "events": check_events}

_SOURCES: Mapping[str, Mapping[str, str]] = {
    "unrwa": {
        "title": "UNRWA, Gaza supplies and dispatch tracking, through the Humanitarian Data Exchange",
        "path": "https://data.humdata.org/dataset/state-of-palestine-gaza-aid-truck-data",
    },
    "cogat": {
        "title": "Coordination of Government Activities in the Territories (COGAT), Gaza aid data",
        "path": "https://gaza-aid-data.gov.il/",
    },
}
_LICENCES: Mapping[str, Mapping[str, str]] = {
    "unrwa": {
        "name": "cc-by",
        "title": "Creative Commons Attribution International (CC BY), as the dataset's page states it",
        "path": "https://opendefinition.org/licenses/cc-by/",
    },
    "cogat": {
        "name": "notspecified",
        "title": "The publisher states no licence; daily counts made by this project",
    },
}
_COUNTED = {"unrwa": "UNRWA, trucks received", "cogat": "COGAT, trucks entered"}
_CATEGORIES = {
    "unrwa": "Daily counts by crossing, donation type, cargo category and data source.",
    "cogat": "Daily counts by route, classification and donor group, with the known tonnes.",
}


def load_package(folder: Path) -> dict[str, Any]:
    """Load the description of the package in a folder.

    Raises
    ------
    InputError
        If there is none, it is no JSON, or a resource lacks what a table is found and checked by.

    Examples
    --------
    >>> [one["name"] for one in load_package(DATA)["resources"] if one["name"].startswith("unrwa")]
    ['unrwa_2024-09-11', 'unrwa_2024-10-27', 'unrwa_2024-12-24', 'unrwa_2025-01-19']
    """
    path = folder / PACKAGE
    if not path.is_file():
        raise InputError(f"{path}: is missing, but it describes the package; restore it from version control")
    try:
        package: dict[str, Any] = json.loads(path.read_bytes())
    except ValueError as problem:
        raise InputError(f"{path}: is no JSON ({problem}), but it describes the package; correct it") from None
    if not isinstance(package, dict) or not isinstance(package.get("resources"), list):
        raise InputError(f"{path}: has no list of resources, but it describes the package; restore it from version control")
    for number, resource in enumerate(package["resources"], start=1):
        _check_resource(resource, place=f"{path}: resource {number}")
    return package


def _check_resource(resource: Any, *, place: str) -> None:
    """Refuse a resource that lacks what a table is found and checked by, or a list whose name is not its source and day."""
    if not isinstance(resource, dict):
        raise InputError(f"{place} is {show_cell(resource)}, but it describes a table; restore it from version control")
    for key, kind in _REQUIRED.items():
        if not isinstance(resource.get(key), kind):
            raise InputError(f"{place} has no {key}, but a table is found and checked by it; add it")
    if not (isinstance(resource["schema"].get("fields"), list) and isinstance(resource["schema"].get("primaryKey"), list)):
        raise InputError(f"{place} has a schema without fields or primaryKey, but a table is checked by them; add them")
    if not is_vintage(resource):
        return
    try:
        days = [
            date.fromisoformat(day) for day in (resource["published"], resource["covers"]["first"], resource["covers"]["last"])
        ]
        known = resource["name"] == f"{resource['source']}_{days[0]}" and days[1] <= days[2]
        numbers = [resource["original"][key] for key in ("rows_read", "rows_counted", "trucks", "bytes")]
        known &= all(isinstance(number, int) for number in numbers) and {"title", "path"} <= set(resource["sources"][0])
    except (KeyError, IndexError, TypeError, ValueError):
        known = False
    if not known:
        rule = "the table of a list has a source, published, covers, original and sources, and its name is source_published"
        raise InputError(f"{place} is not whole, but {rule}; restore it from version control")


def is_vintage(resource: Mapping[str, Any]) -> bool:
    """Whether a resource is a table that `ingest` makes from an original.

    >>> [one["name"] for one in load_package(DATA)["resources"] if not is_vintage(one)]
    ['quotes', 'events', 'holidays', 'places', 'cogat_monthly_2026-03-02', 'uk_covid_tests', 'uk_covid_quotes']
    """
    return "original" in resource


def describe_vintage(vintage: Vintage, content: bytes) -> dict[str, Any]:
    """Describe the table of one vintage, with its original and the account of its rows.

    >>> from utils.aid.ingest.cogat import COGAT_COLUMNS, count_cogat
    >>> rows = [COGAT_COLUMNS, ("1", "9 Apr 2024", "Land Crossings", "Food", "WFP", "20")]
    >>> facts = {"source": "cogat", "published": date(2024, 4, 12), "original": "list.csv", "sha256": "", "bytes": 99}
    >>> described = describe_vintage(Vintage(**facts, counted=count_cogat(rows, name="list.csv")), b"")
    >>> described["title"], described["covers"]
    ('COGAT, trucks entered, by day, as public from 2024-04-12', {'first': '2024-04-09', 'last': '2024-04-09'})
    """
    source, counted = vintage.source, vintage.counted
    return {
        "name": vintage.name,
        "path": f"{vintage.name}.csv",
        "profile": "tabular-data-resource",
        "title": f"{_COUNTED[source]}, by day, as public from {vintage.published}",
        "description": _CATEGORIES[source],
        "licenses": [_LICENCES[source]],
        "sources": [_SOURCES[source]],
        "source": source,
        "published": vintage.published.isoformat(),
        "covers": {"first": counted.first.isoformat(), "last": counted.last.isoformat()},
        "original": {
            "name": vintage.original,
            "sha256": vintage.sha256,
            "bytes": vintage.bytes,
            "rows_read": counted.rows_read,
            "rows_counted": counted.rows_counted,
            "trucks": counted.trucks,
            "rows_set_aside": dict(counted.rows_set_aside),
            "remarks": dict(counted.remarks),
        },
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        **describe_content(content),
        "schema": SCHEMAS[source],
    }


def describe_content(content: bytes) -> dict[str, Any]:
    """Give size and checksum of a table as the package writes them.

    >>> describe_content(b"date,trucks")
    {'bytes': 11, 'hash': 'sha256:30149c32d4ad5c2348174debcbd88f143f162a9511e0a83908905447cc671853'}
    """
    return {"bytes": len(content), "hash": f"sha256:{hashlib.sha256(content).hexdigest()}"}


def describe_table(resource: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """Check a table that is kept by hand against its schema, and give its description with size and checksum as they are now.

    Parameters
    ----------
    resource : Mapping
        The description so far.
    path : Path
        The table.

    Raises
    ------
    InputError
        If the table is missing or breaks its schema.

    Examples
    --------
    >>> holidays = next(one for one in load_package(DATA)["resources"] if one["name"] == "holidays")
    >>> describe_table({**holidays, "bytes": 0}, DATA / "holidays.csv")["bytes"] == holidays["bytes"]
    True
    """
    if not path.is_file():
        raise InputError(f"{path}: is missing, but the package holds it; restore {path.name} from version control")
    check_table(path, resource["schema"])
    if resource["name"] in DAY_CHECKS:
        DAY_CHECKS[resource["name"]](path)
    return {**resource, **describe_content(path.read_bytes())}


def refresh_package(*, folder: str | Path = DATA, tables: Sequence[str] = ()) -> list[str]:
    """Describe tables anew after they were edited: each is checked against its schema, and its size and hash are taken.

    Parameters
    ----------
    folder : path
        Folder of the package.
    tables : sequence of str
        Names of the tables that were edited on purpose, such as "quotes". By default all that are kept by hand. The table of a
        list, which `ingest` makes, is described anew only where it is named; what is said of its original stays.

    Returns
    -------
    list of str
        The tables whose description changed.

    Raises
    ------
    InputError
        If a name is unknown, a table breaks its schema, there is no package, or the table of a list that is not named is not
        the one that `ingest` wrote.

    Examples
    --------
    >>> import shutil
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     for name in (PACKAGE, "holidays.csv"):
    ...         edited = shutil.copy(DATA / name, folder)
    ...     with open(edited, "a") as table:
    ...         _ = table.write("2025-10-02,Yom Kippur,full,true,events.csv\\n")
    ...     refresh_package(folder=folder, tables=["holidays"])
    ['holidays']
    """
    folder = Path(folder)
    package = load_package(folder)
    for name in tables:
        check_choice(name.removesuffix(".csv"), [resource["name"] for resource in package["resources"]], name="table")
    named = {name.removesuffix(".csv") for name in tables}
    resources = []
    for resource in package["resources"]:
        path = folder / resource["path"]
        if resource["name"] in named or not (named or is_vintage(resource)):
            resource = describe_table(resource, path)
        elif not named and (not path.is_file() or describe_content(path.read_bytes())["hash"] != resource["hash"]):
            raise InputError(
                f"{path.name}: differs from its hash in {PACKAGE}, but ingest alone writes it; run ingest, or name it"
            )
        resources.append(resource)
    write_files(folder, {PACKAGE: encode_json({**package, "resources": resources})})
    return [one["name"] for one, before in zip(resources, package["resources"], strict=True) if one != before]
