"""Read and count COGAT's line list."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from ...common.errors import InputError
from .donors import COGAT_DONORS
from .labels import fold_known, match_label, suggest_labels
from .line_list import CellError, Counted, check_columns, close_account, join_faults, read_text, refuse_cell

COGAT_COLUMNS = ("Index", "Date", "Route", "Classification", "Donor", "Aid (tons)")

COGAT_ROUTES = ("Aerial Route", "Land Crossings", "Maritime Route (JLOTS)")
COGAT_CLASSIFICATIONS = (
    "Combined Aid", "Essential infrastructure equipment", "Food", "Fuel", "Gas", "Medical Supplies",
    "Shelter Equipment", "UN and NGO equipment", "Water",
)  # fmt: skip
DONOR_GROUPS = ("other", "private sector")
PRIVATE_DONOR = "Private sector"
_KNOWN = {
    "Route": fold_known(COGAT_ROUTES),
    "Classification": fold_known(COGAT_CLASSIFICATIONS),
    "Donor": fold_known((*COGAT_DONORS, PRIVATE_DONOR)),
}
_RULES = {
    "Route": f"the known values are {', '.join(COGAT_ROUTES)}",
    "Classification": f"the known values are {', '.join(COGAT_CLASSIFICATIONS)}",
    "Donor": "it is none of the known donors, and without one the truck is neither private nor other",
}
_WHERE = {
    "Route": "COGAT_ROUTES in utils/aid/ingest/cogat.py",
    "Classification": "COGAT_CLASSIFICATIONS in utils/aid/ingest/cogat.py",
    "Donor": "COGAT_DONORS in utils/aid/ingest/donors.py",
}

# COGAT writes "Sept"; a format string with %b reads "Sep" alone, and depends on the machine's language.
MONTHS = {
    "Jan": 1, "Feb": 2, "Mar": 3, "Apr": 4, "May": 5, "Jun": 6, "Jul": 7, "Aug": 8, "Sep": 9, "Sept": 9,
    "Oct": 10, "Nov": 11, "Dec": 12,
}  # fmt: skip

# The heaviest loads in the list are full fuel tankers of up to 58.89 t; no lorry that may use a road carries
# more than 60 t. A row of the aerial route stands for a day's drops of one donor, at some 20 t an aircraft:
# ten aircraft at most.
MOST_TONNES = {"Land Crossings": 60, "Maritime Route (JLOTS)": 60, "Aerial Route": 200}


def parse_cogat_date(text: str) -> date:
    """Read a day such as ``9 Apr 2024`` or ``2 Sept 2024``.

    Raises
    ------
    ValueError
        If the text has another form or names no day of the calendar.

    Examples
    --------
    >>> parse_cogat_date("2 Sept 2024")
    datetime.date(2024, 9, 2)
    """
    match = re.fullmatch(r"([0-9]{1,2}) ([A-Z][a-z]{2,3}) ([0-9]{4})", text)
    if match is None or match[2] not in MONTHS:
        raise ValueError(text)
    return date(int(match[3]), MONTHS[match[2]], int(match[1]))


def parse_tonnes(text: str, *, route: str) -> tuple[Decimal | None, str | None]:
    """Read a weight; say why it is not known where it is not.

    Parameters
    ----------
    text : str
        The cell: a decimal number in tonnes, or ``-`` or nothing for unknown.
    route : str
        One of `COGAT_ROUTES`; a load above ``MOST_TONNES[route]`` or not above zero is implausible.

    Returns
    -------
    tonnes : Decimal or None
        The weight in tonnes.
    remark : str or None
        Why `tonnes` is None.

    Raises
    ------
    ValueError
        If the text is neither a number nor a sign for unknown.

    Examples
    --------
    >>> parse_tonnes("20", route="Land Crossings")
    (Decimal('20'), None)
    >>> parse_tonnes("-", route="Land Crossings")
    (None, 'weight unknown')
    """
    if text in ("-", ""):
        return None, "weight unknown"
    if not re.fullmatch(r"-?[0-9]{1,12}(\.[0-9]{1,30})?", text):  # Decimal alone would read 1_000 and other scripts' digits
        raise ValueError(text)
    tonnes = Decimal(text)
    if not 0 < tonnes <= MOST_TONNES[route]:
        return None, "weight implausible, taken as unknown"
    return tonnes, None


def count_cogat(rows: Sequence[Sequence[str]], *, name: str) -> Counted:
    """Count the rows of a COGAT line list by day, route, classification and donor group.

    Parameters
    ----------
    rows : sequence of rows of str
        Header first, then a row a truck, as the CSV file gives them.
    name : str
        Name of the file, for errors.

    Returns
    -------
    Counted
        Table with the columns of ``SCHEMAS["cogat"]``.

    Raises
    ------
    InputError
        On an unknown column set, route, classification or donor, a day or weight of unknown form, an Index that is no
        whole number, a row of another length than the header's, or a list without rows.

    Notes
    -----
    Rows that are wholly blank, or say the same as an earlier row with the same Index, are set aside. The running number
    alone does not make a repeat: 51304 stands on two different rows of the list of September 2024, and both
    are counted.

    Examples
    --------
    >>> truck = ("9 Apr 2024", "Land Crossings", "Food", "WFP")
    >>> counted = count_cogat([COGAT_COLUMNS, ("1", *truck, "20"), ("2", *truck, "-"), ("3", *truck, "21")], name="list.csv")
    >>> counted.table
    (('2024-04-09', 'Land Crossings', 'Food', 'other', '3', '41.0', '1'),)
    >>> counted.remarks
    {'weight unknown': 1}
    """
    columns, *body = rows or [()]
    place = check_columns(columns, name=name, known=(COGAT_COLUMNS,))
    trucks_of: Counter[tuple[str, ...]] = Counter()
    unknown_of: Counter[tuple[str, ...]] = Counter()
    tonnes_of: dict[tuple[str, ...], Decimal] = {}
    set_aside: Counter[str] = Counter()
    remarks: Counter[str] = Counter()
    seen: dict[int, set[int]] = {}  # hashes of the rows by their Index
    faults: list[CellError] = []
    for number, row in enumerate(body, start=2):
        if not any(read_text(cell) for cell in row):
            set_aside["blank row"] += 1
            continue
        try:
            if len(row) != len(place):
                rule = f"the header has {len(place)}"
                raise refuse_cell(name, number, "number of cells", len(row), rule=rule, mend="mend the row")
            index = _read_index(row[place["Index"]], name=name, number=number)
            key, tonnes, row_remarks, identity = _read_row(row, place=place, name=name, number=number)
        except CellError as fault:
            faults.append(fault)
            continue
        earlier = seen.setdefault(index, set())
        if identity in earlier:
            set_aside["repeat of an earlier row"] += 1
            continue
        if earlier:
            remarks["Index used before by a different row"] += 1
        earlier.add(identity)
        trucks_of[key] += 1
        remarks.update(row_remarks)
        if tonnes is None:
            unknown_of[key] += 1
        else:
            tonnes_of[key] = tonnes_of.get(key, Decimal(0)) + tonnes
    if faults:
        raise join_faults(faults)
    return close_account(
        tuple(
            (*key, str(trucks), format_tonnes(tonnes_of.get(key)), str(unknown_of[key]))
            for key, trucks in sorted(trucks_of.items())
        ),
        name=name,
        rows_read=len(body),
        rows_counted=sum(map(len, seen.values())),
        trucks=trucks_of.total(),
        set_aside=set_aside,
        remarks=remarks,
    )


def _read_index(text: str, *, name: str, number: int) -> int:
    """Read the running number of a row."""
    if re.fullmatch("[0-9]{1,15}", read_text(text)):
        return int(text)
    rule, mend = "each row has one, a whole number", "give the row its Index or take it out"
    raise refuse_cell(name, number, "Index", text, rule=rule, mend=mend)


def _read_row(
    row: Sequence[str], *, place: Mapping[str, int], name: str, number: int
) -> tuple[tuple[str, ...], Decimal | None, list[str], int]:
    """Read one row of the list: its key in the table, its weight in tonnes or None, remarks, and a hash of what it says."""
    cells = {column: read_text(row[at]) for column, at in place.items()}
    remarks: list[str] = []
    try:
        day = parse_cogat_date(cells["Date"])
    except ValueError:
        rule = "a day is written like '9 Apr 2024' or '2 Sept 2024'"
        raise refuse_cell(name, number, "Date", cells["Date"], rule=rule, mend="correct the cell") from None
    if " Sept " in cells["Date"]:
        remarks.append("month written 'Sept'")
    found = {column: match_label(cells[column], known) for column, known in _KNOWN.items()}
    for column, label in found.items():
        if label is None:
            mends = [suggest_labels(cells[column], _KNOWN[column]), f"correct it, or add it to {_WHERE[column]}"]
            raise refuse_cell(name, number, column, cells[column], rule=_RULES[column], mend=", so ".join(filter(None, mends)))
    labels = {column: label for column, label in found.items() if label is not None}
    try:
        tonnes, unknown = parse_tonnes(cells["Aid (tons)"], route=labels["Route"])
    except ValueError:
        rule = "a weight is a number of tonnes or '-'"
        raise refuse_cell(name, number, "Aid (tons)", cells["Aid (tons)"], rule=rule, mend="correct the cell") from None
    if unknown:
        remarks.append(unknown)
    group = "private sector" if labels["Donor"] == PRIVATE_DONOR else "other"
    identity = hash((day, *labels.values(), tonnes, unknown))
    return (day.isoformat(), labels["Route"], labels["Classification"], group), tonnes, remarks, identity


def format_tonnes(tonnes: Decimal | None) -> str:
    """Write a sum of tonnes to the kilogram; an unknown one stays empty.

    >>> format_tonnes(Decimal("20")), format_tonnes(Decimal("31.0584")), format_tonnes(None)
    ('20.0', '31.058', '')
    """
    if tonnes is None:
        return ""
    text = f"{tonnes:.3f}".rstrip("0")
    return text + "0" if text.endswith(".") else text


def find_cogat_publication(name: str) -> date:
    """Give the day from which a COGAT file was public: the one in its name, since the rows carry none.

    >>> find_cogat_publication("cogat_aid_data_vintage_2024-09-24.csv")
    datetime.date(2024, 9, 24)

    Raises
    ------
    InputError
        If the name does not hold exactly one day.
    """
    days = re.findall(r"\d{4}-\d{2}-\d{2}", name)
    try:
        (day,) = (date.fromisoformat(text) for text in days)
    except ValueError:
        raise InputError(
            f"{name}: names {len(days)} days, but a COGAT file carries the one day from which it was public; "
            "rename it like cogat_aid_data_vintage_2024-09-24.csv"
        ) from None
    return day
