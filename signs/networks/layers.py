"""Layers that networks of this project share."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def conv(channels_in: int, channels_out: int, stride: int = 1, size: int = 3) -> nn.Sequential:
    """A convolution of `size` x `size` pixels and its batch norm."""
    convolution = nn.Conv2d(
        channels_in, channels_out, size, stride=stride, padding=size // 2, bias=False
    )
    return nn.Sequential(convolution, nn.BatchNorm2d(channels_out))


def cell_means(x: Tensor, grid: int) -> Tensor:
    """float[N, C, H, W] -> float[N, C, grid, grid], as `F.adaptive_avg_pool2d(x, grid)`.

    That function has no deterministic gradient on CUDA; this one has.
    """
    height, width = x.shape[-2:]
    if height == width == grid:
        return x
    if height % grid == 0 and width % grid == 0:
        return F.avg_pool2d(x, (height // grid, width // grid))
    for axis, size in ((2, height), (3, width)):
        edges = [(cell * size // grid, -(-(cell + 1) * size // grid)) for cell in range(grid)]
        cells = [x.narrow(axis, start, end - start).mean(axis) for start, end in edges]
        x = torch.stack(cells, axis)
    return x
