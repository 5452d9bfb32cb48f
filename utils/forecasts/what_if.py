"""What an answer becomes if something may come: sweeps of a hazard, and a reader's own view of the future."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from ..common.checks import check_count, check_number, check_type
from ..common.errors import InputError
from ..common.formatting import format_some, list_in_words, percent
from ..questions.question import PassageForecast, Question
from ..scenarios.hazards import Scenario
from .ensemble import Ensemble


def sweep_hazard(
    ensemble: Ensemble,
    question: Question,
    scenario: Scenario,
    *,
    hazards: Sequence[float],
    others: Sequence[Scenario] = (),
    seed: int = 0,
) -> pd.Series:
    """Answer a question for each of several hazards of one scenario, on the same paths.

    Parameters
    ----------
    ensemble : Ensemble
    question : Question
    scenario : Scenario
        Its own hazard is not used.
    hazards : sequence of float
        Probabilities a day.
    others : sequence of Scenario
        Scenarios beside it, with hazards of their own.
    seed : int

    Returns
    -------
    pandas.Series
        Probability by hazard. Of a scenario that only raises the flow it never falls: each path is shifted earlier or not at all.

    Examples
    --------
    Five days of 100, and a doubling that may come on each of them:

    >>> from utils.counts.snapshot import take_snapshot
    >>> snapshot = take_snapshot(pd.Series(100.0, pd.date_range("2024-03-01", periods=28)))
    >>> ensemble = Ensemble(np.full((500, 5), 100.0), pd.date_range("2024-03-29", periods=5), snapshot, "pool")
    >>> question = Question(threshold=150, opens="2024-03-29", closes="2024-04-03")
    >>> doubling = Scenario("doubling", 0.5, pd.DataFrame({"log_ratio": [np.log(2)], "delay": [0], "ramp": [1]}))
    >>> sweep_hazard(ensemble, question, doubling, hazards=[0, 0.1, 1]).round(2).to_dict()  # 0.41 = 1 - 0.9**5
    {0.0: 0.0, 0.1: 0.41, 1.0: 1.0}
    """
    check_type(scenario, Scenario, name="scenario", mend="see utils.scenarios.hazards")
    known = [check_number(hazard, name="hazard", rule="a probability a day from 0 to 1", low=0, high=1) for hazard in hazards]
    probabilities = []
    for hazard in known:
        mixed, _ = ensemble.apply_scenarios([dataclasses.replace(scenario, hazard=hazard), *others], seed=seed)
        probabilities.append(mixed.answer(question).probability)
    return pd.Series(probabilities, pd.Index(known, name="hazard", dtype=float), name="probability")


def find_break_even(curve: pd.Series, *, level: float = 0.5) -> float:
    """Return the lowest hazard at which a curve of `sweep_hazard` meets `level`, interpolated; NaN if none does.

    >>> round(find_break_even(pd.Series([0.1, 0.3, 0.7], [0.0, 0.01, 0.03])), 6)
    0.02
    """
    above = np.flatnonzero(curve.to_numpy() >= level)
    if not len(above):
        return float("nan")
    at = above[0]
    if at == 0:
        return float(curve.index[0])
    (x0, y0), (x1, y1) = curve.iloc[[at - 1, at]].items()
    return float(x0 + (level - y0) / (y1 - y0) * (x1 - x0))


def describe_break_even(curves: Mapping[str, pd.Series], *, days: int) -> str:
    """Say from which hazard on an event is more likely than not, by the title of each count, and what that means over the days.

    >>> curves = {"The ward": pd.Series([0.25, 0.75], [0, 0.01]), "The town": pd.Series([0.1, 0.2], [0, 0.01])}
    >>> print(describe_break_even(curves, days=10))
    The target becomes more likely than not from a hazard of one in 200 a day on, 5 % in 10 days, on The ward's count, and at no \
hazard drawn here on The town's count.
    """
    ways: dict[str, list[str]] = {}
    for title, curve in curves.items():
        tip = find_break_even(curve)
        if tip > 0:
            within = percent(1 - (1 - tip) ** days)
            way = f"from a hazard of one in {1 / tip:,.0f} a day on, {within} in {format_some(days, 'day')},"
        else:
            way = "even where nothing comes" if tip == 0 else "at no hazard drawn here"
        ways.setdefault(way, []).append(f"{title}'s count")
    if set(ways) == {"at no hazard drawn here"}:
        return "At no hazard drawn here does the target become more likely than not, on any count."
    verb = "is" if set(ways) == {"even where nothing comes"} else "becomes"
    listed = [f"{way} on {list_in_words(titles)}" for way, titles in ways.items()]
    return f"The target {verb} more likely than not {', and '.join(listed)}."


def answer_what_if(
    ensemble: Ensemble,
    question: Question,
    *,
    probability: float,
    ratio: float,
    days_to_full: int = 7,
    seed: int = 0,
) -> PassageForecast:
    """Answer a question if one intervention of a given size may come: what a reader's own view of the future would mean.

    Parameters
    ----------
    ensemble : Ensemble
    question : Question
    probability : float
        That the intervention comes within the days of the window that are still ahead. If it does, all days are equally likely.
    ratio : float
        Flow at full effect over the flow without the intervention.
    days_to_full : int
        Days until the full effect; it rises evenly.
    seed : int

    Returns
    -------
    PassageForecast

    Raises
    ------
    InputError
        If a number does not fit, or no day of the window is still ahead.

    Examples
    --------
    Five days of 100, and a doubling that comes on one of them with probability 0.4:

    >>> from utils.counts.snapshot import take_snapshot
    >>> snapshot = take_snapshot(pd.Series(100.0, pd.date_range("2024-03-01", periods=28)))
    >>> ensemble = Ensemble(np.full((500, 5), 100.0), pd.date_range("2024-03-29", periods=5), snapshot, "pool")
    >>> question = Question(threshold=150, opens="2024-03-29", closes="2024-04-03")
    >>> answer_what_if(ensemble, question, probability=0.4, ratio=2, days_to_full=1).curve.round(2).tolist()
    [0.08, 0.16, 0.24, 0.32, 0.4]
    """
    scenario = state_intervention(
        list_days_ahead(ensemble, question), probability=probability, ratio=ratio, days_to_full=days_to_full
    )
    mixed, _ = ensemble.apply_scenarios([scenario], seed=seed)
    return mixed.answer(question)


def list_days_ahead(ensemble: Ensemble, question: Question) -> pd.DatetimeIndex:
    """List the days of a question's window that are still ahead of an ensemble's as-of day, or raise an `InputError`.

    >>> from utils.counts.snapshot import take_snapshot
    >>> snapshot = take_snapshot(pd.Series(100.0, pd.date_range("2024-03-01", periods=28)))
    >>> ensemble = Ensemble(np.full((50, 5), 100.0), pd.date_range("2024-03-29", periods=5), snapshot, "pool")
    >>> list_days_ahead(ensemble, Question(threshold=150, opens="2024-03-20", closes="2024-04-01")).day.tolist()
    [29, 30, 31]
    """
    check_type(question, Question, name="question", mend="ask one by utils.Question")
    ahead = question.window[question.window >= ensemble.as_of]
    if not len(ahead):
        raise InputError(
            f"as_of {ensemble.as_of:%Y-%m-%d} leaves no day of the window, which ends on {question.window[-1]:%Y-%m-%d}; "
            "resolve the question instead"
        )
    return ahead


def state_intervention(days: pd.DatetimeIndex, *, probability: float, ratio: float, days_to_full: int) -> Scenario:
    """State one intervention of a given size, equally likely on each of the days; see `answer_what_if`.

    >>> days = pd.date_range("2024-03-29", periods=5)
    >>> scenario = state_intervention(days, probability=0.4, ratio=2, days_to_full=7)
    >>> scenario.hazard.round(2).tolist(), np.exp(scenario.effect["log_ratio"]).round(2).tolist()
    ([0.08, 0.08, 0.08, 0.08, 0.08], [2.0])
    """
    check_number(probability, name="probability", rule="a number from 0 to 1", low=0, high=1)
    check_number(ratio, name="ratio", rule="a positive number, such as 2 for twice the flow", above=0)
    effect = pd.DataFrame({"log_ratio": [np.log(ratio)], "delay": [0], "ramp": [check_count(days_to_full, name="days_to_full")]})
    return Scenario("what if", pd.Series(probability / len(days), days), effect, stated=True)
