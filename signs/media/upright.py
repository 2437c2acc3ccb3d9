"""Decoded frames as people see them: upright RGB with square pixels, all of one size."""

from collections.abc import Iterator
from typing import cast

import av
import numpy as np
from av.video.reformatter import Colorspace, VideoReformatter
from PIL import Image

from signs.media.clip import Pixels
from signs.media.hdr import CURVES, tone_map

UNSPECIFIED = 2  # of a color space, in FFmpeg
HD = 720  # lines, from which on clips that name no color space have that of HD television


class Upright:
    """Converts the frames of one clip.

    Args:
        aspect: width of a pixel for its height.
    """

    def __init__(self, aspect: float = 1.0) -> None:
        self._aspect = aspect
        self._reformatter = VideoReformatter()
        self._size: tuple[int, int] | None = None

    def pixels(self, frame: av.VideoFrame) -> Pixels:
        """A frame as uint8[H, W, 3]; one of another size than the first is brought to that."""
        space = frame.colorspace
        if space == UNSPECIFIED:
            space = Colorspace.ITU709 if frame.height >= HD else Colorspace.ITU601
        width = max(1, round(frame.width * self._aspect))
        made = self._reformatter.reformat(
            frame, width, frame.height, "rgb24", src_colorspace=int(space)
        )
        pixels = made.to_ndarray().astype(np.uint8, copy=False)
        if frame.color_trc in CURVES:
            pixels = tone_map(pixels, frame.color_trc)
        pixels = np.ascontiguousarray(turned(pixels, display_matrix(frame)))
        size = (pixels.shape[1], pixels.shape[0])
        if self._size is None:
            self._size = size
        return pixels if size == self._size else resized(pixels, self._size)


def resized(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    """Pixels brought to a width and height."""
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.BILINEAR))


def display_matrix(frame: av.VideoFrame) -> tuple[int, int, int, int]:
    """The four numbers of a frame's display matrix that turn and mirror.

    As in FFmpeg's libavutil/display.h, x becomes ax + cy and y becomes bx + dy; their scale does
    not matter here.
    """
    matrix = frame.side_data.get("DISPLAYMATRIX")
    if matrix is None:
        return 1, 0, 0, 1
    a, b, _, c, d = np.frombuffer(cast("bytes", matrix), np.int32)[:5].tolist()
    return a, b, c, d


def turned(pixels: Pixels, matrix: tuple[int, int, int, int]) -> Pixels:
    """A picture turned by quarters and mirrored, as a display matrix says."""
    a, b, c, d = matrix
    if abs(b) + abs(c) > abs(a) + abs(d):
        pixels, across, down = pixels.transpose(1, 0, 2), c, b
    else:
        across, down = a, d
    return pixels[:: -1 if down < 0 else 1, :: -1 if across < 0 else 1]


def deinterlaced(frames: Iterator[av.VideoFrame]) -> Iterator[av.VideoFrame]:
    """Frames whose two halves were taken at one time; those that are so already pass as they are.

    FFmpeg's filter `yadif` needs the frame after, so that it answers one frame late.
    """
    graph: av.filter.Graph | None = None
    for frame in frames:
        if graph is None:
            if not frame.interlaced_frame:
                yield frame
                continue
            graph = _yadif(frame)
        graph.vpush(frame)
        yield from _ready(graph)
    if graph is not None:
        graph.vpush(None)
        yield from _ready(graph)


def _yadif(frame: av.VideoFrame) -> "av.filter.Graph":
    graph = av.filter.Graph()
    source = graph.add_buffer(
        width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base
    )
    graph.link_nodes(source, graph.add("yadif", "deint=interlaced"), graph.add("buffersink"))
    graph.configure()
    return graph


def _ready(graph: "av.filter.Graph") -> Iterator[av.VideoFrame]:
    while True:
        try:
            yield graph.vpull()
        except (av.error.BlockingIOError, av.error.EOFError):
            return
