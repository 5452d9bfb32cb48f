"""Resolve every question of the archive by every body of evidence, and settle it by the first that decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import pandas as pd

from ...common.checks import check_choice, check_day
from ...common.errors import InputError
from ...forecasts.archive import TASK, ForecastRecord, describe_task
from ...questions.question import Question
from ...questions.resolution import UNRESOLVED
from ..daily import load_days
from ..loaders import list_vintages, load_quotes
from ..paths import DATA
from ..questions import list_questions
from .estimate import estimate_probability, judge_estimates
from .evidence import BASES, PRIMARY, READINGS, Verdict
from .months import load_months
from .on_record import bound_basis, load_bounds
from .quote_bounds import resolve_by_bounds

COLUMNS = [
    *TASK, "basis", "count", "kind", "outcome", "day", "why", "evidence", "published", "known_from", "url", *READINGS
]  # fmt: skip


def resolve_by_list(question: Question, *, data: Path = DATA) -> tuple[Verdict, pd.Timestamp, pd.Timestamp]:
    """Resolve a question by its source's last list; also when that list was published, and from when one settled it.

    Returns
    -------
    Verdict, published, known_from
        `known_from` is NaT where no vintage settles the question.

    Examples
    --------
    >>> from utils.aid.questions import DEADLINE
    >>> verdict, published, known_from = resolve_by_list(DEADLINE.vary(source="unrwa"))
    >>> verdict.outcome, verdict.why, f"{published:%Y-%m-%d}", f"{known_from:%Y-%m-%d}"
    ('NO', 'not met on any of 5 days, all counted or closed', '2025-01-19', '2024-12-24')
    """
    vintages = list_vintages(question.source, data=data)
    known_from = pd.NaT
    for published in vintages["published"]:
        days = _load_days_once(question.source, question.scope, published, data)
        if pd.isna(known_from) and question.resolve(days).outcome != UNRESOLVED:
            known_from = published
    last = vintages.iloc[-1]
    came = question.resolve(_load_days_once(question.source, question.scope, None, data))
    if came.outcome == UNRESOLVED:
        known_from = pd.NaT
    evidence = (f"{last['path']} ({last['sha256'][:12]})",)
    return Verdict(came.outcome, came.why, came.day, evidence), last["published"], known_from


@lru_cache(maxsize=16)
def _load_days_once(source: str, scope: str, as_of: pd.Timestamp | None, data: Path) -> pd.DataFrame:
    """Load a list once for the many questions that it is asked; whoever reads it leaves it as it is."""
    return load_days(source, scope=scope, as_of=as_of, data=data)


def resolve_questions(
    record: ForecastRecord,
    *,
    quotes: pd.DataFrame | None = None,
    months: pd.DataFrame | None = None,
    flows: Mapping[tuple[str, str], pd.DataFrame] | None = None,
    bases: Sequence[str] = tuple(BASES),
) -> pd.DataFrame:
    """Resolve every question of the archive by every body of evidence.

    Parameters
    ----------
    record : ForecastRecord
        It comes first: the forecasts are read before the outcomes.
    quotes, months : pandas.DataFrame, optional
        Instead of the project's own.
    flows : dict, optional
        As from `draw_flows`; without it the estimates are left out.
    bases : sequence of str
        Names in `BASES`.

    Returns
    -------
    pandas.DataFrame
        A row a question and basis: the task's columns, basis, count (whose), kind, outcome, day (first by which it is surely
        met), why, evidence (ids of quotes and months, or the table and its hash), published (of the evidence), known_from (day
        from which the basis settles it), url, and of an estimate its probability by each of `READINGS`.

    Raises
    ------
    InputError
        If a basis is unknown, or the archive holds other questions than those of the seeds.

    Examples
    --------
    >>> from utils import load_forecasts
    >>> resolved = resolve_questions(load_forecasts(), bases=["unrwa list"])
    >>> resolved.loc[resolved["question"].eq("transition") & resolved["definition"].eq("day"), "outcome"].unique().tolist()
    ['UNRESOLVED']
    """
    for name in bases:
        check_choice(name, BASES, name="basis")
    given = quotes is not None or months is not None
    quotes = load_quotes() if quotes is None else quotes
    months = load_months() if months is None else months
    pages = pd.concat([quotes, months]).set_index("id")[["url", "published"]]
    urls = list_vintages().groupby("source")["url"].last()
    bounding = [name for name in bases if BASES[name].kind in ("quotes", "months")]
    bounds = {name: bound_basis(name, quotes, months) if given else load_bounds(name) for name in bounding}
    rows = []
    for question in _list_archived(record):
        for name in bases:
            basis = BASES[name]
            if basis.source != question.source or (basis.kind == "estimate" and flows is None):
                continue
            more: dict[str, object] = {}
            if basis.kind == "list":
                verdict, published, known_from = resolve_by_list(question)
                more = dict(published=published, known_from=known_from, url=urls[question.source])
            elif name in bounds:
                verdict = resolve_by_bounds(question, bounds[name])
                if verdict.evidence:
                    cited = pages.loc[list(verdict.evidence)]
                    more = dict.fromkeys(("published", "known_from"), cited["published"].max()) | dict(url=cited["url"].iloc[0])
            elif flows is not None:
                verdict, more = _resolve_by_flows(question, flows)
            row = describe_task(question) | dict(basis=name, count=basis.count, kind=basis.kind)
            row |= dict(outcome=verdict.outcome, day=verdict.day)
            rows.append(row | dict(why=verdict.why, evidence=", ".join(verdict.evidence), url="") | more)
    table = pd.DataFrame(rows, columns=COLUMNS)
    days = dict.fromkeys(("day", "published", "known_from"), "datetime64[us]")
    return table.astype(days | dict.fromkeys(READINGS, float))


def _resolve_by_flows(question: Question, flows: Mapping[tuple[str, str], pd.DataFrame]) -> tuple[Verdict, dict[str, object]]:
    """Resolve a question by the draws of its source's flow; also its probability by each reading of it."""
    estimates = {reading: estimate_probability(question, flows[question.source, reading]) for reading in READINGS}
    about = flows[question.source, READINGS[0]].attrs
    return judge_estimates(estimates, effective=about["effective"], evidence=about["evidence"]), dict(estimates)


def _list_archived(record: ForecastRecord) -> list[Question]:
    """List the questions of the archive, which must be those of the seeds."""
    frozen = {tuple(row) for row in record.probabilities[TASK].itertuples(index=False, name=None)}
    ours = [question for question in list_questions() if tuple(describe_task(question).values()) in frozen]
    if len(ours) != len(frozen):
        raise InputError(
            f"record: {len(frozen)} questions were frozen, of which {len(ours)} are those of the seeds now; "
            "freeze it again with python -m utils freeze --replace"
        )
    return ours


def choose_outcomes(resolved: pd.DataFrame) -> pd.DataFrame:
    """Settle each question on each count by the first basis of `PRIMARY` that is not UNRESOLVED.

    A question that no basis of a count settles stays UNRESOLVED on it, whatever another count says.

    Parameters
    ----------
    resolved : pandas.DataFrame
        As from `resolve_questions`.

    Returns
    -------
    pandas.DataFrame
        The rows of `resolved` that settle, one a question and count, in its order; for an unresolved question that of its last
        basis.

    Examples
    --------
    >>> asked = dict.fromkeys(TASK, "the deadline") | {"count": "unrwa"}
    >>> outcomes = {"unrwa list": "UNRESOLVED", "un quotes": "NO", "unrwa flow": "YES"}
    >>> resolved = pd.DataFrame([asked | {"basis": basis, "outcome": outcome} for basis, outcome in outcomes.items()])
    >>> choose_outcomes(resolved)[["basis", "outcome"]].to_numpy().tolist()
    [['un quotes', 'NO']]
    """
    order = resolved["basis"].map({name: number for names in PRIMARY.values() for number, name in enumerate(names)})
    # Resolved rows first, then by the order of the rule; of the unresolved the last basis, which says how near it comes.
    open_ = resolved["outcome"].eq(UNRESOLVED)
    keyed = resolved.assign(open=open_, order=order.where(~open_, -order)).sort_values(["open", "order"], kind="stable")
    return keyed.groupby([*TASK, "count"], sort=False).head(1).sort_index().drop(columns=["open", "order"])


def find_decided_by(record: ForecastRecord, *, day: object, basis: str) -> pd.DataFrame:
    """Find the questions that a basis settles only by its figures of one day.

    Every quote and month that covers the day is taken away, totals over several days too, since they may imply its count.

    Returns
    -------
    pandas.DataFrame
        The task's columns, outcome with those quotes, and without, where the two differ.

    Examples
    --------
    >>> from utils.aid.frozen import load_forecasts
    >>> found = find_decided_by(load_forecasts(), day="2025-01-19", basis="ceasefire count")
    >>> found[["question", "definition", "outcome", "without"]]
         question definition outcome     without
    0  transition        day     YES  UNRESOLVED
    """
    check_choice(basis, BASES, name="basis")
    day = check_day(day, name="day")
    figures = dict(quotes=load_quotes(), months=load_months())
    fewer = {name: table[~(table["date_start"].le(day) & table["date_end"].ge(day))] for name, table in figures.items()}
    both = [resolve_questions(record, **tables, bases=[basis]).set_index(TASK)["outcome"] for tables in (figures, fewer)]
    table = pd.concat(both, axis=1, keys=["outcome", "without"]).reset_index()
    return table[table["outcome"].ne(table["without"])].reset_index(drop=True)
