"""Check that a page can be read by everyone, offline."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import unquote

from ..figures.svg import DRAWING

if TYPE_CHECKING:
    from bs4 import Tag

#: Elements that load what their address names.
_LOADING = frozenset({"img", "script", "iframe", "source", "video", "audio", "embed", "object", "input", "track"})

FETCHED = re.compile(r"""url\(\s*["']?(?!data:|\#)[^)]|@import""", re.IGNORECASE)


def check_page(html: str) -> list[str]:
    """Return what keeps a page from being read by everyone, offline; empty if nothing does.

    Checked: the language, one h1, alternative text and captions, ids that are unique, links within the page that lead
    somewhere, names for links and buttons, and that nothing is fetched.

    >>> check_page('<html lang="en"><h1>Title</h1><img src="https://example.org/a.png"></html>')
    ['an image has no alternative text', "img loads 'https://example.org/a.png'"]
    """
    from bs4 import BeautifulSoup, Tag

    drawings = "".join(body for _, body in DRAWING.findall(html))
    soup = BeautifulSoup(DRAWING.sub(r"\1</svg>", html), "html.parser")
    tags = [one for one in soup.descendants if isinstance(one, Tag)]  # once: each search of its own would walk the whole page
    named: dict[str, list[Tag]] = {}
    for tag in tags:
        named.setdefault(tag.name, []).append(tag)
    problems = []
    if not (soup.html and soup.html.get("lang")):
        problems.append("the html element names no language")
    if len(named.get("h1", ())) != 1:
        problems.append(f"{len(named.get('h1', ()))} first-level headings instead of one")
    for image in named.get("img", ()):
        if not read_attribute(image, "alt").strip():
            problems.append("an image has no alternative text")
    for tag in tags:
        if tag.get("role") == "img" and not read_attribute(tag, "aria-label").strip():
            problems.append("a picture has no alternative text")
    for figure in named.get("figure", ()):
        if not (figure.figcaption and figure.figcaption.get_text(strip=True)):
            problems.append("a figure has no caption")
    ids = [read_attribute(tag, "id") for tag in tags if tag.get("id") is not None] + re.findall(r' id="([^"]+)"', drawings)
    problems += [f"id {name!r} stands twice" for name, times in sorted(Counter(ids).items()) if times > 1]
    places = set(ids)
    for link in named.get("a", ()):
        target = read_attribute(link, "href")
        if target.startswith("#") and unquote(target[1:]) not in places:
            problems.append(f"link {target!r} leads nowhere")
    for tag in (*named.get("a", ()), *named.get("button", ())):
        if not (tag.get_text(strip=True) or tag.get("aria-label")):
            problems.append(f"a {tag.name} element has no name")
    if re.search(r'href="(?!#|data:)', drawings):
        problems.append("a drawing loads a file")
    return problems + _list_fetched(tags)


def read_attribute(tag: Tag, name: str) -> str:
    """Return an attribute of an element as text, empty if it has none.

    >>> from bs4 import BeautifulSoup
    >>> tag = BeautifulSoup('<p class="lead wide">', "html.parser").p
    >>> read_attribute(tag, "class"), read_attribute(tag, "id")
    ('lead wide', '')
    """
    value = tag.get(name)
    return value if isinstance(value, str) else " ".join(value or [])


def _list_fetched(tags: Sequence[Tag]) -> list[str]:
    fetched, styles = [], []
    for tag in tags:
        if tag.name in _LOADING:
            for attribute in ("src", "data", "poster", "srcset"):
                address = read_attribute(tag, attribute)
                if address and not address.startswith("data:"):
                    fetched.append(f"{tag.name} loads {address[:80]!r}")
        address = read_attribute(tag, "href") if tag.name == "link" else ""
        if address and not address.startswith("data:"):
            fetched.append(f"link loads {address[:80]!r}")
        styles.append(tag.get_text() if tag.name == "style" else read_attribute(tag, "style"))
    if any(FETCHED.search(style) for style in styles):
        fetched.append("a style sheet loads a file")
    return fetched
