"""A clip by what a person calls it."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from signs.media.clip import Clip, ClipError, Sampling
from signs.media.files import read_file
from signs.media.live import camera, read_live, stream
from signs.media.pictures import read_folder

STREAMS = ("rtsp://", "rtsps://")


def is_live(source: str) -> bool:
    """Whether a source is a camera or a stream."""
    return source.startswith(STREAMS) or (source.isdecimal() and not Path(source).exists())


def open_clip(source: str, sampling: Sampling, say: Callable[[str], None]) -> Clip:
    """Open a clip.

    Args:
        source: a file, a folder of pictures, the number of a camera, or the address of a stream.
        say: is told when a stream breaks off.

    Raises:
        ClipError: it cannot be read.
    """
    if source.startswith(STREAMS):
        return read_live(partial(stream, source), sampling, say)
    if is_live(source):
        return read_live(partial(camera, int(source)), sampling, say)
    path = Path(source)
    try:
        there = path.exists()
    except OSError as error:  # such as a name that is too long
        raise ClipError(error.strerror or str(error)) from None
    if path.is_dir():
        return read_folder(path, sampling)
    if path.is_file():
        return read_file(path, sampling)
    if there:
        raise ClipError("neither a file nor a folder")
    if "://" in source:
        raise ClipError("a web address: download the clip, then name its file")
    raise ClipError("no such file or folder")
