"""Make data/examples/uk_covid_tests.csv, the United Kingdom's daily coronavirus tests of spring 2020, and describe it anew.

    python data/make/uk_tests.py TESTS TOTALS [--folder FOLDER]

TESTS is `covid-19-tests-uk.csv` and TOTALS `covid-19-totals-uk.csv` of https://github.com/tomwhite/covid-19-uk-data (Unlicense),
which compiled the UK health department's daily publications. The two files are no part of this project.
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

LAST = "2020-05-29"

#: Our column for each of the compilation's. A kit counts in `tests` on the day it is sent out: "delivery routes".
COLUMNS = {
    "DailyTestsPerformed": "tests",
    "TotalTestsPerformed": "tests_total",
    "DailyPillar2DeliveryRoutes": "kits_sent",
    "DailyPeopleTested": "people_tested",
    "TotalPeopleTested": "people_total",
}

#: What a reader has to know of a row, by its day of publication.
NOTES = {
    "2020-01-25": "Until 7 April only the number of people tested is published, as a total.",
    "2020-04-08": "Tests are published for the first time. The total of people grows by 6,568 more than the day's figure.",
    "2020-04-12": "The compilation's other file has 282,279 people in total.",
    "2020-04-25": "The total of people includes 50,499 late reports of negative tests from 31 January to 24 April.",
    "2020-04-28": "Kits sent out are given apart for the first time: 34,600 in all so far.",
    "2020-05-01": "The day of the promise. Of the kits, 27,497 went to homes and 12,872 to hospitals and other sites. "
    "The total of tests grows by 121,919.",
    "2020-05-19": "No number of people was published.",
    "2020-05-20": "The total of people grows over two days.",
    "2020-05-23": "The number of people is no longer published.",
}


def read_compiled(path: Path, *, columns: set[str]) -> pd.DataFrame:
    """Read a file of the compilation, indexed by its day of publication.

    Raises
    ------
    InputError
        If the file cannot be read as CSV, lacks a column, or does not have one row a day.
    """
    try:
        table = pd.read_csv(path, parse_dates=["Date"], date_format="%Y-%m-%d", index_col="Date")
    except (OSError, ValueError) as problem:
        raise InputError(f"{path}: cannot be read ({' '.join(str(problem).split())}); fetch it again") from None
    missing = sorted(columns - set(table.columns))
    if missing:
        raise InputError(f"{path}: has no column {', '.join(missing)}, but the table is made from it; is this the right file?")
    days = pd.DatetimeIndex(table.index)
    if not days.equals(pd.date_range(days[0], days[-1])):
        raise InputError(f"{path}: is not one row a day in order, but a day of publication has one; fetch it again")
    return table


def make_table(tests: pd.DataFrame, totals: pd.DataFrame) -> pd.DataFrame:
    """Lay the daily figures out, a row a day of publication.

    Parameters
    ----------
    tests, totals : pandas.DataFrame
        The compilation's two files, indexed by day of publication. The column `Tests` of `totals` is people tested.

    Returns
    -------
    pandas.DataFrame
        date (the day before publication: the figures are of the 24 hours up to 9 in the morning), published, tests,
        tests_total, kits_sent, people_tested, people_total, note; numbers are whole, and missing where not published.
    """
    table = tests[list(COLUMNS)].rename(columns=COLUMNS).reindex(pd.date_range(totals.index[0], LAST, name="published"))
    table["people_total"] = table["people_total"].fillna(totals["Tests"].loc[: tests.index[0] - pd.Timedelta(days=1)])
    table = table.astype("Int64").reset_index()
    table.insert(0, "date", table["published"] - pd.Timedelta(days=1))
    table["note"] = table["published"].dt.strftime("%Y-%m-%d").map(NOTES)
    return table


def write_table(tests: Path, totals: Path, *, folder: Path = DATA) -> None:
    """Make the table from the compilation's two files, write it to a package and describe it there.

    Parameters
    ----------
    tests, totals : Path
        The two files.
    folder : Path
        Folder of the package.

    Raises
    ------
    InputError
        If a file is not the one that is needed, or the package does not describe the table. The table stays as it was.
    """
    table = make_table(
        read_compiled(tests, columns=set(COLUMNS)),
        read_compiled(totals, columns={"Tests"}),
    )
    (resource,) = (one for one in load_package(folder)["resources"] if one["name"] == "uk_covid_tests")
    path = folder / resource["path"]

    def check(staged: Path) -> None:
        check_table(staged / path.name, resource["schema"])

    write_files(path.parent, {path.name: table.to_csv(index=False, lineterminator="\n").encode()}, check=check)
    refresh_package(folder=folder)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("tests", type=Path, help="covid-19-tests-uk.csv")
    parser.add_argument("totals", type=Path, help="covid-19-totals-uk.csv")
    parser.add_argument("--folder", type=Path, default=DATA, help="folder of the data package; data by default")
    asked = parser.parse_args()
    try:
        write_table(asked.tests, asked.totals, folder=asked.folder)
    except InputError as problem:
        sys.exit(f"Error: {problem}")
