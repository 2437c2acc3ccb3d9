"""Names that scripts of others use: they stay as they are."""

import inspect
from typing import Any

import pytest
import yaml

from signs.inference.preprocess import preprocess
from tests.conftest import ROOT

PARAMS: dict[str, Any] = yaml.safe_load((ROOT / "params.yaml").read_text(encoding="utf-8"))
STAGES: dict[str, Any] = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"]


@pytest.mark.parametrize(
    "name",
    [
        "arch", "image_size", "signs", "data.source", "data.test_source", "data.add_drawn",
        "data.drawn_per_class", "data.track_fraction", "train.epochs", "train.seed",
        "export.precision", "detector.data.source",
    ],
)  # fmt: skip
def test_params(name: str) -> None:
    place: Any = PARAMS
    for key in name.split("."):
        assert key in place
        place = place[key]
    assert not isinstance(place, dict)


@pytest.mark.parametrize(
    ("stage", "file"),
    [
        ("download", "data/raw"),
        ("split", "data/train.npz"),
        ("train", "models/checkpoint.pt"),
        ("export", "models/model.onnx"),
        ("evaluate", "metrics/evaluate.json"),
        ("export_detector", "models/detector.onnx"),
        ("report", "metrics/MODEL_CARD.md"),
        ("report", "metrics/report.html"),
    ],
)
def test_stages_and_their_files(stage: str, file: str) -> None:
    declared = STAGES[stage].get("outs", []) + STAGES[stage].get("metrics", [])
    assert file in {next(iter(out)) if isinstance(out, dict) else out for out in declared}


def test_preprocess() -> None:
    assert list(inspect.signature(preprocess).parameters) == ["image", "size"]
