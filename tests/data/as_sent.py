"""Folders as people really have them."""

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import datasets

from signs.catalog.gtsrb import GTSRB
from signs.data.open import open_photos
from signs.records.photo import Photo
from tests.data.layouts import encoded, make_archive, make_kaggle

Make = Callable[[Path], Path]


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
