"""Where signs hang: their sizes, posts and heights as on German roads."""

from dataclasses import dataclass

import numpy as np

from signs.art.drawings import Drawings
from signs.art.fields import Rng, log_uniform
from signs.art.pose import Plate
from signs.art.roads.plates import any_back, any_outside, any_poster, any_sign
from signs.art.roads.world import HEIGHT, WIDTH, World

UNLABELED = -2  # what hangs like a sign and is none
MIN_SIDE, MAX_SIDE = 16.0, 128.0  # pixels
MEDIAN_SIDE, SIDE_SPREAD = 38.0, 0.5  # of GTSDB: 39 pixels, 0.44
EMPTY_SHARE = 0.1  # of the roads have no sign; in some others there is no room for one
POSTS = (0.5, 0.25, 0.15, 0.1)  # shares of 1, 2, 3, 4 posts with signs
MOST_SIGNS = 6
TRIES = 30
EDGE = 4.0  # pixels between a sign and the edge of the picture
SIZES = (0.42, 0.6, 0.6, 0.75, 0.9, 1.2)  # meters


@dataclass(frozen=True)
class Planned:
    """A plate to hang.

    Attributes:
        plate, label: what hangs there; the label may be `UNLABELED`.
        center: in pixels.
        side: the longer one, in pixels.
        distance: in meters.
        foot: y of the foot of its post in pixels; None where it has none.
    """

    plate: Plate
    label: int
    center: tuple[float, float]
    side: float
    distance: float
    foot: float | None


def plan(world: World, drawings: Drawings, rng: Rng) -> list[Planned]:
    """Choose all plates of a road, far ones first; no two of them overlap."""
    planned: list[Planned] = []
    if rng.random() >= EMPTY_SHARE:
        for _ in range(1 + int(rng.choice(len(POSTS), p=POSTS))):
            _post(planned, world, drawings, True, rng)
    for _ in range(rng.integers(0, 7)):
        _post(planned, world, drawings, False, rng)
    return sorted(planned, key=lambda each: -each.distance)


def side_of_sign(rng: Rng) -> float:
    """A longer side in pixels, spread as in photos."""
    while True:
        side = float(np.exp(rng.normal(np.log(MEDIAN_SIDE), SIDE_SPREAD)))
        if MIN_SIDE <= side <= MAX_SIDE:
            return side


def _post(planned: list[Planned], world: World, drawings: Drawings, signs: bool, rng: Rng) -> None:
    """Add a post with one to three plates, where there is room for it."""
    side = side_of_sign(rng)
    found = _position(planned, world, side, rng)
    if found is None:
        return
    (x, y), distance, foot = found
    count = int(rng.choice(3, p=(0.72, 0.23, 0.05))) + 1
    for n in range(count):
        held = sum(each.label >= 0 for each in planned)
        plate, label = _plate(drawings, signs, n > 0, rng)
        if label >= 0 and held >= MOST_SIGNS:
            return
        tall = side * float(np.ptp(plate.hull, axis=0)[1] / np.ptp(plate.hull, axis=0).max())
        middle = y + tall / 2 if n else y
        if not _free(planned, (x, middle), side) or middle + side / 2 > HEIGHT - EDGE:
            return
        planned.append(Planned(plate, label, (x, middle), side, distance, foot))
        y = middle + tall / 2 + side * rng.uniform(0.03, 0.12)


def _plate(drawings: Drawings, signs: bool, below: bool, rng: Rng) -> tuple[Plate, int]:
    """What hangs on a post: mostly a sign, below it also a supplementary plate."""
    chance = rng.random()
    if not signs:
        if chance < 0.65:
            return any_back(drawings, rng) if chance < 0.3 else any_poster(rng), UNLABELED
        return any_outside(drawings, rng, supplement=below and chance < 0.8)
    if below and chance < 0.4:
        return any_outside(drawings, rng, supplement=True)
    return any_sign(drawings, rng)


def _position(
    planned: list[Planned], world: World, side: float, rng: Rng
) -> tuple[tuple[float, float], float, float | None] | None:
    """Center, distance and foot of a plate of a size in pixels, or None if there is no room."""
    for _ in range(TRIES):
        z = world.focal * SIZES[rng.integers(len(SIZES))] / side
        beside = world.half + log_uniform(rng, 0.4, 5)
        x, low = beside if rng.random() < 0.62 else -beside, rng.normal(2.2, 0.4)
        chance = rng.random()
        if chance < 0.12:  # on an island, or at a place of work
            x, low = rng.uniform(-world.half, world.half), rng.uniform(0.5, 1.3)
        elif chance < 0.17:  # over the road
            x, low = rng.uniform(-world.half, world.half), rng.uniform(4.8, 6.5)
        center = world.spot(x, low, z)
        reach = side / 2 + EDGE
        inside = reach < center[0] < WIDTH - reach and reach < center[1] < HEIGHT - reach
        if inside and _free(planned, center, side):
            above = 0.12 <= chance < 0.17
            return center, z, None if above and rng.random() < 0.6 else world.spot(x, 0, z)[1]
    return None


def _free(planned: list[Planned], center: tuple[float, float], side: float) -> bool:
    """Whether a plate of a size would touch none on another post."""
    return all(
        max(abs(center[0] - each.center[0]), abs(center[1] - each.center[1]))
        > (side + each.side) / 2
        for each in planned
        if center[0] != each.center[0]
    )
