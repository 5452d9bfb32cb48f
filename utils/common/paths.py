"""Where things lie, from this module's place, wherever a notebook or a command was started."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

NOTEBOOKS = ROOT / "notebooks"

#: Variable of the environment that names the folder of what can be computed again; notebooks' kernels inherit it.
CACHE_VARIABLE = "UTILS_CACHE"


def find_cache(name: str, *, root: Path = ROOT) -> Path:
    """Return the folder in which something is kept that can be computed again.

    That is a folder of `CACHE_VARIABLE` where it is set; else ``.cache`` in the project; and where the project cannot be written,
    a folder of its own in the user's folder of caches.

    Parameters
    ----------
    name : str
        What is kept, such as "notebooks".
    root : Path
        Folder of the project.

    Examples
    --------
    >>> find_cache("notebooks").name
    'notebooks'
    """
    if given := os.environ.get(CACHE_VARIABLE):
        return Path(given).expanduser().absolute() / name
    own = root / ".cache"
    if os.access(own if own.exists() else root, os.W_OK):
        return own / name
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return caches / f"{root.name}-{hashlib.sha256(str(root).encode()).hexdigest()[:8]}" / name
