"""The HTML report: a page a notebook and an index with the answers, readable offline and by a screen reader.

Every page is one file that asks the network for nothing (its content security policy forbids it). Figures without
alternative text or caption are refused here, so that none can reach a reader. The report is written beside its place and
moved there when it is whole: a failure leaves the last good report as it was.
"""

from __future__ import annotations

import inspect
import json
import math
import shutil
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from ..common.errors import InputError
from ..common.files import check_writable, hash_files, repair_folder, replace_folder, write_files, write_text
from ..common.formatting import INTERVAL_RULE, percent, write_interval
from ..common.imports import list_imported_files
from ..common.paths import ROOT, find_cache
from .accessibility import check_page
from .answer_grid import read_grid, write_grid_table
from .api import API, find_api
from .execution import Execution, hash_execution
from .glossary import Glossary
from .pages import (
    EDITIONS,
    TEMPLATES,
    THIN,
    Fragment,
    PageError,
    admit_script,
    dress_page,
    finish_figure,
    prepare_rendering,
    render_fragment,
    style_drawings,
)
from .pdf import PRINTED
from .run_many import execute_many
from .sources import find_default, find_sources, select_parameters
from .stamps import fingerprint, hash_json, list_versions
from .supplements import Supplement, Supplements, name_file

if TYPE_CHECKING:
    from jinja2 import Environment

MANIFEST = "report.json"
TITLE = "Report"
"""Title of a report without answers; one with answers bears theirs."""

Summary = Callable[..., Mapping[str, Any]]
"""What gives the answers for the index; see `write_report`."""


def write_report(
    *,
    out: Path | str,
    summary: Summary | None,
    as_of: str | None = None,
    only: str | Iterable[str] | None = None,
    edition: str = "reader",
    glossary: Glossary | None = None,
    supplements: Supplements | None = None,
    jobs: int | None = None,
    progress: bool = True,
    root: Path = ROOT,
    cache: Path | None = None,
) -> Path:
    """Execute the notebooks and write the report; do nothing if the report in `out` is already this one.

    Parameters
    ----------
    out : Path or str
        Folder of the report. It must be new, empty, or hold a report and nothing else.
    summary : callable or None
        Called as ``summary(as_of=as_of)``, with the notebooks' own ``as_of`` where none is given. It returns what the index
        shows. First, its cover: ``title``; ``asked``, the question in a sentence or two; ``grid``, what was said and came
        (`AnswerGrid.to_dict`); ``picture``, one figure as HTML (`utils.figures.style.write_figure`); ``caution``, a sentence on
        what kind of work this is; ``lead``, a paragraph or several; ``as_of`` and ``origin``, days; ``ways`` to read on, each
        with ``reader``, ``words`` and ``pages``, numbers or names of notebooks, also of a place in one, as ``05#start``. Then,
        folded: ``rows``, one an answer with ``question``, ``source``, ``definition``, ``probability``, ``low``, ``high``,
        ``shifted`` (probability with what may come), ``record`` (a sentence: how many of such statements came true) and
        ``baselines`` (probability by name, in words);
        ``records``, what such statements are; ``scenarios``, what may come; and ``vintages``, pairs of source and vintage or
        mappings. Only `title`, `as_of` and the rows' `question`, `source` and `definition` must be there. With None the index
        lists the pages alone.
    as_of : str, optional
        Day, as YYYY-MM-DD, given to each notebook that has a parameter ``as_of``, and to `summary`.
    only : str or iterable of str, optional
        Numbers or names of the notebooks to show; all if left out.
    edition : {"reader", "teacher"}
        The reader's edition leaves out cells tagged ``teacher``, and the notebooks that are for teachers alone.
    glossary : Glossary, optional
        Terms that each page links at their first use, where the report holds the page that lists them.
    supplements : Supplements, optional
        Hands over pages that stand beside those of the notebooks, such as exercises.
    jobs : int, optional
        How many notebooks run side by side; the number of cores if left out.
    progress : bool
        Whether to show a progress bar on stderr.
    root, cache : Path
        Folder of the project, and of cached executions (by default that of `utils.common.paths.find_cache`).

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

    Examples
    --------
    >>> write_report(out="reports", summary=None, edition="pupil")
    Traceback (most recent call last):
    ...
    utils.common.errors.InputError: edition 'pupil': give one of reader, teacher
    """
    if edition not in EDITIONS:
        raise InputError(f"edition {edition!r}: give one of {', '.join(EDITIONS)}")
    sources = find_sources(only, root=root, edition=edition)
    out = Path(out).resolve()
    repair_folder(out)
    _check_out(out)
    parameters = {} if as_of is None else {"as_of": _check_as_of(as_of)}
    asked = parameters.get("as_of") or find_default(sources, "as_of")
    known: dict[Path, list[Path]] = {}
    keys = [
        hash_execution(source, parameters=select_parameters(source, parameters), root=root, known=known) for source in sources
    ]
    answers_key = None if summary is None else _hash_summary(summary, as_of=asked, root=root, known=known)
    api = find_api(out)
    beside_key = None if supplements is None else supplements.hash(edition=edition)
    names = [source.stem for source in sources]
    key = hash_json([keys, names, edition, asked, answers_key, beside_key, repr(glossary), api, _hash_machinery()])
    if _is_current(out, key):
        return out / "index.html"

    check_writable(out, name="out")
    folder = cache or find_cache("notebooks", root=root)
    fragments: dict[str, Fragment] = {}
    known_names = [*names, *([] if supplements is None else supplements.name(names=names))]
    render_page = partial(render_fragment, edition=edition, names=known_names, glossary=glossary)

    def render(done: Execution) -> None:
        fragments[done.name] = render_page(done.notebook, name=done.name)

    def make_beside() -> tuple[dict[str, Any] | None, list[Supplement]]:
        made = [] if supplements is None else supplements.make(edition=edition, names=names, cache=cache, jobs=jobs)
        return None if summary is None else _summarise(summary, as_of=asked, folder=folder, key=str(answers_key)), made

    executions, (answers, made) = execute_many(
        sources,
        parameters=parameters,
        root=root,
        cache=folder,
        jobs=jobs,
        progress=progress,
        before=prepare_rendering,
        beside=make_beside,
        on_done=render,
    )
    now: dict[Path, list[Path]] = {}
    parts = {source.stem: fingerprint(source, root=root, known=now) for source in sources}
    ordered = [fragments[name] for name in names]
    added = [(one, render_page(one.notebook, name=one.name)) for one in made]
    dated = {source.stem for source in sources if find_default([source], "as_of") is not None}
    write = partial(_assemble, parts=parts, edition=edition, as_of=asked, dated=dated, api=api is not None, added=added)
    pages = write(ordered, executions, answers)
    for file, html in pages.items():
        problems = check_page(html)
        if problems:
            raise PageError(f"page {file}: {problems[0]}" + (f" (and {len(problems) - 1} more)" * (len(problems) > 1)))
    seconds = {done.name: done.seconds for done in executions}
    held = {file: hash_json(html) for file, html in pages.items()}
    shown = answers["as_of"] if answers else asked
    manifest = {"key": key, "as_of": shown, "edition": edition, "seconds": seconds, "files": held}
    with replace_folder(out) as fresh:
        texts = {**pages, MANIFEST: json.dumps(manifest, indent=1) + "\n"}
        write_files(fresh, {file: text.encode() for file, text in texts.items()})
        if api is not None:
            shutil.copytree(out / API, fresh / API)
    return out / "index.html"


def _check_as_of(as_of: str) -> str:
    from ..common.checks import check_day  # loads pandas, which a report that is current already does without

    return f"{check_day(as_of, name='as-of'):%Y-%m-%d}"


def _hash_machinery() -> str:
    """Hash what makes pages of executions: this module, those that it imports, and the templates."""
    templates = [path for path in TEMPLATES.rglob("*") if path.is_file()]
    return hash_files([*list_imported_files(Path(__file__), root=ROOT), *templates], root=ROOT)


def _hash_summary(summary: Summary, *, as_of: str | None, root: Path, known: dict[Path, list[Path]]) -> str:
    """Hash what the answers depend on; without a file that holds `summary` nothing tells, so they are computed each time."""
    try:
        file = Path(inspect.getfile(summary))
        name = f"{summary.__module__}.{summary.__qualname__}"
    except (TypeError, AttributeError):
        return uuid4().hex
    return (
        hash_json([name, hash_execution(file, parameters={"as_of": as_of}, root=root, known=known)])
        if file.is_file()
        else uuid4().hex
    )


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
    ours = set(held["files"]) | {MANIFEST} if held else set()
    printed = {f"{PRINTED}/{path.name}" for path in (out / PRINTED).glob("*") if path.with_suffix(".html").name not in ours}
    folders = {name for name in (PRINTED, API) if (ours or name == API) and (out / name).is_dir()}
    strange = sorted(present - ours - folders | printed)
    if strange:
        raise InputError(f"out {out}: holds {strange[0]}, which no report wrote; name a new or an empty folder")


def _summarise(summary: Summary, *, as_of: str | None, folder: Path, key: str) -> dict[str, Any]:
    """Return the answers as plain JSON types, from the cache where nothing that they depend on changed."""
    kept = folder / f"summary-{key[:24]}.json"
    try:
        return json.loads(kept.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        pass  # Not computed yet, or damaged: compute it below.
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


@lru_cache(maxsize=1)
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=False)
    environment.filters.update(percent=format_percent, interval=format_interval, seconds=format_seconds, plain=_format_plain)
    environment.filters["admit"] = admit_script
    return environment


def format_percent(probability: float | None) -> str:
    """Write a probability in per cent, and None as not given.

    >>> format_percent(0.176), format_percent(None)
    ('18 %', 'not given')
    """
    return "not given" if probability is None else percent(probability)


def format_interval(bounds: Sequence[float | None]) -> str:
    """Write an interval of a probability, in per cent.

    >>> format_interval([0.051, 0.24]), format_interval([None, None])
    ('5 % to 24 %', 'not given')
    """
    low, high = bounds
    return "not given" if low is None or high is None else write_interval(low, high)


def format_seconds(seconds: float) -> str:
    """Write a duration in seconds, or in minutes and seconds from two minutes on.

    >>> [format_seconds(seconds).replace(THIN, " ") for seconds in (2.34, 42, 150)]
    ['2.3 s', '42 s', '2 min 30 s']
    """
    if seconds >= 120:
        return f"{int(seconds // 60)}{THIN}min {int(seconds % 60)}{THIN}s"
    return f"{seconds:.0f}{THIN}s" if seconds >= 10 else f"{seconds:.1f}{THIN}s"


def _format_plain(value: Any) -> str:
    if value is None or value == "":
        return "not given"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_format_plain(item)}" for key, item in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_format_plain(item) for item in value)
    return str(value)


def _assemble(
    fragments: Sequence[Fragment],
    executions: Sequence[Execution],
    answers: Mapping[str, Any] | None,
    *,
    parts: Mapping[str, Mapping[str, str]],
    edition: str,
    as_of: str | None,
    dated: Collection[str],
    api: bool = False,
    added: Sequence[tuple[Supplement, Fragment]] = (),
) -> dict[str, str]:
    """Return the pages of the report by file name.

    `as_of` is their day without answers, `dated` those that have one, `api` whether pages of the code stand beside them.
    Pages of `added` stand beside those of the notebooks that they belong to.
    """
    from markupsafe import Markup

    environment = _environment()
    shared: dict[str, Any] = {
        "report_title": answers["title"] if answers else TITLE,
        "as_of": answers["as_of"] if answers else as_of,
        "edition": edition,
    }
    template = environment.get_template("page.html.j2")
    known = {fragment.name: place for place, fragment in enumerate(fragments)}

    def write(fragment: Fragment, number: str, **more: Any) -> str:
        return template.render(
            **shared | ({} if fragment.name in dated else {"as_of": None}),
            **dress_page(fragment.content),
            **more,
            kind="page",
            title=f"{fragment.title} · {shared['report_title']}",
            description=fragment.sentence,
            has_code=fragment.has_code,
            name=fragment.name,
            number=number,
            heading=Markup(fragment.heading),
            content=Markup(fragment.content),
            toc=fragment.toc,
        )

    def find_page(place: int) -> Fragment | None:
        return fragments[place] if 0 <= place < len(fragments) else None

    pages = {}
    for place, (fragment, done) in enumerate(zip(fragments, executions, strict=True)):
        around = {"previous": find_page(place - 1), "next": find_page(place + 1)}
        made = {"seconds": done.seconds, "parts": parts[fragment.name]}
        pages[name_file(fragment.name)] = write(fragment, fragment.name[:2], **around | made)
    beside: dict[str, list[dict[str, str]]] = {}
    for one, fragment in added:
        place = known[one.after]
        around = {"previous": fragments[place], "next": find_page(place + 1)}
        pages[name_file(one.name)] = write(fragment, f"{one.after[:2]} · {one.kind}", **around, seconds=None, parts=None)
        link = {"file": name_file(one.name), "title": fragment.title, "about": one.about}
        beside.setdefault(one.after, []).append(link)
    lead = answers.get("lead") or [] if answers else []
    vintages = _list_vintages(answers) if answers else []
    about = f"The answers as of {shared['as_of']}, and how they were found." if answers else "Notebooks, executed."
    pages["index.html"] = environment.get_template("home.html.j2").render(
        **shared,
        **dress_page(str(answers)),
        kind="index",
        title=shared["report_title"],
        description=f"{shared['report_title']} {about}",
        has_code=False,
        origin=answers.get("origin") if answers else None,
        grid=Markup(write_grid_table(read_grid(answers["grid"]))) if answers and answers.get("grid") else None,
        picture=Markup(finish_figure(answers["picture"])) if answers and answers.get("picture") else None,
        **{name: answers.get(name) if answers else None for name in ("asked", "caution")},
        ways=_list_ways(answers, fragments) if answers else [],
        lead=[lead] if isinstance(lead, str) else lead,
        answered=answers is not None,
        groups=_group_rows(answers) if answers else [],
        interval_rule=INTERVAL_RULE,
        records=(answers.get("records") or "") if answers else "",
        scenarios=(answers.get("scenarios") or "") if answers else "",
        vintages=vintages,
        vintage_columns=_vintage_columns(vintages),
        pages=[
            {"name": f.name, "number": f.name[:2], "title": f.title, "sentence": f.sentence, "seconds": done.seconds}
            | {"beside": beside.get(f.name, [])}
            for f, done in zip(fragments, executions, strict=True)
        ],
        total=sum(done.seconds for done in executions),
        versions=list_versions(),
        api=f"{API}/index.html" if api else None,
    )
    return {file: style_drawings(html) for file, html in pages.items()}


def _list_ways(answers: Mapping[str, Any], fragments: Sequence[Fragment]) -> list[dict[str, Any]]:
    """Return the ways to read on, each with those of its pages that the report holds; one that holds none is left out."""
    known = {key: {"name": one.name, "title": one.title} for one in fragments for key in (one.name, one.name[:2])}
    ways = []
    for way in answers.get("ways") or []:
        parts = [page.partition("#") for page in way["pages"]]
        pages = [known[page] | {"anchor": mark + anchor} for page, mark, anchor in parts if page in known]
        ways.append({**way, "pages": pages})
    return [way for way in ways if way["pages"]]


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
        full = {
            "probability": None,
            "low": None,
            "high": None,
            "shifted": None,
            "record": None,
            **row,
        }
        full["baselines"] = row.get("baselines") or {}
        for field in ("probability", "low", "high", "shifted"):
            if full[field] is not None and not 0 <= full[field] <= 1:
                raise InputError(f"{field} {full[field]} of {row['question']!r}: a probability lies in 0 to 1")
        groups.setdefault(row["question"], []).append(full)
    return [
        {
            "question": question[:1].upper() + question[1:],
            "rows": rows,
            "shifted": any(row["shifted"] is not None for row in rows),
            "baselines": list(dict.fromkeys(name for row in rows for name in row["baselines"])),
        }
        for question, rows in groups.items()
    ]
