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

from signs.art.drives.path import Path, drive_path
from signs.art.fields import Rng
from signs.records.drive import DriveTruth, Trajectories
from signs.records.scene import IGNORED, Boxes, Labels

Picture = npt.NDArray[np.uint8]

SIZE = (1020, 600)  # width and height of a frame, in pixels
AHEAD = (0.5, 0.55)  # the point that the camera moves toward, as a share of width and height
SPREAD = 0.03  # standard deviation of that point, in the same shares
SPARE = 1.04  # the window into the picture is smaller than the picture by this, at least
NOISE = 2.5  # standard deviation of a pixel from frame to frame
SMALLEST = 12.0  # pixels of the shorter side, below which a sign need not be found
VISIBLE = 0.2  # share of a sign inside the frame, below which it is not there


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
    _path: Path
    _maps: npt.NDArray[np.float64]
    _seed: int

    def frames(self) -> Iterator[Picture]:
        """The frames, uint8[H, W, 3], the same at each call."""
        rng = np.random.default_rng(self._seed)
        width, height = self.size
        grain = (NOISE * rng.standard_normal((height + 64, width + 64, 3))).astype(np.float32)
        for (scale, dx, dy), gain in zip(self._maps.tolist(), self._path.gains, strict=True):
            # Of what is enlarged, smooth edges; what is shrunk a little has no need of more.
            method = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_LINEAR
            # OpenCV counts from the middle of the first pixel, boxes from its corner.
            half = (scale - 1) / 2
            move = np.array(((scale, 0, dx + half), (0, scale, dy + half)))
            view = cv2.warpAffine(self._picture, move, self.size, flags=method)
            x, y = rng.integers(64, size=2).tolist()
            # The gain is one of light, and pixels hold its 2.2th root.
            lit = view.astype(np.float32) * np.float32(gain ** (1 / 2.2))
            lit += grain[y : y + height, x : x + width]
            yield lit.clip(0, 255).astype(np.uint8)


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
    truth = _truth(path, maps, boxes, labels)
    return PseudoDrive(truth, SIZE, picture, path, maps, int(rng.integers(2**32)))


def _truth(path: Path, maps: npt.NDArray[np.float64], boxes: Boxes, labels: Labels) -> DriveTruth:
    """The boxes carried along, cut off at the edges of the frames."""
    rows: list[tuple[int, int, Boxes]] = []
    counted = []
    corner = np.array((*SIZE, *SIZE), np.float64)
    for frame, (scale, dx, dy) in enumerate(maps.tolist()):
        moved = boxes * scale + np.array((dx, dy, dx, dy))
        inside = moved.clip(0, corner)
        sides, seen = moved[:, 2:] - moved[:, :2], inside[:, 2:] - inside[:, :2]
        there = seen.prod(axis=1) > VISIBLE * sides.prod(axis=1)
        whole = (inside == moved).all(axis=1)
        counts = whole & (sides.min(axis=1, initial=np.inf) >= SMALLEST) & (labels != IGNORED)
        for number in np.flatnonzero(there).tolist():
            rows.append((frame, number, inside[number].astype(np.float32)))
            counted.append(bool(counts[number]))
    return DriveTruth(path.times, Trajectories.of(rows), labels, np.array(counted, np.bool_))
