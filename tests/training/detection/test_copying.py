"""Signs that are copied into crops of other scenes."""

import numpy as np
import pytest

from signs.records.scene import IGNORED
from signs.training.detection import copying
from signs.training.detection.copying import OUTLINES, SignCopies, chances
from signs.training.detection.crops import SceneCrops
from tests.training.detection.scenes import STOP, make_scene, red_squares

SIZE = 128
NO_BOXES, NO_CATEGORIES = np.empty((0, 4)), np.empty(0, np.int64)


def redness(image: np.ndarray) -> np.ndarray:
    return (image[..., 0] > 170) & (image[..., 1] < 90)


def copies_of(strength: float = 0.0) -> SignCopies:
    scenes = red_squares(6)
    return SignCopies(scenes, SceneCrops(scenes, SIZE).image, strength)


def gray() -> np.ndarray:
    return np.full((SIZE, SIZE, 3), 100, np.uint8)


def test_a_copy_is_a_sign_within_its_box() -> None:
    """Octagons are cut from the red squares: all red lies in a box, and each box is mostly red."""
    copies, rng, seen = copies_of(), np.random.default_rng(0), 0
    for _ in range(40):
        crop = gray()
        boxes, categories = copies.paste(crop, NO_BOXES, NO_CATEGORIES, 1.5, rng)
        assert categories.dtype == np.int64
        assert set(categories.tolist()) <= {3}  # a stop sign is of another category
        mask = redness(crop)
        for left, top, right, bottom in np.round(boxes).astype(int).tolist():
            assert 0 <= left < right <= SIZE
            assert 0 <= top < bottom <= SIZE
            assert 0.4 < mask[top:bottom, left:right].mean() < 0.9
            mask[top:bottom, left:right] = False
            seen += 1
        assert not mask.any()
    assert seen > 40


def test_a_copy_hides_no_box() -> None:
    there = np.array([[10.0, 10, 90, 90], [20, 95, 120, 120]])
    copies, rng = copies_of(), np.random.default_rng(1)
    for _ in range(30):
        crop = gray()
        boxes, categories = copies.paste(crop, there, np.array([IGNORED, 1]), 2.0, rng)
        assert np.array_equal(boxes[:2], there)
        assert categories[:2].tolist() == [IGNORED, 1]
        for left, top, right, bottom in there.astype(int).tolist():
            assert (crop[top:bottom, left:right] == 100).all()


def test_scenes_stay_as_they_are() -> None:
    scenes = red_squares(3)
    crops = SceneCrops(scenes, SIZE, strength=1.0, copied=4.0)
    before = [crops.image(number).copy() for number in range(3)]
    rng = np.random.default_rng(0)
    for _ in range(30):
        crops.draw(rng)
    assert all(np.array_equal(crops.image(number), image) for number, image in enumerate(before))


def test_more_boxes_with_copies_than_without() -> None:
    def boxes(copied: float) -> int:
        crops, rng = SceneCrops(red_squares(4), SIZE, copied=copied), np.random.default_rng(0)
        return sum(len(crops.draw(rng).boxes) for _ in range(60))

    assert boxes(2.0) > boxes(0.0) + 60


@pytest.mark.parametrize("strength", [0.0, 1.0])
def test_light_changes_on_request_alone(strength: float) -> None:
    copies, rng = copies_of(strength), np.random.default_rng(2)
    changed = False
    for _ in range(20):
        crop = gray()
        copies.paste(crop, NO_BOXES, NO_CATEGORIES, 1.0, rng)
        inside = crop[(crop != 100).any(axis=2)].astype(int)
        # Without it, a pixel is red, gray, or a mixture of both.
        share = (inside[:, 0] - 100) / 120
        changed |= bool((abs(inside[:, 1] - (100 - 80 * share)) > 3).any())
    assert changed == (strength > 0)


@pytest.mark.parametrize(
    ("box", "label"),
    [((0, 0, 12, 12), STOP), ((0, 0, 40, 40), -1), ((0, 0, 40, 40), 43)],
    ids=["small", "ignored", "outside"],
)
def test_some_signs_are_not_copied(box: tuple[int, int, int, int], label: int) -> None:
    scenes = red_squares(1)
    scene = make_scene(0, [box])
    scene.labels[:] = label
    object.__setattr__(scenes, "scenes", (scene,))
    copies = SignCopies(scenes, SceneCrops(scenes, SIZE).image, 0.0)
    crop = gray()
    boxes, _ = copies.paste(crop, NO_BOXES, NO_CATEGORIES, 5.0, np.random.default_rng(0))
    assert not len(boxes)
    assert (crop == 100).all()


def test_rare_kinds_are_taken_more_often_than_their_number_says() -> None:
    found = chances(np.array([0, 0, 0, 0, 1]))
    assert found.sum() == pytest.approx(1)
    assert found[4] == pytest.approx(2 * found[0])  # and its kind 1/3 of all, not 1/5
    assert len(chances(np.array([], np.int64))) == 0


@pytest.mark.parametrize("shape", [*OUTLINES, "rectangle"])
def test_outlines_fill_their_box(shape: str) -> None:
    image = np.zeros((60, 60, 3), np.uint8)
    mask = copying._mask(shape, np.array([10.0, 10, 50, 50]), image)[..., 0]
    rows, columns = np.nonzero(mask > 0.2)
    found = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
    assert np.abs(np.array(found) - [11, 11, 49, 49]).max() <= 1
    shares = {"circle": 0.785, "octagon": 0.83, "rectangle": 1.0}
    assert mask.sum() / 38**2 == pytest.approx(shares.get(shape, 0.5), abs=0.03)
