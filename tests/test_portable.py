"""No system is shut out: names of files that all can keep, text that all read alike, no call that Windows lacks."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import PureWindowsPath

import pytest

from utils.common.paths import ROOT
from utils.common.sharing import share, share_results

#: Windows finds no file by a path longer than 260; what this leaves is for the folder that the project lies in.
LONGEST = 120
#: Names that stand for devices there, with any suffix.
DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.I)
#: What people start on any system. The tests themselves need Linux or macOS: they send signals.
CODE = sorted(path for folder in ("utils", "benchmarks", "data", "notebooks") for path in (ROOT / folder).rglob("*.py"))
SUBPROCESS = ("run", "Popen", "check_output")
#: Modules and calls that Windows has not.
NO_MODULES = ("curses", "fcntl", "grp", "pty", "pwd", "readline", "resource", "syslog", "termios", "tty")
NO_CALLS = ("fork", "geteuid", "getgid", "getuid", "killpg", "mkfifo", "nice", "sched_getaffinity", "setsid", "sysconf")


def find_flaw(path: str) -> str:
    """Say why some system cannot keep a file at this path; empty if each can."""
    for part in path.split("/"):
        if DEVICES.fullmatch(part):
            return f"{part} is a device"
        if re.search(r'[<>:"|?*\\]', part) or not (part.isascii() and part.isprintable()):
            return f"{part!r} has a character that some systems refuse, or write in another way"
        if part.endswith((".", " ")) or part.startswith(" "):
            return f"{part!r} begins or ends with what some systems drop"
    return f"is longer than {LONGEST}" if len(path) > LONGEST else ""


@pytest.fixture(scope="module")
def tracked() -> list[str]:
    """The files of the project, as git lists them; a copy without git has no other files than those."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, encoding="utf-8")
    if done.returncode:
        return [path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*") if path.is_file() and ".venv" not in path.parts]
    return done.stdout.split("\0")[:-1]


def test_every_system_can_keep_the_files(tracked):
    assert len(tracked) > 300
    assert not {path: flaw for path in tracked if (flaw := find_flaw(path))}
    assert len({path.casefold() for path in tracked}) == len(tracked), "two names differ in case alone"


@pytest.mark.parametrize(
    "path",
    ["a/nul.csv", "COM1", "as_of_12:30.csv", "a\\b", "why?.md", "données.csv", "dot./a", "end ", "new\nline", 61 * "a/b"],
)
def test_a_name_that_some_system_refuses_would_be_seen(path):
    assert find_flaw(path)


def test_what_is_kept_of_computations_has_such_names_too(tmp_path):
    with share_results(tmp_path, basis="5e3c"):
        share("paths", ("cogat: all", "12:30", 'a "quoted" key?'), lambda: 1)
    kept = [ROOT / ".cache", ROOT / "reports", tmp_path]
    files = [path.relative_to(folder).as_posix() for folder in kept for path in folder.rglob("*") if path.is_file()]
    assert files and not {path: flaw for path in files if (flaw := find_flaw(path))}


# ----------------------------------------------------------------------------------------------------------------------- code


def find_faults(code: str) -> Iterator[str]:
    """Find in code what depends on the system: encodings and line ends left open, its separator, modules of some systems."""
    tree = ast.parse(code)
    whole = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr in ("as_posix", "parts")}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else [node.module or ""]
            yield from (f"line {node.lineno}: imports {name}" for name in names if name in NO_MODULES)
        if isinstance(node, ast.Call):
            yield from (f"line {node.lineno}: {fault}" for fault in _judge(node, whole=id(node) in whole))


def _judge(call: ast.Call, *, whole: bool) -> Iterator[str]:
    method = isinstance(call.func, ast.Attribute)
    name = call.func.attr if method else getattr(call.func, "id", "")
    given = {one.arg for one in call.keywords}
    modes = [one.value for one in call.args if isinstance(one, ast.Constant) and re.fullmatch("[rwaxbt+]+", str(one.value))]
    opens_text = name == "open" and not any("b" in mode for mode in modes)
    if opens_text or (method and name in ("read_text", "write_text")) or (name in SUBPROCESS and "text" in given):
        if "encoding" not in given:
            yield f"{name} without an encoding"
    writes_text = (opens_text and re.search("[wax]", "".join(modes))) or (method and name == "write_text")
    if (writes_text and "newline" not in given) or (name == "to_csv" and "lineterminator" not in given):
        yield f"{name} without a line end"
    if name == "relative_to" and not whole:
        yield "relative_to written with the system's separator"


@pytest.mark.parametrize("folder", sorted({path.relative_to(ROOT).parts[0] for path in CODE}))
def test_code_says_how_text_is_written_and_names_files_alike(folder):
    faults = [
        f"{path.relative_to(ROOT).as_posix()}, {fault}"
        for path in CODE
        if path.is_relative_to(ROOT / folder)
        for fault in find_faults(path.read_text(encoding="utf-8"))
        if not (folder == "notebooks" and "to_csv" in fault)  # a learner's own file ends its lines as their system does
    ]
    assert not faults


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("open(path)", "open without an encoding"),
        ("path.open('w', encoding='utf-8')", "open without a line end"),
        ("path.read_text()", "read_text without an encoding"),
        ("path.write_text('a', encoding='utf-8')", "write_text without a line end"),
        ("subprocess.run(command, text=True)", "run without an encoding"),
        ("table.to_csv(path)", "to_csv without a line end"),
        ("str(path.relative_to(root))", "relative_to written"),
        ("import os, fcntl", "imports fcntl"),
    ],
)
def test_code_that_does_not_would_be_seen(code, fault):
    assert [one.partition(": ")[2].startswith(fault) for one in find_faults(code)] == [True]


WITHOUT = f"""
import ctypes, os, sys
sys.modules.update(dict.fromkeys({NO_MODULES}))
for name in {NO_CALLS}:
    delattr(os, name)

def refuse(*_, **__):
    raise TypeError("no library")

ctypes.CDLL = refuse
import importlib, pkgutil, utils
for found in pkgutil.walk_packages(utils.__path__, "utils."):
    if not found.name.endswith("__main__"):
        importlib.import_module(found.name)
from pathlib import Path
from utils.cli import main
from utils.common.files import replace_folder
from utils.publishing.run_many import count_jobs
for text in ("first", "second"):
    with replace_folder(Path(sys.argv[1]) / "folder") as fresh:
        (fresh / text).write_bytes(text.encode())
assert [path.name for path in Path(sys.argv[1]).rglob("*")] == ["folder", "second"]
assert count_jobs(None, tasks=1) == 1
asked = "ask data/examples/uk_covid_tests.csv --date date --count tests --reach 100000 --by 2020-04-30 --as-of 2020-04-28"
main(asked.split())
"""


def test_all_of_it_loads_and_a_question_is_answered_without_what_windows_lacks(tmp_path):
    done = subprocess.run([sys.executable, "-c", WITHOUT, str(tmp_path)], cwd=ROOT, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr[-2000:]
    assert re.search(r"\d\s?%", done.stdout)


def test_the_readme_says_what_to_type_on_windows():
    scripts = PureWindowsPath(sysconfig.get_path("scripts", "nt", vars={"base": ".venv"}))
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "`py -m venv .venv`" in text and f"`{scripts}\\jupyter lab notebooks`" in text
    assert f"{scripts}\\python -m utils report" in text and ".venv/bin/python -m utils report" in text


@pytest.mark.parametrize("target", ["reports", "teacher", "api", "test", "fuzz", "notebooks", "scores", "bench"])
def test_what_takes_long_says_so(target):
    (line,) = re.findall(rf"^{target}:.*## (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    assert re.search(r"\b(a|\d+) minutes?\b", line), line
