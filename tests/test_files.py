from pathlib import Path

import pytest

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


def test_json_keeps_order_and_umlauts(tmp_path: Path) -> None:
    write_json(tmp_path / "a.json", {"z": 1, "a": "ü"})
    assert (tmp_path / "a.json").read_text(encoding="utf-8") == '{\n  "z": 1,\n  "a": "ü"\n}\n'
