"""Equations: MathML that is whole, symbols that are all explained, works that are all listed."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from bs4 import BeautifulSoup

from utils.aid import equations as case
from utils.aid.references import BIBLIOGRAPHY
from utils.common.errors import InputError
from utils.publishing.equations import Equation, Symbol, list_symbols, show_equations, show_notation, write_math

BOXES = {"nowcast": case.NOWCAST, "pool": case.POOL, "beside": case.BESIDE, "linear": case.LINEAR}
BOXES |= {"scores": case.SCORES, "coming": case.COMING}
EVERY = [one for box in BOXES.values() for one in box]


def read(line):
    """Write a line, read it as XML and give its shape back: tags and text."""
    root = ET.fromstring(write_math(line))
    return [(node.tag, node.text) for node in root.iter() if node is not root]


def test_scripts_roots_and_brackets():
    assert read("x_t^2") == [("msubsup", None), ("mpadded", None), ("mi", "x"), ("mi", "t"), ("mn", "2")]
    assert read("a^(b+1)") == [("msup", None), ("mi", "a"), ("mrow", None), ("mi", "b"), ("mo", "+"), ("mn", "1")]
    assert read("√(a)") == [("msqrt", None), ("mi", "a")]
    assert read("log(a)")[:3] == [("mi", "log"), ("mrow", None), ("mo", "(")]
    assert read("X′ | y")[:3] == [("mrow", None), ("mi", "X"), ("mo", "′")]
    assert read('"if"') == [("mtext", "if")] and read("a < b")[1] == ("mo", "<")


@pytest.mark.parametrize(("line", "why"), [("(a", "never closes"), ("a)", "never opened"), ("a_", "missing"), ("√", "missing")])
def test_what_is_not_whole_is_refused(line, why):
    with pytest.raises(InputError, match=why):
        write_math(line)


@pytest.mark.parametrize("one", EVERY, ids=lambda one: one.line)
def test_each_equation_is_whole_and_says_what_it_means(one):
    assert read(one.line) and one.words.endswith(".")
    BIBLIOGRAPHY.cite(one.after)


@pytest.mark.parametrize("box", BOXES.values(), ids=list(BOXES))
def test_each_model_names_its_sources(box):
    assert any(one.after for one in box)


def test_the_notation_explains_each_symbol_and_no_other():
    used = set().union(*(list_symbols(one.line) for one in EVERY))
    explained = set().union(*(list_symbols(one.symbol) for one in case.NOTATION))
    assert used == explained


def test_a_box_shows_each_equation_with_its_words_and_sources(monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.publish_display_data", shown.append)
    show_equations(
        "A model", [Equation("a = b", "One is the other.", ("brier-1950",))], bibliography=BIBLIOGRAPHY, notation="90.ipynb#N"
    )
    box = BeautifulSoup(shown[0]["text/html"], "html.parser").find("section")
    assert len(box.find_all("math")) == 1 and "One is the other. After Brier (1950)." in box.get_text()
    assert [link["href"] for link in box.find_all("a")] == ["91_references.ipynb#brier-1950", "90.ipynb#N"]
    assert "a = b" in shown[0]["text/plain"]
    show_notation([Symbol("a_t", "a thing", "days")], caption="Symbols.")
    table = BeautifulSoup(shown[1]["text/html"], "html.parser").find("table")
    assert table.caption.get_text() == "Symbols." and [cell.get_text() for cell in table.select("tbody > tr > *")] == [
        "at",
        "a thing",
        "days",
    ]
