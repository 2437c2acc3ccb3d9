import numpy as np

from signs.catalog.gtsrb import GTSRB
from signs.records.answers import Answers
from signs.records.detections import Candidates, Detections
from signs.records.found_signs import found_signs


def detections() -> Detections:
    """A stop sign that is recognized, and one that is not; the detector finds both dangerous."""
    boxes = np.array([[1, 2, 3, 4], [5, 6, 7, 8]], np.float32)
    categories = np.array([[0.1, 0.7, 0.1, 0.1]] * 2, np.float32)
    probabilities = np.zeros((2, len(GTSRB)), np.float32)
    probabilities[:, 14] = (0.5, 1.0000001)
    candidates = Candidates(boxes, np.array([0.9, 0.8], np.float32), categories)
    known = np.array([0.5, 1], np.float32)
    return Detections(candidates, Answers(probabilities, known, np.array([False, True])))


def test_they_are_ranked_by_all_three_together() -> None:
    ranked = detections().ranked()
    assert ranked.boxes[:, 0].tolist() == [5, 1]
    assert ranked.answers.recognized.tolist() == [True, False]
    assert np.allclose(ranked.scores, [0.8**0.5, 0.45**0.5 / 2])
    assert len(ranked.take(np.array([], np.intp))) == 0


def test_signs_in_words() -> None:
    first, second = found_signs(detections(), GTSRB)
    assert first.box == (1, 2, 3, 4)
    assert (first.name, first.class_id, first.stvo) == ("Stop", 14, "206")
    # The category is that of the class where it is recognized, and else the detector's.
    assert (first.recognized, first.category) == (False, "danger")
    assert (second.recognized, second.category) == (True, "other")
    assert second.probability == 1
    assert found_signs(detections().take(np.array([], np.intp)), GTSRB) == []
