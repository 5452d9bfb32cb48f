"""The words on a figure: its sources by name, numbers as they are written, what a forecast knew, and room for each."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence

import numpy as np

from ..counts.snapshot import REAL_TIME, Snapshot, Source


def shorten(text: str, width: int = 30, *, lines: int = 1) -> str:
    """Break a label into lines of at most `width` characters, and end it with an ellipsis where it needs more of them.

    >>> shorten("Royal Infirmary of the North", 20), shorten("Rechtsschutzversicherung", 12)
    ('Royal Infirmary...', 'Rechtssch...')
    """
    words = " ".join(word if len(word) <= width else f"{word[: width - 3]}..." for word in re.split(r"[ \n]+", text.strip()))
    return "\n".join(textwrap.wrap(words, width, max_lines=lines, placeholder="..."))


def name_briefly(source: Source, scope: str = "") -> str:
    """Name a source in a title, with its scope if one is given; a long name would leave no room for the claim.

    >>> name_briefly(Source("royal", "The Royal Infirmary of the Northern Counties"), scope="wards")
    'The Royal Infirmary of the Northern..., wards'
    """
    return ", ".join(filter(None, (shorten(source.title, max(12, 44 - len(scope))), scope)))


def format_number(value: float) -> str:
    """Write a number as it is, thousands separated.

    >>> format_number(100_000), format_number(12.5)
    ('100,000', '12.5')
    """
    return f"{value:,.10g}"


def format_level(value: float) -> str:
    """Write an estimated count: whole, or with three digits where it is under ten.

    >>> format_level(120_345.6), format_level(127.6), format_level(3.5)
    ('120,346', '128', '3.5')
    """
    return f"{value:,.0f}" if abs(value) >= 10 else f"{value:.3g}"


def name_lists(*snapshots: Snapshot, more: str = "") -> str:
    """Name what was counted for the foot: who published, and when, or to which day a count runs.

    >>> import pandas as pd
    >>> from utils.counts.snapshot import take_snapshot
    >>> counts = pd.Series([3, None], pd.date_range("2024-01-01", periods=2))
    >>> name_lists(take_snapshot(counts, source=Source("ward", "The ward")), more="Made up.")
    'Source: The ward, counted to 2024-01-01. Made up.'
    """
    parts = []
    for snapshot in snapshots:
        who = snapshot.source.title
        if snapshot.vintages:
            part = f"{who} list published {snapshot.vintages[-1]}".strip()
            part += f", as of {snapshot.as_of:%Y-%m-%d}" if snapshot.as_of is not None and snapshot.vintage == REAL_TIME else ""
        else:
            last = snapshot.days["count"].last_valid_index()
            part = f"{who}, " if who else ""
            part += "no day counted" if last is None else f"counted to {last:%Y-%m-%d}"
        parts.append(part)
    return "Source: " + "; ".join(dict.fromkeys(parts)) + (f". {more}" if more else "")


def describe_vintage(vintage: str) -> str:
    """Say of which state of knowledge a forecast is.

    >>> describe_vintage("real-time"), describe_vintage("final")
    ('as known on the day', 'in hindsight')
    """
    return "as known on the day" if vintage == REAL_TIME else "in hindsight"


def spread_labels(values: Sequence[float], *, gap: float) -> list[float]:
    """Push labels apart so that they do not overlap, keeping their order: `gap` is half of a label's height.

    >>> spread_labels([0.5, 0.5], gap=0.1)
    [0.5, 0.7]
    """
    order = np.argsort(values, kind="stable")
    placed = np.array(values, float)
    for lower, upper in zip(order[:-1], order[1:], strict=True):
        placed[upper] = max(placed[upper], placed[lower] + 2 * gap)
    return [float(place) for place in np.maximum(placed, gap)]
