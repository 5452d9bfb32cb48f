"""Check that a page can be read by everyone, offline."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import unquote

from ..figures.svg import DRAWING

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag


FETCHED = re.compile(r"""url\(\s*["']?(?!data:|\#)[^)]|@import""", re.IGNORECASE)


def check_page(html: str) -> list[str]:
    """Return what keeps a page from being read by everyone, offline; empty if nothing does.

    Checked: the language, one h1, alternative text and captions, ids that are unique, links within the page that lead
    somewhere, names for links and buttons, and that nothing is fetched.

    >>> check_page('<html lang="en"><h1>Title</h1><img src="https://example.org/a.png"></html>')
    ['an image has no alternative text', "img loads 'https://example.org/a.png'"]
    """
    from bs4 import BeautifulSoup

    drawings = "".join(body for _, body in DRAWING.findall(html))
    soup = BeautifulSoup(DRAWING.sub(r"\1</svg>", html), "html.parser")
    problems = []
    if not (soup.html and soup.html.get("lang")):
        problems.append("the html element names no language")
    if len(soup.find_all("h1")) != 1:
        problems.append(f"{len(soup.find_all('h1'))} first-level headings instead of one")
    for image in soup.find_all("img"):
        if not read_attribute(image, "alt").strip():
            problems.append("an image has no alternative text")
    for picture in soup.select("[role=img]"):
        if not read_attribute(picture, "aria-label").strip():
            problems.append("a picture has no alternative text")
    for figure in soup.find_all("figure"):
        if not (figure.figcaption and figure.figcaption.get_text(strip=True)):
            problems.append("a figure has no caption")
    ids = [read_attribute(tag, "id") for tag in soup.find_all(id=True)] + re.findall(r' id="([^"]+)"', drawings)
    problems += [f"id {name!r} stands twice" for name, times in sorted(Counter(ids).items()) if times > 1]
    for link in soup.find_all("a", href=True):
        target = read_attribute(link, "href")
        if target.startswith("#") and unquote(target[1:]) not in ids:
            problems.append(f"link {target!r} leads nowhere")
    for tag in soup.find_all(["a", "button"]):
        if not (tag.get_text(strip=True) or tag.get("aria-label")):
            problems.append(f"a {tag.name} element has no name")
    if re.search(r'href="(?!#|data:)', drawings):
        problems.append("a drawing loads a file")
    return problems + _list_fetched(soup)


def read_attribute(tag: Tag, name: str) -> str:
    """Return an attribute of an element as text, empty if it has none.

    >>> from bs4 import BeautifulSoup
    >>> tag = BeautifulSoup('<p class="lead wide">', "html.parser").p
    >>> read_attribute(tag, "class"), read_attribute(tag, "id")
    ('lead wide', '')
    """
    value = tag.get(name)
    return value if isinstance(value, str) else " ".join(value or [])


def _list_fetched(soup: BeautifulSoup) -> list[str]:
    fetched = []
    for tag in soup.find_all(["img", "script", "iframe", "source", "video", "audio", "embed", "object", "input", "track"]):
        for attribute in ("src", "data", "poster", "srcset"):
            address = read_attribute(tag, attribute)
            if address and not address.startswith("data:"):
                fetched.append(f"{tag.name} loads {address[:80]!r}")
    for link in soup.find_all("link", href=True):
        if not read_attribute(link, "href").startswith("data:"):
            fetched.append(f"link loads {read_attribute(link, 'href')[:80]!r}")
    styles = [tag.get_text() for tag in soup.find_all("style")]
    styles += [read_attribute(tag, "style") for tag in soup.find_all(style=True)]
    if any(FETCHED.search(style) for style in styles):
        fetched.append("a style sheet loads a file")
    return fetched
