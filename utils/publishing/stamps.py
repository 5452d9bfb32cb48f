"""Hashes of what made a notebook, and whether they still hold."""

from __future__ import annotations

import copy
import hashlib
import json
import sys
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import Any

from ..common.paths import ROOT

LIBRARIES = ("jupyterlab", "matplotlib", "nbconvert", "numpy", "pandas", "scipy", "statsmodels")
"""Libraries whose versions a report names, and that a cached execution depends on."""

CHANGED = {
    "source": "its source script changed",
    "utils": "the module utils changed",
    "data": "the data or seeds changed",
    "lock": "the locked requirements changed",
}


def fingerprint(source: Path, *, root: Path = ROOT) -> dict[str, str]:
    """Return a sha256 for each part that a notebook's content depends on.

    Parameters
    ----------
    source : Path
        The notebook's percent script.
    root : Path
        Folder of the project.

    Returns
    -------
    dict of str
        ``source``: the script; ``utils``: the module with its templates; ``data``: the package and its tables, the record
        of forecasts and the seeds; ``lock``: ``requirements.lock``, or "absent". Line ends do not count.
    """
    lock = root / "requirements.lock"
    return {
        "source": _hash_text_file(source),
        **_fingerprint_shared(root),
        "lock": _hash_text_file(lock) if lock.exists() else "absent",
    }


def _fingerprint_shared(root: Path) -> dict[str, str]:
    code = [p for p in (root / "utils").rglob("*") if p.suffix in {".py", ".j2", ".css", ".js", ".json", ".toml"}]
    data = [*(root / "data").rglob("*.json"), *(root / "data").rglob("*.csv"), *(root / "seeds").glob("*.toml")]
    return {"utils": _hash_files(code, root=root), "data": _hash_files(data, root=root)}


def _hash_files(paths: Iterable[Path], *, root: Path) -> str:
    total = hashlib.sha256()
    for path in sorted(p for p in paths if p.is_file()):
        total.update(f"{path.relative_to(root).as_posix()}\0{_hash_text_file(path)}\n".encode())
    return total.hexdigest()


def _hash_text_file(path: Path) -> str:
    status = path.stat()
    return _hash_version(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=4096)
def _hash_version(path: Path, modified: int, size: int) -> str:
    # Nine notebooks share utils and data: each version of a file is read once in a process.
    return hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()


def stamp(nb: Mapping[str, Any], parts: Mapping[str, str]) -> dict[str, Any]:
    """Return a copy of an executed notebook with its stamp, under ``aid`` in the metadata.

    Parameters
    ----------
    nb : mapping
        Executed notebook.
    parts : mapping
        What `fingerprint` returned before the execution began.
    """
    result = copy.deepcopy(dict(nb))
    result["metadata"] = {**result["metadata"], "aid": {"parts": dict(parts), "content": _hash_content(nb)}}
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
    """
    source = source or path.parent / "source" / f"{path.stem}.py"
    mend = "run `make notebooks`"
    if not path.exists():
        return [f"{path.name}: it was never built, {mend}"]
    if not source.exists():
        return [f"{path.name}: its source script {source.name} is gone, remove the notebook or bring the script back"]
    nb = json.loads(path.read_text(encoding="utf-8"))
    held = nb.get("metadata", {}).get("aid")
    if not held:
        return [f"{path.name}: it carries no stamp, {mend}"]
    now = fingerprint(source, root=root)
    changed = [
        f"{path.name}: {sentence} since it was executed, {mend}"
        for part, sentence in CHANGED.items()
        if held.get("parts", {}).get(part) != now[part]
    ]
    if held.get("content") != _hash_content(nb):
        changed.append(f"{path.name}: its cells or outputs were edited after it was executed, {mend}")
    return changed


def list_versions() -> dict[str, str]:
    """Return the versions of Python and of the main libraries that are installed."""
    versions = {"python": ".".join(str(part) for part in sys.version_info[:3])}
    for name in LIBRARIES:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            versions[name] = "not installed"
    return versions


def execution_key(source: Path, *, parameters: Mapping[str, Any], root: Path = ROOT) -> str:
    """Return the key of a cached execution: what made it, with which parameters, in which environment."""
    return hash_json([fingerprint(source, root=root), dict(parameters), list_versions()])


def hash_json(value: Any) -> str:
    """Return the sha256 of a value's JSON text with sorted keys."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
