"""IDF1, HOTA and identity switches of clips that can be worked out by hand."""

from dataclasses import replace

import numpy as np
import pytest

from signs.evaluation.drives.identity import hota, idf1, switches
from signs.evaluation.drives.overlaps import overlaps, pooled
from signs.records.drive import DriveTruth, Trajectories

A, B, FAR = (0, 0, 20, 20), (100, 0, 120, 20), (500, 500, 520, 520)
HALF_A = (0, 0, 20, 10)  # an IoU of 0.5 with A
OUTSIDE = 43

Rows = list[tuple[int, int, tuple[int, int, int, int]]]  # frame, number, box


def trajectories(rows: Rows) -> Trajectories:
    return Trajectories.of(
        (frame, number, np.array(box, np.float32)) for frame, number, box in rows
    )


def truth(rows: Rows, frames: int, uncounted: tuple[int, ...] = ()) -> DriveTruth:
    counted = np.array([place not in uncounted for place in range(len(rows))], np.bool_)
    numbers = 1 + max((number for _, number, _ in rows), default=-1)
    labels = np.zeros(numbers, np.int64)
    return DriveTruth(np.arange(frames) / 25, trajectories(rows), labels, counted)


ONE: Rows = [(frame, 0, A) for frame in range(4)]
TWO: Rows = [*ONE, *((frame, 1, B) for frame in range(4))]


@pytest.mark.parametrize(
    ("signs", "uncounted", "found", "expected"),
    [
        (ONE, (), ONE, (1.0, 1.0, 0)),
        (ONE, (), [], (0.0, 0.0, 0)),
        ([], (), [], (None, None, 0)),
        # Half of the frames: 2 * 2 / (4 + 2); detection 2/4, association 2/4.
        (ONE, (), ONE[:2], (2 / 3, 0.5, 0)),
        # Two tracks of a sign: 2 * 2 / (4 + 4); detection 1, association 2/4.
        (ONE, (), [(f, f // 2 + 5, A) for f in range(4)], (0.5, 0.5**0.5, 1)),
        # A number that comes and goes: 2 * 2 / (4 + 4), three switches.
        (ONE, (), [(f, f % 2, A) for f in range(4)], (0.5, 0.5**0.5, 3)),
        # One track of two signs, that are seen one after the other.
        ([(0, 0, A), (1, 1, B)], (), [(0, 0, A), (1, 0, B)], (0.5, 0.5**0.5, 0)),
        # Exchanged numbers: of each sign half the frames; association 2 / (4 + 4 - 2).
        (TWO, (), [(f, (n + (f > 1)) % 2, b) for f, n, b in TWO], (0.5, (1 / 3) ** 0.5, 2)),
        # A false track beside a right one: 2 * 4 / (4 + 8); detection 4/8.
        (ONE, (), [*ONE, *((f, 9, FAR) for f in range(4))], (2 / 3, 0.5**0.5, 0)),
        # An overlap of one half counts, and is enough for 10 of 19 thresholds.
        (ONE, (), [(f, 0, HALF_A) for f in range(4)], (1.0, 10 / 19, 0)),
        # Boxes that do not count: found or not, both are fine.
        (ONE, (0, 1), ONE, (1.0, 1.0, 0)),
        (ONE, (0, 1), ONE[2:], (1.0, 1.0, 0)),
        # A sign that is lost for a while and found again under its number.
        (ONE, (), [ONE[0], ONE[3]], (2 / 3, 0.5, 0)),
    ],
)
def test_figures_by_hand(
    signs: Rows, uncounted: tuple[int, ...], found: Rows, expected: tuple[float, float, int]
) -> None:
    frames = overlaps(truth(signs, 4, uncounted), trajectories(found), OUTSIDE)
    assert (idf1(frames), hota(frames), switches(frames)) == pytest.approx(expected)


def test_clips_are_pooled_without_sharing_numbers() -> None:
    right, lost = (overlaps(truth(ONE, 4), trajectories(found), OUTSIDE) for found in (ONE, []))
    assert idf1(pooled([right, right])) == 1
    assert idf1(pooled([right, lost])) == pytest.approx(2 * 4 / (8 + 4))
    assert switches(pooled([right, lost, right])) == 0


@pytest.mark.parametrize("found", [TWO, ONE])
def test_outside_signs_may_be_followed_or_not(found: Rows) -> None:
    of_both = truth(TWO, 4)
    known = replace(of_both, labels=np.array([0, OUTSIDE]))
    assert idf1(overlaps(known, trajectories(found), OUTSIDE)) == 1


def test_a_number_is_in_a_frame_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        trajectories([ONE[0], ONE[0]])
