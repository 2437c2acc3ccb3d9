"""A small, fully convolutional, anchor-free detector of signs at native resolution.

Every point of a grid with a stride of 8 pixels answers whether a sign lies around it, of which
category, and how far its box reaches. The parts follow published ones: residual blocks with a
narrow middle (He et al., "Deep residual learning for image recognition", CVPR 2016), a top-down sum
of coarser layers (Lin et al., "Feature pyramid networks", CVPR 2017), distances to the sides of a
box at each point (Tian et al., "FCOS", ICCV 2019), and layers of their own for these (Wu et al.,
"Rethinking classification and localization for object detection", CVPR 2020).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor, nn

STRIDE = 8  # pixels between points
MULTIPLE = 32  # height and width of an input are multiples of it
PRIOR = -4.6  # the logit of 0.01: at first almost no point claims a sign
FIRST_SIDE = 2.0  # a box of the first answers has sides of this many strides
LARGEST = 6.0  # distances are at most STRIDE * e**LARGEST pixels

# A pixel's value is normalized to (value - ZERO) / SCALE: what an 8-bit graph reads as it is.
ZERO, SCALE = 128, 64

STEM = 32  # channels at a stride of 4
CHANNELS = (64, 128, 160)  # at strides of 8, 16 and 32
DEPTHS = (2, 3, 2)  # residual blocks there


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


def conv_unit(inputs: int, outputs: int, kernel: int = 3, stride: int = 1) -> nn.Sequential:
    """Convolution, batch normalization, ReLU."""
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, (kernel - stride + 1) // 2, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    )


class Bottleneck(nn.Module):
    """Three convolutions, the middle one on half the channels, whose result is added."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        middle = channels // 2
        self.change = nn.Sequential(
            conv_unit(channels, middle, kernel=1),
            conv_unit(middle, middle),
            nn.Conv2d(middle, channels, 1, bias=False),
            nn.BatchNorm2d(channels),
        )

    def forward(self, x: Tensor) -> Tensor:
        """float[N, C, H, W] -> the same shape."""
        return F.relu(x + self.change(x))


class DetectorNet(nn.Module):
    """The network; see the module.

    Args:
        categories: number of categories, C.
    """

    def __init__(self, categories: int) -> None:
        super().__init__()
        # One convolution over 6 x 6 pixels to stride 4: layers at strides 1 and 2 cost more time
        # than their multiply-adds say.
        self.stem = conv_unit(3, STEM, kernel=6, stride=4)
        self.stages = nn.ModuleList(
            nn.Sequential(
                conv_unit(before, after, stride=2), *(Bottleneck(after) for _ in range(depth))
            )
            for before, after, depth in zip((STEM, *CHANNELS), CHANNELS, DEPTHS, strict=False)
        )
        self.lateral = nn.ModuleList(nn.Conv2d(width, CHANNELS[0], 1) for width in CHANNELS)
        self.neck = Bottleneck(CHANNELS[0])
        self.kind_head = _head(CHANNELS[0], 1 + categories, bias=PRIOR)
        # Where the sides of a box are is another question than whether and of which kind: the
        # layers that answer it together answer both worse.
        self.box_neck = Bottleneck(CHANNELS[0])
        self.box_head = _head(CHANNELS[0], 4, bias=FIRST_SIDE / 2)
        self._categories = categories

    def forward(self, images: Tensor) -> RawDetections:
        """Float[N, 3, H, W] in 0 to 1, H and W multiples of 32 -> an answer for each point."""
        answers = self.raw(images * (255 / SCALE) - ZERO / SCALE).flatten(2).transpose(1, 2).float()
        sign, category, reach = answers.split([1, self._categories, 4], dim=2)
        return RawDetections(sign[..., 0], category, STRIDE * reach.clamp(max=LARGEST).exp())

    def raw(self, pixels: Tensor) -> Tensor:
        """The convolutions alone.

        Args:
            pixels: float[N, 3, H, W], values of 0 to 255 minus `ZERO`, over `SCALE`.

        Returns:
            float[N, 1 + C + 4, H / 8, W / 8]: logit of a sign, logits of categories, and logarithms
            of distances in strides.
        """
        x = self.stem(pixels)
        levels = []
        for stage in self.stages:
            x = stage(x)
            levels.append(x)
        merged = self.lateral[2](levels[2])
        for level in (1, 0):
            above = F.interpolate(merged, scale_factor=2.0, mode="nearest")
            merged = self.lateral[level](levels[level]) + above
        merged = self.neck(F.relu(merged))
        return torch.cat([self.kind_head(merged), self.box_head(self.box_neck(merged))], dim=1)


def _head(inputs: int, outputs: int, bias: float) -> nn.Conv2d:
    """A convolution whose answers are at first about the same everywhere."""
    head = nn.Conv2d(inputs, outputs, 1)
    assert head.bias is not None
    nn.init.normal_(head.weight, std=0.01)
    nn.init.constant_(head.bias, bias)
    return head


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


@torch.no_grad()
def find(model: DetectorNet, image: npt.NDArray[np.uint8]) -> tuple[Tensor, Tensor]:
    """All candidates of a picture, before suppression.

    Args:
        model: in evaluation mode.
        image: uint8[H, W, 3]; padded with what the network reads as zero.

    Returns:
        Boxes float32[P, 4] in pixels and scores float32[P], the highest first.
    """
    device = next(model.parameters()).device
    batch = torch.from_numpy(image).to(device).permute(2, 0, 1)[None].float()
    height, width = batch.shape[2:]
    batch = F.pad(batch, (0, -width % MULTIPLE, 0, -height % MULTIPLE), value=ZERO) / 255
    answers = model(batch)
    scores, order = answers.sign[0].sigmoid().sort(descending=True, stable=True)
    centers = points(batch.shape[2], batch.shape[3], device)
    return as_boxes(centers, answers.distances[0])[order], scores
