"""How long does a nowcast take, how long does one quote more, and how does the time grow with the days of history?

    python benchmarks/flow.py

Prints seconds of the processor and, for the growth, the ratio of each doubling: 2 is linear.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

from utils import DEADLINE, load_quotes, reconcile
from utils.aid.nowcast.fitting import fit_daily
from utils.aid.nowcast.inputs import prepare_daily
from utils.aid.questions import ASKED
from utils.aid.snapshots import load_snapshot
from utils.models import fit, prepare_history

N_DRAWS, N_PATHS = 1_000, 10_000


def measure(work: Callable[[], object], *, repeats: int = 5) -> float:
    """Measure median seconds of the processor."""
    seconds = []
    for _ in range(repeats):
        start = time.process_time()
        work()
        seconds.append(time.process_time() - start)
    return float(np.median(seconds))


def main() -> None:
    """Print the times."""
    nowcast = reconcile(ASKED)
    print(f"reconcile, parameters estimated: {measure(lambda: reconcile(ASKED)):.2f} s (wanted: under 3)")

    snapshot = load_snapshot("cogat", as_of=ASKED, init="list")
    index = pd.date_range(snapshot.history.index[-1], DEADLINE.window[-1], inclusive="right")
    gap = index[index < snapshot.as_of]
    last = nowcast.used.iloc[-1]
    quote = load_quotes(as_of=ASKED).query("id == @last.id")
    fewer = nowcast.without_quotes([last.name])

    def draw(one) -> np.ndarray:
        return one.draws(N_DRAWS, days=gap, rng=0).to_numpy()

    fitted = fit(prepare_history(snapshot.history, nowcast=draw(nowcast), closed=snapshot.closed))

    def add_and_answer() -> None:
        paths = replace(fitted, nowcast=draw(fewer.with_quotes(quote))).simulate(len(index), N_PATHS, np.random.default_rng(0))
        DEADLINE.answer(paths[:, len(gap) :])

    print(f"one quote more, {N_DRAWS:,} draws, {N_PATHS:,} paths, answer: {measure(add_and_answer):.2f} s (wanted: under 0.5)")

    daily, before = nowcast.daily, None
    print("days of history   smoothing, s   ratio")
    for days in (200, 400, 800, 1600, 3200):
        index = pd.date_range("2020-01-01", periods=days)
        cogat, unrwa, humanitarian = (
            pd.Series(np.resize(values[: daily.listed], days), index)
            for values in (daily.cogat, daily.unrwa, np.minimum(daily.humanitarian, daily.unrwa))
        )
        longer = prepare_daily(cogat, unrwa, humanitarian, partial_from=index[days // 2])
        seconds = measure(lambda longer=longer: fit_daily(longer, params=nowcast.fit.params), repeats=3)
        print(f"{days:15}   {seconds:12.3f}   {'' if before is None else f'{seconds / before:5.2f}'}")
        before = seconds


if __name__ == "__main__":
    main()
