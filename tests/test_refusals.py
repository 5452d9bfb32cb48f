"""The table of bad input in the README: each of its rows is run, and refused with the line that stands there."""

from __future__ import annotations

import re
import shlex
import shutil

import pandas as pd
import pytest
from line_lists import Xml, unrwa_rows, write_workbook

import utils
from utils import InputError
from utils.aid.ingest.unrwa import UNRWA_COLUMNS_SINCE_DECEMBER_2024
from utils.aid.loaders import load_quotes
from utils.aid.paths import DATA
from utils.cli import cli, main
from utils.common.paths import CACHE_VARIABLE, ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
ROWS = re.findall(
    r"^\| ([^|]*) \| (`[^|]*`) \| ([^|]*) \|$", README.partition("## What is refused")[2].partition("</details>")[0], re.M
)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder to be in, where nothing is but what a row is given."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
    return tmp_path


def write_counts(folder, row=""):
    """Write `counts.csv`, in which one row is as given."""
    days = pd.date_range("2024-01-01", periods=120)
    rows = [f"{day:%Y-%m-%d},{50 + day.day_of_week}" for day in days]
    rows[64] = row or rows[64]
    (folder / "counts.csv").write_text("\n".join(["date,count", *rows]) + "\n" if row != "<html>" else row)


def write_originals(folder, cell):
    """Write `originals`, with one workbook in which the crossing of one truck is as given."""
    (folder / "originals").mkdir()
    crossing = Xml('t="e"', f"<v>{cell}</v>") if cell.startswith("#") else cell
    rows = unrwa_rows(UNRWA_COLUMNS_SINCE_DECEMBER_2024, [{}, {"Crossing": crossing}])
    write_workbook(folder / "originals" / "list.xlsx", {"Suppy Page": rows})


def copy_edited(folder):
    """Copy `data/`, and change one digit of one table in it."""
    edited = shutil.copytree(DATA, folder / "edited")
    path = edited / "quotes.csv"
    content = path.read_text(encoding="utf-8")
    place = re.search(r"^[^\n]*\n[^\n]*?,(\d+),total", content).start(1)
    path.write_text(content[:place] + str((int(content[place]) + 1) % 10) + content[place + 1 :], encoding="utf-8")
    return edited


def refuse(folder, example, capsys):
    """Run an example, and return the one line by which it is refused."""
    code, *given = re.findall(r"`([^`]*)`", example)
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    if code.split()[0] in cli.commands:
        write_counts(folder, given[0] if given and "row" in example else "")
        if "cell" in example:
            write_originals(folder, given[0])
        before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
        with pytest.raises(SystemExit) as ended:
            main(shlex.split(code))
        out, err = capsys.readouterr()
        assert (ended.value.code, out) == (2, "")
        assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before, "something was written"
        return err.removesuffix("\n").rpartition("error: ")[2]  # after the bar of what is read, if it is long
    names = {name: getattr(utils, name) for name in utils.__all__} | {"load_quotes": load_quotes}
    if "edited" in code:
        names["edited"] = copy_edited(folder)
    with pytest.raises(InputError) as caught:
        eval(code, names)
    return str(caught.value)


def test_the_table_is_there():
    assert len(ROWS) > 15 and len({example for _, example, _ in ROWS}) == len(ROWS)


@pytest.mark.parametrize(("what", "example", "line"), ROWS, ids=[what for what, _, _ in ROWS])
def test_it_is_refused_with_the_line_that_the_readme_gives(folder, capsys, what, example, line):
    said = refuse(folder, example, capsys)
    print(f"{example} | {said}")
    assert "\n" not in said
    assert re.fullmatch(".+".join(map(re.escape, line.split("…"))), said), said
