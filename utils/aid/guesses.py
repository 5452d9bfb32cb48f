"""What a reader is asked before the answers, what was known by then, and how guesses are held against our forecasts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from ..common.checks import check_day
from ..common.formatting import day_in_words, days_in_words, format_some, list_in_words, percent
from ..course.guesses import NEAREST, Asked, Settled, count_questions, name_guess
from ..forecasts.archive import ForecastRecord
from ..questions.question import Question
from ..questions.resolution import YES
from .daily import load_days
from .loaders import load_quotes
from .nowcast.checks import select_level_quotes
from .questions import ALL
from .resolution.evidence import BASES
from .resolution.tables import name_forecast
from .sources import BY_NAME

#: Where a guess is scored.
SCORED = ("The page that checks our work", "07_check_our_work.ipynb")

#: The frozen forecasts that stand beside a guess: our answer, the same with what may come, and the baselines.
BESIDE = ("pool", "pool-shifts", "base_rate", "climatology", "weekday_bootstrap", "always_no")

#: Days at the end of a list whose highest is told.
NEWEST = 60

#: How surely the right one of two forecasters is to be ahead.
SURELY = 0.95


def list_asked(questions: Sequence[Question], *, as_of: object) -> list[Asked]:
    """List what a reader is asked: the questions whose windows had not closed by a day, each under the key of its guess.

    Examples
    --------
    >>> [one.words for one in list_asked(list(ALL.values()), as_of="2024-12-01")]
    ["Do trucks by land on COGAT's count reach 350 a day on any one day before 20 January 2025?"]
    """
    day = check_day(as_of, name="as_of")
    return [Asked(name_guess(one, as_of=day), one.words) for one in questions if day <= one.window[-1]]


def list_known_facts(questions: Sequence[Question], *, as_of: object) -> list[str]:
    """List what was known on a day, in sentences that give nothing of a forecast away.

    Parameters
    ----------
    questions : sequence of Question
        Of one count and threshold.
    as_of : day
        Only what had been published by this day is told.

    Returns
    -------
    list of str
        How many days lay ahead, what the newest list holds, and what had been quoted of the days after it.

    Examples
    --------
    >>> ahead, held, quoted = list_known_facts(list(ALL.values()), as_of="2024-11-08")
    >>> ahead
    'Days of the window still ahead on 8 November 2024: 5 before 13 November 2024 and 73 before 20 January 2025.'
    """
    day, first = check_day(as_of, name="as_of"), questions[0]
    left = {one.end: int((one.window >= day).sum()) for one in questions}
    spans = [f"{n} {end}" for end, n in left.items() if n]
    counts = load_days(first.source, as_of=day)["count"].dropna()
    met = counts[counts >= first.threshold]
    last = f", the last of them {day_in_words(met.index[-1])}" if len(met) else ""
    title, unit = first.counter.title, first.counter.unit
    known = [
        f"Days of the window still ahead on {day_in_words(day)}: {list_in_words(spans)}.",
        f"{title}'s newest list ends on {day_in_words(counts.index[-1])}. Of its {format_some(len(counts), 'counted day')} "
        f"{len(met) or 'none'} had {first.threshold:,.10g} or more {unit}{last}; the highest of the last {NEWEST} has "
        f"{counts[-NEWEST:].max():,.0f}.",
    ]
    quotes = select_level_quotes(load_quotes(as_of=day), after=counts.index[-1]).sort_values(["date_end", "date_start"])
    if quotes.empty:
        return [*known, "No figure for all crossings had been quoted of the days since."]
    newest = quotes.iloc[-1]
    span = days_in_words(newest["date_start"], newest["date_end"])
    return [
        *known,
        f"Of the days since, {format_some(len(quotes), 'figure')} for all crossings had been quoted; "
        f"{'the newest is' if len(quotes) > 1 else 'it is'} {newest['daily']:,.0f} {unit} a day for {span}.",
    ]


def list_settled(record: ForecastRecord, scored: pd.DataFrame, *, titles: Mapping[tuple[str, str], str]) -> list[Settled]:
    """List the two questions on the leading count as they came out, with what our forecasts and the baselines gave.

    Parameters
    ----------
    record : ForecastRecord
    scored : pandas.DataFrame
        Rows of `utils.verification.archive_scores.score_record` for a single day, the last date left out.
    titles : mapping of (question, source) to str
        The question and its outcome in few words; one that stayed open needs none.

    Returns
    -------
    list of Settled
        `came` is that of the first body of evidence that settles the question, or None.

    Examples
    --------
    >>> from utils import load_forecasts
    >>> scored = pd.DataFrame([dict(question="transition", source="cogat", outcome="YES")])
    >>> titles = {("transition", "cogat"): "Transition: 630 trucks on 19 January 2025"}
    >>> [(one.title, one.came) for one in list_settled(load_forecasts(), scored, titles=titles)]
    [("Deadline, COGAT's count: open", None), ('Transition: 630 trucks on 19 January 2025', True)]
    """
    source = next(iter(BY_NAME))
    day = record.probabilities.query("source == @source and definition == 'day' and not inclusive").set_index(
        ["question", "model"]
    )
    found = []
    for name, question in ALL.items():
        outcomes = scored[scored["question"].eq(name) & scored["source"].eq(source)]["outcome"]
        rows = day.loc[name].loc[list(BESIDE)].itertuples()
        given = {name_forecast(row.label, row.vintage): float(row.probability) for row in rows}
        title = titles.get((name, source), f"{name.capitalize()}, {BY_NAME[source].title}'s count: open")
        came = None if outcomes.empty else outcomes.iloc[0] == YES
        found.append(Settled(name_guess(question, as_of=record.as_of), question.words, title, came, given))
    return found


def write_caption(record: ForecastRecord, scored: pd.DataFrame) -> str:
    """Write what the table of guesses and forecasts holds, and which question is scored by another count than the one asked of.

    Parameters
    ----------
    record, scored
        As for `list_settled`.

    Examples
    --------
    >>> from utils import load_forecasts
    >>> scored = pd.DataFrame([dict(question="transition", source="cogat", basis="ceasefire count")])
    >>> write_caption(load_forecasts(), scored).partition(".")[2]
    " The transition is open on it, and scored by the truce's count, the nearest."
    """
    source = next(iter(BY_NAME))
    title = BY_NAME[source].title
    bases = scored[scored["source"].eq(source)].drop_duplicates("question").set_index("question")["basis"]
    apart = [
        f" The {name} is open on it, and scored by {BASES[basis].short}, the nearest."
        for name, basis in bases.items()
        if BASES[basis].count != source
    ]
    return f"Our forecasts of {day_in_words(record.as_of)}, of a single day at the target on {title}'s count.{''.join(apart)}"


def describe_one_event(settled: Sequence[Settled]) -> str:
    """Say what a score of one event can mean, and how many questions it takes to tell a forecaster from the base rate.

    Parameters
    ----------
    settled : sequence of Settled
        As from `list_settled`.

    Returns
    -------
    str
        Markdown.

    Examples
    --------
    >>> asked = [Settled("", "", "", None, {"pool": pool, "base rate": 0.2}) for pool in (0.2, 0.9)]
    >>> describe_one_event(asked).partition("it takes ")[2].partition(" until")[0]
    '6 questions like the second (90 % against 20 %)'
    """
    needed = []
    for place, one in zip(("first", "second"), settled, strict=True):
        ours, base = one.forecasts["pool"], one.forecasts["base rate"]
        if abs(ours - base) >= NEAREST:
            n = count_questions(ours, base, sure=SURELY)
            needed.append(f"{format_some(n, 'question')} like the {place} ({percent(ours)} against {percent(base)})")
    early, late = (question.window for question in ALL.values())
    inside, whole = len(early.intersection(late)), format_some(len(early), "day")
    told = (
        f"If the pool or the base rate was exactly right each time, it takes {list_in_words(needed, last='or')} until the right "
        f"one has the better mean Brier score with a probability of {percent(SURELY)}. "
        if needed
        else ""
    )
    return (
        "**What a score of one event can mean.** The scores stand in the order of the probabilities: whoever gave more to what "
        f"came is ahead, by insight or by luck. {told}These two are not even two: "
        f"{f'all {whole}' if inside == len(early) else f'{inside} of {whole}'} of the first window lie in the second, and one "
        "ceasefire made the difference."
    )
