"""Drawings of what is none of the 43 signs: other German signs, other things, and mixtures.

`negatives_svg/trained` and `negatives_svg/tested` hold outside signs, no sign in both; `objects`
holds things that are no signs, and that nothing trains on.
"""

from functools import lru_cache
from importlib.resources import files
from itertools import product

from PIL import Image

from signs.art.raster import END_OF_PLATE, render, sign_svg
from signs.catalog.gtsrb import GTSRB

FOLDERS = ("trained", "tested", "objects")
BLACK, WHITE = "#1a1a1a", "#FFFFFF"
DARK_FIELDS = ("#14509E", "#C1121C")


@lru_cache
def negative_names(folder: str) -> tuple[str, ...]:
    """The drawings in one of `FOLDERS`, by name.

    Raises:
        ValueError: there is no such folder.
    """
    if folder not in FOLDERS:
        raise ValueError(f"folder {folder!r} is none of {', '.join(FOLDERS)}")
    found = (files("signs.art") / "negatives_svg" / folder).iterdir()
    return tuple(sorted(f.name.removesuffix(".svg") for f in found if f.name.endswith(".svg")))


@lru_cache(maxsize=128)
def rasterize_negative(folder: str, name: str, size: int) -> Image.Image:
    """A drawing as an RGBA image of `size` x `size` pixels; shared between calls.

    Raises:
        ValueError: there is no such drawing.
    """
    if name not in negative_names(folder):
        raise ValueError(f"no drawing {name!r} in {folder}")
    path = files("signs.art") / "negatives_svg" / folder / f"{name}.svg"
    return render(path.read_text(encoding="utf-8"), size)


@lru_cache
def mixtures() -> tuple[tuple[int, int], ...]:
    """Pairs of classes of which the first one's plate and the second one's pictogram make no sign.

    Plates of the two differ: the number 50 on the plate of the number 30 would be a sign.
    """
    plates = [_parts(class_id)[0] for class_id in range(len(GTSRB))]
    return tuple(
        (a, b)
        for a, b in product(range(len(GTSRB)), repeat=2)
        if plates[a] != plates[b] and _parts(b)[1].strip() != "</svg>"
    )


def rasterize_mixture(plate: int, pictogram: int, size: int) -> Image.Image:
    """One sign's plate with another's pictogram, in black or white as the plate needs it: RGBA."""
    background, _ = _parts(plate)
    _, rest = _parts(pictogram)
    dark = background.rindex("fill=") == max(background.rfind(f'fill="{c}"') for c in DARK_FIELDS)
    old, new = (BLACK, WHITE) if dark else (WHITE, BLACK)
    return render(background + END_OF_PLATE + rest.replace(old, new), size)


def _parts(class_id: int) -> tuple[str, str]:
    """The drawing of a class, up to its plate and from there on."""
    svg = sign_svg(class_id)
    title = svg[svg.index("<title>") : svg.index("</title>") + len("</title>")]
    plate, _, rest = svg.replace(title, "").partition(END_OF_PLATE)
    return plate, rest
