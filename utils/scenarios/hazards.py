"""How often something comes, and what it does when it has come: rates and scenarios."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import gammaincinv

from ..common.checks import check_columns, check_count, check_number, check_type, is_number, show_value
from ..common.errors import InputError

#: What the draws of an effect hold.
DRAWN = ("log_ratio", "delay", "ramp")


@dataclass(frozen=True)
class InterventionRate:
    """How often a kind of intervention came in the past, by Jeffreys' rule for a Poisson rate.

    With k interventions in T days the rate a day is Gamma(k + 1/2, T) [1]_: never zero, and wide where little was seen.

    Attributes
    ----------
    kind : str
        What kind it is, in a word.
    count, days : int
        k and T: interventions, and days in which they were counted.

    References
    ----------
    .. [1] H. Jeffreys (1961), Theory of Probability, 3rd edition, section 3.3.
    """

    kind: str
    count: int
    days: int

    def __post_init__(self) -> None:
        check_count(self.count, name=f"count of {self.kind!r}", at_least=0)
        check_count(self.days, name=f"days of {self.kind!r}")

    @property
    def per_day(self) -> float:
        """Mean rate, interventions a day."""
        return (self.count + 0.5) / self.days

    @property
    def interval(self) -> tuple[float, float]:
        """Central 90 % of the rate, interventions a day."""
        low, high = gammaincinv(self.count + 0.5, [0.05, 0.95]) * (1 / self.days)
        return float(low), float(high)

    def probability(self, days: int) -> float:
        """Probability of one or more within the next `days` days, the rate being no better known than this."""
        return 1 - (self.days / (self.days + days)) ** (self.count + 0.5)


@dataclass(frozen=True)
class Scenario:
    """Something that may come and would shift the flow.

    Attributes
    ----------
    name : str
    hazard : float, (float, float), InterventionRate or pandas.Series
        The probability a day that it comes, if it has not come: a number from 0 to 1; a range (low, high), as
        elicited from a person, of which all values are equally likely on a log scale; a rate counted in the past, with its
        uncertainty; or, indexed by day, the probability that it comes on that day. What these leave to 1 is the probability
        that it does not come.
    effect : pandas.DataFrame
        Draws of what it does: `log_ratio`, the log of the flow at full effect over the flow without it; `delay`, days until the
        effect begins; `ramp`, days from there to full effect. See `utils.scenarios.interruptions.Effect`.
    duration : int, optional
        Days after which the effect ends at once; by default it stays.
    excludes : tuple of str
        Names of scenarios that cannot come after this one, nor this one after them.
    stated : bool
        Whether the effect is a person's own statement. It is then taken at its word: it may lead above the ceiling of the paths,
        as an effect that was measured may not.
    """

    name: str
    hazard: float | tuple[float, float] | InterventionRate | pd.Series
    effect: pd.DataFrame
    duration: int | None = None
    excludes: tuple[str, ...] = ()
    stated: bool = False

    def __post_init__(self) -> None:
        check_type(self.name, str, name="name", mend="name the scenario in a word")
        draws = check_columns(self.effect, DRAWN, name=f"effect of {self.name!r}")[list(DRAWN)]
        if (
            draws.empty
            or not all(map(pd.api.types.is_numeric_dtype, draws.dtypes))
            or not np.isfinite(draws.to_numpy(float)).all()
        ):
            raise InputError(f"effect of {self.name!r} needs finite draws of log_ratio, delay and ramp; see utils.scenarios")
        if self.duration is not None:
            check_count(self.duration, name=f"duration in days of {self.name!r}")
        check_type(self.excludes, tuple, name=f"excludes of {self.name!r}", mend="give a tuple of names")
        self._check_hazard()

    def _check_hazard(self) -> None:
        named, hazard = f"hazard of {self.name!r}", self.hazard
        if isinstance(hazard, pd.Series):
            if not pd.api.types.is_numeric_dtype(hazard) or not isinstance(hazard.index, pd.DatetimeIndex):
                raise InputError(f"{named} holds {hazard.dtype} by {hazard.index.dtype}; give a probability by day")
            values = hazard.to_numpy(float)
            if not (values >= 0).all() or values.sum() > 1 + 1e-9:
                raise InputError(f"{named} by day sums to {values.sum():g}; give each day 0 or more, and 1 in all at most")
        elif isinstance(hazard, tuple):
            rule = "a range with 0 < low <= high <= 1 a day"
            low, high = (is_number(end, above=0, high=1) for end in hazard) if len(hazard) == 2 else (False, False)
            if not (low and high and hazard[0] <= hazard[1]):
                raise InputError(f"{named} {show_value(hazard)} must be {rule}")
        elif not isinstance(hazard, InterventionRate):
            check_number(hazard, name=named, rule="a probability a day from 0 to 1", low=0, high=1)

    def draw_arrivals(self, days: pd.DatetimeIndex, block: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Draw on which of the days it comes, as if alone: an index into `days` for each path, len(days) for not within them.

        Parameters
        ----------
        days : pandas.DatetimeIndex
        block : ndarray of int, shape (n_paths,)
            Number of the block of each path, from 0: all paths of a block share one draw of a hazard that is not known.
        rng : numpy.random.Generator
            The draws are stratified: the fraction of paths on which it has come by a day is that of a known hazard to within
            1/n_paths. The same generator gives the same paths an earlier day under a higher hazard.
        """
        n_paths, n_blocks = len(block), int(block.max()) + 1
        uniform = stratify(n_paths, rng)
        if isinstance(self.hazard, pd.Series):
            by_day = self.hazard.copy()
            by_day.index = pd.DatetimeIndex(by_day.index)
            if len(by_day) and by_day.index.min() < days[0]:
                raise InputError(
                    f"hazard of {self.name!r} names {by_day.index.min():%Y-%m-%d}, before {days[0]:%Y-%m-%d}, the first day that "
                    "is still to come; leave out what has passed"
                )
            come_by = by_day.reindex(days).fillna(0.0).cumsum().to_numpy()
            return np.searchsorted(come_by, uniform, side="right")
        if isinstance(self.hazard, InterventionRate):
            rate = gammaincinv(self.hazard.count + 0.5, stratify(n_blocks, rng)[block]) * (1 / self.hazard.days)
            stays = -rate
        else:
            low, high = self.hazard if isinstance(self.hazard, tuple) else (self.hazard, self.hazard)
            hazard = low * (high / low) ** stratify(n_blocks, rng)[block] if low < high else np.full(n_paths, float(low))
            with np.errstate(divide="ignore"):
                stays = np.log1p(-hazard)  # log of the probability that a day passes without it
        with np.errstate(divide="ignore", invalid="ignore"):
            waits = np.floor(np.log1p(-uniform) / stays)
        return np.where(stays == 0, len(days), np.minimum(waits, len(days))).astype(int)


def stratify(n: int, rng: np.random.Generator) -> np.ndarray:
    """Draw n uniform numbers, one in each n-th of (0, 1), in random order.

    >>> np.floor(np.sort(stratify(4, np.random.default_rng(0))) * 4).tolist()
    [0.0, 1.0, 2.0, 3.0]
    """
    return (rng.permutation(n) + rng.random(n)) / n
