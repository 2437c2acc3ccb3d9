"""GTSRB as re-packed on Kaggle.

Train.csv, Test.csv                annotations, with a column Path
Train/0/00000_00000_00000.png      one folder per class, "class_group_frame.png"
Test/00000.png                     in random order, no groups
"""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from signs.data.annotations import read_annotated
from signs.data.source import GTSRB_LICENSE, Source
from signs.errors import SignsError
from signs.records.photo import Photo

LAYOUT = "Train.csv with Train/0/00000_00000_00000.png (its re-pack on Kaggle)"


def recognizes(folder: Path) -> bool:
    """Whether `folder` holds the table of training photos."""
    return (folder / "Train.csv").is_file()


def folder_source(folder: Path) -> Source:
    """The training photos, and the test photos if they are there too.

    Raises:
        SignsError: there are test photos but no table of their classes.
    """
    parts: dict[str, Callable[[], Iterator[Photo]]] = {
        "train": partial(read_annotated, folder / "Train.csv", ",", "Path", folder, grouped=True)
    }
    test = folder / "Test.csv"
    if (folder / "Test").is_dir() and not test.is_file():
        raise SignsError(
            f"{folder} has test photos but no Test.csv: put it there, or move Test away to cut a "
            "test part from the training photos"
        )
    if test.is_file():
        parts["test"] = partial(read_annotated, test, ",", "Path", folder, grouped=False)
    name = f"photos from the Kaggle re-pack in {folder.resolve().name}"
    return Source(name, GTSRB_LICENSE, parts, str(folder.resolve()))
