"""How often two lists resolve the same question differently."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from ...common.errors import InputError
from ...questions.base_rate import count_effective
from ...questions.passage import DEFINITIONS, parse_definition
from ...questions.resolution import UNRESOLVED, YES, resolve_windows
from ..daily import THRESHOLDS, load_days
from ..sources import BY_NAME


def count_disagreements(
    lists: Mapping[str, pd.DataFrame] | None = None,
    *,
    windows: Sequence[int] = (5, 30, 74),
    thresholds: Sequence[float] = THRESHOLDS,
    quantiles: Sequence[float] = (0.5, 0.8, 0.95),
    definitions: Sequence[str] = DEFINITIONS,
) -> pd.DataFrame:
    """Count how often two lists resolve the same question differently, over every window of the days that both cover.

    Parameters
    ----------
    lists : dict of str to pandas.DataFrame, optional
        Two lists by day with `count` and `state`; by default the last of both sources.
    windows : sequence of int
        Days of a window. Every day of the common span on which one can begin begins one.
    thresholds, quantiles : sequence of float
        Round numbers (trucks/day), and quantiles of all counts of both lists, rounded to whole trucks.
    definitions : sequence of str

    Returns
    -------
    pandas.DataFrame
        A row a window length, definition and threshold: window, definition, level ("300", or "q80"), threshold, windows,
        effective (that do not overlap), resolved (by both), differ, share (of those resolved by both), and by source the
        number of YES.

    Raises
    ------
    InputError
        If the lists share too few days for a window.

    Notes
    -----
    The rule is that of `utils.questions.resolution.resolve_windows`. A window that a list leaves unresolved is not in the share.

    Examples
    --------
    >>> found = count_disagreements(windows=[30], thresholds=[200], quantiles=[], definitions=["day"]).iloc[0]
    >>> int(found["differ"]), int(found["resolved"]), int(found["effective"])
    (24, 294, 11)
    """
    lists = {source: load_days(source) for source in BY_NAME} if lists is None else dict(lists)
    first, last = max(one.index[0] for one in lists.values()), min(one.index[-1] for one in lists.values())
    lists = {source: one[first:last] for source, one in lists.items()}
    n_days = len(pd.date_range(first, last))
    counts = np.concatenate([one["count"].dropna() for one in lists.values()])
    levels = {f"{level:g}": float(level) for level in thresholds}
    levels |= {f"q{100 * quantile:g}": float(np.round(np.quantile(counts, quantile))) for quantile in quantiles}
    rows = []
    for window in windows:
        for definition in definitions:
            if window + parse_definition(definition).lookback > n_days:
                raise InputError(f"windows {list(windows)}: the lists share {n_days} days; choose shorter windows")
            for level, threshold in levels.items():
                came = {
                    source: resolve_windows(one, definition, threshold, length=window)["outcome"] for source, one in lists.items()
                }
                one, other = came.values()
                both = one.ne(UNRESOLVED) & other.ne(UNRESOLVED)
                resolved, differ = int(both.sum()), int((both & one.ne(other)).sum())
                rows.append(
                    dict(window=window, definition=definition, level=level, threshold=threshold, windows=len(one))
                    | dict(effective=count_effective(one.index, horizon=window), resolved=resolved, differ=differ)
                    | dict(share=differ / resolved if resolved else np.nan)
                    | {f"{source} yes": int(outcome.eq(YES).sum()) for source, outcome in came.items()}
                )
    return pd.DataFrame(rows)
