"""The camera of a drive: noise that differs from frame to frame, and exposure that follows."""

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from signs.art.drives.clip import Picture
from signs.art.fields import Array, Rng, log_uniform, tint
from signs.art.roads.canvas import LIGHT, Canvas

NOISE = 2.5  # standard deviation of a pixel from frame to frame
MOVES = 64  # pixels; places that one sheet of noise is laid at
MEAN = (0.47, 0.05)  # and its spread, of a picture
LAG = (0.2, 1.0)  # seconds in which the exposure follows
GAINS = (0.05, 50.0)
SAMPLED = 8  # each how many pixels the brightness is measured
METERED = 0.2  # share of the height, from the top, that is left out there: it is sky


class Grain:
    """Noise of a sensor: one sheet, laid somewhere else in each frame.

    Args:
        seed: fixes all of it.
        size: width and height of the frames.
        strength: standard deviation, in levels of 255.
    """

    def __init__(self, seed: int, size: tuple[int, int], strength: float = NOISE) -> None:
        self._rng = np.random.default_rng(seed)
        width, height = size
        sheet = self._rng.standard_normal((height + MOVES, width + MOVES, 3))
        self._sheet = (strength * sheet).astype(np.float32)

    def on(self, lit: npt.NDArray[np.float32]) -> Picture:
        """Add noise to float32[H, W, 3], in levels; it is changed. uint8[H, W, 3]."""
        height, width = lit.shape[:2]
        x, y = self._rng.integers(MOVES, size=2).tolist()
        lit += self._sheet[y : y + height, x : x + width]
        return np.clip(lit, 0, 255, out=lit).astype(np.uint8)


@dataclass(frozen=True, slots=True)
class Sensor:
    """A camera whose exposure follows the mean brightness.

    Attributes:
        blur: standard deviation in pixels.
        balance: float32[3], gains of the colors.
        gamma: of the development.
        saturation: 1 leaves colors as they are.
        sharpening: share of what a blur takes away that is added.
        corners: share of the light that the corners lack.
        mean: brightness of a developed picture, 0 to 1.
        lag: seconds in which the exposure follows.
        noise: standard deviation, in levels of 255.
    """

    blur: float
    balance: Array
    gamma: float
    saturation: float
    sharpening: float
    corners: float
    mean: float
    lag: float
    noise: float

    def gain(self, canvas: Canvas) -> float:
        """What makes a canvas as bright as wanted."""
        light = LIGHT[canvas[round(METERED * len(canvas)) :: SAMPLED, ::SAMPLED]]
        gain = 1.0
        for _ in range(8):
            found = float(np.power((light * np.float32(gain)).clip(1e-6, 1), self.gamma).mean())
            gain *= (self.mean / max(found, 1e-3)) ** (1 / self.gamma)
        return float(np.clip(gain, *GAINS))

    def followed(self, gain: float | None, canvas: Canvas, step: float) -> float:
        """The gain for a frame, `step` seconds after one of `gain`; None: it is the first."""
        wanted = self.gain(canvas)
        if gain is None:
            return wanted
        return float(gain * (wanted / gain) ** (1 - np.exp(-step / self.lag)))

    def developed(self, canvas: Canvas, gain: float) -> npt.NDArray[np.float32]:
        """A picture without its noise: float32[H, W, 3], in levels of 255."""
        soft = cv2.GaussianBlur(canvas, (0, 0), self.blur)
        if self.sharpening:
            rough = cv2.GaussianBlur(soft, (0, 0), 1.0)
            soft = cv2.addWeighted(soft, 1 + self.sharpening, rough, -self.sharpening, 0)
        lit = (LIGHT[:, None] * np.float32(gain) * self.balance).clip(1e-6, 1)
        levels = cv2.LUT(soft, (255 * lit**self.gamma).astype(np.float32)[None])
        mixing = np.full((3, 3), (1 - self.saturation) / 3) + self.saturation * np.eye(3)
        levels = np.asarray(cv2.transform(levels, mixing.astype(np.float32)), np.float32)
        dark = _corners(self.corners, self.gamma, levels.shape)
        return np.asarray(cv2.multiply(levels, dark), np.float32)


@lru_cache(maxsize=1)
def _corners(share: float, gamma: float, shape: tuple[int, ...]) -> Array:
    """What the levels of a developed picture are multiplied by: float32[H, W, 3]."""
    y, x = np.linspace(-0.6, 0.6, shape[0])[:, None], np.linspace(-1, 1, shape[1])
    dark = (1 - share * (x * x + y * y)) ** gamma
    return np.asarray(cv2.merge([dark.astype(np.float32)] * 3))


def any_sensor(rng: Rng) -> Sensor:
    """A camera at random."""
    warm = rng.normal(0, 0.06)
    balance = np.array((1 + warm, 1, 1 - warm)) * tint(rng, 0.05)
    return Sensor(
        blur=rng.uniform(0.3, 0.8),
        balance=balance.astype(np.float32),
        gamma=rng.uniform(0.45, 0.75),
        saturation=rng.uniform(0.7, 1.3),
        sharpening=rng.uniform(0.2, 0.9) if rng.random() < 0.5 else 0.0,
        corners=0.5 * rng.random() ** 2,
        mean=float(np.clip(rng.normal(*MEAN), 0.35, 0.65)),
        lag=log_uniform(rng, *LAG),
        noise=log_uniform(rng, 1.0, 4.0),
    )
