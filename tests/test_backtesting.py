"""The backtest: its rows against the project's own rule, no look ahead, the same rows from any workers, the cache, a cluster."""

from __future__ import annotations

import os
import signal
import time

import numpy as np
import pandas as pd
import pytest
from brute import find_first
from hypothesis import given
from hypothesis import strategies as st
from scipy.linalg import toeplitz
from statsmodels.tsa.arima_process import arma_acovf
from statsmodels.tsa.statespace.sarimax import SARIMAX

import utils.verification.backtest as module
from utils import InputError, LookaheadError, backtest, first_passage, load_daily, load_days, load_records, simulate_paths
from utils.cli import main
from utils.counts.record import Record, make_record
from utils.counts.snapshot import FINAL, REAL_TIME, usable_history
from utils.models import fit, follow_sarimax, make_regressors
from utils.models.protocol import to_root
from utils.questions.passage import DEFINITIONS, compute_statistic
from utils.questions.question import Question
from utils.verification.backtest import _run_on_cluster
from utils.verification.plan import COLUMNS, list_origins
from utils.verification.scores import score_crps, score_passage
from utils.verification.summaries import pair_events, summarise_scores
from utils.verification.tasks import run_task
from utils.verification.windows import _find_first as find_first_in

SMALL = dict(
    horizons=(5, 20), thresholds=(60, 120), quantiles=(0.8,), n_paths=60, first=100, n_jobs=1, cache=None, progress=False
)
QUICK = ("climatology", "weekday_bootstrap", "always_no", "base_rate", "persistence")


def make_count(days=190, *, seed=0, start="2024-01-01"):
    rng = np.random.default_rng(seed)
    level = 80 * np.exp(np.cumsum(rng.normal(0, 0.05, days)))
    series = pd.Series(rng.poisson(level).astype(float), pd.date_range(start, periods=days))
    series[rng.random(days) < 0.05] = np.nan
    series.iloc[[0, -1]] = 80.0
    return series


def draw_week(history, horizon, *, n_paths, seed):
    """An honest forecaster of one's own: days drawn from the last four weeks."""
    past = history.dropna().to_numpy()[-28:]
    return np.random.default_rng(seed).choice(past, (n_paths, horizon))


@pytest.fixture(scope="module")
def count():
    return make_count()


@pytest.fixture(scope="module")
def table(count):
    return backtest(count, models=QUICK, **SMALL)


def look_up(table, **where):
    for column, value in where.items():
        table = table[table[column].eq(value)]
    return table


# ------------------------------------------------------------------------------------------------------- what is scored


def test_rows_are_those_of_the_projects_own_rule(count, table):
    """Probability, outcome and first passage again, from `simulate_paths` and the slow rule, on the counted days."""
    origin = table["origin"].unique()[4]
    history = count[:origin]
    paths = simulate_paths(
        history[: history.last_valid_index()],
        20 + (origin - history.last_valid_index()).days,
        n_paths=60,
        model="climatology",
        seed=origin.toordinal(),
    )[:, -20:]
    ahead = count[origin + pd.Timedelta(days=1) :][:20]
    seen = ahead.notna().to_numpy()
    assert 0 < seen.sum() < 20, "the case has a day that was not counted"
    tail = history.dropna().to_numpy()[-6:]
    for horizon in (5, 20):
        kept, truth = paths[:, :horizon][:, seen[:horizon]], ahead.to_numpy()[:horizon][seen[:horizon]]
        for definition in DEFINITIONS:
            rows = look_up(table, model="climatology", origin=origin, horizon=horizon, definition=definition, threshold="60")
            found = rows.set_index("score")["value"]
            first = first_passage(kept, definition, 60, tail=tail)
            assert found["probability"] == pytest.approx((first != -1).mean())
            assert found["outcome"] == (find_first(truth, definition, 60, tail) != -1)
            assert found["brier"] == pytest.approx((found["probability"] - found["outcome"]) ** 2)
            if definition != "window_mean":
                day = find_first(truth, definition, 60, tail)
                assert found["rps"] == pytest.approx(score_passage(first, day, horizon=len(truth)))
        rows = look_up(table, model="climatology", origin=origin, horizon=horizon, definition="").set_index("score")["value"]
        assert rows["crps_max"] == pytest.approx(score_crps(kept.max(axis=1), truth.max()))


@given(
    st.lists(st.lists(st.integers(0, 9), min_size=4, max_size=12), min_size=1, max_size=1),
    st.lists(st.integers(0, 9), max_size=8),
    st.sampled_from(["day", "mean2", "mean3", "mean7", "run2", "run3"]),
    st.integers(1, 9),
)
def test_the_running_statistic_is_first_passage(paths, tail, definition, threshold):
    for below in (False, True):
        accumulate = np.minimum.accumulate if below else np.maximum.accumulate
        running = accumulate(compute_statistic(paths, definition, tail=tail, below=below), axis=1)
        expected = [find_first(path, definition, threshold, tail, below=below) for path in paths]
        assert find_first_in(running, threshold, below=below).tolist() == expected


def test_baselines_by_hand():
    """Ten days at 50 and ten at 150, over and over: windows of five days meet 100 every other pair."""
    count = pd.Series(np.tile(np.repeat([50.0, 150.0], 10), 8), pd.date_range("2024-01-01", periods=160))
    table = backtest(
        count, models=("always_no", "base_rate", "persistence"), **SMALL | dict(horizons=(5,), thresholds=(100,), quantiles=())
    )
    rows = look_up(table, definition="day", score="probability")
    for origin, found in rows.set_index(["origin", "model"])["value"].unstack().iterrows():
        past = count[:origin].to_numpy()
        windows = [past[end - 5 : end].max() >= 100 for end in range(len(past), 4, -5)]
        assert found["base_rate"] == pytest.approx((sum(windows) + 0.5) / (len(windows) + 1))
        assert found["persistence"] == windows[0] and found["always_no"] == 0
    assert 0 < look_up(table, model="persistence", score="brier")["value"].mean() < 1


def test_the_mean_of_the_window_can_be_asked_alone(count, table):
    alone = backtest(count, models=["climatology"], **SMALL | dict(definitions=("window_mean",)))
    beside = look_up(table, model="climatology", definition="window_mean", score="probability")
    assert look_up(alone, score="probability")["value"].tolist() == beside["value"].tolist()


def test_columns_and_horizons(count, table):
    assert list(table) == COLUMNS and not table.isna().any().any()
    assert set(table["vintage"]) == {"final"}
    last = table.groupby("horizon")["origin"].max()
    assert all(day + pd.Timedelta(days=horizon) <= count.index[-1] for horizon, day in last.items())
    gaps = pd.Series(sorted(table["origin"].unique())).diff().dropna()
    assert set(gaps.dt.days) == {6} and set(table["score"]) >= {
        "brier",
        "log",
        "rps",
        "crps_max",
        "twcrps",
        "energy",
        "variogram",
        "pit",
    }


def test_a_window_with_few_counted_days_is_left_out(count):
    holed = count.copy()
    holed.iloc[120:130] = np.nan
    origins = backtest(holed, models=["climatology"], **SMALL | dict(horizons=(5,)))["origin"].unique()
    windows = {origin: holed[origin + pd.Timedelta(days=1) :][:5].count() for origin in origins}
    every = list_origins(holed, step=6, first=100, horizon=5)
    assert len(origins) < len(every) and min(windows.values()) >= 4
    assert all(holed[o + pd.Timedelta(days=1) :][:5].count() < 4 for o in every if o not in windows)


def test_a_closed_day_is_nothing_in_a_window_as_in_a_question(count):
    """One rule for both: the outcome of a window is the resolution of the question, wherever that is certain."""
    days = make_record(count).days
    days.loc[days["count"].isna(), "state"] = "closed"
    days.iloc[[120, 131, 140], :] = [np.nan, "unreported"]
    record = Record(days)
    table = backtest(record, models=["climatology"], **SMALL | dict(horizons=(7,), thresholds=(60, 75), quantiles=()))
    outcomes, settled = look_up(table, score="outcome"), 0
    for row in outcomes.itertuples():
        opens = row.origin + pd.Timedelta(days=1)
        question = Question(
            threshold=float(row.threshold), opens=opens, closes=opens + pd.Timedelta(days=7), definition=row.definition
        )
        resolved = question.resolve(days)
        if not resolved.missing:
            settled += 1
            assert row.value == (resolved.outcome == "YES"), row
    assert settled > 40 and days["state"].eq("closed").sum() > 3


# --------------------------------------------------------------------------------------------------------- no peeking


@pytest.mark.parametrize("model", ["default", "climatology", "weekday_bootstrap", "base_rate", "persistence"])
def test_the_days_after_an_origin_change_nothing_at_it(count, model):
    cut = count.index[150]
    other = count.where(count.index <= cut, count * 3 + 500)
    found = [look_up(backtest(one, models=[model], **SMALL), score="probability") for one in (count, other)]
    before, after = (one[one["origin"] <= cut].drop(columns="model").reset_index(drop=True) for one in found)
    pd.testing.assert_frame_equal(before, after)
    late = [one[one["origin"] > cut]["value"].to_numpy() for one in found]
    assert not np.array_equal(*late), "the plant meets whoever comes later"


def test_forecasters_that_look_ahead_are_caught(count):
    """A forecaster that tells the future, one that blurs it, and one that reads a value that the backtest must not hand over."""

    def tell(history, horizon, *, n_paths, seed):
        future = count.reindex(pd.date_range(history.index[-1], periods=horizon + 1)[1:])
        return np.tile(future.fillna(0).to_numpy(), (n_paths, 1))

    def blur(history, horizon, *, n_paths, seed):
        return tell(history, horizon, n_paths=n_paths, seed=seed) + np.random.default_rng(seed).integers(0, 9, (n_paths, horizon))

    def reach(history, horizon, *, n_paths, seed):
        base, found = history.to_numpy(), None
        while base is not None:  # the buffer behind a slice holds the whole record, if it was not copied
            found, base = base, base.base
        known = pd.Timestamp.fromordinal(seed) - history.index[0]  # the seed is the origin's
        assert len(np.ravel(found)) == known.days + 1 and not history.attrs, "the buffer ends at the origin"
        return draw_week(history, horizon, n_paths=n_paths, seed=seed)

    for peeker, message in ((tell, "exactly as they came later"), (blur, "draws on something else")):
        with pytest.raises(LookaheadError, match=f"model mine at .*{message}"):
            backtest(count, models={"mine": peeker}, **SMALL)
    assert len(backtest(count, models={"mine": reach}, **SMALL))


def test_a_leak_in_the_backtest_itself_is_caught(count, monkeypatch):
    """A record that hands over a value learnt from the whole of itself, the commonest mistake of all."""

    def leak(self, origin, *, vintage):
        days = self.days[:origin]
        return days.assign(count=days["count"] + self.days["count"].mean())

    monkeypatch.setattr(Record, "known", leak)
    with pytest.raises(LookaheadError, match="gives other paths when the days after it are others"):
        backtest(count.interpolate(), models=["climatology"], **SMALL)


def test_vintages_are_those_of_the_day():
    record = load_records(["unrwa"], scopes=["all"])["unrwa all"]
    for origin, published in (("2024-09-10", "2024-09-11"), ("2024-11-07", "2024-10-27"), ("2024-12-23", "2024-12-24")):
        origin = pd.Timestamp(origin)
        known = usable_history(record.known(origin, vintage=REAL_TIME))
        held = usable_history(load_days("unrwa", as_of=published))
        pd.testing.assert_series_equal(known, held, check_names=False, check_freq=False)
        assert known.index[-1] < origin
        assert usable_history(record.known(origin, vintage=FINAL)).sum() > known.sum()
    with pytest.raises(InputError, match="no vintage was public by then"):
        record.known(pd.Timestamp("2024-09-09"), vintage=REAL_TIME)
    assert not load_records(["cogat"], scopes=["all"])["cogat all"].vintages


def test_real_time_rows_use_the_vintage_and_the_last_truth():
    record = load_records(["unrwa"], scopes=["all"])["unrwa all"]
    table = backtest({"u": record}, models=["weekday_bootstrap"], **SMALL | dict(thresholds=(60,), n_paths=50))
    live, cut = (look_up(table, vintage=vintage) for vintage in (REAL_TIME, FINAL))
    assert live["origin"].min() >= pd.Timestamp("2024-09-10") > cut["origin"].min()
    keys = ["origin", "horizon", "definition", "threshold"]
    both = look_up(live, score="outcome").merge(look_up(cut, score="outcome"), on=keys)
    plain = both[both["threshold"].eq("60") & both["definition"].eq("day")]
    assert len(plain) > 10 and (plain["value_x"] == plain["value_y"]).all(), "one truth for both"
    found = look_up(live, score="probability").merge(look_up(cut, score="probability"), on=keys)
    assert (found["value_x"] != found["value_y"]).any(), "what was known differs"


# ------------------------------------------------------------------------------------- refits, workers, cache, cluster


def test_a_fit_carried_forward_is_the_filter_of_the_longer_history(history):
    """The dynamics stay, the state is statsmodels' own, and the levels are the least squares of the longer history."""
    cut, later = history[:300], history[:330]
    fitted = fit(cut, model="sarimax", seed=1)
    forward = follow_sarimax(fitted, later, seed=1)
    assert np.array_equal(forward.ar, fitted.ar) and forward.days[-1] == later.index[-1]
    exog = make_regressors(later.index, closed=fitted.closed)
    parameters = np.concatenate([forward.coefficients[7], forward.ar[[7]], forward.ma[[7]], forward.sigma[[7]] ** 2])
    own = SARIMAX(to_root(later), exog=exog, order=(1, 0, 1)).filter(parameters)
    np.testing.assert_allclose(forward.state[7], own.predicted_state[:, -1], rtol=1e-8)
    ar, ma, variance = fitted.results.params.to_numpy()[-3:]
    seen = later.notna().to_numpy()
    covariance = toeplitz(arma_acovf([1, -ar], [1, ma], len(later), sigma2=variance))[np.ix_(seen, seen)]
    x, y = exog.to_numpy()[seen], to_root(later).to_numpy()[seen]
    levels = np.linalg.solve(x.T @ np.linalg.solve(covariance, x), x.T @ np.linalg.solve(covariance, y))
    drawn_from = fitted.results.params.to_numpy()[: x.shape[1]]
    np.testing.assert_allclose(
        forward.coefficients - fitted.coefficients + drawn_from, np.tile(levels, (len(forward.ar), 1)), atol=1e-3
    )


def test_any_number_of_workers_gives_the_same_rows(count, table):
    two = backtest(count, models=QUICK, **SMALL | dict(n_jobs=2))
    pd.testing.assert_frame_equal(two, table)


def test_the_cache_is_found_again_and_knows_code_data_and_settings(count, tmp_path, monkeypatch):
    runs = []
    run = run_task
    monkeypatch.setattr(module, "run_task", lambda task: runs.append(task.model) or run(task))
    options = SMALL | dict(cache=tmp_path, horizons=(5,))
    first = backtest(count, models=["climatology"], **options)
    done = len(runs)
    pd.testing.assert_frame_equal(backtest(count, models=["climatology"], **options), first)
    assert done > 0 and len(runs) == done, "nothing ran again"
    backtest(count, models=["climatology"], **options | dict(seed=1))
    assert len(runs) == 2 * done, "another seed"
    touched = count.copy()
    touched.iloc[3] += 1
    backtest(touched, models=["climatology"], **options)
    assert len(runs) == 3 * done, "other data"
    monkeypatch.setattr(module, "_hash_code", lambda: "other code")
    backtest(count, models=["climatology"], **options)
    assert len(runs) == 4 * done, "other code"
    own = len(runs)
    for _ in range(2):
        backtest(count, models={"mine": draw_week}, **options)
    assert len(runs) == own + 2 * done, "a forecaster of one's own runs each time"


def test_a_run_that_was_stopped_goes_on(count, tmp_path, monkeypatch):
    runs = []
    run = run_task

    def stop(task):
        runs.append(task.model)
        if len(runs) == 2:
            raise KeyboardInterrupt
        return run(task)

    options = SMALL | dict(cache=tmp_path, horizons=(5,))
    monkeypatch.setattr(module, "run_task", stop)
    with pytest.raises(KeyboardInterrupt):
        backtest(count, models=["climatology", "base_rate"], **options)
    table = backtest(count, models=["climatology", "base_rate"], **options)
    assert len(runs) == 5, "four tasks, one of them twice: the finished one was kept, the stopped one ran again"
    monkeypatch.undo()
    pd.testing.assert_frame_equal(table, backtest(count, models=["climatology", "base_rate"], **options | dict(cache=None)))


def wait_and_draw(history, horizon, *, n_paths, seed):
    time.sleep(0.05)
    return draw_week(history, horizon, n_paths=n_paths, seed=seed)


@pytest.mark.cluster
def test_a_cluster_gives_the_same_rows_though_a_worker_is_killed(monkeypatch):
    distributed = pytest.importorskip("distributed", reason="dask is not installed; pip install '.[scale]'")
    records = {f"count {seed}": make_count(260, seed=seed) for seed in range(4)}
    options = SMALL | dict(models={"mine": wait_and_draw, "climatology": None}, horizons=(5,))
    here = backtest(records, **options)
    run, left = _run_on_cluster, []
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0") as cluster:
        with distributed.Client(cluster, set_as_default=False) as client:
            workers = client.run(os.getpid)
            assert len(set(workers.values())) == 2 and os.getpid() not in workers.values()
            victim = next(iter(workers.values()))

            def kill_half_way(tasks, todo, scheduler):
                for done, result in enumerate(run(tasks, todo, scheduler), start=1):
                    if done == len(todo) // 2:
                        os.kill(victim, signal.SIGKILL)
                        left.append(len(todo) - done)
                    yield result

            monkeypatch.setattr(module, "_run_on_cluster", kill_half_way)
            there = backtest(records, **options, scheduler=cluster.scheduler_address)
            assert left[0] >= 8 and victim not in client.run(os.getpid).values(), "a worker was lost with half the tasks to do"
    pd.testing.assert_frame_equal(there, here)


# -------------------------------------------------------------------------------------------------- summaries, errors


def test_summary_ranks_only_where_enough_windows_do_not_overlap(table):
    summary = summarise_scores(table, score="brier", reference="base_rate")
    assert set(summary["horizon"]) == {5, 20}
    short, long = (summary[summary["horizon"].eq(h)] for h in (5, 20))
    assert (short["effective"] >= 10).all() and sorted(short["rank"])[0] == 1
    assert (long["effective"] < 10).all() and long["rank"].isna().all()
    one = short.set_index("model").loc["climatology"]
    raw = look_up(table, score="brier", horizon=5)
    means = raw.groupby("model", observed=True)["value"].mean()
    assert one["mean"] == pytest.approx(means["climatology"]) and one["skill"] == pytest.approx(
        1 - means["climatology"] / means["base_rate"]
    )
    assert one["low"] <= one["mean"] <= one["high"]


def test_events_are_paired(table):
    pairs = pair_events(table)
    assert len(pairs) == len(look_up(table, score="brier"))
    brier = look_up(table, score="brier", model="climatology")["value"].mean()
    mine = pairs[pairs["model"].eq("climatology")]
    assert ((mine["probability"] - mine["outcome"]) ** 2).mean() == pytest.approx(brier)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (dict(models=["oracle"]), "model 'oracle' is unknown"),
        (dict(horizons=(0,)), "horizon 0 must be"),
        (dict(horizons=()), "are empty"),
        (dict(definitions=("twice",)), "definition 'twice' is unknown"),
        (dict(thresholds=(0,)), "threshold 0 must be a positive"),
        (dict(quantiles=(95,)), "quantile 95 must be a number between"),
        (dict(step=0), "step 0 must be"),
        (dict(first=400), "no origin has 400 days before"),
        (dict(models={"mine": lambda history, horizon, *, n_paths, seed: np.zeros((1, 1))}), "model mine gave paths of shape"),
    ],
)
def test_bad_input_is_named(count, changes, message):
    with pytest.raises(InputError, match=message) as caught:
        backtest(count, **SMALL | dict(models=["climatology"]) | changes)
    assert "\n" not in str(caught.value)


def test_a_scheduler_that_does_not_answer_is_named(count, monkeypatch):
    distributed = pytest.importorskip("distributed", reason="dask is not installed; pip install '.[scale]'")
    client = distributed.Client
    monkeypatch.setattr(distributed, "Client", lambda *given, **options: client(*given, **options | {"timeout": 0.5}))
    with pytest.raises(InputError, match="scheduler 'tcp://127.0.0.1:1' does not answer"):
        backtest(count, **SMALL | dict(models=["climatology"]), scheduler="tcp://127.0.0.1:1")


def test_the_projects_own_record_is_one_of_them():
    cogat = load_records(["cogat"], scopes=["all"])["cogat all"]
    assert cogat.truth.max() == load_daily("cogat").max()
    assert make_record(cogat) is cogat


def test_the_command_prints_scores_with_the_cases_behind_them(tmp_path, capsys):
    out = tmp_path / "scores.csv"
    options = ["--source", "unrwa", "--model", "climatology", "--model", "persistence", "--horizon", "5", "--horizon", "74"]
    with pytest.raises(SystemExit) as ended:
        main(["backtest", *options, "--paths", "50", "--step", "12", "--jobs", "1", "--no-cache", "--out", str(out)])
    assert ended.value.code in (0, None)
    printed = capsys.readouterr().out
    assert "unrwa all, final, 74 days" in printed and "too few for a ranking" in printed
    assert "unrwa all, real-time, 5 days" in printed and "of which" in printed
    assert list(pd.read_csv(out)) == COLUMNS


def test_the_command_refuses_before_it_works(tmp_path, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["backtest", "--out", str(tmp_path / "absent" / "scores.csv")])
    assert ended.value.code == 2 and capsys.readouterr().err.startswith("error: out ")
