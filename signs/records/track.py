"""A sign through time: where a clip shows it, and what all of its frames say of it together."""

from dataclasses import dataclass

from signs.records.scene import Boxes


@dataclass(frozen=True, slots=True, eq=False)
class Sighting:
    """A sign in one frame.

    Attributes:
        frame: its number, from 0 on in the order shown.
        time_s: when the frame is shown, in seconds from the first one's.
        box: float32[4]: left, top, right and bottom in pixels of the upright frame, right and
            bottom exclusive.
        score: of the detection in this frame (`Detections.scores`).
    """

    frame: int
    time_s: float
    box: Boxes
    score: float


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """One physical sign, followed through a clip.

    Attributes:
        number: of the track, from 1 on in the order in which tracks prove to be signs.
        sightings: at least one, in the order of time.
        class_id: the most probable class, also where the sign is not recognized.
        probability: of that class, given that the sign is one of the label space: all frames
            together.
        known: probability that the sign is one of the label space's at all.
        recognized: whether a name is given.

    Raises:
        ValueError: there is no sighting.
    """

    number: int
    sightings: tuple[Sighting, ...]
    class_id: int
    probability: float
    known: float
    recognized: bool

    def __post_init__(self) -> None:
        if not self.sightings:
            raise ValueError("a track has at least one sighting")

    @property
    def first_s(self) -> float:
        """When the sign is first seen, in seconds."""
        return self.sightings[0].time_s

    @property
    def last_s(self) -> float:
        """When the sign is last seen, in seconds."""
        return self.sightings[-1].time_s
