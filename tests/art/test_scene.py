import numpy as np

from signs.art import rasterize
from signs.art.scene import MAX_SIDE, MIN_SIDE, photograph


def scenes(count: int, class_id: int = 14) -> list[np.ndarray]:
    sign = rasterize(class_id, 192)
    return [np.asarray(photograph(sign, np.random.default_rng([0, i]))) for i in range(count)]


def test_the_seed_fixes_every_pixel() -> None:
    for one, two in zip(scenes(5), scenes(5), strict=True):
        assert (one == two).all()


def test_sizes_and_brightness_spread_like_photos() -> None:
    images = scenes(200)
    sides = np.array([len(image) for image in images])
    assert all(image.shape == (len(image), len(image), 3) for image in images)
    assert sides.min() >= MIN_SIDE
    assert sides.max() <= MAX_SIDE
    assert 35 < np.median(sides) < 55
    brightness = np.array([image.mean() for image in images])
    assert brightness.min() < 35
    assert brightness.max() > 160
    # GTSRB's training photos have a median of 74 and quartiles at 44 and 114.
    assert 55 < np.median(brightness) < 105


def test_the_sign_is_in_the_middle() -> None:
    """A red plate is redder than its surroundings, on average over many scenes."""
    redness = [image[..., 0].astype(float) - image[..., 1:].mean(-1) for image in scenes(100, 17)]
    middle = np.mean([r[len(r) // 3 : -len(r) // 3, len(r) // 4 : -len(r) // 4].mean()
                      for r in redness])  # fmt: skip
    corner = np.mean([r[: len(r) // 10, : len(r) // 10].mean() for r in redness])
    assert middle > corner + 20
