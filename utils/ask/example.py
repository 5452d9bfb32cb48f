"""A small question of a small file, on which the examples of this package show what they do."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from .asked import Asked, ask


def ask_example() -> Asked:
    """Ask of a ward with 7 cases a day whether it will have 6 on one of two days; the rest of the file tells what came.

    >>> ask_example().question.words
    'Do counts reach 6 a day on any one day before 30 January 2024?'
    """
    with TemporaryDirectory() as folder:
        file = Path(folder) / "ward.csv"
        lines = ["day,cases", *(f"2024-01-{day:02},7" for day in range(1, 31))]
        file.write_text("\n".join(lines), encoding="utf-8", newline="\n")
        return ask(file, threshold=6, by="2024-01-30", as_of="2024-01-28", n_paths=200)
