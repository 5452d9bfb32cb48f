"""Joint sample paths of the days to come, as of a day."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..common.checks import check_count, check_day, check_type
from ..common.errors import InputError
from ..common.memory import check_paths_fit
from ..counts.snapshot import NO_DAYS, Snapshot
from ..models import choose_model, count_blocks, find_ceilings, prepare_history, simulate_paths
from ..questions.question import PassageForecast, Question
from ..scenarios.hazards import Scenario
from ..scenarios.mixture import apply_scenarios

#: Nowcast draws a block of paths, of which one is chosen: see `choose_evenly`.
DRAWS = 2

#: Newest days whose mean says where a nowcast draw ends.
RECENT = 14


@dataclass(frozen=True, eq=False)
class Ensemble:
    """Joint paths of one count, from its last known day on.

    Attributes
    ----------
    paths : ndarray of shape (n_paths, len(index))
        Counts a day on the days after the last one whose count was known; read-only. They come in `blocks`.
    index : pandas.DatetimeIndex
        The simulated days. It starts before the as-of day where reports are late: the gap is simulated too.
    snapshot : Snapshot
        What was known, and what the paths start from.
    model : str
        Name of the forecaster.
    """

    paths: np.ndarray
    index: pd.DatetimeIndex
    snapshot: Snapshot
    model: str

    def __post_init__(self) -> None:
        self.paths.flags.writeable = False  # one ensemble serves many questions

    @property
    def as_of(self) -> pd.Timestamp:
        """The day of the knowledge; the origin is the day before."""
        return self.snapshot.as_of

    @property
    def history(self) -> pd.Series:
        """Counted days up to the last one known: what the forecaster was fitted to."""
        return self.snapshot.history

    @property
    def init(self) -> str:
        """Where the paths start: "nowcast" or "list"."""
        return "list" if self.snapshot.nowcast is None else "nowcast"

    @property
    def blocks(self) -> int:
        """Number of equal consecutive blocks of paths; those of one share a draw of what is not known (`utils.models`)."""
        return count_blocks(len(self.paths))

    @property
    def ceiling(self) -> float:
        """Highest count that a scenario may lift a path to: that of the paths themselves (`utils.models.find_ceilings`)."""
        return float(find_ceilings(self.history.to_numpy())[-1])

    def cut_window(self, question: Question) -> tuple[np.ndarray, np.ndarray]:
        """Cut out the question's window, shape (n_paths, days), and the days before it that its definition needs.

        Days of the window that were known by then keep their counts. A day before the first simulated one that was not counted
        has what meets the question least: nothing, or where the event is to fall below the threshold, a count that does not.

        Raises
        ------
        InputError
            If the question asks another source or scope, or for days that were not simulated.
        """
        check_type(question, Question, name="question", mend="ask one by utils.Question")
        mine = (self.snapshot.source.name, self.snapshot.scope)
        asked = (question.source, question.scope)
        if any(mine) and any(asked) and mine != asked:
            raise InputError(
                f"the paths are of {' '.join(mine)}, the question of {' '.join(asked)}; "
                "simulate the source and scope that resolve the question"
            )
        if question.window[-1] > self.index[-1]:
            raise InputError(
                f"closes {question.closes} needs days to {question.window[-1]:%Y-%m-%d}, but the paths end on "
                f"{self.index[-1]:%Y-%m-%d}; simulate until then"
            )
        start = question.window[0] - pd.Timedelta(days=question.lookback)
        known = pd.date_range(start, self.index[0] - pd.Timedelta(days=1))
        if question.below:
            high = question.threshold * (len(question.window) + question.lookback)
            past = self.snapshot.settled.reindex(known).fillna(high).to_numpy()
        else:
            past = self.snapshot.days["count"].reindex(known).fillna(0.0).to_numpy()
        future = self.paths[:, self.index.get_indexer(pd.date_range(max(start, self.index[0]), question.window[-1]))]
        whole = np.concatenate([np.broadcast_to(past, (len(future), len(past))), future], axis=1)
        return whole[:, question.lookback :], whole[:, : question.lookback]

    def answer(self, question: Question) -> PassageForecast:
        """Read the question's probability and curve off the paths."""
        window, tail = self.cut_window(question)
        return question.answer(window, tail=tail, blocks=self.blocks)

    def apply_scenarios(self, scenarios: Sequence[Scenario], *, seed: int = 0) -> tuple[Ensemble, pd.DataFrame]:
        """Let scenarios come on the paths; return the shifted ensemble and the arrivals (`utils.scenarios.mixture.Shifted`)."""
        shifted = apply_scenarios(
            self.paths, self.index, scenarios, as_of=self.as_of, blocks=self.blocks, ceiling=self.ceiling, seed=seed
        )
        return dataclasses.replace(self, paths=shifted.paths), shifted.arrivals


def simulate_ensemble(
    snapshot: Snapshot,
    *,
    until: object,
    model: str = "default",
    n_paths: int = 10_000,
    seed: int = 0,
    set_aside: pd.DatetimeIndex = NO_DAYS,
) -> Ensemble:
    """Simulate a count from its last known day to a later one; one ensemble serves every question that ends by then.

    Parameters
    ----------
    snapshot : Snapshot
        What is known. Where it has a nowcast, the paths begin with draws of the days since the last one counted.
    until : day
        Last day to simulate.
    model, n_paths, seed
        See `utils.simulate_paths`.
    set_aside : pandas.DatetimeIndex
        Days whose innovations the default does not draw again: see `utils.models.history.History`.

    Raises
    ------
    InputError
        If the input does not fit.

    Examples
    --------
    >>> from utils.counts.snapshot import take_snapshot
    >>> counts = pd.Series(50.0 + np.arange(90) % 7, pd.date_range("2024-01-01", periods=90))
    >>> simulate_ensemble(take_snapshot(counts), until="2024-04-05", n_paths=50).paths.shape
    (50, 6)
    """
    if snapshot.as_of is None:
        raise InputError("as_of of the counts is not known; take a snapshot of them as of a day (utils.counts.take_snapshot)")
    check_count(n_paths, name="n_paths")
    check_count(seed, name="seed", at_least=0)
    as_of, last = snapshot.as_of, check_day(until, name="until")
    history = snapshot.history
    if last < as_of:
        raise InputError(f"as_of {as_of:%Y-%m-%d} lies after {last:%Y-%m-%d}, the last day asked for: resolve it instead")
    if history.empty:
        raise InputError("counts hold no counted day; give a count that begins before the day of the question")
    index = pd.date_range(history.index[-1], last, inclusive="right", name="date")
    check_paths_fit(n_paths, len(index))
    gap = index[index < as_of]
    nowcast = None
    if snapshot.nowcast is not None and len(gap):
        rng = np.random.default_rng([seed, 8])
        n_blocks = count_blocks(n_paths)
        nowcast = choose_evenly(snapshot.nowcast.draw(DRAWS * n_blocks, days=gap, seed=seed), n_blocks, rng=rng)
    past = prepare_history(history, nowcast=nowcast, closed=snapshot.closed, set_aside=set_aside)
    paths = simulate_paths(past, len(index), n_paths=n_paths, model=model, seed=seed)
    if snapshot.shut_weekdays:
        paths[:, index.day_of_week.isin(snapshot.shut_weekdays)] = 0.0
    if nowcast is None and snapshot.nowcast is not None:  # a list that reaches the origin leaves nothing to draw
        snapshot = dataclasses.replace(snapshot, nowcast=None)
    return Ensemble(paths, index, snapshot, choose_model(past, model))


def choose_evenly(draws: np.ndarray, n: int, *, rng: np.random.Generator) -> np.ndarray:
    """Choose n of many draws, of which each had the same chance, so that their newest levels lie evenly from low to high.

    A stratified sample: an interval over n draws hangs less on the seed than over n that were drawn at random.

    Parameters
    ----------
    draws : ndarray of shape (n_draws, days)
        Counts a day, exchangeable.
    n : int
        At most as many as there are; all are given back where there are not more.

    Returns
    -------
    ndarray of shape (n, days)
        In random order.

    Examples
    --------
    >>> levels = np.arange(8.0)[:, None]
    >>> sorted(choose_evenly(levels, 4, rng=np.random.default_rng(0)).ravel() // 2)
    [np.float64(0.0), np.float64(1.0), np.float64(2.0), np.float64(3.0)]
    """
    if len(draws) <= n:
        return draws
    order = np.argsort(draws[:, -RECENT:].mean(axis=1) + 1e-9 * rng.random(len(draws)), kind="stable")
    picked = order[((np.arange(n) + rng.random(n)) * len(draws) / n).astype(int)]
    return draws[rng.permutation(picked)]
