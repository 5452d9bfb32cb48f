"""What opens every page of the case: true on any day, and what came told only where it is called later knowledge."""

from __future__ import annotations

import re
from functools import lru_cache

import pandas as pd
import pytest

from utils import DEADLINE, TRANSITION, InputError, answer, load_days
from utils.aid.cover_figure import describe_cover, load_cover_record, plot_cover
from utils.aid.resolution.on_record import describe_outcome, resolve_on_record
from utils.aid.scenario_backtest import HEADLINE, PLAIN
from utils.aid.summary import ROWS, WAYS, summarise_headline
from utils.common.paths import NOTEBOOKS
from utils.publishing.answer_grid import write_grid, write_grid_in_markdown
from utils.questions.resolution import NO, UNRESOLVED, YES

pytestmark = pytest.mark.usefixtures("shared")

ASKED = dict(n_paths=1000, seed=0)


@lru_cache(maxsize=8)
def summarise(as_of, **options):
    return summarise_headline(as_of=as_of, **ASKED, **options)


def test_the_grid_holds_the_answers_of_the_code_and_marks_the_one_that_the_rule_chose():
    grid = summarise("2024-11-08")
    assert list(ROWS.values())[grid.leads] == (HEADLINE != PLAIN)
    for column, question in zip(grid.columns, (DEADLINE, TRANSITION), strict=True):
        for cell, shifts in zip(column.cells, ROWS.values(), strict=True):
            for said, source in zip(cell, ("cogat", "unrwa"), strict=True):
                one = answer(question.vary(source=source), as_of="2024-11-08", shifts=shifts, **ASKED)
                assert (said.probability, said.low, said.high) == (one.probability, one.low, one.high)
        leading, others = column.cells[grid.leads], column.cells[1 - grid.leads]
        assert "like it" in leading[0].record and not leading[1].record and not others[0].record
        assert [said.count for said in leading] == ["COGAT's count", "UNRWA's count"]
    separate = [answer(question, as_of="2024-11-08", **ASKED).track_record.such.separate for question in (DEADLINE, TRANSITION)]
    apart = "{} and {} separate windows".format(*separate) if len(set(separate)) > 1 else f"{separate[0]} separate window"
    assert f"they fill about {apart}" in grid.notes
    assert "Gaza" in grid.question and f"{DEADLINE.threshold:g}" in grid.question
    assert DEADLINE.end in grid.question and TRANSITION.end in grid.question


@pytest.mark.parametrize("as_of", ["2024-10-20", "2024-11-08", "2025-01-10"])
def test_a_page_as_of_a_day_tells_nothing_of_later_days(as_of):
    """The ends of the windows aside, which the questions name themselves."""
    grid = summarise(as_of)
    for text in (write_grid(grid), write_grid_in_markdown(grid)):
        days = set(pd.to_datetime(re.findall(r"\d{1,2} (?:January|September|October|November|December) \d{4}", text)))
        assert {day for day in days if day > pd.Timestamp(as_of)} <= {pd.Timestamp(q.closes) for q in (DEADLINE, TRANSITION)}
        assert not re.search("630|truce|known later", text) and "Kissufim" not in text or as_of == "2024-11-08"
    assert grid.link is not None and (NOTEBOOKS / grid.link[1]).exists()


def test_a_window_that_had_closed_is_resolved_by_what_was_public():
    early, late = describe_outcome(DEADLINE, as_of="2024-11-14"), summarise("2025-01-10").columns[0]
    assert late.cells == () and summarise("2025-01-10").columns[1].cells
    assert early.finding == late.closed.finding == f"No day at {DEADLINE.threshold:g} on record by then"
    assert early.whose == "left open by lists and figures on COGAT's and UNRWA's count"
    assert late.closed.whose.startswith("not reached on UNRWA's count; left open by lists and figures on ")


def test_after_both_windows_and_with_questions_unlike_there_is_one_line():
    with pytest.raises(InputError, match="as_of 2025-01-20 lies after every window"):
        summarise_headline(as_of="2025-01-20", **ASKED)
    with pytest.raises(InputError, match="differ in threshold or definition"):
        summarise_headline(as_of="2024-11-08", questions=(DEADLINE, TRANSITION.vary(threshold=100)), **ASKED)


def test_another_threshold_definition_and_end_are_asked_as_they_are():
    changed = dict(threshold=120, definition="mean7")
    questions = DEADLINE.vary(closes="2024-11-20", **changed), TRANSITION.vary(**changed)
    grid = summarise("2024-11-08", questions=questions)
    asked = "Will the trucks of aid that enter Gaza reach 120 a day as the mean of 7 days"
    assert grid.question == f"{asked} before 20 November 2024 or before 20 January 2025?"
    assert [column.event for column in grid.columns] == ["", TRANSITION.title], "what happens on the old date does not on another"


# ---------------------------------------------------------------------------------------------------------- what came


def test_what_came_is_resolved_by_code_and_names_whose_count_it_is():
    assert {count: one.outcome for count, one in resolve_on_record(DEADLINE).items()} == {"cogat": UNRESOLVED, "unrwa": NO}
    outcomes = {count: one.outcome for count, one in resolve_on_record(TRANSITION).items()}
    assert outcomes == {"cogat": UNRESOLVED, "truce": YES, "unrwa": UNRESOLVED}
    came = describe_outcome(DEADLINE), describe_outcome(TRANSITION)
    assert came[0].finding == f"No day at {DEADLINE.threshold:g} on record" and "not reached on UNRWA's count" in came[0].whose
    assert came[1].finding == "630 trucks on 19 January 2025"
    assert (
        came[1].whose
        == "on the count of Israel and the truce's guarantors; left open by lists and figures on COGAT's and UNRWA's count"
    )


def test_what_came_follows_the_question():
    day_before = describe_outcome(TRANSITION.vary(closes="2025-01-19"))
    assert "No day" in day_before.finding and "truce" not in day_before.whose
    highest = load_days("unrwa")["count"]["2024-11-08":"2024-11-12"]
    met = describe_outcome(DEADLINE.vary(threshold=float(highest.max())))
    assert (
        met.finding.startswith(f"{highest.max():.0f} trucks on {highest.idxmax().day} November 2024") and "UNRWA's" in met.whose
    )
    assert describe_outcome(TRANSITION.vary(definition="mean7")).finding == "Nothing that reaches it on record"


def test_no_outcome_is_known_before_it_was_published():
    assert resolve_on_record(TRANSITION, as_of="2025-01-19")["truce"].outcome == UNRESOLVED
    assert resolve_on_record(TRANSITION, as_of="2025-01-20")["truce"].outcome == YES


# ---------------------------------------------------------------------------------------------------------- the cover


def test_the_picture_tells_its_finding_and_the_caption_which_knowledge_it_shows():
    words = describe_cover(as_of="2024-11-08")
    counts = load_days("cogat")["count"]
    reached = counts[counts >= DEADLINE.threshold]
    for text in words.values():
        assert (
            f"COGAT's list reached {DEADLINE.threshold:g} on {len(reached)} days, the last in {reached.index[-1]:%B %Y}" in text
        )
        assert "630 on 19 January 2025" in text
    assert "the forecasts knew what was public on 8 November 2024" in words["caption"]
    higher = describe_cover(as_of="2024-11-08", questions=[TRANSITION.vary(threshold=700)])
    assert "reached 700 on no day; none is known of the windows" in higher["alt"]


def test_the_picture_holds_all_days_of_both_lists_up_to_the_end_of_the_windows():
    figure = plot_cover(as_of="2024-11-08")
    [ax] = figure.axes
    drawn = [len(line.get_xdata()) for line in ax.lines]
    for source in ("cogat", "unrwa"):
        assert len(load_days(source)["count"][: TRANSITION.window[-1]]) in drawn, source
    assert 630 in load_cover_record().singles["level"].tolist() and ax.get_ylim()[1] > 630
    assert (load_cover_record().singles["date_start"] <= TRANSITION.window[-1]).all()


def test_the_ways_to_read_on_lead_to_every_page():
    named = [name.partition("#")[0] for _, pages, _ in WAYS for name in pages]
    assert set(named) == {path.name[:2] for path in (NOTEBOOKS / "source").glob("*.py")}
