"""What the network takes for a sign in training scenes though no label says so.

Most of it is background that it should learn, so crops are drawn around it from then on (hard
negatives: P. Felzenszwalb et al., "Object detection with discriminatively trained part-based
models", TPAMI 2010). What it is still sure of after that seems to be a sign without a label, which
must not be trained as background.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor

from signs.networks.detector import DetectorNet, find
from signs.training.detection.boxes import overlaps
from signs.training.detection.crops import SceneCrops

KNOWN_OVERLAP = 0.1  # with a box that has a label: then it is that sign
SAME_OVERLAP = 0.5  # of two finds of one sign
MOST = 1000  # boxes of a scene, the best ones: after a few steps a network may be sure everywhere
UNLABELED_SCORE = 0.7  # of a find that had been a hard negative, from which it seems to be a sign
WIDENED = 0.1  # share of a side by which an ignored region is larger than the find


@dataclass(frozen=True)
class Mined:
    """What a search of all training scenes found, float32[M, 4] in pixels by place of the scene.

    Attributes:
        hard: background that looks like a sign.
        ignored: what seems to be a sign without a label.
    """

    hard: Mapping[int, Tensor] = field(default_factory=dict)
    ignored: Mapping[int, Tensor] = field(default_factory=dict)


def mine(model: DetectorNet, crops: SceneCrops, min_score: float, before: Mined) -> Mined:
    """Search the training scenes.

    Args:
        model: in evaluation mode.
        crops: its training scenes.
        min_score: of the sign, from which a find counts.
        before: what the search before found; nothing is ignored that had not been hard then.
    """
    hard, ignored = {}, {}
    for number in range(len(crops)):
        boxes, scores = finds_without_label(model, crops, number, min_score)
        sure = (scores >= UNLABELED_SCORE) & _within(boxes, before, number)
        if not sure.all():
            hard[number] = boxes[~sure]
        if sure.any():
            sides = (boxes[sure, 2:] - boxes[sure, :2]) * WIDENED
            ignored[number] = boxes[sure] + torch.cat([-sides, sides], dim=1)
    return Mined(hard, ignored)


@torch.no_grad()
def finds_without_label(
    model: DetectorNet, crops: SceneCrops, number: int, min_score: float
) -> tuple[Tensor, Tensor]:
    """Where a network sees a sign in a scene and the labels know none.

    Returns:
        Boxes float32[M, 4] in pixels and scores float32[M], on the CPU, the highest first.
    """
    image, known_boxes = crops.scene(number)
    boxes, scores = (found.cpu() for found in find(model, image))
    boxes, scores = boxes[scores >= min_score], scores[scores >= min_score]
    if len(known_boxes):
        iou, _ = overlaps(boxes[:, None], torch.from_numpy(known_boxes)[None])
        new = iou.amax(dim=1) < KNOWN_OVERLAP
        boxes, scores = boxes[new], scores[new]
    kept = _without_doubles(boxes[:MOST])
    return boxes[kept], scores[kept]


def _within(boxes: Tensor, before: Mined, number: int) -> Tensor:
    """Which boxes were found before: bool[M]."""
    known = [found[number] for found in (before.hard, before.ignored) if number in found]
    if not known:
        return torch.zeros(len(boxes), dtype=torch.bool)
    iou, _ = overlaps(boxes[:, None], torch.cat(known)[None])
    return iou.amax(dim=1) >= SAME_OVERLAP


def _without_doubles(boxes: Tensor) -> list[int]:
    """The rows of boxes float32[M, 4] of which none before shows the same."""
    kept: list[int] = []
    left = torch.arange(len(boxes))
    while len(left):
        first = int(left[0])
        kept.append(first)
        left = left[1:][overlaps(boxes[left[1:]], boxes[first])[0] < SAME_OVERLAP]
    return kept
