"""Images on their way to the service and to the browser.

The page may not import `signs.inference`, so that a few rules of `signs.inference.preprocess` stand
here again; `tests/ui/test_images.py` holds them against it.
"""

import base64
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from math import ceil, floor

from PIL import Image, ImageOps

from signs.art.raster import rasterize
from signs.catalog.gtsrb import GTSRB

FORMATS = ("BMP", "GIF", "JPEG", "PNG", "PPM", "WEBP")  # those that the service reads
# Decoded here: more than the service decodes, so that a part can be cut out of a large image.
MAX_PIXELS = 25_000_000
BORDER = 0.1  # of a sample, around its sign, as in the photos of GTSRB
GRAY = (128, 128, 128)  # behind samples and transparency, as in the service
CUT_FROM = 2000  # pixels: the least sides at which a JPEG is decoded to cut out a part
CUT_SIDE = 1024  # pixels of a part, at most
MIN_SIDE = 4  # pixels of a part, at least: the limit of the service


class PictureError(Exception):
    """An image cannot be shown; the text is a sentence."""


@dataclass(frozen=True)
class Picture:
    """An image to ask the service about.

    Attributes:
        name: of its file.
        data: the content of the file.
        key: differs from that of any other upload.
    """

    name: str
    data: bytes
    key: str


@lru_cache(maxsize=64)
def sample(class_id: int, size: int = 256) -> bytes:
    """A sign as the project draws it, on gray: a PNG file."""
    sign = rasterize(class_id, round(size * (1 - 2 * BORDER)))
    picture = Image.new("RGB", (size, size), GRAY)
    picture.paste(sign, (round(size * BORDER),) * 2, sign)
    return as_png(picture)


@lru_cache(maxsize=64)
def drawing(name: str, size: int = 256) -> bytes | None:
    """A sign on a transparent background: a PNG file.

    Args:
        name: of the sign, since another model may count its classes otherwise.

    Returns:
        None where the project has no drawing of it.
    """
    return as_png(rasterize(GTSRB.names.index(name), size)) if name in GTSRB.names else None


def as_png(picture: Image.Image) -> bytes:
    """Encode as PNG."""
    stream = BytesIO()
    picture.save(stream, "PNG")
    return stream.getvalue()


def view(picture: bytes, width: int, height: int) -> Image.Image:
    """Decode an image as upright RGB, as large as fits into a box in pixels.

    Raises:
        PictureError: it cannot be read, or is too large.
    """
    shown = _read(picture, max(width, height))
    if shown.mode.startswith("I"):  # 16 bits
        shown = shown.point(lambda level: level / 256).convert("L")
    if shown.has_transparency_data:
        over = Image.new("RGBA", shown.size, (*GRAY, 255))
        shown = Image.alpha_composite(over, shown.convert("RGBA"))
    scale = min(width / shown.width, height / shown.height)
    size = max(1, round(shown.width * scale)), max(1, round(shown.height * scale))
    return shown.convert("RGB").resize(size)


def cut(picture: bytes, box: tuple[float, float, float, float]) -> bytes:
    """Cut out a part as a PNG file that keeps colors and transparency.

    Args:
        box: left, top, right, bottom, as shares of the upright image's width or height.

    Raises:
        PictureError: it cannot be read, or is too large.
    """
    whole = _read(picture, CUT_FROM)
    if whole.mode in ("CMYK", "YCbCr"):  # which PNG lacks
        whole = whole.convert("RGB")
    left, right = _edges(box[0], box[2], whole.width)
    top, bottom = _edges(box[1], box[3], whole.height)
    part = whole.crop((left, top, right, bottom))
    if part.mode in ("L", "RGB", "RGBA"):
        part.thumbnail((CUT_SIDE, CUT_SIDE))
    return as_png(part)


def _edges(start: float, end: float, side: int) -> tuple[int, int]:
    """First and last pixel, at least `MIN_SIDE` apart where the side is that long."""
    first = min(max(0, floor(start * side)), max(0, side - MIN_SIDE))
    return first, min(side, max(first + MIN_SIDE, ceil(end * side)))


def _read(picture: bytes, at_least: int) -> Image.Image:
    """Decode an image upright; a large JPEG comes out smaller, but no side below `at_least`.

    Raises:
        PictureError: it cannot be read, or is too large.
    """
    try:
        opened = Image.open(BytesIO(picture), formats=FORMATS)
        if "progressive" not in opened.info:  # of which a draft saves no memory
            opened.draft(None, (at_least, at_least))
        if opened.width * opened.height > MAX_PIXELS:
            raise PictureError("This image is too large to show here: make it smaller first.")
        return ImageOps.exif_transpose(opened)
    # Pillow raises any of these for a broken file.
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise PictureError("This image cannot be read.") from None


def data_url(picture: bytes, side: int) -> str:
    """A small copy of an image for a table, as a data URL; "" where it cannot be read."""
    try:
        small = view(picture, side, side)
    except PictureError:
        return ""
    stream = BytesIO()
    small.save(stream, "JPEG", quality=85)
    return "data:image/jpeg;base64," + base64.b64encode(stream.getvalue()).decode()


@lru_cache(maxsize=64)
def drawing_url(name: str, side: int) -> str:
    """A drawing for a table, as a data URL; "" where the project has none of this name."""
    drawn = drawing(name, side)
    return "" if drawn is None else "data:image/png;base64," + base64.b64encode(drawn).decode()
