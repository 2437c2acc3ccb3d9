"""Boxes through a clip, each with the number of what it shows."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from signs.records.scene import Boxes, Labels
from signs.records.track import Track


@dataclass(frozen=True, slots=True, eq=False)
class Trajectories:
    """M boxes of a clip.

    Attributes:
        frames: int64[M], of each box, from 0 on.
        numbers: int64[M], of the sign or track, at least 0; each is in a frame once at most.
        boxes: float32[M, 4]: left, top, right and bottom in pixels, right and bottom exclusive.

    Raises:
        ValueError: the numbers differ, or a number is twice in a frame.
    """

    frames: Labels
    numbers: Labels
    boxes: Boxes

    def __post_init__(self) -> None:
        count = len(self.frames)
        if self.numbers.shape != (count,) or self.boxes.shape != (count, 4):
            raise ValueError(
                f"{count} frames, {len(self.numbers)} numbers, {len(self.boxes)} boxes"
            )
        if len(set(zip(self.frames.tolist(), self.numbers.tolist(), strict=True))) < count:
            raise ValueError("a number is twice in a frame")

    @staticmethod
    def of(boxes: Iterable[tuple[int, int, Boxes]]) -> "Trajectories":
        """From frames, numbers and boxes."""
        rows = list(boxes)
        return Trajectories(
            np.array([frame for frame, _, _ in rows], np.int64),
            np.array([number for _, number, _ in rows], np.int64),
            np.array([box for _, _, box in rows], np.float32).reshape(-1, 4),
        )

    @staticmethod
    def of_tracks(tracks: Iterable[Track]) -> "Trajectories":
        """All sightings of tracks."""
        return Trajectories.of(
            (sighting.frame, track.number, sighting.box)
            for track in tracks
            for sighting in track.sightings
        )


@dataclass(frozen=True, slots=True, eq=False)
class DriveTruth:
    """The signs of a clip of F frames.

    Attributes:
        times: float64[F], when each frame is shown, in seconds.
        signs: their boxes; the number of a sign is its place in `labels`.
        labels: int64[S], class ids, or `LabelSpace.outside_label`.
        counted: bool[M], which boxes are to be found; whether the others are found does not matter.
    """

    times: npt.NDArray[np.float64]
    signs: Trajectories
    labels: Labels
    counted: npt.NDArray[np.bool_]
