"""Make data/holidays.csv, Israel's holidays from October 2023 to February 2025, and describe it in the data package.

    python data/make/israeli_holidays.py [FOLDER]

The table is frozen from one version of the library `holidays`, which only this script needs (pip install -e '.[test]').
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

import holidays

from utils.aid.ingest.datapackage import load_package, refresh_package
from utils.aid.ingest.line_list import read_csv
from utils.aid.ingest.schemas import check_table, list_columns
from utils.aid.paths import DATA
from utils.common.errors import InputError
from utils.common.files import encode_csv, write_files

VERSION = "0.109"
FIRST, LAST = date(2023, 10, 1), date(2025, 2, 28)

#: The library's own names, spelled one way. Public holidays that it knows close the crossings.
FULL_NAMES = {
    "Pesach": "Passover day 1",
    "Seventh day of Pesach": "Passover day 7",
    "Independence Day": "Independence Day",
    "Independence Day (observed)": "Independence Day (observed)",
    "Shavuot": "Shavuot",
    "Yom Kippur": "Yom Kippur",
    "Sukkot": "Sukkot day 1",
    "Simchat Torah / Shemini Atzeret": "Shemini Atzeret / Simchat Torah",
}
OTHER_NAMES = ("Purim", "Hanukkah", "Tisha B'Av")


def list_full_holidays(years: Iterable[int]) -> dict[date, str]:
    """List the public holidays of some years, by day, in the table's names.

    Raises
    ------
    InputError
        If the library gives a public holiday of unknown name.
    """
    full: dict[date, str] = {}
    for day, name in holidays.country_holidays("IL", years=years, language="en_US").items():
        if name == "Rosh Hashanah":
            name = f"Rosh Hashanah day {1 if day + timedelta(days=1) in holidays.country_holidays('IL', years=day.year) else 2}"
        elif name in FULL_NAMES:
            name = FULL_NAMES[name]
        else:
            raise InputError(f"holidays: gives {name!r} on {day}, but its rule is not known; add it to {Path(__file__).name}")
        full[day] = name
    return full


def list_holidays() -> list[tuple[str, ...]]:
    """List the holidays of the period: full days, their eves, and other days of note.

    Returns
    -------
    list of tuple of str
        Cells of ``holidays.csv``, by date.

    Raises
    ------
    InputError
        If another version of the library ``holidays`` is installed, or it gives a public holiday of unknown name.

    Notes
    -----
    The practice note in ``events.csv`` (3 October 2024) has the crossings shut on full holidays, with closures on their eves.
    COGAT's list bears out the first (no truck, or only the 7 and 8 of Passover) but not the second: trucks entered on the eves of
    2024, so that an eve is no closed day here. Independence Day 2024 saw 56 trucks: fewer, not none. Muslim holidays, which the
    library leaves out for Israel, come from ``events.csv`` and close nothing.
    """
    if holidays.__version__ != VERSION:
        raise InputError(
            f"holidays {holidays.__version__}: is installed, but the table is frozen from {VERSION}; "
            f"run pip install holidays=={VERSION}"
        )
    origin = f"holidays {VERSION}"
    years = range(FIRST.year, LAST.year + 1)
    full = list_full_holidays(years)
    rows = {day: (name, "full", "true", origin) for day, name in full.items()}
    for day, name in full.items():
        rows.setdefault(day - timedelta(days=1), (f"Eve of {re.sub(' day 1$', '', name)}", "eve", "false", origin))
    minor = holidays.country_holidays("IL", years=years, language="en_US", categories=("optional", "school"))
    for day, name in minor.items():
        if name in OTHER_NAMES:
            rows.setdefault(day, (name, "other", "false", origin))
    columns, *events = read_csv(DATA / "events.csv")
    for event in (dict(zip(columns, cells, strict=True)) for cells in events):
        if event["kind"] == "holiday":  # those of a day that is in the table already change nothing
            rows.setdefault(date.fromisoformat(event["date"]), (event["event"], "other", "false", "events.csv"))
    return [(day.isoformat(), *cells) for day, cells in sorted(rows.items()) if FIRST <= day <= LAST]


def write_holidays(folder: Path) -> None:
    """Write ``holidays.csv`` to the folder of a package and describe it there.

    Raises
    ------
    InputError
        See `list_holidays`; also if the folder holds no package, or the table breaks its schema. The table stays as it was.
    """
    (schema,) = (resource["schema"] for resource in load_package(folder)["resources"] if resource["name"] == "holidays")
    content = encode_csv(list_columns(schema), list_holidays())

    def check(staged: Path) -> None:
        check_table(staged / "holidays.csv", schema)

    write_files(folder, {"holidays.csv": content}, check=check)
    refresh_package(folder=folder)


if __name__ == "__main__":
    try:
        write_holidays(Path(sys.argv[1]) if len(sys.argv) > 1 else DATA)
    except InputError as problem:
        sys.exit(f"Error: {problem}")
