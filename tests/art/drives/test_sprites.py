"""What stands at a distance is where a camera sees it, grows, and hides what is behind it."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from signs.art.drives.course import Standing
from signs.art.drives.panels import LENGTH, Panel, fence, rail, wall
from signs.art.drives.plates import Hanging
from signs.art.drives.sprites import NEAREST, PlateSprite, Spot, ThingSprite
from signs.art.drives.visibility import truth_of_signs
from signs.art.roads.canvas import codes_of, rectangle
from signs.art.roads.world import World

GRAY = codes_of(np.full((600, 1020, 3), 0.2, np.float32))
RED = np.array((2.0, 0.0, 0.0), np.float32)
WORLD = World(
    focal=750.0, middle=500.0, horizon=350.0, eye=1.4, offset=1.5, curve=0.0, place="country",
    season="summer", half=3.0, lanes=2, light=1.0, sun=0.0, sky=np.ones(3, np.float32),
    haze=np.ones(3, np.float32), sight=np.inf,
)  # fmt: skip
Picture = npt.NDArray[np.uint8]


def square(x: float, z: float, meters: float = 0.6) -> Hanging:
    """A red square plate, 2.2 meters above the road."""
    paint = np.zeros((66, 66, 4), np.float32)
    paint[3:63, 3:63] = (*RED, 1)
    sprite = PlateSprite(paint, (33.0, 33.0), 60 / meters)
    return Hanging(sprite, Spot(x, 2.2, z), 7, np.array((3.0, 3.0, 63.0, 63.0)))


def block(x: float, z: float, meters: float = 3.0, speed: float = 0.0) -> Standing:
    """A red square thing that stands on the road."""

    def painted(canvas: Picture) -> None:
        rectangle(canvas, (0, 0, 300, 300), RED)

    sprite = ThingSprite.of(painted, (300, 300), (150.0, 300.0), 300 / meters)
    assert sprite is not None
    return Standing(sprite, Spot(x, 0.0, z, speed))


def red_box(frame: Picture) -> npt.NDArray[np.int64]:
    """Around all pixels of which half or more is red."""
    red = frame[..., 1] < codes_of(np.full((1, 1), 0.1, np.float32))
    columns, rows = np.flatnonzero(red.any(0)), np.flatnonzero(red.any(1))
    return np.array((columns[0], rows[0], columns[-1] + 1, rows[-1] + 1))


@pytest.mark.parametrize("ahead", [4.0, 7.3, 11.0, 23.7, 40.0, 61.0])
@pytest.mark.parametrize("x", [-0.8, 0.2, 2.9])
def test_a_box_is_tight_around_a_plate(x: float, ahead: float) -> None:
    hanging, frame = square(x, ahead), GRAY.copy()
    hanging.sprite.show(frame, WORLD, hanging.spot, ahead)
    box = hanging.box_at(WORLD, ahead)
    assert box[2] - box[0] == pytest.approx(750 * 0.6 / ahead)
    assert np.abs(red_box(frame) - box.clip(0, (1020, 600, 1020, 600))).max() <= 1


@pytest.mark.parametrize("z", [15.0, 30.0, 90.0])
@pytest.mark.parametrize("curve", [0.0, 0.004])
def test_things_grow_about_the_vanishing_point(z: float, curve: float) -> None:
    """By d / (d - s); in a curve the road turns with the camera."""
    world = replace(WORLD, curve=curve)
    thing, driven = block(5.0, z), 10.0
    before = thing.shape.area(world, thing.spot, thing.spot.ahead(0.0, 0.0))
    after = thing.shape.area(world, thing.spot, thing.spot.ahead(0.0, driven))
    grown, vanishing = z / (z - driven), np.array((500.0, 350.0) * 2)
    turn = 750 * 0.5 * curve * np.array((1.0, 0.0) * 2)
    straight = before - vanishing - turn * z
    assert after - vanishing - turn * (z - driven) == pytest.approx(straight * grown)


def test_near_things_pass_faster_than_far_ones() -> None:
    moves = []
    for z in (15.0, 30.0, 60.0):
        thing, places = block(5.0, z), []
        for driven in (0.0, 5.0):
            frame = GRAY.copy()
            thing.shape.show(frame, WORLD, thing.spot, thing.spot.ahead(0.0, driven))
            places.append(red_box(frame).mean())
        moves.append(abs(places[1] - places[0]))
    assert moves[0] > 2 * moves[1] > 4 * moves[2] > 0


def test_what_drives_with_the_camera_stays() -> None:
    thing = block(0.0, 20.0, speed=10.0)
    assert thing.spot.ahead(2.0, 20.0) == pytest.approx(20)


@pytest.mark.parametrize("ahead", [NEAREST - 0.01, 0.0, -20.0])
def test_what_is_passed_is_gone(ahead: float) -> None:
    frame = GRAY.copy()
    for shape in (block(3, 0).shape, square(3, 0).sprite, Panel(wall_paint(), 1.0)):
        spot = Spot(3.0, 0.0, 0.0)
        shown = ahead - (LENGTH + 1 if isinstance(shape, Panel) else 0)
        shape.show(frame, WORLD, spot, shown)
        area = shape.area(WORLD, spot, shown)
        assert (area[2:] - area[:2]).prod() == 0
    assert np.array_equal(frame, GRAY)


def wall_paint() -> Picture:
    paint = np.zeros((64, 256, 4), np.uint8)
    paint[...] = (200, 0, 0, 255)
    return paint


@pytest.mark.parametrize("ahead", [-3.5, -1.0, 0.9, 5.0, 20.0])
def test_a_panel_hides_what_it_is_painted_over(ahead: float) -> None:
    panel, spot, frame = Panel(wall_paint(), 2.0), Spot(4.0, 0.0, 0.0), GRAY.copy()
    panel.show(frame, WORLD, spot, ahead)
    y, x = np.mgrid[0:600:7, 0:1020:7] + 0.5
    hidden = panel.opacity(x, y, WORLD, spot, ahead) > 0.5
    painted = (frame != GRAY).any(axis=-1)[::7, ::7]
    assert (hidden != painted).sum() <= 0.02 * hidden.size
    left, top, right, bottom = panel.area(WORLD, spot, ahead)
    assert not (
        painted & ~((x > left - 2) & (x < right + 2) & (y > top - 2) & (y < bottom + 2))
    ).any()


@pytest.mark.parametrize("make", [wall, rail, fence])
@pytest.mark.parametrize("seed", range(3))
def test_panels_join(make: type, seed: int) -> None:
    """No gap shows the ground between one panel and the next, where they are solid."""
    panel = make(WORLD, np.random.default_rng(seed))
    assert panel.paint.shape[1] == 256
    assert 0.5 < panel.tall <= 4
    solid = np.flatnonzero((panel.paint[..., 3] == 255).all(axis=1))
    assert len(solid)
    frame, row = GRAY.copy(), solid[len(solid) // 2]
    height = panel.tall * (1 - (row + 0.5) / len(panel.paint))
    for ahead in (24.0, 20.0, 16.0, 12.0):
        panel.show(frame, WORLD, Spot(4.0, 0.0, 0.0), ahead)
    for z in np.linspace(13, 26, 60):
        x, y = WORLD.spot(4.0, height, z)
        assert (frame[int(y), int(x)] != GRAY[0, 0]).any()


@pytest.mark.parametrize(
    ("hiding", "there", "counts"),
    [
        ([], True, True),
        ([block(4.0, 10.0)], False, False),  # right before it
        ([block(4.0, 30.0)], True, True),  # behind it
        ([block(-4.0, 10.0)], True, True),  # on the other side
        ([block(5.5, 19.9, 3.02)], True, False),  # over half of it
        ([Standing(Panel(wall_paint(), 3.0), Spot(3.6, 0.0, 15.5))], False, False),
    ],
)
def test_hidden_signs_do_not_count(hiding: list[Standing], there: bool, counts: bool) -> None:
    sign = square(4.0, 20.0)
    own = Standing(sign.sprite, sign.spot)
    truth = truth_of_signs([sign], [*hiding, own], [(0.0, 0.0, WORLD)])
    assert len(truth.labels) == there
    assert truth.counted.any() == counts


@pytest.mark.parametrize(
    ("x", "z", "there", "counts"),
    [
        (4.0, 20.0, True, True),
        (4.0, 60.0, True, False),  # 7 pixels
        (4.0, -5.0, False, False),  # passed
        (30.0, 20.0, False, False),  # outside
        (7.68, 9.0, True, False),  # cut off by the edge
    ],
)
def test_only_whole_signs_in_the_frame_count(x: float, z: float, there: bool, counts: bool) -> None:
    sign = square(x, z)
    truth = truth_of_signs([sign], [Standing(sign.sprite, sign.spot)], [(0.0, 0.0, WORLD)])
    assert len(truth.signs.frames) == there
    assert truth.counted.any() == counts
    assert (truth.signs.boxes <= (1020, 600, 1020, 600)).all()


def test_haze_grows_with_the_distance() -> None:
    world, greens = replace(WORLD, sight=30.0), []
    for z in (5.0, 20.0, 60.0):
        frame, thing = GRAY.copy(), block(1.5, z)
        thing.shape.show(frame, world, thing.spot, z)
        x, y = world.spot(1.5, 1.5, z)
        greens.append(int(frame[int(y), int(x), 1]))
    assert greens[0] < greens[1] < greens[2]
