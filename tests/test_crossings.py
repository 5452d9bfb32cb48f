"""The map of the crossings: places with their pages, days from the events alone, and nothing of a later day."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

from utils import load_events, load_lines
from utils.aid.crossings import load_places, plot_crossings
from utils.aid.loaders import select_lines
from utils.figures.forms import draw_narrow


@pytest.fixture(scope="module")
def trucks():
    return select_lines(load_lines("unrwa")).groupby("crossing")["trucks"].sum()


def texts(fig):
    return " ".join(" ".join(text.get_text() for text in fig.findobj(Text)).split())


def test_every_place_of_the_list_has_a_page_and_its_days():
    places, lines = load_places(), load_lines("unrwa")
    entries = places[places["kind"].ne("outline")]
    assert set(lines["crossing"].unique()) - {"not given"} == set(entries["name"])
    assert places["url"].str.startswith("https://").all() and places["origin"].ne("").all()
    assert set(entries["opened"]) | set(entries["closed"].dropna()) <= set(load_events()["id"])


def test_each_place_lies_on_the_outline():
    places = load_places()
    corners = places.loc[places["kind"].eq("outline"), ["longitude", "latitude"]].to_numpy()
    sides = np.roll(corners, -1, axis=0) - corners
    for row in places[places["kind"].ne("outline")].itertuples():
        from_corners = np.array([row.longitude, row.latitude]) - corners
        part = np.clip((from_corners * sides).sum(axis=1) / (sides**2).sum(axis=1), 0, 1)
        away = np.linalg.norm(from_corners - part[:, None] * sides, axis=1)
        assert away.min() < 0.02, row.name  # degrees: about two kilometres


def test_the_map_says_what_was_counted_and_when_each_place_served(trucks):
    fig = plot_crossings(trucks, events=load_events(), foot="foot")
    share = round(100 * trucks.max() / trucks.sum())
    assert f"{share} % of the trucks that UNRWA counted came in by {trucks.idxmax()}" in texts(fig)
    for form in (fig, draw_narrow(fig)):
        written = texts(form)
        assert f"{trucks['Rafah Crossing']:,}" in written and "21 Oct 2023 to 7 May 2024" in written
        assert "from 12 Nov 2024" in written and "not by land" in written
    assert fig.tabulate()["trucks"].sum() == trucks.sum()


def test_a_place_that_had_not_opened_is_not_drawn():
    known = load_events(as_of="2024-11-08")
    then = select_lines(load_lines("unrwa", as_of="2024-11-08")).groupby("crossing")["trucks"].sum()
    written = texts(plot_crossings(then, events=known, foot="foot"))
    assert "Kissufim" not in written and "Gate 96" in written
    early = plot_crossings(pd.Series({"Rafah Crossing": 20}), events=load_events(as_of="2023-11-01"), foot="foot")
    assert "Kerem Shalom" not in texts(early)
