"""How a list fills up after its days: learnt from the vintages public by a day, and assumed where they cannot tell."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from .loaders import list_vintages, load_holidays, load_lines, read_vintage, select_lines
from .paths import DATA

#: Days within which a list is taken as unfinished while no later one shows how long it takes, and at the least afterwards: one
#: pair of lists is one case. A week is our assumption.
ASSUMED_DAYS = 7

#: A list's last weeks are taken as unfinished as long as so many open days of each have no row, which is rare in older weeks:
#: another assumption of ours, made with the list of December 2024 in view.
GAPS_A_WEEK = 2

SATURDAY = 5

#: A day is taken as settled once a later list adds less than this share of its trucks, for each of so many ages in a row.
ADDED_SHARE, AGES_IN_A_ROW = 0.05, 7


@dataclass(frozen=True)
class Settling:
    """How long the newest days of a source's list are taken as unfinished, as known on a day.

    Attributes
    ----------
    days : int
        A day younger than this when its list was published is provisional.
    learnt : int or None
        What later lists show; None where no list had been followed by another by then.
    ragged : int
        Days before publication in whose weeks the list lacks rows (`GAPS_A_WEEK`).
    pairs : int
        Pairs of lists, one published after the other, that it was learnt from.
    """

    days: int
    learnt: int | None
    ragged: int
    pairs: int

    @property
    def words(self) -> str:
        """Say it in a clause, for whoever reads an answer."""
        floor = f"our assumption of {ASSUMED_DAYS}"
        if self.days == self.learnt:
            why = f"learnt from {self.pairs} pairs of lists"
        elif self.days == self.ragged:
            why = "open days of its last weeks have no row"
        elif self.learnt is None:
            why = f"{floor}: no later list was public to learn from"
        else:
            why = (
                f"{floor}: {self.pairs} pair{'s' if self.pairs > 1 else ''} of lists, too few to go below it, show {self.learnt}"
            )
        return f"days younger than {self.days} days at publication are taken as unfinished ({why})"


def measure_reporting(source: str, *, as_of: object = None, scope: str = "all", data: Path = DATA) -> pd.DataFrame:
    """Measure how much of a day's count a list held at some age of the day, against the list published after it.

    Parameters
    ----------
    source : {"cogat", "unrwa"}
        Who counts.
    as_of : day, optional
        The day of the knowledge: only pairs of which both lists were public by then.
    scope : {"all", "humanitarian"}
        Trucks by land, or those without the private sector.
    data : pathlib.Path
        Folder of the data package.

    Returns
    -------
    pandas.DataFrame
        A row a pair of consecutive lists and day that both cover: published and later_published (of the two lists), date, age
        (days from the day to the first publication), listed and later (trucks in either; 0 where it has no row).

    Examples
    --------
    >>> history = measure_reporting("unrwa", as_of="2024-11-08")
    >>> len(history), int((history["later"] - history["listed"]).abs().sum())  # no day of September's list grew by October
    (325, 0)
    """
    public = list_vintages(source, as_of=as_of, data=data)
    columns = ["published", "later_published", "date", "age", "listed", "later"]
    rows = [pd.DataFrame(columns=columns)]
    beginning = public["first"].min()
    for older, newer in pairwise(public.itertuples()):
        tables = [read_vintage(one, beginning=beginning, data=data) for one in (older, newer)]
        days = pd.date_range(max(table.attrs["start"] for table in tables), older.last, name="date")
        listed, later = (
            select_lines(table, scope=scope).groupby("date")["trucks"].sum().reindex(days, fill_value=0).to_numpy()
            for table in tables
        )
        row = dict(published=older.published, later_published=newer.published, date=days, age=(older.published - days).days)
        rows.append(pd.DataFrame(row | dict(listed=listed, later=later)))
    return pd.concat(rows[1:] or rows, ignore_index=True)[columns]


def learn_settling(source: str, *, as_of: object = None, data: Path = DATA) -> Settling:
    """Learn from the lists public by a day how long a day's count still grows after it.

    A day is settled from the first age on at which, and at each of the six ages after it that were seen, a later list added less
    than `ADDED_SHARE` of the count. What is added to days older than that is a revision, which no waiting would have told.
    Without a pair of lists the days are assumed (`ASSUMED_DAYS`), and they are never fewer. Nor are they fewer than the days of
    the newest list's last weeks that lack rows (`GAPS_A_WEEK`).

    Parameters
    ----------
    source, as_of, data
        As for `measure_reporting`.

    Examples
    --------
    >>> [learn_settling("unrwa", as_of=day).days for day in ("2024-10-01", "2024-11-08", "2024-12-24", "2025-01-19")]
    [7, 7, 15, 23]
    """
    history = measure_reporting(source, as_of=as_of, data=data)
    learnt = None if history.empty else find_settled_age(history)
    lines = load_lines(source, as_of=as_of, data=data)
    holidays = load_holidays(data=data)
    last, published = (pd.Timestamp(lines.attrs[name]) for name in ("last", "vintage"))
    days = pd.date_range(lines["date"].min(), last)
    shut = (days.day_of_week == SATURDAY) | days.isin(holidays.loc[holidays["closes"], "date"])
    gaps = ~days.isin(select_lines(lines)["date"]) & ~shut
    weeks = count_ragged_weeks(gaps)
    ragged = (published - last).days + 7 * weeks if weeks else 0
    return Settling(
        days=max(ASSUMED_DAYS, learnt or 0, ragged), learnt=learnt, ragged=ragged, pairs=history["published"].nunique()
    )


def count_ragged_weeks(gaps: np.ndarray) -> int:
    """Count the last weeks, back from the end, of which each has at least `GAPS_A_WEEK` gaps; `gaps` is a bool a day.

    Examples
    --------
    >>> count_ragged_weeks(np.array([True] * 7 + [False] * 7 + [True, True, *[False] * 5] + [True] * 7))
    2
    """
    weeks = 0
    for end in range(len(gaps), 6, -7):
        if gaps[end - 7 : end].sum() < GAPS_A_WEEK:
            break
        weeks += 1
    return weeks


def find_settled_age(history: pd.DataFrame) -> int:
    """Find the first age, in days, from which on a later list added next to nothing, in the rows of `measure_reporting`.

    Examples
    --------
    >>> ages = pd.DataFrame({"age": range(20), "listed": [0, 40, 80, *[100] * 17], "later": 100})
    >>> find_settled_age(ages)
    3
    """
    sums = history.groupby("age")[["listed", "later"]].sum()
    sums = sums[sums["later"] > 0]  # on a day without a truck in either nothing is seen
    growing = ((sums["later"] - sums["listed"]) >= ADDED_SHARE * sums["later"]).to_numpy()
    ages = sums.index.to_numpy()
    for place, age in enumerate(ages):
        if not growing[place : place + AGES_IN_A_ROW].any():
            return 0 if place == 0 and age < AGES_IN_A_ROW else int(age)
    return int(ages[-1]) + 1 if len(ages) else 0
