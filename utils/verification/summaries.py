"""Average scores by model, with intervals and skill."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..common.checks import check_columns, check_count
from ..common.errors import InputError
from ..questions.base_rate import count_effective
from .plan import COLUMNS
from .resampling import Interval, estimate_mean, estimate_skill, is_rankable

#: Ends of the bands of what statements said; the last one holds certainty.
BANDS = (0.0, 0.1, 0.25, 0.4, 0.6, 0.75, 0.9, 1.0 + 1e-9)


def summarise_scores(
    table: pd.DataFrame,
    *,
    score: str,
    by: Sequence[str] = ("series", "vintage", "horizon"),
    reference: str = "climatology",
    seed: int = 0,
) -> pd.DataFrame:
    """Average a score by model, with its interval, the skill over a reference, and how many windows do not overlap.

    Parameters
    ----------
    table : pandas.DataFrame
        As from `backtest`; choose definitions and thresholds before.
    score : str
        Name of the score.
    by : sequence of str
        Columns that make a cell. It must hold "horizon".
    reference : str
        Model that the skill is measured against, on the same cases.

    Returns
    -------
    pandas.DataFrame
        The columns of `by`, then model, mean, low, high, skill, skill_low, skill_high, cases, effective, and rank: the order in
        the cell by mean, empty where too few windows do not overlap to bear one (`utils.is_rankable`).

    Examples
    --------
    >>> case, origins = dict(series="mill", vintage="final", horizon=30), pd.date_range("2023-01-01", periods=12, freq="30D")
    >>> means = {"climatology": 0.5, "pool": 0.25}
    >>> rows = [case | dict(origin=day, model=m, score="brier", value=mean) for day in origins for m, mean in means.items()]
    >>> summarise_scores(pd.DataFrame(rows), score="brier")[["model", "mean", "skill", "effective", "rank"]].values.tolist()
    [['climatology', 0.5, nan, 12, 2], ['pool', 0.25, 0.5, 12, 1]]
    """
    check_columns(table, (*by, "origin", "model", "score", "value"), name="table")
    check_count(seed, name="seed", at_least=0)
    kept = table[table["score"].eq(score)]
    if kept.empty or "horizon" not in by:
        known = ", ".join(sorted(table["score"].unique()))
        raise InputError(f"score {score!r} by {list(by)}: no such rows, or no horizon among the columns; choose one of {known}")
    rows = []
    for cell, part in kept.groupby(list(by), observed=True):
        wide = part.groupby(["origin", "model"], observed=True)["value"].mean().unstack("model")
        horizon = cell[list(by).index("horizon")]
        for model in wide:
            both = wide[[model]].dropna()
            mean = estimate_mean(both[model], both.index, horizon=horizon, seed=seed)
            row = dict(zip(by, cell, strict=True)) | dict(model=model, mean=mean.mean, low=mean.low, high=mean.high)
            skill = Interval(np.nan, np.nan, np.nan, 0, 0)
            if reference in wide and model != reference and len(pair := wide[[model, reference]].dropna()):
                skill = estimate_skill(pair[model], pair[reference], pair.index, horizon=horizon, seed=seed)
            row |= dict(skill=skill.mean, skill_low=skill.low, skill_high=skill.high)
            rows.append(row | dict(cases=mean.cases, effective=mean.effective))
    result = pd.DataFrame(rows)
    rank = result.groupby(list(by))["mean"].rank(method="min")
    result["rank"] = rank.where(result["effective"].map(is_rankable)).astype("Int64")
    return result


def pair_events(table: pd.DataFrame) -> pd.DataFrame:
    """Put probability and outcome of each event beside each other, a row an event, by origin.

    >>> event = dict.fromkeys(COLUMNS, "") | dict(series="mill", origin=pd.Timestamp("2024-01-01"), horizon=30)
    >>> rows = [event | dict(score=score, value=value) for score, value in (("outcome", 1.0), ("probability", 0.7))]
    >>> pair_events(pd.DataFrame(rows))[["series", "horizon", "outcome", "probability"]].values.tolist()
    [['mill', 30, 1.0, 0.7]]
    """
    check_columns(table, COLUMNS, name="table")
    kept = table[table["score"].isin(["probability", "outcome"])].astype({"score": str})
    keys = [column for column in COLUMNS if column not in ("score", "value")]
    wide = kept.set_index([*keys, "score"])["value"].unstack("score")
    return wide.reset_index().sort_values(["origin", "series", "definition", "threshold"], ignore_index=True)


def summarise_statements(table: pd.DataFrame, *, horizon: int, by: Sequence[str] = ("before",)) -> pd.DataFrame:
    """Hold what statements said against what came, with the number of separate windows behind that.

    Parameters
    ----------
    table : pandas.DataFrame
        As from `utils.forecasts.statements.Statements.state`, of one or more counts.
    horizon : int
        Days from an origin to the end of its window.
    by : sequence of str
        Columns that make a row: "series", "before" (the threshold had been met by the origin), or "band" (of what was said, by
        `BANDS`).

    Returns
    -------
    pandas.DataFrame
        The columns of `by`, then said and came (means), statements, and separate: the most windows that do not overlap, counted
        in each series and summed.

    Examples
    --------
    >>> origins = pd.date_range("2024-01-01", periods=4)
    >>> table = pd.DataFrame(dict(series="a", origin=origins, said=[0.5, 0.4, 0.55, 0.55], came=[True, False, False, False]))
    >>> summarise_statements(table, horizon=3, by=["band"])[["said", "came", "statements", "separate"]].iloc[0].tolist()
    [0.5, 0.25, 4.0, 2.0]
    """
    rows = []
    banded = table.assign(band=pd.cut(table["said"], BANDS, right=False, include_lowest=True))
    for cell, part in banded.groupby(list(by), observed=True):
        separate = sum(count_effective(one["origin"], horizon=horizon) for _, one in part.groupby("series"))
        row = dict(said=part["said"].mean(), came=part["came"].mean(), statements=len(part), separate=separate)
        rows.append(dict(zip(by, cell, strict=True)) | row)
    return pd.DataFrame(rows, columns=[*by, "said", "came", "statements", "separate"])
