"""Drives with known signs, and what detector and recognizer say of each frame, kept in a file.

All trackers are given the same detections, and two of them live in an environment of their own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks import rows
from benchmarks.scenes import folds
from benchmarks.scenes.judge import reader_of
from signs.art.drives.clip import Drive
from signs.art.drives.drawn import drawn_drive
from signs.art.drives.pseudo import pseudo_drive
from signs.inference.scene_reader import SceneReader
from signs.params import DetectorParams
from signs.pictures.decoding import decode
from signs.records.answers import Answers
from signs.records.detections import Candidates, Detections
from signs.records.packed_scenes import PackedScenes

KEPT = 0.03  # the least score of a detection in a file
SECONDS, RATE = 3.0, 25.0
PIXELS = (
    "benchmarks/video/drives.py", "signs/art", "signs/inference", "signs/pictures", "signs/records",
)  # fmt: skip
PARTS = ("boxes", "sign_scores", "category_scores", "probabilities", "known", "recognized")


@dataclass(frozen=True, slots=True)
class DetectedDrive:
    """A drive, and the detections of each of its frames."""

    drive: Drive
    found: tuple[Detections, ...]


def real_drives(scenes: PackedScenes, fold: int, count: int) -> Iterator[tuple[str, Drive]]:
    """Into scenes that the detector of a fold has not seen, evenly chosen; some have no sign."""
    params = DetectorParams.model_validate(folds.params_for(seed=0))
    test = folds.cut(scenes, fold, params)["test"]
    for place in np.linspace(0, len(test) - 1, min(count, len(test))).astype(int).tolist():
        scene = test.scenes[place]
        picture, rng = np.asarray(decode(scene.data)), np.random.default_rng(place)
        yield scene.name, pseudo_drive(picture, scene.boxes, scene.labels, rng, SECONDS, RATE)


def drawn_drives(count: int) -> Iterator[tuple[str, Drive]]:
    """Into drawn roads that no training saw."""
    for seed in range(count):
        yield f"drawn-{seed}", drawn_drive(10_000 + seed, SECONDS, RATE)


def detect(
    drives: Iterator[tuple[str, Drive]], detector: Path, recognizer: Path, folder: Path
) -> list[DetectedDrive]:
    """The detections of all frames; read from `folder` where they are there already."""
    reader = reader_of(detector, recognizer)
    versions = f"{reader.detector.info.version} {reader.recognizer.info.version}"
    made_of = f"{rows.code(*PIXELS)['code']} {versions}"
    folder.mkdir(parents=True, exist_ok=True)
    detected = []
    for number, (name, drive) in enumerate(drives):
        file = folder / f"{number:04d}.npz"
        key = f"{made_of} {name} {drive.truth.signs.boxes.sum():.3f}"
        if not (file.is_file() and str(np.load(file)["key"]) == key):
            _write(file, key, drive, reader)
        detected.append(DetectedDrive(drive, _read(file)))
    for file in sorted(folder.glob("*.npz"))[len(detected) :]:
        file.unlink()
    return detected


def _write(file: Path, key: str, drive: Drive, reader: SceneReader) -> None:
    found = [reader.read(frame) for frame in drive.frames()]
    found = [each.take(np.flatnonzero(each.scores >= KEPT)) for each in found]
    columns = [
        (c.boxes, c.sign_scores, c.category_scores, a.probabilities, a.known, a.recognized)
        for c, a in ((each.candidates, each.answers) for each in found)
    ]
    arrays = {n: np.concatenate(p) for n, p in zip(PARTS, zip(*columns, strict=True), strict=True)}
    np.savez_compressed(
        file,
        key=key,
        rate=RATE,
        counts=[len(each) for each in found],
        scores=np.concatenate([each.scores for each in found]),
        allow_pickle=False,
        **arrays,
    )


def _read(file: Path) -> tuple[Detections, ...]:
    with np.load(file) as content:
        cuts = np.cumsum(content["counts"])[:-1]
        columns = [np.split(content[name], cuts) for name in PARTS]
    return tuple(
        Detections(Candidates(*row[:3]), Answers(*row[3:])) for row in zip(*columns, strict=True)
    )
