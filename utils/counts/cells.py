"""Open a table file as cells of text, whatever its format, for duckdb to go over: a file may be larger than memory.

What kind of file it is shows in its first bytes, not in its name. A cell is text without blanks around it; an empty one is ''.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..common.errors import InputError

if TYPE_CHECKING:
    import duckdb

#: Bytes by which a delimiter is found and a file is known to be text.
_HEAD = 1 << 18
_DELIMITERS = (",", ";", "\t", "|")
#: Bytes of a text that Python reads in the place of duckdb, where lines above the header or mixed line ends are too much for it.
_SMALL = 1 << 26
#: Name in duckdb of a table that Python has read.
_LOADED = "cells"
#: What duckdb may take of memory before it writes to disk.
_MEMORY = "400MB"
_BINARY = {
    b"\x1f\x8b": "a gzip archive; unpack it first",
    b"%PDF": "a PDF file; save its table as CSV",
    b"SQLite format 3": "a database; save its table as CSV",
    b"<": "a page or XML, not a table; save its table as CSV",
    b"{": "JSON, not a table; save it as CSV",
    b"[": "JSON, not a table; save it as CSV",
}
#: What opening a workbook may take of memory and time, and how that is tried out: in a process of its own, for the reader sets
#: aside memory for every place up to the last cell, and ends its process where there is none.
_WORKBOOK, _PATIENCE = 4 * 10**9, 180
_TRIAL = """
import resource, sys
from python_calamine import CalamineWorkbook
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[2]), resource.RLIM_INFINITY))
book = CalamineWorkbook.from_path(sys.argv[1])
for name in book.sheet_names:
    book.get_sheet_by_name(name).to_python(skip_empty_area=False)
"""
_EXCEL = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_NUMBER = re.compile(r"[+-]?[0-9][0-9.,]*")


@dataclass(frozen=True, eq=False)
class Cells:
    """An open table.

    Attributes
    ----------
    path : Path
    names : tuple of str
        The columns, each by a name of its own.
    relation : str
        The table in duckdb's SQL, with a column c0, c1, ... for each.
    place : {"line", "row"}
        What a place in the file is called.
    connection : duckdb.DuckDBPyConnection
    walk : callable
        Gives the rows once more, each with its place in the file: slower, to find a fault.
    """

    path: Path
    names: tuple[str, ...]
    relation: str
    place: str
    connection: duckdb.DuckDBPyConnection
    walk: Callable[[], Iterator[tuple[int, Sequence[str]]]]

    def cell(self, name: str, *, trim: bool = True) -> str:
        """The cell of a column in SQL, with or without the blanks around it."""
        cell = f"CAST(c{self.names.index(name)} AS VARCHAR)"
        return f"coalesce({f'trim({cell})' if trim else cell}, '')"

    def fetch(self, query: str) -> list[tuple[Any, ...]]:
        """Run a query in which {table} stands for the rows.

        Raises
        ------
        InputError
            If a row does not fit the table.
        """
        import duckdb

        try:
            return self._run(query, self.relation)
        except duckdb.Error as error:
            fault = _find_fault(self)
            if fault is not None:
                raise fault from None
            if self.place == "line":  # what Python reads without a fault mixes line ends further down
                _load_text(self)
                return self._run(query, _LOADED)
            why = str(error).splitlines()[0].removeprefix("Invalid Input Error: ")
            raise InputError(f"{self.path.name} cannot be read to its end ({why}); get or save the file anew") from None

    def _run(self, query: str, relation: str) -> list[tuple[Any, ...]]:
        try:
            return self.connection.execute(query.replace("{table}", relation)).fetchall()
        except RuntimeError as error:
            if "interrupted" not in str(error):
                raise
            raise KeyboardInterrupt from None  # which is how Python tells of Ctrl-C, and duckdb does not

    def sample(self, n: int) -> list[tuple[str, ...]]:
        """Return n rows, or all of fewer."""
        return self.fetch(f"SELECT {', '.join(self.cell(name) for name in self.names)} FROM {{table}} LIMIT {n}")


@contextmanager
def open_cells(path: Path | str, *, sheet: str | None = None) -> Iterator[Cells]:
    """Open a CSV, TSV, Excel or parquet file.

    Parameters
    ----------
    path : Path or str
        Text in UTF-8 with one row a line, parted by commas, semicolons, tabs or bars; .xlsx, .xls, .ods; or parquet.
    sheet : str, optional
        Which sheet of a workbook, if more than one holds cells.

    Yields
    ------
    Cells

    Raises
    ------
    InputError
        If the file is none of these, is empty or broken, or a row does not fit.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = (Path(folder) / "cases.csv").write_text("day;cases\\n2024-03-01;5\\n2024-03-02;\\n")
    ...     with open_cells(Path(folder) / "cases.csv") as cells:
    ...         cells.names, cells.sample(2)
    (('day', 'cases'), [('2024-03-01', '5'), ('2024-03-02', '')])
    """
    import duckdb

    path = Path(path)
    head = _read_head(path)
    connection = duckdb.connect(
        config={
            "memory_limit": _MEMORY,
            "temp_directory": str(Path(tempfile.gettempdir()) / f"duckdb-{os.getpid()}"),  # made only where memory does not do
            "preserve_insertion_order": False,
            "autoinstall_known_extensions": False,  # nothing is fetched
            "autoload_known_extensions": False,
        }
    )
    try:
        connection.execute("SET enable_progress_bar = false")  # it would stand in the output
        if head.startswith(_EXCEL):
            yield _open_excel(path, connection, sheet=sheet)
        elif sheet is not None:
            raise InputError(f"{path.name} is not a workbook and has no sheet {sheet!r}; leave the sheet out")
        elif head.startswith(b"PAR1"):
            yield _open_parquet(path, connection)
        else:
            yield _open_text(path, connection, head)
    finally:
        connection.close()


def _read_head(path: Path) -> bytes:
    if path.is_dir():
        raise InputError(f"{path} is a folder; name a file in it")
    if not path.exists():
        raise InputError(f"{path} does not exist; name a file that does")
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head.strip():
        raise InputError(f"{path.name} is empty; give a file with a row a day")
    for start, what in _BINARY.items():
        if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(start):
            raise InputError(f"{path.name} is {what}")
    return head


def _quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _quote_path(path: Path) -> str:
    """Quote a path for duckdb, which would read *, ? and [ as patterns of many files."""
    return _quote(re.sub(r"([*?\[])", r"[\1]", str(path.resolve())))


def _name_columns(header: Sequence[str]) -> tuple[str, ...]:
    names: list[str] = []
    for number, cell in enumerate(header, 1):
        name, again = cell.strip() or f"column {number}", 2
        while name in names:
            name, again = f"{cell.strip()} ({again})", again + 1
        names.append(name)
    return tuple(names)


# ------------------------------------------------------------------------------------------------- text


def _open_text(path: Path, connection: duckdb.DuckDBPyConnection, head: bytes) -> Cells:
    text = _decode(path, head)
    skip = 0  # blank lines and comments above the header
    lines = io.StringIO(text, newline="").readlines()
    while skip < len(lines) and (not lines[skip].strip() or lines[skip].startswith("#")):
        skip += 1
    lines = lines[skip:]
    if len(head) == _HEAD and len(lines) > 1:
        lines = lines[:-1]  # the last one is cut
    delimiter = _find_delimiter(lines)
    first = next(csv.reader(lines, delimiter=delimiter), [])
    has_header = not any(_NUMBER.fullmatch(cell.strip()) or cell.strip()[:4].isdigit() for cell in first)
    names = _name_columns(first if has_header else [""] * len(first))

    def walk() -> Iterator[tuple[int, Sequence[str]]]:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for _ in range(skip):
                file.readline()
            reader = csv.reader(file, delimiter=delimiter, strict=True)
            for number, row in enumerate(reader):
                if row and (number or not has_header):
                    yield reader.line_num + skip, [cell.strip() for cell in row]

    if skip or len(set(re.findall(r"\r\n|\r|\n", text))) > 1:
        # duckdb counts lines to be skipped in its own way, and reads nothing where they end in another way than the rest.
        cells = Cells(path, names, _LOADED, "line", connection, walk)
        _load_text(cells)
        return cells
    columns = ", ".join(f"'c{number}': 'VARCHAR'" for number in range(len(names)))
    relation = (
        f"read_csv({_quote_path(path)}, auto_detect=false, strict_mode=true, delim={_quote(delimiter)}, quote='\"', escape='\"', "
        f"header={str(has_header).lower()}, columns={{{columns}}})"
    )
    return Cells(path, names, relation, "line", connection, walk)


def _load_text(cells: Cells) -> None:
    """Load a text by Python's own reader, in the place of duckdb's.

    Raises
    ------
    InputError
        If a row does not fit the table, or the file is too large for that.
    """
    name = cells.path.name
    if cells.path.stat().st_size > _SMALL:
        raise InputError(f"{name} has lines above its header, or line ends of two kinds; remove them, or save the file anew")
    fault = _find_fault(cells)
    if fault is not None:
        raise fault
    _load_rows(cells.connection, [row for _, row in cells.walk()], width=len(cells.names))


def _load_rows(connection: duckdb.DuckDBPyConnection, rows: Sequence[Sequence[str]], *, width: int) -> None:
    """Load rows of text as the table `_LOADED`."""
    import pandas as pd

    connection.register(_LOADED, pd.DataFrame(rows, columns=[f"c{number}" for number in range(width)], dtype=object))


def _decode(path: Path, head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError(f"{path.name} is text in UTF-16; save it as CSV in UTF-8")
    if b"\0" in head:
        raise InputError(f"{path.name} is no table of text, Excel or parquet; save it as one of these")
    try:
        return head.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if len(head) == _HEAD and error.start >= len(head) - 4:  # a character that the head cuts in two
            return head[: error.start].decode("utf-8-sig")
        raise _explain_encoding(path, line=head[: error.start].count(b"\n") + 1) from None


def _explain_encoding(path: Path, *, line: int) -> InputError:
    return InputError(f"{path.name}, line {line}: holds a character that is not UTF-8; save the file as CSV in UTF-8")


def _find_delimiter(lines: Sequence[str]) -> str:
    """Find what parts the cells: what gives the header and most rows the same number of cells, the more the better."""
    best, delimiter = (0.0, 1), ","
    for one in _DELIMITERS:
        widths = [len(row) for row in csv.reader(lines[:500], delimiter=one) if row]
        if widths and widths[0] > 1:
            found = (round(sum(width == widths[0] for width in widths) / len(widths), 1), widths[0])
            if found > best:
                best, delimiter = found, one
    return delimiter


def _find_fault(cells: Cells) -> InputError | None:
    """Find in a text what does not belong to a table, by its line; None if Python reads it without a fault."""
    name, width, place = cells.path.name, len(cells.names), 0
    if cells.place != "line":
        return None
    try:
        for place, row in cells.walk():
            if len(row) != width:
                found, columns = (f"{n} {noun}{'s' * (n != 1)}" for n, noun in ((len(row), "cell"), (width, "column")))
                return InputError(
                    f"{name}, line {place}: {found} in a table of {columns}; correct it, and remove lines that do not belong to "
                    "the table"
                )
    except UnicodeDecodeError:
        with cells.path.open("rb") as file:
            line = next(number for number, line in enumerate(file, 1) if not _is_utf8(line))
        return _explain_encoding(cells.path, line=line)
    except csv.Error as fault:
        return InputError(f"{name}, after line {place}: {fault}; save the file as CSV in UTF-8 anew")
    return None


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


# ------------------------------------------------------------------------------------------------- workbooks and parquet


def _refuse_spread(path: Path) -> None:
    """Refuse a workbook that asks for more memory than any table needs, as one with a stray cell far from its table does."""
    if os.name == "nt":  # no limits there
        return
    try:
        command = [sys.executable, "-I", "-c", _TRIAL, str(path.absolute()), str(_WORKBOOK)]
        done = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace", check=False, timeout=_PATIENCE)
    except subprocess.TimeoutExpired:
        spread = True
    else:
        spread = done.returncode < 0 or "MemoryError" in done.stderr  # any other fault is said where the file is read
    if spread:
        raise InputError(
            f"{path.name} does not open in {_WORKBOOK / 1e9:.0f} GB of memory: a cell may lie far from the table; delete what is "
            "below and beside the table, or save it as CSV"
        )


def _open_excel(path: Path, connection: duckdb.DuckDBPyConnection, *, sheet: str | None) -> Cells:
    from python_calamine import CalamineError, CalamineWorkbook

    _refuse_spread(path)
    try:
        book = CalamineWorkbook.from_path(path)
        sheets = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}
    except (CalamineError, OSError) as error:
        raise InputError(f"{path.name} cannot be read as a workbook ({error}); get or save the file anew") from None
    filled = [name for name, rows in sheets.items() if any(any(cell != "" for cell in row) for row in rows)]
    if sheet is None and len(filled) > 1:
        raise InputError(f"{path.name} has {len(filled)} sheets with cells, {', '.join(filled)}; name one with --sheet")
    if sheet is not None and sheet not in sheets:
        raise InputError(f"{path.name} has no sheet {sheet!r}; choose one of {', '.join(sheets)}")
    if not filled:
        raise InputError(f"{path.name} is empty; give a file with a row a day")
    texts = [(place, [_write_cell(cell) for cell in row]) for place, row in enumerate(sheets[sheet or filled[0]], 1)]
    (_, header), *rows = [(place, row) for place, row in texts if any(row)] or [(0, [])]
    width = max((number for number, cell in enumerate(header, 1) if cell), default=0)
    for place, row in rows:
        if any(row[width:]):
            raise InputError(f"{path.name}, row {place} has a cell beyond the {width} columns; remove what is not of the table")
    names = _name_columns(header[:width])
    _load_rows(connection, [row[:width] for _, row in rows], width=width)
    return Cells(path, names, _LOADED, "row", connection, lambda: iter(rows))


def _write_cell(value: object) -> str:
    """Write a cell of a workbook as text, a day and a time of the day in ISO form."""
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e16:
        return str(int(value))
    return str(value).strip()


def _open_parquet(path: Path, connection: duckdb.DuckDBPyConnection) -> Cells:
    import duckdb

    table = f"read_parquet({_quote_path(path)})"
    try:
        found = connection.execute(f"DESCRIBE SELECT * FROM {table}").fetchall()
    except duckdb.Error as error:
        raise InputError(f"{path.name} cannot be read as parquet ({str(error).splitlines()[0]}); get or save it anew") from None
    columns = ", ".join(
        f'CAST("{name.replace(chr(34), chr(34) * 2)}" AS VARCHAR) AS c{number}' for number, (name, *_) in enumerate(found)
    )
    relation = f"(SELECT {columns} FROM {table})"

    def walk() -> Iterator[tuple[int, Sequence[str]]]:
        connection.execute("SET preserve_insertion_order = true")
        answer = connection.execute(f"SELECT * FROM {relation}")
        place = 0
        while rows := answer.fetchmany(10_000):
            for row in rows:
                place += 1
                yield place, [("" if cell is None else cell).strip() for cell in row]

    return Cells(path, _name_columns([name for name, *_ in found]), relation, "row", connection, walk)
