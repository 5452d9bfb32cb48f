"""Execute notebooks side by side."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..common.errors import InputError
from ..common.paths import ROOT
from .execution import Execution, execute_cached
from .sources import count_code_cells, select_parameters

LONG = 'tags=["long"'
"""Mark of a cell, in a notebook's source, that takes much longer than all others."""


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
    def running(self, name: str) -> Iterator[None]:
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
                    parameters=select_parameters(source, parameters or {}),
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
    futures: list[Future[Execution | None]] = []
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
        other_result = aside[0].result() if aside else None  # a result that is an error is raised
        done = [future.result() for future in futures]
        return [one for one in done if one is not None], other_result
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
