"""What is measured of one model file: its answers on test photos, and milliseconds."""

import statistics
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime as ort
from scipy.stats import bootstrap

from benchmarks.rows import Values
from signs.evaluation.metrics import Results, macro_f1, per_class, worst_class
from signs.inference.recognizer import Recognizer
from signs.records.packed import Packed

RESAMPLES = 10_000
BATCHES = (1, 32)
ROUNDS, ROUND_SECONDS = 15, 0.25


def score(path: Path, test: Packed) -> Values:
    """Accuracy of a model file, and how its errors spread over groups and classes."""
    recognizer = Recognizer(path)
    answers = recognizer.answer(test.images)
    results = Results(answers.probabilities, test.labels, test.label_space)
    wrong = ~results.correct
    low, high = group_interval(results.correct, test.groups)
    classes = per_class(results)
    name, recall = worst_class(classes)
    return {
        "bytes": path.stat().st_size,
        "val_accuracy": recognizer.info.accuracy,
        "images": len(test),
        "errors": int(wrong.sum()),
        "accuracy": float(results.correct.mean()),
        "accuracy_low": low,
        "accuracy_high": high,
        "groups": len(np.unique(test.groups)),
        "groups_with_errors": len(np.unique(test.groups[wrong])),
        "macro_f1": macro_f1(classes),
        "worst_class": name,
        "worst_recall": recall,
        "refused": float((~answers.recognized).mean()),
    }


def group_interval(
    correct: npt.NDArray[np.bool_], groups: npt.NDArray[np.str_]
) -> tuple[float, float]:
    """Percentile bootstrap interval of the accuracy, at 95 %, resampling whole groups.

    Frames of one sign are near-copies, right or wrong together: images are not independent, groups
    are (Efron and Tibshirani, "An introduction to the bootstrap", 1993, chapters 8 and 13).

    Args:
        correct: bool[N].
        groups: str[N], the physical sign that an image shows; at least two.
    """
    _, place = np.unique(groups, return_inverse=True)
    counts = np.bincount(place), np.bincount(place, weights=correct)
    found = bootstrap(
        counts,
        lambda images, right, axis: right.sum(axis=axis) / images.sum(axis=axis),
        paired=True,
        n_resamples=RESAMPLES,
        batch=500,
        method="percentile",
        rng=0,
    ).confidence_interval
    return float(found.low), float(found.high)


def measure_speed(files: Mapping[str, Path]) -> Values:
    """Milliseconds per image on one thread, of each file and batch size.

    Medians over rounds in which all files take turns: a drifting machine treats them alike.
    """
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    sessions = {name: ort.InferenceSession(path, options) for name, path in files.items()}
    times: dict[tuple[str, int], list[float]] = {
        (name, batch): [] for name in sessions for batch in BATCHES
    }
    for _ in range(ROUNDS):
        for (name, batch), found in times.items():
            found.append(_milliseconds(sessions[name], batch))
    return {
        "milliseconds": {
            name: {str(batch): statistics.median(times[name, batch]) for batch in BATCHES}
            for name in sessions
        }
    }


def _milliseconds(session: ort.InferenceSession, batch: int) -> float:
    (wanted,) = session.get_inputs()
    side = wanted.shape[1]
    images = np.random.default_rng(0).integers(0, 256, (batch, side, side, 3), dtype=np.uint8)
    session.run(None, {wanted.name: images})
    runs, started = 0, time.perf_counter()
    while (passed := time.perf_counter() - started) < ROUND_SECONDS:
        session.run(None, {wanted.name: images})
        runs += 1
    return passed / (runs * batch) * 1000
