"""The description of the data package."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from ...common.errors import InputError
from ...common.files import encode_json, write_files
from ..paths import DATA
from .line_list import Ingested
from .schemas import CURATED, SCHEMAS, check_quotes, check_table

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


def _curated_bytes(out: Path) -> dict[str, bytes]:
    """Read the project's own tables, from `out` or else from the package, after a check of each."""
    contents = {}
    for name in CURATED:
        path = out / f"{name}.csv"
        path = path if path.is_file() else DATA / f"{name}.csv"
        _check_curated(name, path)
        contents[name] = path.read_bytes()
    return contents


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
    write_files(folder, {path.name: encode_json(_package(resources))})
