import numpy as np
import pytest

from signs.art.roads.canvas import codes_of
from signs.art.roads.lens import photographed


@pytest.mark.parametrize("seed", range(16))
def test_the_lens_moves_nothing(seed: int) -> None:
    """A bright square stays where it was painted, so that its box is right, blurred or not."""
    light = np.full((400, 680, 3), 0.05, np.float32)
    light[300:340, 560:600] = 1.5
    picture = photographed(codes_of(light), (340.0, 200.0), np.random.default_rng(seed))
    levels = picture.astype(float).mean(-1)
    part = levels[270:370, 530:630]
    above = np.clip(part - np.percentile(part, 30), 0, None)
    above[above < 0.3 * above.max()] = 0
    y, x = np.mgrid[270:370, 530:630] + 0.5
    assert (above * x).sum() / above.sum() == pytest.approx(580, abs=1.0)
    assert (above * y).sum() / above.sum() == pytest.approx(320, abs=1.0)


def test_exposure_follows_the_view() -> None:
    means = []
    for seed in range(12):
        rng = np.random.default_rng(seed)
        dark = codes_of(rng.uniform(0, 0.1, (200, 340, 3)).astype(np.float32))
        means.append(photographed(dark, (170.0, 100.0), rng).mean())
    assert 80 < np.median(means) < 170
