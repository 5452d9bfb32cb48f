"""How a question came out by what is on record: lists, quoted figures and months, and no estimate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

import pandas as pd

from ...common.checks import check_day
from ...common.formatting import day_in_words, list_in_words
from ...common.sharing import share
from ...publishing.answer_grid import Outcome
from ...questions.question import Question
from ...questions.resolution import NO, UNRESOLVED, YES
from ..daily import load_days
from ..loaders import load_quotes
from .evidence import BASES, CEASEFIRE, COUNTS, PRIMARY, Verdict
from .months import bound_months, load_months
from .quote_bounds import bound_quotes, drop_contradictions, resolve_by_bounds


def resolve_on_record(question: Question, *, as_of: object = None) -> dict[str, Verdict]:
    """Resolve a question on every count by the first list or figures that decide, in the order of `PRIMARY`.

    Parameters
    ----------
    question : Question
        Asked of each source in turn, whichever it names. The count of the truce is asked only where the window reaches into it.
    as_of : day, optional
        Only what had been published by this day; all if left out.

    Returns
    -------
    dict of str to Verdict
        By count, as in `utils.aid.resolution.evidence.COUNTS`.

    Examples
    --------
    >>> from utils import DEADLINE
    >>> {count: verdict.outcome for count, verdict in resolve_on_record(DEADLINE, as_of="2024-11-14").items()}
    {'cogat': 'UNRESOLVED', 'unrwa': 'UNRESOLVED'}
    """
    asked = {
        count: question.vary(source="unrwa" if count == "unrwa" else "cogat")
        for count in COUNTS
        if count != "truce" or question.window[-1] >= CEASEFIRE
    }
    day = None if as_of is None else check_day(as_of, name="as_of")
    found = {}
    for count, one in asked.items():
        verdicts = [_resolve_by(name, one, as_of=day) for name in PRIMARY[count]]
        found[count] = next((verdict for verdict in verdicts if verdict.outcome != UNRESOLVED), verdicts[0])
    return found


def _resolve_by(name: str, question: Question, *, as_of: pd.Timestamp | None) -> Verdict:
    """Resolve a question by one body of evidence; an estimate is none that is on record."""
    kind = BASES[name].kind
    if kind == "estimate":
        return Verdict(UNRESOLVED, "an estimate is not on record")
    if kind == "list":
        came = question.resolve(load_days(question.source, scope=question.scope, as_of=as_of))
        return Verdict(came.outcome, came.why, came.day)
    return resolve_by_bounds(question, load_bounds(name, as_of=as_of))


@lru_cache(maxsize=16)  # whoever reads the bounds leaves them as they are
def load_bounds(name: str, *, as_of: pd.Timestamp | None = None) -> pd.DataFrame:
    """Load the figures of a basis as bounds of sums of days, once for all questions; see `bound_basis`.

    Parameters
    ----------
    name : str
        A basis of `utils.aid.resolution.evidence.BASES` that is of quotes or months.
    as_of : pandas.Timestamp, optional
        Only what had been published by this day; all if left out.

    Examples
    --------
    >>> load_bounds("cogat quotes", as_of=pd.Timestamp("2024-11-14"))["published"].max()
    Timestamp('2024-11-14 00:00:00')
    """
    return share("bounds", (name, as_of), lambda: bound_basis(name, load_quotes(as_of=as_of), load_months(as_of=as_of)))


def bound_basis(name: str, quotes: pd.DataFrame, months: pd.DataFrame) -> pd.DataFrame:
    """Bound sums of days by the figures of a basis, those left out that later ones contradict.

    Examples
    --------
    >>> bounds = bound_basis("cogat quotes", load_quotes(as_of="2024-11-08"), load_months(as_of="2024-11-08"))
    >>> bounds.loc[bounds["date_start"].eq("2024-11-05"), ["least", "most"]].values.tolist()
    [[229.0, 229.0]]
    """
    if BASES[name].kind == "quotes":
        return drop_contradictions(bound_quotes(quotes, basis=name))
    both = [bound_quotes(quotes, basis="cogat quotes"), bound_months(months)]
    return drop_contradictions(pd.concat(both, ignore_index=True))


def describe_outcome(question: Question, *, as_of: object = None) -> Outcome:
    """Say how a question came out by what is on record, and on whose count.

    Parameters
    ----------
    question : Question
    as_of : day, optional
        Only what had been published by this day; all if left out.

    Examples
    --------
    >>> from utils import TRANSITION
    >>> describe_outcome(TRANSITION).finding
    '630 trucks on 19 January 2025'
    """
    day = None if as_of is None else check_day(as_of, name="as_of")
    verdicts = resolve_on_record(question, as_of=day)
    met = next((count for count, verdict in verdicts.items() if verdict.outcome == YES), None)
    if met is not None:
        return Outcome(_describe_met(question, met, verdicts[met], as_of=day), _name_counts(verdicts))
    if all(verdict.outcome == NO for verdict in verdicts.values()):
        return Outcome("Not reached", _name_counts(verdicts))
    finding = f"No day at {question.threshold:,.10g}" if question.definition == "day" else "Nothing that reaches it"
    return Outcome(f"{finding} on record" + ("" if day is None else " by then"), _name_counts(verdicts))


def _describe_met(question: Question, count: str, verdict: Verdict, *, as_of: pd.Timestamp | None) -> str:
    """Describe a question that was met: with the figure of the day, where a single day decides."""
    assert verdict.day is not None  # a question that was met has a day by which it was
    figure = None
    if question.definition == "day":
        figure = _find_figure(question.vary(source="unrwa" if count == "unrwa" else "cogat"), verdict, as_of=as_of)
    unit = question.counter.unit
    return f"{figure:,.0f} {unit} on {day_in_words(verdict.day)}" if figure else f"Reached by {day_in_words(verdict.day)}"


def _find_figure(question: Question, verdict: Verdict, *, as_of: pd.Timestamp | None) -> float | None:
    """Find the count of the day that decides: in the list, or in the quote of that single day."""
    if not verdict.evidence:
        return float(load_days(question.source, scope=question.scope, as_of=as_of).loc[verdict.day, "count"])
    quotes = load_quotes(as_of=as_of).set_index("id")
    cited = quotes.loc[[name for name in verdict.evidence if name in quotes.index]]
    single = cited[cited["date_start"].eq(verdict.day) & cited["date_end"].eq(verdict.day)]
    return float(single["trucks"].iloc[-1]) if len(single) else None


def _name_counts(verdicts: Mapping[str, Verdict]) -> str:
    """Say on whose count a question was met, was not, or stays open; first the count that the finding is of."""
    counts = {
        outcome: [one for one, verdict in verdicts.items() if verdict.outcome == outcome] for outcome in (YES, NO, UNRESOLVED)
    }
    first, also = counts[YES][:1], counts[YES][1:]
    parts = {"on": first, "reached too on": also, "not reached on": counts[NO]}
    parts |= {"left open by lists and figures on": counts[UNRESOLVED]}
    return "; ".join(f"{words} {_name(these)}" for words, these in parts.items() if these)


def _name(counts: Sequence[str]) -> str:
    """Name counts: "COGAT's and UNRWA's count"."""
    own = [COUNTS[count].removesuffix(" count") for count in counts if COUNTS[count].endswith(" count")]
    others = [COUNTS[count] for count in counts if not COUNTS[count].endswith(" count")]
    return list_in_words([*([f"{list_in_words(own)} count"] if own else []), *others])
