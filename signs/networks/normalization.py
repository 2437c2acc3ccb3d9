"""What happens to an image before the network proper; part of the exported graph."""

import torch
from torch import Tensor, nn

MIDDLE = 2 / 3  # of the side: the sign, without what is around it
FLOOR = 0.015  # standard deviation that an even image is treated as having, on the scale 0 to 1
LIMIT = 3.0  # standard deviations


def middle_of(images: Tensor) -> Tensor:
    """float[N, 3, S, S] -> the MIDDLE of each image, a view float[N, 3, M, M]."""
    margin = round(images.shape[-1] * (1 - MIDDLE) / 2)
    kept = images.shape[-1] - 2 * margin
    return images.narrow(2, margin, kept).narrow(3, margin, kept)


class ChannelNormalization(nn.Module):
    """The same shift and scale for all images, as networks from ImageNet want it.

    Args:
        mean: of each channel, RGB, on the scale 0 to 1.
        std: likewise.
    """

    mean: Tensor
    std: Tensor

    def __init__(self, mean: tuple[float, ...], std: tuple[float, ...]) -> None:
        super().__init__()
        self.register_buffer("mean", torch.tensor(mean).view(1, 3, 1, 1))
        self.register_buffer("std", torch.tensor(std).view(1, 3, 1, 1))

    def forward(self, images: Tensor) -> Tensor:
        """float[N, 3, S, S] -> the same shape."""
        return (images - self.mean) / self.std


class ContrastNormalization(nn.Module):
    """Each image by the mean and standard deviation of its own middle: exposure hardly matters.

    One mean for all channels, so that colors stay. The middle, because a dark sign before a
    bright sky would otherwise stay dark.
    """

    def forward(self, images: Tensor) -> Tensor:
        """float[N, 3, S, S] in 0 to 1 -> the same shape, in -3 to 3."""
        middle = middle_of(images)
        mean = middle.mean((1, 2, 3), keepdim=True)
        variance = (middle - mean).square().mean((1, 2, 3), keepdim=True)
        return ((images - mean) / (variance + FLOOR**2).sqrt()).clamp(-LIMIT, LIMIT)
