"""How well `known` tells signs from negatives."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.metrics import roc_auc_score

Floats = npt.NDArray[np.float32]
EDGES = np.linspace(-12, 12, 49)  # of log-odds


@dataclass(frozen=True)
class Scores:
    """What a recognizer gives a set of images.

    Attributes:
        known: float32[N].
        confidence: float32[N], the largest probability.
    """

    known: Floats
    confidence: Floats


def auroc(signs: Floats, negatives: Floats) -> float:
    """Area under the ROC curve: how often a sign scores higher than a negative.

    Args:
        signs: float32[N].
        negatives: float32[M].

    Raises:
        ValueError: N or M is 0.
    """
    truth = np.repeat([1, 0], [len(signs), len(negatives)])
    return float(roc_auc_score(truth, np.concatenate([signs, negatives])))


def out_of_distribution_table(
    signs: Scores, negatives: Mapping[str, Scores], threshold: float
) -> pd.DataFrame:
    """What is accepted of each kind of negative.

    Args:
        threshold: on `known`, from which on an image is accepted.

    Returns:
        A row for each kind: pictures, images, accepted (share), accepted_at_1 (the share accepted
        by the threshold that refuses 1 % of these signs), auroc (of `known`), auroc_confidence (of
        the largest probability in its place).
    """
    strict = np.quantile(signs.known, 0.01)
    rows = [
        {
            "pictures": kind,
            "images": len(scores.known),
            "accepted": float((scores.known >= threshold).mean()),
            "accepted_at_1": float((scores.known >= strict).mean()),
            "auroc": auroc(signs.known, scores.known),
            "auroc_confidence": auroc(signs.confidence, scores.confidence),
        }
        for kind, scores in negatives.items()
    ]
    return pd.DataFrame(rows)


def known_histogram(by_kind: Mapping[str, Floats]) -> pd.DataFrame:
    """How `known` spreads, on the scale of log-odds.

    Args:
        by_kind: float32[N] for each kind of pictures.

    Returns:
        Columns pictures, low, high (edges of a bin) and share (of the images in it).
    """
    tables = []
    for name, known in by_kind.items():
        inside = known.astype(np.float64).clip(1e-5, 1 - 1e-5)
        counts, _ = np.histogram(np.log(inside) - np.log1p(-inside), EDGES)
        columns = {"low": EDGES[:-1], "high": EDGES[1:], "share": counts / len(known)}
        tables.append(pd.DataFrame({"pictures": name, **columns}))
    return pd.concat(tables, ignore_index=True)
