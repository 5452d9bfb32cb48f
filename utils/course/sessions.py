"""Sessions of a course: what is done when. Minutes of reading are measured, those of exercises taken from the exercises."""

from __future__ import annotations

import html
import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..common.errors import InputError
from ..common.formatting import list_in_words
from ..publishing.reading import count_minutes, read_notebook
from .exercises import Exercise, find_exercise_sources, read_exercises

#: What a figure or an open table takes in class, where somebody points at it and somebody asks. The words are read by each alone.
CLASS_SECONDS_A_SHEET = 60


@dataclass(frozen=True)
class Step:
    """One thing that is done in a session.

    Attributes
    ----------
    words : str
        What is done, in plain words.
    minutes : int
        How long it takes, where that is known beforehand.
    page : str
        Number of the page that is read or looked at.
    sections : tuple of str
        Which parts of it, by their headings; "" is the part before the first. All of it if left out.
    exercise : tuple of str
        Number of the page and first word of the title.
    anchor : str
        Id of what is looked at on the page, where that is no section of it.
    """

    words: str
    minutes: int = 0
    page: str = ""
    sections: tuple[str, ...] = ()
    anchor: str = ""
    exercise: tuple[str, str] | tuple[()] = ()


@dataclass(frozen=True)
class Session:
    """A lesson: its title, how many minutes there are, and what is done."""

    title: str
    minutes: int
    steps: tuple[Step, ...]


def talk(words: str, minutes: int, *, page: str = "", section: str = "", anchor: str = "") -> Step:
    """Plan something that takes as long as one gives it, such as a discussion; it may lead to a section or an id of a page.

    >>> talk("Discuss", 15).minutes
    15
    """
    return Step(words, minutes=minutes, page=page, sections=(section,) if section else (), anchor=anchor)


def read(page: str, *sections: str, words: str = "Read") -> Step:
    """Plan the reading of a page, or of sections of it.

    >>> read("05", "What was known").sections
    ('What was known',)
    """
    return Step(words, page=page, sections=sections)


def solve(page: str, kind: str) -> Step:
    """Plan an exercise to a page, by the first word of its title.

    >>> solve("05", "Read").exercise
    ('05', 'Read')
    """
    return Step("", exercise=(page, kind))


@dataclass(frozen=True)
class Row:
    """A step with its time: minutes from the start, how long, what in words, where it leads (address, words), what it trains."""

    begins: int
    minutes: int
    what: str
    links: tuple[tuple[str, str], ...]
    trains: str = ""

    def write(self, links: Sequence[str], *, escape: Callable[[str], str] = str) -> str:
        """Write in one line what is done, with its links as they are to be written.

        >>> row = Row(0, 5, "Exercise", (("01.ipynb", "01 Read"),), "p < 1")
        >>> row.write(["01 Read"]), row.write(["<b>01</b>"], escape=html.escape)
        ('Exercise (01 Read). It trains p < 1.', 'Exercise (<b>01</b>). It trains p &lt; 1.')
        """
        where = f" ({'; '.join(links)})" if links else ""
        return escape(self.what) + where + (f". It trains {escape(self.trains)}." if self.trains else "")


@dataclass(frozen=True)
class Pace:
    """How long the pages and the exercises of a project take.

    Attributes
    ----------
    names : mapping of str to str
        Of each page its notebook's name, by number.
    titles : mapping of str to str
        Of each page its title.
    reading : mapping of str to mapping of str to float
        Minutes of each section of each page, in class.
    exercises : mapping of str to sequence of Exercise
        By number.
    scripts : mapping of str to str
        Names of the scripts of exercises, by number.
    """

    names: Mapping[str, str]
    titles: Mapping[str, str]
    reading: Mapping[str, Mapping[str, float]]
    exercises: Mapping[str, Sequence[Exercise]]
    scripts: Mapping[str, str]

    def find_exercise(self, page: str, kind: str) -> Exercise:
        """Find an exercise by the number of its page and the first word of its title."""
        found = [one for one in self.exercises.get(page, ()) if one.title.partition(":")[0] == kind]
        if not found:
            raise InputError(f"exercise {kind!r} to page {page!r}: there is none; see notebooks/source/exercises")
        return found[0]

    def measure(self, page: str, sections: Sequence[str] = ()) -> int:
        """Return the whole minutes that a class takes for a page, or for sections of it."""
        if page not in self.reading:
            raise InputError(f"page {page!r}: there is none; the pages are {', '.join(self.reading)}")
        for section in sections:
            if section not in self.reading[page]:
                held = list_in_words([repr(one) for one in self.reading[page]])
                raise InputError(f"section {section!r} of page {page}: there is none; it has {held}")
        chosen = sections or tuple(self.reading[page])
        return math.ceil(sum(self.reading[page][section] for section in chosen))


def load_pace(folder: Path) -> Pace:
    """Measure the executed notebooks of a folder, and read the exercises beside them.

    Parameters
    ----------
    folder : Path
        Folder of notebooks.

    Examples
    --------
    >>> from utils.common.paths import NOTEBOOKS
    >>> pace = load_pace(NOTEBOOKS)
    >>> pace.find_exercise("01", "Read").minutes
    5
    """
    names: dict[str, str] = {}
    titles: dict[str, str] = {}
    reading: dict[str, dict[str, float]] = {}
    for path in sorted(folder.glob("[0-9][0-9]_*.ipynb")):
        text = read_notebook(json.loads(path.read_text(encoding="utf-8")))
        number = path.stem[:2]
        names[number], reading[number] = path.stem, measure_sections(text)
        titles[number] = text.splitlines()[0].lstrip("# ")
    scripts = {source.stem[:2]: source for source in find_exercise_sources(folder.parent)}
    exercises = {number: read_exercises(source) for number, source in scripts.items()}
    return Pace(names, titles, reading, exercises, {number: source.stem for number, source in scripts.items()})


def measure_sections(text: str) -> dict[str, float]:
    """Measure the minutes that each section of a page takes in class, by its heading; what stands before the first is named "".

    >>> measure_sections("# Title\\n" + "word " * 229 + "\\n## One\\n[sheet] a [end]")
    {'': 1.0, 'One': 1.0043478260869565}
    """
    parts = re.split(r"(?m)^(?=## )", text)
    heads = ["", *(part.splitlines()[0].removeprefix("## ").strip() for part in parts[1:])]
    return {head: count_minutes(part, seconds_a_sheet=CLASS_SECONDS_A_SHEET) for head, part in zip(heads, parts, strict=True)}


def lay_out(session: Session, pace: Pace) -> list[Row]:
    """Put the steps of a session on the clock.

    Parameters
    ----------
    session : Session
    pace : Pace

    Returns
    -------
    list of Row
        In their order, each beginning where the one before it ends.

    Raises
    ------
    InputError
        If a step names a page, a section or an exercise that is not there, or all together take longer than there is time.

    Examples
    --------
    >>> pace = Pace({"01": "01_know"}, {"01": "Know: the data"}, {"01": {"": 2.5}},
    ...             {"01": [Exercise("Read: a day", minutes=5, trains="counting")]}, {"01": "01_read"})
    >>> for row in lay_out(Session("One", 10, (read("01"), solve("01", "Read"), talk("Talk", 2))), pace):
    ...     print(row.begins, row.minutes, row.what, row.links[:1])
    0 3 Read (('01_know.ipynb', '01 Know'),)
    3 5 Exercise (('exercises/01_read.ipynb#Read:-a-day', '01 Read: a day'),)
    8 2 Talk ()
    """
    rows, clock = [], 0
    for step in session.steps:
        row = _time(step, pace, begins=clock)
        rows.append(row)
        clock += row.minutes
    if clock > session.minutes:
        raise InputError(f"session {session.title!r} takes {clock} minutes of {session.minutes}; take something out")
    return rows


def _time(step: Step, pace: Pace, *, begins: int) -> Row:
    if step.exercise:
        page, kind = step.exercise
        one = pace.find_exercise(page, kind)
        link = (f"exercises/{pace.scripts[page]}.ipynb#{_name_anchor(one.title)}", f"{page} {one.title}")
        return Row(begins, one.minutes, "Exercise", (link,), one.trains)
    minutes = step.minutes or pace.measure(step.page, step.sections)
    return Row(begins, minutes, step.words, tuple(_list_links(step, pace)))


def _list_links(step: Step, pace: Pace) -> Iterator[tuple[str, str]]:
    if step.page:
        pace.measure(step.page, step.sections)  # refuses what is not there
        title = pace.titles[step.page].partition(":")[0]
        name = f"{pace.names[step.page]}.ipynb"
        if step.anchor:
            yield f"{name}#{step.anchor}", f"{step.page} {title}"
            return
        for section in step.sections or ("",):
            yield (f"{name}#{_name_anchor(section)}" if section else name), f"{step.page} {section or title}"


def _name_anchor(heading: str) -> str:
    """Name a heading as JupyterLab and the report do."""
    return re.sub(r"\s+", "-", heading)


def count_session(session: Session, pace: Pace) -> int:
    """Count the minutes of a session.

    >>> count_session(Session("One", 20, (talk("Discuss", 15),)), Pace({}, {}, {}, {}, {}))
    15
    """
    return sum(row.minutes for row in lay_out(session, pace))


def show_session(session: Session, pace: Pace, *, folded: bool = False) -> None:
    """Publish a session as a table by the clock, with links to the pages and the exercises.

    Parameters
    ----------
    session : Session
    pace : Pace
    folded : bool
        Whether only its title is seen until it is opened.

    Examples
    --------
    >>> show_session(Session("One", 20, (talk("Guess", 5), talk("Discuss", 10))), Pace({}, {}, {}, {}, {}))
    One, by the clock. 15 of 20 minutes; 5 to spare.
    0:00   5 min  Guess
    0:05  10 min  Discuss
    """
    from IPython.display import publish_display_data

    rows = lay_out(session, pace)
    spare = session.minutes - sum(row.minutes for row in rows)
    cells = []
    for row in rows:
        links = [f'<a href="{html.escape(to)}">{html.escape(words)}</a>' for to, words in row.links]
        what = row.write(links, escape=html.escape)
        cells.append(f"<tr><td>{_write_clock(row.begins)}</td><td>{row.minutes}</td><td>{what}</td></tr>")
    head = "".join(f'<th scope="col">{name}</th>' for name in ("from", "minutes", "what"))
    first, rest = f"{session.title}, by the clock", f"{session.minutes - spare} of {session.minutes} minutes; {spare} to spare."
    caption = f'<span class="first">{html.escape(first)}. </span>{rest}' if folded else f"{html.escape(first)}. {rest}"
    body = f"<caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{''.join(cells)}</tbody>"
    page = f"<div><table>{body}</table></div>"
    if folded:
        page = f'<details class="folded"><summary>{html.escape(first)}</summary>{page}</details>'
    said = [row.write([words for _, words in row.links]) for row in rows]
    text = "\n".join(f"{_write_clock(row.begins)} {row.minutes:3} min  {words}" for row, words in zip(rows, said, strict=True))
    publish_display_data({"text/html": page, "text/plain": f"{first}. {rest}\n{text}"})


def _write_clock(minutes: int) -> str:
    """Write minutes from the start as a clock does.

    >>> _write_clock(0), _write_clock(95)
    ('0:00', '1:35')
    """
    return f"{minutes // 60}:{minutes % 60:02}"


def list_used(sessions: Iterable[Session]) -> dict[tuple[str, str], list[str]]:
    """List in which sessions each exercise is solved, by page and first word of its title.

    >>> list_used([Session("One", 5, (solve("01", "Read"),))])
    {('01', 'Read'): ['One']}
    """
    used: dict[tuple[str, str], list[str]] = {}
    for session in sessions:
        for step in session.steps:
            if step.exercise:
                used.setdefault((step.exercise[0], step.exercise[1]), []).append(session.title)
    return used
