import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from signs.networks.transformer import OUTPUT_SHARE, SpatialTransformer


def sampled(images: Tensor, scale: list[float], shift: list[float], size: int) -> Tensor:
    """What torch's own sampling makes of a crop, for rows and columns."""
    matrix = torch.tensor([[scale[1], 0, 2 * shift[1]], [0, scale[0], 2 * shift[0]]])
    grid = F.affine_grid(
        matrix.expand(len(images), 2, 3), [len(images), 3, size, size], align_corners=False
    )
    return F.grid_sample(images, grid, padding_mode="border", align_corners=False)


@pytest.fixture
def images() -> Tensor:
    return torch.rand(2, 3, 48, 48, generator=torch.Generator().manual_seed(0))


def test_it_starts_with_the_middle(images: Tensor) -> None:
    crops = SpatialTransformer().eval()(images)
    assert crops.shape == (2, 3, 40, 40)
    assert torch.allclose(crops, images[..., 4:44, 4:44], atol=1e-4)


@pytest.mark.parametrize("side", [36, 48])
@pytest.mark.parametrize(
    ("scale", "shift"),
    [([0.7, 1.2], [0.1, -0.2]), ([1.9, 0.6], [0.0, 0.3])],
    ids=["inside", "beyond the edge"],
)
def test_it_samples_as_torch_does(
    side: int, scale: list[float], shift: list[float], images: Tensor
) -> None:
    images = F.interpolate(images, size=side)
    transformer = SpatialTransformer().eval()
    wanted = torch.tensor([*torch.tensor(scale).log2(), *(2 * value for value in shift)])
    transformer.localization.bias.data = wanted.atanh()
    expected = sampled(images, scale, shift, round(side * OUTPUT_SHARE))
    assert torch.allclose(transformer(images), expected, atol=1e-5)


def test_it_learns_where_to_look() -> None:
    """A gradient reaches what predicts the crop, from its first step on."""
    transformer = SpatialTransformer()
    ramp = torch.linspace(0, 1, 48).expand(2, 3, 48, 48)
    transformer(ramp).mean().backward()
    gradient = transformer.localization.bias.grad
    assert gradient is not None
    assert gradient[3] > 0  # to the right, where it is brighter
    assert abs(gradient[2]) < 1e-6
