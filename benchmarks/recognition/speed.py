"""Milliseconds for each image, of the kept networks, on one thread."""

import statistics
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime as ort

from benchmarks.recognition.files import Row
from benchmarks.publish import processor

BATCHES = (1, 32)
ROUNDS = 15
ROUND_SECONDS = 0.25


def measure_speed(paths: Sequence[Path]) -> Row:
    """Medians over rounds in which all networks take turns: a drifting machine treats them alike.

    Args:
        paths: files NAME.PRECISION.onnx.

    Returns:
        machine, and of each NAME.PRECISION the milliseconds for each image by batch size.
    """
    sessions = {path.stem: ort.InferenceSession(path, one_thread()) for path in paths}
    times: dict[tuple[str, int], list[float]] = {
        (name, batch): [] for name in sessions for batch in BATCHES
    }
    for _ in range(ROUNDS):
        for (name, batch), found in times.items():
            found.append(milliseconds(sessions[name], batch))
    return {
        "machine": f"{processor()}, onnxruntime {ort.__version__}, one thread",
        "milliseconds": {
            name: {str(batch): statistics.median(times[name, batch]) for batch in BATCHES}
            for name in sessions
        },
    }


def one_thread() -> ort.SessionOptions:
    """Options of a session that computes on one thread."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return options


def milliseconds(session: ort.InferenceSession, batch: int) -> float:
    """Of one image in batches of that size: the mean of as many runs as a round takes."""
    (wanted,) = session.get_inputs()
    side = wanted.shape[1]
    images = np.random.default_rng(0).integers(0, 256, (batch, side, side, 3), dtype=np.uint8)
    session.run(None, {wanted.name: images})
    runs, started = 0, time.perf_counter()
    while (passed := time.perf_counter() - started) < ROUND_SECONDS:
        session.run(None, {wanted.name: images})
        runs += 1
    return passed / (runs * batch) * 1000
