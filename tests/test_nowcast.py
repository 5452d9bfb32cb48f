"""The nowcast of the project's own data, and that nobody can change a cached one."""

import numpy as np
import pandas as pd
import pytest

from utils.aid.daily import load_days
from utils.aid.loaders import load_quotes
from utils.aid.nowcast.checks import compare_with_later, review_absent_days
from utils.aid.nowcast.reconcile import reconcile, reconcile_once


def test_a_cached_nowcast_cannot_be_changed():
    one = reconcile_once(pd.Timestamp("2024-11-08"), "real-time")
    arrays = [one.sample.parts, *one.posterior.observations.totals[0].__dict__.values()]
    for value in (one.daily, one.fit, one.window, one.posterior, one.posterior.observations):
        arrays += vars(value).values()
    arrays = [array for array in arrays if isinstance(array, np.ndarray)]
    assert len(arrays) > 20
    for array in arrays:
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0
    for name in ("quotes", "used", "flow", "state", "contributions"):
        table = getattr(one, name)
        before = table.copy()
        del table[table.columns[0]]
        pd.testing.assert_frame_equal(getattr(one, name), before)
    one.sources["cogat"] = "2030-01-01"
    assert one.sources["cogat"] == "2024-09-24"
    assert reconcile_once(pd.Timestamp("2024-11-08"), "real-time") is one and reconcile_once.cache_info().maxsize == 8


def test_october_2024_as_known_on_8_november_holds_the_month_published_later():
    result = reconcile_once(pd.Timestamp("2024-11-08"), "real-time")
    month = result.summarise_sum("2024-10-01", "2024-10-31")
    assert month["low"] <= 1740 <= month["high"]
    assert (result.quotes["published"] <= "2024-11-08").all()
    assert result.origin == pd.Timestamp("2024-11-07")
    assert not result.quotes["trucks"].eq(1740).any()


def test_the_final_vintage_is_later_lists_cut_at_the_origin_and_days_can_be_hidden():
    last, quoted = pd.Timestamp("2024-07-31"), load_quotes().head(0)
    result = reconcile("2024-09-18", vintage="final", quotes=quoted, hide_after=last)
    assert result.sources == {"cogat": "2024-09-24", "unrwa": "2025-01-19"} and result.origin == pd.Timestamp("2024-09-17")
    assert result.daily.days[result.daily.listed - 1] == last and len(result.used) == 0
    truth = load_days("cogat")["count"][last:].iloc[1:]
    band = result.flow.loc[truth.index]
    assert not band["counted"].any() and truth.between(band["q05"], band["q95"])[truth.notna()].mean() > 0.8


def test_an_absent_day_is_held_against_the_other_list():
    """A day on neither list differs from one that a source did not report; none of them is given a count."""
    result = reconcile_once(pd.Timestamp("2024-11-08"), "real-time")
    found = review_absent_days(result).set_index(["source", "date"])["finding"]
    neither, not_here = "on neither list", "not reported here: the other list has trucks"
    for source in ("cogat", "unrwa"):
        assert found[source, pd.Timestamp("2023-10-28")] == neither
    assert found["unrwa", pd.Timestamp("2023-11-15")] == not_here
    assert found["cogat", pd.Timestamp("2023-10-26")] == not_here
    cogat, unrwa = load_days("cogat", as_of="2024-11-08"), load_days("unrwa", as_of="2024-11-08")[:"2024-09-17"]
    assert len(found) == cogat["count"][:"2024-09-17"].isna().sum() + unrwa["count"].isna().sum()


def test_figures_published_later_are_held_against_what_was_known():
    """A figure known on the day is left out, one span counts once, and one that has hardly begun is not compared."""
    then, quotes = reconcile_once(pd.Timestamp("2024-11-08"), "real-time"), load_quotes()
    later = compare_with_later(then, then, quotes)
    spans = list(zip(later["from"].dt.strftime("%m-%d"), later["to"].dt.strftime("%m-%d"), strict=True))
    assert spans == [("10-01", "10-31"), ("11-01", "11-11")]
    assert later["quoted"].round(1).tolist() == [56.1, 75.0]
    known = quotes["published"] <= "2024-11-08"
    assert known.any() and compare_with_later(then, then, quotes[known]).empty
    begun = quotes[quotes["date_start"].eq("2024-11-01")].assign(date_end=pd.Timestamp("2024-11-30"))
    assert len(begun) and compare_with_later(then, then, begun).empty
