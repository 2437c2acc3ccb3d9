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
class Targets:
    """What each point should answer.

    Attributes:
        sign: float[N, P], 0 to 1: the overlap of the best answer for a sign, spread over its
            points as they align.
        category: int64[N, P], of points with a sign.
        boxes: float[N, P, 4], of points with a sign.
        counted: bool[N, P], False where the answer is not judged: in ignored regions.
    """

    sign: Tensor
    category: Tensor
    boxes: Tensor
    counted: Tensor


def assign(
    answers: RawDetections, centers: Tensor, boxes: list[Tensor], categories: list[Tensor]
) -> Targets:
    """Choose the points of each sign.

    Args:
        answers: for N images, P points each.
        centers: float[P, 2], the points.
        boxes: for each image float[M, 4] in pixels.
        categories: for each image int64[M]; `IGNORED` for a region to ignore.
    """
    found = as_boxes(centers, answers.distances.detach())
    scores = answers.sign.detach().sigmoid()
    count, size = scores.shape
    sign = scores.new_zeros(count, size)
    category = torch.zeros(count, size, dtype=torch.int64, device=scores.device)
    target = scores.new_zeros(count, size, 4)
    counted = torch.ones(count, size, dtype=torch.bool, device=scores.device)
    for n, (box, kind) in enumerate(zip(boxes, categories, strict=True)):
        ignored = kind == IGNORED
        if ignored.any():
            counted[n] = ~_inside(centers, box[ignored], 0.0).any(dim=0)
        box, kind = box[~ignored], kind[~ignored]
        if not len(box):
            continue
        inside = _inside(centers, box, REACH)
        iou, _ = overlaps(box[:, None], found[n][None])
        aligned = (scores[n] ** SCORE_POWER * iou**OVERLAP_POWER + 1e-9) * inside
        best = aligned.topk(min(POINTS_PER_SIGN, size), dim=1).indices
        chosen = torch.zeros_like(inside).scatter_(1, best, True) & inside
        # A point inside two signs answers for the one that it overlaps most.
        owner = (iou * chosen + chosen).argmax(dim=0)
        taken = chosen.any(dim=0)
        mine = chosen & (owner[None] == torch.arange(len(box), device=box.device)[:, None])
        strength = aligned * mine
        top = strength.amax(dim=1, keepdim=True).clamp(min=1e-9)
        reached = (iou * mine).amax(dim=1, keepdim=True)
        sign[n] = (strength / top * reached).amax(dim=0)
        category[n][taken] = kind[owner[taken]]
        target[n][taken] = box[owner[taken]]
        counted[n] |= taken
    return Targets(sign, category, target, counted)


def _inside(centers: Tensor, boxes: Tensor, reach: float) -> Tensor:
    """Which points lie inside which boxes, or close to their center: bool[M, P]."""
    left_top = centers[None] - boxes[:, None, :2]
    right_bottom = boxes[:, None, 2:] - centers[None]
    inside = torch.cat([left_top, right_bottom], dim=2).amin(dim=2) > 0
    middle = (boxes[:, None, :2] + boxes[:, None, 2:]) / 2
    return inside | ((centers[None] - middle).abs().amax(dim=2) <= reach)
