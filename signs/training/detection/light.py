"""Crops as other cameras, at other hours, would have taken them. Boxes stay where they are."""

import cv2
import numpy as np
import numpy.typing as npt
from cv2.typing import MatLike

Rng = np.random.Generator
LEVELS = np.arange(256, dtype=np.float32) / 255
NOISE = np.random.default_rng(0).standard_normal(1 << 21).astype(np.float32)


def relit(image: MatLike, rng: Rng, strength: float) -> MatLike:
    """Change color, exposure, contrast, sharpness, noise and compression.

    Args:
        image: uint8[H, W, 3], RGB.
        rng: the source of all randomness.
        strength: 0 (nothing changes) to 1.

    Returns:
        The same shape and dtype.
    """
    if rng.random() >= 0.9 * strength:
        return image
    if rng.random() < 0.5:
        image = _saturated(image, float(np.exp(rng.normal(0, 0.35))))
    image = toned(image, rng)
    blur = rng.random()
    if blur < 0.2:
        sigma = rng.uniform(0.3, 1.3)
        image = cv2.GaussianBlur(image, (0, 0), sigma)
    elif blur < 0.3:
        image = _moved(image, rng)
    elif blur < 0.45:
        soft = cv2.GaussianBlur(image, (0, 0), rng.uniform(0.7, 1.5))
        amount = rng.uniform(0.3, 1.5)
        image = cv2.addWeighted(image, 1 + amount, soft, -amount, 0)
    if rng.random() < 0.3:
        image = _noisy(image, 12 * rng.random() ** 2 + 1, rng)
    if rng.random() < 0.3:
        image = _compressed(image, int(rng.uniform(25, 95)))
    return image


def toned(image: MatLike, rng: Rng) -> MatLike:
    """Another exposure and color of the light: uint8[H, W, 3] -> the same."""
    return cv2.LUT(image, _curves(rng))


def _curves(rng: Rng) -> npt.NDArray[np.uint8]:
    """A tone curve for each channel: uint8[1, 256, 3]."""
    gamma = np.exp(rng.normal(0, 0.35))
    gain = np.exp(rng.normal(0, 0.2)) * np.exp(rng.normal(0, 0.07, 3))
    lift = max(0.0, rng.normal(0, 0.06))
    curves = LEVELS[:, None] ** gamma * gain * (1 - lift) + lift
    return (curves.clip(0, 1) * 255 + 0.5).astype(np.uint8)[None]


def _saturated(image: MatLike, factor: float) -> MatLike:
    gray = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    return cv2.addWeighted(image, factor, cv2.merge([gray, gray, gray]), 1 - factor, 0)


def _moved(image: MatLike, rng: Rng) -> MatLike:
    """Motion blur along a line of up to seven pixels."""
    kernel = np.zeros((7, 7), np.float32)
    reach = rng.uniform(1, 3) * np.exp(1j * rng.uniform(0, np.pi))
    first, last = ((round(3 + way * reach.real), round(3 + way * reach.imag)) for way in (-1, 1))
    cv2.line(kernel, first, last, 1.0)
    return cv2.filter2D(image, -1, kernel / kernel.sum())


def _noisy(image: MatLike, sigma: float, rng: Rng) -> MatLike:
    start = int(rng.integers(len(NOISE) - image.size))
    grain = NOISE[start : start + image.size].reshape(image.shape) * np.float32(sigma)
    return (image + grain).clip(0, 255).astype(np.uint8)


def _compressed(image: MatLike, quality: int) -> MatLike:
    _, encoded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    decoded = cv2.imdecode(encoded, cv2.IMREAD_COLOR)
    assert decoded is not None  # what was just encoded
    return decoded
