"""Folders as people really have them: each row is one that is read."""

import unicodedata
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from signs.catalog.gtsrb import GTSRB
from signs.data.open import open_photos
from signs.errors import SignsError
from tests.data.as_sent import (
    Make,
    both,
    class_folders,
    doubled,
    in_three_zips,
    kaggle,
    littered,
    one_too_high,
    photos_of,
    renamed,
    torchvision,
    with_index,
    without_index_name,
    zipped,
)
from tests.data.layouts import encoded, make_archive, make_folder, make_kaggle

GROUPS = [("00000_00000", 0), ("00000_00001", 0), ("00007_00000", 7), ("00007_00001", 7)]


TEST_PART = [0, 10, 20, 30]
READ: dict[str, tuple[Make, list[int] | None]] = {
    "torchvision's download": (torchvision, TEST_PART),
    "torchvision's inner folder": (lambda f: torchvision(f) / "gtsrb", TEST_PART),
    "the archive one level too high": (one_too_high(make_archive), TEST_PART),
    "the archive one level too low": (lambda f: make_archive(f) / "GTSRB/Final_Training", None),
    "the archive's images": (lambda f: make_archive(f) / "GTSRB/Final_Training/Images", None),
    "the archive with a class folder renamed": (
        renamed(
            "GTSRB/Final_Training/Images/00007",
            "GTSRB/Final_Training/Images/100 km-h",
            make_archive,
        ),
        TEST_PART,
    ),
    "three official zips": (in_three_zips, TEST_PART),
    "semicolons": (kaggle(lambda text: text.replace(",", ";")), TEST_PART),
    "semicolons, as Excel says": (
        kaggle(lambda text: "sep=;\n" + text.replace(",", ";")),
        TEST_PART,
    ),
    "tabs": (kaggle(lambda text: text.replace(",", "\t")), TEST_PART),
    "backslashes": (kaggle(lambda text: text.replace("/", "\\")), TEST_PART),
    "paths of another machine": (
        kaggle(lambda t: t.replace("Train/", "/content/Train/").replace("Test/", "C:\\d\\Test\\")),
        TEST_PART,
    ),
    "a BOM": (kaggle(lambda text: text, "utf-8-sig"), TEST_PART),
    "UTF-16": (kaggle(lambda text: text, "utf-16"), TEST_PART),
    "UTF-16, big end first": (kaggle(lambda text: "\ufeff" + text, "utf-16-be"), TEST_PART),
    "Windows line ends": (kaggle(lambda text: text.replace("\n", "\r\n")), TEST_PART),
    "an index": (kaggle(with_index), TEST_PART),
    "an index without a name": (kaggle(without_index_name), TEST_PART),
    "separators at the ends of rows": (
        kaggle(lambda text: text.replace("\n", ",\n").replace("Path,\n", "Path\n")),
        TEST_PART,
    ),
    "blank lines": (kaggle(lambda text: text.replace("\n", "\n\n")), TEST_PART),
    "quotes": (
        kaggle(lambda text: "\n".join(f'"{line}"' for line in text.replace(",", '","').split())),
        TEST_PART,
    ),
    "class ids as decimals": (
        kaggle(lambda text: text.replace(",0,", ",0.0,").replace(",7,", ",7.0,")),
        TEST_PART,
    ),
    "columns in other words": (
        kaggle(lambda text: text.replace("ClassId", "class_id").replace("Path", "filename")),
        TEST_PART,
    ),
    "a table in lower case": (
        both(renamed("Train.csv", "train.csv"), renamed("Test.csv", "test.csv", lambda f: f)),
        TEST_PART,
    ),
    "folders in lower case": (renamed("Train", "train"), TEST_PART),
    "images in upper case": (renamed("Train/7/00007_00001_00002.png",
                                     "Train/7/00007_00001_00002.PNG"), TEST_PART),
    "one level too high": (one_too_high(make_kaggle), TEST_PART),
    "one level too low": (lambda f: make_kaggle(f) / "Train", None),
    "doubled": (doubled, TEST_PART),
    "litter": (littered, TEST_PART),
    "the zip": (zipped(make_kaggle), TEST_PART),
    "the zip with a folder": (zipped(make_kaggle, "archive/gtsrb"), TEST_PART),
    "the zip with litter": (zipped(littered), TEST_PART),
    "the archive's zip": (zipped(make_archive), TEST_PART),
    "class folders of digits": (class_folders("0", "7"), None),
    "class folders of five digits": (class_folders("00000", "00007", kind="ppm"), None),
    "class folders with class, group and frame": (
        class_folders("0", "7", file="00000_{group:05d}_{frame:05d}"), None,
    ),
    "class folders of names": (
        class_folders("Speed limit (20 km-h)", "Zulässige Höchstgeschwindigkeit 100 kmh"), None,
    ),
    "class folders of ids and names": (class_folders("00_Speed limit 20 kmh", "7"), None),
    "class folders, decomposed umlauts": (
        class_folders("0", unicodedata.normalize("NFD", "Zulässige Höchstgeschwindigkeit 100 kmh")),
        None,
    ),
    "class folders in parts": (
        both(class_folders("train/0", "train/7"), class_folders("test/0")), [0] * 6,
    ),
    "class folders in a course's parts": (
        both(class_folders("train_images/00000", "train_images/00007", kind="ppm"),
             class_folders("val_images/00000"), class_folders("test_images")), None,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", READ)
def test_what_is_unambiguous_is_read(case: str, tmp_path: Path) -> None:
    make, expected = READ[case]
    source = open_photos(str(make(tmp_path / "signs")), GTSRB)
    train = list(source.parts["train"]())
    assert sorted({(photo.group, photo.label) for photo in train}) == GROUPS
    assert len(train) == 12
    assert str(tmp_path) not in source.name
    if expected is None:
        assert "test" not in source.parts
    else:
        assert [photo.label for photo in source.parts["test"]()] == expected


def test_a_test_part_alone_is_for_testing(tmp_path: Path) -> None:
    source = open_photos(str(class_folders("test/0", "test/7")(tmp_path)), GTSRB)
    assert set(source.parts) == {"test"}


def test_images_must_lie_in_the_parquet_file(tmp_path: Path) -> None:
    """A path in it could name any file of this machine."""
    secret = tmp_path / "secret.png"
    secret.write_bytes(encoded(1))
    images = pa.array([{"bytes": None, "path": str(secret)}])
    pq.write_table(pa.table({"image": images, "label": [1]}), tmp_path / "train.parquet")
    with pytest.raises(SignsError, match="train row 0 holds no image file in the column image"):
        photos_of(tmp_path)


def test_a_home_folder_is_meant_by_its_sign(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    make_kaggle(tmp_path / "Größe (1), a=b [x]")
    assert len(photos_of(Path("~/Größe (1), a=b [x]"))) == 12


def test_parquet_in_a_folder_with_signs_that_patterns_use(tmp_path: Path) -> None:
    assert len(photos_of(make_folder(tmp_path / "a [b] *?{c,d}"))) == 4


def test_links_to_class_folders_are_followed_and_circles_are_not(tmp_path: Path) -> None:
    class_folders("0", "7")(tmp_path / "elsewhere")
    folder = tmp_path / "signs"
    folder.mkdir()
    for name in ("0", "7"):
        (folder / name).symlink_to(tmp_path / "elsewhere" / name)
    (tmp_path / "elsewhere" / "0" / "circle").symlink_to(folder)
    (folder / "itself").symlink_to(folder / "itself")
    assert len(photos_of(folder)) == 12


def test_a_name_that_is_not_utf_8(tmp_path: Path) -> None:
    make = class_folders("0", "7")(tmp_path)
    (make / "0" / "00000_00000.png").rename(str(make / "0") + "/Stra\udcdfe_00000_00000.png")
    assert photos_of(make)[5].name == r"0/Stra\xdfe_00000_00000.png"
    strange = Path(f"{tmp_path}-\udcff")
    make.rename(strange)
    assert open_photos(str(strange), GTSRB).name.endswith(r"-\xff")
