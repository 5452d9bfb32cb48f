"""Files of daily counts: what is read from each format, and one line for whatever is no daily count."""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
import re
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from line_lists import write_workbook

from utils.common.errors import InputError, LookaheadError
from utils.counts.cells import open_cells
from utils.counts.count_file import read_count_file, read_counts
from utils.counts.count_text import ABSENT, SEPARATORS, explain_count, write_number
from utils.counts.day_text import MIDNIGHT, TIME, name_period, read_days, split_time
from utils.counts.snapshot import Source

DAYS = [f"{day:%Y-%m-%d}" for day in pd.date_range("2024-03-01", periods=30)]
COUNTS = [(7 * number) % 23 for number in range(30)]


def write(folder, rows, *, name="counts.csv", header=("date", "cases"), delimiter=",", encoding="utf-8"):
    """Write rows as a text file."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows([header, *rows] if header else rows)
    path = folder / name
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def read_refusal(path, **asked) -> str:
    """The one line by which a file is refused."""
    with pytest.raises(InputError) as refused:
        read_counts(path, **asked)
    message = str(refused.value)
    assert "\n" not in message and path.name in message or "weekday" in message, message
    return message


def get_series(snapshot) -> dict[str, float | None]:
    return {f"{day:%Y-%m-%d}": None if np.isnan(count) else count for day, count in snapshot.days["count"].items()}


# ------------------------------------------------------------------------------------------------- what is read


def write_excel(path, header, rows, *, names=("Sheet1",)):
    """Write a workbook by hand: inline text, numbers, days as serial numbers with a style of days; every sheet holds the same."""
    import zipfile
    from xml.sax.saxutils import escape

    def cell(value, place):
        if value is None:
            return ""
        if isinstance(value, dt.date):
            moment = value if isinstance(value, dt.datetime) else dt.datetime(value.year, value.month, value.day)
            return f'<c r="{place}" s="1"><v>{(moment - dt.datetime(1899, 12, 30)) / dt.timedelta(days=1)}</v></c>'
        if isinstance(value, str):
            return f'<c r="{place}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
        return f'<c r="{place}"><v>{value}</v></c>'

    sheet = "".join(
        f'<row r="{r}">' + "".join(cell(value, f"{chr(65 + c)}{r}") for c, value in enumerate(row)) + "</row>"
        for r, row in enumerate([header, *rows], 1)
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    types = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    files = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{types}.sheet.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{office}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
        + "".join(f'<sheet name="{name}" sheetId="{number}" r:id="r1"/>' for number, name in enumerate(names, 1))
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{office}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="{office}/styles" '
        'Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{main}"><cellXfs count="2"><xf numFmtId="0"/>'
        '<xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{sheet}</sheetData></worksheet>',
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, '<?xml version="1.0" encoding="UTF-8"?>' + content)
    return path


def write_parquet(path, header, rows, kinds):
    import duckdb

    connection = duckdb.connect()
    columns = ", ".join(f'"{name}" {kind}' for name, kind in zip(header, kinds, strict=True))
    connection.execute(f"CREATE TABLE t ({columns})")
    connection.executemany(f"INSERT INTO t VALUES ({', '.join('?' * len(header))})", rows)
    connection.execute(f"COPY t TO '{path}' (FORMAT parquet)")
    return path


WRITERS = {
    "comma": lambda folder, rows: write(folder, rows),
    "semicolon": lambda folder, rows: write(folder, rows, delimiter=";"),
    "tab": lambda folder, rows: write(folder, rows, name="counts.tsv", delimiter="\t"),
    "byte order mark": lambda folder, rows: write(folder, rows, encoding="utf-8-sig"),
    "day first": lambda folder, rows: write(folder, [(f"{day:%d/%m/%Y}", count) for day, count in rows]),
    "month first": lambda folder, rows: write(folder, [(f"{day:%m-%d-%Y}", count) for day, count in rows]),
    "points": lambda folder, rows: write(folder, [(f"{day.day}.{day.month}.{day.year}", count) for day, count in rows]),
    "month by name": lambda folder, rows: write(folder, [(f"{day:%d %b %Y}", count) for day, count in rows]),
    "american": lambda folder, rows: write(folder, [(f"{day:%B} {day.day}, {day.year}", count) for day, count in rows]),
    "eight digits": lambda folder, rows: write(folder, [(f"{day:%Y%m%d}", count) for day, count in rows]),
    "midnight": lambda folder, rows: write(folder, [(f"{day:%Y-%m-%d} 00:00:00", count) for day, count in rows]),
    "excel": lambda folder, rows: write_excel(folder / "counts.xlsx", ("date", "cases"), rows),
    "excel text": lambda folder, rows: write_excel(folder / "c.xlsx", ("date", "cases"), [(f"{day}", n) for day, n in rows]),
    "parquet": lambda folder, rows: write_parquet(folder / "c.parquet", ("date", "cases"), rows, ("DATE", "BIGINT")),
    "parquet moments": lambda folder, rows: write_parquet(folder / "c.parquet", ("date", "cases"), rows, ("TIMESTAMP", "DOUBLE")),
}


@pytest.mark.parametrize("form", WRITERS)
@settings(max_examples=3)
@given(
    first=st.dates(dt.date(1990, 1, 1), dt.date(2090, 1, 1)),
    counts=st.lists(st.one_of(st.none(), st.integers(0, 10**9)), min_size=35, max_size=60),
    shuffled=st.randoms(use_true_random=False),
)
def test_every_format_gives_the_series_back(tmp_path_factory, form, first, counts, shuffled):
    counts = [5, *counts[1:-1], 5] + [7] * 14
    rows = [(first + dt.timedelta(days=number), count) for number, count in enumerate(counts)]
    shuffled.shuffle(rows)
    snapshot = read_counts(WRITERS[form](tmp_path_factory.mktemp("file"), rows))
    days = pd.date_range(first, periods=len(counts))
    assert (
        snapshot.days.index.equals(days.rename("date").as_unit(snapshot.days.index.unit)) and snapshot.days.index.freqstr == "D"
    )
    np.testing.assert_array_equal(snapshot.days["count"], np.array(counts, float))
    assert snapshot.days["state"].tolist() == ["unreported" if count is None else "counted" for count in counts]


@pytest.mark.parametrize("form", [form for form in WRITERS if form not in ("eight digits", "excel")])
def test_rows_are_counted_in_every_format(tmp_path, form):
    rows = [(dt.date.fromisoformat(day), 1) for day, count in zip(DAYS, COUNTS, strict=True) for _ in range(count)]
    found = read_counts(WRITERS[form](tmp_path, rows[::-1]), rows=True)
    expected = {day: float(count) or None for day, count in zip(DAYS, COUNTS, strict=True)}
    last = max(day for day, count in expected.items() if count)
    first = min(day for day, count in expected.items() if count)
    assert get_series(found) == {day: count for day, count in expected.items() if first <= day <= last}


@pytest.mark.parametrize(
    "moment",
    [
        "{day} 09:05",
        "{day}T23:59:59.123Z",
        "{day}T23:30:00-05:00",
        "{day:%d/%m/%Y} 9:05 pm",
        "{day:%d %b %Y} 10:30:00",
        "{day:%b} {day.day}, {day.year} 10:30",
        "  {day:%d/%m/%Y} ",
        "  {day} ",
    ],
)
def test_times_of_the_day_belong_to_the_day_as_it_is_written(tmp_path, moment):
    days = pd.date_range("2024-03-01", periods=20).date
    path = write(tmp_path, [(number, moment.format(day=day)) for number, day in enumerate([*days, *days])], header=("id", "came"))
    assert get_series(read_counts(path, rows=True)) == {f"{day}": 2.0 for day in days}


def test_a_day_without_a_row_or_a_count_is_missing_unless_it_is_asked_to_be_zero(tmp_path):
    rows = list(zip(DAYS, COUNTS, strict=True))
    rows[5] = (DAYS[5], "")
    rows[6] = (DAYS[6], "n/a")
    del rows[10]
    path = write(tmp_path, rows)
    days = read_counts(path).days
    assert days.index[days["state"] == "unreported"].strftime("%Y-%m-%d").tolist() == [DAYS[5], DAYS[6], DAYS[10]]
    zero = read_counts(path, missing="zero").days
    assert (zero["state"] == "counted").all() and zero.loc[DAYS[10], "count"] == 0
    assert zero["count"].sum() == days["count"].sum()


def test_closed_weekdays_are_closed_where_nothing_was_counted(tmp_path):
    rows = [(day, count) for day, count in zip(DAYS, COUNTS, strict=True) if dt.date.fromisoformat(day).weekday() < 5]
    path = write(tmp_path, rows)
    found = read_count_file(path, closed=["saturday", "Sunday"])
    assert found.snapshot.shut_weekdays == (5, 6) and not found.notes
    closed = found.snapshot.days["state"] == "closed"
    assert closed.sum() == 8 and set(closed.index[closed].day_of_week) == {5, 6}
    assert found.snapshot.settled[closed].eq(0).all()
    assert read_counts(path, closed=["saturday", "sunday"], missing="zero").days["state"].eq("closed").sum() == 8
    [note] = read_count_file(path).notes
    assert note.endswith("say --closed saturday --closed sunday.")


def test_a_count_on_a_closed_weekday_is_refused_and_a_zero_is_not(tmp_path):
    rows = [(day, 0 if dt.date.fromisoformat(day).weekday() == 5 else 3) for day in DAYS]
    assert read_counts(write(tmp_path, rows), closed=["saturday"]).days["state"].eq("counted").all()
    assert "3 on 2024-03-03, but --closed sunday" in read_refusal(write(tmp_path, rows), closed=["sunday"])


def test_rows_of_a_day_are_added_up_when_asked(tmp_path):
    rows = [(day, ward, count + extra) for day, count in zip(DAYS, COUNTS, strict=True) for ward, extra in (("a", 0), ("b", 1))]
    path = write(tmp_path, rows, header=("date", "ward", "cases"))
    found = read_count_file(path, sum_rows=True)
    assert get_series(found.snapshot) == {day: 2.0 * count + 1 for day, count in zip(DAYS, COUNTS, strict=True)}
    assert found.notes == ("The rows of each day were added up: 2 a day.",) and found.n_rows == 60
    rows[7] = (*rows[7][:2], "")
    found = read_count_file(write(tmp_path, rows, header=("date", "ward", "cases")), sum_rows=True)
    assert found.snapshot.days["state"].eq("unreported").sum() == 1 and found.notes[1].endswith("taken as not counted: 1.")


def test_hours_are_added_up_to_days(tmp_path):
    hours = pd.date_range("2024-03-01", periods=20 * 24, freq="h")
    path = write(tmp_path, [(f"{hour:%Y-%m-%dT%H:%M}", 2) for hour in hours])
    assert read_counts(path, sum_rows=True).days["count"].eq(48).all()
    assert "--sum" in read_refusal(path)


def test_columns_are_found_past_ids_rates_and_labels(tmp_path):
    rows = [(n, day, "ward", count, count / 7, n % 2) for n, (day, count) in enumerate(zip(DAYS, COUNTS, strict=True))]
    path = write(tmp_path, [row[:5] for row in rows], header=("", "when", "where", "admitted", "mean7"))
    found = read_count_file(path)
    assert (found.date, found.count, found.form) == ("when", "admitted", "year first")
    two = write(tmp_path, rows, header=("n", "when", "where", "admitted", "mean7", "left"))
    assert "2 columns that could be the count, admitted, left; name one with --count" in read_refusal(two)
    assert read_counts(two, count="left").days["count"].max() == 1
    dates = write(tmp_path, [(day, day, 1) for day in DAYS], header=("from", "to", "n"))
    assert "2 columns of days, from, to; name one with --date" in read_refusal(dates)
    assert len(read_counts(dates, date="to").days) == 30


def test_a_file_without_a_header_is_read(tmp_path):
    path = write(tmp_path, list(zip(DAYS, COUNTS, strict=True)), header=None)
    assert get_series(read_counts(path)) == dict(zip(DAYS, map(float, COUNTS), strict=True))


def test_names_of_files_are_names_and_no_patterns(tmp_path):
    path = write(tmp_path, list(zip(DAYS, COUNTS, strict=True)), name="a[1]*'s?.csv")
    write(tmp_path, [("2024-03-01", 5)], name="a1b's!.csv")
    assert read_counts(path).days["count"].sum() == sum(COUNTS)


def test_thousands_are_read_where_only_one_reading_is_left(tmp_path):
    texts = ["1,234,567", "1,234", *map(str, range(28))]
    assert read_counts(write(tmp_path, zip(DAYS, texts, strict=True))).days["count"].iloc[:2].tolist() == [1234567, 1234]
    spaces = ["1 234", "12\u202f345", *map(str, range(28))]
    assert read_counts(write(tmp_path, zip(DAYS, spaces, strict=True))).days["count"].iloc[:2].tolist() == [1234, 12345]
    open_ = write(tmp_path, zip(DAYS, texts[1:] + ["5"], strict=True))
    assert "'1,234' could be 1234 or have decimals; if it is 1234, say --thousands ','" in read_refusal(open_)
    assert read_counts(open_, thousands=",").days["count"].iloc[0] == 1234
    points = write(tmp_path, zip(DAYS, ["1.234", "2.000", *map(str, range(28))], strict=True))
    assert "--thousands '.'" in read_refusal(points)
    assert read_counts(points, thousands=".").days["count"].iloc[:2].tolist() == [1234, 2000]


def test_day_and_month_are_asked_for_only_where_no_row_decides(tmp_path):
    days = pd.date_range("2024-03-01", periods=12)
    rows = [(f"{day:%d/%m/%Y}", 5) for day in days] + [(f"{day:%d/%m/%Y}", 6) for day in days + pd.DateOffset(months=1)]
    path = write(tmp_path, rows)
    assert "--day-first or --month-first" in read_refusal(path)
    assert read_counts(path, day_first=True).days.index[-1] == pd.Timestamp("2024-04-12")
    sure = write(tmp_path, [*rows, ("13/04/2024", 7)])
    assert read_counts(sure).days.index[-1] == pd.Timestamp("2024-04-13")
    assert "'13/04/2024' cannot be read month-first" in read_refusal(sure, day_first=False)
    assert "line 27" in read_refusal(write(tmp_path, [*rows, ("13/04/2024", 7), ("04/14/2024", 7)]))


def test_as_of_keeps_what_lies_before(tmp_path):
    path = write(tmp_path, zip(DAYS, COUNTS, strict=True))
    snapshot = read_counts(path, as_of=DAYS[20], source=Source("clinic", unit="cases"))
    assert len(snapshot.days) == 20 and snapshot.as_of == pd.Timestamp(DAYS[20]) and snapshot.source.unit == "cases"
    assert "14 are needed" in read_refusal(path, as_of=DAYS[5])
    with pytest.raises(InputError, match="nothing to learn"):
        read_counts(path, as_of="2020-01-01")
    with pytest.raises(LookaheadError):
        from utils.forecasts.answer import answer
        from utils.questions.question import Question

        answer(Question(threshold=5, opens=DAYS[25], closes="2024-04-10"), counts=snapshot.days["count"], as_of=DAYS[15])


@pytest.mark.skipif(os.name == "nt", reason="limits of POSIX")
@pytest.mark.parametrize("place", ["XFD1048576", "XFD20000"])
def test_a_stray_far_cell_is_refused_and_ends_nothing(tmp_path, place):
    row = place.lstrip("XFD")
    write_workbook(
        tmp_path / "c.xlsx",
        {"S": [["date", "cases"], *([day, float(n)] for day, n in zip(DAYS, COUNTS, strict=True))]},
        extra_rows=f'<row r="{row}"><c r="{place}"><v>1</v></c></row>',
    )
    assert "c.xlsx does not open in 4 GB of memory: a cell may lie far from the table" in read_refusal(tmp_path / "c.xlsx")


def test_a_workbook_of_several_sheets_is_asked_about(tmp_path):
    path = write_excel(tmp_path / "c.xlsx", ("date", "cases"), list(zip(DAYS, COUNTS, strict=True)), names=("May", "June"))
    assert "2 sheets with cells, May, June; name one with --sheet" in read_refusal(path)
    assert "no sheet 'July'; choose one of May, June" in read_refusal(path, sheet="July")
    assert read_counts(path, sheet="June").days["count"].sum() == sum(COUNTS)


# ------------------------------------------------------------------------------------------------- what is refused


def replace_cell(place, value, *, column=1):
    """Rows of a good file, with one other cell."""
    rows = [list(row) for row in zip(DAYS, COUNTS, strict=True)]
    rows[place][column] = value
    return rows


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (replace_cell(3, "twelve"), r"line 5, column cases: 'twelve' is not a number; leave the cell empty"),
        (replace_cell(3, "-"), r"line 5, column cases: '-' is not a number"),
        (replace_cell(3, "-4"), r"line 5, column cases: '-4' is negative"),
        (replace_cell(3, "12.5"), r"line 5, column cases: '12.5' is not whole"),
        (replace_cell(3, "inf"), r"line 5, column cases: 'inf' is not finite"),
        (replace_cell(3, "2e15"), r"line 5, column cases: '2e15' is above 1e15"),
        (replace_cell(3, "1e999"), r"line 5, column cases: '1e999' is not finite"),
        (replace_cell(3, "2024-02-30", column=0), r"line 5, column date: '2024-02-30' is not in the calendar"),
        (replace_cell(3, "Total", column=0), r"line 5, column date: 'Total' is not a day"),
        (replace_cell(3, "", column=0), r"line 5, column date: the day is empty"),
        (replace_cell(3, "2024-03-04 banana", column=0), r"line 5, column date: '2024-03-04 banana' is not a day"),
        (replace_cell(3, "04/03/2024", column=0), r"line 5, column date: .*two forms"),
        (replace_cell(3, "04/03/24", column=0), r"line 5, column date: '04/03/24' has a year of two digits"),
        (replace_cell(3, "0204-03-04", column=0), r"line 5, column date: '0204-03-04' lies outside"),
        (replace_cell(3, "2024-03-03", column=0), r"2024-03-03 has 2 rows, first in lines 4 and 5; add them up with --sum"),
        ([(f"{day:%d/%m/%y}", 3) for day in pd.date_range("2024-03-01", periods=30)], r"'01/03/24' has a year of two digits"),
        (zip(DAYS[:13], COUNTS, strict=False), r"has 13 counted days; at least 14 are needed"),
        ([(day, "") for day in DAYS], r"no column of counts beside the days in date; .* --rows"),
        ([(day, "open") for day in DAYS], r"no column of counts"),
        ([("here", 5)] * 20, r"no column of days among date, cases"),
        ([], r"no rows below its header"),
        ([("2024-03", 5), ("2024-04", 6)], r"'2024-03' is not a single day, so this is a monthly series"),
        ([(2019 + n, 5) for n in range(5)], r"'2019' is not a single day, so this is a yearly series"),
        ([(f"2024-W{n:02}", 5) for n in range(1, 30)], r"so this is a weekly series"),
        ([(f"{2020 + n // 4}-Q{n % 4 + 1}", 5) for n in range(20)], r"so this is a quarterly series"),
    ],
)
def test_what_is_no_daily_count_is_refused_by_place_and_reason(tmp_path, rows, message):
    assert re.search(message, read_refusal(write(tmp_path, rows)))


@pytest.mark.parametrize(
    ("freq", "name"),
    [("7D", "weekly"), ("14D", "fortnightly"), ("MS", "monthly"), ("ME", "monthly"), ("QS", "quarterly"), ("YS", "yearly")],
)
@pytest.mark.parametrize("asked", [{}, {"missing": "zero"}])
def test_a_series_of_longer_periods_is_refused_by_name(tmp_path, freq, name, asked):
    days = pd.date_range("1990-01-01", periods=40, freq=freq)
    message = read_refusal(write(tmp_path, [(f"{day:%Y-%m-%d}", 5) for day in days]), **asked)
    assert f"this is a {name} series" in message


def test_weekly_counts_on_a_daily_index_are_refused_too(tmp_path):
    days = pd.date_range("2024-01-01", periods=200)
    rows = [(f"{day:%Y-%m-%d}", 5 if day.day_of_week == 2 else "") for day in days]
    assert "a weekly series" in read_refusal(write(tmp_path, rows))


def test_days_that_hardly_follow_each_other_are_refused_unless_the_rest_are_zero(tmp_path):
    days = pd.date_range("2024-01-01", periods=60, freq="3D") + pd.to_timedelta(np.arange(60) % 3, "D")
    path = write(tmp_path, [(f"{day:%Y-%m-%d}", 5) for day in days])
    assert "--missing zero" in read_refusal(path)
    assert read_counts(path, missing="zero").days["count"].eq(0).sum() > 100


def spoil(kind):
    good = "date,cases\n" + "".join(f"{day},{count}\n" for day, count in zip(DAYS, COUNTS, strict=True))
    return {
        "empty": b"",
        "blank": b" \n\n",
        "latin": good.replace("cases", "fälle").encode("latin-1"),
        "late latin": good.encode() + b"x" * 300_000 + b"\n2024-04-01,\xe9\n",
        "utf-16": good.encode("utf-16"),
        "binary": bytes(range(256)) * 40,
        "gzip": b"\x1f\x8b" + bytes(50),
        "page": b"<!doctype html><html><body>Not found</body></html>",
        "json": b'{"2024-03-01": 5}',
        "workbook": b"PK\x03\x04" + bytes(200),
        "parquet": b"PAR1" + bytes(200),
        "cut": good[:-4].encode(),
        "ragged": good.replace("2024-03-09,", "2024-03-09,1,").encode(),
        "quote": good.replace("2024-03-09,", '2024-03-09,"').encode(),
    }[kind]


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("empty", "is empty"),
        ("blank", "is empty"),
        ("latin", "line 1: holds a character that is not UTF-8; save the file as CSV in UTF-8"),
        ("utf-16", "is text in UTF-16"),
        ("binary", "is no table of text, Excel or parquet"),
        ("gzip", "is a gzip archive; unpack it first"),
        ("page", "is a page or XML"),
        ("json", "is JSON"),
        ("workbook", "cannot be read as a workbook"),
        ("parquet", "cannot be read as parquet"),
        ("cut", "line 31: 1 cell in a table of 2 columns"),
        ("ragged", "line 10: 3 cells in a table of 2 columns"),
        ("quote", "after line 9: unexpected end of data"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_line(tmp_path, kind, message):
    path = tmp_path / "file.csv"
    path.write_bytes(spoil(kind))
    assert re.search(message, read_refusal(path)), read_refusal(path)


def test_a_character_that_is_not_utf_8_is_found_far_down(tmp_path):
    rows = [(f"{day:%Y-%m-%d}", 5) for day in pd.date_range("1900-01-01", periods=40_000)]
    path = write(tmp_path, rows)
    path.write_bytes(path.read_bytes() + b"2024-03-01,\xe9\n")
    assert "line 40002: holds a character that is not UTF-8" in read_refusal(path)


def test_a_folder_and_an_absent_file_are_refused(tmp_path):
    assert "is a folder" in read_refusal(tmp_path)
    assert "does not exist" in read_refusal(tmp_path / "none.csv")


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"date": "day"}, "has no column 'day'; choose one of date, cases"),
        ({"count": "n"}, "has no column 'n'"),
        ({"date": "date", "count": "date"}, "cannot hold both days and counts"),
        ({"date": "cases"}, "column cases: '.*' is not a day"),
        ({"sheet": "Sheet1"}, "is not a workbook"),
    ],
)
def test_a_column_that_does_not_fit_is_refused(tmp_path, asked, message):
    assert re.search(message, read_refusal(write(tmp_path, zip(DAYS, COUNTS, strict=True)), **asked))


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"missing": "mean"}, "missing 'mean' is unknown"),
        ({"closed": ["samstag"]}, "closed 'samstag' is unknown"),
        ({"thousands": "x"}, "thousands 'x' is unknown"),
        ({"rows": True, "sum_rows": True}, "leave out rows"),
        ({"closed": "monday tuesday wednesday thursday friday saturday sunday".split()}, "all seven weekdays"),
    ],
)
def test_what_is_asked_in_error_is_refused_before_the_file_is_opened(tmp_path, asked, message):
    with pytest.raises(InputError, match=message):
        read_counts(tmp_path / "none.csv", **asked)


def test_places_in_a_workbook_and_in_parquet_are_rows(tmp_path):
    rows = [(dt.date.fromisoformat(day), count) for day, count in replace_cell(3, -4)]
    assert "counts.xlsx, row 5, column cases: '-4' is negative" in read_refusal(
        write_excel(tmp_path / "counts.xlsx", ("date", "cases"), rows)
    )
    path = write_parquet(tmp_path / "counts.parquet", ("date", "cases"), rows, ("DATE", "BIGINT"))
    assert "counts.parquet, row 4, column cases: '-4' is negative" in read_refusal(path)


# ------------------------------------------------------------------------------------------------- rules in Python and in SQL

NUMBERS = st.one_of(
    st.sampled_from([*ABSENT, "NaN", "-", "1_000", "0x10", "+5", "1e3", "1.5e1", ".5", "5.", "inf", "-0", "1e16", "1e999"]),
    st.text("0123456789.,-+e '", max_size=9).map(str.strip),
    st.from_regex(r"\d{1,3}([,. ']\d{3}){1,3}", fullmatch=True),
)


@settings(max_examples=100)
@given(text=NUMBERS, thousands=st.sampled_from([None, *SEPARATORS]))
def test_a_count_is_read_alike_in_python_and_in_sql(text, thousands):
    import duckdb

    number, fault = write_number("held", thousands=thousands)
    found, bad = duckdb.execute(f"SELECT {number}, {fault} FROM (SELECT ? AS held)", [text]).fetchone()
    assert bool(explain_count(text, thousands=thousands)) == bad
    if not bad and text.lower() not in ABSENT:
        assert found == float(text if thousands is None else re.sub("[^0-9]", "", text))


@settings(max_examples=40)
@given(day=st.dates(dt.date(1700, 1, 1), dt.date(2199, 12, 31)), time=st.times().map(lambda time: time.isoformat()))
def test_a_day_and_its_time_are_told_apart(day, time):
    assert split_time(f"{day} {time}") == (f"{day}", f" {time}")
    assert bool(re.fullmatch(MIDNIGHT, f" {time}")) == (not any(int(part) for part in re.findall(r"\d+", time)))
    assert re.fullmatch(TIME, f"T{time}") and read_days([f"{day}"]).days[f"{day}"] == day
    assert not name_period(f"{day}")


# ------------------------------------------------------------------------------------------------- size


def test_millions_of_rows_take_little_memory(tmp_path):
    """A file of 60 MB in 2 million rows, counted in a process of its own: far below the size of its cells in Python."""
    import duckdb

    path = tmp_path / "big.csv"
    duckdb.execute(
        "COPY (SELECT i AS id, TIMESTAMP '2015-01-01' + INTERVAL (i % 3000) DAY + INTERVAL (i * 7919 % 86400) SECOND AS came "
        f"FROM range(2000000) t(i)) TO '{path}' (HEADER)"
    )
    code = (
        "import resource, sys; from utils.counts.count_file import read_counts; "
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss; "
        "print(read_counts(sys.argv[1], rows=True).days['count'].sum(), "
        "(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    total, megabytes = map(float, done.stdout.split())
    assert total == 2_000_000 and megabytes < 400


@settings(max_examples=25)
@given(
    above=st.lists(st.sampled_from(["", "# a comment"]), max_size=2),
    ends=st.lists(st.sampled_from(["\n", "\r\n", "\n\n", "\r\n\r\n"]), min_size=33, max_size=33),
    note=st.sampled_from(["", "a", '"a, b"', '"two\nlines"', '"two\r\nlines"']),
    mark=st.sampled_from(["", "\ufeff"]),
)
def test_no_row_is_lost_between_lines_of_any_kind(tmp_path_factory, above, ends, note, mark):
    """Line ends of two kinds, comments and a mark above the header, blank lines, quoted lines."""
    lines = [*above, "date,note,cases", *(f"{day},{note},{count}" for day, count in zip(DAYS, COUNTS, strict=True))]
    path = tmp_path_factory.mktemp("file") / "counts.csv"
    path.write_bytes((mark + "".join(map(str.__add__, lines, ends))).encode())
    assert get_series(read_counts(path)) == dict(zip(DAYS, map(float, COUNTS), strict=True))


def test_a_line_is_told_past_blank_lines_and_line_ends_of_two_kinds(tmp_path):
    lines = [f"{day},{count}" for day, count in replace_cell(19, "x")]
    path = tmp_path / "mixed.csv"
    path.write_bytes(("# note\n\ndate,cases\r\n" + "\r\n".join(lines[:9]) + "\n\n" + "\n".join(lines[9:])).encode())
    assert "mixed.csv, line 24, column cases: 'x'" in read_refusal(path)


def test_duckdb_draws_no_progress_into_the_output(tmp_path):
    with open_cells(write(tmp_path, [("2024-03-01", 5)])) as cells:
        assert cells.fetch("SELECT current_setting('enable_progress_bar')") == [(False,)]


def test_faults_below_a_comment_are_told_by_their_line(tmp_path):
    good = "# a comment\ndate,cases\n" + "".join(f"{day},{count}\n" for day, count in zip(DAYS, COUNTS, strict=True))
    path = tmp_path / "counts.csv"
    for text, message in {
        good.replace("2024-03-09,", "2024-03-09,1,"): "line 11: 3 cells in a table of 2 columns",
        good.replace("2024-03-09,", '2024-03-09,"'): "after line 10: unexpected end of data",
        good.replace("2024-03-09,", "2024-03-09,x"): "line 11, column cases: 'x",
    }.items():
        path.write_text(text)
        assert message in read_refusal(path)
