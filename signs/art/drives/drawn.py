"""Drawn drives: a camera that drives through a drawn world, which needs no data.

The ground is a plane, and all that stands on it a flat picture at its own distance, so that near
things pass quickly and far ones slowly. A seed fixes every pixel.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from signs.art.drawings import GTSRB_DRAWINGS, Drawings
from signs.art.drives.clip import SIZE, Picture
from signs.art.drives.course import Standing, Trip, course
from signs.art.drives.ground import GroundMap
from signs.art.drives.path import travelled, turning
from signs.art.drives.sensor import Grain, Sensor, any_sensor
from signs.art.drives.visibility import truth_of_signs
from signs.art.roads.canvas import Canvas
from signs.art.roads.hanging import legible
from signs.art.roads.land import ridge, sky
from signs.art.roads.world import HEIGHT, WIDTH, World, make_world
from signs.records.drive import DriveTruth

SHARE = SIZE[0] / WIDTH  # of a whole road's pixels that a frame has
SPARE = ((WIDTH - SIZE[0]) / 2, (HEIGHT - SIZE[1]) / 2)  # pixels of sky around a frame
KERB = 1.2  # meters from the camera to the edge of the road, at least
BEYOND = 80.0  # meters of ground that are drawn ahead of the last frame
Values = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class DrawnDrive:
    """A clip that is made frame by frame.

    Attributes:
        truth: the signs in it.
        size: width and height of the frames.
        things: all that stands along the road, plates among them.
    """

    truth: DriveTruth
    size: tuple[int, int]
    things: tuple[Standing, ...]
    _world: World
    _driven: Values
    _shifts: Values
    _sky: Canvas
    _ground: GroundMap
    _sensor: Sensor
    _seed: int

    def frames(self) -> Iterator[Picture]:
        """The frames, uint8[H, W, 3], the same at each call."""
        grain = Grain(self._seed, self.size, self._sensor.noise)
        gain, before = None, 0.0
        rows = zip(self.truth.times.tolist(), self._driven.tolist(), self._shifts, strict=True)
        for time, driven, shift in rows:
            canvas = self._view(time, driven, shift)
            gain = self._sensor.followed(gain, canvas, time - before)
            before = time
            yield grain.on(self._sensor.developed(canvas, gain))

    def legible(self) -> npt.NDArray[np.bool_]:
        """Of which boxes the sign can be made out where it is largest: bool[M]."""
        signs, answer = self.truth.signs, np.zeros(len(self.truth.counted), np.bool_)
        sides = np.where(self.truth.counted, (signs.boxes[:, 2:] - signs.boxes[:, :2]).min(1), 0)
        for number in np.unique(signs.numbers[self.truth.counted]).tolist():
            largest = int(np.argmax(np.where(signs.numbers == number, sides, -1)))
            frame = int(signs.frames[largest])
            time, driven = float(self.truth.times[frame]), float(self._driven[frame])
            canvas = self._view(time, driven, self._shifts[frame])
            picture = self._sensor.developed(canvas, self._sensor.gain(canvas))
            levels = picture.clip(0, 255).astype(np.uint8)
            answer |= (signs.numbers == number) & legible(levels, signs.boxes[largest])
        return answer

    def _view(self, time: float, driven: float, shift: Values) -> Canvas:
        """What the camera sees, in codes of light."""
        world = moved(self._world, shift)
        move = np.array(((1, 0, shift[0] - SPARE[0]), (0, 1, shift[1] - SPARE[1])))
        canvas = np.asarray(cv2.warpAffine(self._sky, move, self.size), np.uint8)
        self._ground.show(canvas, world, driven)
        near = [(each.spot.ahead(time, driven), each) for each in self.things]
        for ahead, each in sorted(near, key=lambda pair: -pair[0]):
            each.shape.show(canvas, world, each.spot, ahead)
        return canvas


def moved(world: World, shift: Values) -> World:
    """A world as a camera sees it that pans: the picture moves."""
    return replace(world, middle=world.middle + shift[0], horizon=world.horizon + shift[1])


def drawn_drive(
    seed: int, seconds: float = 3.0, rate: float = 25.0, drawings: Drawings = GTSRB_DRAWINGS
) -> DrawnDrive:
    """Draw a world and drive through it.

    Args:
        seed: fixes every pixel.
        seconds: of the clip.
        rate: frames per second.
        drawings: of the signs.

    Raises:
        SignsError: a sign has no drawing.
    """
    rng = np.random.default_rng(seed)
    picture = make_world(rng)
    picture = replace(picture, offset=min(picture.offset, picture.half - KERB))
    world = replace(
        picture,
        focal=picture.focal * SHARE,
        middle=picture.middle * SHARE,
        horizon=picture.horizon * SHARE,
    )
    times = np.arange(max(1, round(seconds * rate))) / rate
    driven = travelled(times, rng)
    shifts = turning(times, rng).clip(np.negative(SPARE), SPARE)
    around = moved(world, np.array(SPARE))
    far = sky(around, rng)
    ridge(far, around, rng)
    ground = GroundMap(world, float(driven[-1]) + BEYOND, rng)
    speed = float(driven[-1] / times[-1]) if len(times) > 1 else 0.0
    things, plates = course(picture, Trip(world, float(driven[-1]), speed), drawings, rng)
    signs = [each for each in plates if each.label >= 0]
    views = [
        (time, ahead, moved(world, shift))
        for time, ahead, shift in zip(times.tolist(), driven.tolist(), shifts, strict=True)
    ]
    truth = truth_of_signs(signs, things, views)
    sensor, grain = any_sensor(rng), int(rng.integers(2**32))
    made = DrawnDrive(truth, SIZE, tuple(things), world, driven, shifts, far, ground, sensor, grain)
    return replace(made, truth=replace(truth, counted=truth.counted & made.legible()))
