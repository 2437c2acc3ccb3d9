"""GTSRB as re-packed on Kaggle, and other tables of images with these names.

Train.csv, Test.csv                annotations, with a column Path
Train/0/00000_00000_00000.png      one folder per class, "class_group_frame.png"
Test/00000.png                     in random order, no groups
"""

from functools import partial

from signs.catalog.label_space import LabelSpace
from signs.data.folders.annotations import read_annotated
from signs.data.folders.tree import Tree, folded, part_of
from signs.data.source import GTSRB_LICENSE, Parts, Source
from signs.errors import SignsError, encodable

LAYOUT = "Train.csv with Train/0/00000_00000_00000.png (its re-pack on Kaggle)"


def read(tree: Tree, label_space: LabelSpace) -> Source | None:
    """The training photos, and the test photos if they are there too; None for another layout.

    Raises:
        SignsError: there are two tables of training photos, or test photos but no table of their
            classes.
    """
    found = {part: _tables(tree, part) for part in ("train", "test")}
    if not found["train"]:
        return None
    if len(found["train"]) > 1:
        one, other, *_ = found["train"]
        raise SignsError(f"{tree.name} holds both {one} and {other}: name one's folder as source")
    table = found["train"][0]
    near = table.rpartition("/")[0]
    parts: Parts = {"train": partial(read_annotated, tree, table, near, label_space, part="train")}
    beside = [test for test in found["test"] if test.rpartition("/")[0] == near]
    if beside:
        parts["test"] = partial(read_annotated, tree, beside[0], near, label_space, part="test")
    elif any(part_of(file.rpartition("/")[0]) == "test" for file in tree.images()):
        raise SignsError(
            f"{tree.name} has test photos but no Test.csv: put it beside {table}, or move the "
            "photos away to cut a test part from the training photos"
        )
    pictures = tuple(map(encodable, tree.images()))
    name = f"photos from the Kaggle re-pack in {tree.name}"
    return Source(name, GTSRB_LICENSE, parts, str(tree.place), "Kaggle re-pack", (), pictures)


def _tables(tree: Tree, part: str) -> list[str]:
    names = {f"{part}.csv", f"{part}ing.csv"}
    return [file for file in tree.files if folded(file.rpartition("/")[2]) in names]
