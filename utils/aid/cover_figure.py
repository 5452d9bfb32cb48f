"""The one picture of the report's first page: the record, the target, both windows and what came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from ..common.checks import check_day
from ..common.formatting import day_in_words, format_some, list_in_words
from ..counts.snapshot import Snapshot
from ..figures.forms import is_narrow, redrawable
from ..figures.style import (
    GREY,
    INK,
    PALETTE,
    STYLE,
    choose_style,
    draw_target,
    format_counts,
    format_dates,
    make_sheet,
)
from ..questions.question import Question
from .loaders import load_quotes
from .questions import ALL
from .resolution.quote_bounds import bound_quotes
from .snapshots import load_snapshot
from .sources import BY_NAME, COGAT

#: How the count of the truce is drawn: it is neither of the two.
_TRUCE: dict[str, Any] = dict(color=PALETTE[2].colour, marker="D")

#: Days that a quoted mean may run over to be drawn.
_LONGEST = 31


@dataclass(frozen=True)
class CoverRecord:
    """All that was ever counted or quoted up to the end of the questions' windows.

    Attributes
    ----------
    lists : dict of str to Snapshot
        The last lists by source.
    quoted : dict of str to pandas.DataFrame
        By basis: date_start, date_end, days and level (trucks/day) of what was quoted within the windows.
    """

    lists: dict[str, Snapshot]
    quoted: dict[str, pd.DataFrame]

    @property
    def singles(self) -> pd.DataFrame:
        """Quoted counts of single days, of every basis: day and level."""
        every = pd.concat(self.quoted.values())
        return every[every["days"].eq(1)].sort_values("date_start", ignore_index=True)


def load_cover_record(questions: Sequence[Question] = tuple(ALL.values())) -> CoverRecord:
    """Load all that was counted or quoted up to the end of the questions' windows, as published by today.

    >>> load_cover_record().singles[["date_start", "level"]].tail(1)
      date_start  level
    2 2025-01-19  630.0
    """
    first = min(question.window[0] for question in questions)
    last = max(question.window[-1] for question in questions)
    quotes, quoted = load_quotes(), {}
    for basis in ("cogat quotes", "ceasefire count"):
        bounds = bound_quotes(quotes, basis=basis)
        days = (bounds["date_end"] - bounds["date_start"]).dt.days + 1
        bounds = bounds.assign(days=days, level=(bounds["least"] + bounds["most"]) / 2 / days)
        within = bounds["date_end"].between(first - pd.Timedelta(days=7), last)
        quoted[basis] = bounds[within & np.isfinite(bounds["level"]) & bounds["days"].le(_LONGEST)]
    return CoverRecord({name: load_snapshot(name) for name in BY_NAME}, quoted)


def _tabulate_cover(*, as_of: object, questions: Sequence[Question] = tuple(ALL.values())) -> pd.DataFrame:
    """Lay out what the picture shows, whatever the day of the forecast: each list by day, and each quoted figure."""
    record = load_cover_record(questions)
    lists = [
        snapshot.days.rename_axis("first")
        .reset_index()
        .assign(last=lambda table: table["first"], whose=f"{BY_NAME[name].title}'s list")
        for name, snapshot in record.lists.items()
    ]
    quoted = [
        rows.rename(columns={"date_start": "first", "date_end": "last", "level": "count"}).assign(state="quoted", whose=basis)
        for basis, rows in record.quoted.items()
    ]
    return pd.concat([*lists, *quoted], ignore_index=True)[["whose", "first", "last", "count", "state"]]


@redrawable(data=_tabulate_cover)
def plot_cover(*, as_of: object, questions: Sequence[Question] = tuple(ALL.values())) -> Figure:
    """Draw the record of both counts, the target, both windows and what came in them; the page has the claim as text.

    Parameters
    ----------
    as_of : day
        The day of the forecasts, which is marked: what is drawn right of it came later.
    questions : sequence of Question
        By one threshold.

    Examples
    --------
    >>> fig = plot_cover(as_of="2024-11-08")
    >>> [text.get_text() for text in fig.axes[0].texts if text.get_text().startswith(("630", "forecast"))]
    ['630 on 19 Jan', 'forecast\\n8 Nov 2024']
    """
    record, day = load_cover_record(questions), check_day(as_of, name="as_of")
    threshold, closes = questions[0].threshold, [pd.Timestamp(question.closes) for question in questions]
    last = max(question.window[-1] for question in questions)
    with rc_context(STYLE):
        fig, [[ax]] = make_sheet(size=(5.0, 2.0 if is_narrow() else 3.8))
        for question in questions:  # they overlap: the shorter window is the darker part
            ax.axvspan(question.window[0], pd.Timestamp(question.closes), color=GREY, alpha=0.16, lw=0)
        for name, snapshot in record.lists.items():
            style, counts = choose_style(BY_NAME[name]), snapshot.days["count"][:last]
            ax.plot(counts, ls="", marker=style.marker, ms=1.6, color=style.colour, alpha=0.35)
            mean = counts.rolling(7, min_periods=4).mean()
            ax.plot(mean, color=style.colour, lw=1.9)
            end = snapshot.history.index[-1]
            early = end < questions[0].window[0]
            text = f"{BY_NAME[name].title}'s list\nends {end.day} {end:%b}" if early else BY_NAME[name].title
            peak = mean[: len(mean) // 4].idxmax()  # where the other line is not
            place = (
                dict(xy=(end, mean[end]), xytext=(10, 8 if is_narrow() else 24))
                if early
                else dict(xy=(peak, mean[peak]), xytext=(0, 7))
            )
            ax.annotate(
                text, **place, textcoords="offset points", ha="right" if early else "center", size=9, weight="bold",
                color=style.colour, bbox=dict(boxstyle="round,pad=0.1", fc="white", ec="none", alpha=0.7),
            )  # fmt: skip
        for basis, rows in record.quoted.items():
            look = _TRUCE if basis == "ceasefire count" else dict(color=choose_style(COGAT).colour, marker="o")
            for row in rows.itertuples():
                if row.days == 1:
                    ax.plot(row.date_start, row.level, ls="", ms=6, **look)
                else:
                    ends = [row.date_start - pd.Timedelta(hours=12), row.date_end + pd.Timedelta(hours=12)]
                    ax.plot(ends, [row.level] * 2, color=look["color"], lw=3, solid_capstyle="butt")
        draw_target(ax, threshold)
        met = record.singles[record.singles["level"].ge(threshold)]
        for row in met.itertuples():
            ax.annotate(
                f"{row.level:.0f} on {row.date_start.day} {row.date_start:%b}", (row.date_start, row.level),
                xytext=(day, row.level), textcoords="data", ha="right", va="center", size=9.5, weight="bold",
                arrowprops=dict(arrowstyle="-", lw=0.8, color=INK, shrinkB=4),
            )  # fmt: skip
        ax.axvline(day, color=INK, lw=1)
        counts = [snapshot.days["count"][:last].max() for snapshot in record.lists.values()]
        top = 1.12 * max(threshold, record.singles["level"].max(), *counts)
        ax.annotate(
            f"forecast\n{day_in_words(day, short=True)}", (day, (threshold + top) / 2), xytext=(-4, 0),
            textcoords="offset points", ha="right", va="center", size=8.5,
        )  # fmt: skip
        ax.set_ylim(0, top)
        ax.set_xlim(record.lists["cogat"].days.index[0], max(closes) + pd.Timedelta(days=8))
        format_counts(ax, unit=COGAT.unit)
        format_dates(ax, months=3)
        engine = fig.get_layout_engine()
        assert isinstance(engine, ConstrainedLayoutEngine)  # every sheet is made with it
        engine.set(rect=(0.005, 0.005, 0.985, 0.985))  # no room for a title: the page has the claim as text
        return fig


def _claim(record: CoverRecord, threshold: float) -> str:
    """Claim how often COGAT's list reached the threshold, and what was quoted at it in the windows."""
    counts = record.lists["cogat"].days["count"]
    reached = counts[counts.ge(threshold)]
    listed = f"COGAT's list reached {threshold:,.10g} on {format_some(len(reached), 'day') if len(reached) else 'no day'}"
    if len(reached):
        listed += f", the last in {reached.index[-1]:%B %Y}"
    met = record.singles[record.singles["level"].ge(threshold)]
    if not len(met):
        return f"{listed}; none is known of the windows"
    return f"{listed}; the next known is {met['level'].iloc[0]:.0f} on {day_in_words(met['date_start'].iloc[0])}"


def describe_cover(*, as_of: object, questions: Sequence[Question] = tuple(ALL.values())) -> dict[str, str]:
    """Describe the picture of the first page: `alt`, its finding with the numbers, and `caption`, how to read it.

    >>> describe_cover(as_of="2024-11-08")["alt"].partition(".")[0]
    "COGAT's list reached 350 on 17 days, the last in July 2024; the next known is 630 on 19 January 2025"
    """
    record, day = load_cover_record(questions), check_day(as_of, name="as_of")
    last = {BY_NAME[name].title: snapshot.history.index[-1] for name, snapshot in record.lists.items()}
    ends = [f"{title}'s last list is complete to {day_in_words(end)}" for title, end in last.items()]
    highest = record.lists["unrwa"].days["count"].max()
    means = pd.concat(record.quoted.values()).query("days > 1")["level"]
    closes = [day_in_words(question.closes) for question in questions]
    quoted = f" No quoted mean of several days in the windows passes {np.ceil(means.max()):.0f}." if len(means) else ""
    return dict(
        alt=f"{_claim(record, questions[0].threshold)}. UNRWA's list never passes {highest:.0f}.{quoted}",
        caption=f"{_claim(record, questions[0].threshold)}. Small points are days, lines means of 7 days, large points and bars "
        f"quoted figures, the diamond the count of the truce; shaded are the days up to {list_in_words(closes)}. All as "
        f"published later: the forecasts knew what was public on {day_in_words(day)}. {'; '.join(ends)}.",
    )
