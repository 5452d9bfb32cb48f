"""The state-space model of one daily flow on COGAT's basis: fit it to two lists, carry it forward, condition it on sums.

`utils.reconciliation` describes the model, and why sums over days need no cumulator states.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import minimize
from scipy.special import expit
from statsmodels.tsa.statespace.mlemodel import MLEModel

from .days import UNRWA_DISCLAIMER
from .errors import InputError, PeekError

#: Names of the states, in the order of the state vector.
STATES = (
    "level",
    "upset",
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


LEVEL, UPSET, FRI, SAT, SHUT, RATIO, UFRI, USAT, SHARE, IRR, IRR1 = range(len(STATES))


#: What the window keeps of a day: log root mean on COGAT's basis, irregular part, log root mean on UNRWA's,
#: humanitarian share, and log root level of an ordinary weekday.
PARTS = ("a", "irregular", "b", "share", "level")


#: Parameters and where the search starts: orders of magnitude, not estimates. Standard deviations are a day.
START = {
    "sd_level": 0.03,
    "sd_upset": 0.08,
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
    "upset": (0.0, 0.3),
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
LEAN = 0.985


#: Degrees of freedom of the daily noises.
DF = 5.0


#: Longest step of Gauss-Newton in one round, on the scales of the parts.
MAX_STEP = 2.0


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
        self["state_intercept"] = lean_back()
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
    matrix[UPSET, UPSET] = params["phi"]
    matrix[FRI, FRI] = matrix[SAT, SAT] = LEAN
    matrix[IRR, IRR] = matrix[IRR1, IRR1] = 0.0
    matrix[IRR1, IRR] = 1.0
    variances = np.zeros(len(STATES))
    variances[LEVEL] = params["sd_level"] ** 2
    variances[UPSET] = params["sd_upset"] ** 2
    variances[[FRI, UFRI, USAT]] = params["sd_friday"] ** 2
    variances[SAT] = params["sd_saturday"] ** 2
    variances[RATIO] = (params["sd_ratio_partial"] if partial else params["sd_ratio"]) ** 2
    variances[SHARE] = params["sd_share"] ** 2
    variances[IRR] = params["sd_irregular"] ** 2
    return matrix, variances


def lean_back():
    """Return the intercept of the states, shape (11,): what draws Friday and Saturday back to their first means."""
    intercept = np.zeros(len(STATES))
    intercept[FRI], intercept[SAT] = ((1.0 - LEAN) * FIRST[name][0] for name in ("friday", "saturday"))
    return intercept


def linear_parts(calendar):
    """Return the rows that make `a` and `b` of the state, each of shape (n_days, 11), from Friday, Saturday and shut."""
    a_map, b_map = np.zeros((2, len(calendar), len(STATES)))
    friday, saturday, shut = np.asarray(calendar, float).T
    for rows in (a_map, b_map):
        rows[:, [LEVEL, UPSET]] = 1.0
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
    PeekError
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
            raise PeekError(f"{name} {values.last_valid_index():%Y-%m-%d}: lies after the origin {origin:%Y-%m-%d}; cut it there")
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


@dataclass(frozen=True)
class Window:
    """Joint normal prior of the days since COGAT's list ended, from the filter alone.

    Attributes
    ----------
    days : pandas.DatetimeIndex
    mean : ndarray, shape (5 * n_days,)
        By part (`PARTS`), then by day.
    cov : ndarray, shape (5 * n_days, 5 * n_days)
    before : float
        Irregular part of the day before the window (known when COGAT counted that day).
    """

    days: pd.DatetimeIndex
    mean: np.ndarray
    cov: np.ndarray
    before: float


def carry_forward(daily, fit):
    """Carry the state at the window's start forward: joint prior of five parts of each day of the window.

    For days ``s <= t`` the states have ``Cov(x_s, x_t) = V_s T'^(t-s)``, with ``V_s`` the variance carried to
    day s.

    Returns
    -------
    Window
    """
    n_days = len(daily.days) - daily.listed
    a_map, b_map = linear_parts(daily.calendar[daily.listed :])
    maps = np.zeros((n_days, 5, len(STATES)))
    maps[:, 0], maps[:, 2] = a_map, b_map
    maps[:, 1, IRR] = maps[:, 3, SHARE] = maps[:, 4, LEVEL] = maps[:, 4, UPSET] = 1.0
    inflate = DF / (DF - 2)
    mean, cov = np.zeros((5, n_days)), np.zeros((5, n_days, 5, n_days))
    state, spread = fit.mean, fit.cov
    past = np.zeros((0, len(STATES), len(STATES)))
    for day in range(n_days):
        if day:
            matrix, variances = transition(fit.params, partial=daily.partial[daily.listed + day - 1])
            variances[IRR] *= inflate
            state, past = matrix @ state + lean_back(), past @ matrix.T
            spread = matrix @ spread @ matrix.T + np.diag(variances)
        past = np.concatenate([past, spread[None]])
        mean[:, day] = maps[day] @ state
        block = np.einsum("sij,sjk,lk->isl", maps[: day + 1], past, maps[day])
        cov[:, : day + 1, :, day] = block
        cov[:, day, :, : day + 1] = block.transpose(2, 0, 1)
    size = 5 * n_days
    return Window(daily.days[daily.listed :], mean.reshape(size), cov.reshape(size, size), float(fit.mean[IRR1]))


@dataclass(frozen=True)
class Terms:
    """Observations of the window, each a root: UNRWA's days, then sums over days.

    Attributes
    ----------
    unrwa_rows : ndarray of int
        Days of the window that UNRWA counted.
    share_rows : ndarray of int
        Days of the window with a share seen.
    sums : tuple of (str, ndarray of int, float)
        Use, days of the window, and what COGAT's list already counts of the total (trucks).
    values, noise : ndarray, shape (n_terms,)
        On the scale of roots (the share: as it is).
    """

    unrwa_rows: np.ndarray
    share_rows: np.ndarray
    sums: tuple
    values: np.ndarray
    noise: np.ndarray


def bend_share(share, *, sharpness=10.0):
    """Bend a share smoothly into 0 to 1; return it and its slope. Between 0.3 and 0.7 it changes by less than 0.005."""
    over, under = sharpness * (share - 1.0), -sharpness * share
    bent = share + (np.logaddexp(0.0, under) - np.logaddexp(0.0, over)) / sharpness
    return bent, 1.0 - expit(over) - expit(under)


def observe(window, x, terms, lag):
    """Return what the terms would show at `x` without noise, and their slopes.

    Parameters
    ----------
    x : ndarray, shape (..., 5 * n_days)
        With one point also the slopes, shape (n_terms, 5 * n_days), are returned; with many, None.
    """
    n_days = len(window.days)
    a, irregular, b, share, _ = np.moveaxis(x.reshape(*x.shape[:-1], 5, n_days), -2, 0)
    mean_a, mean_b = np.exp(np.minimum(a, 5.0)), np.exp(np.minimum(b, 5.0))
    root, (part, bend) = mean_a + irregular, bend_share(share)
    before = np.concatenate([np.full((*irregular.shape[:-1], 1), window.before), irregular[..., :-1]], axis=-1)
    unrwa = mean_b + lag * before
    shown = [unrwa[..., terms.unrwa_rows], share[..., terms.share_rows]]
    one = x.ndim == 1
    slopes = np.zeros((len(terms.values), 5, n_days)) if one else None
    if one:
        for term, day in enumerate(terms.unrwa_rows):
            slopes[term, 2, day] = mean_b[day]
            if day:
                slopes[term, 1, day - 1] = lag
        slopes[np.arange(len(terms.share_rows)) + len(terms.unrwa_rows), 3, terms.share_rows] = 1.0
    for term, (use, rows, known) in enumerate(terms.sums, len(terms.unrwa_rows) + len(terms.share_rows)):
        if use == "flow":
            parts = root[..., rows] ** 2
        else:
            parts = mean_b[..., rows] ** 2 * (part[..., rows] if use == "unrwa_humanitarian" else 1.0)
        norm = np.sqrt(np.maximum(known + parts.sum(-1), 1e-6))
        shown.append(norm[..., None])
        if one and use == "flow":
            slopes[term, 0, rows] = root[rows] * mean_a[rows] / norm
            slopes[term, 1, rows] = root[rows] / norm
        elif one:
            slopes[term, 2, rows] = parts / norm
            if use == "unrwa_humanitarian":
                slopes[term, 3, rows] = 0.5 * mean_b[rows] ** 2 * bend[rows] / norm
    flat = slopes.reshape(len(terms.values), 5 * n_days) if one else None
    return np.concatenate(shown, axis=-1), flat


def condition(window, terms, lag, *, rounds=200, tolerance=1e-7):
    """Condition the window's joint normal on the terms: Gauss-Newton to the mode.

    Returns
    -------
    x : ndarray, shape (5 * n_days,)
        The mode.
    gain : ndarray, shape (5 * n_days, n_terms)
    slopes : ndarray, shape (n_terms, 5 * n_days)
        At the mode.

    Raises
    ------
    InputError
        If it does not rest: quotes that contradict one another.
    """
    x, pace, last = window.mean.copy(), np.ones(1), np.zeros((1, len(window.mean)))
    for _ in range(rounds):
        shown, slopes = observe(window, x, terms, lag)
        spread = slopes @ window.cov
        inner = spread @ slopes.T + np.diag(terms.noise**2)
        inner[np.diag_indices_from(inner)] *= 1.0 + 1e-11  # one exact total given twice would make it singular
        gain = cho_solve(cho_factor(inner), spread).T if len(inner) else np.zeros((len(x), 0))
        step = window.mean + gain @ (terms.values - shown + slopes @ (x - window.mean)) - x
        move = np.max(np.abs(step), initial=0.0)
        if move < tolerance * max(1.0, np.max(np.abs(x), initial=0.0)):
            return x, gain, slopes
        pace, last = _keep_pace(pace, last, step[None]), step[None]
        x = x + step * min(pace[0], MAX_STEP / move)
    raise InputError(
        f"{len(terms.sums)} quotes: no flow agrees with them all after {rounds} rounds; look for two that contradict each other"
    )


def _keep_pace(pace, last, step):
    """Shorten the steps of a search that turns back on itself, lengthen the others up to whole ones; one pace a row."""
    return np.where(np.einsum("ij,ij->i", last, step) < 0, np.maximum(0.6 * pace, 0.05), np.minimum(1.5 * pace, 1.0))


def draw_window(window, terms, gain, slopes, lag, *, n, rng, rounds=200):
    """Draw the window's parts given all terms: each draw starts from its own prior draw and meets its own noisy terms.

    Returns
    -------
    x : ndarray, shape (n, 5 * n_days)
        Draws that did not rest are replaced by others that did.
    rested : float
        Share of the draws that rested.

    Raises
    ------
    InputError
        If fewer than half of the draws rest.
    """
    # The symmetric root, since eigenvectors alone have free signs: another machine would draw quite other paths from one seed.
    scale, vectors = np.linalg.eigh(window.cov)
    root = (vectors * np.sqrt(np.maximum(scale, 0.0))) @ vectors.T
    prior = window.mean + rng.standard_normal((n, len(scale))) @ root
    wanted = terms.values + terms.noise * rng.standard_normal((n, len(terms.values)))
    x, going, pace, last = prior.copy(), np.arange(n), np.ones(n), np.zeros_like(prior)
    for _ in range(rounds if len(terms.values) else 0):
        gap = wanted[going] - observe(window, x[going], terms, lag)[0]
        step = prior[going] + (gap + (x[going] - prior[going]) @ slopes.T) @ gain.T - x[going]
        move = np.max(np.abs(step), axis=1)
        pace[going], last[going] = _keep_pace(pace[going], last[going], step), step
        x[going] += step * np.minimum(pace[going], MAX_STEP / np.maximum(move, 1e-12))[:, None]
        going = going[move > 1e-6]
        if not len(going):
            break
    still = np.setdiff1d(np.arange(n), going if len(terms.values) else [])
    if 2 * len(still) < n:
        raise InputError(
            f"{len(terms.sums)} quotes: {n - len(still)} of {n} draws found no flow that agrees with them; "
            "look for two quotes that contradict each other"
        )
    x[going] = x[rng.choice(still, size=len(going))]
    return x, len(still) / n
