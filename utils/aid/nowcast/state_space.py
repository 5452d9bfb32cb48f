"""The state-space model of one daily flow on COGAT's basis: states, parameters, steps. `utils.aid.nowcast` describes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from .breaks import BreakLaw
from .inputs import ReadOnly

#: States, in the order of the state vector, and the prior of the first one: mean and standard deviation on the scales of the
#: model, wide next to what the data say.
FIRST = {
    "level": (2.2, 1.0),
    "transient": (0.0, 0.3),
    "friday": (-0.4, 0.3),
    "saturday": (-1.0, 0.6),
    "shut": (-1.0, 0.4),
    "ratio": (-0.1, 0.3),
    "unrwa_friday": (0.0, 0.5),
    "unrwa_saturday": (0.0, 0.5),
    "share": (0.8, 0.3),
    "irregular": (0.0, 1.5),
    "irregular_before": (0.0, 1.5),
}
STATES = tuple(FIRST)
LEVEL, TRANSIENT, FRI, SAT, SHUT, RATIO, UFRI, USAT, SHARE, IRR, IRR1 = range(len(STATES))


class Params(NamedTuple):
    """Parameters of the model: standard deviations a day, `phi` and `lag`. The defaults are orders of magnitude, not estimates.

    Attributes
    ----------
    sd_level, sd_transient : float
        Of the steps of the level and of the transient deviation, log of the root.
    phi : float
        What is left of a transient deviation after a day.
    sd_friday, sd_saturday : float
        Of the steps of the weekday effects.
    sd_ratio, sd_ratio_partial : float
        Of the steps of UNRWA's ratio, before it calls its list partial and since.
    sd_share, phi_share : float
        Of the steps of the humanitarian share, and what is left after a day of its distance from its first mean.
    sd_irregular, sd_unrwa : float
        Of the irregular part of a day and of UNRWA's own noise, root of trucks.
    sd_share_seen : float
        Of the observed share about the share.
    lag : float
        What UNRWA's count of a day has of the irregular part of the day before.
    """

    sd_level: float = 0.03
    sd_transient: float = 0.08
    phi: float = 0.8
    sd_friday: float = 0.02
    sd_saturday: float = 0.04
    sd_ratio: float = 0.02
    sd_ratio_partial: float = 0.04
    sd_share: float = 0.04
    phi_share: float = 0.9
    sd_irregular: float = 1.5
    sd_unrwa: float = 2.0
    sd_share_seen: float = 0.2
    lag: float = 0.2


PARAMS = Params._fields

#: Where the search starts.
START = Params()

#: COGAT's Friday and Saturday effects revert to their first means, half of the way in 46 days: a rhythm that nobody sees for
#: months must not drift without end.
REVERSION = 0.985

#: Degrees of freedom of the daily noises.
DF = 5.0


def make_transition(params: Params, *, partial: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Return what moves the state of a day to the next: the matrix `T`, shape (11, 11), and the variances of `zeta`, shape (11,).

    Parameters
    ----------
    params : Params
    partial : bool
        Whether UNRWA calls its list partial on that day.

    Examples
    --------
    >>> matrix, variances = make_transition(START)
    >>> float(matrix[TRANSIENT, TRANSIENT]), float(variances[SHUT])
    (0.8, 0.0)
    """
    matrix = np.eye(len(STATES))
    matrix[TRANSIENT, TRANSIENT] = params.phi
    matrix[SHARE, SHARE] = params.phi_share
    matrix[FRI, FRI] = matrix[SAT, SAT] = REVERSION
    matrix[IRR, IRR] = matrix[IRR1, IRR1] = 0.0
    matrix[IRR1, IRR] = 1.0
    variances = np.zeros(len(STATES))
    variances[LEVEL] = params.sd_level**2
    variances[TRANSIENT] = params.sd_transient**2
    variances[[FRI, UFRI, USAT]] = params.sd_friday**2
    variances[SAT] = params.sd_saturday**2
    variances[RATIO] = (params.sd_ratio_partial if partial else params.sd_ratio) ** 2
    variances[SHARE] = params.sd_share**2
    variances[IRR] = params.sd_irregular**2
    return matrix, variances


def make_reversion(params: Params) -> np.ndarray:
    """Return the intercept `d` of the states, shape (11,): what draws Friday and Saturday back to their first means.

    >>> pull = make_reversion(START)
    >>> {STATES[place]: round(float(pull[place]), 4) for place in np.flatnonzero(pull)}
    {'friday': -0.006, 'saturday': -0.015, 'share': 0.08}
    """
    intercept = np.zeros(len(STATES))
    intercept[SHARE] = (1 - params.phi_share) * FIRST["share"][0]
    intercept[FRI], intercept[SAT] = ((1.0 - REVERSION) * FIRST[name][0] for name in ("friday", "saturday"))
    return intercept


def map_state(calendar: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows that make `a` and `b` of the state, each (n_days, 11), from Friday, Saturday and shut, (n_days, 3).

    >>> cogat, unrwa = map_state(np.array([[True, False, False]]))
    >>> [[STATES[place] for place in np.flatnonzero(row[0])] for row in (cogat, unrwa)]
    [['level', 'transient', 'friday'], ['level', 'transient', 'ratio', 'unrwa_friday']]
    """
    a_map, b_map = np.zeros((2, len(calendar), len(STATES)))
    friday, saturday, shut = np.asarray(calendar, float).T
    for rows in (a_map, b_map):
        rows[:, [LEVEL, TRANSIENT]] = 1.0
    a_map[:, FRI], a_map[:, SAT], a_map[:, SHUT] = friday, saturday, shut * (1 - saturday)
    b_map[:, UFRI], b_map[:, USAT], b_map[:, RATIO] = friday, saturday, 1.0
    return a_map, b_map


@dataclass(frozen=True, eq=False)
class Start(ReadOnly):
    """The state on the first day of the window, predicted from all days before it, by one vector of parameters.

    Attributes
    ----------
    params : Params
    breaks : BreakLaw
        Of the level's steps.
    mean, cov : ndarray, shapes (11,) and (11, 11)
    """

    params: Params
    breaks: BreakLaw
    mean: np.ndarray
    cov: np.ndarray


@dataclass(frozen=True, eq=False)
class Fit(ReadOnly):
    """The daily model after the last pass.

    Attributes
    ----------
    start : Start
        By the parameters of maximum likelihood.
    starts : tuple of Start
        By draws of the parameters; where they were given instead of estimated, `start` alone.
    path : ndarray, shape (n_days, 2)
        Smoothed `a` and `b`.
    smoothed : ndarray, shape (n_days, 2)
        Mean and standard deviation of the root of the flow; standard deviation 0 where COGAT counted.
    weights : ndarray, shape (n_days, 2)
        Of the irregular part and of UNRWA's noise.
    """

    start: Start
    starts: tuple[Start, ...]
    path: np.ndarray
    smoothed: np.ndarray
    weights: np.ndarray

    @property
    def params(self) -> Params:
        """Parameters of maximum likelihood, or those given."""
        return self.start.params
