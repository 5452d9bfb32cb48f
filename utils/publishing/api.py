"""Pages of the module's functions and classes, from their docstrings: written by pdoc, readable offline and by a screen reader.

One page a module, and an index that names all of them with what they hold. The pages have no script and ask the network for
nothing. A report takes longer to write than these pages may add to it, so they are made on their own (`make api`). A report
keeps and links those that it finds in its folder, as long as they tell of the code as it is.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import warnings
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from ..common.errors import InputError
from ..common.files import check_writable, hash_files, replace_folder, write_files
from ..common.paths import ROOT
from .accessibility import check_page
from .pages import PageError

if TYPE_CHECKING:
    from pdoc.doc import Module

#: Folder within a report that holds these pages.
API = "api"
_TEMPLATES = Path(__file__).parent / "templates" / "api"
_CODE = re.compile(r'<meta name="code" content="(\w+)">')


def write_api(*, out: Path | str, package: str = __name__.split(".")[0], root: Path = ROOT) -> Path:
    """Write a page a module of a package, and their index.

    Parameters
    ----------
    out : Path or str
        Folder to write: new, empty, or one that this function wrote.
    package : str
        Name of the package; by default this one.
    root : Path
        Folder of the project, whose place on this machine is left out of the pages.

    Returns
    -------
    Path
        The index page.

    Raises
    ------
    InputError
        If `out` holds anything else, or pdoc is not installed.
    PageError
        If a page could not be read by everyone, offline.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     index = write_api(out=Path(place) / "api", package="utils.questions")
    ...     sorted(page.name for page in index.parent.rglob("*.html"))
    ['base_rate.html', 'index.html', 'passage.html', 'question.html', 'questions.html', 'resolution.html']
    """
    out = Path(out).resolve()
    check_folder(out)
    check_writable(out, name="out")
    try:
        import pdoc.render
        from pdoc.doc import Module
    except ImportError:
        raise InputError("api: pdoc is not installed; say pip install -r requirements-test.lock, or make api") from None
    whole = importlib.import_module(package)
    names = [
        package,
        *(one.name for one in pkgutil.walk_packages(whole.__path__, f"{package}.") if not one.name.endswith("__main__")),
    ]
    modules = {name: Module(importlib.import_module(name)) for name in names}
    if package == __name__.split(".")[0]:
        del modules[package]  # its names are imported on first use, so that pdoc would find none; the index lists them
    pdoc.render.configure(docformat="numpy", show_source=False, search=False, template_directory=_TEMPLATES)
    pdoc.render.env.filters |= {"fence": fence_examples, "tidy": tidy_docstring}
    with warnings.catch_warnings():
        # What is imported for checks of types alone is not there to be looked up, and stays as it is written.
        warnings.filterwarnings("ignore", message="Error parsing type annotation", category=UserWarning)
        pages = {f"{name.replace('.', '/')}.html": pdoc.render.html_module(module, modules) for name, module in modules.items()}
        pages["index.html"] = pdoc.render.env.get_template("index.html.jinja2").render(
            package=whole, modules=modules, exported=_find_exported(whole, modules), first=find_first_sentence, code=_hash_code()
        )
    texts: dict[str, str] = {}
    for file, html in pages.items():
        texts[file] = hide_places(html, root=root)
        if problems := check_page(texts[file]):
            raise PageError(f"page {file}: {problems[0]}" + (f" (and {len(problems) - 1} more)" * (len(problems) > 1)))
    with replace_folder(out) as fresh:
        for file, text in texts.items():
            place = fresh / file
            place.parent.mkdir(parents=True, exist_ok=True)
            write_files(place.parent, {place.name: text.encode()})
    return out / "index.html"


def find_api(report: Path) -> str | None:
    """Find the pages of the code in the folder of a report.

    Parameters
    ----------
    report : Path
        Folder of the report.

    Returns
    -------
    str or None
        Hash of the code that the pages tell of; None if there are none, or the code has changed since.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     (Path(place) / API).mkdir()
    ...     _ = (Path(place) / API / "index.html").write_text('<meta name="code" content="a2c4">')
    ...     find_api(Path(place)) is None  # they tell of other code
    True
    """
    index = report / API / "index.html"
    found = _CODE.search(index.read_text(encoding="utf-8")) if index.is_file() else None
    return found[1] if found and found[1] == _hash_code() else None


def _hash_code() -> str:
    """Hash the code with all its words, and what makes pages of them."""
    package = Path(__file__).resolve().parents[1]
    return hash_files([*package.rglob("*.py"), *_TEMPLATES.iterdir()], root=package)


def check_folder(out: Path) -> None:
    """Refuse a folder that holds anything but pages, because they replace it.

    >>> check_folder(ROOT / "utils")
    Traceback (most recent call last):
        ...
    utils.common.errors.InputError: out ...
    """
    strange = sorted(path.name for path in out.rglob("*") if path.is_file() and path.suffix != ".html") if out.exists() else []
    if out.is_file() or strange:
        raise InputError(f"out {out}: holds {(strange or ['a file'])[0]}, which is no such page; name a new or an empty folder")


def fence_examples(text: str) -> str:
    """Fence the examples of a docstring, so that a tag in what they print is shown and not obeyed.

    >>> fence_examples("Say one.\\n\\n>>> 1\\n1\\n\\nNo more.").split("\\n")
    ['Say one.', '', '```pycon', '>>> 1', '1', '```', '', 'No more.']
    """
    return re.sub(r"^>>> (?:.+\n?)+", lambda found: f"```pycon\n{found[0].rstrip()}\n```\n", text, flags=re.MULTILINE)


def tidy_docstring(html: str, name: str) -> str:
    """Make the headings of a docstring lines, since they repeat, and its footnotes its own.

    >>> tidy_docstring('<h6 id="parameters">Parameters</h6><a href="#fn-1">1</a>', "f")
    '<p class="part">Parameters</p><a href="#f-fn-1">1</a>'
    """
    html = re.sub(r"<h(\d)[^>]*>(.*?)</h\1>", r'<p class="part">\2</p>', html, flags=re.DOTALL)
    return re.sub(r'((?:id="|href="#))(fn(?:ref)?-)', rf"\1{name}-\2", html)


def find_first_sentence(text: str) -> str:
    """Return the first sentence of a docstring, without the marks of code.

    >>> find_first_sentence("Say `one`. And more.")
    'Say one.'
    """
    return re.split(r"(?<=[.!?])\s", " ".join(text.split()), maxsplit=1)[0].replace("`", "").rstrip(":")


def _find_exported(package: ModuleType, modules: Mapping[str, Module]) -> list[tuple[str, str]]:
    """Find where the names that a package exports are described: name and module, in the order of the package."""
    homes: dict[str, list[tuple[str, object]]] = {}
    for place, module in modules.items():
        for name, member in module.members.items():
            # Of a value pdoc says that it comes from the module of its class.
            if member.kind == "variable" or member.taken_from == (place, name):
                homes.setdefault(name, []).append((place, getattr(member, "default_value", member.obj)))
    found = []
    for name in getattr(package, "__all__", ()):
        held = [place for place, value in homes.get(name, ()) if value is getattr(package, name)]
        found += [(name, place) for place in held[:1]]
    return found


def hide_places(html: str, *, root: Path) -> str:
    """Leave out where a project and its objects lie on this machine, and what kind of machine it is, as in a default value.

    >>> hide_places("PosixPath('/here/data') &lt;f at 0x7f00&gt;", root=Path("/here"))
    "Path('data') &lt;f&gt;"
    """
    html = re.sub(r" at 0x[0-9a-f]+|\b(?:Posix|Windows)(?=Path\b)", "", html)
    return html.replace(f"{root}/", "").replace(str(root), ".")
