from pathlib import Path

import numpy as np
import pytest

from signs.errors import SignsError
from signs.inference.preprocess import preprocess
from signs.sources.base import Photo
from signs.sources.pack import check_no_shared_photo, has_tracks, pack_photos
from signs.sources.raw import write_photos
from tests.sources.test_parquet import encoded


def photos(count: int = 5, track: str | None = "t") -> list[Photo]:
    return [Photo(encoded(i), i % 3, track and f"{track}{i}") for i in range(count)]


def test_round_trip(tmp_path: Path) -> None:
    path = tmp_path / "raw" / "train.parquet"
    assert write_photos(path, photos(), "a source") == 5
    packed = pack_photos(path, 24)
    assert packed.images.shape == (5, 24, 24, 3)
    assert (packed.images[3] == preprocess(encoded(3), 24)).all()
    assert packed.labels.tolist() == [0, 1, 2, 0, 1]
    assert packed.tracks.tolist() == ["t0", "t1", "t2", "t3", "t4"]
    assert packed.source == "a source"


def test_more_rows_than_a_group(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("signs.sources.raw.ROWS_PER_GROUP", 4)
    write_photos(tmp_path / "a.parquet", photos(10), "s")
    packed = pack_photos(tmp_path / "a.parquet", 24)
    assert packed.images[:, 0, 0, 0].tolist() == list(range(10))


def test_blocks_stand_in_for_tracks(tmp_path: Path) -> None:
    write_photos(tmp_path / "a.parquet", photos(track=None), "s")
    assert not has_tracks(tmp_path / "a.parquet")
    tracks = pack_photos(tmp_path / "a.parquet", 24).tracks
    assert np.unique(tracks).tolist() == ["a-00-block000", "a-01-block000", "a-02-block000"]


def test_an_unreadable_photo_is_named(tmp_path: Path) -> None:
    write_photos(tmp_path / "a.parquet", [*photos(2), Photo(b"no image", 1, "t")], "a source")
    with pytest.raises(SignsError, match="a source: image 2: not an image that can be read"):
        pack_photos(tmp_path / "a.parquet", 24)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(SignsError, match="run `dvc repro` to make it"):
        pack_photos(tmp_path / "none.parquet", 24)


def test_the_same_photo_in_two_files_is_found(tmp_path: Path) -> None:
    train, test = tmp_path / "train.parquet", tmp_path / "test.parquet"
    write_photos(train, photos(5), "a source")
    write_photos(test, [Photo(encoded(9), 0, "u")], "another")
    check_no_shared_photo(train, test)
    write_photos(test, [Photo(encoded(9), 0, "u"), Photo(encoded(2), 0, "v")], "another")
    with pytest.raises(SignsError, match=r"1 photos are both in train \(a source\) and in test"):
        check_no_shared_photo(train, test)
