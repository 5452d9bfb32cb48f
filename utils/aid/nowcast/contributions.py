"""Where the level at the origin comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .conditioning import observe
from .quotes import name_quote, select_sums
from .state_space import make_transition
from .window import map_parts

if TYPE_CHECKING:
    from .nowcast import Nowcast

#: By how much counts are raised to see what the level does, relative to them.
STEP = 0.01


def find_contributions(nowcast: Nowcast) -> pd.DataFrame:
    """Find where the level at the origin comes from.

    The level is the last entry of the mode. Everything is linear there: raising observations moves the prior by a vector, and the
    mode by ``(I - K H)`` times it; raising the observations of the window moves it by `K` too.

    Returns
    -------
    pandas.DataFrame
        A row a month of a list, or a quote: `days`, `trucks`, `elasticity` and `pull`. The elasticity tells by how many per cent
        the level would move if the observation had been 1 % higher. Over everything on COGAT's basis they add up to nearly one;
        the rest is the prior. UNRWA's add up to nearly zero: its recent months count for what they show next to its months beside
        COGAT's list, which count against them. `pull` is what a quote, or a bound, moves the level by at the mode, as a factor,
        given all others.

    Examples
    --------
    >>> from utils.aid.nowcast.example import reconcile_example
    >>> nowcast = reconcile_example()
    >>> found = find_contributions(nowcast)["elasticity"]
    >>> found.groupby(found.index.str[:5]).sum().round(1).abs().to_dict()
    {'cogat': 1.0, 'unrwa': 0.0}
    """
    rows = _raise_lists(nowcast) + _raise_quotes(nowcast)
    return pd.DataFrame(rows, columns=["observation", "days", "trucks", "elasticity", "pull"]).set_index("observation")


def _raise_lists(nowcast: Nowcast) -> list[tuple[str, int, float, float, float]]:
    """Raise the counts of each month of each list by `STEP`; see `find_contributions` for the columns."""
    daily, posterior = nowcast.daily, nowcast.posterior
    observations, gain = posterior.observations, posterior.gain[-1]
    kept = -gain @ posterior.slopes  # last row of I - K H
    kept[-1] += 1.0
    base = _predict_window(nowcast, daily.observations)
    months, rows = daily.days.to_period("M"), []
    for source, column, counts in (("cogat", 0, daily.cogat), ("unrwa", 1, daily.unrwa)):
        for month in months.unique():
            chosen = np.isfinite(counts) & (months == month)
            if not chosen.any():
                continue
            raised = daily.observations
            raised[chosen, column] *= np.sqrt(1 + STEP)
            change = kept @ _carry_change(nowcast, _predict_window(nowcast, raised) - base)
            inside = chosen[daily.listed :][observations.unrwa_rows]
            at = np.flatnonzero(inside) if source == "unrwa" else np.zeros(0, int)
            change += gain[at] @ (observations.values[at] * (np.sqrt(1 + STEP) - 1))
            elasticity = 2 * change / np.log1p(STEP)
            rows.append((f"{source} {month}", int(chosen.sum()), counts[chosen].sum(), elasticity, np.nan))
    return rows


def _raise_quotes(nowcast: Nowcast) -> list[tuple[str, int, float, float, float]]:
    """Take the slopes of the level by each quote that is observed; see `find_contributions` for the columns."""
    posterior, window = nowcast.posterior, nowcast.window
    observations, gain = posterior.observations, posterior.gain[-1]
    shown = observe(window, posterior.mode, observations)
    innovation = observations.values - shown + posterior.slopes @ (posterior.mode - window.mean)
    rows = []
    for place, row in enumerate(select_sums(nowcast.quotes).itertuples(), observations.first_total):
        pull = np.exp(2 * gain[place] * innovation[place])
        rows.append((name_quote(row), row.days, row.total, gain[place] * observations.values[place], pull))
    return rows


def _predict_window(nowcast: Nowcast, observations: np.ndarray) -> np.ndarray:
    """Predict the state on the first day of the window, shape (11,), from observations, (n_days, 3), at the path of the fit."""
    from .fitting import ReconcileModel  # slow to import

    daily, fit = nowcast.daily, nowcast.fit
    model = ReconcileModel(observations, daily.calendar, daily.partial, fit.path, fit.weights, daily.late_noise)
    model.update(np.array(fit.params))
    return model.ssm.filter().predicted_state[:, daily.listed].copy()


def _carry_change(nowcast: Nowcast, state: np.ndarray) -> np.ndarray:
    """Carry a change of the state on the window's first day, shape (11,), to all its parts, shape (5 * n_days,)."""
    matrix, _ = make_transition(nowcast.fit.params)
    maps = map_parts(nowcast.daily.calendar[nowcast.daily.listed :])
    change = np.zeros(maps.shape[1::-1])
    for day, parts in enumerate(maps):
        state = matrix @ state if day else state
        change[:, day] = [part @ state for part in parts]
    return change.ravel()
