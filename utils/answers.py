"""Answer a question as of a day: probability, interval, first-passage curve, baselines, and the vintages they rest on."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from scipy.stats import beta

from . import questions
from .checks import check_choice, check_count, check_day
from .days import load_days, usable_history
from .errors import InputError, PeekError
from .models import BLOCKS, choose_model, simulate_paths
from .passage import DEFINITIONS, NEVER, first_passage, parse_definition
from .questions import Passage, Question
from .reconciliation import Reconciled, reconcile_once
from .scenarios import Scenario, apply_scenarios, list_scenarios

#: Sources in the order in which answers are shown, and the baselines beside every model.
REPORTED_SOURCES = ("cogat", "unrwa")
PATH_BASELINES = ("climatology", "weekday_bootstrap")

#: Where the paths start: from both counts and the quotes read as one flow, or from the source's own list alone.
STARTS = ("flow", "list")

#: Draws of the recent past that the paths start from.
DRAWS = 1_000


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
    reconciled : Reconciled or None
        Both counts and the quotes as one flow, if the paths start from it.
    """

    paths: np.ndarray
    index: pd.DatetimeIndex
    days: pd.DataFrame
    as_of: pd.Timestamp
    hindsight: bool
    model: str
    reconciled: Reconciled | None

    @property
    def history(self) -> pd.Series:
        """Counted days up to the last one known: what the forecaster was fitted to."""
        return usable_history(self.days)

    def over(self, question: Question) -> tuple[np.ndarray, np.ndarray]:
        """Cut out the question's window, shape (n_paths, days), and the days before it that its definition needs.

        Days of the window that were known by then keep their counts; a day before the first simulated one that was not
        counted gives no trucks, the least it can have been.
        """
        simulated = tuple(self.days.attrs.get(key) for key in ("source", "scope"))
        if simulated not in ((None, None), (question.source, question.scope)):
            raise InputError(
                f"the paths are of {' '.join(simulated)}, the question of {question.source} {question.scope}; "
                "simulate the source and scope that resolve the question"
            )
        if question.window[-1] > self.index[-1]:
            raise InputError(
                f"closes {question.closes} needs days to {question.window[-1]:%Y-%m-%d}, but the paths end on "
                f"{self.index[-1]:%Y-%m-%d}; simulate until then"
            )
        start = question.window[0] - pd.Timedelta(days=question.reach_back)
        known = pd.date_range(start, self.index[0] - pd.Timedelta(days=1))
        past = self.days["trucks"].reindex(known).fillna(0.0).to_numpy()
        future = self.paths[:, self.index.get_indexer(pd.date_range(max(start, self.index[0]), question.window[-1]))]
        whole = np.concatenate([np.broadcast_to(past, (len(future), len(past))), future], axis=1)
        return whole[:, question.reach_back :], whole[:, : question.reach_back]

    def answer(self, question: Question) -> Passage:
        """Read the question's probability and curve off the paths."""
        window, tail = self.over(question)
        return question.answer(window, tail=tail, blocks=BLOCKS)


@dataclass(frozen=True)
class Branch:
    """One way in which things may go: which scenarios come within the window, how likely that is, and what follows.

    Attributes
    ----------
    names : tuple of str
        The scenarios that come by the last day of the window; empty where none does.
    share : float
        Probability of that: the share of the paths.
    reach : float
        Probability that the question is met, given that: the share of those paths.
    """

    names: tuple[str, ...]
    share: float
    reach: float


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
        Central 90 % of that share over the blocks of paths: members of a pool, or draws of the parameters.
    curve : pandas.Series
        Probability that the definition has been met by each day of the window.
    baselines : dict of str to float
        Probabilities of the plain rivals.
    base_rate : BaseRate
    model : str
    n_paths : int
    hindsight : bool
    vintages : tuple of str
        Days on which the vintages of the source's list had been published.
    start : {"flow", "list"}
        Whether the paths start from both counts and the quotes read as one flow, or from the source's list alone.
    flow_vintages : dict of str to str
        With the flow: newest vintage of each list in it.
    quotes : tuple of str
        With the flow: ids of the quotes in it (`utils.load_quotes`).
    last_known : pandas.Timestamp
        Last counted day at hand.
    branches : tuple of Branch
        With scenarios: the ways that `probability` is made of, as the sum of share times reach. Empty without scenarios.
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
    start: str
    flow_vintages: dict[str, str]
    quotes: tuple[str, ...]
    last_known: pd.Timestamp
    branches: tuple[Branch, ...] = ()

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
            start=self.start,
            flow_vintages=self.flow_vintages,
            quotes=list(self.quotes),
            last_known=f"{self.last_known:%Y-%m-%d}",
            branches=[dataclasses.asdict(branch) for branch in self.branches],
        )


def check_origin(days: pd.DataFrame | pd.Series, *, as_of) -> None:
    """Raise `PeekError` if anything at hand is dated on or after the as-of day."""
    as_of = check_day(as_of, name="as_of")
    last = days.dropna(how="all").index.max()
    if pd.isna(last):
        raise InputError(f"history as of {as_of:%Y-%m-%d} holds no day; give one that begins before it")
    if last >= as_of:
        raise PeekError(
            f"history holds {last:%Y-%m-%d}, which lies after the origin {as_of - pd.Timedelta(days=1):%Y-%m-%d}; "
            "cut it there, or ask as of a later day"
        )


def simulate_futures(
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
) -> Futures:
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
    PeekError
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
    return Futures(paths, index, days, as_of, hindsight, choose_model(history, model), reconciled)


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
        See `simulate_futures`.
    scenarios : sequence of Scenario
        What may come and shift the flow; by default nothing does. The baselines know of none.

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
    asked = dict(as_of=as_of, hindsight=hindsight, start=start, n_paths=n_paths, seed=seed, days=days)
    runs = {name: simulate_for(question, model=name, **asked) for name in (model, *PATH_BASELINES)}
    futures = runs[model]
    branches = ()
    if scenarios:
        runs[model], arrivals = let_come(futures, scenarios, seed=seed)
        branches = list_branches(runs[model], question, arrivals)
    passages = {name: run.answer(question) for name, run in runs.items()}
    base_rate = estimate_base_rate(futures.days, question)
    said, reconciled = passages[model], futures.reconciled
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
        model=futures.model,
        n_paths=n_paths,
        hindsight=hindsight,
        vintages=tuple(futures.days.attrs.get("vintages", ())),
        start="list" if reconciled is None else "flow",
        flow_vintages={} if reconciled is None else dict(reconciled.sources),
        quotes=() if reconciled is None else tuple(reconciled.used["id"]),
        last_known=futures.history.index[-1],
        branches=branches,
    )


def let_come(futures: Futures, scenarios: Sequence[Scenario], *, seed: int = 0) -> tuple[Futures, pd.DataFrame]:
    """Let scenarios come on simulated futures; return them with bent paths, and the arrivals (`utils.scenarios.Shifted`)."""
    shifted = apply_scenarios(futures.paths, futures.index, scenarios, as_of=futures.as_of, seed=seed)
    return dataclasses.replace(futures, paths=shifted.paths), shifted.arrivals


def list_branches(futures: Futures, question: Question, arrivals: pd.DataFrame) -> tuple[Branch, ...]:
    """Split bent futures by which scenarios come within the question's window, the likeliest way first."""
    window, tail = futures.over(question)
    met = first_passage(window, question.definition, question.threshold, tail=tail) != NEVER
    ways = (arrivals <= question.window[-1]).assign(met=met).groupby(list(arrivals))["met"]
    branches = [
        Branch(tuple(name for name, comes in zip(arrivals, came, strict=True) if comes), len(way) / len(met), float(way.mean()))
        for came, way in ways
    ]
    return tuple(sorted(branches, key=lambda branch: -branch.share))


def sweep_hazard(
    question: Question,
    scenario: Scenario,
    *,
    as_of,
    hazards: Sequence[float],
    others: Sequence[Scenario] = (),
    seed: int = 0,
    **asked,
) -> pd.Series:
    """Answer a question for each of several hazards of one scenario, on the same paths.

    Parameters
    ----------
    question : Question
    scenario : Scenario
        Its own hazard is not used.
    as_of : day
    hazards : sequence of float
        Chances a day.
    others : sequence of Scenario
        Scenarios beside it, with hazards of their own.
    seed, asked
        See `simulate_futures`.

    Returns
    -------
    pandas.Series
        Probability by hazard. Of a scenario that only raises the flow it never falls: each path is shifted earlier or not at all.
    """
    futures = simulate_for(question, as_of=as_of, seed=seed, **asked)
    said = []
    for hazard in hazards:
        mixed, _ = let_come(futures, [dataclasses.replace(scenario, hazard=float(hazard)), *others], seed=seed)
        said.append(mixed.answer(question).probability)
    return pd.Series(said, pd.Index(np.asarray(hazards, float), name="hazard"), name="probability")


def find_break_even(curve: pd.Series, *, level: float = 0.5) -> float:
    """Return the lowest hazard at which a curve of `sweep_hazard` reaches `level`, interpolated; NaN if none does."""
    above = np.flatnonzero(curve.to_numpy() >= level)
    if not len(above):
        return float("nan")
    at = above[0]
    if at == 0:
        return float(curve.index[0])
    (x0, y0), (x1, y1) = curve.iloc[[at - 1, at]].items()
    return float(x0 + (level - y0) / (y1 - y0) * (x1 - x0))


def answer_what_if(
    question: Question,
    *,
    as_of,
    chance: float,
    ratio: float,
    days_to_full: int = 7,
    seed: int = 0,
    **asked,
) -> Passage:
    """Answer a question if one shift of a given size may come: what a reader's own view of the future would mean.

    Parameters
    ----------
    question : Question
    as_of : day
    chance : float
        Chance that the shift comes within the days of the window that are still ahead. If it does, each day is as likely.
    ratio : float
        Flow at full effect over the flow without the shift.
    days_to_full : int
        Days until the full effect; it rises evenly.
    seed, asked
        See `simulate_futures`.

    Returns
    -------
    Passage
    """
    if not 0 <= chance <= 1:
        raise InputError(f"chance {chance!r} must be a probability from 0 to 1")
    if not (np.isfinite(ratio) and ratio > 0):
        raise InputError(f"ratio {ratio!r} must be a positive number, such as 2 for twice the flow")
    futures = simulate_for(question, as_of=as_of, seed=seed, **asked)
    ahead = question.window[question.window >= futures.as_of]
    effect = pd.DataFrame({"log_ratio": [np.log(ratio)], "delay": [0], "ramp": [check_count(days_to_full, name="days_to_full")]})
    shift = Scenario("what if", pd.Series(chance / len(ahead), ahead), effect)
    mixed, _ = let_come(futures, [shift], seed=seed)
    return mixed.answer(question)


def tabulate_what_if(
    question: Question, *, as_of, chances: Sequence[float], ratios: Sequence[float], days_to_full: int = 7, **asked
) -> pd.DataFrame:
    """Answer a question for each chance and size of one shift; probabilities by `ratio` (rows) and `chance` (columns)."""
    said = {
        chance: [
            answer_what_if(question, as_of=as_of, chance=chance, ratio=ratio, days_to_full=days_to_full, **asked).probability
            for ratio in ratios
        ]
        for chance in chances
    }
    return pd.DataFrame(said, pd.Index(ratios, name="ratio")).rename_axis(columns="chance")


def _farthest():
    return max(question.closes for question in questions.ALL.values())


def simulate_for(question: Question, *, as_of, days: pd.DataFrame | None = None, **asked) -> Futures:
    """Simulate to the end of a question's window, or farther; the same futures serve the next question that is asked alike.

    Parameters are those of `simulate_futures`; source and scope are the question's.
    """
    asked |= dict(scope=question.scope, as_of=f"{check_day(as_of, name='as_of'):%Y-%m-%d}")
    if days is not None:
        return simulate_futures(question.source, until=question.window[-1], days=days, **asked)
    # One simulation to the farthest window serves both of the seed's questions and every definition.
    return _simulate_once(question.source, until=f"{max(question.window[-1].date(), _farthest())}", **asked)


@lru_cache(maxsize=12)
def _simulate_once(source: str, **asked) -> Futures:
    return simulate_futures(source, **asked)


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
    as_of = check_day(questions.ASKED if as_of is None else as_of, name="as_of")
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
        for question in questions.ALL.values()
        if as_of <= question.window[-1]
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


def tabulate_branches(said: Answer) -> pd.DataFrame:
    """Lay out what an answer with scenarios is made of: what comes, its chance, the target reached then, and what that adds."""
    return pd.DataFrame(
        [
            {
                "what comes": " and ".join(branch.names) or "nothing",
                "chance": branch.share,
                "then reached": branch.reach,
                "adds": branch.share * branch.reach,
            }
            for branch in said.branches
        ],
        columns=["what comes", "chance", "then reached", "adds"],
    )


def tabulate_known(answers: list[Answer]) -> pd.DataFrame:
    """Lay out what each answer rests on: the newest list, its last counted day, and the separate windows of its past."""
    return pd.DataFrame(
        [
            {
                "source": said.question.source,
                "seen": "in hindsight" if said.hindsight else "on the day",
                "starts from": {"flow": "both lists and quotes", "list": "its list"}[said.start],
                "list published": said.vintages[-1],
                "last counted day": said.last_known,
                "days unknown to the origin": (said.origin - said.last_known).days,
                "windows of the past": said.base_rate.windows,
                "of them met": said.base_rate.met,
                "probability": said.probability,
            }
            for said in answers
        ]
    )


def select_level_quotes(quotes: pd.DataFrame, *, after) -> pd.DataFrame:
    """Keep the quotes that tell the level of all trucks on the Israeli side's basis after a day, each fact once, as trucks/day.

    Figures for one crossing, region or kind of goods, and lower bounds, say nothing of the level and are left out.
    """
    basis = quotes["basis"].isin(["COGAT", "State Department"]) & quotes["scope"].str.startswith("all")
    kept = quotes[basis & quotes["bound"].ne("lower") & (quotes["date_start"] > after)]
    kept = kept.drop_duplicates(["date_start", "date_end", "trucks"])
    length = (kept["date_end"] - kept["date_start"]).dt.days + 1
    return kept.assign(daily=kept["trucks"] / length.where(kept["statistic"].eq("total"), 1)).reset_index(drop=True)


def compare_with_quotes(futures: Futures, quotes: pd.DataFrame) -> pd.DataFrame:
    """Hold simulated paths against quotes of their first days, which were known although the list did not cover them.

    Returns
    -------
    pandas.DataFrame
        A row a quote: from, to, quoted (trucks/day), quantiles of the paths' means over the same days, and the share of paths at
        or below the quote.
    """
    rows = []
    for quote in select_level_quotes(quotes, after=futures.history.index[-1]).itertuples():
        inside = (futures.index >= quote.date_start) & (futures.index <= quote.date_end)
        means = futures.paths[:, inside].mean(axis=1)
        low, middle, high = np.quantile(means, [0.05, 0.5, 0.95])
        rows.append((quote.date_start, quote.date_end, quote.daily, low, middle, high, float((means <= quote.daily).mean())))
    names = ["from", "to", "quoted", "paths, 5 %", "paths, middle", "paths, 95 %", "paths at or below"]
    return pd.DataFrame(rows, columns=names)


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
