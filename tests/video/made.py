"""Clips of a few numbers: what a detector and a recognizer would say of signs on their way."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from signs.catalog.gtsrb import GTSRB
from signs.records.answers import Answers
from signs.records.detections import Candidates, Detections
from signs.records.track import Track
from signs.video.follow import SignFollower

SIZE = (1360, 800)  # pixels
MIDDLE = (680.0, 400.0)  # the point that the camera moves toward
RATE = 25.0  # frames per second
SPEED = 14.0  # meters per second
FOCAL = 1000.0  # pixels
SIDE = 0.6  # meters
THRESHOLD = 0.3


@dataclass(frozen=True)
class Seen:
    """A detection: its box, its score by both models, and the class with its probability."""

    box: tuple[float, float, float, float]
    score: float = 0.8
    class_id: int = 1
    confidence: float = 0.99
    known: float = 0.95


def detections(seen: Sequence[Seen]) -> Detections:
    count, classes = len(seen), len(GTSRB)
    boxes = np.array([each.box for each in seen], np.float32).reshape(count, 4)
    probabilities = np.empty((count, classes), np.float32)
    for row, each in enumerate(seen):
        probabilities[row] = (1 - each.confidence) / (classes - 1)
        probabilities[row, each.class_id] = each.confidence
    # The detector's own score is such that both models together come to `score`.
    alone = [min(1.0, (each.score / each.confidence) ** 2 / each.known) for each in seen]
    candidates = Candidates(boxes, np.array(alone, np.float32), np.zeros((count, 3), np.float32))
    known = np.array([each.known for each in seen], np.float32)
    return Detections(candidates, Answers(probabilities, known, known >= 0.5))


def ahead(x: float, y: float, z: float) -> tuple[float, float, float, float]:
    """The box of a sign `x` meters to the right, `y` above the camera, `z` ahead."""
    left, top = (MIDDLE[0] + FOCAL * (x - SIDE / 2) / z), MIDDLE[1] - FOCAL * (y + SIDE / 2) / z
    return left, top, left + FOCAL * SIDE / z, top + FOCAL * SIDE / z


def follow(
    frames: Sequence[Sequence[Seen]],
    times: Sequence[float] | None = None,
    threshold: float = THRESHOLD,
) -> list[Track]:
    """The tracks of a clip."""
    follower = SignFollower(threshold, GTSRB)
    tracks: list[Track] = []
    for frame, seen in enumerate(frames):
        time_s = frame / RATE if times is None else times[frame]
        follower.add(frame, time_s, SIZE, detections(seen))
        tracks += follower.ended()
    return tracks + follower.finish()


def drive(
    x: float, y: float, start: float, stop: float, rate: float = RATE, speed: float = SPEED
) -> list[tuple[float, float, float, float]]:
    """The boxes of a sign from `start` meters ahead to `stop`."""
    return [ahead(x, y, z) for z in np.arange(start, stop, -speed / rate)]
