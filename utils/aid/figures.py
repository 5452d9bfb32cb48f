"""Figures of the case alone: its lists, its flow, its quotes."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from ..common.checks import check_day
from ..common.formatting import day_in_words, days_in_words, format_some, list_in_words, percent
from ..counts.snapshot import Snapshot
from ..figures.forms import is_narrow, redrawable, tabulate
from ..figures.labels import name_lists
from ..figures.style import (
    GREY,
    INK,
    PALETTE,
    STYLE,
    choose_style,
    draw_target,
    format_counts,
    format_dates,
    label_months,
    make_sheet,
    write_head,
)
from ..questions.passage import parse_definition
from ..questions.question import Question
from .nowcast.nowcast import Nowcast
from .sources import BY_NAME, COGAT, UNRWA

_STYLES = {name: choose_style(source) for name, source in BY_NAME.items()}
_COGAT, _UNRWA = choose_style(COGAT).colour, choose_style(UNRWA).colour

#: Vintages of UNRWA's list, from the oldest to the newest: shades of its colour.
_SHADES = ("#F2C9A8", "#E39A66", "#C04A00", "#6B2900")

#: Place in the palette of each kind of cargo and of each sender: the same thing looks the same by either publisher's name.
CARGO: Mapping[str, int] = {
    "Food": 0, "Food Items": 0, "Shelter Equipment": 1, "Non-Food Items": 1, "Medical Supplies": 2, "Water": 3,
    "Combined Aid": 4, "Mixed Items": 4, "Gas": 5, "Fuel": 6, "other": 7,
}  # fmt: skip
SENDERS: Mapping[str, int] = {
    "private sector": 5, "Private Sector": 5, "Humanitarian - UN": 3, "Humanitarian - PRCS": 2, "Humanitarian - INGO": 1,
    "Humanitarian - Other": 7, "other": 7,
}  # fmt: skip


@redrawable()
def plot_revisions(by_vintage: pd.DataFrame) -> Figure:
    """Draw what each vintage of UNRWA's list has of each month, with the growth from first to last.

    Parameters
    ----------
    by_vintage : pandas.DataFrame
        Months by vintages, trucks/day; NaN where a vintage does not cover the whole month.

    Examples
    --------
    >>> table = pd.DataFrame([[80.0, 120.0]], pd.to_datetime(["2024-06-01"]), pd.to_datetime(["2024-09-11", "2025-01-19"]))
    >>> plot_revisions(table).texts[0].get_text()
    "The past was rewritten: UNRWA's June 2024 grew by 50\\xa0%"
    """
    with rc_context(STYLE):
        fig, [[ax]] = make_sheet(size=(9, 4.6))
        shades = _SHADES[-by_vintage.shape[1] :]
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
                text = "no change" if abs(value) < 0.005 else f"{value:+.0%}"
                ax.text(x, top + 2, text, ha="center", size=9, weight="bold", rotation=60 if is_narrow() else 0)
        label_months(ax, pd.DatetimeIndex(by_vintage.index))
        ax.set_ylabel("trucks/day, mean of the month")
        ax.legend(frameon=False, fontsize=9, loc="upper right", ncols=2)
        ax.set_ylim(0, by_vintage.max().max() * 1.15)
        worst = growth[by_vintage.notna().sum(axis=1) > 1]
        return write_head(
            fig,
            claim=f"The past was rewritten: UNRWA's {worst.idxmax():%B %Y} grew by {percent(worst.max())}"
            if worst.max() > 0
            else "No month of UNRWA's list grew from one vintage to a later one",
            qualifier="Mean over the days of the month, by land, by vintage. Above: growth from first vintage to last.",
            foot="Source: UNRWA commodities received, vintages as labelled.",
        )


@redrawable()
def plot_ratio(ratios: pd.DataFrame, *, foot: str) -> Figure:
    """Draw the monthly ratio of COGAT's to UNRWA's trucks, a line for each state of the lists.

    Parameters
    ----------
    ratios : pandas.DataFrame
        Months by name of the state, as from `utils.aid.revisions.tabulate_ratios`; one or two columns, the later state last.
        Where they are equal one value is written.
    foot : str

    Examples
    --------
    >>> ratios = pd.DataFrame({"as known then": [1.8, 1.5], "now": [1.2, 1.3]}, pd.to_datetime(["2024-06-01", "2024-07-01"]))
    >>> plot_ratio(ratios, foot="Made up.").texts[0].get_text()
    "COGAT's trucks for each of UNRWA's: up to 1.8 as known then, 1.3 now"
    """
    looks: list[dict[str, Any]] = [
        dict(color=INK, marker="o", ls="-"),
        dict(color=GREY, marker="s", ls=(0, (5, 1.5)), mfc="white"),
    ]
    last, x = ratios.iloc[:, -1], np.arange(len(ratios))
    with rc_context(STYLE):
        fig, [[ax]] = make_sheet(size=(9, 4.3))
        ax.axhline(1, color=GREY, lw=1)
        words = dict(xycoords=ax.get_yaxis_transform(), textcoords="offset points", size=8.5, color=GREY)
        ax.annotate("the two counts agree", (0.005, 1), xytext=(0, -12), **words)
        handles: list[Line2D] = []
        for number, (name, values) in enumerate(ratios.iloc[:, ::-1].items()):
            handles += ax.plot(x, values, lw=1.6, ms=6, label=name, **looks[number])
            own = values if not number else values[(values - last).abs().ge(0.005)]
            written = own.dropna()
            for month, value in (written.iloc[[0, -1]] if is_narrow() and len(written) else written).items():
                place = ratios.index.get_loc(month)
                under = not number and ratios.loc[month].max() - value >= 0.005
                ax.annotate(
                    f"{value:.2f}", (place, value), xytext=(-6 if number else 0, -16 if under else 8),
                    textcoords="offset points", ha="right" if number else "center", size=9, color=looks[number]["color"],
                )  # fmt: skip
            end = values.last_valid_index()
            if is_narrow():
                continue  # the key below says which is which
            ax.annotate(
                textwrap.fill(str(name), 16), (ratios.index.get_loc(end), values[end]), xytext=(18, 0),
                textcoords="offset points", va="center", size=9, weight="bold", color=looks[number]["color"],
            )  # fmt: skip
        label_months(ax, pd.DatetimeIndex(ratios.index))
        ax.set_xlim(-0.4, len(ratios) + 0.7)
        ax.set_ylim(0, ratios.max().max() * 1.15)
        ax.set_ylabel("COGAT / UNRWA")
        first = ratios.iloc[:, 0]
        claim = f"COGAT's trucks for each of UNRWA's, by month: from {last.min():.1f} to {last.max():.1f}"
        if first.max() - last.max() >= 0.05:
            claim = (
                f"COGAT's trucks for each of UNRWA's: up to {first.max():.1f} {ratios.columns[0]}, "
                f"{last.max():.1f} {ratios.columns[-1]}"
            )
        return write_head(
            fig,
            claim=claim,
            qualifier="Sum of COGAT's trucks by land over UNRWA's, by month, over the days that both counted.",
            foot=foot,
            legend=handles if is_narrow() else (),
        )


@redrawable(data=lambda nowcast, **_: tabulate(nowcast.flow))
def plot_flow(nowcast: Nowcast, *, start: object, truth: pd.Series | None = None) -> Figure:
    """Draw both counts, the quotes and the flow read from them, from a day to the origin.

    Parameters
    ----------
    nowcast : Nowcast
    start : day
        First day drawn.
    truth : pandas.Series, optional
        Counts that were hidden from the nowcast, to hold it against.

    Examples
    --------
    >>> from utils.aid.nowcast.example import COUNTS, LISTED, reconcile_example
    >>> nowcast, hidden = reconcile_example(), COUNTS[len(LISTED) :]
    >>> plot_flow(nowcast, start="2024-02-20", truth=hidden).texts[0].get_text().partition(";")[0]
    'Of 7 hidden days 7 lie inside the 90\\xa0% bands'
    """
    flow = nowcast.flow.loc[pd.Timestamp(start) :]
    daily = nowcast.daily
    counts = pd.DataFrame({"cogat": daily.cogat, "unrwa": daily.unrwa}, daily.days).loc[flow.index[0] :]
    with rc_context(STYLE):
        fig, [[ax]] = make_sheet(size=(9, 5.4))
        unknown = flow[~flow["counted"]]
        for low, high, alpha in (("q05", "q95", 0.18), ("q25", "q75", 0.34)):
            ax.fill_between(flow.index, flow[low], flow[high], color=_COGAT, alpha=alpha, lw=0, step="mid")
        ax.plot(unknown["q50"].asfreq("D"), color=_COGAT, lw=1.6, ls=(0, (3, 1)), drawstyle="steps-mid")
        for source in ("cogat", "unrwa"):
            ax.plot(counts[source], ls="", marker=_STYLES[source].marker, ms=3.4, color=_STYLES[source].colour, alpha=0.85)
        sums = nowcast.used[nowcast.used["use"].eq("flow")].sort_values("date_end")
        for quote in sums.itertuples():
            level = quote.total / quote.days
            ends = [quote.date_start - pd.Timedelta(hours=12), quote.date_end + pd.Timedelta(hours=12)]
            ax.plot(ends, [level, level], color=INK, lw=3, solid_capstyle="butt")
            ax.annotate(
                f"{level:.0f}", (max(ends[0], flow.index[0]) + (ends[1] - max(ends[0], flow.index[0])) / 2, level),
                xytext=(0, 4), textcoords="offset points", ha="center", va="bottom", size=9, weight="bold", color=INK,
                bbox=dict(boxstyle="round,pad=0.1", fc="white", ec="none", alpha=0.85),
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
        format_counts(ax, unit=COGAT.unit)
        format_dates(ax)
        handles = [
            *[
                Line2D([], [], ls="", marker=style.marker, color=style.colour, ms=5, label=f"{BY_NAME[name].title}, counted")
                for name, style in _STYLES.items()
            ],
            Line2D([], [], color=_COGAT, lw=1.6, ls=(0, (3, 1)), label="flow, median"),
            Patch(color=_COGAT, alpha=0.45, label="50 %"),
            Patch(color=_COGAT, alpha=0.22, label="90 %"),
        ]
        if len(sums):
            handles.append(Line2D([], [], color=INK, lw=3, label="quoted, a day"))
        if truth is not None:
            handles.append(Line2D([], [], ls="", marker="D", mfc="white", mec=INK, ms=5, label="COGAT, hidden"))
        ax.legend(handles=handles, ncols=7, loc="upper left", bbox_to_anchor=(0, -0.08), frameon=False, fontsize=8.5)
        week = nowcast.state.loc["week"]
        known = "all published since" if nowcast.as_of is None else f"as of {day_in_words(nowcast.as_of)}"
        claim = f"The last week had {week['mean']:.0f} trucks a day, 90 % from {week['low']:.0f} to {week['high']:.0f}"
        return write_head(
            fig,
            claim=claim if truth is None else _claim_hidden(flow, truth),
            qualifier=f"Daily flow by land on COGAT's basis, {known}. Points: both counts. Numbered bars: quoted daily means.",
            foot=f"Source: COGAT list published {nowcast.sources.get('cogat', 'as given')}, UNRWA list published "
            f"{nowcast.sources.get('unrwa', 'as given')}, {len(nowcast.used)} quotes in use.",
        )


def _claim_hidden(flow: pd.DataFrame, truth: pd.Series) -> str:
    """Claim how many hidden counts lie inside the bands, and how far the flow lies above or below them."""
    hidden = truth.loc[flow.index[0] : flow.index[-1]].dropna()
    read = flow.loc[hidden.index]
    inside = int((hidden.between(read["q05"], read["q95"])).sum())
    off = read["q50"].sum() / hidden.sum() - 1
    where = "as high as" if abs(off) < 0.005 else f"{percent(abs(off))} {'above' if off > 0 else 'below'}"
    return f"Of {len(hidden)} hidden days {inside} lie inside the 90 % bands; the medians sum to {where} the counts"


@redrawable(data=lambda nowcast: tabulate(nowcast.contributions))
def plot_contributions(nowcast: Nowcast) -> Figure:
    """Draw by how many per cent the level at the origin would move if an observation had been one per cent higher.

    Parameters
    ----------
    nowcast : Nowcast

    Examples
    --------
    >>> from utils.aid.nowcast.example import reconcile_example
    >>> nowcast = reconcile_example()
    >>> plot_contributions(nowcast).texts[0].get_text().partition(":")[0]
    "The level on 10 March 2024 rests most on COGAT's list, all days"
    """
    table = nowcast.contributions
    quoted = table.index.str.startswith("quote")
    by_list = table[~quoted].groupby(table.index[~quoted].str.split().str[0])["elasticity"].sum()
    rows = [(f"{BY_NAME[source].title}'s list, all days", value, _STYLES[source].colour) for source, value in by_list.items()]
    rows += [(name.removeprefix("quote, "), value, INK) for name, value in table.loc[quoted, "elasticity"].items()]
    rows.sort(key=lambda row: row[1])
    names, values, colours = zip(*rows, strict=True)
    labels = [textwrap.fill(name.partition(" (")[0], 16) if is_narrow() else textwrap.fill(name, 46) for name in names]
    lines = max(label.count("\n") + 1 for label in labels)
    with rc_context(STYLE):
        fig, [[ax]] = make_sheet(size=(9, (0.1 + 0.16 * lines) * len(rows) + 2.0))
        bars = ax.barh(range(len(rows)), values, color=colours, height=0.6)
        for bar, colour in zip(bars, colours, strict=True):
            bar.set_hatch("" if colour == INK else "//")
        for y, value in enumerate(values):
            ax.annotate(
                f"{value:+.2f}", (value, y), xytext=(5 if value >= 0 else -5, 0), textcoords="offset points", va="center",
                ha="left" if value >= 0 else "right", size=9, weight="bold",
            )  # fmt: skip
        ax.set_yticks(range(len(rows)), labels, size=8.5)
        ax.axvline(0, color=GREY, lw=0.8)
        ax.margins(x=0.36 if is_narrow() else 0.14)  # room for the numbers beside the bars
        ax.grid(axis="x", visible=True)
        ax.grid(axis="y", visible=False)
        ax.set_xlabel("change of the level, in %, had it been 1 % higher")
        return write_head(
            fig,
            claim=f"The level on {day_in_words(nowcast.origin)} rests most on {'a quote, ' if colours[-1] == INK else ''}"
            f"{names[-1].partition(' (')[0]}: {values[-1]:+.2f} % for +1 %",
            qualifier="Plain: quoted figures, with who printed them. Hatched: lists, summed over their days. "
            "Below zero: a higher number would lower the level.",
            foot=f"Source: lists and quotes in use on {day_in_words(nowcast.origin + pd.Timedelta(days=1))}, {len(rows)} rows.",
        )


_CEASEFIRE: dict[str, Any] = dict(color=PALETTE[2].colour, marker="D")
_MONTH, _MONTHS_WORDS = (0, (4, 2)), "COGAT's month, compiled later; January derived"


@redrawable(data=lambda unrwa, quoted, *_, **__: tabulate({"counted": unrwa} | dict(quoted)))
def plot_outcome(
    unrwa: Snapshot,
    quoted: Mapping[str, pd.DataFrame],
    asked: Sequence[Question],
    *,
    until: object,
    months: pd.DataFrame | None = None,
    claim: str | None = None,
) -> Figure:
    """Draw what was counted and quoted in the questions' windows, by basis, with the first day that surely reached the target.

    Parameters
    ----------
    unrwa : Snapshot
        UNRWA's list.
    quoted : mapping of str to pandas.DataFrame
        Bounds of "cogat quotes" and "ceasefire count", as from `utils.aid.resolution.quote_bounds.bound_quotes`.
    asked : sequence of Question
        The questions, whose ends are marked.
    until : day
        Last day to draw.
    months : pandas.DataFrame, optional
        Totals by all routes as compiled later, as from `utils.aid.resolution.months.tabulate_levels`.
    claim : str, optional
        By default computed: the single days of the windows that are known to have reached the target.

    Examples
    --------
    >>> from utils.aid.loaders import load_quotes
    >>> from utils.aid.questions import DEADLINE
    >>> from utils.aid.resolution.quote_bounds import bound_quotes
    >>> from utils.aid.snapshots import load_snapshot
    >>> quoted = {basis: bound_quotes(load_quotes(), basis=basis) for basis in ("cogat quotes", "ceasefire count")}
    >>> plot_outcome(load_snapshot("unrwa"), quoted, [DEADLINE], until="2024-11-20").texts[0].get_text()
    'No single day at 350 or more is known from 8 to 12 Nov 2024'
    """
    threshold, first = asked[0].threshold, asked[0].window[0] - pd.Timedelta(days=7)
    until = check_day(until, name="until")
    with rc_context(STYLE):
        fig, [[ax]] = make_sheet(size=(9, 5.0))
        days = unrwa.days[first:until]
        sure, part = (days["count"].where(days["state"].eq(state)) for state in ("counted", "partial"))
        ax.plot(sure, color=_UNRWA, marker="s", ms=3, lw=0.9, label="UNRWA's list, counted")
        ax.plot(part, color=_UNRWA, marker="s", ms=3.5, mfc="white", ls="", label="UNRWA's list, not yet complete")
        singles = []
        for basis, bounds in quoted.items():
            truce = basis == "ceasefire count"
            style = _CEASEFIRE if truce else dict(color=_COGAT, marker="o")
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
        for row in () if months is None else months.itertuples():
            ends = [max(row.date_start, first) - pd.Timedelta(hours=12), row.date_end + pd.Timedelta(hours=12)]
            low, high = (total / ((row.date_end - row.date_start).days + 1) for total in (row.least, row.most))
            ax.fill_between(ends, low, high, color=_COGAT, alpha=0.22, lw=0)
            for level in (low, high):
                ax.plot(ends, [level] * 2, color=_COGAT, lw=1, ls=_MONTH)
            label = f"{low:.0f}" if low == high else f"{low:.0f} to {high:.0f}"
            # At its end, or over its middle where the months are too narrow for the one not to cover the other.
            at, side = (ends[0] + (ends[1] - ends[0]) / 2, "center") if is_narrow() else (ends[1], "right")
            ax.annotate(
                label, (at, high), xytext=(0, 3), textcoords="offset points", ha=side, size=8.5, color=_COGAT,
                bbox=dict(boxstyle="round,pad=0.1", fc="white", ec="none", alpha=0.8),
            )  # fmt: skip
        draw_target(ax, threshold, label=f"target: {threshold:g}")
        for question in asked:
            ax.axvline(pd.Timestamp(question.closes), color=INK, lw=1, ls="--")
            ax.annotate(
                f"{question.name}\n{day_in_words(question.closes, short=True)}",
                (pd.Timestamp(question.closes), 1), xycoords=("data", "axes fraction"), xytext=(0, 3),
                textcoords="offset points", ha="center", va="bottom", size=8.5,
            )  # fmt: skip
        reached = sorted({(day, trucks) for day, trucks in singles if trucks >= threshold})
        for number, (day, trucks) in enumerate(reached):  # two at the left, then right, since they stand close together
            place = dict(xytext=(-9, 0), ha="right") if number < 2 else dict(xytext=(8, 0), ha="left")
            ax.annotate(f"{trucks:.0f}", (day, trucks), textcoords="offset points", va="center", size=9, weight="bold", **place)
        ax.set_ylim(0, 1.25 * max(trucks for _, trucks in [*singles, (first, threshold)]))
        ax.set_xlim(first, until + pd.Timedelta(days=3))
        format_counts(ax, unit=COGAT.unit)
        format_dates(ax)
        handles = [
            *ax.get_legend_handles_labels()[0],
            Line2D([], [], color=_COGAT, marker="o", ls="", label="COGAT or State Department, one day"),
            Line2D([], [], color=_COGAT, lw=4, alpha=0.7, label="the same, mean of several days"),
            Line2D([], [], color=_COGAT, marker="^", mfc="white", ls="", label="the same, at least"),
            *([] if months is None else [Line2D([], [], color=_COGAT, lw=1, ls=_MONTH, label=_MONTHS_WORDS)]),
            Line2D([], [], ls="", ms=8, label="count of the truce's guarantors", **_CEASEFIRE),
        ]
        asked_days = asked[0].window.union(asked[-1].window)
        within = [(day, trucks) for day, trucks in reached if day in asked_days]
        for day, trucks in within:
            ax.plot(day, trucks, marker="X", color=INK, ms=11, mec="white", mew=1, ls="", zorder=5)
        if within:
            handles.append(Line2D([], [], ls="", marker="X", color=INK, ms=7, label="a day in the windows that reached it"))
        if claim is None:
            claim = f"No single day at {threshold:g} or more is known from {days_in_words(asked_days[0], asked_days[-1])}"
            if within:
                named = list_in_words([f"{trucks:.0f} on {day_in_words(day)}" for day, trucks in within])
                claim = f"{format_some(len(within), 'day')} at {threshold:g} or more from "
                claim += f"{days_in_words(asked_days[0], asked_days[-1])}: {named}"
        highest = days["count"].max()
        return write_head(
            fig,
            claim=claim,
            qualifier=f"Counts and quoted figures of all trucks from {day_in_words(first)} on, by whose count. Highest day on "
            f"UNRWA's list: {highest:.0f}. What other bodies said is not drawn, and no day without a mark is a zero.",
            foot=name_lists(
                unrwa,
                more="Quotes: data/quotes.csv, each with its page."
                + ("" if months is None else " Months, all routes: data/cogat_monthly_2026-03-02.csv."),
            ),
            legend=handles,
            columns=2,
        )  # fmt: skip


@redrawable()
def plot_disagreements(table: pd.DataFrame, *, foot: str) -> Figure:
    """Draw the share of questions that two lists resolve differently, by window, threshold and definition.

    Parameters
    ----------
    table : pandas.DataFrame
        As from `utils.aid.resolution.disagreement.count_disagreements`; rows whose level is a quantile are left out.
    foot : str

    Examples
    --------
    >>> row = {"definition": "day", "window": 30, "level": "200", "threshold": 200.0, "resolved": 10, "differ": 3, "share": 0.3}
    >>> plot_disagreements(pd.DataFrame([row | {"effective": 1}]), foot="Made up.").texts[0].get_text()
    'The two lists resolve 30\\xa0% of all questions differently, up to 30\\xa0%'
    """
    table = table[~table["level"].str.startswith("q")]
    definitions, windows = list(table["definition"].unique()), list(table["window"].unique())
    with rc_context(STYLE):
        fig, axes = make_sheet(1, len(definitions), size=(9, 4.4), sharey=True)
        for ax, definition in zip(axes[0], definitions, strict=True):
            part = table[table["definition"].eq(definition)]
            grid = part.pivot(index="threshold", columns="window", values="share")[windows]
            ax.pcolormesh(*map(np.arange, grid.shape[::-1]), grid, cmap="Greys", vmin=0, vmax=1, shading="nearest")
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
        return write_head(
            fig,
            claim=f"The two lists resolve {percent(share)} of all questions differently, up to {percent(worst['share'])}",
            qualifier="Per cent of windows that the lists resolve differently, of those that both resolve. Windows that do not "
            f"overlap: {behind}.",
            foot=foot,
        )
