"""GTSRB as unpacked from its authors' archives.

Final_Training/Images/00000/00000_00000.ppm   one folder per class, "group_frame.ppm"
Final_Training/Images/00000/GT-00000.csv      its annotations
Final_Test/Images/00000.ppm                   in random order, no groups
GT-final_test.csv                             their annotations, from a separate archive
"""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from signs.data.annotations import read_annotated
from signs.data.source import GTSRB_LICENSE, Source
from signs.errors import SignsError
from signs.records.photo import Photo

LAYOUT = "Final_Training/Images/00000/GT-00000.csv (the official archive)"
TEST_TABLE = "GT-final_test.csv"


def recognizes(folder: Path) -> bool:
    """Whether `folder`, or GTSRB inside it, holds the training archive."""
    return (_root(folder) / "Final_Training" / "Images").is_dir()


def folder_source(folder: Path) -> Source:
    """The training photos, and the test photos if they are unpacked too.

    Raises:
        SignsError: there are test photos but no table of their classes.
    """
    root = _root(folder)
    parts: dict[str, Callable[[], Iterator[Photo]]] = {
        "train": partial(_training, root / "Final_Training" / "Images")
    }
    test = root / "Final_Test" / "Images"
    if test.is_dir():
        tables = [place / TEST_TABLE for place in (test, test.parent, root, folder)]
        table = next((path for path in tables if path.is_file()), None)
        if table is None:
            raise SignsError(
                f"{test} has no {TEST_TABLE}: it comes in GTSRB_Final_Test_GT.zip; put it there, "
                "or move Final_Test away to cut a test part from the training photos"
            )
        parts["test"] = partial(read_annotated, table, ";", "Filename", test, grouped=False)
    name = f"photos from the official archive in {folder.resolve().name}"
    return Source(name, GTSRB_LICENSE, parts, str(folder.resolve()))


def _root(folder: Path) -> Path:
    inside = folder / "GTSRB"
    return inside if inside.is_dir() else folder


def _training(images: Path) -> Iterator[Photo]:
    folders = sorted(path for path in images.iterdir() if path.is_dir())
    if not folders:
        raise SignsError(f"no class folder in {images}: unpack the archive again")
    for folder in folders:
        table = folder / f"GT-{folder.name}.csv"
        if not table.is_file():
            raise SignsError(f"{folder} has no {table.name}: unpack the archive again")
        for photo in read_annotated(table, ";", "Filename", table.parent, grouped=True):
            name = f"{table.parent.name}/{photo.name}"
            yield Photo(photo.data, photo.label, photo.group, name, photo.roi)
