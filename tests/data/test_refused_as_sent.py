"""Folders as people really have them: each row is one that is refused, and what is said."""

import shutil
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from signs.catalog.gtsrb import GTSRB
from signs.cli import main
from signs.data.open import open_photos
from signs.errors import SignsError
from tests.data.as_sent import (
    Make,
    both,
    class_folders,
    empty,
    folder_of_parquet,
    kaggle,
    photos_of,
    with_file,
)
from tests.data.layouts import encoded, make_kaggle


def without_photos(folder: Path) -> Path:
    shutil.rmtree(make_kaggle(folder) / "Train")
    return folder


def put_test_photos_named_as_train(folder: Path) -> Path:
    """The photos that the table of training photos lists, in the folder of the test part."""
    for label in (0, 7):
        for group in range(2):
            for frame in range(3):
                path = folder / f"Test/{label}/{label:05d}_{group:05d}_{frame:05d}.png"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(encoded(label))
    return folder


def table_of(text: str) -> Make:
    return kaggle(lambda _: text)


def two_zips(folder: Path) -> Path:
    """Archives that hold different files of one name."""
    folder.mkdir(parents=True)
    for number in range(2):
        with zipfile.ZipFile(folder / f"{number}.zip", "w") as archive:
            archive.writestr("14/00000_00000.png", encoded(number))
    return folder


def damaged_zip(folder: Path) -> Path:
    """An archive whose compressed content was changed."""
    folder.mkdir(parents=True)
    with zipfile.ZipFile(folder / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("14/00000_00000.png", bytes(10_000))
    data = bytearray((folder / "a.zip").read_bytes())
    data[60:70] = b"\xff" * 10
    (folder / "a.zip").write_bytes(data)
    return folder / "a.zip"


SAID: dict[str, tuple[Make, str]] = {
    "photos that only the test part has": (
        both(without_photos, put_test_photos_named_as_train),
        "12 of 12 images that Train\\.csv lists are not in",
    ),
    "a comma in one row": (
        table_of("Path,ClassId\nTrain/0/a,b.png,14\nTrain/0/c.png,14\n"),
        r"Train\.csv, row 1: 3 values, and the header names 2 columns",
    ),
    "class folders inside of a class folder": (
        class_folders("3/0", "3/14"),
        "the folder 3 means a class, and 0 inside it a class or",
    ),
    "parts inside of class folders": (
        class_folders("14/train", "14/test"),
        "the folder 14 means a class, and (train|test) ins",
    ),
    "class folders that may be speeds": (
        class_folders("20", "30"),
        "named 20, 30, which may be class ids or speed limits",
    ),
    "a class label that may be speeds": (
        folder_of_parquet(["20", "30"], [0]),
        "named 20, 30, which may be class ids or speed",
    ),
    "a renamed class folder with folders of signs inside": (
        class_folders("14/s1", "Stopp/s1"),
        "the folder Stopp lies beside class folders",
    ),
    "one photo without a group": (
        both(class_folders("0", "7"), with_file("7/x.png", encoded(1), lambda f: f)),
        r"7/x\.png: its name gives no group, and those of others do",
    ),
    "archives that contradict each other": (
        two_zips,
        r"1\.zip holds another 14/00000_00000\.png than the archive beside it",
    ),
    "names in the alphabet's order": (
        folder_of_parquet(["give_way", "halt", "priority"], [0]),
        r"the classes are named give_way, halt, priority, .* order does not tell either: rename",
    ),
    "no column that is usual": (
        table_of("picture,kind\na.png,1\n"),
        r"Train\.csv has no column of the image, such as path; it has: picture, kind",
    ),
    "rows that do not fit the header": (
        table_of("Path,ClassId\nTrain/0/00000_00000_00000.png,0,1,2\n"),
        r"Train\.csv, row 1: 4 values, and the header names 2 columns",
    ),
    "a table that is a picture": (
        with_file("Train.csv", encoded(1)),
        r"Train\.csv is not a table: it holds binary data",
    ),
    "an empty table": (table_of("Path,ClassId\n"), r"Train\.csv has no rows"),
    "a table, and no photos": (
        without_photos,
        r"12 of 12 images that Train\.csv lists are not in signs, .* unpack the data set again",
    ),
    "two sets of one layout": (
        both(lambda f: make_kaggle(f / "a"), lambda f: make_kaggle(f / "b")),
        r"signs holds both a/Train\.csv and b/Train\.csv: name one's folder",
    ),
    "two sets of class folders": (
        both(class_folders("a/0", "a/7"), class_folders("b/0", "b/7")),
        r"signs holds class folders in a and in b: name one of them",
    ),
    "a class folder renamed": (
        both(class_folders("0", "7"), class_folders("50 km")),
        r"the folder 50 km lies beside class folders in signs and means no class: rename it",
    ),
    "photos without classes": (
        class_folders("photos"),
        r"no known layout: it holds 1 folder \(photos\); it should hold one of:",
    ),
    "Udacity's pickles": (
        with_file("train.p", b"\x80\3}q\0.", empty),
        r"\(pickles are not read, since opening one can",
    ),
    "a data set that was saved to disk": (
        with_file("data-00000-of-00001.arrow", b"ARROW1", empty),
        r"\(save the data set with `to_par",
    ),
    "an archive in the folder": (
        with_file("gtsrb.tar.gz", b"\x1f\x8b", empty),
        r"\(unpack the archive first\)",
    ),
    "one class folder": (
        lambda f: class_folders("7")(f) / "7",
        r"no known layout: it holds 6 files \(6 \.png\)",
    ),
    "a broken zip": (
        lambda f: with_file("a.zip", b"PK\3\4 and no more", empty)(f) / "a.zip",
        r"the archive .*a\.zip is not whole: download it again",
    ),
    "another kind of archive": (
        lambda f: with_file("a.tar", b"ustar", empty)(f) / "a.tar",
        r"a\.tar is a file, and no zip archive: .* or unpack it first",
    ),
    "the table itself": (
        lambda f: make_kaggle(f) / "Train.csv",
        r"Train\.csv is a file, .* name the folder it lies in \(signs\)",
    ),
}


@pytest.mark.parametrize("case", SAID)
def test_what_is_ambiguous_is_one_line(case: str, tmp_path: Path) -> None:
    make, said = SAID[case]
    made = make(tmp_path / "signs")
    with pytest.raises(SignsError, match=said) as caught:
        photos_of(made)
    assert "\n" not in str(caught.value)
    result = CliRunner().invoke(main, ["data", str(made)])
    assert result.exit_code == 1


def test_a_file_that_is_damaged_in_an_archive_counts_as_unreadable(tmp_path: Path) -> None:
    assert [photo.data for photo in photos_of(damaged_zip(tmp_path / "signs"))] == [b""]


@pytest.mark.parametrize("name", ["", " "])
def test_a_blank_name_is_not_the_current_folder(name: str) -> None:
    with pytest.raises(SignsError, match="the name of the source is blank"):
        open_photos(name, GTSRB)
