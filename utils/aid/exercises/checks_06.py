"""Checks of the exercises to notebook 06, Forecast the transition."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pandas as pd

from ...common.formatting import percent
from ...course.verdicts import Mistake, Verdict, check, compare
from ...forecasts.ensemble import Ensemble, simulate_ensemble
from ...scenarios.hazards import Scenario
from ..questions import ASKED, TRANSITION
from ..scenarios import count_interventions
from ..snapshots import load_snapshot

#: The scenario of the second exercise: probability a day, and what the flow is multiplied by.
HAZARD, RATIO = 0.002, 2
#: The view of the third exercise: probability that a pause comes within the window.
VIEW = 0.3
N_PATHS = 2_000


@check("a probability from 0 to 1")
def check_pause_comes(answer: object) -> Verdict:
    """Judge the probability of one or more pauses within the window, at the rate of the past.

    >>> rate = count_interventions("pause", as_of=ASKED)
    >>> check_pause_comes(rate.per_day)
    Not quite. This is the rate a day. The window has more than one day.
    """
    rate, days = count_interventions("pause", as_of=ASKED), len(TRANSITION.window)
    right = rate.probability(days)
    return compare(
        answer,
        right,
        tolerance=1e-3,
        fraction=True,
        praise=f"One pause in {rate.days} days leaves the rate wide open, and that is in the number.",
        mistakes=[
            Mistake(rate.per_day * days, "This is how many are expected. One path can hold two, so one or more is less likely."),
            Mistake(
                1 - np.exp(-rate.per_day * days),
                "This takes the mean rate as known. It rests on one pause: use `rate.probability`.",
            ),
            Mistake(rate.per_day, "This is the rate a day. The window has more than one day."),
            Mistake(1 - right, "This is the probability that none comes."),
        ],
    )


@functools.cache
def simulate_transition() -> Ensemble:
    """Simulate COGAT's list, as known on the day of the question, to the transition.

    Examples
    --------
    >>> simulate_transition().paths.shape[0]
    2000
    """
    snapshot = load_snapshot("cogat", as_of=ASKED, init="list")
    return simulate_ensemble(snapshot, until=TRANSITION.closes, n_paths=N_PATHS, seed=0)


def describe_pause(hazard: Any, *, ratio: float = RATIO) -> Scenario:
    """Return a stated scenario: a pause that brings the flow to `ratio` times what it would have been, within a week.

    Parameters
    ----------
    hazard : float or pandas.Series
        See `utils.scenarios.hazards.Scenario`.
    ratio : float
        Flow at full effect over the flow without the pause.

    Examples
    --------
    >>> describe_pause(0.002).hazard
    0.002
    """
    effect = pd.DataFrame({"log_ratio": [np.log(ratio)], "delay": 0, "ramp": 7})
    return Scenario("pause", hazard=hazard, effect=effect, stated=True)


def _answer_with(hazard: Any, *, ratio: float = RATIO) -> float:
    mixed, _ = simulate_transition().apply_scenarios([describe_pause(hazard, ratio=ratio)], seed=0)
    return mixed.answer(TRANSITION).probability


@check("a probability from 0 to 1")
def check_doubled_hazard(answer: object) -> Verdict:
    """Judge the answer to the transition's question if a pause comes twice as often.

    >>> check_doubled_hazard(simulate_transition().answer(TRANSITION).probability)
    Not quite. In this no pause comes at all.
    """
    right, before = _answer_with(2 * HAZARD), _answer_with(HAZARD)
    without = simulate_transition().answer(TRANSITION).probability
    return compare(
        answer,
        right,
        tolerance=0.01,
        fraction=True,
        praise=f"{percent(without)} without a pause, {percent(before)} before, {percent(right)} now: the answer does not double.",
        mistakes=[
            Mistake(before, "This is the answer before the change."),
            Mistake(_answer_with(HAZARD, ratio=2 * RATIO), "The effect was doubled. How often a pause comes is the hazard."),
            Mistake(2 * before, "The answer was doubled. It has a part that needs no pause; change the scenario and ask again."),
            Mistake(without, "In this no pause comes at all."),
        ],
    )


@check("a pandas Series of probabilities by day of the window")
def check_own_hazard(answer: object) -> Verdict:
    """Judge a hazard by day under which a pause comes with a stated probability, all days being equally likely.

    >>> check_own_hazard(pd.Series(VIEW, TRANSITION.window))
    Not quite. Each day has the probability of the whole window. Over all days it must sum to that.
    """
    window = TRANSITION.window
    n = len(window)
    even = pd.Series(1.0, window)
    plain = simulate_transition().answer(TRANSITION).probability
    right = even * VIEW / n
    return compare(
        answer,
        right,
        praise=f"Under it the answer is {percent(_answer_with(right))}, against {percent(plain)} if nothing comes.",
        mistakes=[
            Mistake(even * VIEW, "Each day has the probability of the whole window. Over all days it must sum to that."),
            Mistake(
                even * (1 - (1 - VIEW) ** (1 / n)),
                "This is the probability on a day if none came before. A Series holds the probability that it comes on that day.",
            ),
            Mistake(even / n, "This sums to one: a pause would come for certain."),
            Mistake(
                right.where(window == window[0], 0.0) * n, "All of it lies on the first day. All days are to be equally likely."
            ),
        ],
    )
