"""A reader's guess: kept, deleted and scored; the words around it; and the form in JupyterLab."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from bs4 import BeautifulSoup
from conftest import AS_OF
from hypothesis import given
from hypothesis import strategies as st
from test_pages_any_day import list_days

from utils import InputError
from utils.aid.guesses import list_asked, list_known_facts
from utils.aid.questions import ALL, DEADLINE, TRANSITION
from utils.course.guess_page import write_ask, write_scores
from utils.course.guess_panel import make_form, show_ask, show_scores
from utils.course.guesses import (
    Asked,
    Settled,
    count_questions,
    delete_guesses,
    find_guesses,
    keep_guesses,
    load_guesses,
    name_guess,
    read_guess,
    score_guess,
    write_guess,
)
from utils.figures.svg import PAGE_TYPE
from utils.publishing.pages import GUESS_MARK
from utils.questions.question import Question

RAIN = Asked("rain", "Will it <rain>?")
CAME = Settled("rain", "Will it <rain>?", "Rain: it came", True, {"the pool": 0.75, "always no": 0.0})
OPEN = Settled("snow", "Will it snow?", "Snow: open", None, {"the pool": 0.5})

# ------------------------------------------------------------------------------------------------------------------- scores


@given(truth=st.floats(0.01, 0.99), stated=st.floats(0.01, 0.99))
def test_nobody_expects_a_better_score_than_by_saying_what_they_believe(truth, stated):
    def expect(probability):
        yes, no = (score_guess(probability, came) for came in (True, False))
        return np.array([truth * yes.brier + (1 - truth) * no.brier, truth * yes.log + (1 - truth) * no.log])

    assert (expect(truth) <= expect(stated) + 1e-12).all()
    if abs(truth - stated) > 0.01:
        assert (expect(truth) < expect(stated)).all(), "proper, and strictly so"


def test_a_certainty_that_goes_wrong_has_no_bound_and_one_that_goes_right_costs_nothing():
    for probability, came in ((0, True), (1, False)):
        assert score_guess(probability, came).brier == 1 and score_guess(probability, came).log == math.inf
        assert score_guess(probability, not came).brier == 0 and score_guess(probability, not came).log == 0
    assert math.isfinite(score_guess(1e-12, True).log)


@given(low=st.integers(0, 8), apart=st.integers(2, 10), sure=st.sampled_from([0.8, 0.9]))
def test_so_many_questions_tell_two_forecasters_apart_and_one_fewer_may_not(low, apart, sure):
    """Against every number of events there can be, added up one by one."""
    first, second = low / 10, min(1.0, (low + apart) / 10)

    def is_sure(n):
        share = np.arange(n + 1) / n
        nearer = np.round(np.abs(share - first) - np.abs(share - second), 9)
        weights = np.array([math.comb(n, k) for k in range(n + 1)], float)
        ahead = [
            (weights * p ** np.arange(n + 1) * (1 - p) ** np.arange(n, -1, -1))[sign * nearer < 0].sum()
            for p, sign in ((first, 1), (second, -1))
        ]
        return min(ahead) >= sure

    needed = count_questions(first, second, sure=sure)
    assert count_questions(second, first, sure=sure) == needed
    assert all(is_sure(n) for n in range(needed, needed + 12)) and (needed == 1 or not is_sure(needed - 1))


@pytest.mark.parametrize(
    ("asked", "error"),
    [((0.3, 0.305), "are one answer"), ((0.3, 1.2), "guess 1.2 must be"), ((0.3, 0.5, 0.5), "sure 0.5 must be")],
)
def test_what_cannot_be_told_apart_says_so(asked, error):
    with pytest.raises(InputError, match=error):
        count_questions(*asked[:2], **dict(zip(["sure"], asked[2:], strict=False)))


# --------------------------------------------------------------------------------------------------------------------- kept


@given(st.integers(0, 1000))
def test_what_is_written_is_read_again(tenths):
    assert read_guess(write_guess(tenths / 1000)) == pytest.approx(tenths / 1000, abs=1e-12)


@pytest.mark.parametrize("text", ["101", "-1", "nan", "inf", "a third", "1e9", "5 5"])
def test_what_is_no_percentage_is_refused_in_one_line(text):
    with pytest.raises(InputError, match="from 0 to 100"):
        read_guess(text)


def test_guesses_are_kept_replaced_and_deleted(tmp_path):
    folder = tmp_path / "new"
    delete_guesses(["rain"], folder=folder)
    keep_guesses({"rain": 0.3, "snow": 1}, folder=folder)
    keep_guesses({"rain": 0.4}, folder=folder)
    assert load_guesses(folder) == {"rain": 0.4, "snow": 1.0}
    with pytest.raises(InputError, match=r"guess 1\.3"):
        keep_guesses({"rain": 1.3}, folder=folder)
    delete_guesses(["rain"], folder=folder)
    assert load_guesses(folder) == {"snow": 1.0}
    delete_guesses(["snow"], folder=folder)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"rain": "0.3", "snow": 7, "hail": null, "fog": true}'])
def test_a_damaged_file_holds_no_guess(tmp_path, text):
    find_guesses(tmp_path).write_text(text)
    assert load_guesses(tmp_path) == {}


def test_a_guess_is_known_by_its_day_and_by_all_that_makes_its_question():
    asked = Question(threshold=100, opens="2024-03-01", closes="2024-04-01", source="ward")
    others = [dict(threshold=101), dict(closes="2024-04-03"), dict(inclusive=True), dict(below=True), dict(definition="mean7")]
    keys = [name_guess(one, as_of=AS_OF) for one in (asked, *(asked.vary(**change) for change in others))]
    assert len({*keys, name_guess(asked, as_of="2024-11-09")}) == len(keys) + 1


# ------------------------------------------------------------------------------------------------------------------ on pages


def test_the_part_of_a_page_stands_without_a_script():
    soup = BeautifulSoup(write_ask([RAIN], facts=["It is 3 % wet."], link=("There", "07.ipynb"), live=False), "html.parser")
    assert soup.script is None and soup.find("rain") is None and not soup.details.has_attr("open")
    assert "on paper" in soup.summary.get_text() and [one.get_text() for one in soup.find_all("li")] == [RAIN.words]
    assert "3\u00a0% wet" in soup.get_text() and soup.a["href"] == "07.ipynb"
    live = write_ask([RAIN], facts=[])
    assert live.count("</script>") == 1 and GUESS_MARK in live and "<rain>" not in live
    assert write_ask([], facts=["Something."]) == ""


def test_the_table_scores_what_has_come_out_and_nothing_else():
    soup = BeautifulSoup(write_scores([CAME, OPEN], caption="Both.", guesses={"rain": 0.25}, live=False), "html.parser")
    rows = [[cell.get_text() for cell in row.find_all(["th", "td"])] for row in soup.tbody.find_all("tr")]
    assert rows == [
        ["Rain: it came"],
        ["your guess", "25\u00a0%", "0.563", "2.00"],
        ["the pool", "75\u00a0%", "0.063", "0.42"],
        ["always no", "0\u00a0%", "1.000", "no bound"],
    ]
    other = soup.find_all("tbody")[1]
    assert "not scored" in other.get_text() and "your guess" not in other.get_text() and soup.script is None
    assert "By hand" in soup.find(class_="note").get_text()


# ------------------------------------------------------------------------------------------------------------------- in Lab


def test_the_form_keeps_refuses_and_deletes(tmp_path):
    seen = []
    form = make_form([RAIN, OPEN], folder=tmp_path, on_change=seen.append)
    _, rain, _, snow, buttons, told = form.children
    keep, delete = buttons.children
    assert delete.disabled and "Nothing is kept" in told.value
    keep.click()
    assert "nothing is written yet" in told.value
    rain.value, snow.value = "30", "often"
    keep.click()
    assert "often" in told.value and "from 0 to 100" in told.value and load_guesses(tmp_path) == {}
    snow.value = ""
    keep.click()
    assert load_guesses(tmp_path) == {"rain": 0.3} and "30" in told.value and not delete.disabled
    again = make_form([RAIN], folder=tmp_path).children[1]
    assert again.value == "30", "another page shows what is kept"
    delete.click()
    assert load_guesses(tmp_path) == {} and rain.value == "" and delete.disabled
    assert seen == [{}, {"rain": 0.3}, {}]


def test_a_folder_that_cannot_be_written_is_told_and_raises_nothing(tmp_path):
    (tmp_path / "file").write_text("")
    form = make_form([RAIN], folder=tmp_path / "file" / "below")
    _, rain, buttons, told = form.children
    rain.value = "30"
    buttons.children[0].click()
    assert 'role="status"' in told.value and "file" in told.value


@pytest.fixture
def shown(monkeypatch):
    published = []
    monkeypatch.setattr("IPython.display.publish_display_data", published.append)
    return published


def test_what_is_published_is_the_same_whoever_has_guessed(tmp_path, shown):
    for guess in (None, 0.3):
        if guess is not None:
            keep_guesses({"rain": guess}, folder=tmp_path)
        show_ask([RAIN], facts=["It is wet."], folder=tmp_path)
        show_scores([CAME], caption="All.", folder=tmp_path)
    static = [{kind: page for kind, page in one.items() if "widget" not in kind} for one in shown]
    assert static[0] == static[2] and static[1] == static[3]
    assert set(shown[0]) == {"application/vnd.jupyter.widget-view+json", PAGE_TYPE, "text/html", "text/plain"}
    assert all("<script" in one[PAGE_TYPE] and "<script" not in one["text/html"] for one in shown)


def test_a_guess_in_code_is_kept_and_one_that_is_none_is_refused(tmp_path, shown):
    show_ask([RAIN], facts=[], guess=0.3, folder=tmp_path)
    assert load_guesses(tmp_path) == {"rain": 0.3} and "30\u00a0%" in shown[0]["text/html"]
    with pytest.raises(InputError, match="guess 30 must be"):
        show_ask([RAIN], facts=[], guess=30, folder=tmp_path)
    show_ask([], facts=[], folder=tmp_path)
    assert len(shown) == 1, "where every window has closed nothing is asked"


def test_the_live_table_follows_the_form(tmp_path, monkeypatch):
    boxes = []
    monkeypatch.setattr("IPython.display.publish_display_data", lambda *_: None)
    monkeypatch.setattr("ipywidgets.VBox._repr_mimebundle_", lambda box, **_: boxes.append(box) or {})
    show_scores([CAME], caption="All.", folder=tmp_path)
    table, form = boxes[0].children
    assert "your guess" not in table.value
    form.children[1].value = "0"
    form.children[2].children[0].click()
    assert "your guess" in table.value and "no bound" in table.value


# ----------------------------------------------------------------------------------------------------------------- the case


@pytest.mark.parametrize("day", ["2024-10-20", "2024-11-08", "2024-11-14", "2024-12-10", "2025-01-19"])
def test_what_is_asked_is_open_and_what_is_told_was_known_and_is_no_forecast(day):
    asked = list_asked(list(ALL.values()), as_of=day)
    assert len(asked) == (2 if day <= f"{DEADLINE.window[-1]:%Y-%m-%d}" else 1)
    facts = list_known_facts(list(ALL.values()), as_of=day)
    text = " ".join(facts)
    closes = {DEADLINE.closes, TRANSITION.closes}
    assert len(facts) == 3 and {one for one in list_days(text) if f"{one}" > day} <= closes
    assert "%" not in text and "probab" not in text
    assert ("13 November" in facts[0]) == (len(asked) == 2)
    assert not re.search(r"\b(nan|None|1 days)\b", text)
