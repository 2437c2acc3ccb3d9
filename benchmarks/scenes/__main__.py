"""Signs in whole road scenes: found and named, fold by fold, and what a frame costs.

    uv run python -m benchmarks.scenes ../shared/gtsdb                rows not there, or stale
    uv run python -m benchmarks.scenes ../shared/gtsdb fold-0-seed-0  this row in any case
    uv run python -m benchmarks.scenes ../shared/gtsdb default        the files of the default run
    uv run python -m benchmarks.scenes --table                        measures nothing

The folder holds scenes in a layout that `detector.data.source` takes. Rows of folds train, for half
an hour to an hour each on two cores; their detectors stay in `models/scenes`. `--photos` names a
recognizer that photos trained: of the row `signnet-0` of `benchmarks.recognition`, if left out.
`benchmarks.rows` says where rows are kept.
"""

import argparse
import json
import os
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks import rows
from benchmarks.rows import MODEL, ROOT, MadeOf, Row
from benchmarks.scenes import folds, judge, labels, peer, timing
from benchmarks.scenes.table import table
from signs.errors import SignsError, one_line_errors
from signs.evaluation.scenes.results import SceneResults
from signs.params import DetectorParams
from signs.records.detections import Detections
from signs.records.packed_scenes import PackedScenes

NAME = "scenes"
DETECTOR = ROOT / "models" / "detector.onnx"  # of the default run
PHOTOS = ROOT / "models" / "recognition" / "signnet-0" / "models" / "model.onnx"
JUDGING = (
    "benchmarks/scenes/judge.py", "signs/evaluation/scenes", "signs/inference", "signs/records",
)  # fmt: skip
TRAINING = ("benchmarks/scenes/folds.py", *folds.LEARNING, "signs/export/detection")
TRAINED = (*((fold, 0) for fold in range(folds.FOLDS)), (0, 1), (0, 2))
PEER = ("benchmarks/scenes/peer.py", "benchmarks/scenes/yolo.py", *JUDGING)
LABELS = ("benchmarks/scenes/labels.py", "benchmarks/scenes/redrawn.csv")
RECOGNIZERS = ("drawn", "photos")


def main() -> None:
    """Measure, then write the table."""
    parser = argparse.ArgumentParser(description="Find and name signs in road scenes.")
    parser.add_argument("source", nargs="?", help="scenes in a layout that the pipeline reads")
    parser.add_argument("rows", nargs="*", help="to measure; none: those not there, or stale")
    parser.add_argument("--photos", type=Path, default=PHOTOS, help="a recognizer of photos")
    parser.add_argument("--table", action="store_true", help="measure nothing, write the table")
    options = parser.parse_args()
    if not options.table:
        if not options.source:
            raise SignsError("name the folder of scenes, or pass --table")
        rows.measure_rows(NAME, measures(options.source, options.photos), options.rows)
    present = made_of(options.source, None)
    rows.publish(NAME, table(rows.read_rows(NAME, present), present))


def made_of(source: str | None, photos: Path | None) -> dict[str, MadeOf]:
    """What each row would be made of now; without a source, all but the scenes.

    Args:
        photos: the recognizer of photos; None where it is not known.
    """
    data, judging = rows.data(source), rows.code(*JUDGING)
    trained = {
        f"fold-{fold}-seed-{seed}": {
            **data, **rows.code(*TRAINING), **rows.params(folds.params_for(seed))
        }
        for fold, seed in TRAINED
    }  # fmt: skip
    both = rows.code(*TRAINING, *JUDGING[1:], JUDGING[0])
    pooled = {**data, **both, **rows.params(folds.params_for(0))}
    of_photos = {} if photos is None else rows.model(photos)
    return {
        **trained,
        "pooled-drawn": {**pooled, **rows.model(None if photos is None else MODEL)},
        "pooled-photos": {**pooled, **of_photos},
        "cameras": {**pooled, **of_photos},
        "default": {**data, **judging, **rows.model(None if photos is None else MODEL)},
        "time": {**data, **rows.code("benchmarks/scenes/timing.py", "signs/inference")},
        "peer": {**data, **rows.code(*PEER), **of_photos},
        "labels": {
            **data,
            **rows.code(*LABELS),
        },
    }


def measures(source: str, photos: Path) -> rows.Measures:
    """What measures each row."""
    made, scenes = made_of(source, photos), folds.read_scenes(source)
    recognizers = dict(zip(RECOGNIZERS, (MODEL, photos), strict=True))
    return {
        **{
            f"fold-{fold}-seed-{seed}": (
                made[f"fold-{fold}-seed-{seed}"],
                partial(measure_fold, scenes, fold, seed, made[f"fold-{fold}-seed-{seed}"]),
            )
            for fold, seed in TRAINED
        },
        **{
            f"pooled-{name}": (
                made[f"pooled-{name}"], partial(measure_pooled, scenes, recognizers[name])
            )
            for name in RECOGNIZERS
        },
        "cameras": (made["cameras"], partial(measure_cameras, scenes, photos)),
        "default": (made["default"], partial(measure_default, scenes)),
        "time": (made["time"], partial(measure_time, scenes, photos)),
        "peer": (made["peer"], partial(measure_peer, scenes, photos)),
        "labels": (made["labels"], partial(labels.agreement, scenes)),
    }  # fmt: skip


def measure_fold(scenes: PackedScenes, fold: int, seed: int, made: MadeOf) -> Row:
    """Train a fold's detector, and judge both of its files with the drawn recognizer."""
    row = folds.train(scenes, fold, seed, made)
    folder = folds.folder_of(fold, seed)
    row["files"] = {
        precision: judged(scenes, {fold: folder / f"{name}.onnx"}, MODEL)
        for precision, name in (("fp32", "detector_fp32"), ("int8", "detector"))
    }
    return row


def measure_pooled(scenes: PackedScenes, recognizer: Path) -> Row:
    """The detector of each fold on its fold, all scenes together."""
    require(recognizer)
    return {
        "files": {
            precision: judged(
                scenes,
                {fold: folds.folder_of(fold, 0) / f"{name}.onnx" for fold in range(folds.FOLDS)},
                recognizer,
            )
            for precision, name in (("fp32", "detector_fp32"), ("int8", "detector"))
        }
    }


def judged(scenes: PackedScenes, detectors: dict[int, Path], recognizer: Path) -> Row:
    """Figures of the detector of each fold on the scenes of its fold."""
    params = DetectorParams.model_validate(folds.params_for(seed=0))
    tests: list[PackedScenes] = []
    found: list[Detections] = []
    for fold, detector in detectors.items():
        test = folds.cut(scenes, fold, params)["test"]
        tests.append(test)
        found.extend(judge.answers(judge.reader_of(detector, recognizer), test))
    together = tuple(scene for test in tests for scene in test.scenes)
    places = [group for test in tests for group in test.groups.tolist()]
    results = SceneResults(together, tuple(found), scenes.label_space, np.array(places))
    return judge.figures(results)


def measure_cameras(scenes: PackedScenes, recognizer: Path) -> Row:
    """Any sign's AP50 on fold 0 as other cameras might have taken it."""
    require(recognizer)
    params = DetectorParams.model_validate(folds.params_for(seed=0))
    test = folds.cut(scenes, 0, params)["test"]
    reader = judge.reader_of(folds.folder_of(0, 0) / "detector.onnx", recognizer)
    return {"any_sign_ap50": {n: judge.on_camera(reader, test, n) for n in judge.cameras()}}


def measure_default(scenes: PackedScenes) -> Row:
    """The files of the default run, which drawings trained, on all scenes."""
    reader = judge.reader_of(DETECTOR, MODEL)
    results = SceneResults(
        scenes.scenes, judge.answers(reader, scenes), scenes.label_space, scenes.groups
    )
    info = reader.detector.info
    counts = {"scenes": len(scenes), "signs": sum(len(scene.labels) for scene in scenes.scenes)}
    head = {"version": info.version, "trained_on": info.data}
    return {**head, **counts, **judge.figures(results)}


def measure_time(scenes: PackedScenes, photos: Path) -> Row:
    """Milliseconds of a frame."""
    files = {"int8": "detector", "fp32": "detector_fp32"}
    recognizer = photos if photos.is_file() else MODEL
    row: Row = {}
    for precision, name in files.items():
        detector = folds.folder_of(0, 0) / f"{name}.onnx"  # the default run may ship FP32 alone
        reader = judge.reader_of(detector, recognizer)
        row[precision] = timing.frame_times(reader, detector, scenes)
        row[precision]["bytes"] = detector.stat().st_size
    return row


def measure_peer(scenes: PackedScenes, recognizer: Path) -> Row:
    """A nano YOLO on fold 0."""
    require(recognizer)
    folder = folds.folder_of(0, 0)
    cost = json.loads((folder / "cost.json").read_text(encoding="utf-8"))
    parts = folds.cut(scenes, 0, DetectorParams.model_validate(folds.params_for(seed=0)))
    reader = judge.reader_of(folder / "detector.onnx", recognizer)
    return peer.measure(parts, reader, cost["cpu_seconds"], folds.WORK / "peer")


def require(recognizer: Path) -> None:
    """Make sure that a recognizer is there.

    Raises:
        SignsError: it is not.
    """
    if not recognizer.is_file():
        raise SignsError(
            f"{recognizer} not found: `uv run python -m benchmarks.recognition PHOTOS signnet-0` "
            "trains it, or name another with --photos"
        )


if __name__ == "__main__":
    os.environ["CUDA_VISIBLE_DEVICES"] = ""
    with one_line_errors():
        main()
