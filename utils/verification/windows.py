"""Score one forecast at one origin, over every horizon, definition and threshold.

Windows are resolved as a question is: a closed day has nothing, and a day that could be anything is left out of paths and truth
alike, which are then read as if the known days followed each other. Which days those are does not depend on the forecaster, so
the scores stay proper. Without this, a window with an unreported day could resolve as YES but not as NO, and would select itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..counts.snapshot import settle_counts, usable_history
from ..questions.base_rate import MIN_KNOWN, find_window_extremes
from ..questions.passage import NEVER, compute_statistic, parse_definition
from .calibration import covers, draw_pit
from .plan import Settings, Task
from .scores import score_brier, score_crps, score_energy, score_log, score_passage, score_twcrps, score_variogram

#: Paths that the energy and the variogram score take, whose cost grows with the square.
FEW_PATHS = 100

#: What one score is of: horizon, definition, threshold, score, value.
Row = tuple[int, str, str, str, float]


@dataclass(frozen=True, eq=False)
class Window:
    """The days around an origin.

    Attributes
    ----------
    past : ndarray of shape (n_known,)
        What the days up to the last counted one are known to have had, in the vintage of the origin.
    skipped : ndarray of bool, shape (gap,)
        Which of the days from there to the origin are known by now.
    came : ndarray of shape (n_before,)
        What the days up to the origin are known by now to have had.
    truth : ndarray of shape (horizon,)
        What the days after the origin had; NaN where it could be anything.
    counted : ndarray of bool, shape (horizon,)
        Which of these were counted, and not closed.
    """

    past: np.ndarray
    skipped: np.ndarray
    came: np.ndarray
    truth: np.ndarray
    counted: np.ndarray

    @property
    def known(self) -> np.ndarray:
        """Which days after the origin are known, shape (horizon,)."""
        return np.isfinite(self.truth)


def _cut_window(task: Task, days: pd.DataFrame, origin: pd.Timestamp) -> Window:
    """Cut the days around an origin out of a record, to the longest horizon; `days` are those known at the origin."""
    settled, last = task.record.settled, usable_history(days).index[-1]
    ahead = pd.date_range(origin, periods=task.settings.horizons[-1] + 1)[1:]
    return Window(
        past=settle_counts(days)[:last].dropna().to_numpy(),
        skipped=settled.reindex(pd.date_range(last, origin, inclusive="right")).notna().to_numpy(),
        came=settled[:origin].dropna().to_numpy(),
        truth=settled.reindex(ahead).to_numpy(),
        counted=task.record.truth.reindex(ahead).notna().to_numpy(),
    )


def _list_open_horizons(task: Task, origin: pd.Timestamp, known: np.ndarray) -> Iterator[tuple[int, int]]:
    """Yield each horizon that the record covers, with the number of its known days."""
    ahead = (task.record.settled.index[-1] - origin).days
    for horizon in task.settings.horizons:
        n_known = int(known[:horizon].sum())
        if horizon <= ahead and n_known >= MIN_KNOWN * horizon:
            yield horizon, n_known


def _name_thresholds(settings: Settings, days: pd.DataFrame) -> dict[str, float]:
    """Name the thresholds; those by quantile come from the past alone."""
    levels = np.quantile(usable_history(days).dropna(), settings.quantiles) if settings.quantiles else []
    named = {f"{threshold:g}": threshold for threshold in settings.thresholds}
    return named | {f"q{100 * q:g}": float(np.ceil(level)) for q, level in zip(settings.quantiles, levels, strict=True)}


def _find_first(running: np.ndarray, threshold: float, *, below: bool = False) -> np.ndarray:
    """Find the first day on which a running extreme meets a threshold, or -1; shape (n_paths,) of (n_paths, days)."""
    first = ((running >= threshold) if below else (running < threshold)).sum(axis=1)
    return np.where(first == running.shape[1], NEVER, first)


def _score_events(
    settings: Settings,
    definition: str,
    horizon: int,
    named: dict[str, float],
    probability: np.ndarray,
    outcome: np.ndarray,
    **more: np.ndarray,
) -> Iterator[Row]:
    """Score probabilities of one event by threshold; `more` are scores that are there already."""
    values = dict(
        probability=probability,
        outcome=outcome,
        brier=score_brier(probability, outcome),
        log=score_log(probability, outcome, floor=1 / settings.n_paths),
        **more,
    )
    for score, column in values.items():
        yield from ((horizon, definition, name, score, value) for name, value in zip(named, column, strict=True))


def score_paths(task: Task, days: pd.DataFrame, origin: pd.Timestamp, paths: np.ndarray) -> Iterator[Row]:
    """Score paths from the end of the days known at an origin, shape (n_paths, gap + longest horizon).

    Paths of 10 a day for two days that had 12 and 9:

    >>> from utils.verification.plan import plan_backtest
    >>> counts = pd.Series([10.0] * 30 + [12.0, 9.0], pd.date_range("2024-01-01", periods=32))
    >>> asked = dict(horizons=[2], definitions=["day"], thresholds=[11], quantiles=[], below=False, n_paths=50, seed=0)
    >>> [task] = plan_backtest(counts, models=["pool"], settings=Settings(**asked), step=1, first=30, refit=1)
    >>> rows = score_paths(task, task.record.known(task.origins[0], vintage="final"), task.origins[0], np.full((50, 2), 10.0))
    >>> {score: float(value) for *_, score, value in rows if score in ("probability", "outcome", "brier", "crps_max")}
    {'probability': 0.0, 'outcome': 1.0, 'brier': 1.0, 'crps_max': 2.0}
    """
    settings, window = task.settings, _cut_window(task, days, origin)
    below, known = settings.below, window.known
    gap = paths.shape[1] - settings.horizons[-1]
    ahead, truth, counted = paths[:, gap:][:, known], window.truth[known], window.counted[known]
    # What a mean or run reaches back to: simulated days that were not yet reported, and before them the known past.
    lookback = max(1, *(parse_definition(definition).days for definition in settings.definitions))
    past = np.broadcast_to(window.past[-lookback:], (len(paths), min(lookback, len(window.past))))
    tail, came = np.concatenate([past, paths[:, :gap][:, window.skipped]], axis=1), window.came[-lookback:]
    named = _name_thresholds(settings, days)
    accumulate = np.minimum.accumulate if below else np.maximum.accumulate
    running = {
        definition: tuple(
            accumulate(compute_statistic(one, definition, tail=before, below=below), axis=1)
            for one, before in ((ahead, tail), (truth[None], came))
        )
        for definition in settings.definitions
        if definition != "window_mean" and len(truth)
    }
    rng = np.random.default_rng([settings.seed, origin.toordinal(), 6])
    for horizon, n in _list_open_horizons(task, origin, known):
        for definition in settings.definitions:
            if definition == "window_mean":
                ends = [one[:, :n].mean(axis=1, keepdims=True) for one in (ahead, truth[None])]
            else:
                ends = [one[:, :n] for one in running[definition]]
            first = np.array([_find_first(ends[0], level, below=below) for level in named.values()])
            hit = np.array([_find_first(ends[1], level, below=below)[0] for level in named.values()])
            probability, outcome = (first != NEVER).mean(axis=1), (hit != NEVER).astype(float)
            passage = score_passage(first, hit, horizon=ends[0].shape[1])
            yield from _score_events(settings, definition, horizon, named, probability, outcome, rps=passage)
        for name, score, value in _score_numbers(ahead[:, :n], truth[:n], counted[:n], named, rng):
            yield horizon, "", name, score, value


def _score_numbers(
    paths: np.ndarray, truth: np.ndarray, counted: np.ndarray, named: dict[str, float], rng: np.random.Generator
) -> Iterator[tuple[str, str, float]]:
    """Score the highest known day and the joint counted days of one window."""
    highest, came = paths.max(axis=1), truth.max()
    paths, truth = paths[:, counted], truth[counted]
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


def score_baseline(task: Task, days: pd.DataFrame, origin: pd.Timestamp) -> Iterator[Row]:
    """Score a baseline that gives only a probability, from how often disjoint windows of the past met the event.

    Five of ten windows of three days met 11, and so the base rate stands at a half:

    >>> from utils.verification.plan import plan_backtest
    >>> counts = pd.Series(np.repeat([10.0, 12.0], 15).tolist() + [9.0] * 3, pd.date_range("2024-01-01", periods=33))
    >>> asked = dict(horizons=[3], definitions=["day"], thresholds=[11], quantiles=[], below=False, n_paths=50, seed=0)
    >>> [task] = plan_backtest(counts, models=["base_rate"], settings=Settings(**asked), step=1, first=30, refit=1)
    >>> rows = score_baseline(task, task.record.known(task.origins[0], vintage="final"), task.origins[0])
    >>> {score: float(value) for *_, score, value in rows if score in ("probability", "outcome", "brier")}
    {'probability': 0.5, 'outcome': 0.0, 'brier': 0.25}
    """
    settings, window = task.settings, _cut_window(task, days, origin)
    truth, below = window.truth[window.known], settings.below
    named = _name_thresholds(settings, days)
    levels = np.array(list(named.values()))

    def meet(extremes: np.ndarray) -> np.ndarray:
        return extremes < levels if below else extremes >= levels

    for horizon, n in _list_open_horizons(task, origin, window.known):
        for definition in settings.definitions:
            met = meet(find_window_extremes(window.past, definition, length=n, below=below)[:, None])
            came = find_window_extremes(np.concatenate([window.came, truth[:n]]), definition, length=n, below=below)[-1]
            probability = {
                "always_no": np.zeros(len(levels)),
                "base_rate": (met.sum(axis=0) + 0.5) / (len(met) + 1),
                "persistence": met[-1].astype(float) if len(met) else np.zeros(len(levels)),
            }[task.model]
            yield from _score_events(settings, definition, horizon, named, probability, meet(came).astype(float))
