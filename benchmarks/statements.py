"""What the default forecaster's statements were worth: said against came, where the level was low, met before or not.

Both truck counts, as last published, and with `--general FILE` the counts of a file of other fields (a column each, by date). At
origins three days apart: does the highest of the next 74 days reach two to eight times the mean of the 28 days before? Windows
overlap: believe no more of a row than its separate windows bear.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import pandas as pd

from utils.aid.snapshots import load_snapshot
from utils.aid.sources import BY_NAME
from utils.common.errors import InputError
from utils.counts.snapshot import Snapshot, Source, take_snapshot
from utils.forecasts.statements import collect_statements
from utils.verification.summaries import summarise_statements

HORIZON, STEP, N_PATHS = 74, 3, 500
#: Thresholds, as multiples of the level.
MULTIPLES = 2.0 ** np.linspace(1, 3, 9)
#: What is near even odds.
EVEN = (0.4, 0.6)


def load_counts(general: Path | None) -> list[Snapshot]:
    """Load the counts; those of other fields only where their file is there."""
    counts = [load_snapshot(name) for name in BY_NAME]
    if general is not None and general.exists():
        table = pd.read_csv(general, index_col=0, parse_dates=True)
        for name in table:
            known = table[name].loc[table[name].first_valid_index() : table[name].last_valid_index()]
            counts.append(take_snapshot(known, source=Source(name)))
    return counts


def list_statements(snapshot: Snapshot) -> pd.DataFrame:
    """List the statements about one count, a row each; an origin without a level has none."""
    most = len(snapshot.history) // STEP
    found = collect_statements(snapshot, horizon=HORIZON, length=HORIZON, most_origins=most, n_paths=N_PATHS)
    if found is None:
        raise InputError(f"{snapshot.source.title} is too short for windows of {HORIZON} days; leave it out")
    table = found.state(found.level[:, None] * MULTIPLES)
    return table[table["level"] > 0]


def main(arguments: list[str] | None = None) -> None:
    """Print the table by series and by what was said."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--general", type=Path, help="CSV file: date, then one column of daily counts a series.")
    asked = parser.parse_args(arguments)
    start = time.perf_counter()
    statements = pd.concat([list_statements(snapshot) for snapshot in load_counts(asked.general)])
    for by in (["before"], ["before", "series"], ["before", "band"]):
        print(summarise_statements(statements, horizon=HORIZON, by=by).round(3).to_string(index=False), "\n")
    even = statements[statements["before"] & statements["said"].between(*EVEN)]
    print(f"Met before, and said {EVEN[0]:g} to {EVEN[1]:g}:")
    print(summarise_statements(even, horizon=HORIZON, by=["series"]).round(3).to_string(index=False), "\n")
    print(f"{len(statements):,} statements in {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
