"""Joint sample paths of the days to come, as of a day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..aid.nowcast.reconciled import Reconciled
from ..common.checks import check_day
from ..common.errors import InputError, LookaheadError
from ..counts.snapshot import usable_history
from ..models import BLOCKS
from ..questions.question import PassageForecast, Question


@dataclass(frozen=True)
class Ensemble:
    """Joint ensemble of one source, as of a day.

    Attributes
    ----------
    paths : ndarray of shape (n_paths, len(index))
        Trucks/day on the days after the last one whose count was known.
    index : pandas.DatetimeIndex
        The simulated days. It starts before the as-of day where reports are late: the gap is simulated too.
    days : pandas.DataFrame
        The days up to the origin, with trucks and state, as known.
    as_of : pandas.Timestamp
    hindsight : bool
        Whether the last vintages, cut at the origin, stand in for those of the day.
    model : str
    reconciled : Reconciled or None
        Both counts and the quotes as one flow, if the paths start from it.
    """

    paths: np.ndarray
    index: pd.DatetimeIndex
    days: pd.DataFrame
    as_of: pd.Timestamp
    hindsight: bool
    model: str
    reconciled: Reconciled | None

    @property
    def history(self) -> pd.Series:
        """Counted days up to the last one known: what the forecaster was fitted to."""
        return usable_history(self.days)

    def over(self, question: Question) -> tuple[np.ndarray, np.ndarray]:
        """Cut out the question's window, shape (n_paths, days), and the days before it that its definition needs.

        Days of the window that were known by then keep their counts; a day before the first simulated one that was not
        counted gives no trucks, the least it can have been.
        """
        simulated = tuple(self.days.attrs.get(key) for key in ("source", "scope"))
        if simulated not in ((None, None), (question.source, question.scope)):
            raise InputError(
                f"the paths are of {' '.join(simulated)}, the question of {question.source} {question.scope}; "
                "simulate the source and scope that resolve the question"
            )
        if question.window[-1] > self.index[-1]:
            raise InputError(
                f"closes {question.closes} needs days to {question.window[-1]:%Y-%m-%d}, but the paths end on "
                f"{self.index[-1]:%Y-%m-%d}; simulate until then"
            )
        start = question.window[0] - pd.Timedelta(days=question.lookback)
        known = pd.date_range(start, self.index[0] - pd.Timedelta(days=1))
        past = self.days["trucks"].reindex(known).fillna(0.0).to_numpy()
        future = self.paths[:, self.index.get_indexer(pd.date_range(max(start, self.index[0]), question.window[-1]))]
        whole = np.concatenate([np.broadcast_to(past, (len(future), len(past))), future], axis=1)
        return whole[:, question.lookback :], whole[:, : question.lookback]

    def answer(self, question: Question) -> PassageForecast:
        """Read the question's probability and curve off the paths."""
        window, tail = self.over(question)
        return question.answer(window, tail=tail, blocks=BLOCKS)


def check_origin(days: pd.DataFrame | pd.Series, *, as_of) -> None:
    """Raise `LookaheadError` if anything at hand is dated on or after the as-of day."""
    as_of = check_day(as_of, name="as_of")
    last = days.dropna(how="all").index.max()
    if pd.isna(last):
        raise InputError(f"history as of {as_of:%Y-%m-%d} holds no day; give one that begins before it")
    if last >= as_of:
        raise LookaheadError(
            f"history holds {last:%Y-%m-%d}, which lies after the origin {as_of - pd.Timedelta(days=1):%Y-%m-%d}; "
            "cut it there, or ask as of a later day"
        )
