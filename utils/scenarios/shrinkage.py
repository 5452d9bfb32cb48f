"""How far effects lie from no change at all, and what that makes of a single measurement."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from statsmodels.stats.meta_analysis import combine_effects

from .interruptions import Effect


def estimate_spread(effects: Sequence[Effect]) -> float:
    """Estimate how far the true effects of interventions lie from no change: a standard deviation of the log ratio.

    The estimates of a handful of cases lie farther from no change than the effects themselves, since each has an error of its
    own. What is left when that is taken away is the variance between cases of a random-effects meta-analysis, by Paule and
    Mandel's method [1]_, about no change, because rises and falls are both among them.

    References
    ----------
    .. [1] R. C. Paule and J. Mandel (1982), Consensus values and weighting factors, Journal of Research of the National Bureau of
       Standards 87.
    """
    sizes = np.array([effect.draws["log_ratio"].mean() for effect in effects])
    errors = np.array([effect.draws["log_ratio"].var() for effect in effects])
    # each case and its mirror image have the same spread about no change, and a mean of nought
    both = combine_effects(np.concatenate([sizes, -sizes]), np.concatenate([errors, errors]), method_re="iterated")
    return float(np.sqrt(both.tau2))


def shrink_effect(draws: pd.DataFrame, spread: float, *, seed: int = 0) -> pd.DataFrame:
    """Draw an effect anew, as many times, with a size beyond what interventions have done at all taken as unlikely.

    Each draw is kept in proportion to its density under a normal law of the log ratio about no change with the standard deviation
    `spread`: what a measurement leaves open is not filled with doublings and redoublings that nobody has seen.
    """
    size = draws["log_ratio"].to_numpy()
    weight = np.exp(-0.5 * (size / spread) ** 2) if spread > 0 else (np.abs(size) == np.abs(size).min()).astype(float)
    chosen = np.random.default_rng([seed, 7]).choice(len(draws), len(draws), p=weight / weight.sum())
    return draws.iloc[chosen].reset_index(drop=True)
