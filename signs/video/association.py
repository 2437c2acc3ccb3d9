"""Which detection shows which sign: enlarged boxes that overlap, and are of about one size."""

import numpy as np
import numpy.typing as npt

from signs.inference.boxes import pairwise_iou
from signs.records.scene import Boxes

Pairs = list[tuple[int, int]]

LARGEST_STEP = np.log(1.8)  # of the size, between what is predicted and what is seen
STRANGER = 0.3  # closeness of what is taken for another sign, since frames are misread too


def enlarged(boxes: Boxes, share: float, pixels: npt.NDArray[np.float64]) -> Boxes:
    """Boxes with a margin on each side.

    Enlarged boxes overlap where a small, fast box has left its place: F. Yang, S. Odashima, S.
    Masui, S. Jiang, "Hard to track objects with irregular motions and similar appearances? Make it
    easier by buffering the matching space", WACV 2023.

    Args:
        boxes: float32[N, 4].
        share: of a margin, of the box's own side.
        pixels: float64[N], added to each margin.
    """
    margin = share * (boxes[:, 2:] - boxes[:, :2]) + pixels[:, None]
    return np.hstack((boxes[:, :2] - margin, boxes[:, 2:] + margin)).astype(np.float32)


def associate(
    predicted: Boxes,
    spread: npt.NDArray[np.float64],
    seen: Boxes,
    share: float,
    agreement: npt.NDArray[np.float64],
) -> Pairs:
    """Pair predicted boxes with seen ones, the closest pair first; each is in one pair at most.

    Args:
        predicted: float32[T, 4].
        spread: float64[T], standard deviation of their centers in pixels.
        seen: float32[N, 4].
        share: by which all boxes are enlarged on each side.
        agreement: float64[T, N], in 0 to 1, of what a sign and a detection are taken for.

    Returns:
        Places in `predicted` and in `seen`.
    """
    if not len(predicted) or not len(seen):
        return []
    # Whatever the prediction is worth, a sign a few of its own sizes away is another one.
    room = np.minimum(spread, _sizes(predicted))
    seen_room = np.zeros(len(seen))
    overlap = pairwise_iou(enlarged(predicted, share, room), enlarged(seen, share, seen_room))
    step = np.abs(np.log(_sizes(predicted))[:, None] - np.log(_sizes(seen))[None])
    closeness = np.where(step <= LARGEST_STEP, overlap * np.exp(-step), 0.0)
    closeness *= STRANGER + (1 - STRANGER) * agreement
    pairs: Pairs = []
    while closeness.any():
        track, box = divmod(int(closeness.argmax()), len(seen))
        pairs.append((track, box))
        closeness[track], closeness[:, box] = 0, 0
    return pairs


def _sizes(boxes: Boxes) -> npt.NDArray[np.float64]:
    """Geometric means of the sides: float64[N], at least 1."""
    return np.sqrt((boxes[:, 2:] - boxes[:, :2]).clip(1).prod(axis=1)).astype(np.float64)
