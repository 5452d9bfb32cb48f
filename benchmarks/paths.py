"""How long joint paths take, as ratios measured in one run, and whether the promised ones hold.

Each contestant is timed in turn, round after round, and the medians are compared: what else the machine does then hits all alike.
The promise, over 74 days: paths of SARIMAX take at most three times as long as as many normal numbers, and those of the default,
a pool, at most four times.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from utils.aid.daily import load_daily, load_days
from utils.aid.loaders import list_vintages
from utils.aid.paths import DATA
from utils.counts.snapshot import usable_history
from utils.models import fit_pool, fit_sarimax, make_regressors

AT_MOST = {"sarimax": 3.0, "the pool": 4.0}
HORIZON = 74


def time_interleaved(contestants: dict[str, Callable[[], object]], *, repeats: int) -> dict[str, float]:
    """Time each contestant `repeats` times in turn, after one turn that is not counted.

    Returns
    -------
    dict of str to float
        Median seconds by name.
    """
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    for turn in range(repeats + 1):
        for name, run in contestants.items():
            start = time.perf_counter()
            run()
            if turn:
                seconds[name].append(time.perf_counter() - start)
    return {name: statistics.median(values) for name, values in seconds.items()}


def measure(*, n_paths: int, n_theirs: int, repeats: int) -> pd.DataFrame:
    """Measure paths, fit and loading.

    Returns
    -------
    pandas.DataFrame
        A row a contestant: what, seconds (median), against (what it is compared with), ratio.
    """
    history = usable_history(load_days("unrwa", as_of="2024-11-08"))
    fitted, pool = fit_sarimax(history), fit_pool(history)
    days = pd.date_range(history.index[-1], periods=HORIZON + 1)[1:]
    exog = make_regressors(days, closed=fitted.closed)
    table = DATA / list_vintages("unrwa")["path"].iloc[-1]
    rng = np.random.default_rng(0)

    def simulate_theirs():
        return fitted.results.simulate(HORIZON, anchor="end", repetitions=n_theirs, exog=exog, rng=rng)

    def read_table():
        return pd.read_csv(table, parse_dates=["date"], date_format="%Y-%m-%d")

    paths = time_interleaved(
        {
            "normal": lambda: rng.standard_normal((n_paths, HORIZON)),
            "ours": lambda: fitted.simulate(HORIZON, n_paths, rng),
            "pool": lambda: pool.simulate(HORIZON, n_paths, rng),
            "ours, few": lambda: fitted.simulate(HORIZON, n_theirs, rng),
            "theirs, few": simulate_theirs,
        },
        repeats=repeats,
    )
    other = time_interleaved(
        {
            "read": read_table,
            "load": lambda: load_daily("unrwa"),
            "fit": lambda: fit_sarimax(history),
            "fit pool": lambda: fit_pool(history),
        },
        repeats=max(3, repeats // 2),
    )
    numbers, few = f"{n_paths:,} x {HORIZON}", f"{n_theirs:,} x {HORIZON}"
    rows = [
        (f"normal numbers, {numbers}", paths["normal"], "", np.nan),
        (f"paths of sarimax, {numbers}", paths["ours"], "normal numbers, as many", paths["ours"] / paths["normal"]),
        (f"paths of the pool, {numbers}", paths["pool"], "normal numbers, as many", paths["pool"] / paths["normal"]),
        (f"statsmodels simulate(repetitions=), {few}", paths["theirs, few"], "", np.nan),
        (f"paths of sarimax, {few}", paths["ours, few"], "statsmodels, as many", paths["ours, few"] / paths["theirs, few"]),
        (f"pandas read_csv, {table.name}", other["read"], "", np.nan),
        ("load_daily, the same vintage", other["load"], "read_csv", other["load"] / other["read"]),
        (f"fit_sarimax, {len(history)} days", other["fit"], "its paths, as above", other["fit"] / paths["ours"]),
        (f"fit_pool, {len(history)} days", other["fit pool"], "its paths, as above", other["fit pool"] / paths["pool"]),
    ]
    return pd.DataFrame(rows, columns=["what", "seconds", "against", "ratio"])


def main(arguments: list[str] | None = None) -> int:
    """Print the table; return 1 if a promised ratio does not hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--paths", type=int, default=100_000, help="paths (default: %(default)s)")
    parser.add_argument(
        "--theirs", type=int, default=2_000, help="paths for the comparison with statsmodels (default: %(default)s)"
    )
    parser.add_argument("--repeats", type=int, default=7, help="rounds, of which the median counts (default: %(default)s)")
    given = parser.parse_args(arguments)
    if min(given.paths, given.theirs, given.repeats) < 1:
        parser.error("--paths, --theirs and --repeats must be at least 1")

    table = measure(n_paths=given.paths, n_theirs=given.theirs, repeats=given.repeats)
    width = table["what"].str.len().max()
    print(f"{'what':{width}}{'seconds':>10}{'ratio':>9}  against")
    for row in table.itertuples():
        ratio = "" if np.isnan(row.ratio) else f"{row.ratio:.3g}"
        print(f"{row.what:{width}}{row.seconds:10.4f}{ratio:>9}  {row.against}")
    ratios = table.set_index("what")["ratio"]
    print()
    kept = []
    for name, most in AT_MOST.items():
        ratio = ratios[f"paths of {name}, {given.paths:,} x {HORIZON}"]
        kept.append(ratio <= most)
        verdict = "kept" if kept[-1] else "BROKEN"
        print(f"paths of {name} take {ratio:.2f} times as long as normal numbers; at most {most:g} is {verdict}")
    return int(not all(kept))


if __name__ == "__main__":
    sys.exit(main())
