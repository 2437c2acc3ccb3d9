"""Clips that are folders with a picture for each frame."""

import re
from collections.abc import Generator
from pathlib import Path

import numpy as np

from signs.media.clip import Clip, ClipError, ClipFrame, ClipInfo, Pixels, Sampling
from signs.media.upright import resized
from signs.pictures.decoding import decode
from signs.pictures.formats import SUFFIXES, ImageError
from signs.walk import is_litter

FPS = 25.0  # pictures do not say when they were taken


def read_folder(folder: Path, sampling: Sampling) -> Clip:
    """Open a folder whose pictures are the frames, in the order of their names.

    Numbers in names count as numbers, so that 10 follows 9. Pictures of another size than the first
    are brought to that.

    Raises:
        ClipError: there is none that can be read.
    """
    try:
        paths = [path for path in folder.iterdir() if _is_picture(path)]
    except OSError as error:
        raise ClipError(error.strerror or str(error)) from None
    if not paths:
        raise ClipError("no pictures in this folder; of clips in it, name the files")
    paths.sort(key=_natural)
    rest = _frames(paths, sampling)
    first = next(rest, None)
    assert first is not None  # otherwise the generator has said why
    height, width = first.pixels.shape[:2]
    return Clip(ClipInfo(width, height, FPS, len(paths) / FPS), first, rest)


def _is_picture(path: Path) -> bool:
    return path.suffix.lower() in SUFFIXES and not is_litter(path.name) and path.is_file()


def _natural(path: Path) -> list[tuple[int, int, str]]:
    """What sorts texts by letters, and the numbers in them by value."""
    parts = re.split(r"(\d+)", path.name, flags=re.ASCII)
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part.casefold()) for part in parts]


def _frames(paths: list[Path], sampling: Sampling) -> Generator[ClipFrame, None, None]:
    size: tuple[int, int] | None = None
    broken: list[str] = []
    for number, path in enumerate(paths):
        time_s = number / FPS
        if sampling.is_over(time_s):
            break
        if not sampling.takes(number):
            continue
        try:
            pixels = _read(path)
        except ImageError as error:
            broken.append(f"{path.name}: {error}")
            continue
        size = size or (pixels.shape[1], pixels.shape[0])
        if (pixels.shape[1], pixels.shape[0]) != size:
            pixels = resized(pixels, size)
        yield ClipFrame(number, time_s, pixels)
    if broken:
        raise ClipError(f"{len(broken)} of its pictures could not be read, such as {broken[0]}")


def _read(path: Path) -> Pixels:
    try:
        return np.asarray(decode(path.read_bytes()))
    except OSError as error:
        raise ImageError(error.strerror or str(error)) from None
