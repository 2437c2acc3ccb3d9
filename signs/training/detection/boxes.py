"""Overlap of boxes, for assignment and loss."""

from torch import Tensor, max, min  # noqa: A004


def overlaps(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """Intersection over union, and the generalized one, of boxes float[..., 4] that broadcast.

    The latter subtracts the share of the smallest box around both that neither covers, so that
    boxes apart have a gradient (Rezatofighi et al., "Generalized intersection over union", CVPR
    2019).
    """
    size = (min(a[..., 2:], b[..., 2:]) - max(a[..., :2], b[..., :2])).clamp(min=0)
    around = max(a[..., 2:], b[..., 2:]) - min(a[..., :2], b[..., :2])
    inside = size[..., 0] * size[..., 1]
    union = area(a) + area(b) - inside
    iou = inside / union.clamp(min=1e-6)
    hull = (around[..., 0] * around[..., 1]).clamp(min=1e-6)
    return iou, iou - (hull - union) / hull


def area(boxes: Tensor) -> Tensor:
    """Of boxes float[..., 4]: float[...]."""
    return (boxes[..., 2] - boxes[..., 0]) * (boxes[..., 3] - boxes[..., 1])
