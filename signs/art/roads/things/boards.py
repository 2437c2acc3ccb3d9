"""What carries pictures and words beside traffic signs: shop fronts, posters, boards."""

from collections.abc import Callable

import numpy as np

from signs.art.fields import Array, Rng, log_uniform, tint
from signs.art.roads.canvas import Canvas, Points, ellipse, polygon, rectangle, text
from signs.art.roads.textures import roughen

LETTERS = "ABCDEFGHIKLMNOPRSTUVWZabcdefghiklmnoprstuvwz0123456789"
VIVID = np.array(
    (
        (0.55, 0.02, 0.03), (0.02, 0.10, 0.42), (0.85, 0.55, 0.02), (0.8, 0.8, 0.8),
        (0.02, 0.02, 0.02), (0.02, 0.25, 0.08), (0.85, 0.25, 0.02), (0.3, 0.3, 0.3),
    ),
    np.float32,
)  # fmt: skip


def vivid(rng: Rng) -> Array:
    """A color of signs, cars and shops."""
    color = VIVID[rng.integers(len(VIVID))] * tint(rng, 0.25) * np.float32(rng.uniform(0.5, 1.3))
    return np.asarray(color, np.float32)


def words(rng: Rng) -> str:
    """Letters and digits without meaning."""
    count = int(rng.integers(1, 10))
    return "".join(LETTERS[n] for n in rng.integers(len(LETTERS), size=count))


def shop_front(
    canvas: Canvas,
    patch: Callable[..., Points],
    high: float,
    light: float,
    rng: Rng,
) -> None:
    """The ground floor of a shop: windows, goods, an awning, names, logos on brackets.

    Args:
        patch: the outline of a rectangle of the wall, as `Wall.patch`.
        high: the share of the wall's height.
        light: of the scene.
    """
    dark = np.asarray(log_uniform(rng, 0.01, 0.3) * light * tint(rng, 0.3), np.float32)
    window = patch(0.05, 0, 0.95, 0.7 * high)
    polygon(canvas, window, dark)
    roughen(canvas, window, "shapes", rng.uniform(0.2, 1.2), rng.uniform(0.1, 0.6), rng)
    for _ in range(rng.integers(0, 12)):
        u, v = rng.uniform(0.05, 0.85), rng.uniform(0, 0.5) * high
        goods = patch(u, v, u + rng.uniform(0.02, 0.1), v + rng.uniform(0.05, 0.2) * high)
        polygon(canvas, goods, vivid(rng) * np.float32(light * rng.uniform(0.1, 1)))
    band = patch(0.03, 0.72 * high, 0.97, 0.95 * high)
    polygon(canvas, band, vivid(rng) * np.float32(light))
    left, top = band.min(0)
    right, bottom = band.max(0)
    name = (left, top, min(right, left + 6 * (bottom - top)), bottom)
    text(canvas, name, words(rng), vivid(rng) * np.float32(light), rng)
    for _ in range(rng.integers(0, 3)):
        u = rng.uniform(0, 0.9)
        around = patch(u, 0.75 * high, u + 0.05, 0.95 * high)
        size = max(np.ptp(around, axis=0))
        if size > 3:
            logo(canvas, around.mean(0).tolist(), size / 2, light, rng)


def logo(canvas: Canvas, center: list[float], radius: float, light: float, rng: Rng) -> None:
    """A round, square or pointed mark in one to three colors, with a letter or shape inside."""
    x, y = center
    for share in (1.0, rng.uniform(0.55, 0.95), rng.uniform(0.2, 0.5))[: rng.integers(1, 4)]:
        reach = radius * share
        color = vivid(rng) * np.float32(light)
        if (kind := rng.random()) < 0.45:
            ellipse(canvas, (x, y), (reach, reach * rng.uniform(0.6, 1)), color)
        elif kind < 0.85:
            tall = reach * rng.uniform(0.3, 1)
            rectangle(canvas, (x - reach, y - tall, x + reach, y + tall), color)
        else:
            points = [(x - reach, y + reach), (x + reach, y + reach), (x, y - reach)]
            polygon(canvas, points, color)
    if rng.random() < 0.5:
        inside = (x - radius * 0.6, y - radius * 0.5, x + radius * 0.6, y + radius * 0.5)
        text(canvas, inside, words(rng)[:3], vivid(rng) * np.float32(light), rng)


def board(canvas: Canvas, box: tuple[float, float, float, float], light: float, rng: Rng) -> None:
    """A poster, a direction board, a name of a street or town: colors, words, arrows, pictures."""
    left, top, right, bottom = box
    wide, tall = right - left, bottom - top
    ground = vivid(rng) * np.float32(light)
    rectangle(canvas, box, ground * np.float32(0.3 if rng.random() < 0.5 else 1))
    edge = 0.04 * min(wide, tall) * rng.uniform(0.5, 2)
    rectangle(canvas, (left + edge, top + edge, right - edge, bottom - edge), ground)
    if rng.random() < 0.3:
        points = np.array([(left, top), (right, top), (right, bottom), (left, bottom)])
        roughen(canvas, points, "shapes", rng.uniform(0.3, 1.5), rng.uniform(0.1, 0.6), rng)
    color = vivid(rng) * np.float32(light)
    rows = int(rng.integers(0, 5))
    for row in range(rows):
        start = left + wide * rng.uniform(0.05, 0.4)
        y = top + tall * (row + 0.12) / rows
        inside = (start, y, right - 0.05 * wide, y + 0.76 * tall / rows)
        if rng.random() < 0.75:
            text(canvas, inside, words(rng), color, rng)
        else:
            size = 0.38 * tall / rows
            logo(canvas, [start + size, y + size], size, light, rng)


def blobs(
    canvas: Canvas, corner: tuple[float, float], reach: float, light: float, rng: Rng
) -> None:
    """A handful of small colored things: flowers, bags, lamps, boxes, litter."""
    for _ in range(rng.integers(1, 8)):
        x, y = np.array(corner) + rng.normal(0, reach, 2)
        size = reach * rng.uniform(0.05, 0.5)
        if rng.random() < 0.4:
            logo(canvas, [x, y], size, light, rng)
            continue
        sides = int(rng.integers(3, 7))
        angles = np.sort(rng.uniform(0, 2 * np.pi, sides))
        points = np.column_stack((x + size * np.cos(angles), y + size * np.sin(angles)))
        color = vivid(rng) if rng.random() < 0.6 else log_uniform(rng, 0.02, 1) * tint(rng, 0.5)
        polygon(canvas, points, np.asarray(color * np.float32(light), np.float32))
