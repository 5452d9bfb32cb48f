"""What a forecaster would have stated at earlier days of a count, and what came: what a track record is drawn from.

At each origin the forecaster gets the days up to it and nothing else, and its paths are kept as what each of them came to within
a window. Any threshold can then be read off them: one backtest serves every question of that length.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from ..common.errors import LookaheadError
from ..common.sharing import share
from ..counts.snapshot import Snapshot, check_origin, settle_counts, usable_history
from ..models import DEFAULT, SHORT, prepare_history, simulate_paths
from ..questions.base_rate import MIN_KNOWN, find_window_extremes
from ..questions.passage import compute_statistic, parse_definition

#: Days before an origin whose mean is the level there.
LEVEL_DAYS = 28
#: Origins, and days of past that they may take together: what half a second or so is enough for.
MOST_ORIGINS, FEWEST_ORIGINS, MOST_DAYS = 16, 6, 7_000
#: Days of the count that are gone over, the last ones; more where windows are long.
LAST_DAYS = 900
#: Days before the first origin, at least and at most.
LEAST_PAST, MOST_PAST = 28, 120
#: Paths a forecast, and their seed: a record does not hang on the seed of the answer it stands beside.
N_PATHS, SEED = 200, 0
#: Quantiles of the past that are thresholds of each origin's own, from frequent to rare.
QUANTILES = (0.5, 0.8, 0.95)
#: The baseline that gives paths, too.
REFERENCE = "climatology"


@dataclass(frozen=True, eq=False)
class Statements:
    """What one forecaster would have stated about one count at earlier origins, and what came.

    Attributes
    ----------
    of : str
        Which forecaster.
    series : str
        Who counts.
    horizon, length : int
        Days from an origin to the end of its window, and days of the window, the last ones of these.
    below : bool
        Whether the event is that the count falls below a threshold.
    origins : pandas.DatetimeIndex
        Counted days, shape (n_origins,).
    level : ndarray of shape (n_origins,)
        Mean of the `LEVEL_DAYS` days up to the origin.
    before, came : ndarray of shape (n_origins,)
        The highest (`below`: lowest) that the definition had come to by the origin, and came to in the window.
    peaks, reference : ndarray of shape (n_origins, n_paths)
        What the window comes to on each path of the forecaster, and of climatology.
    windows : tuple of ndarray
        What each disjoint window of the past came to, by origin.
    quantiles : ndarray of shape (n_origins, len(QUANTILES))
        Of the past's counted days.
    """

    of: str
    series: str
    horizon: int
    length: int
    below: bool
    origins: pd.DatetimeIndex
    level: np.ndarray
    before: np.ndarray
    came: np.ndarray
    peaks: np.ndarray
    reference: np.ndarray
    windows: tuple[np.ndarray, ...]
    quantiles: np.ndarray

    @property
    def end(self) -> pd.Timestamp:
        """Last day that any of it rests on."""
        return self.origins[-1] + pd.Timedelta(days=self.horizon)

    def meet(self, extremes: np.ndarray, thresholds: np.ndarray) -> np.ndarray:
        """Tell which extremes meet which thresholds: bool, of the shape to which the two spread."""
        return extremes < thresholds if self.below else extremes >= thresholds

    def state(self, thresholds: np.ndarray) -> pd.DataFrame:
        """Read statements off the paths, a row for each origin and threshold.

        Parameters
        ----------
        thresholds : ndarray of shape (n_origins, n_thresholds)
            Counts a day.

        Returns
        -------
        pandas.DataFrame
            series, origin, threshold, level (mean of the last days), said (probability), came and before (bool: whether the
            threshold was met in the window, and had been met by the origin).
        """
        wide = thresholds.shape
        return pd.DataFrame(
            dict(
                series=self.series,
                origin=np.repeat(self.origins, wide[1]),
                threshold=thresholds.ravel(),
                level=np.repeat(self.level, wide[1]),
                said=self.meet(self.peaks[:, :, None], thresholds[:, None, :]).mean(axis=1).ravel(),
                came=self.meet(self.came[:, None], thresholds).ravel(),
                before=self.meet(self.before[:, None], thresholds).ravel(),
            )
        )


def check_past(past: Snapshot | Statements, *, as_of: pd.Timestamp) -> None:
    """Raise `LookaheadError` if anything in a past is dated on or after the as-of day, or was taken on a later one.

    >>> from utils.counts.snapshot import take_snapshot
    >>> past = take_snapshot(pd.Series(5.0, pd.date_range("2024-03-01", periods=10)))
    >>> check_past(past, as_of=pd.Timestamp("2024-03-11"))  # says nothing: its last day is the 10th
    >>> check_past(past, as_of=pd.Timestamp("2024-03-10"))
    Traceback (most recent call last):
    ...
    utils.common.errors.LookaheadError: history holds 2024-03-10, which lies after the origin 2024-03-09; ...
    """
    if isinstance(past, Snapshot):
        check_origin(past.days, as_of=as_of)
    last = past.end + pd.Timedelta(days=1) if isinstance(past, Statements) else past.as_of
    if last is None or last > as_of:
        known = "no day" if last is None else f"{last:%Y-%m-%d}"
        raise LookaheadError(f"a past as known on {known} stands beside an answer of {as_of:%Y-%m-%d}; take it as of that day")


def list_past(snapshot: Snapshot, *, horizon: int) -> tuple[pd.DataFrame, int]:
    """List the days that are gone over, and how many of them come before the first origin, that one included.

    Returns
    -------
    pandas.DataFrame
        `count` and `state`, from a counted day to a counted day: the last ones, as many as are worth a backtest.
    int

    Examples
    --------
    >>> from utils.counts.snapshot import take_snapshot
    >>> snapshot = take_snapshot(pd.Series(5.0, pd.date_range("2024-01-01", periods=150)))
    >>> days, first = list_past(snapshot, horizon=7)
    >>> len(days), first
    (150, 50)
    """
    days = snapshot.days[["count", "state"]][: usable_history(snapshot.days).index[-1]]
    days = days[days["count"].first_valid_index() :].iloc[-max(LAST_DAYS, MOST_PAST + 6 * horizon) :]
    enough = int(np.searchsorted(days["count"].notna().cumsum(), LEAST_PAST)) + 1
    return days, max(enough, min(MOST_PAST, len(days) // 3))


def collect_statements(
    snapshot: Snapshot,
    *,
    horizon: int,
    length: int,
    definition: str = "day",
    below: bool = False,
    model: str = "default",
    simulated: int | None = None,
    most_origins: int | None = None,
    n_paths: int = N_PATHS,
) -> Statements | None:
    """Ask a forecaster at earlier origins of a count, from the days up to each and nothing else.

    Parameters
    ----------
    snapshot : Snapshot
        Its list alone is used: a nowcast tells of the last days only.
    horizon, length : int
        Days from an origin to the end of its window, and days of the window.
    definition, below
        See `utils.questions.question.Question`. Days that could be anything are dropped from paths and truth alike; a window
        of which less than `MIN_KNOWN` is known is left out.
    model : str
        See `utils.simulate_paths`.
    simulated : int, optional
        Days to simulate; with the same number, questions of unlike horizons share their paths.
    most_origins : int, optional
        Origins at most, spread evenly over the days; by default so many as take half a second.
    n_paths : int
        Paths a forecast.

    Returns
    -------
    Statements or None
        None where no origin has a window that is known.

    Examples
    --------
    >>> from utils.counts.snapshot import take_snapshot
    >>> days = pd.date_range("2024-01-01", periods=60)
    >>> counts = pd.Series(np.random.default_rng(0).poisson(20, 60).astype(float), days)
    >>> found = collect_statements(take_snapshot(counts), horizon=7, length=7, n_paths=100)
    >>> bool(found.state(np.full((len(found.origins), 1), 30.0))["said"].between(0, 1).all())
    True
    """
    simulated = max(horizon, simulated or horizon)
    days, first = list_past(snapshot, horizon=horizon)
    free = len(days) - first - simulated
    if free < 0:
        return None
    if most_origins is None:
        most_origins = int(np.clip(MOST_DAYS // (first + free // 2 + 2 * horizon), FEWEST_ORIGINS, MOST_ORIGINS))
    history = usable_history(days)
    past = _Past(days.index[0], history.to_numpy(float).tobytes(), snapshot.closed.asi8.tobytes(), snapshot.shut_weekdays)
    places = _choose_origins(history, first=first, free=free, most=most_origins)
    names = ("default" if model in (DEFAULT, SHORT) else model, REFERENCE)
    runs = [_simulate(past, places, simulated, name, n_paths) for name in names]
    settled, rows = settle_counts(days).to_numpy(), []
    for row, place in enumerate(places):
        seen, future = settled[: place + 1], settled[place + 1 : place + 1 + horizon]
        known = np.isfinite(future)
        if known[-length:].sum() < MIN_KNOWN * length:
            continue
        lead, level = int(known[:-length].sum()), np.nanmean(seen[-LEVEL_DAYS:])
        seen = seen[np.isfinite(seen)]
        came, peaks, reference = (
            _find_peaks(paths[:, known], seen, lead, definition, below=below)
            for paths in (future[None], *(run[row][:, :horizon] for run in runs))
        )
        windows = find_window_extremes(seen, definition, length=length, below=below)
        ever = find_window_extremes(seen, definition, length=len(seen), below=below) if definition != "window_mean" else windows
        before = ever.min(initial=np.inf) if below else ever.max(initial=-np.inf)
        levels = np.quantile(history.iloc[: place + 1].dropna(), np.abs(np.array(QUANTILES) - below))
        rows.append((days.index[place], level, before, came[0], peaks, reference, windows, np.maximum(np.ceil(levels), 1.0)))
    if not rows:
        return None
    origins, *columns, by_window, quantiles = zip(*rows, strict=True)
    level, before, came, peaks, reference = map(np.array, columns)
    return Statements(
        of=f"{model} without scenarios",
        series=snapshot.source.title,
        horizon=horizon,
        length=length,
        below=below,
        origins=pd.DatetimeIndex(origins),
        level=level,
        before=before,
        came=came,
        peaks=peaks,
        reference=reference,
        windows=by_window,
        quantiles=np.array(quantiles),
    )


def _choose_origins(history: pd.Series, *, first: int, free: int, most: int) -> tuple[int, ...]:
    """Choose places of a history as origins, evenly spread, each moved back to a counted day."""
    counted = np.flatnonzero(history.notna())
    even = np.linspace(first - 1, first - 1 + free, min(most, free + 1)).round()
    return tuple(np.unique(counted[np.searchsorted(counted, even, side="right") - 1]).tolist())


@dataclass(frozen=True)
class _Past:
    """A history by value, so that what was simulated from it is found again."""

    first: pd.Timestamp
    counts: bytes
    closed: bytes
    shut: tuple[int, ...]


@lru_cache(maxsize=12)
def _simulate(past: _Past, places: tuple[int, ...], horizon: int, model: str, n_paths: int) -> np.ndarray:
    """Simulate from each place of a past, with nothing of it later than that: shape (n_places, n_paths, horizon)."""
    key = (past, places, horizon, model, n_paths)
    paths = share("statements", key, lambda: _simulate_past(past, places, horizon, model, n_paths))
    paths.flags.writeable = False
    return paths


def _simulate_past(past: _Past, places: tuple[int, ...], horizon: int, model: str, n_paths: int) -> np.ndarray:
    counts = np.frombuffer(past.counts)
    days = pd.date_range(past.first, periods=len(counts) + horizon)
    closed = pd.DatetimeIndex(np.frombuffer(past.closed, np.int64).astype("datetime64[ns]"))
    paths = np.empty((len(places), n_paths, horizon))
    for row, place in enumerate(places):
        history = prepare_history(pd.Series(counts[: place + 1], days[: place + 1]), closed=closed)
        seed = SEED + days[place].toordinal()
        paths[row] = simulate_paths(history, horizon, n_paths=n_paths, model=model, seed=seed)
        ahead = days[place + 1 : place + 1 + horizon]
        paths[row][:, ahead.day_of_week.isin(past.shut)] = 0.0
    return paths


def _find_peaks(paths: np.ndarray, seen: np.ndarray, lead: int, definition: str, *, below: bool) -> np.ndarray:
    """Find what the window comes to on paths of which the first `lead` days precede it: shape (n_paths,)."""
    back = parse_definition(definition).lookback
    before = np.broadcast_to(seen[-back:] if back else seen[:0], (len(paths), min(back, len(seen))))
    tail = np.concatenate([before, paths[:, :lead]], axis=1)
    statistic = compute_statistic(paths[:, lead:], definition, tail=tail, below=below)
    return statistic.min(axis=1) if below else statistic.max(axis=1)
