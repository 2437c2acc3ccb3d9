from pathlib import Path

import pytest

from signs.catalog.gtsrb import GTSRB
from signs.data.folders import kaggle
from signs.data.folders.opening import open_tree
from signs.data.open import open_photos
from signs.errors import SignsError
from tests.data.layouts import encoded, make_kaggle


def test_both_parts_with_groups_and_boxes(tmp_path: Path) -> None:
    source = open_photos(str(make_kaggle(tmp_path / "signs")), GTSRB)
    assert source.name == "photos from the Kaggle re-pack in signs"
    train = list(source.parts["train"]())
    assert [p.label for p in train] == [0] * 6 + [7] * 6
    assert [p.group for p in train[2:4]] == ["00000_00000", "00000_00001"]
    assert train[6].name == "Train/7/00007_00000_00000.png"
    assert train[6].data == encoded(7)
    assert train[6].roi == (3, 2, 27, 18)
    assert [(p.label, p.group) for p in source.parts["test"]()] == [
        (0, None), (10, None), (20, None), (30, None),
    ]  # fmt: skip


def test_without_test_photos(tmp_path: Path) -> None:
    folder = make_kaggle(tmp_path)
    (folder / "Test.csv").unlink()
    with pytest.raises(SignsError, match=r"has test photos but no Test\.csv"):
        open_photos(str(folder), GTSRB)
    (folder / "Test").rename(tmp_path / "elsewhere")
    assert set(open_photos(str(folder), GTSRB).parts) == {"train"}
    (folder / "Train.csv").unlink()
    assert kaggle.read(open_tree(folder), GTSRB) is None


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            ",7,Train/7/00007_00001_00002",
            ",5,Train/7/00007_00001_00002",
            "but it lies in the folder",
        ),
        ("Train/7/00007_00001_00002", "Train/7/00007_00001_00001", "00007_00001_00001.png twice"),
        ("30,20,3,", "30,20,99999999999,", "outside of any image"),
    ],
)
def test_tables_that_cannot_be_true(tmp_path: Path, old: str, new: str, said: str) -> None:
    folder = make_kaggle(tmp_path)
    table = folder / "Train.csv"
    table.write_text(table.read_text().replace(old, new))
    with pytest.raises(SignsError, match=said):
        list(open_photos(str(folder), GTSRB).parts["train"]())
    table.write_text(table.read_text().splitlines()[0] + "\n")
    with pytest.raises(SignsError, match="has no rows"):
        list(open_photos(str(folder), GTSRB).parts["train"]())
