"""The networks that `arch` can name, each as a `Network` with its own input normalization."""

from collections.abc import Callable
from typing import Any, get_args

from torch import Tensor, nn
from torchvision import models

from signs.errors import SignsError
from signs.networks.normalization import ChannelNormalization, ContrastNormalization
from signs.networks.signnet import SignNet
from signs.params import Arch

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)
PLAIN_MEAN = (0.5, 0.5, 0.5)
PLAIN_STD = (0.25, 0.25, 0.25)

TORCHVISION: dict[str, Callable[..., nn.Module]] = {
    "mobilenet_v3_small": models.mobilenet_v3_small,
    "mobilenet_v3_large": models.mobilenet_v3_large,
    "efficientnet_b0": models.efficientnet_b0,
    "resnet18": models.resnet18,
    "resnet34": models.resnet34,
    "resnet50": models.resnet50,
}
NAMES: tuple[str, ...] = get_args(Arch)


class Network(nn.Module):
    """A network behind its input normalization.

    Args:
        network: takes normalized float[N, 3, S, S], returns logits float[N, O].
        normalization: takes float[N, 3, S, S] in 0 to 1, returns the same shape.
    """

    def __init__(self, network: nn.Module, normalization: nn.Module) -> None:
        super().__init__()
        self.network = network
        self.normalization = normalization

    def forward(self, images: Tensor) -> Tensor:
        """float[N, 3, S, S] in 0 to 1 -> logits float[N, O]."""
        return self.network(self.normalization(images))


def build(arch: str, num_outputs: int, pretrained: bool = False) -> Network:
    """Make the network that `arch` names, with freshly initialized or ImageNet weights.

    Args:
        num_outputs: logits that it returns, O.

    Raises:
        SignsError: the ImageNet weights could not be downloaded.
        ValueError: `signnet` has none.
        KeyError: no architecture has this name.
    """
    if arch == "signnet":
        if pretrained:
            raise ValueError("signnet has no ImageNet weights")
        return Network(SignNet(num_outputs), ContrastNormalization())
    make = TORCHVISION[arch]
    if pretrained:
        return Network(
            _from_imagenet(arch, make, num_outputs),
            ChannelNormalization(IMAGENET_MEAN, IMAGENET_STD),
        )
    network = make(num_classes=num_outputs)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            # MobileNetV3 sets 0.01: its statistics then lag behind the weights for many epochs.
            module.momentum = 0.1
    return Network(network, ChannelNormalization(PLAIN_MEAN, PLAIN_STD))


def _from_imagenet(arch: str, make: Callable[..., nn.Module], num_outputs: int) -> nn.Module:
    try:
        network: Any = make(weights="DEFAULT")
    except OSError as error:  # URLError is one
        raise SignsError(
            f"could not download the ImageNet weights of {arch} ({error}): connect to the "
            "network once, or set train.pretrained to false"
        ) from None
    if arch.startswith("resnet"):
        network.fc = nn.Linear(network.fc.in_features, num_outputs)
    else:
        network.classifier[-1] = nn.Linear(network.classifier[-1].in_features, num_outputs)
    return network
