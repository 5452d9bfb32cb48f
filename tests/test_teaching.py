"""What a teacher holds: sessions that fit their time, an exam whose answers are right, and pages of both editions."""

from __future__ import annotations

import ast
import dataclasses
import re

import numpy as np
import pytest

from utils.aid.teaching.exam import LEVEL, LOOKBACK, write_exam
from utils.aid.teaching.plan import ALL, FULL, HALF, ONE_HOUR, SESSIONS
from utils.common.errors import InputError
from utils.common.paths import NOTEBOOKS
from utils.course.exam import sum_marks
from utils.course.exercises import find_exercise_sources, read_exercises
from utils.course.sessions import Session, lay_out, list_used, load_pace, read, show_session, solve, talk

PACE = load_pace(NOTEBOOKS)
SCRIPTS = sorted((NOTEBOOKS / "source" / "teacher").glob("*.py"))


def test_a_plan_links_what_is_read_and_shows_its_words_as_they_are(monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.publish_display_data", shown.append)
    show_session(Session("A & B", 30, (talk("Is p < 1?", 5), read("01", "Every day has a state"))), PACE)
    page = shown[0]["text/html"]
    assert "<caption>A &amp; B, by the clock." in page and "<td>Is p &lt; 1?</td>" in page
    assert '<td>Read (<a href="01_data_and_provenance.ipynb#Every-day-has-a-state">01 Every day has a state</a>)</td>' in page
    assert "0:00   5 min  Is p < 1?\n" in shown[0]["text/plain"]


@pytest.mark.parametrize("session", ALL, ids=lambda session: session.title)
def test_a_session_fills_its_time_and_no_more(session):
    rows = lay_out(session, PACE)
    assert [row.begins for row in rows] == [sum(one.minutes for one in rows[:place]) for place in range(len(rows))]
    taken = sum(row.minutes for row in rows)
    assert 0 <= session.minutes - taken <= session.minutes / 6, (session.title, taken)


def test_there_are_five_sessions_of_90_minutes_a_half_day_and_an_hour():
    assert [session.minutes for session in ALL] == [90] * 5 + [240, 60] and FULL == 90
    assert not [step for step in ONE_HOUR.steps if step.exercise], "it needs no computer"
    used = list_used(SESSIONS)
    assert all(len(sessions) == 1 for sessions in used.values()), "an exercise is done once"
    assert set(list_used([HALF])) <= set(used)
    assert {number for number, _ in used} == {f"0{number}" for number in range(1, 8)}


@pytest.mark.parametrize(
    ("step", "message"),
    [
        (read("77"), "page '77': there is none; the pages are 00, 01"),
        (read("01", "No such part"), "section 'No such part' of page 01: there is none; it has '', 'Two bodies"),
        (talk("Talk", 5, page="01", section="No such part"), "section 'No such part' of page 01"),
        (solve("01", "Rewrite"), "exercise 'Rewrite' to page '01': there is none"),
        (solve("77", "Read"), "exercise 'Read' to page '77': there is none"),
        (talk("Talk for long", 91), "session 'One' takes 91 minutes of 90; take something out"),
    ],
)
def test_a_plan_that_cannot_be_held_is_refused(step, message):
    with pytest.raises(InputError, match=re.escape(message)):
        lay_out(Session("One", 90, (step,)), PACE)


def test_minutes_come_from_the_exercises_and_nowhere_else():
    source = find_exercise_sources()[0]
    longer = [dataclasses.replace(one, minutes=one.minutes + 1) for one in read_exercises(source)]
    pace = dataclasses.replace(PACE, exercises={**PACE.exercises, "01": longer})
    before, after = (sum(row.minutes for row in lay_out(SESSIONS[0], one)) for one in (PACE, pace))
    assert after - before == len([step for step in SESSIONS[0].steps if step.exercise and step.exercise[0] == "01"])


def test_sections_of_the_plan_stand_in_the_scripts_too():
    """The executed notebooks are measured; a heading that is renamed in a script would be missed once they are made anew."""
    for step in [step for session in ALL for step in session.steps if step.page]:
        [script] = (NOTEBOOKS / "source").glob(f"{step.page}_*.py")
        heads = re.findall(r"(?m)^# ## (.+)$", script.read_text(encoding="utf-8"))
        assert {section for section in step.sections if section} <= set(heads), script.name


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_scripts_for_teachers_keep_the_form_of_the_others(script):
    import jupytext

    cells = jupytext.read(script).cells
    prose = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    assert len(re.findall(r"(?m)^# ", prose)) == 1 and "**You need**" in prose and "## Limits" in prose
    assert not re.findall(r"\d", re.sub(r"\]\([^)]*\)|`[^`]*`|(?m:^\d+\. )", "", prose)), "numbers come from code"
    for cell in cells:
        if cell.cell_type == "code":
            kinds = {type(statement) for statement in ast.parse(cell.source).body}
            lines = [line for line in cell.source.splitlines() if line.strip()]
            assert len(lines) <= 15 and ast.FunctionDef not in kinds, cell.source


# ------------------------------------------------------------------------------------------------------------- the exam


@pytest.fixture(scope="module")
def exam():
    return write_exam()


def test_there_are_ten_questions_two_to_a_session(exam):
    assert [item.session for item in exam] == [session.title for session in SESSIONS for _ in range(2)]
    assert sum_marks(exam) == 40 and 2 * sum_marks(exam) <= FULL
    words = {"one": 1, "two": 2}
    for item in exam:
        given = re.findall(r"\((?:\w+: )?(one|two) marks?( each)?\)", item.answer)
        marks = sum(words[number] * (2 if each else 1) for number, each in given)
        assert marks == item.marks, item.answer


def test_answers_are_those_that_a_hand_would_find(exam):
    """From what stands on the paper alone, by plain Python."""
    numbers = lambda text: [float(one.replace(",", "")) for one in re.findall(r"\d[\d,]*(?:\.\d+)?", text)]  # noqa: E731
    *_, then, last = numbers(exam[0].question)
    assert f"{round(100 * (1 - then / last))} % was missing" in exam[0].answer.replace("\u00a0", " ")

    week = exam[2].table
    trucks = [float(one) for one in week["trucks"] if one]
    closed = (week["state"] == "closed").sum()
    assert f"{sum(trucks) / (len(trucks) + closed):.1f} and {sum(trucks) / len(week):.1f}" in exam[2].answer

    paths = exam[4].table.drop(columns="path").to_numpy()
    level = numbers(exam[4].question)[0]
    curve = [sum(any(count >= level for count in path[: day + 1]) for path in paths) for day in range(5)]
    means = sum(any(sum(path[day : day + 3]) / 3 >= level for day in range(3)) for path in paths)
    assert f"{curve[0]} of 6, {curve[1]} of 6, {curve[2]} of 6, {curve[3]} of 6 and {curve[4]} of 6" in exam[4].answer
    assert f"For the mean of three days it is {means} of 6" in exam[4].answer and 0 < means < curve[-1] <= 6

    table = exam[6].table
    squares = [
        (float(said) - (came == "reached")) ** 2 for said, came in zip(table["probability"], table["what came"], strict=True)
    ]
    brier = sum(squares) / len(squares)
    assert f"{brier:.3f} and 0.250" in exam[6].answer and f"= {1 - brier / 0.25:.2f} " in exam[6].answer
    assert f"{LEVEL}" in exam[6].question and f"{LOOKBACK} weeks" in exam[6].question

    assert "Unresolved" in exam[8].answer
    window = numbers(exam[9].question)[1]
    assert f"= {1.5 / numbers(exam[9].question)[0] * window:.2f} expected" in exam[9].answer


def test_another_seed_makes_another_paper(exam):
    other = write_exam(seed=1)
    assert [item.marks for item in other] == [item.marks for item in exam]
    assert not np.array_equal(other[4].table.to_numpy(), exam[4].table.to_numpy())
    assert [item.question for item in other[:4]] == [item.question for item in exam[:4]]
