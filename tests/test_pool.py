"""The pool: nothing later is seen, weights are earned, blocks hold one member each, and draws of recent days are followed."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from scipy.stats import kstest
from test_models import make_history, wander, with_gaps

from utils.models import count_blocks, fit_negative_binomial, fit_pool, fit_regime_switching, fit_short_pool, prepare_history
from utils.models.levels import filter_levels
from utils.models.members import Starts, draw_index
from utils.models.pool import CANDIDATES, FEW_PATHS, MEMBERS, FittedPool, fit_members, thin
from utils.models.weights import BacktestSample, learn_weights, sample_backtest, score_mixtures

NONE = np.empty((1, 0))
EVERY = MEMBERS | CANDIDATES


def split(history):
    """A history as `filter_levels` takes it."""
    return history.to_numpy(), history.index


@dataclass
class Stub:
    """A member whose paths stand at one level, plus a tenth of the number of their setting, each with noise of its own."""

    level: float
    noise: float = 0.0
    n_settings: int = 1

    def weigh_settings(self, end):
        return np.full(self.n_settings, 1 / self.n_settings)

    def simulate_from(self, starts, horizon, rng):
        paths = np.repeat(self.level + starts.setting[:, None] * 10.0, horizon, axis=1)
        return np.maximum(paths + self.noise * rng.standard_normal(paths.shape), 0)


def pool_of(*members, counts=None, nowcast=NONE, gap=0, learn=True, spread=1.0):
    counts = np.full(200, 100.0) if counts is None else counts
    return FittedPool(tuple(map(str, range(len(members)))), list(members), counts, gap, nowcast, learn, spread)


# ------------------------------------------------------------------------------------------------- nothing later is seen


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("end", [60, 117, 170])
def test_a_member_simulates_from_a_day_with_nothing_later(name, end):
    """What a fit on the shortened history gives, bit by bit, whatever is planted after the day."""
    history = with_gaps(wander(180), range(20, 170, 9))
    planted = history.copy()
    planted.iloc[end:] = 10_000
    paths = []
    for series in (history.iloc[:end], history, planted):
        fitted = EVERY[name].fit(prepare_history(series))
        weights = fitted.weigh_settings(end)
        starts = Starts(np.full(40, end), np.random.default_rng(0).choice(len(weights), 40, p=weights))
        paths.append(fitted.simulate_from(starts, 20, np.random.default_rng(1)))
    assert np.array_equal(paths[0], paths[1]) and np.array_equal(paths[0], paths[2])
    assert paths[0].max() < 1_000 and paths[0].std() > 5


def test_a_sampled_backtest_sees_what_came_only_as_the_truth():
    history = wander(180)
    planted = history.copy()
    planted.iloc[-10:] = 10_000  # the last origin lies before them
    one, two = (
        sample_backtest([m.fit(prepare_history(h)) for m in MEMBERS.values()], h.to_numpy(), horizon=10)
        for h in (history, planted)
    )
    assert np.array_equal(one.paths, two.paths)
    assert (two.truth[-1] == 10_000).all() and np.array_equal(one.truth[:-1], two.truth[:-1])


# ------------------------------------------------------------------------------------------------- weights


def make_sample(levels, *, windows, seed=0):
    """Members at several levels, each with a spread of 10, where 100 came."""
    rng = np.random.default_rng(seed)
    paths = np.stack([rng.normal(level, 10, (5, 50, 7)) for level in levels], 1)
    return BacktestSample(paths, rng.normal(100, 10, (5, 7)), np.full(5, 0.2), windows)


def test_the_mixture_s_score_is_the_crps_of_the_mixed_sample():
    past = make_sample([100, 130], windows=5)
    past.truth[2, 3:] = np.nan
    a, b = score_mixtures(past)
    shares = np.array([0.25, 0.75])

    def crps(shares):  # straight from the definition, an origin and a functional at a time
        scores = []
        for highest in (True, False):
            total = 0.0
            for origin in range(5):
                seen = np.isfinite(past.truth[origin])
                read = (lambda x, s=seen: x[..., s].max(-1)) if highest else (lambda x, s=seen: x[..., s].mean(-1))
                drawn, weight = read(past.paths[origin]).ravel(), np.repeat(shares / 50, 50)
                apart = np.abs(drawn[:, None] - drawn[None])
                total += 0.2 * (weight @ np.abs(drawn - read(past.truth[origin])) - weight @ apart @ weight / 2)
            scores.append(total)
        return np.array(scores)

    expected = (crps(shares) / crps(np.array([0.5, 0.5]))).mean()
    assert shares @ a - shares @ b @ shares / 2 == pytest.approx(expected, rel=1e-12)


def test_weights_go_to_the_better_member_and_are_shrunk_where_there_is_little_to_learn_from():
    few, many = (learn_weights(make_sample([100, 160], windows=windows)) for windows in (1, 1000))
    assert few.sum() == pytest.approx(1) and many.sum() == pytest.approx(1)
    assert 0.5 < few[0] < many[0] - 0.05 and many[0] > 0.8
    assert learn_weights(make_sample([100, 160], windows=1), ridge=1e6) == pytest.approx([0.5, 0.5], abs=0.001)
    alike = learn_weights(make_sample([100, 100], windows=1))
    assert alike == pytest.approx([0.5, 0.5], abs=0.05)


def test_the_pool_s_weights_come_from_its_sampled_backtests():
    good, bad = Stub(100, noise=3), Stub(200, noise=3)
    weights = pool_of(good, bad).weigh(20)
    assert weights[0] > 0.6 and weights.sum() == pytest.approx(1)
    assert pool_of(good, bad, learn=False).weigh(20).tolist() == [0.5, 0.5]
    assert pool_of(good, bad, counts=np.full(50, 100.0)).weigh(20).tolist() == [0.5, 0.5]  # no window is long enough


# ------------------------------------------------------------------------------------------------- blocks and shares


@pytest.mark.parametrize("n_paths", [1_000, 999, 12_030])
def test_the_paths_of_a_block_have_one_member_and_one_setting(n_paths):
    paths = pool_of(Stub(1000, n_settings=5), Stub(2000), learn=False).simulate(3, n_paths, np.random.default_rng(0))
    blocks = np.array_split(paths, count_blocks(n_paths))
    assert len(paths) == n_paths and all(len(np.unique(block)) == 1 for block in blocks)
    share = np.mean([block[0, 0] == 2000 for block in blocks])
    assert share == pytest.approx(0.5, abs=1 / len(blocks))
    settings, count = np.unique([block[0, 0] for block in blocks if block[0, 0] < 2000], return_counts=True)
    assert settings.tolist() == [1000, 1010, 1020, 1030, 1040] and np.ptp(count) <= 1


def test_fewer_paths_than_blocks_are_a_fair_choice():
    pool = pool_of(Stub(0), Stub(1000), learn=False)
    means = [pool.simulate(2, 7, np.random.default_rng(seed)).mean() for seed in range(300)]
    assert np.mean(means) == pytest.approx(500, abs=90)  # seven paths are one block, of one member


def test_disagreement_between_members_widens_the_interval():
    """What `Question.answer` reads off the blocks: of members that agree they show the noise alone, which it takes out."""

    def spread(levels):
        members = [Stub(level, noise=20) for level in levels]
        paths = pool_of(*members, learn=False).simulate(5, 10_000, np.random.default_rng(0))
        return np.std([(block.max(1) >= 120).mean() for block in np.array_split(paths, count_blocks(10_000))])

    assert spread([80, 120]) > 2 * spread([100, 100])


def test_thinning_keeps_every_path_with_the_same_chance_and_takes_noise_out():
    rng = np.random.default_rng(0)
    paths = rng.normal(size=(1, 40, 1))
    kept = np.concatenate([thin(paths, 10, rng).ravel() for _ in range(4_000)])
    share = (kept[:, None] == paths.ravel()).mean(0)
    assert share == pytest.approx(np.full(40, 1 / 40), abs=4 * np.sqrt(0.025 / 40_000))
    drawn = np.rint(rng.normal(200, 50, size=(300, 400, 1)))
    thinned = (thin(drawn, 100, rng) > 250).mean((1, 2))
    plain = (drawn[:, :100] > 250).mean((1, 2))
    assert thinned.mean() == pytest.approx(plain.mean(), abs=0.01) and thinned.std() < 0.65 * plain.std()


def test_thinned_and_plain_paths_have_one_law():
    history = wander(180)
    few = np.concatenate([fit_pool(history).simulate(10, FEW_PATHS, np.random.default_rng(s)).max(1) for s in range(4)])
    many = fit_pool(history).simulate(10, 50_000, np.random.default_rng(9)).max(1)
    grid = np.quantile(many, np.linspace(0.05, 0.95, 19))
    assert (few[:, None] <= grid).mean(0) == pytest.approx((many[:, None] <= grid).mean(0), abs=0.04)


def test_the_spread_is_about_the_mean_of_the_day():
    wide, narrow = (fit_members(wander(180), MEMBERS, spread=spread) for spread in (1.0, 0.9))
    one, two = (pool.simulate(20, 20_000, np.random.default_rng(0)) for pool in (wide, narrow))
    assert two.std(0) / one.std(0) == pytest.approx(np.full(20, 0.9), abs=0.01)
    assert two.mean(0) == pytest.approx(one.mean(0), abs=0.2)


# ------------------------------------------------------------------------------------------------- nowcast draws


@pytest.mark.parametrize("fit", [fit_pool, fit_short_pool])
@pytest.mark.parametrize("horizon", [3, 10, 60])
def test_paths_begin_with_the_draws_and_go_on_from_them(fit, horizon):
    history = wander(180)
    rng = np.random.default_rng(0)
    weekly = history.to_numpy()[-10:] - 120
    draws = np.maximum(rng.choice([80, 220], 30)[:, None] + weekly + rng.integers(-5, 6, (30, 10)), 0)
    paths = fit(prepare_history(history, nowcast=draws)).simulate(horizon, 601, np.random.default_rng(1))
    mine = np.repeat(np.arange(60), [11] + 59 * [10]) % 30
    assert np.array_equal(paths[:, :10], draws[mine][:, :horizon])
    if horizon > 10:
        after, high = paths[:, 10:20].mean(1), draws[mine].mean(1) > 150
        assert after[high].mean() > after[~high].mean() + 60


def test_one_draw_of_what_came_forecasts_like_the_history_that_holds_it():
    whole = wander(200)
    pool = fit_pool(prepare_history(whole.iloc[:189], nowcast=whole.to_numpy()[None, 189:]))
    paths = pool.simulate(41, 20_000, np.random.default_rng(0))[:, 11:]
    plain = fit_pool(whole).simulate(30, 20_000, np.random.default_rng(0))
    assert paths.mean(0) == pytest.approx(plain.mean(0), rel=0.08)  # weights of settings and innovations are those of fewer days


def test_the_draws_keep_the_weekday():
    days = pd.date_range("2024-01-01", periods=140)
    history = make_history(np.where(days.day_of_week == 5, 0, 200 + np.arange(140) % 3))
    for gap in range(1, 8):
        ahead = pd.date_range(history.index[-1], periods=gap + 22)[1:]
        draw = np.where(ahead[:gap].day_of_week == 5, 0.0, 201.0)[None]
        mean = fit_pool(prepare_history(history, nowcast=draw)).simulate(gap + 21, 300, np.random.default_rng(0)).mean(0)
        assert np.array_equal(mean < 100, ahead.day_of_week == 5)


def test_absent_days_at_the_end_widen_the_paths():
    rng = np.random.default_rng(0)
    history = make_history(np.rint(np.maximum(500 + np.cumsum(rng.normal(0, 20, 180)), 0)))
    absent = with_gaps(history, range(150, 180))
    spread = [fit_pool(one).simulate(1, 20_000, np.random.default_rng(0)).std() for one in (history, absent)]
    assert spread[1] > 1.5 * spread[0]


# ------------------------------------------------------------------------------------------------- odd histories


ODD = {
    "huge counts": np.random.default_rng(0).poisson(1e6, 90),
    "most days absent": np.where(np.random.default_rng(1).random(120) < 0.8, np.nan, 20.0 + np.arange(120) % 9),
    "a long gap": np.r_[np.full(40, 10.0), np.full(25, np.nan), np.full(30, 12.0)],
    "one wild last day": np.r_[np.full(89, 3.0), 90_000],
    "a late start": np.r_[np.full(20, np.nan), np.random.default_rng(2).poisson(9, 60)],
    "a weekday never counted": np.where(np.arange(90) % 7 == 5, np.nan, 50.0 + np.arange(90) % 4),
    "noughts and one day": np.r_[np.zeros(89), 500.0],
    "two weeks": np.random.default_rng(3).poisson(9, 14),
}


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("fit", [fit_pool, fit_short_pool, fit_negative_binomial, fit_regime_switching])
def test_odd_histories_give_whole_paths_that_do_not_run_away(name, fit):
    history = make_history(ODD[name])
    paths = fit(history).simulate(73, 500, np.random.default_rng(0))
    assert np.isfinite(paths).all() and (paths >= 0).all() and (paths == np.rint(paths)).all()
    assert paths.max() <= 4 * max(history.max(), 1) and np.median(paths) <= 1.5 * history.max()


def test_a_weekday_that_was_never_counted_is_taken_for_an_ordinary_one():
    paths = fit_pool(make_history(ODD["a weekday never counted"])).simulate(14, 2_000, np.random.default_rng(0))
    assert paths.mean(0) == pytest.approx(np.full(14, 51.5), rel=0.1)


def test_an_even_count_keeps_its_mean_and_its_spread():
    counts = np.random.default_rng(0).poisson(100, 400)
    paths = fit_pool(make_history(counts)).simulate(30, 20_000, np.random.default_rng(1))
    assert paths.mean() == pytest.approx(100, rel=0.03)
    assert 0.85 * 10 < paths.std(0).mean() < 1.4 * 10


# ------------------------------------------------------------------------------------------------- parts


def test_the_level_by_hand():
    counts = np.array([10.0, 20.0, np.nan])
    levels = filter_levels(
        counts, pd.date_range("2024-01-01", periods=3), NONE, alpha=np.array([0.5]), phi=np.array([0.5]), half_life=360
    )
    # the first week's mean is 15; Monday's innovation is -5; the slow mean moves by half of what the level moved
    assert levels.mean[0, 0] == 15
    level, slow = 15 - 2.5, 15 - 1.25
    assert levels.slow[0, 0] == slow and levels.level[0, 0] == slow + 0.5 * (level - slow)
    factors = np.array([1 - 5 / 15 / 3, 1, 1, 1, 1, 1, 1])  # the first Monday of three, with two that stand for what is usual
    assert levels.profile[0, 0] == pytest.approx(factors * 7 / factors.sum())
    assert levels.mean[1, 0] == pytest.approx(levels.level[0, 0] * levels.profile[0, 0, 1])
    # the third day tells nothing: the level returns half of the way
    assert levels.level[2, 0] == pytest.approx(levels.slow[1, 0] + 0.5 * (levels.level[1, 0] - levels.slow[1, 0]))
    assert np.array_equal(levels.profile[2], levels.profile[1]) and levels.slow[2] == levels.slow[1]


def test_following_draws_is_filtering_them():
    whole = wander(120)
    settings = dict(alpha=np.array([0.1, 0.3]), phi=np.array([0.98, 1.0]), half_life=45)
    levels = filter_levels(*split(whole), NONE, **settings)
    followed = filter_levels(*split(whole.iloc[:100]), np.tile(whole.to_numpy()[100:], (3, 1)), **settings).followed
    for state, end in zip(followed, (levels.level, levels.slow, levels.profile), strict=True):
        assert state == pytest.approx(np.stack([end[-1]] * 3), rel=1e-12)


@pytest.mark.parametrize("size", [4_000, 40_000])
def test_indices_are_drawn_by_weight(size):
    weights = np.array([0.0, 1.0, 2.0, 0.0, 5.0])
    share = np.bincount(draw_index(weights, size, np.random.default_rng(0)), minlength=5) / size
    assert share == pytest.approx(weights / 8, abs=4 * np.sqrt(0.25 / size)) and share[0] == share[3] == 0


def test_an_even_count_is_covered_as_often_as_it_claims():
    """The randomised rank of what came among the paths, over many even counts, is uniform, within what 150 cases can tell."""
    rng = np.random.default_rng(7)
    ranks = []
    for _ in range(150):
        counts = rng.poisson(80, 130)
        paths = fit_pool(make_history(counts[:120])).simulate(10, 400, rng)
        highest = paths.max(1) + rng.random(400)
        ranks.append((highest < counts[120:].max() + rng.random()).mean())
    assert kstest(ranks, "uniform").pvalue > 0.01
