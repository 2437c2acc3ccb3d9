"""Draw the samples of the page, for a visitor who has no picture at hand.

    uv run python -m docs.samples            # or with another folder than ui/samples behind it

The seeds were chosen by looks, not by what the models answer. Neither training nor evaluation draws
with them; but the art is the same, so the answers say nothing about photos.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from signs.art.drives.drawn import drawn_drive
from signs.art.roads.road import draw_road
from signs.data.drawn import draw_photo
from signs.media.writing import ClipWriter

FOLDER = Path(__file__).parents[1] / "ui" / "samples"
SEED = 22  # of crops and roads
CROPS = {"stop": (14, 5), "children": (28, 7)}  # class and number
ROADS = {"country-road": 43, "village": 70, "no-sign": 191}  # numbers
LARGEST = 150_000  # bytes of a road
QUALITIES = range(85, 30, -5)  # of JPEG, the first one that is small enough
DRIVE_SEED = 22_000_039
SECONDS, RATE = 4.0, 20.0  # of the drive, and its frames a second
CRF = 31  # of H.264: 700 kB at most, and within what dashcams write
POSTER_WIDTH = 340  # pixels
POSTER_AT = 0.95  # of the drive


def draw_stills(folder: Path) -> Iterator[Path]:
    """Draw crops and roads: JPEG files, in the order in which they are finished."""
    for name, (class_id, number) in CROPS.items():
        path = folder / f"{name}.jpg"
        path.write_bytes(draw_photo(class_id, number, SEED).data)
        yield path
    for name, number in ROADS.items():
        picture, _, _ = draw_road(np.random.default_rng([SEED, number]))
        yield _saved(picture, folder / f"{name}.jpg")


def draw_drive(folder: Path) -> Iterator[Path]:
    """Draw the drive: an MP4 file, and a frame of it as a JPEG file."""
    drive = drawn_drive(DRIVE_SEED, SECONDS, RATE)
    times = drive.truth.times.tolist()
    shown = round(POSTER_AT * len(times))
    with ClipWriter(folder / "drive.mp4", RATE, CRF) as writer:
        for number, (time_s, pixels) in enumerate(zip(times, drive.frames(), strict=True)):
            writer.add(pixels, time_s)
            if number == shown:
                poster = _poster(pixels)
    yield folder / "drive.mp4"
    yield _saved(poster, folder / "drive.jpg")


def _poster(pixels: npt.NDArray[np.uint8]) -> Image.Image:
    height, width = pixels.shape[:2]
    size = POSTER_WIDTH, round(POSTER_WIDTH * height / width)
    return Image.fromarray(pixels).resize(size)


def _saved(picture: Image.Image, path: Path) -> Path:
    for quality in QUALITIES:
        picture.save(path, "JPEG", quality=quality, optimize=True)
        if path.stat().st_size <= LARGEST:
            break
    return path


def main() -> None:
    """Write all files."""
    parser = argparse.ArgumentParser(description="Draw the samples of the page.")
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    for draw in (draw_stills, draw_drive):
        for path in draw(folder):
            print(f"{path}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
