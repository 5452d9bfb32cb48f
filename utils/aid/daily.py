"""A state for every day: counted, closed, unreported, not yet reported, partial. A missing day is never a zero."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from ..common.checks import check_choice, check_day
from ..common.errors import LookaheadError
from ..counts.record import Record
from .loaders import SCOPES, SOURCES, list_vintages, load_holidays, load_lines, select_lines
from .paths import DATA
from .reporting import SATURDAY, learn_settling

#: From this day UNRWA calls its own list partial: no constant presence at Kerem Shalom.
UNRWA_DISCLAIMER = pd.Timestamp("2024-05-06")
#: Thresholds of the backtests, trucks/day: round numbers from frequent to rare, so that rare events are not all there is.
THRESHOLDS = tuple(range(100, 451, 50))


def load_days(source: str, *, scope: str = "all", as_of: object = None, data: Path = DATA) -> pd.DataFrame:
    """Load a source day by day, each day with its state.

    Parameters
    ----------
    source : {"cogat", "unrwa"}
        Who counts.
    scope : {"all", "humanitarian"}
        Trucks by land, or those without the private sector.
    as_of : day, optional
        The day of the knowledge. The days then run to the one before it, the origin, whether reported by then or not.
        Without it they end with the last vintage.
    data : pathlib.Path
        Folder of the data package.

    Returns
    -------
    pandas.DataFrame
        Indexed by day (freq D): `count` (trucks/day, NaN where the list has no land row), `state`, `note`.
        `attrs` as of `load_daily`, and `settling`: which days are taken as unfinished, and why, in words.

    Notes
    -----
    - *counted*: the list has at least one truck by land on that day. In the humanitarian scope such a day may be 0.
    - *closed*: no truck listed, on a Saturday or on a holiday that shuts the crossings, and no late report to come.
    - *unreported*: no truck listed on any other day.
    - *not_yet_reported*: no truck listed, after the last day of the newest vintage or so shortly before its publication that
      late reports were still to come, by what was known of that on the day (`utils.aid.reporting.learn_settling`).
    - *partial*: counted, but as shortly before publication.

    Examples
    --------
    >>> load_days("unrwa", as_of="2024-11-08")["state"].value_counts().to_dict()
    {'counted': 332, 'not_yet_reported': 38, 'unreported': 10, 'closed': 4}
    """
    lines = load_lines(source, as_of=as_of, data=data)
    land = select_lines(lines)
    counts = select_lines(lines, scope=scope).groupby("date")["trucks"].sum()
    last = pd.Timestamp(lines.attrs["last"])
    end = last if as_of is None else check_day(as_of, name="as_of") - pd.Timedelta(days=1)
    if lines["date"].max() > end:
        mend = "make the table again with ingest" if as_of is None else "ask as of a later day"
        limit = "the last day that its vintage covers" if as_of is None else "the origin"
        raise LookaheadError(f"{source}: a table holds {lines['date'].max():%Y-%m-%d}, after {end:%Y-%m-%d}, {limit}; {mend}")
    index = pd.date_range(lines["date"].min(), end, freq="D", name="date")
    listed = index.isin(land["date"])
    trucks = counts.reindex(index).astype(float).where(listed)
    trucks[listed & trucks.isna()] = 0.0  # the list was kept that day, and every truck in it was private
    days = pd.DataFrame({"count": trucks, "state": "unreported", "note": ""}, index=index)

    holidays = load_holidays(data=data).query("closes").drop_duplicates("date").set_index("date")["name"]
    saturday, holiday = index.day_of_week == SATURDAY, index.isin(holidays.index)
    late, only_elsewhere = index > last, index.isin(lines["date"]) & ~listed
    settling = learn_settling(source, as_of=as_of, data=data)
    provisional = (index > pd.Timestamp(lines.attrs["vintage"]) - pd.Timedelta(days=settling.days)) & ~late
    fresh = f"younger than {settling.days} days at publication"

    days.loc[saturday | holiday, "state"] = "closed"
    days.loc[saturday, "note"] = "Saturday"
    days.loc[holiday, "note"] = holidays.reindex(index[holiday]).to_numpy()
    days.loc[only_elsewhere, ["state", "note"]] = "unreported", "only sea or air rows in the list"
    # After "closed": a Saturday without a row so shortly before publication may still get one, as 2024-12-14 did.
    days.loc[provisional & ~listed, ["state", "note"]] = "not_yet_reported", fresh
    days.loc[late, ["state", "note"]] = "not_yet_reported", f"after {last:%Y-%m-%d}, the last day of the newest vintage"
    days.loc[listed, "state"] = "counted"
    if source == "unrwa":
        days.loc[listed & (index >= UNRWA_DISCLAIMER), "note"] = "incomplete by UNRWA's own disclaimer"
    days.loc[provisional & listed, ["state", "note"]] = "partial", fresh
    day = None if as_of is None else f"{check_day(as_of, name='as_of'):%Y-%m-%d}"
    days.attrs = dict(lines.attrs, scope=scope, settling=settling.words, as_of=day)
    return days


def load_daily(source: str, *, scope: str = "all", as_of: object = None, data: Path = DATA) -> pd.Series:
    """Load the daily trucks of a source, as they were known on a day.

    Parameters
    ----------
    source : {"cogat", "unrwa"}
        Who counts.
    scope : {"all", "humanitarian"}
        Trucks by land, or those without the private sector.
    as_of : day, optional
        The day of the knowledge: only vintages published by then. The series runs to the day before it, the origin; days not
        reported by then are NaN. Without it the last vintages are used, to their last day.
    data : pathlib.Path
        Folder of the data package.

    Returns
    -------
    pandas.Series
        Trucks/day, freq D, NaN where not counted, never a filled zero. `attrs`: source, scope, vintage (day on which the
        newest one used was published), vintages, last (its last day), settling, as_of.

    Raises
    ------
    InputError
        If source, scope or day is unknown, or nothing had been published by then.

    Examples
    --------
    >>> daily = load_daily("unrwa", as_of="2024-11-08")
    >>> daily.attrs["vintage"], f"{daily.last_valid_index():%Y-%m-%d}", f"{daily.index[-1]:%Y-%m-%d}"
    ('2024-10-27', '2024-09-30', '2024-11-07')
    """
    days = load_days(source, scope=scope, as_of=as_of, data=data)
    daily = days["count"].rename("trucks")
    daily.attrs = dict(days.attrs)
    return daily


def load_closed(*, data: Path = DATA) -> pd.DatetimeIndex:
    """Load the days that are known beforehand as closed: holidays on which the crossings are shut.

    >>> [f"{day:%Y-%m-%d}" for day in load_closed()[:2]]
    ['2023-10-07', '2024-04-23']
    """
    holidays = load_holidays(data=data)
    return pd.DatetimeIndex(holidays.loc[holidays["closes"], "date"]).unique()


def load_records(sources: Sequence[str] = SOURCES, *, scopes: Sequence[str] = SCOPES, data: Path = DATA) -> dict[str, Record]:
    """Load sources in their scopes, as "cogat all", with the vintages of those that were published more than once.

    >>> record = load_records(["unrwa"], scopes=["all"])["unrwa all"]
    >>> [f"{published:%Y-%m-%d}" for published, _ in record.vintages]
    ['2024-09-11', '2024-10-27', '2024-12-24', '2025-01-19']
    """
    records, closed = {}, load_closed(data=data)
    for source in sources:
        for scope in scopes:
            published = list_vintages(check_choice(source, SOURCES, name="source"), data=data)["published"]
            known = tuple((day, load_days(source, scope=scope, as_of=day, data=data)) for day in published)
            vintages = known if len(known) > 1 else ()
            records[f"{source} {scope}"] = Record(known[-1][1], vintages, closed)
    return records
