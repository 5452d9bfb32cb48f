"""Files are written whole or not at all, wherever a rename fails and whenever someone interrupts."""

import errno
import os
import re
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

from utils.common import files
from utils.common.errors import InputError
from utils.common.files import STALE, check_file, check_writable, repair_folder, replace_folder, write_files, write_text
from utils.common.paths import CACHE_VARIABLE, ROOT, find_cache

OLD = {"a": b"old a", "b": b"old b", "kept": b"other"}
NEW = {"a": b"new a", "b": b"new b", "c": b"new c"}


@pytest.fixture(params=[True, False], ids=["swap", "renames"])
def way(request, monkeypatch):
    """Replace a folder at once, where the system can, or by two renames."""
    if not request.param:
        monkeypatch.setattr(files, "_swap", lambda fresh, folder: False)


@pytest.fixture
def renames(monkeypatch):
    """Replace a folder by two renames, as where the system cannot do so at once."""
    monkeypatch.setattr(files, "_swap", lambda fresh, folder: False)


def read_folder(folder):
    return {path.name: path.read_bytes() if path.is_file() else read_folder(path) for path in folder.iterdir()}


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "folder"
    write_files(folder, OLD)
    return folder


@pytest.fixture
def fail_at(monkeypatch):
    """Let the rename at a place fail, once; those that put the old state back work."""

    def plant(place, error):
        def plant_in(name, real):
            def rename(source, target):
                nonlocal place
                place -= 1
                if place == -1:
                    raise error
                real(source, target)

            monkeypatch.setattr(os, name, rename)

        for name in ("replace", "rename"):
            plant_in(name, getattr(os, name))

    return plant


def test_files_come_together_and_others_stay(folder):
    write_files(folder, NEW)
    assert read_folder(folder) == {**OLD, **NEW}


@pytest.mark.parametrize("place", range(len(NEW)))
@pytest.mark.parametrize("error", [OSError("no space left"), KeyboardInterrupt()], ids=["fault", "interruption"])
def test_a_rename_that_fails_at_any_place_leaves_the_old_files(folder, fail_at, place, error):
    fail_at(place, error)
    with pytest.raises(type(error)):
        write_files(folder, NEW)
    assert read_folder(folder) == OLD


def test_a_rename_that_fails_leaves_no_folder_that_was_not_there(tmp_path, fail_at):
    fail_at(1, OSError("no space left"))
    with pytest.raises(OSError, match="no space"):
        write_files(tmp_path / "new", NEW)
    assert read_folder(tmp_path) == {}


def test_a_check_sees_the_new_files_alone_and_can_refuse_them(folder):
    seen = {}

    def refuse(fresh):
        seen.update(read_folder(fresh))
        raise ValueError("wrong")

    with pytest.raises(ValueError, match="wrong"):
        write_files(folder, NEW, check=refuse)
    assert (seen, read_folder(folder)) == (NEW, OLD)


def test_a_text_that_cannot_be_encoded_leaves_the_file(tmp_path):
    path = tmp_path / "made" / "page.html"
    write_text(path, "first é\r\n")
    with pytest.raises(UnicodeEncodeError):
        write_text(path, "second \ud800")
    assert read_folder(tmp_path) == {"made": {"page.html": "first é\r\n".encode()}}


@pytest.mark.parametrize("there", [True, False], ids=["old", "none"])
def test_a_folder_is_replaced_whole(tmp_path, there, way):
    folder = tmp_path / "deep" / "folder"
    if there:
        write_files(folder, OLD)
    with replace_folder(folder) as fresh:
        assert read_folder(fresh) == {}
        write_files(fresh, NEW)
        assert folder.exists() == there, "the old one stands until the new one is whole"
    assert read_folder(tmp_path) == {"deep": {"folder": NEW}}


@pytest.mark.parametrize("error", [OSError("no space left"), KeyboardInterrupt()], ids=["fault", "interruption"])
def test_a_block_that_does_not_end_leaves_the_old_folder(folder, error, way):
    with pytest.raises(type(error)), replace_folder(folder) as fresh:
        (fresh / "half").write_text("hal")
        raise error
    assert read_folder(folder.parent) == {"folder": OLD}


@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize("error", [OSError("no space left"), KeyboardInterrupt()], ids=["fault", "interruption"])
def test_a_folder_that_cannot_be_moved_leaves_the_old_one(folder, fail_at, place, error, renames):
    with pytest.raises(type(error)), replace_folder(folder) as fresh:
        write_files(fresh, NEW)
        fail_at(place, error)
    assert read_folder(folder.parent) == {"folder": OLD}


def test_a_folder_that_cannot_be_put_back_is_not_thrown_away(folder, monkeypatch, renames):
    real, done = os.rename, []

    def rename(source, target):
        done.append(source)
        if len(done) > 1:
            raise OSError("the disk is gone")
        real(source, target)

    monkeypatch.setattr(os, "rename", rename)
    with pytest.raises(OSError, match="the disk is gone"), replace_folder(folder) as fresh:
        write_files(fresh, NEW)
    [work] = folder.parent.iterdir()
    assert read_folder(work)["last"] == OLD


def test_a_link_to_a_folder_stays_a_link(folder, tmp_path, way):
    link = tmp_path / "link"
    link.symlink_to(folder)
    with replace_folder(link) as fresh:
        write_files(fresh, NEW)
    assert link.is_symlink() and read_folder(folder) == NEW


KILLED = """
import os, signal, sys
from pathlib import Path
from utils.common import files

folder, when = Path(sys.argv[1]), int(sys.argv[2])

def kill_at(real):
    def step(*arguments):
        global when
        if when == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        when -= 1
        done = real(*arguments)
        if when == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return done
    return step

with files.replace_folder(folder) as fresh:
    files.write_files(fresh, {"a": b"new a", "b": b"new b", "c": b"new c"})
    if sys.argv[3] == "renames":
        files._swap = lambda fresh, folder: False
        files.os.rename = kill_at(os.rename)
    else:
        files._swap = kill_at(files._swap)
"""


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize(("how", "when"), [("swap", 0), ("swap", 1), ("renames", 0), ("renames", 1), ("renames", 2)])
def test_a_run_killed_at_any_step_leaves_a_whole_folder_under_the_name(folder, how, when):
    killed = subprocess.run([sys.executable, "-c", KILLED, str(folder), str(when), how], check=False)
    assert killed.returncode == -signal.SIGKILL
    if how == "swap" and not can_swap(folder.parent):
        pytest.skip("this file system lets no folders change places")
    gap = (how, when) == ("renames", 1)
    assert folder.exists() != gap, "between two renames alone there is none"
    repair_folder(folder)
    assert read_folder(folder) in (OLD, NEW)
    with replace_folder(folder) as fresh:
        write_files(fresh, {"next": b"one"})
    assert read_folder(folder) == {"next": b"one"}


def can_swap(place):
    one, other = place / "one", place / "other"
    one.mkdir()
    other.mkdir()
    return files._swap(one, other)


def test_what_a_killed_run_left_goes_after_a_day_and_not_before(folder):
    fresh, old = folder.parent / ".folder.new", folder.parent / ".folder.old"
    for work, age in ((fresh, 0), (old, STALE + 100)):
        (work / "fresh").mkdir(parents=True)
        os.utime(work, (time.time() - age,) * 2)
    repair_folder(folder)
    assert fresh.exists() and not old.exists()


WRITER = """
import sys
from pathlib import Path
from utils.common import files

if sys.argv[3] == "renames":
    files._swap = lambda fresh, folder: False
for turn in range(60):
    with files.replace_folder(Path(sys.argv[1])) as fresh:
        files.write_files(fresh, {name: f"{sys.argv[2]} {turn}".encode() for name in "abc"})
"""


@pytest.mark.parametrize("how", ["swap", "renames"])
def test_of_two_writers_one_stands_whole(folder, how):
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(folder), name, how]) for name in ("first", "second")]
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0]
    held = read_folder(folder)
    assert sorted(held) == ["a", "b", "c"] and len(set(held.values())) == 1 and held["a"].endswith(b" 59")
    assert [path.name for path in folder.parent.iterdir()] == ["folder"]


# ------------------------------------------------------------------------------------------------- places to write to


def test_a_write_that_fails_names_the_file_that_was_asked_for(folder, monkeypatch):
    def fail(self, content):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", fail)
    with pytest.raises(OSError, match=re.escape(f"No space left on device: '{folder / 'a'}'")):
        write_files(folder, NEW)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == OLD


def test_a_place_that_cannot_be_written_is_refused(folder, tmp_path, monkeypatch):
    check_writable(folder / "new" / "deep", name="out")
    check_file(folder / "new", name="out")
    assert read_folder(folder) == OLD, "trying leaves nothing"
    for call, part in (
        (lambda: check_writable(folder / "a" / "b", name="out"), "is a file"),
        (lambda: check_file(folder, name="out"), "is a folder"),
        (lambda: check_file(tmp_path / "none" / "b", name="out"), "make it first"),
    ):
        with pytest.raises(InputError, match=part):
            call()

    def refuse(**_):
        raise PermissionError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(files.tempfile, "TemporaryFile", refuse)
    with pytest.raises(InputError, match="cannot be written .read-only file system.; name another place"):
        check_file(folder / "new", name="out")


def test_caches_lie_where_they_can_be_written(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv(CACHE_VARIABLE, "")
    assert find_cache("notebooks", root=tmp_path) == tmp_path / ".cache" / "notebooks"
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    elsewhere = find_cache("notebooks", root=tmp_path)
    assert elsewhere.is_relative_to(tmp_path / "home") and tmp_path.name in elsewhere.parent.name
    assert elsewhere != find_cache("notebooks", root=tmp_path / "other")
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "mine"))
    assert find_cache("notebooks", root=tmp_path) == tmp_path / "mine" / "notebooks"


def test_an_installed_copy_holds_every_file_that_code_reads():
    given = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["package-data"]
    packed = {path for name, patterns in given.items() for one in patterns for path in ROOT.joinpath(*name.split(".")).glob(one)}
    others = {path for path in (ROOT / "utils").rglob("*") if path.is_file() and path.suffix not in {".py", ".pyc", ".md"}}
    assert others and others <= packed
    assert all((path.parent / "__init__.py").is_file() for path in (ROOT / "utils").rglob("*.py")), "else it is no package"
