"""An exam: questions with marks, and answers whose numbers are computed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from ..common.formatting import format_some
from ..publishing.prose import say
from ..publishing.tables import show_table


@dataclass(frozen=True)
class Item:
    """A question of an exam.

    Attributes
    ----------
    session : str
        Title of the session that it goes back to.
    marks : int
    question, answer : str
        In Markdown. The answer says what each mark is for.
    table : pandas.DataFrame
        What is given; empty if nothing is.
    caption : str
        What the table shows.
    """

    session: str
    marks: int
    question: str
    answer: str
    table: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)
    caption: str = ""


def sum_marks(items: Sequence[Item]) -> int:
    """Sum the marks of an exam.

    >>> sum_marks([Item("One", 4, "How many?", "Seven."), Item("One", 3, "Why?", "A week.")])
    7
    """
    return sum(item.marks for item in items)


def show_questions_of_exam(items: Sequence[Item]) -> None:
    """Publish the questions with what is given and their marks, and nothing of the answers.

    >>> show_questions_of_exam([Item("Session 1: weeks", 2, "How many days has a week?", "Seven.")])
    **1.** How many days has a week? *(2 marks)*
    """
    for number, item in enumerate(items, start=1):
        say(f"**{number}.** {item.question} *({format_some(item.marks, 'mark')})*")
        if len(item.table):
            show_table(item.table, caption=item.caption)


def show_answers_of_exam(items: Sequence[Item]) -> None:
    """Publish the answers, each with its number, its marks and the session that it goes back to.

    >>> show_answers_of_exam([Item("Session 1: weeks", 2, "How many days has a week?", "Seven.")])
    **1.** Seven. *(2 marks; session 1)*
    """
    for number, item in enumerate(items, start=1):
        say(f"**{number}.** {item.answer} *({format_some(item.marks, 'mark')}; {item.session.partition(':')[0].lower()})*")
