"""Signless images: textures (for training), noise and flat color (for testing)."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from PIL import Image

from signs.art.fields import Array, Rng, blend, clouds, fractal, log_uniform, ramp, tint

SIDES = (25, 100)  # pixels


def texture(rng: Rng) -> Image.Image:
    """Clouds, stripes, checks or blobs of two colors: RGB."""
    height, width = rng.integers(*SIDES, 2)
    paint = (_clouds, _stripes, _checks, _blobs)[rng.integers(4)]
    first, second = (log_uniform(rng, 0.05, 1) * tint(rng, 0.9 * rng.random()) for _ in range(2))
    share = paint(height, width, rng)
    picture = blend(np.full((height, width, 3), first, np.float32), second, share)
    grain = rng.standard_normal(picture.shape, dtype=np.float32)
    return _image(picture + np.float32(0.05 * rng.random() ** 2) * grain)


def nothing(rng: Rng) -> Image.Image:
    """Flat color, or noise of one of four kinds: RGB."""
    height, width = rng.integers(*SIDES, 2)
    return _image(_NOTHINGS[rng.integers(len(_NOTHINGS))](height, width, rng))


def _clouds(height: int, width: int, rng: Rng) -> Array:
    field = fractal(height, width, rng.uniform(1, 12), rng)
    return ((field - 0.5) * log_uniform(rng, 0.5, 10) + 0.5).clip(0, 1)


def _stripes(height: int, width: int, rng: Rng) -> Array:
    wave = np.sin(ramp(height, width, rng.uniform(0, np.pi)) * rng.uniform(1, 12) * np.pi)
    return (wave * log_uniform(rng, 0.5, 10) + 0.5).clip(0, 1)


def _checks(height: int, width: int, rng: Rng) -> Array:
    angle, count = rng.uniform(0, np.pi), rng.uniform(1, 6)
    along, across = (ramp(height, width, a) for a in (angle, angle + np.pi / 2))
    signs = np.sin(along * count * np.pi) * np.sin(across * count * np.pi)
    return (signs > 0).astype(np.float32)


def _blobs(height: int, width: int, rng: Rng) -> Array:
    return (clouds(height, width, rng.uniform(1, 8), rng) > rng.uniform(0.3, 0.7)).astype(
        np.float32
    )


def _flat(height: int, width: int, rng: Rng) -> Array:
    return np.ones((height, width, 3)) * rng.random(3)


def _uniform(height: int, width: int, rng: Rng) -> Array:
    return rng.random((height, width, 3))


def _normal(height: int, width: int, rng: Rng) -> Array:
    return rng.random(3) + rng.uniform(0.02, 0.3) * rng.standard_normal((height, width, 3))


def _gray(height: int, width: int, rng: Rng) -> Array:
    return np.repeat(rng.random((height, width, 1)), 3, axis=2)


def _blocks(height: int, width: int, rng: Rng) -> Array:
    """Noise in blocks, 3 to 12 along each side."""
    cells = rng.random((*rng.integers(3, 13, 2), 3))
    rows, columns = (
        np.arange(n) * m // n for n, m in zip((height, width), cells.shape, strict=False)
    )
    return cells[rows][:, columns]


_NOTHINGS: tuple[Callable[[int, int, Rng], Array], ...] = (_flat, _uniform, _normal, _gray, _blocks)


def _image(picture: Array) -> Image.Image:
    levels: npt.NDArray[np.uint8] = (picture.clip(0, 1) * 255 + 0.5).astype(np.uint8)
    return Image.fromarray(levels)
