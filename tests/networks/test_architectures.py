import urllib.error

import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from signs.errors import SignsError
from signs.networks import architectures
from signs.networks.architectures import IMAGENET_MEAN, NAMES, TORCHVISION, build
from signs.networks.layers import cell_means
from signs.networks.weights import count_parameters

OUTPUTS = 44


def test_every_name_can_be_built() -> None:
    assert set(NAMES) == {"signnet", *TORCHVISION}


@pytest.mark.parametrize("arch", NAMES)
def test_logits_of_any_size(arch: str) -> None:
    model = build(arch, OUTPUTS).eval()
    for size in (32, 48):
        assert model(torch.rand(2, 3, size, size)).shape == (2, OUTPUTS)


def test_signnet_is_small_and_cheap() -> None:
    model = build("signnet", OUTPUTS)
    assert 400_000 < count_parameters(model) < 900_000
    with FlopCounterMode(display=False) as counter:
        model.eval()(torch.rand(1, 3, 48, 48))
    multiply_adds = counter.get_total_flops() / 2
    assert 15e6 < multiply_adds < 20e6


@pytest.mark.parametrize("side", [3, 4, 5, 6, 7])
def test_cell_means_are_torch_s_own(side: int) -> None:
    x = torch.rand(2, 5, side, side + 1, generator=torch.Generator().manual_seed(0))
    assert torch.allclose(cell_means(x, 3), F.adaptive_avg_pool2d(x, 3), atol=1e-6)


@pytest.mark.parametrize("arch", ["mobilenet_v3_small", "mobilenet_v3_large"])
def test_mobilenet_keeps_up_with_its_statistics(arch: str) -> None:
    momenta = {m.momentum for m in build(arch, OUTPUTS).modules() if isinstance(m, nn.BatchNorm2d)}
    assert momenta == {0.1}


def test_input_normalization() -> None:
    model = build("resnet18", OUTPUTS)
    model.network = nn.Identity()
    out = model(torch.full((1, 3, 2, 2), 0.75))
    assert torch.allclose(out, torch.ones(1, 3, 2, 2))


def test_signnet_sees_no_exposure() -> None:
    model = build("signnet", OUTPUTS)
    model.network = nn.Identity()
    image = torch.rand(1, 3, 48, 48, generator=torch.Generator().manual_seed(0))
    bright, dark = model(image), model(image * 0.4 + 0.1)
    assert torch.allclose(bright, dark, atol=0.2)
    middle = bright[..., 8:-8, 8:-8]
    assert middle.mean().abs() < 0.05
    assert middle.std().item() == pytest.approx(1, abs=0.05)
    assert model(torch.full((1, 3, 48, 48), 0.3)).abs().max() < 1e-3  # no noise made of nothing
    # A bright surrounding changes nothing in the middle.
    glaring = image.clone()
    glaring[..., :8, :] = 1
    assert torch.allclose(model(glaring)[..., 8:-8, 8:-8], middle)


def test_signnet_has_no_imagenet_weights() -> None:
    with pytest.raises(ValueError, match="no ImageNet weights"):
        build("signnet", OUTPUTS, pretrained=True)


@pytest.mark.parametrize("arch", TORCHVISION)
def test_pretrained_replaces_the_classifier(arch: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything but the download: the weights asked for are the default ones, 1,000 classes."""
    asked = []

    def make(weights: str) -> nn.Module:
        asked.append(weights)
        return TORCHVISION[arch]()

    monkeypatch.setattr(architectures, "TORCHVISION", TORCHVISION | {arch: make})
    model = build(arch, OUTPUTS, pretrained=True).eval()
    assert asked == ["DEFAULT"]
    mean = model.normalization.mean
    assert isinstance(mean, torch.Tensor)
    assert torch.allclose(mean.flatten(), torch.tensor(IMAGENET_MEAN))
    assert model(torch.rand(1, 3, 32, 32)).shape == (1, OUTPUTS)


def test_no_network_for_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    def make(weights: str) -> nn.Module:
        raise urllib.error.URLError("Name or service not known")

    monkeypatch.setitem(TORCHVISION, "resnet18", make)
    with pytest.raises(SignsError, match="could not download the ImageNet weights of resnet18"):
        build("resnet18", OUTPUTS, pretrained=True)
