"""What is imported is declared and what is declared is used; each is locked with its hash, and its licence is listed."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from licences import HEAD, PAGE, read_declared, read_name, write_row
from packaging.markers import default_environment
from packaging.requirements import Requirement

from utils.common.paths import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
TO_RUN = {read_name(line) for line in PROJECT["dependencies"]}
TO_TEST = {read_name(line) for line in PROJECT["optional-dependencies"]["test"]}
EXTRAS = [line for extra, lines in PROJECT["optional-dependencies"].items() if extra != "test" for line in lines]
OPTIONAL = {read_name(line) for line in EXTRAS}
PEERS = {
    read_name(line) for line in (ROOT / "benchmarks" / "peers.txt").read_text(encoding="utf-8").splitlines() if line[0].isalpha()
}
#: What is started or named, but never imported: where, and by which word.
STARTED = {
    "jupyterlab": ("Makefile", "/jupyter lab"),
    "html5lib": ("tests/test_report.py", '"html5lib"'),
    "mypy": ("Makefile", "-m mypy"),
    "pytest-xdist": ("Makefile", "-m pytest -n 2"),
    "ruff": ("Makefile", "/ruff check"),
}
#: What the user fixed, whether or not code imports it.
FIXED = {"jupyterlab", "matplotlib", "pandas", "statsmodels"}
LOCKS = [ROOT / "requirements.lock", ROOT / "requirements-test.lock"]


def find_imported(*folders: str) -> dict[str, str]:
    """Find the libraries that the code of some folders imports, and a file that does."""
    known, own = packages_distributions(), {path.stem for path in (ROOT / "tests").glob("*.py")}
    found = {}
    for path in sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names = [one.name for one in node.names]
            else:
                names = [node.module] if isinstance(node, ast.ImportFrom) and not node.level else []
            for name in {name.split(".")[0] for name in names} - sys.stdlib_module_names - own - {"utils"}:
                found[known.get(name, [name])[0].lower().replace("_", "-")] = str(path.relative_to(ROOT))
    return found


def read_lock(path: Path) -> dict[str, tuple[str, ...]]:
    """Read a lock: each requirement, marker included, with its hashes."""
    logical = path.read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    parts = [line.split("--hash=") for line in logical if line.strip() and not line.startswith("#")]
    return {line.strip(): tuple(hash_.strip() for hash_ in hashes) for line, *hashes in parts}


def test_what_the_module_imports_is_declared_and_what_is_declared_is_used():
    imported = find_imported("utils")
    optional = set(imported) & OPTIONAL
    assert set(imported) - optional == TO_RUN - set(STARTED), imported
    assert optional == OPTIONAL, "an extra that nothing imports"


def test_what_tests_and_notebooks_import_is_declared_too():
    imported = find_imported("tests", "notebooks", "benchmarks", "data")
    assert not set(imported) - TO_RUN - TO_TEST - PEERS, imported
    assert not TO_TEST & TO_RUN
    assert set(find_imported("tests")) >= TO_TEST - set(STARTED) - OPTIONAL


@pytest.mark.parametrize("name", STARTED)
def test_what_is_never_imported_is_started_where_this_test_says(name):
    file, word = STARTED[name]
    assert word in (ROOT / file).read_text(encoding="utf-8")


def test_a_missing_declaration_would_be_seen(tmp_path, monkeypatch):
    (tmp_path / "utils").mkdir()
    (tmp_path / "utils" / "planted.py").write_text(
        "def f():\n    from bs4 import BeautifulSoup\n    import undeclared.part\n    import json\n"
    )
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    assert find_imported("utils") == dict.fromkeys(("beautifulsoup4", "undeclared"), "utils/planted.py")


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_every_locked_version_is_exact_and_has_its_hashes(path):
    lock = read_lock(path)
    assert len(lock) > 100
    for line, hashes in lock.items():
        assert re.fullmatch(r"[a-z0-9-]+==[\w.]+( ; .+)?", line), line
        assert hashes and all(re.fullmatch(r"sha256:[0-9a-f]{64}", one) for one in hashes), line


def test_the_lock_of_the_tests_holds_all_of_the_other():
    """Version and hashes; of a marker nothing, since a library that the tests need anyway has none."""
    of_tests, to_run = ({line.split(" ;")[0]: hashes for line, hashes in read_lock(path).items()} for path in reversed(LOCKS))
    assert of_tests.items() >= to_run.items() and len(of_tests) > len(to_run)


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13", "3.14"])
def test_what_is_declared_is_locked_in_its_range_for_every_python(python):
    here = default_environment() | {"python_version": python, "python_full_version": f"{python}.1"}
    locked = [Requirement(line) for line in read_lock(LOCKS[1])]
    versions = {one.name: str(one.specifier).removeprefix("==") for one in locked if not one.marker or one.marker.evaluate(here)}
    for line in [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["test"], *EXTRAS]:
        asked = Requirement(line)
        assert versions[asked.name] in asked.specifier, line
    assert {read_name(line) for line in read_lock(LOCKS[0])} >= TO_RUN | FIXED


def test_requirements_are_what_was_fixed_and_the_project_first():
    lines = [line for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert lines[0] == "-e ."
    asked = {one.name: one for one in map(Requirement, lines[1:])}
    assert set(asked) == FIXED
    for one in asked.values():  # else pip, with an older Python, looks for a pandas that there is not, and says so
        assert not one.marker.evaluate(default_environment() | {"python_version": "3.10"})
        assert one.marker.evaluate(default_environment() | {"python_version": "3.11"})
        declared = [line for line in PROJECT["dependencies"] if read_name(line) == one.name]
        assert all(Requirement(line).specifier == one.specifier for line in declared)


def test_the_readme_installs_as_make_does():
    """The project first, which refuses an older Python at once, and then nothing without its hash."""
    readme = re.findall(
        r"^\.venv/bin/python -m pip install (.*?)(?: &&.*)?$", (ROOT / "README.md").read_text(encoding="utf-8"), re.M
    )
    make = re.findall(
        r"^\t\$\(BIN\)/python -m pip install (?!--quiet uv)(.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M
    )
    assert readme == ["--no-deps -e .", *(f"--require-hashes -r {path.name}" for path in LOCKS)]
    quiet = {"--quiet", "--disable-pip-version-check"}
    assert list(dict.fromkeys(" ".join(word for word in line.split() if word not in quiet) for line in make)) == readme


def test_a_hub_installs_as_make_does():
    """By the rules of repo2docker: a Python, what pip installs, and then one script."""
    folder, names = ROOT / "binder", ("runtime.txt", "requirements.txt", "postBuild")
    runtime, asked, script = ((folder / name).read_text(encoding="utf-8") for name in names)
    (python,) = re.findall(r"^python-(3\.\d+)$", runtime, re.M)
    assert f"Programming Language :: Python :: {python}" in PROJECT["classifiers"]
    (lock,) = re.findall(r"^-r (.*)$", asked, re.M)
    assert (folder / lock).resolve() == LOCKS[0] and not re.search(r"^[\w.]", asked, re.M)
    assert script.startswith("#!/bin/bash\n") and b"\r" not in (folder / "postBuild").read_bytes()
    make = (ROOT / "Makefile").read_text(encoding="utf-8")
    installed = [re.findall(r"python -m pip install (.*)$", text, re.M)[0].split() for text in (make, script)]
    assert installed[0][-3:] == installed[1][-3:] == ["--no-deps", "-e", "."]


def test_licences_of_all_declared_libraries_are_listed():
    """A row of a version that another Python has is compared by its name alone."""
    text = PAGE.read_text(encoding="utf-8")
    assert text.startswith(HEAD)
    rows = {line.split(" | ")[0].removeprefix("| "): line for line in text.removeprefix(HEAD).splitlines()}
    declared = read_declared()
    assert list(rows) == sorted(declared)
    locked = {line.split(" ;")[0] for line in read_lock(LOCKS[1])}
    for name, row in rows.items():
        version = row.split(" | ")[1]
        assert f"{name}=={version}" in locked, row
        assert row == write_row(name, declared[name]) or f" | {version} | " not in write_row(name, declared[name])
