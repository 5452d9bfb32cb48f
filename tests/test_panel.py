"""A reader's own what-if, and the panel that answers it."""

import numpy as np
import pandas as pd
import pytest
from conftest import AS_OF

from utils import InputError
from utils.aid.answers import answer, simulate_source
from utils.aid.questions import DEADLINE, TRANSITION
from utils.counts.snapshot import Source, take_snapshot
from utils.figures.style import DOTS
from utils.figures.svg import PAGE_TYPE
from utils.forecasts.ensemble import simulate_ensemble
from utils.forecasts.what_if import answer_what_if
from utils.forecasts.what_if_grid import compute_grid
from utils.publishing.pages import PLAY_MARK
from utils.publishing.panel import make_panel, show_panel, write_answer
from utils.questions.question import Question

QUESTION = TRANSITION.vary(source="unrwa")


@pytest.fixture(scope="module")
def ensembles():
    return {source: simulate_source(source, as_of=AS_OF, n_paths=600) for source in ("cogat", "unrwa")}


@pytest.fixture(scope="module")
def unrwa(ensembles):
    return ensembles["unrwa"]


def test_without_probability_or_effect_it_is_the_plain_answer(unrwa):
    plain = answer(QUESTION, as_of=AS_OF, n_paths=600)
    for probability, ratio in ((0, 3), (1, 1), (0, 1)):
        found = answer_what_if(unrwa, QUESTION, probability=probability, ratio=ratio)
        assert (found.probability, found.low, found.high) == (plain.probability, plain.low, plain.high)


def test_a_slow_effect_reaches_less(unrwa):
    quick, slow = (answer_what_if(unrwa, QUESTION, probability=0.8, ratio=2.5, days_to_full=days).probability for days in (1, 60))
    assert slow < quick


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        (dict(probability=1.1, ratio=2), "probability 1.1 must be a number from 0 to 1"),
        (dict(probability=0.5, ratio=0), "ratio 0 must be a positive number"),
        (dict(probability=0.5, ratio=2, days_to_full=0), "days_to_full 0"),
    ],
)
def test_a_question_that_makes_no_sense_tells_why(unrwa, asked, error):
    with pytest.raises(InputError, match=error):
        answer_what_if(unrwa, QUESTION, **asked)


def test_each_control_of_the_panel_moves_its_answer(ensembles, unrwa):
    panel = make_panel({"at the border": ensembles["cogat"], "at collection": unrwa}, TRANSITION)
    count, definition, threshold, last, probability, ratio, days, page = panel.children
    assert count.value == "at the border" and probability.description == "Probability of a shift, %"
    seen = [page.value]
    assert last.value == TRANSITION.window[-1]
    moves = ((threshold, 300), (probability, 80), (ratio, 4.0), (days, 20), (count, "at collection"), (definition, "mean7"))
    for control, value in (*moves, (last, pd.Timestamp("2025-01-05"))):
        control.value = value
        seen.append(page.value)
    assert len(set(seen)) == len(seen)
    asked = QUESTION.vary(definition="mean7", threshold=300, closes="2025-01-06")
    shifted = answer_what_if(unrwa, asked, probability=0.8, ratio=4.0, days_to_full=20)
    assert page.value == write_answer(asked, shifted.probability, plain=unrwa.answer(asked).probability)


def test_the_panel_takes_a_count_of_ones_own():
    counts = pd.Series(np.arange(120) % 7 + 20.0, pd.date_range("2024-01-01", periods=120))
    question = Question(threshold=15, below=True, opens="2024-04-30", closes="2024-05-10", definition="run2")
    for source, words in ((Source(""), "Do counts fall below 15"), (Source("ward", unit="patients"), "ward")):
        ensemble = simulate_ensemble(take_snapshot(counts, source=source), until="2024-05-10", n_paths=200)
        *_, page = make_panel({"ours": ensemble}, question).children
        assert words in page.value and f"{DOTS} paths" in page.value
    with pytest.raises(InputError, match="hold no paths"):
        make_panel({}, question)


@pytest.mark.parametrize(("probability", "filled"), [(0.0, 0), (0.5, 25), (1.0, DOTS)])
def test_the_answer_stands_in_words_and_in_dots(probability, filled):
    page = write_answer(QUESTION, probability, plain=0.25)
    assert page.count("●") == filled and page.count("○") == DOTS - filled
    assert "without a shift 25 %" in page and f'role="img" aria-label="{filled} of {DOTS} paths"' in page


def test_where_no_kernel_runs_a_table_stands_in_the_panels_place(monkeypatch, ensembles):
    shown = []
    monkeypatch.setattr("IPython.display.publish_display_data", shown.append)
    few = dict(definitions=["day"], thresholds=[300, 400], ratios=[2], speeds=[1, 14])
    grids = {source: compute_grid(ensemble, TRANSITION.vary(source=source), **few) for source, ensemble in ensembles.items()}
    show_panel(ensembles, grids, TRANSITION)
    assert set(shown[0]) == {"application/vnd.jupyter.widget-view+json", PAGE_TYPE, "text/html", "text/plain"}
    assert PLAY_MARK in shown[0][PAGE_TYPE] and "<script" not in shown[0]["text/html"]
    assert shown[0]["text/html"].count("<table>") == 2 and "20 January 2025" in shown[0]["text/plain"]


def test_what_has_passed_of_the_window_cannot_be_shifted():
    late = simulate_source("unrwa", as_of="2024-11-12", n_paths=600)
    found = answer_what_if(late, DEADLINE.vary(source="unrwa"), probability=1, ratio=50, days_to_full=1)
    assert found.probability > 0.9 and isinstance(found.curve, pd.Series)
    assert found.curve.loc[:"2024-11-11"].max() < 0.2
