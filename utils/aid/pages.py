"""What the pages of the forecasts share: a question asked as of a day, and sentences that are true on any day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ..common.checks import check_day
from ..common.formatting import compare_in_words, day_in_words, format_some, list_in_words, percent
from ..counts.snapshot import Snapshot
from ..forecasts.ensemble import Ensemble
from ..forecasts.result import Answer
from ..questions.passage import DEFINITIONS
from ..questions.question import Question
from ..scenarios.hazards import Scenario
from ..scenarios.interruptions import LEVEL, Effect
from ..scenarios.placebos import count_separate, measure_exclusion
from .answers import answer, check_askable, simulate_for
from .interventions import EARLIER, check_interventions, list_interventions, load_placebos
from .questions import ALL, load_facts
from .resolution.on_record import describe_outcome
from .scenarios import ANNOUNCED_DAYS, ANNOUNCED_PROBABILITY, CASES
from .sources import BY_NAME

#: Days of a list whose highest day says what the weekday bootstrap draws from.
RECENT = 60

#: A quote lies at the edge of a list's own paths where so few of them lie beyond it.
EDGE = 0.05


@dataclass(frozen=True)
class Case:
    """A question asked of every count as of a day, for a page.

    Attributes
    ----------
    question : Question
        Of COGAT's count, which comes first.
    as_of : pandas.Timestamp
        The day of the knowledge.
    n_paths, seed : int
        See `utils.simulate_paths`.
    """

    question: Question
    as_of: pd.Timestamp
    n_paths: int = 10_000
    seed: int = 0

    @property
    def asked(self) -> pd.Timestamp:
        """The day of the forecast: that of the knowledge or, once the window has closed, its last day."""
        return min(self.as_of, self.question.window[-1])

    @property
    def closed(self) -> bool:
        """Whether the window had closed by the day of the knowledge."""
        return self.as_of > self.asked

    @property
    def ahead(self) -> int:
        """Days of the window that are still ahead on the day of the forecast."""
        return int((self.question.window >= self.asked).sum())

    @property
    def settings(self) -> dict[str, Any]:
        """The day of the forecast, the number of paths and the seed, as `utils.answer` takes them."""
        return dict(as_of=self.asked, n_paths=self.n_paths, seed=self.seed)

    def ask(self, source: str, *, vary: dict[str, Any] | None = None, **ways: Any) -> Answer:
        """Answer the question on a count, perhaps with other fields of the question, or in other ways (see `utils.answer`)."""
        return answer(self.question.vary(source=source, **(vary or {})), **self.settings, **ways)

    def ask_all(self) -> list[Answer]:
        """Answer it on every count by every definition; the page's own comes first if it is none of the four."""
        own = self.question.definition
        definitions = DEFINITIONS if own in DEFINITIONS else (own, *DEFINITIONS)
        return [self.ask(source, vary=dict(definition=one)) for source in BY_NAME for one in definitions]

    def simulate(self, source: str, **ways: Any) -> Ensemble:
        """Simulate a count to the end of the window."""
        return simulate_for(self.question.vary(source=source), **self.settings, **ways)


def open_case(question: Question, *, as_of: object, n_paths: int = 10_000, seed: int = 0) -> Case:
    """Open a question as of a day.

    Raises
    ------
    InputError
        If no list had been published by then, or both windows of the seed had closed.

    Examples
    --------
    >>> from utils.aid.questions import DEADLINE
    >>> case = open_case(DEADLINE, as_of="2024-11-14")
    >>> case.closed, f"{case.asked:%Y-%m-%d}"
    (True, '2024-11-12')
    """
    return Case(question.vary(source=next(iter(BY_NAME))), check_askable(as_of=as_of), n_paths, seed)


def list_facts(*, as_of: object) -> pd.DataFrame:
    """List the facts behind both questions that were public by a day: fact, value, unit, and who said so.

    Examples
    --------
    >>> len(list_facts(as_of="2024-11-08")) > 3, len(list_facts(as_of="2024-11-07"))
    (True, 0)
    """
    day = check_day(as_of, name="as_of")
    shown = ("target", "observed", "letter", *ALL, "kissufim")
    facts = [load_facts()[name] for name in shown]
    return pd.DataFrame(
        [
            {"fact": one["fact"], "value": str(one["value"]), "unit": one.get("unit", ""), "who said so": one["attribution"]}
            for one in facts
            if pd.Timestamp(one["published"]) <= day
        ],
        columns=["fact", "value", "unit", "who said so"],
    )


def describe_standing(case: Case) -> str:
    """Say whether the window is still to come, open or closed on the day of the knowledge and, once closed, how it came out.

    >>> from utils.aid.questions import DEADLINE
    >>> describe_standing(open_case(DEADLINE, as_of="2024-11-10"))
    'Of the window, 8 November 2024 to 12 November 2024, 3 days of 5 still lay ahead.'
    """
    window = case.question.window
    span = f"{day_in_words(window[0])} to {day_in_words(window[-1])}"
    if case.as_of <= window[0]:
        return f"The window, {span}, is all ahead: {format_some(len(window), 'day')}."
    if not case.closed:
        return f"Of the window, {span}, {format_some(case.ahead, 'day')} of {len(window)} still lay ahead."
    came = describe_outcome(case.question, as_of=case.as_of)
    finding = came.finding[0].lower() + came.finding[1:]
    return (
        f"**The window, {span}, has closed.** By what was public on {day_in_words(case.as_of)}: {finding}; {came.whose}. The "
        f"last forecast that could be made is as of {day_in_words(case.asked)}."
    )


def describe_baselines(one: Answer) -> str:
    """Say how an answer stands to the two baselines that differ most in what they remember, and what the past holds.

    >>> from textwrap import fill
    >>> from utils.aid.questions import DEADLINE
    >>> one = open_case(DEADLINE, as_of="2024-11-08", n_paths=100).ask("unrwa", init="list")
    >>> print(fill(describe_baselines(one).rpartition(". ")[2], 110))
    The base rate knows the whole list: of 67 separate windows of the past 0 met the target, and no day of the
    list is at the target.
    """
    history, rate = one.past[0].history, one.base_rate  # type: ignore[union-attr]
    met = history[history < one.question.threshold] if one.question.below else history[history >= one.question.threshold]
    bootstrap = one.baselines["weekday_bootstrap"]
    last = f"the last day at the target is {day_in_words(met.index[-1])}" if len(met) else "no day of the list is at the target"
    stands = compare_in_words(one.probability, bootstrap, than=f"the weekday bootstrap, {percent(bootstrap)}")
    base = compare_in_words(one.probability, rate.probability, than=f"the base rate, {percent(rate.probability)}")
    windows = f"of {format_some(rate.windows, 'separate window')} of the past {rate.met} met the target"
    recent = f"the last weeks of the list, whose highest day is {history[-RECENT:].max():.0f}"
    recent += ", and the nowcast since" if one.init == "nowcast" else ""
    return (
        f"On {one.question.counter.title}'s count the answer, {percent(one.probability)}, is {stands}, and {base}. The bootstrap "
        f"knows only {recent}. The base rate knows the whole list: {windows}, and {last}."
    )


def describe_coming(shifted: Mapping[str, Answer], plain: Mapping[str, Answer]) -> str:
    """Say what the answers become with what may come, beside the plain ones, and how likely it is that nothing comes.

    >>> from textwrap import fill
    >>> from types import SimpleNamespace
    >>> from utils.aid.questions import DEADLINE
    >>> ways = [SimpleNamespace(names=(), probability=0.7), SimpleNamespace(names=("a pause",), probability=0.3)]
    >>> plain, shifted = (SimpleNamespace(question=DEADLINE, probability=p, branches=ways) for p in (0.1, 0.15))
    >>> print(fill(describe_coming({"cogat": shifted}, {"cogat": plain}), 110))
    With what may come counted in (a pause), the answer is 15 % on COGAT's count (10 % without). The probability
    that nothing comes by the end of the window is 70 %.
    """
    answers = [
        f"{percent(one.probability)} on {one.question.counter.title}'s count ({percent(plain[name].probability)} without)"
        for name, one in shifted.items()
    ]
    first = next(iter(shifted.values()))
    names = dict.fromkeys(name for one in shifted.values() for way in one.branches for name in way.names)
    quiet = sum(way.probability for way in first.branches if not way.names)
    return (
        f"With what may come counted in ({', '.join(names)}), the answer is {list_in_words(answers)}. The probability that "
        f"nothing comes by the end of the window is {percent(quiet)}."
    )


def describe_quotes(alone: dict[str, Answer], plain: dict[str, Answer], checked: pd.DataFrame) -> str:
    """Say what the quotes and the other list change in the answers, and which quotes lie at the edge of a list's own paths.

    Parameters
    ----------
    alone, plain : dict of str to Answer
        By source, the answer from its list alone, and from both lists and the quotes.
    checked : pandas.DataFrame
        As from `utils.aid.nowcast.checks.compare_with_quotes`.

    Examples
    --------
    >>> from textwrap import fill
    >>> from types import SimpleNamespace
    >>> from utils.aid.questions import DEADLINE
    >>> alone, plain = (SimpleNamespace(question=DEADLINE, probability=p) for p in (0.1, 0.05))
    >>> days = pd.to_datetime(["2024-11-01", "2024-11-11"])
    >>> checked = pd.DataFrame({"from": days[:1], "to": days[1:], "quoted": 75.0, "paths at or below": 0.02})
    >>> print(fill(describe_quotes({"cogat": alone}, {"cogat": plain}, checked), 110))
    The list alone gives 10 % on COGAT's count; with the other list and the quotes it is 5 %. Among the lowest 5 %
    of the paths from the list alone lies the quoted 75 a day for 1 November 2024 to 11 November 2024.
    """
    before = [f"{percent(one.probability)} on {one.question.counter.title}'s count" for one in alone.values()]
    parts = [
        f"The list alone gives {list_in_words(before)}; with the other list and the quotes it is "
        f"{list_in_words([percent(one.probability) for one in plain.values()])}."
    ]
    place = checked["paths at or below"]
    edges = {"lowest": checked[place <= EDGE], "highest": checked[place >= 1 - EDGE]}
    for name, table in edges.items():
        if len(table):
            days = [f"{row['quoted']:.0f} a day for {_write_span(row['from'], row['to'])}" for _, row in table.iterrows()]
            lie = "lies" if len(days) == 1 else "lie"
            parts.append(
                f"Among the {name} {percent(EDGE)} of the paths from the list alone {lie} the quoted {list_in_words(days)}."
            )
    rest = len(checked) - sum(map(len, edges.values()))
    if rest:
        lie = "lies" if rest == 1 else "lie"
        parts.append(f"{rest} of {format_some(len(checked), 'quoted figure')} {lie} well among the paths.")
    return " ".join(parts)


def _write_span(first: pd.Timestamp, last: pd.Timestamp) -> str:
    return day_in_words(first) if first == last else f"{day_in_words(first)} to {day_in_words(last)}"


def describe_later_figures(later: pd.DataFrame) -> str:
    """Hold the nowcast of a day against what was quoted since for all trucks on days before it, where the two part.

    It tells of later days, and so belongs on no page but those that say so.

    Parameters
    ----------
    later : pandas.DataFrame
        As from `utils.aid.nowcast.checks.compare_with_later`.

    Examples
    --------
    >>> from textwrap import fill
    >>> days = pd.to_datetime(["2024-11-01", "2024-11-11"])
    >>> later = pd.DataFrame({"from": days[:1], "to": days[1:], "quoted": 75.0, "on the day": 140.0})
    >>> later = later.assign(**{"on the day, low": 90.0, "on the day, high": 200.0})
    >>> print(fill(describe_later_figures(later), 110))
    Known only since: 1 of 1 figure published later lies outside the nowcast's 90 % interval: 75 trucks a day for
    1 November 2024 to 11 November 2024, where the nowcast had 140 (90 to 200).
    """
    outside = later[~later["quoted"].between(later["on the day, low"], later["on the day, high"])]
    parts = [
        f"{row['quoted']:.0f} trucks a day for {_write_span(row['from'], row['to'])}, where the nowcast had "
        f"{row['on the day']:.0f} ({row['on the day, low']:.0f} to {row['on the day, high']:.0f})"
        for _, row in outside.iterrows()
    ]
    if not parts:
        return "Known only since: every figure published later lies within the interval of the nowcast."
    lie = "lies" if len(parts) == 1 else "lie"
    return (
        f"Known only since: {len(parts)} of {format_some(len(later), 'figure')} published later {lie} outside the nowcast's 90 % "
        f"interval: {'; '.join(parts)}."
    )


def describe_effects(effects: Sequence[Effect]) -> str:
    """Say which interventions stand out on which count, how many would by chance, and which effect is known worst.

    >>> from textwrap import fill
    >>> draws = pd.DataFrame({"log_ratio": [0.6, 0.7, 0.8], "delay": 0, "ramp": 1})
    >>> effect = Effect("Humanitarian pause", "unrwa", pd.Timestamp("2023-11-24"), draws)
    >>> print(fill(describe_effects([effect]), 110))
    Of 1 measurement 1 has an interval that excludes no change: Humanitarian pause on UNRWA's count, by a factor
    of 2. By chance alone about 0.1 would. None stands out on both counts. The least known is Humanitarian pause
    on UNRWA's count: between 1.8 and 2.2 times the flow. Where no shift is found, something may still have
    happened: the count moves as much on other dates.
    """
    found = [effect for effect in effects if effect.excludes_one]
    known = sorted((effect for effect in effects if effect.measured), key=lambda effect: effect.ratio[2] / effect.ratio[0])
    listed = [f"{_name_effect(effect)}, by a factor of {effect.ratio[1]:.2g}" for effect in found]
    names = [effect.name for effect in found]
    both = [name for name in dict.fromkeys(names) if names.count(name) == len(BY_NAME)]
    stand = "one stands" if len(both) == 1 else f"{len(both)} stand"
    words = [
        f"Of {format_some(len(effects), 'measurement')} {len(found)} {'has' if len(found) == 1 else 'have'} an interval that "
        "excludes no change"
        + (f": {'; '.join(listed)}" if listed else "")
        + f". By chance alone about {(1 - LEVEL) * len(known):.1f} would. "
        + (f"On both counts {stand} out: {list_in_words(both)}." if both else "None stands out on both counts.")
    ]
    if known:
        worst = known[-1]
        drawn = ", whose days had to be drawn since its list ends before them" if worst.basis == "nowcast" else ""
        words.append(
            f"The least known is {_name_effect(worst)}: between {worst.ratio[0]:.2g} and {worst.ratio[2]:.2g} times the "
            f"flow{drawn}. Where no shift is found, something may still have happened: the count moves as much on other dates."
        )
    return " ".join(words)


def _name_effect(effect: Effect) -> str:
    return f"{effect.name} on {BY_NAME[effect.source].title}'s count"


def describe_placebos(effects: Sequence[Effect], *, as_of: object) -> str:
    """Say how often a shift is found where none is known, how much that widens the intervals, and what other windows find.

    >>> describe_placebos([], as_of="2024-09-12").partition(".")[0]
    'Of 33 placebo dates, at most 5 of them apart from each other, 12 % show a lasting shift'
    """
    placebos = load_placebos(as_of=as_of)
    apart = sum(count_separate(table) for _, table in placebos.groupby("source"))
    words = [
        f"Of {format_some(len(placebos), 'placebo date')}, at most {apart} of them apart from each other, "
        f"{percent(placebos['excludes_one'].mean())} show a lasting shift."
    ]
    for duration in dict.fromkeys(one.duration for one in list_interventions(as_of=as_of) if one.duration is not None):
        brief = load_placebos(as_of=as_of, duration=duration)
        words.append(
            f"A pretended shift of {format_some(duration, 'day')} is found on {percent(brief['excludes_one'].mean())}; with each "
            f"interval widened by what the far dates ask for, on {percent(measure_exclusion(brief))}."
        )
    widest = max((effect.factor for effect in effects), default=1.0)
    words.append(f"The intervals are made up to {widest:.2f} times as wide as the model's own for it.")
    checks = check_interventions(as_of=as_of)
    earlier = checks["check"].str.startswith("pretended")
    pretended = checks[earlier & checks["ratio"].notna()]
    other = checks[~earlier].groupby(["shift", "source"])["excludes_one"].agg(["any", "all"])
    words.append(
        f"Pretended {format_some(EARLIER, 'day')} earlier, {int(pretended['excludes_one'].sum())} of {len(pretended)} are found. "
        f"Before any widening, {int(other['any'].sum())} of {len(other)} measurements on the lists find a shift in some window, "
        f"{int(other['all'].sum())} in every one."
    )
    return " ".join(words)


def describe_announcement(effects: Sequence[Effect], scenarios: Mapping[str, Scenario]) -> str:
    """Say what the measured openings did and, where one had been announced and not yet come, how it enters the forecast.

    >>> from textwrap import fill
    >>> draws = pd.DataFrame({"log_ratio": [0.6, 0.7, 0.8], "delay": 0, "ramp": 1})
    >>> effect = Effect("Kerem Shalom screens", "unrwa", pd.Timestamp("2023-12-11"), draws)
    >>> print(fill(describe_announcement([effect], {}), 110))
    Measured against what the level did by itself, openings multiplied the flow as follows: Kerem Shalom screens
    on UNRWA's count, by 2 (1.8 to 2.2). No further opening that had been announced was still to come.
    """
    steps = [effect for effect in effects if effect.name in {name for case in CASES["opening"] for name in case}]
    measured = [
        f"{_name_effect(effect)}, by {effect.ratio[1]:.2g} ({effect.ratio[0]:.2g} to {effect.ratio[2]:.2g})"
        for effect in steps
        if effect.measured
    ]
    words = f"Measured against what the level did by itself, openings multiplied the flow as follows: {'; '.join(measured)}."
    announced = [name for name, scenario in scenarios.items() if isinstance(scenario.hazard, pd.Series)]
    if not announced:
        return f"{words} No further opening that had been announced was still to come."
    return (
        f"{words} One more had been announced: {list_in_words(announced)} within {format_some(ANNOUNCED_DAYS, 'day')}, with a "
        f"probability of {percent(ANNOUNCED_PROBABILITY)} and all days equally likely. That is our reading of the news; the "
        "panel below is for others. What it does is what the next opening would do, by the law explained below."
    )


def describe_calm(curves: Mapping[str, pd.Series], plain: Mapping[str, Answer]) -> str:
    """Say where curves over a hazard start, and why that is not the plain answer.

    >>> from types import SimpleNamespace
    >>> sentence = describe_calm({"cogat": pd.Series([0.28, 0.35])}, {"cogat": SimpleNamespace(probability=0.32)})
    >>> sentence.partition(".")[0]
    "Where nothing comes the curves start at 28 % on COGAT's count; the plain answers are 32 %"
    """
    starts = [f"{percent(curve.iloc[0])} on {BY_NAME[source].title}'s count" for source, curve in curves.items()]
    answers = [percent(plain[source].probability) for source in curves]
    return (
        f"Where nothing comes the curves start at {list_in_words(starts)}; the plain answers are {list_in_words(answers)}. "
        "So that no shift counts twice, the paths of the curves draw no innovation of the days that past interventions moved."
    )


def describe_spread(answers: Sequence[Answer]) -> str:
    """Say what moves the answer most: the definition, whose count it is, or the forecaster against the plain baselines.

    >>> from textwrap import fill
    >>> from types import SimpleNamespace
    >>> from utils.aid.questions import DEADLINE
    >>> two = [DEADLINE.vary(source=source) for source in ("cogat", "unrwa")]
    >>> answers = [
    ...     SimpleNamespace(question=one, probability=p, baselines={"base_rate": 0.2})
    ...     for one, p in zip(two, (0.1, 0.3), strict=True)
    ... ]
    >>> print(fill(describe_spread(answers), 110))
    The answers run from 10 % to 30 %. What moves an answer most is the count, by one definition: by up to 20
    points. Next come the forecaster in place of a plain baseline (10) and the definition, on one count (0).
    """
    probability = {(one.question.source, one.question.definition): one.probability for one in answers}
    definitions, sources = (dict.fromkeys(key[place] for key in probability) for place in (1, 0))
    spreads = {
        "the definition, on one count": [[probability[source, name] for name in definitions] for source in sources],
        "the count, by one definition": [[probability[source, name] for source in sources] for name in definitions],
        "the forecaster in place of a plain baseline": [
            [one.probability, *(value for name, value in one.baselines.items() if name != "always_no")] for one in answers
        ],
    }
    points = {name: round(100 * max(max(values) - min(values) for values in rows)) for name, rows in spreads.items()}
    most, *rest = sorted(points, key=lambda name: -points[name])
    low, high = (percent(bound(probability.values())) for bound in (min, max))
    return (
        f"The answers run from {low} to {high}. What moves an answer most is {most}: by up to "
        f"{format_some(points[most], 'point')}. Next come {list_in_words([f'{name} ({points[name]})' for name in rest])}."
    )


def describe_lists_apart(snapshots: Mapping[str, Snapshot], *, threshold: float) -> str:
    """Say on how many days each list is at the threshold, and on which day the lists are farthest apart.

    >>> from textwrap import fill
    >>> from utils.aid.snapshots import load_snapshot
    >>> print(fill(describe_lists_apart({name: load_snapshot(name) for name in ("cogat", "unrwa")}, threshold=350), 110))
    At or over the target COGAT's list has 17 days and UNRWA's list has no day. On one and the same day, 21 May
    2024, the lists have 451 by COGAT and 145 by UNRWA.
    """
    counts = {BY_NAME[source].title: one.days["count"].dropna() for source, one in snapshots.items()}
    met = {title: int((days >= threshold).sum()) for title, days in counts.items()}
    words = [f"{title}'s list has {format_some(n, 'day') if n else 'no day'}" for title, n in met.items()]
    both = pd.concat(counts, axis=1, join="inner")
    apart = (both.max(axis=1) - both.min(axis=1)).idxmax()
    values = [f"{both.at[apart, title]:.0f} by {title}" for title in counts]
    return (
        f"At or over the target {list_in_words(words)}. On one and the same day, {day_in_words(apart)}, the lists have "
        f"{list_in_words(values)}."
    )
