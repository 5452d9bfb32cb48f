"""What a list may not hold, lose or cost: each of these was once read wrong, without a word, or ended the process."""

import os
import subprocess
import sys
import zipfile
from datetime import date, datetime

import pytest
from line_lists import Xml, cogat_rows, unrwa_rows, write_cogat, write_workbook

from utils.aid.ingest.datapackage import is_vintage, load_package
from utils.aid.ingest.line_list import MOST_BYTES, MOST_ROWS, join_faults, read_csv, refuse_cell
from utils.aid.ingest.run import ingest, read_original
from utils.aid.ingest.unrwa import UNRWA_COLUMNS_SINCE_DECEMBER_2024 as NEW
from utils.aid.ingest.workbook import read_workbook
from utils.aid.paths import DATA
from utils.common.errors import InputError

COGAT = "cogat_2024-09-24.csv"
DAYS = {"unrwa": (date(2024, 9, 11),), "cogat": (date(2024, 9, 24),)}


def refuse(path) -> str:
    with pytest.raises(InputError) as caught:
        read_original(path)
    message = str(caught.value)
    assert "\n" not in message and len(message) < 1500
    return message


def write_list(path, rows, **options):
    write_workbook(path, {"Suppy Page": unrwa_rows(NEW, rows)}, **options)
    return path


# ---- cells ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        (Xml('t="e"', "<v>#N/A</v>"), "'#N/A'"),
        (Xml('t="e"', "<f>1/0</f><v>#DIV/0!</v>"), "'#DIV/0!'"),
        (Xml("", "<f>1+1</f>"), "'a formula without a value'"),
        (Xml('t="str"', '<f>""</f><v></v>'), "'a formula without a value'"),
    ],
)
@pytest.mark.parametrize("column", ["Crossing", "Donation Type", "Status", "Quantity"])
def test_a_cell_without_a_value_is_no_blank(tmp_path, cell, shown, column):
    message = refuse(write_list(tmp_path / "list.xlsx", [{}, {column: cell}, {}, {column: cell}]))
    assert message.startswith(f"list.xlsx, sheet 'Suppy Page', row 3: {column} is {shown}, but it shows no value")
    assert "1 more row: 5" in message


def test_a_formula_with_its_value_is_read(tmp_path):
    path = write_list(tmp_path / "list.xlsx", [{"No. of Trucks": Xml("", "<f>1+1</f><v>2</v>")}])
    assert read_original(path).counted.trucks == 2


def test_merged_cells_of_the_list_are_refused_and_those_of_a_note_are_not(tmp_path):
    after = '<mergeCells count="2"><mergeCell ref="M2:M3"/><mergeCell ref="A2:B2"/></mergeCells>'
    message = refuse(write_list(tmp_path / "list.xlsx", [{}, {}], after=after))
    assert "cells M2:M3 and 1 more range are merged" in message
    sheets = {"disclaimer": [["UNRWA Data Disclaimer"]], "Suppy Page": unrwa_rows(NEW, [{}])}
    write_workbook(tmp_path / "list.xlsx", sheets, after=after)
    assert read_original(tmp_path / "list.xlsx").counted.trucks == 1


@pytest.mark.parametrize(
    "label", ["KEREM SHALOM", "Kerem  Shalom", "Kerem\u00a0Shalom", "\u200fKerem Shalom", "\uff2berem Shalom"]
)
def test_a_label_is_read_whatever_its_space_and_case(tmp_path, label):
    counted = read_original(write_list(tmp_path / "list.xlsx", [{"Crossing": label}])).counted
    assert counted.table[0][1] == "Kerem Shalom"
    assert counted.remarks == {f"Crossing {label!r} read as 'Kerem Shalom'": 1}


@pytest.mark.parametrize(
    "donor", ["Private-sector", "Privatesector", "Private sektor", "Priv\u0430te sector", "private sector - Gaza"]
)
def test_a_donor_that_is_not_known_is_refused_with_what_it_may_mean(tmp_path, donor):
    write_cogat(tmp_path / COGAT, cogat_rows([{}, {"Donor": donor}]))
    message = refuse(tmp_path / COGAT)
    assert "row 3: Donor is" in message and "it may mean 'Private sector'" in message and "COGAT_DONORS" in message


@pytest.mark.parametrize(
    "donor", ["Private  sector", "PRIVATE SECTOR", "Private\u00a0sector", "\u2067Private sector\u2069", "Private\u200b sector"]
)
def test_a_donor_stays_in_its_group_whatever_its_space_and_marks(tmp_path, donor):
    write_cogat(tmp_path / COGAT, cogat_rows([{"Donor": donor}]))
    assert read_original(tmp_path / COGAT).counted.table[0][3] == "private sector"


@pytest.mark.parametrize("trucks", [51.0, 2000.0, 1e300])
def test_a_row_of_very_many_trucks_is_refused(tmp_path, trucks):
    message = refuse(write_list(tmp_path / "list.xlsx", [{}, {"No. of Trucks": trucks}]))
    assert f"No. of Trucks is {trucks!r}, but it is a whole number from 1 to 50" in message


def test_one_number_is_one_row_however_it_is_written(tmp_path):
    message = refuse(write_list(tmp_path / "list.xlsx", [{"ID": 1.0}, {"ID": "1.0"}]))
    assert "row 3: ID is '1.0', but each truck has one, a whole number in a cell of type number" in message
    write_cogat(tmp_path / COGAT, cogat_rows([{"Index": "1"}, {"Index": "01"}]))
    assert read_original(tmp_path / COGAT).counted.trucks == 1
    write_cogat(tmp_path / COGAT, cogat_rows([{"Index": "1"}, {"Index": "1.0"}]))
    assert "row 3: Index is '1.0', but each row has one, a whole number" in refuse(tmp_path / COGAT)


@pytest.mark.parametrize("weight", ["1_000", "\u0661\u0660", "1e3", "2.5.5", "0x10", "1" * 5000])
def test_a_weight_is_written_in_plain_digits(tmp_path, weight):
    write_cogat(tmp_path / COGAT, cogat_rows([{}, {"Aid (tons)": weight}]))
    assert "a weight is a number of tonnes" in refuse(tmp_path / COGAT)


# ---- sheets and messages ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("above", [0, 2])
def test_a_second_list_in_the_workbook_is_not_left_out(tmp_path, above):
    rows = unrwa_rows(NEW, [{}])
    write_workbook(tmp_path / "list.xlsx", {"Suppy Page": rows, "more": [[""]] * above + rows})
    assert "sheets 'Suppy Page' and 'more' are line lists, but a workbook holds one" in refuse(tmp_path / "list.xlsx")


def test_a_cell_beside_the_list_is_named(tmp_path):
    rows = unrwa_rows(NEW, [{}, {}])
    rows[2].append("see note")
    write_workbook(tmp_path / "list.xlsx", {"Suppy Page": rows})
    assert "row 3: column 18 is 'see note', but the header ends with column 17" in refuse(tmp_path / "list.xlsx")


def test_days_counted_from_1904_are_refused(tmp_path):
    assert "1904" in refuse(write_list(tmp_path / "list.xlsx", [{}], properties='date1904="1"'))


def test_a_long_cell_is_shown_by_its_beginning_and_many_are_counted(tmp_path):
    rows = [{}] + [{"Crossing": "x" * 30_000}] * 40 + [{"Status": "Rejected"}] * 3
    message = refuse(write_list(tmp_path / "list.xlsx", rows))
    assert "x" * 110 in message and "x" * 121 not in message and "(cut, 30,000 characters)" in message
    assert "so are 39 more rows: 4, 5, 6, 7, 8, ..." in message
    assert "row 43: Status is 'Rejected'" in message and "so are 2 more rows: 44, 45" in message


def test_rules_beyond_the_fourth_are_counted():
    faults = [refuse_cell("a.csv", row, f"column {row}", "", rule="it is given", mend="fill it") for row in range(2, 9)]
    assert str(join_faults(faults)).endswith("; and 3 more rows break 3 other rules")


# ---- what a file may cost ---------------------------------------------------------------------------------------------

BOUNDED = """
import resource, sys, time
from pathlib import Path
from utils.aid.ingest.run import read_original
from utils.common.errors import InputError
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[2]), int(sys.argv[2])))
begun = time.process_time()
try:
    read_original(Path(sys.argv[1]))
except InputError as refusal:
    print(refusal)
print(time.process_time() - begun, file=sys.stderr)
"""


def read_bounded(path, *, memory=1 << 30, seconds=20.0) -> str:
    """Read a list in a process of its own that is given so much memory and time; return its refusal."""
    command = [sys.executable, "-c", BOUNDED, str(path), str(memory)]
    done = subprocess.run(command, env=dict(os.environ, OPENBLAS_NUM_THREADS="1"), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert float(done.stderr.splitlines()[-1]) < seconds
    return done.stdout


@pytest.mark.parametrize("place", ["XFD1048576", "XFD20000", "A1048576", "AH9"])
def test_a_stray_far_cell_costs_nothing(tmp_path, place):
    row = "".join(filter(str.isdigit, place))
    write_list(tmp_path / "list.xlsx", [{}], extra_rows=f'<row r="{row}"><c r="{place}"><v>1</v></c></row>')
    assert "delete the stray cells" in read_bounded(tmp_path / "list.xlsx", seconds=2)


def test_a_far_cell_that_is_only_formatted_is_no_cell(tmp_path):
    write_list(tmp_path / "list.xlsx", [{}], extra_rows='<row r="1048576"><c r="XFD1048576" s="1"/></row>')
    assert read_bounded(tmp_path / "list.xlsx", seconds=2) == ""


def test_a_sheet_of_very_many_empty_cells_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("utils.aid.ingest.workbook.MOST_ROWS", 1_000)
    rows = "".join(f'<row r="{row}">{"<c/>" * 60}</row>' for row in range(3, 700))
    assert "a sheet has more than 32,000 cells" in refuse(write_list(tmp_path / "list.xlsx", [{}], extra_rows=rows))


def test_many_cells_beside_a_list_are_counted_by_row(tmp_path):
    rows = "".join(f'<row r="{row}">{"<c><v>1</v></c>" * 30}</row>' for row in range(3, 20_000))
    path = write_list(tmp_path / "list.xlsx", [{}], extra_rows=rows, compression=zipfile.ZIP_DEFLATED)
    assert "so are 19,996 more rows" in read_bounded(path)


def test_an_archive_bomb_is_refused_before_it_is_unpacked(tmp_path):
    path = write_list(tmp_path / "list.xlsx", [{}])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as book, book.open("xl/sharedStrings.xml", "w") as part:
        for _ in range(300):
            part.write(b" " * 1_000_000)
    assert path.stat().st_size < 1_000_000
    assert "bytes unpacked, and no list more than 256,000,000" in read_bounded(path, seconds=2)


def test_a_file_beyond_the_limit_is_not_opened(tmp_path):
    for name in ("list.xlsx", COGAT):
        with (tmp_path / name).open("wb") as file:
            file.truncate(MOST_BYTES + 1)
        assert "has 100,000,001 bytes, but a line list has at most 100,000,000" in read_bounded(tmp_path / name, seconds=2)


def test_more_rows_than_a_list_has_are_not_read(tmp_path):
    (tmp_path / COGAT).write_text("\n" * (MOST_ROWS + 1))
    with pytest.raises(InputError, match="has more than 250,000 rows"):
        read_csv(tmp_path / COGAT)


def test_a_sheet_named_twice_and_a_part_held_twice_are_refused(tmp_path):
    path = write_list(tmp_path / "list.xlsx", [{}])
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(path, "a") as book:
        book.writestr("xl/s1.xml", "<worksheet/>")
    with pytest.raises(InputError, match="holds a part twice"):
        read_workbook(path, telling=NEW)


# ---- what a list may not lose -----------------------------------------------------------------------------------------


@pytest.fixture
def standing(tmp_path):
    """A folder of originals and the package made of them."""
    folder, out = tmp_path / "originals", tmp_path / "out"
    folder.mkdir()
    write_list(folder / "list.xlsx", [{}, {"Received Date": date(2024, 9, 7)}, {"Received Date": date(2024, 9, 8)}])
    write_cogat(folder / COGAT, cogat_rows([{}, {"Date": "10 Apr 2024"}]))
    ingest(folder, out=out, progress=False, vintages=DAYS)
    return folder, out


def again(standing, **options):
    folder, out = standing
    return ingest(folder, out=out, progress=False, vintages=options.pop("vintages", DAYS), **options)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([{}, {"Received Date": date(2024, 9, 7)}], "has 2 rows and 2 trucks where list.xlsx had 3 and 3, but a list grows"),
        ([{}, {}, {"Received Date": date(2024, 9, 7)}], "has no truck on 2024-09-08 where list.xlsx had some"),
        ([{"Received Date": date(2024, 9, day)} for day in (7, 8, 8, 8)], "has no truck on 2024-09-09 where"),
    ],
)
def test_a_list_that_lost_something_is_refused_unless_it_replaces(standing, rows, message):
    folder, out = standing
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    write_list(folder / "list.xlsx", rows)
    with pytest.raises(InputError, match=message) as caught:
        again(standing)
    assert "--replace" in str(caught.value)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    assert {item.counted.rows_read for item in again(standing, replace=True)} == {2, len(rows)}


def test_a_file_cut_within_its_last_cell_is_refused(standing):
    path = standing[0] / COGAT
    path.write_bytes(path.read_bytes()[:-2])  # 20 tonnes become 2
    with pytest.raises(InputError, match="bytes where cogat_2024-09-24.csv had"):
        again(standing)


def test_a_list_that_stands_does_not_go_and_an_older_one_does_not_come(standing):
    folder, out = standing
    table = (out / "unrwa_2024-09-11.csv").read_bytes()
    older = {"Last Edited Time": datetime(2024, 9, 10, 8)}
    write_list(folder / "list.xlsx", [older] * 4)
    with pytest.raises(InputError, match="list.xlsx: is of 2024-09-10, but the newest that stands is of 2024-09-11"):
        again(standing, new=True)
    assert [item.name for item in again(standing, new=True, replace=True)] == ["cogat_2024-09-24", "unrwa_2024-09-10"]
    assert (out / "unrwa_2024-09-11.csv").read_bytes() == table
    assert [one["name"] for one in load_package(out)["resources"] if is_vintage(one)] == [
        "cogat_2024-09-24",
        "unrwa_2024-09-10",
        "unrwa_2024-09-11",
    ]


def test_a_newer_list_is_held_against_the_newest_that_stands(standing):
    folder, _ = standing
    days = DAYS | {"unrwa": (date(2024, 9, 11), date(2024, 9, 20))}
    write_list(folder / "second.xlsx", [{"Last Edited Time": datetime(2024, 9, 20, 8)}] * 3)
    with pytest.raises(InputError, match="second.xlsx: has no truck on 2024-09-07, 2024-09-08 where list.xlsx had some"):
        again(standing, vintages=days)


def test_the_command_knows_replace(standing):
    folder, out = standing
    command = [sys.executable, "-m", "utils", "ingest", "--help"]
    done = subprocess.run(command, cwd=DATA.parent, capture_output=True, text=True, check=True)
    assert "--replace" in done.stdout
