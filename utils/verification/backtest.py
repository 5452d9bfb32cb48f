"""Backtest by rolling origin: what each forecaster would have given, from what could be known, and how that scored.

A `Record` is a count as known at the end, with the vintages it was known by before. At each origin every forecaster gets
the past and nothing else, simulates once to the longest horizon, and is scored at every horizon, definition and threshold.
The work is cut into tasks that do not depend on each other: any number of workers, here or on a cluster, give the same rows.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pandas as pd
from pandas.api.types import union_categoricals

from ..common.checks import check_choice, check_count, show_value
from ..common.errors import InputError, LookaheadError
from ..common.files import hash_files
from ..common.imports import list_imported_files
from ..common.memory import check_paths_fit
from ..common.paths import ROOT, find_cache
from ..counts.record import Record, make_record
from ..counts.snapshot import Snapshot, usable_history
from ..models import MODELS, FittedSarimax, fit, follow_sarimax, prepare_history
from ..questions.passage import DEFINITIONS
from .plan import COLUMNS, EVENT_BASELINES, QUANTILES, WORDS, Forecaster, Task, check_settings, list_origins, plan_tasks
from .windows import score_baseline, score_paths

CACHE = find_cache("backtest")
#: Paths that may be right to the last count by luck, as counts of 0 and 1 are, before a forecaster is taken to know the future.
LUCK = 1e-3


def backtest(
    history: pd.Series | Snapshot | Record | Mapping[str, pd.Series | Snapshot | Record],
    *,
    models: Sequence[str] | Mapping[str, Forecaster | None] = ("default", "climatology", "weekday_bootstrap"),
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
    n_jobs: int = -1,
    cache: Path | str | None = CACHE,
    scheduler: str | None = None,
    progress: bool = True,
) -> pd.DataFrame:
    """Score forecasters at rolling origins.

    Parameters
    ----------
    history : pandas.Series, Snapshot, Record, or dict of them by name
        A series or a snapshot stands for a record that was never revised.
    models : sequence of str, or dict of str to callable
        Names in `utils.models.MODELS`, "default", or `EVENT_BASELINES`; in a dict, None stands for the model of that name, and a
        forecaster of one's own is called as ``f(history, horizon, n_paths=..., seed=...)``.
    horizons : sequence of int
        Days; the paths are simulated once, to the longest.
    definitions : sequence of str
        See `utils.questions.passage.parse_definition`.
    thresholds, quantiles : sequence of float
        Fixed thresholds (counts a day), and quantiles of the past's counted days that give a threshold of its own to each origin.
    below : bool
        Whether the event is that the count falls below the threshold.
    step, first : int
        Days between origins, the same days of the calendar for every record; and days of the record before the first one.
    refit : int
        Origins from one fit to the next. In between sarimax keeps its dynamics and is carried forward (`follow_sarimax`); the
        other models are always fitted anew.
    n_paths, seed : int
        Paths a forecast. The same seed gives the same rows whatever `n_jobs` and `scheduler` are.
    n_jobs : int
        Processes here; -1 for one a core, -2 for one less, and so on.
    cache : Path or None
        Folder of `joblib.Memory`. A task is found again only if the code, the data and the settings are the same. A
        forecaster of one's own is run each time: what it closes over cannot be seen.
    scheduler : str, optional
        Address of a dask scheduler, such as ``tcp://host:8786``, whose workers have this package; extra `scale`.
    progress : bool
        Whether to show a bar on stderr.

    Returns
    -------
    pandas.DataFrame
        A row a score: series, vintage (real-time or final), model, origin, horizon, definition, threshold ("200", or
        "q80" for a quantile; empty if none), score, value. The scores of an event are brier, log (bits), rps; its probability and
        outcome are rows too. Those of the window, with an empty definition: crps_max and twcrps (highest day), crps_day,
        energy, variogram, pit, inside50, inside90.

    Raises
    ------
    LookaheadError
        If a forecaster shows that it knows more than the past it was given; see `check_no_lookahead`.
    InputError
        If the input does not fit.

    Notes
    -----
    Windows are resolved as a question is: a closed day has nothing; days that could be anything are dropped from paths and truth
    alike. See `utils.verification.windows`.

    Examples
    --------
    >>> days = pd.date_range("2023-01-01", periods=200)
    >>> counts = pd.Series(50 + 10 * np.sin(np.arange(200)).round(), days)
    >>> table = backtest(counts, models=["climatology"], horizons=[7], cache=None, n_jobs=1, progress=False)
    >>> sorted(table["score"].unique())[:3]
    ['brier', 'crps_day', 'crps_max']
    """
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
    workers = count_workers(n_jobs)
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
    check_paths_fit(settings.n_paths, settings.horizons[-1], at_once=1 if scheduler else min(workers, len(tasks)))
    rows = _run_all(tasks, n_jobs=min(workers, len(tasks)), cache=cache, scheduler=scheduler, progress=progress)
    return _join(rows)


def count_workers(n_jobs: int) -> int:
    """Return how many processes `n_jobs` stands for; -1 is one a core.

    >>> count_workers(3)
    3
    >>> count_workers(0)
    Traceback (most recent call last):
    ...
    utils.common.errors.InputError: n_jobs 0 must be a whole number other than 0; give 1 or more, or -1 for one a core
    """
    if isinstance(n_jobs, bool) or not hasattr(n_jobs, "__index__") or n_jobs == 0:
        raise InputError(f"n_jobs {show_value(n_jobs)} must be a whole number other than 0; give 1 or more, or -1 for one a core")
    from joblib import cpu_count

    return int(n_jobs) if n_jobs > 0 else max(1, cpu_count() + 1 + int(n_jobs))


def _refuse_empty(records: Mapping[str, Record], *, step: int, first: int, horizon: int) -> NoReturn:
    """Raise `InputError` that blames what leaves no origin: the step, or else the record."""
    origins = [list_origins(record.truth, step=1, first=first, horizon=horizon) for record in records.values()]
    if longest := max(map(len, origins), default=0):
        raise InputError(
            f"step {step}: no origin falls on any of {longest} days that could be one; give fewer days between origins"
        )
    raise InputError(f"history: no origin has {first} days before and {horizon} after it; give more days or lower first")


def _run_all(
    tasks: Sequence[Task], *, n_jobs: int, cache: Path | str | None, scheduler: str | None, progress: bool
) -> list[pd.DataFrame]:
    """Run what the cache does not hold, and keep each result as it comes, so that a run that was stopped goes on."""
    from joblib import Memory
    from tqdm import tqdm

    memory: Any = None if cache is None else Memory(cache, verbose=0, mmap_mode=None).cache(_keep, ignore=["compute"])
    keys = [None if memory is None or task.forecaster is not None else _key(task) for task in tasks]
    done: dict[int, pd.DataFrame] = {}
    todo = []
    for number, key in enumerate(keys):
        if key is not None and memory.check_call_in_cache(key, None):
            done[number] = memory(key, None)
        else:
            todo.append(number)
    run = _run_on_cluster(tasks, todo, scheduler) if scheduler else _run_here(tasks, todo, n_jobs)
    with contextlib.closing(run), tqdm(total=len(tasks), initial=len(done), disable=not progress, unit="task") as bar:
        for number, rows in run:
            done[number] = rows if keys[number] is None else memory(keys[number], lambda rows=rows: rows)
            bar.update()
    return [done[number] for number in range(len(tasks))]


def _join(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """Put tables below each other, their words as categories from first to last in the alphabet."""
    joined = {}
    for column in COLUMNS:
        parts = [table[column] for table in tables]
        joined[column] = (
            union_categoricals(parts, sort_categories=True) if column in WORDS else pd.concat(parts, ignore_index=True)
        )
    return pd.DataFrame(joined)


def _keep(key: str, compute: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    """Store under a key what `compute` gives; joblib finds it by the key alone."""
    return compute()


def _run_here(tasks: Sequence[Task], todo: Sequence[int], n_jobs: int) -> Generator[tuple[int, pd.DataFrame], None, None]:
    from joblib import Parallel, delayed

    if todo:
        parallel = Parallel(n_jobs=n_jobs, return_as="generator_unordered")
        yield from parallel(delayed(_run_numbered)(number, tasks[number]) for number in todo)


def _run_on_cluster(
    tasks: Sequence[Task], todo: Sequence[int], scheduler: str
) -> Generator[tuple[int, pd.DataFrame], None, None]:
    """Run tasks on a dask cluster; one whose worker was lost is run again elsewhere."""
    try:
        from distributed import Client, as_completed
    except ImportError:
        raise InputError(
            f"scheduler {scheduler} needs dask, which is not installed; install it with pip install '.[scale]'"
        ) from None
    try:
        client = Client(scheduler, timeout=5, set_as_default=False)
    except (OSError, ValueError) as error:
        raise InputError(f"scheduler {scheduler!r} does not answer ({error}); give the address it shows at its start") from None
    with client:
        futures = [client.submit(_run_numbered, number, tasks[number], pure=False, retries=2) for number in todo]
        for future in as_completed(futures, loop=client.loop):
            yield future.result()


def _run_numbered(number: int, task: Task) -> tuple[int, pd.DataFrame]:
    return number, run_task(task)


def _key(task: Task) -> str:
    """Hash all that a task's rows depend on: the task, its data, our code, and the libraries."""
    import joblib

    record = task.record
    vintages = [(published, _plain(days)) for published, days in record.vintages]
    data = (_plain(record.days), vintages, record.closed.asi8.tobytes(), record.shut_weekdays)
    asked = (task.series, task.vintage, task.model, task.origins, task.settings, task.refit, task.guard)
    return joblib.hash((data, asked, _hash_code()), hash_name="sha1")


def _plain(days: pd.DataFrame) -> tuple[str, bytes, str]:
    return f"{days.index[0]:%Y-%m-%d}", days["count"].to_numpy(float).tobytes(), " ".join(days["state"])


@lru_cache(maxsize=1)
def _hash_code() -> str:
    """Hash the files that this one imports, and the versions of the libraries that the scores rest on."""
    libraries = ("numpy", "pandas", "scipy", "statsmodels", "scoringrules")
    versions = " ".join(f"{library} {importlib.metadata.version(library)}" for library in libraries)
    code = hash_files(list_imported_files(Path(__file__), root=ROOT), root=ROOT)
    return hashlib.sha256(f"{code} {versions}".encode()).hexdigest()


def run_task(task: Task) -> pd.DataFrame:
    """Forecast and score at each origin of a task, a row a score."""
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
    paths = check_forecast(given, shape=(n_paths, length), model=task.model)
    if task.record.shut_weekdays:
        ahead = pd.date_range(history.index[-1], periods=length + 1)[1:]
        paths = np.where(ahead.day_of_week.isin(task.record.shut_weekdays), 0.0, paths)
    return paths, fitted


def check_forecast(paths: object, *, shape: tuple[int, int], model: str) -> np.ndarray:
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
