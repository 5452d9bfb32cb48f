"""Every score twice: through the library and written out, on cases worked by hand and on drawn ones; and what a mean can bear."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils import InputError, first_passage
from utils.questions.base_rate import count_effective
from utils.verification.calibration import band_corp, covers, decompose_brier, draw_pit, fit_corp
from utils.verification.resampling import _choose_block, estimate_mean, estimate_skill, is_rankable
from utils.verification.scores import (
    score_brier,
    score_crps,
    score_energy,
    score_log,
    score_passage,
    score_twcrps,
    score_variogram,
)

COUNTS = st.lists(st.integers(0, 60), min_size=2, max_size=12)


# -------------------------------------------------------------------------------------------------- the scores, direct


def write_out_crps(sample, y):
    """Mean distance to the observation, less half the mean distance within the sample, by double loop."""
    n = len(sample)
    return sum(abs(x - y) for x in sample) / n - sum(abs(a - b) for a in sample for b in sample) / (2 * n * n)


def write_out_energy(paths, y):
    n = len(paths)
    apart = sum(np.linalg.norm(np.subtract(a, b)) for a, b in itertools.permutations(paths, 2))
    return sum(np.linalg.norm(np.subtract(x, y)) for x in paths) / n - apart / (2 * n * (n - 1))


def write_out_variogram(paths, y):
    d = len(y)
    return sum(
        (abs(y[i] - y[j]) ** 0.5 - np.mean([abs(x[i] - x[j]) ** 0.5 for x in paths])) ** 2 for i in range(d) for j in range(d)
    ) / (d * d)


@given(COUNTS, st.integers(0, 60), st.integers(0, 60))
def test_crps_is_the_double_sum(sample, y, threshold):
    assert score_crps(sample, y) == pytest.approx(write_out_crps(sample, y), abs=1e-9)
    chained = [max(x, threshold) for x in sample]
    direct = write_out_crps(chained, max(y, threshold))
    assert score_twcrps(sample, y, threshold=threshold) == pytest.approx(direct, abs=1e-9)


@given(COUNTS, st.integers(0, 60))
def test_twcrps_is_the_integral_of_brier_scores_above_the_threshold(sample, y):
    # Counts are whole: the integral is a sum over the steps between them.
    def integrate(start):
        return sum((np.mean(np.array(sample) <= z) - (y <= z)) ** 2 for z in range(start, 61))

    assert score_crps(sample, y) == pytest.approx(integrate(0), abs=1e-9)
    assert score_twcrps(sample, y, threshold=20) == pytest.approx(integrate(20), abs=1e-9)


@given(st.integers(0, 10_000))
def test_energy_and_variogram_are_their_sums(seed):
    rng = np.random.default_rng(seed)
    paths, y = rng.poisson(20, (6, 4)), rng.poisson(20, 4)
    assert score_energy(paths, y) == pytest.approx(write_out_energy(paths, y))
    assert score_variogram(paths, y) == pytest.approx(write_out_variogram(paths, y))
    assert score_variogram(paths + 100, y) == pytest.approx(score_variogram(paths, y))


def test_energy_by_hand():
    # distances 5 and 0 from what came: mean 2.5; the two paths are 5 apart: less half of 5.
    assert score_energy([[3, 4], [0, 0]], [0, 0]) == pytest.approx(0)
    assert score_energy([[3, 4], [3, 4]], [0, 0]) == pytest.approx(5)


def test_variogram_by_hand():
    # One pair of days, counted both ways: root of the difference 2 was found, 0 came; (0 - 2)^2 twice over four pairs.
    assert score_variogram([[0, 4], [4, 8]], [7, 7]) == pytest.approx(2 * 4 / 4)


@given(st.floats(0, 1), st.booleans())
def test_event_scores_are_their_formulas(p, came):
    assert score_brier(p, came) == pytest.approx((p - came) ** 2)
    kept = min(max(p, 0.01), 0.99)
    assert score_log(p, came, floor=0.01) == pytest.approx(-np.log2(kept if came else 1 - kept))


@given(st.lists(st.integers(-1, 4), min_size=1, max_size=9), st.integers(-1, 4))
def test_passage_is_the_mean_brier_score_of_reached_by_each_day(first, observed):
    direct = np.mean([(np.mean([0 <= f <= day for f in first]) - (0 <= observed <= day)) ** 2 for day in range(5)])
    assert score_passage(first, observed, horizon=5) == pytest.approx(direct)


def test_passage_reads_what_first_passage_gives():
    paths = [[100, 300], [300, 100], [0, 0], [300, 300]]
    first = first_passage(paths, "day", 300)
    assert first.tolist() == [1, 0, -1, 0]
    # By day 0 half said yes and it came on day 1: 0.25. By day 1 three quarters: 0.0625.
    assert score_passage(first, 1, horizon=2) == pytest.approx((0.25 + 0.0625) / 2)
    assert score_passage(first, -1, horizon=2) == pytest.approx((0.25 + 0.5625) / 2)


@pytest.mark.parametrize(
    "score",
    [
        lambda p, y: score_brier(p, y),
        lambda p, y: score_log(p, y, floor=1e-6),
        lambda p, y: score_crps(np.r_[np.zeros(1000 - int(1000 * p)), np.ones(int(1000 * p))], y),
    ],
)
def test_scores_are_proper(score):
    """Whoever believes 0.3 scores best in the mean by saying 0.3."""
    expected = {p: 0.3 * score(p, 1) + 0.7 * score(p, 0) for p in (0.1, 0.2, 0.3, 0.4, 0.6)}
    assert min(expected, key=expected.get) == 0.3


# --------------------------------------------------------------------------------------------------------- calibration


def test_pit_is_uniform_for_a_calibrated_forecaster_and_not_for_a_narrow_one():
    rng = np.random.default_rng(1)
    truth = rng.poisson(3, 4_000)  # small counts, so that ties are many
    pit = draw_pit(rng.poisson(3, (4_000, 99)), truth, rng=rng)
    assert 0 <= pit.min() and pit.max() <= 1
    assert np.abs(np.histogram(pit, 10, (0, 1))[0] / 4_000 - 0.1).max() < 0.02
    narrow = draw_pit(np.full((4_000, 99), 3), truth, rng=rng)
    assert np.abs(np.histogram(narrow, 10, (0, 1))[0] / 4_000 - 0.1).max() > 0.2


def test_inside_by_hand_and_in_the_long_run():
    sample = np.arange(101)
    assert [bool(covers(sample, y, level=0.9)) for y in (4, 5, 95, 96)] == [False, True, True, False]
    rng = np.random.default_rng(2)
    inside = covers(rng.normal(size=(3_000, 400)), rng.normal(size=3_000), level=0.9)
    assert abs(inside.mean() - 0.9) < 0.02


def test_murphy_by_hand():
    # Two bins, said 0.2 and 0.8; came 0 of 2 and 1 of 2.
    parts = decompose_brier([0.2, 0.2, 0.8, 0.8], [0, 0, 1, 0])
    assert parts.reliability == pytest.approx((0.2**2 + 0.3**2) / 2)
    assert parts.resolution == pytest.approx(0.25**2)
    assert parts.uncertainty == pytest.approx(0.25 * 0.75)
    assert parts.within == pytest.approx(0)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=40))
def test_both_decompositions_add_up(cases):
    p, y = np.array(cases, float).T
    brier = ((p - y) ** 2).mean()
    parts, corp = decompose_brier(p, y), fit_corp(p, y)
    assert parts.reliability - parts.resolution + parts.uncertainty + parts.within == pytest.approx(brier)
    assert corp.miscalibration - corp.discrimination + corp.uncertainty == pytest.approx(brier)
    assert corp.miscalibration >= -1e-12 and corp.discrimination >= -1e-12
    assert (np.diff(corp.recalibrated) >= -1e-12).all()


def test_corp_is_the_best_of_all_monotone_curves():
    """Pooled by hand: 1 0 is a violation, averaged to one half."""
    corp = fit_corp([0.1, 0.3, 0.5, 0.9], [0, 1, 0, 1])
    assert corp.recalibrated.tolist() == [0, 0.5, 0.5, 1]
    y = np.array([0, 1, 0, 1])
    grid = itertools.combinations_with_replacement(np.linspace(0, 1, 11), 4)
    assert min(((np.array(curve) - y) ** 2).mean() for curve in grid) == pytest.approx(((corp.recalibrated - y) ** 2).mean())


def test_the_band_is_wider_where_windows_overlap():
    """The same cases, each said five times over, are no more evidence, and the band of the right blocks knows it."""
    rng = np.random.default_rng(3)
    p = rng.random(60)
    y = rng.random(60) < p
    p, y = np.repeat(p, 5), np.repeat(y, 5).astype(float)
    at = np.linspace(0.2, 0.8, 7)
    widths = {block: np.ptp(band_corp(p, y, at=at, block=block), axis=0).mean() for block in (1, 10)}
    assert widths[10] > 1.5 * widths[1]


# ------------------------------------------------------------------------------------------------ what a mean can bear


def test_effective_cases_by_hand():
    origins = pd.date_range("2024-01-01", periods=74, freq="D")
    assert count_effective(origins, horizon=74) == 1
    assert count_effective(origins, horizon=73) == 2
    assert count_effective(origins[::6], horizon=5) == len(origins[::6])
    assert count_effective(origins[[0, 3, 4, 8, 70]][::-1], horizon=5) == 3  # 0, 8, 70


@given(st.lists(st.integers(0, 30), min_size=1, max_size=8), st.integers(1, 12))
def test_effective_is_the_largest_set_of_windows_that_do_not_overlap(days, horizon):
    origins = pd.Timestamp("2024-01-01") + pd.to_timedelta(days, unit="D")
    distinct = sorted(set(days))
    apart = [
        chosen
        for size in range(1, len(distinct) + 1)
        for chosen in itertools.combinations(distinct, size)
        if all(b - a >= horizon for a, b in itertools.pairwise(chosen))
    ]
    assert count_effective(origins, horizon=horizon) == max(map(len, apart))


def test_interval_covers_and_repeats_do_not_narrow_it():
    rng = np.random.default_rng(4)
    origins = pd.date_range("2024-01-01", periods=40, freq="6D")
    held = 0
    for seed in range(60):
        found = estimate_mean(rng.normal(1, 1, 40), origins, horizon=5, seed=seed)
        held += found.low <= 1 <= found.high
    assert 45 <= held <= 60
    values = rng.normal(size=20)
    alone = estimate_mean(values, pd.date_range("2024-01-01", periods=20, freq="30D"), horizon=30)
    daily = estimate_mean(np.repeat(values, 30), pd.date_range("2024-01-01", periods=600), horizon=30)
    assert alone.effective == daily.effective == 20 and daily.cases == 600
    assert daily.high - daily.low > 0.7 * (alone.high - alone.low)


def test_block_spans_the_horizon_and_grows_with_dependence():
    origins = pd.date_range("2024-01-01", periods=120, freq="6D")
    rng = np.random.default_rng(5)
    assert _choose_block(rng.normal(size=120), origins, horizon=30) >= 5
    slow = np.cumsum(rng.normal(size=120))
    assert _choose_block(slow, origins, horizon=5) > 3


def test_skill_by_hand():
    origins = pd.date_range("2024-01-01", periods=12, freq="6D")
    half = estimate_skill(np.full(12, 0.1), np.full(12, 0.2), origins, horizon=5)
    assert half.mean == half.low == half.high == pytest.approx(0.5)
    assert np.isnan(estimate_skill(np.full(12, 0.1), np.zeros(12), origins, horizon=5).mean)


def test_few_windows_bear_no_interval_and_no_ranking():
    origins = pd.date_range("2024-01-01", periods=23, freq="6D")
    few = estimate_mean(np.arange(23.0), origins, horizon=74)
    assert few.effective == 2 and np.isnan(few.low) and few.mean == 11
    assert not is_rankable(9) and is_rankable(10)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: score_brier(18, 1), "outside 0 .. 1; give shares"),
        (lambda: score_brier(np.nan, 1), "outside 0 .. 1"),
        (lambda: score_brier(0.5, np.nan), "other than 0 and 1; leave out"),
        (lambda: score_log(0.5, 1, floor=0), "floor 0 must lie between"),
        (lambda: score_crps([1.0, np.nan], 2), "not finite"),
        (lambda: score_crps([[1.0, 2.0]], 2), "one axis more"),
        (lambda: score_energy([[1.0, 2.0]], [1.0, 2.0]), "at least two paths"),
        (lambda: score_passage([0, 5], 1, horizon=5), "first holds a day outside -1 .. 4"),
        (lambda: covers([1.0, 2.0], 1, level=90), "level 90 must lie"),
        (lambda: estimate_mean([1.0], pd.date_range("2024-01-01", periods=2), horizon=5), "do not fit 2 origins"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(InputError, match=message):
        call()
