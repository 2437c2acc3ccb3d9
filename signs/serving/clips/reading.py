"""What the process does with its clip: follow the signs, draw them, say how far it has come."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from PIL import Image

from signs.clips.drawing import DrawnClip
from signs.clips.following import ClipResult, ClipSink, Seen, follow_clip
from signs.clips.interrupt import Interrupt
from signs.clips.listing import clip_values
from signs.inference.detector import Detector
from signs.inference.letterbox import Picture
from signs.inference.recognizer import Recognizer
from signs.inference.scene_reader import SceneReader
from signs.media.clip import ClipError, ClipFrame, ClipInfo, Sampling
from signs.media.files import read_file
from signs.records.detections import Detections
from signs.serving.clips.assignment import Assignment, Report
from signs.serving.clips.job import ClipJob
from signs.serving.responses import with_german

PAUSE_S = 0.3  # between two reports
MAX_RATE = 240  # frames for each second that a clip may have, on average
MAX_SIGHTINGS = 200_000  # signs in frames: the size of the answer


def read_clip(
    assignment: Assignment, interrupt: Interrupt, say: Callable[[Report], None]
) -> ClipResult:
    """Write a job's result, and its clip with the signs drawn into it.

    Args:
        interrupt: ends the reading; what was found until then is the result.
        say: takes what the worker counts.

    Raises:
        ClipError: the clip has no frame that can be read, or is over a limit.
    """
    job = ClipJob(assignment.folder)
    clip = read_file(job.upload, Sampling(assignment.every, assignment.max_seconds))
    check(clip.info, assignment)
    detector = Detector(assignment.detector, threads=assignment.threads)
    reader = _TimedReader(detector, Recognizer(assignment.model, threads=assignment.threads))
    recognizer = reader.recognizer.info
    with ExitStack() as files:
        drawn = DrawnClip(job.drawn, clip.info.fps, recognizer.label_space, assignment.lang)
        files.enter_context(drawn)
        watch = _Watch(assignment, job, drawn, interrupt)
        progress = _Progress(job, wanted_s(clip.info, assignment), reader, say)
        result = follow_clip("clip", clip, reader, [watch], interrupt, progress)
    if watch.frames == 0 and interrupt.asked:
        return result  # canceled while the models were opened: there is nothing to tell
    if watch.over is not None:
        result = replace(result, error=watch.over)
    values = clip_values(result, recognizer.label_space, recognizer.version)
    values["signs"] = [with_german(sign, recognizer.label_space) for sign in values["signs"]]
    job.write(job.result.name, values)
    signs = [(track.probability, track.known) for track in result.tracks]
    say(Report(inference_s=reader.take(), signs=signs))
    return result


def check(info: ClipInfo, assignment: Assignment) -> None:
    """Refuse a clip that says itself that it is over a limit.

    Raises:
        ClipError: it does.
    """
    if info.width * info.height > assignment.limit_pixels:
        raise ClipError(
            f"its frames have {info.width} x {info.height} pixels, and at most "
            f"{assignment.limit_pixels / 1e6:g} million can be sent: make it smaller"
        )
    seconds = wanted_s(info, assignment)
    if seconds is not None and seconds > assignment.limit_s:
        raise ClipError(
            f"it has {seconds:.0f} s, and at most {assignment.limit_s:g} are read: send a part of "
            f"it, or set max_seconds"
        )


def wanted_s(info: ClipInfo, assignment: Assignment) -> float | None:
    """How many seconds of a clip are to be read; None where that is not known."""
    ends = [s for s in (info.duration_s, assignment.max_seconds) if s is not None]
    return min(ends, default=None)


class _TimedReader(SceneReader):
    """Notes how long each frame takes."""

    def __init__(self, detector: Detector, recognizer: Recognizer) -> None:
        super().__init__(detector, recognizer)
        self._seconds: list[float] = []

    def read(self, image: Image.Image | Picture) -> Detections:
        """As in `SceneReader`."""
        begin = time.perf_counter()
        found = super().read(image)
        self._seconds.append(time.perf_counter() - begin)
        return found

    def take(self) -> list[float]:
        """The seconds of the frames since the last call."""
        seconds, self._seconds = self._seconds, []
        return seconds


class _Watch(ClipSink):
    """Draws the frames, and ends the reading of a clip that is over a limit.

    Attributes:
        frames: how many came.
        over: the limit that it is over, in words; None while it is not.
    """

    def __init__(
        self, assignment: Assignment, job: ClipJob, drawn: DrawnClip, interrupt: Interrupt
    ) -> None:
        self._assignment, self._interrupt = assignment, interrupt
        self._drawn, self._path = drawn, job.drawn
        self._sightings = self.frames = 0
        self.over: str | None = None

    def frame(self, frame: ClipFrame, seen: Seen) -> None:
        """Take a frame."""
        self._drawn.add(frame, seen)
        self.frames += 1
        self._sightings += len(seen)
        limit_s = self._assignment.limit_s
        limits: dict[str, bool] = {
            f"longer than {limit_s:g} s": frame.time_s > limit_s,
            "more frames than are read": frame.number > MAX_RATE * limit_s,
            "more signs than are listed": self._sightings > MAX_SIGHTINGS,
            "too large once it is drawn": _size(self._path) > self._assignment.limit_bytes,
        }
        over = [said for said, is_over in limits.items() if is_over]
        if over and self.over is None:
            self.over = f"stopped after {frame.time_s:.1f} s: {over[0]}"
            self._interrupt.stop()


class _Progress:
    """Writes how much of a clip is read, and the time left, for whoever asks."""

    def __init__(
        self,
        job: ClipJob,
        seconds: float | None,
        reader: _TimedReader,
        say: Callable[[Report], None],
    ) -> None:
        self._job, self._seconds, self._reader, self._say = job, seconds, reader, say
        self._begin = time.monotonic()
        self._last = 0.0

    def __call__(self, time_s: float) -> None:
        """Take the seconds of a frame."""
        now = time.monotonic()
        if now - self._last < PAUSE_S:
            return
        self._last = now
        share = None if not self._seconds else min(1.0, time_s / self._seconds)
        spent = now - self._begin
        content: dict[str, Any] = {
            "progress": None if share is None else round(share, 4),
            "read_s": round(time_s, 3),
            "duration_s": None if self._seconds is None else round(self._seconds, 3),
            "left_s": round(spent * (1 - share) / share, 1) if share else None,
        }
        self._job.write("progress.json", content)
        self._say(Report(inference_s=self._reader.take()))


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
