"""The glossary: its terms, their examples, and the links from the first use of each on every page."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup

from utils.aid.glossary import GLOSSARY, TERMS
from utils.aid.glossary_examples import Material, list_examples
from utils.aid.references import BIBLIOGRAPHY
from utils.publishing.glossary import Glossary, Term, link_terms, show_glossary
from utils.publishing.pages import render_fragment
from utils.publishing.sources import find_sources, generate

pytestmark = pytest.mark.usefixtures("shared")

SOURCES = find_sources()
TOY = Glossary("90_terms", (Term("skill", "What is saved.", "04"), Term("log score", "In bits.", "04", ("LOG", "log scores"))))


def link(html, *, glossary=TOY, name="04_scores"):
    soup = BeautifulSoup(f'<div class="prose">{html}</div>', "html.parser")
    return link_terms(soup, glossary, name=name), soup


@pytest.fixture(scope="module")
def examples():
    return list_examples(Material(n_paths=400))


def test_only_the_first_use_is_linked_and_the_text_stays():
    html = "<p>Skill, and skill again: log scores.</p><ul><li>A log\nscore <b>skill</b></li></ul>"
    linked, soup = link(html)
    assert linked == ["skill", "log score"]
    assert [(a.get_text(), a["href"]) for a in soup.find_all("a")] == [
        ("Skill", "90_terms.html#term-skill"),
        ("log scores", "90_terms.html#term-log-score"),
    ]
    assert soup.get_text() == BeautifulSoup(html, "html.parser").get_text()


@pytest.mark.parametrize(
    "html",
    [
        "<h2>Skill</h2>",
        "<p><a href='#x'>skill</a></p>",
        "<p><code>skill</code></p>",
        "<p>skilled, up-skill, skill-ful</p>",
        "<p>a log of days</p>",
        "<table><tr><td>skill</td></tr></table>",
    ],
)
def test_what_is_no_prose_or_another_word_is_left_alone(html):
    linked, soup = link(html)
    assert linked == [] and not soup.select("a.term")


def test_the_page_of_terms_does_not_link_to_itself():
    assert link("<p>skill</p>", name=TOY.page)[0] == []


def test_a_report_without_the_page_of_terms_links_to_none():
    cells = [{"cell_type": "markdown", "id": "a", "metadata": {}, "source": "# Title\n\nSome skill."}]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    pages = {names: render_fragment(notebook, name="04", names=names, glossary=TOY) for names in (("04",), ("04", TOY.page))}
    assert ["90_terms.html#term-skill" in page.content for page in pages.values()] == [False, True]


def test_terms_are_one_thing_each():
    names = [term.name for term in TERMS]
    forms = [form.lower() for term in TERMS for form in term.forms]
    assert len(names) >= 40 and names == sorted(names, key=str.lower)
    assert len({term.id for term in TERMS}) == len(TERMS) and len(set(forms)) == len(forms)
    for term in TERMS:
        assert re.fullmatch(r"[A-Z][^.]*\.", term.sentence), term.sentence


def test_each_term_has_an_example_with_what_this_data_says(examples):
    assert list(examples) == [term.name for term in TERMS]
    for name, example in examples.items():
        assert example.endswith(".") and not re.search(r"\b(nan|None|inf)\b|\{", example), example
        assert re.search(r"\d", example) or name in ("basis", "pool"), example


def test_each_term_stands_on_the_page_that_it_names():
    """There it is linked too, in the prose of the page or in what a cell says."""
    pages = {source.stem[:2]: source for source in SOURCES}
    said = {
        number: "\n".join(
            re.sub(r"(?m)^#.*", "", cell.source)  # a heading is not linked
            for cell in generate(source).cells
            if cell.cell_type == "markdown" or "say(" in cell.source
        )
        for number, source in pages.items()
    }
    for term in TERMS:
        forms = "|".join(re.escape(form).replace(r"\ ", r"\s+") for form in term.forms)
        assert re.search(rf"(?<![\w-])({forms})(?![\w-])", said[term.page], re.IGNORECASE), (term.name, term.page)


def test_the_page_lists_every_term_with_sentence_example_and_place(examples, monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.publish_display_data", shown.append)
    show_glossary(TERMS, examples=examples, sources=SOURCES, bibliography=BIBLIOGRAPHY)
    soup = BeautifulSoup(shown[0]["text/html"], "html.parser")
    assert [dt["id"] for dt in soup.find_all("dt")] == [term.id for term in TERMS]
    for entry, term in zip(soup.select(".entry"), TERMS, strict=True):
        assert entry.find("dd").get_text() == term.sentence
        assert entry.select_one(".example").get_text().replace("\u00a0", " ") == f"In this data: {examples[term.name]}"
        assert entry.select_one(".used a")["href"].startswith(term.page)
    assert GLOSSARY.page in {source.stem for source in SOURCES}
