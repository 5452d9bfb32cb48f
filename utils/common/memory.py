"""How much memory there is, and whether what is asked for fits into it."""

from __future__ import annotations

import os
from pathlib import Path

from .checks import show_value
from .errors import InputError

#: Arrays of all paths that an answer holds at a time: three forecasters' for each of two sources, and what is computed of them.
HELD = 10
#: Memory where the system does not tell, in bytes.
ASSUMED = 8 * 10**9


def find_memory() -> int:
    """Return the memory of this machine in bytes, or of its container where that has less.

    >>> find_memory() > 10**8
    True
    """
    try:
        known = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return ASSUMED
    try:
        return min(known, int(Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii")))
    except (OSError, ValueError):  # no container, or one without a limit
        return known


def check_paths_fit(n_paths: int, days: int, *, at_once: int = 1) -> None:
    """Raise `InputError` if so many paths do not fit into memory: before the work, not when the system ends it.

    Parameters
    ----------
    n_paths, days : int
        Counts are held in 8 bytes each, in `HELD` arrays of all paths at most.
    at_once : int
        How many processes hold as much.

    Examples
    --------
    >>> check_paths_fit(10_000, 60)  # says nothing: 50 MB
    >>> check_paths_fit(10**9, 60)
    Traceback (most recent call last):
    ...
    utils.common.errors.InputError: n_paths 1000000000: paths of 60 days need 0.0048 MB each, and there are ...; give ... at most
    """
    memory = find_memory()
    most = memory // (8 * HELD * max(days, 1) * at_once)
    if n_paths > most:
        raise InputError(
            f"n_paths {show_value(n_paths)}: paths of {days} days need {8 * HELD * days * at_once / 1e6:,.2g} MB each, and there "
            f"are {memory / 1e9:.0f} GB of memory; give {most:,} at most"
        )
