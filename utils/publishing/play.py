"""A part of a page that answers a reader's own what-if without a kernel: a grid of answers as data, and a table of some of them.

The script of the page (``templates/play.js``) builds the controls and redraws; where scripts are off the table stays.
"""

from __future__ import annotations

import base64
import html
import json
import math
import zlib
from collections.abc import Mapping, Sequence

import numpy as np

from ..common.errors import InputError
from ..common.formatting import percent
from ..figures.labels import format_number
from ..forecasts.what_if_grid import GridError, WhatIfGrid, close_after, list_round
from ..questions.passage import parse_definition
from .pages import PLAY_MARK

#: Probabilities travel as whole multiples of one in so many.
SCALE = 10_000

#: What a reader may choose; and the part of it that the table shows.
PROBABILITIES = tuple(step / 20 for step in range(21))
TABLED = (0.0, 0.1, 0.25, 0.5, 0.75, 1.0)


def write_play(
    grids: Mapping[str, WhatIfGrid],
    *,
    error: GridError,
    live: bool = True,
    probability: float = 0.25,
    ratio: float = 2.0,
    days_to_full: int = 7,
) -> str:
    """Write the part as HTML: tables of answers, how exact the grid is, and the grid itself.

    Parameters
    ----------
    grids : mapping of str to WhatIfGrid
        By the label of the count, the one shown first at first; all of one question but for its source.
    error : GridError
        How far the grids are from the paths between their points.
    live : bool
        Whether the grid is in it, to be played with; else there are the tables alone.
    probability, ratio, days_to_full : float
        What is chosen at first; the table is of the same speed.

    Returns
    -------
    str

    Raises
    ------
    InputError
        If there is no grid, or the grids differ in their axes.

    Examples
    --------
    >>> from utils.counts.snapshot import take_snapshot
    >>> from utils.forecasts.ensemble import Ensemble
    >>> from utils.forecasts.what_if_grid import compute_grid
    >>> from utils.questions.question import Question
    >>> import pandas as pd
    >>> snapshot = take_snapshot(pd.Series(100.0, pd.date_range("2024-03-01", periods=28)))
    >>> paths = Ensemble(np.full((100, 10), 100.0), pd.date_range("2024-03-29", periods=10), snapshot, "pool")
    >>> question = Question(threshold=150, opens="2024-03-29", closes="2024-04-08")
    >>> grid = compute_grid(paths, question, definitions=["day"], thresholds=[150, 160], ratios=[2], speeds=[1, 7])
    >>> part = write_play({"the ward": grid}, error=GridError(0.01, 0.004, 80))
    >>> part.count("<table>"), part.count(PLAY_MARK), "differed from that of the paths by 1.0 percentage points" in part
    (1, 1, True)
    """
    if not grids:
        raise InputError("grids hold no count; give one or more by label, such as {'the count': grid}")
    first = next(iter(grids.values()))
    for label, grid in grids.items():
        if _list_axes(grid) != _list_axes(first):
            raise InputError(f"grid {label!r} has other axes than the first; compute all by the same axes and days")
    tables = "".join(_write_table(label, grid, days_to_full=days_to_full) for label, grid in grids.items())
    summary = html.escape(f"Some of the answers {first.question.end} as a table")
    start = dict(probability=probability, ratio=ratio, speed=days_to_full)
    data = f'<script type="application/json" class="{PLAY_MARK}">{write_json(_list_data(grids, start=start))}</script>'
    return (
        f'<section class="play" aria-label="What if"><details open><summary>{summary}</summary>{tables}</details>'
        f'<p class="note">{html.escape(_describe_grid(first, error))}</p>{data if live else ""}</section>'
    )


def _list_data(grids: Mapping[str, WhatIfGrid], *, start: Mapping[str, float]) -> dict[str, object]:
    """List all that the script reads: the counts, their common axes, what may be chosen, and what is at first."""
    first = next(iter(grids.values()))
    return {
        "counts": [_pack_count(label, grid) for label, grid in grids.items()],
        "verb": "fall below" if first.question.below else "reach",
        "below": first.question.below,
        "scale": SCALE,
        "days": [f"{day:%Y-%m-%d}" for day in first.days],
        "ends": [close_after(first.question, day).end for day in first.days],
        "definitions": [{"name": name, **_describe(name)} for name in first.definitions],
        "thresholds": first.thresholds,
        "ratios": first.ratios,
        "speeds": first.speeds,
        "stops": {
            "threshold": list_round(first.thresholds[0], first.thresholds[-1], own=first.question.threshold),
            "probability": PROBABILITIES,
            "ratio": _list_ratios(first),
            "speed": list(range(first.speeds[0], first.speeds[-1] + 1)),
        },
        "start": {
            "definition": first.definitions.index(first.question.definition),
            "threshold": first.question.threshold,
            **start,
        },
    }


def _list_ratios(grid: WhatIfGrid) -> list[float]:
    """List sizes from end to end of a grid, by tenths."""
    return [tenths / 10 for tenths in range(math.ceil(10 * grid.ratios[0]), math.floor(10 * grid.ratios[-1]) + 1)]


def _list_axes(grid: WhatIfGrid) -> Sequence[object]:
    return grid.definitions, grid.thresholds, grid.ratios, grid.speeds, list(grid.days)


def _describe(definition: str) -> dict[str, object]:
    rule = parse_definition(definition)
    return {"words": rule.words, "lastDayOnly": rule.kind == "window_mean"}


def _pack_count(label: str, grid: WhatIfGrid) -> dict[str, str]:
    """Pack one count: what it is called, and its curves."""
    question = grid.question
    return {
        "label": label,
        "subject": question.counter.describe(question.scope),
        "plain": pack(grid.plain),
        "given": pack(grid.given),
    }


def pack(probabilities: np.ndarray) -> str:
    """Pack probabilities as text: differences along the last axis as 16-bit numbers, low bytes first, deflated, in base 64.

    >>> unpack(pack(np.array([[0.25, 0.5], [1.0, 0.0]])), shape=(2, 2)).tolist()
    [[0.25, 0.5], [1.0, 0.0]]
    """
    steps = np.diff(np.rint(probabilities * SCALE).astype(int), axis=-1, prepend=0).astype("<i2")
    planes = np.frombuffer(steps.tobytes(), np.uint8).reshape(-1, 2).T
    return base64.b64encode(zlib.compress(planes.tobytes(), 9)).decode("ascii")


def unpack(packed: str, *, shape: tuple[int, ...]) -> np.ndarray:
    """Unpack what `pack` packed, as the page's script does.

    >>> unpack(pack(np.array([0.25, 0.12345])), shape=(2,)).tolist()  # to four digits
    [0.25, 0.1234]
    """
    planes = np.frombuffer(zlib.decompress(base64.b64decode(packed)), np.uint8).reshape(2, -1)
    steps = np.frombuffer(planes.T.tobytes(), "<i2").reshape(shape)
    return steps.cumsum(axis=-1) / SCALE


def write_json(data: object) -> str:
    """Write data so that it can stand in an element of script: nothing in it can end the element.

    >>> write_json({"words": "</script>"})
    '{"words":"\\\\u003c/script>"}'
    """
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _write_table(label: str, grid: WhatIfGrid, *, days_to_full: int) -> str:
    question = grid.question
    rows = grid.tabulate(probabilities=TABLED, ratios=grid.ratios, days_to_full=days_to_full)
    head = "".join(f'<th scope="col" class="number">{html.escape(percent_exactly(p))}</th>' for p in rows.columns)
    body = "".join(
        f'<tr><th scope="row">× {format_number(ratio)}</th>'
        + "".join(f'<td class="number">{html.escape(percent(float(value)))}</td>' for value in row)
        + "</tr>"
        for ratio, row in zip(rows.index, rows.to_numpy(), strict=True)
    )
    caption = (
        f"{label}: probability to {question.event} {question.end}, by what one shift does to the count within {days_to_full} "
        "days, and the probability that it comes."
    )
    return (
        f'<table><caption>{html.escape(caption)}</caption><thead><tr><th scope="col">size of the shift</th>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )


def percent_exactly(probability: float) -> str:
    """Write a probability that a person chose: 0 is no chance at all.

    >>> percent_exactly(0.0), percent_exactly(0.25), percent_exactly(1.0)
    ('0 %', '25 %', '100 %')
    """
    return f"{100 * probability:.0f} %"


def _describe_grid(grid: WhatIfGrid, error: GridError) -> str:
    return (
        f"Computed beforehand on simulated paths, for {len(grid.thresholds)} thresholds, {len(grid.ratios)} sizes and "
        f"{len(grid.speeds)} speeds of a shift, and interpolated between them; for a probability or a closing day no more is "
        f"needed than the law of total probability. At {error.points} points between those of the grid the answer differed from "
        f"that of the paths by {100 * error.largest:.1f} percentage points at most, typically by {100 * error.typical:.1f}."
    )
