"""Read drawings and rasterize them."""

from functools import lru_cache
from io import BytesIO

import resvg_py
from PIL import Image

from signs.art.drawings import GTSRB_DRAWINGS, Drawings
from signs.errors import SignsError

END_OF_PLATE = "</g>"  # its first occurrence; what follows is drawn on the plate


def variants(class_id: int, drawings: Drawings = GTSRB_DRAWINGS) -> tuple[str, ...]:
    """The designs of a class in use: "" for the usual current one, then the names of others.

    Raises:
        ValueError: no class has this id.
        SignsError: the class has no drawing.
    """
    return tuple(drawings.of(class_id))


def sign_svg(
    class_id: int,
    variant: str = "",
    pictogram: float = 1,
    drawings: Drawings = GTSRB_DRAWINGS,
) -> str:
    """The drawing of a class as SVG text, its plate filling a transparent square.

    Args:
        pictogram: scale of the pictogram: manufacturers' templates differ by a few percent.

    Raises:
        ValueError: no class has this id, or it has no such variant.
        SignsError: the class has no drawing, or one that does not begin with its plate.
    """
    found = drawings.of(class_id)
    if variant not in found:
        raise ValueError(f"class {class_id} has no variant {variant!r}, only {sorted(found)}")
    if pictogram == 1:
        return found[variant].read_text(encoding="utf-8")
    plate, rest = plate_and_rest(class_id, variant, drawings)
    shift = 50 * (1 - pictogram)
    grown = f'<g transform="translate({shift} {shift}) scale({pictogram})">'
    return f"{plate}{END_OF_PLATE}{grown}{rest.replace('</svg>', '</g></svg>')}"


def plate_and_rest(
    class_id: int, variant: str = "", drawings: Drawings = GTSRB_DRAWINGS
) -> tuple[str, str]:
    """The SVG text of a drawing before and after `END_OF_PLATE`.

    Raises:
        ValueError: no class has this id, or it has no such variant.
        SignsError: the class has no drawing, or one that does not begin with its plate.
    """
    svg = sign_svg(class_id, variant, drawings=drawings)
    plate, end, rest = svg.partition(END_OF_PLATE)
    if not end or plate.count("<g") != 1 or 'id="plate"' not in plate:
        raise SignsError(
            f"{drawings.of(class_id)[variant].name}: its first group must be the plate, "
            '<g id="plate">, with no group inside it'
        )
    return plate, rest


@lru_cache(maxsize=256)
def rasterize(
    class_id: int,
    size: int,
    variant: str = "",
    pictogram: float = 1,
    drawings: Drawings = GTSRB_DRAWINGS,
) -> Image.Image:
    """The drawing of a class as an RGBA image of `size` x `size` pixels, transparent around it.

    The image is shared between calls: copy it before changing it.

    Raises:
        ValueError: no class has this id, it has no such variant, or `size` is less than 1.
        SignsError: the class has no drawing, or one that does not begin with its plate.
    """
    if size < 1:
        raise ValueError(f"size must be at least 1 pixel, got {size}")
    return render(sign_svg(class_id, variant, pictogram, drawings), size)


def render(svg: str, size: int) -> Image.Image:
    """SVG text as an RGBA image of `size` x `size` pixels, transparent where nothing is drawn.

    Raises:
        SignsError: the text is not valid SVG.
    """
    try:
        png = resvg_py.svg_to_bytes(svg_string=svg, width=size, height=size, skip_system_fonts=True)
    except ValueError as error:
        raise SignsError(f"a drawing is not valid SVG: {error}") from None
    return Image.open(BytesIO(bytes(png))).convert("RGBA")


def contact_sheet(size: int, columns: int = 9, drawings: Drawings = GTSRB_DRAWINGS) -> Image.Image:
    """All signs in the order of their ids, then their other designs, on a transparent background.

    Args:
        size: side of each drawing, in pixels.
        columns: drawings per row.

    Returns:
        RGBA.

    Raises:
        ValueError: `size` or `columns` is less than 1.
    """
    if columns < 1:
        raise ValueError(f"columns must be at least 1, got {columns}")
    gap = max(1, size // 12)
    today = [(class_id, "") for class_id in range(len(drawings))]
    others = [(i, variant) for i, _ in today for variant in variants(i, drawings)[1:]]
    rows = -(-len(today + others) // columns)
    step = size + gap
    sheet = Image.new("RGBA", (columns * step + gap, rows * step + gap))
    for number, (class_id, variant) in enumerate(today + others):
        row, column = divmod(number, columns)
        drawing = rasterize(class_id, size, variant, drawings=drawings)
        sheet.paste(drawing, (gap + column * step, gap + row * step))
    return sheet
