"""Where there is no JupyterLab: the notebooks run by nbconvert and papermill alone, started in the root or in their folder."""

from __future__ import annotations

import os
import subprocess
import sys

import nbformat
import pytest

from utils.common.paths import NOTEBOOKS, ROOT
from utils.publishing.sources import find_sources, generate, list_parameters

OPEN = "Not answered yet."


@pytest.fixture
def run(tmp_path):
    """Run a tool as a command, as someone without a profile of IPython does; what it makes goes to `tmp_path`."""

    def run(*command, cwd):
        environment = {**os.environ, "IPYTHONDIR": str(tmp_path / "ipython")}
        tool = [sys.executable, "-m", *map(str, command)]
        done = subprocess.run(tool, cwd=cwd, env=environment, capture_output=True, encoding="utf-8")
        assert done.returncode == 0, done.stderr[-2000:]

    return run


def read_outputs(path):
    """Read all that a notebook shows, as text; each of its code cells must have run, and none told of an error."""
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    outputs = [output for cell in cells for output in cell.outputs]
    assert not [one for one in outputs if one.output_type == "error" or one.get("name") == "stderr"]
    return "\n".join(str(one.get("data", {}).get("text/plain") or one.get("text")) for one in outputs)


def test_nbconvert_runs_an_exercise_from_the_root(run, tmp_path):
    named = "notebooks/exercises/05_forecast_deadline.ipynb"
    run("nbconvert", "--to=notebook", "--execute", f"--output-dir={tmp_path}", named, cwd=ROOT)
    assert read_outputs(tmp_path / "05_forecast_deadline.ipynb").count(OPEN) == 3


def test_nbconvert_runs_a_page_from_the_folder_of_notebooks(run, tmp_path):
    run("nbconvert", "--to=notebook", "--execute", f"--output-dir={tmp_path}", "91_references.ipynb", cwd=NOTEBOOKS)
    assert "Brier" in read_outputs(tmp_path / "91_references.ipynb")


def test_papermill_runs_an_exercise_from_the_root(run, tmp_path):
    run("papermill", "--no-progress-bar", "notebooks/exercises/01_know_the_data.ipynb", tmp_path / "done.ipynb", cwd=ROOT)
    assert read_outputs(tmp_path / "done.ipynb").count(OPEN) == 3


def test_papermill_runs_a_page_as_of_another_day_from_the_folder_of_notebooks(run, tmp_path):
    given = ["-p", "as_of", "2024-10-30"]
    run("papermill", "--no-progress-bar", "01_data_and_provenance.ipynb", tmp_path / "done.ipynb", *given, cwd=NOTEBOOKS)
    shown = read_outputs(tmp_path / "done.ipynb")
    assert "30 October 2024" in shown and "8 November 2024" not in shown


@pytest.mark.parametrize("source", find_sources(), ids=lambda source: source.stem)
def test_papermill_sets_each_parameter_of_each_page(source, tmp_path):
    import papermill

    names = list_parameters(generate(source))
    given = {name: number for number, name in enumerate(sorted(names))}
    path = NOTEBOOKS / f"{source.stem}.ipynb"
    nb = papermill.execute_notebook(path, tmp_path / path.name, parameters=given, prepare_only=True, progress_bar=False)
    tags = [cell.metadata.get("tags", []) for cell in nb.cells]
    assert bool(names) == ("parameters" in str(tags))
    if names:
        at = next(place for place, one in enumerate(tags) if "parameters" in one)
        assert tags[at + 1] == ["injected-parameters"]
        space = {}
        exec(nb.cells[at + 1].source, space)
        assert {name: space[name] for name in names} == given
