"""The frozen record: forecasts unaltered, from what was known on the day, and read before any outcome."""

import ast
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import AS_OF

from utils import InputError, freeze_forecasts, load_forecasts
from utils.aid import frozen
from utils.aid.frozen import EDITION, EDITIONS, FOLDER, FORECASTS, answer_as_specified
from utils.aid.ingest.datapackage import refresh_package
from utils.aid.ingest.schemas import tell_stage
from utils.aid.questions import DEADLINE, TRANSITION, list_questions
from utils.cli import main
from utils.common.paths import ROOT
from utils.counts.snapshot import REAL_TIME
from utils.forecasts.archive import BASELINE_LABELS, COLUMNS, MANIFEST, TASK, ForecastSpec, describe_task, read_archive
from utils.questions.passage import DEFINITIONS

FEW = {"pool-list": ForecastSpec("pool, list alone: a test", {"init": "list"}, baselines=True)}
POOL = f"{AS_OF}-pool.csv"


@pytest.fixture
def folder(tmp_path):
    """A copy of the record, to break."""
    return shutil.copytree(FOLDER / EDITION, tmp_path / EDITION)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A record of one forecast from few paths."""
    return freeze_forecasts(folder=tmp_path_factory.mktemp("few") / "f", forecasts=FEW, n_paths=500, progress=False)


# ------------------------------------------------------------------------------------------------------- the record


def test_the_record_holds_every_variant_of_both_questions_by_every_forecast():
    record = load_forecasts()
    assert f"{record.as_of:%Y-%m-%d}" == AS_OF
    assert set(FORECASTS) | set(BASELINE_LABELS) <= set(record.models["model"])
    assert len(list_questions()) == 2 * 2 * len(DEFINITIONS) * 2
    for _, rows in record.probabilities.groupby("model"):
        asked = {tuple(row) for row in rows[TASK].itertuples(index=False, name=None)}
        assert asked == {tuple(describe_task(question).values()) for question in list_questions()}
    assert record.models["vintage"].eq("final").eq(record.models["model"].str.contains("hindsight")).all()
    named = record.models.set_index("model")["label"]
    assert all(named[name] == label for name, label in BASELINE_LABELS.items())


def test_a_curve_has_every_day_of_its_window_and_ends_at_the_probability():
    record = load_forecasts()
    for question in list_questions():
        curve = record.find(question, model="pool")
        assert list(curve.index) == list(question.window)
        assert curve.iloc[-1] == curve.attrs["probability"]
    assert record.find(DEADLINE, model="base_rate").empty
    with pytest.raises(InputError, match="was not asked of pool"):
        record.find(DEADLINE.vary(definition="mean5"), model="pool")


@pytest.mark.parametrize("model", list(FORECASTS))
def test_the_record_is_what_the_code_gives_now(model):
    """Frozen again it is the same.

    Paths that go through a matrix differ by two points at most, since machines round differently; baselines differ in no digit.
    """
    record, question, spec = load_forecasts(), TRANSITION.vary(inclusive=True), FORECASTS[model]
    manifest = record.manifest
    found = answer_as_specified(spec, question, as_of=manifest["as_of"], n_paths=manifest["n_paths"], seed=manifest["seed"])
    curve = record.find(question, model=model)
    assert np.abs(curve.to_numpy() - found.curve.to_numpy()).max() < 0.02
    for baseline in BASELINE_LABELS if spec.baselines else ():
        name = baseline + ("" if spec.vintage == REAL_TIME else "-hindsight")
        assert record.find(question, model=name).attrs["probability"] == pytest.approx(found.baselines[baseline], abs=1e-9)


def test_the_scenarios_of_a_forecast_are_measured_on_its_own_vintage(monkeypatch):
    asked = []

    def list_none(source, **options):
        asked.append((source, options["vintage"]))
        return {}

    monkeypatch.setattr(frozen, "list_scenarios", list_none)
    frozen._list_scenarios_once.cache_clear()
    spec = ForecastSpec("a test", {"init": "list", "vintage": "final"}, scenarios=("a pause",))
    for definition in ("day", "run3"):
        answer_as_specified(spec, DEADLINE.vary(definition=definition), as_of=AS_OF, n_paths=50, seed=0)
    frozen._list_scenarios_once.cache_clear()
    assert asked == [("cogat", "final")]  # once for all questions of the source


def test_another_number_of_paths_gives_the_same_within_its_error(small):
    one, other = (
        record.probabilities.query("model == 'pool-list'").set_index(TASK)["probability"] for record in (small, load_forecasts())
    )
    # Paths come in blocks that share their parameters: five binomial standard errors, and a point.
    error = 5 * np.sqrt(other * (1 - other) / small.manifest["n_paths"]) + 0.01
    assert (one - other).abs().le(error).all()


def test_frozen_twice_it_has_the_same_bytes(small, tmp_path):
    again = freeze_forecasts(folder=tmp_path / "f", forecasts=FEW, n_paths=500, progress=False)
    assert again.models["sha256"].tolist() == small.models["sha256"].tolist()
    other = freeze_forecasts(folder=tmp_path / "g", forecasts=FEW, n_paths=500, seed=1, progress=False)
    assert other.models["sha256"].tolist() != small.models["sha256"].tolist()


def test_the_first_edition_stays_as_it_was_frozen_and_both_say_who_made_them():
    """Its manifest has the hash that it had, and vouches for the other files."""
    first, second = (load_forecasts(edition=edition) for edition in EDITIONS)
    assert hashlib.sha256((FOLDER / "first" / MANIFEST).read_bytes()).hexdigest().startswith("70eba844e9893cfc")
    assert len(first.models) == 13 and first.manifest["written"] == "2026-11-22" < second.manifest["written"]
    assert first.as_of == second.as_of and "knew how both questions had come out" in second.manifest["caution"]
    assert set(first.models["model"]) == set(second.models["model"])
    with pytest.raises(InputError, match="edition"):
        load_forecasts(edition="third")


# ------------------------------------------------------------------------------------------------ refused, and whole


def test_a_record_is_not_overwritten_unless_asked(folder):
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(InputError, match="holds a record already; keep it, or write it anew with --replace"):
        freeze_forecasts(folder=folder, forecasts=FEW, n_paths=50, progress=False)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    record = freeze_forecasts(folder=folder, forecasts=FEW, n_paths=50, replace=True, progress=False)
    assert record.manifest["n_paths"] == 50 and not (folder / POOL).exists()
    assert [path.name for path in folder.parent.iterdir()] == [EDITION]  # nothing staged is left behind


def test_nothing_is_written_where_a_question_cannot_be_asked(tmp_path):
    with pytest.raises(InputError, match="lies after 2024-11-12"):
        freeze_forecasts(as_of="2024-11-20", folder=tmp_path / "f", forecasts=FEW, n_paths=50, progress=False)
    assert list(tmp_path.iterdir()) == []


def rewrite(folder, change):
    """Change the pool's file and let the manifest agree with it."""
    path = folder / POOL
    change(table := pd.read_csv(path, dtype=str))
    content = table.to_csv(index=False, lineterminator="\n").encode()
    path.write_bytes(content)
    manifest = json.loads((folder / MANIFEST).read_text())
    manifest["forecasts"][0]["sha256"] = hashlib.sha256(content).hexdigest()
    (folder / MANIFEST).write_text(json.dumps(manifest))


def test_an_altered_file_is_refused(folder):
    read_archive(folder)
    path = folder / POOL
    path.write_text(path.read_text().replace("pmf,yes,0.", "pmf,yes,0.9", 1))
    with pytest.raises(InputError, match=f"{POOL}: is not the file that was frozen.*restore it from version control"):
        read_archive(folder)


def test_line_ends_of_another_system_are_no_alteration(folder):
    path = folder / POOL
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert len(read_archive(folder).rows) == len(load_forecasts().rows)


def test_a_missing_file_a_stray_one_and_no_record_are_refused(folder, tmp_path):
    shutil.copy(folder / POOL, folder / "2024-11-08-better.csv")
    with pytest.raises(InputError, match="better.csv: is not named in manifest.json"):
        read_archive(folder)
    (folder / "2024-11-08-better.csv").unlink()
    (folder / POOL).unlink()
    with pytest.raises(InputError, match=f"{POOL}: is missing"):
        read_archive(folder)
    with pytest.raises(InputError, match="write one with python -m utils freeze"):
        load_forecasts(folder=tmp_path / "nowhere")


def drop_column(table):
    del table["scope"]


def change_day(table):
    table.loc[0, "reference_date"] = "2024-11-09"


def exceed_one(table):
    table.loc[0, "value"] = "1.5"


def let_it_fall(table):
    table.loc[1, "value"] = "0.0"
    table.loc[0, "value"] = "0.01"


def change_yes(table):
    table.loc[table["output_type_id"].eq("yes").idxmax(), "value"] = "0.5"


def ask_twice(table):
    rows = table["output_type"].eq("pmf")
    table.loc[rows, "definition"] = "day"


@pytest.mark.parametrize(
    "change, rule",
    [
        (drop_column, "has columns"),
        (change_day, "reference_date is the day of the record"),
        (exceed_one, "between 0 and 1"),
        (let_it_fall, "never falls"),
        (change_yes, "add up to 1"),
        (ask_twice, "once a question"),
    ],
)
def test_a_file_that_breaks_the_layout_is_refused_whatever_its_hash(folder, change, rule):
    rewrite(folder, change)
    with pytest.raises(InputError, match=rule):
        read_archive(folder)


def test_the_command_leaves_a_record_alone_and_says_so(tmp_path, capsys):
    (tmp_path / "kept.csv").write_text("mine")
    with pytest.raises(SystemExit) as ended:
        main(["freeze", "--out", str(tmp_path)])
    out, err = capsys.readouterr()
    assert ended.value.code == 2 and out == ""
    assert err.startswith("error: ") and "--replace" in err and err.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["kept.csv"]


# ---------------------------------------------------------------------------------------------------------- no peeking


FREEZE = """
import sys
from pathlib import Path
from utils.aid.frozen import FORECASTS, freeze_forecasts
chosen = {name: FORECASTS[name] for name in sys.argv[2:]}
freeze_forecasts(folder=Path(sys.argv[1]), forecasts=chosen, n_paths=50, progress=False)
"""


def copy_project(project) -> Path:
    """Copy what the project needs to freeze, without its record."""
    for name, left in (("utils", "__pycache__"), ("seeds", ""), ("data", "forecasts")):
        shutil.copytree(ROOT / name, project / name, ignore=shutil.ignore_patterns(left))
    return Path(shutil.copy(ROOT / "requirements.lock", project)).parent


def start_freezing(project, *, forecasts=tuple(FORECASTS)) -> subprocess.Popen:
    environment = dict(os.environ, PYTHONPATH=str(project))
    code = f"import utils; assert utils.__file__.startswith({str(project)!r})\n{FREEZE}"
    return subprocess.Popen([sys.executable, "-c", code, str(project / "frozen"), *forecasts], cwd=project, env=environment)


def read_bytes(folder) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("*.csv")}


def add_quote(data, **changes):
    table = pd.read_csv(data / "quotes.csv", dtype=str)
    stage = tell_stage(changes["date_start"], changes["date_end"], changes["published"])
    row = table[table["id"].eq("20241101-20241111-cogat-75-ap")].assign(id="planted", stage=stage, **changes)
    pd.concat([table, row]).to_csv(data / "quotes.csv", index=False)
    refresh_package(folder=data, tables=["quotes"])


def test_the_world_after_the_origin_changes_no_byte_of_the_record(tmp_path):
    known, after = (copy_project(tmp_path / name) for name in ("known", "after"))
    # A figure that was known on the day changes it, so that the silence below means something.
    add_quote(known / "data", published=AS_OF, date_start="2024-11-01", date_end="2024-11-07", trucks="300")
    for name in ("unrwa_2025-01-19.csv", "unrwa_2024-12-24.csv"):
        table = pd.read_csv(after / "data" / name)
        late = pd.to_datetime(table["date"]) >= AS_OF
        assert late.sum() > 200
        table.loc[late, "trucks"] *= 50
        table.to_csv(after / "data" / name, index=False)
    events = pd.read_csv(after / "data" / "events.csv", dtype=str)
    planted = events.tail(1).assign(id="2024-11-09-planted", date="2024-11-09")
    pd.concat([events, planted]).to_csv(after / "data" / "events.csv", index=False)
    refresh_package(folder=after / "data", tables=["unrwa_2024-12-24", "unrwa_2025-01-19", "events"])
    # Published later, and of days from the as-of day on: not even the final vintage, with later figures of earlier days, sees it.
    add_quote(after / "data", published="2024-11-09", date_start=AS_OF, date_end=AS_OF, trucks="630", statistic="total")
    # Both are frozen at once, and meanwhile here what nobody touched.
    running = [start_freezing(after), start_freezing(known, forecasts=("pool", "pool-list"))]
    freeze_forecasts(folder=tmp_path / "before", n_paths=50, progress=False)
    assert [one.wait() for one in running] == [0, 0]
    before, changed = read_bytes(tmp_path / "before"), read_bytes(known / "frozen")
    assert len(before) == len(load_forecasts().models)
    assert read_bytes(after / "frozen") == before
    assert changed[POOL] != before[POOL] and changed[f"{AS_OF}-pool-list.csv"] == before[f"{AS_OF}-pool-list.csv"]


# ------------------------------------------------------------------------------------------------- read before outcomes

#: Names whose use tells how a question came out, or forecasts anew.
TELLS = set(
    "resolve resolve_windows resolve_questions resolve_by_bounds resolve_by_list choose_outcomes score_record draw_flows "
    "estimate_probability find_decided_by list_reports load_months load_hindsight load_days load_daily load_quotes load_events "
    "reconcile".split()
)
FORECASTS_ANEW = {"answer", "answer_all", "simulate_paths", "simulate_ensemble", "freeze_forecasts"}


def list_calls(code: str) -> list[str]:
    """Names of all that is called, in the order of the text."""
    calls = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
    calls.sort(key=lambda node: (node.lineno, node.col_offset))
    return [node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "") for node in calls]


def check_order(code: str) -> list[str]:
    """What is wrong with a page that must read the record first and forecast nothing."""
    calls = list_calls(code)
    problems = [f"{name} forecasts anew" for name in calls if name in FORECASTS_ANEW]
    if "load_forecasts" not in calls:
        return [*problems, "the record is not loaded"]
    return problems + [f"{name} before the record" for name in calls[: calls.index("load_forecasts")] if name in TELLS]


def test_the_page_that_reads_outcomes_loads_the_record_first_and_forecasts_nothing():
    code = (ROOT / "notebooks" / "source" / "07_check_our_work.py").read_text(encoding="utf-8")
    assert check_order(code) == []
    assert TELLS & set(list_calls(code))


@pytest.mark.parametrize(
    "code",
    [
        "load_days('unrwa')\nrecord = load_forecasts()",
        "r = question.resolve(days); record = load_forecasts()",
        "record = load_forecasts()\nanew = answer(question)",
        "record = 1",
    ],
)
def test_a_page_that_looks_first_is_found(code):
    assert check_order(code)


def test_the_columns_are_those_of_the_datasheet():
    sheet = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    assert not [column for column in COLUMNS if f"`{column}`" not in sheet]
