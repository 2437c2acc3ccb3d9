"""What ships: decided on validation, identified by what it answers."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest

from signs.catalog.gtsrb import GTSRB
from signs.errors import SignsError
from signs.export.calibration import Calibration
from signs.export.candidates import Candidate, NotFiniteError, calibrate, describe, reasons_against
from signs.export.graph import to_onnx
from signs.export.onnx_file import save_onnx
from signs.inference.recognizer import Recognizer
from signs.networks.architectures import Network
from signs.networks.checkpoint import TrainingRecord
from signs.params import ExportParams
from signs.records.packed import Packed
from tests.conftest import IMAGE_SIZE

PARAMS = ExportParams(
    precision="int8",
    max_drop=0.005,
    max_known_drop=0.005,
    max_loss_rise=0.02,
    range_images=10,
    max_rejected=0.01,
)
FP32 = Candidate("fp32", onnx.ModelProto(), Calibration(), 0.5, {}, 0.99, 0.1, 0.97)
RECORD = TrainingRecord("signnet", IMAGE_SIZE, GTSRB, "noise", "0123")


@pytest.mark.parametrize(
    ("change", "reasons"),
    [
        ({}, []),
        ({"accuracy": 0.985}, []),  # 0.99 - 0.985 is more than 0.005 in floats
        ({"accuracy": 1.0, "loss": 0.0, "known_auroc": 1.0}, []),
        ({"accuracy": 0.984}, ["accuracy"]),
        ({"known_auroc": 0.96}, ["AUROC of known"]),
        ({"loss": 0.13}, ["cross-entropy"]),
        ({"loss": float("nan"), "accuracy": 0.1}, ["accuracy", "cross-entropy"]),
    ],
)
def test_int8_ships_only_if_validation_allows_it(
    change: dict[str, Any], reasons: list[str]
) -> None:
    found = reasons_against(FP32, replace(FP32, precision="int8", **change), PARAMS)
    assert len(found) == len(reasons)
    for line, reason in zip(found, reasons, strict=True):
        assert f"in validation {reason}, " in line


@pytest.fixture(scope="module")
def plain(trained_model: Network) -> onnx.ModelProto:
    return to_onnx(trained_model, IMAGE_SIZE)


@pytest.fixture(scope="module")
def negatives(packed: Packed) -> Packed:
    images = np.random.default_rng(1).integers(0, 255, (60, *packed.images.shape[1:]), np.uint8)
    labels = np.full(60, GTSRB.negative_label)
    return Packed(images, labels, np.arange(60).astype(str), "noise", GTSRB)


@pytest.fixture(scope="module")
def candidate(plain: onnx.ModelProto, packed: Packed, negatives: Packed) -> Candidate:
    return calibrate("fp32", plain, packed, negatives, 0.01)


def test_it_is_calibrated_and_scored_as_it_ships(
    candidate: Candidate, packed: Packed, negatives: Packed, tmp_path: Path
) -> None:
    save_onnx(candidate.proto, describe(candidate, RECORD, packed), tmp_path / "model.onnx")
    recognizer = Recognizer(tmp_path / "model.onnx")
    answers = recognizer.answer(packed.images)
    right = answers.class_ids == packed.labels
    assert candidate.accuracy == right.mean() == recognizer.info.accuracy
    assert recognizer.info.accuracy_data == "validation part of noise"
    assert (right & ~answers.recognized).sum() <= 0.01 * right.sum()
    known = np.concatenate([answers.known, recognizer.answer(negatives.images).known])
    order = np.argsort(known, kind="stable")
    ranks = np.empty(len(known))
    ranks[order] = np.arange(1, len(known) + 1)
    n, m = len(packed), len(negatives)
    auroc = (ranks[:n].sum() - n * (n + 1) / 2) / (n * m)  # Mann and Whitney's U
    assert candidate.known_auroc == pytest.approx(auroc, abs=1e-3)


def test_numbers_that_are_not_finite_are_refused(
    plain: onnx.ModelProto, packed: Packed, negatives: Packed
) -> None:
    broken = onnx.ModelProto()
    broken.CopyFrom(plain)
    for tensor in broken.graph.initializer:
        values = onnx.numpy_helper.to_array(tensor)
        if values.dtype == np.float32 and values.ndim == 1 and len(values) == GTSRB.num_outputs:
            tensor.CopyFrom(onnx.numpy_helper.from_array(values * np.nan, tensor.name))
    with pytest.raises(NotFiniteError, match="the int8 graph answers with numbers that are not"):
        calibrate("int8", broken, packed, negatives, 0.01)
    assert issubclass(NotFiniteError, SignsError)


def test_the_version_is_of_what_answers(candidate: Candidate, packed: Packed) -> None:
    """Files that can answer differently have different versions; equal ones share theirs."""

    def version(candidate: Candidate, record: TrainingRecord = RECORD) -> str:
        return describe(candidate, record, packed).version

    same = version(candidate)
    assert same.endswith("-fp32")
    assert version(candidate, replace(RECORD, trained_from="4567", data="other")) == same
    assert version(replace(candidate, reference={}, accuracy=0.1)) == same
    assert version(replace(candidate, threshold=candidate.threshold + 0.01)) != same
    assert version(candidate, replace(RECORD, image_size=40)) != same
    renamed = replace(GTSRB, names=("X", *GTSRB.names[1:]))
    assert version(candidate, replace(RECORD, label_space=renamed)) != same
    warmer = onnx.ModelProto()
    warmer.CopyFrom(candidate.proto)
    (temperature,) = (t for t in warmer.graph.initializer if t.name == "temperature")
    temperature.CopyFrom(onnx.numpy_helper.from_array(np.array(9.0, np.float32), "temperature"))
    assert version(replace(candidate, proto=warmer)) != same
