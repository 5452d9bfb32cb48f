"""The state of every day, and that an absent day stays absent."""

import numpy as np
import pandas as pd
import pytest
from conftest import AS_OF

from utils import load_daily, load_days, load_lines
from utils.aid.loaders import SCOPES, SOURCES, list_vintages
from utils.aid.reporting import learn_settling
from utils.counts.snapshot import STATES, usable_history


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("as_of", [None, AS_OF, "2024-12-24"])
def test_a_count_is_there_exactly_where_a_day_was_counted(source, scope, as_of):
    days = load_days(source, scope=scope, as_of=as_of)
    assert days["state"].isin(STATES).all()
    assert days["count"].notna().equals(days["state"].isin(["counted", "partial"]))
    if scope == "all":
        assert (days["count"].dropna() > 0).all()  # a list has no row for a day without trucks: nothing can be nought
    assert load_daily(source, scope=scope, as_of=as_of).equals(days["count"])


@pytest.mark.parametrize("source", SOURCES)
def test_days_run_to_the_origin_and_the_late_ones_are_not_yet_reported(source):
    days = load_days(source, as_of=AS_OF)
    late = days[days.index > days.attrs["last"]]
    assert late.index[-1] == pd.Timestamp(AS_OF) - pd.Timedelta(days=1)
    assert (late["state"] == "not_yet_reported").all()  # Saturdays too: nobody has said yet
    assert late["count"].isna().all() and (late.index.day_of_week == 5).any()
    assert not (days[: days.attrs["last"]]["state"] == "not_yet_reported").any()


@pytest.mark.parametrize(
    ("source", "day", "state", "note"),
    [
        ("unrwa", "2024-01-27", "closed", "Saturday"),
        ("unrwa", "2024-10-12", "closed", "Yom Kippur"),
        ("unrwa", "2024-10-07", "unreported", ""),
        ("unrwa", "2024-05-09", "unreported", ""),
        ("unrwa", "2024-05-05", "counted", ""),
        ("unrwa", "2024-05-06", "counted", "incomplete by UNRWA's own disclaimer"),
        ("unrwa", "2025-01-16", "partial", "younger than 23 days at publication"),
        ("unrwa", "2025-01-15", "not_yet_reported", "younger than 23 days at publication"),
        ("cogat", "2024-06-12", "closed", "Shavuot"),
        ("cogat", "2024-06-28", "unreported", "only sea or air rows in the list"),
        ("cogat", "2024-09-14", "closed", "Saturday"),
    ],
)
def test_states_of_single_days(source, day, state, note):
    row = load_days(source).loc[day]
    assert (row["state"], row["note"]) == (state, note)


def test_days_whose_reports_were_still_coming_are_known_as_such_once_a_later_list_shows_it():
    """Measured on the two vintages: had it been known how long reports take, no day that grew would have been called settled."""
    then, last = load_days("unrwa", as_of="2024-12-24"), load_daily("unrwa")
    days = learn_settling("unrwa", as_of="2025-01-19").days
    settled = then["2024-11-06" : pd.Timestamp("2024-12-24") - pd.Timedelta(days=days)]
    assert settled.index[-1] == pd.Timestamp("2024-12-01")
    assert settled["count"].fillna(0).equals(last[settled.index].fillna(0))
    tail = then["2024-12-02":]
    assert (last[tail.index] > tail["count"].fillna(0)).sum() == 20  # of 22: all but two Saturdays
    # Nobody could know on the day that it takes 22, but the gaps of its last two weeks were there to see.
    provisional = tail["state"].isin(["partial", "not_yet_reported"])
    assert provisional["2024-12-10":].all() and not provisional[:"2024-12-09"].any()


def test_a_saturday_without_a_row_shortly_before_publication_may_still_get_one():
    assert load_days("unrwa", as_of="2024-12-24").loc["2024-12-14", "state"] == "not_yet_reported"
    assert load_days("unrwa").loc["2024-12-14", "count"] == 33


def test_partial_days_are_not_fitted():
    history = usable_history(load_days("unrwa", as_of="2024-12-24"))
    assert history.index[-1] == pd.Timestamp("2024-12-08") and np.isfinite(history.iloc[-1])
    cut = load_days("unrwa", as_of=AS_OF)["count"]
    assert usable_history(load_days("unrwa", as_of=AS_OF)).index[-1] == cut.last_valid_index()


def test_a_day_of_private_trucks_only_is_a_true_nought_of_the_humanitarian_scope():
    lines = load_lines("unrwa")
    humanitarian = load_daily("unrwa", scope="humanitarian")
    noughts = humanitarian.index[humanitarian == 0]
    on_them = lines[lines["date"].isin(noughts) & (lines["crossing"] != "JLOTS")]
    assert set(on_them["date"]) == set(noughts)
    assert on_them["donation_type"].eq("Private Sector").all()


def test_days_without_a_row_are_those_of_the_list():
    for source in SOURCES:
        lines, days = load_lines(source), load_days(source)
        assert set(days.index[days["count"].isna()]) >= set(days.index.difference(lines["date"]))
        assert days.index[-1] == list_vintages(source)["last"].iloc[-1]
