"""SignNet: a plain residual network of 3x3 convolutions for crops of about 48 pixels.

Shaped by what INT8 costs on a processor: convolutions of few channels at full resolution take long
for the little they compute, so the stem halves it at once.
"""

from itertools import pairwise

from torch import Tensor, nn

from signs.networks.layers import cell_means, conv
from signs.networks.transformer import SpatialTransformer

STEM_WIDTH = 32
STEM_SIZE = 5
STAGES = ((64, 1), (96, 1), (160, 0))  # (channels, residual blocks); each halves the resolution
GRID = 3  # cells a side: a digit on the left is not one on the right


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions beside a shortcut (He et al., CVPR 2016, figure 2)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            conv(channels, channels), nn.ReLU(inplace=True), conv(channels, channels)
        )
        self.activation = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        """float[N, C, H, W] -> the same shape."""
        return self.activation(self.body(x) + x)


class SignNet(nn.Module):
    """A new crop, a stem and three stages that each halve it, and a classifier over 3 x 3 cells.

    0.53 M parameters; 18 M multiply-adds for an image of 48 x 48.
    """

    def __init__(self, num_outputs: int, dropout: float = 0.1) -> None:
        super().__init__()
        layers: list[nn.Module] = [conv(3, STEM_WIDTH, 2, STEM_SIZE), nn.ReLU(inplace=True)]
        widths = [STEM_WIDTH, *(width for width, _ in STAGES)]
        for (before, width), (_, blocks) in zip(pairwise(widths), STAGES, strict=True):
            layers += [conv(before, width, stride=2), nn.ReLU(inplace=True)]
            layers += [ResidualBlock(width) for _ in range(blocks)]
        self.transformer = SpatialTransformer()
        self.features = nn.Sequential(*layers)
        self.head = nn.Sequential(nn.Dropout(dropout), nn.Linear(GRID**2 * widths[-1], num_outputs))

    def forward(self, x: Tensor) -> Tensor:
        """float[N, 3, S, S], normalized -> logits float[N, num_outputs]."""
        return self.head(cell_means(self.features(self.transformer(x)), GRID).flatten(1))
