"""Checks of the exercises to notebook 04, Test the forecasters."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import norm

from ...common.formatting import percent
from ...course.verdicts import MISTAKE, RIGHT, WRONG, Mistake, NotReadableError, Verdict, check, compare
from ...models import simulate_paths
from ...questions.passage import first_passage
from ..daily import load_daily

#: The day on which UNRWA's way of counting changed.
SPLIT = "2024-05-07"
#: Standard deviation that the forecast of the first exercise states, trucks.
STATED = 30.0
#: Simulation of the second exercise.
HORIZON, N_PATHS, LEVEL = 73, 2_000, 132


def forecast_tomorrow(sd: float = STATED) -> pd.Series:
    """Return the PIT of a plain forecast of UNRWA's next day: normal about the mean of the week before.

    Parameters
    ----------
    sd : float
        Standard deviation that the forecast states, trucks.

    Returns
    -------
    pandas.Series
        By day, the probability that the forecast gave to a count below the one that came.

    Examples
    --------
    >>> pit = forecast_tomorrow()
    >>> bool(pit.between(0, 1).all())
    True
    """
    counts = load_daily("unrwa")
    week = counts.rolling(7, min_periods=4).mean().shift(1)
    off = (counts - week)[SPLIT:].dropna()
    return pd.Series(norm.cdf(off / sd), off.index)


@check("a fraction from 0 to 1")
def check_inside(answer: object) -> Verdict:
    """Judge how often the central 90 % of a forecast with a wrong scale held what came.

    >>> check_inside(forecast_tomorrow().between(0.1, 0.9).mean())
    Not quite. This is the central 80 %. The central 90 % leaves out a twentieth at each end.
    """
    pit = forecast_tomorrow()
    right = pit.between(0.05, 0.95).mean()
    return compare(
        answer,
        right,
        tolerance=1e-3,
        fraction=True,
        praise=f"{percent(right)} instead of 90 %: the stated noise is too small, and the PIT piles up at both ends.",
        mistakes=[
            Mistake(1 - right, "This is how often it fell outside."),
            Mistake(
                pit.between(0.1, 0.9).mean(), "This is the central 80 %. The central 90 % leaves out a twentieth at each end."
            ),
            Mistake(pit.le(0.95).mean(), "This cuts off the upper end alone."),
            Mistake(pit.between(0.05, 0.95).sum(), "This is a number of days. Divide by all of them."),
        ],
    )


@functools.cache
def _simulate() -> np.ndarray:
    return simulate_paths(load_daily("unrwa"), HORIZON, n_paths=N_PATHS, seed=0)


@check("a probability from 0 to 1")
def check_shuffled(answer: object) -> Verdict:
    """Judge the probability of a high week on paths whose days were shuffled among them.

    >>> paths = simulate_paths(load_daily("unrwa"), HORIZON, n_paths=N_PATHS, seed=0)
    >>> check_shuffled((first_passage(paths, "mean7", LEVEL) >= 0).mean())
    Not quite. This is the answer of the joint paths. If whole paths change places, each is still whole: shuffle day by day.
    """

    def find(axis: int) -> float:
        paths = _simulate() if axis < 0 else np.random.default_rng(0).permuted(_simulate(), axis=axis)
        return float((first_passage(paths, "mean7", LEVEL) >= 0).mean())

    joint, right, within = find(-1), find(0), find(1)
    spread = 4 * np.sqrt(right * (1 - right) / N_PATHS)  # a shuffle by another seed
    return compare(
        answer,
        right,
        tolerance=spread / right,
        fraction=True,
        praise=f"{percent(right)} instead of {percent(joint)}, with the same counts a day: high days no longer come together.",
        mistakes=[
            Mistake(
                joint,
                "This is the answer of the joint paths. If whole paths change places, each is still whole: shuffle day by day.",
            ),
            Mistake(
                within,
                "Each path was shuffled in time. Its days no longer have their own counts: shuffle among the paths instead.",
            ),
        ],
    )


@check("a function of probability, reference and outcome, that returns a number")
def check_skill(answer: Any) -> Verdict:
    """Judge a function that computes the skill of probabilities over a reference by the Brier score.

    >>> def compare_scores(forecast, reference, outcome):
    ...     return ((forecast - outcome) ** 2).mean() / ((reference - outcome) ** 2).mean()
    >>> check_skill(compare_scores)
    Not quite. This is the ratio of the two scores: zero for the best. Skill is one less that ratio.
    """
    if not callable(answer):
        raise NotReadableError("a function is wanted")
    outcome = np.array([0.0, 1.0, 1.0, 0.0])
    forecast, reference = np.array([0.1, 0.7, 0.9, 0.4]), np.full(4, 0.3)
    given = float(answer(forecast, reference, outcome))
    ours, theirs = (forecast - outcome) ** 2, (reference - outcome) ** 2
    known = {
        ours.mean() / theirs.mean(): "This is the ratio of the two scores: zero for the best. Skill is one less that ratio.",
        theirs.mean() - ours.mean(): "This is the difference of the scores. Divide it by the score of the reference.",
        1 - theirs.mean() / ours.mean(): "Reference and forecast have changed places.",
        float(
            (1 - ours / theirs).mean()
        ): "This is the mean of skills case by case. Skill compares two means: take each mean first.",
        1 - float(np.abs(forecast - outcome).mean() / np.abs(reference - outcome).mean()): "These distances are not squared.",
    }
    for value, words in known.items():
        if np.isclose(given, value):
            return Verdict(MISTAKE, words)
    if not np.isclose(given, 1 - ours.mean() / theirs.mean()):
        return Verdict(WRONG, f"For four cases it gives {given:g}. Compute both mean scores by hand first.")
    return Verdict(RIGHT, "Zero is no better than the reference, one is perfect, and less than zero is worse than it.")
