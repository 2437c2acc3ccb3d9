"""Corruptions of images: ten kinds, three severities, from a fixed seed.

Most kinds are those of D. Hendrycks and T. Dietterich, "Benchmarking neural network robustness to
common corruptions and perturbations", ICLR 2019; darkness and partial cover are added. Amounts are
chosen for signs, by eye: severity 1 is mild, 5 leaves a sign that a person can just read. Lengths
are shares of the image's side, since crops of signs come in all sizes.
"""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

SEVERITIES = (1, 3, 5)

Picture = npt.NDArray[np.uint8]
Light = npt.NDArray[Any]  # float32[H, W, 3] in 0 to 1
Rng = np.random.Generator


def corrupt(image: Picture, kind: str, severity: int, number: int, seed: int = 0) -> Picture:
    """Corrupt one image.

    Args:
        image: uint8[H, W, 3].
        kind: a key of `KINDS`.
        severity: 1, 3 or 5.
        number: of the image; with kind, severity and seed it decides all that is random.

    Returns:
        uint8[H, W, 3].

    Raises:
        ValueError: there is no such kind or severity.
    """
    if kind not in KINDS or severity not in SEVERITIES:
        raise ValueError(f"no corruption {kind!r} of severity {severity}")
    change, amounts = KINDS[kind]
    rng = np.random.default_rng([seed, list(KINDS).index(kind), severity, number])
    light = image.astype(np.float32) / np.float32(255)
    changed = change(light, amounts[SEVERITIES.index(severity)], rng)
    return (changed.clip(0, 1) * 255 + 0.5).astype(np.uint8)


def _contrast(light: Light, kept: float, rng: Rng) -> Light:
    mean = light.mean(axis=(0, 1))
    return mean + (light - mean) * np.float32(kept)


def _gaussian_noise(light: Light, deviation: float, rng: Rng) -> Light:
    return light + np.float32(deviation) * rng.standard_normal(light.shape, dtype=np.float32)


def _impulse_noise(light: Light, share: float, rng: Rng) -> Light:
    chance = rng.random(light.shape)
    return np.where(chance < share / 2, 0.0, np.where(chance > 1 - share / 2, 1.0, light))


def _jpeg(light: Light, quality: float, rng: Rng) -> Light:
    stream = BytesIO()
    Image.fromarray((light * 255 + 0.5).astype(np.uint8)).save(stream, "JPEG", quality=int(quality))
    return np.asarray(Image.open(stream), np.float32) / np.float32(255)


def _motion_blur(light: Light, length: float, rng: Rng) -> Light:
    """The camera moves along a straight line of any direction."""
    pixels = max(1.0, length * max(light.shape[:2]))
    reach = int(np.ceil(pixels / 2))
    x, y = np.meshgrid(*(2 * [np.arange(-reach, reach + 1, dtype=np.float32)]))
    angle = rng.uniform(0, np.pi)
    along, across = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
    kernel = (pixels / 2 + 0.5 - np.abs(along)).clip(0, 1) * (1 - np.abs(across)).clip(0, 1)
    return cv2.filter2D(
        light, -1, (kernel / kernel.sum()).astype(np.float32), borderType=cv2.BORDER_REPLICATE
    )


def _pixelation(light: Light, pixels: float, rng: Rng) -> Light:
    height, width = light.shape[:2]
    few = cv2.resize(light, (int(pixels), int(pixels)), interpolation=cv2.INTER_AREA)
    return cv2.resize(few, (width, height), interpolation=cv2.INTER_NEAREST)


def _spatter(light: Light, share: float, rng: Rng) -> Light:
    """Drops of muddy water on the lens."""
    drops = _clouds(light, int(rng.integers(8, 16)), rng)
    opacity = ((drops - np.quantile(drops, 1 - share)) * 10).clip(0, 0.95)[..., None]
    mud = np.array([0.25, 0.17, 0.12], np.float32) * rng.uniform(0.5, 2.5)
    return light + (mud - light) * opacity


def _darkness(light: Light, stops: float, rng: Rng) -> Light:
    """Less light, and the noise of the sensor beside it."""
    noise = 0.008 * rng.standard_normal(light.shape, dtype=np.float32)
    return light * np.float32(2**-stops) + noise


def _fog(light: Light, thickness: float, rng: Rng) -> Light:
    veil = thickness + 0.2 * (_clouds(light, 3, rng) - 0.5)
    return light + (np.float32(0.85) - light) * veil.clip(0, 0.97)[..., None]


def _partial_cover(light: Light, share: float, rng: Rng) -> Light:
    """A leaf or another sign's edge before it: an ellipse over that share of the image."""
    height, width = light.shape[:2]
    aspect = rng.uniform(0.6, 1.6)
    radius = np.sqrt(share / np.pi)
    center = rng.uniform(0.2, 0.8, 2) * (width, height)
    axes = 2 * radius * np.array([width * aspect**0.5, height * aspect**-0.5])
    covered = np.ascontiguousarray(light)
    color = [float(v) for v in rng.uniform(0.05, 0.5) * rng.uniform(0.6, 1.4, 3)]
    box = (tuple(center), tuple(axes), float(rng.uniform(0, 180)))
    return cv2.ellipse(covered, box, color, cv2.FILLED, cv2.LINE_AA)


def _clouds(light: Light, cells: int, rng: Rng) -> Light:
    """Smooth random values in about 0 to 1: float32[H, W]."""
    coarse = rng.random((cells + 1, cells + 1), dtype=np.float32)
    return cv2.resize(coarse, light.shape[1::-1], interpolation=cv2.INTER_CUBIC)


Change = Callable[[Light, float, Rng], Light]
KINDS: dict[str, tuple[Change, tuple[float, float, float]]] = {
    "contrast": (_contrast, (0.5, 0.2, 0.08)),  # of the contrast that is kept
    "gaussian noise": (_gaussian_noise, (0.06, 0.14, 0.28)),  # standard deviation
    "impulse noise": (_impulse_noise, (0.03, 0.10, 0.25)),  # share of the values
    "jpeg": (_jpeg, (40, 15, 5)),  # quality
    "motion blur": (_motion_blur, (0.08, 0.16, 0.30)),  # of the side
    "pixelation": (_pixelation, (24, 15, 10)),  # pixels a side that are left
    "spatter": (_spatter, (0.10, 0.25, 0.45)),  # share of the image
    "darkness": (_darkness, (1.5, 3.0, 4.5)),  # stops: halvings of the light
    "fog": (_fog, (0.4, 0.65, 0.85)),  # share of the light that is fog's
    "partial cover": (_partial_cover, (0.06, 0.15, 0.30)),  # share of the image
}
