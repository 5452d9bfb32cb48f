"""How the case's questions come out for a reader's guess: beside our forecasts, and with what one event can mean."""

import math
from dataclasses import replace

import pytest
from conftest import AS_OF

from utils.aid.guesses import BESIDE, describe_one_event, list_asked, list_settled, write_caption
from utils.aid.questions import TRANSITION
from utils.aid.resolution.settle import choose_outcomes
from utils.course.guesses import count_questions, score_guess
from utils.verification.archive_scores import score_record


@pytest.fixture(scope="module")
def judged(record, resolved):
    """Scores of a single day by all that is on record, and the two questions as they came out."""
    scored = score_record(record, choose_outcomes(resolved)).query("definition == 'day' and not inclusive")
    return scored, list_settled(record, scored, titles={("transition", "cogat"): "Transition: reached"})


def test_our_forecasts_stand_beside_a_guess_as_page_07_scores_them(record, judged):
    scored, (deadline, transition) = judged
    assert deadline.came is None and deadline.title == "Deadline, COGAT's count: open", "on record alone the deadline is open"
    assert transition.came is True and transition.title == "Transition: reached"
    rows = scored[scored["question"].eq("transition") & scored["source"].eq("cogat") & scored["vintage"].eq("real-time")]
    rows = rows.set_index("model")
    assert list(transition.forecasts.values()) == [rows.at[model, "probability"] for model in BESIDE]
    for model, probability in zip(BESIDE, transition.forecasts.values(), strict=True):
        score = score_guess(probability, True)
        assert score.brier == pytest.approx(rows.at[model, "brier"])
        assert score.log == (pytest.approx(rows.at[model, "log"]) if probability else math.inf)
    assert transition.key == list_asked([TRANSITION], as_of=AS_OF)[0].key, "the guess of page 06 is found on page 07"
    caption = write_caption(record, scored)
    assert "transition is open on it, and scored by the truce's count" in caption and caption.count("nearest") == 1


def test_one_event_is_said_to_mean_little_with_the_numbers_that_hold(judged):
    settled = judged[1]
    words = describe_one_event(settled)
    for one in settled:
        needed = count_questions(one.forecasts["pool"], one.forecasts["base rate"])
        assert f"{needed} questions like the" in words
    assert "all 5 days of the first window lie in the second" in words
    alike = [replace(one, forecasts=one.forecasts | {"base rate": one.forecasts["pool"]}) for one in settled]
    assert "questions like" not in describe_one_event(alike)
