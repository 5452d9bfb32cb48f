"""Write files whole or not at all: one file, several together, or a whole folder; and know files again by their hash.

Each way of writing writes beside the place first and then renames, which a file system does at once. A reader never meets half a
file; a failure or an interruption while a group is moved puts the old state back. A power cut in the middle of a group is not
covered.
"""

from __future__ import annotations

import contextlib
import csv
import hashlib
import io
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path


def encode_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Encode rows as CSV in UTF-8 with LF line ends.

    >>> encode_csv(["date", "count"], [["2024-11-05", 229]])
    b'date,count\\n2024-11-05,229\\n'
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()


def encode_json(value: object) -> bytes:
    """Encode a value as indented JSON in UTF-8, with a line end.

    >>> encode_json({"city": "Zürich"}).decode()
    '{\\n  "city": "Zürich"\\n}\\n'
    """
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()


def write_text(path: Path, text: str) -> None:
    """Write a text file in UTF-8, whole or not at all.

    Parameters
    ----------
    path : Path
        The file. Its folder is made where needed.
    text : str
        What it shall hold; line ends stay as they are.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write_text(Path(folder) / "new" / "note.txt", "whole")
    ...     (Path(folder) / "new" / "note.txt").read_text()
    'whole'
    """
    write_files(path.parent, {path.name: text.encode()})


def write_files(folder: Path, files: Mapping[str, bytes], *, check: Callable[[Path], None] | None = None) -> None:
    """Put files into a folder together: all of them, or none. Other files of the folder stay.

    Parameters
    ----------
    folder : Path
        The folder. It is made where needed, and goes again after a failure.
    files : mapping of str to bytes
        Content by file name.
    check : callable, optional
        Called with a folder that holds the new files alone, before any of them is moved. What it raises is passed on.

    Raises
    ------
    OSError
        If a file cannot be written or moved. The old files are then back in place.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write_files(Path(folder), {"a.csv": b"x\\n1\\n", "b.csv": b"x\\n2\\n"})
    ...     sorted(path.name for path in Path(folder).iterdir())
    ['a.csv', 'b.csv']
    """
    made = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=".write-", dir=folder))
    fresh, last = work / "fresh", work / "last"
    try:
        fresh.mkdir()
        last.mkdir()
        for name, content in files.items():
            (fresh / name).write_bytes(content)
        if check is not None:
            check(fresh)
        _move_files(sorted(files), fresh, folder, last=last)
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        if made:
            with contextlib.suppress(OSError):  # someone else may have put a file there meanwhile
                folder.rmdir()
        raise
    shutil.rmtree(work)


def _move_files(names: Sequence[str], fresh: Path, folder: Path, *, last: Path) -> None:
    """Move files from `fresh` to `folder`; on a failure put back what was there before, kept in `last`."""
    begun: list[str] = []
    try:
        for name in names:
            if (folder / name).exists():
                shutil.copy2(folder / name, last / name)
            begun.append(name)
            os.replace(fresh / name, folder / name)
    except BaseException:
        for name in begun:
            if (last / name).exists():
                os.replace(last / name, folder / name)
            elif not (fresh / name).exists():
                (folder / name).unlink(missing_ok=True)
        raise


@contextmanager
def replace_folder(folder: Path) -> Iterator[Path]:
    """Give an empty folder that takes the place of `folder` if the block ends well, and goes if it does not.

    Parameters
    ----------
    folder : Path
        The folder to write anew, whole. It need not exist; the folders above it are made where needed.

    Yields
    ------
    Path
        An empty folder beside it, to be filled by the block.

    Raises
    ------
    OSError
        If the folder cannot be replaced. The old one is then back in place.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     with replace_folder(Path(place) / "report") as fresh:
    ...         _ = (fresh / "index.html").write_text("whole")
    ...     (Path(place) / "report" / "index.html").read_text()
    'whole'
    """
    folder = folder.resolve()
    folder.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    fresh, last = work / "fresh", work / "last"
    try:
        fresh.mkdir()
        yield fresh
        try:
            if folder.exists():
                os.rename(folder, last)
            os.rename(fresh, folder)
        except BaseException:
            if last.exists() and not folder.exists():
                os.rename(last, folder)
            raise
    finally:
        if folder.exists() or not last.exists():  # what could not be put back is not thrown away
            shutil.rmtree(work, ignore_errors=True)


def hash_files(paths: Iterable[Path], *, root: Path) -> str:
    """Return one sha256 of several files: of their places below `root` and of what they hold.

    Parameters
    ----------
    paths : iterable of Path
        The files, in any order.
    root : Path
        Folder that their places start from; of a file elsewhere the name alone counts.

    Raises
    ------
    OSError
        If a file cannot be read.

    Notes
    -----
    Line ends of Windows count as plain ones. Every other byte counts, those of a comment in code too: what a parser would leave
    out differs between versions of Python, and a hash must not.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write_files(Path(folder), {"a": b"1\\n", "b": b"1\\r\\n"})
    ...     hash_file(Path(folder) / "a") == hash_file(Path(folder) / "b")
    True
    """
    root = root.resolve()
    total = hashlib.sha256()
    for path in sorted(path.resolve() for path in paths):
        place = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
        total.update(f"{place}\0{hash_file(path)}\n".encode())
    return total.hexdigest()


def hash_file(path: Path) -> str:
    """Return the sha256 of a file; line ends of Windows count as plain ones. A version of a file is read once in a process."""
    status = path.stat()
    return _hash_version(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=4096)
def _hash_version(path: Path, modified: int, size: int) -> str:
    return hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()
