"""Tables that are kept by hand: each cell is checked, and the package describes what is there."""

import importlib.metadata
import importlib.util
import json
import shutil

import pytest

from utils.aid.ingest.datapackage import PACKAGE, load_package, refresh_package
from utils.aid.ingest.line_list import read_csv
from utils.aid.ingest.schemas import SCHEMAS, check_table
from utils.aid.paths import DATA
from utils.common.errors import InputError
from utils.common.files import encode_csv


@pytest.fixture
def package(tmp_path):
    """A copy of the data package without its record of forecasts."""
    return shutil.copytree(DATA, tmp_path / "data", ignore=shutil.ignore_patterns("forecasts", "make"))


@pytest.mark.parametrize(
    ("table", "column", "value", "parts"),
    [
        ("quotes", "trucks", "many", ("trucks", "'many'", "number")),
        ("quotes", "trucks", "NaN", ("trucks", "'NaN'", "number")),
        ("quotes", "trucks", "1_740", ("trucks", "'1_740'", "number")),
        ("quotes", "trucks", "-3", ("at least 0",)),
        ("quotes", "trucks", "", ("required",)),
        ("quotes", "bound", "upper", ("exact, lower, approximate",)),
        ("quotes", "url", "example.org", ("https?",)),
        ("quotes", "date_end", "2020-01-01", ("begins on",)),
        ("quotes", "published", "2023-10-07", ("speaks of days up to",)),
        ("quotes", "published", "", ("published_precision", "published is ''")),
        ("quotes", "published", "2024-11", ("type date",)),
        ("quotes", "published", "20241108", ("type date",)),
        ("quotes", "published", "2024-11-31", ("type date",)),
        ("quotes", "id", "twice", ("names one row",)),
        ("events", "intervention", "shift", ("intervention", "'shift'", "pause, opening, pledge, closing")),
        ("events", "kind", "rumour", ("kind", "'rumour'", "ceasefire")),
        ("events", "url", "example.org", ("https?",)),
        ("holidays", "closes", "True", ("closes", "'True'", "boolean")),
        ("uk_covid_tests", "tests", "12.5", ("tests", "'12.5'", "integer")),
        ("uk_covid_tests", "tests", " 5", ("tests", "' 5'", "integer")),
    ],
)
def test_a_cell_that_breaks_a_rule_is_named(package, table, column, value, parts):
    (path,) = package.rglob(f"{table}.csv")
    header, *rows = read_csv(path)
    at = header.index(column)
    first = next(n for n, row in enumerate(rows) if "published" not in header or row[header.index("published")])
    for row in rows if value == "twice" else rows[first : first + 1]:
        row[at] = value
    path.write_bytes(encode_csv(header, rows))
    with pytest.raises(InputError) as caught:
        refresh_package(folder=package)
    message = str(caught.value)
    assert message.startswith(f"{table}.csv, row {first + 2 if value != 'twice' else 3}: ") and "\n" not in message, message
    assert all(part in message for part in parts), message
    assert (package / PACKAGE).read_bytes() == (DATA / PACKAGE).read_bytes()


def test_a_table_with_other_columns_is_refused(package):
    (package / "events.csv").write_text("day,event\n2024-01-01,x\n")
    with pytest.raises(InputError, match="events.csv, row 1: header"):
        refresh_package(folder=package)


def test_an_empty_table_and_a_row_cut_short_are_refused(tmp_path):
    path = tmp_path / "unrwa.csv"
    path.write_text("")
    with pytest.raises(InputError, match=r"unrwa.csv, row 1: header is \[\]"):
        check_table(path, SCHEMAS["unrwa"])
    path.write_text("date,crossing,donation_type,cargo_category,data_source,trucks\n2024-09-09,Erez\n")
    with pytest.raises(InputError, match="unrwa.csv, row 2: number of cells is 2"):
        check_table(path, SCHEMAS["unrwa"])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda resource: resource.pop("schema"), "resource 6 has no schema"),
        (lambda resource: resource["schema"]["fields"][3].update(type="count"), "type 'count' of trucks is unknown"),
    ],
)
def test_a_description_that_checks_nothing_is_refused(package, change, message):
    described = load_package(package)
    change(described["resources"][5])
    (package / PACKAGE).write_text(json.dumps(described))
    with pytest.raises(InputError, match=message):
        refresh_package(folder=package)


def test_a_folder_without_a_package_or_with_a_broken_one_is_named(tmp_path):
    with pytest.raises(InputError, match="is missing, but it describes the package"):
        refresh_package(folder=tmp_path)
    (tmp_path / PACKAGE).write_text("{")
    with pytest.raises(InputError, match="is no JSON") as caught:
        refresh_package(folder=tmp_path)
    assert "\n" not in str(caught.value)


def test_an_edited_quote_is_described_anew(package):
    refresh_package(folder=package)
    assert (package / "datapackage.json").read_bytes() == (DATA / "datapackage.json").read_bytes()
    path = package / "quotes.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",229,", ",230,", 1), encoding="utf-8")
    refresh_package(folder=package)
    old, new = (json.loads((folder / "datapackage.json").read_bytes())["resources"] for folder in (DATA, package))
    assert [a["name"] for a, b in zip(old, new, strict=True) if a != b] == ["quotes"]


@pytest.mark.parametrize(
    ("table", "name", "column", "cell", "rule"),
    [
        (
            "quotes",
            "20241001-20241016-cogat-29-trt-world",
            "stage",
            "settled",
            "its days and its day of publication make it running",
        ),
        ("quotes", "20241001-20241031-cogat-57-ap", "stage", "running", "its days and its day of publication make it settled"),
        ("events", "2024-10-01-north-food-stops", "published", "2024-09-30", "the event is of 2024-10-01"),
        ("events", "2024-10-01-north-food-stops", "published_precision", "unknown", "published is '2024-10-18'"),
        ("events", "2024-10-01-north-food-stops", "published_precision", "calendar", "calendar is for holidays"),
        ("events", "2024-10-01-north-food-stops", "date", "2024-10-02", "it begins with its day, 2024-10-02"),
        ("events", "2024-10-01-north-food-stops", "kind", "holiday", "calendar is for holidays, and kind is 'holiday'"),
    ],
)
def test_days_of_a_row_that_cannot_be_are_refused(package, table, name, column, cell, rule):
    header, *rows = read_csv(package / f"{table}.csv")
    for row in rows:
        if row[0] == name:
            row[header.index(column)] = cell
    (package / f"{table}.csv").write_bytes(encode_csv(header, rows))
    with pytest.raises(InputError, match=rule):
        refresh_package(folder=package)
    assert (package / "datapackage.json").read_bytes() == (DATA / "datapackage.json").read_bytes()


def test_a_vintage_edited_by_hand_is_refused(package):
    with (package / "unrwa_2024-09-11.csv").open("a") as table:
        table.write("2024-09-10,Erez,Private Sector,Food Items,UNRWA,500\n")
    with pytest.raises(InputError, match="unrwa_2024-09-11.csv: differs"):
        refresh_package(folder=package)
    assert (package / "datapackage.json").read_bytes() == (DATA / "datapackage.json").read_bytes()


def load_script(name):
    """Load a script of data/make, which is no module of the package."""
    spec = importlib.util.spec_from_file_location(name, DATA / "make" / f"{name}.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    return script


def test_the_holidays_are_those_of_the_library(package):
    script = load_script("israeli_holidays")
    if importlib.metadata.version("holidays") != script.VERSION:
        pytest.skip(f"the table is frozen from holidays {script.VERSION}")
    (package / "holidays.csv").write_text("lost")
    script.write_holidays(package)
    for name in ("holidays.csv", PACKAGE):
        assert (package / name).read_bytes() == (DATA / name).read_bytes()


def test_another_version_of_the_library_is_refused(package, monkeypatch):
    import holidays

    monkeypatch.setattr(holidays, "__version__", "0.1")
    (package / "holidays.csv").write_text("kept")
    with pytest.raises(InputError, match="holidays 0.1: is installed"):
        load_script("israeli_holidays").write_holidays(package)
    assert (package / "holidays.csv").read_text() == "kept"
