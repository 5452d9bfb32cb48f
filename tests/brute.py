"""The rule of reaching, written out day by day in whole numbers: the slow twin that the tests hold the fast one to."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction


def find_first(
    path: Sequence[float], definition: str, threshold: float, tail: Sequence[float] = (), *, below: bool = False
) -> int:
    """Return the index of the first day on which `path`, preceded by `tail`, meets the definition, or -1."""
    limit = Fraction(threshold)
    whole = [*tail, *path]

    def reaches(count) -> bool:
        return count < limit if below else count >= limit

    for day in range(len(path)):
        upto = whole[: len(tail) + day + 1]
        if definition == "day":
            met = reaches(upto[-1])
        elif definition == "window_mean":
            met = day == len(path) - 1 and reaches(Fraction(sum(path)) / len(path))
        else:
            days = int(definition.removeprefix("mean").removeprefix("run"))
            last = upto[-days:]
            if len(last) < days:
                met = False
            elif definition.startswith("mean"):
                met = reaches(Fraction(sum(last)) / days)
            else:
                met = all(reaches(count) for count in last)
        if met:
            return day
    return -1
