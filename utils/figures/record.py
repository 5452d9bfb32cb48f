"""Figures of a record: vintages, states of days, weekdays, the count itself, and its parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from ..common.checks import check_day
from ..common.errors import InputError
from ..common.formatting import day_in_words, format_some, percent
from ..counts.snapshot import Snapshot, Source
from .forms import is_narrow, redrawable
from .labels import format_level, format_number, name_briefly, name_lists, shorten
from .style import (
    GREY,
    INK,
    PALE,
    SEQUENCE,
    STYLE,
    SeriesStyle,
    choose_style,
    choose_styles,
    draw_target,
    format_counts,
    format_dates,
    format_percents,
    label_months,
    make_sheet,
    style_series,
    write_head,
)

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_HATCHES = ("", "//", "..", "xx", "\\\\", "++", "oo", "")

#: States of a day in their order.
_STATES = ("counted", "partial", "closed", "unreported", "not_yet_reported")

#: Shares of at least this much are written into their bars.
_WRITTEN = 0.16


@redrawable()
def plot_vintages(vintages: pd.DataFrame, *, as_of: object, foot: str, sources: Mapping[str, Source] | None = None) -> Figure:
    """Draw what each vintage covers and from which day it was public.

    Parameters
    ----------
    vintages : pandas.DataFrame
        A row a vintage: `source`, `published`, `first` and `last` (days that it covers), `rows`.
    as_of : day
        The day of the knowledge.
    foot : str
        Where the vintages are from.
    sources : mapping of str to Source, optional
        Sources by name; one that is not in it goes by its name.

    Examples
    --------
    >>> days = pd.to_datetime(["2024-01-01", "2024-01-31", "2024-02-10"])
    >>> lists = pd.DataFrame(dict(source=["ward"], first=days[:1], last=days[1:2], published=days[2:], rows=[31]))
    >>> plot_vintages(lists, as_of="2024-02-20", foot="Made up.").texts[0].get_text()
    'On 20 February 2024 the newest counts at hand were 20 days old'
    """
    day = check_day(as_of, name="as_of")
    titles, styles = style_series(vintages["source"], sources)
    first, last = vintages["first"].min(), max(vintages["published"].max(), vintages["last"].max(), day)
    rows = list(vintages.itertuples())[::-1]
    with rc_context(STYLE):
        fig, [[ax]] = make_sheet(size=(9, 1.6 + 0.4 * max(2, len(rows))))
        for y, row in enumerate(rows):
            known, colour = row.published <= day, styles[row.source].colour
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
        ax.axvline(day, color=INK, lw=1, zorder=0)
        ax.annotate(
            f"as of {day_in_words(day, short=True)}", (day, 1), xycoords=("data", "axes fraction"), xytext=(-4, 2),
            textcoords="offset points", ha="right", size=9, weight="bold",
        )  # fmt: skip
        labels = [f"{shorten(titles[row.source].title, 24, lines=2)}, {row.rows:,} rows" for row in rows]
        ax.set_yticks(range(len(rows)), labels)
        ax.set_ylim(-0.6, len(rows) - 0.4)
        ax.grid(axis="y", visible=False)
        ax.set_xlim(first - 0.02 * (last - first), last + 0.2 * (last - first))
        format_dates(ax, months=2)
        ax.set_xlabel("day that is counted (bar), day of publication (diamond)")
        ends = vintages[vintages["published"] <= day].groupby("source")["last"].max()
        ages = sorted({(day - end).days for end in ends})
        span = f"{ages[0]} to {ages[-1]} days" if len(ages) > 1 else format_some(ages[0], "day") if ages else ""
        old = f"the newest counts at hand were {span} old" if ages else "no list was public yet"
        return write_head(
            fig,
            claim=f"On {day_in_words(day)} {old}",
            qualifier="Bars: days covered by each file. Pale bars and hollow diamonds: files that were not yet public.",
            foot=foot,
        )


@redrawable()
def plot_day_states(snapshots: Sequence[Snapshot]) -> Figure:
    """Draw the state of every day as a calendar of weeks by weekdays, a row of tiles a count.

    Parameters
    ----------
    snapshots : sequence of Snapshot

    Examples
    --------
    >>> from utils.counts.snapshot import take_snapshot
    >>> counts = pd.Series([3, np.nan, np.nan, 5], pd.date_range("2024-01-01", periods=4))
    >>> plot_day_states([take_snapshot(counts, source=Source("ward", "The ward"))]).texts[0].get_text()
    'Days without a count: The ward 2 of 4'
    """
    names = _name_panels(snapshots)
    styles = choose_styles([snapshot.source for snapshot in snapshots])
    with rc_context(STYLE):
        fig, axes = make_sheet(len(snapshots), size=(9, 1.6 + 1.4 * len(snapshots)), sharex=True)
        weeks = max(len(snapshot.days) for snapshot in snapshots) / 7
        tile = min(4.4, max(1.0, 0.5 * 580 / weeks))  # points: a week's column is this wide and half as much apart
        for [ax], snapshot, name, style in zip(axes, snapshots, names, styles, strict=True):
            _draw_states(ax, snapshot.days["state"], colour=style.colour, tile=tile)
            ax.set_title(name)
            format_dates(ax)
        present = [state for state in _STATES if any(one.days["state"].eq(state).any() for one in snapshots)]
        handles = [
            Line2D([], [], ls="", label=state.replace("_", " "), **_style_state(state, INK if len(snapshots) > 1 else colour))
            for state, colour in ((state, styles[0].colour) for state in present)
        ]
        axes[0][0].legend(
            handles=handles, ncols=len(handles), loc="lower right", bbox_to_anchor=(1, 1.0), frameon=False, fontsize=8.5,
            handletextpad=0.1,
        )  # fmt: skip
        absent = [
            f"{name} {one.days['count'].isna().sum()} of {len(one.days)}".strip()
            for one, name in zip(snapshots, names, strict=True)
        ]
        return write_head(
            fig,
            claim=f"Days without a count: {', '.join(absent)}",
            qualifier="Each tile is a day, each column a week. A day without a count is no zero"
            + (", unless it was closed." if "closed" in present else "."),
            foot=name_lists(*snapshots),
        )


def _draw_states(ax: Axes, states: pd.Series, *, colour: str, tile: float) -> None:
    """Draw a tile a day, a week a column; `tile` is its side in points."""
    days = pd.DatetimeIndex(states.index)
    monday = days - pd.to_timedelta(days.day_of_week, unit="D")
    for state in _STATES:
        here = states.eq(state).to_numpy()
        ax.plot(monday[here], days.day_of_week[here], ls="", ms=tile, **_style_state(state, colour))
    ax.set_yticks(range(7), [name[:3] for name in _WEEKDAYS])
    ax.set_ylim(6.7, -0.7)
    ax.grid(visible=False)


def _style_state(state: str, colour: str) -> dict[str, Any]:
    """Choose the tile of a state of a day: full, half, pale, hollow or a cross in the colour of who counts."""
    if state == "unreported":
        return dict(marker="x", color=INK, mew=1.6)
    fill = {"counted": colour, "closed": PALE}.get(state, "white")
    half = dict(fillstyle="bottom", markerfacecoloralt="white", mfc=colour) if state == "partial" else dict(mfc=fill)
    return dict(marker="s", mec=GREY if state == "closed" else colour, mew=0.7, color=colour, **half)


@redrawable(by_day=True)
def plot_record(
    snapshots: Sequence[Snapshot],
    *,
    threshold: float,
    below: bool = False,
    labels: Mapping[str, str] | None = None,
    events: pd.DataFrame | None = None,
) -> Figure:
    """Draw the daily record of one or more counts, each with its 7-day mean, the threshold and labelled days.

    Parameters
    ----------
    snapshots : sequence of Snapshot
        Drawn below each other on one scale.
    threshold : float
        Counts a day.
    below : bool
        Whether the days below the threshold are marked, instead of those that reach it.
    labels : mapping of str to str, optional
        Day to the short label it gets.
    events : pandas.DataFrame, optional
        With a column `date`: days that a label may name.

    Raises
    ------
    InputError
        If a label is of a day without an event.

    Examples
    --------
    >>> from utils.counts.snapshot import take_snapshot
    >>> counts = pd.Series([3, 1, np.nan, 5], pd.date_range("2024-01-01", periods=4))
    >>> plot_record([take_snapshot(counts)], threshold=3).texts[0].get_text()
    'Reached 3 a day: on 2 days'
    """
    names = _name_panels(snapshots)
    styles = choose_styles([snapshot.source for snapshot in snapshots])
    top = 1.1 * max(threshold, *(snapshot.days["count"].max() for snapshot in snapshots))
    met = []
    with rc_context(STYLE):
        fig, axes = make_sheet(len(snapshots), size=(9, 1.8 + 2.4 * len(snapshots)), sharex=True, sharey=True)
        for [ax], snapshot, name, style in zip(axes, snapshots, names, styles, strict=True):
            _draw_counts(ax, snapshot, style, top=top)
            draw_target(ax, threshold)
            counts, unit = snapshot.days["count"], snapshot.source.unit
            hit = counts[snapshot.settled < threshold] if below else counts[counts >= threshold]
            ax.plot(hit.index, hit, style.marker, color=style.colour, ms=3.5, ls="")
            on = f"on {format_some(len(hit), 'day')}" if len(hit) else "on none"
            words = dict(snapshot.source.scopes).get(snapshot.scope) or snapshot.source.counted or unit
            alone = name == name_briefly(snapshot.source)  # whose count tells it from the others
            met.append(on if not name else f"{name}'s count {on}" if alone else f"{words} {on}")
            ax.set_title(shorten(f"{name}: {words} a day" if name else f"{words} a day", 92))
            ax.set_ylim(-0.05 * top, top)
            ax.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10], integer=top <= 10))
            format_counts(ax, unit=unit)
            ax.set_yticks([tick for tick in ax.get_yticks() if 0 <= tick <= top])
            format_dates(ax)
        key = _number_days(axes, labels or {}, events, top=top)
        return write_head(
            fig,
            claim=f"{'Below' if below else 'Reached'} {format_number(threshold)} a day: {', '.join(met)}",
            qualifier=f"Bars: days. Line: mean of the counted days among seven. Ticks below zero: days without a count.\n{key}",
            foot=name_lists(*snapshots),
        )


def _draw_counts(ax: Axes, snapshot: Snapshot, style: SeriesStyle, *, top: float) -> None:
    """Draw a bar a day, the mean of seven, and a tick below zero on each day that was not counted: it is seen to be missing."""
    counts = snapshot.days["count"]
    ax.bar(counts.index, counts, width=1.0, color=style.colour, alpha=0.35, lw=0)
    # The mean of the counted days among seven: a missing day must not pull it down.
    ax.plot(counts.rolling(7, min_periods=4).mean(), color=style.colour, lw=1.8)
    ax.vlines(counts.index[counts.isna()], -0.042 * top, -0.0115 * top, color=style.colour, lw=1.1)


def _number_days(axes: np.ndarray, labels: Mapping[str, str], events: pd.DataFrame | None, *, top: float) -> str:
    """Draw a numbered line at each labelled day and return the key to the numbers."""
    for number, (day, text) in enumerate(labels.items(), 1):
        date = check_day(day, name="label")
        if events is not None and not events["date"].eq(date).any():
            raise InputError(f"label {text!r}: no event is dated {day}; take a day from the table of events")
        for ax in axes[:, 0]:
            ax.axvline(date, color=GREY, lw=0.8, ls="-", alpha=0.7)
        axes[0, 0].annotate(
            f"{number}", (date, 0.957 * top), ha="center", va="center", size=8, color="white",
            bbox=dict(boxstyle="circle,pad=0.22", fc=GREY, ec="none"),
        )  # fmt: skip
    return "  ".join(f"({number}) {text}" for number, text in enumerate(labels.values(), 1))


@redrawable()
def plot_weekdays(snapshots: Sequence[Snapshot], *, split: object = None) -> Figure:
    """Draw the counted days by weekday as points with their median, before and from a day.

    Parameters
    ----------
    snapshots : sequence of Snapshot
    split : day, optional
        Day that parts the record in two; by default it is drawn whole.

    Examples
    --------
    >>> from utils.counts.snapshot import take_snapshot
    >>> counts = pd.Series([8, 8, 8, 8, 8, 2, 8.0] * 4, pd.date_range("2024-01-01", periods=28))  # a Monday first
    >>> plot_weekdays([take_snapshot(counts)]).texts[0].get_text()
    'Lowest weekday: Saturday (25\\xa0%)'
    """
    day = None if split is None else check_day(split, name="split")
    names = _name_panels(snapshots)
    styles = choose_styles([snapshot.source for snapshot in snapshots])
    jitter, lows = np.random.default_rng(0), []
    with rc_context(STYLE):
        size = (9, 1.2 + 2.2 * len(snapshots))
        fig, axes = make_sheet(len(snapshots), 1 if day is None else 2, size=size, sharex=True, sharey=True)
        for row, snapshot, name, style in zip(axes, snapshots, names, styles, strict=True):
            counts, middle = snapshot.days["count"], pd.Series(dtype=float)
            for ax, late in zip(row, (None,) if day is None else (False, True), strict=True):
                part = (counts if late is None else counts[(counts.index >= day) == late]).dropna()
                weekday = part.index.day_of_week
                ax.scatter(weekday + jitter.uniform(-0.22, 0.22, len(part)), part, s=9, color=style.colour, alpha=0.4, lw=0)
                middle = part.groupby(weekday).median()
                _draw_medians(ax, middle)
                when = "" if late is None or day is None else f"{'from' if late else 'before'} {day_in_words(day, short=True)}"
                ax.set_title(shorten(", ".join(filter(None, (name, when))), 46 * (3 - len(row))))
            format_counts(row[0], unit=snapshot.source.unit)
            lows.append(_find_low_weekday(middle, name))
        since = f"\nThe title tells of days from {day_in_words(day)} on." if day is not None else ""
        return write_head(
            fig,
            claim=f"Lowest weekday: {', '.join(lows)}",
            qualifier="Points: counted days; bar and number: their median. In brackets: this day's median over that of "
            f"another.{since}",
            foot=name_lists(*snapshots),
        )


def _draw_medians(ax: Axes, middle: pd.Series) -> None:
    """Draw the median of each weekday with its number."""
    ax.hlines(middle, middle.index - 0.33, middle.index + 0.33, color=INK, lw=2.2)
    for x, value in middle.items():
        ax.annotate(
            format_level(value), (x, value), xytext=(0, 3), textcoords="offset points", ha="center", size=8.5, weight="bold",
            bbox=dict(boxstyle="round,pad=0.1", fc="white", ec="none", alpha=0.75),
        )  # fmt: skip
    ax.set_xticks(range(7), [name[:3] for name in _WEEKDAYS])
    ax.set_ylim(0, None)


def _find_low_weekday(middle: pd.Series, name: str) -> str:
    """Find the weekday whose median is lowest, beside the median of the others' medians."""
    where = f" at {name}" if name else ""
    if len(middle) < 2:
        return f"unknown{where}"
    low = int(middle.idxmin())
    others = middle.drop(low).median()
    return f"{_WEEKDAYS[low]}{where}" + (f" ({percent(middle[low] / others)})" if others > 0 else " (0)")


@redrawable()
def plot_small_multiples(
    table: pd.DataFrame,
    *,
    claim: str,
    qualifier: str,
    foot: str,
    unit: str = "counts",
    per: str = "week",
    source: Source | None = None,
) -> Figure:
    """Draw the columns of a table over time, one small panel each with the same scale, so that each can be read alone.

    Parameters
    ----------
    table : pandas.DataFrame
        A column a panel, indexed by day; what is counted is `unit`, and each row holds that of one `per`.
    claim, qualifier, foot : str
    unit, per : str
    source : Source, optional
        Who counts, and so the colour.

    Examples
    --------
    >>> weeks = pd.date_range("2024-01-01", periods=3, freq="W")
    >>> table = pd.DataFrame({"north": [1, 2, 3], "south": [10, 20, 30]}, weeks)
    >>> fig = plot_small_multiples(table, claim="South has more", qualifier="", foot="Made up.", unit="cases")
    >>> [ax.get_title(loc="left") for ax in fig.axes]
    ['north: 6 cases', 'south: 60 cases']
    """
    columns = 2
    colour = choose_style(source).colour if source else SEQUENCE[0]
    rows = -(-table.shape[1] // columns)
    with rc_context(STYLE):
        fig, axes = make_sheet(rows, columns, size=(9, 1.35 * rows + 1.4), sharex=True, sharey=True)
        for number, ax in enumerate(axes.flat):
            if number >= table.shape[1]:
                ax.set_visible(False)
                continue
            name, values = table.columns[number], table.iloc[:, number]
            ax.fill_between(values.index, values, step="mid", color=colour, alpha=0.75, lw=0)
            total = f": {values.sum():,.0f} {unit}"
            ax.set_title(shorten(f"{name}", 50 - len(total)) + total, size=9.5)
            ax.set_ylim(0, None)
            ax.yaxis.set_major_locator(MaxNLocator(3))
            ax.yaxis.set_major_formatter(lambda value, _: format_number(value))
            format_dates(ax, months=3)
        for ax in axes[:, 0]:
            ax.set_ylabel(f"{unit}/{per}", size=8.5)
        return write_head(fig, claim=claim, qualifier=qualifier, foot=foot)


@redrawable()
def plot_shares(
    tables: Mapping[str, pd.DataFrame],
    *,
    claim: str,
    qualifier: str,
    foot: str,
    unit: str = "counts",
    places: Mapping[str, int] | None = None,
) -> Figure:
    """Draw the make-up of each month as stacked shares, a panel a table; the largest shares are written into their bars.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        Panels by title, each with a row a month and a column a part.
    claim, qualifier, foot : str
    unit : str
        What is counted.
    places : mapping of str to int, optional
        Place of a part in the palette, so that a part looks the same in each panel whatever its name there; by default its order.

    Examples
    --------
    >>> months = pd.date_range("2024-01-01", periods=2, freq="MS")
    >>> table = pd.DataFrame({"old": [30, 10], "new": [10, 30]}, months)
    >>> fig = plot_shares({"The ward": table}, claim="New came", qualifier="", foot="Made up.")
    >>> [text.get_text() for text in fig.axes[0].texts]  # old in each month, then new
    ['75%', '25%', '25%', '75%']
    """
    with rc_context(STYLE):
        below = 0.2 * max(table.shape[1] for table in tables.values()) if is_narrow() else 0.0  # room for each plot's legend
        fig, axes = make_sheet(len(tables), size=(9, (2.35 + below) * len(tables) + 1.1), sharex=False)
        for [ax], (title, table) in zip(axes, tables.items(), strict=True):
            share = table.div(table.sum(axis=1), axis=0)
            base = np.zeros(len(share))
            for number, (name, values) in enumerate(share.items()):
                place = (places or {}).get(str(name), number) % len(SEQUENCE)
                ax.bar(
                    range(len(share)), values, bottom=base, width=0.86, color=SEQUENCE[place], hatch=_HATCHES[place],
                    edgecolor=GREY, lw=0.3, label=shorten(f"{name}", 28, lines=2),
                )  # fmt: skip
                for x, value in enumerate(values):
                    if value >= _WRITTEN and not is_narrow():
                        ax.text(
                            x, base[x] + value / 2, f"{value:.0%}", ha="center", va="center", size=7.5, color=INK,
                            bbox=dict(boxstyle="round,pad=0.12", fc="white", ec="none", alpha=0.8),
                        )  # fmt: skip
                base += values.fillna(0).to_numpy()
            label_months(ax, pd.DatetimeIndex(share.index))
            format_percents(ax.yaxis)
            ax.set_ylim(0, 1)
            ax.set_ylabel(f"share of {unit}")
            ax.set_title(title)
            ax.grid(visible=False)
            ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False, fontsize=8.5)
        return write_head(fig, claim=claim, qualifier=qualifier, foot=foot)


def _name_panels(snapshots: Sequence[Snapshot]) -> list[str]:
    """Name each count by its source, with its scope where two are of one source."""
    if not snapshots:
        raise InputError("no snapshot to draw; give one or more")
    titles = [snapshot.source.title for snapshot in snapshots]
    return [name_briefly(one.source, one.scope if titles.count(one.source.title) > 1 else "") for one in snapshots]
