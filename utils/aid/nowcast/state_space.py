"""The state-space model of one daily flow on COGAT's basis, fitted to two lists. `utils.aid.nowcast` describes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from statsmodels.tools.numdiff import approx_hess1
from statsmodels.tsa.statespace.mlemodel import MLEModel

from .breaks import BreakLaw, learn_breaks
from .inputs import Daily, ReadOnly

#: States, in the order of the state vector, and the prior of the first one: mean and standard deviation on the scales of the
#: model, wide next to what the data say.
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
STATES = tuple(FIRST)
LEVEL, TRANSIENT, FRI, SAT, SHUT, RATIO, UFRI, USAT, SHARE, IRR, IRR1 = range(len(STATES))


class Params(NamedTuple):
    """Parameters of the model: standard deviations a day, `phi` and `lag`. The defaults are orders of magnitude, not estimates.

    Attributes
    ----------
    sd_level, sd_transient : float
        Of the steps of the level and of the transient deviation, log of the root.
    phi : float
        What is left of a transient deviation after a day.
    sd_friday, sd_saturday : float
        Of the steps of the weekday effects.
    sd_ratio, sd_ratio_partial : float
        Of the steps of UNRWA's ratio, before it calls its list partial and since.
    sd_share, phi_share : float
        Of the steps of the humanitarian share, and what is left after a day of its distance from its first mean.
    sd_irregular, sd_unrwa : float
        Of the irregular part of a day and of UNRWA's own noise, root of trucks.
    sd_share_seen : float
        Of the observed share about the share.
    lag : float
        What UNRWA's count of a day has of the irregular part of the day before.
    """

    sd_level: float = 0.03
    sd_transient: float = 0.08
    phi: float = 0.8
    sd_friday: float = 0.02
    sd_saturday: float = 0.04
    sd_ratio: float = 0.02
    sd_ratio_partial: float = 0.04
    sd_share: float = 0.04
    phi_share: float = 0.9
    sd_irregular: float = 1.5
    sd_unrwa: float = 2.0
    sd_share_seen: float = 0.2
    lag: float = 0.2


PARAMS = Params._fields
_PHI, _LAG = [PARAMS.index(name) for name in ("phi", "phi_share")], PARAMS.index("lag")

#: Where the search starts.
START = Params()

#: Largest `phi`: beyond it the transient deviation would be a second level.
MAX_PHI = 0.98

#: A weak prior keeps a parameter that the days at hand say nothing of near its start: log-normal (the lag: normal), with this
#: standard deviation. A month of data outweighs it.
LOOSE = 1.0

#: COGAT's Friday and Saturday effects revert to their first means, half of the way in 46 days: a rhythm that nobody sees for
#: months must not drift without end.
REVERSION = 0.985

#: Degrees of freedom of the daily noises.
DF = 5.0

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


def make_transition(params: Params, *, partial: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Return what moves the state of a day to the next: the matrix `T`, shape (11, 11), and the variances of `zeta`, shape (11,).

    Parameters
    ----------
    params : Params
    partial : bool
        Whether UNRWA calls its list partial on that day.

    Examples
    --------
    >>> matrix, variances = make_transition(START)
    >>> float(matrix[TRANSIENT, TRANSIENT]), float(variances[SHUT])
    (0.8, 0.0)
    """
    matrix = np.eye(len(STATES))
    matrix[TRANSIENT, TRANSIENT] = params.phi
    matrix[SHARE, SHARE] = params.phi_share
    matrix[FRI, FRI] = matrix[SAT, SAT] = REVERSION
    matrix[IRR, IRR] = matrix[IRR1, IRR1] = 0.0
    matrix[IRR1, IRR] = 1.0
    variances = np.zeros(len(STATES))
    variances[LEVEL] = params.sd_level**2
    variances[TRANSIENT] = params.sd_transient**2
    variances[[FRI, UFRI, USAT]] = params.sd_friday**2
    variances[SAT] = params.sd_saturday**2
    variances[RATIO] = (params.sd_ratio_partial if partial else params.sd_ratio) ** 2
    variances[SHARE] = params.sd_share**2
    variances[IRR] = params.sd_irregular**2
    return matrix, variances


def make_reversion(params: Params) -> np.ndarray:
    """Return the intercept `d` of the states, shape (11,): what draws Friday and Saturday back to their first means."""
    intercept = np.zeros(len(STATES))
    intercept[SHARE] = (1 - params.phi_share) * FIRST["share"][0]
    intercept[FRI], intercept[SAT] = ((1.0 - REVERSION) * FIRST[name][0] for name in ("friday", "saturday"))
    return intercept


def map_state(calendar: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows that make `a` and `b` of the state, each (n_days, 11), from Friday, Saturday and shut, (n_days, 3)."""
    a_map, b_map = np.zeros((2, len(calendar), len(STATES)))
    friday, saturday, shut = np.asarray(calendar, float).T
    for rows in (a_map, b_map):
        rows[:, [LEVEL, TRANSIENT]] = 1.0
    a_map[:, FRI], a_map[:, SAT], a_map[:, SHUT] = friday, saturday, shut * (1 - saturday)
    b_map[:, UFRI], b_map[:, USAT], b_map[:, RATIO] = friday, saturday, 1.0
    return a_map, b_map


@dataclass(frozen=True, eq=False)
class Start(ReadOnly):
    """The state on the first day of the window, predicted from all days before it, by one vector of parameters.

    Attributes
    ----------
    params : Params
    breaks : BreakLaw
        Of the level's steps.
    mean, cov : ndarray, shapes (11,) and (11, 11)
    """

    params: Params
    breaks: BreakLaw
    mean: np.ndarray
    cov: np.ndarray


@dataclass(frozen=True, eq=False)
class Fit(ReadOnly):
    """The daily model after the last pass.

    Attributes
    ----------
    start : Start
        By the parameters of maximum likelihood.
    starts : tuple of Start
        By draws of the parameters; where they were given instead of estimated, `start` alone.
    path : ndarray, shape (n_days, 2)
        Smoothed `a` and `b`.
    smoothed : ndarray, shape (n_days, 2)
        Mean and standard deviation of the root of the flow; standard deviation 0 where COGAT counted.
    weights : ndarray, shape (n_days, 2)
        Of the irregular part and of UNRWA's noise.
    """

    start: Start
    starts: tuple[Start, ...]
    path: np.ndarray
    smoothed: np.ndarray
    weights: np.ndarray

    @property
    def params(self) -> Params:
        """Parameters of maximum likelihood, or those given."""
        return self.start.params


def fit_daily(daily: Daily, *, params: Params | None = None) -> Fit:
    """Fit the daily model: linearise, maximise the likelihood, smooth, reweight, and over again, for each of `ITERATIONS`.

    Parameters
    ----------
    daily : Daily
    params : Params, optional
        Fixed parameters: nothing is estimated, only smoothed.
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
