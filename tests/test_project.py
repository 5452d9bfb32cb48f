"""What whoever carries the project on rests on: examples, one version, recipes that can be followed, quick checks."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import tomllib
from doctest import DocTestFinder, DocTestParser

import click
import pytest

import utils
from utils.cli import cli
from utils.common.paths import ROOT


def read_page(name):
    return (ROOT / name).read_text(encoding="utf-8")


PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CONTRIBUTING = read_page("CONTRIBUTING.md")


@pytest.mark.parametrize("name", utils.__all__)
def test_every_exported_name_has_an_example(name):
    """A value has it in the docstring of its module, since its own is that of its class."""
    value, home = getattr(utils, name), importlib.import_module(f"utils.{utils._HOME[name]}")
    described = value if inspect.isroutine(value) or inspect.isclass(value) else home
    examples = DocTestParser().get_examples(inspect.getdoc(described) or "")
    assert any(name in one.source or name in (one.exc_msg or "") for one in examples)


def list_lacking(path):
    """List the public functions of a file without an example, as doctest sees it: what it does not find it does not run."""
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    module = importlib.import_module(name)
    found = {test.name for test in DocTestFinder().find(module, name) if test.examples}
    functions = [node.name for node in ast.parse(path.read_text(encoding="utf-8")).body if isinstance(node, ast.FunctionDef)]
    public = [one for one in functions if not one.startswith("_") and not isinstance(getattr(module, one), click.Command)]
    return [f"{name}.{one}" for one in public if f"{name}.{one}" not in found]


def test_every_public_function_has_an_example_that_runs():
    """A command has none: its help shows how it is called."""
    assert [one for path in sorted((ROOT / "utils").rglob("*.py")) for one in list_lacking(path)] == []


def test_the_version_of_pyproject_stands_wherever_one_is_named():
    version = PROJECT["version"]
    assert re.findall(r"^version: (.*)$", read_page("CITATION.cff"), re.M) == [version]
    assert re.findall(r"^## (\S+?),? ", read_page("CHANGELOG.md"), re.M)[0] == version
    assert re.findall(r"Version ([\d.]+),", read_page("README.md")) == [version]


def test_the_authors_are_those_of_the_licence():
    (author,) = PROJECT["authors"]
    assert f"Copyright (c) 2026 {author['name'][0].upper()}{author['name'][1:]}\n" in read_page("LICENSE")
    assert f"- name: '{author['name']}'\n" in read_page("CITATION.cff")


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"])
def test_what_a_page_names_is_there(page):
    """Links, files and folders in code, but for those of which a reader gives the name, and the one that a command makes."""
    text = read_page(page)
    named = re.findall(r"\]\((?!https?:)([^)#]+)\)", text) + re.findall(r"`((?:[\w.-]+/)+[\w.-]*)`", text)
    kept = [name for name in named if not re.search("NAME|NN|WHAT|originals/", name)]
    assert kept and not [name for name in kept if not (ROOT / name).exists()]


def test_the_commands_and_names_of_the_recipes_exist():
    made = read_page("Makefile")
    assert all(
        re.search(rf"^{target}:", made, re.M) for line in re.findall(r"`make ([a-z ]+)`", CONTRIBUTING) for target in line.split()
    )
    commands = set(re.findall(r"python -m utils (\w+)", CONTRIBUTING))
    assert commands >= {"report", "backtest", "ingest", "describe"} and commands <= set(cli.commands)
    tests = re.findall(r"tests/test_\w+\.py", CONTRIBUTING)
    assert tests and all((ROOT / name).is_file() for name in tests)


def test_the_quick_checks_before_a_commit_are_those_of_make_test():
    hooks = re.findall(r"^\s+entry: \.venv/bin/(.*)$", read_page(".pre-commit-config.yaml"), re.M)
    for check in re.findall(r"^\t\$\(BIN\)/(ruff check|python -m mypy)", read_page("Makefile"), re.M):
        assert any(hook.startswith(check) for hook in hooks), check
