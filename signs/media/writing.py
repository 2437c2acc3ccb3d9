"""Clips that play in browsers and on phones: H.264 in MP4, 8 bit, its index before its frames."""

from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

import av
import numpy as np
from av.container import OutputContainer
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc
from av.video.stream import VideoStream

from signs.media.clip import Pixels
from signs.media.upright import resized

TICKS = 90_000  # of a second: the resolution of time stamps
MAX_SIDE = 3840  # pixels: decoders in phones end at 4K
KEY_FRAME = 50  # frames at most between two that a player can jump to
CRF = 23  # libx264's quality: fine enough for the small signs
# Fast enough beside a detector. Without B-frames, since MP4 takes a clip's length from decoding
# times, which lag behind by some frames with them: too short where frames are rare.
OPTIONS = {"preset": "veryfast", "bf": "0"}
LAST = 0.04  # seconds for which the last frame is shown, where no frame rate says it


class ClipWriter:
    """Writes frames to an MP4 file, without sound; a context.

    The size is that of the first frame: sides are made even, and shrunk to `MAX_SIDE`. Leaving the
    context finishes the file, after an error too: whoever does not want it then removes it.

    Args:
        path: the file.
        fps: frames a second on average, where that is known. The time stamps of the frames count.
        crf: libx264's quality, 0 (lossless) to 51 (worst).

    Raises:
        OSError: the file cannot be written.
    """

    def __init__(self, path: Path, fps: float | None, crf: int = CRF) -> None:
        self._container: OutputContainer = av.open(
            f"file:{path}", "w", format="mp4", options={"movflags": "+faststart"}
        )
        self._options = {"crf": str(crf), **OPTIONS}
        self._rate = Fraction(fps or 25).limit_denominator(1001)
        self._shown = round((1 / fps if fps else LAST) * TICKS)
        self._stream: VideoStream | None = None
        self._last = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if self._stream is not None:
                self._container.mux(self._stream.encode(None))
        finally:
            self._container.close()

    def add(self, pixels: Pixels, time_s: float) -> None:
        """Write a frame.

        Args:
            pixels: uint8[H, W, 3]; of another size than the first one, it is brought to that.
            time_s: when it is shown, after the one before it.

        Raises:
            OSError: the file cannot be written.
        """
        if self._stream is None:
            self._stream = self._begin(pixels)
        stream = self._stream
        pixels = fitted(pixels, (stream.width, stream.height))
        frame = av.VideoFrame.from_ndarray(pixels, "rgb24").reformat(
            format="yuv420p",
            dst_colorspace=int(Colorspace.ITU709),
            dst_color_range=int(ColorRange.MPEG),
        )
        self._last = frame.pts = max(self._last + 1, round(time_s * TICKS))
        frame.time_base, frame.duration = Fraction(1, TICKS), self._shown
        self._container.mux(stream.encode(frame))

    def _begin(self, pixels: Pixels) -> VideoStream:
        stream = self._container.add_stream("libx264", rate=self._rate, options=self._options)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height = clip_size(pixels.shape[1], pixels.shape[0])
        stream.pix_fmt, stream.gop_size = "yuv420p", KEY_FRAME
        context = stream.codec_context
        context.time_base = Fraction(1, TICKS)
        context.colorspace, context.color_range = int(Colorspace.ITU709), int(ColorRange.MPEG)
        context.color_primaries, context.color_trc = int(ColorPrimaries.BT709), int(ColorTrc.BT709)
        return stream


def clip_size(width: int, height: int) -> tuple[int, int]:
    """Width and height of the file for frames of a size: even, and not too large."""
    shrink = min(1.0, MAX_SIDE / max(width, height))
    even = (2 * max(1, round(side * shrink / 2 + 0.01)) for side in (width, height))
    wide, high = even
    return wide, high


def fitted(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    """Pixels of a size: an odd side gets its last line twice, others are resized."""
    height, width = pixels.shape[:2]
    if (width + width % 2, height + height % 2) == size:
        return np.pad(pixels, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
    return resized(pixels, size)
