"""Drawn negatives: some kinds for training, others for testing."""

from collections.abc import Iterator
from functools import lru_cache, partial

import numpy as np
from PIL import Image

from signs.art.crop import photograph, photograph_beside
from signs.art.drawings import GTSRB_DRAWINGS, Drawings
from signs.art.negative_drawings import (
    mixtures,
    negative_names,
    rasterize_mixture,
    rasterize_negative,
)
from signs.art.patterns import nothing, texture
from signs.art.pose import Plate
from signs.catalog.negative_kinds import NegativeKind
from signs.data.drawn import LICENSE, RASTER_SIZE, draw_all, sign_plate, to_jpeg
from signs.data.source import Source
from signs.errors import SignsError
from signs.records.photo import Photo

MIXTURE_SIZE = 128  # pixels; small, since mixtures are not cached
SHARES = {  # of the images of a part
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
OF_SIGNS = {NegativeKind.MIXTURE, NegativeKind.BESIDE, NegativeKind.BACKDROP}


def negatives_source(count: int, seed: int, drawings: Drawings = GTSRB_DRAWINGS) -> Source:
    """About `count` negatives in each part; the two parts have no kind and no drawing in common.

    If a negative shows a drawing, that drawing is its group, so a cut by group holds out whole
    drawings, except that some also appear as neighbors in crops that miss a sign. The same seed
    gives the same bytes. Kinds that need drawings of the signs are left out if there are none
    (`left_out` names them).

    Args:
        drawings: of the label space, whose signs no negative shows.

    Raises:
        SignsError: only some signs have a drawing; or, while a part is drawn, a folder
            of `signs/art/negatives_svg` holds no outside sign.
    """
    if drawings.exist:
        drawings.require()
    name = f"drawn negatives ({count}, seed {seed})"
    parts = {part: partial(_draw_part, part, count, seed, drawings) for part in SHARES}
    return Source(name, LICENSE, parts)


def left_out(drawings: Drawings) -> tuple[NegativeKind, ...]:
    """Kinds that cannot be drawn: the signs have no drawings, or no two of them can be mixed."""
    if not drawings.exist:
        return tuple(kind for kind in NegativeKind if kind in OF_SIGNS)
    return () if mixtures(drawings) else (NegativeKind.MIXTURE,)


def draw_negative(
    kind: NegativeKind, number: int, seed: int, drawings: Drawings = GTSRB_DRAWINGS
) -> Photo:
    """Draw image `number` of a kind: a JPEG of random quality."""
    rng = np.random.default_rng([seed, 1, kind.number, number])
    name = f"negative-{seed}-{kind.name.lower()}-{number:05d}"
    picture, shown = _picture(kind, number, rng, drawings)
    group = f"negative-{shown}" if shown else name
    label = drawings.label_space.negative_label
    return Photo(to_jpeg(picture, rng), label, group, name, kind=kind.value)


def _picture(
    kind: NegativeKind, number: int, rng: np.random.Generator, drawings: Drawings
) -> tuple[Image.Image, str]:
    """An image of a kind, and the drawing that it shows, or ""."""
    if kind is NegativeKind.TEXTURE:
        return texture(rng), ""
    if kind is NegativeKind.NOTHING:
        return nothing(rng), ""
    sign = _neighbor(rng, drawings)
    if kind in (NegativeKind.BESIDE, NegativeKind.BACKDROP):
        outside = str(rng.choice(_drawings("trained", drawings)))
        away = kind is NegativeKind.BACKDROP
        return photograph_beside(sign, _plate("trained", outside), rng, away), ""
    if kind is NegativeKind.MIXTURE:
        pairs = mixtures(drawings)
        pair = pairs[rng.integers(len(pairs))]
        plate = Plate.of(np.asarray(rasterize_mixture(*pair, MIXTURE_SIZE, drawings)))
        return photograph(plate, sign, rng), f"mixture-{pair[0]}-{pair[1]}"
    folder = FOLDER_OF[kind]
    names = _drawings(folder, drawings)
    shown = names[number % len(names)]  # all of them equally often
    return photograph(_plate(folder, shown), sign, rng), shown


def _neighbor(rng: np.random.Generator, drawings: Drawings) -> Plate:
    """A random neighboring sign; an outside sign if the label space has no drawings."""
    if drawings.exist:
        return sign_plate(int(rng.integers(len(drawings))), drawings=drawings)
    return _plate("trained", str(rng.choice(_drawings("trained", drawings))))


def _drawings(folder: str, drawings: Drawings) -> tuple[str, ...]:
    names = negative_names(folder, drawings.label_space)
    if not names:
        raise SignsError(f"signs/art/negatives_svg/{folder} has no outside sign: add an SVG file")
    return names


@lru_cache(maxsize=64)
def _plate(folder: str, name: str) -> Plate:
    return Plate.of(np.asarray(rasterize_negative(folder, name, RASTER_SIZE)))


def _draw_part(part: str, count: int, seed: int, drawings: Drawings) -> Iterator[Photo]:
    absent = left_out(drawings)
    wanted = [
        (kind, number)
        for kind, share in SHARES[part].items()
        if kind not in absent
        for number in range(max(1, round(share * count)))
    ]
    return draw_all(partial(draw_negative, seed=seed, drawings=drawings), wanted)
