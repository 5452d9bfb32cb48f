"""From the publishers' line lists to checked daily tables.

Two sources publish lists in which one row is one truck: UNRWA ("commodities received", a workbook) and COGAT
(a CSV file). Both are revised, so that only the files themselves are honest vintages. `ingest` reads each
file, accounts for every row, counts trucks by day and by the labels that the project uses, and writes one
table a vintage together with `datapackage.json`. The table is named after the day from which its file was
public.

Nothing is imputed here: a label that the publisher left blank becomes ``not given``, an unknown weight stays
unknown, and a day without rows is not in the table.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from tqdm import tqdm

from ...common.errors import InputError
from ...common.files import encode_csv, encode_json, write_files
from ..paths import DATA
from ..tables import read_described
from .cogat import count_cogat, find_cogat_publication
from .datapackage import PACKAGE, describe_content, describe_table, describe_vintage, is_vintage, load_package
from .line_list import WAR_BEGAN, Vintage, read_csv, show_cell
from .schemas import SCHEMAS, check_table, list_columns
from .unrwa import UNRWA_COLUMNS_SINCE_DECEMBER_2024, count_unrwa, find_unrwa_publication
from .workbook import read_workbook

#: Beside the originals: what was fetched, when and from where, and the day from which each was public.
LOG = "fetched.json"

#: The vintages that the project rests on, by the day from which each was public.
PUBLISHED: Mapping[str, tuple[date, ...]] = {
    "unrwa": (date(2024, 9, 11), date(2024, 10, 27), date(2024, 12, 24), date(2025, 1, 19)),
    "cogat": (date(2024, 9, 24),),
}


def read_log(folder: Path) -> list[dict[str, Any]]:
    """Read what was fetched into a folder, an entry a file, oldest first; empty if nothing was.

    Raises
    ------
    InputError
        If the log is no such list.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     nothing = read_log(Path(folder))
    ...     _ = (Path(folder) / LOG).write_text('[{"sha256": "9cac", "published": "2024-09-24"}]', encoding="utf-8")
    ...     nothing, read_log(Path(folder))
    ([], [{'sha256': '9cac', 'published': '2024-09-24'}])
    """
    path = folder / LOG
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        whole = isinstance(held, list) and all(
            isinstance(one["sha256"], str) and date.fromisoformat(one["published"]) for one in held
        )
    except FileNotFoundError:
        return []
    except (ValueError, KeyError, TypeError):
        whole = False
    if not whole:
        raise InputError(f"{path}: is no list of what was fetched; move it elsewhere, and a new one is begun")
    return list(held)


def read_original(path: Path, *, published: date | None = None) -> Vintage:
    """Read and count one original, recognised by its kind of file and its columns.

    Parameters
    ----------
    path : Path
        An UNRWA workbook (``.xlsx``) or a COGAT list (``.csv``).
    published : date, optional
        Day from which it was public, where more is known of it than the file says.

    Returns
    -------
    Vintage

    Raises
    ------
    InputError
        See `count_unrwa` and `count_cogat`; also if a day lies before the war or after the day of
        publication, or the file is of a later day than that.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "cogat_2024-04-12.csv"
    ...     rows = "Index,Date,Route,Classification,Donor,Aid (tons)\\n1,9 Apr 2024,Land Crossings,Food,WFP,20\\n,,,,,\\n"
    ...     _ = path.write_text(rows, encoding="utf-8")
    ...     print(read_original(path))
    cogat_2024-04-12: 2 rows of cogat_2024-04-12.csv, 1 set aside (blank row); 1 trucks from 2024-04-09 to 2024-04-09
    """
    if path.suffix.lower() == ".xlsx":
        sheet, rows = read_workbook(path, telling=UNRWA_COLUMNS_SINCE_DECEMBER_2024)
        source, counted = "unrwa", count_unrwa(rows, name=f"{path.name}, sheet {show_cell(sheet)}")
        own = find_unrwa_publication(counted, name=path.name)
    else:
        source, counted = "cogat", count_cogat(read_csv(path), name=path.name)
        own = find_cogat_publication(path.name)
    published = published or own
    if published < own:
        raise InputError(f"{path.name}: is of {own}, but {LOG} says that it was public from {published}; fetch it again")
    for day in (counted.first, counted.last):
        if not WAR_BEGAN <= day <= published:
            raise InputError(
                f"{path.name}: has trucks on {day}, but they lie from {WAR_BEGAN} to the day of publication, "
                f"{published}; correct the day or the file's day of publication"
            )
    content = path.read_bytes()
    return Vintage(
        source=source,
        published=published,
        original=path.name,
        sha256=hashlib.sha256(content).hexdigest(),
        bytes=len(content),
        counted=counted,
    )


def _find_originals(folder: Path) -> list[Path]:
    """List the workbooks and CSV files of a folder by name, hidden and lock files left out.

    Raises
    ------
    InputError
        If the folder does not exist or holds none.
    """
    if not folder.is_dir():
        raise InputError(f"{folder}: is no folder, but the originals lie in one; give the folder that holds them")
    paths = sorted(
        path for path in folder.iterdir()
        if path.is_file()
        and path.suffix.lower() in (".xlsx", ".csv")
        and not path.name.startswith((".", "~$"))
    )  # fmt: skip
    if not paths:
        raise InputError(f"{folder}: holds no .xlsx and no .csv file, but the originals are such; give their folder")
    return paths


def _check_complete(
    found: Sequence[Vintage],
    *,
    vintages: Mapping[str, Sequence[date]],
    standing: Sequence[Mapping[str, Any]],
    folder: Path,
    new: bool,
) -> None:
    """Refuse a folder that lacks a known vintage which does not stand either, has the same one twice, or one that nobody knows.

    What was fetched is known by its log, and all are welcome if `new`.
    """
    there = {(one["source"], date.fromisoformat(one["published"])) for one in standing}
    known = there | {(source, day) for source, days in vintages.items() for day in days}
    logged = {one["sha256"] for one in read_log(folder)}
    first: dict[tuple[str, date], str] = {}
    for item in found:
        if not (new or (item.source, item.published) in known or item.sha256 in logged):
            days = sorted(f"{day}" for source, day in known if source == item.source)
            raise InputError(
                f"{item.original}: was public from {item.published}, but the known {item.source} vintages are "
                f"{', '.join(days) or 'none'}; take it out, or say --new to take it in as a vintage of that day"
            )
        earlier = first.setdefault((item.source, item.published), item.original)
        if earlier != item.original:
            raise InputError(
                f"{item.original}: was public from {item.published} as {earlier} was, but a day has one "
                "vintage; take one of them out"
            )
    missing = [f"{source} of {day}" for source, day in sorted(known - there) if (source, day) not in first]
    if missing:
        raise InputError(f"{folder}: lacks {', '.join(missing)}, but all vintages are read together; put the missing files there")


def _check_nothing_lost(found: Sequence[Vintage], *, package: Mapping[str, Any], out: Path) -> None:
    """Refuse a list that is shorter or older than the one that stands, or has lost days.

    A list is held against the one of its own day of publication, or else against its publisher's newest.

    Raises
    ------
    InputError
        Names the list and what it lost.
    """
    mend = "fetch it again, or say --replace if it is right so"
    standing = {(one["source"], one["published"]): one for one in package["resources"] if is_vintage(one)}
    for item in found:
        newest = max((day for source, day in standing if source == item.source), default=None)
        if newest is None:
            continue
        published = item.published.isoformat()
        if (item.source, published) not in standing and published < newest:
            raise InputError(f"{item.original}: is of {published}, but the newest that stands is of {newest}; {mend}")
        earlier = standing.get((item.source, published), standing[item.source, newest])
        lost = _find_lost(item, earlier, path=out / earlier["path"])
        if lost:
            raise InputError(f"{item.original}: has {lost}, but a list grows; {mend}")


def _find_lost(item: Vintage, earlier: Mapping[str, Any], *, path: Path) -> str:
    """Say what a list has less of than the one that stands: rows, trucks, days, bytes of the same rows; empty if nothing."""
    counted, before = item.counted, earlier["original"]
    if counted.rows_read < before["rows_read"] or counted.trucks < before["trucks"]:
        return (
            f"{counted.rows_read:,} rows and {counted.trucks:,} trucks where {before['name']} had {before['rows_read']:,} "
            f"and {before['trucks']:,}"
        )
    covered = (earlier["covers"]["first"], earlier["covers"]["last"])
    if path.is_file() and describe_content(path.read_bytes())["hash"] == earlier["hash"]:
        gone = sorted({row[0] for row in read_csv(path)[1:]} - {row[0] for row in counted.table})
    else:
        gone = [day for day in covered if not counted.first.isoformat() <= day <= counted.last.isoformat()]
    if gone:
        more = f" and {len(gone) - 4:,} more days" if len(gone) > 4 else ""
        return f"no truck on {', '.join(gone[:4])}{more} where {before['name']} had some"
    if item.published.isoformat() == earlier["published"] and item.bytes < before["bytes"]:
        return f"{item.bytes:,} bytes where {before['name']} had {before['bytes']:,}"
    return ""


def ingest(
    folder: str | Path,
    *,
    out: str | Path = DATA,
    progress: bool = True,
    vintages: Mapping[str, Sequence[date]] = PUBLISHED,
    replace: bool = False,
    new: bool = False,
) -> list[Vintage]:
    """Read the originals of a folder and write the daily tables and `datapackage.json`.

    Parameters
    ----------
    folder : path
        Holds the UNRWA workbooks and the COGAT list, and no other ``.xlsx`` or ``.csv`` file.
    out : path
        Folder of the package. A list that stands there stays, whether or not its original is given. Its other tables are checked
        and described, not remade. Where it has none of the project's own (quotes, events, holidays), they are copied; the
        examples of other fields are not.
    progress : bool
        Whether to show a progress bar on standard error.
    vintages : mapping of str to sequence of date
        The days of publication of which each must be found or stand.
    replace : bool
        Whether a list may take the place of one that has more rows, trucks or days, or is newer.
    new : bool
        Whether to take in any list of theirs, not only those that are known, stand or were fetched.

    Returns
    -------
    list of Vintage
        One a vintage, by source and day of publication: rows read = rows counted + rows set aside.

    Raises
    ------
    InputError
        If a file, row or cell breaks a rule, or a list has lost something against the one that stands. Nothing is written
        then.

    Notes
    -----
    A vintage's id is the day from which its file was public: for UNRWA that of the newest ``Last Edited
    Time`` in it, for COGAT the one in the file's name. The same originals give the same bytes.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     folder, out = Path(place) / "originals", Path(place) / "data"
    ...     folder.mkdir()
    ...     rows = "Index,Date,Route,Classification,Donor,Aid (tons)\\n1,9 Apr 2024,Land Crossings,Food,WFP,20\\n"
    ...     _ = (folder / "cogat_2024-04-12.csv").write_text(rows, encoding="utf-8")
    ...     found = ingest(folder, out=out, vintages={}, new=True, progress=False)
    ...     (out / "cogat_2024-04-12.csv").read_text(encoding="utf-8").splitlines()[1]
    '2024-04-09,Land Crossings,Food,other,1,20.0,0'
    """
    folder, out = Path(folder), Path(out)
    paths = _find_originals(folder)
    logged = {one["sha256"]: date.fromisoformat(one["published"]) for one in read_log(folder)}
    found: list[Vintage] = []
    with tqdm(total=sum(path.stat().st_size for path in paths), unit="B", unit_scale=True, disable=not progress) as bar:
        for path in paths:
            bar.set_description(path.name)
            found.append(read_original(path, published=logged.get(hashlib.sha256(path.read_bytes()).hexdigest())))
            bar.update(path.stat().st_size)
    found.sort(key=lambda item: (item.source, item.published))
    own = (out / PACKAGE).is_file()
    package = load_package(out if own else DATA)
    standing = [one for one in package["resources"] if own and is_vintage(one)]
    _check_complete(found, vintages=vintages, standing=standing, folder=folder, new=new)
    if own and not replace:
        _check_nothing_lost(found, package=package, out=out)
    files: dict[str, bytes] = {}
    resources: list[dict[str, Any]] = []
    for vintage in found:
        content = encode_csv(list_columns(SCHEMAS[vintage.source]), vintage.counted.table)
        files[f"{vintage.name}.csv"] = content
        resources.append(describe_vintage(vintage, content))
    for resource in standing:
        if f"{resource['name']}.csv" not in files:
            read_described(resource, data=out)
            resources.append(resource)
    resources.sort(key=lambda one: (one["source"], one["published"]))
    for resource in package["resources"]:
        in_subfolder = "/" in resource["path"]  # the examples of other fields
        if is_vintage(resource) or (in_subfolder and not own):
            continue
        path = out / resource["path"]
        copied = not path.is_file() and not in_subfolder
        if copied:
            path = DATA / resource["path"]
        resources.append(describe_table(resource, path))
        if copied:
            files[path.name] = path.read_bytes()
    files[PACKAGE] = encode_json({**package, "resources": resources})

    def check(staged: Path) -> None:
        for vintage in found:
            check_table(staged / f"{vintage.name}.csv", SCHEMAS[vintage.source])

    write_files(out, files, check=check)
    return found
