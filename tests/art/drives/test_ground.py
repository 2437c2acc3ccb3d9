"""The ground is a plane that a camera drives over, at an exposure that follows."""

import numpy as np
import pytest

from signs.art.drives.ground import GroundMap
from signs.art.drives.path import SPEED, travelled, turning
from signs.art.drives.sensor import any_sensor
from signs.art.roads.canvas import Canvas, codes_of
from signs.art.roads.world import World, make_world


def shown(ground: GroundMap, world: World, ahead: float) -> Canvas:
    canvas = np.zeros((600, 1020, 3), np.uint8)
    ground.show(canvas, world, ahead)
    return canvas


def at_depth(canvas: Canvas, world: World, depth: float) -> np.ndarray:
    """What is seen of the ground from 1.5 meters left to right of the camera."""
    row = int(world.horizon + world.focal * world.eye / depth)
    side = 0.5 * world.curve * depth * depth
    x = world.middle + world.focal * (np.linspace(-1.5, 1.5, 40) + side) / depth
    return canvas[row - 1 : row + 2, x.astype(int)].mean(axis=0)


@pytest.mark.parametrize("seed", range(4))
def test_the_ground_moves_toward_the_camera(seed: int) -> None:
    world = make_world(np.random.default_rng(seed))
    world = World(
        **{**vars(world), "focal": 750.0, "middle": 510.0, "horizon": 350.0, "sight": np.inf}
    )
    ground = GroundMap(world, 60.0, np.random.default_rng(seed))
    first, later = shown(ground, world, 0.0), shown(ground, world, 3.0)
    far = at_depth(first, world, 9.0)
    moved, unmoved = at_depth(later, world, 6.0), at_depth(later, world, 9.0)
    assert np.abs(far - moved).mean() < 0.6 * np.abs(far - unmoved).mean() + 1


@pytest.mark.parametrize("ahead", [0.0, 19.99, 20.01, 75.0, 500.0])
def test_there_is_ground_everywhere_below_the_horizon(ahead: float) -> None:
    world = make_world(np.random.default_rng(1))
    world = World(**{**vars(world), "focal": 750.0, "middle": 510.0, "horizon": 350.0})
    canvas = shown(GroundMap(world, 60.0, np.random.default_rng(1)), world, ahead)
    assert not canvas[:350].any()
    assert canvas[350:].any(axis=-1).all()


@pytest.mark.parametrize("seed", range(6))
def test_a_car_drives_at_nearly_constant_speed(seed: int) -> None:
    times = np.arange(75) / 25
    driven = travelled(times, np.random.default_rng(seed))
    speeds = np.diff(driven) * 25 * 3.6
    assert driven[0] == 0
    assert 0.6 * SPEED[0] < speeds.min() < speeds.max() < 1.4 * SPEED[1]
    assert speeds.max() < 1.5 * speeds.min()
    assert speeds.std() > 0


def test_a_camera_turns_a_little() -> None:
    shifts = turning(np.arange(75) / 25, np.random.default_rng(0))
    assert shifts.shape == (75, 2)
    assert 0 < np.abs(np.diff(shifts, axis=0)).max() < 60


@pytest.mark.parametrize("seed", range(3))
def test_exposure_follows_the_light_after_a_while(seed: int) -> None:
    sensor = any_sensor(np.random.default_rng(seed))
    dark, bright = (codes_of(np.full((60, 100, 3), v, np.float32)) for v in (0.1, 1.0))
    gain = sensor.followed(None, dark, 0.0)
    assert sensor.developed(dark, gain).mean() == pytest.approx(255 * sensor.mean, rel=0.3)
    gains = [gain := sensor.followed(gain, bright, 0.04) for _ in range(200)]
    assert gains[0] > 0.7 * sensor.gain(dark)
    assert (np.diff(gains) < 0).all() or np.allclose(gains[-1], gains[-2])
    assert gains[-1] == pytest.approx(sensor.gain(bright), rel=0.1)
