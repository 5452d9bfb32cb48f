"""The case's answers for the first page of the report, and the grid of them that opens every page with an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..common.checks import check_count, check_day
from ..common.errors import InputError
from ..common.formatting import day_in_words, format_some, list_in_words
from ..publishing.answer_grid import AnswerGrid, GridColumn, Statement
from .questions import ALL, ASKED

# What forecasts is imported inside of functions, so that a report that is current already is found so without loading a model.
if TYPE_CHECKING:
    from ..forecasts.result import Answer
    from ..questions.question import Question

#: The two rows of the grid, as `answer` takes them: whether shifts may come.
ROWS = {"If nothing shifts": False, "With what may come": True}

#: Where it is told what came.
CHECKED = ("What came is on the page that checks our work.", "07_check_our_work.ipynb")

#: Which of the two answers leads, and what the other is.
WHICH_LEADS = (
    "The probability holds if nothing shifts; with what may come, a pause, a closing or an announced opening is counted in. At "
    "earlier origins the scenarios did not earn the first place (page 04): the plain answer leads, the other stands beside it."
)

#: How to read on, by what a reader has time for: the pages by number, and what they give.
WAYS = (
    ("Five minutes", ("00", "07"), "Both questions on one page; then how they came out."),
    (
        "For a briefing",
        ("05", "06", "07"),
        "Each answer from what was known to what could be wrong, and what the forecasts were worth.",
    ),
    (
        "As a course",
        ("05#guess", "01", "02", "03", "04", "08", "90", "91"),
        "Guess before the answers; then the data, two counts, the models and their tests, with exercises; a count of your own; "
        "words and sources.",
    ),
)


def summarise_headline(
    *,
    as_of: object = None,
    n_paths: int = 10_000,
    seed: int = 0,
    questions: Sequence[Question] = tuple(ALL.values()),
    outcomes: bool = False,
) -> AnswerGrid:
    """Answer the questions on both counts, if nothing shifts and with what may come: the grid that opens a page.

    Parameters
    ----------
    as_of : day, optional
        By default the day on which the questions were asked.
    n_paths, seed
        See `utils.simulate_paths`.
    questions : sequence of Question
        The two of the seed, or variations of them by the same threshold and definition. Each is asked of both counts.
    outcomes : bool
        Whether to say what came, by all that was published later.

    Returns
    -------
    AnswerGrid
        A window that had closed by the day is resolved by what had been published by then.

    Raises
    ------
    InputError
        If the questions differ in threshold or definition, or none of their windows is open any more.

    Examples
    --------
    >>> grid = summarise_headline(as_of="2024-11-08", n_paths=1000)
    >>> grid.rows[grid.leads], [column.end for column in grid.columns]
    ('If nothing shifts', ['before 13 November 2024', 'before 20 January 2025'])
    """
    from .answers import answer
    from .scenario_backtest import HEADLINE, SHIFTED
    from .sources import BY_NAME

    check_count(n_paths, name="n_paths")
    day = check_day(ASKED if as_of is None else as_of, name="as_of")
    if len({(question.threshold, question.definition) for question in questions}) != 1:
        raise InputError("questions differ in threshold or definition; vary both alike, so that one grid can hold them")
    if all(day > question.window[-1] for question in questions):
        raise InputError(f"as_of {day:%Y-%m-%d} lies after every window; nothing is left to forecast, so choose an earlier day")
    found = {
        (question, shifts): [
            answer(question.vary(source=source), as_of=day, shifts=shifts, n_paths=n_paths, seed=seed) for source in BY_NAME
        ]
        for question in questions
        if day <= question.window[-1]
        for shifts in ROWS.values()
    }
    leads = list(ROWS.values()).index(HEADLINE == SHIFTED)
    columns = [_make_column(question, found, day=day, leads=leads, outcomes=outcomes) for question in questions]
    return AnswerGrid(
        question=_ask(questions),
        as_of=day_in_words(day),
        rows=tuple(ROWS),
        leads=leads,
        columns=tuple(columns),
        notes=_note(found, leads=HEADLINE == SHIFTED),
        link=None if outcomes else CHECKED,
    )


def _ask(questions: Sequence[Question]) -> str:
    """Ask all questions in one sentence, with the place and the target."""
    first = questions[0]
    ends = " or ".join(dict.fromkeys(question.end for question in questions))
    if first.definition == "day":
        return f"Will at least {format_some(first.threshold, 'truck')} of aid enter Gaza on any one day {ends}?"
    return f"Will the trucks of aid that enter Gaza {first.event} {ends}?"


def _make_column(
    question: Question, found: dict[tuple[Question, bool], list[Answer]], *, day: Any, leads: int, outcomes: bool
) -> GridColumn:
    from .resolution.on_record import describe_outcome

    came = describe_outcome(question) if outcomes else None
    asked = ALL.get(question.name)
    event = question.title if asked is not None and asked.closes == question.closes else ""
    if day > question.window[-1]:
        return GridColumn(question.end, event, (), closed=describe_outcome(question, as_of=day), came=came)
    cells = tuple(
        tuple(
            Statement(
                f"{one.question.counter.title}'s count",
                one.probability,
                one.low,
                one.high,
                _count_record(one) if number == leads and not place else "",
            )
            for place, one in enumerate(found[question, shifts])
        )
        for number, shifts in enumerate(ROWS.values())
    )
    return GridColumn(question.end, event, cells, came=came)


def _count_record(answer: Answer) -> str:
    """Count how many statements like an answer came true, as a part of a sentence."""
    record = answer.track_record
    if isinstance(record, str):
        return ""
    if not record.such.cases:
        return "none like it in the past"
    return f"of {record.such.cases} like it, {record.such.words[0]} came true"


def _note(found: Mapping[tuple[Question, bool], Sequence[Answer]], *, leads: bool) -> str:
    """Say what the answers rest on, what may come, and in how few windows lie the statements like those that lead."""
    any_ = next(iter(found.values()))
    lists = list_in_words([f"{one.question.counter.title}'s list, complete to {day_in_words(one.last_counted)}," for one in any_])
    quotes = len(any_[0].quotes)
    lists = lists if quotes else lists.removesuffix(",")
    sentences = [f"From {lists}" + (f" and {format_some(quotes, 'quoted figure')}, read as one flow." if quotes else ".")]
    names = {name for both in found.values() for branch in both[0].branches for name in branch.names}
    if names:
        sentences.append(f"What may come: {'; '.join(sorted(names, key=str.lower))}.")
    records = [both[0].track_record for (_, shifts), both in found.items() if shifts == leads]
    windows = [record.such.separate for record in records if not isinstance(record, str) and record.such.cases]
    if windows:
        apart = len(set(windows)) > 1
        counts = [f"{n}" for n in windows[:-1] if apart] + [format_some(windows[-1], "separate window")]
        each = " each" if len(windows) > 1 and not apart else ""
        sentences.append(f"The statements like ours overlap: they fill about {list_in_words(counts)}{each}.")
    return " ".join(sentences)


def summarise_answers(*, as_of: object = None, n_paths: int = 10_000) -> dict[str, object]:
    """Summarise both questions as plain values for the report's first page.

    Parameters
    ----------
    as_of, n_paths
        See `utils.aid.answers.answer_all`.

    Returns
    -------
    dict
        What `utils.publishing.report.write_report` shows.

    Raises
    ------
    InputError
        If no window is open any more.

    Examples
    --------
    >>> summarise_answers(as_of="2025-01-20")
    Traceback (most recent call last):
        ...
    utils.common.errors.InputError: as_of 2025-01-20 lies after every window; nothing is left to forecast, ...
    """
    from ..figures.style import write_figure
    from ..forecasts.archive import BASELINE_LABELS
    from ..forecasts.track_record import SUCH, describe_record
    from ..questions.passage import parse_definition
    from .answers import answer_all
    from .cover_figure import describe_cover, plot_cover
    from .frozen import load_forecasts
    from .reporting import learn_settling

    grid = summarise_headline(as_of=as_of, n_paths=n_paths, outcomes=True)
    answers, shifted = (answer_all(as_of=as_of, n_paths=n_paths, shifts=shifts) for shifts in (False, True))
    first = answers[0]
    settling = {source: learn_settling(source, as_of=first.as_of).words for source in {one.question.source for one in answers}}
    made = str(load_forecasts().manifest["written"])[:4]
    return dict(
        title=f"Will aid trucks into Gaza reach {first.question.threshold:,.10g} a day?",
        asked=f"The United States asked for at least {first.question.threshold:,.10g} trucks a day. Will any one day reach it, "
        f"as known on {day_in_words(first.as_of)}?",
        grid=grid.to_dict(),
        caution=f"A reconstruction, made in {made} from what was public on {day_in_words(first.as_of)}, by people who knew how "
        "it had come out.",
        picture=write_figure(plot_cover(as_of=first.as_of), **describe_cover(as_of=first.as_of)),
        lead="A study of how a public count can be forecast, as it was known on the day. It is not a basis for "
        "operations: both lists are incomplete and end weeks earlier, and no model of past counts sees a shift of policy coming. "
        "What came is shown here by lists and quoted figures alone; where they leave a count open, page 07 also weighs an "
        "estimate, and says by it whether the target was reached.",
        ways=[dict(reader=reader, pages=list(pages), words=words) for reader, pages, words in WAYS],
        as_of=f"{first.as_of:%Y-%m-%d}",
        origin=f"{first.origin:%Y-%m-%d}",
        rows=[
            dict(
                question=f"{answer.question.title}, {answer.question.end}",
                source=answer.question.counter.title,
                definition=parse_definition(answer.question.definition).words,
                probability=answer.probability,
                low=answer.low,
                high=answer.high,
                shifted=beside.probability,
                # A rule that always gives zero needs no column.
                baselines={BASELINE_LABELS[name]: value for name, value in answer.baselines.items() if name != "always_no"},
                record=describe_record(answer.track_record),
            )
            for answer, beside in zip(answers, shifted, strict=True)
        ],
        records=SUCH,
        scenarios=WHICH_LEADS,
        vintages=[
            dict(
                source=title,
                published=vintage,
                last_counted_day=f"{last:%Y-%m-%d}" if vintage == newest else "",
                newest_days=settling[source] if vintage == newest else "",
            )
            for title, source, vintage, newest, last in sorted(
                {
                    (answer.question.counter.title, answer.question.source, vintage, answer.vintages[-1], answer.last_counted)
                    for answer in answers
                    for vintage in answer.vintages
                }
            )
        ],
    )
