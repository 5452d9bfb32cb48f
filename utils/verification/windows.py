"""Score one forecast at one origin, over every horizon, definition and threshold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..questions.passage import NEVER, parse_definition
from .calibration import covers, draw_pit
from .plan import Settings, Task
from .scores import score_brier, score_crps, score_energy, score_log, score_passage, score_twcrps, score_variogram

#: A window is scored on its counted days; one with a smaller share of them is left out.
MIN_COUNTED_SHARE = 2 / 3

#: Paths that the energy and the variogram score take, whose cost grows with the square.
FEW_PATHS = 100


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
        The highest that the definition has reached by each day; ``>= threshold`` is what `utils.passage.meets` says, made
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
    # What a mean or run meets back to: simulated days that were not yet reported, and before them the counted past.
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
                brier=score_brier(chance, outcome),
                log=score_log(chance, outcome, floor=1 / settings.n_paths),
                rps=score_passage(first, hit, horizon=ends[0].shape[1]),
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
        crps_max=score_crps(highest, came),
        crps_day=score_crps(paths.T, truth).mean(),
        energy=score_energy(few, truth),
        variogram=score_variogram(few, truth),
        pit=draw_pit(highest, came, rng=rng),
        inside50=covers(highest, came, level=0.5),
        inside90=covers(highest, came, level=0.9),
    )
    yield from (("", score, float(value)) for score, value in values.items())
    for name, level in named.items():
        yield name, "twcrps", float(score_twcrps(highest, came, threshold=level))


def _score_baseline(task: Task, history: pd.Series, origin: pd.Timestamp) -> Iterator[tuple]:
    """Score a baseline that says only a probability, from how often disjoint windows of the past met the event."""
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
                brier=score_brier(chance, outcome),
                log=score_log(chance, outcome, floor=1 / settings.n_paths),
            )
            for score, column in values.items():
                yield from ((horizon, definition, name, score, value) for name, value in zip(named, column, strict=True))


def _reach_each_day(counts: np.ndarray, definition: str) -> np.ndarray:
    """What the definition meets on each single day."""
    rule = parse_definition(definition)
    what = np.full(len(counts), -1.0)
    if len(counts) >= rule.days:
        windows = np.lib.stride_tricks.sliding_window_view(counts, rule.days)
        what[rule.days - 1 :] = windows.sum(axis=1) / rule.days if rule.kind == "mean" else windows.min(axis=1)
    return what
