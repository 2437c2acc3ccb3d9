"""Drawn negatives: some kinds to train on, others to test with."""

from collections.abc import Iterator
from functools import lru_cache, partial

import numpy as np
from PIL import Image

from signs.art.negatives import mixtures, negative_names, rasterize_mixture, rasterize_negative
from signs.art.patterns import nothing, texture
from signs.art.pose import Plate
from signs.art.scene import photograph, photograph_beside
from signs.catalog.gtsrb import GTSRB
from signs.catalog.negatives import NegativeKind
from signs.data.drawn import LICENSE, RASTER_SIZE, draw_all, sign_plate, to_jpeg
from signs.data.source import Source
from signs.errors import SignsError
from signs.records.photo import Photo

MIXTURE_SIZE = 128  # pixels: each is drawn anew
SHARES = {  # of the pictures of a part
    "train": {
        NegativeKind.TRAINED_SIGN: 0.4,
        NegativeKind.MIXTURE: 0.25,
        NegativeKind.BESIDE: 0.25,
        NegativeKind.TEXTURE: 0.1,
    },
    "test": {
        NegativeKind.TESTED_SIGN: 0.4,
        NegativeKind.OBJECT: 0.3,
        NegativeKind.BACKDROP: 0.15,
        NegativeKind.NOTHING: 0.15,
    },
}
FOLDER_OF = {
    NegativeKind.TRAINED_SIGN: "trained",
    NegativeKind.TESTED_SIGN: "tested",
    NegativeKind.OBJECT: "objects",
}


def negatives_source(count: int, seed: int) -> Source:
    """About `count` negatives in each part; the two parts have no kind and no drawing in common.

    The group of a negative is the drawing that it shows, where it shows one, so that a cut by group
    holds whole drawings out, except that some stand beside the sign that a crop misses. The same
    seed gives the same bytes.

    Raises:
        SignsError: while a part is drawn, a folder of `signs/art/negatives_svg` that it needs is
            empty.
    """
    name = f"drawn negatives ({count}, seed {seed})"
    return Source(name, LICENSE, {part: partial(_draw_part, part, count, seed) for part in SHARES})


def draw_negative(kind: NegativeKind, number: int, seed: int) -> Photo:
    """Picture `number` of a kind: JPEG of random quality."""
    rng = np.random.default_rng([seed, 1, kind.number, number])
    name = f"negative-{seed}-{kind.name.lower()}-{number:05d}"
    picture, shown = _picture(kind, number, rng)
    group = f"negative-{shown}" if shown else name
    return Photo(to_jpeg(picture, rng), GTSRB.negative, group, name, kind=kind.value)


def _picture(kind: NegativeKind, number: int, rng: np.random.Generator) -> tuple[Image.Image, str]:
    """A picture and the drawing that it is of, if it is of one."""
    if kind is NegativeKind.TEXTURE:
        return texture(rng), ""
    if kind is NegativeKind.NOTHING:
        return nothing(rng), ""
    sign = sign_plate(int(rng.integers(len(GTSRB))))
    if kind in (NegativeKind.BESIDE, NegativeKind.BACKDROP):
        foreign = str(rng.choice(_drawings("trained")))
        away = kind is NegativeKind.BACKDROP
        return photograph_beside(sign, _plate("trained", foreign), rng, away), ""
    if kind is NegativeKind.MIXTURE:
        pair = mixtures()[rng.integers(len(mixtures()))]
        plate = Plate.of(np.asarray(rasterize_mixture(*pair, MIXTURE_SIZE)))
        return photograph(plate, sign, rng), f"mixture-{pair[0]}-{pair[1]}"
    folder = FOLDER_OF[kind]
    names = _drawings(folder)
    shown = names[number % len(names)]  # all of them equally often
    return photograph(_plate(folder, shown), sign, rng), shown


def _drawings(folder: str) -> tuple[str, ...]:
    names = negative_names(folder)
    if not names:
        raise SignsError(f"signs/art/negatives_svg/{folder} holds no drawing: add an SVG file")
    return names


@lru_cache(maxsize=64)
def _plate(folder: str, name: str) -> Plate:
    return Plate.of(np.asarray(rasterize_negative(folder, name, RASTER_SIZE)))


def _draw_part(part: str, count: int, seed: int) -> Iterator[Photo]:
    wanted = [
        (kind, number)
        for kind, share in SHARES[part].items()
        for number in range(max(1, round(share * count)))
    ]
    return draw_all(partial(draw_negative, seed=seed), wanted)
