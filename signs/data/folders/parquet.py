"""Parquet files as the Hugging Face hub has them: a row for each image.

data/train-00000-of-00001.parquet, data/test-*.parquet, or train.parquet, ...
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import datasets
import pyarrow as pa
import pyarrow.parquet as pq

from signs.catalog.label_space import LabelSpace
from signs.data.folders.tree import Tree
from signs.data.labels import (
    BOX_COLUMNS,
    CLASS_COLUMNS,
    GROUP_COLUMNS,
    IMAGE_COLUMNS,
    class_ids,
    find_column,
    need_column,
    read_label,
)  # fmt: skip
from signs.data.source import PHOTO_LICENSE, Parts, Source
from signs.errors import SignsError
from signs.records.photo import Photo

LAYOUT = "data/train-*.parquet (the Hugging Face hub's)"
# tanganke/gtsrb also holds seven corrupted copies of its test part, 841 MB in all: "test_snow-...".
FILE = re.compile(r"(train|test|validation)(-\d+)?(-of-\d+)?(-[0-9a-f]{16})?\.parquet")
ROWS_AT_ONCE = 256


UNUSED = (
    "the images for validation are not used: the stage split cuts its own from the training images"
)


def read(tree: Tree, label_space: LabelSpace) -> Source | None:
    """The photos of the parquet files; None where there are none for training.

    Raises:
        SignsError: a file cannot be read, or its labels cannot be told.
    """
    files = files_by_part(tree.files)
    if "train" not in files:
        return None
    parts: Parts = {}
    warnings: list[str] = []
    for part in sorted(files.keys() - {"validation"}, reverse=True):
        with one_line(part, tree.name):
            features = _features(tree, files[part][0])
        columns = Columns.of(features, label_space, f"{part} of {tree.name}")
        parts[part] = partial(_photos, tree, part, files[part], columns)
        warnings += columns.warnings
    if "validation" in files:
        warnings.append(UNUSED)
    name = f"photos from the folder {tree.name}"
    return Source(name, PHOTO_LICENSE, parts, str(tree.place), "parquet", tuple(warnings))


def files_by_part(files: Iterable[str]) -> dict[str, list[str]]:
    """The parquet files of each part, which lie in one folder.

    Raises:
        SignsError: they lie in several folders.
    """
    found: dict[str, list[str]] = defaultdict(list)
    for file in sorted(files):
        if match := FILE.fullmatch(file.rpartition("/")[2]):
            found[match[1]].append(file)
    folders = sorted({file.rpartition("/")[0] for part in found.values() for file in part})
    if len(folders) > 1:
        raise SignsError(
            f"there are parquet files of photos in {folders[0] or '.'} and in {folders[1]}: name "
            "one of them as the source"
        )
    return dict(found)


@dataclass(frozen=True)
class Columns:
    """Which columns hold what, found by their usual names.

    Attributes:
        image: the column of the image files.
        label: that of the class.
        group: that of the physical sign; None where there is none.
        box: left, top, right and bottom of the sign; None where there are none.
        ids: the class id behind each number of `label`; None where the column has no names for its
            numbers.
        label_space: of the labels.
        warnings: on what was taken for granted.
    """

    image: str
    label: str
    group: str | None
    box: tuple[str, ...] | None
    ids: tuple[int, ...] | None
    label_space: LabelSpace
    warnings: tuple[str, ...] = ()

    @staticmethod
    def of(features: datasets.Features, label_space: LabelSpace, place: str) -> "Columns":
        """Find the columns.

        Args:
            place: the table, for errors.

        Raises:
            SignsError: there is no column of images or of classes, or its names for classes mean
                nothing.
        """
        names = list(features)
        pictures = [name for name in names if isinstance(features[name], datasets.Image)]
        if len(pictures) == 1:
            image = pictures[0]
        else:
            usable = pictures or [name for name in names if not _is_text(features[name])]
            image = need_column(usable, IMAGE_COLUMNS, "image files", place, names)
        label = need_column(names, CLASS_COLUMNS, "the class", place)
        found = [find_column(names, usual) for usual in BOX_COLUMNS]
        box = tuple(name for name in found if name)
        kind, ids, warning = features[label], None, None
        if isinstance(kind, datasets.ClassLabel):
            ids, warning = class_ids(kind.names, label_space, place)
        return Columns(
            image, label, find_column(names, GROUP_COLUMNS),
            box if len(box) == len(BOX_COLUMNS) else None,
            None if ids is None else tuple(ids), label_space, (warning,) if warning else (),
        )  # fmt: skip

    @property
    def used(self) -> list[str]:
        """The columns that `photo` reads."""
        return [self.image, self.label, *([self.group] if self.group else []), *(self.box or ())]

    def photo(self, row: Mapping[str, Any], name: str) -> Photo:
        """The photo of a row.

        Raises:
            SignsError: its label means no class, or it holds no image.
        """
        image = row[self.image]
        if isinstance(image, Mapping):
            image = image.get("bytes")
        if not isinstance(image, bytes):
            raise SignsError(f"{name} holds no image file in the column {self.image}")
        value, group = row[self.label], row.get(self.group or "")
        label = read_label(value, self.label_space)
        if label is not None and self.ids is not None:
            label = self.ids[label] if 0 <= label < len(self.ids) else None
        if label is None:
            raise SignsError(
                f"{name} has label {value!r}: labels must be class ids, or names of signs"
            )
        box = [row[side] for side in self.box or ()]
        known = box and not any(side is None for side in box)
        roi = (int(box[0]), int(box[1]), int(box[2]), int(box[3])) if known else None
        return Photo(image, label, None if group is None else str(group), name, roi)


def _is_text(kind: object) -> bool:
    return isinstance(kind, datasets.ClassLabel) or (
        isinstance(kind, datasets.Value) and kind.dtype not in ("binary", "large_binary")
    )


def _features(tree: Tree, file: str) -> datasets.Features:
    with tree.open(file) as stream:
        return datasets.Features.from_arrow_schema(pq.read_schema(stream))


def _photos(tree: Tree, part: str, files: Sequence[str], columns: Columns) -> Iterator[Photo]:
    number = 0
    with one_line(part, tree.name):
        for file in files:
            with tree.open(file) as stream, pq.ParquetFile(stream) as table:
                for batch in table.iter_batches(ROWS_AT_ONCE, columns=columns.used):
                    for row in batch.to_pylist():
                        yield columns.photo(row, f"{part} row {number}")
                        number += 1


@contextmanager
def one_line(part: str, place: str) -> Iterator[None]:
    """Turn the errors of a broken or missing file into one.

    Raises:
        SignsError: with the first words of the cause.
    """
    try:
        yield
    except (OSError, pa.ArrowException, datasets.exceptions.DatasetsError) as error:
        raise SignsError(f"cannot read {part} of {place}: {first_words(error)}") from None


def first_words(error: Exception) -> str:
    """An error's text for one line."""
    return " ".join(str(error).split())[:120] or type(error).__name__
