"""Backgrounds of a sign: sky, trees, walls, dark places, its pole, and a neighboring sign."""

from collections.abc import Callable

import cv2
import numpy as np

from signs.art.fields import Array, Rng, blend, clouds, fractal, log_uniform, ramp, tint
from signs.art.pose import Plate, Pose, place

POLE_SHARE = 0.6
NEIGHBOR_SHARE = 0.35
POLE_WIDTH = 0.09  # share of the sign's width
GAP = 0.03  # share of the sign's height, to its neighbor


def backdrop(pose: Pose, neighbor: Plate, rng: Rng) -> Array:
    """Paint the background of a sign: float32[H, W, 3] in linear light.

    Args:
        pose: position of the sign.
        neighbor: a sign that may hang above or below it.
    """
    height, width = pose.canvas
    view = _PAINTERS[rng.integers(len(_PAINTERS))](height, width, rng)
    if rng.random() < 0.4:  # two backgrounds meet: roofs, horizons, edges of woods
        other = _PAINTERS[rng.integers(len(_PAINTERS))](height, width, rng)
        edge = ramp(height, width, rng.uniform(0, 2 * np.pi)) - rng.uniform(-0.6, 0.6)
        edge += (clouds(height, width, rng.uniform(2, 8), rng) - 0.5) * rng.uniform(0, 0.5)
        view = np.where(edge[..., None] > 0, other, view)
    if rng.random() < POLE_SHARE:
        view = _pole(view, pose, rng)
    if rng.random() < NEIGHBOR_SHARE:
        view = _neighbor(view, pose, neighbor, rng)
    return view.clip(0, None)


def _sky(height: int, width: int, rng: Rng) -> Array:
    """A blue or overcast sky, usually much brighter than the sign."""
    color = np.array([1 - 0.45 * (blue := rng.random() ** 2), 1 - 0.2 * blue, 1.0])
    brightness = log_uniform(rng, 0.5, 4)
    drift = 1 + 0.2 * ramp(height, width, rng.uniform(0, 2 * np.pi))
    drift += (fractal(height, width, rng.uniform(1, 3), rng) - 0.5) * rng.uniform(0, 0.4)
    return (drift[..., None] * (brightness * color)).astype(np.float32)


def _leaves(height: int, width: int, rng: Rng) -> Array:
    """Foliage in summer or autumn colors, sometimes with sky in the gaps."""
    hue = np.array([(0.10, 0.16, 0.04), (0.30, 0.22, 0.05), (0.20, 0.10, 0.04), (0.1, 0.1, 0.08)])
    color = (hue[rng.integers(len(hue))] * rng.uniform(0.5, 1.6, 3)).astype(np.float32)
    texture = fractal(height, width, rng.uniform(5, 16), rng)
    contrast = rng.uniform(1, 3)
    view = color * np.exp((texture[..., None] - 0.5) * 2 * contrast)
    if rng.random() < 0.5:
        gaps = clouds(height, width, rng.uniform(8, 40), rng) > rng.uniform(0.6, 0.9)
        view[gaps] = _sky(1, 1, rng)[0, 0]
    return np.asarray(view, dtype=np.float32)


def _branches(height: int, width: int, rng: Rng) -> Array:
    """Bare branches in front of the sky, or lit twigs in front of dark woods."""
    sky = _sky(height, width, rng) * np.float32(log_uniform(rng, 0.03, 1))
    twigs = np.zeros((height, width), dtype=np.float32)
    for _ in range(rng.integers(6, 40)):
        x, y = rng.uniform((0, 0), (width, height))
        angle, length = rng.uniform(0, 2 * np.pi), rng.uniform(0.1, 0.8) * width
        end = (round(x + length * np.cos(angle)), round(y + length * np.sin(angle)))
        thickness = max(1, round(width * 0.03 * rng.random() ** 3))
        cv2.line(twigs, (round(x), round(y)), end, float(rng.uniform(0.4, 1)), thickness)
    bark = 0.12 * log_uniform(rng, 0.2, 3) * tint(rng, 0.2)
    return blend(sky, bark, twigs)


def _wall(height: int, width: int, rng: Rng) -> Array:
    """A house wall of any color, with windows, boards and other rectangles."""
    color = log_uniform(rng, 0.05, 1.0) * tint(rng, 0.5 * rng.random())
    view = color * (1 + (fractal(height, width, 6, rng)[..., None] - 0.5) * rng.uniform(0, 0.8))
    view = np.ascontiguousarray(view, dtype=np.float32)
    for _ in range(rng.integers(0, 7)):
        x, y = rng.uniform((-0.3 * width, -0.3 * height), (width, height))
        w, h = rng.uniform(0.04, 0.7, 2) * width
        paint = log_uniform(rng, 0.02, 1.2) * tint(rng, 0.7 * rng.random())
        corners = (round(x), round(y)), (round(x + w), round(y + h))
        cv2.rectangle(view, *corners, [float(v) for v in paint], cv2.FILLED)
    return view


def _dark(height: int, width: int, rng: Rng) -> Array:
    """Dark places: shaded woods, the underside of a bridge, night."""
    color = log_uniform(rng, 0.005, 0.08) * tint(rng, 0.25)
    texture = np.exp((fractal(height, width, rng.uniform(2, 20), rng) - 0.5) * rng.uniform(0, 3))
    return (color * texture[..., None]).astype(np.float32)


_PAINTERS: tuple[Callable[[int, int, Rng], Array], ...] = (_sky, _leaves, _branches, _wall, _dark)


def _pole(view: Array, pose: Pose, rng: Rng) -> Array:
    """The pole behind the sign: from the sign's center down, sometimes over the full height."""
    left, top = pose.outline.min(0)
    right, bottom = pose.outline.max(0)
    middle = (left + right) / 2 + (right - left) * 0.03 * rng.standard_normal()
    half = (right - left) * POLE_WIDTH * rng.uniform(0.4, 0.9)
    start = 0 if rng.random() < 0.3 else int((top + bottom) / 2)
    columns = np.arange(view.shape[1], dtype=np.float32)
    inside = np.clip(half - np.abs(columns - middle) + 0.5, 0, 1)
    roundness = 1 - 0.5 * ((columns - middle) / half).clip(-1, 1) ** 2
    metal = log_uniform(rng, 0.05, 0.7) * tint(rng, 0.08)
    view[start:] = blend(view[start:], roundness[None, :, None] * metal, inside[None, :, None])
    return view


def _neighbor(view: Array, pose: Pose, plate: Plate, rng: Rng) -> Array:
    """Another sign on the same pole, or a supplementary plate."""
    if rng.random() < 0.4:
        plate = _SUPPLEMENTS[rng.integers(len(_SUPPLEMENTS))]
    extent = np.ptp(pose.outline, axis=0)
    step = extent[1] * (1 + GAP * rng.uniform(0, 4)) * rng.choice((-1, 1), p=(0.4, 0.6))
    shifted = np.array([[1, 0, 0.03 * extent[0] * rng.standard_normal()], [0, 1, step], [0, 0, 1]])
    there = Pose(pose.width, pose.height, pose.zoom, pose.outline, shifted @ pose.projection)
    color, opacity = place(plate, there)
    return blend(view, color, opacity)


def _supplement(rng: Rng) -> Plate:
    """A supplementary plate: white, yellow or black, with dark lines."""
    plate = np.zeros((96, 96, 4), dtype=np.uint8)
    inset = int(rng.integers(0, 24))
    ground = ((245, 245, 245), (245, 245, 245), (250, 190, 20), (30, 30, 30))[rng.integers(4)]
    cv2.rectangle(plate, (inset, 2), (95 - inset, 93), (20, 20, 20, 255), cv2.FILLED)
    cv2.rectangle(plate, (inset + 3, 5), (92 - inset, 90), (*ground, 255), cv2.FILLED)
    for row in range(14, 84, int(rng.integers(14, 40))):
        ends = np.sort(rng.integers(inset + 8, 88 - inset, 2))
        cv2.line(plate, (int(ends[0]), row), (int(ends[1]), row), (30, 30, 30, 255), 7)
    return Plate.of(plate)


_SUPPLEMENTS = tuple(_supplement(np.random.default_rng(n)) for n in range(24))
