"""Flat pictures that stand in a drive at a distance of their own."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar

import cv2
import numpy as np
import numpy.typing as npt

from signs.art.fields import Array
from signs.art.roads.canvas import Canvas, codes_of, ink, light_of
from signs.art.roads.world import World

NEAREST = 1.0  # meters; what is nearer is passed
SMALLEST_SHOWN = 0.6  # pixels, of the longer side
FAINTEST = 0.01  # share of haze that is left out
Values = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something stands: x to the right, y above the road, z ahead of the start, in meters.

    Attributes:
        speed: with which it moves ahead, in meters per second.
    """

    x: float
    y: float
    z: float
    speed: float = 0.0

    def ahead(self, time: float, driven: float) -> float:
        """Meters from the camera."""
        return self.z + self.speed * time - driven


@dataclass(frozen=True, slots=True, eq=False)
class Sprite(ABC):
    """A picture with a scale.

    Attributes:
        paint: [H, W, 4], color times opacity, then opacity.
        anchor: the pixel that stands at its spot, counted from the corner.
        scale: pixels per meter.
    """

    paint: Array
    anchor: tuple[float, float]
    scale: float
    opaque: ClassVar[float] = 1.0

    def placed(self, world: World, spot: Spot, ahead: float) -> tuple[float, float, float]:
        """Size of its pixels, and left and top, in pixels of the frame."""
        x, y = world.spot(spot.x, spot.y, ahead)
        grown = world.focal / ahead / self.scale
        return grown, x - self.anchor[0] * grown, y - self.anchor[1] * grown

    def area(self, world: World, spot: Spot, ahead: float) -> Values:
        """The box around it in a frame, float64[4]; an empty one where it is passed."""
        if ahead < NEAREST:
            return np.zeros(4)
        grown, left, top = self.placed(world, spot, ahead)
        height, width = self.paint.shape[:2]
        return np.array((left, top, left + width * grown, top + height * grown))

    def opacity(self, x: Values, y: Values, world: World, spot: Spot, ahead: float) -> Values:
        """How much of what is behind it is hidden at pixels of the frame: float64[N], 0 to 1."""
        if ahead < NEAREST:
            return np.zeros_like(x)
        grown, left, top = self.placed(world, spot, ahead)
        column = np.floor((x - left) / grown).astype(int)
        row = np.floor((y - top) / grown).astype(int)
        return alpha_at(self.paint, column, row) / self.opaque

    def show(self, canvas: Canvas, world: World, spot: Spot, ahead: float) -> None:
        """Paint it into a frame, in the haze of its distance; nothing where it is passed."""
        if ahead < NEAREST:
            return
        grown, left, top = self.placed(world, spot, ahead)
        height, width = self.paint.shape[:2]
        area = overlap(canvas, left, top, width * grown, height * grown)
        if area is not None:
            part = canvas[area[1] : area[3], area[0] : area[2]]
            self._lay(part, (grown, left - area[0], top - area[1]), world, ahead)

    @abstractmethod
    def _lay(
        self, part: Canvas, place: tuple[float, float, float], world: World, ahead: float
    ) -> None:
        """Paint it into a part of a frame, where its pixels have a size, left and top."""


@dataclass(frozen=True, slots=True, eq=False)
class ThingSprite(Sprite):
    """A thing: uint8, in codes of light."""

    _levels: list[Canvas] = field(default_factory=list)
    opaque: ClassVar[float] = 255.0

    @staticmethod
    def of(
        painted: Callable[[Canvas], None],
        size: tuple[int, int],
        anchor: tuple[float, float],
        scale: float,
    ) -> "ThingSprite | None":
        """What a painter paints, the same at each call; None if that is nothing.

        Args:
            size: width and height of the canvas.
        """
        dark = np.zeros((size[1], size[0], 3), np.uint8)
        bright = np.full_like(dark, 255)
        painted(dark)
        painted(bright)
        # Where black and white behind it make a difference, it is not opaque.
        red, green, blue = cv2.split(cv2.subtract(bright, dark))
        opacity = cv2.bitwise_not(cv2.max(cv2.max(red, green), blue))
        left, top, width, height = cv2.boundingRect(opacity)
        if not width:
            return None
        part = np.s_[top : top + height, left : left + width]
        paint = np.dstack((dark[part], opacity[part]))
        return ThingSprite(paint, (anchor[0] - left, anchor[1] - top), scale)

    def _lay(
        self, part: Canvas, place: tuple[float, float, float], world: World, ahead: float
    ) -> None:
        paint, shrunk = self._level(place[0])
        lay(part, _moved(paint, part.shape[1::-1], (place[0] * shrunk, *place[1:])), world, ahead)

    def _level(self, grown: float) -> tuple[Canvas, float]:
        """The picture shrunk by a power of two, about as large as it is shown, and that power."""
        if not self._levels:
            self._levels.append(self.paint)
        octave = int(np.clip(np.floor(0.5 - np.log2(grown)), 0, 12))
        while len(self._levels) <= octave and min(self._levels[-1].shape[:2]) > 1:
            self._levels.append(_halved(self._levels[-1]))
        octave = min(octave, len(self._levels) - 1)
        return self._levels[octave], float(2**octave)


@dataclass(frozen=True, slots=True, eq=False)
class PlateSprite(Sprite):
    """A plate: float32, in linear light. What has to be read is shrunk with more care."""

    def _lay(
        self, part: Canvas, place: tuple[float, float, float], world: World, ahead: float
    ) -> None:
        grown, left, top = place
        times = max(1, int(np.ceil(1 / grown)))
        height, width = part.shape[:2]
        fine = (width * times, height * times)
        patch = _moved(self.paint, fine, (grown * times, left * times, top * times))
        # Each pixel is the mean over its area.
        patch = cv2.resize(patch, (width, height), interpolation=cv2.INTER_AREA)
        color, opacity = patch[..., :3], patch[..., 3:]
        share = np.float32(1 - np.exp(-ahead / world.sight))
        color = color + (world.haze * opacity - color) * share
        part[:] = codes_of(light_of(part) * (1 - opacity) + color)


def _moved(
    paint: Array, size: tuple[int, int] | tuple[int, ...], place: tuple[float, float, float]
) -> Array:
    """A picture scaled, with its corner moved to left and top, in a frame of a size."""
    scale, left, top = place
    half = (scale - 1) / 2  # OpenCV counts from the middle of the first pixel
    move = np.array(((scale, 0, left + half), (0, scale, top + half)))
    return cv2.warpAffine(paint, move, size, flags=cv2.INTER_LINEAR)


def alpha_at(
    paint: Array, column: npt.NDArray[np.intp], row: npt.NDArray[np.intp]
) -> npt.NDArray[np.float64]:
    """The last channel of pixels of [H, W, 4]: float64[N], 0 outside."""
    height, width = paint.shape[:2]
    inside = (column >= 0) & (row >= 0) & (column < width) & (row < height)
    found = paint[row.clip(0, height - 1), column.clip(0, width - 1), 3]
    return np.where(inside, found, 0).astype(np.float64)


def overlap(
    canvas: Canvas, left: float, top: float, width: float, height: float
) -> tuple[int, int, int, int] | None:
    """The part of a canvas that a box covers: left, top, right and bottom.

    None if it covers none, or is too small to be seen.
    """
    tall, wide = canvas.shape[:2]
    x, y = max(0, int(np.floor(left))), max(0, int(np.floor(top)))
    right, bottom = min(wide, int(np.ceil(left + width))), min(tall, int(np.ceil(top + height)))
    if right <= x or bottom <= y or max(width, height) < SMALLEST_SHOWN:
        return None
    return x, y, right, bottom


def lay(part: Canvas, patch: Array, world: World, ahead: float) -> None:
    """Lay uint8[H, W, 4], code times opacity and opacity, over a part of a canvas, in haze."""
    share = float(1 - np.exp(-ahead / world.sight))
    color = cv2.cvtColor(patch, cv2.COLOR_BGRA2BGR)  # the first three channels
    opacity = cv2.merge([cv2.extractChannel(patch, 3)] * 3)
    if share > FAINTEST:
        haze = np.array((*ink(world.haze), 0), np.float64)
        hazy = cv2.multiply(opacity, haze, scale=share / 255)
        color = cv2.addWeighted(color, 1 - share, hazy, 1, 0)
    behind = cv2.bitwise_not(opacity)
    cv2.add(cv2.multiply(part, behind, scale=1 / 255), color, dst=part)


def _halved(paint: Canvas) -> Canvas:
    height, width = paint.shape[:2]
    even = cv2.copyMakeBorder(paint, 0, height % 2, 0, width % 2, cv2.BORDER_CONSTANT)
    half = ((width + 1) // 2, (height + 1) // 2)
    return np.asarray(cv2.resize(even, half, interpolation=cv2.INTER_AREA), np.uint8)
