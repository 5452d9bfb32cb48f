"""What was reported of a question's last days."""

from __future__ import annotations

import pandas as pd

from ...questions.question import Question
from ..loaders import load_events, load_quotes
from .tables import BOUNDS, WHOSE


def list_reports(question: Question, *, back: int = 6, after: int = 14) -> pd.DataFrame:
    """List what was reported of a question's last days: quotes that speak of them and events, each with its page.

    Parameters
    ----------
    question : Question
    back : int
        Days before `closes` from which on a day counts as one of the last.
    after : int
        Days after `closes` within which a figure or the page of an event must have been published.

    Returns
    -------
    pandas.DataFrame
        first, last (days spoken of), report, whose, publisher, published, url, by day.

    Examples
    --------
    >>> from utils.aid.questions import DEADLINE
    >>> list_reports(DEADLINE)[["report", "whose"]].iloc[[1, 5]].to_numpy().tolist()
    [['about 75 trucks a day (all aid trucks)', 'COGAT'], ['Kissufim opens as fifth crossing', 'crossing']]
    """
    closes = pd.Timestamp(question.closes)
    quotes, events = load_quotes(), load_events()
    late = quotes["date_end"].ge(closes - pd.Timedelta(days=back)) & quotes["date_start"].le(closes)
    until = closes + pd.Timedelta(days=after)
    quotes = quotes[late & quotes["published"].le(until)]
    quotes = quotes[(quotes["date_end"] - quotes["date_start"]).dt.days <= 31]
    reports: list[tuple[object, ...]] = []
    for row in quotes.itertuples():
        unit = "trucks a day" if row.statistic == "daily_mean" else "trucks"
        amount = f"{BOUNDS[row.bound]}{row.trucks:,.0f} {unit} ({row.scope})"
        reports.append(
            (row.date_start, row.date_end, amount, WHOSE.get(row.basis, row.basis), row.publisher, row.published, row.url)
        )
    near = events["date"].between(closes - pd.Timedelta(days=back), closes) & events["kind"].ne("holiday")
    for row in events[near & events["published"].le(until)].itertuples():
        reports.append((row.date, row.date, row.event, row.kind, row.publisher, row.published, row.url))
    columns = ["first", "last", "report", "whose", "publisher", "published", "url"]
    return pd.DataFrame(reports, columns=columns).sort_values(["first", "last", "published"], kind="stable", ignore_index=True)
