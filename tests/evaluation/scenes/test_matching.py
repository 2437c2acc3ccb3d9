"""Matches against a matcher written out, on random scenes."""

import numpy as np
import pytest

from signs.evaluation.scenes.coco import Doubles, overlaps
from signs.evaluation.scenes.names import micro_precision
from signs.evaluation.scenes.precision import precision_table
from signs.evaluation.scenes.results import flat_truth
from signs.evaluation.scenes.tasks import Kinds, as_task, judge, judged
from tests.evaluation.scenes.made import random_results


@pytest.mark.parametrize("kinds", ["any sign", "category", "class"])
@pytest.mark.parametrize("seed", range(8))
def test_against_a_matcher_written_out(seed: int, kinds: Kinds) -> None:
    results = random_results(seed)
    truth, found = flat_truth(results), judged(results, "score", kinds)
    task = as_task(results, truth, found, kinds)
    for iou in (0.5, 0.6):
        right, scores = [], []
        taken: set[int] = set()
        alike = task.found_frames[:, None] == task.truth_frames
        alike &= task.found_kinds[:, None] == task.truth_kinds
        exact = overlaps(task.found_boxes, task.truth_boxes)
        for row, box in enumerate(task.found_boxes.astype(np.float64)):
            signs = [i for i in np.flatnonzero(alike[row] & ~task.crowd) if i not in taken]
            best = max(signs, key=lambda i: (exact[row, i], i), default=None)
            if best is not None and exact[row, best] >= iou:
                taken.add(int(best))
            else:
                best = None
                regions = task.truth_boxes[alike[row] & task.crowd].astype(np.float64)
                if any(_share_inside(box, region) >= iou for region in regions):
                    continue
            right.append(best is not None)
            scores.append(float(task.scores[row]))
        matches = judge(results, "score", kinds, iou)
        assert matches.right.tolist() == right
        assert matches.scores.tolist() == scores
        if kinds == "any sign" and iou == 0.5:
            table = precision_table(results, "score")
            by_hand = _by_hand(right, int((~task.crowd).sum()))
            assert table["ap50"].iloc[0] == pytest.approx(by_hand, nan_ok=True)
            assert micro_precision(matches) == pytest.approx(by_hand, nan_ok=True)


def _share_inside(box: Doubles, region: Doubles) -> float:
    sides = np.minimum(box[2:], region[2:]) - np.maximum(box[:2], region[:2])
    return float(sides.clip(0).prod() / (box[2:] - box[:2]).prod())


def _by_hand(right: list[bool], signs: int) -> float:
    if not signs:
        return float("nan")
    points = [(sum(right[:n]) / signs, sum(right[:n]) / n) for n in range(1, len(right) + 1)]
    levels = [level / 100 for level in range(101)]
    return sum(max((p for r, p in points if r >= level), default=0) for level in levels) / 101
