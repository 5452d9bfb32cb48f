"""Answers as tables."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from ..common.formatting import write_interval
from ..questions.passage import parse_definition
from .result import Answer


def tabulate_answers(answers: Sequence[Answer]) -> pd.DataFrame:
    """Lay answers out as a table, a row an answer, probabilities as numbers."""
    return pd.DataFrame(
        [
            dict(
                question=answer.question.name,
                source=answer.question.source,
                definition=answer.question.definition,
                words=parse_definition(answer.question.definition).words,
                probability=answer.probability,
                low=answer.low,
                high=answer.high,
                interval=write_interval(answer.low, answer.high),
                **answer.baselines,
                last_counted=answer.last_counted,
            )
            for answer in answers
        ]
    )


def tabulate_branches(answer: Answer) -> pd.DataFrame:
    """Lay out what an answer with scenarios is made of: what comes, how likely, the probability then, and what that adds."""
    return pd.DataFrame(
        [
            {
                "what comes": " and ".join(branch.names) or "nothing",
                "probability": branch.probability,
                "then reached": branch.probability_if,
                "adds": branch.probability * branch.probability_if,
            }
            for branch in answer.branches
        ],
        columns=["what comes", "probability", "then reached", "adds"],
    )


def tabulate_records(answers: Sequence[Answer]) -> pd.DataFrame:
    """Lay out how often statements such as each answer came true, and what they said on average, NaN where there were none."""
    rows = []
    for answer in answers:
        record = answer.track_record
        such = None if isinstance(record, str) or not record.such.cases else record.such
        rows.append(
            {
                "source": answer.question.counter.title,
                "reached": parse_definition(answer.question.definition).words,
                "probability": answer.probability,
                "such statements averaged": such.said if such else None,
                "came true": f"{such.came} of {such.cases}" if such else "no such statement",
                "separate windows": such.separate if such else 0,
            }
        )
    return pd.DataFrame(rows).astype({"such statements averaged": float})


def tabulate_known(answers: Sequence[Answer]) -> pd.DataFrame:
    """Lay out what each answer rests on: the newest list, its last counted day, and the separate windows of its past."""
    return pd.DataFrame(
        [
            {
                "source": answer.question.counter.title,
                "vintage": {"real-time": "on the day", "final": "final"}[answer.vintage],
                "starts from": {"nowcast": "the nowcast", "list": "its list"}[answer.init],
                "list published": answer.vintages[-1] if answer.vintages else "not given",
                "last counted day": answer.last_counted,
                "days unknown to the origin": (answer.origin - answer.last_counted).days,
                "windows of the past": answer.base_rate.windows,
                "of them met": answer.base_rate.met,
                "probability": answer.probability,
            }
            for answer in answers
        ]
    )
