"""On a page the figure of a record tells of any day: its count, its source and its state."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import matplotlib.dates as mdates
import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup

from utils.counts.snapshot import Source, take_snapshot
from utils.figures.forms import draw_narrow
from utils.figures.record import plot_record, plot_weekdays
from utils.figures.style import write_figure
from utils.figures.svg import DAYS_MARK
from utils.publishing.report import write_report

sys.path.insert(0, str(Path(__file__).parent))
from browser import open_browser
from test_notebooks_tooling import make_project

DAYS = pd.date_range("2024-03-01", periods=90)
SOURCE = """\
# %% [markdown]
# # Record
#
# A page with a record.

# %%
from pathlib import Path

from IPython.display import HTML

HTML(Path("../figure.html").read_text(encoding="utf-8"))
"""


@pytest.fixture(scope="module")
def snapshots():
    counts = pd.Series(1000.0 + np.arange(90) % 7 * 250, DAYS)
    states = pd.DataFrame({"count": counts - 500, "state": "counted", "note": ""})
    states.loc["2024-03-17", ["count", "state", "note"]] = np.nan, "closed", 'a holiday, "new year"'
    states.loc["2024-03-18", "state"] = "partial"
    return [take_snapshot(counts, source=Source("north")), take_snapshot(states, source=Source("south", "South ward"))]


@pytest.fixture(scope="module")
def figure(snapshots):
    return write_figure(plot_record(snapshots, threshold=2000), alt="Two panels.", caption="A record.")


@pytest.fixture(scope="module")
def page(tmp_path_factory, figure) -> Path:
    root = make_project(tmp_path_factory.mktemp("days") / "project", n02_record=SOURCE)
    (root / "figure.html").write_text(figure, encoding="utf-8")
    return write_report(out=root / "out", summary=None, root=root, progress=False).parent / "02_record.html"


def test_a_drawing_says_where_its_days_are(figure, snapshots):
    wide, narrow = BeautifulSoup(figure, "html.parser").find_all("svg")
    for drawing, plain in (
        (wide, plot_record(snapshots, threshold=2000)),
        (narrow, draw_narrow(plot_record(snapshots, threshold=2000))),
    ):
        plain.draw_without_rendering()
        height = 72 * plain.get_figheight()
        for panel, ax in zip(json.loads(drawing[DAYS_MARK]), plain.axes, strict=True):
            left, top, right, bottom, first, last = panel
            for day in DAYS[::30]:
                x, y = ax.transData.transform((mdates.date2num(day), ax.get_ylim()[1])) * 72 / plain.dpi
                assert left + (right - left) * (mdates.date2num(day) - first) / (last - first) == pytest.approx(x, abs=0.5)
                assert top == pytest.approx(height - y, abs=0.5) and bottom > top


def test_only_a_record_tells_of_its_days(snapshots, page):
    assert DAYS_MARK not in write_figure(plot_weekdays(snapshots), alt="Points.", caption="Weekdays.")
    assert "by-day" in page.read_text(encoding="utf-8")
    assert "by-day" not in (page.parent / "index.html").read_text(encoding="utf-8")


TOLD = "return document.querySelector('.by-day output').textContent"


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
def test_a_day_is_told_by_pointer_and_by_keyboard(page, width):
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys

    with open_browser() as browser:
        browser.open(page, width=width, height=1200)
        assert browser.wait_for(TOLD, "Point at a day, tap on it, or walk along the days.").startswith("Point")
        drawing = next(
            found for found in browser.driver.find_elements(By.CSS_SELECTOR, f"svg[{DAYS_MARK}]") if found.is_displayed()
        )
        left, top, right, bottom, first, last = json.loads(drawing.get_attribute(DAYS_MARK))[1]
        view = [float(number) for number in drawing.get_dom_attribute("viewBox").split()]
        scale = drawing.size["width"] / view[2]
        x = left + (right - left) * (mdates.date2num(pd.Timestamp("2024-03-17")) - first) / (last - first)
        offset = (round((x - view[2] / 2) * scale), round(((top + bottom) / 2 - view[3] / 2) * scale))
        ActionChains(browser.driver).move_to_element_with_offset(drawing, *offset).perform()
        day = int(pd.Timestamp(browser.run(TOLD).split(". ")[0].split(", ")[1]).day)
        assert abs(day - 17) <= (1 if width < 700 else 0), "a pixel may be more than a day on a phone"

        slider = browser.driver.find_element(By.CSS_SELECTOR, ".by-day input")
        slider.send_keys(Keys.HOME, *[Keys.ARROW_RIGHT] * 16)
        told = 'Sunday, 17 March 2024. north: 1,500, counted; South ward: no count, closed (a holiday, "new year").'
        assert browser.wait_for(TOLD, told) == told
        assert slider.get_attribute("aria-valuetext") == told and browser.run(
            "return document.querySelector('.by-day input').labels.length"
        )
        lines = browser.run("return [...document.querySelectorAll('.day-line')].map(line => line.getAttribute('d'))")
        assert len(lines) == 4 and any(float(line[1:].split()[0]) == pytest.approx(x, abs=0.1) for line in lines)
        slider.send_keys(Keys.ARROW_RIGHT)
        told = "Monday, 18 March 2024. north: 1,750, counted; South ward: 1,250, counted in part, late reports to come."
        assert browser.wait_for(TOLD, told) == told
        assert browser.list_console() == [] and browser.measure_overflow() <= 0
        assert browser.list_violations() == []
