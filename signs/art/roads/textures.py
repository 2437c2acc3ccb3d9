"""Textures with edges at all scales, made once per process and cut at random from then on."""

from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from signs.art.fields import Array, Rng, clouds
from signs.art.roads.canvas import Canvas, Points, within

SIDE = 1024  # pixels
FINEST, COARSEST = -3, 2  # octaves
SEED = 20
SPREAD = 40.0  # standard deviation of a texture, in codes around 128
KINDS = ("clouds", "grain", "leaves", "twigs", "shapes", "grass", "bricks", "planks")


def texture(kind: str, height: int, width: int, scale: float, rng: Rng) -> Canvas:
    """A random cut of a texture: uint8[height, width, 3], 128 on average.

    Args:
        kind: one of `KINDS`.
        scale: pixels of the cut per pixel of the texture, rounded to a power of two.
    """
    octave = int(np.clip(round(np.log2(scale)), FINEST, COARSEST))
    whole = _scaled(kind, octave)
    tall, wide = min(height, SIDE), min(width, SIDE)
    top, left = int(rng.integers(SIDE - tall + 1)), int(rng.integers(SIDE - wide + 1))
    cut = whole[top : top + tall, left : left + wide]
    if rng.random() < 0.5:
        cut = cut[:, ::-1]
    if (tall, wide) != (height, width):
        cut = np.asarray(cv2.resize(cut, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)
    cut = np.ascontiguousarray(cut)
    return cut if cut.ndim == 3 else np.asarray(cv2.merge([cut] * 3), np.uint8)


@lru_cache(maxsize=64)  # at most 3 MB each
def _scaled(kind: str, octave: int) -> Canvas:
    """A texture stretched by 2^octave, of the same size: a part of it, or repeated."""
    whole = _whole(kind)
    if octave >= 0:
        part = whole[: SIDE >> octave, : SIDE >> octave]
        return np.asarray(cv2.resize(part, (SIDE, SIDE), interpolation=cv2.INTER_LINEAR), np.uint8)
    side = SIDE >> -octave
    small = cv2.resize(whole, (side, side), interpolation=cv2.INTER_AREA)
    # Shrunk noise is weaker: bring its contrast back.
    strong = (small.astype(np.float32) - 128) * (SPREAD / max(float(small.std()), 1.0)) + 128
    row = [1 << -octave, 1 << -octave] + [1] * (whole.ndim - 2)
    return np.tile(strong.clip(0, 255).astype(np.uint8), row)


def multiplied(part: Canvas, cut: Canvas, contrast: float) -> Canvas:
    """A part of a canvas times a texture of its size, which keeps the hues."""
    gain = cv2.addWeighted(cut, contrast, cut, 0.0, 128 * (1 - contrast))
    return np.asarray(cv2.multiply(part, gain, scale=1 / 128), dtype=np.uint8)


def roughen(
    canvas: Canvas,
    points: Points | npt.NDArray[np.float64],
    kind: str,
    contrast: float,
    scale: float,
    rng: Rng,
    rows: tuple[float, float] = (0, np.inf),
) -> None:
    """Lay a texture over a polygon.

    Args:
        contrast: 1 lays the texture on in full.
        scale: pixels of the canvas per pixel of the texture.
        rows: the first row of the canvas, and the one after the last, that may change.
    """
    box = within(canvas, points)
    if box is None:
        return
    left, top, right, bottom = box
    top, bottom = max(top, int(rows[0])), int(min(bottom, rows[1]))
    if bottom <= top:
        return
    part = canvas[top:bottom, left:right]
    cut = texture(kind, bottom - top, right - left, scale, rng)
    rough = multiplied(part, cut, contrast)
    mask = np.zeros(part.shape[:2], dtype=np.uint8)
    inside = np.round(np.asarray(points) - (left, top)).clip(-20_000, 20_000)
    cv2.fillPoly(mask, [inside.astype(np.int32)], 255)
    cv2.copyTo(rough, mask, part)


@lru_cache(maxsize=len(KINDS))
def _whole(kind: str) -> Canvas:
    rng = np.random.default_rng([SEED, KINDS.index(kind)])
    field = _MAKERS[kind](rng)
    field = (field - field.mean()) / max(float(field.std()), 1e-6)
    return np.clip(128 + SPREAD * field, 0, 255).astype(np.uint8)


def _noise(rng: Rng, slope: float, first: int = 3) -> Array:
    """Noise whose octaves have amplitudes of `slope` to their number: float32[SIDE, SIDE]."""
    total = np.zeros((SIDE, SIDE), dtype=np.float32)
    for octave in range(10 - first + 1):
        total += np.float32(slope**octave) * clouds(SIDE, SIDE, 2 ** (first + octave), rng)
    return total


def _clouds(rng: Rng) -> Array:
    return _noise(rng, 0.7)


def _grain(rng: Rng) -> Array:
    return _noise(rng, 1.0)


def _leaves(rng: Rng) -> Array:
    """Leaves that cover each other, light and dark, in clumps: the dead leaves model.

    A. Lee, D. Mumford, J. Huang, "Occlusion models for natural images", IJCV 2001.
    """
    field = (np.dstack([_noise(rng, 0.8)] * 3) * 60).astype(np.float32)
    clumps = _noise(rng, 0.75, first=4) * 60
    for radius in 14 * np.sort(rng.power(1.3, 26_000))[::-1] + 1.5:
        x, y = rng.integers(SIDE, size=2).tolist()
        bright = float(clumps[y, x] + 22 * rng.standard_normal())
        color = [bright + 5 * v for v in rng.standard_normal(3).tolist()]
        shape = ((x, y), (radius, radius * rng.uniform(0.3, 1)), float(rng.uniform(0, 180)))
        cv2.ellipse(field, shape, color, cv2.FILLED)
    return field


def _twigs(rng: Rng) -> Array:
    """Trunks and twigs before each other, most of them upright."""
    field = (_noise(rng, 0.8) * 40).astype(np.float32)
    for width in 1 + 9 * np.sort(rng.power(0.25, 9000))[::-1]:
        x, y = rng.uniform(-100, SIDE + 100, 2)
        angle = np.pi / 2 + rng.normal(0, 0.12 if width > 4 else 0.7)
        long = rng.uniform(10, 40) * width
        end = (round(x + long * np.cos(angle)), round(y + long * np.sin(angle)))
        cv2.line(field, (round(x), round(y)), end, float(rng.normal(-5, 40)), round(width))
    return field


def _shapes(rng: Rng) -> Array:
    """Colored discs, bars and triangles of all sizes that cover each other."""
    field = np.full((SIDE, SIDE, 3), 128, dtype=np.float32)
    for size in 3.0 / np.sort(rng.uniform(0.02, 1, 6000)):
        center = rng.integers(SIDE, size=2)
        gray = float(rng.normal(128, 45))
        color = [gray + 25 * v for v in rng.standard_normal(3).tolist()]
        if (kind := rng.integers(3)) == 0:
            cv2.circle(field, center.tolist(), int(size / 2) + 1, color, cv2.FILLED)
            continue
        box = (
            tuple(center.tolist()),
            (size * rng.uniform(0.2, 2), size),
            float(rng.uniform(0, 90)),
        )
        corners = cv2.boxPoints(box)[: 4 if kind == 1 else 3]
        cv2.fillConvexPoly(field, corners.astype(np.int32), color)
    return field


def _grass(rng: Rng) -> Array:
    """Blades: noise that is stretched upward."""
    blades = cv2.resize(rng.random((SIDE // 8, SIDE), dtype=np.float32), (SIDE, SIDE))
    return blades + _noise(rng, 0.8) * 0.8


def _bricks(rng: Rng) -> Array:
    """Courses of bricks, 12 pixels high, of uneven brightness."""
    rows, columns = np.mgrid[:SIDE, :SIDE]
    course = rows // 12
    along = columns + 16 * (course % 2)
    brick = rng.standard_normal((SIDE // 12 + 1, SIDE // 32 + 2))[course, along // 32]
    joint = (rows % 12 < 2) | (along % 32 < 2)
    return np.asarray(brick - 2.0 * joint + 1.5 * _noise(rng, 0.9), dtype=np.float32)


def _planks(rng: Rng) -> Array:
    """Upright planks, 16 pixels wide."""
    columns = np.arange(SIDE)
    plank = rng.standard_normal(SIDE // 16)[columns // 16] - 2.5 * (columns % 16 < 2)
    return np.asarray(plank[None] + 1.5 * _noise(rng, 0.8), dtype=np.float32)


_MAKERS = {
    "clouds": _clouds,
    "grain": _grain,
    "leaves": _leaves,
    "twigs": _twigs,
    "shapes": _shapes,
    "grass": _grass,
    "bricks": _bricks,
    "planks": _planks,
}
