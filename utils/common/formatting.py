"""Numbers and days, written the same way wherever a reader meets them."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence

#: Two probabilities are far apart where they differ by so much, or one is so many times the other.
FAR, FAR_TIMES = 0.2, 4.0


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


#: What the interval of a probability is, in one sentence for every page.
INTERVAL_RULE = (
    "The 90 % interval of the probability: paths come in blocks, each with a draw of its own of what is not known, that is the "
    "model and its settings, the days not yet counted and, where scenarios may come, how often and how strongly; nine in ten "
    "blocks give a probability within it. Where its ends are less than a point apart, the members of the pool agree."
)


def write_interval(low: float, high: float) -> str:
    """Write the interval of a probability; where its ends agree to a point, the members agree.

    >>> write_interval(0.051, 0.24), write_interval(0.0, 0.3), write_interval(0.302, 0.304)
    ('5 % to 24 %', 'under 1 % to 30 %', 'members agree')
    """
    ends = percent(low), percent(high)
    return "members agree" if ends[0] == ends[1] or high - low < 0.01 else " to ".join(ends)


def day_in_words(day: dt.date, *, short: bool = False) -> str:
    """Write a day as 13 November 2024, or 13 Nov 2024.

    >>> day_in_words(dt.date(2024, 11, 13)), day_in_words(dt.date(2024, 11, 13), short=True)
    ('13 November 2024', '13 Nov 2024')
    """
    return f"{day.day} {day:%b %Y}" if short else f"{day.day} {day:%B %Y}"


def days_in_words(first: dt.date, last: dt.date) -> str:
    """Write a span of days as short as it can be read.

    >>> days_in_words(dt.date(2024, 11, 5), dt.date(2024, 11, 5)), days_in_words(dt.date(2024, 10, 1), dt.date(2024, 10, 16))
    ('5 Nov 2024', '1 to 16 Oct 2024')
    >>> days_in_words(dt.date(2024, 5, 1), dt.date(2024, 9, 30)), days_in_words(dt.date(2023, 12, 30), dt.date(2024, 1, 2))
    ('1 May to 30 Sep 2024', '30 Dec 2023 to 2 Jan 2024')
    """
    end = day_in_words(last, short=True)
    if first == last:
        return end
    if first.year != last.year:
        return f"{day_in_words(first, short=True)} to {end}"
    return f"{first.day}{'' if first.month == last.month else f' {first:%b}'} to {end}"


def format_some(n: float, noun: str) -> str:
    """Write how many there are of something.

    >>> format_some(1, "day"), format_some(2000, "day"), format_some(0.5, "truck")
    ('1 day', '2,000 days', '0.5 trucks')
    """
    return f"{n:,.10g} {noun}{'' if n == 1 else 's'}"


def compare_in_words(value: float, other: float, *, than: str = "") -> str:
    """Say how one probability stands to another as they are printed: two that are printed alike do not differ.

    >>> compare_in_words(0.68, 0.03, than="the base rate"), compare_in_words(0.012, 0.01, than="before")
    ('far above the base rate', 'the same as before')
    >>> compare_in_words(0.24, 0.32)
    'below'
    """
    if percent(value) == percent(other):
        return f"the same as {than}" if than else "the same"
    far = abs(value - other) >= FAR or min(value, other) > 0 and not 1 / FAR_TIMES < value / other < FAR_TIMES
    words = ("far " if far else "") + ("above" if value > other else "below")
    return f"{words} {than}" if than else words


def list_in_words(items: Sequence[str], *, last: str = "and") -> str:
    """Write a list as a sentence has it.

    >>> list_in_words(["a"]), list_in_words(["a", "b", "c"]), list_in_words([])
    ('a', 'a, b and c', 'none')
    """
    if not items:
        return "none"
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {last} {items[-1]}"
