"""The nowcast: one daily flow as known on a day. Drawing and summarising are in `drawing.py` and `summaries.py`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from ...common.checks import check_count, check_day, check_generator
from ...common.errors import LookaheadError
from . import drawing, summaries
from .conditioning import Posterior, solve_quotes
from .contributions import find_contributions
from .inputs import Daily
from .quotes import MADE, select_quotes
from .state_space import Fit
from .window import Window, carry_forward


@dataclass(frozen=True, eq=False)
class Nowcast:
    """One daily flow on COGAT's basis, as known on a day. Nothing that it hands out can change it.

    Attributes
    ----------
    as_of : pandas.Timestamp or None
        The day of the knowledge; None if it is everything ever published.
    daily : Daily
        Input, cut at the origin.
    fit : Fit
    window : Window
        The days since COGAT's list ended, by the filter alone.
    posterior : Posterior
        The same days given all observations.
    """

    as_of: pd.Timestamp | None
    daily: Daily
    fit: Fit
    window: Window
    _quotes: pd.DataFrame
    posterior: Posterior
    _sources: tuple[tuple[str, str], ...] = ()

    @cached_property
    def windows(self) -> tuple[Window, ...]:
        """The window by each vector of parameters that the draws have."""
        return tuple(carry_forward(self.daily, self.fit, start) for start in self.fit.starts)

    @property
    def origin(self) -> pd.Timestamp:
        """Last day of the flow."""
        return self.daily.days[-1]

    @property
    def sources(self) -> dict[str, str]:
        """Vintage of each list, where known."""
        return dict(self._sources)

    @property
    def quotes(self) -> pd.DataFrame:
        """What had been published, with the columns of `classify_quotes` and `binds`."""
        return self._quotes.copy()

    @property
    def used(self) -> pd.DataFrame:
        """The quotes that are observations of this flow, with how they are used."""
        return self._quotes[self._quotes["use"].ne("apart")]

    def draws(
        self,
        n: int,
        *,
        days: int | pd.DatetimeIndex = 60,
        rng: np.random.Generator | int | None = None,
        basis: str = "cogat",
        whole: bool = True,
    ) -> pd.DataFrame:
        """Draw joint paths of the recent past on one basis; parameters and result as for `draw_bases`."""
        return self.draw_bases(n, days=days, rng=rng, bases=(basis,), whole=whole)[basis]

    def draw_bases(
        self,
        n: int,
        *,
        days: int | pd.DatetimeIndex = 60,
        rng: np.random.Generator | int | None = None,
        bases: Sequence[str] = drawing.BASES,
        whole: bool = True,
    ) -> dict[str, pd.DataFrame]:
        """Draw joint paths of the recent past on several bases.

        Parameters
        ----------
        n : int
        days : int or pandas.DatetimeIndex
            The last so many days up to the origin, or these days.
        rng : numpy.random.Generator or int, optional
        bases : sequence of {"cogat", "unrwa"}
            Whose counts. Days that the source counted are what it counted.
        whole : bool
            Whole trucks; the rounding is carried from day to day, so that a sum over days is off by less than one truck.

        Returns
        -------
        dict of str to pandas.DataFrame
            By basis, each of shape (n, n_days), trucks/day, not negative; columns are days. Row for row of one flow.
            ``attrs["effective"]``: how many separate draws are behind them, which lower bounds among the quotes may leave few.
            ``attrs["parameters"]``: the place in `windows` of each draw's parameter vector. They are mixed at random, so that any
            run of consecutive draws is spread over all of them.

        Raises
        ------
        InputError
            If hardly a draw meets the quotes and their bounds, a basis is unknown, or rng is neither.
        """
        n, rng = check_count(n, name="n"), check_generator(rng, name="rng")
        return drawing.draw_bases(self, n, days=days, rng=rng, bases=bases, whole=whole)

    @cached_property
    def sample(self) -> drawing.Sample:
        """2,000 draws of the window's parts with a fixed seed, for the tables; read-only."""
        sample = drawing.draw_parts(self, n=summaries.N_DRAWS, rng=np.random.default_rng(summaries.SEED))
        sample.parts.flags.writeable = False
        return sample

    @property
    def flow(self) -> pd.DataFrame:
        """Mean, standard deviation and quantiles by day, trucks/day; `counted` tells whether COGAT's list has the day."""
        return self._flow.copy()

    @cached_property
    def _flow(self) -> pd.DataFrame:
        return summaries.summarise_flow(self)

    @property
    def state(self) -> pd.DataFrame:
        """State at the origin: mean, sd and 90 % interval.

        `level`: an ordinary weekday's flow without its irregular part, trucks/day. `week`: mean flow of the last seven days.
        `ratio`: UNRWA/COGAT without weekday. `share`: humanitarian share of UNRWA's count.
        """
        return self._state.copy()

    @cached_property
    def _state(self) -> pd.DataFrame:
        return summaries.summarise_state(self)

    @property
    def contributions(self) -> pd.DataFrame:
        """Where the level at the origin comes from: one row a month of a list, or a quote. See `find_contributions`."""
        return self._contributions.copy()

    @cached_property
    def _contributions(self) -> pd.DataFrame:
        return find_contributions(self)

    def summarise_sum(self, start: object, end: object, *, mean: bool = False, level: float = 0.9) -> pd.Series:
        """Summarise the total (or the daily mean) over days: mean, sd, lower and upper end of the central interval, trucks.

        Raises
        ------
        InputError
            If a day lies outside the flow.
        """
        first, last = check_day(start, name="start"), check_day(end, name="end")
        return summaries.summarise_sum(self, first, last, mean=mean, level=level)

    def with_quotes(self, more: pd.DataFrame) -> Nowcast:
        """Add quotes and condition again; the filter is not run.

        Parameters
        ----------
        more : pandas.DataFrame
            Rows as `load_quotes` gives them.

        Raises
        ------
        LookaheadError
            If one was published after `as_of`.
        """
        if self.as_of is not None and (more["published"] > self.as_of).any():
            raise LookaheadError(
                f"quote published {more['published'].max():%Y-%m-%d}: after {self.as_of:%Y-%m-%d}, the day of the knowledge; "
                "reconcile as of a later day"
            )
        return self._given(pd.concat([self._raw, more], ignore_index=True) if len(self._quotes) else more)

    def without_quotes(self, index: Sequence[int] | pd.Index) -> Nowcast:
        """Leave quotes out by their index in `quotes` and condition again; the filter is not run."""
        return self._given(self._raw.drop(index=index))

    @property
    def _raw(self) -> pd.DataFrame:
        """The quotes without what was added to them."""
        return self._quotes.drop(columns=list(MADE))

    def _given(self, quotes: pd.DataFrame) -> Nowcast:
        """Condition on other quotes, as `load_quotes` gives them."""
        table = select_quotes(quotes, self.daily, as_of=self.as_of)
        table, posterior = solve_quotes(self.daily, self.fit, self.window, table)
        return replace(self, _quotes=table, posterior=posterior)
