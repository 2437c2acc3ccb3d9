"""From light to a picture: weather between sign and lens, blur, exposure, sensor, development."""

import cv2
import numpy as np
import numpy.typing as npt

from signs.art.fields import Array, Rng, clouds, log_uniform, tint

MAX_FOCUS_BLUR = 0.4  # pixels of the crop: standard deviation
MOTION_SHARE = 0.4
MAX_MOTION = 3.0  # pixels of the crop
MAX_SWEEP = 0.12  # of the crop's width: what a car does in a bend
SIDEWAYS_SHARE = 0.6  # of the motions: a sign passes by; the others have any direction
SHAKEN_SHARE = 0.4  # of the motions: to and fro, so that edges are seen twice
FRINGE_SHARE = 0.4
MAX_FRINGE = 0.8  # pixels of the crop
RAIN_SHARE = 0.05
BAYER_SHARE = 0.8
SHARPENED_SHARE = 0.6
DEMOSAICING = (cv2.COLOR_BayerBG2BGR, cv2.COLOR_BayerBG2BGR_EA)  # bilinear, along edges


def through_air(scene: Array, rng: Rng) -> Array:
    """Haze, mist, flare in the lens (all lift the black), and sometimes rain."""
    veil = 0.08 * rng.random() ** 2 + (0.4 * rng.random() if rng.random() < 0.06 else 0)
    airlight = log_uniform(rng, 0.1, 1.0) * tint(rng, 0.12)
    scene = scene * np.float32(1 - veil) + (veil * airlight).astype(np.float32)
    if rng.random() < RAIN_SHARE:
        scene = _rained(scene, rng)
    return scene


def _rained(scene: Array, rng: Rng) -> Array:
    """Streaks of drops in the air, and drops on the glass that smear what is behind them."""
    height, width = scene.shape[:2]
    drops = clouds(height, width, rng.uniform(4, 9), rng) > rng.uniform(0.65, 0.85)
    smeared = cv2.GaussianBlur(scene, (0, 0), 0.05 * width)
    scene = np.where(drops[..., None], smeared * np.float32(rng.uniform(0.8, 1.4)), scene)
    streaks = np.zeros((height, width), dtype=np.float32)
    lean = rng.uniform(-0.4, 0.4)
    for x, y, length in rng.random((int(rng.integers(5, 30)), 3)):
        foot = (round((x + lean * length * 0.3) * width), round((y + length * 0.3) * height))
        cv2.line(streaks, (round(x * width), round(y * height)), foot, 1.0, 1, cv2.LINE_AA)
    return scene + np.float32(rng.uniform(0.05, 0.3)) * streaks[..., None]


def blurred(scene: Array, zoom: float, rng: Rng) -> Array:
    """Out of focus, moved, or both; in pixels of the crop, since small signs suffer more.

    Args:
        zoom: pixels of the canvas for one of the crop.
    """
    width = scene.shape[1]
    sigma = zoom * (0.15 + MAX_FOCUS_BLUR * rng.random() ** 2) + 0.02 * width * rng.random() ** 4
    scene = cv2.GaussianBlur(scene, (0, 0), sigma)
    if rng.random() < MOTION_SHARE:
        length = zoom * MAX_MOTION * rng.random() ** 2 + MAX_SWEEP * width * rng.random() ** 3
        sideways = rng.random() < SIDEWAYS_SHARE
        angle = rng.normal(0, 0.2) if sideways else rng.uniform(0, np.pi)
        scene = cv2.filter2D(scene, -1, _streak(length, angle, rng.random() < SHAKEN_SHARE))
    if rng.random() < FRINGE_SHARE:
        scene = _fringed(scene, zoom * MAX_FRINGE, rng)
    return scene


def _fringed(scene: Array, reach: float, rng: Rng) -> Array:
    """A lens bends red and blue differently: their images lie up to `reach` pixels apart."""
    height, width = scene.shape[:2]
    shift = rng.uniform(-reach, reach, 2)
    moved = [
        cv2.warpAffine(
            np.ascontiguousarray(scene[..., channel]),
            np.array([[1, 0, way * shift[0]], [0, 1, way * shift[1]]]),
            (width, height),
            borderMode=cv2.BORDER_REPLICATE,
        )
        for channel, way in ((0, 1), (2, -1))
    ]
    return np.stack((moved[0], scene[..., 1], moved[1]), axis=-1)


def _streak(length: float, angle: float, shaken: bool) -> Array:
    """The path of a point during the exposure: float32[K, K], of sum 1, K odd.

    Args:
        length: in pixels.
        angle: of the path, in radians.
        shaken: whether the point swings, and is longest where it turns (the density of a sine's
            values is an arcsine distribution), or moves evenly.
    """
    reach = int(np.ceil(length / 2))
    line = np.arange(-reach, reach + 1, dtype=np.float32)
    x, y = np.meshgrid(line, line)
    along, across = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
    kernel = (length / 2 + 0.5 - np.abs(along)).clip(0, 1) * (1 - np.abs(across)).clip(0, 1)
    if shaken:
        kernel /= np.sqrt(np.clip(1 - (along / (length / 2 + 0.5)) ** 2, 0.05, 1))
    return np.asarray(kernel / kernel.sum(), dtype=np.float32)


def exposed(scene: Array, rng: Rng) -> Array:
    """Exposure from night to glare, and white balance.

    Returns:
        float32[H, W, 3] in linear light, 0 to 1, where the sensor is full.
    """
    stops = np.clip(rng.normal(-1.5, 1.5), -5, 1.8)
    scene = scene * (2**stops * tint(rng, 0.25 * rng.random())).astype(np.float32)
    spilt = cv2.GaussianBlur((scene - 1).clip(0, 3), (0, 0), 0.02 * scene.shape[1])
    scene = scene + np.float32(rng.uniform(0, 0.5)) * spilt  # white blooms into thin strokes
    return scene.clip(0, 1)


def sensed(light: Array, rng: Rng) -> Array:
    """What a sensor reads: noise, and mostly one color a pixel, the others guessed.

    Args:
        light: float32[H, W, 3], 0 to 1 in linear light, at the crop's own size.

    Returns:
        The same shape, type and range.
    """
    height, width = light.shape[:2]
    read, shot = (np.float32(scale * rng.random() ** 2) for scale in (0.003, 0.02))
    grain = rng.standard_normal((height, width, 3), dtype=np.float32)
    noise = np.sqrt(read**2 + shot**2 * light)  # the sensor's own, and of the photons' number
    light = (light + grain * noise).clip(0, 1)
    if rng.random() < BAYER_SHARE:
        light = _mosaicked(light, DEMOSAICING[rng.integers(len(DEMOSAICING))])
    return light


def _mosaicked(light: Array, method: int) -> Array:
    """A color sensor sees one channel a pixel; the others are guessed from its neighbors."""
    height, width = light.shape[:2]
    raw = np.empty((height, width), dtype=np.uint16)
    levels = (light * 65535 + 0.5).astype(np.uint16)
    raw[0::2, 0::2] = levels[0::2, 0::2, 0]
    raw[0::2, 1::2] = levels[0::2, 1::2, 1]
    raw[1::2, 0::2] = levels[1::2, 0::2, 1]
    raw[1::2, 1::2] = levels[1::2, 1::2, 2]
    return cv2.demosaicing(raw, method)[..., ::-1].astype(np.float32) / np.float32(65535)


def developed(light: Array, rng: Rng) -> npt.NDArray[np.uint8]:
    """Tone curve, saturation, sometimes sharpening, and what is left of it in 8 bits.

    Args:
        light: float32[H, W, 3], 0 to 1 in linear light.

    Returns:
        uint8[H, W, 3].
    """
    picture = cv2.pow(light.clip(1e-6, 1), float(rng.uniform(0.42, 0.85)))  # 1 / 2.2 is 0.45
    gray = picture.mean(axis=-1, keepdims=True)
    picture = gray + (picture - gray) * np.float32(rng.uniform(0.6, 1.3))
    if rng.random() < SHARPENED_SHARE:
        soft = cv2.GaussianBlur(picture, (0, 0), 1.0)
        picture = picture + (picture - soft) * np.float32(rng.uniform(0.2, 1.5))
    return (picture.clip(0, 1) * 255 + 0.5).astype(np.uint8)
