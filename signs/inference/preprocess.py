"""The one place where a photo becomes the array that the model reads."""

from io import BytesIO

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError

from signs.errors import SignsError

FILTER = Image.Resampling.BILINEAR  # Pillow widens it when shrinking, so it does not alias
BEHIND_TRANSPARENCY = (128, 128, 128)


class ImageError(SignsError):
    """The bytes are no image that can be read."""


def preprocess(image: bytes | Image.Image, size: int) -> npt.NDArray[np.uint8]:
    """Decode, turn upright, convert to RGB and squash to a square.

    Args:
        image: an encoded image, or one that Pillow has opened; of an animation, the first frame.
        size: side of the square, in pixels.

    Returns:
        uint8[size, size, 3].

    Raises:
        ImageError: the bytes are not an image, or a broken one.
    """
    try:
        opened = Image.open(BytesIO(image)) if isinstance(image, bytes) else image
        rgb = to_rgb(ImageOps.exif_transpose(opened))
    except UnidentifiedImageError:
        raise ImageError("not an image that can be read") from None
    except Image.DecompressionBombError as error:
        raise ImageError(f"the image is too large: {error}") from None
    except (OSError, SyntaxError, ValueError) as error:  # Pillow's words for broken files
        raise ImageError(f"the image is broken: {error}") from None
    return np.asarray(rgb.resize((size, size), FILTER))


def to_rgb(image: Image.Image) -> Image.Image:
    """Any mode to RGB: transparency over mid-grey, 16 bits scaled to 8."""
    if image.mode.startswith("I;16"):
        image = Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    if image.has_transparency_data:
        rgba = image.convert("RGBA")
        behind = Image.new("RGBA", rgba.size, (*BEHIND_TRANSPARENCY, 255))
        image = Image.alpha_composite(behind, rgba)
    return image.convert("RGB")
