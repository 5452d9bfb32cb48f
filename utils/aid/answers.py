"""Answer a question as of a day: probability, interval, first-passage curve, baselines, and the vintages they rest on."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import pandas as pd

from ..common.checks import check_choice, check_count, check_day
from ..common.errors import InputError
from ..counts.snapshot import usable_history
from ..forecasts.answer import PATH_BASELINES
from ..forecasts.ensemble import Ensemble, check_origin
from ..forecasts.result import Answer
from ..forecasts.what_if import let_come, list_branches
from ..models import BLOCKS, choose_model, simulate_paths
from ..questions.base_rate import estimate_base_rate
from ..questions.passage import DEFINITIONS, parse_definition
from ..questions.question import Question
from ..scenarios.hazards import Scenario
from .daily import load_days
from .nowcast.reconcile import reconcile_once
from .questions import ALL, ASKED
from .scenarios import list_scenarios

#: Sources in the order in which answers are shown, and the baselines beside every model.
REPORTED_SOURCES = ("cogat", "unrwa")

#: Where the paths start: from both counts and the quotes read as one flow, or from the source's own list alone.
STARTS = ("flow", "list")

#: Draws of the recent past that the paths start from.
DRAWS = 1_000


def simulate_ensemble(
    source: str,
    *,
    as_of,
    until=None,
    scope: str = "all",
    hindsight: bool = False,
    start: str = "flow",
    model: str = "default",
    n_paths: int = 10_000,
    seed: int = 0,
    days: pd.DataFrame | None = None,
) -> Ensemble:
    """Simulate one source from its last known day to a later one; one simulation serves every question that ends by then.

    Parameters
    ----------
    source, scope : str
        See `utils.load_daily`.
    as_of : day
        The day of the knowledge. Only what was published by then, and dated before it, is used.
    until : day, optional
        Last day to simulate; by default the last date of the seed's questions, so that both read the same paths.
    hindsight : bool
        Use the last vintages, cut at the origin, in place of those of the day: what better data would have said.
    start : {"flow", "list"}
        The days between the end of the source's list and the origin: drawn from both counts and the quotes read as one flow
        (`utils.reconcile`), or simulated from the list alone. The flow is of all trucks, so another scope starts from its list.
    model, n_paths, seed
        See `utils.simulate_paths`.
    days : pandas.DataFrame, optional
        Days with trucks and state to use in place of the source's own, with the same guard. They are a list without quotes.

    Raises
    ------
    LookaheadError
        If a day at hand lies after the origin.
    InputError
        If the input does not fit.
    """
    as_of = check_day(as_of, name="as_of")
    until = check_day(_farthest() if until is None else until, name="until")
    check_choice(start, STARTS, name="start")
    own = days is None
    if own:
        days = load_days(source, scope=scope, as_of=None if hindsight else as_of)
        if hindsight:
            days = days[days.index < as_of]
    check_origin(days, as_of=as_of)
    history = usable_history(days)
    if until < as_of:
        raise InputError(f"as_of {as_of:%Y-%m-%d} lies after {until:%Y-%m-%d}, the last day asked for: resolve it instead")
    index = pd.date_range(history.index[-1], until, inclusive="right", name="date")
    gap = int((index < as_of).sum())
    reconciled = reconcile_once(as_of, hindsight) if own and start == "flow" and scope == "all" and gap else None
    recent = None
    if reconciled is not None:
        recent = reconciled.draws(DRAWS, days=index[:gap], rng=np.random.default_rng([seed, 4]), basis=source).to_numpy()
    paths = simulate_paths(history, len(index), n_paths=n_paths, model=model, seed=seed, recent=recent)
    return Ensemble(paths, index, days, as_of, hindsight, choose_model(history, model), reconciled)


def answer(
    question: Question,
    *,
    as_of,
    hindsight: bool = False,
    start: str = "flow",
    model: str = "default",
    n_paths: int = 10_000,
    seed: int = 0,
    days: pd.DataFrame | None = None,
    scenarios: Sequence[Scenario] = (),
) -> Answer:
    """Answer a question from what was known on a day.

    Parameters
    ----------
    question : Question
        Such as `utils.questions.DEADLINE`, or a variation of it.
    as_of : day
        The day of the knowledge; the origin is the day before.
    hindsight, start, model, n_paths, seed, days
        See `simulate_ensemble`.
    scenarios : sequence of Scenario
        What may come and shift the flow; by default nothing does. The baselines know of none.

    Returns
    -------
    Answer

    Raises
    ------
    LookaheadError
        If a day at hand lies after the origin.
    InputError
        If the window had passed by then, or the input does not fit.

    Examples
    --------
    >>> said = answer(questions.DEADLINE.vary(source="unrwa"), as_of="2024-11-08", n_paths=1000)
    >>> said.origin.date().isoformat(), 0 <= said.probability <= 1, len(said.curve)
    ('2024-11-07', True, 5)
    """
    check_count(n_paths, name="n_paths", at_least=BLOCKS)
    if check_day(as_of, name="as_of") > question.window[-1]:
        raise InputError(
            f"as_of {as_of} lies after {question.window[-1]:%Y-%m-%d}, the last day of the window; resolve the question instead"
        )
    asked = dict(as_of=as_of, hindsight=hindsight, start=start, n_paths=n_paths, seed=seed, days=days)
    runs = {name: simulate_for(question, model=name, **asked) for name in (model, *PATH_BASELINES)}
    ensemble = runs[model]
    branches = ()
    if scenarios:
        runs[model], arrivals = let_come(ensemble, scenarios, seed=seed)
        branches = list_branches(runs[model], question, arrivals)
    passages = {name: run.answer(question) for name, run in runs.items()}
    base_rate = estimate_base_rate(ensemble.days, question)
    said, reconciled = passages[model], ensemble.reconciled
    return Answer(
        question=question,
        as_of=ensemble.as_of,
        origin=ensemble.as_of - pd.Timedelta(days=1),
        probability=said.probability,
        low=said.low,
        high=said.high,
        curve=said.curve,
        baselines={
            "always_no": 0.0,
            "base_rate": base_rate.probability,
            **{name: passages[name].probability for name in PATH_BASELINES},
        },
        base_rate=base_rate,
        model=ensemble.model,
        n_paths=n_paths,
        hindsight=hindsight,
        vintages=tuple(ensemble.days.attrs.get("vintages", ())),
        start="list" if reconciled is None else "flow",
        flow_vintages={} if reconciled is None else dict(reconciled.sources),
        quotes=() if reconciled is None else tuple(reconciled.used["id"]),
        last_known=ensemble.history.index[-1],
        branches=branches,
    )


def _farthest():
    return max(question.closes for question in ALL.values())


def simulate_for(question: Question, *, as_of, days: pd.DataFrame | None = None, **asked) -> Ensemble:
    """Simulate to the end of a question's window, or farther; the same ensemble serve the next question that is asked alike.

    Parameters are those of `simulate_ensemble`; source and scope are the question's.
    """
    asked |= dict(scope=question.scope, as_of=f"{check_day(as_of, name='as_of'):%Y-%m-%d}")
    if days is not None:
        return simulate_ensemble(question.source, until=question.window[-1], days=days, **asked)
    # One simulation to the farthest window serves both of the seed's questions and every definition.
    return _simulate_once(question.source, until=f"{max(question.window[-1].date(), _farthest())}", **asked)


@lru_cache(maxsize=12)
def _simulate_once(source: str, **asked) -> Ensemble:
    return simulate_ensemble(source, **asked)


def answer_all(
    *,
    as_of=None,
    hindsight: bool = False,
    start: str = "flow",
    n_paths: int = 10_000,
    seed: int = 0,
    model: str = "default",
    shifts: bool = False,
) -> list[Answer]:
    """Answer both of the seed's questions on each source by each of the four definitions.

    Without `as_of`, as of the day on which the questions were asked. A question whose window had passed is left out. With
    `shifts`, the scenarios of `utils.scenarios.list_scenarios` may come; by default nothing does.
    """
    as_of = check_day(ASKED if as_of is None else as_of, name="as_of")
    return [
        answer(
            question.vary(source=source, definition=definition),
            as_of=as_of,
            hindsight=hindsight,
            start=start,
            n_paths=n_paths,
            seed=seed,
            model=model,
            scenarios=list(list_scenarios(source, as_of=as_of, hindsight=hindsight).values()) if shifts else (),
        )
        for question in ALL.values()
        if as_of <= question.window[-1]
        for source in REPORTED_SOURCES
        for definition in DEFINITIONS
    ]


def summarise_answers(*, as_of=None, n_paths: int = 10_000) -> dict:
    """Summarise both questions as plain values for the report's first page."""
    answers = answer_all(as_of=as_of, n_paths=n_paths)
    if not answers:
        raise InputError(f"as_of {as_of} lies after both windows; nothing is left to forecast, so choose an earlier day")
    return dict(
        title=f"Will aid trucks reach {answers[0].question.threshold:g} a day?",
        lead="A study of how a public count can be forecast, as it was known on the day. It is not a basis for "
        "operations: both lists are incomplete and end weeks earlier, and no model of past counts sees a shift of policy coming.",
        as_of=f"{answers[0].as_of:%Y-%m-%d}",
        origin=f"{answers[0].origin:%Y-%m-%d}",
        rows=[
            dict(
                question=said.question.title,
                closes=f"{said.question.closes}",
                source=said.question.source,
                definition=parse_definition(said.question.definition).words,
                probability=said.probability,
                low=said.low,
                high=said.high,
                baselines=said.baselines,
                vintage=said.vintages[-1],
                last_known=f"{said.last_known:%Y-%m-%d}",
            )
            for said in answers
        ],
        vintages=sorted({(said.question.source, vintage) for said in answers for vintage in said.vintages}),
    )
