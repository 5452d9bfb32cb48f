"""Find the files that a Python file imports, without running it.

A result is made by the code that its script imports, and by no other. What is read here is the text. Imports anywhere in it
count, inside functions too, for they run sooner or later; those under ``if TYPE_CHECKING`` never run and do not. A package whose
``__init__.py`` looks names up on first use (PEP 562: a ``__getattr__`` beside a table of names and modules) is followed through
that table, so that a name taken from it leads to its own module alone. A module imported by a name that code puts together
(`importlib`) cannot be seen.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from .errors import InputError


@dataclass(frozen=True)
class _Wanted:
    """One import: ``from {level dots}{module} import {name}``; no name for the module alone."""

    level: int
    module: str
    name: str | None = None


@dataclass(frozen=True)
class _Imports:
    """What one file imports, and as a package the modules of the names that it looks up on first use."""

    wanted: frozenset[_Wanted]
    homes: Mapping[str, str]


def list_imported_files(start: Path, *, root: Path, known: dict[Path, list[Path]] | None = None) -> tuple[Path, ...]:
    """List the files that importing or running a file can load from a project, itself first.

    Parameters
    ----------
    start : Path
        A module of the project, or a script in Jupyter's dialect of Python (``await`` outside of a function is allowed).
    root : Path
        Folder of the project, from which absolute imports start. What is not found there is someone else's.
    known : dict, optional
        What each file leads to, for calls that ask of one moment; it is filled on the way.

    Returns
    -------
    tuple of Path
        `start`, then the others in the order of their paths; among them the ``__init__.py`` of every package on the way.

    Raises
    ------
    InputError
        If a file is not Python.

    Notes
    -----
    A version of a file (its time of change and size) is parsed once in a process.

    Examples
    --------
    >>> from utils.common.paths import ROOT
    >>> [path.name for path in list_imported_files(ROOT / "utils" / "common" / "imports.py", root=ROOT)]
    ['imports.py', '__init__.py', '__init__.py', 'errors.py']
    """
    start, root = start.resolve(), root.resolve()
    known = {} if known is None else known
    ours = {path.stem if path.suffix == ".py" else path.name for path in root.iterdir()}
    found: set[Path] = set()
    waiting = [start, *_list_packages(start.parent, root=root)]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            if path not in known:
                known[path] = _list_targets(path, root=root, ours=ours)
            waiting += known[path]
    return start, *sorted(found - {start})


def _list_targets(path: Path, *, root: Path, ours: set[str]) -> list[Path]:
    """List the files of a project that importing or running one file leads to at once."""
    targets: dict[Path, None] = {}
    for wanted in _read_imports(path).wanted:
        if wanted.level or wanted.module.partition(".")[0] in ours:
            place = _find_place(wanted, path, root=root)
            if place is not None:
                targets |= dict.fromkeys(_find_module(place, wanted.name, root=root))
    return list(targets)


def _read_imports(path: Path) -> _Imports:
    status = path.stat()
    return _read_version(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=2048)
def _read_version(path: Path, modified: int, size: int) -> _Imports:
    try:
        # As `ast.parse`, but with the `await` outside of functions that notebooks may hold.
        flags = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        tree = compile(path.read_bytes(), str(path), "exec", flags=flags, dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        raise InputError(f"{path.name}, line {line or '?'}: is not Python ({getattr(error, 'msg', error)}); correct it") from None
    return _Imports(frozenset(_list_wanted(tree)), _read_homes(tree) if path.name == "__init__.py" else {})


def _list_wanted(tree: ast.Module) -> Iterator[_Wanted]:
    modules: dict[str, str] = {}  # what a name of this file stands for, to follow `package.name`
    attributes: list[tuple[str, str]] = []
    for node in _walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield _Wanted(0, alias.name)
                modules[alias.asname or alias.name.partition(".")[0]] = (
                    alias.name if alias.asname else alias.name.partition(".")[0]
                )
        elif isinstance(node, ast.ImportFrom):
            yield from (_Wanted(node.level, node.module or "", alias.name) for alias in node.names)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            attributes.append((node.value.id, node.attr))
    yield from (_Wanted(0, modules[name], attribute) for name, attribute in attributes if name in modules)


_LEAVES = (ast.Constant, ast.Name, ast.expr_context, ast.operator, ast.unaryop, ast.cmpop, ast.boolop)


def _walk(tree: ast.AST) -> Iterator[ast.AST]:
    """Walk a tree as `ast.walk` does, past what only a type checker reads."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, ast.If) and ast.unparse(node.test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}:
            waiting += node.orelse
        else:
            # As `ast.iter_child_nodes`, past the leaves: there are 200,000 nodes in this project.
            for field in node._fields:
                child = getattr(node, field, None)
                if isinstance(child, list):
                    waiting += [one for one in child if isinstance(one, ast.AST) and not isinstance(one, _LEAVES)]
                elif isinstance(child, ast.AST) and not isinstance(child, _LEAVES):
                    waiting.append(child)


def _read_homes(tree: ast.Module) -> Mapping[str, str]:
    """Read the table of names and modules of a package that looks names up on first use; empty if it does not."""
    if not any(isinstance(node, ast.FunctionDef) and node.name == "__getattr__" for node in tree.body):
        return {}
    homes: dict[str, str] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Dict):
            for key, value in zip(node.value.keys, node.value.values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(value, ast.Constant) and isinstance(value.value, str):
                    homes[str(key.value)] = value.value
    return homes


def _find_place(wanted: _Wanted, path: Path, *, root: Path) -> Path | None:
    """Find where the module of an import by the file at `path` would lie, without suffix; None if outside of the project."""
    base = path.parents[wanted.level - 1] if wanted.level else root
    return base.joinpath(*filter(None, wanted.module.split("."))) if base.is_relative_to(root) else None


def _find_module(place: Path, name: str | None, *, root: Path) -> list[Path]:
    """Find the files of the module at a place (a path without suffix) and of a name in it, with the packages above."""
    file, package = place.with_name(f"{place.name}.py"), place / "__init__.py"
    if package.is_file():
        found = _list_packages(place, root=root)
    elif file.is_file():
        return [file, *_list_packages(place.parent, root=root)]
    elif place.is_dir() and place != root:
        found = []  # a folder without `__init__.py` can be a package too
    else:
        return []
    if name is None:
        return found
    homes = _read_imports(package).homes if package.is_file() else {}
    for one in sorted(homes) if name == "*" else [name]:
        found += _find_module(place / one, None, root=root)
        if one in homes and not homes[one].startswith("."):
            found += _find_module(place.joinpath(*homes[one].split(".")), one, root=root)
    return found


def _list_packages(folder: Path, *, root: Path) -> list[Path]:
    """List the ``__init__.py`` of a folder and of those above it, up to `root`."""
    found = []
    while folder != root and root in folder.parents:
        if (file := folder / "__init__.py").is_file():
            found.append(file)
        folder = folder.parent
    return found
