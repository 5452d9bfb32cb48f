"""Let the kernels of one report share what takes long: the first to need a result leaves it in a folder for the others.

The folder is named by an environment variable, which kernels inherit; without it everything is computed where it is needed.
Whoever sets it answers for the folder: all in it was made by the same code from the same data, and by nobody else.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from .paths import ROOT

#: Variable of the environment that names the folder.
SHARE_VARIABLE = "UTILS_SHARE"

T = TypeVar("T")


@contextmanager
def share_results(folder: Path, *, basis: str) -> Iterator[None]:
    """Let this process, and those that it starts meanwhile, share results.

    Parameters
    ----------
    folder : Path
        Where they are kept, in a folder of their own; those of another basis are thrown away.
    basis : str
        Hash of all that the results rest on beside their own arguments: code, data, libraries.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     with share_results(Path(folder), basis="today's data"):
    ...         first = share("sum", (1, 2), lambda: 3)
    ...     with share_results(Path(folder), basis="tomorrow's data"):
    ...         first, share("sum", (1, 2), lambda: 5)
    (3, 5)
    """
    own = folder / basis[:24]
    for other in folder.glob("*"):
        if other != own:
            shutil.rmtree(other, ignore_errors=True)
    before = os.environ.get(SHARE_VARIABLE)
    os.environ[SHARE_VARIABLE] = str(own.absolute())
    try:
        yield
    finally:
        if before is None:
            del os.environ[SHARE_VARIABLE]
        else:
            os.environ[SHARE_VARIABLE] = before


def share(name: str, key: object, compute: Callable[[], T]) -> T:
    """Return what `compute` gives, or what another process that shares results with this one got from it.

    Parameters
    ----------
    name : str
        What it is, such as the name of the function.
    key : object
        All that the result depends on beside code and data; its `repr` tells it from every other of this copy of the project.
    compute : callable
        Gives a result that can be pickled.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> share("three", (1, 2), lambda: 3)
    3
    >>> with TemporaryDirectory() as folder, share_results(Path(folder), basis="code and data"):
    ...     [share("sum", (1, 2), lambda: 3), share("sum", (1, 2), lambda: 1 / 0), share("sum", (1, 3), lambda: 4)]
    [3, 3, 4]
    """
    given = os.environ.get(SHARE_VARIABLE)
    if not given:
        return compute()
    file = Path(given) / f"{name}-{hashlib.sha256(repr((str(ROOT), key)).encode()).hexdigest()[:24]}.pickle"
    with contextlib.suppress(OSError, EOFError, pickle.UnpicklingError, AttributeError, ImportError, IndexError, ValueError):
        held: T = pickle.loads(file.read_bytes())
        return held
    result = compute()
    with contextlib.suppress(OSError):  # a full disk is no reason to fail
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(dir=file.parent)
        with os.fdopen(handle, "wb") as stream:
            pickle.dump(result, stream, protocol=pickle.HIGHEST_PROTOCOL)
        os.replace(beside, file)  # whole or not at all, whoever writes at the same time
    return result
