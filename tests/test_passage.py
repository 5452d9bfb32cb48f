"""First passage: the vectorised rule against a loop, with ties, tails and means longer than the window."""

import numpy as np
import pytest
from brute import find_first
from hypothesis import given
from hypothesis import strategies as st

from utils import InputError, first_passage
from utils.questions.passage import DEFINITIONS, Definition, meets, parse_definition

# Small whole counts and thresholds at and between them, so that ties are common and not a rare accident.
COUNTS = st.integers(0, 5)
THRESHOLDS = st.integers(1, 12).map(lambda half: half / 2)
ALL_KINDS = st.sampled_from([*DEFINITIONS, "mean1", "mean2", "mean3", "run1", "run2", "run5"])


@st.composite
def cases(draw):
    n_paths, horizon, before = draw(st.integers(1, 4)), draw(st.integers(1, 10)), draw(st.integers(0, 8))
    row = st.lists(COUNTS, min_size=horizon, max_size=horizon)
    paths = draw(st.lists(row, min_size=n_paths, max_size=n_paths))
    rows = draw(st.sampled_from([1, n_paths]))
    tail = draw(st.lists(st.lists(COUNTS, min_size=before, max_size=before), min_size=rows, max_size=rows))
    return paths, tail


@given(cases(), ALL_KINDS, THRESHOLDS, st.booleans())
def test_first_passage_is_what_a_loop_finds(case, definition, threshold, below):
    paths, tail = case
    found = first_passage(paths, definition, threshold, tail=tail, below=below)
    per_path = tail if len(tail) == len(paths) else tail * len(paths)
    assert found.tolist() == [
        find_first(path, definition, threshold, before, below=below) for path, before in zip(paths, per_path, strict=True)
    ]


@given(cases(), ALL_KINDS, THRESHOLDS)
def test_without_a_tail_nothing_begins_before_the_window(case, definition, threshold):
    paths, _ = case
    assert first_passage(paths, definition, threshold).tolist() == [find_first(path, definition, threshold) for path in paths]


@given(cases(), ALL_KINDS, THRESHOLDS)
def test_first_passage_is_the_first_day_on_which_it_is_reached(case, definition, threshold):
    paths, tail = case
    met = meets(paths, definition, threshold, tail=tail)
    first = first_passage(paths, definition, threshold, tail=tail)
    for row, day in zip(met, first, strict=True):
        assert day == (np.flatnonzero(row)[0] if row.any() else -1)


@given(cases(), ALL_KINDS, THRESHOLDS)
def test_more_trucks_never_come_later(case, definition, threshold):
    paths, tail = np.array(case[0]), case[1]
    late = paths.shape[1]
    rank = [
        np.where(days < 0, late, days)
        for days in (first_passage(p, definition, threshold, tail=tail) for p in (paths, paths + 1))
    ]
    assert (rank[1] <= rank[0]).all()


@pytest.mark.parametrize(
    ("definition", "path", "tail", "day"),
    [
        ("day", [349, 350, 349], None, 1),  # a tie meets
        ("mean7", [350] * 7, None, 6),
        ("mean7", [349] + [350] * 6, None, -1),
        ("mean7", [350], [350] * 6, 0),
        ("mean7", [350], [0] + [350] * 6, 0),  # only the last six days before it belong to it
        ("mean7", [350], [350] * 5, -1),  # six days are no week
        ("run", [350, 350, 349, 350, 350, 350], None, 5),
        ("run3", [350, 10], [350, 350], 0),
        ("window_mean", [700, 0], [9999], 1),  # on the last day, and without the days before
        ("window_mean", [9999, 0, 0], None, 2),
    ],
)
def test_definitions_by_hand(definition, path, tail, day):
    assert first_passage([path], definition, 350, tail=tail).tolist() == [day]


def test_definitions_are_read():
    assert [parse_definition(text) for text in ("day", "mean14", "run", "run3", "window_mean")] == [
        Definition("day", 1),
        Definition("mean", 14),
        Definition("run", 3),
        Definition("run", 3),
        Definition("window_mean", 0),
    ]


@pytest.mark.parametrize("definition", ["", "mean", "mean0", "mean07", "mean100", "weekly", "day ", "run-1", None, 7])
def test_an_unknown_definition_is_named(definition):
    with pytest.raises(InputError, match="choose day, window_mean") as caught:
        parse_definition(definition)
    assert repr(definition) in str(caught.value)


@pytest.mark.parametrize(
    ("paths", "threshold", "tail", "message"),
    [
        ([[1.0, np.nan]], 1, None, "not finite; an absent day must be filled by a named policy"),
        ([[1.0, np.inf]], 1, None, "not finite"),
        ([1.0, 2.0], 1, None, r"shape \(2,\)"),
        (np.empty((0, 3)), 1, None, r"shape \(0, 3\)"),
        ([[1.0, 2.0]], np.nan, None, "threshold nan must be a finite number"),
        ([[1.0, 2.0]], "many", None, "threshold 'many' must be a finite number"),
        ([[1.0, 2.0]], 1, [np.nan, 1.0], "tail hold a value that is not finite"),
        ([[1.0], [2.0], [3.0]], 1, [[1.0, 1.0], [2.0, 2.0]], "2 rows for 3 paths"),
    ],
)
def test_what_is_no_path_is_refused(paths, threshold, tail, message):
    with pytest.raises(InputError, match=message) as caught:
        first_passage(paths, "mean3", threshold, tail=tail)
    assert "\n" not in str(caught.value)


def test_an_empty_tail_is_none():
    assert first_passage([[3, 3]], "mean2", 3, tail=[]).tolist() == [1]


def test_the_input_is_left_as_it_was():
    paths = np.array([[1.0, 5.0, 3.0, 4.0]])
    first_passage(paths, "mean2", 3, tail=[2.0])
    assert paths.tolist() == [[1.0, 5.0, 3.0, 4.0]]
