"""`signs predict`: name the sign in each image."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from signs.cli.model import DEFAULT_MODEL, find_model
from signs.cli.output import FILE, require_png, writing
from signs.errors import SignsError

if TYPE_CHECKING:  # imported where they are used, so that the other commands start without them
    from signs.cli.predictions import FileResult
    from signs.inference.recognizer import Recognizer


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--top",
    default=3,
    show_default=True,
    type=click.IntRange(min=1),
    help="Number of guesses per image.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
@click.option("--csv", "csv_file", type=FILE, help="Also write the answers to this CSV file.")
@click.option(
    "--model",
    default=DEFAULT_MODEL,
    show_default=True,
    type=click.Path(path_type=Path),
    callback=find_model,
    help="The model file (ONNX).",
)
@click.option(
    "--explain",
    "explanation",
    type=FILE,
    help="Write a PNG file that shows which parts of the image the answer depends on.",
)
def predict(
    paths: tuple[Path, ...],
    top: int,
    as_json: bool,
    csv_file: Path | None,
    model: Path,
    explanation: Path | None,
) -> None:
    """Name the sign in each image.

    PATHS are image files, or folders of them. An image should show one sign that nearly fills it.
    """
    from signs.cli.predictions import find_images, predict_files, to_json, write_csv
    from signs.inference.recognizer import Recognizer

    recognizer = Recognizer(model)
    images = find_images(paths)
    _check_targets(images, csv_file, explanation)
    predictions = list(_with_progress(predict_files(recognizer, images, top), len(images)))
    if csv_file is not None:
        with writing(csv_file) as path:
            write_csv(path, predictions)
    if as_json:
        print(to_json(predictions))
    elif any(p.guesses for p in predictions):
        from signs.cli.tables import prediction_table, print_table

        print_table(prediction_table(predictions, recognizer.info))
    failed = [p for p in predictions if p.error]
    if explanation is not None and not failed:
        _explain(recognizer, images[0], explanation)
    for prediction in failed:
        print(f"error: {prediction.path}: {prediction.error}", file=sys.stderr)
    if failed:
        sys.exit(1)


def _check_targets(images: Sequence[Path], csv_file: Path | None, explanation: Path | None) -> None:
    """Refuse what cannot be written before the work begins."""
    read = {image.resolve() for image in images}
    for target in (csv_file, explanation):
        if target is not None and target.resolve() in read:
            raise SignsError(f"{target} is one of the images: write to another file")
    if explanation is not None:
        if len(images) != 1:
            raise click.UsageError(f"--explain takes one image, got {len(images)}")
        require_png(explanation)


def _with_progress(results: "Iterator[FileResult]", total: int) -> "Iterator[FileResult]":
    """Pass results on; for more than one batch, show a progress bar on stderr."""
    from signs.inference.recognizer import BATCH

    if total <= BATCH or not sys.stderr.isatty():
        return results
    from rich.console import Console
    from rich.progress import track

    screen = Console(stderr=True)
    return iter(track(results, "predicting", total, console=screen, transient=True))


def _explain(recognizer: "Recognizer", image: Path, target: Path) -> None:
    from signs.inference.explain import draw_explanation, explain

    picture = draw_explanation(explain(recognizer, image.read_bytes()))
    with writing(target) as path:
        picture.save(path)
    print(f"{target}: where the model looked", file=sys.stderr)
