"""How long a page takes to read: its words, and its figures and tables, at a pace that one file holds."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

#: What a reader takes: words a minute of prose, and seconds for each figure and each table that is not folded.
WORDS_A_MINUTE, SECONDS_A_SHEET = 230, 15
SHEET, FOLDED, END = "[sheet]", "[folded]", "[end]"


def count_minutes(text: str, *, seconds_a_sheet: float = SECONDS_A_SHEET) -> float:
    """Count how long a reader takes: the words of prose, captions included, and the time that figures and open tables take.

    What is folded is not counted, nor are addresses.

    Parameters
    ----------
    text : str
        As from `read_notebook`: between `SHEET` or `FOLDED` and `END` stands what is not read word by word.
    seconds_a_sheet : float
        For each figure and each open table.

    Examples
    --------
    >>> count_minutes("[one](page.ipynb) " * 230), count_minutes("[sheet] 1 2 3 [end] [folded] no word [end]")
    (1.0, 0.25)
    """
    prose = re.sub(r"\[(?:sheet|folded)\].*?\[end\]", " ", text, flags=re.S)
    prose = re.sub(r"\]\([^)]*\)", "]", prose)
    words = [word for word in prose.split() if word.strip("|#*-·")]
    return len(words) / WORDS_A_MINUTE + text.count(SHEET) * seconds_a_sheet / 60


def read_shown(page: str) -> str:
    """Read what a piece of HTML says: its text, and in brackets what is not read word by word, figures and cells of tables.

    >>> read_shown("<table><caption>Trucks a day</caption><tr><td>350</td></tr></table>").split()
    ['[sheet]', '350', '[end]', 'Trucks', 'a', 'day']
    """
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(page, "html.parser")
    if figure := soup.find("figure"):
        alts = [str(one.get("alt") or one.get("aria-label") or "") for one in figure.select("img, [role=img]")]
        caption = figure.find("figcaption")
        return "\n".join([SHEET, *alts, END, caption.get_text(" ", strip=True) if caption else ""])
    aside = [cell.get_text(" ", strip=True) for cell in soup(["td", "th"])]
    if questions := soup.find_all("details", class_="question"):
        pairs = [(one.find("summary"), one.find("p")) for one in questions]
        texts = [[part.get_text() if part else "" for part in pair] for pair in pairs]
        return "\n".join(f"{question}\n{FOLDED}\n{answer}\n{END}" for question, answer in texts)
    if fold := soup.find("details"):
        summary, caption = fold.find("summary"), fold.find("caption") or fold.find("section")  # of a table, or a box of equations
        inside = caption.get_text() if caption else fold.get_text(" ", strip=True)
        return "\n".join([summary.get_text() if summary else "", FOLDED, *aside, inside, END])
    for row in soup.find_all("tr"):
        row.decompose()
    return "\n".join([*([SHEET, *aside, END] if aside else []), soup.get_text("\n", strip=True)])


def read_notebook(notebook: Mapping[str, Any]) -> str:
    """Read all that an executed notebook shows, in its order, as text for `count_minutes`.

    Parameters
    ----------
    notebook : mapping
        In nbformat 4, as from its file or from an execution.

    Examples
    --------
    >>> cells = [{"cell_type": "markdown", "source": ["# Beds\\n", "By ward."]}]
    >>> cells += [{"cell_type": "code", "outputs": [{"data": {"text/markdown": "There are 7."}}]}]
    >>> read_notebook({"cells": cells}).split()
    ['#', 'Beds', 'By', 'ward.', 'There', 'are', '7.']
    """
    shown = []
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            shown.append("".join(cell["source"]))
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if "text/html" in data:
                shown.append(read_shown("".join(data["text/html"])))
            else:
                shown.append("".join(data.get("text/markdown", data.get("text/plain", output.get("text", "")))))
    return "\n".join(shown).replace("\u00a0", " ")


def measure_notebooks(folder: Path) -> dict[str, float]:
    """Measure how many minutes each executed notebook of a folder takes to read, by its name.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     notebook = {"cells": [{"cell_type": "markdown", "source": "word " * 460}]}
    ...     _ = (Path(folder) / "01_beds.ipynb").write_text(json.dumps(notebook))
    ...     measure_notebooks(Path(folder))
    {'01_beds': 2.0}
    """
    return {
        path.stem: count_minutes(read_notebook(json.loads(path.read_text(encoding="utf-8"))))
        for path in sorted(folder.glob("[0-9][0-9]_*.ipynb"))
    }
