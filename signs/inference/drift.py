"""Whether pictures are still like those that a model was validated on, by its answers alone."""

import numpy as np
import numpy.typing as npt

from signs.records.spread import Spread

Floats = npt.NDArray[np.float32]
BINS = 10
EVEN = 1.1  # times the smallest class, up to which the largest counts as even
PRIOR = 0.5  # images that each bin has beforehand: an empty one would make the index infinite


def make_reference(
    probabilities: Floats, known: Floats, labels: npt.NDArray[np.int64]
) -> dict[str, Spread]:
    """What answers look like where nothing has drifted.

    Args:
        probabilities: float32[N, K], N > 0, a model's answers to images that it was not trained on.
        known: float32[N].
        labels: int64[N], what those images show.

    Returns:
        "confidence" and "known" in deciles, fewer where many images share a value; and "class" with
        a bin for each class, unless all classes have about as many images: such a mix was made, as
        drawings are, and real traffic would differ from it on the first day.
    """
    classes = probabilities.shape[1]
    values = watched(probabilities, known)
    edges: dict[str, npt.NDArray[np.float64]] = {}
    counts = np.bincount(labels, minlength=classes)
    if counts.max() > EVEN * counts.min():
        edges["class"] = np.arange(1, classes, dtype=np.float64)
    for name in ("confidence", "known"):
        deciles = np.quantile(values[name], np.arange(1, BINS) / BINS)
        edges[name] = np.unique(deciles.astype(np.float64))
    return {name: _spread(edges[name], values[name]) for name in edges}


def watched(probabilities: Floats, known: Floats) -> dict[str, npt.NDArray[np.float64]]:
    """The numbers that are watched, of float32[N, K] and float32[N]: float64[N] each."""
    columns = {
        "class": probabilities.argmax(axis=1),
        "confidence": probabilities.max(axis=1),
        "known": known,
    }
    return {name: column.astype(np.float64) for name, column in columns.items()}


def _spread(edges: npt.NDArray[np.float64], values: npt.NDArray[np.float64]) -> Spread:
    place = np.searchsorted(edges, values, side="right")
    counts = np.bincount(place, minlength=len(edges) + 1) + PRIOR
    return Spread(tuple(edges.tolist()), tuple((counts / counts.sum()).tolist()))


def stability_index(expected: Spread, counts: npt.ArrayLike) -> float:
    """Population stability index: the sum over bins of (a - e) ln(a / e).

    The symmetric Kullback-Leibler divergence between shares; by a rule of thumb below 0.1 is no
    change and above 0.25 is one (N. Siddiqi, "Credit risk scorecards", 2006). B bins of n images
    that have not drifted give about (B - 1) (1 / n + 1 / m), where the shares are of m images.

    Args:
        expected: with the shares e.
        counts: numbers of images in the bins, of which the shares a are made.
    """
    found = np.asarray(counts, dtype=np.float64) + PRIOR
    actual, wanted = found / found.sum(), np.asarray(expected.shares)
    return float(((actual - wanted) * np.log(actual / wanted)).sum())
