import cv2
import numpy as np
import pytest

from signs.art.camera import (
    DEMOSAICING,
    _mosaicked,
    _streak,
    blurred,
    developed,
    exposed,
    sensed,
    through_air,
)
from signs.art.fields import clouds


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def view(height: int = 40, width: int = 60) -> np.ndarray:
    return rng(1).random((height, width, 3), dtype=np.float32)


@pytest.mark.parametrize("angle", [0.0, 0.7, np.pi / 2])
@pytest.mark.parametrize("shaken", [False, True])
def test_a_streak_moves_light_and_loses_none(angle: float, shaken: bool) -> None:
    kernel = _streak(9, angle, shaken)
    assert kernel.shape == (11, 11)
    assert kernel.sum() == pytest.approx(1, abs=1e-5)
    assert np.allclose(kernel, kernel[::-1, ::-1], atol=1e-6)
    assert kernel.min() >= 0


def test_a_streak_lies_along_its_angle() -> None:
    assert (_streak(9, 0, False).sum(1) > 1e-6).sum() == 1  # one row
    assert (_streak(9, np.pi / 2, False).sum(0) > 1e-6).sum() == 1  # one column


def test_what_swings_is_seen_twice() -> None:
    even, swung = (_streak(9, 0, shaken)[5] for shaken in (False, True))
    assert even[5] == pytest.approx(even[2], rel=1e-3)
    assert swung[2] > 1.2 * swung[5]


def test_no_motion_changes_nothing() -> None:
    assert np.allclose(_streak(0, 0.3, False), [[1]])


@pytest.mark.parametrize("method", DEMOSAICING)
def test_gray_stays_gray_on_the_sensor(method: int) -> None:
    gray = np.full((30, 31, 3), 0.4, dtype=np.float32)
    assert np.allclose(_mosaicked(gray, method)[2:-2, 2:-2], 0.4, atol=1e-3)


@pytest.mark.parametrize("method", DEMOSAICING)
def test_colors_stay_in_their_order(method: int) -> None:
    color = np.array([0.8, 0.4, 0.1], dtype=np.float32)
    seen = _mosaicked(np.tile(color, (30, 31, 1)), method)
    assert np.allclose(seen[2:-2, 2:-2], color, atol=1e-3)


def test_thin_lines_get_false_colors_on_the_sensor() -> None:
    line = np.zeros((30, 30, 3), dtype=np.float32)
    line[:, 15] = 1
    seen = _mosaicked(line, cv2.COLOR_BayerBG2BGR)
    assert np.ptp(seen[5:-5, 13:18], axis=-1).max() > 0.2


def test_each_step_keeps_shape_type_and_range() -> None:
    for seed in range(30):
        here, light = rng(seed), view()
        light = through_air(light, here)
        assert light.shape == (40, 60, 3)
        light = blurred(light, 2.0, here)
        light = exposed(light, here)
        assert light.dtype == np.float32
        assert 0 <= light.min() <= light.max() <= 1
        light = sensed(light, here)
        assert light.shape == (40, 60, 3)
        picture = developed(light, here)
        assert picture.shape == (40, 60, 3)
        assert picture.dtype == np.uint8


def test_clouds_stay_near_0_to_1() -> None:
    for seed in range(30):
        field = clouds(40, 60, rng(seed).uniform(1, 80), rng(seed))
        assert field.shape == (40, 60)
        assert -0.3 < field.min() < field.max() < 1.3  # cubic interpolation overshoots
