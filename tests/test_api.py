"""The pages of the module: whole, linked, readable offline, and the same wherever they are written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from browser import open_browser
from click.testing import CliRunner

import utils
from utils.cli import cli
from utils.common.paths import ROOT
from utils.publishing.api import API, write_api
from utils.publishing.report import write_report


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    out = tmp_path_factory.mktemp("report") / "api"
    done = CliRunner().invoke(cli, ["api", "--out", str(out)])
    assert done.exit_code == 0, (done.output, done.exception)
    return out


def test_each_module_has_its_page_and_each_exported_name_its_link(pages):
    modules = {
        path.relative_to(ROOT).with_suffix("").as_posix().removesuffix("/__init__") for path in (ROOT / "utils").rglob("*.py")
    }
    written = {path.relative_to(pages).with_suffix("").as_posix() for path in pages.rglob("*.html")}
    assert written == modules - {"utils", "utils/__main__"} | {"index"}
    index = (pages / "index.html").read_text(encoding="utf-8")
    exported = index[: index.index('id="modules"')]
    assert re.findall(r'#(\w+)">\1</a>', exported) == utils.__all__


def test_every_link_leads_somewhere(pages):
    texts = {path.resolve(): path.read_text(encoding="utf-8") for path in pages.rglob("*.html")}
    ids = {path: set(re.findall(r'<[^>]* id="([^"]+)"', text)) for path, text in texts.items()}
    seen = 0
    for path, text in texts.items():
        for target in re.findall(r'<a [^>]*href="(?!https?:)([^"]+)"', text):
            file, _, place = target.partition("#")
            there = (path.parent / file).resolve() if file else path
            assert there in ids and (not place or place in ids[there]), (path.name, target)
            seen += 1
    assert seen > 2000


def test_no_page_tells_of_this_machine_or_weighs_much(pages):
    texts = [path.read_text(encoding="utf-8") for path in pages.rglob("*.html")]
    assert not [
        text
        for text in texts
        if str(ROOT) in text or str(Path.home()) + "/" in text or re.search(r" at 0x[0-9a-f]{6}|PosixPath", text)
    ]
    assert sum(map(len, texts)) < 5e6


def test_a_page_shows_what_stands_in_the_docstring(pages):
    text = (pages / "utils" / "aid" / "loaders.html").read_text(encoding="utf-8")
    for part in ('<section id="load_quotes">', "Only quotes published on or before this day.", '<p class="part">Examples</p>'):
        assert part in text


def test_a_folder_with_anything_else_is_refused(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    done = CliRunner().invoke(cli, ["api", "--out", str(tmp_path)])
    assert done.exit_code and "mine.txt" in str(done.exception or done.output)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_report_keeps_and_links_the_pages_until_the_code_changes(tmp_path, monkeypatch):
    report, root = tmp_path / "report", tmp_path / "project"
    (root / "notebooks" / "source").mkdir(parents=True)
    (root / "notebooks" / "source" / "00_start.py").write_text("# %% [markdown]\n# # Start here\n#\n# One sentence.\n")

    def write_cover() -> str:
        index = write_report(out=report, summary=None, root=root, cache=tmp_path / "cache", progress=False)
        return index.read_text(encoding="utf-8")

    link = f'<a href="{API}/index.html">'
    assert link not in write_cover()
    pages = write_api(out=report / API, package="utils.questions")
    assert link in write_cover() and pages.is_file()
    assert (pages.parent / "utils" / "questions" / "question.html").is_file()
    monkeypatch.setattr("utils.publishing.api._hash_code", lambda: "another")
    assert link not in write_cover() and not pages.parent.exists()


@pytest.mark.browser
def test_pages_are_for_everyone_at_any_width_and_ask_for_nothing(pages):
    with open_browser() as browser:
        for name in ("index.html", "utils/questions/question.html", "utils/scenarios/interruptions.html"):
            for width, scheme in ((1280, "light"), (360, "dark")):
                browser.open(pages / name, width=width, scheme=scheme)
                assert not browser.list_violations(), (name, width)
                assert browser.measure_overflow() <= 0, (name, width)
                assert not [one for one in browser.list_requests() if not one.startswith(("file:", "data:"))]
