"""Load what had been published by a day: vintages, quotes, events, holidays.

Nothing is imputed here. The tables lie in `data/`; `data/datapackage.json` says of each from which day it was public, and what it
holds to the byte: `tables.read_table` refuses another.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from ..common.checks import check_choice, check_day
from ..common.errors import InputError, LookaheadError
from .ingest.datapackage import load_package
from .paths import DATA
from .sources import BY_NAME
from .tables import read_table

SOURCES = ("cogat", "unrwa")
SCOPES = ("all", "humanitarian")

#: What is not "by land", and what is private, in each publisher's own words.
_BY_LAND = {"cogat": ("route", {"Land Crossings"}, True), "unrwa": ("crossing", {"JLOTS"}, False)}
_PRIVATE = {"cogat": ("donor_group", "private sector"), "unrwa": ("donation_type", "Private Sector")}


def list_vintages(source: str | None = None, *, as_of: object = None, data: Path = DATA) -> pd.DataFrame:
    """List the vintages: the files of a publisher, each with the day from which it was public.

    Parameters
    ----------
    source : {"cogat", "unrwa"}, optional
        Whose vintages; both by default.
    as_of : day, optional
        Only those published on or before this day.
    data : pathlib.Path
        Folder of the data package.

    Returns
    -------
    pandas.DataFrame
        A row a vintage, by source and `published`: source, title (the source as it is written), published, first and last day
        covered, rows of the original, trucks counted by any route, path, sha256, publisher and url.

    Examples
    --------
    >>> list_vintages("unrwa", as_of="2024-11-08")["published"].dt.strftime("%Y-%m-%d").tolist()
    ['2024-09-11', '2024-10-27']
    """
    if source is not None:
        check_choice(source, SOURCES, name="source")
    package = load_package(data)
    rows = [
        dict(
            source=resource["source"],
            title=BY_NAME[resource["source"]].title,
            published=pd.Timestamp(resource["published"]),
            first=pd.Timestamp(resource["covers"]["first"]),
            last=pd.Timestamp(resource["covers"]["last"]),
            rows=resource["original"]["rows_read"],
            trucks=resource["original"]["rows_counted"],
            path=resource["path"],
            sha256=resource["hash"].removeprefix("sha256:"),
            publisher=resource["sources"][0]["title"],
            url=resource["sources"][0]["path"],
        )
        for resource in package["resources"]
        if resource.get("source") in (SOURCES if source is None else (source,))  # other tables of the package have no vintages
    ]
    columns = ["source", "title", "published", "first", "last", "rows", "trucks", "path", "sha256", "publisher", "url"]
    days = dict.fromkeys(("published", "first", "last"), "datetime64[us]")
    table = pd.DataFrame(rows, columns=columns).astype(days).sort_values(["source", "published"], ignore_index=True)
    return table if as_of is None else table[table["published"] <= check_day(as_of, name="as_of")]


def load_lines(source: str, *, as_of: object = None, data: Path = DATA) -> pd.DataFrame:
    """Load the daily lines of a source as they were known on a day: counts by date and by the publisher's own categories.

    For each day the newest vintage that covers it is used, and never one published after `as_of`.

    Parameters
    ----------
    source : {"cogat", "unrwa"}
        Who counts.
    as_of : day, optional
        The day of the knowledge; the last vintages by default.
    data : pathlib.Path
        Folder of the data package.

    Returns
    -------
    pandas.DataFrame
        The table's own columns (`date` first, `trucks`), and `vintage`, the day the line was published. All routes are in it.
        `attrs` holds source, vintage (the newest), vintages and last (the last day that the newest one covers).

    Raises
    ------
    InputError
        If the source is unknown, or nothing of it had been published by then.
    LookaheadError
        If a table holds a day after the day it was published.

    Examples
    --------
    >>> lines = load_lines("unrwa", as_of="2024-11-08")
    >>> lines.attrs["vintage"], lines.attrs["last"]
    ('2024-10-27', '2024-09-30')
    """
    check_choice(source, SOURCES, name="source")
    vintages = list_vintages(source, as_of=as_of, data=data)
    if vintages.empty:
        later = list_vintages(source, data=data)["published"]
        if later.empty:
            raise InputError(f"source {source!r} has no vintage in {data}; make its tables with ingest")
        raise InputError(
            f"as_of {check_day(as_of, name='as_of'):%Y-%m-%d}: no {source} vintage had been published by then; "
            f"use {later.min():%Y-%m-%d} or a later day"
        )
    pieces, until, beginning = [], None, vintages["first"].min()
    for vintage in vintages.iloc[::-1].itertuples():  # newest first: an older one only fills the days before it
        table = read_vintage(vintage, beginning=beginning, data=data)
        pieces.append((table if until is None else table[table["date"] < until]).assign(vintage=vintage.published))
        until = table.attrs["start"]
        if until == beginning:
            break
    lines = pd.concat(pieces[::-1], ignore_index=True)
    newest = vintages.iloc[-1]
    used = sorted({f"{day:%Y-%m-%d}" for piece in pieces for day in piece["vintage"].unique()})
    lines.attrs = dict(source=source, vintage=f"{newest['published']:%Y-%m-%d}", vintages=used, last=f"{newest['last']:%Y-%m-%d}")
    return lines


def read_vintage(vintage: Any, *, beginning: pd.Timestamp, data: Path = DATA) -> pd.DataFrame:
    """Read the table of one vintage from its first whole day on.

    Parameters
    ----------
    vintage : tuple
        A row of `list_vintages`, as `itertuples` gives it.
    beginning : pandas.Timestamp
        First day of the record. A file that begins later was cut out of a longer one, in the middle of its first day: the
        December file has 74 trucks on 2024-09-11, where the one before it had 131.
    data : pathlib.Path

    Returns
    -------
    pandas.DataFrame
        The table's own columns; `attrs` holds source and start, the first whole day.

    Raises
    ------
    LookaheadError
        If the table holds a day after the day it was published.

    Examples
    --------
    >>> lists = list_vintages("unrwa")
    >>> december = next(lists.iloc[[2]].itertuples())
    >>> start = read_vintage(december, beginning=lists["first"].min()).attrs["start"]
    >>> f"begins on {december.first:%Y-%m-%d}, whole from {start:%Y-%m-%d}"
    'begins on 2024-09-11, whole from 2024-09-12'
    """
    table = read_table(vintage.path, data=data)
    if table["date"].max() > vintage.published:
        raise LookaheadError(
            f"{vintage.path}: day {table['date'].max():%Y-%m-%d} lies after {vintage.published:%Y-%m-%d}, when the "
            "table was published; a count cannot be known before its day, so make the table again with ingest"
        )
    start = vintage.first if vintage.first == beginning else vintage.first + pd.Timedelta(days=1)
    table = table[table["date"] >= start]
    table.attrs = dict(source=vintage.source, start=start)
    return table


def select_lines(lines: pd.DataFrame, *, scope: str = "all") -> pd.DataFrame:
    """Keep the lines of a scope: trucks by land ("all"), or those without the private sector ("humanitarian").

    >>> lines = load_lines("unrwa")
    >>> len(select_lines(lines, scope="humanitarian")) < len(select_lines(lines)) < len(lines)
    True
    """
    check_choice(scope, SCOPES, name="scope")
    source = lines.attrs["source"]
    column, values, wanted = _BY_LAND[source]
    keep = lines[column].isin(values) == wanted
    if scope == "humanitarian":
        column, private = _PRIVATE[source]
        keep &= lines[column] != private
    return lines[keep]


def load_quotes(*, as_of: object = None, data: Path = DATA) -> pd.DataFrame:
    """Load the published figures that are no line list: single days, totals and means over days, lower bounds.

    Parameters
    ----------
    as_of : day, optional
        Only quotes published on or before this day. One known only by its month counts as published on that month's last
        day, and an undated one is never known as of any day.
    data : pathlib.Path
        Folder of the data package.

    Returns
    -------
    pandas.DataFrame
        A row a quote, by first day: id, date_start, date_end, trucks, statistic, bound, basis, part, stage, scope, publisher,
        published, published_precision, url, note, confidence.

    Examples
    --------
    >>> quotes = load_quotes(as_of="2024-11-08")
    >>> len(quotes) < len(load_quotes()), f"{quotes['published'].max():%Y-%m-%d}"
    (True, '2024-11-08')
    """
    quotes = read_table("quotes.csv", data=data)
    quotes = quotes.sort_values(["date_start", "date_end", "id"], ignore_index=True)
    if as_of is None:
        return quotes
    return quotes[quotes["published"] <= check_day(as_of, name="as_of")].reset_index(drop=True)


def load_events(*, as_of: object = None, data: Path = DATA) -> pd.DataFrame:
    """Load the dated events around the counts: crossings, policy, ceasefires, holidays.

    Parameters
    ----------
    as_of : day, optional
        Only events dated before this day whose page was published on or before it, as with quotes; and holidays, whose dates
        are known long before. An event whose page has no day of publication is never known as of any day.
    data : pathlib.Path
        Folder of the data package.

    Returns
    -------
    pandas.DataFrame
        id, date, event, kind, intervention, url, publisher, published, published_precision, by date.

    Examples
    --------
    >>> "2024-10-01-north-food-stops" in set(load_events(as_of="2024-10-17")["id"])  # its page is of 18 October
    False
    """
    events = read_table("events.csv", data=data)
    events = events.sort_values(["date", "id"], ignore_index=True)
    if as_of is None:
        return events
    day = check_day(as_of, name="as_of")
    known = (events["date"] < day) & (events["published"] <= day) | events["published_precision"].eq("calendar")
    return events[known].reset_index(drop=True)


def load_holidays(*, data: Path = DATA) -> pd.DataFrame:
    """Load the frozen table of Israeli holidays: date, name, kind, closes (crossings expected shut), origin.

    >>> load_holidays().query("closes")["name"].iloc[0]
    'Shemini Atzeret / Simchat Torah'
    """
    return read_table("holidays.csv", data=data).copy()
