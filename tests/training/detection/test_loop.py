from io import BytesIO
from typing import Any

import numpy as np
import pytest
import torch

from signs.errors import SignsError
from signs.networks.detector import DetectorNet, find
from signs.networks.detector_checkpoint import DetectorRecord, load_detector, save_detector
from signs.params import DetectorTrainParams, load_params
from signs.pictures.decoding import decode
from signs.training.detection.crops import SceneCrops
from signs.training.detection.loop import DetectorEpoch, fit_detector
from signs.training.detection.mining import Mined, mine
from tests.conftest import ROOT
from tests.training.detection.scenes import make_scene, red_squares


@pytest.fixture
def params() -> DetectorTrainParams:
    train = load_params("detector.train", path=ROOT / "params.yaml").detector.train
    small = {"crops_per_epoch": 32, "crop_size": 64, "batch_size": 8}
    return train.model_copy(update={"epochs": 3, "augment": 0.0, **small})


def test_the_same_seed_gives_the_same_weights_and_a_stop_changes_nothing(
    params: DetectorTrainParams,
) -> None:
    train, val = red_squares(8), red_squares(4, first=100)
    states: list[dict[str, Any]] = []
    seen: list[DetectorEpoch] = []
    whole, last = fit_detector(
        train,
        val,
        params,
        on_state=lambda state: states.append(torch_round_trip(state)),
        on_epoch=seen.append,
    )
    assert [report.epoch for report in seen] == [1, 2, 3]
    assert last == seen[-1]
    gone_on, _ = fit_detector(train, val, params, state=states[0])
    for name, weights in whole.state_dict().items():
        assert torch.equal(weights, gone_on.state_dict()[name]), name


def torch_round_trip(state: dict[str, Any]) -> dict[str, Any]:
    """As the state comes back from its file."""
    stream = BytesIO()
    torch.save(state, stream)
    stream.seek(0)
    loaded: dict[str, Any] = torch.load(stream, weights_only=True)
    return loaded


def test_divergence_is_one_line(params: DetectorTrainParams) -> None:
    wild = params.model_copy(update={"learning_rate": 1.0, "weight_decay": 1e6})
    with pytest.raises(SignsError, match=r"lower detector\.train\.learning_rate"):
        fit_detector(red_squares(4), red_squares(2, first=9), wild)


@pytest.mark.slow
def test_a_detector_learns_to_find_red_squares(params: DetectorTrainParams) -> None:
    """And then finds those that the labels lack."""
    more = {"crops_per_epoch": 800, "ema_decay": 0.9, "mine_rounds": 0}
    longer = params.model_copy(update=more)
    model, _ = fit_detector(red_squares(40), red_squares(4, first=100), longer)
    scene = make_scene(500, [(20, 30, 50, 60)])
    forgotten = red_squares(1).take(np.array([0]))
    forgotten.scenes[0].boxes[:] = (100, 100, 108, 108)  # the label is elsewhere
    found = mine(model, SceneCrops(forgotten, 64), 0.3, Mined())
    true = red_squares(1).scenes[0].boxes[0]
    assert list(found.hard) == [0]
    assert any(np.abs(box.numpy() - true).max() < 10 for box in found.hard[0])
    boxes, scores = find(model, np.array(decode(scene.data)))
    assert scores[0] > 0.3
    assert boxes[0].tolist() == pytest.approx([20, 30, 50, 60], abs=4)


def test_a_checkpoint_comes_back(tmp_path: Any) -> None:
    torch.manual_seed(0)
    model = DetectorNet(4).eval()
    record = DetectorRecord(red_squares(1).label_space, "red squares", "abc")
    paths = [tmp_path / name for name in ("one.pt", "other.pt")]
    for path in paths:
        save_detector(path, model, record)
    assert paths[0].read_bytes() == paths[1].read_bytes()
    loaded, described = load_detector(paths[0])
    assert described == record
    image = torch.rand(1, 3, 64, 96)
    with torch.no_grad():
        assert torch.equal(model.raw(image), loaded.raw(image))
    with pytest.raises(SignsError, match="dvc repro"):
        load_detector(tmp_path / "none.pt")
