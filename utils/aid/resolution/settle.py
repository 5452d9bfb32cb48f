r"""Resolve the questions, score what was said of them, and count how often the two sources disagree.

Four kinds of evidence are kept apart, and no kind is mixed into another:

- a **list** (`list`): a publisher's own daily counts, read by `Question.resolve`;
- **quotes** of one basis (`quotes`): single days, totals and lower bounds. Counts are whole and never negative, so together they
  leave a set of possible daily series. If every one of them meets the question it is YES, if none does it is NO, and otherwise
  UNRESOLVED. No capacity, smoothness or habit is assumed;
- an **estimate** (`estimate`): draws of the flow given all that was ever published. It is no count, and decides only where
  it is surer than `SURE` whether the flow ran smoothly through the ceasefire or broke there.

`PRIMARY` is the one order in which a question of each source is settled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from ...common.checks import check_choice, check_day
from ...common.errors import InputError
from ...forecasts.archive import TASK, ForecastRecord, describe_task
from ...questions.question import Question
from ...questions.resolution import NO, UNRESOLVED, YES
from ..daily import load_days
from ..frozen import list_questions
from ..loaders import list_vintages, load_events, load_quotes
from ..nowcast.reconcile import reconcile
from ..paths import DATA
from .evidence import BASES, CEASEFIRE, PRIMARY, SURE, Verdict
from .quote_bounds import _keep_possible, _settle_by_bounds, bound_quotes

COLUMNS = [*TASK, "basis", "kind", "outcome", "day", "why", "evidence", "published", "known_from", "url", "probability", "broken"]


def resolve_by_list(question: Question, *, data: Path = DATA) -> tuple[Verdict, pd.Timestamp, pd.Timestamp]:
    """Resolve a question by its source's last list; also when that list was published, and from when one settled it.

    Returns
    -------
    Verdict, published, known_from
        `known_from` is NaT where no vintage settles the question.
    """
    vintages = list_vintages(question.source, data=data)
    known_from = pd.NaT
    for published in vintages["published"]:
        days = _load_days_once(question.source, question.scope, published, data)
        if pd.isna(known_from) and question.resolve(days).outcome != UNRESOLVED:
            known_from = published
    last = vintages.iloc[-1]
    found = question.resolve(_load_days_once(question.source, question.scope, None, data))
    if found.outcome == UNRESOLVED:
        known_from = pd.NaT
    evidence = (f"{last['path']} ({last['sha256'][:12]})",)
    return Verdict(found.outcome, found.why, found.day, evidence), last["published"], known_from


@lru_cache(maxsize=16)
def _load_days_once(source: str, scope: str, as_of: pd.Timestamp | None, data: Path) -> pd.DataFrame:
    return load_days(source, scope=scope, as_of=as_of, data=data)


def draw_flows(*, n: int = 2_000, seed: int = 0, ceasefire: pd.Timestamp = CEASEFIRE) -> dict[tuple[str, str], pd.DataFrame]:
    """Draw the days of both windows given all that was ever published, by source and by whether the ceasefire was a break.

    Returns
    -------
    dict of (source, "smooth" or "broken") to pandas.DataFrame
        Draws by day, shape (n, days). "smooth": one flow through the ceasefire, whose level may drift up ahead of it.
        "broken": the days before it are drawn without what was counted from it on. ``attrs["effective"]``: the number of
        separate draws behind them, which the lower bounds among the quotes leave few; ``attrs["evidence"]``: what they
        rest on; ``attrs["quotes"]``: the ids of the quotes among it.
    """
    asked = list_questions()
    last = max(question.window[-1] for question in asked)
    first = min(question.window[0] - pd.Timedelta(days=question.lookback) for question in asked)
    whole, before = reconcile(last + pd.Timedelta(days=1), hindsight=True), reconcile(ceasefire, hindsight=True)
    smooth = whole.draw_bases(n, days=pd.date_range(first, last), rng=np.random.default_rng([seed, 0]))
    early = before.draw_bases(n, days=pd.date_range(first, before.origin), rng=np.random.default_rng([seed, 1]))
    effective = min(table.attrs["effective"] for table in (*smooth.values(), *early.values()))
    flows = {}
    for source, flow in smooth.items():
        flows[source, "smooth"] = flow
        flows[source, "broken"] = pd.concat([early[source], flow.loc[:, ceasefire:]], axis=1)
    lists = " and ".join(f"{source} {vintage}" for source, vintage in whole.sources.items())
    for flow in flows.values():
        flow.attrs |= dict(effective=effective, evidence=f"draws from lists {lists} and {len(whole.used)} quotes")
        flow.attrs["quotes"] = tuple(whole.used["id"])
    return flows


def estimate_reached(question: Question, flow: pd.DataFrame) -> float:
    """Estimate the probability that a question was met, from draws of the flow by day."""
    start = question.window[0] - pd.Timedelta(days=question.lookback)
    paths = flow[pd.date_range(start, question.window[-1])].to_numpy(float)
    return question.answer(paths[:, question.lookback :], tail=paths[:, : question.lookback]).probability


def _judge(smooth: float, broken: float, *, effective: float, evidence: str) -> Verdict:
    """Settle a question by its two estimates. What was seen in none of m draws may still have a chance of 3 / m (95 % bound)."""
    told = f"probability {smooth:.3f} if the flow was smooth, {broken:.3f} if it broke at the ceasefire"
    left = 3 / effective
    sure = {YES: min(smooth, broken) - left > SURE, NO: max(smooth, broken) + left < 1 - SURE}
    outcome = next((outcome for outcome, holds in sure.items() if holds), UNRESOLVED)
    return Verdict(outcome, told, None, (evidence,))


def resolve_questions(
    record: ForecastRecord,
    *,
    quotes: pd.DataFrame | None = None,
    flows: Mapping[tuple[str, str], pd.DataFrame] | None = None,
    bases: Sequence[str] = tuple(BASES),
) -> pd.DataFrame:
    """Resolve every question of the frozen record by every basis.

    Parameters
    ----------
    record : ForecastRecord
        It comes first: what was said is read before what came.
    quotes : pandas.DataFrame, optional
        Instead of the project's own.
    flows : dict, optional
        As from `draw_flows`; without it the estimates are left out.
    bases : sequence of str
        Names in `BASES`.

    Returns
    -------
    pandas.DataFrame
        A row a question and basis: the task's columns, basis, kind, outcome, day (first by which it is surely met), why,
        evidence (ids of quotes, or the table and its hash), published (of the evidence), known_from (day from which the basis
        settles it), url, and of an estimate its probability, smooth and broken.
    """
    for name in bases:
        check_choice(name, BASES, name="basis")
    quotes = load_quotes() if quotes is None else quotes
    page = quotes.set_index("id")[["url", "published"]]
    urls = list_vintages().groupby("source")["url"].last()
    bounds = {name: _keep_possible(bound_quotes(quotes, basis=name)) for name in bases if BASES[name].kind == "quotes"}
    rows = []
    for question in _list_asked(record):
        for name in bases:
            basis = BASES[name]
            if basis.source != question.source or (basis.kind == "estimate" and flows is None):
                continue
            more = dict(published=pd.NaT, known_from=pd.NaT, url="", probability=np.nan, broken=np.nan)
            if basis.kind == "list":
                verdict, more["published"], more["known_from"] = resolve_by_list(question)
                more["url"] = urls[question.source]
            elif basis.kind == "quotes":
                verdict = _settle_by_bounds(question, bounds[name])
                if verdict.evidence:
                    told = page.loc[list(verdict.evidence)]
                    more |= dict(published=told["published"].max(), known_from=told["published"].max(), url=told["url"].iloc[0])
            else:
                smooth, broken = (estimate_reached(question, flows[question.source, kind]) for kind in ("smooth", "broken"))
                told = flows[question.source, "broken"].attrs
                verdict = _judge(smooth, broken, effective=told["effective"], evidence=told["evidence"])
                more |= dict(probability=smooth, broken=broken)
            row = describe_task(question) | dict(basis=name, kind=basis.kind, outcome=verdict.outcome, day=verdict.day)
            rows.append(row | dict(why=verdict.why, evidence=", ".join(verdict.evidence)) | more)
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table.astype({"day": "datetime64[us]", "published": "datetime64[us]", "known_from": "datetime64[us]"})


def _list_asked(record: ForecastRecord) -> list[Question]:
    said = {tuple(row) for row in record.probabilities[TASK].itertuples(index=False, name=None)}
    asked = [question for question in list_questions() if tuple(describe_task(question).values()) in said]
    if len(asked) != len(said):
        raise InputError(
            f"record: {len(said)} questions were frozen, of which {len(asked)} are those of the seeds now; "
            "freeze it again with python -m utils freeze --replace"
        )
    return asked


def choose_outcomes(resolved: pd.DataFrame) -> pd.DataFrame:
    """Settle each question by the first basis of `PRIMARY` that is not UNRESOLVED; one that none settles stays UNRESOLVED.

    Parameters
    ----------
    resolved : pandas.DataFrame
        As from `resolve_questions`.

    Returns
    -------
    pandas.DataFrame
        The rows of `resolved` that settle, one a question, in its order; for an unresolved question that of its last basis.
    """
    order = resolved["basis"].map({name: number for names in PRIMARY.values() for number, name in enumerate(names)})
    # Resolved rows first, then by the order of the rule; of the unresolved the last basis, which says how near it comes.
    open_ = resolved["outcome"].eq(UNRESOLVED)
    keyed = resolved.assign(open=open_, order=order.where(~open_, -order)).sort_values(["open", "order"], kind="stable")
    return keyed.groupby(TASK, sort=False).head(1).sort_index().drop(columns=["open", "order"])


def find_decided_by(record: ForecastRecord, *, day, basis: str) -> pd.DataFrame:
    """Find the questions that a basis settles only by what it says of one day.

    Every quote that speaks of the day is taken away, totals over several days too, since they may imply its count.

    Returns
    -------
    pandas.DataFrame
        The task's columns, outcome with those quotes, and without, where the two differ.
    """
    check_choice(basis, BASES, name="basis")
    day, quotes = check_day(day, name="day"), load_quotes()
    silent = quotes[~(quotes["date_start"].le(day) & quotes["date_end"].ge(day))]
    both = [resolve_questions(record, quotes=table, bases=[basis]).set_index(TASK)["outcome"] for table in (quotes, silent)]
    table = pd.concat(both, axis=1, keys=["outcome", "without"]).reset_index()
    return table[table["outcome"].ne(table["without"])].reset_index(drop=True)


def list_reports(question: Question, *, back: int = 6, after: int = 14) -> pd.DataFrame:
    """List what was reported of a question's last days: quotes that speak of them and events, each with its page.

    Parameters
    ----------
    question : Question
    back : int
        Days before `closes` from which on a day counts as one of the last.
    after : int
        Days after `closes` within which a figure must have been published.

    Returns
    -------
    pandas.DataFrame
        first, last (days spoken of), report, whose, publisher, published (of an event: its day), url, by day.
    """
    closes = pd.Timestamp(question.closes)
    quotes, events = load_quotes(), load_events()
    late = quotes["date_end"].ge(closes - pd.Timedelta(days=back)) & quotes["date_start"].le(closes)
    quotes = quotes[late & quotes["published"].le(closes + pd.Timedelta(days=after))]
    quotes = quotes[(quotes["date_end"] - quotes["date_start"]).dt.days <= 31]
    words = {"exact": "", "lower": "at least ", "approximate": "about "}
    told = []
    for row in quotes.itertuples():
        amount = f"{words[row.bound]}{row.trucks:,.0f} trucks{' a day' if row.statistic == 'daily_mean' else ''} ({row.scope})"
        told.append((row.date_start, row.date_end, amount, row.basis, row.publisher, row.published, row.url))
    near = events["date"].between(closes - pd.Timedelta(days=back), closes) & events["kind"].ne("holiday")
    for row in events[near].itertuples():
        told.append((row.date, row.date, row.event, row.kind, row.publisher, row.date, row.url))
    columns = ["first", "last", "report", "whose", "publisher", "published", "url"]
    return pd.DataFrame(told, columns=columns).sort_values(["first", "last", "published"], kind="stable", ignore_index=True)
