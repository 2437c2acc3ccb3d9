import numpy as np
import pytest

from signs.art.crop import photograph
from signs.art.pose import MAX_SIDE, MIN_BORDER, MIN_SIDE, Plate, place, pose
from signs.art.raster import rasterize

PLATES = {class_id: Plate.of(np.asarray(rasterize(class_id, 256))) for class_id in (13, 14, 17)}


def crops(count: int, class_id: int = 14) -> list[np.ndarray]:
    return [
        np.asarray(photograph(PLATES[class_id], PLATES[13], np.random.default_rng([0, i])))
        for i in range(count)
    ]


def test_the_seed_fixes_every_pixel() -> None:
    for one, two in zip(crops(5), crops(5), strict=True):
        assert (one == two).all()


def test_sizes_and_brightness_spread_like_photos() -> None:
    images = crops(300)
    assert all(image.ndim == 3 and image.dtype == np.uint8 for image in images)
    sides = np.array([max(image.shape[:2]) for image in images])
    assert sides.min() >= MIN_SIDE
    assert sides.max() <= 1.4 * MAX_SIDE
    # GTSRB's training photos: median 44, quartiles 35 and 59.
    assert 40 < np.median(sides) < 50
    assert 30 < np.percentile(sides, 25) < 40
    brightness = np.array([image.mean() for image in images])
    assert brightness.min() < 35
    assert brightness.max() > 160
    # GTSRB's training photos: median 74, quartiles 44 and 114.
    assert 55 < np.median(brightness) < 105


def test_the_sign_is_in_the_middle() -> None:
    """A red plate is redder than its surroundings, on average over many crops."""
    redness = [image[..., 0].astype(float) - image[..., 1:].mean(-1) for image in crops(100, 17)]
    middle, corner = [], []
    for red in redness:
        height, width = red.shape
        middle.append(red[height // 3 : -height // 3, width // 4 : -width // 4].mean())
        corner.append(red[: height // 10, : width // 10].mean())
    assert np.mean(middle) > np.mean(corner) + 20


def test_a_pose_frames_the_plate_with_its_border() -> None:
    """What is placed where the pose says fills the crop but for a border like GTSRB's."""
    left_over = []
    for seed in range(60):
        taken = pose(PLATES[14], np.random.default_rng(seed))
        color, opacity = place(PLATES[14], taken)
        assert color.shape == (*taken.canvas, 3)
        assert opacity.shape == (*taken.canvas, 1)
        covered = opacity[..., 0] > 0.5
        rows, columns = np.flatnonzero(covered.any(1)), np.flatnonzero(covered.any(0))
        height, width = taken.canvas
        edges = (rows[0], height - 1 - rows[-1], columns[0], width - 1 - columns[-1])
        left_over.append(np.mean(edges) / taken.zoom)
        top_left = taken.outline.min(0)
        assert (columns[0], rows[0]) == pytest.approx(top_left, abs=2)
    assert np.median(left_over) == pytest.approx(MIN_BORDER, abs=1)
    assert max(left_over) > 2 * MIN_BORDER  # some crops are loose


def test_a_place_keeps_the_colors_of_the_drawing() -> None:
    taken = pose(PLATES[17], np.random.default_rng(1))
    color, opacity = place(PLATES[17], taken)
    solid = color[opacity[..., 0] > 0.99]
    red, green, blue = np.median(solid, axis=0)
    assert red == pytest.approx((0xC1 / 255) ** 2.2, abs=0.02)
    assert max(green, blue) < 0.02
