"""Backtest by rolling origin: what each forecaster would have said, from what could be known, and how that scored.

A `Record` is a count as known at the end, with the vintages it was known by before. At each origin every forecaster gets
the past and nothing else, simulates once to the longest horizon, and is scored at every horizon, definition and threshold.
The work is cut into tasks that do not depend on each other: any number of workers, here or on a cluster, give the same rows.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache as remember
from pathlib import Path

import numpy as np
import pandas as pd
from pandas.api.types import union_categoricals

from . import scores
from .checks import check_choice, check_count
from .data import SCOPES, SOURCES, list_vintages
from .days import load_days, usable_history
from .errors import InputError, PeekError
from .models import MODELS, FittedSarimax, fit, follow_sarimax
from .passage import DEFINITIONS, NEVER, parse_definition
from .project import DATA, ROOT

REAL_TIME, CUT = "real-time", "cut-at-origin"

#: Rivals that say a probability of an event and nothing else.
EVENT_RIVALS = ("always_no", "base_rate", "persistence")

#: Round numbers from frequent to rare, so that rare events are not all there is, and quantiles of the past at each origin.
THRESHOLDS = tuple(range(100, 451, 50))
QUANTILES = (0.5, 0.8, 0.95)

#: A window is scored on its counted days; one with a smaller share of them is left out.
MIN_COUNTED_SHARE = 2 / 3

#: Paths that the energy and the variogram score take, whose cost grows with the square.
FEW_PATHS = 100

CACHE = ROOT / ".cache" / "backtest"
COLUMNS = ["series", "vintage", "model", "origin", "horizon", "definition", "threshold", "score", "value"]
WORDS = ("series", "vintage", "model", "definition", "threshold", "score")

#: A forecaster of one's own: paths of shape (n_paths, horizon) for the days after the history.
Forecaster = Callable[..., np.ndarray]


@dataclass(frozen=True)
class Record:
    """A daily count: as known at the end, and as it was known before.

    Attributes
    ----------
    truth : pandas.Series
        Trucks/day, freq D, NaN where not counted.
    vintages : tuple of (pandas.Timestamp, pandas.Series)
        Day of publication, and the history that could be used from that day on, oldest first. Empty if there is only one.
    """

    truth: pd.Series
    vintages: tuple[tuple[pd.Timestamp, pd.Series], ...] = ()

    def known(self, origin: pd.Timestamp, *, vintage: str) -> pd.Series:
        """Return a copy of what may be known at the end of `origin`, which shares no memory with the rest."""
        if vintage == CUT:
            history = self.truth
        else:
            public = [history for published, history in self.vintages if published <= origin + pd.Timedelta(days=1)]
            if not public:
                raise InputError(f"origin {origin:%Y-%m-%d}: no vintage was public by then; begin later or cut at the origin")
            history = public[-1]
        history = history[:origin]
        return pd.Series(history.to_numpy().copy(), history.index, name="trucks")[: history.last_valid_index()]


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


def load_records(sources: Sequence[str] = SOURCES, *, scopes: Sequence[str] = SCOPES, data: Path = DATA) -> dict[str, Record]:
    """Load sources in their scopes, as "cogat all", with the vintages of those that were published more than once."""
    records = {}
    for source in sources:
        for scope in scopes:
            published = list_vintages(check_choice(source, SOURCES, name="source"), data=data)["published"]
            days = [load_days(source, scope=scope, as_of=day, data=data) for day in published]
            known = tuple((day, usable_history(table)) for day, table in zip(published, days, strict=True))
            records[f"{source} {scope}"] = Record(known[-1][1], known if len(known) > 1 else ())
    return records


def backtest(
    history: pd.Series | Record | Mapping[str, pd.Series | Record],
    *,
    models: Sequence[str] | Mapping[str, Forecaster | None] = ("default", "climatology", "weekday_bootstrap"),
    horizons: Sequence[int] = (5, 30, 74),
    definitions: Sequence[str] = DEFINITIONS,
    thresholds: Sequence[float] = THRESHOLDS,
    quantiles: Sequence[float] = QUANTILES,
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
    history : pandas.Series, Record, or dict of them by name
        A Series stands for a record that was never revised. `load_records` gives the project's own.
    models : sequence of str, or dict of str to callable
        Names in `utils.models.MODELS`, "default", or `EVENT_RIVALS`; in a dict, None stands for the model of that name, and a
        forecaster of one's own is called as ``f(history, horizon, n_paths=..., seed=...)``.
    horizons : sequence of int
        Days; the paths are simulated once, to the longest.
    definitions : sequence of str
        See `utils.passage.parse_definition`.
    thresholds, quantiles : sequence of float
        Round numbers (trucks/day), and shares of the past's counted days that give a threshold of its own to each origin.
    step, first : int
        Days between origins, the same days of the calendar for every record; and days of the record before the first one.
    refit : int
        Origins from one fit to the next. In between sarimax keeps its dynamics and is carried forward (`follow_sarimax`); the
        other models are always fitted anew.
    n_paths, seed : int
        Paths a forecast. The same seed gives the same rows whatever `n_jobs` and `scheduler` are.
    n_jobs : int
        Processes here; -1 for one a core.
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
        A row a score: series, vintage (real-time or cut-at-origin), model, origin, horizon, definition, threshold ("200", or
        "q80" for a quantile; empty if none), score, value. The scores of an event are brier, log (bits), rps; its probability and
        outcome are rows too. Those of the window, with an empty definition: crps_max and twcrps (highest day), crps_day,
        energy, variogram, pit, inside50, inside90.

    Raises
    ------
    PeekError
        If a forecaster shows that it knows more than the past it was given; see `check_blind`.
    InputError
        If the input does not fit.

    Notes
    -----
    Windows are scored on their counted days: the others are dropped from paths and truth alike, which are then read as if the
    counted days followed each other. Which days those are does not depend on the forecaster, so the scores stay proper. Without
    this, a window with an unreported day could resolve as YES but not as NO, and would select itself.
    """
    records = {"count": history} if isinstance(history, pd.Series | Record) else dict(history)
    records = {name: one if isinstance(one, Record) else Record(one) for name, one in records.items()}
    models = dict(models) if isinstance(models, Mapping) else dict.fromkeys(models)
    settings = _check_settings(horizons, definitions, thresholds, quantiles, n_paths, seed)
    for name, value in dict(step=step, first=first, refit=refit).items():
        check_count(value, name=name)
    for name, forecaster in models.items():
        if forecaster is None:
            check_choice(name, ["default", *MODELS, *EVENT_RIVALS], name="model")
    tasks = [task for name, record in records.items() for task in _plan(name, record, models, settings, step, first, refit)]
    if not tasks:
        raise InputError(
            f"history: no origin has {first} days before and {min(horizons)} after it; give more days or lower first"
        )
    rows = _run_all(tasks, n_jobs=n_jobs, cache=cache, scheduler=scheduler, progress=progress)
    return _join(rows)


# ---------------------------------------------------------------------------------------------------------- the plan


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
                guard = piece is pieces[0] and model not in EVENT_RIVALS  # where most of the future is left to be known
                yield Task(name, record, vintage, model, forecaster, piece, settings, refit, guard)


def _run_all(tasks, *, n_jobs, cache, scheduler, progress) -> list[pd.DataFrame]:
    """Run what the cache does not hold, and keep each result as it comes, so that a run that was stopped goes on."""
    from joblib import Memory
    from tqdm import tqdm

    memory = None if cache is None else Memory(cache, verbose=0, mmap_mode=None).cache(_keep, ignore=["compute"])
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


def _run_here(tasks, todo, n_jobs) -> Iterator[tuple[int, pd.DataFrame]]:
    from joblib import Parallel, delayed

    if todo:
        parallel = Parallel(n_jobs=n_jobs, return_as="generator_unordered")
        yield from parallel(delayed(_run_numbered)(number, tasks[number]) for number in todo)


def _run_on_cluster(tasks, todo, scheduler) -> Iterator[tuple[int, pd.DataFrame]]:
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

    known = [(published, _plain(history)) for published, history in task.record.vintages]
    parts = (_plain(task.record.truth), known, replace(task, record=None, forecaster=None), _code())
    return joblib.hash(parts, hash_name="sha1")


def _plain(history: pd.Series) -> tuple[str, bytes]:
    return f"{history.index[0]:%Y-%m-%d}", history.to_numpy(float).tobytes()


@remember
def _code() -> str:
    folder = Path(__file__).parent
    names = ("backtesting", "scores", "checks", "data", "days", "errors", "passage")
    files = [folder / f"{name}.py" for name in names] + sorted(folder.glob("models*/**/*.py")) + sorted(folder.glob("models.py"))
    total = hashlib.sha256()
    for file in [*files, DATA / "holidays.csv"]:
        total.update(file.name.encode() + b"\0" + file.read_bytes().replace(b"\r\n", b"\n"))
    for library in ("numpy", "pandas", "scipy", "statsmodels", "scoringrules"):
        total.update(f"{library} {importlib.metadata.version(library)}".encode())
    return total.hexdigest()


# ----------------------------------------------------------------------------------------------------------- a task


def run_task(task: Task) -> pd.DataFrame:
    """Forecast and score at each origin of a task, a row a score."""
    rows: list[tuple] = []
    fitted = None
    for place, origin in enumerate(task.origins):
        history = task.record.known(origin, vintage=task.vintage)
        if task.model in EVENT_RIVALS:
            rows += [(origin, *row) for row in _score_rival(task, history, origin)]
            continue
        if place % task.refit == 0 or not isinstance(fitted, FittedSarimax):
            fitted = None
        paths, fitted = _forecast(task, history, origin, fitted=fitted)
        if task.guard and place == len(task.origins) // 2:
            check_blind(task, origin, paths=paths)
        rows += [(origin, *row) for row in _score_paths(task, history, origin, paths)]
    table = pd.DataFrame(rows, columns=COLUMNS[3:])
    for position, column in enumerate(("series", "vintage", "model")):
        table.insert(position, column, getattr(task, column))
    # joblib unpickles word by word: a column of words takes ten times as long to read from the cache as one of categories
    return table.astype(dict.fromkeys(WORDS, "category"))


def _forecast(task: Task, history: pd.Series, origin: pd.Timestamp, *, fitted=None) -> tuple[np.ndarray, object]:
    """Simulate from the end of the history, past the days that were not yet reported, to the longest horizon.

    A fit that is given is carried forward; the fit that was used is returned beside the paths.
    """
    gap = (origin - history.index[-1]).days
    length, n_paths = gap + task.settings.horizons[-1], task.settings.n_paths
    seed = task.settings.seed + origin.toordinal()
    if task.forecaster is not None:
        paths = np.asarray(task.forecaster(history, length, n_paths=n_paths, seed=seed), float)
    else:
        forward = None if fitted is None else follow_sarimax(fitted, history, seed=seed)
        fitted = fitted or fit(history, model=task.model, seed=seed)
        paths = (forward or fitted).simulate(length, n_paths, np.random.default_rng([seed, 3]))
    if paths.shape != (n_paths, length) or not np.isfinite(paths).all():
        raise InputError(f"model {task.model} gave paths of shape {paths.shape}; give finite paths of shape {(n_paths, length)}")
    return paths, fitted


def check_blind(task: Task, origin: pd.Timestamp, *, paths: np.ndarray) -> None:
    """Raise `PeekError` if a forecaster shows that it knows what came.

    Three ways are tried at one origin. Its paths must not be what came, to the truck, on ten days or more. In a world whose later
    days are others, it must say the same, bit for bit. With ten times the past, it must say at least twice as much: a forecaster
    that does not follow the past it is given knows something else.

    Parameters
    ----------
    task : Task
    origin : pandas.Timestamp
    paths : ndarray
        What it said.
    """
    told = f"model {task.model} at {origin:%Y-%m-%d}"
    mend = "give it nothing but its history"
    record = task.record
    history = record.known(origin, vintage=task.vintage)
    future = record.truth.reindex(pd.date_range(history.index[-1], periods=paths.shape[1] + 1)[1:]).to_numpy()
    seen = np.isfinite(future)
    if seen.sum() >= 10 and np.ptp(future[seen]) > 0 and (paths[:, seen] == future[seen]).all(axis=1).any():
        raise PeekError(f"{told} gave {seen.sum()} days exactly as they came later; {mend}")
    upset = [_upset(one, after=origin) for one in (record.truth, *(known for _, known in record.vintages))]
    days = [published for published, _ in record.vintages]
    other = replace(task, record=Record(upset[0], tuple(zip(days, upset[1:], strict=True))), guard=False)
    again, _ = _forecast(other, other.record.known(origin, vintage=task.vintage), origin)
    fresh, _ = _forecast(task, history, origin)
    if not np.array_equal(again, fresh):
        raise PeekError(f"{told} says something else when the days after it are others; {mend}")
    high, _ = _forecast(task, history * 10, origin)
    if history.sum() > 0 and high.mean() < 2 * fresh.mean():
        raise PeekError(f"{told} hardly moves when its past is ten times as high, so it draws on something else; {mend}")


def _upset(history: pd.Series, *, after: pd.Timestamp) -> pd.Series:
    return history.where(history.index <= after, history * 7 + 1_000)


# ------------------------------------------------------------------------------------------------------------ scoring


@dataclass(frozen=True)
class Window:
    """The counted days around an origin: running statistics of reaching, and where the window begins."""

    observed: np.ndarray
    before: np.ndarray
    skipped: np.ndarray
    days: np.ndarray


def _cut_window(task: Task, history: pd.Series, origin: pd.Timestamp) -> Window | None:
    """Find the counted days up to the longest horizon for which there is truth."""
    truth = task.record.truth
    gap = truth.reindex(pd.date_range(history.index[-1], origin, inclusive="right")).to_numpy()
    ahead = truth.reindex(pd.date_range(origin, periods=task.settings.horizons[-1] + 1)[1:]).to_numpy()
    return Window(ahead, history.dropna().to_numpy(), np.isfinite(gap), np.isfinite(ahead))


def _open_horizons(task: Task, origin: pd.Timestamp, seen: np.ndarray) -> Iterator[tuple[int, int]]:
    """Yield each horizon that the record covers, with the number of its counted days."""
    ahead = (task.record.truth.index[-1] - origin).days
    for horizon in task.settings.horizons:
        counted = int(seen[:horizon].sum())
        if horizon <= ahead and counted >= MIN_COUNTED_SHARE * horizon:
            yield horizon, counted


def _list_thresholds(settings: Settings, history: pd.Series) -> dict[str, float]:
    """Name the thresholds; those by quantile come from the past alone."""
    levels = np.quantile(history.dropna(), settings.quantiles) if settings.quantiles else []
    named = {f"{threshold:g}": threshold for threshold in settings.thresholds}
    return named | {f"q{100 * q:g}": float(np.ceil(level)) for q, level in zip(settings.quantiles, levels, strict=True)}


def run_statistic(paths: np.ndarray, definition: str, *, before: int) -> np.ndarray:
    """Turn paths into what a threshold is compared with, so that one pass serves every threshold.

    Parameters
    ----------
    paths : ndarray of shape (n_paths, before + days)
    definition : str
        Any but "window_mean".
    before : int
        Leading days that a mean or run may reach back to.

    Returns
    -------
    ndarray of shape (n_paths, days)
        The highest that the definition has reached by each day; ``>= threshold`` is what `utils.passage.reaches` says, made
        to last. Below every count where no mean or run was complete.
    """
    rule = parse_definition(definition)
    what = np.full(paths.shape, -1.0)
    if paths.shape[1] >= rule.days:
        windows = np.lib.stride_tricks.sliding_window_view(paths, rule.days, axis=1)
        what[:, rule.days - 1 :] = windows.sum(axis=2) / rule.days if rule.kind == "mean" else windows.min(axis=2)
    return np.maximum.accumulate(what[:, before:], axis=1)


def _find_first(running: np.ndarray, threshold: float) -> np.ndarray:
    """First day on which a running highest has reached a threshold, or -1."""
    first = (running < threshold).sum(axis=1)
    return np.where(first == running.shape[1], NEVER, first)


def _score_paths(task: Task, history: pd.Series, origin: pd.Timestamp, paths: np.ndarray) -> Iterator[tuple]:
    settings, window = task.settings, _cut_window(task, history, origin)
    gap = paths.shape[1] - settings.horizons[-1]
    ahead, truth = paths[:, gap:][:, window.days], window.observed[window.days]
    # What a mean or run reaches back to: simulated days that were not yet reported, and before them the counted past.
    back = max(parse_definition(definition).days for definition in settings.definitions)
    past = np.broadcast_to(window.before, (len(paths), len(window.before)))
    tail = np.concatenate([past, paths[:, :gap][:, window.skipped]], axis=1)
    true_tail = task.record.truth[:origin].dropna().to_numpy()
    tails = [one[..., len(one.T) - min(back, len(one.T)) :] for one in (tail, true_tail)]
    whole, came = np.concatenate([tails[0], ahead], axis=1), np.concatenate([tails[1], truth])[None]
    named = _list_thresholds(settings, history)
    running = {
        definition: tuple(run_statistic(one, definition, before=one.shape[1] - len(truth)) for one in (whole, came))
        for definition in settings.definitions
        if definition != "window_mean"
    }
    rng = np.random.default_rng([settings.seed, origin.toordinal(), 6])
    for horizon, n in _open_horizons(task, origin, window.days):
        for definition in settings.definitions:
            if definition == "window_mean":
                ends = [one[:, :n].mean(axis=1, keepdims=True) for one in (ahead, truth[None])]
            else:
                ends = [one[:, :n] for one in running[definition]]
            first = np.array([_find_first(ends[0], level) for level in named.values()])
            hit = np.array([_find_first(ends[1], level)[0] for level in named.values()])
            chance, outcome = (first != NEVER).mean(axis=1), (hit != NEVER).astype(float)
            values = dict(
                probability=chance,
                outcome=outcome,
                brier=scores.score_brier(chance, outcome),
                log=scores.score_log(chance, outcome, floor=1 / settings.n_paths),
                rps=scores.score_passage(first, hit, horizon=ends[0].shape[1]),
            )
            for score, column in values.items():
                yield from ((horizon, definition, name, score, value) for name, value in zip(named, column, strict=True))
        for name, score, value in _score_numbers(ahead[:, :n], truth[:n], named, rng):
            yield horizon, "", name, score, value


def _score_numbers(paths: np.ndarray, truth: np.ndarray, named: dict[str, float], rng) -> Iterator[tuple[str, str, float]]:
    """Score the highest day and the joint days of one window."""
    highest, came = paths.max(axis=1), truth.max()
    few = paths[:: max(1, len(paths) // FEW_PATHS)][:FEW_PATHS]
    values = dict(
        crps_max=scores.score_crps(highest, came),
        crps_day=scores.score_crps(paths.T, truth).mean(),
        energy=scores.score_energy(few, truth),
        variogram=scores.score_variogram(few, truth),
        pit=scores.draw_pit(highest, came, rng=rng),
        inside50=scores.check_inside(highest, came, level=0.5),
        inside90=scores.check_inside(highest, came, level=0.9),
    )
    yield from (("", score, float(value)) for score, value in values.items())
    for name, level in named.items():
        yield name, "twcrps", float(scores.score_twcrps(highest, came, threshold=level))


def _score_rival(task: Task, history: pd.Series, origin: pd.Timestamp) -> Iterator[tuple]:
    """Score a rival that says only a probability, from how often disjoint windows of the past met the event."""
    settings, window = task.settings, _cut_window(task, history, origin)
    past, truth = history.dropna().to_numpy(), window.observed[window.days]
    true_past = task.record.truth[:origin].dropna().to_numpy()
    named = _list_thresholds(settings, history)
    levels = np.array(list(named.values()))
    for horizon, n in _open_horizons(task, origin, window.days):
        windows = len(past) // n
        for definition in settings.definitions:
            if definition == "window_mean":
                ends, came = past[len(past) - windows * n :].reshape(windows, n).mean(axis=1), truth[:n].mean()
            else:
                ends = _reach_each_day(past, definition)[len(past) - windows * n :].reshape(windows, n).max(axis=1, initial=-1)
                came = _reach_each_day(np.concatenate([true_past, truth[:n]]), definition)[len(true_past) :].max()
            met = ends[:, None] >= levels
            chance = {
                "always_no": np.zeros(len(levels)),
                "base_rate": (met.sum(axis=0) + 0.5) / (windows + 1),
                "persistence": met[-1].astype(float) if windows else np.zeros(len(levels)),
            }[task.model]
            outcome = (came >= levels).astype(float)
            values = dict(
                probability=chance,
                outcome=outcome,
                brier=scores.score_brier(chance, outcome),
                log=scores.score_log(chance, outcome, floor=1 / settings.n_paths),
            )
            for score, column in values.items():
                yield from ((horizon, definition, name, score, value) for name, value in zip(named, column, strict=True))


def _reach_each_day(counts: np.ndarray, definition: str) -> np.ndarray:
    """What the definition reaches on each single day."""
    rule = parse_definition(definition)
    what = np.full(len(counts), -1.0)
    if len(counts) >= rule.days:
        windows = np.lib.stride_tricks.sliding_window_view(counts, rule.days)
        what[rule.days - 1 :] = windows.sum(axis=1) / rule.days if rule.kind == "mean" else windows.min(axis=1)
    return what


# ---------------------------------------------------------------------------------------------------------- summaries


def summarise_scores(
    table: pd.DataFrame,
    *,
    score: str,
    by: Sequence[str] = ("series", "vintage", "horizon"),
    reference: str = "climatology",
    seed: int = 0,
) -> pd.DataFrame:
    """Average a score by model, with its interval, the skill over a reference, and how many windows do not overlap.

    Parameters
    ----------
    table : pandas.DataFrame
        As from `backtest`; choose definitions and thresholds before.
    score : str
        Name of the score.
    by : sequence of str
        Columns that make a cell. It must hold "horizon".
    reference : str
        Model that the skill is measured against, on the same cases.

    Returns
    -------
    pandas.DataFrame
        The columns of `by`, then model, mean, low, high, skill, skill_low, skill_high, cases, effective, and rank: the order in
        the cell by mean, empty where too few windows do not overlap to bear one (`utils.scores.is_rankable`).
    """
    kept = table[table["score"].eq(score)]
    if kept.empty or "horizon" not in by:
        known = ", ".join(sorted(table["score"].unique()))
        raise InputError(f"score {score!r} by {list(by)}: no such rows, or no horizon among the columns; choose one of {known}")
    rows = []
    for cell, part in kept.groupby(list(by), observed=True):
        wide = part.groupby(["origin", "model"], observed=True)["value"].mean().unstack("model")
        horizon = cell[list(by).index("horizon")]
        for model in wide:
            both = wide[[model]].dropna()
            mean = scores.estimate_mean(both[model], both.index, horizon=horizon, seed=seed)
            row = dict(zip(by, cell, strict=True)) | dict(model=model, mean=mean.mean, low=mean.low, high=mean.high)
            skill = scores.Interval(np.nan, np.nan, np.nan, 0, 0)
            if reference in wide and model != reference and len(pair := wide[[model, reference]].dropna()):
                skill = scores.estimate_skill(pair[model], pair[reference], pair.index, horizon=horizon, seed=seed)
            row |= dict(skill=skill.mean, skill_low=skill.low, skill_high=skill.high)
            rows.append(row | dict(cases=mean.cases, effective=mean.effective))
    result = pd.DataFrame(rows)
    rank = result.groupby(list(by))["mean"].rank(method="min")
    result["rank"] = rank.where(result["effective"].map(scores.is_rankable)).astype("Int64")
    return result


def pair_events(table: pd.DataFrame) -> pd.DataFrame:
    """Put probability and outcome of each event beside each other, a row an event, by origin."""
    kept = table[table["score"].isin(["probability", "outcome"])].astype({"score": str})
    keys = [column for column in COLUMNS if column not in ("score", "value")]
    wide = kept.set_index([*keys, "score"])["value"].unstack("score")
    return wide.reset_index().sort_values(["origin", "series", "definition", "threshold"], ignore_index=True)
