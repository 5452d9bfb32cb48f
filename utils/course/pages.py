"""The exercises as pages of the report: what is asked, and for teachers also what is answered."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..common.files import hash_files
from ..common.formatting import format_some
from ..common.imports import list_imported_files
from ..common.paths import ROOT
from ..publishing.stamps import hash_json
from ..publishing.supplements import Supplement
from .exercises import Exercise, find_exercise_sources, read_exercises, read_opening, sum_minutes
from .judging import Judged, hash_judging, judge_sources

#: Folder of the notebooks that learners fill in, below that of all notebooks.
FOLDER = "exercises"


@dataclass(frozen=True)
class ExercisePages:
    """Pages of a project's exercises; see `utils.publishing.supplements.Supplements`.

    Attributes
    ----------
    root : Path
        Folder of the project.
    """

    root: Path = ROOT

    def hash(self, *, edition: str) -> str:
        """Return a hash of all that the pages of an edition depend on."""
        sources, known = find_exercise_sources(self.root), dict[Path, list[Path]]()
        code = hash_files(list_imported_files(Path(__file__), root=ROOT), root=ROOT)
        said = [hash_judging(source, root=self.root, known=known) for source in sources] if edition == "teacher" else []
        return hash_json([code, hash_files(sources, root=self.root), said])

    def name(self, *, names: Sequence[str]) -> list[str]:
        """Return the names of the pages that belong to these notebooks.

        >>> ExercisePages().name(names=["00_start_here", "01_data_and_provenance"])
        ['exercises/01_know_the_data']
        """
        return [f"{FOLDER}/{source.stem}" for source in self._find_sources(names)]

    def _find_sources(self, names: Sequence[str]) -> list[Path]:
        numbers = {name[:2] for name in names}
        return [source for source in find_exercise_sources(self.root) if source.stem[:2] in numbers]

    def make(self, *, edition: str, names: Sequence[str], cache: Path | None = None, jobs: int | None = None) -> list[Supplement]:
        """Make the pages of an edition; only for teachers the solutions are run.

        Parameters
        ----------
        edition : {"reader", "teacher"}
        names : sequence of str
            Notebooks of the report; the exercises to others are left out.
        cache : Path, optional
            Folder of executions, if not the usual one; what the checks said before lies in a folder of its own below it.
        jobs : int, optional
            How many processes run the solutions.
        """
        folder = None if cache is None else cache / FOLDER
        owners = {name[:2]: name for name in names}
        sources = self._find_sources(names)
        judged = judge_sources(sources, jobs=jobs, root=self.root, cache=folder) if edition == "teacher" else {}
        made = []
        for source in sources:
            exercises = read_exercises(source)
            about = f"{format_some(len(exercises), 'exercise')}, about {format_some(sum_minutes(exercises), 'minute')}"
            page = _make_notebook(source, exercises, judged.get(source.stem))
            made.append(Supplement(f"{FOLDER}/{source.stem}", owners[source.stem[:2]], "exercises", about, page))
        return made


def _make_notebook(source: Path, exercises: Sequence[Exercise], judged: Sequence[Judged] | None) -> dict[str, object]:
    cells = list(_write_opening(source, exercises))
    for place, exercise in enumerate(exercises):
        cells += _write_task(exercise)
        cells += _write_answer(exercise, judged[place]) if judged else []
    return {
        "cells": [
            {"cell_type": "markdown", "id": f"exercise-{number}", "metadata": {}, "source": text}
            for number, text in enumerate(cells)
        ],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _write_opening(source: Path, exercises: Sequence[Exercise]) -> Iterator[str]:
    prose, code = read_opening(source)
    yield prose
    yield (
        f"Together they take about {format_some(sum_minutes(exercises), 'minute')}. To answer, start JupyterLab (`make lab`) and "
        f"open `notebooks/{FOLDER}/{source.stem}.ipynb`: a cell below each answer says in words whether it is right, and if not, "
        "what to think of next. All of them begin with these lines."
    )
    yield _fence(code)


def _write_task(exercise: Exercise) -> Iterator[str]:
    """Write what is asked.

    >>> one = Exercise("One", minutes=5, trains="counting", task="How many?", check="check(days)", hints=["Count."])
    >>> print(*_write_task(one), sep="\\n")
    ## One
    <BLANKLINE>
    *About 5 minutes. It trains counting.* How many?
    Your answer is `days`; `check(days)` judges it.
    <details><summary>Hint 1</summary><p>Count.</p></details>
    """
    yield f"## {exercise.title}\n\n*{exercise.about}* {exercise.task}"
    if exercise.shown:
        yield _fence(exercise.shown)
    yield f"Your answer is {', '.join(f'`{name}`' for name in exercise.names)}; `{exercise.check}` judges it."
    for number, hint in enumerate(exercise.hints, start=1):
        yield _fold(f"Hint {number}", hint)


def _write_answer(exercise: Exercise, judged: Judged) -> Iterator[str]:
    """Write the solution, what the check says to it, and the common mistakes with what it says to them."""
    values = " ".join(f"`{name}` is {value}." for name, value in judged.answers.items() if value)
    yield f"**Solution.** {values}\n\n{_fence(exercise.solution)}"
    yield f"The check says: *{judged.solution}*"
    # In a table of HTML Markdown is not read, and names of code stand in what a check says.
    told = {name: re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(said)) for name, said in judged.mistakes.items()}
    rows = "".join(f"<tr><th scope='row'>{html.escape(name)}</th><td>{said}</td></tr>" for name, said in told.items())
    yield (
        f"<table><caption>Common mistakes, and what the check says to them.</caption><thead><tr><th>Mistake</th>"
        f"<th>What the check says</th></tr></thead><tbody>{rows}</tbody></table>"
    )
    yield _fold("The code of these mistakes", "\n\n".join(_fence(one) for one in exercise.mistakes.values()))


def _fold(title: str, text: str) -> str:
    """Fold a text in Markdown under its title: as HTML, and without the empty lines at which Markdown would take it for ended."""
    from nbconvert.filters import markdown2html

    inner = "\n".join(line for line in markdown2html(text).splitlines() if line.strip())
    return f"<details><summary>{title}</summary>{inner}</details>"


def _fence(code: str) -> str:
    return f"```python\n{code.strip()}\n```"
