"""Upright rectangles along a road: rails, walls and fences, in true perspective."""

from dataclasses import dataclass

import cv2
import numpy as np

from signs.art.drives.sprites import Spot, Values, alpha_at, lay, overlap
from signs.art.fields import Array, Rng, log_uniform, tint
from signs.art.roads.canvas import Canvas, ink
from signs.art.roads.textures import multiplied, texture
from signs.art.roads.world import World

LENGTH = 4.0  # meters of a panel
REACH = 1.02 * LENGTH  # with what it shares with the next one, so that no seam shows
SHORTEST = 0.05  # meters; of what is left of a panel that is being passed
FINEST = 0.5  # pixels; what is narrower is not shown
DETAIL = 64  # pixels per meter
NEAREST = 0.7  # meters; a panel is cut off there


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """A rectangle that runs along the road.

    Attributes:
        paint: uint8[H, W, 4], code times opacity, then opacity; the near end is on the left.
        tall: its height in meters; its foot stands on the ground.
    """

    paint: Canvas
    tall: float

    def area(self, world: World, spot: Spot, ahead: float) -> Values:
        """The box around it in a frame, float64[4]; an empty one where it is passed."""
        corners = self._corners(world, spot, ahead)
        return np.zeros(4) if corners is None else np.concatenate((corners.min(0), corners.max(0)))

    def opacity(self, x: Values, y: Values, world: World, spot: Spot, ahead: float) -> Values:
        """How much of what is behind it is hidden at pixels of the frame: float64[N], 0 to 1."""
        corners = self._corners(world, spot, ahead)
        if corners is None:
            return np.zeros_like(x)
        height, width = self.paint.shape[:2]
        back = np.linalg.inv(_projection((width, height), corners, ahead))
        points = np.stack((x, y), axis=-1).reshape(1, -1, 2) - 0.5
        column, row = np.round(cv2.perspectiveTransform(points, back)[0].T).astype(int)
        return alpha_at(self.paint, column, row).reshape(x.shape) / 255

    def show(self, canvas: Canvas, world: World, spot: Spot, ahead: float) -> None:
        """Paint it into a frame, in the haze of its distance."""
        corners = self._corners(world, spot, ahead)
        if corners is None:
            return
        size = np.ptp(corners, axis=0)
        area = overlap(canvas, *corners.min(0), *size)
        if area is None or size.min() < FINEST:
            return
        # What is shrunk a lot is shrunk by area first.
        full = self.paint.shape[:2]
        height, width = (min(f, int(np.ceil(2 * s))) for f, s in zip(full, size[::-1], strict=True))
        paint = cv2.resize(self.paint, (width, height), interpolation=cv2.INTER_AREA)
        x, y, right, bottom = area
        move = _projection((width, height), corners - (x, y), ahead)
        patch = cv2.warpPerspective(paint, move, (right - x, bottom - y), flags=cv2.INTER_LINEAR)
        lay(canvas[y:bottom, x:right], patch, world, max(ahead, NEAREST))

    def _corners(self, world: World, spot: Spot, ahead: float) -> Values | None:
        """Of the part that is not passed: near foot and head, far head and foot; float64[4, 2]."""
        near, far = max(ahead, NEAREST), ahead + REACH
        if far - near < SHORTEST:
            return None
        ends = ((near, 0.0), (near, self.tall), (far, self.tall), (far, 0.0))
        return np.array([world.spot(spot.x, y, z) for z, y in ends])


def _projection(size: tuple[int, int], corners: Values, ahead: float) -> Values:
    """From pixels of a panel's picture, of a width and height, to those of a frame."""
    width, height = size
    cut = width * max(NEAREST - ahead, 0) / REACH
    of = np.array(((cut, height), (cut, 0), (width, 0), (width, height)))
    return np.asarray(
        cv2.getPerspectiveTransform(
            (of - 0.5).astype(np.float32), (corners - 0.5).astype(np.float32)
        )
    )


def rail(world: World, rng: Rng) -> Panel:
    """A steel rail on posts."""
    tall = 0.76
    paint = _empty(tall)
    steel = np.asarray(world.light * rng.uniform(0.15, 0.6) * tint(rng, 0.08), np.float32)
    step = float(rng.choice((2.0, 4.0)))
    for start in np.arange(0, LENGTH, step):
        _fill(paint, (start, 0.0, start + 0.1, 0.72), tall, steel * 0.5)
    for low, high, light in (
        (0.45, 0.75, 1.0), (0.45, 0.5, 0.4), (0.58, 0.62, 0.6), (0.7, 0.75, 1.3)
    ):  # fmt: skip
        _fill(paint, (0.0, low, LENGTH, high), tall, steel * light)
    return Panel(paint, tall)


def wall(world: World, rng: Rng) -> Panel:
    """A wall, a noise barrier or a hedge."""
    tall = rng.uniform(0.8, 4)
    paint = _empty(tall)
    color = np.asarray(world.light * log_uniform(rng, 0.05, 0.6) * tint(rng, 0.35), np.float32)
    _fill(paint, (0.0, 0.0, LENGTH, tall), tall, color)
    kind = str(rng.choice(("bricks", "planks", "shapes", "clouds", "leaves")))
    # Half of a panel and its mirror image, so that it goes on where another one ends.
    height, width = paint.shape[0], paint.shape[1] // 2
    half = texture(kind, height, width, rng.uniform(0.4, 1.5), rng)
    rough = np.ascontiguousarray(np.concatenate((half, half[:, ::-1]), axis=1))
    paint[..., :3] = multiplied(np.ascontiguousarray(paint[..., :3]), rough, rng.uniform(0.1, 0.7))
    return Panel(paint, tall)


def fence(world: World, rng: Rng) -> Panel:
    """Posts and bars."""
    tall = rng.uniform(0.8, 2)
    paint = _empty(tall)
    color = np.asarray(world.light * log_uniform(rng, 0.05, 0.6) * tint(rng, 0.35), np.float32)
    for start in np.arange(0, LENGTH, float(rng.choice((0.2, 0.5, 2.0)))):
        _fill(paint, (start, 0.0, start + 0.06, tall), tall, color)
    for height in np.linspace(0.3, 0.97, int(rng.integers(1, 5))) * tall:
        _fill(paint, (0.0, height - 0.03, LENGTH, height + 0.03), tall, color)
    return Panel(paint, tall)


def _empty(tall: float) -> Canvas:
    return np.zeros((round(tall * DETAIL), round(LENGTH * DETAIL), 4), np.uint8)


def _fill(paint: Canvas, box: tuple[float, float, float, float], tall: float, color: Array) -> None:
    """Fill a rectangle: start, bottom, end and top in meters."""
    start, bottom, end, top = box
    rows = slice(round((tall - top) * DETAIL), round((tall - bottom) * DETAIL))
    paint[rows, round(start * DETAIL) : round(end * DETAIL)] = (*ink(color), 255)
