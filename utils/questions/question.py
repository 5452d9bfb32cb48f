"""Questions that resolve: event, unit, source, ties, window and missing days in one object."""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import betaincinv

from ..common.checks import check_choice, check_columns, check_count, check_day, check_flag, check_number, check_type
from ..common.errors import InputError
from ..common.formatting import day_in_words
from ..counts.checks import check_daily
from ..counts.snapshot import Source, settle_counts
from .passage import NEVER, check_paths, first_passage, parse_definition
from .resolution import NO, UNRESOLVED, YES, Resolution, resolve_windows

#: A spread between blocks of less than this part of what it can be at most is none.
TINY = 1e-9


@dataclass(frozen=True)
class PassageForecast:
    """What joint paths give as the answer to a question.

    Attributes
    ----------
    probability : float
        That the question's definition is met within its window: the fraction of the paths that do.
    low, high : float
        Central 90 % interval of the probability: over the blocks of paths, each with one draw of what is not known, and without
        the noise of their finite number of paths.
    curve : pandas.Series
        By day of the window, the probability that the definition has been met by then. It ends at `probability`.
    """

    probability: float
    low: float
    high: float
    curve: pd.Series

    @property
    def never(self) -> float:
        """Probability that the definition is not met within the window."""
        return 1 - self.probability


@dataclass(frozen=True, kw_only=True)
class Question:
    """Will a daily count reach a threshold, or fall below it, before a day?

    The event is that the definition is met, with ``>=`` (or ``<`` if `below`), on a day from `opens` up to `closes`, which itself
    counts only if `inclusive`. A mean or a run that ends in the window may begin before it.

    Attributes
    ----------
    threshold : float
        Counts a day.
    opens, closes : datetime.date
        First day of the window, and the day before which (or by which) the event must come.
    inclusive : bool
        Whether `closes` itself belongs to the window.
    definition : str
        See `utils.questions.passage.parse_definition`.
    below : bool
        Whether the event is that the count falls below the threshold.
    name : str
        Short name, such as "deadline".
    title : str
        What happens on `closes`.
    source, scope : str
        Whose count resolves it, and which part of it: names among `sources`.
    sources : tuple of Source
        Who could resolve it. Where there is none, any name will do and stands for itself.

    Notes
    -----
    Missing days: a closed day has nothing, by its state. A day that is not counted for any other reason could hold any number.
    Since counts are never negative, what was counted gives a lower bound: if that meets the definition the answer is YES
    whatever the missing days were; if it does not, and a missing day could have changed it, the answer is UNRESOLVED and never
    NO. Where the event is to fall below the threshold it is the other way about.

    Examples
    --------
    >>> question = Question(threshold=100, opens="2024-03-01", closes="2024-04-01")
    >>> question.answer(np.full((200, 31), 120)).probability
    1.0
    >>> question.vary(below=True).answer(np.full((200, 31), 120)).probability
    0.0
    """

    threshold: float
    opens: dt.date
    closes: dt.date
    inclusive: bool = False
    definition: str = "day"
    below: bool = False
    name: str = ""
    title: str = ""
    source: str = ""
    scope: str = ""
    sources: tuple[Source, ...] = ()

    def __post_init__(self) -> None:
        parse_definition(self.definition)
        for field in ("name", "title", "source", "scope"):
            check_type(getattr(self, field), str, name=field, mend="give text")
        for field in ("inclusive", "below"):
            object.__setattr__(self, field, check_flag(getattr(self, field), name=field))
        check_type(self.sources, tuple, name="sources", mend="give a tuple of who could resolve the question")
        for source in self.sources:
            check_type(source, Source, name="sources", mend="give a utils.counts.snapshot.Source for each")
        if self.sources:
            check_choice(self.source, [source.name for source in self.sources], name="source")
            check_choice(self.scope, dict(self.counter.scopes), name="scope")
        object.__setattr__(self, "opens", check_day(self.opens, name="opens").date())
        object.__setattr__(self, "closes", check_day(self.closes, name="closes").date())
        check_number(self.threshold, name="threshold", rule=f"a positive number of {self.counter.unit} a day", above=0)
        if len(self.window) < 1:
            raise InputError(f"window from {self.opens} to {self.closes} holds no day; let it close after it opens")

    @property
    def counter(self) -> Source:
        """Who counts."""
        return next((source for source in self.sources if source.name == self.source), Source(self.source))

    @property
    def window(self) -> pd.DatetimeIndex:
        """Days on which the definition may be met."""
        return pd.date_range(self.opens, self.closes, inclusive="both" if self.inclusive else "left", name="date")

    @property
    def lookback(self) -> int:
        """Days before the window that a mean or a run may need."""
        return parse_definition(self.definition).lookback

    @property
    def event(self) -> str:
        """The event in words, to stand after "Do ..." or "probability that ...": "reach 350 a day on any one day"."""
        verb = "fall below" if self.below else "reach"
        return f"{verb} {self.threshold:,.10g} a day {parse_definition(self.definition).words}"

    @property
    def end(self) -> str:
        """The end of the window in words: "before 13 November 2024"."""
        return f"{'by' if self.inclusive else 'before'} {day_in_words(self.closes)}"

    @property
    def words(self) -> str:
        """The question in one sentence."""
        return f"Do {self.counter.describe(self.scope)} {self.event} {self.end}?"

    @property
    def rules(self) -> dict[str, str]:
        """The rules by which the question is answered and resolved, in words, part by part."""
        counter = self.counter
        known = {"count": counter.rule or counter.title, "what is counted": dict(counter.scopes).get(self.scope) or counter.unit}
        return {name: rule for name, rule in known.items() if rule} | {
            "threshold": f"below {self.threshold:,.10g} a day; a tie does not count"
            if self.below
            else f"at least {self.threshold:,.10g} a day; a tie counts",
            "window": f"{day_in_words(self.window[0])} to {day_in_words(self.window[-1])}, {len(self.window)} days",
            "the last date itself": "counts" if self.inclusive else "does not count",
            "reached" if not self.below else "fallen below": parse_definition(self.definition).words,
            "a closed day": f"no {counter.unit}, by its state",
            "a day not counted": "could be anything: if it could decide the question, the question stays unresolved",
        }

    def vary(self, **changes: object) -> Question:
        """Return the same question with other fields, such as ``definition="mean7"``."""
        strange = changes.keys() - {field.name for field in dataclasses.fields(self)}
        if strange:
            raise InputError(
                f"a question has no field {min(strange)}; vary {', '.join(f.name for f in dataclasses.fields(self))}"
            )
        return dataclasses.replace(self, **changes)  # type: ignore[arg-type]

    def answer(self, paths: ArrayLike, *, tail: ArrayLike | None = None, blocks: int = 1) -> PassageForecast:
        """Read the probability and the first-passage curve off joint paths over the window.

        Parameters
        ----------
        paths : array_like of shape (n_paths, len(window))
            Counts a day, one column a day of the window.
        tail : array_like of shape (m,) or (n_paths, m), optional
            The days just before the window.
        blocks : int
            Number of equal consecutive blocks of paths, each with parameters of its own (see `utils.models`).

        Raises
        ------
        InputError
            If the paths do not have a column for each day of the window, or hold what is no count.
        """
        check_count(blocks, name="blocks")
        counts = check_paths(paths, name="paths")
        if counts.shape[1] != len(self.window):
            raise InputError(
                f"paths of shape {counts.shape} do not fit the window of {len(self.window)} days; give one column a day"
            )
        first = first_passage(counts, self.definition, self.threshold, tail=tail, below=self.below)
        met = first != NEVER
        by_day = np.bincount(first[met], minlength=len(self.window))
        probability = float(met.mean())
        # Blocks as numpy.array_split makes them; one pass over all of them takes a fraction of the time.
        starts, sizes = _split_evenly(len(met), min(blocks, len(met)))
        fractions = np.add.reduceat(met, starts, dtype=int) / sizes
        low, high = _interval(fractions, probability=probability, size=len(met) / len(fractions))
        curve = pd.Series(by_day.cumsum() / len(first), self.window, name="probability")
        return PassageForecast(probability, low, high, curve)

    def resolve(self, observed: pd.DataFrame | pd.Series) -> Resolution:
        """Tell from observed days how the question came out, by the rule that answers paths.

        Parameters
        ----------
        observed : pandas.DataFrame or pandas.Series
            Days with `count` and `state`, as in a `Snapshot`; or a daily series of counts, in which NaN means not counted.

        Returns
        -------
        Resolution

        Raises
        ------
        InputError
            If it is no daily count, or has no such columns.
        """
        if isinstance(observed, pd.DataFrame):
            days = check_columns(observed, ("count", "state"), name="observed")
        else:
            days = pd.DataFrame({"count": check_daily(observed, name="observed"), "state": "counted"})
        if not isinstance(days.index, pd.DatetimeIndex) or not days.index.is_unique:
            raise InputError(f"observed is indexed by {days.index.dtype}; index it by day, each once (pandas.to_datetime)")
        span = pd.date_range(self.window[0] - pd.Timedelta(days=self.lookback), self.window[-1])
        days = days.reindex(span)
        [came] = resolve_windows(days, self.definition, self.threshold, length=len(self.window), below=self.below).itertuples()
        missing = tuple(span[settle_counts(days).isna()])
        if came.outcome == YES:
            first = self.window[came.first]
            return Resolution(YES, f"met on {first:%Y-%m-%d}", first, missing)
        if came.outcome == NO:
            known = f"whatever the {len(missing)} not fully counted days were" if missing else "all counted or closed"
            return Resolution(NO, f"not met on any of {len(self.window)} days, {known}", None, missing)
        listed = ", ".join(f"{day:%Y-%m-%d}" for day in missing[:3]) + (", ..." if len(missing) > 3 else "")
        why = f"not met by what was counted, but could have been: {len(missing)} days were not fully counted: {listed}"
        return Resolution(UNRESOLVED, why, None, missing)

    def to_dict(self) -> dict[str, object]:
        """Return the question as plain values, days as ISO text, ready for JSON."""
        return {
            "name": self.name,
            "title": self.title,
            "threshold": self.threshold,
            "below": self.below,
            "opens": f"{self.opens}",
            "closes": f"{self.closes}",
            "inclusive": self.inclusive,
            "definition": self.definition,
            "source": self.source,
            "scope": self.scope,
            "unit": self.counter.unit,
            "words": self.words,
        }


def _split_evenly(length: int, parts: int) -> tuple[np.ndarray, np.ndarray]:
    """Split a length into consecutive parts, sizes a difference of one at most, the larger ones first: their starts and sizes.

    >>> [part.tolist() for part in _split_evenly(7, 3)]
    [[0, 3, 5], [3, 2, 2]]
    """
    sizes = length // parts + (np.arange(parts) < length % parts)
    return np.r_[0, sizes.cumsum()[:-1]], sizes


def _interval(fractions: np.ndarray, *, probability: float, size: float) -> tuple[float, float]:
    """Central 90 % of the blocks' own probabilities, from their fractions of `size` paths each.

    The fractions vary more than the probabilities, by binomial noise. The variance that is left when the expected noise is taken
    away, an estimate by moments as for a beta-binomial law [1]_, is that of a beta law about the probability, whose quantiles are
    the ends. They hold the probability.

    References
    ----------
    .. [1] J. C. Kleinman (1973), Proportions with extraneous variance: single and independent samples, Journal of the American
       Statistical Association 68.
    """
    noise = float((fractions * (1 - fractions)).mean()) / max(size - 1, 1)
    spread = (float(fractions.var(ddof=1)) if len(fractions) > 1 else 0.0) - noise
    most = probability * (1 - probability)
    if spread <= TINY * most:
        return probability, probability
    weight = max(most / spread - 1, TINY)
    low, high = betaincinv(probability * weight, (1 - probability) * weight, [0.05, 0.95])
    return min(float(low), probability), max(float(high), probability)
