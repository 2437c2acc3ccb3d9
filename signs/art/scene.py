"""A drawing made to look like a photo: background, perspective, dirt, light, blur, noise.

All randomness comes from one generator, so a seed fixes every pixel. Images are float arrays on
the scale 0 to 1 until the end.
"""

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter

Array = npt.NDArray[np.floating]
Rng = np.random.Generator

MIN_SIDE, MAX_SIDE = 15, 200  # pixels; GTSRB's photos have 15 to 250
MEDIAN_SIDE = 45.0
SIDE_SPREAD = 0.5  # standard deviation of its logarithm
BORDER = 0.1  # of the side, around the sign on each side, as in GTSRB
MAX_TILT = 0.07  # how far a corner moves, of the side
MAX_ROTATION = 7.0  # degrees
CANVAS = 96  # pixels that a scene is composed on, or the photo's side if that is more


def photograph(sign: Image.Image, rng: Rng) -> Image.Image:
    """Make one photo-like crop of a sign.

    Args:
        sign: RGBA, square, transparent around the plate.
        rng: the source of all randomness.

    Returns:
        RGB, square, between 15 and 200 pixels a side, the sign filling about 80 % of it.
    """
    side = int(np.clip(MEDIAN_SIDE * np.exp(rng.normal(0, SIDE_SPREAD)), MIN_SIDE, MAX_SIDE))
    canvas = max(side, CANVAS)
    plate = _as_array(_project(sign, canvas, rng))
    colour, alpha = plate[..., :3], plate[..., 3:]
    scene: Array = _background(canvas, rng) * (1 - alpha) + _weather(colour, rng) * alpha
    scene = _light(scene, rng)
    picture = _as_image(scene)
    picture = _defocus(picture, rng).resize((side, side), Image.Resampling.BOX)
    return _as_image(_sensor(_as_array(picture), rng))


def _as_array(image: Image.Image) -> Array:
    return np.asarray(image, dtype=np.float32) / np.float32(255)


def _as_image(array: Array) -> Image.Image:
    return Image.fromarray((array.clip(0, 1) * 255 + 0.5).astype(np.uint8))


def _project(sign: Image.Image, canvas: int, rng: Rng) -> Image.Image:
    """Place the sign on a transparent canvas, seen from a random angle: RGBA."""
    half = canvas * (0.5 - BORDER) * rng.uniform(0.88, 1.12)
    angle = np.deg2rad(rng.uniform(-MAX_ROTATION, MAX_ROTATION))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half
    corners = corners * rng.uniform(0.92, 1.0, 2) @ turn.T
    corners += rng.uniform(-MAX_TILT, MAX_TILT, (4, 2)) * canvas
    corners += canvas / 2 + rng.uniform(-0.06, 0.06, 2) * canvas
    if sign.width >= 2 * canvas:
        sign = sign.reduce(2)  # else the projection, which reads 4 x 4 pixels, would alias
    width = sign.width
    source = np.array([[0, 0], [width, 0], [width, width], [0, width]], dtype=float)
    return sign.transform(
        (canvas, canvas),
        Image.Transform.PERSPECTIVE,
        _homography(corners, source),
        Image.Resampling.BICUBIC,
    )


def _homography(points: npt.NDArray[np.float64], onto: npt.NDArray[np.float64]) -> list[float]:
    """The 8 numbers that Pillow takes for the projective map sending four points onto four."""
    rows = []
    for (x, y), (u, v) in zip(points, onto, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y])
    return list(np.linalg.solve(np.array(rows), onto.reshape(8)))


def _clouds(size: int, cells: int, channels: int, rng: Rng) -> Array:
    """Smooth random values in 0 to 1: float32[size, size, channels], `cells` blobs across."""
    coarse = rng.random((cells, cells, channels), dtype=np.float32)
    layers = [
        Image.fromarray(coarse[..., c]).resize((size, size), Image.Resampling.BICUBIC)
        for c in range(channels)
    ]
    return np.stack([np.asarray(layer) for layer in layers], axis=-1)


def _background(size: int, rng: Rng) -> Array:
    """Sky, leaves, walls, poles: a gradient, clouds of two scales, a few bars and blocks."""
    top, bottom = rng.uniform(0.1, 1.0, (2, 3))
    grey = rng.uniform(0.4, 1.0)  # streets are greyer than random colours
    top, bottom = (c * (1 - grey) + c.mean() * grey for c in (top, bottom))
    ramp = np.linspace(0, 1, size)[:, None, None]
    scene = (top * (1 - ramp) + bottom * ramp + np.zeros((size, size, 3))).astype(np.float32)
    picture = _as_image(scene)
    pen = ImageDraw.Draw(picture)
    for _ in range(rng.integers(0, 5)):
        x, y = rng.uniform(-0.2, 1, 2) * size
        width, height = rng.uniform(0.05, 0.6, 2) * size
        fill = tuple(int(v) for v in rng.integers(0, 256, 3) * (1 - grey) + 128 * grey)
        pen.rectangle((x, y, x + width, y + height), fill=fill)
    if rng.random() < 0.4:  # the pole
        x = size * rng.uniform(0.4, 0.6)
        width = size * rng.uniform(0.03, 0.1)
        pen.rectangle((x - width / 2, size / 2, x + width / 2, size), fill=(120, 120, 120))
    scene = _as_array(picture)
    scene += (_clouds(size, 5, 3, rng) - 0.5) * rng.uniform(0, 0.3)
    leaves = rng.uniform(0, 1.0) ** 2
    scene += (_clouds(size, int(rng.integers(6, 24)), 1, rng) - 0.5) * leaves
    return scene.clip(0, 1)


def _weather(colour: Array, rng: Rng) -> Array:
    """Bleach the paint and put dirt on it."""
    grey = colour.mean(axis=-1, keepdims=True)
    bleached = colour + (grey * 0.5 + 0.3 - colour) * rng.uniform(0, 0.35)
    dirt = _clouds(len(colour), int(rng.integers(3, 12)), 1, rng)
    return bleached * (1 - rng.uniform(0, 0.35) * dirt)


def _light(scene: Array, rng: Rng) -> Array:
    """Exposure from dusk to glare, haze, colour cast, a gradient and sometimes a hard shadow."""
    size = len(scene)
    line = np.linspace(-1, 1, size, dtype=np.float32)
    gradient = line[:, None] * rng.uniform(-1, 1) + line[None, :] * rng.uniform(-1, 1)
    scene = scene * (1 + 0.25 * gradient[..., None])
    if rng.random() < 0.25:
        along = line[:, None] * rng.uniform(-1, 1) + line[None, :] * rng.uniform(-1, 1)
        shadow = along > rng.uniform(-0.6, 0.6)
        scene[shadow] *= rng.uniform(0.4, 0.8)
    haze = 0.35 * rng.random() ** 2
    scene = scene * (1 - haze) + haze * rng.uniform(0.4, 1.0)
    cast = rng.uniform(0.87, 1.13, 3)
    exposure = 2 ** np.clip(rng.normal(-0.8, 0.9), -2.8, 0.6)
    return ((scene * exposure * cast).clip(0, 1) ** rng.uniform(0.75, 1.25)).astype(np.float32)


def _defocus(picture: Image.Image, rng: Rng) -> Image.Image:
    """Blur by focus, in every direction, or by motion, in one."""
    strength = picture.width * 0.025 * rng.random() ** 2
    if rng.random() < 0.3:
        across = rng.random() < 0.5
        return picture.filter(ImageFilter.BoxBlur((2 * strength, 0) if across else (0, strength)))
    return picture.filter(ImageFilter.GaussianBlur(strength))


def _sensor(scene: Array, rng: Rng) -> Array:
    """Noise of the sensor: some of it per channel, some in brightness alone."""
    sigma = 0.04 * rng.random() ** 2
    chroma = rng.standard_normal(scene.shape, dtype=np.float32)
    luma = rng.standard_normal((*scene.shape[:2], 1), dtype=np.float32)
    return scene + np.float32(sigma) * (0.6 * chroma + 0.8 * luma)
