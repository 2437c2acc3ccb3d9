from dataclasses import replace

import numpy as np
import pytest

from signs.catalog.gtsrb import GTSRB
from signs.errors import SignsError
from signs.params import SplitParams
from signs.records.packed import Packed, concatenate
from signs.splitting.cut import cut
from signs.splitting.similarity import as_vectors
from tests.data.layouts import drive_past

PARAMS = SplitParams(val_fraction=0.2, test_fraction=0.2, max_unreadable=0, seed=0)
GROUPS, FRAMES = 5, 4


@pytest.fixture(scope="module")
def photos() -> Packed:
    """Five groups of four frames of each class."""
    count = len(GTSRB) * GROUPS
    images, _ = drive_past(count, FRAMES)
    groups = np.repeat([f"t{i:04d}" for i in range(count)], FRAMES)
    labels = np.repeat(np.arange(len(GTSRB)), GROUPS * FRAMES)
    return Packed(images, labels, groups, "frames", GTSRB)


def test_three_ways_or_with_a_test_part_of_its_own(photos: Packed) -> None:
    three = cut(photos, None, PARAMS)
    assert [len(part) for part in three.parts.values()] == [43 * 12, 43 * 4, 43 * 4]
    assert (three.groups_joined, three.groups_dropped) == (0, 0)
    other, _ = drive_past(1, FRAMES, seed=9)
    own = Packed(other, np.zeros(FRAMES, np.int64), np.array(["own"] * FRAMES), "others", GTSRB)
    two = cut(photos, own, PARAMS)
    assert two.parts["test"] is own
    assert [len(two.parts[name]) for name in ("train", "val")] == [43 * 16, 43 * 4]


def test_near_duplicates_stay_together_or_are_left_out(photos: Packed) -> None:
    copy = photos.take(np.array([0]))
    twin = Packed(copy.images, copy.labels, np.array(["twin"]), "frames", GTSRB)
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


def test_one_photo_under_two_labels_stays_in_one_part(photos: Packed) -> None:
    """Groups t0000 (class 0) and t0017 (class 3) hold one photo."""
    images = photos.images.copy()
    images[17 * FRAMES] = images[0]
    for seed in range(5):
        done = cut(replace(photos, images=images), None, PARAMS.model_copy(update={"seed": seed}))
        assert done.groups_joined == 1
        assert done.contradictions.images == 2
        assert done.contradictions.pairs.tolist() == [[0, 17 * FRAMES]]
        (holder,) = [part for part in done.parts.values() if "t0000" in part.groups]
        labels = holder.labels[holder.groups == "t0000"]
        assert labels.tolist() == [0] * FRAMES + [3] * FRAMES


def test_a_test_part_that_shows_the_same_signs_is_refused(photos: Packed) -> None:
    """Other frames of the signs in training: not alike enough to be near-duplicates."""
    spread = photos.images.std(axis=(1, 2, 3), keepdims=True) * 0.3
    noise = np.random.default_rng(0).normal(0, 1, photos.images.shape)
    images = (photos.images + spread * noise).clip(0, 255).astype(np.uint8)
    pairs = zip(as_vectors(photos.images), as_vectors(images), strict=True)
    likeness = np.array([one @ other for one, other in pairs])
    between = np.flatnonzero((likeness > 0.955) & (likeness < 0.985))
    assert len(between) > 40
    own = replace(photos, images=images, groups=np.char.add("test-", photos.groups)).take(between)
    with pytest.raises(SignsError, match=r"of the test images have a twin among the train images"):
        cut(photos, own, PARAMS)


def test_groups_that_are_named_over_two_classes_are_refused(photos: Packed) -> None:
    groups = np.where(photos.groups == "t0017", "t0000", photos.groups)
    with pytest.raises(SignsError, match=r"group t0000 has images of class 0 .* and 3 "):
        cut(replace(photos, groups=groups), None, PARAMS)
