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
from signs.inference.classifier import BATCH, Answer, Classifier
from signs.inference.model_info import ModelInfo
from signs.inference.preprocess import ImageError, preprocess

SUFFIXES = {".bmp", ".gif", ".jpeg", ".jpg", ".png", ".ppm", ".tif", ".tiff", ".webp"}


@dataclass(frozen=True, slots=True)
class Prediction:
    """The model's answer for one file, or why there is none.

    Attributes:
        path: the image file.
        answer: None where the file could not be read.
        error: None where it could.
    """

    path: Path
    answer: Answer | None
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
    classifier: Classifier, paths: Sequence[Path], top_k: int
) -> Iterator[Prediction]:
    """Predict in batches, yielding in the order of `paths`; a bad file does not stop the others."""
    for start in range(0, len(paths), BATCH):
        arrays, errors = [], {}
        for path in paths[start : start + BATCH]:
            try:
                arrays.append(preprocess(path.read_bytes(), classifier.info.image_size))
            except ImageError as error:
                errors[path] = str(error)
            except OSError as error:
                errors[path] = error.strerror or str(error)
        answers = iter(classifier.answer(arrays, top_k))
        for path in paths[start : start + BATCH]:
            if path in errors:
                yield Prediction(path, None, errors[path])
            else:
                yield Prediction(path, next(answers))


def prediction_table(predictions: Sequence[Prediction], info: ModelInfo) -> Table:
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
        answer = prediction.answer
        if answer is None:
            continue
        recognized = "yes" if answer.recognized else "[yellow]no[/yellow]"
        known = f"{answer.known:.1%}"
        heads = chain([(escape(str(prediction.path)), recognized, known)], repeat(("", "", "")))
        for rank, (guess, head) in enumerate(zip(answer.guesses, heads, strict=False), start=1):
            table.add_row(
                *head,
                guess.name,
                guess.stvo,
                f"{guess.probability:.2%}",
                style=None if rank == 1 else "dim",
                end_section=1 < rank == len(answer.guesses),
            )
    return table


def to_json(predictions: Sequence[Prediction]) -> str:
    """A list with an object for each image: its answer's fields, or `error`."""
    return json.dumps(
        [
            {"image": str(p.path)} | (asdict(p.answer) if p.answer else {"error": p.error})
            for p in predictions
        ],
        indent=2,
        ensure_ascii=False,
    )


def write_csv(path: Path, predictions: Sequence[Prediction]) -> None:
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
            if p.answer is None:
                writer.writerow([p.path, *[""] * 7, p.error])
                continue
            for rank, guess in enumerate(p.answer.guesses, start=1):
                writer.writerow(
                    [p.path, p.answer.recognized, f"{p.answer.known:.6f}", rank, guess.class_id,
                     guess.name, guess.stvo, f"{guess.probability:.6f}", ""]
                )  # fmt: skip
