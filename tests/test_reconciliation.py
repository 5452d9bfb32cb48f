"""The method of the nowcast, on lists of its own making: exactness, likelihood, no peeking, and what each quote may do."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import multivariate_normal

from utils.aid.nowcast import drawing
from utils.aid.nowcast.checks import check_quotes
from utils.aid.nowcast.conditioning import condition, linearise, observe, solve_quotes
from utils.aid.nowcast.contributions import _carry_change
from utils.aid.nowcast.fitting import ReconcileModel, fit_daily
from utils.aid.nowcast.inputs import prepare_daily
from utils.aid.nowcast.quotes import MADE, classify_quotes, select_quotes
from utils.aid.nowcast.reconcile import reconcile, reconcile_series
from utils.aid.nowcast.state_space import (
    DF,
    FIRST,
    IRR,
    IRR1,
    SHARE,
    START,
    STATES,
    make_reversion,
    make_transition,
    map_state,
)
from utils.aid.nowcast.window import carry_forward, map_parts
from utils.common.errors import InputError, LookaheadError

BEGIN, ORIGIN = pd.Timestamp("2024-03-01"), pd.Timestamp("2024-09-30")
PARAMS = START._replace(sd_saturday=0.02)


def quote(start, end, trucks, **other):
    """A row as `load_quotes` gives it."""
    row = dict(
        date_start=pd.Timestamp(start),
        date_end=pd.Timestamp(end),
        trucks=trucks,
        statistic="total",
        bound="exact",
        basis="COGAT",
        part="all",
        stage="announced",
        scope="all crossings",
        publisher="a paper",
        published=pd.Timestamp(end) + pd.Timedelta(days=1),
        note="",
        confidence="high",
    )
    row |= other
    row["published"] = pd.Timestamp(row["published"])
    return row


def quotes(*rows):
    return pd.DataFrame(list(rows), columns=list(quote("2024-01-01", "2024-01-01", 1)))


def simulate(rng):
    """A flow, UNRWA's count of it and the humanitarian part, by the model's own rule with `PARAMS`."""
    days = pd.date_range(BEGIN, ORIGIN)
    state = {name: FIRST[name][0] for name in STATES} | {"level": 2.6}
    rows = []
    for weekday in days.day_of_week:
        matrix, variances = make_transition(PARAMS)
        before = np.array([state[name] for name in STATES])
        after = matrix @ before + make_reversion(PARAMS) + np.sqrt(variances) * rng.standard_normal(len(variances))
        state = dict(zip(STATES, after, strict=True))
        state["irregular"] = PARAMS.sd_irregular * rng.standard_t(DF)
        a_map, b_map = map_state([[weekday == 4, weekday == 5, False]])
        x = np.array([state[name] for name in STATES])
        unrwa = np.exp(b_map @ x)[0] + PARAMS.lag * state["irregular_before"] + PARAMS.sd_unrwa * rng.standard_t(DF)
        share = state["share"] + PARAMS.sd_share_seen * rng.standard_normal()
        rows.append((np.exp(a_map @ x)[0] + state["irregular"], max(unrwa, 0.0), np.clip(share, 0, 1)))
    root, unrwa_root, share = np.array(rows).T
    counts = np.rint(np.maximum(root, 0) ** 2), np.rint(unrwa_root**2), np.rint(share * unrwa_root**2)
    return tuple(pd.Series(values, days) for values in counts)


def hide(cogat, days=40):
    """COGAT's list without its last days."""
    return cogat.where(cogat.index < cogat.index[-days])


@pytest.fixture(scope="module")
def lists():
    return simulate(np.random.default_rng(5))


def run(lists, *rows, as_of=None, **other):
    cogat, unrwa, human = lists
    return reconcile_series(hide(cogat), unrwa, human, quotes(*rows), as_of=as_of, params=PARAMS, **other)


def totals_of(draws, start, end):
    return draws.loc[:, start:end].sum(axis=1).to_numpy()


# --- the likelihood ---


def test_likelihood_is_that_of_the_dense_normal():
    rng, n = np.random.default_rng(1), 9
    observations = np.column_stack([12 + rng.standard_normal((n, 2)), rng.uniform(0.3, 0.9, n)])
    observations[2, 0] = observations[4, 1] = observations[5] = np.nan
    calendar = np.column_stack([np.arange(n) % 7 == 2, np.arange(n) % 7 == 3, np.arange(n) == 6])
    path = 2.4 + 0.1 * rng.standard_normal((n, 2))
    weights = rng.uniform(0.3, 1.2, (n, 2))
    partial = np.arange(n) >= 5
    model = ReconcileModel(observations, calendar, partial, path, weights)
    ours = model.loglike(np.array(PARAMS))

    # the same, written out: y = intercept + design x, and x stacked over all days as one normal vector
    mean0, sd0 = np.array([FIRST[name] for name in STATES]).T
    k = len(STATES)
    means, cov = [mean0], np.zeros((n, n, k, k))
    cov[0, 0] = np.diag(sd0**2)
    for t in range(1, n):
        matrix, variances = make_transition(PARAMS, partial=partial[t - 1])
        variances[IRR] /= weights[t, 0]
        means.append(matrix @ means[-1] + make_reversion(PARAMS))
        cov[t, t] = matrix @ cov[t - 1, t - 1] @ matrix.T + np.diag(variances)
        for s in range(t):
            cov[s, t] = cov[s, t - 1] @ matrix.T
            cov[t, s] = cov[s, t].T
    a_map, b_map = map_state(calendar)
    rows, centre, noise = [], [], []
    for t in range(n):
        design = np.zeros((3, k))
        design[0] = np.exp(path[t, 0]) * a_map[t]
        design[0, IRR] = 1
        design[1] = np.exp(path[t, 1]) * b_map[t]
        design[1, IRR1] = PARAMS.lag
        design[2, SHARE] = 1
        rows.append(design)
        centre.append(np.append(np.exp(path[t]) * (1 - path[t]), 0) + design @ means[t])
        noise.append([0, PARAMS.sd_unrwa**2 / weights[t, 1], PARAMS.sd_share_seen**2])
    full = np.block([[rows[s] @ cov[s, t] @ rows[t].T for t in range(n)] for s in range(n)]) + np.diag(np.ravel(noise))
    seen = np.isfinite(observations.ravel())
    dense = multivariate_normal(np.ravel(centre)[seen], full[np.ix_(seen, seen)]).logpdf(observations.ravel()[seen])
    assert ours == pytest.approx(dense, abs=1e-6)


def test_window_prior_is_what_the_smoother_gives_for_days_without_data(lists):
    cogat, unrwa, human = lists
    end = len(cogat) - 20
    short = [v.where(v.index < v.index[end]) for v in (cogat, unrwa, human)]
    daily = prepare_daily(*short, origin=ORIGIN)
    fit = fit_daily(daily, params=PARAMS)
    window = carry_forward(daily, fit)
    model = ReconcileModel(daily.observations, daily.calendar, daily.partial, fit.path, fit.weights)
    model.update(np.array(PARAMS))
    smooth = model.ssm.smooth()
    n = len(window.days)
    assert n == 20
    mean, cov = window.mean.reshape(5, n), (window.cov - window.added).reshape(5, n, 5, n)  # the smoother knows no breaks
    for day, parts in enumerate(map_parts(daily.calendar[end:])):
        at = end + day
        np.testing.assert_allclose(mean[:, day], parts @ smooth.smoothed_state[:, at], rtol=1e-6, atol=1e-9)
        block = parts @ smooth.smoothed_state_cov[:, :, at] @ parts.T
        np.testing.assert_allclose(cov[:, day, :, day], block, rtol=1e-6, atol=1e-9)
    assert np.linalg.eigvalsh(window.cov).min() > -1e-9


def test_conditioning_on_a_total_is_what_a_cumulator_state_gives():
    """Ten days of a local level, a noisy total of days 3 to 8: Harvey's cumulator against one dense step."""
    n, first, last, total, noise = 10, 3, 8, 30.0, 0.5
    matrix, state_noise = np.eye(2), np.diag([0.3, 0.0])
    mean, cov = np.zeros(2), np.diag([4.0, 0.0])
    for day in range(n):  # state: level, sum of the level since day `first`
        if day:
            mean, cov = matrix @ mean, matrix @ cov @ matrix.T + state_noise
        if first <= day <= last:
            add = np.array([[1.0, 0.0], [1.0, 1.0]])
            mean, cov = add @ mean, add @ cov @ add.T
        if day == last:
            row = np.array([0.0, 1.0])
            gain = cov @ row / (row @ cov @ row + noise)
            mean, cov = mean + gain * (total - row @ mean), cov - np.outer(gain, row @ cov)
    prior = 4.0 + 0.3 * np.minimum.outer(np.arange(n), np.arange(n))
    row = ((np.arange(n) >= first) & (np.arange(n) <= last)) * 1.0
    gain = prior @ row / (row @ prior @ row + noise)
    assert mean[0] == pytest.approx((gain * total)[-1])
    assert cov[0, 0] == pytest.approx((prior - np.outer(gain, row @ prior))[-1, -1])


def test_slopes_are_the_derivatives(lists):
    result = run(
        lists,
        quote("2024-09-01", "2024-09-15", 2500),
        quote("2024-09-10", "2024-09-20", 900, basis="UNRWA", part="humanitarian"),
    )
    _, unrwa, human = lists
    gone = [v.where(v.index < "2024-09-05") for v in (unrwa, human)]
    result = reconcile_series(hide(lists[0]), *gone, result.quotes.drop(columns=list(MADE)), origin=ORIGIN, params=PARAMS)
    observations, window = result.posterior.observations, dataclasses.replace(result.window, lag=0.3)
    assert {total.use for total in observations.totals} == {"flow", "unrwa_humanitarian"}
    x, rng = result.posterior.mode, np.random.default_rng(0)
    shown, slopes = linearise(window, x, observations)
    np.testing.assert_array_equal(shown, observe(window, x, observations))
    for _ in range(5):
        direction = rng.standard_normal(len(x))
        ahead, behind = (observe(window, x + h * direction, observations) for h in (1e-5, -1e-5))
        np.testing.assert_allclose((ahead - behind) / 2e-5, slopes @ direction, rtol=1e-5, atol=1e-6)


# --- sums ---


def exact(result):
    """Take the noise off the quotes and condition again."""
    table, posterior = solve_quotes(result.daily, result.fit, result.window, result.quotes.assign(noise=0.0))
    return dataclasses.replace(result, _quotes=table, posterior=posterior)


def test_without_noise_the_days_add_up_to_the_quote_in_the_mean_and_in_every_draw(lists):
    result = exact(
        run(
            lists,
            quote("2024-08-25", "2024-08-31", 700),
            quote("2024-08-29", "2024-09-11", 2100),
            quote("2024-09-20", "2024-09-20", 90),
        )
    )
    draws = result.draws(300, rng=1, whole=False)
    for start, end, total in (
        ("2024-08-25", "2024-08-31", 700),
        ("2024-08-29", "2024-09-11", 2100),
        ("2024-09-20", "2024-09-20", 90),
    ):
        np.testing.assert_allclose(totals_of(draws, start, end), total, rtol=1e-4)
        assert result.flow.loc[start:end, "mean"].sum() == pytest.approx(total, rel=1e-4)
        whole = result.draws(300, rng=1).loc[:, start:end]
        assert (whole == whole.round()).all(axis=None) and (whole >= 0).all(axis=None)
        assert np.abs(whole.sum(axis=1) - total).max() <= 1.01
    assert draws["2024-09-20"].std() < 0.1 < draws["2024-09-22"].std()


def test_quotes_that_no_flow_can_meet_are_refused(lists):
    days = pd.date_range("2024-09-10", "2024-09-16")
    contradiction = [quote(day, day, 50) for day in days] + [quote(days[0], days[-1], 2000)]
    with pytest.raises(InputError, match="8 quotes: no flow agrees with them all"):
        exact(run(lists, *contradiction))


def test_a_draw_that_does_not_settle_gives_way_to_one_that_does(lists, monkeypatch):
    result = exact(run(lists, quote("2024-08-25", "2024-08-31", 700)))
    every = result.draws(300, rng=1, whole=False)
    monkeypatch.setattr(drawing, "ROUNDS", 10)
    some = result.draws(300, rng=1, whole=False)
    assert 0 < some.duplicated().sum() < 30 and not every.duplicated().any()
    np.testing.assert_allclose(totals_of(some, "2024-08-25", "2024-08-31"), 700, rtol=1e-6)
    monkeypatch.setattr(drawing, "ROUNDS", 3)
    with pytest.raises(InputError, match="300 of 300 draws found no flow"):
        result.draws(300, rng=1)


def test_days_that_the_list_has_are_subtracted_from_a_total(lists):
    cogat = hide(lists[0])
    start = cogat.last_valid_index() - pd.Timedelta(days=4)
    end = start + pd.Timedelta(days=9)
    listed = cogat[start:].sum()
    result = exact(run(lists, quote(start, end, listed + 555)))
    np.testing.assert_allclose(totals_of(result.draws(200, rng=0, whole=False), start, end), listed + 555, rtol=1e-4)


def test_a_noisy_quote_lies_between_the_rest_and_what_is_quoted(lists):
    alone = run(lists).summarise_sum("2024-09-10", "2024-09-16")
    quoted = quote("2024-09-10", "2024-09-16", 0.6 * alone["mean"], confidence="low")
    given = run(lists, quoted).summarise_sum("2024-09-10", "2024-09-16")
    assert 0.6 * alone["mean"] < given["mean"] < alone["mean"]
    assert given["sd"] < alone["sd"]


def test_one_fact_counts_once(lists):
    one = run(lists, quote("2024-09-01", "2024-09-30", 4000))
    same = quote("2024-09-01", "2024-09-30", 133, statistic="daily_mean", publisher="another", published="2024-10-05")
    two = run(lists, quote("2024-09-01", "2024-09-30", 4000), same)
    np.testing.assert_allclose(one.posterior.mode, two.posterior.mode)
    assert list(two.quotes["use"]) == ["flow", "apart"]
    revised = run(lists, quote("2024-09-01", "2024-09-30", 4000), {**same, "trucks": 160})
    assert list(revised.quotes["use"]) == ["apart", "flow"]  # a revision replaces what it revises


def test_adding_a_quote_later_is_the_same_as_having_had_it(lists):
    rows = quote("2024-09-01", "2024-09-07", 900), quote("2024-09-05", "2024-09-14", 1500)
    together = run(lists, *rows)
    later = run(lists, rows[0]).with_quotes(quotes(rows[1]))
    np.testing.assert_allclose(later.posterior.mode, together.posterior.mode, atol=1e-6)
    np.testing.assert_allclose(together.without_quotes([1]).posterior.mode, run(lists, rows[0]).posterior.mode, atol=1e-6)


# --- kinds of quote ---


@pytest.mark.parametrize(
    ("other", "use"),
    [
        ({}, "flow"),
        ({"basis": "State Department", "part": "all_implied"}, "flow"),
        ({"basis": "Israel and guarantors"}, "flow"),
        ({"bound": "lower"}, "lower"),
        ({"part": "north"}, "lower"),
        ({"part": "food"}, "lower"),
        ({"part": "kerem_shalom_and_erez"}, "lower"),
        ({"basis": "OCHA", "part": "humanitarian"}, "unrwa_humanitarian"),
        ({"basis": "UNRWA", "part": "all"}, "unrwa"),
        ({"basis": "ERCS"}, "apart"),
        ({"basis": "GMO"}, "apart"),
        ({"basis": "other", "part": "north"}, "apart"),
    ],
)
def test_each_basis_is_used_for_what_it_counts(other, use):
    table = classify_quotes(quotes(quote("2024-09-01", "2024-09-02", 100, **other)))
    assert table["use"].item() == use
    assert bool(table["why"].item()) == (use in ("lower", "apart"))


def test_a_lower_bound_lifts_the_flow_and_one_far_below_does_nothing(lists):
    alone = run(lists).summarise_sum("2024-09-10", "2024-09-16")
    for factor, lift in ((0.2, False), (1.0, True), (2.0, True)):
        bound = quote("2024-09-10", "2024-09-16", factor * alone["mean"], bound="lower")
        result = run(lists, bound)
        lifted = result.summarise_sum("2024-09-10", "2024-09-16")
        assert (lifted["mean"] > alone["mean"] + 0.2 * alone["sd"]) == lift
        assert result.quotes["binds"].item() == (factor == 2.0)


def test_unrwa_quotes_do_not_repeat_unrwas_own_list(lists):
    row = quote("2024-09-01", "2024-09-14", 60, statistic="daily_mean", basis="UNRWA", part="humanitarian")
    result = run(lists, row)
    assert result.quotes["use"].item() == "apart" and "own list" in result.quotes["why"].item()


# --- what may be known ---


@settings(max_examples=50, deadline=None)
@given(planted=st.lists(st.tuples(st.integers(0, 38), st.integers(0, 10), st.integers(0, 60), st.booleans()), max_size=8))
def test_nothing_published_later_enters(lists, planted):
    daily = prepare_daily(hide(lists[0]), *lists[1:], origin=ORIGIN)
    as_of = ORIGIN + pd.Timedelta(days=1)
    rows = [quote("2024-09-01", "2024-09-07", 900)]
    for back, length, delay, dated in planted:
        start = ORIGIN - pd.Timedelta(days=back)
        later = as_of + pd.Timedelta(days=1 + delay) if dated else pd.NaT
        rows.append(quote(start, start + pd.Timedelta(days=length), 5, published=later))
    table = select_quotes(quotes(*rows), daily, as_of=as_of)
    # All that follows is made of this table, so nothing else can let a later quote in.
    pd.testing.assert_frame_equal(table, select_quotes(quotes(rows[0]), daily, as_of=as_of))


def test_a_late_quote_or_count_raises(lists):
    result = run(lists, as_of=ORIGIN + pd.Timedelta(days=1))
    with pytest.raises(LookaheadError, match="published 2024-11-01"):
        result.with_quotes(quotes(quote("2024-09-01", "2024-09-07", 900, published="2024-11-01")))
    with pytest.raises(LookaheadError, match="after the origin"):
        run(lists, as_of="2024-09-20")


def test_a_quote_that_ends_after_the_origin_is_not_used(lists):
    result = run(lists, quote("2024-09-25", "2024-10-01", 900, published="2024-10-01"), as_of="2024-10-01")
    assert result.quotes["use"].item() == "apart" and "after the origin" in result.quotes["why"].item()


# --- days ---


def test_a_missing_day_is_not_a_zero(lists):
    cogat, unrwa, human = lists
    gap, zero = cogat.copy(), cogat.copy()
    gap["2024-06-04"], zero["2024-06-04"] = np.nan, 0.0
    missing, none = (reconcile_series(v, unrwa, human, quotes(), params=PARAMS).flow.loc["2024-06-04"] for v in (gap, zero))
    assert missing["mean"] > 50 and missing["sd"] > 10 and not missing["counted"]
    assert none["mean"] == 0 and none["sd"] == 0 and none["counted"]


def test_draws_keep_counted_days_and_repeat_by_seed(lists):
    result = run(lists)
    one, two = (result.draws(50, days=80, rng=3) for _ in range(2))
    pd.testing.assert_frame_equal(one, two)
    assert one.shape == (50, 80)
    counted = result.daily.days[-80:-40]
    assert (one[counted] == lists[0][counted]).all(axis=None)
    unrwa = result.draws(50, days=10, rng=3, basis="unrwa")
    assert (unrwa == lists[1][-10:]).all(axis=None)


def test_the_tables_are_those_of_the_draws(lists):
    result, days = run(lists), lists[0].index[-40:]
    draws, flow = result.draws(4000, days=days, rng=8, whole=False), result.flow.loc[days]
    np.testing.assert_allclose(flow["mean"], draws.mean(), rtol=0.1)
    np.testing.assert_allclose(flow["sd"], draws.std(), rtol=0.15)
    for level in (5, 50, 95):
        assert np.abs((draws <= flow[f"q{level:02}"]).mean() - level / 100).max() < 0.04
    total, mean = (result.summarise_sum(days[-7], days[-1], mean=mean) for mean in (False, True))
    np.testing.assert_allclose(total, 7 * mean)
    drawn = totals_of(draws, days[-7], days[-1])
    np.testing.assert_allclose(total, [drawn.mean(), drawn.std(), *np.quantile(drawn, [0.05, 0.95])], rtol=0.07)
    pd.testing.assert_series_equal(result.state.loc["week"], mean, check_names=False)


def test_hidden_days_of_the_models_own_making_are_covered():
    inside = []
    for seed in range(10):
        cogat, unrwa, human = simulate(np.random.default_rng(100 + seed))
        result = reconcile_series(hide(cogat), unrwa, human, quotes(), params=PARAMS)
        band, truth = result.flow.iloc[-40:], cogat.iloc[-40:]
        inside.append(((truth >= band["q05"]) & (truth <= band["q95"])).mean())
    assert 0.83 <= np.mean(inside) <= 0.97


def test_estimates_come_near_the_truth():
    fit = reconcile_series(*simulate(np.random.default_rng(9)), quotes()).fit
    for name in ("sd_irregular", "sd_unrwa"):
        assert getattr(fit.params, name) == pytest.approx(getattr(PARAMS, name), rel=0.25)
    for name in ("sd_level", "sd_transient"):  # one gives what the other takes
        assert getattr(PARAMS, name) / 2.5 < getattr(fit.params, name) < getattr(PARAMS, name) * 2.5


# --- why ---


def test_elasticities_are_the_slopes_of_the_level_and_add_up(lists):
    rows = quote("2024-09-10", "2024-09-16", 900), quote("2024-09-20", "2024-09-28", 1200)
    result = run(lists, *rows)
    elasticities = result.contributions["elasticity"]
    own_basis = elasticities[~elasticities.index.str.startswith("unrwa")].sum()
    assert own_basis == pytest.approx(1.0, abs=0.1)
    more = run(lists, rows[0], {**rows[1], "trucks": 1200 * 1.002})
    change = 2 * (more.posterior.mode[-1] - result.posterior.mode[-1]) / np.log(1.002)
    assert elasticities.iloc[-1] == pytest.approx(change, abs=0.05)
    # through the filter: all of COGAT's list 0.2 % higher, at the same path
    daily = result.daily
    raised = prepare_daily(*(hide(lists[0]) * 1.002, *lists[1:]))
    assert np.nansum(raised.cogat) == pytest.approx(1.002 * np.nansum(daily.cogat))
    window = carry_forward(raised, fit_daily(raised, params=PARAMS))
    mode = condition(window, result.posterior.observations).mode
    slope = 2 * (mode[-1] - result.posterior.mode[-1]) / np.log(1.002)
    assert elasticities[elasticities.index.str.startswith("cogat")].sum() == pytest.approx(slope, abs=0.1)


def test_a_change_of_the_state_is_carried_as_the_prior_is(lists):
    result, change = run(lists), np.random.default_rng(0).standard_normal(len(STATES))
    start = dataclasses.replace(result.fit.start, mean=result.fit.start.mean + change)
    moved = carry_forward(result.daily, result.fit, start)
    np.testing.assert_allclose(_carry_change(result, change), moved.mean - result.window.mean, atol=1e-9)


def test_leaving_one_out_finds_the_wrong_quote(lists):
    week = float(lists[0]["2024-09-10":"2024-09-16"].sum())
    right = check_quotes(run(lists, quote("2024-09-10", "2024-09-16", week)))
    wrong = check_quotes(run(lists, quote("2024-09-10", "2024-09-16", 5 * week)))
    assert right["inside"].item() and abs(right["error"].item()) < 1.7
    assert not wrong["inside"].item() and wrong["error"].item() > 3


# --- errors ---


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        (quote("2024-09-10", "2024-09-09", 5), "window ends"),
        (quote("2024-09-10", "2024-09-10", -5), "not negative"),
        (quote("2024-09-10", "2024-09-10", np.nan), "not negative"),
        (quote("2024-09-10", "2024-09-10", 5, statistic="median"), "statistic"),
        (quote("2024-09-10", "2024-09-10", 5, confidence="sure"), "confidence"),
    ],
)
def test_bad_quotes_are_refused_in_one_line(row, rule):
    with pytest.raises(InputError, match=rule) as caught:
        classify_quotes(quotes(row))
    assert "\n" not in str(caught.value)


def test_bad_series_are_refused(lists):
    cogat, unrwa, human = lists
    with pytest.raises(InputError, match="cogat is -1 on 2024-03-01; counts must be finite and not negative"):
        prepare_daily(cogat.where(cogat.index != BEGIN, -1), unrwa, human)
    with pytest.raises(InputError, match="needs 60"):
        prepare_daily(cogat[:30], unrwa, human)
    with pytest.raises(InputError, match="cogat must have one row a day"):
        prepare_daily(pd.concat([cogat, cogat[-1:]]), unrwa, human)
    with pytest.raises(InputError, match="outside"):
        run(lists).summarise_sum("2024-09-20", "2024-10-20")


def test_an_unknown_vintage_or_basis_is_refused(lists):
    with pytest.raises(InputError, match="vintage 'last' is unknown; choose one of real-time, final"):
        reconcile("2024-11-08", vintage="last")
    with pytest.raises(InputError, match="basis 'un' is unknown; choose one of cogat, unrwa"):
        run(lists).draws(5, basis="un")
