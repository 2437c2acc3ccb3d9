"""Sky, far hills and roofs, the ground, the road and its markings."""

import cv2
import numpy as np

from signs.art.fields import Array, Rng, clouds, fractal, log_uniform, ramp, tint
from signs.art.roads.canvas import Canvas, Points, codes_of, ink, polygon, polygons, within
from signs.art.roads.textures import multiplied, roughen, texture
from signs.art.roads.world import HEIGHT, WIDTH, World

COARSE = 4  # pixels of the canvas per pixel of the painted sky
NEAR, FAR = 1.5, 3000.0  # meters
GRASS = np.array((0.085, 0.14, 0.03), dtype=np.float32)
STRAW = np.array((0.27, 0.19, 0.08), dtype=np.float32)
SOIL = np.array((0.12, 0.085, 0.06), dtype=np.float32)
SNOW = np.array((0.85, 0.88, 0.95), dtype=np.float32)
STONE = np.array((0.22, 0.21, 0.20), dtype=np.float32)


def sky(world: World, rng: Rng) -> Canvas:
    """A canvas full of sky: a gradient, clouds of any number, glare of the sun."""
    height, width = HEIGHT // COARSE, WIDTH // COARSE
    low = ((ramp(height, width, np.pi / 2) + 0.6) * rng.uniform(0.3, 1.6)).clip(0, 1)[..., None]
    view = world.sky + (world.haze - world.sky) * low
    field = fractal(height, width, rng.uniform(1.5, 6), rng)
    field = field + 0.35 * (fractal(height, width, rng.uniform(12, 30), rng) - 0.5)
    hard, amount = log_uniform(rng, 1, 12), rng.uniform(0.25, 0.8)
    share = ((field - amount) * hard + 0.5).clip(0, 1)[..., None]
    white = np.float32(world.sky.mean() * rng.uniform(0.7, 3)) * tint(rng, 0.04)
    shaded = 1 - rng.uniform(0, 0.7) * ((field - amount) * 2).clip(0, 1)[..., None]
    view = view + (white * shaded - view) * share * np.float32(rng.random())
    if rng.random() < 0.25:  # the sun, or its glare behind thin clouds
        y, x = np.mgrid[:height, :width].astype(np.float32)
        at, reach = rng.uniform((0, 0), (width, height / 2)), rng.uniform(10, 150)
        glare = np.exp(-np.hypot(x - at[0], y - at[1]) / reach)[..., None]
        view = view + np.float32(rng.uniform(0.3, 4)) * glare
    codes = codes_of(np.asarray(view, dtype=np.float32))
    whole = np.asarray(cv2.resize(codes, (WIDTH, HEIGHT), interpolation=cv2.INTER_LINEAR), np.uint8)
    rough = texture("clouds", HEIGHT, WIDTH, rng.uniform(1.4, 4), rng)
    return multiplied(whole, rough, 0.15 * rng.random() ** 2)


def ridge(canvas: Canvas, world: World, rng: Rng) -> None:
    """What stands at the horizon: hills, woods, roofs."""
    for distance in (log_uniform(rng, 200, 1500), log_uniform(rng, 70, 250)):
        if rng.random() < 0.3:
            continue
        across = np.linspace(-20, WIDTH + 20, 160)
        tall = world.focal * rng.uniform(4, 22) / distance
        if rng.random() < 0.4:  # roofs
            steps = rng.integers(12, 60)
            shape = np.repeat(rng.random(int(steps)) ** 2, int(np.ceil(160 / steps)))[:160]
        else:
            shape = fractal(2, 160, rng.uniform(3, 40), rng)[0] + 0.3 * rng.random(160)
        top = world.horizon - tall * shape - 1
        outline = np.column_stack((across, top))
        foot = [(WIDTH + 20, world.horizon + 4), (-20, world.horizon + 4)]
        points = np.vstack((outline, foot))
        color = world.seen(green(world, rng) * np.float32(log_uniform(rng, 0.15, 1)), distance)
        polygon(canvas, points, color)
        roughen(canvas, points, "leaves", rng.uniform(0.3, 1.2), rng.uniform(0.2, 0.6), rng)


def green(world: World, rng: Rng) -> Array:
    """A color of plants in the season."""
    if world.season == "snow" and rng.random() < 0.5:
        return SNOW * np.float32(rng.uniform(0.5, 1))
    brown = {"bare": 0.8, "autumn": 0.6, "summer": 0.15, "snow": 0.8}[world.season] * rng.random()
    color = GRASS + (STRAW - GRASS) * np.float32(brown)
    return np.asarray(color * tint(rng, 0.25) * np.float32(rng.uniform(0.5, 1.5)), np.float32)


def strip(world: World, left: float, right: float, near: float = NEAR, far: float = FAR) -> Points:
    """The outline of a strip of ground along the road, from `near` to `far`."""
    steps = np.exp(np.linspace(np.log(near), np.log(far), 24 if far / near > 8 else 5))
    edge = np.zeros((len(steps), 3))
    edge[:, 2] = steps
    sides = []
    for x, order in ((left, 1), (right, -1)):
        edge[:, 0] = x
        sides.append(world.spots(edge[::order]))
    return np.vstack(sides)


def ground(canvas: Canvas, world: World, rng: Rng) -> None:
    """Grass, fields or pavement, sidewalks, and the road with its markings."""
    built = world.place in ("city", "village")
    base = SNOW if world.season == "snow" else STONE if built else green(world, rng)
    _plane(canvas, world, strip(world, -3000, 3000), base * tint(rng, 0.1), rng, not built)
    for side in (-1, 1):
        x = world.half
        for _ in range(rng.integers(0, 4)):
            wide = rng.uniform(0.6, 5)
            soil = (green(world, rng), STONE * rng.uniform(0.5, 1.8), SOIL)[
                rng.choice(3, p=(0.3, 0.6, 0.1) if built else (0.6, 0.2, 0.2))
            ]
            outline = strip(world, *sorted((side * x, side * (x + wide))))
            _plane(canvas, world, outline, soil * tint(rng, 0.1), rng, rng.random() < 0.5)
            if rng.random() < 0.5:  # its curb
                curb = STONE * np.float32(rng.uniform(0.6, 2))
                edge = strip(world, *sorted((side * x, side * (x + 0.2))))
                polygon(canvas, edge, world.seen(curb, 20))
            x += wide
    asphalt = rng.uniform(0.05, 0.28) * tint(rng, 0.12)
    road = strip(world, -world.half, world.half)
    _plane(canvas, world, road, np.asarray(asphalt, np.float32), rng, False)
    if rng.random() < 0.3:
        _wet(canvas, world, road, rng)
    _patches(canvas, world, np.asarray(asphalt, np.float32), rng)
    _markings(canvas, world, rng)
    if world.season == "autumn" or rng.random() < 0.15:
        _fallen(canvas, world, rng)


def _fallen(canvas: Canvas, world: World, rng: Rng) -> None:
    """Fallen leaves and litter at the sides of the road."""
    count = int(rng.integers(20, 400))
    side = rng.choice((-1, 1), count) * world.half + rng.normal(0, rng.uniform(0.3, 3), count)
    ahead = np.exp(rng.uniform(np.log(3), np.log(60), count))
    spots = world.spots(np.column_stack((side, np.zeros(count), ahead)))
    reach = (world.focal * 0.05 / ahead)[:, None, None] * rng.normal(0, 1, (count, 4, 2))
    bits = spots[:, None] + reach * (1, 0.35)
    for some in np.array_split(bits, 4):
        color = STRAW * tint(rng, 0.5) * np.float32(log_uniform(rng, 0.4, 2.5))
        polygons(canvas, list(some), world.seen(np.asarray(color, np.float32), 15))


def _plane(
    canvas: Canvas, world: World, outline: Points, color: Array, rng: Rng, plants: bool
) -> None:
    """Fill a strip of ground, rough in perspective: coarse nearby, fine far away."""
    polygon(canvas, outline, world.seen(color, 15))
    uneven = rng.uniform(0.02, 0.3 if plants else 0.12)
    roughen(canvas, outline, "clouds", uneven, rng.uniform(1.5, 4), rng)
    top = np.clip(outline[:, 1].min(), 0, HEIGHT)
    cuts = np.round(top + (HEIGHT - top) * np.array((0, 0.06, 0.18, 0.42, 1.0)))
    contrast = rng.uniform(0.3, 1.1) if plants else rng.uniform(0.05, 0.4)
    kind = str(rng.choice(("leaves", "grass", "clouds") if plants else ("grain",)))
    for n, scale in enumerate((0.25, 0.35, 0.6, 1.0)):
        rows = cuts[n], cuts[n + 1]
        fine = scale * rng.uniform(0.7, 1.4) * (1 if plants else 0.4)
        roughen(canvas, outline, kind, contrast, fine, rng, rows)


def _wet(canvas: Canvas, world: World, road: Points, rng: Rng) -> None:
    """Let a wet road mirror the sky, more so far away."""
    if (box := within(canvas, road)) is None:
        return
    left, top, right, bottom = box
    part = canvas[top:bottom, left:right]
    mask = np.zeros(part.shape[:2], np.uint8)
    cv2.fillPoly(mask, [np.round(np.clip(road, -9000, 9000) - (left, top)).astype(np.int32)], 255)
    share = np.linspace(1, 0, len(part), dtype=np.float32)[:, None] ** rng.uniform(0.5, 4)
    share = share * np.float32(rng.uniform(0.1, 0.6)) * clouds(len(part), right - left, 6, rng)
    mirrored = np.array(ink(world.haze * np.float32(0.7)), np.float32)
    mixed = part + (mirrored - part) * share.clip(0, 1)[..., None]
    cv2.copyTo(np.asarray(mixed, np.uint8), mask, part)


def _patches(canvas: Canvas, world: World, asphalt: Array, rng: Rng) -> None:
    """Mended places, cracks, shadows, puddles and manholes in the road."""
    for _ in range(rng.integers(0, 9)):
        x, z = rng.uniform(-world.half, world.half), log_uniform(rng, 3, 60)
        long, wide = log_uniform(rng, 0.3, 20), rng.uniform(0.05, 2)
        color = asphalt * np.float32(log_uniform(rng, 0.5, 1.8))
        points = strip(world, x - wide / 2, x + wide / 2, z, z + long)
        polygon(canvas, points, world.seen(color, z))
    if world.sun and rng.random() < 0.7:  # shadows of what stands beside the road
        dark = np.float32(1 - 0.75 * world.sun)
        for _ in range(rng.integers(1, 12)):
            z = log_uniform(rng, 3, 80)
            x, wide, lean = rng.uniform(-12, 12), rng.uniform(1, 10), rng.uniform(-6, 6)
            deep = rng.uniform(0.3, 4)
            corners = [(x, 0, z), (x + wide, 0, z), (x + wide + lean, 0, z + deep)]
            points = world.spots(np.array([*corners, (x + lean, 0, z + deep)]))
            polygon(canvas, points, world.seen(asphalt * dark, z))


def _markings(canvas: Canvas, world: World, rng: Rng) -> None:
    """Edge lines, lane lines, arrows and stop lines, worn more or less."""
    paint = rng.uniform(0.35, 1.0) * tint(rng, 0.06)
    yellow = rng.random() < 0.04
    color = np.asarray(paint * (1.2, 0.8, 0.15) if yellow else paint, np.float32)
    if rng.random() < 0.2 and world.place in ("city", "village"):
        return
    wide = rng.uniform(0.1, 0.2)
    strips = []
    for n in range(1, world.lanes):
        x = (2 * n / world.lanes - 1) * world.half
        if rng.random() < 0.25:
            strips.append(strip(world, x - wide / 2, x + wide / 2))
            continue
        dash, gap = (6.0, 12.0) if world.place == "highway" else (3.0, rng.uniform(3, 6))
        start = rng.uniform(2, 6)
        starts = np.arange(start, 140, dash + gap)
        strips += [strip(world, x - wide / 2, x + wide / 2, z, z + dash) for z in starts]
    if rng.random() < 0.7:
        edges = (-world.half + 0.3, world.half - 0.3)
        strips += [strip(world, x - wide / 2, x + wide / 2) for x in edges]
    if rng.random() < 0.15:
        z = log_uniform(rng, 5, 40)
        strips.append(strip(world, 0, world.half, z, z + 0.5))
    if rng.random() < 0.25:  # an arrow
        z, x = log_uniform(rng, 6, 30), world.half * rng.uniform(-0.6, 0.6)
        strips.append(strip(world, x - 0.1, x + 0.1, z, z + 3))
        head = np.array([(x - 0.5, 0, z + 3), (x + 0.5, 0, z + 3), (x, 0, z + 5)])
        strips.append(world.spots(head))
    if rng.random() < 0.12:  # a crossing
        z = log_uniform(rng, 6, 40)
        starts = np.arange(-world.half, world.half, 1.0)
        strips += [strip(world, x, x + 0.5, z, z + 4) for x in starts]
    for near, share in ((True, 1.0), (False, 0.9)):
        some = [s for s in strips if (s[:, 1].max() > world.horizon + 30) == near]
        for each in some:
            polygons(canvas, [each], world.seen(color * np.float32(share), 15 if near else 80))


def cluttered(canvas: Canvas, world: World, rng: Rng) -> None:
    """Fine detail over everything from somewhat above the horizon down, as real views have it."""
    top = float(np.clip(world.horizon - rng.uniform(0, 120), 0, HEIGHT - 8))
    whole = np.array([(0, top), (WIDTH, top), (WIDTH, HEIGHT), (0, HEIGHT)], np.float64)
    kind = str(rng.choice(("shapes", "leaves", "twigs", "grain")))
    roughen(canvas, whole, kind, rng.uniform(0.04, 0.25), rng.choice((0.125, 0.25, 0.5)), rng)


def dappled(canvas: Canvas, world: World, rng: Rng) -> None:
    """Light and shade of trees and clouds over everything below the horizon."""
    if rng.random() > world.sun:
        return
    top = int(np.clip(world.horizon - rng.uniform(-40, 60), 0, HEIGHT - 8))
    part = canvas[top:]
    # Shadows on the ground are long across the view, and finer far away.
    high, wide = len(part), WIDTH // 4
    field = fractal(high, wide, rng.uniform(3, 20), rng)
    field = cv2.resize(field[: max(4, high // 6)], (wide, high), interpolation=cv2.INTER_LINEAR)
    field = field + rng.uniform(0, 0.5) * (fractal(high, wide, 40, rng) - 0.5)
    shade = ((field - rng.uniform(0.35, 0.6)) * rng.uniform(2, 20)).clip(-0.5, 0.5) - 0.3
    codes = np.asarray(128 * (1 + shade * rng.uniform(0.2, 0.6)), np.uint8)
    large = cv2.resize(codes, (WIDTH, high), interpolation=cv2.INTER_LINEAR)
    part[:] = cv2.multiply(part, cv2.merge([large] * 3), scale=1 / 128)
