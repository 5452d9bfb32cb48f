"""Checks of the exercises to notebook 08, Ask your own question."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ...common.formatting import day_in_words, format_some, percent
from ...counts.count_file import read_counts
from ...counts.snapshot import Snapshot
from ...course.verdicts import MISTAKE, RIGHT, WRONG, Mistake, NotReadableError, Verdict, check, compare
from ...forecasts.answer import answer as answer_question
from ...questions.question import Question
from ..paths import DATA
from ..tables import read_table

FILE = DATA / "examples" / "uk_covid_tests.csv"
#: The day of the first exercise, and the last day of the promise of the second.
EARLIER, LAST = "2020-04-27", "2020-04-30"
#: Days that a file of one's own should have.
MIN_DAYS = 28


@check("the number of days, a whole number")
def check_known_days(answer: object) -> Verdict:
    """Judge how many counted days of a file a forecaster held on a day.

    >>> check_known_days(len(read_counts(FILE, date="date", count="tests").days))
    Not quite. This is the whole file. Most of it was still to come.
    """
    days = read_counts(FILE, date="date", count="tests").days
    right = int((days.index < EARLIER).sum())
    return compare(
        answer,
        right,
        praise=f"{format_some(right, 'day')}: as of a day means the days before it, and no other.",
        mistakes=[
            Mistake(right + 1, "The day itself is in this. Its figure came out on the day after."),
            Mistake(len(days), "This is the whole file. Most of it was still to come."),
            Mistake(len(days) - right, "These are the days that were still to come."),
        ],
    )


@check("a number of tests")
def check_without_kits(answer: object) -> Verdict:
    """Judge the last day of a promise, on the count without kits that were sent out.

    >>> check_without_kits(122_347)
    Not quite. This is the count as announced, with the kits in it.
    """
    last = read_table("examples/uk_covid_tests.csv").set_index("date").loc[LAST]
    return compare(
        answer,
        last["tests"] - last["kits_sent"],
        praise="The promise held if a kit in the post is a test, and failed if not. Nobody had written down which.",
        mistakes=[
            Mistake(last["tests"], "This is the count as announced, with the kits in it."),
            Mistake(last["kits_sent"], "These are the kits. Take them off the tests."),
            Mistake(last["people_tested"], "These are people. One person can be tested twice; tests without kits are wanted."),
            Mistake(last["tests"] + last["kits_sent"], "The kits are in the count already. Take them off, do not add them."),
        ],
    )


@check("what `read_counts` returns")
def check_own_file(answer: Any) -> Verdict:
    """Judge a file of counts that somebody wrote and read, and ask a question of it.

    >>> check_own_file(read_counts(FILE, date="date", count="tests"))
    Not quite. Every day has a count. Leave out one: your own file will have such a day too.
    """
    if not isinstance(answer, Snapshot):
        raise NotReadableError("a Snapshot is wanted")
    counts = answer.days["count"]
    if len(counts) < MIN_DAYS:
        return Verdict(
            MISTAKE,
            f"It runs over {format_some(len(counts), 'day')}. Write at least {MIN_DAYS}: little can be learnt from less.",
        )
    if (counts == 0).any():
        day = day_in_words(counts[counts == 0].index[0])
        return Verdict(MISTAKE, f"{day} has a zero. If nobody counted, leave the row out, and do not read it as zero.")
    missing = int(counts.isna().sum())
    if not missing:
        return Verdict(MISTAKE, "Every day has a count. Leave out one: your own file will have such a day too.")
    if missing > 1:
        return Verdict(WRONG, f"{missing} days have no count; one is wanted.")
    opens = counts.index[-1] + pd.Timedelta(days=1)
    highest = float(np.nanmax(counts))
    question = Question(threshold=highest, opens=opens, closes=opens + pd.Timedelta(days=7))
    found = answer_question(question, as_of=opens, counts=answer, n_paths=500)
    return Verdict(
        RIGHT,
        f"{len(counts) - missing} days counted, one not, and it stayed missing. Your count reaches its highest, {highest:g}, "
        f"again within a week with {percent(found.probability)}.",
    )
