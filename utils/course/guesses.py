"""A reader's own probability, written down before the answer: kept on this machine alone, and scored as a forecast is."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ..common.checks import check_day, check_number, is_number
from ..common.errors import InputError
from ..common.files import write_text
from ..common.formatting import percent
from ..common.paths import find_cache
from ..questions.question import Question
from ..verification.scores import score_brier, score_log

#: Two probabilities nearer to each other than this are one answer: no number of questions that anybody asks tells them apart.
NEAREST = 0.01


@dataclass(frozen=True)
class Asked:
    """A question that a reader gives a probability for.

    Attributes
    ----------
    key : str
        What a guess is kept under: the question and the day of the knowledge (`name_guess`).
    words : str
        The question in a sentence.
    """

    key: str
    words: str


@dataclass(frozen=True)
class Settled(Asked):
    """A question that has come out, or has not yet, and what others gave it.

    Attributes
    ----------
    title : str
        The question and its outcome in few words.
    came : bool, optional
        Whether the event came; None where nothing at hand settles it.
    forecasts : mapping of str to float
        Probability by the name of the forecast, in the order of the page.
    """

    title: str
    came: bool | None
    forecasts: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Score:
    """What a probability scored on one event; lower is better.

    Attributes
    ----------
    brier : float
        Squared distance between the probability and what came, one or zero.
    log : float
        Minus the logarithm of the probability that was given to what came, in bits; infinite where that was zero.
    """

    brier: float
    log: float


def name_guess(question: Question, *, as_of: object) -> str:
    """Name what a guess is about, so that it is found again: the day of the knowledge and all that makes the question.

    Examples
    --------
    >>> name_guess(Question(threshold=100, opens="2024-03-01", closes="2024-04-01", source="ward"), as_of="2024-02-29")
    '2024-02-29: ward day >= 100, 2024-03-01 to 2024-03-31'
    """
    day = check_day(as_of, name="as_of")
    who = " ".join(part for part in (question.source, question.scope) if part)
    window = question.window
    return (
        f"{day:%Y-%m-%d}: {who} {question.definition} {'<' if question.below else '>='} {question.threshold:.10g}, "
        f"{window[0]:%Y-%m-%d} to {window[-1]:%Y-%m-%d}"
    )


def check_guess(value: object) -> float:
    """Return a guess as a probability.

    Raises
    ------
    InputError
        If it is no number from 0 to 1.

    Examples
    --------
    >>> check_guess(0.3)
    0.3
    >>> check_guess(30)
    Traceback (most recent call last):
    ...
    utils.common.errors.InputError: guess 30 must be a number from 0 to 1, such as 0.3 for 30 %, or None
    """
    return check_number(value, name="guess", rule="a number from 0 to 1, such as 0.3 for 30 %, or None", low=0, high=1)


def read_guess(text: str) -> float | None:
    """Read what a person typed, in per cent, as a probability; None where nothing was typed.

    Raises
    ------
    InputError
        If it is no number from 0 to 100.

    Examples
    --------
    >>> read_guess("30"), read_guess(" 2,5 % "), read_guess("")
    (0.3, 0.025, None)
    >>> read_guess("often")
    Traceback (most recent call last):
    ...
    utils.common.errors.InputError: guess 'often' must be a number of per cent from 0 to 100, such as 30
    """
    plain = text.strip().removesuffix("%").strip().replace(",", ".")
    if not plain:
        return None
    try:
        number = float(plain)
    except ValueError:
        number = math.nan
    if not is_number(number, low=0, high=100):
        raise InputError(f"guess {text.strip()!r} must be a number of per cent from 0 to 100, such as 30")
    return number / 100


def write_guess(probability: float) -> str:
    """Write a probability that a person chose: as chosen, for 0 and 100 are no roundings.

    Examples
    --------
    >>> write_guess(0.3), write_guess(0.025), write_guess(0.0)
    ('30 %', '2.5 %', '0 %')
    """
    return f"{100 * probability:.4g} %"


# Keep -----------------------------------------------------------------------------------------------------------------------


def find_guesses(folder: Path | None = None) -> Path:
    """Return the file that keeps guesses: in a folder of its own below that of what need not be kept in version control.

    Examples
    --------
    >>> find_guesses().name
    'guesses.json'
    """
    return (folder or find_cache("guesses")) / "guesses.json"


def load_guesses(folder: Path | None = None) -> dict[str, float]:
    """Load the guesses that are kept, by key; none where the file is missing or holds anything else.

    Examples
    --------
    >>> load_guesses(Path("nowhere"))
    {}
    """
    try:
        held = json.loads(find_guesses(folder).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    items = held.items() if isinstance(held, dict) else ()
    return {key: float(value) for key, value in items if is_number(value, low=0, high=1)}


def keep_guesses(guesses: Mapping[str, float], *, folder: Path | None = None) -> None:
    """Keep guesses by key, beside those that are kept already; one of the same key is replaced.

    Raises
    ------
    InputError
        If a guess is no probability.
    OSError
        If the file cannot be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as name:
    ...     keep_guesses({"rain": 0.5}, folder=Path(name))
    ...     keep_guesses({"rain": 0.25, "snow": 0}, folder=Path(name))
    ...     load_guesses(Path(name))
    {'rain': 0.25, 'snow': 0.0}
    """
    kept = load_guesses(folder) | {key: check_guess(value) for key, value in guesses.items()}
    write_text(find_guesses(folder), json.dumps(kept, indent=1, ensure_ascii=False) + "\n")


def delete_guesses(keys: Iterable[str], *, folder: Path | None = None) -> None:
    """Delete the guesses of these keys; the file goes with the last one.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as name:
    ...     keep_guesses({"rain": 0.5}, folder=Path(name))
    ...     delete_guesses(["rain", "hail"], folder=Path(name))
    ...     find_guesses(Path(name)).exists()
    False
    """
    gone = set(keys)
    left = {key: value for key, value in load_guesses(folder).items() if key not in gone}
    if left:
        write_text(find_guesses(folder), json.dumps(left, indent=1, ensure_ascii=False) + "\n")
    else:
        find_guesses(folder).unlink(missing_ok=True)


# Score ----------------------------------------------------------------------------------------------------------------------


def score_guess(probability: float, came: bool) -> Score:
    """Score a probability on one event, as the archived forecasts are scored, but without a floor under the log score.

    Raises
    ------
    InputError
        If it is no probability.

    Examples
    --------
    >>> score_guess(0.25, came=True)
    Score(brier=0.5625, log=2.0)
    >>> score_guess(0, came=True).log
    inf
    """
    guess, outcome = check_guess(probability), float(came)
    given = guess if came else 1 - guess
    log = math.inf if given == 0 else abs(float(score_log(guess, outcome, floor=np.finfo(float).tiny)))
    return Score(float(score_brier(guess, outcome)), log)


def write_brier_score(brier: float) -> str:
    """Write a Brier score, halves upwards, as the script of the page does.

    Examples
    --------
    >>> write_brier_score(0.0625), write_brier_score(0.1)
    ('0.063', '0.100')
    """
    return f"{math.floor(1000 * brier + 0.5) / 1000:.3f}"


def write_log_score(bits: float) -> str:
    """Write a log score; that of a certainty that went wrong has no bound.

    Examples
    --------
    >>> write_log_score(1.7369655941662063), write_log_score(math.inf)
    ('1.74', 'no bound')
    """
    return f"{bits:.2f}" if math.isfinite(bits) else "no bound"


def count_questions(first: float, second: float, *, sure: float = 0.95) -> int:
    """Count the separate questions, each like one, after which whoever is right surely has the better mean Brier score.

    One forecaster gives `first` each time and the other `second`, and one of them is exactly right. By the Brier score the one
    is better whose probability is nearer to how often the event came; that number is binomial, so nothing is approximated.

    Parameters
    ----------
    first, second : float
        Probabilities of the event; at least `NEAREST` apart.
    sure : float
        Probability with which the right one, whichever it is, must be ahead; over 0.5.

    Returns
    -------
    int
        The least number from which on it holds.

    Raises
    ------
    InputError
        If a value breaks its rule.

    Examples
    --------
    >>> count_questions(0.2, 0.8)
    9
    >>> count_questions(0.45, 0.55) > 100
    True
    """
    from scipy.stats import binom, norm

    low, high = sorted((check_guess(first), check_guess(second)))
    check_number(sure, name="sure", rule="a number over 0.5 and at most 0.9999", above=0.5, high=0.9999)
    if high - low < NEAREST:
        raise InputError(f"first {first} and second {second} are one answer to within {percent(NEAREST)}; give two that differ")
    # By the normal approximation so many would do; the exact number lies near it.
    about = (norm.ppf(sure) / (high - low)) ** 2 * 4 * max(low * (1 - low), high * (1 - high), NEAREST)
    n = np.arange(1, int(2 * about) + 100)
    middle = np.round(n * (low + high) / 2, 9)  # of 10 events at 0.3 and 0.7, 5 is a tie, however 0.3 + 0.7 is rounded
    if_low = binom.cdf(np.ceil(middle) - 1, n, low)
    if_high = binom.sf(np.floor(middle), n, high)
    failing = np.flatnonzero(np.minimum(if_low, if_high) < sure)
    return int(failing[-1]) + 2 if len(failing) else 1
