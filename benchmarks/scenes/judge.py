"""Figures of detectors and recognizers on scenes that neither trained on."""

from collections.abc import Callable, Mapping
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from benchmarks.rows import Row
from signs.evaluation.scenes.precision import ANY_SIGN, precision_table
from signs.evaluation.scenes.results import SceneResults
from signs.evaluation.scenes.summary import summary, tables
from signs.inference.detector import Detector
from signs.inference.recognizer import Recognizer
from signs.inference.scene_reader import SceneReader
from signs.pictures.decoding import decode
from signs.records.detections import Detections
from signs.records.packed_scenes import PackedScenes
from signs.records.scene import IGNORED, Scene

Picture = npt.NDArray[np.uint8]
SMALLEST = 16  # pixels of a sign's longer side, below which it is ignored on other cameras


def answers(reader: SceneReader, scenes: PackedScenes) -> tuple[Detections, ...]:
    """What two files answer for each scene."""
    return tuple(reader.read(decode(scene.data)) for scene in scenes.scenes)


def reader_of(detector: Path, recognizer: Path) -> SceneReader:
    """Two files, opened on one thread each."""
    return SceneReader(Detector(detector, threads=1), Recognizer(recognizer, threads=1))


def figures(results: SceneResults) -> Row:
    """All figures of some scenes, with each table that is not a curve."""
    found = tables(results)
    kept = {name: found[name].to_dict("records") for name in found if name in KEPT}
    return summary(results) | {"tables": kept}


KEPT = ("scene_precision", "scene_sizes", "scene_recalls", "scene_areas")


def cameras() -> Mapping[str, Callable[[Picture], tuple[Picture, npt.NDArray[np.float64]]]]:
    """Scenes as other cameras might have taken them: the picture, and scale and shift of boxes.

    Scale and shift are [scale x, scale y, shift x, shift y]; x' = scale x * x + shift x.
    """
    return {
        "as it is": lambda image: (image, np.array([1.0, 1.0, 0.0, 0.0])),
        "half the size": lambda image: _resized(image, 0.5),
        "twice the size": lambda image: _resized(image, 2.0),
        "JPEG of quality 30": lambda image: (_jpeg(image, 30), np.array([1.0, 1.0, 0.0, 0.0])),
        "warmer and paler": lambda image: (_recolored(image), np.array([1.0, 1.0, 0.0, 0.0])),
        "upright part": _upright,
    }


def on_camera(reader: SceneReader, scenes: PackedScenes, camera: str) -> float:
    """AP50 of any sign, of those that are still `SMALLEST` pixels large."""
    take, changed, found = cameras()[camera], [], []
    for scene in scenes.scenes:
        image, place = take(np.asarray(decode(scene.data)))
        height, width = image.shape[:2]
        boxes = scene.boxes * np.tile(place[:2], 2) + np.tile(place[2:], 2)
        inside = boxes.clip(0, [width, height, width, height]).astype(np.float32)
        seen = (inside[:, 2:] > inside[:, :2]).all(axis=1)
        whole = np.abs(inside - boxes).max(axis=1, initial=0) < 1
        large = (inside[:, 2:] - inside[:, :2]).max(axis=1, initial=0) >= SMALLEST
        labels = np.where(whole & large, scene.labels, IGNORED)
        changed.append(Scene(b"", scene.name, inside[seen], labels[seen]))
        found.append(reader.read(Image.fromarray(image)))
    results = SceneResults(tuple(changed), tuple(found), scenes.label_space)
    table = precision_table(results, "score").set_index("of")
    return float(table["ap50"][ANY_SIGN])


def _resized(image: Picture, scale: float) -> tuple[Picture, npt.NDArray[np.float64]]:
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    resized = cv2.resize(image, None, fx=scale, fy=scale, interpolation=method)
    return resized.astype(np.uint8), np.array([scale, scale, 0.0, 0.0])


def _jpeg(image: Picture, quality: int) -> Picture:
    _, encoded = cv2.imencode(".jpg", image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    decoded = cv2.imdecode(encoded, cv2.IMREAD_COLOR)
    assert decoded is not None
    return np.ascontiguousarray(decoded[..., ::-1]).astype(np.uint8)


def _recolored(image: Picture) -> Picture:
    """Warmer, paler and brighter."""
    warm = image.astype(np.float32) / 255 * np.array([1.15, 1.0, 0.8], np.float32)
    gray = warm.mean(axis=2, keepdims=True)
    pale = (0.6 * warm + 0.4 * gray).clip(0, 1) ** 0.8
    return (pale * 255 + 0.5).astype(np.uint8)


def _upright(image: Picture) -> tuple[Picture, npt.NDArray[np.float64]]:
    """The right part of a scene, 9 to 16: a phone held upright."""
    height, width = image.shape[:2]
    left = width - height * 9 // 16
    return np.ascontiguousarray(image[:, left:]), np.array([1.0, 1.0, -float(left), 0.0])
