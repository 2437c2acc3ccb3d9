"""Boxes in numpy: how they overlap, and one for each sign where a network gives many."""

import numpy as np
import numpy.typing as npt

from signs.records.answers import Floats
from signs.records.scene import Boxes

MAX_OVERLAP = 0.5  # intersection over union, from which two boxes count as one sign's
VOTING_OVERLAP = 0.65  # from which a box that is dropped has a say in the place of the one kept


def areas(boxes: Boxes) -> Floats:
    """Of boxes [N, 4], left, top, right and bottom: float32[N]; 0 where a side is negative."""
    return ((boxes[:, 2:] - boxes[:, :2]).clip(0)).prod(axis=1).astype(np.float32)


def pairwise_iou(a: Boxes, b: Boxes) -> Floats:
    """Intersection over union of each box of [N, 4] with each of [M, 4]: float32[N, M].

    Two empty boxes have 0.
    """
    width = np.minimum(a[:, None, 2], b[None, :, 2]) - np.maximum(a[:, None, 0], b[None, :, 0])
    height = np.minimum(a[:, None, 3], b[None, :, 3]) - np.maximum(a[:, None, 1], b[None, :, 1])
    shared = width.clip(0) * height.clip(0)
    union = areas(a)[:, None] + areas(b)[None, :] - shared
    return (shared / np.maximum(union, np.finfo(np.float32).tiny)).astype(np.float32)


def suppress(boxes: Boxes, scores: Floats) -> tuple[Boxes, npt.NDArray[np.intp]]:
    """Greedy non-maximum suppression over all classes, with box voting.

    The box with the highest score is kept, those that overlap it by `MAX_OVERLAP` or more are
    dropped, and so on with the rest. A kept box then moves to the mean, weighted by score, of
    itself and of those dropped for it that overlap it by `VOTING_OVERLAP` or more: S. Gidaris,
    N. Komodakis, "Object detection via a multi-region and semantic segmentation-aware CNN model",
    ICCV 2015. Where two kept boxes come to overlap by `MAX_OVERLAP`, the lower one is dropped too.

    Args:
        boxes: float32[N, 4].
        scores: float32[N], above 0.

    Returns:
        float32[K, 4] and the places in `boxes` that they had, the highest score first; of ties, in
        the order that they have.
    """
    order = np.argsort(-scores, kind="stable")
    boxes, scores = boxes[order], scores[order]
    overlap = pairwise_iou(boxes, boxes)
    np.fill_diagonal(overlap, 1)  # an empty box too overlaps itself
    free = np.ones(len(boxes), np.bool_)
    kept, moved = [], []
    for place in range(len(boxes)):
        if free[place]:
            voters = free & (overlap[place] >= VOTING_OVERLAP)
            kept.append(place)
            moved.append(scores[voters] @ boxes[voters] / scores[voters].sum())
            free &= overlap[place] < MAX_OVERLAP
    voted = np.array(moved, np.float32).reshape(-1, 4)
    apart = ~np.tril(pairwise_iou(voted, voted) >= MAX_OVERLAP, -1).any(axis=1)
    return voted[apart], order[kept][apart]
