"""The camera before a whole road: one exposure, one lens, one sensor."""

import cv2
import numpy as np
import numpy.typing as npt

from signs.art.camera import blurred, developed, sensed
from signs.art.fields import Array, Rng, tint
from signs.art.roads.canvas import Canvas, light_of

POINT = 15  # pixels; side of the picture of a point of light
FEEBLEST = 0.004  # share of a point's light that is left out at the edges of its picture
SPILL = 8  # pixels of the picture per pixel of the spilt light
MEAN = (0.51, 0.075)  # and its spread, of a developed picture
GAMMA = 0.6  # of an average development
WARMTH = 0.08  # how much more or less red, and less or more blue there is
ZOOM_SHARE = 0.12  # of the pictures are blurred toward their edges, since the car moves


def photographed(canvas: Canvas, middle: tuple[float, float], rng: Rng) -> npt.NDArray[np.uint8]:
    """Take a picture of a canvas: uint8[H, W, 3].

    Args:
        middle: the point that the car moves toward.
    """
    view = light_of(canvas)
    view = _focused(view, rng)
    if rng.random() < ZOOM_SHARE:
        view = _rushing(view, middle, rng)
    return developed(sensed(_exposed(view, rng), rng), rng)


def _focused(view: Array, rng: Rng) -> Array:
    """Blur a view, each color in its own way: as `blurred` blurs a point of light."""
    point = np.zeros((POINT, POINT, 3), np.float32)
    point[POINT // 2, POINT // 2] = 1
    spread = blurred(point, rng.uniform(0.3, 1.1), rng)
    channels = []
    for channel in range(3):
        kernel = spread[..., channel] / max(float(spread[..., channel].sum()), 1e-6)
        for cut in range(POINT // 2 - 1):
            inner = kernel[cut + 1 : POINT - cut - 1, cut + 1 : POINT - cut - 1]
            if inner.sum() < 1 - FEEBLEST:
                break
        kernel = np.ascontiguousarray(kernel[cut : POINT - cut, cut : POINT - cut])
        plane = np.ascontiguousarray(view[..., channel])
        channels.append(cv2.filter2D(plane, -1, kernel / kernel.sum()))
    return cv2.merge(channels)


def _rushing(view: Array, middle: tuple[float, float], rng: Rng) -> Array:
    """Stretch a view away from a point, the more the farther from it."""
    height, width = view.shape[:2]
    amount = rng.uniform(0.002, 0.012)
    total = view.copy()
    for step in (-1, 1):  # both ways, so that what is seen stays where it is on average
        grown = 1 + amount * step
        move = np.array([[grown, 0, middle[0] * (1 - grown)], [0, grown, middle[1] * (1 - grown)]])
        total += cv2.warpAffine(view, move, (width, height), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(total / np.float32(3), np.float32)


def _gain(view: Array, mean: float) -> np.float32:
    """What makes a developed view as bright as `mean` on average."""
    gain = 1.0
    for _ in range(8):
        found = float(np.power((view * gain).clip(1e-6, 1), GAMMA).mean())
        gain *= (mean / max(found, 1e-3)) ** (1 / GAMMA)
    return np.float32(np.clip(gain, 0.05, 50))


def _exposed(view: Array, rng: Rng) -> Array:
    """Expose for the mean of a view, more or less; with the lens's dark corners and stray light."""
    height, width = view.shape[:2]
    gain = _gain(view[::16, ::16], float(np.clip(rng.normal(*MEAN), 0.15, 0.8)))
    warm = rng.normal(0, WARMTH)
    balance = np.array((1 + warm, 1, 1 - warm)) * tint(rng, 0.06)
    view = view * (gain * balance).astype(np.float32)
    small = cv2.resize(view, (width // SPILL, height // SPILL), interpolation=cv2.INTER_AREA)
    spilt = cv2.GaussianBlur((small - 0.8).clip(0, 3), (0, 0), rng.uniform(1, 5))
    veil = np.float32(0.05 * rng.random() ** 2) * small.mean((0, 1))
    stray = np.float32(rng.uniform(0, 0.3)) * spilt + veil
    view += cv2.resize(stray, (width, height), interpolation=cv2.INTER_LINEAR)
    y = np.linspace(-0.6, 0.6, height, dtype=np.float32)[:, None] ** 2
    x = np.linspace(-1, 1, width, dtype=np.float32) ** 2
    dark = np.float32(0.5 * rng.random() ** 2)
    view *= (1 - dark * (x + y))[..., None]
    return view.clip(0, 1)
