"""The references: each is cited, each citation is listed, and links lead from one to the other."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup

from utils.aid.glossary import TERMS
from utils.aid.references import BIBLIOGRAPHY, METHODS, list_publishers
from utils.common.paths import ROOT
from utils.publishing.references import Bibliography, Reference, list_citing_files, read_remarks, show_references, sort_references

UTILS = ROOT / "utils"
FILES = [path for path in sorted(UTILS.rglob("*.py")) if path.name != "references.py"]
KNOWN = {(one.surnames[0], one.year) for one in METHODS}

#: How docstrings cite: in a list ("J. Name (1950), Title"), and in a sentence ("Name 1950, *Journal* 78").
LISTED = re.compile(r"\.\. \[\d+\] ((?:[A-Z]\. ?)+(?:-[A-Z]\. )?.*?) \((\d{4})\)")
MONTHS = "January February March April May June July August September October November December Jan Mar Apr Sept Sep Oct Nov Dec"
IN_TEXT = re.compile(
    r"((?:de )?[A-Z][a-z]+(?:-[A-Z][a-z]+)?(?:(?:, | and )[A-Z][a-z]+)*(?: et al\.)?) ((?:19|20)\d\d)(?=[,:)]| \(\*)"
)


def find_cited(path):
    """First author's surname and year of each work that a file's docstrings cite."""
    found = set()
    for text in read_remarks(path):
        found |= {(Reference(authors, int(year), "", "").surnames[0], int(year)) for authors, year in LISTED.findall(text)}
        for names, year in IN_TEXT.findall(text):
            first = re.split(r",? and |, | et al", names)[0]
            if first not in MONTHS.split():
                found.add((first, int(year)))
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_work_that_code_cites_is_listed(path):
    assert find_cited(path) <= KNOWN


def test_the_search_finds_what_is_cited():
    """The test of the test: both forms, the particle and the hyphen."""
    found = set().union(*map(find_cited, FILES))
    assert len(found) > 35
    assert {
        ("Brier", 1950),
        ("Barone-Adesi", 1999),
        ("de Jong", 1998),
        ("Box", 1975),
        ("Schuemie", 2014),
        ("Bell", 1994),
    } <= found


@pytest.mark.parametrize("one", METHODS, ids=lambda one: one.key)
def test_every_work_is_cited_by_code(one):
    assert list_citing_files(one, folder=UTILS), one.short


def test_works_are_one_thing_each_and_in_order():
    assert len({one.key for one in METHODS}) == len(METHODS)
    assert list(METHODS) == sort_references(METHODS)
    for one in METHODS:
        assert 1900 < one.year < 2025 and one.title and one.where and not one.title.endswith(".")
        assert not one.doi or re.fullmatch(r"10\.\d{4,5}/\S+", one.doi), one.doi


def test_every_term_cites_works_that_are_listed():
    for term in TERMS:
        BIBLIOGRAPHY.cite(term.after)
    with pytest.raises(KeyError):
        BIBLIOGRAPHY.cite(["nobody-1900"])


def test_the_page_lists_each_work_with_its_address_and_what_cites_it(tmp_path, monkeypatch):
    (tmp_path / "toy").mkdir()
    (tmp_path / "toy" / "a.py").write_text('"""As A. Author and B. Other (1999)."""\n')
    (tmp_path / "toy" / "b.py").write_text('"""As Author wrote.\n\nOf 1999 nothing; in 2001."""\n')
    works = (
        Reference("Z. Last", 2001, "Second", "Press"),
        Reference("A. Author and B. Other", 1999, "A <title>", "Journal 1", doi="10.1000/x<1>"),
    )
    shown = []
    monkeypatch.setattr("IPython.display.publish_display_data", shown.append)
    show_references(Bibliography("91_works", works), folder=tmp_path / "toy", also=[("last-2001", "a term")])
    items = BeautifulSoup(shown[0]["text/html"], "html.parser").find_all("li")
    assert [item["id"] for item in items] == ["author-1999", "last-2001"]
    assert items[0].a["href"] == "https://doi.org/10.1000/x<1>" and items[0].a.get_text() == "A <title>"
    assert [item.select_one(".used").get_text() for item in items] == ["Cited in toy/a.py", "Cited in a term"]


def test_publishers_are_those_of_the_data_package():
    found = list_publishers()
    assert any("humdata.org" in url for url in found["url"]) and any("gaza-aid-data" in url for url in found["url"])
    assert set(found["tables"].str.split(", ").explode()) >= {path.name for path in (ROOT / "data").glob("unrwa_*.csv")}
