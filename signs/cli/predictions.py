"""Predictions for files on disk, and the forms in which they are shown."""

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import chain, repeat
from pathlib import Path

from rich.markup import escape
from rich.table import Column, Table

from signs.errors import SignsError
from signs.inference.model_info import ModelInfo
from signs.inference.preprocess import ImageError, preprocess
from signs.inference.recognizer import BATCH, Recognizer
from signs.records.answers import Guess

SUFFIXES = {".bmp", ".gif", ".jpeg", ".jpg", ".png", ".ppm", ".tif", ".tiff", ".webp"}


@dataclass(frozen=True, slots=True)
class FileResult:
    """The model's answer for one file, or why there is none.

    Attributes:
        path: the image file.
        guesses: the most probable classes first; none where the file could not be read.
        known: probability that it shows one of the classes at all.
        recognized: whether `known` reaches the model's threshold.
        error: why the file could not be read; None where it could.
    """

    path: Path
    guesses: tuple[Guess, ...] = ()
    known: float = 0.0
    recognized: bool = False
    error: str | None = None


def find_images(paths: Sequence[Path]) -> list[Path]:
    """Files as they are given, folders as the images anywhere below them, by name.

    Raises:
        SignsError: a path does not exist, or a folder holds no image.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            below = sorted(p for p in path.rglob("*") if p.suffix.lower() in SUFFIXES)
            if not below:
                kinds = ", ".join(sorted(s.removeprefix(".") for s in SUFFIXES))
                raise SignsError(f"{path}: no image in this folder ({kinds})")
            found += below
        elif path.exists():
            found.append(path)
        else:
            raise SignsError(f"{path}: no such file or folder")
    return found


def predict_files(
    recognizer: Recognizer, paths: Sequence[Path], top_k: int
) -> Iterator[FileResult]:
    """Predict in batches, yielding in the order of `paths`; a bad file does not stop the others."""
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


def prediction_table(predictions: Sequence[FileResult], info: ModelInfo) -> Table:
    """A table for the terminal, with a line for each guess."""
    table = Table(
        Column("image", overflow="fold"),
        "recognized",
        Column("known", justify="right"),
        "sign",
        "StVO",
        Column("probability", justify="right"),
        caption=f"model {info.version} ({info.arch}), trained on {info.data}; "
        f"recognized from known {info.threshold:.1%} on",
    )
    for prediction in predictions:
        if prediction.error is not None:
            continue
        recognized = "yes" if prediction.recognized else "[yellow]no[/yellow]"
        known = f"{prediction.known:.1%}"
        heads = chain([(escape(str(prediction.path)), recognized, known)], repeat(("", "", "")))
        for rank, (guess, head) in enumerate(zip(prediction.guesses, heads, strict=False), start=1):
            table.add_row(
                *head,
                guess.name,
                guess.stvo,
                f"{guess.probability:.2%}",
                style=None if rank == 1 else "dim",
                end_section=1 < rank == len(prediction.guesses),
            )
    return table


def to_json(predictions: Sequence[FileResult]) -> str:
    """A list with an object for each image: its answer's fields, or `error`."""
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
        writer.writerow(
            [
                "image",
                "recognized",
                "known",
                "rank",
                "class_id",
                "name",
                "stvo",
                "probability",
                "error",
            ]
        )
        for p in predictions:
            if p.error is not None:
                writer.writerow([p.path, *[""] * 7, p.error])
                continue
            for rank, guess in enumerate(p.guesses, start=1):
                writer.writerow(
                    [p.path, p.recognized, f"{p.known:.6f}", rank, guess.class_id,
                     guess.name, guess.stvo, f"{guess.probability:.6f}", ""]
                )  # fmt: skip
