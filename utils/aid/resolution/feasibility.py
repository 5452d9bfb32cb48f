"""Whether a series of whole counts is possible within bounds, and what all possible series have in common.

Meeting a definition is written here a second time, as linear constraints for a solver: the tests hold them to `first_passage`
over every series that there can be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from ...common.errors import InputError
from ...questions.passage import parse_definition
from ...questions.question import Question
from ...questions.resolution import NO, UNRESOLVED, YES

#: More trucks than any day of any feasible series needs: the largest lower bound quoted is 60,000 over a year.
_MANY = 100_000.0


class Way(NamedTuple):
    """One way in which a question can be met.

    Attributes
    ----------
    days : pandas.DatetimeIndex
        Days that follow each other.
    need : float
        Trucks that are needed.
    each : bool
        Whether each of the days needs them, or all together.
    """

    days: pd.DatetimeIndex
    need: float
    each: bool


def list_ways(question: Question, *, until: pd.Timestamp | None = None) -> list[Way]:
    """List the ways in which a question can be met by the end of its window, or by a day of it.

    Parameters
    ----------
    question : Question
    until : pandas.Timestamp, optional

    Raises
    ------
    InputError
        If the question is whether the count falls below its threshold: the bounds of quotes are not read for that.

    Examples
    --------
    >>> from utils.aid.questions import DEADLINE
    >>> ways = list_ways(DEADLINE)
    >>> len(ways), ways[0].need, len(list_ways(DEADLINE, until=DEADLINE.window[1]))
    (5, 350, 2)
    """
    if question.below:
        raise InputError(f"{question.words} asks for a fall, which quotes do not settle; resolve it by a list")
    rule, window = parse_definition(question.definition), question.window
    if rule.kind == "window_mean":
        ways = [Way(window, question.threshold * len(window), False)]
    else:
        each = rule.kind == "run"
        need = question.threshold * (rule.days if rule.kind == "mean" else 1)
        days = pd.date_range(end=window[-1], periods=len(window) + rule.days - 1)
        ways = [Way(days[first : first + rule.days], need, each) for first in range(len(window))]
    return [way for way in ways if until is None or way.days[-1] <= until]


def find_implied(question: Question, bounds: pd.DataFrame, *, until: pd.Timestamp | None = None) -> str:
    """Find the outcome that bounds imply: YES if every possible series meets the question, NO if none does.

    Parameters
    ----------
    question : Question
    bounds : pandas.DataFrame
        As from `bound_quotes`.
    until : pandas.Timestamp, optional
        Last day that counts, in place of the last of the window.

    Returns
    -------
    {"YES", "NO", "UNRESOLVED"}

    Examples
    --------
    >>> from utils.aid.questions import DEADLINE
    >>> window = pd.DataFrame({"date_start": DEADLINE.window[:1], "date_end": DEADLINE.window[-1:]})
    >>> [find_implied(DEADLINE, window.assign(least=total, most=total)) for total in (349.0, 1_000.0, 1_800.0)]
    ['NO', 'UNRESOLVED', 'YES']
    """
    return next((outcome for outcome in (YES, NO) if is_implied(question, bounds, outcome, until=until)), UNRESOLVED)


def is_implied(question: Question, bounds: pd.DataFrame, outcome: str, *, until: pd.Timestamp | None = None) -> bool:
    """Tell whether bounds, which some series keeps, imply an outcome, "YES" or "NO": no series keeps them and has the other.

    Parameters are those of `find_implied`.

    >>> from utils.aid.questions import DEADLINE
    >>> bounds = pd.DataFrame({"date_start": DEADLINE.window, "date_end": DEADLINE.window, "least": 0.0, "most": 200.0})
    >>> is_implied(DEADLINE, bounds, "NO"), is_implied(DEADLINE, bounds[:-1], "NO")
    (True, False)
    """
    return not has_solution(bounds, ways=list_ways(question, until=until), met=outcome == NO)


def has_solution(bounds: pd.DataFrame, *, ways: Sequence[Way] = (), met: bool | None = None) -> bool:
    """Tell whether a series of whole counts, none negative, is within all bounds, and meets one of the ways, or none.

    A mixed-integer feasibility problem, solved exactly by HiGHS [1]_. Its variables are a count a day and switches, 0 or 1: one a
    way (`met`), or one a day (`met` is False and a way asks for each of its days).

    Parameters
    ----------
    bounds : pandas.DataFrame
        date_start, date_end, least, most (trucks in total); a row a sum over days.
    ways : sequence of Way
    met : bool, optional
        Whether one of the ways is to be met, or none of them; without it the ways do not matter.

    Raises
    ------
    InputError
        If the solver gives no answer.

    References
    ----------
    .. [1] Q. Huangfu and J. A. J. Hall (2018), Parallelizing the dual revised simplex method, Mathematical Programming
       Computation 10.

    Examples
    --------
    >>> days = pd.date_range("2024-01-01", periods=2)
    >>> ten_in_two_days = pd.DataFrame(dict(date_start=days[:1], date_end=days[1:], least=10.0, most=10.0))
    >>> has_solution(ten_in_two_days, ways=[Way(days[:1], 11, False)], met=True)
    False
    """
    if met and not ways:
        return False
    firsts, lasts = [*bounds["date_start"]], [*bounds["date_end"]]
    for way in ways:
        firsts.append(way.days[0])
        lasts.append(way.days[-1])
    if not firsts:
        return True
    days = pd.date_range(min(firsts), max(lasts))
    problem = _Problem()
    for row in bounds.itertuples():
        problem.add(dict.fromkeys(range(days.get_loc(row.date_start), days.get_loc(row.date_end) + 1), 1.0), row.least, row.most)
    starts = days.get_indexer([way.days[0] for way in ways])
    places = [range(start, start + len(way.days)) for start, way in zip(starts.tolist(), ways, strict=True)]
    n_switches = 0
    if met:
        n_switches = len(ways)
        _require_one(problem, ways, places, n_days=len(days))
    elif met is False:
        n_switches = len(days)
        _forbid_all(problem, ways, places, n_days=len(days))
    return problem.has_solution(np.concatenate([np.full(len(days), _MANY), np.ones(n_switches)]), n_bounds=len(bounds))


def _require_one(problem: _Problem, ways: Sequence[Way], places: Sequence[Sequence[int]], *, n_days: int) -> None:
    """Let at least one way be switched on; one that is on is met: what it needs, times its switch, is there."""
    for number, (way, members) in enumerate(zip(ways, places, strict=True)):
        for part in [[one] for one in members] if way.each else [members]:
            problem.add(dict.fromkeys(part, 1.0) | {n_days + number: -way.need}, 0.0, np.inf)
    problem.add({n_days + number: 1.0 for number in range(len(ways))}, 1.0, np.inf)


def _forbid_all(problem: _Problem, ways: Sequence[Way], places: Sequence[Sequence[int]], *, n_days: int) -> None:
    """Let no way be met: a sum stays below its need, and of a run at least one day does. A switch lets a day be high."""
    high: dict[int, float] = {}
    for way, members in zip(ways, places, strict=True):
        if way.each:
            problem.add({n_days + one: 1.0 for one in members}, -np.inf, len(members) - 1)
            high |= dict.fromkeys(members, way.need)
        else:
            problem.add(dict.fromkeys(members, 1.0), -np.inf, np.ceil(way.need) - 1)
    for one, need in sorted(high.items()):
        problem.add({one: 1.0, n_days + one: -_MANY}, -np.inf, np.ceil(need) - 1)


class _Problem:
    """Linear constraints on whole numbers, gathered row by row."""

    def __init__(self) -> None:
        self.rows: list[Mapping[int, float]] = []
        self.least: list[float] = []
        self.most: list[float] = []

    def add(self, terms: Mapping[int, float], least: float, most: float) -> None:
        """Bound a sum of variables, each given by its place, with its coefficient."""
        self.rows.append(terms)
        self.least.append(least)
        self.most.append(most)

    def has_solution(self, upper: np.ndarray, *, n_bounds: int) -> bool:
        """Tell whether whole numbers from 0 to `upper`, shape (n_variables,), keep all constraints."""
        numbers = [number for number, terms in enumerate(self.rows) for _ in terms]
        columns = [one for terms in self.rows for one in terms]
        values = [value for terms in self.rows for value in terms.values()]
        matrix = csr_array((values, (numbers, columns)), shape=(len(self.rows), len(upper)))
        solved = milp(
            np.zeros(len(upper)),
            integrality=np.ones(len(upper)),
            bounds=Bounds(0, upper),
            constraints=LinearConstraint(matrix, self.least, self.most),
        )
        if solved.status not in (0, 2):
            raise InputError(
                f"bounds of {n_bounds} quotes: the solver gave no answer ({solved.message}); look for a bound that is no number"
            )
        return bool(solved.status == 0)
