"""What a check says of an answer: in words, telling the common mistakes apart, and never with a traceback."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

#: What an answer can be: right; not given yet; a mistake that the check knows; or wrong in another way.
RIGHT, OPEN, MISTAKE, WRONG = "right", "open", "mistake", "wrong"
_OPENINGS = {RIGHT: "Right.", OPEN: "Not answered yet.", MISTAKE: "Not quite.", WRONG: "Not yet."}


class NotReadableError(TypeError):
    """An answer of another kind than the check can judge."""


class _NotAnsweredError(Exception):
    """An answer that is still the dots."""


@dataclass(frozen=True)
class Verdict:
    """What a check says of an answer.

    Attributes
    ----------
    kind : str
        `RIGHT`, `OPEN`, `MISTAKE` or `WRONG`.
    words : str
        What to think of next; for a right answer, what it shows.
    """

    kind: str
    words: str

    def __repr__(self) -> str:
        """In words, as a cell shows it."""
        return f"{_OPENINGS[self.kind]} {self.words}"


@dataclass(frozen=True)
class Mistake:
    """A common mistake: the answer that it leads to, and what to say of it."""

    value: object
    words: str


def check(wanted: str) -> Callable[[Callable[[Any], Verdict]], Callable[[Any], Verdict]]:
    """Make a judge of answers into a check that never raises.

    Parameters
    ----------
    wanted : str
        The form of the answer, in words: "a whole number of days".

    Returns
    -------
    callable
        A decorator. The check says what is wanted of an answer that is still ``...``, or that the judge could not read.

    Examples
    --------
    >>> @check("a number of days")
    ... def check_week(answer):
    ...     return compare(answer, 7, praise="A week has seven.")
    >>> check_week(...)
    Not answered yet. Wanted: a number of days, in place of the dots. The hints above show a way.
    >>> check_week("seven"), check_week(7)
    (Not yet. Wanted: a number of days; this is 'seven' (str)., Right. A week has seven.)
    """

    def decorate(judge: Callable[[Any], Verdict]) -> Callable[[Any], Verdict]:
        @functools.wraps(judge)
        def checked(answer: Any) -> Verdict:
            try:
                return judge(_refuse_dots(answer))
            except _NotAnsweredError:
                return Verdict(OPEN, f"Wanted: {wanted}, in place of the dots. The hints above show a way.")
            except NotReadableError:
                return Verdict(WRONG, f"Wanted: {wanted}; this is {_show(answer)}.")
            except Exception as error:  # an answer can be anything, and whoever learns should read words
                said = "it stopped with" if callable(answer) else "this one stopped the check with"
                return Verdict(WRONG, f"Wanted: {wanted}; {said} {type(error).__name__}: {error}.")

        return checked

    return decorate


def _refuse_dots(answer: Any) -> Any:
    """Give an answer back, unless it is still the dots; a function will raise as soon as it returns them."""
    if answer is ...:
        raise _NotAnsweredError
    if not callable(answer):
        return answer
    return lambda *given: _refuse_dots(answer(*given))


def compare(
    answer: object,
    right: object,
    *,
    praise: str,
    mistakes: Sequence[Mistake] = (),
    tolerance: float = 1e-6,
    fraction: bool = False,
) -> Verdict:
    """Compare an answer with the right one and with those of common mistakes.

    Parameters
    ----------
    answer : object
        A number, a text, or numbers by label (`pandas.Series`).
    right : object
        Of the same kind.
    praise : str
        What a right answer shows.
    mistakes : sequence of Mistake
        Tried in their order, once the answer is not right.
    tolerance : float
        How far a number may lie from the right one, as a part of it.
    fraction : bool
        Whether a fraction from 0 to 1 is wanted, so that one in per cent is told apart.

    Raises
    ------
    NotReadableError
        If the answer is of another kind than `right`; `check` turns that into words.

    Examples
    --------
    >>> compare(50, 0.5, praise="Half.", fraction=True)
    Not quite. This is in per cent; a fraction from 0 to 1 is wanted.
    >>> compare(3, 4, praise="Two by two.", mistakes=[Mistake(3, "A corner was counted twice.")])
    Not quite. A corner was counted twice.
    """
    given = _read(answer, like=right)
    if _agree(given, right, tolerance):
        return Verdict(RIGHT, praise)
    for mistake in mistakes:
        if _agree(given, mistake.value, tolerance):
            return Verdict(MISTAKE, mistake.words)
    if fraction and isinstance(given, float) and _agree(given / 100, right, tolerance):
        return Verdict(MISTAKE, "This is in per cent; a fraction from 0 to 1 is wanted.")
    return Verdict(WRONG, _describe_difference(given, right, tolerance))


def _read(answer: Any, *, like: Any) -> Any:
    kind = pd.Series if isinstance(like, pd.Series) else str if isinstance(like, str) else None
    if kind is not None and not isinstance(answer, kind):
        raise NotReadableError(f"a {kind.__name__} is wanted")
    if kind is str:
        return answer.strip()
    if kind is None and isinstance(answer, bool | np.bool_ | str | pd.Series):
        raise NotReadableError("a number is wanted")
    try:
        return answer.astype(float) if kind is pd.Series else float(answer)
    except (TypeError, ValueError, OverflowError) as error:
        raise NotReadableError("numbers are wanted") from error


def _agree(given: Any, value: Any, tolerance: float) -> bool:
    if isinstance(given, str) or isinstance(value, str):
        return str(given).casefold() == str(value).casefold()
    if isinstance(given, pd.Series):
        same = isinstance(value, pd.Series) and given.index.equals(value.index)
        return same and bool(_is_near(given, value, tolerance).all())
    return bool(_is_near(given, value, tolerance))


def _is_near(given: Any, value: Any, tolerance: float) -> np.ndarray:
    near: np.ndarray = np.isclose(np.asarray(given, float), np.asarray(value, float), rtol=tolerance, atol=1e-9, equal_nan=True)
    return near


def _describe_difference(given: Any, right: Any, tolerance: float) -> str:
    if isinstance(given, str):
        return f"{given!r} is not it."
    if not isinstance(given, pd.Series):
        return f"{given:g} is too {'high' if given > right else 'low'}." if np.isfinite(given) else f"{given} is no number."
    if len(given) != len(right):
        return f"It has {len(given):,} rows; {len(right):,} are wanted."
    if not given.index.equals(right.index):
        (first, last), (begin, end) = (one.index[[0, -1]] for one in (given, right))
        return f"Its rows are labelled from {first} to {last}; {begin} to {end} is wanted."
    near = _is_near(given, right, tolerance)
    return f"{(~near).sum():,} of {len(near):,} values differ; the first at {right.index[np.argmin(near)]}."


def _show(answer: object) -> str:
    text = " ".join(repr(answer).split())
    return f"{text if len(text) <= 40 else text[:40] + '...'} ({type(answer).__name__})"
