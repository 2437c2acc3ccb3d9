"""Signs followed through clips, ours and trackers of others; and what the vote is worth.

    uv run python -m benchmarks.video ../shared/gtsdb ../shared/gtsrb          rows that are stale
    uv run python -m benchmarks.video ../shared/gtsdb ../shared/gtsrb drives   this row in any case
    uv run python -m benchmarks.video --table                                  measures nothing

The first folder holds scenes in a layout that `detector.data.source` takes, the second photos with
a test part and `tracks.csv`, the group of each photo. The row `drives` has pseudo-drives into the
scenes of a fold, with that fold's detector of `benchmarks.scenes` and a recognizer of photos;
`default` the same drives, and `drawn` drawn ones, with the files of the default run. `--detector`
and `--photos` name other files, `--drives` fewer drives. The trackers of others run in an
environment of their own, which `uv` makes. `benchmarks.rows` says where rows are kept.
"""

import argparse
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path

from benchmarks import rows
from benchmarks.rows import MODEL, ROOT, MadeOf, Row
from benchmarks.scenes import folds
from benchmarks.video import drives, judge, votes
from benchmarks.video.table import table
from signs.art.drives.clip import Drive
from signs.errors import SignsError, one_line_errors
from signs.inference.detector import Detector

NAME = "video"
FOLD = 0
DETECTOR = ROOT / "models" / "detector.onnx"  # of the default run
OF_FOLD = folds.folder_of(FOLD, 0) / "detector.onnx"
PHOTOS = ROOT / "models" / "recognition" / "signnet-0" / "models" / "model.onnx"
WORK = ROOT / "models" / "video"  # ignored by git: detections
CODE = (
    "benchmarks/video", "benchmarks/scenes/folds.py", "signs/art", "signs/evaluation/drives",
    "signs/inference", "signs/pictures", "signs/records", "signs/video",
)  # fmt: skip
Drives = Callable[[], Iterator[tuple[str, Drive]]]


def main() -> None:
    """Measure, then write the table."""
    parser = argparse.ArgumentParser(description="Follow and name signs in clips.")
    parser.add_argument("scenes", nargs="?", help="scenes in a layout that the pipeline reads")
    parser.add_argument("photos_of", nargs="?", help="photos with a test part and tracks.csv")
    parser.add_argument("rows", nargs="*", help="to measure; none: those not there, or stale")
    parser.add_argument("--detector", type=Path, default=OF_FOLD, help="that of the row drives")
    parser.add_argument("--photos", type=Path, default=PHOTOS, help="a recognizer of photos")
    parser.add_argument("--drives", type=int, default=120, help="how many, of each kind")
    parser.add_argument("--table", action="store_true", help="measure nothing, write the table")
    options = parser.parse_args()
    measures = _measures(options)
    if not options.table:
        if options.photos_of is None:
            raise SignsError("name the folders of scenes and of photos, or pass --table")
        rows.measure_rows(NAME, measures, options.rows)
    present = {name: made for name, (made, _) in measures.items()}
    rows.publish(NAME, table(rows.read_rows(NAME, present), present))


def _measures(options: argparse.Namespace) -> rows.Measures:
    """What each row is made of, and what measures it."""
    scenes = cache(partial(folds.read_scenes, options.scenes))

    def real() -> Iterator[tuple[str, Drive]]:
        return drives.real_drives(scenes(), FOLD, options.drives)

    def drawn() -> Iterator[tuple[str, Drive]]:
        return drives.drawn_drives(options.drives)

    def made(recognizer: Path, data: str | None, *detectors: Path) -> MadeOf:
        models = [rows.model(path).get("model", "") for path in (recognizer, *detectors)]
        known = {"model": " ".join(models)} if all(models) else {}
        return {**rows.code(*CODE), **rows.data(data), **known}

    of_drives: dict[str, tuple[Drives, str | None, Path, Path]] = {
        "drives": (real, options.scenes, options.detector, options.photos),
        "default": (real, options.scenes, DETECTOR, MODEL),
        "drawn": (drawn, None, DETECTOR, MODEL),
    }
    measures: dict[str, tuple[MadeOf, Callable[[], Row]]] = {
        name: (
            {**made(recognizer, data, detector), **rows.params({"drives": options.drives})},
            partial(measure_drives, name, make, detector, recognizer),
        )
        for name, (make, data, detector, recognizer) in of_drives.items()
    }
    for name, recognizer, part in (
        ("vote-photos", options.photos, "test"),
        ("vote-drawn", MODEL, "test"),
        # No photo of either part trained this recognizer. On this part, the log loss chose the
        # correlation of `signs.video.vote`.
        ("vote-drawn-chosen", MODEL, "train"),
    ):
        vote = partial(votes.vote_on_groups, options.photos_of, recognizer, part)
        measures[name] = (made(recognizer, options.photos_of), vote)
    return measures


def measure_drives(name: str, make: Drives, detector: Path, recognizer: Path) -> Row:
    """Ours with its vote, and all trackers on the same detections."""
    for path in (detector, recognizer):
        if not path.is_file():
            raise SignsError(f"{path} is missing: name another file, or train it")
    threshold = Detector(detector, threads=1).info.threshold
    detected = drives.detect(make(), detector, recognizer, WORK / name)
    row, tracking = judge.ours(detected, threshold)
    others = judge.peers(detected, WORK / name, threshold)
    return {**row, "trackers": {"ours": tracking, **others}}


if __name__ == "__main__":
    with one_line_errors():
        main()
