"""Walls, fences, guard rails and bridges."""

import numpy as np

from signs.art.fields import Rng, log_uniform, tint
from signs.art.roads.canvas import Canvas, Points, line, polygon
from signs.art.roads.textures import roughen
from signs.art.roads.world import World


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
