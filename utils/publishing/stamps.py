"""Hashes of what made a notebook, and whether they still hold."""

from __future__ import annotations

import copy
import hashlib
import json
import sys
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from ..common.errors import InputError
from ..common.files import hash_file, hash_files
from ..common.imports import list_imported_files
from ..common.paths import ROOT

LIBRARIES = ("jupyterlab", "matplotlib", "nbconvert", "numpy", "pandas", "scipy", "statsmodels")
"""Libraries whose versions a report names, and that a cached execution depends on."""

CHANGED = {
    "source": "its source script changed",
    "code": "a module that it imports changed",
    "inputs": "the inputs changed ({inputs})",
    "lock": "the locked requirements changed",
}
"""How a part of a stamp that no longer holds is named."""


def fingerprint(source: Path, *, root: Path = ROOT, known: dict[Path, list[Path]] | None = None) -> dict[str, str]:
    """Return a sha256 for each part that a notebook's content depends on.

    Parameters
    ----------
    source : Path
        The notebook's percent script.
    root : Path
        Folder of the project.
    known : dict, optional
        See `utils.common.imports.list_imported_files`.

    Returns
    -------
    dict of str
        ``source``: the script; ``code``: the modules of the project that it imports; ``inputs``: the files that the project's
        ``pyproject.toml`` names as such; ``lock``: ``requirements.lock``, or "absent". Line ends do not count.

    Raises
    ------
    InputError
        If the script or a module is not Python, or the list of inputs is none.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     source = Path(folder) / "01_data.py"
    ...     _ = source.write_text("# %%\\n1 + 1\\n")
    ...     before = fingerprint(source, root=Path(folder))
    ...     _ = source.write_text("# %%\\n1 + 2\\n")
    ...     after = fingerprint(source, root=Path(folder))
    ...     [part for part in after if after[part] != before[part]], after["lock"]
    (['source'], 'absent')
    """
    lock = root / "requirements.lock"
    return {
        "source": hash_file(source),
        "code": hash_files(list_imported_files(source, root=root, known=known)[1:], root=root),
        "inputs": hash_files(list_inputs(root, folder=source.parent.name), root=root),
        "lock": hash_file(lock) if lock.exists() else "absent",
    }


def list_inputs(root: Path, *, folder: str = "") -> list[Path]:
    """List the files that the notebooks of a project take their numbers from; of a folder of scripts, what only these read too.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     tables = '[tool.notebooks]\\ninputs = ["*.csv"]\\n[tool.notebooks.teacher]\\ninputs = ["*.txt"]'
    ...     _ = (Path(folder) / "pyproject.toml").write_text(tables)
    ...     for name in ("b.csv", "a.csv", "notes.txt"):
    ...         _ = (Path(folder) / name).write_text("")
    ...     [[path.name for path in list_inputs(Path(folder), folder=one)] for one in ("", "teacher")]
    [['a.csv', 'b.csv'], ['a.csv', 'b.csv', 'notes.txt']]
    """
    patterns = {*read_input_patterns(root), *(read_input_patterns(root, folder=folder) if folder else ())}
    return sorted({path for pattern in patterns for path in root.glob(pattern) if path.is_file()})


def read_input_patterns(root: Path = ROOT, *, folder: str = "") -> tuple[str, ...]:
    """Read which files the notebooks of a project take their numbers from.

    Parameters
    ----------
    root : Path
        Folder of the project.
    folder : str
        Folder of scripts that read more than all others do: the table ``[tool.notebooks.FOLDER]`` lists what.

    Returns
    -------
    tuple of str
        Patterns below `root`, such as ``tables/**/*.csv``: the list ``inputs`` of the table ``[tool.notebooks]`` in
        ``pyproject.toml``. None if there is no such table.

    Raises
    ------
    InputError
        If the file is not TOML, or the list is not one of text.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = (Path(folder) / "pyproject.toml").write_text('[tool.notebooks]\\ninputs = ["tables/**/*.csv"]')
    ...     read_input_patterns(Path(folder))
    ('tables/**/*.csv',)
    """
    path = root / "pyproject.toml"
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{path.name}: is not TOML ({error}); correct it") from None
    table = settings.get("tool", {}).get("notebooks", {})
    patterns = (table.get(folder, {}) if folder else table).get("inputs", [])
    if not isinstance(patterns, list) or not all(isinstance(one, str) for one in patterns):
        raise InputError(f"{path.name}: inputs of [tool.notebooks] is {patterns!r}; write a list of patterns, such as *.csv")
    return tuple(patterns)


def stamp(nb: Mapping[str, Any], parts: Mapping[str, str]) -> dict[str, Any]:
    """Return a copy of an executed notebook with its stamp, under ``stamp`` in the metadata.

    Parameters
    ----------
    nb : mapping
        Executed notebook.
    parts : mapping
        What `fingerprint` returned before the execution began.

    Examples
    --------
    >>> stamped = stamp({"cells": [], "metadata": {}}, {"source": "9f86"})
    >>> stamped["metadata"]["stamp"]["parts"]
    {'source': '9f86'}
    """
    result = copy.deepcopy(dict(nb))
    result["metadata"] = {**result["metadata"], "stamp": {"parts": dict(parts), "content": _hash_content(nb)}}
    return result


def _hash_content(nb: Mapping[str, Any]) -> str:
    """Hash sources and outputs, however long strings are split over lines in the file."""
    cells = [
        [cell["cell_type"], _join(cell["source"]), [_join_output(output) for output in cell.get("outputs", [])]]
        for cell in nb["cells"]
    ]
    return hashlib.sha256(json.dumps(cells, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _join(text: Any) -> Any:
    return "".join(text) if isinstance(text, list) and all(isinstance(part, str) for part in text) else text


def _join_output(output: Mapping[str, Any]) -> dict[str, Any]:
    joined = dict(output)
    if "text" in joined:
        joined["text"] = _join(joined["text"])
    if "data" in joined:
        joined["data"] = {kind: _join(value) for kind, value in joined["data"].items()}
    return joined


def check_stamp(path: Path, *, source: Path | None = None, root: Path = ROOT) -> list[str]:
    """Say in words what changed since a notebook was executed.

    Parameters
    ----------
    path : Path
        The executed notebook.
    source : Path, optional
        Its percent script; ``source/NAME.py`` beside the notebook if left out.
    root : Path
        Folder of the project.

    Returns
    -------
    list of str
        One sentence a part that changed; empty where the notebook is current.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     check_stamp(Path(folder) / "01_data.ipynb")
    ['01_data.ipynb: it was never built, run `make notebooks`']
    """
    source = source or path.parent / "source" / f"{path.stem}.py"
    mend = "run `make notebooks`"
    if not path.exists():
        return [f"{path.name}: it was never built, {mend}"]
    if not source.exists():
        return [f"{path.name}: its source script {source.name} is gone, remove the notebook or bring the script back"]
    nb = json.loads(path.read_text(encoding="utf-8"))
    held = nb.get("metadata", {}).get("stamp")
    if not held:
        return [f"{path.name}: it carries no stamp, {mend}"]
    now = fingerprint(source, root=root)
    changed = [
        f"{path.name}: {sentence.format(inputs=', '.join(read_input_patterns(root)))} since it was executed, {mend}"
        for part, sentence in CHANGED.items()
        if held.get("parts", {}).get(part) != now[part]
    ]
    if held.get("content") != _hash_content(nb):
        changed.append(f"{path.name}: its cells or outputs were edited after it was executed, {mend}")
    return changed


def list_versions() -> dict[str, str]:
    """Return the versions of Python and of the main libraries that are installed.

    >>> list(list_versions())[:3]
    ['python', 'jupyterlab', 'matplotlib']
    """
    return {"python": ".".join(str(part) for part in sys.version_info[:3])} | {name: _read_version(name) for name in LIBRARIES}


@cache
def _read_version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"


def hash_json(value: Any) -> str:
    """Return the sha256 of a value's JSON text with sorted keys.

    >>> hash_json({"a": 1, "b": 2}) == hash_json({"b": 2, "a": 1})
    True
    """
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
