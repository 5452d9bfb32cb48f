"""Execute a notebook in a fresh kernel, or take it from the cache."""

from __future__ import annotations

import asyncio
import atexit
import json
import os
import re
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..common.files import hash_files, write_text
from ..common.imports import list_imported_files
from ..common.paths import ROOT, find_cache
from .kernels import KERNEL_ENVIRONMENT
from .sources import NotebookError, describe_kernel, generate, inject_parameters, list_tags, name_notebook
from .stamps import fingerprint, hash_json, list_versions

if TYPE_CHECKING:
    from jupyter_client.manager import KernelManager
    from nbformat import NotebookNode

    from .kernels import KernelServer


CELL_TIMEOUT = 300
"""Seconds that one cell may take before the notebook counts as failed."""

CACHE_KEPT = 4
"""Cached executions kept for each notebook; older ones are removed."""

LONGEST_SOCKET = 90
"""Bytes that the path of a kernel's sockets may have; systems allow 103 or 107, with a number at its end."""

# Python hides deprecation warnings outside of `__main__`. Those that our own module causes must show, and so fail; with
# PYTHONWARNINGS=error a deprecation inside somebody else's import would end the notebook instead.
SHOW_OUR_WARNINGS = "import warnings; warnings.filterwarnings('default', module=r'utils(\\.|$)'); del warnings"
# A kernel that has to speak over ports remarks on it in its own log, once for each notebook.
QUIET_KERNEL = ("--IPKernelApp.log_level=ERROR",)


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


def execute(
    nb: NotebookNode,
    *,
    parameters: Mapping[str, Any] | None = None,
    cwd: Path | None = None,
    timeout: int = CELL_TIMEOUT,
    on_cell: Callable[[], None] | None = None,
    on_client: Callable[[Any], None] | None = None,
    kernels: KernelServer | None = None,
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
    kernels : KernelServer, optional
        What starts the kernel; Jupyter does if left out.

    Raises
    ------
    NotebookError
        If a cell raises, takes too long, ends its kernel, or writes to stderr (a notebook that warns is a failing one).
    InputError
        If the notebook does not take one of `parameters`.

    Examples
    --------
    >>> from nbformat.v4 import new_markdown_cell, new_notebook
    >>> [cell.source for cell in execute(new_notebook(cells=[new_markdown_cell("No code.")])).cells]  # needs no kernel
    ['No code.']
    """
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    ready = inject_parameters(nb, parameters or {})
    if all(cell.cell_type != "code" for cell in ready.cells):
        return ready  # a kernel takes a second to start
    at: list[int] = []  # the cells that have begun

    def tick(cell: Mapping[str, Any], cell_index: int, execute_reply: Mapping[str, Any]) -> None:
        if on_cell is not None and "injected-parameters" not in list_tags(cell):
            on_cell()

    client = NotebookClient(
        ready,
        timeout=timeout,
        kernel_name="python3",
        record_timing=False,
        store_widget_state=False,
        extra_arguments=[f"--InteractiveShellApp.exec_lines={SHOW_OUR_WARNINGS}", *QUIET_KERNEL],
        resources={"metadata": {"path": str(cwd or _notebook_folder())}},
        on_cell_start=lambda cell, cell_index: at.append(cell_index),
        on_cell_executed=tick,
    )
    manager = client.create_kernel_manager()
    if kernels is not None:
        kernels.serve(manager)
    if on_client is not None:
        on_client(client)
    with tempfile.TemporaryDirectory(prefix="ipython-") as profile:
        _avoid_ports(manager, profile)
        try:
            # A profile of its own, so that nobody's start-up files change what a notebook shows.
            # An event loop of our own: the one that `client.execute` makes for each thread is never closed.
            asyncio.run(client.async_execute(env={**os.environ, **KERNEL_ENVIRONMENT, "IPYTHONDIR": profile}))
        except CellExecutionError as error:
            raise NotebookError(_describe(ready, at[-1], f"{error.ename}: {error.evalue}")) from error
        except CellTimeoutError as error:
            cause = f"took longer than {timeout} s: make it shorter or let `execute` wait longer"
            raise NotebookError(_describe(ready, at[-1], cause)) from error
        except DeadKernelError as error:
            cause = "its kernel ended, perhaps for want of memory"
            raise NotebookError(_describe(ready, at[-1], cause)) from error
        except RuntimeError as error:
            if at:
                raise
            raise NotebookError(f"notebook {name_notebook(ready)}: its kernel did not start ({error}); run it again") from error
        finally:
            # Left behind by an interruption, it would end Python with a traceback.
            atexit.unregister(client._cleanup_kernel)
    _refuse_stderr(ready)
    _drop_live_widgets(ready)
    ready.metadata.update(describe_kernel())
    return ready


def _avoid_ports(manager: KernelManager, folder: str) -> None:
    """Let a kernel speak over sockets in a folder of its own, where the system has them.

    Jupyter picks free ports before the kernel takes them, and another program may be quicker: then it ends, or is not heard.
    """
    place = Path(folder) / "socket"
    if os.name == "posix" and len(os.fsencode(place)) <= LONGEST_SOCKET:
        manager.transport, manager.ip = "ipc", str(place)


def _drop_live_widgets(nb: Mapping[str, Any]) -> None:
    """Take the live view out of each widget's output: without the kernel that drew it, it would only say that it is missing."""
    for cell in nb["cells"]:
        for output in cell.get("outputs", []):
            output.get("data", {}).pop("application/vnd.jupyter.widget-view+json", None)


def _notebook_folder() -> Path:
    folder = ROOT / "notebooks"
    return folder if folder.is_dir() else ROOT


def _describe(nb: Mapping[str, Any], index: int, cause: str) -> str:
    """Return one line that names the notebook, the cell, the cell's first line and what went wrong."""
    cell = nb["cells"][index]
    first = next((line for line in cell["source"].splitlines() if line.strip()), "").strip()
    if "injected-parameters" in list_tags(cell):
        where = "injected parameters"
    else:
        earlier = nb["cells"][: index + 1]
        counted = [c for c in earlier if c["cell_type"] == "code" and "injected-parameters" not in list_tags(c)]
        where = f"code cell {len(counted)}"
    plain = re.sub(r"\x1b\[[0-9;]*m", "", cause)
    plain = " ".join(plain.split())
    return f"notebook {name_notebook(nb)}, {where} ({_shorten(first, 80)}): {_shorten(plain, 300)}"


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


def execute_cached(
    source: Path,
    *,
    parameters: Mapping[str, Any] | None = None,
    root: Path = ROOT,
    cache: Path | None = None,
    on_cell: Callable[[], None] | None = None,
    on_client: Callable[[Any], None] | None = None,
    kernels: KernelServer | None = None,
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
        Folder of cached executions; by default that of `utils.common.paths.find_cache`.
    on_cell, on_client, kernels : optional
        As for `execute`.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     source = Path(folder) / "01_data.py"
    ...     _ = source.write_text("# %% [markdown]\\n# # Data\\n")
    ...     [execute_cached(source, root=Path(folder)).cached for _ in range(2)]
    [False, True]
    """
    parameters = dict(parameters or {})
    folder = cache or find_cache("notebooks", root=root)
    key = hash_execution(source, parameters=parameters, root=root)
    kept = folder / f"{source.stem}-{key[:24]}.json"
    held = _read_cached(kept)
    if held is not None:
        return Execution(name=source.stem, notebook=held["notebook"], seconds=held["seconds"], cached=True)
    begun = time.perf_counter()
    cwd = root / "notebooks"
    done = execute(generate(source), parameters=parameters, cwd=cwd, on_cell=on_cell, on_client=on_client, kernels=kernels)
    seconds = round(time.perf_counter() - begun, 2)
    if key == hash_execution(source, parameters=parameters, root=root):
        # Kept only if nothing changed meanwhile: else the result would be filed under parts that did not make it.
        write_text(kept, json.dumps({"seconds": seconds, "notebook": done}, ensure_ascii=False))
        _prune(folder, source.stem)
    return Execution(name=source.stem, notebook=done, seconds=seconds, cached=False)


def hash_execution(
    source: Path, *, parameters: Mapping[str, Any], root: Path = ROOT, known: dict[Path, list[Path]] | None = None
) -> str:
    """Return the key of a cached execution: what made it, by which machinery, with which parameters, in which environment.

    `known` serves several calls of one moment; see `utils.common.imports.list_imported_files`.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     source = Path(folder) / "01_data.py"
    ...     _ = source.write_text("# %% [markdown]\\n# # Data\\n")
    ...     keys = [hash_execution(source, parameters={"beds": beds}, root=Path(folder)) for beds in (7, 7, 9)]
    ...     keys[0] == keys[1], keys[0] == keys[2]
    (True, False)
    """
    machinery = hash_files(list_imported_files(Path(__file__), root=ROOT, known=known if root == ROOT else None), root=ROOT)
    return hash_json([fingerprint(source, root=root, known=known), machinery, dict(parameters), list_versions()])


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
