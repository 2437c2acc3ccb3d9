"""From a trained network to ONNX, and the checks that it is still the same."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime as ort
import torch
from onnx import ModelProto
from torch import Tensor, nn

from signs.files import atomic_path
from signs.inference.model_info import ModelInfo
from signs.training.architectures import Recognizer
from signs.training.checkpoint import as_input, predict_logits

OPSET = 20
CHECKED_BATCHES = (1, 2, 7)

Floats = npt.NDArray[np.float32]


class ServedModel(nn.Module):
    """The graph that is exported: everything between the preprocessed image and the answer.

    Args:
        model: the trained network with its normalisation.
    """

    def __init__(self, model: Recognizer) -> None:
        super().__init__()
        self.model = model

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """uint8[N, S, S, 3] -> probabilities float[N, NUM_CLASSES], known float[N]."""
        return self.outputs(self.model(as_input(images)))

    @staticmethod
    def outputs(logits: Tensor) -> tuple[Tensor, Tensor]:
        """Logits float[N, NUM_CLASSES] -> the same two outputs."""
        probabilities = torch.softmax(logits, dim=1)
        return probabilities, probabilities.amax(dim=1)


def to_onnx(model: Recognizer, image_size: int) -> ModelProto:
    """Export a network at temperature 1, with a dynamic batch size.

    The same weights give the same bytes.
    """
    served = ServedModel(model).eval()
    example = torch.zeros(2, image_size, image_size, 3, dtype=torch.uint8)
    program = torch.onnx.export(
        served,
        (example,),
        dynamo=True,
        external_data=False,
        opset_version=OPSET,
        input_names=["images"],
        output_names=["probabilities", "known"],
        dynamic_shapes={"images": {0: torch.export.Dim("N", min=1)}},
        verbose=False,
    )
    assert program is not None
    proto: ModelProto = program.model_proto
    _strip_local_paths(proto)
    onnx.checker.check_model(proto, full_check=True)
    return proto


def _strip_local_paths(proto: ModelProto) -> None:
    """Forget the source lines that the exporter notes in each node."""
    for node in proto.graph.node:
        node.ClearField("metadata_props")
        node.ClearField("doc_string")
    for value in (*proto.graph.value_info, *proto.graph.input, *proto.graph.output):
        value.ClearField("metadata_props")
    proto.graph.ClearField("metadata_props")
    proto.ClearField("metadata_props")


def with_temperature(proto: ModelProto, temperature: float) -> ModelProto:
    """A copy whose logits are divided by `temperature` before the last softmax."""
    scaled = ModelProto()
    scaled.CopyFrom(proto)
    graph = scaled.graph
    place, softmax = next((i, n) for i, n in enumerate(graph.node) if "probabilities" in n.output)
    value = np.array(temperature, dtype=np.float32)
    graph.initializer.append(onnx.numpy_helper.from_array(value, "temperature"))
    logits = softmax.input[0]
    softmax.input[0] = "scaled_logits"
    division = onnx.helper.make_node("Div", [logits, "temperature"], ["scaled_logits"], "temper")
    graph.node.insert(place, division)
    onnx.checker.check_model(scaled, full_check=True)
    return scaled


def save_onnx(proto: ModelProto, info: ModelInfo, path: Path) -> None:
    """Write the model with what it says of itself."""
    described = ModelProto()
    described.CopyFrom(proto)
    onnx.helper.set_model_props(described, info.to_metadata())
    with atomic_path(path) as temporary:
        onnx.save(described, temporary)


def run_onnx(
    proto: ModelProto, images: npt.NDArray[np.uint8], batch_size: int = 256
) -> tuple[Floats, Floats]:
    """Run uint8[N, S, S, 3], N > 0, through onnxruntime on the CPU.

    Returns:
        probabilities float32[N, NUM_CLASSES] and known float32[N].
    """
    session = ort.InferenceSession(proto.SerializeToString(), providers=["CPUExecutionProvider"])
    outputs = [
        session.run(["probabilities", "known"], {"images": images[start : start + batch_size]})
        for start in range(0, len(images), batch_size)
    ]
    probabilities, known = zip(*outputs, strict=True)
    return np.concatenate(probabilities), np.concatenate(known)


def parity(
    proto: ModelProto, model: Recognizer, temperature: float, images: npt.NDArray[np.uint8]
) -> float:
    """The largest difference of an output between onnxruntime and torch, at batch 1, 2 and 7.

    Args:
        temperature: that of `proto`.
        images: uint8[N, S, S, 3], N > 0; the batches are spread over all of them.

    Returns:
        The difference, NaN where either side answers NaN.
    """
    served = ServedModel(model).eval()
    worst = 0.0
    for count in CHECKED_BATCHES:
        batch = images[np.linspace(0, len(images) - 1, count).astype(int)]
        logits = torch.from_numpy(predict_logits(model, batch))
        expected = served.outputs(logits / temperature)
        for ours, theirs in zip(run_onnx(proto, batch), expected, strict=True):
            worst = np.maximum(worst, np.abs(ours - theirs.numpy()).max())  # keeps a NaN
    return float(worst)
