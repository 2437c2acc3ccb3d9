"""HDR to the brightness of common screens, so that it does not come out gray.

The curves are those of ITU-R BT.2100 (perceptual quantizer and hybrid log-gamma). White of a page
or a sign lies at 203 cd/m2 (ITU-R BT.2408); what is brighter is compressed. The primaries of
BT.2020 become those of BT.709 (ITU-R BT.2087).
"""

from functools import lru_cache

import numpy as np
import numpy.typing as npt
from av.video.reformatter import ColorTrc
from PIL import Image, ImageFilter

from signs.media.clip import Pixels

Levels = npt.NDArray[np.float64]

CURVES = (int(ColorTrc.SMPTE2084), int(ColorTrc.ARIB_STD_B67))
STEPS = 33  # of each axis of the table
WHITE = 203.0  # cd/m2
HLG_PEAK = 1000.0  # cd/m2
KNEE = 0.75  # of white: what is darker stays as it is
LUMINANCE = np.array([0.2627, 0.6780, 0.0593])  # of BT.2020's primaries
TO_BT709 = np.array(
    [[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]]
)


def tone_map(pixels: Pixels, curve: int) -> Pixels:
    """Frames of HDR as sRGB.

    Args:
        pixels: uint8[H, W, 3]: RGB after BT.2020, coded by the curve.
        curve: one of `CURVES`.
    """
    return np.asarray(Image.fromarray(pixels).filter(_table(curve)))


@lru_cache
def _table(curve: int) -> ImageFilter.Color3DLUT:
    return ImageFilter.Color3DLUT.generate(STEPS, lambda r, g, b: _srgb(np.array([r, g, b]), curve))


def _srgb(coded: Levels, curve: int) -> tuple[float, float, float]:
    light = _pq(coded) if curve == ColorTrc.SMPTE2084 else _hlg(coded)
    brightest = light.max()
    if brightest > KNEE:
        over = (brightest - KNEE) / (1 - KNEE)
        light = light * (KNEE + (1 - KNEE) * over / (1 + over)) / brightest
    light = (TO_BT709 @ light).clip(0, 1)
    red, green, blue = np.where(
        light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055
    ).tolist()
    return red, green, blue


def _pq(coded: Levels) -> Levels:
    """Light as a share of white."""
    m1, m2 = 2610 / 16384, 2523 / 32
    c1, c2, c3 = 3424 / 4096, 2413 / 128, 2392 / 128
    power = coded ** (1 / m2)
    return 10000 / WHITE * ((power - c1).clip(0) / (c2 - c3 * power)) ** (1 / m1)


def _hlg(coded: Levels) -> Levels:
    """Light as a share of white."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    scene = np.where(coded <= 0.5, coded**2 / 3, (np.exp((coded - c) / a) + b) / 12)
    return HLG_PEAK / WHITE * scene * (LUMINANCE @ scene) ** 0.2
