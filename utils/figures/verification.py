"""Figures of the scores of a backtest: skill, reliability, PIT, weights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ..common.formatting import format_some, percent
from ..counts.snapshot import REAL_TIME, Source
from ..verification.calibration import Corp
from .forms import redrawable, tabulate
from .labels import shorten
from .style import GREY, INK, PALE, STYLE, format_percents, make_sheet, style_series, write_head

#: What skill is drawn down to; below it an arrow stands at the edge.
_LEAST_SKILL = -1.05


class Reliability(TypedDict):
    """What one panel of reliability is drawn from.

    `at` and `band`, shape (2, len(at)), are the band and where it was taken; `band` is None where too few windows bear one.
    `forecasts` holds every forecast probability, `effective` counts the windows that do not overlap.
    """

    corp: Corp
    at: np.ndarray
    band: np.ndarray | None
    forecasts: np.ndarray
    effective: int


@redrawable()
def plot_shuffled(curves: Mapping[str, pd.Series], *, event: str, foot: str) -> Figure:
    """Draw the probability of an event by each day, from joint paths and from the same days shuffled among the paths.

    Parameters
    ----------
    curves : mapping of str to pandas.Series
        Two curves, probability by day ahead, joint paths first.
    event : str
        The event in words.
    foot : str

    Examples
    --------
    >>> curves = {"joint": pd.Series([0.1, 0.3], [1, 2]), "shuffled": pd.Series([0.2, 0.6], [1, 2])}
    >>> plot_shuffled(curves, event="it falls", foot="Made up.").texts[0].get_text()
    'Same days, shuffled among the paths: 30\\xa0% becomes 60\\xa0%'
    """
    joint, shuffled = (curve.iloc[-1] for curve in curves.values())
    days = len(next(iter(curves.values())))
    styles: list[dict[str, Any]] = [dict(color=INK, ls="-"), dict(color=GREY, ls=(0, (4, 1.5)))]
    with rc_context(STYLE):
        fig, [[ax]] = make_sheet(size=(9, 4.0))
        for (label, curve), style in zip(curves.items(), styles, strict=True):
            ax.plot(curve.index, curve, lw=2.2, **style)
            ax.annotate(
                f"{label}: {percent(curve.iloc[-1])}", (curve.index[-1], curve.iloc[-1]), xytext=(6, 0),
                textcoords="offset points", va="center", size=9.5, weight="bold", color=style["color"], annotation_clip=False,
            )  # fmt: skip
        ax.set_xlim(1, max(days, 2))
        ax.set_ylim(0, max(0.05, 1.15 * max(joint, shuffled)))
        ax.set_xlabel("days ahead")
        ax.set_ylabel("probability of having met it")
        format_percents(ax.yaxis)
        return write_head(
            fig,
            claim=f"Same days, shuffled among the paths: {percent(joint)} becomes {percent(shuffled)}",
            qualifier=f"Probability that {event}, by each of {days} days. Both sets of paths have the same counts on each day.",
            foot=foot,
        )


@redrawable()
def plot_skill(
    summary: pd.DataFrame,
    *,
    names: Mapping[str, str],
    reference: str,
    foot: str,
    sources: Mapping[str, Source] | None = None,
) -> Figure:
    """Draw each model's skill with its interval, a panel a horizon, a mark a series.

    Parameters
    ----------
    summary : pandas.DataFrame
        As from `utils.verification.summaries.summarise_scores`.
    names : mapping of str to str
        Models to draw, top first, with their labels.
    reference : str
        What the skill is measured against, in words.
    foot : str
    sources : mapping of str to Source, optional
        Source of each series by the series' name; one that is not in it goes by its name.

    Examples
    --------
    >>> row = dict(series="ward", vintage="final", horizon=7, model="pool", skill=0.2, skill_low=0.1, skill_high=0.3, effective=9)
    >>> summary = pd.DataFrame([row, row | dict(horizon=30, effective=2)])
    >>> plot_skill(summary, names={"pool": "pool"}, reference="climatology", foot="Made up.").texts[0].get_text()
    'Skill of the pool at 7 days: 0.20; at 30, 2 windows at most'
    """
    cells = list(summary.groupby(["series", "vintage"], observed=True).groups)
    horizons = sorted(summary["horizon"].unique())
    known, styles = style_series([series for series, _ in cells], sources)
    with rc_context(STYLE):
        fig, axes = make_sheet(1, len(horizons), size=(9, 1.9 + 0.5 * len(names)), sharey=True, sharex=True)
        for ax, horizon in zip(axes[0], horizons, strict=True):
            behind = []
            for number, (series, vintage) in enumerate(cells):
                rows = summary[summary["horizon"].eq(horizon) & summary["series"].eq(series) & summary["vintage"].eq(vintage)]
                rows = rows.set_index("model").reindex(list(names))
                style, live = styles[series], vintage == REAL_TIME
                y = np.arange(len(names)) + 0.2 * (number - (len(cells) - 1) / 2) * min(1, 4 / len(cells))
                ax.hlines(y, rows["skill_low"], rows["skill_high"], color=style.colour, lw=1.6, ls=":" if live else "-")
                ax.plot(rows["skill"], y, style.marker, color=style.colour, mfc="white" if live else style.colour, ms=5.5, ls="")
                beyond = y[(rows["skill"] < _LEAST_SKILL).to_numpy()]
                ax.plot(np.full(len(beyond), _LEAST_SKILL + 0.03), beyond, "<", color=style.colour, ms=5, ls="")
                behind.append("0" if rows["effective"].isna().all() else f"{rows['effective'].max():.0f}")
            ax.axvline(0, color=INK, lw=1)
            ax.set_title(shorten(f"{horizon} days; windows: {', '.join(behind)}", 84 // len(horizons), lines=2), size=9.5)
            ax.set_yticks(range(len(names)), [shorten(label, 24, lines=2) for label in names.values()])
            ax.set_ylim(len(names) - 0.5, -0.5)
            ax.set_xlabel(f"skill over {reference}")
            ax.grid(axis="x", visible=True)
            ax.grid(axis="y", visible=False)
        axes[0][0].set_xlim(_LEAST_SKILL, 1.0)
        handles = [
            Line2D([], [], ls="", marker=styles[s].marker, color=styles[s].colour, ms=6,
                   mfc="white" if v == REAL_TIME else styles[s].colour, label=f"{shorten(known[s].title, 26)}, {v}".strip(", "))
            for s, v in cells
        ]  # fmt: skip
        return write_head(
            fig,
            claim=_claim_skill(summary, model=next(iter(names)), label=next(iter(names.values()))),
            qualifier="Above 0: better than the reference. Bars: 90 % by block bootstrap, none where too few windows do not "
            "overlap. Windows: how many do not, in the order of the legend. An arrow: lower still.",
            foot=foot,
            legend=handles,
            columns=4,
        )


def _claim_skill(summary: pd.DataFrame, *, model: str, label: str) -> str:
    """Claim the skill of a model at the shortest horizon, and what is behind the longest."""
    horizons = sorted(summary["horizon"].unique())
    rows = summary[summary["model"].eq(model)]
    skill = rows.loc[rows["horizon"].eq(horizons[0]), "skill"].dropna()
    low, high = (f"{value:.2f}" for value in (skill.min(), skill.max())) if len(skill) else ("not known", "not known")
    claim = f"Skill of the {label} at {horizons[0]} days: {low if low == high else f'{low} to {high}'}"
    if len(horizons) == 1:
        return claim
    windows = summary.loc[summary["horizon"].eq(horizons[-1]), "effective"].max()
    return f"{claim}; at {horizons[-1]}, {format_some(windows, 'window')} at most"


def _tabulate_reliability(curves: Mapping[tuple[str, int], Reliability], **_: object) -> pd.DataFrame:
    """Lay out the recalibrated curves of `plot_reliability`."""
    return tabulate(
        {
            key: pd.DataFrame({"forecast": one["corp"].forecast, "observed": one["corp"].recalibrated})
            for key, one in curves.items()
        }
    )


@redrawable(data=_tabulate_reliability)
def plot_reliability(
    curves: Mapping[tuple[str, int], Reliability], *, foot: str, sources: Mapping[str, Source] | None = None
) -> Figure:
    """Draw reliability curves with their bands, a row a series, a column a horizon.

    Parameters
    ----------
    curves : mapping of (series, horizon) to Reliability
    foot : str
    sources : mapping of str to Source, optional
        As for `plot_skill`.

    Examples
    --------
    >>> from utils.verification.calibration import fit_corp
    >>> p, y = pd.DataFrame({"5": [0.1, 0.9]}), pd.DataFrame({"5": [0.0, 1.0]})
    >>> curve = dict(corp=fit_corp(p, y), at=None, band=None, forecasts=p["5"], effective=1)
    >>> fig = plot_reliability({("ward", 7): curve}, foot="Made up.")
    >>> fig.texts[0].get_text(), fig.axes[0].get_title(loc="left")
    ('Too few windows for any band: these curves may be chance', 'ward, 7 days: 1 window')
    """
    known, styles = style_series([name for name, _ in curves], sources)
    horizons = list(dict.fromkeys(horizon for _, horizon in curves))
    outside = []
    with rc_context(STYLE):
        fig, axes = make_sheet(len(known), len(horizons), size=(9, 1.2 + 2.9 * len(known)), sharex=True, sharey=True)
        for row, (name, style) in zip(axes, styles.items(), strict=True):
            for ax, horizon in zip(row, horizons, strict=True):
                if (name, horizon) not in curves:
                    ax.set_axis_off()
                    continue
                curve = curves[name, horizon]
                ax.plot([0, 1], [0, 1], color=GREY, lw=1)
                if curve["band"] is None:
                    ax.text(0.03, 0.53, "too few windows\nfor a band", size=9, color=GREY)
                else:
                    low, high = curve["band"]
                    ax.fill_between(curve["at"], low, high, color=style.colour, alpha=0.2, lw=0)
                    outside.append(np.mean((curve["at"] < low) | (curve["at"] > high)))
                ax.plot(curve["corp"].forecast, curve["corp"].recalibrated, color=style.colour, lw=2, ls=style.line)
                n, edges = np.histogram(curve["forecasts"], 20, (0, 1))
                ax.bar(edges[:-1], 0.18 * n / max(n.max(), 1), 0.05, align="edge", color=PALE, lw=0)
                windows = f"{horizon} days: {format_some(curve['effective'], 'window')}"
                title = shorten(known[name].title, 84 // len(horizons) - len(windows))
                ax.set_title(f"{title}, {windows}".strip(", "), size=9.5)
        for ax in axes[-1]:
            ax.set_xlabel("forecast probability")
        for [ax, *_] in axes:
            ax.set_ylabel("observed frequency")
        axes[0][0].set_xlim(0, 1)
        axes[0][0].set_ylim(0, 1)
        for axis in (axes[0][0].xaxis, axes[0][0].yaxis):
            format_percents(axis)
        return write_head(
            fig,
            claim=f"The bands hold the diagonal over {percent(1 - np.mean(outside))} of their length"
            if outside
            else "Too few windows for any band: these curves may be chance",
            qualifier="Curve: isotonic regression of what came on the forecast probability, all thresholds together. Band: 90 % "
            "by block bootstrap. Pale columns: how often each probability was forecast.",
            foot=foot,
        )


@redrawable()
def plot_pit(values: Mapping[int, np.ndarray], *, inside: Mapping[int, float], foot: str) -> Figure:
    """Draw the randomised PIT of the highest day by horizon, with the share inside the central 90 % of the paths.

    Parameters
    ----------
    values : mapping of int to numpy.ndarray
        By horizon, the PIT of each window, from 0 to 1.
    inside : mapping of int to float
        By horizon, the share of windows whose highest day lies inside the central 90 %.
    foot : str

    Examples
    --------
    >>> pit = np.array([0.02, 0.3, 0.5, 0.97])
    >>> plot_pit({7: pit}, inside={7: 0.5}, foot="Made up.").texts[0].get_text()
    'Of the highest days 50\\xa0% lie inside the central 90\\xa0%'
    """
    bins = 10
    with rc_context(STYLE):
        fig, axes = make_sheet(1, len(values), size=(9, 3.6), sharey=True)
        for ax, (horizon, pit) in zip(axes[0], values.items(), strict=True):
            share = np.histogram(pit, bins, (0, 1))[0] / max(len(pit), 1)
            ax.bar((np.arange(bins) + 0.5) / bins, share, 0.92 / bins, color=GREY, alpha=0.7)
            ax.axhline(1 / bins, color=INK, lw=1, ls="--")
            ax.set_title(f"{horizon} days: {percent(inside[horizon])} inside 90 %", size=9.5)
            ax.set_xlabel("place of the truth among the paths")
            ax.set_xlim(0, 1)
        axes[0][0].set_ylabel("share of windows")
        format_percents(axes[0][0].yaxis)
        shares = [percent(share) for share in inside.values()]
        return write_head(
            fig,
            claim=f"Of the highest days {', '.join(shares)} lie inside the central 90 %",
            qualifier=f"Highest day of the next {', '.join(str(h) for h in values)} days, all series cut at the origin. Level "
            "with the dashed line: calibrated. High at the right: more came than was forecast.",
            foot=foot,
        )
