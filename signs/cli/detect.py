"""`signs detect`: find and name the signs in whole pictures."""

import math
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from signs.catalog.language import Language, names_in
from signs.cli.language import lang_option
from signs.cli.model import DEFAULT_DETECTOR, DEFAULT_MODEL, file_option
from signs.cli.output import FILE, text_file
from signs.cli.progress import with_progress
from signs.errors import printable

if TYPE_CHECKING:  # imported where they are used, so that the other commands start without them
    from signs.cli.detecting.results import Sink
    from signs.cli.detecting.targets import Targets
    from signs.inference.scene_reader import SceneReader

FOLDER = click.Path(path_type=Path)


def _a_number(context: click.Context, option: click.Parameter, value: float | None) -> float | None:
    """A callback of click, whose ranges let NaN pass."""
    if value is not None and math.isnan(value):
        raise click.BadParameter("it is not a number")
    return value


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
@click.option("--csv", "csv_file", type=FILE, help="Also write the signs to this CSV file.")
@click.option("--coco", type=FILE, help="Also write the signs to this file, as COCO results.")
@click.option(
    "--draw",
    metavar="FILE.png|FOLDER",
    type=FOLDER,
    help="Draw the signs into the picture, and write it to this PNG file; of several pictures, to "
    "this folder.",
)
@click.option(
    "--min-score",
    metavar="X",
    type=click.FloatRange(0, 1),
    callback=_a_number,
    help="List all signs of at least this score, and not those alone that are recognized.",
)
@click.option(
    "--crops",
    metavar="FOLDER",
    type=FOLDER,
    help="Write each sign to a PNG file of its own in this folder.",
)
@file_option("--model", "model", DEFAULT_MODEL, "The model file that names signs")
@file_option("--detector", "detector_file", DEFAULT_DETECTOR, "The model file that finds signs")
@lang_option
def detect(
    paths: tuple[Path, ...],
    as_json: bool,
    csv_file: Path | None,
    coco: Path | None,
    draw: Path | None,
    min_score: float | None,
    crops: Path | None,
    model: Path,
    detector_file: Path,
    language: Language,
) -> None:
    """Find and name the signs in whole pictures.

    PATHS are image files, or folders of them. What cannot be read is named on stderr, and does not
    stop the others.
    """
    from signs.cli.detecting.results import detect_files
    from signs.cli.detecting.targets import Targets, drawing_target
    from signs.cli.files import counted, find_images
    from signs.inference.detector import Detector
    from signs.inference.recognizer import Recognizer
    from signs.inference.scene_reader import SceneReader

    reader = SceneReader(Detector(detector_file), Recognizer(model))
    found = find_images(paths)
    targets = Targets(csv_file, coco, *drawing_target(draw, paths, found), crops)
    targets.check(found, (model, detector_file))
    if line := counted(found.passed_over):
        print(line, file=sys.stderr)
    results = detect_files(reader, found.paths, found.problems, min_score)
    if len(found.paths) > 1:
        results = with_progress(results, len(found.paths), "detecting")
    failed = []
    everything = min_score is not None
    with _sinks(reader, found.pictures, as_json, targets, everything, language) as sinks:
        for result, picture in results:
            for sink in sinks:
                sink.add(result, picture)
            if result.error is not None:
                failed.append(result)
    for result in failed:
        print(f"error: {printable(f'{result.path}: {result.error}')}", file=sys.stderr)
    if len(failed) == len(found.paths):
        sys.exit(1)


@contextmanager
def _sinks(
    reader: "SceneReader",
    pictures: Sequence[Path],
    as_json: bool,
    targets: "Targets",
    everything: bool,
    language: Language,
) -> Iterator[list["Sink"]]:
    """Where the signs go: to stdout, and to files, which are there if all succeeds."""
    from signs.cli.detecting.lists import CocoResults, CsvSigns, JsonSigns, image_ids
    from signs.cli.detecting.pictures import Crops, DrawnFolder, DrawnPicture
    from signs.cli.detecting.table import SignTable

    names = names_in(language, reader.recognizer.info.label_space)
    with ExitStack() as files:
        sinks: list[Sink] = []
        if targets.csv is not None:
            sinks.append(CsvSigns(files.enter_context(text_file(targets.csv))))
        if targets.coco is not None:
            stream = files.enter_context(text_file(targets.coco))
            sinks.append(CocoResults(stream, image_ids(pictures)))
        if targets.drawing is not None:
            sinks.append(DrawnPicture(targets.drawing, names))
        if targets.drawings is not None:
            sinks.append(DrawnFolder(targets.drawings, names))
        if targets.crops is not None:
            sinks.append(Crops(targets.crops))
        screen: Sink
        if as_json:
            screen = JsonSigns(sys.stdout, reader)
        else:
            screen = SignTable(reader, everything, language)
        yield [*sinks, screen]
        for sink in sinks:
            sink.end()
    screen.end()
