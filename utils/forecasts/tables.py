"""Answers as tables."""

from __future__ import annotations

import pandas as pd

from ..questions.passage import parse_definition
from .result import Answer


def tabulate_answers(answers: list[Answer]) -> pd.DataFrame:
    """Lay answers out as a table, a row an answer, probabilities as numbers."""
    return pd.DataFrame(
        [
            dict(
                question=said.question.name,
                source=said.question.source,
                definition=said.question.definition,
                words=parse_definition(said.question.definition).words,
                probability=said.probability,
                low=said.low,
                high=said.high,
                **said.baselines,
                last_known=said.last_known,
            )
            for said in answers
        ]
    )


def tabulate_branches(said: Answer) -> pd.DataFrame:
    """Lay out what an answer with scenarios is made of: what comes, its chance, the target reached then, and what that adds."""
    return pd.DataFrame(
        [
            {
                "what comes": " and ".join(branch.names) or "nothing",
                "chance": branch.share,
                "then reached": branch.reach,
                "adds": branch.share * branch.reach,
            }
            for branch in said.branches
        ],
        columns=["what comes", "chance", "then reached", "adds"],
    )


def tabulate_known(answers: list[Answer]) -> pd.DataFrame:
    """Lay out what each answer rests on: the newest list, its last counted day, and the separate windows of its past."""
    return pd.DataFrame(
        [
            {
                "source": said.question.source,
                "seen": "in hindsight" if said.hindsight else "on the day",
                "starts from": {"flow": "both lists and quotes", "list": "its list"}[said.start],
                "list published": said.vintages[-1],
                "last counted day": said.last_known,
                "days unknown to the origin": (said.origin - said.last_known).days,
                "windows of the past": said.base_rate.windows,
                "of them met": said.base_rate.met,
                "probability": said.probability,
            }
            for said in answers
        ]
    )
