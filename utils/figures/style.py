"""How every figure looks: the claim as title, the qualifier below it, source and as-of at the foot; and how it reaches a page.

Every `plot_*` returns a matplotlib figure and computes its own title from the data that it draws. How a series is drawn and what
it is called come from its `Source`. The helpers here are to be used inside ``rc_context(STYLE)``.
"""

from __future__ import annotations

import base64
import html
import io
import json
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib.dates as mdates
import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator
from matplotlib.transforms import ScaledTranslation

from ..common.errors import InputError
from ..counts.snapshot import Source
from .forms import Sheet, draw_narrow, is_narrow
from .labels import format_number, shorten
from .svg import DAYS_MARK, PAGE_TYPE, draw_svg

#: A line style: matplotlib's name for it, or offset and dashes.
Dashes = str | tuple[int, tuple[float, ...]]


@dataclass(frozen=True)
class SeriesStyle:
    """How one series is drawn: colour is never alone.

    Attributes
    ----------
    colour : str
    line : str or (offset, dashes)
    marker : str
    """

    colour: str
    line: Dashes
    marker: str


#: Series by place. Colours are of Okabe and Ito's palette, some of them darker so that text in them can be read on white.
PALETTE = (
    SeriesStyle("#0072B2", "-", "o"),
    SeriesStyle("#C04A00", (0, (5, 1.5)), "s"),
    SeriesStyle("#00785A", (0, (1, 1)), "^"),
    SeriesStyle("#9C4A7E", (0, (5, 1, 1, 1)), "D"),
    SeriesStyle("#1A1A1A", (0, (8, 2)), "v"),
)
INK, GREY, PALE, TARGET = "#1a1a1a", "#5f6368", "#d5d8dc", "#8B0046"

#: Colours of parts of a whole, which are hatched and labelled beside: Paul Tol's light ones, none of which is a source's.
SEQUENCE = ("#44BB99", "#EEDD88", "#FFAABB", "#99DDFF", "#AAAA00", "#EE8866", "#BBCC33", "#DDDDDD")
DPI = 100

#: Inches: width of a sheet for a narrow screen.
NARROW = 3.6
DOTS = 50

#: Windows of fewer days are drawn and labelled day by day.
SHORT = 15

#: Inches: from the top to the plots with a title of one line, from the bottom to them, a line of each text, a row of a legend.
HEAD, FOOT, TITLE_LINE, TEXT_LINE, FOOT_LINE, LEGEND_ROW = 0.78, 0.30, 0.22, 0.17, 0.14, 0.2

#: Characters of a line of title, qualifier and foot on a sheet 9 inches wide; a longer one is wrapped.
TITLE_WIDTH, TEXT_WIDTH, FOOT_WIDTH = 80, 124, 150

#: Settings of matplotlib, which types their keys one by one.
STYLE: Any = {
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
}


def choose_style(source: Source) -> SeriesStyle:
    """Choose how a source is drawn, by its place in the palette; after the last place it begins anew with the next markers.

    >>> choose_style(Source("hospital", place=1)).marker
    's'
    """
    lap, place = divmod(source.place, len(PALETTE))
    style = PALETTE[place]
    return SeriesStyle(style.colour, style.line, PALETTE[(place + lap) % len(PALETTE)].marker)


def name_series(names: Iterable[str], sources: Mapping[str, Source] | None = None) -> dict[str, Source]:
    """Give each series its source; one that has none is called by its own name and drawn by its order.

    >>> [source.place for source in name_series(["ward A", "ward B"]).values()]
    [0, 1]
    """
    known = sources or {}
    return {name: known.get(name, Source(name, place=order)) for order, name in enumerate(dict.fromkeys(names))}


def choose_styles(sources: Sequence[Source]) -> list[SeriesStyle]:
    """Choose a style for each of several series in one plot: by their places, or by their order if two have the same place.

    >>> both = [Source("ward A", place=2), Source("ward B", place=2)]
    >>> [style.marker for style in choose_styles(both)], choose_style(both[0]).marker
    (['o', 's'], '^')
    """
    if len({source.place for source in sources}) == len(sources):
        return [choose_style(source) for source in sources]
    return [choose_style(Source("", place=order)) for order, _ in enumerate(sources)]


def style_series(
    names: Iterable[str], sources: Mapping[str, Source] | None = None
) -> tuple[dict[str, Source], dict[str, SeriesStyle]]:
    """Give each series of one plot its source and its style; see `name_series` and `choose_styles`.

    >>> known, styles = style_series(["a", "b"], {"a": Source("a", "The ward")})
    >>> [source.title for source in known.values()], [style.marker for style in styles.values()]
    (['The ward', 'b'], ['o', 's'])
    """
    known = name_series(names, sources)
    return known, dict(zip(known, choose_styles(list(known.values())), strict=True))


def show(fig: Figure, *, alt: str, caption: str) -> None:
    """Publish a figure with its alternative text and caption: as an image for Jupyter, as a drawing for the HTML page.

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

    Examples
    --------
    >>> fig, _ = make_sheet()
    >>> show(fig, alt="", caption="Five a day.")
    Traceback (most recent call last):
        ...
    utils.common.errors.InputError: alt of a figure is empty; say what it shows, for readers who cannot see it
    """
    from IPython.display import publish_display_data

    drawn = write_figure(fig, alt=alt, caption=caption)
    png = _write_png(fig)
    width = round(fig.get_figwidth() * DPI)
    image = f'<img width="{width}" alt="{html.escape(alt)}" src="data:image/png;base64,{png}">'
    publish_display_data(
        {
            PAGE_TYPE: drawn,
            "text/html": f"<figure>{image}<figcaption>{html.escape(caption)}</figcaption></figure>",
            "image/png": png,
            "text/plain": f"Figure: {caption}\nIt shows: {alt}",
        },
        {"image/png": {"alt": alt, "width": width}},
    )


def write_figure(fig: Figure, *, alt: str, caption: str) -> str:
    """Write a figure as HTML: a drawing for wide and one for narrow screens, alternative text, caption, and its data as CSV.

    A figure whose function is not `redrawable` has the wide one alone. The page needs `utils.figures.svg.write_drawing_styles`.

    Raises
    ------
    InputError
        If either text is empty.

    Examples
    --------
    >>> fig, [[ax]] = make_sheet()
    >>> _ = ax.plot([1, 5])
    >>> page = write_figure(fig, alt="A line from 1 to 5.", caption="It rose.")
    >>> 'aria-label="A line from 1 to 5."' in page, "<figcaption>It rose.</figcaption>" in page
    (True, True)
    """
    for name, text in {"alt": alt, "caption": caption}.items():
        if not text.strip():
            raise InputError(f"{name} of a figure is empty; say what it shows, for readers who cannot see it")
    drawings = [_draw(fig, kind="wide")]
    narrow = draw_narrow(fig)
    if narrow is not None:
        drawings.append(_draw(narrow, kind="narrow"))
    data = ""
    if isinstance(fig, Sheet) and fig.tabulate is not None:
        table = fig.tabulate().to_csv(index=False, float_format="%.6g", lineterminator="\n")
        data = f'<template class="data">{html.escape(table, quote=False)}</template>'
    both = "" if narrow is None else " both"
    return (
        f'<figure class="drawn"><div class="figure-box{both}"><div role="img" aria-label="{html.escape(alt)}">'
        f"{''.join(drawings)}</div></div><figcaption>{html.escape(caption)}</figcaption>{data}</figure>"
    )


def _draw(fig: Figure, *, kind: str) -> str:
    layout = fig.get_layout_engine()
    if layout is not None:
        layout.execute(fig)
        fig.set_layout_engine("none")  # laid out once: each time it is, it moves by a hair
    drawing = draw_svg(fig, kind=kind)
    if isinstance(fig, Sheet) and fig.by_day:
        drawing = drawing.replace("<svg ", f'<svg {DAYS_MARK}="{json.dumps(_list_panels(fig))}" ', 1)
    return drawing


def _list_panels(fig: Figure) -> list[list[float]]:
    """List where panels lie in the drawing (left, top, right, bottom), and the days at their ends, counted from 1970 on."""
    width, height = 72 * fig.get_size_inches()
    panels = []
    for ax in fig.axes:
        box, (first, last) = ax.get_position(), ax.get_xlim()
        places = (box.x0 * width, (1 - box.y1) * height, box.x1 * width, (1 - box.y0) * height)
        panels.append([round(float(value), 2) for value in (*places, first, last)])
    return panels


def _write_png(fig: Figure) -> str:
    """Write a figure as PNG of a palette, in base64: half the size, and no difference to be seen."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    canvas, small = FigureCanvasAgg(fig), io.BytesIO()
    canvas.draw()
    image = Image.fromarray(np.asarray(canvas.buffer_rgba()))
    image.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(small, format="png", optimize=True)
    return base64.b64encode(small.getvalue()).decode("ascii")


def make_sheet(
    rows: int = 1, columns: int = 1, *, size: tuple[float, float] = (9.0, 4.8), **subplots: Any
) -> tuple[Figure, np.ndarray]:
    """Make a sheet whose top and foot are kept free for title and source; return it and its plots, shape (rows, columns).

    For a narrow screen the plots stand below each other, each as high as it would be on a wide one.

    >>> fig, axes = make_sheet(2, 3)
    >>> axes.shape, len(fig.axes)
    ((2, 3), 6)
    """
    if not is_narrow():
        fig = Sheet(figsize=size, layout="constrained")
        _frame(fig, head=HEAD, foot=FOOT)
        return fig, fig.subplots(rows, columns, squeeze=False, **subplots)
    height = size[1] + (columns - 1) * (size[1] - HEAD - FOOT)
    fig = Sheet(figsize=(NARROW, height), layout="constrained")
    _frame(fig, head=HEAD, foot=FOOT)
    ratios = np.repeat(subplots.pop("height_ratios", None) or [1] * rows, columns)
    ratios = ratios * np.tile([max(1.0, ratio / 2) for ratio in subplots.pop("width_ratios", None) or [1] * columns], rows)
    shared = {name: subplots.pop(name, False) for name in ("sharex", "sharey")}
    grid = fig.add_gridspec(rows * columns, 1, height_ratios=ratios)
    axes = np.empty((rows, columns), dtype=object)
    for row, column in np.ndindex(rows, columns):
        first = {True: axes[0, 0], "all": axes[0, 0], "row": axes[row, 0], "col": axes[0, column]}
        with_axes = {name: first.get(how) for name, how in shared.items()}
        axes[row, column] = fig.add_subplot(grid[row * columns + column, 0], **with_axes, **subplots)
    return fig, axes


def write_head(fig: Figure, *, claim: str, qualifier: str, foot: str, legend: Sequence[Artist] = (), columns: int = 6) -> Figure:
    """Write the claim, the qualifier below it, and the source at the foot, with a legend above the foot if one is given.

    A text that is too long for its lines is wrapped, and the sheet grows by what that takes. A claim has three lines at most, or
    seven on a narrow sheet, where the legends of the plots move to the foot as well.

    >>> fig, _ = make_sheet()
    >>> fig = write_head(fig, claim="Five a day", qualifier="Bars: days.", foot="Source: the ward.")
    >>> [text.get_text() for text in fig.texts]
    ['Five a day', 'Bars: days.', 'Source: the ward.']
    """
    narrow = is_narrow()
    claim, qualifier, foot = (text.replace(" %", "\u00a0%") for text in (claim, qualifier, foot))  # kept on one line
    if narrow:
        legend = [*legend, *_narrow_plots(fig)]
        columns = 1 if any(len(str(handle.get_label())) > 22 for handle in legend) else 2
    wide = fig.get_figwidth() / 9.0
    title = shorten(claim, 30, lines=7) if narrow else shorten(claim, int(TITLE_WIDTH * wide), lines=3)
    below = "\n".join(line for part in qualifier.splitlines() for line in textwrap.wrap(part, int(TEXT_WIDTH * wide)))
    source = textwrap.fill(foot, int(FOOT_WIDTH * wide))
    head = HEAD + TITLE_LINE * title.count("\n") + TEXT_LINE * max(0, below.count("\n") - 1)
    base = FOOT + FOOT_LINE * source.count("\n")
    rows = -(-len(legend) // columns)
    room = 0.12 + LEGEND_ROW * rows if rows else 0.0
    height = fig.get_figheight() + (head - HEAD) + (base - FOOT) + LEGEND_ROW * max(0, rows - 1)
    fig.set_figheight(height)
    _frame(fig, head=head, foot=base + room)
    left = 0.012 if not narrow else 0.02
    fig.text(left, 1 - 0.10 / height, title, size=12.5 if narrow else 13, weight="bold", va="top")
    fig.text(left, 1 - (0.36 + TITLE_LINE * title.count("\n")) / height, below, size=9.5, color=GREY, va="top", linespacing=1.25)
    fig.text(left, 0.08 / height, source, size=8, color=GREY, va="bottom")
    if rows:
        fig.legend(
            handles=list(legend),
            loc="lower center",
            bbox_to_anchor=(0.5, (base - 0.04) / height),
            ncols=columns,
            frameon=False,
            fontsize=8.5,
        )
    return fig


def _wrap(text: str, width: int) -> str:
    return "\n".join(textwrap.fill(line, width) for line in text.splitlines())


def _read_labels(axis: Axis) -> list[str]:
    """Read the names that stand on an axis; empty where it bears numbers or days that it chose itself."""
    if not isinstance(axis.get_major_locator(), FixedLocator):
        return []
    return [label.get_text() for label in axis.get_ticklabels()]


def _narrow_plots(fig: Figure) -> list[Artist]:
    """Wrap what is written around the plots of a narrow sheet, and take their legends out; return their handles.

    Legends that differ from plot to plot stay, each below its own plot.
    """
    for ax in fig.axes:
        ax.tick_params(labelbottom=ax.xaxis.get_tick_params()["labelbottom"] or not ax.xaxis.get_ticks_position() == "top")
        labels = _read_labels(ax.yaxis)
        longest = max((len(line) for label in labels for line in label.splitlines()), default=0)
        if longest > 16:
            longest = 16 if longest <= 60 else 20
            labels = [_wrap(label, longest) for label in labels]
            ax.set_yticks(ax.get_yticks(), labels, size=8.5)
            lines = len(labels) * (1 + max(label.count("\n") for label in labels))
            spare = (fig.get_figheight() - HEAD - FOOT) / len(fig.axes) - 0.15 * lines
            fig.set_figheight(fig.get_figheight() + max(0.0, -spare) * len(fig.axes))
        names = _read_labels(ax.xaxis)
        width = sum(1.5 + max(map(len, name.split("\n"))) for name in names)
        every = -int(-width // (38 - longest))
        if every > 1:
            ax.set_xticks(ax.get_xticks()[::every], names[::every])
        ax.set_title(_wrap(ax.get_title(loc="left"), 36 - longest), size=9.5)
        ax.set_xlabel(_wrap(ax.get_xlabel(), 42 - longest))
    legends = {ax: legend for ax in fig.axes if (legend := ax.get_legend()) is not None}
    told = {ax: tuple(text.get_text() for text in legend.get_texts()) for ax, legend in legends.items()}
    handles: list[Artist] = []
    for ax, legend in legends.items():
        own = [handle for handle in legend.legend_handles if handle is not None]
        for handle, label in zip(own, told[ax], strict=True):
            handle.set_label(label)
        legend.remove()
        if len(set(told.values())) > 1:
            below = ax.transAxes + ScaledTranslation(-0.3, -0.42, fig.dpi_scale_trans)
            columns = 2 if max(map(len, told[ax])) <= 16 else 1
            ax.legend(
                handles=own, loc="upper left", bbox_to_anchor=(0, 0), bbox_transform=below, borderaxespad=0, frameon=False,
                fontsize=8.5, ncols=columns,
            )  # fmt: skip
        elif not handles:
            handles = own
    return handles


def _frame(fig: Figure, *, head: float, foot: float) -> None:
    """Keep so many inches free above and below the plots."""
    height = fig.get_figheight()
    engine = fig.get_layout_engine()
    assert isinstance(engine, ConstrainedLayoutEngine)  # every sheet is made with it
    engine.set(rect=(0.005, foot / height, 0.985, 1 - (head + foot) / height), h_pad=0.06, w_pad=0.06)


def format_dates(ax: Axes, *, months: int = 1) -> None:
    """Label an axis of days by months, or by what suits a span that is shorter than ten weeks or much longer.

    >>> fig, [[ax]] = make_sheet()
    >>> _ = ax.plot(pd.date_range("2024-01-01", periods=4), range(4))
    >>> format_dates(ax)
    >>> [label.get_text() for label in ax.get_xticklabels()][1:3]
    ['2 Jan', '3 Jan']
    """
    first, last = ax.get_xlim()
    if last - first < 75:
        some = mdates.DayLocator(interval=1 if last - first < (3 if is_narrow() else 8) else 2)
        ticks = mdates.AutoDateLocator(minticks=2 if is_narrow() else 3, maxticks=4 if is_narrow() else 8)
        ax.xaxis.set_major_locator(some if last - first < (6 if is_narrow() else 12) else ticks)
        ax.xaxis.set_major_formatter(FuncFormatter(_write_tick))
        return
    if is_narrow():
        ax.xaxis.set_major_locator(mdates.AutoDateLocator(minticks=3, maxticks=5))
    elif last - first > 30 * 20 * months:
        ax.xaxis.set_major_locator(mdates.AutoDateLocator(minticks=4, maxticks=9))
    else:
        ax.xaxis.set_major_locator(mdates.MonthLocator(bymonth=range(1, 13, months)))  # with January, which carries the year
    ax.xaxis.set_major_formatter(mdates.ConciseDateFormatter(ax.xaxis.get_major_locator(), show_offset=False))


def label_months(ax: Axes, months: pd.DatetimeIndex) -> None:
    """Label bars or points that stand one a month, at 0, 1, ...: each, or every third on a narrow sheet.

    >>> fig, [[ax]] = make_sheet()
    >>> label_months(ax, pd.date_range("2023-12-01", periods=3, freq="MS"))
    >>> [label.get_text() for label in ax.get_xticklabels()]
    ['Dec\\n2023', 'Jan\\n2024', 'Feb']
    """
    shown = [place for place, month in enumerate(months) if not is_narrow() or month.month % 3 == 1]
    first = {months[shown[0]]} if shown else set()
    labels = [f"{m:%b}\n{m:%Y}" if m in first or m.month == 1 else f"{m:%b}" for m in months[shown]]
    if is_narrow():
        labels = [f"{m:%Y}" if m.month == 1 else f"{m:%b}" for m in months[shown]]
    ax.set_xticks(shown, labels, size=8.5)


def _write_tick(value: float, place: int | None = None) -> str:
    """Write a day under an axis, and the year under the first of them.

    >>> _write_tick(20_000.0), _write_tick(20_000.0, 0)
    ('4 Oct', '4 Oct\\n2024')
    """
    day = mdates.num2date(value)
    return f"{day.day} {day:%b}" + (f"\n{day:%Y}" if place == 0 else "")


def format_counts(ax: Axes, *, unit: str) -> None:
    """Label the upright axis as counts a day; its limits are to be set before.

    >>> fig, [[ax]] = make_sheet()
    >>> _ = ax.set_ylim(0, 4000)
    >>> format_counts(ax, unit="tests")
    >>> ax.get_ylabel(), ax.yaxis.get_major_formatter()(4000)
    ('tests/day', '4,000')
    """
    if ax.get_ylim()[1] <= 10:
        ax.yaxis.set_major_locator(MaxNLocator(integer=True))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: format_number(value)))
    ax.set_ylabel(f"{unit}/day")


def format_percents(axis: Axis) -> None:
    """Label an axis of probabilities in per cent.

    >>> fig, [[ax]] = make_sheet()
    >>> format_percents(ax.yaxis)
    >>> ax.yaxis.get_major_formatter()(0.25)
    '25%'
    """
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:.4g}%"))


def draw_target(ax: Axes, threshold: float, *, where: float = 0.005, label: str | None = None) -> None:
    """Draw the threshold and write on it what it is.

    >>> fig, [[ax]] = make_sheet()
    >>> draw_target(ax, 1200)
    >>> ax.texts[0].get_text()
    'target: 1,200 a day'
    """
    ax.axhline(threshold, color=TARGET, lw=1.4, ls=(0, (1, 1)))
    ax.annotate(
        label or f"target: {format_number(threshold)} a day",
        (where, threshold),
        xycoords=ax.get_yaxis_transform(),
        xytext=(0, 4),
        textcoords="offset points",
        color=TARGET,
        size=9,
        weight="bold",
        bbox=dict(boxstyle="round,pad=0.1", fc="white", ec="none", alpha=0.8),
    )
