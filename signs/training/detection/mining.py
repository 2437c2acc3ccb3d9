"""Signs that the labels of training scenes lack, so that they are not trained as background."""

import torch
from torch import Tensor

from signs.networks.detector import DetectorNet, find
from signs.training.detection.boxes import overlaps
from signs.training.detection.crops import SceneCrops

KNOWN_OVERLAP = 0.1  # with a box that has a label: then it is that sign
SAME_OVERLAP = 0.5  # of two finds of one sign
MOST = 1000  # boxes of a scene, the best ones: after a few steps a network may be sure everywhere
WIDENED = 0.1  # share of a side by which a region is larger than the find


@torch.no_grad()
def unlabeled(model: DetectorNet, crops: SceneCrops, min_score: float) -> dict[int, Tensor]:
    """Where a network in training is sure of a sign and the labels know none.

    Args:
        model: in evaluation mode.
        crops: its training scenes.
        min_score: of the sign, from which it counts.

    Returns:
        For each scene with such regions, their boxes: float32[M, 4] in pixels.
    """
    found = {}
    device = next(model.parameters()).device
    for number in range(len(crops)):
        image, known_boxes = crops.scene(number)
        boxes, scores = find(model, image)
        sure = scores >= min_score
        boxes, scores = boxes[sure], scores[sure]
        if len(known_boxes) and len(boxes):
            known = torch.from_numpy(known_boxes).to(device)
            iou, _ = overlaps(boxes[:, None], known[None])
            boxes = boxes[iou.amax(dim=1) < KNOWN_OVERLAP]
        kept = _without_doubles(boxes[:MOST])
        if len(kept):
            sides = (kept[:, 2:] - kept[:, :2]) * WIDENED
            found[number] = torch.cat([kept[:, :2] - sides, kept[:, 2:] + sides], dim=1).cpu()
    return found


def _without_doubles(boxes: Tensor) -> Tensor:
    """Of boxes of one sign the first: float32[M, 4]."""
    kept: list[Tensor] = []
    while len(boxes):
        first, boxes = boxes[0], boxes[1:]
        kept.append(first)
        boxes = boxes[overlaps(boxes, first)[0] < SAME_OVERLAP]
    return torch.stack(kept) if kept else boxes
