"""Predictions for files on disk, and the forms that other programs read."""

import csv
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from signs.cli.files import read_image
from signs.cli.json_stream import JsonStream
from signs.errors import encodable
from signs.inference.preprocess import ImageError, preprocess
from signs.inference.recognizer import BATCH, Recognizer
from signs.records.answers import Guess

COLUMNS = ("image", "recognized", "known", "rank", "class_id", "name", "stvo", "probability",
           "error")  # fmt: skip


@dataclass(frozen=True, slots=True)
class FileResult:
    """The model's answer for one file, or why it has none.

    Attributes:
        path: the image file.
        guesses: the most probable classes first; empty if the file could not be read.
        known: probability that the image shows one of the classes at all.
        recognized: whether `known` reaches the model's threshold.
        error: why the file could not be read; None if it could.
    """

    path: Path
    guesses: tuple[Guess, ...] = ()
    known: float = 0.0
    recognized: bool = False
    error: str | None = None


def predict_files(
    recognizer: Recognizer,
    paths: Sequence[Path],
    top_k: int,
    problems: Mapping[Path, str] | None = None,
) -> Iterator[FileResult]:
    """Predict in batches, in the order of `paths`; a bad file does not stop the others.

    Args:
        problems: why some of the paths are not to be opened.
    """
    for start in range(0, len(paths), BATCH):
        arrays, errors = [], {}
        for path in paths[start : start + BATCH]:
            try:
                data = read_image(path, problems or {})
                arrays.append(preprocess(data, recognizer.image_size))
            except ImageError as error:
                errors[path] = str(error)
        answers = recognizer.answer(arrays)
        guesses = answers.guesses(recognizer.info.label_space, top_k)
        rows = zip(guesses, answers.known.tolist(), answers.recognized.tolist(), strict=True)
        for path in paths[start : start + BATCH]:
            if path in errors:
                yield FileResult(path, error=errors[path])
            else:
                yield FileResult(path, *next(rows))


class JsonList:
    r"""A list of answers, written one after another.

    An object for each image: the fields of its answer, or `error`. Names of files that are not
    UTF-8 have their bytes as `\xNN`.
    """

    def __init__(self) -> None:
        self._list = JsonStream(sys.stdout)

    def add(self, result: FileResult) -> None:
        """Write an answer."""
        image = encodable(str(result.path))
        if result.error is not None:
            self._list.add({"image": image, "error": encodable(result.error)})
            return
        self._list.add(
            {
                "image": image,
                "guesses": [asdict(guess) for guess in result.guesses],
                "known": result.known,
                "recognized": result.recognized,
            }
        )

    def end(self) -> None:
        """Write the list's end."""
        self._list.end()


class CsvTable:
    """A row for each guess, and one for each file that could not be read.

    Args:
        stream: a file in UTF-8, opened with `newline=""`.
    """

    def __init__(self, stream: IO[str]) -> None:
        self._writer = csv.writer(stream)
        self._writer.writerow(COLUMNS)

    def add(self, result: FileResult) -> None:
        """Write the rows of an answer."""
        image = encodable(str(result.path))
        if result.error is not None:
            empty = [""] * (len(COLUMNS) - 2)
            self._writer.writerow([image, *empty, encodable(result.error)])
        for rank, guess in enumerate(result.guesses, start=1):
            self._writer.writerow(
                [image, result.recognized, f"{result.known:.6f}", rank, guess.class_id,
                 guess.name, guess.stvo, f"{guess.probability:.6f}", ""]
            )  # fmt: skip
