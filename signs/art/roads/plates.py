"""Plates ready to be hung: signs, outside signs, and backs of signs."""

from functools import lru_cache

import numpy as np

from signs.art.drawings import Drawings
from signs.art.fields import Rng
from signs.art.led import in_lamps
from signs.art.negative_drawings import negative_names, rasterize_negative
from signs.art.pose import Plate
from signs.art.raster import rasterize, variants
from signs.art.roads.canvas import light_of
from signs.art.roads.things.boards import board, logo

RASTER_SIDE = 160  # pixels; a sign in a road is at most 128
POSTER_SIDE = 96  # pixels
KEPT = 200  # plates of half a megabyte
OUTSIDE = "trained"  # the folder of outside signs; the other ones are held out for testing
OTHER_SHARE = 0.4  # of a sign's plates that show another design, if one is in use
LAMPS_SHARE = 0.02
PICTOGRAMS = (0.92, 0.96, 1, 1.04)  # scales of the pictogram on a plate
SHOWN_IN_LAMPS = ("speed limit", "other prohibitory", "danger")  # categories


def any_sign(drawings: Drawings, rng: Rng) -> tuple[Plate, int]:
    """A random design of a random sign, and its class id."""
    class_id = int(rng.integers(len(drawings)))
    today, *others = variants(class_id, drawings)
    design = others[rng.integers(len(others))] if others and rng.random() < OTHER_SHARE else today
    pictogram = PICTOGRAMS[rng.integers(len(PICTOGRAMS))]
    shown = drawings.label_space.categories[class_id] in SHOWN_IN_LAMPS
    if shown and rng.random() < LAMPS_SHARE:
        return _in_lamps(class_id, drawings), class_id
    return _sign(class_id, design, pictogram, drawings), class_id


def any_outside(drawings: Drawings, rng: Rng, supplement: bool = False) -> tuple[Plate, int]:
    """A random outside sign, or a supplementary plate, and the label of outside signs."""
    names = [
        name
        for name in negative_names(OUTSIDE, drawings.label_space)
        if name.startswith("supplement") == supplement
    ]
    if not names:  # the label space has all of them
        return any_sign(drawings, rng)
    return _outside(names[rng.integers(len(names))]), drawings.label_space.outside_label


def any_back(drawings: Drawings, rng: Rng) -> Plate:
    """The gray back of a random sign, with its clamps."""
    class_id, gray = int(rng.integers(len(drawings))), int(rng.integers(90, 190))
    drawing = np.array(rasterize(class_id, RASTER_SIDE // 2, drawings=drawings))
    drawing[..., :3] = gray
    if rng.random() < 0.7:
        for y in (RASTER_SIDE // 6, RASTER_SIDE // 3):
            drawing[y : y + int(rng.integers(2, 7)), :, :3] = gray * rng.uniform(0.4, 1.2)
    return Plate.of(drawing)


def any_poster(rng: Rng) -> Plate:
    """A board or a mark of a shop, painted as signs are."""
    seed, square = int(rng.integers(2**32)), rng.random() < 0.4
    inset = POSTER_SIDE * rng.uniform(0.04, 0.38)
    on = []
    for level in (0, 255):  # on black and on white, which tells what is opaque
        canvas = np.full((POSTER_SIDE, POSTER_SIDE, 3), level, np.uint8)
        same = np.random.default_rng(seed)
        if square:
            box = (4, inset, POSTER_SIDE - 4, POSTER_SIDE - inset)
            board(canvas, box, 1.0, same)
        else:
            logo(canvas, [POSTER_SIDE / 2] * 2, POSTER_SIDE / 2 - 4, 1.0, same)
        on.append(canvas)
    opacity = 255 - (on[1].astype(np.int16) - on[0]).max(axis=-1).clip(0, 255)
    color = 255 * light_of(on[0]).clip(0, 1) ** np.float32(1 / 2.2)
    return Plate.of(np.dstack((color, opacity)).astype(np.uint8))


@lru_cache(maxsize=KEPT)
def _sign(class_id: int, design: str, pictogram: float, drawings: Drawings) -> Plate:
    return Plate.of(np.asarray(rasterize(class_id, RASTER_SIDE, design, pictogram, drawings)))


@lru_cache(maxsize=16)
def _in_lamps(class_id: int, drawings: Drawings) -> Plate:
    return Plate.of(in_lamps(np.asarray(rasterize(class_id, 256, drawings=drawings))))


@lru_cache(maxsize=KEPT)
def _outside(name: str) -> Plate:
    return Plate.of(np.asarray(rasterize_negative(OUTSIDE, name, RASTER_SIDE)))
