"""How long does it take to reconcile, to add a quote, and how does the time grow with the days of history?

    python benchmarks/flow.py

Prints seconds of the processor and, for the growth, the ratio of each doubling: 2 is linear.
"""

from __future__ import annotations

import time

import numpy as np
import pandas as pd

from utils import load_quotes, reconcile
from utils.aid.answers import DRAWS, simulate_ensemble
from utils.aid.nowcast.state_space import fit_daily, prepare_daily
from utils.aid.questions import ASKED, DEADLINE
from utils.models import fit


def measure(work, *, repeats: int = 5) -> float:
    """Median seconds of the processor."""
    seconds = []
    for _ in range(repeats):
        start = time.process_time()
        work()
        seconds.append(time.process_time() - start)
    return float(np.median(seconds))


def main() -> None:
    as_of = f"{ASKED}"
    flow = reconcile(as_of)
    print(f"reconcile, parameters estimated: {measure(lambda: reconcile(as_of)):.2f} s (wanted: under 3)")

    futures = simulate_ensemble("cogat", as_of=as_of)
    gap, horizon = int((futures.index < futures.as_of).sum()), len(futures.index)
    held = load_quotes(as_of=as_of)
    one = held[held["id"].eq(flow.used["id"].iloc[-1])]
    fewer = flow.without_quotes([flow.used.index[-1]])
    fitted = fit(futures.history, recent=flow.draws(DRAWS, days=futures.index[:gap]).to_numpy())

    def add_and_answer():
        more = fewer.with_quotes(one)
        recent = more.draws(DRAWS, days=futures.index[:gap]).to_numpy()
        paths = type(fitted)(**{**vars(fitted), "recent": recent}).simulate(horizon, 10_000, np.random.default_rng(0))
        DEADLINE.answer(paths[:, gap : gap + len(DEADLINE.window)])

    print(f"one quote more, {DRAWS} draws, 10,000 paths, answer: {measure(add_and_answer):.2f} s (wanted: under 0.5)")

    daily, last = flow.daily, None
    print("days of history   smoothing, s   ratio")
    for days in (200, 400, 800, 1600, 3200):
        index = pd.date_range("2020-01-01", periods=days)
        cogat, unrwa, humanitarian = (
            pd.Series(np.resize(values[: daily.listed], days), index)
            for values in (daily.cogat, daily.unrwa, np.minimum(daily.humanitarian, daily.unrwa))
        )
        longer = prepare_daily(cogat, unrwa, humanitarian, partial_from=index[days // 2])
        seconds = measure(lambda longer=longer: fit_daily(longer, params=flow.fit.params), repeats=3)
        print(f"{days:15}   {seconds:12.3f}   {'' if last is None else f'{seconds / last:5.2f}'}")
        last = seconds


if __name__ == "__main__":
    main()
