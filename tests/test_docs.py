"""What the README says is so: its answers, its commands, its code, its links."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys

import pandas as pd
import pytest
from conftest import AS_OF

from utils import TRANSITION, answer
from utils.aid.answers import answer_all
from utils.aid.summary import summarise_headline
from utils.common.paths import ROOT
from utils.publishing.answer_grid import write_grid_in_markdown
from utils.questions.passage import parse_definition

pytestmark = pytest.mark.usefixtures("shared")

README = (ROOT / "README.md").read_text(encoding="utf-8")
PERCENT = r"under 1 %|\d+ %"
PAGES = [ROOT / "README.md", *(ROOT / folder / "README.md" for folder in ("utils", "data", "seeds", "notebooks"))]


def test_the_first_screen_has_question_answer_and_commands():
    first = "\n".join(README.splitlines()[:35])
    for part in ("350 before", "Gaza", "| **If nothing shifts**", "What came", "reconstruction", "make reports", "make test"):
        assert part in first, part


def read_percents(text):
    """Take the probabilities out of a text: the text without them, and their values."""
    found = [0.0 if one == "under 1 %" else float(one.removesuffix(" %")) / 100 for one in re.findall(PERCENT, text)]
    return re.sub(PERCENT, "#", text), found


def test_the_grid_is_that_of_the_code():
    """Within two points: ten thousand paths and another machine's arithmetic do not settle the last one."""
    expected = write_grid_in_markdown(summarise_headline(outcomes=True)).splitlines()
    written = README.splitlines()
    start = written.index(expected[0])
    for line, wanted in zip(written[start : start + len(expected)], expected, strict=True):
        (words, values), (code, found) = read_percents(line), read_percents(wanted)
        assert words == code and values == pytest.approx(found, abs=0.02), line


def test_the_answers_by_definition_are_those_of_the_code():
    """Within two points, as above."""
    found = {
        (parse_definition(a.question.definition).words, a.question.name, a.question.source): a.probability for a in answer_all()
    }
    rows = list(dict.fromkeys(key[0] for key in found))
    assert len(rows) == 4
    for row in rows:
        written = re.search(rf"^\| {row} \| (.*) \|$", README, re.M)[1].split(" | ")
        expected = [found[row, name, source] for name in ("deadline", "transition") for source in ("cogat", "unrwa")]
        assert read_percents(" ".join(written))[1] == pytest.approx(expected, abs=0.02), row


def test_the_answer_that_leads_has_its_interval_and_its_track_record_beside_it():
    """Within two points and two statements, as another machine's arithmetic may have it."""
    found = answer(TRANSITION.vary(source="cogat"), as_of=AS_OF)
    text = " ".join(README.split())
    low, high = re.search(r"The 90 % interval of the \d+ % runs from (\d+) % to (\d+) %", text).groups()
    assert [int(low) / 100, int(high) / 100] == pytest.approx([found.low, found.high], abs=0.025)
    cases, separate, came = re.search(
        r"of the (\d+) statements like it .* in about (\d+) separate windows, (\d+) % came", text
    ).groups()
    such = found.track_record.such
    assert abs(int(cases) - such.cases) <= 2 and int(separate) == such.separate
    assert int(came) / 100 == pytest.approx(such.rate, abs=0.05) and such.rate < found.probability


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    targets = re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text(encoding="utf-8"))
    assert not [target for target in targets if not (page.parent / target).exists()]


def test_the_make_targets_exist():
    made = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"^make (\w+)", README, re.M)):
        assert re.search(rf"^{target}:", made, re.M), target


@pytest.mark.parametrize("code", re.findall(r"```python\n(.*?)```", README, re.S))
def test_the_python_examples_run(code, tmp_path):
    days = pd.date_range("2024-06-01", "2024-11-07")
    pd.DataFrame({"date": days, "count": 60 + days.day_of_week * 5}).to_csv(tmp_path / "counts.csv", index=False)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert re.match(r"[01]\.\d+", done.stdout)


@pytest.mark.parametrize("line", re.findall(r"^python -m utils ((?:forecast|ask).*?)(?:\s+#.*)?$", README, re.M))
def test_the_commands_run(line):
    done = subprocess.run([sys.executable, "-m", "utils", *shlex.split(line)], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0 and done.stdout, done.stderr
