"""What PyAV opens, whether a file or a device, to frames."""

import os
from collections.abc import Generator, Iterator

import av
from av.container import InputContainer
from av.video.stream import VideoStream

from signs.media.clip import ClipError, ClipFrame, Sampling
from signs.media.upright import Upright, deinterlaced

MAX_PIXELS = 25_000_000  # of a frame: 6K, and not 8K
THREADS = 4  # of a decoder at most, each with a frame in its hands
PICTURES = {"ansi", "bintext", "idf", "xbin"}  # codecs that take any text for a moving picture
BACK = 1.0  # seconds that time stamps may go back before they count as begun again
STEP = 1e-3  # seconds between two frames with one time stamp


def reason(error: Exception) -> str:
    """What FFmpeg says, in a few words."""
    return getattr(error, "strerror", None) or str(error)


def video_stream(container: InputContainer, live: bool = False) -> VideoStream:
    """The stream of a container to read, ready to decode.

    Raises:
        ClipError: there is none, or it cannot be decoded here.
    """
    if not container.streams:
        raise ClipError("it is broken, or was cut: it does not say what is in it")
    streams = [s for s in container.streams.video if not _is_cover(s)]
    if not streams:
        raise ClipError("it has no pictures: a sound recording, perhaps")
    stream = streams[0]
    if stream.codec_context is None:
        raise ClipError("its codec is not known here: convert it to H.264, as with HandBrake")
    if container.format.name.endswith("_pipe") or stream.codec_context.name in PICTURES:
        raise ClipError("it is not a clip")
    _check_size(stream.codec_context.width, stream.codec_context.height)
    stream.thread_type = "SLICE" if live else "AUTO"
    stream.thread_count = min(THREADS, os.cpu_count() or 1)
    return stream


def _is_cover(stream: VideoStream) -> bool:
    """Whether it is the picture of a sound recording."""
    return bool(stream.disposition & stream.disposition.__class__.attached_pic)


def _check_size(width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise ClipError(
            f"its frames have {width} x {height} pixels, and at most {MAX_PIXELS / 1e6:.0f} "
            "million can be read: make it smaller, as with HandBrake"
        )


def decoded(container: InputContainer, stream: VideoStream) -> Iterator[av.VideoFrame]:
    """The frames that can be decoded, in the order shown; broken ones in between are left out.

    Raises:
        ClipError: they are encrypted, or too large.
        av.error.FFmpegError: the container cannot be read on.
    """
    wide = aspect(stream)
    for packet in container.demux(stream):
        if packet.has_sidedata("encryption_info"):
            raise ClipError("it is encrypted: only who sells it can open it")
        try:
            frames = packet.decode()
        except (av.error.InvalidDataError, av.error.EOFError):
            continue
        for frame in frames:
            _check_size(round(frame.width * wide), frame.height)
            yield frame


class FrameReader:
    """Frames of one stream after another as those of one clip.

    Attributes:
        read_to: seconds of the last frame that was decoded; None before the first one.
        stopped: whether the end of what is wanted was reached, before that of the clip.
    """

    def __init__(self, sampling: Sampling) -> None:
        self.read_to: float | None = None
        self.stopped = False
        self._sampling, self._number = sampling, 0
        self._upright: Upright | None = None

    def frames(
        self, container: InputContainer, stream: VideoStream, begins: float = 0.0
    ) -> Generator[ClipFrame, None, None]:
        """The frames of a stream that are wanted, whose first one is shown at a second.

        Raises:
            ClipError: as `decoded`.
            av.error.FFmpegError: as `decoded`.
        """
        if self._upright is None:
            self._upright = Upright(aspect(stream))
        first: float | None = None
        for frame in deinterlaced(decoded(container, stream)):
            stamp = frame.time
            if first is None:
                first = (stamp or 0.0) - begins
            time_s = self._next_second() if stamp is None else stamp - first
            if self.read_to is not None and time_s <= self.read_to:
                if stamp is not None and time_s < self.read_to - BACK:
                    first = stamp - self._next_second()
                    time_s = self._next_second()
                else:
                    time_s = self.read_to + STEP
            if self._sampling.is_over(time_s):
                self.stopped = True
                return
            self.read_to = time_s
            number, self._number = self._number, self._number + 1
            if self._sampling.takes(number):
                yield ClipFrame(number, time_s, self._upright.pixels(frame))

    def _next_second(self) -> float:
        """When the next frame is shown, where nothing says so."""
        return 0.0 if self.read_to is None else self.read_to + 1 / 25


def aspect(stream: VideoStream) -> float:
    """Width of a stream's pixels for their height."""
    ratio = stream.sample_aspect_ratio
    return float(ratio) if ratio else 1.0


def frame_rate(stream: VideoStream) -> float | None:
    """Frames a second on average, where the container or the stream says so."""
    rate = stream.average_rate or stream.guessed_rate
    return float(rate) if rate else None
