"""Breaks of the level, unknown parameters and a list's last days, held against dense computations and later lists."""

import dataclasses
import itertools

import numpy as np
import pandas as pd
import pytest
from scipy.stats import multivariate_normal

from utils.aid.daily import load_daily, load_days
from utils.aid.loaders import load_quotes
from utils.aid.nowcast.breaks import LEFT, Evidence, draw_breaks, learn_breaks, list_breaks
from utils.aid.nowcast.checks import check_quotes
from utils.aid.nowcast.conditioning import build_observations, solve_quotes
from utils.aid.nowcast.drawing import _find_gains
from utils.aid.nowcast.fitting import N_PARAMS
from utils.aid.nowcast.inputs import prepare_daily
from utils.aid.nowcast.late import estimate_late
from utils.aid.nowcast.reconcile import reconcile, reconcile_once, reconcile_series
from utils.aid.reporting import measure_reporting
from utils.common.errors import LookaheadError

ASKED = pd.Timestamp("2024-11-08")


@pytest.fixture(scope="module")
def asked():
    return reconcile_once(ASKED, "real-time")


# --- the sampler and the gain ---


def test_sets_of_breaks_are_drawn_as_often_as_the_dense_normal_says():
    rng, n_steps, variance, rate = np.random.default_rng(2), 5, 1.5, 0.2
    moved, noise = rng.standard_normal((7, n_steps)), 0.5 * np.eye(7) + 0.3
    innovation = moved[:, 1] * 1.1 + rng.multivariate_normal(np.zeros(7), noise)
    sets = np.array(list(itertools.product([False, True], repeat=n_steps)))
    logs = [
        multivariate_normal(np.zeros(7), noise + variance * moved[:, one] @ moved[:, one].T).logpdf(innovation)
        + one.sum() * np.log(rate / (1 - rate))
        for one in sets
    ]
    exact = np.exp(np.array(logs) - max(logs))
    exact /= exact.sum()
    weighted = np.linalg.solve(noise, moved)
    evidence = Evidence(*(np.array([part]) for part in (innovation @ weighted, moved.T @ weighted, rate, variance)))
    drawn = draw_breaks(evidence, np.zeros(40_000, int), rng=np.random.default_rng(0))
    seen = np.bincount(drawn @ (1 << np.arange(n_steps)[::-1]), minlength=len(sets)) / len(drawn)
    assert exact.max() < 0.6 and (exact > 0.02).sum() >= 5
    np.testing.assert_allclose(seen, exact, atol=0.01)


def test_the_gain_given_breaks_is_that_of_the_dense_prior(asked):
    """Woodbury's short form against the whole covariance with the breaks in it."""
    window, posterior = asked.windows[3], asked.posterior
    noise = build_observations(asked.daily, asked.fit, asked.quotes, window.start).noise
    (gain,), evidence = _find_gains([window], [noise], posterior)
    broken = np.zeros((2, window.steps.shape[1]), bool)
    broken[1, [5, 12, 30]] = True
    innovation = np.random.default_rng(0).standard_normal((2, len(noise)))
    ours = gain.apply(innovation, list_breaks(broken, evidence, np.zeros(2, int)))
    for row in (0, 1):
        cov = (
            window.cov
            - window.added
            + window.start.breaks.variance * window.steps[:, broken[row]] @ window.steps[:, broken[row]].T
        )
        slopes = posterior.slopes
        dense = cov @ slopes.T @ np.linalg.solve(slopes @ cov @ slopes.T + np.diag(noise**2), innovation[row])
        np.testing.assert_allclose(ours[row], dense, atol=1e-6)


def test_the_law_of_breaks_is_learnt_from_steps():
    rng, n = np.random.default_rng(4), 700
    usual = rng.standard_normal(n) * 0.03
    broken = usual.copy()
    broken[[60, 200, 350, 500, 650]] += 0.5 * np.array([1, -1, 1, -1, 1])
    quiet, rough = (
        learn_breaks(steps / 0.03**2, np.full(n, 1 / 0.03**2), n=200, rng=np.random.default_rng(0)) for steps in (usual, broken)
    )
    assert rough[0].rate > 3 * quiet[0].rate and 1 / 250 < rough[0].rate < 1 / 60
    assert 0.3 < rough[0].sd < 0.7
    assert len(rough) == 201 and np.mean([law.rate for law in rough[1:]]) == pytest.approx(rough[0].rate, rel=0.1)


# --- what breaks do ---


def fall():
    """Two lists up to 20 August of a level that fell for ten days in May, and the humanitarian part."""
    rng = np.random.default_rng(3)
    days = pd.date_range("2024-03-01", "2024-08-20")
    level = np.where((days >= "2024-05-05") & (days < "2024-05-15"), 5.0, 13.0)
    cogat, unrwa = (pd.Series(np.rint((level * scale + rng.standard_normal(len(days))) ** 2), days) for scale in (1.0, 0.9))
    return cogat, unrwa, (0.8 * unrwa).round()


def make_quote(start, end, trucks, **other):
    row = load_quotes().query("basis == 'COGAT' and part == 'all' and bound == 'exact' and statistic == 'total'").iloc[:1].copy()
    return row.assign(date_start=pd.Timestamp(start), date_end=pd.Timestamp(end), trucks=trucks, stage="settled", **other)


@pytest.fixture(scope="module")
def fallen():
    quotes = pd.concat([make_quote("2024-08-21", "2024-08-31", 1850), make_quote("2024-09-01", "2024-09-16", 450)])
    return reconcile_series(*fall(), quotes.reset_index(drop=True), origin=pd.Timestamp("2024-09-30"))


def test_a_fall_between_two_quotes_is_followed_at_once(fallen):
    flow = fallen.flow["q50"]
    before, after = flow["2024-08-28":"2024-08-30"].mean(), flow["2024-09-02":"2024-09-05"].mean()
    assert before > 140 and after < 45
    assert fallen.flow.loc["2024-08-27":"2024-08-29", "q25"].min() > 120  # no path in between, as usual steps would take


def test_draws_of_uncertain_parameters_meet_an_exact_total(fallen):
    table, posterior = solve_quotes(fallen.daily, fallen.fit, fallen.window, fallen.quotes.assign(noise=0.0))
    draws = dataclasses.replace(fallen, _quotes=table, posterior=posterior).draws(300, rng=1, whole=False)
    assert len(set(draws.attrs["parameters"])) == N_PARAMS
    np.testing.assert_allclose(draws.loc[:, "2024-09-01":"2024-09-16"].sum(axis=1), 450, rtol=1e-4)
    np.testing.assert_allclose(draws.loc[:, "2024-08-21":"2024-08-31"].sum(axis=1), 1850, rtol=1e-4)


def test_where_nothing_is_observed_no_draw_repeats_another():
    result = reconcile_series(*fall(), load_quotes().head(0), origin=pd.Timestamp("2024-09-10"))
    assert not result.posterior.observations.values.size
    draws = result.draws(500, days=10, rng=0, whole=False)
    assert not draws.duplicated().any() and draws.attrs["effective"] == 500


def test_a_break_comes_undone_and_no_day_before_it_moves(asked):
    steps = asked.window.steps.reshape(5, len(asked.window.days), -1)
    level, irregular = steps[4], steps[1]
    assert not np.triu(level).any() and not irregular.any()
    assert level[5, 4] == 1.0 and level[4, 4] == 0.0 and level[15, 4] == pytest.approx(LEFT**10)


# --- parameters that are not known ---


def test_draws_tell_their_parameter_vector_and_every_block_has_them_all(asked):
    draws = asked.draws(1000, days=30, rng=0)
    vectors = np.array(draws.attrs["parameters"])
    assert len(vectors) == 1000 and min(len(set(block)) for block in np.split(vectors, 10)) >= N_PARAMS - 2
    again = asked.draws(1000, days=30, rng=0)
    pd.testing.assert_frame_equal(draws, again)
    assert again.attrs["parameters"] == draws.attrs["parameters"]


def test_parameter_vectors_lie_about_the_estimate(asked):
    drawn = np.log([[start.params.sd_level, start.params.sd_irregular] for start in asked.fit.starts])
    centre = np.log([asked.fit.params.sd_level, asked.fit.params.sd_irregular])
    np.testing.assert_allclose(drawn.mean(axis=0), centre, atol=1e-9)  # pairs on both sides
    spread = drawn.std(axis=0)
    assert 0.1 < spread[0] < 0.8 and 0.01 < spread[1] < 0.2  # a level's steps are hardly seen, a day's irregular part is


# --- on the case: left-out quotes, October, UNRWA's weeks ---


@pytest.mark.parametrize(("vintage", "below"), [("real-time", 1.75), ("final", 1.6)])
def test_left_out_quotes_are_nearer_than_a_level_without_breaks_had_them(vintage, below):
    """Of six (five) quotes 80 to 97 % lie inside 90 % intervals. Their errors' standard deviation was 2.0 (1.66); 1 is right."""
    checked = check_quotes(reconcile_once(ASKED, vintage), n=2000)
    assert 0.8 <= checked["inside"].mean() <= 0.97
    assert checked["error"].std() < below


def test_october_in_real_time_holds_both_later_figures(asked):
    month = asked.summarise_sum("2024-10-01", "2024-10-31")
    assert month["low"] < 1740 < 1793 < month["high"]
    assert (asked.quotes["published"] <= ASKED).all()


def test_unrwas_draws_are_nearer_to_its_later_lists(asked):
    """They had means of 86 and 130 a day for 17 to 31 October and 1 to 7 November, against 54 and 90 on the last list."""
    later, draws = load_daily("unrwa"), asked.draws(2000, basis="unrwa", rng=0)
    for start, end, before in (("2024-10-17", "2024-10-31", 86.1), ("2024-11-01", "2024-11-07", 130.2)):
        drawn = draws.loc[:, start:end].mean(axis=1)
        listed = later[start:end].mean()
        low, high = drawn.quantile([0.05, 0.95])
        assert low < listed < high
        assert abs(drawn.mean() - listed) < 0.9 * abs(before - listed)


# --- the last days of a list ---


def test_a_late_day_is_neither_complete_nor_thrown_away():
    as_of = pd.Timestamp("2025-01-10")
    days = load_days("unrwa", as_of=as_of)
    late = days.index[days["state"].eq("partial")]
    daily = reconcile(as_of).daily
    at = daily.days.isin(late)
    assert len(late) >= 5 and np.isnan(daily.unrwa[at]).all()
    assert np.isfinite(daily.late[at]).all() and (daily.late[at] > days.loc[late, "count"]).all()
    assert (daily.late_noise[at] > 1).all() and not daily.late_noise[~at].any()


def test_shares_come_only_from_lists_public_by_the_day():
    early, late = (measure_reporting("unrwa", as_of=day) for day in ("2024-10-01", "2025-01-19"))
    days = load_days("unrwa", as_of="2025-01-05")
    days.attrs["vintage"] = "2024-12-24"
    assert early.empty
    unknown = estimate_late(days, early)
    counts = days.loc[unknown.index, "count"]
    np.testing.assert_allclose(unknown["trucks"], 2 * counts)  # without a pair any share is alike likely: half of it is listed
    known = estimate_late(days, late)
    ages = (pd.Timestamp("2024-12-24") - known.index).days
    shares = counts / known["trucks"]
    assert shares[ages <= 10].mean() < shares[ages >= 12].mean()


def test_late_days_after_the_origin_are_refused():
    cogat, unrwa, humanitarian = fall()
    late = pd.DataFrame({"trucks": [50.0], "noise": [2.0]}, pd.DatetimeIndex(["2024-09-20"]))
    with pytest.raises(LookaheadError, match="late has 2024-09-20: after the origin 2024-09-10"):
        prepare_daily(cogat, unrwa, humanitarian, origin=pd.Timestamp("2024-09-10"), late=late)


def test_a_late_day_weighs_less_the_noisier_it_is():
    cogat, unrwa, humanitarian = fall()
    index, means = pd.date_range("2024-08-21", "2024-08-27"), []
    for noise in (0.2, 2.0, 20.0):
        late = pd.DataFrame({"trucks": 25.0, "noise": noise}, index)
        result = reconcile_series(cogat, unrwa, humanitarian, load_quotes().head(0), late=late, origin=index[-1])
        assert result.draws(20, basis="unrwa", days=7, rng=0).nunique().min() > 5  # not what it counted: drawn
        means.append(result.summarise_sum(index[0], index[-1], mean=True)["mean"])
    alone = reconcile_series(cogat, unrwa, humanitarian, load_quotes().head(0), origin=index[-1])
    assert means[0] < means[1] < means[2] and means[0] < 60
    assert means[2] == pytest.approx(alone.summarise_sum(index[0], index[-1], mean=True)["mean"], rel=0.1)
