"""Make data/cogat_monthly_2026-03-02.csv, COGAT's trucks by month as compiled later, and describe it anew.

    python data/make/cogat_months.py COMPILED [--folder FOLDER]

COMPILED is a table of `src/lib/data/aidTrucks.json` of https://github.com/leemordechai/Gaza-starvation-scrollytelling, as stored
on 2026-03-02: a row a month, with its trucks by all routes. It is no part of this project; only its months and trucks are kept.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import pandas as pd

from utils.aid.ingest.datapackage import load_package, refresh_package
from utils.aid.ingest.schemas import check_table
from utils.aid.paths import DATA
from utils.common.errors import InputError
from utils.common.files import write_files

NAME = "cogat_monthly_2026-03-02"

#: January 2025 is the last month that a question of the seed reaches into; February helps to tell its days apart.
LAST = "2025-02"

TRUCKS = "trucks_all_routes"


def read_compiled(path: Path) -> pd.DataFrame:
    """Read the compilation's months up to `LAST`.

    Parameters
    ----------
    path : Path

    Returns
    -------
    pandas.DataFrame
        month (its first day), trucks (whole, by all routes).

    Raises
    ------
    InputError
        If the file cannot be read as CSV, lacks a column, holds a number of trucks that is no count, or does not have one row a
        month in order up to `LAST`.
    """
    try:
        table = pd.read_csv(path, parse_dates=["month"], date_format="%Y-%m")
    except (OSError, ValueError) as problem:
        raise InputError(f"{path}: cannot be read ({' '.join(str(problem).split())}); fetch it again") from None
    if TRUCKS not in table:
        raise InputError(f"{path}: has no column {TRUCKS}, but the table is made from it; is this the right file?")
    table = table[table["month"] <= LAST]
    months = pd.DatetimeIndex(table["month"])
    if not months.equals(pd.date_range(months.min(), LAST, freq="MS")):
        raise InputError(f"{path}: is not one row a month in order up to {LAST}; fetch it again")
    trucks = pd.to_numeric(table[TRUCKS], errors="coerce")
    wrong = table[TRUCKS][~(trucks.ge(0) & trucks.mod(1).eq(0))]
    if len(wrong):
        raise InputError(f"{path}: {TRUCKS} {wrong.iloc[0]!r} is no count of trucks; fetch it again")
    return pd.DataFrame({"month": months.strftime("%Y-%m-%d"), "trucks": trucks.astype(int)})


def write_months(compiled: Path, *, folder: Path = DATA) -> None:
    """Make the table from the compilation, write it to a package and describe it there.

    Parameters
    ----------
    compiled : Path
    folder : Path
        Folder of the package.

    Raises
    ------
    InputError
        If the file is not the one that is needed, or the package does not describe the table. The table stays as it was.
    """
    table = read_compiled(compiled)
    (resource,) = (one for one in load_package(folder)["resources"] if one["name"] == NAME)

    def check(staged: Path) -> None:
        check_table(staged / resource["path"], resource["schema"])

    write_files(folder, {resource["path"]: table.to_csv(index=False, lineterminator="\n").encode()}, check=check)
    refresh_package(folder=folder)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("compiled", type=Path, help="the compilation's months as CSV")
    parser.add_argument("--folder", type=Path, default=DATA, help="folder of the data package; data by default")
    asked = parser.parse_args()
    try:
        write_months(asked.compiled, folder=asked.folder)
    except InputError as problem:
        sys.exit(f"Error: {problem}")
