"""Drawn signs in real scenes: lit, blurred, noisy and compressed like what is around them."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from signs.art.drawings import GTSRB_DRAWINGS, Drawings
from signs.art.fields import LINEAR, Array, Rng, log_uniform, tint
from signs.art.roads.canvas import Canvas
from signs.art.roads.hanging import Hung, hang, legible
from signs.art.roads.layout import Planned, plan
from signs.art.roads.world import HEIGHT, WIDTH, make_world

Boxes = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int64]
GAMMA = 2.2
DISTANCE = 0.3  # sides of a pasted sign that stay free around it
AROUND = 1.5  # sides around a sign that its look is matched to
POST_SHARE = 0.8
QUALITY = (70, 96)  # of the JPEG
# The ratio of the two finest bands around a sign, and the standard deviation in pixels of the blur
# that makes a drawn sign as sharp as real ones are there.
SHARPNESS, SIGMAS = (0.4, 0.6, 0.72, 0.84, 0.96), (1.6, 0.95, 0.68, 0.5, 0.3)


@dataclass(frozen=True)
class Look:
    """What a pasted sign has to look like.

    Attributes:
        light: on white paper, linear, float32[3], with the color of the light.
        black: the darkest color around, linear, float32[3].
        blur: standard deviation in pixels.
        noise: standard deviation in levels of 255.
    """

    light: Array
    black: Array
    blur: float
    noise: float


def paste_signs(
    image: npt.NDArray[np.uint8],
    boxes_to_avoid: Boxes,
    rng: Rng,
    drawings: Drawings = GTSRB_DRAWINGS,
) -> tuple[npt.NDArray[np.uint8], Boxes, Labels]:
    """Hang drawn signs into a copy of a scene.

    Args:
        image: uint8[H, W, 3], RGB.
        boxes_to_avoid: float32[N, 4], left, top, right, bottom of what must stay as it is.
        rng: the source of all randomness.
        drawings: of the signs.

    Returns:
        The scene; boxes, float32[M, 4], and labels, int64[M], of what was pasted, as `draw_road`
        has them; M is 0 to 6, and backs of signs may be pasted too.

    Raises:
        SignsError: a sign has no drawing.
    """
    scene = image.copy()
    kept = [np.asarray(box, np.float32) for box in boxes_to_avoid]
    boxes, labels = [], []
    for planned in plan(make_world(rng), drawings, rng):
        height, width = scene.shape[:2]
        center = (planned.center[0] * width / WIDTH, planned.center[1] * height / HEIGHT)
        if not _fits(center, planned.side, (height, width), kept):
            continue
        box = _paste(scene, planned, center, kept, rng)
        kept.append(box)
        if planned.label >= 0 and legible(scene, box):
            boxes.append(box)
            labels.append(planned.label)
    return scene, np.array(boxes, np.float32).reshape(-1, 4), np.array(labels, np.int64)


def _fits(
    center: tuple[float, float], side: float, size: tuple[int, int], kept: list[Boxes]
) -> bool:
    """Whether a plate lies inside the scene and away from all boxes."""
    reach = side * (0.5 + DISTANCE) + 4
    (x, y), (height, width) = center, size
    if not (reach < x < width - reach and reach < y < height - reach):
        return False
    return all(
        x + reach < box[0] or x - reach > box[2] or y + reach < box[1] or y - reach > box[3]
        for box in kept
    )


def _paste(
    scene: Canvas, planned: Planned, center: tuple[float, float], kept: list[Boxes], rng: Rng
) -> Boxes:
    """Paste one plate and its post; its box."""
    look = _look(scene, center, planned.side, rng)
    hung = hang(planned.plate, center, planned.side, 1.0, rng)
    layer, top, left = _with_post(hung, center, planned.side, scene.shape[0], kept, rng)
    layer[..., :3] *= look.light
    blur = look.blur * rng.uniform(0.8, 1.25)
    layer = cv2.GaussianBlur(layer, (0, 0), blur, borderType=cv2.BORDER_REPLICATE)
    part = scene[top : top + len(layer), left : left + layer.shape[1]]
    opacity = layer[..., 3:]
    color = layer[..., :3] + look.black * opacity
    mixed = LINEAR[part] * (1 - opacity) + color
    levels = 255 * cv2.pow(mixed.clip(0, 1), 1 / GAMMA)
    grain = rng.standard_normal(mixed.shape, dtype=np.float32)
    grain = cv2.GaussianBlur(grain, (0, 0), 0.5) * np.float32(2 * look.noise)
    levels = (levels + grain * opacity).clip(0, 255)
    pasted = _compressed(np.asarray(levels + 0.5, np.uint8), rng)
    np.copyto(part, pasted, where=opacity > 0.004)
    return hung.box


def _with_post(
    hung: Hung,
    center: tuple[float, float],
    side: float,
    bottom: int,
    kept: list[Boxes],
    rng: Rng,
) -> tuple[Array, int, int]:
    """Color times opacity, and opacity, of a plate before its post; top and left in the scene."""
    height, width = hung.size
    foot = hung.top + height
    if rng.random() < POST_SHARE:
        foot = min(bottom, round(foot + side * log_uniform(rng, 0.5, 5)))
        under = [box[1] for box in kept if box[0] < center[0] + side and box[2] > center[0] - side]
        foot = min([foot, *(int(y) - 2 for y in under if y > center[1])])
    layer = np.zeros((max(foot - hung.top, height), width, 4), np.float32)
    x = np.arange(width, dtype=np.float32) + 0.5
    half = side * rng.uniform(0.035, 0.07)
    post = (half + 0.5 - np.abs(x - (center[0] - hung.left))).clip(0, 1)[:, None]
    metal = log_uniform(rng, 0.05, 0.7) * tint(rng, 0.08) * (0.6 + 0.4 * x[:, None] / width)
    start = height // 3
    if foot > hung.top + height:
        layer[start:, :, :3], layer[start:, :, 3:] = post * metal, post
    layer[:height] *= 1 - hung.opacity
    layer[:height, :, :3] += hung.color
    layer[:height, :, 3:] += hung.opacity
    return layer, hung.top, hung.left


def _look(scene: Canvas, center: tuple[float, float], side: float, rng: Rng) -> Look:
    """Match what is around a place."""
    reach = AROUND * side + 12
    left, top = (max(0, int(v - reach)) for v in center)
    around = scene[top : int(center[1] + reach), left : int(center[0] + reach)]
    light = LINEAR[around].reshape(-1, 3)
    gray = light.mean(axis=1)
    below = LINEAR[scene[scene.shape[0] // 2 :: 8, ::8]].reshape(-1, 3)
    # White paper is brighter than most of what is around, but a sign before the sky is not lit
    # by what is behind it.
    bright = float(np.sqrt(np.percentile(gray, 70) * np.percentile(below.mean(axis=1), 75)))
    white = np.clip(bright * log_uniform(rng, 0.7, 3.5), 0.012, 1.3)
    hue = below.mean(axis=0) / max(float(below.mean()), 1e-4)
    black = light[gray <= np.percentile(gray, 3)].mean(axis=0)
    levels = cv2.cvtColor(around, cv2.COLOR_RGB2GRAY).astype(np.float32)
    blur, noise = _grain(levels)
    return Look(
        (white * np.sqrt(hue)).astype(np.float32),
        np.minimum(black, 0.5 * white).astype(np.float32),
        blur,
        noise,
    )


def _grain(levels: Array) -> tuple[float, float]:
    """Blur, in pixels, and noise, in levels, of float32[H, W]."""
    soft = cv2.GaussianBlur(levels, (0, 0), 1.0)
    fine, coarse = levels - soft, soft - cv2.GaussianBlur(soft, (0, 0), 2.0)
    strength = np.abs(coarse)
    edges = strength >= np.percentile(strength, 90)
    ratio = float(fine[edges].std() / max(float(coarse[edges].std()), 1e-3))
    flat = strength <= np.percentile(strength, 25)
    return float(np.interp(ratio, SHARPNESS, SIGMAS)), float(np.clip(fine[flat].std(), 0, 12))


def _compressed(part: Canvas, rng: Rng) -> Canvas:
    quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(*QUALITY))]
    _, stream = cv2.imencode(".jpg", part, quality)
    return np.asarray(cv2.imdecode(stream, cv2.IMREAD_COLOR), np.uint8)
