"""The loss of a detector."""

import torch.nn.functional as F
from torch import Tensor

from signs.networks.detector import RawDetections, as_boxes
from signs.training.detection.assignment import PointTargets
from signs.training.detection.boxes import overlaps

BOX_WEIGHT = 5.0
CATEGORY_WEIGHT = 0.5
FOCUS = 2.0


def detection_loss(answers: RawDetections, centers: Tensor, targets: PointTargets) -> Tensor:
    """Sum of three terms, per sign in the batch.

    Quality focal loss of the sign's logit against the overlap that the box should reach (Li et al.,
    "Generalized focal loss", NeurIPS 2020), generalized IoU of the boxes, and binary cross-entropy
    of the categories.

    Args:
        answers: for N images.
        centers: float[P, 2], the points.
        targets: for the same points.
    """
    score = answers.sign.sigmoid()
    focal = (targets.sign - score).abs() ** FOCUS
    plain = F.binary_cross_entropy_with_logits(answers.sign, targets.sign, reduction="none")
    sign = (focal * plain * targets.counted).sum()
    taken = targets.sign > 0
    weights = targets.sign[taken]
    total = weights.sum().clamp(min=1)
    _, generalized = overlaps(as_boxes(centers, answers.distances)[taken], targets.boxes[taken])
    box = ((1 - generalized) * weights).sum()
    wanted = F.one_hot(targets.category[taken], answers.category.shape[2]).float()
    kind = F.binary_cross_entropy_with_logits(answers.category[taken], wanted, reduction="none")
    category = (kind.sum(dim=1) * weights).sum()
    loss: Tensor = (sign + BOX_WEIGHT * box + CATEGORY_WEIGHT * category) / total
    return loss
