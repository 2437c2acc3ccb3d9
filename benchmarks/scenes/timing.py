"""Milliseconds of a frame on one thread, from JPEG bytes to named signs, by stage."""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort

from benchmarks.rows import Row
from signs.inference.boxes import suppress
from signs.inference.detector import MIN_SCORE
from signs.inference.scene_reader import SceneReader
from signs.pictures.decoding import decode
from signs.records.detections import Detections
from signs.records.packed_scenes import PackedScenes

FRAMES, ROUNDS = 12, 5


def frame_times(reader: SceneReader, detector: Path, scenes: PackedScenes) -> Row:
    """The median over frames of the fastest of some rounds, in milliseconds.

    Args:
        reader: of one thread.
        detector: the file of its detector.
    """
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    session = ort.InferenceSession(detector, options, ["CPUExecutionProvider"])
    stages: dict[str, list[float]] = {}
    for scene in scenes.scenes[:: max(1, len(scenes) // FRAMES)][:FRAMES]:
        image = decode(scene.data)
        pixels = np.asarray(image)[np.newaxis]
        boxes, sign, _ = session.run(None, {"image": pixels})
        kept = sign >= MIN_SCORE
        found = reader.detector.find(image)
        works: dict[str, Callable[[], Any]] = {
            "decode": partial(_decoded, scene.data),
            "network": partial(session.run, None, {"image": pixels}),
            "suppression": partial(suppress, boxes[kept], sign[kept]),
            "detector": partial(reader.detector.find, image),
            "whole": partial(_read, reader, scene.data),
        }
        for name, work in works.items():
            stages.setdefault(name, []).append(fastest(work))
        stages.setdefault("candidates", []).append(float(len(found)))
    row = {name: float(np.median(values)) for name, values in stages.items()}
    return row | {"recognizer": row["whole"] - row["decode"] - row["detector"]}


def _decoded(data: bytes) -> bytes:
    return decode(data).tobytes()  # decoding is put off until pixels are asked for


def _read(reader: SceneReader, data: bytes) -> Detections:
    return reader.read(decode(data))


def fastest(work: Callable[[], Any]) -> float:
    """Milliseconds of the fastest of `ROUNDS` calls, after one that is not counted."""
    work()
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return 1000 * min(times)


def session_time(model: Path, height: int, width: int) -> float:
    """Milliseconds of a graph with one float image as its input, on one thread."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    session = ort.InferenceSession(model, options, ["CPUExecutionProvider"])
    image = np.zeros((1, 3, height, width), np.float32)
    name = session.get_inputs()[0].name
    return fastest(lambda: session.run(None, {name: image}))
