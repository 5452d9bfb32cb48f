"""SARIMAX with regressors for weekdays and closed days on the square-root scale, by statsmodels, with its parameters drawn."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..common.errors import InputError
from .history import MIN_REGRESSED, History, prepare_history
from .protocol import (
    PARAMETER_DRAWS,
    choose_closed,
    cut_evenly,
    cut_runs,
    make_regressors,
    recycle,
    root_covariance,
    to_counts,
    to_root,
)

IMPUTATIONS = 5


@dataclass(frozen=True)
class FittedSarimax:
    """Draws of the parameters of an ARMA(1, 1) with regressors on the square-root scale, and the state after the history.

    Attributes
    ----------
    ar, ma, sigma : ndarray of shape (draws,)
        Coefficients and standard deviation of the shocks.
    coefficients : ndarray of shape (draws, regressors)
    state, state_root : ndarray of shape (draws, 2) and (draws, 2, 2)
        Predicted state of the first day after the history, and the square root of its covariance.
    days : pandas.DatetimeIndex
        Days of the history that the state follows.
    nowcast : ndarray of shape (n, days)
        Draws of the days after the history, from which the paths go on; no column where there are none.
    closed : pandas.DatetimeIndex or None
        Closed days, if they have a coefficient.
    results : statsmodels.tsa.statespace.sarimax.SARIMAXResults
        The (last) fit at the maximum of the likelihood, for diagnostics.
    """

    ar: np.ndarray
    ma: np.ndarray
    sigma: np.ndarray
    coefficients: np.ndarray
    state: np.ndarray
    state_root: np.ndarray
    days: pd.DatetimeIndex
    nowcast: np.ndarray
    closed: pd.DatetimeIndex | None
    results: Any

    def simulate(self, horizon: int, n_paths: int, rng: np.random.Generator) -> np.ndarray:
        """Draw joint paths, all at once, by the model's own recursion; see `Fitted`."""
        from scipy.signal import lfilter  # slow to import, and no other forecaster needs it

        days = pd.date_range(self.days[-1], periods=horizon + 1)[1:]
        mean = self.coefficients @ make_regressors(days, closed=self.closed).to_numpy().T
        paths = np.empty((n_paths, horizon))
        nowcast = recycle(self.nowcast, n_paths)[:, :horizon]
        given = nowcast.shape[1]
        for draw, rows in cut_runs(n_paths, len(self.ar)):
            block = paths[rows]  # a view: what follows works in place on a stretch that stays in the processor's cache
            rng.standard_normal(out=block)
            y, carry = self.state[draw][:, None] + self.state_root[draw] @ rng.standard_normal((2, len(block)))
            block *= self.sigma[draw]
            if given:
                seen = to_root(nowcast[rows]) - mean[draw, :given]
                y, carry = self._follow(seen, draw=draw, y=y, carry=carry)
                block[:, :given] = seen
            else:
                block[:, 0] = y
            # y[t] = ar y[t-1] + shock[t] + ma shock[t-1]. statsmodels' state vector is the memory of this very filter, so
            # scipy's recursion runs from it; the last known day is the state's own and its shock is already in `carry`.
            start = max(given, 1)
            if horizon > start:
                memory = (self.ar[draw] * y + carry)[:, None]
                block[:, start:], _ = lfilter([1, self.ma[draw]], [1, -self.ar[draw]], block[:, start:], axis=1, zi=memory)
            block += mean[draw]
            to_counts(block)
        paths[:, :given] = nowcast
        return paths

    def _follow(self, seen: np.ndarray, *, draw: int, y: np.ndarray, carry: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Carry the state along days that are given, shape (paths, days), deviations on the root scale; return it after the last.

        The draw of the first day's state is corrected by what that day shows, so that it is a draw given that day (Oliver, He and
        Reynolds 1996, *5th ECMOR*); from then on each shock is what the day adds to its prediction, exactly.
        """
        covariance = self.state_root[draw] @ self.state_root[draw].T
        carry = carry + covariance[1, 0] / covariance[0, 0] * (seen[:, 0] - y)
        for day in range(1, seen.shape[1]):
            carry = self.ma[draw] * (seen[:, day] - self.ar[draw] * seen[:, day - 1] - carry)
        return seen[:, -1], carry


def fit_sarimax(history: pd.Series | History, *, seed: int = 0) -> FittedSarimax:
    """Fit SARIMAX(1, 0, 1) with regressors for weekdays (and closed days) to the square root of the counts.

    Counts vary more when there are more of them; the square root makes their spread nearly constant [1]_. Absent days
    stay absent: the Kalman filter passes over them [2]_. The parameters are uncertain: `PARAMETER_DRAWS` draws are taken from
    the normal approximation around the maximum of the likelihood, kept inside the stationary and invertible region, and the
    filter is run again for each, since the state after the history depends on them.

    Parameters
    ----------
    history : pandas.Series or History
        Counts a day, NaN where not counted. It ends on the last day before the first one to be simulated. If it comes with a
        nowcast, parameters are learnt from the history completed by each of `IMPUTATIONS` draws (multiple imputation [3]_), so
        that they know of the recent level, and each path begins with a draw and goes on from where that draw ends: the
        uncertainty about the present is in the paths.
    seed : int
        Seed of the draws of the parameters.

    References
    ----------
    .. [1] F. J. Anscombe (1948), The transformation of Poisson, binomial and negative-binomial data, Biometrika 35.
    .. [2] J. Durbin and S. J. Koopman (2012), Time Series Analysis by State Space Methods, 2nd ed., section 4.10.
    .. [3] D. B. Rubin (1987), Multiple Imputation for Nonresponse in Surveys.

    Examples
    --------
    >>> days = pd.date_range("2024-01-01", periods=70)
    >>> noise = np.random.default_rng(0).integers(-5, 6, 70)
    >>> fitted = fit_sarimax(pd.Series(np.where(days.day_of_week == 6, 10.0, 50.0) + noise, days))
    >>> fitted.simulate(7, 500, np.random.default_rng(0)).mean(axis=0).round(-1)
    array([50., 50., 50., 50., 50., 50., 10.])
    """
    past = prepare_history(history, at_least=MIN_REGRESSED)
    past.check_weekdays(model="sarimax")
    draws_used = past.choose_draws(IMPUTATIONS)
    completions = [past.append(days) for days in draws_used]
    closed = choose_closed(past, draws_used[0])
    rng = np.random.default_rng([seed, 1])
    results, parts = None, []
    for completed, block in zip(completions, cut_evenly(PARAMETER_DRAWS, len(completions)), strict=True):
        model = _make_model(completed, closed=closed)
        results = _maximise(model, start=None if results is None else results.params)
        parts.append(_draw_parameters(results, block.stop - block.start, rng))
    draws = np.concatenate(parts)
    # The state is wanted where the nowcast draws begin, not where they end.
    return _filter_forward(draws, past, closed=closed, results=results)


def follow_sarimax(fitted: FittedSarimax, history: pd.Series | History, *, seed: int = 0) -> FittedSarimax:
    """Carry a fit forward along a longer history: what a fit anew would give, but for the search for the maximum.

    Autoregression, moving average and variance stay those of the fit, and so does the covariance of the parameters. The levels of
    the weekdays are linear, so that a filter estimates them anew (generalised least squares): the mean to which paths return
    would else stand still from one fit to the next. Parameters are drawn as a fit with this seed draws them.

    Parameters
    ----------
    fitted : FittedSarimax
        A fit without a nowcast.
    history : pandas.Series or History
        Counts a day, NaN where not counted.
    seed : int
        Seed of the draws of the parameters.

    Examples
    --------
    Eight weeks of 50 a day, then eight of 80: where paths of two months end by the first half alone, and where by both:

    >>> noise = np.random.default_rng(0).integers(-5, 6, 112)
    >>> counts = pd.Series(np.repeat([50.0, 80.0], 56) + noise, pd.date_range("2024-01-01", periods=112))
    >>> fitted = fit_sarimax(counts[:56])
    >>> both = (fitted, follow_sarimax(fitted, counts))
    >>> [one.simulate(60, 500, np.random.default_rng(0))[:, -1].mean().round() for one in both]
    [np.float64(50.0), np.float64(65.0)]
    """
    past = prepare_history(history)
    model = _make_model(past.counts, closed=fitted.closed, mle_regression=False)
    dynamics = fitted.results.params.to_numpy()[-3:]
    levels = model.filter(dynamics, return_ssm=True).filtered_state[-fitted.coefficients.shape[1] :, -1]
    rng = np.random.default_rng([seed, 1])
    draws = _draw_parameters(fitted.results, PARAMETER_DRAWS, rng, mode=np.concatenate([levels, dynamics]))
    return _filter_forward(draws, past, closed=fitted.closed, results=fitted.results)


def _make_model(history: pd.Series, *, closed: pd.DatetimeIndex | None, **options: Any) -> Any:
    from statsmodels.tsa.statespace.sarimax import SARIMAX  # slow to import, and not needed by every command

    exog = make_regressors(history.index, closed=closed)
    return SARIMAX(to_root(history), exog=exog, order=(1, 0, 1), **options)


def _filter_forward(draws: np.ndarray, past: History, *, closed: pd.DatetimeIndex | None, results: Any) -> FittedSarimax:
    """Find the state after the history for each draw of the parameters, shape (draws, parameters)."""
    model = _make_model(past.counts, closed=closed)
    states, roots = [], []
    for parameters in draws:
        after = model.filter(parameters, return_ssm=True)
        states.append(after.predicted_state[:, -1])
        roots.append(root_covariance(after.predicted_state_cov[:, :, -1]))
    k = model.k_exog
    return FittedSarimax(
        ar=draws[:, k],
        ma=draws[:, k + 1],
        sigma=np.sqrt(draws[:, k + 2]),
        coefficients=draws[:, :k],
        state=np.array(states),
        state_root=np.array(roots),
        days=past.days,
        nowcast=past.nowcast,
        closed=closed,
        results=results,
    )


def _maximise(model: Any, *, start: Any = None) -> Any:
    from statsmodels.tools.sm_exceptions import EstimationWarning

    options = dict(disp=False, cov_type="approx", warn_convergence=False)
    with warnings.catch_warnings():
        # Warned of with a trending history, where statsmodels then starts from zeros: a start is no result, and convergence is
        # checked.
        warnings.filterwarnings("ignore", "Non-(stationary|invertible) starting", EstimationWarning)
        results = model.fit(start, method="lbfgs", **options)
    if not results.mle_retvals["converged"]:  # the simplex is slower, and walks along a flat ridge without a gradient
        results = model.fit(results.params, method="nm", maxiter=5000, **options)
    return results


def _draw_parameters(results: Any, n: int, rng: np.random.Generator, *, mode: np.ndarray | None = None) -> np.ndarray:
    """Draw n parameter vectors around the maximum, or `mode`; draws outside the stationary, invertible region are drawn again."""
    root = root_covariance(results.cov_params().to_numpy())
    mode, k = results.params.to_numpy() if mode is None else mode, results.model.k_exog
    kept: list[np.ndarray] = []
    for _ in range(100):
        draws = mode + rng.standard_normal((PARAMETER_DRAWS, len(mode))) @ root.T
        ar, ma, variance = draws[:, k], draws[:, k + 1], draws[:, k + 2]
        kept.extend(draws[(np.abs(ar) < 1) & (np.abs(ma) < 1) & (variance > 0)])
        if len(kept) >= n:
            return np.array(kept[:n])
    raise InputError(
        f"history: of {100 * PARAMETER_DRAWS:,} parameter draws only {len(kept)} are stationary; the counts are too few or "
        "too even to fit"
    )
