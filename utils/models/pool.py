"""The default: a pool of sample paths of two members, laid side by side.

Steady smoothing follows a level, a slope and the weekdays, and draws single days; week residuals draw whole weeks about a level.
Each holds many settings, weighted by how well they foretold the past: the next day, and the mean of as many days as are asked for
(see `weights`). A line is then followed where past windows say that lines went on, and is not where they say otherwise. What is
drawn is brought to the spread of today (see `scales`).

Each block of paths has one member and one of its settings, drawn by their weights. The spread between blocks therefore shows how
far members, settings and, where there are any, nowcast draws disagree, with the draw of the innovations taken out. It knows
nothing of what all of them ignore.

The choices were made on rolling origins of seven counts, two of them of one flow, after a look at 102 variants; scores on those
counts are a little too good for that. Members have equal shares: there are too few separate windows to tell them apart.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from .history import History, prepare_history
from .levels import DRIFTS
from .members import QUICK, SEASON, STEADY, FittedMember, Member, Starts
from .negative_binomial import NegativeBinomial
from .protocol import cut_blocks, recycle
from .regimes import RegimeSwitching
from .residuals import FittedResiduals, WeekResiduals
from .smoothing import FittedSmoothing, Smoothing

#: Members of the pool by name.
MEMBERS: dict[str, Member] = {
    "steady smoothing": Smoothing(STEADY),
    "week residuals": WeekResiduals(SEASON),
}

#: Members that were tried beside them and left out, since the pool scored no better with them: models of their own.
CANDIDATES: dict[str, Member] = {
    "negative binomial": NegativeBinomial(SEASON),
    "regime switching": RegimeSwitching(SEASON),
}

FEW_PATHS, OVERSAMPLED = 1_000, 4  # up to so many paths are thinned from so many times as many
CHUNK = 4_000  # paths simulated at a time: a stretch that stays in the processor's cache


@dataclass(frozen=True)
class FittedPool:
    """Members fitted to a history, in equal shares.

    Attributes
    ----------
    names : tuple of str
    members : list of FittedMember
    counts : ndarray of shape (n_days,)
        From the first counted day to the last one; where a nowcast is given, to the end of the history.
    gap : int
        Days without a count after them, which are simulated too and left out.
    nowcast : ndarray of shape (n, days)
        Draws of the days after the history, with which the paths begin.
    """

    names: tuple[str, ...]
    members: list[FittedMember]
    counts: np.ndarray
    gap: int
    nowcast: np.ndarray

    def simulate(self, horizon: int, n_paths: int, rng: np.random.Generator) -> np.ndarray:
        """Draw joint paths; see `Fitted`.

        Up to 1,000 paths are thinned from four times as many, within each block: see `_thin`. The noise that `Question.answer`
        takes out of its interval is then more than there is, and the interval on the narrow side; ask for more where it matters.
        """
        paths = np.empty((n_paths, horizon))
        given = self.nowcast[:, :horizon].shape[1]
        paths[:, :given] = recycle(self.nowcast[:, :horizon], n_paths)
        if given == horizon:
            return paths
        rows, ahead = cut_blocks(n_paths), self.gap + horizon - given
        kept = -(-n_paths // len(rows))
        thinned = n_paths <= FEW_PATHS and not self.nowcast.size  # a path that begins with a draw must go on from it
        drawn = kept * OVERSAMPLED if thinned else kept
        member, setting = self._choose(ahead, len(rows), rng)
        for number, fitted in enumerate(self.members):
            mine = np.flatnonzero(member == number)
            mine = mine[np.argsort(setting[mine], kind="stable")]  # members draw for a setting at a time
            pieces = min(-(-len(mine) * drawn // CHUNK), len(mine))  # of one block at least
            for some in np.array_split(mine, pieces) if pieces else ():
                draw = np.repeat(some % len(self.nowcast), drawn) if self.nowcast.size else None
                starts = Starts(np.full(len(some) * drawn, len(self.counts)), np.repeat(setting[some], drawn), draw)
                simulated = fitted.simulate_from(starts, ahead, rng)[:, self.gap :]
                blocks = np.rint(simulated, out=simulated).reshape(len(some), drawn, -1)
                for block, simulated in zip(some, _thin(blocks, kept, rng) if thinned else blocks, strict=True):
                    paths[rows[block], given:] = simulated[: rows[block].stop - rows[block].start]
        return paths

    def weigh_drifts(self, horizon: int) -> dict[str, float]:
        """Return the weight of each drift of the level (`levels.DRIFTS`) for a horizon in days, by the members that have them."""
        grids = [
            member.weigh_settings(len(self.counts), horizon)
            for member in self.members
            if isinstance(member, FittedSmoothing | FittedResiduals)
        ]
        shares = np.mean([weights.reshape(-1, len(DRIFTS)).sum(0) for weights in grids], axis=0)
        return dict(zip(DRIFTS, shares.tolist(), strict=True))

    def _choose(self, horizon: int, n_blocks: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Draw a member and a setting for each block, in shares as near to their weights as can be, in random order."""
        of_settings = [member.weigh_settings(len(self.counts), horizon) for member in self.members]
        flat = np.concatenate(of_settings) / len(self.members)
        even = (np.arange(n_blocks) + rng.random()) / n_blocks
        chosen = rng.permutation(np.minimum(np.searchsorted(np.cumsum(flat), even, side="right"), len(flat) - 1))
        member = np.repeat(np.arange(len(self.members)), [len(settings) for settings in of_settings])
        setting = np.concatenate([np.arange(len(settings)) for settings in of_settings])
        return member[chosen], setting[chosen]


def _thin(paths: np.ndarray, kept: int, rng: np.random.Generator) -> np.ndarray:
    """Keep some of the paths of each block: one at random of each stratum of the highest day.

    Every path has the same chance to stay. What is gained is that a few hundred paths give the law of the highest day as well as
    several times as many would; other events gain less.

    Parameters
    ----------
    paths : ndarray of shape (n_blocks, drawn, horizon)
        `drawn` is a multiple of `kept`.
    kept : int
        Paths to keep in each block, in random order.

    Returns
    -------
    ndarray of shape (n_blocks, kept, horizon)
    """
    n_blocks, drawn, _ = paths.shape
    order = np.argsort(paths.max(-1) + rng.random((n_blocks, drawn)), axis=1)  # ties in random order
    strata = order.reshape(n_blocks, kept, -1)
    picked = rng.integers(0, strata.shape[2], (n_blocks, kept, 1))
    chosen = rng.permuted(np.take_along_axis(strata, picked, 2)[..., 0], axis=1)
    return np.take_along_axis(paths, chosen[..., None], 1)


def _fit_members(history: pd.Series | History, members: dict[str, Member]) -> FittedPool:
    """Fit a pool of the members named, in equal shares; history as for `fit_pool`."""
    whole = prepare_history(history)
    past = whole.cut()
    gap = (whole.days[-1] - past.days[-1]).days
    fitted = [member.fit(past) for member in members.values()]
    return FittedPool(tuple(members), fitted, past.counts.to_numpy(), gap, past.nowcast)


def fit_pool(history: pd.Series | History, *, seed: int = 0) -> FittedPool:
    """Fit the default forecaster: the pool of `MEMBERS`.

    Days without a count change nothing but the return of the level. Days without a count at the end of the history are simulated
    like those to come, so that what is not known of them is in the paths.

    Parameters
    ----------
    history : pandas.Series or History
        Counts a day, NaN where not counted; at least 14 counted days. A weekday that was never counted counts as an ordinary one.
        With a nowcast each path begins with one of its draws, and the level of each member follows it to its end; innovations
        and weights are those of counted days alone.
    seed : int
        Not used: nothing is drawn before the paths are.

    Examples
    --------
    Ten weeks of 50 a day and 10 on Sundays, and what is expected of the next one:

    >>> days = pd.date_range("2024-01-01", periods=70)
    >>> fitted = fit_pool(pd.Series(np.where(days.day_of_week == 6, 10.0, 50.0), days))
    >>> fitted.simulate(7, 500, np.random.default_rng(0)).mean(axis=0).round(-1)
    array([50., 50., 50., 50., 50., 50., 10.])
    """
    return _fit_members(history, MEMBERS)


def fit_short_pool(history: pd.Series | History, *, seed: int = 0) -> FittedPool:
    """Fit what stands in for the pool where fewer than 60 days are counted: both smoothings in equal shares.

    So short a history holds too few weeks to draw from; innovations are not narrowed. Parameters as for `fit_pool`.

    >>> counts = pd.Series(50.0, pd.date_range("2024-01-01", periods=28))
    >>> fitted = fit_short_pool(counts)
    >>> fitted.names, fitted.simulate(7, 500, np.random.default_rng(0)).mean().round()
    (('quick smoothing', 'steady smoothing'), np.float64(50.0))
    """
    return _fit_members(
        history, {"quick smoothing": Smoothing(QUICK, narrow=1.0), "steady smoothing": Smoothing(STEADY, narrow=1.0)}
    )


def fit_smoothing(history: pd.Series | History, *, seed: int = 0) -> FittedPool:
    """Fit steady exponential smoothing alone (`Smoothing`); parameters as for `fit_pool`.

    Three weeks after a fall from 50 to 20 a day the level is down:

    >>> counts = pd.Series([50.0] * 49 + [20.0] * 21, pd.date_range("2024-01-01", periods=70))
    >>> fit_smoothing(counts).simulate(7, 500, np.random.default_rng(0)).mean().round()
    np.float64(20.0)
    """
    return _fit_members(history, {"steady smoothing": Smoothing(STEADY, narrow=1.0)})


def fit_week_residuals(history: pd.Series | History, *, seed: int = 0) -> FittedPool:
    """Fit the bootstrap of residual weeks alone (`WeekResiduals`); parameters as for `fit_pool`.

    A Sunday makes up for its Saturday, up or down. Weeks are drawn whole, and so it still does on the paths:

    >>> weekends = np.tile([50.0] * 5 + [70.0, 30.0] + [50.0] * 5 + [30.0, 70.0], 5)
    >>> fitted = fit_week_residuals(pd.Series(weekends, pd.date_range("2024-01-01", periods=70)))
    >>> paths = fitted.simulate(7, 500, np.random.default_rng(0))
    >>> np.corrcoef(paths[:, 5], paths[:, 6])[0, 1].round(1)
    np.float64(-1.0)
    """
    return _fit_members(history, {"week residuals": WeekResiduals(SEASON, narrow=1.0)})


def fit_negative_binomial(history: pd.Series | History, *, seed: int = 0) -> FittedPool:
    """Fit negative-binomial regression alone (`NegativeBinomial`); parameters as for `fit_pool`.

    Ten weeks of 50 a day, and yet other counts are possible, since the variance is never less than the mean:

    >>> counts = pd.Series(50.0, pd.date_range("2024-01-01", periods=70))
    >>> paths = fit_negative_binomial(counts).simulate(7, 500, np.random.default_rng(0))
    >>> np.quantile(paths, [0.1, 0.5, 0.9])
    array([38., 50., 63.])
    """
    return _fit_members(history, {"negative binomial": CANDIDATES["negative binomial"]})


def fit_regime_switching(history: pd.Series | History, *, seed: int = 0) -> FittedPool:
    """Fit level shifts alone (`RegimeSwitching`); parameters as for `fit_pool`.

    Three weeks after a fall from 50 to 20 a day the next days are near 20, and a few, after another shift, are not:

    >>> counts = pd.Series([50.0] * 49 + [20.0] * 21, pd.date_range("2024-01-01", periods=70))
    >>> paths = fit_regime_switching(counts).simulate(7, 500, np.random.default_rng(0))
    >>> np.quantile(paths[:, -1], [0.1, 0.5, 0.99]).round()
    array([19., 20., 35.])
    """
    return _fit_members(history, {"regime switching": CANDIDATES["regime switching"]})


def fit_wide_pool(history: pd.Series | History, *, seed: int = 0) -> FittedPool:
    """Fit the pool with `CANDIDATES` beside its members, to show what they change; parameters as for `fit_pool`.

    >>> fit_wide_pool(pd.Series(50.0, pd.date_range("2024-01-01", periods=70))).names
    ('steady smoothing', 'week residuals', 'negative binomial', 'regime switching')
    """
    return _fit_members(history, MEMBERS | CANDIDATES)
