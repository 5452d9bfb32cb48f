"""Checks of the exercises to notebook 05, Forecast the deadline."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
from scipy.special import betaincinv

from ...common.formatting import percent
from ...course.verdicts import MISTAKE, RIGHT, WRONG, Mistake, NotReadableError, Verdict, check, compare
from ..answers import answer as answer_question
from ..questions import ASKED, DEADLINE

#: The lower target of the second exercise, trucks a day, and the paths that answer it.
LOWER, N_PATHS = 300, 2_000


@check("the number of days, a whole number")
def check_days_left(answer: object) -> Verdict:
    """Judge how many days were left on which the deadline's target could be reached.

    >>> check_days_left(30)
    Not yet. 30 is too high.
    """
    right = len(DEADLINE.window)
    return compare(
        answer,
        right,
        praise="The day of the question counts, the deadline itself does not. Only a question that says so can be settled.",
        mistakes=[
            Mistake(right + 1, "The deadline itself is in this. The target was to be reached before it."),
            Mistake(right - 1, "The day on which the question is asked counts too: its trucks were not known yet."),
        ],
    )


@functools.cache
def _ask(threshold: float, definition: str = "day", source: str = "cogat") -> float:
    question = DEADLINE.vary(threshold=threshold, definition=definition, source=source)
    return answer_question(question, as_of=ASKED, init="list", n_paths=N_PATHS).probability


@check("a probability from 0 to 1")
def check_lower_target(answer: object) -> Verdict:
    """Judge the answer to the deadline's question with a lower target.

    >>> check_lower_target(0.5)
    Not yet. 0.5 is too high.
    """
    asked, right = _ask(DEADLINE.threshold), _ask(LOWER)
    return compare(
        answer,
        right,
        tolerance=0.06,
        fraction=True,
        praise=f"{percent(right)} instead of {percent(asked)}. A target says little without the level that it is held against.",
        mistakes=[
            Mistake(asked, f"This is still the question as it was asked, with {DEADLINE.threshold:g} a day."),
            Mistake(_ask(LOWER, "mean7"), "This asks for a mean of seven days. Change the threshold alone."),
            Mistake(_ask(LOWER, source="unrwa"), "This asks for UNRWA's count. Change the threshold alone."),
            Mistake(1 - right, "This is the probability that the target is not reached."),
        ],
    )


@check("a function of met and windows, that returns a probability")
def check_upper_end(answer: Any) -> Verdict:
    """Judge a function that gives the upper end of Jeffreys' interval for a base rate.

    >>> check_upper_end(lambda met, windows: met / windows)
    Not quite. This is the rate itself, not an end of its interval.
    """
    if not callable(answer):
        raise NotReadableError("a function is wanted")
    met, windows = 1, 8
    given, rate = float(answer(met, windows)), met / windows
    jeffreys = float(betaincinv(met + 0.5, windows - met + 0.5, 0.95))
    known = {
        float(betaincinv(met + 0.5, windows - met + 0.5, 0.05)): "This is the lower end: take the quantile at 0.95.",
        float(
            betaincinv(met + 0.5, windows - met + 0.5, 0.975)
        ): "This is the end of a central 95 %. The central 90 % is wanted.",
        float(
            betaincinv(met + 0.5, windows + 0.5, 0.95)
        ): "The second parameter counts the windows that did not meet it, not all of them.",
        float(betaincinv(met + 1, windows - met + 1, 0.95)): "This adds one to each count. Jeffreys' prior adds one half.",
        rate
        + 1.645 * np.sqrt(rate * (1 - rate) / windows): "This is the normal interval: for a rate never seen it ends at zero.",
        rate: "This is the rate itself, not an end of its interval.",
        (met + 0.5) / (windows + 1): "This is the mean of the distribution, not an end of its interval.",
    }
    for value, words in known.items():
        if np.isclose(given, value, rtol=1e-3):
            return Verdict(MISTAKE, words)
    if not np.isclose(given, jeffreys, rtol=1e-3):
        return Verdict(WRONG, f"For {met} of {windows} windows it gives {given:g}. The parameters are k + 1/2 and n - k + 1/2.")
    never = float(answer(0, 5))
    if not np.isclose(never, betaincinv(0.5, 5.5, 0.95), rtol=1e-3):
        return Verdict(WRONG, f"It is right for {met} of {windows} windows, but gives {never:g} for none of five.")
    return Verdict(RIGHT, f"Never in five windows still allows {percent(never)}. That is how little five windows can say.")
