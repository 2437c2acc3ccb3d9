"""What stands along a drawn road leaves the camera its way, and holds the plates."""

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest

from signs.art.drawings import GTSRB_DRAWINGS
from signs.art.drives.course import CLEARANCE, FREE, Standing, Trip, course
from signs.art.drives.plates import BEHIND, Hanging
from signs.art.drives.sprites import PlateSprite, ThingSprite
from signs.art.drives.stock import MOST, Stock
from signs.art.roads.things.cars import car
from signs.art.roads.things.plants import bush, tree
from signs.art.roads.world import World, make_world

SEEDS = (0, 1, 2)
METERS = 40.0


@lru_cache(maxsize=len(SEEDS))
def along(seed: int) -> tuple[World, list[Standing], list[Hanging]]:
    rng = np.random.default_rng(seed)
    picture = replace(make_world(rng), offset=1.4)
    world = replace(picture, focal=picture.focal * 0.75)
    things, plates = course(picture, Trip(world, METERS, 15.0), GTSRB_DRAWINGS, rng)
    return world, things, plates


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_stands_in_the_way(seed: int) -> None:
    world, things, _ = along(seed)
    assert len(things) > 20
    for each in things:
        if each.spot.speed <= 0 and each.spot.y < CLEARANCE:
            assert abs(each.spot.x - world.offset) > FREE


@pytest.mark.parametrize("seed", SEEDS)
def test_plates_hang_on_something(seed: int) -> None:
    _, things, plates = along(seed)
    holding = {each.spot.z for each in things if isinstance(each.shape, ThingSprite)}
    assert all(each.spot.z + BEHIND in holding for each in plates)
    assert sum(isinstance(each.shape, PlateSprite) for each in things) == len(plates)
    for each in plates:
        assert 0 < each.spot.y < 8
        assert 20 < np.ptp(each.box[::2]) < 200


@pytest.mark.parametrize("painter", [tree, bush])
@pytest.mark.parametrize("seed", SEEDS)
def test_leaves_do_not_end_in_a_straight_line(painter: type, seed: int) -> None:
    rng = np.random.default_rng(seed)
    stock = Stock(make_world(rng))
    sprites = {id(s): s for s in (stock.sprite(painter, 6.0, rng) for _ in range(20)) if s}
    assert 0 < len(sprites) <= MOST
    for sprite in sprites.values():
        opaque = sprite.paint[..., 3] > 0
        assert max(opaque[:, 0].mean(), opaque[:, -1].mean(), opaque[0].mean()) < 0.1


def test_a_thing_stands_on_its_foot() -> None:
    rng = np.random.default_rng(0)
    sprite = Stock(make_world(rng)).sprite(car, 6.0, rng, coming=False)
    assert sprite is not None
    height, width = sprite.paint.shape[:2]
    assert abs(height - sprite.anchor[1]) < 8
    assert 0 < sprite.anchor[0] < width
    assert 1.2 < sprite.anchor[1] / sprite.scale < 4
