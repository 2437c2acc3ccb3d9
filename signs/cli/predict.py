"""`signs predict`: name the sign in each image."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import click

from signs.catalog.language import Language
from signs.cli.language import lang_option
from signs.cli.model import DEFAULT_MODEL, file_option
from signs.cli.output import FILE, refuse_input, require_png, writing
from signs.cli.progress import with_progress
from signs.errors import printable

if TYPE_CHECKING:  # imported where they are used, so that the other commands start without them
    from signs.cli.predictions import FileResult
    from signs.inference.model_info import ModelInfo
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
@file_option("--model", "model", DEFAULT_MODEL, "The model file")
@click.option(
    "--explain",
    "explanation",
    type=FILE,
    help="Write a PNG file that shows which parts of the image the answer depends on.",
)
@lang_option
def predict(
    paths: tuple[Path, ...],
    top: int,
    as_json: bool,
    csv_file: Path | None,
    model: Path,
    explanation: Path | None,
    language: Language,
) -> None:
    """Name the sign in each image.

    PATHS are image files, or folders of them. An image should show one sign that nearly fills it.
    What cannot be read is named on stderr, and does not stop the others.
    """
    from signs.cli.files import counted, find_images
    from signs.cli.predictions import predict_files
    from signs.inference.recognizer import BATCH, Recognizer

    recognizer = Recognizer(model)
    found = find_images(paths)
    _check_targets(found.paths, csv_file, explanation)
    if line := counted(found.passed_over):
        print(line, file=sys.stderr)
    results = predict_files(recognizer, found.paths, top, found.problems)
    failed = []
    with _sinks(recognizer.info, as_json, csv_file, language) as sinks:
        if len(found.paths) > BATCH:  # fewer are answered at once
            results = with_progress(results, len(found.paths), "predicting")
        for result in results:
            for sink in sinks:
                sink.add(result)
            if result.error is not None:
                failed.append(result)
    if explanation is not None and not failed:
        _explain(recognizer, found.paths[0], explanation)
    for result in failed:
        print(f"error: {printable(f'{result.path}: {result.error}')}", file=sys.stderr)
    if failed:
        sys.exit(1)


class _Sink(Protocol):
    """What takes answers one at a time, so that a hundred thousand need no more memory than one."""

    def add(self, result: "FileResult") -> None: ...


@contextmanager
def _sinks(
    info: "ModelInfo", as_json: bool, csv_file: Path | None, language: Language
) -> Iterator[list[_Sink]]:
    """Where the answers go: to stdout, and perhaps to a file, which is there if all succeeds."""
    from signs.cli.predictions import CsvTable, JsonList
    from signs.cli.tables import PredictionTable

    screen = JsonList() if as_json else PredictionTable(info, language)
    if csv_file is None:
        yield [screen]
    else:
        with writing(csv_file) as path, path.open("w", newline="", encoding="utf-8") as stream:
            yield [screen, CsvTable(stream)]
    screen.end()


def _check_targets(images: Sequence[Path], csv_file: Path | None, explanation: Path | None) -> None:
    """Refuse what cannot be written before the work begins."""
    for target in (csv_file, explanation):
        if target is not None:
            refuse_input(target, images)
    if explanation is not None:
        if len(images) != 1:
            raise click.UsageError(f"--explain takes one image, got {len(images)}")
        require_png(explanation)


def _explain(recognizer: "Recognizer", image: Path, target: Path) -> None:
    from signs.inference.explain import draw_explanation, explain

    picture = draw_explanation(explain(recognizer, image.read_bytes()))
    with writing(target) as path:
        picture.save(path)
    print(f"{target}: where the model looked", file=sys.stderr)
