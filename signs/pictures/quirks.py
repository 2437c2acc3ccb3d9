"""What Pillow hands over as it stands in the file, and viewers show otherwise."""

import numpy as np
from PIL import Image, TiffImagePlugin

Box = tuple[int, int, int, int]
PHOTOMETRIC = 262  # the tag of TIFF
WHITE_IS_ZERO = 0
WIDTH, HEIGHT = 256, 257  # tags of TIFF


def first_frame(opened: Image.Image) -> Box | None:
    """Where the first frame of a GIF lies, before it is decoded; None of others."""
    tiles = getattr(opened, "tile", None)
    return tuple(tiles[0][1]) if opened.format == "GIF" and tiles else None


def stored_size(opened: Image.Image) -> tuple[int, int]:
    """Width and height in pixels of what `mended` shows, before it is turned upright.

    Args:
        opened: not decoded, but for a PNG.
    """
    if isinstance(opened, TiffImagePlugin.TiffImageFile):  # whose size Pillow may have exchanged
        return opened.tag_v2[WIDTH], opened.tag_v2[HEIGHT]
    left, top, right, bottom = first_frame(opened) or (0, 0, *opened.size)
    return right - left, bottom - top


def mended(loaded: Image.Image, frame: Box | None) -> Image.Image:
    """The picture as viewers show it.

    Args:
        loaded: decoded.
        frame: of a GIF, from `first_frame`: around it, Pillow puts any color of the palette.
    """
    if frame and frame != (0, 0, *loaded.size):
        return loaded.crop(frame)
    if loaded.format == "BMP" and loaded.mode == "RGBA":
        # Many programs leave the byte for opacity at zero.
        return loaded if loaded.getchannel("A").getextrema()[1] else loaded.convert("RGB")
    if _says_white_is_zero(loaded):  # which Pillow heeds up to 8 bits
        inverted = Image.fromarray(np.iinfo(np.uint16).max - np.asarray(loaded))
        inverted.info = loaded.info
        return inverted
    return loaded


def _says_white_is_zero(loaded: Image.Image) -> bool:
    return (
        isinstance(loaded, TiffImagePlugin.TiffImageFile)
        and loaded.mode.startswith("I;16")
        and loaded.tag_v2.get(PHOTOMETRIC) == WHITE_IS_ZERO
    )
