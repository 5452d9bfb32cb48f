"""Level shifts at dates that are not known: a candidate for the pool, and a model of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .history import WEEK, History
from .levels import FLOOR, Grid, filter_levels
from .members import WARM_UP, Starts, draw_index, find_ceilings, group_ends, weigh_days

LEVEL_GAIN = 0.1  # part of an innovation that enters the level beside which weekdays are learnt
LONGEST = 182  # days: a run that is older is judged by its last half-year
PRIOR_DAYS = 0.25  # days that the mean of all days so far weighs in the level of a run
FREEDOM = 5.0  # degrees of the Student errors; `_Runs.update` holds the power that goes with it
SLOWEST_GAIN = 0.01  # of the variance
LEAST_VARIANCE = 0.25  # on the square-root scale that of a Poisson count
SCATTER = 0.2  # of the log of a new level around an old one; less where days scatter less
PULL = 0.5  # how far, in logs, a shift goes from the present level towards an old one


@dataclass
class _Runs:
    """What is believed of the run that goes on, by its age in days: that of `probability[..., r]` holds the last r days and
    today.

    Attributes
    ----------
    probability : ndarray of shape (..., n_settings, LONGEST)
        Of each age, given the days seen; the oldest stands for all that are older still.
    days, root, plain : ndarray of shape (LONGEST,) and twice (..., LONGEST)
        Weight of the days of a run, and weighted sums of their counts, on the square-root scale and as they are.
    all_days, all_root, all_plain : the same of all days so far, shape () and twice (..., 1)
    variance, evidence : ndarray of shape (..., n_settings)
        Of a day about its level on the square-root scale, and the log likelihood so far.
    n_seen : int
    """

    probability: np.ndarray
    days: np.ndarray
    root: np.ndarray
    plain: np.ndarray
    all_days: float
    all_root: np.ndarray
    all_plain: np.ndarray
    variance: np.ndarray
    evidence: np.ndarray
    n_seen: int

    @classmethod
    def start(cls, hazard: np.ndarray) -> _Runs:
        """Begin with a run that begins on the first day."""
        probability = np.zeros((len(hazard), LONGEST))
        probability[:, 0] = 1.0
        none, nothing = np.zeros(LONGEST), np.zeros(1)
        return cls(probability, none, none, none, 0.0, nothing, nothing, np.full(len(hazard), 4.0), np.zeros(len(hazard)), 0)

    def update(self, count: Any, weight: float) -> None:
        """Take in a count, a number or of shape (n, 1)."""
        root = np.sqrt(count)
        size = self.days + PRIOR_DAYS
        usual = self.all_root / self.all_days if self.all_days else root
        apart = ((root - (self.root + PRIOR_DAYS * usual) / size) ** 2)[..., None, :]
        variance = self.variance[..., None]
        spread = variance * (1.0 / weight + 1.0 / size)
        odd = 1.0 + apart / (FREEDOM * spread)
        probability = self.probability / (odd * odd * odd * np.sqrt(spread))  # Student's density: one odd day is not a shift
        total = probability.sum(-1)
        self.probability = probability / total[..., None]
        self.evidence = self.evidence + np.log(total)
        self.n_seen += 1
        gain = weight * max(1.0 / (self.n_seen + 3), SLOWEST_GAIN)
        within = (self.probability * np.minimum(apart, 9.0 * variance)).sum(-1)
        self.variance = np.maximum(self.variance + gain * (within - self.variance), LEAST_VARIANCE)
        self.days, self.all_days = self.days + weight, self.all_days + weight
        self.root, self.all_root = self.root + weight * root, self.all_root + weight * root
        self.plain, self.all_plain = self.plain + weight * count, self.all_plain + weight * count

    def find_level(self) -> np.ndarray:
        """Return the mean of the level, shape (..., n_settings)."""
        mean = (self.plain + PRIOR_DAYS * self.all_plain / self.all_days) / (self.days + PRIOR_DAYS)
        return np.maximum((self.probability * mean[..., None, :]).sum(-1), FLOOR)

    def predict(self, hazard: np.ndarray) -> None:
        """Let each run go on by a day, or another begin."""
        stay = self.probability * (1.0 - hazard)[:, None]
        self.probability = _age(stay, hazard)
        self.probability[..., -1] += stay[..., -1]
        self.days, self.root, self.plain = (_age(total, 0.0) for total in (self.days, self.root, self.plain))


def _age(runs: np.ndarray, newest: np.ndarray | float) -> np.ndarray:
    """Move runs on by a day; the oldest is dropped."""
    older = np.empty_like(runs)
    older[..., 1:], older[..., 0] = runs[..., :-1], newest
    return older


@dataclass(frozen=True)
class RegimeSwitching:
    """A constant level for a while, then another: a hidden semi-Markov chain whose states are runs of days.

    How long the present run has lasted is filtered day by day on the square-root scale [1]_. Future shifts come at the hazard of
    one of `durations`, each weighted by how well it foretold the past; the level after a shift lies half-way, in logs, to one
    that the series has had before, with some scatter. Days of a run are independent but for the weekday, and are drawn again as
    ratios to their level.

    It is bad at levels that drift without a break, and its futures are narrow where it believes a long run; it never foretells
    when a shift comes.

    Parameters
    ----------
    half_life : float
        Days after which a past day counts half: among ratios, old levels and weekdays.
    durations : tuple of float
        Mean days between shifts.

    References
    ----------
    .. [1] R. P. Adams and D. J. C. MacKay (2007), Bayesian online changepoint detection, arXiv:0710.3742.
    """

    half_life: float
    durations: tuple[float, ...] = (15.0, 30.0, 60.0, 120.0)

    def fit(self, past: History) -> FittedRegimes:
        """Filter the history once for every hazard; see `members.Member`."""
        counts, days, nowcast = past.counts.to_numpy(), past.days, past.nowcast
        n_days, hazard = len(counts), 1.0 / np.array(self.durations)
        grid = Grid.without_slope(np.array([LEVEL_GAIN]), np.ones(1))
        seasonal = filter_levels(counts, days, nowcast[:1, :0], grid=grid, half_life=self.half_life)
        weekdays, profile = days.day_of_week.to_numpy(), seasonal.profile[:, 0]
        known = np.concatenate([np.ones((1, WEEK)), profile[:-1]])[np.arange(n_days), weekdays]  # as known the day before
        plain = counts / known
        weight = np.where(np.isfinite(counts), np.minimum(known, 1.0), 0.0)  # a nearly closed weekday says little
        runs = _Runs.start(hazard)
        probability, total = np.empty((n_days, *runs.probability.shape)), np.empty((2, n_days, runs.plain.shape[-1]))
        level, evidence = np.empty((2, n_days, len(hazard)))
        for day in range(n_days):
            if weight[day]:
                runs.update(plain[day], weight[day])
            probability[day], level[day], evidence[day] = runs.probability, runs.find_level(), runs.evidence
            total[:, day] = runs.days, runs.plain
            runs.predict(hazard)
        ratio = np.where(weight[:, None] > 0, np.nan_to_num(plain)[:, None] / level - 1.0, 0.0)
        ahead = (weekdays[-1] + 1 + np.arange(past.gap)) % WEEK
        return FittedRegimes(
            half_life=self.half_life,
            hazard=hazard,
            states=(probability, *total),
            followed=_follow(runs, nowcast / profile[-1, ahead], np.minimum(profile[-1, ahead], 1.0), hazard),
            level=level,
            evidence=evidence,
            ratio=ratio,
            weight=np.where(np.arange(n_days) >= WARM_UP, weight, 0.0),
            profile=profile,
            next_weekday=(weekdays + 1 + past.gap) % WEEK,
            ceiling=find_ceilings(counts),
        )


def _follow(
    runs: _Runs, nowcast: np.ndarray, weight: np.ndarray, hazard: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Go on along nowcast draws, shape (n, days); return probability, days and sums of the runs after each draw."""
    for day, drawn in enumerate(nowcast.T):
        if day:
            runs.predict(hazard)
        runs.update(drawn[:, None], weight[day])
    days = np.broadcast_to(runs.days, (len(nowcast), len(runs.days)))
    return runs.probability, days, runs.plain


@dataclass(frozen=True)
class FittedRegimes:
    """Runs and levels on every day of a history.

    Attributes
    ----------
    hazard : ndarray of shape (n_settings,)
        Probability of a shift, a day.
    states, followed : tuple of ndarray
        Probability of each age of the run that goes on, weight of its days and sum of their counts: shapes (n, n_settings,
        LONGEST), (n, LONGEST) and the same, after each of the n days of the history, and after each of n nowcast draws.
    level, evidence, ratio : ndarray of shape (n_days, n_settings)
        Mean of the level after the day, log likelihood so far, and the day's count over its level and weekday, less 1.
    weight, next_weekday, ceiling : ndarray of shape (n_days,)
        Of the day's ratio, weekday of a path's first day, highest count allowed.
    profile : ndarray of shape (n_days, 7)
    """

    half_life: float
    hazard: np.ndarray
    states: tuple[np.ndarray, np.ndarray, np.ndarray]
    followed: tuple[np.ndarray, np.ndarray, np.ndarray]
    level: np.ndarray
    evidence: np.ndarray
    ratio: np.ndarray
    weight: np.ndarray
    profile: np.ndarray
    next_weekday: np.ndarray
    ceiling: np.ndarray

    def weigh_settings(self, end: int, horizon: int) -> np.ndarray:
        """Weigh durations by how well they foretold the past; see `members.FittedMember`."""
        weights = np.exp(self.evidence[end - 1] - self.evidence[end - 1].max())
        return weights / weights.sum()

    def simulate_from(self, starts: Starts, horizon: int, rng: np.random.Generator) -> np.ndarray:
        """Draw a path from each start; see `members.FittedMember`."""
        n_paths, setting, today = len(starts.ends), starts.setting, starts.ends - 1
        ratio, new = np.empty((2, horizon, n_paths))  # a row a day: the recursion then runs along the memory
        spread = np.empty(n_paths)
        for end, part in group_ends(starts.ends):
            shape, mine = (horizon, part.stop - part.start), setting[part]
            recency = weigh_days(end, self.half_life)
            weights = recency * self.weight[:end] / (recency @ self.weight[:end])
            centred = self.ratio[:end] - weights @ self.ratio[:end]
            ratio[:, part] = centred[draw_index(weights, shape, rng), mine]
            spread[part] = np.sqrt(weights @ centred**2)[mine]
            new[:, part] = np.log(self.level[draw_index(recency, shape, rng), mine])
        new += np.minimum(spread, SCATTER) * rng.standard_normal(new.shape)
        level = np.log(self._draw_level(starts, spread, rng))
        shifts = rng.random((horizon, n_paths)) < self.hazard[setting]
        weekdays = (self.next_weekday[today] + np.arange(horizon)[:, None]) % WEEK
        paths = (1.0 + ratio) * self.profile[today, weekdays]
        for day in range(horizon):
            level = np.where(shifts[day], level + PULL * (new[day] - level), level)
            paths[day] *= np.exp(level)
        return np.clip(paths, 0.0, self.ceiling[today]).T

    def _draw_level(self, starts: Starts, spread: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Draw when the present run began, and its level given its days: shape (n_paths,)."""
        states, at = (self.states, starts.ends - 1) if starts.draw is None else (self.followed, starts.draw)
        probability, days, plain = states
        below = np.cumsum(probability[at, starts.setting], axis=1)
        age = (below < rng.random((len(at), 1)) * below[:, -1:]).sum(axis=1)
        size = days[at, age] + PRIOR_DAYS
        mean = (plain[at, age] + PRIOR_DAYS * self.level[starts.ends - 1, starts.setting]) / size
        return np.maximum(mean * (1.0 + spread * rng.standard_normal(len(at)) / np.sqrt(size)), FLOOR)
