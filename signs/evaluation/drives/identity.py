"""Whether a track is one sign, and a sign one track: IDF1, HOTA, identity switches."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

from signs.evaluation.drives.overlaps import MATCH, FrameOverlaps, matched

ALPHAS = np.arange(0.05, 0.99, 0.05)  # overlaps at which HOTA is taken
Counts = npt.NDArray[np.float64]


def idf1(frames: Sequence[FrameOverlaps]) -> float | None:
    """The share of boxes with the right identity, when each sign has one track at most.

    E. Ristani, F. Solera, R. Zou, R. Cucchiara, C. Tomasi, "Performance measures and a data set for
    multi-target, multi-camera tracking", ECCV workshops 2016.

    Returns:
        In 0 to 1; None where there are neither signs nor tracks.
    """
    shared, of_signs, of_tracks = _shared(frames, [f.iou >= MATCH for f in frames])
    total = of_signs.sum() + of_tracks.sum()
    rows, columns = linear_sum_assignment(-shared)
    return float(2 * shared[rows, columns].sum() / total) if total else None


def hota(frames: Sequence[FrameOverlaps]) -> float | None:
    """Higher order tracking accuracy, the mean over overlaps of 0.05 to 0.95.

    J. Luiten et al., "HOTA: A higher order metric for evaluating multi-object tracking", IJCV 2021.

    Returns:
        In 0 to 1; None where there are neither signs nor tracks.
    """
    soft = []
    for frame in frames:
        total = frame.iou.sum(1, keepdims=True) + frame.iou.sum(0, keepdims=True) - frame.iou
        soft.append(np.divide(frame.iou, total, out=np.zeros_like(frame.iou), where=total > 0))
    shared, of_signs, of_tracks = _shared(frames, soft)
    if not of_signs.sum() + of_tracks.sum():
        return None
    alignment = shared / np.maximum(of_signs[:, None] + of_tracks[None] - shared, 1e-9)
    pairs: list[tuple[int, int, float]] = []
    for frame in frames:
        score = alignment[np.ix_(frame.signs, frame.tracks)] * frame.iou
        for row, column in zip(*linear_sum_assignment(-score), strict=True):
            pairs.append((frame.signs[row], frame.tracks[column], float(frame.iou[row, column])))
    values = []
    for alpha in ALPHAS:
        together = np.zeros_like(shared)
        for sign, track, iou in pairs:
            together[sign, track] += iou >= alpha - 1e-9
        right = together.sum()
        detection = right / (of_signs.sum() + of_tracks.sum() - right)
        union = np.maximum(of_signs[:, None] + of_tracks[None] - together, 1e-9)
        association = (together * together / union).sum() / max(right, 1)
        values.append(np.sqrt(detection * association))
    return float(np.mean(values))


def switches(frames: Sequence[FrameOverlaps]) -> int:
    """How often a sign goes on under the number of another track.

    A pair of the frame before is kept while it matches: K. Bernardin, R. Stiefelhagen, "Evaluating
    multiple object tracking performance: the CLEAR MOT metrics", 2008.
    """
    last: dict[int, int] = {}
    count = 0
    for frame in frames:
        signs, tracks = frame.signs.tolist(), frame.tracks.tolist()
        iou = frame.iou.copy()
        for row, sign in enumerate(signs):
            if (track := last.get(sign)) in tracks and iou[row, tracks.index(track)] >= MATCH:
                iou[row, tracks.index(track)] = 100  # comes before all other pairs
        for row, column in matched(iou):
            count += last.get(signs[row], tracks[column]) != tracks[column]
            last[signs[row]] = tracks[column]
    return count


def _shared(
    frames: Sequence[FrameOverlaps], values: Sequence[npt.NDArray[np.bool_ | np.float64]]
) -> tuple[Counts, Counts, Counts]:
    """Sums over frames of what each sign and track share, and the boxes of each."""
    signs = 1 + max((int(f.signs.max(initial=-1)) for f in frames), default=-1)
    tracks = 1 + max((int(f.tracks.max(initial=-1)) for f in frames), default=-1)
    shared, of_signs, of_tracks = np.zeros((signs, tracks)), np.zeros(signs), np.zeros(tracks)
    for frame, value in zip(frames, values, strict=True):
        shared[np.ix_(frame.signs, frame.tracks)] += value
        of_signs[frame.signs] += 1
        of_tracks[frame.tracks] += 1
    return shared, of_signs, of_tracks
