"""`signs track`: follow each sign of a clip until it has passed, and name it once."""

import math
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from signs.catalog.language import Language
from signs.cli.language import lang_option
from signs.cli.model import DEFAULT_DETECTOR, DEFAULT_MODEL, file_option
from signs.cli.output import FILE, packages_named, text_file
from signs.errors import printable

if TYPE_CHECKING:  # imported where they are used, so that the other commands start without them
    from signs.cli.tracking.gpx import GpxTrack
    from signs.cli.tracking.targets import ClipTargets
    from signs.clips.following import ClipResult, ClipSink
    from signs.clips.interrupt import Interrupt
    from signs.inference.scene_reader import SceneReader
    from signs.media.clip import Sampling

PLACE = click.Path(path_type=Path)
STOPPED = 130  # the exit code after Ctrl-C


def _finite(context: click.Context, option: click.Parameter, value: float | None) -> float | None:
    """A callback of click, whose numbers let NaN and infinity pass."""
    if value is not None and not math.isfinite(value):
        raise click.BadParameter("it is not a number of seconds")
    return value


@click.command()
@click.argument("sources", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
@click.option(
    "--json-lines", is_flag=True, help="Print a line of JSON for each frame, while the clip runs."
)
@click.option(
    "--video",
    metavar="FILE.mp4|FOLDER",
    type=PLACE,
    help="Draw the signs into the clip, and write it to this MP4 file; of several clips, to this "
    "folder.",
)
@click.option("--csv", "csv_file", type=FILE, help="Also write the signs to this CSV file.")
@click.option(
    "--mot",
    metavar="FILE|FOLDER",
    type=PLACE,
    help="Also write the boxes to this file, as MOT Challenge has them; of several clips, to this "
    "folder.",
)
@click.option(
    "--snapshots",
    metavar="FOLDER",
    type=PLACE,
    help="Write the best picture of each sign to a PNG file in this folder.",
)
@click.option("--gpx", type=FILE, help="A GPX track that was recorded with the clips.")
@click.option("--geojson", type=FILE, help="Write where each sign stands to this file; with --gpx.")
@click.option(
    "--gpx-offset",
    metavar="SECONDS",
    type=float,
    default=0.0,
    callback=_finite,
    help="How far the clock of the GPX track is ahead of that of the clips.",
)
@click.option(
    "--every", metavar="N", type=click.IntRange(min=1), default=1, help="Read one of N frames."
)
@click.option(
    "--max-seconds",
    metavar="SECONDS",
    type=click.FloatRange(min=0, min_open=True),
    callback=_finite,
    help="Stop each clip after so many seconds.",
)
@file_option("--model", "model", DEFAULT_MODEL, "The model file that names signs")
@file_option("--detector", "detector_file", DEFAULT_DETECTOR, "The model file that finds signs")
@lang_option
def track(
    sources: tuple[str, ...],
    as_json: bool,
    json_lines: bool,
    video: Path | None,
    csv_file: Path | None,
    mot: Path | None,
    snapshots: Path | None,
    gpx: Path | None,
    geojson: Path | None,
    gpx_offset: float,
    every: int,
    max_seconds: float | None,
    model: Path,
    detector_file: Path,
    language: Language,
) -> None:
    """Follow each sign of a clip until it has passed, and name it by all of its frames.

    SOURCES are clips, folders with a picture for each frame, the number of a camera (0), or the
    address of a stream (rtsp://...). What cannot be read is named on stderr, and does not stop the
    others. Ctrl-C ends the reading, and keeps what was found until then.
    """
    if as_json and json_lines:
        raise click.UsageError("--json and --json-lines exclude each other")
    if (gpx is None) != (geojson is None):
        raise click.UsageError("--gpx and --geojson go together")
    with packages_named("signs track", {"av": "av"}):
        from signs.media.clip import Sampling
    from signs.cli.tracking.gpx import read_gpx
    from signs.cli.tracking.interrupting import interruptible
    from signs.cli.tracking.targets import ClipTargets, clip_names, target_files
    from signs.inference.detector import Detector
    from signs.inference.recognizer import Recognizer
    from signs.inference.scene_reader import SceneReader

    paths = list(dict.fromkeys(_meant(source) for source in sources))
    names = clip_names(paths)
    videos = target_files("--video", video, ".mp4", names)
    mots = target_files("--mot", mot, ".txt", names)
    targets = ClipTargets(csv_file, geojson, videos, mots, snapshots, names)
    reader = SceneReader(Detector(detector_file), Recognizer(model))
    route = None if gpx is None else read_gpx(gpx)
    targets.check(paths, (model, detector_file, *([] if gpx is None else [gpx])))
    with interruptible() as interrupt:
        screen = _screen(reader, as_json, json_lines, language)
        with _sinks(reader, targets, route, gpx_offset, screen, language) as sinks:
            sampling = Sampling(every, max_seconds)
            failed = _follow_all(paths, reader, sampling, sinks, interrupt)
        screen.end()
    for result in failed:
        print(f"error: {printable(f'{result.path}: {result.error}')}", file=sys.stderr)
    if failed:
        sys.exit(STOPPED if interrupt.asked else 1)


def _meant(source: str) -> str:
    """A source as shells and file managers write it; addresses and numbers stay as they are."""
    from signs.cli.files import meant

    return str(meant(Path(source))) if source.startswith(("~", "file:/")) else source


def _follow_all(
    paths: Sequence[str],
    reader: "SceneReader",
    sampling: "Sampling",
    sinks: Sequence["ClipSink"],
    interrupt: "Interrupt",
) -> list["ClipResult"]:
    """Follow the signs of one clip after another, until interrupted; those that have an error."""
    failed = []
    for path in paths:
        result = _follow(path, reader, sampling, sinks, interrupt)
        for sink in sinks:
            sink.clip(result)
        if result.error is not None:
            failed.append(result)
        if interrupt.asked:
            break
    return failed


def _follow(
    path: str,
    reader: "SceneReader",
    sampling: "Sampling",
    sinks: Sequence["ClipSink"],
    interrupt: "Interrupt",
) -> "ClipResult":
    """Follow the signs of one clip; one that cannot be opened gives a result that says why."""
    from signs.cli.tracking.progress import clip_progress
    from signs.clips.following import ClipResult, follow_clip
    from signs.errors import encodable
    from signs.media.clip import ClipError
    from signs.media.opening import open_clip

    def say(text: str) -> None:
        print(printable(f"{path}: {text}"), file=sys.stderr)

    try:
        clip = open_clip(path, sampling, say)
    except ClipError as error:
        return ClipResult(path, error=encodable(str(error)))
    ends = [s for s in (clip.info.duration_s, sampling.max_seconds) if s is not None]
    with clip_progress(path, min(ends, default=None)) as progress:
        return follow_clip(path, clip, reader, sinks, interrupt, progress)


def _screen(
    reader: "SceneReader", as_json: bool, json_lines: bool, language: Language
) -> "ClipSink":
    from signs.cli.tracking.lists import JsonClips, JsonLines
    from signs.cli.tracking.table import TrackTable

    info = reader.recognizer.info
    if as_json:
        return JsonClips(sys.stdout, info.label_space, info.version)
    if json_lines:
        return JsonLines(sys.stdout, info.label_space)
    return TrackTable(reader, language)


@contextmanager
def _sinks(
    reader: "SceneReader",
    targets: "ClipTargets",
    route: "GpxTrack | None",
    offset: float,
    screen: "ClipSink",
    language: Language,
) -> Iterator[list["ClipSink"]]:
    """Where the signs go: to files, which are there if all succeeds, and to stdout."""
    from signs.cli.tracking.lists import CsvClips, MotFiles
    from signs.cli.tracking.pictures import AnnotatedClips, Snapshots
    from signs.cli.tracking.places import GeoJsonSigns

    info = reader.recognizer.info
    with ExitStack() as files:
        sinks: list[ClipSink] = []
        if targets.csv is not None:
            stream = files.enter_context(text_file(targets.csv))
            sinks.append(CsvClips(stream, info.label_space, info.version))
        if targets.mots:
            sinks.append(MotFiles(targets.mots))
        if targets.videos:
            clips = AnnotatedClips(targets.videos, info.label_space, language)
            files.callback(clips.abandon)
            sinks.append(clips)
        if targets.snapshots is not None:
            sinks.append(Snapshots(targets.snapshots, targets.names))
        if targets.geojson is not None and route is not None:
            sinks.append(GeoJsonSigns(targets.geojson, route, offset, info.label_space))
        yield [*sinks, screen]
        for sink in sinks:
            sink.end()
