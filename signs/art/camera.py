"""Camera simulation: weather in front of the lens, blur, exposure, sensor, development."""

import cv2
import numpy as np
import numpy.typing as npt

from signs.art.fields import Array, Rng, clouds, log_uniform, tint

MAX_FOCUS_BLUR = 0.4  # standard deviation, in pixels of the crop
MOTION_SHARE = 0.4
MAX_MOTION = 3.0  # pixels of the crop
MAX_SWEEP = 0.12  # share of the crop's width: motion blur in a curve
SIDEWAYS_SHARE = 0.6  # of motion blurs: the car passes the sign; the others have any direction
SHAKEN_SHARE = 0.4  # of motion blurs: back and forth, so edges appear twice
FRINGE_SHARE = 0.4
MAX_FRINGE = 0.8  # pixels of the crop
RAIN_SHARE = 0.05
BAYER_SHARE = 0.8
SHARPENED_SHARE = 0.6
DEMOSAICING = (cv2.COLOR_BayerBG2BGR, cv2.COLOR_BayerBG2BGR_EA)  # bilinear, edge-aware


def through_air(view: Array, rng: Rng) -> Array:
    """Add haze, mist or lens flare (all raise the black level), and sometimes rain."""
    veil = 0.08 * rng.random() ** 2 + (0.4 * rng.random() if rng.random() < 0.06 else 0)
    airlight = log_uniform(rng, 0.1, 1.0) * tint(rng, 0.12)
    view = view * np.float32(1 - veil) + (veil * airlight).astype(np.float32)
    if rng.random() < RAIN_SHARE:
        view = _rained(view, rng)
    return view


def _rained(view: Array, rng: Rng) -> Array:
    """Add rain streaks, and drops on the glass that blur the view behind them."""
    height, width = view.shape[:2]
    drops = clouds(height, width, rng.uniform(4, 9), rng) > rng.uniform(0.65, 0.85)
    smeared = cv2.GaussianBlur(view, (0, 0), 0.05 * width)
    view = np.where(drops[..., None], smeared * np.float32(rng.uniform(0.8, 1.4)), view)
    streaks = np.zeros((height, width), dtype=np.float32)
    lean = rng.uniform(-0.4, 0.4)
    for x, y, length in rng.random((int(rng.integers(5, 30)), 3)):
        foot = (round((x + lean * length * 0.3) * width), round((y + length * 0.3) * height))
        cv2.line(streaks, (round(x * width), round(y * height)), foot, 1.0, 1, cv2.LINE_AA)
    return view + np.float32(rng.uniform(0.05, 0.3)) * streaks[..., None]


def blurred(view: Array, zoom: float, rng: Rng) -> Array:
    """Add defocus, motion blur and color fringes, in crop pixels, since small signs blur more.

    Args:
        zoom: canvas pixels per crop pixel.
    """
    width = view.shape[1]
    sigma = zoom * (0.15 + MAX_FOCUS_BLUR * rng.random() ** 2) + 0.02 * width * rng.random() ** 4
    view = cv2.GaussianBlur(view, (0, 0), sigma)
    if rng.random() < MOTION_SHARE:
        length = zoom * MAX_MOTION * rng.random() ** 2 + MAX_SWEEP * width * rng.random() ** 3
        sideways = rng.random() < SIDEWAYS_SHARE
        angle = rng.normal(0, 0.2) if sideways else rng.uniform(0, np.pi)
        view = cv2.filter2D(view, -1, _streak(length, angle, rng.random() < SHAKEN_SHARE))
    if rng.random() < FRINGE_SHARE:
        view = _fringed(view, zoom * MAX_FRINGE, rng)
    return view


def _fringed(view: Array, reach: float, rng: Rng) -> Array:
    """Shift red and blue in opposite directions by up to `reach` pixels: chromatic aberration."""
    height, width = view.shape[:2]
    shift = rng.uniform(-reach, reach, 2)
    moved = [
        cv2.warpAffine(
            np.ascontiguousarray(view[..., channel]),
            np.array([[1, 0, way * shift[0]], [0, 1, way * shift[1]]]),
            (width, height),
            borderMode=cv2.BORDER_REPLICATE,
        )
        for channel, way in ((0, 1), (2, -1))
    ]
    return np.stack((moved[0], view[..., 1], moved[1]), axis=-1)


def _streak(length: float, angle: float, shaken: bool) -> Array:
    """A motion blur kernel, a point's path during the exposure: float32[K, K], K odd, sum 1.

    Args:
        length: of the path, in pixels.
        angle: of the path, in radians.
        shaken: whether the point oscillates, and so spends most time where it turns (the values of
            a sine follow an arcsine distribution), or moves at constant speed.
    """
    reach = int(np.ceil(length / 2))
    line = np.arange(-reach, reach + 1, dtype=np.float32)
    x, y = np.meshgrid(line, line)
    along, across = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
    kernel = (length / 2 + 0.5 - np.abs(along)).clip(0, 1) * (1 - np.abs(across)).clip(0, 1)
    if shaken:
        kernel /= np.sqrt(np.clip(1 - (along / (length / 2 + 0.5)) ** 2, 0.05, 1))
    return np.asarray(kernel / kernel.sum(), dtype=np.float32)


def exposed(view: Array, rng: Rng) -> Array:
    """Apply exposure, from night to glare, and white balance.

    Returns:
        float32[H, W, 3] in linear light, 0 to 1; the sensor saturates at 1.
    """
    stops = np.clip(rng.normal(-1.5, 1.5), -5, 1.8)
    view = view * (2**stops * tint(rng, 0.25 * rng.random())).astype(np.float32)
    spilt = cv2.GaussianBlur((view - 1).clip(0, 3), (0, 0), 0.02 * view.shape[1])
    view = view + np.float32(rng.uniform(0, 0.5)) * spilt  # bright areas bleed into thin strokes
    return view.clip(0, 1)


def sensed(light: Array, rng: Rng) -> Array:
    """Simulate the sensor: add noise, and in most images a Bayer mosaic.

    Args:
        light: float32[H, W, 3], 0 to 1 in linear light, at the crop's own size.

    Returns:
        The same shape, type and range.
    """
    height, width = light.shape[:2]
    read, shot = (np.float32(scale * rng.random() ** 2) for scale in (0.003, 0.02))
    grain = rng.standard_normal((height, width, 3), dtype=np.float32)
    noise = np.sqrt(read**2 + shot**2 * light)  # read noise and shot noise
    light = (light + grain * noise).clip(0, 1)
    if rng.random() < BAYER_SHARE:
        light = _mosaicked(light, DEMOSAICING[rng.integers(len(DEMOSAICING))])
    return light


def _mosaicked(light: Array, method: int) -> Array:
    """Keep one color channel per pixel and interpolate the others, as a color sensor does."""
    height, width = light.shape[:2]
    raw = np.empty((height, width), dtype=np.uint16)
    levels = (light * 65535 + 0.5).astype(np.uint16)
    raw[0::2, 0::2] = levels[0::2, 0::2, 0]
    raw[0::2, 1::2] = levels[0::2, 1::2, 1]
    raw[1::2, 0::2] = levels[1::2, 0::2, 1]
    raw[1::2, 1::2] = levels[1::2, 1::2, 2]
    return cv2.demosaicing(raw, method)[..., ::-1].astype(np.float32) / np.float32(65535)


def developed(light: Array, rng: Rng) -> npt.NDArray[np.uint8]:
    """Apply a tone curve, saturation and sometimes sharpening; quantize to 8 bits.

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
