"""Pictures on their way to the service and to the screen."""

import base64
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from math import ceil, floor

from PIL import Image, ImageOps

from signs.art.raster import rasterize

FORMATS = ("BMP", "GIF", "JPEG", "PNG", "PPM", "WEBP")  # what the service reads, and no more
MAX_PIXELS = 25_000_000  # that are decoded here: more than in the service, so that a part can do
BORDER = 0.1  # of a sample, around its sign, as the model's photos have it
GRAY = (128, 128, 128)  # behind samples, and behind what is transparent, as the service has it
CUT_FROM = 2000  # pixels: a large JPEG is decoded at no smaller sides before a part is cut out
CUT_SIDE = 1024  # pixels of a part, at most
MIN_SIDE = 4  # pixels of a part, at least: the service's limit


class PictureError(Exception):
    """A picture cannot be shown; the text is a sentence."""


@dataclass(frozen=True)
class Picture:
    """A picture to ask for.

    Attributes:
        name: of its file.
        data: the file.
        key: unlike that of any other upload.
    """

    name: str
    data: bytes
    key: str


@lru_cache(maxsize=64)
def sample(class_id: int, size: int = 256) -> bytes:
    """A picture of a sign as the project draws it, on gray: a PNG file."""
    sign = rasterize(class_id, round(size * (1 - 2 * BORDER)))
    picture = Image.new("RGB", (size, size), GRAY)
    picture.paste(sign, (round(size * BORDER),) * 2, sign)
    return as_png(picture)


@lru_cache(maxsize=64)
def drawing(class_id: int, size: int = 256) -> bytes:
    """A sign alone, transparent around it: a PNG file."""
    return as_png(rasterize(class_id, size))


def as_png(picture: Image.Image) -> bytes:
    """A PNG file."""
    stream = BytesIO()
    picture.save(stream, "PNG")
    return stream.getvalue()


def view(picture: bytes, width: int, height: int) -> Image.Image:
    """A picture upright in RGB, as large as fits into so many pixels.

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
    """A part of a picture as a PNG file, its colors and transparency as they were.

    Args:
        box: left, top, right, bottom, each a share of the upright picture's width or height.

    Raises:
        PictureError: it cannot be read, or is too large.
    """
    whole = _read(picture, CUT_FROM)
    if whole.mode in ("CMYK", "YCbCr"):  # which PNG does not have
        whole = whole.convert("RGB")
    left, right = _edges(box[0], box[2], whole.width)
    top, bottom = _edges(box[1], box[3], whole.height)
    part = whole.crop((left, top, right, bottom))
    if part.mode in ("L", "RGB", "RGBA"):
        part.thumbnail((CUT_SIDE, CUT_SIDE))
    return as_png(part)


def _edges(start: float, end: float, side: int) -> tuple[int, int]:
    """Pixels from and to, `MIN_SIDE` apart at least where the side has so many."""
    first = min(max(0, floor(start * side)), max(0, side - MIN_SIDE))
    return first, min(side, max(first + MIN_SIDE, ceil(end * side)))


def _read(picture: bytes, at_least: int) -> Image.Image:
    """A picture, decoded and upright; a large JPEG smaller, but with no side below `at_least`.

    Raises:
        PictureError: it cannot be read, or is too large.
    """
    try:
        opened = Image.open(BytesIO(picture), formats=FORMATS)
        if "progressive" not in opened.info:  # else all of it is held while it is decoded
            opened.draft(None, (at_least, at_least))
        if opened.width * opened.height > MAX_PIXELS:
            raise PictureError("This picture is too large to show here: make it smaller first.")
        return ImageOps.exif_transpose(opened)
    # What Pillow says of broken files; `signs.inference` knows the same, and the page goes without.
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise PictureError("This picture cannot be read.") from None


def data_url(picture: bytes, side: int) -> str:
    """A small copy of a picture, to stand in a table; "" where there can be none."""
    try:
        small = view(picture, side, side)
    except PictureError:
        return ""
    stream = BytesIO()
    small.save(stream, "JPEG", quality=85)
    return "data:image/jpeg;base64," + base64.b64encode(stream.getvalue()).decode()


@lru_cache(maxsize=64)
def drawing_url(class_id: int, side: int) -> str:
    """A sign alone, to stand in a table."""
    return "data:image/png;base64," + base64.b64encode(drawing(class_id, side)).decode()
