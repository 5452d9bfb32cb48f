"""Execute notebooks side by side."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..common.errors import InputError
from ..common.files import hash_files
from ..common.paths import ROOT, find_cache
from ..common.sharing import share_results
from .execution import Execution, execute_cached
from .kernels import KernelServer
from .sources import count_code_cells, find_default, select_parameters
from .stamps import hash_json, list_inputs, list_versions

FEW = 3
"""Notebooks that are executed each in a kernel of its own making: for so few the libraries are not worth loading beforehand."""


class Progress:
    """A progress bar over all code cells of a run that names the notebooks now running and for how long. Safe for threads."""

    def __init__(self, total: int, *, shown: bool):
        from tqdm import tqdm

        self._lock = threading.Lock()
        self._running: dict[str, float] = {}
        form = "{desc} {percentage:3.0f}%|{bar}| {n_fmt}/{total_fmt} cells, {elapsed}"
        self._bar = tqdm(total=total, disable=not shown, unit="cell", bar_format=form, dynamic_ncols=True)

    def tick(self, cells: int = 1) -> None:
        """Count cells as done."""
        with self._lock:
            self._describe()
            self._bar.update(cells)

    @contextmanager
    def running(self, name: str) -> Iterator[None]:
        """Name a notebook in the bar while it runs."""
        with self._lock:
            self._running[name] = time.monotonic()
            self._describe()
        try:
            yield
        finally:
            with self._lock:
                del self._running[name]
                self._describe()

    def _describe(self) -> None:
        now = time.monotonic()
        shown = " + ".join(f"{name} {now - begun:.0f} s" for name, begun in self._running.items())
        self._bar.set_description_str(shown, refresh=False)

    def close(self, done: Iterable[Execution] = ()) -> None:
        """Leave the bar as it stands, and below it the notebooks of these that took longest."""
        shown = not self._bar.disable  # a bar that is closed calls itself disabled
        self._bar.close()
        if shown and (slowest := name_slowest(done)):
            print(slowest, file=sys.stderr)


def name_slowest(done: Iterable[Execution], *, most: int = 3) -> str:
    """Name the notebooks that took longest, of those that were executed and not found in the cache; empty if none was.

    Examples
    --------
    >>> name_slowest([Execution("a", {}, 2.4, False), Execution("b", {}, 9.0, True), Execution("c", {}, 7.0, False)])
    'slowest: c 7 s, a 2 s'
    """
    ran = sorted((one for one in done if not one.cached), key=lambda one: -one.seconds)[:most]
    return "slowest: " + ", ".join(f"{one.name} {one.seconds:.0f} s" for one in ran) if ran else ""


def count_jobs(jobs: int | None, *, tasks: int) -> int:
    """Return how many notebooks run side by side: as asked, else the cores at hand, never more than `tasks`.

    Raises
    ------
    InputError
        If `jobs` is below 1.

    Examples
    --------
    >>> count_jobs(4, tasks=3), count_jobs(1, tasks=3)
    (3, 1)
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
    before: Callable[[], None] | None = None,
    beside: Callable[[], Any] | None = None,
    on_done: Callable[[Execution], None] | None = None,
) -> tuple[list[Execution], Any]:
    """Execute notebooks side by side and return them in the order given.

    Threads suffice: each waits for a kernel, and a kernel is a process of its own. After a failure no further notebook
    starts, those that run may finish (their results are cached), and the first error in the order given is raised. An
    interruption ends the kernels. What takes long is shared between the kernels and this process (`utils.common.sharing`).

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
    before : callable, optional
        Called before threads start, while the process from which kernels are forked imports the libraries.
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

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     sources = [Path(folder) / f"{name}.py" for name in ("01_data", "02_models")]
    ...     for source in sources:
    ...         _ = source.write_text("# %% [markdown]\\n# # A title\\n")
    ...     done, total = execute_many(sources, root=Path(folder), progress=False, beside=lambda: 1 + 1)
    ...     [one.name for one in done], total
    (['01_data', '02_models'], 2)
    """
    workers = count_jobs(jobs, tasks=len(sources))
    cells = {source: count_code_cells(source) for source in sources}
    bar = Progress(sum(cells.values()), shown=progress)
    stop = threading.Event()
    clients: list[Any] = []
    done: list[Execution] = []
    open_while = contextlib.ExitStack()
    kernels = open_while.enter_context(KernelServer()) if len(sources) > FEW else None
    open_while.enter_context(share_results((cache or find_cache("notebooks", root=root)) / "shared", basis=hash_basis(root)))

    def run(source: Path) -> Execution | None:
        if stop.is_set():
            return None
        try:
            with bar.running(source.stem):
                done = execute_cached(
                    source,
                    parameters=select_parameters(source, parameters or {}),
                    root=root,
                    cache=cache,
                    on_cell=bar.tick,
                    on_client=clients.append,
                    kernels=kernels,
                )
            if done.cached:
                bar.tick(cells[source])
            if on_done is not None:
                on_done(done)
        except BaseException:
            stop.set()  # here, because this thread may take up the next notebook before the main one hears of it
            raise
        return done

    pool = ThreadPoolExecutor(max_workers=workers)
    other = ThreadPoolExecutor(max_workers=1)
    futures: list[Future[Execution | None]] = []
    try:
        if before is not None:
            before()
        aside = [other.submit(beside)] if beside is not None else []
        first = sorted(sources, key=_find_turn)
        started = {source: pool.submit(run, source) for source in first}
        futures = [started[source] for source in sources]
        waiting = set(aside + futures)
        while waiting:
            ended, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            if any(future.exception() for future in ended):
                stop.set()
        other_result = aside[0].result() if aside else None  # a result that is an error is raised
        done = [one for one in (future.result() for future in futures) if one is not None]
        return done, other_result
    except BaseException:
        stop.set()
        while wait(futures, timeout=0.2).not_done:
            _end_kernels(clients)  # again and again, because one may only now be starting
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        other.shutdown(wait=True, cancel_futures=True)
        bar.close(done)
        open_while.close()


def _find_turn(source: Path) -> tuple[bool, int]:
    """Find when a notebook starts: those of many cells before those that can run beside them, so that all end at about one time.

    A notebook with a day of its own gives answers, which the index needs too. Where others can run first, it finds them there.
    """
    return find_default([source], "as_of") is not None, -count_code_cells(source)


def hash_basis(root: Path) -> str:
    """Hash all that results of a project's notebooks rest on: this package whole, the inputs, the libraries.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     before = hash_basis(Path(folder))
    ...     _ = (Path(folder) / "pyproject.toml").write_text('[tool.notebooks]\\ninputs = ["*.csv"]')
    ...     _ = (Path(folder) / "counts.csv").write_text("day,count")
    ...     before == hash_basis(Path(folder))
    False
    """
    package = Path(__file__).resolve().parents[1]
    code = hash_files(package.rglob("*.py"), root=package)
    return hash_json([code, hash_files(list_inputs(root), root=root), list_versions()])


def _end_kernels(clients: Iterable[Any]) -> None:
    for client in clients:
        process = getattr(getattr(client.km, "provisioner", None), "process", None)
        if process is not None and process.poll() is None:
            process.kill()
