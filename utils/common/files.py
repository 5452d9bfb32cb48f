"""Write files whole or not at all."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

# Writing


def _csv_bytes(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Write rows as CSV in UTF-8 with LF line ends."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()


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


def write_text(path: Path, text: str) -> None:
    """Write a text file whole or not at all, and make its folder where needed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
