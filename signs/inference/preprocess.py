"""The one place where a photo becomes the array that the model reads."""

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError

from signs.errors import SignsError

FILTER = Image.Resampling.BILINEAR  # Pillow widens it when shrinking, so it does not alias
BEHIND_TRANSPARENCY = (128, 128, 128)
MIN_SIDE = 4  # pixels; the smallest sign of GTSRB has 15
MAX_PIXELS = 100_000_000
# A JPEG is decoded at no less than this many times the side of the square; Pillow calls results
# from 3 times upwards indistinguishable (`reducing_gap` of Image.resize).
DRAFT_FACTOR = 4
FORMATS = ("BMP", "GIF", "JPEG", "PNG", "PPM", "TIFF", "WEBP")
# How files of these formats begin: what begins so and cannot be read is broken, not unknown.
SIGNATURES = {
    "BMP": (b"BM",),
    "GIF": (b"GIF8",),
    "JPEG": (b"\xff\xd8\xff",),
    "PNG": (b"\x89PNG",),
    "PPM": (b"P1", b"P2", b"P3", b"P4", b"P5", b"P6"),
    "TIFF": (b"II*\0", b"MM\0*"),
    "WEBP": (b"RIFF",),
}
MAX_SCANS = 100  # of a JPEG: each costs as much as all its pixels; ten are usual
# A marker that a segment follows, or the image's end: not a stuffed byte, a restart, a start.
JPEG_MARKER = re.compile(rb"\xff[^\x00\x01\xd0-\xd8\xff]")
START_OF_SCAN, END_OF_IMAGE = 0xDA, 0xD9
PLAIN = (b"P1", b"P2", b"P3")  # PPM in decimal digits, which Pillow reads in Python
MAX_PLAIN_PIXELS = 500_000  # of those: a second

# Pillow warns of large images (the limit here is MAX_PIXELS) and of odd EXIF data, and Python keeps
# each warning that is not ignored.
warnings.filterwarnings("ignore", module=r"PIL\.")


class ImageError(SignsError):
    """The bytes are not an image that can be used."""


class UnknownFormatError(ImageError):
    """The bytes are in no image format that is read here."""


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


def decode(
    image: bytes | Image.Image, draft: int | None = None, max_pixels: int = MAX_PIXELS
) -> Image.Image:
    """The first half of `preprocess`: an upright RGB image.

    Args:
        image: as for `preprocess`.
        draft: the sides, in pixels, below which a JPEG may not come out while it is decoded, and
            above which it may come out at a half, quarter or eighth of its size: a photo from a
            telephone in a fifth of the time. None for its own size.
        max_pixels: that may have to be decoded; more than `MAX_PIXELS` in the file never are.

    Raises:
        ImageError: as for `preprocess`.
    """
    with _broken_files_refused():
        opened = open_image(image) if isinstance(image, bytes) else image
        # A progressive JPEG is kept whole, at 6 bytes a pixel, however small it comes out.
        check_size(opened.size, max_pixels if "progressive" in opened.info else MAX_PIXELS)
        if draft:
            opened.draft(None, (draft, draft))
        check_size(opened.size, max_pixels)
        return to_rgb(ImageOps.exif_transpose(opened))


def open_image(data: bytes, formats: tuple[str, ...] = FORMATS) -> Image.Image:
    """Read an encoded image up to its pixels: usually a short header, at worst all its bytes.

    Args:
        data: the file.
        formats: those of `FORMATS` that are read.

    Raises:
        UnknownFormatError: as for `preprocess`.
        ImageError: a known format, and broken; or huge; or made to take long.
    """
    if not data:
        raise ImageError("the image is empty: no bytes arrived")
    if data.startswith(SIGNATURES["JPEG"]) and count_scans(data, MAX_SCANS + 1) > MAX_SCANS:
        raise ImageError(f"the image is a JPEG of more than {MAX_SCANS} scans: save it again")
    with _broken_files_refused():
        try:
            opened = Image.open(BytesIO(data), formats=formats)
        except UnidentifiedImageError:
            if any(data.startswith(SIGNATURES[name]) for name in formats):
                raise ImageError("the image is broken: its header cannot be read") from None
            raise UnknownFormatError(
                f"not an image that can be read: send one of {', '.join(formats)}"
            ) from None
    if data.startswith(PLAIN):
        check_size(opened.size, MAX_PLAIN_PIXELS)
    return opened


def count_scans(data: bytes, at_most: int) -> int:
    """Scans of a JPEG, up to the end of its first image.

    Phones append a video or a second image after that end, in which anything can look like the
    begin of a scan (ITU-T T.81, annex B, has the markers).

    Args:
        data: the file.
        at_most: scans that are counted.
    """
    scans, position = 0, 2
    while scans < at_most and (marker := JPEG_MARKER.search(data, position)):
        code, position = data[marker.end() - 1], marker.end()
        if code == END_OF_IMAGE:
            break
        scans += code == START_OF_SCAN
        position += int.from_bytes(data[position : position + 2])  # the segment's own length
    return scans


@contextmanager
def _broken_files_refused() -> Iterator[None]:
    """Turn Pillow's many exceptions for a broken file into one."""
    try:
        yield
    except Image.DecompressionBombError:
        raise _too_large(MAX_PIXELS) from None
    except (OSError, SyntaxError, ValueError) as error:  # all three: corrupted files raise each
        raise ImageError(f"the image is broken: {error}") from None


def check_size(size: tuple[int, int], max_pixels: int) -> None:
    """Hold a width and height in pixels against the limits.

    Raises:
        ImageError: below `MIN_SIDE`, or more than `max_pixels`.
    """
    width, height = size
    if width * height > max_pixels:
        raise _too_large(max_pixels)
    if min(size) < MIN_SIDE:
        raise ImageError(
            f"the image is too small: {width} x {height} pixels, and a sign needs {MIN_SIDE} a side"
        )


def _too_large(max_pixels: int) -> ImageError:
    return ImageError(
        "the image is too large: crop it to the sign, "
        f"at most {max_pixels / 1e6:g} million pixels are read"
    )


def squash(image: Image.Image, size: int) -> npt.NDArray[np.uint8]:
    """The other half: an RGB image to uint8[size, size, 3]."""
    return np.asarray(image.resize((size, size), FILTER))


def to_rgb(image: Image.Image) -> Image.Image:
    """Any mode to RGB: transparency over mid-gray, 16 bits scaled to 8.

    Raises:
        ImageError: more bits than that: what counts as white is unknown.
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
