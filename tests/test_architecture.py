"""One engine, one case: the engine knows no case, works without one, and every file has its place on the map."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from utils.aid.questions import load_facts
from utils.common.paths import ROOT

UTILS = ROOT / "utils"
CASE = UTILS / "aid"
#: The rim: it composes engine and case.
RIM = {UTILS / "__init__.py", UTILS / "__main__.py", UTILS / "cli.py"}
ENGINE = sorted(path for path in UTILS.rglob("*.py") if CASE not in path.parents and path not in RIM)
TEMPLATES = sorted(path for path in (UTILS / "publishing" / "templates").rglob("*") if path.is_file())
NAMED = re.compile(r"cogat|unrwa|gaza|truck|kissufim", re.IGNORECASE)

#: What a module may import from, from the ground up; a module may import from its own folder too.
LAYERS = (
    "common", "counts", "questions", "models", "scenarios", "forecasts", "verification", "figures", "publishing", "course", "ask",
    "aid",
)  # fmt: skip
#: Wires that run up against that order, each with its reason.
UPWARD: dict[str, str] = {}


def strip_examples(text: str) -> str:
    """Leave out the lines of doctests and what they print: an example may come from anywhere."""
    kept, inside = [], False
    for line in text.splitlines():
        inside = line.strip().startswith((">>>", "...")) or (inside and bool(line.strip()) and '"""' not in line)
        kept.append("" if inside else line)
    return "\n".join(kept)


def list_imports(path: Path) -> set[str]:
    """List the modules of the project that a file imports, as "models.pool"."""
    found = set()
    here = path.relative_to(UTILS).with_suffix("").parts[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = here[: len(here) - node.level + 1]
            found.add(".".join([*base, *(node.module or "").split(".")]).strip("."))
            found |= {".".join([*base, alias.name]) for alias in node.names if not node.module}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "utils":
            found.add((node.module or "").removeprefix("utils").strip("."))
        elif isinstance(node, ast.Import):
            found |= {alias.name.removeprefix("utils.") for alias in node.names if alias.name.split(".")[0] == "utils"}
    return found - {""}


def name_file(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


# --------------------------------------------------------------------------------------------- the engine knows no case


@pytest.mark.parametrize("path", [*ENGINE, *TEMPLATES], ids=name_file)
def test_no_file_of_the_engine_names_the_case(path):
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        assert not [module for module in list_imports(path) if module.split(".")[0] == "aid"]
        text = strip_examples(text)
    found = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if NAMED.search(line)]
    assert not found, found[:3]


def test_no_file_of_the_engine_holds_a_date_or_the_target_of_the_case():
    """350 and the dates stand in the seeds alone, also for the case's own code."""
    facts = load_facts()
    dates = {f"{facts[name]['value']}" for name in ("letter", "asked", "deadline", "transition")}
    for path in [*ENGINE, *TEMPLATES, *CASE.rglob("*.py")]:
        code = strip_examples(path.read_text(encoding="utf-8"))
        docless = re.sub(r'""".*?"""', "", code, flags=re.S)
        assert not [day for day in dates if day in docless], path
        assert not re.search(rf"\b{facts['target']['value']}\b", docless), path


@pytest.mark.parametrize("path", ENGINE, ids=name_file)
def test_no_file_of_the_engine_reads_data_or_seeds(path):
    text = strip_examples(path.read_text(encoding="utf-8"))
    assert not re.search(r"""/\s*["'](data|seeds)["']|["'](data|seeds)/|\bDATA\b|\bSEEDS\b""", text)


def test_the_walk_would_see_what_it_forbids(tmp_path):
    """The test of the tests: planted, each is found."""
    planted = tmp_path / "x.py"
    planted.write_text('"""A module.\n\n>>> trucks = 1\n"""\nfrom .aid import x\nTRUCKS = 2\n')
    assert [bool(NAMED.search(line)) for line in strip_examples(planted.read_text()).splitlines()] == [False] * 5 + [True]
    assert "aid" in {module.split(".")[0] for module in list_imports(UTILS / "aid" / "frozen.py") | {"aid.x"}}
    assert "models" in {module.split(".")[0] for module in list_imports(UTILS / "forecasts" / "ensemble.py")}


@pytest.mark.parametrize("folder", LAYERS)
def test_imports_run_one_way(folder):
    allowed = set(LAYERS[: LAYERS.index(folder) + 1])
    for path in sorted((UTILS / folder).rglob("*.py")):
        upward = {module for module in list_imports(path) if module.split(".")[0] not in allowed}
        upward -= {module for module in upward if name_file(path) in UPWARD}
        assert not upward, f"{name_file(path)} imports {sorted(upward)}"


def test_no_circle_of_modules():
    modules = {path.relative_to(UTILS).with_suffix("").as_posix().replace("/", "."): path for path in UTILS.rglob("*.py")}
    modules = {name.removesuffix(".__init__"): path for name, path in modules.items()}
    edges: dict[str, set[str]] = {}
    for name, path in modules.items():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        tree.body = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
        top = tree.body
        package = path.name == "__init__.py"
        here = name.split(".") if package else name.split(".")[:-1]
        edges[name] = set()
        for node in top:
            if not node.level:
                continue
            base = here[: len(here) - node.level + 1]
            module = ".".join([*base, *([node.module] if node.module else [])])
            targets = {f"{module}.{alias.name}" for alias in node.names} & set(modules)
            edges[name] |= targets or ({module} & set(modules))
        edges[name].discard(name)
    done: set[str] = set()

    def visit(name: str, way: tuple[str, ...]) -> None:
        assert name not in way, " -> ".join([*way[way.index(name) :], name])
        if name not in done:
            for other in sorted(edges[name]):
                visit(other, (*way, name))
            done.add(name)

    for name in sorted(modules):
        visit(name, ())


# --------------------------------------------------------------------------------------------- the engine works alone

ALONE = """
import numpy as np, pandas as pd
from utils import Question, Snapshot, answer, backtest, first_passage, simulate_paths
from utils.counts.snapshot import Source, take_snapshot
from utils.forecasts.tables import tabulate_known
from utils.verification.summaries import summarise_scores

days = pd.date_range("2023-01-01", periods=200)
counts = pd.Series(np.random.default_rng(0).poisson(60 + 10 * (days.day_of_week < 5), 200).astype(float), days)
hospital = Source("hospital", "the hospital", "cases")
question = Question(threshold=95, opens="2023-07-20", closes="2023-08-20", source="hospital", scope="all", sources=(hospital,))
found = answer(question, as_of="2023-07-20", counts=take_snapshot(counts, source=hospital, scope="all"), n_paths=2000)
assert 0 < found.probability < 1 and found.branches == () and len(tabulate_known([found])) == 1
assert question.resolve(pd.Series(96.0, question.window)).outcome == "YES"
options = dict(horizons=[7], thresholds=[90], n_jobs=1, cache=None, progress=False, step=30)
table = backtest(counts, models=["default", "climatology"], **options)
assert len(summarise_scores(table, score="brier")) == 2
print(question.words, round(found.probability, 3))
"""


def test_the_engine_answers_in_a_copy_without_data_seeds_and_case(tmp_path):
    shutil.copytree(UTILS, tmp_path / "utils", ignore=shutil.ignore_patterns("__pycache__", "aid"))
    assert not (tmp_path / "utils" / "aid").exists()
    command = [sys.executable, "-W", "error", "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n{ALONE}"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Do cases on the hospital's count reach 95 a day on any one day before 20 August 2023? 0.")


def test_what_belongs_to_the_case_says_so_where_there_is_none(tmp_path):
    shutil.copytree(UTILS, tmp_path / "utils", ignore=shutil.ignore_patterns("__pycache__", "aid"))
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r})\nimport utils; utils.load_daily"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1 and "utils.load_daily belongs to the case utils.aid" in done.stderr


# --------------------------------------------------------------------------------------------- the map is the tree


def test_the_map_names_every_file_and_no_other():
    text = (UTILS / "README.md").read_text(encoding="utf-8")
    tree = {
        path.relative_to(UTILS).as_posix()
        for path in UTILS.rglob("*.py")
        if path.name not in ("__init__.py", "__main__.py") or path.parent in (UTILS / "models", UTILS / "aid" / "nowcast")
    }
    named = set(re.findall(r"`([\w/]+\.py)`", text)) - {"tests/test_architecture.py"}
    assert named == tree, (sorted(tree - named), sorted(named - tree))


@pytest.mark.parametrize("path", sorted(UTILS.rglob("*.py")), ids=name_file)
def test_no_file_is_too_long(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 600
    assert len(lines) <= 500 or "reason for its length" in "\n".join(lines[:40]).lower()


def test_the_package_ships_all_of_itself():
    import tomllib

    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    assert settings["packages"]["find"]["include"] == ["utils*"]
    assert (UTILS / "py.typed").exists()
    for folder in {path.parent for path in UTILS.rglob("*.py")}:
        assert (folder / "__init__.py").exists(), folder
