"""What an answer becomes if something may come."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..common.checks import check_count
from ..common.errors import InputError
from ..questions.passage import NEVER, first_passage
from ..questions.question import PassageForecast, Question
from ..scenarios.hazards import Scenario
from ..scenarios.mixture import apply_scenarios
from .ensemble import Ensemble
from .result import Branch


def let_come(ensemble: Ensemble, scenarios: Sequence[Scenario], *, seed: int = 0) -> tuple[Ensemble, pd.DataFrame]:
    """Let scenarios come on simulated ensemble; return them with shifted paths, and the arrivals (`utils.scenarios.Shifted`)."""
    shifted = apply_scenarios(ensemble.paths, ensemble.index, scenarios, as_of=ensemble.as_of, seed=seed)
    return dataclasses.replace(ensemble, paths=shifted.paths), shifted.arrivals


def list_branches(ensemble: Ensemble, question: Question, arrivals: pd.DataFrame) -> tuple[Branch, ...]:
    """Split shifted ensemble by which scenarios come within the question's window, the likeliest way first."""
    window, tail = ensemble.over(question)
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
        See `simulate_ensemble`.

    Returns
    -------
    pandas.Series
        Probability by hazard. Of a scenario that only raises the flow it never falls: each path is shifted earlier or not at all.
    """
    from ..aid.answers import simulate_for

    ensemble = simulate_for(question, as_of=as_of, seed=seed, **asked)
    said = []
    for hazard in hazards:
        mixed, _ = let_come(ensemble, [dataclasses.replace(scenario, hazard=float(hazard)), *others], seed=seed)
        said.append(mixed.answer(question).probability)
    return pd.Series(said, pd.Index(np.asarray(hazards, float), name="hazard"), name="probability")


def find_break_even(curve: pd.Series, *, level: float = 0.5) -> float:
    """Return the lowest hazard at which a curve of `sweep_hazard` meets `level`, interpolated; NaN if none does."""
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
) -> PassageForecast:
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
        See `simulate_ensemble`.

    Returns
    -------
    PassageForecast
    """
    if not 0 <= chance <= 1:
        raise InputError(f"chance {chance!r} must be a probability from 0 to 1")
    if not (np.isfinite(ratio) and ratio > 0):
        raise InputError(f"ratio {ratio!r} must be a positive number, such as 2 for twice the flow")
    from ..aid.answers import simulate_for

    ensemble = simulate_for(question, as_of=as_of, seed=seed, **asked)
    ahead = question.window[question.window >= ensemble.as_of]
    effect = pd.DataFrame({"log_ratio": [np.log(ratio)], "delay": [0], "ramp": [check_count(days_to_full, name="days_to_full")]})
    shift = Scenario("what if", pd.Series(chance / len(ahead), ahead), effect)
    mixed, _ = let_come(ensemble, [shift], seed=seed)
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
