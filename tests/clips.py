"""Clips of a few tiny frames, made on the spot."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
from av.video.stream import VideoStream

Pixels = npt.NDArray[np.uint8]
TICKS = 1000  # of a second


def gray(count: int, size: tuple[int, int] = (64, 48)) -> list[Pixels]:
    """Frames that grow brighter, with a red corner above on the left."""
    frames = []
    for number in range(count):
        frame = np.full((size[1], size[0], 3), 60 + 3 * number, np.uint8)
        frame[: size[1] // 2, : size[0] // 2] = (220, 20, 20)
        frames.append(frame)
    return frames


def save_clip(
    path: Path,
    frames: Iterable[Pixels],
    times: Sequence[float] | None = None,
    codec: str = "libx264",
    pix_fmt: str = "yuv420p",
    options: Mapping[str, str] | None = None,
    container: Mapping[str, str] | None = None,
    setup: Callable[[VideoStream], None] = lambda stream: None,
    each: Callable[[av.VideoFrame], None] = lambda frame: None,
) -> Path:
    """Write frames at seconds, by default 25 of them a second."""
    with av.open(str(path), "w", options=dict(container or {})) as output:
        stream = output.add_stream(codec, rate=25, options=dict(options or {}))
        assert isinstance(stream, VideoStream)
        stream.pix_fmt = pix_fmt
        stream.codec_context.time_base = Fraction(1, TICKS)
        for number, pixels in enumerate(frames):
            if number == 0:
                stream.height, stream.width = pixels.shape[:2]
                setup(stream)
            frame = av.VideoFrame.from_ndarray(pixels, "rgb24").reformat(format=pix_fmt)
            frame.pts = round(TICKS * (times[number] if times else number / 25))
            frame.time_base = Fraction(1, TICKS)
            each(frame)
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return path


def sound(path: Path) -> Path:
    """Write a tenth of a second of silence, without a picture."""
    with av.open(str(path), "w") as output:
        stream = output.add_stream("pcm_s16le", rate=8000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 800), np.int16), layout="mono")
        frame.sample_rate = 8000
        output.mux(stream.encode(frame))
    return path
