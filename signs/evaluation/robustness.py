"""Accuracy on pictures framed otherwise, and on pictures gone bad."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from PIL import Image

from signs.evaluation.corruptions import KINDS, SEVERITIES, corrupt
from signs.evaluation.framing import FRAMINGS, reframe
from signs.inference.preprocess import squash
from signs.packed import Packed

Picture = npt.NDArray[np.uint8]
Labels = npt.NDArray[np.int64]
Guess = Callable[[Sequence[Picture]], Labels]


def framing_table(pictures: Sequence[Picture], labels: Labels, guess: Guess) -> pd.DataFrame:
    """Accuracy under each of `FRAMINGS`.

    Args:
        pictures: uint8[H, W, 3] each, of any size, with a sign in the middle.
        labels: int64[N].
        guess: the classes that a model guesses, int64[N], for pictures of any size.

    Returns:
        Columns framing, images, accuracy.
    """
    rows = []
    for name, framing in FRAMINGS.items():
        reframed = [reframe(picture, framing, n) for n, picture in enumerate(pictures)]
        accuracy = float((guess(reframed) == labels).mean())
        rows.append({"framing": name, "images": len(labels), "accuracy": accuracy})
    return pd.DataFrame(rows)


def corruption_table(pictures: Sequence[Picture], labels: Labels, guess: Guess) -> pd.DataFrame:
    """Accuracy under each corruption and severity.

    Args:
        pictures, labels, guess: as for `framing_table`.

    Returns:
        Columns corruption, severity, images, accuracy.
    """
    rows = []
    for kind in KINDS:
        for severity in SEVERITIES:
            bad = [corrupt(picture, kind, severity, n) for n, picture in enumerate(pictures)]
            accuracy = float((guess(bad) == labels).mean())
            row = {"corruption": kind, "severity": severity, "images": len(labels)}
            rows.append(row | {"accuracy": accuracy})
    return pd.DataFrame(rows)


def spoilt_tables(
    photos: Packed, count: int, score: Callable[[npt.NDArray[np.uint8]], npt.NDArray[np.floating]]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """`framing_table` and `corruption_table` of a random sample of packed images.

    Args:
        count: of the sample, at most; it is the same each time.
        score: float[N, C], the scores of the classes, for packed images uint8[N, S, S, 3].

    Returns:
        Accuracy under each of `FRAMINGS`; accuracy under each corruption and severity.
    """
    rows = np.random.default_rng(0).permutation(len(photos))[:count]
    sample = photos.take(np.sort(rows))
    size = photos.images.shape[1]

    def guess(pictures: Sequence[Picture]) -> Labels:
        squashed = [squash(Image.fromarray(picture), size) for picture in pictures]
        return score(np.stack(squashed)).argmax(axis=1)

    pictures = list(sample.images)
    return (
        framing_table(pictures, sample.labels, guess),
        corruption_table(pictures, sample.labels, guess),
    )
