"""COGAT's months as compiled later, and the days before the ceasefire that follow from them.

They were published more than a year after the questions: they serve resolution and hindsight, and no forecast. The months hold
all routes, by land, sea and air, so that they bound the trucks by land from above.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from ...common.checks import check_day
from ...common.errors import InputError
from ..ingest.datapackage import load_package
from ..loaders import list_vintages, load_lines, load_quotes
from ..paths import DATA
from ..tables import read_table
from .evidence import CEASEFIRE, TRUCE

#: Name of the table in the package.
TABLE = "cogat_monthly_2026-03-02"

#: What every row says of itself, in the columns of `quotes.csv`.
_ALIKE = dict(statistic="total", basis="COGAT", part="all", stage="settled", published_precision="day")

#: Who gives a figure that follows from the months by subtraction.
OURS = "derived by this project"


def load_months(*, as_of: object = None, data: Path = DATA) -> pd.DataFrame:
    """Load COGAT's months as compiled later.

    Parameters
    ----------
    as_of : day, optional
        No row is known before the day on which the compilation was public.
    data : pathlib.Path
        Folder of the data package.

    Returns
    -------
    pandas.DataFrame
        A row a month, in the columns of `utils.load_quotes`: trucks in total, by all routes.

    Examples
    --------
    >>> len(load_months(as_of="2024-11-08")), len(load_months()) > 0
    (0, True)
    """
    (resource,) = (one for one in load_package(data)["resources"] if one["name"] == TABLE)
    table = read_table(resource["path"], data=data)
    published, compiler = pd.Timestamp(resource["published"]), resource["sources"][0]
    months = _write_rows(
        table["month"],
        table["month"] + pd.offsets.MonthEnd(),
        table["trucks"],
        made="month",
        bound="exact",
        confidence="high",
        published=published,
        publisher=compiler["title"],
        url=compiler["path"],
        scope="all routes: by land, sea and air",
        note="",
    )
    return months if as_of is None or published <= check_day(as_of, name="as_of") else months.iloc[:0]


def bound_months(months: pd.DataFrame) -> pd.DataFrame:
    """Turn months into bounds on the trucks by land, as `bound_quotes` does quotes: at most all routes, and at least nothing.

    Months that begin after the ceasefire are left out: February 2025 has exactly the agreed number on every day.

    >>> bound_months(load_months())[["date_start", "least", "most"]].tail(1)
       date_start  least     most
    15 2025-01-01    0.0  11255.0
    """
    kept = months[months["date_start"].le(CEASEFIRE)]
    return kept[["id", "date_start", "date_end", "published", "confidence"]].assign(least=0.0, most=kept["trucks"].astype(float))


def derive_days_before_ceasefire(months: pd.DataFrame, quotes: pd.DataFrame) -> pd.Series:
    """Derive the trucks from the first of the ceasefire's month to its eve, by three routes.

    Parameters
    ----------
    months : pandas.DataFrame
        As from `load_months`.
    quotes : pandas.DataFrame
        As from `utils.load_quotes`: the exact total of the truce's first phase, and its exact counts of single days.

    Returns
    -------
    pandas.Series
        Trucks in total by route, in words. No publisher gives this figure. The first route takes the phase's day that lies after
        February for none, the others days that nobody quoted for the phase's mean.

    Raises
    ------
    InputError
        If a month, the total of the phase or the count of the ceasefire's day is missing.

    Examples
    --------
    >>> derive_days_before_ceasefire(load_months(), load_quotes()).round().tolist()
    [2855.0, 3455.0, 2813.0]
    """
    by_month = months.set_index("date_start")["trucks"].astype(float)
    first = CEASEFIRE.replace(day=1)
    following = first + pd.offsets.MonthBegin()
    exact = quotes[quotes["bound"].eq("exact") & quotes["statistic"].eq("total")]
    phases = exact[exact["basis"].eq("COGAT") & exact["date_start"].eq(CEASEFIRE)]
    days = exact[
        exact["basis"].eq(TRUCE) & exact["date_start"].eq(exact["date_end"]) & exact["date_start"].between(CEASEFIRE, following)
    ]
    counts = days.groupby("date_start")["trucks"].last()
    if not {first, following} <= set(by_month.index) or phases.empty or CEASEFIRE not in counts.index:
        raise InputError(
            f"{first:%B %Y} to {CEASEFIRE:%Y-%m-%d}: needs this month, the next one, the total of the truce's first phase and a "
            "count of its first day; give the project's own months and quotes"
        )
    phase = phases.iloc[-1]
    length = (phase["date_end"] - CEASEFIRE).days + 1
    mean, rest = phase["trucks"] / length, (following - CEASEFIRE).days
    this, last, others = f"{first:%B}", counts.index[-1], rest - len(counts)
    return pd.Series(
        {
            f"{this} and {following:%B} less the {length} days of the truce": by_month[first]
            + by_month[following]
            - phase["trucks"],
            f"{this} less {rest} days at the truce's mean of {mean:.0f}": by_month[first] - rest * mean,
            f"{this} less the {counts.sum():,.0f} counted from {CEASEFIRE.day} to {last.day} {last:%B} and {others} days at that "
            "mean": by_month[first] - counts.sum() - others * mean,
        },
        name="trucks",
    )


def tabulate_levels(months: pd.DataFrame, quotes: pd.DataFrame) -> pd.DataFrame:
    """Tabulate the totals that follow from the months from the end of COGAT's list to the eve of the ceasefire.

    Returns
    -------
    pandas.DataFrame
        date_start, date_end, least, most (trucks in total, by all routes): whole months, and the derived days before the
        ceasefire with the range of their routes.

    Examples
    --------
    >>> tabulate_levels(load_months(), load_quotes()).tail(2)
      date_start   date_end   least    most
    3 2024-12-01 2024-12-31  5065.0  5065.0
    4 2025-01-01 2025-01-18  2813.0  3455.0
    """
    whole = months[months["date_end"].between(list_vintages("cogat")["last"].iloc[-1], CEASEFIRE)]
    routes = derive_days_before_ceasefire(months, quotes)
    eve = dict(
        date_start=CEASEFIRE.replace(day=1), date_end=CEASEFIRE - pd.Timedelta(days=1), least=routes.min(), most=routes.max()
    )
    levels = whole[["date_start", "date_end"]].assign(least=whole["trucks"], most=whole["trucks"])
    return pd.concat([levels, pd.DataFrame([eve])], ignore_index=True).astype(dict.fromkeys(("least", "most"), float))


def load_hindsight(*, data: Path = DATA) -> pd.DataFrame:
    """Load all that hindsight has beside the lists: quotes, the months after COGAT's list, and the days before the ceasefire.

    Of the month in which the list ends only the remainder is taken, and of the ceasefire's month only the days before it, as an
    approximate total in the middle of the derived range.

    Returns
    -------
    pandas.DataFrame
        In the columns of `utils.load_quotes`; what follows from the months comes last.

    Examples
    --------
    >>> load_hindsight()[["date_start", "date_end", "trucks", "bound"]].tail(2)
       date_start   date_end  trucks        bound
    92 2024-12-01 2024-12-31    5065        exact
    93 2025-01-01 2025-01-18    3134  approximate
    """
    quotes, months = load_quotes(data=data), load_months(data=data)
    listed = list_vintages("cogat", data=data)["last"].iloc[-1]
    first = CEASEFIRE.replace(day=1)
    whole = months[months["date_start"].gt(listed) & months["date_end"].lt(CEASEFIRE)]
    cut = months[months["date_start"].le(listed) & months["date_end"].gt(listed)]
    lines = load_lines("cogat", data=data).set_index("date")["trucks"].sort_index()
    routes = derive_days_before_ceasefire(months, quotes)
    alike = dict(made="derived", publisher=OURS) | {name: months[name].iloc[-1] for name in ("published", "url")}
    rest = _write_rows(
        [listed + pd.Timedelta(days=1)] * len(cut),
        cut["date_end"],
        [month.trucks - lines[month.date_start : listed].sum() for month in cut.itertuples()],
        bound="exact",
        confidence="high",
        scope="all routes: by land, sea and air",
        note="Derived here: the month less the days that COGAT's list has.",
        **alike,
    )
    eve = _write_rows(
        [first],
        [CEASEFIRE - pd.Timedelta(days=1)],
        [round((routes.min() + routes.max()) / 2)],
        bound="approximate",
        confidence="medium",
        scope="all routes, derived here and not published",
        note=f"Middle of {routes.min():,.0f} to {routes.max():,.0f}, by {len(routes)} routes.",
        **alike,
    )
    return pd.concat([quotes, rest, whole, eve], ignore_index=True)


def _write_rows(
    first: Iterable[pd.Timestamp], last: Iterable[pd.Timestamp], trucks: Iterable[float], *, made: str, **alike: object
) -> pd.DataFrame:
    """Write totals over days as rows of `quotes.csv`, each with an id of its days, its figure and how it was made."""
    table = pd.DataFrame(dict(date_start=list(first), date_end=list(last), trucks=list(trucks))).assign(**_ALIKE, **alike)
    table.insert(
        0, "id", [f"{row.date_start:%Y%m%d}-{row.date_end:%Y%m%d}-cogat-{row.trucks:.0f}-{made}" for row in table.itertuples()]
    )
    return table
