"""How often two lists resolve the same question differently."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from ...common.errors import InputError
from ...questions.passage import DEFINITIONS, NEVER, first_passage, parse_definition
from ...questions.resolution import NO, UNRESOLVED, YES
from ...verification.resampling import count_effective
from ..daily import load_days


def count_disagreements(
    lists: Mapping[str, pd.DataFrame] | None = None,
    *,
    windows: Sequence[int] = (5, 30, 74),
    thresholds: Sequence[float] = tuple(range(100, 451, 50)),
    quantiles: Sequence[float] = (0.5, 0.8, 0.95),
    definitions: Sequence[str] = DEFINITIONS,
) -> pd.DataFrame:
    """Count how often two lists resolve the same question differently, over every window of the days that both cover.

    Parameters
    ----------
    lists : dict of str to pandas.DataFrame, optional
        Two lists by day with `trucks` and `state`; by default the last of both sources.
    windows : sequence of int
        Days of a window. Every day of the common span on which one can begin begins one.
    thresholds, quantiles : sequence of float
        Round numbers (trucks/day), and shares of all counts of both lists, rounded to whole trucks.
    definitions : sequence of str

    Returns
    -------
    pandas.DataFrame
        A row a window length, definition and threshold: window, definition, level ("300", or "q80"), threshold, windows,
        effective (that do not overlap), resolved (by both), differ, share (of those resolved by both), and by source the
        number of YES.

    Notes
    -----
    As everywhere: a closed day is no truck; a day that is not counted for another reason could hold any number, and leaves the
    question unresolved where it could decide. Such windows are not in the share.
    """
    lists = {source: load_days(source) for source in ("cogat", "unrwa")} if lists is None else dict(lists)
    first, last = max(one.index[0] for one in lists.values()), min(one.index[-1] for one in lists.values())
    lists = {source: one[first:last] for source, one in lists.items()}
    days = next(iter(lists.values())).index
    counts = np.concatenate([one["trucks"].dropna() for one in lists.values()])
    levels = {f"{level:g}": float(level) for level in thresholds}
    levels |= {f"q{100 * share:g}": float(np.round(np.quantile(counts, share))) for share in quantiles}
    rows = []
    for window in windows:
        for definition in definitions:
            before = max(parse_definition(definition).days - 1, 0)
            starts = days[before : len(days) - window + 1]
            if not len(starts):
                raise InputError(f"windows {list(windows)}: the lists share {len(days)} days; choose shorter windows")
            for level, threshold in levels.items():
                came = {
                    source: _resolve_windows(one, definition, threshold, window=window, before=before)
                    for source, one in lists.items()
                }
                one, other = came.values()
                both = (one != UNRESOLVED) & (other != UNRESOLVED)
                differ = int((both & (one != other)).sum())
                rows.append(
                    dict(window=window, definition=definition, level=level, threshold=threshold, windows=len(starts))
                    | dict(effective=count_effective(starts, horizon=window), resolved=int(both.sum()), differ=differ)
                    | dict(share=differ / both.sum() if both.any() else np.nan)
                    | {f"{source} yes": int((outcome == YES).sum()) for source, outcome in came.items()}
                )
    return pd.DataFrame(rows)


def _resolve_windows(days: pd.DataFrame, definition: str, threshold: float, *, window: int, before: int) -> np.ndarray:
    """Resolve the question of every window at once, by the rule of `Question.resolve`."""
    least = days["trucks"].fillna(0.0).to_numpy()
    sure = (days["state"].eq("counted") & days["trucks"].notna() | days["state"].eq("closed")).to_numpy()
    most = np.where(sure, least, threshold * (window + before))
    met = []
    for series in (least, most):
        spans = np.lib.stride_tricks.sliding_window_view(series, window + before)
        met.append(first_passage(spans[:, before:], definition, threshold, tail=spans[:, :before]) != NEVER)
    return np.where(met[0], YES, np.where(met[1], UNRESOLVED, NO))
