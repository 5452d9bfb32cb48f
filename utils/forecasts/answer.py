"""Answer a question as of a day: probability, interval, first-passage curve, baselines, and what they rest on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from ..common.checks import check_choice, check_count, check_type
from ..common.errors import InputError
from ..counts.snapshot import Snapshot, take_snapshot
from ..models import MIN_PATHS, MODELS
from ..questions.base_rate import estimate_base_rate
from ..questions.passage import NEVER, first_passage
from ..questions.question import Question
from ..scenarios.hazards import Scenario
from .ensemble import Ensemble, simulate_ensemble
from .result import Answer, Branch
from .statements import Statements

#: The baselines that give paths.
PATH_BASELINES = ("climatology", "weekday_bootstrap")


def answer(
    question: Question,
    *,
    counts: Snapshot | pd.Series | pd.DataFrame,
    as_of: object = None,
    scenarios: Sequence[Scenario] = (),
    model: str = "default",
    n_paths: int = 10_000,
    seed: int = 0,
) -> Answer:
    """Answer a question of a daily count from what was known on a day.

    Parameters
    ----------
    question : Question
    counts : Snapshot, pandas.Series or pandas.DataFrame
        A snapshot, of which only the days before `as_of` are used; a series of counts a day, none of them later; or days with
        `count` and `state`.
    as_of : day, optional
        The day of the knowledge; the origin is the day before. By default the day after the last one at hand.
    scenarios : sequence of Scenario
        What may come and shift the count; by default nothing does. The baselines know of none.
    model, n_paths, seed
        See `utils.simulate_paths`.

    Returns
    -------
    Answer

    Raises
    ------
    LookaheadError
        If a series holds a day after the origin.
    InputError
        If the window had passed by then, or the input does not fit.

    Examples
    --------
    >>> days = pd.date_range("2024-01-01", periods=120)
    >>> counts = pd.Series(50 + 10 * np.sin(np.arange(120)).round(), days)
    >>> question = Question(threshold=55, opens="2024-05-01", closes="2024-05-08")
    >>> answer(question, counts=counts, n_paths=500).probability > 0.9
    True
    """
    snapshot = take_snapshot(counts, as_of=as_of)
    check_window(question, as_of=snapshot.as_of)
    check_count(n_paths, name="n_paths", at_least=MIN_PATHS)
    check_choice(model, ["default", *MODELS], name="model")
    runs = {
        name: simulate_ensemble(snapshot, until=question.window[-1], model=name, n_paths=n_paths, seed=seed)
        for name in dict.fromkeys((model, *PATH_BASELINES))
    }
    return answer_from_ensemble(question, runs[model], baselines=runs, scenarios=scenarios, seed=seed)


def answer_from_ensemble(
    question: Question,
    ensemble: Ensemble,
    *,
    baselines: Mapping[str, Ensemble],
    scenarios: Sequence[Scenario] = (),
    beside: Sequence[Snapshot | Statements] = (),
    seed: int = 0,
) -> Answer:
    """Answer a question from paths that were simulated before.

    Parameters
    ----------
    question : Question
    ensemble : Ensemble
        Paths of the forecaster.
    baselines : mapping of str to Ensemble
        Paths of each of `PATH_BASELINES`, by name.
    scenarios, seed
        As for `answer`.
    beside : sequence of Snapshot or Statements
        What else the track record goes over, as known on the day; see `utils.forecasts.track_record.measure_track_record`.

    Returns
    -------
    Answer

    Examples
    --------
    >>> counts = pd.Series(np.arange(70.0) % 7, pd.date_range("2024-01-01", periods=70))  # 6 on Sundays
    >>> question = Question(threshold=6, opens="2024-03-11", closes="2024-03-18")
    >>> names = ("pool", *PATH_BASELINES)
    >>> runs = {n: simulate_ensemble(take_snapshot(counts), until="2024-03-17", model=n, n_paths=50) for n in names}
    >>> answer_from_ensemble(question, runs["pool"], baselines=runs).baselines["weekday_bootstrap"]
    1.0
    """
    snapshot, mixed = ensemble.snapshot, ensemble
    branches: tuple[Branch, ...] = ()
    if scenarios:
        mixed, arrivals = ensemble.apply_scenarios(scenarios, seed=seed)
        branches = _list_branches(mixed, question, arrivals)
    passage = mixed.answer(question)
    base_rate = estimate_base_rate(snapshot.settled[: ensemble.history.index[-1]], question)
    nowcast = snapshot.nowcast
    return Answer(
        question=question,
        as_of=ensemble.as_of,
        origin=ensemble.as_of - pd.Timedelta(days=1),
        probability=passage.probability,
        low=passage.low,
        high=passage.high,
        curve=passage.curve,
        baselines={
            "always_no": 0.0,
            "base_rate": base_rate.probability,
            **{name: baselines[name].answer(question).probability for name in PATH_BASELINES},
        },
        base_rate=base_rate,
        model=ensemble.model,
        n_paths=len(ensemble.paths),
        vintage=snapshot.vintage,
        vintages=snapshot.vintages,
        init=ensemble.init,
        nowcast_vintages={} if nowcast is None else dict(nowcast.vintages),
        quotes=() if nowcast is None else tuple(nowcast.quotes),
        last_counted=ensemble.history.index[-1],
        past=(snapshot, *beside),
        branches=branches,
    )


def _list_branches(ensemble: Ensemble, question: Question, arrivals: pd.DataFrame) -> tuple[Branch, ...]:
    """Split a shifted ensemble by which scenarios come within the question's window, the likeliest way first.

    Parameters
    ----------
    ensemble : Ensemble
    question : Question
    arrivals : pandas.DataFrame of shape (n_paths, n_scenarios)
        Day on which each scenario comes on each path, NaT for never.
    """
    window, tail = ensemble.cut_window(question)
    met = first_passage(window, question.definition, question.threshold, tail=tail, below=question.below) != NEVER
    ways = (arrivals <= question.window[-1]).assign(met=met).groupby(list(arrivals))["met"]
    branches = [
        Branch(
            tuple(name for name, comes in zip(arrivals, np.atleast_1d(came), strict=True) if comes),
            len(way) / len(met),
            float(way.mean()),
        )
        for came, way in ways
    ]
    return tuple(sorted(branches, key=lambda branch: -branch.probability))


def check_window(question: Question, *, as_of: pd.Timestamp) -> None:
    """Raise `InputError` if it is no question, or its window had passed by the as-of day.

    >>> question = Question(threshold=6, opens="2024-03-11", closes="2024-03-18")
    >>> check_window(question, as_of=pd.Timestamp("2024-03-17"))  # says nothing: a day is still ahead
    >>> check_window(question, as_of=pd.Timestamp("2024-03-18"))
    Traceback (most recent call last):
    ...
    utils.common.errors.InputError: as_of 2024-03-18 lies after 2024-03-17, the last day of the window; ...
    """
    check_type(question, Question, name="question", mend="ask one by utils.Question")
    if as_of > question.window[-1]:
        raise InputError(
            f"as_of {as_of:%Y-%m-%d} lies after {question.window[-1]:%Y-%m-%d}, the last day of the window; "
            "resolve the question instead"
        )
