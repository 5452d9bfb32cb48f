"""The files that a script imports are found from its text, and no others."""

import ast
import json
import subprocess
import sys

import pytest

from utils import InputError
from utils.common.files import hash_files
from utils.common.imports import list_imported_files
from utils.common.paths import NOTEBOOKS, ROOT

LAZY = """
_HOME = {"count": "deep.counting", "draw": "drawing"}
def __getattr__(name):
    from importlib import import_module
    return getattr(import_module(f".{_HOME[name]}", __name__), name)
"""
PROJECT = {
    "kit/__init__.py": LAZY,
    "kit/drawing.py": "import numpy\ndraw = 1",
    "kit/alone.py": "x = 1",
    "kit/deep/__init__.py": "",
    "kit/deep/counting.py": "from ..shared import add\ndef count():\n    from . import late\n    from .sub.part import piece",
    "kit/deep/late.py": "x = 1",
    "kit/deep/sub/part.py": "piece = 1",
    "kit/shared.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from .alone import x\nelse:\n    add = 1",
    "pages/01_page.py": "",
}
COUNTING = {"kit/__init__.py", "kit/deep/__init__.py", "kit/deep/counting.py", "kit/deep/late.py", "kit/deep/sub/part.py"}


@pytest.fixture
def project(tmp_path):
    for name, text in PROJECT.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def find(project, code):
    """Which files does a script with this code import, by their places?"""
    script = project / "pages" / "01_page.py"
    script.write_text(code)
    first, *others = list_imported_files(script, root=project)
    assert first == script.resolve() and others == sorted(set(others))
    return {path.relative_to(project.resolve()).as_posix() for path in others}


@pytest.mark.parametrize(
    ("code", "files"),
    [
        ("import numpy, pandas.testing\nfrom json import loads", set()),
        ("from kit import count", {*COUNTING, "kit/shared.py"}),
        ("from kit import draw", {"kit/__init__.py", "kit/drawing.py"}),
        ("import kit as k\nk.draw", {"kit/__init__.py", "kit/drawing.py"}),
        ("import kit.alone", {"kit/__init__.py", "kit/alone.py"}),
        ("from kit import alone", {"kit/__init__.py", "kit/alone.py"}),
        ("def f():\n    from kit.alone import x", {"kit/__init__.py", "kit/alone.py"}),
        ("await f()\nimport kit", {"kit/__init__.py"}),
        ("from kit import *", {*COUNTING, "kit/shared.py", "kit/drawing.py"}),
        ("from kit.deep.sub import part", {"kit/__init__.py", "kit/deep/__init__.py", "kit/deep/sub/part.py"}),
        ("from kit import absent\nimport kit.absent", {"kit/__init__.py"}),
    ],
)
def test_what_a_script_imports_is_found(project, code, files):
    assert find(project, code) == files


def test_a_change_counts_where_it_is_imported_and_nowhere_else(project):
    find(project, "from kit import count")
    script = project / "pages" / "01_page.py"

    def now():
        return hash_files(list_imported_files(script, root=project), root=project)

    first = now()
    (project / "kit" / "alone.py").write_text("x = 1000")
    assert now() == first, "nobody imports it, but for a type checker"
    late = project / "kit" / "deep" / "late.py"
    late.write_text("x = 1000")
    changed = now()
    assert changed != first, "a function imports it"
    late.write_text("from ..alone import x")
    assert now() != changed
    deeper = now()
    (project / "kit" / "alone.py").write_text("x = 1000  # so many")
    assert now() != deeper, "it is imported now; and a comment counts"
    late.write_bytes(late.read_bytes() + b"\r\n")
    windows = now()
    late.write_bytes(late.read_bytes().replace(b"\r\n", b"\n"))
    assert now() == windows


def test_a_file_that_is_not_python_is_named_in_one_line(project):
    with pytest.raises(InputError, match=r"^01_page\.py, line 2: is not Python \(.*\); correct it$"):
        find(project, "import kit\nfrom kit import (")


def test_all_that_a_notebook_loads_is_found():
    """The imports of the notebook that has most of them, run for comparison."""
    source = NOTEBOOKS / "source" / "07_check_our_work.py"
    tree = ast.parse(source.read_text(encoding="utf-8"))
    code = "\n".join(ast.unparse(node) for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom))
    show = "import json, sys\nprint(json.dumps([getattr(m, '__file__', None) for m in list(sys.modules.values())]))"
    done = subprocess.run([sys.executable, "-c", f"{code}\n{show}"], capture_output=True, text=True, check=True, cwd=ROOT)
    loaded = {file for file in json.loads(done.stdout.splitlines()[-1]) if file and file.startswith(str(ROOT / "utils"))}
    assert len(loaded) > 20
    assert loaded <= {str(path) for path in list_imported_files(source, root=ROOT)}


def test_no_module_is_imported_by_a_name_that_code_puts_together():
    """Such an import could not be found in the text. The package's own table of names can."""
    hidden = ("import_module(", "__import__(", "exec(", "spec_from_")
    # The one imports all modules to write a page on each, the other runs the code of exercises; no page hangs on either.
    apart = [ROOT / "utils" / name for name in ("publishing/api.py", "course/judging.py")]
    for page in (ROOT / "notebooks" / "source").rglob("*.py"):
        assert not {*apart} & {*list_imported_files(page, root=ROOT)}, page
    for path in (ROOT / "utils").rglob("*.py"):
        if path not in (ROOT / "utils" / "__init__.py", *apart):
            assert not [word for word in hidden if word in path.read_text(encoding="utf-8")], path
