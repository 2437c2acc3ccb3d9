"""What all drives have in common: frames of one size, and when a sign in them counts."""

from collections.abc import Iterator
from typing import Protocol

import numpy as np
import numpy.typing as npt

from signs.records.drive import DriveTruth, Trajectories
from signs.records.scene import IGNORED, Boxes, Labels

Picture = npt.NDArray[np.uint8]
Values = npt.NDArray[np.float64]

SIZE = (1020, 600)  # width and height of a frame, in pixels
SMALLEST = 12.0  # pixels of the shorter side, below which a sign need not be found
INSIDE = 0.2  # share of a sign inside the frame and visible, below which it is not there
VISIBLE = 0.6  # share of a sign that nearer things leave visible, below which it does not count


class Drive(Protocol):
    """A clip with known signs."""

    @property
    def truth(self) -> DriveTruth:
        """The signs. A sign counts where it is whole, not too small, and not mostly hidden."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the frames."""

    def frames(self) -> Iterator[Picture]:
        """The frames, uint8[H, W, 3], the same at each call."""


def truth_of(times: Values, boxes: Values, labels: Labels, seen: Values) -> DriveTruth:
    """Cut boxes off at the edges of the frames, and tell which count.

    Args:
        times: float64[F], in seconds.
        boxes: float64[F, S, 4], of each sign in each frame, may lie outside of it.
        labels: int64[S], as in `Scene`. Those of `IGNORED` never count.
        seen: float64[F, S], the share of each sign that nothing hides; 0 where it is not there.
    """
    rows: list[tuple[int, int, Boxes]] = []
    counted = []
    corner = np.array((*SIZE, *SIZE), np.float64)
    for frame, (moved, shares) in enumerate(zip(boxes, seen, strict=True)):
        inside = moved.clip(0, corner)
        sides, left = moved[:, 2:] - moved[:, :2], inside[:, 2:] - inside[:, :2]
        there = left.prod(axis=1) * shares > INSIDE * sides.prod(axis=1)
        whole = (inside == moved).all(axis=1) & (shares >= VISIBLE)
        counts = whole & (sides.min(axis=1, initial=np.inf) >= SMALLEST) & (labels != IGNORED)
        for number in np.flatnonzero(there).tolist():
            rows.append((frame, number, inside[number].astype(np.float32)))
            counted.append(bool(counts[number]))
    return DriveTruth(times, Trajectories.of(rows), labels, np.array(counted, np.bool_))
