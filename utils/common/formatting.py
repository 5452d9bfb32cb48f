"""Numbers and days, written the same way wherever a reader meets them."""

from __future__ import annotations

import datetime as dt
import math


def percent(probability: float) -> str:
    """Write a probability or a share; one that rounds to nothing or to all is not called impossible or certain.

    >>> percent(0.176), percent(0.0), percent(0.005), percent(0.9999), percent(1.2), percent(-0.001)
    ('18 %', 'under 1 %', '1 %', 'over 99 %', '120 %', '0 %')
    """
    if 0 <= probability < 0.005:
        return "under 1 %"
    if 0.995 < probability <= 1:
        return "over 99 %"
    return f"{math.floor(100 * probability + 0.5)} %"


def day_in_words(day: dt.date, *, short: bool = False) -> str:
    """Write a day as 13 November 2024, or 13 Nov 2024."""
    return f"{day.day} {day:%b %Y}" if short else f"{day.day} {day:%B %Y}"
