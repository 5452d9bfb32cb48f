"""Pages 00, 05 and 06 are true on any day: run as of eight days and with other questions, and read for what came later."""

from __future__ import annotations

import calendar
import datetime as dt
import functools
import re

import pandas as pd
import pytest
from pages import run_page

from utils import DEADLINE, TRANSITION, InputError, load_events, load_quotes
from utils.aid.pages import open_case
from utils.common.paths import NOTEBOOKS
from utils.publishing.reading import count_minutes

pytestmark = pytest.mark.usefixtures("shared")

PAGES = ("00", "05", "06")
AS_OF = ("2024-10-20", "2024-10-30", "2024-11-05", "2024-11-08", "2024-11-14", "2024-12-10", "2025-01-10", "2025-01-19")
N_PATHS = 200
MONTHS = list(calendar.month_name)[1:]


@functools.cache
def run(name, **parameters):
    return run_page(name, n_paths=N_PATHS, **parameters)


def list_days(text):
    """List the days that a text names, in words or as ISO."""
    words = re.findall(rf"\b(\d{{1,2}}) ({'|'.join(MONTHS)}) (\d{{4}})\b", text)
    found = {dt.date(int(year), MONTHS.index(month) + 1, int(day)) for day, month, year in words}
    return found | {dt.date.fromisoformat(day) for day in re.findall(r"\b20\d\d-\d\d-\d\d\b", re.sub(r"\]\([^)]*\)", "", text))}


def read_as_of(text, day):
    """Leave out what a page as of the questions' day says, labelled, of what was known only since."""
    return re.sub(r"Known only since:.*", "", text) if day == f"{DEADLINE.opens}" else text


@pytest.fixture(scope="module", params=AS_OF)
def read(request):
    """The three pages as of one day."""
    return request.param, {name: read_as_of(run(name, as_of=request.param), request.param) for name in PAGES}


def test_no_day_after_its_own_is_named_but_those_of_the_windows(read):
    day, pages = read
    windows = {dt.date.fromisoformat(f"{one:%Y-%m-%d}") for q in (DEADLINE, TRANSITION) for one in (q.window[0], q.window[-1])}
    windows |= {DEADLINE.closes, TRANSITION.closes}
    for name, text in pages.items():
        later = {one for one in list_days(text) if f"{one}" > day}
        assert later <= windows, (name, later - windows)


def test_no_figure_or_event_of_a_later_day_is_told(read):
    day, pages = read
    quotes, known = load_quotes(), load_quotes(as_of=day)
    for name, text in pages.items():
        if day < "2024-11-08":
            assert "Kissufim" not in text and not re.search(r"\b229\b", text), name
        if day < "2024-12-24":
            assert not re.search(r"\b136 (trucks|by UNRWA)", text), name
        assert "ceasefire" not in text.lower() or day > "2025-01-14", name
        for event in load_events()[lambda table: table["published"] > pd.Timestamp(day)].itertuples():
            assert event.event not in text, (name, event.event)
        secret = set(quotes["publisher"]) - set(known["publisher"])
        assert not [one for one in secret if one in text], name


def test_sentences_compare_before_they_claim_and_count_before_they_inflect(read):
    day, pages = read
    for name, text in pages.items():
        assert not re.search(r"(?<![\d,.])1 (days|windows|figures|points|measurements|rows|dates)\b", text), name
        assert not re.search(r"\b(nan|None|inf|cogat|unrwa)\b", text), name
        # Two numbers that are printed alike are not said to differ.
        stated = re.findall(r"((?:under |over )?\d+ %)[^.;%]*?\b(above|below)\b[^.;%]*?((?:under |over )?\d+ %)", text)
        assert not [one for one in stated if one[0] == one[2]], (name, stated)


def test_a_closed_window_is_resolved_and_an_open_one_is_not(read):
    day, pages = read
    closed = day > f"{DEADLINE.window[-1]:%Y-%m-%d}"
    assert ("has closed" in pages["05"]) == ("has closed" in pages["00"]) == closed and "has closed" not in pages["06"]
    if closed:
        known = (
            "not reached on UNRWA's count"
            if day > "2024-12-24"
            else "left open by lists and figures on COGAT's and UNRWA's count"
        )
        assert all(known in pages[name] for name in ("00", "05"))


def test_each_page_says_what_it_knew(read):
    day, pages = read
    assert all("list published on" in text and "Nothing published later" in text for text in pages.values())


OTHERS = (
    ("05", dict(threshold=1)),
    ("05", dict(threshold=100_000, closes="2024-12-31")),
    ("05", dict(closes="2024-11-09", definition="mean7")),
    ("06", dict(closes="2025-03-01", definition="mean14", threshold=100, as_of="2024-10-20")),
    ("06", dict(closes="2024-11-20", definition="run3", as_of="2024-11-19")),
    ("00", dict(threshold=100, definition="window_mean", deadline_closes="2024-12-01", as_of="2024-12-10")),
)


@pytest.mark.parametrize(("name", "parameters"), OTHERS, ids=lambda one: str(one))
def test_other_questions_give_true_pages(name, parameters):
    text = run(name, **parameters)
    assert re.search(rf"(at least|reach) {parameters.get('threshold', DEADLINE.threshold):,}\b", text)
    closes = next((value for key, value in parameters.items() if key.endswith("closes")), None)
    if closes is not None:
        assert dt.date.fromisoformat(closes) in list_days(text)
    assert not re.search(r"\b(nan|None|inf)\b", text)
    if parameters.get("threshold") == 1:
        assert "over 99 %" in text and "lies below that range" in text
        assert not re.search(r"(?<![\d,.])1 trucks\b", text)


@pytest.mark.parametrize(
    ("name", "parameters", "why"),
    [
        ("05", dict(as_of="2025-02-01"), "after every window"),
        ("06", dict(as_of="2024-09-01"), "no cogat vintage"),
        ("05", dict(closes="2024-11-01"), "holds no day"),
        ("06", dict(threshold=-5), "threshold -5"),
        ("06", dict(definition="week"), "definition 'week'"),
        ("00", dict(deadline_closes="2024-11-10", transition_closes="2024-11-12", as_of="2024-12-01"), "after every window"),
    ],
)
def test_what_makes_no_sense_is_refused_at_once_in_one_line(name, parameters, why):
    with pytest.raises(InputError, match=why) as refused:
        run(name, **parameters)
    assert "\n" not in str(refused.value)


def test_a_case_that_has_closed_is_asked_on_its_last_day():
    case = open_case(DEADLINE, as_of="2024-12-10")
    assert case.closed and case.asked == DEADLINE.window[-1] and case.ahead == 1
    assert not open_case(TRANSITION, as_of="2024-12-10").closed


@pytest.mark.parametrize("name", PAGES)
def test_a_page_takes_at_most_twelve_minutes_and_has_at_most_25_cells_of_code(name):
    [source] = (NOTEBOOKS / "source").glob(f"{name}*.py")
    heads = re.findall(r"(?m)^# %%.*$", source.read_text(encoding="utf-8"))
    assert sum("[markdown]" not in head for head in heads) <= 25
    assert count_minutes(run(name, as_of="2024-11-08")) <= 12
