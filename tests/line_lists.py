"""Small line lists of both publishers, as rows and as files, for tests to plant things in."""

import zipfile
from dataclasses import dataclass
from datetime import date, datetime, time
from xml.sax.saxutils import escape

from utils.aid.ingest.cogat import COGAT_COLUMNS


@dataclass(frozen=True)
class Xml:
    """A cell as it stands in the file: its attributes, and what is in it."""

    attributes: str
    inner: str = ""


def unrwa_rows(columns, rows):
    """Header and rows of an UNRWA list; each of `rows` is a dict of the cells that differ from an ordinary truck."""
    ordinary = {
        "No. of Trucks": 1.0, "Last Edited Time": datetime(2024, 9, 11, 9, 47, 3), "Received Date": date(2024, 9, 9),
        "Data Source": "UNRWA", "Cargo Category": "Food Items", "Status": "Received", "Quantity": 22.0,
        "Donation Type": "Humanitarian - UN", "Crossing": "Kerem Shalom", "Time of Opening Gate": time(9, 10),
    }  # fmt: skip
    made = [list(columns)]
    for n, row in enumerate(rows, start=1):
        cells = {"ID": float(n)} | ordinary | row
        made.append([cells.get(column, "") for column in columns])
    return made


def cogat_rows(rows):
    """Header and rows of a COGAT list; each of `rows` is a dict of the cells that differ from an ordinary truck."""
    ordinary = {"Date": "9 Apr 2024", "Route": "Land Crossings", "Classification": "Food", "Donor": "WFP", "Aid (tons)": "20"}
    return [
        list(COGAT_COLUMNS),
        *([({"Index": str(n)} | ordinary | row)[c] for c in COGAT_COLUMNS] for n, row in enumerate(rows, start=1)),
    ]


def _cell(value, where):
    if value is None or value == "":
        return ""
    if isinstance(value, Xml):
        return f'<c r="{where}" {value.attributes}>{value.inner}</c>'
    if isinstance(value, str):
        return f'<c r="{where}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    if isinstance(value, datetime):
        days = (value - datetime(1899, 12, 30)).total_seconds() / 86400
        return f'<c r="{where}" s="2"><v>{days!r}</v></c>'
    if isinstance(value, date):
        return f'<c r="{where}" s="1"><v>{(value - date(1899, 12, 30)).days}</v></c>'
    if isinstance(value, time):
        return f'<c r="{where}" s="3"><v>{(value.hour * 60 + value.minute) / 1440!r}</v></c>'
    return f'<c r="{where}"><v>{value!r}</v></c>'


def write_workbook(path, sheets, *, properties="", extra_rows="", after="", compression=zipfile.ZIP_STORED):
    """Write the smallest Excel workbook that a reader takes: `sheets` maps names to rows of cells.

    `properties` are attributes of the workbook; `extra_rows` stand below the rows of the first sheet, `after` after its cells.
    """
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    count = range(1, len(sheets) + 1)
    with zipfile.ZipFile(path, "w", compression) as book:
        book.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{kinds}.sheet.main+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{kinds}.styles+xml"/>'
            + "".join(f'<Override PartName="/xl/s{n}.xml" ContentType="{kinds}.worksheet+xml"/>' for n in count)
            + "</Types>",
        )
        package = "http://schemas.openxmlformats.org/package/2006/relationships"
        book.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}"><Relationship Id="r1" Type="{rel}/officeDocument" Target="xl/workbook.xml"/>'
            "</Relationships>",
        )
        book.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}"><Relationship Id="r0" Type="{rel}/styles" Target="styles.xml"/>'
            + "".join(f'<Relationship Id="r{n}" Type="{rel}/worksheet" Target="s{n}.xml"/>' for n in count)
            + "</Relationships>",
        )
        book.writestr(
            "xl/styles.xml",
            f'<styleSheet xmlns="{main}"><cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/>'
            '<xf numFmtId="20"/></cellXfs></styleSheet>',
        )
        book.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{rel}"><workbookPr {properties}/><sheets>'
            + "".join(f'<sheet name="{escape(s)}" sheetId="{n}" r:id="r{n}"/>' for n, s in zip(count, sheets, strict=True))
            + "</sheets></workbook>",
        )
        for n, rows in zip(count, sheets.values(), strict=True):
            lines = "".join(
                f'<row r="{i}">' + "".join(_cell(v, f"{chr(64 + j)}{i}") for j, v in enumerate(row, start=1)) + "</row>"
                for i, row in enumerate(rows, start=1)
            )
            more, end = (extra_rows, after) if n == 1 else ("", "")
            xml = f'<worksheet xmlns="{main}"><sheetData>{lines}{more}</sheetData>{end}</worksheet>'
            book.writestr(f"xl/s{n}.xml", xml)


def write_cogat(path, rows):
    path.write_text("".join(",".join(row) + "\n" for row in rows), encoding="utf-8")
