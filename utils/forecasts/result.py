"""An answer, and what it is made of."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field

import pandas as pd

from ..counts.snapshot import Snapshot
from ..questions.base_rate import BaseRate
from ..questions.question import Question
from .statements import Statements
from .track_record import TrackRecord, describe_record, explain_record, measure_track_record


@dataclass(frozen=True)
class Branch:
    """One way in which things may go: which scenarios come within the window, how likely that is, and what follows.

    Attributes
    ----------
    names : tuple of str
        The scenarios that come by the last day of the window; empty where none does.
    probability : float
        Of that.
    probability_if : float
        Probability that the question is met, given that.
    """

    names: tuple[str, ...]
    probability: float
    probability_if: float


@dataclass(frozen=True, eq=False)
class Answer:
    """The answer to a question, as of a day.

    Attributes
    ----------
    question : Question
    as_of, origin : pandas.Timestamp
        The day of the knowledge and the last day whose truth may be used, the day before.
    probability : float
        Of the event: the fraction of the simulated paths that meet the question.
    low, high : float
        Central 90 % of that fraction over the blocks of paths: members of a pool, or draws of the parameters.
    curve : pandas.Series
        Probability that the definition has been met by each day of the window.
    baselines : dict of str to float
        Probabilities of the plain baselines.
    base_rate : BaseRate
    model : str
    n_paths : int
    vintage : {"real-time", "final"}
        Whether it rests on lists published by the day, or on the last ones, cut at the origin.
    vintages : tuple of str
        Days on which the vintages of the source's list had been published.
    init : {"nowcast", "list"}
        Whether the paths start from a nowcast, or from the source's list alone.
    nowcast_vintages : dict of str to str
        With a nowcast: newest vintage of each list in it.
    quotes : tuple of str
        With a nowcast: ids of the quoted figures in it.
    last_counted : pandas.Timestamp
        Last counted day at hand.
    past : tuple of Snapshot or Statements
        What the track record goes over: the count itself first, then others as like it as may be.
    branches : tuple of Branch
        With scenarios: the ways that `probability` is made of, as the sum of their products. Empty without scenarios.
    """

    question: Question
    as_of: pd.Timestamp
    origin: pd.Timestamp
    probability: float
    low: float
    high: float
    curve: pd.Series
    baselines: dict[str, float]
    base_rate: BaseRate
    model: str
    n_paths: int
    vintage: str
    vintages: tuple[str, ...]
    init: str
    nowcast_vintages: dict[str, str]
    quotes: tuple[str, ...]
    last_counted: pd.Timestamp
    past: tuple[Snapshot | Statements, ...] = field(repr=False)
    branches: tuple[Branch, ...] = ()

    @property
    def never(self) -> float:
        """Probability that the definition is not met within the window."""
        return 1 - self.probability

    @property
    def track_record(self) -> TrackRecord | str:
        """How often such statements came true, or why that cannot be told: measured when asked for, the same each time."""
        return measure_track_record(self.past, self.question, as_of=self.as_of, probability=self.probability, model=self.model)

    def explain_record(self) -> list[str]:
        """Say in sentences how often such statements came true, which these are, and in what they differ from the answer."""
        record = self.track_record
        if isinstance(record, str):
            return [record]
        differs = dict(nowcast=self.init == "nowcast", shifted=bool(self.branches))
        return [describe_record(record), *explain_record(record, self.question, **differs)]

    def to_dict(self) -> dict[str, object]:
        """Return the answer as plain values, days as ISO text, ready for JSON."""
        record = self.track_record
        return dict(
            question=self.question.to_dict(),
            source=self.question.source,
            scope=self.question.scope,
            definition=self.question.definition,
            as_of=f"{self.as_of:%Y-%m-%d}",
            origin=f"{self.origin:%Y-%m-%d}",
            probability=self.probability,
            interval=[self.low, self.high],
            never=self.never,
            first_passage={f"{day:%Y-%m-%d}": float(value) for day, value in self.curve.items()},
            baselines=self.baselines,
            base_rate=dataclasses.asdict(self.base_rate),
            model=self.model,
            n_paths=self.n_paths,
            vintage=self.vintage,
            vintages=list(self.vintages),
            init=self.init,
            nowcast_vintages=self.nowcast_vintages,
            quotes=list(self.quotes),
            last_counted=f"{self.last_counted:%Y-%m-%d}",
            branches=[dataclasses.asdict(branch) for branch in self.branches],
            track_record=None if isinstance(record, str) else record.to_dict(),
            no_track_record=record if isinstance(record, str) else None,
        )
