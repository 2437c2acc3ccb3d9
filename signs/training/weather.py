"""Bad weather and bad cameras for some images of a batch, each as float[N, 3, S, S] in 0 to 1.

What the renderer does to crops in `signs/art`, and what cameras and networks do after it, done to
photos that were taken in fair weather.
"""

import math
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

CHANCE = 1 / 32  # of each of `KINDS`
LONGEST_MOTION = 11  # pixels, odd
FEWEST_PIXELS = 9  # a side
BLOTCH_CELLS = (6, 20)  # a side
MAX_BLOTCHES = 0.45  # of the image
MAX_IMPULSES = 0.25  # of the values, each channel for itself
MAX_NOISE = 0.3  # standard deviation
DARKEST_STOPS = 4.5
THINNEST_FOG, THICKEST_FOG = 0.4, 0.88
MAX_COVER = 0.5  # of the side


def weather(images: Tensor, generator: torch.Generator, strength: float = 1.0) -> Tensor:
    """Do one bad thing each to some images of a batch.

    Args:
        images: float[N, 3, S, S] in 0 to 1, on the generator's device; changed in place.
        generator: the source of all randomness.
        strength: factor on how bad it gets, up to 1.
    """
    strength = min(strength, 1.0)
    drawn = torch.rand(len(images), generator=generator, device=images.device)
    for place, kind in enumerate(KINDS):
        chosen = ((drawn >= place * CHANCE) & (drawn < (place + 1) * CHANCE)).nonzero()[:, 0]
        if len(chosen):
            images[chosen] = kind(images[chosen], generator, strength).clamp_(0, 1)
    return images


def _uniform(images: Tensor, generator: torch.Generator, channels: int = 1) -> Tensor:
    """Random numbers in 0 to 1, `channels` for each image: float[N, channels, 1, 1]."""
    shape = (len(images), channels, 1, 1)
    return torch.rand(shape, generator=generator, device=images.device)


def _noise(images: Tensor, generator: torch.Generator) -> Tensor:
    return torch.empty_like(images).normal_(generator=generator)


def _moved(images: Tensor, generator: torch.Generator, strength: float) -> Tensor:
    """Motion along a straight line of any direction."""
    length = 1 + (LONGEST_MOTION - 1) * strength * _uniform(images, generator)
    angle = math.pi * _uniform(images, generator)
    reach = LONGEST_MOTION // 2
    line = torch.arange(-reach, reach + 1, device=images.device)
    x, y = line.view(1, 1, 1, -1), line.view(1, 1, -1, 1)
    along, across = x * angle.cos() + y * angle.sin(), y * angle.cos() - x * angle.sin()
    kernels = (length / 2 + 0.5 - along.abs()).clamp(0, 1) * (1 - across.abs()).clamp(min=0)
    kernels = kernels / kernels.sum((2, 3), keepdim=True)
    count, _, height, width = images.shape
    padded = F.pad(images, (reach, reach, reach, reach), mode="replicate")
    stacked = padded.reshape(1, 3 * count, height + 2 * reach, width + 2 * reach)
    blurred = F.conv2d(stacked, kernels.repeat_interleave(3, dim=0), groups=3 * count)
    return blurred.view(count, 3, height, width)


def _pixelated(images: Tensor, generator: torch.Generator, strength: float) -> Tensor:
    """Few pixels, shown as squares or smoothed over; one size for all of these images."""
    size = images.shape[-1]
    share = torch.rand(2, generator=generator, device=images.device).tolist()
    fewest = size - (size - FEWEST_PIXELS) * strength
    few = F.interpolate(images, size=round(fewest * (size / fewest) ** share[0]), mode="area")
    if share[1] < 0.5:
        return F.interpolate(few, size=size, mode="nearest")
    return F.interpolate(few, size=size, mode="bilinear", align_corners=False)


def _spattered(images: Tensor, generator: torch.Generator, strength: float) -> Tensor:
    """Blotches of mud, snow or drops, all of one color in an image."""
    size = images.shape[-1]
    low, high = BLOTCH_CELLS
    cells = int(torch.randint(low, high, (1,), generator=generator, device=images.device))
    shape = (len(images), 1, cells, cells)
    field = torch.rand(shape, generator=generator, device=images.device)
    field = F.interpolate(field, size=size, mode="bicubic", align_corners=False)
    share = MAX_BLOTCHES * strength * _uniform(images, generator)
    edge = torch.stack(
        [
            one.quantile(1 - part)
            for one, part in zip(field.flatten(1), share.flatten(), strict=True)
        ]
    )
    opacity = ((field - edge.view(-1, 1, 1, 1)) * 8).clamp(0, 1)
    opacity = opacity * (0.4 + 0.6 * _uniform(images, generator))
    color = _uniform(images, generator) * (1 - 0.3 * _uniform(images, generator, 3))
    return images.lerp(color.expand_as(images), opacity.expand_as(images))


def _struck(images: Tensor, generator: torch.Generator, strength: float) -> Tensor:
    """Impulses: some values black, some white."""
    share = MAX_IMPULSES * strength * _uniform(images, generator)
    chance = torch.rand(images.shape, generator=generator, device=images.device)
    images = torch.where(chance < share / 2, 0.0, images)
    return torch.where(chance > 1 - share / 2, 1.0, images)


def _noisy(images: Tensor, generator: torch.Generator, strength: float) -> Tensor:
    deviation = MAX_NOISE * strength * _uniform(images, generator)
    return images + deviation * _noise(images, generator)


def _dark(images: Tensor, generator: torch.Generator, strength: float) -> Tensor:
    """Little light: what is left of it is noise and few levels."""
    stops = DARKEST_STOPS * strength * _uniform(images, generator)
    dark = images * 2**-stops + 0.015 * _uniform(images, generator) * _noise(images, generator)
    return (dark.clamp(0, 1) * 255).round_().div_(255)


def _foggy(images: Tensor, generator: torch.Generator, strength: float) -> Tensor:
    """A bright veil, thicker here than there."""
    cells = torch.rand((len(images), 1, 4, 4), generator=generator, device=images.device)
    field = F.interpolate(cells, size=images.shape[-1], mode="bilinear", align_corners=True)
    mean = THINNEST_FOG + (THICKEST_FOG - THINNEST_FOG) * _uniform(images, generator)
    veil = (strength * (mean + 0.3 * (field - 0.5))).clamp(0, 0.95)
    light = 0.6 + 0.4 * _uniform(images, generator)
    return images.lerp(light.expand_as(images), veil.expand_as(images))


def _covered(images: Tensor, generator: torch.Generator, strength: float) -> Tensor:
    """Something flat and even before the image, from one of its edges inwards."""
    size = images.shape[-1]
    line = (torch.arange(size, device=images.device) + 0.5) / size - 0.5
    x, y = line.view(1, 1, 1, -1), line.view(1, 1, -1, 1)
    angle = 2 * math.pi * _uniform(images, generator)
    depth = MAX_COVER * strength * _uniform(images, generator)
    inside = x * angle.cos() + y * angle.sin() > 0.5 - depth
    color = _uniform(images, generator) * (1 - 0.5 * _uniform(images, generator, 3))
    return torch.where(inside, color, images)


KINDS: tuple[Callable[[Tensor, torch.Generator, float], Tensor], ...] = (
    _moved, _pixelated, _spattered, _struck, _noisy, _dark, _foggy, _covered,
)  # fmt: skip
