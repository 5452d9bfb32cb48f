"""Exercises, written once as solutions: read them, and derive the notebooks that a learner fills in.

A percent script in ``notebooks/source/exercises`` holds for each exercise, by the tags of its cells: the task (``exercise``,
with the ``minutes`` it takes and what it ``trains`` beside the tag), two hints (``hint``), the ``solution``, common mistakes
(``mistake``, each a cell that would stand in the solution's place and opens with a comment that names it), and one call that
judges the answer (``check``). A cell without a tag is given to the learner.
"""

from __future__ import annotations

import argparse
import ast
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..common.errors import InputError
from ..common.files import write_text
from ..common.formatting import format_some
from ..common.paths import ROOT
from ..publishing.sources import describe_kernel, list_tags, name_cell

if TYPE_CHECKING:
    from nbformat import NotebookNode

TASK, HINT, SOLUTION, MISTAKE, CHECK = "exercise", "hint", "solution", "mistake", "check"

#: What the first cell of each derived notebook says after its own words.
HOW_TO = (
    "Write your answers in place of the dots, with as many lines above them as you need, and run the cell below each: it "
    "answers in words. Hints are folded. "
    "`make notebooks` leaves a notebook with answers as it is; a copy under a name of your own is safer still "
    "(*File*, *Save Notebook As*)."
)


@dataclass
class Exercise:
    """One exercise of a script.

    Attributes
    ----------
    title : str
        Its heading.
    minutes : int
        How long it takes.
    trains : str
        What it trains, to be read after "It trains".
    task : str
        What is asked, in Markdown, without the heading.
    shown : str
        Code that is given for this exercise; empty if there is none.
    given : str
        Code that stands before the solution, its own and that of the script before it, but no solution.
    solution, check : str
        Code.
    hints : list of str
        Markdown.
    mistakes : dict of str to str
        Code by name of the mistake.
    """

    title: str
    minutes: int = 0
    trains: str = ""
    task: str = ""
    shown: str = ""
    given: str = ""
    solution: str = ""
    check: str = ""
    hints: list[str] = field(default_factory=list)
    mistakes: dict[str, str] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """The names that the check judges, which the learner assigns.

        >>> Exercise("One", check="checks.check_week(days)").names
        ['days']
        """
        call = ast.parse(self.check).body[-1]
        arguments = call.value.args if isinstance(call, ast.Expr) and isinstance(call.value, ast.Call) else []
        return [argument.id for argument in arguments if isinstance(argument, ast.Name)]

    @property
    def about(self) -> str:
        """How long it takes and what it trains, in a sentence or two.

        >>> Exercise("One", minutes=5, trains="counting days").about
        'About 5 minutes. It trains counting days.'
        """
        return f"About {format_some(self.minutes, 'minute')}. It trains {self.trains}."

    @property
    def stub(self) -> str:
        """What stands in the place of the solution: a function where the solution is one.

        >>> print(Exercise("One", check="checks.check_week(days)").stub)
        # Write your answer in place of the dots.
        days = ...
        >>> print(Exercise("Two", solution="def add(a, b): return a + b", check="checks.check_sum(add)").stub)
        # Write your answer in place of the dots.
        def add(a, b):
            return ...
        """
        functions = {one.name: ast.unparse(one.args) for one in ast.parse(self.solution).body if isinstance(one, ast.FunctionDef)}
        lines = [
            f"def {name}({functions[name]}):\n    return ..." if name in functions else f"{name} = ..." for name in self.names
        ]
        return "\n".join(["# Write your answer in place of the dots.", *lines])


def sum_minutes(exercises: Sequence[Exercise]) -> int:
    """Sum the minutes of exercises.

    >>> sum_minutes([Exercise("One", minutes=5), Exercise("Two", minutes=10)])
    15
    """
    return sum(exercise.minutes for exercise in exercises)


def find_exercise_sources(root: Path = ROOT) -> list[Path]:
    """Return the scripts of exercises, in the order of their numbers.

    >>> [path.stem[:2] for path in find_exercise_sources()][:3]
    ['01', '02', '03']
    """
    return sorted((root / "notebooks" / "source" / "exercises").glob("[0-9][0-9]_*.py"))


def _read_cells(source: Path) -> list[Any]:
    import jupytext

    return list(jupytext.reads(source.read_text(encoding="utf-8"), fmt="py:percent").cells)


def read_exercises(source: Path) -> list[Exercise]:
    """Read the exercises of a percent script.

    Raises
    ------
    InputError
        If a tagged cell stands before the first task, or an exercise lacks a part, its minutes, or what it trains.

    Examples
    --------
    >>> exercises = read_exercises(find_exercise_sources()[0])
    >>> len(exercises), all(one.hints and one.mistakes for one in exercises)
    (3, True)
    """
    found: list[Exercise] = []
    given = ""
    for cell in _read_cells(source):
        tag = next(iter(list_tags(cell)), "")
        if tag == TASK:
            found.append(_read_task(cell, source))
        elif tag and not found:
            raise InputError(f"{source.name}: a cell tagged {tag!r} stands before the first task; tag the task {TASK!r}")
        elif tag == HINT:
            found[-1].hints.append(cell.source)
        elif tag == SOLUTION:
            found[-1].solution = cell.source
            found[-1].given = given
        elif tag == MISTAKE:
            found[-1].mistakes[cell.source.splitlines()[0].lstrip("# ")] = cell.source
        elif tag == CHECK:
            found[-1].check = cell.source
        elif cell.cell_type == "code":
            given += f"{cell.source}\n"
            if found:
                found[-1].shown += f"{cell.source}\n"
    for exercise in found:
        missing = [part for part in ("solution", "check", "hints", "mistakes") if not getattr(exercise, part)]
        if missing:
            raise InputError(f"{source.name}: {exercise.title!r} has no {missing[0]}; each exercise needs one")
    return found


def _read_task(cell: Mapping[str, Any], source: Path) -> Exercise:
    heading, _, task = cell["source"].partition("\n")
    title, about = heading.lstrip("# "), cell["metadata"]
    minutes, trains = about.get("minutes"), about.get("trains")
    if not isinstance(minutes, int) or isinstance(minutes, bool) or not 1 <= minutes <= 60:
        raise InputError(f"{source.name}: {title!r} takes minutes {minutes!r}; write 1 to 60 beside its tag, such as minutes=10")
    if not isinstance(trains, str) or not trains.strip():
        raise InputError(f'{source.name}: {title!r} trains {trains!r}; say what beside its tag, such as trains="counting days"')
    return Exercise(title, minutes=minutes, trains=trains, task=task.strip())


def read_opening(source: Path) -> tuple[str, str]:
    """Read what stands before the first exercise of a script.

    Returns
    -------
    str
        Markdown, the title among it.
    str
        Code that is given for all of the exercises.

    Examples
    --------
    >>> prose, code = read_opening(find_exercise_sources()[0])
    >>> prose.split()[:2], "import" in code
    (['#', 'Exercises:'], True)
    """
    prose: list[str] = []
    code: list[str] = []
    for cell in _read_cells(source):
        if TASK in list_tags(cell):
            break
        (prose if cell.cell_type == "markdown" else code).append(cell.source)
    return "\n\n".join(prose), "\n".join(code)


def derive(source: Path) -> NotebookNode:
    """Make the notebook that a learner fills in: stubs for solutions, hints folded, no mistakes.

    Parameters
    ----------
    source : Path
        Percent script of exercises.

    Returns
    -------
    NotebookNode
        Not executed. Equal scripts give equal cells, ids included.

    Examples
    --------
    >>> source = find_exercise_sources()[0]
    >>> code = [cell.source for cell in derive(source).cells if cell.cell_type == "code"]
    >>> [one.stub in code and one.solution not in code for one in read_exercises(source)]
    [True, True, True]
    """
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

    cells = []
    for position, (kind, text) in enumerate(_list_derived(source)):
        make = new_markdown_cell if kind == "markdown" else new_code_cell
        cells.append(make(text, id=name_cell(position, {"cell_type": kind, "source": text})))
    return new_notebook(cells=cells, metadata={**describe_kernel(), "title": source.stem})


def _list_derived(source: Path) -> Iterator[tuple[str, str]]:
    exercises, hints, current = iter(read_exercises(source)), 0, None
    for position, cell in enumerate(_read_cells(source)):
        tag = next(iter(list_tags(cell)), "")
        if tag == TASK:
            current, hints = next(exercises), 0
            yield "markdown", f"## {current.title}\n\n*{current.about}* {current.task}"
        elif tag == HINT:
            hints += 1
            yield "markdown", f"<details><summary>Hint {hints}</summary>\n\n{cell.source}\n\n</details>"
        elif tag == SOLUTION and current is not None:
            yield "code", current.stub
        elif tag != MISTAKE:
            yield cell.cell_type, cell.source if position else f"{cell.source}\n\n{HOW_TO}"


def write_exercises(root: Path = ROOT, *, force: bool = False) -> tuple[list[Path], list[Path]]:
    """Write ``notebooks/exercises`` from the scripts of solutions.

    Parameters
    ----------
    root : Path
        Folder of the project.
    force : bool
        Also write over notebooks in which somebody has answered.

    Returns
    -------
    list of Path
        Notebooks that were written: those that were not current.
    list of Path
        Notebooks that were left alone, because they hold answers.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     place = Path(folder) / "notebooks" / "source" / "exercises"
    ...     place.mkdir(parents=True)
    ...     _ = (place / "01_one.py").write_text(find_exercise_sources()[0].read_text(encoding="utf-8"), encoding="utf-8")
    ...     for _ in range(2):
    ...         written, kept = write_exercises(Path(folder))
    ...         [path.name for path in written], kept
    (['01_one.ipynb'], [])
    ([], [])
    """
    import nbformat

    written, kept = [], []
    for source in find_exercise_sources(root):
        path = root / "notebooks" / "exercises" / f"{source.stem}.ipynb"
        if path.exists() and not force:
            held = nbformat.read(path, as_version=4)
            if is_current(held, source):
                continue
            if _holds_answers(held):
                kept.append(path)
                continue
        path.parent.mkdir(exist_ok=True)
        write_text(path, nbformat.writes(derive(source)).rstrip("\n") + "\n")
        written.append(path)
    return written, kept


def is_current(nb: NotebookNode, source: Path) -> bool:
    """Whether a notebook's cells are those that its script gives, not executed.

    >>> source = find_exercise_sources()[0]
    >>> notebook = derive(source)
    >>> before = is_current(notebook, source)
    >>> notebook.cells[-1].source = "answered"
    >>> before, is_current(notebook, source)
    (True, False)
    """
    made = [(cell.id, cell.cell_type, cell.source) for cell in derive(source).cells]
    return made == [(cell.get("id"), cell.cell_type, cell.source) for cell in nb.cells] and not any(
        cell.get("outputs") for cell in nb.cells
    )


def _holds_answers(nb: NotebookNode) -> bool:
    """Whether a cell has another text than it was made with; its id tells (`name_cell`)."""
    places = range(2 * len(nb.cells))
    return any(cell.source.strip() and cell.get("id") not in {name_cell(place, cell) for place in places} for cell in nb.cells)


def main(arguments: Sequence[str] | None = None, *, root: Path = ROOT) -> int:
    """Write the notebooks of exercises; for ``python -m utils.course.exercises``.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     main([], root=Path(folder))
    all exercises are current
    0
    """
    parser = argparse.ArgumentParser(prog="python -m utils.course.exercises", description="Derive the notebooks of exercises.")
    parser.add_argument("--force", action="store_true", help="also over notebooks that hold answers")
    given = parser.parse_args(arguments)
    try:
        written, kept = write_exercises(root, force=given.force)
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    lines = [f"wrote exercises/{path.name}" for path in written]
    lines += [f"kept exercises/{path.name}: it holds answers; --force drops them" for path in kept]
    print("\n".join(lines) or "all exercises are current")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
