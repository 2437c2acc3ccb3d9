"""GTSRB's annotation tables: one row per image, with its size, its sign's box and its class."""

import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from signs.errors import SignsError
from signs.records.photo import Photo

MAX_SIDE = 100_000  # pixels
BOX = ["Roi.X1", "Roi.Y1", "Roi.X2", "Roi.Y2"]


def read_annotated(
    table: Path, separator: str, path_column: str, folder: Path, grouped: bool
) -> Iterator[Photo]:
    """Photos in the order of a CSV table.

    Args:
        table: with the columns `path_column`, ClassId and Roi.X1, Roi.Y1, Roi.X2, Roi.Y2.
        separator: of the table's columns.
        path_column: the column with the path of each image, relative to `folder`.
        grouped: whether the file names give the group: "00003_00012.ppm" is frame 12 of group 3
            of its class, "00020_00003_00012.png" the same for class 20.

    Raises:
        SignsError: the table or an image cannot be read, a column is missing or not numeric, a row
            contradicts the folder that its image lies in, or an image is listed twice.
    """
    try:
        rows = pd.read_csv(table, sep=separator, dtype={path_column: str})
        if rows.empty:
            raise SignsError(f"{table} has no rows: unpack the data set again")
        columns = [rows[path_column], *(rows[name] for name in ("ClassId", *BOX))]
    except KeyError as error:
        raise SignsError(f"{table} has no column {error.args[0]}") from None
    except (OSError, ValueError) as error:
        raise SignsError(f"cannot read {table}: {' '.join(str(error).split())[:120]}") from None
    for column in columns[1:]:
        if not pd.api.types.is_integer_dtype(column):
            raise SignsError(f"{table}: the column {column.name} must hold whole numbers")
    twice = columns[0][columns[0].duplicated()]
    if len(twice):
        raise SignsError(f"{table} lists {twice.iloc[0]} twice: unpack the data set again")
    if not all(column.between(0, MAX_SIDE).all() for column in columns[2:]):
        raise SignsError(f"{table} has a box that lies outside of any image: check its Roi columns")
    for path, label, *box in zip(*columns, strict=True):
        file = folder / str(path)
        try:
            data = file.read_bytes()
        except OSError as error:
            raise SignsError(
                f"{file} is listed in {table.name} but cannot be read ({error.strerror}): unpack "
                "the data set again"
            ) from None
        group = _group(file, int(label)) if grouped else None
        if grouped and file.parent.name.isdecimal() and int(file.parent.name) != label:
            raise SignsError(
                f"{table} gives {path} ClassId {label}, but it lies in the folder of class "
                f"{int(file.parent.name)}: correct one of them"
            )
        yield Photo(data, int(label), group, str(path), (box[0], box[1], box[2], box[3]))


def _group(file: Path, label: int) -> str:
    match = re.search(r"(\d+)_\d+$", file.stem)
    if match is None:
        raise SignsError(f"{file}: the name gives no group; it should end in GROUP_FRAME")
    return f"{label:05d}_{match[1]}"
