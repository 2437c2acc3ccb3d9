"""The plates of a drive: each as it looks from nearby, with what it hangs on."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from signs.art.drives.clip import SIZE
from signs.art.drives.sprites import PlateSprite, Spot, ThingSprite
from signs.art.fields import Rng, log_uniform, tint
from signs.art.roads.canvas import Canvas, line
from signs.art.roads.hanging import hang
from signs.art.roads.layout import Planned
from signs.art.roads.shown import SIGN_LIGHT
from signs.art.roads.world import World

LARGEST = 160.0  # pixels of a plate's longer side, from which it only gets larger, not sharper
LEAST = 32.0  # pixels; smaller plates are shrunk
PANNED = 150.0  # pixels that a plate may be outside of the frame at most, and come back
POST_DETAIL = 100.0  # pixels per meter
ABOVE = 4.2  # meters; what hangs higher hangs on an arm
BEHIND = 0.02  # meters; a post is that far behind its plate


@dataclass(frozen=True, slots=True, eq=False)
class Hanging:
    """A plate that hangs somewhere.

    Attributes:
        sprite: its picture.
        spot: of its center.
        label: as `Planned` has it.
        box: float64[4], left, top, right and bottom of the plate in the picture, in pixels.
    """

    sprite: PlateSprite
    spot: Spot
    label: int
    box: npt.NDArray[np.float64]

    def box_at(self, world: World, ahead: float) -> npt.NDArray[np.float64]:
        """The plate's box in a frame: float64[4], in pixels, also beyond the frame's edges."""
        grown, left, top = self.sprite.placed(world, self.spot, ahead)
        return self.box * grown + np.array((left, top, left, top))


def spot_of(planned: Planned, world: World) -> Spot:
    """Where the center of a plate hangs that was planned in a picture of a world."""
    z = planned.distance
    side = (planned.center[0] - world.middle) * z / world.focal
    y = world.eye - (planned.center[1] - world.horizon) * z / world.focal
    return Spot(side + world.offset - 0.5 * world.curve * z * z, y, z)


def hung(
    planned: Planned, meters: float, spot: Spot, world: World, driven: float, rng: Rng
) -> Hanging:
    """Hang a plate, painted as large as it will be seen.

    Args:
        meters: its longer side.
        spot: of its center.
        world: as the camera sees it.
        driven: meters that the camera drives in all.
    """
    across = world.focal * abs(spot.x - world.offset) / (SIZE[0] / 2 + PANNED)
    up = world.focal * (spot.y - world.eye) / (world.horizon + PANNED)
    nearest = max(spot.z - driven, across, up, 1.0)
    side = float(np.clip(world.focal * meters / nearest, LEAST, LARGEST))
    light = world.light * log_uniform(rng, *SIGN_LIGHT)
    center = (LARGEST, LARGEST)
    plate = hang(planned.plate, center, side, light, rng)
    paint = np.concatenate((plate.color, plate.opacity), axis=-1)
    anchor = (center[0] - plate.left, center[1] - plate.top)
    box = plate.box.astype(np.float64) - np.array((plate.left, plate.top) * 2)
    return Hanging(PlateSprite(paint, anchor, side / meters), spot, planned.label, box)


def posts(plates: Sequence[Hanging], world: World, rng: Rng) -> list[tuple[ThingSprite, Spot]]:
    """What plates hang on: a post to the ground for each place, or a mast with an arm."""
    highest: dict[tuple[float, float], Hanging] = {}
    for each in plates:
        place = (each.spot.x, each.spot.z)
        if place not in highest or each.spot.y > highest[place].spot.y:
            highest[place] = each
    made = []
    for (x, z), each in highest.items():
        top = each.spot.y + 0.3 * np.ptp(each.box[1::2]) / each.sprite.scale
        metal = log_uniform(rng, 0.05, 0.6) * tint(rng, 0.08) * world.light
        mast = x if each.spot.y < ABOVE else float(np.copysign(world.half + rng.uniform(0.8, 2), x))
        wide = rng.uniform(0.05, 0.1) * (1 if mast == x else 2.5)
        sprite = _post(top, x - mast, wide, np.asarray(metal, np.float32))
        made.append((sprite, Spot(mast, 0.0, z + BEHIND)))
    return made


def _post(top: float, arm: float, wide: float, metal: npt.NDArray[np.float32]) -> ThingSprite:
    """A post of a height, with an arm of a length to the right, if that is negative to the left."""
    margin = POST_DETAIL * wide + 2
    reach = POST_DETAIL * abs(arm)
    size = (int(reach + 2 * margin), int(POST_DETAIL * top + margin))
    foot = (margin + (reach if arm < 0 else 0), POST_DETAIL * top + margin - 1)

    def painted(canvas: Canvas) -> None:
        head = (foot[0], margin)
        line(canvas, (foot, head), metal, POST_DETAIL * wide)
        if arm:
            end = (foot[0] + POST_DETAIL * arm, margin)
            line(canvas, (head, end), metal, POST_DETAIL * wide * 0.8)

    sprite = ThingSprite.of(painted, size, foot, POST_DETAIL)
    assert sprite is not None  # a post is at least a pixel wide
    return sprite
