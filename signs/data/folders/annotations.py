"""Tables of annotations: a row for each image, with its class and perhaps its sign's box."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from signs.catalog.label_space import LabelSpace
from signs.csv_text import Table, read_table
from signs.data.folders.tree import Tree
from signs.data.labels import (
    BOX_COLUMNS,
    CLASS_COLUMNS,
    PATH_COLUMNS,
    find_column,
    need_column,
    read_label,
)
from signs.errors import SignsError, encodable
from signs.records.photo import Photo, Roi

MAX_SIDE = 100_000  # pixels
GROUP = re.compile(r"(?:^|_)(\d{5})_\d{5}$")  # the end of a file's name: GROUP_FRAME


def group_in(file: str) -> str | None:
    """The group that a file's name tells; None where it tells none.

    "00003_00012.ppm" is frame 12 of group 3 of its class, "00020_00003_00012.png" the same for
    class 20.
    """
    match = GROUP.search(file.rsplit("/", 1)[-1].rsplit(".", 1)[0])
    return match and match[1]


def read_annotated(
    tree: Tree, table: str, near: str, label_space: LabelSpace, part: str
) -> Iterator[Photo]:
    """Photos in the order of a table.

    Args:
        tree: where table and images lie.
        table: the table's file.
        near: the folder that its paths should count from.
        label_space: of the labels.
        part: "train", where the file names should give the group, or "test".

    Raises:
        SignsError: the table or an image cannot be read, a column is missing or not numeric, a row
            contradicts the folder that its image lies in, or an image is listed twice.
    """
    content = read_table(tree.read(table), table)
    paths = content.values(need_column(content.columns, PATH_COLUMNS, "the image", table))
    labels = _labels(content, table, label_space)
    boxes = _boxes(content, table)
    files = _files(tree, paths, table, near, part)
    groups = [group_in(file) for file in files] if part == "train" else []
    if any(groups) and not all(groups):
        odd = files[groups.index(None)]
        raise SignsError(f"{odd}: the name gives no group; it should end in GROUP_FRAME")
    for row, (file, label) in enumerate(zip(files, labels, strict=True)):
        _check_folder(file, label, table)
        group = f"{label:05d}_{groups[row]}" if any(groups) else None
        box = boxes[row] if boxes else None
        yield Photo(tree.read_photo(file), label, group, encodable(file), box)


def _labels(content: Table, place: str, label_space: LabelSpace) -> list[int]:
    column = need_column(content.columns, CLASS_COLUMNS, "the class", place)
    labels = []
    for value in content.values(column):
        label = read_label(value, label_space)
        if label is None:
            raise SignsError(
                f"{place}: the column {column} must hold class ids or names of signs, and has "
                f"{value[:40]!r}"
            )
        labels.append(label)
    return labels


def _boxes(content: Table, place: str) -> list[Roi]:
    """A box for each row; none where the table has no boxes."""
    found = [find_column(content.columns, usual) for usual in BOX_COLUMNS]
    if not any(found):
        return []
    columns = [
        content.values(need_column(content.columns, usual, "the box", place))
        for usual in BOX_COLUMNS
    ]
    boxes = []
    for row in zip(*columns, strict=True):
        if not all(re.fullmatch(r"\s*\d+(\.0+)?\s*", text, re.ASCII) for text in row):
            raise SignsError(f"{place}: a box must hold four whole numbers, and one is {row}")
        left, top, right, bottom = (int(text.split(".")[0]) for text in row)
        if max(left, top, right, bottom) > MAX_SIDE:
            raise SignsError(
                f"{place} has a box that lies outside of any image: check its columns "
                f"{', '.join(map(str, found))}"
            )
        boxes.append((left, top, right, bottom))
    return boxes


def _files(tree: Tree, paths: Sequence[str], table: str, near: str, part: str) -> list[str]:
    """The file of each row."""
    files, missing = [], []
    for path in paths:
        file = tree.find(path, near, part)
        if file is None:
            missing.append(path)
        else:
            files.append(file)
    if missing:
        raise SignsError(
            f"{len(missing)} of {len(paths)} images that {table} lists are not in {tree.name}, "
            f"such as {missing[0]}: unpack the data set again"
        )
    twice, times = Counter(files).most_common(1)[0]
    if times > 1:
        raise SignsError(f"{table} lists {encodable(twice)} twice: correct it")
    return files


def _check_folder(file: str, label: int, table: str) -> None:
    """Refuse a class that the image's folder contradicts."""
    folder = file.split("/")[-2] if "/" in file else ""
    if folder.isdecimal() and int(folder) != label:
        raise SignsError(
            f"{table} gives {encodable(file)} class {label}, but it lies in the folder of class "
            f"{int(folder)}: correct one of them"
        )
