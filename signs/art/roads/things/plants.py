"""Trees, bushes, hedges, edges of woods."""

import cv2
import numpy as np

from signs.art.fields import Array, Rng, fractal, log_uniform, tint
from signs.art.roads.canvas import Canvas, ink, line, polygon, within
from signs.art.roads.land import SNOW, green
from signs.art.roads.textures import roughen, texture
from signs.art.roads.world import WIDTH, World

AUTUMN = np.array(
    ((0.40, 0.20, 0.04), (0.50, 0.32, 0.06), (0.28, 0.08, 0.04), (0.2, 0.2, 0.05)), np.float32
)
BARK = np.array((0.07, 0.06, 0.05), dtype=np.float32)


def leaf_color(world: World, rng: Rng) -> Array:
    """A color of foliage in the season."""
    if world.season == "autumn" and rng.random() < 0.65:
        color = AUTUMN[rng.integers(len(AUTUMN))] * tint(rng, 0.2)
        return np.asarray(color * np.float32(log_uniform(rng, 0.25, 1.1)), np.float32)
    if world.season == "snow" and rng.random() < 0.4:
        return SNOW * np.float32(0.7)
    return np.asarray(green(world, rng) * np.float32(log_uniform(rng, 0.1, 0.7)), np.float32)


def tree(canvas: Canvas, world: World, at: tuple[float, float], rng: Rng) -> None:
    """A tree at x, z: bare or in leaves."""
    x, z = at
    pixels = world.focal / z
    tall = rng.uniform(4, 14) * pixels
    foot = world.spot(x, 0, z)
    trunk = rng.uniform(0.1, 0.35) * pixels
    bark = world.seen(BARK * np.float32(rng.uniform(0.5, 2.5)) * tint(rng, 0.2), z)
    crown = rng.uniform(0.15, 0.45)
    top = (foot[0] + tall * rng.normal(0, 0.03), foot[1] - tall * (crown + 0.2))
    line(canvas, (foot, top), bark, trunk)
    bare = {"bare": 0.9, "autumn": 0.25, "summer": 0.0, "snow": 0.9}[world.season]
    center = (top[0], foot[1] - tall * (1 + crown) / 2)
    if rng.random() < bare:
        _branches(canvas, (foot[0], foot[1] - tall * crown), tall * (1 - crown), bark, trunk, rng)
        return
    if rng.random() < 0.5:
        _branches(canvas, (foot[0], foot[1] - tall * crown), tall * (1 - crown), bark, trunk, rng)
    radii = (tall * rng.uniform(0.2, 0.45), tall * (1 - crown) / 2)
    color = world.seen(leaf_color(world, rng), z)
    crowned(canvas, center, radii, color, np.clip(pixels / 60, 0.15, 1.2), rng)


def crowned(
    canvas: Canvas,
    center: tuple[float, float],
    radii: tuple[float, float],
    color: Array,
    scale: float,
    rng: Rng,
) -> None:
    """A crown of leaves with a ragged edge and gaps.

    Args:
        scale: of its leaves.
    """
    middle, reach = np.array(center), np.array(radii) * 1.25
    box = within(canvas, np.stack((middle - reach, middle + reach)))
    if box is None or min(box[2] - box[0], box[3] - box[1]) < 3:
        return
    left, top, right, bottom = box
    height, width = bottom - top, right - left
    y = (np.arange(top, bottom, dtype=np.float32)[:, None] - middle[1]) / radii[1]
    x = (np.arange(left, right, dtype=np.float32) - middle[0]) / radii[0]
    field = 1 - np.sqrt(x * x + y * y)
    field += rng.uniform(0.4, 1.2) * (fractal(height, width, rng.uniform(3, 7), rng) - 0.5)
    leaves = texture("leaves", height, width, scale, rng)
    field += rng.uniform(0.3, 1.4) / 255 * (leaves[..., 1].astype(np.float32) - 128)
    opacity = ((field - rng.uniform(-0.1, 0.15)) * rng.uniform(6, 30)).clip(0, 1)
    lit = np.float32(-rng.uniform(0, 45)) * (y + rng.uniform(-0.8, 0.8) * x)
    painted = np.array(ink(color), np.float32) + lit[..., None]
    painted *= 1 + (leaves.astype(np.float32) - 128) * np.float32(rng.uniform(0.3, 0.9) / 128)
    part = canvas[top:bottom, left:right]
    part[:] = part + (painted.clip(0, 255) - part) * opacity[..., None]


def _branches(
    canvas: Canvas,
    foot: tuple[float, float],
    tall: float,
    bark: Array,
    trunk: float,
    rng: Rng,
) -> None:
    """Branches that fork, drawn at once by their width."""
    tips = np.array([[*foot, -np.pi / 2, tall * 0.35, max(trunk, 1)]])
    levels = int(np.clip(np.log2(max(tall, 1) / 5), 2, 7))
    spread = rng.uniform(0.3, 0.7)
    for level in range(levels):
        forks = 3 if level < 3 else 2
        tips = np.repeat(tips, forks, axis=0)
        count = len(tips)
        tips[:, 2] += rng.normal(0, spread, count)
        tips[:, 2] += 0.15 * (-np.pi / 2 - tips[:, 2])
        ends = tips[:, :2] + (tips[:, 3] * rng.uniform(0.5, 1.1, count))[:, None] * np.column_stack(
            (np.cos(tips[:, 2]), np.sin(tips[:, 2]))
        )
        bent = (tips[:, :2] + ends) / 2 + rng.normal(0, 0.05, (count, 2)) * tips[:, 3:4]
        paths = np.stack((tips[:, :2], bent, ends), axis=1)
        thin = max(1, round(float(tips[0, 4]) * 0.6))
        _strokes(canvas, paths, bark, thin, 0.55 if tips[0, 4] < 1 else 1.0)
        tips[:, :2] = ends
        tips[:, 3] *= rng.uniform(0.6, 0.75)
        tips[:, 4] *= 0.6


def _strokes(canvas: Canvas, paths: Array, color: Array, thickness: int, opacity: float) -> None:
    box = within(canvas, paths.reshape(-1, 2))
    if box is None:
        return
    left, top, right, bottom = box
    fixed = np.round((paths.clip(-9000, 9000) - (left, top)) * 16).astype(np.int32)
    part = canvas[top:bottom, left:right]
    target = part if opacity == 1 else part.copy()
    target = np.ascontiguousarray(target)
    cv2.polylines(target, list(fixed), False, ink(color), thickness, cv2.LINE_AA, 4)
    part[:] = target if opacity == 1 else cv2.addWeighted(target, opacity, part, 1 - opacity, 0)


def bush(canvas: Canvas, world: World, at: tuple[float, float], rng: Rng) -> None:
    """A bush at x, z."""
    x, z = at
    pixels = world.focal / z
    tall = rng.uniform(0.5, 3.5) * pixels
    foot = world.spot(x, 0, z)
    radii = (tall * rng.uniform(0.5, 1.6), tall * 0.55)
    color = world.seen(leaf_color(world, rng), z)
    crowned(
        canvas,
        (foot[0], foot[1] - radii[1] * 0.9),
        radii,
        color,
        np.clip(pixels / 60, 0.15, 1.2),
        rng,
    )


def woods(canvas: Canvas, world: World, side: int, rng: Rng) -> None:
    """The edge of a wood, or a hedge, along the road."""
    x, near, far = side * (world.half + rng.uniform(2.5, 14)), rng.uniform(4, 60), 250.0
    tall = rng.uniform(1, 3) if world.place == "village" else rng.uniform(4, 18)
    steps = np.exp(np.linspace(np.log(far), np.log(near), 90))
    ragged = 1 + rng.uniform(0.1, 0.5) * (fractal(2, 90, rng.uniform(5, 40), rng)[0] - 0.5)
    ragged += rng.uniform(0.01, 0.06) * rng.standard_normal(90)
    tops = world.spots(np.column_stack((np.full(90, x), tall * ragged, steps)))
    feet = world.spots(np.column_stack((np.full(90, x), np.zeros(90), steps)))
    if near > 6:  # it ends: its front faces the camera
        out = WIDTH + 50 if side > 0 else -50
        front = np.linspace(tops[-1, 0], out, 60)
        ragged = (fractal(2, 60, rng.uniform(4, 20), rng)[0] - 0.5) * rng.uniform(0.1, 0.8)
        high = (tops[-1, 1] - feet[-1, 1]) * (1 + ragged + 0.03 * rng.standard_normal(60))
        tops = np.vstack((tops, np.column_stack((front, feet[-1, 1] + high))))
        feet = np.vstack((feet, (out, feet[-1, 1])))
    color = leaf_color(world, rng)
    points = np.vstack((tops, feet[::-1]))
    polygon(canvas, points, world.seen(color * np.float32(0.8), 60))
    bare = world.season in ("bare", "snow")
    kind = "twigs" if rng.random() < (0.8 if bare else 0.15) else "leaves"
    roughen(canvas, points, kind, rng.uniform(0.4, 1.0), rng.uniform(0.25, 0.9), rng)
    for z in np.exp(np.linspace(np.log(200), np.log(near + 2), int(rng.integers(4, 16)))):
        shade = np.float32(log_uniform(rng, 0.5, 1.8))
        tuft = rng.uniform(0.2, 0.5) * tall * world.focal / z
        spot = world.spot(x, tall * rng.uniform(0.3, 1), z)
        fine = float(np.clip(world.focal / z / 60, 0.2, 1))
        if rng.random() < (0.7 if bare else 0.15):
            bark = world.seen(BARK * shade, z)
            _branches(canvas, world.spot(x, 0.3 * tall, z), tuft * 3, bark, tuft * 0.1, rng)
        elif tuft < 500:
            tinted = leaf_color(world, rng) if rng.random() < 0.4 else color
            crowned(canvas, spot, (tuft, tuft), world.seen(tinted * shade, z), fine, rng)
