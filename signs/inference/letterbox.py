"""How a picture of any size becomes a detector's input, and how boxes find the way back."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from signs.inference.preprocess import FILTER
from signs.records.scene import Boxes

MIN_SIDE = 64  # pixels of a detector's input; smaller pictures stand in the middle of gray
GRAY = (128, 128, 128)
Picture = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Letterboxed:
    """A detector's input.

    Attributes:
        pixels: uint8[H, W, 3].
        size: width and height of the picture that it was made of.
        scale: pixels of the input for one of the picture, across and down.
        offset: where the picture begins in the input, in pixels of it, from left and top.
    """

    pixels: Picture
    size: tuple[int, int]
    scale: tuple[float, float]
    offset: tuple[int, int]

    def boxes_in_picture(self, boxes: Boxes) -> Boxes:
        """Boxes float32[N, 4] of the input, in pixels of the picture and clipped to it."""
        back = (boxes - np.tile(self.offset, 2)) / np.tile(self.scale, 2)
        return back.clip(0, np.tile(self.size, 2)).astype(np.float32)


def letterbox(image: Image.Image | Picture, max_side: int) -> Letterboxed:
    """Shrink a picture whose longer side exceeds `max_side` pixels; no picture is enlarged.

    Args:
        image: RGB, or uint8[H, W, 3]; upright.

    Raises:
        ValueError: it is neither.
    """
    picture = as_image(image)
    width, height = picture.size
    shrink = min(1.0, max_side / max(width, height))
    across, down = max(1, round(width * shrink)), max(1, round(height * shrink))
    if shrink < 1:
        picture = picture.resize((across, down), FILTER)
    left, top = max(0, MIN_SIDE - across) // 2, max(0, MIN_SIDE - down) // 2
    if min(across, down) < MIN_SIDE:
        canvas = Image.new("RGB", (max(across, MIN_SIDE), max(down, MIN_SIDE)), GRAY)
        canvas.paste(picture, (left, top))
        picture = canvas
    scale = (across / width, down / height)
    return Letterboxed(np.asarray(picture), (width, height), scale, (left, top))


def as_image(image: Image.Image | Picture) -> Image.Image:
    """An RGB image, or uint8[H, W, 3], as an image.

    Raises:
        ValueError: it is neither.
    """
    if isinstance(image, np.ndarray):
        if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3 or not image.size:
            raise ValueError(f"expected uint8[H, W, 3], got {image.dtype}{list(image.shape)}")
        return Image.fromarray(image)
    if image.mode != "RGB":
        raise ValueError(f"expected an RGB image, got {image.mode}")
    return image
