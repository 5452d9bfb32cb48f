"""Which of two forecasts leads: a rule that was written down before their scores were read.

The plain forecast supposes the least, so it leads unless the other has earned the place. Over the same earlier origins both
scores of the other, Brier and log, must be lower, and the mean difference of the Brier scores must be more than luck: its central
90 % by block bootstrap must lie below zero. With fewer separate windows than bear an interval (`MIN_INTERVAL`) nothing can be
told, and the plain forecast leads. Whichever does, the other stands beside it.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ..common.errors import InputError
from .resampling import Interval, estimate_mean

#: What makes a case: the scores of two forecasts are compared within it.
CASE = ["series", "vintage", "origin", "horizon", "definition", "threshold"]


@dataclass(frozen=True)
class Headline:
    """Which forecast leads, and why.

    Attributes
    ----------
    model : str
        The one that leads.
    brier, log : Interval
        Score of the challenger less that of the plain forecast; below zero the challenger is better.
    why : str
        One sentence.
    """

    model: str
    brier: Interval
    log: Interval
    why: str


def choose_headline(table: pd.DataFrame, *, plain: str, challenger: str, horizon: int, definition: str = "day") -> Headline:
    """Choose which of two forecasts leads, by the rule of this module.

    Parameters
    ----------
    table : pandas.DataFrame
        As from `utils.verification.backtest.backtest`, with both models; all its series and thresholds are averaged.
    plain, challenger : str
        Names of the two models.
    horizon : int
        Days.
    definition : str

    Raises
    ------
    InputError
        If one of the two was not scored at the horizon.

    Examples
    --------
    Twelve months in which the challenger's scores are half as high:

    >>> case = dict(series="mill", vintage="final", horizon=30, definition="day", threshold="60")
    >>> origins = pd.date_range("2023-01-01", periods=12, freq="30D")
    >>> names = [(model, score) for model in ("pool", "scenarios") for score in ("brier", "log")]
    >>> rows = [case | dict(origin=day, model=m, score=s, value=0.1 + 0.1 * (m == "pool")) for day in origins for m, s in names]
    >>> headline = choose_headline(pd.DataFrame(rows), plain="pool", challenger="scenarios", horizon=30)
    >>> print(f"{headline.model}: {headline.why}")
    scenarios: its Brier score is lower by 0.100, more than luck gives, and so is its log score
    """
    differences = {score: _compare(table, score, plain, challenger, horizon, definition) for score in ("brier", "log")}
    brier, log = differences["brier"], differences["log"]
    if pd.isna(brier.high):
        model, why = plain, f"{brier.effective} separate windows of {horizon} days are too few to tell"
    elif brier.high < 0 and log.mean < 0:
        model, why = challenger, f"its Brier score is lower by {-brier.mean:.3f}, more than luck gives, and so is its log score"
    else:
        model, why = plain, f"{challenger} is not better by more than luck: its Brier score differs by {brier.mean:+.3f}"
    return Headline(model, brier, log, why)


def _compare(table: pd.DataFrame, score: str, plain: str, challenger: str, horizon: int, definition: str) -> Interval:
    kept = table[table["score"].eq(score) & table["horizon"].eq(horizon) & table["definition"].eq(definition)]
    paired = kept.pivot_table(index=CASE, columns="model", values="value", observed=True)
    if missing := {plain, challenger} - set(paired):
        raise InputError(f"{sorted(missing)} has no {score} score at {horizon} days; backtest both at that horizon")
    difference = (paired[challenger] - paired[plain]).dropna().sort_index(level="origin")
    origins = pd.DatetimeIndex(difference.index.get_level_values("origin"))
    return estimate_mean(difference.to_numpy(), origins, horizon=horizon)
