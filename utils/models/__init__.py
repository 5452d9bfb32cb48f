"""Forecasters: from a daily history with absent days to joint sample paths of whole, non-negative counts.

Each forecaster is a function ``fit_*(history, *, seed=0, recent=None)`` that returns an object with
``simulate(horizon, n_paths, rng)``. `MODELS` names them, `simulate_paths` is the way in. Paths come in `BLOCKS` consecutive
blocks of (nearly) equal size: those of one block share one draw of the parameters, or one member of a pool and its setting,
so that the spread between blocks shows how far the parameters, or the choice of the model, are known.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from ..common.checks import check_choice, check_count
from .bootstrap import FittedBlocks, fit_climatology, fit_weekday_bootstrap
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
from .protocol import (
    BLOCKS,
    MIN_COUNTED,
    MIN_REGRESSED,
    WEEK,
    WEEKDAYS,
    Fitted,
    check_history,
    check_recent,
    make_regressors,
)
from .sarimax import FittedSarimax, fit_sarimax, follow_sarimax
from .statespace import FittedStateSpace, fit_exponential_smoothing, fit_unobserved_components

__all__ = [
    "BLOCKS",
    "DEFAULT",
    "MIN_COUNTED",
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
    "check_history",
    "check_recent",
    "choose_model",
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


def choose_model(history: pd.Series, model: str = "default") -> str:
    """Return the name in `MODELS` that `model` stands for with this history."""
    name = check_choice(model, ["default", *MODELS], name="model")
    if name != "default":
        return name
    return DEFAULT if check_history(history).count() >= MIN_POOLED else SHORT


def fit(history: pd.Series, *, model: str = "default", seed: int = 0, recent: np.ndarray | None = None) -> Fitted:
    """Fit a forecaster by its name in `MODELS`; "default" is the one the project stands for. See `simulate_paths`."""
    return MODELS[choose_model(history, model)](history, seed=seed, recent=recent)


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
        A name in `MODELS`, or "default": "pool", or "short_pool" where fewer than 60 days are counted.
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
