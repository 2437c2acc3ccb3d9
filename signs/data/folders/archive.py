"""GTSRB as unpacked from its authors' archives, or by torchvision.

Final_Training/Images/00000/00000_00000.ppm   one folder per class, "group_frame.ppm"
Final_Training/Images/00000/GT-00000.csv      its annotations
Final_Test/Images/00000.ppm                   in random order, no groups
GT-final_test.csv                             their annotations, from a separate archive

torchvision's training folder is called Training, and holds the photos of the first competition.
"""

import re
from collections.abc import Iterator, Sequence
from functools import partial

from signs.catalog.label_space import LabelSpace
from signs.data.folders.annotations import read_annotated
from signs.data.folders.tree import Tree, folded, is_image, part_of
from signs.data.source import GTSRB_LICENSE, Parts, Source
from signs.errors import SignsError, encodable
from signs.records.photo import Photo

LAYOUT = "Final_Training/Images/00000/GT-00000.csv (the official archive)"
TRAIN_TABLE = re.compile(r"GT-\d{5}\.csv", re.IGNORECASE)
TEST_TABLE = "GT-final_test.csv"


def read(tree: Tree, label_space: LabelSpace) -> Source | None:
    """The training photos, and the test photos if they are there too; None for another layout.

    Raises:
        SignsError: class folders lie in two places, one has no table, or there are test photos but
            no table of their classes.
    """
    tables = [file for file in tree.files if TRAIN_TABLE.fullmatch(_name(file)) and "/" in file]
    if not tables:
        return None
    places = sorted({_folder(_folder(table)) for table in tables})
    if len(places) > 1:
        raise SignsError(
            f"{tree.name} holds class folders in {places[0] or '.'} and in {places[1]}: name one "
            "of them as the source"
        )
    _require_tables(tree, tables, places[0])
    parts: Parts = {"train": partial(_training, tree, tables, label_space)}
    warnings = []
    photos = [file for file in tree.images() if part_of(_folder(file)) == "test"]
    table = next((file for file in tree.files if folded(_name(file)) == folded(TEST_TABLE)), None)
    if table is None and photos:
        raise SignsError(
            f"{_folder(photos[0])} in {tree.name} has no {TEST_TABLE}: it comes in "
            "GTSRB_Final_Test_GT.zip; put it there, or move the test photos away to cut a test "
            "part from the training photos"
        )
    if table is not None and photos:
        near = _folder(photos[0])
        parts["test"] = partial(read_annotated, tree, table, near, label_space, part="test")
    elif table is not None:
        warnings.append(f"{table} is there, and its photos are not: they are in {TEST_PHOTOS}")
    pictures = tuple(map(encodable, tree.images()))
    name = f"photos from the official archive in {tree.name}"
    return Source(
        name, GTSRB_LICENSE, parts, str(tree.place), "official archive", tuple(warnings), pictures
    )


TEST_PHOTOS = "GTSRB_Final_Test_Images.zip"


def _require_tables(tree: Tree, tables: Sequence[str], place: str) -> None:
    """Make sure that each folder of images beside the class folders has its table."""
    covered = {_folder(table) for table in tables}
    for file in tree.files:
        folder = _folder(file)
        if is_image(file) and folder not in covered and _folder(folder) == place and folder:
            if part_of(_name(folder)):
                continue
            raise SignsError(
                f"{folder} in {tree.name} has no table GT-{_name(folder)}.csv: unpack the archive "
                "again, or move the folder away"
            )


def _training(tree: Tree, tables: Sequence[str], label_space: LabelSpace) -> Iterator[Photo]:
    for table in tables:
        yield from read_annotated(tree, table, _folder(table), label_space, part="train")


def _folder(file: str) -> str:
    return file.rpartition("/")[0]


def _name(file: str) -> str:
    return file.rpartition("/")[2]
