"""Tables that reach a page: escaped, with links to pages of the web alone."""

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from utils import InputError
from utils.publishing.tables import show_table


@pytest.fixture
def shown(monkeypatch):
    """The page that a table becomes."""
    pages = []
    monkeypatch.setattr("IPython.display.publish_display_data", lambda data: pages.append(data["text/html"]))

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
