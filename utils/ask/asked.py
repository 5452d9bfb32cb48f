"""Ask a question of a file of daily counts: the answer, what such forecasts earned on that count, and what was assumed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ..common.errors import InputError
from ..common.formatting import INTERVAL_RULE, day_in_words
from ..counts.calendar import WEEKDAY_NAMES
from ..counts.count_file import CountFile, check_length, read_count_file
from ..counts.snapshot import Snapshot, Source, take_snapshot
from ..forecasts.answer import answer
from ..forecasts.result import Answer
from ..questions.passage import NEVER, first_passage
from ..questions.question import Question
from ..questions.resolution import UNRESOLVED, Resolution

#: Version of the layout of `Asked.to_dict`, as in ask.schema.json.
LAYOUT = 2
#: Days between the last count and the end of a window for which paths are simulated. Nobody knows a count of ten years hence.
FURTHEST = 3_660


@dataclass(frozen=True, eq=False)
class Asked:
    """What came of a question to a file.

    Attributes
    ----------
    file : CountFile
        All of the file.
    snapshot : Snapshot
        What of it was known on the as-of day.
    answer : Answer
    resolution : Resolution or None
        How the question came out, where the file knows.
    seed : int
    missing : str
        What a day without a count was taken for; see `read_counts`.
    """

    file: CountFile
    snapshot: Snapshot
    answer: Answer
    resolution: Resolution | None
    seed: int
    missing: str

    @property
    def question(self) -> Question:
        """The question."""
        return self.answer.question

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What was assumed, sentence by sentence."""
        return (*_describe_reading(self), *_describe_question(self), *_describe_forecast(self), *self.file.notes)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values, laid out as in ask.schema.json."""
        days, file = self.snapshot.days, self.file
        states = days["state"].value_counts()
        resolution = self.resolution
        return {
            "layout": LAYOUT,
            "file": {
                "name": file.name,
                "date": file.date,
                "count": file.count or None,
                "form": file.form,
                "rows": file.n_rows,
                "first": f"{days.index[0]:%Y-%m-%d}",
                "last": f"{days.index[-1]:%Y-%m-%d}",
                "counted": int(states.get("counted", 0)),
                "closed": int(states.get("closed", 0)),
                "unreported": int(states.get("unreported", 0)),
                "closed_weekdays": [WEEKDAY_NAMES[day] for day in self.snapshot.shut_weekdays],
                "missing": self.missing,
            },
            "answer": self.answer.to_dict(),
            "seed": self.seed,
            "resolution": None
            if resolution is None
            else {
                "outcome": resolution.outcome,
                "why": resolution.why,
                "day": None if resolution.day is None else f"{resolution.day:%Y-%m-%d}",
            },
            "assumptions": list(self.assumptions),
        }


def ask(
    path: Path | str,
    *,
    threshold: float,
    by: object,
    after: object = None,
    inclusive: bool = False,
    below: bool = False,
    definition: str = "day",
    as_of: object = None,
    name: str = "",
    unit: str = "counts",
    n_paths: int = 10_000,
    seed: int = 0,
    **reading: Any,
) -> Asked:
    """Ask whether the daily count in a file reaches a threshold, or falls below it, before a day.

    Parameters
    ----------
    path : Path or str
    threshold : float
        Counts a day.
    by, after : day
        The day before which the event must come, and the first day on which it may; by default the as-of day.
    inclusive : bool
        Whether it may come on `by` itself.
    below : bool
        Whether the event is that the count falls below the threshold.
    definition : str
        See `utils.questions.passage.parse_definition`.
    as_of : day, optional
        Use only the days before this one; by default all, and this is the day after the last counted one.
    name, unit : str
        Who counts, and what, in the plural.
    n_paths, seed : int
    **reading
        How the file is to be read; see `read_counts`.

    Returns
    -------
    Asked

    Raises
    ------
    InputError
        If the file is no daily count, or the question makes no sense for it.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder) / "cases.csv"
    ...     days = pd.date_range("2024-03-01", periods=60)
    ...     _ = file.write_text("\\n".join(["day,cases", *(f"{day:%Y-%m-%d},{20 + day.day % 7}" for day in days)]))
    ...     asked = ask(file, threshold=40, by="2024-05-15", unit="cases", n_paths=500)
    >>> asked.question.words
    'Do cases reach 40 a day on any one day before 15 May 2024?'
    """
    source = Source(name, unit=unit)
    file = read_count_file(path, source=source, **reading)
    snapshot = take_snapshot(file.snapshot, as_of=as_of)
    check_length(snapshot, name=file.name)
    today = snapshot.as_of
    assert today is not None  # a snapshot that was taken knows its day
    question = Question(
        threshold=threshold,
        opens=today if after is None else after,  # type: ignore[arg-type]
        closes=by,  # type: ignore[arg-type]
        inclusive=inclusive,
        below=below,
        definition=definition,
        source=source.name,
        scope=snapshot.scope,
        sources=(source,),
    )
    _check_window(question, snapshot, as_of=as_of)
    result = answer(question, counts=snapshot, n_paths=n_paths, seed=seed)
    resolution = question.resolve(file.snapshot.days) if today <= file.snapshot.days.index[-1] else None
    if resolution is not None and resolution.outcome == UNRESOLVED and question.window[-1] > file.snapshot.days.index[-1]:
        resolution = None  # the days are still to come
    return Asked(file, snapshot, result, resolution, seed, reading.get("missing", "unreported"))


def _check_window(question: Question, snapshot: Snapshot, *, as_of: object) -> None:
    """Raise `InputError` if the window has passed, lies out of reach, or is decided by closed days alone."""
    last, today, window = snapshot.days.index[-1], snapshot.as_of, question.window
    assert today is not None
    if window[-1] < today:
        given = f"as of {today:%Y-%m-%d}" if as_of is not None else f"the count runs to {last:%Y-%m-%d}"
        raise InputError(
            f"by {question.closes}: the window ends on {window[-1]:%Y-%m-%d}, but {given}; choose a later day, or ask as of an "
            "earlier one with --as-of"
        )
    if (window[-1] - last).days > FURTHEST:
        raise InputError(
            f"by {question.closes} lies {(window[-1] - last).days / 365.25:.0f} years after the last count of {last:%Y-%m-%d}; "
            "choose a day within ten years"
        )
    if question.below and snapshot.shut_weekdays:
        span = pd.date_range(window[0] - pd.Timedelta(days=question.lookback), window[-1])
        high = question.threshold * len(span)
        open_days = (~span.day_of_week.isin(snapshot.shut_weekdays) * high)[None]
        before, within = open_days[:, : question.lookback], open_days[:, question.lookback :]
        if first_passage(within, question.definition, question.threshold, tail=before, below=True)[0] != NEVER:
            raise InputError(
                f"below {question.threshold:g}: a closed day has nothing and so is below by itself; choose a definition that "
                "spans open days, such as mean7"
            )


# ------------------------------------------------------------------------------------------------- what was assumed


def _describe_reading(asked: Asked) -> list[str]:
    """Say where days and counts come from, and what days without a count are."""
    file, snapshot = asked.file, asked.snapshot
    days = snapshot.days
    states = days["state"].value_counts()
    what = f"counts from column {file.count}" if file.count else "each row counts as one"
    sentences = [
        f"Days are those of column {file.date} ({file.form}) of {file.name}; {what}.",
        f"Known: {states.get('counted', 0):,} counted days from {day_in_words(days.index[0])} to {day_in_words(days.index[-1])}.",
    ]
    if asked.missing == "zero":
        sentences.append("A day without a count was taken for a zero, as asked.")
    elif unreported := states.get("unreported", 0):
        sentences.append(f"Days between them without a count: {unreported:,}. They are not known, and never taken for zero.")
    if snapshot.shut_weekdays:
        names = " and ".join(f"{WEEKDAY_NAMES[day].title()}s" for day in snapshot.shut_weekdays)
        sentences.append(f"There is nothing to count on {names}: {states.get('closed', 0):,} closed days, and none on the paths.")
    return sentences


def _describe_question(asked: Asked) -> list[str]:
    """Say as of when the question is answered, and what meets it."""
    question, result = asked.question, asked.answer
    rules = question.rules
    gap = (result.origin - result.last_counted).days
    since = f" The {gap} days since the last count are simulated too." if gap > 1 else ""
    since = " The day since the last count is simulated too." if gap == 1 else since
    name = "fallen below" if question.below else "reached"
    return [
        f"Answered as of {day_in_words(result.as_of)}, from the days before it.{since}",
        f"Window: {rules['window']}; the last date itself {rules['the last date itself']}.",
        f"{name.capitalize()}: {rules[name]}, {rules['threshold']}.",
    ]


def _describe_forecast(asked: Asked) -> list[str]:
    """Say what the probability is of."""
    result = asked.answer
    pool = "pool" in result.model
    kind = "pool of sample paths" if pool else result.model
    return [
        f"The probability is the fraction of {result.n_paths:,} joint paths that meet it, from a {kind} ({result.model}, seed "
        f"{asked.seed}).",
        INTERVAL_RULE,
        "The count goes on as it went: no intervention, new rule or change of counting is foreseen.",
    ]
