"""`signs predict`: name the sign in each image."""

import sys
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from signs.cli.output import FILE, require_png, writing
from signs.cli.predictions import (
    FileResult,
    find_images,
    predict_files,
    prediction_table,
    to_json,
    write_csv,
)
from signs.errors import SignsError
from signs.inference.explain import draw_explanation, explain
from signs.inference.recognizer import Recognizer

DEFAULT_MODEL = Path("models/model.onnx")
PIPED_WIDTH = 160  # columns of a table that goes to a file or another program


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--top",
    default=3,
    show_default=True,
    type=click.IntRange(min=1),
    help="How many classes to name for each image.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
@click.option("--csv", "csv_file", type=FILE, help="Write the answers to this file as well.")
@click.option(
    "--model",
    default=DEFAULT_MODEL,
    show_default=True,
    type=click.Path(path_type=Path),
    help="The ONNX file to use.",
)
@click.option(
    "--explain",
    "explanation",
    type=FILE,
    help="Write a PNG file that shows which parts of the image the answer rests on.",
)
def predict(
    paths: tuple[Path, ...],
    top: int,
    as_json: bool,
    csv_file: Path | None,
    model: Path,
    explanation: Path | None,
) -> None:
    """Name the sign in each image. PATHS are image files, or folders of them."""
    recognizer = Recognizer(model)
    images = find_images(paths)
    for target in (csv_file, explanation):
        if target is not None and target.resolve() in {image.resolve() for image in images}:
            raise SignsError(f"{target} is one of the images: write to another file")
    if explanation is not None:
        if len(images) != 1:
            raise click.UsageError(f"--explain takes one image, and here are {len(images)}")
        require_png(explanation)
    predictions: list[FileResult] = []
    screen = Console(stderr=True)
    with Progress(console=screen, transient=True, disable=not screen.is_terminal) as progress:
        for prediction in progress.track(
            predict_files(recognizer, images, top), len(images), description="predicting"
        ):
            predictions.append(prediction)  # noqa: PERF402 - the bar moves with each one
    if csv_file is not None:
        with writing(csv_file) as path:
            write_csv(path, predictions)
    if as_json:
        print(to_json(predictions))
    elif any(p.guesses for p in predictions):
        width = None if sys.stdout.isatty() else PIPED_WIDTH
        Console(width=width).print(prediction_table(predictions, recognizer.info))
    failed = [p for p in predictions if p.error]
    if explanation is not None and not failed:
        picture = draw_explanation(explain(recognizer, images[0].read_bytes()))
        with writing(explanation) as path:
            picture.save(path)
        print(f"{explanation}: where the model looked", file=sys.stderr)
    for prediction in failed:
        print(f"error: {prediction.path}: {prediction.error}", file=sys.stderr)
    if failed:
        sys.exit(1)
