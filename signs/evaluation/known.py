"""How well `known` tells the signs from other pictures, and what the surest answers are worth."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.metrics import roc_auc_score

from signs.evaluation.metrics import Results

SUREST = 0.98  # share of the images: those with the highest confidence

Floats = npt.NDArray[np.float32]


def separation(signs: Floats, others: Floats) -> float:
    """Area under the ROC curve: how often a sign scores higher than another picture.

    Args:
        signs: float32[N], the score of pictures of the signs.
        others: float32[M], of pictures of none of them.

    Raises:
        ValueError: N or M is 0.
    """
    truth = np.repeat([1, 0], [len(signs), len(others)])
    return float(roc_auc_score(truth, np.concatenate([signs, others])))


def known_table(
    signs: tuple[Floats, Floats], others: Mapping[str, tuple[Floats, Floats]], threshold: float
) -> pd.DataFrame:
    """What is accepted of each kind of picture, and what the largest probability would be worth.

    Args:
        signs: `known` and the largest probability, float32[N] each, of pictures of the signs.
        others: the same for each kind of pictures of none.
        threshold: on `known`, from which on a picture is accepted.

    Returns:
        A row for each kind: pictures, images, accepted (share), accepted_at_1 (the share accepted
        by the threshold that refuses 1 % of these signs), auroc, auroc_probability.
    """
    strict = np.quantile(signs[0], 0.01)
    rows = [
        {
            "pictures": kind,
            "images": len(known),
            "accepted": float((known >= threshold).mean()),
            "accepted_at_1": float((known >= strict).mean()),
            "auroc": separation(signs[0], known),
            "auroc_probability": separation(signs[1], largest),
        }
        for kind, (known, largest) in others.items()
    ]
    return pd.DataFrame(rows)


def errors_among_surest(results: Results, share: float = SUREST) -> int:
    """Wrong answers among the given share of images, those that have the highest confidence."""
    order = np.argsort(-results.confidence, kind="stable")
    return int((~results.correct[order[: int(share * len(order))]]).sum())
