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
from ..questions.passage import parse_definition

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


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What is asked of every forecaster, checked; see `backtest`. Horizons are in rising order."""

    horizons: Sequence[int]
    definitions: Sequence[str]
    thresholds: Sequence[float]
    quantiles: Sequence[float]
    below: bool
    n_paths: int
    seed: int

    def __post_init__(self) -> None:
        for definition in self.definitions:
            parse_definition(definition)
        for threshold in self.thresholds:
            check_number(threshold, name="threshold", rule="a positive number of counts a day", above=0)
        for quantile in self.quantiles:
            check_number(quantile, name="quantile", rule="a number between 0 and 1", above=0, high=np.nextafter(1, 0))
        if not self.horizons or not self.definitions or not (len(self.thresholds) + len(self.quantiles)):
            raise InputError("horizons, definitions or thresholds are empty; give at least one of each")
        checked = dict(
            horizons=tuple(sorted(check_count(horizon, name="horizon") for horizon in self.horizons)),
            definitions=tuple(self.definitions),
            thresholds=tuple(map(float, self.thresholds)),
            quantiles=tuple(self.quantiles),
            below=check_flag(self.below, name="below"),
            n_paths=check_count(self.n_paths, name="n_paths", at_least=MIN_PATHS),
            seed=check_count(self.seed, name="seed", at_least=0),
        )
        for name, value in checked.items():
            object.__setattr__(self, name, value)


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


def _plan_tasks(
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
    settings: Settings,
    step: int,
    first: int,
    refit: int,
) -> list[Task]:
    """Check what is gone over, by which forecasters, and cut the work into tasks; parameters and errors as for `backtest`.

    Examples
    --------
    >>> counts = pd.Series(50.0, pd.date_range("2023-12-05", periods=60))
    >>> asked = dict(horizons=[7], definitions=["day"], thresholds=[60], quantiles=[], below=False, n_paths=50, seed=0)
    >>> tasks = plan_backtest(counts, models=["pool"], settings=Settings(**asked), step=10, first=28, refit=1)
    >>> [f"{origin:%d %B}" for origin in tasks[0].origins]
    ['05 January', '15 January', '25 January']
    """
    given = dict(history) if isinstance(history, Mapping) else {"count": history}
    records = {name: make_record(one) for name, one in given.items()}
    forecasters = dict(models) if isinstance(models, Mapping) else dict.fromkeys(models)
    for name, value in dict(step=step, first=first, refit=refit).items():
        check_count(value, name=name)
    for name, forecaster in forecasters.items():
        if forecaster is None:
            check_choice(name, ["default", *MODELS, *EVENT_BASELINES], name="model")
    tasks = [
        task
        for name, record in records.items()
        for task in _plan_tasks(name, record, forecasters, settings, step=step, first=first, refit=refit)
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
