"""Folders as people really have them: each row is one, and what is read or said."""

import shutil
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path

import datasets
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from signs.catalog.gtsrb import GTSRB
from signs.cli import main
from signs.data.open import open_photos
from signs.errors import SignsError
from signs.records.photo import Photo
from tests.data.layouts import encoded, make_archive, make_folder, make_kaggle

Make = Callable[[Path], Path]
GROUPS = [("00000_00000", 0), ("00000_00001", 0), ("00007_00000", 7), ("00007_00001", 7)]


def photos_of(folder: Path, part: str = "train") -> list[Photo]:
    return list(open_photos(str(folder), GTSRB).parts[part]())


def change(table: Path, edit: Callable[[str], str], encoding: str = "utf-8") -> None:
    table.write_bytes(edit(table.read_text(encoding="utf-8")).encode(encoding))


def kaggle(edit: Callable[[str], str], encoding: str = "utf-8") -> Make:
    """The re-pack with its tables edited."""

    def make(folder: Path) -> Path:
        make_kaggle(folder)
        for name in ("Train.csv", "Test.csv"):
            change(folder / name, edit, encoding)
        return folder

    return make


def with_index(text: str) -> str:
    head, *rows = text.splitlines()
    return "\n".join([f",{head}", *(f"{n},{row}" for n, row in enumerate(rows))]) + "\n"


def without_index_name(text: str) -> str:
    head, *rows = text.splitlines()
    return "\n".join([head, *(f"{n},{row}" for n, row in enumerate(rows))]) + "\n"


def renamed(old: str, new: str, make: Make = make_kaggle) -> Make:
    """A layout with one of its files or folders renamed."""

    def made(folder: Path) -> Path:
        make(folder)
        (folder / new).parent.mkdir(parents=True, exist_ok=True)
        (folder / old).rename(folder / f"{new}.moving")
        (folder / f"{new}.moving").rename(folder / new)
        return folder

    return made


def one_too_high(make: Make) -> Make:
    return lambda folder: make(folder / "downloads" / "signs").parents[1]


def doubled(folder: Path) -> Path:
    renamed("Train", "Outer/Train")(folder)
    (folder / "Outer").rename(folder / "Train")
    renamed("Test", "Outer/Test", lambda f: f)(folder)
    (folder / "Outer").rename(folder / "Test")
    return folder


def littered(folder: Path) -> Path:
    """With what notebooks, macOS and Windows leave beside the class folders."""
    make_kaggle(folder)
    for name in (
        "Train/.ipynb_checkpoints/0/00000_00000_00000-checkpoint.png",
        "__MACOSX/Train/0/._00000_00000_00000.png",
        "Train/0/._00000_00000_00000.png",
        "Train/.DS_Store",
        "Train/Thumbs.db",
        "._Train.csv",
        "__MACOSX/._Train.csv",
    ):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"\0\5\26\7")
    return folder


def zipped(make: Make, inside: str = "") -> Make:
    def made(folder: Path) -> Path:
        make(folder / "unpacked" / inside)
        file = shutil.make_archive(str(folder / "signs"), "zip", folder / "unpacked")
        return Path(file)

    return made


def in_three_zips(folder: Path) -> Path:
    """The official archives as they are downloaded, side by side."""
    made = make_archive(folder / "unpacked")
    (folder / "zips").mkdir()
    for name in ("GTSRB/Final_Training", "GTSRB/Final_Test", "GT-final_test.csv"):
        with zipfile.ZipFile(folder / "zips" / f"{Path(name).name}.zip", "w") as archive:
            inside = made / name
            for file in [inside] if inside.is_file() else sorted(inside.rglob("*")):
                archive.write(file, file.relative_to(made))
    return folder / "zips"


def torchvision(folder: Path) -> Path:
    """What `torchvision.datasets.GTSRB(folder, download=True)` leaves, for both parts."""
    make_archive(folder / "gtsrb")
    images = folder / "gtsrb/GTSRB/Final_Training/Images"
    images.rename(folder / "gtsrb/GTSRB/Training")
    images.parent.rmdir()
    return folder


def class_folders(*names: str, kind: str = "png", file: str = "{group:05d}_{frame:05d}") -> Make:
    """Folders with two groups of three frames each."""

    def make(folder: Path) -> Path:
        for name in names:
            for group in range(2):
                for frame in range(3):
                    path = folder / name / f"{file.format(group=group, frame=frame)}.{kind}"
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(encoded(group, "PPM" if kind == "ppm" else "PNG"))
        return folder

    return make


def both(*makers: Make) -> Make:
    def make(folder: Path) -> Path:
        for maker in makers:
            maker(folder)
        return folder

    return make


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


def folder_of_parquet(names: list[str], labels: list[int]) -> Make:
    """What `load_dataset("imagefolder")` and `to_parquet` make of class folders."""

    def make(folder: Path) -> Path:
        features = datasets.Features(
            {"image": datasets.Image(), "label": datasets.ClassLabel(names=names)}
        )
        images = [{"bytes": encoded(n), "path": None} for n in range(len(labels))]
        data = datasets.Dataset.from_dict({"image": images, "label": labels}, features=features)
        folder.mkdir(parents=True)
        data.to_parquet(folder / "train.parquet")
        return folder

    return make


ALPHABETICAL = sorted(str(n) for n in range(43))


@pytest.mark.parametrize(
    ("names", "labels", "expected"),
    [
        (ALPHABETICAL, [0, 1, 2, 3], [0, 1, 10, 11]),
        ([f"{n:05d}" for n in range(43)], [0, 2, 42], [0, 2, 42]),
        (["0", "14", "9"], [0, 1, 2], [0, 14, 9]),
        (["00020", "00030"], [0, 1], [20, 30]),
        (["Stop", "Yield"], [0, 1], [14, 13]),
        (["Vorfahrt gewähren", "stop"], [0, 1], [13, 14]),
        ([f"sign {n} from my list" for n in range(43)], [0, 2, 42], [0, 2, 42]),
    ],
)
def test_numbers_of_a_class_label_mean_what_their_names_say(
    names: list[str], labels: list[int], expected: list[int], tmp_path: Path
) -> None:
    made = folder_of_parquet(names, labels)(tmp_path / "signs")
    assert [photo.label for photo in photos_of(made)] == expected


def test_a_hub_set_with_names_of_its_own(tmp_path: Path) -> None:
    """The columns of bazyl/GTSRB."""
    row = {"Path": {"bytes": encoded(1), "path": None}, "ClassId": 14, "Width": 30, "Height": 20,
           "Roi.X1": 3, "Roi.Y1": 2, "Roi.X2": 27, "Roi.Y2": 18}  # fmt: skip
    features = datasets.Features(
        {name: datasets.Image() if name == "Path" else datasets.Value("int64") for name in row}
    )
    data = datasets.Dataset.from_list([row], features=features)
    (tmp_path / "data").mkdir()
    data.to_parquet(tmp_path / "data" / "train-00000-of-00001.parquet")
    (photo,) = photos_of(tmp_path)
    assert (photo.label, photo.roi, photo.data) == (14, (3, 2, 27, 18), encoded(1))


def with_file(name: str, content: bytes, make: Make = make_kaggle) -> Make:
    """A layout with one of its files replaced; `name` is what is opened where it is an archive."""

    def made(folder: Path) -> Path:
        make(folder)
        (folder / name).write_bytes(content)
        return folder

    return made


def empty(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


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
