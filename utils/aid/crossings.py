"""Where the trucks came in: a schematic map of the crossings, with what a list counted at each."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ..common.formatting import day_in_words, days_in_words, format_some, percent
from ..figures.forms import is_narrow, redrawable
from ..figures.labels import spread_labels
from ..figures.style import GREY, INK, PALE, STYLE, choose_style, make_sheet, write_head
from .paths import DATA
from .sources import UNRWA
from .tables import read_table

#: Names that a reader may know better than the list's.
_KNOWN_AS = {
    "Western Erez": "Western Erez (Zikim)",
    "Erez": "Erez (Beit Hanoun)",
    "Rafah Crossing": "Rafah",
    "JLOTS": "Pier (JLOTS)",
}

#: Degrees east at which the names stand, where there is room beside the map.
_EDGE = 34.60

#: Points squared of the mark of a crossing that carried all trucks.
_AREA = 2600.0


def load_places(*, data: Path = DATA) -> pd.DataFrame:
    """Load where the crossings and the pier lie, and the corners of the outline: facts, each with its page.

    Returns
    -------
    pandas.DataFrame
        name, kind ("crossing", "pier" or "outline"), latitude, longitude, position ("stated" or "described"), opened and closed
        (ids of events), origin, url.

    Examples
    --------
    >>> load_places()["kind"].value_counts().to_dict()
    {'crossing': 6, 'outline': 4, 'pier': 1}
    """
    return read_table("places.csv", data=data).copy()


@redrawable(data=lambda trucks, **_: trucks.rename("trucks").rename_axis("crossing").reset_index())
def plot_crossings(trucks: pd.Series, *, events: pd.DataFrame, foot: str, places: pd.DataFrame | None = None) -> Figure:
    """Draw a schematic map of the places of entry, each with the days it served and what was counted there.

    Parameters
    ----------
    trucks : pandas.Series
        Trucks by name of the crossing.
    events : pandas.DataFrame
        Events known, with `id` and `date`; a place whose opening is not among them is not drawn.
    foot : str
        Whose count it is, and as of when.
    places : pandas.DataFrame, optional
        As from `load_places`.

    Examples
    --------
    >>> from utils.aid.loaders import load_events
    >>> trucks = pd.Series({"Kerem Shalom": 300, "Rafah Crossing": 100})
    >>> plot_crossings(trucks, events=load_events(), foot="Made up.").texts[0].get_text()
    '75\\xa0% of the trucks that UNRWA counted came in by Kerem Shalom'
    """
    places = load_places() if places is None else places
    dates = events.set_index("id")["date"]
    drawn = places[places["opened"].isin(dates.index)].sort_values("latitude")
    corners, colour = places[places["kind"].eq("outline")], choose_style(UNRWA).colour
    share = trucks / trucks.sum()
    with rc_context({**STYLE, "axes.grid": False}):
        fig, [[ax]] = make_sheet(size=(9, 5.6))
        ax.fill(corners["longitude"], corners["latitude"], color=PALE, alpha=0.6, lw=0)
        ax.plot([*corners["longitude"], corners["longitude"].iloc[0]], [*corners["latitude"], corners["latitude"].iloc[0]],
                color=GREY, lw=1)  # fmt: skip
        size = [_AREA * share.get(name, 0.0) + 12 for name in drawn["name"]]
        faces = [colour if stated else "white" for stated in drawn["position"].eq("stated")]
        ax.scatter(drawn["longitude"], drawn["latitude"], s=size, c=faces, edgecolors=colour, lw=1.4, alpha=0.85, zorder=3)
        notes = {
            _KNOWN_AS.get(row.name, row.name): (
                _write_span(row, dates),
                format_some(int(trucks[row.name]), "truck") if row.name in trucks.index else "not by land",
            )
            for row in drawn.itertuples()
        }
        key = _number_places(ax, drawn, notes) if is_narrow() else _name_places(ax, drawn, notes)
        for text, where in {"Mediterranean": (34.30, 31.50), "Israel": (34.50, 31.33), "Egypt": (34.20, 31.235)}.items():
            ax.text(*where, text, size=9.5, color=GREY, style="italic", ha="center")
        ax.set_xlim(34.15, _EDGE if is_narrow() else _EDGE + 0.30)
        ax.set_ylim(31.18, 31.64)
        ax.set_aspect(1 / np.cos(np.radians(31.4)))
        ax.set_axis_off()
        most = share.idxmax()
        return write_head(
            fig,
            claim=f"{percent(share.max())} of the trucks that UNRWA counted came in by {_KNOWN_AS.get(str(most), str(most))}",
            qualifier="Schematic, not to scale: the outline has four corners. Area of a mark: its share of all. Hollow: placed "
            "by a description, not by coordinates. Days: first opening to the end, as reported.",
            foot=foot,
            legend=key,
        )


def _name_places(ax: Axes, drawn: pd.DataFrame, notes: Mapping[str, tuple[str, str]]) -> list[Line2D]:
    """Write beside the map what each place is called and what was counted there; no key is needed."""
    heights = spread_labels(drawn["latitude"].tolist(), gap=0.024)
    for row, height, (name, (span, counted)) in zip(drawn.itertuples(), heights, notes.items(), strict=True):
        ax.plot([row.longitude, _EDGE - 0.01], [row.latitude, height], color=GREY, lw=0.7, zorder=1)
        ax.text(_EDGE, height + 0.002, name, va="bottom", size=9.5, weight="bold", color=INK)
        ax.text(_EDGE, height - 0.002, f"{span}: {counted}", va="top", size=8.5, color=GREY)
    return []


def _number_places(ax: Axes, drawn: pd.DataFrame, notes: Mapping[str, tuple[str, str]]) -> list[Line2D]:
    """Number the places from the north, and return the key to the numbers."""
    key = []
    for number, (row, (name, (span, counted))) in enumerate(reversed([*zip(drawn.itertuples(), notes.items(), strict=True)]), 1):
        shift = (7, 5) if row.name != "Rafah Crossing" else (-16, 5)
        ax.annotate(
            f"{number}", (row.longitude, row.latitude), xytext=shift, textcoords="offset points", size=9.5, weight="bold",
            zorder=4, bbox=dict(boxstyle="round,pad=0.1", fc="white", ec="none", alpha=0.8),
        )  # fmt: skip
        key.append(
            Line2D(
                [], [], ls="", marker=f"${number}$", color=INK, ms=7, label=f"{name}, {span}: {counted.removesuffix(' trucks')}"
            )
        )
    return key


def _write_span(row: object, dates: pd.Series) -> str:
    """Write from when to when a place served, as far as its events are known."""
    opened, closed = (getattr(row, name) for name in ("opened", "closed"))
    if closed in dates.index:
        return days_in_words(dates[opened], dates[closed])
    return f"from {day_in_words(dates[opened], short=True)}"
