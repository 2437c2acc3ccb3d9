"""Hang a plate into a view: turned, worn, lit, with leaves or wires before it."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from signs.art.fields import Array, Rng, clouds, log_uniform, tint
from signs.art.pose import Plate, Pose, place, pose
from signs.art.surface import covered, lit, weathered

FINE = 96.0  # pixels; a smaller plate is painted larger and then shrunk
MARGIN = 3  # pixels around a plate
FAINTEST = 14  # levels between the dark and the bright parts of a sign that counts
VIVIDNESS = (0.6, 1.05)  # saturation of a plate, since air and lenses gray it
LEAVES_SHARE = 0.08  # of the plates are in part behind leaves
VISIBLE = 0.65  # share of a plate that leaves leave visible, at least


@dataclass(frozen=True)
class Hung:
    """A plate as it appears in a picture.

    Attributes:
        left, top: of its part of the picture, in pixels.
        color: float32[H, W, 3] in linear light, times opacity.
        opacity: float32[H, W, 1], of the plate and of leaves before it.
        visible: bool[H, W], where the plate is seen.
        box: float32[4], left, top, right and bottom of what is visible of the plate, in pixels of
            the picture, right and bottom exclusive.
    """

    left: int
    top: int
    color: Array
    opacity: Array
    visible: npt.NDArray[np.bool_]
    box: npt.NDArray[np.float32]

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of its part of the picture."""
        height, width = self.opacity.shape[:2]
        return int(height), int(width)


def hang(plate: Plate, center: tuple[float, float], side: float, light: float, rng: Rng) -> Hung:
    """Paint a plate.

    Args:
        center: of the plate in the picture, in pixels.
        side: the plate's longer side, in pixels.
        light: on it, 1 for white paper at the correct exposure.
    """
    zoom = int(np.clip(np.ceil(FINE / side), 1, 6))
    posed, left, top = _posed(plate, center, side, zoom, rng)
    color, opacity = place(plate, posed, rng)
    color = lit(weathered(color, rng), rng) * np.float32(light)
    gray = color.mean(axis=-1, keepdims=True)
    color = covered(gray + (color - gray) * np.float32(rng.uniform(*VIVIDNESS)), rng)
    visible = opacity
    if rng.random() < LEAVES_SHARE:
        color, opacity, visible = _behind_leaves(color, opacity, light, rng)
    solid = visible[..., 0] > 0.5
    columns, rows = np.flatnonzero(solid.any(0)), np.flatnonzero(solid.any(1))
    box = np.array((columns[0], rows[0], columns[-1] + 1, rows[-1] + 1), np.float32) / zoom
    box += np.array((left, top, left, top), np.float32)
    painted = np.concatenate((color * opacity, opacity, visible), axis=-1)
    if zoom > 1:
        small = (posed.width, posed.height)
        painted = cv2.resize(painted, small, interpolation=cv2.INTER_AREA)
    seen = painted[..., 4] > 0.5
    return Hung(left, top, painted[..., :3], painted[..., 3:4], seen, box.astype(np.float32))


def legible(picture: npt.NDArray[np.uint8], box: npt.NDArray[np.float32]) -> bool:
    """Whether a plate can be made out: not all of it is black, or glare.

    Args:
        picture: uint8[H, W, 3].
        box: float32[4], of the plate.
    """
    inset = 0.15 * (box[2:] - box[:2])
    left, top = np.round(box[:2] + inset).astype(int)
    right, bottom = np.round(box[2:] - inset).astype(int)
    low, high = np.percentile(picture[top:bottom, left:right], (5, 95))
    return bool(high - low >= FAINTEST)


def _posed(
    plate: Plate, center: tuple[float, float], side: float, zoom: int, rng: Rng
) -> tuple[Pose, int, int]:
    """A random pose with its place in the picture: the pose, left and top of its part."""
    turned = pose(plate, rng)
    low, high = turned.outline.min(0), turned.outline.max(0)
    scale = side / (high - low).max()
    extent = (high - low) * scale
    corner = np.array(center) - extent / 2
    left, top = (int(np.floor(v)) - MARGIN for v in corner)
    width, height = (
        int(np.ceil(v)) + MARGIN - start
        for v, start in zip(corner + extent, (left, top), strict=True)
    )
    shift = (corner - (left, top) - low * scale) * zoom
    move = np.array([[scale * zoom, 0, shift[0]], [0, scale * zoom, shift[1]], [0, 0, 1]])
    outline = turned.outline * scale * zoom + shift
    return Pose(width, height, float(zoom), outline, move @ turned.projection), left, top


def _behind_leaves(
    color: Array, opacity: Array, light: float, rng: Rng
) -> tuple[Array, Array, Array]:
    """Leaves or twigs before a plate: color and opacity of both, and what is left of the plate."""
    height, width = opacity.shape[:2]
    field = clouds(height, width, rng.uniform(4, 14), rng)
    across, down = np.linspace(-1, 1, width), np.linspace(-1, 1, height)[:, None]
    angle = rng.uniform(0, 2 * np.pi)
    field = field + 0.5 * (across * np.cos(angle) + down * np.sin(angle)).astype(np.float32)
    inward = 6 * (1 - np.maximum(np.abs(across), np.abs(down)))  # no edge where the part ends
    leaves = ((field - rng.uniform(0.7, 1.1)) * 12).clip(0, inward.clip(0, 1))
    leaves = leaves[..., None].astype(np.float32)
    visible = opacity * (1 - leaves)
    if visible.sum() < VISIBLE * opacity.sum():
        return color, opacity, opacity
    green = np.array((0.1, 0.14, 0.04)) * tint(rng, 0.4) * light * log_uniform(rng, 0.3, 1.5)
    rough = 0.5 + clouds(height, width, rng.uniform(8, 30), rng)[..., None]
    both = np.maximum(opacity, leaves)
    mixed = color * (1 - leaves) + green.astype(np.float32) * rough * leaves
    return np.asarray(mixed, np.float32), both, visible
