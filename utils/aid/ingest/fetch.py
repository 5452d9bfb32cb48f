"""Get the originals from their publishers, and file each new one as a vintage of its own.

UNRWA's list comes through the public CKAN interface of HDX, which describes a data set's files [1]_; COGAT's from an address that
the user gives. What came is read as `ingest` reads it before it is filed, under the day from which it was public: that of the
newest edit in it, or a later one from which HDX had it. The log beside the files tells `ingest` that day. A file that is there
already, under whatever name, is not filed again, and none is ever written over.

References
----------
.. [1] CKAN API guide, package_show: https://docs.ckan.org/en/latest/api/
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import re
import tempfile
import zipfile
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ...common.download import Download, Limits, check_address, download
from ...common.errors import InputError
from ...common.files import encode_json, write_files
from ...common.paths import ROOT, find_cache
from ..paths import DATA
from .datapackage import is_vintage, load_package
from .line_list import Vintage
from .run import LOG, read_log, read_original

#: Where HDX answers, what it is asked for, and where it keeps the files that it leads to.
HDX, DATA_SET, STORE = "https://data.humdata.org", "state-of-palestine-gaza-aid-truck-data", ".amazonaws.com"
#: Folder of the originals, which the project does not hold.
ORIGINALS = ROOT / "originals"
#: Workbooks of the data set that are looked at, bytes of its description, and bytes that a workbook may unpack to.
MOST_FILES, DESCRIPTION, UNPACKED = 5, 5 * 10**6, 10**9

LATER_LISTS = (
    "UNRWA asks that its later lists be taken from its own pages only: get such a file there in a browser, and put it into the "
    "folder yourself. Then say ingest DIR --new"
)


@dataclass(frozen=True)
class Fetched:
    """A file that was got.

    Attributes
    ----------
    file : str
        Name under which it lies in the folder.
    new : bool
        Whether it was not there before.
    source, published : str
        Whose list it is, and the day from which it was public.
    sha256 : str
    bytes : int
    url, modified, listed : str
        Where it came from, and when it last changed: the server's word, and that of the data set's description; empty if none.
    fetched : str
        When, in UTC.
    """

    file: str
    new: bool
    source: str
    published: str
    sha256: str
    bytes: int
    url: str
    modified: str
    listed: str
    fetched: str


def fetch(
    *,
    out: Path | str = ORIGINALS,
    hdx: str | None = HDX,
    cogat: str | None = None,
    trusted: Collection[str] = (),
    limits: Limits | None = None,
    cache: Path | None = None,
    on_progress: Callable[[str], None] | None = None,
) -> list[Fetched]:
    """Get the originals from their publishers.

    Parameters
    ----------
    out : path
        Folder of the originals; made where needed.
    hdx : str, optional
        Address of the CKAN interface for UNRWA's list; None to leave it out.
    cogat : str, optional
        Address of COGAT's list, a CSV file.
    trusted : collection of str
        Hosts to which these addresses may lead, beside their own and HDX's store.
    limits : Limits, optional
        See `utils.common.download`.
    cache : Path, optional
        Folder of parts of files, so that a download that broke off goes on.
    on_progress : callable, optional
        Called with what is being done.

    Returns
    -------
    list of Fetched
        Those that were there already too. What is new is filed with all of it and put down in the log, or nothing is.

    Raises
    ------
    InputError
        If a publisher does not answer, or what came is no list of theirs. The folder stays as it was then.

    Examples
    --------
    >>> fetch(hdx=None)
    []
    >>> fetch(hdx=None, cogat="http://example.org/list.csv")
    Traceback (most recent call last):
        ...
    utils.common.errors.InputError: http://example.org/list.csv: only plain addresses of HTTPS are read; give one like https://example.org/...
    """
    out, limits, tell = Path(out), limits or Limits(), on_progress or (lambda text: None)
    parts = cache or find_cache("downloads")
    got: list[tuple[Fetched, bytes]] = []

    def get(url: str, hosts: Callable[[str], bool], limits: Limits = limits) -> Download:
        name = url.rsplit("/", 1)[-1][:60]
        return download(url, hosts=hosts, folder=parts, limits=limits, on_bytes=lambda n: tell(f"{name}: {n / 1e6:.1f} MB"))

    if hdx is not None:
        hosts = trust([hdx], trusted, store=hdx == HDX)
        tell(f"asking {hdx} for {DATA_SET}")
        asked = f"{hdx.rstrip('/')}/api/3/action/package_show?id={DATA_SET}"
        described = get(asked, hosts, Limits(**asdict(limits) | {"size": min(limits.size, DESCRIPTION)}))
        for url, listed in list_workbooks(described.content, asked=asked):
            check_address(url, hosts=hosts, asked=asked)
            came = get(url, hosts)
            _check_workbook(came.content, url=url)
            got.append(_describe(came, ".xlsx", out, listed=listed))
    if cogat is not None:
        came = get(cogat, trust([cogat], trusted))
        _check_text(came.content, url=cogat)
        got.append(_describe(came, ".csv", out))
    return _file(got, out)


def trust(addresses: Sequence[str], more: Collection[str], *, store: bool = False) -> Callable[[str], bool]:
    """Return what tells whether a host is trusted: those of the addresses, those named, and HDX's store if `store`.

    >>> trusts = trust(["https://data.humdata.org"], ["files.example.org"], store=True)
    >>> [trusts(host) for host in ("data.humdata.org", "s3.amazonaws.com", "files.example.org", "evilamazonaws.com")]
    [True, True, True, False]
    """
    known = {_read_host(address) for address in addresses} | set(more)
    return lambda host: host in known or (store and host.endswith(STORE))


def _read_host(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:  # no address: `check_address` says so
        return None


def list_workbooks(answer: bytes, *, asked: str) -> list[tuple[str, str]]:
    """List the workbooks of a data set, from what package_show answered.

    Parameters
    ----------
    answer : bytes
        JSON with `success` and, under `result`, the `resources` of the data set, each with `format`, `url` and `last_modified`.
    asked : str
        The address that was asked.

    Returns
    -------
    list of (str, str)
        Address, and when it last changed, as ISO text or empty; the one that changed last first.

    Raises
    ------
    InputError
        If it is no such answer, or names no workbook, or more than are looked at.

    Examples
    --------
    >>> books = [{"format": "XLSX", "url": f"https://a.org/{day}.xlsx", "last_modified": f"2025-01-{day}"} for day in (12, 19)]
    >>> answer = {"success": True, "result": {"resources": [*books, {"format": "PDF", "url": "https://a.org/notes.pdf"}]}}
    >>> list_workbooks(json.dumps(answer).encode(), asked="https://a.org")
    [('https://a.org/19.xlsx', '2025-01-19'), ('https://a.org/12.xlsx', '2025-01-12')]
    """
    mend = "see in a browser whether the interface has changed"
    try:
        held = json.loads(answer)
        if held["success"] is not True:
            raise InputError(f"{asked}: refuses ({str(held.get('error'))[:120]}); {mend}")
        resources = [one for one in held["result"]["resources"] if isinstance(one["url"], str)]
        books = [one for one in resources if str(one.get("format", "")).strip().upper() == "XLSX"]
        books.sort(key=lambda one: str(one.get("last_modified") or ""), reverse=True)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{asked}: does not answer as a CKAN interface does; {mend}") from None
    if not 1 <= len(books) <= MOST_FILES:
        kinds = ", ".join(sorted({str(one.get("format"))[:20] for one in resources})) or "none"
        raise InputError(f"{asked}: names {len(books)} workbooks (formats: {kinds}), where 1 to {MOST_FILES} are read; {mend}")
    return [(one["url"], str(one.get("last_modified") or "")) for one in books]


def _check_workbook(content: bytes, *, url: str) -> None:
    """Raise `InputError` if content is no workbook, or one that unpacks to more than can be meant."""
    _refuse_page(content, url=url, wanted="a workbook")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            names, size = set(book.namelist()), sum(one.file_size for one in book.infolist())
    except (zipfile.BadZipFile, ValueError, OSError):
        raise InputError(f"{url}: is no workbook; see in a browser what lies there") from None
    if "xl/workbook.xml" not in names:
        raise InputError(f"{url}: is an archive, but no workbook; see in a browser what lies there")
    if size > UNPACKED:
        raise InputError(f"{url}: unpacks to {size:,} bytes, more than the {UNPACKED:,} that a list can have; it is not opened")


def _check_text(content: bytes, *, url: str) -> None:
    """Raise `InputError` if content is no text, or a page instead of a table."""
    _refuse_page(content, url=url, wanted="a CSV file")
    if b"\0" in content or content.startswith(b"PK"):
        raise InputError(f"{url}: is no CSV file; see in a browser what lies there")


def _refuse_page(content: bytes, *, url: str, wanted: str) -> None:
    begin = content[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not content:
        raise InputError(f"{url}: is empty, where {wanted} should be; try again later")
    if begin.startswith((b"<!doctype", b"<html", b"<head", b"<?xml")):
        raise InputError(f"{url}: is a web page, where {wanted} should be; see in a browser what it says")


def _describe(came: Download, suffix: str, out: Path, *, listed: str = "") -> tuple[Fetched, bytes]:
    """Read what came as `ingest` does, unless it lies in the folder already, and say what it is."""
    now = dt.datetime.now(dt.UTC)
    facts: dict[str, Any] = dict(sha256=came.sha256, bytes=len(came.content), url=came.url, modified=came.modified, listed=listed)
    facts["fetched"] = f"{now:%Y-%m-%dT%H:%M:%SZ}"
    same = _find_same(out, came, suffix)
    with tempfile.TemporaryDirectory(prefix="fetch-") as place:
        # COGAT's rows carry no day of publication: it was public from the day on which it was got, for all that is known.
        path = Path(place) / (f"cogat_aid_data_vintage_{now:%Y-%m-%d}.csv" if suffix == ".csv" else "unrwa.xlsx")
        if same is not None and suffix == ".csv" and re.search(r"\d{4}-\d{2}-\d{2}", same.name):
            path = path.with_name(same.name)
        path.write_bytes(came.content)
        try:
            vintage = read_original(path)
        except InputError as error:
            raise InputError(f"{came.url}: {error}") from None
    published = _find_public_day(vintage, listed=listed)
    name = path.name if suffix == ".csv" else f"unrwa_commodities_received_vintage_{published}.xlsx"
    file = name if same is None else same.name
    return Fetched(file, same is None, vintage.source, f"{published}", **facts), came.content


def _find_public_day(vintage: Vintage, *, listed: str) -> dt.date:
    """Find from which day a list was public: its own day, or a later one from which the data set had it.

    A list of which `data/` holds the table keeps its day: what the description says today is of a later change.
    """
    if any(is_vintage(one) and one["original"]["sha256"] == vintage.sha256 for one in load_package(DATA)["resources"]):
        return vintage.published
    try:
        return max(vintage.published, dt.date.fromisoformat(listed[:10]))
    except ValueError:
        return vintage.published


def _find_same(out: Path, came: Download, suffix: str) -> Path | None:
    """Return the file of the folder that holds the same bytes, under whatever name."""
    for path in sorted(out.glob(f"*{suffix}")) if out.is_dir() else ():
        if path.stat().st_size == len(came.content) and hashlib.sha256(path.read_bytes()).hexdigest() == came.sha256:
            return path
    return None


def _file(got: Sequence[tuple[Fetched, bytes]], out: Path) -> list[Fetched]:
    """File what is new together with the log, all or nothing, and never over what is there."""
    files: dict[str, bytes] = {}
    for one, content in got:
        if not one.new:
            continue
        if (out / one.file).exists() or files.get(one.file, content) != content:
            raise InputError(
                f"{one.url}: is another {one.source} list of {one.published} than {out / one.file}, and none is written over; "
                "move that one elsewhere if this one shall take its place"
            )
        files[one.file] = content
    log = read_log(out)
    logged = {entry["sha256"] for entry in log}
    entries = [asdict(one) for one, _ in got if one.sha256 not in logged]  # also of one that was there, and is theirs
    if entries:
        files[LOG] = encode_json([*log, *({key: value for key, value in one.items() if key != "new"} for one in entries)])
        write_files(out, files)
    return [one for one, _ in got]
