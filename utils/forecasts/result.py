"""An answer, and what it is made of."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import pandas as pd

from ..questions.base_rate import BaseRate
from ..questions.question import Question


@dataclass(frozen=True)
class Branch:
    """One way in which things may go: which scenarios come within the window, how likely that is, and what follows.

    Attributes
    ----------
    names : tuple of str
        The scenarios that come by the last day of the window; empty where none does.
    share : float
        Probability of that: the share of the paths.
    reach : float
        Probability that the question is met, given that: the share of those paths.
    """

    names: tuple[str, ...]
    share: float
    reach: float


@dataclass(frozen=True)
class Answer:
    """What is said of a question, as of a day.

    Attributes
    ----------
    question : Question
    as_of, origin : pandas.Timestamp
        The day of the knowledge and the last day whose truth may be used, the day before.
    probability : float
        Share of the simulated paths that meet the question.
    low, high : float
        Central 90 % of that share over the blocks of paths: members of a pool, or draws of the parameters.
    curve : pandas.Series
        Probability that the definition has been met by each day of the window.
    baselines : dict of str to float
        Probabilities of the plain baselines.
    base_rate : BaseRate
    model : str
    n_paths : int
    hindsight : bool
    vintages : tuple of str
        Days on which the vintages of the source's list had been published.
    start : {"flow", "list"}
        Whether the paths start from both counts and the quotes read as one flow, or from the source's list alone.
    flow_vintages : dict of str to str
        With the flow: newest vintage of each list in it.
    quotes : tuple of str
        With the flow: ids of the quotes in it (`utils.load_quotes`).
    last_known : pandas.Timestamp
        Last counted day at hand.
    branches : tuple of Branch
        With scenarios: the ways that `probability` is made of, as the sum of share times reach. Empty without scenarios.
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
    hindsight: bool
    vintages: tuple[str, ...]
    start: str
    flow_vintages: dict[str, str]
    quotes: tuple[str, ...]
    last_known: pd.Timestamp
    branches: tuple[Branch, ...] = ()

    @property
    def never(self) -> float:
        """Probability that the definition is not met within the window."""
        return 1 - self.probability

    def to_dict(self) -> dict:
        """Return the answer as plain values, days as ISO text, ready for JSON."""
        question = dataclasses.asdict(self.question)
        question.update(opens=f"{self.question.opens}", closes=f"{self.question.closes}", words=self.question.words)
        return dict(
            question=question,
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
            hindsight=self.hindsight,
            vintages=list(self.vintages),
            start=self.start,
            flow_vintages=self.flow_vintages,
            quotes=list(self.quotes),
            last_known=f"{self.last_known:%Y-%m-%d}",
            branches=[dataclasses.asdict(branch) for branch in self.branches],
        )
