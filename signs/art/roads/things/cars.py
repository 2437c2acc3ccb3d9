"""Cars, vans and trucks, from behind, from the front, and parked."""

from collections.abc import Callable

import numpy as np

from signs.art.fields import Array, Rng, log_uniform, tint
from signs.art.roads.canvas import Canvas, Points, ellipse, line, polygon, rectangle, text
from signs.art.roads.textures import roughen
from signs.art.roads.things.boards import board, vivid, words
from signs.art.roads.world import World

PAINTS = np.array(
    ((0.03, 0.03, 0.035), (0.45, 0.46, 0.48), (0.8, 0.8, 0.8), (0.15, 0.16, 0.18),
     (0.4, 0.02, 0.02), (0.03, 0.06, 0.25), (0.1, 0.2, 0.12), (0.7, 0.45, 0.05)), np.float32
)  # fmt: skip
ROUND = np.linspace(0, 2 * np.pi, 20)


def car(canvas: Canvas, world: World, at: tuple[float, float], coming: bool, rng: Rng) -> None:
    """A car whose nearest end is at x, z."""
    x, z = at
    van = rng.random() < 0.25
    truck = rng.random() < 0.12
    wide = rng.uniform(1.6, 1.9) + 0.3 * van + 0.6 * truck
    tall = 3.6 if truck else rng.uniform(1.9, 2.6) if van else rng.uniform(1.35, 1.65)
    long = rng.uniform(6, 14) if truck else rng.uniform(3.6, 5)
    paint = np.asarray(
        PAINTS[rng.integers(len(PAINTS))] * rng.uniform(0.6, 1.2) * tint(rng, 0.1), np.float32
    )
    if (truck or van) and rng.random() < 0.3:
        paint = vivid(rng)
    dark = world.seen(np.full(3, 0.01, np.float32), z)
    shadow = [(x - wide * 0.55, 0, z), (x + wide * 0.55, 0, z), (x + wide * 0.6, 0, z + long)]
    polygon(canvas, world.spots(np.array([*shadow, (x - wide * 0.6, 0, z + long)])), dark)
    near = world.offset - 0.5 * world.curve * z * z
    flank = x - wide / 2 if x > near else x + wide / 2
    _flank(canvas, world, (flank, z, long, tall), paint, van or truck, rng)
    _end(canvas, world, (x, z, wide, tall), paint, (coming, van or truck), rng)


def _flank(
    canvas: Canvas,
    world: World,
    box: tuple[float, float, float, float],
    paint: Array,
    boxy: bool,
    rng: Rng,
) -> None:
    """The side that faces the camera: body, windows, wheels."""
    x, z, long, tall = box
    light = np.float32(log_uniform(rng, 0.4, 1.3))

    def outline(shape: tuple[tuple[float, float], ...]) -> Points:
        return world.spots(np.array([(x, v * tall, z + u * long) for u, v in shape]))

    hood = 0.97 if boxy else 0.62
    body = (
        (0, 0.18),
        (1, 0.18),
        (1, 0.55),
        (0.97, hood),
        (0.8, hood),
        (0.68, 1),
        (0.1, 1),
        (0, 0.6),
    )
    polygon(canvas, outline(body), world.seen(paint * light, z))
    low = ((0, 0.18), (1, 0.18), (1, rng.uniform(0.22, 0.45)), (0, rng.uniform(0.22, 0.45)))
    polygon(canvas, outline(low), world.seen(paint * light * np.float32(rng.uniform(0.3, 0.9)), z))
    roughen(canvas, outline(body), "clouds", rng.uniform(0, 0.3), 1.0, rng)
    for u in (0.06, 0.42, 0.74):  # gaps of the doors
        door = [world.spot(x, v * tall, z + u * long) for v in (0.22, 0.6)]
        line(canvas, door, world.seen(paint * np.float32(0.3), z), 0.012 * world.focal / z)
    glass = world.seen(np.full(3, 0.03, np.float32) + world.haze * np.float32(0.15), z)
    if not boxy:
        polygon(canvas, outline(((0.1, 0.63), (0.4, 0.63), (0.4, 0.93), (0.15, 0.93))), glass)
        polygon(canvas, outline(((0.43, 0.63), (0.74, 0.63), (0.66, 0.93), (0.43, 0.93))), glass)
    else:
        polygon(canvas, outline(((0.82, 0.55), (0.95, 0.55), (0.95, 0.9), (0.82, 0.9))), glass)
    hub = np.asarray(rng.uniform(0.05, 0.6) * tint(rng, 0.05), np.float32)
    for u in (0.18, 0.8):
        for reach, color in ((0.32, np.full(3, 0.012, np.float32)), (0.2, hub), (0.06, hub * 0.3)):
            wheel = np.column_stack(
                (np.full(20, x), 0.32 + reach * np.sin(ROUND), z + u * long + reach * np.cos(ROUND))
            )
            polygon(canvas, world.spots(wheel), world.seen(np.asarray(color, np.float32), z))


def _end(
    canvas: Canvas,
    world: World,
    box: tuple[float, float, float, float],
    paint: Array,
    kind: tuple[bool, bool],
    rng: Rng,
) -> None:
    """The rear, or the front if the car is coming: window, lamps, plate, wheels."""
    x, z, wide, tall = box
    coming, boxy = kind
    foot, pixels = world.spot(x, 0, z), world.focal / z
    w, h = wide * pixels / 2, tall * pixels

    def at(u: float, v: float) -> tuple[float, float]:
        return foot[0] + u * w, foot[1] - v * h

    def flat(color: Array | float) -> Array:
        return world.seen(np.asarray(np.broadcast_to(color, 3), np.float32), z)

    for u in (-0.85, 0.85):
        rectangle(canvas, (*at(u - 0.13, 0.3), *at(u + 0.13, 0.0)), flat(0.012))
    narrow = 0.98 if boxy else rng.uniform(0.7, 0.85)
    body = ((-0.95, 0.15), (0.95, 0.15), (1, 0.35), (0.98, 0.6), (narrow, 0.97), (narrow - 0.1, 1))
    points = [at(u, v) for u, v in body] + [at(-u, v) for u, v in body[:1:-1]]
    polygon(canvas, points, flat(paint))
    bumper = [at(u, v) for u, v in ((-0.95, 0.15), (0.95, 0.15), (0.97, 0.3), (-0.97, 0.3))]
    polygon(canvas, bumper, flat(paint * np.float32(0.5)))
    inner = narrow - 0.08
    glass = np.full(3, 0.02, np.float32) + world.haze * np.float32(rng.uniform(0.02, 0.3))
    if boxy and not coming:
        if rng.random() < 0.6 and w > 10:
            board(canvas, (*at(-0.9, 0.95), *at(0.9, 0.35)), world.light, rng)
    else:
        window = ((-0.88, 0.63), (0.88, 0.63), (inner, 0.93), (-inner, 0.93))
        pane = np.array([at(u, v) for u, v in window])
        polygon(canvas, pane, flat(glass))
        roughen(canvas, pane, "shapes", rng.uniform(0.1, 0.6), rng.uniform(0.3, 2), rng)
    roughen(canvas, np.array(points), "clouds", rng.uniform(0, 0.25), 1.0, rng)
    shine = [at(u, v) for u, v in ((-0.9, 0.6), (0.9, 0.6), (0.9, 0.57), (-0.9, 0.57))]
    polygon(canvas, shine, flat(paint * np.float32(log_uniform(rng, 0.3, 3))))
    for u in (-1, 1):  # mirrors
        ellipse(canvas, at(1.08 * u, 0.62), (0.1 * w, 0.05 * h), flat(paint * np.float32(0.5)))
    _lamps(canvas, at, (w, h), (coming, world.light), rng)
    number = (*at(-0.28, 0.42), *at(0.28, 0.33))
    rectangle(canvas, number, flat(0.7))
    if w > 20:
        text(canvas, number, words(rng), flat(0.02), rng)


def _lamps(
    canvas: Canvas,
    at: Callable[[float, float], tuple[float, float]],
    size: tuple[float, float],
    kind: tuple[bool, float],
    rng: Rng,
) -> None:
    """Rear lamps that may burn, or headlights."""
    w, h = size
    coming, light = kind
    burning = rng.random() < 0.4
    v, tall, wide = rng.uniform(0.45, 0.62), rng.uniform(0.05, 0.14), rng.uniform(0.08, 0.2)
    for u in (-0.8, 0.8):
        center = at(u, v)
        if coming:
            bright = rng.uniform(1.5, 4) if burning else 0.5 * light
            ellipse(canvas, center, (wide * w, 0.06 * h), np.full(3, bright, np.float32))
            continue
        red = np.array((0.35, 0.01, 0.01), np.float32) * np.float32(light)
        if burning:
            red = np.array((rng.uniform(0.5, 2.5), 0.05, 0.03), np.float32)
        box = (
            center[0] - wide * w,
            center[1] - tall * h,
            center[0] + wide * w,
            center[1] + tall * h,
        )
        rectangle(canvas, box, red)
        if rng.random() < 0.5:
            low = (box[0], center[1], box[2], center[1] + tall * h * 0.6)
            rectangle(canvas, low, red * 0.3 + np.float32(0.2 * light))
