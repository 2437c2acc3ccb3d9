"""Follow each sign of a clip until it has passed, and name it by all of its frames."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from signs.catalog.label_space import LabelSpace
from signs.inference.boxes import areas
from signs.records.detections import Detections
from signs.records.scene import Boxes
from signs.records.track import Sighting, Track
from signs.video.association import associate
from signs.video.motion import Motion
from signs.video.vote import Vote

NEAR, WIDE = 0.3, 1.0  # shares by which boxes are enlarged: at first, and for what is then left
FAINT = 0.35  # of the threshold: a detection of such a score goes on with a track, and begins none
MAX_GAP_S = 0.8  # a sign that is not seen for longer has passed
MAX_DOUBT_S = 0.35  # the same, of what may still prove to be no sign
FEWEST = 2  # frames with a clear detection that make a track
EVIDENCE = 4.0  # the sum of their scores, in thresholds, that it takes besides
INSIDE = 0.5  # share of the smaller of two boxes that the other covers: both show one sign


@dataclass(slots=True)
class _Followed:
    """A sign on its way."""

    motion: Motion
    vote: Vote
    sightings: list[Sighting] = field(default_factory=list)
    clear: int = 0  # sightings that reach the threshold
    evidence: float = 0.0  # the sum of their scores
    number: int | None = None  # None while it may still prove to be no sign


class SignFollower:
    """Follows the signs of one clip. It keeps where each sign in sight was seen.

    Args:
        threshold: on the score of a detection (`Detections.scores`), from which it may begin a
            track: `DetectorInfo.threshold`.
        label_space: of the recognizer.
    """

    def __init__(self, threshold: float, label_space: LabelSpace) -> None:
        self._threshold, self._classes = threshold, len(label_space)
        self._alive: list[_Followed] = []
        self._ended: list[Track] = []
        self._count = 0

    def add(
        self, frame: int, time_s: float, size: tuple[int, int], found: Detections
    ) -> list[tuple[Track, Sighting]]:
        """Take in a frame. Frames come in the order of time; any of them may be left out.

        Args:
            frame: its number.
            time_s: when it is shown, in seconds.
            size: width and height of the frame in pixels.
            found: all detections in it, with their answers.

        Returns:
            The tracks seen in this frame, with their answers so far, and where they are seen.
        """
        self._drop(time_s, size)
        found = found.take(np.flatnonzero(found.scores >= FAINT * self._threshold))
        scores = found.scores
        clear = scores >= self._threshold
        free = np.ones(len(found), np.bool_)
        seen: list[_Followed] = []
        # Clear detections first, then faint ones: Y. Zhang et al., "ByteTrack", ECCV 2022.
        for rows, share in ((clear, NEAR), (clear, WIDE), (~clear, NEAR)):
            waiting = [each for each in self._alive if all(each is not other for other in seen)]
            places = np.flatnonzero(rows & free)
            ahead = [each.motion.predict(time_s) for each in waiting]
            boxes = np.array([box for box, _ in ahead], np.float32).reshape(-1, 4)
            spread = np.array([deviation for _, deviation in ahead])
            alike = _agreement(waiting, found, places)
            for track, place in associate(boxes, spread, found.boxes[places], share, alike):
                self._see(waiting[track], frame, time_s, found, int(places[place]))
                seen.append(waiting[track])
                free[places[place]] = False
        taken = [found.boxes[row] for row in np.flatnonzero(~free)]
        for row in np.flatnonzero(clear & free):
            if not _covered(found.boxes[row], taken):
                begun = _Followed(
                    Motion(found.boxes[row], time_s), Vote(self._classes, self._threshold)
                )
                self._alive.append(begun)
                self._see(begun, frame, time_s, found, int(row))
                taken.append(found.boxes[row])
                seen.append(begun)
        return [
            (_track_of(each, each.number), each.sightings[-1])
            for each in seen
            if each.number is not None
        ]

    def ended(self) -> list[Track]:
        """Tracks of the signs that have passed since the last call; they do not change any more."""
        ended, self._ended = self._ended, []
        return ended

    def finish(self) -> list[Track]:
        """Those that are left at the end of the clip, and those that `ended` has not given yet."""
        for each in self._alive:
            self._end(each)
        self._alive = []
        return self.ended()

    def _see(self, each: _Followed, frame: int, time_s: float, found: Detections, row: int) -> None:
        box, score = found.boxes[row], float(found.scores[row])
        each.motion.see(box, time_s)
        answers, size = found.answers, float(np.sqrt(areas(box[None])[0]))
        sign_score = float(found.candidates.sign_scores[row])
        known = float(answers.known[row])
        each.vote.add(answers.probabilities[row], known, size, sign_score, score)
        each.sightings.append(Sighting(frame, time_s, box.copy(), score))
        if score >= self._threshold:
            each.clear += 1
            each.evidence += score
        enough = each.clear >= FEWEST and each.evidence >= EVIDENCE * self._threshold
        if each.number is None and enough:
            self._count += 1
            each.number = self._count

    def _drop(self, time_s: float, size: tuple[int, int]) -> None:
        """End the tracks of signs that have passed: unseen for long, or out of the frame."""
        kept = []
        for each in self._alive:
            gap = time_s - each.sightings[-1].time_s
            longest = MAX_DOUBT_S if each.number is None else MAX_GAP_S
            if gap > longest or self._outside(each, time_s, size):
                self._end(each)
            else:
                kept.append(each)
        self._alive = kept

    @staticmethod
    def _outside(each: _Followed, time_s: float, size: tuple[int, int]) -> bool:
        box, _ = each.motion.predict(time_s)
        x, y = ((box[:2] + box[2:]) / 2).tolist()
        return not (0 <= x < size[0] and 0 <= y < size[1])

    def _end(self, each: _Followed) -> None:
        if each.number is not None:
            self._ended.append(_track_of(each, each.number))


def _track_of(each: _Followed, number: int) -> Track:
    class_id, probability, known = each.vote.answer()
    sightings = tuple(each.sightings)
    return Track(number, sightings, class_id, probability, known, each.vote.recognized)


def _agreement(
    tracks: list[_Followed], found: Detections, places: npt.NDArray[np.intp]
) -> npt.NDArray[np.float64]:
    """How alike the answers for tracks and detections are: float64[T, N], in 0 to 1.

    The Bhattacharyya coefficient of the probabilities of the classes.
    """
    told = np.array([each.vote.posterior[:-1] for each in tracks])
    told = told.reshape(len(tracks), found.answers.probabilities.shape[1])
    told /= told.sum(axis=1, keepdims=True)
    seen = found.answers.probabilities[places].astype(np.float64).clip(0)
    return np.asarray(np.sqrt(told) @ np.sqrt(seen).T).clip(max=1)


def _covered(box: Boxes, others: list[Boxes]) -> bool:
    """Whether a box and another one show the same sign."""
    if not others:
        return False
    many = np.array(others, np.float32)
    low, high = np.maximum(box[:2], many[:, :2]), np.minimum(box[2:], many[:, 2:])
    shared = (high - low).clip(0).prod(axis=1)
    smaller = np.minimum(areas(box[None]), areas(many))
    return bool((shared > INSIDE * smaller).any())
