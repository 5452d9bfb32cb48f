"""Two structural baselines by statsmodels on the square-root scale: a structural model, and exponential smoothing.

Both are linear and Gaussian: the Kalman filter passes over absent days, and paths are drawn from the state after the history, one
draw of the parameters a block. Gaussian noise on a root scale has not the skewness of the counts, many days far below the level
and few far above, so that highest days come out too high: they are here to be compared with, and are no members of the pool.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from .history import MIN_REGRESSED, WEEK, History, prepare_history
from .protocol import PARAMETER_DRAWS, choose_closed, cut_runs, make_regressors, root_covariance, to_counts, to_root

#: Gains of the level and of the weekday, between which exponential smoothing is averaged.
LEVEL_GAINS, WEEKDAY_GAINS = (0.02, 0.05, 0.1, 0.2, 0.4, 0.7), (0.001, 0.02, 0.1)


@dataclass(frozen=True)
class System:
    """One draw of the parameters, with the state after the history: y = design @ state + offset + noise.

    Attributes
    ----------
    state, state_root : ndarray of shape (k,) and (k, k)
        Mean of the state of the first simulated day, and the square root of its covariance.
    transition, shock : ndarray of shape (k, k) and (k, r)
        A night: state = transition @ state + shock @ normal numbers.
    design : ndarray of shape (k,)
    noise : float
        Standard deviation of a day.
    coefficients : ndarray of shape (regressors,)
        Of the regressors that make the offset; of no length where there are none.
    """

    state: np.ndarray
    state_root: np.ndarray
    transition: np.ndarray
    shock: np.ndarray
    design: np.ndarray
    noise: float
    coefficients: np.ndarray


@dataclass(frozen=True)
class FittedStateSpace:
    """Systems, one for each block of paths.

    Attributes
    ----------
    systems : list of System
    days : pandas.DatetimeIndex
        Days of the history.
    nowcast : ndarray of shape (n, days)
        Draws of the days after it: system b goes on from draw b.
    closed : pandas.DatetimeIndex or None
        Closed days, if they have a coefficient.
    """

    systems: list[System]
    days: pd.DatetimeIndex
    nowcast: np.ndarray
    closed: pd.DatetimeIndex | None

    def simulate(self, horizon: int, n_paths: int, rng: np.random.Generator) -> np.ndarray:
        """Draw joint paths; see `Fitted`."""
        given = min(self.nowcast.shape[1], horizon)
        paths = np.empty((n_paths, horizon))
        after = self.days[-1] + pd.Timedelta(days=1 + given)
        ahead = pd.date_range(after, periods=horizon - given)
        regressors = _weekdays(ahead, closed=self.closed).to_numpy()
        for number, rows in cut_runs(n_paths, len(self.systems)):
            one, n = self.systems[number], rows.stop - rows.start
            paths[rows, :given] = np.rint(self.nowcast[number % len(self.nowcast), :given])
            state = one.state[:, None] + one.state_root @ rng.standard_normal((len(one.state), n))
            offset = regressors @ one.coefficients if len(one.coefficients) else np.zeros(horizon - given)
            root = np.empty((horizon - given, n))
            for day in range(horizon - given):
                root[day] = one.design @ state + offset[day]
                state = one.transition @ state + one.shock @ rng.standard_normal((one.shock.shape[1], n))
            root += one.noise * rng.standard_normal(root.shape)
            paths[rows, given:] = to_counts(root).T
        return paths


def fit_unobserved_components(history: pd.Series | History, *, seed: int = 0) -> FittedStateSpace:
    """Fit a level that walks at random, effects of weekdays (and closed days) and noise to the square root of the counts [1]_.

    Parameters are drawn from the normal approximation around the maximum of the likelihood, negative variances taken as
    zero. With a nowcast, parameters are learnt from the history with its middle draw, and each block of paths goes on from
    another draw. It is bad at long horizons, since its level has no home. Parameters as for `fit_sarimax`.

    References
    ----------
    .. [1] A. C. Harvey (1989), Forecasting, Structural Time Series Models and the Kalman Filter.

    Examples
    --------
    >>> days = pd.date_range("2024-01-01", periods=28)
    >>> noise = np.random.default_rng(0).integers(-5, 6, 28)
    >>> fitted = fit_unobserved_components(pd.Series(np.where(days.day_of_week == 6, 10.0, 50.0) + noise, days))
    >>> fitted.simulate(7, 500, np.random.default_rng(0)).mean(axis=0).round(-1)
    array([50., 50., 50., 50., 50., 50., 10.])
    """
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    past = _check(history, model="unobserved_components")
    middle = past.choose_draws(1)[0]
    completed, closed = past.append(middle), choose_closed(past, middle)

    def make(series: pd.Series) -> UnobservedComponents:
        exog = _weekdays(series.index, closed=closed)
        return UnobservedComponents(to_root(series), level="local level", exog=exog)

    results = make(completed).fit(disp=False, cov_type="approx", warn_convergence=False)
    mode, covariance = results.params.to_numpy(), results.cov_params().to_numpy()
    known = np.diag(covariance) > 0  # false, too, where a variance at zero has no curvature: it is taken as known
    covariance = np.where(known[:, None] & known[None, :], covariance, 0.0)
    draws = mode + np.random.default_rng([seed, 1]).standard_normal((PARAMETER_DRAWS, len(mode))) @ root_covariance(covariance).T
    draws[:, :2] = np.maximum(draws[:, :2], 0.0)
    systems = []
    for number, parameters in enumerate(draws):
        after = make(past.append(past.nowcast[number % len(past.nowcast)])).filter(parameters, return_ssm=True)
        systems.append(_make_system(after, parameters[2:]))
    return FittedStateSpace(systems, past.days, past.nowcast, closed)


def fit_exponential_smoothing(history: pd.Series | History, *, seed: int = 0) -> FittedStateSpace:
    """Fit exponential smoothing, ETS(A, N, A) with a week's season, to the square root of the counts, in state-space form [1]_.

    Gains are not estimated but averaged over, by their likelihood, on a grid: it has often no inner maximum. Each
    block of paths has one pair of them. With a nowcast, as `fit_unobserved_components`. It is bad at closures, which it takes
    for falls of the level, and at long horizons. Parameters as for `fit_sarimax`.

    References
    ----------
    .. [1] R. J. Hyndman, A. B. Koehler, J. K. Ord and R. D. Snyder (2008), Forecasting with Exponential Smoothing: The State
       Space Approach.

    Examples
    --------
    >>> days = pd.date_range("2024-01-01", periods=28)
    >>> fitted = fit_exponential_smoothing(pd.Series(np.where(days.day_of_week == 6, 10.0, 50.0), days))
    >>> fitted.simulate(7, 500, np.random.default_rng(0)).mean(axis=0).round(-1)
    array([50., 50., 50., 50., 50., 50., 10.])
    """
    from statsmodels.tsa.statespace.exponential_smoothing import ExponentialSmoothing

    past = _check(history, model="exponential_smoothing")

    # Of an even count there is no error whose variance the scale could be: a millionth of a root, far below one count, is one.
    unevenness = 1e-6 * np.random.default_rng(0).standard_normal(len(past.counts) + past.gap)

    def run(series: pd.Series, gains: tuple[float, float]) -> Any:
        root = to_root(series) + unevenness
        model = ExponentialSmoothing(root, seasonal=WEEK, initialization_method="concentrated")
        return model.filter(np.array(gains), return_ssm=True)

    # the weekday's gain is at most what the level's leaves
    grid = [pair for pair in itertools.product(LEVEL_GAINS, WEEKDAY_GAINS) if sum(pair) < 1]
    loglike = np.array([np.sum(run(past.append(past.choose_draws(1)[0]), pair).llf_obs) for pair in grid])
    weights = np.exp(loglike - loglike.max())
    rng = np.random.default_rng([seed, 1])
    even = (np.arange(PARAMETER_DRAWS) + rng.random()) / PARAMETER_DRAWS * weights.sum()
    chosen = rng.permutation(np.minimum(np.searchsorted(np.cumsum(weights), even, side="right"), len(grid) - 1))
    made: dict[tuple[int, int], System] = {}
    for number, pair in enumerate(chosen.tolist()):
        key = (pair, number % len(past.nowcast))
        if key not in made:
            made[key] = _make_system(run(past.append(past.nowcast[key[1]]), grid[pair]), np.empty(0))
    systems = [made[pair, number % len(past.nowcast)] for number, pair in enumerate(chosen.tolist())]
    return FittedStateSpace(systems, past.days, past.nowcast, closed=None)


def _check(history: pd.Series | History, *, model: str) -> History:
    past = prepare_history(history, at_least=MIN_REGRESSED)
    past.check_weekdays(model=model)
    return past


def _weekdays(days: pd.DatetimeIndex, *, closed: pd.DatetimeIndex | None) -> pd.DataFrame:
    """Weekday indicators against Monday, whose level is the level."""
    return make_regressors(days, closed=closed).iloc[:, 1:]


def _make_system(after: Any, coefficients: np.ndarray) -> System:
    """Read the system off statsmodels' filter results."""
    return System(
        state=after.predicted_state[:, -1],
        state_root=root_covariance(after.predicted_state_cov[:, :, -1]),
        transition=after.transition[..., 0],
        shock=after.selection[..., 0] @ root_covariance(after.state_cov[..., 0]),
        design=after.design[0, :, 0],
        noise=float(np.sqrt(after.obs_cov[0, 0, 0])),
        coefficients=coefficients,
    )
