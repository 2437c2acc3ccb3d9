"""A canvas that holds more light than a picture, and what can be painted on it.

OpenCV smooths the edges of what it paints only in 8 bits, so a canvas is uint8[H, W, 3], RGB, in a
code of its own: a power of the light, up to `BRIGHTEST`.
"""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from signs.art.fields import Array, Rng

Canvas = npt.NDArray[np.uint8]
Points = npt.NDArray[np.float64]  # [N, 2], x and y in pixels

BRIGHTEST = 4.0  # linear light; 1 is white paper at the correct exposure
POWER = 2.6
SHIFT = 4  # binary places of a coordinate
FARTHEST = 20_000.0  # pixels; OpenCV's coordinates overflow beyond 2^31
LIGHT = (BRIGHTEST * (np.arange(256) / 255) ** POWER).astype(np.float32)


def light_of(canvas: Canvas) -> Array:
    """Decode a canvas, or a part of it: float32[H, W, 3] in linear light."""
    return cv2.LUT(canvas, LIGHT)


def codes_of(light: Array) -> Canvas:
    """Encode float32[H, W, 3] in linear light."""
    codes = cv2.pow(np.clip(light, 0, BRIGHTEST) / np.float32(BRIGHTEST), 1 / POWER)
    return np.asarray(codes * 255 + 0.5, dtype=np.uint8)


def ink(color: Array) -> tuple[int, int, int]:
    """Encode one color in linear light."""
    red, green, blue = 255 * (np.clip(color, 0, BRIGHTEST) / BRIGHTEST) ** (1 / POWER) + 0.5
    return int(red), int(green), int(blue)


def _fixed(points: Points | Sequence[Sequence[float]]) -> npt.NDArray[np.int32]:
    placed = np.clip(np.asarray(points, dtype=np.float64), -FARTHEST, FARTHEST)
    return np.asarray(np.round(placed * (1 << SHIFT)), dtype=np.int32)


def polygon(canvas: Canvas, points: Points | Sequence[Sequence[float]], color: Array) -> None:
    """Fill a polygon."""
    cv2.fillPoly(canvas, [_fixed(points)], ink(color), cv2.LINE_AA, SHIFT)


def polygons(canvas: Canvas, many: Sequence[Points], color: Array) -> None:
    """Fill polygons that do not overlap with one color."""
    if many:
        cv2.fillPoly(canvas, [_fixed(points) for points in many], ink(color), cv2.LINE_AA, SHIFT)


def line(
    canvas: Canvas, points: Points | Sequence[Sequence[float]], color: Array, width: float
) -> None:
    """Draw an open line through points; at least a pixel wide."""
    thickness = max(1, round(width))
    cv2.polylines(canvas, [_fixed(points)], False, ink(color), thickness, cv2.LINE_AA, SHIFT)


def rectangle(canvas: Canvas, box: Sequence[float], color: Array) -> None:
    """Fill the upright rectangle left, top, right, bottom."""
    left, top, right, bottom = box
    polygon(canvas, ((left, top), (right, top), (right, bottom), (left, bottom)), color)


def ellipse(
    canvas: Canvas,
    center: Sequence[float],
    radii: Sequence[float],
    color: Array,
    width: float | None = None,
) -> None:
    """Fill an upright ellipse, or draw its outline of a width."""
    if max(radii) > FARTHEST / 4 or max(abs(c) for c in center) > FARTHEST:
        return
    thickness = cv2.FILLED if width is None else max(1, round(width))
    (x, y), (a, b) = _fixed((center, [max(radius, 0.3) for radius in radii])).tolist()
    cv2.ellipse(canvas, (x, y), (a, b), 0.0, 0.0, 360.0, ink(color), thickness, cv2.LINE_AA, SHIFT)


def within(
    canvas: Canvas, points: Points | Sequence[Sequence[float]]
) -> tuple[int, int, int, int] | None:
    """Left, top, right, bottom of the part of a canvas that points span; None if outside."""
    placed = np.clip(np.asarray(points, dtype=np.float64), -FARTHEST, FARTHEST)
    left, top = np.maximum(np.floor(placed.min(0)), 0).astype(int).tolist()
    right, bottom = np.ceil(placed.max(0)).astype(int).tolist()
    height, width = canvas.shape[:2]
    right, bottom = min(width, right), min(height, bottom)
    return (left, top, right, bottom) if right > left and bottom > top else None


def text(canvas: Canvas, box: Sequence[float], words: str, color: Array, rng: Rng) -> None:
    """Write words into the upright rectangle left, top, right, bottom, as large as they fit."""
    left, top, right, bottom = box
    font = int(rng.choice((cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX)))
    (wide, tall), _ = cv2.getTextSize(words, font, 1.0, 1)
    scale = min((right - left) / max(wide, 1), (bottom - top) / max(1.3 * tall, 1))
    if scale * tall < 2 or max(abs(v) for v in box) > FARTHEST:
        return
    thickness = max(1, round(scale * rng.uniform(1, 4)))
    x = (left + right - scale * wide) / 2
    foot = (round(x), round((top + bottom + scale * tall) / 2))
    cv2.putText(canvas, words, foot, font, scale, ink(color), thickness, cv2.LINE_AA)
