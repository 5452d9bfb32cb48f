"""Keep the scores of backtests that take minutes: an archive that knows what it rests on, and says when it is no longer current.

A table is a parquet file. `manifest.json` keeps the hash of each file, and of each what it rests on: settings, code and data, as
its owner names them. A table that was altered, or rests on something that has changed since, is refused. What was kept is never
mixed with what is computed anew.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from ..common.checks import check_choice
from ..common.errors import InputError, NotCurrentError
from ..common.files import encode_json, hash_bytes, write_files
from .plan import COLUMNS, WORDS

MANIFEST = "manifest.json"


def write_scores(folder: Path, tables: Mapping[str, pd.DataFrame], *, bases: Mapping[str, Mapping[str, Any]]) -> None:
    """Write tables of scores to an archive, all or none; other tables in it stay.

    Parameters
    ----------
    folder : Path
    tables : dict of str to pandas.DataFrame
        As from `utils.backtest`, by name.
    bases : dict of str to dict
        What each rests on, by name of the part, such as "settings", "code" and "data": values that JSON can hold.

    Examples
    --------
    >>> row = ["mill", "final", "pool", pd.Timestamp("2024-01-01"), 30, "day", "60", "brier", 0.04]
    >>> with TemporaryDirectory() as place:
    ...     write_scores(Path(place), {"plain": pd.DataFrame([row], columns=COLUMNS)}, bases={"plain": {"code": "1"}})
    ...     read_scores(Path(place), "plain", basis={"code": "1"})[["model", "horizon", "value"]].values.tolist()
    [['pool', 30, 0.04]]
    """
    held = _read_manifest(folder) if (folder / MANIFEST).is_file() else {}
    files = {}
    for name, table in tables.items():
        content = _encode(table)
        files[f"{name}.parquet"] = content
        made = f"{dt.datetime.now(dt.UTC).date()}"
        held[name] = dict(rows=len(table), sha256=hash_bytes(content), made=made, rests_on=dict(bases[name]))
    files[MANIFEST] = encode_json(dict(sorted(held.items())))
    write_files(folder, files)


def read_scores(folder: Path, name: str, *, basis: Mapping[str, Any], mend: str = "compute it anew") -> pd.DataFrame:
    """Read a table of scores, and refuse one that was altered or is no longer current.

    Parameters
    ----------
    folder : Path
    name : str
    basis : dict
        What the table would rest on if it were computed now; see `write_scores`.
    mend : str
        What to do about a table that is refused, for the message.

    Returns
    -------
    pandas.DataFrame
        As it was written, to the last bit.

    Raises
    ------
    NotCurrentError
        If it rests on something else than `basis`.
    InputError
        If there is none of that name, or it is not the one that was written.

    Examples
    --------
    >>> row = ["mill", "final", "pool", pd.Timestamp("2024-01-01"), 30, "day", "60", "brier", 0.04]
    >>> with TemporaryDirectory() as place:
    ...     write_scores(Path(place), {"plain": pd.DataFrame([row], columns=COLUMNS)}, bases={"plain": {"code": "1"}})
    ...     read_scores(Path(place), "plain", basis={"code": "2"})
    Traceback (most recent call last):
    ...
    utils.common.errors.NotCurrentError: ...plain.parquet: its code changed since ...; compute it anew
    """
    entry = _describe_scores(folder, name, mend=mend)
    changed = [part for part in basis if entry["rests_on"].get(part) != basis[part]]
    file = folder / f"{name}.parquet"
    if changed:
        raise NotCurrentError(f"{file}: its {' and '.join(changed)} changed since {entry['made']}; {mend}")
    if not file.is_file():
        raise InputError(f"{file}: is missing, though {MANIFEST} names it; {mend}")
    if hash_bytes(file.read_bytes()) != entry["sha256"]:
        raise InputError(f"{file}: is not the table that was written, its hash differs from {MANIFEST}; {mend}")
    return _decode(file)


def _describe_scores(folder: Path, name: str, *, mend: str = "compute it anew") -> dict[str, Any]:
    """Return what the manifest holds of a table: rows, sha256, made (a day), and what it rests on."""
    if not (folder / MANIFEST).is_file():
        raise InputError(f"{folder / MANIFEST}: is missing, so there are no scores to read; {mend}")
    manifest = _read_manifest(folder)
    entry: dict[str, Any] = manifest[check_choice(name, manifest, name="name of the scores")]
    return entry


def _read_manifest(folder: Path) -> dict[str, Any]:
    try:
        held = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except ValueError as error:
        raise InputError(f"{folder / MANIFEST}: is not JSON ({error}); restore it from version control") from None
    return dict(held)


def _encode(table: pd.DataFrame) -> bytes:
    """Encode a table of scores as parquet, its numbers to the last bit."""
    import duckdb

    with TemporaryDirectory() as folder, duckdb.connect(":memory:") as connection:
        file = Path(folder) / "scores.parquet"
        connection.register("scores", table[COLUMNS].astype(dict.fromkeys(WORDS, str)))
        connection.table("scores").write_parquet(str(file), compression="zstd")
        return file.read_bytes()


def _decode(file: Path) -> pd.DataFrame:
    """Decode a parquet file of scores, its words as categories in the order of the alphabet, as `utils.backtest` gives them."""
    import duckdb

    with duckdb.connect(":memory:") as connection:
        connection.read_parquet(str(file)).create_view("kept")
        for word in WORDS:
            connection.execute(f"CREATE TYPE {word}_words AS ENUM (SELECT DISTINCT {word} FROM kept ORDER BY 1)")
        chosen = ", ".join(f"{name}::{name}_words AS {name}" if name in WORDS else name for name in COLUMNS)
        table = connection.sql(f"SELECT {chosen} FROM kept").df()
    # An enumeration comes back as an ordered category; that of a backtest has no order.
    return table.assign(**{word: table[word].cat.as_unordered() for word in WORDS})
