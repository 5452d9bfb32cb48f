"""Questions that resolve: event, unit, source, ties, window and missing days in one object, from `seeds/facts.toml`."""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..aid.loaders import SCOPES, SOURCES
from ..common.checks import check_choice, check_day
from ..common.errors import InputError
from ..common.formatting import day_in_words
from .passage import NEVER, first_passage, parse_definition

YES, NO, UNRESOLVED = "YES", "NO", "UNRESOLVED"


@dataclass(frozen=True)
class PassageForecast:
    """What joint paths say of a question.

    Attributes
    ----------
    probability : float
        Share of the paths that meet the question's definition within its window.
    low, high : float
        Central 90 % of that share over the blocks of paths that share one draw of the parameters, without the noise of their
        finite number of paths.
    curve : pandas.Series
        By day of the window, the share of the paths that have met the definition by then. It ends at `probability`.
    """

    probability: float
    low: float
    high: float
    curve: pd.Series

    @property
    def never(self) -> float:
        """Share of the paths that never meet the definition."""
        return 1 - self.probability


@dataclass(frozen=True)
class Resolution:
    """How a question came out.

    Attributes
    ----------
    outcome : {"YES", "NO", "UNRESOLVED"}
    why : str
        One sentence with the day or the days that decide.
    day : pandas.Timestamp or None
        First day, if YES, by which what was counted meets the definition. With missing days before it, it may have been earlier.
    missing : tuple of pandas.Timestamp
        Days of the window, and of those before it that the definition needs, which were neither fully counted nor closed.
    """

    outcome: str
    why: str
    day: pd.Timestamp | None
    missing: tuple[pd.Timestamp, ...]


@dataclass(frozen=True)
class Question:
    """Will the daily number of trucks reach a threshold before a day?

    The event is that the definition is met, with ``>=``, on a day from `opens` up to `closes`, which itself counts only
    if `inclusive`. A mean or a run that ends in the window may begin before it.

    Attributes
    ----------
    name : str
        Short name, such as "deadline".
    title : str
        What happens on `closes`.
    threshold : float
        Trucks/day.
    opens, closes : datetime.date
        First day of the window, and the day before which (or by which) the event must come.
    inclusive : bool
        Whether `closes` itself belongs to the window.
    definition : str
        See `utils.passage.parse_definition`.
    source : {"cogat", "unrwa"}
        Whose count resolves it.
    scope : {"all", "humanitarian"}
        Which trucks.

    Notes
    -----
    Missing days: a closed day counts as no trucks, by its state. A day that is not counted for any other reason
    could hold any number. Since counts are never negative, what was counted gives a lower bound: if that meets the definition
    the answer is YES whatever the missing days were; if it does not, and a missing day could have changed it, the answer
    is UNRESOLVED and never NO.
    """

    name: str
    title: str
    threshold: float
    opens: dt.date
    closes: dt.date
    inclusive: bool = False
    definition: str = "day"
    source: str = "cogat"
    scope: str = "all"

    def __post_init__(self):
        parse_definition(self.definition)
        check_choice(self.source, SOURCES, name="source")
        check_choice(self.scope, SCOPES, name="scope")
        object.__setattr__(self, "opens", check_day(self.opens, name="opens").date())
        object.__setattr__(self, "closes", check_day(self.closes, name="closes").date())
        if not (np.isfinite(self.threshold) and self.threshold > 0):
            raise InputError(f"threshold {self.threshold!r} must be a positive number of trucks per day")
        if len(self.window) < 1:
            raise InputError(f"window from {self.opens} to {self.closes} holds no day; let it close after it opens")

    @property
    def window(self) -> pd.DatetimeIndex:
        """Days on which the definition may be met."""
        return pd.date_range(self.opens, self.closes, inclusive="both" if self.inclusive else "left", name="date")

    @property
    def lookback(self) -> int:
        """Days before the window that a mean or a run may need."""
        return max(parse_definition(self.definition).days - 1, 0)

    @property
    def words(self) -> str:
        """The question in one sentence."""
        count = {"cogat": "trucks by land on COGAT's count", "unrwa": "trucks by land on UNRWA's count"}[self.source]
        if self.scope == "humanitarian":
            count += ", without the private sector,"
        end = f"{'by' if self.inclusive else 'before'} {day_in_words(self.closes)}"
        return f"Do {count} reach {self.threshold:g} a day {parse_definition(self.definition).words} {end}?"

    @property
    def rules(self) -> dict[str, str]:
        """The rules by which the question is answered and resolved, in words, part by part."""
        return {
            "count": {"cogat": "COGAT's, at the border", "unrwa": "UNRWA's, at collection"}[self.source],
            "trucks": {"all": "all by land", "humanitarian": "by land, without the private sector"}[self.scope],
            "threshold": f"at least {self.threshold:g} a day; a tie counts",
            "window": f"{day_in_words(self.window[0])} to {day_in_words(self.window[-1])}, {len(self.window)} days",
            "the last date itself": "counts" if self.inclusive else "does not count",
            "reached": parse_definition(self.definition).words,
            "a closed day": "no trucks, by its state",
            "a day not counted": "could be anything: if it could decide the question, the question stays unresolved",
        }

    def vary(self, **changes) -> Question:
        """Return the same question with other fields, such as ``definition="mean7"``."""
        return dataclasses.replace(self, **changes)

    def answer(self, paths, *, tail=None, blocks: int = 1) -> PassageForecast:
        """Read the probability and the first-passage curve off joint paths over the window.

        Parameters
        ----------
        paths : array_like of shape (n_paths, len(window))
            Trucks/day, one column a day of the window.
        tail : array_like of shape (m,) or (n_paths, m), optional
            The days just before the window.
        blocks : int
            Number of equal consecutive blocks of paths, each with parameters of its own (see `utils.models`).

        Raises
        ------
        InputError
            If the paths do not have a column for each day of the window.
        """
        paths = np.asarray(paths, float)
        if paths.ndim != 2 or paths.shape[1] != len(self.window):
            raise InputError(
                f"paths of shape {paths.shape} do not fit the window of {len(self.window)} days; give one column a day"
            )
        first = first_passage(paths, self.definition, self.threshold, tail=tail)
        reached = first != NEVER
        counts = np.bincount(first[reached], minlength=len(self.window))
        probability = float(reached.mean())
        shares = [block.mean() for block in np.array_split(reached, min(blocks, len(reached)))]
        low, high = _interval(shares, probability=probability, size=len(reached) / len(shares))
        curve = pd.Series(counts.cumsum() / len(first), self.window, name="probability")
        return PassageForecast(probability, low, high, curve)

    def resolve(self, observed) -> Resolution:
        """Tell from observed days how the question came out, by the rule that answers paths.

        Parameters
        ----------
        observed : pandas.DataFrame or pandas.Series
            Days with `trucks` and `state`, as from `load_days`; or a daily series of trucks, in which NaN means not counted.

        Returns
        -------
        Resolution
        """
        days = observed if isinstance(observed, pd.DataFrame) else pd.DataFrame({"trucks": observed, "state": "counted"})
        span = pd.date_range(self.window[0] - pd.Timedelta(days=self.lookback), self.window[-1])
        days = days.reindex(span)
        closed = days["state"].eq("closed")
        sure = days["state"].eq("counted") & days["trucks"].notna() | closed
        # The least that can have been: what was counted (a partial day too, which can only grow), and nothing else.
        least = days["trucks"].fillna(0.0).to_numpy()
        at_least = self._first_day(least)
        missing = tuple(span[~sure])
        if at_least is not None:
            return Resolution(YES, f"met on {at_least:%Y-%m-%d}", at_least, missing)
        most = np.where(sure, least, np.inf)
        if self._first_day(np.where(np.isinf(most), self.threshold * len(span), most)) is None:
            known = f"whatever the {len(missing)} not fully counted days were" if missing else "all counted or closed"
            return Resolution(NO, f"not met on any of {len(self.window)} days, {known}", None, missing)
        listed = ", ".join(f"{day:%Y-%m-%d}" for day in missing[:3]) + (", ..." if len(missing) > 3 else "")
        why = f"not met by what was counted, but could have been: {len(missing)} days were not fully counted: {listed}"
        return Resolution(UNRESOLVED, why, None, missing)

    def _first_day(self, span: np.ndarray) -> pd.Timestamp | None:
        """First passage of one series over the window and the days before it that the definition needs."""
        tail, window = span[: self.lookback], span[self.lookback :]
        index = first_passage(window[None], self.definition, self.threshold, tail=tail)[0]
        return None if index == NEVER else self.window[index]


def _interval(shares: list[float], *, probability: float, size: float) -> tuple[float, float]:
    """Central 90 % of the blocks' own probabilities, from their shares of `size` paths each.

    The shares vary more than the probabilities, by binomial noise. They are drawn together until their variance is what is left
    when the expected noise is taken away, as in a random-effects estimate by moments. The interval holds the probability.
    """
    shares = np.asarray(shares, float)
    spread = shares.var()
    noise = (shares * (1 - shares)).mean() / max(size - 1, 1)
    kept = np.sqrt(max(0.0, 1 - noise / spread)) if spread > 0 else 0.0
    low, high = np.quantile(probability + kept * (shares - shares.mean()), [0.05, 0.95])
    return max(0.0, min(float(low), probability)), min(1.0, max(float(high), probability))
