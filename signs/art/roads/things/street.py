"""Street furniture: lamps, wires, traffic lights, posts, beacons, people, boards on poles."""

import numpy as np

from signs.art.fields import Array, Rng, log_uniform, tint
from signs.art.roads.canvas import Canvas, ellipse, line, polygon, rectangle
from signs.art.roads.things.boards import blobs, board, logo
from signs.art.roads.world import WIDTH, World


def _gray(world: World, z: float, rng: Rng) -> Array:
    return world.seen(np.asarray(log_uniform(rng, 0.02, 0.6) * tint(rng, 0.1), np.float32), z)


def lamp(canvas: Canvas, world: World, at: tuple[float, float], rng: Rng) -> None:
    """A street lamp with an arm over the road, or any other mast."""
    x, z = at
    tall, pixels = rng.uniform(3.5, 10), world.focal / z
    color = _gray(world, z, rng)
    foot, top = world.spot(x, 0, z), world.spot(x, tall, z)
    line(canvas, (foot, top), color, 0.13 * pixels)
    if rng.random() < 0.7:
        reach = rng.uniform(0.4, 2.5) * (-1 if x > 0 else 1) * pixels
        tip = (top[0] + reach, top[1] - rng.uniform(0, 0.5) * pixels)
        line(canvas, (top, tip), color, 0.09 * pixels)
        ellipse(canvas, tip, (0.4 * pixels, 0.1 * pixels), color * np.float32(rng.uniform(0.7, 3)))
    else:
        ellipse(canvas, top, (0.25 * pixels, 0.25 * pixels), color * np.float32(rng.uniform(1, 4)))


def wires(canvas: Canvas, world: World, rng: Rng) -> None:
    """Wires across the sky, along the road or over it."""
    color = np.asarray(world.haze * rng.uniform(0.02, 0.5), np.float32)
    for _ in range(rng.integers(1, 8)):
        start = rng.uniform((-100, -100), (WIDTH + 100, world.horizon - 60))
        end = rng.uniform((-100, -100), (WIDTH + 100, world.horizon - 60))
        t = np.linspace(0, 1, 12)[:, None]
        path = start + (end - start) * t
        path[:, 1] += rng.uniform(0, 90) * 4 * (t * (1 - t))[:, 0]
        line(canvas, path, color, rng.choice((1, 1, 1, 2)))


def traffic_light(canvas: Canvas, world: World, at: tuple[float, float], rng: Rng) -> None:
    """A traffic light on a mast or over the road."""
    x, z = at
    pixels = world.focal / z
    low = rng.uniform(2.1, 2.6) if rng.random() < 0.7 else rng.uniform(4.5, 5.5)
    foot, center = world.spot(x, 0, z), world.spot(x, low + 0.45, z)
    line(canvas, (foot, (foot[0], center[1])), _gray(world, z, rng), 0.12 * pixels)
    w, h = 0.17 * pixels, 0.48 * pixels
    box = (center[0] - w, center[1] - h, center[0] + w, center[1] + h)
    rectangle(canvas, box, world.seen(np.full(3, rng.uniform(0.01, 0.08), np.float32), z))
    burning = int(rng.integers(-1, 3))
    hues = ((1.5, 0.06, 0.03), (1.5, 0.7, 0.03), (0.05, 1.2, 0.5))
    for n, hue in enumerate(hues):
        spot = (center[0], center[1] + (n - 1) * 0.3 * pixels)
        if n == burning:
            bright = np.array(hue, np.float32) * np.float32(rng.uniform(0.4, 2))
        else:
            bright = np.array(hue, np.float32) * np.float32(0.03 * world.light)
        ellipse(canvas, spot, (0.11 * pixels, 0.11 * pixels), bright)


def delineator(canvas: Canvas, world: World, at: tuple[float, float], rng: Rng) -> None:
    """A white post with a black slanted band and a reflector; or a bollard, red and white."""
    x, z = at
    pixels = world.focal / z
    foot = world.spot(x, 0, z)
    half, tall = 0.06 * pixels, rng.uniform(0.7, 1.1) * pixels
    left, right, top = foot[0] - half, foot[0] + half, foot[1] - tall
    rectangle(canvas, (left, top, right, foot[1]), world.seen(np.full(3, 0.7, np.float32), z))
    if rng.random() < 0.75:
        band = [(left, top + 0.15 * tall), (right, top + 0.05 * tall)]
        band += [(right, top + 0.35 * tall), (left, top + 0.45 * tall)]
        polygon(canvas, band, world.seen(np.full(3, 0.01, np.float32), z))
        spot = (foot[0], top + 0.25 * tall)
        amber = np.array((1, 0.5, 0.1), np.float32)
        ellipse(canvas, spot, (half * 0.5, half), world.seen(amber * np.float32(0.7), z))
        return
    for n in range(int(rng.integers(1, 4))):
        y = top + tall * n / 3.5
        red = np.array((0.5, 0.02, 0.02), np.float32)
        rectangle(canvas, (left, y, right, y + 0.14 * tall), world.seen(red, z))


def beacon(canvas: Canvas, world: World, at: tuple[float, float], rng: Rng) -> None:
    """A warning board with slanted stripes, red or black and white."""
    x, z = at
    pixels = world.focal / z
    foot = world.spot(x, rng.uniform(0, 0.3), z)
    wide, tall = rng.uniform(0.2, 0.5) * pixels, rng.uniform(0.6, 1.1) * pixels
    left, top = foot[0] - wide / 2, foot[1] - tall
    rectangle(
        canvas, (left, top, left + wide, foot[1]), world.seen(np.full(3, 0.75, np.float32), z)
    )
    dark = np.array((0.5, 0.02, 0.02) if rng.random() < 0.8 else (0.02, 0.02, 0.02), np.float32)
    count, lean = int(rng.integers(2, 6)), rng.choice((-1, 1)) * min(wide, tall / 4)
    for n in range(count):
        y = top + tall * (n + 0.25) / count
        high = 0.5 * tall / count
        ends = [(left, y + lean / 2), (left + wide, y - lean / 2)]
        ends += [(left + wide, y - lean / 2 + high), (left, y + lean / 2 + high)]
        clipped = [(px, float(np.clip(py, top, foot[1]))) for px, py in ends]
        polygon(canvas, clipped, world.seen(dark, z))


def person(canvas: Canvas, world: World, at: tuple[float, float], rng: Rng) -> None:
    """Somebody on foot or on a bicycle."""
    x, z = at
    p, foot = world.focal / z, world.spot(x, 0, z)
    coat = world.seen(np.asarray(log_uniform(rng, 0.02, 0.6) * tint(rng, 0.8), np.float32), z)
    legs = world.seen(np.asarray(log_uniform(rng, 0.01, 0.2) * tint(rng, 0.4), np.float32), z)
    for way in (-1.0, 1.0):
        ends = ((foot[0] + way * 0.15 * p, foot[1]), (foot[0], foot[1] - 0.85 * p))
        line(canvas, ends, legs, 0.15 * p)
    ellipse(canvas, (foot[0], foot[1] - 1.15 * p), (0.22 * p, 0.38 * p), coat)
    skin = np.array((0.45, 0.28, 0.2), np.float32)
    ellipse(canvas, (foot[0], foot[1] - 1.65 * p), (0.11 * p, 0.14 * p), world.seen(skin, z))
    if rng.random() < 0.3:
        for way in (-0.5, 0.5):
            hub = (foot[0] + way * 1.1 * p, foot[1] - 0.34 * p)
            ellipse(canvas, hub, (0.34 * p, 0.34 * p), legs, 0.05 * p)


def posted(canvas: Canvas, world: World, at: tuple[float, float], rng: Rng) -> None:
    """A board or a logo on posts: directions, advertising, a flag, a vending machine."""
    x, z = at
    p = world.focal / z
    tall = rng.uniform(0.8, 5)
    wide, high = log_uniform(rng, 0.4, 4), log_uniform(rng, 0.3, 2.5)
    foot = world.spot(x, 0, z)
    color = _gray(world, z, rng)
    for apart in (-0.35, 0.35) if rng.random() < 0.4 else (0.0,):
        end = foot[0] + apart * wide * p
        line(canvas, ((end, foot[1]), (end, foot[1] - tall * p)), color, 0.08 * p)
    top = foot[1] - tall * p
    light = world.light * log_uniform(rng, 0.4, 1.5)
    if rng.random() < 0.3:
        logo(canvas, [foot[0], top], 0.5 * high * p, light, rng)
        return
    left = foot[0] - wide * p / 2
    board(canvas, (left, top - high * p / 2, left + wide * p, top + high * p / 2), light, rng)


def litter(canvas: Canvas, world: World, at: tuple[float, float], rng: Rng) -> None:
    """Small colored things at the roadside."""
    x, z = at
    spot = world.spot(x, rng.uniform(0, 3), z)
    blobs(canvas, spot, rng.uniform(0.1, 1) * world.focal / z, world.light, rng)
