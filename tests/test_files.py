import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from signs import files
from signs.files import atomic_folder, atomic_path, write_json


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_text("old")
    with pytest.raises(RuntimeError), atomic_path(target) as path:
        path.write_text("half")
        raise RuntimeError
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_write_replaces_and_makes_folders(tmp_path: Path) -> None:
    target = tmp_path / "b" / "c" / "a.txt"
    for text in ("one", "two"):
        with atomic_path(target) as path:
            assert path.suffix == ".txt"
            path.write_text(text)
        assert target.read_text() == text
    assert list(target.parent.iterdir()) == [target]


def test_a_failed_folder_leaves_the_old_one(tmp_path: Path) -> None:
    target = tmp_path / "folder"
    with atomic_folder(target) as folder:
        (folder / "old").touch()
    with pytest.raises(RuntimeError), atomic_folder(target) as folder:
        (folder / "half").touch()
        raise RuntimeError
    assert [p.name for p in target.iterdir()] == ["old"]
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("failing", ["folder", ".folder.PID"], ids=["old", "new"])
def test_a_rename_that_fails_leaves_the_old_folder(
    failing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "folder"
    with atomic_folder(target) as folder:
        (folder / "old").write_text("content")
    rename = Path.replace

    def refuse(path: Path, other: Path) -> Path:
        if path.name == failing.replace("PID", str(os.getpid())):
            raise PermissionError(errno.EACCES, "a program has a file of it open", str(path))
        return rename(path, other)

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(PermissionError, match="has a file of it open"), atomic_folder(target) as f:
        (f / "new").touch()
    assert (target / "old").read_text() == "content"
    assert list(tmp_path.iterdir()) == [target]


def test_a_folder_replaces_a_folder_a_file_and_a_link(tmp_path: Path) -> None:
    target, elsewhere = tmp_path / "folder", tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept").touch()
    (target / "old").mkdir(parents=True)
    for before in (None, Path.touch, lambda path: path.symlink_to(elsewhere)):
        if before is not None:
            (target / "new").unlink()
            target.rmdir()
            before(target)
        with atomic_folder(target) as folder:
            (folder / "new").touch()
        assert [p.name for p in target.iterdir()] == ["new"]
        assert sorted(p.name for p in tmp_path.iterdir()) == ["elsewhere", "folder"]
    assert [p.name for p in elsewhere.iterdir()] == ["kept"]


@pytest.fixture
def killed() -> int:
    """The number of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def make_old(path: Path) -> Path:
    """As if nothing had touched it for longer than LEFT_BEHIND."""
    long_ago = path.stat().st_mtime - files.LEFT_BEHIND - 60
    for inner in [*path.rglob("*"), path]:
        os.utime(inner, (long_ago, long_ago))
    return path


def test_what_killed_processes_left_is_removed(tmp_path: Path, killed: int) -> None:
    for name in (f".a.{killed}.txt", f".a.{os.getppid()}.txt", f".b.{killed}.txt", f".a.{killed}"):
        (tmp_path / name).touch()
        make_old(tmp_path / name)
    with atomic_path(tmp_path / "a.txt") as path:
        path.touch()
    kept = {f".a.{os.getppid()}.txt", f".b.{killed}.txt", f".a.{killed}", "a.txt"}
    assert {p.name for p in tmp_path.iterdir()} == kept


def test_a_temporary_that_was_just_written_to_stays(tmp_path: Path, killed: int) -> None:
    """Its process may live in another container, where it has the same number as none here."""
    young = tmp_path / f".a.{killed}.txt"
    young.touch()
    with atomic_path(tmp_path / "a.txt") as path:
        path.touch()
    assert young.exists()
    folder = tmp_path / f".a.{killed}"
    folder.mkdir()
    make_old(folder)
    (folder / "young").touch()
    make_old(folder).joinpath("young").touch()
    with atomic_folder(tmp_path / "a"):
        pass
    assert folder.exists()


def test_folders_of_killed_processes_are_removed(tmp_path: Path, killed: int) -> None:
    (tmp_path / "a").mkdir()
    for name in (f".a.{killed}", f".a.{killed}.old"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").touch()
        make_old(tmp_path / name)
    with atomic_folder(tmp_path / "a"):
        pass
    assert [p.name for p in tmp_path.iterdir()] == ["a"]


def test_killed_between_two_renames_the_old_folder_comes_back(tmp_path: Path, killed: int) -> None:
    aside = tmp_path / f".a.{killed}.old"
    aside.mkdir()
    (aside / "old").touch()
    with pytest.raises(RuntimeError), atomic_folder(tmp_path / "a"):
        raise RuntimeError
    assert [p.name for p in (tmp_path / "a").iterdir()] == ["old"]
    assert [p.name for p in tmp_path.iterdir()] == ["a"]


def test_where_folders_cannot_be_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows, which flushes files only if they are open for writing."""
    monkeypatch.delattr(os, "O_DIRECTORY")
    open_, fsync = os.open, os.fsync
    flushed: list[int] = []

    def refuse_folders(path: Path, *args: int) -> int:
        if Path(path).is_dir():
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return open_(path, *args)

    def refuse_readers(descriptor: int) -> None:
        os.write(descriptor, b"")  # fails where it is open for reading alone
        flushed.append(descriptor)
        fsync(descriptor)

    monkeypatch.setattr(os, "open", refuse_folders)
    monkeypatch.setattr(os, "fsync", refuse_readers)
    write_json(tmp_path / "a.json", {})
    assert (tmp_path / "a.json").read_text() == "{}\n"
    assert len(flushed) == 1


def test_json_keeps_order_and_umlauts(tmp_path: Path) -> None:
    write_json(tmp_path / "a.json", {"z": 1, "a": "ü"})
    assert (tmp_path / "a.json").read_text(encoding="utf-8") == '{\n  "z": 1,\n  "a": "ü"\n}\n'
