"""What the next intervention of a kind would do: the predictive law of a true effect, from few and uncertain measurements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.special import logsumexp, ndtri

from ..common.checks import check_columns, check_count
from ..common.errors import InputError
from .hazards import stratify

#: Scale of the half-normal prior of the true effects' spread about no change, of the log ratio: that an intervention moves the
#: flow by a factor of 1.65 = e^0.5 is ordinary, by 2.7 rare. With the handful of cases that a record holds it matters. Two forms
#: of the law were looked at; the other had a spread of its own between kinds and within them, each with this prior.
PRIOR_SCALE = 0.5

#: Grid of the spread, of the log ratio, and of the part of its square that lies between kinds, of which all are equally likely.
SPREADS, BETWEEN = np.linspace(0.0, 2.0, 41), np.linspace(0.0, 1.0, 11)

#: Draws of a law.
N_DRAWS = 1_000

#: Least variance of an error of measurement: an effect that is stated, not measured, may have none.
TINY = 1e-6


def predict_effects(
    cases: Mapping[str, Sequence[pd.DataFrame]], *, n_draws: int = N_DRAWS, seed: int = 0
) -> dict[str, pd.DataFrame]:
    r"""Draw what the next intervention of each kind would do.

    A measured effect is the true one plus an error of measurement, and the true effects of one kind differ. With the log ratio
    :math:`b_i` of case *i* of kind *k* measured with variance :math:`s_i^2`,

    .. math:: b_i \sim N(\beta_i, s_i^2), \quad \beta_i \sim N(\mu_k, (1-\rho)\sigma^2), \quad \mu_k \sim N(0, \rho\sigma^2):

    :math:`\sigma` is the spread of the true effects about no change, the error of measurement taken out, and :math:`\rho` the
    part of its square that lies between kinds [1]_. The mean of a kind is drawn towards no change. Spread and part are not
    known: they are integrated over a grid, the spread with a half-normal prior (`PRIOR_SCALE`) [2]_. What is drawn is the effect
    :math:`\beta` of a case to come, not the measured effect of one that was.

    Parameters
    ----------
    cases : dict of str to sequence of pandas.DataFrame
        By kind, a table of posterior draws for each of its cases: `log_ratio`, `delay` and `ramp`, as in
        `utils.scenarios.interruptions.Effect`. At least one case in all; a kind may have none, if another has.
    n_draws, seed : int

    Returns
    -------
    dict of str to pandas.DataFrame
        By kind with a case, `n_draws` rows: `log_ratio` by the law, `delay` and `ramp` as measured, each case of the kind
        equally likely.

    References
    ----------
    .. [1] D. B. Rubin (1981), Estimation in parallel randomized experiments, Journal of Educational Statistics 6.
    .. [2] A. Gelman (2006), Prior distributions for variance parameters in hierarchical models, Bayesian Analysis 1.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> measured = pd.DataFrame({"log_ratio": rng.normal(1.0, 0.6, 500), "delay": 0, "ramp": 7})
    >>> law = predict_effects({"opening": [measured]})["opening"]["log_ratio"]
    >>> bool(0 < law.mean() < 1)
    True
    """
    for kind, tables in cases.items():
        for table in tables:
            check_columns(table, ("log_ratio", "delay", "ramp"), name=f"draws of {kind}")
    if not any(len(tables) for tables in cases.values()):
        raise InputError("cases hold no measured intervention; give one at least")
    rng = np.random.default_rng([check_count(seed, name="seed", at_least=0), 7])
    sizes = {kind: np.array([table["log_ratio"].mean() for table in tables]) for kind, tables in cases.items()}
    errors = {kind: np.array([table["log_ratio"].var() for table in tables]) + TINY for kind, tables in cases.items()}
    spread, part = (values.ravel() for values in np.meshgrid(SPREADS, BETWEEN, indexing="ij"))
    between, within = part * spread**2, (1 - part) * spread**2
    log_weight = -0.5 * (spread / PRIOR_SCALE) ** 2
    for kind in cases:
        log_weight += _weigh_grid(sizes[kind], errors[kind], between, within)
    weight = np.exp(log_weight - logsumexp(log_weight))
    laws = {}
    for kind, tables in cases.items():
        if not len(tables):
            continue
        point = np.minimum(np.searchsorted(np.cumsum(weight), stratify(n_draws, rng)), len(weight) - 1)
        precision = 1 / (errors[kind][:, None] + within[point])  # of each case's effect about its kind's mean
        shrunk = between[point] / (1 + between[point] * precision.sum(0))  # posterior variance of the kind's mean
        middle = shrunk * (precision * sizes[kind][:, None]).sum(0)
        measured = pd.concat(tables, ignore_index=True)[["delay", "ramp"]]
        case = np.repeat([1 / len(table) for table in tables], [len(table) for table in tables])
        timing = measured.iloc[rng.choice(len(measured), n_draws, p=case / case.sum())].reset_index(drop=True)
        laws[kind] = timing.assign(log_ratio=middle + np.sqrt(shrunk + within[point]) * ndtri(stratify(n_draws, rng)))
    return laws


def _weigh_grid(sizes: np.ndarray, errors: np.ndarray, between: np.ndarray, within: np.ndarray) -> np.ndarray:
    """Log likelihood of one kind's measurements for variances of shape (n_points,) between and within kinds."""
    variance = errors[:, None] + within
    precision, sums = (1 / variance).sum(0), (sizes[:, None] / variance).sum(0)
    inflated = 1 + between * precision  # the kind's mean, in common to its cases, is integrated out
    square = (sizes[:, None] ** 2 / variance).sum(0) - between * sums**2 / inflated
    return -0.5 * (np.log(variance).sum(0) + np.log(inflated) + square)
