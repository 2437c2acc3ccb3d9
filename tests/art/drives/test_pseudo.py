"""The signs of a pseudo-drive are where its truth says, in each frame."""

import itertools

import numpy as np
import numpy.typing as npt
import pytest

from signs.art.drives.clip import SIZE, SMALLEST
from signs.art.drives.drawn import drawn_drive
from signs.art.drives.path import drive_path
from signs.art.drives.pseudo import PseudoDrive, pseudo_drive
from signs.catalog.gtsrb import GTSRB
from signs.records.scene import IGNORED

RED = (255, 0, 0)
Square = tuple[int, int, int, int]


def drive(signs: list[tuple[Square, int]], seed: int = 0, seconds: float = 0.4) -> PseudoDrive:
    """Into a gray picture with red signs."""
    picture = np.full((800, 1360, 3), 128, np.uint8)
    for left, top, right, bottom in (box for box, _ in signs):
        picture[top:bottom, left:right] = RED
    boxes = np.array([box for box, _ in signs], np.float32).reshape(-1, 4)
    labels = np.array([label for _, label in signs], np.int64)
    return pseudo_drive(picture, boxes, labels, np.random.default_rng(seed), seconds)


def red_box(frame: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
    red = frame[..., 0].astype(int) - frame[..., 2] > 127  # half of an edge
    columns, rows = np.flatnonzero(red.any(0)), np.flatnonzero(red.any(1))
    return np.array((columns[0], rows[0], columns[-1] + 1, rows[-1] + 1))


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("box", [(700, 350, 740, 390), (1000, 300, 1060, 350), (20, 60, 90, 150)])
def test_boxes_are_carried_along(box: Square, seed: int) -> None:
    made = drive([(box, 1)], seed)
    signs = made.truth.signs
    assert len(signs.frames)
    frames = list(made.frames())
    assert len(frames) == len(made.truth.times)
    for frame, truth in zip(signs.frames.tolist(), signs.boxes, strict=True):
        assert np.abs(red_box(frames[frame]) - truth).max() <= 1


def test_a_seed_fixes_every_pixel() -> None:
    sign = ((700, 350, 740, 390), 1)
    once, again, other = drive([sign], 1), drive([sign], 1), drive([sign], 2)
    pairs = zip(once.frames(), again.frames(), once.frames(), other.frames(), strict=True)
    for one, same, repeated, different in pairs:
        assert np.array_equal(one, same)
        assert np.array_equal(one, repeated)
        assert not np.array_equal(one, different)
    assert np.array_equal(once.truth.signs.boxes, again.truth.signs.boxes)


@pytest.mark.parametrize(
    ("box", "label", "some_count", "all_count"),
    [
        ((700, 350, 740, 390), 1, True, True),
        ((700, 350, 740, 390), GTSRB.outside_label, True, True),
        ((700, 350, 740, 390), IGNORED, False, False),
        ((700, 350, 708, 358), 1, True, False),  # too small at first
        ((1250, 350, 1300, 400), 1, True, False),  # leaves the frame
    ],
)
def test_small_and_cut_signs_do_not_count(
    box: Square, label: int, some_count: bool, all_count: bool
) -> None:
    truth = drive([(box, label)], seconds=2).truth
    assert truth.counted.any() == some_count
    assert truth.counted.all() == all_count
    boxes = truth.signs.boxes
    assert ((boxes[truth.counted, 2:] - boxes[truth.counted, :2]) >= SMALLEST).all()
    assert (boxes >= 0).all()
    assert (boxes <= (*SIZE, *SIZE)).all()


def test_an_empty_road_is_driven_too() -> None:
    made = drive([])
    assert not len(made.truth.signs.frames)
    assert {frame.shape for frame in made.frames()} == {(SIZE[1], SIZE[0], 3)}


def test_signs_grow_as_at_constant_speed() -> None:
    path = drive_path(3, 25, np.random.default_rng(0))
    steps = np.diff(1 / path.zooms)
    assert path.zooms[0] == 1
    assert steps == pytest.approx(np.full(len(steps), steps[0]))
    assert steps[0] < 0


def test_a_drawn_drive_needs_no_data() -> None:
    made = drawn_drive(seed=7, seconds=0.2)
    frames = list(itertools.islice(made.frames(), 2))
    assert frames[0].shape == (SIZE[1], SIZE[0], 3)
    assert not np.array_equal(frames[0], frames[1])
    assert made.size == SIZE
