"""The two models that were tried in the pool and left out: negative-binomial regression and level shifts."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import nbinom
from test_models import make_history, wander

from utils.aid.daily import load_closed
from utils.models import fit_negative_binomial, prepare_history
from utils.models.members import Starts
from utils.models.negative_binomial import NegativeBinomial, _log_mixture
from utils.models.regimes import LONGEST, RegimeSwitching


def draw_counts(rng, mean, size):
    return rng.poisson(np.asarray(mean) * rng.standard_gamma(size, np.shape(mean)) / size).astype(float)


def start_all(fitted, end, n, rng):
    """Starts at one day with settings drawn by their weights."""
    weights = fitted.weigh_settings(end, 30)
    return Starts(np.full(n, end), rng.choice(len(weights), n, p=weights))


# ------------------------------------------------------------------------------------------- negative-binomial regression


def test_the_mixture_is_a_distribution_with_the_mean_that_it_names():
    counts = np.arange(20_000.0)
    for size, share in ((2.0, 0.0), (8.0, 0.2)):
        probability = np.exp(_log_mixture(counts, 90.0, size=size, share=share))
        assert probability.sum() == pytest.approx(1) and probability @ counts == pytest.approx(90)
    plain = _log_mixture(counts[:300], 90.0, size=8.0, share=0.0)
    assert plain == pytest.approx(nbinom.logpmf(counts[:300], 8, 8 / 98))


@pytest.mark.parametrize("size", [2.0, 8.0])
def test_size_and_mean_are_found_again(size):
    history = make_history(draw_counts(np.random.default_rng(0), np.full(500, 60.0), size))
    pool = fit_negative_binomial(history)
    member = pool.members[0]
    weights = member.weigh_settings(500, 74)
    assert np.exp(weights @ np.log(member.size)) == pytest.approx(size, rel=0.5)
    paths = pool.simulate(74, 4_000, np.random.default_rng(1))
    # half of the weight lies on the last three months: what it takes for the mean is their mean, not that of all
    assert paths.mean() == pytest.approx(60, rel=0.2)
    assert (paths.std(0) / paths.mean(0)).mean() == pytest.approx(np.sqrt(1 / 60 + 1 / size), rel=0.35)


def test_what_a_day_adds_fades_at_the_rate_that_is_named():
    """The mean of the paths, day by day, is that of the recursion, and its end is the slow mean, however high the start."""
    counts = draw_counts(np.random.default_rng(0), np.r_[np.full(230, 100.0), np.full(10, 400.0)], 16)
    history = make_history(counts)
    fitted = NegativeBinomial(90, alphas=(0.2,), phis=(0.95,), shares=(0.1,)).fit(prepare_history(history))
    paths = fitted.simulate_from(start_all(fitted, 240, 20_000, np.random.default_rng(1)), 73, np.random.default_rng(2))
    level, slow, profile = fitted.levels.level[-1, 0], fitted.levels.slow[-1, 0], fitted.levels.profile[-1, 0]
    ahead = pd.date_range(history.index[-1], periods=74)[1:].day_of_week
    expected = (slow + 0.95 ** np.arange(73) * (level - slow)) * profile[ahead]
    assert level > 2 * slow and expected[-7:].mean() < 1.1 * slow
    assert paths.mean(0) == pytest.approx(expected, rel=0.05)
    together = [np.corrcoef(paths[:, day], paths[:, day + lag])[0, 1] for lag in (1, 40) for day in (20, 30)]
    assert min(together[:2]) > 0.15 and max(together[2:]) < 0.6 * min(together[:2]), "days hang together, the near ones more"


def test_a_holiday_that_shuts_the_crossings_has_a_factor_of_its_own():
    shut = load_closed()
    day = shut[shut > "2024-09-01"][0]  # the first to come; the history holds those before it
    days = pd.date_range("2023-10-21", day - pd.Timedelta(days=1))
    counts = draw_counts(np.random.default_rng(0), np.full(len(days), 200.0), 16)
    open_ones, closed = pd.Series(counts, days), pd.Series(np.where(days.isin(shut), 0.0, counts), days)
    assert days.isin(shut).sum() >= 3
    means = [
        fit_negative_binomial(prepare_history(one, closed=shut)).simulate(20, 4_000, np.random.default_rng(1)).mean(0)
        for one in (open_ones, closed)
    ]
    assert means[0][0] > 150 and means[1][0] < 0.6 * means[0][0]
    ordinary = ~pd.date_range(day, periods=20).isin(shut)
    assert means[1][ordinary] == pytest.approx(means[0][ordinary], rel=0.1), "a closure moves neither level nor weekday"
    late = fit_negative_binomial(prepare_history(closed[:-6], nowcast=closed.to_numpy()[None, -6:], closed=shut))
    assert late.simulate(26, 4_000, np.random.default_rng(1)).mean(0)[6] == pytest.approx(means[1][0], rel=0.15)


def test_a_holiday_among_the_draws_does_not_move_the_level():
    shut = load_closed()
    day = shut[shut > "2024-09-01"][0]
    days = pd.date_range("2024-05-01", day - pd.Timedelta(days=1))
    history = pd.Series(draw_counts(np.random.default_rng(0), np.full(len(days), 200.0), 16), days)
    means = []
    for count in (0.0, 800.0):
        past = prepare_history(history, nowcast=np.array([[count]]), closed=shut)
        paths = fit_negative_binomial(past).simulate(8, 2_000, np.random.default_rng(1))
        assert (paths[:, 0] == count).all()
        means.append(paths[:, 1:].mean())
    assert means[0] == means[1]


# ----------------------------------------------------------------------------------------------------------- level shifts


def shift_level(rng, levels, lengths, noise=0.1):
    mean = np.repeat(np.asarray(levels, float), lengths)
    return np.maximum(np.rint(mean * (1 + noise * rng.standard_normal(len(mean)))), 0)


def test_a_planted_shift_is_found_on_its_day():
    counts = shift_level(np.random.default_rng(0), [100, 45, 160], [80, 60, 25])
    fitted = RegimeSwitching(90).fit(prepare_history(make_history(counts)))
    weights = fitted.weigh_settings(len(counts), 30)
    for day, age in ((139, 59), (164, 24)):  # after so many days of the second and of the third level
        ages = weights @ fitted.states[0][day]
        assert ages.sum() == pytest.approx(1)
        assert ages[age - 2 : age + 3].sum() > 0.8, "the run began when the level did"
    assert fitted.level[139] == pytest.approx(45, rel=0.1) and fitted.level[164] == pytest.approx(160, rel=0.1)
    assert (weights @ fitted.states[0][79])[60:].sum() > 0.7, "before any shift none is seen"


def test_one_odd_day_is_not_a_shift():
    counts = shift_level(np.random.default_rng(0), [100], [120])
    counts[110] = 10
    fitted = RegimeSwitching(90).fit(prepare_history(make_history(counts)))
    assert (
        fitted.level[-1] == pytest.approx(100, rel=0.1)
        and (fitted.weigh_settings(120, 30) @ fitted.states[0][-1])[:12].sum() < 0.3
    )


def test_a_calm_that_is_longer_than_what_is_kept_is_still_a_long_one():
    counts = shift_level(np.random.default_rng(0), [100], [LONGEST + 100])
    counts[-10:] = np.nan
    fitted = RegimeSwitching(90).fit(prepare_history(make_history(counts)))
    probability = fitted.states[0]
    assert probability.sum(-1) == pytest.approx(np.ones(probability.shape[:2])), "no run is lost, counted or not"
    assert (fitted.weigh_settings(len(counts), 30) @ probability[-1])[-1] > 0.5


@pytest.mark.parametrize("every", [15, 60])
def test_paths_shift_about_as_often_as_the_past_did(every):
    rng = np.random.default_rng(0)
    lengths = rng.geometric(1 / every, 1_200 // every)
    steps = rng.integers(1, 3, len(lengths))  # never to the level that is left
    levels = np.array([2_000, 6_000, 18_000])[np.cumsum(steps) % 3]
    counts = shift_level(rng, levels, lengths, noise=0.01)
    fitted = RegimeSwitching(90).fit(prepare_history(make_history(counts)))
    true = (np.abs(np.diff(np.log(counts))) > 0.5).mean()
    learnt = fitted.weigh_settings(len(counts), 30) @ fitted.hazard
    assert learnt == pytest.approx(true, rel=0.5)
    bare = replace(fitted, ratio=np.zeros_like(fitted.ratio), profile=np.ones_like(fitted.profile))  # the level and nothing else
    paths = bare.simulate_from(start_all(bare, len(counts), 4_000, rng), 74, rng)
    assert (np.diff(paths, axis=1) != 0).mean() == pytest.approx(learnt, rel=0.1)


def test_draws_of_recent_days_are_followed_to_the_level_they_end_on():
    history = wander(120)
    low = np.maximum(history.to_numpy()[-14:] - 70, 0)
    fitted = RegimeSwitching(90).fit(prepare_history(history, nowcast=np.stack([low, history.to_numpy()[-14:]])))
    probability, days, plain = fitted.followed
    began = (fitted.weigh_settings(120, 30) @ probability)[:, 12:16].sum(1)
    assert began[0] > 0.5 > began[1], "only the first draw began a new run, with its first day or near it"
    starts = Starts(np.full(2_000, 120), np.zeros(2_000, int), np.repeat([0, 1], 1_000))
    paths = fitted.simulate_from(starts, 7, np.random.default_rng(0))
    assert paths[:1_000].mean() < paths[1_000:].mean() - 40
