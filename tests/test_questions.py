"""Questions: built from the seeds, answered and resolved by one rule, never NO while a missing day could have changed it."""

import dataclasses
import datetime as dt
import itertools

import numpy as np
import pandas as pd
import pytest
from brute import find_first
from hypothesis import given
from hypothesis import strategies as st

from utils import InputError, load_days
from utils.aid.questions import ALL, DEADLINE, TRANSITION, load_facts
from utils.counts.snapshot import STATES
from utils.questions.question import Question
from utils.questions.resolution import NO, UNRESOLVED, YES

DEFINITIONS = st.sampled_from(["day", "mean2", "mean3", "run2", "run3", "window_mean"])
OPENS = dt.date(2024, 3, 10)


def ask(definition, days, threshold=3, **more):
    return Question(threshold=threshold, opens=OPENS, closes=OPENS + dt.timedelta(days=days), definition=definition, **more)


def span_of(question):
    return pd.date_range(question.window[0] - pd.Timedelta(days=question.lookback), question.window[-1])


# ------------------------------------------------------------------------------------------------- what the seeds ask


def test_both_questions_are_those_of_the_seeds():
    facts = load_facts()
    assert DEADLINE.threshold == TRANSITION.threshold == facts["target"]["value"]
    assert (DEADLINE.closes, TRANSITION.closes) == (facts["deadline"]["value"], facts["transition"]["value"])
    assert DEADLINE.opens == TRANSITION.opens == facts["asked"]["value"]
    assert list(ALL) == ["deadline", "transition"]


def test_windows_exclude_the_day_itself_unless_inclusive():
    window = DEADLINE.window
    assert (len(window), window[0], window[-1]) == (5, pd.Timestamp("2024-11-08"), pd.Timestamp("2024-11-12"))
    assert len(TRANSITION.window) == 73
    assert DEADLINE.vary(inclusive=True).window[-1] == pd.Timestamp("2024-11-13")


def test_the_end_decides_on_the_day_itself():
    counts = pd.Series(0.0, pd.date_range("2024-11-08", "2024-11-13"))
    counts["2024-11-13"] = DEADLINE.threshold
    assert DEADLINE.resolve(counts).outcome == NO
    late = DEADLINE.vary(inclusive=True).resolve(counts)
    assert (late.outcome, late.day) == (YES, pd.Timestamp("2024-11-13"))


def test_words_say_what_is_asked():
    assert DEADLINE.words == "Do trucks by land on COGAT's count reach 350 a day on any one day before 13 November 2024?"
    other = TRANSITION.vary(source="unrwa", scope="humanitarian", definition="mean7", inclusive=True).words
    assert "without the private sector on UNRWA's count reach 350 a day as the mean of 7 days by 20 January 2025" in other


def test_facts_carry_their_attribution():
    facts = load_facts()
    assert (facts["target"]["value"], facts["observed"]["value"], str(facts["observed"]["date"])) == (350, 229, "2024-11-05")
    assert str(facts["letter"]["value"]) == "2024-10-13" and "kissufim" in facts
    assert all(fact["attribution"] for fact in facts.values())


def test_a_question_is_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        DEADLINE.threshold = 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (dict(threshold=0), "threshold 0 must be a positive number"),
        (dict(threshold=np.nan), "threshold nan must be a positive number"),
        (dict(closes=OPENS), "holds no day; let it close after it opens"),
        (dict(closes="13/11/2024"), "closes '13/11/2024' is not a calendar day; write it like 2024-03-31"),
        (dict(closes=20241113), "closes 20241113 is not a calendar day"),
        (dict(definition="often"), "definition 'often' is unknown; choose day"),
        (dict(source="who"), "source 'who' is unknown; choose one of cogat, unrwa"),
        (dict(scope="food"), "scope 'food' is unknown; choose one of all, humanitarian"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(changes, message):
    with pytest.raises(InputError) as caught:
        DEADLINE.vary(**{"opens": OPENS, "closes": OPENS + dt.timedelta(days=5), **changes})
    assert message in str(caught.value) and "\n" not in str(caught.value)


# ------------------------------------------------------------------------------------------------- answering with paths


@given(st.data(), DEFINITIONS, st.integers(1, 8), st.integers(2, 40))
def test_the_curve_rises_to_the_probability(data, definition, days, n_paths):
    question = ask(definition, days)
    paths = np.array(
        data.draw(st.lists(st.lists(st.integers(0, 5), min_size=days, max_size=days), min_size=n_paths, max_size=n_paths))
    )
    tail = np.full((n_paths, question.lookback), 2.0) if question.lookback else None
    found = question.answer(paths, tail=tail, blocks=4)
    first = [find_first(path, definition, 3, [2] * question.lookback) for path in paths.tolist()]
    assert found.curve.index.equals(question.window)
    assert found.curve.tolist() == [np.mean([0 <= day <= until for day in first]) for until in range(days)]
    assert found.curve.is_monotonic_increasing and found.curve.iloc[-1] == found.probability
    assert found.never == pytest.approx(np.mean([day < 0 for day in first]))
    assert 0 <= found.low <= found.probability <= found.high <= 1


def test_blocks_that_differ_widen_the_interval():
    paths = np.zeros((100, 5))
    paths[:25] = 9  # of ten blocks of ten, two and a half reach
    found = ask("day", 5).answer(paths, blocks=10)
    assert found.probability == 0.25 and found.low < 0.05 and found.high > 0.9
    assert ask("day", 5).answer(paths).low == ask("day", 5).answer(paths).high == 0.25


@pytest.mark.parametrize("spread", [0.0, 0.1])
def test_the_interval_holds_the_parameters_and_not_the_noise_of_the_paths(spread):
    """Blocks whose own probabilities are known: the interval finds their spread, where the raw shares would add to it."""
    rng = np.random.default_rng(1)
    own = np.clip(0.3 + spread * rng.standard_normal(400), 0, 1)
    size = 50
    reached = rng.random((400, size)) < own[:, None]
    paths = np.where(reached.reshape(-1, 1), 9.0, 0.0) * np.ones(5)
    found = ask("day", 5).answer(paths, blocks=400)
    truth, raw = (np.diff(np.quantile(values, [0.05, 0.95]))[0] for values in (own, reached.mean(axis=1)))
    assert raw > truth + 0.04
    assert abs(found.high - found.low - truth) < 0.4 * (raw - truth)


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ((10, 4), "do not fit the window of 5 days; give one column a day"),
        ((10, 6), "do not fit the window of 5 days; give one column a day"),
        ((5,), "give an array of paths by days"),
    ],
)
def test_paths_must_fit_the_window(shape, message):
    with pytest.raises(InputError, match=message):
        ask("day", 5).answer(np.zeros(shape))


# ------------------------------------------------------------------------------------------------- resolving


@given(st.data(), DEFINITIONS, st.integers(1, 8), st.sampled_from([2, 2.5, 3]))
def test_resolving_agrees_with_answering_a_path_that_is_fully_counted(data, definition, days, threshold):
    question = ask(definition, days, threshold)
    span = span_of(question)
    counts = np.array(data.draw(st.lists(st.integers(0, 5), min_size=len(span), max_size=len(span))), float)
    found = question.answer(counts[None, question.lookback :], tail=counts[: question.lookback])
    came = question.resolve(pd.Series(counts, span))
    assert came.outcome == (YES if found.probability else NO)
    assert came.missing == ()
    assert came.day == (found.curve.idxmax() if found.probability else None)


@given(st.data(), DEFINITIONS, st.integers(1, 5), st.booleans())
def test_resolve_says_no_and_unresolved_exactly_when_they_are_so(data, definition, days, below):
    """Against every way of filling the missing days, with nothing known about the rule but the loop."""
    question = ask(definition, days, below=below)
    span = span_of(question)
    states = data.draw(st.lists(st.sampled_from(STATES), min_size=len(span), max_size=len(span)))
    counted = [data.draw(st.integers(0, 5)) if state in ("counted", "partial") else np.nan for state in states]
    observed = pd.DataFrame({"count": counted, "state": states}, index=span)
    # A partial day can only grow; a day of the other kinds may have held anything.
    more = {
        "counted": [0],
        "closed": [0],
        "partial": [0, 1, 2, 99],
        "unreported": [0, 2, 3, 99],
        "not_yet_reported": [0, 2, 3, 99],
    }
    fills = itertools.product(
        *[[np.nan_to_num(count) + extra for extra in more[s]] for count, s in zip(counted, states, strict=True)]
    )
    outcomes = set()
    for fill in fills:
        outcomes.add(find_first(fill[question.lookback :], definition, 3, fill[: question.lookback], below=below) >= 0)
        if len(outcomes) == 2:
            break
    expected = UNRESOLVED if len(outcomes) == 2 else YES if outcomes.pop() else NO
    came = question.resolve(observed)
    assert came.outcome == expected, came
    assert (came.day is not None) == (expected == YES)
    assert came.missing == tuple(day for day, state in zip(span, states, strict=True) if state not in ("counted", "closed"))


def test_a_missing_row_is_a_missing_day():
    question = ask("day", 5)
    counts = pd.Series(1.0, question.window)
    for observed in (counts.drop(counts.index[2]), counts.where(counts.index != counts.index[2])):
        came = question.resolve(observed)
        assert (came.outcome, came.missing) == (UNRESOLVED, (counts.index[2],))
        assert "1 days were not fully counted: 2024-03-12" in came.why
    assert question.resolve(counts).outcome == NO


def test_no_says_why_even_where_days_are_missing():
    question = ask("run3", 3)
    observed = pd.Series([0.0, 0.0, 0.0, np.nan, 0.0], span_of(question))
    came = question.resolve(observed)
    assert (came.outcome, len(came.missing)) == (NO, 1)
    assert "all counted or closed" not in came.why and "whatever the 1 not fully counted" in came.why


def test_a_closed_day_is_nothing_and_an_unreported_one_is_not():
    question = ask("day", 3)
    observed = pd.DataFrame({"count": [1.0, np.nan, 1.0], "state": ["counted", "closed", "counted"]}, index=question.window)
    assert question.resolve(observed).outcome == NO
    observed.loc[question.window[1], "state"] = "unreported"
    assert question.resolve(observed).outcome == UNRESOLVED


def test_what_the_lists_say_of_the_deadline():
    """COGAT's public list ends before the window; UNRWA's later one settles it."""
    assert DEADLINE.resolve(load_days("cogat")).outcome == UNRESOLVED
    assert DEADLINE.vary(source="unrwa").resolve(load_days("unrwa")).outcome == NO
    assert DEADLINE.vary(source="unrwa").resolve(load_days("unrwa", as_of="2024-11-08")).outcome == UNRESOLVED
