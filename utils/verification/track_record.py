"""What forecasts like this one would have earned on a series: a backtest small enough to run while a reader waits."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..counts.record import make_record
from ..counts.snapshot import Snapshot
from ..questions.question import Question
from .backtest import backtest
from .plan import QUANTILES
from .resampling import MIN_INTERVAL, count_effective
from .summaries import pair_events

#: Forecasters that are scored; always no needs no run.
MODELS = ("default", "climatology", "base_rate")
REFERENCE = "climatology"

#: Origins, and days of past that they may take together: what a second or so is enough for.
MOST_ORIGINS, FEWEST_ORIGINS, MOST_DAYS = 14, 6, 7_000
#: Days of the series that are gone over, the last ones; more where windows are long.
LAST_DAYS = 900
#: Days before the first origin, at least and at most, and days after it that are worth a backtest.
LEAST_PAST, MOST_PAST, LEAST_AHEAD = 28, 120, 8
#: Paths a forecast.
N_PATHS = 200
#: Ends of the classes of probability that are alike.
CLASSES = (0.0, 0.02, 0.1, 0.25, 0.5, 0.75, 0.9, 0.98, 1.0)


@dataclass(frozen=True)
class Earned:
    """What one forecaster earned.

    Attributes
    ----------
    model : str
    brier_own, brier : float
        Mean Brier score at the question's own threshold, and over that and the past's quantiles.
    skill : float or None
        1 - `brier` / that of climatology; None where that one is nought.
    """

    model: str
    brier_own: float
    brier: float
    skill: float | None


@dataclass(frozen=True)
class Alike:
    """How often the event came after a probability of the same class as the answer's.

    Attributes
    ----------
    low, high : float
        The class.
    came, cases, separate : int
        Events that came, forecasts, and of these the most whose windows do not overlap.
    """

    low: float
    high: float
    came: int
    cases: int
    separate: int


@dataclass(frozen=True)
class TrackRecord:
    """What forecasts like an answer would have earned on its own series.

    Attributes
    ----------
    horizon : int
        Days of a window; each begins on the day after its origin.
    first, last : str
        First and last origin.
    origins, separate : int
        Forecasts, and of these the most whose windows do not overlap.
    met : int
        Windows in which the question's own threshold was met.
    earned : tuple of Earned
    alike : Alike or None
        None where fewer than four separate windows had such a probability.
    """

    horizon: int
    first: str
    last: str
    origins: int
    separate: int
    met: int
    earned: tuple[Earned, ...]
    alike: Alike | None

    def to_dict(self) -> dict[str, object]:
        """Return the record as plain values, ready for JSON."""
        return dataclasses.asdict(self) | {"earned": [dataclasses.asdict(one) for one in self.earned]}


def measure_track_record(
    snapshot: Snapshot, question: Question, *, horizon: int, probability: float, seed: int = 0
) -> TrackRecord | str:
    """Measure what forecasts like this one would have earned on the days that are known.

    The default forecaster is asked, at a few earlier origins, whether the next days meet the question's definition: at its own
    threshold, and at quantiles of the past, since a threshold that was never near teaches nothing.

    Parameters
    ----------
    snapshot : Snapshot
    question : Question
        Its definition, threshold and direction are asked; not its window.
    horizon : int
        Days of a window. Where the series is too short for four separate ones, the longest that it has four of is taken.
    probability : float
        The answer: forecasts of its class are counted.
    seed : int

    Returns
    -------
    TrackRecord or str
        Why there is none, as a sentence, if the series is too short.

    Examples
    --------
    >>> from utils.counts.snapshot import take_snapshot
    >>> days = pd.date_range("2024-01-01", periods=150)
    >>> snapshot = take_snapshot(pd.Series(np.random.default_rng(0).poisson(20, 150).astype(float), days))
    >>> question = Question(threshold=30, opens="2024-05-30", closes="2024-06-06")
    >>> measure_track_record(snapshot, question, horizon=7, probability=0.1).separate
    13
    """
    record = make_record(snapshot)
    days = record.days[: record.truth.index[-1]]
    days = days[days["count"].first_valid_index() :].iloc[-max(LAST_DAYS, MOST_PAST + 6 * horizon) :]
    enough = int(np.searchsorted(days["count"].notna().cumsum(), LEAST_PAST)) + 1
    past = max(enough, min(MOST_PAST, len(days) // 3))
    ahead = len(days) - past
    if ahead < LEAST_AHEAD:
        needed, counted = f"{LEAST_PAST} counted days and {LEAST_AHEAD} more", days["count"].count()
        return f"The count is too short for a backtest, which needs {needed}; it has {len(days)} days, {counted} counted."
    horizon = min(horizon, ahead // MIN_INTERVAL)
    free = ahead - horizon
    n_origins = int(np.clip(MOST_DAYS // (past + free // 2 + 2 * horizon), FEWEST_ORIGINS, MOST_ORIGINS))
    table = backtest(
        dataclasses.replace(record, days=days),
        models=MODELS,
        horizons=(horizon,),
        definitions=(question.definition,),
        thresholds=(question.threshold,),
        quantiles=tuple(1 - q for q in QUANTILES) if question.below else QUANTILES,
        below=question.below,
        step=max(1, -(-free // n_origins)),
        first=past,
        n_paths=N_PATHS,
        seed=seed,
        n_jobs=1,
        cache=None,
        progress=False,
    )
    if table.empty:
        return "The count has too many days that were not counted for a backtest."
    return _summarise(pair_events(table), question, horizon=horizon, probability=probability)


def _summarise(events: pd.DataFrame, question: Question, *, horizon: int, probability: float) -> TrackRecord:
    """Average the scores of events, a row each with `probability` and `outcome`."""
    asked = events["model"].eq("default")
    always_no = events[asked].assign(model="always_no", probability=0.0)
    events = pd.concat([events.astype({"model": str}), always_no], ignore_index=True)
    own = events["threshold"].eq(f"{question.threshold:g}")
    squares = (events["probability"] - events["outcome"]) ** 2
    brier, brier_own = squares.groupby(events["model"]).mean(), squares[own].groupby(events["model"]).mean()
    reference = brier[REFERENCE]
    earned = tuple(
        Earned(name, float(brier_own[name]), float(brier[name]), float(1 - brier[name] / reference) if reference > 0 else None)
        for name in (*MODELS, "always_no")
    )
    mine = events[events["model"].eq("default")]
    origins = pd.DatetimeIndex(mine["origin"].unique())
    place = int(np.clip(np.searchsorted(CLASSES, probability, side="right") - 1, 0, len(CLASSES) - 2))
    low, high = CLASSES[place], CLASSES[place + 1]
    like = mine[mine["probability"].between(low, high, inclusive="both" if high == CLASSES[-1] else "left")]
    separate = count_effective(like["origin"], horizon=horizon) if len(like) else 0
    alike = Alike(low, high, int(like["outcome"].sum()), len(like), separate) if separate >= MIN_INTERVAL else None
    return TrackRecord(
        horizon=horizon,
        first=f"{origins.min():%Y-%m-%d}",
        last=f"{origins.max():%Y-%m-%d}",
        origins=len(origins),
        separate=count_effective(origins, horizon=horizon),
        met=int(mine.loc[mine["threshold"].eq(f"{question.threshold:g}"), "outcome"].sum()),
        earned=earned,
        alike=alike,
    )
