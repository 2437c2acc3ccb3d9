import numpy as np
import onnx
import onnxruntime as ort
import pytest

from signs.export.detection.graph import CANDIDATES, convolutions, finished
from signs.export.detection.quantize import to_int8
from signs.networks.detector import DetectorNet, find


def run(proto: onnx.ModelProto, image: np.ndarray) -> list[np.ndarray]:
    session = ort.InferenceSession(proto.SerializeToString(), providers=["CPUExecutionProvider"])
    found: list[np.ndarray] = session.run(["boxes", "sign", "category"], {"image": image[None]})
    return found


@pytest.mark.parametrize("size", [(64, 96), (33, 47), (32, 32), (417, 501), (200, 1000)])
def test_a_file_answers_as_torch_does(
    size: tuple[int, int], network: DetectorNet, body: onnx.ModelProto
) -> None:
    height, width = size
    image = np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)
    boxes, sign, category = run(finished(body), image)
    expected, scores = find(network, image)
    expected = expected[:CANDIDATES]
    assert np.abs(sign - scores[:CANDIDATES].numpy()).max() < 1e-5
    clear = np.flatnonzero(np.diff(sign, prepend=2, append=-1)[:-1] < -1e-5)  # ties may swap
    clear = clear[np.diff(sign, append=-1)[clear] < -1e-5]
    assert len(clear) > 10
    scale = np.maximum(np.abs(expected.numpy()), 100)
    assert (np.abs(boxes - expected.numpy()) / scale)[clear].max() < 1e-4
    assert np.allclose(category.sum(axis=1), 1, atol=1e-5)


def test_the_same_weights_give_the_same_bytes(network: DetectorNet, body: onnx.ModelProto) -> None:
    again = finished(convolutions(network))
    assert again.SerializeToString() == finished(body).SerializeToString()


def test_int8_reads_pixels_as_they_are_and_finds_much_the_same(body: onnx.ModelProto) -> None:
    rng = np.random.default_rng(0)
    images = [rng.integers(0, 256, (96, 128, 3), dtype=np.uint8) for _ in range(4)]
    plain, quantized = finished(body), finished(to_int8(body, images))
    assert sum(node.op_type == "QuantizeLinear" and "pixels" in node.input
               for node in quantized.graph.node) == 0  # fmt: skip
    names = {name for node in quantized.graph.node for name in node.input}
    assert {value.name for value in quantized.graph.initializer} <= names
    for image in images:
        scores = [run(proto, image)[1] for proto in (plain, quantized)]
        assert np.abs(scores[0] - scores[1]).max() < 0.1
