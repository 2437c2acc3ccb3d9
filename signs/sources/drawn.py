"""The source that needs no download: the project's own drawings, photographed."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache, partial
from io import BytesIO
from multiprocessing import get_context

import cv2
import numpy as np
from PIL import Image

from signs.art.led import in_lamps
from signs.art.pose import Plate
from signs.art.raster import rasterize, variants
from signs.art.scene import photograph
from signs.classes import CLASSES, NUM_CLASSES, Category
from signs.inference.preprocess import preprocess
from signs.sources.base import Photo, Source

RASTER_SIZE = 256  # pixels; a sign in a scene is at most about as large
IMAGES_PER_TASK = 64
SHEET_COLUMNS = 15
OTHER_SHARE = 0.4  # of a sign of which other designs are on the road, with one of these
PICTOGRAMS = (0.92, 0.96, 1, 1.04)  # sizes of what stands on a plate
LAMPS, LAMPS_SHARE = "lamps", 0.02
SHOWN_IN_LAMPS = (Category.SPEED_LIMIT, Category.PROHIBITORY, Category.DANGER)
HALVED_CHROMA_SHARE = 0.3  # of the JPEGs
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
    neighbour = sign_plate(int(rng.integers(NUM_CLASSES)))
    pictogram = PICTOGRAMS[rng.integers(len(PICTOGRAMS))]
    plate = sign_plate(class_id, _design(class_id, rng), pictogram)
    picture = photograph(plate, neighbour, rng)
    name = f"drawn-{seed}-{class_id:02d}-{number:05d}"
    return Photo(to_jpeg(picture, rng), class_id, name, name)


def to_jpeg(picture: Image.Image, rng: np.random.Generator) -> bytes:
    """Encode an RGB picture at a random quality."""
    stream = BytesIO()
    chroma = 2 * int(rng.random() < HALVED_CHROMA_SHARE)  # Pillow's word for 4:2:0, and 0 for 4:4:4
    picture.save(stream, "JPEG", quality=int(rng.integers(60, 99)), subsampling=chroma)
    return stream.getvalue()


def scene_sheet(class_ids: Sequence[int], per_class: int, size: int) -> Image.Image:
    """What training sees, before augmentation: scenes of each class, as many in a row as fit.

    Args:
        per_class: how many scenes of each class.
        size: side that each is squashed to, in pixels.

    Returns:
        RGB, about `SHEET_COLUMNS` scenes wide if there are so many, black where there are none.

    Raises:
        ValueError: a class id is unknown, there is none, or `per_class` is less than 1.
    """
    if not class_ids or per_class < 1:
        raise ValueError("a sheet needs at least one class and one scene of it")
    in_a_row = min(len(class_ids), max(1, SHEET_COLUMNS // per_class))
    rows = -(-len(class_ids) // in_a_row)
    sheet = Image.new("RGB", (in_a_row * per_class * size, rows * size))
    for place, class_id in enumerate(class_ids):
        row, column = divmod(place, in_a_row)
        for number in range(per_class):
            scene = preprocess(draw_photo(class_id, number, seed=0).data, size)
            left = (column * per_class + number) * size
            sheet.paste(Image.fromarray(scene), (left, row * size))
    return sheet


def _design(class_id: int, rng: np.random.Generator) -> str:
    """Which design of a sign stands there: today's usual one more often than another."""
    if CLASSES[class_id].category in SHOWN_IN_LAMPS and rng.random() < LAMPS_SHARE:
        return LAMPS
    today, *others = variants(class_id)
    return others[rng.integers(len(others))] if others and rng.random() < OTHER_SHARE else today


@lru_cache(maxsize=64)  # 1.4 MB each; a worker draws class by class, beside any neighbour
def sign_plate(class_id: int, design: str = "", pictogram: float = 1) -> Plate:
    """A design of a class, or it in lamps, ready to be placed; shared between calls."""
    if design == LAMPS:
        return Plate.of(in_lamps(np.asarray(rasterize(class_id, RASTER_SIZE))))
    return Plate.of(np.asarray(rasterize(class_id, RASTER_SIZE, design, pictogram)))


def _draw_all(per_class: int, seed: int) -> Iterator[Photo]:
    wanted = [(c, n) for c in range(NUM_CLASSES) for n in range(per_class)]
    return draw_all(partial(draw_photo, seed=seed), wanted)


def draw_all(
    draw: Callable[[int, int], Photo], wanted: Sequence[tuple[int, int]]
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


def _draw_some(draw: Callable[[int, int], Photo], wanted: Sequence[tuple[int, int]]) -> list[Photo]:
    return [draw(first, number) for first, number in wanted]
