"""The frozen record: what was said, unaltered, from what was known on the day, and read before any outcome."""

import ast
import hashlib
import json
import os
import shutil
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from conftest import AS_OF

from utils import InputError, freeze_forecasts, load_forecasts
from utils.aid.frozen import BASELINE_LABELS, FOLDER, FORECASTS, list_questions
from utils.aid.questions import DEADLINE, TRANSITION
from utils.cli import main
from utils.common.paths import ROOT
from utils.forecasts.archive import COLUMNS, MANIFEST, TASK, ForecastSpec, describe_task
from utils.questions.passage import DEFINITIONS

FEW = {"pool-list": ForecastSpec("pool, list alone: a test", {"start": "list"}, baselines=True)}
POOL = f"{AS_OF}-pool.csv"


@pytest.fixture
def folder(tmp_path):
    """A copy of the record, to break."""
    return shutil.copytree(FOLDER, tmp_path / "forecasts")


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A record of one forecast from few paths."""
    return freeze_forecasts(folder=tmp_path_factory.mktemp("few") / "f", forecasts=FEW, n_paths=500, progress=False)


# ------------------------------------------------------------------------------------------------------- the record


def test_the_record_holds_every_form_of_both_questions_by_every_forecast():
    record = load_forecasts()
    assert f"{record.as_of:%Y-%m-%d}" == AS_OF
    assert set(FORECASTS) | set(BASELINE_LABELS) <= set(record.models["model"])
    assert len(list_questions()) == 2 * 2 * len(DEFINITIONS) * 2
    for _, said in record.probabilities.groupby("model"):
        asked = {tuple(row) for row in said[TASK].itertuples(index=False, name=None)}
        assert asked == {tuple(describe_task(question).values()) for question in list_questions()}
    assert record.models["hindsight"].eq(record.models["model"].str.contains("hindsight")).all()


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
def test_the_record_is_what_the_code_says_now(model):
    """Frozen again it says the same: within two points for all its paths, since machines round differently."""
    record, question = load_forecasts(), TRANSITION.vary(inclusive=True)
    manifest = record.manifest
    said = FORECASTS[model].answer(question, as_of=manifest["as_of"], n_paths=manifest["n_paths"], seed=manifest["seed"])
    curve = record.find(question, model=model)
    assert np.abs(curve.to_numpy() - said.curve.to_numpy()).max() < 0.02
    if FORECASTS[model].baselines:
        for baseline in BASELINE_LABELS:
            name = baseline + ("-hindsight" if FORECASTS[model].hindsight else "")
            assert record.find(question, model=name).attrs["probability"] == pytest.approx(said.baselines[baseline], abs=0.02)


def test_another_number_of_paths_says_the_same_within_its_error(small):
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


# ------------------------------------------------------------------------------------------------ refused, and whole


def test_a_record_is_not_overwritten_unless_asked(folder):
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(InputError, match="holds a record already; keep it, or write it anew with --replace"):
        freeze_forecasts(folder=folder, forecasts=FEW, n_paths=50, progress=False)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    record = freeze_forecasts(folder=folder, forecasts=FEW, n_paths=50, replace=True, progress=False)
    assert record.manifest["n_paths"] == 50 and not (folder / POOL).exists()
    assert [path.name for path in folder.parent.iterdir()] == ["forecasts"]  # nothing staged is left behind


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
    load_forecasts(folder=folder)
    path = folder / POOL
    path.write_text(path.read_text().replace("pmf,yes,0.", "pmf,yes,0.9", 1))
    with pytest.raises(InputError, match=f"{POOL}: is not the file that was frozen.*restore it from version control"):
        load_forecasts(folder=folder)


def test_line_ends_of_another_system_are_no_alteration(folder):
    path = folder / POOL
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert len(load_forecasts(folder=folder).rows) == len(load_forecasts().rows)


def test_a_missing_file_a_stray_one_and_no_record_are_refused(folder, tmp_path):
    shutil.copy(folder / POOL, folder / "2024-11-08-better.csv")
    with pytest.raises(InputError, match="better.csv: is not named in manifest.json"):
        load_forecasts(folder=folder)
    (folder / "2024-11-08-better.csv").unlink()
    (folder / POOL).unlink()
    with pytest.raises(InputError, match=f"{POOL}: is missing"):
        load_forecasts(folder=folder)
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
        load_forecasts(folder=folder)


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
from utils.frozen import FORECASTS, freeze_forecasts
chosen = {name: FORECASTS[name] for name in sys.argv[2:]}
freeze_forecasts(folder=Path(sys.argv[1]), forecasts=chosen, n_paths=50, progress=False)
"""


def freeze_in(project, name, *, forecasts=tuple(FORECASTS)) -> dict[str, bytes]:
    environment = dict(os.environ, PYTHONPATH=str(project))
    code = f"import utils; assert utils.__file__.startswith({str(project)!r})\n{FREEZE}"
    subprocess.run([sys.executable, "-c", code, str(project / name), *forecasts], cwd=project, env=environment, check=True)
    return {path.name: path.read_bytes() for path in (project / name).glob("*.csv")}


def add_quote(data, **changes):
    table = pd.read_csv(data / "quotes.csv", dtype=str)
    row = table[table["id"].eq("20241101-20241111-cogat-75-ap")].assign(id="planted", **changes)
    pd.concat([table, row]).to_csv(data / "quotes.csv", index=False)


def test_the_world_after_the_origin_changes_no_byte_of_the_record(tmp_path):
    project = tmp_path / "project"
    for name in ("utils", "seeds", "data"):
        shutil.copytree(ROOT / name, project / name, ignore=shutil.ignore_patterns("__pycache__", "forecasts"))
    shutil.copy(ROOT / "requirements.lock", project)
    data = project / "data"
    before = freeze_in(project, "before")
    assert len(before) == len(load_forecasts().models)
    for name in ("unrwa_2025-01-19.csv", "unrwa_2024-12-24.csv"):
        table = pd.read_csv(data / name)
        late = pd.to_datetime(table["date"]) >= AS_OF
        assert late.sum() > 200
        table.loc[late, "trucks"] *= 50
        table.to_csv(data / name, index=False)
    events = pd.read_csv(data / "events.csv", dtype=str)
    pd.concat([events, events.tail(1).assign(date="2024-11-09")]).to_csv(data / "events.csv", index=False)
    # Published later, and of days from the as-of day on: not even hindsight, which reads later figures of earlier days, sees it.
    add_quote(data, published="2024-11-09", date_start=AS_OF, date_end=AS_OF, trucks="630", statistic="total")
    assert freeze_in(project, "after") == before
    # A figure that was known on the day does change it, so that the silence above means something.
    add_quote(data, published=AS_OF, date_start="2024-11-01", date_end="2024-11-07", trucks="300")
    known = freeze_in(project, "known", forecasts=["pool", "pool-list"])
    assert known[POOL] != before[POOL] and known[f"{AS_OF}-pool-list.csv"] == before[f"{AS_OF}-pool-list.csv"]


# ------------------------------------------------------------------------------------------------- read before outcomes

#: Names whose use tells how a question came out, or forecasts anew.
TELLS = set(
    "resolve resolve_questions resolve_by_quotes resolve_by_list choose_outcomes score_record draw_flows estimate_reached "
    "find_decided_by list_reports load_days load_daily load_quotes load_events reconcile".split()
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
        "record = load_forecasts()\nsaid = answer(question)",
        "record = 1",
    ],
)
def test_a_page_that_looks_first_is_found(code):
    assert check_order(code)


def test_the_columns_are_those_of_the_datasheet():
    sheet = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    assert not [column for column in COLUMNS if f"`{column}`" not in sheet]
