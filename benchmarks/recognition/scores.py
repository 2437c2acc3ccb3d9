"""What is measured of one model file: its answers on test photos, and milliseconds."""

import statistics
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.stats import bootstrap

from benchmarks.rows import Row
from signs.evaluation.metrics import Results, macro_f1, per_class, worst_class
from signs.inference.recognizer import Recognizer
from signs.records.packed import Packed

RESAMPLES = 10_000
BATCHES = (1, 32)
ROUNDS, ROUND_SECONDS = 15, 0.25


def score(path: Path, test: Packed) -> Row:
    """Size, accuracy and speed of a model file, and how errors spread over groups and classes."""
    recognizer = Recognizer(path, threads=1)
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
        "milliseconds": {
            str(batch): milliseconds(recognizer, test.images[:batch]) for batch in BATCHES
        },
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
    found = bootstrap(
        (np.bincount(place), np.bincount(place, weights=correct)),
        lambda images, right, axis: right.sum(axis=axis) / images.sum(axis=axis),
        paired=True,
        n_resamples=RESAMPLES,
        batch=500,
        method="percentile",
        rng=0,
    ).confidence_interval
    return float(found.low), float(found.high)


def milliseconds(recognizer: Recognizer, images: npt.NDArray[np.uint8]) -> float:
    """Of an image that is answered together with the others: the median of some rounds.

    The time is that of the processor, on one thread, so that other work on the machine adds little.
    """
    recognizer.answer(images)
    times = []
    for _ in range(ROUNDS):
        runs, started = 0, time.process_time()
        while (passed := time.process_time() - started) < ROUND_SECONDS:
            recognizer.answer(images)
            runs += 1
        times.append(passed / (runs * len(images)) * 1000)
    return statistics.median(times)
