"""A clip: frames one after another, wherever they come from."""

from collections.abc import Generator
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from signs.errors import SignsError

Pixels = npt.NDArray[np.uint8]


class ClipError(SignsError):
    """A clip cannot be read, or not to its end."""


@dataclass(frozen=True, slots=True)
class ClipInfo:
    """What is known of a clip before its frames are read.

    Attributes:
        width, height: of the upright frames, in pixels.
        fps: frames a second on average; None where only the frames tell.
        duration_s: in seconds; None where it is not known, as of a camera.
        started: when the first frame was taken; None where the clip does not say.
        live: whether frames come as they are taken, and are lost where the reader is slower.
    """

    width: int
    height: int
    fps: float | None
    duration_s: float | None
    started: datetime | None = None
    live: bool = False


@dataclass(frozen=True, slots=True)
class ClipFrame:
    """One frame.

    Attributes:
        number: from 0 on, in the order shown; frames that are left out count.
        time_s: seconds since the first frame, after the clip's own time stamps; it grows.
        pixels: uint8[H, W, 3], upright RGB of the size in `ClipInfo`.
    """

    number: int
    time_s: float
    pixels: Pixels


@dataclass(frozen=True, slots=True)
class Sampling:
    """Which frames of a clip are wanted.

    Attributes:
        every: of so many frames, the first one.
        max_seconds: where to stop; None reads to the end.
    """

    every: int = 1
    max_seconds: float | None = None

    def takes(self, number: int) -> bool:
        """Whether a frame is wanted, by its number."""
        return number % self.every == 0

    def is_over(self, time_s: float) -> bool:
        """Whether a frame comes too late, by its seconds."""
        return self.max_seconds is not None and time_s >= self.max_seconds


class Clip:
    """Frames that can be read once.

    Args:
        info: what is known of the clip.
        first: its first frame.
        rest: those after it; closing this generator closes the clip.

    Attributes:
        info: as above.
    """

    def __init__(
        self, info: ClipInfo, first: ClipFrame, rest: Generator[ClipFrame, None, None]
    ) -> None:
        self.info = info
        self._first, self._rest = first, rest

    def frames(self) -> Generator[ClipFrame, None, None]:
        """Read the frames; closing the generator closes the clip.

        Raises:
            ClipError: the clip breaks off; the frames before it have come.
        """
        try:
            yield self._first
            yield from self._rest
        finally:
            self._rest.close()
