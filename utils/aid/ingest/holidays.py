"""Israel's holidays, frozen from a library."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

from ...common.errors import InputError
from ...common.files import encode_csv, write_files
from ..paths import DATA
from .line_list import read_csv
from .schemas import SCHEMAS, _columns, check_table

# Holidays

HOLIDAYS_VERSION = "0.109"
HOLIDAYS_FIRST, HOLIDAYS_LAST = date(2023, 10, 1), date(2025, 2, 28)
# The library's own names, spelled one way. Public holidays that it knows close the crossings.
_FULL_NAMES = {
    "Pesach": "Passover day 1",
    "Seventh day of Pesach": "Passover day 7",
    "Independence Day": "Independence Day",
    "Independence Day (observed)": "Independence Day (observed)",
    "Shavuot": "Shavuot",
    "Yom Kippur": "Yom Kippur",
    "Sukkot": "Sukkot day 1",
    "Simchat Torah / Shemini Atzeret": "Shemini Atzeret / Simchat Torah",
}
_OTHER_NAMES = ("Purim", "Hanukkah", "Tisha B'Av")


def list_holidays() -> list[tuple[str, ...]]:
    """List the holidays of the period: full days, their eves, and other days of note.

    Returns
    -------
    list of tuple of str
        Cells of ``holidays.csv``, by date.

    Raises
    ------
    InputError
        If another version of the library ``holidays`` is installed, or it gives a public holiday of unknown
        name.

    Notes
    -----
    The practice note in ``events.csv`` (3 October 2024) has the crossings shut on full holidays, with
    closures on their eves. COGAT's list bears out the first (no truck, or only the 7 and 8 of Passover) but
    not the second: trucks entered on the eves of 2024, so that an eve is no closed day here. Independence Day
    2024 saw 56 trucks: fewer, not none. Muslim holidays, which the library leaves out for Israel, come from
    ``events.csv`` and close nothing.
    """
    import holidays  # needed once, to freeze the table; reading it needs no library

    if holidays.__version__ != HOLIDAYS_VERSION:
        raise InputError(
            f"holidays {holidays.__version__}: is installed, but the table is frozen from {HOLIDAYS_VERSION}; "
            f"run pip install holidays=={HOLIDAYS_VERSION}"
        )
    origin = f"holidays {HOLIDAYS_VERSION}"
    years = range(HOLIDAYS_FIRST.year, HOLIDAYS_LAST.year + 1)
    full: dict[date, str] = {}
    for day, name in holidays.country_holidays("IL", years=years, language="en_US").items():
        if name == "Rosh Hashanah":
            name = f"Rosh Hashanah day {1 if day + timedelta(days=1) in holidays.IL(years=day.year) else 2}"
        elif name in _FULL_NAMES:
            name = _FULL_NAMES[name]
        else:
            raise InputError(f"holidays: gives {name!r} on {day}, but its rule is not known; add it to utils/ingest.py")
        full[day] = name
    rows = {day: (name, "full", "true", origin) for day, name in full.items()}
    for day, name in full.items():
        eve = day - timedelta(days=1)
        rows.setdefault(eve, (f"Eve of {re.sub(' day 1$', '', name)}", "eve", "false", origin))
    minor = holidays.country_holidays("IL", years=years, language="en_US", categories=("optional", "school"))
    for day, name in minor.items():
        if name in _OTHER_NAMES:
            rows.setdefault(day, (name, "other", "false", origin))
    columns, *events = read_csv(DATA / "events.csv")
    for event in (dict(zip(columns, cells, strict=True)) for cells in events):
        day = date.fromisoformat(event["date"])
        if event["kind"] == "holiday" and event["event"].startswith("Eid "):
            rows.setdefault(day, (event["event"], "other", "false", "events.csv"))
    return [(day.isoformat(), *cells) for day, cells in sorted(rows.items()) if HOLIDAYS_FIRST <= day <= HOLIDAYS_LAST]


def freeze_holidays(*, out: str | Path = DATA) -> Path:
    """Write ``holidays.csv`` anew. `refresh_package` then describes it.

    Parameters
    ----------
    out : path
        Folder to write to.

    Returns
    -------
    Path
        The table.

    Raises
    ------
    InputError
        See `list_holidays`.
    """
    out = Path(out)
    content = encode_csv(_columns(SCHEMAS["holidays"]), list_holidays())

    def check(staged: Path) -> None:
        check_table(staged / "holidays.csv", SCHEMAS["holidays"])

    write_files(out, {"holidays.csv": content}, check=check)
    return out / "holidays.csv"
