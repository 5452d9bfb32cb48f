"""Forecasters: from a daily history with absent days to joint sample paths of whole, non-negative counts.

Each forecaster is a function ``fit_*(history, *, seed=0)`` that returns an object with ``simulate(horizon, n_paths, rng)``; what
else is known (draws of the days after the history, closed days) comes with the history, by `prepare_history`. `MODELS` names
them, `simulate_paths` is the way in. Paths come in consecutive blocks of (nearly) equal size (`count_blocks`): those of one share
one draw of the parameters, or one member of a pool and its setting, so that the spread between blocks shows how far the
parameters, or the choice of the model, are known.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from ..common.checks import check_choice, check_count
from ..common.memory import check_paths_fit
from .bootstrap import FittedBlocks, fit_climatology, fit_weekday_bootstrap
from .history import MIN_COUNTED, MIN_REGRESSED, WEEK, WEEKDAYS, History, prepare_history
from .members import find_ceilings
from .pool import (
    FittedPool,
    fit_negative_binomial,
    fit_pool,
    fit_regime_switching,
    fit_short_pool,
    fit_smoothing,
    fit_week_residuals,
    fit_wide_pool,
)
from .protocol import MIN_PATHS, Fitted, count_blocks, make_regressors
from .sarimax import FittedSarimax, fit_sarimax, follow_sarimax
from .statespace import FittedStateSpace, fit_exponential_smoothing, fit_unobserved_components

__all__ = [
    "DEFAULT",
    "MIN_COUNTED",
    "MIN_PATHS",
    "MIN_POOLED",
    "MIN_REGRESSED",
    "MODELS",
    "SHORT",
    "WEEK",
    "WEEKDAYS",
    "Fitted",
    "FittedBlocks",
    "FittedPool",
    "FittedSarimax",
    "FittedStateSpace",
    "History",
    "choose_model",
    "count_blocks",
    "find_ceilings",
    "fit",
    "fit_climatology",
    "fit_exponential_smoothing",
    "fit_negative_binomial",
    "fit_pool",
    "fit_regime_switching",
    "fit_sarimax",
    "fit_short_pool",
    "fit_smoothing",
    "fit_unobserved_components",
    "fit_week_residuals",
    "fit_weekday_bootstrap",
    "fit_wide_pool",
    "follow_sarimax",
    "make_regressors",
    "prepare_history",
    "simulate_paths",
]

MODELS: dict[str, Callable[..., Fitted]] = {
    "pool": fit_pool,
    "short_pool": fit_short_pool,
    "smoothing": fit_smoothing,
    "week_residuals": fit_week_residuals,
    "negative_binomial": fit_negative_binomial,
    "regime_switching": fit_regime_switching,
    "wide_pool": fit_wide_pool,
    "sarimax": fit_sarimax,
    "unobserved_components": fit_unobserved_components,
    "exponential_smoothing": fit_exponential_smoothing,
    "climatology": fit_climatology,
    "weekday_bootstrap": fit_weekday_bootstrap,
}
#: What "default" stands for, and what takes its place where fewer than `MIN_POOLED` days are counted.
DEFAULT, SHORT, MIN_POOLED = "pool", "short_pool", 60


def choose_model(history: pd.Series | History, model: str = "default") -> str:
    """Return the name in `MODELS` that `model` stands for with this history.

    >>> counts = pd.Series(50.0, pd.date_range("2024-01-01", periods=90))
    >>> choose_model(counts), choose_model(counts[:30]), choose_model(counts, "climatology")
    ('pool', 'short_pool', 'climatology')
    """
    name = check_choice(model, ["default", *MODELS], name="model")
    if name != "default":
        return name
    return DEFAULT if prepare_history(history).counts.count() >= MIN_POOLED else SHORT


def fit(history: pd.Series | History, *, model: str = "default", seed: int = 0) -> Fitted:
    """Fit a forecaster by its name in `MODELS`; "default" is the one the project stands for. See `simulate_paths`.

    >>> days = pd.date_range("2024-01-01", periods=70)
    >>> fitted = fit(pd.Series(50.0 + np.arange(70) % 7, days), model="weekday_bootstrap")
    >>> fitted.simulate(7, 100, np.random.default_rng(0)).mean(axis=0)
    array([50., 51., 52., 53., 54., 55., 56.])
    """
    check_count(seed, name="seed", at_least=0)
    past = prepare_history(history)
    return MODELS[choose_model(past, model)](past, seed=seed)


def simulate_paths(
    history: pd.Series | History,
    horizon: int,
    *,
    n_paths: int = 10_000,
    model: str = "default",
    seed: int = 0,
) -> np.ndarray:
    """Simulate joint paths of daily counts for the days after a history.

    Parameters
    ----------
    history : pandas.Series or History
        Counts a day, indexed by day, NaN where not counted. The first simulated day is the one after its last row, counted or
        not. `prepare_history` adds draws of the days after it, which are then the first of the simulated ones, and closed days.
    horizon : int
        Days to simulate.
    n_paths : int
        Number of paths.
    model : str
        A name in `MODELS`, or "default": "pool", or "short_pool" where fewer than 60 days are counted.
    seed : int
        The same seed gives the same paths.

    Returns
    -------
    numpy.ndarray of shape (n_paths, horizon)
        Counts a day: whole, finite, never negative. The days of a path belong together.

    Raises
    ------
    InputError
        If the history or a number does not fit, or so many paths do not fit into memory.

    Examples
    --------
    >>> days = pd.date_range("2024-01-01", periods=90)
    >>> history = pd.Series(50 + np.arange(90) % 7, days)
    >>> simulate_paths(history, 5, n_paths=100).shape
    (100, 5)
    """
    check_paths_fit(check_count(n_paths, name="n_paths"), check_count(horizon, name="horizon"))
    return fit(history, model=model, seed=seed).simulate(horizon, n_paths, np.random.default_rng([seed, 3]))
