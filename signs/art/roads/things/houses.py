"""Houses, walls, bridges: windows, doors, roofs, shop fronts."""

import numpy as np

from signs.art.fields import Array, Rng, log_uniform, tint
from signs.art.roads.canvas import Canvas, Points, line, polygon, polygons
from signs.art.roads.textures import roughen
from signs.art.roads.things.boards import shop_front
from signs.art.roads.world import World

ROOF = np.array(((0.25, 0.09, 0.06), (0.1, 0.09, 0.09), (0.18, 0.12, 0.1)), np.float32)
MOST_WINDOWS = 60  # of a wall


class Wall:
    """An upright wall between two points of the ground.

    Attributes:
        world: the scene.
        start, end: x and z of its ends.
        tall: its height.
    """

    def __init__(
        self, world: World, start: tuple[float, float], end: tuple[float, float], tall: float
    ) -> None:
        self.world, self.start, self.end, self.tall = world, start, end, tall

    @property
    def length(self) -> float:
        """In meters."""
        return float(np.hypot(self.end[0] - self.start[0], self.end[1] - self.start[1]))

    def patch(self, left: float, bottom: float, right: float, top: float) -> Points:
        """The outline of a rectangle of the wall; the sides are shares of its length and height."""
        (x0, z0), (x1, z1) = self.start, self.end
        corners = ((left, bottom), (right, bottom), (right, top), (left, top))
        places = [(x0 + (x1 - x0) * u, self.tall * v, z0 + (z1 - z0) * u) for u, v in corners]
        return self.world.spots(np.array(places))


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
    """A wall with its windows.

    Args:
        style: meters per window, and its share of that width and of a floor.
    """
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
            right = wall.patch(middle + edge[0] / 2, v + edge[1], u1 - edge[0], v1 - edge[1])
            panes[pane].append(right)
    polygons(canvas, frames, frame)
    mirrored = np.asarray(wall.world.haze * rng.uniform(0.1, 0.9), np.float32)
    curtain = frame * np.float32(rng.uniform(0.5, 1.2))
    for pane, paint in enumerate((np.asarray(glass, np.float32), mirrored, curtain)):
        polygons(canvas, panes[pane], paint)
    if shop:
        shop_front(canvas, lambda *sides: wall.patch(*sides), 1 / floors, wall.world.light, rng)
    else:
        u = rng.uniform(0.05, 0.85)
        polygon(
            canvas, wall.patch(u, 0, u + 1.2 / wall.length, 0.75 / floors), frame * np.float32(0.3)
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


def barrier(canvas: Canvas, world: World, side: int, rng: Rng) -> None:
    """A wall, a noise barrier or a fence along the road."""
    x, near, far = (
        side * (world.half + rng.uniform(1.5, 9)),
        rng.uniform(3, 30),
        rng.uniform(50, 250),
    )
    wall = Wall(world, (x, near), (x, far), rng.uniform(0.8, 4))
    color = world.seen(np.asarray(log_uniform(rng, 0.05, 0.6) * tint(rng, 0.35), np.float32), 25)
    if rng.random() < 0.5:
        whole = wall.patch(0, 0, 1, 1)
        polygon(canvas, whole, color)
        kind = str(rng.choice(("bricks", "planks", "shapes", "clouds")))
        roughen(canvas, whole, kind, rng.uniform(0.1, 0.7), rng.uniform(0.3, 1.2), rng)
        return
    step = rng.uniform(0.15, 3)
    for z in np.arange(near, min(far, near + 60 * step), step):
        foot, top = world.spot(x, 0, z), world.spot(x, wall.tall, z)
        line(canvas, (foot, top), color, 0.06 * world.focal / z)
    for height in np.linspace(0.3, 1, int(rng.integers(1, 5))):
        rail = [world.spot(x, wall.tall * height, z) for z in np.geomspace(near, far, 12)]
        line(canvas, rail, color, 0.05 * world.focal / (near + 4))


def guard_rail(canvas: Canvas, world: World, side: int, rng: Rng) -> None:
    """A steel rail on posts."""
    x, near = side * (world.half + rng.uniform(0.6, 2)), rng.uniform(2, 25)
    steel = rng.uniform(0.15, 0.6) * tint(rng, 0.08)
    for z in np.arange(near, 80, rng.choice((2.0, 4.0))):
        posts = world.spot(x, 0, z), world.spot(x, 0.7, z)
        line(
            canvas, posts, world.seen(np.asarray(steel * 0.5, np.float32), z), 0.1 * world.focal / z
        )
    steps = np.geomspace(near, 300, 24)
    for low, high, light in (
        (0.45, 0.75, 1.0),
        (0.45, 0.5, 0.4),
        (0.58, 0.62, 0.6),
        (0.7, 0.75, 1.3),
    ):
        bottom = world.spots(np.column_stack((np.full(24, x), np.full(24, low), steps)))
        top = world.spots(np.column_stack((np.full(24, x), np.full(24, high), steps)))
        color = world.seen(np.asarray(steel * light, np.float32), 30)
        polygon(canvas, np.vstack((bottom, top[::-1])), color)


def bridge(canvas: Canvas, world: World, rng: Rng) -> None:
    """A bridge over the road, dark underneath, or a gantry."""
    z, low = log_uniform(rng, 12, 120), rng.uniform(4.7, 6)
    high = low + rng.uniform(0.3, 2.5)
    color = np.asarray(log_uniform(rng, 0.03, 0.5) * tint(rng, 0.1), np.float32)
    far = z + rng.uniform(1, 20)
    under = world.spots(np.array([(-60, low, z), (60, low, z), (60, low, far), (-60, low, far)]))
    polygon(canvas, under, world.seen(color * np.float32(0.2), z))
    face = world.spots(np.array([(-60, low, z), (60, low, z), (60, high, z), (-60, high, z)]))
    polygon(canvas, face, world.seen(color, z))
    roughen(canvas, face, "clouds", rng.uniform(0.1, 0.5), 0.7, rng)
    for x in (-world.half - rng.uniform(1, 6), world.half + rng.uniform(1, 6)):
        feet = np.array([(x, 0, z), (x + 1, 0, z), (x + 1, low, z), (x, low, z)])
        polygon(canvas, world.spots(feet), world.seen(color * np.float32(0.7), z))
    rail = [world.spot(-60, high + 1, z), world.spot(60, high + 1, z)]
    line(canvas, rail, world.seen(color, z), 0.06 * world.focal / z)
