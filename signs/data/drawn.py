"""The source that needs no download: the project's own drawings, photographed."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache, partial
from io import BytesIO
from multiprocessing import get_context
from typing import Any

import cv2
import numpy as np
from PIL import Image

from signs.art.drawings import GTSRB_DRAWINGS, Drawings
from signs.art.led import in_lamps
from signs.art.pose import Plate
from signs.art.raster import rasterize, variants
from signs.art.scene import photograph
from signs.data.source import Source
from signs.records.photo import Photo

RASTER_SIZE = 256  # pixels; a sign in a scene is at most about as large
IMAGES_PER_TASK = 64
OTHER_SHARE = 0.4  # of a sign of which other designs are on the road, with one of these
PICTOGRAMS = (0.92, 0.96, 1, 1.04)  # sizes of what stands on a plate
LAMPS, LAMPS_SHARE = "lamps", 0.02
SHOWN_IN_LAMPS = ("speed limit", "other prohibitory", "danger")  # categories
HALVED_CHROMA_SHARE = 0.3  # of the JPEGs
LICENSE = "drawn by this project, MIT"


def drawn_source(per_class: int, seed: int, drawings: Drawings = GTSRB_DRAWINGS) -> Source:
    """`per_class` images of each sign, each a group of its own, in the order of class and number.

    The same seed gives the same bytes, whatever the number of processors, and more images a class
    begin with the same ones.

    Raises:
        SignsError: a sign has no drawing.
    """
    drawings.require()
    name = f"drawn signs ({per_class} a class, seed {seed})"
    return Source(name, LICENSE, {"train": partial(_draw_all, per_class, seed, drawings)})


def draw_photo(class_id: int, number: int, seed: int, drawings: Drawings = GTSRB_DRAWINGS) -> Photo:
    """Image `number` of a class: JPEG of random quality.

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
    chroma = 2 * int(rng.random() < HALVED_CHROMA_SHARE)  # Pillow's word for 4:2:0, and 0 for 4:4:4
    picture.save(stream, "JPEG", quality=int(rng.integers(60, 99)), subsampling=chroma)
    return stream.getvalue()


def _design(class_id: int, rng: np.random.Generator, drawings: Drawings) -> str:
    """Which design of a sign stands there: today's usual one more often than another."""
    if drawings.label_space.categories[class_id] in SHOWN_IN_LAMPS and rng.random() < LAMPS_SHARE:
        return LAMPS
    today, *others = variants(class_id, drawings)
    return others[rng.integers(len(others))] if others and rng.random() < OTHER_SHARE else today


@lru_cache(maxsize=64)  # 1.4 MB each; a worker draws class by class, beside any neighbor
def sign_plate(
    class_id: int,
    design: str = "",
    pictogram: float = 1,
    drawings: Drawings = GTSRB_DRAWINGS,
) -> Plate:
    """A design of a class, or it in lamps, ready to be placed; shared between calls."""
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
    """Call `draw` with each pair of `wanted`, on all processors; in their order.

    Args:
        draw: a function of a module, or a `partial` of one: other processes import it.
    """
    tasks = [wanted[i : i + IMAGES_PER_TASK] for i in range(0, len(wanted), IMAGES_PER_TASK)]
    with ProcessPoolExecutor(
        mp_context=get_context("spawn"), initializer=cv2.setNumThreads, initargs=(1,)
    ) as pool:
        for photos in pool.map(partial(_draw_some, draw), tasks):
            yield from photos


def _draw_some(draw: Callable[[Any, int], Photo], wanted: Sequence[tuple[Any, int]]) -> list[Photo]:
    return [draw(first, number) for first, number in wanted]
