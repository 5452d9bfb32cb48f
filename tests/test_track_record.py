"""How often statements such as an answer came true: which are such, what they knew, and counts of all kinds and lengths."""

from __future__ import annotations

import dataclasses
import importlib.util

import numpy as np
import pandas as pd
import pytest

from utils.common.errors import InputError, LookaheadError
from utils.common.paths import ROOT
from utils.counts.snapshot import Snapshot, Source, take_snapshot
from utils.forecasts import statements
from utils.forecasts.answer import answer
from utils.forecasts.statements import Statements, collect_statements
from utils.forecasts.tables import tabulate_records
from utils.forecasts.track_record import describe_record, explain_record, measure_track_record
from utils.questions.base_rate import count_effective
from utils.questions.passage import first_passage
from utils.questions.question import Question
from utils.scenarios.hazards import Scenario
from utils.verification.summaries import summarise_statements


@pytest.fixture
def few(monkeypatch):
    """A backtest of four origins, where their number does not matter."""
    monkeypatch.setattr(statements, "MOST_ORIGINS", 4)
    monkeypatch.setattr(statements, "FEWEST_ORIGINS", 4)


def draw(n, mean=20.0, *, seed=0, first="2023-01-01"):
    days = pd.date_range(first, periods=n)
    return pd.Series(np.random.default_rng(seed).poisson(mean, n).astype(float), days)


def ask(threshold, counts, *, length=7, gap=0, **fields):
    """Ask about the days after a count, from some days on."""
    opens = counts.index[-1] + pd.Timedelta(days=1 + gap)
    return Question(threshold=threshold, opens=opens, closes=opens + pd.Timedelta(days=length), **fields)


def measure(counts, question, *, probability=0.4, others=(), model="default"):
    snapshot = counts if isinstance(counts, Snapshot) else take_snapshot(counts)
    snapshot = take_snapshot(snapshot)
    return measure_track_record([snapshot, *others], question, as_of=snapshot.as_of, probability=probability, model=model)


def close_weekends(counts):
    """The same days with nothing at weekends, closed by their state."""
    weekend = counts.index.day_of_week >= 5
    days = pd.DataFrame({"count": counts.mask(weekend), "state": np.where(weekend, "closed", "counted")}, counts.index)
    return Snapshot(days, shut_weekdays=(5, 6))


def make_statements(level, before, peaks, came, *, horizon=5, below=False, of="oracle"):
    """Statements by hand, an origin every ten days."""
    origins = pd.date_range("2023-03-01", periods=len(level), freq="10D")
    level, peaks = np.array(level, float), np.array(peaks, float)
    return Statements(
        of, "a", horizon, horizon, below, origins, level, np.array(before, float), np.array(came, float), peaks, peaks,
        tuple(np.array([1.0, 2.0]) for _ in level), np.ones((len(level), 3)),
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------- what was stated


@pytest.mark.parametrize("definition", ["day", "mean7", "run3", "window_mean"])
@pytest.mark.parametrize("below", [False, True])
def test_statements_are_what_the_definition_gives_on_the_days_themselves(definition, below):
    """Against the rule that resolves questions, at each origin: outcome, whether met before, and level."""
    counts = draw(250)
    found = collect_statements(take_snapshot(counts), horizon=20, length=8, definition=definition, below=below)
    level = 17.0 if below else 23.0
    table = found.state(np.full((len(found.origins), 1), level))
    assert list(table["origin"]) == list(found.origins) and len(table) == 16
    for row in table.itertuples():
        past, future = counts[: row.origin].to_numpy(), counts[row.origin :].to_numpy()[1:21]
        window, tail = future[None, 12:], np.concatenate([past, future[:12]])
        assert row.came == (first_passage(window, definition, level, tail=tail, below=below)[0] >= 0)
        assert row.level == pytest.approx(past[-28:].mean())
        if definition == "window_mean":
            means = past[len(past) % 8 :].reshape(-1, 8).mean(axis=1)
            assert row.before == ((means < level).any() if below else (means >= level).any())
        else:
            assert row.before == (first_passage(past[None], definition, level, below=below)[0] >= 0)
    assert 0 < table["said"].mean() < 1


def test_the_days_before_a_window_are_simulated_and_not_known(few):
    """A high run that ends before the window must not meet it, and paths go through it blind."""
    counts = draw(200)
    counts.iloc[130:150] = 400.0
    near = collect_statements(take_snapshot(counts), horizon=10, length=10)
    late = collect_statements(take_snapshot(counts), horizon=40, length=5)
    for found in (near, late):
        for origin, came in zip(found.origins, found.came, strict=True):
            ahead = counts[origin:].to_numpy()[1 + found.horizon - found.length : 1 + found.horizon]
            assert came == ahead.max()


def test_no_origin_sees_what_comes_after_it():
    """With other days after an origin, what was said there and before stays the same, bit for bit."""
    counts = draw(250)
    options = dict(horizon=14, length=14)
    found = collect_statements(take_snapshot(counts), **options)
    cut = found.origins[8]
    planted = counts.copy()
    planted[counts.index > cut] = 500.0
    other = collect_statements(take_snapshot(planted), **options)
    known = found.origins <= cut
    assert list(other.origins) == list(found.origins)
    assert np.array_equal(found.peaks[known], other.peaks[known]) and np.array_equal(found.before[known], other.before[known])
    assert not np.array_equal(found.came[known], other.came[known])
    assert not np.array_equal(found.peaks[~known], other.peaks[~known])


def test_unknown_days_are_dropped_from_paths_and_truth_alike():
    counts = draw(250)
    counts[counts.index.day_of_week == 2] = np.nan
    found = collect_statements(take_snapshot(counts), horizon=14, length=14)
    assert np.isfinite(found.came).all() and counts[found.origins].notna().all()
    counts.iloc[-60:-3] = np.nan  # windows of which too little is known are left out
    gapped = collect_statements(take_snapshot(counts), horizon=14, length=14)
    assert len(gapped.origins) < len(found.origins) and gapped.origins[-1] < counts.index[-60 - 4]


def test_questions_of_unlike_definitions_share_their_paths(monkeypatch, few):
    counts = draw(260, seed=7)
    asked = []
    simulate = statements.simulate_paths
    monkeypatch.setattr(statements, "simulate_paths", lambda *a, **k: (asked.append(k["model"]), simulate(*a, **k))[1])
    for definition, threshold in (("day", 30), ("mean7", 30), ("day", 25), ("window_mean", 22)):
        measure(counts, ask(threshold, counts, definition=definition))
    assert asked.count("default") == 4 == asked.count("climatology")


# ------------------------------------------------------------------------------------------------- which are such


def test_statements_such_as_the_answer_by_hand():
    """The level is 50, a half of the threshold of 100, which was met before: of each origin, thresholds at 1.6 to 2.5 levels."""
    counts = pd.Series(50.0, pd.date_range("2023-01-01", periods=200))
    counts.iloc[100] = 120.0
    even = [0.0] * 50 + [1000.0] * 50  # says 50 % of any threshold
    past = make_statements(
        level=[50, 50, 50, 0, 50, 50],
        before=[200, 200, 200, 200, 60, 105],
        peaks=[even, even, [1000.0] * 100, even, even, even],
        came=[999, 0, 999, 999, 999, 110],
    )
    snapshot = take_snapshot(counts)
    question = ask(100, counts, length=5)
    found = measure_track_record([snapshot, past], question, as_of=snapshot.as_of, probability=0.6)
    such = found.such
    assert such.before and (such.level_low, such.level_high) == (pytest.approx(0.4), pytest.approx(0.625))
    assert (such.low, such.high) == (pytest.approx(1 / 3), pytest.approx(9 / 11))
    # Five thresholds each of origins 0 and 1; 2 said 100 %, 3 had no level, 4 had met none; of 5 those up to 105, which came.
    up_to_105 = sum(50 / 0.5 * 1.25**power <= 105 for power in (-1, -0.5, 0, 0.5, 1))
    assert (such.cases, such.came) == (10 + up_to_105, 5 + up_to_105) and such.separate == 3
    assert such.said == 0.5 and such.rate == such.came / such.cases
    assert found.of == "oracle" and found.horizon == 5
    never = measure_track_record([snapshot, past], question.vary(threshold=130), as_of=snapshot.as_of, probability=0.6).such
    assert not never.before and never.cases > 0
    came = f"{100 * such.rate:.0f} % came true; they averaged 50 %."
    assert describe_record(found) == f"Of {such.cases} such statements, in about 3 separate windows, {came}"


def test_at_the_edges_the_bands_reach_to_none_and_all():
    counts = draw(300)
    for probability, end in ((0.0, "low"), (1.0, "high")):
        such = measure(counts, ask(30, counts), probability=probability).such
        assert getattr(such, end) == probability
        assert such.high - such.low == pytest.approx(1 - 0.99 / 0.01 / 3 / (1 + 0.99 / 0.01 / 3))


def test_no_such_statement_is_said_in_plain_words(few):
    counts = draw(300)
    found = measure(counts, ask(2000, counts), probability=0.5)
    assert found.such.cases == found.such.separate == 0 and found.such.rate is None and found.such.said is None
    assert describe_record(found) == "No such statement in the past."


def test_one_such_statement_and_one_window_are_not_in_the_plural():
    record = measure(draw(300), ask(30, draw(300)))
    one = dataclasses.replace(record.such, cases=1, came=0, separate=1, said=0.5, rate=0.0)
    text = describe_record(dataclasses.replace(record, such=one))
    assert text == "The one such statement, of 50 %, did not come true."


def test_the_words_tell_which_statements_are_such():
    counts = draw(300)
    record = measure(counts, ask(30, counts))
    text = " ".join(explain_record(record, ask(30, counts), nowcast=True, shifted=True))
    assert "(default without scenarios)" in text and "this count about the next 7 days" in text
    assert "that had been reached before" in text and "a nowcast" in text and "none could on theirs" in text
    assert "that had not been reached before" in " ".join(explain_record(measure(counts, ask(90, counts)), ask(90, counts)))
    below = ask(2, counts, below=True)
    assert "that had not been undercut before" in " ".join(explain_record(measure(counts, below), below))
    shifted = dataclasses.replace(record, of="pool with scenarios")
    assert "none could" not in " ".join(explain_record(shifted, ask(30, counts), shifted=True))


def test_windows_of_two_counts_at_the_same_time_are_not_separate():
    counts = draw(300)
    twin = take_snapshot(draw(300, seed=1), source=Source("twin"))
    question = ask(30, counts)
    alone, both = measure(counts, question), measure(counts, question, others=[twin])
    assert both.such.cases > alone.such.cases and both.such.separate <= both.separate
    assert both.series == ("", "twin") and alone.series == ("",)
    assert both.earned == alone.earned and both.met == alone.met  # these are of the own count alone


def test_another_count_too_short_for_two_windows_is_left_out(few):
    counts = draw(400)
    short = take_snapshot(draw(120, first="2023-10-08"), source=Source("short"))
    assert measure(counts, ask(30, counts, length=60), others=[short]).series == ("",)


# ------------------------------------------------------------------------------------------------- nothing later


def test_a_planted_row_of_the_future_is_found(few):
    counts = draw(300)
    question = ask(30, counts)
    planted = pd.concat([counts, pd.Series([99.0], [counts.index[-1] + pd.Timedelta(days=1)])])
    with pytest.raises(LookaheadError, match="lies after the origin"):
        measure_track_record([take_snapshot(planted)], question, as_of=question.opens, probability=0.4)
    with pytest.raises(LookaheadError, match="lies after the origin"):  # in the other count, too
        measure(counts, question, others=[take_snapshot(planted)])
    later = dataclasses.replace(take_snapshot(counts), as_of=pd.Timestamp(question.opens) + pd.Timedelta(days=9))
    with pytest.raises(LookaheadError, match="stands beside an answer of 2023-10-28"):
        measure(counts, question, others=[later])
    with pytest.raises(LookaheadError, match="a past as known on no day"):
        measure(counts, question, others=[Snapshot(take_snapshot(counts).days)])


def test_statements_whose_windows_end_later_are_found():
    counts = draw(300)
    past = make_statements([20.0], [30.0], [[30.0]], [30.0])
    snapshot = take_snapshot(counts[: past.end - pd.Timedelta(days=1)])
    with pytest.raises(LookaheadError, match="a past as known on"):
        measure_track_record([snapshot, past], ask(30, snapshot.days), as_of=snapshot.as_of, probability=0.4)


def test_a_past_without_a_count_is_refused():
    with pytest.raises(InputError, match="past holds no count"):
        measure_track_record([], ask(30, draw(300)), as_of="2024-01-01", probability=0.4)


def test_days_after_the_answer_change_nothing(few):
    counts = draw(320)
    whole, early = take_snapshot(counts), take_snapshot(counts[:300])
    question = ask(30, counts[:300])
    planted = counts.copy()
    planted.iloc[300:] = 0.0
    found = [
        answer(question, counts=one, as_of=question.opens, n_paths=200).to_dict()
        for one in (whole, early, take_snapshot(planted))
    ]
    assert found[0] == found[1] == found[2]


# ------------------------------------------------------------------------------------------------- beside an answer


def test_an_answer_holds_its_record_and_is_not_moved_by_it(few):
    counts = draw(300)
    question = ask(26, counts)
    found = answer(question, counts=counts, n_paths=500)
    record = measure(counts, question, probability=found.probability, model=found.model)
    assert found.track_record == record == found.track_record
    assert found.to_dict()["track_record"] == record.to_dict() and found.to_dict()["no_track_record"] is None
    assert record.of == "pool without scenarios" and dataclasses.replace(found, past=()).probability == found.probability


def test_an_answer_explains_its_record_and_tabulates_it(few):
    counts = draw(300)
    found = answer(ask(26, counts), counts=counts, n_paths=500)
    words, table = found.explain_record(), tabulate_records([found])
    assert words == [describe_record(found.track_record), *explain_record(found.track_record, found.question)]
    such = found.track_record.such
    assert table.loc[0, ["came true", "separate windows"]].tolist() == [f"{such.came} of {such.cases}", such.separate]
    assert table.loc[0, "such statements averaged"] == such.said and table.loc[0, "probability"] == found.probability
    never = answer(ask(2000, counts), counts=counts, n_paths=500)
    short = answer(ask(30, draw(30)), counts=draw(30), n_paths=500)
    table = tabulate_records([dataclasses.replace(never, probability=0.5), short])
    assert table["came true"].tolist() == ["no such statement"] * 2 and table["such statements averaged"].isna().all()
    assert len(short.explain_record()) == 1 and "too short" in short.explain_record()[0]


def test_scenarios_stand_beside_statements_without_them(few):
    counts = draw(300)
    scenario = Scenario("truce", 0.02, pd.DataFrame(dict(log_ratio=[0.4, 0.7], delay=0.0, ramp=1.0)))
    found = answer(ask(26, counts), counts=counts, n_paths=500, scenarios=[scenario])
    assert (
        found.branches and found.explain_record()[-1] == "Scenarios may come on the paths of this answer; none could on theirs."
    )


def test_the_record_does_not_hang_on_the_seed_of_the_answer(few):
    counts = draw(300)
    one, two = (answer(ask(26, counts), counts=counts, n_paths=200, seed=seed) for seed in (0, 1))
    assert one.track_record.earned == two.track_record.earned and one.track_record.origins == two.track_record.origins


def test_statements_handed_over_take_the_place_of_those_of_the_pool(few):
    counts = draw(300)
    past = make_statements([20.0] * 4, [30.0] * 4, [[0.0, 60.0]] * 4, [60.0, 0, 0, 0], of="pool with scenarios")
    found = answer(ask(26, counts), counts=counts, n_paths=500)
    handed = dataclasses.replace(found, past=(*found.past, past)).track_record
    assert handed.of == "pool with scenarios" and handed.such.rate == 0.25


def test_another_forecaster_has_a_record_of_its_own(few):
    counts = draw(300)
    found = answer(ask(30, counts), counts=counts, n_paths=200, model="climatology").track_record
    assert found.of == "climatology without scenarios"
    mine, reference = found.earned[:2]
    assert (mine.brier, mine.skill) == (pytest.approx(reference.brier, abs=0.02), pytest.approx(0.0, abs=0.2))


# ------------------------------------------------------------------------------------------------- scores, lengths, kinds


def test_windows_are_counted_and_scores_are_their_mean():
    counts = draw(300)
    found = measure(counts, ask(28, counts))
    assert found.horizon == found.wanted == found.length == 7 and 10 <= found.separate <= found.origins <= 16
    collected = collect_statements(take_snapshot(counts), horizon=7, length=7, simulated=8)
    table = collected.state(np.concatenate([np.full((len(collected.origins), 1), 28.0), collected.quantiles], axis=1))
    own = table[table["threshold"].eq(28)].drop_duplicates("origin")
    by_model = {one.model: one for one in found.earned}
    assert by_model["forecaster"].brier == pytest.approx(((table["said"] - table["came"]) ** 2).mean())
    assert by_model["forecaster"].brier_own == pytest.approx(((own["said"] - own["came"]) ** 2).mean())
    assert by_model["forecaster"].skill == pytest.approx(1 - by_model["forecaster"].brier / by_model["climatology"].brier)
    assert by_model["always_no"].brier_own == pytest.approx(found.met / found.origins)
    assert by_model["climatology"].skill == 0 and found.separate == count_effective(collected.origins, horizon=7)


def test_the_gap_since_the_last_count_is_part_of_the_horizon(few):
    counts = draw(300)
    found = measure(counts, ask(28, counts, gap=9))
    assert (found.wanted, found.horizon, found.length) == (16, 16, 7)
    assert "the last 7 of the next 16 days" in explain_record(found, ask(28, counts, gap=9))[0]


def test_a_long_horizon_is_shortened_to_four_separate_windows_and_says_so(few):
    counts = draw(120)
    found = measure(counts, ask(28, counts, length=60))
    assert (found.wanted, found.horizon) == (60, 20) and found.separate <= 4
    text = explain_record(found, ask(28, counts, length=60))[1]
    assert "looks 60 days past the last count" in text and "shorter ones were taken" in text


def test_a_short_count_has_no_track_record(few):
    for n in (20, 35):
        found = measure(draw(n), ask(28, draw(n)))
        assert found.endswith(f"which needs 28 counted days and 8 more; it has {n} days, {n} counted.")
        assert describe_record(found) == found
    assert measure(draw(36), ask(28, draw(36))).horizon == 2


def test_a_forecaster_that_cannot_be_asked_earlier_says_so(few):
    """A weekday that was not counted in the early days, which one that learns a level a weekday needs."""
    counts = draw(300)
    counts[(counts.index.day_of_week == 2) & (counts.index < "2023-09-01")] = np.nan
    found = answer(ask(30, counts), counts=counts, n_paths=200, model="sarimax")
    assert found.track_record.startswith("The forecaster could not be asked at earlier days: history has no counted Wed")
    assert found.to_dict()["no_track_record"] == found.track_record


def test_a_count_below_is_scored_at_low_quantiles():
    counts = draw(300)
    found = measure(counts, ask(14, counts, below=True))
    assert 0 < found.met < found.origins and found.such.before and found.such.cases > 0


def test_closed_weekdays_have_nothing_in_the_backtest_too(few):
    """A closed day is below any threshold, on the paths as in what came: every forecaster knows that."""
    counts = draw(300)
    found = measure(close_weekends(counts), ask(5, counts, below=True), probability=1.0)
    assert found.met == found.origins and {one.model: one.brier_own for one in found.earned}["forecaster"] == 0


def test_a_count_without_a_level_has_no_such_statement(few):
    counts = draw(300)
    counts.iloc[-40:] = 0.0
    found = measure(counts, ask(28, counts))
    assert found.such.cases == 0 and describe_record(found) == "No such statement in the past."


def test_rare_counts_get_a_record(few):
    counts = draw(400, 0.04, seed=1)
    found = measure(counts, ask(1, counts, length=14))
    assert 0 < found.met < found.origins


# ------------------------------------------------------------------------------------------------- over many counts


def test_statements_of_several_counts_are_held_against_what_came():
    """By hand: windows of two counts are counted in each, and a band holds its lower end."""
    origins = pd.DatetimeIndex(["2024-01-01", "2024-01-04", "2024-01-09"])
    one = pd.DataFrame(
        dict(series="a", origin=origins, said=[0.1, 0.2, 1.0], came=[False, True, True], before=[True, True, False])
    )
    other = one.assign(series="b", came=True)
    found = summarise_statements(pd.concat([one, other]), horizon=5, by=["before", "band"])
    assert found["statements"].tolist() == [2, 4] and found["separate"].tolist() == [2, 2]
    assert found["said"].tolist() == pytest.approx([1.0, 0.15]) and found["came"].tolist() == [1.0, 0.75]
    by_series = summarise_statements(pd.concat([one, other]), horizon=5, by=["series"])
    assert by_series["separate"].tolist() == [2, 2] and by_series["came"].tolist() == pytest.approx([2 / 3, 1.0])


def test_the_benchmark_asks_of_thresholds_far_above_the_level(monkeypatch):
    spec = importlib.util.spec_from_file_location("benchmark_statements", ROOT / "benchmarks" / "statements.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "STEP", 60)
    table = module.list_statements(take_snapshot(draw(400)))
    ratio = table["threshold"] / table["level"]
    assert ratio.min() == pytest.approx(2) and ratio.max() == pytest.approx(8) and len(table) == 6 * 9
    far = table[ratio > 4]
    assert far["said"].max() < 0.1 and not far["came"].any() and not far["before"].any()
    assert [count.source.name for count in module.load_counts(ROOT / "no such file.csv")] == ["cogat", "unrwa"]
    with pytest.raises(InputError, match="too short for windows of 74 days"):
        module.list_statements(take_snapshot(draw(100)))
