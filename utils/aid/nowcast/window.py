"""The days since COGAT's list ended, before anything is known of them: the filter's state carried forward, with breaks.

Names follow `utils.aid.nowcast`: the prior is `N(m, P)`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from .breaks import LEFT
from .inputs import Daily, ReadOnly
from .state_space import (
    DF,
    IRR,
    IRR1,
    LEVEL,
    SHARE,
    STATES,
    TRANSIENT,
    Fit,
    Start,
    make_reversion,
    make_transition,
    map_state,
)

#: What the window keeps of a day: log root mean on COGAT's basis, irregular part, log root mean on UNRWA's, humanitarian share,
#: and log root level of an ordinary weekday.
PARTS = ("a", "irregular", "b", "share", "level")


@dataclass(frozen=True, eq=False)
class Window(ReadOnly):
    """Joint prior of the days since COGAT's list ended, from the filter alone, by one vector of parameters.

    Attributes
    ----------
    days : pandas.DatetimeIndex
    start : Start
        State on the first day.
    maps : ndarray, shape (n_days, 5, 11)
        What makes the parts (`PARTS`) of the state of a day.
    partial : ndarray of bool, shape (n_days,)
        Days on which UNRWA calls its list partial.
    mean : ndarray, shape (5 * n_days,)
        `m`: by part (`PARTS`), then by day.
    cov : ndarray, shape (5 * n_days, 5 * n_days)
        `P`, with the variance that breaks add on average.
    steps : ndarray, shape (5 * n_days, n_days - 1)
        `U`: what a break into the second day or a later one adds to the parts.
    before : float
        Irregular part of the day before the window (known when COGAT counted that day).
    lag : float
        `theta`: what UNRWA's count of a day has of the irregular part of the day before.
    """

    days: pd.DatetimeIndex
    start: Start
    maps: np.ndarray
    partial: np.ndarray
    mean: np.ndarray
    cov: np.ndarray
    steps: np.ndarray
    before: float
    lag: float

    @property
    def added(self) -> np.ndarray:
        """What breaks add to `cov` on average, shape (5 * n_days, 5 * n_days)."""
        return self.start.breaks.rate * self.start.breaks.variance * self.steps @ self.steps.T


def map_parts(calendar: np.ndarray) -> np.ndarray:
    """Return what makes the five parts of the state, shape (n_days, 5, 11), from Friday, Saturday and shut, shape (n_days, 3).

    >>> friday = map_parts(np.array([[True, False, False]]))[0]
    >>> {part: [STATES[place] for place in np.flatnonzero(row)] for part, row in zip(PARTS[:2], friday, strict=False)}
    {'a': ['level', 'transient', 'friday'], 'irregular': ['irregular']}
    """
    maps = np.zeros((len(calendar), len(PARTS), len(STATES)))
    maps[:, 0], maps[:, 2] = map_state(calendar)
    maps[:, 1, IRR] = maps[:, 3, SHARE] = maps[:, 4, LEVEL] = maps[:, 4, TRANSIENT] = 1.0
    return maps


def step_window(start: Start, partial: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return what moves the state of a day of the window to the next, as `make_transition`, with the variance of the t.

    >>> from utils.aid.nowcast.breaks import BreakLaw
    >>> from utils.aid.nowcast.state_space import START
    >>> start = Start(START, BreakLaw(0.01, 0.3), np.zeros(11), np.eye(11))
    >>> round(float(step_window(start, partial=False)[1][IRR] / START.sd_irregular**2), 3)
    1.667
    """
    matrix, variances = make_transition(start.params, partial=partial)
    variances[IRR] *= DF / (DF - 2)
    return matrix, variances


def carry_forward(daily: Daily, fit: Fit, start: Start | None = None) -> Window:
    """Carry the state at the window's start forward: joint prior of five parts of each day of the window.

    For days ``s <= t`` the states have ``Cov(alpha_s, alpha_t) = V_s T'^(t-s)``, with ``V_s`` the variance carried to day s.

    Parameters
    ----------
    daily : Daily
    fit : Fit
    start : Start, optional
        One of `fit.starts`; by default that of maximum likelihood.

    Examples
    --------
    >>> from utils.aid.nowcast.fitting import fit_daily
    >>> from utils.aid.nowcast.inputs import prepare_daily
    >>> from utils.aid.nowcast.state_space import START
    >>> counts = pd.Series(100.0, pd.date_range("2024-01-01", periods=70))
    >>> daily = prepare_daily(counts[:63], counts, 0.5 * counts)
    >>> fit = fit_daily(daily, params=START)
    >>> window = carry_forward(daily, fit)
    >>> len(window.days), window.mean.shape, window.cov.shape
    (7, (35,), (35, 35))
    """
    start = fit.start if start is None else start
    n_days, n_parts, n_states = len(daily.days) - daily.listed, len(PARTS), len(STATES)
    maps, partial = map_parts(daily.calendar[daily.listed :]), daily.partial[daily.listed :]
    mean, cov = np.zeros((n_parts, n_days)), np.zeros((n_parts, n_days, n_parts, n_days))
    state, spread = start.mean, start.cov
    past = np.zeros((0, n_states, n_states))  # covariance of each earlier day's state with the current one
    for day in range(n_days):
        if day:
            matrix, variances = step_window(start, bool(partial[day - 1]))
            state, past = matrix @ state + make_reversion(start.params), past @ matrix.T
            spread = matrix @ spread @ matrix.T + np.diag(variances)
        past = np.concatenate([past, spread[None]])
        mean[:, day] = maps[day] @ state
        block = maps[: day + 1] @ past @ maps[day].T
        cov[:, : day + 1, :, day] = block.transpose(1, 0, 2)
        cov[:, day, :, : day + 1] = block.transpose(2, 1, 0)
    size = n_parts * n_days
    age = np.subtract.outer(np.arange(n_days), np.arange(1, n_days))  # days since the step
    left = np.where(age >= 0, LEFT ** np.maximum(age, 0), 0.0)
    steps = (maps[:, :, LEVEL].T[:, :, None] * left).reshape(size, left.shape[1])
    law = start.breaks
    return Window(
        days=daily.days[daily.listed :],
        start=start,
        maps=maps,
        partial=partial,
        mean=mean.reshape(size),
        cov=cov.reshape(size, size) + law.rate * law.variance * steps @ steps.T,
        steps=steps,
        before=float(start.mean[IRR1]),
        lag=start.params.lag,
    )
