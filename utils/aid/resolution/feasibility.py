"""Whether a series of whole counts is possible within bounds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, hstack

from ...common.errors import InputError
from ...questions.passage import parse_definition
from ...questions.question import Question
from ...questions.resolution import NO, UNRESOLVED, YES

#: More trucks than any day of any feasible series needs: the largest lower bound quoted is 60,000 over a year.
_MANY = 100_000.0


def _imply(question: Question, bounds: pd.DataFrame, *, until: pd.Timestamp | None = None) -> str:
    """YES if every possible series meets the question (by `until`), NO if none does."""
    ways = _list_ways(question, until=until)
    if not _is_possible(bounds, ways=ways, met=False):
        return YES
    return UNRESOLVED if _is_possible(bounds, ways=ways, met=True) else NO


def _list_ways(question: Question, *, until: pd.Timestamp | None = None) -> list[tuple[pd.DatetimeIndex, float, bool]]:
    """List the ways in which a question can be met: days, trucks needed, and whether each day needs them or their sum."""
    rule, window = parse_definition(question.definition), question.window
    if rule.kind == "window_mean":
        ways = [(window, question.threshold * len(window), False)]
    else:
        each = rule.kind == "run"
        need = question.threshold * (rule.days if rule.kind == "mean" else 1)
        ways = [(pd.date_range(end=end, periods=rule.days), need, each) for end in window]
    return [way for way in ways if until is None or way[0][-1] <= until]


def _is_possible(bounds: pd.DataFrame, *, ways: Sequence[tuple] = (), met: bool | None = None) -> bool:
    """Whether a series of whole counts, none negative, is within all bounds, and meets one of the ways (or none).

    A mixed-integer feasibility problem, solved exactly (HiGHS). Variables: a count a day, then a switch a way (`met`), or a
    switch a day (`met` is False and a way asks for each of its days).
    """
    if met and not ways:
        return False
    firsts = [*bounds["date_start"], *[way[0][0] for way in ways]]
    lasts = [*bounds["date_end"], *[way[0][-1] for way in ways]]
    days = pd.date_range(min(firsts), max(lasts))
    place = {day: number for number, day in enumerate(days)}
    rows = [range(place[row.date_start], place[row.date_end] + 1) for row in bounds.itertuples()]
    low, high = list(bounds["least"]), list(bounds["most"])
    n_switches = 0 if met is None else len(ways) if met else len(days)
    switches: list[tuple[int, int, float]] = []  # row, switch, coefficient

    def add(members, least, most):
        rows.append(members)
        low.append(least)
        high.append(most)

    for number, (span, need, each) in enumerate(ways):
        members = [place[day] for day in span]
        if met:  # switched on, the way is met: sum >= need * switch
            for part in [[one] for one in members] if each else [members]:
                switches.append((len(rows), number, -need))
                add(part, 0.0, np.inf)
        elif met is False and not each:
            add(members, -np.inf, np.ceil(need) - 1)
        elif met is False:  # on at least one day of the run the count is below; a switch lets a day be high
            switches += [(len(rows), one, 1.0) for one in members]
            add([], -np.inf, len(members) - 1)
    if met:
        switches += [(len(rows), number, 1.0) for number in range(len(ways))]
        add([], 1.0, np.inf)
    if met is False and any(each for *_, each in ways):
        need = ways[0][1]
        for one in sorted({place[day] for span, _, _ in ways for day in span}):
            switches.append((len(rows), one, -_MANY))
            add([one], -np.inf, np.ceil(need) - 1)
    places = [(number, one) for number, row in enumerate(rows) for one in row]
    counts = csr_array((np.ones(len(places)), tuple(zip(*places, strict=True))), shape=(len(rows), len(days)))
    at = np.array(switches).reshape(-1, 3)
    switched = csr_array((at[:, 2], (at[:, 0].astype(int), at[:, 1].astype(int))), shape=(len(rows), n_switches))
    matrix = hstack([counts, switched])
    upper = np.concatenate([np.full(len(days), _MANY), np.ones(n_switches)])
    found = milp(
        np.zeros(matrix.shape[1]),
        integrality=np.ones(matrix.shape[1]),
        bounds=Bounds(0, upper),
        constraints=LinearConstraint(matrix.tocsr(), low, high),
    )
    if found.status not in (0, 2):
        raise InputError(
            f"bounds of {len(bounds)} quotes: the solver gave no answer ({found.message}); look for a bound that is no number"
        )
    return found.status == 0


def find_most(question_days: pd.DatetimeIndex, bounds: pd.DataFrame) -> pd.Series:
    """Find the most that each day can have held, given the bounds; infinite where no bound speaks of it."""
    most = pd.Series(np.inf, question_days)
    for day in question_days:
        if not (bounds["most"].lt(np.inf) & bounds["date_start"].le(day) & bounds["date_end"].ge(day)).any():
            continue
        low, high = 0, int(bounds["most"][bounds["most"].lt(np.inf)].max())
        while low < high:  # the counts that the day may have held are an interval that starts at its least
            middle = (low + high + 1) // 2
            way = [(pd.DatetimeIndex([day]), float(middle), False)]
            low, high = (middle, high) if _is_possible(bounds, ways=way, met=True) else (low, middle - 1)
        most[day] = low
    return most
