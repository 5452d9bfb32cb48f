"""Run one task of a backtest: forecast and score at each of its origins, and look for a forecaster that knows more.

All that a task's rows depend on is in this module, in those that it imports, and in the task itself.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from ..common.checks import show_value
from ..common.errors import InputError, LookaheadError
from ..counts.snapshot import usable_history
from ..models import FittedSarimax, fit, follow_sarimax, prepare_history
from .plan import COLUMNS, EVENT_BASELINES, WORDS, Task
from .windows import score_baseline, score_paths

#: Paths that may be right to the last count by luck, as counts of 0 and 1 are, before a forecaster is taken to know the future.
LUCK = 1e-3


def run_task(task: Task) -> pd.DataFrame:
    """Forecast and score at each origin of a task, a row a score.

    >>> from utils.verification.plan import Settings, plan_backtest
    >>> counts = pd.Series(np.arange(40.0) % 7, pd.date_range("2024-01-01", periods=40))  # 6 on Sundays
    >>> asked = dict(horizons=[7], definitions=["day"], thresholds=[6], quantiles=[], below=False, n_paths=50, seed=0)
    >>> plan = plan_backtest(counts, models=["weekday_bootstrap"], settings=Settings(**asked), step=6, first=28, refit=1)
    >>> rows = run_task(plan[0])
    >>> rows.loc[rows["score"].isin(["probability", "outcome"]), "value"].tolist()
    [1.0, 1.0]
    """
    rows: list[tuple[Any, ...]] = []
    fitted = None
    for place, origin in enumerate(task.origins):
        days = task.record.known(origin, vintage=task.vintage)
        if task.model in EVENT_BASELINES:
            rows += [(origin, *row) for row in score_baseline(task, days, origin)]
            continue
        if place % task.refit == 0 or not isinstance(fitted, FittedSarimax):
            fitted = None
        paths, fitted = _forecast(task, usable_history(days), origin, fitted=fitted)
        if task.guard and place == len(task.origins) // 2:
            check_no_lookahead(task, origin, paths=paths)
        rows += [(origin, *row) for row in score_paths(task, days, origin, paths)]
    table = pd.DataFrame(rows, columns=COLUMNS[3:])
    for position, column in enumerate(("series", "vintage", "model")):
        table.insert(position, column, getattr(task, column))
    # joblib unpickles word by word: a column of words takes ten times as long to read from the cache as one of categories
    return table.astype(dict.fromkeys(WORDS, "category"))


def _forecast(task: Task, history: pd.Series, origin: pd.Timestamp, *, fitted: Any = None) -> tuple[np.ndarray, object]:
    """Simulate from the end of the history, past the days that were not yet reported, to the longest horizon.

    A fit that is given is carried forward; the fit that was used is returned beside the paths.
    """
    gap = (origin - history.index[-1]).days
    length, n_paths = gap + task.settings.horizons[-1], task.settings.n_paths
    seed = task.settings.seed + origin.toordinal()
    if task.forecaster is not None:
        given = task.forecaster(history, length, n_paths=n_paths, seed=seed)
    else:
        past = prepare_history(history, closed=task.record.closed)
        forward = None if fitted is None else follow_sarimax(fitted, past, seed=seed)
        fitted = fitted or fit(past, model=task.model, seed=seed)
        given = (forward or fitted).simulate(length, n_paths, np.random.default_rng([seed, 3]))
    paths = _check_forecast(given, shape=(n_paths, length), model=task.model)
    if task.record.shut_weekdays:
        ahead = pd.date_range(history.index[-1], periods=length + 1)[1:]
        paths = np.where(ahead.day_of_week.isin(task.record.shut_weekdays), 0.0, paths)
    return paths, fitted


def _check_forecast(paths: object, *, shape: tuple[int, int], model: str) -> np.ndarray:
    """Return what a forecaster gave as an array of float, or raise an `InputError` that names what is no count.

    Parameters
    ----------
    paths : array_like
        What it gave: of the shape asked for, whole, finite and never negative.
    shape : (int, int)
        Paths and days that were asked for.
    model : str
        Its name.
    """
    try:
        counts = np.asarray(paths, float)
    except (TypeError, ValueError):
        raise InputError(f"model {model} gave {show_value(paths)}, which are no numbers; give paths by days") from None
    if counts.shape != shape:
        raise InputError(f"model {model} gave paths of shape {counts.shape}; give finite paths of shape {shape}")
    for what, bad in (
        ("not finite", ~np.isfinite(counts)),
        ("negative", counts < 0),
        ("not whole", counts != np.rint(counts)),
    ):
        if bad.any():
            path, day = np.argwhere(bad)[0]
            raise InputError(
                f"model {model} gave {counts[path, day]:g} on day {day + 1} of a path, which is {what}; "
                "give whole, finite counts of 0 or more, such as numpy.rint(paths).clip(0)"
            )
    return counts


def check_no_lookahead(task: Task, origin: pd.Timestamp, *, paths: np.ndarray) -> None:
    """Raise `LookaheadError` if a forecaster shows that it knows what came.

    Three ways are tried at one origin. Its paths must not be what came, to the last count, on ten days or more that luck does
    not give. In a world whose later days are others, it must give the same, bit for bit. With ten times the past, it must give at
    least twice as much: a forecaster that does not follow the past it is given knows something else.

    Parameters
    ----------
    task : Task
    origin : pandas.Timestamp
    paths : ndarray
        Its paths.

    Examples
    --------
    A forecaster that repeats what it should not know:

    >>> from utils.verification.plan import Settings, plan_backtest
    >>> counts = pd.Series(np.arange(60.0) % 13, pd.date_range("2024-01-01", periods=60))
    >>> def peek(history, horizon, *, n_paths, seed):
    ...     return np.tile(counts[history.index[-1] :].iloc[1 : horizon + 1], (n_paths, 1))
    >>> asked = dict(horizons=[14], definitions=["day"], thresholds=[12], quantiles=[], below=False, n_paths=50, seed=0)
    >>> plan = plan_backtest(counts, models={"peek": peek}, settings=Settings(**asked), step=10, first=28, refit=1)
    >>> origin = plan[0].origins[0]
    >>> check_no_lookahead(plan[0], origin, paths=peek(counts[:origin], 14, n_paths=50, seed=0))
    Traceback (most recent call last):
    ...
    utils.common.errors.LookaheadError: model peek at 2024-02-04 gave 14 days exactly as they came later; give it nothing but ...
    """
    where = f"model {task.model} at {origin:%Y-%m-%d}"
    mend = "give it nothing but its history"
    record = task.record
    history = usable_history(record.known(origin, vintage=task.vintage))
    future = record.truth.reindex(pd.date_range(history.index[-1], periods=paths.shape[1] + 1)[1:]).to_numpy()
    seen = np.isfinite(future)
    _, kind, times = np.unique(future[seen], return_inverse=True, return_counts=True)
    luck = len(paths) * np.prod(times[kind] / max(seen.sum(), 1))  # paths that shuffled days of the future would give exactly
    if seen.sum() >= 10 and luck < LUCK and (paths[:, seen] == future[seen]).all(axis=1).any():
        raise LookaheadError(f"{where} gave {seen.sum()} days exactly as they came later; {mend}")
    disturbed = replace(
        record,
        days=_disturb(record.days, after=origin),
        vintages=tuple((published, _disturb(days, after=origin)) for published, days in record.vintages),
    )
    other = replace(task, record=disturbed, guard=False)
    again, _ = _forecast(other, usable_history(other.record.known(origin, vintage=task.vintage)), origin)
    fresh, _ = _forecast(task, history, origin)
    if not np.array_equal(again, fresh):
        raise LookaheadError(f"{where} gives other paths when the days after it are others; {mend}")
    high, _ = _forecast(task, history * 10, origin)
    if history.sum() > 0 and high.mean() < 2 * fresh.mean():
        raise LookaheadError(f"{where} hardly moves when its past is ten times as high, so it draws on something else; {mend}")


def _disturb(days: pd.DataFrame, *, after: pd.Timestamp) -> pd.DataFrame:
    """Change every count after a day."""
    return days.assign(count=days["count"].where(days.index <= after, days["count"] * 7 + 1_000))
