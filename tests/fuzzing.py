"""Line lists with damages, and an oracle that reckons from the damaged cells what may be counted, by rules of its own.

A case is plain JSON, so that one found by chance can be kept in `fuzz_corpus.json`: which list, and a plan of damages.
"""

from __future__ import annotations

import csv
import io
import math
import unicodedata
from collections import Counter
from datetime import date, datetime
from xml.sax.saxutils import escape

from hypothesis import strategies as st
from line_lists import Xml, cogat_rows, unrwa_rows, write_workbook

from utils.aid.ingest.cogat import COGAT_CLASSIFICATIONS, COGAT_COLUMNS, COGAT_ROUTES, MOST_TONNES
from utils.aid.ingest.donors import COGAT_DONORS
from utils.aid.ingest.unrwa import (
    MOST_TRUCKS,
    UNRWA_COLUMNS_SINCE_DECEMBER_2024,
    UNRWA_COLUMNS_UNTIL_NOVEMBER_2024,
    UNRWA_LABELS,
)

EDITIONS = {"old": UNRWA_COLUMNS_UNTIL_NOVEMBER_2024, "new": UNRWA_COLUMNS_SINCE_DECEMBER_2024}
COGAT_NAME = "cogat_aid_data_vintage_2024-09-24.csv"
PUBLISHED = {"unrwa": date(2024, 9, 11), "cogat": date(2024, 9, 24)}
N_ROWS = 5

# ---- what is planted ----------------------------------------------------------------------------------------------------

#: Marks and spaces that a person does not see, or takes for others.
MARKS = (
    "  ", "\u00a0", "\u202f", "\u3000", "\u200b", "\u200f", "\u202e", "\u2066", "\ufeff", "\u00ad", "-", "\u2010", "\u2013",
    "\u2212", "_", "", "\t", "\n", "\r\n", "\x00", "\u0301", '"', "'", ",", ";", "=",
)  # fmt: skip
WORDS = (
    "", " ", "#N/A", "#REF!", "#VALUE!", "N/A", "nan", "None", "null", "-", "0", "1", "1.0", "01", "1e3", "1e300", "-1", "1,000",
    "1_000", "\u0661", "\u00b2", "\uff11", "inf", "2,000", "True", "x" * 40_000, "<b>", "&amp;", "=1+1", "private",
    "Private Sector", "PRIVATE SECTOR", "private sector - Gaza", "Humanitarian", "JLOTS", "Rafah", "Medical Supply", "Gas",
    "Received", "Rejected", "9 Apr 2024", "09 Apr 2024", "31 Sept 2024", "9 \u0410pr 2024", "9 APR 2024", "2024-04-09",
    "9/4/2024", "9 Apr 24", "9 Apr 2099",
)  # fmt: skip
NUMBERS = (0.0, 1.0, 2.0, 50.0, 51.0, 2000.0, 1e15, 1e300, -1.0, 0.5, 1.0000000001, 45543.0, 45543.5, 60.0, 2958466.0, 1e-300)
DAYS = ("2024-09-08", "2024-09-10", "2023-10-07", "2023-10-06", "2024-09-12", "1900-01-01", "2031-01-01")


def spoil_text(text: str) -> st.SearchStrategy[str]:
    """Draw spellings of a text that differ by a mark, by case, by a letter or by form."""
    places = st.integers(0, max(len(text), 1))
    return st.one_of(
        st.builds(lambda at, mark: text[:at] + mark + text[at:], places, st.sampled_from(MARKS)),
        st.builds(lambda mark: text.replace(" ", mark), st.sampled_from(MARKS)),
        st.builds(lambda mark: text.replace("-", mark), st.sampled_from(MARKS)),
        st.sampled_from([text.upper(), text.lower(), text.title(), text[::-1], text[:-1], text + "s", text * 2, f" {text} "]),
        st.builds(lambda at: text[:at] + text[at + 1 :], places),
        st.just("".join(chr(ord(letter) + 0xFEE0) if letter.isascii() and letter.isalnum() else letter for letter in text)),
        st.just(text.replace("e", "\u0435").replace("a", "\u0430")),  # of another script, and alike to the eye
    )


_unrwa_texts = st.sampled_from([label for labels in UNRWA_LABELS.values() for label in labels] + ["Received"])
_cogat_texts = st.sampled_from(
    [*COGAT_ROUTES, *COGAT_CLASSIFICATIONS, "Private sector", "WFP", "Waqf Thareed", "9 Apr 2024", "20"]
)

_cells = st.one_of(
    st.sampled_from(WORDS).map(lambda text: ["s", text]),
    _unrwa_texts.map(lambda text: ["s", text]),
    _unrwa_texts.flatmap(spoil_text).map(lambda text: ["s", text]),
    st.sampled_from(NUMBERS).map(lambda number: ["n", number]),
    st.sampled_from(DAYS).map(lambda day: ["date", day]),
    st.sampled_from(["2024-09-08T00:00:00", "2024-09-08T13:05:00", "2024-09-11T08:00:00", "2024-10-01T00:00:00"]).map(
        lambda moment: ["datetime", moment]
    ),
    st.sampled_from(["#N/A", "#REF!", "#DIV/0!", "#NAME?", ""]).map(lambda text: ["error", text]),
    st.sampled_from(["1+1", "VLOOKUP(A2,B:C,2)"]).map(lambda text: ["formula", text]),
    st.sampled_from(["1", "3", "2000"]).map(lambda number: ["cached", number]),
    st.booleans().map(lambda value: ["bool", value]),
    st.just(["none", None]),
    st.sampled_from(["99999", "-1", "x"]).map(lambda index: ["shared", index]),
)
_rows = st.integers(0, N_ROWS - 1)
_any_column = st.sampled_from(sorted(set(EDITIONS["old"] + EDITIONS["new"])))
_read_column = st.sampled_from(["ID", "No. of Trucks", "Received Date", "Status", "Last Edited Time", *UNRWA_LABELS])
_permille = st.integers(0, 1000)
_order = st.one_of(
    st.tuples(st.just("copy"), _rows),
    st.tuples(st.just("drop"), _rows),
    st.tuples(st.just("blank"), _rows),
    st.tuples(st.just("swap"), _rows, _rows),
)
_bytes = st.one_of(
    st.tuples(st.just("truncate"), _permille),
    st.tuples(st.just("flip"), _permille, st.integers(1, 255)),
)
_workbook_steps = st.one_of(
    st.tuples(st.just("cell"), _rows, _read_column, _cells),
    st.tuples(st.just("cell"), _rows, _read_column, _cells),
    st.tuples(st.just("cell"), _rows, _any_column, _cells),
    _order,
    st.tuples(st.just("merge"), st.sampled_from(["A2:A4", "D2:D3", "A1:B1", "L2:M2", "XFD1:XFD1048576"])),
    st.tuples(
        st.just("far"), st.sampled_from(["XFD1048576", "XFD20000", "A1048576", "ZZ9", "R3", "A250002", "A9999999", "AAAA7"])
    ),
    st.tuples(st.just("sheet"), st.sampled_from(["copy", "empty copy", "moved copy", "notes"])),
    st.tuples(
        st.just("rename"),
        _read_column,
        st.sampled_from(["ID", "Id", "", "Trucks", "Received  Date", "Crossing\u200f", "x" * 3000]),
    ),
    st.tuples(st.just("beside"), _rows),
    st.tuples(st.just("1904")),
    _bytes,
)
_csv_cells = st.one_of(st.sampled_from(WORDS), _cogat_texts, _cogat_texts.flatmap(spoil_text))
_csv_steps = st.one_of(
    st.tuples(st.just("cell"), _rows, st.sampled_from(COGAT_COLUMNS), _csv_cells),
    st.tuples(st.just("cell"), _rows, st.sampled_from(COGAT_COLUMNS), _csv_cells),
    _order,
    st.tuples(
        st.just("rename"), st.sampled_from(COGAT_COLUMNS), st.sampled_from(["Index", "index", "", "Donor\u00a0", "x" * 3000])
    ),
    st.tuples(st.just("insert"), _permille, st.sampled_from([",", '"', "\n", "\r", "\x00", "\ufeff", "\u2028", "x", "0", "-"])),
    st.tuples(st.just("recode"), st.sampled_from(["utf-16", "utf-8-sig", "cp1256", "crlf", "semicolon", "quoted", "cr"])),
    _bytes,
)
workbook_cases = st.fixed_dictionaries(
    {"list": st.just("unrwa"), "edition": st.sampled_from(["old", "new"]), "plan": st.lists(_workbook_steps, max_size=3)}
)
csv_cases = st.fixed_dictionaries({"list": st.just("cogat"), "plan": st.lists(_csv_steps, max_size=3)})

# ---- how it is planted ----------------------------------------------------------------------------------------------------


def _base_rows(case) -> tuple[list[str], list[dict]]:
    if case["list"] == "cogat":
        header, *rows = cogat_rows(
            [
                {},
                {"Donor": "Private sector", "Aid (tons)": "-"},
                {"Date": "2 Sept 2024", "Route": "Aerial Route"},
                {},
                {"Donor": "UN Women"},
            ]
        )
    else:
        changes = [{}, {"Crossing": "JLOTS"}, {"Donation Type": "Private Sector", "Data Source": "Private Sector"}, {}]
        header, *rows = unrwa_rows(EDITIONS[case["edition"]], [*changes, {"Received Date": date(2024, 9, 7)}])
    return header, [dict(zip(header, row, strict=True)) for row in rows]


def _apply_order(rows: list[dict], step) -> None:
    kind, at, *rest = step
    if not rows:
        return
    at %= len(rows)
    if kind == "copy":
        rows.append(dict(rows[at]))
    elif kind == "drop":
        del rows[at]
    elif kind == "blank":
        rows.insert(at, dict.fromkeys(rows[at], ""))
    elif kind == "swap":
        other = rest[0] % len(rows)
        rows[at], rows[other] = rows[other], rows[at]


def _spoil_bytes(content: bytes, plan) -> bytes:
    for step in plan:
        if step[0] == "truncate":
            content = content[: len(content) * step[1] // 1000]
        elif step[0] == "flip" and content:
            at = min(len(content) * step[1] // 1000, len(content) - 1)
            content = content[:at] + bytes([content[at] ^ step[2]]) + content[at + 1 :]
    return content


def _plant(cell) -> object:
    """Make of a cell of the plan what stands in the workbook."""
    kind, value = cell
    match kind:
        case "s":
            return "".join(letter for letter in value if letter >= " " or letter in "\t\n\r")  # XML holds no others
        case "n":
            return value
        case "date":
            return date.fromisoformat(value)
        case "datetime":
            return datetime.fromisoformat(value)
        case "error":
            return Xml('t="e"', f"<v>{value}</v>")
        case "formula":
            return Xml("", f"<f>{value}</f>")
        case "cached":
            return Xml("", f"<f>1+1</f><v>{value}</v>")
        case "bool":
            return Xml('t="b"', f"<v>{int(value)}</v>")
        case "shared":
            return Xml('t="s"', f"<v>{escape(value)}</v>")
    return ""


def write_case(case, folder):
    """Write the file of a case.

    Returns
    -------
    path : Path
    may_be : Counter or None
        Trucks by row of labels (UNRWA), or trucks and known tonnes (COGAT), if the list is read; None if it must be refused.
    sure : bool
        Whether it must be read.
    """
    return _write_csv(case, folder) if case["list"] == "cogat" else _write_workbook(case, folder)


def _write_workbook(case, folder):
    path, plan = folder / "list.xlsx", case["plan"]
    header, rows = _base_rows(case)
    must_refuse, sure, options, sheets = False, True, {"extra_rows": "", "after": "", "properties": ""}, {}
    names = list(header)
    for step in plan:
        match step:
            case ["cell", at, column, cell]:
                if rows and column in header:
                    rows[at % len(rows)][column] = _plant(cell)
            case ["copy" | "drop" | "blank" | "swap", *_]:
                _apply_order(rows, step)
            case ["merge", cells]:
                options["after"] = f'<mergeCells count="1"><mergeCell ref="{cells}"/></mergeCells>'
                must_refuse = True
            case ["far", place]:
                row = "".join(filter(str.isdigit, place))
                if int(row) > len(rows) + 1 and not options["extra_rows"]:
                    options["extra_rows"] = f'<row r="{row}"><c r="{place}"><v>7</v></c></row>'
                    must_refuse = True
            case ["sheet", kind]:
                sheets[kind] = True
                must_refuse |= kind != "notes"
            case ["rename", column, name]:
                if column in names:
                    names[names.index(column)] = name
                    sure = False
            case ["beside", at]:
                if rows:
                    rows[at % len(rows)]["beside"] = "x"
            case ["1904"]:
                options["properties"] = 'date1904="1"'
                must_refuse = True
            case _:
                sure = False  # bytes
    cells = [names, *([row.get(column, "") for column in (*header, "beside") if column in row] for row in rows)]
    others = {
        "notes": [["UNRWA Data Disclaimer"], ["Current data are partial."]],
        "copy": cells,
        "empty copy": [names],
        "moved copy": [[""], [""], *cells],
    }
    write_workbook(path, {"Suppy Page": cells} | {name: others[name] for name in sheets}, **options)
    path.write_bytes(_spoil_bytes(path.read_bytes(), plan))
    must_refuse |= any("beside" in row for row in rows)
    if must_refuse or [_skeleton(name) for name in names] != [_skeleton(name) for name in header]:
        return path, None, False
    may_be, plain = _reckon_unrwa(rows, header)
    return path, may_be, sure and plain


def _write_csv(case, folder):
    path, plan = folder / COGAT_NAME, case["plan"]
    header, rows = _base_rows(case)
    names = list(header)
    for step in plan:
        match step:
            case ["cell", at, column, text]:
                if rows:
                    rows[at % len(rows)][column] = text
            case ["copy" | "drop" | "blank" | "swap", *_]:
                _apply_order(rows, step)
            case ["rename", column, name]:
                names[header.index(column)] = name
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([names, *([row[column] for column in header] for row in rows)])
    content = text.getvalue()
    encoding = "utf-8"
    for step in plan:
        match step:
            case ["insert", at, mark]:
                at = len(content) * at // 1000
                content = content[:at] + mark + content[at:]
            case ["recode", "crlf" | "cr" as ends]:
                content = content.replace("\r\n", "\n").replace("\n", {"crlf": "\r\n", "cr": "\r"}[ends])
            case ["recode", "semicolon"]:
                content = content.replace(",", ";")
            case ["recode", "quoted"]:
                content = "".join(",".join(f'"{c}"' for c in line.split(",")) + "\n" for line in content.splitlines())
            case ["recode", name]:
                encoding = name
    data = _spoil_bytes(content.encode(encoding, errors="replace"), plan)
    path.write_bytes(data)
    sure = all(step[0] in ("cell", "copy", "drop", "blank", "swap") for step in plan)
    try:
        found = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    except (UnicodeDecodeError, csv.Error):
        return path, None, False
    may_be, plain = _reckon_cogat(found)
    return path, may_be, sure and plain


# ---- what may be counted --------------------------------------------------------------------------------------------------


def _skeleton(text: str) -> str:
    """The letters and digits of a text, which is the most that any spelling of a label can differ in."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))


def _meant(text: str, known, *, others=()) -> tuple[str | None, bool]:
    """The label that a text can mean at most, and whether it is that label's own spelling."""
    labels = {_skeleton(label): label for label in known} | {_skeleton(a): b for a, b in others}
    return labels.get(_skeleton(text)), text.strip() in known


def _show(value: object) -> str:
    return value.strip() if isinstance(value, str) else repr(value)


def _reckon_unrwa(rows, header):
    """Reckon from the planted cells: trucks by day and labels, or None if something cannot be read."""
    table, seen, plain = Counter(), {}, True
    edited = set()
    for row in rows:
        cells = {column: row.get(column, "") for column in header}
        if all(_show(cell) == "" for cell in cells.values()):
            continue
        if any(isinstance(c, Xml) and (c.attributes in ('t="e"', 't="s"') or (c.inner.startswith("<f>") and "<v>" not in c.inner))
               for c in cells.values()):  # fmt: skip
            return None, False
        cells = {
            column: float(c.inner.split("<v>")[1][:-4]) if isinstance(c, Xml) and "<f>" in c.inner else c
            for column, c in cells.items()
        }
        plain &= not any(isinstance(cell, Xml) for cell in cells.values())
        plain &= not any(isinstance(cell, float) and abs(cell) > 1e9 for cell in cells.values())
        plain &= not any(isinstance(cell, str) and len(cell) > 32_000 for cell in cells.values())
        name = cells["ID"]
        if not isinstance(name, float) or not math.isfinite(name) or name != int(name) or name < 0:
            return None, False
        key = int(name)
        if key in seen:
            if seen[key] != {c: v for c, v in cells.items() if c != "ID"}:
                return None, False
            continue
        seen[key] = {c: v for c, v in cells.items() if c != "ID"}
        day = cells["Received Date"]
        day = day.date() if isinstance(day, datetime) and (day.hour, day.minute) == (0, 0) else day
        if isinstance(day, datetime) or not isinstance(day, date):
            return None, False
        if not isinstance(cells["Status"], str) or _skeleton(cells["Status"]) not in ("received", ""):
            return None, False
        plain &= cells["Status"].strip() in ("Received", "")
        labels = []
        for column, known in UNRWA_LABELS.items():
            text = cells[column]
            if isinstance(text, str) and text.strip() == "":
                labels.append("not given")
                continue
            others = [("Medical Supply", "Medical Supplies")] if column == "Cargo Category" else []
            label, own = _meant(text, known, others=others) if isinstance(text, str) else (None, False)
            if label is None:
                return None, False
            plain &= own
            labels.append(label)
        trucks = cells.get("No. of Trucks", 1.0)
        if not isinstance(trucks, float) or not 1 <= trucks <= MOST_TRUCKS or trucks != int(trucks):
            return None, False
        stamp = cells["Last Edited Time"]
        if isinstance(stamp, datetime):
            edited.add(stamp)
        elif _show(stamp) != "" and not isinstance(stamp, date):
            return None, False
        else:
            plain = False
        table[(day.isoformat(), *labels)] += int(trucks)
    if not table or not edited:
        return None, False
    published = max(edited).date()
    if min(table)[0] < "2023-10-07" or max(table)[0] > published.isoformat():
        return None, False
    return table, plain and published == PUBLISHED["unrwa"]


def _read_day(text: str) -> date | None:
    try:
        return datetime.strptime(text.strip().replace("Sept", "Sep"), "%d %b %Y").date()
    except ValueError:
        return None


def _reckon_cogat(found):
    """Reckon from the cells of the text: trucks by label, or None if something cannot be read."""
    header, *rows = found or [[]]
    names = [name.strip() for name in header]
    if sorted(map(_skeleton, names)) != sorted(map(_skeleton, COGAT_COLUMNS)):
        return None, False
    place = {_skeleton(name): at for at, name in enumerate(names)}
    if any(unicodedata.category(letter) == "Cc" and letter not in "\t\n\r" for row in found for letter in "".join(row)):
        return None, False
    table, seen, plain = Counter(), set(), names == list(COGAT_COLUMNS)
    for row in rows:
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(names):
            return None, False
        index, day, route, kind, donor, weight = (row[place[_skeleton(column)]] for column in COGAT_COLUMNS)
        if not index.strip().isdecimal():
            return None, False
        when = _read_day(day)
        if when is None or not date(2023, 10, 7) <= when <= PUBLISHED["cogat"]:
            return None, False
        meant = [_meant(text, known) for text, known in ((route, COGAT_ROUTES), (kind, COGAT_CLASSIFICATIONS))]
        giver, own = _meant(donor, (*COGAT_DONORS, "Private sector"))
        if giver is None or any(label is None for label, _ in meant):
            return None, False
        tonnes = None
        if weight.strip() not in ("-", ""):
            try:
                tonnes = float(weight)
            except ValueError:
                return None, False
            if not math.isfinite(tonnes):
                return None, False
            tonnes = tonnes if 0 < tonnes <= MOST_TONNES[meant[0][0]] else None
        plain &= own and all(exact for _, exact in meant) and index.isascii() and weight in ("20", "-")
        plain &= day in ("9 Apr 2024", "2 Sept 2024") and '"' not in "".join(row)
        said = (int(index), when, meant[0][0], meant[1][0], giver, weight.strip() in ("-", ""), tonnes)
        if said in seen:
            continue
        seen.add(said)
        group = "private sector" if giver == "Private sector" else "other"
        table[(when.isoformat(), meant[0][0], meant[1][0], group)] += 1
    return (table, plain) if table else (None, False)


def count_table(vintage) -> Counter:
    """Count what was read, in the oracle's form."""
    columns = {"unrwa": (5, 5), "cogat": (4, 4)}[vintage.source]
    return Counter({row[: columns[0]]: int(row[columns[1]]) for row in vintage.counted.table})
