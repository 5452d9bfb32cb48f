"""What draws of the flow, given all that was ever published, tell of a question where no count does."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...counts.snapshot import FINAL
from ...questions.question import Question
from ...questions.resolution import NO, UNRESOLVED, YES
from ..nowcast.reconcile import reconcile
from ..questions import list_questions
from .evidence import CEASEFIRE, SURE, Verdict


def draw_flows(*, n: int = 2_000, seed: int = 0, ceasefire: pd.Timestamp = CEASEFIRE) -> dict[tuple[str, str], pd.DataFrame]:
    """Draw the days of both windows given all that was ever published, by source and by whether the ceasefire was a break.

    Returns
    -------
    dict of (source, "smooth" or "broken") to pandas.DataFrame
        Draws by day, shape (n, days), trucks/day. "smooth": one flow through the ceasefire, whose level may drift up ahead of it.
        "broken": the days before it are drawn without what was counted from it on. ``attrs["effective"]``: the number of
        separate draws behind them, which the lower bounds among the quotes leave few; ``attrs["evidence"]``: what they
        rest on; ``attrs["quotes"]``: the ids of the quotes among it.
    """
    questions = list_questions()
    last = max(question.window[-1] for question in questions)
    first = min(question.window[0] - pd.Timedelta(days=question.lookback) for question in questions)
    whole, before = reconcile(last + pd.Timedelta(days=1), vintage=FINAL), reconcile(ceasefire, vintage=FINAL)
    smooth = whole.draw_bases(n, days=pd.date_range(first, last), rng=np.random.default_rng([seed, 0]))
    early = before.draw_bases(n, days=pd.date_range(first, before.origin), rng=np.random.default_rng([seed, 1]))
    effective = min(table.attrs["effective"] for table in (*smooth.values(), *early.values()))
    flows = {}
    for source, flow in smooth.items():
        flows[source, "smooth"] = flow
        flows[source, "broken"] = pd.concat([early[source], flow.loc[:, ceasefire:]], axis=1)
    lists = " and ".join(f"{source} {vintage}" for source, vintage in whole.sources.items())
    for flow in flows.values():
        flow.attrs |= dict(effective=effective, evidence=f"draws from lists {lists} and {len(whole.used)} quotes")
        flow.attrs["quotes"] = tuple(whole.used["id"])
    return flows


def estimate_probability(question: Question, flow: pd.DataFrame) -> float:
    """Estimate the probability that a question was met, from draws of the flow by day, shape (n, days)."""
    start = question.window[0] - pd.Timedelta(days=question.lookback)
    paths = flow[pd.date_range(start, question.window[-1])].to_numpy(float)
    return question.answer(paths[:, question.lookback :], tail=paths[:, : question.lookback]).probability


def judge_estimates(smooth: float, broken: float, *, effective: float, evidence: str) -> Verdict:
    """Settle a question by its two estimates, where both are surer than `SURE`.

    Parameters
    ----------
    smooth, broken : float
        Probability that the question was met if the flow ran smoothly through the ceasefire, and if it broke there.
    effective : float
        Separate draws behind them. What was seen in none of m draws may still have a probability of 3 / m: the upper end of a
        95 % interval, by the rule of three [1]_. That much is taken off.
    evidence : str
        What the draws rest on.

    References
    ----------
    .. [1] J. A. Hanley and A. Lippman-Hand (1983), If nothing goes wrong, is everything all right?, JAMA 249.

    Examples
    --------
    >>> judge_estimates(0.0, 0.0, effective=128, evidence="").outcome
    'NO'
    """
    left = 3 / effective
    sure = {YES: min(smooth, broken) - left > SURE, NO: max(smooth, broken) + left < 1 - SURE}
    outcome = next((outcome for outcome, holds in sure.items() if holds), UNRESOLVED)
    why = f"probability {smooth:.3f} if the flow was smooth, {broken:.3f} if it broke at the ceasefire"
    return Verdict(outcome, why, None, (evidence,))
