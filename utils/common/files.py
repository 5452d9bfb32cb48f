"""Write files whole or not at all: one file, several together, or a whole folder; and know files again by their hash.

Each way of writing writes beside the place first and then renames, which a file system does at once. A reader never meets half a
file; a failure or an interruption while a group is moved puts the old state back. A folder changes places with its successor at
once where the system can (`_swap`); elsewhere a run that is killed between two renames is mended by the next (`repair_folder`). A
power cut in the middle of a group of files is not covered.
"""

from __future__ import annotations

import contextlib
import csv
import ctypes
import errno
import hashlib
import io
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from .errors import InputError

#: Seconds after which what a killed run left beside a folder is thrown away.
STALE = 86_400


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
            _write_bytes(fresh / name, content, shown=folder / name)
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


def _write_bytes(path: Path, content: bytes, *, shown: Path) -> None:
    """Write a file; an error names the one that a person asked for, which a full disk's own does not."""
    try:
        path.write_bytes(content)
    except OSError as error:
        if error.errno is None:
            raise
        raise OSError(error.errno, error.strerror, str(shown)) from error


def check_writable(path: Path | str, *, name: str) -> None:
    """Raise `InputError` if nothing can be written at a place: before the work, not after it.

    Parameters
    ----------
    path : Path or str
        The file or folder to be made or replaced. Folders above it that are not there would be made.
    name : str
        What it is, for the message.

    Examples
    --------
    >>> check_writable(__file__ + "/report", name="out")
    Traceback (most recent call last):
    ...
    utils.common.errors.InputError: out ...files.py/report: ...files.py is a file; name a place in a folder
    """
    path = Path(path)
    folder = next(one for one in path.absolute().parents if one.exists())
    if not folder.is_dir():
        raise InputError(f"{name} {path}: {folder} is a file; name a place in a folder")
    try:
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        why = (error.strerror or "refused").lower()
        raise InputError(f"{name} {path}: {folder} cannot be written ({why}); name another place") from None


def check_file(path: Path | str, *, name: str) -> None:
    """Raise `InputError` if no file can be written at a place whose folder is there; see `check_writable`.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     check_file(Path(folder) / "answer.html", name="html")  # says nothing: it can be written
    >>> check_file("missing/answer.html", name="html")
    Traceback (most recent call last):
    ...
    utils.common.errors.InputError: html missing/answer.html: there is no folder missing; make it first, or name another file
    """
    path = Path(path)
    if path.is_dir():
        raise InputError(f"{name} {path} is a folder; name a file in it")
    if not path.absolute().parent.is_dir():
        raise InputError(f"{name} {path}: there is no folder {path.parent}; make it first, or name another file")
    check_writable(path, name=name)


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

    Notes
    -----
    Of several that replace one folder at a time the last one stands, whole.

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
    repair_folder(folder)
    work = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    fresh, last = work / "fresh", work / "last"
    try:
        fresh.mkdir()
        yield fresh
        if not _swap(fresh, folder):
            _move_folder(fresh, folder, last=last)
    finally:
        if folder.exists() or not last.exists():  # what could not be put back is not thrown away
            shutil.rmtree(work, ignore_errors=True)


def _move_folder(fresh: Path, folder: Path, *, last: Path) -> None:
    """Rename the folder to `last` and `fresh` to the folder; on a failure put the old one back."""
    try:
        while True:
            with contextlib.suppress(FileNotFoundError):  # there was none, or another writer is between its two renames
                os.rename(folder, last)
            try:
                os.rename(fresh, folder)
                return
            except OSError as error:
                if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                    raise
                shutil.rmtree(last, ignore_errors=True)  # that writer's folder came first, and this one replaces it
    except BaseException:
        if last.exists() and not folder.exists():
            os.rename(last, folder)
        raise


def _swap(fresh: Path, folder: Path) -> bool:
    """Let two folders change places at once; tell whether that was done. Linux can, on most file systems."""
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):
        return False
    here, exchange = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of renameat2(2)
    return bool(rename(here, os.fsencode(fresh), here, os.fsencode(folder), exchange) == 0)


def repair_folder(folder: Path) -> None:
    """Put back a folder whose replacing was killed between two renames; throw away what killed runs left a day ago.

    Parameters
    ----------
    folder : Path
        As for `replace_folder`. Nothing happens where there is nothing to mend.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     (Path(place) / ".report.killed" / "last").mkdir(parents=True)  # moved away, and nothing in its place
    ...     repair_folder(Path(place) / "report")
    ...     (Path(place) / "report").is_dir()
    True
    """
    folder = folder.resolve()
    left = sorted(folder.parent.glob(f".{folder.name}.*"), key=_read_age, reverse=True)
    for work in left:
        if not folder.exists() and (work / "last").is_dir():
            with contextlib.suppress(OSError):  # its writer lives, and was quicker
                os.rename(work / "last", folder)
        if time.time() - _read_age(work) > STALE and not (work / "last").exists():
            shutil.rmtree(work, ignore_errors=True)


def _read_age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


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
    """Return the sha256 of a file; line ends of Windows count as plain ones. A version of a file is read once in a process.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write_files(Path(folder), {"unix.csv": b"1\\n", "windows.csv": b"1\\r\\n"})
    ...     hash_file(Path(folder) / "unix.csv") == hash_file(Path(folder) / "windows.csv") == hash_bytes(b"1\\n")
    True
    """
    status = path.stat()
    return _hash_version(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=4096)
def _hash_version(path: Path, modified: int, size: int) -> str:
    return hash_bytes(path.read_bytes().replace(b"\r\n", b"\n"))


def hash_bytes(content: bytes) -> str:
    """Return the sha256 of some bytes.

    >>> hash_bytes(b"")[:12]
    'e3b0c44298fc'
    """
    return hashlib.sha256(content).hexdigest()
