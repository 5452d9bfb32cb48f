"""Notebooks from their sources: generate, execute, stamp, and say whether a stamp still holds.

A notebook is written once, as a percent script in ``notebooks/source``; the ``.ipynb`` beside it is made from that
script by `build`. What it shows is bound to what made it: `stamp` records hashes of the script, of the modules that it
imports, of the project's inputs and of the locked dependencies, and `check_stamp` says in words which of them changed since.

The heavy libraries (jupytext, nbclient, nbformat) are imported where they are used, because comparing stamps and finding
a cached execution, the two common cases, need none of them.
"""

from __future__ import annotations

import argparse
import copy
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..common.errors import InputError
from ..common.files import write_text
from ..common.paths import ROOT
from ..figures.svg import PAGE_TYPE
from .execution import Execution
from .run_many import execute_many
from .sources import find_edit, find_sources
from .stamps import check_stamp, fingerprint, stamp


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
        Also write those whose stamp still holds, and over edits that stand in a notebook alone.
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
    InputError
        If a cell was edited in a notebook and not in its script; nothing is written then.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     source = Path(folder) / "notebooks" / "source" / "01_data.py"
    ...     source.parent.mkdir(parents=True)
    ...     _ = source.write_text("# %% [markdown]\\n# # Data\\n")
    ...     made = [build(root=Path(folder), progress=False) for _ in range(2)]
    ...     [[path.name for path in each] for each in made]  # the second time it is current
    [['01_data.ipynb'], []]
    """
    import nbformat

    folder = root / "notebooks"
    chosen = [s for s in find_sources(names, root=root) if force or check_stamp(folder / f"{s.stem}.ipynb", root=root)]
    if not chosen:
        return []
    if not force:
        for source in chosen:
            _check_unedited(folder / f"{source.stem}.ipynb", source)
    parts = {source.stem: fingerprint(source, root=root) for source in chosen}

    def write(done: Execution) -> None:
        stamped = nbformat.from_dict(stamp(_drop_drawings(done.notebook), parts[done.name]))
        nbformat.validate(stamped)
        write_text(folder / f"{done.name}.ipynb", nbformat.writes(stamped).rstrip("\n") + "\n")

    execute_many(chosen, root=root, jobs=jobs, progress=progress, on_done=write)
    return [folder / f"{source.stem}.ipynb" for source in chosen]


def _check_unedited(path: Path, source: Path) -> None:
    """Refuse to write over a notebook in which a cell was edited that its script does not have."""
    import nbformat

    if path.exists() and (edit := find_edit(nbformat.read(path, as_version=4), source)):
        raise InputError(
            f"{path.name}: {edit} was edited there and is not so in {source.name}; "
            f"jupytext --sync notebooks/{path.name} takes the newer of the two into both, and --force drops what the notebook has"
        )


def _drop_drawings(notebook: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what only a page shows of a figure: Jupyter does not know it, and a notebook stays light without."""
    kept = copy.deepcopy(dict(notebook))
    for cell in kept["cells"]:
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(PAGE_TYPE, None)
    return kept


def main(arguments: Sequence[str] | None = None) -> int:
    """Build the notebooks, or check their stamps; for ``python -m utils.publishing.notebooks``.

    >>> main(["no such notebook"])  # the reason goes to stderr
    2
    """
    parser = argparse.ArgumentParser(prog="python -m utils.publishing.notebooks", description="Make the executed notebooks.")
    parser.add_argument("names", nargs="*", help="numbers or names; all if left out")
    parser.add_argument("--check", action="store_true", help="only say which are out of date (exit status 1)")
    parser.add_argument(
        "--force", action="store_true", help="also those that are current, and over edits that stand in a notebook alone"
    )
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
