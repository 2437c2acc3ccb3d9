"""How the exported graph turns logits into its two outputs, and fitting that on validation."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from sklearn.linear_model import LogisticRegression
from torch import Tensor

from signs.classes import NUM_CLASSES, OTHER
from signs.inference.calibration import fit_temperature

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


def margins(logits: Tensor) -> Tensor:
    """The largest logit of a class, minus that of `OTHER`: what `known` is read off.

    Chosen on validation against six other scores: `benchmarks/known.py`.

    Args:
        logits: float[N, NUM_OUTPUTS].

    Returns:
        float[N].
    """
    return logits[:, :NUM_CLASSES].amax(dim=1) - logits[:, OTHER]


def outputs(logits: Tensor, calibration: Calibration) -> tuple[Tensor, Tensor]:
    """Logits float[N, NUM_OUTPUTS] -> probabilities float[N, NUM_CLASSES], known float[N]."""
    probabilities = torch.softmax(logits[:, :NUM_CLASSES] / calibration.temperature, dim=1)
    known = torch.sigmoid(margins(logits) * calibration.slope + calibration.offset)
    return probabilities, known


def fit_calibration(signs: Floats, labels: Labels, others: Floats) -> Calibration:
    """Fit the outputs on validation images.

    `known` is a logistic regression on the margin (Platt, "Probabilistic outputs for support vector
    machines", 1999), with signs and others weighing the same: how often others come is for whoever
    uses the model to know.

    Args:
        signs: logits float32[N, NUM_OUTPUTS] of pictures of the classes.
        labels: int64[N], their classes.
        others: logits float32[M, NUM_OUTPUTS] of pictures of none.

    Raises:
        ValueError: N or M is 0.
    """
    temperature = fit_temperature(signs[:, :NUM_CLASSES], labels)
    column = margins(torch.from_numpy(np.concatenate([signs, others])))[:, None].numpy()
    is_sign = np.repeat([1, 0], [len(signs), len(others)])
    curve = LogisticRegression(class_weight="balanced").fit(column, is_sign)
    return Calibration(temperature, float(curve.coef_[0, 0]), float(curve.intercept_[0]))
