"""The scores that are kept: current, what the code gives now, and refused once they are altered or rest on something else."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from utils import InputError, NotCurrentError, backtest, load_scores
from utils.aid import scores
from utils.cli import main
from utils.common.code import cut_words, hash_code
from utils.verification.archive import MANIFEST, _describe_scores, read_scores, write_scores
from utils.verification.plan import EVENT_BASELINES
from utils.verification.tasks import run_task

KEYS = ["horizon", "definition", "threshold", "score"]
#: Forecasters that draw days of the past, or none at all: their rows are the same on every machine.
PLAIN = {*EVENT_BASELINES, "climatology", "weekday_bootstrap"}


@pytest.fixture
def folder(tmp_path):
    """A copy of the scores, to break."""
    return shutil.copytree(scores.FOLDER, tmp_path / "scores")


@pytest.fixture(scope="module")
def small():
    counts = pd.Series(np.random.default_rng(0).poisson(30, 170).astype(float), pd.date_range("2024-01-01", periods=170))
    options = dict(horizons=[7], step=10, n_paths=50, n_jobs=1, cache=None, progress=False)
    return backtest(counts, models=["climatology", "always_no"], **options)


# --------------------------------------------------------------------------------------- what is kept is what is true now


@pytest.mark.parametrize("name", scores.BACKTESTS)
def test_the_scores_are_current(name):
    """If this fails: make scores."""
    table = load_scores(name)
    entry = _describe_scores(scores.FOLDER, name)
    assert len(table) == entry["rows"] and not table["value"].isna().any()
    asked = {model for part in scores.BACKTESTS[name] for model in part["models"]}
    assert set(table["model"]) == asked
    assert {path.name for path in scores.FOLDER.iterdir()} == {MANIFEST} | {f"{kept}.parquet" for kept in scores.BACKTESTS}


@pytest.mark.parametrize("name", scores.BACKTESTS)
def test_a_sample_computed_anew_is_the_same(name, small, monkeypatch):
    """Of each forecaster one origin (of one that is carried forward, two from a fit on): which ones, the file's hash chooses.

    Paths that go through a matrix or a logarithm may differ by a count where a machine rounds differently.
    """
    table, tasks = load_scores(name), []
    monkeypatch.setattr("utils.verification.backtest._run_all", lambda planned, **_: tasks.extend(planned) or [small])
    scores.run_backtest(name)  # plans all, and runs none
    rng = np.random.default_rng(int(_describe_scores(scores.FOLDER, name)["sha256"][:8], 16))
    for model in dict.fromkeys(task.model for task in tasks):
        mine = [task for task in tasks if task.model == model]
        task = mine[rng.integers(len(mine))]
        start = task.refit * rng.integers(-(-len(task.origins) // task.refit))
        origins = task.origins[start : start + task.refit]
        anew = run_task(replace(task, origins=origins, guard=False)).set_index(["origin", *KEYS])["value"]
        held = table[table["model"].eq(model) & table["series"].eq(task.series) & table["vintage"].eq(task.vintage)]
        held = held[held["origin"].isin(origins)].set_index(["origin", *KEYS])["value"]
        assert len(held) == len(anew) > 0 and set(held.index) == set(anew.index)
        gap = (held - anew.reindex(held.index)).abs()
        said = gap.index.get_level_values("score").isin(["probability", "outcome", "brier"])
        assert gap.max() == 0 if model in PLAIN else gap[said].max() < 0.03 and gap[said].lt(1e-9).mean() > 0.8, (name, model)


# --------------------------------------------------------------------------------------- what is refused


def test_scores_that_rest_on_something_else_are_refused(folder, monkeypatch, capsys):
    monkeypatch.setattr(scores, "_hash_tables", lambda: "other lists")
    with pytest.raises(NotCurrentError, match=r"models\.parquet: its data changed since 20.*make scores") as error:
        load_scores(folder=folder)
    assert "\n" not in str(error.value)
    monkeypatch.setattr(scores, "_hash_code", lambda starts: "other code")
    with pytest.raises(NotCurrentError, match="its code and data changed"):
        load_scores("scenarios", folder=folder)
    monkeypatch.undo()
    others = {name: tuple({**part, "n_paths": 600} for part in parts) for name, parts in scores.BACKTESTS.items()}
    monkeypatch.setattr(scores, "BACKTESTS", others)
    with pytest.raises(NotCurrentError, match="its settings changed"):
        load_scores(folder=folder)


def test_scores_that_were_altered_are_refused(folder):
    file = folder / "models.parquet"
    file.write_bytes(file.read_bytes()[:-1] + b"?")
    with pytest.raises(InputError, match=r"models\.parquet: is not the table that was written"):
        load_scores(folder=folder)
    file.unlink()
    with pytest.raises(InputError, match="is missing, though manifest.json names it"):
        load_scores(folder=folder)
    (folder / MANIFEST).write_text("{")
    with pytest.raises(InputError, match="is not JSON"):
        load_scores(folder=folder)
    shutil.rmtree(folder)
    with pytest.raises(InputError, match="there are no scores to read; compute the scores anew with make scores"):
        load_scores(folder=folder)
    with pytest.raises(InputError, match="name of the scores"):
        load_scores("nobody")


def test_the_command_computes_what_is_not_current_and_nothing_else(folder, small, monkeypatch, capsys):
    ran = []
    monkeypatch.setattr(scores, "FOLDER", folder)
    monkeypatch.setattr(scores.make_scores, "__kwdefaults__", dict(folder=folder, n_jobs=1, progress=False))
    monkeypatch.setattr(scores, "run_backtest", lambda name, **_: ran.append(name) or small)
    manifest = json.loads((folder / MANIFEST).read_text())
    manifest["wide_pool"]["rests_on"]["code"] = "an older one"
    (folder / MANIFEST).write_text(json.dumps(manifest))
    for expected in (["wide_pool"], []):
        ran.clear()
        with pytest.raises(SystemExit) as done:
            main(["scores"])
        assert done.value.code in (None, 0) and ran == expected
        assert f"{'wide_pool' if expected else 'nothing'} computed anew" in capsys.readouterr().out
    pd.testing.assert_frame_equal(load_scores("wide_pool", folder=folder), small)


# --------------------------------------------------------------------------------------- the archive and the hash of code


def test_a_table_comes_back_to_the_last_bit_and_others_stay(small, tmp_path):
    write_scores(tmp_path, {"one": small}, bases={"one": {"code": "1"}})
    write_scores(tmp_path, {"two": small.iloc[:5]}, bases={"two": {"code": "2"}})
    pd.testing.assert_frame_equal(read_scores(tmp_path, "one", basis={"code": "1"}), small)
    assert len(read_scores(tmp_path, "two", basis={"code": "2"})) == 5
    with pytest.raises(NotCurrentError, match="its code changed"):
        read_scores(tmp_path, "one", basis={"code": "2"})


CODE = 'def f(x):\n    """Add one."""\n    # why\n    y = "# no comment"\n\n    return x + 1  # one\n'


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("Add one.", "Give the next\n    number.", True),
        ("# why", "# why not", True),
        ("  # one", "", True),
        ("x + 1", "x + 2", False),
        ("# no comment", "# a text", False),
        ('"""Add one."""\n', 'pass\n', False),
    ],
)  # fmt: skip
def test_words_beside_the_code_do_not_change_its_hash_and_all_else_does(tmp_path, old, new, same):
    (tmp_path / "a.py").write_text(CODE)
    before = hash_code([tmp_path / "a.py"], root=tmp_path)
    assert old in CODE
    (tmp_path / "a.py").write_text(CODE.replace(old, new))
    assert (hash_code([tmp_path / "a.py"], root=tmp_path) == before) == same


def test_a_docstring_beside_code_stays():
    assert cut_words("class A: 'words'\n") == "class A: 'words'"
