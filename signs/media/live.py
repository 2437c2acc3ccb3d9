"""Cameras and streams, whose frames come as they are taken."""

import errno
import sys
import time
from collections.abc import Callable, Generator
from contextlib import closing
from datetime import UTC, datetime

import av
from av.container import InputContainer

from signs.media.clip import Clip, ClipError, ClipFrame, ClipInfo, Sampling
from signs.media.decoding import FrameReader, frame_rate, reason, video_stream

Connect = Callable[[], InputContainer]

TIMEOUT = 10.0  # seconds without a frame, after which a stream counts as broken
WAITS = (1.0, 2.0, 4.0, 8.0, 16.0)  # seconds before each try to connect again
# Little is read before the first frame is shown, and little is held back.
QUICK = {"fflags": "nobuffer", "flags": "low_delay", "probesize": "500000"}


def camera(number: int) -> InputContainer:
    """Open a camera of this machine, the first one being 0.

    Raises:
        ClipError: there is none, or another program uses it.
    """
    place, kind = f"/dev/video{number}", "v4l2"
    if sys.platform == "darwin":
        place, kind = f"{number}:none", "avfoundation"
    elif sys.platform == "win32":
        kind = "dshow"
        devices = [d for d in av.device.enumerate_input_devices(kind) if "video" in d.media_types]
        if number >= len(devices):
            raise ClipError(f"there is no camera {number}")
        place = f"video={devices[number].name}"
    try:
        return av.open(place, "r", format=kind, options={"fflags": "nobuffer"})
    except av.error.FFmpegError as error:
        if error.errno == errno.EBUSY:
            raise ClipError("the camera is busy: close the program that uses it") from None
        if error.errno in (errno.ENOENT, errno.ENODEV, errno.ENXIO):
            raise ClipError(f"there is no camera {number}") from None
        raise ClipError(f"the camera cannot be opened: {reason(error)}") from None


def stream(address: str) -> InputContainer:
    """Open a stream by its address.

    Raises:
        ClipError: it does not answer.
    """
    options = QUICK | {"rtsp_transport": "tcp"}
    try:
        return av.open(address, "r", options=options, timeout=TIMEOUT)
    except av.error.FFmpegError as error:
        raise ClipError(f"the stream cannot be opened: {reason(error)}") from None


def read_live(
    connect: Connect,
    sampling: Sampling,
    say: Callable[[str], None],
    wait: Callable[[float], None] = time.sleep,
) -> Clip:
    """Open what gives frames as they are taken.

    Where it breaks off, it is connected again, and its time goes on.

    Args:
        connect: opens it.
        say: is told when it breaks off.
        wait: waits for seconds.

    Raises:
        ClipError: it cannot be opened, or has no frames.
    """
    container = connect()
    try:
        rate = frame_rate(video_stream(container, live=True))
        rest = _Live(connect, sampling, say, wait).frames(container)
        first = next(rest, None)
        if first is None:
            raise ClipError("it has no frame that can be decoded")
    except BaseException:
        container.close()
        raise
    height, width = first.pixels.shape[:2]
    started = datetime.now(UTC)
    return Clip(ClipInfo(width, height, rate, None, started, live=True), first, rest)


class _Live:
    def __init__(
        self,
        connect: Connect,
        sampling: Sampling,
        say: Callable[[str], None],
        wait: Callable[[float], None],
    ) -> None:
        self._connect, self._say, self._wait = connect, say, wait
        self._sampling = sampling

    def frames(self, container: InputContainer) -> Generator[ClipFrame, None, None]:
        reader, started = FrameReader(self._sampling), time.monotonic()
        tries = 0
        while True:
            began = reader.read_to
            why = "it ended"
            begins = 0.0 if began is None else max(time.monotonic() - started, began)
            try:
                with (
                    container,
                    closing(
                        reader.frames(container, video_stream(container, live=True), begins)
                    ) as frames,
                ):
                    yield from frames
            except av.error.FFmpegError as error:
                why = reason(error)
            except ClipError as error:
                if reader.read_to is None:
                    raise
                why = str(error)  # as of a stream that is up again, and has no picture yet
            if reader.stopped:
                return
            if reader.read_to is None:
                raise ClipError(f"it has no frame that can be decoded: {why}")
            tries = tries if reader.read_to == began else 0
            container, tries = self._again(why, tries)

    def _again(self, why: str, tries: int) -> tuple[InputContainer, int]:
        """The container, connected again, and how many tries have failed since the last frame."""
        while tries < len(WAITS):
            self._say(f"the stream broke ({why}): connecting again in {WAITS[tries]:.0f} s")
            self._wait(WAITS[tries])
            tries += 1
            try:
                return self._connect(), tries
            except ClipError as error:
                why = str(error)
        raise ClipError(f"the stream broke, and {tries} tries to connect again failed: {why}")
