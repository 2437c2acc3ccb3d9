"""Boxes and names drawn into a picture, for people to look at."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

Corners = tuple[float, float, float, float]

SMALLEST = 300  # pixels of the longer side; a smaller picture is enlarged, so that names fit in
FONT_SHARE = 1 / 70  # of the longer side, in pixels of the font
FONT_SIZES = (12, 40)  # pixels
# Of a label's text and of its ground and box: readable on road, sky and leaves.
COLORS = {
    "prohibitory": ("white", "#c1121f"),
    "danger": ("black", "#ff9f1c"),
    "mandatory": ("white", "#1d4ed8"),
    "other": ("black", "#ffe45c"),
}
UNNAMED = ("white", "#4b5563")
# Pillow's own font, which needs no file on the machine, has the letters of English alone.
SPELLED = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"}
)


@dataclass(frozen=True, slots=True)
class Mark:
    """What is drawn for one sign.

    Attributes:
        box: left, top, right, bottom in pixels, right and bottom exclusive.
        text: on its label.
        category: one of `CATEGORIES`, which gives the color; "" for a sign that is not recognized.
    """

    box: Corners
    text: str
    category: str


def annotate(picture: Image.Image, marks: Sequence[Mark]) -> Image.Image:
    """A copy of a picture with the marks, the first ones on top.

    Args:
        picture: RGB. One whose longer side is below `SMALLEST` comes out enlarged by a whole
            number; others keep their size.
    """
    by = -(-SMALLEST // max(picture.size)) if max(picture.size) < SMALLEST else 1
    size = (picture.width * by, picture.height * by)
    canvas = picture.resize(size, Image.Resampling.BICUBIC) if by > 1 else picture.copy()
    draw = ImageDraw.Draw(canvas)
    smallest, largest = FONT_SIZES
    font_size = min(max(round(max(size) * FONT_SHARE), smallest), largest)
    font = ImageFont.load_default(font_size)
    assert isinstance(font, ImageFont.FreeTypeFont)  # all wheels of Pillow have FreeType
    thick = max(2, font_size // 8)
    out = thick + _rim(thick)  # frames stand around what they show
    boxes: list[Corners] = []
    for mark in marks:
        left, top, right, bottom = (side * by for side in mark.box)
        boxes.append((left - out, top - out, right + out, bottom + out))
    texts = [_fitting(_spelled(mark.text), font, size[0] - 4 * thick) for mark in marks]
    places: list[Corners] = []
    for text, box in zip(texts, boxes, strict=True):
        places.append(_place(box, _label_size(text, font, thick), size, [*boxes, *places]))
    colors = [COLORS.get(mark.category, UNNAMED) for mark in marks]
    for box, (_, ground) in reversed(list(zip(boxes, colors, strict=True))):
        _outline(draw, box, ground, thick)
    for box, place, (_, ground) in zip(boxes, places, colors, strict=True):
        draw.line(_between(box, place), ground, thick)
    for text, place, (ink, ground) in reversed(list(zip(texts, places, colors, strict=True))):
        draw.rectangle((place[0], place[1], place[2] - 1, place[3] - 1), ground)
        draw.text((place[0] + 2 * thick, place[1] + thick), text, ink, font, anchor="la")
    return canvas


def _rim(thick: int) -> int:
    """Pixels of the white edge of a frame, which shows on dark ground."""
    return max(1, thick // 4)


def _outline(draw: ImageDraw.ImageDraw, box: Corners, color: str, thick: int) -> None:
    """A frame just inside of a box, with a white edge."""
    left, top, right, bottom = box[0], box[1], box[2] - 1, box[3] - 1
    rim = _rim(thick)
    draw.rectangle((left, top, right, bottom), None, "white", rim)
    draw.rectangle((left + rim, top + rim, right - rim, bottom - rim), None, color, thick)


def _spelled(text: str) -> str:
    """A text in the letters that the font has."""
    plain = unicodedata.normalize("NFKD", text.translate(SPELLED))
    letters = (c for c in plain if not unicodedata.combining(c))
    return "".join(c if " " <= c <= "~" else "?" for c in letters)


def _label_size(text: str, font: ImageFont.FreeTypeFont, thick: int) -> tuple[float, float]:
    ascent, descent = font.getmetrics()
    return font.getlength(text) + 4 * thick, ascent + descent + 2 * thick


def _fitting(text: str, font: ImageFont.FreeTypeFont, width: float) -> str:
    """A text, cut off where it is wider than the picture."""
    if font.getlength(text) <= width:
        return text
    while len(text) > 1 and font.getlength(f"{text}...") > width:
        text = text[:-1]
    return f"{text}..."


def _place(
    box: Corners, label: tuple[float, float], size: tuple[int, int], taken: Sequence[Corners]
) -> Corners:
    """Where a label covers least of what is drawn already: around its box, the nearest first."""
    options = [_inside(corner, label, size) for corner in _corners(box, label)]
    return min(options, key=lambda place: sum(_shared(place, other) for other in taken))


def _corners(box: Corners, label: tuple[float, float]) -> Iterator[tuple[float, float]]:
    (left, top, right, bottom), (width, height) = box, label
    yield from ((left, top - height), (right - width, top - height))
    yield from ((left, bottom), (right - width, bottom))
    middle, gap = (top + bottom - height) / 2, height / 2
    for lines in (0, 0.5, -0.5, 1, -1, 1.5, -1.5, 2, -2, 3, -3):  # signs stand on one post
        away = gap * abs(lines)
        yield (right + away, middle + lines * height)
        yield (left - away - width, middle + lines * height)


def _inside(
    corner: tuple[float, float], label: tuple[float, float], size: tuple[int, int]
) -> Corners:
    left, top = (
        max(0.0, min(near, whole - extent))
        for near, extent, whole in zip(corner, label, size, strict=True)
    )
    return round(left), round(top), round(left + label[0]), round(top + label[1])


def _between(box: Corners, label: Corners) -> tuple[float, float, float, float]:
    """The line from the middle of a box to the middle of its label, from edge to edge."""
    ends: list[float] = []
    for near, far in ((box, label), (label, box)):
        x, y = (far[0] + far[2]) / 2, (far[1] + far[3]) / 2
        ends += [min(max(x, near[0]), near[2] - 1), min(max(y, near[1]), near[3] - 1)]
    return ends[0], ends[1], ends[2], ends[3]


def _shared(a: Corners, b: Corners) -> float:
    """Pixels that two boxes share."""
    across = min(a[2], b[2]) - max(a[0], b[0])
    down = min(a[3], b[3]) - max(a[1], b[1])
    return max(across, 0) * max(down, 0)
