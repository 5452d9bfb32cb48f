"""What the default forecaster's statements were worth: said against came, where the level was low, met before or not.

Both truck counts, as last published, and with `--general FILE` the counts of a file of other fields (a column each, by date). At
origins six days apart: does the highest of the next 74 days reach each threshold? Of trucks these are 100 to 450 a day; of
another count eight, evenly from its median to 1.2 times its highest day. Kept are statements where the mean of the 28 days before
was under half of the threshold. Windows overlap: believe no more of a row than its separate windows bear.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from utils.aid.daily import THRESHOLDS
from utils.aid.snapshots import load_snapshot
from utils.aid.sources import BY_NAME
from utils.counts.snapshot import Snapshot, Source, take_snapshot
from utils.forecasts.statements import collect_statements
from utils.verification.summaries import summarise_statements

HORIZON, STEP, N_PATHS = 74, 6, 500
N_THRESHOLDS, ABOVE = 8, 1.2
#: Level over threshold under which a statement is kept, and what is near even odds.
LOW, EVEN = 0.5, (0.4, 0.6)


def load_counts(general: Path | None) -> list[tuple[Snapshot, Sequence[float]]]:
    """Load the counts, each with its thresholds; those of other fields only where their file is there."""
    counts: list[tuple[Snapshot, Sequence[float]]] = [(load_snapshot(name), THRESHOLDS) for name in BY_NAME]
    if general is not None and general.exists():
        table = pd.read_csv(general, index_col=0, parse_dates=True)
        for name in table:
            known = table[name].loc[table[name].first_valid_index() : table[name].last_valid_index()]
            thresholds = np.linspace(known.median(), ABOVE * known.max(), N_THRESHOLDS)
            counts.append((take_snapshot(known, source=Source(name)), thresholds.tolist()))
    return counts


def list_statements(snapshot: Snapshot, thresholds: Sequence[float]) -> pd.DataFrame:
    """List the statements about one count whose level was low, a row each."""
    found = collect_statements(
        snapshot, horizon=HORIZON, length=HORIZON, most_origins=len(snapshot.history) // STEP, n_paths=N_PATHS
    )
    if found is None:
        return pd.DataFrame()
    table = found.state(np.broadcast_to(thresholds, (len(found.origins), len(thresholds))))
    return table[table["level"] < LOW * table["threshold"]]


def main(arguments: list[str] | None = None) -> None:
    """Print the table by series and by what was said."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--general", type=Path, help="CSV file: date, then one column of daily counts a series.")
    asked = parser.parse_args(arguments)
    start = time.perf_counter()
    statements = pd.concat([list_statements(*count) for count in load_counts(asked.general)])
    for by in (["before"], ["before", "series"], ["before", "band"]):
        print(summarise_statements(statements, horizon=HORIZON, by=by).round(3).to_string(index=False), "\n")
    even = statements[statements["before"] & statements["said"].between(*EVEN)]
    print(f"Met before, and said {EVEN[0]:g} to {EVEN[1]:g}:")
    print(summarise_statements(even, horizon=HORIZON, by=["series"]).round(3).to_string(index=False), "\n")
    print(f"{len(statements):,} statements in {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
