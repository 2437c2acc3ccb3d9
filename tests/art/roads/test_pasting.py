import numpy as np
import pytest

from signs.art.roads.pasting import paste_signs
from signs.catalog.gtsrb import GTSRB

NO_BOXES = np.empty((0, 4), np.float32)


def scene(height: int = 800, width: int = 1360, level: int = 110) -> np.ndarray:
    noise = np.random.default_rng(0).normal(level, 12, (height, width, 3))
    return noise.clip(0, 255).astype(np.uint8)


def test_the_seed_fixes_every_pixel_and_the_scene_is_left_as_it_is() -> None:
    image = scene()
    one, boxes, labels = paste_signs(image, NO_BOXES, np.random.default_rng(2))
    two, same_boxes, same_labels = paste_signs(image, NO_BOXES, np.random.default_rng(2))
    assert np.array_equal(one, two)
    assert np.array_equal(boxes, same_boxes)
    assert np.array_equal(labels, same_labels)
    assert np.array_equal(image, scene())


@pytest.mark.parametrize("size", [(800, 1360), (300, 400), (1200, 500), (64, 64)])
def test_what_changes_lies_at_the_boxes(size: tuple[int, int]) -> None:
    image, found = scene(*size), 0
    for seed in range(8):
        pasted, boxes, labels = paste_signs(image, NO_BOXES, np.random.default_rng(seed))
        assert pasted.shape == image.shape
        assert boxes.shape == (len(labels), 4)
        assert [boxes.dtype, labels.dtype] == ["float32", "int64"]
        assert ((boxes[:, :2] >= 0) & (boxes[:, 2:] <= size[::-1])).all()
        assert ((labels >= 0) & (labels <= GTSRB.outside_label)).all()
        for left, top, right, bottom in boxes.round().astype(int):
            assert (pasted[top:bottom, left:right] != image[top:bottom, left:right]).mean() > 0.3
        found += len(boxes)
    assert found or min(size) < 100


def test_pasted_signs_stay_away_from_boxes() -> None:
    avoid = np.array([(300, 200, 700, 500), (900, 300, 1100, 600)], np.float32)
    image = scene()
    for seed in range(25):
        pasted, boxes, _ = paste_signs(image, avoid, np.random.default_rng(seed))
        for left, top, right, bottom in avoid.astype(int):
            kept = pasted[top:bottom, left:right] == image[top:bottom, left:right]
            assert kept.all()
            over = (boxes[:, 0] < right) & (boxes[:, 2] > left)
            assert not (over & (boxes[:, 1] < bottom) & (boxes[:, 3] > top)).any()


@pytest.mark.parametrize("level", [12, 60, 200])
def test_pasted_signs_are_lit_like_the_scene(level: int) -> None:
    image = scene(level=level)
    brightest = []
    for seed in range(12):
        pasted, boxes, _ = paste_signs(image, NO_BOXES, np.random.default_rng(seed))
        for left, top, right, bottom in boxes.round().astype(int):
            brightest.append(np.percentile(pasted[top:bottom, left:right], 90))
    assert np.median(brightest) == pytest.approx(level, rel=0.6, abs=30)
