"""What stands along the road of a drive, as far as it goes."""

from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

import numpy as np

from signs.art.drawings import Drawings
from signs.art.drives.panels import LENGTH, fence, rail, wall
from signs.art.drives.plates import Hanging, hung, posts, spot_of
from signs.art.drives.sprites import Spot, Values
from signs.art.drives.stock import REACH, Painter, Stock
from signs.art.fields import Rng
from signs.art.roads.canvas import Canvas
from signs.art.roads.layout import EMPTY_SHARE, UNLABELED, plan
from signs.art.roads.scenery import WOODS_SHARE, scenery
from signs.art.roads.things.cars import car
from signs.art.roads.things.houses import house
from signs.art.roads.things.plants import bush, tree
from signs.art.roads.world import World

SECTION = 30.0  # meters of the road that are planned at once
SEEN = 150.0  # meters that things stand ahead of the camera at the end
FREE = 1.7  # meters to each side of the camera that nothing stands in
BESIDE = 2.3  # the same of plates, which would get larger than any camera sees them
CLEARANCE = 4.0  # meters; what hangs higher is driven under
APART = (1.5, 3.0)  # meters between posts, across and along
KEPT_CLEAR = 30.0  # meters before a plate in which nothing wide stands
WIDE: dict[Painter, float] = {tree: 4.0, bush: 3.5, car: 1.5}  # half a width of what hides, meters
NARROW = 0.6  # the same of all else
DEEP = 16.0  # meters that a house reaches away from the road
COMING = (8.0, 25.0)  # meters per second, of cars that come toward the camera
FASTER = (0.0, 3.0)  # meters per second that cars ahead are faster than the camera
WIDTH_OF_CAR, LENGTH_OF_CAR = 2.4, 9.0  # meters, with what is kept clear around it
LEAST_AHEAD = 12.0  # meters to a car that drives ahead
SPACE = 0.8  # meters from a plate to a wall behind it
LOW = 1.0  # meters; what is lower hides no plate
BORDER_SHARE = 0.35  # of the sides of a road have a wall or a fence
RAIL_SHARE = {"highway": 0.7, "country": 0.15, "woods": 0.15}  # of the sides have a rail

Placed = tuple[Painter, Spot, dict[str, bool]]  # and what else the painter is told


class Shape(Protocol):
    """What can be shown in a frame."""

    def area(self, world: World, spot: Spot, ahead: float) -> Values:
        """The box around it in a frame, float64[4]; an empty one where it is passed."""

    def opacity(self, x: Values, y: Values, world: World, spot: Spot, ahead: float) -> Values:
        """How much of what is behind it is hidden at pixels of the frame: float64[N], 0 to 1."""

    def show(self, canvas: Canvas, world: World, spot: Spot, ahead: float) -> None:
        """Paint it into a frame."""


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """Something along the road.

    Attributes:
        shape: how it looks.
        spot: where it stands.
    """

    shape: Shape
    spot: Spot


@dataclass(frozen=True, slots=True)
class Trip:
    """How far a camera drives.

    Attributes:
        world: as the camera sees it.
        meters: in all.
        speed: on average, in meters per second.
    """

    world: World
    meters: float
    speed: float


def course(
    picture: World, trip: Trip, drawings: Drawings, rng: Rng
) -> tuple[list[Standing], list[Hanging]]:
    """Choose and paint everything along a road.

    Args:
        picture: the world as a whole road is drawn.

    Returns:
        Things, plates among them, and the plates.
    """
    plates, placed = _sections(picture, trip, drawings, rng)
    placed += _woods(trip, rng)
    things = _things(placed, plates, trip, rng)
    things += _borders(plates, trip, rng)
    things += [Standing(sprite, spot) for sprite, spot in posts(plates, trip.world, rng)]
    things += [Standing(each.sprite, each.spot) for each in plates]
    return things, plates


def _sections(
    picture: World, trip: Trip, drawings: Drawings, rng: Rng
) -> tuple[list[Hanging], list[Placed]]:
    """What stands along one whole road after the other, each a section further on."""
    plates: list[Hanging] = []
    placed: list[Placed] = []
    empty = rng.random() < EMPTY_SHARE
    starts = np.arange(rng.uniform(-0.5, 0) * SECTION, max(trip.meters - 5, 1), SECTION)
    for start in starts.tolist():
        planned = [p for p in plan(picture, drawings, rng) if not (empty and p.label > UNLABELED)]
        for each in planned:
            spot = spot_of(each, picture)
            spot = replace(spot, z=spot.z + start)
            if _free(spot, plates, trip.world):
                meters = each.side * each.distance / picture.focal
                plates.append(hung(each, meters, spot, trip.world, trip.meters, rng))
        reach = SEEN if start == starts[-1] else 3 * SECTION
        for z, paint in scenery(picture, planned, rng):
            # What stands at a place is painted by a partial function that says where.
            if z < reach and isinstance(paint, partial) and paint.func in REACH:
                how = {"coming": bool(paint.keywords["coming"])} if paint.func is car else {}
                placed.append((paint.func, Spot(paint.keywords["at"][0], 0.0, start + z), how))
    return plates, placed


def _things(placed: list[Placed], plates: list[Hanging], trip: Trip, rng: Rng) -> list[Standing]:
    """Those things that are in nothing's way; cars drive."""
    stock = Stock(trip.world)
    cars: list[Spot] = []
    things = []
    speeds = (trip.speed + rng.uniform(*FASTER), -rng.uniform(*COMING))
    for painter, spot, how in placed:
        moved = spot
        if painter is car:
            moved = _driving(spot, speeds[how["coming"]], trip.world)
            if any(_crash(moved, other) for other in cars):
                continue
        if not _clear(painter, moved, plates, trip.world):
            continue
        if painter is car:
            cars.append(moved)
        sprite = stock.sprite(painter, spot.x, rng, **how)
        if sprite:
            things.append(Standing(sprite, moved))
    return things


def _free(spot: Spot, plates: list[Hanging], world: World) -> bool:
    """Whether the camera passes a plate, and no other post stands there."""
    if abs(spot.x - world.offset) < BESIDE and spot.y < CLEARANCE:
        return False
    return all(
        (spot.x, spot.z) == (each.spot.x, each.spot.z)
        or abs(spot.x - each.spot.x) > APART[0]
        or abs(spot.z - each.spot.z) > APART[1]
        for each in plates
    )


def _driving(spot: Spot, speed: float, world: World) -> Spot:
    """A car as it drives at a speed, if it is not parked beside the road."""
    return spot if abs(spot.x) > world.half - 0.5 else replace(spot, speed=speed)


def _crash(one: Spot, other: Spot) -> bool:
    """Whether two cars stand or drive in each other."""
    near = abs(one.z - other.z) < LENGTH_OF_CAR or one.speed != other.speed
    return abs(one.x - other.x) < WIDTH_OF_CAR and near


def _clear(painter: Painter, spot: Spot, plates: list[Hanging], world: World) -> bool:
    """Whether a thing is neither in the camera's way nor right before a plate."""
    half = WIDE.get(painter, NARROW)
    left, right = spot.x - half, spot.x + half
    if painter is house:
        left, right = (spot.x, spot.x + DEEP) if spot.x > 0 else (spot.x - DEEP, spot.x)
    in_the_way = left < world.offset + FREE and right > world.offset - FREE
    if in_the_way and (spot.speed <= 0 or spot.z < LEAST_AHEAD):
        return False
    return not any(
        left - NARROW < each.spot.x < right + NARROW and 0 < each.spot.z - spot.z < KEPT_CLEAR
        for each in plates
    )


def _woods(trip: Trip, rng: Rng) -> list[Placed]:
    """Trees and bushes in rows along the road."""
    placed: list[Placed] = []
    for side in (-1, 1):
        if rng.random() > WOODS_SHARE[trip.world.place]:
            continue
        beside, z = trip.world.half + rng.uniform(6, 16), rng.uniform(0, 40)
        end = trip.meters + SEEN
        apart, bushes = rng.uniform(2, 5), rng.uniform(0, 0.6)
        while z < end:
            painter = bush if rng.random() < bushes else tree
            x = side * (beside + rng.uniform(-1, 6) * (0.5 if painter is bush else 1))
            placed.append((painter, Spot(x, 0.0, z), {}))
            z += apart * rng.uniform(0.5, 1.5)
    return placed


def _borders(plates: list[Hanging], trip: Trip, rng: Rng) -> list[Standing]:
    """Walls, fences and rails along the road, in pieces."""
    things = []
    for side in (-1, 1):
        made = []
        if rng.random() < BORDER_SHARE:
            kind = wall if rng.random() < 0.5 else fence
            made.append((kind(trip.world, rng), rng.uniform(1.5, 9)))
        if rng.random() < RAIL_SHARE.get(trip.world.place, 0.0):
            made.append((rail(trip.world, rng), rng.uniform(0.6, 2)))
        for panel, beside in made:
            x = side * (trip.world.half + beside)
            if panel.tall > LOW and any(abs(x) < side * each.spot.x + SPACE for each in plates):
                continue  # it would hide them
            start = rng.uniform(-10, 0.5 * trip.meters)
            end = start + rng.uniform(40, 60 + trip.meters + SEEN)
            places = np.arange(start, min(end, trip.meters + SEEN), LENGTH).tolist()
            things += [Standing(panel, Spot(x, 0.0, z)) for z in places]
    return things
