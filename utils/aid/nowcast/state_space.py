"""The state-space model of one daily flow on COGAT's basis: fit it to two lists, carry it forward, condition it on sums.

`utils.reconciliation` describes the model, and why sums over days need no cumulator states.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from statsmodels.tsa.statespace.mlemodel import MLEModel

from ...common.errors import InputError, LookaheadError
from ..daily import UNRWA_DISCLAIMER

#: Names of the states, in the order of the state vector.
STATES = (
    "level",
    "transient",
    "friday",
    "saturday",
    "shut",
    "ratio",
    "unrwa_friday",
    "unrwa_saturday",
    "share",
    "irregular",
    "irregular_before",
)
LEVEL, TRANSIENT, FRI, SAT, SHUT, RATIO, UFRI, USAT, SHARE, IRR, IRR1 = range(len(STATES))

#: Parameters and where the search starts: orders of magnitude, not estimates. Standard deviations are a day.
START = {
    "sd_level": 0.03,
    "sd_transient": 0.08,
    "phi": 0.8,
    "sd_friday": 0.02,
    "sd_saturday": 0.04,
    "sd_ratio": 0.02,
    "sd_ratio_partial": 0.04,
    "sd_share": 0.04,
    "sd_irregular": 1.5,
    "sd_unrwa": 2.0,
    "sd_share_seen": 0.2,
    "lag": 0.2,
}
PARAMS = tuple(START)

#: A weak prior keeps a parameter that the days at hand say nothing of near its start: log-normal (the lag:
#: normal), with this standard deviation. A month of data outweighs it.
LOOSE = 1.0

#: Prior of the first state: mean and standard deviation, on the scales above; wide next to what the data say.
FIRST = {
    "level": (2.2, 1.0),
    "transient": (0.0, 0.3),
    "friday": (-0.4, 0.3),
    "saturday": (-1.0, 0.6),
    "shut": (-1.0, 0.4),
    "ratio": (-0.1, 0.3),
    "unrwa_friday": (0.0, 0.5),
    "unrwa_saturday": (0.0, 0.5),
    "share": (0.8, 0.3),
    "irregular": (0.0, 1.5),
    "irregular_before": (0.0, 1.5),
}

#: COGAT's Friday and Saturday effects lean back to their first means, half of the way in 46 days: a rhythm
#: that nobody sees for months must not drift without end.
REVERSION = 0.985

#: Degrees of freedom of the daily noises.
DF = 5.0


class ReconcileModel(MLEModel):
    """Linear Gaussian form of the model at a given path: three observations a day of eleven states.

    Parameters
    ----------
    observations : ndarray, shape (n_days, 3)
        Root of COGAT's count, root of UNRWA's count, humanitarian share of UNRWA's count; NaN where not
        counted.
    calendar : ndarray of bool, shape (n_days, 3)
        Friday, Saturday, shut.
    partial : ndarray of bool, shape (n_days,)
        Days on which UNRWA calls its list partial.
    path : ndarray, shape (n_days, 2)
        `a` and `b` (see the module) at which the exponentials are linearised.
    weights : ndarray, shape (n_days, 2)
        Weights of the irregular part and of UNRWA's noise; 1 is an ordinary day, below it a wild one.

    Notes
    -----
    Around a path, ``exp(a) = exp(a0) + exp(a0) (a - a0)``: the design holds ``exp(a0)`` and the intercept the
    rest.
    """

    def __init__(self, observations, calendar, partial, path, weights):
        n_states = len(STATES)
        super().__init__(observations, k_states=n_states, k_posdef=n_states, loglikelihood_burn=0)
        self.n_days, self.partial = len(observations), np.asarray(partial, bool)
        self["selection"] = np.eye(n_states)
        self["state_intercept"] = make_reversion()
        self.a_map, self.b_map = linear_parts(calendar)
        self["state_cov"] = np.zeros((n_states, n_states, self.n_days))
        self["obs_cov"] = np.zeros((3, 3, self.n_days))
        self["design"] = np.zeros((3, n_states, self.n_days))
        self["obs_intercept"] = np.zeros((3, self.n_days))
        mean, sd = np.array([FIRST[name] for name in STATES]).T
        self.ssm.initialize_known(mean, np.diag(sd**2))
        self.linearise(path, weights)

    def linearise(self, path, weights):
        """Set the path and the weights of the next pass."""
        self.path, self.weights = path, weights
        slope = np.exp(path)
        design = np.zeros((3, len(STATES), self.n_days))
        design[0] = (slope[:, :1] * self.a_map).T
        design[0, IRR] = 1.0
        design[1] = (slope[:, 1:] * self.b_map).T
        design[2, SHARE] = 1.0
        self["design"] = design
        self["obs_intercept"] = np.vstack([(slope * (1.0 - path)).T, np.zeros(self.n_days)])

    @property
    def param_names(self):
        return list(PARAMS)

    @property
    def start_params(self):
        return np.array([START[name] for name in PARAMS])

    def transform_params(self, unconstrained):
        """Standard deviations positive, `phi` between 0 and 0.98 (else it is a second level), `lag` free."""
        constrained = np.exp(np.clip(unconstrained, -12.0, 4.0))
        constrained[PARAMS.index("phi")] = 0.98 / (1.0 + np.exp(-unconstrained[PARAMS.index("phi")]))
        constrained[PARAMS.index("lag")] = unconstrained[PARAMS.index("lag")]
        return constrained

    def untransform_params(self, constrained):
        """Inverse of `transform_params`."""
        constrained = np.asarray(constrained, float)
        unconstrained = np.log(np.maximum(constrained, 1e-9))
        phi = constrained[PARAMS.index("phi")] / 0.98
        unconstrained[PARAMS.index("phi")] = np.log(phi / (1.0 - phi))
        unconstrained[PARAMS.index("lag")] = constrained[PARAMS.index("lag")]
        return unconstrained

    def update(self, params, **kwargs):
        """Write parameters into the system matrices."""
        params = super().update(params, **kwargs)
        p = dict(zip(PARAMS, params, strict=True))
        self["transition"], variances = transition(p)
        self["state_cov"] = np.repeat(np.diag(variances)[..., None], self.n_days, axis=2)
        self["state_cov", RATIO, RATIO] = np.where(self.partial, p["sd_ratio_partial"], p["sd_ratio"]) ** 2
        # state_cov[t] moves the state to day t + 1, so the irregular part of a day has the weight of the day
        # after
        self["state_cov", IRR, IRR, :-1] = variances[IRR] / self.weights[1:, 0]
        self["obs_cov", 1, 1] = p["sd_unrwa"] ** 2 / self.weights[:, 1]
        self["obs_cov", 2, 2] = p["sd_share_seen"] ** 2
        self["design", 1, IRR1] = p["lag"]


def transition(params, *, partial=False):
    """Return the transition matrix, shape (11, 11), and the variances of the state noise, shape (11,), after a (partial) day."""
    matrix = np.eye(len(STATES))
    matrix[TRANSIENT, TRANSIENT] = params["phi"]
    matrix[FRI, FRI] = matrix[SAT, SAT] = REVERSION
    matrix[IRR, IRR] = matrix[IRR1, IRR1] = 0.0
    matrix[IRR1, IRR] = 1.0
    variances = np.zeros(len(STATES))
    variances[LEVEL] = params["sd_level"] ** 2
    variances[TRANSIENT] = params["sd_transient"] ** 2
    variances[[FRI, UFRI, USAT]] = params["sd_friday"] ** 2
    variances[SAT] = params["sd_saturday"] ** 2
    variances[RATIO] = (params["sd_ratio_partial"] if partial else params["sd_ratio"]) ** 2
    variances[SHARE] = params["sd_share"] ** 2
    variances[IRR] = params["sd_irregular"] ** 2
    return matrix, variances


def make_reversion():
    """Return the intercept of the states, shape (11,): what draws Friday and Saturday back to their first means."""
    intercept = np.zeros(len(STATES))
    intercept[FRI], intercept[SAT] = ((1.0 - REVERSION) * FIRST[name][0] for name in ("friday", "saturday"))
    return intercept


def linear_parts(calendar):
    """Return the rows that make `a` and `b` of the state, each of shape (n_days, 11), from Friday, Saturday and shut."""
    a_map, b_map = np.zeros((2, len(calendar), len(STATES)))
    friday, saturday, shut = np.asarray(calendar, float).T
    for rows in (a_map, b_map):
        rows[:, [LEVEL, TRANSIENT]] = 1.0
    a_map[:, FRI], a_map[:, SAT], a_map[:, SHUT] = friday, saturday, shut * (1 - saturday)
    b_map[:, UFRI], b_map[:, USAT], b_map[:, RATIO] = friday, saturday, 1.0
    return a_map, b_map


@dataclass(frozen=True)
class Fit:
    """The daily model after the last pass.

    Attributes
    ----------
    params : dict of str to float
        By the names of `PARAMS`.
    loglike : float
        Log likelihood of the last pass's linear model.
    mean, cov : ndarray, shapes (11,) and (11, 11)
        State predicted for the first day of the window from all days before it.
    path : ndarray, shape (n_days, 2)
        Smoothed `a` and `b`.
    smoothed : ndarray, shape (n_days, 2)
        Mean and standard deviation of the root of the flow; standard deviation 0 where COGAT counted.
    weights : ndarray, shape (n_days, 2)
    """

    params: dict
    loglike: float
    mean: np.ndarray
    cov: np.ndarray
    path: np.ndarray
    smoothed: np.ndarray
    weights: np.ndarray


@dataclass(frozen=True)
class Daily:
    """Daily input, all on one index of days up to the origin.

    Attributes
    ----------
    days : pandas.DatetimeIndex
        freq D; the last one is the origin.
    cogat, unrwa, humanitarian : ndarray, shape (n_days,)
        trucks/day; NaN where not counted. `humanitarian` is UNRWA's without the private sector.
    calendar : ndarray of bool, shape (n_days, 3)
        Friday, Saturday, shut.
    partial : ndarray of bool, shape (n_days,)
        Days on which UNRWA calls its list partial.
    listed : int
        Number of days up to the last one that COGAT's list covers. The window begins there.
    """

    days: pd.DatetimeIndex
    cogat: np.ndarray
    unrwa: np.ndarray
    humanitarian: np.ndarray
    calendar: np.ndarray
    partial: np.ndarray
    listed: int

    @property
    def observations(self):
        """Roots and share as `ReconcileModel` takes them, shape (n_days, 3)."""
        some = np.where(self.unrwa > 0, self.unrwa, np.nan)
        return np.column_stack([np.sqrt(self.cogat), np.sqrt(self.unrwa), self.humanitarian / some])


def prepare_daily(cogat, unrwa, humanitarian, *, origin=None, shut=(), partial_from=UNRWA_DISCLAIMER):
    """Lay the daily series on one index of days up to the origin.

    Parameters
    ----------
    cogat, unrwa, humanitarian : pandas.Series
        trucks/day by day; NaN or absent where not counted. None may hold a day after the origin.
    origin : day, optional
        Last day; the last day of any series by default.
    shut : iterable of days
        Holidays that shut the crossings, known beforehand.
    partial_from : day
        From when on UNRWA calls its list partial.

    Raises
    ------
    InputError
        A negative count, a repeated day, or fewer than 60 counted days of COGAT's.
    LookaheadError
        A count after the origin.
    """
    series = {"cogat": cogat, "unrwa": unrwa, "humanitarian": humanitarian}
    last = max(values.index.max() for values in series.values())
    origin = last if origin is None else pd.Timestamp(origin)
    for name, values in series.items():
        if values.index.has_duplicates:
            day = values.index[values.index.duplicated()][0]
            raise InputError(f"{name} {day:%Y-%m-%d}: a day stands twice; give one count a day")
        if (values < 0).any():
            raise InputError(f"{name} {values.min():g}: a count of trucks is never negative; correct or drop the day")
        if values.last_valid_index() is not None and values.last_valid_index() > origin:
            raise LookaheadError(
                f"{name} {values.last_valid_index():%Y-%m-%d}: lies after the origin {origin:%Y-%m-%d}; cut it there"
            )
    if cogat.notna().sum() < 60:
        raise InputError(f"cogat has {cogat.notna().sum()} counted days: the model needs 60; use a longer list")
    days = pd.date_range(min(values.index.min() for values in series.values()), origin, freq="D")
    columns = {name: values.reindex(days).to_numpy(float) for name, values in series.items()}
    weekday = days.day_of_week
    calendar = np.column_stack([weekday == 4, weekday == 5, days.isin(pd.DatetimeIndex(list(shut)))])
    listed = int(np.flatnonzero(np.isfinite(columns["cogat"]))[-1]) + 1
    return Daily(days=days, calendar=calendar, partial=days >= partial_from, listed=listed, **columns)


def fit_daily(daily, *, params=None, passes=3, max_iterations=(12, 6, 4)):
    """Fit the daily model: linearise, maximise the likelihood, smooth, reweight, and over again.

    Parameters
    ----------
    daily : Daily
    params : dict, optional
        Fixed parameters: nothing is estimated, only smoothed.
    passes : int
        Linearisations.
    max_iterations : tuple of int
        L-BFGS iterations of each pass; each starts from the last one's result.

    Returns
    -------
    Fit
    """
    observations = daily.observations
    path, weights = _first_path(observations), np.ones((len(daily.days), 2))
    model = ReconcileModel(observations, daily.calendar, daily.partial, path, weights)
    values = model.start_params if params is None else np.array([params[name] for name in PARAMS])
    model.linearise(*_settle(model, values, weights))
    for step in range(passes):
        if params is None:
            values = _maximise(model, values, max_iterations[min(step, len(max_iterations) - 1)])
        model.linearise(*_settle(model, values, model.weights))
    model.update(values)
    result = model.ssm.smooth()
    state, cov = result.smoothed_state.T, np.moveaxis(result.smoothed_state_cov, -1, 0)
    mean_root = np.exp(np.sum(model.a_map * state, axis=1))
    root, row = mean_root + state[:, IRR], mean_root[:, None] * model.a_map
    row[:, IRR] += 1.0
    sd = np.sqrt(np.maximum(np.einsum("ti,tij,tj->t", row, cov, row), 0.0))
    return Fit(
        params=dict(zip(PARAMS, values.tolist(), strict=True)),
        loglike=float(np.sum(result.llf_obs)),
        mean=result.predicted_state[:, daily.listed],
        cov=result.predicted_state_cov[:, :, daily.listed],
        path=model.path,
        smoothed=np.column_stack([root, np.where(np.isfinite(daily.cogat), 0.0, sd)]),
        weights=model.weights,
    )


def _maximise(model, values, iterations):
    """Climb the likelihood of one pass for a few steps; it need not rest before the last pass."""

    def loss(unconstrained):
        prior = np.sum((unconstrained - centre) ** 2) / (2 * LOOSE**2)
        return (prior - model.loglike(model.transform_params(unconstrained))) / model.n_days

    centre = model.untransform_params(model.start_params)
    found = minimize(loss, model.untransform_params(values), method="L-BFGS-B", options={"maxiter": iterations})
    return model.transform_params(found.x)


def _first_path(observations):
    """Start from running means: rough, but on the right side of the exponential everywhere."""
    frame = pd.DataFrame(observations[:, :2]).interpolate(limit_direction="both")
    return np.log(np.maximum(frame.rolling(7, center=True, min_periods=1).mean().to_numpy(), 1.0))


def _settle(model, values, weights, rounds=3):
    """Smooth at the current path until path and weights move little; return both."""
    path = model.path
    for _ in range(rounds):
        model.update(values)
        result = model.ssm.smooth()
        state = result.smoothed_state.T
        cov = np.moveaxis(result.smoothed_state_cov, -1, 0)
        new = np.column_stack([np.sum(model.a_map * state, 1), np.sum(model.b_map * state, 1)])
        # half a unit of log root a round at the most: the linear form is only good near its path
        path = path + np.clip(new - path, -0.5, 0.5)
        p = dict(zip(PARAMS, values, strict=True))
        irregular = (state[:, IRR] ** 2 + cov[:, IRR, IRR]) / p["sd_irregular"] ** 2
        slope = np.exp(path[:, 1])
        row = slope[:, None] * model.b_map
        row[:, IRR1] += p["lag"]
        residual = model.endog[:, 1] - slope * (1 + new[:, 1] - path[:, 1]) - p["lag"] * state[:, IRR1]
        noise = (residual**2 + np.einsum("ti,tij,tj->t", row, cov, row)) / p["sd_unrwa"] ** 2
        weights = (DF + 1) / (DF + np.column_stack([irregular, noise]))
        # a day not observed tells nothing of its own weight: it gets the variance of the t
        weights = np.where(np.isnan(model.endog[:, :2]), (DF - 2) / DF, weights)
        model.linearise(path, weights)
    return path, weights
