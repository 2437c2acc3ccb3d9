"""Which boxes of a network in training count as one sign, and how many are looked at."""

import pytest
import torch

from signs.networks.detector import DetectorNet
from signs.training.detection import mining
from signs.training.detection.crops import SceneCrops
from signs.training.detection.mining import Mined, mine
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
    assert mining._without_doubles(given) == kept


def test_a_network_that_is_sure_everywhere_is_asked_for_its_best_boxes_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As one is after a few steps; comparing all its boxes with each other would take hours."""
    monkeypatch.setattr(mining, "MOST", 20)
    scenes = red_squares(2)
    found = mine(sure_everywhere(), SceneCrops(scenes, 64), 0.5, Mined())
    assert [len(boxes) for boxes in found.hard.values()] == [20, 20]
    assert not found.ignored


def sure_everywhere() -> DetectorNet:
    """A network that sees small signs at all points, hardly any of which overlap."""
    model = DetectorNet(4).eval()
    with torch.no_grad():
        assert model.kind_head.bias is not None
        assert model.box_head.bias is not None
        model.kind_head.bias[0] = 5
        model.box_head.bias[:] = -2
    return model


def test_only_what_had_been_hard_before_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mining, "MOST", 20)
    model, crops = sure_everywhere(), SceneCrops(red_squares(1), 64)
    first = mine(model, crops, 0.5, Mined())
    some = Mined({0: first.hard[0][:5]})
    second = mine(model, crops, 0.5, some)
    assert len(second.ignored[0]) == 5
    assert torch.equal(second.hard[0], first.hard[0][5:])
    third = mine(model, crops, 0.5, second)
    assert len(third.ignored[0]) == 20
    assert not third.hard
    inner, outer = first.hard[0][:5], second.ignored[0]
    assert (outer[:, :2] < inner[:, :2]).all()
    assert (outer[:, 2:] > inner[:, 2:]).all()
