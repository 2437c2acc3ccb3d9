from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from signs.errors import SignsError
from signs.inference.preprocess import preprocess
from signs.sources.base import Photo
from signs.sources.raw import pack_photos, write_photos
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
    tracks = pack_photos(tmp_path / "a.parquet", 24).tracks
    assert np.unique(tracks).tolist() == ["00-block000", "01-block000", "02-block000"]


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ([Photo(b"", 43, None)], "a source: image 0 has label 43, which is not one of the 43"),
        ([Photo(b"", -1, None)], "image 0 has label -1"),
        ([Photo(b"", 1, None), Photo(b"", 1, "t")], "only 1 of 2 images name their track"),
        ([], "no image in it"),
    ],
)
def test_impossible_photos_leave_no_file(tmp_path: Path, bad: list[Photo], said: str) -> None:
    with pytest.raises(SignsError, match=said):
        write_photos(tmp_path / "a.parquet", bad, "a source")
    assert not list(tmp_path.iterdir())


def test_a_source_that_breaks_leaves_no_file(tmp_path: Path) -> None:
    def broken() -> Iterator[Photo]:
        yield from photos(2)
        raise SignsError("the line went dead")

    with pytest.raises(SignsError, match="went dead"):
        write_photos(tmp_path / "a.parquet", broken(), "s")
    assert not list(tmp_path.iterdir())


def test_an_unreadable_photo_is_named(tmp_path: Path) -> None:
    write_photos(tmp_path / "a.parquet", [*photos(2), Photo(b"no image", 1, "t")], "a source")
    with pytest.raises(SignsError, match="a source: image 2: not an image that can be read"):
        pack_photos(tmp_path / "a.parquet", 24)
