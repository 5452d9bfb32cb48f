"""Figures of a record: vintages, states of days, the count itself."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator, PercentFormatter

from ..common.errors import InputError
from ..common.formatting import day_in_words
from .style import _STYLE, COLOUR, GREY, INK, LABEL, MARKER, SEQUENCE, STATE_COLOUR, _dates, _head, _sheet, _source, _target


def _mark_absent(ax, days: pd.DataFrame, *, level: float, height: float):
    """Draw a tick below zero on each day that was not counted, so that a missing day is seen to be missing."""
    absent = days.index[days["trucks"].isna()]
    ax.vlines(absent, level - height, level, color=COLOUR[days.attrs["source"]], lw=1.1)


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
