"""Houses: windows, doors, roofs, shop fronts."""

import numpy as np

from signs.art.fields import Array, Rng, log_uniform, tint
from signs.art.roads.canvas import Canvas, Points, polygon, polygons
from signs.art.roads.textures import roughen
from signs.art.roads.things.boards import board, logo, shop_front
from signs.art.roads.things.walls import Wall
from signs.art.roads.world import World

ROOF = np.array(((0.25, 0.09, 0.06), (0.1, 0.09, 0.09), (0.18, 0.12, 0.1)), np.float32)
MOST_WINDOWS = 60  # of a wall


def house(canvas: Canvas, world: World, at: tuple[float, float], rng: Rng) -> None:
    """A house whose corner nearest to the road and the camera is at x, z."""
    x, z = at
    side = 1 if x > 0 else -1
    floors = int(rng.integers(1, 7 if world.place == "city" else 4))
    tall = floors * rng.uniform(2.7, 3.4)
    deep, wide = rng.uniform(6, 30), rng.uniform(6, 16)
    paint = log_uniform(rng, 0.04, 0.8) * tint(rng, 0.4 * rng.random() ** 2)
    if rng.random() < 0.25:  # brick
        paint = np.array((0.3, 0.12, 0.08)) * rng.uniform(0.5, 1.6) * tint(rng, 0.15)
    shade = log_uniform(rng, 0.35, 1.0)
    front = Wall(world, (x, z), (x + side * wide, z), tall)
    flank = Wall(world, (x, z), (x, z + deep), tall)
    _roof(canvas, world, (x, z, side, wide, deep, tall), rng)
    style = (rng.uniform(1.8, 4), rng.uniform(0.3, 0.75), rng.uniform(0.35, 0.7))
    for wall, light in ((front, shade), (flank, shade * log_uniform(rng, 0.4, 2.0))):
        color = world.seen(np.asarray(paint * light, np.float32), z)
        facade(canvas, wall, color, floors, style, rng)


def facade(
    canvas: Canvas,
    wall: Wall,
    color: Array,
    floors: int,
    style: tuple[float, float, float],
    rng: Rng,
) -> None:
    """A wall with windows: `style` has meters for each, its share of them and of a floor."""
    whole = wall.patch(0, 0, 1, 1)
    polygon(canvas, whole, color)
    rough = float(np.clip(wall.world.focal / max(wall.start[1], 3) / 60, 0.2, 1.5))
    kind = str(rng.choice(("bricks", "grain", "clouds", "planks")))
    roughen(canvas, whole, kind, 0.5 * rng.random() ** 1.5, rough, rng)
    each, wide, high = style
    count = max(1, round(wall.length / each))
    if np.ptp(whole[:, 0]) < 8 or count * floors > MOST_WINDOWS:
        return
    glass = wall.world.light * log_uniform(rng, 0.01, 0.15) * tint(rng, 0.3)
    frame = color * np.float32(log_uniform(rng, 0.4, 2.5))
    shop = rng.random() < 0.35
    panes: dict[int, list[Points]] = {0: [], 1: [], 2: []}
    frames = []
    for floor in range(1 if shop else 0, floors):
        for n in range(count):
            u, v = (n + 0.5 - wide / 2) / count, (floor + 0.5 - high / 2) / floors
            u1, v1 = u + wide / count, v + high / floors
            frames.append(wall.patch(u, v, u1, v1))
            edge = 0.1 * wide / count, 0.08 * high / floors
            middle = (u + u1) / 2
            pane = int(rng.choice(3, p=(0.6, 0.25, 0.15)))
            panes[pane].append(wall.patch(u + edge[0], v + edge[1], middle, v1 - edge[1]))
            start = middle + edge[0] / 2
            panes[pane].append(wall.patch(start, v + edge[1], u1 - edge[0], v1 - edge[1]))
    polygons(canvas, frames, frame)
    _details(canvas, wall, frames, color, (floors, count), rng)
    mirrored = np.asarray(wall.world.haze * rng.uniform(0.1, 0.9), np.float32)
    curtain = frame * np.float32(rng.uniform(0.5, 1.2))
    for pane, paint in enumerate((np.asarray(glass, np.float32), mirrored, curtain)):
        polygons(canvas, panes[pane], paint)
    if shop:
        shop_front(canvas, wall.patch, 1 / floors, wall.world.light, rng)
    else:
        u = rng.uniform(0.05, 0.85)
        door = wall.patch(u, 0, u + 1.2 / wall.length, 0.75 / floors)
        polygon(canvas, door, frame * np.float32(0.3))


def _details(
    canvas: Canvas,
    wall: Wall,
    frames: list[Points],
    color: Array,
    grid: tuple[int, int],
    rng: Rng,
) -> None:
    """Sills, courses between floors, downpipes, balconies, posters and graffiti."""
    floors, count = grid
    if rng.random() < 0.6:
        sills = [np.vstack((f[:2], np.add(f[1::-1], (0, 1.5)))) for f in frames]
        polygons(canvas, sills, color * np.float32(log_uniform(rng, 0.3, 2)))
    if rng.random() < 0.4:
        for floor in range(1, floors):
            course = wall.patch(0, floor / floors - 0.02, 1, floor / floors + 0.01)
            polygon(canvas, course, color * np.float32(log_uniform(rng, 0.4, 2)))
    for _ in range(rng.integers(0, 3)):
        u = rng.random()
        pipe = wall.patch(u, 0, u + 0.12 / wall.length, 1)
        polygon(canvas, pipe, color * np.float32(log_uniform(rng, 0.3, 2)))
    if rng.random() < 0.25:  # balconies
        paint = np.asarray(color * log_uniform(rng, 0.3, 2) * tint(rng, 0.4), np.float32)
        for floor in range(1, floors):
            for n in range(0, count, 2):
                low = floor / floors
                polygon(
                    canvas, wall.patch(n / count, low, (n + 0.9) / count, low + 0.4 / floors), paint
                )
    for _ in range(rng.integers(0, 4)):
        u, v = rng.uniform(0, 0.85), rng.uniform(0, 0.9)
        around = wall.patch(
            u, v, u + rng.uniform(0.3, 2) / wall.length, v + rng.uniform(0.3, 2) / wall.tall
        )
        (left, top), (right, bottom) = around.min(0), around.max(0)
        if 4 < right - left < 300:
            light = wall.world.light * log_uniform(rng, 0.3, 1.2)
            if rng.random() < 0.6:
                board(canvas, (left, top, right, bottom), light, rng)
            else:
                logo(
                    canvas, [(left + right) / 2, (top + bottom) / 2], (right - left) / 2, light, rng
                )


def _roof(
    canvas: Canvas,
    world: World,
    box: tuple[float, float, int, float, float, float],
    rng: Rng,
) -> None:
    """A gable, a slope toward the road, or a flat roof with a chimney."""
    x, z, side, wide, deep, tall = box
    color = world.seen(ROOF[rng.integers(3)] * np.float32(rng.uniform(0.5, 2)), z)
    rise, over = rng.uniform(2, 6), 0.4
    if rng.random() < 0.3:
        return
    eaves = [(x - side * over, tall, z - over), (x - side * over, tall, z + deep)]
    ridge = [(x + side * wide / 2, tall + rise, z + deep), (x + side * wide / 2, tall + rise, z)]
    slope = world.spots(np.array(eaves + ridge))
    polygon(canvas, slope, color)
    roughen(canvas, slope, "bricks", rng.uniform(0, 0.5), rng.uniform(0.2, 0.6), rng)
    gable = [(x, tall, z), (x + side * wide, tall, z), (x + side * wide / 2, tall + rise, z)]
    polygon(canvas, world.spots(np.array(gable)), color * np.float32(log_uniform(rng, 0.5, 3)))
    for _ in range(rng.integers(0, 3)):
        u, v = rng.uniform(0, deep), rng.uniform(0.4, 0.9)
        foot = world.spot(x + side * wide / 2 * v, tall + rise * v, z + u)
        size = 0.7 * world.focal / (z + u)
        stack = ((foot[0] - size / 2, foot[1]), (foot[0] + size / 2, foot[1]))
        polygon(
            canvas,
            (*stack, (stack[1][0], foot[1] - 2 * size), (stack[0][0], foot[1] - 2 * size)),
            color,
        )
