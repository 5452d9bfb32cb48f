"""Answers: probability, curve, interval and baselines, worked by hand where they can be."""

import json

import numpy as np
import pandas as pd
import pytest
from conftest import AS_OF
from scipy.stats import beta

from utils import InputError, answer, answer_all, first_passage, load_days, load_quotes
from utils.aid.answers import simulate_ensemble, summarise_answers
from utils.aid.questions import DEADLINE
from utils.common.errors import LookaheadError
from utils.counts.snapshot import usable_history
from utils.forecasts.answer import PATH_BASELINES
from utils.forecasts.ensemble import Ensemble, check_origin
from utils.forecasts.tables import tabulate_answers
from utils.models import BLOCKS, MODELS
from utils.questions.base_rate import estimate_base_rate
from utils.questions.passage import DEFINITIONS
from utils.questions.question import Question

N_PATHS = 1_000


@pytest.fixture(scope="module")
def said():
    return answer_all(as_of=AS_OF, n_paths=N_PATHS)


def make_days(counts, start="2024-01-01"):
    """Days with NaN as unreported ones."""
    counts = np.asarray(counts, float)
    days = pd.DataFrame({"trucks": counts, "state": "counted"}, index=pd.date_range(start, periods=len(counts), name="date"))
    days.loc[days["trucks"].isna(), "state"] = "unreported"
    return days


def ask(definition="day", *, opens="2024-03-01", closes="2024-03-06", threshold=10):
    return Question("test", "a test", threshold, opens, closes, definition=definition)


# ------------------------------------------------------------------------------------------------- the whole answer


def test_both_questions_both_sources_and_four_definitions_are_answered(said):
    asked = [(one.question.name, one.question.source, one.question.definition) for one in said]
    assert asked == [(q, s, d) for q in ("deadline", "transition") for s in ("cogat", "unrwa") for d in DEFINITIONS]


def test_an_answer_holds_together(said):
    for one in said:
        assert (one.as_of, one.origin) == (pd.Timestamp(AS_OF), pd.Timestamp("2024-11-07"))
        assert one.curve.index.equals(one.question.window)
        assert one.curve.is_monotonic_increasing and one.curve.iloc[-1] == one.probability == pytest.approx(1 - one.never)
        assert 0 <= one.low <= one.probability <= one.high <= 1
        assert set(one.baselines) == {"always_no", "base_rate", *PATH_BASELINES}
        assert all(0 <= value <= 1 for value in one.baselines.values()) and one.baselines["always_no"] == 0
        assert one.baselines["base_rate"] == one.base_rate.probability
        assert (one.n_paths, one.hindsight) == (N_PATHS, False) and one.model in MODELS
        assert one.vintages == (("2024-09-24",) if one.question.source == "cogat" else ("2024-10-27",))
        assert one.last_known == pd.Timestamp("2024-09-17" if one.question.source == "cogat" else "2024-09-30")


def test_harder_definitions_and_shorter_windows_are_less_probable(said):
    probability = {(one.question.name, one.question.source, one.question.definition): one.probability for one in said}
    for source in ("cogat", "unrwa"):
        for name in ("deadline", "transition"):
            day, others = probability[name, source, "day"], [probability[name, source, d] for d in DEFINITIONS[1:]]
            assert all(other <= day for other in others)  # the paths are the same, so this holds exactly
        for definition in ("day", "mean7", "run3"):
            assert probability["deadline", source, definition] <= probability["transition", source, definition]
    assert probability["transition", "cogat", "day"] > probability["transition", "cogat", "mean7"]


def test_the_answer_is_read_off_the_simulated_futures(said):
    ensemble = simulate_ensemble("unrwa", as_of=AS_OF, until="2025-01-20", n_paths=N_PATHS)
    assert ensemble.index[0] == pd.Timestamp("2024-10-01")
    for one in said:
        if one.question.source == "unrwa" and one.question.definition in ("day", "mean7"):
            start = ensemble.index.get_loc(one.question.window[0])
            window = ensemble.paths[:, start : start + len(one.question.window)]
            tail = ensemble.paths[:, start - 6 : start]
            first = first_passage(window, one.question.definition, 350, tail=tail)
            assert one.probability == (first >= 0).mean()
            shares = np.array([(block >= 0).mean() for block in np.array_split(first, BLOCKS)])
            assert shares.min() <= one.low <= one.probability <= one.high <= shares.max()


def test_the_same_seed_gives_the_same_answer_and_another_another():
    question = DEADLINE.vary(source="unrwa")
    one, two, other = (answer(question, as_of=AS_OF, n_paths=500, seed=seed).to_dict() for seed in (5, 5, 6))
    assert one == two and one != other


def test_hindsight_says_so_and_names_its_vintages():
    one = answer(DEADLINE.vary(source="unrwa"), as_of=AS_OF, hindsight=True, n_paths=500)
    assert one.hindsight and one.vintages == ("2025-01-19",)
    assert one.last_known == one.origin == pd.Timestamp("2024-11-07")


@pytest.mark.parametrize("model", MODELS)
def test_every_model_can_answer(model):
    one = answer(DEADLINE.vary(source="unrwa"), as_of=AS_OF, model=model, n_paths=500)
    assert one.model == model and 0 <= one.low <= one.probability <= one.high <= 1
    assert one.baselines.get(model, one.probability) == one.probability


def test_answers_are_json(said):
    for one in said:
        plain = json.loads(json.dumps(one.to_dict(), allow_nan=False))
        assert plain["probability"] == one.probability and plain["interval"] == [one.low, one.high]
        assert plain["first_passage"] == {f"{day:%Y-%m-%d}": value for day, value in one.curve.items()}
        assert plain["question"]["closes"] == f"{one.question.closes}" and plain["question"]["words"] == one.question.words
        assert plain["vintages"] == list(one.vintages) and plain["base_rate"]["windows"] == one.base_rate.windows
    json.dumps(summarise_answers(as_of=AS_OF, n_paths=N_PATHS), allow_nan=False)


def test_the_table_has_a_row_an_answer(said):
    table = tabulate_answers(said)
    assert len(table) == 16 and table["probability"].tolist() == [one.probability for one in said]
    assert set(PATH_BASELINES) | {"base_rate", "always_no"} <= set(table.columns)


# ------------------------------------------------------------------------------------------------- the window


def test_known_days_of_the_window_keep_their_counts():
    """Asked in the middle of the window: what was counted by then is no longer uncertain."""
    history = make_days([5] * 60 + [50, 5], start="2024-01-01")  # 50 on 2024-03-01
    ensemble = simulate_ensemble("cogat", as_of="2024-03-03", until="2024-03-08", n_paths=60, days=history)
    window, tail = ensemble.over(ask())
    assert window.shape == (60, 5) and tail.shape == (60, 0)
    assert (window[:, 0] == 50).all() and (window[:, 1] == 5).all()
    assert np.array_equal(window[:, 2:], ensemble.paths[:, :3])
    said = answer(ask(), as_of="2024-03-03", days=history, n_paths=60)
    assert said.probability == 1 and said.curve.tolist() == [1.0] * 5


def test_the_days_before_the_window_serve_a_mean():
    history = make_days([5] * 60)
    ensemble = simulate_ensemble("cogat", as_of="2024-03-01", until="2024-03-08", n_paths=60, days=history)
    window, tail = ensemble.over(ask("mean7"))
    assert tail.shape == (60, 6) and (tail == 5).all() and np.array_equal(window, ensemble.paths[:, :5])


def test_the_gap_of_late_reports_is_simulated():
    history = make_days([5.0] * 50 + [np.nan] * 10)
    ensemble = simulate_ensemble("cogat", as_of="2024-03-01", until="2024-03-05", n_paths=60, days=history)
    assert ensemble.index[0] == pd.Timestamp("2024-02-20") and ensemble.paths.shape == (60, 15)
    window, tail = ensemble.over(ask("run3"))
    assert np.array_equal(window, ensemble.paths[:, 10:15]) and np.array_equal(tail, ensemble.paths[:, 8:10])


def test_paths_that_end_too_early_are_refused():
    ensemble = simulate_ensemble("cogat", as_of="2024-03-01", until="2024-03-04", n_paths=60, days=make_days([5.0] * 60))
    assert isinstance(ensemble, Ensemble)
    with pytest.raises(InputError, match="needs days to 2024-03-05, but the paths end on 2024-03-04"):
        ensemble.over(ask())


def test_paths_of_another_count_are_refused():
    ensemble = simulate_ensemble("unrwa", as_of=AS_OF, until="2024-11-12", n_paths=60)
    assert ensemble.over(DEADLINE.vary(source="unrwa"))[0].shape == (60, 5)
    for question in (DEADLINE, DEADLINE.vary(source="unrwa", scope="humanitarian")):
        with pytest.raises(InputError, match="the paths are of unrwa all, the question of"):
            ensemble.over(question)


def test_without_a_day_the_answer_is_of_the_day_the_questions_were_asked(said):
    assert [one.to_dict() for one in answer_all(n_paths=N_PATHS)] == [one.to_dict() for one in said]


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
        (dict(as_of=AS_OF, n_paths=10), f"n_paths 10 must be a whole number of at least {BLOCKS}"),
        (dict(as_of=AS_OF, model="oracle"), "model 'oracle' is unknown; choose one of"),
        (dict(as_of="2024-03-01", days=make_days([1.0] * 13)), "history has 13 counted days; at least 14 are needed"),
        (dict(as_of="2024-03-01", days=make_days([])), "history as of 2024-03-01 holds no day"),
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
    check_origin(days["trucks"].where(days.index < "2024-01-05"), as_of="2024-01-10")  # days without a count tell nothing


# ------------------------------------------------------------------------------------------------- base rate


def test_the_base_rate_by_hand():
    """28 days, windows of five from the end: five of them, the three oldest days left over."""
    counts = np.zeros(28)
    counts[0] = 99  # in no window
    counts[[4, 5]] = 99  # both in the oldest window
    counts[27] = 10  # a tie, in the newest
    rate = estimate_base_rate(make_days(counts), ask())
    assert (rate.met, rate.windows) == (2, 5)
    assert rate.probability == pytest.approx(2.5 / 6)
    assert (rate.low, rate.high) == pytest.approx(tuple(beta.ppf([0.05, 0.95], 2.5, 3.5)))


def test_a_rate_that_was_never_seen_is_not_nought():
    rate = estimate_base_rate(make_days(np.zeros(28)), ask())
    assert (rate.met, rate.windows, rate.probability) == (0, 5, pytest.approx(0.5 / 6))
    assert 0 < rate.low < rate.probability < rate.high


def test_windows_of_the_past_may_reach_back_as_the_question_does():
    counts = np.zeros(10)
    counts[3:6] = 10  # a run of three that ends on the first day of the newest window
    assert estimate_base_rate(make_days(counts), ask("run3")).met == 1
    counts[3] = 0
    assert estimate_base_rate(make_days(counts), ask("run3")).met == 0


def test_windows_are_counted_back_from_the_last_counted_day():
    counts = [0.0] * 20 + [99.0] + [0.0] * 4 + [np.nan] * 3
    assert (estimate_base_rate(make_days(counts), ask()).met, estimate_base_rate(make_days(counts), ask()).windows) == (1, 5)
    assert len(usable_history(make_days(counts))) == 25


def test_the_base_rate_of_the_record_is_counted_on_what_was_known(said):
    one = next(one for one in said if one.question.source == "cogat" and one.question.name == "deadline")
    known = load_days("cogat", as_of=AS_OF)["trucks"][:"2024-09-17"].fillna(0).to_numpy()
    met = sum((known[end - 5 : end] >= 350).any() for end in range(len(known), 4, -5))
    assert (one.base_rate.met, one.base_rate.windows) == (met, len(known) // 5) and met > 0


# ------------------------------------------------------------------------------------------------- what the paths start from


def test_the_paths_start_from_the_flow_and_say_so(said):
    for one in said:
        plain = one.to_dict()
        assert one.start == plain["start"] == "flow"
        assert plain["flow_vintages"] == {"cogat": "2024-09-24", "unrwa": "2024-10-27"}
        assert "20241001-20241016-cogat-29-trt-world" in plain["quotes"]
        assert not [name for name in plain["quotes"] if "i24news" in name]  # published in January


def test_quotes_of_a_fallen_level_lower_the_answer():
    alone = answer(DEADLINE, as_of=AS_OF, n_paths=N_PATHS, start="list")
    assert alone.start == "list" and alone.quotes == () and alone.flow_vintages == {}
    flow = answer(DEADLINE, as_of=AS_OF, n_paths=N_PATHS)
    assert flow.probability < alone.probability


def test_every_path_begins_with_a_draw_of_the_flow():
    ensemble = simulate_ensemble("cogat", as_of=AS_OF, n_paths=N_PATHS)
    gap = ensemble.index < ensemble.as_of
    means = ensemble.paths[:, gap].mean(axis=1)
    assert len(np.unique(means)) > N_PATHS / 4  # lower bounds make the flow repeat some of its draws
    first_half = (ensemble.index >= "2024-10-01") & (ensemble.index <= "2024-10-16")
    assert 20 < np.median(ensemble.paths[:, first_half].mean(axis=1)) < 60  # quoted: 29 a day
    assert ensemble.reconciled.as_of == pd.Timestamp(AS_OF)


def test_what_the_flow_does_not_tell_of_starts_from_its_list():
    humanitarian = answer(DEADLINE.vary(source="unrwa", scope="humanitarian"), as_of=AS_OF, n_paths=500)
    assert humanitarian.start == "list"
    reaches_the_origin = answer(DEADLINE.vary(source="unrwa"), as_of=AS_OF, n_paths=500, hindsight=True)
    assert reaches_the_origin.start == "list" and reaches_the_origin.last_known == pd.Timestamp("2024-11-07")
    with pytest.raises(InputError, match="start 'nowhere' is unknown; choose one of flow, list"):
        answer(DEADLINE, as_of=AS_OF, n_paths=500, start="nowhere")


def test_hindsight_uses_later_quotes_of_days_before_the_origin_and_no_others():
    later = answer(DEADLINE, as_of=AS_OF, n_paths=500, hindsight=True)
    assert [name for name in later.quotes if "1740" in name]
    ends = load_quotes().set_index("id").loc[list(later.quotes), "date_end"]
    assert ends.max() < pd.Timestamp(AS_OF)
