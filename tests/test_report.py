"""The HTML report, from small notebooks of the tests' own: structure, accessibility, offline, caching, failure."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup

from utils.common.errors import InputError
from utils.common.paths import CACHE_VARIABLE, ROOT
from utils.publishing import pdf, report
from utils.publishing.accessibility import check_page
from utils.publishing.answer_grid import AnswerGrid, GridColumn, Statement
from utils.publishing.pages import TEMPLATES, PageError, render_fragment
from utils.publishing.pdf import print_pages
from utils.publishing.report import write_report
from utils.publishing.sources import NotebookError
from utils.publishing.supplements import Supplement

sys.path.insert(0, str(Path(__file__).parent))
from browser import find_browser, open_browser
from test_notebooks_tooling import make_project

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
LOG = "from pathlib import Path\nwith Path('log.txt').open('a') as log:\n    log.write('x')\n"
EXPLORE = f"""\
# %% [markdown]
# # Explore the daily counts
#
# [Before](00_absent.ipynb) · [After](05_forecast.ipynb#The-answer)
#
# Two sources counted the tests. They did not agree.

# %% tags=["parameters"]
as_of = "2024-11-08"

# %%
{LOG}
# %% [markdown]
# ## A figure
#
# A text with `inline code`, and [the section on tables](#Tables), and [a source](https://example.org/data).

# %%
from IPython.display import HTML
image = '<img alt="A line that falls from 300 to 100." src="data:image/png;base64,{PIXEL}" width="1400" height="500">'
HTML(f'<figure class="figure">{{image}}<figcaption>Tests a day. Source: own.</figcaption></figure>')

# %% [markdown]
# ## Tables
#
# ### A wide one

# %%
import pandas as pd
wide = pd.DataFrame({{f"column number {{i}}": [1.5, 20.25] for i in range(14)}}, index=["first", "second"])
wide.insert(0, "source", ["North", "South"])
wide.insert(1, "gaps", [None, 3.0])
wide.insert(2, "mixed", ["350", "a day"])
wide.insert(3, "day", ["2024-11-05", "2024-11-06"])
wide

# %%
print("as of", as_of, "and a long line " * 20)

# %% [markdown]
# ## Tables

# %% tags=["teacher"]
print("the solution, for teachers only")
"""
FORECAST = f"""\
# %% [markdown]
# # Forecast the deadline
#
# This page answers the first question.
#
# ## The answer

# %%
{LOG}
"""


def summarise(*, as_of=None):
    row = {"question": "Does the count reach 10 by Friday?", "source": "North"}
    return {
        "title": "Will the count reach 10?",
        "as_of": as_of,
        "origin": "2024-11-07",
        "rows": [
            row | {"definition": "any day", "probability": 0.123, "low": 0.05, "high": 0.24, "baselines": {"always no": 0.0}},
            row | {"definition": "mean of 7 days", "probability": 0.004, "low": 0.0, "high": 0.01, "baselines": {}},
            row | {"definition": "run", "probability": float("nan"), "low": None, "high": None, "baselines": {"base rate": 0.5}},
        ],
        "vintages": [{"source": "North", "published": "2024-09-24"}],
    }


def hand_over(answers, *, as_of=None):
    return answers


def write(root: Path, **changes) -> Path:
    return write_report(**({"out": root / "out", "summary": summarise, "root": root, "progress": False} | changes))


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    """A project of two notebooks with its report; tests that change one make their own."""
    root = make_project(tmp_path_factory.mktemp("report") / "project", n02_explore=EXPLORE, n05_forecast=FORECAST)
    write(root)
    return root


def read_pages(out: Path) -> dict[str, BeautifulSoup]:
    return {path.name: BeautifulSoup(path.read_text(), "html5lib") for path in sorted(out.glob("*.html"))}


def count_executions(root: Path) -> int:
    return len((root / "notebooks" / "log.txt").read_text())


def test_there_is_a_page_a_notebook_and_an_index(project):
    assert sorted(path.name for path in (project / "out").iterdir()) == [
        "02_explore.html",
        "05_forecast.html",
        "index.html",
        "report.json",
    ]
    assert [path.name for path in project.iterdir() if path.name.startswith(".out")] == []


def test_every_page_has_language_one_h1_alternatives_and_captions(project):
    for name, page in read_pages(project / "out").items():
        assert page.html["lang"] == "en", name
        assert len(page.find_all("h1")) == 1, name
        assert page.title.get_text(strip=True), name
        assert all(image["alt"].strip() for image in page.find_all("img")), name
        assert all(figure.figcaption.get_text(strip=True) for figure in page.find_all("figure")), name
        ids = [tag["id"] for tag in page.find_all(id=True)]
        assert len(ids) == len(set(ids)), name
        levels = [int(tag.name[1]) for tag in page.find_all(re.compile("^h[1-6]$"))]
        assert all(later - earlier <= 1 for earlier, later in zip(levels, levels[1:], strict=False)), name
        assert all(header.get("scope") and header.get_text(strip=True) for header in page.find_all("th")), name
    explore = read_pages(project / "out")["02_explore.html"]
    assert explore.img["alt"] == "A line that falls from 300 to 100."
    assert explore.figcaption.get_text() == "Tests a day. Source: own."


def test_contents_and_links_lead_somewhere(project):
    pages = read_pages(project / "out")
    for name, page in pages.items():
        for link in page.find_all("a", href=True):
            file, _, anchor = link["href"].partition("#")
            if ":" in file:
                continue
            assert not file or file in pages, (name, link["href"])
            target = pages[file] if file else page
            assert not anchor or target.find(id=unquote(anchor)) is not None, (name, link["href"])
            assert link.get_text(strip=True) not in {"", "here", "link", "¶"}
    explore = pages["02_explore.html"]
    assert [link.get_text() for link in explore.select(".toc a")] == ["A figure", "Tables", "A wide one", "Tables"]
    assert [link["href"] for link in explore.select(".toc a")] == ["#A-figure", "#Tables", "#A-wide-one", "#Tables-2"]
    assert explore.find("a", string="After")["href"] == "05_forecast.html#The-answer"
    assert explore.find("a", string="Before") is None and "Before" in explore.get_text(), "that page is not in the report"
    assert explore.select_one("a[rel=next]")["href"] == "05_forecast.html"
    assert pages["05_forecast.html"].select_one("a[rel=prev]")["href"] == "02_explore.html"


def test_nothing_is_loaded_from_anywhere(project):
    for name, page in read_pages(project / "out").items():
        assert [tag for tag in page.find_all(src=True) if not tag["src"].startswith("data:")] == [], name
        assert [tag for tag in page.find_all("link", href=True) if not tag["href"].startswith("data:")] == [], name
        assert page.find_all(["iframe", "object", "embed"]) == [], name
        style = " ".join(tag.get_text() for tag in page.find_all("style"))
        assert "@import" not in style and set(re.findall(r"url\(.{5}", style)) <= {"url(data:"}, name
        policy = page.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
        assert policy.startswith("default-src 'none'") and "http" not in policy, name


def test_numbers_stand_right_and_tables_scroll_in_their_own_box(project):
    explore = read_pages(project / "out")["02_explore.html"]
    table = explore.select_one("table.dataframe")
    first = table.select("tbody tr")[0].find_all(["th", "td"])
    assert [cell.get_text() for cell in first[:5]] == ["first", "North", "NaN", "350", "2024-11-05"]
    assert [(cell.name, cell.get("scope")) for cell in first[:2]] == [("th", "row"), ("td", None)]
    assert [("num" in cell.get("class", [])) for cell in first[:6]] == [False, False, True, False, False, True]
    heads = table.select("thead tr")[0].find_all(["th", "td"])
    assert [("num" in cell.get("class", [])) for cell in heads[:6]] == [False, False, True, False, False, True]
    assert table.select("thead tr")[0].find_all(["th", "td"])[0].name == "td", "an empty header cell is no header"
    assert "scroll" in table.parent["class"] and table.parent["aria-label"] == "Table 1: A wide one"
    assert explore.find("style", attrs={"scoped": True}) is None


def test_code_is_folded_and_the_teacher_sees_more(project, tmp_path):
    explore = read_pages(project / "out")["02_explore.html"]
    folds = explore.select("details.code")
    assert len(folds) == 5 and not any(fold.has_attr("open") for fold in folds)
    assert "for teachers only" not in explore.get_text()
    before = count_executions(project)
    write(project, edition="teacher", out=tmp_path / "teacher")
    teacher = read_pages(tmp_path / "teacher")["02_explore.html"]
    assert "the solution, for teachers only" in teacher.get_text()
    assert count_executions(project) == before, "the edition changes what is shown, not what is executed"


@dataclass
class Sheets:
    """Pages beside those of the notebooks, as a course hands them over."""

    words: str = "Count them."
    made: list = field(default_factory=list)

    def hash(self, *, edition):
        return f"{self.words} {edition}"

    def name(self, *, names):
        return [f"sheets/{name}" for name in names if name.startswith("02")]

    def make(self, *, edition, names, cache, jobs):
        self.made.append(edition)
        text = f"# Sheet: count\n\n{self.words} See [the page](../02_explore.ipynb#Tables), [none](../07_none.ipynb)." + (
            " Seven." if edition == "teacher" else ""
        )
        cells = [{"cell_type": "markdown", "id": "a", "metadata": {}, "source": text}]
        nb = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        return [Supplement(name, "02_explore", "sheet", "about an hour", nb) for name in self.name(names=names)]


def test_pages_that_are_handed_over_stand_beside_those_that_they_belong_to(tmp_path):
    explore = "# %% [markdown]\n# # Explore\n#\n# The [sheet](sheets/02_explore.ipynb#a).\n#\n# ## Tables\n"
    root = make_project(tmp_path / "project", n02_explore=explore, n05_forecast="# %% [markdown]\n# # Forecast\n")
    sheets = Sheets()
    write(root, supplements=sheets, summary=None)
    pages = read_pages(root / "out")
    sheet = pages["sheets_02_explore.html"]
    assert [link["href"] for link in sheet.select("main a")] == ["02_explore.html#Tables"], "what is not there is no link"
    assert (sheet.select_one("a[rel=prev]")["href"], sheet.select_one("a[rel=next]")["href"]) == (
        "02_explore.html",
        "05_forecast.html",
    )
    assert sheet.select_one(".kicker").get_text() == "02 · sheet" and "Seven" not in sheet.get_text()
    assert pages["02_explore.html"].select_one("main a")["href"] == "sheets_02_explore.html#a"
    [beside] = pages["index.html"].select(".contents .beside")
    assert beside.get_text() == "Sheet: count about an hour"
    assert pages["index.html"].select(".contents li")[0].find_next("a")["href"] == "02_explore.html"

    write(root, supplements=sheets, summary=None)
    assert sheets.made == ["reader"], "a report that is current makes none"
    write(root, supplements=Sheets("Add them."), summary=None)
    assert "Add them." in read_pages(root / "out")["sheets_02_explore.html"].get_text(), "a sheet that changed does"
    write(root, supplements=sheets, summary=None, edition="teacher")
    assert "Seven" in read_pages(root / "out")["sheets_02_explore.html"].get_text()
    write(root, supplements=sheets, summary=None, only="05")
    assert sorted(read_pages(root / "out")) == ["05_forecast.html", "index.html"]


def test_notebooks_for_teachers_come_first_in_their_edition_and_in_no_other(tmp_path):
    root = make_project(tmp_path / "project", n05_forecast="# %% [markdown]\n# # Forecast the deadline\n")
    folder = root / "notebooks" / "source" / "teacher"
    folder.mkdir()
    (folder / "T1_plan.py").write_text("# %% [markdown]\n# # Plan\n#\n# Read [the page](05_forecast.ipynb).\n")
    write(root, summary=None)
    assert "T1_plan.html" not in read_pages(root / "out")
    with pytest.raises(InputError, match="no notebook 'T1': give a number or a name out of 05_forecast"):
        write(root, only="T1", summary=None)
    write(root, edition="teacher", summary=None)
    pages = read_pages(root / "out")
    assert [link.get_text() for link in pages["index.html"].select(".contents a")] == ["Plan", "Forecast the deadline"]
    assert pages["index.html"].select_one("h1 + p a")["href"] == "T1_plan.html"
    assert pages["T1_plan.html"].select_one("main a")["href"] == "05_forecast.html"


def test_index_tells_the_answers_and_what_they_rest_on(project):
    index = read_pages(project / "out")["index.html"]
    text = " ".join(index.get_text(" ", strip=True).replace("\u202f", " ").split())
    rows = [
        [cell.get_text(" ", strip=True).replace("\u202f", " ") for cell in row.find_all(["th", "td"])]
        for row in index.select("table.answers tbody tr")
    ]
    assert rows[0] == ["North", "any day", "12 %", "5 % to 24 %", ""]
    assert rows[1][2:4] == ["under 1 %", "under 1 % to 1 %"]
    assert rows[2][2:5] == ["not given", "not given", ""], "what is missing is not zero"
    lines = index.select("table.baselines tr")
    rules = [[cell.get_text(" ", strip=True) for cell in line.find_all(["th", "td"])] for line in lines]
    assert rules[0][3:] == ["Always no", "Base rate"] and rules[1][3:] == ["under 1 %", "not given"] and rules[3][4] == "50 %"
    assert all(table.find_parent("details") for table in index.select("table.answers, table.baselines, #basis ~ table"))
    for words in ("Will the count reach 10?", "As of 2024-11-08", "end of 2024-11-07", "pandas 3", "Ran in"):
        assert words in text
    assert "Two sources counted the tests. Ran" in text, "the first sentence of the first paragraph that is no link"
    assert [a.get_text() for a in index.select(".contents a")] == ["Explore the daily counts", "Forecast the deadline"]


def test_the_cover_shows_question_grid_picture_and_caution_before_anything_else(tmp_path):
    said = Statement("the ward's count", 0.3, 0.1, 0.5, "of 9 like it, none came true")
    grid = AnswerGrid("Will it?", "8 November 2024", ("As it is",), 0, (GridColumn("by Friday", "", ((said,),)),))
    picture = f'<figure><img alt="It rose." src="data:image/png;base64,{PIXEL}"><figcaption>Tests.</figcaption></figure>'
    ways = [dict(reader="In a hurry", pages=["05#start", "absent"], words="Read."), dict(reader="Not", pages=["x"], words="")]
    answers = summarise(as_of="2024-11-08") | dict(
        asked="Will it, as known then?", grid=grid.to_dict(), picture=picture, caution="Made later.", ways=ways
    )
    root = make_project(tmp_path / "project", n05_forecast=FORECAST)
    write(root, summary=partial(hand_over, answers))
    page = read_pages(root / "out")["index.html"]
    cover = page.select_one(".cover")
    assert [tag.name for tag in cover.find_previous_siblings()] == ["h1"]
    text = cover.get_text(" ", strip=True).replace("\u00a0", " ")
    for part in ("Will it, as known then?", "30 % on the ward's count", "90 % interval: 10 % to 50 %", "Made later."):
        assert part in text
    assert cover.figure.img["alt"] == "It rose." and cover.select_one(".figure-box img")
    [way] = page.select(".ways div")
    assert way.dt.get_text() == "In a hurry" and [link["href"] for link in way.select("a")] == ["05_forecast.html#start"]
    picture = picture.replace('alt="It rose."', "")
    with pytest.raises(PageError, match="no alternative text"):
        write(root, summary=partial(hand_over, answers | {"picture": picture}))


def test_index_says_below_each_answer_how_often_such_statements_came_true(tmp_path):
    answers = summarise(as_of="2024-11-08")
    answers["rows"][0]["record"] = "Of 86 such statements, in about 5 separate windows, 22 % came true; they averaged 48 %."
    answers["records"] = "Such statements are those of a kind."
    pages = report._assemble([], [], report._plain_types(answers), parts={}, edition="reader", as_of="2024-11-08", dated=())
    assert check_page(pages["index.html"]) == []
    index = BeautifulSoup(pages["index.html"], "html5lib")
    rows = index.select("table.answers tbody tr")
    assert [bool(row.select(".record")) for row in rows] == [False, True, False, False]
    assert rows[1].get_text(strip=True).replace("\u00a0", " ") == answers["rows"][0]["record"]
    assert sum(int(cell.get("colspan", 1)) for cell in rows[1].find_all("td")) == len(rows[0].find_all(["th", "td"]))
    assert answers["records"] in index.select_one(".note").get_text()


def test_a_second_report_executes_and_writes_nothing(project):
    before = count_executions(project), {p.name: p.stat().st_mtime_ns for p in (project / "out").iterdir()}
    write(project, summary=summarise)
    assert (count_executions(project), {p.name: p.stat().st_mtime_ns for p in (project / "out").iterdir()}) == before


def test_answers_that_no_file_accounts_for_are_computed_each_time(project, tmp_path):
    asked = []

    def count(*, as_of):
        asked.append(as_of)
        return summarise(as_of=as_of)

    for _ in range(2):
        write(project, summary=partial(count), out=tmp_path / "out")
    assert asked == ["2024-11-08"] * 2
    for _ in range(2):
        write(project, summary=count, out=tmp_path / "out")
    assert len(asked) == 3, "one that stands in a file is known again"


def test_a_damaged_page_is_written_anew_without_executing(project):
    page, before = project / "out" / "02_explore.html", count_executions(project)
    whole = page.read_text()
    page.write_text("half a pa")
    write(project)
    assert page.read_text() == whole
    assert count_executions(project) == before


def test_as_of_reaches_the_notebooks_and_the_answers(project, tmp_path):
    write(project, as_of="2024-12-01", out=tmp_path / "later")
    pages = read_pages(tmp_path / "later")
    assert "as of 2024-12-01 and a long line" in pages["02_explore.html"].get_text()
    assert "As of 2024-12-01" in pages["index.html"].get_text()


def test_without_answers_the_index_lists_the_pages(project, tmp_path):
    write(project, summary=None, out=tmp_path / "pages")
    index = read_pages(tmp_path / "pages")["index.html"]
    assert [heading.get_text() for heading in index.find_all(["h1", "h2"])] == ["Report", "The pages"]
    assert "As of 2024-11-08" in index.get_text()


def test_only_shows_one_notebook(project, tmp_path):
    write(project, only="05", out=tmp_path / "one")
    assert sorted(path.name for path in (tmp_path / "one").glob("*.html")) == ["05_forecast.html", "index.html"]
    assert read_pages(tmp_path / "one")["05_forecast.html"].select_one("a[rel=prev]") is None


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"only": "11"}, "no notebook '11': give a number or a name out of 02_explore, 05_forecast"),
        ({"as_of": "8 Nov"}, "as-of '8 Nov' is not a calendar day; write it like"),
        ({"as_of": "2024-02-30"}, "as-of '2024-02-30' is not a calendar day"),
        ({"edition": "pupil"}, "edition 'pupil': give one of reader, teacher"),
        ({"jobs": 0, "edition": "teacher"}, "jobs 0: at least one"),
    ],
)
def test_bad_arguments_give_one_line_that_lists_what_is_allowed(project, changes, message):
    with pytest.raises(InputError, match=re.escape(message)) as caught:
        write(project, **changes)
    assert "\n" not in str(caught.value)


def test_a_folder_with_other_files_is_never_replaced(project, tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(InputError, match=r"holds thesis\.txt, which no report wrote"):
        write(project, out=tmp_path)
    mixed = tmp_path / "mixed"
    write(project, out=mixed)
    (mixed / "notes.txt").write_text("mine too")
    with pytest.raises(InputError, match=r"notes\.txt"):
        write(project, out=mixed, only="05")
    assert (tmp_path / "thesis.txt").read_text() == "mine" and (mixed / "notes.txt").read_text() == "mine too"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("# %%\nraise KeyError('lost')", "notebook 02_explore, code cell 1 (raise KeyError('lost')): KeyError: 'lost'"),
        ("# %%\nimport warnings; warnings.warn('odd')", "UserWarning: odd"),
        ("# %%\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]);", "no alternative text"),
        (f'# <figure><img src="data:image/png;base64,{PIXEL}"><figcaption>a</figcaption></figure>', "no alternative text"),
        (f'# <img alt="a" src="data:image/png;base64,{PIXEL}">', "has no caption"),
        (f'# <figure><img alt="a" src="data:image/png;base64,{PIXEL}"></figure>', "has no caption"),
        ("# ![a](https://example.org/a.png)", "lies outside"),
        ('# <iframe src="https://example.org"></iframe>', "iframe loads"),
        ("# # Again", "2 first-level headings"),
        ("# #### Deep", "jumps from level 1 to 4"),
        ('# <p id="a"></p><p id="a"></p>', "id 'a' stands twice"),
        ("# [to it](#nowhere)", "leads nowhere"),
    ],
)
def test_a_failure_leaves_the_last_good_report(tmp_path, body, message):
    heading = "# %% [markdown]\n# # Explore\n#\n# Something.\n#\n"
    root = make_project(tmp_path / "project", n02_explore=heading)
    write(root)
    before = {path.name: path.read_bytes() for path in (root / "out").iterdir()}
    (root / "notebooks" / "source" / "02_explore.py").write_text(f"{heading}{body}\n")
    with pytest.raises((NotebookError, PageError), match=re.escape(message)) as caught:
        write(root)
    assert "02_explore" in str(caught.value) and "\n" not in str(caught.value)
    assert {path.name: path.read_bytes() for path in (root / "out").iterdir()} == before
    assert [path.name for path in root.iterdir() if path.name.startswith(".out")] == []


def test_latex_is_refused_because_no_script_sets_it():
    def cells(text):
        return {
            "cells": [{"cell_type": "markdown", "id": "a", "metadata": {}, "source": f"# Title\n\n{text}"}],
            "metadata": {},
            "nbformat": 4,
            "nbformat_minor": 5,
        }

    with pytest.raises(PageError, match="LaTeX"):
        render_fragment(cells(r"where $\sigma^2$ is the variance"), name="02_explore")
    for text in ("it costs $5 or $6", r"code: `$\sigma$`"):
        assert render_fragment(cells(text), name="02_explore").title == "Title"


def test_a_probability_outside_of_0_to_1_is_refused(project, tmp_path):
    def wrong(*, as_of=None):
        answers = summarise(as_of=as_of)
        answers["rows"][0]["probability"] = 12.3
        return answers

    with pytest.raises(InputError, match=r"probability 12\.3 .*lies in 0 to 1"):
        write(project, out=tmp_path / "wrong", summary=wrong)


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_sufficient_in_both_themes():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    css = (TEMPLATES / "page.css").read_text()
    light, dark, chosen = (
        dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block)) for block in re.findall(r":root[^{]*\{([^}]*)\}", css)[:3]
    )
    assert dark == chosen, "the theme of the system and the one chosen by hand must be the same"
    for theme in (light, dark):
        for name in ("text", "muted", "accent", "error", *(key for key in theme if key.startswith("code-"))):
            for ground in ("ground", "tint"):
                assert contrast(theme[name], theme[ground]) >= 7, (name, ground)
        for name in ("strong-line", "point"):
            assert contrast(theme[name], theme["ground"]) >= 3, name


@pytest.mark.browser
def test_pages_in_a_browser(project):
    with open_browser() as browser:
        for page in sorted((project / "out").glob("*.html")):
            for width in (1280, 390):
                grounds = {}
                for scheme in ("light", "dark"):
                    browser.open(page, width=width, scheme=scheme)
                    where = (page.name, width, scheme)
                    assert browser.list_console() == [], where
                    assert [url for url in browser.list_requests() if not url.startswith(("file:", "data:"))] == [], where
                    assert browser.measure_overflow() <= 0, where
                    grounds[scheme] = browser.run("return getComputedStyle(document.body).backgroundColor")
                assert grounds["light"] != grounds["dark"], page.name


@pytest.mark.browser
def test_buttons_and_keyboard_in_a_browser(project):
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys

    page = project / "out" / "02_explore.html"
    opened = "return [...document.querySelectorAll('details.code')].filter(d => d.open).length"
    ground = "return getComputedStyle(document.body).backgroundColor"
    with open_browser() as browser:
        browser.open(page)
        browser.run("localStorage.clear()")
        browser.open(page)
        everything = browser.driver.find_element(By.ID, "toggle-code")
        pressed = "return document.getElementById('toggle-code').getAttribute('aria-pressed')"
        assert (everything.text, browser.run(opened), browser.run(pressed)) == ("Show all code", 0, "false")
        everything.click()
        assert browser.wait_for(opened, 5) == 5
        assert browser.wait_for(pressed, "true") == "true"
        everything.click()
        assert browser.wait_for(opened, 0) == 0
        browser.driver.find_element(By.CSS_SELECTOR, "details.code summary").send_keys(Keys.ENTER)
        assert browser.wait_for(opened, 1) == 1, "the keyboard unfolds one cell"

        before = browser.run(ground)
        changed, kept = f"{ground} != {before!r}", "return localStorage.getItem('report-theme')"
        for _ in range(10):  # on a busy machine the browser may lose what it stored, as it never would for a reader's pace
            browser.driver.find_element(By.ID, "toggle-theme").click()
            assert browser.wait_for(changed, True) and browser.wait_for(kept, "dark") == "dark", "the button stores the theme"
            browser.driver.refresh()
            if browser.run(kept) == "dark":
                break
        remembered = browser.wait_for(changed, True)
        assert remembered, "the theme is remembered"
        assert browser.driver.find_element(By.ID, "toggle-theme").get_attribute("aria-pressed") == "true"

        browser.driver.find_element(By.TAG_NAME, "body").send_keys(Keys.TAB)
        focused = "return document.activeElement.className || document.activeElement.id"
        assert browser.wait_for(focused, "skip") == "skip", "the first stop skips to the content"
        browser.driver.switch_to.active_element.send_keys(Keys.ENTER)
        assert browser.wait_for(focused, "content") == "content"

        browser.open(page, width=390)
        box = "const b = document.querySelector('.figure-box'); return [b.scrollWidth > b.clientWidth, b.tabIndex]"
        assert browser.wait_for(box, [True, 0]) == [True, 0], (
            "on a phone a figure stays legible and its box can be scrolled by keyboard"
        )
        assert browser.run("return document.querySelector('.figure-box img').clientWidth") >= 600


@pytest.mark.browser
def test_pages_are_printed_beside_a_report_and_go_with_it(project, tmp_path, monkeypatch):
    browser, _ = find_browser()
    index = write(project, out=tmp_path / "out")
    printed = print_pages(index, browser=browser)
    assert [path.name for path in printed] == ["02_explore.pdf", "05_forecast.pdf", "index.pdf"]
    assert all(path.read_bytes().startswith(b"%PDF") for path in printed)
    stamps = [path.stat().st_mtime_ns for path in printed]
    assert [path.stat().st_mtime_ns for path in print_pages(write(project, out=tmp_path / "out"), browser=browser)] == stamps
    write(project, out=tmp_path / "out", edition="teacher")
    assert not (tmp_path / "out" / "pdf").exists(), "a new report begins without the pages of the old one"
    (tmp_path / "out" / "pdf").mkdir()
    (tmp_path / "out" / "pdf" / "thesis.pdf").write_text("mine")
    with pytest.raises(InputError, match=r"holds pdf/thesis\.pdf, which no report wrote"):
        write(project, out=tmp_path / "out")
    with pytest.raises(InputError, match="could not print index.html|could not print 02_explore.html"):
        print_pages(write(project, out=tmp_path / "other"), browser="false")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(InputError, match="format pdf: no Chromium or Chrome on the path; install one, or print"):
        pdf.find_browser()


def test_manifest_says_how_long_each_page_ran(project):
    held = json.loads((project / "out" / "report.json").read_text())
    assert set(held["seconds"]) == {"02_explore", "05_forecast"} and all(s > 0 for s in held["seconds"].values())


# Pages come from the cache in one thread, while the answers show a figure in another: each imports IPython, and the finder lets
# the first stop at a module until the second has begun.
RACE = """
import importlib.abc, sys, threading
from pathlib import Path
from utils.publishing.report import write_report

root, out, stop_at = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
met = threading.Event()

class Stop(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name == stop_at and threading.current_thread() is not threading.main_thread() and not met.is_set():
            met.set()
            threading.Event().wait(0.5)

def summarise(*, as_of=None):
    for _ in range(300):  # until the other is there, or will not come since all is imported
        if met.wait(0.01) or stop_at in sys.modules:
            break
    from IPython.display import publish_display_data
    row = {"question": "Q?", "source": "North", "definition": "any day"}
    return {"title": "Q?", "as_of": as_of, "rows": [row]}

sys.meta_path.insert(0, Stop())
write_report(out=out, summary=summarise, root=root, progress=False)
"""


@pytest.mark.parametrize("stop_at", ["IPython", "IPython.core.interactiveshell", "IPython.core.displayhook", "IPython.lib"])
def test_threads_never_import_ipython_at_once(project, tmp_path, stop_at):
    command = [sys.executable, "-c", RACE, str(project), str(tmp_path / "out"), stop_at]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert (done.returncode, done.stderr) == (0, "")


KILLED = """
import os, signal, sys
from pathlib import Path
from utils.common import files
from utils.publishing.report import write_report

real = os.rename

def rename(source, target):
    real(source, target)
    os.kill(os.getpid(), signal.SIGKILL)

files._swap = lambda fresh, folder: False
files.os.rename = rename
write_report(out=Path(sys.argv[2]), summary=None, root=Path(sys.argv[1]), progress=False, edition="teacher")
"""


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_a_report_killed_between_two_renames_is_back_at_the_next_start(project, tmp_path):
    out = tmp_path / "out"
    write(project, out=out, summary=None)
    held = {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in out.iterdir()}
    killed = subprocess.run([sys.executable, "-c", KILLED, str(project), str(out)], check=False, cwd=ROOT)
    assert killed.returncode == -signal.SIGKILL and not out.exists()
    write(project, out=out, summary=None)
    assert {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in out.iterdir()} == held, "the last good one"


def test_a_place_that_cannot_be_written_is_found_before_a_notebook_runs(project, tmp_path):
    (tmp_path / "file").write_text("")
    runs = count_executions(project)
    with pytest.raises(InputError, match="is a file; name a place in a folder"):
        write(project, out=tmp_path / "file" / "out", edition="teacher")
    assert count_executions(project) == runs


def test_a_project_that_cannot_be_written_is_reported_elsewhere(project, tmp_path, monkeypatch):
    real = os.access
    monkeypatch.setenv(CACHE_VARIABLE, "")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(os, "access", lambda path, mode: not Path(path).is_relative_to(project) and real(path, mode))
    before = {path for path in project.rglob("*") if ".cache" in path.parts}
    index = write(project, out=tmp_path / "out", edition="teacher")
    assert index.is_file() and list((tmp_path / "home").rglob("05_forecast-*.json"))
    assert {path for path in project.rglob("*") if ".cache" in path.parts} == before
