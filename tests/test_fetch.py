"""The originals are fetched from a server that answers as the publishers' do, and as servers do on bad days."""

import dataclasses
import datetime as dt
import gzip
import hashlib
import http.server
import io
import json
import re
import shutil
import ssl
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path

import pytest
from line_lists import cogat_rows, unrwa_rows, write_cogat, write_workbook

from utils import InputError
from utils.aid.ingest import fetch as fetching
from utils.aid.ingest.fetch import DATA_SET, LOG, fetch, list_workbooks
from utils.aid.ingest.run import ingest
from utils.aid.ingest.unrwa import UNRWA_COLUMNS_SINCE_DECEMBER_2024
from utils.common.download import Limits
from utils.common.paths import ROOT

PEM = Path(__file__).parent / "tls" / "localhost.pem"
QUICK = Limits(size=200_000, answer=2, silence=0.5, total=20, tries=4, pause=0.02)
API = f"/api/3/action/package_show?id={DATA_SET}"
BOOK = "/dataset/gaza/download/commodities.xlsx"


class Server(http.server.ThreadingHTTPServer):
    """Answers each path by a function of the handler; keeps what was asked."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(PEM)
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self.answers, self.asked = {}, []

    @property
    def port(self):
        return self.server_address[1]

    @property
    def url(self):
        return f"https://localhost:{self.port}"

    def count(self, path):
        return sum(one == path for one, _ in self.asked)

    def handle_error(self, request, client_address):
        """A client that leaves is no error here."""


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.asked.append((self.path, dict(self.headers)))
        answer = self.server.answers.get(self.path, send(b"{}", status=404))
        if isinstance(answer, list):
            answer = answer.pop(0) if len(answer) > 1 else answer[0]
        answer(self)

    def log_message(self, *_):
        pass


def send(content, *, status=200, **headers):
    """Answer with content and headers."""

    def answer(handler):
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    return answer


def send_whole_or_rest(content, *, etag='"v1"'):
    """Answer with content, or with the rest of it where the client has the beginning of this version."""

    def answer(handler):
        begin = re.fullmatch(r"bytes=(\d+)-", handler.headers.get("Range", ""))
        if begin and handler.headers.get("If-Range") == etag:
            start = int(begin[1])
            span = f"bytes {start}-{len(content) - 1}/{len(content)}"
            send(content[start:], status=206, ETag=etag, Content_Range=span)(handler)
        else:
            send(content, ETag=etag)(handler)

    return answer


def break_off(content, *, after, etag='"v1"', stall=0.0):
    """Promise all and send a part; then be silent, and hang up."""

    def answer(handler):
        handler.send_response(200)
        handler.send_header("ETag", etag)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content[:after])
        handler.wfile.flush()
        time.sleep(stall)
        handler.close_connection = True

    return answer


def redirect(target):
    return send(b"", status=302, Location=target)


def make_book(tmp_path, *, trucks=3, day=19):
    """The bytes of an UNRWA workbook edited last on a day of January 2025."""
    rows = [{"Last Edited Time": dt.datetime(2025, 1, day, 12, 11, 52)}] * trucks
    path = tmp_path / f"made-{trucks}-{day}.xlsx"
    write_workbook(path, {"Suppy Page": unrwa_rows(UNRWA_COLUMNS_SINCE_DECEMBER_2024, rows)})
    return path.read_bytes()


def describe(*resources, success=True):
    return json.dumps({"help": "...", "success": success, "result": {"name": DATA_SET, "resources": list(resources)}}).encode()


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(PEM))
    monkeypatch.setenv("NO_PROXY", "*")
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    resource = {"name": "commodities", "format": "XLSX", "url": server.url + BOOK, "last_modified": "2025-01-19T12:00:00"}
    guide = {"name": "guide", "format": "PDF", "url": server.url + "/guide.pdf", "last_modified": "2025-02-01T00:00:00"}
    server.answers[API] = send(describe(guide, resource), Content_Type="application/json")
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def get(server, tmp_path):
    """Fetch from the server into a folder."""

    def run(**changes):
        given = dict(out=tmp_path / "originals", hdx=server.url, limits=QUICK, cache=tmp_path / "parts") | changes
        return fetch(**given)

    return run


def list_files(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.exists() else {}


def refuse(call, *parts, folder):
    """Check that a call is refused in one line, and leaves the folder as it was."""
    before = list_files(folder)
    with pytest.raises(InputError) as caught:
        call()
    message = str(caught.value)
    assert "\n" not in message and len(message) < 600
    assert all(part in message for part in parts), message
    assert list_files(folder) == before


# ------------------------------------------------------------------------------------------------- filing


def test_a_list_is_filed_under_its_own_day_with_its_hash(get, server, tmp_path):
    book = make_book(tmp_path)
    server.answers[BOOK] = send(book, Last_Modified="Sun, 19 Jan 2025 12:00:00 GMT")
    [found] = get()
    folder = tmp_path / "originals"
    name = "unrwa_commodities_received_vintage_2025-01-19.xlsx"
    assert (found.file, found.new, found.source, found.published) == (name, True, "unrwa", "2025-01-19")
    assert (folder / name).read_bytes() == book and found.sha256 == hashlib.sha256(book).hexdigest()
    [entry] = json.loads((folder / LOG).read_text())
    assert entry == {key: value for key, value in dataclasses.asdict(found).items() if key != "new"}
    assert entry["url"] == server.url + BOOK and entry["modified"] == "Sun, 19 Jan 2025 12:00:00 GMT"
    assert not list((tmp_path / "parts").iterdir()), "no part is left"


def test_the_same_list_is_not_filed_again_under_any_name(get, server, tmp_path):
    server.answers[BOOK] = send(make_book(tmp_path))
    get()
    folder = tmp_path / "originals"
    (folder / "unrwa_commodities_received_vintage_2025-01-19.xlsx").rename(folder / "renamed.xlsx")
    other = "/elsewhere/list_of_today.xlsx"
    server.answers[API] = send(describe({"format": "xlsx", "url": server.url + other}))
    server.answers[other] = server.answers[BOOK]
    before = list_files(folder)
    [found] = get()
    assert (found.file, found.new) == ("renamed.xlsx", False) and list_files(folder) == before


def test_a_newer_list_stands_beside_the_old_one(get, server, tmp_path):
    server.answers[BOOK] = send(make_book(tmp_path))
    get()
    old = list_files(tmp_path / "originals")
    server.answers[BOOK] = send(make_book(tmp_path, trucks=5, day=25))
    [found] = get()
    held = list_files(tmp_path / "originals")
    assert found.file == "unrwa_commodities_received_vintage_2025-01-25.xlsx" and len(held) == 3
    assert all(held[name] == content for name, content in old.items() if name != LOG)
    assert [one["published"] for one in json.loads(held[LOG])] == ["2025-01-19", "2025-01-25"]


def test_another_list_of_the_same_day_is_never_written_over_the_old_one(get, server, tmp_path):
    server.answers[BOOK] = send(make_book(tmp_path))
    get()
    server.answers[BOOK] = send(make_book(tmp_path, trucks=5))
    refuse(get, "2025-01-19", "none is written over", "move that one elsewhere", folder=tmp_path / "originals")


def test_cogats_list_comes_from_the_address_given(get, server, tmp_path):
    write_cogat(tmp_path / "list.csv", cogat_rows([{}, {}]))
    server.answers["/list.csv"] = send((tmp_path / "list.csv").read_bytes())
    [found] = get(hdx=None, cogat=server.url + "/list.csv")
    assert found.file == f"cogat_aid_data_vintage_{dt.datetime.now(dt.UTC):%Y-%m-%d}.csv" and found.source == "cogat"
    (tmp_path / "originals" / found.file).rename(tmp_path / "originals" / "cogat_2025-01-01.csv")
    [again] = get(hdx=None, cogat=server.url + "/list.csv")
    assert (again.file, again.new, again.published) == ("cogat_2025-01-01.csv", False, "2025-01-01")


def test_of_two_lists_both_are_filed_or_none(get, server, tmp_path):
    server.answers[BOOK] = send(make_book(tmp_path))
    server.answers["/list.csv"] = send(b"<html>Sorry</html>")
    refuse(lambda: get(cogat=server.url + "/list.csv"), "is a web page", folder=tmp_path / "originals")
    assert not (tmp_path / "originals").exists()


# ------------------------------------------------------------------------------------------------- then ingest


@pytest.fixture
def package(server, tmp_path):
    """A data package with one list of each publisher, both fetched; and the folder that holds them."""
    folder = tmp_path / "originals"
    write_cogat(tmp_path / "list.csv", cogat_rows([{}, {}]))
    server.answers["/list.csv"] = send((tmp_path / "list.csv").read_bytes())
    server.answers[BOOK] = send(make_book(tmp_path))
    fetch(out=folder, hdx=server.url, cogat=server.url + "/list.csv", limits=QUICK, cache=tmp_path / "parts")
    ingest(folder, out=tmp_path / "data", progress=False, vintages={})
    return tmp_path / "data"


def list_published(package):
    return [one["name"] for one in json.loads((package / "datapackage.json").read_text())["resources"] if "original" in one]


def test_a_list_that_was_fetched_is_taken_in_under_the_day_of_the_description(get, server, tmp_path, package):
    """It was edited last on the 25th, and the data set had it from the 27th: nobody knew it before."""
    today = f"cogat_{dt.datetime.now(dt.UTC):%Y-%m-%d}"
    assert list_published(package) == [today, "unrwa_2025-01-19"]
    old = list_files(package)
    later = {"format": "XLSX", "url": server.url + BOOK, "last_modified": "2025-01-27T09:30:00.123456"}
    server.answers[API] = send(describe(later))
    server.answers[BOOK] = send(make_book(tmp_path, trucks=5, day=25))
    [found] = get()
    assert (found.published, found.listed) == ("2025-01-27", later["last_modified"])
    assert found.file == "unrwa_commodities_received_vintage_2025-01-27.xlsx"
    ingest(tmp_path / "originals", out=package, progress=False, vintages={})
    assert list_published(package) == [today, "unrwa_2025-01-19", "unrwa_2025-01-27"]
    held = list_files(package)
    assert all(held[name] == content for name, content in old.items() if name != "datapackage.json")


def test_lists_that_stand_stay_where_their_files_are_gone(get, server, tmp_path, package):
    shutil.rmtree(tmp_path / "originals")
    server.answers[BOOK] = send(make_book(tmp_path, trucks=5, day=25))
    get()
    before = list_published(package)
    assert [one.name for one in ingest(tmp_path / "originals", out=package, progress=False, vintages={})] == ["unrwa_2025-01-25"]
    assert list_published(package) == [*before, "unrwa_2025-01-25"]


def test_a_list_that_stands_and_was_altered_is_not_described_anew(get, server, tmp_path, package):
    server.answers[BOOK] = send(make_book(tmp_path, trucks=5, day=25))
    get()
    (tmp_path / "originals" / "unrwa_commodities_received_vintage_2025-01-19.xlsx").unlink()
    table = package / "unrwa_2025-01-19.csv"
    table.write_text(table.read_text().replace(",3\n", ",4\n"))
    refuse(lambda: ingest(tmp_path / "originals", out=package, progress=False, vintages={}), "unrwa_2025-01-19", folder=package)


def test_a_list_that_came_by_another_way_is_taken_in_on_request(tmp_path, package):
    (tmp_path / "originals" / "by_hand.xlsx").write_bytes(make_book(tmp_path, trucks=5, day=25))
    refuse(
        lambda: ingest(tmp_path / "originals", out=package, progress=False, vintages={}),
        "by_hand.xlsx: was public from 2025-01-25",
        "known unrwa vintages are 2025-01-19",
        "--new",
        folder=package,
    )
    ingest(tmp_path / "originals", out=package, progress=False, vintages={}, new=True)
    assert "unrwa_2025-01-25" in list_published(package)


def test_a_list_got_by_hand_that_the_data_set_has_too_is_put_down(get, server, tmp_path, package):
    book = make_book(tmp_path, trucks=5, day=25)
    (tmp_path / "originals" / "by_hand.xlsx").write_bytes(book)
    server.answers[BOOK] = send(book)
    [found] = get()
    assert (found.file, found.new) == ("by_hand.xlsx", False)
    ingest(tmp_path / "originals", out=package, progress=False, vintages={})
    assert "unrwa_2025-01-25" in list_published(package)


def test_a_list_of_which_the_project_has_the_table_keeps_its_day(get, server, tmp_path, package, monkeypatch):
    monkeypatch.setattr(fetching, "DATA", package)
    touched = {"format": "XLSX", "url": server.url + BOOK, "last_modified": "2026-05-01T00:00:00"}
    server.answers[API] = send(describe(touched))
    shutil.rmtree(tmp_path / "originals")
    assert get()[0].published == "2025-01-19"


@pytest.mark.parametrize("text", ["{}", "[3]", "nothing", '[{"file": "a"}]', '[{"sha256": "a", "published": "today"}]'])
def test_a_log_that_is_none_is_said(tmp_path, package, text):
    (tmp_path / "originals" / LOG).write_text(text)
    refuse(
        lambda: ingest(tmp_path / "originals", out=package, progress=False, vintages={}), LOG, "move it elsewhere", folder=package
    )


def test_a_log_that_knows_a_list_before_its_newest_edit_is_refused(tmp_path, package):
    log = tmp_path / "originals" / LOG
    log.write_text(log.read_text().replace('"published": "2025-01-19"', '"published": "2025-01-18"'))
    refuse(lambda: ingest(tmp_path / "originals", out=package, progress=False, vintages={}), "is of 2025-01-19", folder=package)


# ------------------------------------------------------------------------------------------------- bad days


def test_a_download_that_broke_off_goes_on_where_it_was(get, server, tmp_path):
    book = make_book(tmp_path)
    server.answers[BOOK] = [break_off(book, after=1000), send_whole_or_rest(book)]
    [found] = get()
    assert found.sha256 == hashlib.sha256(book).hexdigest()
    ranges = [headers.get("Range") for path, headers in server.asked if path == BOOK]
    assert ranges[0] is None and re.fullmatch(r"bytes=\d+-", ranges[1]) and int(ranges[1][6:-1]) > 0


def test_the_next_call_goes_on_too(get, server, tmp_path):
    book = make_book(tmp_path)
    server.answers[BOOK] = break_off(book, after=1000)
    once = dataclasses.replace(QUICK, tries=1)
    refuse(lambda: get(limits=once), "of", "bytes", "try again later", folder=tmp_path / "originals")
    server.answers[BOOK] = send_whole_or_rest(book)
    assert get()[0].sha256 == hashlib.sha256(book).hexdigest()
    assert server.asked[-1][1]["Range"].startswith("bytes=1")


def test_another_version_is_not_joined_to_the_part_of_the_last(get, server, tmp_path):
    old, new = make_book(tmp_path), make_book(tmp_path, trucks=9)
    server.answers[BOOK] = [break_off(old, after=1000), send_whole_or_rest(new, etag='"v2"')]
    assert get()[0].sha256 == hashlib.sha256(new).hexdigest()


@pytest.mark.parametrize(
    "wrong",
    [
        send(b"rest", status=206, Content_Range="bytes 5-8/9", ETag='"v1"'),
        send(b"rest", status=206, ETag='"v1"'),
        send(b"", status=416),
    ],
    ids=["elsewhere", "nowhere", "too far"],
)
def test_a_part_that_does_not_fit_begins_anew(get, server, tmp_path, wrong):
    book = make_book(tmp_path)
    server.answers[BOOK] = [break_off(book, after=1000), wrong, send_whole_or_rest(book)]
    assert get()[0].sha256 == hashlib.sha256(book).hexdigest() and server.count(BOOK) == 3


def test_a_server_that_falls_silent_is_left_after_a_while(get, server, tmp_path):
    server.answers[BOOK] = break_off(make_book(tmp_path), after=500, stall=2)
    begun = time.monotonic()
    refuse(
        lambda: get(limits=dataclasses.replace(QUICK, tries=2)), "broke off", "no answer in time", folder=tmp_path / "originals"
    )
    assert time.monotonic() - begun < 4 and server.count(BOOK) == 2


def test_a_server_that_drips_is_left_at_the_limit_of_time(get, server, tmp_path):
    def drip(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "10000")
        handler.end_headers()
        for _ in range(100):
            handler.wfile.write(b"x")
            handler.wfile.flush()
            time.sleep(0.05)

    server.answers[BOOK] = drip
    refuse(lambda: get(limits=dataclasses.replace(QUICK, total=0.5)), "longer than 0.5 s", folder=tmp_path / "originals")


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_what_passes_is_tried_again(get, server, tmp_path, status):
    server.answers[BOOK] = [send(b"", status=status), send(b"", status=status), send(make_book(tmp_path))]
    assert get()[0].new and server.count(BOOK) == 3


def test_a_server_that_asks_to_wait_is_heeded(get, server, tmp_path):
    server.answers[BOOK] = [send(b"", status=429, Retry_After="1"), send(make_book(tmp_path))]
    begun = time.monotonic()
    assert get()[0].new and 1 <= time.monotonic() - begun < 5


def test_what_does_not_pass_ends_in_one_line(get, server, tmp_path):
    server.answers[BOOK] = send(b"", status=500)
    refuse(get, "answers 500", "what is at hand goes on serving", folder=tmp_path / "originals")
    assert server.count(BOOK) == QUICK.tries


@pytest.mark.parametrize("status", [403, 404, 410])
def test_what_is_not_there_is_asked_for_once(get, server, tmp_path, status):
    server.answers[BOOK] = send(b"gone", status=status)
    refuse(get, f"answers {status}", "browser", folder=tmp_path / "originals")
    assert server.count(BOOK) == 1


# ------------------------------------------------------------------------------------------------- redirects, trust


def test_a_redirect_on_the_same_host_is_followed(get, server, tmp_path):
    server.answers[BOOK] = redirect("/moved.xlsx")
    server.answers["/moved.xlsx"] = send(make_book(tmp_path))
    assert get()[0].url == server.url + "/moved.xlsx"


def test_a_redirect_to_another_host_is_followed_where_it_is_trusted_alone(get, server, tmp_path):
    server.answers[BOOK] = redirect(f"https://127.0.0.1:{server.port}/moved.xlsx")
    server.answers["/moved.xlsx"] = send(make_book(tmp_path))
    refuse(get, "another host, 127.0.0.1", "--host 127.0.0.1", folder=tmp_path / "originals")
    assert server.count("/moved.xlsx") == 0
    assert get(trusted=["127.0.0.1"])[0].new


@pytest.mark.parametrize(
    "target", ["http://localhost/a.xlsx", "file:///etc/passwd", "ftp://localhost/a", "https://u:p@localhost/"]
)
def test_a_redirect_to_anything_but_https_is_refused(get, server, tmp_path, target):
    server.answers[BOOK] = redirect(target)
    refuse(get, "HTTPS", folder=tmp_path / "originals")


def test_redirects_in_a_circle_end(get, server, tmp_path):
    server.answers[BOOK] = redirect(BOOK)
    refuse(get, "leads on more than 5 times", folder=tmp_path / "originals")


def test_an_address_that_is_not_https_is_not_asked(get, server, tmp_path):
    for url in ("http://localhost/list.csv", "list.csv", "https://", "https://[/x"):
        refuse(lambda url=url: get(hdx=None, cogat=url), "give one like https", folder=tmp_path / "originals")


def test_a_certificate_that_nobody_vouches_for_is_refused(get, server, tmp_path, monkeypatch):
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    refuse(get, "certificate does not hold", folder=tmp_path / "originals")
    assert not server.asked


# ------------------------------------------------------------------------------------------------- what comes


def send_without_length(content):
    def answer(handler):
        handler.send_response(200)
        handler.send_header("Connection", "close")
        handler.end_headers()
        handler.wfile.write(content)
        handler.close_connection = True

    return answer


def zip_of(**files):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/"), content)
    return made.getvalue()


@pytest.mark.parametrize(
    ("answer", "parts"),
    [
        (send(b"<!DOCTYPE html><title>Sign in</title>"), ["web page", "a workbook should be"]),
        (send(b"\xef\xbb\xbf \n<HTML>"), ["web page"]),
        (send(b""), ["is empty"]),
        (send(b"ID,Crossing\n1,Erez\n"), ["is no workbook"]),
        (send(zip_of(a="1")), ["is an archive, but no workbook"]),
        (send(b"PK\x03\x04" + b"\0" * 500), ["is no workbook"]),
        (send(b"x" * 200_001), ["200,001 bytes", "200,000"]),
        (send_without_length(b"x" * 300_000), ["more than the 200,000"]),
        (send(gzip.compress(b"x"), Content_Encoding="gzip"), ["sent packed"]),
        (send(zip_of(xl__workbook="x", **{"xl/workbook.xml": "0" * 2_000_000})), ["unpacks to", "not opened"]),
    ],
    ids=["html", "html in capitals", "nothing", "csv", "zip", "broken zip", "too long", "endless", "packed", "bomb"],
)
def test_what_is_no_list_is_refused(get, server, tmp_path, answer, parts, monkeypatch):
    monkeypatch.setattr(fetching, "UNPACKED", 1_000_000)
    server.answers[BOOK] = answer
    refuse(get, f"{server.url}{BOOK}", *parts, folder=tmp_path / "originals")
    assert server.count(BOOK) == 1 and not (tmp_path / "originals").exists()


def test_a_workbook_of_something_else_is_refused(get, server, tmp_path):
    write_workbook(tmp_path / "other.xlsx", {"Sheet": [["a", "b"], [1.0, 2.0]]})
    server.answers[BOOK] = send((tmp_path / "other.xlsx").read_bytes())
    refuse(get, f"{server.url}{BOOK}", folder=tmp_path / "originals")


@pytest.mark.parametrize("content", [b"PK\x03\x04", b"a\0b", b"<html>", b"a,b\n1,2\n"])
def test_what_is_no_list_of_cogats_is_refused(get, server, tmp_path, content):
    server.answers["/list.csv"] = send(content)
    refuse(lambda: get(hdx=None, cogat=server.url + "/list.csv"), "/list.csv", folder=tmp_path / "originals")


@pytest.mark.parametrize(
    ("answer", "part"),
    [
        (
            b'{"help": "", "success": false, "error": {"__type": "Authorization Error", "message": "Access denied"}}',
            "Access denied",
        ),
        (b"<html>Just a moment</html>", "does not answer as a CKAN interface"),
        (b"[]", "does not answer as a CKAN interface"),
        (b'{"success": true}', "does not answer as a CKAN interface"),
        (b'{"success": true, "result": {"resources": [3]}}', "does not answer as a CKAN interface"),
        (describe({"format": "PDF", "url": "https://localhost/a.pdf"}), "0 workbooks (formats: PDF)"),
        (describe(*[{"format": "XLSX", "url": f"https://localhost/{n}.xlsx"} for n in range(6)]), "6 workbooks"),
        (describe({"format": "XLSX", "url": "http://localhost/a.xlsx"}), "HTTPS"),
        (describe({"format": "XLSX", "url": "https://example.org/a.xlsx"}), "another host, example.org"),
    ],
)
def test_an_interface_that_answers_otherwise_is_refused(get, server, tmp_path, answer, part):
    server.answers[API] = send(answer)
    refuse(get, part, folder=tmp_path / "originals")
    assert {path for path, _ in server.asked} == {API}


def test_a_data_set_that_is_not_there_is_said(get, server, tmp_path):
    server.answers[API] = send(b'{"success": false, "error": {"__type": "Not Found Error"}}', status=404)
    refuse(get, DATA_SET, "answers 404", folder=tmp_path / "originals")


def test_the_workbook_that_changed_last_comes_first():
    books = [{"format": " xlsx", "url": f"https://a/{day}", "last_modified": f"2025-01-{day}"} for day in (10, 19, 12)]
    assert list_workbooks(describe(*books), asked="x") == [(f"https://a/{day}", f"2025-01-{day}") for day in (19, 12, 10)]
    assert list_workbooks(describe({"format": "XLSX", "url": "https://a/1"}), asked="x") == [("https://a/1", "")]


# ------------------------------------------------------------------------------------------------- the command


def run_command(*arguments, cwd):
    done = subprocess.run(
        [sys.executable, "-m", "utils", "fetch", *arguments], capture_output=True, text=True, check=False, cwd=cwd, timeout=120
    )
    return done.returncode, done.stdout, done.stderr


def test_the_command_files_a_list_and_says_what_to_do_next(server, tmp_path):
    server.answers[BOOK] = send(make_book(tmp_path))
    out = tmp_path / "originals"
    status, said, err = run_command("--hdx", server.url, "--out", str(out), "--cache", str(tmp_path / "parts"), cwd=ROOT)
    assert (status, err) == (0, "")
    assert said.startswith("new   unrwa, public from 2025-01-19") and "own pages only" in said
    assert said.endswith(f"Now: python -m utils ingest {out}\n")


def test_without_a_network_there_is_one_line_and_nothing_changes(server, tmp_path):
    url = server.url
    server.socket.close()  # nobody listens there any more
    out = tmp_path / "originals"
    status, said, err = run_command("--hdx", url, "--out", str(out), "--cache", str(tmp_path / "parts"), cwd=ROOT)
    assert (status, said) == (2, "") and len(err.splitlines()) == 1
    assert "connection refused" in err and "what is at hand goes on serving" in err and not out.exists()


def test_nothing_asked_for_is_said(tmp_path):
    status, _, err = run_command("--no-unrwa", "--out", str(tmp_path / "originals"), cwd=ROOT)
    assert status == 2 and "nothing is asked for" in err
