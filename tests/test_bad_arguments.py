"""What a caller hands in wrong is refused in one line that names it, by every function a reader meets."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from conftest import AS_OF

from utils import DEADLINE, InputError, answer, backtest, reconcile, simulate_paths
from utils.aid.nowcast.inputs import MAX_UNLISTED
from utils.aid.nowcast.reconcile import reconcile_once
from utils.common import memory
from utils.counts.snapshot import REAL_TIME, take_snapshot
from utils.forecasts.ensemble import simulate_ensemble
from utils.forecasts.what_if import answer_what_if, sweep_hazard
from utils.models import MODELS, pool, prepare_history
from utils.questions.question import Question
from utils.scenarios.hazards import InterventionRate, Scenario
from utils.scenarios.mixture import apply_scenarios
from utils.scenarios.shrinkage import predict_effects
from utils.verification.summaries import pair_events, summarise_scores

DAYS = pd.date_range("2024-01-01", periods=150)
COUNTS = pd.Series(50 + np.random.default_rng(1).integers(0, 20, 150).astype(float), DAYS)
EFFECT = pd.DataFrame({"log_ratio": [0.5], "delay": [0], "ramp": [3]})
BASE = dict(threshold=60, opens="2024-05-30", closes="2024-06-10")


def refuse(call, *parts):
    """Check that a call is refused in one short line that holds these parts."""
    with pytest.raises(InputError) as caught:
        call()
    message = str(caught.value)
    assert "\n" not in message and len(message) < 500
    assert all(part in message for part in parts), message


# ------------------------------------------------------------------------------------------------- questions


@pytest.mark.parametrize("threshold", ["350", None, pd.NA, 10**400, True, [350], np.nan, 1j, pd.NaT])
def test_a_threshold_that_is_no_positive_number_is_refused(threshold):
    refuse(lambda: Question(**BASE | dict(threshold=threshold)), "threshold", "must be a positive number")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("inclusive", "no"),
        ("below", 1),
        ("name", 3),
        ("title", None),
        ("source", None),
        ("sources", "cogat"),
        ("sources", ("x",)),
    ],
)
def test_a_field_of_another_kind_is_refused(field, value):
    refuse(lambda: Question(**BASE | {field: value}), field)


@pytest.mark.parametrize("day", [10**400, ["2024-01-01"], b"2024-01-01", "9999-99-99", pd.NA, 1e308, object])
def test_a_day_that_is_none_is_refused(day):
    refuse(lambda: Question(**BASE | dict(closes=day)), "closes", "not a calendar day")


def test_a_choice_of_another_kind_is_refused():
    refuse(lambda: answer(DEADLINE, model=["pool"], n_paths=100), "model", "choose one of")
    refuse(lambda: answer(DEADLINE, vintage=pd.NA, n_paths=100), "vintage")


def test_a_field_that_is_none_cannot_be_varied():
    refuse(lambda: DEADLINE.vary(treshold=3), "treshold", "threshold")


@pytest.mark.parametrize("question", ["deadline", None, {"threshold": 3}])
def test_what_is_no_question_is_refused(question):
    ensemble = simulate_ensemble(take_snapshot(COUNTS), until="2024-06-10", n_paths=50)
    refuse(lambda: answer(question), "question", "utils.Question")
    refuse(lambda: answer(question, counts=COUNTS, n_paths=100), "question", "utils.Question")
    refuse(lambda: ensemble.answer(question), "question", "utils.Question")
    refuse(lambda: answer_what_if(ensemble, question, probability=0.5, ratio=2), "question", "utils.Question")


@pytest.mark.parametrize("paths", ["text", [["a", "b"]], [[1, 2], [3]], None, [[None] * 11]])
def test_paths_that_are_no_numbers_are_refused(paths):
    refuse(lambda: Question(**BASE).answer(paths), "paths")


@pytest.mark.parametrize(
    ("observed", "part"),
    [
        (pd.DataFrame({"count": [1.0]}, DAYS[:1]), "lacks the column state"),
        (pd.DataFrame({"count": [1.0, 2.0], "state": "counted"}, DAYS[[0, 0]]), "each once"),
        (pd.DataFrame({"count": [1.0], "state": "counted"}), "index it by day"),
        (pd.Series(["1"], DAYS[:1]), "give numbers"),
        (pd.Series([-1.0], DAYS[:1]), "not negative"),
        ([1, 2, 3], "pandas Series"),
    ],
)
def test_days_that_no_question_resolves_by_are_refused(observed, part):
    refuse(lambda: Question(**BASE).resolve(observed), part)


def test_counts_without_their_columns_are_refused():
    refuse(lambda: answer(Question(**BASE), counts=COUNTS.to_frame("count")), "counts", "lacks the column state", "it has count")


# ------------------------------------------------------------------------------------------------- scenarios


@pytest.mark.parametrize(
    "hazard",
    [
        "0.1",
        None,
        np.nan,
        10**400,
        True,
        ("0.1", "0.2"),
        (0.1,),
        (0.2, 0.1),
        pd.Series(["0.1"], DAYS[:1]),
        pd.Series([0.1]),
        pd.NA,
    ],
)
def test_a_hazard_that_is_no_probability_is_refused(hazard):
    refuse(lambda: Scenario("pause", hazard, EFFECT), "hazard of 'pause'")


@pytest.mark.parametrize(
    "effect", [None, EFFECT[["delay"]], EFFECT.astype(str), EFFECT.iloc[:0], EFFECT.assign(log_ratio=np.inf)]
)
def test_an_effect_without_its_draws_is_refused(effect):
    refuse(lambda: Scenario("pause", 0.1, effect), "effect of 'pause'")


def test_other_fields_of_a_scenario_are_checked():
    refuse(lambda: Scenario("pause", 0.1, EFFECT, duration="7"), "duration in days of 'pause'")
    refuse(lambda: Scenario("pause", 0.1, EFFECT, excludes="opening"), "excludes of 'pause'", "tuple")
    refuse(lambda: Scenario(3, 0.1, EFFECT), "name 3")
    refuse(lambda: InterventionRate("pause", 3, 0), "days of 'pause'")
    refuse(lambda: InterventionRate("pause", "3", 10), "count of 'pause'")
    refuse(lambda: predict_effects({"pause": [EFFECT[["delay"]]]}), "draws of pause", "log_ratio")


@pytest.fixture(scope="module")
def ensemble():
    return simulate_ensemble(take_snapshot(COUNTS), until="2024-06-10", n_paths=50)


def test_chances_and_hazards_as_text_are_refused(ensemble):
    question = Question(**BASE)
    refuse(lambda: answer_what_if(ensemble, question, probability="0.5", ratio=2), "probability '0.5'", "from 0 to 1")
    refuse(lambda: answer_what_if(ensemble, question, probability=None, ratio=2), "probability None")
    refuse(lambda: answer_what_if(ensemble, question, probability=0.5, ratio="2"), "ratio '2'", "positive")
    scenario = Scenario("pause", 0.1, EFFECT)
    refuse(lambda: sweep_hazard(ensemble, question, scenario, hazards=["0.1"]), "hazard '0.1'")
    refuse(lambda: sweep_hazard(ensemble, question, "pause", hazards=[0.1]), "scenario 'pause'")
    refuse(lambda: ensemble.apply_scenarios(["pause"]), "scenario 'pause'")


def test_a_window_without_days_ahead_has_no_what_if(ensemble):
    past = Question(threshold=60, opens="2024-05-01", closes="2024-05-10")
    refuse(lambda: answer_what_if(ensemble, past, probability=0.5, ratio=2), "2024-05-30", "2024-05-09", "resolve")


# ------------------------------------------------------------------------------------------------- seeds and numbers


@pytest.fixture(scope="module")
def table():
    return backtest(COUNTS, models=["climatology"], horizons=[5], step=20, n_paths=20, cache=None, n_jobs=1, progress=False)


@pytest.mark.parametrize("seed", [-1, 1.5, "0", None, True, [1], np.nan])
def test_an_odd_seed_is_refused_everywhere(ensemble, table, seed):
    calls = [
        lambda: simulate_paths(COUNTS, 5, n_paths=50, seed=seed),
        lambda: answer(Question(**BASE), counts=COUNTS, n_paths=100, seed=seed),
        lambda: answer(DEADLINE, n_paths=100, seed=seed),
        lambda: simulate_ensemble(take_snapshot(COUNTS), until="2024-06-10", n_paths=50, seed=seed),
        lambda: ensemble.apply_scenarios([Scenario("pause", 0.1, EFFECT)], seed=seed),
        lambda: backtest(COUNTS, seed=seed, cache=None, n_jobs=1, progress=False),
        lambda: summarise_scores(table, score="brier", seed=seed),
        lambda: predict_effects({"pause": [EFFECT]}, seed=seed),
        lambda: apply_scenarios(np.ones((2, 3)), DAYS[:3], [], as_of=DAYS[0], seed=seed),
    ]
    for call in calls:
        refuse(call, "seed", "whole number of at least 0")


@pytest.mark.parametrize("rng", [-1, 1.5, "0", True, [1], np.nan, object(), np.random.RandomState(0)])
def test_an_odd_generator_is_refused(rng):
    flow = reconcile_once(pd.Timestamp(AS_OF), REAL_TIME)
    for call in (lambda: flow.draws(3, rng=rng), lambda: flow.draw_bases(3, rng=rng)):
        refuse(call, "rng", "whole number of at least 0, or a numpy.random.Generator")
    pd.testing.assert_frame_equal(flow.draws(3, rng=7), flow.draws(3, rng=np.random.default_rng(7)))
    assert len(flow.draws(3)) == 3


def test_a_table_of_scores_without_its_columns_is_refused():
    refuse(lambda: summarise_scores(pd.DataFrame({"score": ["brier"]}), score="brier"), "lacks the column series")
    refuse(lambda: pair_events(pd.DataFrame({"score": ["brier"]})), "lacks the column series")
    refuse(lambda: summarise_scores([1], score="brier"), "DataFrame")


# ------------------------------------------------------------------------------------------------- forecasters


def _give(value):
    def forecaster(history, horizon, *, n_paths, seed):
        paths = np.tile(np.rint(history.to_numpy()[-7:].mean()), (n_paths, horizon))
        paths[0, 1] = value
        return paths

    return forecaster


@pytest.mark.parametrize(
    ("forecaster", "part"),
    [
        (_give(-1), "-1 on day 2 of a path, which is negative"),
        (_give(3.5), "3.5 on day 2 of a path, which is not whole"),
        (_give(np.inf), "not finite"),
        (_give(np.nan), "not finite"),
        (lambda history, horizon, *, n_paths, seed: "paths", "no numbers"),
        (lambda history, horizon, *, n_paths, seed: np.ones(horizon), "shape"),
        (lambda history, horizon, *, n_paths, seed: None, "model own"),
    ],
)
def test_a_forecaster_that_gives_no_counts_is_refused(forecaster, part):
    refuse(
        lambda: backtest(COUNTS, models={"own": forecaster}, horizons=[5], n_paths=20, cache=None, n_jobs=1, progress=False),
        "model own",
        part,
    )


@pytest.mark.parametrize("model", MODELS)
def test_every_model_gives_whole_paths_of_a_fractional_past(model):
    past = prepare_history(COUNTS + 0.37, nowcast=np.array([[10.5, 20.25], [11.75, 21.5]]))
    for history in (COUNTS + 0.37, past):
        paths = simulate_paths(history, 9, n_paths=60, model=model)
        assert paths.shape == (60, 9) and np.isfinite(paths).all() and (paths >= 0).all()
        np.testing.assert_array_equal(paths, np.rint(paths))


# ------------------------------------------------------------------------------------------------- many paths


@pytest.mark.parametrize("model", MODELS)
def test_many_paths_are_simulated_where_they_fit(model):
    assert simulate_paths(COUNTS, 2, n_paths=200_050, model=model).shape == (200_050, 2)


def test_a_block_may_hold_more_paths_than_a_stretch(monkeypatch):
    monkeypatch.setattr(pool, "CHUNK", 2)
    past = prepare_history(COUNTS, nowcast=np.array([[10.0], [20.0]]))  # no thinning: five paths a block
    paths = simulate_paths(past, 4, n_paths=100)
    assert paths.shape == (100, 4) and (paths >= 0).all() and np.isfinite(paths).all()


@pytest.mark.parametrize("n_paths", [2_000_000_000, 10**400])
def test_more_paths_than_memory_holds_are_refused_before_the_work(n_paths, monkeypatch):
    monkeypatch.setattr(memory, "find_memory", lambda: 8 * 10**9)
    for call in (
        lambda: simulate_paths(COUNTS, 100, n_paths=n_paths),
        lambda: answer(DEADLINE, n_paths=n_paths),
        lambda: backtest(COUNTS, n_paths=n_paths, horizons=[100], first=30, cache=None, n_jobs=1, progress=False),
    ):
        refuse(call, "n_paths", "8 GB of memory", "at most")
    refuse(lambda: memory.check_paths_fit(1_000_001, 100), "give 1,000,000 at most")
    memory.check_paths_fit(1_000_000, 100)


# ------------------------------------------------------------------------------------------------- the flow of both lists


def test_a_flow_far_beyond_every_list_is_refused_with_its_reason():
    refuse(lambda: reconcile("2026-01-01"), "2025-12-31", f"{MAX_UNLISTED} days", "time and memory", "earlier day")


def test_a_number_too_long_to_be_written_is_refused():
    refuse(lambda: Question(**BASE | dict(threshold=10**5000)), "threshold", "thousands of digits")


def test_a_field_is_kept_as_it_was_given():
    assert Question(**BASE).to_dict()["threshold"] == 60
    assert dataclasses.replace(DEADLINE, inclusive=np.True_).inclusive is True
