"""Pseudo-drives: one picture of a road, with boxes, as a camera might have driven into it.

The picture is scaled about the point that the camera moves toward, panned, shaken and exposed; the
boxes are carried along. All of it lies at one distance, unlike the things of a real road, and what
is closer than the picture shows it is blurred. A seed fixes every pixel.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from signs.art.drives.clip import SIZE, Picture, truth_of
from signs.art.drives.path import CameraPath, drive_path
from signs.art.drives.sensor import Grain
from signs.art.fields import Rng
from signs.records.drive import DriveTruth
from signs.records.scene import Boxes, Labels

AHEAD = (0.5, 0.55)  # the point that the camera moves toward, as a share of width and height
SPREAD = 0.03  # standard deviation of that point, in the same shares
SPARE = 1.04  # the window into the picture is smaller than the picture by this, at least


@dataclass(frozen=True, slots=True, eq=False)
class PseudoDrive:
    """A clip that is made frame by frame.

    Attributes:
        truth: the signs in it. A sign counts where it is whole and not too small.
        size: width and height of the frames.
    """

    truth: DriveTruth
    size: tuple[int, int]
    _picture: Picture
    _path: CameraPath
    _maps: npt.NDArray[np.float64]
    _seed: int

    def frames(self) -> Iterator[Picture]:
        """The frames, uint8[H, W, 3], the same at each call."""
        grain = Grain(self._seed, self.size)
        for (scale, dx, dy), gain in zip(self._maps.tolist(), self._path.gains, strict=True):
            # Of what is enlarged, smooth edges; what is shrunk a little has no need of more.
            method = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_LINEAR
            # OpenCV counts from the middle of the first pixel, boxes from its corner.
            half = (scale - 1) / 2
            move = np.array(((scale, 0, dx + half), (0, scale, dy + half)))
            view = cv2.warpAffine(self._picture, move, self.size, flags=method)
            # The gain is one of light, and pixels hold its 2.2th root.
            yield grain.on(view.astype(np.float32) * np.float32(gain ** (1 / 2.2)))


def pseudo_drive(
    picture: Picture,
    boxes: Boxes,
    labels: Labels,
    rng: Rng,
    seconds: float = 3.0,
    rate: float = 25.0,
) -> PseudoDrive:
    """Drive into a picture.

    Args:
        picture: uint8[H, W, 3], larger than `SIZE`.
        boxes: float32[N, 4], of the signs.
        labels: int64[N], as in `Scene`. Signs of `IGNORED` and outside signs are in the truth too;
            those of `IGNORED` never count.
        seconds: of the clip.
        rate: frames per second.
    """
    path = drive_path(seconds, rate, rng)
    whole, size = np.array(picture.shape[1::-1], np.float64), np.array(SIZE, np.float64)
    ahead = (np.array(AHEAD) + SPREAD * rng.standard_normal(2)) * whole
    scales = path.zooms * float((size / whole).max()) * SPARE
    shifts = np.array(AHEAD) * size - scales[:, None] * ahead + path.shifts
    # The window never leaves the picture.
    shifts = np.clip(shifts, size - scales[:, None] * whole, 0)
    maps = np.column_stack((scales, shifts))
    corners = np.tile(shifts, 2)[:, None]
    moved = boxes * scales.astype(np.float32)[:, None, None] + corners
    truth = truth_of(path.times, moved, labels, np.ones(moved.shape[:2]))
    return PseudoDrive(truth, SIZE, picture, path, maps, int(rng.integers(2**32)))
