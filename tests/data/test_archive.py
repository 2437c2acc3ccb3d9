from pathlib import Path

import pytest

from signs.catalog.gtsrb import GTSRB
from signs.data.folders import archive
from signs.data.folders.opening import open_tree
from signs.data.open import open_photos
from signs.data.source import Source
from signs.errors import SignsError
from signs.records.photo import Photo
from tests.data.layouts import encoded, make_archive


def opened(folder: Path) -> Source:
    return open_photos(str(folder), GTSRB)


def photos(source: Source, part: str) -> list[Photo]:
    return list(source.parts[part]())


@pytest.mark.parametrize("inside", ["GTSRB", "."])
def test_both_parts_with_groups_and_boxes(tmp_path: Path, inside: str) -> None:
    source = opened(make_archive(tmp_path / "benchmark", inside))
    assert source.name == "photos from the official archive in benchmark"
    train = photos(source, "train")
    assert [p.label for p in train] == [0] * 6 + [7] * 6
    assert [p.group for p in train[4:8]] == [
        "00000_00001", "00000_00001", "00007_00000", "00007_00000",
    ]  # fmt: skip
    assert train[7].name.endswith("00007/00000_00001.ppm")
    assert train[7].data == encoded(7, "PPM")
    assert train[7].roi == (3, 2, 27, 18)
    test = photos(source, "test")
    assert [p.label for p in test] == [0, 10, 20, 30]
    assert {p.group for p in test} == {None}


def test_only_the_training_archive(tmp_path: Path) -> None:
    folder = make_archive(tmp_path)
    (folder / "GTSRB/Final_Test").rename(folder / "elsewhere")
    assert set(opened(folder).parts) == {"train"}


def test_test_photos_without_their_classes(tmp_path: Path) -> None:
    folder = make_archive(tmp_path)
    (folder / "GT-final_test.csv").unlink()
    with pytest.raises(SignsError, match=r"GT-final_test\.csv: it comes in GTSRB_Final_Test_GT"):
        opened(folder)


def test_half_an_archive(tmp_path: Path) -> None:
    folder = make_archive(tmp_path / "benchmark")
    images = folder / "GTSRB/Final_Training/Images"
    (images / "00007/00001_00002.ppm").unlink()
    with pytest.raises(
        SignsError,
        match=r"1 of 6 images that .*GT-00007.csv lists are not .* unpack",
    ):
        photos(opened(folder), "train")
    (images / "00007/GT-00007.csv").write_text("Filename;Roi.Y1;ClassId\n00000_00000.ppm;2;7\n")
    with pytest.raises(SignsError, match=r"00007.csv has no column of the box, such as roix1; it"):
        photos(opened(folder), "train")
    (images / "00007/GT-00007.csv").unlink()
    with pytest.raises(SignsError, match=r"00007 in .* has no table GT-00007\.csv: unpack"):
        photos(opened(folder), "train")
    for label in ("00000", "00007"):
        (images / label).rename(tmp_path / label)
    with pytest.raises(SignsError, match="has no known layout"):
        photos(opened(folder), "train")


def test_other_tables_beside_the_right_one_are_left_alone(tmp_path: Path) -> None:
    folder = make_archive(tmp_path)
    images = folder / "GTSRB/Final_Training/Images/00007"
    (images / "GT-00007-backup.csv").write_text((images / "GT-00007.csv").read_text())
    assert len(photos(opened(folder), "train")) == 12


def test_a_name_without_a_group(tmp_path: Path) -> None:
    folder = make_archive(tmp_path)
    images = folder / "GTSRB/Final_Training/Images/00000"
    (images / "00000_00000.ppm").rename(images / "first.ppm")
    table = images / "GT-00000.csv"
    table.write_text(table.read_text().replace("00000_00000.ppm", "first.ppm"))
    with pytest.raises(SignsError, match="should end in GROUP_FRAME"):
        photos(opened(folder), "train")


def test_a_table_of_nonsense(tmp_path: Path) -> None:
    folder = make_archive(tmp_path)
    table = folder / "GT-final_test.csv"
    table.write_text(table.read_text().replace(";10\n", ";ten\n"))
    with pytest.raises(
        SignsError, match=r"ClassId must hold class ids or names of signs, and has 'ten'"
    ):
        photos(opened(folder), "test")
    table.write_bytes(b"\x89PNG\x00\n")
    with pytest.raises(SignsError, match="is not a table: it holds binary data") as caught:
        photos(opened(folder), "test")
    assert "\n" not in str(caught.value)


def test_other_folders_are_not_recognized(tmp_path: Path) -> None:
    assert archive.read(open_tree(tmp_path), GTSRB) is None
