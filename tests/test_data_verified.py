"""No table of data/ is read that is not the one described: damages are refused, edits on purpose are described anew."""

import json
import os
import random
import shutil
import subprocess
import sys
import time

import pytest

from utils import load_daily, load_events, load_quotes
from utils.aid.ingest.datapackage import PACKAGE, load_package, refresh_package
from utils.aid.loaders import list_vintages, load_holidays, load_lines
from utils.aid.paths import DATA
from utils.aid.resolution.months import load_months
from utils.cli import main
from utils.common.errors import InputError

TABLES = sorted(resource["path"] for resource in load_package(DATA)["resources"])
KINDS = ("byte", "cut", "swap", "double", "drop", "insert")


def damage(content: bytes, *, kind: str, chance: random.Random) -> bytes:
    """Damage a table in one place."""
    lines = content.splitlines(keepends=True)
    at, other = chance.randrange(len(content)), chance.randrange(len(lines))
    if kind == "byte":
        return content[:at] + bytes([content[at] ^ chance.randrange(1, 256)]) + content[at + 1 :]
    if kind == "cut":
        return content[:at]
    if kind == "insert":
        return content[:at] + bytes([chance.randrange(32, 127)]) + content[at:]
    if kind == "double":
        return b"".join(lines[: other + 1] + lines[other:])
    if kind == "drop":
        return b"".join(lines[:other] + lines[other + 1 :])
    other = other % (len(lines) - 1)
    lines[other], lines[other + 1] = lines[other + 1], lines[other]
    return b"".join(lines)


@pytest.mark.parametrize("path", TABLES)
def test_no_damage_of_a_table_goes_unseen(data, path):
    """330 over all tables: whatever is loaded, also what is of another table."""
    chance, whole = random.Random(path), (DATA / path).read_bytes()
    named = 0
    for number in range(30):
        damaged = damage(whole, kind=KINDS[number % len(KINDS)], chance=chance)
        if damaged.replace(b"\r\n", b"\n") == whole:
            continue
        (data / path).write_bytes(damaged)
        with pytest.raises(InputError) as caught:
            load_quotes(data=data)
        message = str(caught.value)
        assert message.startswith(path.rpartition("/")[2]) and "\n" not in message and len(message) < 1500, message
        assert "restore it from version control" in message or "fetch it again" in message, message
        named += "row " in message
    assert named > 0
    (data / path).write_bytes(whole)
    assert len(load_quotes(data=data)) > 0


@pytest.mark.parametrize(
    ("load", "path"),
    [
        (lambda data: load_lines("unrwa", as_of="2024-11-08", data=data), "unrwa_2024-10-27.csv"),
        (lambda data: load_lines("cogat", data=data), "cogat_2024-09-24.csv"),
        (lambda data: load_quotes(as_of="2024-11-08", data=data), "quotes.csv"),
        (lambda data: load_events(data=data), "events.csv"),
        (lambda data: load_holidays(data=data), "holidays.csv"),
        (lambda data: load_months(data=data), "cogat_monthly_2026-03-02.csv"),
    ],
)
def test_every_loader_verifies_even_where_time_and_size_stay(data, load, path):
    """One digit is another: only the hash can know."""
    load(data)
    status, text = (data / path).stat(), (data / path).read_text(encoding="utf-8")
    (data / path).write_text(
        text.replace("2024-09", "2024-03", 1) if "2024-09" in text else text.replace("1", "2", 1), encoding="utf-8"
    )
    os.utime(data / path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert (data / path).stat().st_size == status.st_size
    with pytest.raises(InputError, match=path):
        load(data)


def test_a_refusal_names_row_value_rule_and_mend(data):
    path = data / "quotes.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",total,exact,", ",total,exakt,", 1), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_quotes(data=data)
    message = str(caught.value)
    assert "quotes.csv, row " in message and "bound is 'exakt', but the known values are exact, lower" in message
    assert "python -m utils describe quotes" in message
    path.write_bytes((DATA / "quotes.csv").read_bytes().replace(b",229,", b",230,", 1))
    with pytest.raises(InputError, match=r"quotes.csv: has [0-9,]+ bytes and sha256 [0-9a-f]{12}, but datapackage.json has"):
        load_quotes(data=data)


def test_a_lost_table_is_named(data):
    (data / "events.csv").unlink()
    with pytest.raises(InputError, match="events.csv: cannot be read, but the package holds it"):
        load_daily("unrwa", data=data)


def test_line_ends_of_windows_are_no_damage(data):
    path = data / "quotes.csv"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert load_quotes(data=data).equals(load_quotes())
    refresh_package(folder=data, tables=["quotes"])  # nor once they are described
    assert load_quotes(data=data).equals(load_quotes())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda package: package.pop("resources"), "has no list of resources"),
        (lambda package: package.update(resources=[3]), "resource 1 is 3"),
        (lambda package: package["resources"][1].pop("path"), "resource 2 has no path"),
        (lambda package: package["resources"][1].update(published="2024-09-12"), "its name is source_published"),
        (lambda package: package["resources"][1].pop("covers"), "resource 2 is not whole"),
        (lambda package: package["resources"][1]["original"].pop("rows_read"), "resource 2 is not whole"),
        (lambda package: package["resources"][1].update(hash="sha256:0"), "unrwa_2024-09-11.csv: has"),
        (lambda package: package["resources"][5].pop("hash"), "quotes.csv: has"),
        (lambda package: package["resources"][5].update(name="Quotes", path="q.csv"), "describes no table quotes.csv"),
        (lambda package: package["resources"][6].update(path="e.csv"), "e.csv: cannot be read"),
        (lambda package: package["resources"].pop(5), "describes no table quotes.csv"),
        (lambda package: package["resources"][5]["schema"].pop("primaryKey"), "schema without fields or primaryKey"),
    ],
)
def test_a_damaged_description_is_refused_in_one_line(data, change, message):
    package = load_package(data)
    change(package)
    (data / PACKAGE).write_text(json.dumps(package), encoding="utf-8")
    with pytest.raises(InputError, match=message) as caught:
        load_quotes(data=data), load_lines("unrwa", data=data)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("share", [0, 0.3, 0.99])
def test_a_description_cut_short_is_refused(data, share):
    content = (data / PACKAGE).read_bytes()
    (data / PACKAGE).write_bytes(content[: int(share * len(content))])
    with pytest.raises(InputError, match="is no JSON"):
        list_vintages(data=data)


def test_an_edit_on_purpose_is_described_by_one_command(data, capsys):
    path = data / "unrwa_2024-10-27.csv"
    before = load_daily("unrwa", as_of="2024-11-08", data=data).sum()
    header, *rows = path.read_text(encoding="utf-8").splitlines()
    start, _, trucks = rows[-1].rpartition(",")
    path.write_text("\n".join([header, *rows[:-1], f"{start},{int(trucks) + 5}", ""]), encoding="utf-8")
    with pytest.raises(InputError, match="python -m utils describe unrwa_2024-10-27"):
        load_daily("unrwa", as_of="2024-11-08", data=data)
    with pytest.raises(SystemExit) as ended:
        main(["describe", "unrwa_2024-10-27", "--data", str(data)])
    assert not ended.value.code and "Described anew: unrwa_2024-10-27" in capsys.readouterr().out
    assert load_daily("unrwa", as_of="2024-11-08", data=data).sum() == before + 5
    with pytest.raises(SystemExit) as ended:
        main(["describe", "qoutes", "--data", str(data)])
    assert ended.value.code == 2 and "quotes" in capsys.readouterr().err


def test_a_broken_table_is_not_described_anew(data):
    path = data / "unrwa_2024-10-27.csv"
    path.write_bytes(path.read_bytes() + path.read_bytes().splitlines(keepends=True)[-1])
    with pytest.raises(InputError, match="it names one row"):
        refresh_package(folder=data, tables=["unrwa_2024-10-27"])
    assert (data / PACKAGE).read_bytes() == (DATA / PACKAGE).read_bytes()


def test_the_command_refuses_a_damaged_table_of_a_later_day(tmp_path):
    """A forecast of November 2024 does not read the list of January 2025, and refuses all the same."""
    for part, left in (("utils", "__pycache__"), ("seeds", ""), ("data", "forecasts")):
        shutil.copytree(DATA.parent / part, tmp_path / part, ignore=shutil.ignore_patterns(left))
    path = tmp_path / "data" / "unrwa_2025-01-19.csv"
    path.write_bytes(path.read_bytes()[:-9])
    command = [sys.executable, "-m", "utils", "forecast", "--paths", "50"]
    done = subprocess.run(
        command, cwd=tmp_path, env=dict(os.environ, PYTHONPATH=str(tmp_path)), capture_output=True, text=True, check=False
    )
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.startswith("error: unrwa_2025-01-19.csv") and done.stderr.count("\n") == 1


def test_a_load_is_quick(data):
    """A tenth of a second each, verification included."""
    for load in (lambda: load_quotes(data=data), lambda: load_lines("unrwa", data=data), lambda: load_lines("cogat", data=data)):
        begun = time.process_time()
        load()
        first = time.process_time() - begun
        begun = time.process_time()
        load()
        again = time.process_time() - begun
        assert first < 0.5 and again < 0.1, (first, again)  # the limit of the first is wide: it may share a busy machine
