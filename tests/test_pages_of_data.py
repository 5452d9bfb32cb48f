"""Pages 01 and 02 say what they knew, and the second knows nothing of later days. The pace of the pages."""

import functools
import re

import pytest
from pages import run_page
from test_pages_any_day import list_days

from utils.aid.known import describe_lists
from utils.common.paths import NOTEBOOKS
from utils.publishing.reading import count_minutes, measure_notebooks

run = functools.cache(run_page)


@pytest.mark.parametrize("day", ["2024-10-14", "2024-11-08", "2025-01-19"])
def test_what_was_explored_as_of_a_day_was_public_by_then(day):
    text = run("02", as_of=day)
    assert describe_lists(as_of=day) in text and "hindsight" not in text
    body = text[: text.index("## What this page was made with")]
    assert list_days(body) and not [one for one in list_days(body) if f"{one}" > day]
    assert ("Kissufim" in body) == (day == "2025-01-19")


def test_later_lists_are_called_hindsight():
    assert describe_lists() in run("02") and "In hindsight" in describe_lists()
    assert "2 of the 5 files on this page came out later" in run("01", as_of="2024-11-08")
    last = run("01", as_of="2025-01-19")
    assert "came out later" not in last and "nothing was missing from these months" in last


@pytest.mark.parametrize("name", ["01", "02"])
def test_a_page_is_read_in_the_minutes_that_it_names(name):
    text = run(name)
    [named] = re.findall(r"about (\w+) minutes", text)
    words = "one two three four five six seven eight nine ten eleven twelve".split()
    minutes = count_minutes(text)
    assert abs(minutes - words.index(named) - 1) <= 1
    [measured] = [measured for page, measured in measure_notebooks(NOTEBOOKS).items() if page.startswith(name)]
    assert abs(measured - minutes) <= 0.3, "the executed notebook is measured as the page is"


@pytest.mark.parametrize("source", sorted((NOTEBOOKS / "source").glob("*.py")), ids=lambda source: source.stem[:2])
def test_no_page_has_more_than_25_cells_of_code(source):
    heads = re.findall(r"(?m)^# %%.*$", source.read_text(encoding="utf-8"))
    assert sum("[markdown]" not in head for head in heads) <= 25
