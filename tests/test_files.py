"""Files are written whole or not at all, wherever a rename fails and whenever someone interrupts."""

import os
import tomllib

import pytest

from utils.common.files import replace_folder, write_files, write_text
from utils.common.paths import ROOT

OLD = {"a": b"old a", "b": b"old b", "kept": b"other"}
NEW = {"a": b"new a", "b": b"new b", "c": b"new c"}


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
def test_a_folder_is_replaced_whole(tmp_path, there):
    folder = tmp_path / "deep" / "folder"
    if there:
        write_files(folder, OLD)
    with replace_folder(folder) as fresh:
        assert read_folder(fresh) == {}
        write_files(fresh, NEW)
        assert folder.exists() == there, "the old one stands until the new one is whole"
    assert read_folder(tmp_path) == {"deep": {"folder": NEW}}


@pytest.mark.parametrize("error", [OSError("no space left"), KeyboardInterrupt()], ids=["fault", "interruption"])
def test_a_block_that_does_not_end_leaves_the_old_folder(folder, error):
    with pytest.raises(type(error)), replace_folder(folder) as fresh:
        (fresh / "half").write_text("hal")
        raise error
    assert read_folder(folder.parent) == {"folder": OLD}


@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize("error", [OSError("no space left"), KeyboardInterrupt()], ids=["fault", "interruption"])
def test_a_folder_that_cannot_be_moved_leaves_the_old_one(folder, fail_at, place, error):
    with pytest.raises(type(error)), replace_folder(folder) as fresh:
        write_files(fresh, NEW)
        fail_at(place, error)
    assert read_folder(folder.parent) == {"folder": OLD}


def test_a_folder_that_cannot_be_put_back_is_not_thrown_away(folder, monkeypatch):
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


def test_a_link_to_a_folder_stays_a_link(folder, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(folder)
    with replace_folder(link) as fresh:
        write_files(fresh, NEW)
    assert link.is_symlink() and read_folder(folder) == NEW


def test_an_installed_copy_holds_every_file_that_code_reads():
    given = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["package-data"]
    packed = {path for name, patterns in given.items() for one in patterns for path in ROOT.joinpath(*name.split(".")).glob(one)}
    others = {path for path in (ROOT / "utils").rglob("*") if path.is_file() and path.suffix not in {".py", ".pyc", ".md"}}
    assert others and others <= packed
    assert all((path.parent / "__init__.py").is_file() for path in (ROOT / "utils").rglob("*.py")), "else it is no package"
