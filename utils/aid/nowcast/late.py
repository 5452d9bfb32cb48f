"""The last days of a list that was still growing: what their counts so far say of the final ones."""

from __future__ import annotations

import numpy as np
import pandas as pd

#: Ages on either side, in days, whose shares are taken together: two lists have few days of one age.
SPAN = 3


def estimate_late(days: pd.DataFrame, history: pd.DataFrame) -> pd.DataFrame:
    """Estimate the final counts of days that a list had only in part, from how lists before it filled up.

    Each pair of lists, one published after the other, is one case of the share that is listed at an age. There are few: one of
    UNRWA's from 2024-10-27 on, two from 2024-12-24, three from 2025-01-19, and they range from all at once to next to nothing for
    two weeks. To them comes one case of ours, in which every share from none to all is equally likely; without a pair it stands
    alone. The mean share divides the count, and the spread of the shares is its noise.

    Parameters
    ----------
    days : pandas.DataFrame
        As `load_days` gives them, with its `attrs`.
    history : pandas.DataFrame
        As `measure_reporting` gives it.

    Returns
    -------
    pandas.DataFrame
        A row a partial day: `trucks` (expected final count) and `noise` (standard deviation of its root). One share rules all
        days of a list: the noise of each of n days is sqrt(n) times that of one, so that together they tell as much as one.

    Examples
    --------
    >>> index = pd.DatetimeIndex(["2024-09-05"])
    >>> days = pd.DataFrame({"count": [60.0], "state": "partial"}, index)
    >>> days.attrs["vintage"] = "2024-09-11"
    >>> estimate_late(days, pd.DataFrame(columns=["published", "age", "listed", "later"])).round(2).values.tolist()
    [[120.0, 3.16]]
    """
    late = days.loc[days["state"].eq("partial") & days["count"].gt(0), "count"]
    rows = []
    for day, count in late.items():
        age = (pd.Timestamp(days.attrs["vintage"]) - day).days
        near = history[(history["age"] - age).abs() <= SPAN].groupby("published")[["listed", "later"]].sum()
        near = near[near["later"] > 0]
        shares = (near["listed"] / near["later"]).clip(0, 1).to_numpy(float)
        mean = np.append(shares, 1 / 2).mean()
        spread = np.sqrt(np.append(shares**2, 1 / 3).mean() - mean**2) / mean  # relative to the share, and so to the count
        rows.append((count / mean, 0.5 * spread * np.sqrt(count / mean * len(late))))
    return pd.DataFrame(rows, columns=["trucks", "noise"], index=late.index, dtype=float)
