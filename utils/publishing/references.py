"""A page of references, and links to it from whatever cites one.

The references are a value that whoever writes the pages hands over; where the code cites one is read off its docstrings.
"""

from __future__ import annotations

import ast
import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

#: Given names, as initials before a surname.
INITIALS = re.compile(r"(?:[A-Z]\.[ -]?)+")

#: What stands between the first surname and the year: the other authors.
NAMES = r"(?:[ ,(]|and\b|et al\.|de\b|[A-Z][\w.-]*)*"


@dataclass(frozen=True)
class Reference:
    """A work that a method is taken from.

    Attributes
    ----------
    authors : str
        All of them, initials first, the last after "and".
    year : int
    title, where : str
        Title, and journal with volume, or publisher.
    doi : str
    url : str
        Address, where there is no DOI.
    """

    authors: str
    year: int
    title: str
    where: str
    doi: str = ""
    url: str = ""

    @property
    def surnames(self) -> tuple[str, ...]:
        """The authors' surnames.

        >>> Reference("A. de Author and B. Other", 1999, "", "").surnames
        ('de Author', 'Other')
        """
        return tuple(INITIALS.sub("", one).strip() for one in re.split(r", | and ", self.authors))

    @property
    def key(self) -> str:
        """How it is cited in code.

        >>> Reference("A. Author", 1999, "", "").key
        'author-1999'
        """
        return f"{re.sub(r'[^a-z]+', '-', self.surnames[0].lower())}-{self.year}"

    @property
    def short(self) -> str:
        """How it is cited in a text.

        >>> Reference("A. Author, B. Other and C. Third", 1999, "", "").short
        'Author et al. (1999)'
        """
        names = self.surnames
        return f"{names[0]} et al. ({self.year})" if len(names) > 2 else f"{' and '.join(names)} ({self.year})"

    @property
    def address(self) -> str:
        """Where it is found; empty where none was given."""
        return f"https://doi.org/{self.doi}" if self.doi else self.url


@dataclass(frozen=True)
class Bibliography:
    """References, and the notebook that lists them.

    Attributes
    ----------
    page : str
        Name of the notebook.
    references : tuple of Reference
    """

    page: str
    references: tuple[Reference, ...]

    def cite(self, keys: Iterable[str]) -> str:
        """Return citations as HTML, each with a link to its place on the page of references.

        Raises
        ------
        KeyError
            If a key is that of no reference.

        Examples
        --------
        >>> Bibliography("91_works", (Reference("A. Author", 1999, "A title", "A journal"),)).cite(["author-1999"])
        '<a href="91_works.ipynb#author-1999">Author (1999)</a>'
        """
        known = {one.key: one for one in self.references}
        return "; ".join(f'<a href="{self.page}.ipynb#{key}">{html.escape(known[key].short)}</a>' for key in keys)


def list_citing_files(reference: Reference, *, folder: Path) -> list[str]:
    """List the Python files, from `folder` on, whose docstrings cite a work by its first author's surname and its year.

    >>> list_citing_files(Reference("B. Ottosson", 2020, "", ""), folder=Path(__file__).parents[1] / "figures")
    ['figures/svg.py']
    """
    cited = re.compile(rf"\b{re.escape(reference.surnames[0])}\b{NAMES}\b{reference.year}\b")
    return [
        path.relative_to(folder.parent).as_posix()
        for path in sorted(folder.rglob("*.py"))
        if any(cited.search(text) for text in read_remarks(path))
    ]


def read_remarks(path: Path) -> list[str]:
    """Return the docstrings of a Python file, and its comments that begin with ``#:``, each on one line.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder) / "code.py"
    ...     _ = file.write_text('"Add one."\\n\\n#: What is added.\\nONE = 1  # not two\\n')
    ...     read_remarks(file)
    ['Add one.', 'What is added.']
    """
    status = path.stat()
    return list(_read_version(path, status.st_mtime_ns, status.st_size))


@lru_cache(maxsize=1024)  # every work is looked for in every file
def _read_version(path: Path, modified: int, size: int) -> tuple[str, ...]:
    text = path.read_text(encoding="utf-8")
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    found = [ast.get_docstring(node) or "" for node in ast.walk(ast.parse(text)) if isinstance(node, documented)]
    return tuple(" ".join(one.split()) for one in (*found, *re.findall(r"(?m)^\s*#: (.*)$", text)) if one)


def show_references(bibliography: Bibliography, *, folder: Path, also: Iterable[tuple[str, str]] = ()) -> None:
    """Publish the references by author, each with what cites it.

    Parameters
    ----------
    bibliography : Bibliography
    folder : Path
        The package whose docstrings are searched.
    also : iterable of (str, str)
        Pairs of a reference's key and what else cites it, as HTML.

    Examples
    --------
    >>> works = Bibliography("91_works", (Reference("A. Author", 1999, "A title", "A journal 1", url="https://example.org"),))
    >>> show_references(works, folder=Path("empty"))
    A. Author (1999), A title, A journal 1. https://example.org
    """
    from IPython.display import publish_display_data

    others = list(also)
    items, lines = [], []
    for one in sort_references(bibliography.references):
        title = html.escape(one.title)
        linked = f'<a href="{html.escape(one.address)}">{title}</a>' if one.address else title
        cited = [f"<code>{html.escape(path)}</code>" for path in list_citing_files(one, folder=folder)]
        cited += [place for key, place in others if key == one.key]
        items.append(
            f'<li id="{one.key}">{html.escape(one.authors)} ({one.year}), {linked}, {html.escape(one.where)}.'
            f'<span class="used">Cited in {", ".join(cited)}</span></li>'
        )
        lines.append(f"{one.authors} ({one.year}), {one.title}, {one.where}. {one.address}".strip())
    publish_display_data({"text/html": f'<ul class="references">{"".join(items)}</ul>', "text/plain": "\n".join(lines)})


def sort_references(references: Sequence[Reference]) -> list[Reference]:
    """Sort references by surnames and year.

    >>> works = [Reference(who, year, "", "") for who, year in (("Z. Able", 2001), ("A. Baker", 1990), ("Z. Able", 1999))]
    >>> [one.short for one in sort_references(works)]
    ['Able (1999)', 'Able (2001)', 'Baker (1990)']
    """
    return sorted(references, key=lambda one: ([name.lower() for name in one.surnames], one.year))
