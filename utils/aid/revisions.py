"""How a list of the past changed from one vintage to a later one.

Trucks by land alone: the rows of the pier changed too, but are no part of the questions.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from .daily import load_daily
from .loaders import list_vintages, load_lines, select_lines
from .paths import DATA
from .sources import BY_NAME, COGAT, UNRWA

#: Days that both must have counted for a month's ratio.
MIN_DAYS = 14


def tabulate_vintages(source: str, *, data: Path = DATA) -> pd.DataFrame:
    """Tabulate what each vintage of a list has of each month.

    Parameters
    ----------
    source : {"cogat", "unrwa"}
    data : pathlib.Path
        Folder of the data package.

    Returns
    -------
    pandas.DataFrame
        Months by day of publication: mean trucks a day by land; NaN where the vintage does not cover the whole month.

    Examples
    --------
    >>> tabulate_vintages("unrwa").loc["2024-06-01"].round(1)
    2024-09-11     83.6
    2024-10-27     83.6
    2024-12-24      NaN
    2025-01-19    123.4
    Name: 2024-06-01 00:00:00, dtype: float64
    """
    months = {}
    for vintage in list_vintages(source, data=data).itertuples():
        lines = select_lines(load_lines(source, as_of=vintage.published, data=data))
        counts = lines[lines["vintage"].eq(vintage.published)].groupby("date")["trucks"].sum().resample("MS").sum()
        whole = (counts.index >= vintage.first) & (counts.index + pd.offsets.MonthEnd() <= vintage.last)
        months[vintage.published] = (counts / counts.index.days_in_month)[whole]
    return pd.DataFrame(months)


def compare_reporters(first: object, last: object, *, as_of: object, data: Path = DATA) -> pd.DataFrame:
    """Compare UNRWA's trucks of some days, by who reported them, in the list held on a day and in the last one.

    Parameters
    ----------
    first, last : day
        Days compared, both included.
    as_of : day
        Day of the knowledge.
    data : pathlib.Path
        Folder of the data package.

    Returns
    -------
    pandas.DataFrame
        By data source: held, last, change (trucks by land).

    Examples
    --------
    >>> int(compare_reporters("2024-06-01", "2024-09-30", as_of="2024-11-08")["change"].sum())
    4990
    """
    lists = {"held": load_lines(UNRWA.name, as_of=as_of, data=data), "last": load_lines(UNRWA.name, data=data)}
    table = pd.DataFrame(
        {
            name: land[land["date"].between(pd.Timestamp(first), pd.Timestamp(last))].groupby("data_source")["trucks"].sum()
            for name, land in ((name, select_lines(lines)) for name, lines in lists.items())
        }
    ).fillna(0)
    return table.assign(change=table["last"] - table["held"])


def tabulate_ratios(known: Mapping[str, object], *, data: Path = DATA) -> pd.DataFrame:
    """Tabulate COGAT's trucks for each of UNRWA's by month, as known on several days.

    Parameters
    ----------
    known : mapping of str to day or None
        Days of the knowledge by a name; None for the last vintages.
    data : pathlib.Path
        Folder of the data package.

    Returns
    -------
    pandas.DataFrame
        Months by name: ratio of the trucks by land over the days that both counted. NaN where those are fewer than `MIN_DAYS`.

    Examples
    --------
    >>> tabulate_ratios({"then": "2024-11-08", "last": None}).loc["2024-06":"2024-08"].round(2).to_dict("list")
    {'then': [1.92, 1.95, 2.92], 'last': [1.38, 1.4, 1.5]}
    """
    ratios = {}
    for name, as_of in known.items():
        both = pd.DataFrame({source: load_daily(source, as_of=as_of, data=data) for source in BY_NAME}).dropna().resample("MS")
        trucks = both.sum()[both.size() >= MIN_DAYS]
        ratios[name] = trucks[COGAT.name] / trucks[UNRWA.name]
    return pd.DataFrame(ratios)
