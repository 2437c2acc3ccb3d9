from pathlib import Path

from signs.params import load_params
from signs.sources import kaggle
from signs.sources.open import open_source
from tests.conftest import ROOT
from tests.sources.layouts import encoded, make_kaggle


def test_both_parts_with_tracks_and_boxes(tmp_path: Path) -> None:
    data = load_params("data", path=ROOT / "params.yaml").data
    source = open_source(str(make_kaggle(tmp_path / "signs")), data)
    assert source.name == "photos from the Kaggle re-pack in signs"
    train = list(source.parts["train"]())
    assert [p.label for p in train] == [0] * 6 + [7] * 6
    assert [p.track for p in train[2:4]] == ["00000_00000", "00000_00001"]
    assert train[6].name == "Train/7/00007_00000_00000.png"
    assert train[6].data == encoded(7)
    assert train[6].roi == (3, 2, 27, 18)
    assert [(p.label, p.track) for p in source.parts["test"]()] == [
        (0, None), (10, None), (20, None), (30, None),
    ]  # fmt: skip


def test_without_test_photos(tmp_path: Path) -> None:
    folder = make_kaggle(tmp_path)
    (folder / "Test.csv").unlink()
    assert set(kaggle.folder_source(folder).parts) == {"train"}
    (folder / "Train.csv").unlink()
    assert not kaggle.recognizes(folder)
