"""Loading: the newest vintage published by a day and never a later one; nothing is imputed."""

import numpy as np
import pandas as pd
import pytest
from conftest import AS_OF, plant_row, plant_vintage
from hypothesis import given
from hypothesis import strategies as st

from utils import InputError, LookaheadError, list_vintages, load_daily, load_days, load_events, load_lines, load_quotes
from utils.aid.loaders import SCOPES, SOURCES, load_holidays, select_lines

VINTAGES = {
    "cogat": ["2024-09-24"],
    "unrwa": ["2024-09-11", "2024-10-27", "2024-12-24", "2025-01-19"],
}
DAYS = st.dates(pd.Timestamp("2024-09-24").date(), pd.Timestamp("2025-03-01").date())


def test_vintages_are_in_order_of_publication():
    table = list_vintages()
    for source in SOURCES:
        published = table.loc[table["source"] == source, "published"]
        assert published.dt.strftime("%Y-%m-%d").tolist() == VINTAGES[source]
    assert (table["last"] < table["published"]).all()
    assert table["sha256"].str.fullmatch("[0-9a-f]{64}").all()


@given(DAYS, st.sampled_from(SOURCES))
def test_nothing_published_later_is_used(as_of, source):
    lines = load_lines(source, as_of=as_of)
    known = [day for day in VINTAGES[source] if day <= f"{as_of}"]
    assert lines.attrs["vintage"] == known[-1]
    assert set(lines.attrs["vintages"]) == set(lines["vintage"].dt.strftime("%Y-%m-%d")) <= set(known)
    assert lines["date"].max() < pd.Timestamp(as_of)


@pytest.mark.parametrize("source", SOURCES)
def test_as_of_the_day_of_publication_and_the_day_before(source):
    for before, day in zip([None, *VINTAGES[source]], VINTAGES[source], strict=False):
        assert load_lines(source, as_of=day).attrs["vintage"] == day
        eve = pd.Timestamp(day) - pd.Timedelta(days=1)
        if before is None:
            with pytest.raises(InputError, match=f"no {source} vintage had been published by then; use {day} or a later day"):
                load_lines(source, as_of=eve)
        else:
            assert load_lines(source, as_of=eve).attrs["vintage"] == before


def test_a_cut_vintage_is_used_from_its_first_whole_day_on():
    """The December file was cut out of a longer one, within its first day: 74 rows of 131."""
    lines = load_lines("unrwa", as_of="2024-12-24")
    assert lines.attrs["vintages"] == ["2024-10-27", "2024-12-24"]
    by_day = lines.groupby("date").agg(trucks=("trucks", "sum"), vintages=("vintage", "nunique"), vintage=("vintage", "max"))
    assert (by_day["vintages"] == 1).all()
    assert by_day.loc["2024-09-11", "trucks"] == 131
    assert (
        by_day.loc[:"2024-09-11", "vintage"].eq("2024-10-27").all()
        and by_day.loc["2024-09-12":, "vintage"].eq("2024-12-24").all()
    )


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("as_of", [None, AS_OF])
def test_daily_counts_are_the_sums_of_the_lines_by_land(source, as_of):
    lines = load_lines(source, as_of=as_of)
    land = lines[lines["route"] == "Land Crossings"] if source == "cogat" else lines[lines["crossing"] != "JLOTS"]
    daily = load_daily(source, as_of=as_of)
    pd.testing.assert_series_equal(
        daily.dropna(), land.groupby("date")["trucks"].sum().astype(float), check_freq=False, check_index_type=False
    )


def test_humanitarian_is_by_land_without_the_private_sector():
    for source, column, private in (("cogat", "donor_group", "private sector"), ("unrwa", "donation_type", "Private Sector")):
        lines = load_lines(source)
        land, aid = select_lines(lines), select_lines(lines, scope="humanitarian")
        left_out = land.drop(aid.index)
        assert len(left_out) and left_out[column].eq(private).all() and not aid[column].eq(private).any()
        everything, humanitarian = load_daily(source), load_daily(source, scope="humanitarian")
        assert everything.isna().equals(humanitarian.isna())
        assert everything.sum() - humanitarian.sum() == left_out["trucks"].sum()


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("scope", SCOPES)
def test_a_series_has_every_day_and_says_where_it_comes_from(source, scope):
    daily = load_daily(source, scope=scope, as_of=AS_OF)
    assert daily.index.freqstr == "D" and daily.index[-1] == pd.Timestamp("2024-11-07")
    assert (daily.dropna() >= 0).all() and np.array_equal(daily.dropna(), daily.dropna().round())
    assert {key: daily.attrs[key] for key in ("source", "scope", "as_of")} == dict(source=source, scope=scope, as_of=AS_OF)
    assert daily.attrs["vintage"] == [day for day in VINTAGES[source] if day <= AS_OF][-1]


def test_a_newer_vintage_wins_from_its_day_of_publication_on(data):
    plant_vintage(data, source="cogat", published="2024-11-08", trucks=7, last="2024-11-05")
    plant_vintage(data, source="cogat", published="2024-11-09", trucks=900, last="2024-11-08")
    assert load_daily("cogat", as_of="2024-11-07", data=data).equals(load_daily("cogat", as_of="2024-11-07"))
    assert load_daily("cogat", as_of="2024-11-08", data=data).dropna().eq(7).all()
    assert load_daily("cogat", as_of="2024-11-09", data=data).dropna().eq(900).all()


@pytest.mark.parametrize(
    ("day", "as_of", "message"),
    [
        ("2024-09-25", AS_OF, "day 2024-09-25 lies after 2024-09-24, when the table was published"),
        ("2024-09-24", "2024-09-24", "after 2024-09-23, the origin; ask as of a later day"),
        ("2024-09-18", None, "after 2024-09-17, the last day that its vintage covers; make the table again with ingest"),
    ],
)
def test_a_row_that_could_not_be_known_raises(data, day, as_of, message):
    plant_row(data, table="cogat_2024-09-24.csv", day=day)
    with pytest.raises(LookaheadError) as caught:
        load_days("cogat", as_of=as_of, data=data)
    assert message in str(caught.value) and "\n" not in str(caught.value)


def test_quotes_are_known_from_their_day_of_publication():
    quotes = load_quotes()
    known = load_quotes(as_of=AS_OF)
    assert set(known["id"]) == set(quotes.loc[quotes["published"] <= AS_OF, "id"])
    later = quotes.loc[quotes["published"] > AS_OF, "id"]
    assert len(later) and not set(later) & set(known["id"])
    undated = quotes.loc[quotes["published"].isna(), "id"]
    assert len(undated) and not set(undated) & set(load_quotes(as_of="2099-01-01")["id"])


def test_a_quote_known_by_its_month_waits_for_the_months_end():
    monthly = load_quotes().query("published_precision == 'month'")
    assert len(monthly) and monthly["published"].dt.is_month_end.all()


def test_events_are_known_from_their_page_on_and_holidays_always():
    events, day = load_events(as_of=AS_OF), pd.Timestamp(AS_OF)
    known = events[events["kind"] != "holiday"]
    assert (known["date"] < day).all() and (known["published"] <= day).all()
    every = load_events()
    late = every[(every["date"] < day) & ~(every["published"] <= day) & every["kind"].ne("holiday")]
    assert len(late) > 4 and not set(late["id"]) & set(events["id"])  # it had happened, and no page of ours told it
    assert set(load_events().query("kind == 'holiday'")["date"]) == set(events.query("kind == 'holiday'")["date"])


def test_holidays_that_close_are_whole_days():
    holidays = load_holidays()
    assert holidays["closes"].dtype == bool
    assert pd.Timestamp("2024-10-12") in set(holidays.loc[holidays["closes"], "date"])


def test_an_event_told_weeks_later_is_not_known_before():
    stop = "2024-10-01-north-food-stops"  # told by a page of 18 October
    assert stop not in set(load_events(as_of="2024-10-03")["id"]) and stop not in set(load_events(as_of="2024-10-17")["id"])
    assert stop in set(load_events(as_of="2024-10-18")["id"])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: load_daily("who"), "source 'who' is unknown; choose one of cogat, unrwa"),
        (lambda: load_daily("unrwa", scope="food"), "scope 'food' is unknown; choose one of all, humanitarian"),
        (lambda: load_daily("unrwa", as_of="8 Nov 2024"), "as_of '8 Nov 2024' is not a calendar day; write it like 2024-03-31"),
        (lambda: load_daily("unrwa", as_of="2024-02-30"), "as_of '2024-02-30' is not a calendar day"),
        (lambda: load_daily("unrwa", as_of="2024-11-08T12:00"), "as_of '2024-11-08T12:00' is not a calendar day"),
        (lambda: load_daily("unrwa", as_of=pd.Timestamp("2024-11-08 12:00")), "is not a calendar day"),
        (lambda: load_daily("unrwa", as_of=pd.Timestamp("2024-11-08", tz="UTC")), "is not a calendar day"),
        (lambda: load_daily("unrwa", as_of=0), "as_of 0 is not a calendar day"),
        (lambda: load_quotes(as_of="soon"), "as_of 'soon' is not a calendar day"),
        (lambda: load_events(as_of=""), "as_of '' is not a calendar day"),
    ],
)
def test_bad_input_is_named_on_one_line(call, message):
    with pytest.raises(InputError) as caught:
        call()
    assert message in str(caught.value) and "\n" not in str(caught.value)
