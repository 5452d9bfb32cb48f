"""What draws of the flow, given all that was ever published, tell of a question where no count does."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ...common.errors import InputError
from ...counts.snapshot import FINAL
from ...questions.question import Question
from ...questions.resolution import NO, UNRESOLVED, YES
from ..nowcast.nowcast import Nowcast
from ..nowcast.reconcile import reconcile
from ..questions import list_questions
from .evidence import CEASEFIRE, READINGS, SURE, TRUCE, Verdict
from .months import load_hindsight


def draw_flows(
    whole: Nowcast | None = None, *, n: int = 2_000, seed: int = 0, ceasefire: pd.Timestamp = CEASEFIRE
) -> dict[tuple[str, str], pd.DataFrame]:
    """Draw the days of both windows given all that was ever published, by source and by how the ceasefire is read.

    Parameters
    ----------
    whole : Nowcast, optional
        The flow to the last day of the windows; by default from the last lists and the figures of `load_hindsight`.
    n : int
        Draws.
    seed : int
    ceasefire : day
        From it on the count of the truce is read, or not.

    Returns
    -------
    dict of (source, one of `READINGS`) to pandas.DataFrame
        Draws by day, shape (n, days), trucks/day. ``attrs["effective"]``: the number of separate draws behind them, which the
        lower bounds among the quotes leave few; ``attrs["evidence"]``: what they rest on; ``attrs["quotes"]``: the ids of the
        figures among it.

    Raises
    ------
    InputError
        If `whole` ends before the last window does.

    Examples
    --------
    >>> from utils.aid.loaders import load_quotes
    >>> from utils.aid.nowcast.state_space import START
    >>> truce = load_quotes()[lambda table: table["basis"].eq(TRUCE)]
    >>> flows = draw_flows(reconcile("2025-01-21", vintage=FINAL, quotes=truce, params=START), n=20)
    >>> {reading: bool(flows["cogat", reading][CEASEFIRE].mean() > 350) for reading in READINGS}
    {'smooth': True, 'broken': True, 'apart': False}
    """
    questions = list_questions()
    last = max(question.window[-1] for question in questions)
    first = min(question.window[0] - pd.Timedelta(days=question.lookback) for question in questions)
    days = pd.date_range(first, last)
    whole = whole or reconcile(last + pd.Timedelta(days=1), vintage=FINAL, quotes=load_hindsight())
    if whole.origin < last:
        raise InputError(
            f"whole ends on {whole.origin:%Y-%m-%d}, before the windows do; reconcile as of a day after {last:%Y-%m-%d}"
        )
    others = whole.without_quotes(whole.quotes.index[whole.quotes["basis"].eq(TRUCE)])
    smooth = whole.draw_bases(n, days=days, rng=np.random.default_rng([seed, 0]))
    apart = others.draw_bases(n, days=days, rng=np.random.default_rng([seed, 1]))
    effective = min(table.attrs["effective"] for table in (*smooth.values(), *apart.values()))
    flows: dict[tuple[str, str], pd.DataFrame] = {}
    for source, flow in smooth.items():
        early = apart[source].loc[:, : ceasefire - pd.Timedelta(days=1)]
        broken = pd.concat([early, flow.loc[:, ceasefire:]], axis=1)
        flows |= {(source, reading): one for reading, one in zip(READINGS, (flow, broken, apart[source]), strict=True)}
    lists = " and ".join(f"{source} {vintage}" for source, vintage in whole.sources.items())
    for flow in flows.values():
        flow.attrs |= dict(effective=effective, evidence=f"draws from lists {lists} and {len(whole.used)} quoted figures")
        flow.attrs["quotes"] = tuple(whole.used["id"])
    return flows


def estimate_probability(question: Question, flow: pd.DataFrame) -> float:
    """Estimate the probability that a question was met, from draws of the flow by day, shape (n, days).

    >>> from utils.aid.questions import DEADLINE
    >>> flow = pd.DataFrame([[90.0] * 5, [400.0] * 5, [340.0] * 5, [90.0] * 5], columns=DEADLINE.window)
    >>> estimate_probability(DEADLINE, flow)
    0.25
    """
    start = question.window[0] - pd.Timedelta(days=question.lookback)
    paths = flow[pd.date_range(start, question.window[-1])].to_numpy(float)
    return question.answer(paths[:, question.lookback :], tail=paths[:, : question.lookback]).probability


def judge_estimates(estimates: Mapping[str, float], *, effective: float, evidence: str) -> Verdict:
    """Settle a question by its estimates, where all are surer than `SURE`.

    Parameters
    ----------
    estimates : mapping of str to float
        Probability that the question was met, by each of `READINGS`.
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
    >>> judge_estimates(dict(smooth=0.0, broken=0.0, apart=0.0), effective=128, evidence="").outcome
    'NO'
    """
    left = 3 / effective
    sure = {YES: min(estimates.values()) - left > SURE, NO: max(estimates.values()) + left < 1 - SURE}
    outcome = next((outcome for outcome, holds in sure.items() if holds), UNRESOLVED)
    why = (
        f"probability {estimates['smooth']:.3f} if the flow was smooth, {estimates['broken']:.3f} if it broke at the ceasefire, "
        f"{estimates['apart']:.3f} without the truce's count"
    )
    return Verdict(outcome, why, None, (evidence,))
