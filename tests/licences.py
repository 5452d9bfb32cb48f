"""The libraries that the project names, with the licences that they state: ``python tests/licences.py`` writes LICENCES.md."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "LICENCES.md"

HEAD = """# Licences of the libraries

The libraries that the project names itself, as locked for the oldest Python that it runs on, with the licence that each states in
its own metadata. They are installed from a package index and are no part of this project. `make lock` writes this page.

| library | version | licence | needed |
|---|---|---|---|
"""


def read_declared() -> dict[str, str]:
    """Read the names of the libraries that are declared, and what each is needed for: "to run" or "to test"."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    ranges = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    to_run = [*project["dependencies"], *(line for line in ranges if re.match(r"\w", line))]
    to_test = project["optional-dependencies"]["test"]
    return {read_name(line): "to test" for line in to_test} | {read_name(line): "to run" for line in to_run}


def read_name(requirement: str) -> str:
    """Read the name that a requirement begins with."""
    return re.match(r"[\w.-]+", requirement)[0].lower()


def find_licence(name: str) -> str:
    """Find the licence that an installed library states: as an expression, in a short field, or by its classifiers."""
    facts = metadata(name)
    short = facts.get("License") or ""
    classes = [text.split(" :: ")[-1] for text in facts.get_all("Classifier") or () if text.startswith("License :: OSI")]
    return facts.get("License-Expression") or ("; ".join(sorted(classes)) if classes or "\n" in short else short)


def write_row(name: str, need: str) -> str:
    """Write the row of an installed library."""
    return f"| {name} | {metadata(name)['Version']} | {find_licence(name)} | {need} |"


if __name__ == "__main__":
    PAGE.write_text(HEAD + "".join(f"{write_row(*one)}\n" for one in sorted(read_declared().items())), encoding="utf-8")
