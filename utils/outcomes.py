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

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, hstack

from . import scores
from .checks import check_choice, check_day
from .data import list_vintages, load_events, load_quotes
from .days import load_days
from .errors import InputError
from .frozen import TASK, ForecastRecord, describe_task, list_questions
from .passage import DEFINITIONS, NEVER, first_passage, parse_definition
from .project import DATA
from .questions import NO, UNRESOLVED, YES, Question
from .quotes import classify_quotes
from .reconciliation import reconcile


@dataclass(frozen=True)
class Basis:
    """One body of evidence.

    Attributes
    ----------
    label : str
    source : {"cogat", "unrwa"}
        Whose questions it can settle.
    kind : {"list", "quotes", "estimate"}
    """

    label: str
    source: str
    kind: str


BASES: Mapping[str, Basis] = {
    "cogat list": Basis("COGAT's list", "cogat", "list"),
    "cogat quotes": Basis("figures quoted from COGAT and the State Department", "cogat", "quotes"),
    "ceasefire count": Basis("count of Israel and the truce's guarantors, relayed by OCHA", "cogat", "quotes"),
    "cogat flow": Basis("estimate of the flow on COGAT's basis", "cogat", "estimate"),
    "unrwa list": Basis("UNRWA's list", "unrwa", "list"),
    "un quotes": Basis("figures quoted from UNRWA and OCHA", "unrwa", "quotes"),
    "unrwa flow": Basis("estimate of the flow on UNRWA's basis", "unrwa", "estimate"),
}

#: The one rule of resolution: the first of these that is not UNRESOLVED settles a question of the source.
PRIMARY: Mapping[str, tuple[str, ...]] = {
    source: tuple(name for name, basis in BASES.items() if basis.source == source) for source in ("cogat", "unrwa")
}

#: From this sureness on an estimate settles a question, smooth and broken alike, after what its few draws leave open.
SURE = 0.95

#: Spreads (`utils.quotes`) by which a figure that is called approximate may be off, either way.
SPREADS = 2.0

#: The ceasefire came into force (`data/events.csv`): the day on which the flow may have broken.
CEASEFIRE = pd.Timestamp("2025-01-19")

#: More trucks than any day of any feasible series needs: the largest lower bound quoted is 60,000 over a year.
_MANY = 100_000.0

COLUMNS = [*TASK, "basis", "kind", "outcome", "day", "why", "evidence", "published", "known_from", "url", "probability", "broken"]


@dataclass(frozen=True)
class Verdict:
    """What one basis says of a question.

    Attributes
    ----------
    outcome : {"YES", "NO", "UNRESOLVED"}
    why : str
    day : pandas.Timestamp or None
        First day by which the definition is surely met.
    evidence : tuple of str
        Ids of the quotes, or the table of the vintage, that decide.
    """

    outcome: str
    why: str
    day: pd.Timestamp | None = None
    evidence: tuple[str, ...] = ()


# --------------------------------------------------------------------------------------------------- what quotes imply


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
    least. A figure called approximate may be off by `SPREADS` of its spread. Figures of humanitarian trucks are a part of
    UNRWA's count, and so its least.
    """
    check_choice(basis, [name for name, one in BASES.items() if one.kind == "quotes"], name="basis")
    table = classify_quotes(quotes[quotes["published"].notna()])
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
    """Name the quotes that no series of whole counts can meet together with those published after them.

    The rule: quotes are taken in from the last published to the first (of one day, the surer first, then by id), and one that
    leaves no possible series is set aside. A later figure had the earlier ones to correct.

    Returns
    -------
    pandas.DataFrame
        The rows of `bounds` that are set aside.
    """
    if bounds.empty or _is_possible(bounds):
        return bounds.iloc[:0]
    trust = bounds["confidence"].map({"high": 0, "medium": 1, "low": 2})
    order = bounds.assign(trust=trust).sort_values(["published", "trust", "id"], ascending=[False, True, True]).index
    kept, aside = [], []
    for row in order:
        (kept if _is_possible(bounds.loc[[*kept, row]]) else aside).append(row)
    return bounds.loc[sorted(aside)]


def resolve_by_quotes(question: Question, quotes: pd.DataFrame, *, basis: str) -> Verdict:
    """Tell what the quotes of one basis imply of a question, with certainty.

    Parameters
    ----------
    question : Question
    quotes : pandas.DataFrame
    basis : str
        See `bound_quotes`.

    Returns
    -------
    Verdict
        `evidence` names quotes that suffice, chosen so that the last of them was published as early as can be: from that day
        on the question could have been settled.
    """
    return _settle_by_bounds(question, _keep_possible(bound_quotes(quotes, basis=basis)))


def _keep_possible(bounds: pd.DataFrame) -> pd.DataFrame:
    return bounds.drop(index=find_contradictions(bounds).index)


def _settle_by_bounds(question: Question, bounds: pd.DataFrame) -> Verdict:
    outcome = _imply(question, bounds)
    if outcome == UNRESOLVED:
        return Verdict(UNRESOLVED, _say_range(question, bounds))
    # Certainty only grows with quotes, so taking them away from the last published on ends at the earliest that suffice.
    needed = bounds.sort_values(["published", "id"])
    for row in needed.index[::-1]:
        if _imply(question, fewer := needed.drop(index=row)) == outcome:
            needed = fewer
    figures = "; ".join(_say_bound(row) for row in needed.itertuples())
    day = None
    if outcome == YES:  # once surely met by a day it is so by every later one
        day = question.window[bisect_left(question.window, True, key=lambda end: _imply(question, needed, until=end) == YES)]
    why = f"met by {'every' if outcome == YES else 'no'} series of counts with {figures}"
    return Verdict(outcome, why, day, tuple(needed["id"]))


def _imply(question: Question, bounds: pd.DataFrame, *, until: pd.Timestamp | None = None) -> str:
    """YES if every possible series meets the question (by `until`), NO if none does."""
    ways = _list_ways(question, until=until)
    if not _is_possible(bounds, ways=ways, met=False):
        return YES
    return UNRESOLVED if _is_possible(bounds, ways=ways, met=True) else NO


def _list_ways(question: Question, *, until: pd.Timestamp | None = None) -> list[tuple[pd.DatetimeIndex, float, bool]]:
    """List the ways in which a question can be met: days, trucks needed, and whether each day needs them or their sum."""
    rule, window = parse_definition(question.definition), question.window
    if rule.kind == "window_mean":
        ways = [(window, question.threshold * len(window), False)]
    else:
        each = rule.kind == "run"
        need = question.threshold * (rule.days if rule.kind == "mean" else 1)
        ways = [(pd.date_range(end=end, periods=rule.days), need, each) for end in window]
    return [way for way in ways if until is None or way[0][-1] <= until]


def _is_possible(bounds: pd.DataFrame, *, ways: Sequence[tuple] = (), met: bool | None = None) -> bool:
    """Whether a series of whole counts, none negative, is within all bounds, and meets one of the ways (or none).

    A mixed-integer feasibility problem, solved exactly (HiGHS). Variables: a count a day, then a switch a way (`met`), or a
    switch a day (`met` is False and a way asks for each of its days).
    """
    if met and not ways:
        return False
    firsts = [*bounds["date_start"], *[way[0][0] for way in ways]]
    lasts = [*bounds["date_end"], *[way[0][-1] for way in ways]]
    days = pd.date_range(min(firsts), max(lasts))
    place = {day: number for number, day in enumerate(days)}
    rows = [range(place[row.date_start], place[row.date_end] + 1) for row in bounds.itertuples()]
    low, high = list(bounds["least"]), list(bounds["most"])
    n_switches = 0 if met is None else len(ways) if met else len(days)
    switches: list[tuple[int, int, float]] = []  # row, switch, coefficient

    def add(members, least, most):
        rows.append(members)
        low.append(least)
        high.append(most)

    for number, (span, need, each) in enumerate(ways):
        members = [place[day] for day in span]
        if met:  # switched on, the way is met: sum >= need * switch
            for part in [[one] for one in members] if each else [members]:
                switches.append((len(rows), number, -need))
                add(part, 0.0, np.inf)
        elif met is False and not each:
            add(members, -np.inf, np.ceil(need) - 1)
        elif met is False:  # on at least one day of the run the count is below; a switch lets a day be high
            switches += [(len(rows), one, 1.0) for one in members]
            add([], -np.inf, len(members) - 1)
    if met:
        switches += [(len(rows), number, 1.0) for number in range(len(ways))]
        add([], 1.0, np.inf)
    if met is False and any(each for *_, each in ways):
        need = ways[0][1]
        for one in sorted({place[day] for span, _, _ in ways for day in span}):
            switches.append((len(rows), one, -_MANY))
            add([one], -np.inf, np.ceil(need) - 1)
    places = [(number, one) for number, row in enumerate(rows) for one in row]
    counts = csr_array((np.ones(len(places)), tuple(zip(*places, strict=True))), shape=(len(rows), len(days)))
    at = np.array(switches).reshape(-1, 3)
    switched = csr_array((at[:, 2], (at[:, 0].astype(int), at[:, 1].astype(int))), shape=(len(rows), n_switches))
    matrix = hstack([counts, switched])
    upper = np.concatenate([np.full(len(days), _MANY), np.ones(n_switches)])
    found = milp(
        np.zeros(matrix.shape[1]),
        integrality=np.ones(matrix.shape[1]),
        bounds=Bounds(0, upper),
        constraints=LinearConstraint(matrix.tocsr(), low, high),
    )
    if found.status not in (0, 2):
        raise InputError(
            f"bounds of {len(bounds)} quotes: the solver gave no answer ({found.message}); look for a bound that is no number"
        )
    return found.status == 0


def find_most(question_days: pd.DatetimeIndex, bounds: pd.DataFrame) -> pd.Series:
    """Find the most that each day can have held, given the bounds; infinite where no bound speaks of it."""
    most = pd.Series(np.inf, question_days)
    for day in question_days:
        if not (bounds["most"].lt(np.inf) & bounds["date_start"].le(day) & bounds["date_end"].ge(day)).any():
            continue
        low, high = 0, int(bounds["most"][bounds["most"].lt(np.inf)].max())
        while low < high:  # the counts that the day may have held are an interval that starts at its least
            middle = (low + high + 1) // 2
            way = [(pd.DatetimeIndex([day]), float(middle), False)]
            low, high = (middle, high) if _is_possible(bounds, ways=way, met=True) else (low, middle - 1)
        most[day] = low
    return most


def _say_bound(row) -> str:
    days = f"{row.date_start:%Y-%m-%d}" + ("" if row.date_end == row.date_start else f" to {row.date_end:%Y-%m-%d}")
    amount = f"at least {row.least:,.0f}" if np.isinf(row.most) else f"{row.least:,.0f}"
    return f"{amount if np.isinf(row.most) or row.most == row.least else f'{amount} to {row.most:,.0f}'} on {days}"


def _say_range(question: Question, bounds: pd.DataFrame) -> str:
    spoken = np.zeros(len(question.window), bool)
    for row in bounds[bounds["most"].lt(np.inf)].itertuples():
        spoken |= (question.window >= row.date_start) & (question.window <= row.date_end)
    free = int((~spoken).sum())
    if free:
        return f"could be either: no figure limits {free} of the {len(spoken)} days from above"
    return "could be either: the figures limit every day, but not by enough"


# ------------------------------------------------------------------------------------------------------ what lists say


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


# ----------------------------------------------------------------------------------------------------- what flows allow


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
    first = min(question.window[0] - pd.Timedelta(days=question.reach_back) for question in asked)
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
    start = question.window[0] - pd.Timedelta(days=question.reach_back)
    paths = flow[pd.date_range(start, question.window[-1])].to_numpy(float)
    return question.answer(paths[:, question.reach_back :], tail=paths[:, : question.reach_back]).probability


def _judge(smooth: float, broken: float, *, effective: float, evidence: str) -> Verdict:
    """Settle a question by its two estimates. What was seen in none of m draws may still have a chance of 3 / m (95 % bound)."""
    told = f"probability {smooth:.3f} if the flow was smooth, {broken:.3f} if it broke at the ceasefire"
    left = 3 / effective
    sure = {YES: min(smooth, broken) - left > SURE, NO: max(smooth, broken) + left < 1 - SURE}
    outcome = next((outcome for outcome, holds in sure.items() if holds), UNRESOLVED)
    return Verdict(outcome, told, None, (evidence,))


# ------------------------------------------------------------------------------------------------------- all together


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


# -------------------------------------------------------------------------------------------------------------- scores


def score_record(record: ForecastRecord, outcomes: pd.DataFrame) -> pd.DataFrame:
    """Score every frozen forecast and baseline on every outcome.

    Parameters
    ----------
    record : ForecastRecord
    outcomes : pandas.DataFrame
        As from `resolve_questions` or `choose_outcomes`. What is UNRESOLVED is not scored.

    Returns
    -------
    pandas.DataFrame
        A row a model, question and basis: model, label, hindsight, the task's columns, basis, kind, outcome, probability, brier,
        log (bits).
    """
    settled = outcomes.loc[outcomes["outcome"].ne(UNRESOLVED), [*TASK, "basis", "kind", "outcome"]]
    table = record.probabilities.merge(settled, on=TASK)
    came = table["outcome"].eq(YES).astype(float)
    floor = 1 / record.manifest["n_paths"]
    return table.assign(
        brier=scores.score_brier(table["probability"], came), log=scores.score_log(table["probability"], came, floor=floor)
    )


def locate_in_backtest(scored: pd.DataFrame, backtest: pd.DataFrame, *, model: str = "pool", vintage: str = "cut-at-origin"):
    """Say where the Brier score of each outcome lies among those of the past, at the same threshold and definition.

    Parameters
    ----------
    scored : pandas.DataFrame
        As from `score_record`.
    backtest : pandas.DataFrame
        As from `utils.backtest`, with the model "default".
    model : str
        The frozen forecast to locate; it is the backtest's "default".
    vintage : {"cut-at-origin", "real-time"}

    Returns
    -------
    pandas.DataFrame
        A row a question: question, source, definition, inclusive, basis, outcome, probability, brier, days (of the window),
        horizon (the backtest's nearest to it), cases, effective (windows that do not overlap), came (share of the past's
        windows that met it), middle (median score), worse (share of the past's scores that were higher).
    """
    rows = []
    for row in scored[scored["model"].eq(model)].itertuples():
        days = len(
            next(one for one in list_questions() if describe_task(one) == {name: getattr(row, name) for name in TASK}).window
        )
        past = select_backtest(
            backtest, source=row.source, days=days, definition=row.definition, threshold=row.threshold, vintage=vintage
        )
        horizon = int(past["horizon"].iloc[0])
        rows.append(
            {name: getattr(row, name) for name in ("question", "source", "definition", "inclusive", "basis", "outcome")}
            | dict(probability=row.probability, brier=row.brier, days=days, horizon=horizon, cases=len(past))
            | dict(effective=scores.count_effective(past["origin"], horizon=horizon), came=past["outcome"].mean())
            | dict(middle=past["brier"].median(), worse=float((past["brier"] > row.brier).mean()))
        )
    return pd.DataFrame(rows)


def select_backtest(
    backtest: pd.DataFrame, *, source: str, days: int, definition: str, threshold: float, vintage: str
) -> pd.DataFrame:
    """Select the pool's past forecasts of one event, a row an origin: origin, horizon, brier, log, outcome, probability."""
    horizon = min(backtest["horizon"].unique(), key=lambda one: abs(one - days))
    kept = backtest[
        backtest["series"].eq(f"{source} all")
        & backtest["model"].eq("default")
        & backtest["vintage"].eq(vintage)
        & backtest["horizon"].eq(horizon)
        & backtest["definition"].eq(definition)
        & backtest["threshold"].eq(f"{threshold:g}")
        & backtest["score"].isin(["brier", "log", "outcome", "probability"])
    ]
    if kept.empty:
        raise InputError(
            f"backtest: no row of {source}, {horizon} days, {definition} at {threshold:g}, {vintage}; run it with that threshold "
            "and definition"
        )
    wide = kept.astype({"score": str}).pivot(index="origin", columns="score", values="value").reset_index()
    return wide.assign(horizon=horizon).rename_axis(columns=None)


# ------------------------------------------------------------------------------------- how often two sources disagree


def count_disagreements(
    lists: Mapping[str, pd.DataFrame] | None = None,
    *,
    windows: Sequence[int] = (5, 30, 74),
    thresholds: Sequence[float] = tuple(range(100, 451, 50)),
    quantiles: Sequence[float] = (0.5, 0.8, 0.95),
    definitions: Sequence[str] = DEFINITIONS,
) -> pd.DataFrame:
    """Count how often two lists resolve the same question differently, over every window of the days that both cover.

    Parameters
    ----------
    lists : dict of str to pandas.DataFrame, optional
        Two lists by day with `trucks` and `state`; by default the last of both sources.
    windows : sequence of int
        Days of a window. Every day of the common span on which one can begin begins one.
    thresholds, quantiles : sequence of float
        Round numbers (trucks/day), and shares of all counts of both lists, rounded to whole trucks.
    definitions : sequence of str

    Returns
    -------
    pandas.DataFrame
        A row a window length, definition and threshold: window, definition, level ("300", or "q80"), threshold, windows,
        effective (that do not overlap), resolved (by both), differ, share (of those resolved by both), and by source the
        number of YES.

    Notes
    -----
    As everywhere: a closed day is no truck; a day that is not counted for another reason could hold any number, and leaves the
    question unresolved where it could decide. Such windows are not in the share.
    """
    lists = {source: load_days(source) for source in ("cogat", "unrwa")} if lists is None else dict(lists)
    first, last = max(one.index[0] for one in lists.values()), min(one.index[-1] for one in lists.values())
    lists = {source: one[first:last] for source, one in lists.items()}
    days = next(iter(lists.values())).index
    counts = np.concatenate([one["trucks"].dropna() for one in lists.values()])
    levels = {f"{level:g}": float(level) for level in thresholds}
    levels |= {f"q{100 * share:g}": float(np.round(np.quantile(counts, share))) for share in quantiles}
    rows = []
    for window in windows:
        for definition in definitions:
            before = max(parse_definition(definition).days - 1, 0)
            starts = days[before : len(days) - window + 1]
            if not len(starts):
                raise InputError(f"windows {list(windows)}: the lists share {len(days)} days; choose shorter windows")
            for level, threshold in levels.items():
                came = {
                    source: _resolve_windows(one, definition, threshold, window=window, before=before)
                    for source, one in lists.items()
                }
                one, other = came.values()
                both = (one != UNRESOLVED) & (other != UNRESOLVED)
                differ = int((both & (one != other)).sum())
                rows.append(
                    dict(window=window, definition=definition, level=level, threshold=threshold, windows=len(starts))
                    | dict(effective=scores.count_effective(starts, horizon=window), resolved=int(both.sum()), differ=differ)
                    | dict(share=differ / both.sum() if both.any() else np.nan)
                    | {f"{source} yes": int((outcome == YES).sum()) for source, outcome in came.items()}
                )
    return pd.DataFrame(rows)


def _resolve_windows(days: pd.DataFrame, definition: str, threshold: float, *, window: int, before: int) -> np.ndarray:
    """Resolve the question of every window at once, by the rule of `Question.resolve`."""
    least = days["trucks"].fillna(0.0).to_numpy()
    sure = (days["state"].eq("counted") & days["trucks"].notna() | days["state"].eq("closed")).to_numpy()
    most = np.where(sure, least, threshold * (window + before))
    met = []
    for series in (least, most):
        spans = np.lib.stride_tricks.sliding_window_view(series, window + before)
        met.append(first_passage(spans[:, before:], definition, threshold, tail=spans[:, :before]) != NEVER)
    return np.where(met[0], YES, np.where(met[1], UNRESOLVED, NO))
