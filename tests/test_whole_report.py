"""The project's own report, as `make reports` writes it: every notebook executed, every page opened as a reader does."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest
from browser import open_browser
from bs4 import BeautifulSoup

from utils.common.paths import NOTEBOOKS, ROOT
from utils.publishing.accessibility import check_page

NAMES = sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))


@contextmanager
def hold(lock):
    """Wait for a folder to be free, and hold it: workers of pytest-xdist must not execute the same notebooks side by side."""
    while True:
        try:
            lock.mkdir()
            break
        except FileExistsError:
            time.sleep(0.2)
    try:
        yield
    finally:
        lock.rmdir()


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """Executed from the sources, or from the cache of executions where nothing changed since; a warning fails a notebook."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent  # each worker has a folder of its own in it
    out = shared / "whole-report"
    command = [sys.executable, "-m", "utils", "report", "--out", str(out)]
    with hold(shared / "whole-report-lock"):
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT.parent)
    assert done.returncode == 0, done.stderr[-2000:]
    return out


def test_there_is_a_page_a_notebook_and_each_is_sound(report):
    assert sorted(page.stem for page in report.glob("*.html")) == [*NAMES, "index"]
    for page in report.glob("*.html"):
        assert check_page(page.read_text(encoding="utf-8")) == [], page.name


def test_the_first_page_has_both_questions_their_answers_and_the_way_to_every_page(report):
    page = BeautifulSoup((report / "index.html").read_text(encoding="utf-8"), "html5lib")
    assert page.h1.get_text() == "Will aid trucks into Gaza reach 350 a day?"
    cover = page.select_one(".cover").get_text(" ", strip=True).replace("\u00a0", " ")
    for part in ("If nothing shifts our answer", "With what may come", "What came known later", "630 trucks", "A reconstruction"):
        assert part in cover, part
    assert len(page.select(".cover .grid tbody td strong")) >= 6 and page.select_one(".cover figure") is not None
    assert not [table for table in page.select("table:not(.grid)") if table.find_parent("details") is None], "tables are folded"
    tables = page.select("table.answers")
    assert [len(table.select("tbody tr th")) for table in tables] == [8, 8], "two counts by four definitions, for each question"
    assert [len(table.select("tbody td.record")) for table in tables] == [8, 8], "each with its track record"
    links = {link["href"] for link in page.select("a[href]")}
    assert {f"{name}.html" for name in NAMES} <= links
    assert "not a basis for operations" in page.get_text(" ", strip=True)


def test_figures_reach_the_page_with_alt_text_and_caption(report):
    for name in NAMES:
        page = BeautifulSoup((report / f"{name}.html").read_text(encoding="utf-8"), "html5lib")
        figures = page.select("figure")
        assert bool(figures) == (name[:2] not in ("90", "91")), name  # words and sources have none
        assert all(
            figure.select_one("[role=img]")["aria-label"].strip() and figure.figcaption.get_text().strip() for figure in figures
        ), name


@pytest.mark.browser
def test_pages_open_offline_on_a_desk_and_on_a_phone(report):
    with open_browser() as browser:
        for page in sorted(report.glob("*.html")):
            for width in (1280, 390):
                browser.open(page, width=width)
                assert browser.list_console() == [], (page.name, width)
                assert [url for url in browser.list_requests() if not url.startswith(("file:", "data:"))] == [], page.name
                assert browser.measure_overflow() <= 0, (page.name, width)


@pytest.mark.browser
def test_no_page_keeps_anybody_out(report):
    """By axe-core, with all code open, in both themes, on a desk and on a phone."""
    found = {}
    with open_browser() as browser:
        for page in sorted(report.glob("*.html")):
            browser.open(page)
            browser.run("document.querySelectorAll('details').forEach(fold => { fold.open = true })")
            for width in (1280, 390):
                for scheme, only in (("light", None), ("dark", "color-contrast-enhanced")):  # a theme changes colours alone
                    browser.show(width=width, scheme=scheme)
                    found |= {(page.name, width, scheme): wrong} if (wrong := browser.list_violations(only=only)) else {}
    assert found == {}
