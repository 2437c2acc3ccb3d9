from dataclasses import replace

import numpy as np
import pytest

from signs.records.scene import IGNORED
from signs.training.detection.crops import SceneCrops
from signs.training.detection.light import relit
from tests.training.detection.scenes import make_scene, red_squares


def redness(image: np.ndarray) -> np.ndarray:
    return (image[..., 0] > 170) & (image[..., 1] < 90)


@pytest.mark.parametrize("seed", range(4))
def test_boxes_fit_the_signs_of_a_crop(seed: int) -> None:
    """Whatever the scale, the place and the flip: each box is full of red, and all red is in it."""
    crops = SceneCrops(red_squares(12), size=96, strength=0)
    rng = np.random.default_rng(seed)
    seen = 0
    for _ in range(60):
        crop = crops.draw(rng)
        assert crop.image.shape == (96, 96, 3)
        assert crop.boxes.dtype == np.float32
        assert crop.categories.dtype == np.int64
        mask = redness(crop.image)
        for box in crop.boxes:
            left, top, right, bottom = box.tolist()
            assert 0 <= left < right <= 96
            assert 0 <= top < bottom <= 96
            inside = mask[round(top) + 1 : round(bottom) - 1, round(left) + 1 : round(right) - 1]
            assert inside.all()
            mask[
                max(0, round(top) - 1) : round(bottom) + 1,
                max(0, round(left) - 1) : round(right) + 1,
            ] = False
            seen += 1
        assert not mask.any()
    assert seen > 30


def test_a_sign_that_is_cut_off_is_ignored() -> None:
    scenes = red_squares(4)
    crops = SceneCrops(scenes, size=32, strength=0)
    rng = np.random.default_rng(0)
    drawn = [crops.draw(rng) for _ in range(200)]
    categories = np.concatenate([crop.categories for crop in drawn])
    assert set(categories.tolist()) == {IGNORED, 3}  # a stop sign is of another category


def test_ignored_regions_come_with_their_crops() -> None:
    scenes = red_squares(1)
    crops = SceneCrops(scenes, size=128, strength=0)
    crops.look_at({}, {0: np.array([[0, 0, 128, 128]], np.float32)})
    crop = crops.draw(np.random.default_rng(0))
    assert IGNORED in crop.categories.tolist()


def test_crops_are_drawn_where_it_is_hard() -> None:
    scenes = red_squares(8)
    hard = np.array([[100, 4, 120, 24]], np.float32)
    crops = SceneCrops(scenes, size=64, strength=0)
    image = crops.image(3).copy()
    image[4:24, 100:120] = (0, 0, 255)
    crops._decoded[3] = image

    def seen() -> int:
        rng = np.random.default_rng(0)
        drawn = [crops.draw(rng).image.astype(int) for _ in range(200)]
        return sum(((crop[..., 2] > 170) & (crop[..., 0] < 90)).sum() > 40 for crop in drawn)

    before = seen()
    crops.look_at({3: hard}, {})
    assert seen() > before + 25


def test_scenes_without_signs_are_drawn_from_too() -> None:
    empty = replace(red_squares(2), scenes=(make_scene(0, []), make_scene(1, [], side=40)))
    crops = SceneCrops(empty, size=96)
    rng = np.random.default_rng(0)
    for _ in range(20):
        assert not len(crops.draw(rng).boxes)


def test_the_same_seed_draws_the_same_crops() -> None:
    one, other = (
        SceneCrops(red_squares(3), size=64).draw(np.random.default_rng(7)) for _ in range(2)
    )
    assert np.array_equal(one.image, other.image)
    assert np.array_equal(one.boxes, other.boxes)


def test_light_keeps_shape_and_can_be_switched_off() -> None:
    image = np.random.default_rng(0).integers(0, 256, (40, 60, 3), dtype=np.uint8)
    rng = np.random.default_rng(1)
    changed = [relit(image, rng, strength=1.0) for _ in range(50)]
    assert all(other.shape == image.shape and other.dtype == np.uint8 for other in changed)
    assert sum(not np.array_equal(other, image) for other in changed) > 30
    assert np.array_equal(relit(image, rng, strength=0.0), image)
