"""What several tests share: the daily record as it was known, a copy of the data to plant things in, one fit."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

# Small matrices: threads of linear algebra would only wait for each other. Before numpy is imported.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import pandas as pd
import pytest
from hypothesis import settings

from utils.aid.daily import load_days
from utils.aid.frozen import load_forecasts
from utils.aid.ingest.datapackage import refresh_package
from utils.aid.paths import DATA
from utils.aid.resolution.settle import resolve_questions
from utils.common.paths import ROOT
from utils.common.sharing import SHARE_VARIABLE
from utils.counts.snapshot import usable_history
from utils.models import fit_sarimax

# The same examples on every machine: a red run can be run again, and a slow machine is no failure.
settings.register_profile("project", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("project")

#: Files of tests of which one takes half a minute or more.
LONGEST = ("test_whole_report.py", "test_lab.py", "test_no_peeking.py")

ORIGINALS = Path(os.environ.get("AID_ORIGINALS", ROOT.parent / "shared" / "data" / "raw"))
AS_OF = "2024-11-08"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest: begun last by one of two workers, it would leave the other without work."""
    items.sort(key=lambda item: item.path.name not in LONGEST)


@pytest.fixture(scope="session")
def raw_folder() -> Path:
    """The publishers' files, which are no part of the project."""
    if not ORIGINALS.is_dir():
        pytest.skip(f"the publishers' files are not in {ORIGINALS}; set AID_ORIGINALS to their folder")
    return ORIGINALS


@pytest.fixture
def data(tmp_path) -> Path:
    """A copy of the data package, to plant things in."""
    return Path(shutil.copytree(DATA, tmp_path / "data"))


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory) -> Path:
    """A folder of this run of the tests, for all workers of pytest-xdist."""
    folder = tmp_path_factory.getbasetemp()
    return folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder  # each worker has one of its own in it


@pytest.fixture(scope="session")
def share_folder(run_folder) -> Path:
    """Where nowcasts, effects and paths of the project as it stands are kept for this run (`utils.common.sharing`)."""
    return run_folder / "shared"


@pytest.fixture(scope="module")
def shared(share_folder) -> Iterator[None]:
    """Let a module, and what it starts, share them with others: what it finds came from the same code and data a moment ago.

    Only for modules all of whose tests ask the project as it stands.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(SHARE_VARIABLE, str(share_folder))
        yield


@pytest.fixture(autouse=True)
def apart(request) -> Iterator[None]:
    """Let no test leave shared results to those after it in the same process."""
    yield
    if "shared" not in request.fixturenames:
        assert SHARE_VARIABLE not in os.environ, "left to the tests that follow"


@pytest.fixture(scope="session")
def history() -> pd.Series:
    """UNRWA's daily trucks as known on the day of the article, to the last one counted."""
    return usable_history(load_days("unrwa", as_of=AS_OF))


@pytest.fixture(scope="session")
def fitted(history):
    """SARIMAX fitted to that history."""
    return fit_sarimax(history)


@pytest.fixture(scope="session")
def record():
    """The frozen forecasts."""
    return load_forecasts()


@pytest.fixture(scope="session")
def resolved(record) -> pd.DataFrame:
    """Every question of theirs by every basis but the estimates."""
    return resolve_questions(record)


def plant_vintage(folder: Path, *, source: str, published: str, trucks: int, first: str = "2023-10-21", last: str) -> None:
    """Add a vintage in which every day from `first` to `last` has `trucks` trucks by land."""
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    like = next(resource for resource in package["resources"] if resource.get("source") == source)
    lines = pd.read_csv(folder / like["path"]).drop_duplicates("date").iloc[:1]
    if source == "cogat":
        lines["route"] = "Land Crossings"
    days = pd.date_range(first, last).strftime("%Y-%m-%d")
    table = pd.concat([lines] * len(days), ignore_index=True).assign(date=days, trucks=trucks)
    name, path = f"{source}_{published}", f"{source}_planted_{published}.csv"
    table.to_csv(folder / path, index=False)
    planted = dict(like, name=name, path=path, published=published, covers={"first": first, "last": last})
    package["resources"].append(planted)
    (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    refresh_package(folder=folder, tables=[name])


def plant_row(folder: Path, *, table: str, day: str, trucks: int = 999) -> None:
    """Add one row to a table: its last one, dated `day`."""
    lines = pd.read_csv(folder / table)
    row = lines.iloc[[-1]].assign(date=day, trucks=trucks)
    pd.concat([lines, row]).to_csv(folder / table, index=False)
    refresh_package(folder=folder, tables=[table])
