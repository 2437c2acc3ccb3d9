"""Predictions for files on disk, and the forms that other programs read."""

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from signs.errors import SignsError
from signs.inference.preprocess import ImageError, preprocess
from signs.inference.recognizer import BATCH, Recognizer
from signs.records.answers import Guess

SUFFIXES = {".bmp", ".gif", ".jpeg", ".jpg", ".png", ".ppm", ".tif", ".tiff", ".webp"}
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


def find_images(paths: Sequence[Path]) -> list[Path]:
    """List the images: files as given, and all images anywhere below the folders, sorted.

    In a folder, hidden files and folders are skipped, and so is `__MACOSX`: macOS puts files such
    as `._a.jpg` there, which have an image's name and hold no image.

    Raises:
        SignsError: a path does not exist, or a folder holds no image.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            below = sorted(p for p in path.rglob("*") if _is_image(p, path))
            if not below:
                kinds = ", ".join(sorted(s.removeprefix(".") for s in SUFFIXES))
                raise SignsError(f"{path}: no image in this folder ({kinds})")
            found += below
        elif path.is_file():
            found.append(path)
        elif path.exists():
            raise SignsError(f"{path}: neither a file nor a folder")
        else:
            raise SignsError(f"{path}: no such file or folder")
    return found


def _is_image(path: Path, folder: Path) -> bool:
    """Whether a path below a folder is named like an image that a person put there."""
    inside = path.relative_to(folder).parts
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in inside)
    # A broken link passes, so that reading it says what is wrong.
    readable = path.is_file() or (path.is_symlink() and not path.is_dir())
    return path.suffix.lower() in SUFFIXES and not hidden and readable


def predict_files(
    recognizer: Recognizer, paths: Sequence[Path], top_k: int
) -> Iterator[FileResult]:
    """Predict in batches, in the order of `paths`; a bad file does not stop the others."""
    for start in range(0, len(paths), BATCH):
        arrays, errors = [], {}
        for path in paths[start : start + BATCH]:
            try:
                arrays.append(preprocess(path.read_bytes(), recognizer.image_size))
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


def to_json(predictions: Sequence[FileResult]) -> str:
    """A list with an object for each image: the fields of its answer, or `error`."""
    return json.dumps(
        [
            {"image": str(p.path), "error": p.error}
            if p.error is not None
            else {
                "image": str(p.path),
                "guesses": [asdict(guess) for guess in p.guesses],
                "known": p.known,
                "recognized": p.recognized,
            }
            for p in predictions
        ],
        indent=2,
        ensure_ascii=False,
    )


def write_csv(path: Path, predictions: Sequence[FileResult]) -> None:
    """A row for each guess, and one for each file that could not be read."""
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(COLUMNS)
        for p in predictions:
            if p.error is not None:
                writer.writerow([p.path, *[""] * (len(COLUMNS) - 2), p.error])
                continue
            for rank, guess in enumerate(p.guesses, start=1):
                writer.writerow(
                    [p.path, p.recognized, f"{p.known:.6f}", rank, guess.class_id,
                     guess.name, guess.stvo, f"{guess.probability:.6f}", ""]
                )  # fmt: skip
