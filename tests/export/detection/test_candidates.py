"""How far a file is from torch, where scores tie and where they do not."""

import copy
from io import BytesIO

import numpy as np
import onnx
import pytest
import torch
from PIL import Image

from signs.catalog.gtsrb import GTSRB
from signs.export.detection.candidates import parity, reasons_against
from signs.export.detection.graph import finished
from signs.networks.detector import DetectorNet
from signs.params import load_params
from signs.records.packed_scenes import PackedScenes
from signs.records.scene import Scene
from tests.conftest import ROOT
from tests.training.detection.scenes import red_squares


def flat_scene() -> PackedScenes:
    """A scene of one color: most points of the network have one score, but for rounding."""
    stream = BytesIO()
    Image.new("RGB", (256, 256), (90, 120, 60)).save(stream, "PNG")
    boxes, labels = np.empty((0, 4), np.float32), np.empty(0, np.int64)
    scene = Scene(stream.getvalue(), "flat.png", boxes, labels)
    return PackedScenes((scene,), np.array(["flat"]), "flat", GTSRB)


@pytest.fixture(scope="module")
def file(body: onnx.ModelProto) -> onnx.ModelProto:
    return finished(body)


@pytest.mark.parametrize("scenes", [red_squares(2), flat_scene()], ids=["noise", "flat"])
def test_candidates_of_one_score_may_swap_places(
    file: onnx.ModelProto, network: DetectorNet, scenes: PackedScenes
) -> None:
    """As on flat pictures, and with a network that was trained for a few steps."""
    score, box = parity(file, network, scenes)
    assert score < 1e-5
    assert box < 0.01


@pytest.mark.parametrize(("place", "change"), [(0, 0.1), (-1, 0.1), (0, np.nan), (-1, np.nan)])
def test_another_answer_is_seen(
    file: onnx.ModelProto, network: DetectorNet, place: int, change: float
) -> None:
    """Of the score (0), or of how far a box reaches down (-1)."""
    model = copy.deepcopy(network)
    with torch.no_grad():
        head = model.kind_head if place == 0 else model.box_head
        assert head.bias is not None
        head.bias[place] += change
    differences = parity(file, model, red_squares(1))
    assert not all(one <= most for one, most in zip(differences, (1e-3, 0.5), strict=True))


@pytest.mark.parametrize(
    ("fp32", "int8", "worse_in"),
    [
        ((0.9, 0.8), (0.9, 0.8), ()),
        ((0.9, 0.8), (0.898, 0.795), ()),
        ((0.9, 0.8), (0.95, 0.9), ()),
        ((0.9, 0.8), (0.897, 0.8), ("AP50",)),
        ((0.9, 0.8), (0.9, 0.79), ("AP75",)),
        ((0.9, 0.8), (0.8, 0.7), ("AP50", "AP75")),
        ((np.nan, np.nan), (np.nan, np.nan), ("AP50", "AP75")),  # nothing to compare on
    ],
)
def test_what_int8_may_lose(
    fp32: tuple[float, float], int8: tuple[float, float], worse_in: tuple[str, ...]
) -> None:
    params = load_params("detector", path=ROOT / "params.yaml").detector.export
    reasons = reasons_against(fp32, int8, params)
    assert len(reasons) == len(worse_in)
    for reason, name in zip(reasons, worse_in, strict=True):
        assert f" in {name} of any sign" in reason
