"""The grid that opens a page: two questions across, and what was said of them down, with the answer that leads marked."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ..common.errors import InputError
from ..common.formatting import percent, write_interval
from .prose import bind


@dataclass(frozen=True)
class Statement:
    """What is said of one question on one count.

    Attributes
    ----------
    count : str
        Whose count, as "the hospital's count".
    probability, low, high : float
        The answer and its 90 % interval.
    record : str
        How often such statements came true, as "of 28 like it, 21 % came true"; empty where it cannot be told.
    """

    count: str
    probability: float
    low: float
    high: float
    record: str = ""

    def __post_init__(self) -> None:
        for name in ("probability", "low", "high"):
            if not 0 <= getattr(self, name) <= 1:
                raise InputError(f"{name} {getattr(self, name)} on {self.count}: a probability lies in 0 to 1")


@dataclass(frozen=True)
class Outcome:
    """How a question came out: the finding in few words, and whose count it is."""

    finding: str
    whose: str


@dataclass(frozen=True)
class GridColumn:
    """One question.

    Attributes
    ----------
    end, event : str
        The end of its window, as "before 13 November 2024", and what happens then; `event` may be empty.
    cells : tuple of tuple of Statement
        A cell a row of the grid, the leading count first. Empty where the window had closed.
    closed : Outcome, optional
        Where the window had closed by the day of the answers: what was known of it by then.
    came : Outcome, optional
        What came, by all that was published later.
    """

    end: str
    event: str
    cells: tuple[tuple[Statement, ...], ...]
    closed: Outcome | None = None
    came: Outcome | None = None


@dataclass(frozen=True)
class AnswerGrid:
    """What was asked and said, as of a day.

    Attributes
    ----------
    question : str
        What is asked, in words.
    as_of : str
        The day of the answers, in words.
    rows : tuple of str
        What the answers of each row suppose.
    leads : int
        The row that we stand behind.
    columns : tuple of GridColumn
    notes : str
        What to bear in mind.
    link : tuple of (str, str), optional
        Where to read on: the words of a link, and the notebook that it leads to.
    """

    question: str
    as_of: str
    rows: tuple[str, ...]
    leads: int
    columns: tuple[GridColumn, ...]
    notes: str = ""
    link: tuple[str, str] | None = None

    def __post_init__(self) -> None:
        for column in self.columns:
            if (column.closed is None) == (not column.cells) or (column.cells and len(column.cells) != len(self.rows)):
                raise InputError(f"column {column.end!r}: give a cell for each of {len(self.rows)} rows, or how it had come out")

    def to_dict(self) -> dict[str, Any]:
        """Return the grid as plain values, ready for JSON; `read_grid` reads it back."""
        return asdict(self)


def read_grid(plain: Mapping[str, Any]) -> AnswerGrid:
    """Read a grid back from its plain values.

    >>> said = Statement("the ward's count", 0.3, 0.1, 0.5)
    >>> grid = AnswerGrid("Full?", "1 May 2024", ("as it is",), 0, (GridColumn("by 2 May 2024", "", ((said,),)),))
    >>> read_grid(grid.to_dict()) == grid
    True
    """
    columns = tuple(
        GridColumn(
            column["end"],
            column["event"],
            tuple(tuple(Statement(**said) for said in cell) for cell in column["cells"]),
            *(None if column[name] is None else Outcome(**column[name]) for name in ("closed", "came")),
        )
        for column in plain["columns"]
    )
    link = None if plain["link"] is None else tuple(plain["link"])
    return AnswerGrid(**dict(plain) | dict(rows=tuple(plain["rows"]), columns=columns, link=link))


#: What stands beside the row that leads, over a window that had closed, and before what came.
LEADS, CLOSED, CAME, LATER = "our answer", "The window had closed", "What came", "known later"


def show_grid(grid: AnswerGrid) -> None:
    """Publish the grid as the box at a notebook's head; see `write_grid` and `write_grid_in_markdown`.

    >>> said = Statement("the ward's count", 0.3, 0.1, 0.5)
    >>> grid = AnswerGrid("Full?", "1 May 2024", ("as it is",), 0, (GridColumn("by 2 May 2024", "", ((said,),)),))
    >>> show_grid(grid)
    Full? Answered as of 1 May 2024.
    <BLANKLINE>
    | | by 2 May 2024 |
    |---|---|
    | **as it is** (our answer) | **30 %** on the ward's count |
    """
    from IPython.display import publish_display_data

    plain = "\n\n".join(filter(None, (f"{grid.question} Answered as of {grid.as_of}.", write_grid_in_markdown(grid), grid.notes)))
    publish_display_data({"text/html": write_grid(grid), "text/plain": plain})


def write_grid(grid: AnswerGrid) -> str:
    """Write the box as HTML: the question, the grid, and what to bear in mind.

    >>> said = Statement("the ward's count", 0.3, 0.1, 0.5)
    >>> grid = AnswerGrid("Full?", "1 May 2024", ("as it is",), 0, (GridColumn("by 2 May 2024", "", ((said,),)),))
    >>> write_grid(grid).partition("<table")[0].partition("<p ")[2]
    'class="answer-question">Full? <span class="grid-day">Answered as of 1 May 2024.</span></p>'
    """
    link = "" if grid.link is None else f' <a href="{html.escape(grid.link[1])}">{_write(grid.link[0])}</a>'
    notes = f'<p class="answer-notes">{_write(grid.notes)}{link}</p>' if grid.notes or link else ""
    day = f'<span class="grid-day">Answered as of {_write(grid.as_of)}.</span>'
    return (
        '<section class="answer-box" aria-label="Question and answers">'
        f'<p class="answer-question">{_write(grid.question)} {day}</p>{write_grid_table(grid)}{notes}</section>'
    )


def write_grid_table(grid: AnswerGrid) -> str:
    """Write the grid alone as HTML: the leading count large, its interval and track record beside the answer that leads.

    >>> said = Statement("the ward's count", 0.3, 0.1, 0.5)
    >>> grid = AnswerGrid("Full?", "1 May 2024", ("as it is",), 0, (GridColumn("by 2 May 2024", "", ((said,),)),))
    >>> from bs4 import BeautifulSoup
    >>> table = BeautifulSoup(write_grid_table(grid), "html.parser")
    >>> [" ".join(cell.get_text(" ").split()) for cell in table.find_all(["th", "td"])][1:]
    ['by 2 May 2024', 'as it is our answer', "30 % on the ward's count 90 % interval: 10 % to 50 %"]
    """
    heads = "".join(
        f'<th scope="col">{_write(column.end)}' + (f" <small>{_write(column.event)}</small>" if column.event else "") + "</th>"
        for column in grid.columns
    )
    rows = []
    for number, name in enumerate(grid.rows):
        leads = number == grid.leads
        cells = []
        for column in grid.columns:
            if column.closed is None:
                cells.append(f"<td>{_write_cell(column.cells[number], leads=leads)}</td>")
            elif not number:  # a window that had closed has one cell for all rows
                cells.append(f'<td class="settled" rowspan="{len(grid.rows)}">{CLOSED}. {_write_outcome(column.closed)}</td>')
        mark = f" <small>{LEADS}</small>" if leads else ""
        named = ' class="leads"' if leads else ""
        rows.append(f'<tr{named}><th scope="row">{_write(name)}{mark}</th>{"".join(cells)}</tr>')
    if any(column.came for column in grid.columns):
        cells = [f"<td>{_write_outcome(column.came) if column.came else ''}</td>" for column in grid.columns]
        rows.append(f'<tr class="came"><th scope="row">{CAME} <small>{LATER}</small></th>{"".join(cells)}</tr>')
    return f'<table class="grid"><thead><tr><td></td>{heads}</tr></thead><tbody>{"".join(rows)}</tbody></table>'


def write_grid_in_markdown(grid: AnswerGrid) -> str:
    """Write the grid as a Markdown table, without its question and notes.

    >>> said = Statement("the ward's count", 0.3, 0.1, 0.5)
    >>> grid = AnswerGrid("Full?", "1 May 2024", ("as it is",), 0, (GridColumn("by 2 May 2024", "", ((said,),)),))
    >>> print(write_grid_in_markdown(grid))
    | | by 2 May 2024 |
    |---|---|
    | **as it is** (our answer) | **30 %** on the ward's count |
    """
    columns = [", ".join(filter(None, (column.end, column.event))) for column in grid.columns]
    lines = [f"| | {' | '.join(columns)} |", "|---" * (len(columns) + 1) + "|"]
    for number, name in enumerate(grid.rows):
        leads = number == grid.leads
        cells = [
            _list_in_markdown(column.cells[number], leads=leads)
            if column.closed is None
            else f"{CLOSED}. {_join(column.closed)}"
            if not number
            else CLOSED
            for column in grid.columns
        ]
        head = f"**{name}** ({LEADS})" if leads else name
        lines.append(f"| {' | '.join([head, *cells])} |")
    if any(column.came for column in grid.columns):
        came = [_join(column.came) if column.came else "" for column in grid.columns]
        lines.append(f"| {' | '.join([f'*{CAME}, {LATER}*', *came])} |")
    return "\n".join(lines)


def _write_cell(said: tuple[Statement, ...], *, leads: bool) -> str:
    """Write the statement on the leading count large, and those on other counts below it."""
    first, *others = said
    beside = ""
    if leads:
        words = f"90 % interval: {write_interval(first.low, first.high)}" + (f"; {first.record}" if first.record else "")
        beside = f'<span class="grid-beside">{_write(words)}</span>'
    rest = "".join(f'<span class="grid-other">{_write_said(one)}</span>' for one in others)
    return f'<span class="grid-first">{_write_said(first)}</span> {beside} {rest}'


def _write_said(said: Statement) -> str:
    return f'<strong>{_write(percent(said.probability))}</strong> <span class="on">on </span>{_write(said.count)}'


def _write_outcome(outcome: Outcome) -> str:
    return f'<strong>{_write(outcome.finding)}</strong> <span class="grid-beside">{_write(outcome.whose)}</span>'


def _list_in_markdown(said: tuple[Statement, ...], *, leads: bool) -> str:
    first, *others = said
    mark = "**" if leads else ""
    parts = [f"{mark}{percent(first.probability)}{mark} on {first.count}"]
    return "; ".join(parts + [f"{percent(one.probability)} on {one.count}" for one in others])


def _join(outcome: Outcome) -> str:
    return f"{outcome.finding}: {outcome.whose}"


def _write(text: str) -> str:
    return html.escape(bind(text))
