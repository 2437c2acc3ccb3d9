"""What is to be known of one network's answers on the test photos."""

from typing import Any

import numpy as np
import numpy.typing as npt

from signs.evaluation.metrics import Results, macro_f1, per_class, worst_class
from signs.records.packed import Packed

RESAMPLES = 10_000
AT_ONCE = 500  # of those, to bound memory


def score(probabilities: npt.NDArray[np.float32], test: Packed) -> dict[str, Any]:
    """Accuracy, and how errors spread over groups and classes.

    Args:
        probabilities: float32[N, NUM_CLASSES], of the images of `test`.

    Returns:
        images, errors, accuracy with its interval, groups, groups_with_errors, macro_f1, and
        worst_class with worst_recall.
    """
    results = Results(probabilities, test.labels)
    wrong = np.flatnonzero(~results.correct)
    low, high = interval(results.correct, test.groups)
    classes = per_class(results)
    name, recall = worst_class(classes)
    return {
        "images": len(test),
        "errors": len(wrong),
        "accuracy": float(results.correct.mean()),
        "accuracy_low": low,
        "accuracy_high": high,
        "groups": len(np.unique(test.groups)),
        "groups_with_errors": len(np.unique(test.groups[wrong])),
        "macro_f1": macro_f1(classes),
        "worst_class": name,
        "worst_recall": recall,
    }


def interval(correct: npt.NDArray[np.bool_], groups: npt.NDArray[np.str_]) -> tuple[float, float]:
    """Percentile bootstrap interval of the accuracy, at 95 %, resampling whole groups.

    Frames of a group are near-copies: they are right or wrong together, so that images are not
    independent, but groups are (Efron and Tibshirani, "An introduction to the bootstrap", 1993,
    chapters 8 and 13).

    Args:
        correct: bool[N].
        groups: str[N], the physical sign that an image shows.
    """
    _, place = np.unique(groups, return_inverse=True)
    images = np.bincount(place)
    right = np.bincount(place, weights=correct)
    rng = np.random.default_rng(0)
    accuracies = []
    for _ in range(RESAMPLES // AT_ONCE):
        drawn = rng.integers(len(images), size=(AT_ONCE, len(images)))
        accuracies.append(right[drawn].sum(axis=1) / images[drawn].sum(axis=1))
    low, high = np.quantile(np.concatenate(accuracies), [0.025, 0.975])
    return float(low), float(high)
