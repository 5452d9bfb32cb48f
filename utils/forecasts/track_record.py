"""How often statements such as an answer came true: what stands beside every answer, and never moves it."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..common.checks import check_day
from ..common.errors import InputError
from ..common.formatting import percent
from ..counts.snapshot import Snapshot
from ..questions.base_rate import count_effective, find_window_extremes
from ..questions.question import Question
from .statements import LEAST_PAST, LEVEL_DAYS, Statements, check_past, collect_statements, list_past

#: Separate windows that the own count has to hold, so that a fraction of them can be told from none and all, and another count.
LEAST_WINDOWS, LEAST_OTHER = 4, 2
#: Days after the first origin that are worth a backtest.
LEAST_AHEAD = 8
#: Statements are such where their odds lie within this factor of the answer's: 25 to 75 % for one of even odds. By odds, since
#: 2 % and 12 % are not alike where 42 % and 52 % are. A probability counts as no nearer to zero or one than `EDGE`.
ODDS, EDGE = 3.0, 0.01
#: And where the level over the threshold lies within this factor of the question's, at so many thresholds an origin. By ratio,
#: since a count that doubles doubles all of it; within a quarter, since a weekday's profile alone may span a half.
LEVEL_FACTOR, N_LEVELS = 1.25, 5
#: Which statements are such, in words; `explain_record` gives the bands.
SUCH = (
    "Such statements are what the same forecaster would have said on earlier days, with a probability and a level (as a fraction "
    "of the threshold) near the answer's, of a threshold that had been met before if this one had. They stand beside the answer "
    "and never move it."
)


@dataclass(frozen=True)
class Such:
    """Statements such as an answer, and how often they came true.

    Attributes
    ----------
    low, high : float
        Band of their probability.
    level_low, level_high : float
        Band of the level before, as a fraction of the threshold.
    before : bool
        Whether the threshold had been met before.
    cases, came, separate : int
        Statements, those that came true, and the most whose windows do not overlap, whichever count they are of.
    said : float or None
        Mean of their probabilities.
    rate : float or None
        The fraction of them that came true.
    """

    low: float
    high: float
    level_low: float
    level_high: float
    before: bool
    cases: int
    came: int
    separate: int
    said: float | None
    rate: float | None

    @property
    def words(self) -> tuple[str, str]:
        """How many came true, and in how many windows, in words."""
        came = "none" if not self.came else "all" if self.came == self.cases else percent(self.came / self.cases)
        return came, f"about {self.separate} separate windows" if self.separate > 1 else "one separate window"


@dataclass(frozen=True)
class Earned:
    """What one forecaster earned.

    Attributes
    ----------
    model : str
    brier_own, brier : float
        Mean Brier score at the question's own threshold, and over that and quantiles of each origin's past.
    skill : float or None
        1 - `brier` / that of climatology; None where that one is zero.
    """

    model: str
    brier_own: float
    brier: float
    skill: float | None


@dataclass(frozen=True)
class TrackRecord:
    """What statements of an answer's forecaster were worth on the days known by then.

    Attributes
    ----------
    of : str
        Which forecaster, as asked at the earlier origins.
    series : tuple of str
        Whose counts: the answer's own first.
    wanted, horizon, length : int
        Days from the last counted day to the end of the question's window; of these, as many as the count is long enough for; and
        days of the window, the last ones.
    first, last : str
        First and last origin on the own count.
    origins, separate : int
        Origins on the own count, and of these the most whose windows do not overlap.
    met : int
        Windows of the own count in which the question's own threshold was met.
    such : Such
    earned : tuple of Earned
        On the own count.
    """

    of: str
    series: tuple[str, ...]
    wanted: int
    horizon: int
    length: int
    first: str
    last: str
    origins: int
    separate: int
    met: int
    such: Such
    earned: tuple[Earned, ...]

    def to_dict(self) -> dict[str, object]:
        """Return the record as plain values, ready for JSON."""
        plain = dataclasses.asdict(self)
        return plain | {"series": list(self.series), "earned": list(plain["earned"])}


def measure_track_record(
    past: Sequence[Snapshot | Statements], question: Question, *, as_of: object, probability: float, model: str = "default"
) -> TrackRecord | str:
    """Measure how often statements such as an answer came true, on the days known when it was given.

    Such is a statement of the same forecaster at an earlier origin, as many days before the end of a window as long; with odds
    near the answer's; about a threshold to which the level stood as it stands to the question's; and that had been met before, or
    had not, as the question's. None of it touches the answer.

    Parameters
    ----------
    past : sequence of Snapshot or Statements
        What is gone over: first the count that the question is about, as known on the day, then others as like it as may be. In
        place of a snapshot, statements that were collected before are taken as they are.
    question : Question
    as_of : day
        The day of the answer.
    probability : float
        The answer.
    model : str
        Its forecaster; see `utils.simulate_paths`.

    Returns
    -------
    TrackRecord or str
        Why there is none, as a sentence.

    Raises
    ------
    LookaheadError
        If anything in the past is dated on or after the as-of day, or was taken on a later one.
    InputError
        If the past holds no count.

    Examples
    --------
    >>> from utils.counts.snapshot import take_snapshot
    >>> days = pd.date_range("2024-01-01", periods=60)
    >>> snapshot = take_snapshot(pd.Series(np.random.default_rng(0).poisson(20, 60).astype(float), days))
    >>> question = Question(threshold=25, opens="2024-03-01", closes="2024-03-08")
    >>> found = measure_track_record([snapshot], question, as_of="2024-03-01", probability=0.7)
    >>> found.horizon, found.such.before
    (7, True)
    """
    day = check_day(as_of, name="as_of")
    for one in past:
        check_past(one, as_of=day)
    counts = [one for one in past if isinstance(one, Snapshot)]
    if not counts:
        raise InputError("past holds no count; give that of the question first")
    own = counts[0]
    collected = [one for one in past if isinstance(one, Statements)]
    last = own.history.index[-1]
    wanted = int((question.window[-1] - last).days)
    if not collected:
        days, first = list_past(own, horizon=wanted)
        ahead = len(days) - first
        if ahead < LEAST_AHEAD:
            needed, counted = f"{LEAST_PAST} counted days and {LEAST_AHEAD} more", days["count"].count()
            return f"The count is too short for a backtest, which needs {needed}; it has {len(days)} days, {counted} counted."
        horizon = min(wanted, ahead // LEAST_WINDOWS)
        length = min(horizon, int((question.window > last).sum()))
        try:
            collected = _collect(counts, question, horizon=horizon, length=length, model=model)
        except InputError as error:
            return f"The forecaster could not be asked at earlier days: {error}."
        if not collected or collected[0].series != own.source.title:
            return "The count has too many days that were not counted for a backtest."
    mine, settled = collected[0], own.settled[:last]
    ratio = float(np.nanmean(settled.iloc[-LEVEL_DAYS:])) / question.threshold
    threshold = np.full((len(mine.origins), 1), float(question.threshold))
    return TrackRecord(
        of=mine.of,
        series=tuple(dict.fromkeys(one.series for one in collected)),
        wanted=wanted,
        horizon=mine.horizon,
        length=mine.length,
        first=f"{mine.origins[0]:%Y-%m-%d}",
        last=f"{mine.origins[-1]:%Y-%m-%d}",
        origins=len(mine.origins),
        separate=count_effective(mine.origins, horizon=mine.horizon),
        met=int(mine.state(threshold)["came"].sum()),
        such=_select_such(
            collected, probability=probability, ratio=ratio, before=_was_met(settled, question, length=mine.length)
        ),
        earned=_score_forecasters(mine, threshold),
    )


def _collect(past: Sequence[Snapshot], question: Question, *, horizon: int, length: int, model: str) -> list[Statements]:
    """Collect statements from the own count and from others that hold two such windows."""
    found = []
    for one in past:
        days, first = list_past(one, horizon=horizon)
        ahead = len(days) - first
        if one is past[0] or ahead >= LEAST_OTHER * horizon:
            simulated = min(2 ** int(np.ceil(np.log2(horizon))), ahead // LEAST_WINDOWS)
            found.append(
                collect_statements(
                    one,
                    horizon=horizon,
                    length=length,
                    definition=question.definition,
                    below=question.below,
                    model=model,
                    simulated=simulated,
                )
            )
    return [one for one in found if one is not None]


def _was_met(settled: pd.Series, question: Question, *, length: int) -> bool:
    """Tell whether the past met the question's definition; a window's mean, in any disjoint window."""
    values = settled.dropna().to_numpy()
    span = length if question.definition == "window_mean" else len(values)
    extremes = find_window_extremes(values, question.definition, length=span, below=question.below)
    return bool(((extremes < question.threshold) if question.below else (extremes >= question.threshold)).any())


def _select_such(collected: Sequence[Statements], *, probability: float, ratio: float, before: bool) -> Such:
    """Select statements such as one of a probability, where the level was `ratio` times the threshold, met before or not."""
    factors = LEVEL_FACTOR ** np.linspace(-1, 1, N_LEVELS)
    bound = np.clip(probability, EDGE, 1 - EDGE)
    odds = bound / (1 - bound)
    low = 0.0 if probability <= EDGE else odds / ODDS / (1 + odds / ODDS)
    high = 1.0 if probability >= 1 - EDGE else odds * ODDS / (1 + odds * ODDS)
    # A level of nothing stands in no ratio to any threshold, and so has no statements like it.
    tables = [one.state(one.level[:, None] / ratio * factors) for one in collected if ratio > 0]
    such = pd.concat(tables) if tables else pd.DataFrame(columns=["origin", "level", "said", "came", "before"])
    such = such[(such["level"] > 0) & such["before"].eq(before) & such["said"].between(low, high)]
    cases, came = len(such), int(such["came"].sum())
    return Such(
        low=float(low),
        high=float(high),
        level_low=ratio / LEVEL_FACTOR,
        level_high=ratio * LEVEL_FACTOR,
        before=before,
        cases=cases,
        came=came,
        separate=count_effective(such["origin"], horizon=collected[0].horizon) if cases else 0,
        said=float(such["said"].mean()) if cases else None,
        rate=came / cases if cases else None,
    )


def _score_forecasters(mine: Statements, own: np.ndarray) -> tuple[Earned, ...]:
    """Score the forecaster and the baselines at the question's own threshold and at quantiles of each origin's past."""
    thresholds = np.concatenate([own, mine.quantiles], axis=1)
    came = mine.meet(mine.came[:, None], thresholds)
    met = np.array([mine.meet(past[:, None], row).sum(axis=0) for past, row in zip(mine.windows, thresholds, strict=True)])
    n_windows = np.array([[len(past)] for past in mine.windows])
    stated = {
        "forecaster": mine.meet(mine.peaks[:, :, None], thresholds[:, None]).mean(axis=1),
        "climatology": mine.meet(mine.reference[:, :, None], thresholds[:, None]).mean(axis=1),
        "base_rate": (met + 0.5) / (n_windows + 1),
        "always_no": np.zeros(thresholds.shape),
    }
    brier = {name: (said - came) ** 2 for name, said in stated.items()}
    reference = brier["climatology"].mean()
    return tuple(
        Earned(name, float(one[:, 0].mean()), float(one.mean()), float(1 - one.mean() / reference) if reference > 0 else None)
        for name, one in brier.items()
    )


def describe_record(record: TrackRecord | str) -> str:
    """Say in one sentence how often statements such as an answer came true.

    Examples
    --------
    >>> describe_record("The count is too short for a backtest.")
    'The count is too short for a backtest.'
    """
    if isinstance(record, str):
        return record
    such = record.such
    if such.rate is None or such.said is None:
        return "No such statement in the past."
    if such.cases == 1:
        return f"The one such statement, of {percent(such.said)}, {'came' if such.came else 'did not come'} true."
    of = f"Of {such.cases} such statements"
    came, windows = such.words
    return f"{of}, in {windows}, {came} came true; they averaged {percent(such.said)}."


def explain_record(record: TrackRecord, question: Question, *, nowcast: bool = False, shifted: bool = False) -> list[str]:
    """Explain in sentences which statements are such, and in what they differ from the answer.

    Parameters
    ----------
    record : TrackRecord
    question : Question
    nowcast, shifted : bool
        Whether the answer starts from a nowcast, and whether scenarios may come on its paths.

    Examples
    --------
    >>> such = Such(0.25, 0.75, 0.8, 1.2, True, cases=4, came=3, separate=2, said=0.6, rate=0.75)
    >>> days = dict(wanted=7, horizon=7, length=7, first="2024-02-01", last="2024-03-01")
    >>> record = TrackRecord("pool", ("the mill",), **days, origins=9, separate=4, met=5, such=such, earned=())
    >>> explain_record(record, Question(threshold=60, opens="2024-03-14", closes="2024-03-21"))[0].partition("that")[2]
    ' had been reached before, when the mean of 28 days was 80 to 120 % of it.'
    """
    such = record.such
    counts = " or ".join(f"{name}'s" for name in record.series if name) or "this"
    days = "the next day" if record.horizon == 1 else f"the next {record.horizon} days"
    window = days if record.length == record.horizon else f"the last {record.length} of {days}"
    met = f"had{'' if such.before else ' not'} been {'undercut' if question.below else 'reached'} before"
    sentences = [
        f"Such a statement is what the same forecaster ({record.of}) would have said on an earlier day of {counts} count about "
        f"{window}: {100 * such.low:.0f} to {100 * such.high:.0f} %, for a threshold that {met}, when the mean of {LEVEL_DAYS} "
        f"days was {100 * such.level_low:.0f} to {100 * such.level_high:.0f} % of it."
    ]
    if record.wanted > record.horizon:
        sentences.append(
            f"The question looks {record.wanted} days past the last count. The past does not hold {LEAST_WINDOWS} separate "
            "windows as long as that, so shorter ones were taken."
        )
    if nowcast:
        sentences.append(
            "Those forecasts knew a list to its last day and nothing since; this one has a nowcast of the days since."
        )
    if shifted and record.of.endswith("without scenarios"):
        sentences.append("Scenarios may come on the paths of this answer; none could on theirs.")
    return sentences
