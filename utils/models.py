"""Forecasters: from a daily history with absent days to joint sample paths of whole, non-negative counts.

Each forecaster is a function `fit_*(history)` that returns an object with ``simulate(horizon, n_paths, rng)``. `MODELS` names
them, `simulate_paths` is the way in. Paths come in `BLOCKS` consecutive blocks of (nearly) equal size: those of one block
share one draw of the parameters, so that the spread between blocks shows how far the parameters are known.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd
from scipy.signal import lfilter

from .checks import check_choice, check_count
from .data import load_holidays
from .errors import InputError

BLOCKS = 50
MIN_COUNTED = 28
IMPUTATIONS = 5
WEEK = 7
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class Fitted(Protocol):
    """A forecaster fitted to a history."""

    def simulate(self, horizon: int, n_paths: int, rng: np.random.Generator) -> np.ndarray:
        """Draw joint paths, shape (n_paths, horizon), trucks/day, for the days after the history."""
        ...


def check_history(history: pd.Series) -> pd.Series:
    """Check a daily history and put it on a gapless daily index, absent days as NaN.

    Parameters
    ----------
    history : pandas.Series
        Trucks/day, indexed by day.

    Raises
    ------
    InputError
        If the index is not made of single days in order, a count is negative or infinite, or fewer than 28 days
        are counted.
    """
    if not isinstance(history, pd.Series):
        raise InputError(f"history is a {type(history).__name__}; give a pandas Series of counts indexed by day")
    index = history.index
    if not isinstance(index, pd.DatetimeIndex) or index.tz is not None:
        raise InputError(f"history is indexed by {index.dtype}; index it by day, without a time zone (pandas.to_datetime)")
    if not pd.api.types.is_numeric_dtype(history):
        raise InputError(f"history holds values of type {history.dtype}; give numbers, NaN where a day was not counted")
    if not (index.is_monotonic_increasing and index.is_unique) or (index != index.normalize()).any():
        raise InputError("history must have one row a day in order of time; sort it and sum the rows of a day first")
    counted = history.dropna()
    if (counted < 0).any() or np.isinf(counted).any():
        bad = counted[(counted < 0) | np.isinf(counted)].index[0]
        raise InputError(f"history is {history[bad]:g} on {bad:%Y-%m-%d}; counts must be finite and not negative")
    if len(counted) < MIN_COUNTED:
        raise InputError(f"history has {len(counted)} counted days; at least {MIN_COUNTED} are needed to fit a week's pattern")
    return history.astype(float).asfreq("D")


# ---------------------------------------------------------------------------------------------------------- SARIMAX


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
    history : pandas.Series
        What the state follows; only its index is used from here on.
    recent : ndarray of shape (n, days)
        Draws of the days after the history, from which the paths go on; no column where there are none.
    with_holidays : bool
    results : statsmodels.tsa.statespace.sarimax.SARIMAXResults
        The (last) fit at the maximum of the likelihood, for diagnostics.
    """

    ar: np.ndarray
    ma: np.ndarray
    sigma: np.ndarray
    coefficients: np.ndarray
    state: np.ndarray
    state_root: np.ndarray
    history: pd.Series
    recent: np.ndarray
    with_holidays: bool
    results: object

    def simulate(self, horizon: int, n_paths: int, rng: np.random.Generator) -> np.ndarray:
        """Draw joint paths, all at once, by the model's own recursion; see `Fitted`."""
        days = pd.date_range(self.history.index[-1], periods=horizon + 1)[1:]
        mean = self.coefficients @ _regressors(days, with_holidays=self.with_holidays).to_numpy().T
        paths = np.empty((n_paths, horizon))
        recent = _recycle(self.recent, n_paths)[:, :horizon]
        given = recent.shape[1]
        for draw, rows in enumerate(_blocks(n_paths, len(self.ar))):
            block = paths[rows]  # a view: what follows works in place on a stretch that stays in the processor's cache
            rng.standard_normal(out=block)
            y, carry = self.state[draw][:, None] + self.state_root[draw] @ rng.standard_normal((2, len(block)))
            block *= self.sigma[draw]
            if given:
                seen = _to_root(recent[rows]) - mean[draw, :given]
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
            _to_counts(block)
        paths[:, :given] = recent
        return paths

    def _follow(self, seen: np.ndarray, *, draw: int, y: np.ndarray, carry: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Carry the state along days that are given, shape (paths, days), deviations on the root scale; return it after the last.

        The draw of the first day's state is corrected by what that day shows (Matheron's rule); from then on each shock is what
        the day adds to its prediction, exactly.
        """
        covariance = self.state_root[draw] @ self.state_root[draw].T
        carry = carry + covariance[1, 0] / covariance[0, 0] * (seen[:, 0] - y)
        for day in range(1, seen.shape[1]):
            carry = self.ma[draw] * (seen[:, day] - self.ar[draw] * seen[:, day - 1] - carry)
        return seen[:, -1], carry


def check_recent(recent: np.ndarray | None) -> np.ndarray:
    """Return draws of the recent days as an array of shape (n, days), with no column where there are none."""
    recent = np.empty((1, 0)) if recent is None else np.asarray(recent, float)
    if recent.ndim != 2 or not len(recent) or not (np.isfinite(recent) & (recent >= 0)).all():
        raise InputError(f"recent has shape {recent.shape}; give draws by days of finite counts that are not negative")
    return recent


def _spread_out(recent: np.ndarray, n: int) -> np.ndarray:
    """Choose n whole draws whose totals lie evenly between low and high; one where there is nothing to choose from."""
    if not recent.size:
        return recent[:1]
    order = np.argsort(recent.sum(axis=1), kind="stable")
    return recent[order[((np.arange(n) + 0.5) / n * len(order)).astype(int)]]


def _append(history: pd.Series, days: np.ndarray) -> pd.Series:
    index = pd.date_range(history.index[0], periods=len(history) + len(days), freq="D")
    return pd.Series(np.concatenate([history, days]), index)


def _recycle(recent: np.ndarray, n_paths: int) -> np.ndarray:
    """Give every path a draw of the recent days; neighbouring paths get different ones."""
    return recent[np.arange(n_paths) % len(recent)]


def _blocks(n_paths: int, blocks: int) -> list[slice]:
    """Cut the paths into consecutive blocks whose sizes differ by one at most."""
    # Cut as numpy cuts, because `Question.answer` does: a block there must hold the paths of one draw and no other's.
    pieces = np.array_split(np.arange(n_paths), blocks)
    return [slice(int(piece[0]), int(piece[-1]) + 1) for piece in pieces if len(piece)]


def fit_sarimax(history: pd.Series, *, seed: int = 0, recent: np.ndarray | None = None) -> FittedSarimax:
    """Fit SARIMAX(1, 0, 1) with weekday (and holiday) regressors to the square root of the counts.

    Counts of trucks vary more when there are more of them; the square root makes their spread nearly constant [1]_. Absent days
    stay absent: the Kalman filter passes over them [2]_. The parameters are uncertain: `BLOCKS` draws are taken from the normal
    approximation around the maximum of the likelihood, kept inside the stationary and invertible region, and the filter
    is run again for each, since the state after the history depends on them.

    Parameters
    ----------
    history : pandas.Series
        Trucks/day, NaN where not counted. It ends on the last day before the first one to be simulated.
    seed : int
        Seed of the draws of the parameters.
    recent : ndarray of shape (n, days), optional
        Draws of the days after the history, where something else than the history tells of them, such as quotes. Parameters are
        then learnt from the history completed by each of `IMPUTATIONS` draws (multiple imputation [3]_), so that they know of the
        recent level, and each path begins with a draw and goes on from where that draw ends: the uncertainty about the present
        is in the paths.

    References
    ----------
    .. [1] F. J. Anscombe (1948), The transformation of Poisson, binomial and negative-binomial data, Biometrika 35.
    .. [2] J. Durbin and S. J. Koopman (2012), Time Series Analysis by State Space Methods, 2nd ed., section 4.10.
    .. [3] D. B. Rubin (1987), Multiple Imputation for Nonresponse in Surveys.
    """
    from statsmodels.tsa.statespace.sarimax import SARIMAX  # slow to import, and not needed by every command

    history = check_history(history)
    uncounted = sorted(set(range(WEEK)) - set(history.dropna().index.day_of_week))
    if uncounted:  # its level could not be learnt, and would stand at the start value: a forecast of no trucks
        raise InputError(
            f"history has no counted {WEEKDAYS[uncounted[0]]}; sarimax learns a level a weekday and needs each counted "
            "once, so give a longer history or choose another model"
        )
    recent = check_recent(recent)
    completions = [_append(history, days) for days in _spread_out(recent, IMPUTATIONS)]
    with_holidays = _holidays_counted(completions[0]) >= 3
    exog = _regressors(completions[0].index, with_holidays=with_holidays)
    rng = np.random.default_rng([seed, 1])
    results, draws = None, []
    for completed, block in zip(completions, _blocks(BLOCKS, len(completions)), strict=True):
        model = SARIMAX(_to_root(completed), exog=exog, order=(1, 0, 1))
        results = _maximise(model, start=None if results is None else results.params)
        draws.append(_draw_parameters(results, block.stop - block.start, rng))
    draws = np.concatenate(draws)
    # The state is wanted where the draws of the recent past begin, not where they end.
    model = SARIMAX(_to_root(history), exog=exog.loc[history.index], order=(1, 0, 1))
    states, roots = [], []
    for parameters in draws:
        after = model.filter(parameters, return_ssm=True)
        states.append(after.predicted_state[:, -1])
        roots.append(_square_root(after.predicted_state_cov[:, :, -1]))
    k = exog.shape[1]
    return FittedSarimax(
        ar=draws[:, k],
        ma=draws[:, k + 1],
        sigma=np.sqrt(draws[:, k + 2]),
        coefficients=draws[:, :k],
        state=np.array(states),
        state_root=np.array(roots),
        history=history,
        recent=recent,
        with_holidays=with_holidays,
        results=results,
    )


def _maximise(model, *, start=None):
    from statsmodels.tools.sm_exceptions import EstimationWarning

    options = dict(disp=False, cov_type="approx", warn_convergence=False)
    with warnings.catch_warnings():
        # Said of a trending history, where statsmodels then starts from zeros: a start is no result, and convergence is checked.
        warnings.filterwarnings("ignore", "Non-(stationary|invertible) starting", EstimationWarning)
        results = model.fit(start, method="lbfgs", **options)
    if not results.mle_retvals["converged"]:  # the simplex is slower, and walks along a flat ridge without a gradient
        results = model.fit(results.params, method="nm", maxiter=5000, **options)
    return results


def _draw_parameters(results, n: int, rng: np.random.Generator) -> np.ndarray:
    """Draw n parameter vectors; draws outside the stationary, invertible region are drawn again."""
    root = _square_root(results.cov_params().to_numpy())
    mode, k = results.params.to_numpy(), results.model.k_exog
    kept: list[np.ndarray] = []
    for _ in range(100):
        draws = mode + rng.standard_normal((BLOCKS, len(mode))) @ root.T
        ar, ma, variance = draws[:, k], draws[:, k + 1], draws[:, k + 2]
        kept.extend(draws[(np.abs(ar) < 1) & (np.abs(ma) < 1) & (variance > 0)])
        if len(kept) >= n:
            return np.array(kept[:n])
    raise InputError(
        f"history: of {100 * BLOCKS:,} parameter draws only {len(kept)} are stationary; the counts are too few or too even to fit"
    )


def _square_root(covariance: np.ndarray) -> np.ndarray:
    """Symmetric square root. Unlike eigenvectors alone it has no free signs: nearly equal input gives nearly equal draws."""
    values, vectors = np.linalg.eigh((covariance + covariance.T) / 2)
    return (vectors * np.sqrt(np.clip(values, 0, None))) @ vectors.T


def _to_root(counts):
    return np.sqrt(counts + 0.375)


def _to_counts(root: np.ndarray) -> np.ndarray:
    """Back from the square-root scale, in place: whole counts, never negative."""
    np.maximum(root, 0, out=root)
    np.square(root, out=root)
    root -= 0.375
    np.rint(root, out=root)
    np.maximum(root, 0, out=root)
    return root


def _regressors(days: pd.DatetimeIndex, *, with_holidays: bool) -> pd.DataFrame:
    """Weekday indicators (a level each, no constant) and, where it could be learnt, one for holidays that shut the crossings."""
    table = pd.DataFrame(
        {name: (days.day_of_week == number).astype(float) for number, name in enumerate(WEEKDAYS)},
        index=days,
    )
    if with_holidays:
        table["holiday"] = _is_holiday(days).astype(float)
    return table


def _is_holiday(days: pd.DatetimeIndex) -> np.ndarray:
    holidays = load_holidays()
    return days.isin(holidays.loc[holidays["closes"], "date"])


def _holidays_counted(history: pd.Series) -> int:
    return int(_is_holiday(history.dropna().index).sum())


# -------------------------------------------------------------------------------------------------------- bootstraps


@dataclass(frozen=True)
class FittedBlocks:
    """Stretches of the past, drawn at random and laid end to end.

    Attributes
    ----------
    filled : ndarray of shape (fills, days)
        The past up to its last counted day; in each row the absent days are filled with other draws.
    length : int or None
        Days a stretch; None for one stretch as long as the horizon, whose past goes round: its end is followed by its beginning.
    gap : int or None
        Days between the past's end and the first simulated day, for stretches that keep their weekdays; None if they need not.
    recent : ndarray of shape (n, days)
        Draws of the days after the history; they end the rows of `filled`, and begin the paths.
    """

    filled: np.ndarray
    length: int | None
    gap: int | None
    recent: np.ndarray

    def simulate(self, horizon: int, n_paths: int, rng: np.random.Generator) -> np.ndarray:
        """Draw joint paths; see `Fitted`."""
        recent = _recycle(self.recent, n_paths)[:, :horizon]
        if recent.shape[1] == horizon:
            return recent
        return np.concatenate([recent, self._draw(horizon - recent.shape[1], n_paths, rng)], axis=1)

    def _draw(self, horizon: int, n_paths: int, rng: np.random.Generator) -> np.ndarray:
        fills, n_days = self.filled.shape
        if self.length is None:
            days = (rng.integers(n_days, size=n_paths)[:, None] + np.arange(horizon)) % n_days
            return self.filled[rng.integers(fills, size=n_paths)[:, None], days]
        length = min(self.length, n_days)
        pieces = []
        for offset in range(0, horizon, length):
            starts = np.arange(n_days - length + 1)
            if self.gap is not None:
                starts = starts[(starts - n_days - self.gap - offset) % WEEK == 0]
            days = rng.choice(starts, n_paths)[:, None] + np.arange(length)
            pieces.append(self.filled[rng.integers(fills, size=n_paths)[:, None], days])
        return np.concatenate(pieces, axis=1)[:, :horizon]


def fit_climatology(history: pd.Series, *, seed: int = 0, recent: np.ndarray | None = None) -> FittedBlocks:
    """Windows of the whole past, each as likely as the next: the record's own answer, for whoever knows nothing newer.

    The past is laid out in a circle [1]_. Without that, the days simulated first and last would favour parts of the past: a
    short window late in a long path could never show the most recent weeks. Parameters as for `fit_sarimax`.

    References
    ----------
    .. [1] D. N. Politis and J. P. Romano (1992), A circular block-resampling procedure for stationary data, in Exploring the
       Limits of Bootstrap.
    """
    history = check_history(history)
    recent = check_recent(recent)
    past = history if recent.size else history[: history.last_valid_index()]
    return FittedBlocks(_fill_absent(past, recent, seed=seed), length=None, gap=None, recent=recent)


def fit_weekday_bootstrap(
    history: pd.Series, *, seed: int = 0, recent: np.ndarray | None = None, window: int = 60
) -> FittedBlocks:
    """Whole weeks of the last `window` days to the last one counted, each on its own weekdays: the recent past goes on.

    The moving-block bootstrap [1]_ with blocks of a week. Parameters as for `fit_sarimax`.

    References
    ----------
    .. [1] H. R. Kuensch (1989), The jackknife and the bootstrap for general stationary observations, Annals of Statistics 17.
    """
    history = check_history(history)
    recent = check_recent(recent)
    past = history if recent.size else history[: history.last_valid_index()]
    filled = _fill_absent(past, recent, seed=seed)[:, -window:]
    return FittedBlocks(filled, length=WEEK, gap=len(history) - len(past), recent=recent)


def _fill_absent(history: pd.Series, recent: np.ndarray, *, seed: int, fills: int = 200, neighbours: int = 4) -> np.ndarray:
    """Lay out the past several times over, its absent days filled, each time with another draw of the recent days.

    An absent day is filled with a count drawn from the nearest counted days of its weekday.

    Only the bootstraps use it, which cannot leave a day open; every fill is another draw, so that no one value is made up.
    """
    rng = np.random.default_rng([seed, 2])
    values = history.to_numpy()
    filled = np.tile(values, (fills, 1))
    counted = np.flatnonzero(np.isfinite(values))
    for day in np.flatnonzero(np.isnan(values)):
        same = counted[(counted - day) % WEEK == 0]
        same = same if len(same) else counted
        nearest = same[np.argsort(np.abs(same - day), kind="stable")[:neighbours]]
        filled[:, day] = values[rng.choice(nearest, fills)]
    return np.concatenate([filled, _recycle(recent, fills)], axis=1)


# ------------------------------------------------------------------------------------------------------------ way in

MODELS: dict[str, Callable[..., Fitted]] = {
    "sarimax": fit_sarimax,
    "climatology": fit_climatology,
    "weekday_bootstrap": fit_weekday_bootstrap,
}
DEFAULT = "sarimax"


def fit(history: pd.Series, *, model: str = "default", seed: int = 0, recent: np.ndarray | None = None) -> Fitted:
    """Fit a forecaster by its name in `MODELS`; "default" is the one the project stands for. See `simulate_paths`."""
    name = check_choice(model, ["default", *MODELS], name="model").replace("default", DEFAULT)
    return MODELS[name](history, seed=seed, recent=recent)


def simulate_paths(
    history: pd.Series,
    horizon: int,
    *,
    n_paths: int = 10_000,
    model: str = "default",
    seed: int = 0,
    recent: np.ndarray | None = None,
) -> np.ndarray:
    """Simulate joint paths of daily counts for the days after a history.

    Parameters
    ----------
    history : pandas.Series
        Trucks/day, indexed by day, NaN where not counted. The first simulated day is the one after its last row, counted or not.
    horizon : int
        Days to simulate.
    n_paths : int
        Number of paths.
    model : str
        "default" or a name in `MODELS`.
    seed : int
        The same seed gives the same paths.
    recent : ndarray of shape (n, days), optional
        Draws of the days after the history's last row, trucks/day, where something else tells of them (see `utils.reconcile`).
        They are the first of the simulated days, and what follows goes on from them.

    Returns
    -------
    numpy.ndarray of shape (n_paths, horizon)
        Trucks/day: whole, finite, never negative. The days of a path belong together.

    Raises
    ------
    InputError
        If the history or a number does not fit.
    """
    check_count(horizon, name="horizon")
    check_count(n_paths, name="n_paths")
    fitted = fit(history, model=model, seed=seed, recent=recent)
    return fitted.simulate(horizon, n_paths, np.random.default_rng([seed, 3]))
