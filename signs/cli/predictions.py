"""Predictions for files on disk, and the forms that other programs read."""

import csv
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from signs.errors import encodable
from signs.inference.preprocess import ImageError, preprocess
from signs.inference.recognizer import BATCH, Recognizer
from signs.records.answers import Guess

MAX_FILE = 1_000_000_000  # bytes that are read of a file: a TIFF of 100 megapixels has 600 million
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
                if problems and path in problems:
                    errors[path] = problems[path]
                else:
                    arrays.append(preprocess(_content(path), recognizer.image_size))
            except ImageError as error:
                errors[path] = str(error)
            except OSError as error:
                errors[path] = error.strerror or str(error)
        answers = recognizer.answer(arrays)
        guesses = answers.guesses(recognizer.info.label_space, top_k)
        rows = zip(guesses, answers.known.tolist(), answers.recognized.tolist(), strict=True)
        for path in paths[start : start + BATCH]:
            if path in errors:
                yield FileResult(path, error=errors[path])
            else:
                yield FileResult(path, *next(rows))


def _content(path: Path) -> bytes:
    size = path.stat().st_size
    if size > MAX_FILE:
        raise ImageError(f"the file has {size / 1e6:,.0f} MB, more than pictures have")
    return path.read_bytes()


class JsonList:
    r"""A list of answers, written one after another.

    An object for each image: the fields of its answer, or `error`. Names of files that are not
    UTF-8 have their bytes as `\xNN`.

    Args:
        stream: where it goes; it gets ASCII alone where it cannot hold all characters.
    """

    def __init__(self, stream: IO[str] | None = None) -> None:
        self._stream = stream or sys.stdout
        encoding = (getattr(self._stream, "encoding", None) or "utf-8").lower()
        self._ascii = not encoding.replace("-", "").startswith("utf")
        self._begin = "[\n"

    def add(self, result: FileResult) -> None:
        """Write an answer."""
        image = encodable(str(result.path))
        if result.error is not None:
            value: dict[str, object] = {"image": image, "error": encodable(result.error)}
        else:
            value = {
                "image": image,
                "guesses": [asdict(guess) for guess in result.guesses],
                "known": result.known,
                "recognized": result.recognized,
            }
        text = json.dumps(value, indent=2, ensure_ascii=self._ascii)
        self._stream.write(f"{self._begin}  " + text.replace("\n", "\n  "))
        self._begin = ",\n"

    def end(self) -> None:
        """Write the list's end."""
        self._stream.write("\n]\n" if self._begin == ",\n" else "[]\n")


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
