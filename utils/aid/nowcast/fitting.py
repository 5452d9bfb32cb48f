"""Fit the state-space model of one daily flow to two lists, through statsmodels' Kalman filter.

Apart from the model's own description, because statsmodels takes most of a second to import and only a fit needs it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from statsmodels.tools.numdiff import approx_hess1
from statsmodels.tsa.statespace.mlemodel import MLEModel

from .breaks import BreakLaw, learn_breaks
from .inputs import Daily
from .state_space import (
    DF,
    FIRST,
    IRR,
    IRR1,
    LEVEL,
    PARAMS,
    RATIO,
    SHARE,
    START,
    STATES,
    Fit,
    Params,
    Start,
    make_reversion,
    make_transition,
    map_state,
)

_PHI, _LAG = [PARAMS.index(name) for name in ("phi", "phi_share")], PARAMS.index("lag")

#: Largest `phi`: beyond it the transient deviation would be a second level.
MAX_PHI = 0.98

#: A weak prior keeps a parameter that the days at hand say nothing of near its start: log-normal (the lag: normal), with this
#: standard deviation. A month of data outweighs it.
LOOSE = 1.0

#: Draws of the parameters, in pairs about the estimate, and the seed of the draws.
N_PARAMS, SEED = 12, 0

#: L-BFGS iterations of each pass of a fit; each pass starts from the last one's result.
ITERATIONS = (12, 6, 4)

#: Smoothings of a pass, and how far the path may move in one, log of the root: the linear form is only good near its path.
SMOOTHINGS, MAX_MOVE = 3, 0.5


class ReconcileModel(MLEModel):
    """Linear Gaussian form of the model at a given path: three observations a day of eleven states.

    Parameters
    ----------
    observations : ndarray, shape (n_days, 3)
        Root of COGAT's count, root of UNRWA's count, humanitarian share of UNRWA's count; NaN where not counted.
    calendar : ndarray of bool, shape (n_days, 3)
        Friday, Saturday, shut.
    partial : ndarray of bool, shape (n_days,)
        Days on which UNRWA calls its list partial.
    path : ndarray, shape (n_days, 2)
        `a` and `b` at which the exponentials are linearised.
    weights : ndarray, shape (n_days, 2)
        Weights of the irregular part and of UNRWA's noise; 1 is an ordinary day, below it a wild one.
    late_noise : ndarray, shape (n_days,), optional
        Standard deviation that UNRWA's root has beside its noise (see `Daily`); none by default.

    Notes
    -----
    Around a path `a0`, ``exp(a) = exp(a0) + exp(a0) (a - a0)``: the design holds ``exp(a0)`` and the intercept the rest.
    """

    def __init__(
        self,
        observations: np.ndarray,
        calendar: np.ndarray,
        partial: np.ndarray,
        path: np.ndarray,
        weights: np.ndarray,
        late_noise: np.ndarray | None = None,
    ) -> None:
        n_states = len(STATES)
        super().__init__(observations, k_states=n_states, k_posdef=n_states, loglikelihood_burn=0)
        self.n_days, self.partial = len(observations), np.asarray(partial, bool)
        self.late_noise = np.zeros(self.n_days) if late_noise is None else late_noise
        self["selection"] = np.eye(n_states)
        self.a_map, self.b_map = map_state(calendar)
        self["state_cov"] = np.zeros((n_states, n_states, self.n_days))
        self["obs_cov"] = np.zeros((3, 3, self.n_days))
        self["design"] = np.zeros((3, n_states, self.n_days))
        self["obs_intercept"] = np.zeros((3, self.n_days))
        mean, sd = np.array([FIRST[name] for name in STATES]).T
        self.ssm.initialize_known(mean, np.diag(sd**2))
        self.linearise(path, weights)

    def linearise(self, path: np.ndarray, weights: np.ndarray) -> None:
        """Set the path (`a`, `b`) and the weights of the next pass, each of shape (n_days, 2)."""
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
    def param_names(self) -> list[str]:
        """Names of the parameters, in the order of the vector."""
        return list(PARAMS)

    @property
    def start_params(self) -> np.ndarray:
        """Where the search starts, shape (13,)."""
        return np.array(START)

    def transform_params(self, unconstrained: np.ndarray) -> np.ndarray:
        """Make standard deviations positive and both `phi` lie between 0 and `MAX_PHI`; `lag` is free. Shapes (13,)."""
        constrained = np.exp(np.clip(unconstrained, -12.0, 4.0))
        constrained[_PHI] = MAX_PHI / (1.0 + np.exp(-unconstrained[_PHI]))
        constrained[_LAG] = unconstrained[_LAG]
        return constrained

    def untransform_params(self, constrained: np.ndarray) -> np.ndarray:
        """Invert `transform_params`."""
        constrained = np.asarray(constrained, float)
        unconstrained = np.log(np.maximum(constrained, 1e-9))
        phi = constrained[_PHI] / MAX_PHI
        unconstrained[_PHI] = np.log(phi / (1.0 - phi))
        unconstrained[_LAG] = constrained[_LAG]
        return unconstrained

    def update(self, params: np.ndarray, **kwargs: Any) -> None:
        """Write parameters, shape (13,) in the order of `Params`, into the system matrices."""
        p = Params(*super().update(params, **kwargs))
        self["state_intercept"] = make_reversion(p)
        self["transition"], variances = make_transition(p)
        self["state_cov"] = np.repeat(np.diag(variances)[..., None], self.n_days, axis=2)
        self["state_cov", RATIO, RATIO] = np.where(self.partial, p.sd_ratio_partial, p.sd_ratio) ** 2
        # state_cov[t] moves the state to day t + 1, so the irregular part of a day has the weight of the day after
        self["state_cov", IRR, IRR, :-1] = variances[IRR] / self.weights[1:, 0]
        self["obs_cov", 1, 1] = p.sd_unrwa**2 / self.weights[:, 1] + self.late_noise**2
        self["obs_cov", 2, 2] = p.sd_share_seen**2
        self["design", 1, IRR1] = p.lag


def fit_daily(daily: Daily, *, params: Params | None = None) -> Fit:
    """Fit the daily model: linearise, maximise the likelihood, smooth, reweight, and over again, for each of `ITERATIONS`.

    Parameters
    ----------
    daily : Daily
    params : Params, optional
        Fixed parameters: nothing is estimated, only smoothed.

    Examples
    --------
    >>> from utils.aid.nowcast.inputs import prepare_daily
    >>> counts = pd.Series(100.0, pd.date_range("2024-01-01", periods=70))
    >>> fit = fit_daily(prepare_daily(counts[:63], counts, 0.5 * counts), params=START)
    >>> fit.smoothed[[62, 63]].round(1).tolist()
    [[10.0, 0.0], [10.3, 2.1]]
    """
    observations = daily.observations
    path, weights = _start_path(observations), np.ones((len(daily.days), 2))
    model = ReconcileModel(observations, daily.calendar, daily.partial, path, weights, daily.late_noise)
    values = np.array(START if params is None else params)
    _settle(model, values)
    for iterations in ITERATIONS:
        if params is None:
            values = _maximise(model, values, iterations)
        _settle(model, values)
    model.update(values)
    result = model.ssm.smooth()
    state, cov = result.smoothed_state.T, np.moveaxis(result.smoothed_state_cov, -1, 0)
    mean_root = np.exp(np.sum(model.a_map * state, axis=1))
    root, row = mean_root + state[:, IRR], mean_root[:, None] * model.a_map
    row[:, IRR] += 1.0
    sd = np.sqrt(np.maximum(np.einsum("ti,tij,tj->t", row, cov, row), 0.0))
    before = slice(daily.listed - 1)  # the steps into all days before the window but the first
    seen = result.scaled_smoothed_estimator[LEVEL, before], result.scaled_smoothed_estimator_cov[LEVEL, LEVEL, before]
    law, *laws = learn_breaks(*seen, n=N_PARAMS, rng=np.random.default_rng(SEED))
    start = _predict_start(model, values, law, daily.listed)
    drawn = [] if params is not None else zip(_draw_params(model, values), laws, strict=True)
    return Fit(
        start=start,
        starts=tuple(_predict_start(model, *one, daily.listed) for one in drawn) or (start,),
        path=model.path,
        smoothed=np.column_stack([root, np.where(np.isfinite(daily.cogat), 0.0, sd)]),
        weights=model.weights,
    )


def _predict_start(model: ReconcileModel, values: np.ndarray, law: BreakLaw, listed: int) -> Start:
    """Predict the state on a day by parameters of shape (13,), at the path and weights of the fit."""
    model.update(values)
    result = model.ssm.filter()
    mean, cov = result.predicted_state[:, listed].copy(), result.predicted_state_cov[:, :, listed].copy()
    return Start(Params(*values.tolist()), law, mean, cov)


def _make_loss(model: ReconcileModel) -> Callable[[np.ndarray], float]:
    """Return minus the log-likelihood of one pass, with the prior `LOOSE`, as a function of unconstrained parameters."""
    centre = model.untransform_params(model.start_params)

    def loss(unconstrained: np.ndarray) -> float:
        prior = np.sum((unconstrained - centre) ** 2) / (2 * LOOSE**2)
        return float(prior - model.loglike(model.transform_params(unconstrained)))

    return loss


def _maximise(model: ReconcileModel, values: np.ndarray, iterations: int) -> np.ndarray:
    """Climb the likelihood of one pass for a few iterations: from and to parameters of shape (13,)."""
    loss = _make_loss(model)
    found = minimize(
        lambda unconstrained: loss(unconstrained) / model.n_days,
        model.untransform_params(values),
        method="L-BFGS-B",
        options={"maxiter": iterations},
    )
    return model.transform_params(found.x)


def _draw_params(model: ReconcileModel, values: np.ndarray) -> list[np.ndarray]:
    """Draw `N_PARAMS` vectors of parameters by the Laplace approximation at the estimate, each of shape (13,).

    Normal on the unconstrained scale, with the inverse of the second derivatives of the penalised likelihood as covariance; no
    direction is wider than the prior alone. Draws come in pairs on both sides of the estimate, which is then their mean.
    """
    centre = model.untransform_params(values)
    scale, vectors = np.linalg.eigh(approx_hess1(centre, _make_loss(model)))
    root = (vectors / np.sqrt(np.maximum(scale, 1 / LOOSE**2))) @ vectors.T  # symmetric: eigenvectors have free signs
    moves = np.random.default_rng(SEED).standard_normal((N_PARAMS // 2, len(centre))) @ root
    return [model.transform_params(centre + sign * move) for move in moves for sign in (1, -1)]


def _start_path(observations: np.ndarray) -> np.ndarray:
    """Return logs of running means as a first path, shape (n_days, 2): rough, but on the right side of the exponential."""
    frame = pd.DataFrame(observations[:, :2]).interpolate(limit_direction="both")
    return np.log(np.maximum(frame.rolling(7, center=True, min_periods=1).mean().to_numpy(), 1.0))


def _settle(model: ReconcileModel, values: np.ndarray) -> None:
    """Smooth at the current path and linearise at the smoothed one, until path and weights move little.

    The weights are `(nu + 1) / (nu + E r^2 / sigma^2)`, with `r` the irregular part of a day, or UNRWA's noise.
    """
    p = Params(*values)
    for _ in range(SMOOTHINGS):
        model.update(values)
        result = model.ssm.smooth()
        state, cov = result.smoothed_state.T, np.moveaxis(result.smoothed_state_cov, -1, 0)
        new = np.column_stack([np.sum(model.a_map * state, 1), np.sum(model.b_map * state, 1)])
        path = model.path + np.clip(new - model.path, -MAX_MOVE, MAX_MOVE)
        irregular = (state[:, IRR] ** 2 + cov[:, IRR, IRR]) / p.sd_irregular**2
        slope = np.exp(path[:, 1])
        row = slope[:, None] * model.b_map
        row[:, IRR1] += p.lag
        residual = model.endog[:, 1] - slope * (1 + new[:, 1] - path[:, 1]) - p.lag * state[:, IRR1]
        noise = (residual**2 + np.einsum("ti,tij,tj->t", row, cov, row)) / (p.sd_unrwa**2 + model.late_noise**2)
        weights = (DF + 1) / (DF + np.column_stack([irregular, noise]))
        # a day not observed tells nothing of its own weight: it gets the variance of the t
        model.linearise(path, np.where(np.isnan(model.endog[:, :2]), (DF - 2) / DF, weights))
