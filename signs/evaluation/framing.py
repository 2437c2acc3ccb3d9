"""Crops as people make them: tight, loose, off-centre, not square."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]

SIGN = 0.8  # of the side of a photo: GTSRB's have a border of a tenth on each


@dataclass(frozen=True)
class Framing:
    """A crop, relative to the photo's own.

    Attributes:
        width, height: of the crop, where the photo's are 1.
        shift: of its centre, of the photo's sides, to a random one of the four corners.
    """

    width: float = 1.0
    height: float = 1.0
    shift: float = 0.0


FRAMINGS = {
    "plain": Framing(),
    "tight": Framing(SIGN, SIGN),
    "loose": Framing(2 * SIGN, 2 * SIGN),
    "off-centre": Framing(shift=0.15),
    "wide": Framing(width=4 / 3),
    "high": Framing(height=4 / 3),
    "loose and off-centre": Framing(2 * SIGN, 2 * SIGN, 0.15),
}


def reframe(image: Picture, framing: Framing, number: int, seed: int = 0) -> Picture:
    """Crop a photo otherwise; what lies outside it is its own edge, repeated.

    Args:
        image: uint8[H, W, 3], with the sign in its middle.
        number: of the image; with the seed it decides where a shift goes.

    Returns:
        uint8[height, width, 3], of the framing's size, rounded to pixels.
    """
    rng = np.random.default_rng([seed, number])
    rows, columns = (
        np.clip(_positions(side, share, framing.shift * way), 0, side - 1)
        for side, share, way in zip(
            image.shape[:2], (framing.height, framing.width), rng.choice((-1, 1), 2), strict=True
        )
    )
    return image[rows][:, columns]


def _positions(side: int, share: float, shift: float) -> npt.NDArray[np.int64]:
    """Where the pixels of a crop lie along one axis of its photo."""
    length = max(1, round(side * share))
    return np.arange(length) + round((side - length) / 2 + side * shift)
