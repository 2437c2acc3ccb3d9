"""Random fields for painting views, and the conventions of all painters.

A view is float32[H, W, 3] in linear light, RGB; 1 is white paper at the correct exposure.
Drawings are converted from sRGB, and the camera's tone curve converts back.
"""

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]  # float32; OpenCV's annotations do not say so
Rng = np.random.Generator

LINEAR = (np.arange(256) / 255).astype(np.float32) ** np.float32(2.2)  # approximate sRGB decoding


def clouds(height: int, width: int, cells: float, rng: Rng) -> Array:
    """Smooth random values of about 0 to 1: float32[height, width], `cells` blobs per row.

    Args:
        cells: at least 1; with one per pixel or more, the result is white noise.
    """
    across = int(np.clip(cells, 1, width)) + 1
    down = int(np.clip(cells * height / width, 1, height)) + 1
    coarse = rng.random((down, across), dtype=np.float32)
    return cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)


def fractal(height: int, width: int, cells: float, rng: Rng) -> Array:
    """The sum of clouds at three scales, each twice as fine and half as strong: about 0 to 1."""
    total = clouds(height, width, cells, rng) * np.float32(4 / 7)
    total += clouds(height, width, cells * 2, rng) * np.float32(2 / 7)
    total += clouds(height, width, cells * 4, rng) * np.float32(1 / 7)
    return total


def ramp(height: int, width: int, angle: float) -> Array:
    """A plane that rises along `angle` (radians) from -1 to 1 across the longer side."""
    reach = max(height, width)
    y = (np.arange(height, dtype=np.float32)[:, None] * 2 - height + 1) / reach
    x = (np.arange(width, dtype=np.float32)[None, :] * 2 - width + 1) / reach
    plane: Array = (x * np.float32(np.cos(angle)) + y * np.float32(np.sin(angle))).astype(
        np.float32
    )
    return plane


def tint(rng: Rng, saturation: float) -> Array:
    """A random color of mean 1; `saturation`, 0 to 1, spreads its channels: float32[3]."""
    color = (1 + saturation * rng.uniform(-1, 1, 3)).astype(np.float32)
    return color / color.mean()


def log_uniform(rng: Rng, low: float, high: float) -> float:
    """A random number whose logarithm is uniform."""
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def blend(view: Array, color: Array | float, share: Array | float) -> Array:
    """Blend `share` of a color into a view; a float32[H, W] share applies to all channels."""
    if isinstance(share, np.ndarray) and share.ndim == 2:
        share = share[..., None]
    mixed: Array = view + (color - view) * np.asarray(share, dtype=np.float32)
    return mixed
