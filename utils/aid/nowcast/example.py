"""A small nowcast, quickly made, on which the examples of this package show what they do."""

from __future__ import annotations

import pandas as pd

from ..loaders import load_quotes
from .fitting import fit_daily
from .inputs import Daily, prepare_daily
from .nowcast import Nowcast
from .reconcile import reconcile_series
from .state_space import START, Fit
from .window import Window, carry_forward

#: Both lists have 100 trucks on each day; the last week is on UNRWA's alone, half of it humanitarian.
COUNTS = pd.Series(100.0, pd.date_range("2024-01-01", periods=70))
LISTED = COUNTS[:63]

#: That week, as the days of a quote.
WEEK = {"date_start": COUNTS.index[63], "date_end": COUNTS.index[-1]}


def reconcile_example() -> Nowcast:
    """Reconcile the two lists, without a quote and with parameters that are given.

    >>> reconcile_example().flow["counted"].value_counts().to_dict()
    {True: 63, False: 7}
    """
    return reconcile_series(LISTED, COUNTS, 0.5 * COUNTS, load_quotes()[:0], params=START)


def carry_example() -> tuple[Daily, Fit, Window]:
    """Carry the fit of the two lists into the week that one of them lacks.

    >>> daily, fit, window = carry_example()
    >>> len(daily.days), len(window.days)
    (70, 7)
    """
    daily = prepare_daily(LISTED, COUNTS, 0.5 * COUNTS)
    fit = fit_daily(daily, params=START)
    return daily, fit, carry_forward(daily, fit)
