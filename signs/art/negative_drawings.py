"""Drawings of negatives: outside signs, things that are not signs, and mixtures of two signs.

`negatives_svg/trained` and `negatives_svg/tested` hold outside signs, no sign in both; `objects`
holds things that are not signs, for testing only. A drawing whose title is the name of a sign in
the label space is left out, so a label space may include any of these signs.
"""

import html
import re
from functools import lru_cache
from itertools import product
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from signs.art.drawings import GTSRB_DRAWINGS, Drawings
from signs.art.raster import END_OF_PLATE, plate_and_rest, rasterize, render, variants
from signs.catalog.gtsrb import GTSRB
from signs.catalog.label_space import LabelSpace

DRAWN = Path(__file__).parent / "negatives_svg"
FOLDERS = ("trained", "tested", "objects")
BLACK, WHITE = "#1a1a1a", "#FFFFFF"
DARK_FIELDS = ("#14509E", "#C1121C")
TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
COMPARED_SIZE = 48  # pixels
# A mixture closer to a sign than half the distance from that sign to the nearest other one can only
# be read as that sign. A little more than half also excludes all danger pictograms on the plate of
# Yield, where they look like a smudge.
MARGIN = 0.6

Vector = npt.NDArray[np.float32]


@lru_cache
def negative_names(folder: str, label_space: LabelSpace = GTSRB) -> tuple[str, ...]:
    """Names of the drawings in one of `FOLDERS` that show no sign of the label space.

    Raises:
        ValueError: there is no such folder.
    """
    if folder not in FOLDERS:
        raise ValueError(f"folder {folder!r} is not one of {', '.join(FOLDERS)}")
    signs = {name.casefold() for name in label_space.names}
    found = sorted((DRAWN / folder).glob("*.svg"))
    return tuple(path.stem for path in found if title(path).casefold() not in signs)


def title(path: Path) -> str:
    """The title of a drawing; "" if it has none."""
    found = TITLE.search(path.read_text(encoding="utf-8"))
    return html.unescape(found[1]).strip() if found else ""


@lru_cache(maxsize=128)
def rasterize_negative(folder: str, name: str, size: int) -> Image.Image:
    """A drawing as an RGBA image of `size` x `size` pixels; shared between calls.

    Raises:
        ValueError: there is no such drawing.
    """
    path = DRAWN / folder / f"{name}.svg"
    if not path.is_file():
        raise ValueError(f"no drawing {name!r} in {folder}")
    return render(path.read_text(encoding="utf-8"), size)


@lru_cache
def mixtures(drawings: Drawings = GTSRB_DRAWINGS) -> tuple[tuple[int, int], ...]:
    """Pairs of classes: the plate of the first with the pictogram of the second is not a sign.

    The two plates differ: the number 50 on the plate of the number 30 would be a sign. The
    mixture also looks unlike every sign: see `MARGIN`.

    Raises:
        SignsError: a class has no drawing, or one that does not begin with its plate.
    """
    parts = [_parts(class_id, drawings) for class_id in range(len(drawings))]
    pairs = [
        (a, b)
        for a, b in product(range(len(drawings)), repeat=2)
        if parts[a][0] != parts[b][0] and parts[b][1].strip() != "</svg>"
    ]
    # Many signs share a plate: each distinct mixture is compared once.
    pictures = {(parts[a][0], b): (a, b) for a, b in pairs}
    signs, margins = _signs_and_margins(drawings)
    unlike = {
        key
        for key, pair in pictures.items()
        if (
            _distances(signs, _look(rasterize_mixture(*pair, COMPARED_SIZE, drawings))) > margins
        ).all()
    }
    return tuple((a, b) for a, b in pairs if (parts[a][0], b) in unlike)


def rasterize_mixture(
    plate: int, pictogram: int, size: int, drawings: Drawings = GTSRB_DRAWINGS
) -> Image.Image:
    """One sign's plate with another's pictogram, black or white to suit the plate: RGBA."""
    background, _ = _parts(plate, drawings)
    _, rest = _parts(pictogram, drawings)
    fills = re.findall(r'fill="(.*?)"', background)
    dark = bool(fills) and fills[-1] in DARK_FIELDS
    old, new = (BLACK, WHITE) if dark else (WHITE, BLACK)
    return render(background + END_OF_PLATE + rest.replace(old, new), size)


def _parts(class_id: int, drawings: Drawings) -> tuple[str, str]:
    """The SVG of a class without its title, split at the end of its plate."""
    plate, rest = plate_and_rest(class_id, drawings=drawings)
    return TITLE.sub("", plate), TITLE.sub("", rest)


def _signs_and_margins(drawings: Drawings) -> tuple[Vector, Vector]:
    """All designs as vectors, float32[M, D], and a mixture's minimum distances: float32[M]."""
    designs = [(i, variant) for i in range(len(drawings)) for variant in variants(i, drawings)]
    signs = np.stack(
        [_look(rasterize(i, COMPARED_SIZE, name, drawings=drawings)) for i, name in designs]
    )
    classes = np.array([class_id for class_id, _ in designs])
    between: Vector = np.stack([_distances(signs, sign) for sign in signs])
    between[classes[:, None] == classes] = np.inf
    nearest = [between[classes == class_id].min() for class_id in classes]
    return signs, np.asarray([MARGIN * each for each in nearest], dtype=np.float32)


def _distances(signs: Vector, picture: Vector) -> Vector:
    """Root mean square difference between an image and each sign: float32[M]."""
    return np.asarray(np.sqrt(((signs - picture) ** 2).mean(axis=1)), dtype=np.float32)


def _look(drawing: Image.Image) -> Vector:
    """A drawing on a gray background as float32[D], 0 to 1."""
    paint = np.asarray(drawing, dtype=np.float32) / 255
    opacity = paint[..., 3:]
    on_gray = paint[..., :3] * opacity + 0.5 * (1 - opacity)
    return on_gray.ravel().astype(np.float32)
