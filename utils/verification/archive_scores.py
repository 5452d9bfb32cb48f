"""Score archived forecasts, and place them among those of the past."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd

from ..common.errors import InputError
from ..counts.snapshot import FINAL
from ..forecasts.archive import TASK, ForecastRecord, describe_task
from ..questions.base_rate import count_effective
from ..questions.question import Question
from ..questions.resolution import UNRESOLVED, YES
from .scores import score_brier, score_log


def score_record(record: ForecastRecord, outcomes: pd.DataFrame) -> pd.DataFrame:
    """Score every frozen forecast and baseline on every outcome.

    Parameters
    ----------
    record : ForecastRecord
    outcomes : pandas.DataFrame
        The task's columns, basis, kind and outcome, such as from `utils.resolve_questions`. What is UNRESOLVED is not scored.

    Returns
    -------
    pandas.DataFrame
        A row a model, question and basis: model, label, vintage, the task's columns, basis, kind, outcome, probability, brier,
        log (bits).

    Examples
    --------
    >>> from utils import load_forecasts
    >>> record = load_forecasts()
    >>> outcomes = record.probabilities[TASK].drop_duplicates().assign(basis="none", kind="list", outcome="NO")
    >>> scores = score_record(record, outcomes)
    >>> bool((scores["brier"] == scores["probability"] ** 2).all())
    True
    """
    settled = outcomes.loc[outcomes["outcome"].ne(UNRESOLVED), [*TASK, "basis", "kind", "outcome"]]
    table = record.probabilities.merge(settled, on=TASK)
    came = table["outcome"].eq(YES).astype(float)
    floor = 1 / record.manifest["n_paths"]
    return table.assign(brier=score_brier(table["probability"], came), log=score_log(table["probability"], came, floor=floor))


def locate_in_backtest(
    scored: pd.DataFrame,
    backtest: pd.DataFrame,
    *,
    questions: Sequence[Question],
    series: Callable[[str], str] = str,
    model: str = "pool",
    vintage: str = FINAL,
) -> pd.DataFrame:
    """Locate the Brier score of each outcome among those of the past, at the same threshold and definition.

    Parameters
    ----------
    scored : pandas.DataFrame
        As from `score_record`.
    backtest : pandas.DataFrame
        As from `utils.backtest`, with the model "default".
    questions : sequence of Question
        Those that were archived.
    series : callable
        Gives the backtest's name of a source's series.
    model : str
        The frozen forecast to locate; it is the backtest's "default".
    vintage : {"final", "real-time"}

    Returns
    -------
    pandas.DataFrame
        A row a question: question, source, definition, inclusive, basis, outcome, probability, brier, days (of the window),
        horizon (the backtest's nearest to it), cases, effective (windows that do not overlap), came (fraction of the past's
        windows that met it), middle (median score), worse (fraction of the past's scores that were higher).

    Raises
    ------
    InputError
        If a scored question is not among those given, or the backtest does not hold its event.

    Examples
    --------
    A forecast of 10 % beside two of the past, of which one scored worse:

    >>> question = Question(threshold=60, opens="2024-04-01", closes="2024-05-01", source="mill")
    >>> frozen = dict(model="pool", basis="list", outcome="NO", probability=0.1, brier=0.01)
    >>> event = dict(series="mill", vintage="final", model="default", horizon=30, definition="day", threshold="60")
    >>> stated = {"2024-01-01": 0.05, "2024-02-01": 0.4}
    >>> scores = [(day, {"probability": p, "outcome": 0.0, "brier": p**2, "log": 0.0}) for day, p in stated.items()]
    >>> rows = [event | dict(origin=pd.Timestamp(day), score=k, value=v) for day, one in scores for k, v in one.items()]
    >>> place = locate_in_backtest(pd.DataFrame([describe_task(question) | frozen]), pd.DataFrame(rows), questions=[question])
    >>> place[["days", "cases", "worse"]].values.tolist()
    [[30.0, 2.0, 0.5]]
    """
    lengths = {tuple(describe_task(question).values()): len(question.window) for question in questions}
    rows = []
    for row in scored[scored["model"].eq(model)].itertuples():
        task = tuple(getattr(row, name) for name in TASK)
        if task not in lengths:
            raise InputError(f"questions do not hold {row.question} by {row.definition} of {row.source}; give those archived")
        days = lengths[task]
        past = select_backtest(
            backtest, series=series(row.source), days=days, definition=row.definition, threshold=row.threshold, vintage=vintage
        )
        horizon = int(past["horizon"].iloc[0])
        rows.append(
            {name: getattr(row, name) for name in ("question", "source", "definition", "inclusive", "basis", "outcome")}
            | dict(probability=row.probability, brier=row.brier, days=days, horizon=horizon, cases=len(past))
            | dict(effective=count_effective(past["origin"], horizon=horizon), came=past["outcome"].mean())
            | dict(middle=past["brier"].median(), worse=float((past["brier"] > row.brier).mean()))
        )
    return pd.DataFrame(rows)


def select_backtest(
    backtest: pd.DataFrame, *, series: str, days: int, definition: str, threshold: float, vintage: str
) -> pd.DataFrame:
    """Select the pool's past forecasts of one event, a row an origin: origin, horizon, brier, log, outcome, probability.

    >>> event = dict(series="mill", vintage="final", model="default", horizon=30, definition="day", threshold="60")
    >>> scores = {"probability": 0.2, "outcome": 0.0, "brier": 0.04, "log": 0.32}
    >>> rows = [event | dict(origin=pd.Timestamp("2024-01-01"), score=score, value=value) for score, value in scores.items()]
    >>> asked = dict(series="mill", days=31, definition="day", threshold=60, vintage="final")
    >>> select_backtest(pd.DataFrame(rows), **asked)[["horizon", "probability", "brier"]].values.tolist()
    [[30.0, 0.2, 0.04]]
    """
    horizon = min(backtest["horizon"].unique(), key=lambda one: abs(one - days))
    kept = backtest[
        backtest["series"].eq(series)
        & backtest["model"].eq("default")
        & backtest["vintage"].eq(vintage)
        & backtest["horizon"].eq(horizon)
        & backtest["definition"].eq(definition)
        & backtest["threshold"].eq(f"{threshold:g}")
        & backtest["score"].isin(["brier", "log", "outcome", "probability"])
    ]
    if kept.empty:
        raise InputError(
            f"backtest: no row of {series}, {horizon} days, {definition} at {threshold:g}, {vintage}; run it with that threshold "
            "and definition"
        )
    wide = kept.astype({"score": str}).pivot(index="origin", columns="score", values="value").reset_index()
    return wide.assign(horizon=horizon).rename_axis(columns=None)
