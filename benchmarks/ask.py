"""What a file of ten million records costs, and how long a question takes from Enter to answer, as ratios measured in one run.

The promises: a file of one-a-unit records larger than memory is counted in at most twice the time that duckdb takes to group it
by day, in under 1 GB; and `python -m utils ask` answers in at most 2.5 times what importing pandas, scipy.stats and statsmodels
takes. Each contestant runs in a process of its own, in turn, round after round, and the medians are compared: what else the
machine does then hits all alike.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
AT_MOST_TIME, AT_MOST_MB, AT_MOST_ASK = 2.0, 1_000, 2.5

#: Run in a process of its own: prints the seconds of the work, and what the process took of memory.
CHILD = """
import json, resource, sys, time
{imports}
start = time.perf_counter()
{work}
seconds = time.perf_counter() - start
print(json.dumps([seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, total]))
"""
READERS = {
    "duckdb, grouping by day": (
        "import duckdb\nduckdb.execute('SET enable_progress_bar = false')",
        'query = "SELECT admitted::DATE AS day, count(*) FROM read_csv(?) GROUP BY 1"\n'
        "total = sum(n for _, n in duckdb.execute(query, [sys.argv[1]]).fetchall())",
    ),
    "read_counts(rows=True)": (
        "import duckdb\nfrom utils.counts.count_file import read_counts",
        "total = int(read_counts(sys.argv[1], rows=True).days['count'].sum())",
    ),
}
IMPORTS = "import pandas, scipy.stats, statsmodels.api"


def write_records(path: Path, *, n: int) -> None:
    """Write a CSV file of n records, about 35 bytes each: an id, a moment and a ward."""
    import duckdb

    duckdb.execute(
        "COPY (SELECT i AS id, 'ward ' || (i % 17) AS ward, "
        "TIMESTAMP '2015-01-01' + INTERVAL (i % 3000) DAY + INTERVAL (i * 7919 % 86400) SECOND AS admitted "
        f"FROM range({n:d}) t(i)) TO '{path}' (HEADER)"
    )


def write_counts(path: Path) -> None:
    """Write a CSV file of 500 daily counts."""
    days = pd.date_range("2023-01-01", periods=500)
    counts = np.random.default_rng(0).poisson(40 + 8 * (days.day_of_week < 5))
    pd.DataFrame({"day": days, "cases": counts}).to_csv(path, index=False, lineterminator="\n")


def run_child(code: str, *arguments: str) -> list[float]:
    """Run Python code in a process of its own and return the numbers that it prints."""
    done = subprocess.run([sys.executable, "-c", code, *arguments], cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    return json.loads(done.stdout)


def time_process(*arguments: str) -> float:
    """Time a process of Python from its start to its end, in seconds."""
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True, capture_output=True)
    return time.perf_counter() - start


def measure_reading(*, n: int, repeats: int) -> pd.DataFrame:
    """Measure how a large file is counted: a row a reader, with seconds (median), megabytes (highest) and ratio."""
    found: dict[str, list[list[float]]] = {name: [] for name in READERS}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "records.csv"
        write_records(path, n=n)
        print(f"{n:,} records in {path.stat().st_size / 1e6:.0f} MB")
        for _ in range(repeats):
            for name, (imports, work) in READERS.items():
                found[name].append(run_child(CHILD.format(imports=imports, work=work), str(path)))
    assert all(total == n for runs in found.values() for *_, total in runs), found
    table = pd.DataFrame(
        [
            dict(what=name, seconds=statistics.median(run[0] for run in runs), megabytes=max(run[1] for run in runs))
            for name, runs in found.items()
        ]
    )
    return table.assign(ratio=table["seconds"] / table["seconds"].iloc[0])


def measure_asking(*, repeats: int) -> pd.DataFrame:
    """Measure a question from Enter to answer beside what the imports take: a row each, with seconds (median) and ratio."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cases.csv"
        write_counts(path)
        contestants = {
            IMPORTS: ("-c", IMPORTS),
            "ask, 10,000 paths": ("-m", "utils", "ask", str(path), "--reach", "75", "--by", "2024-06-14"),
        }
        seconds: dict[str, list[float]] = {name: [] for name in contestants}
        for turn in range(repeats + 1):
            for name, arguments in contestants.items():
                taken = time_process(*arguments)
                if turn:  # the first reads from disk
                    seconds[name].append(taken)
    table = pd.DataFrame([dict(what=name, seconds=statistics.median(taken)) for name, taken in seconds.items()])
    return table.assign(ratio=table["seconds"] / table["seconds"].iloc[0])


def main(arguments: list[str] | None = None) -> int:
    """Print both tables and whether the promises hold; the status is 1 if one does not."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", type=int, default=10_000_000)
    parser.add_argument("--repeats", type=int, default=5)
    asked = parser.parse_args(arguments)
    reading = measure_reading(n=asked.records, repeats=asked.repeats)
    print(reading.round({"seconds": 2, "megabytes": 0, "ratio": 2}).to_string(index=False), "\n")
    asking = measure_asking(repeats=asked.repeats)
    print(asking.round({"seconds": 2, "ratio": 2}).to_string(index=False), "\n")
    promises = {
        f"time to count at most {AT_MOST_TIME:g} times duckdb's": reading["ratio"].iloc[-1] <= AT_MOST_TIME,
        f"memory under {AT_MOST_MB:,} MB": reading["megabytes"].iloc[-1] < AT_MOST_MB,
        f"ask within {AT_MOST_ASK:g} times the imports": asking["ratio"].iloc[-1] <= AT_MOST_ASK,
        "ask within 5 s": asking["seconds"].iloc[-1] <= 5,
    }
    for promise, holds in promises.items():
        print(f"{'holds' if holds else 'BROKEN'}: {promise}")
    return 0 if all(promises.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
