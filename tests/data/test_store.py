from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from signs.catalog.gtsrb import GTSRB
from signs.data.open import open_photos
from signs.data.source import Source
from signs.data.store import read_stored, write_photos
from signs.errors import SignsError
from signs.records.photo import Photo
from tests.data.layouts import encoded, make_archive, make_folder, make_kaggle

SOURCE = Source("a source", "a license", {})


def photos(count: int = 5, group: str | None = "t") -> list[Photo]:
    return [
        Photo(encoded(i), i % 3, group and f"{group}{i}", f"n{i}", (i, 0, 9, 9))
        for i in range(count)
    ]


def photo(label: int, group: str | None = None, kind: str = "") -> Photo:
    return Photo(b"", label, group, "here.png", kind=kind)


def test_rows_labels_groups_and_source(tmp_path: Path) -> None:
    path = tmp_path / "raw" / "train.parquet"
    assert write_photos(path, photos(), SOURCE, GTSRB) == 5
    table = pq.read_table(path)
    assert table["image"].to_pylist() == [encoded(i) for i in range(5)]
    assert table["label"].to_pylist() == [0, 1, 2, 0, 1]
    assert table["group"].to_pylist() == ["t0", "t1", "t2", "t3", "t4"]
    assert table["name"].to_pylist() == ["n0", "n1", "n2", "n3", "n4"]
    assert table["roi"].to_pylist()[3] == [3, 0, 9, 9]
    stored = read_stored(path)
    assert stored.source == "a source"
    assert stored.label_space == GTSRB
    assert table.schema.metadata[b"license"] == b"a license"


def test_a_box_may_be_missing(tmp_path: Path) -> None:
    write_photos(tmp_path / "a.parquet", [photo(1)], SOURCE, GTSRB)
    assert pq.read_table(tmp_path / "a.parquet")["roi"].to_pylist() == [None]


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ([photo(43)], "a source: image here.png has label 43, which is not one of the 43"),
        ([photo(-1)], "image here.png has label -1"),
        ([photo(44, kind="mixture")], "image here.png has label 44"),
        ([photo(1), photo(1, "t")], "only 1 of 2 images name their group"),
        ([], "there are no images in it"),
    ],
)
def test_impossible_photos_leave_no_file(tmp_path: Path, bad: list[Photo], said: str) -> None:
    with pytest.raises(SignsError, match=said):
        write_photos(tmp_path / "a.parquet", bad, SOURCE, GTSRB)
    assert not list(tmp_path.iterdir())


def test_a_source_that_breaks_leaves_no_file(tmp_path: Path) -> None:
    def broken() -> Iterator[Photo]:
        yield from photos(2)
        raise SignsError("the line went dead")

    with pytest.raises(SignsError, match="went dead"):
        write_photos(tmp_path / "a.parquet", broken(), SOURCE, GTSRB)
    assert not list(tmp_path.iterdir())


def test_only_negatives_have_the_label_of_negatives(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    write_photos(path, [photo(GTSRB.negative_label, kind="mixture")], SOURCE, GTSRB)
    assert pq.read_table(path)["kind"].to_pylist() == ["mixture"]


def test_two_folders_of_one_name_are_two_sources(tmp_path: Path) -> None:
    makers: dict[str, Callable[[Path], Path]] = {
        "parquet": make_folder,
        "archive": make_archive,
        "kaggle": make_kaggle,
    }
    for name, make in makers.items():
        folders = [make(tmp_path / name / side / "photos") for side in ("a", "b")]
        first, second = (open_photos(str(folder), GTSRB) for folder in folders)
        assert first.name == second.name
        stored = []
        for source in (first, second, open_photos(str(folders[0] / ".." / "photos"), GTSRB)):
            write_photos(tmp_path / "raw.parquet", photos(), source, GTSRB)
            stored.append(read_stored(tmp_path / "raw.parquet").source_id)
        assert stored[0] != stored[1]
        assert stored[0] == stored[2]


def test_a_raw_file_holds_no_path(tmp_path: Path) -> None:
    source = open_photos(str(make_folder(tmp_path / "photos")), GTSRB)
    write_photos(tmp_path / "raw.parquet", photos(), source, GTSRB)
    assert str(tmp_path).encode() not in (tmp_path / "raw.parquet").read_bytes()
