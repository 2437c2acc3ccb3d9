"""How the boxes of tracks overlap those of signs, frame by frame."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from signs.inference.boxes import pairwise_iou
from signs.records.answers import Floats
from signs.records.drive import DriveTruth, Trajectories
from signs.records.scene import Labels

MATCH = 0.5  # intersection over union of a track's box and the sign's that it shows


@dataclass(frozen=True, slots=True, eq=False)
class FrameOverlaps:
    """One frame.

    Attributes:
        signs: int64[S], numbers of the signs in it.
        tracks: int64[T], numbers of the tracks in it.
        iou: float32[S, T].
    """

    signs: Labels
    tracks: Labels
    iou: Floats


def overlaps(truth: DriveTruth, found: Trajectories, outside_label: int) -> list[FrameOverlaps]:
    """All frames of a clip, without the boxes that do not count.

    As in the MOT Challenge, the boxes of tracks that match a box that does not count are left out
    with it: A. Milan et al., "MOT16: A benchmark for multi-object tracking", 2016.

    Args:
        outside_label: of signs that the label space lacks; their boxes do not count either.
    """
    frames = []
    inside = truth.labels[truth.signs.numbers] != outside_label
    for frame in range(len(truth.times)):
        of_signs, of_tracks = truth.signs.frames == frame, found.frames == frame
        iou = pairwise_iou(truth.signs.boxes[of_signs], found.boxes[of_tracks])
        counted, free = (truth.counted & inside)[of_signs], np.ones(iou.shape[1], np.bool_)
        for sign, track in matched(iou):
            free[track] = counted[sign]
        frames.append(
            FrameOverlaps(
                truth.signs.numbers[of_signs][counted],
                found.numbers[of_tracks][free],
                iou[counted][:, free],
            )
        )
    return frames


def pooled(clips: Sequence[Sequence[FrameOverlaps]]) -> list[FrameOverlaps]:
    """The frames of several clips as those of one: no sign or track is in two clips."""
    frames: list[FrameOverlaps] = []
    signs = tracks = 0
    for clip in clips:
        frames += [FrameOverlaps(f.signs + signs, f.tracks + tracks, f.iou) for f in clip]
        signs += 1 + max((int(f.signs.max(initial=-1)) for f in clip), default=-1)
        tracks += 1 + max((int(f.tracks.max(initial=-1)) for f in clip), default=-1)
    return frames


def matched(iou: Floats) -> list[tuple[int, int]]:
    """Pairs that overlap by `MATCH` or more: as many as can be, those with the largest overlap."""
    rows, columns = linear_sum_assignment(-(iou + 10.0) * (iou >= MATCH))
    pairs = zip(rows.tolist(), columns.tolist(), strict=True)
    return [(row, column) for row, column in pairs if iou[row, column] >= MATCH]
