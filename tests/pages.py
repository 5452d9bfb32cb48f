"""Run a notebook's script in this process, without a kernel and without drawing its pictures, and read what it publishes."""

from __future__ import annotations

import contextlib
import functools
import io
import re
from pathlib import Path
from typing import Any
from unittest import mock

from bs4 import BeautifulSoup

from utils.common.paths import NOTEBOOKS
from utils.publishing.sources import generate, inject_parameters

#: What a reader takes: words a minute of prose, and seconds for each figure and each table that is not folded.
WORDS_A_MINUTE, SECONDS_A_SHEET = 230, 15


def run_page(name: str, **parameters: Any) -> str:
    """Run the notebook whose name begins so with these parameters; return all that it shows, as text, alt texts included."""
    [source] = (NOTEBOOKS / "source").glob(f"{name}*.py")
    shown: list[str] = []

    def publish(data: dict[str, str], **_: Any) -> None:
        shown.append(_read(data["text/html"]) if "text/html" in data else data["text/plain"])

    def show(_: Any, *, alt: str, caption: str) -> None:
        shown.append("\n".join(["[sheet]", alt, "[end]", caption]))

    names: dict[str, Any] = {"__name__": "page"}
    printed = io.StringIO()
    with (
        mock.patch("IPython.display.publish_display_data", publish),
        mock.patch("IPython.display.display", lambda text, **_: shown.append(getattr(text, "data", ""))),
        mock.patch("utils.publishing.panel.show_panel", lambda *_, **__: None),
        mock.patch("utils.figures.style.show", show),
        contextlib.redirect_stdout(printed),
    ):
        for cell in inject_parameters(_generate(source), parameters).cells:
            if cell.cell_type == "markdown":
                shown.append(cell.source)
            else:
                exec(compile(cell.source, source.name, "exec"), names)
    return "\n".join([*shown, printed.getvalue()]).replace("\u00a0", " ")


@functools.cache
def _generate(source: Path) -> Any:
    return generate(source)


def count_minutes(text: str) -> float:
    """Count how long a reader takes: the words of prose, captions included, and the time that figures and open tables take.

    What is folded is not counted, nor are addresses. `text` is that of `run_page`.
    """
    prose = re.sub(r"\[(?:sheet|folded)\].*?\[end\]", " ", text, flags=re.S)
    prose = re.sub(r"\]\([^)]*\)", "]", prose)
    words = [word for word in prose.split() if word.strip("|#*-·")]
    return len(words) / WORDS_A_MINUTE + text.count("[sheet]") * SECONDS_A_SHEET / 60


def _read(page: str) -> str:
    """Read what a page says: its text, and in brackets what is not read word by word, the cells of tables."""
    soup = BeautifulSoup(page, "html.parser")
    aside = [cell.get_text(" ", strip=True) for cell in soup(["td", "th"])]
    if questions := soup.find_all("details", class_="question"):
        return "\n".join(f"{one.summary.get_text()}\n[folded]\n{one.p.get_text()}\n[end]" for one in questions)
    if fold := soup.find("details"):
        caption = fold.caption or fold.section  # of a table, or a box of equations
        return "\n".join([fold.summary.get_text(), "[folded]", *aside, caption.get_text(), "[end]"])
    for row in soup.find_all("tr"):
        row.decompose()
    return "\n".join([*(["[sheet]", *aside, "[end]"] if aside else []), soup.get_text("\n", strip=True)])
