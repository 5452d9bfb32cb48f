"""A figure as a drawing within a page: compact SVG, whose colours follow the page's theme and whose letters come with the page.

Colours are written as ``var(--0072b2)``; `write_drawing_styles` gives them their values, those of a dark page among them, and the
font. Nothing here needs matplotlib but `draw_svg`, because pages are rendered without it.
"""

from __future__ import annotations

import base64
import hashlib
import io
import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import numpy as np

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: What a notebook's output bears its figure in for the page; Jupyter does not know it and shows the image beside it.
PAGE_TYPE = "application/vnd.page-figure+html"

#: Attribute of a drawing in which a page can tell of any day: where its panels lie, and the days at their ends.
DAYS_MARK = "data-days"

#: A drawing within a page, its opening tag and its content.
DRAWING = re.compile(r"(<svg\b[^>]*\bclass=\"drawing[^>]*>)(.*?)</svg>", re.DOTALL)

#: Family of the letters; the page brings those that it needs.
FAMILY = "DejaVu Sans"

#: Lightness, from 0 to 1 in OKLab, that white and the ink of figures get on a dark page.
_DARK_GROUND, _DARK_INK, _INK = 0.22, 0.95, 0.216

#: Letters that every page's font holds, so that most pages share one.
_LETTERS = frozenset(map(chr, range(0x20, 0x7F))) | set("\u00a0·×é–—‘’“”…\u202f−≥≤")

_SVG, _LINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}href"
_COLOUR = re.compile(r"#([0-9a-fA-F]{6})\b")
_VARIABLE = re.compile(r"var\(--([0-9a-f]{6})\)")
_NUMBER = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
#: To and from linear sRGB, by way of the cones' answers (Ottosson 2020, "A perceptual color space for image processing").
_TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def draw_svg(fig: Figure, *, kind: str) -> str:
    """Draw a figure as compact SVG for a page; the same figure gives the same text.

    Parameters
    ----------
    fig : matplotlib.figure.Figure
    kind : {"wide", "narrow"}
        For which screen it is.

    Examples
    --------
    >>> from utils.figures.style import make_sheet
    >>> fig, [[ax]] = make_sheet()
    >>> _ = ax.plot([1, 2], color="#0072b2")
    >>> drawing = draw_svg(fig, kind="wide")
    >>> drawing.partition(" viewBox")[0], "var(--0072b2)" in drawing, "#0072b2" in drawing
    ('<svg class="drawing wide"', True, False)
    """
    from matplotlib import rc_context
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    buffer = io.StringIO()
    bare = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "drawing"}):
        FigureCanvasSVG(fig).print_svg(buffer, metadata=bare)  # `savefig` would draw twice, once to lay out what is laid out
    root = ElementTree.fromstring(buffer.getvalue())
    held = {tag.get("id"): tag for tag in root.iter() if tag.get("id")}
    body = "".join(_write_elements(root))
    # Only what is referred to keeps an id, one that no other drawing of a page has.
    mark = hashlib.sha256(f"{kind}{body}".encode()).hexdigest()[:8]
    shared = ""
    names: dict[str, str] = {}
    waiting = [name for name in dict.fromkeys(_list_references(body)) if name in held]
    while waiting:
        name = waiting.pop(0)
        if name in names:
            continue
        names[name] = f"d{mark}-{len(names)}"
        text = _write_element(held[name], keep_id=True)
        shared += text
        waiting += [other for other in _list_references(text) if other in held]
    whole = f"<defs>{shared}</defs>{body}" if shared else body
    whole = re.sub(r'(?<=url\(#)[^)]+|(?<=href="#)[^"]+|(?<= id=")[^"]+', lambda found: names.get(found[0], found[0]), whole)
    width, height = (round(100 * inches) for inches in fig.get_size_inches())
    tall = " tall" if height > 0.7 * width else ""
    return (
        f'<svg class="drawing {kind}{tall}" viewBox="{root.get("viewBox")}" width="{width}" height="{height}" aria-hidden="true" '
        f'focusable="false">{whole}</svg>'
    )


def _list_references(text: str) -> list[str]:
    return [*re.findall(r'href="#([^"]+)"', text), *_REFERENCE.findall(text)]


def _write_elements(parent: ElementTree.Element) -> Iterator[str]:
    """Write what an element holds: groups that say nothing opened, and neighbours that look alike joined."""
    run: list[ElementTree.Element] = []
    for child in [*_flatten(parent), None]:
        if run and (child is None or _look(child) != _look(run[0]) or child.tag not in (f"{_SVG}path", f"{_SVG}use")):
            yield _write_run(run)
            run = []
        if child is not None:
            run.append(child)


def _flatten(parent: ElementTree.Element) -> Iterator[ElementTree.Element]:
    for child in parent:
        tag = child.tag.removeprefix(_SVG)
        if tag in ("defs", "metadata", "title"):
            continue
        if tag == "g" and not set(child.attrib) - {"id"}:
            yield from _flatten(child)
        else:
            yield child


def _look(element: ElementTree.Element) -> tuple[object, ...]:
    """Return all that neighbours must share to be joined: everything but their place."""
    own = {"d", "x", "y", "id"} if element.tag in (f"{_SVG}path", f"{_SVG}use") else set()
    return (element.tag, *sorted((key, value) for key, value in element.attrib.items() if key not in own))


def _write_run(run: list[ElementTree.Element]) -> str:
    first = run[0]
    if len(run) == 1 or first.tag not in (f"{_SVG}path", f"{_SVG}use"):
        return "".join(map(_write_element, run))
    if first.tag == f"{_SVG}path":
        joined = ElementTree.Element(first.tag, {**first.attrib, "d": "".join(one.get("d", "") for one in run)})
        return _write_element(joined)
    shared = {key: value for key, value in first.attrib.items() if key in ("style", "clip-path")}
    places = [{key: value for key, value in one.attrib.items() if key not in shared} for one in run]
    return f"<g{_write_attributes(shared)}>{''.join(f'<use{_write_attributes(place)}/>' for place in places)}</g>"


def _write_element(element: ElementTree.Element, keep_id: bool = False) -> str:
    tag = element.tag.removeprefix(_SVG)
    attributes = {key: value for key, value in element.attrib.items() if key != "id" or keep_id}
    if tag == "text":
        within = (element.text or "").replace("&", "&amp;").replace("<", "&lt;")
    else:
        within = "".join(_write_elements(element))
    return f"<{tag}{_write_attributes(attributes)}>{within}</{tag}>" if within else f"<{tag}{_write_attributes(attributes)}/>"


def _write_attributes(attributes: dict[str, str]) -> str:
    written = []
    for key, value in attributes.items():
        key = "href" if key == _LINK else key
        if key == "style":
            value = _write_style(value)
        elif key not in ("id", "href"):
            value = _shorten_numbers(value)
        if key == "transform" and value.startswith("rotate(0 "):
            continue
        if value:
            written.append(f' {key}="{value.replace("&", "&amp;").replace(chr(34), "&quot;").replace("<", "&lt;")}"')
    return "".join(written)


def _write_style(style: str) -> str:
    """Write a style without what the page says for every drawing, its colours as variables."""
    parts = [part.strip() for part in style.split(";") if part.strip() and not part.strip().startswith("font-family")]
    return _COLOUR.sub(lambda found: f"var(--{found[1].lower()})", ";".join(part.replace(": ", ":", 1) for part in parts))


def _shorten_numbers(text: str) -> str:
    """Round to a hundredth of a point, and take out blanks that part nothing.

    >>> _shorten_numbers("M 50.787344 288.279219 " + chr(10) + "L 392.0 -0.001 " + chr(10) + "z" + chr(10))
    'M50.79 288.28L392 0z'
    """
    text = _NUMBER.sub(lambda found: f"{round(float(found[0]), 2) + 0.0:.2f}".rstrip("0").rstrip("."), text)
    text = re.sub(r"rotate\(-0 ", "rotate(0 ", text)
    return re.sub(r"\s*([A-Za-z])\s*(?=[-\d]|$)", r"\1", re.sub(r"\s*\n\s*", "", text)).strip()


@cache
def darken(colour: str) -> str:
    """Turn a colour of a light page into that of a dark one: its lightness mirrored, its hue kept.

    >>> darken("#ffffff"), darken("#1a1a1a"), darken("#0072b2")
    ('#1b1b1b', '#eeeeee', '#3d98db')
    """
    given = np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)]) / 255
    linear = np.where(given <= 0.04045, given / 12.92, ((given + 0.055) / 1.055) ** 2.4)
    lightness, *chroma = _TO_LAB @ np.cbrt(_TO_CONES @ linear)
    mirrored = _DARK_GROUND + (1 - lightness) * (_DARK_INK - _DARK_GROUND) / (1 - _INK)
    for part in np.linspace(1, 0, 51):  # as colourful as a screen can show at this lightness
        cones = np.linalg.solve(_TO_LAB, [mirrored, *(part * np.array(chroma))])
        shown = np.linalg.solve(_TO_CONES, cones**3)
        if -1e-4 <= shown.min() and shown.max() <= 1 + 1e-4:
            break
    shown = np.clip(shown, 0, 1)
    coded = np.where(shown <= 0.0031308, 12.92 * shown, 1.055 * shown ** (1 / 2.4) - 0.055)
    return "#" + "".join(f"{round(255 * value):02x}" for value in coded)


def write_drawing_styles(page: str) -> str:
    """Write the styles of the drawings that a page holds: their colours on a light and on a dark page, and their letters.

    Parameters
    ----------
    page : str
        HTML with drawings of `draw_svg`; without one nothing is written.

    Examples
    --------
    >>> styles = write_drawing_styles('<svg class="drawing wide"><path style="fill:var(--0072b2)"/></svg>')
    >>> "--0072b2:#0072b2" in styles, f"--0072b2:{darken('#0072b2')}" in styles, "@font-face" in styles
    (True, True, True)
    >>> write_drawing_styles("<p>No drawing.</p>")
    ''
    """
    drawings = "".join(body for _, body in DRAWING.findall(page))
    if not drawings:
        return ""
    colours = sorted(set(_VARIABLE.findall(drawings)))
    light = "".join(f"--{colour}:#{colour};" for colour in colours)
    dark = "".join(f"--{colour}:{darken(f'#{colour}')};" for colour in colours)
    texts = "".join(re.findall(r"<text[^>]*>([^<]*)", drawings))
    letters = _LETTERS | {letter for letter in texts if letter >= " "}
    faces = "".join(
        f'@font-face{{font-family:"{FAMILY}";font-weight:{weight};'
        f'src:url(data:font/woff;base64,{_subset_font(frozenset(letters), weight)}) format("woff")}}'
        for weight in (400, 700)
    )
    return (
        f":root{{{light}}}@media screen{{@media (prefers-color-scheme:dark){{:root:not([data-theme=light]){{{dark}}}}}"
        f":root[data-theme=dark]{{{dark}}}}}{faces}"
    )


@lru_cache(maxsize=8)
def _subset_font(letters: frozenset[str], weight: int) -> str:
    """Return matplotlib's own font with so many letters as WOFF in base64; a letter that it lacks is the reader's own."""
    import logging

    from fontTools import subset
    from matplotlib import get_data_path

    logging.getLogger("fontTools").setLevel(logging.ERROR)  # it reports each table that it leaves out
    options = subset.Options(hinting=False, layout_features=[], name_IDs=[], notdef_outline=True, flavor="woff")
    name = "DejaVuSans-Bold.ttf" if weight == 700 else "DejaVuSans.ttf"
    buffer = io.BytesIO()
    with subset.load_font(f"{get_data_path()}/fonts/ttf/{name}", options) as font:
        chosen = subset.Subsetter(options)
        chosen.populate(unicodes=[ord(letter) for letter in letters])
        chosen.subset(font)
        font.flavor, font.recalcTimestamp = "woff", False
        font.save(buffer)
    return base64.b64encode(buffer.getvalue()).decode("ascii")
