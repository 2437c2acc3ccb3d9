"""Reading the drawings and turning them into pixels."""

from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from io import BytesIO

import resvg_py
from PIL import Image

from signs.catalog.gtsrb import GTSRB
from signs.errors import SignsError

END_OF_PLATE = "</g>"  # the first: what follows stands on the plate


def variants(class_id: int) -> tuple[str, ...]:
    """The designs of a class on the road: "" for today's usual one, then the names of others.

    `svg/05.svg` is today's design of class 5, and `svg/05-old.svg` would be its variant "old".

    Raises:
        ValueError: no class has this id.
        SignsError: the class has no drawing.
    """
    return tuple(_drawings(class_id))


def sign_svg(class_id: int, variant: str = "", pictogram: float = 1) -> str:
    """The drawing of a class as SVG text, its plate filling a transparent square.

    Args:
        pictogram: size of what stands on the plate: makers' templates differ by a few per cent.

    Raises:
        ValueError: no class has this id, or it has no such variant.
        SignsError: the class has no drawing, or one that does not begin with its plate.
    """
    drawings = _drawings(class_id)
    if variant not in drawings:
        raise ValueError(f"class {class_id} has no variant {variant!r}, only {sorted(drawings)}")
    svg = drawings[variant].read_text(encoding="utf-8")
    if pictogram == 1:
        return svg
    plate, end, rest = svg.partition(END_OF_PLATE)
    if not end or plate.count("<g") != 1 or 'id="plate"' not in plate:
        raise SignsError(
            f'{drawings[variant]}: its first group must be the plate, <g id="plate">, '
            "with no group inside it"
        )
    shift = 50 * (1 - pictogram)
    grown = f'<g transform="translate({shift} {shift}) scale({pictogram})">'
    return f"{plate}{end}{grown}{rest.replace('</svg>', '</g></svg>')}"


@lru_cache(maxsize=4 * len(GTSRB))
def rasterize(class_id: int, size: int, variant: str = "", pictogram: float = 1) -> Image.Image:
    """The drawing of a class as an RGBA image of `size` x `size` pixels, transparent around it.

    The image is shared between calls: copy it before changing it.

    Raises:
        ValueError: no class has this id, it has no such variant, or `size` is less than 1.
    """
    if size < 1:
        raise ValueError(f"size must be at least 1 pixel, got {size}")
    return render(sign_svg(class_id, variant, pictogram), size)


def render(svg: str, size: int) -> Image.Image:
    """SVG text as an RGBA image of `size` x `size` pixels, transparent where nothing is drawn."""
    png = resvg_py.svg_to_bytes(svg_string=svg, width=size, height=size, skip_system_fonts=True)
    return Image.open(BytesIO(bytes(png))).convert("RGBA")


@lru_cache(maxsize=len(GTSRB))
def _drawings(class_id: int) -> dict[str, Traversable]:
    """The files of a class by variant, today's first."""
    if not 0 <= class_id < len(GTSRB):
        raise ValueError(f"class {class_id} is not in 0 to {len(GTSRB) - 1}")
    prefix = f"{class_id:02d}"
    folder = files("signs.art") / "svg"
    found = {f.name.removesuffix(".svg"): f for f in folder.iterdir() if f.name.endswith(".svg")}
    names = sorted(name for name in found if name == prefix or name.startswith(f"{prefix}-"))
    if prefix not in names:
        raise SignsError(f"{folder / prefix}.svg not found: each class needs a drawing")
    return {name.removeprefix(prefix).removeprefix("-"): found[name] for name in names}


def contact_sheet(size: int, columns: int = 9) -> Image.Image:
    """All signs in the order of their ids, then their other designs; around them it is transparent.

    Args:
        size: side of each drawing, in pixels.
        columns: how many stand in a row.

    Returns:
        RGBA.

    Raises:
        ValueError: `size` or `columns` is less than 1.
    """
    if columns < 1:
        raise ValueError(f"columns must be at least 1, got {columns}")
    gap = max(1, size // 12)
    today = [(class_id, "") for class_id in range(len(GTSRB))]
    others = [(class_id, variant) for class_id, _ in today for variant in variants(class_id)[1:]]
    rows = -(-len(today + others) // columns)
    step = size + gap
    sheet = Image.new("RGBA", (columns * step + gap, rows * step + gap))
    for number, (class_id, variant) in enumerate(today + others):
        row, column = divmod(number, columns)
        sheet.paste(rasterize(class_id, size, variant), (gap + column * step, gap + row * step))
    return sheet
