"""Alternative texts: what each figure finds, with its numbers, written from the data that it draws.

Each `write_*_alt` takes what the `plot_*` of the same name takes, and is true whatever the data are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from ..common.formatting import compare_in_words, day_in_words, format_some, list_in_words, percent
from ..counts.snapshot import Snapshot, Source
from ..forecasts.ensemble import Ensemble
from ..forecasts.result import Answer
from ..forecasts.what_if import find_break_even
from ..questions.passage import parse_definition
from ..questions.question import Question
from ..scenarios.hazards import InterventionRate
from ..scenarios.interruptions import Effect
from .labels import format_level, format_number
from .style import DOTS, name_series

#: Days whose mean is called the level of a record.
LEVEL_DAYS = 28


def write_record_alt(snapshots: Sequence[Snapshot], *, threshold: float) -> str:
    """Write what a picture of daily records shows: their level at the end, the highest day, and days at the threshold.

    Examples
    --------
    >>> from utils.counts.snapshot import take_snapshot
    >>> counts = pd.Series([3, 1, np.nan, 5.0], pd.date_range("2024-01-01", periods=4))
    >>> write_record_alt([take_snapshot(counts, source=Source("ward", "The ward", "cases"))], threshold=3)
    'Bars of cases a day. The ward: 1 January 2024 to 4 January 2024, highest 5 on 4 January 2024; 2 days at 3 or more.'
    """
    parts = []
    for one in snapshots:
        counts = one.days["count"].dropna()
        met = int((counts >= threshold).sum())
        words = f"{format_some(met, 'day')} at" if met else "no day at"
        level = (
            f", {format_level(counts[-LEVEL_DAYS:].mean())} a day in its last {LEVEL_DAYS}" if len(counts) > LEVEL_DAYS else ""
        )
        parts.append(
            f"{f'{one.source.title}: ' if one.source.title else ''}{day_in_words(counts.index[0])} to "
            f"{day_in_words(counts.index[-1])}, highest {format_number(counts.max())} on {day_in_words(counts.idxmax())}{level}; "
            f"{words} {format_number(threshold)} or more."
        )
    return f"Bars of {list_in_words(sorted({one.source.unit for one in snapshots}))} a day. {' '.join(parts)}"


def write_fan_alt(ensemble: Ensemble, question: Question) -> str:
    """Write what a fan of paths shows: where the counts end, and how the paths of the window stand to the target.

    >>> from utils.counts.snapshot import take_snapshot
    >>> from utils.forecasts.ensemble import simulate_ensemble
    >>> counts = pd.Series(7.0, pd.date_range("2024-01-01", periods=28))
    >>> paths = simulate_ensemble(take_snapshot(counts), until="2024-01-30", n_paths=200)
    >>> question = Question(threshold=6, opens="2024-01-29", closes="2024-01-30", inclusive=True)
    >>> write_fan_alt(paths, question).partition("; ")[2]
    'the target of 6 lies below that range, and over 99 % of the paths meet it.'
    """
    source, days = ensemble.snapshot.source, ensemble.index
    window = ensemble.paths[:, (days >= question.window[0]) & (days <= question.window[-1])]
    counted = ensemble.history.dropna()
    level = format_level(counted[-LEVEL_DAYS:].mean())
    lead = (
        f"{f'{source.title}: ' if source.title else ''}counted days to {day_in_words(counted.index[-1])}, {level} {source.unit} "
        "a day at the end, then bands of simulated paths. "
    )
    lead = lead[0].upper() + lead[1:]
    if not window.size:
        return f"{lead}All days of the window had been counted."
    low, middle, high = np.quantile(window, [0.05, 0.5, 0.95])
    place = "below" if question.threshold < low else "above" if question.threshold > high else "inside"
    met = percent(ensemble.answer(question).probability)
    return (
        f"{lead}In the window nine in ten simulated days have {format_level(low)} to {format_level(high)}, the middle one "
        f"{format_level(middle)}; the target of {format_number(question.threshold)} lies {place} that range, and {met} of the "
        f"paths meet it."
    )


def write_passage_alt(answers: Sequence[Answer]) -> str:
    """Write what first-passage curves show: where each starts and ends, and how many dots are filled.

    >>> from utils.forecasts.answer import answer
    >>> question = Question(threshold=6, opens="2024-01-29", closes="2024-02-02")
    >>> counts = pd.Series(7.0, pd.date_range("2024-01-01", periods=28))
    >>> write_passage_alt([answer(question, counts=counts, n_paths=200)]).partition(". ")[2]
    'over 99 % by 29 January 2024, over 99 % by 1 February 2024, under 1 % never. 50 of 50 dots are filled for the first.'
    """
    parts = [
        f"{f'{one.question.counter.title}: ' if one.question.counter.title else ''}{percent(one.curve.iloc[0])} by "
        f"{day_in_words(one.curve.index[0])}, {percent(one.probability)} by {day_in_words(one.curve.index[-1])}, "
        f"{percent(one.never)} never"
        for one in answers
    ]
    filled = round(answers[0].probability * DOTS)
    return f"Curves that never fall, by day. {'; '.join(parts)}. {filled} of {DOTS} dots are filled for the first."


def write_probabilities_alt(answers: Sequence[Answer]) -> str:
    """Write what dots of probabilities show: each count's answer by definition, and the largest distance to a baseline.

    >>> from utils.forecasts.answer import answer
    >>> question = Question(threshold=6, opens="2024-01-29", closes="2024-02-02")
    >>> counts = pd.Series(5.0, pd.date_range("2024-01-01", periods=28))
    >>> write_probabilities_alt([answer(question, counts=counts, n_paths=200)]).partition(". ")[2]
    'under 1 % on any one day. Farthest from a baseline: under 1 % on any one day, below its base rate, 6 %.'
    """
    counters = dict.fromkeys(one.question.counter for one in answers)
    parts = []
    for counter in counters:
        mine = [one for one in answers if one.question.counter == counter]
        listed = [f"{percent(one.probability)} {parse_definition(one.question.definition).words}" for one in mine]
        parts.append(f"{counter.title}: {list_in_words(listed)}".removeprefix(": "))
    baselines = [(one, name, value) for one in answers for name, value in one.baselines.items() if name != "always_no"]
    far, name, value = max(baselines, key=lambda each: abs(each[0].probability - each[2]))
    stands = compare_in_words(far.probability, value, than=f"its {name.replace('_', ' ')}, {percent(value)}")
    whose = f"{far.question.counter.title}'s " if far.question.counter.title else ""
    return (
        f"Dots with bars on an axis of probability. {'. '.join(parts)}. Farthest from a baseline: {whose}"
        f"{percent(far.probability)} {parse_definition(far.question.definition).words}, {stands}."
    )


def write_effects_alt(effects: Sequence[Effect], *, sources: Mapping[str, Source] | None = None) -> str:
    """Write what a picture of measured effects shows: which exclude no change, and which do not.

    >>> day = pd.Timestamp("2024-03-01")
    >>> half, none = (pd.DataFrame({"log_ratio": np.log([0.9 * x, x, 1.1 * x])}) for x in (0.5, 1))
    >>> effects = [Effect("a strike", "ward", day, half), Effect("a flood", "ward", day, none)]
    >>> write_effects_alt(effects).partition("Off ")[2]
    "the line: a strike on ward's count × 0.5 (0.45 to 0.54). Across it: 1 of 2 measurements."
    """
    known = name_series([effect.source for effect in effects], sources)
    found = [effect for effect in effects if effect.excludes_one]
    listed = [
        f"{effect.name} on {known[effect.source].title}'s count × {effect.ratio[1]:.2g} ({effect.ratio[0]:.2g} to "
        f"{effect.ratio[2]:.2g})"
        for effect in found
    ]
    measured = sum(effect.measured for effect in effects)
    return (
        f"Intervals of factors around a line at no change, a row an intervention. Off the line: {list_in_words(listed)}. "
        f"Across it: {measured - len(found)} of {format_some(measured, 'measurement')}."
    )


def write_effect_paths_alt(effects: Sequence[Effect], *, sources: Mapping[str, Source] | None = None) -> str:
    """Write what the days around interventions show: where the fitted level leaves what it would have been the most.

    >>> half = pd.DataFrame({"log_ratio": np.log([0.4, 0.5, 0.6])})
    >>> write_effect_paths_alt([Effect("a strike", "ward", pd.Timestamp("2024-03-01"), half)]).partition("They ")[2]
    "part the most at a strike on ward's count, where the level is 0.5 times that without it."
    """
    measured = [effect for effect in effects if effect.measured]
    if not measured:
        return "Empty panels: no effect could be measured."
    known = name_series([effect.source for effect in effects], sources)
    far = max(measured, key=lambda effect: abs(np.log(effect.ratio[1])))
    return (
        "Small panels, a row an intervention and a column a count: points for days, a line for the fitted level, a dotted one "
        f"without the shift. They part the most at {far.name} on {known[far.source].title}'s count, where the level is "
        f"{far.ratio[1]:.2g} times that without it."
    )


def write_hazard_alt(
    curves: Mapping[str, pd.Series], rate: InterventionRate, *, sources: Mapping[str, Source] | None = None
) -> str:
    """Write what an answer over a hazard shows: both ends of each curve, where it passes a half, and the rate of the past.

    >>> curve = pd.Series([0.2, 0.4, 0.6], [0, 0.01, 0.02])
    >>> write_hazard_alt({"ward": curve}, InterventionRate("strike", 2, 250)).split(". ")[1]
    'ward: 20 % without one, 60 % at 1 in 50 a day, past a half from 1 in 67 a day on'
    """
    known, parts = name_series(curves, sources), []
    for name, curve in curves.items():
        tip = find_break_even(curve)
        passes = f", past a half from 1 in {1 / tip:,.0f} a day on" if tip > 0 else ", never past a half" if tip != 0 else ""
        parts.append(
            f"{known[name].title}: {percent(curve.iloc[0])} without one, {percent(curve.iloc[-1])} at 1 in "
            f"{1 / curve.index[-1]:,.0f} a day{passes}"
        )
    low, high = rate.interval
    return (
        f"Curves over the probability a day that one begins. {'; '.join(parts)}. A dashed line marks the rate of the past, 1 in "
        f"{1 / rate.per_day:,.0f} a day, in a band from 1 in {1 / low:,.0f} to 1 in {1 / high:,.0f}."
    )


def write_what_if_alt(grids: Mapping[str, pd.DataFrame], *, sources: Mapping[str, Source] | None = None) -> str:
    """Write what grids of what-ifs show: the least and the greatest answer of each, and where they stand.

    >>> grid = pd.DataFrame([[0.2, 0.1], [0.2, 0.7]], index=[0.5, 2.0], columns=[0.0, 1.0])
    >>> write_what_if_alt({"ward": grid}).partition("). ")[2]
    'ward: from 10 % at × 0.5 with 100 % to 70 % at × 2 with 100 %.'
    """
    known, parts = name_series(grids, sources), []
    for name, grid in grids.items():
        values = grid.to_numpy()
        places = {}
        for what, at in (("least", int(values.argmin())), ("most", int(values.argmax()))):
            row, column = np.unravel_index(at, values.shape)
            places[what] = f"{percent(values[row, column])} at × {grid.index[row]:g} with {100 * grid.columns[column]:g} %"
        parts.append(f"{known[name].title}: from {places['least']} to {places['most']}")
    return f"Grids of answers by the size of a shift (rows) and the probability that it comes (columns). {'; '.join(parts)}."
