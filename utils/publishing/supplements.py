"""Pages that stand beside those of the notebooks and need no kernel: their cells are handed over as they are to be shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol


@dataclass(frozen=True)
class Supplement:
    """A page that belongs to a notebook's.

    Attributes
    ----------
    name : str
        Its notebook's place below the folder of notebooks, without a suffix, to which pages link.
    after : str
        Name of the notebook that it belongs to.
    kind : str
        What it is, in a word.
    about : str
        What a table of contents says of it, such as how long it takes.
    notebook : mapping
        In nbformat 4, not to be executed.
    """

    name: str
    after: str
    kind: str
    about: str
    notebook: Mapping[str, Any]


class Supplements(Protocol):
    """Who hands over such pages. Those that belong to no page of the report are left out."""

    def hash(self, *, edition: str) -> str:
        """Return a hash of all that the pages of an edition depend on, without making them."""
        ...

    def name(self, *, names: Sequence[str]) -> list[str]:
        """Return the names of the pages for a report of the notebooks of these names."""
        ...

    def make(self, *, edition: str, names: Sequence[str], cache: Path | None, jobs: int | None) -> list[Supplement]:
        """Make the pages of an edition for a report of the notebooks of these names; `cache` is the folder of executions."""
        ...


def name_file(name: str) -> str:
    """Return the file of a page, from its name.

    >>> name_file("05_forecast"), name_file("exercises/05_forecast")
    ('05_forecast.html', 'exercises_05_forecast.html')
    """
    return f"{name.replace('/', '_')}.html"
