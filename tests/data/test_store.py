from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from signs.errors import SignsError
from signs.data.source import Photo, Source
from signs.data.store import read_origin, write_photos
from tests.data.layouts import encoded

SOURCE = Source("a source", "a license", {})


def photos(count: int = 5, group: str | None = "t") -> list[Photo]:
    return [
        Photo(encoded(i), i % 3, group and f"{group}{i}", f"n{i}", (i, 0, 9, 9))
        for i in range(count)
    ]


def photo(label: int, group: str | None = None) -> Photo:
    return Photo(b"", label, group, "here.png")


def test_rows_labels_groups_and_source(tmp_path: Path) -> None:
    path = tmp_path / "raw" / "train.parquet"
    assert write_photos(path, photos(), SOURCE) == 5
    table = pq.read_table(path)
    assert table["image"].to_pylist() == [encoded(i) for i in range(5)]
    assert table["label"].to_pylist() == [0, 1, 2, 0, 1]
    assert table["group"].to_pylist() == ["t0", "t1", "t2", "t3", "t4"]
    assert table["name"].to_pylist() == ["n0", "n1", "n2", "n3", "n4"]
    assert table["roi"].to_pylist()[3] == [3, 0, 9, 9]
    assert read_origin(path) == ("a source", "a license")


def test_nobody_needs_to_draw_a_box(tmp_path: Path) -> None:
    write_photos(tmp_path / "a.parquet", [photo(1)], SOURCE)
    assert pq.read_table(tmp_path / "a.parquet")["roi"].to_pylist() == [None]


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ([photo(43)], "a source: image here.png has label 43, which is not one of the 43"),
        ([photo(-1)], "image here.png has label -1"),
        ([photo(1), photo(1, "t")], "only 1 of 2 images name their group"),
        ([], "no image in it"),
    ],
)
def test_impossible_photos_leave_no_file(tmp_path: Path, bad: list[Photo], said: str) -> None:
    with pytest.raises(SignsError, match=said):
        write_photos(tmp_path / "a.parquet", bad, SOURCE)
    assert not list(tmp_path.iterdir())


def test_a_source_that_breaks_leaves_no_file(tmp_path: Path) -> None:
    def broken() -> Iterator[Photo]:
        yield from photos(2)
        raise SignsError("the line went dead")

    with pytest.raises(SignsError, match="went dead"):
        write_photos(tmp_path / "a.parquet", broken(), SOURCE)
    assert not list(tmp_path.iterdir())
