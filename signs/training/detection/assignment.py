"""Which points answer for which sign, and what the network should answer there.

Task-aligned assignment (Feng et al., "TOOD: Task-aligned one-stage object detection", ICCV 2021):
for each sign, the points inside it that already answer best, by score and overlap together.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from signs.networks.detector import RawDetections, as_boxes
from signs.training.detection.boxes import overlaps

POINTS_PER_SIGN = 9
SCORE_POWER, OVERLAP_POWER = 0.5, 4.0
REACH = 4.0  # pixels around a small sign in which points count as inside: half a stride
IGNORED = -1


@dataclass(frozen=True)
class PointTargets:
    """What each point should answer.

    Attributes:
        sign: float[N, P], 0 to 1: the overlap of the best answer for a sign, spread over its
            points as they align.
        category: int64[N, P], of points with a sign; 0 at others.
        boxes: float[N, P, 4], of points with a sign; any at others.
        counted: bool[N, P], False where the answer is not judged: in ignored regions.
    """

    sign: Tensor
    category: Tensor
    boxes: Tensor
    counted: Tensor


def assign(
    answers: RawDetections, centers: Tensor, boxes: Tensor, categories: Tensor
) -> PointTargets:
    """Choose the points of each sign.

    Args:
        answers: for N images, P points each.
        centers: float[P, 2], the points.
        boxes: float[N, M, 4] in pixels.
        categories: int64[N, M]; `IGNORED` for a region to ignore, below that for no box at all.
    """
    scores = answers.sign.detach().sigmoid()
    inside = _inside(centers, boxes, REACH) & (categories >= 0)[..., None]
    iou, _ = overlaps(boxes[:, :, None], as_boxes(centers, answers.distances.detach())[:, None])
    aligned = (scores[:, None] ** SCORE_POWER * iou**OVERLAP_POWER + 1e-9) * inside
    best = aligned.topk(min(POINTS_PER_SIGN, len(centers)), dim=2).indices
    chosen = torch.zeros_like(inside).scatter_(2, best, True) & inside
    # A point inside two signs answers for the one that it overlaps most.
    owner = (iou * chosen + chosen).argmax(dim=1)
    taken = chosen.any(dim=1)
    rows = torch.arange(boxes.shape[1], device=boxes.device)
    mine = chosen & (owner[:, None] == rows[:, None])
    strength = aligned * mine
    top = strength.amax(dim=2, keepdim=True).clamp(min=1e-9)
    reached = (iou * mine).amax(dim=2, keepdim=True)
    ignored = _inside(centers, boxes, 0.0) & (categories == IGNORED)[..., None]
    return PointTargets(
        sign=(strength / top * reached).amax(dim=1),
        category=categories.gather(1, owner) * taken,
        boxes=boxes.gather(1, owner[..., None].expand(-1, -1, 4)),
        counted=taken | ~ignored.any(dim=1),
    )


def _inside(centers: Tensor, boxes: Tensor, reach: float) -> Tensor:
    """Which points lie inside which boxes, or close to their center: bool[N, M, P]."""
    left_top, right_bottom = boxes[:, :, None, :2], boxes[:, :, None, 2:]
    inside = torch.cat([centers - left_top, right_bottom - centers], dim=3).amin(dim=3) > 0
    middle = (left_top + right_bottom) / 2
    return inside | ((centers - middle).abs().amax(dim=3) <= reach)
