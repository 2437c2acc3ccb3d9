"""Augmentation of a whole batch at once, on its device: framing, light, focus, weather, noise.

Every image of a batch gets its own random values. Nothing here changes what a sign says: no flips
and no large rotations, since "keep left" mirrored is "keep right".
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from signs.networks.normalization import middle_of
from signs.training.weather import weather

MAX_ROTATION = math.radians(8)
MAX_SHEAR = 0.08
MAX_PERSPECTIVE = 0.10
SCALE_RANGE = 0.13
MAX_SHIFT = 0.09  # of the side
REFRAMED_SHARE = 0.4  # of the images: cropped as people do, not as the benchmark's annotators
TIGHTEST, LOOSEST = 0.76, 1.9  # side of those crops, where 1 is the image's own
MAX_ASPECT = 0.25  # that they are wider or higher, to either side
MAX_OFF_CENTER = 0.2  # of the side
EXPOSURE_STOPS = (-1.5, 2.2)  # powers of two
BRIGHTEST = 0.8  # mean of the middle that exposure may lead to: a white square teaches nothing
GAMMA_STOPS = 0.8
FIELD_CELLS = 3  # a side, of a field that changes smoothly over the image
LIGHT_STOPS = 0.6  # of light and shadow that change over the image
CAST_RANGE = 0.25  # of each color channel
SATURATION_RANGE = 0.6
MAX_VEIL = 0.6  # of fog or glare over the image, on average
THICKEST = 0.85  # anywhere
CONTRAST_RANGE = 0.4
MAX_BLUR_SIGMA = 1.3  # pixels
BLUR_RADIUS = 2
MAX_NOISE = 0.05
ERASE_SHARE = 0.25  # of the images
ERASE_SIDE = 0.35  # of the side, at most


def augment(
    images: Tensor, generator: torch.Generator, strength: float = 1.0, size: int | None = None
) -> Tensor:
    """Randomly change each image of a batch.

    Args:
        images: float[N, 3, S, S] in 0 to 1, on the generator's device.
        generator: the source of all randomness.
        strength: factor on all ranges; at 0 nothing but the size changes. Above 1, light and
            weather stay as they are at 1: more would leave nothing but one gray of some images.
        size: side of the result, in pixels; None keeps S.

    Returns:
        float[N, 3, size, size] in 0 to 1.
    """
    size = size or images.shape[-1]
    if strength == 0:
        same = size == images.shape[-1]
        return images if same else F.interpolate(images, size=size, mode="bilinear", antialias=True)
    draw = _Draw(len(images), generator)
    images = _warp(images, draw, strength, size)
    images = _blur(images, draw, strength)
    images = _relight(images, draw, strength)
    images = _erase(images, draw, strength)
    images = weather(images.clamp_(0, 1), generator, strength)
    noise = torch.empty_like(images).normal_(generator=generator)
    images = images + noise * (MAX_NOISE * strength * draw.share() ** 2)
    return images.clamp_(0, 1)


class _Draw:
    """Random values, one for each image, shaped to multiply float[N, C, H, W]."""

    def __init__(self, count: int, generator: torch.Generator) -> None:
        self.count = count
        self.generator = generator

    def share(self, channels: int = 1) -> Tensor:
        """Uniform in 0 to 1: float[N, channels, 1, 1]."""
        shape = (self.count, channels, 1, 1)
        return torch.rand(shape, generator=self.generator, device=self.generator.device)

    def signed(self, channels: int = 1) -> Tensor:
        """Uniform in -1 to 1: float[N, channels, 1, 1]."""
        return self.share(channels) * 2 - 1

    def field(self, size: int) -> Tensor:
        """Smooth, normal with a standard deviation up to 1: float[N, 1, size, size]."""
        shape = (self.count, 1, FIELD_CELLS, FIELD_CELLS)
        cells = torch.randn(shape, generator=self.generator, device=self.generator.device)
        return F.interpolate(cells, size=size, mode="bilinear", align_corners=True)


def _warp(images: Tensor, draw: _Draw, strength: float, size: int) -> Tensor:
    """Random projective map: rotation, scale, shear, shift and a tilt of the plane.

    Some images get much more of scale, aspect and shift, as people crop.

    Output coordinates (x, y, 1), each in -1 to 1, are sent through a 3 x 3 homography to where the
    input is read; beyond the edge, the edge repeats.
    """

    def value(limit: float) -> Tensor:
        return draw.signed().flatten() * (limit * strength)

    angle = value(MAX_ROTATION)
    scale = 1 + value(SCALE_RANGE)
    aspect, shift_x, shift_y = value(SCALE_RANGE / 2), value(2 * MAX_SHIFT), value(2 * MAX_SHIFT)
    reframed = draw.share().flatten() < REFRAMED_SHARE
    low, high = (strength * math.log(side) for side in (TIGHTEST, LOOSEST))
    scale = torch.where(reframed, (low + (high - low) * draw.share().flatten()).exp(), scale)
    aspect = torch.where(reframed, value(MAX_ASPECT), aspect)
    shift_x = torch.where(reframed, value(2 * MAX_OFF_CENTER), shift_x)
    shift_y = torch.where(reframed, value(2 * MAX_OFF_CENTER), shift_y)
    scale_x, scale_y = scale, scale * (1 + aspect)
    cos, sin = angle.cos(), angle.sin()
    ones = torch.ones_like(angle)
    rows = (
        torch.stack((scale_x * cos, -scale_y * sin + value(MAX_SHEAR), shift_x), 1),
        torch.stack((scale_x * sin + value(MAX_SHEAR), scale_y * cos, shift_y), 1),
        torch.stack((value(MAX_PERSPECTIVE), value(MAX_PERSPECTIVE), ones), 1),
    )
    homography = torch.stack(rows, 1)  # [N, 3, 3]
    line = (torch.arange(size, device=images.device) * 2 + 1) / size - 1
    y, x = torch.meshgrid(line, line, indexing="ij")
    points = torch.stack((x, y, torch.ones_like(x)), -1).view(1, -1, 3)
    mapped = points @ homography.transpose(1, 2)
    grid = (mapped[..., :2] / mapped[..., 2:]).view(len(images), size, size, 2)
    return F.grid_sample(images, grid, padding_mode="border", align_corners=False)


def _blur(images: Tensor, draw: _Draw, strength: float) -> Tensor:
    """Gaussian blur of every second image, its width drawn for each: batches are in random order.

    Separable, as sums of shifted images: faster here than a convolution with one group an image.
    """
    blurred = images[::2]
    sigma = MAX_BLUR_SIGMA * strength * draw.share()[::2] + 0.05
    taps = range(-BLUR_RADIUS, BLUR_RADIUS + 1)
    weights = [torch.exp(-0.5 * (tap / sigma) ** 2) for tap in taps]
    total = torch.stack(weights).sum(0)
    for axis in (2, 3):
        margin = (0, 0, BLUR_RADIUS, BLUR_RADIUS) if axis == 2 else (BLUR_RADIUS, BLUR_RADIUS, 0, 0)
        padded = F.pad(blurred, margin, mode="replicate")
        side = images.shape[axis]
        shifted = [padded.narrow(axis, tap + BLUR_RADIUS, side) for tap in taps]
        blurred = shifted[0] * (weights[0] / total)
        for weight, image in zip(weights[1:], shifted[1:], strict=True):
            blurred.addcmul_(image, weight / total)
    images = images.clone()
    images[::2] = blurred
    return images


def _relight(images: Tensor, draw: _Draw, strength: float) -> Tensor:
    """Tone curve, exposure with highlights that clip, uneven light, color, a veil, contrast.

    `ContrastNormalization` undoes exposure and contrast of the whole image: what counts is
    clipping, color, the tone curve, and light that is not the same everywhere.
    """
    strength = min(strength, 1.0)
    size = images.shape[-1]
    gamma = 2 ** (draw.signed() * GAMMA_STOPS * strength)
    images = images.clamp(1e-4, 1).log_().mul_(gamma).exp_()  # x ** gamma, but vectorized
    darkest, brightest = EXPOSURE_STOPS
    stops = (darkest + (brightest - darkest) * draw.share()) * strength
    middle = middle_of(images).mean((1, 2, 3), keepdim=True)
    stops = stops.minimum((BRIGHTEST / middle).log2().clamp(min=0))
    stops = stops + draw.field(size) * (draw.share() * LIGHT_STOPS * strength)
    cast = 1 + draw.signed(3) * (draw.share() * CAST_RANGE * strength)
    images = images * 2**stops * cast
    gray = images.mean(1, keepdim=True)
    saturation = 1 + draw.signed() * SATURATION_RANGE * strength
    images = gray + (images - gray) * saturation
    veil = draw.share() ** 3 * MAX_VEIL * strength * (1 + draw.field(size) / 2)
    veil = veil.clamp(0, THICKEST)
    images = images.clamp_(0, 1).lerp(0.4 + 0.6 * draw.share(), veil)
    mean = images.mean((1, 2, 3), keepdim=True)
    contrast = 1 + draw.signed() * CONTRAST_RANGE * strength
    return (images - mean) * contrast + mean


def _erase(images: Tensor, draw: _Draw, strength: float) -> Tensor:
    """Cover a rectangle of some images with one gray (Zhong et al., AAAI 2020)."""
    size = images.shape[-1]
    line = torch.arange(size, device=images.device) / size
    chosen = draw.share() < ERASE_SHARE * min(strength, 1)
    half_width, half_height = (draw.share() * ERASE_SIDE / 2 for _ in range(2))
    center_x, center_y = draw.share(), draw.share()
    inside = (
        ((line.view(1, 1, 1, -1) - center_x).abs() < half_width)
        & ((line.view(1, 1, -1, 1) - center_y).abs() < half_height)
        & chosen
    )
    return torch.where(inside, draw.share(), images)
