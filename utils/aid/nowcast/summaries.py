"""Tables of a nowcast: the flow by day, sums over days, and the state at the origin."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ...common.errors import InputError
from .conditioning import bend_share
from .drawing import lay_paths

if TYPE_CHECKING:
    from .nowcast import Nowcast

#: Seed of the draws behind the tables, and how many they are.
SEED, N_DRAWS = 20241107, 2000

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def _lay_sample(nowcast: Nowcast) -> np.ndarray:
    """Return the nowcast's own sample on COGAT's basis, shape (N_DRAWS, all days), trucks/day."""
    return lay_paths(nowcast, nowcast.sample, "cogat", rng=np.random.default_rng(SEED))


def _summarise(values: np.ndarray, *, ends: tuple[float, float] = (0.05, 0.95)) -> dict[str, float]:
    """Summarise draws, shape (n,): mean, sd, and the quantiles at both ends of an interval."""
    low, high = np.quantile(values, ends)
    return {"mean": values.mean(), "sd": values.std(), "low": low, "high": high}


def summarise_flow(nowcast: Nowcast) -> pd.DataFrame:
    """Summarise the flow by day. See `Nowcast.flow`.

    >>> from utils.aid.nowcast.example import reconcile_example
    >>> nowcast = reconcile_example()
    >>> summarise_flow(nowcast).iloc[[62]][["mean", "sd", "counted"]].to_numpy().tolist()
    [[100.0, 0.0, True]]
    """
    paths = _lay_sample(nowcast)
    columns = {"mean": paths.mean(0), "sd": paths.std(0)}
    columns |= {f"q{100 * level:02.0f}": np.quantile(paths, level, axis=0) for level in QUANTILES}
    return pd.DataFrame(columns | {"counted": np.isfinite(nowcast.daily.cogat)}, index=nowcast.daily.days)


def summarise_sum(nowcast: Nowcast, start: pd.Timestamp, end: pd.Timestamp, *, mean: bool, level: float) -> pd.Series:
    """Summarise the total, or the daily mean, over days. See `Nowcast.summarise_sum`.

    >>> from utils.aid.nowcast.example import reconcile_example
    >>> nowcast = reconcile_example()
    >>> first, last = nowcast.daily.days[59], nowcast.daily.days[62]
    >>> summarise_sum(nowcast, first, last, mean=False, level=0.9).to_dict()
    {'mean': 400.0, 'sd': 0.0, 'low': 400.0, 'high': 400.0}
    """
    daily = nowcast.daily
    days = (daily.days >= start) & (daily.days <= end)
    length = (end - start).days + 1
    if days.sum() != length:
        raise InputError(
            f"{start:%Y-%m-%d} to {end:%Y-%m-%d}: lies outside {daily.days[0]:%Y-%m-%d} to {nowcast.origin:%Y-%m-%d}; "
            "choose days within"
        )
    total = _lay_sample(nowcast)[:, days].sum(1)
    return pd.Series(_summarise(total / (length if mean else 1), ends=((1 - level) / 2, (1 + level) / 2)))


def summarise_state(nowcast: Nowcast) -> pd.DataFrame:
    """Summarise the state at the origin. See `Nowcast.state`.

    >>> from utils.aid.nowcast.example import reconcile_example
    >>> nowcast = reconcile_example()
    >>> summarise_state(nowcast)["mean"].round(1)
    level    108.5
    share      0.6
    ratio      1.0
    week     101.9
    Name: mean, dtype: float64
    """
    week = nowcast.summarise_sum(nowcast.origin - pd.Timedelta(days=6), nowcast.origin, mean=True).to_dict()
    if not len(nowcast.window.days):
        return pd.DataFrame({"week": week}).T
    _, _, b, share, level = nowcast.sample.parts[:, :, -1].T
    friday, saturday, _ = nowcast.daily.calendar[-1]
    draws = {"level": np.exp(2 * level), "share": bend_share(share)[0]}
    if not (friday or saturday):  # on those days b holds UNRWA's weekday effect too
        draws["ratio"] = np.exp(2 * (b - level))
    return pd.DataFrame({name: _summarise(values) for name, values in draws.items()} | {"week": week}).T
