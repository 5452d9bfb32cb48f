"""What a backtest asks of every forecaster, and the tasks that it is cut into."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..common.checks import check_choice, check_count, check_flag, check_number
from ..common.errors import InputError
from ..counts.record import Record
from ..counts.snapshot import FINAL, REAL_TIME
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
    """Return a score if any of the models will have it: a baseline that gives no paths has those of an event alone."""
    some = list(EVENT_SCORES)
    if set(models) - set(EVENT_BASELINES):
        some += [*PATH_SCORES, *WINDOW_SCORES]
    return check_choice(score, some, name="score")


def list_origins(truth: pd.Series, *, step: int, first: int, horizon: int) -> pd.DatetimeIndex:
    """List the origins of a record: days of the calendar that `step` divides, so that all records share them."""
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
