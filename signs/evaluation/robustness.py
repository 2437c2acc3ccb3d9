"""Accuracy on recropped and on corrupted images."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from PIL import Image
from scipy.stats import binomtest

from signs.evaluation.corruptions import KINDS, SEVERITIES, corrupt
from signs.evaluation.recrops import RECROPS, recrop
from signs.inference.preprocess import squash
from signs.records.packed import Packed

Picture = npt.NDArray[np.uint8]
Labels = npt.NDArray[np.int64]
Classify = Callable[[Sequence[Picture]], Labels]


def accuracy_with_interval(correct: npt.NDArray[np.bool_]) -> dict[str, float]:
    """Accuracy with its 95 % interval (Wilson, JASA 1927).

    The interval takes images as independent: frames of one sign are not, so for photos it is too
    narrow.

    Args:
        correct: bool[N], N > 0.

    Returns:
        images, accuracy, low, high.
    """
    right, count = int(correct.sum()), len(correct)
    interval = binomtest(right, count).proportion_ci(method="wilson")
    bounds = {"low": float(interval.low), "high": float(interval.high)}
    return {"images": count, "accuracy": right / count, **bounds}


def recrop_table(pictures: Sequence[Picture], labels: Labels, classify: Classify) -> pd.DataFrame:
    """Accuracy under each of `RECROPS`.

    Args:
        pictures: uint8[H, W, 3] each, of any size, with a sign in the middle.
        labels: int64[N].
        classify: the classes that a model answers, int64[N], for pictures of any size.

    Returns:
        Columns recrop, images, accuracy, low, high (of the 95 % interval).
    """
    rows = []
    for name, how in RECROPS.items():
        recropped = [recrop(picture, how, n) for n, picture in enumerate(pictures)]
        rows.append({"recrop": name, **accuracy_with_interval(classify(recropped) == labels)})
    return pd.DataFrame(rows)


def corruption_table(
    pictures: Sequence[Picture], labels: Labels, classify: Classify
) -> pd.DataFrame:
    """Accuracy under each corruption and severity.

    Args:
        pictures, labels, classify: as for `recrop_table`.

    Returns:
        Columns corruption, severity, images, accuracy, low, high (of the 95 % interval).
    """
    rows = []
    for kind in KINDS:
        for severity in SEVERITIES:
            corrupted = [corrupt(picture, kind, severity, n) for n, picture in enumerate(pictures)]
            interval = accuracy_with_interval(classify(corrupted) == labels)
            rows.append({"corruption": kind, "severity": severity, **interval})
    return pd.DataFrame(rows)


def robustness_tables(
    photos: Packed, count: int, score: Callable[[npt.NDArray[np.uint8]], npt.NDArray[np.floating]]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """`recrop_table` and `corruption_table` of a random sample of packed images.

    Args:
        count: of the sample, at most; it is the same each time.
        score: float[N, K], the scores of the classes, for packed images uint8[N, S, S, 3].
    """
    rows = np.random.default_rng(0).permutation(len(photos))[:count]
    sample = photos.take(np.sort(rows))
    size = photos.images.shape[1]

    def classify(pictures: Sequence[Picture]) -> Labels:
        squashed = [squash(Image.fromarray(picture), size) for picture in pictures]
        return score(np.stack(squashed)).argmax(axis=1)

    pictures = list(sample.images)
    return (
        recrop_table(pictures, sample.labels, classify),
        corruption_table(pictures, sample.labels, classify),
    )
