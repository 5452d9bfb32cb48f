"""The default forecaster beside named peers: the same origins, accuracy and time in one run.

    python benchmarks/peers.py [--every 2] [--peers .venv-peers]

Both sources, all trucks, their last lists cut at each origin. At each origin every forecaster is run in turn and timed in the
same way, fit and simulation; the peers by one worker in an environment of their own (`make peers`), through files. What is
absent there is named and left out. The peers get a nought for a day that was not counted, since most of them cannot take a
missing one; ours gets it as missing.

Scores are means over the cells (source and horizon), lower is better but in in90, where 0.90 is right: the Brier and the log
score of the highest day reaching each of eight thresholds, the Brier score of the mean of seven days, and the CRPS of the
highest day and of the single days.

The promise: a forecast of ours, 500 paths, takes at most a third of the time of AutoETS, and 10,000 paths at most twice its time,
by the median over the origins.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from utils import load_records, simulate_paths
from utils.aid.daily import THRESHOLDS
from utils.common.paths import ROOT
from utils.questions.base_rate import MIN_KNOWN
from utils.questions.passage import compute_statistic
from utils.verification.calibration import covers
from utils.verification.scores import score_brier, score_crps, score_log

EVERY_DAYS = {5: 6, 30: 9, 73: 12}  # horizon in days: days between origins
FIRST = 120  # days of history before the first origin
N_PATHS, MANY_PATHS = 500, 10_000
OURS = {"ours": ("default", N_PATHS), "ours, 10,000 paths": ("default", MANY_PATHS), "climatology": ("climatology", N_PATHS)}
RIVAL = "AutoETS"
COLUMNS = ["brier", "brier7", "log", "crps_max", "crps_day", "in90"]
WEEK = 7


@dataclass(frozen=True)
class Case:
    """One origin: the history, what came, and the cell it belongs to."""

    source: str
    horizon: int
    history: pd.Series
    future: np.ndarray


class Worker:
    """The process in the peers' environment; no peers where there is no such environment."""

    def __init__(self, python: Path, folder: Path):
        self.folder, self.process, self.peers = folder, None, []
        if not python.exists():
            print(f"no peers: {python} does not exist; `make peers` makes their environment")
            return
        script = Path(__file__).with_name("peers_worker.py")
        # one thread, as ours: on a machine that does other work too, threads wait for each other and times are an accident
        alone = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        self.process = subprocess.Popen(
            [python, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8", env=alone
        )
        greeting = json.loads(self.process.stdout.readline())
        for name, packages in greeting["absent"].items():
            print(f"without {name}: {packages} is not installed in {python.parent.parent}")
        self.peers = [name for name in greeting["peers"] if name not in greeting["absent"]]

    def run(self, peer: str, case: Case, *, seed: int) -> tuple[np.ndarray, float] | None:
        """Return paths and seconds; None, and the peer is left out from now on, if it fails."""
        held, out = self.folder / "history.npz", self.folder / "paths.npy"
        np.savez(held, trucks=case.history.fillna(0.0).to_numpy(), first=f"{case.history.index[0]:%Y-%m-%d}")
        job = dict(peer=peer, history=str(held), horizon=case.horizon, n_paths=N_PATHS, seed=seed, paths=str(out))
        print(json.dumps(job), file=self.process.stdin, flush=True)
        answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            print(
                f"without {peer}: at {case.history.index[-1]:%Y-%m-%d}, {case.horizon} days ahead, it fails ({answer['error']})"
            )
            self.peers.remove(peer)
            return None
        return np.load(out), answer["seconds"]

    def close(self) -> None:
        """Let the process end."""
        if self.process is not None:
            with self.process:  # closes the pipes, at which the worker ends, and waits for it
                pass


def list_cases(every: int) -> list[Case]:
    """List every `every`-th origin of each cell."""
    cases = []
    for name, record in load_records(scopes=["all"]).items():
        counts = record.truth
        for horizon, step in EVERY_DAYS.items():
            for end in range(FIRST, len(counts) - horizon + 1, step * every):
                future = counts.iloc[end : end + horizon].to_numpy()
                if np.isfinite(future).sum() >= MIN_KNOWN * horizon:
                    cases.append(Case(name.split()[0], horizon, counts.iloc[:end], future))
    return cases


def score_case(paths: np.ndarray, case: Case) -> dict[str, float]:
    """Score joint paths of shape (n_paths, horizon) on the counted days; the mean of seven days takes an absent day as none."""
    seen, levels = np.isfinite(case.future), np.array(THRESHOLDS)
    highest, came = paths.max(axis=1), np.nanmax(case.future)
    before = np.nan_to_num(case.history.to_numpy()[1 - WEEK :])
    weekly, week = (
        compute_statistic(days, f"mean{WEEK}", tail=before).max(axis=1) for days in (paths, np.nan_to_num(case.future)[None])
    )
    probability, probability7 = ((what[:, None] >= levels).mean(axis=0) for what in (highest, weekly))
    outcome, outcome7 = (came >= levels).astype(float), (week >= levels).astype(float)
    return dict(
        brier=score_brier(probability, outcome).mean(),
        brier7=score_brier(probability7, outcome7).mean(),
        log=score_log(probability, outcome, floor=1 / len(paths)).mean(),
        crps_max=float(score_crps(highest, came)),
        crps_day=score_crps(paths[:, seen].T, case.future[seen]).mean(),
        in90=float(covers(highest, came, level=0.9)),
    )


def run_ours(name: str, case: Case, *, seed: int) -> tuple[np.ndarray, float]:
    """Return paths and seconds."""
    model, n_paths = OURS[name]
    start = time.perf_counter()
    paths = simulate_paths(case.history, case.horizon, n_paths=n_paths, model=model, seed=seed)
    return paths, time.perf_counter() - start


def measure(cases: list[Case], worker: Worker) -> pd.DataFrame:
    """Run every forecaster at every origin in turn; a row a forecast, after one round that is not counted."""
    rows = []
    for number, case in enumerate([cases[0], *cases]):
        seed = case.history.index[-1].toordinal()
        done = {name: run_ours(name, case, seed=seed) for name in OURS}
        done |= {peer: result for peer in list(worker.peers) if (result := worker.run(peer, case, seed=seed)) is not None}
        for name, (paths, seconds) in done.items() if number else ():
            row = dict(forecaster=name, source=case.source, horizon=case.horizon, seconds=seconds)
            rows.append(row | score_case(paths, case))
        if sys.stderr.isatty():
            print(f"\r{number} of {len(cases)} origins", end="\n" * (number == len(cases)), file=sys.stderr, flush=True)
    table = pd.DataFrame(rows)
    return table[table["forecaster"].isin([*OURS, *worker.peers])]  # a peer that failed has not seen every origin


def summarise(table: pd.DataFrame) -> pd.DataFrame:
    """Average over the cells; seconds are the median over the origins, and their ratio that to the rival's."""
    cells = table.groupby(["forecaster", "source", "horizon"])[COLUMNS].mean()
    result = cells.groupby("forecaster").mean()
    result["seconds"] = table.groupby("forecaster")["seconds"].median()
    result["ratio"] = result["seconds"] / result["seconds"].get(RIVAL, np.nan)
    return result.sort_values("brier")


def main(arguments: list[str] | None = None) -> int:
    """Print the table; return 1 if the promised ratios do not hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=int, default=1, help="only every so many-th origin of a cell (default: %(default)s)")
    parser.add_argument(
        "--peers", type=Path, default=ROOT / ".venv-peers", help="environment of the peers (default: %(default)s)"
    )
    given = parser.parse_args(arguments)
    if given.every < 1:
        parser.error("--every must be at least 1")

    cases = list_cases(given.every)
    with tempfile.TemporaryDirectory() as folder:
        worker = Worker(given.peers / "bin" / "python", Path(folder))
        try:
            table = measure(cases, worker)
        finally:
            worker.close()
    result = summarise(table)
    counts = pd.Series([(case.source, case.horizon) for case in cases]).value_counts(sort=False)
    print(f"{len(cases)} origins:", ", ".join(f"{source} {horizon} days {n}" for (source, horizon), n in counts.items()))
    print(result.rename_axis(None).round(dict.fromkeys(COLUMNS, 4) | dict(seconds=4, ratio=2)).to_string(na_rep=""))
    peers = result.drop(index=[name for name in OURS if name != "climatology"])
    for column in COLUMNS[:-1]:
        best = peers[column].idxmin()
        print(f"{column}: ours is {1 - result.loc['ours', column] / peers.loc[best, column]:+.1%} better than the best, {best}")
    if RIVAL not in result.index:
        print(f"time: no ratio without {RIVAL}")
        return 0
    kept = {name: result.loc[name, "ratio"] <= most for name, most in (("ours", 1 / 3), ("ours, 10,000 paths", 2))}
    for name, holds in kept.items():
        print(f"{name}: {result.loc[name, 'ratio']:.2f} times {RIVAL}'s time; the promise is {'kept' if holds else 'BROKEN'}")
    return int(not all(kept.values()))


if __name__ == "__main__":
    sys.exit(main())
