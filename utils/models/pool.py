"""The default: a pool of sample paths, whose weights are learnt from earlier origins of the history itself.

Paths of several members are laid side by side, so that the pool is a mixture: a level that one member follows fast and another
slowly is uncertain in the pool. The weights are those that would have scored best from earlier origins, by horizon, drawn towards
equal, the more so the fewer windows of that length the history holds.

Each block of paths has one member and one of its settings, drawn by their weights. The spread between blocks therefore shows how
far members and settings disagree, with the draw of the innovations taken out; an interval over blocks is about which model to
believe, and knows nothing of what all members ignore.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from .history import History, prepare_history
from .members import QUICK, SEASON, STEADY, FittedMember, Member, Starts
from .negative_binomial import NegativeBinomial
from .protocol import cut_blocks, recycle
from .regimes import RegimeSwitching
from .residuals import WeekResiduals
from .smoothing import Smoothing
from .weights import learn_weights, sample_backtest

#: Members of the pool by name.
MEMBERS: dict[str, Member] = {
    "quick smoothing": Smoothing(QUICK),
    "steady smoothing": Smoothing(STEADY),
    "week residuals": WeekResiduals(SEASON),
}

#: Members that were tried beside them and left out, since the pool scored no better with them: models of their own.
CANDIDATES: dict[str, Member] = {
    "negative binomial": NegativeBinomial(SEASON),
    "regime switching": RegimeSwitching(SEASON),
}

#: Factor on a path's distance from the mean of all paths of the day. Below 1, because innovations are drawn from the past, and
#: those of a filter that was still learning are larger than those to come.
SPREAD = 0.9

FEW_PATHS, OVERSAMPLED = 1_000, 4  # up to so many paths are thinned from so many times as many
CHUNK = 4_000  # paths simulated at a time: a stretch that stays in the processor's cache


@dataclass(frozen=True)
class FittedPool:
    """Members fitted to a history; their weights are learnt when a horizon is asked for, and kept.

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
    learn : bool
        Learn the weights, else they are equal.
    spread : float
        Factor on a path's distance from the mean of all paths of the day.
    """

    names: tuple[str, ...]
    members: list[FittedMember]
    counts: np.ndarray
    gap: int
    nowcast: np.ndarray
    learn: bool
    spread: float
    _learnt: dict[int, np.ndarray] = field(default_factory=dict, repr=False)

    def weigh(self, horizon: int) -> np.ndarray:
        """Return the members' weights for a horizon in days, shape (n_members,), summing to 1."""
        if horizon not in self._learnt:
            past = None
            if self.learn and len(self.members) > 1:
                past = sample_backtest(self.members, self.counts, horizon=horizon)
            n_members = len(self.members)
            weights = np.full(n_members, 1 / n_members) if past is None else learn_weights(past)
            weights.flags.writeable = False  # kept, and handed out again
            self._learnt[horizon] = weights
        return self._learnt[horizon]

    def simulate(self, horizon: int, n_paths: int, rng: np.random.Generator) -> np.ndarray:
        """Draw joint paths; see `Fitted`.

        Up to 1,000 paths are thinned from four times as many, within each block: see `thin`. The noise that `Question.answer`
        takes out of its interval is then more than there is, and the interval on the narrow side; ask for more where it matters.
        """
        given = recycle(self.nowcast, n_paths)[:, :horizon]
        ahead = horizon - given.shape[1]
        if not ahead:
            return given
        rows = cut_blocks(n_paths)
        n_blocks, kept = len(rows), -(-n_paths // len(rows))
        thinned = n_paths <= FEW_PATHS and not self.nowcast.size  # a path that begins with a draw must go on from it
        drawn = kept * OVERSAMPLED if thinned else kept
        draw = None
        if self.nowcast.size:
            draw = np.repeat(np.arange(n_blocks) % len(self.nowcast), kept).reshape(n_blocks, kept)
        paths = np.empty((n_blocks, drawn, self.gap + ahead))
        member, setting = self._choose(self.weigh(self.gap + ahead), n_blocks, rng)
        for number, fitted in enumerate(self.members):
            mine = np.flatnonzero(member == number)
            for some in np.array_split(mine, -(-len(mine) * drawn // CHUNK)) if len(mine) else ():
                ends = np.full(len(some) * drawn, len(self.counts))
                starts = Starts(ends, np.repeat(setting[some], drawn), None if draw is None else draw[some].ravel())
                simulated = fitted.simulate_from(starts, self.gap + ahead, rng)
                paths[some] = simulated.reshape(len(some), drawn, -1)
        paths = self._narrow(paths[:, :, self.gap :])
        np.rint(paths, out=paths)
        if thinned:
            paths = thin(paths, kept, rng)
        whole = [block[: part.stop - part.start] for block, part in zip(paths, rows, strict=True)]
        return np.concatenate([given, np.concatenate(whole)], axis=1)

    def _narrow(self, paths: np.ndarray) -> np.ndarray:
        """Bring paths, shape (n_blocks, drawn, horizon), nearer to their day's mean by the factor `spread`, in place."""
        if self.spread != 1.0:
            centre = paths.mean(axis=(0, 1))
            paths *= self.spread
            paths += (1.0 - self.spread) * centre
        return paths

    def _choose(self, weights: np.ndarray, n_blocks: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Draw a member and a setting for each block, in shares as near to their weights as can be, in random order."""
        of_settings = [member.weigh_settings(len(self.counts)) for member in self.members]
        flat = np.concatenate([weight * settings for weight, settings in zip(weights, of_settings, strict=True)])
        even = (np.arange(n_blocks) + rng.random()) / n_blocks
        chosen = rng.permutation(np.minimum(np.searchsorted(np.cumsum(flat), even, side="right"), len(flat) - 1))
        member = np.repeat(np.arange(len(weights)), [len(settings) for settings in of_settings])
        setting = np.concatenate([np.arange(len(settings)) for settings in of_settings])
        return member[chosen], setting[chosen]


def thin(paths: np.ndarray, kept: int, rng: np.random.Generator) -> np.ndarray:
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


def fit_members(
    history: pd.Series | History,
    members: dict[str, Member],
    *,
    learn: bool = True,
    spread: float = SPREAD,
) -> FittedPool:
    """Fit a pool of the members named; parameters as for `fit_pool`, attributes as in `FittedPool`."""
    whole = prepare_history(history)
    past = whole.cut()
    gap = (whole.days[-1] - past.days[-1]).days
    fitted = [member.fit(past) for member in members.values()]
    return FittedPool(tuple(members), fitted, past.counts.to_numpy(), gap, past.nowcast, learn, spread)


def fit_pool(history: pd.Series | History, *, seed: int = 0) -> FittedPool:
    """Fit the default forecaster: the pool of `MEMBERS`, with weights learnt from earlier origins of this history.

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
    """
    return fit_members(history, MEMBERS)


def fit_short_pool(history: pd.Series | History, *, seed: int = 0) -> FittedPool:
    """Fit what stands in for the pool where fewer than 60 days are counted: both smoothings in equal shares.

    So short a history holds too few weeks to draw from, and no window to learn weights from; paths are not narrowed. Parameters
    as for `fit_pool`.
    """
    members = {name: MEMBERS[name] for name in ("quick smoothing", "steady smoothing")}
    return fit_members(history, members, learn=False, spread=1.0)


def fit_smoothing(history: pd.Series | History, *, seed: int = 0) -> FittedPool:
    """Fit steady exponential smoothing alone (`Smoothing`); parameters as for `fit_pool`."""
    return fit_members(history, {"steady smoothing": MEMBERS["steady smoothing"]}, spread=1.0)


def fit_week_residuals(history: pd.Series | History, *, seed: int = 0) -> FittedPool:
    """Fit the bootstrap of residual weeks alone (`WeekResiduals`); parameters as for `fit_pool`."""
    return fit_members(history, {"week residuals": MEMBERS["week residuals"]}, spread=1.0)


def fit_negative_binomial(history: pd.Series | History, *, seed: int = 0) -> FittedPool:
    """Fit negative-binomial regression alone (`NegativeBinomial`); parameters as for `fit_pool`."""
    return fit_members(history, {"negative binomial": CANDIDATES["negative binomial"]}, spread=1.0)


def fit_regime_switching(history: pd.Series | History, *, seed: int = 0) -> FittedPool:
    """Fit level shifts alone (`RegimeSwitching`); parameters as for `fit_pool`."""
    return fit_members(history, {"regime switching": CANDIDATES["regime switching"]}, spread=1.0)


def fit_wide_pool(history: pd.Series | History, *, seed: int = 0) -> FittedPool:
    """Fit the pool with `CANDIDATES` beside its members, to show what they change; parameters as for `fit_pool`."""
    return fit_members(history, MEMBERS | CANDIDATES)
