"""Read the sheet of a workbook that holds a line list, cell for cell, or refuse it.

The reader gives an error (``#N/A``) and a formula that was never computed as blanks, and sets aside memory for every place up to
the last cell. So the XML of the sheet is looked through first: how large it is, and which cells hold what cannot be read. What
was looked through is what is then read: the reader is given the same parts, unpacked.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree
from xml.parsers import expat

import python_calamine

from ...common.errors import InputError
from .labels import fold_label
from .line_list import MOST_ROWS, check_size, join_faults, read_text, refuse_cell, show_cell

#: Bytes of a workbook, unpacked: six times those of the largest list so far.
_MOST_UNPACKED = 256_000_000
#: Bytes of the parts that name the sheets.
_MOST_NAMES = 1_000_000
#: Columns with a value, nearly twice those of the widest edition.
_MOST_COLUMNS = 32
#: Names of columns by which the first rows of a sheet show a line list.
_TELLING = 3
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass
class SheetXml:
    """What the XML of a sheet says that the reader does not hand on.

    Attributes
    ----------
    unreadable : dict of (row, column) to str
        Cells with an error or a formula without a value, by place, both counted from 1.
    merged : list of str
        Ranges of merged cells.
    far : str
        A cell with a value beyond what a list can reach, where looking through ended; empty if there is none.
    """

    unreadable: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: list[str] = field(default_factory=list)
    far: str = ""


class _FarError(Exception):
    """A cell lies beyond what a list can reach: what follows need not be looked through."""


class _BrokenError(ValueError):
    """The XML of a sheet is not of the form that a workbook has; the text says why."""


def read_workbook(path: Path, *, telling: Iterable[str]) -> tuple[str, Sequence[Sequence[object]]]:
    """Read the sheet of a workbook that holds a line list, row by row, the header first.

    Parameters
    ----------
    path : Path
        An ``.xlsx`` file.
    telling : iterable of str
        Names of columns: a sheet whose first rows have some of them is a line list.

    Returns
    -------
    sheet : str
        Name of the sheet.
    rows : sequence of sequence
        Cells as numbers, dates, times and text; row 1 of the sheet is item 0.

    Raises
    ------
    InputError
        If the file is no workbook, or larger than a list can be; if two sheets are line lists; if the list has a cell that
        holds an error or a formula without a value, merged cells, or a cell beside its columns. The column check that follows
        speaks of the first sheet if none is a list.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "list.xlsx"
    ...     _ = path.write_text("<html>Not found</html>", encoding="utf-8")
    ...     read_workbook(path, telling=["Received Date", "Crossing"])
    Traceback (most recent call last):
        ...
    utils.common.errors.InputError: list.xlsx: cannot be read as a workbook (File is not a zip file); fetch it again
    """
    try:
        check_size(path)
        parts = _unpack(path)
        book = _find_sheets(parts)
        seen = {sheet: _scan_sheet(parts[part]) for sheet, part in book.items()}
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile, zlib.error, RuntimeError) as problem:
        raise _refuse_book(path, problem) from None
    for sheet, found in seen.items():
        if found.far:
            rule = f"no list goes beyond row {MOST_ROWS:,} and column {_MOST_COLUMNS}"
            raise InputError(
                f"{path.name}, sheet {show_cell(sheet)}: cell {found.far} has a value, but {rule}; delete the stray cells"
            )
    sheets = _read_sheets(path, parts)
    known = {fold_label(name) for name in telling}
    lists = [sheet for sheet, rows in sheets.items() if any(_is_header(row, known=known) for row in rows[:10])]
    if len(lists) > 1:
        names = " and ".join(map(show_cell, lists[:4]))
        raise InputError(f"{path.name}: sheets {names} are line lists, but a workbook holds one; keep the right one")
    sheet = next(iter(lists or sheets))
    _check_cells(seen[sheet], sheets[sheet], name=f"{path.name}, sheet {show_cell(sheet)}")
    width = max((at for at, cell in enumerate(sheets[sheet][0], 1) if read_text(cell)), default=0) if sheets[sheet] else 0
    return sheet, [row[:width] for row in sheets[sheet]]


def _refuse_book(path: Path, problem: BaseException) -> InputError:
    reason = " ".join(str(problem).split())[:200] or "it ends too early"
    return InputError(f"{path.name}: cannot be read as a workbook ({reason}); fetch it again")


def _unpack(path: Path) -> dict[str, bytes]:
    """Unpack the parts of a workbook that say something, and refuse more of them than memory can hold."""
    with zipfile.ZipFile(path) as archive:
        items = [item for item in archive.infolist() if item.filename.endswith((".xml", ".rels"))]
        names = [item.filename for item in items]
        if len({name.casefold() for name in names}) < len(names):
            raise _BrokenError("it holds a part twice")
        unpacked = sum(item.file_size for item in items)
        if unpacked > _MOST_UNPACKED:
            raise _BrokenError(f"it has {unpacked:,} bytes unpacked, and no list more than {_MOST_UNPACKED:,}")
        return {item.filename: archive.read(item) for item in items}


def _find_sheets(parts: dict[str, bytes]) -> dict[str, str]:
    """Find the part of each sheet, by the sheet's name, in the workbook's order."""
    trees = {}
    for part in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels"):
        if part not in parts:
            raise _BrokenError(f"it has no {part}")
        if len(parts[part]) > _MOST_NAMES:
            raise _BrokenError(f"{part} has {len(parts[part]):,} bytes, and no list more than {_MOST_NAMES:,}")
        if b"<!" in parts[part].replace(b"<!--", b""):
            raise _BrokenError(f"{part} declares a type of document")
        try:
            trees[part] = ElementTree.fromstring(parts[part])
        except ElementTree.ParseError as problem:
            raise _BrokenError(f"{part}: {problem}") from None
    book, relations = trees.values()
    if any(one.get("date1904") in ("1", "true", "on") for one in book.iter() if one.tag.endswith("}workbookPr")):
        raise _BrokenError("it counts its days from 1904, and no list does")
    targets = {one.get("Id"): one.get("Target", "").removeprefix("/xl/") for one in relations}
    found: dict[str, str] = {}
    for one in book.iter():
        if one.tag.endswith("}sheet"):
            name, key = one.get("name", ""), one.get(_RELATION) or next((v for k, v in one.items() if k.endswith("}id")), None)
            if name in found:
                raise _BrokenError(f"two sheets are called {name[:99]!r}")
            found[name] = f"xl/{targets[key].removeprefix('xl/')}"
    if not found:
        raise _BrokenError("it has no sheet")
    return found


def _place(reference: str) -> tuple[int, int]:
    """Read a place such as ``C7`` as row and column.

    >>> _place("C7"), _place("AA1")
    ((7, 3), (1, 27))
    """
    match = re.fullmatch(r"([A-Z]{1,3})([0-9]{1,7})", reference)
    if match is None:
        raise _BrokenError(f"a cell is called {reference[:99]!r}")
    column = 0
    for letter in match[1]:
        column = 26 * column + ord(letter) - 64
    return int(match[2]), column


def _scan_sheet(xml: bytes) -> SheetXml:
    """Look the XML of a sheet through.

    Raises
    ------
    ValueError
        If it is no XML of a sheet, or its cells do not stand in order, each once.
    """
    found = SheetXml()
    row = column = cells = 0
    kind, text = "n", ""
    formula = filled = reading = False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal row, column, cells, kind, text, formula, filled, reading
        name = name.rpartition(" ")[2]
        if name == "c":
            kind, text, formula, filled = attributes.get("t", "n"), "", False, False
            if "r" in attributes:
                at, place = _place(attributes["r"])
            else:
                at, place = row, column + 1
            if at != row or place <= column:
                raise _BrokenError(f"cell {attributes.get('r', '')[:20]!r} is out of order")
            column, cells = place, cells + 1
            if cells > MOST_ROWS * _MOST_COLUMNS:
                raise _BrokenError(f"a sheet has more than {MOST_ROWS * _MOST_COLUMNS:,} cells, and no list does")
        elif name == "v" or name == "is":
            filled = reading = True
        elif name == "f":
            formula = True
        elif name == "row":
            at = int(attributes.get("r", row + 1))
            if at <= row:
                raise _BrokenError(f"row {at} is out of order")
            row, column = at, 0
        elif name == "mergeCell":
            found.merged.append(attributes.get("ref", "?"))

    def read(data: str) -> None:
        nonlocal text
        if reading and len(text) < 40:
            text += data

    def end(name: str) -> None:
        nonlocal reading
        name = name.rpartition(" ")[2]
        if name == "c":
            if kind == "e":
                found.unreadable[row, column] = text.strip() or "an error"
            elif formula and not text:
                found.unreadable[row, column] = "a formula without a value"
            if (filled or formula) and (row > MOST_ROWS or column > _MOST_COLUMNS):
                found.far = f"in row {row:,}, column {column:,},"
                raise _FarError
        elif name == "v" or name == "is":
            reading = False

    def refuse(*_: object) -> None:
        raise _BrokenError("a sheet declares a type of document")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, read
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(xml, True)
    except _FarError:
        return found
    except expat.ExpatError as problem:
        raise _BrokenError(f"a sheet is broken: {problem}") from None
    return found


def _read_sheets(path: Path, parts: dict[str, bytes]) -> dict[str, Sequence[Sequence[object]]]:
    """Have the reader read the parts that were looked through, which are given up."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in list(parts):
            archive.writestr(name, parts.pop(name))
    packed.seek(0)
    try:
        book = python_calamine.load_workbook(packed)
        return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}
    except (python_calamine.CalamineError, OSError, ValueError, OverflowError) as problem:
        raise _refuse_book(path, problem) from None


def _is_header(row: Sequence[object], *, known: set[str]) -> bool:
    """Whether a row holds names of a list's columns."""
    return len({fold_label(cell) for cell in row if isinstance(cell, str) and len(cell) < 99} & known) >= _TELLING


def _check_cells(found: SheetXml, rows: Sequence[Sequence[object]], *, name: str) -> None:
    """Refuse a list with cells that cannot be read for sure.

    Raises
    ------
    InputError
        Names the first of each kind and counts the rest.
    """
    if found.merged:
        others = len(found.merged) - 1
        more = f" and {others:,} more range{'s' * (others > 1)}" if others else ""
        raise InputError(
            f"{name}: cells {found.merged[0][:40]}{more} are merged, but only the first of such cells holds its value; "
            "undo it and fill each cell"
        )
    header = rows[0] if rows else []
    width = max((at for at, cell in enumerate(header, 1) if read_text(cell)), default=0)

    def column(at: int) -> str:
        return read_text(header[at - 1])[:40] if at <= len(header) and read_text(header[at - 1]) else f"column {at}"

    faults = [
        refuse_cell(name, at, column(place), text, rule="it shows no value", mend="ask the publisher, or fill the cell")
        for (at, place), text in sorted(found.unreadable.items())
    ]
    for at, row in enumerate(rows, 1):
        place = next((place for place, cell in enumerate(row[width:], width + 1) if read_text(cell)), None)
        if place is not None:
            rule, mend = f"the header ends with column {width}", "delete what stands beside the list"
            faults.append(refuse_cell(name, at, f"column {place}", row[place - 1], rule=rule, mend=mend))
    if faults:
        raise join_faults(faults)
