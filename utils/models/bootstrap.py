"""Bootstraps of days as they were: the plain baselines of every model."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from .history import WEEK, History, prepare_history
from .protocol import recycle


@dataclass(frozen=True)
class FittedBlocks:
    """Stretches of the past, drawn at random and laid end to end.

    Attributes
    ----------
    filled : ndarray of shape (fills, days)
        The past up to its last counted day; in each row the absent days are filled with other draws.
    length : int or None
        Days a stretch; None for one stretch as long as the horizon, whose past goes round: its end is followed by its beginning.
    gap : int or None
        Days between the past's end and the first simulated day, for stretches that keep their weekdays; None if they need not.
    nowcast : ndarray of shape (n, days)
        Draws of the days after the history; they end the rows of `filled`, and begin the paths.
    """

    filled: np.ndarray
    length: int | None
    gap: int | None
    nowcast: np.ndarray

    def simulate(self, horizon: int, n_paths: int, rng: np.random.Generator) -> np.ndarray:
        """Draw joint paths; see `Fitted`."""
        nowcast = recycle(self.nowcast, n_paths)[:, :horizon]
        if nowcast.shape[1] == horizon:
            return nowcast
        return np.concatenate([nowcast, self._draw(horizon - nowcast.shape[1], n_paths, rng)], axis=1)

    def _draw(self, horizon: int, n_paths: int, rng: np.random.Generator) -> np.ndarray:
        fills, n_days = self.filled.shape
        if self.length is None:
            days = (rng.integers(n_days, size=n_paths)[:, None] + np.arange(horizon)) % n_days
            return self.filled[rng.integers(fills, size=n_paths)[:, None], days]
        length = min(self.length, n_days)
        pieces = []
        for offset in range(0, horizon, length):
            starts = np.arange(n_days - length + 1)
            if self.gap is not None:
                starts = starts[(starts - n_days - self.gap - offset) % WEEK == 0]
            days = rng.choice(starts, n_paths)[:, None] + np.arange(length)
            pieces.append(self.filled[rng.integers(fills, size=n_paths)[:, None], days])
        return np.concatenate(pieces, axis=1)[:, :horizon]


def fit_climatology(history: pd.Series | History, *, seed: int = 0) -> FittedBlocks:
    """Windows of the whole past, all equally likely: the record's own answer, for whoever knows nothing newer.

    The past is laid out in a circle [1]_. Without that, the days simulated first and last would favour parts of the past: a
    short window late in a long path could never show the most recent weeks. Parameters as for `fit_sarimax`.

    References
    ----------
    .. [1] D. N. Politis and J. P. Romano (1992), A circular block-resampling procedure for stationary data, in Exploring the
       Limits of Bootstrap.

    Examples
    --------
    Five weeks of 50 and five of 20 mean 35, whichever came last:

    >>> days = pd.date_range("2024-01-01", periods=70)
    >>> fitted = fit_climatology(pd.Series(np.repeat([50.0, 20.0], 35), days))
    >>> fitted.simulate(7, 2_000, np.random.default_rng(0)).mean().round()
    np.float64(35.0)
    """
    past = _drop_absent_end(prepare_history(history))
    return FittedBlocks(_fill_absent(past, seed=seed), length=None, gap=None, nowcast=past.nowcast)


def fit_weekday_bootstrap(history: pd.Series | History, *, seed: int = 0, window: int = 60) -> FittedBlocks:
    """Whole weeks of the last `window` days to the last one counted, each on its own weekdays: the last two months go on.

    The moving-block bootstrap [1]_ with blocks of a week. Parameters as for `fit_sarimax`.

    References
    ----------
    .. [1] H. R. Kuensch (1989), The jackknife and the bootstrap for general stationary observations, Annals of Statistics 17.

    Examples
    --------
    Of five weeks of 50 and five of 20 it knows the last three alone, and Sundays stay Sundays:

    >>> days = pd.date_range("2024-01-01", periods=70)
    >>> counts = pd.Series(np.repeat([50.0, 20.0], 35), days).mask(days.day_of_week == 6, 5.0)
    >>> fitted = fit_weekday_bootstrap(counts, window=21)
    >>> fitted.simulate(7, 100, np.random.default_rng(0)).mean(axis=0)
    array([20., 20., 20., 20., 20., 20.,  5.])
    """
    whole = prepare_history(history)
    past = _drop_absent_end(whole)
    filled = _fill_absent(past, seed=seed)[:, -window:]
    return FittedBlocks(filled, length=WEEK, gap=len(whole.counts) - len(past.counts), nowcast=past.nowcast)


def _drop_absent_end(past: History) -> History:
    """Leave out days after the last one counted, unless draws follow them."""
    return past if past.nowcast.size else replace(past, counts=past.counts[: past.counts.last_valid_index()])


def _fill_absent(past: History, *, seed: int, fills: int = 200, neighbours: int = 4) -> np.ndarray:
    """Lay out the past several times over, its absent days filled, each time with another nowcast draw.

    An absent day is filled with a count drawn from the nearest counted days of its weekday.

    Only the bootstraps use it, which cannot leave a day open; every fill is another draw, so that no one value is made up.
    """
    rng = np.random.default_rng([seed, 2])
    values = past.counts.to_numpy()
    filled = np.tile(values, (fills, 1))
    counted = np.flatnonzero(np.isfinite(values))
    for day in np.flatnonzero(np.isnan(values)):
        same = counted[(counted - day) % WEEK == 0]
        same = same if len(same) else counted
        nearest = same[np.argsort(np.abs(same - day), kind="stable")[:neighbours]]
        filled[:, day] = values[rng.choice(nearest, fills)]
    return np.concatenate([np.rint(filled), recycle(past.nowcast, fills)], axis=1)
