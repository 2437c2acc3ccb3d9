"""The source that needs no download: the project's own drawings, photographed."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from io import BytesIO
from multiprocessing import get_context

import numpy as np

from signs.art.raster import rasterize
from signs.art.scene import photograph
from signs.classes import NUM_CLASSES
from signs.sources.base import Photo, Source

RASTER_SIZE = 192  # pixels; a sign in a scene is at most about as large
IMAGES_PER_TASK = 64
LICENCE = "drawn by this project, MIT"


def drawn_source(per_class: int, seed: int) -> Source:
    """`per_class` images of each sign, each a track of its own, in the order of class and number.

    The same seed gives the same bytes, whatever the number of processors, and more images a class
    begin with the same ones.
    """
    name = f"drawn signs ({per_class} a class, seed {seed})"
    return Source(name, LICENCE, {"train": partial(_draw_all, per_class, seed)})


def draw_photo(class_id: int, number: int, seed: int) -> Photo:
    """Image `number` of a class: JPEG of random quality.

    Raises:
        ValueError: no class has this id.
    """
    rng = np.random.default_rng([seed, class_id, number])
    picture = photograph(rasterize(class_id, RASTER_SIZE), rng)
    stream = BytesIO()
    picture.save(stream, "JPEG", quality=int(rng.integers(55, 96)))
    name = f"drawn-{seed}-{class_id:02d}-{number:05d}"
    return Photo(stream.getvalue(), class_id, name, name)


def _draw_all(per_class: int, seed: int) -> Iterator[Photo]:
    wanted = [(c, n) for c in range(NUM_CLASSES) for n in range(per_class)]
    tasks = [wanted[i : i + IMAGES_PER_TASK] for i in range(0, len(wanted), IMAGES_PER_TASK)]
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        for photos in pool.map(partial(_draw_some, seed), tasks):
            yield from photos


def _draw_some(seed: int, wanted: list[tuple[int, int]]) -> list[Photo]:
    return [draw_photo(class_id, number, seed) for class_id, number in wanted]
