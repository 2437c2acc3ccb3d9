"""Pictures of things, a few of each kind, that stand along a road again and again."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np

from signs.art.drives.sprites import ThingSprite
from signs.art.fields import Rng
from signs.art.roads.canvas import Canvas
from signs.art.roads.things.cars import car
from signs.art.roads.things.houses import house
from signs.art.roads.things.plants import bush, tree
from signs.art.roads.things.street import (
    beacon,
    delineator,
    lamp,
    person,
    posted,
    traffic_light,
)
from signs.art.roads.world import World

Painter = Callable[..., None]

MOST = 6  # pictures of a kind, on a side of the camera
# Half a width and the height in meters of all that a painter may paint.
REACH: dict[Painter, tuple[float, float]] = {
    house: (20.0, 27.0),
    tree: (8.0, 15.0),
    bush: (7.0, 4.6),
    car: (7.0, 4.0),
    lamp: (3.1, 11.0),
    traffic_light: (0.6, 6.5),
    posted: (3.0, 7.0),
    person: (1.2, 2.0),
    delineator: (0.4, 1.3),
    beacon: (0.6, 1.6),
}
LARGEST = (1300.0, 760.0)  # pixels, width and height of a picture
FINEST = 150.0  # pixels per meter
PAINTED_AT = 14.0  # meters; there a thing looks as deep as it is
LEAFY = (tree, bush)
STRAIGHT = 0.04  # share of a side of a picture that leaves may touch
TRIES = 6  # to paint a thing
MARGIN = 4  # pixels below the ground


class Stock:
    """The pictures of a drive.

    Args:
        world: as the camera sees it.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._kept: dict[tuple[Painter, bool], list[ThingSprite]] = {}

    def sprite(self, painter: Painter, x: float, rng: Rng, **how: bool) -> ThingSprite | None:
        """A picture of a thing beside the road; None if nothing of it would be seen.

        Args:
            painter: of `REACH`.
            x: where it stands, in meters from the middle of the road.
            how: passed on to the painter.
        """
        kept = self._kept.setdefault((painter, x > self._world.offset), [])
        if len(kept) >= MOST:
            return kept[rng.integers(len(kept))]
        half, tall = REACH[painter]
        scale = min(FINEST, LARGEST[0] / (2 * half), LARGEST[1] / tall)
        width, foot = int(2 * half * scale), int(tall * scale)
        focal, side = scale * PAINTED_AT, x - self._world.offset
        near = replace(
            self._world,
            focal=focal,
            middle=width / 2 - scale * side,
            horizon=foot - scale * self._world.eye,
            curve=0.0,
            sight=np.inf,
        )
        for _ in range(TRIES):
            seed = int(rng.integers(2**32))

            def painted(canvas: Canvas, seed: int = seed) -> None:
                paint = partial(painter, world=near, at=(x, PAINTED_AT), **how)
                paint(canvas, rng=np.random.default_rng(seed))

            sprite = ThingSprite.of(painted, (width, foot + MARGIN), (width / 2, foot), scale)
            if sprite and not (painter in LEAFY and _cut_off(sprite)):
                kept.append(sprite)
                return sprite
        return None


def _cut_off(sprite: ThingSprite) -> bool:
    """Whether leaves end in a straight line, as those of large crowns may."""
    opacity = sprite.paint[..., 3]
    sides = (opacity[:, 0], opacity[:, -1], opacity[0])
    return any((side > 0).mean() > STRAIGHT for side in sides)
