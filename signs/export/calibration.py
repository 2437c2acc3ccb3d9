"""How the exported graph turns logits into its outputs, and fitting that on validation."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from sklearn.linear_model import LogisticRegression
from torch import Tensor

from signs.catalog.label_space import LabelSpace
from signs.export.fitting import fit_temperature

Floats = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Calibration:
    """What stands between a network's logits and a model file's outputs.

    Attributes:
        temperature: that the logits of the classes are divided by.
        slope, offset: of the logistic curve from `margins` to `known`.
    """

    temperature: float = 1.0
    slope: float = 1.0
    offset: float = 0.0


def margins(logits: Tensor, label_space: LabelSpace) -> Tensor:
    """The largest logit of a class, minus that of the negative: what `known` is read off.

    Chosen on validation against six other scores: docs/notebook/known.md.

    Args:
        logits: float[N, O].

    Returns:
        float[N].
    """
    return logits[:, : len(label_space)].amax(dim=1) - logits[:, label_space.negative_label]


def outputs(
    logits: Tensor, label_space: LabelSpace, calibration: Calibration
) -> tuple[Tensor, Tensor]:
    """Logits float[N, O] -> probabilities float[N, K], known float[N].

    Without an output for negatives, `known` is the largest probability.
    """
    probabilities = torch.softmax(logits[:, : len(label_space)] / calibration.temperature, dim=1)
    if not label_space.has_negatives:
        return probabilities, probabilities.amax(dim=1)
    log_odds = margins(logits, label_space) * calibration.slope + calibration.offset
    return probabilities, torch.sigmoid(log_odds)


def fit_calibration(
    signs: Floats, labels: Labels, negatives: Floats, label_space: LabelSpace
) -> Calibration:
    """Fit the outputs on validation images.

    `known` is a logistic regression on the margin (Platt, "Probabilistic outputs for support vector
    machines", 1999), with signs and negatives weighing the same: how often negatives come is for
    whoever uses the model to know.

    Args:
        signs: logits float32[N, O] of signs.
        labels: int64[N], their classes.
        negatives: logits float32[M, O] of negatives.

    Raises:
        ValueError: N is 0; or M is 0, and the label space has negatives.
    """
    temperature = fit_temperature(signs[:, : len(label_space)], labels)
    if not label_space.has_negatives:
        return Calibration(temperature)
    column = margins(torch.from_numpy(np.concatenate([signs, negatives])), label_space)
    is_sign = np.repeat([1, 0], [len(signs), len(negatives)])
    curve = LogisticRegression(class_weight="balanced").fit(column[:, None].numpy(), is_sign)
    return Calibration(temperature, float(curve.coef_[0, 0]), float(curve.intercept_[0]))
