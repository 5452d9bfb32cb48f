"""The what-if panel and the grid of its answers."""

import numpy as np
import pandas as pd
import pytest
from conftest import AS_OF
from utils.panel import DOTS

from utils import InputError, answer
from utils.aid.questions import DEADLINE, TRANSITION
from utils.forecasts.what_if import answer_what_if, tabulate_what_if
from utils.publishing.panel import make_panel, show_panel, write_answer

ASKED = dict(as_of=AS_OF, n_paths=600)
QUESTION = TRANSITION.vary(source="unrwa")


def test_without_a_chance_or_without_an_effect_it_is_the_plain_answer():
    plain = answer(QUESTION, **ASKED)
    for chance, ratio in ((0, 3), (1, 1), (0, 1)):
        said = answer_what_if(QUESTION, chance=chance, ratio=ratio, **ASKED)
        assert (said.probability, said.low, said.high) == (plain.probability, plain.low, plain.high)


def test_the_grid_rises_with_the_chance_of_a_rise_and_falls_with_that_of_a_fall():
    chances, ratios = [0, 0.2, 0.6, 1], [0.5, 1, 2, 4]
    grid = tabulate_what_if(QUESTION, chances=chances, ratios=ratios, **ASKED)
    assert grid.index.tolist() == ratios and grid.columns.tolist() == chances
    assert (np.diff(grid.loc[[2, 4]], axis=1) >= 0).all() and grid.loc[4, 1] > grid.loc[4, 0] + 0.3
    assert (np.diff(grid.loc[0.5]) <= 0).all() and grid.loc[1].nunique() == 1
    assert (np.diff(grid, axis=0) >= 0).all()
    assert grid.loc[2, 0.6] == answer_what_if(QUESTION, chance=0.6, ratio=2, **ASKED).probability


def test_a_slow_effect_reaches_less():
    quick, slow = (answer_what_if(QUESTION, chance=0.8, ratio=2.5, days_to_full=days, **ASKED).probability for days in (1, 60))
    assert slow < quick


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (dict(chance=1.1, ratio=2), "chance 1.1 must be a probability"),
        (dict(chance=0.5, ratio=0), "ratio 0 must be a positive number"),
        (dict(chance=0.5, ratio=2, days_to_full=0), "days_to_full 0"),
    ],
)
def test_a_question_that_makes_no_sense_says_why(asked, said):
    with pytest.raises(InputError, match=said):
        answer_what_if(QUESTION, **asked, **ASKED)


def test_each_control_of_the_panel_moves_its_answer():
    panel = make_panel(QUESTION, **ASKED)
    source, definition, chance, ratio, days, page = panel.children
    seen = [page.value]
    for control, value in ((chance, 80), (ratio, 4.0), (days, 20), (source, "unrwa"), (definition, "mean7")):
        control.value = value
        seen.append(page.value)
    assert len(set(seen)) == len(seen)
    asked = dict(chance=0.8, ratio=4.0, days_to_full=20)
    plain, shifted = (answer_what_if(QUESTION.vary(definition="mean7"), **{**asked, **c}, **ASKED) for c in (dict(chance=0), {}))
    assert page.value == write_answer(QUESTION.vary(definition="mean7"), shifted.probability, plain=plain.probability)


@pytest.mark.parametrize(("probability", "filled"), [(0.0, 0), (0.5, 25), (1.0, DOTS)])
def test_the_answer_is_told_in_words_and_in_dots(probability, filled):
    page = write_answer(QUESTION, probability, plain=0.25)
    assert page.count("●") == filled and page.count("○") == DOTS - filled
    assert "without a shift 25 %" in page and f'aria-label="{filled} of {DOTS} ensemble"' in page


def test_where_no_kernel_runs_a_sentence_stands_in_the_panels_place(monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.publish_display_data", shown.append)
    show_panel(QUESTION, **ASKED)
    assert set(shown[0]) == {"application/vnd.jupyter.widget-view+json", "text/html", "text/plain"}
    assert "once this cell is run" in shown[0]["text/html"] and "20 January 2025" in shown[0]["text/plain"]


def test_what_has_passed_of_the_window_cannot_be_shifted():
    late = answer_what_if(DEADLINE.vary(source="unrwa"), as_of="2024-11-12", n_paths=600, chance=1, ratio=50, days_to_full=1)
    assert late.probability > 0.9 and isinstance(late.curve, pd.Series)
    assert late.curve.loc[:"2024-11-11"].max() < 0.2
