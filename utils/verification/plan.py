"""What a backtest asks of every forecaster, and the tasks that it is cut into."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..common.checks import check_count
from ..common.errors import InputError
from ..counts.record import CUT, REAL_TIME, Record
from ..questions.passage import parse_definition

#: Rivals that say a probability of an event and nothing else.
EVENT_BASELINES = ("always_no", "base_rate", "persistence")

#: Round numbers from frequent to rare, so that rare events are not all there is, and quantiles of the past at each origin.
THRESHOLDS = tuple(range(100, 451, 50))
QUANTILES = (0.5, 0.8, 0.95)

COLUMNS = ["series", "vintage", "model", "origin", "horizon", "definition", "threshold", "score", "value"]
WORDS = ("series", "vintage", "model", "definition", "threshold", "score")

#: A forecaster of one's own: paths of shape (n_paths, horizon) for the days after the history.
Forecaster = Callable[..., np.ndarray]


@dataclass(frozen=True)
class Settings:
    """What is asked of every forecaster; see `backtest`."""

    horizons: tuple[int, ...]
    definitions: tuple[str, ...]
    thresholds: tuple[float, ...]
    quantiles: tuple[float, ...]
    n_paths: int
    seed: int


@dataclass(frozen=True)
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


def list_origins(truth: pd.Series, *, step: int, first: int, horizon: int) -> pd.DatetimeIndex:
    """List the origins of a record: days of the calendar that `step` divides, so that all records share them."""
    days = truth.index[first - 1 : max(first - 1, len(truth) - horizon)]
    return days[[day.toordinal() % step == 0 for day in days]]


def _check_settings(horizons, definitions, thresholds, quantiles, n_paths, seed) -> Settings:
    for definition in definitions:
        parse_definition(definition)
    if not all(np.isfinite(threshold) and threshold > 0 for threshold in thresholds):
        raise InputError(f"thresholds {list(thresholds)} must be positive numbers of trucks per day")
    if not all(0 < quantile < 1 for quantile in quantiles):
        raise InputError(f"quantiles {list(quantiles)} must lie between 0 and 1")
    if not horizons or not definitions or not (len(thresholds) + len(quantiles)):
        raise InputError("horizons, definitions or thresholds are empty; give at least one of each")
    return Settings(
        horizons=tuple(sorted(check_count(horizon, name="horizon") for horizon in horizons)),
        definitions=tuple(definitions),
        thresholds=tuple(float(threshold) for threshold in thresholds),
        quantiles=tuple(quantiles),
        n_paths=check_count(n_paths, name="n_paths", at_least=2),
        seed=check_count(seed, name="seed", at_least=0),
    )


def _plan(name, record, models, settings, step, first, refit) -> Iterator[Task]:
    origins = list_origins(record.truth, step=step, first=first, horizon=settings.horizons[0])
    runs = {CUT: origins}
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
