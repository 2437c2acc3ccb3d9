"""What is right, wrong, and neither: results as tasks of matching.

- Signs of the label space are what is to be found.
- Outside signs are not, and finding one is not a mistake: a detection with an IoU of at least 0.5
  with an outside sign, and less with each sign, is left out of the figures of any sign and of
  categories, whatever their threshold. So are all doubles of it. Where classes are judged it counts
  as wrong, since the name that it gives is.
- Regions to ignore are crowd regions, of every kind.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from signs.catalog.detection_categories import CATEGORIES
from signs.evaluation.scenes.coco import Task, match, overlaps
from signs.evaluation.scenes.results import (
    FlatDetections,
    Ranking,
    SceneResults,
    Truth,
    flat_found,
    flat_truth,
)
from signs.records.answers import Floats
from signs.records.scene import IGNORED, Labels

# What must agree with the truth besides the box: nothing, the category, or the class.
Kinds = Literal["any sign", "category", "class"]

ON_OUTSIDE_SIGN = 0.5  # the IoU
NO_TRUTH = -1


@dataclass(frozen=True, slots=True)
class Matches:
    """Detections that are right or wrong: N, the highest score first.

    Attributes:
        found: the detections.
        truth: all truth, M boxes.
        rows: int64[N], the row of `truth` that each is matched to, `NO_TRUTH` where it is wrong.
        kinds: int64[N], of the detections.
        positives: int64[S, K], signs to find, by scene and kind.
    """

    found: FlatDetections
    truth: Truth
    rows: Labels
    kinds: Labels
    positives: Labels

    @property
    def right(self) -> npt.NDArray[np.bool_]:
        """Whether each is right: bool[N]."""
        return self.rows != NO_TRUTH

    @property
    def scores(self) -> Floats:
        """What they are ranked by: float32[N]."""
        return self.found.scores

    def of(self, kind: int) -> "Matches":
        """Those of one kind."""
        rows = np.flatnonzero(self.kinds == kind)
        return Matches(
            self.found.take(rows),
            self.truth,
            self.rows[rows],
            self.kinds[rows],
            self.positives[:, kind : kind + 1],
        )


def judge(results: SceneResults, ranking: Ranking, kinds: Kinds, iou: float = 0.5) -> Matches:
    """Match the detections with the truth, and leave out those that are neither right nor wrong.

    Args:
        iou: the least of a match.

    Raises:
        ValueError: they are to be ranked by `score` or judged by class, and no recognizer has
            answered.
    """
    truth, found = flat_truth(results), judged(results, ranking, kinds)
    task = as_task(results, truth, found, kinds)
    rows = match(task, iou)
    region = np.isin(rows, np.flatnonzero(task.crowd))
    # A region stands there once for each kind, after the signs.
    signs = np.flatnonzero(to_find(results, truth))
    kept = np.flatnonzero(~region)
    matched = rows[kept]
    hit = matched != NO_TRUTH
    matched[hit] = signs[matched[hit]]
    positives = np.zeros((len(results), task.kinds), np.int64)
    real = ~task.crowd
    np.add.at(positives, (task.truth_frames[real], task.truth_kinds[real]), 1)
    return Matches(found.take(kept), truth, matched, task.found_kinds[kept], positives)


def judged(results: SceneResults, ranking: Ranking, kinds: Kinds) -> FlatDetections:
    """The detections, without those on outside signs unless names are judged."""
    found = flat_found(results, ranking)
    if kinds == "class":
        return found
    return found.take(np.flatnonzero(~on_outside_sign(results, found)))


def to_find(results: SceneResults, truth: Truth) -> npt.NDArray[np.bool_]:
    """Which of the truth are signs of the label space: bool[M]."""
    return (truth.labels != IGNORED) & (truth.labels != results.label_space.outside_label)


def on_outside_sign(results: SceneResults, found: FlatDetections) -> npt.NDArray[np.bool_]:
    """Whether each detection shows an outside sign rather than a sign: bool[N]."""
    outside = np.zeros(len(found), np.bool_)
    for place, scene in enumerate(results.scenes):
        others = scene.labels == results.label_space.outside_label
        rows = np.flatnonzero(found.scenes == place)
        if not (others.any() and len(rows)):
            continue
        signs = ~others & (scene.labels != IGNORED)
        on_other = overlaps(found.boxes[rows], scene.boxes[others]).max(axis=1)
        on_sign = overlaps(found.boxes[rows], scene.boxes[signs]).max(axis=1, initial=0)
        outside[rows] = (on_other >= ON_OUTSIDE_SIGN) & (on_other > on_sign)
    return outside


def as_task(results: SceneResults, truth: Truth, found: FlatDetections, kinds: Kinds) -> Task:
    """Signs, then each region once for every kind, against detections."""
    signs = np.flatnonzero(to_find(results, truth))
    if kinds == "any sign":
        count = 1
        truth_kinds, found_kinds = np.zeros(len(signs), np.int64), np.zeros(len(found), np.int64)
    elif kinds == "category":
        count, truth_kinds, found_kinds = len(CATEGORIES), truth.categories[signs], found.categories
    elif found.classes is not None:
        count, truth_kinds = len(results.label_space), truth.labels[signs]
        found_kinds = found.classes
    else:
        raise ValueError("without a recognizer's answers there is no class to judge")
    regions = np.repeat(np.flatnonzero(truth.labels == IGNORED), count)
    rows = np.concatenate([signs, regions])
    every_kind = np.tile(np.arange(count), len(regions) // count)
    return Task(
        frames=len(results),
        kinds=count,
        truth_frames=truth.scenes[rows],
        truth_kinds=np.concatenate([truth_kinds, every_kind]),
        truth_boxes=truth.boxes[rows],
        crowd=np.arange(len(rows)) >= len(signs),
        found_frames=found.scenes,
        found_kinds=found_kinds,
        found_boxes=found.boxes,
        scores=found.scores,
    )
