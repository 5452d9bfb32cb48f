"""Run a notebook's script in this process, without a kernel and without drawing its pictures, and read what it publishes."""

from __future__ import annotations

import contextlib
import functools
import io
from pathlib import Path
from typing import Any
from unittest import mock

from utils.common.paths import NOTEBOOKS
from utils.publishing.reading import read_shown
from utils.publishing.sources import generate, inject_parameters


def run_page(name: str, **parameters: Any) -> str:
    """Run the notebook whose name begins so with these parameters; return all that it shows, as text, alt texts included."""
    [source] = (NOTEBOOKS / "source").glob(f"{name}*.py")
    shown: list[str] = []

    def publish(data: dict[str, str], **_: Any) -> None:
        shown.append(read_shown(data["text/html"]) if "text/html" in data else data["text/plain"])

    def show(_: Any, *, alt: str, caption: str) -> None:
        shown.append("\n".join(["[sheet]", alt, "[end]", caption]))

    names: dict[str, Any] = {"__name__": "page"}
    printed = io.StringIO()
    with (
        mock.patch("IPython.display.publish_display_data", publish),
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
