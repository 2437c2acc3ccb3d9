"""Clips in files."""

from collections.abc import Generator
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path

import av
from av.container import InputContainer
from av.video.stream import VideoStream

from signs.media.clip import Clip, ClipError, ClipFrame, ClipInfo, Sampling
from signs.media.decoding import FrameReader, frame_rate, reason, video_stream
from signs.pictures.formats import HEAD, READ

MISSING = 0.5  # seconds at a clip's end that may lack frames without being a cut
MISSING_FRAMES = 3  # likewise, where frames are rare
MOVING = {"GIF", "WEBP", "AVIF"}  # formats of pictures that can be clips


def read_file(path: Path, sampling: Sampling) -> Clip:
    """Open a clip in a file.

    Raises:
        ClipError: it has no frame that can be read here.
    """
    _refuse_pictures(path)
    with ExitStack() as files:
        data = files.enter_context(path.open("rb"))
        try:
            # FFmpeg gets the file open, and may open nothing: a playlist could name other files
            # and addresses.
            container = av.open(data, "r", options={"protocol_whitelist": "none"})
        except av.error.FFmpegError as error:
            raise ClipError(_refusal(error)) from None
        files.enter_context(container)
        stream = video_stream(container)
        info = _info(container, stream)
        rest = _frames(container, stream, info, sampling, files.pop_all())
        first = next(rest, None)
        if first is None:
            raise ClipError("it has no frame that can be decoded")
    height, width = first.pixels.shape[:2]
    return Clip(ClipInfo(width, height, info.fps, info.duration_s, info.started), first, rest)


def _refuse_pictures(path: Path) -> None:
    try:
        with path.open("rb") as stream:
            head = stream.read(HEAD)
    except OSError as error:
        raise ClipError(error.strerror or str(error)) from None
    if not head:
        raise ClipError("the file is empty")
    for known in READ:
        if known.name not in MOVING and known.is_that_of(head):
            raise ClipError(
                f"it is a still picture ({known.name}): `signs detect` reads those; of frames that "
                "are pictures, name their folder"
            )


def _refusal(error: Exception) -> str:
    if isinstance(error, (av.error.InvalidDataError, av.error.ArgumentError)):
        return "it is not a clip, or it is broken: no frame can be read"
    return reason(error)


def _info(container: InputContainer, stream: VideoStream) -> ClipInfo:
    """Size aside, which the first frame tells."""
    duration = None
    if stream.duration and stream.time_base:
        duration = float(stream.duration * stream.time_base)
    elif container.duration:
        duration = container.duration / av.time_base
    started = None
    try:
        started = datetime.fromisoformat(container.metadata.get("creation_time", ""))
        started = started.replace(tzinfo=started.tzinfo or UTC)
    except ValueError:
        pass
    return ClipInfo(0, 0, frame_rate(stream), duration, started)


def _frames(
    container: InputContainer,
    stream: VideoStream,
    info: ClipInfo,
    sampling: Sampling,
    files: ExitStack,
) -> Generator[ClipFrame, None, None]:
    reader = FrameReader(sampling)
    # The length of a container may be that of its sound.
    own = stream.duration is not None or len(container.streams) == 1
    with files:
        try:
            with closing(reader.frames(container, stream)) as frames:
                yield from frames
        except av.error.FFmpegError as error:
            if reader.read_to is None:
                raise ClipError(_refusal(error)) from None
            raise ClipError(
                f"it breaks off after {reader.read_to:.1f} s: {reason(error)}"
            ) from None
    if own and info.duration_s is not None and reader.read_to is not None and not reader.stopped:
        missing = info.duration_s - reader.read_to
        if missing > max(MISSING, MISSING_FRAMES / (info.fps or 25)):
            raise ClipError(
                f"it was cut, or is broken: it ends after {reader.read_to:.1f} s of "
                f"{info.duration_s:.1f} s"
            )
