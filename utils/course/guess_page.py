"""The parts of a page at which a reader gives a probability and sees it scored: words and a table, brought to life by a script.

The script (``publishing/templates/guess.js``) builds the fields, keeps what is written in the reader's browser alone, and covers
the answers on request. Without it the words and the table stand, and nothing is covered.
"""

from __future__ import annotations

import html
from collections.abc import Sequence

from ..common.errors import InputError
from ..common.formatting import percent
from ..publishing.pages import GUESS_MARK
from ..publishing.play import write_json
from ..publishing.prose import bind
from .guesses import Asked, Settled, score_guess, write_brier_score, write_guess, write_log_score

#: Where to write, without a script.
ON_PAPER = "write your probability on paper before you read on"

#: How a score of one's own is computed without a script.
BY_HAND = (
    "By hand: if the event came, a probability p from 0 to 1 scores (1 − p)² and −log₂ p; else p² and −log₂ (1 − p). A certainty "
    "that goes wrong, 0 % or 100 %, has a log score without bound."
)


def write_ask(
    asked: Sequence[Asked],
    *,
    facts: Sequence[str],
    link: tuple[str, str] | None = None,
    way: str = ON_PAPER,
    kept: float | None = None,
    live: bool = True,
) -> str:
    """Write the part that asks for probabilities before the answers: the questions and what was known, folded.

    Parameters
    ----------
    asked : sequence of Asked
        The questions that the page answers, its own first.
    facts : sequence of str
        What was known on the day, in sentences that give nothing of the forecast away.
    link : tuple of (str, str), optional
        Where the guess is scored: the words of a link, and the notebook that it leads to.
    way : str
        Where to write it, to stand after "Guess first:".
    kept : float, optional
        A guess at the first question that was given in code.
    live : bool
        Whether the data for the script are in it.

    Returns
    -------
    str
        HTML; empty where nothing is asked.

    Examples
    --------
    >>> part = write_ask([Asked("rain", "Will it rain tomorrow?")], facts=["The glass is falling."], live=False)
    >>> "Will it rain tomorrow?" in part, "on paper" in part, "script" in part
    (True, True, False)
    """
    if not asked:
        return ""
    questions = "".join(f"<li>{_write(one.words)}</li>" for one in asked)
    known = "".join(f"<p>{_write(fact)}</p>" for fact in facts)
    scored = (
        f'<p><a href="{html.escape(link[1])}">{_write(link[0])}</a> tells what came, and scores your guess.</p>' if link else ""
    )
    own = "" if kept is None else f"<p>You gave the first question {_write(write_guess(kept))}; it is kept on this machine.</p>"
    data = _write_data("ask", [{"key": one.key, "words": one.words} for one in asked]) if live else ""
    return (
        f'<section class="guess" id="guess" aria-label="Guess first"><details><summary>Guess first: <span>{_write(way)}</span>'
        f'</summary>{known}<ul class="guess-asked">{questions}</ul>{scored}</details>{own}{data}</section>'
    )


def write_scores(settled: Sequence[Settled], *, caption: str, live: bool = True, guesses: dict[str, float] | None = None) -> str:
    """Write the part that scores probabilities on events that have come out: a table, and how to compute one's own.

    Parameters
    ----------
    settled : sequence of Settled
    caption : str
        What the table holds.
    live : bool
        Whether the data for the script are in it.
    guesses : dict of str to float, optional
        The reader's own, by key, each of which has a row.

    Returns
    -------
    str
        HTML.

    Raises
    ------
    InputError
        If there is no question.

    Examples
    --------
    >>> rain = Settled("rain", "Will it rain?", "Rain: it came", True, {"the pool": 0.75})
    >>> part = write_scores([rain], caption="Scores.", guesses={"rain": 0})
    >>> [text in part for text in (">0.063<", ">0.42<", "your guess", "no bound")]
    [True, True, True, True]
    """
    if not settled:
        raise InputError("settled holds no question; give one or more")
    heads = "".join(f'<th scope="col" class="number">{name}</th>' for name in ("probability", "Brier score", "log score, bits"))
    bodies = "".join(_write_body(one, guesses or {}) for one in settled)
    data = _write_data("score", [{"key": one.key, "words": one.words, "came": one.came} for one in settled]) if live else ""
    return (
        '<section class="guess guess-scores" aria-label="Guesses and forecasts, scored">'
        f"<table><caption>{_write(caption)}</caption>"
        f'<thead><tr><th scope="col">forecast</th>{heads}</tr></thead>{bodies}</table>'
        f'<p class="note">{_write(BY_HAND)}</p>{data}</section>'
    )


def _write_body(one: Settled, guesses: dict[str, float]) -> str:
    """Write the rows of one question under its outcome, the reader's own first."""
    own = [_write_row("your guess", write_guess(guesses[one.key]), guesses[one.key], one.came)] if one.key in guesses else []
    rows = [_write_row(name, _write_given(value), value, one.came) for name, value in one.forecasts.items()]
    head = f'<tr><th scope="rowgroup" colspan="4">{_write(one.title)}</th></tr>'
    return f'<tbody data-key="{html.escape(one.key)}">{head}{"".join([*own, *rows])}</tbody>'


def _write_given(probability: float) -> str:
    """Write what a forecast gave: zero by rule as such, and not as a rounding."""
    return "0 %" if probability == 0 else percent(probability)


def _write_row(name: str, given: str, probability: float, came: bool | None) -> str:
    if came is None:
        scores = ["not scored"] * 2
    else:
        score = score_guess(probability, came)
        scores = [write_brier_score(score.brier), write_log_score(score.log)]
    cells = "".join(f'<td class="number">{_write(text)}</td>' for text in (given, *scores))
    own = ' class="own"' if name == "your guess" else ""
    return f'<tr{own}><th scope="row">{_write(name)}</th>{cells}</tr>'


def _write_data(kind: str, questions: Sequence[dict[str, object]]) -> str:
    return f'<script type="application/json" class="{GUESS_MARK}">{write_json({"kind": kind, "questions": questions})}</script>'


def _write(text: str) -> str:
    return html.escape(bind(text))
