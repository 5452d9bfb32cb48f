"""The grid that opens a page: two questions across, two suppositions down, the answer that leads marked."""

from __future__ import annotations

import dataclasses

import pytest
from bs4 import BeautifulSoup

from utils.common.errors import InputError
from utils.publishing.answer_grid import (
    CAME,
    CLOSED,
    LEADS,
    AnswerGrid,
    GridColumn,
    Outcome,
    Statement,
    read_grid,
    show_grid,
    write_grid,
    write_grid_in_markdown,
)


def say(first, other, record=""):
    return Statement("the ward's count", first, 0.01, 0.6, record), Statement("the city's count", other, 0.0, 0.2)


CELLS = say(0.05, 0.02, "of 9 like it, none came true"), say(0.0601, 0.03)
OPEN = GridColumn("before 2 May", "the <fair>", CELLS, came=Outcome("Not reached", "on it"))
SHUT = GridColumn("before 1 May", "", (), closed=Outcome("9 on 30 April", "on the ward's count"))
LINK = "Read on", "07_check.ipynb"
GRID = AnswerGrid("Will it reach 9?", "1 May", ("As it is", "With more"), 0, (SHUT, OPEN), "A note.", LINK)


def read_rows(grid):
    page = BeautifulSoup(write_grid(grid), "html5lib")
    return [[cell.get_text(" ", strip=True) for cell in row.find_all(["th", "td"])] for row in page.select("tr")]


def test_the_answer_that_leads_has_its_interval_and_record_and_no_other_has():
    rows = read_rows(GRID)
    assert rows[0] == ["", "before 1 May", "before 2 May the <fair>"]
    assert rows[1][2].replace("\u00a0", " ") == (
        "5 % on the ward's count 90 % interval: 1 % to 60 %; of 9 like it, none came true 2 % on the city's count"
    )
    assert rows[1][0] == f"As it is {LEADS}"
    assert rows[2] == ["With more", "6\u00a0% on the ward's count 3\u00a0% on the city's count"]
    other = read_rows(dataclasses.replace(GRID, leads=1))
    assert "90" not in other[1][2] and "90" in other[2][1] and LEADS in other[2][0]


def test_a_window_that_had_closed_says_how_it_had_come_out_and_no_probability():
    page = BeautifulSoup(write_grid(GRID), "html5lib")
    [settled] = page.select("td.settled")
    assert settled["rowspan"] == "2" and settled.get_text(" ", strip=True) == f"{CLOSED}. 9 on 30 April on the ward's count"


def test_what_came_stands_in_a_row_of_its_own_only_where_it_is_told():
    assert read_rows(GRID)[3][0].startswith(CAME)
    untold = dataclasses.replace(GRID, columns=(SHUT, dataclasses.replace(OPEN, came=None)))
    assert len(read_rows(untold)) == 3 and CAME not in write_grid_in_markdown(untold)


def test_markdown_says_the_same_as_html():
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in write_grid_in_markdown(GRID).splitlines()]
    assert lines[0] == ["", "before 1 May", "before 2 May, the <fair>"] and lines[1] == ["---"] * 3
    closed = f"{CLOSED}. 9 on 30 April: on the ward's count"
    assert lines[2] == [f"**As it is** ({LEADS})", closed, "**5 %** on the ward's count; 2 % on the city's count"]
    assert lines[3] == ["With more", CLOSED, "6 % on the ward's count; 3 % on the city's count"]
    assert lines[4][2] == "Not reached: on it"


def test_a_grid_survives_json_and_reaches_a_notebook_as_html_and_as_text(monkeypatch):
    assert read_grid(GRID.to_dict()) == GRID
    shown = []
    monkeypatch.setattr("IPython.display.publish_display_data", shown.append)
    show_grid(GRID)
    assert shown[0]["text/html"] == write_grid(GRID) and "A note." in shown[0]["text/plain"]
    page = BeautifulSoup(shown[0]["text/html"], "html5lib")
    assert page.find("a")["href"] == "07_check.ipynb" and [p.get_text(" ", strip=True) for p in page.find_all("p")] == [
        "Will it reach 9? Answered as of 1 May.",
        "A note. Read on",
    ]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Statement("the ward's count", 12.3, 0.0, 1.0), r"probability 12\.3 on the ward's count: .*lies in 0 to 1"),
        (lambda: dataclasses.replace(GRID, rows=("one",)), "give a cell for each of 1 rows"),
        (lambda: dataclasses.replace(GRID, columns=(GridColumn("by 2 May", "", ()),)), "or how it had come out"),
    ],
)
def test_a_grid_that_could_not_be_read_is_refused(make, message):
    with pytest.raises(InputError, match=message):
        make()
