"""Wear, light and occlusion of a plate: paint variation, fading, dirt, stickers, snow, shadows.

All functions take and return float32[H, W, 3] in linear light at canvas size. Except in `covered`,
it is the plate's color, and pixels outside the plate are discarded afterward.
"""

import cv2
import numpy as np

from signs.art.fields import Array, Rng, blend, clouds, fractal, log_uniform, ramp, tint

FADED_SHARE = 0.25
STICKER_SHARE = 0.08
SNOW_SHARE = 0.03
COVER_SHARE = 0.06
SHADOW_SHARE = 0.25


def weathered(plate: Array, rng: Rng) -> Array:
    """Apply random wear to a plate."""
    plate = _repainted(plate, rng)
    if rng.random() < FADED_SHARE:
        plate = _faded(plate, rng)
    plate = _bleached(plate, rng)
    plate = _dirty(plate, rng)
    if rng.random() < STICKER_SHARE:
        plate = _stickered(plate, rng)
    if rng.random() < SNOW_SHARE:
        plate = _snowed(plate, rng)
    return plate


def _repainted(plate: Array, rng: Rng) -> Array:
    """Mix channels slightly, since red, blue and yellow vary by manufacturer and camera."""
    mixing = np.eye(3) + rng.normal(0, 0.05, (3, 3))
    mixing += (1 - mixing.sum(1, keepdims=True)) / 3  # white stays white
    return cv2.transform(plate, mixing.astype(np.float32)).clip(0, None)


def _faded(plate: Array, rng: Rng) -> Array:
    """Fade red to orange, tan, pink or cream, and yellow to cream: they fade before others."""
    brightness = plate.max(axis=-1).clip(1e-3)
    redness = (plate[..., 0] - plate[..., 1:].max(axis=-1)).clip(0) / brightness
    old_red = np.array([0.6, rng.uniform(0.12, 0.58), rng.uniform(0.03, 0.55)], dtype=np.float32)
    plate = blend(plate, old_red * np.float32(rng.uniform(0.6, 1.5)), redness * rng.random())
    yellowness = (plate[..., :2].min(axis=-1) - plate[..., 2]).clip(0) / brightness
    return blend(plate, np.array([0.8, 0.75, 0.5], dtype=np.float32), yellowness * rng.random())


def _bleached(plate: Array, rng: Rng) -> Array:
    """Bleach all colors, black included, toward light gray, evenly or in patches."""
    share: Array | float = 0.4 * rng.random() ** 4
    if rng.random() < 0.2:
        share = share * clouds(plate.shape[0], plate.shape[1], rng.uniform(1, 5), rng)
    gray = plate.mean(axis=-1, keepdims=True)
    return blend(plate, 0.7 * gray + np.float32(0.15), share)


def _dirty(plate: Array, rng: Rng) -> Array:
    """Add dust, algae, rust and rain streaks: darker, browner patches."""
    amount = 0.8 * rng.random() ** 3
    height, width = plate.shape[:2]
    if rng.random() < 0.3:  # vertical streaks
        patches = cv2.resize(
            clouds(4, width, rng.uniform(8, 30), rng),
            (width, height),
            interpolation=cv2.INTER_CUBIC,
        )
    else:
        patches = fractal(height, width, log_uniform(rng, 1, 12), rng)
    stain = rng.uniform(0.02, 0.15) * tint(rng, 0.3)
    return blend(plate, stain, amount * patches**2)


def _stickered(plate: Array, rng: Rng) -> Array:
    """Add stickers and spray paint: a few small shapes of any color."""
    height, width = plate.shape[:2]
    plate = np.ascontiguousarray(plate)
    for _ in range(rng.integers(1, 4)):
        center = rng.uniform((0.2 * width, 0.2 * height), (0.8 * width, 0.8 * height))
        size = rng.uniform(0.03, 0.12, 2) * width
        paint = [float(v) for v in log_uniform(rng, 0.03, 1) * tint(rng, 0.9 * rng.random())]
        box = (tuple(center), tuple(2 * size), float(rng.uniform(0, 90)))
        if rng.random() < 0.5:
            cv2.ellipse(plate, box, paint, cv2.FILLED)
        else:
            cv2.fillConvexPoly(plate, cv2.boxPoints(box).astype(np.int32), paint)
    return plate


def _snowed(plate: Array, rng: Rng) -> Array:
    """Add stuck snow, more on one side."""
    height, width = plate.shape[:2]
    pile = fractal(height, width, rng.uniform(3, 10), rng)
    pile += 0.4 * ramp(height, width, rng.uniform(0, 2 * np.pi))
    share = ((pile - rng.uniform(0.55, 0.9)) * 6).clip(0, 0.97)
    return blend(plate, rng.uniform(0.7, 1.1), share)


def lit(plate: Array, rng: Rng) -> Array:
    """Light a plate unevenly, sometimes with shadows, sometimes with a reflection."""
    height, width = plate.shape[:2]
    light = 1 + rng.uniform(0, 0.35) * ramp(height, width, rng.uniform(0, 2 * np.pi))
    if rng.random() < SHADOW_SHARE:
        if rng.random() < 0.5:  # shadow of a roof or a post
            edge = ramp(height, width, rng.uniform(0, 2 * np.pi)) - rng.uniform(-0.6, 0.6)
        else:  # shadow of leaves
            edge = clouds(height, width, rng.uniform(2, 9), rng) - rng.uniform(0.3, 0.7)
        softness = rng.uniform(4, 40)
        light = light * (1 - rng.uniform(0.3, 0.85) * (0.5 + edge * softness).clip(0, 1))
    plate = plate * light[..., None].astype(np.float32)
    if rng.random() < 0.1:  # reflection of the sun or a lamp
        glare = clouds(height, width, rng.uniform(1, 3), rng) ** 3
        plate = plate + np.float32(rng.uniform(0, 0.8)) * glare[..., None]
    return plate


def covered(view: Array, rng: Rng) -> Array:
    """Put twigs, wires or a post in front of a few signs."""
    if rng.random() >= COVER_SHARE:
        return view
    height, width = view.shape[:2]
    paint = [float(v) for v in log_uniform(rng, 0.01, 0.6) * tint(rng, 0.4)]
    view = np.ascontiguousarray(view)
    for _ in range(rng.integers(1, 6)):
        x, y = rng.uniform((0, 0), (width, height))
        angle, length = rng.uniform(0, 2 * np.pi), rng.uniform(0.3, 1) * width
        end = (round(x + length * np.cos(angle)), round(y + length * np.sin(angle)))
        thickness = max(1, round(0.06 * width * rng.random() ** 2))
        cv2.line(view, (round(x), round(y)), end, paint, thickness, cv2.LINE_AA)
    return view
