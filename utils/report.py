"""The HTML report: a page a notebook and an index with the answers, readable offline and by a screen reader.

Every page is one file that asks the network for nothing (its content security policy forbids it). Figures without
alternative text or caption are refused here, so that none can reach a reader. The report is written beside its place and
moved there when it is whole: a failure leaves the last good report as it was.
"""

from __future__ import annotations

import copy
import json
import math
import os
import re
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from .errors import InputError
from .notebooks import (
    Execution,
    accepted_parameters,
    cell_tags,
    default_parameter,
    execute_many,
    execution_key,
    find_sources,
    fingerprint,
    hash_json,
    list_versions,
    write_text,
)
from .project import ROOT
from .words import percent

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

EDITIONS = ("reader", "teacher")
MANIFEST = "report.json"
TEMPLATES = Path(__file__).resolve().parent / "templates"

THIN = "\u202f"
NUMBER = re.compile(r"(under |over |[<>≈~])?\s*[-−+]?\d[\d\s,.\u202f\u00a0_]*([eE][-+]?\d+)?\s*(%|s|pp)?")
MISSING = frozenset({"-", "–", "—", "NaN", "nan", "NaT", "None", "not given"})
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
FETCHED = re.compile(r"""url\(\s*["']?(?!data:|\#)[^)]|@import""", re.IGNORECASE)
LATEX = re.compile(r"\$\$|\\\(|\\\[|\\begin\{|\$[^$\n]*\\[a-zA-Z]+[^$\n]*\$")

Summary = Callable[..., Mapping[str, Any]]


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


def write_report(
    *,
    out: Path | str,
    as_of: str | None = None,
    only: str | Iterable[str] | None = None,
    edition: str = "reader",
    jobs: int | None = None,
    progress: bool = True,
    summary: Summary | None = None,
    as_of_range: tuple[str, str] | None = None,
    root: Path = ROOT,
    cache: Path | None = None,
) -> Path:
    """Execute the notebooks and write the report; do nothing if the report in `out` is already this one.

    Parameters
    ----------
    out : Path or str
        Folder of the report. It must be new, empty, or hold a report and nothing else.
    as_of : str, optional
        Day, as YYYY-MM-DD, given to each notebook that has a parameter ``as_of``, and to `summary`.
    only : str or iterable of str, optional
        Numbers or names of the notebooks to show; all if left out.
    edition : {"reader", "teacher"}
        The reader's edition leaves out cells tagged ``teacher``.
    jobs : int, optional
        How many notebooks run side by side; the number of cores if left out.
    progress : bool
        Whether to show a progress bar on stderr.
    summary : callable, optional
        Called as ``summary(as_of=as_of)``, with the notebooks' own ``as_of`` where none is given; returns the answers for
        the index. `utils.answers.summarise_answers` if left out.
    as_of_range : tuple of str, optional
        First and last day that `as_of` may name.
    root, cache : Path
        Folder of the project, and of cached executions (``.cache/notebooks`` in the project if left out).

    Returns
    -------
    Path
        The index page.

    Raises
    ------
    InputError
        If an argument breaks its rule.
    NotebookError
        If a notebook fails; the report in `out` stays as it was.
    PageError
        If a page would not be readable by everyone; likewise.
    """
    check_as_of(as_of, allowed=as_of_range)
    if edition not in EDITIONS:
        raise InputError(f"edition {edition!r}: give one of {', '.join(EDITIONS)}")
    sources = find_sources(only, root=root)
    out = Path(out).resolve()
    _check_out(out)
    parameters = {} if as_of is None else {"as_of": as_of}
    name = "utils.answers.summarise_answers" if summary is None else f"{summary.__module__}.{summary.__qualname__}"
    keys = [execution_key(source, parameters=accepted_parameters(source, parameters), root=root) for source in sources]
    key = hash_json([keys, [source.stem for source in sources], edition, as_of, name, _hash_templates()])
    if _is_current(out, key):
        return out / "index.html"

    folder = cache or root / ".cache" / "notebooks"
    names = [source.stem for source in sources]
    fragments: dict[str, Fragment] = {}

    def render(done: Execution) -> None:
        fragments[done.name] = render_fragment(done.notebook, name=done.name, edition=edition, names=names)

    asked = as_of or default_parameter(sources, "as_of")
    executions, answers = execute_many(
        sources,
        parameters=parameters,
        root=root,
        cache=folder,
        jobs=jobs,
        progress=progress,
        beside=lambda: _summarise(summary, as_of=asked, folder=folder, key=hash_json([keys, asked, name])),
        on_done=render,
    )
    parts = {source.stem: fingerprint(source, root=root) for source in sources}
    ordered = [fragments[name] for name in names]
    pages = _assemble(ordered, executions, answers, parts=parts, edition=edition)
    for file, html in pages.items():
        problems = check_page(html)
        if problems:
            raise PageError(f"page {file}: {problems[0]}" + (f" (and {len(problems) - 1} more)" * (len(problems) > 1)))
    seconds = {done.name: done.seconds for done in executions}
    with _replace_folder(out) as fresh:
        for file, html in pages.items():
            write_text(fresh / file, html)
        held = {file: hash_json(html) for file, html in pages.items()}
        manifest = {"key": key, "as_of": answers["as_of"], "edition": edition, "seconds": seconds, "files": held}
        write_text(fresh / MANIFEST, json.dumps(manifest, indent=1) + "\n")
    return out / "index.html"


def check_as_of(as_of: str | None, *, allowed: tuple[str, str] | None = None) -> None:
    """Raise InputError unless `as_of` is None or a day written YYYY-MM-DD within `allowed`."""
    if as_of is None:
        return
    span = f" from {allowed[0]} to {allowed[1]}" if allowed else ""
    try:
        valid = re.fullmatch(r"\d{4}-\d{2}-\d{2}", as_of) is not None and bool(date.fromisoformat(as_of))
    except ValueError:
        valid = False
    if not valid:
        raise InputError(f"as-of {as_of!r} is not a day: write it as YYYY-MM-DD, a day of the calendar{span}")
    if allowed and not allowed[0] <= as_of <= allowed[1]:
        raise InputError(f"as-of {as_of!r} is outside of the days that the data cover: give a day{span}")


@lru_cache(maxsize=1)
def _hash_templates() -> str:
    files = sorted(path for path in TEMPLATES.rglob("*") if path.is_file())
    texts = [[path.name, path.read_text(encoding="utf-8")] for path in files]
    return hash_json([texts, Path(__file__).read_text(encoding="utf-8")])


def _read_manifest(out: Path) -> dict[str, Any] | None:
    try:
        held = json.loads((out / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return held if isinstance(held, dict) and isinstance(held.get("files"), dict) else None


def _is_current(out: Path, key: str) -> bool:
    held = _read_manifest(out)
    if held is None or held.get("key") != key:
        return False
    return all(
        (out / file).is_file() and hash_json((out / file).read_text(encoding="utf-8")) == sha
        for file, sha in held["files"].items()
    )


def _check_out(out: Path) -> None:
    """Refuse a folder that holds anything but a report, because the report replaces the folder."""
    if not out.exists():
        return
    if not out.is_dir():
        raise InputError(f"out {out}: is a file, name a folder for the report")
    present = {path.name for path in out.iterdir()}
    held = _read_manifest(out)
    strange = sorted(present - (set(held["files"]) | {MANIFEST} if held else set()))
    if strange:
        raise InputError(f"out {out}: holds {strange[0]}, which no report wrote; name a new or an empty folder")


@contextmanager
def _replace_folder(out: Path) -> Iterator[Path]:
    """Give an empty folder beside `out` that takes its place if the block ends well, and goes if it does not."""
    out.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(dir=out.parent, prefix=f".{out.name}."))
    fresh, last = work / "fresh", work / "last"
    fresh.mkdir()
    try:
        yield fresh
        if out.exists():
            os.rename(out, last)
        try:
            os.rename(fresh, out)
        except OSError:
            if last.exists():
                os.rename(last, out)
            raise
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _summarise(summary: Summary | None, *, as_of: str | None, folder: Path, key: str) -> dict[str, Any]:
    """Return the answers as plain JSON types, from the cache where nothing that they depend on changed."""
    kept = folder / f"summary-{key[:24]}.json"
    try:
        return json.loads(kept.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        pass  # Not computed yet, or damaged: compute it below.
    if summary is None:
        from .answers import summarise_answers as summary
    text = json.dumps(_plain_types(summary(as_of=as_of)), ensure_ascii=False)
    for stale in folder.glob("summary-*.json"):
        stale.unlink(missing_ok=True)
    write_text(kept, text)
    return json.loads(text)


def _plain_types(value: Any) -> Any:
    """Return a value in JSON's types; a number that is not finite becomes None, which the page shows as not given."""
    if isinstance(value, Mapping):
        return {str(key): _plain_types(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain_types(item) for item in value]
    if value is None or isinstance(value, bool | str | int):
        return value
    if hasattr(value, "item"):
        return _plain_types(value.item())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return str(value)[:10] if isinstance(value, date) else str(value)


_EXPORT_LOCK = threading.Lock()


def render_fragment(notebook: Mapping[str, Any], *, name: str, edition: str = "reader", names: Sequence[str] = ()) -> Fragment:
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

    Raises
    ------
    PageError
        If there is not exactly one h1, a figure lacks alternative text or caption, a heading skips a level, or a text
        holds LaTeX, which a page without MathJax cannot set.
    """
    from bs4 import BeautifulSoup

    shown = _choose_cells(notebook, edition=edition)
    for cell in shown["cells"]:
        if cell["cell_type"] == "markdown" and LATEX.search(re.sub(r"```.*?```|`[^`]*`", "", cell["source"], flags=re.S)):
            line = next((line for line in cell["source"].splitlines() if LATEX.search(line)), cell["source"])
            raise PageError(f"page {name}: LaTeX in {line.strip()[:80]!r}: pages load no MathJax, write it out or use <math>")
    # One export at a time: jinja environments and pygments' caches are shared between the threads that render.
    with _EXPORT_LOCK:
        soup = BeautifulSoup(_export(shown), "html.parser")
    try:
        h1 = _take_h1(soup)
        for finish in (_finish_headings, _finish_figures, _finish_tables):
            finish(soup)
    except PageError as error:
        raise PageError(f"page {name}: {error}") from None
    sentence = _first_sentence(soup)
    _finish_links(soup, names=names)
    title = h1.get_text(" ", strip=True)
    toc = tuple(
        Heading(id=tag["id"], text=tag.get_text(" ", strip=True), level=int(tag.name[1])) for tag in soup.find_all(["h2", "h3"])
    )
    return Fragment(
        name=name,
        title=title,
        sentence=sentence,
        heading=str(h1),
        content=str(soup),
        toc=toc,
        has_code=soup.select_one("details.code") is not None,
    )


def _choose_cells(notebook: Mapping[str, Any], *, edition: str) -> dict[str, Any]:
    chosen = copy.deepcopy(dict(notebook))
    chosen["cells"] = [c for c in chosen["cells"] if edition == "teacher" or "teacher" not in cell_tags(c)]
    for cell in chosen["cells"]:
        # A widget needs a kernel: a page shows the static output that the notebook gives beside it.
        cell["outputs"] = [o for o in cell.get("outputs", []) if not _needs_script(o)]
        if cell["cell_type"] != "code":
            del cell["outputs"]
    return chosen


def _needs_script(output: Mapping[str, Any]) -> bool:
    kinds = output.get("data", {}).keys()
    return bool({"application/vnd.jupyter.widget-view+json", "application/javascript"} & kinds)


@lru_cache(maxsize=1)
def _exporter():
    from nbconvert.exporters import HTMLExporter
    from nbconvert.exporters.templateexporter import TemplateExporter
    from nbconvert.filters import Highlight2HTML

    class AidExporter(HTMLExporter):
        """The stock exporter without its last step, which gives an image without a description a made-up one."""

        def from_notebook_node(self, nb, resources=None, **kw):
            self.register_filter("highlight_code", Highlight2HTML(pygments_lexer="ipython3", parent=self))
            return TemplateExporter.from_notebook_node(self, nb, resources, **kw)

    exporter = AidExporter(
        template_name="aid", extra_template_basedirs=[str(TEMPLATES)], exclude_anchor_links=True, embed_images=True
    )
    exporter.register_filter("first_line", _first_line)
    return exporter


def _first_line(cell: Mapping[str, Any]) -> str:
    """Return a cell's first line, with the next one where a bracket opens: ``show(`` alone tells nothing."""
    lines = [line.strip() for line in cell["source"].splitlines() if line.strip()]
    if len(lines) > 1 and lines[0].endswith(("(", "[", "{")):
        return lines[0] + lines[1]
    return lines[0] if lines else ""


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
        if not (image.get("alt") or "").strip():
            raise PageError(f"a figure has no alternative text: {mend}")
        if not image.get("src", "").startswith("data:"):
            raise PageError(f"image {image.get('src')!r} lies outside of the page: {mend}")
        if image.find_parent("figure") is None:
            raise PageError(f"image {image['alt'][:60]!r} has no caption: {mend}")
    for figure in soup.find_all("figure"):
        caption = figure.find("figcaption")
        if caption is None or not caption.get_text(strip=True):
            raise PageError(f"a figure has no caption: {mend}")
        for image in figure.find_all("img"):
            _wrap(soup, image, label=f"Figure: {_clip(caption.get_text(' ', strip=True))}", extra="figure-box")


def _wrap(soup: BeautifulSoup, tag: Tag, *, label: str, extra: str = "") -> None:
    names = ["scroll", extra] if extra else ["scroll"]
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
        caption = table.caption
        before = table.find_previous(re.compile(r"^h[2-4]$"))
        named = caption or before
        about = _clip(named.get_text(" ", strip=True)) if named else ""
        if table.find_parent(class_="scroll") is None:
            _wrap(soup, table, label=f"Table {number}: {about}" if about else f"Table {number}")


def _finish_cells(table: Tag) -> None:
    for cell in table.find_all("th"):
        if not cell.get_text(strip=True):
            cell.name = "td"  # an empty header would be announced as one
            cell.attrs.pop("scope", None)
        elif not cell.get("scope"):
            cell["scope"] = "col" if cell.find_parent("thead") else "row"
    for cell in table.find_all(["td", "th"]):
        cell.attrs.pop("style", None) if "text-align" in cell.get("style", "") else None
    rows = [row.find_all(["td", "th"], recursive=False) for row in table.select("tbody tr")]
    width = max(map(len, rows), default=0)
    if any(cell.get("colspan") or cell.get("rowspan") for cell in table.find_all(["td", "th"])):
        return  # places in a row are then no columns
    for place in range(width):
        body = [row[place] for row in rows if place < len(row)]
        texts = [cell.get_text(" ", strip=True) for cell in body]
        told = [text for text in texts if text and text not in MISSING]
        numeric = bool(told) and all(NUMBER.fullmatch(text) for text in told)
        heads = [cells[place] for row in table.select("thead tr") if place < len(cells := row.find_all(["td", "th"]))]
        for cell, text in zip(body, texts, strict=True):
            if numeric and cell.name == "td":
                _add_class(cell, "num")
            elif DAY.fullmatch(text):
                _add_class(cell, "day")
            elif len(text) > 40 and cell.name == "td":
                _add_class(cell, "words")
        if numeric and body[0].name == "td":
            for cell in heads:
                _add_class(cell, "num")


def _add_class(tag: Tag, name: str) -> None:
    tag["class"] = [*tag.get("class", []), name]


def _finish_links(soup: BeautifulSoup, *, names: Sequence[str]) -> None:
    """Point links at the pages of this report; a link to anything else beside the notebook becomes plain text."""
    for link in soup.find_all("a", href=True):
        target, _, anchor = link["href"].partition("#")
        if not target or re.match(r"[a-z][a-z0-9+.-]*:", target, re.IGNORECASE):
            continue
        stem = re.sub(r"\.(ipynb|html)$", "", target.removeprefix("./"))
        if stem in names or target == "index.html":
            link["href"] = f"{stem if stem in names else 'index'}.html" + (f"#{anchor}" if anchor else "")
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


@lru_cache(maxsize=1)
def _environment():
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=False)
    environment.filters.update(percent=format_percent, interval=format_interval, seconds=format_seconds, plain=_format_plain)
    return environment


def format_percent(probability: float | None) -> str:
    """Write a probability as `utils.words.percent` does, and None as not given."""
    return "not given" if probability is None else percent(probability)


def format_interval(bounds: Sequence[float | None]) -> str:
    """Write an interval of a probability, in per cent.

    >>> format_interval([0.051, 0.24])
    '5 to 24 %'
    >>> format_interval([0.0, 0.004])
    'under 1 %'
    """
    low, high = bounds
    if low is None or high is None:
        return "not given"
    if percent(low) == percent(high):
        return percent(low)
    return f"{100 * low:.0f} to {100 * high:.0f} %"


def format_seconds(seconds: float) -> str:
    """Write a duration in seconds, or in minutes and seconds from two minutes on."""
    if seconds >= 120:
        return f"{int(seconds // 60)}{THIN}min {int(seconds % 60)}{THIN}s"
    return f"{seconds:.0f}{THIN}s" if seconds >= 10 else f"{seconds:.1f}{THIN}s"


def _format_plain(value: Any) -> str:
    if value is None or value == "":
        return "not given"
    if value in ("cogat", "unrwa"):
        return value.upper()
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_format_plain(item)}" for key, item in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_format_plain(item) for item in value)
    return str(value)


def _assemble(
    fragments: Sequence[Fragment],
    executions: Sequence[Execution],
    answers: Mapping[str, Any],
    *,
    parts: Mapping[str, Mapping[str, str]],
    edition: str,
) -> dict[str, str]:
    """Return the pages of the report by file name."""
    from markupsafe import Markup

    environment = _environment()
    read = lambda name: Markup((TEMPLATES / name).read_text(encoding="utf-8"))  # noqa: E731
    shared = {
        "css": read("aid.css"),
        "js": read("aid.js"),
        "early_js": read("early.js"),
        "report_title": answers.get("title") or "Will the daily count be reached?",
        "as_of": answers.get("as_of"),
        "edition": edition,
    }
    pages = {}
    for place, (fragment, done) in enumerate(zip(fragments, executions, strict=True)):
        pages[f"{fragment.name}.html"] = environment.get_template("page.html.j2").render(
            **shared,
            kind="page",
            title=f"{fragment.title} · {shared['report_title']}",
            description=fragment.sentence,
            has_code=fragment.has_code,
            name=fragment.name,
            number=fragment.name[:2],
            heading=Markup(fragment.heading),
            content=Markup(fragment.content),
            toc=fragment.toc,
            previous=fragments[place - 1] if place else None,
            next=fragments[place + 1] if place + 1 < len(fragments) else None,
            seconds=done.seconds,
            parts=parts[fragment.name],
        )
    pages["index.html"] = environment.get_template("home.html.j2").render(
        **shared,
        kind="index",
        title=shared["report_title"],
        description=f"{shared['report_title']} The answers as of {shared['as_of']}, and how they were found.",
        has_code=False,
        summary=_complete_summary(answers),
        groups=_group_rows(answers),
        vintage_columns=_vintage_columns(_list_vintages(answers)),
        pages=[
            {"name": f.name, "number": f.name[:2], "title": f.title, "sentence": f.sentence, "seconds": done.seconds}
            for f, done in zip(fragments, executions, strict=True)
        ],
        total=sum(done.seconds for done in executions),
        versions=list_versions(),
    )
    return pages


def _complete_summary(answers: Mapping[str, Any]) -> dict[str, Any]:
    lead = answers.get("lead") or []
    return {
        "as_of": answers["as_of"],
        "origin": answers.get("origin"),
        "lead": [lead] if isinstance(lead, str) else lead,
        "vintages": _list_vintages(answers),
    }


def _list_vintages(answers: Mapping[str, Any]) -> list[Any]:
    """Return the vintages; a pair of source and vintage becomes a row of a table."""
    return [
        dict(zip(("source", "vintage"), vintage, strict=True)) if isinstance(vintage, list) and len(vintage) == 2 else vintage
        for vintage in answers.get("vintages") or []
    ]


def _vintage_columns(vintages: Sequence[Any]) -> list[str]:
    if not all(isinstance(vintage, Mapping) for vintage in vintages):
        return []
    return list(dict.fromkeys(column for vintage in vintages for column in vintage))


def _group_rows(answers: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Gather the rows of the answers by question, in the order in which the questions first appear."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in answers["rows"]:
        full = {"probability": None, "low": None, "high": None, "vintage": None, "last_known": None, **row}
        full["baselines"] = row.get("baselines") or {}
        for field in ("probability", "low", "high"):
            if full[field] is not None and not 0 <= full[field] <= 1:
                raise InputError(f"{field} {full[field]} of {row['question']!r}: a probability lies in 0 to 1")
        groups.setdefault(row["question"], []).append(full)
    return [
        {
            "question": question[:1].upper() + question[1:] + (f", before {rows[0]['closes']}" if rows[0].get("closes") else ""),
            "rows": rows,
            "baselines": list(dict.fromkeys(name for row in rows for name in row["baselines"])),
        }
        for question, rows in groups.items()
    ]


def check_page(html: str) -> list[str]:
    """Return what keeps a page from being read by everyone, offline; empty if nothing does.

    Checked: the language, one h1, alternative text and captions, ids that are unique, links within the page that lead
    somewhere, names for links and buttons, and that nothing is fetched.
    """
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(html, "html.parser")
    problems = []
    if not (soup.html and soup.html.get("lang")):
        problems.append("the html element names no language")
    if len(soup.find_all("h1")) != 1:
        problems.append(f"{len(soup.find_all('h1'))} first-level headings instead of one")
    for image in soup.find_all("img"):
        if not (image.get("alt") or "").strip():
            problems.append("an image has no alternative text")
    for figure in soup.find_all("figure"):
        if not (figure.figcaption and figure.figcaption.get_text(strip=True)):
            problems.append("a figure has no caption")
    ids = [tag["id"] for tag in soup.find_all(id=True)]
    problems += [f"id {name!r} stands twice" for name in sorted({name for name in ids if ids.count(name) > 1})]
    for link in soup.find_all("a", href=True):
        if link["href"].startswith("#") and unquote(link["href"][1:]) not in ids:
            problems.append(f"link {link['href']!r} leads nowhere")
    for tag in soup.find_all(["a", "button"]):
        if not (tag.get_text(strip=True) or tag.get("aria-label")):
            problems.append(f"a {tag.name} element has no name")
    return problems + _list_fetched(soup)


def _list_fetched(soup: BeautifulSoup) -> list[str]:
    fetched = []
    for tag in soup.find_all(["img", "script", "iframe", "source", "video", "audio", "embed", "object", "input", "track"]):
        for attribute in ("src", "data", "poster", "srcset"):
            if tag.get(attribute) and not str(tag[attribute]).startswith("data:"):
                fetched.append(f"{tag.name} loads {str(tag[attribute])[:80]!r}")
    for link in soup.find_all("link", href=True):
        if not link["href"].startswith("data:"):
            fetched.append(f"link loads {link['href'][:80]!r}")
    styles = [tag.get_text() for tag in soup.find_all("style")] + [tag["style"] for tag in soup.find_all(style=True)]
    if any(FETCHED.search(style) for style in styles):
        fetched.append("a style sheet loads a file")
    return fetched
