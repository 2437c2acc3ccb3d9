"""The signs of clips, followed from their first frame to their last."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from signs.clips.interrupt import Interrupt
from signs.errors import encodable
from signs.inference.scene_reader import SceneReader
from signs.media.ahead import Ahead
from signs.media.clip import Clip, ClipError, ClipFrame, ClipInfo
from signs.records.track import Sighting, Track
from signs.video.follow import SignFollower

WAITING = 4  # frames between reading and detecting
Seen = Sequence[tuple[Track, Sighting]]


@dataclass(frozen=True, slots=True)
class ClipResult:
    """The signs of one clip, or why it has none.

    Attributes:
        path: as it was named.
        info: what is known of the clip; None if it could not be opened.
        tracks: of all signs, in the order in which they are first seen.
        error: why it could not be read, or not to its end; None if it could.
    """

    path: str
    info: ClipInfo | None = None
    tracks: tuple[Track, ...] = ()
    error: str | None = None

    @property
    def name(self) -> str:
        r"""The path as UTF-8 can hold it: other bytes become \xNN."""
        return encodable(self.path)


class ClipSink:
    """What takes the signs of clips; a class that needs less of it leaves the rest as it is."""

    def begin(self, path: str, info: ClipInfo) -> None:
        """Called when a clip has been opened."""

    def frame(self, frame: ClipFrame, seen: Seen) -> None:
        """Take a frame, with the tracks in it as they are known by then."""

    def passed(self, tracks: Sequence[Track]) -> None:
        """Take the tracks of signs that have passed; they come once."""

    def clip(self, result: ClipResult) -> None:
        """Take all of a clip, once it has ended; also one that could not be opened."""

    def end(self) -> None:
        """Called once all clips have come."""


def follow_clip(
    path: str,
    clip: Clip,
    reader: SceneReader,
    sinks: Sequence[ClipSink],
    interrupt: Interrupt,
    progress: Callable[[float], None],
) -> ClipResult:
    """Follow the signs of one clip. Reading and detecting go on at the same time.

    Args:
        path: as it was named.
        sinks: what takes the frames, and the tracks that have passed.
        interrupt: ends the reading; of a live clip, that is its end.
        progress: is told the seconds of each frame.
    """
    info, error = clip.info, None
    follower = SignFollower(reader.detector.info.threshold, reader.recognizer.info.label_space)
    for sink in sinks:
        sink.begin(path, info)
    tracks: list[Track] = []
    time_s = 0.0
    frames = Ahead(clip.frames(), WAITING, newest=info.live)
    interrupt.running.append(frames)
    if interrupt.asked:
        frames.stop()
    try:
        for frame in frames:
            found = reader.read(frame.pixels)
            time_s = frame.time_s
            seen = follower.add(frame.number, time_s, (info.width, info.height), found)
            for sink in sinks:
                sink.frame(frame, seen)
            _pass_on(follower.ended(), tracks, sinks)
            progress(time_s)
    except ClipError as problem:
        error = encodable(str(problem))
    finally:
        interrupt.running.remove(frames)
        frames.close()
    if interrupt.asked and not info.live:
        error = f"stopped after {time_s:.1f} s"
    _pass_on(follower.finish(), tracks, sinks)
    tracks.sort(key=lambda track: (track.first_s, track.number))
    return ClipResult(path, info, tuple(tracks), error)


def _pass_on(ended: Sequence[Track], tracks: list[Track], sinks: Sequence[ClipSink]) -> None:
    tracks.extend(ended)
    for sink in sinks:
        sink.passed(ended)
