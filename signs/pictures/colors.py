"""Any colors to sRGB: modes, depths, transparency, color profiles."""

from functools import lru_cache
from io import BytesIO

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageCms

from signs.pictures.formats import ImageError

BEHIND_TRANSPARENCY = (128, 128, 128)
MAX_PROFILE = 4_000_000  # bytes; those of presses have two million
SAME = 2  # levels out of 255: a profile that moves colors by no more is another spelling of sRGB


def to_rgb(image: Image.Image) -> Image.Image:
    """Any mode to RGB: transparency over mid-gray, 16 bits scaled to 8, profiles to sRGB.

    Every pixel is treated by itself, so that parts come out as the whole does.

    Args:
        image: not changed; what `Image.info` says about transparency and profile counts.

    Raises:
        ImageError: more bits than that: what counts as white is unknown; or colors of a rare kind.
    """
    profile = image.info.get("icc_profile")
    try:
        image = _over_gray(_in_8_bits(image))
        if isinstance(profile, bytes) and 0 < len(profile) <= MAX_PROFILE:
            kind = image.mode if image.mode in ("L", "CMYK") else "RGB"
            transform = _to_srgb(profile, kind)
            if transform is not None:
                return transform.apply(_as(image, kind))
        return _as(image, "RGB")
    except ValueError as error:
        raise ImageError(f"the image has colors that are not read: {error}") from None


def _as(image: Image.Image, mode: str) -> Image.Image:
    """Convert; unlike Pillow's, this copies no image that has the mode."""
    return image if image.mode == mode else image.convert(mode)


def _in_8_bits(image: Image.Image) -> Image.Image:
    if image.mode in ("I", "F"):  # "I" is also how Pillow opens a 16-bit PGM
        low, high = image.getextrema()
        if image.mode == "F" or not 0 <= low <= high < 2**16:  # type: ignore[operator]
            raise ImageError("the image has 32 bits a channel: save it with 8 or 16")
    clear = image.info.get("transparency")
    if image.mode.startswith("I"):
        levels = np.asarray(image)
        image = _gray(levels >> 8)
        if isinstance(clear, int):
            image.putalpha(_gray((levels != clear) * 255))
    elif isinstance(clear, tuple) and max(clear) > 255:  # of 16 bits, of which Pillow keeps 8
        image = image.copy()
        image.info["transparency"] = tuple(level >> 8 for level in clear)
    return image


def _gray(levels: npt.NDArray[np.integer]) -> Image.Image:
    return Image.fromarray(levels.astype(np.uint8))


def _over_gray(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image
    rgba = image.convert("RGBA")
    behind = Image.new("RGBA", rgba.size, (*BEHIND_TRANSPARENCY, 255))
    return Image.alpha_composite(behind, rgba)


@lru_cache(maxsize=4)
def _to_srgb(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """From a color profile to sRGB; None if it says sRGB, is broken, or is for another mode.

    Photos of phones have Display P3, those of cameras Adobe RGB, those for presses CMYK.
    """
    try:
        transform = ImageCms.buildTransform(
            ImageCms.ImageCmsProfile(BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            mode,
            "RGB",
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
        levels = np.stack(np.meshgrid(*[np.arange(0, 256, 51)] * 3), axis=-1).reshape(6, -1, 3)
        probe = Image.fromarray(levels.astype(np.uint8)).convert(mode)
        before, after = np.asarray(probe.convert("RGB"), int), np.asarray(transform.apply(probe))
    # littlecms's errors are OSError or PyCMSError, and Pillow's of odd bytes are any of the rest.
    except (ImageCms.PyCMSError, OSError, SyntaxError, TypeError, ValueError):
        return None
    return None if np.abs(after - before).max() <= SAME else transform
