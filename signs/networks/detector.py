"""A small, fully convolutional, anchor-free detector of signs at native resolution.

Every point of a grid with a stride of 8 pixels answers whether a sign lies around it, of which
category, and how far its box reaches. The parts follow published ones: residual blocks (He et al.,
"Deep residual learning for image recognition", CVPR 2016), a top-down sum of coarser layers (Lin et
al., "Feature pyramid networks", CVPR 2017), and distances to the sides of a box at each point (Tian
et al., "FCOS", ICCV 2019).
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

STRIDE = 8  # pixels between points
MULTIPLE = 32  # height and width of an input are multiples of it
PRIOR = -4.6  # the logit of 0.01: at first almost no point claims a sign
LARGEST = 6.0  # distances are at most STRIDE * e**LARGEST pixels


@dataclass(frozen=True)
class RawDetections:
    """What the network answers for each point, row by row.

    Attributes:
        sign: float[N, P], logit that a sign lies around it.
        category: float[N, P, C], logit of each category.
        distances: float[N, P, 4], pixels from the point to the left, top, right and bottom of the
            box.
    """

    sign: Tensor
    category: Tensor
    distances: Tensor


class ConvUnit(nn.Sequential):
    """Convolution, batch normalization, ReLU."""

    def __init__(self, inputs: int, outputs: int, kernel: int = 3, stride: int = 1) -> None:
        super().__init__(
            nn.Conv2d(inputs, outputs, kernel, stride, (kernel - stride + 1) // 2, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU(inplace=True),
        )


class Residual(nn.Module):
    """Two convolutions, whose result is added to the input."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = ConvUnit(channels, channels)
        self.second = nn.Sequential(
            nn.Conv2d(channels, channels, 3, padding=1, bias=False), nn.BatchNorm2d(channels)
        )

    def forward(self, x: Tensor) -> Tensor:
        """float[N, C, H, W] -> the same shape."""
        return F.relu(x + self.second(self.first(x)))


class DetectorNet(nn.Module):
    """The network; see the module.

    Args:
        categories: number of categories, C.
        channels: of the layers with strides 4, 8, 16 and 32.
        depths: residual blocks at strides 8, 16 and 32.
    """

    def __init__(
        self,
        categories: int,
        channels: tuple[int, int, int, int] = (32, 64, 96, 128),
        depths: tuple[int, int, int] = (2, 2, 1),
    ) -> None:
        super().__init__()
        stem, *wide = channels
        # One convolution over 6 x 6 pixels to stride 4: layers at strides 1 and 2 cost more time
        # than their multiply-adds say.
        self.stem = ConvUnit(3, stem, kernel=6, stride=4)
        self.stages = nn.ModuleList(
            nn.Sequential(ConvUnit(before, after, stride=2), *(Residual(after) for _ in range(n)))
            for before, after, n in zip(channels, wide, depths, strict=False)
        )
        self.lateral = nn.ModuleList(nn.Conv2d(width, wide[0], 1) for width in wide)
        self.neck = ConvUnit(wide[0], wide[0])
        self.head = nn.Conv2d(wide[0], 1 + categories + 4, 1)
        self._categories = categories
        assert self.head.bias is not None
        nn.init.constant_(self.head.bias, PRIOR)
        nn.init.constant_(self.head.bias[-4:], 0.7)  # boxes of 32 pixels
        nn.init.normal_(self.head.weight, std=0.01)

    def forward(self, images: Tensor) -> RawDetections:
        """Float[N, 3, H, W] in 0 to 1, H and W multiples of 32 -> an answer for each point."""
        x = self.stem((images - 0.5) * 4)
        levels = []
        for stage in self.stages:
            x = stage(x)
            levels.append(x)
        merged = self.lateral[2](levels[2])
        for level, lateral in ((levels[1], self.lateral[1]), (levels[0], self.lateral[0])):
            merged = lateral(level) + F.interpolate(merged, scale_factor=2.0, mode="nearest")
        answers = self.head(self.neck(F.relu(merged))).flatten(2).transpose(1, 2).float()
        sign, category, reach = answers.split([1, self._categories, 4], dim=2)
        return RawDetections(sign[..., 0], category, STRIDE * reach.clamp(max=LARGEST).exp())


def points(height: int, width: int, device: torch.device | None = None) -> Tensor:
    """The points of an input of a height and width in pixels: float[P, 2], x and y."""
    y, x = torch.meshgrid(
        torch.arange(height // STRIDE, device=device),
        torch.arange(width // STRIDE, device=device),
        indexing="ij",
    )
    return (torch.stack([x, y], dim=-1).reshape(-1, 2) + 0.5) * STRIDE


def as_boxes(centers: Tensor, distances: Tensor) -> Tensor:
    """Boxes of points float[P, 2] and distances float[..., P, 4]: left, top, right, bottom."""
    return torch.cat([centers - distances[..., :2], centers + distances[..., 2:]], dim=-1)
