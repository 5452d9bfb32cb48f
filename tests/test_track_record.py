"""What forecasts would have earned on a series: sizes, closed weekdays, rare counts, and series that are too short."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from utils.common.errors import LookaheadError
from utils.counts.snapshot import Snapshot, take_snapshot
from utils.questions.question import Question
from utils.verification import track_record
from utils.verification.backtest import backtest
from utils.verification.track_record import measure_track_record


@pytest.fixture
def few(monkeypatch):
    """A backtest of four origins, where their number does not matter."""
    monkeypatch.setattr(track_record, "MOST_ORIGINS", 4)
    monkeypatch.setattr(track_record, "FEWEST_ORIGINS", 4)


def draw(n, mean=20.0, *, seed=0, first="2023-01-01"):
    days = pd.date_range(first, periods=n)
    return pd.Series(np.random.default_rng(seed).poisson(mean, n).astype(float), days)


def ask(threshold, **fields):
    return Question(threshold=threshold, opens="2030-01-01", closes="2030-01-08", **fields)


def close_weekends(counts):
    """The same days with nothing at weekends, closed by their state."""
    weekend = counts.index.day_of_week >= 5
    days = pd.DataFrame({"count": counts.mask(weekend), "state": np.where(weekend, "closed", "counted")}, counts.index)
    return Snapshot(days, shut_weekdays=(5, 6))


def test_windows_are_counted_and_scores_are_those_of_the_backtest():
    counts = draw(300)
    found = measure_track_record(take_snapshot(counts), ask(28), horizon=7, probability=0.4)
    assert (found.horizon, found.origins) == (7, found.separate) and 10 <= found.origins <= 14
    table = backtest(
        counts, models=["default", "climatology"], horizons=[7], definitions=["day"], thresholds=[28], n_paths=200, n_jobs=1,
        cache=None, progress=False, first=100, step=-(-193 // 14),
    )  # fmt: skip
    brier = table[table["score"].eq("brier")].groupby(["model", "threshold"], observed=True)["value"].mean()
    by_model = {one.model: one for one in found.earned}
    assert by_model["default"].brier == pytest.approx(brier["default"].mean())
    assert by_model["default"].brier_own == pytest.approx(brier["default", "28"])
    assert by_model["default"].skill == pytest.approx(1 - brier["default"].mean() / brier["climatology"].mean())
    assert by_model["always_no"].brier_own == pytest.approx(found.met / found.origins)
    assert by_model["climatology"].skill == 0


def test_statements_alike_are_those_of_the_answers_class():
    found = measure_track_record(take_snapshot(draw(300)), ask(20), horizon=7, probability=1.0)
    assert (found.alike.low, found.alike.high) == (0.98, 1.0)
    assert found.met == found.origins and found.alike.came == found.alike.cases >= found.origins


def test_too_few_statements_alike_are_none(few):
    assert measure_track_record(take_snapshot(draw(300)), ask(20), horizon=7, probability=0.05).alike is None


def test_a_long_horizon_is_shortened_to_four_separate_windows(few):
    found = measure_track_record(take_snapshot(draw(120)), ask(28), horizon=60, probability=0.4)
    assert found.horizon == 20 and found.separate <= 4


def test_a_short_series_has_no_track_record(few):
    for n in (20, 35):
        found = measure_track_record(take_snapshot(draw(n)), ask(28), horizon=7, probability=0.4)
        assert found.endswith(f"which needs 28 counted days and 8 more; it has {n} days, {n} counted.")
    assert measure_track_record(take_snapshot(draw(36)), ask(28), horizon=7, probability=0.4).horizon == 2


def test_a_count_below_is_scored_at_low_quantiles():
    found = measure_track_record(take_snapshot(draw(300)), ask(12, below=True), horizon=7, probability=0.4)
    assert 0 < found.met < found.origins


def test_closed_weekdays_have_nothing_in_the_backtest_too(few):
    """A closed day is below any threshold, on the paths as in what came: every forecaster knows that."""
    snapshot = close_weekends(draw(300))
    found = measure_track_record(snapshot, ask(5, below=True), horizon=7, probability=1.0)
    assert found.met == found.origins and {one.model: one.brier_own for one in found.earned}["default"] == 0


def test_rare_counts_that_are_guessed_are_not_taken_for_foresight(few):
    counts = draw(400, 0.04, seed=1)
    found = measure_track_record(take_snapshot(counts), ask(1), horizon=14, probability=0.4)
    assert 0 < found.met < found.origins


def test_a_forecaster_that_knows_the_days_is_still_found():
    counts = draw(300)

    def cheat(history, horizon, *, n_paths, seed):
        ahead = pd.date_range(history.index[-1], periods=horizon + 1)[1:]
        return np.tile(counts.reindex(ahead).fillna(0).to_numpy(), (n_paths, 1))

    with pytest.raises(LookaheadError, match="exactly as they came"):
        backtest(counts, models={"cheat": cheat}, horizons=[14], n_jobs=1, cache=None, progress=False)
