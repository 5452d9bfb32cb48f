"""Read a table of the data package as it is described there, or refuse it: nothing altered is read without a word.

`data/datapackage.json` holds the sha256 and the schema of each table. A table that was cut, doubled or edited no longer has that
hash. After an edit on purpose, ``python -m utils describe TABLE`` checks the table and describes it anew.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from ..common.errors import InputError
from .ingest.datapackage import DAY_CHECKS, PACKAGE, load_package
from .ingest.schemas import check_table
from .paths import DATA


def read_table(path: str, *, data: Path = DATA) -> pd.DataFrame:
    """Read a table of the data package, its days as days; whoever is given it leaves it as it is.

    Parameters
    ----------
    path : str
        The table, as its resource names it.
    data : pathlib.Path
        Folder of the data package.

    Raises
    ------
    InputError
        If any table of the package is missing or not the one that is described, or this one breaks its schema.

    Examples
    --------
    >>> read_table("holidays.csv").columns[:2].tolist()
    ['date', 'name']
    """
    package = load_package(data)
    resource = next((one for one in package["resources"] if one["path"] == path), None)
    if resource is None:
        raise InputError(f"{data / PACKAGE}: describes no table {path}; restore it from version control")
    described = tuple((one["path"], str(one.get("hash"))) for one in package["resources"])
    _check_all(data, described, tuple(map(_stamp, (data / one["path"] for one in package["resources"]))))
    content = read_described(resource, data=data)
    schema = json.dumps(resource["schema"])
    _check_once(data / path, resource["name"], content, schema)
    days = tuple(column["name"] for column in resource["schema"]["fields"] if column["type"] == "date")
    return _parse(content, days)


def read_described(resource: Mapping[str, Any], *, data: Path = DATA) -> bytes:
    """Read what a table holds, and refuse it if that is not what the package describes; line ends of Windows count as plain ones.

    Raises
    ------
    InputError
        Names the row, value and rule where the table breaks its schema too; and how to describe it anew.

    Examples
    --------
    >>> holidays = next(one for one in load_package(DATA)["resources"] if one["name"] == "holidays")
    >>> read_described(holidays).splitlines()[0]
    b'date,name,kind,closes,origin'
    """
    path = data / resource["path"]
    try:
        content = path.read_bytes()
    except OSError:
        raise InputError(f"{path}: cannot be read, but the package holds it; restore it from version control") from None
    plain = content.replace(b"\r\n", b"\n")
    found = hashlib.sha256(content).hexdigest()
    described = str(resource.get("hash", "no sha256")).removeprefix("sha256:")
    if described in (found, hashlib.sha256(plain).hexdigest() if plain != content else found):
        return plain
    mend = f"restore it from version control, or after an edit on purpose say: python -m utils describe {resource['name']}"
    try:
        check_table(path, resource["schema"])
        if resource["name"] in DAY_CHECKS:
            DAY_CHECKS[resource["name"]](path)
    except InputError as fault:
        raise InputError(f"{fault}, for the table is not the one described in {PACKAGE}: {mend}") from None
    raise InputError(
        f"{path.name}: has {len(content):,} bytes and sha256 {found[:12]}, but {PACKAGE} has {resource.get('bytes', 0):,} and "
        f"{described[:12]}; {mend}"
    )


def _stamp(path: Path) -> tuple[int, int]:
    """Time and size by which a version of a file is known, -1 where there is none."""
    try:
        status = path.stat()
    except OSError:
        return -1, -1
    return status.st_mtime_ns, status.st_size


@lru_cache(maxsize=32)
def _check_all(data: Path, described: tuple[tuple[str, str], ...], stamps: tuple[tuple[int, int], ...]) -> None:
    """Check the hash of every table once, as long as the files are the same: a package is read whole or not at all."""
    for resource in load_package(data)["resources"]:
        read_described(resource, data=data)


@lru_cache(maxsize=32)
def _check_once(path: Path, name: str, content: bytes, schema: str) -> None:
    """Check a table against its schema, once for what it holds."""
    check_table(path, json.loads(schema))
    if name in DAY_CHECKS:
        DAY_CHECKS[name](path)


@lru_cache(maxsize=16)
def _parse(content: bytes, days: tuple[str, ...]) -> pd.DataFrame:
    """Parse what a table holds, once."""
    return pd.read_csv(io.BytesIO(content), parse_dates=list(days), date_format="%Y-%m-%d")
