"""Figures within a page: on a desk and on a phone, light, dark and on paper, and taken away."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest
from PIL import Image

from utils.figures.record import plot_small_multiples
from utils.figures.style import write_figure
from utils.figures.svg import PAGE_TYPE
from utils.publishing import report
from utils.publishing.accessibility import check_page
from utils.publishing.execution import Execution
from utils.publishing.pages import render_fragment
from utils.publishing.tables import show_table

sys.path.insert(0, str(Path(__file__).parent))
from browser import open_browser


@pytest.mark.browser
def test_a_figure_can_be_taken_away_and_follows_the_theme_and_the_screen(tmp_path, monkeypatch):
    figure = write_figure(plot_small_multiples(pd.DataFrame({"a": [1.0, 2.0]}, pd.date_range("2024-01-01", periods=2, freq="MS")),
                                               claim="c", qualifier="q", foot="f"), alt="alt", caption="All of 9 %")  # fmt: skip
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "source": "1", "execution_count": 1}
    output = {"output_type": "display_data", "metadata": {}, "data": {PAGE_TYPE: figure, "text/plain": "Figure"}}
    head = {"cell_type": "markdown", "id": "b", "metadata": {}, "source": "# Title\n\nWords."}
    tables = []
    monkeypatch.setattr("IPython.display.publish_display_data", tables.append)
    wide = pd.DataFrame({f"known on 2024-11-0{number}": ["a few words of text"] for number in range(9)})
    show_table(wide, caption="Some words. They run on.", folded=True)
    table = output | {"data": tables[0]}
    cells = [head, *[cell | {"id": name, "outputs": [one]} for name, one in zip("acd", (output, output, table), strict=True)]]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    fragment = render_fragment(notebook, name="02_explore")
    executions = [Execution(name="02_explore", notebook=notebook, seconds=1.0, cached=False)]
    parts = {"02_explore": dict.fromkeys(("source", "code", "inputs"), "0" * 64)}
    pages = report._assemble([fragment], executions, None, parts=parts, edition="reader", as_of=None, dated=())
    assert check_page(pages["02_explore.html"]) == [], "one figure may be shown twice"
    assert pages["02_explore.html"].count("9\u00a0%</figcaption>") == 2, "nor a number torn from its sign"
    assert 'known on <span class="day">2024-11-05</span>' in pages["02_explore.html"], "a day is not broken at its hyphens"
    page = tmp_path / "02_explore.html"
    page.write_text(pages["02_explore.html"], encoding="utf-8")
    shown = "return [...document.querySelectorAll('figure')[1].querySelectorAll('svg')].map(s => getComputedStyle(s).display)"
    ground = "return getComputedStyle(document.querySelector('.wide > path')).fill"
    head = "const head = document.querySelector('.folded tbody th'), summary = document.querySelector('.folded summary');"
    held = f"{head} return getComputedStyle(head).position"
    sizes = f"{head} return [document.body, summary, head].map(one => parseFloat(getComputedStyle(one).fontSize))"
    said = "return [...document.querySelectorAll('.folded caption > *, .folded .first')].map(one => one.offsetWidth > 1)"
    with open_browser() as browser:
        browser.open(page)
        assert browser.list_console() == [] and browser.run(shown) == ["block", "none"]
        light = browser.run(ground)
        browser.show(width=390, scheme="dark")
        assert browser.run(shown) == ["none", "block"] and browser.measure_overflow() <= 0
        assert light == "rgb(255, 255, 255)" and browser.run(ground) == "rgb(27, 27, 27)", "the ground of a dark page"
        browser.run("document.querySelector('.folded').open = true")
        assert browser.run(held) == "sticky" and browser.run(said) == [True, False], "the summary has said it"
        browser.run("document.querySelector('.folded').open = false")
        browser.show(width=700, scheme="dark", media="print")
        assert browser.run(shown) == ["block", "none"] and browser.run(ground) == light, "paper is light"
        body, summary, cell = browser.run(sizes)
        assert browser.run(held) == "static" and cell < summary < body, "paper shows what is folded, smaller than the text"
        browser.show(width=1280)
        folder = tmp_path / "saved"
        folder.mkdir()
        browser.driver.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(folder)})
        for button in browser.driver.find_elements("css selector", "figure:first-of-type .take button")[:3]:
            button.click()
        names = {f"02_explore-figure-1.{kind}" for kind in ("csv", "svg", "png")}
        end = time.monotonic() + 10
        while {path.name for path in folder.iterdir()} != names and time.monotonic() < end:
            time.sleep(0.1)
        assert {path.name for path in folder.iterdir()} == names
        assert pd.read_csv(folder / "02_explore-figure-1.csv")["a"].tolist() == [1, 2]
        drawing = ElementTree.parse(folder / "02_explore-figure-1.svg").getroot()
        assert drawing[0].text == "alt" and "var(--" not in ElementTree.tostring(drawing, encoding="unicode")
        with Image.open(folder / "02_explore-figure-1.png") as image:
            assert image.size == (1800, 2 * int(drawing.get("height"))) and len(image.convert("RGB").getcolors(1 << 24)) > 9
            assert image.convert("RGB").getpixel((3, 3)) == (255, 255, 255)
