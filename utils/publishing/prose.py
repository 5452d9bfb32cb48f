"""Sentences, boxes and tables whose numbers come from code."""

from __future__ import annotations

import html
from collections.abc import Mapping


def say(text: str) -> None:
    """Publish a sentence or more, in Markdown. Its numbers are to be put in by the caller's code.

    >>> beds = 7
    >>> say(f"There are {beds} beds.")
    There are 7 beds.
    """
    from IPython.display import publish_display_data

    publish_display_data({"text/markdown": bind(text), "text/plain": bind(text)})


def bind(text: str) -> str:
    """Keep a number and its per cent sign on one line.

    >>> bind("5 % of 7 days") == "5\\u00a0% of 7 days"
    True
    """
    return text.replace(" %", "\u00a0%")


def show_answer(question: str, answer: str, *, notes: str = "") -> None:
    """Publish the box at a notebook's head: the question, the answer in one sentence, and what to bear in mind.

    >>> show_answer("Will the ward be full by 2 May?", "More likely than not.", notes="A study.")
    Will the ward be full by 2 May?
    More likely than not.
    A study.
    """
    from IPython.display import publish_display_data

    page = (
        '<section class="answer-box" aria-label="Question and answer">'
        f'<p class="answer-question">{html.escape(question)}</p><p class="answer-sentence">{html.escape(bind(answer))}</p>'
        + (f'<p class="answer-notes">{html.escape(bind(notes))}</p>' if notes else "")
        + "</section>"
    )
    publish_display_data({"text/html": page, "text/plain": f"{question}\n{answer}\n{notes}".strip()})


def show_questions(answers: Mapping[str, str]) -> None:
    """Publish questions to test oneself with, each with its answer folded under it.

    Parameters
    ----------
    answers : mapping of str to str
        By question, its answer. Both are plain text; their numbers are to be put in by the caller's code.

    Examples
    --------
    >>> show_questions({"Is a missing day a zero?": "No: it could hold any number."})
    Is a missing day a zero?
    No: it could hold any number.
    """
    from IPython.display import publish_display_data

    page = "".join(
        f'<details class="question"><summary>{html.escape(bind(question))}</summary><p>{html.escape(bind(answer))}</p></details>'
        for question, answer in answers.items()
    )
    text = "\n\n".join(f"{question}\n{answer}" for question, answer in answers.items())
    publish_display_data({"text/html": page, "text/plain": text})
