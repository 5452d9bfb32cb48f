"""Render a notebook's cells as a page."""

from __future__ import annotations

import base64
import copy
import gc
import hashlib
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from ..common.errors import InputError
from ..figures.svg import DAYS_MARK, DRAWING, PAGE_TYPE, write_drawing_styles
from .accessibility import read_attribute
from .glossary import Glossary, link_terms
from .sources import list_tags
from .supplements import name_file

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag
    from nbconvert.exporters import HTMLExporter


EDITIONS = ("reader", "teacher")
TEMPLATES = Path(__file__).resolve().parent / "templates"
THIN = "\u202f"
NUMBER = re.compile(r"(under |over |[<>≈~])?\s*[-−+]?\d[\d\s,.\u202f\u00a0_]*([eE][-+]?\d+)?\s*(%|s|pp)?")
PLAY_MARK = "play-data"
"""Class of the data that a reader can play with (`utils.publishing.play`)."""

GUESS_MARK = "guess-data"
"""Class of the questions that a reader can give probabilities for (`utils.course.guess_page`)."""

PARTS = {PLAY_MARK: "play", DAYS_MARK: "days", GUESS_MARK: "guess"}
"""What a page holds that needs a script and a look of its own, by the mark of it: the stem of their templates."""

MISSING = frozenset({"-", "–", "—", "NaN", "nan", "NaT", "None", "not given"})
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
LATEX = re.compile(r"\$\$|\\\(|\\\[|\\begin\{|\$[^$\n]*\\[a-zA-Z]+[^$\n]*\$")


class PageError(InputError):
    """A page that not every reader could read, such as one with a figure without alternative text."""


@dataclass(frozen=True)
class Heading:
    """An entry of a page's table of contents: the element's id, its text and its level, 2 or 3."""

    id: str
    text: str
    level: int


@dataclass(frozen=True)
class Fragment:
    """The content of one notebook, ready for a page.

    Attributes
    ----------
    name, title : str
        Name of the notebook, and the text of its h1.
    sentence : str
        First sentence of its first paragraph.
    heading, content : str
        The h1, and everything else, as HTML.
    toc : tuple of Heading
        Headings of level 2 and 3, in order.
    has_code : bool
        Whether there is code to unfold.
    """

    name: str
    title: str
    sentence: str
    heading: str
    content: str
    toc: tuple[Heading, ...]
    has_code: bool


def dress_page(content: str) -> dict[str, Any]:
    """Return what a page with this content is shown by: its style sheet, `css`, and its `scripts`, the one for the head first.

    >>> [len(dress_page(content)["scripts"]) for content in ("<p>Words.</p>", f'<div class="{PLAY_MARK}"></div>')]
    [2, 3]
    """
    stems = ["page", *(stem for mark, stem in PARTS.items() if mark in content)]
    return {
        "css": Markup("".join(_read_template(f"{stem}.css") for stem in stems)),
        "scripts": [Markup(_read_template(f"{stem}.js")) for stem in ("early", *stems)],
    }


@cache
def _read_template(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


def admit_script(script: str) -> Markup:
    """Return the expression by which a page's content security policy admits a script, and no other.

    >>> print(admit_script(""))
    'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='
    """
    digest = hashlib.sha256(script.encode()).digest()
    return Markup(f"'sha256-{base64.b64encode(digest).decode()}'")


_EXPORT_LOCK = threading.Lock()


def render_fragment(
    notebook: Mapping[str, Any],
    *,
    name: str,
    edition: str = "reader",
    names: Sequence[str] = (),
    glossary: Glossary | None = None,
) -> Fragment:
    """Render the cells of an executed notebook.

    Parameters
    ----------
    notebook : mapping
        Executed notebook in nbformat 4.
    name : str
        Its name, which is also the page's.
    edition : {"reader", "teacher"}
        Whether cells tagged ``teacher`` are left out.
    names : sequence of str
        The pages of the report: links to other notebooks become plain text.
    glossary : Glossary, optional
        Terms to link at their first use, where the report holds the page that lists them.

    Raises
    ------
    PageError
        If there is not exactly one h1, a figure lacks alternative text or caption, a heading skips a level, or a text
        holds LaTeX, which a page without MathJax cannot set.

    Examples
    --------
    >>> cell = {"cell_type": "markdown", "metadata": {}, "source": "# Beds\\n\\nThere are 7. More later.\\n\\n## Wards"}
    >>> page = render_fragment({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}, name="01_beds")
    >>> page.title, page.sentence, [entry.text for entry in page.toc]
    ('Beds', 'There are 7.', ['Wards'])
    """
    from bs4 import BeautifulSoup

    shown = _choose_cells(notebook, edition=edition)
    for cell in shown["cells"]:
        if cell["cell_type"] == "markdown" and LATEX.search(re.sub(r"```.*?```|`[^`]*`", "", cell["source"], flags=re.S)):
            line = next((line for line in cell["source"].splitlines() if LATEX.search(line)), cell["source"])
            raise PageError(f"page {name}: LaTeX in {line.strip()[:80]!r}: pages load no MathJax, write it out or use <math>")
    # One export at a time: jinja environments and pygments' caches are shared between the threads that render.
    with _EXPORT_LOCK:
        html = _export(shown)
    html, drawings = _lift_drawings(html)
    soup = BeautifulSoup(html, "html.parser")
    try:
        h1 = _take_h1(soup)
        for finish in (_finish_headings, _finish_figures, _finish_tables):
            finish(soup)
    except PageError as error:
        raise PageError(f"page {name}: {error}") from None
    sentence = _first_sentence(soup)
    if glossary is not None and glossary.page in names:
        link_terms(soup, glossary, name=name)
    _finish_links(soup, names=names)
    title = h1.get_text(" ", strip=True)
    toc = tuple(
        Heading(id=read_attribute(tag, "id"), text=tag.get_text(" ", strip=True), level=int(tag.name[1]))
        for tag in soup.find_all(["h2", "h3"])
    )
    return Fragment(
        name=name,
        title=title,
        sentence=sentence,
        heading=str(h1),
        content=_put_drawings(str(soup), drawings),
        toc=toc,
        has_code=soup.select_one("details.code") is not None,
    )


def _choose_cells(notebook: Mapping[str, Any], *, edition: str) -> dict[str, Any]:
    chosen = copy.deepcopy(dict(notebook))
    chosen["cells"] = [c for c in chosen["cells"] if edition == "teacher" or "teacher" not in list_tags(c)]
    for cell in chosen["cells"]:
        # A widget needs a kernel: a page shows the static output that the notebook gives beside it.
        cell["outputs"] = [o for o in cell.get("outputs", []) if not _needs_script(o)]
        for output in cell["outputs"]:
            if PAGE_TYPE in output.get("data", {}):
                output["data"] = {"text/html": output["data"][PAGE_TYPE]}
        if cell["cell_type"] != "code":
            del cell["outputs"]
    return chosen


def _needs_script(output: Mapping[str, Any]) -> bool:
    kinds = output.get("data", {}).keys()
    return bool({"application/vnd.jupyter.widget-view+json", "application/javascript"} & kinds)


def _lift_drawings(html: str) -> tuple[str, list[str]]:
    """Take the content of drawings out of a page's HTML, so that what finishes the page need not read it."""
    bodies: list[str] = []

    def lift(found: re.Match[str]) -> str:
        bodies.append(found[2])
        return f"{found[1]}drawing-{len(bodies) - 1}</svg>"

    return DRAWING.sub(lift, html), bodies


def _put_drawings(html: str, bodies: Sequence[str]) -> str:
    """Put the drawings back; one that a page shows again gets ids of its own."""
    seen: dict[str, int] = {}

    def put(found: re.Match[str]) -> str:
        body = bodies[int(found[2].removeprefix("drawing-"))]
        mark = re.search(r' id="(d[0-9a-f]{8})-', body)
        if mark is not None:
            seen[mark[1]] = seen.get(mark[1], 0) + 1
            if seen[mark[1]] > 1:
                body = body.replace(f"{mark[1]}-", f"{mark[1]}-{seen[mark[1]]}-")
        return f"{found[1]}{body}</svg>"

    return DRAWING.sub(put, html)


def style_drawings(page: str) -> str:
    """Add to a page's style sheet what its drawings need: their colours in both themes, and their letters.

    >>> style_drawings("<style>p{}</style><p>No drawing, so no more style.</p>")
    '<style>p{}</style><p>No drawing, so no more style.</p>'
    """
    return page.replace("</style>", f"{write_drawing_styles(page)}</style>", 1)


@lru_cache(maxsize=1)
def _exporter() -> HTMLExporter:
    from nbconvert.exporters import HTMLExporter
    from nbconvert.exporters.templateexporter import TemplateExporter
    from nbconvert.filters import Highlight2HTML

    class FragmentExporter(HTMLExporter):
        """The stock exporter without its last step, which gives an image without a description a made-up one."""

        def from_notebook_node(self, nb: Any, resources: Any = None, **kw: Any) -> Any:
            self.register_filter("highlight_code", Highlight2HTML(pygments_lexer="ipython3", parent=self))
            return TemplateExporter.from_notebook_node(self, nb, resources, **kw)

    exporter = FragmentExporter(
        template_name="cells", extra_template_basedirs=[str(TEMPLATES)], exclude_anchor_links=True, embed_images=True
    )
    exporter.register_filter("first_line", _first_line)
    return exporter


def _first_line(cell: Mapping[str, Any]) -> str:
    """Return a cell's first line, with the next one where a bracket opens: ``show(`` alone tells nothing."""
    lines = [line.strip() for line in cell["source"].splitlines() if line.strip()]
    if len(lines) > 1 and lines[0].endswith(("(", "[", "{")):
        return lines[0] + lines[1]
    return lines[0] if lines else ""


def prepare_rendering() -> None:
    """Import all that a page is rendered with, before threads start.

    IPython imports parts of itself in a circle: of two threads that import it at once, one by the highlighting of code and the
    other by what shows a figure, one may meet half a module.

    >>> import sys
    >>> prepare_rendering()
    >>> "IPython.display" in sys.modules
    True
    """
    import IPython.display  # noqa: F401
    import nbformat.v4

    _export(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")]))
    gc.freeze()  # what is imported is no garbage; pages are large trees, and looking through all of it each time takes long


def _export(notebook: Mapping[str, Any]) -> str:
    import nbformat

    return _exporter().from_notebook_node(nbformat.from_dict(dict(notebook)))[0]


def _take_h1(soup: BeautifulSoup) -> Tag:
    found = soup.find_all("h1")
    if len(found) != 1:
        raise PageError(f"{len(found)} first-level headings: a page has exactly one, as `# Title` in the first cell")
    h1 = found[0].extract()
    h1.attrs = {}
    return h1


def _finish_headings(soup: BeautifulSoup) -> None:
    used = {tag["id"] for tag in soup.find_all(id=True)} | {"content"}
    level = 1
    for tag in soup.find_all(re.compile(r"^h[2-6]$")):
        text = tag.get_text(" ", strip=True)
        if int(tag.name[1]) > level + 1:
            raise PageError(f"heading {text!r} jumps from level {level} to {tag.name[1]}: use level {level + 1}")
        level = int(tag.name[1])
        if not tag.get("id"):
            # JupyterLab's own form, so that a link to a heading works there and here.
            wanted = re.sub(r"\s+", "-", text) or "section"
            tag["id"] = next(c for c in _candidates(wanted) if c not in used)
            used.add(tag["id"])


def _candidates(wanted: str) -> Iterator[str]:
    yield wanted
    number = 2
    while True:
        yield f"{wanted}-{number}"
        number += 1


def _finish_figures(soup: BeautifulSoup) -> None:
    mend = "show it with figures.show(fig, alt=..., caption=...)"
    for image in soup.find_all("img"):
        alt, address = read_attribute(image, "alt"), read_attribute(image, "src")
        if not alt.strip():
            raise PageError(f"a figure has no alternative text: {mend}")
        if not address.startswith("data:"):
            raise PageError(f"image {address!r} lies outside of the page: {mend}")
        if image.find_parent("figure") is None:
            raise PageError(f"image {alt[:60]!r} has no caption: {mend}")
    for figure in soup.find_all("figure"):
        caption = figure.find("figcaption")
        if caption is None or not caption.get_text(strip=True):
            raise PageError(f"a figure has no caption: {mend}")
        _bind_units(caption)
        for picture in figure.select("[role=img]"):
            if not read_attribute(picture, "aria-label").strip():
                raise PageError(f"a figure has no alternative text: {mend}")
        for image in figure.find_all("img"):
            _wrap(soup, image, label=f"Figure: {_clip(caption.get_text(' ', strip=True))}", extra="figure-box")


def finish_figure(html: str) -> str:
    """Return one figure's HTML as a page shows it.

    Raises
    ------
    PageError
        If it lacks an alternative text or a caption.

    Examples
    --------
    >>> finish_figure('<figure><img alt="A bar." src="data:,"><figcaption>Beds</figcaption></figure>').partition("<img")[0]
    '<figure><div aria-label="Figure: Beds" class="scroll figure-box" role="region" tabindex="0">'
    """
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(html, "html.parser")
    _finish_figures(soup)
    return str(soup) if soup.find("img") else html  # a drawing is left as it is: the parser would write its names anew


def _wrap(soup: BeautifulSoup, tag: Tag, *, label: str, extra: str = "") -> None:
    names = f"scroll {extra}".strip()
    tag.wrap(soup.new_tag("div", attrs={"class": names, "role": "region", "tabindex": "0", "aria-label": label}))


def _clip(text: str, length: int = 80) -> str:
    text = " ".join(text.split())
    return text if len(text) <= length else text[:length].rsplit(" ", 1)[0] + " …"


def _finish_tables(soup: BeautifulSoup) -> None:
    for style in soup.find_all("style", attrs={"scoped": True}):
        style.decompose()  # pandas' own look; the page's style sheet has its own
    for number, table in enumerate(soup.find_all("table"), start=1):
        table.attrs.pop("border", None)
        if table.caption is not None:
            # A block of its own, so that a long caption stays in view while a wide table scrolls beneath it.
            inner = soup.new_tag("span", attrs={"class": "caption"})
            inner.extend(list(table.caption.contents))
            table.caption.append(inner)
        _finish_cells(table)
        _bind_days(soup, table)
        caption = table.caption
        before = table.find_previous(re.compile(r"^h[2-4]$"))
        named = caption or before
        about = _clip(named.get_text(" ", strip=True)) if named else ""
        if table.find_parent(class_="scroll") is None:
            _wrap(soup, table, label=f"Table {number}: {about}" if about else f"Table {number}")


def _finish_cells(table: Tag) -> None:
    _bind_units(table)
    for cell in table.find_all("th"):
        if not cell.get_text(strip=True):
            cell.name = "td"  # an empty header would be announced as one
            cell.attrs.pop("scope", None)
        elif not cell.get("scope"):
            cell["scope"] = "col" if cell.find_parent("thead") else "row"
    for cell in table.find_all(["td", "th"]):
        if "text-align" in read_attribute(cell, "style"):
            del cell["style"]
    rows = [row.find_all(["td", "th"], recursive=False) for row in table.select("tbody tr")]
    _name_rows(rows)
    width = max(map(len, rows), default=0)
    if any(cell.get("colspan") or cell.get("rowspan") for cell in table.find_all(["td", "th"])):
        return  # places in a row are then no columns
    for place in range(width):
        body = [row[place] for row in rows if place < len(row)]
        texts = [cell.get_text(" ", strip=True) for cell in body]
        given = [text for text in texts if text and text not in MISSING]
        numeric = bool(given) and all(NUMBER.fullmatch(text) for text in given)
        heads = [cells[place] for row in table.select("thead tr") if place < len(cells := row.find_all(["td", "th"]))]
        for cell, text in zip(body, texts, strict=True):
            if numeric and cell.name == "td":
                _add_class(cell, "num")
            elif DAY.fullmatch(text):
                _add_class(cell, "day")
            elif len(text) > 40 and cell.name == "td":
                _add_class(cell, "words")
            elif len(text) > 14:
                _add_class(cell, "phrase")
        if numeric and body[0].name == "td":
            for cell in heads:
                _add_class(cell, "num")


def _bind_units(tag: Tag) -> None:
    """Keep a number and its sign on one line."""
    for text in [text for text in tag.strings if " %" in text or "× " in text]:
        text.replace_with(type(text)(text.replace(" %", "\u00a0%").replace("× ", "×\u00a0")))


def _bind_days(soup: BeautifulSoup, table: Tag) -> None:
    """Keep each day within other text of a table from being broken at its hyphens."""
    for text in [text for text in table.strings if DAY.search(text) and not DAY.fullmatch(text)]:
        parts = [part for part in re.split(f"({DAY.pattern})", text) if part]
        text.replace_with(
            *(soup.new_tag("span", attrs={"class": "day"}, string=part) if DAY.fullmatch(part) else part for part in parts)
        )


def _name_rows(rows: Sequence[Sequence[Tag]]) -> None:
    """Make the first cell of each row its header, where the row has none and the cell says something."""
    for cells in rows:
        if len(cells) > 1 and all(cell.name == "td" for cell in cells) and cells[0].get_text(strip=True):
            cells[0].name = "th"
            cells[0]["scope"] = "row"


def _add_class(tag: Tag, name: str) -> None:
    tag["class"] = f"{read_attribute(tag, 'class')} {name}".strip()


def _finish_links(soup: BeautifulSoup, *, names: Sequence[str]) -> None:
    """Point links at the pages of this report; a link to anything else beside the notebook becomes plain text."""
    for link in soup.find_all("a", href=True):
        target, _, anchor = read_attribute(link, "href").partition("#")
        if not target or re.match(r"[a-z][a-z0-9+.-]*:", target, re.IGNORECASE):
            continue
        stem = re.sub(r"\.(ipynb|html)$", "", re.sub(r"^(\.\.?/)+", "", target))
        if stem in names or target == "index.html":
            link["href"] = (name_file(stem) if stem in names else target) + (f"#{anchor}" if anchor else "")
        else:
            link.unwrap()


def _first_sentence(soup: BeautifulSoup) -> str:
    """Return the first sentence of the first paragraph that is more than links."""
    for paragraph in soup.select(".prose p"):
        text = " ".join(paragraph.get_text(" ", strip=True).split())
        linked = "".join(link.get_text(" ", strip=True) for link in paragraph.find_all("a"))
        if text and len(linked) < len(text) / 2:
            text = re.sub(r"\s+([.,;:!?)])", r"\1", text)
            return re.split(r"(?<=[.!?])\s+(?=[A-Z“\"(])", text, maxsplit=1)[0]
    return ""
