"""The pool: nothing later is seen, drifts are earned, blocks hold one member each, and draws of recent days are followed."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from scipy.stats import kstest
from test_models import make_history, wander, with_gaps

from utils.counts.snapshot import NO_DAYS
from utils.models import (
    count_blocks,
    fit_negative_binomial,
    fit_pool,
    fit_regime_switching,
    fit_short_pool,
    prepare_history,
    simulate_paths,
)
from utils.models.levels import DRIFTS, Grid, filter_levels
from utils.models.members import SEASON, STEADY, Starts, draw_index, find_runs
from utils.models.pool import CANDIDATES, FEW_PATHS, MEMBERS, FittedPool, _thin
from utils.models.residuals import MOVING, WeekResiduals
from utils.models.scales import LEAST, MOST, follow_spread, scale_innovations
from utils.models.smoothing import ALPHAS, KAPPAS, Smoothing
from utils.models.weights import FIRST_ORIGIN, weigh_windows

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

    def weigh_settings(self, end, horizon):
        return np.full(self.n_settings, 1 / self.n_settings)

    def simulate_from(self, starts, horizon, rng):
        paths = np.repeat(self.level + starts.setting[:, None] * 10.0, horizon, axis=1)
        return np.maximum(paths + self.noise * rng.standard_normal(paths.shape), 0)


def pool_of(*members, counts=None, nowcast=NONE, gap=0):
    counts = np.full(200, 100.0) if counts is None else counts
    return FittedPool(tuple(map(str, range(len(members)))), list(members), counts, gap, nowcast)


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
        weights = fitted.weigh_settings(end, 20)
        starts = Starts(np.full(40, end), np.random.default_rng(0).choice(len(weights), 40, p=weights))
        paths.append(fitted.simulate_from(starts, 20, np.random.default_rng(1)))
    assert np.array_equal(paths[0], paths[1]) and np.array_equal(paths[0], paths[2])
    assert paths[0].max() < 1_000 and paths[0].std() > 5


def test_windows_say_nothing_of_what_came_after_the_day():
    history = wander(180)
    planted = history.copy()
    planted.iloc[150:] = 10_000
    grid = Grid.combine((0.1, 0.3))
    weights = [
        weigh_windows(h.to_numpy(), filter_levels(*split(h), NONE, grid=grid, half_life=90), end=end, horizon=30)
        for h, end in ((history.iloc[:150], 150), (history, 150), (planted, 150), (planted, 180))
    ]
    assert np.array_equal(weights[0], weights[1]) and np.array_equal(weights[0], weights[2])
    assert not np.allclose(weights[0], weights[3])


# ------------------------------------------------------------------------------------------------- weights


def test_the_likelihood_of_past_windows_by_hand():
    history = with_gaps(wander(120), [40, 41, 90])
    counts, end, span = history.to_numpy(), 110, 14
    grid = Grid.combine((0.1, 0.3))
    levels = filter_levels(*split(history), NONE, grid=grid, half_life=90)
    squares, recency = [], []
    for origin in range(FIRST_ORIGIN, end - span + 1):  # straight from the definition, a day at a time
        level, slow, slope = (state[origin - 1] for state in (levels.level, levels.slow, levels.slope))
        means = []
        for _ in range(span):
            means.append(level)
            level = np.where(grid.grows, level * (1 + slope), level + slope + (1 - grid.keep) * (slow - level))
        squares.append((np.mean(means, 0) - np.nanmean(counts[origin : origin + span])) ** 2)
        recency.append(0.5 ** ((end - span - origin) / STEADY))
    n_windows = np.sum(recency) / span
    expected = np.log(grid.odds) - n_windows / 2 * np.log(np.average(squares, axis=0, weights=recency))
    assert weigh_windows(counts, levels, end=end, horizon=15) == pytest.approx(expected, rel=1e-6)


def test_before_any_window_is_over_the_weights_are_the_prior_odds():
    history = wander(30)
    levels = filter_levels(*split(history), NONE, grid=Grid.combine((0.1,)), half_life=90)
    odds = np.log([drift.odds for drift in DRIFTS.values()])
    assert weigh_windows(history.to_numpy(), levels, end=30, horizon=30) == pytest.approx(odds)


NOISE = np.random.default_rng(11)
SHAPES = {
    "line": NOISE.poisson(20 + 0.5 * np.arange(300)),
    "growth": NOISE.poisson(20 * np.exp(0.01 * np.arange(300))),
    "even": NOISE.poisson(100, 300),
    "storms": np.rint(NOISE.gamma(1, 10, 300) * np.where(NOISE.random(300) < 0.05, 8, 1)),
    "to and fro": NOISE.poisson(100 * (1 + 0.6 * np.sin(np.arange(300) / 12))),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_slope_is_believed_where_past_windows_went_on_along_it(shape):
    """Most weight on a line where there is one, on growth where there is growth, next to none where neither lasts."""
    drifts = fit_pool(make_history(SHAPES[shape])).weigh_drifts(74)
    assert sum(drifts.values()) == pytest.approx(1)
    if shape in ("line", "growth"):
        assert drifts["line"] + drifts["grows"] > 0.7
        assert max(drifts, key=drifts.get) == dict(line="line", growth="grows")[shape]
    else:
        assert drifts["line"] + drifts["grows"] < 0.2


def test_a_random_walk_is_followed_at_once():
    """The next day's mean is the last count and not the mean of many, as the gain is one."""
    rng = np.random.default_rng(3)
    walk = make_history(2_000 + np.rint(np.cumsum(rng.normal(0, 30, 300))))
    fitted = Smoothing(STEADY).fit(prepare_history(walk))
    weights = fitted.weigh_settings(300, 5).reshape(len(KAPPAS), 2, len(ALPHAS), len(DRIFTS))
    assert ALPHAS[-1] == 1.0 and weights.sum((0, 1, 3))[-1] > 0.9
    assert weights.sum((0, 2, 3))[0] > 0.9  # and no weekdays, since there are none
    starts = Starts(np.full(4_000, 300), np.random.default_rng(0).choice(weights.size, 4_000, p=weights.ravel()))
    paths = fitted.simulate_from(starts, 1, np.random.default_rng(1))
    assert paths.mean() == pytest.approx(walk.iloc[-1], abs=4)


def test_gains_next_to_none_are_for_counts_around_one_level():
    weights = Smoothing(STEADY).fit(prepare_history(make_history(SHAPES["even"]))).weigh_settings(300, 74)
    assert weights.reshape(len(KAPPAS), 2, len(ALPHAS), len(DRIFTS)).sum((0, 1, 3))[:2].sum() > 0.9


# ------------------------------------------------------------------------------------------------- what could happen


def covers_highest(draw, *, n_days=300, horizon=74, n=20):
    """Share of histories whose highest day to come is in the 90 % interval of the paths."""
    inside = []
    for seed in range(n):
        counts = draw(np.random.default_rng(seed), n_days + horizon)
        highest = fit_pool(make_history(counts[:n_days])).simulate(horizon, 500, np.random.default_rng(seed)).max(1)
        low, high = np.quantile(highest, [0.05, 0.95])
        inside.append(low <= counts[n_days:].max() <= high)
    return np.mean(inside)


def test_a_line_is_followed():
    assert covers_highest(lambda rng, n: rng.poisson(20 + 0.5 * np.arange(n))) >= 0.8


def test_steady_growth_is_followed():
    assert covers_highest(lambda rng, n: rng.poisson(20 * np.exp(0.01 * np.arange(n)))) >= 0.8


def test_an_even_count_does_not_run_away():
    assert covers_highest(lambda rng, n: rng.poisson(100, n)) >= 0.8


def test_days_of_none_stay_days_of_none():
    """Half of the days hold nothing, at random: so do the days of the paths, and the others keep their size."""
    rng = np.random.default_rng(2)
    counts = rng.poisson(40, 300) * (rng.random(300) < 0.5)
    paths = fit_pool(make_history(counts)).simulate(74, 2_000, np.random.default_rng(0))
    assert (paths == 0).mean() == pytest.approx((counts == 0).mean(), abs=0.08)
    assert paths.mean() == pytest.approx(counts.mean(), rel=0.15)
    assert np.median(paths[paths > 0]) == pytest.approx(np.median(counts[counts > 0]), rel=0.15)


@pytest.mark.parametrize("half_life", [30.0, SEASON])
def test_week_residuals_do_not_drift(half_life):
    """After a rise and a slow fall the recent changes of the level are all down; what is drawn from them must not be."""
    rng = np.random.default_rng(4)
    level = np.r_[np.linspace(60, 300, 80), np.linspace(300, 120, 140)]
    history = make_history(rng.poisson(level))
    fitted = WeekResiduals(half_life).fit(prepare_history(history))
    paths = fitted.simulate_from(Starts(np.full(20_000, 220), np.full(20_000, MOVING)), 70, np.random.default_rng(0))
    weekly = paths.reshape(20_000, 10, 7).mean((0, 2))
    assert weekly[-1] == pytest.approx(weekly[0], rel=0.04)
    assert weekly[0] == pytest.approx(fitted.levels.level[-1, MOVING], rel=0.04)


# ------------------------------------------------------------------------------------------------- blocks and shares


@pytest.mark.parametrize("n_paths", [1_000, 999, 12_030])
def test_the_paths_of_a_block_have_one_member_and_one_setting(n_paths):
    paths = pool_of(Stub(1000, n_settings=5), Stub(2000)).simulate(3, n_paths, np.random.default_rng(0))
    blocks = np.array_split(paths, count_blocks(n_paths))
    assert len(paths) == n_paths and all(len(np.unique(block)) == 1 for block in blocks)
    share = np.mean([block[0, 0] == 2000 for block in blocks])
    assert share == pytest.approx(0.5, abs=1 / len(blocks))
    settings, count = np.unique([block[0, 0] for block in blocks if block[0, 0] < 2000], return_counts=True)
    assert settings.tolist() == [1000, 1010, 1020, 1030, 1040] and np.ptp(count) <= 1


def test_fewer_paths_than_blocks_are_a_fair_choice():
    pool = pool_of(Stub(0), Stub(1000))
    means = [pool.simulate(2, 7, np.random.default_rng(seed)).mean() for seed in range(300)]
    assert np.mean(means) == pytest.approx(500, abs=90)  # seven paths are one block, of one member


def test_disagreement_between_members_widens_the_interval():
    """What `Question.answer` reads off the blocks: of members that agree they show the noise alone, which it takes out."""

    def spread(levels):
        members = [Stub(level, noise=20) for level in levels]
        paths = pool_of(*members).simulate(5, 10_000, np.random.default_rng(0))
        return np.std([(block.max(1) >= 120).mean() for block in np.array_split(paths, count_blocks(10_000))])

    assert spread([80, 120]) > 1.7 * spread([100, 100])


def test_thinning_keeps_every_path_with_the_same_chance_and_takes_noise_out():
    rng = np.random.default_rng(0)
    paths = rng.normal(size=(1, 40, 1))
    kept = np.concatenate([_thin(paths, 10, rng).ravel() for _ in range(4_000)])
    share = (kept[:, None] == paths.ravel()).mean(0)
    assert share == pytest.approx(np.full(40, 1 / 40), abs=4 * np.sqrt(0.025 / 40_000))
    drawn = np.rint(rng.normal(200, 50, size=(300, 400, 1)))
    thinned = (_thin(drawn, 100, rng) > 250).mean((1, 2))
    plain = (drawn[:, :100] > 250).mean((1, 2))
    assert thinned.mean() == pytest.approx(plain.mean(), abs=0.01) and thinned.std() < 0.65 * plain.std()


def test_thinned_and_plain_paths_have_one_law():
    history = wander(180)
    few = np.concatenate([fit_pool(history).simulate(10, FEW_PATHS, np.random.default_rng(s)).max(1) for s in range(4)])
    many = fit_pool(history).simulate(10, 50_000, np.random.default_rng(9)).max(1)
    grid = np.quantile(many, np.linspace(0.05, 0.95, 19))
    assert (few[:, None] <= grid).mean(0) == pytest.approx((many[:, None] <= grid).mean(0), abs=0.04)


def test_innovations_are_scaled_to_the_spread_of_today_within_bounds():
    rng = np.random.default_rng(0)
    size = np.r_[np.full(200, 10.0), np.full(200, 20.0)]
    innovations = (size * rng.normal(size=400))[:, None]
    used = np.ones(400, bool)
    spread = follow_spread(innovations, used)
    assert spread[-1, 0] == pytest.approx(20, rel=0.25) and spread[199, 0] == pytest.approx(10, rel=0.25)
    options = dict(none=np.zeros((400, 1), bool), mean=np.ones(1), narrow=1.0)
    weights = np.full(400, 1 / 400)
    up = scale_innovations(innovations, spread, weights, **options)
    assert up[:200].std() == pytest.approx(spread[-1, 0], rel=0.15) and weights @ up == pytest.approx(0, abs=1e-9)
    down = scale_innovations(innovations[::-1], follow_spread(innovations[::-1], used), weights, **options)
    assert down[:150].std() == pytest.approx(LEAST * 20, rel=0.15)  # a storm keeps most of its size
    quiet = np.r_[np.full(100, 1.0), np.full(100, 100.0)][:, None]
    assert scale_innovations(quiet, quiet, np.full(200, 1 / 200), none=np.zeros((200, 1), bool), mean=np.ones(1), narrow=1.0)[
        0, 0
    ] - scale_innovations(0 * quiet, quiet, np.full(200, 1 / 200), none=np.zeros((200, 1), bool), mean=np.ones(1), narrow=1.0)[
        0, 0
    ] == pytest.approx(MOST - (MOST + 100) / 2)


def test_a_storm_out_of_the_blue_is_not_drawn_as_many_times_itself():
    """By the spread of the days before it, it would be: it is the day itself that raises the spread."""
    innovations = np.tile([1.0, -1.0], 100)[:, None]
    innovations[150] = 60.0
    innovations[160:] *= 10  # a wilder time since
    spread = follow_spread(innovations, np.ones(200, bool))
    by_itself, by_before = spread[-1] / spread[150], spread[-1] / spread[149]
    assert by_before > 4 * by_itself and by_itself < MOST


def test_days_of_none_keep_the_mean_of_a_day():
    innovations = np.tile([-20.0, 20.0], 50)[:, None]
    none = innovations < 0
    drawn = scale_innovations(innovations, np.ones((100, 1)), np.full(100, 0.01), none=none, mean=np.array([30.0]), narrow=1.0)
    assert np.isneginf(drawn[none]).all() and drawn[~none] == pytest.approx(30)  # a mean of 30, half of the days at 60


def test_runs_are_found():
    assert find_runs(np.array([3, 3, 1, 1, 1, 3])) == [(3, slice(0, 2)), (1, slice(2, 5)), (3, slice(5, 6))]
    assert find_runs(np.array([])) == []


# ------------------------------------------------------------------------------------------------- nowcast draws


@pytest.mark.parametrize("fit", [fit_pool, fit_short_pool])
@pytest.mark.parametrize("horizon", [3, 10, 60])
def test_paths_begin_with_the_draws_and_go_on_from_them(fit, horizon):
    history = wander(180)
    rng = np.random.default_rng(0)
    weekly = history.to_numpy()[-10:] - 120
    draws = np.maximum(rng.choice([80, 220], 30)[:, None] + weekly + rng.integers(-5, 6, (30, 10)), 0)
    paths = fit(prepare_history(history, nowcast=draws)).simulate(horizon, 601, np.random.default_rng(1))
    mine = np.repeat(np.arange(120), [6] + 119 * [5]) % 30
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
    grid = Grid.without_slope(np.array([0.5]), np.array([0.5]))
    levels = filter_levels(counts, pd.date_range("2024-01-01", periods=3), NONE, grid=grid, half_life=360)
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


def test_a_slope_by_hand():
    counts = np.array([10.0, 20.0])
    grid = Grid.combine((0.5,), weekly=(False,))
    assert len(grid.alpha) == len(DRIFTS) and grid.slope_gain.tolist() == [0, 0, 0.05**2, 0.05**2]
    levels = filter_levels(counts, pd.date_range("2024-01-01", periods=2), NONE, grid=grid, half_life=360)
    level, slope = 15 - 2.5, -5 * 0.05**2
    assert levels.slope[0] == pytest.approx([0, 0, slope, slope / 15])
    assert levels.level[0] == pytest.approx([level + 0.02 * 1.25, level, level + slope, level * (1 + slope / 15)])
    assert np.array_equal(levels.profile, np.ones((2, len(DRIFTS), 7)))  # weekdays do not differ


@pytest.mark.parametrize("horizon", [1, 7, 70])
def test_the_mean_expected_is_that_of_the_recursion(horizon):
    levels = filter_levels(*split(make_history(SHAPES["growth"])), NONE, grid=Grid.combine((0.1, 0.4)), half_life=90)
    level, kept, added, _ = levels.gather(np.full(8, 200), np.arange(8), None)
    means = []
    for _ in range(horizon):
        means.append(level)
        level = kept * level + added
    assert levels.expect(np.array([200]), horizon)[0] == pytest.approx(np.mean(means, 0), rel=1e-6)


def test_following_draws_is_filtering_them():
    whole = wander(120)
    settings = dict(grid=Grid.combine((0.1, 0.3)), half_life=45)
    levels = filter_levels(*split(whole), NONE, **settings)
    followed = filter_levels(*split(whole.iloc[:100]), np.tile(whole.to_numpy()[100:], (3, 1)), **settings).followed
    for state, end in zip(followed, (levels.level, levels.slow, levels.slope, levels.profile), strict=True):
        assert state == pytest.approx(np.stack([end[-1]] * 3), rel=1e-9)


@pytest.mark.parametrize("size", [4_000, 40_000])
def test_indices_are_drawn_by_weight(size):
    weights = np.array([0.0, 1.0, 2.0, 0.0, 5.0])
    share = np.bincount(draw_index(weights, size, np.random.default_rng(0)), minlength=5) / size
    assert share == pytest.approx(weights / 8, abs=4 * np.sqrt(0.25 / size)) and share[0] == share[3] == 0


def test_an_even_count_is_covered_as_often_as_it_claims():
    """The randomised rank of what came among the paths, over many even counts, is uniform, within what 400 cases can tell."""
    rng = np.random.default_rng(7)
    ranks = []
    for _ in range(400):
        counts = rng.poisson(80, 130)
        paths = fit_pool(make_history(counts[:120])).simulate(10, 400, rng)
        highest = paths.max(1) + rng.random(400)
        ranks.append((highest < counts[120:].max() + rng.random()).mean())
    assert kstest(ranks, "uniform").pvalue > 0.001


# ------------------------------------------------------------------------------------------------- days set aside


@pytest.mark.parametrize("model", ["pool", "smoothing", "week_residuals"])
def test_what_moved_days_that_are_set_aside_is_not_drawn_again(model):
    """A fortnight's storm is drawn again, unless its days are set aside; the level has long forgotten it."""
    rng = np.random.default_rng(3)
    counts = rng.poisson(100, 200).astype(float)
    counts[90:104] += 400 * rng.random(14)
    history = make_history(counts)
    storm = history.index[90:104]
    share = {}
    for name, aside in dict(drawn=NO_DAYS, aside=storm).items():
        paths = simulate_paths(prepare_history(history, set_aside=aside), 30, n_paths=2_000, model=model, seed=1)
        share[name] = (paths.max(1) > 250).mean()
    assert share["drawn"] > 0.1 and share["aside"] < 0.02


def test_where_no_day_would_be_left_to_draw_from_none_is_set_aside():
    history = make_history(np.random.default_rng(4).poisson(50, 120).astype(float))
    plain, barred = (
        simulate_paths(prepare_history(history, set_aside=aside), 20, n_paths=200, seed=2) for aside in (NO_DAYS, history.index)
    )
    assert np.array_equal(plain, barred)
    scattered = history.index[::7]  # every week holds one: no block of a week is free, single days are
    paths = simulate_paths(prepare_history(history, set_aside=scattered), 20, n_paths=200, seed=2)
    assert np.isfinite(paths).all() and 30 < paths.mean() < 70
