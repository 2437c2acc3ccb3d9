"""Choose what stands along a road and drives on it."""

from collections.abc import Callable
from functools import partial

from signs.art.fields import Rng, log_uniform
from signs.art.roads.canvas import Canvas
from signs.art.roads.layout import Planned
from signs.art.roads.things.cars import car
from signs.art.roads.things.houses import house
from signs.art.roads.things.plants import bush, tree, woods
from signs.art.roads.things.street import (
    beacon,
    delineator,
    lamp,
    litter,
    person,
    posted,
    traffic_light,
)
from signs.art.roads.things.walls import barrier, bridge, guard_rail
from signs.art.roads.world import World

Painter = Callable[[Canvas], None]
Things = list[tuple[float, Painter]]

KINDS = (
    "house",
    "tree",
    "bush",
    "car",
    "lamp",
    "light",
    "board",
    "person",
    "post",
    "beacon",
    "litter",
)
# How many of each kind a place has at most.
MOST = {
    "city": (19, 14, 8, 17, 9, 6, 12, 9, 3, 5, 15),
    "village": (13, 18, 15, 9, 7, 2, 8, 4, 3, 2, 9),
    "country": (4, 26, 22, 5, 3, 0, 4, 2, 13, 2, 6),
    "woods": (1, 34, 22, 5, 2, 0, 2, 2, 13, 2, 3),
    "highway": (2, 16, 15, 14, 3, 0, 7, 0, 13, 5, 4),
}
WOODS_SHARE = {"city": 0.3, "village": 0.5, "country": 0.45, "woods": 0.95, "highway": 0.75}
PAINTERS = {
    "house": house,
    "tree": tree,
    "bush": bush,
    "lamp": lamp,
    "light": traffic_light,
    "board": posted,
    "person": person,
    "post": delineator,
    "beacon": beacon,
    "litter": litter,
}

# Half a width and the height of what a thing may hide, in meters.
REACH = {"house": (16.0, 30.0), "tree": (6.0, 15.0), "bush": (5.0, 4.0), "car": (2.0, 3.8)}


def scenery(world: World, planned: list[Planned], rng: Rng) -> Things:
    """Distances and painters of all things of a road, far ones first.

    Args:
        planned: plates that the things should not hide.
    """
    return sorted((*_borders(world, rng), *_things(world, planned, rng)), key=lambda each: -each[0])


def _borders(world: World, rng: Rng) -> Things:
    """What runs along the road: woods, walls, fences, rails; and a bridge."""
    things: Things = []
    for side in (-1, 1):
        for _ in range(2):
            if rng.random() < WOODS_SHARE[world.place]:
                things.append((250.0, partial(woods, world=world, side=side, rng=rng)))
        if rng.random() < 0.35:
            things.append((200.0, partial(barrier, world=world, side=side, rng=rng)))
        if rng.random() < (0.7 if world.place == "highway" else 0.15):
            things.append((150.0, partial(guard_rail, world=world, side=side, rng=rng)))
    if rng.random() < (0.2 if world.place == "highway" else 0.06):
        things.append((160.0, partial(bridge, world=world, rng=rng)))
    return things


def _things(world: World, planned: list[Planned], rng: Rng) -> Things:
    """What stands beside the road and drives on it, none of it before a sign."""
    things: Things = []
    for kind, most in zip(KINDS, MOST[world.place], strict=True):
        for _ in range(rng.integers(0, most + 1)):
            z = log_uniform(rng, 4, 200)
            side = 1 if rng.random() < 0.5 else -1
            x = side * (world.half + log_uniform(rng, 0.7, 12))
            if kind == "car":
                x, z = _on_road(world, side, max(z, 6.0), rng)
                coming = x < 0 and world.place != "highway"
                paint = partial(car, world=world, at=(x, z), coming=coming, rng=rng)
            else:
                if kind == "house":
                    x = side * (world.half + rng.uniform(2.5, 25))
                paint = partial(PAINTERS[kind], world=world, at=(x, z), rng=rng)
            if _clear(world, planned, (x, z), *REACH.get(kind, (1.5, 9.0))):
                things.append((z, paint))
    return things


def _on_road(world: World, side: int, z: float, rng: Rng) -> tuple[float, float]:
    """The place of a car: in a lane, or parked at a side of the road."""
    if world.place in ("city", "village") and rng.random() < 0.5:
        return side * (world.half + rng.uniform(-1.2, 3)), z
    lane = (int(rng.integers(world.lanes)) + 0.5) / world.lanes
    return (2 * lane - 1) * world.half, z


def _clear(
    world: World, planned: list[Planned], at: tuple[float, float], wide: float, tall: float
) -> bool:
    """Whether a thing hides no plate behind it."""
    x, z = at
    left, top = world.spot(x - wide, tall, z)
    right, bottom = world.spot(x + wide, 0, z)
    return not any(
        each.distance > z
        and left - each.side < each.center[0] < right + each.side
        and top - each.side < each.center[1] < bottom + each.side
        for each in planned
    )
