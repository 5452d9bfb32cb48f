"""Figures of a forecast: fan, first passage, probabilities."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib.dates as mdates
import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from ..common.formatting import day_in_words, format_some, percent
from ..counts.snapshot import FINAL, Source
from ..forecasts.ensemble import Ensemble
from ..forecasts.result import Answer
from ..questions.passage import parse_definition
from ..questions.question import Question
from .forms import is_narrow, redrawable
from .labels import describe_vintage, format_level, format_number, name_briefly, name_lists, shorten, spread_labels
from .style import (
    DOTS,
    GREY,
    INK,
    SHORT,
    STYLE,
    TARGET,
    SeriesStyle,
    choose_style,
    choose_styles,
    format_counts,
    format_dates,
    format_percents,
    make_sheet,
    write_head,
)

#: Bands of the fan: quantiles, opacity, label.
_BANDS = ((0.05, 0.95, 0.18, "90 % of paths"), (0.25, 0.75, 0.32, "50 % of paths"))

#: Marker and label of each baseline.
_BASELINES: dict[str, tuple[Any, str]] = {
    "base_rate": ("|", "base rate"),
    "climatology": ("x", "climatology"),
    "weekday_bootstrap": ("+", "weekday bootstrap"),
    "always_no": (4, "always no"),
}
_DASHED = (0, (3, 1))
_SINGLE: tuple[Any, ...] = ((0, (1, 1)), "-", (0, (4, 1.5)), (0, (6, 1, 1, 1)))
_TARGET_LINE: dict[str, Any] = dict(color=TARGET, lw=1.4, ls=(0, (1, 1)))
_HALF_DAY = pd.Timedelta(hours=12)

#: Days before the window that its own panel shows at least.
_BEFORE = pd.Timedelta(days=14)

#: Distance between the intervals of two answers at the end of their curves, as a part of the window.
_BESIDE = 0.015


@redrawable()
def plot_fan(ensemble: Ensemble, question: Question, *, back: int = 120, ranks: Sequence[float] = (0.05, 0.5, 0.95)) -> Figure:
    """Draw the recent past, the fan of simulated paths to the question's end, a few single paths, threshold and window.

    A window that is short beside the past is drawn day by day in a panel of its own, with some days before it.

    Parameters
    ----------
    ensemble : Ensemble
    question : Question
        Its window must lie within the ensemble's days.
    back : int
        Days of the past to draw, up to the last one counted.
    ranks : sequence of float
        Single paths to draw, by the rank of their highest day in the window (`below`: lowest) among those of all paths.

    Examples
    --------
    >>> from utils.counts.snapshot import take_snapshot
    >>> from utils.forecasts.ensemble import simulate_ensemble
    >>> rng = np.random.default_rng(0)
    >>> snapshot = take_snapshot(pd.Series(rng.poisson(24, 60).astype(float), pd.date_range("2024-01-01", periods=60)))
    >>> question = Question(threshold=30, opens="2024-03-01", closes="2024-03-11")
    >>> figure = plot_fan(simulate_ensemble(snapshot, until="2024-03-11", n_paths=200), question)
    >>> figure.texts[0].get_text().partition(";")[2]
    ' a usual day has 24 counts'
    """
    source = _choose_source(ensemble, question)
    days = ensemble.snapshot.days
    days = days[days.index >= ensemble.history.index[-1] - pd.Timedelta(days=back)]
    opens, end = question.window[0], question.window[-1]
    index, paths = ensemble.index[ensemble.index <= end], ensemble.paths[:, ensemble.index <= end]
    within = paths[:, index >= opens]
    chosen = _choose_by_rank(within.min(axis=1) if question.below else within.max(axis=1), ranks)
    spans = _split_days(days.index[0], opens, end)
    top = max(question.threshold * 1.35, 1.12 * within[chosen].max(), days["count"].max() * 1.1)
    style = choose_style(source)
    with rc_context(STYLE):
        fig, axes = make_sheet(1, len(spans), size=(9, 4.7), sharey=True)
        for ax, (first, last) in zip(axes.flat, spans, strict=True):
            ax.plot(days.index, days["count"], color=style.colour, lw=1.3, marker=style.marker, ms=2.8)
            _draw_paths(ax, index, paths, style)
            ax.axhline(question.threshold, **_TARGET_LINE)
            ax.axvspan(opens - _HALF_DAY, end + _HALF_DAY, color=TARGET, alpha=0.07, lw=0)
            ax.set_ylim(0, top)
            ax.set_xlim(first, last)
            format_dates(ax)
        late = index >= opens - _BEFORE
        _draw_singles(axes.flat[-1], index[late], paths[chosen][:, late], opens=opens, below=question.below)
        _mark_window(axes.flat[-1], ensemble, question)
        _label_target(axes.flat[-1], question.threshold)
        format_counts(axes.flat[0], unit=source.unit)
        if len(spans) > 1:
            axes.flat[0].set_xlabel("the weeks before")
            axes.flat[-1].set_xlabel("the days around the window, on a wider scale")
            shown = pd.date_range(spans[-1][0], end, freq="D")[::-4]
            axes.flat[-1].set_xticks(shown, [f"{day.day} {day:%b}" for day in shown])
        name = shorten(source.title, 18 if is_narrow() else 30)
        handles = [
            Line2D([], [], color=style.colour, marker=style.marker, ms=3, label=f"{name}, counted" if name else "counted"),
            Line2D([], [], color=style.colour, lw=2, ls=_DASHED, label="median path"),
            *[Patch(color=style.colour, alpha=alpha + 0.1, label=label) for _, _, alpha, label in _BANDS],
            *[
                Line2D([], [], color=INK, lw=0.9, ls=_SINGLE[place % len(_SINGLE)], label=f"path at {100 * rank:.3g} %")
                for place, rank in enumerate(ranks)
            ],
        ]
        level = float(np.median(within))
        met = percent(ensemble.answer(question).probability)
        verb = "fall below" if question.below else "reach"
        whose = f"On {name_briefly(source)}'s count {met}" if source.title else met.capitalize()
        gap = (ensemble.as_of - ensemble.index[0]).days
        unknown = f" {format_some(gap, 'day')} to the origin had no count by then, and are simulated too." if gap > 3 else ""
        return write_head(
            fig,
            claim=f"{whose} of the paths {verb} {format_number(question.threshold)}; a usual day has {format_level(level)} "
            f"{source.unit}",
            qualifier=f"Simulated paths of daily {_write_counted(source, question.scope)}, "
            f"{describe_vintage(ensemble.snapshot.vintage)}; shaded: the window. {'Below' if question.below else 'Reached'}: "
            f"{parse_definition(question.definition).words} {question.end}. Usual: median over paths and days.{unknown}\n"
            f"Single paths: their {'lowest' if question.below else 'highest'} day in the window, which is marked, lies above "
            f"that of {', '.join(f'{100 * rank:.3g}' for rank in ranks)} % of all paths.",
            foot=name_lists(ensemble.snapshot, more=f"{len(paths):,} paths of {ensemble.model}, cut at the origin."),
            legend=handles,
            columns=4,
        )


def _choose_by_rank(extremes: np.ndarray, ranks: Sequence[float]) -> np.ndarray:
    """Choose the paths whose extreme day, shape (n_paths,), stands at these ranks among all, from 0 to 1."""
    order = np.argsort(extremes, kind="stable")
    return order[np.round(np.asarray(ranks) * (len(order) - 1)).astype(int)]


def _split_days(first: pd.Timestamp, opens: pd.Timestamp, end: pd.Timestamp) -> list[tuple[pd.Timestamp, pd.Timestamp]]:
    """Split the days to draw in two where the window would be less than a fifth of one axis; the second panel is its own."""
    right = end + max(_HALF_DAY * 2, 0.015 * (end - first))
    length = end - opens + pd.Timedelta(days=1)
    near = opens - max(2 * length, _BEFORE)
    if length > 0.2 * (end - first) or near - first < _BEFORE:
        return [(first, right)]
    return [(first, near), (near, end + _HALF_DAY)]


def _draw_singles(ax: Axes, index: pd.DatetimeIndex, paths: np.ndarray, *, opens: pd.Timestamp, below: bool) -> None:
    """Draw single paths, and mark the highest day of each in the window with its count."""
    within = index >= opens
    for place, path in enumerate(paths):
        ax.plot(index, path, color=INK, lw=0.9, ls=_SINGLE[place % len(_SINGLE)], alpha=0.75)
        at = path[within].argmin() if below else path[within].argmax()
        day, count = index[within][at], path[within][at]
        ax.plot(day, count, "o", ms=5, mfc="white", mec=INK, mew=1.2, zorder=4)
        last = day == index[-1]
        ax.annotate(
            format_level(count), (day, count), xytext=(-6 if last else 0, 5), textcoords="offset points",
            ha="right" if last else "center", va="bottom", size=8.5, weight="bold", zorder=5,
            bbox=dict(boxstyle="round,pad=0.08", fc="white", ec="none", alpha=0.75),
        )  # fmt: skip


def _draw_paths(ax: Axes, index: pd.DatetimeIndex, paths: np.ndarray, style: SeriesStyle) -> None:
    """Draw bands and median of paths, shape (n_paths, len(index))."""
    if len(index) == 1:  # a single day has no width of its own
        index, paths = pd.DatetimeIndex([index[0] - _HALF_DAY, index[0] + _HALF_DAY]), np.repeat(paths, 2, axis=1)
    for low, high, alpha, _ in _BANDS:
        lower, upper = np.quantile(paths, [low, high], axis=0)
        ax.fill_between(index, lower, upper, color=style.colour, alpha=alpha, lw=0, step="mid")
    ax.plot(index, np.median(paths, axis=0), color=style.colour, lw=2, ls=_DASHED, drawstyle="steps-mid")


def _mark_window(ax: Axes, ensemble: Ensemble, question: Question) -> None:
    """Mark the origin, and the day on which the window closes, with their labels above the plot."""
    closes, [first, last] = pd.Timestamp(question.closes), ax.get_xlim()
    near = is_narrow() or (closes - ensemble.as_of).days < 0.25 * (last - first)  # one label would hide the other
    for day, text, colour, line in (
        (ensemble.as_of - _HALF_DAY, "origin", INK, 0),
        (closes, day_in_words(closes, short=True), TARGET, near),
    ):
        if mdates.date2num(day) <= last:
            ax.axvline(day, color=colour, lw=1.1)
        ax.annotate(
            text, (min(mdates.date2num(day), last), 1), xycoords=("data", "axes fraction"), xytext=(0, 3 + 12 * line),
            textcoords="offset points", ha="right", va="bottom", size=9, weight="bold", color=colour,
        )  # fmt: skip


def _label_target(ax: Axes, threshold: float) -> None:
    """Write beside the plot what the line of the threshold is."""
    ax.annotate(
        f"target:\n{format_number(threshold)}\na day", (1.008, threshold), xycoords=ax.get_yaxis_transform(), va="center", size=9,
        weight="bold", color=TARGET, annotation_clip=False,
    )  # fmt: skip


@redrawable()
def plot_first_passage(answers: Sequence[Answer], *, labels: Sequence[str] | None = None) -> Figure:
    """Draw the first-passage curves of one question, with what never meets it at the right edge, and fifty dots for the first.

    Parameters
    ----------
    answers : sequence of Answer
        Answers to one question, such as from several sources.
    labels : sequence of str, optional
        What each is called; by default its source.

    Examples
    --------
    >>> from utils.forecasts.answer import answer
    >>> question = Question(threshold=6, opens="2024-01-29", closes="2024-02-02")
    >>> counts = pd.Series(7.0, pd.date_range("2024-01-01", periods=28))
    >>> fig = plot_first_passage([answer(question, counts=counts, n_paths=200)])
    >>> fig.texts[0].get_text(), fig.axes[1].get_title(loc="left")
    ('6 on any one day: over 99\\xa0% by the end', '50 of 50 paths')
    """
    first, question = answers[0], answers[0].question
    names = [name_briefly(answer.question.counter) for answer in answers] if labels is None else list(labels)
    styles = choose_styles([answer.question.counter for answer in answers])
    with rc_context(STYLE):
        fig, [[ax, dots]] = make_sheet(1, 2, size=(9, 4.6), width_ratios=[3, 1.25])
        for number, (answer, style) in enumerate(zip(answers, styles, strict=True)):
            days = answer.curve.index
            curve = pd.concat([pd.Series([0.0], [days[0] - pd.Timedelta(days=1)]), answer.curve])
            marker = style.marker if len(days) < SHORT else None
            ax.plot(curve.index, curve, color=style.colour, ls=style.line, lw=2.2, marker=marker)
            at = days[-1] - number * _BESIDE * (days[-1] - days[0])  # side by side, so that each can be read
            ax.plot([at] * 2, [answer.low, answer.high], color=style.colour, lw=5, alpha=0.35, solid_capstyle="butt")
        top = min(1.0, max(0.12, max(answer.high for answer in answers) * 1.2))
        texts = [
            "\n".join(filter(None, (shorten(f"{name}:", 24, lines=2) if name else "", percent(answer.probability))))
            if len(name) > 14 or not name
            else f"{name}: {percent(answer.probability)}"
            for name, answer in zip(names, answers, strict=True)
        ]
        texts = [f"{text}\nnever: {percent(answer.never)}" for text, answer in zip(texts, answers, strict=True)]
        gap = 0.0375 * top * max(text.count("\n") + 1 for text in texts)
        places = spread_labels([answer.probability for answer in answers], gap=gap)
        for text, style, y in zip(texts, styles, places, strict=True):
            ax.annotate(
                text, (1.01, y), xycoords=ax.get_yaxis_transform(), color=style.colour, size=9.5, weight="bold", va="center",
                annotation_clip=False,
            )  # fmt: skip
        ax.set_ylim(0, top)
        ax.set_xlim(first.curve.index[0] - pd.Timedelta(days=1), first.curve.index[-1])
        format_percents(ax.yaxis)
        ax.set_ylabel(f"probability of having {'fallen below' if question.below else 'reached'} the target")
        _label_days(ax, first.curve.index)
        label = shorten(names[0], 22)
        _draw_dots(dots, first.probability, colour=styles[0].colour, label=label)
        verb = "Below " if question.below else ""
        who, whose = ("", f" on {names[0]}'s count" if names[0] else "") if labels is None else (f"{names[0]}: ", "")
        words = parse_definition(question.definition).words
        return write_head(
            fig,
            claim=f"{who}{verb}{format_number(question.threshold)} {words}: {percent(first.probability)}{whose} by the end",
            qualifier=f"Probability that it has been met by each day, {question.end}. Shaded at the end: "
            "90 % interval of the probability. Each dot is one path in fifty.",
            foot=_write_foot(answers, names),
        )


def _label_days(ax: Axes, days: pd.DatetimeIndex) -> None:
    """Label a window's days: each of a short window, fewer where they would touch."""
    if len(days) < SHORT:
        shown = days[:: -(-len(days) // 3) if is_narrow() else 1 if len(days) < 10 else 2]
        ax.set_xticks(shown, [f"{day.day} {day:%b}" for day in shown])
    else:
        format_dates(ax)


def _draw_dots(ax: Axes, probability: float, *, colour: str, label: str) -> None:
    """Draw fifty dots, as many of them filled as the probability has fiftieths."""
    filled = round(probability * DOTS)
    x, y = np.arange(DOTS) % 5, np.arange(DOTS) // 5
    on = np.arange(DOTS) < filled
    ax.scatter(x[~on], y[~on], s=70, facecolor="white", edgecolor=GREY, lw=0.9)
    ax.scatter(x[on], y[on], s=70, color=colour)
    ax.set_title(f"{filled} of {DOTS} paths" + (f",{chr(10) if len(label) > 10 else ' '}{label}" if label else ""), size=9.5)
    ax.set_xlim(-2.2, 5.2)
    ax.set_ylim(-0.8, 9.8)
    ax.set_axis_off()


@redrawable()
def plot_probabilities(answers: Sequence[Answer]) -> Figure:
    """Draw one question's probability by definition and source, each with its interval and beside its baselines.

    Parameters
    ----------
    answers : sequence of Answer
        Answers to one question, by definition or by source or both. A pair that is not among them is left out.

    Examples
    --------
    >>> from utils.forecasts.answer import answer
    >>> question = Question(threshold=6, opens="2024-01-29", closes="2024-02-02")
    >>> counts = pd.Series(5.0, pd.date_range("2024-01-01", periods=28))
    >>> asked = [question, question.vary(definition="run2")]
    >>> plot_probabilities([answer(one, counts=counts, n_paths=200) for one in asked]).texts[0].get_text()
    'The answer is under 1\\xa0% by every definition'
    """
    asked = {(answer.question.source, answer.question.scope, answer.question.definition): answer for answer in answers}
    counts = list(dict.fromkeys(key[:2] for key in asked))
    definitions = list(dict.fromkeys(key[2] for key in asked))
    counters = [next(a.question.counter for key, a in asked.items() if key[:2] == count) for count in counts]
    styles = choose_styles(counters)
    with rc_context(STYLE):
        fig, axes = make_sheet(1, len(counts), size=(9, 2.4 + 0.6 * max(2, len(definitions))), sharey=True, sharex=True)
        for ax, count, counter, style in zip(axes[0], counts, counters, styles, strict=True):
            for y, definition in enumerate(definitions):
                if (*count, definition) in asked:
                    _draw_probability(ax, asked[(*count, definition)], y=y, style=style)
            ax.grid(axis="x", visible=True)
            ax.grid(axis="y", visible=False)
            format_percents(ax.xaxis)
            scopes = {scope for name, scope in counts if name == count[0]}
            ax.set_title(_title_panel(counter, count[1] if len(scopes) > 1 else "", width=76 // len(counts)))
            ax.set_xlabel("probability")
        first_ax = axes[0][0]
        first_ax.set_yticks(range(len(definitions)), [parse_definition(name).words for name in definitions])
        first_ax.set_ylim(len(definitions) - 0.45, -0.5)
        first_ax.set_xlim(-0.01, min(1.12, max(0.2, 1.25 * max(max(a.high, *a.baselines.values()) for a in answers))))
        shown = [baseline for name, baseline in _BASELINES.items() if any(name in answer.baselines for answer in answers)]
        handles = [
            Line2D([], [], ls="", marker=style.marker, color=style.colour, ms=8,
                   label="forecast" + (f", {shorten(counter.title, 24)}" if counter.title else ""))
            for counter, style in zip(counters, styles, strict=True)
        ] + [Line2D([], [], ls="", marker=marker, color=INK, ms=8, mew=1.6, label=label) for marker, label in shown]  # fmt: skip
        return write_head(
            fig,
            claim=_claim_range(answers, n_definitions=len(definitions), n_counts=len(counts)),
            qualifier=f"Probability by definition of {'falling below' if answers[0].question.below else 'reaching'} "
            f"{format_number(answers[0].question.threshold)} a day, {answers[0].question.end}. "
            "Bar: 90 % interval of the probability. Below each: plain baselines.",
            foot=_write_foot(answers, None),
            legend=handles,
        )


def _draw_probability(ax: Axes, answer: Answer, *, y: float, style: SeriesStyle) -> None:
    """Draw one answer in its row, its baselines below it."""
    ax.hlines(y, answer.low, answer.high, color=style.colour, lw=6, alpha=0.3)
    for row, (name, (marker, _)) in enumerate(_BASELINES.items()):
        if name in answer.baselines:
            ax.plot(answer.baselines[name], y + 0.2 + 0.11 * row, marker=marker, color=INK, ms=6, mew=1.4, ls="", clip_on=False)
    ax.plot(answer.probability, y, style.marker, color=style.colour, ms=9, clip_on=False)
    ax.annotate(
        percent(answer.probability), (max(answer.probability, answer.high), y), xytext=(9, 0), textcoords="offset points",
        va="center", size=9.5, weight="bold", color=style.colour,
    )  # fmt: skip


def _choose_source(ensemble: Ensemble, question: Question) -> Source:
    """Choose who counts: the snapshot's source, or the question's where the snapshot does not know."""
    return question.counter if ensemble.snapshot.source == Source("") else ensemble.snapshot.source


def _write_counted(source: Source, scope: str) -> str:
    """Write what exactly is counted."""
    return dict(source.scopes).get(scope) or source.counted or source.unit


def _title_panel(counter: Source, scope: str, *, width: int) -> str:
    """Write the title of a panel: whose count, and which part of it where several are drawn."""
    whose = f"{counter.title}'s count" if counter.title else counter.unit.capitalize()
    return shorten(f"{whose}, {scope}" if scope else whose, width, lines=2)


def _claim_range(answers: Sequence[Answer], *, n_definitions: int, n_counts: int) -> str:
    """Claim from where to where the answers run, and by what."""
    low, high = (percent(bound(answer.probability for answer in answers)) for bound in (min, max))
    by = " and ".join(["by definition"] * (n_definitions > 1) + ["by count"] * (n_counts > 1))
    if not by:
        return f"{answers[0].question.event}: {low}".capitalize()
    every = "by every definition" if n_definitions > 1 else "on every count"
    return f"The answer is {low} {every}" if low == high else f"The answer runs from {low} to {high}, {by}"


def _write_foot(answers: Sequence[Answer], names: Sequence[str] | None) -> str:
    """Write forecaster, day and, where they are known, the newest list of each source."""
    first = answers[0]
    foot = f"Model {first.model}, {first.n_paths:,} joint paths, as of {first.as_of:%Y-%m-%d}"
    foot += ", in hindsight." if first.vintage == FINAL else "."
    if names is None:
        return foot
    lists = [f"{name} {a.vintages[-1]}" for name, a in zip(names, answers, strict=True) if a.vintages]
    return foot + (f" Vintages: {', '.join(lists)}" if lists else f" Last counted day: {first.last_counted:%Y-%m-%d}.")
