"""Figures of archived forecasts against what came: scores, their place among those of the past, curves with an X."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.figure import Figure

from ..common.errors import InputError
from ..common.formatting import day_in_words, percent
from ..counts.snapshot import FINAL, REAL_TIME, Source
from ..questions.question import Question
from ..questions.resolution import YES
from .forms import is_narrow, redrawable
from .labels import shorten, spread_labels
from .style import INK, STYLE, choose_style, format_dates, format_percents, make_sheet, style_series, write_head

#: Lines of one source's forecasts, which have one colour.
_LINES: tuple[Any, ...] = ("-", (0, (4, 1.5)), (0, (1, 1)), (0, (5, 1, 1, 1)))


@redrawable()
def plot_scores(
    scored: pd.DataFrame,
    *,
    titles: Mapping[tuple[str, str], str],
    foot: str,
    model: str = "pool",
    sources: Mapping[str, Source] | None = None,
) -> Figure:
    """Draw each archived forecast's probability and how far it lies from what came, with its Brier score, a panel a question.

    Parameters
    ----------
    scored : pandas.DataFrame
        Rows of `utils.verification.archive_scores.score_record`, one a model in each panel.
    titles : mapping of (question, source) to str
        Panels, and what stands above each.
    foot : str
    model : str
        The forecast that the title speaks of.
    sources : mapping of str to Source, optional
        As for `utils.figures.scenarios.plot_effects`.

    Examples
    --------
    >>> row = dict(question="q", source="ward", outcome="YES", vintage="real-time", label="pool")
    >>> scored = pd.DataFrame([row | dict(model="pool", probability=0.2, brier=0.64),
    ...                        row | dict(model="plain", probability=0.9, brier=0.01, label="plain rule")])
    >>> plot_scores(scored, titles={("q", "ward"): "It came"}, foot="Made up.").texts[0].get_text()
    'The pool gave 20\\xa0% to what came: 0.64; best there: plain rule, 0.01'
    """
    labels = {name: label.split(":")[0] for name, label in zip(scored["model"], scored["label"], strict=True)}
    # One row a forecaster, whether on the day or in hindsight.
    family = scored["model"].str.removesuffix("-hindsight")
    order = list(dict.fromkeys(family))
    _, styles = style_series([source for _, source in titles], sources)
    with rc_context(STYLE):
        fig, axes = make_sheet(1, len(titles), size=(9, 2.0 + 0.44 * len(order)), sharey=True, sharex=True)
        for ax, ((question, source), title) in zip(axes[0], titles.items(), strict=True):
            here, style = scored["question"].eq(question) & scored["source"].eq(source), styles[source]
            for row, name in zip(scored[here].itertuples(), family[here], strict=True):
                y, late, came = order.index(name), row.vintage == FINAL, float(row.outcome == YES)
                at = y + (0.2 if late else -0.1)
                fill = "white" if late else style.colour
                ax.plot([row.probability, came], [at, at], color=style.colour, lw=1, alpha=0.5, ls=":" if late else "-")
                ax.plot(row.probability, at, style.marker, color=style.colour, mfc=fill, ms=7, clip_on=False)
                if not late:
                    ax.plot(came, at, marker="X", color=INK, ms=8, mec="white", mew=0.8, ls="", clip_on=False, zorder=4)
                    text = f"{'0 %' if row.probability == 0 else percent(row.probability)}: {row.brier:.2f}"
                    ax.annotate(
                        text, (1.07 if is_narrow() else 1.02, at), xycoords=ax.get_yaxis_transform(), va="center", size=8.5,
                        annotation_clip=False,
                    )  # fmt: skip
            ax.set_title(shorten(title, 84 // len(titles), lines=2), size=9.5)
            ax.set_xlabel("probability")
            format_percents(ax.xaxis)
            ax.grid(axis="x", visible=True)
            ax.grid(axis="y", visible=False)
        axes[0][0].set_yticks(range(len(order)), [labels.get(name, name) for name in order])
        axes[0][0].set_ylim(len(order) - 0.5, -0.6)
        axes[0][0].set_xlim(-0.02, 1.02)
        return write_head(
            fig,
            claim=_claim_scores(scored, labels, model=model),
            qualifier="X: what came. At the right: the probability and its Brier score, its squared distance from the X: 0 is "
            "best, one half always gets 0.25. Filled: as known on the day; hollow: in hindsight.",
            foot=foot,
        )


def _claim_scores(scored: pd.DataFrame, labels: Mapping[str, str], *, model: str) -> str:
    """Claim the worst score that a forecast got as known on the day, and the best one of that question."""
    ours = scored[scored["model"].eq(model)].sort_values("brier")
    if ours.empty:
        raise InputError(f"model {model!r} is not among the scores; choose one of {', '.join(dict.fromkeys(scored['model']))}")
    worst = ours.iloc[-1]
    there = scored[scored["question"].eq(worst["question"]) & scored["source"].eq(worst["source"])]
    best = there[there["vintage"].eq(REAL_TIME)].sort_values("brier").iloc[0]
    came = "came" if worst["outcome"] == YES else "did not come"
    gave = f"The {labels[model]} gave {percent(worst['probability'])} to what {came}: {worst['brier']:.2f}"
    return gave + f"; best there: {labels[best['model']]}, {best['brier']:.2f}"


@redrawable()
def plot_place(
    past: Mapping[str, pd.DataFrame],
    ours: Mapping[str, pd.Series],
    *,
    foot: str,
    sources: Mapping[str, Source] | None = None,
) -> Figure:
    """Draw where the Brier score of one outcome lies among those that the same forecaster got on the past.

    Parameters
    ----------
    past : mapping of str to pandas.DataFrame
        Panels by title, each as from `utils.verification.archive_scores.select_backtest`.
    ours : mapping of str to pandas.Series
        Of each panel the row of `utils.verification.archive_scores.locate_in_backtest`.
    foot : str
    sources : mapping of str to Source, optional
        As for `utils.figures.scenarios.plot_effects`.

    Examples
    --------
    >>> past = pd.DataFrame({"brier": [0.1, 0.2, 0.7], "outcome": [0, 1, 1]})
    >>> place = pd.Series(dict(source="ward", brier=0.64, horizon=7, cases=3, effective=2))
    >>> plot_place({"The ward": past}, {"The ward": place}, foot="Made up.").texts[0].get_text()
    '0.64 at 7 days: 1 of 3 past windows scored worse'
    """
    _, styles = style_series([row["source"] for row in ours.values()], sources)
    with rc_context(STYLE):
        fig, axes = make_sheet(len(past), size=(9, 1.3 + 1.25 * len(past)), sharex=True)
        for [ax], (title, rows) in zip(axes, past.items(), strict=True):
            row, colour = ours[title], styles[ours[title]["source"]].colour
            height = np.random.default_rng(0).uniform(-0.25, 0.25, len(rows))  # so that equal scores do not hide each other
            came = rows["outcome"].eq(1).to_numpy()
            dots: dict[str, Any] = dict(ls="", marker="o", ms=6, color=colour)
            ax.plot(rows["brier"][~came], height[~came], mfc="white", **dots)
            ax.plot(rows["brier"][came], height[came], **dots)
            ax.plot(row["brier"], 0.5, marker="X", color=INK, ms=11, mec="white", mew=1, ls="", clip_on=False)
            right = row["brier"] < 0.6
            ax.annotate(
                f"this one: {row['brier']:.3f}", (row["brier"], 0.5), xytext=(9 if right else -9, 0),
                textcoords="offset points", ha="left" if right else "right", va="center", weight="bold", size=9,
            )  # fmt: skip
            ax.set_title(
                f"{shorten(title, 44)}; {_count_worse(rows, row)} of {row['cases']} past windows scored worse, "
                f"{row['effective']} do not overlap", size=9.5,
            )  # fmt: skip
            ax.set_yticks([])
            ax.set_ylim(-0.55, 0.75)
            ax.spines["left"].set_visible(False)
            ax.grid(axis="x", visible=True)
        axes[-1][0].set_xlim(-0.02, 1.0)
        axes[-1][0].set_xlabel("Brier score (0 is best)")
        last = list(ours.values())[-1]
        return write_head(
            fig,
            claim=f"{last['brier']:.2f} at {last['horizon']} days: {_count_worse(rows, last)} of {last['cases']} past windows "
            "scored worse",
            qualifier="Each dot: one window of the backtest, at the same target and definition; filled where it came. X: ours. "
            "Up and down has no meaning.",
            foot=foot,
        )


def _count_worse(past: pd.DataFrame, row: pd.Series) -> int:
    """Count the windows of the past whose score was worse."""
    return int((past["brier"] > row["brier"]).sum())


@redrawable()
def plot_against_outcome(
    curves: Mapping[str, pd.Series], question: Question, *, came: pd.Timestamp | None, label: str, foot: str
) -> Figure:
    """Draw frozen first-passage curves of one question against what came: a step to one, with an X on the day it happened.

    Parameters
    ----------
    curves : mapping of str to pandas.Series
        By name of the forecast, the probability that it has come by each day; the title speaks of the first.
    question : Question
    came : pandas.Timestamp or None
        Day on which it happened.
    label : str
        What happened, in words, for the X.
    foot : str

    Examples
    --------
    >>> days = pd.date_range("2024-01-01", periods=3)
    >>> question = Question(threshold=5, opens=days[0], closes="2024-01-04")
    >>> curve = pd.Series([0.1, 0.3, 0.4], days)
    >>> fig = plot_against_outcome({"pool": curve}, question, came=days[2], label="7", foot="f")
    >>> " ".join(fig.texts[0].get_text().split())
    'It came on 3 January 2024; of the 40 % of the pool, 30 points lay on earlier days'
    """
    style = choose_style(question.counter)
    [name, first], *_ = curves.items()
    eve = pd.Timedelta(days=1)
    with rc_context(STYLE):
        fig, [[ax]] = make_sheet(size=(9, 4.6))
        texts = [f"{shorten(who, 26)}: {percent(curve.iloc[-1])}" for who, curve in curves.items()]
        handles = []
        for text, curve, line, width in zip(texts, curves.values(), _LINES, (2.6, 1.5, 1.5, 1.5), strict=False):
            begun = pd.concat([pd.Series([0.0], [curve.index[0] - eve]), curve])
            handles += ax.plot(begun.index, begun, color=style.colour, ls=line, lw=width, label=text)
        start, end = first.index[0] - eve, first.index[-1]
        steps = [start, came, came, end] if came is not None else [start, end]
        ax.plot(steps, [0, 0, 1, 1] if came is not None else [0, 0], color=INK, lw=1.6)
        at = (came, 1.0) if came is not None else (end, 0.0)
        ax.plot(*at, marker="X", color=INK, ms=13, mec="white", mew=1.2, ls="", clip_on=False, zorder=5)
        ax.annotate(label, at, xytext=(-12, 0), textcoords="offset points", ha="right", va="center", weight="bold")
        places = spread_labels([curve.iloc[-1] for curve in curves.values()], gap=0.028)
        for text, y in () if is_narrow() else zip(texts, places, strict=True):  # beside the curves where there is room
            ax.annotate(
                text, (1.01, y), xycoords=ax.get_yaxis_transform(), color=style.colour, size=9, va="center", weight="bold",
                annotation_clip=False,
            )  # fmt: skip
        ax.set_ylim(0, 1.04)
        ax.set_xlim(start, end + 0.004 * (end - start))
        ax.set_ylabel("probability of having happened")
        format_percents(ax.yaxis)
        format_dates(ax)
        earlier = 0.0 if came is None else float(first.asof(came - eve))
        claim = f"It did not come; the {name} had given it {percent(first.iloc[-1])}"
        if came is not None:
            claim = (
                f"It came on {day_in_words(came)}; of the {percent(first.iloc[-1])} of the {name}, "
                f"{100 * earlier:.0f} points lay on earlier days"
            )
        return write_head(
            fig,
            claim=claim,
            qualifier=f"Probability that {question.counter.unit} {question.event} {question.end}, by day, as frozen. Line to the "
            "X: what came, and when.",
            foot=foot,
            legend=handles if is_narrow() else (),
        )
