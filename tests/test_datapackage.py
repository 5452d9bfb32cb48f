"""The committed tables: valid, described as they are, and in accord with what is known of them."""

import hashlib
import json
import re
import shutil

import frictionless
import pandas as pd
import pytest

from utils.aid.ingest.schemas import SCHEMAS, check_events, check_quotes, check_table
from utils.aid.paths import DATA

PACKAGE = json.loads((DATA / "datapackage.json").read_bytes())
RESOURCES = {resource["name"]: resource for resource in PACKAGE["resources"]}
VINTAGES = {name: resource for name, resource in RESOURCES.items() if "original" in resource}
README = " ".join((DATA / "README.md").read_text(encoding="utf-8").split())


def table(name):
    dates = [f["name"] for f in RESOURCES[name]["schema"]["fields"] if f["type"] == "date"]
    return pd.read_csv(DATA / RESOURCES[name]["path"], parse_dates=dates)


def validate(folder):
    return frictionless.Package(str(folder / "datapackage.json")).validate()


def test_frictionless_accepts_the_package():
    report = validate(DATA)
    assert report.valid, report.flatten(["name", "rowNumber", "message"])
    assert [task.name for task in report.tasks] == list(RESOURCES)


def test_frictionless_finds_a_table_that_was_changed(tmp_path):
    folder = shutil.copytree(DATA, tmp_path / "data")
    path = folder / "unrwa_2024-12-24.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("Kissufim", "Kissufin", 1), encoding="utf-8")
    report = validate(folder)
    assert [task.name for task in report.tasks if not task.valid] == ["unrwa_2024-12-24"]


def test_every_table_in_the_folder_is_described_and_hashed():
    tables = [path for path in DATA.rglob("*.csv") if "forecasts" not in path.relative_to(DATA).parts]
    assert {path.relative_to(DATA).as_posix() for path in tables} == {resource["path"] for resource in RESOURCES.values()}
    for name, resource in RESOURCES.items():
        content = (DATA / resource["path"]).read_bytes()
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}", name
        assert resource["bytes"] == len(content), name
        assert b"\r" not in content and content.endswith(b"\n"), name


def test_every_table_keeps_to_its_schema_and_those_of_the_vintages_are_the_codes():
    for name, resource in RESOURCES.items():
        assert check_table(DATA / resource["path"], resource["schema"]) > 0, name
        if name in VINTAGES:
            assert resource["schema"] == json.loads(json.dumps(SCHEMAS[resource["source"]])), name
    check_quotes(DATA / "quotes.csv")
    check_events(DATA / "events.csv")


def test_every_resource_names_publisher_licence_and_columns():
    for name, resource in RESOURCES.items():
        assert resource["title"] and resource["description"] and resource["licenses"], name
        assert all(source["title"] for source in resource["sources"])
        assert all(column["description"] for column in resource["schema"]["fields"]), name
    for resource in VINTAGES.values():
        assert resource["sources"][0]["path"].startswith("https://")
        original = resource["original"]
        assert re.fullmatch("[0-9a-f]{64}", original["sha256"]) and original["bytes"] > 0
        assert original["rows_read"] == original["rows_counted"] + sum(original["rows_set_aside"].values())


@pytest.mark.parametrize("name", sorted(VINTAGES))
def test_a_vintage_is_sorted_complete_and_within_what_it_covers(name):
    rows, resource = table(name), VINTAGES[name]
    key = resource["schema"]["primaryKey"]
    assert rows[key].equals(rows[key].sort_values(key, kind="stable").reset_index(drop=True))
    assert rows["trucks"].sum() == resource["original"]["trucks"] == resource["original"]["rows_counted"]
    covers = {"first": str(rows["date"].min().date()), "last": str(rows["date"].max().date())}
    assert covers == resource["covers"]
    assert covers["last"] <= resource["published"] == name.split("_")[1]


@pytest.mark.parametrize(
    ("name", "rows", "first", "last"),
    [
        ("unrwa_2024-09-11", 35_521, "2023-10-21", "2024-09-09"),
        ("unrwa_2024-10-27", 37_373, "2023-10-21", "2024-09-30"),
        ("unrwa_2024-12-24", 5_882, "2024-09-11", "2024-12-23"),
        ("unrwa_2025-01-19", 50_059, "2023-10-21", "2025-01-16"),
        ("cogat_2024-09-24", 52_479, "2023-10-21", "2024-09-17"),
    ],
)
def test_rows_and_days_by_vintage(name, rows, first, last):
    assert VINTAGES[name]["original"]["rows_read"] == rows
    assert VINTAGES[name]["covers"] == {"first": first, "last": last}


# ---- what is known of the two counts ----------------------------------------------------------------------------------


def by_day(rows, first, last):
    """Trucks a day with missing days as NaN."""
    return rows.groupby("date")["trucks"].sum().reindex(pd.date_range(first, last)).astype(float)


@pytest.fixture(scope="module")
def land():
    rows = table("cogat_2024-09-24")
    rows = rows[rows["route"] == "Land Crossings"]
    return by_day(rows, "2023-10-21", "2024-09-17")


@pytest.fixture(scope="module")
def unrwa():
    return table("unrwa_2025-01-19")


def test_cogat_by_route_month_and_weight():
    rows = table("cogat_2024-09-24")
    assert rows.groupby("route")["trucks"].sum().to_dict() == {
        "Aerial Route": 123, "Land Crossings": 51_756, "Maritime Route (JLOTS)": 600,
    }  # fmt: skip
    assert rows.loc[rows["date"].dt.month == 9, "trucks"].sum() == 2_756
    assert rows["trucks_without_tonnes"].sum() == 978
    assert (rows["tonnes"].isna() == (rows["trucks_without_tonnes"] == rows["trucks"])).all()
    assert rows.loc[rows["donor_group"] == "private sector", "trucks"].sum() == 16_600


def test_cogat_by_land_reached_350_on_17_days(land):
    high = land[land >= 350]
    assert len(high) == 17 and high.index.min() >= pd.Timestamp("2024-04-01") and high.index.max() < pd.Timestamp("2024-08-01")
    assert (land.max(), land.idxmax()) == (475, pd.Timestamp("2024-04-09"))
    assert round(land.rolling(7).mean().max(), 1) == 309.4
    assert land.isna().sum() == 12


def test_announced_weekly_total_agrees_with_cogats_list(land):
    assert land["2024-05-26":"2024-06-01"].sum() == 1_858


def test_gas_and_fuel_fill_most_saturdays_that_have_a_row(land):
    rows = table("cogat_2024-09-24").query("route == 'Land Crossings'")
    rest = rows[~rows["classification"].isin(["Gas", "Fuel"])].groupby("date")["trucks"].sum()
    saturdays = land[land.index.day_of_week == 5].dropna()
    alone = saturdays.index.difference(rest.index)
    assert len(alone) > len(saturdays) / 2
    assert saturdays[alone].max() <= 8


def test_unrwa_never_reaches_350(unrwa):
    daily = by_day(unrwa[unrwa["crossing"] != "JLOTS"], "2023-10-21", "2025-01-16")
    assert (daily.max(), daily.idxmax()) == (340, pd.Timestamp("2024-05-03"))
    assert round(daily.rolling(7).mean().max(), 1) == 242.7
    assert daily.isna().sum() == 21
    assert by_day(unrwa, "2023-10-21", "2025-01-16").isna().sum() == 21


def test_unrwa_without_private_sector_gives_the_uns_figures(unrwa):
    aid = unrwa[unrwa["donation_type"] != "Private Sector"]
    month = aid.groupby(aid["date"].dt.to_period("M"))["trucks"].sum()
    assert round(month["2024-10"] / 31, 1) == 37.6
    assert month["2024-11"] / 30 == 65.5
    assert month["2024-12"] == 2_230


def test_december_2024_agrees_with_the_quote_of_unrwas_list(unrwa):
    quotes = table("quotes")
    quote = quotes.query("basis == 'UNRWA' and trucks == 2892").iloc[0]
    assert unrwa.loc[unrwa["date"].between(quote["date_start"], quote["date_end"]), "trucks"].sum() == quote["trucks"]


def test_the_cut_row_of_december_is_not_given_and_whole_elsewhere():
    december = table("unrwa_2024-12-24")
    cut = december[december["crossing"] == "not given"]
    assert cut[["date", "trucks"]].values.tolist() == [[pd.Timestamp("2024-09-11"), 1]]
    for name in ("unrwa_2024-10-27", "unrwa_2025-01-19"):
        assert not (table(name) == "not given").any().any()


# ---- what the datasheet says ------------------------------------------------------------------------------------------


def test_the_datasheets_table_is_that_of_the_package():
    for name, resource in VINTAGES.items():
        original, covers = resource["original"], resource["covers"]
        line = (
            f"| `{name}.csv` | {original['rows_read']:,} rows | {original['trucks']:,} | {covers['first']} | "
            f"{covers['last']} | {resource['published']} |"
        )
        assert line in README, line
    assert all(not resource["original"]["rows_set_aside"] for resource in VINTAGES.values())


def test_the_datasheet_names_every_column():
    for resource in RESOURCES.values():
        for column in resource["schema"]["fields"]:
            assert f"`{column['name']}`" in README, column["name"]


def test_the_datasheets_revisions_are_so():
    first, held, last = (table(f"unrwa_{day}") for day in ("2024-09-11", "2024-10-27", "2025-01-19"))
    assert held["trucks"].sum() - first["trucks"].sum() == 1_852
    august = [rows[rows["date"] < "2024-09-01"].reset_index(drop=True) for rows in (first, held)]
    labels = ["date", "crossing", "donation_type", "data_source"]
    assert august[0].groupby(labels)["trucks"].sum().equals(august[1].groupby(labels)["trucks"].sum())
    last = last[last["date"] <= "2024-09-30"]
    assert (held["trucks"].sum(), last["trucks"].sum()) == (37_373, 42_965)
    growth = {}
    for month, word in ((6, "June"), (7, "July"), (8, "August"), (9, "September")):
        old, new = (r.loc[(r["date"].dt.year == 2024) & (r["date"].dt.month == month), "trucks"].sum() for r in (held, last))
        growth[word] = round(100 * (new / old - 1))
    for figure in ("1,852 trucks", "from 37,373 to 42,965", *(f"{word} by {n} %" for word, n in growth.items())):
        assert figure in README, figure


def test_the_datasheets_gaps_are_so(unrwa, land):
    assert "no row on 21 days" in README and "no truck by land on 12 days" in README
    assert unrwa.loc[unrwa["date"] >= "2025-01-01", "trucks"].sum() == 620 and "620 trucks up to the 16th" in README
    assert land[["2024-04-23", "2024-04-29", "2024-05-14"]].tolist() == [7, 8, 56]
    assert pd.isna(land["2024-06-12"])


def test_the_two_counts_part_in_may_2024(unrwa, land):
    assert "stand closer to UNRWA's up to April 2024 than from May to August" in README
    theirs = by_day(unrwa[unrwa["crossing"] != "JLOTS"], "2023-10-21", "2024-08-31")
    month = land[:"2024-08-31"].index.to_period("M")
    ratio = land[:"2024-08-31"].groupby(month).sum() / theirs.groupby(month).sum()
    assert ratio[:"2024-04"].max() < ratio["2024-05":].min()


# ---- quotes, events, holidays -----------------------------------------------------------------------------------------


def test_quotes_keep_what_the_question_rests_on():
    quotes = table("quotes")
    tuesday = quotes[(quotes["date_start"] == "2024-11-05") & (quotes["trucks"] == 229)].iloc[0]
    assert (tuesday["basis"], tuesday["published"]) == ("State Department", pd.Timestamp("2024-11-08"))
    truce = pd.Timestamp("2025-01-19")
    first_day = quotes[
        (quotes["date_start"] == truce) & (quotes["date_end"] == truce) & (quotes["basis"] == "Israel and guarantors")
    ]
    assert set(first_day["trucks"]) == {630} and set(first_day["bound"]) == {"exact", "lower"}
    october = quotes.query("trucks == 1740").iloc[0]
    assert (october["published"], october["published_precision"]) == (pd.Timestamp("2025-01-31"), "month")


def test_a_month_of_publication_becomes_its_last_day():
    months = table("quotes").query("published_precision == 'month'")
    assert len(months) and months["published"].dt.is_month_end.all()


def test_figures_that_are_called_minimal_are_bounds():
    quotes = table("quotes")
    said = quotes["note"].str.contains("lower bound|more than", case=False)
    assert said.any() and (quotes.loc[said, "bound"] == "lower").all()


def test_closing_holidays_are_full_ones():
    holidays = table("holidays")
    assert holidays["closes"].equals(holidays["kind"] == "full")
    closed = set(holidays.loc[holidays["closes"], "date"].dt.strftime("%Y-%m-%d"))
    assert closed == {
        "2023-10-07", "2024-04-23", "2024-04-29", "2024-05-14", "2024-06-12", "2024-10-03", "2024-10-04", "2024-10-12",
        "2024-10-17", "2024-10-24",
    }  # fmt: skip


def test_every_holiday_that_events_name_is_in_the_table():
    named = table("events").query("kind == 'holiday'")
    assert len(named) and set(named["date"]) <= set(table("holidays")["date"])
