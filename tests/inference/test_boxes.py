from collections.abc import Sequence

import numpy as np
import pytest

from signs.inference.boxes import MAX_OVERLAP, pairwise_iou, suppress

BOX = [10.0, 10, 30, 30]  # 20 x 20 pixels


def moved(right: float, down: float = 0) -> list[float]:
    return [BOX[0] + right, BOX[1] + down, BOX[2] + right, BOX[3] + down]


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (BOX, 1),
        (moved(10), 1 / 3),
        (moved(10, 10), 100 / 700),
        (moved(20), 0),  # they touch
        (moved(100), 0),
        ([15, 15, 25, 25], 1 / 4),  # inside
        ([20, 20, 20, 20], 0),  # empty
        ([30, 30, 10, 10], 0),  # inverted
    ],
)
def test_overlap(other: list[float], expected: float) -> None:
    a, b = np.array([BOX], np.float32), np.array([other], np.float32)
    assert pairwise_iou(a, b) == pytest.approx(expected)
    assert pairwise_iou(b, a) == pytest.approx(expected)
    assert pairwise_iou(np.zeros((1, 4), np.float32), np.zeros((1, 4), np.float32)) == 0
    assert pairwise_iou(a, np.zeros((0, 4), np.float32)).shape == (1, 0)


@pytest.mark.parametrize(
    ("boxes", "scores", "kept", "places"),
    [
        ([], [], [], []),
        ([BOX], [0.5], [BOX], [0]),
        ([BOX, moved(100)], [0.5, 0.9], [moved(100), BOX], [1, 0]),  # the highest score first
        ([BOX, moved(100)], [0.5, 0.5], [BOX, moved(100)], [0, 1]),  # a tie keeps its order
        ([BOX, moved(2)], [0.6, 0.2], [moved(0.5)], [0]),  # both vote, by score
        ([BOX, moved(6)], [0.6, 0.2], [BOX], [0]),  # 0.54: dropped, and without a vote
        ([BOX, moved(7)], [0.6, 0.2], [BOX, moved(7)], [0, 1]),  # 0.48: another sign
        ([BOX, BOX, BOX], [0.2, 0.9, 0.3], [BOX], [1]),
        # The second is dropped for the first, so that it does not drop the third.
        ([BOX, moved(6), moved(12)], [0.9, 0.8, 0.7], [BOX, moved(12)], [0, 2]),
        # Empty boxes end the loop as others do.
        ([[5.0, 5, 5, 5], [5.0, 5, 5, 5]], [0.9, 0.8], [[5.0, 5, 5, 5]] * 2, [0, 1]),
    ],
)
def test_one_box_for_each_sign(
    boxes: Sequence[Sequence[float]],
    scores: Sequence[float],
    kept: Sequence[Sequence[float]],
    places: Sequence[int],
) -> None:
    found, rows = suppress(np.array(boxes, np.float32).reshape(-1, 4), np.array(scores, np.float32))
    assert found == pytest.approx(np.array(kept, np.float32).reshape(-1, 4), abs=1e-4)
    assert rows.tolist() == list(places)


def test_boxes_that_vote_their_way_together_become_one() -> None:
    """The first two overlap by less than the limit until their voters pull them together."""
    boxes = np.array([BOX, moved(7), moved(3), moved(4)], np.float32)
    found, _ = suppress(boxes, np.array([0.9, 0.89, 0.88, 0.87], np.float32))
    assert len(found) == 1


def test_many_boxes_at_random() -> None:
    rng = np.random.default_rng(0)
    for spread in (20, 200, 2000):
        corner, size = rng.uniform(0, spread, (1000, 2)), rng.uniform(10, 60, (1000, 2))
        boxes = np.concatenate([corner, corner + size], axis=1).astype(np.float32)
        scores = rng.uniform(0.01, 1, 1000).astype(np.float32)
        found, rows = suppress(boxes, scores)
        overlap = pairwise_iou(found, found)
        assert (overlap[~np.eye(len(found), dtype=bool)] < MAX_OVERLAP).all()
        assert (np.diff(scores[rows]) <= 0).all()
        assert (pairwise_iou(boxes[rows], found).diagonal() > MAX_OVERLAP).all()
