"""Answers: probability, curve, interval and baselines, worked by hand where they can be."""

import dataclasses
import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from conftest import AS_OF
from scipy.stats import beta

from utils import InputError, answer, answer_all, first_passage, load_days, load_quotes
from utils.aid.answers import simulate_source
from utils.aid.questions import DEADLINE, TRANSITION
from utils.aid.snapshots import load_snapshot
from utils.aid.summary import summarise_answers
from utils.common.errors import LookaheadError
from utils.counts.snapshot import Nowcast, Source, check_origin, settle_counts, take_snapshot, usable_history
from utils.forecasts.answer import PATH_BASELINES
from utils.forecasts.ensemble import Ensemble, choose_evenly, simulate_ensemble
from utils.forecasts.tables import tabulate_answers
from utils.models import MIN_PATHS, MODELS, count_blocks
from utils.questions.base_rate import estimate_base_rate
from utils.questions.passage import DEFINITIONS
from utils.questions.question import Question

pytestmark = pytest.mark.usefixtures("shared")

N_PATHS = 1_000


@pytest.fixture(scope="module")
def found():
    return answer_all(as_of=AS_OF, n_paths=N_PATHS)


def make_days(counts, start="2024-01-01"):
    """Days with NaN as unreported ones."""
    counts = np.asarray(counts, float)
    days = pd.DataFrame({"count": counts, "state": "counted"}, index=pd.date_range(start, periods=len(counts), name="date"))
    days.loc[days["count"].isna(), "state"] = "unreported"
    return days


def ask(definition="day", *, opens="2024-03-01", closes="2024-03-06", threshold=10):
    return Question(threshold=threshold, opens=opens, closes=closes, definition=definition)


# ------------------------------------------------------------------------------------------------- the whole answer


def test_both_questions_both_sources_and_four_definitions_are_answered(found):
    asked = [(one.question.name, one.question.source, one.question.definition) for one in found]
    assert asked == [(q, s, d) for q in ("deadline", "transition") for s in ("cogat", "unrwa") for d in DEFINITIONS]


def test_an_answer_holds_together(found):
    for one in found:
        assert (one.as_of, one.origin) == (pd.Timestamp(AS_OF), pd.Timestamp("2024-11-07"))
        assert one.curve.index.equals(one.question.window)
        assert one.curve.is_monotonic_increasing and one.curve.iloc[-1] == one.probability == pytest.approx(1 - one.never)
        assert 0 <= one.low <= one.probability <= one.high <= 1
        assert set(one.baselines) == {"always_no", "base_rate", *PATH_BASELINES}
        assert all(0 <= value <= 1 for value in one.baselines.values()) and one.baselines["always_no"] == 0
        assert one.baselines["base_rate"] == one.base_rate.probability
        assert (one.n_paths, one.vintage) == (N_PATHS, "real-time") and one.model in MODELS
        assert one.vintages == (("2024-09-24",) if one.question.source == "cogat" else ("2024-10-27",))
        assert one.last_counted == pd.Timestamp("2024-09-17" if one.question.source == "cogat" else "2024-09-30")


def test_harder_definitions_and_shorter_windows_are_less_probable(found):
    probability = {(one.question.name, one.question.source, one.question.definition): one.probability for one in found}
    for source in ("cogat", "unrwa"):
        for name in ("deadline", "transition"):
            day, others = probability[name, source, "day"], [probability[name, source, d] for d in DEFINITIONS[1:]]
            assert all(other <= day for other in others)  # the paths are the same, so this holds exactly
        for definition in ("day", "mean7", "run3"):
            assert probability["deadline", source, definition] <= probability["transition", source, definition]
    assert probability["transition", "cogat", "day"] > probability["transition", "cogat", "mean7"]


def test_the_answer_is_read_off_the_simulated_futures(found):
    ensemble = simulate_source("unrwa", as_of=AS_OF, until="2025-01-20", n_paths=N_PATHS)
    assert ensemble.index[0] == pd.Timestamp("2024-10-01")
    for one in found:
        if one.question.source == "unrwa" and one.question.definition in ("day", "mean7"):
            start = ensemble.index.get_loc(one.question.window[0])
            window = ensemble.paths[:, start : start + len(one.question.window)]
            tail = ensemble.paths[:, start - 6 : start]
            first = first_passage(window, one.question.definition, 350, tail=tail)
            assert one.probability == (first >= 0).mean()
            shares = np.array([(block >= 0).mean() for block in np.array_split(first, count_blocks(N_PATHS))])
            assert shares.min() <= one.low <= one.probability <= one.high <= shares.max()


def test_the_same_seed_gives_the_same_answer_and_another_another():
    question = DEADLINE.vary(source="unrwa")
    one, two, other = (answer(question, as_of=AS_OF, n_paths=500, seed=seed).to_dict() for seed in (5, 5, 6))
    assert one == two and one != other


def test_the_final_vintage_is_named():
    one = answer(DEADLINE.vary(source="unrwa"), as_of=AS_OF, vintage="final", n_paths=500)
    assert one.vintage == "final" and one.vintages == ("2025-01-19",)
    assert one.last_counted == one.origin == pd.Timestamp("2024-11-07")


@pytest.mark.parametrize("model", MODELS)
def test_every_model_can_answer(model):
    one = answer(DEADLINE.vary(source="unrwa"), as_of=AS_OF, model=model, n_paths=500)
    assert one.model == model and 0 <= one.low <= one.probability <= one.high <= 1
    assert one.baselines.get(model, one.probability) == one.probability


def test_answers_are_json(found):
    for one in found:
        plain = json.loads(json.dumps(one.to_dict(), allow_nan=False))
        assert plain["probability"] == one.probability and plain["interval"] == [one.low, one.high]
        assert plain["first_passage"] == {f"{day:%Y-%m-%d}": value for day, value in one.curve.items()}
        assert plain["question"]["closes"] == f"{one.question.closes}" and plain["question"]["words"] == one.question.words
        assert plain["vintages"] == list(one.vintages) and plain["base_rate"]["windows"] == one.base_rate.windows
    json.dumps(summarise_answers(as_of=AS_OF, n_paths=N_PATHS), allow_nan=False)


def test_the_table_has_a_row_an_answer(found):
    table = tabulate_answers(found)
    assert len(table) == 16 and table["probability"].tolist() == [one.probability for one in found]
    assert set(PATH_BASELINES) | {"base_rate", "always_no"} <= set(table.columns)


# ------------------------------------------------------------------------------------------------- the window


def test_known_days_of_the_window_keep_their_counts():
    """Asked in the middle of the window: what was counted by then is no longer uncertain."""
    history = make_days([5] * 60 + [50, 5], start="2024-01-01")  # 50 on 2024-03-01
    ensemble = simulate_ensemble(take_snapshot(history, as_of="2024-03-03"), until="2024-03-08", n_paths=60)
    window, tail = ensemble.cut_window(ask())
    assert window.shape == (60, 5) and tail.shape == (60, 0)
    assert (window[:, 0] == 50).all() and (window[:, 1] == 5).all()
    assert np.array_equal(window[:, 2:], ensemble.paths[:, :3])
    found = answer(ask(), as_of="2024-03-03", counts=history, n_paths=60)
    assert found.probability == 1 and found.curve.tolist() == [1.0] * 5


def test_the_days_before_the_window_serve_a_mean():
    history = make_days([5] * 60)
    ensemble = simulate_ensemble(take_snapshot(history, as_of="2024-03-01"), until="2024-03-08", n_paths=60)
    window, tail = ensemble.cut_window(ask("mean7"))
    assert tail.shape == (60, 6) and (tail == 5).all() and np.array_equal(window, ensemble.paths[:, :5])


def test_the_gap_of_late_reports_is_simulated():
    history = make_days([5.0] * 50 + [np.nan] * 10)
    ensemble = simulate_ensemble(take_snapshot(history, as_of="2024-03-01"), until="2024-03-05", n_paths=60)
    assert ensemble.index[0] == pd.Timestamp("2024-02-20") and ensemble.paths.shape == (60, 15)
    window, tail = ensemble.cut_window(ask("run3"))
    assert np.array_equal(window, ensemble.paths[:, 10:15]) and np.array_equal(tail, ensemble.paths[:, 8:10])


def test_paths_that_end_too_early_are_refused():
    ensemble = simulate_ensemble(take_snapshot(make_days([5.0] * 60), as_of="2024-03-01"), until="2024-03-04", n_paths=60)
    assert isinstance(ensemble, Ensemble)
    with pytest.raises(InputError, match="needs days to 2024-03-05, but the paths end on 2024-03-04"):
        ensemble.cut_window(ask())


def test_paths_of_another_count_are_refused():
    ensemble = simulate_source("unrwa", as_of=AS_OF, until="2024-11-12", n_paths=60)
    assert ensemble.cut_window(DEADLINE.vary(source="unrwa"))[0].shape == (60, 5)
    for question in (DEADLINE, DEADLINE.vary(source="unrwa", scope="humanitarian")):
        with pytest.raises(InputError, match="the paths are of unrwa all, the question of"):
            ensemble.cut_window(question)


def test_without_a_day_the_answer_is_of_the_day_the_questions_were_asked(found):
    assert [one.to_dict() for one in answer_all(n_paths=N_PATHS)] == [one.to_dict() for one in found]


def test_a_window_that_has_passed_is_resolved_and_not_answered():
    question = DEADLINE.vary(source="unrwa")
    assert answer(question, as_of="2024-11-12", n_paths=100).probability <= 1  # its last day
    with pytest.raises(InputError, match="as_of 2024-11-13 lies after 2024-11-12, the last day of the window; resolve"):
        answer(question, as_of="2024-11-13", n_paths=100)
    assert {one.question.name for one in answer_all(as_of="2024-11-13", n_paths=100)} == {"transition"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            dict(as_of="2024-09-01"),
            "as_of 2024-09-01: no cogat vintage had been published by then; use 2024-09-24 or a later day",
        ),
        (dict(as_of="8.11.2024"), "as_of '8.11.2024' is not a calendar day"),
        (dict(as_of=AS_OF, n_paths=10), f"n_paths 10 must be a whole number of at least {MIN_PATHS}"),
        (dict(as_of=AS_OF, model="oracle"), "model 'oracle' is unknown; choose one of"),
        (dict(as_of="2024-03-01", counts=make_days([1.0] * 13)), "history has 13 counted days; at least 14 are needed"),
        (dict(as_of="2024-03-01", counts=make_days([])), "counts hold no counted day"),
    ],
)
def test_bad_input_is_named_on_one_line(arguments, message):
    with pytest.raises(InputError) as caught:
        answer(DEADLINE, **arguments)
    assert message in str(caught.value) and "\n" not in str(caught.value)


def test_the_guard_of_the_origin():
    days = make_days([1.0] * 10)
    check_origin(days, as_of="2024-01-11")
    with pytest.raises(LookaheadError, match="history holds 2024-01-10, which lies after the origin 2024-01-09"):
        check_origin(days, as_of="2024-01-10")
    check_origin(days["count"].where(days.index < "2024-01-05"), as_of="2024-01-10")  # days without a count tell nothing


# ------------------------------------------------------------------------------------------------- base rate


def test_the_base_rate_by_hand():
    """28 days, windows of five from the end: five of them, the three oldest days left over."""
    counts = np.zeros(28)
    counts[0] = 99  # in no window
    counts[[4, 5]] = 99  # both in the oldest window
    counts[27] = 10  # a tie, in the newest
    rate = estimate_base_rate(settle_counts(make_days(counts)), ask())
    assert (rate.met, rate.windows) == (2, 5)
    assert rate.probability == pytest.approx(2.5 / 6)
    assert (rate.low, rate.high) == pytest.approx(tuple(beta.ppf([0.05, 0.95], 2.5, 3.5)))


def test_a_rate_that_was_never_seen_is_not_nought():
    rate = estimate_base_rate(settle_counts(make_days(np.zeros(28))), ask())
    assert (rate.met, rate.windows, rate.probability) == (0, 5, pytest.approx(0.5 / 6))
    assert 0 < rate.low < rate.probability < rate.high


def test_windows_of_the_past_may_look_back_as_the_question_does():
    counts = np.zeros(10)
    counts[3:6] = 10  # a run of three that ends on the first day of the newest window
    assert estimate_base_rate(settle_counts(make_days(counts)), ask("run3")).met == 1
    counts[3] = 0
    assert estimate_base_rate(settle_counts(make_days(counts)), ask("run3")).met == 0


def test_a_day_that_could_be_anything_is_left_out_and_a_closed_one_is_nothing():
    days = make_days([0.0, 99.0, np.nan, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0])
    assert (estimate_base_rate(settle_counts(days), ask()).met, estimate_base_rate(settle_counts(days), ask()).windows) == (1, 2)
    days.loc[days["count"].isna(), "state"] = "closed"
    rate = estimate_base_rate(settle_counts(days), ask("mean2", threshold=49.5))
    assert (rate.met, rate.windows) == (1, 2)


def test_the_published_base_rate_is_the_one_that_is_scored(found):
    """One definition: the backtest's base rate at the origin is that of the answer, on the same days and threshold."""
    from utils import load_records
    from utils.verification.plan import Settings, Task
    from utils.verification.windows import score_baseline

    record, origin = load_records(["cogat"], scopes=["all"])["cogat all"], pd.Timestamp("2024-06-30")
    settings = Settings(horizons=[5], definitions=DEFINITIONS, thresholds=[350], quantiles=(), below=False, n_paths=100, seed=0)
    task = Task("cogat all", record, "final", "base_rate", None, (origin,), settings, 1, False)
    scored = {(row[1], row[3]): row[4] for row in score_baseline(task, record.known(origin, vintage="final"), origin)}
    ahead = record.settled[origin + pd.Timedelta(days=1) : origin + pd.Timedelta(days=5)]
    assert ahead.notna().all()  # so that the window of the backtest has the question's five days
    for definition in DEFINITIONS:
        question = ask(definition, opens="2024-07-01", closes="2024-07-06", threshold=350)
        assert estimate_base_rate(record.settled[:origin], question).probability == scored[definition, "probability"]


def test_windows_are_counted_back_from_the_last_known_day():
    counts = [0.0] * 20 + [99.0] + [0.0] * 4 + [np.nan] * 3
    assert (
        estimate_base_rate(settle_counts(make_days(counts)), ask()).met,
        estimate_base_rate(settle_counts(make_days(counts)), ask()).windows,
    ) == (1, 5)
    assert len(usable_history(make_days(counts))) == 25


def test_the_base_rate_of_the_record_is_counted_on_what_was_known(found):
    one = next(one for one in found if one.question.source == "cogat" and one.question.name == "deadline")
    days = load_days("cogat", as_of=AS_OF)[:"2024-09-17"]
    known = np.where(days["state"].eq("closed"), 0, days["count"])
    known = known[np.isfinite(known)]
    met = sum((known[end - 5 : end] >= 350).any() for end in range(len(known), 4, -5))
    assert (one.base_rate.met, one.base_rate.windows) == (met, len(known) // 5) and met > 0


# ------------------------------------------------------------------------------------------------- what the paths start from


def test_the_paths_start_from_the_nowcast_and_tell_so(found):
    for one in found:
        plain = one.to_dict()
        assert one.init == plain["init"] == "nowcast"
        assert plain["nowcast_vintages"] == {"cogat": "2024-09-24", "unrwa": "2024-10-27"}
        assert "20241001-20241016-cogat-29-trt-world" in plain["quotes"]
        assert not [name for name in plain["quotes"] if "i24news" in name]  # published in January


def test_quotes_of_a_fallen_level_lower_the_answer():
    alone = answer(DEADLINE, as_of=AS_OF, n_paths=N_PATHS, init="list")
    assert alone.init == "list" and alone.quotes == () and alone.nowcast_vintages == {}
    flow = answer(DEADLINE, as_of=AS_OF, n_paths=N_PATHS)
    assert flow.probability < alone.probability


def test_every_path_begins_with_a_nowcast_draw():
    ensemble = simulate_source("cogat", as_of=AS_OF, n_paths=N_PATHS)
    gap = ensemble.index < ensemble.as_of
    means = ensemble.paths[:, gap].mean(axis=1)
    assert len(np.unique(means)) > count_blocks(N_PATHS) / 4  # lower bounds make the flow repeat some of its draws
    first_half = (ensemble.index >= "2024-10-01") & (ensemble.index <= "2024-10-16")
    assert 20 < np.median(ensemble.paths[:, first_half].mean(axis=1)) < 60  # quoted: 29 a day
    assert ensemble.snapshot.nowcast.flow.as_of == pd.Timestamp(AS_OF)


def test_what_the_nowcast_does_not_tell_of_starts_from_its_list():
    humanitarian = answer(DEADLINE.vary(source="unrwa", scope="humanitarian"), as_of=AS_OF, n_paths=500)
    assert humanitarian.init == "list"
    reaches_the_origin = answer(DEADLINE.vary(source="unrwa"), as_of=AS_OF, n_paths=500, vintage="final")
    assert reaches_the_origin.init == "list" and reaches_the_origin.last_counted == pd.Timestamp("2024-11-07")
    with pytest.raises(InputError, match="init 'nowhere' is unknown; choose one of nowcast, list"):
        answer(DEADLINE, as_of=AS_OF, n_paths=500, init="nowhere")


def test_the_final_vintage_uses_later_quotes_of_days_before_the_origin_and_no_others():
    later = answer(DEADLINE, as_of=AS_OF, n_paths=500, vintage="final")
    assert [name for name in later.quotes if "1740" in name]
    ends = load_quotes().set_index("id").loc[list(later.quotes), "date_end"]
    assert ends.max() < pd.Timestamp(AS_OF)


# ------------------------------------------------------------------------------------------------- counts of one's own


def make_series(level=60, n_days=150, seed=0):
    days = pd.date_range("2023-01-01", periods=n_days, name="date")
    return pd.Series(np.random.default_rng(seed).poisson(level, n_days).astype(float), days)


def test_any_daily_count_is_answered_in_its_own_words():
    hospital = Source("hospital", "the hospital", "cases")
    question = ask(opens="2023-05-31", closes="2023-06-30", threshold=75).vary(
        source="hospital", sources=(hospital,), scope="all"
    )
    assert question.words == "Do cases on the hospital's count reach 75 a day on any one day before 30 June 2023?"
    found = answer(question, counts=make_series(), n_paths=500)
    assert found.as_of == pd.Timestamp("2023-05-31") and found.init == "list" and found.vintages == ()
    assert 0 < found.probability < 1 and found.baselines["climatology"] > 0
    below = answer(question.vary(below=True, threshold=45), counts=make_series(), n_paths=500)
    assert 0 < below.probability < 1 and "fall below 45 a day" in below.question.words
    assert answer(question.vary(below=True, threshold=1), counts=make_series(), n_paths=500).probability == 0


def test_a_series_that_holds_a_later_day_is_refused_and_a_snapshot_is_cut():
    series, question = make_series(), ask(opens="2023-05-01", closes="2023-05-15", threshold=75)
    with pytest.raises(LookaheadError, match="counts holds 2023-05-30, which lies after the origin 2023-04-30"):
        answer(question, as_of="2023-05-01", counts=series)
    cut = answer(question, as_of="2023-05-01", counts=take_snapshot(series), n_paths=300)
    alone = answer(question, as_of="2023-05-01", counts=series[:"2023-04-30"], n_paths=300)
    assert cut.to_dict() == alone.to_dict()
    planted = series.copy()
    planted["2023-05-01":] = 9_999
    assert answer(question, as_of="2023-05-01", counts=take_snapshot(planted), n_paths=300).to_dict() == alone.to_dict()


def test_a_weekday_on_which_nothing_is_ever_counted_has_nothing_on_the_paths():
    series = make_series()
    series[series.index.day_of_week == 5] = np.nan
    snapshot = replace(take_snapshot(series), shut_weekdays=(5,))
    ensemble = simulate_ensemble(snapshot, until="2023-06-30", n_paths=100)
    saturday = ensemble.index.day_of_week == 5
    assert (ensemble.paths[:, saturday] == 0).all() and (ensemble.paths[:, ~saturday] > 0).all()


def test_what_is_kept_cannot_be_changed_by_a_caller():
    ensemble = simulate_source("cogat", as_of=AS_OF, n_paths=N_PATHS)
    with pytest.raises(ValueError, match="read-only"):
        ensemble.paths[0, 0] = 1
    assert simulate_source("cogat", as_of=AS_OF, n_paths=N_PATHS) is ensemble


def test_shifts_are_those_of_the_case(found):
    with pytest.raises(InputError, match="shifts are those of the case's own lists"):
        answer(ask(opens="2023-05-31", closes="2023-06-30"), counts=make_series(), shifts=True)


# ------------------------------------------------------------------------------------------------- what the interval holds


@dataclasses.dataclass(frozen=True, eq=False)
class Known:
    """A nowcast all of whose draws are the mean of another's: nothing of the newest days is open."""

    other: Nowcast

    @property
    def vintages(self):
        return self.other.vintages

    @property
    def quotes(self):
        return self.other.quotes

    def draw(self, n, *, days, seed):
        return np.tile(self.other.draw(n, days=days, seed=seed).mean(0), (n, 1))


def test_what_is_not_known_of_the_newest_days_widens_the_interval():
    """Without it the interval was that of members and settings alone."""
    question = TRANSITION.vary(source="cogat")
    open_ = load_snapshot("cogat", as_of=AS_OF)
    known = dataclasses.replace(open_, nowcast=Known(open_.nowcast))
    wide, narrow = (simulate_ensemble(one, until="2025-01-19", n_paths=4_000).answer(question) for one in (open_, known))
    assert narrow.high > narrow.low and wide.high - wide.low > 1.1 * (narrow.high - narrow.low)


def test_the_ends_of_the_interval_hang_little_on_the_seed():
    question = TRANSITION.vary(source="cogat")
    ends = [(one.low, one.high) for one in (answer(question, as_of=AS_OF, seed=seed) for seed in range(4))]
    assert np.std(ends, axis=0).max() < 0.025  # 0.003 and 0.011 over eight seeds


def test_the_draws_of_a_nowcast_are_chosen_evenly_and_each_with_the_same_chance():
    rng = np.random.default_rng(0)
    draws = rng.gamma(2.0, 50.0, 4_000)[:, None] * np.ones(20)
    chosen = choose_evenly(draws, 1_000, rng=rng)
    assert set(chosen[:, 0]) <= set(draws[:, 0]) and len(np.unique(chosen[:, 0])) == 1_000
    stratified = [choose_evenly(draws, 100, rng=rng)[:, 0].mean() for _ in range(50)]
    assert np.mean(stratified) == pytest.approx(draws.mean(), rel=0.01)
    assert np.std(stratified) < 0.2 * draws[:, 0].std() / np.sqrt(100)
