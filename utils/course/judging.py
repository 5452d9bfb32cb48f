"""What the check of each exercise says to its solution, and to each common mistake: found by running them."""

from __future__ import annotations

import ast
import contextlib
import dataclasses
import io
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..common.files import hash_files, write_text
from ..common.imports import list_imported_files
from ..common.paths import ROOT, find_cache
from ..publishing.stamps import fingerprint, hash_json, list_versions
from .exercises import Exercise, read_exercises


@dataclass(frozen=True)
class Judged:
    """What a check says.

    Attributes
    ----------
    solution : str
        To the solution, in words: the answer that is expected, and what it shows.
    answers : mapping of str to str
        The right answer in words, by the name that is judged; empty where it is no number, no text and no series.
    mistakes : mapping of str to str
        To each common mistake, by its name.
    seconds : float
        What the solution and the code before it took of a processor.
    """

    solution: str
    answers: Mapping[str, str]
    mistakes: Mapping[str, str]
    seconds: float


def run_cell(code: str, space: dict[str, Any]) -> Any:
    """Run code in a space of names as a notebook runs a cell, and return the value of its last line, None if that has none.

    >>> space = {}
    >>> run_cell("days = 7", space), run_cell("weeks = 2\\nweeks * days", space)
    (None, 14)
    """
    tree = ast.parse(code)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "<cell>", "exec"), space)
    return eval(compile(ast.Expression(last.value), "<cell>", "eval"), space) if isinstance(last, ast.Expr) else None


def describe_value(value: object) -> str:
    """Describe an answer in a few words; one that is neither a number, nor a text, nor a series has none.

    >>> describe_value(7), describe_value(0.35714), describe_value("NO"), describe_value(print)
    ('7', '0.3571', '“NO”', '')
    >>> import pandas as pd
    >>> describe_value(pd.Series([2.0, None, 4.0]))
    'a series of 3 values, the first 2, the last 4, 1 missing'
    """
    import numpy as np
    import pandas as pd

    if isinstance(value, pd.Series):
        ends = [describe_value(value.iloc[place]) for place in (0, -1)]
        missing = f", {value.isna().sum()} missing" if value.isna().any() else ""
        return f"a series of {len(value)} values, the first {ends[0]}, the last {ends[1]}{missing}"
    if isinstance(value, str):
        return f"“{value}”"
    if isinstance(value, float | np.floating):
        return f"{value:,.0f}" if float(value).is_integer() else f"{value:.4g}"
    return f"{value:,}" if isinstance(value, int | np.integer) else ""


def judge_exercises(exercises: Sequence[Exercise]) -> list[Judged]:
    """Run the solutions and the mistakes of one script, each in the names that are given, and say what the checks answer.

    A mistake may use names of the solution in whose place it stands.

    >>> one = Exercise("One", solution="total = 1 + 1", check="'right' if total == 2 else 'wrong'", mistakes={"11": "total = 11"})
    >>> [judged] = judge_exercises([one])
    >>> judged.solution, judged.mistakes
    ("'right'", {'11': "'wrong'"})
    """
    import matplotlib

    matplotlib.use("agg")  # a figure that is given opens no window here
    given: dict[str, Any] = {"__name__": "exercise"}
    ran, judged = "", []
    for exercise in exercises:
        begun = time.process_time()
        with contextlib.redirect_stdout(io.StringIO()):
            run_cell(exercise.given.removeprefix(ran), given)
            ran = exercise.given
            space = dict(given)
            run_cell(exercise.solution, space)
            said = repr(run_cell(exercise.check, space))
            seconds = time.process_time() - begun
            answers = {name: describe_value(space[name]) for name in exercise.names}
            mistakes = {name: repr(_judge_mistake(code, exercise.check, space)) for name, code in exercise.mistakes.items()}
        judged.append(Judged(solution=said, answers=answers, mistakes=mistakes, seconds=round(seconds, 2)))
    return judged


def _judge_mistake(code: str, check: str, space: Mapping[str, Any]) -> Any:
    own = dict(space)
    run_cell(code, own)
    return run_cell(check, own)


def judge_sources(
    sources: Sequence[Path], *, jobs: int | None = None, root: Path = ROOT, cache: Path | None = None
) -> dict[str, list[Judged]]:
    """Judge the exercises of several scripts side by side, or find what was said before of the same code and data.

    Parameters
    ----------
    sources : sequence of Path
        Percent scripts of exercises.
    jobs : int, optional
        How many processes run side by side; the number of cores if left out.
    root : Path
        Folder of the project.
    cache : Path, optional
        Folder of what was said; by default that of `utils.common.paths.find_cache`.

    Returns
    -------
    dict of str to list of Judged
        By name of the script, in the order of its exercises.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> cells = ['[markdown] tags=["exercise"] minutes=5 trains="adding"\\n# ## Add', '[markdown] tags=["hint"]\\n# Count.',
    ...          'tags=["solution"]\\ntotal = 1 + 1', 'tags=["mistake"]\\n# joined\\ntotal = 11', 'tags=["check"]\\ntotal == 2']
    >>> with TemporaryDirectory() as folder:
    ...     source = Path(folder) / "01_sums.py"
    ...     _ = source.write_text("".join(f"# %% {cell}\\n" for cell in cells))
    ...     [judged] = judge_sources([source], jobs=1, root=Path(folder), cache=Path(folder))["01_sums"]
    >>> judged.solution, judged.mistakes
    ('True', {'joined': 'False'})
    """
    folder = cache or find_cache("exercises", root=root)
    known: dict[Path, list[Path]] = {}
    kept = {source.stem: folder / f"{source.stem}-{hash_judging(source, root=root, known=known)[:24]}.json" for source in sources}
    found = {name: held for name, path in kept.items() if (held := _read_kept(path)) is not None}
    missing = [source for source in sources if source.stem not in found]
    if missing:
        from joblib import Parallel, delayed

        made = Parallel(n_jobs=min(jobs or -1, len(missing)))(delayed(_judge_source)(source) for source in missing)
        for source, judged in zip(missing, made, strict=True):
            found[source.stem] = judged
            for stale in folder.glob(f"{source.stem}-*.json"):
                stale.unlink(missing_ok=True)
            text = json.dumps([dataclasses.asdict(one) for one in judged], ensure_ascii=False)
            kept[source.stem].parent.mkdir(parents=True, exist_ok=True)
            write_text(kept[source.stem], text)
    return {source.stem: found[source.stem] for source in sources}


def _judge_source(source: Path) -> list[Judged]:
    return judge_exercises(read_exercises(source))


def hash_judging(source: Path, *, root: Path = ROOT, known: dict[Path, list[Path]] | None = None) -> str:
    """Return the key of what was said: the script, the code and data that it rests on, what runs it, and the libraries.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     source = Path(folder) / "01_sums.py"
    ...     keys = [hash_judging(source, root=Path(folder)) for total in (2, 2, 11) if source.write_text(f"total = {total}")]
    >>> keys[0] == keys[1], keys[0] == keys[2]
    (True, False)
    """
    machinery = hash_files(list_imported_files(Path(__file__), root=ROOT, known=known if root == ROOT else None), root=ROOT)
    return hash_json([fingerprint(source, root=root, known=known), machinery, list_versions()])


def _read_kept(path: Path) -> list[Judged] | None:
    try:
        return [Judged(**one) for one in json.loads(path.read_text(encoding="utf-8"))]
    except (OSError, ValueError, TypeError):
        return None  # not judged yet, or damaged by hand
