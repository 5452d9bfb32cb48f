"""The comparison with the peers: its scores, the exchange with another environment, and what it says of those that are absent."""

from __future__ import annotations

import importlib.util
import sys
import textwrap

import numpy as np
import pandas as pd
import pytest

from utils.common.paths import ROOT


@pytest.fixture(scope="module")
def peers():
    spec = importlib.util.spec_from_file_location("benchmark_peers", ROOT / "benchmarks" / "peers.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # a dataclass looks its module up
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def few(peers, monkeypatch):
    """Two origins, an absent day in each history."""
    days = pd.date_range("2024-01-01", periods=150)
    counts = pd.Series(np.random.default_rng(0).normal(200, 70, 150).clip(0).round(), days)
    counts.iloc[[40, 130]] = np.nan
    cases = [peers.Case("unrwa", horizon, counts.iloc[:120], counts.iloc[120 : 120 + horizon].to_numpy()) for horizon in (5, 30)]
    monkeypatch.setattr(peers, "list_cases", lambda every: cases)
    return cases


def test_scores_by_hand(peers, few):
    case = few[1]
    paths = np.random.default_rng(1).poisson(200, (300, 30)).astype(float)
    found = peers.score_case(paths, case)
    seen = np.isfinite(case.future)
    assert seen.sum() == 29
    came, tail = np.nanmax(case.future), np.nan_to_num(case.history.to_numpy()[-6:])
    brier = [((paths.max(1) >= level).mean() - (came >= level)) ** 2 for level in range(100, 451, 50)]
    assert found["brier"] == pytest.approx(np.mean(brier))

    def find_week(days):
        days = np.concatenate([tail, np.nan_to_num(days)])
        return max(days[end - 7 : end].mean() for end in range(7, len(days) + 1))

    weekly, week = np.array([find_week(path) for path in paths]), find_week(case.future)
    brier7 = [((weekly >= level).mean() - (week >= level)) ** 2 for level in range(100, 451, 50)]
    assert found["brier7"] == pytest.approx(np.mean(brier7))
    drawn, future = paths[:, seen], case.future[seen]
    crps = [np.abs(x - y).mean() - np.abs(x[:, None] - x).mean() / 2 for x, y in zip(drawn.T, future, strict=True)]
    assert found["crps_day"] == pytest.approx(np.mean(crps), rel=0.01)


def test_origins_are_the_days_of_every_cell(peers):
    cases = peers.list_cases(40)
    assert {(case.source, case.horizon) for case in cases} == {(s, h) for s in ("cogat", "unrwa") for h in (5, 30, 73)}
    assert all(len(case.future) == case.horizon and len(case.history) >= 120 for case in cases)
    assert len(peers.list_cases(1)) > 10 * len(cases)


def test_without_the_environment_of_the_peers_ours_is_measured_alone(peers, few, tmp_path, capsys):
    assert peers.main(["--peers", str(tmp_path / "none")]) == 0
    told = capsys.readouterr().out
    assert "`make peers` makes their environment" in told and "no ratio without AutoETS" in told and "ours, 10,000 paths" in told


def test_peers_that_are_not_installed_are_named(peers, few, capsys):
    if importlib.util.find_spec("statsforecast"):
        pytest.skip("the peers are installed here")
    assert peers.main(["--peers", sys.prefix]) == 0
    told = capsys.readouterr().out
    for name, package in (("AutoETS", "statsforecast"), ("prophet", "prophet"), ("LightGBM", "skforecast, lightgbm")):
        assert f"without {name}: {package} is not installed in" in told


STUB = """#!{python}
import json, sys
import numpy as np
print(json.dumps(dict(peers=["AutoETS", "bad"], absent={{}})), flush=True)
for line in sys.stdin:
    job = json.loads(line)
    history = np.load(job["history"])["trucks"]
    if job["peer"] == "bad" and job["horizon"] == 30:
        print(json.dumps(dict(error="ValueError: no")), flush=True)
        continue
    assert len(history) == 120 and history[40] == 0 and np.isfinite(history).all()
    np.save(job["paths"], np.full((job["n_paths"], job["horizon"]), history.max()))
    print(json.dumps(dict(seconds=100.0)), flush=True)
"""


def test_paths_come_through_files_and_a_peer_that_fails_is_left_out(peers, few, tmp_path, capsys):
    stub = tmp_path / "bin" / "python"
    stub.parent.mkdir()
    stub.write_text(textwrap.dedent(STUB).format(python=sys.executable))
    stub.chmod(0o755)
    assert peers.main(["--peers", str(tmp_path)]) == 0
    told = capsys.readouterr().out
    assert "without bad: at 2024-04-29, 30 days ahead, it fails (ValueError: no)" in told
    table = told[told.index("brier") :]
    assert "AutoETS" in table and "\nbad" not in table
    assert "the promise is kept" in told and "BROKEN" not in told
