"""What a detector finds in a picture, and what a recognizer says of each find."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from signs.records.answers import Answers, Floats
from signs.records.scene import Boxes


@dataclass(frozen=True, slots=True)
class Candidates:
    """What a detector alone finds in one picture, the highest score first.

    Attributes:
        boxes: float32[N, 4]: left, top, right and bottom in pixels of the upright picture, right
            and bottom exclusive.
        sign_scores: float32[N], in 0 to 1, not increasing.
        category_scores: float32[N, C], probabilities of `CATEGORIES`.

    Raises:
        ValueError: a shape or dtype is another one.
    """

    boxes: Boxes
    sign_scores: Floats
    category_scores: Floats

    def __post_init__(self) -> None:
        count = len(self.sign_scores)
        shapes = {"boxes": (self.boxes, (count, 4)), "sign_scores": (self.sign_scores, (count,))}
        shapes["category_scores"] = (self.category_scores, (count, *self.category_scores.shape[1:]))
        for name, (array, shape) in shapes.items():
            if array.shape != shape or array.dtype != np.float32:
                raise ValueError(
                    f"{name} must be float32{list(shape)}, got {array.dtype}{list(array.shape)}"
                )
        if self.category_scores.ndim != 2:
            raise ValueError("category_scores must be float32[N, C]")

    def __len__(self) -> int:
        return len(self.sign_scores)

    @property
    def categories(self) -> npt.NDArray[np.int64]:
        """The most probable category of each: int64[N]."""
        return self.category_scores.argmax(axis=1).astype(np.int64)

    def take(self, rows: npt.NDArray[np.intp]) -> "Candidates":
        """Those at `rows`, in that order."""
        return Candidates(self.boxes[rows], self.sign_scores[rows], self.category_scores[rows])


@dataclass(frozen=True, slots=True)
class Detections:
    """Candidates of one picture, each with the recognizer's answer.

    Attributes:
        candidates: N, as the detector ranked them.
        answers: of as many crops, in the same order.

    Raises:
        ValueError: the numbers differ.
    """

    candidates: Candidates
    answers: Answers

    def __post_init__(self) -> None:
        if len(self.candidates) != len(self.answers):
            raise ValueError(f"{len(self.candidates)} candidates, {len(self.answers)} answers")

    def __len__(self) -> int:
        return len(self.candidates)

    @property
    def boxes(self) -> Boxes:
        """Of the candidates."""
        return self.candidates.boxes

    @property
    def scores(self) -> Floats:
        """How probable it is that a box shows a sign of its class: float32[N].

        Two models say how probable it is that the box shows a sign of the label space: the
        detector from the whole picture (`sign_scores`), the recognizer from the crop (`known`).
        Their geometric mean, times the probability of the most probable class. The two are no
        independent events, whose product would be far too low. No constant of it belongs to one
        model file, so that either can be replaced alone.
        """
        both = self.candidates.sign_scores * self.answers.known
        return np.sqrt(both) * self.answers.confidence

    def ranked(self) -> "Detections":
        """The same, the highest score first; of ties, in the order that they have."""
        return self.take(np.argsort(-self.scores, kind="stable"))

    def take(self, rows: npt.NDArray[np.intp]) -> "Detections":
        """Those at `rows`, in that order."""
        answers = self.answers
        return Detections(
            self.candidates.take(rows),
            Answers(answers.probabilities[rows], answers.known[rows], answers.recognized[rows]),
        )
