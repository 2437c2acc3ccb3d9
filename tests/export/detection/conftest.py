"""A detector as after some training: parity of a fresh network proves nothing."""

import onnx
import pytest
import torch

from signs.export.detection.graph import convolutions
from signs.networks.detector import DetectorNet


@pytest.fixture(scope="session")
def network() -> DetectorNet:
    """With statistics and answers of its own. A test that changes it copies it first."""
    torch.manual_seed(0)
    model = DetectorNet(4)
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.1)  # type: ignore[union-attr]
            module.running_var.uniform_(0.5, 1.5)  # type: ignore[union-attr]
    for head in (model.kind_head, model.box_head):
        torch.nn.init.normal_(head.weight, std=0.4)
    return model.eval()


@pytest.fixture(scope="session")
def body(network: DetectorNet) -> onnx.ModelProto:
    """Its convolutions."""
    return convolutions(network)
