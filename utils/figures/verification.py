"""Figures of scores: skill, reliability, PIT, weights."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import PercentFormatter

from ..common.formatting import percent
from .style import _STYLE, COLOUR, GREY, INK, LABEL, LINE, MARKER, PALE, SEQUENCE, TARGET, _dates, _head, _sheet


def plot_shuffled(curves: dict[str, pd.Series], *, event: str, foot: str) -> Figure:
    """Draw the probability of an event by each day, from joint paths and from the same days shuffled among the paths.

    Parameters
    ----------
    curves : dict of str to pandas.Series
        Probability by day ahead, joint paths first.
    event : str
        The event in words.
    foot : str
    """
    styles = [dict(color=COLOUR["cogat"], ls="-"), dict(color=TARGET, ls=(0, (4, 1.5)))]
    joint, shuffled = (curve.iloc[-1] for curve in curves.values())
    days = len(next(iter(curves.values())))
    with rc_context(_STYLE):
        fig, [[ax]] = _sheet(size=(9, 4.0))
        for (label, curve), style in zip(curves.items(), styles, strict=True):
            ax.plot(curve.index, curve, lw=2.2, **style)
            ax.annotate(
                f"{label}: {percent(curve.iloc[-1])}", (curve.index[-1], curve.iloc[-1]), xytext=(6, 0),
                textcoords="offset points", va="center", size=9.5, weight="bold", color=style["color"], annotation_clip=False,
            )  # fmt: skip
        ax.set_xlim(1, days)
        ax.set_ylim(0, max(0.05, 1.15 * max(joint, shuffled)))
        ax.set_xlabel("days ahead")
        ax.set_ylabel("probability of having reached it")
        ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        return _head(
            fig,
            claim=f"Same days, shuffled among the paths: {percent(joint)} becomes {percent(shuffled)}",
            qualifier=f"Probability that {event}, by each of {days} days. Both sets of paths have the same counts on each day.",
            foot=foot,
        )


def plot_skill(summary: pd.DataFrame, *, names: dict[str, str], reference: str, foot: str) -> Figure:
    """Draw each model's skill with its interval, a panel a horizon, a mark a series.

    Parameters
    ----------
    summary : pandas.DataFrame
        As from `utils.backtesting.summarise_scores`.
    names : dict of str to str
        Models to draw, top first, with their labels.
    reference : str
        What the skill is measured against, in words.
    foot : str
    """
    cells = list(summary.groupby(["series", "vintage"], observed=True).groups)
    horizons = sorted(summary["horizon"].unique())
    with rc_context(_STYLE):
        fig, axes = _sheet(1, len(horizons), size=(9, 1.9 + 0.5 * len(names)), sharey=True, sharex=True)
        for ax, horizon in zip(axes[0], horizons, strict=True):
            behind = []
            for number, (series, vintage) in enumerate(cells):
                rows = summary[summary["horizon"].eq(horizon) & summary["series"].eq(series) & summary["vintage"].eq(vintage)]
                rows = rows.set_index("model").reindex(names)
                y = np.arange(len(names)) + 0.2 * (number - (len(cells) - 1) / 2)
                source, live = series.split()[0], vintage == "real-time"
                ax.hlines(y, rows["skill_low"], rows["skill_high"], color=COLOUR[source], lw=1.6, ls=":" if live else "-")
                fill = "white" if live else COLOUR[source]
                ax.plot(rows["skill"], y, MARKER[source], color=COLOUR[source], mfc=fill, ms=5.5, ls="")
                behind.append(f"{rows['effective'].max():.0f}")
            ax.axvline(0, color=INK, lw=1)
            ax.set_title(f"{horizon} days; windows: {', '.join(behind)}", size=9.5)
            ax.set_yticks(range(len(names)), names.values())
            ax.set_ylim(len(names) - 0.5, -0.5)
            ax.set_xlabel(f"skill over {reference}")
            ax.grid(axis="x", visible=True)
            ax.grid(axis="y", visible=False)
        axes[0][0].set_xlim(-1.05, 1.0)
        handles = [
            Line2D([], [], ls="", marker=MARKER[s.split()[0]], color=COLOUR[s.split()[0]], ms=6,
                   mfc="white" if v == "real-time" else COLOUR[s.split()[0]], label=f"{LABEL[s.split()[0]]}, {v}")
            for s, v in cells
        ]  # fmt: skip
        height = fig.get_figheight()
        fig.get_layout_engine().set(rect=(0.005, 0.62 / height, 0.985, 1 - 1.4 / height))  # legend above the foot
        fig.legend(handles=handles, loc="lower center", bbox_to_anchor=(0.5, 0.26 / height), ncols=4, frameon=False, fontsize=8.5)
        long = summary[summary["horizon"].eq(horizons[-1])]["effective"].max()
        first = next(iter(names.values()))
        short = summary[summary["horizon"].eq(horizons[0]) & summary["model"].eq(next(iter(names)))]["skill"]
        low, high = short.min(), short.max()
        return _head(
            fig,
            claim=f"Skill of the {first} at {horizons[0]} days: {low:.2f} to {high:.2f}; at {horizons[-1]}, only {long} windows",
            qualifier="Above 0: better than the reference. Bars: 90 % by block bootstrap, none where too few windows do not "
            "overlap. Windows: how many do not, in the order of the legend.",
            foot=foot,
        )


def plot_reliability(curves: dict[tuple[str, int], dict], *, foot: str) -> Figure:
    """Draw reliability curves with their bands, a row a series, a column a horizon.

    Parameters
    ----------
    curves : dict of (series, horizon) to dict
        `corp` (`utils.scores.Corp`), `at` and `band` (shape (2, m), or None), `said` (every probability), and `effective`.
    foot : str
    """
    series = list(dict.fromkeys(name for name, _ in curves))
    horizons = list(dict.fromkeys(horizon for _, horizon in curves))
    outside = []
    with rc_context(_STYLE):
        fig, axes = _sheet(len(series), len(horizons), size=(9, 1.2 + 2.9 * len(series)), sharex=True, sharey=True)
        for row, name in zip(axes, series, strict=True):
            colour = COLOUR[name.split()[0]]
            for ax, horizon in zip(row, horizons, strict=True):
                curve = curves[name, horizon]
                ax.plot([0, 1], [0, 1], color=GREY, lw=1)
                if curve["band"] is None:
                    ax.text(0.03, 0.53, "too few windows\nfor a band", size=9, color=GREY)
                else:
                    low, high = curve["band"]
                    ax.fill_between(curve["at"], low, high, color=colour, alpha=0.2, lw=0)
                    outside.append(np.mean((curve["at"] < low) | (curve["at"] > high)))
                ax.plot(curve["corp"].forecast, curve["corp"].recalibrated, color=colour, lw=2, ls=LINE[name.split()[0]])
                n, edges = np.histogram(curve["said"], 20, (0, 1))
                ax.bar(edges[:-1], 0.18 * n / n.max(), 0.05, align="edge", color=PALE, lw=0)
                ax.set_title(f"{LABEL[name.split()[0]]}, {horizon} days: {curve['effective']} windows", size=9.5)
        for ax in axes[-1]:
            ax.set_xlabel("probability that was said")
        for [ax, *_] in axes:
            ax.set_ylabel("share that came")
        axes[0][0].set_xlim(0, 1)
        axes[0][0].set_ylim(0, 1)
        for axis in (axes[0][0].xaxis, axes[0][0].yaxis):
            axis.set_major_formatter(PercentFormatter(1, decimals=0))
        held = percent(1 - np.mean(outside)) if outside else "none"
        return _head(
            fig,
            claim=f"The bands hold the diagonal over {held} of their length",
            qualifier="Curve: isotonic regression of what came on what was said, all thresholds together. Band: 90 % by block "
            "bootstrap. Pale columns: how often each probability was said.",
            foot=foot,
        )


def plot_pit(values: dict[int, np.ndarray], *, inside: dict[int, float], foot: str) -> Figure:
    """Draw the randomised PIT of the highest day by horizon, with the share inside the central 90 % of the paths."""
    bins = 10
    with rc_context(_STYLE):
        fig, axes = _sheet(1, len(values), size=(9, 3.6), sharey=True)
        for ax, (horizon, pit) in zip(axes[0], values.items(), strict=True):
            share = np.histogram(pit, bins, (0, 1))[0] / len(pit)
            ax.bar((np.arange(bins) + 0.5) / bins, share, 0.92 / bins, color=COLOUR["cogat"], alpha=0.7)
            ax.axhline(1 / bins, color=INK, lw=1, ls="--")
            ax.set_title(f"{horizon} days: {percent(inside[horizon])} inside 90 %", size=9.5)
            ax.set_xlabel("place of the truth among the paths")
            ax.set_xlim(0, 1)
        axes[0][0].set_ylabel("share of windows")
        axes[0][0].yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        shares = [percent(share) for share in inside.values()]
        return _head(
            fig,
            claim=f"Of the highest days {', '.join(shares)} lie inside the central 90 %",
            qualifier=f"Highest day of the next {', '.join(str(h) for h in values)} days, all series cut at the origin. Level "
            "with the dashed line: calibrated. High at the right: it came out higher than said.",
            foot=foot,
        )


def plot_weights(weights: dict[int, pd.DataFrame], *, foot: str) -> Figure:
    """Draw the weights of the pool's members over the origins, a panel a horizon."""
    with rc_context(_STYLE):
        fig, axes = _sheet(1, len(weights), size=(9, 3.6), sharey=True)
        for ax, (horizon, table) in zip(axes[0], weights.items(), strict=True):
            for (name, values), colour, style in zip(table.items(), SEQUENCE, ("-", "--", ":", "-."), strict=False):
                ax.plot(values, color=colour, ls=style, lw=2, label=name)
            ax.axhline(1 / table.shape[1], color=GREY, lw=1)
            ax.set_title(f"{horizon} days", size=9.5)
            ax.set_ylim(0, 1)
            _dates(ax, months=3)
        axes[0][0].set_ylabel("weight")
        axes[0][0].yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        axes[0][0].legend(frameon=False, fontsize=8.5, loc="upper left")
        every = pd.concat(weights.values()).to_numpy()
        low, high = every.min(), every.max()
        return _head(
            fig,
            claim=f"The weights stay between {percent(low)} and {percent(high)}: equal would be {percent(1 / table.shape[1])}",
            qualifier="Weight of each member of the pool at each origin, learnt from earlier origins alone and drawn to equal.",
            foot=foot,
        )


def plot_scores(scored: pd.DataFrame, *, titles: dict[tuple[str, str], str], foot: str) -> Figure:
    """Draw the Brier score of each frozen forecast, a panel a question, as said on the day and in hindsight.

    Parameters
    ----------
    scored : pandas.DataFrame
        Rows of `utils.outcomes.score_record`, one a model in each panel.
    titles : dict of (question, source) to str
        Panels, and what stands above each.
    foot : str
    """
    labels = {name: label.split(":")[0] for name, label in zip(scored["model"], scored["label"], strict=True)}
    # One row a forecaster, whether on the day or in hindsight.
    family = scored["model"].str.removesuffix("-hindsight")
    order = list(dict.fromkeys(family))
    with rc_context(_STYLE):
        fig, axes = _sheet(1, len(titles), size=(9, 1.9 + 0.42 * len(order)), sharey=True, sharex=True)
        for ax, ((question, source), title) in zip(axes[0], titles.items(), strict=True):
            here = scored["question"].eq(question) & scored["source"].eq(source)
            for row, name in zip(scored[here].itertuples(), family[here], strict=True):
                y, colour = order.index(name), COLOUR[source]
                fill = "white" if row.hindsight else colour
                ax.plot(
                    row.brier, y + (0.17 if row.hindsight else -0.1), MARKER[source], color=colour, mfc=fill, ms=7, clip_on=False
                )
                if not row.hindsight:
                    ax.annotate(
                        f"said {percent(row.probability)}", (row.brier, y - 0.1), xytext=(9 if row.brier < 0.6 else -9, 0),
                        textcoords="offset points", va="center", ha="left" if row.brier < 0.6 else "right", size=8.5,
                    )  # fmt: skip
            ax.set_title(title, size=9.5)
            ax.set_xlabel("Brier score")
            ax.grid(axis="x", visible=True)
            ax.grid(axis="y", visible=False)
        axes[0][0].set_yticks(range(len(order)), [labels[name] for name in order])
        axes[0][0].set_ylim(len(order) - 0.5, -0.6)
        axes[0][0].set_xlim(-0.02, 1.0)
        pool = scored[scored["model"].eq("pool")].sort_values("brier").iloc[-1]
        best = scored[scored["question"].eq(pool.question) & scored["source"].eq(pool.source) & ~scored["hindsight"]]
        best = best.sort_values("brier").iloc[0]
        return _head(
            fig,
            claim=f"The pool said {percent(pool.probability)} of what {'came' if pool.outcome == 'YES' else 'did not come'}: "
            f"{pool.brier:.2f}; best there: {labels[best.model]}, {best.brier:.2f}",
            qualifier="Squared distance of the probability from what came: 0 is best, 0.25 is what one half always gets. "
            "Filled: as known on the day; hollow: in hindsight. One outcome each.",
            foot=foot,
        )


def plot_place(past: dict[str, pd.DataFrame], ours: dict[str, pd.Series], *, foot: str) -> Figure:
    """Draw where the Brier score of one outcome lies among those that the same forecaster got on the past.

    Parameters
    ----------
    past : dict of str to pandas.DataFrame
        Panels by title, each as from `utils.outcomes.select_backtest`.
    ours : dict of str to pandas.Series
        Of each panel the row of `utils.outcomes.locate_in_backtest`.
    foot : str
    """
    with rc_context(_STYLE):
        fig, axes = _sheet(len(past), size=(9, 1.3 + 1.25 * len(past)), sharex=True)
        for [ax], (title, rows) in zip(axes, past.items(), strict=True):
            row, rng = ours[title], np.random.default_rng(0)
            spread = rng.uniform(-0.25, 0.25, len(rows))  # so that equal scores do not hide each other
            source = COLOUR[row["source"]]
            came = rows["outcome"].eq(1).to_numpy()
            ax.plot(rows["brier"][~came], spread[~came], ls="", marker="o", ms=6, mfc="white", color=source)
            ax.plot(rows["brier"][came], spread[came], ls="", marker="o", ms=6, color=source)
            ax.axvline(row["brier"], color=TARGET, lw=2)
            right = row["brier"] < 0.6
            ax.annotate(
                f"this one: {row['brier']:.3f}", (row["brier"], 0.93), xycoords=("data", "axes fraction"),
                xytext=(6 if right else -6, 0), textcoords="offset points", ha="left" if right else "right", va="top",
                color=TARGET, weight="bold", size=9, bbox=dict(boxstyle="round,pad=0.1", fc="white", ec="none", alpha=0.8),
            )  # fmt: skip
            ax.set_title(
                f"{title}: {row['cases']} windows of the past, {row['effective']} do not overlap; "
                f"{percent(row['worse'])} scored worse", size=9.5,
            )  # fmt: skip
            ax.set_yticks([])
            ax.set_ylim(-0.55, 0.75)
            ax.spines["left"].set_visible(False)
            ax.grid(axis="x", visible=True)
        axes[-1][0].set_xlim(-0.02, 1.0)
        axes[-1][0].set_xlabel("Brier score of the pool (0 is best)")
        last = list(ours.values())[-1]
        return _head(
            fig,
            claim=f"{last['brier']:.2f} at {last['horizon']} days: {percent(1 - last['worse'])} of past windows scored no worse",
            qualifier="Each dot: one window of the backtest, at the same target and meaning of reaching; filled where it came. "
            "Up and down has no meaning.",
            foot=foot,
        )
