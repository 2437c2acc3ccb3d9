"""The images that batch normalization is measured on again, for averaged weights."""

from collections.abc import Iterator

import torch
from torch import Tensor

from signs.networks.forward import as_input

IMAGES = 4096
BATCH = 256


def statistics_batches(
    images: Tensor, generator: torch.Generator, size: int | None = None
) -> Iterator[Tensor]:
    """A random 4,096 of the training images, without augmentation.

    Args:
        images: uint8[N, S, S, 3].
        generator: the source of the choice, on the images' device.
        size: side that the network will see them at; None for their own.
    """
    count = min(IMAGES, len(images))
    rows = torch.randperm(len(images), generator=generator, device=images.device)[:count]
    for chunk in rows.tensor_split(-(-count // BATCH)):
        yield as_input(images[chunk], size)
