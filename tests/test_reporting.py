"""How a list fills up after its days: from pairs of vintages public by the day, and plainly assumed without one."""

import pandas as pd
import pytest
from conftest import AS_OF, plant_vintage

from utils import load_days
from utils.aid.reporting import (
    ASSUMED_DAYS,
    count_ragged_weeks,
    find_settled_age,
    learn_settling,
    measure_reporting,
)
from utils.counts.snapshot import usable_history


@pytest.mark.parametrize(
    ("source", "as_of", "days", "learnt", "pairs"),
    [
        ("unrwa", "2024-10-01", 7, None, 0),
        ("unrwa", "2024-10-26", 7, None, 0),
        ("unrwa", "2024-10-27", 7, 0, 1),  # no day of September's list grew
        ("unrwa", "2024-12-24", 15, 0, 2),  # the gaps of the list itself
        ("unrwa", "2025-01-18", 15, 0, 2),
        ("unrwa", "2025-01-19", 23, 23, 3),  # every day from 2 December on had grown but two Saturdays
        ("unrwa", None, 23, 23, 3),
        ("cogat", "2024-09-24", 7, None, 0),
        ("cogat", None, 7, None, 0),
    ],
)
def test_what_is_learnt_is_what_the_lists_public_by_then_show(source, as_of, days, learnt, pairs):
    settling = learn_settling(source, as_of=as_of)
    assert (settling.days, settling.learnt, settling.pairs) == (days, learnt, pairs)
    assert f"younger than {days} days" in settling.words and ("our assumption" in settling.words) == (days == ASSUMED_DAYS)


def test_no_day_is_set_aside_for_what_later_lists_showed():
    """As of 1 October one list was public; a rule learnt from those of December and January took its last 22 days away."""
    days = load_days("unrwa", as_of="2024-10-01")
    assert usable_history(days).index[-1] == pd.Timestamp("2024-09-04")
    assert days.attrs["settling"].endswith("(our assumption of 7: no later list was public to learn from)")
    assert (days.loc["2024-09-05":"2024-09-09", "state"] == "partial").all()
    # COGAT's list, which ends a week before it was published, loses no day
    assert usable_history(load_days("cogat", as_of=AS_OF)).index[-1] == pd.Timestamp("2024-09-17")


def test_a_list_published_later_teaches_nothing(data):
    before = measure_reporting("unrwa", as_of=AS_OF, data=data)
    plant_vintage(data, source="unrwa", published="2024-11-09", trucks=9_999, last="2024-11-07")
    pd.testing.assert_frame_equal(measure_reporting("unrwa", as_of=AS_OF, data=data), before)
    assert measure_reporting("unrwa", as_of="2024-11-09", data=data)["published"].nunique() == 2


def test_the_share_that_was_listed_is_that_of_the_two_files():
    history = measure_reporting("unrwa", as_of="2025-01-19")
    december = history[history["published"].eq("2024-12-24")].set_index("date")
    assert december.index[0] == pd.Timestamp("2024-09-12")  # the file begins in the middle of the 11th
    assert tuple(december.loc["2024-12-02", ["age", "listed", "later"]]) == (22, 72, 92)
    assert tuple(december.loc["2024-12-14", ["age", "listed", "later"]]) == (10, 0, 33)
    humanitarian = measure_reporting("unrwa", as_of="2025-01-19", scope="humanitarian")
    assert humanitarian["later"].sum() < history["later"].sum() and len(humanitarian) == len(history)


@pytest.mark.parametrize(
    ("listed", "later", "settled"),
    [
        ([100] * 30, [100] * 30, 0),
        ([50] * 3 + [100] * 27, [100] * 30, 3),
        ([50, 100, 100, 90] + [100] * 26, [100] * 30, 4),  # a lull between is no end
        ([50] * 3 + [96] * 27, [100] * 30, 3),
        ([50] * 3 + [100] * 12 + [50] * 15, [100] * 30, 3),  # older days that grow are revised
        ([50] * 30, [100] * 30, 30),
        ([0] * 5 + [100] * 25, [0] * 5 + [100] * 25, 0),
    ],
)
def test_a_day_is_settled_from_the_first_quiet_week_on(listed, later, settled):
    assert find_settled_age(pd.DataFrame({"age": range(30), "listed": listed, "later": later})) == settled


def test_ages_that_no_pair_shows_are_not_taken_as_settled():
    assert find_settled_age(pd.DataFrame({"age": range(27, 46), "listed": 100, "later": 100})) == 27


def test_single_gaps_make_no_ragged_week():
    week = [True] + [False] * 6
    assert count_ragged_weeks(pd.Series(week * 5).to_numpy()) == 0
    assert count_ragged_weeks(pd.Series(week * 5 + [True, True] + [False] * 5).to_numpy()) == 1
