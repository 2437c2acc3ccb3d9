"""Detections in words, as people and programs outside read them."""

from dataclasses import dataclass

from signs.catalog.detection_categories import CATEGORIES, categories_of
from signs.catalog.label_space import LabelSpace
from signs.records.detections import Detections


@dataclass(frozen=True, slots=True)
class FoundSign:
    """One sign of a picture.

    Attributes:
        box: left, top, right, bottom in pixels of the upright picture, right and bottom exclusive.
        score: detector, class and `known` together: what signs are ranked by.
        sign_score: the detector alone.
        category: one of `CATEGORIES`: of the class where it is recognized, and what the detector
            takes it for where it is not.
        class_id: of the most probable class, also where it is not recognized.
        name: what that sign says, in English.
        stvo: its number in the German catalog.
        probability: of that class.
        known: probability that it is one of the classes at all.
        recognized: whether the recognizer knows it, and `score` reaches the detector's threshold.
    """

    box: tuple[float, float, float, float]
    score: float
    sign_score: float
    category: str
    class_id: int
    name: str
    stvo: str
    probability: float
    known: float
    recognized: bool


def found_signs(detections: Detections, label_space: LabelSpace) -> list[FoundSign]:
    """Put detections into words, in their order.

    Args:
        label_space: that of the recognizer.
    """
    candidates, answers = detections.candidates, detections.answers
    of_class = categories_of(label_space)
    guesses = [first for (first,) in answers.guesses(label_space, 1)]
    rows = zip(
        candidates.boxes.tolist(),
        detections.scores.tolist(),
        candidates.sign_scores.tolist(),
        candidates.categories.tolist(),
        guesses,
        answers.known.tolist(),
        answers.recognized.tolist(),
        strict=True,
    )
    return [
        FoundSign(
            box=(box[0], box[1], box[2], box[3]),
            score=score,
            sign_score=sign_score,
            category=CATEGORIES[of_class[guess.class_id] if recognized else category],
            class_id=guess.class_id,
            name=guess.name,
            stvo=guess.stvo,
            probability=guess.probability,
            known=known,
            recognized=recognized,
        )
        for box, score, sign_score, category, guess, known, recognized in rows
    ]
