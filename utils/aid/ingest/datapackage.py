"""The description of the data package, `datapackage.json` (Frictionless Data Package v1).

The tables of the vintages are described here, anew with every run. All else in the file is written by hand: the package itself
and the tables that the project keeps, each with its schema. Of those only size and checksum are filled in.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ...common.errors import InputError
from ...common.files import encode_json, write_files
from ..paths import DATA
from .line_list import Vintage
from .schemas import SCHEMAS, check_events, check_quotes, check_table

PACKAGE = "datapackage.json"

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
        If there is none, it is no JSON, or a resource lacks its name, path or schema.
    """
    path = folder / PACKAGE
    if not path.is_file():
        raise InputError(f"{path}: is missing, but it describes the package; restore it from version control")
    try:
        package: dict[str, Any] = json.loads(path.read_bytes())
    except ValueError as problem:
        raise InputError(f"{path}: is no JSON ({problem}), but it describes the package; correct it") from None
    for number, resource in enumerate(package["resources"], start=1):
        for key in ("name", "path", "schema"):
            if key not in resource:
                raise InputError(f"{path}: resource {number} has no {key}, but a table is found and checked by it; add it")
    return package


def is_vintage(resource: Mapping[str, Any]) -> bool:
    """Whether a resource is a table that `ingest` makes from an original."""
    return "original" in resource


def describe_vintage(vintage: Vintage, content: bytes) -> dict[str, Any]:
    """Describe the table of one vintage, with its original and the account of its rows."""
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
    """Give size and checksum of a table as the package writes them."""
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
    """
    if not path.is_file():
        raise InputError(f"{path}: is missing, but the package holds it; restore {path.name} from version control")
    check_table(path, resource["schema"])
    if resource["name"] in DAY_CHECKS:
        DAY_CHECKS[resource["name"]](path)
    return {**resource, **describe_content(path.read_bytes())}


def refresh_package(*, folder: str | Path = DATA) -> None:
    """Describe the tables that are kept by hand anew, after one of them was edited.

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
    package = load_package(folder)
    resources = []
    for resource in package["resources"]:
        path = folder / resource["path"]
        if not is_vintage(resource):
            resource = describe_table(resource, path)
        elif not path.is_file() or describe_content(path.read_bytes())["hash"] != resource["hash"]:
            raise InputError(f"{path.name}: differs from its hash in {PACKAGE}, but ingest alone writes it; run ingest")
        resources.append(resource)
    write_files(folder, {PACKAGE: encode_json({**package, "resources": resources})})
