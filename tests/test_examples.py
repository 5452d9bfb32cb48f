"""The second case, tests a day in the United Kingdom in April 2020: every figure that is told of it, from the committed table."""

import importlib.util
import shutil

import pandas as pd
import pytest

from utils import InputError
from utils.aid.loaders import SOURCES, list_vintages
from utils.aid.paths import DATA

FOLDER = DATA / "examples"
PROMISED, LAST_DAY = 100_000, "2020-04-30"
ORIGINALS = ("uk_covid_tests_by_pillar.csv", "uk_covid_totals.csv")


@pytest.fixture(scope="module")
def table():
    return pd.read_csv(FOLDER / "uk_covid_tests.csv", parse_dates=["date", "published"]).set_index("date")


@pytest.fixture(scope="module")
def quotes():
    return pd.read_csv(FOLDER / "uk_covid_quotes.csv", parse_dates=["date", "published"])


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("uk_tests", DATA / "make" / "uk_tests.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_row_is_a_day_and_published_on_the_day_after(table):
    assert table.index.equals(pd.date_range("2020-01-24", "2020-05-28", name="date"))
    assert ((table["published"] - table.index).dt.days == 1).all()
    assert table.loc[LAST_DAY, "published"] == pd.Timestamp("2020-05-01")


def test_tests_begin_with_the_publication_of_8_april(table):
    for column in ("tests", "tests_total", "people_tested"):
        assert table.loc[table[column].first_valid_index(), "published"] == pd.Timestamp("2020-04-08"), column
    assert table["tests"].loc["2020-04-07":].notna().all()
    assert table.loc[table["kits_sent"].first_valid_index(), "published"] == pd.Timestamp("2020-04-28")
    assert table["people_total"].loc[:"2020-05-21"].isna().sum() == 1 and pd.isna(table.loc["2020-05-18", "people_total"])


def test_the_promise_resolves_by_its_basis(table):
    row = table.loc[LAST_DAY]
    bases = {
        "as announced": row["tests"],
        "without the kits sent out": row["tests"] - row["kits_sent"],
        "people": row["people_tested"],
        "mean of seven days": table["tests"].rolling(7).mean()[LAST_DAY].round(),
    }
    assert list(bases.values()) == [122_347, 81_978, 73_191, 56_399]
    assert row["kits_sent"] == 40_369
    assert [figure >= PROMISED for figure in bases.values()] == [True, False, False, False]
    week = table["tests"]["2020-04-24":LAST_DAY]
    assert week.index.size == 7 and table.loc[week.index[0], "published"] == pd.Timestamp("2020-04-25")
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert all(f"| {int(figure):,} |" in readme for figure in bases.values()) and "40,369" in readme


def test_no_earlier_day_reached_it_and_few_later_ones_did(table):
    reached = table.index[table["tests"] >= PROMISED]
    assert reached[0] == pd.Timestamp(LAST_DAY)
    assert reached[:3].strftime("%Y-%m-%d").tolist() == ["2020-04-30", "2020-05-01", "2020-05-10"]


def test_what_was_known_on_20_and_on_27_april(table):
    """The last week trebles the level, so that what was known says little of what came."""
    tests = table["tests"].dropna()
    for as_of, days, last in (("2020-04-20", 13, 19_316), ("2020-04-27", 20, 37_024)):
        known = tests[table.loc[tests.index, "published"] <= as_of]
        assert (len(known), known.iloc[-1]) == (days, last)
        assert known.index[-1] == pd.Timestamp(as_of) - pd.Timedelta(days=1)
    assert 3 < tests[LAST_DAY] / tests["2020-04-26"] < 3.5
    assert tests[:"2020-04-26"].max() < 0.4 * PROMISED


def test_daily_and_cumulative_figures_disagree(table):
    tests = table["tests_total"].diff() - table["tests"]
    people = table["people_total"].diff() - table["people_tested"]
    assert table["tests_total"].diff()[LAST_DAY] == 121_919 and tests[LAST_DAY] == 121_919 - 122_347
    assert (people["2020-04-07"], people["2020-04-24"]) == (6_568, 50_499)
    assert tests["2020-04-08":].ne(0).sum() > 30
    for day, figure in (("2020-04-07", "6,568"), ("2020-04-24", "50,499"), (LAST_DAY, "121,919")):
        assert figure in table.loc[day, "note"]


def test_the_press_reported_what_the_table_holds(table, quotes):
    tests = quotes[quotes["measure"] == "tests"].set_index("date")["figure"]
    assert len(tests) == 3 and (table.loc[tests.index, "tests"] == tests).all()
    last = quotes[quotes["date"] == LAST_DAY].set_index("measure")["figure"]
    assert last["target"] == PROMISED
    assert last["kits_to_homes"] + last["kits_to_sites"] == table.loc[LAST_DAY, "kits_sent"]
    assert last["tests"] - last["kits_to_homes"] - last["kits_to_sites"] == last["tests_in_laboratories"]
    assert (quotes["published"] > quotes["date"]).all()
    assert all(f"{last[kits]:,}" in table.loc[LAST_DAY, "note"] for kits in ("kits_to_homes", "kits_to_sites"))


def test_the_examples_are_no_vintages_of_the_first_case():
    assert set(list_vintages()["source"]) == set(SOURCES)
    assert not list_vintages()["path"].str.contains("uk_").any()


@pytest.mark.originals
def test_the_script_makes_the_committed_bytes(raw_folder, script, tmp_path):
    folder = shutil.copytree(DATA, tmp_path / "data", ignore=shutil.ignore_patterns("forecasts"))
    (folder / "examples" / "uk_covid_tests.csv").write_text("lost")
    script.write_table(*(raw_folder / name for name in ORIGINALS), folder=folder)
    for name in ("examples/uk_covid_tests.csv", "datapackage.json"):
        assert (folder / name).read_bytes() == (DATA / name).read_bytes()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "cannot be read"),
        ("Date,Country\n2020-04-08,UK\n", "has no column DailyPeopleTested"),
        (None, "cannot be read"),
    ],
)
def test_another_file_is_refused_and_the_table_stays(script, tmp_path, text, message):
    path = tmp_path / "other.csv"
    if text is not None:
        path.write_text(text)
    with pytest.raises(InputError, match=f"other.csv: {message}"):
        script.write_table(path, path, folder=tmp_path)


def test_a_file_with_a_day_left_out_is_refused(script, tmp_path):
    path = tmp_path / "gap.csv"
    path.write_text("Date,Tests\n2020-04-08,1\n2020-04-10,2\n")
    with pytest.raises(InputError, match="gap.csv: is not one row a day in order"):
        script.read_compiled(path, columns={"Tests"})
