from pathlib import Path

import pytest

from signs.data import kaggle
from signs.data.open import open_source
from signs.errors import SignsError
from signs.params import load_params
from tests.conftest import ROOT
from tests.data.layouts import encoded, make_kaggle


def test_both_parts_with_groups_and_boxes(tmp_path: Path) -> None:
    data = load_params("data", path=ROOT / "params.yaml").data
    source = open_source(str(make_kaggle(tmp_path / "signs")), data)
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
        kaggle.folder_source(folder)
    (folder / "Test").rename(tmp_path / "elsewhere")
    assert set(kaggle.folder_source(folder).parts) == {"train"}
    (folder / "Train.csv").unlink()
    assert not kaggle.recognizes(folder)


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
        list(kaggle.folder_source(folder).parts["train"]())
    table.write_text(table.read_text().splitlines()[0] + "\n")
    with pytest.raises(SignsError, match="has no rows"):
        list(kaggle.folder_source(folder).parts["train"]())
