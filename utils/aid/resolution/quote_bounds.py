"""Bounds that quoted figures set to sums of daily counts, and what they imply of a question, with certainty."""

from __future__ import annotations

from bisect import bisect_left

import numpy as np
import pandas as pd

from ...common.checks import check_choice
from ...questions.question import Question
from ...questions.resolution import UNRESOLVED, YES
from ..nowcast.quotes import classify_quotes
from .evidence import BASES, Verdict
from .feasibility import find_implied, has_solution, is_implied

#: Spreads (`utils.aid.nowcast.quotes`) by which a figure that is called approximate may be off, either way.
SPREADS = 2.0


def bound_quotes(quotes: pd.DataFrame, *, basis: str) -> pd.DataFrame:
    """Turn the quotes of one basis into bounds on sums of whole daily counts.

    Parameters
    ----------
    quotes : pandas.DataFrame
        As `utils.load_quotes` gives them. Those without a day of publication are left out.
    basis : {"cogat quotes", "ceasefire count", "un quotes"}

    Returns
    -------
    pandas.DataFrame
        id, date_start, date_end, published, confidence, least, most (trucks in total; infinite where only a minimum is given).

    Notes
    -----
    A total given as exact is taken at its word, a mean a day within its rounding, a lower bound or a count of a part as the
    least. A figure called approximate may be off by `SPREADS` of its spread. That late reports were still to come widens none of
    them: a later figure that contradicts sets an earlier one aside (`find_contradictions`). Figures of humanitarian trucks are a
    part of UNRWA's count, and so its least.

    Examples
    --------
    >>> from utils.aid.loaders import load_quotes
    >>> quotes = load_quotes().set_index("id", drop=False)
    >>> two = quotes.loc[["20241101-20241111-cogat-75-ap", "20240501-20240930-cogat-175-trt-world"]]
    >>> bound_quotes(two, basis="cogat quotes")[["date_start", "date_end", "least", "most"]]
      date_start   date_end    least     most
    0 2024-11-01 2024-11-11    729.0    921.0
    1 2024-05-01 2024-09-30  26699.0  26851.0
    """
    check_choice(basis, [name for name, one in BASES.items() if one.kind == "quotes"], name="basis")
    table = classify_quotes(quotes[quotes["published"].notna()].assign(stage="settled"))
    israeli = table["basis"].isin(["COGAT", "State Department"])
    un = table["use"].str.startswith("unrwa")
    kept = {"cogat quotes": israeli, "ceasefire count": ~israeli & ~un, "un quotes": un}[basis] & table["use"].ne("apart")
    table = table[kept].copy()
    rounding = np.where(table["statistic"].eq("daily_mean"), 0.5 * table["days"], 0.0)
    # A spread of a mean holds its rounding already.
    slack = np.where(table["bound"].eq("approximate"), SPREADS * table["noise"] * table["total"], rounding)
    whole = table["use"].isin(["flow", "unrwa"]) & table["bound"].ne("lower")
    table["least"] = np.ceil(np.maximum(table["total"] - slack, 0) - 1e-9)
    table["most"] = np.where(whole, np.floor(table["total"] + slack + 1e-9), np.inf)
    columns = ["id", "date_start", "date_end", "published", "confidence", "least", "most"]
    return table[columns].reset_index(drop=True)


def find_contradictions(bounds: pd.DataFrame) -> pd.DataFrame:
    """Find the quotes that no series of whole counts can meet together with those published after them.

    The rule: quotes are taken in from the last published to the first (of one day, the surer first, then by id), and one that
    leaves no possible series is set aside. A later figure had the earlier ones to correct.

    Returns
    -------
    pandas.DataFrame
        The rows of `bounds` that are set aside.

    Examples
    --------
    >>> day = pd.Timestamp("2024-11-05")
    >>> bounds = pd.DataFrame({"id": ["early", "late"], "least": [200.0, 229.0], "most": [210.0, 229.0], "confidence": "high"})
    >>> bounds = bounds.assign(date_start=day, date_end=day, published=[day, day + pd.Timedelta(days=2)])
    >>> find_contradictions(bounds)["id"].tolist()
    ['early']
    """
    if bounds.empty or has_solution(bounds):
        return bounds.iloc[:0]
    trust = bounds["confidence"].map({"high": 0, "medium": 1, "low": 2})
    order = bounds.assign(trust=trust).sort_values(["published", "trust", "id"], ascending=[False, True, True]).index
    kept: list[int] = []
    aside: list[int] = []
    for row in order:
        (kept if has_solution(bounds.loc[[*kept, row]]) else aside).append(row)
    return bounds.loc[sorted(aside)]


def drop_contradictions(bounds: pd.DataFrame) -> pd.DataFrame:
    """Return the bounds without those that `find_contradictions` sets aside: some series meets all that are left.

    >>> day = pd.Timestamp("2024-11-05")
    >>> bounds = pd.DataFrame({"id": ["early", "late"], "least": [200.0, 229.0], "most": [210.0, 229.0], "confidence": "high"})
    >>> bounds = bounds.assign(date_start=day, date_end=day, published=[day, day + pd.Timedelta(days=2)])
    >>> drop_contradictions(bounds)["id"].tolist()
    ['late']
    """
    return bounds.drop(index=find_contradictions(bounds).index)


def resolve_by_bounds(question: Question, bounds: pd.DataFrame) -> Verdict:
    """Resolve a question by bounds that do not contradict each other, with certainty.

    Parameters
    ----------
    question : Question
    bounds : pandas.DataFrame
        As from `bound_quotes`, without contradictions.

    Returns
    -------
    Verdict
        `evidence` names quotes that suffice, chosen so that the last of them was published as early as can be: from that day
        on the question could have been settled.

    Examples
    --------
    >>> from utils.aid.questions import DEADLINE
    >>> day = DEADLINE.window[1]
    >>> quote = {"id": "relief", "date_start": day, "date_end": day, "published": day, "least": 360.0, "most": 360.0}
    >>> verdict = resolve_by_bounds(DEADLINE, pd.DataFrame([quote]))
    >>> verdict.outcome, verdict.why, verdict.evidence
    ('YES', 'met by every series of counts with 360 on 2024-11-09', ('relief',))
    """
    outcome = find_implied(question, bounds)
    if outcome == UNRESOLVED:
        return Verdict(UNRESOLVED, _describe_lack(question, bounds))
    # Certainty only grows with quotes: the first that suffice, with those already found needed, are found by bisection.
    ordered = bounds.sort_values(["published", "id"])
    left, found = [*ordered.index], list[int]()

    def suffice(count: int) -> bool:
        return is_implied(question, ordered.loc[left[:count] + found], outcome)

    while fewest := bisect_left(range(len(left) + 1), True, key=suffice):
        left, found = left[: fewest - 1], [left[fewest - 1], *found]
    needed = ordered.loc[found]
    figures = "; ".join(
        _describe_bound(row.date_start, row.date_end, least=row.least, most=row.most) for row in needed.itertuples()
    )
    day = None
    if outcome == YES:  # once surely met by a day it is so by every later one
        sure = bisect_left(question.window, True, key=lambda end: is_implied(question, needed, YES, until=end))
        day = question.window[sure]
    why = f"met by {'every' if outcome == YES else 'no'} series of counts with {figures}"
    return Verdict(outcome, why, day, tuple(needed["id"]))


def _describe_bound(first: pd.Timestamp, last: pd.Timestamp, *, least: float, most: float) -> str:
    """Describe a bound: "at least 630 on 2025-01-19", "at most ...", "229 on ...", "760 to 890 on 2024-11-01 to 2024-11-11"."""
    days = f"{first:%Y-%m-%d}" + ("" if last == first else f" to {last:%Y-%m-%d}")
    if np.isinf(most):
        return f"at least {least:,.0f} on {days}"
    if not least:
        return f"at most {most:,.0f} on {days}"
    return f"{least:,.0f} on {days}" if most == least else f"{least:,.0f} to {most:,.0f} on {days}"


def _describe_lack(question: Question, bounds: pd.DataFrame) -> str:
    """Describe what bounds lack to settle a question."""
    limited = np.zeros(len(question.window), bool)
    for row in bounds[bounds["most"].lt(np.inf)].itertuples():
        limited |= (question.window >= row.date_start) & (question.window <= row.date_end)
    free = int((~limited).sum())
    if free:
        return f"could be either: no figure limits {free} of the {len(limited)} days from above"
    return "could be either: the figures limit every day, but not by enough"
