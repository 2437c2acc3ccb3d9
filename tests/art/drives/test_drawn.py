"""A drawn drive moves as a drive does, and its truth says where its signs are."""

import itertools
from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest

from signs.art.drives.clip import SIZE, SMALLEST
from signs.art.drives.drawn import DrawnDrive, drawn_drive
from signs.art.drives.sprites import PlateSprite
from signs.catalog.gtsrb import GTSRB

SEEDS = (201, 202, 204)


@lru_cache(maxsize=len(SEEDS))
def drive(seed: int) -> DrawnDrive:
    return drawn_drive(seed, seconds=2.0, rate=6.0)


def test_a_seed_fixes_every_pixel() -> None:
    once, again, other = (drawn_drive(seed, 0.2) for seed in (1, 1, 2))
    pairs = zip(once.frames(), again.frames(), once.frames(), other.frames(), strict=True)
    for one, same, repeated, different in pairs:
        assert one.shape == (SIZE[1], SIZE[0], 3)
        assert one.dtype == np.uint8
        assert np.array_equal(one, same)
        assert np.array_equal(one, repeated)
        assert not np.array_equal(one, different)
    assert np.array_equal(once.truth.signs.boxes, again.truth.signs.boxes)


@pytest.mark.parametrize("seed", SEEDS)
def test_boxes_lie_in_the_frames_and_labels_in_the_label_space(seed: int) -> None:
    truth = drive(seed).truth
    boxes, labels = truth.signs.boxes, truth.labels
    assert (boxes >= 0).all()
    assert (boxes <= (*SIZE, *SIZE)).all()
    counted = boxes[truth.counted]
    assert ((counted[:, 2:] - counted[:, :2]) >= SMALLEST).all()
    assert ((labels >= 0) & (labels <= GTSRB.outside_label)).all()
    assert set(truth.signs.numbers.tolist()) == set(range(len(labels)))


def test_there_are_several_signs_and_most_get_legible() -> None:
    largest = []
    for truth in (drive(seed).truth for seed in SEEDS):
        sides = (truth.signs.boxes[:, 2:] - truth.signs.boxes[:, :2]).max(axis=1)
        numbers = truth.signs.numbers
        largest += [sides[numbers == number].max() for number in range(len(truth.labels))]
    assert len(largest) >= 2 * len(SEEDS)
    assert np.mean(np.array(largest) >= 24) > 0.7


@pytest.mark.parametrize("seed", SEEDS)
def test_what_a_plate_changes_lies_in_its_box(seed: int) -> None:
    """Of frames with and without plates, where a box is far from all others."""
    made = drive(seed)
    rest = tuple(each for each in made.things if not isinstance(each.shape, PlateSprite))
    plates = [each for each in made.things if isinstance(each.shape, PlateSprite)]
    bare = replace(made, things=rest)
    signs, seen = made.truth.signs, 0
    for frame, (full, empty) in enumerate(zip(made.frames(), bare.frames(), strict=True)):
        changed = np.abs(full.astype(int) - empty).max(axis=-1) > 20
        for box in signs.boxes[(signs.frames == frame) & made.truth.counted]:
            left, top, right, bottom = (np.round(box) + np.array((-4, -4, 4, 4))).astype(int)
            part = changed[max(top, 0) : bottom, max(left, 0) : right]
            if part.sum() < 0.4 * (box[2:] - box[:2]).prod() or touches(changed, box):
                continue
            columns, rows = np.flatnonzero(part.any(0)), np.flatnonzero(part.any(1))
            found = np.array((columns[0], rows[0], columns[-1] + 1, rows[-1] + 1))
            found += np.array((max(left, 0), max(top, 0)) * 2)
            assert (found[:2] >= box[:2] - 3).all()
            assert (found[2:] <= box[2:] + 3).all()
            assert (found[2:] - found[:2]).prod() > 0.6 * (box[2:] - box[:2]).prod()
            seen += 1
    assert plates
    assert seen >= 2


def touches(changed: np.ndarray, box: np.ndarray) -> bool:
    """Whether something else has changed right beside a box."""
    inner, outer = (np.round(box).astype(int) + np.array((-r, -r, r, r)) for r in (3, 6))
    ring = changed[max(outer[1], 0) : outer[3], max(outer[0], 0) : outer[2]].sum()
    inside = changed[max(inner[1], 0) : inner[3], max(inner[0], 0) : inner[2]].sum()
    return bool(ring > inside)


def test_an_empty_road_is_driven_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("signs.art.drives.course.plan", lambda *_: [])
    made = drawn_drive(3, seconds=0.2)
    assert not len(made.truth.labels)
    assert not len(made.truth.signs.frames)
    first, second = itertools.islice(made.frames(), 2)
    assert not np.array_equal(first, second)


def test_one_frame_is_a_drive() -> None:
    assert len(list(drawn_drive(5, seconds=0.01).frames())) == 1
