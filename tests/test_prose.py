"""Prose and tables that reach a page: escaped, with links to pages of the web alone."""

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from utils import InputError
from utils.publishing.prose import say, show_answer, show_questions
from utils.publishing.tables import show_provenance, show_table


@pytest.fixture
def pages(monkeypatch):
    """The pages that are published, in order."""
    pages = []
    publish = "IPython.display.publish_display_data"
    monkeypatch.setattr(publish, lambda data: pages.append(data.get("text/html") or data["text/markdown"]))
    return pages


@pytest.fixture
def shown(pages):
    """The page that a table becomes."""

    def show(table, **options):
        show_table(table, caption="A table.", **options)
        return BeautifulSoup(pages[-1], "html5lib")

    return show


def test_a_cell_leads_to_its_address_and_both_are_escaped(shown):
    table = pd.DataFrame(
        {"id": ["a<b", "none", "bad"], "n": [1, 2, 3], "url": ['https://e.org/?a=1&b="2"', None, "javascript:alert(1)"]}
    )
    page = shown(table, links={"id": "url"})
    assert [head.get_text() for head in page.find_all("th")] == ["id", "n"]
    [link] = page.find_all("a")
    assert (link["href"], link.get_text()) == ('https://e.org/?a=1&b="2"', "a<b")
    assert [cell.get_text() for cell in page.find_all("td")] == ["a<b", "1", "none", "2", "bad", "3"]


def test_links_to_columns_that_are_not_there_are_refused(shown):
    with pytest.raises(InputError, match=r"links name \['url'\], which are no columns"):
        shown(pd.DataFrame({"id": ["a"]}), links={"id": "url"})
    with pytest.raises(InputError, match=r"formats name \['x'\]"):
        shown(pd.DataFrame({"id": ["a"]}), formats={"x": str})


def test_an_answer_is_escaped_and_keeps_a_number_and_its_unit_together(pages):
    show_answer("Is it < 5?", "With 12 %.", notes="A study.")
    page = BeautifulSoup(pages[-1], "html5lib")
    assert [part.get_text() for part in page.find_all("p")] == ["Is it < 5?", "With 12\u00a0%.", "A study."]
    say("It is *12 %*.")
    assert pages[-1] == "It is *12\u00a0%*."


def test_provenance_names_the_libraries_and_the_vintages_it_is_given(pages):
    vintage = dict(title="health office", published="2020-04-27", first="2020-03-01", last="2020-04-26", rows=1234)
    show_provenance(pd.DataFrame([dict(vintage, sha256="0123456789abcdef", other=1)]))
    assert "pandas" in pages[0] and "Python" in pages[0]
    cells = [cell.get_text() for cell in BeautifulSoup(pages[-1], "html5lib").find_all("td")]
    assert cells == ["health office", "2020-04-27", "2020-03-01", "2020-04-26", "1,234", "0123456789ab"]


def test_a_folded_table_shows_its_finding_and_size_until_it_is_opened(pages):
    show_table(pd.DataFrame({"n": [1, 2]}), caption="Two numbers. They mean little.", folded=True)
    fold = BeautifulSoup(pages[-1], "html5lib").find("details", class_="folded")
    assert fold.summary.get_text() == "Two numbers (2 rows)" and not fold.has_attr("open")
    assert fold.caption.get_text() == "Two numbers. They mean little."


def test_names_of_code_are_written_as_words_and_what_is_no_text_is_refused(shown):
    page = shown(pd.DataFrame({"first_day": ["not_yet_reported", "uk_tests.csv"], "inside": [True, False]}))
    assert [head.get_text() for head in page.find_all("th")] == ["first day", "inside"]
    assert [cell.get_text() for cell in page.find_all("td")] == ["not yet reported", "yes", "uk_tests.csv", "no"]
    with pytest.raises(InputError, match="which is no text"):
        shown(pd.DataFrame({"rule": [{"day": 1}]}))


def test_a_question_is_seen_and_its_answer_folded_until_it_is_opened(pages):
    show_questions({"Is 3 < 4?": "Yes, by 25 %.", "And <b>5</b>?": "No."})
    folds = BeautifulSoup(pages[-1], "html5lib").find_all("details")
    assert [fold.summary.get_text() for fold in folds] == ["Is 3 < 4?", "And <b>5</b>?"]
    assert [fold.p.get_text() for fold in folds] == ["Yes, by 25\u00a0%.", "No."]
    assert not [fold for fold in folds if fold.has_attr("open")]
