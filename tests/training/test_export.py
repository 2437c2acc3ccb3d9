import copy
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest
import torch

from signs.inference.model_info import ModelInfo
from signs.packed import Packed
from signs.training.architectures import NAMES, Recognizer, build
from signs.training.checkpoint import as_input
from signs.training.export import parity, run_onnx, save_onnx, to_onnx, with_temperature
from signs.training.quantize import to_int8
from tests.conftest import IMAGE_SIZE, ROOT


@pytest.fixture(scope="module")
def exported(trained_model: Recognizer) -> onnx.ModelProto:
    return to_onnx(trained_model, IMAGE_SIZE)


def test_the_contract_of_inputs_and_outputs(exported: onnx.ModelProto) -> None:
    session = ort.InferenceSession(exported.SerializeToString())
    (images,) = session.get_inputs()
    assert (images.name, images.type) == ("images", "tensor(uint8)")
    assert isinstance(images.shape[0], str)
    assert images.shape[1:] == [IMAGE_SIZE, IMAGE_SIZE, 3]
    probabilities, known = session.get_outputs()
    assert (probabilities.name, probabilities.type) == ("probabilities", "tensor(float)")
    assert probabilities.shape[1] == 43
    assert (known.name, known.type, len(known.shape)) == ("known", "tensor(float)", 1)


@pytest.mark.parametrize("temperature", [1.0, 0.6, 2.5])
def test_parity_on_trained_weights(
    exported: onnx.ModelProto, trained_model: Recognizer, packed: Packed, temperature: float
) -> None:
    proto = with_temperature(exported, temperature)
    spread, known = run_onnx(proto, packed.images[:50])
    assert (known == spread.max(1)).all()
    assert spread.max() > 1.5 / 43  # else parity would prove nothing
    assert parity(proto, trained_model, temperature, packed.images) < 1e-5


def test_parity_sees_a_difference(
    exported: onnx.ModelProto, trained_model: Recognizer, packed: Packed
) -> None:
    assert parity(exported, trained_model, 0.5, packed.images) > 1e-3
    broken = copy.deepcopy(trained_model)
    broken.get_parameter("network.head.1.bias").data.fill_(math.nan)
    assert math.isnan(parity(to_onnx(broken, IMAGE_SIZE), broken, 1.0, packed.images))


def test_batches_do_not_matter(exported: onnx.ModelProto, packed: Packed) -> None:
    whole = run_onnx(exported, packed.images[:20])
    for one, other in zip(whole, run_onnx(exported, packed.images[:20], 3), strict=True):
        assert np.allclose(one, other, atol=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("arch", [name for name in NAMES if name != "signnet"])
def test_other_architectures(arch: str, packed: Packed) -> None:
    torch.manual_seed(
        0
    )  # parity of freshly initialised weights, with logits near 0, proves nothing
    model = build(arch).train()
    with torch.no_grad():
        for _ in range(10):
            model(as_input(torch.from_numpy(packed.images[:64])))
    proto = to_onnx(model.eval(), IMAGE_SIZE)
    assert parity(proto, model, 1.0, packed.images) < 1e-4


def test_the_same_weights_give_the_same_bytes(
    trained_model: Recognizer, exported: onnx.ModelProto, model_info: ModelInfo, tmp_path: Path
) -> None:
    save_onnx(exported, model_info, tmp_path / "a.onnx")
    save_onnx(to_onnx(trained_model, IMAGE_SIZE), model_info, tmp_path / "b.onnx")
    first = (tmp_path / "a.onnx").read_bytes()
    assert first == (tmp_path / "b.onnx").read_bytes()
    assert str(ROOT).encode() not in first
    assert b"site-packages" not in first
    assert [p.name for p in tmp_path.iterdir() if p.suffix != ".onnx"] == []


def test_describing_does_not_change_the_original(
    exported: onnx.ModelProto, model_info: ModelInfo, tmp_path: Path
) -> None:
    save_onnx(exported, replace(model_info, precision="int8"), tmp_path / "a.onnx")
    assert not exported.metadata_props
    saved = onnx.load(tmp_path / "a.onnx")
    metadata = {p.key: p.value for p in saved.metadata_props}
    assert ModelInfo.from_metadata(metadata).precision == "int8"


def test_int8_is_smaller_and_close(exported: onnx.ModelProto, packed: Packed) -> None:
    int8 = to_int8(exported, packed.images[::2])  # of every class
    assert int8.ByteSize() < 0.4 * exported.ByteSize()
    kinds = {n.op_type for n in int8.graph.node}
    assert {"QuantizeLinear", "DequantizeLinear"} <= kinds
    assert "Relu" not in kinds  # part of the convolution before it
    first = next(i for i, n in enumerate(int8.graph.node) if n.op_type == "Conv")
    before = [n.op_type for n in int8.graph.node[:first]]
    assert before.index("QuantizeLinear") > before.index("Sqrt")  # the normalisation stays exact
    ours, _ = run_onnx(int8, packed.images)
    theirs, _ = run_onnx(exported, packed.images)
    assert (ours.argmax(1) == theirs.argmax(1)).mean() > 0.95
    assert np.abs(ours - theirs).mean() < 0.01
    # Logits are left in full: 8 bits of them would tie.
    assert next(n for n in int8.graph.node if n.op_type == "Gemm").output[0] in {
        n.input[0] for n in int8.graph.node if n.op_type == "Softmax"
    }
