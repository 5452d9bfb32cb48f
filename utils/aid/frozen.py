"""What the case freezes: its forecasts, by name."""

from __future__ import annotations

from collections.abc import Mapping

from ..forecasts.archive import ForecastSpec
from ..questions.passage import DEFINITIONS
from ..questions.question import Question
from .answers import REPORTED_SOURCES
from .paths import DATA
from .questions import ALL

FOLDER = DATA / "forecasts"

#: What each baseline is called where a reader meets it.
BASELINE_LABELS = {
    "always_no": "always no",
    "base_rate": "base rate: how often separate windows of the past met it",
    "climatology": "climatology: any window of the past",
    "weekday_bootstrap": "recent weeks: the last two months, put together anew",
}

#: All that is frozen. To add a forecast, add a line: name of the file, what it is, and what makes it.
FORECASTS: Mapping[str, ForecastSpec] = {
    "pool": ForecastSpec("pool: from both lists and the quotes", baselines=True),
    "pool-pause": ForecastSpec("pool, a pause may come: as often as one came before", scenarios=("a pause",)),
    "pool-shifts": ForecastSpec(
        "pool, shifts may come: a pause, Kissufim's opening, a closing", scenarios=("a pause", "Kissufim opens", "a closing")
    ),
    "pool-list": ForecastSpec("pool, list alone: from the count's own list", {"start": "list"}),
    "pool-hindsight": ForecastSpec(
        "pool: from all that was published later of days up to the origin", {"hindsight": True}, baselines=True
    ),
}


def list_questions(*, sources=REPORTED_SOURCES, definitions=DEFINITIONS) -> list[Question]:
    """List every form of the seed's questions: by question, source, definition, and whether the last date itself counts."""
    return [
        question.vary(source=source, definition=definition, inclusive=inclusive)
        for question in ALL.values()
        for source in sources
        for definition in definitions
        for inclusive in (False, True)
    ]
