"""Do the scores change when sarimax is fitted anew at every other origin only, and carried forward in between?

    python benchmarks/refits.py [REFIT ...]

Prints each mean score over both sources, all trucks, with a fit at every origin, by how much it changes with fewer fits, and
the time on one core. A fit carried forward draws its parameters and paths with the numbers of a fit anew, so that the change is
that of the parameters and not of the draws.
"""

from __future__ import annotations

import sys
import time

import pandas as pd

from utils import backtest, load_records
from utils.aid.daily import THRESHOLDS

SCORES = ["brier", "log", "rps", "crps_max", "twcrps", "crps_day", "energy", "variogram"]


def run(refit: int) -> tuple[pd.Series, float]:
    """Return the mean of each score and horizon, and the seconds on one core."""
    start = time.perf_counter()
    table = backtest(load_records(scopes=["all"]), thresholds=THRESHOLDS, models=["sarimax"], refit=refit, cache=None, n_jobs=1)
    kept = table[table["score"].isin(SCORES)].astype({"score": str})
    return kept.groupby(["score", "horizon"])["value"].mean(), time.perf_counter() - start


def main() -> None:
    each, seconds = run(1)
    changes, times, largest = {}, {1: seconds}, {}
    for refit in [int(word) for word in sys.argv[1:]] or [2, 3, 6]:
        mean, times[refit] = run(refit)
        largest[refit] = (mean / each - 1).abs().max()
        changes[f"refit {refit}"] = (mean / each - 1).map("{:+.2%}".format)
    print(pd.DataFrame({"refit 1": each.map("{:.4g}".format), **changes}).to_string())
    for refit, change in largest.items():
        print(f"with a fit at every {refit} origins no score changes by more than {change:.2%}; under 1 % was wanted")
    print("seconds:", ", ".join(f"refit {refit} {seconds:.0f}" for refit, seconds in times.items()))


if __name__ == "__main__":
    main()
