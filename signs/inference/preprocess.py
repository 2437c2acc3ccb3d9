"""The one place where a photo becomes the array that the model reads."""

import numpy as np
import numpy.typing as npt
from PIL import Image

from signs.pictures.decoding import decode
from signs.pictures.formats import ImageError, UnknownFormatError

__all__ = ["DRAFT_FACTOR", "ImageError", "UnknownFormatError", "decode", "preprocess", "squash"]

FILTER = Image.Resampling.BILINEAR  # Pillow widens it when shrinking, so it does not alias
# A large image is decoded at no less than this many times the side of the square; Pillow calls
# results from 3 times upwards indistinguishable (`reducing_gap` of Image.resize).
DRAFT_FACTOR = 4


def preprocess(image: bytes | Image.Image, size: int) -> npt.NDArray[np.uint8]:
    """Decode, turn upright, convert to RGB and squash to a square.

    Args:
        image: an encoded image, or one that Pillow has opened; of an animation, the first frame.
        size: side of the square, in pixels.

    Returns:
        uint8[size, size, 3].

    Raises:
        UnknownFormatError: the bytes are not an image, or in a format that is not read.
        ImageError: a broken, tiny or huge one.
    """
    return squash(decode(image, DRAFT_FACTOR * size), size)


def squash(image: Image.Image, size: int) -> npt.NDArray[np.uint8]:
    """The other half of `preprocess`, after `decode`: an RGB image to uint8[size, size, 3]."""
    return np.asarray(image.resize((size, size), FILTER))
