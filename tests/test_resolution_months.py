"""COGAT's months as compiled later: what they say, what they settle, and that no forecast reads them."""

import importlib.util
import re
import shutil

import pandas as pd
import pytest
from conftest import AS_OF
from hypothesis import given
from hypothesis import strategies as st

from utils import InputError, answer, list_vintages, load_forecasts, load_lines, load_quotes, reconcile
from utils.aid import loaders
from utils.aid.figures import plot_outcome
from utils.aid.nowcast.quotes import classify_quotes, drop_repeated, select_quotes
from utils.aid.paths import DATA
from utils.aid.questions import DEADLINE, TRANSITION
from utils.aid.resolution.evidence import CEASEFIRE, TRUCE
from utils.aid.resolution.feasibility import find_implied
from utils.aid.resolution.months import (
    OURS,
    bound_months,
    derive_days_before_ceasefire,
    load_hindsight,
    load_months,
    tabulate_levels,
)
from utils.aid.resolution.quote_bounds import SPREADS, bound_quotes, drop_contradictions
from utils.aid.resolution.settle import find_decided_by, resolve_questions
from utils.aid.snapshots import load_snapshot
from utils.common.paths import ROOT
from utils.questions.passage import DEFINITIONS
from utils.questions.resolution import NO, UNRESOLVED

PUBLISHED = pd.Timestamp("2026-03-02")
CERTAIN = {("deadline", "mean7"), ("transition", "window_mean")}
EVE = CEASEFIRE - pd.Timedelta(days=1)


@pytest.fixture(scope="module")
def months():
    return load_months()


@pytest.fixture(scope="module")
def known():
    """The nowcast as known on the day of the questions."""
    return reconcile(AS_OF)


def by_month(table):
    return table.set_index("date_start")["trucks"]


# ------------------------------------------------------------------------------------------------------------ what they say


def test_against_our_own_list_it_is_the_same_list_later(months):
    ours = load_lines("cogat").set_index("date")["trucks"].resample("MS").sum()[:"2024-08"]  # September is cut
    more = (by_month(months)[ours.index] - ours).astype(int)
    assert more.eq(0).sum() == 3 and more.between(1, 4).sum() == 6
    assert more[~more.between(0, 4)].to_dict() == {pd.Timestamp("2024-05-01"): -13, pd.Timestamp("2024-06-01"): 98}


def test_all_routes_are_more_than_those_by_land():
    """In our list ships and aircraft still have 85 of September's first loads, so that a month is the most by land."""
    lines = load_lines("cogat").query("date >= '2024-09-01'")
    assert lines[lines["route"].ne("Land Crossings")]["trucks"].sum() == 85
    bounds = bound_months(load_months())
    assert bounds["least"].eq(0).all() and bounds["date_start"].max() == pd.Timestamp("2025-01-01")


def test_what_is_left_of_september_and_the_later_state_of_october(months):
    later = load_hindsight().set_index("id")
    rest = later.loc["20240918-20240930-cogat-1655-derived"]
    assert rest["publisher"] == OURS and round(rest["trucks"] / 13) == 127
    both = pd.concat([load_quotes(), months], ignore_index=True)
    whole = both["date_start"].eq("2024-10-01") & both["date_end"].eq("2024-10-31")
    october = both[whole & both["basis"].eq("COGAT") & both["part"].eq("all")]
    assert {1740, 1793} <= set(october["trucks"])
    assert drop_repeated(classify_quotes(october))["trucks"].tolist() == [1793]  # the last published stands for the fact


def test_february_has_exactly_the_number_agreed_and_bounds_nothing(months):
    february = by_month(months)[pd.Timestamp("2025-02-01")]
    assert february == 28 * 600 and not bound_months(months)["id"].str.startswith("202502").any()


# -------------------------------------------------------------------------------------------- the days before the ceasefire


def test_the_days_before_the_ceasefire_are_derived_by_three_routes(months):
    routes = derive_days_before_ceasefire(months, load_quotes())
    assert routes.tolist() == [11_255 + 16_800 - 25_200, 11_255 - 13 * 600, 11_255 - 4_242 - 7 * 600]
    assert (routes.min(), routes.max()) == (2_813, 3_455)


def test_each_route_follows_what_it_is_derived_from(months):
    quotes = load_quotes()
    routes = derive_days_before_ceasefire(months, quotes)
    january = months["date_start"].eq("2025-01-01")
    more = months.assign(trucks=months["trucks"] + 100 * january)
    assert (derive_days_before_ceasefire(more, quotes) - routes.to_numpy()).tolist() == [100, 100, 100]
    counted = quotes["basis"].eq(TRUCE) & quotes["trucks"].eq(339)
    less = derive_days_before_ceasefire(months, quotes.assign(trucks=quotes["trucks"] - 39 * counted))
    assert (less.to_numpy() - routes.to_numpy()).tolist() == [0, 0, 39]


@pytest.mark.parametrize("lost", ["2025-01-01", "2025-02-01"])
def test_without_a_month_nothing_is_derived(months, lost):
    with pytest.raises(InputError, match="January 2025 to 2025-01-19: needs this month, the next one") as caught:
        derive_days_before_ceasefire(months[months["date_start"].ne(lost)], load_quotes())
    assert "\n" not in str(caught.value)


def test_the_derived_total_is_labelled_ours_and_approximate_and_its_noise_covers_the_range(months):
    row = classify_quotes(load_hindsight().iloc[[-1]]).iloc[0]
    assert (row["date_start"], row["date_end"]) == (pd.Timestamp("2025-01-01"), EVE)
    assert (row["publisher"], row["bound"], row["published"]) == (OURS, "approximate", PUBLISHED)
    routes = derive_days_before_ceasefire(months, load_quotes())
    slack = SPREADS * row["noise"] * row["total"]
    assert row["total"] - slack < routes.min() and routes.max() < row["total"] + slack


# ------------------------------------------------------------------------------------------------------ no forecast reads them


@given(st.dates(pd.Timestamp("2023-10-21").date(), (PUBLISHED - pd.Timedelta(days=1)).date()))
def test_no_month_is_known_before_its_publication(as_of):
    assert load_months(as_of=as_of).empty


def test_the_months_are_known_from_the_day_of_publication_on(months):
    assert len(load_months(as_of=PUBLISHED)) == len(months) == 17 and months["published"].eq(PUBLISHED).all()
    with pytest.raises(InputError, match="as_of 'soon' is not a calendar day"):
        load_months(as_of="soon")
    assert not set(months["id"]) & set(load_quotes()["id"]) and not list_vintages()["path"].str.contains("monthly").any()


@pytest.mark.parametrize("as_of", [AS_OF, "2025-01-21", "2026-03-01"])
def test_months_handed_to_the_nowcast_are_dropped_before_their_publication(known, as_of):
    quotes, hindsight = load_quotes(), load_hindsight()
    day = pd.Timestamp(as_of)
    given_ = select_quotes(hindsight, known.daily, as_of=day)
    pd.testing.assert_frame_equal(given_, select_quotes(quotes, known.daily, as_of=day))
    late = select_quotes(hindsight, known.daily, as_of=PUBLISHED)
    assert "20241001-20241031-cogat-1793-month" in set(late["id"])


def test_no_forecast_opens_the_table(known, monkeypatch):
    """Neither in real time nor from final vintages; only the resolution does."""
    opened, read = [], loaders.read_table

    def watch(path, **options):
        opened.append(str(path))
        return read(path, **options)

    monkeypatch.setattr(loaders, "read_table", watch)
    monkeypatch.setattr("utils.aid.resolution.months.read_table", watch)
    for vintage in ("real-time", "final"):
        reconcile(AS_OF, vintage=vintage, params=known.fit.params)
        answer(DEADLINE.vary(source="unrwa"), as_of=AS_OF, vintage=vintage, init="list", n_paths=50)
    assert any("quotes.csv" in path for path in opened) and not any("monthly" in path for path in opened)
    load_months()
    assert any("monthly" in path for path in opened)


def test_only_the_resolution_imports_them():
    imported = re.compile(r"^\s*(from [.\w]*months import|import [.\w]*months|from [.\w]*resolution import .*months)", re.M)
    users = [path for path in (ROOT / "utils").rglob("*.py") if imported.search(path.read_text(encoding="utf-8"))]
    assert users and {path.parent.name for path in users} == {"resolution"}


# ------------------------------------------------------------------------------------------------------------- what they settle


@pytest.fixture(scope="module")
def resolved():
    table = resolve_questions(load_forecasts(), bases=["cogat quotes", "cogat months"])
    return table.set_index(["question", "definition", "inclusive"])


def test_four_forms_become_certain_and_are_known_so_from_2026(resolved):
    quotes, with_months = (resolved[resolved["basis"].eq(name)] for name in ("cogat quotes", "cogat months"))
    new = with_months[with_months["outcome"].ne(quotes["outcome"])]
    assert set(new.index) == {(*form, inclusive) for form in CERTAIN for inclusive in (False, True)}
    assert new["outcome"].eq(NO).all() and new["known_from"].eq(PUBLISHED).all() and new["published"].eq(PUBLISHED).all()
    assert new["evidence"].str.contains("-month").all() and new["why"].str.contains("at most 2,672 on 2024-11-01 to").all()


def test_without_the_months_that_cover_a_day_what_they_settle_is_open():
    found = find_decided_by(load_forecasts(), day="2024-11-20", basis="cogat months")
    forms = {(row.question, row.definition, row.inclusive) for row in found.itertuples()}
    assert forms == {(*form, inclusive) for form in CERTAIN for inclusive in (False, True)}
    assert found["outcome"].eq(NO).all() and found["without"].eq(UNRESOLVED).all()


def test_no_month_settles_a_single_day(resolved):
    assert resolved[resolved["basis"].eq("cogat months")].loc[(slice(None), "day"), "outcome"].eq(UNRESOLVED).all()


def test_the_same_forms_are_certain_if_all_routes_were_by_land(months):
    """The totals taken as exact sums settle no more than the totals as what came at most."""
    quotes = bound_quotes(load_quotes(), basis="cogat quotes")
    most = bound_months(months)
    for bounds in (most, most.assign(least=most["most"])):
        bounds = drop_contradictions(pd.concat([quotes, bounds[bounds["date_end"].ge("2024-09-30")]], ignore_index=True))
        found = {
            (question.name, definition, inclusive)
            for question in (DEADLINE, TRANSITION)
            for definition in DEFINITIONS
            for inclusive in (False, True)
            if find_implied(question.vary(definition=definition, inclusive=inclusive), bounds) == NO
        }
        assert found == {(*form, inclusive) for form in CERTAIN for inclusive in (False, True)} | {("deadline", "run3", False)}


def test_the_figure_of_the_outcome_draws_the_months_and_the_derived_days(months):
    quotes = load_quotes()
    quoted = {name: bound_quotes(quotes, basis=name) for name in ("cogat quotes", "ceasefire count")}
    levels = tabulate_levels(months, quotes)
    assert levels["date_start"].tolist() == [
        pd.Timestamp(f"{month}-01") for month in ("2024-09", "2024-10", "2024-11", "2024-12", "2025-01")
    ]
    figure = plot_outcome(load_snapshot("unrwa"), quoted, [DEADLINE, TRANSITION], until="2025-01-24", months=levels[2:])
    written = {text.get_text() for text in figure.axes[0].texts}
    assert {"89", "163", "156 to 192"} <= written and "cogat_monthly" in " ".join(text.get_text() for text in figure.texts)
    without = plot_outcome(load_snapshot("unrwa"), quoted, [DEADLINE, TRANSITION], until="2025-01-24")
    assert "163" not in {text.get_text() for text in without.axes[0].texts}


# ----------------------------------------------------------------------------------------------------------------- its script


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("cogat_months", DATA / "make" / "cogat_months.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.originals
def test_the_script_makes_the_committed_bytes(raw_folder, script, tmp_path):
    folder = shutil.copytree(DATA, tmp_path / "data", ignore=shutil.ignore_patterns("forecasts"))
    table = f"{script.NAME}.csv"
    (folder / table).write_text("lost")
    script.write_months(raw_folder / "cogat_monthly_compiled_2026-03-02.csv", folder=folder)
    for name in (table, "datapackage.json"):
        assert (folder / name).read_bytes() == (DATA / name).read_bytes()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "cannot be read"),
        ("", "cannot be read"),
        ("month,loads\n2024-10,1\n", "has no column trucks_all_routes"),
        ("month,trucks_all_routes\n2024-12,1\n2025-02,2\n", "is not one row a month in order up to 2025-02"),
        ("month,trucks_all_routes\n2025-01,1\n2025-02,2.5\n", "trucks_all_routes .*2.5.* is no count of trucks"),
    ],
)
def test_another_file_is_refused_and_the_table_stays(script, tmp_path, text, message):
    path = tmp_path / "other.csv"
    if text is not None:
        path.write_text(text)
    with pytest.raises(InputError, match=f"other.csv: {message}") as caught:
        script.write_months(path, folder=tmp_path)
    assert "\n" not in str(caught.value)
