"""Which file a table means."""

from pathlib import Path

import pytest

from signs.data.folders.opening import open_tree


@pytest.mark.parametrize(
    ("files", "path", "near", "part", "found"),
    [
        ("Train/0/a.png", "Train/0/a.png", "", None, "Train/0/a.png"),
        ("Train/0/a.png", r"Train\0\A.PNG", "", None, "Train/0/a.png"),
        ("Train/0/a.png", "/content/Train/0/a.png", "", "train", "Train/0/a.png"),
        ("x/Train/0/a.png", "Train/0/a.png", "", None, "x/Train/0/a.png"),
        ("Test/0/a.png", "Train/0/a.png", "", "train", None),
        ("x/a.png y/a.png", "a.png", "", None, None),
        ("x/a.png y/a.png", "a.png", "y", None, "y/a.png"),
        ("x/a.png", "elsewhere/a.png", "", None, None),
        ("x/a.png", "b.png", "", None, None),
        ("x/a.png", "", "", None, None),
    ],
)
def test_paths_of_tables(
    files: str, path: str, near: str, part: str | None, found: str | None, tmp_path: Path
) -> None:
    for file in files.split():
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).touch()
    assert open_tree(tmp_path).find(path, near, part) == found
