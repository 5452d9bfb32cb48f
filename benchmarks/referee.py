"""The default forecaster as a referee calls it: ``forecast(history, horizon, n_paths, seed)``, through the public interface."""

from __future__ import annotations

import numpy as np
import pandas as pd

from utils import simulate_paths


def forecast(history: pd.Series, horizon: int, n_paths: int, seed: int) -> np.ndarray:
    """Return joint paths of the days after a history in which a day that was not counted is NaN.

    Returns
    -------
    ndarray of shape (n_paths, horizon)
        Trucks/day.
    """
    return simulate_paths(history, horizon, n_paths=n_paths, seed=seed)
