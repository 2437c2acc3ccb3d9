"""Signs in the forms that other programs read: JSON, CSV, and COCO's results."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

from PIL import Image

from signs.cli.detecting.results import PictureResult
from signs.cli.json_stream import JsonStream
from signs.inference.scene_reader import SceneReader
from signs.records.listing import rounded, sign_values

COLUMNS = (
    "path", "width", "height", "left", "top", "right", "bottom", "score", "sign_score", "category",
    "class_id", "name", "stvo", "probability", "known", "recognized", "error",
)  # fmt: skip
LONGEST_ID = 15  # digits of a number that all readers of JSON take as it is


class JsonSigns:
    """A list with an object for each picture.

    Args:
        stream: where it goes.
        reader: what answers.
    """

    def __init__(self, stream: IO[str], reader: SceneReader) -> None:
        self._list = JsonStream(stream)
        self._versions = {
            "model_version": reader.recognizer.info.version,
            "detector_version": reader.detector.info.version,
        }

    def add(self, result: PictureResult, picture: Image.Image | None) -> None:
        """Write a picture's signs."""
        width, height = result.size or (None, None)
        size = {"width": width, "height": height}
        signs = [sign_values(sign) for sign in result.signs]
        answer: dict[str, Any] = {"path": result.name, **size, **self._versions}
        self._list.add({**answer, "signs": signs, "error": result.error})

    def end(self) -> None:
        """Write the list's end."""
        self._list.end()


class CsvSigns:
    """A row for each sign, and one for each picture without any.

    Args:
        stream: a file in UTF-8, opened with `newline=""`.
    """

    def __init__(self, stream: IO[str]) -> None:
        self._writer = csv.DictWriter(stream, COLUMNS)
        self._writer.writeheader()

    def add(self, result: PictureResult, picture: Image.Image | None) -> None:
        """Write the rows of a picture."""
        width, height = result.size or ("", "")
        row = {"path": result.name, "width": width, "height": height, "error": result.error or ""}
        for sign in result.signs:
            values = sign_values(sign)
            sides = dict(zip(("left", "top", "right", "bottom"), values.pop("box"), strict=True))
            self._writer.writerow({**row, **sides, **values})
        if not result.signs:
            self._writer.writerow(row)

    def end(self) -> None:
        """Nothing is left to write."""


class CocoResults:
    """COCO's results: a list with an object for each sign, as `pycocotools` loads it.

    Args:
        stream: a file in UTF-8.
        ids: the number of each picture.
    """

    def __init__(self, stream: IO[str], ids: dict[Path, int]) -> None:
        self._list = JsonStream(stream, indent=None)
        self._ids = ids

    def add(self, result: PictureResult, picture: Image.Image | None) -> None:
        """Write the signs of a picture."""
        for sign in result.signs:
            left, top, right, bottom = rounded(sign.box)
            self._list.add(
                {
                    "image_id": self._ids[result.path],
                    "category_id": sign.class_id,
                    "bbox": rounded((left, top, right - left, bottom - top)),
                    "score": round(sign.score, 6),
                    "file_name": result.name,
                }
            )

    def end(self) -> None:
        """Write the list's end."""
        self._list.end()


def image_ids(paths: Sequence[Path]) -> dict[Path, int]:
    """A number for each picture: that of its name, or from 1 on in their order.

    The names count where, without their suffixes, all are whole numbers, each another one.
    """
    stems = {path: path.stem for path in paths}
    if all(s.isascii() and s.isdecimal() and len(s) <= LONGEST_ID for s in stems.values()):
        ids = {path: int(stem) for path, stem in stems.items()}
        if len(set(ids.values())) == len(ids):
            return ids
    return {path: number for number, path in enumerate(stems, 1)}
