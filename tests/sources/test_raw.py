from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from signs.errors import SignsError
from signs.sources.base import Photo
from signs.sources.raw import write_photos
from tests.sources.test_parquet import encoded


def photos(count: int = 5, track: str | None = "t") -> list[Photo]:
    return [Photo(encoded(i), i % 3, track and f"{track}{i}") for i in range(count)]


def test_rows_labels_tracks_and_source(tmp_path: Path) -> None:
    path = tmp_path / "raw" / "train.parquet"
    assert write_photos(path, photos(), "a source") == 5
    table = pq.read_table(path)
    assert table["image"].to_pylist() == [encoded(i) for i in range(5)]
    assert table["label"].to_pylist() == [0, 1, 2, 0, 1]
    assert table["track"].to_pylist() == ["t0", "t1", "t2", "t3", "t4"]
    assert table.schema.metadata[b"source"] == b"a source"


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
