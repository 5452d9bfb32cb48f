"""The notebooks as a class meets them: opened in JupyterLab, run to the end, a slider moved, an exercise answered."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from browser import open_browser
from lab import PATIENCE, Lab, serve_lab
from selenium.webdriver.common.keys import Keys

from utils.common.paths import CACHE_VARIABLE
from utils.common.sharing import SHARE_VARIABLE
from utils.course.exercises import derive, find_exercise_sources, read_exercises
from utils.publishing.sources import find_sources, generate, inject_parameters

pytestmark = pytest.mark.browser

#: Few paths: what is seen here is whether all is computed and shown, not how exactly.
PATHS = 300
START, TRANSITION = (path.stem for path in find_sources(["00", "06"]))
EXERCISES = {path.stem[:2]: path for path in find_exercise_sources()}
#: Exercises that one line answers, by their notebook.
ANSWERED = {"05": "Read: the days that are left", "07": "Read: what a list can settle"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """The notebooks that are opened, as they are made from their scripts, not executed."""
    folder = tmp_path_factory.mktemp("taught")
    (folder / "notebooks" / "exercises").mkdir(parents=True)
    for source in find_sources(["00", "06"]):
        nb = inject_parameters(generate(source), {"n_paths": PATHS})
        nbformat.write(nb, folder / "notebooks" / f"{source.stem}.ipynb")
    for number in ANSWERED:
        nbformat.write(derive(EXERCISES[number]), folder / "notebooks" / "exercises" / f"{EXERCISES[number].stem}.ipynb")
    return folder


@pytest.fixture(scope="module")
def lab(folder, tmp_path_factory):
    """Lab over them, in one window; its kernels share what takes long."""
    state = tmp_path_factory.mktemp("lab") / "state"
    places = {SHARE_VARIABLE: str(state / "shared"), CACHE_VARIABLE: str(state / "cache")}
    with serve_lab(folder, state=state, **places) as served, open_browser() as browser:
        yield Lab(browser, served)


@pytest.fixture
def kept(lab, folder):
    """What is opened and run, and not saved, is as it was; and nothing was asked for beyond this machine."""
    before = read_files(folder)
    lab.browser.list_requests()
    yield
    print(lab.served.read_log())  # which pytest shows where the test failed
    assert read_files(folder) == before
    assert not [url for url in lab.browser.list_requests() if not url.startswith((lab.served.url, "data:", "blob:"))]


def read_files(folder: Path) -> dict[str, bytes]:
    """Read all files, but those in which Lab keeps the last saved state of what it opens."""
    files = (path for path in folder.rglob("*") if path.is_file() and ".ipynb_checkpoints" not in path.parts)
    return {path.name: path.read_bytes() for path in files}


def check_run(cells: list[dict]) -> None:
    """Every code cell has run, in its order, and none raised, or wrote to stderr."""
    assert [cell["count"] for cell in cells] == list(range(1, len(cells) + 1))
    assert not [(cell["source"], cell["errors"]) for cell in cells if cell["errors"]]


def check_grid(lab: Lab) -> None:
    """The box of answers is shown, with a probability or more for each question by each count."""
    (source,) = (cell["source"] for cell in lab.list_cells() if "show_grid(" in cell["source"])
    grid = lab.wait_for(source, "If nothing shifts")
    assert re.search(r"If nothing shifts\s.*\d+\s%", grid) and len(re.findall(r"\d+\s%", grid)) >= 8, grid


def test_the_first_page_runs_and_shows_the_answers(lab, kept):
    lab.open(f"notebooks/{START}.ipynb")
    check_run(lab.run())
    check_grid(lab)


def test_the_forecast_runs_and_a_slider_moves_its_answer(lab, kept):
    lab.open(f"notebooks/{TRANSITION}.ipynb")
    check_run(lab.run())
    check_grid(lab)
    slider, browser = lab.find_slider("Probability of a shift, %"), lab.browser
    panel = f"{slider}.closest('.widget-vbox')"
    read = f"return {panel}.querySelector('[role=status] b').textContent"
    plain = browser.run(read)
    assert re.fullmatch(r"(under )?\d+\s%", plain)
    handle = browser.run(f"return {slider}.querySelector('.noUi-handle')")
    handle.send_keys(Keys.PAGE_UP, Keys.PAGE_UP)
    assert browser.wait_for(f"{read} !== {plain!r}", True, seconds=PATIENCE), "the slider moved, and its answer did not"
    assert f"without a shift {plain}" in browser.run(f"return {panel}.querySelector('[role=status]').textContent")
    handle.send_keys(Keys.HOME)
    assert browser.wait_for(read, plain, seconds=PATIENCE) == plain
    [field, *_] = browser.driver.find_elements("css selector", ".jp-Notebook input[placeholder='such as 30']")
    browser.run("arguments[0].scrollIntoView({block: 'center'})", field)
    field.send_keys("30", Keys.TAB)
    form = "[...document.querySelectorAll('.jp-Notebook input[placeholder]')].at(0).closest('.widget-vbox')"
    browser.run(f"{form}.querySelector('button').click()")
    told = f"return {form}.querySelector('[role=status]').textContent"
    assert browser.wait_for(told, "Kept on this machine: 30 %.", seconds=PATIENCE) == "Kept on this machine: 30 %."


@pytest.mark.parametrize("number", ANSWERED)
def test_an_exercise_asks_for_an_answer_and_takes_the_right_one(lab, kept, number):
    source = EXERCISES[number]
    lab.open(f"notebooks/exercises/{source.stem}.ipynb")
    check_run(lab.run())
    exercises = {one.title: one for one in read_exercises(source)}
    for one in exercises.values():
        assert re.search("Not answered yet. Wanted: .* hints", lab.wait_for(one.check, "hints"))
    answered = exercises[ANSWERED[number]]
    lab.type(answered.solution, over=answered.stub)
    assert "Right. " in lab.wait_for(answered.check, "Right. ")
    assert not [cell["errors"] for cell in lab.list_cells() if cell["errors"]]
