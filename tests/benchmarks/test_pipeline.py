"""A row of our pipeline, on noise."""

from pathlib import Path

import pytest
import torch

from benchmarks.recognition import files, pipeline
from signs.records.packed import Packed
from signs.params import Params, TrainParams, load_params
from signs.training.resume import StateFile
from tests.conftest import ROOT


@pytest.fixture
def params(recipe: TrainParams) -> Params:
    loaded = load_params("arch", "export", path=ROOT / "params.yaml")
    return loaded.model_copy(update={"train": recipe.model_copy(update={"epochs": 2})})


class StoppedError(Exception):
    """In the middle."""


def test_a_row_that_was_stopped_goes_on(
    packed: Packed, params: Params, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = dict.fromkeys(("train", "val", "test", "negatives_val"), packed)
    whole, _, trace = pipeline.train(parts, params, StateFile(tmp_path / "whole", "a" * 16))
    assert [epoch["epoch"] for epoch in trace] == [1, 2]

    class Stopping(StateFile):
        def save(self, state: dict) -> None:
            super().save(state)
            raise StoppedError

    with pytest.raises(StoppedError):
        pipeline.train(parts, params, Stopping(tmp_path / "stopped", "a" * 16))
    resumed, _, again = pipeline.train(parts, params, StateFile(tmp_path / "stopped", "a" * 16))
    for kind in ("test_accuracy", "val_accuracy"):
        assert [epoch[kind] for epoch in trace] == [epoch[kind] for epoch in again]
    weights = resumed.state_dict()
    assert all(torch.equal(w, weights[name]) for name, w in whole.state_dict().items())


@pytest.mark.slow
def test_a_row_holds_both_files(
    packed: Packed, params: Params, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MODELS", tmp_path)
    parts = dict.fromkeys(("train", "val", "test", "negatives_val"), packed)
    row = pipeline.measure("x", parts, params, StateFile(tmp_path / "states", "a" * 16), int8=True)
    assert list(row["files"]) == ["fp32", "int8"]
    assert row["served"] in row["files"]
    for precision, file in row["files"].items():
        assert (tmp_path / f"x.{precision}.onnx").stat().st_size == file["bytes"]
        assert 0 <= file["errors"] <= file["images"] == len(packed)
    assert row["cpu_seconds"] == row["epochs"][-1]["cpu_seconds"] > 0
