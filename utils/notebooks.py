"""Notebooks from their sources: generate, execute, stamp, and say whether a stamp still holds.

A notebook is written once, as a percent script in ``notebooks/source``; the ``.ipynb`` beside it is made from that
script by `build`. What it shows is bound to what made it: `stamp` records hashes of the script, of ``utils``, of the data
and of the locked dependencies, and `check_stamp` says in words which of them changed since.

The heavy libraries (jupytext, nbclient, nbformat) are imported where they are used, because comparing stamps and finding
a cached execution, the two common cases, need none of them.
"""

from __future__ import annotations

import argparse
import ast
import asyncio
import atexit
import copy
import hashlib
import json
import os
import re
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import InputError
from .project import ROOT

if TYPE_CHECKING:
    from nbformat import NotebookNode

CELL_TIMEOUT = 300
"""Seconds that one cell may take before the notebook counts as failed."""

LONG = 'tags=["long"'
"""Mark of a cell, in a notebook's source, that takes much longer than all others."""

CACHE_KEPT = 4
"""Cached executions kept for each notebook; older ones are removed."""

LIBRARIES = ("jupyterlab", "matplotlib", "nbconvert", "numpy", "pandas", "scipy", "statsmodels")
"""Libraries whose versions a report names, and that a cached execution depends on."""

KERNEL_ENVIRONMENT = {
    # One thread of linear algebra for each kernel: kernels run side by side, and sums keep their order.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
    # The kernel's debugger otherwise prints a remark about frozen modules.
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}

# Python hides deprecation warnings outside of `__main__`. Those that our own module causes must show, and so fail; with
# PYTHONWARNINGS=error a deprecation inside somebody else's import would end the notebook instead.
SHOW_OUR_WARNINGS = "import warnings; warnings.filterwarnings('default', module=r'utils(\\.|$)'); del warnings"

# The kernel remarks on its own log that it speaks over a local socket, once for each notebook.
QUIET_KERNEL = ("--IPKernelApp.log_level=ERROR",)

CHANGED = {
    "source": "its source script changed",
    "utils": "the module utils changed",
    "data": "the data or seeds changed",
    "lock": "the locked requirements changed",
}


class NotebookError(InputError):
    """A notebook that stopped, warned or ran too long; the message names notebook, cell and cause in one line."""


@dataclass(frozen=True)
class Execution:
    """One executed notebook.

    Attributes
    ----------
    name : str
        Name of the notebook, without a suffix.
    notebook : dict
        The executed notebook in nbformat 4.
    seconds : float
        Wall time of the execution. A cached execution keeps the time that it took.
    cached : bool
        Whether it came from the cache.
    """

    name: str
    notebook: dict[str, Any]
    seconds: float
    cached: bool


def find_sources(only: str | Iterable[str] | None = None, *, root: Path = ROOT) -> list[Path]:
    """Return the percent scripts of the notebooks, in the order of their numbers.

    Parameters
    ----------
    only : str or iterable of str, optional
        Numbers ("05") or whole names ("05_forecast"). All notebooks if left out.
    root : Path
        Folder of the project.

    Raises
    ------
    InputError
        If there is no source, or if one of `only` names none.
    """
    folder = root / "notebooks" / "source"
    sources = sorted(folder.glob("[0-9][0-9]_*.py"))
    if not sources:
        raise InputError(f"no notebook source in {folder}: expected NN_name.py there, as in a complete checkout")
    if only is None:
        return sources
    wanted = [only] if isinstance(only, str) else list(only)
    names = [path.stem for path in sources]
    for want in wanted:
        if want not in names and want not in {name[:2] for name in names}:
            raise InputError(f"no notebook {want!r}: give a number or a name out of {', '.join(names)}")
    return [path for path in sources if path.stem in wanted or path.stem[:2] in wanted]


def generate(source: Path) -> NotebookNode:
    """Make an unexecuted notebook from a percent script; equal scripts give equal bytes.

    Parameters
    ----------
    source : Path
        Script in jupytext's percent format.

    Returns
    -------
    NotebookNode
        Notebook in nbformat 4.5. A cell's id derives from its place, kind and text, where jupytext draws it at random.
    """
    import jupytext
    from nbformat.v4 import new_notebook

    read = jupytext.reads(source.read_text(encoding="utf-8"), fmt="py:percent")
    cells = []
    for position, cell in enumerate(read.cells):
        cell = copy.deepcopy(cell)
        identity = f"{position}\0{cell.cell_type}\0{cell.source}"
        cell["id"] = hashlib.sha256(identity.encode()).hexdigest()[:12]
        cells.append(cell)
    return new_notebook(cells=cells, metadata={**_kernel_metadata(), "title": source.stem})


def _kernel_metadata() -> dict[str, Any]:
    # No version of Python here: the same notebook from another machine should be the same bytes.
    return {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python", "file_extension": ".py", "pygments_lexer": "ipython3"},
    }


def list_parameters(nb: Mapping[str, Any]) -> frozenset[str]:
    """Return the names that the cell tagged ``parameters`` assigns; empty if there is no such cell."""
    cell = _parameters_cell(nb)
    if cell is None:
        return frozenset()
    targets: list[ast.expr] = []
    for statement in ast.parse(cell["source"]).body:
        if isinstance(statement, ast.Assign):
            targets += statement.targets
        elif isinstance(statement, ast.AnnAssign):
            targets.append(statement.target)
    return frozenset(target.id for target in targets if isinstance(target, ast.Name))


def _parameters_cell(nb: Mapping[str, Any]) -> Mapping[str, Any] | None:
    return next((cell for cell in nb["cells"] if "parameters" in cell_tags(cell)), None)


def cell_tags(cell: Mapping[str, Any]) -> list[str]:
    """Return the tags of a cell, an empty list if it has none."""
    return list(cell.get("metadata", {}).get("tags", []))


def inject_parameters(nb: NotebookNode, parameters: Mapping[str, Any]) -> NotebookNode:
    """Return a copy with a cell tagged ``injected-parameters`` after the cell tagged ``parameters``.

    Raises
    ------
    InputError
        If the notebook does not take one of `parameters`.
    """
    from nbformat.v4 import new_code_cell

    taken = list_parameters(nb)
    for name in parameters:
        if name not in taken:
            allowed = ", ".join(sorted(taken)) or "none at all"
            raise InputError(f"notebook {_title(nb)} takes no parameter {name!r}: it takes {allowed}")
    result = copy.deepcopy(nb)
    if not parameters:
        return result
    text = "\n".join(f"{name} = {value!r}" for name, value in sorted(parameters.items()))
    identity = hashlib.sha256(f"injected\0{text}".encode()).hexdigest()[:12]
    cell = new_code_cell(text, id=identity, metadata={"tags": ["injected-parameters"]})
    place = next(i for i, cell in enumerate(result.cells) if "parameters" in cell_tags(cell))
    result.cells.insert(place + 1, cell)
    return result


def execute(
    nb: NotebookNode,
    *,
    parameters: Mapping[str, Any] | None = None,
    cwd: Path | None = None,
    timeout: int = CELL_TIMEOUT,
    on_cell: Callable[[], None] | None = None,
    on_client: Callable[[Any], None] | None = None,
) -> NotebookNode:
    """Execute a notebook in a fresh kernel and return the result; the notebook given stays as it was.

    Parameters
    ----------
    nb : NotebookNode
        Notebook as `generate` returns it.
    parameters : mapping, optional
        Values for names of the cell tagged ``parameters``.
    cwd : Path, optional
        Folder in which the kernel starts; the project's folder of notebooks if left out.
    timeout : int
        Seconds that one cell may take.
    on_cell : callable, optional
        Called after each code cell, for a progress bar.
    on_client : callable, optional
        Called with nbclient's client before the kernel starts, so that a caller can end the kernel.

    Raises
    ------
    NotebookError
        If a cell raises, takes too long, ends its kernel, or writes to stderr (a notebook that warns is a failing one).
    InputError
        If the notebook does not take one of `parameters`.
    """
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    ready = inject_parameters(nb, parameters or {})
    if all(cell.cell_type != "code" for cell in ready.cells):
        return ready  # a kernel takes a second to start
    at: list[int] = [0]

    def tick(cell: Mapping[str, Any], cell_index: int, execute_reply: Mapping[str, Any]) -> None:
        if on_cell is not None and "injected-parameters" not in cell_tags(cell):
            on_cell()

    client = NotebookClient(
        ready,
        timeout=timeout,
        kernel_name="python3",
        record_timing=False,
        store_widget_state=False,
        extra_arguments=[f"--InteractiveShellApp.exec_lines={SHOW_OUR_WARNINGS}", *QUIET_KERNEL],
        resources={"metadata": {"path": str(cwd or _notebook_folder())}},
        on_cell_start=lambda cell, cell_index: at.__setitem__(0, cell_index),
        on_cell_executed=tick,
    )
    if on_client is not None:
        on_client(client)
    with tempfile.TemporaryDirectory(prefix="aid-ipython-") as profile:
        try:
            # A profile of its own, so that nobody's start-up files change what a notebook shows.
            # An event loop of our own: the one that `client.execute` makes for each thread is never closed.
            asyncio.run(client.async_execute(env={**os.environ, **KERNEL_ENVIRONMENT, "IPYTHONDIR": profile}))
        except CellExecutionError as error:
            raise NotebookError(_describe(ready, at[0], f"{error.ename}: {error.evalue}")) from error
        except CellTimeoutError as error:
            cause = f"took longer than {timeout} s: make it shorter or let `execute` wait longer"
            raise NotebookError(_describe(ready, at[0], cause)) from error
        except DeadKernelError as error:
            cause = "its kernel ended, perhaps for want of memory"
            raise NotebookError(_describe(ready, at[0], cause)) from error
        finally:
            # Left behind by an interruption, it would end Python with a traceback.
            atexit.unregister(client._cleanup_kernel)
    _refuse_stderr(ready)
    _still_widgets(ready)
    ready.metadata.update(_kernel_metadata())
    return ready


def _still_widgets(nb: Mapping[str, Any]) -> None:
    """Take the live view out of each widget's output: without the kernel that drew it, it would only say that it is missing."""
    for cell in nb["cells"]:
        for output in cell.get("outputs", []):
            output.get("data", {}).pop("application/vnd.jupyter.widget-view+json", None)


def _notebook_folder() -> Path:
    folder = ROOT / "notebooks"
    return folder if folder.is_dir() else ROOT


def _title(nb: Mapping[str, Any]) -> str:
    return nb["metadata"].get("title", "without a name")


def _describe(nb: Mapping[str, Any], index: int, cause: str) -> str:
    """Return one line that names the notebook, the cell, the cell's first line and what went wrong."""
    cell = nb["cells"][index]
    first = next((line for line in cell["source"].splitlines() if line.strip()), "").strip()
    if "injected-parameters" in cell_tags(cell):
        where = "injected parameters"
    else:
        earlier = nb["cells"][: index + 1]
        counted = [c for c in earlier if c["cell_type"] == "code" and "injected-parameters" not in cell_tags(c)]
        where = f"code cell {len(counted)}"
    plain = re.sub(r"\x1b\[[0-9;]*m", "", cause)
    plain = " ".join(plain.split())
    return f"notebook {_title(nb)}, {where} ({_shorten(first, 80)}): {_shorten(plain, 300)}"


def _shorten(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def _refuse_stderr(nb: Mapping[str, Any]) -> None:
    for index, cell in enumerate(nb["cells"]):
        for output in cell.get("outputs", []):
            if output["output_type"] == "stream" and output["name"] == "stderr" and output["text"].strip():
                lines = output["text"].strip().splitlines()
                telling = next((line for line in lines if "Warning" in line), lines[0])
                cause = f"wrote to stderr, which no notebook may, mend the cause: {telling.strip()}"
                raise NotebookError(_describe(nb, index, cause))


def fingerprint(source: Path, *, root: Path = ROOT) -> dict[str, str]:
    """Return a sha256 for each part that a notebook's content depends on.

    Parameters
    ----------
    source : Path
        The notebook's percent script.
    root : Path
        Folder of the project.

    Returns
    -------
    dict of str
        ``source``: the script; ``utils``: the module with its templates; ``data``: the package and its tables, the record
        of forecasts and the seeds; ``lock``: ``requirements.lock``, or "absent". Line ends do not count.
    """
    lock = root / "requirements.lock"
    return {
        "source": _hash_text_file(source),
        **_fingerprint_shared(root),
        "lock": _hash_text_file(lock) if lock.exists() else "absent",
    }


def _fingerprint_shared(root: Path) -> dict[str, str]:
    code = [p for p in (root / "utils").rglob("*") if p.suffix in {".py", ".j2", ".css", ".js", ".json", ".toml"}]
    data = [*(root / "data").rglob("*.json"), *(root / "data").rglob("*.csv"), *(root / "seeds").glob("*.toml")]
    return {"utils": _hash_files(code, root=root), "data": _hash_files(data, root=root)}


def _hash_files(paths: Iterable[Path], *, root: Path) -> str:
    total = hashlib.sha256()
    for path in sorted(p for p in paths if p.is_file()):
        total.update(f"{path.relative_to(root).as_posix()}\0{_hash_text_file(path)}\n".encode())
    return total.hexdigest()


def _hash_text_file(path: Path) -> str:
    status = path.stat()
    return _hash_version(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=4096)
def _hash_version(path: Path, modified: int, size: int) -> str:
    # Nine notebooks share utils and data: each version of a file is read once in a process.
    return hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()


def stamp(nb: Mapping[str, Any], parts: Mapping[str, str]) -> dict[str, Any]:
    """Return a copy of an executed notebook with its stamp, under ``aid`` in the metadata.

    Parameters
    ----------
    nb : mapping
        Executed notebook.
    parts : mapping
        What `fingerprint` returned before the execution began.
    """
    result = copy.deepcopy(dict(nb))
    result["metadata"] = {**result["metadata"], "aid": {"parts": dict(parts), "content": _hash_content(nb)}}
    return result


def _hash_content(nb: Mapping[str, Any]) -> str:
    """Hash sources and outputs, however long strings are split over lines in the file."""
    cells = [
        [cell["cell_type"], _join(cell["source"]), [_join_output(output) for output in cell.get("outputs", [])]]
        for cell in nb["cells"]
    ]
    return hashlib.sha256(json.dumps(cells, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _join(text: Any) -> Any:
    return "".join(text) if isinstance(text, list) and all(isinstance(part, str) for part in text) else text


def _join_output(output: Mapping[str, Any]) -> dict[str, Any]:
    joined = dict(output)
    if "text" in joined:
        joined["text"] = _join(joined["text"])
    if "data" in joined:
        joined["data"] = {kind: _join(value) for kind, value in joined["data"].items()}
    return joined


def check_stamp(path: Path, *, source: Path | None = None, root: Path = ROOT) -> list[str]:
    """Say in words what changed since a notebook was executed.

    Parameters
    ----------
    path : Path
        The executed notebook.
    source : Path, optional
        Its percent script; ``source/NAME.py`` beside the notebook if left out.
    root : Path
        Folder of the project.

    Returns
    -------
    list of str
        One sentence a part that changed; empty where the notebook is current.
    """
    source = source or path.parent / "source" / f"{path.stem}.py"
    mend = "run `make notebooks`"
    if not path.exists():
        return [f"{path.name}: it was never built, {mend}"]
    if not source.exists():
        return [f"{path.name}: its source script {source.name} is gone, remove the notebook or bring the script back"]
    nb = json.loads(path.read_text(encoding="utf-8"))
    held = nb.get("metadata", {}).get("aid")
    if not held:
        return [f"{path.name}: it carries no stamp, {mend}"]
    now = fingerprint(source, root=root)
    changed = [
        f"{path.name}: {sentence} since it was executed, {mend}"
        for part, sentence in CHANGED.items()
        if held.get("parts", {}).get(part) != now[part]
    ]
    if held.get("content") != _hash_content(nb):
        changed.append(f"{path.name}: its cells or outputs were edited after it was executed, {mend}")
    return changed


def list_versions() -> dict[str, str]:
    """Return the versions of Python and of the main libraries that are installed."""
    versions = {"python": ".".join(str(part) for part in sys.version_info[:3])}
    for name in LIBRARIES:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            versions[name] = "not installed"
    return versions


def execution_key(source: Path, *, parameters: Mapping[str, Any], root: Path = ROOT) -> str:
    """Return the key of a cached execution: what made it, with which parameters, in which environment."""
    return hash_json([fingerprint(source, root=root), dict(parameters), list_versions()])


def hash_json(value: Any) -> str:
    """Return the sha256 of a value's JSON text with sorted keys."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def accepted_parameters(source: Path, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return those of `parameters` that the notebook of a percent script takes, without reading it by jupytext."""
    cell = {"cell_type": "code", "source": _parameters_block(source), "metadata": {"tags": ["parameters"]}}
    taken = list_parameters({"cells": [cell]})
    return {name: value for name, value in parameters.items() if name in taken}


def default_parameter(sources: Iterable[Path], name: str) -> Any:
    """Return the value that the first notebook with parameter `name` gives it in its script; None if none has it."""
    for source in sources:
        for statement in ast.parse(_parameters_block(source)).body:
            targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
            if any(isinstance(target, ast.Name) and target.id == name for target in targets):
                return ast.literal_eval(statement.value)
    return None


def _parameters_block(source: Path) -> str:
    for block in re.split(r"(?m)^(?=# %%)", source.read_text(encoding="utf-8")):
        if re.search(r"tags=\[[^\]]*[\"']parameters[\"']", block.partition("\n")[0]):
            return block
    return ""


def count_code_cells(source: Path) -> int:
    """Return how many code cells a percent script holds, for a progress bar."""
    heads = re.findall(r"(?m)^# %%.*$", source.read_text(encoding="utf-8"))
    return sum("[markdown]" not in head and "[md]" not in head and "[raw]" not in head for head in heads)


def execute_cached(
    source: Path,
    *,
    parameters: Mapping[str, Any] | None = None,
    root: Path = ROOT,
    cache: Path | None = None,
    on_cell: Callable[[], None] | None = None,
    on_client: Callable[[Any], None] | None = None,
) -> Execution:
    """Execute the notebook of a percent script, or take the execution of the same parts from the cache.

    Parameters
    ----------
    source : Path
        Percent script.
    parameters : mapping, optional
        Values for names of the cell tagged ``parameters``.
    root : Path
        Folder of the project.
    cache : Path, optional
        Folder of cached executions; ``.cache/notebooks`` in the project if left out.
    on_cell, on_client : callable, optional
        As for `execute`.
    """
    parameters = dict(parameters or {})
    folder = cache or root / ".cache" / "notebooks"
    key = execution_key(source, parameters=parameters, root=root)
    kept = folder / f"{source.stem}-{key[:24]}.json"
    held = _read_cached(kept)
    if held is not None:
        return Execution(name=source.stem, notebook=held["notebook"], seconds=held["seconds"], cached=True)
    begun = time.perf_counter()
    cwd = root / "notebooks"
    done = execute(generate(source), parameters=parameters, cwd=cwd, on_cell=on_cell, on_client=on_client)
    seconds = round(time.perf_counter() - begun, 2)
    if key == execution_key(source, parameters=parameters, root=root):
        # Kept only if nothing changed meanwhile: else the result would be filed under parts that did not make it.
        write_text(kept, json.dumps({"seconds": seconds, "notebook": done}, ensure_ascii=False))
        _prune(folder, source.stem)
    return Execution(name=source.stem, notebook=done, seconds=seconds, cached=False)


def _read_cached(path: Path) -> dict[str, Any] | None:
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        # Absent, or damaged by hand: either way the notebook is executed again.
        return None
    return held if isinstance(held, dict) and {"notebook", "seconds"} <= held.keys() else None


def _prune(folder: Path, name: str) -> None:
    kept = sorted(folder.glob(f"{name}-*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in kept[CACHE_KEPT:]:
        path.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a text file whole or not at all, and make its folder where needed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


class Progress:
    """A progress bar over all code cells of a run that names the notebooks now running. Safe for threads."""

    def __init__(self, total: int, *, shown: bool):
        from tqdm import tqdm

        self._lock = threading.Lock()
        self._running: list[str] = []
        form = "{desc} {percentage:3.0f}%|{bar}| {n_fmt}/{total_fmt} cells, {elapsed}"
        self._bar = tqdm(total=total, disable=not shown, unit="cell", bar_format=form, dynamic_ncols=True)

    def tick(self, cells: int = 1) -> None:
        """Count cells as done."""
        with self._lock:
            self._bar.update(cells)

    @contextmanager
    def running(self, name: str):
        """Name a notebook in the bar while it runs."""
        self._rename(lambda: self._running.append(name))
        try:
            yield
        finally:
            self._rename(lambda: self._running.remove(name))

    def _rename(self, change: Callable[[], None]) -> None:
        with self._lock:
            change()
            self._bar.set_description_str(" + ".join(self._running))

    def close(self) -> None:
        """Leave the bar as it stands."""
        self._bar.close()


def count_jobs(jobs: int | None, *, tasks: int) -> int:
    """Return how many notebooks run side by side: as asked, else the cores at hand, never more than `tasks`.

    Raises
    ------
    InputError
        If `jobs` is below 1.
    """
    if jobs is not None and jobs < 1:
        raise InputError(f"jobs {jobs}: at least one notebook must run at a time, give 1 or more")
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(jobs or cores, tasks))


def execute_many(
    sources: Sequence[Path],
    *,
    parameters: Mapping[str, Any] | None = None,
    root: Path = ROOT,
    cache: Path | None = None,
    jobs: int | None = None,
    progress: bool = True,
    beside: Callable[[], Any] | None = None,
    on_done: Callable[[Execution], None] | None = None,
) -> tuple[list[Execution], Any]:
    """Execute notebooks side by side and return them in the order given.

    Threads suffice: each waits for a kernel, and a kernel is a process of its own. After a failure no further notebook
    starts, those that run may finish (their results are cached), and the first error in the order given is raised. An
    interruption ends the kernels.

    Parameters
    ----------
    sources : sequence of Path
        Percent scripts.
    parameters : mapping, optional
        Values offered to every notebook; each takes those that it has.
    root, cache : Path
        As for `execute_cached`.
    jobs : int, optional
        How many run side by side; the number of cores if left out.
    progress : bool
        Whether to show a progress bar on stderr.
    beside : callable, optional
        Something else to compute meanwhile.
    on_done : callable, optional
        Called with each execution when it is done.

    Returns
    -------
    list of Execution
        In the order of `sources`.
    object
        What `beside` returned, or None.
    """
    cells = {source: count_code_cells(source) for source in sources}
    bar = Progress(sum(cells.values()), shown=progress)
    stop = threading.Event()
    clients: list[Any] = []

    def run(source: Path) -> Execution | None:
        if stop.is_set():
            return None
        try:
            with bar.running(source.stem):
                done = execute_cached(
                    source,
                    parameters=accepted_parameters(source, parameters or {}),
                    root=root,
                    cache=cache,
                    on_cell=bar.tick,
                    on_client=clients.append,
                )
            if done.cached:
                bar.tick(cells[source])
            if on_done is not None:
                on_done(done)
        except BaseException:
            stop.set()  # here, because this thread may take up the next notebook before the main one hears of it
            raise
        return done

    pool = ThreadPoolExecutor(max_workers=count_jobs(jobs, tasks=len(sources)))
    other = ThreadPoolExecutor(max_workers=1)
    futures: list[Future] = []
    try:
        aside = [other.submit(beside)] if beside is not None else []
        # The one that takes longest starts first, so that the others run beside it and not before it.
        first = sorted(sources, key=lambda source: LONG not in source.read_text(encoding="utf-8"))
        started = {source: pool.submit(run, source) for source in first}
        futures = [started[source] for source in sources]
        waiting = set(aside + futures)
        while waiting:
            ended, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            if any(future.exception() for future in ended):
                stop.set()
        for future in aside + futures:
            if future.exception():
                raise future.exception()
        return [future.result() for future in futures], (aside[0].result() if aside else None)
    except BaseException:
        stop.set()
        while wait(futures, timeout=0.2).not_done:
            _end_kernels(clients)  # again and again, because one may only now be starting
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        other.shutdown(wait=True, cancel_futures=True)
        bar.close()


def _end_kernels(clients: Iterable[Any]) -> None:
    for client in clients:
        process = getattr(getattr(client.km, "provisioner", None), "process", None)
        if process is not None and process.poll() is None:
            process.kill()


def build(
    names: str | Iterable[str] | None = None,
    *,
    root: Path = ROOT,
    force: bool = False,
    jobs: int | None = None,
    progress: bool = True,
) -> list[Path]:
    """Make ``notebooks/NN_name.ipynb`` from the sources: generated, executed, stamped.

    Parameters
    ----------
    names : str or iterable of str, optional
        Which ones; all if left out.
    root : Path
        Folder of the project.
    force : bool
        Also write those whose stamp still holds.
    jobs : int, optional
        How many run side by side.
    progress : bool
        Whether to show a progress bar.

    Returns
    -------
    list of Path
        The notebooks that were written.

    Raises
    ------
    NotebookError
        If one fails. It stays as it was; those that were done before it are written.
    """
    import nbformat

    folder = root / "notebooks"
    chosen = [s for s in find_sources(names, root=root) if force or check_stamp(folder / f"{s.stem}.ipynb", root=root)]
    if not chosen:
        return []
    parts = {source.stem: fingerprint(source, root=root) for source in chosen}

    def write(done: Execution) -> None:
        stamped = nbformat.from_dict(stamp(done.notebook, parts[done.name]))
        nbformat.validate(stamped)
        write_text(folder / f"{done.name}.ipynb", nbformat.writes(stamped).rstrip("\n") + "\n")

    execute_many(chosen, root=root, jobs=jobs, progress=progress, on_done=write)
    return [folder / f"{source.stem}.ipynb" for source in chosen]


def main(arguments: Sequence[str] | None = None) -> int:
    """Build the notebooks, or check their stamps; for ``python -m utils.notebooks``."""
    parser = argparse.ArgumentParser(prog="python -m utils.notebooks", description="Make the executed notebooks.")
    parser.add_argument("names", nargs="*", help="numbers or names; all if left out")
    parser.add_argument("--check", action="store_true", help="only say which are out of date (exit status 1)")
    parser.add_argument("--force", action="store_true", help="also those that are current")
    parser.add_argument("--jobs", type=int, help="how many run side by side (default: one a core)")
    given = parser.parse_args(arguments)
    try:
        if given.check:
            stale = []
            for source in find_sources(given.names or None):
                stale += check_stamp(source.parent.parent / f"{source.stem}.ipynb")
            print("\n".join(stale) or "all notebooks are current")
            return 1 if stale else 0
        written = build(given.names or None, force=given.force, jobs=given.jobs)
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    print("\n".join(f"wrote {path.name}" for path in written) or "all notebooks are current")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
