"""The one check of a daily series, for whoever hands one in."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..common.checks import check_day
from ..common.errors import InputError, LookaheadError


def check_daily(series: pd.Series, *, name: str = "history", as_of: object = None) -> pd.Series:
    """Check a daily series of counts and put it on a gapless daily index, absent days as NaN.

    Parameters
    ----------
    series : pandas.Series
        Counts a day, indexed by day; NaN or absent where not counted.
    name : str
        What the series is, for the message.
    as_of : day, optional
        The day of the knowledge: no row may be dated then or later, counted or not.

    Returns
    -------
    pandas.Series
        float, freq D, from the first row to the last.

    Raises
    ------
    InputError
        If the index is not made of single days in order, or a count is no number, negative or infinite.
    LookaheadError
        If a row is dated on `as_of` or later.

    Examples
    --------
    >>> days = pd.DatetimeIndex(["2024-01-01", "2024-01-03"])
    >>> check_daily(pd.Series([4, 5], days)).tolist()
    [4.0, nan, 5.0]
    """
    if not isinstance(series, pd.Series):
        raise InputError(f"{name} is a {type(series).__name__}; give a pandas Series of counts indexed by day")
    index = series.index
    if not isinstance(index, pd.DatetimeIndex) or index.tz is not None:
        raise InputError(f"{name} is indexed by {index.dtype}; index it by day, without a time zone (pandas.to_datetime)")
    if not pd.api.types.is_numeric_dtype(series):
        raise InputError(f"{name} holds values of type {series.dtype}; give numbers, NaN where a day was not counted")
    if not (index.is_monotonic_increasing and index.is_unique) or (index != index.normalize()).any():
        raise InputError(f"{name} must have one row a day in order of time; sort it and sum the rows of a day first")
    counted = series.dropna()
    bad = counted[(counted < 0) | np.isinf(counted)]
    if len(bad):
        raise InputError(f"{name} is {bad.iloc[0]:g} on {bad.index[0]:%Y-%m-%d}; counts must be finite and not negative")
    if as_of is not None and len(index) and index[-1] >= (day := check_day(as_of, name="as_of")):
        raise LookaheadError(
            f"{name} holds {index[-1]:%Y-%m-%d}, which lies after the origin {day - pd.Timedelta(days=1):%Y-%m-%d}; "
            "cut it there, or ask as of a later day"
        )
    return series.astype(float).asfreq("D") if len(series) else series.astype(float)
