"""What a backtest asks of every forecaster, and the tasks that it is cut into."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

import numpy as np
import pandas as pd

from ..common.checks import check_choice, check_count, check_flag, check_number
from ..common.errors import InputError
from ..counts.record import Record, make_record
from ..counts.snapshot import FINAL, REAL_TIME, Snapshot
from ..models import MODELS
from ..questions.passage import DEFINITIONS, parse_definition

#: Baselines that give the probability of an event and nothing else.
EVENT_BASELINES = ("always_no", "base_rate", "persistence")

#: Thresholds of each origin's own: quantiles of its past, from frequent to rare.
QUANTILES = (0.5, 0.8, 0.95)

COLUMNS = ["series", "vintage", "model", "origin", "horizon", "definition", "threshold", "score", "value"]
#: Scores of an event, those that paths alone have, and those of the whole window.
EVENT_SCORES = ("brier", "log", "probability", "outcome")
PATH_SCORES = ("rps",)
WINDOW_SCORES = ("crps_max", "crps_day", "twcrps", "energy", "variogram", "pit", "inside50", "inside90")
WORDS = ("series", "vintage", "model", "definition", "threshold", "score")

#: Paths that a score takes at least: with two, the floor of a probability in the logarithmic score would be a half.
MIN_PATHS = 3

#: A forecaster of one's own: paths of shape (n_paths, horizon) for the days after the history.
Forecaster = Callable[..., np.ndarray]


@dataclass(frozen=True)
class Settings:
    """What is asked of every forecaster; see `backtest`."""

    horizons: tuple[int, ...]
    definitions: tuple[str, ...]
    thresholds: tuple[float, ...]
    quantiles: tuple[float, ...]
    below: bool
    n_paths: int
    seed: int


@dataclass(frozen=True, eq=False)
class Task:
    """One forecaster at some neighbouring origins of one record; it needs nothing else.

    Parameters are learnt at every `refit`-th of its origins; in between a model that can only filters forward.
    """

    series: str
    record: Record
    vintage: str
    model: str
    forecaster: Forecaster | None
    origins: tuple[pd.Timestamp, ...]
    settings: Settings
    refit: int
    guard: bool


def check_score(score: str, models: Iterable[str]) -> str:
    """Return a score if any of the models will have it: a baseline that gives no paths has those of an event alone.

    >>> check_score("rps", ["pool", "always_no"])
    'rps'
    >>> check_score("rps", ["always_no"])
    Traceback (most recent call last):
    ...
    utils.common.errors.InputError: score 'rps' is unknown; choose one of brier, log, probability, outcome
    """
    some = list(EVENT_SCORES)
    if set(models) - set(EVENT_BASELINES):
        some += [*PATH_SCORES, *WINDOW_SCORES]
    return check_choice(score, some, name="score")


def list_origins(truth: pd.Series, *, step: int, first: int, horizon: int) -> pd.DatetimeIndex:
    """List the origins of a record: days of the calendar that `step` divides, so that all records share them.

    >>> truth = pd.Series(5.0, pd.date_range("2024-01-01", periods=40))
    >>> list_origins(truth, step=10, first=5, horizon=7).strftime("%d %B").tolist()
    ['05 January', '15 January', '25 January']
    """
    days = truth.index[first - 1 : max(first - 1, len(truth) - horizon)]
    return days[[day.toordinal() % step == 0 for day in days]]


def check_settings(
    *,
    horizons: Sequence[int],
    definitions: Sequence[str],
    thresholds: Sequence[float],
    quantiles: Sequence[float],
    below: bool,
    n_paths: int,
    seed: int,
) -> Settings:
    """Check what is asked of every forecaster, and freeze it."""
    for definition in definitions:
        parse_definition(definition)
    for threshold in thresholds:
        check_number(threshold, name="threshold", rule="a positive number of counts a day", above=0)
    for quantile in quantiles:
        check_number(quantile, name="quantile", rule="a number between 0 and 1", above=0, high=np.nextafter(1, 0))
    if not horizons or not definitions or not (len(thresholds) + len(quantiles)):
        raise InputError("horizons, definitions or thresholds are empty; give at least one of each")
    return Settings(
        horizons=tuple(sorted(check_count(horizon, name="horizon") for horizon in horizons)),
        definitions=tuple(definitions),
        thresholds=tuple(float(threshold) for threshold in thresholds),
        quantiles=tuple(quantiles),
        below=check_flag(below, name="below"),
        n_paths=check_count(n_paths, name="n_paths", at_least=MIN_PATHS),
        seed=check_count(seed, name="seed", at_least=0),
    )


def plan_tasks(
    name: str,
    record: Record,
    models: Mapping[str, Forecaster | None],
    settings: Settings,
    *,
    step: int,
    first: int,
    refit: int,
) -> Iterator[Task]:
    """Cut the work on one record into tasks that do not depend on each other."""
    origins = list_origins(record.truth, step=step, first=first, horizon=settings.horizons[0])
    runs = {FINAL: origins}
    if record.vintages:
        runs[REAL_TIME] = origins[origins + pd.Timedelta(days=1) >= record.vintages[0][0]]
    # A task holds whole runs from one fit to the next, and not many origins, so that workers end together.
    size = refit * max(1, 12 // refit)
    for model, forecaster in models.items():
        for vintage, days in runs.items():
            pieces = [tuple(days[start : start + size]) for start in range(0, len(days), size)]
            for piece in pieces:
                guard = piece is pieces[0] and model not in EVENT_BASELINES  # where most of the future is left to be known
                yield Task(name, record, vintage, model, forecaster, piece, settings, refit, guard)


def plan_backtest(
    history: pd.Series | Snapshot | Record | Mapping[str, pd.Series | Snapshot | Record],
    *,
    models: Sequence[str] | Mapping[str, Forecaster | None],
    horizons: Sequence[int] = (5, 30, 74),
    definitions: Sequence[str] = DEFINITIONS,
    thresholds: Sequence[float] = (),
    quantiles: Sequence[float] = QUANTILES,
    below: bool = False,
    step: int = 6,
    first: int = 120,
    refit: int = 1,
    n_paths: int = 500,
    seed: int = 0,
) -> list[Task]:
    """Check what is asked of a backtest, and cut its work into tasks; parameters and errors as for `backtest`."""
    given = dict(history) if isinstance(history, Mapping) else {"count": history}
    records = {name: make_record(one) for name, one in given.items()}
    forecasters = dict(models) if isinstance(models, Mapping) else dict.fromkeys(models)
    settings = check_settings(
        horizons=horizons,
        definitions=definitions,
        thresholds=thresholds,
        quantiles=quantiles,
        below=below,
        n_paths=n_paths,
        seed=seed,
    )
    for name, value in dict(step=step, first=first, refit=refit).items():
        check_count(value, name=name)
    for name, forecaster in forecasters.items():
        if forecaster is None:
            check_choice(name, ["default", *MODELS, *EVENT_BASELINES], name="model")
    tasks = [
        task
        for name, record in records.items()
        for task in plan_tasks(name, record, forecasters, settings, step=step, first=first, refit=refit)
    ]
    if not tasks:
        _refuse_empty(records, step=step, first=first, horizon=settings.horizons[0])
    return tasks


def _refuse_empty(records: Mapping[str, Record], *, step: int, first: int, horizon: int) -> NoReturn:
    """Raise `InputError` that blames what leaves no origin: the step, or else the record."""
    origins = [list_origins(record.truth, step=1, first=first, horizon=horizon) for record in records.values()]
    if longest := max(map(len, origins), default=0):
        raise InputError(
            f"step {step}: no origin falls on any of {longest} days that could be one; give fewer days between origins"
        )
    raise InputError(f"history: no origin has {first} days before and {horizon} after it; give more days or lower first")
