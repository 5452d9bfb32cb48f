"""The machinery of the notebooks: generation, execution, stamps, cache. The notebooks used here are the tests' own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
import pytest
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from utils.common.errors import InputError
from utils.common.paths import NOTEBOOKS, ROOT
from utils.publishing.execution import execute, execute_cached
from utils.publishing.kernels import ForkedKernel, KernelServer
from utils.publishing.notebooks import build
from utils.publishing.run_many import count_jobs, execute_many
from utils.publishing.sources import (
    NotebookError,
    count_code_cells,
    describe_kernel,
    find_default,
    find_edit,
    find_sources,
    generate,
    list_parameters,
    list_tags,
    select_parameters,
)
from utils.publishing.stamps import check_stamp, read_input_patterns

PLAIN = """\
# %% [markdown]
# # Count the days
#
# One small notebook.

# %% tags=["parameters"]
as_of = "2024-11-08"
reach: int = 10

# %%
print(as_of, reach)
"""


def make_project(root: Path, **sources: str) -> Path:
    """Write a project of notebooks: a keyword ``n01_name`` is the source of notebook 01_name."""
    for folder in ("notebooks/source", "kit", "tables"):
        (root / folder).mkdir(parents=True)
    (root / "kit" / "counting.py").write_text("from .late import value\n")
    (root / "kit" / "late.py").write_text("value = 1\n")
    (root / "kit" / "other.py").write_text("value = 1\n")
    (root / "tables" / "daily.csv").write_text("date,count\n2024-11-05,229\n")
    (root / "pyproject.toml").write_text('[tool.notebooks]\ninputs = ["tables/*.csv"]\n')
    (root / "requirements.lock").write_text("numpy==2.4.0\n")
    for name, text in sources.items():
        (root / "notebooks" / "source" / f"{name[1:]}.py").write_text(text)
    return root


def write_source(folder: Path, *cells: str, name: str = "01_case") -> Path:
    path = folder / f"{name}.py"
    path.write_text("".join(f"# %%\n{cell}\n\n" for cell in cells))
    return path


def list_streams(nb) -> str:
    return "".join(o["text"] for cell in nb["cells"] for o in cell.get("outputs", []) if o["output_type"] == "stream")


def test_generate_gives_the_same_bytes_and_other_ids_for_other_text(tmp_path):
    first, second = write_source(tmp_path, "x = 1", "x = 1"), write_source(tmp_path, "x = 1", "x = 2", name="02_case")
    once, again, other = generate(first), generate(first), generate(second)
    assert json.dumps(once) == json.dumps(again)
    ids = [cell.id for cell in once.cells]
    assert len(set(ids)) == 2, "equal cells at two places need two ids"
    assert other.cells[0].id == ids[0] and other.cells[1].id != ids[1]
    assert "jupytext" not in once.metadata
    assert once.metadata.kernelspec.name == "python3"


def test_count_and_parameters_read_from_the_script_agree_with_the_notebook(tmp_path):
    source = tmp_path / "01_case.py"
    source.write_text(PLAIN)
    nb = generate(source)
    assert count_code_cells(source) == sum(cell.cell_type == "code" for cell in nb.cells) == 2
    assert list_parameters(nb) == {"as_of", "reach"}
    assert select_parameters(source, {"as_of": "2025-01-19", "other": 1}) == {"as_of": "2025-01-19"}
    assert find_default([write_source(tmp_path, "x = 1", name="00_none"), source], "as_of") == "2024-11-08"
    assert find_default([source], "reach") == 10
    assert find_default([source], "other") is None
    assert select_parameters(write_source(tmp_path, "as_of = 1"), {"as_of": "2025-01-19"}) == {}


def test_parameters_are_injected_after_their_cell_and_change_the_output(tmp_path):
    source = tmp_path / "01_case.py"
    source.write_text(PLAIN)
    nb = generate(source)
    done = execute(nb, parameters={"as_of": "2025-01-19"}, cwd=tmp_path)
    assert [list_tags(cell) for cell in done.cells][1:3] == [["parameters"], ["injected-parameters"]]
    assert list_streams(done) == "2025-01-19 10\n"
    assert list_streams(nb) == "", "the notebook given must stay as it was"
    with pytest.raises(InputError, match="takes no parameter 'other': it takes as_of, reach"):
        execute(nb, parameters={"other": 1}, cwd=tmp_path)


def test_two_executions_are_equal_in_every_byte(tmp_path):
    nb = generate(write_source(tmp_path, "print(hash('a'))", "{'b', 'a', 'c'}"))
    first, second = (execute(nb, cwd=tmp_path) for _ in range(2))
    assert json.dumps(first) == json.dumps(second)
    assert first.metadata.items() >= describe_kernel().items()


@pytest.mark.parametrize(
    ("cell", "cause"),
    [
        ("\nvalue = 1 / 0", r"notebook 01_case, code cell 2 \(value = 1 / 0\): ZeroDivisionError: division by zero"),
        ("import warnings; warnings.warn('odd count')", r"code cell 2 \(import warnings.*stderr.*UserWarning: odd count"),
        ("import warnings; warnings.warn('old name', DeprecationWarning)", r"code cell 2 .*DeprecationWarning: old name"),
        ("import sys; print('progress', file=sys.stderr)", r"code cell 2 .*stderr.*progress"),
        ("import os; os._exit(3)", r"code cell 2 .*kernel ended"),
    ],
    ids=["error", "warning", "deprecation", "stderr", "dead"],
)
def test_a_failing_cell_is_named_in_one_line(tmp_path, cell, cause):
    nb = generate(write_source(tmp_path, "x = 1", cell, "x = 3"))
    with pytest.raises(NotebookError, match=cause) as caught:
        execute(nb, cwd=tmp_path)
    assert "\n" not in str(caught.value)


def test_a_deprecation_inside_our_own_module_fails_but_not_one_inside_others(tmp_path):
    def warn_as(module: str) -> str:
        return f"import warnings\nwarnings.warn_explicit('old', DeprecationWarning, 'file.py', 1, module={module!r})"

    execute(generate(write_source(tmp_path, warn_as("elsewhere.part"))), cwd=tmp_path)
    with pytest.raises(NotebookError, match="DeprecationWarning: old"):
        execute(generate(write_source(tmp_path, warn_as("utils.counts.record"))), cwd=tmp_path)


def test_a_cell_that_takes_too_long_is_ended(tmp_path):
    nb = generate(write_source(tmp_path, "import time; time.sleep(60)"))
    begun = time.perf_counter()
    with pytest.raises(NotebookError, match="code cell 1 .*longer than 1 s"):
        execute(nb, cwd=tmp_path, timeout=1)
    assert time.perf_counter() - begun < 30


TELL_TRANSPORT = """
import json
from ipykernel.connect import get_connection_file
with open(get_connection_file()) as file:
    print(json.load(file)["transport"])
"""


@pytest.mark.skipif(os.name != "posix", reason="elsewhere kernels speak over ports")
def test_a_kernel_needs_no_port_that_another_program_may_take(tmp_path, monkeypatch):
    nb = generate(write_source(tmp_path, TELL_TRANSPORT))
    assert list_streams(execute(nb, cwd=tmp_path)) == "ipc\n"
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / ("long" * 20)))  # no system takes a socket of so long a name
    (tmp_path / ("long" * 20)).mkdir()
    assert list_streams(execute(nb, cwd=tmp_path)) == "tcp\n"


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="kernels are forked on Linux alone")
def test_a_kernel_that_does_not_start_is_named_in_one_line(tmp_path):
    class Failing(KernelServer):
        def fork(self, command, *, env, cwd):
            with subprocess.Popen([sys.executable, "-c", ""]) as ended:
                pass
            return ForkedKernel(ended.pid)

    words = r"^notebook 01_case: its kernel did not start \(.*\); run it again$"
    with Failing() as kernels, pytest.raises(NotebookError, match=words):
        execute(generate(write_source(tmp_path, "x = 1")), cwd=tmp_path, kernels=kernels)


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="kernels are forked on Linux alone")
def test_a_forked_kernel_gives_the_same_fails_alike_and_goes(tmp_path):
    """Its surroundings are those of a kernel that Jupyter starts."""
    warn = "import warnings\nwarnings.warn_explicit('old', DeprecationWarning, 'file.py', 1, module='utils.counts.record')"
    around = (
        "import os, sys, subprocess\n[os.getcwd(), sys.path, os.environ['IPYTHONDIR'] > '', os.getpid() == os.getsid(0)]",
        "import matplotlib\nmatplotlib.get_backend(), os.environ['PYTHONHASHSEED'], hash('a'), sys.stdin.read()",
        "subprocess.run([sys.executable, '-c', 'print(3); raise SystemExit(4)'], capture_output=True, text=True)",
        "import os\nos.system('echo from below')",
        "any(name.startswith('utils.') for name in sys.modules if name.split('.')[1:2] != ['publishing'])",
    )
    nb = generate(write_source(tmp_path, *around))
    with KernelServer() as kernels:
        forked = execute(nb, cwd=tmp_path, kernels=kernels)
        for cell, cause in (("os._exit(3)", "kernel ended"), ("1 / 0", "ZeroDivisionError"), (warn, "DeprecationWarning: old")):
            with pytest.raises(NotebookError, match=cause):
                execute(generate(write_source(tmp_path, "import os", cell)), cwd=tmp_path, kernels=kernels)
        clients = []
        with pytest.raises(NotebookError, match="longer than 1 s"):
            slow = generate(write_source(tmp_path, "import time; time.sleep(60)"))
            execute(slow, cwd=tmp_path, timeout=1, kernels=kernels, on_client=lambda one: clients.append(one.km))
        assert isinstance(clients[0].provisioner, LocalProvisioner) and not clients[0].has_kernel
    assert json.dumps(forked) == json.dumps(execute(nb, cwd=tmp_path))


def test_four_notebooks_are_executed_in_forked_kernels_and_ended_by_an_interruption(tmp_path):
    sleep = "# %%\nfrom pathlib import Path\nimport os, time\nPath(f'{os.getpid()}.pid').write_text('')\ntime.sleep(120)\n"
    root = make_project(tmp_path / "project", **{f"n0{number}_sleep": sleep for number in range(4)})
    found = []

    def interrupt():
        end = time.monotonic() + 60
        while len(found) < 2 and time.monotonic() < end:
            time.sleep(0.1)
            found[:] = [int(path.stem) for path in (root / "notebooks").glob("*.pid")]
        os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        execute_many(find_sources(root=root), root=root, progress=False, beside=interrupt, jobs=2)
    assert len(found) == 2
    for pid in found:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_build_stamps_and_every_planted_change_is_noticed(tmp_path):
    unused = "\n# %%\ndef unused():\n    from kit.counting import value\n"
    root = make_project(tmp_path / "project", n01_count=PLAIN + unused)
    (written,) = build(root=root, progress=False)
    assert check_stamp(written, root=root) == []
    assert build(root=root, progress=False) == [], "a current notebook needs no building"
    planted = {
        "notebooks/source/01_count.py": "source script",
        "kit/counting.py": "a module that it imports",
        "kit/late.py": "a module that it imports",
        "tables/daily.csv": "the inputs changed (tables/*.csv)",
        "requirements.lock": "locked requirements",
        "notebooks/01_count.ipynb": "edited after it was executed",
    }
    for name, words in planted.items():
        path = root / name
        held = path.read_bytes()
        changed = held.replace(b"2024-11-08 10", b"2024-11-08 99") if path.suffix == ".ipynb" else held + b"# more\n"
        assert changed != held
        path.write_bytes(changed)
        (sentence,) = check_stamp(written, root=root)
        assert words in sentence and "make notebooks" in sentence
        path.write_bytes(held)
        assert check_stamp(written, root=root) == []
    # Windows line ends are no change, nor is a module that the notebook does not import.
    path = root / "tables" / "daily.csv"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    (root / "kit" / "other.py").write_text("value = 2000\n")
    assert check_stamp(written, root=root) == []


def test_an_edit_that_stands_in_a_notebook_alone_is_never_written_over_unasked(tmp_path):
    root = make_project(tmp_path, n01_count=PLAIN)
    path, source = root / "notebooks" / "01_count.ipynb", root / "notebooks" / "source" / "01_count.py"
    build(root=root, progress=False)

    def edit(text):
        nb = nbformat.read(path, as_version=4)
        nb.cells[2].source = text
        nbformat.write(nb, path)
        return path.read_bytes()

    edited = edit("print(reach)")
    with pytest.raises(
        InputError, match=r"01_count.ipynb: cell 3 \(print\(reach\)\) was edited there .* jupytext --sync .* --force"
    ):
        build(root=root, progress=False)
    assert path.read_bytes() == edited
    source.write_text(PLAIN.replace("print(as_of, reach)", "print(reach)"))  # as jupytext brings it over
    assert build(root=root, progress=False) == [path]
    edit("print(as_of)")
    assert build(root=root, progress=False, force=True) == [path]
    assert "print(as_of)" not in path.read_text()


def test_cells_that_moved_or_went_in_the_script_are_no_edits_of_the_notebook(tmp_path):
    root = make_project(tmp_path, n01_count=PLAIN)
    source = root / "notebooks" / "source" / "01_count.py"
    build(root=root, progress=False)
    source.write_text(PLAIN.replace("# %%\nprint", "# %%\nfirst = 1\n\n# %%\nprint").replace("One small notebook.", "Small."))
    assert len(build(root=root, progress=False)) == 1
    source.write_text(PLAIN)
    assert len(build(root=root, progress=False)) == 1


@pytest.mark.parametrize("started", ["", "notebooks"], ids=["in the root", "in its folder"])
def test_an_edit_in_jupyterlab_reaches_the_script_and_opening_changes_nothing(tmp_path, started):
    from jupyter_server.services.contents.largefilemanager import LargeFileManager
    from jupytext.sync_contentsmanager import build_sync_jupytext_contents_manager_class

    script = PLAIN.replace("# %%\nprint", '# %% tags=["hide-input"]\nprint')
    root = make_project(tmp_path, n01_count=script)
    shutil.copy(NOTEBOOKS / "jupytext.toml", root / "notebooks")
    source, path = root / "notebooks" / "source" / "01_count.py", root / "notebooks" / "01_count.ipynb"
    nbformat.write(generate(source), path)
    before = source.read_bytes(), path.read_bytes()
    manager = build_sync_jupytext_contents_manager_class(LargeFileManager)()
    manager.root_dir = str(root / started)
    place = "/".join(filter(None, ["" if started else "notebooks", path.name]))
    opened = manager.get(place)
    assert (source.read_bytes(), path.read_bytes()) == before
    assert opened["content"].cells[2].metadata["jupyter"] == {"source_hidden": True}
    opened["content"].cells[0].source += "\n\nAnd a word more."
    manager.save(opened, place)
    assert source.read_text() == script.replace("One small notebook.", "One small notebook.\n#\n# And a word more.")
    assert find_edit(nbformat.read(path, as_version=4), source) == ""
    assert [path.name for path in (root / "notebooks").rglob("*.py")] == ["01_count.py"]


def test_a_notebook_says_of_its_kernel_what_the_kernel_says():
    """Else JupyterLab marks it as changed when it is opened."""
    from ipykernel.ipkernel import IPythonKernel
    from ipykernel.kernelspec import get_kernel_dict

    said = describe_kernel()
    assert said["language_info"] == IPythonKernel.language_info
    assert said["kernelspec"]["display_name"] == get_kernel_dict()["display_name"]


def test_code_that_serves_the_page_is_folded_in_jupyterlab_too(tmp_path):
    nb = generate(write_source(tmp_path, "print(1)"))
    assert "jupyter" not in nb.cells[0].metadata
    for source in find_sources():
        for cell in generate(source).cells:
            hidden = cell.metadata.get("jupyter", {}).get("source_hidden", False)
            assert hidden == ("hide-input" in list_tags(cell)), source


def test_the_inputs_of_the_project_are_there():
    patterns = read_input_patterns()
    assert patterns and all(next(ROOT.glob(pattern), None) for pattern in patterns)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[tool.notebooks", r"pyproject\.toml: is not TOML \(.*\); correct it"),
        ('[tool.notebooks]\ninputs = "*.csv"', r"inputs of \[tool\.notebooks\] is '\*\.csv'; write a list"),
    ],
)
def test_a_list_of_inputs_that_is_none_is_refused(tmp_path, text, message):
    (tmp_path / "pyproject.toml").write_text(text)
    with pytest.raises(InputError, match=message):
        read_input_patterns(tmp_path)


def test_check_stamp_names_what_is_absent(tmp_path):
    root = make_project(tmp_path / "project", n01_count=PLAIN)
    path = root / "notebooks" / "01_count.ipynb"
    assert "never built" in check_stamp(path, root=root)[0]
    path.write_text('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}')
    assert "no stamp" in check_stamp(path, root=root)[0]
    (root / "notebooks" / "source" / "01_count.py").unlink()
    assert "gone" in check_stamp(path, root=root)[0]


def test_a_failed_build_leaves_the_last_notebook_and_no_stray_file(tmp_path):
    root = make_project(tmp_path / "project", n01_count=PLAIN)
    (written,) = build(root=root, progress=False)
    held = written.read_bytes()
    source = root / "notebooks" / "source" / "01_count.py"
    source.write_text(PLAIN + "\n# %%\nraise SystemError('no')\n")
    with pytest.raises(NotebookError, match="code cell 3"):
        build(root=root, progress=False)
    assert written.read_bytes() == held
    assert sorted(path.name for path in (root / "notebooks").iterdir()) == ["01_count.ipynb", "source"]


def test_an_execution_comes_from_the_cache_until_a_part_changes(tmp_path):
    counting = "from pathlib import Path\nlog = Path('log.txt')\nlog.write_text(log.read_text() + 'x' if log.exists() else 'x')"
    root = make_project(tmp_path / "project", n01_count=f"# %%\n{counting}\n")
    (source,) = find_sources(root=root)

    def executions() -> int:
        return len((root / "notebooks" / "log.txt").read_text())

    first = execute_cached(source, root=root)
    second = execute_cached(source, root=root)
    assert (first.cached, second.cached, executions()) == (False, True, 1)
    assert json.dumps(first.notebook) == json.dumps(second.notebook)
    (root / "tables" / "daily.csv").write_text("date,count\n2024-11-05,230\n")
    assert not execute_cached(source, root=root).cached
    assert executions() == 2
    for path in (root / ".cache" / "notebooks").iterdir():
        path.write_text('{"notebook": ')
    assert not execute_cached(source, root=root).cached, "a damaged entry must not be used"


def test_after_a_failure_no_further_notebook_starts(tmp_path):
    mark = "# %%\nfrom pathlib import Path\nPath('second').touch()\n"
    root = make_project(tmp_path / "project", n01_bad="# %%\nraise ValueError('first')\n", n02_good=mark)
    with pytest.raises(NotebookError, match="01_bad, code cell 1 .*ValueError: first"):
        execute_many(find_sources(root=root), root=root, jobs=1, progress=False)
    assert not (root / "notebooks" / "second").exists()


def test_an_interruption_ends_the_kernels_at_once(tmp_path):
    sleep = "# %%\nfrom pathlib import Path\nimport os, time\nPath('pid').write_text(str(os.getpid()))\ntime.sleep(120)\n"
    root = make_project(tmp_path / "project", n01_sleep=sleep)
    pid = root / "notebooks" / "pid"

    def interrupt():
        while not (pid.exists() and pid.read_text()):
            time.sleep(0.1)
        os.kill(os.getpid(), signal.SIGINT)

    begun = time.perf_counter()
    with pytest.raises(KeyboardInterrupt):
        execute_many(find_sources(root=root), root=root, progress=False, beside=interrupt)
    assert time.perf_counter() - begun < 60
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)


def test_find_sources_by_number_or_name_and_lists_what_there_is(tmp_path):
    root = make_project(tmp_path / "project", n01_one=PLAIN, n02_two=PLAIN)
    assert [path.stem for path in find_sources(root=root)] == ["01_one", "02_two"]
    assert [path.stem for path in find_sources("02", root=root)] == ["02_two"]
    assert [path.stem for path in find_sources(["02_two", "01"], root=root)] == ["01_one", "02_two"]
    with pytest.raises(InputError, match="no notebook '7': give a number or a name out of 01_one, 02_two"):
        find_sources("7", root=root)
    with pytest.raises(InputError, match="no notebook source in"):
        find_sources(root=tmp_path)
    with pytest.raises(InputError, match="jobs 0"):
        count_jobs(0, tasks=2)


def test_the_committed_notebooks_are_current():
    sources = find_sources()
    begun = time.process_time()  # of this process, however busy the machine is
    stale = [line for source in sources for line in check_stamp(NOTEBOOKS / f"{source.stem}.ipynb")]
    taken = time.process_time() - begun
    assert not stale, "\n".join(stale)
    assert {path.stem for path in NOTEBOOKS.glob("*.ipynb")} == {source.stem for source in sources}
    assert taken < 1


def test_a_widget_leaves_what_can_be_read_without_its_kernel(tmp_path):
    show = "publish_display_data({**slider._repr_mimebundle_(), 'text/html': '<p>here</p>'})"
    show = f"from IPython.display import publish_display_data\n{show}"
    source = write_source(tmp_path, "import ipywidgets\nslider = ipywidgets.IntSlider(3)", show)
    done = execute(generate(source), cwd=tmp_path)
    [output] = done.cells[1].outputs
    assert set(output.data) == {"text/html", "text/plain"} and output.data["text/html"] == "<p>here</p>"
    assert "widgets" not in done.metadata
