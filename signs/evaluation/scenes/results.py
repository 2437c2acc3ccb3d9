"""A detector's answers beside the truth, and both as flat arrays."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from signs.catalog.detection_categories import categories_of
from signs.catalog.label_space import LabelSpace
from signs.records.answers import Floats
from signs.records.detections import Candidates, Detections
from signs.records.packed import Strings
from signs.records.scene import IGNORED, Boxes, Labels, Scene

# By what answers are ranked: with the recognizer, or by the detector alone.
Ranking = Literal["score", "sign_score"]


@dataclass(frozen=True, slots=True)
class SceneResults:
    """The answers for a set of scenes.

    Attributes:
        scenes: S of them, with the truth. Those without a sign count too.
        answers: for each scene, in the same order: all `Detections`, or all `Candidates` where no
            recognizer has answered.
        label_space: of the truth's labels and of the recognizer's classes.
        groups: str[S], the place that a scene shows, where known.

    Raises:
        ValueError: there is no scene, the numbers differ, a label or the number of classes is not
            that of the label space, a box is inverted, or a value is not finite.
    """

    scenes: tuple[Scene, ...]
    answers: tuple[Detections | Candidates, ...]
    label_space: LabelSpace
    groups: Strings | None = None

    def __post_init__(self) -> None:
        count = len(self.scenes)
        if not count or len(self.answers) != count:
            raise ValueError(f"{count} scenes, {len(self.answers)} answers")
        if self.groups is not None and self.groups.shape != (count,):
            raise ValueError(f"{count} scenes, groups {list(self.groups.shape)}")
        if len({type(answer) for answer in self.answers}) > 1:
            raise ValueError("answers must all be Detections, or all be Candidates")
        last = self.label_space.outside_label
        for scene, answer in zip(self.scenes, self.answers, strict=True):
            if not np.isin(scene.labels, np.arange(IGNORED, last + 1)).all():
                raise ValueError(f"{scene.name}: labels must be {IGNORED} to {last}")
            if isinstance(answer, Detections):
                classes = answer.answers.probabilities.shape[1]
                if classes != len(self.label_space):
                    raise ValueError(f"{scene.name}: {classes} classes, not {last}")
            _check(scene.boxes, scene.name)
            _check(answer.boxes, scene.name)
            for scores in (_candidates(answer).sign_scores, _scores(answer)):
                if not np.isfinite(scores).all():
                    raise ValueError(f"{scene.name}: a score is not finite")

    def __len__(self) -> int:
        """The number of scenes, S."""
        return len(self.scenes)

    @property
    def named(self) -> bool:
        """Whether a recognizer has answered."""
        return isinstance(self.answers[0], Detections)

    @property
    def ranking(self) -> Ranking:
        """The best at hand: with the recognizer, where it has answered."""
        return "score" if self.named else "sign_score"


@dataclass(frozen=True, slots=True)
class Truth:
    """The boxes of all scenes: M, in the order of the scenes.

    Attributes:
        scenes: int64[M], the place of each one's scene.
        boxes: float32[M, 4].
        labels: int64[M], as in `Scene`.
        categories: int64[M], places in `CATEGORIES`; `IGNORED` for regions.
    """

    scenes: Labels
    boxes: Boxes
    labels: Labels
    categories: Labels


@dataclass(frozen=True, slots=True)
class FlatDetections:
    """The detections of all scenes: N, the highest score first.

    Of equal scores, the one of the earlier scene comes first, and in a scene the earlier answer.

    Attributes:
        scenes: int64[N], the place of each one's scene.
        places: int64[N], its place in the answer for that scene.
        boxes: float32[N, 4].
        scores: float32[N], what they are ranked by.
        categories: int64[N], places in `CATEGORIES`: that of the most probable class when ranked by
            `score`, and the detector's own when ranked by `sign_score`.
        classes: int64[N], the most probable; None when ranked by `sign_score`.
    """

    scenes: Labels
    places: Labels
    boxes: Boxes
    scores: Floats
    categories: Labels
    classes: Labels | None

    def __len__(self) -> int:
        return len(self.scores)

    def take(self, rows: npt.NDArray[np.intp]) -> "FlatDetections":
        """Those at `rows`, in that order."""
        return FlatDetections(
            self.scenes[rows],
            self.places[rows],
            self.boxes[rows],
            self.scores[rows],
            self.categories[rows],
            None if self.classes is None else self.classes[rows],
        )


def flat_truth(results: SceneResults) -> Truth:
    """The truth of all scenes."""
    counts = [len(scene.labels) for scene in results.scenes]
    labels = np.concatenate([scene.labels for scene in results.scenes])
    # The last one, at -1, is that of regions.
    categories = np.array([*categories_of(results.label_space), IGNORED], np.int64)
    return Truth(
        np.repeat(np.arange(len(counts)), counts),
        np.concatenate([scene.boxes for scene in results.scenes]),
        labels,
        categories[labels],
    )


def flat_found(results: SceneResults, ranking: Ranking) -> FlatDetections:
    """The detections of all scenes, ranked.

    Raises:
        ValueError: they are to be ranked by `score`, and no recognizer has answered.
    """
    if ranking == "score" and not results.named:
        raise ValueError("without a recognizer's answers there is no score to rank by")
    answers, classes = results.answers, None
    if ranking == "score":
        named = [answer for answer in answers if isinstance(answer, Detections)]
        classes = np.concatenate([answer.answers.class_ids for answer in named])
        categories = np.array(categories_of(results.label_space), np.int64)[classes]
        scores = np.concatenate([answer.scores for answer in named])
    else:
        categories = np.concatenate([_candidates(answer).categories for answer in answers])
        scores = np.concatenate([_candidates(answer).sign_scores for answer in answers])
    counts = [len(answer) for answer in answers]
    flat = FlatDetections(
        np.repeat(np.arange(len(counts)), counts),
        np.concatenate([np.arange(count) for count in counts]),
        np.concatenate([answer.boxes for answer in answers]),
        scores,
        categories,
        classes,
    )
    return flat.take(np.argsort(-scores, kind="stable"))


def _candidates(answer: Detections | Candidates) -> Candidates:
    return answer.candidates if isinstance(answer, Detections) else answer


def _scores(answer: Detections | Candidates) -> Floats:
    return answer.scores if isinstance(answer, Detections) else answer.sign_scores


def _check(boxes: Boxes, name: str) -> None:
    """An empty box may come out of clipping: it covers nothing."""
    if not (np.isfinite(boxes).all() and (boxes[:, 2:] >= boxes[:, :2]).all()):
        raise ValueError(f"{name}: a box is inverted or not finite")
