"""Other worlds for the tests: copies of the project in which what came after a day is gone, or every free text is another.

python tests/worlds.py ask PROJECT DAY...        what is answered on each day, by one process for all of them
python tests/worlds.py ask-apart PROJECT DAY...  the same by a fresh process a day, whose data lie in PROJECT/worlds/DAY
"""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
N_PATHS = 200

#: In the place of a day: everything that was ever published.
ALL = "all"

#: Columns that hold words for people, by table.
FREE_TEXT = {
    "quotes.csv": ("scope", "publisher", "url", "note"),
    "events.csv": ("event", "publisher", "url"),
    "holidays.csv": ("name",),
}


def copy_project(folder: Path) -> Path:
    """Copy what an answer needs."""
    for part, left in (("utils", ["__pycache__"]), ("seeds", []), ("data", ["forecasts", "scores", "make"])):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns(*left))
    return folder


def edit_table(path: Path, edit: Callable[[dict[str, str]], dict[str, str] | None]) -> int:
    """Edit a table row by row, dropping those of which nothing is left; return how many went."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        columns, rows = list(reader.fieldnames or ()), list(reader)
    kept = [row for row in map(edit, rows) if row is not None]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(kept)
    return len(rows) - len(kept)


def describe_anew(data: Path, *, tables: Iterable[str]) -> None:
    """Describe edited tables as `python -m utils describe` does."""
    from utils.aid.ingest.datapackage import refresh_package

    refresh_package(folder=data, tables=list(tables))


def reword(data: Path) -> None:
    """Put other words in the place of every free text."""
    for table, columns in FREE_TEXT.items():
        others = {column: f"lower bound, revised; Kissufim opens; humanitarian only: {column}" for column in columns}
        others |= {"url": "https://example.org/lower-bound/revised/kissufim-opens"} if "url" in columns else {}
        edit_table(data / table, lambda row, others=others: row | {name: text for name, text in others.items() if row[name]})
    path = data / "datapackage.json"
    package = json.loads(path.read_text(encoding="utf-8"))
    for part in (package, *package["resources"]):
        part |= {key: "other words" for key in ("title", "description") if key in part}
        part |= {key: [dict.fromkeys(one, "other words") for one in part[key]] for key in ("sources", "licenses") if key in part}
    path.write_text(json.dumps(package), encoding="utf-8")
    describe_anew(data, tables=FREE_TEXT)
    facts = data.parent / "seeds" / "facts.toml"
    if facts.is_file():
        text = facts.read_text(encoding="utf-8")
        facts.write_text(re.sub(r'^(fact|attribution) = ".*"$', r'\1 = "other words"', text, flags=re.M), encoding="utf-8")


def forget_later(data: Path, *, day: str) -> int:
    """Take away all that was not public on a day, or had not happened before it; return how many rows and lists went."""
    gone = edit_table(data / "quotes.csv", lambda row: row if row["published"] and row["published"] <= day else None)

    def known(row: dict[str, str]) -> bool:
        told = row["date"] < day and row["published"] and row["published"] <= day
        return bool(told) or row["published_precision"] == "calendar"

    gone += edit_table(data / "events.csv", lambda row: row if known(row) else None)
    path = data / "datapackage.json"
    package = json.loads(path.read_text(encoding="utf-8"))
    public = [one for one in package["resources"] if one.get("published", "") <= day]
    for one in package["resources"]:
        if one not in public:
            (data / one["path"]).unlink()
    gone += len(package["resources"]) - len(public)
    path.write_text(json.dumps({**package, "resources": public}), encoding="utf-8")
    describe_anew(data, tables=("quotes.csv", "events.csv"))
    return gone


def run(mode: str, project: Path, days: Iterable[str], *, share: Path | None = None) -> list[dict[str, object]]:
    """Ask on each day, from the project or a copy of it, in a process of its own; one value a day.

    `share` is a folder of results of the same code and data (`utils.common.sharing`), which a copy that differs must not have.
    """
    command = [sys.executable, __file__, mode, str(project), *days]
    environment = dict(os.environ, PYTHONPATH=str(project)) | ({} if share is None else {"UTILS_SHARE": str(share)})
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def ask(day: str) -> dict[str, object]:
    """Answer the question of the transition on both counts as known on a day, with shifts, and show what lies behind."""
    from utils import TRANSITION, answer, list_vintages, load_days, load_events, load_quotes
    from utils.aid.interventions import list_interventions, measure_interventions
    from utils.aid.nowcast.reconcile import reconcile_once

    sources = sorted(set(list_vintages(as_of=day)["source"]))
    found: dict[str, object] = {
        "day": day,
        "quotes": list(load_quotes(as_of=day)["id"]),
        "events": list(load_events(as_of=day)["id"]),
        "interventions": [(one.name, str(one.date), str(one.ends)) for one in list_interventions(as_of=day)],
        "effects": [(one.name, one.source, one.ratio, one.factor) for one in measure_interventions(as_of=day)],
    }
    for source in sources:
        init = "nowcast" if source == "cogat" else "list"  # the nowcast holds both lists, and costs most of the time
        found[f"{source} days"] = load_days(source, as_of=day)[["count", "state"]].astype(str).to_numpy().tolist()
        found[source] = answer(TRANSITION.vary(source=source), as_of=day, init=init, shifts=True, n_paths=N_PATHS).to_dict()
    if "cogat" in sources:
        used = reconcile_once(pd.Timestamp(day), "real-time").quotes
        found["observed"] = used[["id", "use", "total", "noise"]].astype(str).to_numpy().tolist()
    return found


def ask_all() -> dict[str, object]:
    """What rests on every quote ever published: the flow, and the bounds that resolve."""
    from utils import load_quotes, reconcile
    from utils.aid.resolution.evidence import BASES
    from utils.aid.resolution.quote_bounds import bound_quotes

    bounds = {
        name: bound_quotes(load_quotes(), basis=name).astype(str).to_dict("list")
        for name, one in BASES.items()
        if one.kind == "quotes"
    }
    return {"flow": reconcile().flow.to_dict("list"), "bounds": bounds}


def main(mode: str, project: str, days: Sequence[str]) -> None:
    """Print what is found as a line of JSON a day."""
    import utils
    import utils.aid.answers
    import utils.scenarios.interruptions

    assert Path(utils.__file__).is_relative_to(project), utils.__file__
    for day in days:
        sys.stdout.flush()
        if mode == "ask":
            print(json.dumps(ask_all() if day == ALL else ask(day)))
            continue
        (Path(project) / "data").unlink(missing_ok=True)
        (Path(project) / "data").symlink_to(Path(project) / "worlds" / day)
        child = os.fork()
        if child == 0:
            print(json.dumps(ask(day)), flush=True)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status:
            sys.exit(f"{day}: the process ended with status {status}")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
