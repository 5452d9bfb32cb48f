"""Figures: the claim as title, the qualifier below it, source and as-of at the foot; and the way they reach a page.

Every `plot_*` returns a matplotlib figure and computes its own title from the data that it draws.
"""

from __future__ import annotations

import base64
import html
import io
import textwrap

import matplotlib.dates as mdates
from matplotlib.figure import Figure

from ..common.errors import InputError

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
