"""Clips with known signs, followed as `signs track` does it."""

from collections.abc import Iterable

import numpy as np

from signs.catalog.label_space import LabelSpace
from signs.evaluation.drives.figures import FollowedClip, GivenName
from signs.records.detections import Detections
from signs.records.drive import DriveTruth, Trajectories
from signs.records.track import Sighting, Track
from signs.video.follow import SignFollower


def follow_drive(
    truth: DriveTruth,
    size: tuple[int, int],
    found: Iterable[Detections],
    threshold: float,
    label_space: LabelSpace,
) -> tuple[FollowedClip, Trajectories]:
    """Follow the signs of a clip.

    Args:
        truth: the signs in it.
        size: width and height of the frames in pixels.
        found: all detections of each frame; frames after the last of them are not seen.
        threshold: of the detector (`DetectorInfo.threshold`).
        label_space: of the recognizer.

    Returns:
        The clip, and the boxes that tracks were given while it ran.
    """
    follower = SignFollower(threshold, label_space)
    tracks: list[Track] = []
    live: list[tuple[int, Track, Sighting]] = []
    for frame, detections in enumerate(found):
        shown = follower.add(frame, float(truth.times[frame]), size, detections)
        live += [(frame, track, sighting) for track, sighting in shown]
        tracks += follower.ended()
    tracks += follower.finish()
    names = tuple(
        GivenName(frame, track.number, track.class_id if track.recognized else None)
        for frame, track, _ in live
    )
    boxes = Trajectories.of(
        (frame, track.number, np.asarray(sighting.box)) for frame, track, sighting in live
    )
    return FollowedClip(truth, tuple(tracks), names, label_space.outside_label), boxes
