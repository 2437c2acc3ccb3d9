"""A drawing made to look like a photo: pose, background, weathering, light, air, camera.

All randomness comes from one generator, so a seed fixes every pixel.
"""

import cv2
import numpy as np
from PIL import Image

from signs.art.backdrop import backdrop
from signs.art.camera import blurred, developed, exposed, sensed, through_air
from signs.art.fields import Rng, blend, log_uniform
from signs.art.pose import Plate, Pose, beside, place, pose
from signs.art.surface import covered, lit, weathered

SIGN_LIGHT = (0.35, 1.6)  # on the plate, relative to the light on the background


def photograph(sign: Plate, neighbor: Plate, rng: Rng) -> Image.Image:
    """Make one photo-like crop of a sign.

    Args:
        sign: the sign to show.
        neighbor: a sign that may hang above or below it.
        rng: the source of all randomness.

    Returns:
        RGB; the sign's longer side is 15 to 200 pixels, plus a border much like GTSRB's.
    """
    return _taken(sign, neighbor, pose(sign, rng), rng)


def photograph_beside(sign: Plate, neighbor: Plate, rng: Rng, away: bool = False) -> Image.Image:
    """Make a crop that misses a sign: it shows a part at an edge, a detail, or nothing of it.

    Args:
        neighbor: an outside sign, since it may be in the center of the crop.
        away: whether the sign and its neighbor must be out of sight.

    Returns:
        RGB, as `photograph`.
    """
    return _taken(sign, neighbor, beside(pose(sign, rng), rng, away), rng)


def _taken(sign: Plate, neighbor: Plate, taken: Pose, rng: Rng) -> Image.Image:
    color, opacity = place(sign, taken, rng)
    plate = lit(weathered(color, rng), rng) * np.float32(log_uniform(rng, *SIGN_LIGHT))
    view = blend(backdrop(taken, neighbor, rng), plate, opacity)
    view = through_air(covered(view, rng), rng)
    seen = blurred(view, taken.zoom, rng)
    seen = cv2.resize(seen, (taken.width, taken.height), interpolation=cv2.INTER_AREA)
    return Image.fromarray(developed(sensed(exposed(seen, rng), rng), rng))
