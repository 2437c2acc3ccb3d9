import copy
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest
import torch

from signs.catalog.gtsrb import GTSRB
from signs.export.calibration import Calibration
from signs.export.graph import parity, run_onnx, to_onnx, with_outputs
from signs.export.onnx_file import save_onnx
from signs.export.quantize import to_int8
from signs.inference.model_info import ModelInfo
from signs.networks.architectures import NAMES, Network, build
from signs.networks.forward import as_input, predict_logits
from signs.records.packed import Packed
from tests.conftest import IMAGE_SIZE, ROOT


@pytest.fixture(scope="module")
def plain(trained_model: Network) -> onnx.ModelProto:
    return to_onnx(trained_model, IMAGE_SIZE)


@pytest.fixture(scope="module")
def exported(plain: onnx.ModelProto) -> onnx.ModelProto:
    return with_outputs(plain, GTSRB)


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


@pytest.mark.parametrize(
    "calibration", [Calibration(), Calibration(0.6, 0.5, -1.0), Calibration(2.5, 0.9, 0.3)]
)
def test_parity_on_trained_weights(
    plain: onnx.ModelProto, trained_model: Network, packed: Packed, calibration: Calibration
) -> None:
    proto = with_outputs(plain, GTSRB, calibration)
    spread, known = run_onnx(proto, packed.images[:50])
    assert np.allclose(spread.sum(1), 1, atol=1e-5)
    assert spread.max() > 1.5 / 43  # else parity would prove nothing
    assert 0 < known.min() < known.max() <= 1
    assert parity(proto, trained_model, GTSRB, calibration, packed.images) < 1e-5


def test_parity_sees_a_difference(
    exported: onnx.ModelProto, trained_model: Network, packed: Packed
) -> None:
    assert (
        parity(exported, trained_model, GTSRB, Calibration(temperature=0.5), packed.images) > 1e-3
    )
    broken = copy.deepcopy(trained_model)
    broken.get_parameter("network.head.1.bias").data.fill_(math.nan)
    proto = with_outputs(to_onnx(broken, IMAGE_SIZE), GTSRB)
    assert math.isnan(parity(proto, broken, GTSRB, Calibration(), packed.images))


def test_batches_do_not_matter(exported: onnx.ModelProto, packed: Packed) -> None:
    whole = run_onnx(exported, packed.images[:20])
    for one, other in zip(whole, run_onnx(exported, packed.images[:20], 3), strict=True):
        assert np.allclose(one, other, atol=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("arch", [name for name in NAMES if name != "signnet"])
def test_other_architectures(arch: str, packed: Packed) -> None:
    torch.manual_seed(
        0
    )  # parity of freshly initialized weights, with logits near 0, proves nothing
    model = build(arch, GTSRB.num_outputs).train()
    with torch.no_grad():
        for _ in range(10):
            model(as_input(torch.from_numpy(packed.images[:64])))
    proto = with_outputs(to_onnx(model.eval(), IMAGE_SIZE), GTSRB)
    assert parity(proto, model, GTSRB, Calibration(), packed.images) < 1e-4


def test_the_same_weights_give_the_same_bytes(
    trained_model: Network, exported: onnx.ModelProto, model_info: ModelInfo, tmp_path: Path
) -> None:
    save_onnx(exported, model_info, tmp_path / "a.onnx")
    again = with_outputs(to_onnx(trained_model, IMAGE_SIZE), GTSRB)
    save_onnx(again, model_info, tmp_path / "b.onnx")
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


def test_int8_is_smaller_and_close(
    plain: onnx.ModelProto, exported: onnx.ModelProto, packed: Packed
) -> None:
    int8 = with_outputs(to_int8(plain, packed.images[::2]), GTSRB)  # of every class
    assert int8.ByteSize() < 0.4 * exported.ByteSize()
    kinds = {n.op_type for n in int8.graph.node}
    assert {"QuantizeLinear", "DequantizeLinear"} <= kinds
    nodes = [n.op_type for n in int8.graph.node]
    cropped = len(nodes) - nodes[::-1].index("MatMul")
    assert "Relu" not in nodes[cropped:]  # part of the convolution before it
    # Normalization, and where to crop, stay exact.
    exact = nodes[: nodes.index("QuantizeLinear")]
    assert {"Sqrt", "Tanh"} <= set(exact)
    assert exact.count("MatMul") == nodes.count("MatMul") == 2
    ours, _ = run_onnx(int8, packed.images)
    theirs, _ = run_onnx(exported, packed.images)
    assert (ours.argmax(1) == theirs.argmax(1)).mean() > 0.95
    assert np.abs(ours - theirs).mean() < 0.01
    # Logits are left in full: 8 bits of them would tie.
    *_, gemm = (n for n in int8.graph.node if n.op_type == "Gemm")
    users = {n.op_type for n in int8.graph.node if gemm.output[0] in n.input}
    assert users == {"Slice"}


OLDEST = {"signnet": (13, 7), "mobilenet_v3_small": (15, 8)}


@pytest.mark.parametrize("arch", OLDEST)
def test_opset_and_ir_version_are_as_low_as_the_operators_allow(arch: str, packed: Packed) -> None:
    """Opset 13 is read from onnxruntime 1.6 (December 2020) on, 15 from 1.10 on."""
    torch.manual_seed(0)
    model = build(arch, GTSRB.num_outputs).eval()
    proto = to_onnx(model, IMAGE_SIZE)
    assert (proto.opset_import[0].version, proto.ir_version) == OLDEST[arch]
    assert [opset.domain for opset in proto.opset_import] == [""]
    images = packed.images[:3]
    assert np.abs(run_onnx(proto, images)[0] - predict_logits(model, images)).max() < 1e-4


def test_int8_stays_in_that_opset(plain: onnx.ModelProto, packed: Packed) -> None:
    int8 = with_outputs(to_int8(plain, packed.images[:64]), GTSRB)
    assert (int8.opset_import[0].version, int8.ir_version) == OLDEST["signnet"]
