"""Which boxes of a network in training count as one sign, and how many are looked at."""

import pytest
import torch

from signs.networks.detector import DetectorNet
from signs.training.detection import mining
from signs.training.detection.crops import SceneCrops
from signs.training.detection.mining import unlabeled
from tests.training.detection.scenes import red_squares


@pytest.mark.parametrize(
    ("boxes", "kept"),
    [
        ([], []),
        ([[0, 0, 10, 10], [0, 0, 10, 10]], [0]),
        ([[0, 0, 10, 10], [0, 0, 10, 4]], [0, 1]),  # an IoU of 0.4
        ([[0, 0, 10, 10], [0, 0, 10, 6], [0, 0, 10, 3]], [0, 2]),  # the last is near the dropped
        ([[5, 5, 5, 5], [5, 5, 5, 5], [20, 20, 30, 30]], [0, 1, 2]),  # without area, never alike
    ],
)
def test_the_first_of_several_boxes_stays(boxes: list[list[float]], kept: list[int]) -> None:
    given = torch.tensor(boxes, dtype=torch.float32).reshape(-1, 4)
    assert torch.equal(mining._without_doubles(given), given[kept])


def test_a_network_that_is_sure_everywhere_is_asked_for_its_best_boxes_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As one is after a few steps; comparing all its boxes with each other would take hours."""
    monkeypatch.setattr(mining, "MOST", 20)
    model = DetectorNet(4).eval()
    with torch.no_grad():
        assert model.kind_head.bias is not None
        assert model.box_head.bias is not None
        model.kind_head.bias[0] = 5
        model.box_head.bias[:] = -2  # small boxes, of which hardly any overlap
    scenes = red_squares(2)
    found = unlabeled(model, SceneCrops(scenes, 64), min_score=0.5)
    assert [len(boxes) for boxes in found.values()] == [20, 20]
