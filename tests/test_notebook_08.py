"""Notebook 08: its numbers hold by the engine, its refusals are what the page shows, and its command is one that exists."""

from __future__ import annotations

import contextlib
import io
import re
import shlex

import numpy as np
import pandas as pd
import pytest

from utils import InputError, Question, answer, read_counts
from utils.common.paths import NOTEBOOKS

SOURCE = NOTEBOOKS / "source" / "08_ask_your_own_question.py"
EARLIER, LATER, LAST_DAY = "2020-04-20", "2020-04-27", pd.Timestamp("2020-04-30")


@pytest.fixture(scope="module")
def page():
    """Run the page with few paths; its names, and what it printed and published as text."""
    code, changed = re.subn(r"^n_paths = .*$", "n_paths = 500", SOURCE.read_text(encoding="utf-8"), flags=re.M)
    assert changed == 1
    shown, names = io.StringIO(), {"__name__": "page"}
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(shown):
        patch.setattr("IPython.display.publish_display_data", lambda data, *rest: print(data["text/plain"]))
        exec(compile(code, SOURCE.name, "exec"), names)
    return names, shown.getvalue()


def test_the_promise_resolves_three_ways(page):
    names, _ = page
    question, counts = names["question"], names["counts"]
    days = {scope: one.days["count"] for scope, one in counts.items()}
    assert {scope: series[LAST_DAY] for scope, series in days.items()} == {
        "announced": 122_347,
        "laboratory": 81_978,
        "people": 73_191,
    }
    assert days["announced"].rolling(7).mean()[LAST_DAY].round() == 56_399
    outcomes = {scope: question.vary(scope=scope).resolve(one.days).outcome for scope, one in counts.items()}
    assert outcomes == {"announced": "YES", "laboratory": "NO", "people": "NO"}
    assert question.resolve(counts["announced"].days).day == LAST_DAY
    assert question.vary(definition="mean7").resolve(counts["announced"].days).outcome == "NO"


def test_the_box_shows_what_was_answered_and_what_came(page):
    _, shown = page
    box = shown[: shown.index("The forecaster held")]
    assert box.count("under 1 %") == 2
    assert all(part in box for part in ("122,347 tests as announced (reached)", "81,978", "73,191 people tested (not reached)"))


def test_the_short_series_is_refused_on_the_earlier_day_alone(page):
    names, shown = page
    assert f"as of {EARLIER}: refused, history has 13 counted days; at least 14 are needed" in shown
    assert f"as of {LATER}: under 1\u00a0%" in shown
    with pytest.raises(InputError, match="13 counted days"):
        answer(names["question"], as_of=EARLIER, counts=names["tests_alone"], n_paths=50)
    assert [names["counts"]["announced"].known(day).days["count"].count() for day in (EARLIER, LATER)] == [86, 93]


def test_a_push_lifts_the_answer_as_far_as_it_is_expected(page):
    names, _ = page
    assert names["second"].probability < 0.01
    nothing, push = sorted(names["judged"].branches, key=lambda branch: len(branch.names))
    assert (nothing.probability, push.probability) == (0.5, 0.5)
    assert 0.2 < names["judged"].probability == pytest.approx(0.5 * push.probability_if, abs=0.005)
    by_size = pd.Series(names["pushed"]).unstack()
    assert (np.diff(by_size, axis=0) >= 0).all() and by_size.loc[2].max() < 0.2 < 0.5 < by_size.loc[6].min()


def test_files_are_refused_in_one_line_and_read_once_columns_are_named(page):
    names, shown = page
    refused = [line for line in shown.splitlines() if line.startswith("refused: ")]
    assert len(refused) == 2
    assert "uk_covid_tests.csv has 2 columns of days, date, published" in refused[0]
    assert "weekly.csv" in refused[1] and "weekly series" in refused[1]
    counts = read_counts(names["FILE"], date="date", count="tests")
    asked = Question(threshold=100_000, opens=LATER, closes=LAST_DAY, inclusive=True)
    assert asked.resolve(counts.days).why == "met on 2020-04-30"


def test_the_command_on_the_page_is_one_that_exists(page):
    from utils.cli import cli

    [command] = re.findall(r"^# (python -m utils ask [^`]*?)\n# ```", SOURCE.read_text(encoding="utf-8"), re.M | re.S)
    words = shlex.split(command.replace("\\\n#", " "))[4:]
    known = {option for parameter in cli.commands["ask"].params for option in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= known
    assert {"--below", "--definition", "--closed", "--json"} <= known
