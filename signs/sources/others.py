"""Drawn pictures of what is none of the 43 signs: some to train on, other kinds to test with."""

from collections.abc import Iterator
from functools import lru_cache, partial

import numpy as np
from PIL import Image

from signs.art.others import mixtures, other_names, rasterize_mixture, rasterize_other
from signs.art.patterns import nothing, texture
from signs.art.pose import Plate
from signs.art.scene import photograph, photograph_beside
from signs.classes import NUM_CLASSES, Other
from signs.errors import SignsError
from signs.sources.base import Photo, Source
from signs.sources.drawn import LICENCE, RASTER_SIZE, draw_all, sign_plate, to_jpeg

MIXTURE_SIZE = 128  # pixels: each is drawn anew
SHARES = {  # of the pictures of a part
    "train": {Other.TRAINED_SIGN: 0.4, Other.MIXTURE: 0.25, Other.BESIDE: 0.25, Other.TEXTURE: 0.1},
    "test": {Other.TESTED_SIGN: 0.4, Other.OBJECT: 0.3, Other.BACKDROP: 0.15, Other.NOTHING: 0.15},
}
FOLDER_OF = {
    Other.TRAINED_SIGN: "trained",
    Other.TESTED_SIGN: "tested",
    Other.OBJECT: "objects",
}


def others_source(count: int, seed: int) -> Source:
    """About `count` pictures in each part; the two parts have no kind and no drawing in common.

    A picture's label is its kind (`Other`). Its track is the drawing that it shows, where it shows
    one, so that a cut by track leaves whole drawings out, except that some stand beside the sign
    that a crop misses. The same seed gives the same bytes.

    Raises:
        SignsError: while a part is drawn, a folder of `signs/art/others` that it needs is empty.
    """
    name = f"drawn pictures of none of the signs ({count}, seed {seed})"
    return Source(name, LICENCE, {part: partial(_draw_part, part, count, seed) for part in SHARES})


def draw_other(kind: int, number: int, seed: int) -> Photo:
    """Picture `number` of a kind (an `Other`): JPEG of random quality."""
    rng = np.random.default_rng([seed, 1, kind, number])
    name = f"other-{seed}-{Other(kind).name.lower()}-{number:05d}"
    picture, shown = _picture(Other(kind), number, rng)
    return Photo(to_jpeg(picture, rng), kind, f"other-{shown}" if shown else name, name)


def _picture(kind: Other, number: int, rng: np.random.Generator) -> tuple[Image.Image, str]:
    """A picture and the drawing that it is of, if it is of one."""
    if kind is Other.TEXTURE:
        return texture(rng), ""
    if kind is Other.NOTHING:
        return nothing(rng), ""
    sign = sign_plate(int(rng.integers(NUM_CLASSES)))
    if kind in (Other.BESIDE, Other.BACKDROP):
        foreign = str(rng.choice(_drawings("trained")))
        away = kind is Other.BACKDROP
        return photograph_beside(sign, _plate("trained", foreign), rng, away), ""
    if kind is Other.MIXTURE:
        pair = mixtures()[rng.integers(len(mixtures()))]
        plate = Plate.of(np.asarray(rasterize_mixture(*pair, MIXTURE_SIZE)))
        return photograph(plate, sign, rng), f"mixture-{pair[0]}-{pair[1]}"
    folder = FOLDER_OF[kind]
    names = _drawings(folder)
    shown = names[number % len(names)]  # all of them equally often
    return photograph(_plate(folder, shown), sign, rng), shown


def _drawings(folder: str) -> tuple[str, ...]:
    names = other_names(folder)
    if not names:
        raise SignsError(f"signs/art/others/{folder} holds no drawing: add an SVG file")
    return names


@lru_cache(maxsize=64)
def _plate(folder: str, name: str) -> Plate:
    return Plate.of(np.asarray(rasterize_other(folder, name, RASTER_SIZE)))


def _draw_part(part: str, count: int, seed: int) -> Iterator[Photo]:
    wanted = [
        (int(kind), number)
        for kind, share in SHARES[part].items()
        for number in range(max(1, round(share * count)))
    ]
    return draw_all(partial(draw_other, seed=seed), wanted)
