"""Draw a whole road, from the sky to the camera. A seed fixes every pixel."""

from collections.abc import Callable
from functools import partial

import numpy as np
import numpy.typing as npt
from PIL import Image

from signs.art.drawings import GTSRB_DRAWINGS, Drawings
from signs.art.fields import Rng, log_uniform, tint
from signs.art.roads.canvas import Canvas, codes_of, light_of, line
from signs.art.roads.cars import car
from signs.art.roads.hanging import Hung, hang
from signs.art.roads.houses import barrier, bridge, guard_rail, house
from signs.art.roads.land import dappled, ground, ridge, sky
from signs.art.roads.layout import Planned, plan
from signs.art.roads.lens import photographed
from signs.art.roads.plants import bush, tree, woods
from signs.art.roads.street import (
    beacon,
    delineator,
    lamp,
    litter,
    person,
    posted,
    traffic_light,
    wires,
)
from signs.art.roads.world import World, make_world

Boxes = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int64]
Painter = Callable[[Canvas], None]

# How many of each thing a place has at most: they range from none to this number.
MOST = {
    "city": {"house": 12, "tree": 6, "bush": 3, "car": 9, "lamp": 5, "light": 4, "board": 7, "person": 5, "post": 2, "beacon": 3, "litter": 8},
    "village": {"house": 8, "tree": 8, "bush": 6, "car": 5, "lamp": 4, "light": 1, "board": 4, "person": 2, "post": 2, "beacon": 1, "litter": 5},
    "country": {"house": 2, "tree": 12, "bush": 9, "car": 3, "lamp": 1, "light": 0, "board": 2, "person": 1, "post": 8, "beacon": 1, "litter": 3},
    "woods": {"house": 0, "tree": 16, "bush": 9, "car": 3, "lamp": 1, "light": 0, "board": 1, "person": 1, "post": 8, "beacon": 1, "litter": 2},
    "motorway": {"house": 1, "tree": 7, "bush": 6, "car": 8, "lamp": 2, "light": 0, "board": 4, "person": 0, "post": 8, "beacon": 3, "litter": 2},
}  # fmt: skip
WOODS_SHARE = {"city": 0.2, "village": 0.4, "country": 0.4, "woods": 0.95, "motorway": 0.65}
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


def draw_road(rng: Rng, drawings: Drawings = GTSRB_DRAWINGS) -> tuple[Image.Image, Boxes, Labels]:
    """Draw a road with none to six signs.

    Args:
        rng: the source of all randomness.
        drawings: of the signs.

    Returns:
        RGB of 1360 x 800; boxes: float32[N, 4], left, top, right and bottom in pixels, right and
        bottom exclusive, tight around what is visible of each plate; labels: int64[N], class ids,
        or `LabelSpace.outside_label` for outside signs.

    Raises:
        SignsError: a sign has no drawing.
    """
    world = make_world(rng)
    canvas = sky(world, rng)
    ridge(canvas, world, rng)
    if rng.random() < 0.6:
        wires(canvas, world, rng)
    ground(canvas, world, rng)
    planned = plan(world, drawings, rng)
    things = [*_borders(world, rng), *_things(world, planned, rng)]
    boxes, labels = [], []
    waiting = list(planned)
    dappled_at = rng.uniform(5, 60)
    shaded = False
    for distance, paint in sorted(things, key=lambda each: -each[0]):
        if distance < dappled_at and not shaded:
            dappled(canvas, world, rng)
            shaded = True
        while waiting and waiting[0].distance > distance:
            _hang(canvas, world, waiting.pop(0), boxes, labels, rng)
        paint(canvas)
    for each in waiting:
        _hang(canvas, world, each, boxes, labels, rng)
    picture = photographed(canvas, (world.middle, world.horizon), rng)
    found = np.array(boxes, np.float32).reshape(-1, 4)
    return Image.fromarray(picture), found, np.array(labels, np.int64)


def _borders(world: World, rng: Rng) -> list[tuple[float, Painter]]:
    """What runs along the road: woods, walls, fences, rails; and a bridge."""
    things: list[tuple[float, Painter]] = []
    for side in (-1, 1):
        for _ in range(2):
            if rng.random() < WOODS_SHARE[world.place]:
                things.append((250.0, partial(woods, world=world, side=side, rng=rng)))
        if rng.random() < 0.35:
            things.append((200.0, partial(barrier, world=world, side=side, rng=rng)))
        if rng.random() < (0.7 if world.place == "motorway" else 0.15):
            things.append((150.0, partial(guard_rail, world=world, side=side, rng=rng)))
    if rng.random() < (0.2 if world.place == "motorway" else 0.06):
        things.append((160.0, partial(bridge, world=world, rng=rng)))
    return things


def _things(world: World, planned: list[Planned], rng: Rng) -> list[tuple[float, Painter]]:
    """What stands beside the road and drives on it, none of it before a sign."""
    things: list[tuple[float, Painter]] = []
    for kind, most in MOST[world.place].items():
        for _ in range(rng.integers(0, most + 1)):
            z = log_uniform(rng, 4, 120)
            side = 1 if rng.random() < 0.5 else -1
            x = side * (world.half + log_uniform(rng, 0.7, 12))
            if kind == "car":
                lane = (int(rng.integers(world.lanes)) + 0.5) / world.lanes
                x = (2 * lane - 1) * world.half
                parked = world.place in ("city", "village") and rng.random() < 0.5
                if parked:
                    x = side * (world.half + rng.uniform(-1.2, 3))
                z = max(z, 6.0)
                coming = x < 0 if world.place != "motorway" else False
                if _clear(world, planned, (x, z), 1.2, 2.2):
                    things.append((z, partial(car, world=world, at=(x, z), coming=coming, rng=rng)))
                continue
            if kind == "house":
                x = side * (world.half + rng.uniform(2.5, 25))
            wide, tall = {"house": (16, 30), "tree": (5, 15), "bush": (3, 3)}.get(kind, (1.5, 9))
            if _clear(world, planned, (x, z), wide, tall):
                paint = partial(PAINTERS[kind], world=world, at=(x, z), rng=rng)
                things.append((z, paint))
    return things


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


def _hang(
    canvas: Canvas,
    world: World,
    planned: Planned,
    boxes: list[npt.NDArray[np.float32]],
    labels: list[int],
    rng: Rng,
) -> None:
    """Hang a plate on its post, and note it if it counts."""
    pixels = world.focal / planned.distance
    x, y = planned.center
    metal = np.asarray(log_uniform(rng, 0.05, 0.6) * tint(rng, 0.08), np.float32)
    if planned.foot is not None:
        top = y - planned.side * rng.uniform(0.3, 0.7)
        color = world.seen(metal, planned.distance)
        line(canvas, ((x, top), (x, planned.foot)), color, rng.uniform(0.05, 0.1) * pixels)
    light = world.light * log_uniform(rng, 0.45, 1.8)
    hung = hang(planned.plate, planned.center, planned.side, light, rng)
    _composite(canvas, hung)
    if planned.label >= 0:
        boxes.append(hung.box)
        labels.append(planned.label)


def _composite(canvas: Canvas, hung: Hung) -> None:
    height, width = hung.size
    part = canvas[hung.top : hung.top + height, hung.left : hung.left + width]
    part[:] = codes_of(light_of(part) * (1 - hung.opacity) + hung.color)
