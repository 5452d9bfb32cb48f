"""The project's own report, as `make reports` writes it: every notebook executed, every page opened as a reader does."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from contextlib import contextmanager

import nbformat
import pytest
from browser import open_browser
from bs4 import BeautifulSoup

from utils.common.paths import NOTEBOOKS, ROOT
from utils.course.exercises import find_exercise_sources, read_exercises
from utils.course.guesses import read_guess, score_guess, write_brier_score, write_log_score
from utils.course.judging import judge_sources
from utils.publishing.accessibility import check_page
from utils.publishing.pages import TEMPLATES

NAMES = sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))
SOURCES = find_exercise_sources()
EXERCISES = [f"exercises_{source.stem}" for source in SOURCES]
TEACHER = sorted(path.stem for path in (NOTEBOOKS / "source" / "teacher").glob("*.py"))
#: Pages that a browser need not open: they are made as the first of their kind is.
ALIKE = {f"{name}.html" for name in EXERCISES[1:]}


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


def make_report(tmp_path_factory, name, *options):
    """Executed from the sources, or from the cache of executions where nothing changed since; a warning fails a notebook."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent  # each worker has a folder of its own in it
    command = [sys.executable, "-m", "utils", "report", "--out", str(shared / name), *options]
    with hold(shared / "whole-report-lock"):
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT.parent)
    assert done.returncode == 0, done.stderr[-2000:]
    return shared / name


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    return make_report(tmp_path_factory, "whole-report")


@pytest.fixture(scope="module")
def taught(report, tmp_path_factory):
    """The teacher's edition, of the same executions."""
    return make_report(tmp_path_factory, "taught-report", "--edition", "teacher")


def test_there_is_a_page_a_notebook_and_each_is_sound(report):
    assert sorted(page.stem for page in report.glob("*.html")) == sorted([*NAMES, *EXERCISES, "index"])
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


def squeeze(text):
    """Leave out all space, since a page breaks lines where it likes, and the marks of code, which a page sets as code."""
    return "".join(text.replace("`", "").split())


def list_secrets():
    """List, by script, what a learner is to find: lines of solutions and of mistakes, and what the checks say to them.

    A line that is given in one of them, or that the pages show for another reason, is no secret; nor is a bracket.
    """
    shown = squeeze("".join(path.read_text(encoding="utf-8") for path in (NOTEBOOKS / "source").glob("*.py")))
    every = {source: read_exercises(source) for source in SOURCES}
    given = squeeze("".join(one.given + one.task + "".join(one.hints) for exercises in every.values() for one in exercises))
    secrets = {}
    for source, exercises in every.items():
        code = [part for one in exercises for part in (one.solution, *one.mistakes.values())]
        lines = {squeeze(line) for part in code for line in part.splitlines() if not line.startswith("def ")}
        judged = judge_sources([source], jobs=1)[source.stem]
        said = {squeeze(words) for one in judged for words in (one.solution, *one.mistakes.values())}
        secrets[source.stem] = {one for one in lines if len(one) > 8 and one not in given and one not in shown} | said
    return secrets


def read_text(page):
    return squeeze(BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser").get_text())


def find_leaks(text, secrets):
    return [one for held in secrets.values() for one in held if one in text]


def test_the_reader_finds_tasks_and_hints_and_nothing_of_a_solution(report):
    secrets = list_secrets()
    assert min(map(len, secrets.values())) >= 15, "there is much to hide"
    for page in report.glob("*.html"):
        assert find_leaks(read_text(page), secrets) == [], page.name
    for source, name in zip(SOURCES, EXERCISES, strict=True):
        text = read_text(report / f"{name}.html")
        for one in read_exercises(source):
            assert squeeze(one.title) in text and squeeze(one.check) in text and squeeze(one.shown) in text
            assert squeeze(one.about) in text
        assert "olution" not in text and "ommonmistake" not in text
        derived = squeeze(
            "".join(cell.source for cell in nbformat.read(NOTEBOOKS / "exercises" / f"{source.stem}.ipynb", 4).cells)
        )
        assert find_leaks(derived, secrets) == []
        for planted in sorted(secrets[source.stem])[::9]:
            assert planted in find_leaks(text + planted, secrets), "what is planted is found"


def test_the_teacher_finds_everything_and_the_way_to_it(taught):
    assert sorted(page.stem for page in taught.glob("*.html")) == sorted([*TEACHER, *NAMES, *EXERCISES, "index"])
    for (name, held), file in zip(list_secrets().items(), EXERCISES, strict=True):
        text = read_text(taught / f"{file}.html")
        assert [one for one in held if one not in text] == [], name
        assert check_page((taught / f"{file}.html").read_text(encoding="utf-8")) == []
    index = BeautifulSoup((taught / "index.html").read_text(encoding="utf-8"), "html5lib")
    assert index.select_one("h1 ~ p.lead a")["href"] == f"{TEACHER[0]}.html"
    ids = {page.name: set(re.findall(r' id="([^"]+)"', page.read_text(encoding="utf-8"))) for page in taught.glob("*.html")}
    plan = BeautifulSoup((taught / f"{TEACHER[0]}.html").read_text(encoding="utf-8"), "html5lib")
    links = [link["href"].partition("#") for link in plan.select("main table a")]
    assert len(links) > 40
    assert [(page, anchor) for page, _, anchor in links if page not in ids or (anchor and anchor not in ids[page])] == []


def test_the_reader_is_not_told_of_the_teachers_edition(report, taught):
    for page in report.glob("*.html"):
        assert "teacher" not in page.read_text(encoding="utf-8").lower().replace("teacher’s edition", ""), page.name


def test_each_page_leads_to_its_exercises(report):
    for source, name in zip(SOURCES, EXERCISES, strict=True):
        [page] = [one for one in NAMES if one.startswith(source.stem[:2])]
        text = BeautifulSoup((report / f"{page}.html").read_text(encoding="utf-8"), "html.parser")
        assert f"{name}.html" in [link["href"] for link in text.select("main a[href]")], page
        assert f"{page}.html" in (report / f"{name}.html").read_text(encoding="utf-8")


@pytest.mark.browser
def test_pages_open_offline_on_a_desk_and_on_a_phone(report):
    with open_browser() as browser:
        for page in sorted(page for page in report.glob("*.html") if page.name not in ALIKE):
            for width in (1280, 390):
                browser.open(page, width=width)
                assert browser.list_console() == [], (page.name, width)
                assert [url for url in browser.list_requests() if not url.startswith(("file:", "data:"))] == [], page.name
                assert browser.measure_overflow() <= 0, (page.name, width)


@pytest.mark.browser
def test_no_page_keeps_anybody_out(report, taught):
    """By axe-core, with all code open: on a desk in the light theme, on a phone in the dark one.

    A width moves things and a theme colours them; no style does both.
    """
    for style in TEMPLATES.rglob("*.css"):
        for block in re.findall(r"@media[^{]*-width[^{]*(\{(?:[^{}]|\{[^{}]*\})*\})", style.read_text(encoding="utf-8")):
            assert not re.search(r"(colou?r|background|fill|stroke|--[\w-]+)\s*:", block), (style.name, block)
    found = {}
    own = [taught / f"{name}.html" for name in (*TEACHER, EXERCISES[0])]
    with open_browser() as browser:
        for page in [*sorted(page for page in report.glob("*.html") if page.name not in ALIKE), *own]:
            browser.open(page)
            browser.run("document.querySelectorAll('details').forEach(fold => { fold.open = true })")
            browser.thin_out()
            for width, scheme in ((1280, "light"), (390, "dark")):
                browser.show(width=width, scheme=scheme)
                found |= {(page.name, width, scheme): wrong} if (wrong := browser.list_violations()) else {}
    assert found == {}


def find_page(report, number):
    [page] = report.glob(f"{number}_*.html")
    return page


def open_covered(browser, page):
    """Open a page as the link to its guess does, in a tab that knows no other page."""
    browser.open(page)
    browser.driver.get("about:blank")
    browser.driver.get(page.resolve().as_uri() + "#guess")


def write_guesses(browser, *texts):
    """Write into the fields of a page, in their order, and press Enter in the last one."""
    fields = browser.driver.find_elements("css selector", ".guess input")
    for field, text in zip(fields, texts, strict=True):
        field.clear()
        field.send_keys(text)
    fields[-1].send_keys("\n")


SEEN = "return [...document.querySelectorAll('.answer-box, main h2, main figure')].map(one => one.checkVisibility())"
TOLD = "return document.querySelector('.guess-told').textContent"
TEXT = "cell => cell.textContent.replace('\\u00a0', ' ')"
OWN = f"return [...document.querySelectorAll('tr.own')].map(row => [...row.cells].map({TEXT}))"


@pytest.mark.browser
def test_a_guess_uncovers_the_answers_is_scored_on_another_page_and_can_be_deleted(report):
    with open_browser() as browser:
        for number, texts in (("05", ("100", "often")), ("06", ("45,5", "0"))):
            page = find_page(report, number)
            browser.open(page)
            assert all(browser.run(SEEN)), "whoever comes for the answer sees it at once"
            open_covered(browser, page)
            seen = browser.run(SEEN)
            assert len(seen) > 8 and not any(seen), (number, "all below the guess is covered")
            browser.show(width=390, scheme="dark")
            assert browser.list_violations() == [] and browser.measure_overflow() <= 0, number
            browser.show(width=1280, media="print")
            assert all(browser.run(SEEN)), "on paper nothing is covered"
            browser.show(width=1280)
            write_guesses(browser, *texts)
            if "often" in texts:
                assert "from 0 to 100" in browser.run(TOLD) and not any(browser.run(SEEN))
                assert browser.run("return document.activeElement.getAttribute('aria-invalid')") == "true"
                write_guesses(browser, texts[0], "")
            assert "in this browser alone" in browser.run(TOLD) and all(browser.run(SEEN)), number
        browser.open(find_page(report, "05"))
        fields = "return [...document.querySelectorAll('.guess input')].map(one => one.value)"
        assert browser.run(fields) == ["0", "45.5"], "one question has one guess, wherever it was written last"

        browser.open(find_page(report, "07"))
        for texts in (("0", "45.5"), ("25", "0"), ("12.3", "99")):
            if browser.run(fields) != list(texts):
                write_guesses(browser, *texts)
            scores = [score_guess(read_guess(text), came) for text, came in zip(texts, (False, True), strict=True)]
            rows = [
                ["your guess", f"{text} %", write_brier_score(score.brier), write_log_score(score.log)]
                for text, score in zip(texts, scores, strict=True)
            ]
            assert browser.run(OWN) == rows
        assert browser.list_violations() == [] and browser.measure_overflow() <= 0
        [delete] = [one for one in browser.driver.find_elements("css selector", ".guess button") if "Delete" in one.text]
        browser.run("arguments[0].click()", delete)
        assert browser.run(OWN) == [] and browser.run("return localStorage.getItem('report-guesses')") is None
        assert browser.run(TOLD) == "Deleted." and browser.list_console() == []


@pytest.mark.browser
def test_where_a_browser_keeps_nothing_a_guess_lasts_for_the_page_and_the_page_says_so(report):
    refuse = "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('closed', 'SecurityError') }})"
    with open_browser() as browser:
        browser.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": refuse})
        open_covered(browser, find_page(report, "05"))
        assert not any(browser.run(SEEN))
        write_guesses(browser, "30", "40")
        assert "until you leave the page" in browser.run(TOLD) and all(browser.run(SEEN))
        browser.open(find_page(report, "07"))
        assert browser.run(OWN) == []
        write_guesses(browser, "30", "40")
        assert [row[1] for row in browser.run(OWN)] == ["30 %", "40 %"], "they can be written again where they are scored"


@pytest.mark.browser
def test_answers_are_covered_and_shown_on_request(report):
    with open_browser() as browser:
        browser.open(find_page(report, "06"))
        browser.run("document.querySelector('.guess details').open = true")
        [cover] = browser.driver.find_elements("css selector", ".guess-cover")
        cover.click()
        assert not any(browser.run(SEEN)) and browser.run("return document.activeElement.tagName") == "INPUT"
        assert browser.run(TOLD) == "The answers are covered." and cover.text == "Show the answers"
        cover.click()
        assert all(browser.run(SEEN)) and browser.run(TOLD) == "The answers are shown below."
        browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
        open_covered(browser, find_page(report, "05"))
        assert all(browser.run(SEEN)) and "on paper" in browser.run("return document.querySelector('#guess').textContent")
