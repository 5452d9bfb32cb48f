"""Quotes as observations: what each published figure tells of the flow, how surely, and which repeat one fact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ...common.errors import InputError
from ...common.formatting import days_in_words
from .inputs import Daily, ReadOnly

#: Why a quote that could be used is not.
REPEATED = "the same fact is counted once already"
IMPLIED = "every day of it is quoted or listed by itself"

#: Columns added to the quotes.
MADE = ("days", "total", "use", "why", "noise", "binds")

#: What a quote that is a sum can observe.
USES = ("flow", "unrwa", "unrwa_humanitarian")

#: Noise of a quote, relative to its value, by how sure the reader of the source was. Set from the quotes of May to August 2024
#: that COGAT's list can check (311 quoted, 300 listed; 173, 171; 216, 216; 1,858, 1,858), none of them later.
NOISE = {"high": 0.03, "medium": 0.08, "low": 0.20}

#: Further noise, added in squares: window ends that are approximate; a running count, whose late reports were still to come; a
#: figure whose crossings are implied; UNRWA's basis, whose quoted months are first estimates; a lower bound that binds. These
#: are judgements.
EXTRA = {"approximate": 0.05, "running": 0.15, "implied": 0.15, "unrwa": 0.20, "binding": 0.05}

#: Bases of figures that count the flow at the border, as COGAT does, and parts that are all of it.
BORDER = ("COGAT", "State Department", "Israel and guarantors")
WHOLE = ("all", "all_implied")

#: Share of the days of either from which on two windows are taken for one, and how far two figures for it may differ and still
#: be one fact.
OVERLAP, SAME = 0.9, 0.03


@dataclass(frozen=True, eq=False)
class Total(ReadOnly):
    """What a quote sums over: one entry of `h`.

    Attributes
    ----------
    use : str
        One of `USES`.
    rows : ndarray of int
        Days of the window that are summed.
    listed : float
        Trucks of it that a list has already counted.
    """

    use: str
    rows: np.ndarray
    listed: float


def classify_quotes(quotes: pd.DataFrame) -> pd.DataFrame:
    """Tell of each quote what it observes, and with which noise.

    Parameters
    ----------
    quotes : pandas.DataFrame
        As `load_quotes` gives them.

    Returns
    -------
    pandas.DataFrame
        The same rows with `days` (number), `total` (trucks over the window), `use` ("flow": a sum of the flow on COGAT's basis;
        "unrwa", "unrwa_humanitarian": a sum on UNRWA's; "lower": a lower bound of the flow; "apart": not used), `why` (for
        "apart" and "lower") and `noise` (standard deviation relative to the total).

    Raises
    ------
    InputError
        An end before its start, a negative number, or an unknown statistic or confidence.

    Examples
    --------
    >>> from utils.aid.loaders import load_quotes
    >>> quotes = load_quotes().set_index("id").loc[["20241101-20241111-cogat-75-ap"]]
    >>> classify_quotes(quotes)[["days", "total", "use", "noise"]].round(2).to_numpy().tolist()
    [[11, 825.0, 'flow', 0.16]]
    """
    table = quotes.copy()
    if table.empty:
        return table.assign(days=0, total=0.0, use="", why="", noise=0.0)
    table["days"] = (table["date_end"] - table["date_start"]).dt.days + 1
    _check_values(table)
    mean = table["statistic"].eq("daily_mean")
    table["total"] = table["trucks"] * table["days"].where(mean, 1).astype(float)
    table["use"], table["why"] = zip(*(_decide_use(row) for row in table.itertuples()), strict=True)
    noise2 = table["confidence"].map(NOISE).astype(float) ** 2
    noise2 += table["bound"].eq("approximate") * EXTRA["approximate"] ** 2
    noise2 += table["stage"].eq("running") * EXTRA["running"] ** 2
    noise2 += table["part"].eq("all_implied") * EXTRA["implied"] ** 2
    noise2 += table["use"].str.startswith("unrwa") * EXTRA["unrwa"] ** 2
    # a mean printed as a whole number is rounded: uniform within half a truck, variance 1/12
    noise2 += (mean & table["trucks"].mod(1).eq(0) & table["trucks"].gt(0)) / 12 / table["trucks"].clip(lower=1) ** 2
    table["noise"] = np.sqrt(noise2)
    return table


def _check_values(table: pd.DataFrame) -> None:
    """Refuse the first quote whose days, number, statistic or confidence break a rule."""
    finite = (table["trucks"] >= 0) & ~np.isinf(table["trucks"])
    for rule, holds, mend in (
        ("a window ends on or after its first day", table["days"] >= 1, "swap or correct the dates"),
        ("a number of trucks is finite and not negative", finite, "correct the number"),
        ("a statistic is total or daily_mean", table["statistic"].isin(["total", "daily_mean"]), "use one of the two"),
        ("a confidence is high, medium or low", table["confidence"].isin(list(NOISE)), "use one of the three"),
    ):
        if not holds.all():
            row = table[~holds].iloc[0]
            raise InputError(
                f"quote {row['date_start']:%Y-%m-%d} to {row['date_end']:%Y-%m-%d}, {row['trucks']} {row['statistic']} "
                f"{row['confidence']}: {rule}; {mend}"
            )


def _decide_use(row: Any) -> tuple[str, str]:
    """Return what one quote (a row of the table) observes and, where that is not the flow itself, why."""
    if row.basis in BORDER and row.bound == "lower":
        return "lower", "published as at least this much"
    if row.basis in BORDER and row.part not in WHOLE:
        return "lower", "a part of the flow on the same basis: the whole is at least as much"
    if row.basis in BORDER:
        return "flow", ""
    if row.basis in ("OCHA", "UNRWA") and row.bound != "lower" and row.part in ("all", "humanitarian"):
        return ("unrwa" if row.part == "all" else "unrwa_humanitarian"), ""
    return "apart", f"basis {row.basis}, part {row.part.replace('_', ' ')}: no known relation to the flow on COGAT's basis"


def drop_repeated(table: pd.DataFrame) -> pd.DataFrame:
    """Count one fact once: of quotes of one use whose windows have `OVERLAP` of their days in common, keep the last published.

    Where two of them agree within `SAME`, the first publisher's is kept, and of a total and a rounded mean the total.

    Parameters
    ----------
    table : pandas.DataFrame
        As `classify_quotes` gives it.

    Returns
    -------
    pandas.DataFrame
        The rows kept; those of use "apart" never are.

    Examples
    --------
    >>> from utils.aid.loaders import load_quotes
    >>> quote = load_quotes().set_index("id").loc[["20241101-20241111-cogat-75-ap"]]
    >>> later = quote.assign(trucks=76, published=pd.Timestamp("2024-11-14"), publisher="another")
    >>> drop_repeated(classify_quotes(pd.concat([quote, later], ignore_index=True)))["publisher"].tolist()
    ['AP (Southeast Missourian)']
    """
    kept: list[Any] = []
    order = table.assign(_total=table["statistic"].eq("total")).sort_values(["published", "_total"], kind="stable")
    for row in order[order["use"].ne("apart")].itertuples():
        for place, other in enumerate(kept):
            both = (min(row.date_end, other.date_end) - max(row.date_start, other.date_start)).days + 1
            either = row.days + other.days - both
            if row.use != other.use or both < OVERLAP * either or (row.use == "lower" and row.part != other.part):
                continue
            same = abs(row.total / row.days - other.total / other.days) <= SAME * other.total / other.days
            if not same or (row.statistic == "total" and other.statistic == "daily_mean"):
                kept[place] = row
            break
        else:
            kept.append(row)
    return table.loc[[row.Index for row in kept]].sort_index()


def select_sums(table: pd.DataFrame) -> pd.DataFrame:
    """Select the quotes that are observed: sums, and the lower bounds that bind.

    >>> table = pd.DataFrame({"use": ["flow", "lower", "lower", "apart"], "binds": [False, True, False, False]})
    >>> select_sums(table).index.tolist()
    [0, 1]
    """
    return table[table["use"].isin(USES) | table["binds"]]


def select_bounds(table: pd.DataFrame) -> pd.DataFrame:
    """Select the lower bounds that weight the draws: those that do not bind.

    >>> table = pd.DataFrame({"use": ["flow", "lower", "lower", "apart"], "binds": [False, True, False, False]})
    >>> select_bounds(table).index.tolist()
    [2]
    """
    return table[table["use"].eq("lower") & ~table["binds"]]


def locate_total(daily: Daily, row: Any) -> Total:
    """Return the days of the window that a quote (a row of the table) sums over, and the trucks of it that a list has.

    >>> from types import SimpleNamespace
    >>> from utils.aid.nowcast.inputs import prepare_daily
    >>> counts = pd.Series(100.0, pd.date_range("2024-01-01", periods=70))
    >>> week = SimpleNamespace(use="flow", date_start=counts.index[60], date_end=counts.index[66])
    >>> total = locate_total(prepare_daily(counts[:63], counts, 0.5 * counts), week)
    >>> total.rows.tolist(), total.listed
    ([0, 1, 2, 3], 300.0)
    """
    covered = (daily.days >= row.date_start) & (daily.days <= row.date_end)
    inside = np.arange(len(daily.days)) >= daily.listed
    if row.use in ("flow", "lower"):
        # On a day that the list covers but has no row for, the list's total counts nothing: so does a total quoted from it.
        use, counts, free = "flow", daily.cogat, covered & inside
    else:
        use, counts = row.use, daily.humanitarian if row.use == "unrwa_humanitarian" else daily.unrwa
        free = covered & inside & np.isnan(counts)
    return Total(use, np.flatnonzero(free) - daily.listed, float(np.nansum(counts[covered & ~free])))


def select_quotes(quotes: pd.DataFrame, daily: Daily, *, as_of: pd.Timestamp | None = None) -> pd.DataFrame:
    """Classify the quotes, keep what was published by the day, and tell of each why it is used or not.

    Parameters
    ----------
    quotes : pandas.DataFrame
        As `load_quotes` gives them.
    daily : Daily
    as_of : day, optional
        Quotes published after it are dropped without trace, undated ones too.

    Returns
    -------
    pandas.DataFrame
        As `classify_quotes`; those not used have `use` "apart" and a reason in `why`.

    Examples
    --------
    >>> from utils.aid.loaders import load_quotes
    >>> from utils.aid.nowcast.inputs import prepare_daily
    >>> counts = pd.Series(100.0, pd.date_range("2024-10-01", periods=70))
    >>> quotes = load_quotes().set_index("id").loc[["20241101-20241111-cogat-75-ap"]]
    >>> select_quotes(quotes, prepare_daily(counts, counts, 0.5 * counts))[["use", "why"]].to_numpy().tolist()
    [['apart', "COGAT's own list covers all its days"]]
    """
    if as_of is not None:
        quotes = quotes[quotes["published"] <= as_of]
    table = classify_quotes(quotes)
    if table.empty:
        return table
    start, origin = daily.days[daily.listed - 1] + pd.Timedelta(days=1), daily.days[-1]

    def set_apart(rows: pd.Series | np.ndarray, why: str) -> None:
        table.loc[rows & table["use"].ne("apart"), ["use", "why"]] = "apart", why

    set_apart(table["date_end"] > origin, f"ends after the origin {origin:%Y-%m-%d}")
    set_apart(table["date_start"] < daily.days[0], "begins before the first day of the lists")
    set_apart(table["date_end"] < start, "COGAT's own list covers all its days")
    counted = pd.Series(np.isfinite(daily.unrwa), index=daily.days)
    listed = np.array([counted[row.date_start : row.date_end].mean() > 0.5 for row in table.itertuples()])
    set_apart(table["use"].str.startswith("unrwa") & listed, "UNRWA's own list covers most of its days")
    known = pd.Series(np.arange(len(daily.days)) < daily.listed, index=daily.days)
    for row in table[table["use"].eq("flow") & table["days"].eq(1)].itertuples():
        known[row.date_start] = True
    implied = np.array([known[row.date_start : row.date_end].all() for row in table.itertuples()])
    set_apart(table["use"].eq("lower") & implied, IMPLIED)
    set_apart(~table.index.isin(drop_repeated(table).index), REPEATED)
    return table


def name_quote(row: Any) -> str:
    """Name a quote (a row of the table) by its days, number, basis and publisher.

    >>> from utils.aid.loaders import load_quotes
    >>> name_quote(next(load_quotes().iloc[[1]].itertuples()))
    'quote, 1 May to 30 Sep 2024: 175 trucks a day, COGAT (TRT World (Reuters))'
    """
    what = "trucks a day" if row.statistic == "daily_mean" else "trucks"
    return f"quote, {days_in_words(row.date_start, row.date_end)}: {row.trucks:,g} {what}, {row.basis} ({row.publisher})"
