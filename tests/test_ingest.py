"""The originals' traps, on small files that the tests make themselves."""

import json
import os
import shutil
from collections import Counter
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from line_lists import cogat_rows, unrwa_rows, write_cogat, write_workbook

from utils.aid.ingest.cogat import COGAT_COLUMNS, COGAT_ROUTES, count_cogat, parse_cogat_date
from utils.aid.ingest.datapackage import PACKAGE, is_vintage, load_package
from utils.aid.ingest.line_list import NOT_GIVEN, read_csv
from utils.aid.ingest.run import ingest, read_original
from utils.aid.ingest.unrwa import (
    UNRWA_COLUMNS_SINCE_DECEMBER_2024,
    UNRWA_COLUMNS_UNTIL_NOVEMBER_2024,
    count_unrwa,
)
from utils.aid.ingest.workbook import read_workbook
from utils.aid.paths import DATA
from utils.common.errors import InputError
from utils.common.files import encode_csv

SMALL = {"unrwa": (date(2024, 9, 11), date(2025, 1, 19)), "cogat": (date(2024, 9, 24),)}
OLD, NEW = UNRWA_COLUMNS_UNTIL_NOVEMBER_2024, UNRWA_COLUMNS_SINCE_DECEMBER_2024


@pytest.fixture
def originals(tmp_path):
    """A folder with two UNRWA workbooks, one of each edition, and a COGAT list."""
    folder = tmp_path / "originals"
    folder.mkdir()
    disclaimer = [["UNRWA Data Disclaimer"], ["Current data are partial."]]
    old = unrwa_rows(OLD, [{}, {"Crossing": "JLOTS"}, {"Received Date": date(2024, 9, 7)}])
    write_workbook(folder / "first.xlsx", {"data disclaimer": disclaimer, "Suppy Page": old})
    new = unrwa_rows(NEW, [{}, {}, {"Last Edited Time": datetime(2025, 1, 19, 12, 11, 52), "Data Source": "WFP LC"}])
    write_workbook(folder / "second.xlsx", {"Suppy Page": new, "data disclaimer": disclaimer})
    write_cogat(
        folder / "cogat_aid_data_vintage_2024-09-24.csv",
        cogat_rows([{}, {"Donor": "Private sector", "Aid (tons)": "-"}, {"Date": "2 Sept 2024", "Route": "Aerial Route"}]),
    )
    return folder


def contents(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


# ---- UNRWA ------------------------------------------------------------------------------------------------------------


def test_a_row_is_a_truck_where_the_column_is_missing():
    counted = count_unrwa(unrwa_rows(OLD, [{}, {}, {"Crossing": "Erez"}]), name="old.xlsx")
    assert counted.table == (
        ("2024-09-09", "Erez", "Humanitarian - UN", "Food Items", "UNRWA", "1"),
        ("2024-09-09", "Kerem Shalom", "Humanitarian - UN", "Food Items", "UNRWA", "2"),
    )
    assert counted.edited == datetime(2024, 9, 11, 9, 47, 3)


def test_the_newest_edit_is_found_wherever_it_stands():
    edits = [datetime(2024, 9, 10), datetime(2024, 9, 11, 9), datetime(2024, 9, 11, 8)]
    assert count_unrwa(unrwa_rows(OLD, [{"Last Edited Time": e} for e in edits]), name="x").edited == edits[1]


def test_the_number_of_trucks_is_used_where_it_is_given():
    counted = count_unrwa(unrwa_rows(NEW, [{"No. of Trucks": 3.0}, {}]), name="new.xlsx")
    assert (counted.trucks, counted.rows_counted) == (4, 2)
    assert counted.table[0][-1] == "4"


def test_the_order_of_columns_does_not_matter():
    rows = [{"Crossing": "Gate 96", "Donation Type": "Private Sector"}, {}]
    turned = unrwa_rows(tuple(reversed(NEW)), rows)
    assert count_unrwa(turned, name="a").table == count_unrwa(unrwa_rows(NEW, rows), name="b").table


def test_blank_rows_and_repeats_are_set_aside_with_their_reason():
    rows = unrwa_rows(NEW, [{}, {}, {}])
    rows += [[""] * len(NEW), rows[1]]
    counted = count_unrwa(rows, name="x")
    assert counted.rows_set_aside == {"blank row": 1, "repeat of an earlier row": 1}
    assert (counted.rows_read, counted.rows_counted, counted.trucks) == (5, 3, 3)


def test_a_row_whose_labels_are_blank_is_counted_as_not_given():
    blank = dict.fromkeys(("Cargo Category", "Donation Type", "Crossing", "Status", "Last Edited Time"), "")
    counted = count_unrwa(unrwa_rows(NEW, [blank, {}]), name="x")
    assert ("2024-09-09", NOT_GIVEN, NOT_GIVEN, NOT_GIVEN, "UNRWA", "1") in counted.table
    assert counted.remarks["Crossing not given"] == 1
    assert counted.remarks["Status not given, counted as received"] == 1


def test_medical_supply_is_a_spelling_and_donor_and_other_are_not():
    rows = [
        {"Cargo Category": "Medical Supply"},
        {"Donation Type": "Humanitarian - Donor"},
        {"Donation Type": "Humanitarian - Other"},
    ]
    counted = count_unrwa(unrwa_rows(OLD, rows), name="x")
    assert {row[3] for row in counted.table} == {"Medical Supplies", "Food Items"}
    assert {row[2] for row in counted.table} >= {"Humanitarian - Donor", "Humanitarian - Other"}
    assert counted.remarks == {"Cargo Category 'Medical Supply' read as 'Medical Supplies'": 1}


@pytest.mark.parametrize(
    ("cells", "parts"),
    [
        ({"Crossing": "Keren Shalom"}, ("Crossing", "'Keren Shalom'", "known values", "UNRWA_LABELS")),
        ({"Cargo Category": "Furniture"}, ("Cargo Category", "'Furniture'")),
        ({"Donation Type": "Humanitarian"}, ("Donation Type", "'Humanitarian'")),
        ({"Data Source": "UNDP"}, ("Data Source", "'UNDP'")),
        ({"Status": "Rejected"}, ("Status", "'Rejected'", "'Received'")),
        ({"Received Date": "09/10/2024"}, ("Received Date", "'09/10/2024'", "date")),
        ({"Received Date": ""}, ("Received Date", "''")),
        ({"Received Date": datetime(2024, 9, 9, 13, 5)}, ("Received Date", "time of day")),
        ({"Received Date": 45544.0}, ("Received Date", "45544.0")),
        ({"No. of Trucks": 1.5}, ("No. of Trucks", "1.5", "whole number")),
        ({"No. of Trucks": 0.0}, ("No. of Trucks", "0.0")),
        ({"No. of Trucks": -1.0}, ("No. of Trucks", "-1.0")),
        ({"No. of Trucks": ""}, ("No. of Trucks", "''", "missing count is not a zero")),
        ({"No. of Trucks": float("nan")}, ("No. of Trucks", "nan")),
        ({"No. of Trucks": "1"}, ("No. of Trucks", "'1'")),
        ({"ID": ""}, ("ID", "''")),
        ({"ID": 1.0, "Crossing": "Erez"}, ("ID", "1.0", "earlier row")),
        ({"Last Edited Time": "yesterday"}, ("Last Edited Time", "'yesterday'")),
    ],
)
def test_unrwa_cells_that_break_a_rule_are_named(cells, parts):
    with pytest.raises(InputError) as caught:
        count_unrwa(unrwa_rows(NEW, [{}, cells]), name="list.xlsx")
    message = str(caught.value)
    assert message.startswith("list.xlsx, row 3: ") and "\n" not in message and "; " in message
    assert all(part in message for part in parts), message


@pytest.mark.parametrize(
    ("columns", "parts"),
    [
        ((*NEW, "Driver"), ("new: ['Driver']", "missing: none")),
        (NEW[:-1], ("missing: ['Last Edited Time']",)),
        ((*OLD, "Crossing"), ("twice: ['Crossing']",)),
        ((), ("row 1",)),
    ],
)
def test_an_unknown_column_set_is_refused(columns, parts):
    with pytest.raises(InputError) as caught:
        count_unrwa([list(columns)], name="list.xlsx")
    assert all(part in str(caught.value) for part in ("list.xlsx", "unknown column set", *parts))
    assert "\n" not in str(caught.value)


def test_a_list_without_trucks_is_refused():
    with pytest.raises(InputError, match="no truck"):
        count_unrwa(unrwa_rows(NEW, []), name="x")


# ---- COGAT ------------------------------------------------------------------------------------------------------------


def test_september_is_read_in_both_spellings():
    counted = count_cogat(cogat_rows([{"Date": "2 Sept 2024"}, {"Date": "2 Sep 2024"}, {"Date": "12 Sept 2024"}]), name="x")
    assert [(row[0], row[4]) for row in counted.table] == [("2024-09-02", "2"), ("2024-09-12", "1")]
    assert counted.remarks == {"month written 'Sept'": 2}


@pytest.mark.parametrize(
    "text", ["2024-09-02", "2 September 2024", "31 Sept 2024", "2 sept 2024", "Sept 2 2024", "", "2 Sept 24"]
)
def test_other_forms_of_a_day_are_refused(text):
    with pytest.raises(ValueError):
        parse_cogat_date(text)
    with pytest.raises(InputError, match="row 2: Date"):
        count_cogat(cogat_rows([{"Date": text}]), name="x")


@pytest.mark.parametrize(
    ("weights", "route", "tonnes", "unknown"),
    [
        (["20", "15.5"], "Land Crossings", "35.5", "0"),
        (["20", "-"], "Land Crossings", "20.0", "1"),
        (["-", ""], "Land Crossings", "", "2"),
        (["20", "5000"], "Land Crossings", "20.0", "1"),
        (["20", "0"], "Land Crossings", "20.0", "1"),
        (["20", "-5"], "Land Crossings", "20.0", "1"),
        (["58.89"], "Land Crossings", "58.89", "0"),
        (["60.1"], "Maritime Route (JLOTS)", "", "1"),
        (["148"], "Aerial Route", "148.0", "0"),
        (["0.1", "0.2"], "Land Crossings", "0.3", "0"),
    ],
)
def test_weights_unknown_or_absurd_are_unknown_and_the_truck_counts(weights, route, tonnes, unknown):
    counted = count_cogat(cogat_rows([{"Aid (tons)": weight, "Route": route} for weight in weights]), name="x")
    assert counted.table == (("2024-04-09", route, "Food", "other", str(len(weights)), tonnes, unknown),)


@pytest.mark.parametrize(
    ("donor", "group"),
    [
        ("Private sector", "private sector"),
        ("PRIVATE\u00a0 SECTOR\u200f", "private sector"),
        ("WFP", "other"),
        ("Mixed donors", "other"),
    ],
)
def test_donors_fall_in_two_groups(donor, group):
    assert count_cogat(cogat_rows([{"Donor": donor}]), name="x").table[0][3] == group


def test_an_index_used_twice_is_a_repeat_only_if_the_rows_are_equal():
    rows = cogat_rows([{}, {"Index": "1", "Donor": "Jordan"}, {"Index": "1"}])
    counted = count_cogat([*rows, [""] * 6, []], name="x")
    assert counted.rows_set_aside == {"blank row": 2, "repeat of an earlier row": 1}
    assert counted.remarks == {"Index used before by a different row": 1}
    assert (counted.rows_read, counted.rows_counted, counted.trucks) == (5, 2, 2)


@pytest.mark.parametrize(
    ("cells", "parts"),
    [
        ({"Route": "Tunnel"}, ("Route", "'Tunnel'", "COGAT_ROUTES")),
        ({"Classification": "Toys"}, ("Classification", "'Toys'", "COGAT_CLASSIFICATIONS")),
        ({"Aid (tons)": "twenty"}, ("Aid (tons)", "'twenty'", "number of tonnes")),
        ({"Aid (tons)": "NaN"}, ("Aid (tons)", "'NaN'")),
        ({"Donor": " "}, ("Donor", "neither private nor other")),
        ({"Index": ""}, ("Index",)),
    ],
)
def test_cogat_cells_that_break_a_rule_are_named(cells, parts):
    with pytest.raises(InputError) as caught:
        count_cogat(cogat_rows([{}, cells]), name="list.csv")
    message = str(caught.value)
    assert message.startswith("list.csv, row 3: ") and "\n" not in message
    assert all(part in message for part in parts), message


def test_a_row_of_another_length_is_refused():
    with pytest.raises(InputError, match="row 2: number of cells is 5"):
        count_cogat([list(COGAT_COLUMNS), ["1", "9 Apr 2024", "Land Crossings", "Food", "WFP"]], name="x")


_cogat_cells = st.fixed_dictionaries(
    {
        "Date": st.sampled_from(["9 Apr 2024", "2 Sept 2024", "1 Jan 2024"]),
        "Route": st.sampled_from(COGAT_ROUTES),
        "Donor": st.sampled_from(["WFP", "Private sector"]),
        "Aid (tons)": st.sampled_from(["20", "4.53", "-", "31.058435000000003"]),
    }
)


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(_cogat_cells, min_size=1, max_size=30), blanks=st.integers(0, 3), seed=st.randoms())
def test_every_row_is_accounted_for_in_any_order(rows, blanks, seed):
    header, *body = cogat_rows(rows)
    body += [[""] * 6] * blanks
    counted = count_cogat([header, *body], name="x")
    assert counted.rows_read == len(body) == counted.rows_counted + sum(counted.rows_set_aside.values())
    assert sum(int(row[4]) for row in counted.table) == counted.trucks == len(rows)
    assert sum(int(row[6]) for row in counted.table) == sum(row["Aid (tons)"] == "-" for row in rows)
    seed.shuffle(body)
    assert count_cogat([header, *body], name="x") == counted


# ---- whole folders ----------------------------------------------------------------------------------------------------


def test_a_folder_becomes_a_package(originals, tmp_path):
    out = tmp_path / "out"
    found = ingest(originals, out=out, progress=False, vintages=SMALL)
    assert [item.name for item in found] == ["cogat_2024-09-24", "unrwa_2024-09-11", "unrwa_2025-01-19"]
    assert all(c.rows_read == c.rows_counted + sum(c.rows_set_aside.values()) for c in (item.counted for item in found))
    assert (out / "unrwa_2024-09-11.csv").read_bytes() == (
        b"date,crossing,donation_type,cargo_category,data_source,trucks\n"
        b"2024-09-07,Kerem Shalom,Humanitarian - UN,Food Items,UNRWA,1\n"
        b"2024-09-09,JLOTS,Humanitarian - UN,Food Items,UNRWA,1\n"
        b"2024-09-09,Kerem Shalom,Humanitarian - UN,Food Items,UNRWA,1\n"
    )
    assert (out / "cogat_2024-09-24.csv").read_bytes() == (
        b"date,route,classification,donor_group,trucks,tonnes,trucks_without_tonnes\n"
        b"2024-04-09,Land Crossings,Food,other,1,20.0,0\n"
        b"2024-04-09,Land Crossings,Food,private sector,1,,1\n"
        b"2024-09-02,Aerial Route,Food,other,1,20.0,0\n"
    )
    resource = json.loads((out / "datapackage.json").read_bytes())["resources"][1]
    assert resource["published"] == "2024-09-11"
    assert resource["covers"] == {"first": "2024-09-07", "last": "2024-09-09"}
    assert resource["original"]["bytes"] == (originals / "first.xlsx").stat().st_size
    assert {path.name for path in out.iterdir()} == {
        "cogat_2024-09-24.csv", "unrwa_2024-09-11.csv", "unrwa_2025-01-19.csv", "quotes.csv", "events.csv",
        "holidays.csv", "places.csv", "cogat_monthly_2026-03-02.csv", "datapackage.json",
    }  # fmt: skip


def test_a_second_run_gives_the_same_bytes(originals, tmp_path):
    out = tmp_path / "out"
    ingest(originals, out=out, progress=False, vintages=SMALL)
    before = contents(out)
    ingest(originals, out=out, progress=False, vintages=SMALL)
    assert contents(out) == before


def test_progress_is_shown_on_request_only(originals, tmp_path, capsys):
    ingest(originals, out=tmp_path / "out", progress=False, vintages=SMALL)
    assert capsys.readouterr() == ("", "")
    ingest(originals, out=tmp_path / "out", progress=True, vintages=SMALL)
    shown = capsys.readouterr()
    assert shown.out == "" and "first.xlsx" in shown.err


def test_a_broken_row_leaves_nothing_behind(originals, tmp_path):
    write_cogat(originals / "cogat_aid_data_vintage_2024-09-24.csv", cogat_rows([{}, {"Classification": "Toys"}]))
    with pytest.raises(InputError, match="Toys"):
        ingest(originals, out=tmp_path / "out", progress=False, vintages=SMALL)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("moves_before_failure", [0, 1, 3])
def test_a_failure_while_moving_restores_what_was_there(originals, tmp_path, monkeypatch, moves_before_failure):
    out = tmp_path / "out"
    ingest(originals, out=out, progress=False, vintages=SMALL)
    (out / "unrwa_2024-09-11.csv").unlink()
    (out / "cogat_2024-09-24.csv").write_bytes(b"older\n")
    before = contents(out)
    real, done = os.replace, []

    def failing(source, target):
        if len(done) == moves_before_failure:
            monkeypatch.setattr(os, "replace", real)
            raise OSError("disk full")
        done.append(target)
        real(source, target)

    monkeypatch.setattr(os, "replace", failing)
    with pytest.raises(OSError, match="disk full"):
        ingest(originals, out=out, progress=False, vintages=SMALL)
    assert contents(out) == before


def test_a_failure_while_moving_leaves_no_new_folder(originals, tmp_path, monkeypatch):
    def failing(source, target):
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", failing)
    with pytest.raises(OSError, match="disk full"):
        ingest(originals, out=tmp_path / "out", progress=False, vintages=SMALL)
    assert not (tmp_path / "out").exists()


def test_a_missing_vintage_an_unknown_one_and_one_twice_are_refused(originals, tmp_path):
    def attempt():
        ingest(originals, out=tmp_path / "out", progress=False, vintages=SMALL)

    shutil.copy(originals / "first.xlsx", originals / "third.xlsx")
    with pytest.raises(InputError, match="third.xlsx: was public from 2024-09-11 as first.xlsx was"):
        attempt()
    late = [{"Last Edited Time": datetime(2024, 9, 30, 8)}]
    write_workbook(originals / "third.xlsx", {"Suppy Page": unrwa_rows(NEW, late)})
    with pytest.raises(InputError, match="third.xlsx: was public from 2024-09-30, but the known unrwa vintages are"):
        attempt()
    (originals / "third.xlsx").unlink()
    (originals / "first.xlsx").unlink()
    with pytest.raises(InputError, match="lacks unrwa of 2024-09-11"):
        attempt()
    assert not (tmp_path / "out").exists()


def test_a_foreign_file_in_the_folder_is_named(originals, tmp_path):
    (originals / "other.csv").write_text("date,count\n2024-01-01,3\n")
    with pytest.raises(InputError, match="other.csv, row 1: unknown column set"):
        ingest(originals, out=tmp_path / "out", progress=False, vintages=SMALL)


def test_notes_and_lock_files_are_passed_over(originals, tmp_path):
    for name in ("notes.txt", "~$first.xlsx", ".hidden.csv"):
        (originals / name).write_text("nothing")
    assert len(ingest(originals, out=tmp_path / "out", progress=False, vintages=SMALL)) == 3


@pytest.mark.parametrize("prepare", [lambda folder: None, lambda folder: folder.mkdir()])
def test_a_folder_that_is_missing_or_empty_is_named(tmp_path, prepare):
    prepare(tmp_path / "nowhere")
    with pytest.raises(InputError, match="nowhere"):
        ingest(tmp_path / "nowhere", out=tmp_path / "out", progress=False)


@pytest.mark.parametrize(
    ("name", "match"),
    [
        ("cogat.csv", "names 0 days"),
        ("cogat_2024-09-24_2024-09-25.csv", "names 2 days"),
        ("cogat_2024-13-01.csv", "names 1 days"),
    ],
)
def test_a_cogat_file_carries_its_day_in_its_name(tmp_path, name, match):
    write_cogat(tmp_path / name, cogat_rows([{}]))
    with pytest.raises(InputError, match=match):
        read_original(tmp_path / name)


def test_days_outside_the_possible_are_refused(tmp_path):
    write_workbook(tmp_path / "late.xlsx", {"Suppy Page": unrwa_rows(OLD, [{"Received Date": date(2024, 9, 12)}])})
    with pytest.raises(InputError, match="trucks on 2024-09-12"):
        read_original(tmp_path / "late.xlsx")
    write_cogat(tmp_path / "early_2024-09-24.csv", cogat_rows([{"Date": "9 Apr 2022"}]))
    with pytest.raises(InputError, match="trucks on 2022-04-09"):
        read_original(tmp_path / "early_2024-09-24.csv")


def test_a_workbook_without_edit_times_has_no_day_of_publication(tmp_path):
    write_workbook(tmp_path / "x.xlsx", {"Suppy Page": unrwa_rows(OLD, [{"Last Edited Time": ""}])})
    with pytest.raises(InputError, match="Last Edited Time"):
        read_original(tmp_path / "x.xlsx")


@pytest.mark.parametrize("name", ["broken.xlsx", "broken_2024-09-24.csv"])
def test_a_broken_file_is_named_in_one_line(tmp_path, name):
    (tmp_path / name).write_bytes(b"\xff\xfe\x00 not what it says")
    with pytest.raises(InputError, match=name) as caught:
        read_original(tmp_path / name)
    assert "\n" not in str(caught.value)


def test_a_folder_with_a_package_of_its_own_keeps_its_other_tables(originals, tmp_path):
    out = tmp_path / "out"
    shutil.copytree(DATA / "examples", out / "examples")
    package = load_package(DATA)
    kept = [resource for resource in package["resources"] if not is_vintage(resource)]
    (out / PACKAGE).write_text(json.dumps({**package, "resources": kept}))
    header, *rows = read_csv(DATA / "events.csv")
    (out / "events.csv").write_bytes(encode_csv(header, rows[:3]))
    ingest(originals, out=out, progress=False, vintages=SMALL)
    described = {resource["name"]: resource for resource in load_package(out)["resources"]}
    assert list(described)[3:] == [
        "quotes",
        "events",
        "holidays",
        "places",
        "cogat_monthly_2026-03-02",
        "uk_covid_tests",
        "uk_covid_quotes",
    ]
    assert read_csv(out / "events.csv") == [header, *rows[:3]]
    assert described["events"]["bytes"] == (out / "events.csv").stat().st_size
    (out / "examples" / "uk_covid_tests.csv").unlink()
    with pytest.raises(InputError, match="uk_covid_tests.csv: is missing, but the package holds it"):
        ingest(originals, out=out, progress=False, vintages=SMALL)


def test_the_account_of_a_vintage_fits_on_a_line(originals):
    rows = unrwa_rows(OLD, [{}, {}])
    write_workbook(originals / "first.xlsx", {"Suppy Page": [*rows, rows[1], [""] * len(OLD), rows[2]]})
    assert str(read_original(originals / "first.xlsx")) == (
        "unrwa_2024-09-11: 5 rows of first.xlsx, 1 set aside (blank row), 2 set aside (repeat of an earlier row); "
        "2 trucks from 2024-09-09 to 2024-09-09"
    )


# ---- the originals, where they are at hand ----------------------------------------------------------------------------


@pytest.mark.originals
def test_the_originals_give_the_committed_bytes(raw_folder, tmp_path):
    described = load_package(DATA)
    folder, out = tmp_path / "originals", tmp_path / "data"
    folder.mkdir()
    for resource in filter(is_vintage, described["resources"]):
        name = resource["original"]["name"]
        (folder / name).symlink_to(raw_folder / name)
    shutil.copytree(DATA / "examples", out / "examples")
    kept = [resource for resource in described["resources"] if not is_vintage(resource)]
    (out / PACKAGE).write_text(json.dumps({**described, "resources": kept}))
    found = ingest(folder, out=out, progress=False)
    made = [path for path in out.iterdir() if path.is_file()]
    assert len(made) == 11
    for path in made:
        assert path.read_bytes() == (DATA / path.name).read_bytes(), path.name
    assert Counter(item.source for item in found) == {"unrwa": 4, "cogat": 1}


@pytest.mark.originals
def test_what_the_datasheet_says_of_rows_is_so(raw_folder):
    """Numbers of data/README.md by row ID, which the daily tables do not keep."""
    held, last = {}, {}
    for rows_of, vintage in ((held, "2024-11-11"), (last, "2025-01-19")):
        header, *rows = read_workbook(raw_folder / f"unrwa_commodities_received_vintage_{vintage}.xlsx", telling=NEW)[1]
        rows_of.update({row[0]: dict(zip(header, row, strict=True)) for row in rows})
    added = [row for key, row in last.items() if key not in held and row["Received Date"] <= date(2024, 9, 30)]
    gone = [row for key, row in held.items() if key not in last]
    assert (len(added), sum(row["Data Source"] == "WFP LC" for row in added)) == (6361, 5818)
    assert min(row["Received Date"] for row in added) >= date(2024, 6, 1)
    assert (len(gone), sum(row["Data Source"] == "WFP" for row in gone)) == (769, 766)
    assert {(row["Received Date"].year, row["Received Date"].month) for row in gone} == {(2024, 9)}
    fuel = [r for r in last.values() if any(w in str(r["Description of Cargo"]).lower() for w in ("fuel", "gas", "diesel"))]
    assert 0 < len(fuel) < 10
    text = (DATA / "README.md").read_text(encoding="utf-8")
    for figure in ("6,361", "5,818", "769", "766"):
        assert figure in text
