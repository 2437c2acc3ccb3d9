"""Pictures on their way to the service and to the screen."""

import base64
from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageOps

from signs.art import rasterize

BORDER = 0.1  # of a sample, around its sign, as the model's photos have it
BACKGROUND = (120, 128, 120)
QUALITY = 95  # of a crop, as JPEG


@lru_cache(maxsize=64)
def sample(class_id: int, size: int = 256) -> bytes:
    """A picture of a sign as the project draws it, on grey: a PNG file."""
    sign = rasterize(class_id, round(size * (1 - 2 * BORDER)))
    picture = Image.new("RGB", (size, size), BACKGROUND)
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


def upright(picture: bytes, at_least: int) -> Image.Image:
    """RGB, turned upright; a large JPEG comes out smaller, but no side below `at_least` pixels.

    Raises:
        OSError: Pillow cannot read it. Ask the service first: it says why.
    """
    opened = Image.open(BytesIO(picture))
    opened.draft("RGB", (at_least, at_least))
    return ImageOps.exif_transpose(opened).convert("RGB")


def cut(picture: bytes, box: tuple[float, float, float, float]) -> bytes:
    """A part of a picture as a JPEG file.

    Args:
        box: left, top, right, bottom, each a share of the upright picture's width or height.
    """
    whole = ImageOps.exif_transpose(Image.open(BytesIO(picture))).convert("RGB")
    left, top, right, bottom = box
    width, height = whole.size
    edges = (round(left * width), round(top * height), round(right * width), round(bottom * height))
    stream = BytesIO()
    whole.crop(edges).save(stream, "JPEG", quality=QUALITY, subsampling=0)
    return stream.getvalue()


def data_url(picture: bytes, side: int) -> str:
    """A small copy of a picture, to stand in a table; "" where Pillow cannot read it."""
    try:
        small = upright(picture, side)
    except (OSError, ValueError, Image.DecompressionBombError):
        return ""
    small.thumbnail((side, side))
    stream = BytesIO()
    small.save(stream, "JPEG", quality=85)
    return "data:image/jpeg;base64," + base64.b64encode(stream.getvalue()).decode()


@lru_cache(maxsize=64)
def drawing_url(class_id: int, side: int) -> str:
    """A sign alone, to stand in a table."""
    return "data:image/png;base64," + base64.b64encode(drawing(class_id, side)).decode()
