"""The one place where a photo becomes the array that the model reads."""

import warnings
from io import BytesIO

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError

from signs.errors import SignsError

FILTER = Image.Resampling.BILINEAR  # Pillow widens it when shrinking, so it does not alias
BEHIND_TRANSPARENCY = (128, 128, 128)
MIN_SIDE = 4  # pixels; the smallest sign of GTSRB has 15
MAX_PIXELS = 100_000_000
FORMATS = ("BMP", "GIF", "JPEG", "PNG", "PPM", "TIFF", "WEBP")

# Pillow warns of large images before it refuses them; here the limit is MAX_PIXELS.
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)


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
        ImageError: the bytes are not an image, or a broken, tiny or huge one.
    """
    return squash(decode(image), size)


def decode(image: bytes | Image.Image) -> Image.Image:
    """The first half of `preprocess`: an upright RGB image, in its own size.

    Raises:
        ImageError: as for `preprocess`.
    """
    try:
        opened = Image.open(BytesIO(image), formats=FORMATS) if isinstance(image, bytes) else image
        if opened.width * opened.height > MAX_PIXELS:
            raise Image.DecompressionBombError
        if min(opened.size) < MIN_SIDE:
            raise ImageError(
                f"the image is too small: {opened.width} x {opened.height} pixels, and a sign "
                f"needs {MIN_SIDE} a side"
            )
        return to_rgb(ImageOps.exif_transpose(opened))
    except UnidentifiedImageError:
        raise ImageError("not an image that can be read") from None
    except Image.DecompressionBombError:
        limit = MAX_PIXELS // 1_000_000
        raise ImageError(
            f"the image is too large: crop it to the sign, at most {limit} million pixels are read"
        ) from None
    except (
        OSError,
        SyntaxError,
        ValueError,
        NotImplementedError,
    ) as error:  # Pillow's words for broken files
        raise ImageError(f"the image is broken: {error}") from None


def squash(image: Image.Image, size: int) -> npt.NDArray[np.uint8]:
    """The other half: an RGB image to uint8[size, size, 3]."""
    return np.asarray(image.resize((size, size), FILTER))


def to_rgb(image: Image.Image) -> Image.Image:
    """Any mode to RGB: transparency over mid-grey, 16 bits scaled to 8.

    Raises:
        ImageError: more bits than that, so that nobody knows what is white.
    """
    if image.mode in ("I", "F"):  # "I" is also how Pillow opens a 16-bit PGM
        low, high = image.getextrema()
        if image.mode == "F" or not 0 <= low <= high < 2**16:  # type: ignore[operator]
            raise ImageError("the image has 32 bits a channel: save it with 8 or 16")
    if image.mode.startswith("I"):
        image = Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    if image.has_transparency_data:
        rgba = image.convert("RGBA")
        behind = Image.new("RGBA", rgba.size, (*BEHIND_TRANSPARENCY, 255))
        image = Image.alpha_composite(behind, rgba)
    return image.convert("RGB")
