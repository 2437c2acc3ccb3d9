"""Images on their way to the service and to the browser."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from math import ceil, floor
from threading import Lock

from PIL import Image

from signs.art.raster import rasterize
from signs.catalog.gtsrb import GTSRB
from signs.inference.annotate import Mark, annotate
from signs.pictures.colors import BEHIND_TRANSPARENCY
from signs.pictures.decoding import decode
from signs.pictures.formats import OVER_HTTP, READ, ImageError, available
from signs.pictures.opening import MIN_SIDE, open_image
from ui.language import say

# What the browser offers. The bytes decide, and the service says which formats it reads. "image" is
# what the system calls one; some systems do not know the suffixes of all.
TYPES = [
    "image",
    *(
        suffix.removeprefix(".")
        for each in READ
        if each.name in OVER_HTTP and available(each.name)
        for suffix in each.suffixes
    ),
]
MAX_PIXELS = 52_000_000  # as in the service, where nothing else is set
BORDER = 0.1  # of a sample, around its sign, as in the photos of GTSRB
CUT_FROM = 2000  # pixels: the least sides at which an image is decoded to cut out a part
CUT_SIDE = 1024  # pixels of a part, at most
PART_SIDE = 256  # likewise of a sign in a scene
Shares = tuple[float, float, float, float]
# Each visitor has a thread, and a large image takes hundreds of megabytes while it is decoded.
_one_at_a_time = Lock()


class PictureError(Exception):
    """An image cannot be shown; the text is a sentence in the language of the page.

    Args:
        reason: in English, without a full stop.
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)

    def __str__(self) -> str:
        return say("image.unreadable", reason=self.reason)


@dataclass(frozen=True)
class Picture:
    """An image to ask the service about.

    Attributes:
        name: of its file.
        data: the content of the file.
        key: differs from that of any other upload.
        drawn: whether it is a sample, and so a crop.
    """

    name: str
    data: bytes
    key: str
    drawn: bool = False


@lru_cache(maxsize=64)
def sample(class_id: int, size: int = 256) -> bytes:
    """A sign as the project draws it, on gray: a PNG file."""
    sign = rasterize(class_id, round(size * (1 - 2 * BORDER)))
    picture = Image.new("RGB", (size, size), BEHIND_TRANSPARENCY)
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


def size_of(picture: bytes) -> tuple[int, int]:
    """Width and height in pixels, as the file says and perhaps before it is turned upright.

    Raises:
        PictureError: it cannot be read.
    """
    try:
        return open_image(picture, OVER_HTTP).size
    except ImageError as error:
        raise PictureError(str(error)) from None


def view(picture: bytes, width: int, height: int) -> Image.Image:
    """Decode an image as upright RGB, as large as fits into a box in pixels.

    Raises:
        PictureError: it cannot be read, or is too large.
    """
    shown = _read(picture, max(width, height))
    scale = min(width / shown.width, height / shown.height)
    size = max(1, round(shown.width * scale)), max(1, round(shown.height * scale))
    return shown.resize(size)


def cut(picture: bytes, box: Shares) -> bytes:
    """Cut out a part as a PNG file, of what the model would see.

    Args:
        box: left, top, right, bottom, as shares of the upright image's width or height.

    Raises:
        PictureError: it cannot be read, or is too large.
    """
    whole = _read(picture, CUT_FROM)
    left, right = _edges(box[0], box[2], whole.width)
    top, bottom = _edges(box[1], box[3], whole.height)
    part = whole.crop((left, top, right, bottom))
    part.thumbnail((CUT_SIDE, CUT_SIDE))
    return as_png(part)


def cut_all(picture: bytes, boxes: Sequence[Shares]) -> list[Image.Image]:
    """Cut out several parts, each with a border as the model sees it, for a table.

    Args:
        boxes: as for `cut`.

    Raises:
        PictureError: it cannot be read, or is too large.
    """
    whole = _read(picture, CUT_FROM)
    parts = []
    for left, top, right, bottom in boxes:
        width, height = (right - left) * whole.width, (bottom - top) * whole.height
        margin = BORDER * max(width, height)
        across, down = margin / whole.width, margin / whole.height
        near, far = _edges(left - across, right + across, whole.width)
        high, low = _edges(top - down, bottom + down, whole.height)
        part = whole.crop((near, high, far, low))
        part.thumbnail((PART_SIDE, PART_SIDE))
        parts.append(part)
    return parts


def drawn_into(picture: bytes, marks: Sequence[tuple[Shares, str, str]], side: int) -> bytes:
    """A picture with boxes and labels: a JPEG file.

    Args:
        marks: box as for `cut`, label, and category or "", for each sign.
        side: pixels of the longer side of the result; 0 for what `cut` would cut from.

    Raises:
        PictureError: it cannot be read, or is too large.
    """
    whole = view(picture, side, side) if side else _read(picture, CUT_FROM)
    width, height = whole.size
    drawn = annotate(
        whole,
        [
            Mark((left * width, top * height, right * width, bottom * height), text, category)
            for (left, top, right, bottom), text, category in marks
        ],
    )
    stream = BytesIO()
    drawn.save(stream, "JPEG", quality=90)
    return stream.getvalue()


def _edges(start: float, end: float, side: int) -> tuple[int, int]:
    """First and last pixel, at least `MIN_SIDE` apart where the side is that long."""
    first = min(max(0, floor(start * side)), max(0, side - MIN_SIDE))
    return first, min(side, max(first + MIN_SIDE, ceil(end * side)))


def _read(picture: bytes, at_least: int) -> Image.Image:
    """Decode as upright RGB; a large image comes out smaller, but no side below `at_least`.

    Raises:
        PictureError: it cannot be read, or is too large.
    """
    try:
        opened = open_image(picture, OVER_HTTP)
        with _one_at_a_time:
            return decode(opened, at_least, MAX_PIXELS)
    except ImageError as error:
        raise PictureError(str(error)) from None


def data_url(picture: bytes, side: int) -> str:
    """A small copy of an image for a table, as a data URL; "" where it cannot be read."""
    try:
        return small_url(view(picture, side, side), side)
    except PictureError:
        return ""


def small_url(picture: Image.Image, side: int) -> str:
    """The same for a decoded image, which is shrunk to sides of so many pixels, not enlarged."""
    small = picture.copy()
    small.thumbnail((side, side))
    stream = BytesIO()
    small.save(stream, "JPEG", quality=85)
    return "data:image/jpeg;base64," + base64.b64encode(stream.getvalue()).decode()


@lru_cache(maxsize=64)
def drawing_url(name: str, side: int) -> str:
    """A drawing for a table, as a data URL; "" where the project has none of this name."""
    drawn = drawing(name, side)
    return "" if drawn is None else "data:image/png;base64," + base64.b64encode(drawn).decode()
