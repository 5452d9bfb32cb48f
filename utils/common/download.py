"""Get one file over HTTPS, whole or not at all: limits, time-outs, retries, resuming, redirects that are looked at."""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from .errors import InputError
from .files import write_text

if TYPE_CHECKING:
    from requests import Response, Session

CHUNK = 1 << 16
REDIRECTS = (301, 302, 303, 307, 308)
#: What a server may answer differently in a moment.
PASSING = (408, 425, 429, 500, 502, 503, 504)


@dataclass(frozen=True)
class Limits:
    """How long and how much a download may take.

    Attributes
    ----------
    size : int
        Bytes of a file.
    answer, silence : float
        Seconds until the server answers a call for a connection, and between two pieces of what it sends.
    total : float
        Seconds that one file may take, with all of its tries.
    tries : int
    pause : float
        Seconds before the second try; twice as many before each next one.
    redirects : int
    """

    size: int = 100 * 10**6
    answer: float = 10
    silence: float = 30
    total: float = 600
    tries: int = 4
    pause: float = 1
    redirects: int = 5


@dataclass(frozen=True)
class Download:
    """A file as it came.

    Attributes
    ----------
    content : bytes
    sha256 : str
    url : str
        Where it came from in the end.
    modified : str
        The server's word for when it last changed; empty where it has none.
    """

    content: bytes
    sha256: str
    url: str
    modified: str


class _Passing(Exception):
    """What may go better at the next try."""

    def __init__(self, why: str, *, wait: float = 0) -> None:
        super().__init__(why)
        self.wait = wait


def check_address(url: str, *, hosts: Callable[[str], bool], asked: str) -> str:
    """Return an address if it is one of HTTPS at a host that is trusted.

    Parameters
    ----------
    url : str
    hosts : callable
        Tells whether a host is trusted.
    asked : str
        The address that led to this one, for the message.

    Examples
    --------
    >>> check_address("https://a.org/1.csv", hosts=lambda host: host == "a.org", asked="https://a.org/1.csv")
    'https://a.org/1.csv'
    >>> check_address("https://b.net/1.csv", hosts=lambda host: host == "a.org", asked="https://a.org/1.csv")
    Traceback (most recent call last):
    ...
    utils.common.errors.InputError: https://a.org/1.csv leads to another host, b.net; if you trust it, name it with --host b.net
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        raise InputError(f"{asked} leads to {url!r}, which is no address; give one like https://example.org/file.csv") from None
    leads = "" if url == asked else f"{asked} leads to "
    if parts.scheme != "https" or not host or parts.username is not None:
        raise InputError(f"{leads}{url[:120]}: only plain addresses of HTTPS are read; give one like https://{host}/...")
    if not hosts(host):
        raise InputError(f"{asked} leads to another host, {host}; if you trust it, name it with --host {host}")
    return url


def download(
    url: str,
    *,
    hosts: Callable[[str], bool],
    folder: Path,
    limits: Limits | None = None,
    on_bytes: Callable[[int], None] | None = None,
) -> Download:
    """Get a file over HTTPS.

    Parameters
    ----------
    url : str
    hosts : callable
        Tells whether a host is trusted; asked again at each redirect.
    folder : Path
        Where a part that came is kept, so that the next try, or the next call, goes on from it if the file is still the same.
    limits : Limits, optional
    on_bytes : callable, optional
        Called with the number of bytes at hand.

    Returns
    -------
    Download

    Raises
    ------
    InputError
        If the address is not trusted, the server refuses, or the file did not come whole within the limits.

    Notes
    -----
    Nothing is unpacked: a server that packs what it sends all the same is refused, so that the limit holds for what arrives. A
    part is gone on with only by its ETag, which the server must confirm.

    Examples
    --------
    An address is looked at before anything is sent to it:

    >>> download("http://example.org/a.csv", hosts=lambda host: True, folder=Path("parts"))
    Traceback (most recent call last):
    ...
    utils.common.errors.InputError: http://example.org/a.csv: only plain addresses of HTTPS are read; give one like https://example.org/...
    """
    import requests

    limits = limits or Limits()
    ends = time.monotonic() + limits.total
    check_address(url, hosts=hosts, asked=url)
    part = _Part(folder / hashlib.sha256(url.encode()).hexdigest()[:24])
    why = ""
    with requests.Session() as session:
        for turn in range(limits.tries):
            try:
                return _try_once(session, url, part, hosts=hosts, limits=limits, ends=ends, on_bytes=on_bytes)
            except _Passing as error:
                why, wait = str(error), max(error.wait, limits.pause * 2**turn)
                if turn + 1 == limits.tries or time.monotonic() + wait > ends:
                    break
                time.sleep(wait)
    raise InputError(f"{url}: {why}; nothing was changed, and what is at hand goes on serving: try again later")


class _Part:
    """What has come of a file, and which version it is of."""

    def __init__(self, stem: Path) -> None:
        self.path, self._tag = stem.with_suffix(".part"), stem.with_suffix(".json")

    def read_tag(self) -> str:
        """Return the ETag of what has come, "" where nothing has."""
        try:
            return str(json.loads(self._tag.read_text(encoding="utf-8"))["etag"]) if self.path.stat().st_size else ""
        except (OSError, ValueError, KeyError, TypeError):
            return ""

    def begin(self, etag: str) -> None:
        """Forget what has come, and begin a version."""
        self.forget()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if etag and not etag.startswith("W/"):  # a weak one does not promise the same bytes
            write_text(self._tag, json.dumps({"etag": etag}))
        self.path.write_bytes(b"")

    def forget(self) -> None:
        for path in (self.path, self._tag):
            path.unlink(missing_ok=True)


def _try_once(
    session: Session,
    url: str,
    part: _Part,
    *,
    hosts: Callable[[str], bool],
    limits: Limits,
    ends: float,
    on_bytes: Callable[[int], None] | None,
) -> Download:
    etag = part.read_tag()
    headers = {"Accept-Encoding": "identity"}
    if etag:
        headers |= {"Range": f"bytes={part.path.stat().st_size}-", "If-Range": etag}
    with _follow(session, url, headers=headers, hosts=hosts, limits=limits) as response:
        done = _start(response, part, etag=etag, url=url)
        whole = _read_length(response, done)
        if whole is not None and whole > limits.size:
            part.forget()
            raise InputError(f"{url}: has {whole:,} bytes, more than the {limits.size:,} that are read; see what lies there")
        with part.path.open("ab") as file:
            for piece in _read_pieces(response):
                done += len(piece)
                if done > limits.size:
                    file.close()
                    part.forget()
                    raise InputError(f"{url}: sends more than the {limits.size:,} bytes that are read; see what lies there")
                file.write(piece)
                if on_bytes is not None:
                    on_bytes(done)
                if time.monotonic() > ends:
                    raise InputError(f"{url}: took longer than {limits.total:g} s; try again, and it goes on from {done:,} bytes")
        if whole is not None and done != whole:
            raise _Passing(f"ended after {done:,} of {whole:,} bytes")
        content = part.path.read_bytes()
        part.forget()
        final, modified = str(response.url), response.headers.get("Last-Modified", "")
    return Download(content, hashlib.sha256(content).hexdigest(), final, modified)


def _follow(session: Session, url: str, *, headers: dict[str, str], hosts: Callable[[str], bool], limits: Limits) -> Response:
    """Ask for an address, and for what it leads to, each looked at before it is asked."""
    import requests

    at = url
    for _ in range(limits.redirects + 1):
        try:
            response = session.get(
                at,
                headers=headers,
                stream=True,
                allow_redirects=False,
                timeout=(limits.answer, limits.silence),
                auth=lambda request: request,  # else a password for this host would be sent from the user's .netrc
            )
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidHeader):
            raise InputError(
                f"{url} leads to {at[:120]!r}, which is no address; give one like https://example.org/a.csv"
            ) from None
        except requests.exceptions.SSLError as error:
            raise InputError(f"{at}: its certificate does not hold ({_tell(error)}); it is not asked") from None
        except requests.exceptions.RequestException as error:
            raise _Passing(f"cannot be reached ({_tell(error)})") from None
        if response.status_code not in REDIRECTS:
            return response
        target = urljoin(at, response.headers.get("Location", ""))
        response.close()
        at = check_address(target, hosts=hosts, asked=url)
    raise InputError(f"{url}: leads on more than {limits.redirects} times; give the address that it ends at")


def _start(response: Response, part: _Part, *, etag: str, url: str) -> int:
    """Look at the answer; return how many bytes of the file are at hand already."""
    status = response.status_code
    if status in PASSING:
        raise _Passing(f"answers {status} {response.reason}", wait=_read_wait(response))
    if status == 416:  # the part is as long as the file, or longer: it is of another version
        part.forget()
        raise _Passing("could not go on from what had come")
    if status not in (200, 206):
        raise InputError(f"{url}: answers {status} {response.reason}; see in a browser what lies there, and give its address")
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise InputError(f"{url}: is sent packed, though asked plain; get it by hand")
    if status == 206:
        done = part.path.stat().st_size if etag else 0
        given = re.match(r"bytes (\d+)-", response.headers.get("Content-Range", ""))
        if etag and given and int(given[1]) == done and response.headers.get("ETag", etag) == etag:
            return done
        part.forget()
        raise _Passing("went on from another place than was asked")
    part.begin(response.headers.get("ETag", ""))
    return 0


def _read_length(response: Response, done: int) -> int | None:
    """Return the bytes that the whole file has, None where the server does not tell."""
    length = response.headers.get("Content-Length", "")
    return done + int(length) if re.fullmatch(r"\d{1,18}", length) else None


def _read_wait(response: Response) -> float:
    """Return the seconds that the server asks to wait, a minute at most."""
    asked = response.headers.get("Retry-After", "")
    return min(float(asked), 60.0) if re.fullmatch(r"\d{1,9}", asked) else 0.0


def _read_pieces(response: Response) -> Iterator[bytes]:
    import urllib3

    try:
        while piece := response.raw.read1(CHUNK, decode_content=False):
            yield piece
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise _Passing(f"broke off ({_tell(error)})") from None


def _tell(error: BaseException) -> str:
    """Tell in a few words why a connection failed: the innermost cause."""
    text = str(error)
    for sign, words in (
        ("NameResolution", "its name is not known, or there is no network"),
        ("Connection refused", "connection refused"),
        ("unreachable", "there is no network"),
        ("CERTIFICATE_VERIFY_FAILED", "certificate not trusted"),
        ("timed out", "no answer in time"),
        ("IncompleteRead", "too few bytes"),
    ):
        if sign in text:
            return words
    return type(error).__name__
