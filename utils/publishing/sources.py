"""Percent scripts: find them, make notebooks of them, read their parameters."""

from __future__ import annotations

import ast
import copy
import hashlib
import platform
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..common.errors import InputError
from ..common.paths import ROOT

if TYPE_CHECKING:
    from nbformat import NotebookNode


#: Tag of code that only serves the page.
HIDDEN = "hide-input"

#: Folder, below that of the scripts, of those whose pages only the teacher's edition of a report has.
TEACHER = "teacher"


class NotebookError(InputError):
    """A notebook that stopped, warned or ran too long; the message names notebook, cell and cause in one line."""


def find_sources(only: str | Iterable[str] | None = None, *, root: Path = ROOT, edition: str = "reader") -> list[Path]:
    """Return the percent scripts of the notebooks, in the order of their numbers.

    Parameters
    ----------
    only : str or iterable of str, optional
        Numbers ("05") or whole names ("05_forecast"). All notebooks if left out.
    root : Path
        Folder of the project.
    edition : {"reader", "teacher"}
        Whether those for teachers ("T1") are among them, before all others.

    Raises
    ------
    InputError
        If there is no source, or if one of `only` names none.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     place = Path(folder) / "notebooks" / "source"
    ...     place.mkdir(parents=True)
    ...     for name in ("01_data.py", "02_models.py", "notes.py"):
    ...         _ = (place / name).write_text("")
    ...     [path.stem for path in find_sources(root=Path(folder))], [path.stem for path in find_sources("02", root=Path(folder))]
    (['01_data', '02_models'], ['02_models'])
    """
    folder = root / "notebooks" / "source"
    sources = sorted(folder.glob("[0-9][0-9]_*.py"))
    if not sources:
        raise InputError(f"no notebook source in {folder}: expected NN_name.py there, as in a complete checkout")
    if edition == "teacher":
        sources = [*sorted((folder / TEACHER).glob("T[0-9]_*.py")), *sources]
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
        Notebook in nbformat 4.5. A cell's id derives from its place, kind and text, where jupytext draws it at random. Code that
        serves the page, tagged `HIDDEN`, is folded in JupyterLab too.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     source = Path(folder) / "01_data.py"
    ...     _ = source.write_text("# %% [markdown]\\n# # Data\\n\\n# %%\\n1 + 1\\n")
    ...     [(cell.cell_type, cell.source) for cell in generate(source).cells]
    [('markdown', '# Data'), ('code', '1 + 1')]
    """
    import jupytext
    from nbformat.v4 import new_notebook

    read = jupytext.reads(source.read_text(encoding="utf-8"), fmt="py:percent")
    cells = []
    for position, cell in enumerate(read.cells):
        cell = copy.deepcopy(cell)
        cell["id"] = name_cell(position, cell)
        if HIDDEN in list_tags(cell):
            cell.metadata["jupyter"] = {"source_hidden": True}
        cells.append(cell)
    return new_notebook(cells=cells, metadata={**describe_kernel(), "title": source.stem})


def name_cell(position: int, cell: Mapping[str, Any]) -> str:
    """Return the id of a cell, from its place, kind and text.

    >>> cell = {"cell_type": "code", "source": "1 + 1"}
    >>> name_cell(0, cell) == name_cell(0, dict(cell)), name_cell(0, cell) == name_cell(1, cell)
    (True, False)
    """
    identity = f"{position}\0{cell['cell_type']}\0{cell['source']}"
    return hashlib.sha256(identity.encode()).hexdigest()[:12]


def find_edit(nb: NotebookNode, source: Path) -> str:
    """Find the first cell of a notebook that was edited there and not in its script.

    A cell's id tells the text that it was made with. One that has another text now, which the script does not have either, would
    be lost if the notebook was made anew.

    Parameters
    ----------
    nb : NotebookNode
        As it lies on the disk.
    source : Path
        Its percent script.

    Returns
    -------
    str
        Its number and first line, in words; empty if there is none.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     source = Path(folder) / "01_data.py"
    ...     _ = source.write_text("# %%\\n1 + 1\\n")
    ...     notebook = generate(source)
    ...     before = find_edit(notebook, source)
    ...     notebook.cells[0].source = "1 + 2"
    ...     before, find_edit(notebook, source)
    ('', 'cell 1 (1 + 2)')
    """
    held = {(cell.cell_type, cell.source) for cell in generate(source).cells}
    for position, cell in enumerate(nb.cells):
        made = cell.get("id") in {name_cell(place, cell) for place in range(2 * len(nb.cells))}  # cells before it may have gone
        if cell.source.strip() and not made and (cell.cell_type, cell.source) not in held:
            return f"cell {position + 1} ({cell.source.strip().splitlines()[0][:60]})"
    return ""


def describe_kernel() -> dict[str, Any]:
    """Return the metadata of a notebook that say what runs it, word for word what the kernel says of itself.

    JupyterLab marks a notebook that says it otherwise, were it only the version of Python, as changed once its kernel runs.

    >>> describe_kernel()["kernelspec"]["display_name"]
    'Python 3 (ipykernel)'
    """
    language = {
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
        "version": platform.python_version(),
    }
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    return {"kernelspec": kernel, "language_info": language}


def list_parameters(nb: Mapping[str, Any]) -> frozenset[str]:
    """Return the names that the cell tagged ``parameters`` assigns; empty if there is no such cell.

    >>> cell = {"cell_type": "code", "source": "beds: int = 7\\nday = '2024-05-01'", "metadata": {"tags": ["parameters"]}}
    >>> sorted(list_parameters({"cells": [cell]}))
    ['beds', 'day']
    """
    cell = _parameters_cell(nb)
    if cell is None:
        return frozenset()
    return frozenset(name for names, _ in _list_assignments(cell["source"]) for name in names)


def _list_assignments(code: str) -> Iterator[tuple[list[str], ast.expr | None]]:
    """List the names and the value of each assignment outside of functions."""
    for statement in ast.parse(code).body:
        if isinstance(statement, ast.Assign | ast.AnnAssign):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            yield [target.id for target in targets if isinstance(target, ast.Name)], statement.value


def _parameters_cell(nb: Mapping[str, Any]) -> Mapping[str, Any] | None:
    return next((cell for cell in nb["cells"] if "parameters" in list_tags(cell)), None)


def list_tags(cell: Mapping[str, Any]) -> list[str]:
    """Return the tags of a cell, an empty list if it has none.

    >>> list_tags({"metadata": {"tags": ["parameters"]}}), list_tags({})
    (['parameters'], [])
    """
    return list(cell.get("metadata", {}).get("tags", []))


def inject_parameters(nb: NotebookNode, parameters: Mapping[str, Any]) -> NotebookNode:
    """Return a copy with a cell tagged ``injected-parameters`` after the cell tagged ``parameters``.

    Raises
    ------
    InputError
        If the notebook does not take one of `parameters`.

    Examples
    --------
    >>> from nbformat.v4 import new_code_cell, new_notebook
    >>> notebook = new_notebook(cells=[new_code_cell("beds = 7", metadata={"tags": ["parameters"]}), new_code_cell("beds + 1")])
    >>> [cell.source for cell in inject_parameters(notebook, {"beds": 9}).cells]
    ['beds = 7', 'beds = 9', 'beds + 1']
    """
    from nbformat.v4 import new_code_cell

    taken = list_parameters(nb)
    for name in parameters:
        if name not in taken:
            allowed = ", ".join(sorted(taken)) or "none at all"
            raise InputError(f"notebook {name_notebook(nb)} takes no parameter {name!r}: it takes {allowed}")
    result = copy.deepcopy(nb)
    if not parameters:
        return result
    text = "\n".join(f"{name} = {value!r}" for name, value in sorted(parameters.items()))
    identity = hashlib.sha256(f"injected\0{text}".encode()).hexdigest()[:12]
    cell = new_code_cell(text, id=identity, metadata={"tags": ["injected-parameters"]})
    place = next(i for i, cell in enumerate(result.cells) if "parameters" in list_tags(cell))
    result.cells.insert(place + 1, cell)
    return result


def select_parameters(source: Path, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return those of `parameters` that the notebook of a percent script takes, without reading it by jupytext.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     source = Path(folder) / "01_data.py"
    ...     _ = source.write_text('# %% tags=["parameters"]\\nbeds = 7\\n')
    ...     select_parameters(source, {"beds": 9, "day": "2024-05-01"})
    {'beds': 9}
    """
    cell = {"cell_type": "code", "source": _parameters_block(source), "metadata": {"tags": ["parameters"]}}
    taken = list_parameters({"cells": [cell]})
    return {name: value for name, value in parameters.items() if name in taken}


def find_default(sources: Iterable[Path], name: str) -> Any:
    """Return the value that the first notebook with parameter `name` gives it in its script; None if none has it.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     source = Path(folder) / "01_data.py"
    ...     _ = source.write_text('# %% tags=["parameters"]\\nbeds = 7\\n')
    ...     find_default([source], "beds"), find_default([source], "day")
    (7, None)
    """
    for source in sources:
        for targets, value in _list_assignments(_parameters_block(source)):
            if name in targets and value is not None:
                return ast.literal_eval(value)
    return None


def _parameters_block(source: Path) -> str:
    for block in re.split(r"(?m)^(?=# %%)", source.read_text(encoding="utf-8")):
        if re.search(r"tags=\[[^\]]*[\"']parameters[\"']", block.partition("\n")[0]):
            return block
    return ""


def read_title(source: Path) -> str:
    """Return the title of a notebook, the first-level heading in its percent script; its name if it has none.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     source = Path(folder) / "01_data.py"
    ...     _ = source.write_text("# %% [markdown]\\n# # What the lists hold\\n#\\n# A sentence.\\n")
    ...     read_title(source)
    'What the lists hold'
    """
    found = re.search(r"(?m)^# # (.+)$", source.read_text(encoding="utf-8"))
    return found[1].strip() if found else source.stem


def count_code_cells(source: Path) -> int:
    """Return how many code cells a percent script holds, for a progress bar.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     source = Path(folder) / "01_data.py"
    ...     _ = source.write_text("# %% [markdown]\\n# # Data\\n\\n# %%\\n1 + 1\\n\\n# %%\\n2 + 2\\n")
    ...     count_code_cells(source)
    2
    """
    heads = re.findall(r"(?m)^# %%.*$", source.read_text(encoding="utf-8"))
    return sum("[markdown]" not in head and "[md]" not in head and "[raw]" not in head for head in heads)


def name_notebook(nb: Mapping[str, Any]) -> str:
    """Return the name that `generate` gave a notebook.

    >>> name_notebook({"metadata": {"title": "01_data"}}), name_notebook({"metadata": {}})
    ('01_data', 'without a name')
    """
    return nb["metadata"].get("title", "without a name")
