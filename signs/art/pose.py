"""The pose of a sign in front of the camera, and the crop around it."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from signs.art.fields import LINEAR, Array, Rng, clouds

MIN_SIDE, MAX_SIDE = 15, 200  # pixels of the sign itself
MEDIAN_SIDE = 34.0
SIDE_SPREAD = 0.55  # standard deviation of the side's logarithm
# GTSRB's crops have a border of a tenth of the sign, at least 5 pixels, around boxes that are
# already a little loose. These borders are wider.
BORDER = 0.13  # share of the sign, on each side
MIN_BORDER = 6.0  # minimum, in pixels: small signs fill 60 % of a crop
LOOSE_SHARE = 0.15  # of the crops; their mean border is at most `LOOSEST`
LOOSEST = 0.5  # share of the sign
SLOPPINESS = 0.05  # standard deviation of an annotated edge, as a share of the sign
MAX_ROLL = 6.0  # degrees, for most signs
MAX_YAW = 45.0  # degrees
MAX_PITCH = 15.0  # degrees
MAX_BEND = 0.04  # share of the sign, peak to peak
CORNER_SHARE = 0.7  # of the crops that miss a sign; the others show a detail of it
MISSED_BY = (0.62, 1.6)  # offset in sides of the sign, in a crop with a border of `BORDER`
FAR = 3.0  # offset in sides of the sign; its neighbor is out of sight too
DETAIL = (2.2, 4.0)  # magnification; at 1 the sign fills the crop
SMALLEST_LEVEL = 48  # minimum side of a pyramid level, in pixels
MIN_CANVAS = 96  # minimum of the canvas's longer side, in pixels


@dataclass(frozen=True)
class Plate:
    """A drawing, ready to be placed.

    Attributes:
        pyramid: float32[S, S, 4] each, color times opacity in linear light, then opacity; the
            largest first, each half as large as the one before.
        hull: float64[N, 2], the plate's convex hull in the drawing, 0 to 1.
    """

    pyramid: tuple[Array, ...]
    hull: npt.NDArray[np.float64]

    @staticmethod
    def of(drawing: npt.NDArray[np.uint8]) -> "Plate":
        """Prepare uint8[S, S, 4], transparent around the plate."""
        paint: Array = np.empty(drawing.shape, dtype=np.float32)
        paint[..., 3] = drawing[..., 3] * np.float32(1 / 255)
        paint[..., :3] = LINEAR[drawing[..., :3]] * paint[..., 3:]
        pyramid: list[Array] = [paint]
        while len(pyramid[-1]) > 2 * SMALLEST_LEVEL:
            side = len(pyramid[-1]) // 2
            pyramid.append(cv2.resize(paint, (side, side), interpolation=cv2.INTER_AREA))
        points = cv2.findNonZero((drawing[..., 3] > 127).astype(np.uint8))
        hull = (cv2.convexHull(points)[:, 0].astype(np.float64) + 0.5) / len(drawing)
        return Plate(tuple(pyramid), hull)


@dataclass(frozen=True)
class Pose:
    """The geometry of a crop and of the canvas that its view is painted on.

    Attributes:
        width, height: of the finished crop, in pixels.
        zoom: canvas pixels per crop pixel, at least 1.
        outline: float64[N, 2], the plate's convex hull on the canvas, in pixels.
        projection: float64[3, 3], from drawing coordinates (0 to 1) to canvas pixels.
    """

    width: int
    height: int
    zoom: float
    outline: npt.NDArray[np.float64]
    projection: npt.NDArray[np.float64]

    @property
    def canvas(self) -> tuple[int, int]:
        """Height and width of the canvas, in pixels."""
        return round(self.height * self.zoom), round(self.width * self.zoom)


def pose(plate: Plate, rng: Rng) -> Pose:
    """Choose a random pose, and frame the sign as GTSRB's annotators did."""
    turned = _turned(rng)
    hull = _project(plate.hull, turned)
    corner, extent = hull.min(0), np.ptp(hull, axis=0)
    side = np.clip(MEDIAN_SIDE * np.exp(rng.normal(0, SIDE_SPREAD)), MIN_SIDE, MAX_SIDE)
    scale = side / extent.max()
    borders = max(BORDER * side, MIN_BORDER) + side * SLOPPINESS * rng.standard_normal(4)
    if rng.random() < LOOSE_SHARE:
        borders = side * rng.uniform(BORDER, LOOSEST) * rng.uniform(0.5, 1.5, 4)
    left, top, right, bottom = np.maximum(borders, 1)
    width, height = (round(v) for v in extent * scale + (left + right, top + bottom))
    zoom = max(1.0, MIN_CANVAS / max(width, height))
    framed = np.array(
        [
            [scale * zoom, 0, (left - corner[0] * scale) * zoom],
            [0, scale * zoom, (top - corner[1] * scale) * zoom],
            [0, 0, 1],
        ]
    )
    projection = framed @ turned
    return Pose(width, height, zoom, _project(plate.hull, projection), projection)


def beside(framed: Pose, rng: Rng, away: bool = False) -> Pose:
    """Move a crop off its sign, or so close to the sign that a detail fills the crop.

    In height or width, little more than half of the sign stays visible.

    Args:
        away: whether nothing of the sign may stay visible.
    """
    low, high = framed.outline.min(0), framed.outline.max(0)
    middle = np.array(framed.canvas[::-1]) / 2
    if away or rng.random() < CORNER_SHARE:
        direction = rng.uniform(0, 2 * np.pi)
        reach = FAR if away else rng.uniform(*MISSED_BY)
        sides = np.array([np.cos(direction), np.sin(direction)])
        distance = middle + (reach - 0.5 - BORDER) * (high - low)
        move = np.eye(3)
        move[:2, 2] = middle + distance * sides / np.abs(sides).max() - (low + high) / 2
    else:
        growth = rng.uniform(*DETAIL) * (2 * middle / (high - low)).max()
        # A corner of the sign, not its center: the center can be a sign in itself.
        corner = np.where(rng.random(2) < 0.5, low, high)
        center = corner + (low + high - 2 * corner) * rng.uniform(0.1, 0.3, 2)
        move = np.diag([growth, growth, 1.0])
        move[:2, 2] = middle - growth * center
    return replace(
        framed, outline=_project(framed.outline, move), projection=move @ framed.projection
    )


def place(plate: Plate, chosen: Pose, rng: Rng | None = None) -> tuple[Array, Array]:
    """Project the sign onto the canvas.

    Args:
        rng: bends the plate a little and varies the width of its strokes (elastic distortion, as
            in P. Simard et al., "Best practices for convolutional neural networks", ICDAR 2003,
            for digits); without it, the plate stays flat.

    Returns:
        Its color, float32[H, W, 3] in linear light, and its opacity, float32[H, W, 1].
    """
    wanted = np.ptp(chosen.outline, axis=0).max()
    fine_enough = [level for level in plate.pyramid if len(level) >= wanted]
    level = min(fine_enough, key=len, default=plate.pyramid[0])  # a finer one would alias
    to_pixels = chosen.projection @ np.diag([1 / len(level), 1 / len(level), 1.0])
    height, width = chosen.canvas
    if rng is None:
        placed = cv2.warpPerspective(level, to_pixels, (width, height), flags=cv2.INTER_LINEAR)
    else:
        x, y = _sources(np.linalg.inv(to_pixels), height, width)
        bend = np.float32(len(level) * MAX_BEND * rng.random())
        cells = rng.uniform(3, 8)
        x += bend * (clouds(height, width, cells, rng) - np.float32(0.5))
        y += bend * (clouds(height, width, cells, rng) - np.float32(0.5))
        placed = cv2.remap(level, x, y, cv2.INTER_LINEAR)
    opacity = placed[..., 3:]
    return placed[..., :3] / opacity.clip(1e-3), opacity


def _sources(back: npt.NDArray[np.floating], height: int, width: int) -> tuple[Array, Array]:
    """Source coordinates x and y of each canvas pixel: float32[height, width] each."""
    across = np.arange(width, dtype=np.float32)
    down = np.arange(height, dtype=np.float32)[:, None]
    x, y, w = (
        np.float32(row[0]) * across + np.float32(row[1]) * down + np.float32(row[2]) for row in back
    )
    return x / w, y / w


def _turned(rng: Rng) -> npt.NDArray[np.float64]:
    """Homography of a pinhole camera's view of a plane turned about its center: float64[3, 3]."""
    narrow = rng.random(3) ** 2 * rng.choice((-1, 1), 3)  # mostly seen from the front
    if rng.random() < 0.05:
        narrow[0] *= 3  # some are bent or crooked
    roll, yaw, pitch = np.deg2rad(narrow * (MAX_ROLL, MAX_YAW, MAX_PITCH))
    distance = rng.uniform(2.5, 8)  # in sides of the sign
    about_z = np.array(
        [[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]]
    )
    about_y = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
    about_x = np.array(
        [[1, 0, 0], [0, np.cos(pitch), -np.sin(pitch)], [0, np.sin(pitch), np.cos(pitch)]]
    )
    turn = about_z @ about_y @ about_x
    view = np.column_stack((turn[:, :2], (0, 0, distance)))
    return view @ np.array([[1, 0, -0.5], [0, 1, -0.5], [0, 0, 1]])


def _project(
    points: npt.NDArray[np.float64], by: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Map points, float64[N, 2], through a homography, float64[3, 3]."""
    through: npt.NDArray[np.float64] = cv2.perspectiveTransform(points[None], by)[0]
    return through
