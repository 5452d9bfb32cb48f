"""What is known of the record before any model, restated through the project's own loaders."""

import pandas as pd
import pytest
from conftest import AS_OF

from utils import list_vintages, load_daily, load_days, load_lines, load_quotes
from utils.aid.questions import DEADLINE


def by_month(daily):
    return daily.groupby(daily.index.to_period("M")).sum()


def quoted_for(first, last=None, *, as_of=None):
    quotes = load_quotes(as_of=as_of)
    return quotes.loc[(quotes["date_start"] == first) & (quotes["date_end"] == (last or first)), "trucks"].tolist()


def test_rows_by_vintage():
    table = list_vintages()
    assert dict(zip(table["path"], table["rows"], strict=True)) == {
        "cogat_2024-09-24.csv": 52_479,
        "unrwa_2024-09-11.csv": 35_521,
        "unrwa_2024-10-27.csv": 37_373,
        "unrwa_2024-12-24.csv": 5_882,
        "unrwa_2025-01-19.csv": 50_059,
    }
    assert (table["rows"] == table["trucks"]).all()
    for source, vintage, rows in (
        ("unrwa", "2025-01-19", 50_059),
        ("unrwa", "2024-10-27", 37_373),
        ("cogat", "2024-09-24", 52_479),
    ):
        assert load_lines(source, as_of=vintage)["trucks"].sum() == rows


def test_unrwa_never_reaches_the_target():
    daily = load_daily("unrwa")
    assert (daily.max(), daily.idxmax()) == (340, pd.Timestamp("2024-05-03"))
    assert not (daily >= DEADLINE.threshold).any()
    assert daily.rolling(7).mean().max() == pytest.approx(242.7, abs=0.05)


def test_cogat_by_land_reached_it_on_17_days():
    daily = load_daily("cogat")
    reached = daily[daily >= DEADLINE.threshold]
    assert len(reached) == 17
    assert set(reached.index.to_period("M").astype(str)) == {"2024-04", "2024-05", "2024-06", "2024-07"}
    assert (daily.max(), daily.idxmax()) == (475, pd.Timestamp("2024-04-09"))
    assert daily.rolling(7).mean().max() == pytest.approx(309.4, abs=0.05)


def test_the_humanitarian_scope_gives_the_uns_quoted_figures():
    months = by_month(load_daily("unrwa", scope="humanitarian"))
    assert months["2024-10"] / 31 == pytest.approx(37.6, abs=0.05)
    assert months["2024-11"] / 30 == pytest.approx(65.5, abs=0.05)
    assert months["2024-12"] == 2_230


def test_21_days_have_no_unrwa_row():
    lines = load_lines("unrwa")
    empty = pd.date_range(lines["date"].min(), lines["date"].max()).difference(lines["date"])
    assert len(empty) == 21
    assert load_daily("unrwa")[empty].isna().all()
    assert load_daily("unrwa").isna().sum() == 21


def test_sea_and_air_are_not_by_land():
    lines = load_lines("unrwa")
    sea = lines.loc[lines["crossing"] == "JLOTS", "trucks"].sum()
    assert sea == 638
    assert load_daily("unrwa").sum() == lines["trucks"].sum() - sea
    routes = load_lines("cogat").groupby("route")["trucks"].sum().to_dict()
    assert routes == {"Land Crossings": 51_756, "Maritime Route (JLOTS)": 600, "Aerial Route": 123}
    assert load_daily("cogat").sum() == 51_756


def test_what_was_known_on_the_day_of_the_article():
    for source, published, last in (("unrwa", "2024-10-27", "2024-09-30"), ("cogat", "2024-09-24", "2024-09-17")):
        days = load_days(source, as_of=AS_OF)
        assert (days.attrs["vintage"], days.attrs["vintages"], days.attrs["last"]) == (published, [published], last)
        assert days["count"].last_valid_index() == pd.Timestamp(last)
        assert days.index[-1] == pd.Timestamp("2024-11-07")


def test_a_third_to_a_half_of_june_to_september_was_still_to_come():
    """34 to 50 % of what the last list says of each month was not in the one at hand: each grew by half, or doubled."""
    then, last = (
        by_month(load_lines("unrwa", as_of=as_of).set_index("date")["trucks"])["2024-06":"2024-09"] for as_of in (AS_OF, None)
    )
    still_to_come = (1 - then / last).round(2)
    assert still_to_come.tolist() == [0.35, 0.34, 0.50, 0.35]
    assert (last / then - 1).round(2).tolist() == [0.55, 0.52, 1.01, 0.53]


def test_what_was_added_is_one_new_data_source():
    then, last = (
        lines[lines["date"].between("2024-06-01", "2024-09-30")].groupby("data_source")["trucks"].sum()
        for lines in (load_lines("unrwa", as_of=AS_OF), load_lines("unrwa"))
    )
    change = last.sub(then, fill_value=0).astype(int).to_dict()
    assert change == {"WFP LC": 5_825, "Private Sector": 495, "WCK": 31, "WHO": 16, "UNICEF": 0, "UNRWA": -9, "WFP": -766}
    assert "WFP LC" not in set(load_lines("unrwa", as_of=AS_OF)["data_source"])
    before = load_lines("unrwa").query("date < '2024-05-01'")["data_source"]
    assert "WFP LC" not in set(before)


def test_an_announced_week_agrees_with_cogats_list():
    week = load_daily("cogat")["2024-05-26":"2024-06-01"]
    assert week.sum() == 1_858 and quoted_for("2024-05-26", "2024-06-01") == [1_858]


@pytest.mark.parametrize(
    ("day", "quoted", "listed"), [("2024-11-05", 229, 136), ("2024-10-21", 114, 20), ("2024-12-15", 254, 68)]
)
def test_on_one_day_the_two_sides_differ_by_far(day, quoted, listed):
    assert quoted in quoted_for(day)
    assert load_daily("unrwa")[day] == listed


def test_the_quote_of_the_article_was_known_on_its_day():
    assert 229 in quoted_for("2024-11-05", as_of=AS_OF)
    assert 229 not in quoted_for("2024-11-05", as_of="2024-11-07")


def test_no_constant_ratio_joins_the_two_counts():
    both = pd.DataFrame({"cogat": load_daily("cogat"), "unrwa": load_daily("unrwa")}).dropna()
    assert len(both) == 312
    months = both.groupby(both.index.to_period("M")).sum()
    ratio = months["cogat"] / months["unrwa"]
    assert (round(ratio.min(), 2), round(ratio.max(), 2)) == (1.04, 1.50)
    assert (ratio.idxmin(), ratio.idxmax()) == (pd.Period("2024-03"), pd.Period("2024-08"))


def test_january_2025_is_incomplete_and_no_collapse():
    assert load_lines("unrwa").query("date >= '2025-01-01'")["trucks"].sum() == 620
    january = load_days("unrwa")["2025-01-01":]
    assert january["state"].isin(["partial", "not_yet_reported"]).all()
