"""How the questions came out: exact where counts decide, open where they do not, and scored by the frozen forecasts."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from utils import InputError, load_days, load_events, load_quotes, reconcile
from utils.aid.figures import plot_disagreements, plot_outcome
from utils.aid.nowcast.state_space import START
from utils.aid.questions import DEADLINE, TRANSITION, list_questions
from utils.aid.resolution.disagreement import count_disagreements
from utils.aid.resolution.estimate import draw_flows, estimate_probability, judge_estimates
from utils.aid.resolution.evidence import BASES, CEASEFIRE, PRIMARY, READINGS, SURE, Verdict
from utils.aid.resolution.feasibility import Way, find_implied, has_solution, list_ways
from utils.aid.resolution.months import load_months
from utils.aid.resolution.on_record import load_bounds
from utils.aid.resolution.quote_bounds import bound_quotes, drop_contradictions, find_contradictions, resolve_by_bounds
from utils.aid.resolution.reports import list_reports
from utils.aid.resolution.settle import choose_outcomes, find_decided_by, resolve_questions
from utils.aid.snapshots import load_snapshot
from utils.counts.snapshot import REAL_TIME
from utils.figures.outcomes import plot_place, plot_scores
from utils.forecasts.archive import TASK, ForecastRecord
from utils.questions.passage import DEFINITIONS, NEVER, first_passage
from utils.questions.question import Question
from utils.questions.resolution import NO, UNRESOLVED, YES, resolve_windows
from utils.verification.archive_scores import locate_in_backtest, score_record
from utils.verification.plan import COLUMNS as BACKTEST_COLUMNS

AP, STATE = "20241101-20241111-cogat-75-ap", "20241105-state-department-229-contributing-together"


def resolve_by_quotes(question, quotes, *, basis):
    return resolve_by_bounds(question, drop_contradictions(bound_quotes(quotes, basis=basis)))


def pick(resolved, question, *, basis, definition="day", inclusive=False):
    key = ["question", "definition", "inclusive", "basis"]
    return resolved.set_index(key).loc[(question, definition, inclusive, basis)]


# --------------------------------------------------------------------------------------- quotes, against all there can be

DAYS = pd.date_range("2024-01-01", periods=4)
SERIES = np.array(list(itertools.product(range(9), repeat=4)))  # more than 8 a day changes nothing: no bound or need is higher


@st.composite
def bounds(draw):
    rows = []
    for number in range(draw(st.integers(0, 4))):
        first = draw(st.integers(0, 3))
        last = draw(st.integers(first, 3))
        least = draw(st.integers(0, 8))
        most = draw(st.sampled_from([least, least + 1, np.inf]))
        rows.append((f"q{number}", DAYS[first], DAYS[last], DAYS[-1] + pd.Timedelta(days=number), "high", least, most))
    columns = ["id", "date_start", "date_end", "published", "confidence", "least", "most"]
    return pd.DataFrame(rows, columns=columns).astype({"least": float, "most": float})


def list_fitting(table):
    fits = np.ones(len(SERIES), bool)
    for row in table.itertuples():
        total = SERIES[:, DAYS.get_loc(row.date_start) : DAYS.get_loc(row.date_end) + 1].sum(axis=1)
        fits &= (total >= row.least) & (total <= row.most)
    return SERIES[fits]


@settings(max_examples=150)
@given(bounds(), st.sampled_from(["day", "mean2", "run2", "run3", "window_mean"]), st.sampled_from([1, 2, 1.5]))
def test_what_quotes_imply_holds_of_every_series_that_fits_them(table, definition, threshold):
    question = Question(threshold=threshold, opens=DAYS[1], closes=DAYS[-1], inclusive=True, definition=definition)
    if definition == "run3":
        question = question.vary(opens=DAYS[2].date())
    fitting = list_fitting(table)
    assert has_solution(table) == bool(len(fitting))
    if not len(fitting):
        return
    start = DAYS.get_loc(question.window[0])
    met = first_passage(fitting[:, start:], definition, threshold, tail=fitting[:, :start]) != NEVER
    assert find_implied(question, table) == (YES if met.all() else NO if not met.any() else UNRESOLVED)


@settings(max_examples=60)
@given(bounds())
def test_what_is_left_after_contradictions_fits_and_what_is_set_aside_does_not(table):
    aside = find_contradictions(table)
    kept = table.drop(index=aside.index)
    assert len(list_fitting(kept))
    for row in aside.itertuples():
        later = kept[kept["published"] > row.published]
        assert not len(list_fitting(pd.concat([later, table.loc[[row.Index]]])))  # those published after it alone rule it out


def test_a_fall_below_the_threshold_is_not_read_off_bounds():
    with pytest.raises(InputError, match="asks for a fall, which quotes do not settle; resolve it by a list"):
        list_ways(DEADLINE.vary(below=True))


# --------------------------------------------------------------------------------------------------- bounds from quotes


def test_a_quote_bounds_its_days_as_it_calls_itself():
    quotes = load_quotes()
    cogat = bound_quotes(quotes, basis="cogat quotes").set_index("id")
    assert cogat.loc[STATE, ["least", "most"]].tolist() == [229, 229]
    low, high = cogat.loc[AP, ["least", "most"]]
    assert low < 75 * 11 < high and high == np.floor(825 + 2 * 825 * np.sqrt(0.03**2 + 0.05**2 + 1 / 12 / 75**2))
    assert cogat.loc["20241001-20241031-cogat-57-ap", ["least", "most"]].tolist() == [np.ceil(56.5 * 31), np.floor(57.5 * 31)]
    for part in ("20241119-cogat-132-jewish-press", "20241201-20241231-cogat-5000-cnn-via-sputnik"):
        assert np.isinf(cogat.loc[part, "most"])
    truce = bound_quotes(quotes, basis="ceasefire count").set_index("id")
    assert truce.loc["20250119-ocha-630-jerusalem-post", ["least", "most"]].tolist() == [630, 630]
    assert truce.index.str.contains("ocha").all() and truce["date_start"].min() == CEASEFIRE
    un = bound_quotes(quotes, basis="un quotes").set_index("id")
    assert np.isinf(un.loc["20241101-20241130-unrwa-65-urdupoint", "most"])  # humanitarian: the least of all trucks
    undated = quotes[quotes["published"].isna()]["id"]
    assert len(undated) and not {*cogat.index, *truce.index, *un.index} & set(undated)
    # Nobody's figure stands on two bases, and none of the two that are no count of all trucks stands on any.
    assert len({*cogat.index} | {*truce.index} | {*un.index}) == len(cogat) + len(truce) + len(un)
    assert not quotes.set_index("id").loc[[*cogat.index, *truce.index, *un.index], "basis"].isin(["ERCS", "GMO", "other"]).any()


@pytest.mark.parametrize("name", [name for name, basis in BASES.items() if basis.kind in ("quotes", "months")])
@pytest.mark.parametrize("day", ["2024-11-08", "2025-01-21", "2026-03-01"])
def test_no_bound_as_of_a_day_was_published_after_it(name, day):
    assert (load_bounds(name)["published"] > "2024-11-08").any(), "there is something to leave out"
    assert not (load_bounds(name, as_of=pd.Timestamp(day))["published"] > day).any()


def test_contradictions_are_named_and_the_later_figure_stays():
    quotes = load_quotes()
    aside = {name: find_contradictions(bound_quotes(quotes, basis=name))["id"].tolist() for name in ("cogat quotes", "un quotes")}
    # October: 57 a day at first, 1,740 in all later. November on UNRWA's count: 30 a day at first, 69 in its first week later.
    assert aside == {
        "cogat quotes": ["20241001-20241031-cogat-57-ap"],
        "un quotes": ["20241101-20241112-unrwa-30-channel-4-factcheck"],
    }
    wrong = quotes[quotes["id"].eq(STATE)].assign(id="planted", trucks=500.0, published=pd.Timestamp("2024-11-07"))
    planted = find_contradictions(bound_quotes(pd.concat([quotes, wrong], ignore_index=True), basis="cogat quotes"))
    assert "planted" in set(planted["id"]) and STATE not in set(planted["id"])


# ------------------------------------------------------------------------------------------------------------- the facts


def test_the_ceasefire_is_an_event_of_its_day():
    events = load_events().set_index("date").loc[[CEASEFIRE]]
    assert events.query("kind == 'ceasefire'")["event"].str.contains("in force").any()


def test_the_630_of_19_january_is_the_count_that_ocha_passed_on():
    quotes = load_quotes().set_index("id")
    same = quotes[quotes["date_start"].eq("2025-01-19") & quotes["date_end"].eq("2025-01-19") & quotes["trucks"].eq(630)]
    assert len(same) == 2 and same["basis"].eq("Israel and guarantors").all()


def test_a_single_day_before_the_transition_is_yes_on_the_third_basis_alone(resolved):
    came = pick(resolved, "transition", basis="ceasefire count")
    assert (came["outcome"], came["day"], came["known_from"]) == (YES, pd.Timestamp("2025-01-19"), pd.Timestamp("2025-01-20"))
    assert came["evidence"] == "20250119-ocha-630-ahram-online" and came["url"].startswith("https://english.ahram.org.eg")
    for basis in ("cogat list", "cogat quotes", "cogat months", "unrwa list", "un quotes"):
        assert pick(resolved, "transition", basis=basis)["outcome"] == UNRESOLVED


def test_the_count_of_the_truce_settles_no_question_for_cogats(record, resolved):
    """Before, it stood among COGAT's bodies of evidence, and its YES was COGAT's."""
    settled = choose_outcomes(resolved)
    day = settled.query("question == 'transition' and source == 'cogat' and definition == 'day' and not inclusive").set_index(
        "count"
    )
    assert day["outcome"].to_dict() == {"cogat": UNRESOLVED, "truce": YES} and day.loc["truce", "basis"] == "ceasefire count"
    for basis in ("cogat list", "cogat quotes", "cogat months"):
        assert not find_decided_by(record, day="2025-01-19", basis=basis)["outcome"].eq(YES).any()


def test_an_estimate_says_yes_of_cogats_count_only_without_the_truces():
    yes = dict(smooth=1.0, broken=1.0)
    assert judge_estimates(yes | dict(apart=0.3), effective=1e6, evidence="").outcome == UNRESOLVED
    assert judge_estimates(yes | dict(apart=1.0), effective=1e6, evidence="").outcome == YES


def test_the_questions_that_19_january_decides(record):
    decided = find_decided_by(record, day="2025-01-19", basis="ceasefire count")
    rows = decided[["question", "definition", "inclusive", "outcome", "without"]].to_numpy().tolist()
    assert rows == [["transition", "day", False, YES, UNRESOLVED]]


def test_the_915_of_20_january_settles_it_too_where_that_day_counts():
    quotes = load_quotes()
    later = quotes[quotes["date_start"].gt("2025-01-19")]
    found = resolve_by_quotes(TRANSITION.vary(inclusive=True), later, basis="ceasefire count")
    assert (found.outcome, found.day) == (YES, pd.Timestamp("2025-01-20"))
    assert found.evidence == ("20250120-ocha-915-malay-mail",) and "at least 915" not in found.why and "915" in found.why
    assert resolve_by_quotes(TRANSITION, later, basis="ceasefire count").outcome == UNRESOLVED


def test_totals_over_days_imply_the_count_of_one():
    """Without the day's own figures, 4,200 in six days less the five others leave at least 588."""
    quotes = load_quotes()
    fewer = quotes[~quotes["id"].str.startswith("20250119-ocha-630")]
    found = resolve_by_quotes(TRANSITION, fewer, basis="ceasefire count")
    assert found.outcome == YES and found.day == pd.Timestamp("2025-01-19") and len(found.evidence) >= 3


def test_unrwas_list_never_reaches_the_target_and_settles_the_deadline_alone(resolved):
    days = load_days("unrwa")
    assert days["count"].max() == 340 and f"{days['count'].idxmax():%Y-%m-%d}" == "2024-05-03"
    lists = resolved[resolved["basis"].eq("unrwa list")]
    assert lists.query("question == 'deadline'")["outcome"].eq(NO).all()
    assert lists.query("question == 'deadline'")["known_from"].eq("2024-12-24").all()  # not yet in the list of October
    assert lists.query("question == 'transition'")["outcome"].eq(UNRESOLVED).all()  # its January is unfinished
    assert lists.query("question == 'transition'")["known_from"].isna().all()
    assert resolved[resolved["basis"].eq("cogat list")]["outcome"].eq(UNRESOLVED).all()  # it ends in September


def test_the_deadline_was_not_met_by_any_count_and_three_days_in_a_row_surely_not(resolved):
    deadline = resolved[resolved["question"].eq("deadline")]
    assert deadline["outcome"].ne(YES).all()
    run = pick(resolved, "deadline", basis="cogat quotes", definition="run3")
    assert (run["outcome"], set(run["evidence"].split(", "))) == (NO, {STATE, AP})
    assert run["known_from"] == pd.Timestamp("2024-11-12")
    # 75 a day over 1 to 11 November and 229 on the 5th leave room for a day at the target, and do not cover the 12th.
    bounds_ = drop_contradictions(bound_quotes(load_quotes(), basis="cogat quotes"))

    def can_have(day, trucks):
        return has_solution(bounds_, ways=[Way(pd.DatetimeIndex([day]), trucks, False)], met=True)

    for day in DEADLINE.window[:-1]:
        assert can_have(day, DEADLINE.threshold) and not can_have(day, 825 - 229 + 1)
    assert can_have(DEADLINE.window[-1], 10_000)
    assert pick(resolved, "deadline", basis="cogat quotes")["outcome"] == UNRESOLVED


def test_by_no_count_did_a_mean_of_seven_days_reach_it_before_the_transition(resolved):
    rows = resolved[resolved["definition"].isin(["mean7", "window_mean"])]
    assert rows["outcome"].ne(YES).all()


def test_a_figure_that_is_missing_leaves_a_question_open_and_never_no():
    quotes = load_quotes()
    run = DEADLINE.vary(definition="run3")
    assert resolve_by_quotes(run, quotes, basis="cogat quotes").outcome == NO
    fewer = quotes[~quotes["id"].eq(AP)]
    found = resolve_by_quotes(run, fewer, basis="cogat quotes")
    assert found.outcome == UNRESOLVED and found.evidence == () and "no figure limits 5 of the 5 days" in found.why
    assert resolve_by_quotes(run, quotes.iloc[:0], basis="cogat quotes").outcome == UNRESOLVED


def test_every_outcome_can_be_traced_to_what_was_published(resolved):
    settled = resolved[resolved["outcome"].ne(UNRESOLVED)]
    ids = set(load_quotes()["id"]) | set(load_months()["id"])
    for row in settled.itertuples():
        assert row.url.startswith("http") and row.known_from <= row.published
        by_figures = row.kind in ("quotes", "months")
        assert set(row.evidence.split(", ")) <= ids if by_figures else "unrwa_2025-01-19.csv" in row.evidence


def test_a_record_of_other_questions_is_refused(record):
    rows = record.rows.copy()
    rows.loc[rows["definition"].eq("mean7"), "definition"] = "mean5"
    with pytest.raises(InputError, match="32 questions were frozen, of which 24 are those of the seeds now"):
        resolve_questions(ForecastRecord(rows, record.manifest))


# -------------------------------------------------------------------------------------------------------- the estimate


def test_a_break_changes_the_days_before_it_alone_and_counted_days_stay():
    flows = draw_flows(n=40)
    assert set(flows) == {(source, reading) for source in ("cogat", "unrwa") for reading in READINGS}
    eve = CEASEFIRE - pd.Timedelta(days=1)
    for source in ("cogat", "unrwa"):
        smooth, broken, apart = (flows[source, reading] for reading in READINGS)
        assert broken.loc[:, :eve].equals(apart.loc[:, :eve]) and not broken.loc[:, CEASEFIRE:].equals(apart.loc[:, CEASEFIRE:])
        assert list(smooth.columns) == list(broken.columns) and smooth.columns[-1] == pd.Timestamp(TRANSITION.closes)
        assert smooth.loc[:, CEASEFIRE:].equals(broken.loc[:, CEASEFIRE:])
        assert (
            smooth.loc[:, "2025-01-13":"2025-01-18"].to_numpy().mean()
            > broken.loc[:, "2025-01-13":"2025-01-18"].to_numpy().mean()
        )
        assert 0 < smooth.attrs["effective"] <= 160 and "2025-01-19" in smooth.attrs["evidence"]
    counted = load_days("unrwa").loc[DEADLINE.window, "count"]
    assert (flows["unrwa", "smooth"][DEADLINE.window] == counted.to_numpy()).all().all()


def test_a_flow_that_ends_before_the_windows_is_refused():
    with pytest.raises(
        InputError, match="whole ends on 2024-11-07, before the windows do; reconcile as of a day after 2025-01-20"
    ):
        draw_flows(reconcile("2024-11-08", params=START))


def test_an_estimate_settles_only_what_both_flows_and_the_number_of_draws_bear():
    def judge(*estimates, effective):
        return judge_estimates(dict(zip(READINGS, estimates, strict=True)), effective=effective, evidence="").outcome

    assert judge(1.0, 1.0, 1.0, effective=128) == YES
    assert judge(0.0, 0.0, 0.0, effective=128) == NO
    assert judge(0.0, 0.0, 0.0, effective=50) == UNRESOLVED  # 3 / 50 is more than one in twenty
    assert judge(0.7, 0.0, 0.0, effective=1e6) == UNRESOLVED
    assert judge(1 - SURE, 0.0, 0.0, effective=1e6) == UNRESOLVED


def test_an_estimate_is_read_off_the_draws_by_the_question():
    days = pd.date_range(DEADLINE.window[0] - pd.Timedelta(days=6), DEADLINE.window[-1])
    flow = pd.DataFrame(100.0, index=range(4), columns=days)
    flow.loc[0, DEADLINE.window[2]] = DEADLINE.threshold
    flow.loc[1, days[0]] = 9_999.0  # before the window: no day of it, but in the mean that ends on its first
    assert estimate_probability(DEADLINE, flow) == 0.25
    assert estimate_probability(DEADLINE.vary(definition="mean7"), flow) == 0.25


# ------------------------------------------------------------------------------------------------- the rule, and scores


def plant(task, **verdicts):
    rows = [
        task | dict(basis=name, count=BASES[name].count, kind=BASES[name].kind, outcome=outcome)
        for name, outcome in verdicts.items()
    ]
    return pd.DataFrame(rows)


def test_the_first_basis_that_is_not_open_settles(record, resolved):
    assert PRIMARY["cogat"] == ("cogat list", "cogat quotes", "cogat months", "cogat flow")
    assert PRIMARY["truce"] == ("ceasefire count",) and PRIMARY["unrwa"] == ("unrwa list", "un quotes", "unrwa flow")
    task = record.probabilities[TASK].iloc[0].to_dict()
    names = {"cogat_list": "cogat list", "quotes": "cogat quotes", "months": "cogat months", "flow": "cogat flow"}

    def choose(**verdicts):
        table = plant(task, **{names[name]: outcome for name, outcome in verdicts.items()})
        [row] = choose_outcomes(table.iloc[::-1]).itertuples()
        return row.basis, row.outcome

    assert choose(cogat_list=UNRESOLVED, quotes=NO, months=NO, flow=YES) == ("cogat quotes", NO)
    assert choose(cogat_list=UNRESOLVED, quotes=UNRESOLVED, months=NO, flow=YES) == ("cogat months", NO)
    assert choose(cogat_list=UNRESOLVED, quotes=UNRESOLVED) == ("cogat quotes", UNRESOLVED)
    settled, tasks = choose_outcomes(resolved), record.probabilities[TASK].drop_duplicates()
    assert len(settled) == len(tasks) + tasks["source"].eq("cogat").sum() == len(settled[[*TASK, "count"]].drop_duplicates())


def test_scores_are_those_of_the_frozen_probabilities_and_open_questions_have_none(record, resolved):
    settled = choose_outcomes(resolved)
    scored = score_record(record, settled)
    assert len(scored) == len(record.models) * settled["outcome"].ne(UNRESOLVED).sum()
    key = ["model", "question", "source", "definition", "inclusive"]
    row = scored.set_index(key).loc[("pool", "transition", "cogat", "day", False)]
    answer = record.find(TRANSITION, model="pool").attrs["probability"]
    assert row["brier"] == pytest.approx((1 - answer) ** 2) and row["log"] == pytest.approx(-np.log2(answer))
    no = scored.set_index(key).loc[("always_no", "transition", "cogat", "day", False)]
    assert no["brier"] == 1 and no["log"] == pytest.approx(np.log2(record.manifest["n_paths"]))
    assert scored.set_index(key).loc[("always_no", "deadline", "unrwa", "day", False), "brier"] == 0


def test_the_place_in_the_backtest_is_counted_on_the_same_event(record, resolved):
    scored = score_record(record, choose_outcomes(resolved))
    scored = scored[scored["definition"].eq("day") & ~scored["inclusive"] & scored["question"].eq("transition")]
    origins = pd.date_range("2024-01-01", periods=10, freq="20D")
    rows = []
    for number, origin in enumerate(origins):
        for definition, threshold, horizon, brier in (
            ("day", "350", 74, number / 10),
            ("day", "300", 74, 0.9),
            ("day", "350", 5, 0.9),
        ):
            for vintage, score in (("final", brier), ("real-time", 0.9)):
                values = dict(brier=score, log=1.0, outcome=float(number < 4), probability=0.5)
                rows += [
                    ("cogat all", vintage, "default", origin, horizon, definition, threshold, kind, value)
                    for kind, value in values.items()
                ]
    table = pd.DataFrame(rows, columns=BACKTEST_COLUMNS)
    given = dict(questions=list_questions(), series=lambda source: f"{source} all")
    [place] = locate_in_backtest(scored, table, **given).itertuples()
    assert (place.horizon, place.days, place.cases, place.effective, place.came) == (74, 73, 10, 3, 0.4)
    assert 0 < place.worse == np.mean(np.arange(10) / 10 > place.brier) < 1
    [tied] = locate_in_backtest(scored.assign(brier=0.3), table, **given).itertuples()
    assert tied.worse == 0.6  # a score as good as ours is not worse
    with pytest.raises(InputError, match="no row of cogat all, 74 days, day at 350, final"):
        locate_in_backtest(scored, table[table["threshold"].ne("350")], **given)
    with pytest.raises(InputError, match="questions do not hold transition by day of cogat; give those archived"):
        locate_in_backtest(scored, table, **given | dict(questions=[DEADLINE]))


# --------------------------------------------------------------------------------------------- where two lists disagree


@pytest.fixture(scope="module")
def lists():
    return {source: load_days(source) for source in ("cogat", "unrwa")}


def test_every_window_is_resolved_as_the_question_resolves_it(lists):
    """Some windows of each kind, one by one, against all at once."""
    rng = np.random.default_rng(0)
    seen = set()
    for source, days in lists.items():
        days = days[:"2024-09-17"]
        for definition, window, threshold in itertools.product(DEFINITIONS, (5, 30), (150, 250, 350)):
            every = resolve_windows(days, definition, float(threshold), length=window)
            for opens in map(pd.Timestamp, rng.choice(every.index, 6, replace=False)):
                closes = opens + pd.Timedelta(days=window - 1)
                question = Question(threshold=threshold, opens=opens, closes=closes, inclusive=True, definition=definition)
                came, row = question.resolve(days), every.loc[opens]
                assert came.outcome == row["outcome"], (source, definition, window, threshold, opens)
                assert came.day == (question.window[row["first"]] if row["outcome"] == YES else None)
                seen.add(row["outcome"])
    assert seen == {YES, NO, UNRESOLVED}
    with pytest.raises(InputError, match="length 400 does not fit .* days, of which the first 6 only precede a window"):
        resolve_windows(days, "mean7", 350.0, length=400)


def test_disagreements_are_counted_on_two_lists_made_for_it():
    days = pd.date_range("2024-01-01", periods=10)
    one = pd.DataFrame({"count": [10.0] * 10, "state": "counted"}, index=days)
    other = one.assign(count=5.0)
    other.loc[days[0], ["count", "state"]] = np.nan, "unreported"
    options = dict(windows=[2], thresholds=[4, 8, 12], quantiles=[], definitions=["day"])
    table = count_disagreements({"one": one, "other": other}, **options).set_index("threshold")
    assert table["windows"].eq(9).all() and table["effective"].eq(5).all()
    assert table["differ"].tolist() == [0, 8, 0] and table["resolved"].tolist() == [9, 8, 8]  # the first window is open
    assert table["share"].tolist() == [0, 1, 0]
    assert table["one yes"].tolist() == [9, 9, 0] and table["other yes"].tolist() == [9, 0, 0]
    same = count_disagreements({"one": one, "other": one.copy()}, **options)
    assert same["differ"].eq(0).all()
    with pytest.raises(InputError, match="share 10 days; choose shorter windows"):
        count_disagreements({"one": one, "other": other}, **options | dict(windows=[30]))


def test_the_two_lists_disagree_about_the_target_only_one_way(lists):
    table = count_disagreements(lists, windows=[5], thresholds=[350], quantiles=[0.5], definitions=["day"])
    target = table.query("level == '350'").iloc[0]
    assert target["unrwa yes"] == 0 and target["differ"] == target["cogat yes"] > 0
    common = [days["2023-10-21":"2024-09-17"]["count"].dropna() for days in lists.values()]
    assert table.query("level == 'q50'")["threshold"].iloc[0] == round(np.median(np.concatenate(common)))


# ------------------------------------------------------------------------------------------------- reports, and figures


def test_reports_name_their_page_and_stay_near_the_date():
    for question in (DEADLINE, TRANSITION):
        reports = list_reports(question)
        assert reports["url"].str.startswith("http").all()
        assert (reports["published"] <= pd.Timestamp(question.closes) + pd.Timedelta(days=14)).all()
    assert list_reports(TRANSITION)["report"].str.contains("630").sum() == 2


def text_of(figure):
    return " ".join(text.get_text() for text in figure.texts)


def test_the_claim_of_the_outcome_is_computed():
    quotes, asked = load_quotes(), [DEADLINE, TRANSITION]
    drawn = {name: bound_quotes(quotes, basis=name) for name in ("cogat quotes", "ceasefire count")}
    came = plot_outcome(load_snapshot("unrwa"), drawn, asked, until="2025-01-24")
    assert "1 day at 350 or more from 8 Nov 2024 to 19 Jan 2025: 630 on 19 January 2025" in text_of(came)
    marked = [line.get_xydata()[0] for line in came.axes[0].lines if line.get_marker() == "X" and len(line.get_xdata())]
    assert [count for _, count in marked] == [630]
    assert "No single day at 350" in text_of(plot_outcome(load_snapshot("unrwa"), drawn, asked, until="2025-01-18"))


def test_the_claims_of_the_scores_and_disagreements_are_computed(record, resolved):
    scored = score_record(record, choose_outcomes(resolved))
    scored = scored[scored["definition"].eq("day") & ~scored["inclusive"]]
    titles = {("transition", "cogat"): "transition", ("deadline", "unrwa"): "deadline"}
    best = (
        scored[scored["source"].eq("cogat") & scored["vintage"].eq(REAL_TIME)].sort_values("brier")["label"].iloc[0].split(":")[0]
    )
    assert f"best there: {best}" in text_of(plot_scores(scored, titles=titles, foot="foot"))
    swapped = scored.assign(brier=scored["brier"].where(scored["model"].ne("always_no"), 0.0))
    assert "best there: always no" in text_of(plot_scores(swapped, titles=titles, foot="foot"))
    rows = [dict(window=w, definition=d, level="100", threshold=100.0, effective=3, resolved=10, differ=n, share=n / 10)
            for w, d, n in ((5, "day", 2), (30, "day", 4))]  # fmt: skip
    assert "30\u00a0% of all questions differently, up to 40\u00a0%" in text_of(
        plot_disagreements(pd.DataFrame(rows), foot="foot")
    )


def test_the_place_is_drawn_with_its_share():
    past = {"one": pd.DataFrame({"brier": [0.1, 0.2, 0.3, 0.4], "outcome": [0, 1, 1, 0]})}
    ours = {"one": pd.Series(dict(source="cogat", brier=0.25, horizon=5, cases=4, effective=2, worse=0.5))}
    figure = plot_place(past, ours, foot="foot")
    assert "0.25 at 5 days: 2 of 4 past windows scored worse" in text_of(figure)


def test_a_verdict_says_why():
    assert resolve_by_quotes(TRANSITION, load_quotes(), basis="ceasefire count") == Verdict(
        YES, "met by every series of counts with at least 630 on 2025-01-19", pd.Timestamp("2025-01-19"),
        ("20250119-ocha-630-ahram-online",),
    )  # fmt: skip
