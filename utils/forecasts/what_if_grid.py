"""Answers to many what-ifs at once, for a page without a kernel: a grid, and the rule by which it is read.

Of what a reader may choose, the probability of an intervention and the closing day need no grid. If it comes within the first n
days with probability p, all days equally likely, then it comes within the first k of them with probability p k / n, and again all
days are equally likely. So two curves over the days answer for every p and every closing day n,

    P(met by day k) = P0(k) + p (k / n) (P1(k) - P0(k)),

P0 without the intervention and P1 given that it comes by day k. Each definition has curves of its own. Between thresholds, sizes
and speeds they are interpolated, one after the other, by monotone cubics [1]_, which rise and fall only where the grid does.

References
----------
.. [1] F. N. Fritsch and J. Butland (1984), A method for constructing local monotone piecewise cubic interpolants, SIAM Journal on
   Scientific and Statistical Computing 5.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.interpolate import PchipInterpolator

from ..common.checks import check_choice, check_count, check_day, check_number
from ..common.errors import InputError
from ..questions.passage import DEFINITIONS, compute_statistic, parse_definition
from ..questions.question import Question
from ..scenarios.mixture import apply_scenarios
from .ensemble import Ensemble
from .what_if import list_days_ahead, state_intervention

#: Thresholds of a grid by default, as multiples of the question's own.
MULTIPLES = (0.3, 0.38, 0.48, 0.6, 0.77, 1.0, 1.2, 1.4, 1.7)

#: Sizes of the intervention: the flow at full effect over the flow without it. 1 is no change.
RATIOS = (0.5, 0.7, 1.0, 1.4, 2.0, 2.8, 4.0)

#: Sizes between them, and a window of so few days that the grid is made finer: a mean of days most of which are known turns from
#: never to always within a few steps.
BETWEEN, SHORT = (0.6, 0.85, 1.2, 1.7, 2.4, 3.4), 7

#: Days until the full effect.
SPEEDS = (1, 3, 7, 28)

#: P1 is read from paths on which the intervention comes within so many times the days, at most: on more, too few have it by then.
STRETCH = 3.0


@dataclass(frozen=True, eq=False)
class WhatIfGrid:
    """Answers of one count over definitions, thresholds, closing days, and probabilities, sizes and speeds of an intervention.

    Attributes
    ----------
    question : Question
        What is asked; its own threshold and definition are in the grid, and its window's last day is the last of the days.
    days : pandas.DatetimeIndex
        Days of the window that are still ahead. Each may be the window's last.
    definitions : tuple of str
    thresholds, ratios, speeds : tuple of float
        In rising order; 1 is among the ratios. Speeds are days to the full effect.
    plain : ndarray of shape (definitions, thresholds, days)
        Probability that the definition is met by the day, without the intervention. The mean of the window is that of a window
        which ends on the day.
    given : ndarray of shape (definitions, ratios, speeds, thresholds, days)
        The same, given that the intervention comes by the day.
    """

    question: Question
    days: pd.DatetimeIndex
    definitions: tuple[str, ...]
    thresholds: tuple[float, ...]
    ratios: tuple[float, ...]
    speeds: tuple[int, ...]
    plain: np.ndarray
    given: np.ndarray

    def answer(
        self,
        *,
        definition: str,
        threshold: float,
        last: object,
        probability: float,
        ratio: float,
        days_to_full: float,
    ) -> pd.Series:
        """Read an answer off the grid.

        Parameters
        ----------
        definition : str
            One of the grid's.
        threshold, ratio, days_to_full : float
            Each within the grid.
        last : day
            Last day of the window, one of the grid's.
        probability : float
            That the intervention comes by then.

        Returns
        -------
        pandas.Series
            Probability, by day up to `last`, that the definition has been met. Its last value is the answer.

        Raises
        ------
        InputError
            If a value lies outside the grid.
        """
        which = self.definitions.index(check_choice(definition, self.definitions, name="definition"))
        check_number(probability, name="probability", rule="a number from 0 to 1", low=0, high=1)
        for name, value, axis in (
            ("threshold", threshold, self.thresholds),
            ("ratio", ratio, self.ratios),
            ("days_to_full", days_to_full, self.speeds),
        ):
            rule = f"a number from {axis[0]:g} to {axis[-1]:g}, the ends of the grid"
            check_number(value, name=name, rule=rule, low=axis[0], high=axis[-1])
        end = check_day(last, name="last")
        if end not in self.days:
            first, final = (f"{day:%Y-%m-%d}" for day in self.days[[0, -1]])
            raise InputError(f"last {end:%Y-%m-%d} is no day ahead; give one from {first} to {final}")
        n = self.days.get_loc(end) + 1
        plain = _interpolate(self.thresholds, self.plain[which, :, :n], threshold)
        given = _interpolate(self.ratios, self.given[which, ..., :n], ratio)
        given = _interpolate(self.speeds, given, days_to_full)
        given = _interpolate(self.thresholds, given, threshold)
        curve = plain + probability * np.arange(1, n + 1) / n * (given - plain)
        if parse_definition(definition).kind == "window_mean":
            curve[:-1] = 0.0  # known on the last day alone
        curve = np.minimum.accumulate(curve[::-1])[::-1]  # read off other paths, a day may lie a little above a later one
        return pd.Series(curve, self.days[:n], name="probability")

    def tabulate(self, *, probabilities: Sequence[float], ratios: Sequence[float], days_to_full: float = 7) -> pd.DataFrame:
        """Tabulate answers to the grid's own question, by `ratio` (rows) and `probability` (columns)."""
        asked = dict(definition=self.question.definition, threshold=self.question.threshold, last=self.days[-1])
        rows = [
            [self.answer(**asked, probability=p, ratio=ratio, days_to_full=days_to_full).iloc[-1] for p in probabilities]
            for ratio in ratios
        ]
        columns = pd.Index(probabilities, name="probability")
        return pd.DataFrame(rows, pd.Index(ratios, name="ratio"), columns)


def compute_grid(
    ensemble: Ensemble,
    question: Question,
    *,
    definitions: Sequence[str] = DEFINITIONS,
    thresholds: Sequence[float] = (),
    ratios: Sequence[float] = (),
    speeds: Sequence[int] = SPEEDS,
    seed: int = 0,
) -> WhatIfGrid:
    """Answer a question at each point of a grid, on the same paths as `utils.forecasts.what_if.answer_what_if`.

    Parameters
    ----------
    ensemble : Ensemble
        Paths to the end of the question's window, or farther.
    question : Question
    definitions, thresholds, ratios, speeds : sequence
        The grid, at least two values of each number. The question's own definition and threshold, and no change, are added.
        Thresholds are by default multiples of the question's own, and for a short window all that `list_round` lists.
    seed : int

    Returns
    -------
    WhatIfGrid
        For a probability of 0, and for 1 on the last of `list_spans`, it gives the very answers of `answer_what_if`.

    Raises
    ------
    InputError
        If no day of the window is still ahead, or a value does not fit.

    Examples
    --------
    Ten days of 100, and a doubling with probability 0.4, all days equally likely: by the fifth day it is half of that.

    >>> from utils.counts.snapshot import take_snapshot
    >>> snapshot = take_snapshot(pd.Series(100.0, pd.date_range("2024-03-01", periods=28)))
    >>> ensemble = Ensemble(np.full((100, 10), 100.0), pd.date_range("2024-03-29", periods=10), snapshot, "pool")
    >>> question = Question(threshold=150, opens="2024-03-29", closes="2024-04-08")
    >>> grid = compute_grid(ensemble, question, definitions=["day"], thresholds=[150, 160], ratios=[2], speeds=[1, 7])
    >>> view = dict(definition="day", threshold=150, last="2024-04-07", probability=0.4, ratio=2, days_to_full=1)
    >>> grid.answer(**view)[["2024-04-02", "2024-04-07"]].round(2).tolist()
    [0.2, 0.4]
    """
    check_count(seed, name="seed", at_least=0)
    ahead = list_days_ahead(ensemble, question)
    named = tuple(dict.fromkeys([*definitions, question.definition]))
    short, spread = len(ahead) <= SHORT, spread_thresholds(question.threshold)
    chosen = thresholds or (list_round(spread[0], spread[-1], own=question.threshold) if short else spread)
    levels = _sort(chosen, question.threshold, name="thresholds")
    sizes = _sort(ratios or (RATIOS + BETWEEN if short else RATIOS), 1.0, name="ratios")
    paces = tuple(map(int, _sort([check_count(pace, name="speeds") for pace in speeds], name="speeds")))
    longest = max(named, key=lambda name: parse_definition(name).lookback)
    # The days that are cut out serve every definition and threshold.
    widest = question.vary(definition=longest, threshold=levels[-1])
    window, tail = ensemble.cut_window(widest)
    paths = np.concatenate([tail, window], axis=1)
    days = pd.date_range(end=widest.window[-1], periods=paths.shape[1])
    past = len(days) - len(ahead)

    def count_met(counts: np.ndarray) -> np.ndarray:
        met = [_count_met(counts, name, levels, lookback=tail.shape[1], below=question.below) for name in named]
        return np.stack(met)[..., past - tail.shape[1] :]

    plain = count_met(paths)
    given = np.repeat(plain[:, None], len(paces), axis=1)[:, None].repeat(len(sizes), axis=1)
    for place, ratio in enumerate(sizes):
        for row, pace in enumerate(paces if ratio != 1 else ()):
            for start, n in list_spans(len(ahead)):
                certain = state_intervention(ahead[:n], probability=1, ratio=ratio, days_to_full=pace)
                shifted = apply_scenarios(
                    paths[:, : past + n], days[: past + n], [certain], as_of=ensemble.as_of, blocks=ensemble.blocks, seed=seed
                )
                known = plain[..., start:n]
                change = (count_met(shifted.paths)[..., start:] - known) * n / np.arange(start + 1, n + 1)
                given[:, place, row, :, start:n] = np.clip(known + change, 0, 1)
    return WhatIfGrid(question, ahead, named, levels, sizes, paces, plain, given)


def close_after(question: Question, last: object) -> Question:
    """Return a question with `last` as the last day of its window.

    >>> close_after(Question(threshold=150, opens="2024-03-29", closes="2024-04-08"), "2024-04-03").closes
    datetime.date(2024, 4, 4)
    """
    return question.vary(closes=check_day(last, name="last") + pd.Timedelta(days=0 if question.inclusive else 1))


def spread_thresholds(threshold: float) -> list[float]:
    """Spread round thresholds about one.

    >>> spread_thresholds(100)
    [30.0, 38.0, 48.0, 60.0, 77.0, 100, 120.0, 140.0, 170.0]
    """
    return [threshold if multiple == 1 else float(f"{threshold * multiple:.2g}") for multiple in MULTIPLES]


def list_round(low: float, high: float, *, own: float) -> list[float]:
    """List the round thresholds from low to high, and one's own, by whose size they are round.

    >>> list_round(78, 120, own=101)
    [80.0, 90.0, 100.0, 101, 110.0, 120.0]
    """
    step = 10 ** math.floor(math.log10(own)) / 10
    places = range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)
    return sorted({own, *(float(f"{place * step:.10g}") for place in places)})


def list_spans(n: int) -> list[tuple[int, int]]:
    """List spans of n days, as (start, end): P1 of the days start + 1 to end is read from paths shifted within the first `end`.

    >>> list_spans(73)
    [(24, 73), (8, 24), (3, 8), (0, 3)]
    """
    ends = [n]
    while ends[-1] > STRETCH:
        ends.append(round(ends[-1] / STRETCH))
    return list(zip([*ends[1:], 0], ends, strict=True))


def _sort(values: Sequence[float], *also: float, name: str) -> tuple[float, ...]:
    """Sort the values of one axis, and `also`, each once; each is a positive number, and there are two or more."""
    for value in values:
        check_number(value, name=name, rule="positive numbers", above=0)
    axis = tuple(sorted({float(value) for value in (*values, *also)}))
    if len(axis) < 2:
        raise InputError(f"{name} {list(values)} make no grid; give two numbers or more")
    return axis


def _count_met(counts: np.ndarray, definition: str, thresholds: Sequence[float], *, lookback: int, below: bool) -> np.ndarray:
    """Return the fraction of paths that have met a definition by each day, shape (thresholds, days of the window)."""
    window, tail = counts[:, lookback:], counts[:, :lookback]
    mean = parse_definition(definition).kind == "window_mean"
    if mean:
        statistic = window.cumsum(axis=1) / np.arange(1, window.shape[1] + 1)
    else:
        statistic = compute_statistic(window, definition, tail=tail, below=below)
    met = np.empty((window.shape[1], len(thresholds)))
    best = np.full(len(window), np.inf if below else -np.inf)
    for today, row in zip(np.ascontiguousarray(statistic.T), met, strict=True):
        if mean:
            best = today
        else:
            (np.minimum if below else np.maximum)(best, today, out=best)
        row[:] = [np.count_nonzero(best < threshold if below else best >= threshold) for threshold in thresholds]
    return met.T / len(window)


def _interpolate(axis: Sequence[float], values: np.ndarray, at: float) -> np.ndarray:
    """Interpolate along the first axis of the values, over the logarithm of its places."""
    result: np.ndarray = PchipInterpolator(np.log(axis), values, axis=0)(np.log(at))
    return result


@dataclass(frozen=True)
class GridError:
    """How far a grid is from the paths at points between its own.

    Attributes
    ----------
    largest, typical : float
        Largest, and root mean square, of the absolute differences in probability.
    points : int
        How many answers were compared.
    """

    largest: float
    typical: float
    points: int


def measure_error(grid: WhatIfGrid, ensemble: Ensemble, *, shifts: int = 8, seed: int = 0) -> GridError:
    """Compare a grid with what the paths answer at random points: one of each definition for each of some interventions.

    Thresholds are round, as a reader chooses them.

    Parameters
    ----------
    grid : WhatIfGrid
    ensemble : Ensemble
        What the grid was computed from.
    shifts : int
        How many interventions are let come on the paths.
    seed : int
        That of the grid, which the paths are shifted by; the points are drawn by it too.

    Examples
    --------
    >>> from utils.counts.snapshot import take_snapshot
    >>> snapshot = take_snapshot(pd.Series(100.0, pd.date_range("2024-03-01", periods=28)))
    >>> paths = np.random.default_rng(0).poisson(100, (500, 10)).astype(float)
    >>> ensemble = Ensemble(paths, pd.date_range("2024-03-29", periods=10), snapshot, "pool")
    >>> question = Question(threshold=120, opens="2024-03-29", closes="2024-04-08")
    >>> grid = compute_grid(ensemble, question, definitions=["day"], ratios=[0.7, 1.4], speeds=[1, 7])
    >>> error = measure_error(grid, ensemble, shifts=4)
    >>> error.points, error.largest < 0.1
    (4, True)
    """
    rng = np.random.default_rng([seed, 11])
    round_ones = list_round(grid.thresholds[0], grid.thresholds[-1], own=grid.question.threshold)
    differences = []
    for _ in range(check_count(shifts, name="shifts")):
        last = grid.days[rng.integers(len(grid.days))]
        question = close_after(grid.question, last)
        probability, speed = float(rng.uniform(0.2, 1)), int(rng.integers(grid.speeds[0], grid.speeds[-1] + 1))
        ratio = float(np.exp(rng.uniform(*np.log([grid.ratios[0], grid.ratios[-1]]))))
        days = list_days_ahead(ensemble, question)
        scenario = state_intervention(days, probability=probability, ratio=ratio, days_to_full=speed)
        shifted, _ = ensemble.apply_scenarios([scenario], seed=seed)
        for definition in grid.definitions:
            threshold = float(rng.choice(round_ones))
            read = grid.answer(
                definition=definition,
                threshold=threshold,
                last=last,
                probability=probability,
                ratio=ratio,
                days_to_full=speed,
            )
            found = shifted.answer(question.vary(definition=definition, threshold=threshold))
            differences.append(abs(read.iloc[-1] - found.probability))
    return GridError(float(max(differences)), float(np.sqrt(np.mean(np.square(differences)))), len(differences))


def join_errors(errors: Sequence[GridError]) -> GridError:
    """Join what was measured of several grids.

    >>> join_errors([GridError(0.01, 0.003, 10), GridError(0.02, 0.004, 10)])
    GridError(largest=0.02, typical=0.0035..., points=20)
    """
    points = [error.points for error in errors]
    typical = np.sqrt(np.average([error.typical**2 for error in errors], weights=points))
    return GridError(max(error.largest for error in errors), float(typical), sum(points))
