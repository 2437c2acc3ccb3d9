from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from signs.catalog.gtsrb import GTSRB
from signs.data.pack import pack_photos
from signs.data.source import Source
from signs.data.store import write_photos
from signs.errors import SignsError
from signs.inference.preprocess import preprocess
from signs.records.photo import Photo
from tests.data.layouts import drive_past, encoded

SOURCE = Source("a source", "a license", {})


def photos(count: int = 5, group: str | None = "t") -> list[Photo]:
    return [Photo(encoded(i), i % 3, group and f"{group}{i}", f"{i}.png") for i in range(count)]


def test_round_trip(tmp_path: Path) -> None:
    path = tmp_path / "raw" / "train.parquet"
    write_photos(path, photos(), SOURCE, GTSRB)
    packing = pack_photos(path, 24, 0)
    packed = packing.photos
    assert packed.images.shape == (5, 24, 24, 3)
    assert (packed.images[3] == preprocess(encoded(3), 24)).all()
    assert packed.labels.tolist() == [0, 1, 2, 0, 1]
    assert packed.groups.tolist() == ["t0", "t1", "t2", "t3", "t4"]
    assert packed.source == "a source"
    assert packing.names == ("0.png", "1.png", "2.png", "3.png", "4.png")
    assert packing.group_names == "named"
    assert packing.unreadable == ()


def test_more_rows_than_a_group(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("signs.data.store.ROWS_PER_GROUP", 4)
    write_photos(tmp_path / "a.parquet", photos(10), SOURCE, GTSRB)
    packed = pack_photos(tmp_path / "a.parquet", 24, 0).photos
    assert packed.images[:, 0, 0, 0].tolist() == list(range(10))


def write_frames(path: Path, shuffled: bool) -> None:
    """12 groups of 4 frames, their names not written down."""
    images, _ = drive_past(12, 4)
    rng = np.random.default_rng(0)
    order = rng.permutation(len(images)) if shuffled else np.arange(len(images))
    files = []
    for row in order:
        Image.fromarray(images[row]).save(path.parent / "one.png")
        files.append((path.parent / "one.png").read_bytes())
    write_photos(path, [Photo(data, 0, None, "n") for data in files], SOURCE, GTSRB)


def test_groups_are_inferred_where_none_are_named(tmp_path: Path) -> None:
    path = tmp_path / "train.parquet"
    write_frames(path, shuffled=False)
    packing = pack_photos(path, 24, 0)
    assert packing.group_names == "inferred"
    assert len(set(packing.photos.groups)) == 12
    write_frames(path, shuffled=True)
    with pytest.raises(SignsError, match=r"a source: \d+% of neighboring images"):
        pack_photos(path, 24, 0)
    packing = pack_photos(path, 24, 0, need_groups=False)
    assert packing.group_names == "one each"
    assert len(set(packing.photos.groups)) == 48


def test_broken_photos_among_good_ones(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    cut_off = Photo(encoded(1)[:-20], 1, "t", "cut.png")
    text = Photo(b"no image", 1, "t", "text.png")
    write_photos(path, [cut_off, *photos(3), text], SOURCE, GTSRB)
    packing = pack_photos(path, 24, 0.4)
    assert packing.photos.groups.tolist() == ["t0", "t1", "t2"]
    assert packing.names == ("0.png", "1.png", "2.png")
    assert (packing.photos.images == np.stack([preprocess(encoded(i), 24) for i in range(3)])).all()
    assert [line.split(":")[0] for line in packing.unreadable] == ["cut.png", "text.png"]
    with pytest.raises(
        SignsError,
        match=r"a source: 2 of 5 images cannot be read, more than split.max_unreadable \(0.3\) "
        r"allows: cut.png: the image is incomplete: .*; text.png: this is a text",
    ):
        pack_photos(path, 24, 0.3)


def test_only_some_of_many_broken_photos_are_named(tmp_path: Path) -> None:
    broken = [Photo(b"", 1, "t", f"{i}.png") for i in range(9)]
    write_photos(tmp_path / "a.parquet", broken, SOURCE, GTSRB)
    with pytest.raises(SignsError, match=r"; 4.png: [^;]* and 4 more$"):
        pack_photos(tmp_path / "a.parquet", 24, 0.01)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(SignsError, match="run `dvc repro` to make it"):
        pack_photos(tmp_path / "none.parquet", 24, 0)


def test_the_share_that_may_be_broken_is_counted_exactly(tmp_path: Path) -> None:
    """0.29 * 100 is 28.999... in floats."""
    broken = [Photo(b"", 1, f"b{i}", f"{i}.png") for i in range(30)]
    good = [Photo(encoded(i), i % 3, f"t{i}", f"{i}.png") for i in range(71)]
    path = tmp_path / "a.parquet"
    write_photos(path, [*broken[:29], *good], SOURCE, GTSRB)
    assert len(pack_photos(path, 24, 0.29).unreadable) == 29
    write_photos(path, [*broken, *good[:70]], SOURCE, GTSRB)
    with pytest.raises(SignsError, match="30 of 100 images cannot be read"):
        pack_photos(path, 24, 0.29)
