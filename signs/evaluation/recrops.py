"""Recrops: crops as people make them, tight, loose, off-center, not square."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]

SIGN = 0.8  # of the side of a crop: GTSRB's have a border of about a tenth on each


@dataclass(frozen=True)
class Recrop:
    """A crop, relative to the one at hand.

    Attributes:
        width, height: of the new crop, where the old one's are 1.
        shift: of its center, of the old one's sides, to a random one of the four corners.
    """

    width: float = 1.0
    height: float = 1.0
    shift: float = 0.0


RECROPS = {
    "plain": Recrop(),
    "tight": Recrop(SIGN, SIGN),
    "loose": Recrop(2 * SIGN, 2 * SIGN),
    "off-center": Recrop(shift=0.15),
    "wide": Recrop(width=4 / 3),
    "high": Recrop(height=4 / 3),
    "loose and off-center": Recrop(2 * SIGN, 2 * SIGN, 0.15),
}


def recrop(image: Picture, how: Recrop, number: int, seed: int = 0) -> Picture:
    """Crop an image another way; outside of it, its edge is repeated.

    Args:
        image: uint8[H, W, 3], with the sign in its middle.
        number: of the image; with the seed it decides where a shift goes.

    Returns:
        uint8[height, width, 3], of the recrop's size, rounded to pixels.
    """
    rng = np.random.default_rng([seed, number])
    rows, columns = (
        np.clip(_positions(side, share, how.shift * way), 0, side - 1)
        for side, share, way in zip(
            image.shape[:2], (how.height, how.width), rng.choice((-1, 1), 2), strict=True
        )
    )
    return image[rows][:, columns]


def _positions(side: int, share: float, shift: float) -> npt.NDArray[np.int64]:
    """Where the pixels of a new crop lie along one axis of the old one."""
    length = max(1, round(side * share))
    return np.arange(length) + round((side - length) / 2 + side * shift)
