"""Forecasters: what paths must be, that they are statsmodels' own, and that an absent day is not a nought."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ks_2samp

from utils import InputError, first_passage, simulate_paths
from utils.models import (
    MIN_COUNTED,
    MIN_POOLED,
    MIN_REGRESSED,
    MODELS,
    FittedBlocks,
    FittedStateSpace,
    choose_model,
    count_blocks,
    fit_climatology,
    fit_exponential_smoothing,
    fit_sarimax,
    fit_unobserved_components,
    fit_weekday_bootstrap,
    make_regressors,
    prepare_history,
)
from utils.models.protocol import PARAMETER_DRAWS, PER_BLOCK, cut_blocks, cut_runs, to_counts, to_root
from utils.models.statespace import _make_system

START = "2024-01-01"  # a Monday
REGRESSIONS = ("sarimax", "unobserved_components", "exponential_smoothing")
COUNT_REGRESSIONS = ("negative_binomial", "wide_pool")  # by their own word a count varies at least as a Poisson one


def make_history(counts, start=START):
    return pd.Series(np.asarray(counts, float), pd.date_range(start, periods=len(counts), name="date"))


def wander(n_days=180, seed=1, level=120):
    """A weekly pattern with a level that wanders, as whole counts."""
    rng = np.random.default_rng(seed)
    drift = np.zeros(n_days)
    for day in range(1, n_days):
        drift[day] = 0.9 * drift[day - 1] + rng.normal(0, 12)
    weekly = np.tile([20, 30, 25, 20, 0, -80, 10], n_days // 7 + 1)[:n_days]
    return make_history(np.maximum(0, np.rint(level + weekly + drift + rng.normal(0, 8, n_days))))


def with_gaps(history, days):
    return history.where(~np.isin(np.arange(len(history)), days))


# ------------------------------------------------------------------------------------------------- what every path is


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(("horizon", "n_paths"), [(1, 60), (5, 7), (74, 1003)])
def test_paths_are_whole_finite_and_never_negative(model, horizon, n_paths):
    low = with_gaps(wander(level=40), [5, 6, 50, 179])  # a low level, where a Gaussian path would go below nought
    paths = simulate_paths(low, horizon, n_paths=n_paths, model=model)
    assert paths.shape == (n_paths, horizon)
    assert np.isfinite(paths).all() and (paths >= 0).all() and (paths == np.rint(paths)).all()


@pytest.mark.parametrize("model", MODELS)
def test_the_same_seed_gives_the_same_paths_and_another_gives_others(model, history):
    one, two, other = (simulate_paths(history, 20, n_paths=200, model=model, seed=seed) for seed in (3, 3, 4))
    assert np.array_equal(one, two) and not np.array_equal(one, other)


@pytest.mark.parametrize(("counted", "name"), [(MIN_COUNTED, "short_pool"), (MIN_POOLED - 1, "short_pool"), (MIN_POOLED, "pool")])
def test_the_default_has_a_name_by_the_days_that_are_counted(counted, name):
    history = with_gaps(wander(70), range(5, 75 - counted))
    assert (history.count(), choose_model(history)) == (counted, name)
    assert np.array_equal(simulate_paths(history, 5, n_paths=50), simulate_paths(history, 5, n_paths=50, model=name))


@pytest.mark.parametrize("model", ["default", *MODELS])
def test_the_fewest_days_that_each_model_takes(model):
    fewest = MIN_REGRESSED if model in REGRESSIONS else MIN_COUNTED
    assert simulate_paths(wander(fewest), 30, n_paths=60, model=model).shape == (60, 30)
    with pytest.raises(InputError, match=f"history has {fewest - 1} counted days; at least {fewest} are needed"):
        simulate_paths(wander(fewest - 1), 30, n_paths=60, model=model)


@pytest.mark.parametrize("model", MODELS)
def test_the_history_is_left_as_it_was(model):
    history = with_gaps(wander(60), [3])
    before = history.copy(deep=True)
    simulate_paths(history, 5, n_paths=50, model=model)
    pd.testing.assert_series_equal(history, before)


@settings(max_examples=15)
@given(
    st.lists(st.one_of(st.integers(0, 400), st.none()), min_size=20, max_size=90),
    st.sampled_from(["climatology", "weekday_bootstrap"]),
)
def test_bootstraps_give_only_what_was_counted(counts, model):
    history = make_history([np.nan if count is None else count for count in counts])
    if history.notna().sum() < MIN_COUNTED:
        with pytest.raises(InputError, match="counted days; at least 14"):
            simulate_paths(history, 9, n_paths=50, model=model)
        return
    paths = simulate_paths(history, 9, n_paths=50, model=model)
    assert set(np.unique(paths)) <= set(history.dropna())


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("counts", [np.full(60, 100.0), np.zeros(60), np.arange(60.0), np.tile([1.0, 2, 3, 4, 5, 6, 7], 9)])
def test_plain_histories_give_plain_paths_without_a_warning(model, counts):
    paths = simulate_paths(make_history(counts), 14, n_paths=100, model=model)
    assert np.isfinite(paths).all()
    if np.ptp(counts) == 0 and counts[0] and model in COUNT_REGRESSIONS:
        assert paths.mean() == pytest.approx(counts[0], rel=0.05) and paths.std() < 2.5 * counts[0] ** 0.5
    elif np.ptp(counts) == 0:
        assert (paths == counts[0]).all()


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("missing_at_end", range(7))
def test_weekdays_fall_on_their_days(model, missing_at_end):
    """Saturdays are nought and the other days are not: the first simulated day must know which weekday it is."""
    days = pd.date_range(START, periods=140)
    history = make_history(np.where(days.day_of_week == 5, 0, 200 + np.arange(140) % 3))
    history.iloc[len(history) - missing_at_end :] = np.nan
    ahead = pd.date_range(history.index[-1], periods=22)[1:]
    mean = simulate_paths(history, 21, n_paths=200, model=model).mean(axis=0)
    if model == "climatology":
        assert (np.abs(mean - 200 * 6 / 7) < 40).all()  # it does not keep weekdays, by its own word
    else:
        assert np.array_equal(mean < 100, ahead.day_of_week == 5)


def test_the_scale_gives_back_the_nearest_whole_count():
    counts = np.arange(500.0)
    for off in (-0.4, 0.0, 0.4):
        assert np.array_equal(to_counts(to_root(np.maximum(counts + off, 0))), counts)
    assert to_counts(np.array([-20.0, -0.1, 0.0])).tolist() == [0, 0, 0]  # what falls below nought is none, not its square


# ------------------------------------------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("history", "message"),
    [
        ([1, 2, 3], "history is a list; give a pandas Series"),
        (pd.Series(np.ones(60)), "history is indexed by int64; index it by day"),
        (make_history(np.ones(60)).tz_localize("UTC"), "without a time zone"),
        (make_history(np.ones(60)).astype(str), "history holds values of type str; give numbers"),
        (make_history(np.ones(60))[::-1], "sort it and sum the rows of a day first"),
        (pd.concat([make_history(np.ones(60))] * 2).sort_index(), "sort it and sum the rows of a day first"),
        (make_history(np.ones(60)).shift(freq="h"), "one row a day"),
        (make_history([*np.ones(60), -1]), "history is -1 on 2024-03-01; counts must be finite and not negative"),
        (make_history([*np.ones(60), np.inf]), "history is inf on 2024-03-01; counts must be finite"),
        (make_history(np.ones(13)), "history has 13 counted days; at least"),
        (make_history(np.full(400, np.nan)), "history has 0 counted days; at least"),
    ],
)
def test_a_history_that_breaks_a_rule_is_named(history, message):
    with pytest.raises(InputError) as caught:
        simulate_paths(history, 5, n_paths=50)
    assert message in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (dict(horizon=0), "horizon 0 must be a whole number of at least 1"),
        (dict(horizon=2.5), "horizon 2.5 must be a whole number"),
        (dict(horizon=5, n_paths=-1), "n_paths -1 must be a whole number of at least 1"),
        (dict(horizon=5, n_paths=True), "n_paths True must be a whole number"),
        (
            dict(horizon=5, model="oracle"),
            "model 'oracle' is unknown; choose one of default, pool, short_pool, ",
        ),
    ],
)
def test_numbers_that_make_no_sense_are_named(arguments, message):
    with pytest.raises(InputError) as caught:
        simulate_paths(wander(60), **arguments)
    assert message in str(caught.value) and "\n" not in str(caught.value)


def test_a_weekday_that_was_never_counted_is_not_forecast_as_nought():
    history = wander(140)
    no_saturdays = history.where(history.index.day_of_week != 5)
    with pytest.raises(InputError, match="history has no counted Sat; sarimax learns a level a weekday"):
        fit_sarimax(no_saturdays)


def test_counts_too_even_to_fit_are_refused():
    with pytest.raises(InputError, match="too few or too even to fit"):
        fit_sarimax(make_history([0] * 59 + [500]))


# ------------------------------------------------------------------------------------------------- absent days


@pytest.mark.parametrize("model", MODELS)
def test_an_absent_day_is_not_a_nought(model):
    whole = wander(180)
    absent = np.arange(1, 180, 4)  # each weekday in its turn, early and late
    kept, filled = with_gaps(whole, absent), with_gaps(whole, absent).fillna(0.0)
    series = dict(w=whole, k=kept, f=filled)
    mean = {name: simulate_paths(one, 30, n_paths=2000, model=model).mean() for name, one in series.items()}
    assert mean["k"] == pytest.approx(mean["w"], rel=0.06)
    assert mean["f"] < 0.85 * mean["w"]


@pytest.mark.parametrize("model", MODELS)
def test_a_dropped_row_is_an_absent_day(model):
    history = with_gaps(wander(90), [10, 11, 40])
    assert np.array_equal(*(simulate_paths(series, 10, n_paths=100, model=model) for series in (history, history.dropna())))


def test_absent_days_at_the_end_widen_the_futures():
    history = wander(180)
    known = fit_sarimax(history).simulate(1, 4000, np.random.default_rng(0))
    waiting = fit_sarimax(with_gaps(history, range(170, 180))).simulate(1, 4000, np.random.default_rng(0))
    assert waiting.std() > 1.15 * known.std()


def test_noughts_for_absent_days_would_raise_the_probability_of_a_peak(history):
    """What a nought in place of an absent day does: more spread, and a higher probability of the rare day."""
    absent = np.random.default_rng(5).choice(len(history), len(history) * 15 // 100, replace=False)
    kept, filled = with_gaps(history, absent), with_gaps(history, absent).fillna(0.0)
    paths = [simulate_paths(series, 73, n_paths=4000, model="sarimax") for series in (kept, filled)]
    probability = [(first_passage(one, "day", 350) >= 0).mean() for one in paths]
    assert probability[1] > 1.3 * probability[0]


# ------------------------------------------------------------------------------------------------- statsmodels' own


@pytest.fixture(scope="module")
def at_the_maximum(fitted):
    """The fit with one draw of the parameters: those at the maximum of the likelihood."""
    results, k = fitted.results, fitted.coefficients.shape[1]
    parameters = results.params.to_numpy()
    covariance = results.predicted_state_cov[:, :, -1]
    return dataclasses.replace(
        fitted,
        ar=parameters[[k]],
        ma=parameters[[k + 1]],
        sigma=np.sqrt(parameters[[k + 2]]),
        coefficients=parameters[None, :k],
        state=results.predicted_state[:, -1][None],
        state_root=np.linalg.cholesky(covariance + 1e-12 * np.eye(2))[None],
    )


@pytest.fixture(scope="module")
def both_ways(at_the_maximum):
    """Ours and statsmodels' own paths at the same parameters, from the end of the same history, as whole counts."""
    horizon, n_paths = 40, 4000
    ours = at_the_maximum.simulate(horizon, n_paths, np.random.default_rng(11))
    days = pd.date_range(at_the_maximum.days[-1], periods=horizon + 1)[1:]
    exog = make_regressors(days, closed=at_the_maximum.closed)
    simulated = at_the_maximum.results.simulate(
        horizon, anchor="end", repetitions=n_paths, exog=exog, rng=np.random.default_rng(12)
    )
    root = simulated.to_numpy().T
    theirs = np.maximum(np.rint(np.maximum(root, 0) ** 2 - 0.375), 0)
    assert theirs.shape == ours.shape
    return ours, theirs


def test_means_and_spreads_are_statsmodels_own(both_ways):
    ours, theirs = both_ways
    n_paths = len(ours)
    error = np.sqrt((ours.var(axis=0) + theirs.var(axis=0)) / n_paths)
    assert (np.abs(ours.mean(axis=0) - theirs.mean(axis=0)) < 4 * error).all()
    # The log of a variance has a standard error near sqrt(2/n), somewhat more for squares of normals.
    assert (np.abs(np.log(ours.var(axis=0) / theirs.var(axis=0))) < 5 * np.sqrt(4 / n_paths)).all()


def test_days_belong_together_as_in_statsmodels(both_ways):
    """Correlation of neighbouring and of distant days, day by day, so that a wrong memory at any step shows."""
    for lag in (1, 7):
        ours, theirs = ([np.corrcoef(paths[:, day], paths[:, day + lag])[0, 1] for day in range(30)] for paths in both_ways)
        assert np.abs(np.subtract(ours, theirs)).max() < 5 * np.sqrt(2 / len(both_ways[0]))
    assert np.mean(ours) > 0.1  # there is something to lose


def test_the_maximum_has_statsmodels_distribution(both_ways):
    for horizon in (1, 5, 40):
        ours, theirs = (paths[:, :horizon].max(axis=1) for paths in both_ways)
        assert ks_2samp(ours, theirs).pvalue > 0.001, horizon


def test_the_uncertainty_of_the_parameters_is_in_the_paths(fitted, at_the_maximum):
    n_paths = 200 * PARAMETER_DRAWS
    spread = {}
    for name, model in dict(drawn=fitted, fixed=at_the_maximum).items():
        paths = model.simulate(74, n_paths, np.random.default_rng(2))
        spread[name] = np.std([block.mean() for block in np.array_split(paths, PARAMETER_DRAWS)])
    assert spread["drawn"] > 1.5 * spread["fixed"]


def test_parameters_are_drawn_around_the_maximum_and_stay_stationary(fitted):
    assert fitted.ar.shape == fitted.ma.shape == fitted.sigma.shape == (PARAMETER_DRAWS,)
    assert (np.abs(fitted.ar) < 1).all() and (np.abs(fitted.ma) < 1).all() and (fitted.sigma > 0).all()
    params, errors = fitted.results.params, fitted.results.bse
    level = fitted.coefficients.mean(axis=0) - params.iloc[: fitted.coefficients.shape[1]]
    assert (np.abs(level) < 4 * errors.iloc[: len(level)] / np.sqrt(PARAMETER_DRAWS)).all()
    assert fitted.coefficients.std(axis=0) == pytest.approx(errors.iloc[: len(level)].to_numpy(), rel=0.5)


@given(st.integers(1, 30_000), st.integers(1, 60))
def test_blocks_are_those_that_the_interval_is_taken_over(n_paths, n_draws):
    """`Question.answer` splits with numpy: a block there must hold the paths of one draw of what is not known."""
    paths = np.arange(n_paths)
    blocks = np.array_split(paths, count_blocks(n_paths))
    assert [paths[rows].tolist() for rows in cut_blocks(n_paths)] == [piece.tolist() for piece in blocks]
    assert all(len(piece) >= min(n_paths, PER_BLOCK) for piece in blocks)
    ends = np.cumsum([len(piece) for piece in blocks])
    draws, runs = zip(*cut_runs(n_paths, n_draws), strict=True)
    assert runs[0].start == 0 and runs[-1].stop == n_paths and set(rows.stop for rows in runs) <= set(ends.tolist())
    assert all(one.stop == other.start for one, other in zip(runs, runs[1:], strict=False))
    assert sorted(set(draws)) == list(draws) and len(draws) == min(n_draws, len(blocks)) and draws[-1] < n_draws


# ------------------------------------------------------------------------------------------------- other state spaces


def one_system(after, coefficients, history):
    """Paths of one draw of the parameters, on the root scale."""
    systems = [_make_system(after.filter_results, coefficients)]
    one = FittedStateSpace(systems, history.index, np.empty((1, 0)), closed=None)
    return to_root(one.simulate(40, 20_000, np.random.default_rng(0)))


def agrees(paths, forecast):
    """Mean and variance of each day against statsmodels' own, within the noise of the paths and the rounding to whole counts."""
    mean, variance = forecast.predicted_mean.to_numpy(), forecast.var_pred_mean.to_numpy()
    assert (np.abs(paths.mean(0) - mean) < 4.5 * np.sqrt(variance / len(paths)) + 0.002).all()
    assert paths.var(0) == pytest.approx(variance, rel=4.5 * np.sqrt(2 / len(paths)) + 0.01)


def test_unobserved_components_are_statsmodels_own():
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    history = with_gaps(wander(level=900), [30, 31, 90, 178])
    exog = make_regressors(pd.date_range(START, periods=220)).iloc[:, 1:]
    results = UnobservedComponents(to_root(history), "local level", exog=exog[:180]).fit(disp=False)
    paths = one_system(results, results.params.to_numpy()[2:], history)
    agrees(paths, results.get_forecast(40, exog=exog[180:]))
    lag = results.params["sigma2.level"] * 39 + results.predicted_state_cov[0, 0, -1]  # the level is all that two days share
    assert np.cov(paths[:, 39], paths[:, 38])[0, 1] == pytest.approx(lag - results.params["sigma2.level"], rel=0.1)


def test_exponential_smoothing_is_statsmodels_own():
    from statsmodels.tsa.statespace.exponential_smoothing import ExponentialSmoothing

    history = with_gaps(wander(level=900), [30, 31, 90, 178])
    model = ExponentialSmoothing(to_root(history), seasonal=7, initialization_method="concentrated")
    results = model.filter(np.array([0.2, 0.1]))
    agrees(one_system(results, np.empty(0), history), results.get_forecast(40))


@pytest.mark.parametrize("fit", [fit_unobserved_components, fit_exponential_smoothing])
def test_blocks_of_a_state_space_have_parameters_of_their_own(fit):
    fitted = fit(wander())
    assert len(fitted.systems) == PARAMETER_DRAWS
    assert len({one.shock.tobytes() for one in fitted.systems}) > 1 and len({one.state.tobytes() for one in fitted.systems}) > 1


# ------------------------------------------------------------------------------------------------- nowcast draws


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("horizon", [4, 10, 40])
def test_paths_begin_with_nowcast_draws_and_go_on_from_them(model, horizon):
    history = wander()
    levels = np.random.default_rng(0).choice([60, 240], 40)
    draws = np.rint(np.maximum(levels[:, None] + history.to_numpy()[-10:] - 120, 0))
    paths = simulate_paths(prepare_history(history, nowcast=draws), horizon, n_paths=800, model=model)
    known = {tuple(draw[:horizon]) for draw in draws}
    assert paths.shape == (800, horizon) and {tuple(path[:10]) for path in paths} <= known
    low, high = (paths[:, :4].sum(1) == draws[levels == level][0, :4].sum() for level in (60, 240))
    assert (low | high).all() and min(low.sum(), high.sum()) > 150
    if horizon == 40 and model not in ("climatology", "weekday_bootstrap"):  # those draw from all days alike
        assert paths[high, 10:17].mean() > paths[low, 10:17].mean() + 40


# ------------------------------------------------------------------------------------------------- baselines


def test_climatology_draws_every_window_of_the_past_alike():
    """Wherever in a long path a short window lies, each day of the past is as likely to be its first."""
    past = FittedBlocks(np.arange(60.0)[None], length=None, gap=None, nowcast=np.empty((1, 0)))
    paths = past.simulate(50, 30_000, np.random.default_rng(0))
    for column in (0, 25, 49):
        share = np.bincount(paths[:, column].astype(int), minlength=60) / len(paths)
        assert share == pytest.approx(np.full(60, 1 / 60), abs=0.005)
    assert np.isin(np.diff(paths, axis=1), [1, -59]).all()  # in the order of the past, whose end its beginning follows


def test_the_weekday_bootstrap_draws_whole_recent_weeks():
    history = make_history(np.arange(100))
    paths = fit_weekday_bootstrap(history).simulate(20, 500, np.random.default_rng(0))
    assert paths.min() >= 40  # the last 60 days
    assert ((paths % 7) == (np.arange(100, 120) % 7)).all()  # a Monday's count stands on a Monday
    assert (np.diff(paths.reshape(500, 20)[:, :7], axis=1) == 1).all() and (np.diff(paths[:, 7:14], axis=1) == 1).all()
    assert len(np.unique(paths[:, 0])) == 8  # 44, 51, ... 93: every week of the last 60 days that fits


def test_absent_days_are_filled_from_their_own_weekday_and_never_alike():
    days = pd.date_range(START, periods=140)
    history = make_history(np.where(days.day_of_week == 5, np.arange(140) % 5, 200 + np.arange(140)))
    gaps = [61, 68, 82]  # two Saturdays of three
    filled = fit_climatology(with_gaps(history, gaps)).filled
    for day in gaps:
        drawn = filled[:, day]
        assert (drawn < 5).all() if days[day].day_of_week == 5 else (drawn >= 200).all()
    assert any(len(set(filled[:, day])) > 1 for day in gaps)
    known = np.setdiff1d(np.arange(140), gaps)
    assert (filled[:, known] == history.to_numpy()[known]).all()


# ------------------------------------------------------------------------------------------------- a trap


def test_path_events_need_joint_paths():
    """An AR(1): the same days, shuffled between the paths, all but lose the week above 250."""
    rng = np.random.default_rng(0)
    paths = np.empty((20_000, 73))
    paths[:, 0] = rng.normal(0, 45, 20_000)
    for day in range(1, 73):
        paths[:, day] = 0.9 * paths[:, day - 1] + rng.normal(0, 45 * np.sqrt(1 - 0.9**2), 20_000)
    paths += 165
    joint = (first_passage(paths, "mean7", 250) >= 0).mean()
    shuffled = (first_passage(rng.permuted(paths, axis=0), "mean7", 250) >= 0).mean()
    assert joint > 0.15 and shuffled < 0.01


# --------------------------------------------------------------------------------------------------- nowcast draws, in turn


@pytest.mark.parametrize("model", MODELS)
def test_paths_begin_with_the_nowcast_draws_in_turn(model):
    draws = np.arange(15.0).reshape(3, 5)
    history = prepare_history(wander(), nowcast=draws)
    if model in ("unobserved_components", "exponential_smoothing"):  # a draw a system, of which each has a run of blocks
        paths = simulate_paths(history, 12, n_paths=1_000, model=model)
        assert (paths[:, :5] == draws[np.arange(1_000) // (1_000 // PARAMETER_DRAWS) % 3]).all()
        return
    paths = simulate_paths(history, 12, n_paths=400, model=model)  # each block has one draw
    assert (paths[:, :5] == draws[np.arange(400) // PER_BLOCK % 3]).all()
    short = simulate_paths(history, 4, n_paths=70, model=model)
    assert (short == draws[np.arange(70) // PER_BLOCK % 3, :4]).all()


@pytest.mark.parametrize("draws", [np.zeros(5), np.full((2, 3), np.nan), np.full((2, 3), -1.0), np.empty((0, 3))])
def test_nowcast_draws_that_make_no_sense_are_named(draws):
    with pytest.raises(InputError, match="nowcast has shape"):
        prepare_history(wander(), nowcast=draws)


def test_a_path_goes_on_from_its_draw_as_statsmodels_would():
    """One draw given: the next days are distributed as the filter says that has seen history and draw."""
    from statsmodels.tsa.statespace.sarimax import SARIMAX

    counts = wander(n_days=160)
    draw = np.asarray(counts[150:], float)[None]
    fitted = fit_sarimax(prepare_history(make_history(counts[:150]), nowcast=draw))
    first = {name: getattr(fitted, name)[:1] for name in ("ar", "ma", "sigma", "coefficients", "state", "state_root")}
    one = dataclasses.replace(fitted, **first)
    paths = one.simulate(14, 40_000, np.random.default_rng(1))[:, 10:]

    whole = make_history(counts)
    exog = make_regressors(whole.index, closed=fitted.closed)
    model = SARIMAX(to_root(whole), exog=exog, order=(1, 0, 1))
    parameters = np.concatenate([first["coefficients"][0], first["ar"], first["ma"], first["sigma"] ** 2])
    ahead = pd.date_range(whole.index[-1], periods=5)[1:]
    forecast = model.filter(parameters).get_forecast(4, exog=make_regressors(ahead, closed=fitted.closed))
    ours = to_root(paths)
    assert ours.mean(axis=0) == pytest.approx(forecast.predicted_mean.to_numpy(), abs=0.05)
    assert ours.std(axis=0) == pytest.approx(np.sqrt(forecast.var_pred_mean.to_numpy()), rel=0.05)


def test_parameters_know_of_the_recent_level():
    """A fall after the list's end makes the weekdays' levels lower than the list alone has them."""
    history = make_history(wander(level=200))
    low = fit_sarimax(prepare_history(history, nowcast=np.full((20, 60), 20.0) + np.arange(20)[:, None]))
    assert low.results.params["Mon"] < fit_sarimax(history).results.params["Mon"] - 1


@pytest.mark.parametrize("days", [3, 10])
def test_the_weekday_bootstrap_goes_on_after_the_draws_on_its_own_weekdays(days):
    """Counts that name their weekday: history and draws together, whatever weekday the draws end on."""
    start = pd.Timestamp("2024-01-01")
    index = pd.date_range(start, periods=70 + days)
    weekday = index.day_of_week.to_numpy(float)
    history = prepare_history(make_history(weekday[:70], start=start), nowcast=weekday[None, 70:])
    paths = simulate_paths(history, days + 21, n_paths=60, model="weekday_bootstrap")
    ahead = pd.date_range(index[-1], periods=22)[1:].day_of_week
    assert (paths[:, days:] == np.asarray(ahead)).all()
