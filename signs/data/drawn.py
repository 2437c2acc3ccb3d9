"""The source that needs no download: the project's own drawings, rendered as photos."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache, partial
from io import BytesIO
from multiprocessing import get_context
from typing import Any

import cv2
import numpy as np
from PIL import Image

from signs.art.crop import photograph
from signs.art.drawings import GTSRB_DRAWINGS, Drawings
from signs.art.led import in_lamps
from signs.art.pose import Plate
from signs.art.raster import rasterize, variants
from signs.data.source import Source
from signs.records.photo import Photo

RASTER_SIZE = 256  # pixels; a sign in a crop is at most about as large
IMAGES_PER_TASK = 64
OTHER_SHARE = 0.4  # of a sign's images that show another design, if one is in use
PICTOGRAMS = (0.92, 0.96, 1, 1.04)  # scales of the pictogram on a plate
LAMPS, LAMPS_SHARE = "lamps", 0.02
SHOWN_IN_LAMPS = ("speed limit", "other prohibitory", "danger")  # categories
HALVED_CHROMA_SHARE = 0.3  # of the JPEGs
LICENSE = "drawn by this project, MIT"


def drawn_source(per_class: int, seed: int, drawings: Drawings = GTSRB_DRAWINGS) -> Source:
    """`per_class` images of each sign, each its own group, ordered by class and number.

    The same seed gives the same bytes on any number of processors. A larger `per_class` only adds
    images to each class.

    Raises:
        SignsError: a sign has no drawing.
    """
    drawings.require()
    name = f"drawn signs ({per_class} a class, seed {seed})"
    return Source(name, LICENSE, {"train": partial(_draw_all, per_class, seed, drawings)})


def draw_photo(class_id: int, number: int, seed: int, drawings: Drawings = GTSRB_DRAWINGS) -> Photo:
    """Draw image `number` of a class: a JPEG of random quality.

    Raises:
        ValueError: no class has this id.
        SignsError: a sign has no drawing, or one that does not begin with its plate.
    """
    rng = np.random.default_rng([seed, class_id, number])
    neighbor = sign_plate(int(rng.integers(len(drawings))), drawings=drawings)
    pictogram = PICTOGRAMS[rng.integers(len(PICTOGRAMS))]
    plate = sign_plate(class_id, _design(class_id, rng, drawings), pictogram, drawings)
    picture = photograph(plate, neighbor, rng)
    name = f"drawn-{seed}-{class_id:02d}-{number:05d}"
    return Photo(to_jpeg(picture, rng), class_id, name, name)


def to_jpeg(picture: Image.Image, rng: np.random.Generator) -> bytes:
    """Encode an RGB picture at a random quality."""
    stream = BytesIO()
    chroma = 2 * int(rng.random() < HALVED_CHROMA_SHARE)  # Pillow's codes: 2 is 4:2:0, 0 is 4:4:4
    picture.save(stream, "JPEG", quality=int(rng.integers(60, 99)), subsampling=chroma)
    return stream.getvalue()


def _design(class_id: int, rng: np.random.Generator, drawings: Drawings) -> str:
    """Choose a design of a sign: the usual current one more often than another."""
    if drawings.label_space.categories[class_id] in SHOWN_IN_LAMPS and rng.random() < LAMPS_SHARE:
        return LAMPS
    today, *others = variants(class_id, drawings)
    return others[rng.integers(len(others))] if others and rng.random() < OTHER_SHARE else today


@lru_cache(maxsize=64)  # 1.4 MB each; a worker draws class by class, with any neighbor
def sign_plate(
    class_id: int,
    design: str = "",
    pictogram: float = 1,
    drawings: Drawings = GTSRB_DRAWINGS,
) -> Plate:
    """A design of a class, or its lamp version, ready to be placed; shared between calls."""
    if design == LAMPS:
        lit = in_lamps(np.asarray(rasterize(class_id, RASTER_SIZE, drawings=drawings)))
        return Plate.of(lit)
    return Plate.of(np.asarray(rasterize(class_id, RASTER_SIZE, design, pictogram, drawings)))


def _draw_all(per_class: int, seed: int, drawings: Drawings) -> Iterator[Photo]:
    wanted = [(c, n) for c in range(len(drawings)) for n in range(per_class)]
    return draw_all(partial(draw_photo, seed=seed, drawings=drawings), wanted)


def draw_all(
    draw: Callable[[Any, int], Photo], wanted: Sequence[tuple[Any, int]]
) -> Iterator[Photo]:
    """Call `draw` with each pair of `wanted` on all processors, and yield in their order.

    Args:
        draw: a module-level function, or a `partial` of one: other processes import it.
    """
    tasks = [wanted[i : i + IMAGES_PER_TASK] for i in range(0, len(wanted), IMAGES_PER_TASK)]
    with ProcessPoolExecutor(
        mp_context=get_context("spawn"), initializer=cv2.setNumThreads, initargs=(1,)
    ) as pool:
        for photos in pool.map(partial(_draw_some, draw), tasks):
            yield from photos


def _draw_some(draw: Callable[[Any, int], Photo], wanted: Sequence[tuple[Any, int]]) -> list[Photo]:
    return [draw(first, number) for first, number in wanted]
