"""The part of a page that answers a reader's own what-if: as data and a table, and in a browser."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from conftest import AS_OF

from utils import InputError
from utils.aid.answers import simulate_source
from utils.aid.questions import TRANSITION
from utils.common.formatting import percent
from utils.counts.snapshot import take_snapshot
from utils.forecasts.ensemble import simulate_ensemble
from utils.forecasts.what_if_grid import GridError, close_after, compute_grid
from utils.publishing.pages import PLAY_MARK, admit_script
from utils.publishing.play import PROBABILITIES, pack, unpack, write_play
from utils.publishing.report import write_report
from utils.questions.question import Question

sys.path.insert(0, str(Path(__file__).parent))
from browser import open_browser
from test_notebooks_tooling import make_project

ERROR = GridError(0.0123, 0.0041, 80)
AXES = dict(thresholds=[150, 250, 450, 600], ratios=[0.5, 2, 4], speeds=[1, 5, 20])
BORDER, COLLECTION = "COGAT's <count>, at the border", "UNRWA's count, at collection"


@pytest.fixture(scope="module")
def grids():
    labels = {"cogat": BORDER, "unrwa": COLLECTION}
    return {
        label: compute_grid(simulate_source(source, as_of=AS_OF, n_paths=1000), TRANSITION.vary(source=source), **AXES)
        for source, label in labels.items()
    }


@pytest.fixture(scope="module")
def part(grids):
    return write_play(grids, error=ERROR)


def read_data(part):
    return json.loads(BeautifulSoup(part, "html.parser").find("script", class_=PLAY_MARK).string)


def test_the_data_are_the_grid(part, grids):
    data = read_data(part)
    for count, grid in zip(data["counts"], grids.values(), strict=True):
        np.testing.assert_allclose(unpack(count["plain"], shape=grid.plain.shape), grid.plain, atol=5.1e-5)
        np.testing.assert_allclose(unpack(count["given"], shape=grid.given.shape), grid.given, atol=5.1e-5)
    assert [count["label"] for count in data["counts"]] == [BORDER, COLLECTION]
    assert data["thresholds"] == [150, 250, 350, 450, 600] and data["ratios"] == [0.5, 1, 2, 4] and data["speeds"] == [1, 5, 20]
    assert data["days"][0] == AS_OF and data["ends"][-1] == "before 20 January 2025" and len(data["days"]) == len(data["ends"])


def test_what_may_be_chosen_lies_within_the_grid_and_holds_what_was_asked(part, grids):
    stops, start = read_data(part)["stops"], read_data(part)["start"]
    assert stops["threshold"][0] == 150 and stops["threshold"][-1] == 600 and np.diff(stops["threshold"]).max() == 10
    assert stops["ratio"][0] == 0.5 and stops["ratio"][-1] == 4 and 1.0 in stops["ratio"]
    assert stops["probability"] == list(PROBABILITIES) and stops["speed"] == list(range(1, 21))
    assert all(start[name] in stops[name] for name in stops) and start["threshold"] == TRANSITION.threshold
    counts = pd.Series(np.arange(90) % 7 + 1.0, pd.date_range("2024-01-01", periods=90))
    ensemble = simulate_ensemble(take_snapshot(counts), until="2024-04-10", n_paths=200)
    small = compute_grid(ensemble, Question(threshold=7.25, opens="2024-04-01", closes="2024-04-05"))
    data = read_data(write_play({"ours": small}, error=ERROR))
    assert 7.25 in data["stops"]["threshold"] and 7.2 in data["stops"]["threshold"] and 1.0 in data["stops"]["ratio"]
    assert set(data["stops"]["threshold"]) == set(data["thresholds"]), "of a short window nothing lies between"


def test_without_a_script_the_table_stands(part, grids):
    soup = BeautifulSoup(part, "html.parser")
    assert soup.details.has_attr("open") and len(soup.find_all("table")) == len(grids)
    for table, (label, grid) in zip(soup.find_all("table"), grids.items(), strict=True):
        assert table.caption.get_text().startswith(label) and "within 7 days" in table.caption.get_text()
        rows = [[cell.get_text() for cell in row.find_all("td")] for row in table.tbody.find_all("tr")]
        asked = dict(definition="day", threshold=350, last=grid.days[-1], days_to_full=7)
        assert rows[0][-1] == percent(grid.answer(**asked, probability=1, ratio=0.5).iloc[-1])
        assert rows[2][1] == percent(grid.answer(**asked, probability=0.1, ratio=2).iloc[-1])
        assert len({row[0] for row in rows}) == 1, "no chance of a shift is no shift, whatever its size"


def test_the_page_says_how_exact_it_is(part):
    note = BeautifulSoup(part, "html.parser").find(class_="note").get_text()
    assert "5 thresholds, 4 sizes and 3 speeds" in note and "At 80 points" in note
    assert "by 1.2 percentage points at most, typically by 0.4" in note


def test_what_a_person_wrote_cannot_end_the_data(part):
    assert part.count("</script>") == 1 and "<count>" not in part


def test_grids_that_differ_are_refused(grids):
    other = compute_grid(
        simulate_source("unrwa", as_of=AS_OF, n_paths=1000), TRANSITION.vary(source="unrwa"), **AXES | {"speeds": [1, 9]}
    )
    with pytest.raises(InputError, match="grid 'other' has other axes"):
        write_play({**grids, "other": other}, error=ERROR)
    with pytest.raises(InputError, match="hold no count"):
        write_play({}, error=ERROR)


def test_packed_probabilities_are_small():
    curves = np.linspace(0, 1, 73) * np.linspace(0, 1, 500)[:, None]
    assert len(pack(curves)) < curves.size / 2


# ------------------------------------------------------------------------------------------------------------------ on a page

SOURCE = """\
# %% [markdown]
# # Play
#
# A page to play with.
#
# ## What if

# %%
from pathlib import Path

from IPython.display import HTML

HTML(Path("../part.html").read_text(encoding="utf-8"))
"""
INTRUDER = """\
# %% [markdown]
# # Intruder
#
# A page with a script that is not the report's.

# %%
from IPython.display import HTML

HTML("<p>Here.</p><script>document.title = 'taken'</script>")
"""


@pytest.fixture(scope="module")
def report(tmp_path_factory, part) -> Path:
    root = make_project(tmp_path_factory.mktemp("play") / "project", n06_play=SOURCE, n07_intruder=INTRUDER)
    (root / "part.html").write_text(part, encoding="utf-8")
    return write_report(out=root / "out", summary=None, root=root, progress=False).parent


def test_a_page_admits_its_own_scripts_alone_and_carries_no_more_than_it_needs(report):
    for name, scripts in {"06_play.html": 3, "07_intruder.html": 2, "index.html": 2}.items():
        soup = BeautifulSoup((report / name).read_text(encoding="utf-8"), "html.parser")
        policy = soup.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
        admitted = re.findall(r"'sha256-[^']+'", policy)
        runs = [tag.string for tag in soup.find_all("script") if tag.get("type") is None]
        assert len(admitted) == scripts and "script-src 'unsafe" not in policy
        assert set(admitted) <= {str(admit_script(script)) for script in runs}
    assert (report / "06_play.html").stat().st_size < 250_000


def choose(browser, label, keys):
    """Send keys to the control with a label, as a person at a keyboard does."""
    from selenium.webdriver.common.by import By

    found = browser.driver.find_element(By.XPATH, f"//div[@class='play-field'][label='{label}']/*[self::input or self::select]")
    found.send_keys(*keys)
    return found


ANSWER = "return document.querySelector('.play .answer-sentence').textContent"


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_a_person_at_a_keyboard_gets_the_answers_of_the_grid(report, grids, width, scheme):
    from selenium.webdriver.common.keys import Keys

    grid = grids[BORDER]
    asked = dict(definition="day", threshold=350, last=grid.days[-1], probability=0.25, ratio=2.0, days_to_full=7)

    def check(**changes):
        asked.update(changes)
        expected = [percent(grid.answer(**asked | {"probability": p}).iloc[-1]) for p in (asked["probability"], 0)]
        words = f"{expected[0]}; without a shift {expected[1]}."
        assert browser.wait_for(ANSWER, words.replace(" %", "\u00a0%")).replace("\u00a0", " ") == words, asked
        return words

    with open_browser() as browser:
        browser.open(report / "06_play.html", width=width, scheme=scheme)
        seen = [check()]
        choose(browser, "Probability that it comes by then", [Keys.ARROW_RIGHT] * 9)
        seen.append(check(probability=0.7))
        choose(browser, "It multiplies the count by", [Keys.ARROW_RIGHT] * 7)
        seen.append(check(ratio=2.7))
        choose(browser, "Time to its full effect", [Keys.HOME])
        seen.append(check(days_to_full=1))
        choose(browser, "Threshold", [Keys.ARROW_LEFT] * 4)
        seen.append(check(threshold=310))
        choose(browser, "Closes", [Keys.ARROW_LEFT] * 40)
        seen.append(check(last=grid.days[-41]))
        choose(browser, "Reached", [Keys.ARROW_DOWN])
        seen.append(check(definition="mean7"))
        grid = grids[COLLECTION]
        choose(browser, "Whose count", [Keys.ARROW_DOWN])
        seen.append(check())
        assert len(set(seen)) == len(seen), "each control moves the answer"

        question = close_after(grid.question, grid.days[-41]).vary(definition="mean7", threshold=310).words
        assert browser.run("return document.querySelector('.play .answer-question').textContent") == question
        told = "return document.querySelector('.play [role=status]').textContent.replaceAll('\\u00a0', ' ')"
        assert browser.wait_for(told, f"{question} {seen[-1]}") == f"{question} {seen[-1]}", "a screen reader is told"
        dots = "return document.querySelectorAll('.play-dots .met').length"
        assert abs(browser.run(dots) - 100 * grid.answer(**asked).iloc[-1]) <= 0.51
        assert browser.run("return document.querySelectorAll('.play-dots circle').length") == 100
        assert browser.list_console() == [] and browser.measure_overflow() <= 0
        browser.run("document.querySelector('.play button').click()")
        assert browser.wait_for(ANSWER, seen[0].replace(" %", "\u00a0%")).replace("\u00a0", " ") == seen[0], "it starts again"


@pytest.mark.browser
def test_every_control_has_a_name_and_every_picture_says_what_it_shows(report):
    with open_browser() as browser:
        browser.open(report / "06_play.html", width=390)
        controls = "return [...document.querySelectorAll('.play :is(input, select)')].map(c => c.labels[0]?.textContent ?? '')"
        names = browser.wait_for(controls, None, seconds=1)
        assert len(names) == 7 and all(names) and len(set(names)) == 7
        spoken = browser.run("return [...document.querySelectorAll('.play input')].map(c => c.getAttribute('aria-valuetext'))")
        assert spoken[:2] == ["350 a day", "before 20 January 2025"] and spoken[-1] == "7 days"
        pictures = browser.run("return [...document.querySelectorAll('.play svg')].map(s => s.getAttribute('aria-label'))")
        assert len(pictures) == 2 and "curves by day" in pictures[0] and "of 100 dots" in pictures[1]
        ids = browser.run("return [...document.querySelectorAll('[id]')].map(e => e.id)")
        assert len(set(ids)) == len(ids)
        tall = browser.run("return [...document.querySelectorAll('.play :is(input, select)')].map(c => c.offsetHeight)")
        assert min(tall) >= 44, "a finger finds it"
        for scheme in ("light", "dark"):
            browser.show(width=390, scheme=scheme)
            assert browser.list_violations() == [], scheme


@pytest.mark.browser
def test_without_scripts_a_reader_sees_the_table(report):
    with open_browser() as browser:
        browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
        browser.open(report / "06_play.html")
        assert browser.run("return document.querySelector('.play-live')") is None
        assert browser.run("return document.querySelector('.play table').checkVisibility()")


@pytest.mark.browser
def test_a_script_that_is_not_the_reports_own_does_not_run(report):
    with open_browser() as browser:
        browser.open(report / "07_intruder.html")
        assert browser.run("return document.title").startswith("Intruder")
        assert any("Content Security Policy" in message for message in browser.list_console())
