"""Answers of the case: the seed's questions from its lists and quotes, or any question from counts of one's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
import pandas as pd

from ..common.checks import check_choice, check_count, check_day, check_type
from ..common.errors import InputError
from ..common.memory import check_paths_fit
from ..common.sharing import share
from ..counts.snapshot import NO_DAYS, REAL_TIME, VINTAGES, Snapshot
from ..forecasts.answer import PATH_BASELINES, answer_from_ensemble, check_window
from ..forecasts.answer import answer as answer_from_counts
from ..forecasts.ensemble import Ensemble, simulate_ensemble
from ..forecasts.result import Answer
from ..models import MIN_PATHS, MODELS
from ..questions.passage import DEFINITIONS
from ..questions.question import Question
from ..scenarios.hazards import Scenario
from .interventions import list_moved_days
from .loaders import list_vintages, load_lines
from .questions import ALL, ASKED
from .scenarios import list_scenarios
from .snapshots import INITS, load_snapshot
from .sources import BY_NAME


def simulate_source(
    source: str,
    *,
    as_of: object,
    until: object = None,
    scope: str = "all",
    vintage: str = REAL_TIME,
    init: str = "nowcast",
    model: str = "default",
    n_paths: int = 10_000,
    seed: int = 0,
    set_aside: bool = False,
) -> Ensemble:
    """Simulate one source from its last known day to a later one; the same ensemble serves the next who asks alike.

    Parameters
    ----------
    source, scope, as_of, vintage, init
        See `utils.aid.snapshots.load_snapshot`.
    until : day, optional
        Last day to simulate; by default the last date of the seed's questions, so that both read the same paths.
    model, n_paths, seed
        See `utils.simulate_paths`.
    set_aside : bool
        Whether the default draws no innovation of the days that past interventions moved, as it must where scenarios may come on
        the paths: else what they did would be counted twice (`utils.aid.interventions.list_moved_days`).

    Returns
    -------
    Ensemble

    Raises
    ------
    InputError
        If the input does not fit.

    Examples
    --------
    >>> ensemble = simulate_source("unrwa", as_of="2024-11-08", init="list", n_paths=100)
    >>> ensemble.paths.shape, f"{ensemble.index[0]:%Y-%m-%d} to {ensemble.index[-1]:%Y-%m-%d}"
    ((100, 112), '2024-10-01 to 2025-01-20')
    """
    check_choice(source, BY_NAME, name="source")
    check_choice(vintage, VINTAGES, name="vintage")
    check_choice(init, INITS, name="init")
    check_choice(model, ["default", *MODELS], name="model")
    check_count(n_paths, name="n_paths")
    check_count(seed, name="seed", at_least=0)
    day = check_day(as_of, name="as_of")
    last = _farthest() if until is None else max(_farthest(), check_day(until, name="until"))
    return _simulate_once(source, scope, day, last, vintage, init, model, n_paths, seed, set_aside)


def simulate_for(question: Question, *, as_of: object, **settings: object) -> Ensemble:
    """Simulate to the end of a question's window, or farther. Parameters are those of `simulate_source`.

    >>> from utils.aid.questions import DEADLINE, TRANSITION
    >>> ways = {"as_of": "2024-11-08", "init": "list", "n_paths": 100}
    >>> simulate_for(DEADLINE.vary(source="unrwa"), **ways) is simulate_for(TRANSITION.vary(source="unrwa"), **ways)
    True
    """
    check_type(question, Question, name="question", mend="ask one by utils.Question")
    return simulate_source(
        question.source,
        scope=question.scope,
        as_of=as_of,
        until=question.window[-1],
        **settings,  # type: ignore[arg-type]
    )


@lru_cache(maxsize=16)  # keyed by value; an ensemble's paths are read-only. All that pages 00, 05 and 06 ask of a day
def _simulate_once(
    source: str,
    scope: str,
    as_of: pd.Timestamp,
    until: pd.Timestamp,
    vintage: str,
    init: str,
    model: str,
    n_paths: int,
    seed: int,
    set_aside: bool,
) -> Ensemble:
    moved = list_moved_days(as_of=as_of) if set_aside else NO_DAYS
    snapshot = load_snapshot(source, scope=scope, as_of=as_of, vintage=vintage, init=init)

    def simulate() -> tuple[np.ndarray, pd.DatetimeIndex, str]:
        one = simulate_ensemble(snapshot, until=until, model=model, n_paths=n_paths, seed=seed, set_aside=moved)
        return one.paths.astype(np.min_scalar_type(int(one.paths.max()))), one.index, one.model

    key = (source, scope, as_of, until, vintage, init, model, n_paths, seed, set_aside)
    paths, index, name = share("paths", key, simulate)  # whole counts take a quarter of the room
    return Ensemble(paths.astype(float), index, snapshot, name)


def _farthest() -> pd.Timestamp:
    return pd.Timestamp(max(question.closes for question in ALL.values()))


def answer(
    question: Question,
    *,
    as_of: object = None,
    counts: Snapshot | pd.Series | pd.DataFrame | None = None,
    shifts: bool = False,
    scenarios: Sequence[Scenario] = (),
    vintage: str = REAL_TIME,
    init: str = "nowcast",
    model: str = "default",
    n_paths: int = 10_000,
    seed: int = 0,
) -> Answer:
    """Answer a question from what was known on a day.

    Parameters
    ----------
    question : Question
        Such as `utils.DEADLINE`, a variation of it, or one of your own with `counts`.
    as_of : day, optional
        The day of the knowledge; the origin is the day before. By default the day on which the seed's questions were asked, or
        with `counts` the day after the last one at hand.
    counts : Snapshot, pandas.Series or pandas.DataFrame, optional
        Counts of your own in place of the case's: see `utils.forecasts.answer.answer`.
    shifts : bool
        Whether a pause, an opening and a closing may come, as often as such interventions came before
        (`utils.aid.scenarios.list_scenarios`).
    scenarios : sequence of Scenario
        What else may come and shift the flow; by default nothing does. The baselines know of none. Where anything may come, the
        default draws no innovation of days that past interventions moved.
    vintage, init
        See `utils.aid.snapshots.load_snapshot`.
    model, n_paths, seed
        See `utils.simulate_paths`.

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
    >>> from utils import DEADLINE
    >>> found = answer(DEADLINE.vary(source="unrwa"), as_of="2024-11-08", n_paths=1000)
    >>> found.origin.date().isoformat(), 0 <= found.probability <= 1, len(found.curve)
    ('2024-11-07', True, 5)
    """
    if counts is not None:
        if shifts:
            raise InputError("shifts are those of the case's own lists; with counts of your own give scenarios instead")
        return answer_from_counts(
            question, counts=counts, as_of=as_of, scenarios=scenarios, model=model, n_paths=n_paths, seed=seed
        )
    check_count(n_paths, name="n_paths", at_least=MIN_PATHS)
    check_choice(model, ["default", *MODELS], name="model")
    day = check_day(ASKED if as_of is None else as_of, name="as_of")
    check_window(question, as_of=day)
    check_paths_fit(n_paths, (_farthest() - day).days)  # before the lists are read; once more when the days are known
    check_choice(question.source, BY_NAME, name="source of the question")
    own = list(list_scenarios(question.source, as_of=day, vintage=vintage).values()) if shifts else []
    coming = [*own, *scenarios]
    runs = {
        name: simulate_for(
            question,
            as_of=day,
            vintage=vintage,
            init=init,
            model=name,
            n_paths=n_paths,
            seed=seed,
            set_aside=name == model and bool(coming),
        )
        for name in dict.fromkeys((model, *PATH_BASELINES))
    }
    beside = _load_others(question.source, question.scope, day, vintage)
    return answer_from_ensemble(question, runs[model], baselines=runs, scenarios=coming, beside=beside, seed=seed)


@lru_cache(maxsize=12)  # keyed by value; a snapshot is never changed
def _load_others(source: str, scope: str, as_of: pd.Timestamp, vintage: str) -> tuple[Snapshot, ...]:
    """Load the lists of the other sources that may be used on the day: the track record of an answer goes over them too."""
    others = [one for one in BY_NAME if one != source]
    if vintage == REAL_TIME:
        others = [one for one in others if (list_vintages(one)["published"] <= as_of).any()]
    return tuple(load_snapshot(one, scope=scope, as_of=as_of, vintage=vintage, init="list") for one in others)


def check_askable(*, as_of: object = None) -> pd.Timestamp:
    """Return a day as of which a question of the seed can be answered, at once and without a model.

    Raises
    ------
    InputError
        If both windows had passed by then, or a list had not been published.

    Examples
    --------
    >>> f"{check_askable():%Y-%m-%d}"
    '2024-11-08'
    >>> check_askable(as_of="2025-01-20")
    Traceback (most recent call last):
        ...
    utils.common.errors.InputError: as_of 2025-01-20 lies after both windows; nothing is left to forecast, ...
    """
    day = check_day(ASKED if as_of is None else as_of, name="as_of")
    if day > max(question.window[-1] for question in ALL.values()):
        raise InputError(f"as_of {day:%Y-%m-%d} lies after both windows; nothing is left to forecast, so choose an earlier day")
    for source in BY_NAME:
        load_lines(source, as_of=day)
    return day


def answer_all(
    *,
    as_of: object = None,
    vintage: str = REAL_TIME,
    init: str = "nowcast",
    n_paths: int = 10_000,
    seed: int = 0,
    model: str = "default",
    shifts: bool = False,
    on_question: Callable[[Question], None] | None = None,
) -> list[Answer]:
    """Answer both of the seed's questions on each source by each of the four definitions; parameters as for `answer`.

    A question whose window had passed is left out. `on_question` is called with each before it is answered.

    >>> answers = answer_all(as_of="2024-12-01", init="list", model="climatology", n_paths=100)
    >>> len(answers), {one.question.name for one in answers}  # two counts, four definitions; the deadline had passed
    (8, {'transition'})
    """
    day = check_day(ASKED if as_of is None else as_of, name="as_of")
    asked = [
        question.vary(source=source, definition=definition)
        for question in ALL.values()
        if day <= question.window[-1]
        for source in BY_NAME
        for definition in DEFINITIONS
    ]
    answers = []
    for question in asked:
        if on_question is not None:
            on_question(question)
        found = answer(question, as_of=day, vintage=vintage, init=init, n_paths=n_paths, seed=seed, model=model, shifts=shifts)
        answers.append(found)
    return answers
