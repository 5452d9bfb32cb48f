"""The exercises, both ways: each solution passes, each untouched stub and each named mistake gets its own answer."""

from __future__ import annotations

import json
import re
import shutil

import nbformat
import numpy as np
import pandas as pd
import pytest

from utils.common.errors import InputError
from utils.common.paths import NOTEBOOKS
from utils.course.exercises import derive, find_exercise_sources, is_current, main, read_exercises, write_exercises
from utils.course.judging import Judged, judge_exercises, judge_sources, run_cell
from utils.course.verdicts import MISTAKE, OPEN, RIGHT, WRONG, Mistake, check, compare

SOURCES = find_exercise_sources()
#: As a learner works: what the script gives, once for all of its exercises.
SPACES: dict[str, dict] = {}


def prepare(source, exercise):
    space = SPACES.setdefault(source.stem, {})
    done = space.setdefault("_done", "")
    exec(exercise.given.removeprefix(done), space)
    space["_done"] = exercise.given
    return dict(space)


CASES = [(source, exercise) for source in SOURCES for exercise in read_exercises(source)]


@pytest.fixture(params=CASES, ids=[f"{source.stem[:2]}-{exercise.title.split(':')[0]}" for source, exercise in CASES])
def case(request):
    return request.param


def test_solution_stub_and_mistakes_each_get_their_own_answer(case):
    source, exercise = case
    place = [one.title for one in read_exercises(source)].index(exercise.title)
    judged = judge_sources([source], jobs=1)[source.stem][place]
    assert judged.seconds < 10
    assert judged.solution.startswith("Right. "), judged.solution
    assert judged.mistakes.keys() == exercise.mistakes.keys()
    for name, said in judged.mistakes.items():
        assert said.startswith("Not quite. "), (name, said)

    stub = prepare(source, exercise)
    exec(exercise.stub, stub)
    untouched = run_cell(exercise.check, stub)
    assert untouched.kind == OPEN and "Wanted: " in untouched.words and "hints" in untouched.words
    said = {judged.solution, repr(untouched), *judged.mistakes.values()}
    assert len(said) == 2 + len(exercise.mistakes), "two mistakes get the same answer"

    for strange in (None, "x", np.nan, [], {}, object(), pd.Series(dtype=float), lambda: 0, 10**400):
        for one in exercise.names:
            assert run_cell(exercise.check, {**stub, one: strange}).kind in (WRONG, MISTAKE), strange


def test_right_answers_are_those_that_other_sources_give():
    """Solution and check could share a mistake: these figures were published, or counted by hand."""
    found = {}
    for source, exercise in CASES:
        space = prepare(source, exercise)
        exec(exercise.solution, space)
        found |= {(source.stem[:2], name): space[name] for name in exercise.names}
    assert found["01", "daily"].isna().sum() == 21 and found["01", "daily"].max() == 340
    assert 1 < found["02", "ratio"].min() < found["02", "ratio"].max() < 1.55
    assert found["03", "a_day"] == pytest.approx(836 / 30) and found["03", "expected"].sum() == pytest.approx(420)
    assert found["05", "days_left"] == 5 and found["05", "upper"](0, 5) == pytest.approx(0.31, abs=0.005)
    assert found["06", "hazard"].sum() == pytest.approx(0.3)
    assert found["07", "trucks"] == 630 and found["07", "bits"](0.25, 1) == 2
    assert found["08", "without_kits"] == 81_978 and found["08", "known"] == 20


def test_form(case):
    _, exercise = case
    assert exercise.minutes % 5 == 0 and "minute" not in exercise.task and not exercise.trains.endswith(".")
    assert len(exercise.hints) == 2 and len(exercise.mistakes) >= 2 and exercise.names
    assert len(exercise.solution.splitlines()) <= 15
    assert all(len(code.splitlines()) <= 15 for code in exercise.mistakes.values())


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
def test_three_rise_and_nothing_of_a_solution_is_left(source):
    exercises = read_exercises(source)
    assert [exercise.title.split(":")[0] for exercise in exercises] == ["Read", "Change", "Build"]
    assert len([page for page in NOTEBOOKS.glob(f"{source.stem[:2]}_*.ipynb")]) == 1
    cells = derive(source).cells
    code = {line.strip() for cell in cells if cell.cell_type == "code" for line in cell.source.splitlines()}
    text = json.dumps(cells)
    for exercise in exercises:
        for part in (exercise.solution, *exercise.mistakes.values()):
            lines = {line.strip() for line in part.splitlines() if len(line.strip()) > 3}
            lines -= set(exercise.stub.splitlines())  # the head of a function, whose names the task gives
            assert not lines & code, lines & code
        assert not [name for name in exercise.mistakes if name in text]
        assert exercise.check in "\n".join(cell.source for cell in cells) and exercise.stub in [cell.source for cell in cells]
    assert text.count("<details>") == text.count("</details>") == 6
    assert re.fullmatch(r"\d\d_[a-z0-9_]+", source.stem)
    links = re.findall(r"\]\(([^)]+)\)", "\n".join(cell.source for cell in cells))
    assert links and all((NOTEBOOKS / "exercises" / link).exists() for link in links)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
def test_the_notebook_of_exercises_is_current(source):
    path = NOTEBOOKS / "exercises" / f"{source.stem}.ipynb"
    assert path.exists(), "run make notebooks"
    assert is_current(nbformat.read(path, as_version=4), source), "run make notebooks"


# --------------------------------------------------------------------------------------------- the machinery

SCRIPT = """# %% [markdown]
# # Exercises
# %%
from utils.course.judging import Judged, judge_exercises, judge_sources, run_cell
from utils.course.verdicts import Mistake, check, compare
week = 7
# %% [markdown] tags=["exercise"] minutes=5 trains="counting days"
# ## Read: a fortnight
# %% [markdown] tags=["hint"]
# Twice.
# %% tags=["solution"]
days = 2 * week
# %% tags=["mistake"]
# One week
days = week
# %% tags=["check"]
check("days")(lambda answer: compare(answer, 14, praise="Yes."))(days)
"""


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "notebooks" / "source" / "exercises"
    folder.mkdir(parents=True)
    (folder / "01_count.py").write_text(SCRIPT, encoding="utf-8")
    return tmp_path


def test_exercises_are_written_once_and_answers_are_kept(project):
    written, kept = write_exercises(project)
    assert [path.name for path in written] == ["01_count.ipynb"] and not kept
    assert write_exercises(project) == ([], [])
    nb = nbformat.read(written[0], as_version=4)
    assert [cell.source.splitlines()[-1] for cell in nb.cells if cell.cell_type == "code"][1] == "days = ..."
    assert "2 * week" not in written[0].read_text(encoding="utf-8")

    source = project / "notebooks" / "source" / "exercises" / "01_count.py"
    source.write_text(SCRIPT.replace("Twice.", "Two weeks."), encoding="utf-8")
    assert [path.name for path in write_exercises(project)[0]] == ["01_count.ipynb"], "a changed script is derived anew"

    nb = nbformat.read(written[0], as_version=4)
    next(cell for cell in nb.cells if cell.source.endswith("...")).source = "days = 14"
    nbformat.write(nb, written[0])
    assert not is_current(nb, source)
    assert write_exercises(project) == ([], written)
    assert write_exercises(project, force=True) == (written, [])


def test_a_script_that_lacks_a_part_is_refused(project):
    source = project / "notebooks" / "source" / "exercises" / "01_count.py"
    source.write_text(SCRIPT.replace('tags=["hint"]', ""), encoding="utf-8")
    with pytest.raises(InputError, match=r"01_count.py: 'Read: a fortnight' has no hints"):
        read_exercises(source)
    source.write_text(SCRIPT.replace('tags=["exercise"]', ""), encoding="utf-8")
    with pytest.raises(InputError, match="a cell tagged 'hint' stands before the first task"):
        derive(source)


@pytest.mark.parametrize(
    ("head", "message"),
    [
        ('trains="counting days"', "01_count.py: 'Read: a fortnight' takes minutes None; write 1 to 60 beside its tag"),
        ('minutes="five" trains="counting days"', "takes minutes 'five'"),
        ('minutes=0 trains="counting days"', "takes minutes 0;"),
        ("minutes=5", "01_count.py: 'Read: a fortnight' trains None; say what beside its tag"),
    ],
)
def test_minutes_and_what_is_trained_are_asked_for(project, head, message):
    source = project / "notebooks" / "source" / "exercises" / "01_count.py"
    source.write_text(SCRIPT.replace('minutes=5 trains="counting days"', head), encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_exercises(source)


def test_what_a_check_says_is_kept_until_something_changes(project):
    source, cache = project / "notebooks" / "source" / "exercises" / "01_count.py", project / "kept"

    def judge():
        return judge_sources([source], jobs=1, root=project, cache=cache)["01_count"]

    first = judge_exercises(read_exercises(source))
    assert [(one.solution, one.mistakes) for one in first] == [("Right. Yes.", {"One week": "Not yet. 7 is too low."})]
    assert [(one.solution, one.mistakes) for one in judge()] == [(one.solution, one.mistakes) for one in first]
    [kept] = cache.glob("*.json")
    kept.write_text(json.dumps([{"solution": "kept", "answers": {}, "mistakes": {}, "seconds": 0}]))
    assert judge() == [Judged("kept", {}, {}, 0)]
    source.write_text(SCRIPT.replace("week = 7", "week = 7.0"))
    assert judge()[0].solution == "Right. Yes." and len(list(cache.glob("*.json"))) == 1


def test_saving_an_exercise_touches_no_solution(project):
    """Jupytext pairs notebooks and scripts in `notebooks`; exercises and solutions are apart from that."""
    from jupyter_server.services.contents.largefilemanager import LargeFileManager
    from jupytext.sync_contentsmanager import build_sync_jupytext_contents_manager_class

    exercise, solution = "notebooks/exercises/01_count.ipynb", "notebooks/source/exercises/01_count.py"
    write_exercises(project)
    for folder in ("", "exercises"):
        shutil.copy(NOTEBOOKS / folder / "jupytext.toml", project / "notebooks" / folder)
    manager = build_sync_jupytext_contents_manager_class(LargeFileManager)()
    manager.root_dir = str(project)

    model = manager.get(exercise)
    next(cell for cell in model["content"]["cells"] if cell["source"].endswith("...")).source = "days = 14"
    manager.save(model, exercise)
    assert (project / solution).read_text(encoding="utf-8") == SCRIPT
    manager.save(manager.get(solution, type="notebook"), solution)
    assert "days = 14" in (project / exercise).read_text(encoding="utf-8")
    files = {path for path in project.rglob("0*") if path.is_file() and ".ipynb_checkpoints" not in path.parts}
    assert {path.relative_to(project).as_posix() for path in files} == {exercise, solution}


def test_the_command_says_what_it_does(project, capsys):
    said = []
    for _ in range(2):
        assert main([], root=project) == 0
        said.append(capsys.readouterr().out.strip())
    assert said == ["wrote exercises/01_count.ipynb", "all exercises are current"]
    (project / "notebooks" / "source" / "exercises" / "01_count.py").write_text(SCRIPT.replace('tags=["check"]', ""))
    assert main([], root=project) == 2
    assert capsys.readouterr().err == "01_count.py: 'Read: a fortnight' has no check; each exercise needs one\n"


def test_series_texts_and_numbers_are_compared_in_words():
    right = pd.Series([1.0, np.nan, 3.0])
    say = lambda answer: compare(answer, right, praise="Yes.", mistakes=[Mistake(right.fillna(0), "Filled.")])  # noqa: E731
    assert say(right).kind == RIGHT and say(right.fillna(0)).words == "Filled."
    assert say(right[:2]).words == "It has 2 rows; 3 are wanted."
    assert say(right + [0, 0, 1]).words == "1 of 3 values differ; the first at 2."
    assert "labelled from 1 to 3" in say(right.set_axis([1, 2, 3])).words
    assert compare("No ", "no", praise="Yes.").kind == RIGHT and compare("yes", "no", praise="").words == "'yes' is not it."
    assert compare(3, 4, praise="").words == "3 is too low." and compare(np.inf, 4, praise="").kind == WRONG


def test_an_answer_of_another_kind_gets_words_and_no_traceback():
    judge = check("a number")(lambda answer: compare(answer, 1, praise="Yes."))
    for strange in ("one", True, [1, 2], None, pd.DataFrame(), pd.Series([1])):
        assert judge(strange).words.startswith("Wanted: a number; ") and judge(strange).kind == WRONG
    assert judge(np.float64(1)).kind == RIGHT
    assert judge(print).words == "Wanted: a number; this is <built-in function print> (builtin_function_or_method)."
    call = check("a function")(lambda answer: compare(answer(0), 1, praise="Yes."))
    assert call(lambda x: 1 / x).words == "Wanted: a function; it stopped with ZeroDivisionError: division by zero."
