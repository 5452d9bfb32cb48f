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
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
from pandas.api.types import union_categoricals

from ..common.checks import show_value
from ..common.code import hash_code
from ..common.errors import InputError
from ..common.imports import list_imported_files
from ..common.memory import check_paths_fit
from ..common.paths import ROOT, find_cache
from ..counts.record import Record
from ..counts.snapshot import Snapshot
from ..questions.passage import DEFINITIONS
from . import tasks as task_module
from .plan import COLUMNS, QUANTILES, WORDS, Forecaster, Settings, Task, plan_backtest
from .tasks import run_task

CACHE = find_cache("backtest")


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
    >>> import numpy as np
    >>> days = pd.date_range("2023-01-01", periods=200)
    >>> counts = pd.Series(50 + 10 * np.sin(np.arange(200)).round(), days)
    >>> table = backtest(counts, models=["climatology"], horizons=[7], cache=None, n_jobs=1, progress=False)
    >>> sorted(table["score"].unique())[:3]
    ['brier', 'crps_day', 'crps_max']
    """
    workers = count_workers(n_jobs)
    settings = Settings(
        horizons=horizons,
        definitions=definitions,
        thresholds=thresholds,
        quantiles=quantiles,
        below=below,
        n_paths=n_paths,
        seed=seed,
    )
    tasks = plan_backtest(history, models=models, settings=settings, step=step, first=first, refit=refit)
    workers = min(workers, len(tasks))
    check_paths_fit(n_paths, settings.horizons[-1], at_once=1 if scheduler else workers)
    rows = _run_all(tasks, n_jobs=workers, cache=cache, scheduler=scheduler, progress=progress)
    return _join_tables(rows)


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


def _join_tables(tables: list[pd.DataFrame]) -> pd.DataFrame:
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
    """Hash the code that runs a task, and the versions of the libraries that the scores rest on."""
    libraries = ("numpy", "pandas", "scipy", "statsmodels", "scoringrules")
    versions = " ".join(f"{library} {importlib.metadata.version(library)}" for library in libraries)
    code = hash_code(list_imported_files(Path(str(task_module.__file__)), root=ROOT), root=ROOT)
    return hashlib.sha256(f"{code} {versions}".encode()).hexdigest()
