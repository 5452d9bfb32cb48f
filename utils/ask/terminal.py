"""Write what came of a question for a terminal: words, a small chart, short tables; in plain ASCII where need be."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..common.formatting import day_in_words, percent, write_interval
from ..forecasts.track_record import Earned
from ..verification.resampling import is_rankable
from .asked import Asked

#: Baselines and forecasters, as they are called here.
LABELS = {
    "always_no": "always no",
    "base_rate": "base rate",
    "climatology": "climatology",
    "weekday_bootstrap": "weekday bootstrap",
    "forecaster": "forecaster",
}
#: What the scores are.
SCORES = (
    "Brier: mean squared distance between probability and outcome; 0 is best. + quantiles: also with quantiles of the past as "
    "thresholds. Skill: 1 - Brier / that of climatology, over all of these."
)
#: Lines of the chart, and the ends that its scale may have.
_HEIGHT = 6
_TOPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)
_BLOCKS = " ▁▂▃▄▅▆▇█"
_PLAIN = {"│": "|", "┤": "|", "└": "+", "─": "-", "−": "-", "·": "-", "“": '"', "”": '"', "’": "'"}


def write_text(asked: Asked, *, width: int = 80, plain: bool = False) -> str:
    """Write the answer, its curve, the baselines, what such forecasts earned, and what was assumed.

    Parameters
    ----------
    asked : Asked
    width : int
        Columns of the terminal; text takes 60 to 100 of them.
    plain : bool
        Whether only ASCII can be shown.

    Examples
    --------
    >>> from utils.ask.example import ask_example
    >>> asked = ask_example()
    >>> print("\\n".join(write_text(asked).splitlines()[:4]))
    Do counts reach 6 a day on any one day before 30 January 2024?
    <BLANKLINE>
      Probability: over 99 % (90 % interval: members agree). Never within the
      window: under 1 %.
    """
    width = max(60, min(width, 100))
    result = asked.answer
    lines = [
        *_wrap(asked.question.words, width),
        "",
        *_wrap(write_answer(asked), width, indent="  "),
        *([] if asked.resolution is None else _wrap(write_outcome(asked), width, indent="  ")),
        "",
        f"Probability that it has {'fallen below' if asked.question.below else 'been reached'} by each day",
        *draw_curve(result.curve, width=width, plain=plain),
        "",
        "Baselines",
        *(
            line.rstrip()
            for name, value, note in list_baselines(asked)
            for line in _wrap(note, width, indent=f"  {name:18}{value:>10}  ", after=" " * 32) or [f"  {name:18}{value:>10}"]
        ),
        "",
        *_write_record(asked, width),
        "",
        "What was assumed",
        *(line for sentence in asked.assumptions for line in _wrap(sentence, width, indent="  - ", after="    ")),
    ]
    text = "\n".join(lines) + "\n"
    return _write_plain(text) if plain else text


def write_answer(asked: Asked) -> str:
    """Write the answer in one sentence, with its interval.

    >>> from utils.ask.example import ask_example
    >>> asked = ask_example()
    >>> write_answer(asked)
    'Probability: over 99 % (90 % interval: members agree). Never within the window: under 1 %.'
    """
    result = asked.answer
    span = write_interval(result.low, result.high)
    return (
        f"Probability: {percent(result.probability)} (90 % interval: {span}). Never within the window: {percent(result.never)}."
    )


def write_outcome(asked: Asked) -> str:
    """Write how the question came out.

    >>> from utils.ask.example import ask_example
    >>> asked = ask_example()
    >>> write_outcome(asked)
    'What came, by the rest of the file: YES, met on 2024-01-28.'
    """
    assert asked.resolution is not None
    return f"What came, by the rest of the file: {asked.resolution.outcome}, {asked.resolution.why}."


def list_baselines(asked: Asked) -> list[tuple[str, str, str]]:
    """List the baselines: name, probability, and what it is made of.

    >>> from utils.ask.example import ask_example
    >>> asked = ask_example()
    >>> list_baselines(asked)[:2]
    [('always no', '0 %', ''), ('base rate', '96 %', 'met in 13 of 13 separate windows of 2 days')]
    """
    base = asked.answer.base_rate
    length = len(asked.question.window)
    notes = {
        "base_rate": f"met in {base.met} of {base.windows} separate windows of {length} day{'s' * (length > 1)}"
        if base.windows
        else f"no window of {length} days lies in the past",
        "climatology": "days drawn from all of the past",
        "weekday_bootstrap": "blocks of the last weeks drawn again",
    }
    return [
        (LABELS[name], "0 %" if name == "always_no" else percent(value), notes.get(name, ""))
        for name, value in asked.answer.baselines.items()
    ]


def list_earned(earned: Sequence[Earned]) -> list[tuple[str, str, str, str]]:
    """List what each forecaster earned: name, Brier score at the threshold, over all thresholds, and skill.

    >>> list_earned([Earned("forecaster", brier_own=0.12, brier=0.2, skill=0.25), Earned("always_no", 0.4, 0.3, skill=-0.5)])
    [('forecaster', '0.120', '0.200', '+0.25'), ('always no', '0.400', '0.300', '-')]
    """
    return [
        (
            LABELS[one.model],
            f"{one.brier_own:.3f}",
            f"{one.brier:.3f}",
            "-" if one.skill is None or one.model in ("climatology", "always_no") else f"{one.skill:+.2f}",
        )
        for one in earned
    ]


def write_record(asked: Asked) -> list[str]:
    """Write how often such statements came true, which these are, and what the forecaster was asked, in sentences.

    >>> from utils.ask.example import ask_example
    >>> asked = ask_example()
    >>> write_record(asked)
    ['The count is too short for a backtest, which needs 28 counted days and 8 more; it has 27 days, 27 counted.']
    """
    record, question = asked.answer.track_record, asked.question
    if isinstance(record, str):
        return [record]
    first, last = (day_in_words(pd.Timestamp(day)) for day in (record.first, record.last))
    sentences = [
        *asked.answer.explain_record(),
        f"Asked at {record.origins} earlier days, {first} to {last}, about the next {record.horizon} days: "
        f"{_separate(record.separate)}. "
        f"In {record.met} of {record.origins} the count {'fell below' if question.below else 'met'} the threshold.",
    ]
    return sentences if is_rankable(record.separate) else [*sentences, "That is too little for a ranking."]


def _separate(n: int) -> str:
    return f"{n} window that does not overlap" if n == 1 else f"{n} windows that do not overlap"


def _write_record(asked: Asked, width: int) -> list[str]:
    record = asked.answer.track_record
    lines = ["What such forecasts earned on this count"]
    lines += [line for sentence in write_record(asked) for line in _wrap(sentence, width, indent="  ")]
    if isinstance(record, str):
        return lines
    own = f"{'below' if asked.question.below else 'at'} {asked.question.threshold:,g}"
    return [
        *lines,
        f"  {'Brier score':20}{own:>14}{'+ quantiles':>14}{'skill':>8}",
        *(f"  {name:20}{one:>14}{every:>14}{skill:>8}" for name, one, every, skill in list_earned(record.earned)),
        *_wrap(SCORES, width, indent="  "),
    ]


def draw_curve(curve: pd.Series, *, width: int, plain: bool = False) -> list[str]:
    """Draw a rising curve of probabilities in lines of text, a column or more a day.

    Parameters
    ----------
    curve : pandas.Series
        By day, the probability by then.
    width : int
        Columns in all.
    plain : bool
        Whether to draw in ASCII.

    Examples
    --------
    >>> days = pd.date_range("2024-03-01", periods=4)
    >>> for line in draw_curve(pd.Series([0.0, 0.1, 0.2, 0.2], days), width=40, plain=True)[-3:]:
    ...     print(line)
                |      ##################
            0 % +------------------------
                 1 March 2024  4 March 2024
    """
    room = width - 14
    values = curve.to_numpy()
    if len(values) > room:  # the last day of each stretch, so that the curve ends where it ends
        ends = np.linspace(0, len(values), room + 1).round().astype(int)[1:] - 1
        columns = values[ends]
    else:
        columns = np.repeat(values, max(1, min(6, room // len(values))))
    top = next(one for one in _TOPS if values.max() <= one)
    lines = []
    for level in range(_HEIGHT, 0, -1):
        filled = np.clip(columns / top * _HEIGHT - (level - 1), 0, 1)
        bars = "".join(_draw_cell(part, plain=plain) for part in filled)
        label = ""
        if level == _HEIGHT or (level == _HEIGHT // 2 and round(100 * top) % 2 == 0):
            label = percent(top * level / _HEIGHT)
        lines.append(f"{label:>11} {'┤' if label else '│'}{bars}".rstrip())
    first, last = (day_in_words(day) for day in (curve.index[0], curve.index[-1]))
    lines.append(f"{'0 %':>11} └{'─' * len(columns)}")
    gap = max(2, len(columns) - len(first) - len(last))
    lines.append(f"{'':13}{first}" if len(curve) == 1 else f"{'':13}{first}{' ' * gap}{last}")
    return [_write_plain(line) for line in lines] if plain else lines


def _draw_cell(part: float, *, plain: bool) -> str:
    """Draw how much of a cell is filled, from 0 to 1; what is not quite empty is seen."""
    if plain:
        return "#" if part >= 0.5 else "." if part > 0 else " "
    return _BLOCKS[math.ceil(8 * part)]


def _wrap(text: str, width: int, *, indent: str = "", after: str | None = None) -> list[str]:
    bound = text.replace(" %", "\u00a0%")
    return [
        line.replace("\u00a0", " ")
        for line in textwrap.wrap(bound, width, initial_indent=indent, subsequent_indent=indent if after is None else after)
    ]


def _write_plain(text: str) -> str:
    """Write text in ASCII: signs that stand for others by these, the rest as question marks."""
    for sign, other in _PLAIN.items():
        text = text.replace(sign, other)
    return text.encode("ascii", "replace").decode()
