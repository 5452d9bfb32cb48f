"""What the kernels of one report share: found again by its arguments, gone with the code and data, and never half a result."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from utils.aid.answers import answer
from utils.aid.nowcast.reconcile import reconcile
from utils.aid.questions import DEADLINE
from utils.common.paths import ROOT
from utils.common.sharing import SHARE_VARIABLE, share, share_results
from utils.publishing.execution import Execution
from utils.publishing.run_many import Progress, hash_basis


@pytest.fixture(autouse=True)
def nothing_shared(monkeypatch):
    monkeypatch.delenv(SHARE_VARIABLE, raising=False)


def fail():
    pytest.fail("it was computed again")


def test_nothing_is_shared_unasked():
    assert [share("n", 1, lambda value=value: value) for value in (1, 2)] == [1, 2]


def test_a_result_is_found_by_name_and_arguments_while_its_basis_holds(tmp_path):
    with share_results(tmp_path, basis="code"):
        assert share("n", (1, "a"), lambda: "one") == "one"
        assert share("n", (1, "a"), fail) == "one"
        assert share("n", (2, "a"), lambda: "two") == "two" and share("m", (1, "a"), lambda: "three") == "three"
    assert SHARE_VARIABLE not in os.environ
    with share_results(tmp_path, basis="other code"):
        assert share("n", (1, "a"), lambda: "new") == "new"
    assert [folder.name for folder in tmp_path.iterdir()] == ["other code"], "what rests on older code is thrown away"


def test_another_copy_of_the_project_finds_no_result_of_this_one(tmp_path, monkeypatch):
    with share_results(tmp_path, basis="code"):
        assert share("n", 1, lambda: "ours") == "ours"
        monkeypatch.setattr("utils.common.sharing.ROOT", tmp_path / "copy")
        assert share("n", 1, lambda: "its own") == "its own"
        monkeypatch.undo()
        assert share("n", 1, fail) == "ours"


@pytest.mark.parametrize("left", [b"", b"half", b"\x80\x05\x95"])
def test_a_damaged_result_is_computed_again(tmp_path, left):
    with share_results(tmp_path, basis="code"):
        share("n", 1, lambda: [1])
        (file,) = (tmp_path / "code").iterdir()
        file.write_bytes(left)
        assert share("n", 1, lambda: [2]) == [2] and share("n", 1, fail) == [2]


def test_a_folder_that_cannot_be_written_is_no_reason_to_fail(tmp_path):
    (tmp_path / "file").write_text("")
    with share_results(tmp_path / "file", basis="code"):
        assert share("n", 1, lambda: 3) == 3


def test_two_writers_at_once_leave_one_whole_result(tmp_path):
    code = "from utils.common.sharing import share; import numpy as np; assert share('n', 1, lambda: np.ones(10**6)).sum() == 1e6"
    with share_results(tmp_path, basis="code"):
        running = [subprocess.Popen([sys.executable, "-c", code], cwd=ROOT) for _ in range(2)]
        assert [one.wait() for one in running] == [0, 0]
        assert len(list((tmp_path / "code").iterdir())) == 1 and share("n", 1, fail).sum() == 1e6


ANSWER = """
from utils.aid.answers import answer
from utils.aid.questions import DEADLINE
found = answer(DEADLINE, as_of="2024-11-08", n_paths=500, shifts=True)
print(repr((found.probability, found.low, found.high, found.baselines, found.track_record)))
"""


def test_an_answer_from_what_another_process_left_is_the_same(tmp_path):
    """The second process fits nothing, and both give what this one gives, which shares nothing."""
    found = answer(DEADLINE, as_of="2024-11-08", n_paths=500, shifts=True)
    plain = f"{(found.probability, found.low, found.high, found.baselines, found.track_record)!r}\n"
    barred = "import utils.forecasts.ensemble as e, utils.aid.nowcast.fitting as f\ne.simulate_paths = f.fit_daily = None\n"
    with share_results(tmp_path, basis="code"):
        for code in (ANSWER, barred + ANSWER):
            done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
            assert done.returncode == 0 and done.stdout == plain, done.stderr


def test_a_nowcast_that_was_read_cannot_be_changed(tmp_path):
    with share_results(tmp_path, basis="code"):
        for flow in (share("nowcast", 1, lambda: reconcile("2024-10-20")), share("nowcast", 1, fail)):
            with pytest.raises(ValueError, match="read-only"):
                flow.posterior.mode[0] = 1.0


def test_fewer_quotes_on_the_same_lists_give_what_a_nowcast_of_them_gives():
    whole = reconcile("2024-11-08")
    anew, left = reconcile("2024-11-08", quotes=whole.quotes.iloc[::2]), whole.without_quotes(whole.quotes.index[1::2])
    pd.testing.assert_frame_equal(left.quotes, anew.quotes)
    drawn = [one.draws(50, days=10, rng=0).to_numpy() for one in (anew, left, whole)]
    assert np.array_equal(drawn[0], drawn[1]) and not np.array_equal(drawn[0], drawn[2])


def test_the_basis_knows_the_inputs(tmp_path):
    (tmp_path / "pyproject.toml").write_text('[tool.notebooks]\ninputs = ["*.csv"]')
    (tmp_path / "a.csv").write_text("1")
    before = hash_basis(tmp_path)
    assert hash_basis(tmp_path) == before
    (tmp_path / "a.csv").write_text("2")
    assert hash_basis(tmp_path) != before


def test_the_last_line_names_what_was_slow(capsys):
    for shown in (True, False):
        bar = Progress(2, shown=shown)
        with bar.running("slow"):
            bar.tick()
        bar.close([Execution("quick", {}, 1.0, False), Execution("slow", {}, 5.0, False), Execution("held", {}, 9.0, True)])
        assert capsys.readouterr().err.endswith("\nslowest: slow 5 s, quick 1 s\n") == shown
