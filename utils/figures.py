"""Figures: the claim as title, the qualifier below it, source and as-of at the foot; and the way they reach a page.

Every `plot_*` returns a matplotlib figure and computes its own title from the data that it draws.
"""

from __future__ import annotations

import base64
import html
import io
import textwrap

import matplotlib.dates as mdates
import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator, NullLocator, PercentFormatter

from .answers import Answer, Futures, find_break_even
from .errors import InputError
from .interruptions import Effect
from .passage import parse_definition
from .questions import Question
from .reconciliation import Reconciled
from .scenarios import ShiftRate
from .words import day_in_words, percent

#: Okabe and Ito's palette, which colour-blind readers can tell apart; a line style goes with each, so that colour is never alone.
INK, GREY, PALE = "#1a1a1a", "#5f6368", "#d5d8dc"
COLOUR = {"cogat": "#0072B2", "unrwa": "#C04A00"}
LINE = {"cogat": "-", "unrwa": (0, (5, 1.5))}
MARKER = {"cogat": "o", "unrwa": "s"}
LABEL = {"cogat": "COGAT", "unrwa": "UNRWA"}
TARGET = "#8B0046"
STATE_COLOUR = {
    "counted": "#0072B2",
    "partial": "#56B4E9",
    "closed": "#d5d8dc",
    "unreported": "#E69F00",
    "not_yet_reported": "#ffffff",
}
SEQUENCE = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#8c8c8c", "#F0E442")
DPI = 100
DOTS = 50

#: Windows of fewer days are drawn and labelled day by day.
SHORT = 15

_STYLE = {
    "figure.dpi": DPI,
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "xtick.color": GREY,
    "ytick.color": GREY,
    "text.color": INK,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "grid.color": "#e8eaed",
    "axes.axisbelow": True,
    "hatch.linewidth": 0.6,
    "svg.hashsalt": "aid",
}


# ------------------------------------------------------------------------------------------------------- to the page


def show(fig: Figure, *, alt: str, caption: str) -> None:
    """Publish a figure with its alternative text and caption, in a form that the HTML page keeps.

    Parameters
    ----------
    fig : matplotlib.figure.Figure
    alt : str
        What the picture shows, for a reader who does not see it: its kind, its axes, what stands out.
    caption : str
        What it means, for every reader.

    Raises
    ------
    InputError
        If either text is empty.
    """
    from IPython.display import publish_display_data

    for name, text in {"alt": alt, "caption": caption}.items():
        if not text.strip():
            raise InputError(f"{name} of a figure is empty; say what it shows, for readers who cannot see it")
    buffer = io.BytesIO()
    fig.savefig(buffer, format="png", dpi=DPI, facecolor="white", metadata={"Software": None})
    png = base64.b64encode(buffer.getvalue()).decode("ascii")
    width = round(fig.get_figwidth() * DPI)
    page = (
        f'<figure class="aid-figure"><img width="{width}" alt="{html.escape(alt)}" src="data:image/png;base64,{png}">'
        f"<figcaption>{html.escape(caption)}</figcaption></figure>"
    )
    publish_display_data({"text/html": page, "text/plain": f"Figure: {caption}"})


def _sheet(rows: int = 1, columns: int = 1, *, size=(9.0, 4.8), **subplots):
    """Make a sheet whose top and foot are kept free for title and source. To be used inside `rc_context(_STYLE)`."""
    fig = Figure(figsize=size, layout="constrained")
    top = 1 - 0.78 / size[1]
    foot = 0.30 / size[1]
    fig.get_layout_engine().set(rect=(0.005, foot, 0.985, top - foot), h_pad=0.06, w_pad=0.06)
    return fig, fig.subplots(rows, columns, squeeze=False, **subplots)


def _head(fig: Figure, *, claim: str, qualifier: str, foot: str) -> Figure:
    """Write the claim, the qualifier below it, and the source at the foot."""
    height = fig.get_figheight()
    if len(claim) > 80:
        raise InputError(f"title {claim!r} has {len(claim)} characters; keep it within 80 so that it fits on one line")
    fig.text(0.012, 1 - 0.10 / height, claim, size=13, weight="bold", va="top")
    wrapped = [line for part in qualifier.splitlines() for line in textwrap.wrap(part, 124)]
    if len(wrapped) > 2:
        raise InputError(f"qualifier {qualifier!r} takes {len(wrapped)} lines; keep it within two")
    fig.text(0.012, 1 - 0.36 / height, "\n".join(wrapped), size=9.5, color=GREY, va="top", linespacing=1.25)
    fig.text(0.012, 0.08 / height, foot, size=8, color=GREY, va="bottom")
    return fig


def _dates(ax, *, months: int = 1):
    ax.xaxis.set_major_locator(mdates.MonthLocator(bymonth=range(1, 13, months)))  # with January, which carries the year
    ax.xaxis.set_major_formatter(mdates.ConciseDateFormatter(ax.xaxis.get_major_locator(), show_offset=False))


def _target(ax, threshold: float, *, where: float = 0.005, label: str | None = None):
    """Draw the threshold and write on it what it is."""
    ax.axhline(threshold, color=TARGET, lw=1.4, ls=(0, (1, 1)))
    ax.annotate(
        label or f"target: {threshold:g} a day",
        (where, threshold),
        xycoords=ax.get_yaxis_transform(),
        xytext=(0, 4),
        textcoords="offset points",
        color=TARGET,
        size=9,
        weight="bold",
        bbox=dict(boxstyle="round,pad=0.1", fc="white", ec="none", alpha=0.8),
    )


def _source(*frames, more: str = "") -> str:
    """Name publishers and vintages for the foot, from what the loader wrote into `attrs`."""
    parts = []
    for frame in frames:
        as_of = f", as of {frame.attrs['as_of']}" if frame.attrs.get("as_of") else ""
        parts.append(f"{LABEL[frame.attrs['source']]} list published {frame.attrs['vintage']}{as_of}")
    return "Source: " + "; ".join(parts) + (f". {more}" if more else "")


def _mark_absent(ax, days: pd.DataFrame, *, level: float, height: float):
    """Draw a tick below zero on each day that was not counted, so that a missing day is seen to be missing."""
    absent = days.index[days["trucks"].isna()]
    ax.vlines(absent, level - height, level, color=COLOUR[days.attrs["source"]], lw=1.1)


# --------------------------------------------------------------------------------------------------- data and record


def plot_vintages(vintages: pd.DataFrame, *, as_of) -> Figure:
    """Draw what each vintage covers and from which day it was public (table of `utils.list_vintages`)."""
    as_of = pd.Timestamp(as_of)
    with rc_context(_STYLE):
        fig, [[ax]] = _sheet(size=(9, 3.6))
        rows = list(vintages.itertuples())[::-1]
        for y, row in enumerate(rows):
            known = row.published <= as_of
            colour = COLOUR[row.source]
            ax.barh(y, row.last - row.first, left=row.first, height=0.42, color=colour, alpha=1 if known else 0.35)
            ax.plot([row.last, row.published], [y, y], color=colour, lw=1, ls=":")
            ax.plot(row.published, y, "D", color=colour, ms=7, mfc=colour if known else "white")
            ax.annotate(
                f"public {day_in_words(row.published, short=True)}",
                (row.published, y),
                xytext=(8, 0),
                textcoords="offset points",
                size=8.5,
                va="center",
                bbox=dict(boxstyle="round,pad=0.15", fc="white", ec="none"),
            )
        ax.axvline(as_of, color=INK, lw=1, zorder=0)
        ax.annotate(
            f"as of {day_in_words(as_of, short=True)}",
            (as_of, 1),
            xycoords=("data", "axes fraction"),
            xytext=(-4, 2),
            textcoords="offset points",
            ha="right",
            size=9,
            weight="bold",
        )
        ax.set_yticks(range(len(rows)), [f"{LABEL[row.source]}, {row.rows:,} rows" for row in rows])
        ax.grid(axis="y", visible=False)
        ax.set_xlim(vintages["first"].min() - pd.Timedelta(days=8), vintages["published"].max() + pd.Timedelta(days=95))
        _dates(ax, months=2)
        ax.set_xlabel("day that is counted (bar), day of publication (diamond)")
        known = vintages[vintages["published"] <= as_of]
        ends = known.groupby("source")["last"].max()
        ages = f"{(as_of - ends.max()).days} to {(as_of - ends.min()).days} days"
        return _head(
            fig,
            claim=f"On {day_in_words(as_of)} the newest counts at hand were {ages} old",
            qualifier="Bars: days covered by each file. Pale bars and hollow diamonds: files that were not yet public.",
            foot="Source: the publishers' files; data/datapackage.json gives name, hash and address of each.",
        )


def plot_day_states(frames: dict[str, pd.DataFrame]) -> Figure:
    """Draw the state of every day as a calendar of weeks by weekdays, a row of tiles a source."""
    with rc_context(_STYLE):
        fig, axes = _sheet(len(frames), size=(9, 4.4), sharex=True)
        shares = []
        for [ax], (source, days) in zip(axes, frames.items(), strict=True):
            monday = days.index - pd.to_timedelta(days.index.day_of_week, unit="D")
            for state, colour in STATE_COLOUR.items():
                here = days["state"].eq(state).to_numpy()
                ax.scatter(
                    monday[here],
                    days.index.day_of_week[here],
                    marker="x" if state == "unreported" else "s",
                    s=15 if state == "unreported" else 19,
                    color=colour if state != "not_yet_reported" else "white",
                    edgecolors=None if state == "unreported" else (GREY if state == "not_yet_reported" else colour),
                    linewidths=1.6 if state == "unreported" else 0.7,
                )
            ax.set_yticks(range(7), "Mon Tue Wed Thu Fri Sat Sun".split())
            ax.set_ylim(6.7, -0.7)
            ax.grid(visible=False)
            ax.set_title(LABEL[source])
            shares.append(f"{LABEL[source]} {days['trucks'].isna().sum()} of {len(days)}")
            _dates(ax, months=1)
        present = [state for state in STATE_COLOUR if any(days["state"].eq(state).any() for days in frames.values())]
        handles = [
            Line2D([], [], ls="", marker="x", color=STATE_COLOUR[state], mew=1.8, label=state)
            if state == "unreported"
            else Line2D([], [], ls="", marker="s", color=STATE_COLOUR[state], mec=GREY, mew=0.7, label=state.replace("_", " "))
            for state in present
        ]
        axes[0][0].legend(
            handles=handles,
            ncols=len(handles),
            loc="lower right",
            bbox_to_anchor=(1, 1.0),
            frameon=False,
            fontsize=8.5,
            handletextpad=0.1,
        )
        return _head(
            fig,
            claim=f"Days without a count: {', '.join(shares)}. None of them is a zero",
            qualifier="Each tile is a day, each column a week.",
            foot=_source(*frames.values()),
        )


def plot_revisions(by_vintage: pd.DataFrame) -> Figure:
    """Draw what each vintage says of each month (months by vintages, trucks/day), with the growth from first to last."""
    with rc_context(_STYLE):
        fig, [[ax]] = _sheet(size=(9, 4.6))
        shades = ["#9ecae1", "#6baed6", "#3182bd", "#08306b"][-by_vintage.shape[1] :]
        width = 0.8 / by_vintage.shape[1]
        for column, (vintage, values) in enumerate(by_vintage.items()):
            offset = np.arange(len(values)) - 0.4 + (column + 0.5) * width
            ax.bar(
                offset,
                values,
                width,
                color=shades[column],
                edgecolor="white",
                lw=0.5,
                label=f"published {day_in_words(vintage, short=True)}",
            )
        filled = by_vintage.bfill(axis=1)
        growth = by_vintage.ffill(axis=1).iloc[:, -1] / filled.iloc[:, 0] - 1
        for x, (value, top) in enumerate(zip(growth, by_vintage.max(axis=1), strict=True)):
            if by_vintage.iloc[x].notna().sum() > 1:
                ax.text(x, top + 2, f"{value:+.0%}", ha="center", size=9, weight="bold")
        ax.set_xticks(
            range(len(by_vintage)),
            [
                f"{month:%b}\n{month:%Y}" if month.month in (1, 4) or not i else f"{month:%b}"
                for i, month in enumerate(by_vintage.index)
            ],
        )
        ax.set_ylabel("trucks/day, mean of the month")
        ax.legend(frameon=False, fontsize=9, loc="upper right", ncols=2)
        ax.set_ylim(0, by_vintage.max().max() * 1.15)
        worst = growth[by_vintage.notna().sum(axis=1) > 1]
        return _head(
            fig,
            claim=f"The past was rewritten: a month of UNRWA's list grew by {percent(worst.max())}",
            qualifier="Mean over the days of the month, all crossings, by vintage. Above: growth from first vintage to last.",
            foot="Source: UNRWA commodities received, vintages as labelled.",
        )


def plot_record(frames: dict[str, pd.DataFrame], events: pd.DataFrame, *, threshold: float, labels: dict[str, str]) -> Figure:
    """Draw the daily record of the sources, each with its 7-day mean, the threshold and labelled events.

    Parameters
    ----------
    frames : dict of str to pandas.DataFrame
        Days by source, as from `utils.load_days`.
    events : pandas.DataFrame
        As from `utils.load_events`.
    threshold : float
        Trucks/day.
    labels : dict of str to str
        ISO day of an event to the short label it gets.
    """
    with rc_context(_STYLE):
        fig, axes = _sheet(len(frames), size=(9, 6.6), sharex=True, sharey=True)
        reached = []
        for [ax], (source, days) in zip(axes, frames.items(), strict=True):
            trucks = days["trucks"]
            ax.bar(trucks.index, trucks, width=1.0, color=COLOUR[source], alpha=0.35, lw=0)
            # The mean of the counted days among seven: a missing day must not pull it down.
            ax.plot(trucks.rolling(7, min_periods=4).mean(), color=COLOUR[source], lw=1.8)
            _mark_absent(ax, days, level=-6, height=16)
            _target(ax, threshold)
            hit = trucks >= threshold
            ax.plot(trucks.index[hit], trucks[hit], MARKER[source], color=COLOUR[source], ms=3.5)
            reached.append(f"{LABEL[source]}'s count on {f'{hit.sum()} days' if hit.any() else 'none'}")
            ax.set_title(f"{LABEL[source]}: trucks by land a day")
            ax.set_ylabel("trucks/day")
            ax.set_ylim(-26, 520)
            ax.set_yticks(range(0, 501, 100))
            _dates(ax, months=1)
        top = axes[0][0]
        dated = events.assign(iso=events["date"].dt.strftime("%Y-%m-%d"))
        for number, (day, text) in enumerate(labels.items()):
            if not dated["iso"].eq(day).any():
                raise InputError(f"label {text!r}: no event is dated {day}; take a day from data/events.csv")
            for [ax] in axes:
                ax.axvline(pd.Timestamp(day), color=GREY, lw=0.8, ls="-", alpha=0.7)
            top.annotate(
                str(number + 1),
                (pd.Timestamp(day), 497),
                ha="center",
                va="center",
                size=8,
                color="white",
                bbox=dict(boxstyle="circle,pad=0.22", fc=GREY, ec="none"),
            )
        key = "  ".join(f"({number + 1}) {text}" for number, text in enumerate(labels.values()))
        return _head(
            fig,
            claim=f"Reached {threshold:g} a day: {', '.join(reached)}",
            qualifier=f"Bars: days. Line: mean of the counted days among seven. Ticks below zero: days without a count.\n{key}",
            foot=_source(*frames.values()),
        )


def plot_weekdays(frames: dict[str, pd.DataFrame], *, split) -> Figure:
    """Draw the counted days by weekday, before and after a day, as points with their median."""
    split = pd.Timestamp(split)
    names = "Mon Tue Wed Thu Fri Sat Sun".split()
    with rc_context(_STYLE):
        fig, axes = _sheet(len(frames), 2, size=(9, 5.6), sharex=True, sharey=True)
        medians = {}
        jitter = np.random.default_rng(0)
        for row, (source, days) in zip(axes, frames.items(), strict=True):
            for ax, late in zip(row, (False, True), strict=True):
                part = days["trucks"][(days.index >= split) == late].dropna()
                weekday = part.index.day_of_week
                ax.scatter(weekday + jitter.uniform(-0.22, 0.22, len(part)), part, s=9, color=COLOUR[source], alpha=0.4, lw=0)
                middle = part.groupby(weekday).median()
                ax.hlines(middle, middle.index - 0.33, middle.index + 0.33, color=INK, lw=2.2)
                for x, value in middle.items():
                    ax.annotate(
                        f"{value:.0f}",
                        (x, value),
                        xytext=(0, 3),
                        textcoords="offset points",
                        ha="center",
                        size=8.5,
                        weight="bold",
                        bbox=dict(boxstyle="round,pad=0.1", fc="white", ec="none", alpha=0.75),
                    )
                medians[source, late] = middle
                ax.set_xticks(range(7), names)
                ax.set_ylim(0, None)
                ax.set_title(f"{LABEL[source]}, {'from' if late else 'before'} {day_in_words(split, short=True)}")
            row[0].set_ylabel("trucks/day")
        late = {source: medians[source, True] for source in frames}
        ratio = {source: m[5] / m.drop(5).median() for source, m in late.items()}
        shares = [f"{percent(ratio[source])} at {LABEL[source]}" for source in frames]
        claim = f"Saturdays carry part of another day's trucks: {', '.join(shares)}"
        return _head(
            fig,
            claim=claim,
            qualifier=f"Points: counted days; bar and number: their median. Share in the title: from {day_in_words(split)} on.",
            foot=_source(*frames.values()),
        )


def plot_small_multiples(table: pd.DataFrame, *, claim: str, qualifier: str, foot: str, ylabel: str = "trucks/week") -> Figure:
    """Draw the columns of a table over time, one small panel each with the same scale, so that each can be read alone."""
    columns = 2
    rows = -(-table.shape[1] // columns)
    with rc_context(_STYLE):
        fig, axes = _sheet(rows, columns, size=(9, 1.35 * rows + 1.4), sharex=True, sharey=True)
        for number, ax in enumerate(axes.flat):
            if number >= table.shape[1]:
                ax.set_visible(False)
                continue
            name, values = table.columns[number], table.iloc[:, number]
            ax.fill_between(values.index, values, step="mid", color=SEQUENCE[0], alpha=0.75, lw=0)
            ax.set_title(f"{name}: {values.sum():,.0f} trucks", size=9.5)
            ax.set_ylim(0, None)
            ax.yaxis.set_major_locator(MaxNLocator(3))
            _dates(ax, months=3)
        for ax in axes[:, 0]:
            ax.set_ylabel(ylabel, size=8.5)
        return _head(fig, claim=claim, qualifier=qualifier, foot=foot)


def plot_shares(tables: dict[str, pd.DataFrame], *, claim: str, qualifier: str, foot: str) -> Figure:
    """Draw the make-up of each month as stacked shares, a panel a table; the largest shares are written into their bars."""
    with rc_context(_STYLE):
        fig, axes = _sheet(len(tables), size=(9, 2.35 * len(tables) + 1.1), sharex=False)
        for [ax], (title, table) in zip(axes, tables.items(), strict=True):
            share = table.div(table.sum(axis=1), axis=0)
            base = np.zeros(len(share))
            for number, (name, values) in enumerate(share.items()):
                hatch = ["", "//", "..", "xx", "\\\\", "++", "", "oo"][number % 8]
                ax.bar(
                    range(len(share)),
                    values,
                    bottom=base,
                    width=0.86,
                    color=SEQUENCE[number % 8],
                    hatch=hatch,
                    edgecolor="white",
                    lw=0.3,
                    label=name,
                )
                for x, value in enumerate(values):
                    if value >= 0.16:
                        ax.text(
                            x,
                            base[x] + value / 2,
                            f"{value:.0%}",
                            ha="center",
                            va="center",
                            size=7.5,
                            color=INK,
                            bbox=dict(boxstyle="round,pad=0.12", fc="white", ec="none", alpha=0.8),
                        )
                base += values.to_numpy()
            ax.set_xticks(
                range(len(share)),
                [
                    f"{month:%b}\n{month:%Y}" if not i or month.month == 1 else f"{month:%b}"
                    for i, month in enumerate(share.index)
                ],
                size=8.5,
            )
            ax.yaxis.set_major_formatter(PercentFormatter(1))
            ax.set_ylim(0, 1)
            ax.set_ylabel("share of trucks")
            ax.set_title(title)
            ax.grid(visible=False)
            ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False, fontsize=8.5)
        return _head(fig, claim=claim, qualifier=qualifier, foot=foot)


def plot_ratio(monthly: pd.DataFrame, *, foot: str) -> Figure:
    """Draw the monthly ratio of COGAT's to UNRWA's trucks, over the days on which both counted."""
    ratio = monthly["cogat"] / monthly["unrwa"]
    with rc_context(_STYLE):
        fig, [[ax]] = _sheet(size=(9, 3.9))
        ax.axhline(1, color=GREY, lw=1)
        ax.annotate(
            "the two counts agree",
            (0.995, 1),
            xycoords=ax.get_yaxis_transform(),
            xytext=(0, 3),
            textcoords="offset points",
            ha="right",
            size=8.5,
            color=GREY,
        )
        ax.plot(range(len(ratio)), ratio, "-o", color=INK, lw=1.6, ms=6)
        for x, value in enumerate(ratio):
            ax.annotate(f"{value:.2f}", (x, value), xytext=(0, 8), textcoords="offset points", ha="center", size=9)
        ax.set_xticks(
            range(len(ratio)),
            [f"{month:%b %Y}" if not i or month.month == 1 else f"{month:%b}" for i, month in enumerate(ratio.index)],
        )
        ax.set_ylim(0, ratio.max() * 1.18)
        ax.set_ylabel("COGAT / UNRWA")
        return _head(
            fig,
            claim=f"No constant turns one count into the other: the ratio runs from {ratio.min():.1f} to {ratio.max():.1f}",
            qualifier="Sum of COGAT's trucks by land over UNRWA's, by month, over the days that both counted.",
            foot=foot,
        )


# ---------------------------------------------------------------------------------------------------------- forecast


def plot_fan(futures: Futures, question: Question, *, back: int = 120, sample: int = 3) -> Figure:
    """Draw the recent past, the fan of simulated paths to the question's end, a few single paths, threshold and window."""
    days = futures.days[futures.days.index >= futures.history.index[-1] - pd.Timedelta(days=back)]
    source, end = question.source, question.window[-1]
    keep = futures.index <= end
    index, paths = futures.index[keep], futures.paths[:, keep]
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
        ax.axvline(futures.as_of - pd.Timedelta(hours=12), color=INK, lw=1)
        ax.annotate(
            "origin",
            (futures.as_of - pd.Timedelta(hours=12), top * 0.985),
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
        gap = (futures.as_of - futures.index[0]).days
        if gap > 3:
            ax.annotate(
                f"{gap} days not yet\nreported by then",
                (futures.index[0], top * 0.985),
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
        reached = futures.answer(question).probability
        kind = "in hindsight" if futures.hindsight else "as known on the day"
        return _head(
            fig,
            claim=f"On {LABEL[source]}'s count {percent(reached)} of the paths reach {question.threshold:g}; "
            f"a usual day has {level:.0f} trucks",
            qualifier=f"Simulated paths of daily trucks by land, {kind}; shaded: the window. Reached: "
            f"{parse_definition(question.definition).words} before "
            f"{day_in_words(question.closes)}. Usual: median over paths and days.",
            foot=_source(futures.days, more=f"{len(paths):,} paths of {futures.model}, cut at the origin."),
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
        dots.set_title(f"{filled} of {DOTS} futures, {labels[0]}", size=9.5)
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


# -------------------------------------------------------------------------------------------------------------- flow


def plot_flow(reconciled: Reconciled, *, start, truth: pd.Series | None = None) -> Figure:
    """Draw both counts, the quotes and the flow read from them, from a day to the origin.

    Parameters
    ----------
    reconciled : Reconciled
    start : day
        First day drawn.
    truth : pandas.Series, optional
        Counts that were hidden from the reconciliation, to hold it against.
    """
    flow = reconciled.flow.loc[pd.Timestamp(start) :]
    daily = reconciled.daily
    counts = pd.DataFrame({"cogat": daily.cogat, "unrwa": daily.unrwa}, daily.days).loc[flow.index[0] :]
    with rc_context(_STYLE):
        fig, [[ax]] = _sheet(size=(9, 5.4))
        unknown = flow[~flow["counted"]]
        for low, high, alpha in (("q05", "q95", 0.18), ("q25", "q75", 0.34)):
            ax.fill_between(flow.index, flow[low], flow[high], color=COLOUR["cogat"], alpha=alpha, lw=0, step="mid")
        ax.plot(unknown["q50"].asfreq("D"), color=COLOUR["cogat"], lw=1.6, ls=(0, (3, 1)), drawstyle="steps-mid")
        for source in ("cogat", "unrwa"):
            ax.plot(counts[source], ls="", marker=MARKER[source], ms=3.4, color=COLOUR[source], alpha=0.85)
        sums = reconciled.used[reconciled.used["use"].eq("flow")]
        for quote in sums.itertuples():
            level = quote.total / quote.days
            ends = [quote.date_start - pd.Timedelta(hours=12), quote.date_end + pd.Timedelta(hours=12)]
            ax.plot(ends, [level, level], color=TARGET, lw=3, solid_capstyle="butt")
            ax.annotate(
                f"{level:.0f}", (ends[1], level), xytext=(3, 0), textcoords="offset points", va="center", size=9,
                weight="bold", color=TARGET,
            )  # fmt: skip
        if truth is not None:
            hidden = truth.loc[flow.index[0] : flow.index[-1]]
            ax.plot(hidden, ls="", marker="D", ms=3.6, mfc="white", mec=INK, mew=0.9)
        ended = daily.days[daily.listed - 1] + pd.Timedelta(hours=12)
        ax.axvline(ended, color=INK, lw=1)
        top = max(flow["q95"].max(), counts.max().max()) * 1.12
        ax.annotate("COGAT's list ends", (ended, top * 0.985), xytext=(4, 0), textcoords="offset points", va="top", size=9)
        ax.set_ylim(0, top)
        ax.set_xlim(flow.index[0], flow.index[-1] + pd.Timedelta(days=2))
        ax.set_ylabel("trucks/day")
        _dates(ax, months=1)
        handles = [
            *[Line2D([], [], ls="", marker=MARKER[s], color=COLOUR[s], ms=5, label=f"{LABEL[s]}, counted") for s in LABEL],
            Line2D([], [], color=COLOUR["cogat"], lw=1.6, ls=(0, (3, 1)), label="flow, median"),
            Patch(color=COLOUR["cogat"], alpha=0.45, label="50 %"),
            Patch(color=COLOUR["cogat"], alpha=0.22, label="90 %"),
        ]
        if len(sums):
            handles.append(Line2D([], [], color=TARGET, lw=3, label="quoted, a day"))
        if truth is not None:
            handles.append(Line2D([], [], ls="", marker="D", mfc="white", mec=INK, ms=5, label="hidden"))
        ax.legend(handles=handles, ncols=7, loc="upper left", bbox_to_anchor=(0, -0.08), frameon=False, fontsize=8.5)
        week = reconciled.state.loc["week"]
        known = "all published since" if reconciled.as_of is None else f"as of {day_in_words(reconciled.as_of)}"
        return _head(
            fig,
            claim=f"The last week had {week['mean']:.0f} trucks a day, 90 % from {week['low']:.0f} to {week['high']:.0f}",
            qualifier=f"Daily flow by land on COGAT's basis, {known}. Points: both counts. Numbered bars: quoted daily means.",
            foot=f"Source: COGAT list published {reconciled.sources.get('cogat', 'as given')}, UNRWA list published "
            f"{reconciled.sources.get('unrwa', 'as given')}, {len(reconciled.used)} quotes in use.",
        )


def plot_contributions(reconciled: Reconciled) -> Figure:
    """Draw by how many per cent the level at the origin would move if an observation had been one per cent higher."""
    table = reconciled.contributions
    lists = table[~table.index.str.startswith("quote")]
    by_list = lists.groupby(lists.index.str.split().str[0])["share"].sum()
    bars = {f"{LABEL[source]}'s list, all days": share for source, share in by_list.items()}
    quotes = table[table.index.str.startswith("quote")]
    short = [textwrap.shorten(name.removeprefix("quote "), 62, placeholder=" ...") for name in quotes.index]
    bars |= dict(zip(short, quotes["share"], strict=True))
    values = pd.Series(bars).sort_values()
    with rc_context(_STYLE):
        fig, [[ax]] = _sheet(size=(9, 0.34 * len(values) + 1.9))
        colours = [TARGET if name[0].isdigit() else COLOUR["cogat"] for name in values.index]
        ax.barh(range(len(values)), values, color=colours, height=0.6)
        for y, value in enumerate(values):
            ax.annotate(
                f"{value:+.2f}", (value, y), xytext=(5 if value >= 0 else -5, 0), textcoords="offset points", va="center",
                ha="left" if value >= 0 else "right", size=9, weight="bold",
            )  # fmt: skip
        ax.set_yticks(range(len(values)), values.index, size=8.5)
        ax.axvline(0, color=GREY, lw=0.8)
        ax.margins(x=0.14)
        ax.grid(axis="x", visible=True)
        ax.grid(axis="y", visible=False)
        ax.set_xlabel("change of the level, in %, had it been 1 % higher")
        return _head(
            fig,
            claim=f"What holds up the level on {day_in_words(reconciled.origin)}, observation by observation",
            qualifier="Shares of the lists are summed over their days. Below zero: a higher number would lower the level.",
            foot=f"Source: lists and quotes in use, {len(values)} rows.",
        )


# ---------------------------------------------------------------------------------------------------------- backtest


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


# ------------------------------------------------------------------------------------------------------- past shifts


def plot_effects(effects: list[Effect], placebos: pd.DataFrame) -> Figure:
    """Draw the measured effect of each shift on each count with its interval, over the spread of dates without a shift.

    Parameters
    ----------
    effects : list of Effect
        As from `utils.scenarios.measure_shifts`; what could not be measured keeps its row.
    placebos : pandas.DataFrame
        As from `utils.scenarios.load_placebos`; the grey band is the central 90 % of their estimates.
    """
    names = list(dict.fromkeys(effect.name for effect in effects))
    measured = [effect for effect in effects if effect.measured]
    with rc_context(_STYLE):
        fig, [[ax]] = _sheet(size=(9, 0.62 * len(names) + 2.4))
        low, high = np.quantile(placebos["estimate"], [0.05, 0.95])
        ax.axvspan(low, high, color=PALE, alpha=0.6, lw=0)
        ax.axvline(1, color=INK, lw=1)
        offset = dict(zip(COLOUR, (-0.19, 0.19), strict=True))
        for effect in effects:
            y, colour = names.index(effect.name) + offset[effect.source], COLOUR[effect.source]
            told = dict(xycoords=ax.get_yaxis_transform(), va="center", size=8.5, color=colour, annotation_clip=False)
            if not effect.measured:
                ax.annotate("not measured", (1.015, y), **told)
                continue
            left, middle, right = effect.ratio
            ax.plot([left, right], [y, y], color=colour, lw=1.8, ls=LINE[effect.source])
            face = colour if effect.found else "white"
            ax.plot(middle, y, MARKER[effect.source], color=colour, mfc=face, ms=7, mew=1.5)
            drawn = ", flow" if effect.basis == "flow" else ""
            ax.annotate(f"{LABEL[effect.source]} {middle:.2g} ({left:.2g} to {right:.2g}{drawn})", (1.015, y), **told)
        reach = np.array([effect.ratio for effect in measured] + [(low, 1, high)])
        ax.set_xscale("log")
        ax.set_xlim(reach.min() / 1.12, reach.max() * 1.12)
        ticks = [tick for tick in (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20) if ax.get_xlim()[0] <= tick <= ax.get_xlim()[1]]
        ax.set_xticks(ticks, [f"× {tick:g}" for tick in ticks])
        ax.xaxis.set_minor_locator(NullLocator())
        dates = {effect.name: effect.date for effect in effects}
        ax.set_yticks(range(len(names)), [f"{name}\n{day_in_words(dates[name], short=True)}" for name in names])
        ax.set_ylim(len(names) - 0.45, -0.75)
        ax.grid(visible=False, axis="y")
        ax.set_xlabel("flow with the shift, once in full effect, over the flow without it (log scale)")
        ax.annotate(
            "dates without a known shift",
            (np.sqrt(low * high), 1),
            xycoords=ax.get_xaxis_transform(),
            xytext=(0, 2),
            textcoords="offset points",
            ha="center",
            size=8.5,
            color=GREY,
        )
        found = sum(effect.found for effect in effects)
        return _head(
            fig,
            claim=f"{found} of {len(effects)} measurements stand out from what dates without a shift show",
            qualifier="Middle and central 90 % of each posterior. Filled: no change (× 1) lies outside of it. Hollow: inside.\n"
            f"Grey: where nine in ten of {len(placebos)} placebo estimates lie.",
            foot="Source: COGAT and UNRWA lists; flow: days after a list's end, drawn from both lists and the quotes.",
        )


def plot_effect_paths(effects: list[Effect]) -> Figure:
    """Draw the days around each shift, a panel a shift and count: counted days, the fitted level, the level without the shift."""
    names = list(dict.fromkeys(effect.name for effect in effects))
    column = {source: number for number, source in enumerate(COLOUR)}
    with rc_context(_STYLE):
        fig, axes = _sheet(len(names), 2, size=(9, 1.3 * len(names) + 1.3), sharex="row", sharey="row")
        for effect in effects:
            ax, colour, path = axes[names.index(effect.name), column[effect.source]], COLOUR[effect.source], effect.path
            drawn = ", partly drawn" if effect.basis == "flow" else ""
            ax.set_title(f"{effect.name}, {LABEL[effect.source]}{drawn}", size=9)
            if not effect.measured:
                ax.set_axis_off()
                ax.text(0, 0.5, f"not measured: {effect.note}", transform=ax.transAxes, size=8.5, color=colour)
                continue
            ax.plot(path.index, path["trucks"], MARKER[effect.source], ms=2.2, color=colour, alpha=0.45)
            ax.plot(path["with"], color=colour, lw=1.8)
            after = path[path.index >= effect.date]
            ax.plot(after["without"], color=INK, lw=1.2, ls=(0, (2, 1.5)))
            ax.axvline(effect.date, color=GREY, lw=0.9)
            ax.set_ylim(0, None)
            ax.yaxis.set_major_locator(MaxNLocator(3))
            ax.xaxis.set_major_locator(mdates.MonthLocator())
            ax.xaxis.set_major_formatter(mdates.DateFormatter("%b %y"))
            ax.tick_params(labelsize=8, labelleft=True)
            ax.set_ylabel("trucks/day", size=8)
        width = np.median([effect.ratio[2] / effect.ratio[0] for effect in effects if effect.measured])
        return _head(
            fig,
            claim=f"The level wanders too: half the effects are known to a factor of {width:.2g} at best",
            qualifier="The factor is the middle of upper over lower end of the 90 % intervals. Points: days. Line: fitted level "
            "of a mean week. Dotted: the same without the shift. Vertical line: date of the shift.",
            foot="Source: COGAT and UNRWA lists; partly drawn: means of draws from both lists and the quotes after a list's end.",
        )


# ------------------------------------------------------------------------------------------------------- scenarios

#: Chances a day that are labelled on the axis of hazards.
_HAZARD_TICKS = (1 / 3000, 1 / 1000, 1 / 300, 1 / 100, 1 / 30, 1 / 10, 1 / 3)


def plot_hazard(curves: dict[str, pd.Series], rate: ShiftRate, question: Question, *, shift: str, as_of) -> Figure:
    """Draw the answer over the hazard of one shift, with the rate at which such shifts came and the break-even hazard.

    Parameters
    ----------
    curves : dict of str to pandas.Series
        By source, probability by hazard (`utils.answers.sweep_hazard`), the first one with hazard 0.
    rate : ShiftRate
        How often such shifts came before.
    question : Question
        What is asked, of each source.
    shift : str
        The shift in words, such as "a pause in the fighting".
    as_of : day
    """
    ahead = int((question.window >= pd.Timestamp(as_of)).sum())
    # one that lies left of the axis says only that the answer without a shift is nearly even
    breaks = {source: find_break_even(curve) for source, curve in curves.items()}
    breaks = {source: hazard for source, hazard in breaks.items() if hazard >= curves[source].index[1]}
    with rc_context(_STYLE):
        fig, [[ax]] = _sheet(size=(9, 5.2))
        low, high = rate.interval
        ax.axvspan(low, high, color=PALE, alpha=0.6, lw=0)
        ax.axvline(rate.per_day, color=INK, lw=1.2, ls=(0, (4, 2)))
        name, first = next((LABEL[source], curve) for source, curve in curves.items())
        right = first.index[-1]
        for source, curve in curves.items():
            some = curve[curve.index > 0]
            ax.plot(some.index, some, color=COLOUR[source], ls=LINE[source], lw=2.2)
            ax.axhline(curve.iloc[0], color=COLOUR[source], lw=0.8, ls=":")
            if source in breaks:
                ax.plot(breaks[source], 0.5, marker=MARKER[source], ms=9, mfc="white", mec=COLOUR[source], mew=2)
        ends = _spread([curve.iloc[0] for curve in curves.values()], gap=0.09)
        for (source, curve), y in zip(curves.items(), ends, strict=True):
            ax.annotate(
                f"{LABEL[source]}\nno shift: {percent(curve.iloc[0])}",
                (-0.012, y),
                xycoords=ax.get_yaxis_transform(),
                color=COLOUR[source],
                size=9,
                weight="bold",
                ha="right",
                va="center",
                annotation_clip=False,
            )
        ax.axhline(0.5, color=GREY, lw=0.8)
        ax.set_xscale("log")
        ax.set_xlim(first.index[first.index > 0][0], right)
        ax.set_ylim(0, 1)
        ticks = [tick for tick in _HAZARD_TICKS if ax.get_xlim()[0] <= tick <= right]
        ax.set_xticks(ticks, [f"1 in {1 / tick:,.0f}" for tick in ticks])
        ax.minorticks_off()
        ax.set_xlabel(f"chance a day that {shift} begins")
        ax.yaxis.tick_right()
        ax.yaxis.set_label_position("right")
        ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        ax.set_ylabel("probability of reaching the target")
        above = ax.secondary_xaxis("top")
        above.set_xscale("log")
        above.set_xticks(ticks, [percent(1 - (1 - tick) ** ahead) for tick in ticks])
        above.minorticks_off()
        above.set_xlabel(f"the same as a chance within the {ahead} days")
        ax.annotate(
            f"rate of the past: {rate.count} in {rate.days} days,\nby Jeffreys' rule (shaded: 90 %)",
            (rate.per_day, 0.98),
            xytext=(5, 0),
            textcoords="offset points",
            size=9,
            va="top",
            bbox=dict(boxstyle="round,pad=0.15", fc="white", ec="none", alpha=0.85),
        )
        return _head(
            fig,
            claim=f"{name}: {percent(first.iloc[0])} without {shift}, {percent(first.iloc[-1])} with one almost at once",
            qualifier=f"Probability of reaching {question.threshold:g} {parse_definition(question.definition).words} before "
            f"{day_in_words(question.closes)}."
            + (
                " Hollow marks: from here on it is more likely than not"
                if breaks
                else " Nowhere here does it become more likely than not"
            )
            + "".join(f"; {LABEL[source]}: 1 in {1 / hazard:,.0f} a day" for source, hazard in breaks.items())
            + ".",
            foot=f"Paths of the pool as of {pd.Timestamp(as_of):%Y-%m-%d}; effects and rate as known on the day.",
        )


def plot_what_if(grids: dict[str, pd.DataFrame], question: Question, *, days_to_full: int, as_of) -> Figure:
    """Draw the answer for each chance and size of one shift, a panel a source, as a grid of numbers on a shade.

    Parameters
    ----------
    grids : dict of str to pandas.DataFrame
        By source, probabilities by `ratio` (rows) and `chance` (columns); see `utils.answers.tabulate_what_if`.
    question : Question
    days_to_full : int
        Days until the shift has its full effect.
    as_of : day
    """
    with rc_context({**_STYLE, "axes.grid": False}):
        fig, [axes] = _sheet(1, len(grids), size=(9.5, 4.4), sharey=True)
        for ax, (source, grid) in zip(axes, grids.items(), strict=True):
            ax.imshow(grid.to_numpy(), cmap="cividis", vmin=0, vmax=1, aspect="auto", origin="lower")
            for (row, column), value in np.ndenumerate(grid.to_numpy()):
                ax.text(
                    column, row, f"{100 * value:.0f}", ha="center", va="center", size=9.5, color="white" if value < 0.55 else INK
                )
            ax.set_xticks(range(grid.shape[1]), [f"{100 * chance:.0f}" for chance in grid.columns])
            ax.set_yticks(range(grid.shape[0]), [f"× {ratio:g}" for ratio in grid.index])
            ax.set_xlabel("chance that the shift comes, %")
            ax.set_title(LABEL[source], color=COLOUR[source])
            ax.tick_params(length=0)
        axes[0].set_ylabel("what it does to the flow")
        low = min(grid.to_numpy().min() for grid in grids.values())
        high = max(grid.to_numpy().max() for grid in grids.values())
        return _head(
            fig,
            claim=f"From {percent(low)} to {percent(high)}: the answer by what a reader expects",
            qualifier=f"Probability, %, of reaching {question.threshold:g} {parse_definition(question.definition).words} before "
            f"{day_in_words(question.closes)}, if one shift may come, on any day alike.\n"
            f"Its full effect is reached {days_to_full} days after it begins.",
            foot=f"Paths of the pool as of {pd.Timestamp(as_of):%Y-%m-%d}, without scenarios of our own.",
        )


# ---------------------------------------------------------------------------------------------------- outcomes, scores

_CEASEFIRE = dict(color="#009E73", marker="D")


def plot_outcome(
    unrwa: pd.DataFrame, quoted: dict[str, pd.DataFrame], asked: list[Question], *, until, claim: str | None = None
) -> Figure:
    """Draw what was counted and quoted in the questions' windows, by basis, with the first day that surely reached the target.

    Parameters
    ----------
    unrwa : pandas.DataFrame
        UNRWA's list by day, as from `utils.load_days`.
    quoted : dict of str to pandas.DataFrame
        Bounds of "cogat quotes" and "ceasefire count", as from `utils.outcomes.bound_quotes`.
    asked : list of Question
        The questions, whose ends are marked.
    until : day
        Last day to draw.
    claim : str, optional
        By default computed: the first single day that reached the target on any basis.
    """
    threshold, first = asked[0].threshold, asked[0].window[0] - pd.Timedelta(days=7)
    until = pd.Timestamp(until)
    with rc_context(_STYLE):
        fig, [[ax]] = _sheet(size=(9, 5.0))
        days = unrwa[first:until]
        sure, part = days["trucks"].where(days["state"].eq("counted")), days["trucks"].where(days["state"].eq("partial"))
        ax.plot(sure, color=COLOUR["unrwa"], marker="s", ms=3, lw=0.9, label="UNRWA's list, counted")
        ax.plot(part, color=COLOUR["unrwa"], marker="s", ms=3.5, mfc="white", ls="", label="UNRWA's list, not yet complete")
        singles = []
        for basis, bounds in quoted.items():
            truce = basis == "ceasefire count"
            style = _CEASEFIRE if truce else dict(color=COLOUR["cogat"], marker="o")
            bounds = bounds[bounds["date_end"].ge(first) & bounds["date_start"].le(until)]
            length = (bounds["date_end"] - bounds["date_start"]).dt.days + 1
            for row, n in zip(bounds.itertuples(), length, strict=True):
                if not np.isfinite(row.most) or n > 31:
                    continue
                middle = (row.least + row.most) / 2 / n
                if n == 1:
                    ax.plot(row.date_start, middle, ls="", ms=8 if truce else 6, **style)
                    singles.append((row.date_start, middle))
                else:
                    ends = [max(row.date_start, first), row.date_end]
                    ax.plot(ends, [middle] * 2, color=style["color"], lw=4, alpha=0.7, solid_capstyle="butt")
            least = bounds[length.eq(1) & np.isinf(bounds["most"])]
            known = {day for day, _ in singles}
            least = least[~least["date_start"].isin(known)]
            ax.plot(least["date_start"], least["least"], ls="", marker="^", ms=5, mfc="white", color=style["color"])
        _target(ax, threshold, label=f"target: {threshold:g}")
        for question in asked:
            ax.axvline(pd.Timestamp(question.closes), color=INK, lw=1, ls="--")
            ax.annotate(
                f"{question.name}\n{day_in_words(question.closes, short=True)}",
                (pd.Timestamp(question.closes), 0.985), xycoords=("data", "axes fraction"), xytext=(-4, 0),
                textcoords="offset points", ha="right", va="top", size=8.5,
            )  # fmt: skip
        reached = sorted({(day, trucks) for day, trucks in singles if trucks >= threshold})
        places = [dict(xytext=(-8, 0), ha="right", va="center"), dict(xytext=(0, 8), ha="center", va="bottom")]
        after = dict(xytext=(8, 0), ha="left", va="center")
        for number, (day, trucks) in enumerate(reached):  # left, above, then right, since they stand close together
            place = places[number] if number < len(places) else after
            ax.annotate(f"{trucks:.0f}", (day, trucks), textcoords="offset points", size=9, weight="bold", **place)
        ax.set_ylim(0, 1.25 * max(trucks for _, trucks in [*singles, (first, threshold)]))
        ax.set_xlim(first, until + pd.Timedelta(days=3))
        ax.set_ylabel("trucks/day")
        _dates(ax)
        handles = [
            *ax.get_legend_handles_labels()[0],
            Line2D([], [], color=COLOUR["cogat"], marker="o", ls="", label="COGAT or State Department, one day"),
            Line2D([], [], color=COLOUR["cogat"], lw=4, alpha=0.7, label="the same, mean of several days"),
            Line2D([], [], color=COLOUR["cogat"], marker="^", mfc="white", ls="", label="the same, at least"),
            Line2D([], [], ls="", ms=8, label="count of the truce's guarantors", **_CEASEFIRE),
        ]
        ax.legend(handles=handles, loc="upper left", bbox_to_anchor=(0.2, 0.99), frameon=False, fontsize=8.5)
        if claim is None:
            claim = f"No single day at {threshold:g} was counted or quoted on any basis"
            if reached:
                claim = f"First day at {threshold:g} or more on any basis: {reached[0][1]:.0f} on {day_in_words(reached[0][0])}"
        highest = days["trucks"].max()
        return _head(
            fig,
            claim=claim,
            qualifier=f"All that was counted or quoted of the days from {day_in_words(first)} on. Highest day on UNRWA's list: "
            f"{highest:.0f}. Days without a mark: nobody's count of all trucks is known.",
            foot=_source(unrwa, more="Quotes: data/quotes.csv, each with its page."),
        )  # fmt: skip


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


def plot_disagreements(table: pd.DataFrame, *, foot: str) -> Figure:
    """Draw the share of questions that two lists resolve differently, by window, threshold and definition.

    Parameters
    ----------
    table : pandas.DataFrame
        As from `utils.outcomes.count_disagreements`; rows whose level is a quantile are left out.
    foot : str
    """
    table = table[~table["level"].str.startswith("q")]
    definitions, windows = list(table["definition"].unique()), list(table["window"].unique())
    with rc_context(_STYLE):
        fig, axes = _sheet(1, len(definitions), size=(9, 4.4), sharey=True)
        for ax, definition in zip(axes[0], definitions, strict=True):
            part = table[table["definition"].eq(definition)]
            grid = part.pivot(index="threshold", columns="window", values="share")[windows]
            ax.imshow(grid, cmap="Blues", vmin=0, vmax=1, aspect="auto", origin="lower")
            for (y, x), share in np.ndenumerate(grid.to_numpy()):
                text = "–" if np.isnan(share) else f"{100 * share:.0f}"
                ax.text(x, y, text, ha="center", va="center", size=9, color="white" if share > 0.55 else INK)
            ax.set_xticks(range(len(windows)), windows)
            ax.set_yticks(range(len(grid)), [f"{level:g}" for level in grid.index])
            ax.set_title(textwrap.fill(parse_definition(definition).words, 22), size=9.5)
            ax.set_xlabel("days of the window")
            ax.grid(visible=False)
        axes[0][0].set_ylabel("threshold (trucks/day)")
        share = table["differ"].sum() / table["resolved"].sum()
        worst = table.loc[table["share"].idxmax()]
        behind = ", ".join(f"{rows['effective'].min()} of {days} days" for days, rows in table.groupby("window"))
        return _head(
            fig,
            claim=f"The two lists resolve {percent(share)} of all questions differently, up to {percent(worst['share'])}",
            qualifier="Per cent of windows that the lists resolve differently, of those that both resolve. Windows that do not "
            f"overlap: {behind}.",
            foot=foot,
        )
