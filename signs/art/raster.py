"""Reading the drawings and turning them into pixels."""

from functools import lru_cache
from importlib.resources import files
from io import BytesIO

import resvg_py
from PIL import Image

from signs.classes import NUM_CLASSES


def sign_svg(class_id: int) -> str:
    """The drawing of a class as SVG text, its plate filling a transparent square.

    Raises:
        ValueError: no class has this id.
    """
    if not 0 <= class_id < NUM_CLASSES:
        raise ValueError(f"class {class_id} is not in 0 to {NUM_CLASSES - 1}")
    return (files("signs.art") / "svg" / f"{class_id:02d}.svg").read_text(encoding="utf-8")


@lru_cache(maxsize=4 * NUM_CLASSES)
def rasterize(class_id: int, size: int) -> Image.Image:
    """The drawing of a class as an RGBA image of `size` x `size` pixels, transparent around it.

    The image is shared between calls: copy it before changing it.

    Raises:
        ValueError: no class has this id, or `size` is less than 1.
    """
    if size < 1:
        raise ValueError(f"size must be at least 1 pixel, got {size}")
    png = resvg_py.svg_to_bytes(
        svg_string=sign_svg(class_id), width=size, height=size, skip_system_fonts=True
    )
    return Image.open(BytesIO(bytes(png))).convert("RGBA")


def contact_sheet(size: int, columns: int = 9) -> Image.Image:
    """All drawings in the order of their ids, on a transparent background.

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
    rows = -(-NUM_CLASSES // columns)
    step = size + gap
    sheet = Image.new("RGBA", (columns * step + gap, rows * step + gap))
    for class_id in range(NUM_CLASSES):
        row, column = divmod(class_id, columns)
        sheet.paste(rasterize(class_id, size), (gap + column * step, gap + row * step))
    return sheet
