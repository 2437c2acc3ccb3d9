"""A small network that finds the sign in a crop and crops again: people crop as they like.

M. Jaderberg, K. Simonyan, A. Zisserman, K. Kavukcuoglu, "Spatial transformer networks", NeurIPS
2015, for scale and shift alone. It learns from the recognizer's loss.
"""

import math
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from signs.networks.layers import cell_means, conv

WIDTHS = (16, 32, 32)  # channels of the localization network
STRIDES = (2, 2, 1)
GRID = 3  # cells a side that it sees at the end
OUTPUT_SHARE = 5 / 6  # of the side: a sign with a border of a tenth keeps its pixels
MAX_SCALE = 2.0  # of the side that is cropped, either way
MAX_SHIFT = 0.5  # of the side


class SpatialTransformer(nn.Module):
    """Crops each image again, by a scale and a shift for rows and columns, both predicted.

    It starts with the middle `OUTPUT_SHARE` of each image.
    """

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for (before, width), stride in zip(pairwise((3, *WIDTHS)), STRIDES, strict=True):
            layers += [conv(before, width, stride), nn.ReLU(inplace=True)]
        self.features = nn.Sequential(*layers)
        self.localization = nn.Linear(GRID**2 * WIDTHS[-1], 4)
        nn.init.zeros_(self.localization.weight)
        start = math.atanh(math.log(OUTPUT_SHARE) / math.log(MAX_SCALE))
        self.localization.bias.data = torch.tensor([start, start, 0.0, 0.0])

    def forward(self, x: Tensor) -> Tensor:
        """float[N, C, S, S] -> float[N, C, R, R], R being `OUTPUT_SHARE` of S."""
        count, channels, side, _ = x.shape
        rows, columns = self._interpolation(x).unbind(1)
        # Two batched products for all channels, instead of one small one for each.
        lines = rows @ x.permute(0, 2, 1, 3).reshape(count, side, channels * side)
        size = lines.shape[1]
        crops = lines.view(count, size * channels, side) @ columns.transpose(1, 2)
        crops = crops.view(count, size, channels, size).permute(0, 2, 1, 3)
        # In the layout of the input: else the results of convolutions would depend on how weights
        # lie in memory.
        return crops.contiguous(memory_format=torch.channels_last)

    def crop(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Scale and shift of the crop, of the side, for rows and columns: float[N, 2] each."""
        seen = self.features(F.avg_pool2d(x, 2))
        raw = torch.tanh(self.localization(cell_means(seen, GRID).flatten(1)).float())
        return MAX_SCALE ** raw[:, :2], MAX_SHIFT * raw[:, 2:]

    def _interpolation(self, x: Tensor) -> Tensor:
        """Matrices that sample rows and columns: float[N, 2, R, S].

        Beyond the edge, the edge repeats.
        """
        side = x.shape[-1]
        size = round(side * OUTPUT_SHARE)
        scale, shift = (part[..., None] for part in self.crop(x))
        line = (torch.arange(size, device=x.device) + 0.5) / size - 0.5
        places = ((line * scale + shift + 0.5) * side - 0.5).clamp(0, side - 1)
        pixels = torch.arange(side, device=x.device)
        return (1 - (places[..., None] - pixels).abs()).clamp(min=0)  # linear interpolation
