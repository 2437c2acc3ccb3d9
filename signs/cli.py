"""The command line: `signs predict`, `signs draw`, `signs classes`."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from signs.classes import CLASSES, NUM_CLASSES
from signs.errors import SignsError, one_line_errors
from signs.files import atomic_path
from signs.inference.classifier import Classifier
from signs.inference.explain import draw_explanation, explain
from signs.predictions import (
    Prediction,
    find_images,
    predict_files,
    prediction_table,
    to_json,
    write_csv,
)

DEFAULT_MODEL = Path("models/model.onnx")
PIPED_WIDTH = 160  # columns of a table that goes to a file or another program
MAX_SHEET_SIZE = 512  # pixels of a sign: a sheet of 5,000 pixels
MAX_SHEET_WIDTH = 8192  # pixels
FILE = click.Path(path_type=Path, dir_okay=False)


class _Cli(click.Group):
    """A group of commands whose `SignsError`s are one line and exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        with one_line_errors():
            return super().invoke(ctx)


@click.group(cls=_Cli, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """German traffic signs: recognise them, draw them."""


@main.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--top",
    default=3,
    show_default=True,
    type=click.IntRange(1, NUM_CLASSES),
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
    classifier = Classifier(model)
    images = find_images(paths)
    for target in (csv_file, explanation):
        if target is not None and target.resolve() in {image.resolve() for image in images}:
            raise SignsError(f"{target} is one of the images: write to another file")
    if explanation is not None:
        if len(images) != 1:
            raise click.UsageError(f"--explain takes one image, and here are {len(images)}")
        _require_png(explanation)
    predictions: list[Prediction] = []
    screen = Console(stderr=True)
    with Progress(console=screen, transient=True, disable=not screen.is_terminal) as progress:
        for prediction in progress.track(
            predict_files(classifier, images, top), len(images), description="predicting"
        ):
            predictions.append(prediction)  # noqa: PERF402 - the bar moves with each one
    if csv_file is not None:
        with _writing(csv_file) as path:
            write_csv(path, predictions)
    if as_json:
        print(to_json(predictions))
    elif any(p.answer for p in predictions):
        width = None if sys.stdout.isatty() else PIPED_WIDTH
        Console(width=width).print(prediction_table(predictions, classifier.info))
    failed = [p for p in predictions if p.error]
    if explanation is not None and not failed:
        picture = draw_explanation(explain(classifier, images[0].read_bytes()))
        with _writing(explanation) as path:
            picture.save(path)
        print(f"{explanation}: where the model looked", file=sys.stderr)
    for prediction in failed:
        print(f"error: {prediction.path}: {prediction.error}", file=sys.stderr)
    if failed:
        sys.exit(1)


@main.command()
@click.argument("target", type=FILE)
@click.option(
    "--class",
    "class_id",
    type=click.IntRange(0, NUM_CLASSES - 1),
    help="Class id, as `signs classes` lists them.",
)
@click.option("--variant", default="", help="Another design of it, such as `old`.")
@click.option("--all", "all_classes", is_flag=True, help="Draw all signs on one sheet.")
@click.option(
    "--size",
    default=256,
    show_default=True,
    type=click.IntRange(8, 4096),
    help="Side of each sign, in pixels.",
)
@click.option(
    "--photos", type=click.IntRange(1, 100), help="Draw so many training scenes of each sign."
)
def draw(
    target: Path,
    class_id: int | None,
    variant: str,
    all_classes: bool,
    size: int,
    photos: int | None,
) -> None:
    """Draw a sign, or all of them, as a PNG file: on a transparent background, or in scenes."""
    # Not at the top: resvg is not installed where a model is only served.
    from signs.art import contact_sheet, rasterize, variants

    if (class_id is None) != all_classes:
        raise click.UsageError("say which sign to draw: either --class ID or --all")
    if all_classes and size > MAX_SHEET_SIZE:
        raise click.UsageError(f"--size is at most {MAX_SHEET_SIZE} with --all")
    if photos is not None and variant:
        raise click.UsageError("--photos draws all designs of a sign: leave --variant out")
    if photos is not None and photos * size > MAX_SHEET_WIDTH:
        raise click.UsageError(f"--photos times --size is at most {MAX_SHEET_WIDTH}")
    if variant and (class_id is None or variant not in variants(class_id)):
        known = ", ".join(variants(class_id)[1:]) if class_id is not None else ""
        raise click.UsageError(f"--variant: this sign has {known or 'no other design'}")
    _require_png(target)
    if photos is not None:
        from signs.sources.drawn import scene_sheet  # needs OpenCV, which the page goes without

        chosen = range(NUM_CLASSES) if class_id is None else [class_id]
        picture = scene_sheet(chosen, photos, size)
    elif class_id is None:
        picture = contact_sheet(size)
    else:
        picture = rasterize(class_id, size, variant)
    with _writing(target) as path:
        picture.save(path)
    sign = "all signs" if class_id is None else CLASSES[class_id].name
    print(f"{target}: {sign}, {picture.width} x {picture.height} pixels")


@main.command()
def classes() -> None:
    """List all classes."""
    table = Table("id", "name", "StVO", "category", "shape")
    for sign in CLASSES:
        table.add_row(str(sign.id), sign.name, sign.stvo, sign.category, sign.shape)
    Console().print(table)


def _require_png(target: Path) -> None:
    if target.suffix.lower() != ".png":
        raise SignsError(f"{target}: a drawing is a PNG file, so its name must end in .png")


@contextmanager
def _writing(target: Path) -> Iterator[Path]:
    """Write whole or not at all, and say in one line why it could not be written."""
    try:
        with atomic_path(target) as path:
            yield path
    except OSError as error:
        raise SignsError(f"cannot write {target}: {error.strerror or error}") from None
