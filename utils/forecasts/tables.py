"""Answers as tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from ..common.formatting import write_interval
from ..questions.passage import parse_definition
from ..scenarios.hazards import Scenario
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


def tabulate_in_words(
    answers: Sequence[Answer], *, baselines: Sequence[str] = ("base_rate", "weekday_bootstrap")
) -> pd.DataFrame:
    """Lay answers out for a page, a row an answer: whose count, how reached, probability, interval, past, baselines.

    What was counted, such as "3 of 4" windows of the past, stands before the rate that is estimated from it.
    """
    table = tabulate_answers(answers)
    shown = {
        "count": [answer.question.counter.title for answer in answers],
        "fallen below" if answers and answers[0].question.below else "reached": table["words"],
        "probability": table["probability"],
        "90 % interval": table["interval"],
        "met in the past": [f"{answer.base_rate.met} of {answer.base_rate.windows} windows" for answer in answers],
    }
    return pd.DataFrame(shown | {name.replace("_", " "): table[name] for name in baselines})


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


def tabulate_scenarios(
    scenarios: Mapping[str, Mapping[str, Scenario]],
    alone: Mapping[tuple[str, str], Answer],
    *,
    plain: Mapping[str, Answer],
    mixed: Mapping[str, Answer],
) -> pd.DataFrame:
    """Lay out, by source, the answer if nothing comes, with each scenario by itself, and with all of them.

    Parameters
    ----------
    scenarios : mapping of str to mapping of str to Scenario
        By source and name.
    alone : mapping of (str, str) to Answer
        By source and name, the answer where only that one may come.
    plain, mixed : mapping of str to Answer
        By source, the answers without any scenario and with all.
    """
    rows: list[tuple[str, str, float, str, float]] = []
    for source, one in plain.items():
        title = one.question.counter.title
        rows.append((title, "nothing may come", float("nan"), "", one.probability))
        for name, scenario in scenarios[source].items():
            low, middle, high = np.exp(scenario.effect["log_ratio"].quantile([0.05, 0.5, 0.95]))
            found = alone[source, name]
            rows.append((title, name, _comes(found), f"{middle:.1f} ({low:.1f} to {high:.1f})", found.probability))
        rows.append((title, "all that may come", _comes(mixed[source]), "", mixed[source].probability))
    return pd.DataFrame(rows, columns=["count", "what may come", "probability", "times the flow", "answer"])


def _comes(answer: Answer) -> float:
    """Probability that any scenario comes within the window."""
    return sum(branch.probability for branch in answer.branches if branch.names)


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
                "met in the past": f"{answer.base_rate.met} of {answer.base_rate.windows} windows",
                "probability": answer.probability,
            }
            for answer in answers
        ]
    )
