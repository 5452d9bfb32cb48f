"""Revisions of UNRWA's list by land, and COGAT's trucks for each of UNRWA's as known then and as last revised."""

import pandas as pd
import pytest
from conftest import AS_OF

from utils import load_lines
from utils.aid.figures import plot_ratio, plot_revisions
from utils.aid.loaders import select_lines
from utils.aid.revisions import compare_reporters, tabulate_ratios, tabulate_vintages

THEN, LAST = "as known on 8 November 2024", "as last revised"


@pytest.fixture(scope="module")
def by_vintage():
    return tabulate_vintages("unrwa")


@pytest.fixture(scope="module")
def ratios():
    return tabulate_ratios({THEN: AS_OF, LAST: None}).dropna(how="all")


def text_of(figure):
    return " ".join(text.get_text() for text in [*figure.texts, *figure.axes[0].texts])


def test_june_and_july_grew_by_land_by_48_and_39_per_cent(by_vintage):
    """With the pier's rows, which are not by land, it looked like 55 and 52 %."""
    held, last = by_vintage[pd.Timestamp("2024-09-11")], by_vintage[pd.Timestamp("2025-01-19")]
    assert (last / held - 1)["2024-06":"2024-08"].mul(100).round().tolist() == [48, 39, 101]
    assert last["2024-06":"2024-07"].round(1).tolist() == [123.4, 136.2] and round(held["2024-07-01"], 1) == 98.0
    any_route = load_lines("unrwa").set_index("date")["trucks"].resample("MS").sum()["2024-06-01"] / 30
    assert any_route > last["2024-06-01"]


def test_a_month_that_a_vintage_covers_in_part_is_left_out(by_vintage):
    december, last = by_vintage[pd.Timestamp("2024-12-24")], by_vintage.index.max()
    assert december.dropna().index.strftime("%Y-%m").tolist() == ["2024-10", "2024-11"] and f"{last:%Y-%m}" == "2024-12"


def test_what_was_added_by_land_is_one_reporter():
    table = compare_reporters("2024-06-01", "2024-09-30", as_of=AS_OF)
    assert table["change"].sum() == 4_990 and table.loc[["WFP", "WFP LC"], "change"].sum() == 4_457
    summer = [
        lines[lines["date"].between("2024-06-01", "2024-09-30")]["trucks"].sum()
        for lines in (load_lines("unrwa"), load_lines("unrwa", as_of=AS_OF))
    ]
    assert summer[0] - summer[1] - table["change"].sum() == 602  # the pier's
    assert (
        table["last"].sum()
        == select_lines(load_lines("unrwa"))[lambda t: t["date"].between("2024-06-01", "2024-09-30")]["trucks"].sum()
    )


def test_the_ratio_was_known_as_three_and_is_last_one_and_a_half(ratios):
    assert ratios[THEN]["2024-06":].round(2).tolist() == [1.92, 1.95, 2.92, 3.34]
    assert ratios[LAST]["2024-06":].round(2).tolist() == [1.38, 1.40, 1.50, 1.49]
    assert (ratios[LAST].min().round(1), ratios[LAST].max().round(1)) == (1.0, 1.5)
    assert ratios.loc[:"2024-05", THEN].equals(ratios.loc[:"2024-05", LAST].rename(THEN))


def test_both_lines_are_drawn_and_named_and_equal_values_written_once(ratios):
    text = text_of(plot_ratio(ratios, foot="foot"))
    assert f"up to 3.3 {THEN}, 1.5 {LAST}" in text.replace("\n", " ")
    assert all(value in text for value in ("1.92", "1.38", "3.34", "1.49")) and text.count("1.42") == 1
    alone = text_of(plot_ratio(ratios[[THEN]], foot="foot"))
    assert "from 1.0 to 3.3" in alone and "1.38" not in alone


def test_the_figure_of_the_revisions_says_that_it_is_by_land(by_vintage):
    text = text_of(plot_revisions(by_vintage.loc["2024-04":]))
    assert "by land" in text and "+48%" in text and "all crossings" not in text
