"""Forecasters with and without scenarios, from what was known at each origin, and which of the two leads."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from ..counts.snapshot import NO_DAYS, take_snapshot
from ..forecasts.ensemble import simulate_ensemble
from ..verification.headline import Headline, choose_headline
from ..verification.plan import Forecaster
from .interventions import list_moved_days
from .scenarios import list_scenarios
from .sources import BY_NAME

#: The two forecasts that are held against each other.
PLAIN, SHIFTED = "without scenarios", "with scenarios"

#: Days from the seed's later question to its end, which the rule of the headline is asked of; and all that are scored.
LONGEST = 74
HORIZONS = (5, 30, LONGEST)

#: What the page leads with, by the rule of `utils.verification.headline`; a test asks the rule again.
HEADLINE = PLAIN


def simulate_with_scenarios(
    history: pd.Series, horizon: int, *, n_paths: int, seed: int, source: str, shifts: bool = True
) -> np.ndarray:
    """Simulate a source's count from the end of its history, a forecaster for `backtest`.

    Hazards and effects are those that this very history and the events published by its end give
    (`utils.aid.scenarios.list_scenarios`).

    Parameters
    ----------
    history : pandas.Series
        Trucks/day, NaN where not counted, to the last counted day.
    horizon : int
        Days.
    n_paths, seed : int
    source : {"cogat", "unrwa"}
    shifts : bool
        Whether scenarios may come.

    Returns
    -------
    ndarray of shape (n_paths, horizon)
        Trucks/day.

    Examples
    --------
    >>> from utils.aid.daily import load_daily
    >>> history = load_daily("unrwa", as_of="2024-11-08")[:"2024-01-31"]
    >>> simulate_with_scenarios(history, 5, n_paths=100, seed=0, source="unrwa").shape
    (100, 5)
    """
    as_of = history.index[-1] + pd.Timedelta(days=1)
    snapshot = take_snapshot(history, as_of=as_of, source=BY_NAME[source])
    until = history.index[-1] + pd.Timedelta(days=horizon)
    scenarios = list_scenarios(source, as_of=as_of, series=history) if shifts else {}
    moved = list_moved_days(as_of=as_of) if scenarios else NO_DAYS
    ensemble = simulate_ensemble(snapshot, until=until, n_paths=n_paths, seed=seed, set_aside=moved)
    if scenarios:
        ensemble, _ = ensemble.apply_scenarios(list(scenarios.values()), seed=seed)
    return ensemble.paths


def list_forecasters(series: str) -> dict[str, Forecaster]:
    """List the two forecasters of a record such as "unrwa all" by their names, `PLAIN` and `SHIFTED`.

    >>> list(list_forecasters("unrwa all"))
    ['without scenarios', 'with scenarios']
    """
    source, _, _ = series.partition(" ")
    return {
        label: partial(simulate_with_scenarios, source=source, shifts=shifts)
        for label, shifts in ((PLAIN, False), (SHIFTED, True))
    }


def choose_lead(table: pd.DataFrame) -> Headline:
    """Ask the rule of the headline which of the two leads, at the horizon of the seed's later question.

    >>> from utils.aid.scores import load_scores
    >>> choose_lead(load_scores("scenarios")).model == HEADLINE
    True
    """
    return choose_headline(table, plain=PLAIN, challenger=SHIFTED, horizon=LONGEST)
