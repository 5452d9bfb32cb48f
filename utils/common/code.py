"""Know code by what it does: a hash that the words beside it do not change.

What a computation gave stays true while its code does the same. A comment or a docstring may be written better without making a
result stale that took minutes; every other change of the text counts.
"""

from __future__ import annotations

import ast
import hashlib
import io
import tokenize
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path


def hash_code(paths: Iterable[Path], *, root: Path) -> str:
    """Return one sha256 of several Python files: of their places below `root` and of what they hold beside comments.

    Parameters
    ----------
    paths : iterable of Path
        Python files below `root`, in any order.
    root : Path
        Folder that their places start from.

    Notes
    -----
    The text itself is hashed, with comments and docstrings cut out, and not what a parser makes of it: that differs between
    versions of Python. A version of a file is read once in a process.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file, hashes = Path(folder) / "rule.py", []
    ...     for text in ("limit = 1", "limit = 1  # a day", "limit = 20"):
    ...         _ = file.write_text(text)
    ...         hashes.append(hash_code([file], root=Path(folder)))
    >>> hashes[0] == hashes[1], hashes[0] == hashes[2]
    (True, False)
    """
    root = root.resolve()
    total = hashlib.sha256()
    for path in sorted(path.resolve() for path in paths):
        status = path.stat()
        held = _hash_version(path, status.st_mtime_ns, status.st_size)
        total.update(f"{path.relative_to(root).as_posix()}\0{held}\n".encode())
    return total.hexdigest()


@lru_cache(maxsize=1024)
def _hash_version(path: Path, modified: int, size: int) -> str:
    return hashlib.sha256(cut_words(path.read_text(encoding="utf-8")).encode()).hexdigest()


def cut_words(text: str) -> str:
    r"""Cut comments and docstrings out of a Python text, with the lines that hold nothing else.

    Examples
    --------
    >>> cut_words('def f():\n    "Say one."\n    return 1  # not two\n')
    'def f():\n    return 1'
    """
    whole = text.split("\n")
    lines: list[str | None] = [*whole]
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and ast.get_docstring(node):
            words = node.body[0]
            rows = range(words.lineno - 1, words.end_lineno or words.lineno)
            if not whole[rows[0]][: words.col_offset].strip():  # else it stands beside code, and stays
                for row in rows:
                    lines[row] = None
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start[0] - 1, token.start[1]
            lines[row] = whole[row][:column].rstrip() or None
    return "\n".join(line for line in lines if line is not None).rstrip("\n")
