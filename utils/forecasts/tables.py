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
    """Lay answers out as a table, a row an answer, probabilities as numbers.

    >>> from utils.forecasts.answer import answer
    >>> from utils.questions.question import Question
    >>> counts = pd.Series(np.arange(70.0) % 7, pd.date_range("2024-01-01", periods=70))  # 6 on Sundays
    >>> found = answer(Question(threshold=6, opens="2024-03-11", closes="2024-03-18"), counts=counts, n_paths=50)
    >>> tabulate_answers([found])[["words", "weekday_bootstrap", "always_no"]].values.tolist()
    [['on any one day', 1.0, 0.0]]
    """
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

    >>> from utils.forecasts.answer import answer
    >>> from utils.questions.question import Question
    >>> counts = pd.Series(np.arange(70.0) % 7, pd.date_range("2024-01-01", periods=70))  # 6 on Sundays
    >>> found = answer(Question(threshold=6, opens="2024-03-11", closes="2024-03-18"), counts=counts, n_paths=50)
    >>> tabulate_in_words([found])[["reached", "met in the past", "weekday bootstrap"]].values.tolist()
    [['on any one day', '10 of 10 windows', 1.0]]
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
    """Lay out what an answer with scenarios is made of: what comes, how likely, the probability then, and what that adds.

    >>> from dataclasses import replace
    >>> from utils.forecasts.answer import answer
    >>> from utils.forecasts.result import Branch
    >>> from utils.questions.question import Question
    >>> counts = pd.Series(np.arange(70.0) % 7, pd.date_range("2024-01-01", periods=70))
    >>> found = answer(Question(threshold=8, opens="2024-03-11", closes="2024-03-18"), counts=counts, n_paths=50)
    >>> branches = (Branch((), 0.8, 0.1), Branch(("feast",), 0.2, 0.5))
    >>> tabulate_branches(replace(found, branches=branches)).round(2).values.tolist()
    [['nothing', 0.8, 0.1, 0.08], ['feast', 0.2, 0.5, 0.1]]
    """
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

    Examples
    --------
    >>> from utils.forecasts.answer import answer
    >>> from utils.questions.question import Question
    >>> counts = pd.Series(50.0, pd.date_range("2024-01-01", periods=70))
    >>> question = Question(threshold=80, opens="2024-03-11", closes="2024-03-18", source="mill")
    >>> feast = Scenario("feast", 0.05, pd.DataFrame({"log_ratio": [np.log(2)], "delay": [0], "ramp": [1]}))
    >>> plain, mixed = (answer(question, counts=counts, n_paths=50, scenarios=some) for some in ((), [feast]))
    >>> alone, columns = {("mill", "feast"): mixed}, ["what may come", "probability", "answer"]
    >>> tabulate_scenarios({"mill": {"feast": feast}}, alone, plain={"mill": plain}, mixed={"mill": mixed})[columns]
           what may come  probability  answer
    0   nothing may come          NaN     0.0
    1              feast          0.3     0.3
    2  all that may come          0.3     0.3
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
    """Lay out how often statements such as each answer came true, and what they said on average, NaN where there were none.

    >>> from utils.forecasts.answer import answer
    >>> from utils.questions.question import Question
    >>> counts = pd.Series(np.arange(36.0) % 7, pd.date_range("2024-01-01", periods=36))  # 6 on Sundays
    >>> found = answer(Question(threshold=6, opens="2024-02-06", closes="2024-02-13"), counts=counts, n_paths=50)
    >>> tabulate_records([found])[["came true", "separate windows"]].values.tolist()
    [['7 of 8', 2]]
    """
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
    """Lay out what each answer rests on: the newest list, its last counted day, and the separate windows of its past.

    >>> from utils.forecasts.answer import answer
    >>> from utils.questions.question import Question
    >>> counts = pd.Series(50.0, pd.date_range("2024-01-01", periods=70))
    >>> question = Question(threshold=60, opens="2024-03-14", closes="2024-03-21")
    >>> known = tabulate_known([answer(question, counts=counts, as_of="2024-03-14", n_paths=50)])
    >>> known[["starts from", "days unknown to the origin", "met in the past"]].values.tolist()
    [['its list', 3, '0 of 10 windows']]
    """
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
