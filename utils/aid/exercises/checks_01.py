"""Checks of the exercises to notebook 01, Know the data."""

from __future__ import annotations

from ...common.formatting import percent
from ...course.verdicts import Mistake, Verdict, check, compare
from ..daily import load_daily
from ..loaders import load_lines, select_lines
from ..questions import ASKED
from ..snapshots import load_snapshot

#: Months that the first file of UNRWA's held and the last one rewrote.
REWRITTEN = slice("2024-06", "2024-08")


@check("the number of days, a whole number")
def check_unreported_days(answer: object) -> Verdict:
    """Judge on how many days of UNRWA's last list nobody reported.

    >>> check_unreported_days(load_snapshot("unrwa").days["count"].isna().sum())
    Not quite. This is every day without a count. Some of these were closed, and some were still to be reported.
    """
    days = load_snapshot("unrwa").days
    state = days["state"]
    return compare(
        answer,
        int(state.eq("unreported").sum()),
        praise="Nobody reported these days. They could have had any number of trucks, so no model may take them for zeros.",
        mistakes=[
            Mistake(
                int(days["count"].isna().sum()),
                "This is every day without a count. Some of these were closed, and some were still to be reported.",
            ),
            Mistake(
                int(days["count"].eq(0).sum()),
                "The list holds no zero. A day without a row has no count, and that is another thing.",
            ),
            Mistake(int(state.eq("closed").sum()), "Of these days it is known that they were closed. Of which is nothing known?"),
        ],
    )


@check("a fraction from 0 to 1")
def check_leaked_share(answer: object) -> Verdict:
    """Judge which part of the last file's trucks was not in the file of the day.

    >>> check_leaked_share(0)
    Not quite. Both series come from the same file. Give one of them `as_of`.
    """
    then, last = (load_daily("unrwa", as_of=day)[REWRITTEN].sum() for day in (ASKED, None))
    right = 1 - then / last
    return compare(
        answer,
        right,
        tolerance=1e-3,
        fraction=True,
        praise=f"{percent(right)} of these trucks were not in the file of the day. A model that is fitted to the last "
        "file has been given them.",
        mistakes=[
            Mistake(
                last / then - 1,
                "This is by how much the old file grew. Divide by the last file's trucks.",
            ),
            Mistake(then / last, "This is the part that was known. The part that was missing is the rest."),
            Mistake(0.0, "Both series come from the same file. Give one of them `as_of`."),
        ],
    )


@check("a pandas Series of trucks by day, from the first to the last day of the rows")
def check_daily_series(answer: object) -> Verdict:
    """Judge a daily series that was built of the rows of UNRWA's list.

    >>> check_daily_series(select_lines(load_lines("unrwa")).groupby("date")["trucks"].sum())
    Not quite. Days without a row are not there at all, so a mean of seven rows is no mean of seven days.
    """
    rows = load_lines("unrwa")
    by_land = select_lines(rows).groupby("date")["trucks"].sum()
    right, all_routes = by_land.asfreq("D"), rows.groupby("date")["trucks"].sum().asfreq("D")
    return compare(
        answer,
        right,
        praise=f"{len(right):,} days, {right.isna().sum()} of them without a count: each is there, and what is missing stays so.",
        mistakes=[
            Mistake(right.fillna(0), "Absent days became zeros. Nobody counted on them: leave them empty."),
            Mistake(by_land, "Days without a row are not there at all, so a mean of seven rows is no mean of seven days."),
            Mistake(all_routes, "Loads from the pier are in it. The questions ask for trucks by land: select the rows first."),
            Mistake(
                select_lines(rows).groupby("date")["trucks"].size().asfreq("D").astype(float).where(lambda n: n > 0),
                "This counts rows. A row has its number of trucks: sum it.",
            ),
        ],
    )
