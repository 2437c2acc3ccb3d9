import numpy as np
import pytest

from signs.catalog.gtsrb import NUM_CLASSES
from signs.errors import SignsError
from signs.params import SplitParams
from signs.records.packed import Packed, concatenate
from signs.splitting.cut import cut
from signs.splitting.similarity import check_unlike
from tests.data.layouts import drive_past

PARAMS = SplitParams(val_fraction=0.2, test_fraction=0.2, max_unreadable=0, seed=0)
TRACKS, FRAMES = 5, 4


@pytest.fixture(scope="module")
def photos() -> Packed:
    """Five groups of four frames of each class."""
    count = NUM_CLASSES * TRACKS
    images, _ = drive_past(count, FRAMES)
    groups = np.repeat([f"t{i:04d}" for i in range(count)], FRAMES)
    labels = np.repeat(np.arange(NUM_CLASSES), TRACKS * FRAMES)
    return Packed(images, labels, groups, "frames")


def test_three_ways_or_with_a_test_part_of_its_own(photos: Packed) -> None:
    three = cut(photos, None, PARAMS)
    assert [len(part) for part in three.parts.values()] == [43 * 12, 43 * 4, 43 * 4]
    assert (three.groups_joined, three.groups_dropped) == (0, 0)
    other, _ = drive_past(1, FRAMES, seed=9)
    own = Packed(other, np.zeros(FRAMES, np.int64), np.array(["own"] * FRAMES), "others")
    two = cut(photos, own, PARAMS)
    assert two.parts["test"] is own
    assert [len(two.parts[name]) for name in ("train", "val")] == [43 * 16, 43 * 4]


def test_near_duplicates_stay_together_or_are_left_out(photos: Packed) -> None:
    copy = photos.take(np.array([0]))
    twin = Packed(copy.images, copy.labels, np.array(["twin"]), "frames")
    together = cut(concatenate([photos, twin]), None, PARAMS)
    assert together.groups_joined == 1
    without = cut(photos, twin, PARAMS)
    assert without.groups_dropped == 1
    assert "t0000" not in [*without.parts["train"].groups, *without.parts["val"].groups]


def test_a_class_whose_groups_are_all_left_out_is_missed(photos: Packed) -> None:
    last = photos.groups >= "t0213"  # two groups of class 42 remain
    few = photos.take(np.flatnonzero((photos.labels != 42) | last))
    with pytest.raises(SignsError, match=r"no image of class 42 \(End of no overtaking"):
        cut(few, photos.take(np.flatnonzero(last)[::FRAMES]), PARAMS)


def test_a_class_that_only_drawings_show_is_not_missed(photos: Packed) -> None:
    some = photos.take(np.flatnonzero(photos.labels != 42))
    assert 42 not in cut(some, None, PARAMS).parts["train"].labels


def test_groups_that_are_wrong_are_noticed(photos: Packed) -> None:
    order = np.random.default_rng(0).permutation(len(photos))
    by_image = {"train": photos.take(order[:700]), "val": photos.take(order[700:])}
    with pytest.raises(SignsError, match=r"\d\d% of the val images have a twin among the train"):
        check_unlike(by_image)
