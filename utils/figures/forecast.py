"""Figures of a forecast: fan, first passage, probabilities."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import PercentFormatter

from ..common.formatting import day_in_words, percent
from ..forecasts.ensemble import Ensemble
from ..forecasts.result import Answer
from ..questions.passage import parse_definition
from ..questions.question import Question
from .style import _STYLE, COLOUR, DOTS, GREY, INK, LABEL, LINE, MARKER, SHORT, TARGET, _dates, _head, _sheet, _source, _target


def plot_fan(ensemble: Ensemble, question: Question, *, back: int = 120, sample: int = 3) -> Figure:
    """Draw the recent past, the fan of simulated paths to the question's end, a few single paths, threshold and window."""
    days = ensemble.days[ensemble.days.index >= ensemble.history.index[-1] - pd.Timedelta(days=back)]
    source, end = question.source, question.window[-1]
    keep = ensemble.index <= end
    index, paths = ensemble.index[keep], ensemble.paths[:, keep]
    with rc_context(_STYLE):
        fig, [[ax]] = _sheet(size=(9, 5.0))
        counted = days["trucks"]
        ax.plot(counted.index, counted, color=COLOUR[source], lw=1.3, marker=MARKER[source], ms=2.8)
        bands = [(0.05, 0.95, 0.18, "90 % of paths"), (0.25, 0.75, 0.32, "50 % of paths")]
        for low, high, alpha, _ in bands:
            ax.fill_between(index, *np.quantile(paths, [low, high], axis=0), color=COLOUR[source], alpha=alpha, lw=0, step="mid")
        ax.plot(index, np.median(paths, axis=0), color=COLOUR[source], lw=2, ls=(0, (3, 1)), drawstyle="steps-mid")
        for path in paths[:: max(1, len(paths) // sample)][:sample]:
            ax.plot(index, path, color=INK, lw=0.7, alpha=0.6)
        _target(ax, question.threshold)
        ax.axvspan(question.window[0] - pd.Timedelta(hours=12), end + pd.Timedelta(hours=12), color=TARGET, alpha=0.07, lw=0)
        top = max(question.threshold * 1.35, np.quantile(paths.max(axis=1), 0.9), counted.max() * 1.1)
        ax.set_ylim(0, top)
        ax.set_xlim(days.index[0], end + pd.Timedelta(days=4))
        ax.axvline(ensemble.as_of - pd.Timedelta(hours=12), color=INK, lw=1)
        ax.annotate(
            "origin",
            (ensemble.as_of - pd.Timedelta(hours=12), top * 0.985),
            xytext=(-4 if len(question.window) < SHORT else 4, 0),
            textcoords="offset points",
            ha="right" if len(question.window) < SHORT else "left",
            va="top",
            size=9,
            weight="bold",
        )
        ax.axvline(pd.Timestamp(question.closes), color=TARGET, lw=1.2)
        ax.annotate(
            f"{day_in_words(question.closes, short=True)}",
            (pd.Timestamp(question.closes), top * 0.985),
            xytext=(-4, -14 if len(question.window) < SHORT else 0),
            textcoords="offset points",
            ha="right",
            va="top",
            size=9,
            weight="bold",
            color=TARGET,
            bbox=dict(boxstyle="round,pad=0.1", fc="white", ec="none", alpha=0.8),
        )
        gap = (ensemble.as_of - ensemble.index[0]).days
        if gap > 3:
            ax.annotate(
                f"{gap} days not yet\nreported by then",
                (ensemble.index[0], top * 0.985),
                xytext=(3, 0),
                textcoords="offset points",
                va="top",
                size=9,
                color=GREY,
            )
        ax.set_ylabel("trucks/day")
        _dates(ax, months=1)
        handles = [
            Line2D([], [], color=COLOUR[source], marker=MARKER[source], ms=3, label=f"{LABEL[source]}, counted"),
            Line2D([], [], color=COLOUR[source], lw=2, ls=(0, (3, 1)), label="median path"),
            *[Patch(color=COLOUR[source], alpha=alpha + 0.1, label=label) for _, _, alpha, label in bands],
            Line2D([], [], color=INK, lw=0.6, label=f"{sample} single paths"),
        ]
        ax.legend(handles=handles, ncols=5, loc="upper left", bbox_to_anchor=(0, -0.09), frameon=False, fontsize=8.5)
        level = np.median(paths[:, index >= question.window[0]])
        reached = ensemble.answer(question).probability
        kind = "in hindsight" if ensemble.hindsight else "as known on the day"
        return _head(
            fig,
            claim=f"On {LABEL[source]}'s count {percent(reached)} of the paths reach {question.threshold:g}; "
            f"a usual day has {level:.0f} trucks",
            qualifier=f"Simulated paths of daily trucks by land, {kind}; shaded: the window. Reached: "
            f"{parse_definition(question.definition).words} before "
            f"{day_in_words(question.closes)}. Usual: median over paths and days.",
            foot=_source(ensemble.days, more=f"{len(paths):,} paths of {ensemble.model}, cut at the origin."),
        )


def plot_first_passage(answers: list[Answer], *, labels: list[str] | None = None) -> Figure:
    """Draw the first-passage curves of one question, with what stays below at the right edge, and fifty dots for the first."""
    labels = labels or [LABEL[said.question.source] for said in answers]
    first = answers[0]
    with rc_context(_STYLE):
        fig, [[ax, dots]] = _sheet(1, 2, size=(9, 4.6), width_ratios=[3, 1.25])
        ends = []
        for said, label in zip(answers, labels, strict=True):
            source = said.question.source
            days = said.curve.index
            start = pd.Series([0.0], [days[0] - pd.Timedelta(days=1)])
            curve = pd.concat([start, said.curve])
            ax.plot(
                curve.index,
                curve,
                color=COLOUR[source],
                ls=LINE[source],
                lw=2.2,
                marker=MARKER[source] if len(days) < SHORT else None,
            )
            ax.plot([days[-1]] * 2, [said.low, said.high], color=COLOUR[source], lw=5, alpha=0.35, solid_capstyle="butt")
            ends.append((said, label))
        top = min(1.0, max(0.12, max(said.high for said in answers) * 1.2))
        spread = _spread([said.probability for said in answers], gap=0.075 * top)
        for (said, label), y in zip(ends, spread, strict=True):
            ax.annotate(
                f"{label}: {percent(said.probability)}\nnever: {percent(said.never)}",
                (1.01, y),
                xycoords=ax.get_yaxis_transform(),
                color=COLOUR[said.question.source],
                size=9.5,
                weight="bold",
                va="center",
                annotation_clip=False,
            )
        ax.set_ylim(0, top)
        ax.set_xlim(answers[0].curve.index[0] - pd.Timedelta(days=1), answers[0].curve.index[-1])
        ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        ax.set_ylabel("probability of having reached the target")
        if len(first.curve) < SHORT:
            ax.set_xticks(first.curve.index, [f"{day.day} {day:%b}" for day in first.curve.index])
        else:
            _dates(ax, months=1)
        filled = round(first.probability * DOTS)
        x, y = np.arange(DOTS) % 5, np.arange(DOTS) // 5
        on = np.arange(DOTS) < filled
        dots.scatter(x[~on], y[~on], s=70, facecolor="white", edgecolor=GREY, lw=0.9)
        dots.scatter(x[on], y[on], s=70, color=COLOUR[first.question.source])
        dots.set_title(f"{filled} of {DOTS} ensemble, {labels[0]}", size=9.5)
        dots.set_xlim(-2.2, 5.2)
        dots.set_ylim(-0.8, 9.8)
        dots.set_axis_off()
        words = parse_definition(first.question.definition).words
        return _head(
            fig,
            claim=f"{first.question.threshold:g} {words}: {percent(first.probability)} on {labels[0]}'s count by the end",
            qualifier=f"Share of paths that have met it by each day to {day_in_words(first.question.closes)}. Shaded at the end: "
            "90 % over the members of the pool. Each dot is one future in fifty.",
            foot=f"Model {first.model}, {first.n_paths:,} joint paths, as of {first.as_of:%Y-%m-%d}"
            f"{', in hindsight' if first.hindsight else ''}. Vintages: "
            + ", ".join(f"{LABEL[said.question.source]} {said.vintages[-1]}" for said in answers),
        )


def plot_probabilities(answers: list[Answer]) -> Figure:
    """Draw one question's probability by definition and source, each with its interval and beside its baselines."""
    sources = list(dict.fromkeys(said.question.source for said in answers))
    definitions = list(dict.fromkeys(said.question.definition for said in answers))
    baselines = {
        "base_rate": ("|", "base rate"),
        "climatology": ("x", "climatology"),
        "weekday_bootstrap": ("+", "recent weeks"),
        "always_no": (4, "always no"),
    }
    with rc_context(_STYLE):
        fig, axes = _sheet(1, len(sources), size=(9, 4.8), sharey=True, sharex=True)
        for ax, source in zip(axes[0], sources, strict=True):
            for y, definition in enumerate(definitions):
                said = next(a for a in answers if (a.question.source, a.question.definition) == (source, definition))
                ax.hlines(y, said.low, said.high, color=COLOUR[source], lw=6, alpha=0.3)
                for row, (name, (marker, _)) in enumerate(baselines.items()):
                    ax.plot(
                        said.baselines[name], y + 0.2 + 0.11 * row, marker=marker, color=INK, ms=6, mew=1.4, ls="", clip_on=False
                    )
                ax.plot(said.probability, y, MARKER[source], color=COLOUR[source], ms=9, clip_on=False)
                ax.annotate(
                    percent(said.probability),
                    (max(said.probability, said.high), y),
                    xytext=(9, 0),
                    textcoords="offset points",
                    va="center",
                    size=9.5,
                    weight="bold",
                    color=COLOUR[source],
                )
            ax.set_yticks(range(len(definitions)), [parse_definition(d).words for d in definitions])
            ax.set_ylim(len(definitions) - 0.45, -0.5)
            ax.grid(axis="x", visible=True)
            ax.grid(axis="y", visible=False)
            ax.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
            ax.set_title(f"{LABEL[source]}'s count")
            ax.set_xlabel("probability")
        ax.set_xlim(-0.01, min(1.12, max(0.2, 1.25 * max(max(a.high, *a.baselines.values()) for a in answers))))
        handles = [
            *[Line2D([], [], ls="", marker=MARKER[s], color=COLOUR[s], ms=8, label=f"forecast, {LABEL[s]}") for s in sources],
            *[
                Line2D([], [], ls="", marker=marker, color=INK, ms=8, mew=1.6, label=label)
                for marker, label in baselines.values()
            ],
        ]
        fig.get_layout_engine().set(rect=(0.005, 0.145, 0.985, 0.69))  # the legend takes the row above the foot
        fig.legend(handles=handles, loc="lower center", bbox_to_anchor=(0.5, 0.06), ncols=6, frameon=False, fontsize=8.5)
        first = answers[0]
        low, high = min(a.probability for a in answers), max(a.probability for a in answers)
        return _head(
            fig,
            claim=f"What counts as reaching decides: from {percent(low)} to {percent(high)}",
            qualifier="Probability by definition of reaching and by count. Bar: 90 % over the members of the pool. "
            f"Below each: plain baselines. Before {day_in_words(first.question.closes)}.",
            foot=f"Model {first.model}, {first.n_paths:,} joint paths, as of {first.as_of:%Y-%m-%d}"
            f"{', in hindsight' if first.hindsight else ''}.",
        )


def _spread(values: list[float], *, gap: float) -> list[float]:
    """Push labels apart so that they do not overlap, keeping their order."""
    order = np.argsort(values)
    placed = np.array(values, float)
    for lower, upper in zip(order[:-1], order[1:], strict=True):
        placed[upper] = max(placed[upper], placed[lower] + 2 * gap)
    return list(np.maximum(placed, gap))
