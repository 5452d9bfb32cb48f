"""Answer a question as of a day: probability, interval, first-passage curve, baselines, and the vintages they rest on."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from scipy.stats import beta

from . import questions
from .checks import check_count, check_day
from .days import load_days
from .errors import InputError, PeekError
from .models import BLOCKS, simulate_paths
from .passage import DEFINITIONS, NEVER, first_passage, parse_definition
from .questions import Question

#: Sources in the order in which answers are shown, and the baselines beside every model.
REPORTED_SOURCES = ("cogat", "unrwa")
PATH_BASELINES = ("climatology", "weekday_bootstrap")


@dataclass(frozen=True)
class BaseRate:
    """How often windows of the past met a definition, with Jeffreys' interval.

    Attributes
    ----------
    probability, low, high : float
        Mean and central 90 % of the Beta(k + 1/2, n - k + 1/2) distribution.
    met, windows : int
        k and n: disjoint windows of the past, counted back from its end, that met the definition, and in all.
    """

    probability: float
    low: float
    high: float
    met: int
    windows: int


@dataclass(frozen=True)
class Futures:
    """Joint futures of one source, as of a day.

    Attributes
    ----------
    paths : ndarray of shape (n_paths, len(index))
        Trucks/day on the days after the last one whose count was known.
    index : pandas.DatetimeIndex
        The simulated days. It starts before the as-of day where reports are late: the gap is simulated too.
    days : pandas.DataFrame
        The days up to the origin, with trucks and state, as known.
    as_of : pandas.Timestamp
    hindsight : bool
        Whether the last vintages, cut at the origin, stand in for those of the day.
    model : str
    """

    paths: np.ndarray
    index: pd.DatetimeIndex
    days: pd.DataFrame
    as_of: pd.Timestamp
    hindsight: bool
    model: str

    @property
    def history(self) -> pd.Series:
        """Counted days up to the last one known: what the forecaster was fitted to."""
        return usable_history(self.days)

    def over(self, question: Question) -> tuple[np.ndarray, np.ndarray]:
        """Cut out the question's window, shape (n_paths, days), and the days before it that its definition needs.

        Days of the window that were known by then keep their counts; a day before the first simulated one that was not
        counted gives no trucks, the least it can have been.
        """
        start = question.window[0] - pd.Timedelta(days=question.reach_back)
        known = pd.date_range(start, self.index[0] - pd.Timedelta(days=1))
        past = self.days["trucks"].reindex(known).fillna(0.0).to_numpy()
        future = self.paths[:, self.index.get_indexer(pd.date_range(max(start, self.index[0]), question.window[-1]))]
        whole = np.concatenate([np.broadcast_to(past, (len(future), len(past))), future], axis=1)
        return whole[:, question.reach_back :], whole[:, : question.reach_back]


@dataclass(frozen=True)
class Answer:
    """What is said of a question, as of a day.

    Attributes
    ----------
    question : Question
    as_of, origin : pandas.Timestamp
        The day of the knowledge and the last day whose truth may be used, the day before.
    probability : float
        Share of the simulated paths that meet the question.
    low, high : float
        Central 90 % of that share over the draws of the model's parameters.
    curve : pandas.Series
        Probability that the definition has been met by each day of the window.
    baselines : dict of str to float
        Probabilities of the plain rivals.
    base_rate : BaseRate
    model : str
    n_paths : int
    hindsight : bool
    vintages : tuple of str
        Days on which the vintages used had been published.
    last_known : pandas.Timestamp
        Last counted day at hand.
    """

    question: Question
    as_of: pd.Timestamp
    origin: pd.Timestamp
    probability: float
    low: float
    high: float
    curve: pd.Series
    baselines: dict[str, float]
    base_rate: BaseRate
    model: str
    n_paths: int
    hindsight: bool
    vintages: tuple[str, ...]
    last_known: pd.Timestamp

    @property
    def never(self) -> float:
        """Probability that the definition is not met within the window."""
        return 1 - self.probability

    def to_dict(self) -> dict:
        """Return the answer as plain values, days as ISO text, ready for JSON."""
        question = dataclasses.asdict(self.question)
        question.update(opens=f"{self.question.opens}", closes=f"{self.question.closes}", words=self.question.words)
        return dict(
            question=question,
            source=self.question.source,
            scope=self.question.scope,
            definition=self.question.definition,
            as_of=f"{self.as_of:%Y-%m-%d}",
            origin=f"{self.origin:%Y-%m-%d}",
            probability=self.probability,
            interval=[self.low, self.high],
            never=self.never,
            first_passage={f"{day:%Y-%m-%d}": float(value) for day, value in self.curve.items()},
            baselines=self.baselines,
            base_rate=dataclasses.asdict(self.base_rate),
            model=self.model,
            n_paths=self.n_paths,
            hindsight=self.hindsight,
            vintages=list(self.vintages),
            last_known=f"{self.last_known:%Y-%m-%d}",
        )


def usable_history(days: pd.DataFrame) -> pd.Series:
    """Cut days down to what a model may be fitted to: counted days, the rest NaN, to the last one counted.

    Partial days are left out: their late reports were still to come, and would read as a collapse.
    """
    history = days["trucks"].where(days["state"] == "counted")
    history.attrs = dict(days.attrs)
    return history[: history.last_valid_index()]


def check_origin(days: pd.DataFrame | pd.Series, *, as_of) -> None:
    """Raise `PeekError` if anything at hand is dated on or after the as-of day."""
    as_of = check_day(as_of, name="as_of")
    last = days.dropna(how="all").index.max()
    if last >= as_of:
        raise PeekError(
            f"history holds {last:%Y-%m-%d}, which lies after the origin {as_of - pd.Timedelta(days=1):%Y-%m-%d}; "
            "cut it there, or ask as of a later day"
        )


def simulate_futures(
    source: str,
    *,
    as_of,
    until,
    scope: str = "all",
    hindsight: bool = False,
    model: str = "default",
    n_paths: int = 10_000,
    seed: int = 0,
    days: pd.DataFrame | None = None,
) -> Futures:
    """Simulate one source from its last known day to a later one; one simulation serves every question that ends by then.

    Parameters
    ----------
    source, scope : str
        See `utils.load_daily`.
    as_of : day
        The day of the knowledge. Only what was published by then, and dated before it, is used.
    until : day
        Last day to simulate.
    hindsight : bool
        Use the last vintages, cut at the origin, in place of those of the day: what better data would have said.
    model, n_paths, seed
        See `utils.simulate_paths`.
    days : pandas.DataFrame, optional
        Days with trucks and state to use in place of the source's own, with the same guard.

    Raises
    ------
    PeekError
        If a day at hand lies after the origin.
    InputError
        If the input does not fit.
    """
    as_of, until = check_day(as_of, name="as_of"), check_day(until, name="until")
    if days is None:
        days = load_days(source, scope=scope, as_of=None if hindsight else as_of)
        if hindsight:
            days = days[days.index < as_of]
    check_origin(days, as_of=as_of)
    history = usable_history(days)
    if until < as_of:
        raise InputError(f"as_of {as_of:%Y-%m-%d} lies after {until:%Y-%m-%d}, the last day asked for: resolve it instead")
    index = pd.date_range(history.index[-1], until, inclusive="right", name="date")
    paths = simulate_paths(history, len(index), n_paths=n_paths, model=model, seed=seed)
    return Futures(paths, index, days, as_of, hindsight, model)


def estimate_base_rate(days: pd.DataFrame, question: Question) -> BaseRate:
    """Count how many disjoint windows of the past, as long as the question's, met its definition.

    Jeffreys' prior Beta(1/2, 1/2) keeps a rate that was never seen from being nought [1]_. Windows are cut back from the last
    counted day; an uncounted day gives no trucks, the least it can have been.

    References
    ----------
    .. [1] L. D. Brown, T. T. Cai and A. DasGupta (2001), Interval estimation for a binomial proportion, Statistical Science 16.
    """
    values = usable_history(days).fillna(0.0).to_numpy()
    length = len(question.window)
    starts = range(len(values) - length, -1, -length)
    met = sum(
        first_passage(
            values[None, start : start + length],
            question.definition,
            question.threshold,
            tail=values[max(0, start - question.reach_back) : start] if start else None,
        )[0]
        != NEVER
        for start in starts
    )
    a, b = met + 0.5, len(starts) - met + 0.5
    low, high = beta.ppf([0.05, 0.95], a, b)
    return BaseRate(a / (a + b), float(low), float(high), int(met), len(starts))


def answer(
    question: Question,
    *,
    as_of,
    hindsight: bool = False,
    model: str = "default",
    n_paths: int = 10_000,
    seed: int = 0,
    days: pd.DataFrame | None = None,
) -> Answer:
    """Answer a question from what was known on a day.

    Parameters
    ----------
    question : Question
        Such as `utils.questions.DEADLINE`, or a variation of it.
    as_of : day
        The day of the knowledge; the origin is the day before.
    hindsight, model, n_paths, seed, days
        See `simulate_futures`.

    Returns
    -------
    Answer

    Raises
    ------
    PeekError
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
    asked = dict(as_of=as_of, until=question.window[-1], scope=question.scope, hindsight=hindsight)
    simulate = _simulate_once if days is None else simulate_futures
    more = {} if days is None else {"days": days}
    if days is None:
        # One simulation to the farthest window serves both of the seed's questions and every definition.
        asked["as_of"] = f"{check_day(as_of, name='as_of'):%Y-%m-%d}"
        farthest = max(other.closes for other in questions.ALL.values())
        asked["until"] = f"{max(question.window[-1].date(), farthest)}"
    runs = {
        name: simulate(question.source, model=name, n_paths=n_paths, seed=seed, **asked, **more)
        for name in (model, *PATH_BASELINES)
    }
    futures = runs[model]
    passages = {}
    for name, run in runs.items():
        window, tail = run.over(question)
        passages[name] = question.answer(window, tail=tail, blocks=BLOCKS)
    base_rate = estimate_base_rate(futures.days, question)
    said = passages[model]
    return Answer(
        question=question,
        as_of=futures.as_of,
        origin=futures.as_of - pd.Timedelta(days=1),
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
        model=model,
        n_paths=n_paths,
        hindsight=hindsight,
        vintages=tuple(futures.days.attrs.get("vintages", ())),
        last_known=futures.history.index[-1],
    )


@lru_cache(maxsize=32)
def _simulate_once(source: str, **asked) -> Futures:
    return simulate_futures(source, **asked)


def answer_all(*, as_of, hindsight: bool = False, n_paths: int = 10_000, seed: int = 0, model: str = "default") -> list[Answer]:
    """Answer both of the seed's questions on each source by each of the four definitions."""
    return [
        answer(
            question.vary(source=source, definition=definition),
            as_of=as_of,
            hindsight=hindsight,
            n_paths=n_paths,
            seed=seed,
            model=model,
        )
        for question in questions.ALL.values()
        if check_day(as_of, name="as_of") <= question.window[-1]
        for source in REPORTED_SOURCES
        for definition in DEFINITIONS
    ]


def tabulate_answers(answers: list[Answer]) -> pd.DataFrame:
    """Lay answers out as a table, a row an answer, probabilities as numbers."""
    return pd.DataFrame(
        [
            dict(
                question=said.question.name,
                source=said.question.source,
                definition=said.question.definition,
                words=parse_definition(said.question.definition).words,
                probability=said.probability,
                low=said.low,
                high=said.high,
                **said.baselines,
                last_known=said.last_known,
            )
            for said in answers
        ]
    )


def summarise_answers(*, as_of, n_paths: int = 10_000) -> dict:
    """Summarise both questions as plain values for the report's first page."""
    answers = answer_all(as_of=as_of, n_paths=n_paths)
    return dict(
        as_of=f"{check_day(as_of, name='as_of'):%Y-%m-%d}",
        origin=f"{check_day(as_of, name='as_of') - pd.Timedelta(days=1):%Y-%m-%d}",
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
