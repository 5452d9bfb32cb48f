"""Scenarios: hazards, what they do to paths, and a mixture that a plain loop gives too."""

import dataclasses
import math

import numpy as np
import pandas as pd
import pytest
from conftest import AS_OF
from hypothesis import given, settings
from hypothesis import strategies as st

from utils import InputError, answer, answer_all, first_passage, load_events
from utils.aid.answers import simulate_for
from utils.aid.interventions import INTERVENTION_KINDS, load_interventions, measure_interventions
from utils.aid.questions import DEADLINE, TRANSITION
from utils.aid.scenarios import count_interventions, list_scenarios
from utils.forecasts.answer import list_branches
from utils.forecasts.what_if import find_break_even, sweep_hazard
from utils.scenarios.hazards import InterventionRate, Scenario
from utils.scenarios.interruptions import Effect
from utils.scenarios.mixture import apply_scenarios
from utils.scenarios.shrinkage import estimate_spread, shrink_effect

DAYS = pd.date_range("2024-11-01", periods=40, name="date")
FIRST = "2024-11-08"  # the seventh of the days
AHEAD = 33
N_PATHS = 4_000


def make_effect(*rows):
    return pd.DataFrame(rows, columns=["log_ratio", "delay", "ramp"])


DOUBLES = make_effect((math.log(2), 0, 1))
HALVES = make_effect((-math.log(2), 0, 1))


def make_paths(n_paths=N_PATHS, level=100.0):
    return np.full((n_paths, len(DAYS)), level)


def wander(n_paths, seed=0):
    rng = np.random.default_rng(seed)
    return np.rint(
        np.exp(4.6 + np.cumsum(rng.normal(0, 0.05, (n_paths, len(DAYS))), axis=1) + rng.normal(0, 0.2, (n_paths, len(DAYS))))
    )


# ------------------------------------------------------------------------------------------------------- base rates


def test_base_rates_are_counted_from_the_events_before_the_day():
    pauses, openings = count_interventions("pause", as_of=AS_OF), count_interventions("opening", as_of=AS_OF)
    assert (pauses.count, pauses.days) == (1, 398)  # 7 October 2023 to 7 November 2024
    assert openings.count == 5
    assert pauses.per_day == 1.5 / 398
    # the ceasefire of January is known to nobody before it
    assert count_interventions("pause", as_of="2025-01-19").count == 1
    assert count_interventions("pause", as_of="2025-01-20").count == 2


def test_events_of_the_day_itself_or_later_change_no_rate(data):
    before = [count_interventions(kind, as_of=AS_OF, data=data) for kind in INTERVENTION_KINDS]
    events = pd.read_csv(data / "events.csv", dtype=str)
    for day in (AS_OF, "2024-11-09"):
        planted = [events[events["intervention"].eq(kind)].iloc[[0]].assign(date=day) for kind in INTERVENTION_KINDS]
        events = pd.concat([events, *planted])
    events.to_csv(data / "events.csv", index=False)
    assert [count_interventions(kind, as_of=AS_OF, data=data) for kind in INTERVENTION_KINDS] == before
    later = [count_interventions(kind, as_of="2024-11-10", data=data) for kind in INTERVENTION_KINDS]
    assert [rate.count for rate in later] == [rate.count + 2 for rate in before]


def test_every_shift_is_marked_with_a_page_that_reports_it():
    marked = load_events().dropna(subset=["intervention"])
    assert set(marked["intervention"]) == set(INTERVENTION_KINDS) and marked["url"].str.startswith("http").all()
    assert not marked["kind"].isin(["holiday", "assessment", "methodology"]).any()


def test_the_probability_of_a_shift_is_that_of_a_rate_drawn_first():
    rate = InterventionRate("pause", 1, 398)
    draws = np.random.default_rng(1).gamma(1.5, 1 / 398, 200_000)
    assert rate.probability(73) == pytest.approx((1 - np.exp(-draws * 73)).mean(), abs=0.002)
    assert rate.interval[0] < rate.per_day < rate.interval[1]
    assert np.mean((draws > rate.interval[0]) & (draws < rate.interval[1])) == pytest.approx(0.9, abs=0.005)


@pytest.mark.parametrize(
    ("kind", "as_of", "found"), [("truce", AS_OF, "kind"), ("pause", "2023-10-01", "before the first event")]
)
def test_a_rate_that_cannot_be_counted_says_why(kind, as_of, found):
    with pytest.raises(InputError, match=found):
        count_interventions(kind, as_of=as_of)


# ---------------------------------------------------------------------------------------------------------- hazards


def arrivals(scenario, n_paths=N_PATHS, seed=0):
    return scenario.draw_arrivals(DAYS[-AHEAD:], n_paths, np.random.default_rng(seed))


@settings(max_examples=25)
@given(st.floats(0.0005, 1.0), st.integers(1, AHEAD))
def test_a_constant_hazard_comes_by_a_day_with_its_probability(hazard, day):
    come = arrivals(Scenario("s", hazard, DOUBLES))
    assert (come < day).mean() == pytest.approx(1 - (1 - hazard) ** day, abs=2 / N_PATHS)


def test_hazards_of_nought_and_one():
    assert (arrivals(Scenario("s", 0.0, DOUBLES)) == AHEAD).all()
    assert (arrivals(Scenario("s", 1.0, DOUBLES)) == 0).all()


def test_a_counted_rate_comes_with_its_own_probability():
    rate = InterventionRate("pause", 3, 200)
    assert (arrivals(Scenario("s", rate, DOUBLES)) < 20).mean() == pytest.approx(rate.probability(20), abs=0.01)


def test_an_elicited_range_lies_between_its_ends_and_is_their_mixture():
    come = arrivals(Scenario("s", (0.01, 0.1), DOUBLES), n_paths=40_000)
    hazards = np.exp(np.linspace(np.log(0.01), np.log(0.1), 2_001))
    assert (come < 10).mean() == pytest.approx((1 - (1 - hazards) ** 10).mean(), abs=0.006)
    assert arrivals(Scenario("s", (0.05, 0.05), DOUBLES)).tolist() == arrivals(Scenario("s", 0.05, DOUBLES)).tolist()


def test_a_hazard_by_day_comes_on_those_days_alone():
    by_day = pd.Series([0.2, 0.5], pd.to_datetime(["2024-11-10", "2024-11-12"]))
    shares = pd.Series(arrivals(Scenario("s", by_day, DOUBLES))).value_counts(normalize=True)
    assert set(shares.index) == {2, 4, AHEAD}
    assert shares[2] == pytest.approx(0.2, abs=1e-3) and shares[4] == pytest.approx(0.5, abs=1e-3)


def test_a_day_that_has_passed_is_no_hazard():
    by_day = pd.Series([0.2], pd.to_datetime(["2024-11-07"]))
    with pytest.raises(InputError, match="names 2024-11-07, before 2024-11-08"):
        apply_scenarios(make_paths(50), DAYS, [Scenario("s", by_day, DOUBLES)], as_of=FIRST)


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        (dict(hazard=1.2), "hazard 1.2 of 'a truce' must be a probability a day from 0 to 1"),
        (dict(hazard=float("nan")), "hazard nan"),
        (dict(hazard=(0.0, 0.1)), r"hazard \(0.0, 0.1\) .* 0 < low <= high <= 1"),
        (dict(hazard=(0.2, 0.1)), "must be a range"),
        (dict(hazard=pd.Series([0.7, 0.6], DAYS[:2])), "sums to 1.3"),
        (dict(effect=DOUBLES.drop(columns="ramp")), "needs finite draws of log_ratio, delay and ramp"),
        (dict(effect=DOUBLES.iloc[:0]), "needs finite draws"),
        (dict(effect=DOUBLES.assign(log_ratio=np.inf)), "needs finite draws"),
        (dict(duration=0), "duration 0 of 'a truce' must be 1 day or more"),
    ],
)
def test_a_scenario_that_makes_no_sense_says_why(changes, found):
    with pytest.raises(InputError, match=found):
        dataclasses.replace(Scenario("a truce", 0.1, DOUBLES), **changes)


def test_names_must_be_of_use():
    one = Scenario("one", 0.1, DOUBLES)
    with pytest.raises(InputError, match="give each a name of its own"):
        apply_scenarios(make_paths(50), DAYS, [one, one], as_of=FIRST)
    with pytest.raises(InputError, match="'one' excludes .'two'., no scenario here"):
        apply_scenarios(make_paths(50), DAYS, [dataclasses.replace(one, excludes=("two",))], as_of=FIRST)


# ------------------------------------------------------------------------------------------------------ shifted paths


def test_nothing_comes_before_the_day_of_the_knowledge():
    shifted = apply_scenarios(make_paths(), DAYS, [Scenario("s", 1.0, DOUBLES)], as_of=FIRST)
    assert (shifted.paths[:, :7] == 100).all() and (shifted.paths[:, 7:] == 200).all()
    assert (shifted.arrivals["s"] == pd.Timestamp(FIRST)).all()


def test_the_effect_waits_rises_and_ends_as_told():
    scenario = Scenario("s", 1.0, make_effect((math.log(16), 2, 4)), duration=8)
    path = apply_scenarios(make_paths(60), DAYS, [scenario], as_of=FIRST).paths[0, 7:18]
    assert path.tolist() == [100, 100, 200, 400, 800, 1600, 1600, 1600, 100, 100, 100]


def test_paths_stay_whole_and_are_not_written_over():
    paths = wander(200)
    before = paths.copy()
    shifted = apply_scenarios(paths, DAYS, [Scenario("s", 0.05, make_effect((0.33, 0, 3)))], as_of=FIRST).paths
    assert (
        np.array_equal(paths, before)
        and (shifted == np.rint(shifted)).all()
        and (shifted >= 0).all()
        and (shifted != paths).any()
    )


def test_each_draw_of_the_effect_is_used_alike():
    effect = make_effect(*[(math.log(k), 0, 1) for k in (2, 3, 4, 5)])
    shifted = apply_scenarios(make_paths(4_000), DAYS, [Scenario("s", 1.0, effect)], as_of=FIRST).paths[:, -1]
    assert np.unique(shifted, return_counts=True)[1].tolist() == [1_000] * 4


def test_another_scenario_changes_nothing_of_the_first_ones_draws():
    one, two = Scenario("one", 0.05, DOUBLES), Scenario("two", 0.1, HALVES)
    alone = apply_scenarios(make_paths(), DAYS, [one], as_of=FIRST).arrivals["one"]
    both = apply_scenarios(make_paths(), DAYS, [two, one], as_of=FIRST).arrivals
    pd.testing.assert_series_equal(alone, both["one"])
    # unrelated: they come together about as often as chance has it
    together = both.notna().all(axis=1).mean()
    assert together == pytest.approx(both["one"].notna().mean() * both["two"].notna().mean(), abs=0.03)


def test_of_two_that_exclude_each_other_only_the_earlier_comes():
    one, two = Scenario("one", 0.1, DOUBLES), Scenario("two", 0.1, HALVES)
    free = apply_scenarios(make_paths(), DAYS, [one, two], as_of=FIRST).arrivals
    shut = apply_scenarios(make_paths(), DAYS, [one, dataclasses.replace(two, excludes=("one",))], as_of=FIRST).arrivals
    assert free.notna().all(axis=1).any() and not shut.notna().all(axis=1).any()
    first_one = free["one"].notna() & ~(free["two"] < free["one"])  # on one day the one listed first
    pd.testing.assert_series_equal(shut["one"], free["one"].where(first_one))
    pd.testing.assert_series_equal(shut["two"], free["two"].where(~first_one))


def test_exclusion_is_by_what_came_and_not_by_what_was_struck():
    """B excludes both A and C; where A strikes B, C is free to come."""
    by_day = [pd.Series([1.0], [DAYS[8 + k]]) for k in range(3)]
    a, b, c = (Scenario(name, day, DOUBLES) for name, day in zip("abc", by_day, strict=True))
    b = dataclasses.replace(b, excludes=("a", "c"))
    came = apply_scenarios(make_paths(50), DAYS, [c, b, a], as_of=FIRST).arrivals.notna().all()
    assert came.to_dict() == {"a": True, "b": False, "c": True}


# --------------------------------------------------------------------------------------------------------- mixture


def simulate_by_hand(paths, rng, *, hazards, effects, definition, threshold):
    """Hazard and paths day by day in a plain loop: two scenarios of which the first to come excludes the other."""
    met = []
    for path in paths:
        path, came = path.copy(), None
        for day in range(7, len(DAYS)):
            for name, hazard in hazards.items():
                if came is None and rng.random() < hazard:
                    came = name
                    effect = effects[name].iloc[rng.integers(len(effects[name]))]
                    for later in range(day, len(DAYS)):
                        grown = min(max((later - day - effect["delay"] + 1) / effect["ramp"], 0), 1)
                        path[later] = round(path[later] * math.exp(effect["log_ratio"] * grown))
        met.append(first_passage(path[None, 7:], definition, threshold, tail=path[1:7])[0] >= 0)
    return np.mean(met)


@pytest.mark.parametrize(("definition", "threshold"), [("day", 260), ("mean7", 170)])
def test_the_mixture_is_that_of_a_plain_loop(definition, threshold):
    effects = {
        "truce": make_effect(*[(math.log(2) + 0.2 * z, d, 1 + 2 * d) for z in (-1, 0, 1) for d in (0, 2, 5)]),
        "closure": make_effect((-0.7, 0, 1), (-0.3, 1, 7)),
    }
    hazards = {"truce": 0.02, "closure": 0.03}
    by_hand = simulate_by_hand(
        wander(6_000, seed=1),
        np.random.default_rng(2),
        hazards=hazards,
        effects=effects,
        definition=definition,
        threshold=threshold,
    )
    scenarios = [
        Scenario(name, hazards[name], effects[name], excludes=("truce",) if name == "closure" else ()) for name in hazards
    ]
    shifted = apply_scenarios(wander(20_000, seed=3), DAYS, scenarios, as_of=FIRST).paths
    ours = (first_passage(shifted[:, 7:], definition, threshold, tail=shifted[:, 1:7]) >= 0).mean()
    noise = math.sqrt(by_hand * (1 - by_hand) * (1 / 6_000 + 1 / 20_000))
    assert 0.1 < by_hand < 0.9
    assert ours == pytest.approx(by_hand, abs=3.5 * noise)


QUESTION = TRANSITION.vary(source="unrwa")
RISE = make_effect((math.log(2), 0, 1), (math.log(3), 1, 5))


@pytest.fixture(scope="module")
def ask():
    def ask_with(*scenarios, **changes):
        return answer(QUESTION.vary(**changes), as_of=AS_OF, n_paths=1_000, init="list", scenarios=scenarios)

    return ask_with


def test_no_hazard_gives_the_plain_answer_and_a_sure_one_the_conditional(ask):
    plain = ask()
    never, surely = (ask(Scenario("truce", hazard, RISE)) for hazard in (0.0, 1.0))
    assert plain.branches == () and never.probability == plain.probability and (never.low, never.high) == (plain.low, plain.high)
    pd.testing.assert_series_equal(never.curve, plain.curve)
    assert [branch.names for branch in never.branches] == [()]
    # with a sure hazard: the answer given that it comes on the first day
    on_the_day = ask(Scenario("truce", pd.Series([1.0], [pd.Timestamp(AS_OF)]), RISE))
    assert surely.probability == on_the_day.probability > plain.probability
    assert [(branch.names, branch.probability) for branch in surely.branches] == [(("truce",), 1.0)]
    assert surely.baselines == plain.baselines


@pytest.mark.parametrize("definition", ["day", "mean7", "run3", "window_mean"])
def test_the_answer_is_the_sum_over_its_branches(ask, definition):
    found = ask(
        Scenario("truce", 0.01, RISE), Scenario("closing", (0.001, 0.05), HALVES, excludes=("truce",)), definition=definition
    )
    assert sum(branch.probability for branch in found.branches) == pytest.approx(1)
    assert sum(branch.probability * branch.probability_if for branch in found.branches) == pytest.approx(found.probability)
    assert {branch.names for branch in found.branches} == {(), ("truce",), ("closing",)}
    assert found.curve.iloc[-1] == found.probability and found.low <= found.probability <= found.high


def test_what_comes_after_the_window_is_no_branch_of_it():
    question = DEADLINE.vary(source="unrwa")
    ensemble = simulate_for(question, as_of=AS_OF, n_paths=500, init="list")
    late = Scenario("truce", pd.Series([1.0], [pd.Timestamp("2024-12-01")]), RISE)
    mixed, arrivals = ensemble.apply_scenarios([late])
    assert [(branch.names, branch.probability) for branch in list_branches(mixed, question, arrivals)] == [((), 1.0)]
    assert (mixed.paths != ensemble.paths).any()


def test_more_hazard_never_lowers_the_probability_of_a_rise():
    hazards = [0, 0.001, 0.01, 0.03, 0.1, 1]
    ensemble = simulate_for(QUESTION, as_of=AS_OF, n_paths=1_000, init="list")
    curve = sweep_hazard(ensemble, QUESTION, Scenario("truce", 0.5, RISE), hazards=hazards)
    assert curve.index.tolist() == hazards and curve.is_monotonic_increasing and curve.iloc[-1] > curve.iloc[0]
    plain = answer(QUESTION, as_of=AS_OF, n_paths=1_000, init="list")
    assert curve.iloc[0] == plain.probability


def test_the_break_even_hazard_is_where_the_curve_crosses():
    curve = pd.Series([0.2, 0.4, 0.8], pd.Index([0.0, 0.1, 0.2], name="hazard"))
    assert find_break_even(curve) == pytest.approx(0.125)
    assert find_break_even(curve, level=0.1) == 0 and math.isnan(find_break_even(curve, level=0.9))


def test_the_answer_with_scenarios_goes_to_json(ask):
    found = ask(Scenario("truce", 0.01, RISE)).to_dict()
    assert [sorted(branch) for branch in found["branches"]] == [["names", "probability", "probability_if"]] * len(
        found["branches"]
    )
    assert all(isinstance(branch["probability_if"], float) for branch in found["branches"])


# ------------------------------------------------------------------------------------------ the scenarios of this project


def make_measured(sizes, error, seed=0):
    """Effects measured with an error of their own."""
    rng = np.random.default_rng(seed)
    shared = dict(source="cogat", date=pd.Timestamp(FIRST), before=100, after=100, n_before=9, n_after=9)
    found = [size + error * rng.standard_normal() for size in sizes]
    return [
        Effect(name=f"{k}", draws=pd.DataFrame({"log_ratio": rng.normal(size, error, 1_000), "delay": 0, "ramp": 1}), **shared)
        for k, size in enumerate(found)
    ]


def test_the_spread_of_effects_is_without_their_errors():
    rng = np.random.default_rng(5)
    wide = estimate_spread(make_measured(rng.normal(0, 0.8, 400), error=0.5))
    assert wide == pytest.approx(0.8, abs=0.08)
    assert estimate_spread(make_measured(np.zeros(400), error=0.5)) < 0.2
    assert estimate_spread(make_measured(np.full(40, -0.6), error=0.01)) == pytest.approx(0.6, abs=0.02)


def test_an_effect_is_drawn_towards_no_change_as_a_normal_law_is():
    rng = np.random.default_rng(6)
    draws = pd.DataFrame({"log_ratio": rng.normal(1.0, 0.6, 40_000), "delay": 0, "ramp": 1})
    shrunk = shrink_effect(draws, 0.8)["log_ratio"]
    keep = 0.8**2 / (0.8**2 + 0.6**2)
    assert len(shrunk) == 40_000
    assert shrunk.mean() == pytest.approx(keep * 1.0, abs=0.02) and shrunk.std() == pytest.approx(0.6 * math.sqrt(keep), abs=0.02)
    assert shrink_effect(draws, 0.0)["log_ratio"].abs().max() == draws["log_ratio"].abs().min()


@pytest.mark.parametrize("source", ["cogat", "unrwa"])
def test_the_project_s_scenarios_rest_on_what_was_measured_and_counted_by_the_day(source):
    scenarios = list_scenarios(source, as_of=AS_OF)
    assert list(scenarios) == ["a pause", "Kissufim opens", "a closing"]
    assert scenarios["a pause"].hazard == count_interventions("pause", as_of=AS_OF)
    assert scenarios["a closing"].excludes == ("a pause",)
    opens = scenarios["Kissufim opens"].hazard
    assert opens.index[0] == pd.Timestamp(AS_OF) and opens.sum() == pytest.approx(0.9)
    effects = {effect.name: effect for effect in measure_interventions(as_of=AS_OF) if effect.source == source}
    pause, stop, end = (effects[name] for name in ("Humanitarian pause", "Commercial channel stops", "Rafah ends, move north"))
    assert stop.basis == "nowcast"  # on drawn days, which say little of a break
    assert set(scenarios["a closing"].effect["log_ratio"]) <= set(end.draws["log_ratio"])
    used = scenarios["a pause"].effect["log_ratio"]
    assert set(used) <= set(pause.draws["log_ratio"]) and 0 < used.median() < pause.draws["log_ratio"].median()


def test_kissufim_is_a_scenario_from_its_announcement_until_it_opens():
    assert "Kissufim opens" not in list_scenarios("cogat", as_of="2024-11-07")
    assert "Kissufim opens" in list_scenarios("cogat", as_of="2024-11-12")
    assert "Kissufim opens" not in list_scenarios("cogat", as_of="2024-11-13")


def test_a_measured_shift_has_the_kind_that_its_event_is_marked_with():
    marks = load_events().set_index(["date", "event"])["intervention"]
    marked = [
        (shift.kind, marks[shift_row])
        for shift in load_interventions()
        for shift_row in marks.index
        if shift_row[1] == shift.event
    ]
    assert len(marked) == len(load_interventions())
    assert all(kind == mark for kind, mark in marked if isinstance(mark, str)) and sum(isinstance(m, str) for _, m in marked) >= 5


def test_all_answers_with_shifts_differ_from_those_without_by_what_may_come():
    plain, shifted = (answer_all(as_of=AS_OF, n_paths=500, shifts=shifts) for shifts in (False, True))
    assert [a.question for a in plain] == [a.question for a in shifted]
    assert all(a.branches == () and b.branches for a, b in zip(plain, shifted, strict=True))
    by_name = {
        (b.question.name, b.question.source, b.question.definition): b.probability - a.probability
        for a, b in zip(plain, shifted, strict=True)
    }
    assert by_name["transition", "cogat", "day"] > 0.05
    assert abs(by_name["deadline", "unrwa", "day"]) < 0.1
