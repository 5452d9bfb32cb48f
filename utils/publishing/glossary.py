"""A page of terms, and a link to it from the first use of each on every other page.

The terms are a value that whoever writes the report hands over; the page of terms is a notebook like any other, which shows them
by `show_glossary`.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from .prose import bind
from .references import Bibliography
from .sources import read_title

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

#: Prose in which a term is linked, and what stands within it without being prose.
PROSE, NO_PROSE = ".prose p, .prose li", ("a", "code", "pre", "math", "summary")


@dataclass(frozen=True)
class Term:
    """A term of the field, as a reader meets it.

    Attributes
    ----------
    name : str
        The term, as the page of terms lists it.
    sentence : str
        What it means, in one sentence.
    page : str
        Number of the notebook that explains it or works with it most.
    spellings : tuple of str
        Other forms in which it stands in a text; an upper-case form is found in upper case alone.
    after : tuple of str
        Keys of the references that define it.
    """

    name: str
    sentence: str
    page: str
    spellings: tuple[str, ...] = ()
    after: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Its place on the page of terms.

        >>> Term("Jeffreys' prior", "", "").id
        'term-jeffreys-prior'
        """
        return "term-" + re.sub(r"[^a-z0-9]+", "-", self.name.lower().replace("'", "")).strip("-")

    @property
    def forms(self) -> tuple[str, ...]:
        """All forms in which it stands in a text: its name, and the other spellings."""
        return (self.name, *self.spellings)


@dataclass(frozen=True)
class Glossary:
    """Terms, and the notebook that lists them.

    Attributes
    ----------
    page : str
        Name of the notebook.
    terms : tuple of Term
    """

    page: str
    terms: tuple[Term, ...]


def link_terms(soup: BeautifulSoup, glossary: Glossary, *, name: str) -> list[str]:
    """Link the first use of each term in the prose of a page to the page of terms.

    Headings, captions, tables, code and what is a link already are left alone, and so is the page of terms.

    Parameters
    ----------
    soup : BeautifulSoup
        The page's content, which is changed.
    glossary : Glossary
    name : str
        The page's name.

    Returns
    -------
    list of str
        Names of the terms that were linked, in the order of their first use.

    Examples
    --------
    >>> from bs4 import BeautifulSoup
    >>> page = BeautifulSoup("<div class='prose'><p>Its skill, as <em>skill</em> goes.</p></div>", "html.parser")
    >>> link_terms(page, Glossary("90_terms", (Term("skill", "What is saved.", "04"),)), name="05_forecast")
    ['skill']
    >>> print(page.p)
    <p>Its <a class="term" href="90_terms.html#term-skill" title="What is saved.">skill</a>, as <em>skill</em> goes.</p>
    """
    if name == glossary.page:
        return []
    pattern, known = _compile_terms(glossary)
    linked: list[str] = []
    for block in soup.select(PROSE):
        for text in [text for text in block.strings if type(text).__name__ == "NavigableString"]:
            if text.find_parent(NO_PROSE) is None and text.find_parent(("p", "li")) is block:
                parts: list[str | Tag] = []
                end = 0
                for found in pattern.finditer(text):
                    term = known[_fold(found[0])]
                    if term.name in linked:
                        continue
                    linked.append(term.name)
                    link = soup.new_tag("a", href=f"{glossary.page}.html#{term.id}", title=term.sentence)
                    link["class"] = "term"
                    link.string = found[0]
                    parts += [text[end : found.start()], link]
                    end = found.end()
                if parts:
                    text.replace_with(*[part for part in (*parts, text[end:]) if part])
    return linked


def _fold(form: str) -> str:
    """Bring a form to the one by which its term is known: abbreviations stay, other words lose case and broken spaces."""
    form = " ".join(form.split())
    return form if form.isupper() else form.lower()


@lru_cache(maxsize=4)
def _compile_terms(glossary: Glossary) -> tuple[re.Pattern[str], dict[str, Term]]:
    known = {_fold(form): term for term in glossary.terms for form in term.forms}
    forms = sorted(known, key=len, reverse=True)  # of two that begin alike the longer is meant
    written = (re.escape(form).replace(r"\ ", r"\s+") for form in forms)
    return re.compile(
        r"(?<![\w-])(?:" + "|".join(one if one.isupper() else f"(?i:{one})" for one in written) + r")(?![\w-])"
    ), known


def show_glossary(
    terms: Sequence[Term], *, examples: Mapping[str, str], sources: Sequence[Path], bibliography: Bibliography
) -> None:
    """Publish the terms in the order of the alphabet, each with its sentence, its example and a link to where it is used.

    Parameters
    ----------
    terms : sequence of Term
    examples : mapping of str to str
        By name of the term: an example, a sentence with numbers that come from code.
    sources : sequence of Path
        Scripts of the notebooks, from which the pages' names and titles are taken.
    bibliography : Bibliography
        Where the works are that define a term.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     source = Path(folder) / "04_models.py"
    ...     _ = source.write_text("# %% [markdown]\\n# # Models\\n")
    ...     term = Term("skill", "What is saved of a rule's score.", "04")
    ...     show_glossary([term], examples={"skill": "0.2."}, sources=[source], bibliography=Bibliography("91_works", ()))
    skill: What is saved of a rule's score. 0.2.
    """
    from IPython.display import publish_display_data

    pages = {source.stem[:2]: (source.stem, read_title(source)) for source in sources}
    entries, lines = [], []
    for term in sorted(terms, key=lambda one: one.name.lower()):
        example = examples[term.name]
        page, title = pages[term.page]
        after = f". After {bibliography.cite(term.after)}" if term.after else ""
        link = f'<a href="{page}.ipynb">{html.escape(title)}</a>'
        entries.append(
            f'<div class="entry"><dt id="{term.id}">{html.escape(term.name)}</dt><dd>{html.escape(term.sentence)}</dd>'
            f'<dd class="example">In this data: {html.escape(bind(example))}</dd>'
            f'<dd class="used">Used in {link}{after}</dd></div>'
        )
        lines.append(f"{term.name}: {term.sentence} {example}")
    publish_display_data({"text/html": f'<dl class="glossary">{"".join(entries)}</dl>', "text/plain": "\n".join(lines)})
