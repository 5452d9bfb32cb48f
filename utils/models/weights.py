"""What windows that are over say of each setting: the errors of its mean over as many days as are to be forecast.

Innovations, a day ahead, hardly tell a slope from none: over ten weeks the slope is all that matters. So each setting is judged
by how far off the mean of the next `horizon` days was, from every past day. Windows that overlap share their days; their
likelihood counts for as many as lie side by side.
"""

from __future__ import annotations

import numpy as np

from .history import WEEK
from .levels import Levels
from .members import STEADY

FIRST_ORIGIN = 28  # days that must have been seen before a setting is judged


def weigh_windows(counts: np.ndarray, levels: Levels, *, end: int, horizon: int) -> np.ndarray:
    """Return the log weight of each setting of `levels`, shape (n_settings,): prior odds and quasi-likelihood of past windows.

    The quasi-likelihood is that of Gaussian errors of unknown spread, ``-n / 2 * log(mean squared error)``, recent windows
    counting more, where n is the number of separate windows that the weights amount to.

    Parameters
    ----------
    counts : ndarray of shape (n_days,)
        NaN where not counted.
    levels : Levels
    end : int
        Days seen; nothing later is looked at.
    horizon : int
        Days of a window: taken to whole weeks, and to a quarter of the days seen at most.

    Examples
    --------
    Of a count that grows by a fiftieth a day, the setting that foretold windows of a fortnight best is the one that grows:

    >>> import pandas as pd
    >>> from utils.models.levels import DRIFTS, Grid, filter_levels
    >>> days, counts = pd.date_range("2024-01-01", periods=120), 20 * 1.02 ** np.arange(120)
    >>> levels = filter_levels(counts, days, np.empty((1, 0)), grid=Grid.combine((0.2,)), half_life=90)
    >>> list(DRIFTS)[weigh_windows(counts, levels, end=120, horizon=14).argmax()]
    'grows'
    """
    odds = np.log(levels.grid.odds)
    span = WEEK * max(1, min(round(horizon / WEEK), end // 4 // WEEK))
    total = np.concatenate([[0.0], np.cumsum(np.nan_to_num(counts[:end]))])
    counted = np.concatenate([[0], np.cumsum(np.isfinite(counts[:end]))])
    origins = np.arange(FIRST_ORIGIN, end - span + 1)
    known = counted[origins + span] - counted[origins]
    origins, known = origins[known > 0], known[known > 0]
    if not len(origins):
        return odds
    came = (total[origins + span] - total[origins]) / known
    error = levels.expect(origins, span) - came[:, None]
    recency = 0.5 ** ((end - span - origins) / STEADY)
    return odds - 0.5 * recency.sum() / span * np.log(recency @ error**2 / recency.sum() + 1e-9)
