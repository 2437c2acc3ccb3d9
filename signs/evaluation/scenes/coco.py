"""COCO's matching and average precision, by faster-coco-eval.

T.-Y. Lin et al., "Microsoft COCO: common objects in context", ECCV 2014, and its evaluation code.
In each frame and kind, detections are matched in the order of their scores, each to the truth of
the same kind with the highest intersection over union (IoU) that is not yet taken, if that is at
least the threshold. A crowd region takes any number of detections; its IoU is the share of the
detection inside it, and the detections that it takes are neither right nor wrong. The library
computes in double precision, and an IoU that equals the threshold is enough.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from faster_coco_eval import COCO, COCOeval_faster
from faster_coco_eval.core import mask

from signs.records.answers import Floats
from signs.records.scene import Boxes, Labels

Doubles = npt.NDArray[np.float64]
Range = tuple[float, float]

EVERY_SIZE: Range = (0.0, np.inf)
LEAST_SIDE = 1e-6  # pixels; the library divides by the area of a box
NO_FEWER = 300  # detections of a frame that count; COCO stops at 100


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be found, and what was, in F frames.

    Attributes:
        frames: F.
        kinds: K, of truth and detections; only those of one kind can match.
        truth_frames, truth_kinds: int64[M].
        truth_boxes: float32[M, 4].
        crowd: bool[M], whether it is a crowd region.
        found_frames, found_kinds: int64[N].
        found_boxes: float32[N, 4].
        scores: float32[N].
    """

    frames: int
    kinds: int
    truth_frames: Labels
    truth_kinds: Labels
    truth_boxes: Boxes
    crowd: npt.NDArray[np.bool_]
    found_frames: Labels
    found_kinds: Labels
    found_boxes: Boxes
    scores: Floats


def average_precision(
    task: Task,
    ious: Sequence[float],
    truth_sizes: Doubles | None = None,
    found_sizes: Doubles | None = None,
    ranges: Sequence[Range] = (EVERY_SIZE,),
) -> Doubles:
    """COCO's average precision: the mean precision at recalls of 0, 0.01, ..., 1.

    The precision at a recall is the highest at that recall or a higher one.

    Args:
        ious: T thresholds.
        truth_sizes: float64[M], what the ranges are of; without it, all are inside.
        found_sizes: float64[N], the same of the detections.
        ranges: A of them, each without its upper end. Truth outside a range is ignored: what
            matches it is neither right nor wrong, and so is an unmatched detection outside.

    Returns:
        float64[T, K, A] in 0 to 1; NaN where there is no truth.
    """
    # The library takes both ends of a range as inside.
    inside = [[low, float(np.nextafter(high, low))] for low, high in ranges]
    evaluation = _evaluate(task, ious, truth_sizes, found_sizes, inside)
    precision = np.asarray(evaluation["precision"])[..., 0]  # [T, recalls, K, A]
    means = precision.mean(axis=1)
    return np.where(means < 0, np.nan, means)


def match(task: Task, iou: float) -> Labels:
    """The truth that each detection is matched to: int64[N], rows of it, -1 for none."""
    matched = np.full(len(task.scores), -1, np.int64)
    evaluation = _evaluate(task, [iou], None, None, [[0.0, np.inf]])
    for pair in evaluation["matched"]:
        row, truth = pair.split("_")
        matched[int(row) - 1] = int(truth) - 1
    return matched


def overlaps(boxes: Boxes, others: Boxes) -> Doubles:
    """The IoU of each box with each other one: float32[N, 4], float32[M, 4] -> float64[N, M]."""
    if not (len(boxes) and len(others)):
        return np.zeros((len(boxes), len(others)))
    return np.asarray(
        mask.iou(_corner_and_size(boxes), _corner_and_size(others), [0] * len(others))
    )


def _evaluate(
    task: Task,
    ious: Sequence[float],
    truth_sizes: Doubles | None,
    found_sizes: Doubles | None,
    ranges: list[list[float]],
) -> Any:
    """What the library accumulates. Numbers of frames, kinds and boxes count from 1 there."""
    truth = _annotations(task.truth_frames, task.truth_kinds, task.truth_boxes, truth_sizes)
    for annotation, crowd in zip(truth, task.crowd.tolist(), strict=True):
        annotation["iscrowd"] = int(crowd)
    found = _annotations(task.found_frames, task.found_kinds, task.found_boxes, found_sizes)
    for annotation, score in zip(found, task.scores.tolist(), strict=True):
        annotation |= {"score": score, "iscrowd": 0}
    shared = {
        "images": [{"id": frame + 1} for frame in range(task.frames)],
        "categories": [{"id": kind + 1} for kind in range(task.kinds)],
    }
    evaluation = COCOeval_faster(
        COCO(shared | {"annotations": truth}), COCO(shared | {"annotations": found}), "bbox"
    )
    evaluation.params.iouThrs = np.array(ious, np.float64)
    evaluation.params.areaRng = ranges
    evaluation.params.areaRngLbl = [str(place) for place in range(len(ranges))]
    most = np.bincount(task.found_frames, minlength=1).max()
    evaluation.params.maxDets = [max(NO_FEWER, int(most))]
    evaluation.evaluate()
    evaluation.accumulate()
    return evaluation.eval


def _annotations(
    frames: Labels, kinds: Labels, boxes: Boxes, sizes: Doubles | None
) -> list[dict[str, Any]]:
    sizes = np.zeros(len(boxes)) if sizes is None else sizes
    rows = zip(
        frames.tolist(), kinds.tolist(), _corner_and_size(boxes), sizes.tolist(), strict=True
    )
    return [
        # The library looks at the area for nothing else than the range that it is in.
        {"id": row + 1, "image_id": frame + 1, "category_id": kind + 1, "bbox": box, "area": size}
        for row, (frame, kind, box, size) in enumerate(rows)
    ]


def _corner_and_size(boxes: Boxes) -> list[list[float]]:
    """Left, top, width and height."""
    exact = boxes.astype(np.float64)
    sizes = np.maximum(exact[:, 2:] - exact[:, :2], LEAST_SIDE)
    return np.concatenate([exact[:, :2], sizes], axis=1).tolist()
